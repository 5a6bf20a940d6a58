"""What `deploy/` hands out for JupyterHubs agrees with the lessons, and each of its parts with the others."""

import json
import math
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from course_utils.paths import PUBLISHED_RESULTS, ROOT
from course_utils.results import read_result
from course_utils.syllabus import written_lessons

DEPLOY = ROOT / "deploy"
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
SERVER_MB = 150  # a student's JupyterLab without kernels
SYSTEM_GB = 2


@cache
def read(path: str) -> list:
    return list(yaml.safe_load_all((DEPLOY / path).read_text(encoding="utf-8")))


@pytest.fixture
def values() -> dict:
    return read("zero-to-jupyterhub/values.yaml")[0]


@pytest.fixture
def littlest() -> SimpleNamespace:
    """The Littlest JupyterHub's: what the spawner is told, and the two other files."""
    spawner = SimpleNamespace()
    config = SimpleNamespace(Spawner=spawner)
    exec((DEPLOY / "littlest-jupyterhub/course.py").read_text(encoding="utf-8"), {"get_config": lambda: config})
    kernels = json.loads((DEPLOY / "littlest-jupyterhub/jupyter_server_config.json").read_text(encoding="utf-8"))
    return SimpleNamespace(spawner=spawner, kernels=kernels, **read("littlest-jupyterhub/config.yaml")[0])


def gigabytes(text: str) -> float:
    return float(re.fullmatch(r"([\d.]+)Gi?", text)[1])


def memory_table() -> dict[float, tuple[list[str], int, int]]:
    rows = re.findall(r"^\| ([\d.]+) \| ([\d, ]+) \| (\d+) \| (\d+) \|$", README, re.MULTILINE)
    return {float(size): (lessons.split(", "), int(small), int(large)) for size, lessons, small, large in rows}


def test_each_lesson_stands_in_the_row_of_what_it_needs():
    rows = {number: size for size, (lessons, *_) in memory_table().items() for number in lessons}
    published = [lesson for lesson in written_lessons() if (PUBLISHED_RESULTS / f"{lesson.stem}.json").is_file()]
    assert sorted(rows) == [lesson.number for lesson in published]
    assert sum(len(lessons) for lessons, *_ in memory_table().values()) == len(rows)
    for lesson in published:
        needed = (read_result(PUBLISHED_RESULTS / f"{lesson.stem}.json")["peak_memory_mb"] + SERVER_MB) / 1024
        # a little of the next half gigabyte is no reason to change a row: runs differ by that
        assert needed - 0.1 <= rows[lesson.number] < needed + 0.7, (lesson.number, needed)


def test_as_many_students_fit_as_the_table_says():
    for size, (_, small, large) in memory_table().items():
        assert (small, large) == (math.floor((16 - SYSTEM_GB) / size), math.floor((64 - SYSTEM_GB) / size))


def test_every_lesson_fits_into_the_limit_and_the_first_into_what_is_guaranteed(values, littlest):
    memory = values["singleuser"]["memory"]
    assert gigabytes(memory["limit"]) > max(memory_table())
    assert gigabytes(memory["guarantee"]) >= min(memory_table())
    assert littlest.limits["memory"] == memory["limit"]
    assert littlest.limits["cpu"] == values["singleuser"]["cpu"]["limit"]


def test_both_hubs_start_and_end_the_same(values, littlest):
    assert littlest.spawner.cmd == values["singleuser"]["cmd"] == ["course", "lab"]
    assert littlest.spawner.environment == values["singleuser"]["extraEnv"]
    assert littlest.spawner.start_timeout == values["singleuser"]["startTimeout"]
    assert littlest.services["cull"] == values["cull"]
    assert littlest.kernels == values["singleuser"]["extraFiles"]["idle-kernels"]["data"]
    assert littlest.kernels["MappingKernelManager"]["cull_idle_timeout"] < values["cull"]["timeout"]


def test_workspace_and_build_are_each_students_own(values):
    for name in ("COURSE_WORKSPACE", "COURSE_BUILD"):
        assert values["singleuser"]["extraEnv"][name].startswith("~/")


def test_the_cache_is_filled_once_and_read_by_all(values):
    claim, job = read("zero-to-jupyterhub/cache.yaml")
    storage = values["singleuser"]["storage"]
    (volume,), (mount,) = storage["extraVolumes"], storage["extraVolumeMounts"]
    assert volume["persistentVolumeClaim"] == {"claimName": claim["metadata"]["name"], "readOnly": True}
    assert mount == {"name": volume["name"], "mountPath": values["singleuser"]["extraEnv"]["COURSE_CACHE"], "readOnly": True}
    pod = job["spec"]["template"]["spec"]
    (fill,) = pod["containers"]
    assert fill["image"] == ":".join(values["singleuser"]["image"].values())
    assert fill["env"] == [{"name": "COURSE_CACHE", "value": mount["mountPath"]}]
    assert [each["mountPath"] for each in fill["volumeMounts"]] == [mount["mountPath"]]
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert re.findall("course run.*?(?= &&|$)", fill["command"][-1]) == re.findall(r"(?<=/bin/)course run.*", README)


def test_the_readme_names_files_that_are_there():
    for name in re.findall(r"deploy/[\w./-]+", README):
        assert Path(ROOT, name.rstrip(".")).exists(), name
