"""The synthetic districts: what is generated, that a straight line sees little of it, and that unscaled columns hurt."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from course_utils.datasets import load
from course_utils.synthetic import california_housing
from course_utils.synthetic.california_housing import coast, districts


@pytest.fixture(scope="module")
def both():
    """Features and prices in 100,000 dollars of 4,000 districts, and of 2,000 others."""
    features, prices = districts(np.random.default_rng(0), 6_000)
    return features[:4_000], prices[:4_000] / 1e5, features[4_000:], prices[4_000:] / 1e5


def mistake(model, both):
    x, y, x_test, y_test = both
    return np.abs(model.fit(x, y).predict(x_test) - y_test).mean()


def test_the_seed_decides():
    first, again, other = (np.column_stack(districts(np.random.default_rng(seed), 500)) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.isclose(first, other).all(axis=1).any()


def test_districts_are_as_the_census_has_them(both):
    longitude, latitude, age, rooms, bedrooms, population, households, income = both[0].T
    assert (longitude > coast(latitude) - 0.02).all() and longitude.max() < -112
    assert latitude.min() >= california_housing.SOUTH and latitude.max() <= california_housing.NORTH
    assert (age >= 1).all() and (age <= 52).all() and (age == age.round()).all()
    for counted in (rooms, bedrooms, population, households):
        assert (counted >= 1).all() and (counted == counted.round()).all()
    assert (rooms > bedrooms).mean() > 0.99 and (population >= households).mean() > 0.99
    assert income.min() > 0.4 and income.max() < 15.1
    prices = both[1]
    assert prices.min() > 0.14 and prices.max() == 5.00001
    assert 0.02 < (prices == prices.max()).mean() < 0.1
    assert 1.5 < np.median(prices) < 2.1


def test_columns_have_scales_of_their_own(both):
    spreads = both[0].std(axis=0)
    assert spreads.max() > 500 * spreads.min()
    assert both[0][:, 3].max() > 8 * np.median(both[0][:, 3])


def test_income_tells_the_most_and_the_coast_is_dear(both):
    x, y, *_ = both
    told = [abs(np.corrcoef(column, y)[0, 1]) for column in x.T]
    assert np.argmax(told) == 7 and told[7] > 0.6
    inland = x[:, 0] - coast(x[:, 1])
    assert y[inland < 0.2].mean() > 1.2 * y[inland > 1].mean()


def test_a_straight_line_beats_the_median_and_trees_beat_the_line(both):
    naive = np.abs(both[3] - np.median(both[1])).mean()
    linear = mistake(make_pipeline(StandardScaler(), Ridge()), both)
    trees = mistake(HistGradientBoostingRegressor(max_iter=100, loss="absolute_error"), both)
    assert linear < 0.75 * naive
    assert trees < 0.8 * linear
    assert 0.2 < trees < 0.45


def test_unscaled_columns_hurt_what_goes_by_distances(both):
    neighbours = KNeighborsRegressor(10)
    assert mistake(neighbours, both) > 1.3 * mistake(make_pipeline(StandardScaler(), neighbours), both)


def test_they_are_loaded_like_the_real_ones(own_cache):
    data = load("california_housing", data="synthetic")
    assert (data.train.features.shape, data.test.features.shape) == ((16_512, 8), (4_128, 8))
    assert len(data.columns) == 8
    assert "synthetic" in str(data)
