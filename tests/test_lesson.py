import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course_utils import claims, datasets, devices, lesson, paths, pretrained
from course_utils.datasets import Backgrounds
from course_utils.devices import Device
from course_utils.errors import CourseError
from course_utils.measure import compare
from course_utils.pretrained import Pretrained


@pytest.fixture
def started(monkeypatch):
    """Lesson 01 as `start` leaves it, without the seconds that TensorFlow takes."""
    monkeypatch.setattr(devices, "set_up", lambda precision: Device("CPU", "test", 0, 2, 8.0, "float32", "mixed_bfloat16"))
    monkeypatch.setattr(lesson, "_run", None)

    def start(profile="lesson", data="auto", seed=0, number="01"):
        lesson.start(number, profile, data, seed)

    start()
    return start


def test_a_lesson_is_float32_unless_it_asks(monkeypatch):
    asked = []

    def set_up(precision):
        asked.append(precision)
        return Device("CPU", "test", 0, 2, 8.0, precision, "mixed_bfloat16")

    monkeypatch.setattr(devices, "set_up", set_up)
    monkeypatch.setattr(lesson, "_run", None)
    lesson.start("01", "smoke", "auto", 0)
    lesson.start("01", "smoke", "auto", 0, precision="fast")
    assert asked == ["float32", "fast"]


def test_until_a_lesson_starts_nothing_large_is_imported():
    """A learner waits for TensorFlow, and for nothing else, before the first picture."""
    code = (
        "import sys; from course_utils import lesson, plots; from course_utils.exercises import exercises; exercises('01')\n"
        "print({'tensorflow', 'keras', 'sklearn', 'scipy', 'pandas'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_a_lesson_shows_interrupts_in_one_line(started, monkeypatch):
    asked = []
    monkeypatch.setattr(lesson, "show_interrupts_in_one_line", lambda: asked.append("one line"))
    started()
    assert asked == ["one line"]


def test_a_package_that_spoils_results_is_named_in_the_banner(started, monkeypatch, capsys):
    capsys.readouterr()
    started()
    assert "tensorflow-metal" not in capsys.readouterr().out
    monkeypatch.setattr(devices, "advice", lambda: "tensorflow-metal is installed")
    started()
    assert capsys.readouterr().out.splitlines()[-1] == "tensorflow-metal is installed"


def measure_claims(number="01"):
    for claim in claims.all_claims().values():
        if claim.lesson == number:
            lesson.claim(claim.id, "holds", "seen")


def test_results_have_every_key(started, read_json):
    lesson.record("accuracy", np.float32(0.5))
    lesson.record("losses", [np.float64(2.0), 1])
    lesson.record("counts", np.array([[1, 2], [3, 4]]))
    lesson.headline("accuracy", [0.5, 0.7, 0.6], unit="%", baseline=np.float32(0.25), aim=0.5)
    measure_claims()
    lesson.finish()
    results = read_json(paths.build_dir() / "results" / "01_hello_world_regression.json")
    assert results["lesson"] == "01_hello_world_regression"
    assert (results["profile"], results["data"], results["seed"]) == ("lesson", "none", 0)
    assert results["metrics"] == {"accuracy": 0.5, "losses": [2.0, 1], "counts": [[1, 2], [3, 4]]}
    assert results["headline"] == {
        "name": "accuracy",
        "value": pytest.approx(0.6),
        "spread": pytest.approx(0.1),
        "unit": "%",
        "seeds": 3,
        "baseline": 0.25,
        "aim": 0.5,
        "is_error": False,
    }
    assert [claim["id"] for claim in results["claims"]] == [
        "line-found",
        "rules-break",
        "search-in-a-space",
        "compile-needs-three",
        "training-loop",
    ]
    assert set(results["claims"][0]) == {"id", "statement", "source", "verdict", "measured"}
    assert results["seconds"] >= 0
    assert results["peak_memory_mb"] > 10
    assert results["device"] == "CPU (test, 2 cores, 8 GB memory), float32"
    assert {"tensorflow", "keras"} <= set(results["versions"])


def test_a_gpus_memory_is_recorded(started, monkeypatch, read_json):
    card = Device("GPU", "Tesla T4", 1, 2, 8.0, "mixed_float16", "mixed_float16")
    monkeypatch.setattr(devices, "set_up", lambda precision: card)
    monkeypatch.setattr(devices, "peak_gpu_memory_mb", lambda: 910.4)
    started()
    measure_claims()
    lesson.finish()
    results = read_json(paths.build_dir() / "results" / "01_hello_world_regression.json")
    assert (results["gpu_peak_memory_mb"], results["device"]) == (910, str(card))


def test_one_seed_has_no_spread(started):
    lesson.headline("accuracy", [0.5], unit="", baseline=0.1)
    assert lesson._run.headline["spread"] is lesson._run.headline["aim"] is None


def small_model():
    import keras

    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1, dtype="float32")])
    model.compile("sgd", "mse")
    return model


def test_models_that_are_gone_are_cleared_between_seeds(started):
    """Keras' models hold themselves in circles; without a clearing, each waits for Python's own, rare one."""
    import gc
    import weakref

    started("full")
    gc.disable()  # so that a clearing that comes by itself does not stand in
    try:
        models = []
        for _ in lesson.seeds():
            assert not [model for model in models if model() is not None]
            models += [weakref.ref(small_model()) for _ in range(20)]
    finally:
        gc.enable()
    assert len(models) == 60


def test_models_of_an_earlier_seed_still_work_in_their_precision(started):
    import keras
    import tensorflow as tf

    started("full")
    before = keras.config.dtype_policy()
    x, y = np.ones((8, 3), "float32"), np.zeros(8, "float32")
    try:
        keras.config.set_dtype_policy("mixed_bfloat16")
        data, models, said = tf.data.Dataset.from_tensor_slices((x, y)).batch(4), [], []
        for _ in lesson.seeds():
            models.append(small_model())
            models[-1].fit(data, verbose=0)
            said.append(models[-1].predict(x, verbose=0))
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
        assert {model.layers[0].compute_dtype for model in models} == {"bfloat16"}
        for model, earlier in zip(models, said, strict=True):
            np.testing.assert_array_equal(model.predict(x, verbose=0), earlier)
            model.fit(data, verbose=0)
    finally:
        keras.config.set_dtype_policy(before)


@pytest.mark.parametrize(("profile", "value", "seeds"), [("smoke", 1, [7]), ("lesson", 2, [7]), ("full", 3, [7, 8, 9])])
def test_the_profile_chooses(started, profile, value, seeds):
    started(profile, seed=7)
    assert lesson.choose(smoke=1, lesson=2, full=3) == value
    assert list(lesson.seeds()) == seeds


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"profile": "smokey"}, "PROFILE must be one of smoke, lesson, full, not 'smokey'"),
        ({"number": "99"}, "no lesson called '99'"),
    ],
)
def test_wrong_parameters_are_refused(started, arguments, sentence):
    with pytest.raises(CourseError, match=sentence):
        started(**arguments)


def test_cells_run_out_of_order_are_told_what_to_do(monkeypatch):
    monkeypatch.setattr(lesson, "_run", None)
    with pytest.raises(CourseError, match="No lesson is started: run the notebook from its first cell"):
        lesson.record("a", 1)


def test_only_numbers_are_recorded(started):
    with pytest.raises(CourseError, match="'best' must be a number or a list of numbers to be recorded, not str"):
        lesson.record("best", "convnet")


def test_a_claim_left_out_is_noticed(started):
    lesson.claim("line-found", "holds", "seen")
    with pytest.raises(CourseError, match="has not measured these claims of the notes: rules-break, search-in-a-space"):
        lesson.finish()
    assert not (paths.build_dir() / "results").exists()


def test_a_claim_of_another_lesson_is_refused(started):
    with pytest.raises(CourseError, match=r"Lesson 01 has no claim called 'scale-pixels'; .* line-found"):
        lesson.claim("scale-pixels", "holds", "seen")


def test_a_claim_has_one_of_four_verdicts(started):
    words = "verdict must be one of holds, holds with limits, does not hold, not settled here, not 'maybe'"
    with pytest.raises(CourseError, match=words):
        lesson.claim("line-found", "maybe", "seen")


@pytest.fixture
def shown(monkeypatch):
    """What a cell displays."""
    outputs = []
    monkeypatch.setattr(lesson, "display", lambda output, **options: outputs.append(output))
    return outputs


RIGHT = np.arange(1000) < 900
WRONG_MORE = np.arange(1000) < 850


def test_a_met_expectation_is_kept_and_says_nothing(started, shown):
    gain = compare(RIGHT, WRONG_MORE)
    lesson.expect("the convnet wins", gain.is_gain, gain)
    assert shown == []
    assert list(lesson._run.expectations.values()) == [{"text": "the convnet wins", "met": True, "measured": str(gain)}]


def test_an_unmet_expectation_shows_one_line_with_what_was_measured(started, shown):
    loss = compare(WRONG_MORE, RIGHT)
    lesson.expect("the convnet wins", loss.is_gain, loss)
    (line,) = [output.data for output in shown]
    assert line == f"**Your run differs from the text**, which says: the convnet wins. Measured here: {loss}."
    lesson.expect("pooling halves", np.bool_(False))
    assert shown[1].data.endswith("which says: pooling halves.")
    assert [kept["met"] for kept in lesson._run.expectations.values()] == [False, False]


def test_a_cell_run_again_counts_as_it_came_out_last(started, shown):
    lesson.expect("it helps", False)
    lesson.expect("it helps", True)
    assert [kept["met"] for kept in lesson._run.expectations.values()] == [True]


def test_nothing_is_expected_of_a_smoke_run(started, shown):
    started("smoke")
    lesson.expect("the convnet wins", False, 1.0)
    assert shown == [] and lesson._run.expectations == {}


@pytest.mark.parametrize("met", [compare(RIGHT, WRONG_MORE), 1, None, "yes", np.array([True, False])])
def test_only_yes_or_no_meets_an_expectation(started, met):
    with pytest.raises(CourseError, match="'it helps' is met must be True or False"):
        lesson.expect("it helps", met)


def test_a_table_is_shown_and_kept(started, shown, read_json):
    frame = pd.DataFrame(
        {"accuracy, %": np.array([91.234, 88.0], "float32"), "parameters": [535_818, 10], "good": [True, False]},
        index=pd.Index(["dense & wide", "plain"], name="network"),
    )
    lesson.table(frame, "Two networks")
    (output,) = shown
    assert "<caption>Two networks</caption>" in output["text/html"]
    for words in ("91.2", "88.0", "535,818", "yes", "no", "dense &amp; wide"):
        assert words in output["text/html"]
    assert output["text/plain"].startswith("Two networks\n") and "535,818" in output["text/plain"]
    measure_claims()
    lesson.finish()
    results = read_json(paths.build_dir() / "results" / "01_hello_world_regression.json")
    assert results["tables"] == {
        "Two networks": {
            "columns": ["network", "accuracy, %", "parameters", "good"],
            "rows": [
                ["dense & wide", pytest.approx(91.234, abs=1e-4), 535_818, True],
                ["plain", 88.0, 10, False],
            ],
        }
    }


def test_a_table_is_the_same_text_in_each_run(started, shown):
    for _ in range(2):
        lesson.table(pd.DataFrame({"a": [1.0, float("nan")]}), "One")
    assert shown[0] == shown[1]
    lesson.table(pd.DataFrame({"a": [1.0]}), "Another")
    ids = [set(re.findall(r'id="([^"]+)"', output["text/html"])) for output in shown]
    assert ids[0] and ids[0].isdisjoint(ids[2])
    assert lesson._run.tables["One"]["rows"] == [["0", 1.0], ["1", None]]


def test_claims_get_their_verdicts_from_the_evidence(started, shown):
    gain = compare(RIGHT, WRONG_MORE)
    lesson.claims({"line-found": gain, "rules-break": (True, "after training again"), "search-in-a-space": None})
    (output,) = shown
    rows = output.data.splitlines()
    assert [row.split(" | ")[2] for row in rows[2:]] == ["**holds**", "**holds with limits**", "**not settled here**"]
    assert str(gain) in rows[2] and "after training again" in rows[3]
    assert [(kept["id"], kept["verdict"]) for kept in lesson._run.claims.values()] == [
        ("line-found", "holds"),
        ("rules-break", "holds with limits"),
        ("search-in-a-space", "not settled here"),
    ]
    with pytest.raises(CourseError, match="has no claim called 'scale-pixels'"):
        lesson.claims({"scale-pixels": True})


def test_every_claim_names_a_lesson_and_has_its_own_id():
    from course_utils.syllabus import lessons

    assert claims.all_claims()
    assert {claim.lesson for claim in claims.all_claims().values()} <= {entry.number for entry in lessons()}


@pytest.mark.parametrize(
    ("sources", "source"),
    [(set(), "none"), ({"real"}, "real"), ({"real", "mirror"}, "mirror"), ({"mirror", "synthetic"}, "synthetic")],
)
def test_the_least_real_source_counts(sources, source):
    assert lesson._data_source(sources) == source


@pytest.mark.parametrize(("name", "source"), [("mobilenet_v2", "mirror"), ("synthetic_animals", "none")])
def test_a_run_with_a_networks_weights_is_as_real_as_they_are(started, monkeypatch, read_json, name, source):
    kind = "synthetic" if name == "synthetic_animals" else "mirror"
    network = Pretrained(None, None, None, kind, "a network for this test")
    monkeypatch.setattr(pretrained, "pretrained", lambda asked, **options: network)
    assert lesson.pretrained(name, input_shape=(96, 96, 3)) is network
    measure_claims()
    lesson.finish()
    assert read_json(paths.build_dir() / "results" / "01_hello_world_regression.json")["data"] == source


def test_a_run_on_painted_places_is_one_on_synthetic_data(started, monkeypatch, capsys):
    places = np.zeros((2, 96, 96, 3), np.uint8)
    found = Backgrounds("Mini", "synthetic", places, places)
    monkeypatch.setattr(datasets, "backgrounds", lambda name, data, **counts: found)
    assert lesson.backgrounds("cats_and_dogs") is found
    assert "2 painted places" in capsys.readouterr().out
    assert lesson._run.sources == {"synthetic"}


@pytest.mark.parametrize(("profile", "counts"), [("smoke", {"train": 60, "test": 30}), ("lesson", {}), ("full", {})])
def test_in_smoke_there_are_few_backgrounds(monkeypatch, profile, counts):
    asked = {}
    places = np.zeros((2, 96, 96, 3), np.uint8)
    found = Backgrounds("Mini", "synthetic", places, places)
    monkeypatch.setattr(datasets, "backgrounds", lambda name, data, **counts: asked.update(counts) or found)
    lesson.start("33", profile, "synthetic", 0)
    lesson.backgrounds("cats_and_dogs")
    assert asked == counts


def test_results_that_cannot_be_written_are_one_sentence(started, monkeypatch, tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    monkeypatch.setenv("COURSE_BUILD", str(in_the_way))
    measure_claims()
    with pytest.raises(CourseError, match="needs a folder where a file is; move that or set COURSE_BUILD to another folder"):
        lesson.finish()


def test_an_earlier_result_survives_a_failed_write(started, monkeypatch):
    measure_claims()
    lesson.finish()
    path = paths.build_dir() / "results" / "01_hello_world_regression.json"
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CourseError, match=r"disk is full: .*01_hello_world_regression\.json .* set COURSE_BUILD to another"):
        lesson.finish()
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_figures_measured_in_full_come_from_what_is_published(started, monkeypatch, tmp_path, make_result):
    monkeypatch.setattr(paths, "PUBLISHED_RESULTS", tmp_path)
    published = tmp_path / "01_hello_world_regression.full.json"
    assert lesson.measured_in_full() == {}
    for damaged in ("{", "[]", '{"metrics": 3}'):
        published.write_text(damaged)
        assert lesson.measured_in_full() == {}
    published.write_text(json.dumps(make_result(metrics={"a": 1})))
    assert lesson.measured_in_full() == {"a": 1}
    started("full")
    lesson.record("b", 2)
    assert lesson.measured_in_full() == {"b": 2}


def test_an_error_of_the_course_shows_no_stack_in_a_notebook():
    from IPython.core.interactiveshell import InteractiveShell

    error = CourseError("one sentence")
    assert InteractiveShell.instance().InteractiveTB and error._render_traceback_() == ["CourseError: one sentence"]


def test_starting_writes_nothing_of_tensorflow_to_the_screen():
    code = "from course_utils import lesson; lesson.start('01', 'smoke', 'auto', 0); import tensorflow as tf; tf.ones(2) + 1"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first == "Lesson 01, Hello, world: one neuron learns a line · profile smoke · data auto · seed 0"
    assert second.startswith(("CPU (", "GPU (")) and " · when published: " in second
