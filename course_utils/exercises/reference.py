"""The lesson's own answer to an exercise: its cell is run with what the cells before it define, and nothing else."""

import ast
import dis
import io
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from functools import cache
from types import CodeType
from typing import Any

from course_utils.errors import CourseError
from course_utils.exercises.solutions import assigned, cell_id
from course_utils.files import read_notebook
from course_utils.syllabus import Lesson, find_lesson


@cache
def lessons_answer(lesson: str, name: str) -> tuple[Any, ...]:
    """What the lesson's own solution hands to `check`.

    Args:
        lesson: the lesson's number.
        name: the exercise's.

    Raises:
        CourseError: the lesson's notebook cannot be read, has no such cell, or its cell does not call `check`.
    """
    with redirect_stdout(io.StringIO()):  # what the lesson's cell prints, the learner's own has printed
        return handed_in(answer_source(find_lesson(lesson), name), names_before(lesson, name), f"{lesson}/{name}")


def answer_source(lesson: Lesson, name: str) -> str:
    """The code of the cell that an exercise is answered in, with its solution.

    Raises:
        CourseError: the lesson's notebook cannot be read, or has no such cell.
    """
    return _code_until(lesson, name)[-1]


def names_before(lesson: str, name: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The imports, functions, classes and values of earlier cells that an exercise's cell uses, by name.

    Args:
        lesson: the lesson's number.
        name: the exercise's.
        given: values that take the place of the lesson's, such as those that it has to train for.
    """
    *earlier, own = _code_until(find_lesson(lesson), name)
    statements = [statement for source in earlier for statement in _statements(source)]
    names = dict(given or {})
    needed = _needed(_statements(own), statements, set(names) | {"ex"})
    exec(compile(ast.Module(needed, []), f"<lesson {lesson}>", "exec"), names)
    return names


def handed_in(source: str, names: Mapping[str, Any], filename: str = "answer") -> tuple[Any, ...]:
    """Run a cell and give what it hands to the `check` of an exercise.

    Args:
        source: the cell.
        names: what it finds defined.
        filename: what its lines are called in errors.

    Raises:
        CourseError: it does not call `check`.
        Exception: whatever the cell raises.
    """
    taker = _Taker()
    exec(compile(source, f"<{filename}>", "exec"), {**names, "ex": taker})
    if taker.taken is None:
        raise CourseError(f"The cell of the exercise {filename} does not call `check`.")
    return taker.taken


class _Taker:
    """Stands for `ex` and for each of its exercises; keeps what it is asked to check."""

    taken: tuple[Any, ...] | None = None

    def __getattr__(self, name: str) -> "_Taker":
        return self

    def check(self, *answer: Any) -> None:
        self.taken = answer


def _code_until(lesson: Lesson, name: str) -> list[str]:
    """The sources of the code cells up to the one that the exercise is answered in."""
    sources = []
    for cell in read_notebook(lesson.path)["cells"]:
        if cell["cell_type"] == "code":
            sources.append("".join(cell["source"]))
            if cell.get("id") == cell_id(name):
                return sources
    raise CourseError(f"{lesson.path.name} has no cell {cell_id(name)!r}; restore it from the repository.")


def _statements(source: str) -> list[ast.stmt]:
    """The statements of a cell, none if it holds something else, such as a line for the shell."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def _needed(own: list[ast.stmt], earlier: list[ast.stmt], known: set[str]) -> list[ast.stmt]:
    """Those of the earlier statements, in their order, that bind what `own` reads, or what these read in their turn."""
    asked = set(_read(own)) - {name for statement in own for name in _bound(statement)} - known
    while True:
        wanted, needed = set(asked), []
        for statement in reversed(earlier):
            bound = set(_bound(statement))
            if bound & wanted:
                needed.append(statement)
                wanted = (wanted - bound) | (set(_read([statement])) - bound - known)
        if wanted <= asked:
            return needed[::-1]
        asked |= wanted  # a function may use what is bound behind it


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    else:
        yield from assigned(statement)


def _read(statements: list[ast.stmt]) -> Iterator[str]:
    """The names that statements read from outside themselves; a function's own variables are none."""
    waiting: list[CodeType] = [compile(ast.Module(statements, []), "<lesson>", "exec")]
    while waiting:
        code = waiting.pop()
        yield from (step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_NAME", "LOAD_GLOBAL"))
        waiting.extend(constant for constant in code.co_consts if isinstance(constant, CodeType))
