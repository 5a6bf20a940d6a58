"""What the exercises of lesson 14 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction

History = dict[str, list[float]]
Pairs = list[tuple[int, int]]


def group_numbers(count: int, pairs: Pairs) -> list[int]:
    """For each of `count` pictures, the smallest number in its group; pairs, and chains of pairs, make groups."""
    group = list(range(count))
    for one, other in pairs:
        low, high = sorted((group[one], group[other]))
        group = [low if number == high else number for number in group]
    return group


def _without_chains(count: int, pairs: Pairs) -> list[int]:
    group = list(range(count))
    for one, other in pairs:
        group[max(one, other)] = min(one, other)
    return group


def _moves_only_the_pair(count: int, pairs: Pairs) -> list[int]:
    group = list(range(count))
    for one, other in pairs:
        group[one] = group[other] = min(group[one], group[other])
    return group


def _largest_instead(count: int, pairs: Pairs) -> list[int]:
    numbers = np.array(group_numbers(count, pairs))
    return [int(np.flatnonzero(numbers == number).max()) for number in numbers]


def _counted_in_order(count: int, pairs: Pairs) -> list[int]:
    return np.unique(group_numbers(count, pairs), return_inverse=True)[1].tolist()


def _only_named_pictures(count: int, pairs: Pairs) -> list[int]:
    numbers = group_numbers(count, pairs)
    return [numbers[picture] for picture in sorted({picture for pair in pairs for picture in pair})]


def read_curves(history: History) -> tuple[int, float]:
    """(epoch of the lowest validation loss, counted from 1; gap of the accuracies at that epoch, in points)."""
    best = int(np.argmin(history["val_loss"]))
    return best + 1, 100 * (history["accuracy"][best] - history["val_accuracy"][best])


def _counts_from_zero(history: History) -> tuple[int, float]:
    epoch, gap = read_curves(history)
    return epoch - 1, gap


def _as_a_fraction(history: History) -> tuple[int, float]:
    epoch, gap = read_curves(history)
    return epoch, gap / 100


def _other_way_round(history: History) -> tuple[int, float]:
    epoch, gap = read_curves(history)
    return epoch, -gap


def _gap_at(history: History, epoch: int) -> float:
    return 100 * (history["accuracy"][epoch] - history["val_accuracy"][epoch])


def _gap_at_the_end(history: History) -> tuple[int, float]:
    return read_curves(history)[0], _gap_at(history, -1)


def _one_epoch_late(history: History) -> tuple[int, float]:
    epoch, _ = read_curves(history)
    return epoch, _gap_at(history, min(epoch, len(history["loss"]) - 1))


def _lowest_training_loss(history: History) -> tuple[int, float]:
    epoch = int(np.argmin(history["loss"]))
    return epoch + 1, _gap_at(history, epoch)


def _highest_validation_loss(history: History) -> tuple[int, float]:
    epoch = int(np.argmax(history["val_loss"]))
    return epoch + 1, _gap_at(history, epoch)


def _best_validation_accuracy(history: History) -> tuple[int, float]:
    epoch = int(np.argmax(history["val_accuracy"]))
    return epoch + 1, _gap_at(history, epoch)


def _gap_of_the_losses(history: History) -> tuple[int, float]:
    epoch, _ = read_curves(history)
    return epoch, 100 * (history["loss"][epoch - 1] - history["val_loss"][epoch - 1])


def _histories() -> list[tuple[History]]:
    """Runs that turn at the third of six epochs, at the second of four, at the last, and at once."""
    return [
        (
            {
                "loss": [0.69, 0.62, 0.53, 0.41, 0.27, 0.12],
                "accuracy": [0.52, 0.66, 0.74, 0.82, 0.9, 0.97],
                "val_loss": [0.68, 0.61, 0.57, 0.6, 0.75, 1.02],
                "val_accuracy": [0.55, 0.64, 0.7, 0.69, 0.72, 0.71],
            },
        ),
        (
            {
                "loss": [0.5, 0.3, 0.2, 0.1],
                "accuracy": [0.75, 0.85, 0.93, 0.98],
                "val_loss": [0.55, 0.52, 0.58, 0.7],
                "val_accuracy": [0.72, 0.74, 0.76, 0.73],
            },
        ),
        (
            {
                "loss": [0.7, 0.6, 0.5],
                "accuracy": [0.5, 0.6, 0.7],
                "val_loss": [0.7, 0.6, 0.55],
                "val_accuracy": [0.5, 0.66, 0.65],
            },
        ),
        ({"loss": [0.6, 0.4], "accuracy": [0.7, 0.8], "val_loss": [0.6, 0.9], "val_accuracy": [0.72, 0.6]},),
    ]


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
        reference=group_numbers,
        inputs=[
            (5, [(1, 3), (3, 4)]),
            (6, []),
            (6, [(4, 5), (0, 2), (2, 4)]),
            (7, [(6, 5), (5, 3), (1, 2), (3, 6)]),
            (8, [(0, 1), (2, 3), (4, 5), (6, 7), (5, 6), (1, 7)]),
        ],
        mistakes=[
            (_without_chains, "Does your loop follow chains: what if a picture of the pair already has a group?"),
            (
                _moves_only_the_pair,
                "When a pair joins two groups, all the pictures of both get the same number, not the pair alone.",
            ),
            (_largest_instead, "That is the largest number of each group; asked for is the smallest."),
            (
                _counted_in_order,
                "Those are the right groups, but counted 0, 1, 2, …; asked for is the smallest picture in each.",
            ),
            (_only_named_pictures, "A picture that is in no pair gets a number, too: its own."),
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
        reference=read_curves,
        inputs=_histories(),
        mistakes=[
            (_counts_from_zero, "Epochs are counted from 1 here; an index counts from 0."),
            (_as_a_fraction, "The gap is asked for in points, hundredths: 0.05 are 5 points."),
            (_other_way_round, "The gap is training accuracy minus validation accuracy."),
            (_gap_at_the_end, "That is the gap at the last epoch; asked for is the gap at the epoch that you found."),
            (_one_epoch_late, "That is the gap one epoch later: in a list, epoch 1 has the index 0."),
            (_lowest_training_loss, "That is the epoch of the lowest training loss, which falls as long as you let it."),
            (_highest_validation_loss, "That is where the validation loss is highest."),
            (_best_validation_accuracy, "That is the epoch of the best validation accuracy; asked for is the lowest loss."),
            (_gap_of_the_losses, "That is the gap of the losses; asked for is that of the accuracies."),
        ],
        hints=(
            "Two steps: find the place of the smallest number in one list, then look up that place in two others.",
            "`np.argmin` gives the place, counted from 0.",
            '`best = int(np.argmin(history["val_loss"]))`; the epoch is `best + 1`, the gap 100 × a difference there.',
        ),
        praise="Two numbers say most of what a page of curves shows.",
    ),
}
