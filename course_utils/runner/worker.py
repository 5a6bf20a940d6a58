"""One lesson in a process of its own: papermill, a kernel, and a line of JSON on standard output for each cell begun.

`python -m course_utils.runner.worker REQUEST` is started by `execute`; REQUEST is a JSON object with `notebook`, `executed`,
`parameters` and `timeout`. The last line says how the run ended, and in `cpu_seconds` what it took of the processors, kernel
and all. Whatever else is printed goes to standard error.
"""

# ruff: noqa: E402

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

# With this package there, jsonschema spends a second on a grammar of web addresses that no notebook is checked against.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # what the import system takes for “not there”

import nbformat
import papermill
import psutil
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from course_utils.errors import CourseError
from course_utils.files import write_text
from course_utils.paths import elsewhere
from course_utils.runner.kernels import IOPUB_TIMEOUT, START_TIMEOUT


def run(request: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Execute the notebook; keep the executed copy, whatever happens; say how it ended."""
    position = 0

    def cell_begins(cell: NotebookNode, cell_index: int) -> None:
        nonlocal position
        position = cell_index
        tell({"cell": cell_index})

    class LessonEngine(NBClientEngine):
        """papermill's engine, which on a timeout or a dead kernel would drop the outputs made until then."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any) -> Any:
            try:
                return super().execute_managed_notebook(nb_man, kernel_name, on_cell_start=cell_begins, **kwargs)
            finally:
                write_text(Path(request["executed"]), nbformat.writes(nb_man.nb), elsewhere("COURSE_BUILD"))

    papermill_engines.register("lesson", LessonEngine)
    try:
        papermill.execute_notebook(
            request["notebook"],
            None,
            request["parameters"],
            engine_name="lesson",
            kernel_name="python3",
            language="python",
            cwd=Path(request["notebook"]).parent,
            request_save_on_cell_execute=False,
            progress_bar=False,
            execution_timeout=request["timeout"],
            autosave_cell_every=0,
            start_timeout=START_TIMEOUT,
            iopub_timeout=IOPUB_TIMEOUT,
        )
    except PapermillExecutionError as error:
        return {"status": "failed", "cell": error.cell_index, "message": f"{error.ename}: {error.evalue}"}
    except CellTimeoutError:
        return {"status": "timed out", "cell": position, "message": f"The cell took more than {request['timeout']} s."}
    except DeadKernelError:
        return {"status": "kernel died", "cell": position, "message": "Its process died; often that is memory running out."}
    except CourseError as error:
        return {"status": "failed", "cell": None, "message": str(error)}
    except Exception as error:
        return {"status": "failed", "cell": None, "message": f"{type(error).__name__}: {error}"}
    return {"status": "ok"}


def end_with_parent() -> None:
    """Wait until standard input closes, which it does when the parent is gone, however it went; then end everything."""
    while os.read(0, 1):
        pass
    for process in psutil.Process().children(recursive=True):
        process.kill()
    os._exit(1)


def main() -> None:
    """Read the request from the command line, and tell on the standard output that this process was given."""
    messages = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    threading.Thread(target=end_with_parent, daemon=True).start()

    def tell(message: dict[str, Any]) -> None:
        print(json.dumps(message), file=messages)

    outcome = run(json.loads(sys.argv[1]), tell)
    # user and system time, of this process and of those it has waited for
    tell(outcome | {"cpu_seconds": sum(os.times()[:4])})


if __name__ == "__main__":
    main()
