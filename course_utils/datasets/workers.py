"""The same work on many files, several at once, behind one progress bar."""

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tqdm.std import tqdm

from course_utils.devices import usable_cores


def each(work: Callable[[Any], Any], items: Iterable[Any], label: str, unit: str) -> list[Any]:
    """`work` on every item, in their order; the bar, counting in `unit`, shows itself if it takes more than a moment."""
    items = list(items)
    with ThreadPoolExecutor(usable_cores()) as pool:
        results = pool.map(work, items)
        try:
            return list(tqdm(results, label, len(items), leave=False, delay=0.5, file=sys.stdout, unit=f" {unit}"))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
