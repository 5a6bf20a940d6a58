import dataclasses
import html.parser
import os

import pytest

from course_utils.errors import CourseError
from course_utils.files import write_json
from course_utils.publishing.report import metric_text, write_report
from course_utils.runner.execute import Failure, Run


class Page(html.parser.HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attrs]

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def build(tmp_path):
    return tmp_path / "build"


def report(build):
    return Page(write_report(build).read_text(encoding="utf-8"))


def put_run(build, stem="01_first", status="failed", failure=None):
    run = Run(stem, status, "lesson", "auto", 0, "2026-01-01T00:00:00+00:00", 3.0, failure)
    record = {key: value for key, value in dataclasses.asdict(run).items() if key != "result"}
    write_json(build / "runs" / f"{stem}.json", record)


def test_page_shows_results_and_needs_nothing_else(build, make_result):
    write_json(build / "results" / "01_first.json", make_result())
    page = report(build)
    for words in ["92.61 ± 0.14 % (3 seeds)", "90.9 %", "holds", "2 points", "61 s", "700 MB", "keras 3", "2, 1.5"]:
        assert words in page.text
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert [value[:22] for _, name, value in page.attributes if name == "src"] == ["data:image/png;base64,"]
    links = [value for _, name, value in page.attributes if name == "href"]
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert links == ["#01_first"]
    assert "01_first" in ids
    assert len(ids) == len(set(ids))


def test_tables_and_what_differs_from_the_text_are_shown(build, make_result):
    tables = {"Two networks": {"columns": ["network", "accuracy"], "rows": [["dense", 89.25], ["plain", None]]}}
    expectations = [
        {"text": "the convnet wins", "met": False, "measured": "-1.0 points"},
        {"text": "all is well", "met": True, "measured": ""},
    ]
    write_json(build / "results" / "01_first.json", make_result(tables=tables, expectations=expectations))
    page = report(build)
    for words in ["Two networks", "dense", "89.25", "the convnet wins", "-1.0 points"]:
        assert words in page.text
    assert "all is well" not in page.text


def pictures(page):
    return [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")]


def test_a_picture_shows_yours_beside_the_published_number(build, make_result, tmp_path, monkeypatch):
    monkeypatch.setattr("course_utils.publishing.report.PUBLISHED_RESULTS", tmp_path)
    headline = make_result()["headline"] | {"name": "accuracy in $", "aim": 92.0}
    write_json(build / "results" / "01_first.json", make_result(headline=headline))
    page = report(build)
    assert "Aim: ≥ 92 %." in page.text
    (alt,) = pictures(page)
    assert "accuracy in $, %" in alt and "yours 92.6 (interval 92.5 to 92.8)" in alt
    assert "baseline at 90.9" in alt and "aim at 92" in alt and "published" not in alt

    for name, value in (("01_first.json", 91.5), ("01_first.full.json", 93.5)):
        published = headline | {"value": value, "spread": None}
        write_json(tmp_path / name, make_result(headline=published))
    assert "published 91.5" in pictures(report(build))[0]
    write_json(build / "results" / "01_first.json", make_result(headline=headline, profile="full"))
    assert "published 93.5" in pictures(report(build))[0]


@pytest.mark.parametrize(
    "changes", [None, {"value": float("nan")}, {"baseline": None, "spread": float("inf")}, {"baseline": "guessing"}]
)
def test_what_cannot_be_drawn_is_left_out(build, make_result, changes):
    headline = changes and make_result()["headline"] | changes
    write_json(build / "results" / "01_first.json", make_result(headline=headline))
    alts = pictures(report(build))
    assert len(alts) == (changes is not None and "value" not in changes)
    assert not any("baseline" in alt or "inf" in alt for alt in alts if "baseline" in changes)


def test_smoke_runs_are_kept_apart(build, make_result):
    write_json(build / "results" / "01_first.json", make_result(profile="smoke"))
    write_json(build / "results" / "02_second.json", make_result(lesson="02_second"))
    page = report(build)
    assert len(pictures(page)) == 1
    measured, smoke = page.text.split("Smoke runs")
    assert "02_second" in measured and "01_first" not in measured
    assert smoke.index("01_first") < smoke.index("02_second")
    assert "Claims of the notes1\n" in page.text


@pytest.mark.parametrize("devices", [["this CPU", "this CPU"], ["this CPU", "that GPU"]])
def test_the_overview_names_each_device_once(build, make_result, devices):
    for stem, device in zip(["01_first", "02_second"], devices, strict=True):
        write_json(build / "results" / f"{stem}.json", make_result(lesson=stem, device=device))
    overview = write_report(build).read_text(encoding="utf-8").split('id="overview"')[1].split("</table>")[0]
    assert [overview.count(device) for device in devices] == [1, 1]


def test_page_is_accessible(build, make_result):
    write_json(build / "results" / "01_first.json", make_result())
    page = report(build)
    assert ("html", "lang", "en") in page.attributes
    assert ("meta", "name", "viewport") in page.attributes
    assert page.tags.count("th") == sum(name == "scope" for _, name, _ in page.attributes)
    assert page.tags.count("table") == sum(tag == "table" and name == "aria-labelledby" for tag, name, _ in page.attributes)


def test_hostile_text_stays_text(build, make_result):
    hostile = '<script>alert("x")</script>'
    claim = {key: hostile for key in ("id", "statement", "source", "measured")} | {"verdict": "does not hold"}
    headline = make_result()["headline"] | {"name": hostile, "unit": hostile, "baseline": hostile}
    write_json(
        build / "results" / "01_first.json",
        make_result(
            claims=[claim],
            headline=headline,
            metrics={hostile: [hostile]},
            device=hostile,
            versions={hostile: hostile},
            data=hostile,
        ),
    )
    put_run(build, "02_second", failure=Failure(hostile, 3, hostile, hostile))
    page = report(build)
    assert "script" not in page.tags
    assert page.text.count(hostile) >= 14


def test_failed_run_hides_the_earlier_result_until_there_is_a_newer(build, make_result):
    write_json(build / "results" / "01_first.json", make_result())
    put_run(build, failure=Failure("ValueError: no", 4, "Training", "fit()"))
    page = report(build)
    assert "in cell 4, under “Training”" in page.text
    assert "fit()" in page.text
    assert "92.61" not in page.text

    later = (build / "runs" / "01_first.json").stat().st_mtime + 1
    os.utime(build / "results" / "01_first.json", (later, later))
    page = report(build)
    assert "92.61" in page.text
    assert "ValueError" not in page.text


def test_stopped_run_without_a_failure_is_shown(build):
    put_run(build, status="stopped")
    assert "stopped,\nafter 3 s" in report(build).text


def test_damaged_files_are_named_and_the_others_shown(build, make_result):
    write_json(build / "results" / "01_first.json", make_result())
    (build / "results" / "02_second.json").write_text('{"lesson"')
    put_run(build, "01_first", "ok")
    (build / "runs" / "03_third.json").write_text("[]")
    page = report(build)
    assert "92.61" in page.text
    assert "02_second.json cannot be read as a lesson's result" in page.text
    assert "03_third.json cannot be read as the record of a run" in page.text


def test_nothing_to_report(build):
    with pytest.raises(CourseError, match="course run"):
        write_report(build)
    assert not build.exists()


def test_metric_text():
    assert metric_text([1, 2.5]) == "1, 2.5"
    assert metric_text([[1, 2], [3, 4]]) == "[1, 2], [3, 4]"
    assert metric_text([float(value) for value in range(9, 0, -1)]) == "9 values from 9 to 1 (least 1, most 9)"
