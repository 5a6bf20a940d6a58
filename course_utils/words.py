"""Quantities in words, one way everywhere."""

import math
from collections.abc import Sequence

SIGNIFICANT = 3


def time_text(seconds: float) -> str:
    """How long something took or takes: `45 s`, `4.1 min`, `2.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def column_texts(values: Sequence[float]) -> list[str]:
    """The numbers of a table's column with the same decimals: three that matter in the largest, `–` for what is missing.

    Where the smallest would then have none, each number stands for itself, such as `2.5e-06`. Whole numbers stay whole.
    """
    sizes = [abs(value) for value in values if math.isfinite(value) and value]
    if all(isinstance(value, int) for value in values) or not sizes:
        return [f"{value:,}" if math.isfinite(value) else _not_finite(value) for value in values]
    # a share of 100 % does not take the decimal away from 97.5 %
    decimals = 1 if 100 <= max(sizes) < 1_000 else max(0, SIGNIFICANT - 1 - math.floor(math.log10(max(sizes))))
    style = f",.{decimals}f" if min(sizes) >= 10.0**-decimals else f".{SIGNIFICANT}g"
    return [format(value, style) if math.isfinite(value) else _not_finite(value) for value in values]


def _not_finite(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:+}"
