"""What forges, Binder, Docker and editors read is well formed, and agrees with pyproject.toml and the Makefile."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from course_utils.paths import ROOT

PROGRAMS = Path(sys.executable).parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def succeeds(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_nothing():
    succeeds(PROGRAMS / "actionlint")


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        *(("github-workflows", path.relative_to(ROOT).as_posix()) for path in WORKFLOWS),
        ("dependabot", ".github/dependabot.yml"),
        ("citation-file-format", "CITATION.cff"),
    ],
)
def test_a_file_keeps_to_its_schema(schema, file):
    succeeds(PROGRAMS / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", file)


def test_hadolint_finds_nothing():
    succeeds(PROGRAMS / "hadolint", "Dockerfile")


def test_binder_runs_a_shell_script():
    script = ROOT / "binder" / "postBuild"
    assert os.access(script, os.X_OK)
    succeeds("sh", "-n", script)
    requirements = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8").split()
    assert requirements[0] == "-r" and (ROOT / "binder" / requirements[1]).resolve() == ROOT / "requirements.lock"


def test_what_is_called_of_the_makefile_is_there():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    texts = [container["postCreateCommand"], *(path.read_text(encoding="utf-8") for path in WORKFLOWS)]
    called = set(re.findall(r"\bmake ([\w-]+)", "\n".join(texts)))
    assert {"setup", "test", "test-versions", "reach", "wheel"} <= called <= targets


def test_each_python_that_the_course_admits_is_tried():
    admitted = {"3.11", "3.12", "3.13"}
    assert PYPROJECT["project"]["requires-python"] == ">=3.11,<3.14"
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
    tried = workflow["jobs"]["test"]["strategy"]["matrix"]["machine"]
    assert {entry["python"] for entry in tried if entry["system"] == "ubuntu-latest"} == admitted
    assert "macos-latest" in {entry["system"] for entry in tried}
    assert (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-") in admitted


def test_pre_commit_uses_the_locked_ruff():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (ruff,) = [repo for repo in config["repos"] if repo["repo"].endswith("/ruff-pre-commit")]
    assert f"\nruff=={ruff['rev'].removeprefix('v')} " in (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_the_citation_has_the_courses_name_and_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert f"# {citation['title']}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert str(citation["version"]) == PYPROJECT["project"]["version"]
    assert citation["repository-code"] == PYPROJECT["project"]["urls"]["Source"]
