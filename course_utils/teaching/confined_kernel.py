"""The kernel that nbgrader runs students' notebooks in: IPython's own, confined.

`python -m course_utils.teaching.confined_kernel CONNECTION_FILE` starts the kernel `course-confined`. Its limits come from
nbgrader's configuration, by two environment variables.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from course_utils.teaching.confinement import UNCONFINED, Ending, Limits, can_confine, run_confined

# letters a cell; a loop that prints without end would fill nbgrader's memory before it is interrupted
MOST_PRINTED = 100_000
SECONDS, MEMORY_GB = "COURSE_GRADING_SECONDS", "COURSE_GRADING_MEMORY_GB"
# Its own log speaks of what it must not see, and what native code has to say nbgrader would take for a failure.
KERNEL = (sys.executable, "-m", "ipykernel_launcher")
QUIET = ("--log-level=CRITICAL", "--IPKernelApp.capture_fd_output=False")
STARTUP = f"from {__spec__.name} import stop_floods; stop_floods()"


def stop_floods() -> None:
    """Let no cell of this kernel print more than can be read: the line that does stops with an error."""
    from IPython import get_ipython  # the process that watches over the kernel does without

    get_ipython().events.register("pre_run_cell", _begin_cell)


def _begin_cell(_: object) -> None:
    """Count anew. IPython puts a writer of its own before each cell's, and takes it away behind it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream.write, _Limited):
            stream.write.written = 0
        else:
            stream.write = _Limited(stream.write)  # type: ignore[method-assign]


class _Limited:
    """Writes on, as long as a cell has not written too much."""

    def __init__(self, write: Callable[[str], int]) -> None:
        self.write = write
        self.written = 0

    def __call__(self, text: str) -> int:
        self.written += len(text)
        if self.written > MOST_PRINTED:
            raise RuntimeError(f"This cell prints more than {MOST_PRINTED:,} letters. Is there a loop that does not end?")
        return self.write(text)


def main() -> int:
    """Run a kernel in this folder, which it may read, until it has ended; returns the exit status."""
    connection = Path(sys.argv[1])
    # an interrupted cell is the kernel's business; both are sent the signal
    signal.signal(signal.SIGINT, lambda *_: None)
    if not can_confine():
        print(UNCONFINED, file=sys.stderr)
    ending = run_confined(
        [*KERNEL, "-f", str(connection), f"--IPKernelApp.exec_lines={STARTUP}", *QUIET],
        readable=[connection, Path.cwd()],
        private=Path.cwd().parent,
        limits=Limits(float(os.environ[SECONDS]), float(os.environ[MEMORY_GB])),
        cwd=Path.cwd(),
    )
    if ending is not Ending.BY_ITSELF:
        print(f"The kernel of {Path.cwd()} was stopped: {ending}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
