"""Set-up: one place for versions, a lock that any machine can use, a Makefile that knows its Pythons."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from course_utils.paths import ROOT
from course_utils.teaching import packages

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-gpu.lock")
SET_UP = ("Makefile", "pyproject.toml", *LOCKS)


def locked_names(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text(), flags=re.MULTILINE))


def declared(*extras: str) -> set[str]:
    """What the course asks for, and what these of its extras do; an extra may name others."""
    project = PYPROJECT["project"]
    asked = project["dependencies"] + [each for extra in extras for each in project["optional-dependencies"][extra]]
    others = re.search(rf"{project['name']}\[(.+?)\]", " ".join(asked))
    return names(asked) - {project["name"]} | (declared(*others[1].split(",")) if others else set())


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[><=;~ ]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def test_environment_says_what_pyproject_says():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, packages = environment["dependencies"]
    assert python.removeprefix("python ") == PYPROJECT["project"]["requires-python"]
    assert pip == "pip"
    assert packages == {"pip": ["-e .[dev]"]}
    assert environment["name"] == PYPROJECT["project"]["name"]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_every_dependency(lock):
    assert declared("dev") <= locked_names(lock)


def test_what_was_installed_from_the_lock_lacks_nothing():
    """Set-up asks pip for no more than the lock names: left to itself, pip 23.2 of Python 3.11 looks for newer ones."""
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_that_jupyterlab_imports_reads_a_grammar_first(lock):
    """jsonschema does from 4.25 on, where these two are: two seconds of each start."""
    assert not {"lark", "rfc3987-syntax"} & locked_names(lock)


def test_only_the_gpu_lock_holds_gpu_libraries():
    assert not any(name.startswith("nvidia-") for name in locked_names("requirements.lock"))
    assert "nvidia-cudnn-cu12" in locked_names("requirements-gpu.lock")
    assert locked_names("requirements.lock") <= locked_names("requirements-gpu.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes_and_no_addresses(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)
    for requirement in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def imported(path: Path) -> set[str]:
    """Top-level modules that a file imports anywhere in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    return {module.partition(".")[0] for module in modules}


OPTIONAL = ["cluster", "nbgrader", "site"]


@pytest.mark.parametrize(("folder", "extras"), [("course_utils", OPTIONAL), ("tools", ["dev"]), ("tests", ["dev"])])
def test_every_import_is_declared(folder, extras):
    module_of = {
        "beautifulsoup4": "bs4",
        "ipython": "IPython",
        "pillow": "PIL",
        "pyyaml": "yaml",
        "scikit-learn": "sklearn",
    }
    allowed = (
        {module_of.get(name, name.replace("-", "_")) for name in declared(*extras)}
        | {"course_utils", "tools", "tests"}
        | set(sys.stdlib_module_names)
    )
    for path in (ROOT / folder).rglob("*.py"):
        assert imported(path) <= allowed, path


def make(*arguments: str, cwd: Path, path: str, **settings: str) -> subprocess.CompletedProcess:
    return subprocess.run(["make", *arguments], cwd=cwd, env={"PATH": path} | settings, capture_output=True, text=True)


@pytest.fixture
def bare_checkout(tmp_path: Path) -> Path:
    """A checkout without `.venv`, as far as set-up looks."""
    for name in SET_UP:
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


def fake_program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_wrong_python_gets_one_sentence(bare_checkout, tmp_path):
    fake_program(tmp_path / "bin", "old-python", "exit 1")
    done = make("run", f"PYTHON={tmp_path}/bin/old-python", cwd=bare_checkout, path="/usr/bin:/bin")
    assert done.returncode == 2
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (bare_checkout / ".venv").exists()


@pytest.fixture
def fake_pythons(tmp_path: Path) -> tuple[str, Path]:
    """A PATH on which only python3.12 fits, which makes a `.venv` of fakes; and the file that records all calls."""
    programs, calls = tmp_path / "bin", tmp_path / "calls"
    record = f'echo "$0 $* $PIP_USER$PIP_TARGET$PIP_PREFIX$PYTHONPATH$PYTHONHOME$PIP_INDEX_URL" >> {calls}'
    for name in ("python3", "python3.13", "python"):
        fake_program(programs, name, "exit 1")
    fakes = f"printf '#!/bin/sh\\n{record}\\n' | tee .venv/bin/python > .venv/bin/course"
    note = 'echo "command = python3.12 -m venv --clear $(pwd)/.venv" > .venv/pyvenv.cfg'
    inside = f"mkdir -p .venv/bin; {fakes}; {note}; chmod +x .venv/bin/*"
    fake_program(programs, "python3.12", f'{record}; case "$*" in *venv*) {inside};; esac; exit 0')
    return f"{programs}:/usr/bin:/bin", calls


def test_the_first_python_that_fits_is_taken_and_set_up_once(bare_checkout, fake_pythons):
    path, calls = fake_pythons
    first = make("run", cwd=bare_checkout, path=path)
    assert first.returncode == 0, first.stderr
    installs = [line for line in calls.read_text().splitlines() if "pip install" in line]
    assert "--require-hashes --requirement requirements.lock" in installs[0]
    assert any("python3.12 -m venv" in line for line in calls.read_text().splitlines())
    before = calls.read_text()
    assert make("run", cwd=bare_checkout, path=path).returncode == 0
    assert [line.split()[-1] for line in calls.read_text().removeprefix(before).splitlines()] == ["run"]


def test_a_mirror_gives_the_packages_or_one_sentence(bare_checkout, fake_pythons, tmp_path):
    path, calls = fake_pythons
    stick = tmp_path / "my stick"
    stick.mkdir()
    real = f'case "$*" in *packages*) exec {sys.executable} "$@";; esac'
    program = tmp_path / "bin" / "python3.12"
    program.write_text(program.read_text().replace("#!/bin/sh\n", f"#!/bin/sh\n{real}\n"))
    (bare_checkout / "course_utils").symlink_to(ROOT / "course_utils")
    (stick / "wheels").mkdir()
    (stick / "wheels" / "complete.txt").touch()
    done = make("run", cwd=bare_checkout, path=path, COURSE_MIRROR=str(stick))
    assert done.returncode == 2
    assert f"course: COURSE_MIRROR names {stick}, which has only a part of the packages" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (bare_checkout / ".venv").exists()

    lock = bare_checkout / "requirements.lock"
    (stick / "wheels" / "complete.txt").write_text(f"{packages.digest(lock)}  {packages.KIND}\n")
    done = make("run", cwd=bare_checkout, path=path, COURSE_MIRROR=str(stick))
    assert done.returncode == 0, done.stderr
    (install,) = [line for line in calls.read_text().splitlines() if "--require-hashes" in line]
    assert f"--no-index --find-links={stick.as_uri()}/wheels/{packages.KIND}/ --no-deps --require-hashes" in install


def test_set_up_asks_a_mirror_before_anything_is_installed():
    """With no package there but Python's own."""
    code = "import sys; sys.path.insert(0, '.'); import course_utils.teaching.packages"
    subprocess.run([sys.executable, "-S", "-I", "-c", code], cwd=ROOT, check=True)


def test_settings_of_the_user_do_not_lead_pip_elsewhere(bare_checkout, fake_pythons):
    path, calls = fake_pythons
    settings = dict.fromkeys(("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONPATH", "PYTHONHOME"), "/elsewhere")
    assert make("run", cwd=bare_checkout, path=path, PIP_INDEX_URL="index", **settings).returncode == 0
    # the search for a Python may see them, and is told to look away (-I)
    heard = [line for line in calls.read_text().splitlines() if " -I -c " not in line]
    assert not any("/elsewhere" in line for line in heard)
    installs = [line for line in heard if "pip install" in line]
    assert len(installs) == 2
    # a pip.conf may say the same, which only an option outdoes
    assert all("--no-user --target= " in line and line.endswith(" index") for line in installs)


def test_a_renamed_checkout_is_set_up_anew(bare_checkout, fake_pythons, tmp_path):
    path, calls = fake_pythons
    checkout, renamed = tmp_path / "my checkout", tmp_path / "tmp" / "my checkout"
    checkout.mkdir()
    for name in SET_UP:
        shutil.copy(bare_checkout / name, checkout)
    assert "renamed or copied" not in make("run", cwd=checkout, path=path).stdout
    renamed.parent.mkdir()
    checkout.rename(renamed)
    before = calls.read_text()
    done = make("run", cwd=renamed, path=path)
    assert done.returncode == 0
    assert done.stdout.startswith("This checkout was renamed or copied")
    assert "python3.12 -m venv" in calls.read_text().removeprefix(before)
    assert "renamed or copied" not in make("run", cwd=renamed, path=path).stdout


def test_gpu_asks_for_the_gpu_lock_and_keeps_it(bare_checkout):
    plan = make("--dry-run", "lab", "GPU=1", cwd=bare_checkout, path="/usr/bin:/bin").stdout
    assert "--requirement requirements-gpu.lock" in plan
    (bare_checkout / ".venv").mkdir()
    (bare_checkout / ".venv/installed-requirements-gpu.lock").touch()
    (bare_checkout / ".venv/pyvenv.cfg").write_text(f"command = python3 -m venv --clear {bare_checkout}/.venv\n")
    assert "pip install" not in make("--dry-run", "lab", cwd=bare_checkout, path="/usr/bin:/bin").stdout


def test_import_is_cheap_and_leaves_tensorflow_alone():
    code = (
        "import sys, time; start = time.perf_counter(); import course_utils.cli; took = time.perf_counter() - start;"
        "print(took, sorted({'tensorflow', 'keras', 'numpy', 'matplotlib'} & set(sys.modules)))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in range(3)
    ]
    _, loaded = runs[0].split(maxsplit=1)
    assert loaded.strip() == "[]"
    # the quickest of three: the machine may be busy with other tests
    assert min(float(run.split()[0]) for run in runs) < 0.3


def test_tests_of_a_group_share_a_worker(tmp_path):
    """What keeps CI short: a lesson's fixtures execute it once. xdist and pytest have to agree on how to write a group."""
    module = """
import pytest

@pytest.mark.xdist_group("lesson")
@pytest.mark.parametrize("number", range(4))
def test_it(number, worker_id, record_property):
    record_property("worker", worker_id)
"""
    for name in ("test_one.py", "test_two.py"):
        (tmp_path / name).write_text(module)
    # in a folder of its own, or pytest would first clear away what earlier runs have left
    options = ["-n", "2", "--dist", "loadgroup", "--junit-xml", "report.xml", "--basetemp", "temporary"]
    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    workers = re.findall(r'name="worker" value="(\w+)"', (tmp_path / "report.xml").read_text())
    assert len(workers) == 8
    assert len(set(workers)) == 1
