"""Drawn clocks, in place of no dataset: the same time as pixels, as tips of the hands, and as their angles."""

from typing import NamedTuple

import numpy as np

HAND_LENGTHS = (6.0, 11.0)  # of hour hand and minute hand, at most, in pixels
HAND_WIDTHS = (1.7, 1.2)  # how far from its middle line a hand is seen, in pixels
FARTHEST = 4.0  # of the clock's middle from the picture's, to each side, in pixels
HOURS_MINUTES = (720, 60)  # minutes in which each hand goes round once


class Clocks(NamedTuple):
    """Pictures of clocks, and what they show.

    Attributes:
        pixels: (n, size, size, 1) float32 from 0 to 1.
        tips: (n, 4) float32, x and y of the hour hand's tip and of the minute hand's, from the clock's middle, in
            pixels, y downwards.
        angles: (n, 2) float32, of the hour hand and of the minute hand, clockwise from twelve, in radians from 0 to 2π.
        minutes: (n,) float64, the time from 0 to 720.
    """

    pixels: np.ndarray
    tips: np.ndarray
    angles: np.ndarray
    minutes: np.ndarray


def drawn_clocks(n: int, seed: int, size: int = 32) -> Clocks:
    """Clocks at random times, whose middle and size vary; the same ones for the same seed.

    Args:
        n: how many.
        seed: of times, places and sizes.
        size: height and width of a picture, in pixels.
    """
    random = np.random.default_rng(seed)
    minutes = random.uniform(0, 720, n)
    angles = 2 * np.pi * (minutes[:, None] / HOURS_MINUTES % 1)
    lengths = random.uniform(0.75, 1, (n, 1)) * HAND_LENGTHS
    directions = np.stack([np.sin(angles), -np.cos(angles)], axis=-1)
    middles = (size - 1) / 2 + random.uniform(-FARTHEST, FARTHEST, (n, 1, 1, 2))
    places = np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1) - middles
    pixels = np.zeros((n, size, size))
    for hand, width in enumerate(HAND_WIDTHS):
        direction = directions[:, hand, None, None]
        along = np.clip((places * direction).sum(axis=-1), 0, lengths[:, hand, None, None])
        away = np.linalg.norm(places - along[..., None] * direction, axis=-1)
        pixels = np.maximum(pixels, np.clip(width - away, 0, 1))
    tips = (lengths[..., None] * directions).reshape(n, 4)
    return Clocks(pixels[..., None].astype("float32"), tips.astype("float32"), angles.astype("float32"), minutes)
