"""The repository's public address: `python -m tools.address https://github.com/OWNER/NAME` writes it wherever it stands.

It stands in pyproject.toml, and from there in the lessons' badges and install cells, in README.md and in CITATION.cff.
Colab and Binder open what lies on GitHub.
"""

import re
import sys
import tomllib
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.paths import NOTEBOOKS, ROOT

PLACES = ("pyproject.toml", "README.md", "CITATION.cff")


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


def write_address(address: str, root: Path = ROOT, notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Put a new address in the place of the old one; returns the files that changed.

    Raises:
        CourseError: see `slug`.
    """
    old, new = slug(source(root)), slug(address)
    changed = []
    for path in (*(root / name for name in PLACES), *sorted(notebooks.glob("*.ipynb"))):
        text = path.read_text(encoding="utf-8")
        if old in text and old != new:
            path.write_text(text.replace(old, new), encoding="utf-8")
            changed.append(path)
    return changed


if __name__ == "__main__":
    try:
        for path in write_address(sys.argv[1]):
            print(path.relative_to(ROOT))
    except (CourseError, IndexError) as error:
        sys.exit(f"tools.address: {error if isinstance(error, CourseError) else 'say the address'}")
