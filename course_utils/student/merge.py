"""A lesson's new version and the student's own copy become one notebook, cell by cell.

Three notebooks are compared: the lesson as it was handed out, the student's copy, and the lesson as it is now. Cells are
recognised by their ids or, where an editor has renamed or dropped these, by what they hold.

nbdime merges notebooks too. It goes into the lines of a cell, where half a student's line and half a lesson's would make a
cell that nobody has written, and it brings GitPython and an extension into everybody's JupyterLab.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple, TypeAlias
from uuid import uuid4

from course_utils.exercises import cell_id

# as they stand in the JSON of a file
Notebook: TypeAlias = dict[str, Any]
Cell: TypeAlias = dict[str, Any]


class Merged(NamedTuple):
    """A merged notebook, and the new version's cells that are not in it, since the student has changed them as well."""

    notebook: Notebook
    left_out: list[Cell]


class _Trio(NamedTuple):
    """One cell in the three notebooks; None where it is missing."""

    base: Cell | None
    mine: Cell | None
    theirs: Cell | None


def merge(base: Notebook, mine: Notebook, theirs: Notebook) -> Merged:
    """Bring a student's copy up to date.

    What the student changed, added or took out stays so. Else the new version counts: its corrections, its new cells, those
    it has no longer, and its order, unless the student moved cells. Outputs stay with code that stays. Empty cells go.

    Args:
        base: the lesson as it was handed out.
        mine: the student's copy, as any editor has saved it.
        theirs: the lesson as it is handed out now.
    """
    trios, mine_order, theirs_order = _align(base["cells"], _filled(mine), theirs["cells"])
    common = [number for number in mine_order if trios[number].base is not None]
    moved = common != sorted(common)
    order = _weave(mine_order, theirs_order) if moved else _weave(theirs_order, mine_order)
    notebook = {
        **mine,  # with what a later version of Jupyter may keep in it
        **theirs,
        "cells": _with_ids([trios[number] for number in order]),
        "metadata": mine.get("metadata", {}) | theirs.get("metadata", {}),
        "nbformat_minor": max(mine.get("nbformat_minor", 0), theirs["nbformat_minor"]),
    }
    return Merged(notebook, [cell for trio in trios if (cell := _contested(trio))])


def is_unchanged(one: Notebook, other: Notebook) -> bool:
    """Whether two notebooks hold the same but for what running and saving changes: ids, outputs, metadata, empty cells."""
    return [_held(cell) for cell in _filled(one)] == [_held(cell) for cell in _filled(other)]


def source(cell: Cell) -> str:
    """A cell's text, which Jupyter keeps as one string or as a list of lines."""
    return "".join(cell["source"])


def _filled(notebook: Notebook) -> list[Cell]:
    """Cells with a text; JupyterLab adds an empty one after the last."""
    return [cell for cell in notebook["cells"] if source(cell).strip()]


def _held(cell: Cell) -> tuple[str, str, str]:
    """What a student changes on purpose: type, text and attached pictures."""
    return cell["cell_type"], source(cell), repr(cell.get("attachments") or {})


def _same(one: Cell | None, other: Cell | None) -> bool:
    return one is not None and other is not None and _held(one) == _held(other)


def _align(base: list[Cell], mine: list[Cell], theirs: list[Cell]) -> tuple[list[_Trio], list[int], list[int]]:
    """The trios, those of `base` first and in its order, and by their numbers the order of `mine` and that of `theirs`."""
    in_mine, in_theirs = _partners(base, mine), _partners(base, theirs)
    trios = [
        _Trio(cell, _at(mine, in_mine.get(place)), _at(theirs, in_theirs.get(place))) for place, cell in enumerate(base)
    ]
    mine_numbers = {other: place for place, other in in_mine.items()}
    theirs_numbers = {other: place for place, other in in_theirs.items()}
    new = [place for place in range(len(theirs)) if place not in theirs_numbers]
    added = [place for place in range(len(mine)) if place not in mine_numbers]
    on_both_sides = _partners([theirs[place] for place in new], [mine[place] for place in added])
    for number, place in enumerate(new):
        partner = on_both_sides.get(number)
        theirs_numbers[place] = len(trios)
        if partner is not None:
            mine_numbers[added[partner]] = len(trios)
        trios.append(_Trio(None, None if partner is None else mine[added[partner]], theirs[place]))
    for place in added:
        if place not in mine_numbers:
            mine_numbers[place] = len(trios)
            trios.append(_Trio(None, mine[place], None))
    return (
        trios,
        [mine_numbers[place] for place in range(len(mine))],
        [theirs_numbers[place] for place in range(len(theirs))],
    )


def _at(cells: list[Cell], place: int | None) -> Cell | None:
    return None if place is None else cells[place]


def _partners(ones: Sequence[Cell], others: Sequence[Cell]) -> dict[int, int]:
    """For places in `ones`, that of the same cell in `others`: of the same id, else of the same text, best in sequence."""
    ids = {cell["id"]: place for place, cell in reversed([*enumerate(others)]) if cell.get("id")}
    partners = {place: ids.pop(cell["id"]) for place, cell in enumerate(ones) if cell.get("id") in ids}
    left = [place for place in range(len(ones)) if place not in partners]
    others_left = sorted(set(range(len(others))) - set(partners.values()))
    texts, other_texts = [_held(ones[place]) for place in left], [_held(others[place]) for place in others_left]
    for start, other_start, length in SequenceMatcher(None, texts, other_texts, autojunk=False).get_matching_blocks():
        partners |= zip(left[start : start + length], others_left[other_start : other_start + length], strict=True)
    # what was moved, too
    free = [place for place in others_left if place not in partners.values()]
    for place in left:
        moved = next((other for other in free if _held(others[other]) == _held(ones[place])), None)
        if place not in partners and moved is not None:
            partners[place] = moved
            free.remove(moved)
    return partners


def _weave(backbone: list[int], others: list[int]) -> list[int]:
    """Both lists in the order of the first; what is in the second alone stands behind what precedes it there."""
    order = list(backbone)
    place = 0
    for number in others:
        if number not in order:
            order.insert(place, number)
        place = order.index(number) + 1
    return order


def _choose(trio: _Trio) -> Cell | None:
    """The cell that becomes part of the merged notebook; None: none does."""
    base, mine, theirs = trio
    if mine is None:  # new, or taken out by the student
        return theirs if base is None else None
    if theirs is None:  # the student's own, or no longer in the lesson
        return None if _same(base, mine) else mine
    if _same(mine, theirs):
        return _as_it_was_run(base, mine, theirs)
    return theirs if _same(base, mine) else mine


def _as_it_was_run(base: Cell | None, mine: Cell, theirs: Cell) -> Cell:
    """The lesson's cell with what a run left on it; folded as the student has it, unless the lesson changed that."""
    folded_anew = base is None or base["metadata"] != theirs["metadata"]
    run = ("outputs", "execution_count", *(() if folded_anew else ("metadata",)))
    return theirs | {key: mine[key] for key in run if key in mine}


def _contested(trio: _Trio) -> Cell | None:
    """The lesson's cell where it says something new and the student has changed it, too; never an answer or a setting."""
    base, mine, theirs = trio
    if theirs is None or _is_the_students(theirs) or _same(base, theirs) or _same(mine, theirs):
        return None
    students = mine is not None if base is None else not _same(base, mine)
    return theirs if students else None


def _is_the_students(cell: Cell) -> bool:
    answer = cell["cell_type"] == "code" and cell["id"].startswith(cell_id(""))
    return answer or "parameters" in cell["metadata"].get("tags", [])


def _with_ids(trios: list[_Trio]) -> list[Cell]:
    """The chosen cells: the lesson's have its ids, and the student's own keep theirs where these are free."""
    taken = {trio.theirs["id"] for trio in trios if trio.theirs}
    cells = []
    for trio in trios:
        cell = _choose(trio)
        if cell is None:
            continue
        if trio.theirs:
            cell = {**cell, "id": trio.theirs["id"]}
        elif cell.get("id", "") in {"", *taken}:
            cell = {**cell, "id": uuid4().hex[:8]}
        taken.add(cell["id"])
        cells.append(cell)
    return cells
