"""Exercises of lesson 40: a tokenizer, n-grams, collisions, neighbours by cosine, and what tells two sentences apart."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.exercises.kinds import Choice, Function

BETWEEN = " · "  # parts tokens when they are shown


def louder_tokens(text: str) -> list[str]:
    """Words in small letters and single `!` and `?`, in order; tags `<br />` count as spaces."""
    return re.findall(r"\w+(?:'\w+)?|[!?]", text.replace("<br />", " ").lower())


def _without_marks(text: str) -> list[str]:
    return [token for token in louder_tokens(text) if token not in "!?"]


def _capitals_kept(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)?|[!?]", text.replace("<br />", " "))


def _tags_kept(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)?|[!?]", text.lower())


def _tags_glued(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)?|[!?]", text.replace("<br />", "").lower())


def _cut_at_apostrophes(text: str) -> list[str]:
    return re.findall(r"\w+|[!?]", text.replace("<br />", " ").lower())


def _any_apostrophe(text: str) -> list[str]:
    return re.findall(r"[\w']+|[!?]", text.replace("<br />", " ").lower())


def _marks_in_a_row(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)?|[!?]+", text.replace("<br />", " ").lower())


def _spaces_only(text: str) -> list[str]:
    return text.replace("<br />", " ").lower().split()


def n_grams(tokens: list[str], n: int) -> list[str]:
    """All groups of `n` neighbouring tokens, each joined by spaces; an empty list if there are fewer tokens."""
    return [" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def _last_missing(tokens: list[str], n: int) -> list[str]:
    return n_grams(tokens, n)[:-1]


def _cut_off_at_the_end(tokens: list[str], n: int) -> list[str]:
    return [" ".join(tokens[i : i + n]) for i in range(len(tokens))]


def _side_by_side(tokens: list[str], n: int) -> list[str]:
    return [" ".join(tokens[i : i + n]) for i in range(0, len(tokens) - n + 1, n)]


def _always_pairs(tokens: list[str], n: int) -> list[str]:
    return n_grams(tokens, 2)


def _joined_without_spaces(tokens: list[str], n: int) -> list[str]:
    return ["".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def _shorter_too(tokens: list[str], n: int) -> list[str]:
    return [group for size in range(1, n + 1) for group in n_grams(tokens, size)]


def _each_once(tokens: list[str], n: int) -> list[str]:
    return list(dict.fromkeys(n_grams(tokens, n)))


def expected_sharing(words: int, buckets: int) -> float:
    """How many of `words` words, thrown at random into `buckets` buckets, share theirs with at least one other word."""
    return words * (1 - (1 - 1 / buckets) ** (words - 1))


def _alone(words: int, buckets: int) -> float:
    return words - expected_sharing(words, buckets)


def _share_of_words(words: int, buckets: int) -> float:
    return expected_sharing(words, buckets) / words


def _itself_counted(words: int, buckets: int) -> float:
    return words * (1 - (1 - 1 / buckets) ** words)


def _too_many_for_places(words: int, buckets: int) -> float:
    return max(words - buckets, 0)


def _pairs_that_collide(words: int, buckets: int) -> float:
    return words * (words - 1) / 2 / buckets


def _place_taken(words: int, buckets: int) -> float:
    """Words less buckets in use: of words that share, one a bucket is not counted."""
    return words - buckets * (1 - (1 - 1 / buckets) ** words)


def nearest(table: np.ndarray, row: int, k: int) -> np.ndarray:
    """Numbers of the `k` rows with the largest cosine to row `row`, without itself, the nearest first."""
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    return _largest(units @ units[row], row, k)


def _largest(likeness: np.ndarray, row: int, k: int) -> np.ndarray:
    return np.array([number for number in np.argsort(-likeness) if number != row][:k])


def _itself_first(table: np.ndarray, row: int, k: int) -> np.ndarray:
    return np.concatenate([[row], nearest(table, row, k)])[:k]


def _by_product(table: np.ndarray, row: int, k: int) -> np.ndarray:
    return _largest(table @ table[row], row, k)


def _by_distance(table: np.ndarray, row: int, k: int) -> np.ndarray:
    return _largest(-np.linalg.norm(table - table[row], axis=1), row, k)


def _farthest(table: np.ndarray, row: int, k: int) -> np.ndarray:
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    return _largest(-(units @ units[row]), row, k)


def _nearest_last(table: np.ndarray, row: int, k: int) -> np.ndarray:
    return nearest(table, row, k)[::-1]


def _counted_without_itself(table: np.ndarray, row: int, k: int) -> np.ndarray:
    found = nearest(table, row, k)
    return found - (found > row)


def _the_cosines(table: np.ndarray, row: int, k: int) -> np.ndarray:
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    return (units @ units[row])[nearest(table, row, k)]


def _tables() -> list[tuple[np.ndarray, int, int]]:
    """Tables whose rows differ in length, so that products and distances lead elsewhere than cosines."""
    generator = np.random.default_rng(40)
    trials = []
    for rows, width, row, k in [(6, 2, 0, 2), (12, 3, 11, 4), (30, 8, 7, 5), (9, 4, 3, 1), (20, 5, 19, 19)]:
        lengths = generator.uniform(0.2, 5, (rows, 1))
        trials.append((generator.normal(size=(rows, width)) * lengths, row, k))
    return trials


def _listed(answer: Callable[..., Any], *arguments: object) -> object:
    """An answer's list of tokens as one string, which can be compared and shown; a stub or a missing return stays."""
    result = answer(*arguments)
    if result is ... or result is None:
        return result
    if isinstance(result, str):
        return f"no list but the string {result!r}"
    try:
        tokens = list(result)
    except TypeError:
        return f"no list but {result!r}"
    strange = [token for token in tokens if not isinstance(token, str)]
    return f"a list with {strange[0]!r} in it, which is no string" if strange else BETWEEN.join(tokens)


def _as_shown(function: Callable[..., list[str]]) -> Callable[..., str]:
    return lambda *arguments: BETWEEN.join(function(*arguments))


EXERCISES = {
    "tokens": Function(
        reference=_as_shown(louder_tokens),
        ask=_listed,
        inputs=[
            ("It's well-made: GREAT!",),
            ("Dull.<br /><br />Really?! I slept!!",),
            ("He said 'no'<br />Don't ask",),
            ("10 out of 10? It's a 3!",),
            ("A naïve café owner...",),
            ("",),
        ],
        mistakes=[
            (_as_shown(_without_marks), "`!` and `?` are tokens here."),
            (_as_shown(_capitals_kept), "Capitals are kept; all letters should become small."),
            (_as_shown(_tags_kept), "The tag `<br />` has become the word “br”; it counts as a space."),
            (_as_shown(_tags_glued), "The tag is dropped without a space in its place, so two words have become one."),
            (_as_shown(_cut_at_apostrophes), "“It's” is one word: an apostrophe within a word belongs to it."),
            (
                _as_shown(_any_apostrophe),
                "An apostrophe belongs to a word only *within* it, not before or behind, as a quotation mark.",
            ),
            (_as_shown(_marks_in_a_row), "`!!` are two tokens, each a single mark."),
            (_as_shown(_spaces_only), "It cuts at spaces alone, so punctuation sticks to the words."),
        ],
        hints=(
            "Two things can be a token: a word, or one mark. A regular expression says *or* with `|`.",
            "Replace the tag by a space, make letters small. Then `re.findall` with the lesson's pattern, `|` and `[!?]`.",
            'The pattern is `r"\\w+(?:\'\\w+)?|[!?]"`.',
        ),
        praise="“Great!” now has something that “great.” has not. Whether it helps is a question for validation data.",
    ),
    "n_grams": Function(
        reference=_as_shown(n_grams),
        ask=_listed,
        inputs=[
            (["not", "good", "but", "not", "bad"], 2),
            (["a", "b", "c", "d", "e", "f"], 3),
            (["one", "two", "three"], 1),
            (["x", "y", "x", "y", "x"], 2),
            (["too", "short"], 3),
            (["just", "right", "here"], 3),
        ],
        mistakes=[
            (_as_shown(_last_missing), "The last group is missing: there are (tokens - n + 1) of them."),
            (_as_shown(_cut_off_at_the_end), "The last groups are too short; stop while *n* tokens are left."),
            (
                _as_shown(_side_by_side),
                "The groups stand side by side; they overlap, each starts one token after the one before.",
            ),
            (_as_shown(_always_pairs), "These are pairs, whatever *n* is."),
            (_as_shown(_joined_without_spaces), "The spaces between the tokens are missing."),
            (_as_shown(_shorter_too), "Shorter groups are in it, too; asked are groups of exactly *n*."),
            (_as_shown(_each_once), "A group that occurs twice is listed once; keep both."),
        ],
        hints=(
            "At which tokens can a group of n start, if it must not run over the end?",
            "At 0, 1, … up to len(tokens) - n. The group that starts at i is `tokens[i : i + n]`.",
            '`[" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]`; a range below zero is empty.',
        ),
        praise="The same lines make groups of characters: give it a list of letters.",
    ),
    "sharing": Function(
        reference=expected_sharing,
        inputs=[(2, 2), (23, 365), (5, 8), (1, 10), (10_000, 1_024), (10_000, 1_000_000), (3, 1)],
        mistakes=[
            (_alone, "That is how many are alone; asked is how many are *not*."),
            (_share_of_words, "That is the share of the words; asked is their number."),
            (_itself_counted, "The exponent counts the word itself; only the *other* words can land in its bucket."),
            (_too_many_for_places, "That would be so if words filled free buckets first; they land at random."),
            (
                _pairs_that_collide,
                "That is the expected number of *pairs* that collide; three in a bucket make three pairs.",
            ),
            (_place_taken, "That leaves out the first word of each bucket; it shares, too, once a second one comes."),
        ],
        hints=(
            "What is the chance that one certain other word lands elsewhere? And that all of them do?",
            "One lands elsewhere with 1 - 1/buckets; all the others, words - 1 of them, with that to the power words - 1.",
            "A word shares with the chance `1 - (1 - 1 / buckets) ** (words - 1)`; multiply by the number of words.",
        ),
        praise="With 23 words in 365 buckets, more than one is expected to share: the birthday problem.",
    ),
    "nearest": Function(
        reference=nearest,
        inputs=_tables(),
        mistakes=[
            (_itself_first, "The row itself comes first; nothing is nearer to it, but it does not count."),
            (_by_product, "These have the largest *product*; long rows win so. Divide by both lengths first."),
            (_by_distance, "These are nearest by distance; the cosine looks at directions alone."),
            (_farthest, "These have the *smallest* cosine: `np.argsort` begins with the smallest."),
            (_nearest_last, "The right rows, but the nearest should come first."),
            (
                _counted_without_itself,
                "The row itself was taken out before counting, so numbers behind it are one too small.",
            ),
            (_the_cosines, "These are the cosines; asked are the numbers of the rows."),
        ],
        hints=(
            "If all rows had length 1, the cosine would be their product. How do you make them so?",
            "`units = table / np.linalg.norm(table, axis=1, keepdims=True)`, then `units @ units[row]`.",
            "Set the cosine of the row itself to `-np.inf`, then `np.argsort(-cosines)[:k]`.",
        ),
        praise="On 10,000 words that is one multiplication. Larger collections use an index that looks at a part of them.",
    ),
    "apart": Choice(
        right="c",
        why_not={
            "a": "Both sentences hold the same words, so their bags are equal, however many columns there are.",
            "b": "An average does not know what came first; the same words have the same average, whatever was learnt.",
            "d": "Without collisions, hashed words are a bag with its columns in another order; and bags know no order.",
        },
        hints=(
            "Write down the words of each sentence, sorted. What is the same, what is not?",
            "An answer must depend on which words stand beside each other.",
            "Look for “a bore” and “a gem”, and for what stands before and behind them.",
        ),
        praise="“Bore and” is only in the first, “gem and” only in the second. Lesson 41 reads all of the order.",
    ),
}
