import ast
import re
import textwrap

import nbformat
import pytest

from course_utils.errors import CourseError
from course_utils.exercises.solutions import solution_text, without_solutions
from course_utils.syllabus import written_lessons


def cell(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


ASSIGNMENTS = cell("""
    given = 1
    ### BEGIN SOLUTION
    # why
    a, (b, *rest) = first = 1, (2, 3)
    total: int = a
    total += b
    for step in range(3):
        hidden = step
    table["key"] = total
    ### END SOLUTION
    print(total)
""")
IN_A_FUNCTION = cell("""
    def half(x):
        \"\"\"Half of x.\"\"\"
        ### BEGIN SOLUTION
        if x == 0:
            return 0
        result = x / 2
        return result
        ### END SOLUTION


    ex.half.check(half)
""")


def test_each_assigned_name_gets_a_line():
    assert without_solutions(ASSIGNMENTS) == cell("""
        given = 1
        a = ...  # your answer
        b = ...  # your answer
        rest = ...  # your answer
        first = ...  # your answer
        total = ...  # your answer
        print(total)
    """)


def test_a_region_that_returns_becomes_a_return():
    assert without_solutions(IN_A_FUNCTION) == cell("""
        def half(x):
            \"\"\"Half of x.\"\"\"
            return ...  # your answer


        ex.half.check(half)
    """)


@pytest.mark.parametrize(
    ("region", "stub"),
    [
        ("def f(x):\n    return x", "f = ...  # your answer"),
        ("class Layer:\n    def call(self):\n        return 1", "Layer = ...  # your answer"),
        ("f = lambda x: x", "f = ...  # your answer"),
        ("model.fit(x)", "...  # your answer"),
        ("values[0] = 1", "...  # your answer"),
        ("# only a comment", "...  # your answer"),
        ("@keras.saving.register\ndef f(x):\n    return x", "f = ...  # your answer"),
        ("", "...  # your answer"),
    ],
)
def test_stubs_follow_from_the_statement(region, stub):
    assert without_solutions(f"a = 1\n### BEGIN SOLUTION\n{region}\n### END SOLUTION\nb = 2") == f"a = 1\n{stub}\nb = 2"


def test_a_function_without_return_keeps_its_indentation():
    source = cell("""
        for x in range(3):
            ### BEGIN SOLUTION
            y = x
            ### END SOLUTION
            print(y)
    """)
    assert without_solutions(source) == "for x in range(3):\n    y = ...  # your answer\n    print(y)"


def test_a_text_over_several_lines_may_start_at_the_margin():
    source = 'def f():\n    ### BEGIN SOLUTION\n    text = """\nhere"""\n    ### END SOLUTION\n    return text'
    assert without_solutions(source) == "def f():\n    text = ...  # your answer\n    return text"


def test_several_regions_are_replaced_one_by_one():
    source = "### BEGIN SOLUTION\na = 1\nb = 2\n### END SOLUTION\nc = 3\n### BEGIN SOLUTION\nd = 4\n### END SOLUTION\n"
    assert without_solutions(source) == ("a = ...  # your answer\nb = ...  # your answer\nc = 3\nd = ...  # your answer\n")
    assert solution_text(source) == "a = 1\nb = 2\n\nd = 4"


def test_the_solution_is_dedented():
    assert solution_text(IN_A_FUNCTION) == "if x == 0:\n    return 0\nresult = x / 2\nreturn result"
    assert solution_text(ASSIGNMENTS).startswith("# why\na, (b, *rest)")


def test_a_cell_without_solution_stays_as_it_is():
    source = "%matplotlib inline\nx = 1  \n\n"
    assert without_solutions(source) == source
    assert solution_text(source) == ""


@pytest.mark.parametrize(
    "source",
    [
        "### BEGIN SOLUTION\na = 1",
        "a = 1\n### END SOLUTION",
        "### END SOLUTION\na = 1\n### BEGIN SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n### END SOLUTION",
        "### BEGIN SOLUTION: easy\na = 1\n### END SOLUTION",
        "# begin solution\na = 1\n# end solution",
        "a = 1  ### BEGIN SOLUTION\n### END SOLUTION",
    ],
)
def test_marks_that_do_not_pair_are_refused(source):
    for function in (solution_text, without_solutions):
        with pytest.raises(CourseError, match="in pairs"):
            function(source)


@pytest.mark.parametrize(
    "source",
    [
        "f(\n### BEGIN SOLUTION\n1\n### END SOLUTION\n)+",
        "if a:\n    b = 1\n### BEGIN SOLUTION\nelse:\n    b = 2\n### END SOLUTION\n    c = 1",
        "### BEGIN SOLUTION\nfor x in y:\n### END SOLUTION\n    print(x)",
    ],
)
def test_marks_around_half_a_statement_are_refused(source):
    with pytest.raises(CourseError, match="whole statements"):
        without_solutions(source)


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_stubs_of_the_lessons_compile_and_hold_nothing_of_the_solutions(lesson):
    for code in nbformat.read(lesson.path, as_version=4).cells:
        if code.cell_type == "code":
            stubbed, solution = without_solutions(code.source), solution_text(code.source)
            ast.parse(stubbed)
            assert "SOLUTION" not in stubbed
            assert (stubbed != code.source) == bool(solution)
            outside = re.split(r"^ *### BEGIN SOLUTION$.*?^ *### END SOLUTION$", code.source, flags=re.M | re.S)
            answers = r"(?: *(?:\w+ = |return )?\.\.\.  # your answer\n?)+"
            assert re.fullmatch(answers.join(re.escape(part.rstrip(" ")) for part in outside), stubbed)
