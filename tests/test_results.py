import math

import pytest

from course_utils.errors import CourseError
from course_utils.files import write_json
from course_utils.results import (
    aim_text,
    baseline_text,
    headline_text,
    number_text,
    read_result,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (1234567, "1,234,567"),
        (17.0, "17"),
        (90.9, "90.9"),
        (18.99989, "19.00"),
        (0.0, "0"),
        (-0.47213, "-0.4721"),
        (12345.6, "12,346"),
        (4.3086e-08, "4.309e-08"),
        (math.nan, "not a number"),
        (math.inf, "inf"),
        (True, "True"),
        ("text", "text"),
    ],
)
def test_number_text(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("spread", "text"), [(0.14, "92.61"), (0.02, "92.613"), (3.0, "92.6"), (40.0, "93"), (0.0, "92.61")]
)
def test_spread_decides_the_digits(spread, text):
    assert number_text(92.613, spread) == text


def test_headline_text(make_result):
    headline = make_result()["headline"]
    assert headline_text(headline) == "92.61 ± 0.14 % (3 seeds)"
    assert headline_text(headline | {"spread": None, "seeds": 1, "unit": ""}) == "92.61"
    assert headline_text(headline | {"spread": 0.0}) == "92.61 ± 0 % (3 seeds)"
    assert headline_text(None) == "–"
    assert baseline_text(headline) == "90.9 %"
    assert baseline_text(headline | {"baseline": None}) == baseline_text(None) == "–"


@pytest.mark.parametrize(
    "changes",
    [
        {"metrics": []},
        {"lesson": None},
        {"seconds": float("inf")},
        {"peak_memory_mb": float("nan")},
        {"expectations": ["met"]},
        {"expectations": [{"text": "t", "met": "yes", "measured": ""}]},
        {"tables": []},
        {"tables": {"caption": {"columns": ["a"], "rows": [[]]}}},
        {"claims": {"c": 1}},
        {"claims": [{"id": "c", "statement": "s", "source": "s", "verdict": "holds", "measured": None}]},
        {"claims": [{"id": "c", "statement": "s", "source": "s", "verdict": ["holds"], "measured": "m"}]},
        {"headline": ["accuracy"]},
        {"headline": {"name": "a", "value": 1, "spread": "wide", "unit": "", "seeds": 1, "baseline": 0}},
        {"headline": {"name": "a", "value": 1, "spread": None, "unit": "", "seeds": "3", "baseline": 0}},
        {"headline": {"name": "a", "value": 1, "spread": None, "unit": "", "seeds": 3, "baseline": 0, "aim": "high"}},
        {"seconds": "61"},
        {"seed": True},
        {"claims": [{"id": "c"}]},
        {"claims": [{"id": "c", "statement": "s", "source": "s", "verdict": "perhaps", "measured": "m"}]},
        {"headline": {"name": "accuracy"}},
        {"headline": {"name": "a", "value": "high", "spread": None, "unit": "", "seeds": 1, "baseline": 0}},
    ],
)
def test_result_of_another_shape_is_refused(tmp_path, make_result, changes):
    path = tmp_path / "01_first.json"
    write_json(path, make_result())
    assert read_result(path) == make_result()
    write_json(path, make_result(**changes))
    with pytest.raises(CourseError, match=r"01_first\.json cannot be read as a lesson's result \(.*\); run its lesson"):
        read_result(path)


def test_damaged_result_is_refused(tmp_path):
    path = tmp_path / "01_first.json"
    for content in [b"", b'{"lesson": "01', b"\xff\xfe", b"3", b"null", b"[" * 100_000, b"9" * 5000]:
        path.write_bytes(content)
        with pytest.raises(CourseError, match=r"01_first\.json cannot be read as a lesson's result"):
            read_result(path)


def test_what_a_later_version_adds_to_a_result_is_kept(tmp_path, make_result):
    later = make_result(carbon={"grams": 3})
    later["headline"] = later["headline"] | {"interval": [1, 2]}
    write_json(tmp_path / "01_first.json", later)
    assert read_result(tmp_path / "01_first.json") == later


@pytest.mark.parametrize(
    ("value", "aim", "text"),
    [(86.5, 86, "≥ 86 %"), (86, 86, "≥ 86 %"), (85.9, 86, "≥ 86 % (not reached)"), (85.9, None, "–")],
)
def test_an_aim_says_whether_it_was_reached(value, aim, text):
    headline = {"name": "accuracy", "value": value, "spread": None, "unit": "%", "seeds": 1, "baseline": 50, "aim": aim}
    assert aim_text(headline) == text
    of_error = headline | {"value": -value, "aim": aim and -aim, "is_error": True}
    assert aim_text(of_error) == text.replace("≥ ", "≤ -")
    assert aim_text({key: headline[key] for key in headline if key != "aim"}) == "–"
    assert aim_text(None) == "–"
