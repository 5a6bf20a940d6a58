"""Three notebooks become one: by hand, and by many random edits on made-up ones."""

import copy
import random
from collections import Counter
from collections.abc import Callable

import nbformat
import pytest

from course_utils.student.merge import Merged, Notebook, is_unchanged, merge, source


def cell(kind: str, text: str, name: str = "", **more: object) -> dict:
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name or text.replace(" ", "-"), "metadata": {}, "source": text, **code, **more}


def notebook(*texts: str) -> Notebook:
    """Code cells with ids that are their first texts."""
    return {"cells": [cell("code", text) for text in texts], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def changed(lesson: Notebook, **texts: str) -> Notebook:
    """A version with the cells of these ids changed; those with an empty text are taken out."""
    cells = [{**cell, "source": texts.get(cell["id"], cell["source"])} for cell in lesson["cells"]]
    return {**lesson, "cells": [cell for cell in cells if cell["source"]]}


def texts(merged: Merged | Notebook) -> list[str]:
    found = merged.notebook if isinstance(merged, Merged) else merged
    return [source(cell) for cell in found["cells"]]


BASE = notebook("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("mine", "theirs", "expected", "left_out"),
    [
        (changed(BASE, b="mine"), changed(BASE, c="theirs"), ["a", "mine", "theirs", "d"], []),
        (changed(BASE, b="mine"), changed(BASE, b="theirs"), ["a", "mine", "c", "d"], ["theirs"]),
        (changed(BASE, b="same"), changed(BASE, b="same"), ["a", "same", "c", "d"], []),
        (changed(BASE, b="mine"), changed(BASE, b=""), ["a", "mine", "c", "d"], []),
        (changed(BASE, b=""), changed(BASE, c="theirs"), ["a", "theirs", "d"], []),
        (changed(BASE, b=""), changed(BASE, b="theirs"), ["a", "c", "d"], ["theirs"]),
        (changed(BASE, b=" \n"), changed(BASE, b=""), ["a", "c", "d"], []),
        (notebook("a", "x", "b", "c", "d"), notebook("a", "y", "b", "c", "d", "z"), [*"axybcdz"], []),
        (notebook("x", "a", "b", "c", "d"), notebook("y", "a", "b", "c", "d"), [*"xyabcd"], []),
        (notebook("a", "b", "x", "c", "d"), notebook("d", "c", "b", "a"), [*"dcbxa"], []),
        (notebook("b", "a", "c", "d"), notebook("a", "b", "new", "c"), ["b", "new", "a", "c"], []),
        (notebook("a", "b", "new", "c", "d"), notebook("a", "b", "new", "c", "d"), ["a", "b", "new", "c", "d"], []),
    ],
)
def test_what_the_student_did_stays_and_else_the_new_version_counts(mine, theirs, expected, left_out):
    merged = merge(BASE, mine, theirs)
    assert texts(merged) == expected
    assert [source(cell) for cell in merged.left_out] == left_out


@pytest.mark.parametrize("own", [{"name": "exercise-sum"}, {"name": "p", "metadata": {"tags": ["parameters"]}}])
@pytest.mark.parametrize("answer", ["mine", ""])
def test_answers_and_settings_are_never_contested(own, answer):
    def version(text: str) -> Notebook:
        return {**BASE, "cells": [*BASE["cells"], cell("code", text, **own)][: 5 if text else 4]}

    merged = merge(version("base"), version(answer), version("theirs"))
    assert texts(merged) == [*"abcd", *([answer] if answer else [])]
    assert merged.left_out == []


def test_the_task_of_an_exercise_is_the_courses():
    def version(text: str) -> Notebook:
        return {**BASE, "cells": [cell("markdown", text, "exercise-sum-task")]}

    assert merge(version("base"), version("mine"), version("theirs")).left_out


def test_outputs_stay_with_the_code_that_stays():
    run = copy.deepcopy(BASE)
    for number, one in enumerate(run["cells"]):
        one |= {"outputs": [{"output_type": "stream", "name": "stdout", "text": one["id"]}], "execution_count": number}
        one["metadata"] = {"scrolled": True}
    theirs = changed(BASE, b="theirs")
    theirs["cells"][2] = {**theirs["cells"][2], "metadata": {"tags": ["hide-input"]}}
    cells = merge(BASE, changed(run, d="mine"), theirs).notebook["cells"]
    assert [one["execution_count"] for one in cells] == [0, None, 2, 3]
    assert [bool(one["outputs"]) for one in cells] == [True, False, True, True]
    assert [one["metadata"] for one in cells] == [{"scrolled": True}, {}, {"tags": ["hide-input"]}, {"scrolled": True}]


def test_an_attached_picture_is_a_change():
    mine = copy.deepcopy(BASE)
    mine["cells"][1]["attachments"] = {"image.png": {"image/png": "AAAA"}}
    assert not is_unchanged(mine, BASE)
    assert merge(BASE, mine, changed(BASE, b="theirs")).notebook["cells"][1] == mine["cells"][1]


def test_ids_are_the_lessons_and_no_two_are_the_same():
    mine = notebook("a", "mine", "also mine", "c", "d")
    mine["cells"][2]["id"] = "a"
    cells = merge(BASE, mine, notebook("a", "b", "new", "c", "d")).notebook["cells"]
    assert [one["id"] for one in cells if one["source"] in [*"abcd"]] == [*"acd"]
    assert len({one["id"] for one in cells}) == len(cells) == 6


# ---- many random edits


def random_lesson(chance: random.Random) -> Notebook:
    kinds = [chance.choice(["code", "markdown"]) for _ in range(chance.randint(0, 12))]
    # some say the same, as cells do
    cells = [cell(kind, f"{kind} {chance.randint(0, 20)}", f"cell-{place}") for place, kind in enumerate(kinds)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def edited(lesson: Notebook, chance: random.Random, who: str) -> Notebook:
    """A lesson after some edits; what is new in it says who wrote it."""
    cells = copy.deepcopy(lesson["cells"])
    for number in range(chance.randint(0, 6)):
        text = f"{who} {number}"
        place = chance.randint(0, len(cells))
        action = chance.choice(["add", "change", "change", "remove", "move", "run"])
        if action == "add":
            cells.insert(place, cell("code", text, f"{who}-{number}"))
        elif place == len(cells):
            continue
        elif action == "change":
            cells[place]["source"] = text
        elif action == "remove":
            del cells[place]
        elif action == "move":
            cells.insert(chance.randint(0, len(cells)), cells.pop(place))
        elif cells[place]["cell_type"] == "code" and who == "mine":
            cells[place]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    return {**lesson, "cells": cells}


def with_new_ids(lesson: Notebook, chance: random.Random) -> Notebook:
    return {**lesson, "cells": [{**one, "id": f"{chance.getrandbits(32):08x}"} for one in lesson["cells"]]}


def without_ids(lesson: Notebook, chance: random.Random) -> Notebook:
    cells = [{key: value for key, value in one.items() if key != "id"} for one in lesson["cells"]]
    return {**lesson, "cells": cells, "nbformat_minor": 4}


EDITORS: list[Callable[[Notebook, random.Random], Notebook]] = [lambda lesson, _: lesson, with_new_ids, without_ids]

many_edits = pytest.mark.parametrize("seeds", [range(start, start + 25) for start in range(0, 200, 25)], ids=str)
each_editor = pytest.mark.parametrize("editor", EDITORS, ids=["keeps ids", "renames ids", "drops ids"])


@each_editor
@many_edits
def test_nothing_of_the_students_is_lost_and_a_second_merge_changes_nothing(seeds, editor):
    for chance in map(random.Random, seeds):
        base = random_lesson(chance)
        mine, theirs = edited(base, chance, "mine"), edited(base, chance, "theirs")
        merged, left_out = merge(base, editor(mine, chance), theirs)
        nbformat.validate(merged)
        own = Counter(text for text in texts(mine) if text.startswith("mine"))
        assert own == Counter(text for text in texts(merged) if text.startswith("mine"))
        # what the course has changed or added is there, or said to be left out
        news = {text for text in texts(theirs) if text.startswith("theirs")}
        assert news <= {*texts(merged), *map(source, left_out)}
        again = merge(theirs, merged, theirs)
        assert again == (merged, [])


@each_editor
@many_edits
def test_an_untouched_lesson_becomes_exactly_the_new_one(seeds, editor):
    for chance in map(random.Random, seeds):
        base = random_lesson(chance)
        theirs = edited(base, chance, "theirs")
        assert merge(base, editor(base, chance), theirs) == (theirs, [])


@many_edits
def test_a_lesson_without_news_leaves_a_copy_as_it_is(seeds):
    for chance in map(random.Random, seeds):
        base = random_lesson(chance)
        mine = edited(base, chance, "mine")
        assert merge(base, mine, base) == (mine, [])


@pytest.mark.parametrize("editor", EDITORS[1:], ids=["renames ids", "drops ids"])
@many_edits
def test_renamed_or_dropped_ids_change_nothing(seeds, editor):
    """While cells differ and stay in order; of equal ones nobody could tell which is which."""
    for chance in map(random.Random, seeds):
        base = notebook(*(f"cell {place}" for place in range(chance.randint(1, 12))))
        mine, theirs = copy.deepcopy(base), copy.deepcopy(base)
        for place in range(len(base["cells"])):
            who = chance.choice([mine, theirs, None])
            if who is not None:
                who["cells"][place]["source"] = f"{'mine' if who is mine else 'theirs'} {place}"
        assert texts(merge(base, editor(mine, chance), theirs)) == texts(merge(base, mine, theirs))
