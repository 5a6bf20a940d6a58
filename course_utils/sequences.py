"""Sequences: windows of a series, and how uncertain a mean is where neighbours are alike."""

import numpy as np


def windows_between(
    values: np.ndarray, goal: np.ndarray, first: int, last: int, *, steps: int, every: int = 1, ahead: int, stride: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Windows of a series, with what is to be forecast from each; nothing outside the rows `first` to `last` is used.

    Written out in lesson 42.

    Args:
        values: the series, shape (rows, columns).
        goal: what is forecast, shape (rows,).
        first, last: the rows to cut windows and targets from, `last` excluded.
        steps: steps of a window.
        every: rows from one step to the next.
        ahead: rows from a window's last step, its now, to its target.
        stride: rows from the beginning of one window to that of the next.

    Returns:
        Windows (n, steps, columns) and targets (n,), of the series' dtypes, and the row of each window's now, int64 (n,).

    Raises:
        ValueError: not a single window and its target fit between `first` and `last`.
    """
    now = np.arange(first + (steps - 1) * every, last - ahead, stride)
    if not len(now):
        raise ValueError(f"No window of {steps} steps, with its target, fits between rows {first} and {last}.")
    return values[now[:, None] + np.arange(1 - steps, 1) * every], goal[now + ahead], now


def block_error(values: np.ndarray, hours: int) -> float:
    """Standard error of the mean of a series whose neighbours are alike, from the means of blocks; 0 for a single block.

    Written out in lesson 42.

    Args:
        values: shape (n,), one an hour; what is left behind the last whole block is not used.
        hours: length of a block.

    Raises:
        ValueError: there are fewer values than a block holds.
    """
    if len(values) < hours:
        raise ValueError(f"{len(values)} values are fewer than a block of {hours} holds.")
    blocks = values[: len(values) // hours * hours].reshape(-1, hours).mean(axis=1, dtype="float64")
    return float(blocks.std(ddof=1) / np.sqrt(len(blocks))) if len(blocks) > 1 else 0.0
