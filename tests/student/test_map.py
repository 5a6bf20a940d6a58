"""The map: what to do next, what is done; and what lesson 00 says of this machine and of the data on it."""

import json

import pytest

from course_utils import paths
from course_utils.datasets import loading
from course_utils.datasets.catalog import catalog
from course_utils.devices import Device
from course_utils.exercises import exercise_kinds, progress
from course_utils.student import map as course
from course_utils.syllabus import find_lesson, lessons, written_lessons


def solve(*exercises: str) -> None:
    """Solve exercises, such as `02/stuck`, a minute apart."""
    entries = {name: {"attempts": 1, "solved": f"2026-11-28T10:{minute:02}:00"} for minute, name in enumerate(exercises)}
    paths.workspace_dir().mkdir(exist_ok=True)
    progress.progress_file().write_text(json.dumps({"exercises": entries}))


def all_of(number: str) -> list[str]:
    return [f"{number}/{name}" for name in exercise_kinds(number)]


def row(number: str) -> list[str]:
    """The cells of a lesson's line in the map."""
    (line,) = [line for line in course.course_map().splitlines() if line.startswith((f"| [{number} ·", f"| {number} ·"))]
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_written_lessons_are_links_with_the_time_to_study_and_to_run_and_the_others_are_coming():
    name, teaches, study, run, done = row("02")
    lesson = find_lesson("02")
    assert name == f"[02 · {lesson.title}](02_fashion_mnist.ipynb) · core"
    assert (teaches, study, done) == (lesson.teaches, f"{lesson.minutes}\N{NO-BREAK SPACE}min", "")
    assert run.endswith("\N{NO-BREAK SPACE}GB")
    for lesson in lessons():
        name = row(lesson.number)[0]
        assert f"{lesson.number} · {lesson.title}" in name
        assert (f"]({lesson.path.name})" in name, name.endswith("· *coming*")) == (lesson.written, not lesson.written)


def test_the_map_counts_what_was_solved_and_says_what_is_finished():
    solve(*all_of("01"), all_of("02")[0], "02/an_exercise_of_earlier_days")
    assert row("01")[-1] == "**finished**"
    assert row("02")[-1].replace("\N{NO-BREAK SPACE}", " ") == f"1 of {len(all_of('02'))} exercises"
    assert row("07")[-1] == ""
    assert f"Finished so far: 1 of {len(written_lessons())} lessons" in course.course_map()


@pytest.mark.parametrize("damage", [None, "{", "[]", '{"profile": "smoke"}', "[" * 100_000])
def test_a_run_to_the_end_is_shown_with_its_profile_and_a_damaged_result_is_none(damage, make_result):
    results = paths.build_dir() / "results" / "01_hello_world_regression.json"
    results.parent.mkdir(parents=True)
    results.write_text(damage or json.dumps(make_result("01_hello_world_regression", profile="smoke")))
    assert row("01")[-1].replace("\N{NO-BREAK SPACE}", " ") == ("" if damage else "✓ smoke")


@pytest.mark.parametrize(
    ("solved", "following", "word"),
    [
        ([], "00", "Next"),
        (all_of("00"), "01", "Next"),
        ([*all_of("00"), all_of("01")[0]], "01", "Go on with"),
        # what was left out on the way is nobody's next step
        ([*all_of("00"), all_of("01")[0], *all_of("02")], "03", "Next"),
        ([all_of("44")[0], all_of("10")[0]], "10", "Go on with"),
        # at the end, what was left out is
        ([all_of("01")[0], *all_of("44")], "00", "Next"),
    ],
)
def test_the_next_lesson_is_that_of_the_last_answer_or_the_one_behind_it(solved, following, word):
    solve(*solved)
    lesson = find_lesson(following)
    first = course.course_map().splitlines()[0]
    assert first.startswith(
        f"**{word}: [{following} · {lesson.title}]({lesson.path.name})**, about {lesson.minutes} minutes."
    )


def test_whoever_has_finished_everything_is_told_so():
    solve(*[exercise for lesson in written_lessons() for exercise in all_of(lesson.number)])
    assert course.course_map().startswith("**You have finished every lesson that is written.**")


def test_a_new_version_that_lies_beside_a_copy_is_on_the_map():
    workspace = paths.workspace_dir()
    for name in ("01_hello_world_regression.new.ipynb", "01_hello_world_regression.new-2.ipynb", "01_other.ipynb"):
        (workspace / name).touch()
    links = [f"[new version](01_hello_world_regression.{word}.ipynb)" for word in ("new-2", "new")]
    assert row("01")[-1] == " · ".join(links)


def test_the_start_page_is_the_map_with_a_word_on_how_to_begin():
    course.write_start_page()
    page = (paths.workspace_dir() / course.START_PAGE).read_text(encoding="utf-8")
    assert page.startswith("# Deep learning, measured\n\n") and "**Shift + Enter**" in page
    assert page.endswith(f"{course.course_map()}\n")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("here", "here"),
        ("mirror", "in the mirror"),
        ("instead", "not here; real data of another kind takes its place"),
        ("-", "not here"),
    ],
)
def test_the_map_tells_where_each_dataset_would_come_from(state, words, monkeypatch):
    monkeypatch.setattr(loading, "state", lambda dataset: state)
    rows = course.data_here().splitlines()[2:]
    assert rows
    assert all(row.endswith(f"| {words} |") for row in rows)


def test_each_dataset_is_asked_for_itself_and_names_the_written_lessons_that_use_it(monkeypatch):
    monkeypatch.setattr(loading, "state", lambda dataset: "here" if dataset.name == "mnist" else "-")
    rows = {row.split(" | ")[0].strip("| "): row for row in course.data_here().splitlines()[2:]}
    mnist = catalog()["mnist"]
    used_by = [lesson.number for lesson in lessons() if lesson.written and lesson.number in mnist.lessons]
    assert used_by and rows.pop(mnist.title) == f"| {mnist.title} | {', '.join(used_by)} | here |"
    assert all(row.endswith("| not here |") for row in rows.values())


def test_the_machine_says_what_fast_means():
    rows = course.machine(Device("CPU", "Xeon", 0, 2, 8.0, "float32", "mixed_bfloat16")).splitlines()
    assert "| precision | float32; where a lesson asks for the fastest, mixed_bfloat16 |" in rows
    rows = course.machine(Device("GPU", "Tesla T4", 2, 2, 8.0, "float32", "mixed_float16")).splitlines()
    assert "| GPU | 2 × Tesla T4 |" in rows
