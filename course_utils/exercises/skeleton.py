"""A new exercise to start from: its entry in the lesson's checks and its two cells, which work already."""

import ast
import json
import re
from keyword import iskeyword
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.exercises.solutions import BEGIN, END, cell_id
from course_utils.files import made_sense_of, read_notebook, write_texts
from course_utils.paths import RESTORE

CHECKS = Path(__file__).parent / "checks"
MOST_EXERCISES = 5

# For each kind: what its entry says besides hints and praise, and the cell with its solution.
_TEMPLATES = {
    "Function": (
        """inputs=[(1.0,)],  # what a learner sees when it fails: small
        draw=lambda random: (random.normal(size=random.integers(0, 9)),),  # sizes, signs, magnitudes, dtypes
        mistakes=[(lambda right, x: right(-x), "What the mistake is.")],""",
        f"def NAME(x):\n    {BEGIN}\n    return 2 * x\n    {END}\n\n\nex.NAME.check(NAME)",
    ),
    "Value": (
        """expected=2,
        expects="what is asked for, without giving it away",
        mistakes=[(1, "What the mistake is.")],""",
        f"{BEGIN}\nanswer = 1 + 1\n{END}\nex.NAME.check(answer)",
    ),
    "Tensor": (
        """shape=(3,),
        checks=[lambda x: None if x.sum() == 1 else f"Its sum is {x.sum():g}; expected: 1."],""",
        f"{BEGIN}\nanswer = [1, 0, 0]\n{END}\nex.NAME.check(answer)",
    ),
    "Model": (
        """checks=[lambda model: None if model.count_params() <= 10 else "It has more than 10 parameters."],""",
        f"{BEGIN}\nmodel = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2)])\n{END}\nex.NAME.check(model)",
    ),
    "Choice": (
        """right="b",
        why_not={"a": "Why it is not this one.", "c": "Why it is not that one."},""",
        f'{BEGIN}\nanswer = "b"\n{END}\nex.NAME.check(answer)',
    ),
    "Prediction": (
        """words=("more", "less"),
        mistakes=[("more", "The thought that may lie behind it.")],""",
        f'{BEGIN}\nprediction = "less"\n{END}\nseen = "less"\nex.NAME.check(prediction, seen)',
    ),
}
KINDS = tuple(_TEMPLATES)


def add_exercise(notebook: Path, name: str, kind: str, checks: Path = CHECKS) -> list[Path]:
    """Write the skeleton of an exercise behind the others of a lesson.

    Args:
        notebook: the lesson's notebook, called `NN_….ipynb`.
        name: the exercise's name, as in `ex.NAME`.
        kind: one of `KINDS`.
        checks: the folder of the checks.

    Returns:
        The files that were written.

    Raises:
        CourseError: the name is none, or taken; the lesson has as many exercises as one may have; a file cannot be read or
            written. Nothing is written then.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or iskeyword(name):
        raise CourseError(f"{name!r} cannot name an exercise: use small letters, digits and underscores, as in slide_with.")
    module = checks / f"lesson_{notebook.name[:2]}.py"
    with made_sense_of(module, "a lesson's checks", RESTORE):
        before = module.read_text(encoding="utf-8") if module.exists() else _empty(notebook.name[:2])
        taken = [key.value for key in _entries(before).keys if isinstance(key, ast.Constant)]
    content = read_notebook(notebook)
    if name in taken or cell_id(name) in [cell.get("id") for cell in content["cells"]]:
        raise CourseError(f"{notebook.stem} has an exercise called {name!r} already; choose another name.")
    if len(taken) >= MOST_EXERCISES:
        raise CourseError(f"{notebook.stem} has {len(taken)} exercises; take one out before you add another.")
    _insert(content["cells"], _cells(name, kind, len(taken) + 1))
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write_texts({module: _with_entry(before, name, kind), notebook: text})
    return [module, notebook]


def _empty(number: str) -> str:
    return f'"""What the exercises of lesson {number} expect."""\n\nEXERCISES = {{\n}}\n'


def _entries(source: str) -> ast.Dict:
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="EXERCISES")], value=ast.Dict() as entries):
                return entries
    raise ValueError("it has no EXERCISES")


def _with_entry(source: str, name: str, kind: str) -> str:
    """The checks with one entry more, at the end, and its kind among the imports."""
    lines = source.split("\n")
    last = (_entries(source).end_lineno or 0) - 1
    entry = (
        f'    "{name}": {kind}(\n        {_TEMPLATES[kind][0]}\n'
        '        hints=("A nudge.", "The idea.", "Nearly the answer."),\n        praise="What it was good for.",\n    ),'
    )
    lines[last:last] = entry.split("\n")
    imported = [line for line in lines if line.startswith("from course_utils.exercises.kinds import ")]
    kinds = {word for line in imported for word in line.partition(" import ")[2].split(", ")} | {kind}
    line = f"from course_utils.exercises.kinds import {', '.join(sorted(kinds))}"
    if imported:
        lines[lines.index(imported[0])] = line
    else:
        lines[1:1] = ["", line]
    return "\n".join(lines)


def _cells(name: str, kind: str, number: int) -> list[dict[str, Any]]:
    task = f"### Exercise {number} · Title\n\nWhat is asked, with every threshold and type that the check holds it to."
    answer = _TEMPLATES[kind][1].replace("NAME", name)
    return [
        {"cell_type": "markdown", "id": f"{cell_id(name)}-task", "metadata": {}, "source": task.splitlines(keepends=True)},
        {
            "cell_type": "code",
            "execution_count": None,
            "id": cell_id(name),
            "metadata": {},
            "outputs": [],
            "source": answer.splitlines(keepends=True),
        },
    ]


def _insert(cells: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    """Put new cells behind those of the last exercise, or before the last cell where there is none."""
    of_exercises = [place for place, cell in enumerate(cells) if str(cell.get("id")).startswith("exercise-")]
    place = of_exercises[-1] + 1 if of_exercises else max(len(cells) - 1, 0)
    cells[place:place] = new
