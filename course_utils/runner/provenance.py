"""What a run's outcome depends on: the course's code, the packages below it, the lesson's own code and its parameters."""

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils import paths

if TYPE_CHECKING:
    from course_utils.runner.execute import Source

COURSE = "deep-learning-course"


def versions() -> dict[str, str]:
    """What is installed here, by name: Python, the course with its code as it lies on disk, and each package it requires."""
    major, minor, _ = platform.python_version_tuple()
    found = {"Python": f"{major}.{minor}", COURSE: f"{version(COURSE)}+{_code_hash()[:8]}"}
    for requirement in requires(COURSE) or ():
        name = re.split(r"[^\w.-]", requirement)[0]
        if "extra ==" not in requirement:
            with suppress(PackageNotFoundError):
                found[name] = version(name)
    return found


def _code_hash() -> str:
    """SHA-256 over the course's modules, and its lists of data and claims."""
    package = Path(__file__).parent.parent
    # an installed course holds lessons and data within the package
    modules = [path for path in package.rglob("*.py") if "shipped" not in path.relative_to(package).parts]
    digest = hashlib.sha256()
    for folder, files in ((package, modules), (paths.DATA, paths.DATA.glob("*.toml"))):
        for path in sorted(files):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def fingerprint(source: "Source", parameters: Mapping[str, Any], installed: Mapping[str, str]) -> str:
    """SHA-256 over what makes a run: two with the same one need not both be made.

    Args:
        source: the lesson; its prose does not count.
        parameters: PROFILE, DATA and SEED.
        installed: `versions()` of where it is run.
    """
    code = [text for kind, text in source.cells if kind == "code"]
    made_of = [source.path.stem, code, dict(parameters), dict(installed)]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
