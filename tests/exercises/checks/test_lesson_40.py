import re

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

PATTERN = re.compile(r"\w+(?:'\w+)?|[!?]")

EXERCISES = exercise_kinds("40")


def tokens_by_iteration(text):
    return tuple(found.group() for found in PATTERN.finditer(" ".join(text.split("<br />")).lower()))


def tokens_by_marks_first(text):
    text = text.lower().replace("<br />", " ").replace("!", " ! ").replace("?", " ? ")
    return [token for piece in text.split() for token in re.findall(r"[!?]|\w+(?:'\w+)?", piece)]


def groups_by_zip(tokens, n):
    return [" ".join(group) for group in zip(*(tokens[i:] for i in range(n)), strict=False)]


def groups_in_a_loop(tokens, n):
    groups = []
    while len(tokens) >= n:
        groups.append(" ".join(tokens[:n]))
        tokens = tokens[1:]
    return groups


def sharing(words, buckets):
    return words - words * ((buckets - 1) / buckets) ** (words - 1)


def sharing_by_logarithm(words, buckets):
    return 0.0 if words == 1 else -words * np.expm1((words - 1) * np.log1p(-1 / buckets)) if buckets > 1 else words


def nearest_in_a_loop(table, row, k):
    def cosine(other):
        return table[other] @ table[row] / np.linalg.norm(table[other]) / np.linalg.norm(table[row])

    return sorted((other for other in range(len(table)) if other != row), key=cosine, reverse=True)[:k]


def nearest_by_sorting(table, row, k):
    units = table / np.sqrt((table**2).sum(axis=1))[:, None]
    order = np.argsort(units @ units[row])[::-1]
    return order[order != row][:k]


def by_product(table, row, k):
    order = np.argsort(-(table @ table[row]))
    return order[order != row][:k]


def by_distance(table, row, k):
    return np.argsort(((table - table[row]) ** 2).sum(axis=1))[1 : k + 1]


ANSWERS = {
    "tokens": {
        "right": [tokens_by_iteration, tokens_by_marks_first],
        "wrong": [(lambda text: 7, "it gives 7")],
    },
    "n_grams": {
        "right": [groups_by_zip, groups_in_a_loop],
        "wrong": [
            (lambda t, n: [tuple(t[i : i + n]) for i in range(len(t) - n + 1)], "it gives [("),
            (lambda t, n: " ".join(t), "it gives 'not good but not bad'"),
        ],
    },
    "sharing": {"right": [sharing, sharing_by_logarithm]},
    "nearest": {"right": [nearest_in_a_loop, nearest_by_sorting]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("40", name, **ANSWERS[name])


def test_the_table_given_to_nearest_must_stay():
    def spoils(table, row, k):
        found = nearest_by_sorting(table, row, k)
        table /= 2
        return found

    assert "changes what it was given" in EXERCISES["nearest"].judge(spoils).text
