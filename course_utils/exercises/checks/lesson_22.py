"""What the exercises of lesson 22 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction


def _maps_and_biases(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    maps = random.normal(scale=random.choice([1, 50]), size=random.integers(1, 7, 3))
    return maps.astype(random.choice(["float32", "float64"])), random.normal(size=len(maps)).round(2)


def _map(random: np.random.Generator) -> tuple[np.ndarray]:
    """A map in tenths: of both signs, without a positive place, with zeros alone, or with a single place."""
    lowest, highest = [(-30, 30), (-30, 0), (0, 1), (1, 300)][random.integers(4)]
    return (random.integers(lowest, highest, random.integers(1, 6, 2)) / 10,)


EXERCISES = {
    "score_from_map": Function(
        inputs=[(np.array([[[1.0, -2.0], [3.0, 0.0]]]), np.array([0.25]))],
        draw=_maps_and_biases,
        mistakes=[
            (
                lambda right, maps, biases: maps.sum(axis=(1, 2)) + biases,
                "That is the sum; the network takes the *mean* over places.",
            ),
            (lambda right, maps, biases: maps.mean(axis=(1, 2)), "The bias is missing."),
            (lambda right, maps, biases: maps.max(axis=(1, 2)) + biases, "That is the hottest place; all places count."),
            (
                lambda right, maps, biases: np.maximum(maps, 0).mean(axis=(1, 2)) + biases,
                "Places that speak against the class count as well: do not cut them off.",
            ),
            (
                lambda right, maps, biases: (maps + biases[:, None, None]).sum(axis=(1, 2)),
                "That is the sum, and the bias in it once for each place; the network takes the *mean*.",
            ),
        ],
        hints=(
            "Which of the formula's two parts is in the map already, and which not?",
            "Take the mean over rows and columns, and leave the first axis, the pictures, alone.",
            "`maps.mean(axis=(1, 2))`, plus the biases.",
        ),
        praise="Nothing is lost on the way from the map to the score: the map is the score, spread out.",
    ),
    "heat": Function(
        inputs=[(np.array([[-1.0, 4.0], [2.0, 0.0]]),), (np.array([[-3.0, -1.0]]),), (np.array([[-2.0, 0.0, 0.25]]),)],
        draw=_map,
        tolerance=1e-3,  # with 1e-5 added to the largest value it is as right
        mistakes=[
            (
                lambda right, class_map: (class_map - class_map.min()) / max(np.ptp(class_map), 1e-12),
                "That makes the lowest value 0; what is to become 0 is everything below 0.",
            ),
            (
                lambda right, class_map: np.abs(class_map) / (np.abs(class_map).max() or 1),
                "What speaks *against* the class is drawn as if it spoke for it.",
            ),
            (
                lambda right, class_map: right(class_map) / max(np.sum(right(class_map)), 1),
                "Divide by the largest value, not by the sum.",
            ),
            (
                lambda right, class_map: class_map / class_map.max() if class_map.max() > 0 else 0 * class_map,
                "The negative values are still there.",
            ),
            (lambda right, class_map: np.maximum(class_map, 0), "It is not divided by the largest value yet."),
        ],
        hints=(
            "What is the largest value of a map in which everything is negative, once the negative values are gone?",
            "`np.maximum(class_map, 0)` cuts off; divide only if something is left.",
            "`positive = np.maximum(class_map, 0)`, then `positive / positive.max() if positive.any() else positive`.",
        ),
        praise="It also copes with a map in which nothing speaks for the class.",
    ),
    "batch": Choice(
        right="b",
        why_not={
            "a": "Each picture has gradients of its own; averaged over the batch, they are nobody's.",
            "c": "The averaged weights have one number a channel, which fits any batch: it runs without a word.",
            "d": "Only if all had the same gradients. They have different ones, and the average mixes them.",
        },
        hints=(
            "What is the shape of `grads` for sixteen pictures, and which shape is left?",
            "Of (16, rows, columns, channels), a mean over axes 0, 1, 2 leaves (channels,). How many sets is that?",
            "One set for sixteen pictures.",
        ),
        praise="It runs without a word, and the maps look plausible. Average over axes 1 and 2 alone.",
    ),
    "undated": Prediction(
        words=("cat", "dog", "both"),
        mistakes=[
            ("cat", "For this network a cat is a picture *with* a date, and there is none."),
            ("both", "That would be a network that looks at the animals. It had an easier way to be right."),
        ],
        hints=(
            "What was the easiest way to be right on the training pictures?",
            "On the training pictures, a date meant *cat*. What did no date mean?",
            "No date meant *dog*, whatever was in the picture.",
        ),
        praise="No date, no cat: it has learned about the photographer.",
    ),
    "trust": Choice(
        right="b",
        why_not={
            "a": "The map says where, not what was seen there: a rib, the exposure, a tube that ill patients have?",
            "c": "It passed a test that it could have failed: heat on the mark would have been an alarm.",
            "d": "A map elsewhere does not make an answer wrong, nor a map on the lungs an answer right.",
        },
        hints=(
            "What would the map look like if the network leaned on the mark? And if it leaned on the exposure of the lungs?",
            "Remember the naive answer of the middle: where do lungs stand in X-ray pictures?",
            "One alarm did not go off, which is worth something, and other questions stay open.",
        ),
        praise="A map is a witness: question it, and call others.",
    ),
}
