"""Pairs of sentences: how the file is read, and that parts share no sentence in either language."""

import io
import zipfile

import pytest

from course_utils.datasets import PairSplit, load
from course_utils.datasets.pairs import bare
from course_utils.errors import CourseError


def zipped(text):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("spa-eng/_about.txt", "About")
        archive.writestr("spa-eng/spa.txt", text if isinstance(text, bytes) else text.encode())
    return file.getvalue()


@pytest.fixture
def offer_pairs(offer):
    def put(text):
        offer("sentence_pairs", {"spa-eng.zip": zipped(text)}, class_names=(), name="spa_eng")

    return put


@pytest.fixture
def pairs():
    """Chains of three pairs: two share the English sentence, two the Spanish one but for its capital and full stop."""
    chains = [
        [(f"Go {n}.", f"Ve {n}."), (f"Go {n}.", f"¡Vaya {n}!"), (f"Walk {n}!", f"vaya {n}"), (f"Stop {n}.", f"Alto {n}.")]
        for n in range(100)
    ]
    sources, targets = zip(*(pair for chain in chains for pair in chain), strict=True)
    return PairSplit(sources, targets)


def together(split):
    return set(zip(split.sources, split.targets, strict=True))


class TestFile:
    @pytest.mark.parametrize("ends", ["\n", "\r\n"])
    @pytest.mark.parametrize("last", [True, False])
    def test_lines_become_pairs(self, offer_pairs, ends, last):
        lines = [f"Sentence {n}.\t¿Frase {n}?" for n in range(10)]
        offer_pairs(ends.join(lines) + (ends if last else ""))
        data = load("spa_eng")
        assert (len(data.train), len(data.test)) == (8, 2)
        assert together(data.train) | together(data.test) == {tuple(line.split("\t")) for line in lines}
        assert str(data).splitlines()[0] == "Mini: 8 training and 2 test pairs"
        assert data.train.sources[0] in str(data)
        assert "Source: the real data; licence CC0" in str(data)

    def test_the_split_is_the_same_every_time(self, offer_pairs):
        offer_pairs("\n".join(f"Sentence {n}.\tFrase {n}." for n in range(50)))
        assert load("spa_eng").test.sources == load("spa_eng").test.sources

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("Go.\tVe.\nStop.\nWait.\tEspera.\n", "its line 2 is not two sentences"),
            ("Go.\tVe.\n\nWait.\tEspera.\n", "its line 2 is not"),
            ("Go.\tVe.\tVaya.\n", "its line 1 is not"),
            ("Go.\t \n", "its line 1 is not"),
            ("", "its line 1 is not"),
            ("Go.\tVe.\nStop.\tAlt\xf3.\n".encode("latin-1"), r"its byte 18 is not UTF-8"),
        ],
    )
    def test_a_damaged_file_is_one_sentence(self, offer_pairs, text, says):
        offer_pairs(text)
        with pytest.raises(CourseError, match=rf"spa.txt is damaged.*{says}.*delete it and load") as caught:
            load("spa_eng")
        assert "\n" not in str(caught.value)

    def test_an_archive_without_the_file_is_one_sentence(self, offer):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("fra.txt", "Go.\tVa.")
        offer("sentence_pairs", {"spa-eng.zip": file.getvalue()}, class_names=(), name="spa_eng")
        with pytest.raises(CourseError, match=r"does not hold a file called spa.txt"):
            load("spa_eng")


class TestParts:
    @pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
    def test_a_split_shares_no_sentence_in_either_language(self, pairs, fraction):
        train, held_out = pairs.split(fraction, seed=3)
        assert together(train) | together(held_out) == together(pairs)
        assert len(train) + len(held_out) == len(pairs)
        assert len(held_out) == pytest.approx(fraction * len(pairs), abs=3)
        for side in ("sources", "targets"):
            known, new = ({bare(sentence) for sentence in getattr(part, side)} for part in (train, held_out))
            assert not known & new

    def test_a_split_is_decided_by_its_seed_and_keeps_the_order(self, pairs):
        first, again, other = (pairs.split(0.2, seed)[1].sources for seed in (1, 1, 2))
        assert first == again != other
        assert first == tuple(sentence for sentence in dict.fromkeys(pairs.sources) for _ in range(first.count(sentence)))

    @pytest.mark.parametrize("fraction", [0, 1, -0.5, float("nan")])
    def test_a_fraction_that_is_none_is_one_sentence(self, pairs, fraction):
        with pytest.raises(CourseError, match="between 0 and 1"):
            pairs.split(fraction)

    def test_pairs_that_all_hang_together_are_one_sentence(self):
        with pytest.raises(CourseError, match="3 pairs in 1 groups that share sentences are too few to hold out 20%"):
            PairSplit(("Go.", "go", "Go!"), ("Ve.", "Vaya.", "Vete.")).split(0.2)

    def test_a_subset_keeps_pairs_together_and_is_decided_by_its_seed(self, pairs):
        small = pairs.subset(40, seed=1)
        assert len(small) == 40
        assert together(small) <= together(pairs)
        assert small.sources == pairs.subset(40, seed=1).sources != pairs.subset(40, seed=2).sources

    @pytest.mark.parametrize("more", [0, 1])
    def test_a_subset_takes_each_pair_once_at_most(self, pairs, more):
        whole = pairs.subset(len(pairs) + more)
        assert (whole.sources, whole.targets) == (pairs.sources, pairs.targets)
        assert len(pairs.subset(1)) == 1

    @pytest.mark.parametrize("n", [-1, 0])
    def test_a_subset_that_cannot_be_is_one_sentence(self, pairs, n):
        with pytest.raises(CourseError, match=f"takes 1 pair or more, not {n}"):
            pairs.subset(n)


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [("¿Dónde está?", "dónde está"), ("Go!", "go"), (" It's   me. ", "its me"), ("«Sí»", "sí")],
)
def test_bare_sentences_have_no_capitals_and_no_punctuation(sentence, rest):
    assert bare(sentence) == rest
