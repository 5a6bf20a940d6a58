"""What `diagnose` sees does not hang on the precision that a model computes in."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.devices import Memory
from course_utils.diagnose import anatomy, diagnose, resources
from course_utils.diagnose.case import Case
from course_utils.diagnose.samples import read_split

pytestmark = [pytest.mark.xdist_group("diagnose"), pytest.mark.usefixtures("unhurried")]
MIXED = ("mixed_bfloat16", "mixed_float16")
mixed = pytest.mark.parametrize("policy", MIXED, indirect=True)


def classifier(features=8, last=None, before=()):
    last = last or layers.Dense(3, activation="softmax", dtype="float32")
    model = keras.Sequential([layers.Input((features,)), *before, layers.Dense(16, activation="relu"), last])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def points(features=8, samples=64):
    """Standardized measurements around a centre for each of three classes."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, samples)
    return (rng.normal(size=(3, features))[y] + 0.5 * rng.normal(size=(samples, features))).astype("float32"), y


def found(report):
    assert report.skipped == []
    return [finding.id for finding in report.findings]


def case_of(model, data):
    return Case(model, read_split("training", data, several_inputs=False, several_outputs=False), None)


# Widths of rows at which a bfloat16 product on AMX tiles carries NaN into the row before.
@pytest.mark.parametrize("features", [33, 63, 65, 147])
@pytest.mark.parametrize("policy", ["mixed_bfloat16"], indirect=True)
def test_an_example_with_nan_is_not_blamed_on_its_neighbour(policy, features):
    x, y = points(features)
    x[10] = np.nan
    model = classifier(features)
    (finding,) = diagnose(model, (x, y)).findings
    assert finding.seen.startswith(f"{features} of {x.size:,} training inputs")
    predictions = case_of(model, (x, y)).seen.predictions
    assert np.flatnonzero(np.isnan(predictions).any(axis=1)).tolist() == [10]


def test_what_a_model_computes_is_looked_at_in_float32(policy):
    (x, y), model = points(), classifier(last=layers.Dense(3, activation="softmax"), before=[layers.Rescaling(1 / 3)])
    case = case_of(model, (x, y))
    with_float32 = [type(layer).from_config({**layer.get_config(), "dtype": "float32"}) for layer in model.layers]
    reference = keras.Sequential([layers.Input((8,)), *with_float32])
    reference.set_weights(model.get_weights())
    assert case.seen.predictions.dtype == np.float32
    np.testing.assert_allclose(case.seen.predictions, reference(x), rtol=1e-5)
    np.testing.assert_allclose(case.seen.predictions.sum(axis=1), 1, rtol=1e-5)
    ((_, entering),) = case.entries
    assert entering.dtype == np.float32
    np.testing.assert_allclose(entering, x / 3, rtol=1e-5)


@mixed
@pytest.mark.parametrize("last", ["softmax", "sigmoid", None])
def test_a_model_that_ends_in_16_bits_is_told_so(policy, last):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=last is None)
    units, loss = (1, "binary_crossentropy") if last == "sigmoid" else (3, loss)
    x, y = points()
    model = classifier(last=layers.Dense(units, activation=last))
    model.compile("adam", loss)
    report = diagnose(model, (x, y % 2 if units == 1 else y))
    assert found(report) == ["narrow_output"]
    assert report.findings[0].severity == "note"
    assert policy.removeprefix("mixed_") in report.findings[0].seen


@mixed
def test_so_is_one_that_is_not_built(policy):
    model = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    assert found(diagnose(model, points())) == ["narrow_output"]


@mixed
def test_that_does_not_hide_what_is_worse(policy):
    model = classifier(last=layers.Dense(3, activation="softmax"))
    model.compile(keras.optimizers.SGD(1e4), "sparse_categorical_crossentropy")
    assert found(diagnose(model, points())) == ["learning_rate_too_high", "narrow_output"]


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@pytest.mark.parametrize("kind", ["arrays", "dataset"])
def test_data_of_16_bits_is_read(dtype, kind):
    x, y = points()
    x = tf.cast(x, dtype)
    whole = tf.constant(y) if kind == "arrays" else None
    data = (x, whole) if kind == "arrays" else tf.data.Dataset.from_tensor_slices((x, y)).batch(16)
    assert found(diagnose(classifier(), data)) == []
    huge = 200 * x
    data = (huge, whole) if kind == "arrays" else tf.data.Dataset.from_tensor_slices((huge, y)).batch(16)
    assert found(diagnose(classifier(), data)) == ["unscaled_inputs"]


def test_numbers_that_overflow_in_16_bits_are_described_as_they_are():
    x, y = points()
    (finding,) = diagnose(classifier(), ((6_000 * x).astype("float16"), y)).findings
    assert finding.id == "unscaled_inputs"
    assert "inf" not in finding.seen


@mixed
def test_a_layer_that_insists_on_16_bits_is_looked_at_as_it_is(policy):
    dtype = policy.removeprefix("mixed_")
    halve = layers.Lambda(lambda x: tf.multiply(x, tf.constant(0.5, dtype)))
    assert found(diagnose(classifier(before=[halve]), points())) == []


@mixed
def test_a_layer_that_runs_in_float32_alone_does_not_run(policy):
    halve = layers.Lambda(lambda x: tf.multiply(x, tf.constant(0.5)), output_shape=(8,))
    model = keras.Sequential([halve, layers.Dense(3, activation="softmax", dtype="float32")])
    model.compile("adam", "sparse_categorical_crossentropy")
    assert found(diagnose(model, points())) == ["does_not_run"]


def test_the_models_own_precision_stays(policy):
    model = classifier(before=[layers.Dropout(0.1)])
    diagnose(model, points())
    last = model.layers[-1]
    assert {layer.dtype_policy.name for layer in model.layers if layer is not last} == {policy}
    assert model.predict(points()[0], verbose=0).dtype == np.float32
    assert keras.config.dtype_policy().name == policy


def test_memory_is_reckoned_in_the_precision_of_each_layer(policy, monkeypatch):
    # 2 pictures × 1,024 × 1,024 × 64 channels, and once more for the gradient: 1 GiB of 32-bit numbers
    monkeypatch.setattr(resources, "usable_memory", lambda: Memory(2**20, 2**20))
    model = keras.Sequential([layers.Input((1024, 1024, 1)), layers.Conv2D(64, 1), layers.GlobalAveragePooling2D()])
    model.compile("sgd", "mse")
    (finding,) = resources.memory(case_of(model, (np.zeros((2, 1024, 1024, 1), "float32"), np.array([0, 1]))))
    assert f"{1.0 if policy == 'float32' else 0.5} GB for what" in finding.seen


@pytest.mark.parametrize("policy", ["mixed_float16"], indirect=True)
def test_loss_scaling_does_not_hide_the_optimizer(policy):
    model = classifier()
    model.compile(keras.optimizers.SGD(0.25), "sparse_categorical_crossentropy")
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert isinstance(anatomy.optimizer_of(model), keras.optimizers.SGD)
    assert anatomy.learning_rate(model) == 0.25
