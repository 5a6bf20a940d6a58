"""The code of the lessons' cells, for tools that run parts of it."""

import json

from course_utils.syllabus import find_lesson


def code_cells(number: str) -> dict[str, tuple[str, list[str]]]:
    """Source and tags of a lesson's code cells, by their id; without the one that installs the course on Colab."""
    cells = json.loads(find_lesson(number).path.read_text(encoding="utf-8"))["cells"]
    code = [(cell, cell["metadata"].get("tags", [])) for cell in cells if cell["cell_type"] == "code"]
    return {cell["id"]: ("".join(cell["source"]), tags) for cell, tags in code if "install" not in tags}
