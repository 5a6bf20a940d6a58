"""Tiny lessons without TensorFlow, in a folder of their own: parameters first, a result last, as in the real ones."""

import textwrap
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nbformat
import psutil
import pytest

RESULT = {
    "profile": "lesson",
    "data": "real",
    "seed": 0,
    "metrics": {"accuracy": 0.91, "losses": [2.0, 1.5]},
    "headline": {"name": "accuracy", "value": 92.613, "spread": 0.14, "unit": "%", "seeds": 3, "baseline": 90.9},
    "claims": [{"id": "c", "statement": "It helps.", "source": "notes 1", "verdict": "holds", "measured": "2 points"}],
    "seconds": 61.0,
    "peak_memory_mb": 700,
    "device": "CPU",
    "versions": {"keras": "3"},
}

FINISH = """
import json, os, pathlib
result = RESULT | {"lesson": STEM, "profile": PROFILE, "seed": SEED, "data": "sample" if DATA == "sample" else "real"}
path = pathlib.Path(os.environ["COURSE_BUILD"], "results", STEM + ".json")
path.with_suffix(".part").write_text(json.dumps(result))
_ = path.with_suffix(".part").replace(path)
"""


@pytest.fixture
def make_result() -> Callable[..., dict]:
    """A result as `lesson.finish()` writes it, with some keys changed."""
    return lambda lesson="01_first", **changes: RESULT | {"lesson": lesson} | changes


@pytest.fixture
def lessons_folder(tmp_path: Path) -> Path:
    """A folder of lessons with a syllabus of three, none of them written."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    entries = "\n".join(
        f'[[part.lesson]]\nnumber = "{number}"\nname = "{name}"\ntitle = "The {name}"\nteaches = "-"\ncore = {core}'
        for number, name, core in [("00", "start_here", "false"), ("01", "first", "true"), ("02", "second", "true")]
    )
    (folder / "syllabus.toml").write_text(f'[[part]]\ntitle = "Part"\n{entries}\n', encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def write_lesson_in() -> Callable[..., Path]:
    """Write a lesson into a folder, its cells holding the given code, each under a heading; returns its path."""

    def write(
        folder: Path,
        stem: str,
        *code: str,
        parameters: str = 'PROFILE = "lesson"\nDATA = "auto"\nSEED = 0',
        tag: str = "parameters",
    ) -> Path:
        title = nbformat.v4.new_markdown_cell(f"# {stem}\n\nWhy.")
        cells = [title, nbformat.v4.new_code_cell(parameters, metadata={"tags": [tag]})]
        for number, source in enumerate(code, start=1):
            cells.append(nbformat.v4.new_markdown_cell(f"## Part {number}"))
            cells.append(nbformat.v4.new_code_cell(textwrap.dedent(source).strip()))
        cells.append(nbformat.v4.new_code_cell(f"STEM = {stem!r}\nRESULT = {RESULT!r}{FINISH}"))
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number}"
        path = folder / f"{stem}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path

    return write


@pytest.fixture
def write_lesson(write_lesson_in: Callable[..., Path], lessons_folder: Path) -> Callable[..., Path]:
    """Write a lesson into the test's own folder of lessons; returns its path."""
    return partial(write_lesson_in, lessons_folder)


@pytest.fixture
def processes_here() -> Callable[[str], list[str]]:
    """Command lines of the processes whose environment mentions a text, such as the test's own build folder."""

    def find(text: str) -> list[str]:
        found = []
        for process in psutil.process_iter():
            try:
                if text in str(process.environ()):
                    found.append(" ".join(process.cmdline()))
            except psutil.Error:
                continue
        return found

    return find
