"""Smaller and held-out parts keep the classes' shares; batches have the documented shapes and a reproducible order."""

import numpy as np
import pytest

from course_utils.datasets import ArraySplit
from course_utils.errors import CourseError

NAMES = ("a", "b", "c")


@pytest.fixture
def split():
    """100 examples, 50 + 30 + 20, whose picture's grey value is their number."""
    labels = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [50, 30, 20])).astype(np.int32)
    images = np.broadcast_to(np.arange(100, dtype=np.uint8)[:, None, None, None], (100, 4, 5, 1))
    return ArraySplit(labels, NAMES, images)


def numbers(split):
    return split.images[:, 0, 0, 0].tolist()


def counts(split):
    return np.bincount(split.labels, minlength=3).tolist()


class TestParts:
    @pytest.mark.parametrize(("n", "shares"), [(10, [5, 3, 2]), (20, [10, 6, 4]), (100, [50, 30, 20]), (3, [1, 1, 1])])
    def test_a_subset_keeps_the_shares(self, split, n, shares):
        assert counts(split.subset(n)) == shares

    def test_a_subset_keeps_pictures_and_labels_together(self, split):
        small = split.subset(20, seed=3)
        assert small.labels.tolist() == split.labels[numbers(small)].tolist()

    def test_a_subset_is_decided_by_its_seed(self, split):
        assert numbers(split.subset(20, seed=1)) == numbers(split.subset(20, seed=1))
        assert numbers(split.subset(20, seed=1)) != numbers(split.subset(20, seed=2))

    @pytest.mark.parametrize("n", [100, 101, 60_000])
    def test_a_subset_of_more_than_there_are_is_the_whole(self, split, n):
        assert numbers(split.subset(n)) == numbers(split)

    @pytest.mark.parametrize("n", [-1, 0, 2])
    def test_a_subset_that_cannot_be_is_one_sentence(self, split, n):
        with pytest.raises(CourseError, match=f"takes 3 examples or more, at least one of each class, not {n}"):
            split.subset(n)

    @pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
    def test_a_split_is_disjoint_complete_and_keeps_the_shares(self, split, fraction):
        train, validation = split.split(fraction, seed=4)
        assert sorted(numbers(train) + numbers(validation)) == list(range(100))
        assert counts(validation) == [round(fraction * share) for share in (50, 30, 20)]

    def test_a_split_is_decided_by_its_seed(self, split):
        assert numbers(split.split(0.2, seed=1)[1]) == numbers(split.split(0.2, seed=1)[1])
        assert numbers(split.split(0.2, seed=1)[1]) != numbers(split.split(0.2, seed=2)[1])

    @pytest.mark.parametrize("fraction", [0, 1, -0.5, 20, float("nan")])
    def test_a_fraction_that_is_none_is_one_sentence(self, split, fraction):
        with pytest.raises(CourseError, match="between 0 and 1"):
            split.split(fraction)

    @pytest.mark.parametrize("fraction", [0.01, 0.99])
    def test_a_split_that_leaves_a_class_out_is_one_sentence(self, split, fraction):
        with pytest.raises(CourseError, match="too few to hold out"):
            split.split(fraction)


class TestBatches:
    def test_shapes_types_and_values(self, split):
        images, labels = next(iter(split.dataset(batch_size=32, shuffle=False)))
        assert (images.shape, images.dtype) == ((32, 4, 5, 1), "float32")
        assert (labels.shape, labels.dtype) == ((32,), "int32")
        assert images[:, 0, 0, 0].numpy().tolist() == list(range(32))
        assert labels.numpy().tolist() == split.labels[:32].tolist()

    def test_an_epoch_holds_everything_once_in_a_new_order_with_its_labels(self, split):
        batches = split.dataset(batch_size=32, seed=5)
        first, second, again = (self.epoch(dataset) for dataset in (batches, batches, split.dataset(batch_size=32, seed=5)))
        assert first != second
        assert first == again
        assert sorted(first) == sorted(second) == [(number, label) for number, label in enumerate(split.labels.tolist())]
        assert self.epoch(split.dataset(batch_size=32, seed=6)) != first

    @staticmethod
    def epoch(dataset):
        return [
            (int(number), int(label))
            for images, labels in dataset
            for number, label in zip(images[:, 0, 0, 0].numpy(), labels.numpy(), strict=True)
        ]

    def test_the_number_of_batches_is_known(self, split):
        assert split.dataset(batch_size=32).cardinality() == 4

    def test_an_empty_batch_is_one_sentence(self, split):
        with pytest.raises(CourseError, match="at least one example, not 0"):
            split.dataset(batch_size=0)
