"""The page of claims: what is published is in it, the rest is to come, and the committed page is up to date."""

import re
import shutil

import pytest

from course_utils import paths
from course_utils.claims import VERDICTS, Claim, all_claims
from course_utils.errors import CourseError
from course_utils.files import write_json
from course_utils.publishing.claims_page import MEANINGS, claims_page, write_claims_page
from course_utils.results import read_result

LISTED = [
    Claim("reads-digits", "A convnet reads digits.", "002 §4; 004 Typical CNN", "11"),
    Claim("line-found", "A neuron finds a line.", "002 §1", "01"),
    Claim("rules-break", "Rules break.", "003 ch.1, 1", "01"),
]


def outcome(claim_id: str, verdict: str = "holds", measured: str = "2 points") -> dict:
    return {"id": claim_id, "statement": "as it was", "source": "as it was", "verdict": verdict, "measured": measured}


@pytest.fixture
def publish(make_result):
    """A published result of lesson 01 with these claims."""
    return lambda *found, profile="lesson": make_result("01_hello_world_regression", profile=profile, claims=list(found))


def row(page: str, start: str) -> list[str]:
    """The cells of the table's line that begins with `start`."""
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {start}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_measured_claim_has_its_verdict_and_numbers(publish):
    page = claims_page(LISTED, [publish(outcome("line-found", "holds with limits", "off by 0.02"))])
    assert row(page, "A neuron finds a line.") == ["A neuron finds a line.", "002 §1", "holds with limits", "off by 0.02"]


def test_what_is_not_published_is_to_come(publish):
    page = claims_page(LISTED, [publish(outcome("line-found"))])
    assert row(page, "Rules break.") == ["Rules break.", "003 ch.1, 1", "to come", ""]
    assert row(page, "A convnet reads digits.")[2] == "to come"


@pytest.mark.parametrize("in_order", [True, False])
def test_the_full_run_decides_where_it_measured_the_claim(publish, in_order):
    quick = publish(outcome("line-found"), outcome("rules-break", measured="once"))
    full = publish(outcome("line-found", "does not hold", "three times"), profile="full")
    page = claims_page(LISTED, [quick, full] if in_order else [full, quick])
    assert row(page, "A neuron finds a line.")[2:] == ["does not hold", "three times"]
    assert row(page, "Rules break.")[2:] == ["holds", "once"]


def test_the_counts_are_those_of_the_tables(publish):
    found = [outcome("line-found", "holds with limits"), outcome("rules-break", "holds with limits"), outcome("gone")]
    page = claims_page(LISTED, [publish(*found)])
    assert "3 claims are gathered, and 2 of them are measured" in page
    assert [row(page, f"**{verdict}**")[2] for verdict in VERDICTS] == ["0", "2", "0", "0"]
    assert [row(page, note)[2] for note in ("000", "001", "002", "003", "004")] == ["0", "0", "2", "1", "1"]


def test_lessons_come_in_the_order_of_the_syllabus_and_published_ones_are_linked(publish):
    page = claims_page(LISTED, [publish(outcome("line-found"))])
    first = "## [01 · Hello, world: one neuron learns a line](../notebooks/01_hello_world_regression.ipynb)"
    assert [line for line in page.splitlines() if line.startswith("## ")] == [first, "## 11 · Handwritten digits"]


def test_pipes_and_line_breaks_do_not_break_the_table(publish):
    listed = [Claim("norm", "The norm |x|\nhelps.", "003 ch.4, 4", "01")]
    page = claims_page(listed, [publish(outcome("norm", measured="|x| = 2\n\n| 3"))])
    assert row(page, "The norm")[0] == "The norm &#124;x&#124; helps."
    assert row(page, "The norm")[3] == "&#124;x&#124; = 2 &#124; 3"


def test_every_verdict_is_explained():
    assert tuple(MEANINGS) == VERDICTS


def test_the_page_lies_beside_the_results(tmp_path, publish):
    results = tmp_path / "docs" / "results"
    write_json(results / "01_hello_world_regression.json", publish(outcome("line-found", measured="off by 0.125")))
    write_json(results / "synthetic.json", {"not": "a lesson's"})
    page = write_claims_page(results)
    assert page == tmp_path / "docs" / "claims.md"
    assert row(page.read_text(encoding="utf-8"), all_claims()["line-found"].statement)[3] == "off by 0.125"


def test_a_damaged_result_leaves_the_page_as_it_was(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "01_hello_world_regression.json").write_text("{", encoding="utf-8")
    (tmp_path / "claims.md").write_text("as it was", encoding="utf-8")
    with pytest.raises(CourseError, match=r"01_hello_world_regression\.json cannot be read as a lesson's result"):
        write_claims_page(tmp_path / "results")
    assert (tmp_path / "claims.md").read_text(encoding="utf-8") == "as it was"


def test_the_committed_page_is_what_is_generated(tmp_path):
    results = shutil.copytree(paths.PUBLISHED_RESULTS, tmp_path / "results")
    committed = paths.ROOT / "docs" / "claims.md"
    again = "it is out of date: run `python -m course_utils.publishing.claims_page`"
    assert committed.read_text(encoding="utf-8") == write_claims_page(results).read_text(encoding="utf-8"), again


def test_every_published_claim_is_still_in_the_list():
    for path in sorted(paths.PUBLISHED_RESULTS.glob("[0-9]*.json")):
        result = read_result(path)
        for claim in result["claims"]:
            assert claim["id"] in all_claims(), f"{path.name} measured a claim that is gone"
            assert re.match(r"\d\d", result["lesson"])[0] == all_claims()[claim["id"]].lesson
