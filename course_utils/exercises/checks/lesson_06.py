"""What the exercises of lesson 06 expect."""

from collections.abc import Callable

import numpy as np

from course_utils.exercises.kinds import Function, Value

TEXTS = ("Good film", "good  film ", "Bad", " so so", "So\tso", "goodfilm", "", "  ", "a film", "A", "bad!", "Straße")


def _if_same(plain: Callable[[str], str]) -> Callable[..., list[int]]:
    """A search for copies that takes two texts for the same if `plain` makes the same of both."""

    def mistaken(right: Callable[..., list[int]], train: list[str], validation: list[str]) -> list[int]:
        known = {plain(text) for text in train}
        return [place for place, text in enumerate(validation) if plain(text) in known]

    return mistaken


def _draw(random: np.random.Generator) -> tuple[list[str], list[str]]:
    """Two lists of texts, perhaps empty, some of whose texts are the same but for capitals and spaces."""

    def texts() -> list[str]:
        return [str(random.choice(TEXTS)) for _ in range(random.integers(0, 6))]

    return texts(), texts()


EXERCISES = {
    "trainings": Value(
        expected=3 * 4 * 5 + 1,
        expects="one whole number: all trainings together",
        mistakes=[
            (3 * 4 * 5, "These judge the three networks; the winner is then trained once more."),
            (4 * 5 + 1, "That would be one network; there are three to judge."),
            (4 * 5, "That judges one network; there are three, and a last training."),
            (3 * (4 * 5 + 1), "Only the winner is trained once more, not all three."),
            (3 * 5 + 1, "That is k-fold; iterated k-fold does it *P* times."),
            (3 * (4 + 5) + 1, "Each of the *P* rounds takes *K* trainings: multiply."),
        ],
        hints=(
            "How many trainings does one round of k-fold validation take? How many rounds are there?",
            "One network takes P · K trainings to judge. There are three networks.",
            "3 · 4 · 5 for judging, and one more for the winner.",
        ),
        praise="And each of them at the price of a whole training: that is why large networks get a single hold-out set.",
    ),
    "leak": Function(
        inputs=[
            (["Good film", "Bad"], ["good  film ", "so so"]),
            (["a", "b", "c"], ["c", "d", "A", "a"]),
            ([], ["a"]),
            (["a"], []),
            (["goodfilm"], ["good film"]),
        ],
        draw=_draw,
        mistakes=[
            (_if_same(str), "It takes texts for different that differ in capitals or spaces alone."),
            (_if_same(str.lower), "It forgets the spaces: before, behind and between words."),
            (_if_same(lambda text: text.lower().strip()), "It forgets the spaces between words: several count as one."),
            (_if_same(lambda text: " ".join(text.split())), "It forgets that capital letters do not matter."),
            (
                _if_same(lambda text: "".join(text.lower().split())),
                "It takes away all spaces, so that *goodfilm* is *good film*; several spaces count as *one*.",
            ),
            (
                lambda right, train, validation: right(validation, train),
                "It gives places in `train`; asked are places in `validation`.",
            ),
            (
                lambda right, train, validation: [validation[place] for place in right(train, validation)],
                "It gives the texts; asked are their places, counted from 0.",
            ),
            (
                lambda right, train, validation: [place + 1 for place in right(train, validation)],
                "It counts places from 1; they count from 0.",
            ),
        ],
        hints=(
            "First write a line that makes the same of both, whatever their capitals and spaces.",
            '`text.lower()` makes letters small; `text.split()` cuts at any spaces, and `" ".join(...)` glues again.',
            "Put the plain form of each text of `train` into a set; then go through `enumerate(validation)`.",
        ),
        praise="A set finds a copy at once, however many texts there are: run it before every split.",
    ),
    "curves": Value(
        expected=(4, 1, 3, 2),
        expects="four whole numbers from 1 to 4, for A, B, C and D",
        mistakes=[
            (
                (3, 1, 4, 2),
                "A and C the other way round. Which of the two validates as well as it trains, on so few reviews?",
            ),
            ((4, 1, 2, 3), "Look at C and D again: in which of them does validation stay far behind training?"),
            ((4, 2, 3, 1), "B and D the other way round: overfitting is good in training, and bad in validation alone."),
            ((2, 1, 3, 4), "A and D the other way round: a leak makes validation look good, overfitting makes it look bad."),
            ((2, 4, 3, 1), "These are the letters' places in the order of the list; asked is one number for each letter."),
        ],
        hints=(
            "First find the one whose *training* accuracy stays low. Then the one whose curves lie farthest apart.",
            "Two are left. Validation examples are new to the network: can it be perfect on them?",
            "B does not even learn its training reviews, D learns these alone; A is perfect on both, which is too good.",
        ),
        praise="The leak is the one that looks best.",
    ),
}
