"""Solutions stand in the lesson's code cells between two marks; here they are taken out, and stubs put in their place.

The marks are lines of their own, at any indentation: `### BEGIN SOLUTION` and `### END SOLUTION`, as nbgrader has them.
"""

import ast
import re
import textwrap
from collections.abc import Iterator

from course_utils.errors import CourseError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "...  # your answer"

# also what was meant as a mark and would be none, so that a slip does not hand out a solution
_MARK_LIKE = re.compile(r"#\s*(BEGIN|END)\s+SOLUTION", re.IGNORECASE)


def cell_id(name: str) -> str:
    """Id of the cell that an exercise is answered in."""
    return f"exercise-{name.replace('_', '-')}"


def solution_text(source: str) -> str:
    """The text between the marks, dedented; several regions are joined by a blank line, and none gives an empty text.

    Args:
        source: a code cell.

    Raises:
        CourseError: the marks do not come in pairs.
    """
    lines = source.split("\n")
    return "\n\n".join(textwrap.dedent("\n".join(lines[begin + 1 : end])).strip("\n") for begin, end in _regions(lines))


def without_solutions(source: str) -> str:
    """The cell with a stub in place of each region, marks included; everything else stays as it is.

    The stub follows from what the region does: `return ...` if it returns from a function, else `name = ...` for each name
    that it assigns at its own top level, else `...` alone.

    Args:
        source: a code cell.

    Raises:
        CourseError: the marks do not come in pairs, or what stands between them is not whole statements.
    """
    lines = source.split("\n")
    regions = _regions(lines)
    if not regions:
        return source
    try:
        tree = ast.parse(source)
        # from the last to the first, so that the line numbers of those still to come stay right
        for begin, end in reversed(regions):
            lines[begin : end + 1] = _stub(tree, lines, begin, end)
        stubbed = "\n".join(lines)
        ast.parse(stubbed)
    except SyntaxError as error:
        raise CourseError(
            f"A cell with a solution is not Python with it and without it ({error.msg}); the marks enclose whole statements."
        ) from error
    return stubbed


def _regions(lines: list[str]) -> list[tuple[int, int]]:
    """Indices of the lines with the marks, in pairs."""
    marks = [(index, line.strip()) for index, line in enumerate(lines) if _MARK_LIKE.search(line)]
    expected = [BEGIN, END] * (len(marks) // 2)
    if [mark for _, mark in marks] != expected:
        raise CourseError(f"Solutions stand between lines {BEGIN!r} and {END!r}, in pairs; a cell has something else.")
    indices = [index for index, _ in marks]
    return list(zip(indices[::2], indices[1::2], strict=True))


def _stub(tree: ast.Module, lines: list[str], begin: int, end: int) -> list[str]:
    """The lines that replace those from `begin` to `end`, both of them marks."""
    statements = list(_outermost(tree, begin + 1, end + 1))
    for number, line in enumerate(lines[begin + 1 : end], start=begin + 2):
        if line.strip() and not line.strip().startswith("#") and not any(number in _lines_of(part) for part in statements):
            raise SyntaxError(f"line {number} holds half a statement")
    column = statements[0].col_offset if statements else len(lines[begin]) - len(lines[begin].lstrip())
    if column and any(_returns(statement) for statement in statements):
        stub = [f"return {STUB}"]
    else:
        names = dict.fromkeys(name for statement in statements for name in assigned(statement))
        stub = [f"{name} = {STUB}" for name in names] or [STUB]
    return [" " * column + line for line in stub]


def _outermost(node: ast.AST, first: int, last: int) -> Iterator[ast.stmt]:
    """The statements that lie wholly in the lines from `first` to `last`, without those inside another one of them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt) and first <= _lines_of(child).start and _lines_of(child).stop <= last:
            yield child
        else:
            yield from _outermost(child, first, last)


def _lines_of(statement: ast.stmt) -> range:
    """The numbers of its lines, with its decorators."""
    decorators = [decorator.lineno for decorator in getattr(statement, "decorator_list", [])]
    last = statement.end_lineno or statement.lineno
    return range(min([statement.lineno, *decorators]), last + 1)


def _returns(statement: ast.AST) -> bool:
    """Whether it returns from the function that it stands in, rather than from one that it defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return False
    return isinstance(statement, ast.Return) or any(_returns(child) for child in ast.iter_child_nodes(statement))


def assigned(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement assigns or defines, itself, not in what it contains."""
    match statement:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _names(target)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            yield from _names(target)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name


def _names(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _names(part)
        case ast.Starred(value=value):
            yield from _names(value)
