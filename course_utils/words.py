"""Quantities in words, one way everywhere."""


def time_text(seconds: float) -> str:
    """How long something took or takes: `45 s`, `4.1 min`, `2.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
