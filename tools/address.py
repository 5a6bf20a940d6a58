"""The repository's public address, and where it stands: `python -m tools.address https://github.com/OWNER/NAME` changes it.

It stands in pyproject.toml, and from there in README.md, in CITATION.cff, and in each lesson: in the badge that opens it in
Colab, and in the cell that installs the course there. Without an address, the lessons get both as they should be, which is
what a new lesson needs. Colab and Binder open what lies on GitHub.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.paths import ROOT

TEXTS = ("pyproject.toml", "README.md", "CITATION.cff")
BADGE = (
    "[![Open in Colab](../docs/images/colab.svg)]"
    "(https://colab.research.google.com/github/{slug}/blob/main/notebooks/{stem}.ipynb)\n"
)
INSTALL = """\
# @title Install the course where it is missing, as on Colab
import importlib.util
import subprocess
import sys

if importlib.util.find_spec("course_utils") is None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    source = "git+https://github.com/{slug}"
    subprocess.run([*pip, source], check=True)
    subprocess.run([sys.executable, "-m", "course_utils.student.guest"], check=True)"""


def source(root: Path = ROOT) -> str:
    """The address in pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Source"]


def slug(address: str) -> str:
    """`OWNER/NAME` of an address.

    Raises:
        CourseError: it is not the address of a repository on GitHub.
    """
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(\.git)?/?", address)
    if not found:
        raise CourseError(f"{address!r} is not an address like https://github.com/OWNER/NAME.")
    return found[1]


def write_address(address: str, root: Path = ROOT) -> list[Path]:
    """Put an address wherever one stands; returns the files that changed.

    Raises:
        CourseError: see `slug`.
    """
    old, new = slug(source(root)), slug(address)
    texts = {path: path.read_text(encoding="utf-8").replace(old, new) for path in (root / name for name in TEXTS)}
    texts |= {path: with_address(path, new) for path in sorted((root / "notebooks").glob("*.ipynb"))}
    changed = [path for path, text in texts.items() if text != path.read_text(encoding="utf-8")]
    for path in changed:
        path.write_text(texts[path], encoding="utf-8")
    return changed


def with_address(notebook: Path, slug: str) -> str:
    """The text of a lesson with its badge below the title and its install cell before the parameters."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [cell for cell in content["cells"] if cell["id"] != "install"]
    badge = BADGE.format(slug=slug, stem=notebook.stem)
    if "![Open in Colab]" in cells[0]["source"][2]:
        cells[0]["source"][2] = badge
    else:
        cells[0]["source"][1:1] = ["\n", badge]
    (parameters,) = [index for index, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", [])]
    content["cells"] = [*cells[:parameters], _install_cell(slug), *cells[parameters:]]
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _install_cell(slug: str) -> dict[str, Any]:
    """Folded in JupyterLab, on exported pages and, as a form, on Colab."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "install",
        "metadata": {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": ["hide-input", "install"]},
        "outputs": [],
        "source": INSTALL.format(slug=slug).splitlines(keepends=True),
    }


if __name__ == "__main__":
    try:
        for path in write_address(sys.argv[1] if sys.argv[1:] else source()):
            print(path.relative_to(ROOT))
    except CourseError as error:
        sys.exit(f"tools.address: {error}")
