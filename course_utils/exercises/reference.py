"""The lesson's own answer to an exercise: its cell is run with what the cells before it define, and nothing else."""

import ast
import dis
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from functools import cache
from types import CodeType
from typing import Any, TypeAlias

from course_utils.errors import CourseError
from course_utils.exercises.solutions import assigned, cell_id
from course_utils.files import read_notebook
from course_utils.syllabus import Lesson, find_lesson

# statements that run together or not at all
Block: TypeAlias = list[ast.stmt]


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
    names = dict(given or {})
    exec(compile(code_needed(own, one_by_one(earlier), {*names, "ex"}), f"<lesson {lesson}>", "exec"), names)
    return names


def code_needed(own: str, earlier: Iterable[Block], known: Collection[str] = ()) -> ast.Module:
    """What must have run before a cell: the earlier blocks that bind what it reads, or what these read in their turn.

    Args:
        own: the cell.
        earlier: statements in their order, together in a block where one is not to run without the others.
        known: names that it finds defined anyway.
    """
    needed = _needed(statements(own), list(earlier), set(known))
    return ast.Module([statement for block in needed for statement in block], [])


def one_by_one(sources: Iterable[str]) -> Iterator[Block]:
    """Each of the statements of cells as a block of its own."""
    return ([statement] for source in sources for statement in statements(source))


def statements(source: str) -> Block:
    """The statements of a cell, none if it holds something else, such as a line for the shell."""
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def names_read(code: ast.Module) -> set[str]:
    """The names that code reads from outside itself; a function's own variables are none."""
    return set(_read(code.body))


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

    def __call__(self) -> None:
        """As a hint that is asked for, which says nothing here."""

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


def _needed(own: Block, earlier: list[Block], known: set[str]) -> list[Block]:
    """Those of the earlier blocks, in their order, that bind what `own` reads, or what these read in their turn."""
    asked = set(_read(own)) - _all_bound(own) - known
    while True:
        wanted, needed = set(asked), []
        for block in reversed(earlier):
            bound = _all_bound(block)
            if bound & wanted:
                needed.append(block)
                wanted = (wanted - bound) | (set(_read(block)) - bound - known)
        if wanted <= asked:
            return needed[::-1]
        asked |= wanted  # a function may use what is bound behind it


def _all_bound(block: Block) -> set[str]:
    return {name for statement in block for name in _bound(statement)}


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    else:
        yield from assigned(statement)


def _read(block: Block) -> Iterator[str]:
    waiting: list[CodeType] = [compile(ast.Module(block, []), "<lesson>", "exec")]
    while waiting:
        code = waiting.pop()
        yield from (step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_NAME", "LOAD_GLOBAL"))
        waiting.extend(constant for constant in code.co_consts if isinstance(constant, CodeType))
