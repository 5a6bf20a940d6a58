"""What the exercises of lesson 14 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction

History = dict[str, list[float]]
Pairs = list[tuple[int, int]]


def _one_way(count: int, pairs: Pairs, both: bool) -> list[int]:
    """Each pair looked at once: the larger picture gets the smaller one's number, or both the smaller of their numbers."""
    group = list(range(count))
    for one, other in pairs:
        if both:
            group[one] = group[other] = min(group[one], group[other])
        else:
            group[max(one, other)] = min(one, other)
    return group


def _pairs(random: np.random.Generator) -> tuple[int, Pairs]:
    count = int(random.integers(0, 11))
    pairs = [tuple(random.choice(count, 2, replace=False).tolist()) for _ in range(random.integers(0, 8)) if count > 1]
    return count, pairs


def _gap(history: History, place: int, of: str = "accuracy") -> float:
    return 100 * (history[of][place] - history[f"val_{of}"][place])


def _read_at(history: History, place: np.integer) -> tuple[int, float]:
    return int(place) + 1, _gap(history, int(place))


def _history(random: np.random.Generator, epochs: int | None = None) -> tuple[History]:
    """Curves of which the validation loss turns anywhere, at the first and the last epoch too."""
    length = epochs or int(random.integers(1, 13))
    return ({name: random.random(length).round(4).tolist() for name in ("loss", "accuracy", "val_loss", "val_accuracy")},)


EXERCISES = {
    "opened": Prediction(
        mistakes=[
            (6, "One of the six is whole: a PNG under another name is decoded as what it is."),
            (5, "It reads only the beginning of a file, and two of the damaged ones begin as pictures do."),
            (4, "The one that is cut short begins as a picture does, and so does the one with a hole."),
            (2, "Empty, zeros, text: in which of these would it find the beginning of a picture?"),
            (1, "An empty file is not the only one that does not begin as a picture does."),
            (0, "It does look at the first bytes: they say what kind of picture a file holds."),
        ],
        hints=(
            "How much of a file does it have to read to know its kind and its size?",
            "It reads the first bytes only. Which of the six files still begin like a picture?",
            "Cut short, a PNG by content, with a hole: these three begin like pictures. It refuses the others.",
        ),
        praise="It reads the beginning only. What is wrong further down comes out when the picture is decoded.",
    ),
    "group": Function(
        inputs=[(5, [(1, 3), (3, 4)]), (6, [(4, 5), (0, 2), (2, 4)])],
        draw=_pairs,
        mistakes=[
            (
                lambda right, count, pairs: _one_way(count, pairs, both=False),
                "Does your loop follow chains: what if a picture of the pair already has a group?",
            ),
            (
                lambda right, count, pairs: _one_way(count, pairs, both=True),
                "When a pair joins two groups, all the pictures of both get the same number, not the pair alone.",
            ),
            (
                lambda right, count, pairs: [
                    count - 1 - n for n in right(count, [(count - 1 - a, count - 1 - b) for a, b in pairs])[::-1]
                ],
                "That is the largest number of each group; asked for is the smallest.",
            ),
            (
                lambda right, count, pairs: np.unique(right(count, pairs), return_inverse=True)[1],
                "Those are the right groups, but counted 0, 1, 2, …; asked for is the smallest picture in each.",
            ),
            (
                lambda right, count, pairs: [right(count, pairs)[picture] for picture in sorted({*sum(pairs, ())})],
                "A picture that is in no pair gets a number, too: its own.",
            ),
        ],
        hints=(
            "Begin with each picture as a group of its own: `list(range(count))`. What does a pair change?",
            "A pair joins two groups: everyone who has the larger of the two numbers gets the smaller one.",
            "For each pair: `low, high = sorted((group[one], group[other]))`; then each `high` in the list becomes `low`.",
        ),
        praise="Deal these groups instead of pictures, and no copy of a picture can be on the other side.",
    ),
    "leak": Choice(
        right="b",
        why_not={
            "a": "The mean comes from training pictures alone. Had the validation pictures gone into it, that would leak.",
            "c": "The mirrored pictures are made of training pictures, after the split; none has a twin on the other side.",
            "d": "Copies stay together, and a difference of a point in the share of cats is nothing but chance.",
        },
        hints=(
            "Ask of each held-out picture: has the network seen something that is nearly this one?",
            "What counts is what happens before the split, and to which pictures.",
            "A mirrored picture is a near-duplicate of its original, even if the hash does not find it.",
        ),
        praise="Most held-out pictures then have their mirror image among the training pictures. Split first, then mirror.",
    ),
    "curves": Function(
        inputs=[_history(np.random.default_rng(14), epochs=4)],
        draw=_history,
        mistakes=[
            (
                lambda right, history: right(history) - np.array([1, 0]),
                "Epochs are counted from 1 here; an index counts from 0.",
            ),
            (
                lambda right, history: right(history) / np.array([1, 100]),
                "The gap is asked for in points, hundredths: 0.05 are 5 points.",
            ),
            (
                lambda right, history: right(history) * np.array([1, -1]),
                "The gap is training accuracy minus validation accuracy.",
            ),
            (
                lambda right, history: (right(history)[0], _gap(history, -1)),
                "That is the gap at the last epoch; asked for is the gap at the epoch that you found.",
            ),
            (
                lambda right, history: (right(history)[0], _gap(history, min(right(history)[0], len(history["loss"]) - 1))),
                "That is the gap one epoch later: in a list, epoch 1 has the index 0.",
            ),
            (
                lambda right, history: _read_at(history, np.argmin(history["loss"])),
                "That is the epoch of the lowest training loss, which falls as long as you let it.",
            ),
            (
                lambda right, history: _read_at(history, np.argmax(history["val_loss"])),
                "That is where the validation loss is highest.",
            ),
            (
                lambda right, history: _read_at(history, np.argmax(history["val_accuracy"])),
                "That is the epoch of the best validation accuracy; asked for is the lowest loss.",
            ),
            (
                lambda right, history: (right(history)[0], _gap(history, right(history)[0] - 1, "loss")),
                "That is the gap of the losses; asked for is that of the accuracies.",
            ),
        ],
        hints=(
            "Two steps: find the place of the smallest number in one list, then look up that place in two others.",
            "`np.argmin` gives the place, counted from 0.",
            '`best = int(np.argmin(history["val_loss"]))`; the epoch is `best + 1`, the gap 100 × a difference there.',
        ),
        praise="Two numbers say most of what a page of curves shows.",
    ),
}
