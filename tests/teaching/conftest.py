"""What tests of teaching share."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course_utils.files import read_notebook
from course_utils.syllabus import find_lesson

LESSON = find_lesson("01")
# right, in one of many ways
RIGHT = {cell["id"]: "".join(cell["source"]) for cell in read_notebook(LESSON.path)["cells"] if cell["cell_type"] == "code"}


@pytest.fixture(scope="module")
def hand_in() -> Callable[..., Path]:
    """Put lesson 01 into a folder, with these sources in place of its answers, by the id of the cell."""

    def write(folder: Path, **answers: str) -> Path:
        notebook: dict[str, Any] = read_notebook(LESSON.path)
        given = {f"exercise-{name.replace('_', '-')}": source for name, source in answers.items()}
        for cell in notebook["cells"]:
            cell["source"] = given.get(cell["id"], cell["source"])
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / LESSON.path.name
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path

    return write
