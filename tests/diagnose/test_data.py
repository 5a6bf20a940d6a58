"""The checks that look at data alone, at the edges of what they let pass."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.diagnose import classes, inputs, leakage, pipeline
from course_utils.diagnose.case import Case
from course_utils.diagnose.samples import MOST_SAMPLES, read_split

pytestmark = [pytest.mark.xdist_group("diagnose"), pytest.mark.usefixtures("unhurried")]
NAMES = ("training", "validation")


class OfData(Case):
    """A case whose model may not be run: what is found without it is found in every precision."""

    @property
    def copy(self):
        raise AssertionError("this check runs the model")


@pytest.fixture(scope="module")
def model():
    model = keras.Sequential([layers.Input((8,)), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


@pytest.fixture
def found(model):
    def ids(check, train, validation=None):
        splits = [
            data and read_split(name, data, False, False) for name, data in zip(NAMES, (train, validation), strict=True)
        ]
        return [finding.id for finding in check(OfData(model, *splits))]

    return ids


def measured(mean, spread, samples=100):
    return (mean + spread * np.random.default_rng(samples).normal(size=(samples, 8))).astype("float32")


def labelled(x, classes=3):
    return x, np.arange(len(x)) % classes


def of_classes(y):
    return measured(0, 1, len(y)), np.asarray(y)


# --- training against validation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("train", "validation", "apart"),
    [
        ((0, 1), (0, 10), True),
        ((0, 10), (0, 1), True),
        ((0, 1), (0, 4), False),
        # another spread around the same mean, or another mean of the same spread, may well be another sample
        ((100, 1), (100, 10), False),
        ((1, 1), (100, 1), False),
        ((1, 0.1), (100, 10), True),
    ],
)
def test_scales_differ_if_size_and_spread_do(found, train, validation, apart):
    data = labelled(measured(*train)), labelled(measured(*validation, samples=80))
    assert found(leakage.same_shape_and_scale, *data) == ["scaled_differently"] * apart


def test_a_handful_of_samples_or_one_value_has_no_scale(found):
    few, same, many = measured(0, 10, 7), np.ones((50, 8), "float32"), measured(0, 1)
    assert found(leakage.same_shape_and_scale, labelled(many), labelled(few)) == []
    assert found(leakage.same_shape_and_scale, labelled(few), labelled(many)) == []
    assert found(leakage.same_shape_and_scale, labelled(many), labelled(measured(0, 10, 8))) == ["scaled_differently"]
    assert found(leakage.same_shape_and_scale, labelled(100 * same), labelled(same)) == []
    assert found(leakage.same_shape_and_scale, labelled(0 * same), labelled(same)) == []


def pictures(low, high, samples=20):
    picture = np.linspace(low, high, 8 * 8, dtype="float32").reshape(8, 8, 1)
    return labelled(np.tile(picture, (samples, 1, 1, 1)))


@pytest.mark.parametrize(
    ("train", "validation", "apart"),
    [
        ((-1, 1), (0, 1), True),
        ((0, 1), (-1, 1), True),
        ((-1, 1), (-0.5, 1), False),
        ((-1, 1), (-0.9, 0.1), False),
        ((0, 1), (0.6, 1), False),
        ((-1, 1), (-0.3, 0.3), False),
    ],
)
def test_pictures_are_apart_if_one_kind_alone_reaches_below_zero(found, train, validation, apart):
    data = pictures(*train), pictures(*validation)
    assert found(leakage.same_shape_and_scale, *data) == ["scaled_differently"] * apart


@pytest.mark.parametrize(("shared", "validation", "leak"), [(1, 20, False), (2, 100, True), (2, 101, False), (20, 20, True)])
def test_two_shared_samples_in_a_hundred_are_a_leak(found, shared, validation, leak):
    train, new = labelled(measured(0, 1, 200)), measured(0, 1, validation - shared)
    both = labelled(np.concatenate([train[0][:shared], new]))
    assert found(leakage.same_samples, train, both) == ["same_samples"] * leak


def levels(samples, columns, count, seed=0):
    return np.random.default_rng(seed).integers(0, count, (samples, columns)).astype("float32")


@pytest.mark.parametrize(("columns", "count"), [(2, 2), (3, 3), (4, 4), (6, 3), (1, 40)])
def test_coarse_values_that_repeat_by_nature_are_no_leak(found, columns, count):
    train, validation = labelled(levels(300, columns, count)), labelled(levels(100, columns, count, seed=1))
    assert found(leakage.same_samples, train, validation) == []


@pytest.mark.parametrize("times", [1, 2, 10, 50])
def test_copies_are_a_leak_however_often_they_stand_in_the_training_data(found, times):
    few = measured(0, 1, 20)
    train = labelled(np.repeat(few, times, axis=0))
    assert found(leakage.same_samples, train, labelled(few)) == ["same_samples"]
    assert found(leakage.same_samples, train, labelled(np.concatenate([few[:4], measured(3, 1, 36)]))) == ["same_samples"]


@pytest.mark.parametrize("times", [2, 10])
def test_copies_are_a_leak_however_often_they_stand_in_the_validation_data(found, times):
    train = measured(0, 1, 200)
    assert found(leakage.same_samples, labelled(train), labelled(np.repeat(train[:5], times, axis=0))) == ["same_samples"]


def test_one_continuous_column_beside_coarse_ones_makes_a_copy(found):
    train = np.column_stack([levels(200, 3, 2), measured(0, 1, 200)[:, 0]])
    assert found(leakage.same_samples, labelled(train), labelled(train[::4])) == ["same_samples"]


def test_empty_samples_in_both_are_no_leak(found):
    train, validation = measured(0, 1, 100), measured(3, 1, 50)
    train[:30], validation[:30] = 0, 0
    assert found(leakage.same_samples, labelled(train), labelled(validation)) == []


def test_a_small_leak_is_a_warning_and_a_large_one_serious(model):
    train = labelled(measured(0, 1, 200))

    def severity(shared):
        both = labelled(np.concatenate([train[0][:shared], measured(5, 1, 100 - shared)]))
        splits = (read_split(name, data, False, False) for name, data in zip(NAMES, (train, both), strict=True))
        (finding,) = leakage.same_samples(OfData(model, *splits))
        assert f"{shared} of the 100 validation samples" in finding.seen
        return finding.severity

    assert [severity(20), severity(21)] == ["warning", "serious"]


def test_whatever_the_type_the_same_numbers_are_the_same_samples(found):
    whole = np.random.default_rng(0).integers(0, 255, (50, 8))
    for kind in ("uint8", "int64", "float64", "float16"):
        assert found(leakage.same_samples, labelled(whole), labelled(whole.astype(kind))) == ["same_samples"]


# --- order and classes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("samples", "finding"), [(19, []), (20, ["one_class"])])
def test_one_class_is_told_from_twenty_samples_on(found, samples, finding):
    assert found(pipeline.order, of_classes([1] * samples)) == finding


def in_blocks(length, samples=120):
    y = np.arange(samples) // length % 3
    return tf.data.Dataset.from_tensor_slices(of_classes(y)).batch(10)


def test_a_dataset_is_sorted_if_its_class_changes_a_fifth_as_often_as_by_chance(found):
    # by chance two in three neighbours differ: a change at every eighth is a share of 0.18, at every seventh of 0.21
    assert found(pipeline.order, in_blocks(8)) == ["sorted_by_class"]
    assert found(pipeline.order, in_blocks(7)) == []
    assert found(pipeline.order, in_blocks(20, samples=49)) == []
    assert found(pipeline.order, in_blocks(20, samples=50)) == ["sorted_by_class"]


@pytest.mark.parametrize(
    ("train", "validation", "finding"),
    [
        ([0, 1] * 50, [0, 1] * 24 + [0, 2], []),  # 2 % of validation
        ([0, 1] * 50, [0, 1] * 24 + [2, 2], ["unseen_classes"]),
        ([0, 1, 2, 3] * 20, [0, 1] * 20, ["missing_classes"]),
        ([0, 1, 2, 3] * 20, [0, 1] * 19, []),  # fewer than ten for each class may miss one
        ([0, 1, 2, 3] * 20, [0, 1, 2] * 20, []),
        ([0, 1] * 20, [0] * 20, ["missing_classes"]),
    ],
)
def test_classes_of_one_split_alone(found, train, validation, finding):
    assert found(classes.in_both, of_classes(train), of_classes(validation)) == finding


# --- numbers that are none, and what is read --------------------------------------------------------------------------


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", ["inputs", "targets"])
@pytest.mark.parametrize("split", NAMES)
def test_one_number_that_is_none_is_found_where_it_stands(model, value, place, split):
    def data(spoilt):
        x, y = measured(0, 1, 30), np.arange(30.0)
        if spoilt:
            (x if place == "inputs" else y).reshape(30, -1)[7, -1] = value
        return x, y

    splits = (read_split(name, data(name == split), False, False) for name in NAMES)
    (finding,) = inputs.not_a_number(OfData(model, *splits))
    count, total = (1, 240) if place == "inputs" else (1, 30)
    assert finding.seen == f"{count} of {total} {split} {place} are NaN or infinite, in 1 of 30 samples: number 7."


@pytest.mark.parametrize("rows", [[0], [4_999], [1_023, 1_024, 3_000]])
def test_of_arrays_all_rows_are_looked_at(model, rows):
    x = measured(0, 1, 5_000)
    x[rows, 3] = np.nan
    (finding,) = inputs.not_a_number(OfData(model, split_of(x), None))
    assert finding.seen.endswith(f"in {len(rows)} of 5,000 samples: number {', '.join(map(str, rows))}.")


def test_large_numbers_are_numbers(model):
    x = np.full((100, 8), 3e38, "float32")
    assert list(inputs.not_a_number(OfData(model, split_of(x), None))) == []


def split_of(x, y=None):
    return read_split("training", (x, np.arange(len(x)) if y is None else y), False, False)


def test_of_many_samples_a_choice_from_all_over_is_read_in_order_and_with_its_targets():
    x = np.arange(5 * MOST_SAMPLES, dtype="float32")[:, None]
    split = split_of(x)
    assert split.count == MOST_SAMPLES
    assert split.size == len(x) == len(split.targets_in_order)
    assert (np.diff(split.targets) > 0).all()
    assert split.targets[0] < 100 and split.targets[-1] > len(x) - 100
    np.testing.assert_array_equal(split.x[:, 0], split.targets)
    np.testing.assert_array_equal(split.x, split_of(x).x)


def test_up_to_the_limit_all_samples_are_read():
    assert split_of(np.zeros((MOST_SAMPLES, 1))).count == MOST_SAMPLES
    assert split_of(np.zeros((MOST_SAMPLES + 1, 1))).count == MOST_SAMPLES


def test_of_large_samples_fewer_are_read(monkeypatch):
    monkeypatch.setattr("course_utils.diagnose.samples.MOST_BYTES", 1_000)
    assert split_of(np.zeros((100, 10), "float32")).count == 25
    assert split_of(np.zeros((100, 1_000), "float32")).count == 8
    dataset = tf.data.Dataset.from_tensor_slices((np.zeros((100, 10), "float32"), np.arange(100))).batch(5)
    split = read_split("training", dataset, False, False)
    assert (split.count, split.complete, split.size, split.batch_size) == (25, False, None, 5)


@pytest.mark.parametrize(
    ("samples", "complete"), [(MOST_SAMPLES - 1, True), (MOST_SAMPLES, True), (MOST_SAMPLES + 1, False)]
)
def test_a_dataset_is_complete_if_it_ends_where_reading_does(samples, complete):
    dataset = tf.data.Dataset.from_tensor_slices((np.zeros((samples, 1)), np.zeros(samples))).batch(100)
    split = read_split("training", dataset, False, False)
    assert split.complete == complete
    assert split.size == (samples if complete else None)


def test_batches_padded_to_different_lengths_are_padded_further():
    def batches():
        for length in (3, 5, 4):
            yield np.full((2, length), length), np.zeros(2)

    signature = (tf.TensorSpec((None, None), tf.int64), tf.TensorSpec((None,), tf.float64))
    split = read_split("training", tf.data.Dataset.from_generator(batches, output_signature=signature), False, False)
    assert split.x.shape == (6, 5)
    assert split.x[0].tolist() == [3, 3, 3, 0, 0]
    assert split.x[-1].tolist() == [4, 4, 4, 4, 0]
