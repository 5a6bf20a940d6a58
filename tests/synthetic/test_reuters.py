"""The synthetic newswires: what is written, and how hard it is to tell their topics."""

import random
import re
from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.neural_network import MLPClassifier

from course_utils.datasets import load
from course_utils.datasets.catalog import find_dataset
from course_utils.datasets.newswires import read_lines
from course_utils.synthetic import generate, reuters


@pytest.fixture(scope="module")
def newswires(tmp_path_factory):
    folder = tmp_path_factory.mktemp("newswires")
    generate("reuters", folder)
    return read_lines([folder / "train.txt", folder / "test.txt"], find_dataset("reuters").class_names)


@pytest.fixture(scope="module")
def tables(newswires):
    """Whether each of the 2,000 commonest words occurs, float32 (n, 2000), and the labels, of both parts."""
    train, test = newswires
    counter = CountVectorizer(binary=True, max_features=2_000, token_pattern=r"\S+", dtype=np.float32)
    return counter.fit_transform(train.read()), train.labels, counter.transform(test.read()), test.labels


def test_topics_are_those_of_the_catalog():
    assert set(reuters.TOPICS) == set(find_dataset("reuters").class_names)
    assert len(reuters.TOPICS) == 46
    assert all(topic.things and topic.places for topic in reuters.TOPICS.values())


def test_every_topic_comes_and_two_make_up_more_than_half(newswires):
    for split, (part, count) in zip(newswires, reuters.COUNTS.items(), strict=True):
        assert len(split) == count
        often = np.bincount(split.labels, minlength=46)
        assert often.min() >= reuters.FEWEST[part]
        first, second = np.argsort(often)[::-1][:2]
        assert [split.class_names[first], split.class_names[second]] == ["earn", "acq"]
        assert 0.45 < (often[first] + often[second]) / count < 0.65


def test_newswires_are_words_in_lower_case_of_many_lengths_and_none_comes_twice(newswires):
    texts = [text for split in newswires for text in split.read()]
    assert len(set(texts)) == len(texts)
    assert all(re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)* reuter 3", text) for text in texts)
    lengths = [len(text.split()) for text in texts]
    assert np.percentile(lengths, 5) < 30 and np.percentile(lengths, 95) > 90


def test_many_words_are_rare(newswires):
    words = Counter(word for split in newswires for text in split.read() for word in text.split())
    assert len(words) > 4_000
    assert np.mean([count < 2 for count in words.values()]) > 0.25


def test_the_seed_decides():
    first, again, other = ([reuters.newswire(random.Random(seed), "gold") for _ in range(5)] for seed in (1, 1, 2))
    assert first == again != other


def test_every_blank_is_filled():
    phrases = [phrase for kind in (*reuters.SENTENCES.values(), *reuters.OF_ONE.values()) for phrase in kind]
    rng = random.Random(0)
    for phrase in (*phrases, *reuters.ASIDE_SENTENCES):
        text = reuters.filled(rng, phrase, "tin", ["first inc", "second inc"])
        assert re.fullmatch("[a-z0-9 ]+", text) and "  " not in text, text


def test_simple_models_do_well_and_leave_something_to_do(tables):
    x, y, x_test, y_test = tables
    commonest = (y_test == np.bincount(y).argmax()).mean()
    bayes = MultinomialNB(alpha=0.1).fit(x, y).score(x_test, y_test)
    linear = LogisticRegression(C=0.1, max_iter=40, tol=1e-2).fit(x, y).score(x_test, y_test)
    assert commonest < 0.4
    assert 0.65 < bayes < 0.92
    assert 0.7 < linear < 0.92


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")  # which wants more epochs
def test_four_units_are_too_few_for_46_topics_and_64_are_not(tables):
    x, y, x_test, y_test = tables
    scores = {}
    for width in (4, 64):
        net = MLPClassifier((64, width), batch_size=128, learning_rate_init=2e-3, max_iter=6, random_state=0)
        scores[width] = net.fit(x, y).score(x_test, y_test)
    assert scores[64] > 0.7
    assert scores[64] > scores[4] + 0.05


def test_they_are_loaded_like_the_real_ones(own_cache):
    data = load("reuters", data="synthetic")
    assert (len(data.train), len(data.test), len(data.class_names)) == (4_500, 1_100, 46)
    assert data.train.words is data.test.words
    assert data.train.read()[0].endswith("reuter 3")
    assert "synthetic" in str(data)
