"""The synthetic film reviews: what is written, what it tells, and that counting words does not tell all of it."""

import random
import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from course_utils.datasets import load
from course_utils.synthetic import generate, imdb

PRAISE = {word for pair in (*imdb.ADJECTIVES, imdb.LIKED, imdb.FELT) for word in pair[0].split()}


@pytest.fixture(scope="module")
def reviews(tmp_path_factory) -> dict[str, list[str]]:
    folder = tmp_path_factory.mktemp("reviews")
    generate("imdb", folder)
    parts = [f"{part}/{name}" for part, counts in imdb.COUNTS.items() for name in counts]
    return {part: [path.read_text(encoding="utf-8") for path in sorted((folder / part).iterdir())] for part in parts}


def words(text):
    return re.findall(r"\w+(?:'\w+)?", text.replace("<br />", " "))


def written(seed=0, count=1_500):
    """Reviews and their marks, 0 or 1, in turn."""
    rng = random.Random(seed)
    marks = np.arange(count) % 2
    return [imdb.review(rng, bool(mark)) for mark in marks], marks


def score(texts, marks, longest):
    """What a linear model on groups of up to `longest` words gets right of the last third."""
    table = CountVectorizer(ngram_range=(1, longest), binary=True, min_df=2)
    learnt = len(texts) * 2 // 3
    x = table.fit_transform(texts[:learnt])
    model = LogisticRegression(C=0.2, max_iter=500).fit(x, marks[:learnt])
    return model.score(table.transform(texts[learnt:]), marks[learnt:])


def test_the_folders_hold_as_many_reviews_as_they_should_and_none_twice(reviews):
    assert {part: len(texts) for part, texts in reviews.items()} == {
        f"{part}/{name}": count for part, counts in imdb.COUNTS.items() for name, count in counts.items()
    }
    every = [text for texts in reviews.values() for text in texts]
    assert len(set(every)) == len(every)


def test_reviews_are_made_of_sentences_of_one_line_and_vary_in_length(reviews):
    for text in (text for texts in reviews.values() for text in texts):
        assert re.fullmatch(r"([A-Z][^.!<\n]+[.!]( |<br /><br />)?)+", text), text
        assert text.count("<br />") in (0, 2)
        assert "  " not in text and not text.endswith(" ")
    lengths = [len(words(text)) for text in reviews["train/pos"]]
    assert np.percentile(lengths, 5) < 40 and np.percentile(lengths, 95) > 90
    assert min(lengths) > 10 and max(lengths) < 160


def test_articles_fit_what_they_stand_before(reviews):
    text = " ".join(reviews["train/neg"])
    assert not re.search(r"\b[Aa] [aeiou]", text), re.search(r"\b[Aa] [aeiou]\w+", text)
    assert not re.search(r"\b[Aa]n [^aeiou]", text)


def test_the_seed_decides():
    assert written(3, 50)[0] == written(3, 50)[0] != written(4, 50)[0]


@pytest.mark.parametrize(
    ("kind", "praise", "form"),
    [
        (imdb.negated, True, r"the \w+( \w+)? (is|was) not (awful|dull|boring|stupid|annoying)"),
        (imdb.negated, False, r"the \w+( \w+)? (is|was) not (superb|gripping|good|funny)"),
        (imdb.negated, False, r"\w+( \w+){0,2} could have been a (masterpiece|triumph)"),
        (imdb.weighed, True, r"the .* (dull|boring), but the .* (superb|good|funny)"),
        (imdb.weighed, False, r"the .* (superb|good|funny), but the .* (dull|boring)"),
        (imdb.weighed, False, r"the .* (dull|boring|bad|weak), although the .* (superb|good|funny|brilliant)"),
        (imdb.disagreeing, True, r"I expected a \w+ and got a (masterpiece|triumph|gem)"),
        (imdb.plainly, True, r"the \w+( \w+)? (is|was) very (superb|good|clever|funny|gripping|brilliant)"),
    ],
)
def test_opinions_turn_as_their_writer_means_them(kind, praise, form):
    rng = random.Random(0)
    with_praise, with_blame = ([kind(rng, meant) for _ in range(3_000)] for meant in (praise, not praise))
    assert any(re.fullmatch(form, sentence) for sentence in with_praise)
    assert not any(re.fullmatch(form, sentence) for sentence in with_blame)


def test_words_of_praise_turn_up_in_blame():
    rng = random.Random(1)
    kinds = (imdb.negated, imdb.weighed, imdb.disagreeing)
    said = {word for kind in kinds for _ in range(3_000) for word in words(kind(rng, False))}
    assert {word for pair in imdb.ADJECTIVES for word in pair[0].split()} <= said


def test_what_a_film_is_about_tells_nothing_of_its_mark():
    rng = random.Random(2)
    texts, marks = [" ".join(imdb.facts(rng)) for _ in range(1_500)], np.arange(1_500) % 2
    assert score(texts, marks, 1) < 0.56
    assert not PRAISE & set(words(" ".join(texts)))


def test_single_words_tell_much_and_pairs_of_words_more():
    texts, marks = written(count=4_500)
    single, pairs = (score(texts, marks, longest) for longest in (1, 2))
    assert 0.78 < single < 0.88
    assert single + 0.02 < pairs < 0.95


def test_order_tells_more_than_words_which_shuffling_loses():
    texts, marks = written(count=4_500)
    rng = random.Random(0)
    shuffled = [" ".join(rng.sample(words(text), len(words(text)))) for text in texts]
    assert score(texts, marks, 2) > score(shuffled, marks, 2) + 0.03


def test_it_is_loaded_like_the_real_reviews(own_cache):
    data = load("imdb", data="synthetic")
    assert data.class_names == ("neg", "pos")
    assert (len(data.train), len(data.test)) == (4_000, 2_000)
    assert np.bincount(data.train.labels).tolist() == [2_000, 2_000]
    assert "synthetic" in str(data)
