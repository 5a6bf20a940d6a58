"""What can be checked of the benchmark in a moment: that it times the lesson's own code, and words its results well."""

import pytest

from course_utils.build import bench


@pytest.mark.parametrize(
    ("number", "used"),
    [
        ("02", ["def notes_network(", "def convnet(", "def convnet_optimizer(", "CONVNET_EPOCHS", "def scaled(", "test ="]),
        ("13", ["def fit_notes(", "def fit_on_all(", "CHOSEN ="]),
        ("15", ["def network_of_session_11(", "def train_in_stages(", "known =", "NOTES_SIDE"]),
    ],
)
def test_the_cells_it_takes_from_a_lesson_are_there_and_define_what_it_uses(number, used):
    cells = bench._code_cells(number)
    code = "\n".join(cells[name][0] for name in bench.CELLS[number])
    for name in used:
        assert name in code


def test_plain_python_gets_the_lesson_without_its_parameters():
    script = bench._as_script("01", seed=3)
    assert script.startswith('PROFILE, DATA, SEED = "smoke", "auto", 3\n')
    assert 'PROFILE = "lesson"' not in script
    assert script.endswith("lesson.finish()")
    compile(script, "lesson.py", "exec")


def test_later_epochs_leave_out_the_first():
    calls = []
    assert bench._later_epoch(lambda: calls.append(1), times=3) < 0.1
    assert len(calls) == 4


def test_a_comparison_is_a_row_with_the_ratio(monkeypatch, capsys):
    seconds = {"one_job": [30.0, 40.0, 20.0], "two_jobs": [15.0, 10.0, 10.0]}
    monkeypatch.setattr(bench, "_in_own_process", lambda way, seed: seconds[way.__name__][seed])
    comparison = bench.Comparison("lessons", "one job", bench.one_job, "two jobs", bench.two_jobs, "none", seeds=3)
    row = bench._measure(comparison)
    older, newer, ratio = row.strip("| ").split(" | ")[1:4]
    assert older == "one job: 30.00 (20.00 to 40.00) s"
    assert newer == "two jobs: 10.00 (10.00 to 15.00) s"
    assert ratio == "**2.00 (2.00 to 4.00)**"
    assert "ratio 2.00" in capsys.readouterr().out
    assert row in bench._page([row])


def test_each_way_can_be_called_by_its_name(monkeypatch, capsys):
    monkeypatch.setattr(bench, "WAYS", {"one_job": lambda seed: seed + 0.5})
    monkeypatch.setattr(bench.sys, "argv", ["bench", "one_job", "2"])
    bench.main()
    assert float(capsys.readouterr().out) == pytest.approx(2.5)
