"""What the course brings to a machine whose notebook software is not its own."""

import tomllib

from course_utils.paths import ROOT
from course_utils.student.guest import NOT_FOR_GUESTS, needed

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    return {requirement.replace("<", ">").replace("=", ">").partition(">")[0] for requirement in requirements}


def test_everything_but_the_hosts_own_is_brought():
    assert names(PROJECT["dependencies"]) > NOT_FOR_GUESTS
    assert names(needed()) == names(PROJECT["dependencies"]) - NOT_FOR_GUESTS
    assert {"tensorflow", "keras", "sacrebleu"} < names(needed())


def test_the_ranges_are_those_of_pyproject():
    (wanted,) = [one for one in PROJECT["dependencies"] if one.startswith("keras")]
    (asked,) = [one for one in needed() if one.startswith("keras")]
    assert set(wanted.removeprefix("keras").split(",")) == set(asked.removeprefix("keras").split(","))
