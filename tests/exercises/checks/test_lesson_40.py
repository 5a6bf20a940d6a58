import re

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_40 import EXERCISES
from course_utils.exercises.outcome import Status

PATTERN = re.compile(r"\w+(?:'\w+)?|[!?]")


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
        "wrong": [
            (lambda text: re.findall(r"\w+(?:'\w+)?", text.replace("<br />", " ").lower()), "are tokens here"),
            (lambda text: PATTERN.findall(text.replace("<br />", " ")), "should become small"),
            (lambda text: PATTERN.findall(text.lower()), "has become the word “br”"),
            (lambda text: PATTERN.findall(text.lower().replace("<br />", "")), "two words have become one"),
            (lambda text: re.findall(r"\w+|[!?]", text.replace("<br />", " ").lower()), "an apostrophe within"),
            (lambda text: re.findall(r"[\w']+|[!?]", text.replace("<br />", " ").lower()), "only *within*"),
            (lambda text: re.findall(r"\w+(?:'\w+)?|[!?]+", text.replace("<br />", " ").lower()), "each a single mark"),
            (lambda text: text.replace("<br />", " ").lower().split(), "cuts at spaces alone"),
            (lambda text: " ".join(tokens_by_iteration(text)), "no list but the string"),
            (lambda text: [7], "which is no string"),
            (lambda text: 7, "no list but 7"),
            (lambda text: None, "returns nothing"),
            (["it's"], "a function is expected"),
        ],
    },
    "n_grams": {
        "right": [groups_by_zip, groups_in_a_loop],
        "wrong": [
            (lambda t, n: groups_by_zip(t, n)[:-1], "The last group is missing"),
            (lambda t, n: [" ".join(t[i : i + n]) for i in range(len(t))], "too short"),
            (lambda t, n: groups_by_zip(t, n)[::n], "they overlap"),
            (lambda t, n: groups_by_zip(t, 2), "These are pairs"),
            (lambda t, n: [group.replace(" ", "") for group in groups_by_zip(t, n)], "spaces between"),
            (lambda t, n: [g for size in range(n) for g in groups_by_zip(t, size + 1)], "exactly *n*"),
            (lambda t, n: [tuple(t[i : i + n]) for i in range(len(t) - n + 1)], "which is no string"),
            (lambda t, n: " ".join(t), "no list but the string"),
            (lambda t, n: None, "returns nothing"),
        ],
    },
    "sharing": {
        "right": [sharing, sharing_by_logarithm, lambda w, b: np.float64(sharing(w, b))],
        "wrong": [
            (lambda w, b: w * (1 - 1 / b) ** (w - 1), "how many are alone"),
            (lambda w, b: 1 - (1 - 1 / b) ** (w - 1), "asked is their number"),
            (lambda w, b: w * (1 - (1 - 1 / b) ** w), "counts the word itself"),
            (lambda w, b: max(0, w - b), "land at random"),
            (lambda w, b: w * (w - 1) / (2 * b), "*pairs* that collide"),
            (lambda w, b: w - b * (1 - (1 - 1 / b) ** w), "first word of each bucket"),
            (lambda w, b: w / b, "expected"),
            (lambda w, b: None, "returns nothing"),
        ],
    },
    "nearest": {
        "right": [nearest_in_a_loop, nearest_by_sorting, lambda t, r, k: tuple(nearest_by_sorting(t, r, k))],
        "wrong": [
            (by_product, "long rows win"),
            (by_distance, "directions alone"),
            (lambda t, r, k: np.concatenate([[r], nearest_by_sorting(t, r, k)])[:k], "The row itself comes first"),
            (lambda t, r, k: nearest_by_sorting(t, r, len(t))[::-1][:k], "*smallest* cosine"),
            (lambda t, r, k: nearest_by_sorting(t, r, k)[::-1], "nearest should come first"),
            (lambda t, r, k: nearest_by_sorting(t, r, k) - (nearest_by_sorting(t, r, k) > r), "one too small"),
            (lambda t, r, k: nearest_by_sorting(t, r, len(t)), "the shape"),
            (lambda t, r, k: None, "returns nothing"),
        ],
    },
    "apart": {
        "right": ["c", "(C)", " c. "],
        "wrong": [
            ("a", "their bags are equal"),
            ("b", "what came first"),
            ("d", "bags know no order"),
            ("e", "choose one of"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("40", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("40"))


@pytest.mark.parametrize("name", ["tokens", "n_grams", "sharing", "nearest"])
def test_a_stub_inside_a_function_is_not_tried_yet(name: str):
    assert EXERCISES[name].judge(lambda *given: ...).status is Status.NOT_TRIED


def test_the_table_given_to_nearest_must_stay():
    def spoils(table, row, k):
        found = nearest_by_sorting(table, row, k)
        table /= 2
        return found

    assert "changes what it was given" in EXERCISES["nearest"].judge(spoils).text
