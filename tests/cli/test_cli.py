import subprocess
import sys

import pytest

from course_utils.cli import COMMANDS


def course(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "course_utils", *arguments], capture_output=True, text=True)


def test_help_lists_every_command_with_a_whole_sentence():
    done = course("--help")
    assert done.returncode == 0
    lines = done.stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "99"], "There is no lesson called '99'"),
        (["run", "--profile", "lessn"], "'lessn' is not one of 'smoke', 'lesson', 'full'"),
        (["data", "get", "fashion"], "There is no dataset called 'fashion'"),
        (["fly"], "No such command 'fly'"),
    ],
)
def test_bad_input_is_a_sentence_and_status_2(arguments, words):
    done = course(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
