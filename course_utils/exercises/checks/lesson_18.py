"""What the exercises of lesson 18 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Value

SIGNED = "ABCDEFGHIKLMNOPQRSTUVWXY"


def _line(random: np.random.Generator) -> tuple[str]:
    return (",".join(map(str, [random.integers(26), *random.integers(0, random.choice([2, 256]), 784)])),)


EXERCISES = {
    "picture": Function(
        draw=_line,
        mistakes=[
            (
                lambda right, line: np.transpose(right(line)),
                "It fills the picture column by column; the pixels come row by row.",
            ),
            (
                lambda right, line: np.array(line.split(",")[:-1], int).reshape(28, 28),
                "The first value is the label: your first pixel is the label, and all others are one place too late.",
            ),
            (
                lambda right, line: np.ravel(right(line)),
                "These are the right numbers in one long row; `reshape` makes 28 rows of them.",
            ),
            (
                lambda right, line: np.expand_dims(right(line), -1),
                "A picture with 28 rows and 28 columns was asked for, without an axis for channels.",
            ),
            (
                lambda right, line: np.divide(right(line), 255),
                "The pixels are divided by 255; asked are the values as they stand in the file.",
            ),
            (lambda right, line: right(line)[::-1], "It is upside down: the first row is the first in the file."),
        ],
        hints=(
            "Cut the text at its commas. What is the first value, and what are the rest?",
            "`line.split(',')` gives 785 pieces of text. Leave out the first, make numbers of the others, then 28 rows.",
            "`np.array(line.split(',')[1:], dtype='uint8').reshape(28, 28)`.",
        ),
        praise="That is all there is to a picture in a table.",
    ),
    "letter": Function(
        inputs=[(label,) for label in (10, *range(26))],
        mistakes=[
            (
                lambda right, label: SIGNED[min(label, 23)],
                "It counts only the letters that occur: behind I it is one letter too far. The file counts J.",
            ),
            (lambda right, label: right((label - 1) % 26), "It counts from 1; A is 0."),
            (lambda right, label: chr(ord(right(label)) + 1), "It is one letter too far; A is 0."),
            (lambda right, label: right(label).lower(), "A capital letter was asked for."),
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
        praise="The same mistake, from the other side; the table above measured it.",
    ),
    "sure": Value(
        expected=368,
        expects="a whole number of pictures, all of them classified correctly",
        mistakes=[
            (367, "Rounded down: with 367 the lower end is still a little below 99 %."),
            (300, "That is the rule of three, with all 5 % on one side; the interval leaves 2.5 % on each."),
            (299, "That is with 5 % on one side; the interval leaves 2.5 % on each."),
            (np.log(0.025) / np.log(0.99), "Pictures come whole: round up."),
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
