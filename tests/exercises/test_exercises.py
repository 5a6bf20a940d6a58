"""What a learner does with an exercise: check, hint, solution."""

import pytest

import course_utils.exercises as package
from course_utils.errors import CourseError
from course_utils.exercises import cell_id, exercise_kinds, exercises, find_solution
from course_utils.exercises.kinds import Value
from course_utils.exercises.outcome import Note, Status
from course_utils.syllabus import find_lesson, written_lessons


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, in order."""
    notes = []
    monkeypatch.setattr(package, "display", notes.append)
    return notes


def test_check_says_how_the_answer_does(shown):
    ex = exercises("01")
    for answer in (..., "a", "b"):
        ex.space.check(answer)
    assert [repr(note).split(".")[0] for note in shown] == ["○ Not tried yet", "✗ Not right yet", "✓ Correct"]


def test_a_wrong_answer_says_what_help_there_is(shown):
    ex = exercises("01")
    ex.space.check("a")
    for _ in range(3):
        ex.space.hint()
    ex.space.check("a")
    assert "`ex.space.hint()` gives a hint" in repr(shown[0])
    assert "`ex.space.solution()` shows a solution" in repr(shown[-1])


def test_the_lessons_own_answer_is_run_without_a_word(capsys):
    assert exercise_kinds("12")["closest"].judge(lambda held_out, training: 3).status is Status.WRONG
    assert capsys.readouterr().out == ""


def test_hints_come_in_three_stages(shown):
    ex = exercises("01")
    for _ in range(4):
        ex.space.hint()
    hints = exercise_kinds("01")["space"].hints
    assert [hint in repr(note) for hint, note in zip((*hints, hints[2]), shown, strict=True)] == [True] * 4
    assert "Hint 1 of 3" in repr(shown[0]) and "`.solution()`" in repr(shown[3])


def test_the_solution_is_the_text_of_the_lesson(shown):
    exercises("01").space.solution()
    assert repr(shown[0]) == find_solution(find_lesson("01"), "space") == 'learnable = "b"'
    assert "```python" in shown[0]._repr_markdown_()


def test_a_fault_of_the_check_does_not_stop_the_notebook(shown, monkeypatch):
    monkeypatch.setattr(Value, "problem", lambda self, answer: 1 / 0)
    exercises("00").points.check(3)
    assert "check itself failed" in repr(shown[0])


def test_an_exercise_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(AttributeError, match="no exercise called 'spase' here; there are: learning_rate"):
        exercises("01").spase  # noqa: B018
    with pytest.raises(CourseError, match="no lesson called 'none'"):
        exercises("none")


def test_a_note_is_html_with_its_code_marked_and_its_text_escaped():
    html = Note("✗", "Not right yet", "`a < b` is <b>wrong</b>")._repr_html_()
    assert "<code>a &lt; b</code> is &lt;b&gt;wrong" in html


@pytest.mark.parametrize("lesson", [lesson.number for lesson in written_lessons()])
def test_each_exercise_has_a_solution_in_its_lesson(lesson: str):
    for name in exercise_kinds(lesson):
        assert find_solution(find_lesson(lesson), name), cell_id(name)


def test_each_lesson_has_one_to_five_exercises():
    for lesson in written_lessons():
        assert 1 <= len(exercise_kinds(lesson.number)) <= 5
