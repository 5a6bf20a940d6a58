"""The form of the lessons, in numbers: short, about their subject, in the field's words, with Keras in the open.

To see what a lesson still lacks, run `pytest tests/test_form.py -k NN_name`.
"""

import ast
import re
from collections.abc import Callable, Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.syllabus import Lesson, written_lessons
from tests.fixtures.cells import bound, code_lines, is_folded, needed, read

MOST_CELLS, MOST_LINES, MOST_REPORT, WIDEST_LINE = 80, 380, 0.25, 100
# the subject begins within the first screen
LAST_BEGINNING = 9
# On a forge nothing folds: what is folded elsewhere may take a third of a laptop's screen, so that the thread is not lost.
# What the notes claimed comes after all that is read in one go, and may be as long as any cell.
LONGEST_FOLDED = 12
CLAIMS = "## What the notes claimed"

REPORTS = {"claims", "expect", "headline", "record", "table"}
# prose that a lesson puts together, as before it stood in Markdown
COMPUTED_PROSE = {"claim", "say"}
# what no textbook says, and what the field says
FIELD_WORDS = {
    r"\bnames? (?:\*\*)?\{?[\w.:%\[\]' ]*\}?(?:\*\*)? ?%|\bnamed rightly|right about \*\*": "classifies 91 % correctly",
    r"\bnumbers to learn\b": "parameters",
    r"\bupright edges|\blevel edges": "vertical edges, horizontal edges",
    r"\bheld out by chance\b": "random split",
    r"\bby coin tosses|\bby luck\b": "sampling noise, spread over seeds, confidence interval",
    r"\bno difference beyond noise\b": "the difference is within noise",
    r"\bcopycat\b": "nearest-neighbour baseline",
    r"\bthe promise\b": "the claim",
    r"seed\(s\)": "one seed, three seeds",
}

Cells = list[nbformat.NotebookNode]
Check = Callable[[Cells], Iterator[str]]


def code(cells: Cells) -> Cells:
    return [cell for cell in cells if cell.cell_type == "code"]


def calls(tree: ast.AST) -> Iterator[tuple[str, str, ast.Call]]:
    """Of each call of an attribute: what it is called on if that is a name, the attribute, the call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield getattr(node.func.value, "id", ""), node.func.attr, node


def lesson_calls(tree: ast.AST, names: set[str]) -> list[ast.Call]:
    return [call for owner, name, call in calls(tree) if owner == "lesson" and name in names]


def reporting_lines(cell: nbformat.NotebookNode) -> int:
    """Lines that write the report: all of a folded cell, else the statements that call `lesson.record` and the like."""
    if is_folded(cell):
        return len(code_lines(cell.source))
    statements = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Expr | ast.Assign)]
    reports = [ast.get_source_segment(cell.source, node) for node in statements if lesson_calls(node, REPORTS)]
    return sum(len(code_lines(source)) for source in reports)


def is_short(cells: Cells) -> Iterator[str]:
    if len(cells) > MOST_CELLS:
        yield f"{len(cells)} cells, more than {MOST_CELLS}: cut, or move a part to the lesson that is about it"
    lines = sum(len(code_lines(cell.source)) for cell in code(cells))
    if lines > MOST_LINES:
        yield f"{lines} lines of code, more than {MOST_LINES}"
    share = sum(map(reporting_lines, code(cells))) / max(lines, 1)
    if share > MOST_REPORT:
        yield f"{share:.0%} of the code writes reports, more than {MOST_REPORT:.0%}"


def begins_with_its_subject(cells: Cells) -> Iterator[str]:
    parts = [place for place, cell in enumerate(cells) if re.search(r"^## ", cell.source, re.M)]
    if not parts or parts[0] >= LAST_BEGINNING:
        yield f"the subject does not begin (## ...) before cell {LAST_BEGINNING + 1}"


def has_no_wide_line(cells: Cells) -> Iterator[str]:
    for cell in code(cells):
        widest = max(map(len, cell.source.splitlines()), default=0)
        if widest > WIDEST_LINE:
            yield f"{cell.id}: a line of {widest} characters, more than {WIDEST_LINE}"


def folds_little(cells: Cells) -> Iterator[str]:
    last_part = next((place for place, cell in enumerate(cells) if CLAIMS in cell.source), len(cells))
    for cell in code(cells[:last_part]):
        if is_folded(cell) and len(code_lines(cell.source)) > LONGEST_FOLDED:
            yield f"{cell.id}: {len(code_lines(cell.source))} folded lines, more than {LONGEST_FOLDED}"


def shows_what_it_needs(cells: Cells) -> Iterator[str]:
    """A name that only a folded cell defines leaves whoever reads the page wondering where it comes from."""
    shown: set[str] = set()
    hidden: set[str] = set()
    for cell in code(cells):
        if is_folded(cell):
            hidden |= bound(cell.source)
            continue
        shown |= bound(cell.source)
        if missed := (needed(cell.source) & hidden) - shown:
            yield f"{cell.id}: needs {', '.join(sorted(missed))}, which only a folded cell defines"


def says_it_in_prose(cells: Cells) -> Iterator[str]:
    for cell in code(cells):
        tree = ast.parse(cell.source)
        if lesson_calls(tree, COMPUTED_PROSE):
            yield f"{cell.id}: prose stands in Markdown and is kept true by lesson.expect, verdicts come from lesson.claims"
        chosen = [node for call in lesson_calls(tree, REPORTS) for node in ast.walk(call) if isinstance(node, ast.IfExp)]
        if chosen:
            yield f"{cell.id}: chooses by `if` what it reports"


def has_evidence_that_can_fail(cells: Cells) -> Iterator[str]:
    for cell in code(cells):
        for call in lesson_calls(ast.parse(cell.source), {"claims", "expect"}):
            given = [*call.args, *(pair for node in ast.walk(call) if isinstance(node, ast.Dict) for pair in node.values)]
            given += [part for node in given if isinstance(node, ast.Tuple) for part in node.elts]
            if any(isinstance(node, ast.Constant) and node.value is True for node in given):
                yield f"{cell.id}: `True` where a measurement belongs: it holds whatever was measured"


def uses_the_fields_words(cells: Cells) -> Iterator[str]:
    for cell in cells:
        for private, word in FIELD_WORDS.items():
            if found := re.search(private, cell.source):
                yield f"{cell.id}: {found[0]!r}: the field says {word}"
        if cell.cell_type == "markdown" and (found := re.search(r"\d%", re.sub(r"`[^`]*`", "", cell.source))):
            yield f"{cell.id}: {found[0]!r}: percentages are written 91.2 %"


def shows_keras_as_it_is(cells: Cells) -> Iterator[str]:
    """Where a network is built, its summary is in view once, and where one is trained, `compile` and `fit` are."""
    everywhere, in_view = (
        {name for cell in some for _, name, _ in calls(ast.parse(cell.source))}
        for some in (code(cells), [cell for cell in code(cells) if not is_folded(cell)])
    )
    if everywhere.isdisjoint({"Sequential", "Model"}):
        return
    for name in ["summary"] + ["compile", "fit"] * ("fit" in everywhere):
        if name not in in_view:
            yield f"builds a network, and `{name}` is nowhere in view"


CHECKS: list[Check] = [
    is_short,
    begins_with_its_subject,
    has_no_wide_line,
    folds_little,
    shows_what_it_needs,
    says_it_in_prose,
    has_evidence_that_can_fail,
    uses_the_fields_words,
    shows_keras_as_it_is,
]


def faults(cells: Cells) -> list[str]:
    """What keeps a lesson from having the form, a sentence each; cells are named by their ids."""
    return [fault for check in CHECKS for fault in check(cells)]


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_a_lesson_has_the_form(lesson: Lesson):
    assert faults(read(lesson.path).cells) == []


# ---- the checks themselves


def prose(source: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source, id="prose")


def shown(source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, id="shown")


def folded(source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, id="folded", metadata={"tags": ["hide-input"]})


LAYERS = "model = keras.Sequential([layers.Dense(1)])"
GOOD = [
    prose("# 02 · A lesson"),
    shown("import keras\nfrom keras import layers"),
    prose("## A network\n\nIt classifies 91.2 % of the pictures correctly; `f'{share:.0%}'`, `50%`."),
    shown(f"# built\n{LAYERS}\nmodel.summary()"),
    shown("def train(seed):\n    model.compile()\n    return model.fit(x, seed)"),
    shown("runs = [train(seed) for seed in (0, 1)]\nbest = runs[0] if runs else None"),
    shown("scores = {'a': 1}\nlesson.expect('it helps', gain.is_gain)"),
    folded("rows = [scores]\n" + "rows += rows\n" * 4),
    shown("rows = 3\nprint(rows)"),
    prose("## What the notes claimed, and what you measured"),
    folded("lesson.claims({\n" + "'a': gain,\n" * 14 + "})"),
    shown("\n".join(["step()"] * 100)),
]


def test_a_good_lesson_has_no_faults():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ([prose("More.")] * 80, "92 cells, more than 80"),
        ([shown("\n".join(["step()"] * 19))] * 20, "lines of code, more than 380"),
        ([folded("\n".join(["step()"] * 12))] * 3, "of the code writes reports, more than 25%"),
        ([shown("\n".join(["lesson.record('a', 1)"] * 20))], "of the code writes reports, more than 25%"),
        ([shown("for seed in seeds:\n" + "    lesson.record('a', 1)\n" * 20)], "of the code writes reports, more than 25%"),
        ([shown(f"name = '{'a' * 93}'")], "shown: a line of 102 characters"),
        ([folded(f"name = '{'a' * 93}'")], "folded: a line of 102 characters"),
        ([folded("\n".join(["step()"] * 13))], "folded: 13 folded lines"),
        ([folded("secret = 1"), shown("print(secret)")], "shown: needs secret, which only a folded"),
        ([folded("import secret"), shown("def show():\n    return [secret(x) for x in y]")], "shown: needs secret, which"),
        ([folded("def secret(): ..."), shown("known = secret(1)")], "shown: needs secret, which"),
        ([shown("lesson.say(f'{gain} points')")], "shown: prose stands in Markdown"),
        ([folded("lesson.claim('a', 'holds', 'yes')")], "folded: prose stands in Markdown"),
        ([folded("lesson.claims({'a': (gain, 'small' if gain < 1 else 'large')})")], "folded: chooses by `if`"),
        ([shown("lesson.expect('it helps', True, gain)")], "shown: `True` where a measurement belongs"),
        ([folded("lesson.claims({'a': True})")], "folded: `True` where a measurement belongs"),
        ([folded("lesson.claims({'a': (True, 'a limit')})")], "folded: `True` where a measurement belongs"),
        ([folded("lesson.claims({'a': {f'{share:.1f} %': True, 'b': gain}})")], "folded: `True` where a measurement"),
        ([prose("The network names 91 % of the digits.")], "prose: 'names 91 %': the field says classifies"),
        ([shown("print(f'names **{share:.1f}** %')")], "the field says classifies 91 % correctly"),
        ([prose("It has 12 numbers to learn.")], "the field says parameters"),
        ([prose("It is right 91% of the time.")], "prose: '1%': percentages are written 91.2 %"),
    ],
)
def test_each_fault_is_found(added, words):
    (fault,) = faults(GOOD[:9] + added + GOOD[9:])
    assert words in fault


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("model.summary()", "", "builds a network, and `summary` is nowhere in view"),
        ("model.compile()", "", "builds a network, and `compile` is nowhere in view"),
        ("model.fit(", "fit(", "builds a network, and `fit` is nowhere in view"),
        ("## A network", "A network", "the subject does not begin (## ...) before cell 10"),
    ],
)
def test_what_is_missing_is_found(old, new, words):
    cells = [nbformat.from_dict(cell | {"source": cell.source.replace(old, new)}) for cell in GOOD]
    (fault,) = faults([*cells, folded("model.fit(x)")])
    assert words in fault


def test_a_lesson_without_networks_owes_no_summary():
    assert faults([cell for cell in GOOD if "model" not in cell.source]) == []
