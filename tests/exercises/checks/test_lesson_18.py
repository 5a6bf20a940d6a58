import csv

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("18")


def by_csv_module(line):
    (record,) = csv.reader([line])
    return np.array(record[1:], dtype="uint8").reshape(28, 28)


def by_lists(line):
    values = [int(value) for value in line.split(",")]
    return [values[1 + 28 * row : 29 + 28 * row] for row in range(28)]


def by_loadtxt(line):
    return np.loadtxt([line], delimiter=",")[1:].reshape(28, -1)


ANSWERS = {
    "picture": {"right": [by_csv_module, by_lists, by_loadtxt]},
    "letter": {"right": [lambda label: chr(ord("A") + label)]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("18", name, **ANSWERS[name])


def test_the_number_of_pictures_is_the_smallest_that_suffices():
    assert 0.025 ** (1 / EXERCISES["sure"].expected) >= 0.99 > 0.025 ** (1 / (EXERCISES["sure"].expected - 1))
