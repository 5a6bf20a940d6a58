"""What a cell shows that was interrupted."""

import traceback
from types import TracebackType
from typing import Any

from IPython import get_ipython

INTERRUPTED = "Interrupted. A model that was training keeps what it has learnt so far."


def show_interrupts_in_one_line() -> None:
    """From now on an interrupted cell of this notebook shows one line, not a page of calls; it still counts as failed."""
    if shell := get_ipython():
        shell.set_custom_exc((KeyboardInterrupt,), _show)


def _show(
    shell: Any, kind: type[BaseException], error: BaseException, calls: TracebackType, tb_offset: int | None = None
) -> None:
    # The calls hold what ran in them, such as a bar, which would otherwise draw its end into a later cell.
    traceback.clear_frames(calls)
    error._render_traceback_ = lambda: [INTERRUPTED]  # type: ignore[attr-defined]
    shell.showtraceback((kind, error, calls))
