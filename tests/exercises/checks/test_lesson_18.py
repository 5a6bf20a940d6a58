import csv

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_18 import EXERCISES
from course_utils.exercises.outcome import Status


def by_csv_module(line):
    (record,) = csv.reader([line])
    return np.array(record[1:], dtype="uint8").reshape(28, 28)


def by_lists(line):
    values = [int(value) for value in line.split(",")]
    return [values[1 + 28 * row : 29 + 28 * row] for row in range(28)]


def by_loadtxt(line):
    return np.loadtxt([line], delimiter=",")[1:].reshape(28, -1)


ANSWERS = {
    "picture": {
        "right": [by_csv_module, by_lists, by_loadtxt],
        "wrong": [
            (lambda line: by_csv_module(line).T, "column by column"),
            (lambda line: np.array(line.split(",")[:784], int).reshape(28, 28), "your first pixel is the label"),
            (lambda line: by_csv_module(line).ravel(), "one long row"),
            (lambda line: by_csv_module(line)[..., None], "axis for channels"),
            (lambda line: by_csv_module(line) / 255, "divided by 255"),
            (lambda line: by_csv_module(line)[::-1], "upside down"),
            (lambda line: by_csv_module(line)[:, ::-1], "expected"),
            (lambda line: None, "returns nothing"),
        ],
    },
    "letter": {
        "right": [lambda label: chr(ord("A") + label), lambda label: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[label]],
        "wrong": [
            (lambda label: "ABCDEFGHIKLMNOPQRSTUVWXY"[min(label, 23)], "The file counts J"),
            (lambda label: chr(ord("A") + label - 1) if label else "Z", "counts from 1"),
            (lambda label: chr(ord("A") + label + 1), "one letter too far; A is 0"),
            (lambda label: chr(ord("a") + label), "capital letter"),
            (lambda label: label, "expected: 'K'"),
            (lambda label: None, "returns nothing"),
        ],
    },
    "renumber": {
        "right": [13, 13.0, np.int32(13)],
        "wrong": [(12, "In the file 12 is M"), (11, "other way round"), (14, "counts the gap twice"), (9, "too small")],
    },
    "where": {
        "right": ["b", "(B)", " b. "],
        "wrong": [("a", "Proportions"), ("c", "does not look"), ("d", "scaled or not"), ("e", "choose one of")],
    },
    "sure": {
        "right": [368, 368.0, np.ceil(np.log(0.025) / np.log(0.99))],
        "wrong": [
            (367, "Rounded down"),
            (300, "rule of three"),
            (299, "5 % on one side; the interval"),
            (11, "near 72 %"),
            (3688, "for 99.9 %"),
            (500, "too large"),
            (np.log(0.025) / np.log(0.99), "too small"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("18", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("18"))


@pytest.mark.parametrize("name", ["picture", "letter"])
def test_a_stub_inside_a_function_is_not_tried_yet(name: str):
    assert EXERCISES[name].judge(lambda given: ...).status is Status.NOT_TRIED


def test_the_number_of_pictures_is_the_smallest_that_suffices():
    assert 0.025 ** (1 / EXERCISES["sure"].expected) >= 0.99 > 0.025 ** (1 / (EXERCISES["sure"].expected - 1))
