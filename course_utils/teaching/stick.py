"""`course data mirror DIR --wheels`: the packages beside the data, so that set-up needs no network either."""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from course_utils import files
from course_utils.datasets.fetch import ANOTHER_MIRROR, copy_to_mirror, sha256_of
from course_utils.datasets.storage import fresh_folder, locked, seal, unbroken
from course_utils.errors import CourseError
from course_utils.paths import INSTALLED, ROOT, cache_dir
from course_utils.teaching.packages import COMPLETE, KIND, WHEELS, digest, parse_complete


def add_packages(mirror: Path, lock: Path = ROOT / "requirements.lock") -> Path:
    """Put the packages of a lock into a mirror, for the Python and the kind of computer that this is.

    Folders for other kinds stay, and what is right in this one is not copied again. The mirror lists it as complete when all
    of it is there, and not before.

    Args:
        mirror: the mirror's folder.
        lock: the requirements, with their hashes.

    Returns:
        The folder of the wheels.

    Raises:
        CourseError: the packages cannot be fetched; or the mirror cannot be written to, or its disk is full.
    """
    if INSTALLED:
        raise CourseError("The list of packages is in the course's repository: give --wheels in a checkout of that.")
    wheels = sorted(_fetched(lock).glob("*.whl"))
    target = mirror / WHEELS / KIND
    _list_as_complete(mirror, None)
    for wheel in wheels:
        copy_to_mirror(wheel, target / wheel.name, sha256_of(wheel))
    with files.disk_errors(target, ANOTHER_MIRROR):
        for outdated in set(target.glob("*.whl")) - {target / wheel.name for wheel in wheels}:
            outdated.unlink()
    _list_as_complete(mirror, digest(lock))
    return target


def _list_as_complete(mirror: Path, lock: str | None) -> None:
    """Let the mirror's list say of which lock it has everything for this kind of computer; None: of none."""
    path = mirror / WHEELS / COMPLETE
    with files.disk_errors(path, ANOTHER_MIRROR):
        complete = parse_complete(path.read_text(encoding="utf-8")) if path.is_file() else {}
        complete.pop(KIND, None)
        if lock:
            complete[KIND] = lock
        files.replace_text(path, "".join(f"{held}  {kind}\n" for kind, held in sorted(complete.items())))


def _fetched(lock: Path) -> Path:
    """The cache's folder with the wheels of a lock, and no others; pip fetches them if they are not there yet."""
    folder = cache_dir() / WHEELS / KIND
    with locked(folder):
        if unbroken(folder).get("lock") != digest(lock):
            with fresh_folder(folder) as new:
                _fetch(lock, new)
                for requirement in told_apart_by_patch(lock.read_text(encoding="utf-8")):
                    with TemporaryDirectory() as alone:
                        path = Path(alone, "requirements.txt")
                        path.write_text(requirement, encoding="utf-8")
                        _fetch(path, new)
                seal(new, lock=digest(lock))
    return folder


def told_apart_by_patch(lock: str) -> list[str]:
    """The requirements in the text of a lock that are for some patch releases of this Python only, without that condition.

    A room has 3.11.2 beside 3.11.7, and a stick serves both.
    """
    patch = re.compile(rf"python_full_version \S+ '{sys.version_info.major}\.{sys.version_info.minor}\.\d+'")
    requirements = (part.partition("\n") for part in re.split(r"\n(?=[a-z0-9])", lock))
    return [f"{head.partition(';')[0]}\\\n{hashes}\n" for head, _, hashes in requirements if patch.search(head)]


def _fetch(requirements: Path, folder: Path) -> None:
    """Let pip fetch wheels, which it checks by their hashes; what it complains of becomes a sentence."""
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    command += ["--ignore-requires-python", "--require-hashes", f"--requirement={requirements}", f"--dest={folder}"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        reasons = re.findall(r"^(?:ERROR: )?(\S.+)$", done.stderr, re.MULTILINE)
        raise CourseError(
            f"The packages could not be fetched ({reasons[-1] if reasons else 'pip does not say why'}); mend that, and call "
            "the command again."
        )
