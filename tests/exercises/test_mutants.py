"""The changes that `mutants` makes, and that a check which merely fits its examples takes some of them for right."""

import ast

import numpy as np
import pytest

from course_utils.exercises.kinds import Function
from course_utils.exercises.outcome import Status
from course_utils.exercises.reference import handed_in
from tests.exercises.mutants import mutants

CELL = """
import numpy as np
given = 1 + 1


def clipped(x, width):
    ### BEGIN SOLUTION
    shifted = np.clip(x - 3, 0, width)
    if width < 1:
        return x[1:]
    return shifted.sum(axis=(0, 1))
    ### END SOLUTION


ex.clipped.check(clipped)
"""


@pytest.mark.parametrize(
    "words",
    [
        "x - 3 → (x + 3)",
        "x - 3 → (3 - x)",
        "3 → (4)",
        "np.clip(x - 3, 0, width) → (x - 3)",
        "width < 1 → (width <= 1)",
        "1: → :",
        "shifted.sum → (shifted.mean)",
        "shifted.sum(axis=(0, 1)) → (shifted.sum())",
        "shifted.sum(axis=(0, 1)) → (shifted)",
        "(0, 1) → ((1,))",
        "if width < 1: return x[1:] → pass",
        "if width < 1: return x[1:] → if True: return x[1:]",
    ],
)
def test_it_makes(words: str):
    assert words in dict(mutants(CELL))


def test_each_is_python_differs_and_changes_nothing_but_the_solution():
    made = [changed for _, changed in mutants(CELL)]
    assert len({ast.dump(ast.parse(changed)) for changed in (CELL, *made)}) == len(made) + 1
    assert all("given = 1 + 1\n" in changed and changed.endswith("ex.clipped.check(clipped)\n") for changed in made)


def test_layers_and_activations_are_exchanged():
    cell = '### BEGIN SOLUTION\nm = [Conv2D(8, "relu"), GlobalMaxPooling2D()]\n### END SOLUTION\nex.m.check(m)'
    words = dict(mutants(cell))
    assert "GlobalMaxPooling2D → (GlobalAveragePooling2D)" in words
    assert "\"relu\" → ('tanh')" in words
    assert any("([GlobalMaxPooling2D(), Conv2D(8, 'relu')])" in each for each in words)


def test_examples_alone_let_some_pass_and_drawn_trials_none():
    cell = "def f(x):\n    ### BEGIN SOLUTION\n    return x * 2\n    ### END SOLUTION\n\n\nex.f.check(f)"
    (right,) = handed_in(cell, {})
    options = {"inputs": [(2.0,)], "hints": ("1", "2", "3"), "reference": right}
    for draw, passing in ((None, {"x * 2 → (x + 2)"}), (lambda random: (random.normal(),), set())):
        kind = Function(**options, draw=draw)
        changed = {"x * 2 → (x + 2)": cell.replace("*", "+")} | dict(mutants(cell))
        judged = {words: kind.judge(*handed_in(one, {"np": np})).status for words, one in changed.items()}
        assert {words for words, status in judged.items() if status is Status.CORRECT} == passing
