"""What goes into the wheel besides the package: the lessons, the catalog with its cards, the results that lessons quote."""

from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("notebooks/*.ipynb", "notebooks/syllabus.toml", "data/**/*", "docs/results/*.json")


class ShippedFiles(BuildHookInterface[BuilderConfig]):
    """Copies the files to `course_utils/shipped/`; an editable install needs none, since it finds them in the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it builds; `version` is `standard` or `editable`."""
        if version == "editable":
            return
        root = Path(self.root)
        for path in (path for pattern in SHIPPED for path in root.glob(pattern) if path.is_file()):
            build_data["force_include"][str(path)] = f"course_utils/shipped/{path.relative_to(root).as_posix()}"
