"""What can be checked of the benchmark in a moment: that it times the lesson's own code, and words its results well."""

import numpy as np
import pytest
from PIL import Image

from course_utils.datasets.splits import FolderSplit
from tools import bench


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


@pytest.fixture
def few_reviews(monkeypatch):
    """Six made-up reviews of seven words in the place of real ones, and small layers."""
    for name, value in {"REVIEWS": 6, "VOCABULARY": 9, "WORDS": 7, "EMBEDDING": 3, "UNITS": 2, "REVIEW_BATCH": 4}.items():
        monkeypatch.setattr(bench, name, value)
    numbers = np.random.default_rng(0).integers(1, 9, (6, 7))
    monkeypatch.setattr(bench, "_reviews", lambda seed: (numbers, np.arange(6, dtype=np.int32) % 2))


def test_the_lstm_in_numpy_is_the_one_in_keras(few_reviews):
    layer, embedded = bench._lstm_and_input(seed=1)
    in_numpy = [bench._lstm_in_numpy(batch, *layer.get_weights()) for batch in bench._batched(embedded)]
    assert [len(batch) for batch in in_numpy] == [4, 2]
    assert np.concatenate(in_numpy) == pytest.approx(layer(embedded).numpy(), abs=1e-6)


@pytest.mark.parametrize("way", ["lstm_cell_by_cell", "lstm", "conv1d", "numpy_lstm_forward", "keras_lstm_forward"])
def test_networks_for_reviews_are_timed(few_reviews, way):
    assert 0 < bench.WAYS[way](0) < 10


@pytest.fixture
def little(monkeypatch):
    """Few rows, hours and sentences."""
    for name, value in {"LETTERS": 3, "HOURS": 400, "SENTENCES": 2, "SENTENCE": 4, "UNITS": 3, "FED": 4}.items():
        monkeypatch.setattr(bench, name, value)


@pytest.mark.parametrize("way", ["book_reviews", "lesson_reviews", "book_newswires", "lesson_newswires"])
def test_trainings_on_texts_are_timed(monkeypatch, way):
    for name, value in {"TEXTS": 4, "TEXT_COLUMNS": 9, "TEXT_ONES": 3, "TOPICS": 3}.items():
        monkeypatch.setattr(bench, name, value)
    assert 0 < bench.WAYS[way](0) < 30


@pytest.fixture
def results(monkeypatch):
    """What each way gives when it is fed once, in the place of its seconds."""
    monkeypatch.setattr(bench, "_later_epoch", lambda feed: feed())


def test_both_ways_read_the_same_letters(little, results):
    for in_loop, in_table in zip(bench.letters_in_a_loop(0), bench.letters_in_a_table(0), strict=True):
        assert np.array_equal(in_loop, in_table)
    assert in_loop.shape == (3,)


def test_both_ways_cut_the_same_windows(little, results):
    by_hand, by_keras = bench.windows_by_hand(0), bench.windows_by_keras(0)
    for ours, theirs in zip(by_hand, by_keras, strict=True):
        assert np.array_equal(ours[0], theirs[0]) and np.array_equal(ours[1], theirs[1])


def test_both_ways_attend_to_the_same(little, results):
    word_by_word, at_once = bench.attention_word_by_word(0), bench.attention_at_once(0)
    assert np.concatenate(word_by_word, axis=1) == pytest.approx(at_once, abs=1e-6)


@pytest.mark.parametrize("way", ["head_behind_base", "head_on_record"])
def test_new_heads_are_timed(little, way):
    assert 0 < bench.WAYS[way](0) < 10


@pytest.mark.filterwarnings("ignore:Please import `affine_transform`")  # Keras' generator is of SciPy's older days
@pytest.mark.parametrize("way", ["cats_generator", "cats_dataset", "augmented_generator", "augmented_dataset"])
def test_each_way_feeds_all_pictures_scaled(little, results, monkeypatch, tmp_path, way):
    paths = tuple(tmp_path / name / f"{number}.png" for name in ("cat", "dog") for number in range(2))
    for number, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (20 + number, 30), (250, 60 * number, 0)).save(path)
    split = FolderSplit(labels=np.array([0, 0, 1, 1]), class_names=("cat", "dog"), paths=paths)
    monkeypatch.setattr(bench, "_training", lambda name, kind: split)
    pictures = np.concatenate([pictures for pictures, _ in bench.WAYS[way](0)])
    assert pictures.shape == (4, 150, 150, 3)
    assert pictures.min() >= 0 and 0.9 < pictures.max() <= 1


def test_the_last_call_is_the_one_that_is_timed():
    calls = []
    assert bench._last_call(lambda: calls.append(1) or [1], calls=2) < 0.1
    assert len(calls) == 2


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
    page = bench._page([row], ["## Speeds"])
    assert row in page and "\n## Speeds\n" in page


def test_a_comparison_may_count_something_else(monkeypatch, capsys):
    monkeypatch.setattr(
        bench, "_in_own_process", lambda way, seed: {"gradient_descent_steps": 300, "adam_steps": 100}[way.__name__]
    )
    ways = (bench.gradient_descent_steps, bench.adam_steps)
    row = bench._measure(bench.Comparison("valley", "descent", ways[0], "Adam", ways[1], "none", seeds=1, unit="steps"))
    assert "descent: 300.00 (300.00 to 300.00) steps | Adam: 100.00 (100.00 to 100.00) steps | **3.00" in row
    assert "seed 0: descent 300.00 steps, Adam 100.00 steps" in capsys.readouterr().out


def test_momentum_takes_fewer_steps_through_the_valley_than_plain_descent(monkeypatch):
    monkeypatch.setattr(bench, "MOMENTA", (0.7,))
    monkeypatch.setattr(bench, "RATES", np.array([0.019, 0.03]))
    monkeypatch.setattr(bench, "WALKS", 1)
    plain, faster = bench.gradient_descent_steps(0), bench.momentum_steps(0)
    assert 5 * faster < plain < bench.MOST_STEPS
    assert 0 < bench.momentum_seconds(0) < 1


def test_an_epoch_of_clothes_is_timed(monkeypatch):
    monkeypatch.setattr(bench, "CLOTHES", 256)
    assert 0 < bench.sgd_epoch(0) < 10


def test_each_way_can_be_called_by_its_name(monkeypatch, capsys):
    monkeypatch.setattr(bench, "WAYS", {"one_job": lambda seed: seed + 0.5})
    monkeypatch.setattr(bench.sys, "argv", ["bench", "one_job", "2"])
    bench.main()
    assert float(capsys.readouterr().out) == pytest.approx(2.5)
