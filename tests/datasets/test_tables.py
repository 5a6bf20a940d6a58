"""Tables: how the districts are read and parted, and what is refused."""

import io

import numpy as np
import pytest

from course_utils.datasets import TableSplit, load
from course_utils.datasets.tables import HOUSING_COLUMNS
from course_utils.errors import CourseError

ROWS = 20
FEATURES = np.arange(ROWS * 8, dtype=np.float64).reshape(ROWS, 8)
PRICES = FEATURES[:, 0] / 8  # the number of the row


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **{"x": FEATURES, "y": PRICES} | arrays)
    return file.getvalue()


@pytest.fixture
def offer_table(offer):
    def put(content):
        offer("housing_table", {"all.npz": content}, class_names=(), name="california_housing")

    return put


@pytest.fixture
def split():
    return TableSplit(FEATURES.astype(np.float32), PRICES.astype(np.float32))


def changed(array, place, value):
    array = array.copy()
    array[place] = value
    return array


class TestFile:
    def test_it_is_parted_as_keras_parts_it(self, offer_table):
        offer_table(npz())
        data = load("california_housing")
        order = np.arange(ROWS)
        np.random.RandomState(113).shuffle(order)
        assert (data.train.targets.tolist(), data.test.targets.tolist()) == (order[:16].tolist(), order[16:].tolist())
        assert (data.train.features.shape, data.train.features.dtype) == ((16, 8), np.float32)
        assert data.test.targets.dtype == np.float32
        assert (data.test.features[:, 0] == 8 * data.test.targets).all()

    def test_it_says_what_it_is_in_three_lines(self, offer_table):
        offer_table(npz())
        data = load("california_housing")
        assert data.columns == HOUSING_COLUMNS
        assert str(data).splitlines() == [
            "Mini: 16 training and 4 test rows",
            f"Columns: {', '.join(HOUSING_COLUMNS)}; to predict: median_house_value",
            "Source: the real data; licence CC0",
        ]

    @pytest.mark.parametrize(
        "content",
        [
            b"not a zip",
            npz()[:-30],
            npz(x=np.full((ROWS, 8), None)),
            npz(y=np.full(ROWS, "dear")),
            pytest.param(npz(x=FEATURES[:, :7]), id="a column short"),
            pytest.param(npz(x=FEATURES[1:]), id="a row short"),
            pytest.param(npz(y=PRICES[:, None]), id="prices in a table"),
            pytest.param(npz(x=FEATURES[:0], y=PRICES[:0]), id="empty"),
            pytest.param(npz(y=np.float64(5)), id="one number"),
            pytest.param(npz(x=changed(FEATURES, (3, 4), np.nan)), id="a feature missing"),
            pytest.param(npz(y=changed(PRICES, 3, np.inf)), id="an endless price"),
        ],
    )
    def test_a_damaged_file_is_one_sentence(self, offer_table, content):
        offer_table(content)
        with pytest.raises(CourseError, match=r"all.npz (is damaged|does not hold 8 features and the price)") as caught:
            load("california_housing", data="real")
        assert "\n" not in str(caught.value)


class TestParts:
    @pytest.mark.parametrize("fraction", [0.05, 0.2, 0.5])
    def test_a_split_is_disjoint_and_complete_and_keeps_rows_together(self, split, fraction):
        train, held_out = split.split(fraction, seed=4)
        assert sorted([*train.targets, *held_out.targets]) == list(range(ROWS))
        assert len(held_out) == round(fraction * ROWS)
        assert all((part.features[:, 0] == 8 * part.targets).all() for part in (train, held_out))
        assert all((np.diff(part.targets) > 0).all() for part in (train, held_out))

    def test_a_split_is_decided_by_its_seed(self, split):
        first, again, other = (split.split(0.5, seed)[1].targets.tolist() for seed in (1, 1, 2))
        assert first == again != other

    @pytest.mark.parametrize("fraction", [0, 1, -0.5, float("nan"), 0.01, 0.99])
    def test_a_fraction_that_cannot_be_is_one_sentence(self, split, fraction):
        with pytest.raises(CourseError, match=r"between 0 and 1|too few to hold out"):
            split.split(fraction)

    def test_a_subset_takes_each_row_once_at_most_and_is_decided_by_its_seed(self, split):
        small = split.subset(8, seed=1)
        assert len(set(small.targets.tolist())) == len(small) == 8
        assert (small.features[:, 0] == 8 * small.targets).all()
        assert small.targets.tolist() == split.subset(8, seed=1).targets.tolist() != split.subset(8, seed=2).targets.tolist()
        assert split.subset(ROWS).targets.tolist() == list(range(ROWS))
        assert repr(small) == "<8 rows of 8 features>"

    def test_a_subset_of_more_rows_than_there_are_is_the_whole(self, split):
        assert split.subset(ROWS + 1).targets.tolist() == split.targets.tolist()

    @pytest.mark.parametrize("n", [-1, 0])
    def test_a_subset_that_cannot_be_is_one_sentence(self, split, n):
        with pytest.raises(CourseError, match=f"takes 1 row or more, not {n}"):
            split.subset(n)
