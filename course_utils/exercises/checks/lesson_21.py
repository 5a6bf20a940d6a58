"""What the exercises of lesson 21 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction

FLOATS = ["float32", "float64"]


def _gradient(random: np.random.Generator) -> tuple[np.ndarray]:
    """A gradient whose colours differ in length, whose mean is not 0, and whose root mean square is 0.1 or more."""
    gradient = random.normal(loc=random.uniform(-1, 1), size=(*random.integers(1, 7, 2), 3)) * [1.0, 2.0, 3.0] + 0.3
    return ((random.choice([1.0, 100.0]) * gradient / min(1, 5 * np.abs(gradient).max())).astype(random.choice(FLOATS)),)


def _maps(random: np.random.Generator) -> tuple[np.ndarray, int]:
    """Maps of different numbers, some all negative, whose order by mean, sum of sizes or first place is another one."""
    shape = random.integers(1, 8), *random.integers(1, 5, 2)
    maps = random.permutation(np.prod(shape)).reshape(shape) - random.integers(0, np.prod(shape) + 1)
    return maps.astype(random.choice(FLOATS)), int(random.integers(1, shape[0] + 1))


EXERCISES = {
    "even_step": Function(
        inputs=[(np.array([[[1.0, -2.0, 2.0]]]),)],
        draw=_gradient,
        tolerance=1e-3,  # with a guard of up to 1e-5 against dividing by 0 it is as right
        mistakes=[
            (
                lambda right, gradient: gradient / np.mean(gradient**2),
                "You divide by the mean *square*; the root is missing.",
            ),
            (
                lambda right, gradient: gradient / np.sqrt(np.sum(gradient**2)),
                "You divide by the root of the *sum* of squares; then a larger picture takes smaller steps a pixel.",
            ),
            (
                lambda right, gradient: gradient / np.abs(gradient).max(),
                "That makes the largest entry 1; asked is the root mean square.",
            ),
            (
                lambda right, gradient: gradient / np.abs(gradient).mean(),
                "You divide by the mean of the absolute values; asked is the root mean square.",
            ),
            (
                lambda right, gradient: (gradient - gradient.mean()) / gradient.std(),
                "You subtract the mean as well: that turns the direction. Only the length is to change.",
            ),
            (
                lambda right, gradient: gradient / gradient.std(),
                "The standard deviation leaves the mean out; the root mean square does not.",
            ),
            (lambda right, gradient: np.sign(gradient), "The signs alone lose which pixels matter more."),
            (
                lambda right, gradient: gradient / np.sqrt(np.mean(gradient**2, axis=(0, 1))),
                "You give each colour a length of its own, which turns the direction; take one number for all.",
            ),
            (lambda right, gradient: gradient, "That is the gradient as it was."),
        ],
        hints=(
            "Root mean square, read from behind: first square, then the mean, then the root.",
            "One number for the whole picture: the root of the mean of all squares. Divide by it.",
            "`gradient / np.sqrt(np.mean(gradient**2))`.",
        ),
        praise="The direction is the same, and each step is as long as any other.",
    ),
    "start_line": Choice(
        right="c",
        why_not={
            "a": "Look at what `* 20` is applied to: the bracket of `random` closes at the very end.",
            "b": "Nothing is broadcast yet: all of it happens before `random` is called.",
            "d": "A tuple times 20 is no error; it is a tuple twenty times as long. What comes after it?",
        },
        hints=(
            "Read it from the inside: which bracket closes where?",
            "`(1, 150, 150, 3) * 20` is evaluated first. What is a tuple times a number?",
            "Twenty copies of the tuple in a row; and then 128. is to be added to that.",
        ),
        praise="One bracket: `np.random.random((1, 150, 150, 3)) * 20 + 128.`",
    ),
    "photograph_or_pattern": Prediction(
        words=("pattern", "photograph", "stripes"),
        mistakes=[
            ("photograph", "Photographs were not made for this filter; the pattern is."),
            ("stripes", "Stripes are what some filters want, mostly early ones."),
            ("pattern", "It takes more steps than these to beat the others here."),
        ],
        hints=(
            "Which of the three was changed on purpose, step by step, so that the filter answers more?",
            "A photograph has to do with what happens to stand in it; stripes have to do with no filter in particular.",
            "The one that climbed.",
        ),
        praise="And yet nothing in the world looks like it.",
    ),
    "strongest": Function(
        inputs=[(np.array([[[1.0, 2.0]], [[5.0, 0.0]], [[3.0, 3.0]]]), 2), (np.array([[[-1.0]], [[-2.0]]]), 1)],
        draw=_maps,
        mistakes=[
            (
                lambda right, maps, n: np.argsort(maps.max(axis=(1, 2)))[:n],
                "`argsort` begins with the smallest; those are the weakest pictures.",
            ),
            (
                lambda right, maps, n: np.argsort(maps.max(axis=(1, 2)))[-n:],
                "The pictures are the right ones, but the strongest is to stand first.",
            ),
            (
                lambda right, maps, n: np.argsort(-maps.mean(axis=(1, 2)))[:n],
                "You sort by the mean over all places; asked is the strongest place.",
            ),
            (
                lambda right, maps, n: np.argsort(-np.abs(maps).max(axis=(1, 2)))[:n],
                "An answer far below 0 is a weak one, not a strong one.",
            ),
            (
                lambda right, maps, n: -np.sort(-maps.max(axis=(1, 2)))[:n],
                "Those are the values; asked are the numbers of the pictures.",
            ),
            (lambda right, maps, n: np.argsort(-maps.max(axis=(1, 2))), "Those are all pictures; asked are `n`."),
        ],
        hints=(
            "Two steps: the largest value of each picture, then the order of these values.",
            "`maps.max(axis=(1, 2))` has one number a picture. `np.argsort` sorts upwards and returns numbers of places.",
            "`np.argsort(-maps.max(axis=(1, 2)))`, and of that the first `n`.",
        ),
        praise="Those are the pictures to look at before you say what a filter is for.",
    ),
}
