"""What the exercises of lesson 40 expect."""

import re

import numpy as np

from course_utils.exercises.kinds import Function

TOKEN = r"\w+(?:'\w+)?|[!?]"
PIECES = [
    "GREAT",
    "it's",
    "'no'",
    "n't",
    "O'Neil",
    "well-made",
    "10",
    "naïve",
    "!",
    "?",
    "!!",
    "...",
    ",",
    "<br />",
    "br",
    " ",
]


def _text(random: np.random.Generator) -> tuple[str]:
    glue = str(random.choice(["", " "]))
    return (glue.join(random.choice(PIECES, random.integers(0, 9))),)


def _tokens(random: np.random.Generator) -> tuple[list[str], int]:
    return random.choice(list("abcde"), random.integers(0, 9)).tolist(), int(random.integers(1, 6))


def _table(random: np.random.Generator) -> tuple[np.ndarray, int, int]:
    """Rows that differ in length, so that products and distances lead elsewhere than cosines; one of them, and k."""
    rows, width = int(random.integers(2, 30)), int(random.integers(2, 9))
    table = random.normal(size=(rows, width)) * random.uniform(0.2, 5, (rows, 1))
    return table, int(random.integers(rows)), int(random.integers(1, rows))


def _cosines(table: np.ndarray, row: int) -> np.ndarray:
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    return units @ units[row]


def _others_by(keys: np.ndarray, row: int, k: int) -> list[int]:
    return [number for number in np.argsort(keys).tolist() if number != row][:k]


EXERCISES = {
    "tokens": Function(
        inputs=[
            ("It's well-made: GREAT!",),
            ("Dull.<br /><br />Really?! I slept!!",),
            ("He said 'no'<br />Don't ask",),
            ("A naïve café owner...",),
            ("",),
        ],
        draw=_text,
        mistakes=[
            (lambda right, text: [token for token in right(text) if token not in "!?"], "`!` and `?` are tokens here."),
            (
                lambda right, text: re.findall(TOKEN, text.replace("<br />", " ")),
                "Capitals are kept; all letters should become small.",
            ),
            (
                lambda right, text: re.findall(TOKEN, text.lower()),
                "The tag `<br />` has become the word “br”; it counts as a space.",
            ),
            (
                lambda right, text: right(text.replace("<br />", "")),
                "The tag is dropped without a space in its place, so two words have become one.",
            ),
            (
                lambda right, text: re.findall(r"\w+|[!?]", text.replace("<br />", " ").lower()),
                "“It's” is one word: an apostrophe within a word belongs to it.",
            ),
            (
                lambda right, text: re.findall(r"[\w']+|[!?]", text.replace("<br />", " ").lower()),
                "An apostrophe belongs to a word only *within* it, not before or behind, as a quotation mark.",
            ),
            (
                lambda right, text: re.findall(TOKEN + "+", text.replace("<br />", " ").lower()),
                "`!!` are two tokens, each a single mark.",
            ),
            (
                lambda right, text: text.replace("<br />", " ").lower().split(),
                "It cuts at spaces alone, so punctuation sticks to the words.",
            ),
        ],
        hints=(
            "Two things can be a token: a word, or one mark. A regular expression says *or* with `|`.",
            "Replace the tag by a space, make letters small. Then `re.findall` with the lesson's pattern, `|` and `[!?]`.",
            'The pattern is `r"\\w+(?:\'\\w+)?|[!?]"`.',
        ),
        praise="“Great!” now has something that “great.” has not. Whether it helps is a question for validation data.",
    ),
    "n_grams": Function(
        inputs=[(["not", "good", "but", "not", "bad"], 2), (["x", "y", "x", "y", "x"], 2), (["too", "short"], 3)],
        draw=_tokens,
        mistakes=[
            (
                lambda right, tokens, n: right(tokens, n)[:-1],
                "The last group is missing: there are (tokens - n + 1) of them.",
            ),
            (
                lambda right, tokens, n: [" ".join(tokens[i : i + n]) for i in range(len(tokens))],
                "The last groups are too short; stop while *n* tokens are left.",
            ),
            (
                lambda right, tokens, n: right(tokens, n)[::n],
                "The groups stand side by side; they overlap, each starts one token after the one before.",
            ),
            (lambda right, tokens, n: right(tokens, 2), "These are pairs, whatever *n* is."),
            (
                lambda right, tokens, n: [group.replace(" ", "") for group in right(tokens, n)],
                "The spaces between the tokens are missing.",
            ),
            (
                lambda right, tokens, n: [group for size in range(1, n + 1) for group in right(tokens, size)],
                "Shorter groups are in it, too; asked are groups of exactly *n*.",
            ),
            (
                lambda right, tokens, n: list(dict.fromkeys(right(tokens, n))),
                "A group that occurs twice is listed once; keep both.",
            ),
        ],
        hints=(
            "At which tokens can a group of n start, if it must not run over the end?",
            "At 0, 1, … up to len(tokens) - n. The group that starts at i is `tokens[i : i + n]`.",
            '`[" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]`; a range below zero is empty.',
        ),
        praise="The same lines make groups of characters: give it a list of letters.",
    ),
    "sharing": Function(
        inputs=[(2, 2), (23, 365), (1, 10), (3, 1)],
        draw=lambda random: tuple(int(10 ** random.uniform(0, most)) for most in (4, 6)),
        mistakes=[
            (
                lambda right, words, buckets: words - right(words, buckets),
                "That is how many are alone; asked is how many are *not*.",
            ),
            (
                lambda right, words, buckets: right(words, buckets) / words,
                "That is the share of the words; asked is their number.",
            ),
            (
                lambda right, words, buckets: words * (1 - (1 - 1 / buckets) ** words),
                "The exponent counts the word itself; only the *other* words can land in its bucket.",
            ),
            (
                lambda right, words, buckets: max(words - buckets, 0),
                "That would be so if words filled free buckets first; they land at random.",
            ),
            (
                lambda right, words, buckets: words * (words - 1) / 2 / buckets,
                "That is the expected number of *pairs* that collide; three in a bucket make three pairs.",
            ),
            (
                lambda right, words, buckets: words - buckets * (1 - (1 - 1 / buckets) ** words),
                "That leaves out the first word of each bucket; it shares, too, once a second one comes.",
            ),
        ],
        hints=(
            "What is the chance that one certain other word lands elsewhere? And that all of them do?",
            "One lands elsewhere with 1 - 1/buckets; all the others, words - 1 of them, with that to the power words - 1.",
            "A word shares with the chance `1 - (1 - 1 / buckets) ** (words - 1)`; multiply by the number of words.",
        ),
        praise="With 23 words in 365 buckets, more than one is expected to share: the birthday problem.",
    ),
    "nearest": Function(
        inputs=[(np.array([[1.0, 0.0], [9.0, 9.0], [0.1, 0.0], [-2.0, 1.0]]), 0, 2)],
        draw=_table,
        mistakes=[
            (
                lambda right, table, row, k: [row, *right(table, row, k)][:k],
                "The row itself comes first; nothing is nearer to it, but it does not count.",
            ),
            (
                lambda right, table, row, k: _others_by(-(table @ table[row]), row, k),
                "These have the largest *product*; long rows win so. Divide by both lengths first.",
            ),
            (
                lambda right, table, row, k: _others_by(np.linalg.norm(table - table[row], axis=1), row, k),
                "These are nearest by distance; the cosine looks at directions alone.",
            ),
            (
                lambda right, table, row, k: right(table, row, len(table) - 1)[::-1][:k],
                "These have the *smallest* cosine: `np.argsort` begins with the smallest.",
            ),
            (lambda right, table, row, k: right(table, row, k)[::-1], "The right rows, but the nearest should come first."),
            (
                lambda right, table, row, k: right(table, row, k) - (right(table, row, k) > row),
                "The row itself was taken out before counting, so numbers behind it are one too small.",
            ),
            (
                lambda right, table, row, k: _cosines(table, row)[right(table, row, k)],
                "These are the cosines; asked are the numbers of the rows.",
            ),
        ],
        hints=(
            "If all rows had length 1, the cosine would be their product. How do you make them so?",
            "`units = table / np.linalg.norm(table, axis=1, keepdims=True)`, then `units @ units[row]`.",
            "Set the cosine of the row itself to `-np.inf`, then `np.argsort(-cosines)[:k]`.",
        ),
        praise="On 10,000 words that is one multiplication. Larger collections use an index that looks at a part of them.",
    ),
}
