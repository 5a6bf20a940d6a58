"""The first lessons' datasets from a mirror of real data; skipped where COURSE_MIRROR names none."""

import numpy as np
import pytest

from course_utils.datasets import load


@pytest.mark.parametrize(("name", "each"), [("fashion_mnist", 1000), ("mnist", None)])
def test_arrays(real_mirror, name, each):
    data = load(name, data="real")
    assert data.source == "real"
    assert (data.train.images.shape, data.test.images.shape) == ((60_000, 28, 28, 1), (10_000, 28, 28, 1))
    assert set(data.train.labels) == set(range(10))
    assert len(data.class_names) == 10
    if each:
        assert np.bincount(data.test.labels).tolist() == [each] * 10


def test_horse_or_human(real_mirror):
    data = load("horse_or_human", data="real")
    assert data.source in ("real", "mirror")
    assert data.class_names == ("horses", "humans")
    assert np.bincount(data.train.labels).tolist() == [500, 527]
    assert np.bincount(data.test.labels).tolist() == [128, 128]
    small = data.train.subset(8).read((50, 60))
    assert small.shape == (8, 50, 60, 3)
    assert small.std() > 20
