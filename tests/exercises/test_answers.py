"""What counts as numbers and words, whatever holds them, and how they are told."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from course_utils.exercises.answers import as_array, as_word, as_words, describe, names_used, same

TWO = np.array([1.5, 2.0])


@pytest.mark.parametrize(
    "holder",
    [
        [1.5, 2], (1.5, 2), TWO, TWO.astype("float16"), [np.float32(1.5), np.array(2)], [Decimal("1.5"), Fraction(2)],
        pd.Series(TWO), pd.Series(TWO, dtype=object), pd.Series([Decimal("1.5"), 2], dtype=object),
        pd.Series(TWO, dtype="Float64"), pd.Index(TWO), TWO.astype(complex).real,
    ],
    ids=str,
)  # fmt: skip
def test_numbers(holder):
    assert same(as_array(holder), TWO, 1e-6)


@pytest.mark.parametrize("other", ["1", ["1", "2"], pd.Series(["1", "2"]), None, {}, {1}, [1, [2, 3]], 1j, print, object()])
def test_what_is_no_number(other):
    assert as_array(other) is None


@pytest.mark.parametrize("holder", [["a", "bc"], ("a", "bc"), np.array(["a", "bc"]), pd.Series(["a", "bc"]), [b"a", "bc"]])
def test_words(holder):
    assert as_words(holder) == ["a", "bc"]


@pytest.mark.parametrize("other", ["ab", {"a": 1}, ["a", 1], 3, None, [["a"]], (word for word in "ab")])
def test_what_is_no_list_of_words(other):
    assert as_words(other) is None


def test_a_word():
    assert as_word(np.array("a")) == as_word(np.str_("a")) == as_word(b"a") == "a"
    assert as_word(["a"]) is None and as_word(3) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(71.99), "71.99"),
        ([np.float32(0.1), 2], "[0.1, 2]"),
        ((np.int64(3),), "(3,)"),
        (np.zeros((2, 2), int), "[[0, 0], [0, 0]]"),
        (np.zeros(20, "uint8"), "20 numbers, uint8"),
        (np.zeros((4, 4)), "an array of shape (4, 4), float64"),
        (np.array(["a", "b"]), "['a', 'b']"),
        ({"loss": [np.float64(0.5)]}, "{'loss': [0.5]}"),
        (np, "an object of type module"),
        pytest.param(10**5_000, "an object of type int", id="a number of 5,001 digits"),
        (Decimal("0.25"), "0.25"),
        (None, "None"),
    ],
)
def test_they_are_told_as_one_would_type_them(value, text):
    assert describe(value) == text


def test_the_edge_of_a_tolerance_belongs_to_it():
    assert same(np.array(2.1), np.array(2.0), 0, within=0.1) and not same(np.array(2.11), np.array(2.0), 0, within=0.1)


def test_the_names_that_a_function_uses():
    assert {"np", "exp"} <= names_used(lambda x: [np.exp(part) for part in x])
    assert names_used(print) == set()
