"""Districts of an invented coast, each with eight measurements and the median price of its houses.

What makes them a task like the real one: columns are in units of their own, from single digits to tens of thousands, and
those that count things (rooms, people, households) have long tails and follow each other. Income tells most of the price.
The rest is where a district lies, which is a matter of distances, to the coast and to the next large town, and of good and
bad neighbourhoods; and of how many rooms and people a household has. A straight line in longitude, latitude and counts sees
little of all that. Prices above half a million are cut off, as they were in the census.
"""

from pathlib import Path

import numpy as np

ROWS = 20_640
TOWNS = 36
NEIGHBOURHOODS = 150
DEAREST, CHEAPEST, OLDEST, RICHEST = 500_001, 14_999, 52, 15.0001  # as the census cut them off
SOUTH, NORTH = 32.6, 41.9  # degrees of latitude
NOISE = 0.17  # of the logarithm of a price


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`; it takes a moment, so there is no bar."""
    features, prices = districts(np.random.default_rng(seed), ROWS)
    np.savez(folder / "california_housing.npz", x=features.astype(np.float32), y=prices.astype(np.float32))


def districts(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Features in the order of `tables.HOUSING_COLUMNS`, (rows, 8), and median prices in dollars, (rows,)."""
    latitude, inland, to_town, size = _places(rng, rows)
    longitude = coast(latitude) + inland
    standing = _standing(rng, latitude, longitude)

    age = np.clip(29 + 9 * size - 9 * to_town + 10 * rng.standard_normal(rows), 1, OLDEST).round()
    income = np.clip(np.exp(1.2 + 0.25 * standing + 0.4 * rng.standard_normal(rows)), 0.4999, RICHEST)
    households = np.clip(np.exp(6 - 0.012 * (age - 29) + 0.7 * rng.standard_normal(rows)), 1, None).round()
    people = np.clip(2.9 - 0.25 * standing + 0.6 * rng.standard_normal(rows), 1.2, None)  # in a household
    rooms = np.clip(3.7 + 0.4 * income + 0.9 * rng.standard_normal(rows), 1.5, None)
    bedrooms = np.clip(0.21 * rooms * np.exp(0.1 * rng.standard_normal(rows)), 0.6, None)
    counts = [(households * each).round().clip(1) for each in (rooms, bedrooms, people)]

    worth = 0.65 * np.log(income) + 0.6 * np.exp(-inland / 0.35) + 0.4 * size * np.exp(-to_town / 0.3)
    worth += 0.22 * standing - 0.2 * (people - 2.9) + 0.25 * np.log(bedrooms) + 0.004 * (age - 29)
    prices = 64_000 * np.exp(worth + NOISE * rng.standard_normal(rows))
    prices = np.where(prices > 500_000, DEAREST, prices.clip(CHEAPEST).round(-2))
    columns = [longitude.round(2), latitude.round(2), age, *counts, households, income.round(4)]
    return np.column_stack(columns), prices


def coast(latitude: np.ndarray) -> np.ndarray:
    """The longitude of the coast, degrees: it runs from the north-west to the south-east, with two bights."""
    north = latitude - SOUTH
    return -117.1 - 0.75 * north - 0.45 * np.sin(1.1 * north)


def _places(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, ...]:
    """Of each district: latitude, degrees from the coast and from the town it belongs to, and that town's size, 0 to 1.

    Towns are the larger the more districts belong to them; the two largest lie on the coast.
    """
    share = 1 / np.arange(1, TOWNS + 1)
    town_latitude = rng.uniform(SOUTH + 0.3, NORTH - 0.3, TOWNS)
    town_inland = rng.exponential(1.0, TOWNS)
    town_latitude[:2], town_inland[:2] = (34, 37.7), 0.15
    town = rng.choice(TOWNS, rows, p=share / share.sum())
    size = np.sqrt(share[town])
    north, east = rng.standard_t(3, (2, rows)) * (0.08 + 0.2 * size)
    latitude = np.clip(town_latitude[town] + north, SOUTH, NORTH)
    inland = np.clip(np.abs(town_inland[town] + east), 0.01, 5)  # nobody lives in the sea
    return latitude, inland, np.hypot(north, inland - town_inland[town]), size


def _standing(rng: np.random.Generator, latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """How good the neighbourhood is, (rows,), on average 0 with a standard deviation of 1."""
    middles = rng.integers(len(latitude), size=NEIGHBOURHOODS)
    width = rng.uniform(0.06, 0.3, NEIGHBOURHOODS)
    value = rng.standard_normal(NEIGHBOURHOODS)
    standing = np.zeros(len(latitude))
    for middle, reach, good in zip(middles.tolist(), width.tolist(), value.tolist(), strict=True):
        away = (latitude - latitude[middle]) ** 2 + (longitude - longitude[middle]) ** 2
        standing += good * np.exp(-0.5 * away / reach**2)
    return (standing - standing.mean()) / standing.std()
