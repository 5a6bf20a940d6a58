"""What the exercises of lesson 18 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Value

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNED = "ABCDEFGHIKLMNOPQRSTUVWXY"


def picture_of(line: str) -> np.ndarray:
    """The picture in a line of the table.

    Args:
        line: a label and 784 pixels from 0 to 255, row by row, with commas between.

    Returns:
        int64 array of shape (28, 28).
    """
    return _values(line)[1:].reshape(28, 28)


def _values(line: str) -> np.ndarray:
    return np.array(line.split(","), dtype="int64")


def _column_by_column(line: str) -> np.ndarray:
    return picture_of(line).T


def _with_the_label(line: str) -> np.ndarray:
    return _values(line)[:-1].reshape(28, 28)


def _not_in_rows(line: str) -> np.ndarray:
    return _values(line)[1:]


def _with_a_channel(line: str) -> np.ndarray:
    return picture_of(line)[..., None]


def _scaled(line: str) -> np.ndarray:
    return picture_of(line) / 255


def _upside_down(line: str) -> np.ndarray:
    return picture_of(line)[::-1]


def _lines() -> list[tuple[str]]:
    generator = np.random.default_rng(18)
    pictures = generator.integers(0, 256, size=(4, 784))
    return [
        (",".join(map(str, [label, *picture])),) for label, picture in zip((3, 24, 0, 10), pictures.tolist(), strict=True)
    ]


def letter_of(label: int) -> str:
    """The letter with this place in the whole alphabet; A is 0."""
    return ALPHABET[label]


def _of_the_letters_that_occur(label: int) -> str:
    return SIGNED[min(label, 23)]


def _counted_from_one(label: int) -> str:
    return ALPHABET[label - 1]


def _one_too_far(label: int) -> str:
    return ALPHABET[(label + 1) % 26]


def _in_small_letters(label: int) -> str:
    return ALPHABET[label].lower()


EXERCISES = {
    "picture": Function(
        reference=picture_of,
        inputs=_lines(),
        mistakes=[
            (_column_by_column, "It fills the picture column by column; the pixels come row by row."),
            (
                _with_the_label,
                "The first value is the label: your first pixel is the label, and all others are one place too late.",
            ),
            (_not_in_rows, "These are the right numbers in one long row; `reshape` makes 28 rows of them."),
            (_with_a_channel, "A picture with 28 rows and 28 columns was asked for, without an axis for channels."),
            (_scaled, "The pixels are divided by 255; asked are the values as they stand in the file."),
            (_upside_down, "It is upside down: the first row is the first in the file."),
        ],
        hints=(
            "Cut the text at its commas. What is the first value, and what are the rest?",
            "`line.split(',')` gives 785 pieces of text. Leave out the first, make numbers of the others, then 28 rows.",
            "`np.array(line.split(',')[1:], dtype='uint8').reshape(28, 28)`.",
        ),
        praise="That is all there is to a picture in a table.",
    ),
    "letter": Function(
        reference=letter_of,
        inputs=[(10,), (0,), (8,), (24,), (17,)],
        mistakes=[
            (
                _of_the_letters_that_occur,
                "It counts only the letters that occur: behind I it is one letter too far. The file counts J.",
            ),
            (_counted_from_one, "It counts from 1; A is 0."),
            (_one_too_far, "It is one letter too far; A is 0."),
            (_in_small_letters, "A capital letter was asked for."),
        ],
        hints=(
            "Text is a sequence too: `'ABC'[1]` is `'B'`.",
            "Take the whole alphabet, J and Z included, and the character in that place.",
            "`'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[label]`, or `chr(ord('A') + label)`.",
        ),
        praise="With the 24 letters that occur, all from K on would be wrong, and the accuracy would not show it.",
    ),
    "renumber": Value(
        expected=13,
        expects="a label as it stands in the file, a whole number",
        mistakes=[
            (12, "In the file 12 is M. Behind the gap at 9 (J), numbers without gaps lag behind."),
            (11, "The other way round: numbers without gaps are smaller than the file's, behind the gap."),
            (14, "That counts the gap twice; Z is behind N."),
        ],
        hints=(
            "Up to I the two numberings agree. What happens at J?",
            "K is 9 in the new numbers and 10 in the file: from K on they differ by one.",
            "12 + 1.",
        ),
        praise="It is N. Keep the table of `np.unique` beside the model, or nobody will ever translate back.",
    ),
    "where": Choice(
        right="b",
        why_not={
            "a": "Proportions are not all: biases, and what normalization has learnt, were made for pixels up to 1.",
            "c": "`Rescaling` multiplies what it gets; it does not look at it.",
            "d": "`Rescaling` multiplies whatever it gets by 1/255, scaled or not.",
        },
        hints=(
            "What does the layer do with a pixel of 200/255?",
            "It divides by 255 once more. How bright is that?",
            "At most 1/255: almost black.",
        ),
        praise="The same mistake, from the other side. The next cell measures it.",
    ),
    "sure": Value(
        expected=368,
        expects="a whole number of pictures, all of them named rightly",
        mistakes=[
            (367, "Rounded down: with 367 the lower end is still a little below 99 %."),
            (300, "That is the rule of three, with all 5 % on one side; the interval leaves 2.5 % on each."),
            (299, "That is with 5 % on one side; the interval leaves 2.5 % on each."),
            (11, "With 11 of 11 the lower end is near 72 %."),
            (3688, "That is for 99.9 %."),
        ],
        tolerance=1e-9,
        hints=(
            "For which n is 0.025 to the power of 1/n at least 0.99?",
            "Take logarithms: ln(0.025)/n must be at least ln(0.99). Mind that both are negative.",
            "n is ln(0.025) / ln(0.99), rounded up.",
        ),
        praise="Independent pictures, that is: variations of one photograph count as one.",
    ),
}
