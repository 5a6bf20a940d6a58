"""Judges what one student has handed in, in a process of its own, with a line of JSON on standard output for each answer.

`grades` starts `python -m course_utils.teaching.examiner REQUEST`, confined. REQUEST is a JSON object: `notebooks`, paths
by the lesson's number; `done`, the answers that were judged already; and `seconds`, the longest that one may take.
"""

import faulthandler
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.files import read_notebook
from course_utils.syllabus import find_lesson
from course_utils.teaching.submissions import answers, judge


def examine(request: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> None:
    """Judge each answer, and tell when one begins and how it stands."""
    for number, path in request["notebooks"].items():
        lesson = find_lesson(number)
        try:
            found = answers(lesson, read_notebook(Path(path), "ask for another copy")["cells"])
            if not any(found.values()):
                raise CourseError(f"{path} holds none of the exercises of {lesson.stem}.")
        except CourseError as error:
            tell({"notebook": number, "trouble": str(error)})
            continue
        for name, answer in found.items():
            exercise = f"{number}/{name}"
            if exercise not in request["done"]:
                tell({"begun": exercise})
                outcome = judge(lesson, name, answer, request["seconds"])
                tell({"exercise": exercise, "status": outcome.status, "text": outcome.text})


def main() -> None:
    """Read the request from the command line; what answers print goes nowhere."""
    messages = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    request = json.loads(sys.argv[1])

    def tell(message: dict[str, Any]) -> None:
        # an answer that swallows its interruption ends here with the process
        faulthandler.dump_traceback_later(2 * request["seconds"], exit=True, file=2)
        print(json.dumps(message), file=messages)

    examine(request, tell)
    tell({"finished": True})


if __name__ == "__main__":
    main()
