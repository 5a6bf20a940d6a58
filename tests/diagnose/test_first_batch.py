"""What makes `fit` stop at its first batch is one finding, before all others, in the reason's own words."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.diagnose import diagnose

pytestmark = [pytest.mark.xdist_group("diagnose"), pytest.mark.usefixtures("unhurried")]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 6)).astype("float32")
Y = RNG.integers(0, 3, 80)
SPARSE = "sparse_categorical_crossentropy"


def classifier(loss=SPARSE, units=3, **options):
    model = keras.Sequential([layers.Input((6,)), layers.Dense(units, "softmax")])
    model.compile("adam", loss, **options)
    return model


def regression(units):
    model = keras.Sequential([layers.Input((6,)), layers.Dense(units)])
    model.compile("adam", "mse")
    return model


def of_two_inputs():
    inputs = [keras.Input((6,), name="left"), keras.Input((6,), name="right")]
    model = keras.Model(inputs, layers.Dense(3, "softmax")(layers.Concatenate()(inputs)))
    model.compile("adam", SPARSE)
    return model


def of_two_outputs(loss):
    inputs = keras.Input((6,))
    model = keras.Model(inputs, {"kind": layers.Dense(3, "softmax")(inputs), "size": layers.Dense(1)(inputs)})
    model.compile("adam", loss)
    return model


def reader(rows, built=True, vectorize=None):
    before = [vectorize] if vectorize else []
    start = [layers.Input((), dtype="string") if vectorize else layers.Input((7,))] if built else []
    model = keras.Sequential(
        [*start, *before, layers.Embedding(rows, 4), layers.GlobalAveragePooling1D(), layers.Dense(3, "softmax")]
    )
    model.compile("adam", SPARSE)
    return model


def tokens(low, high, last=None):
    """Numbers of low to high; `last`: one number in the last example alone."""
    x = RNG.integers(low, high, (80, 7))
    x[0, 0], x[-1, -1] = high - 1, high - 1 if last is None else last
    return x, Y


def of_words():
    vectorize = layers.TextVectorization(output_sequence_length=4)
    vectorize.adapt(["one two three four five six seven"])
    return vectorize


def own_metric(y_true, y_pred):
    return tf.reduce_mean(y_true - tf.concat([y_pred, y_pred], axis=-1)[:, :5])


def own_loss(y_true, y_pred):
    return float(y_pred.numpy().mean())


class LeavesTheGraph(layers.Layer):
    def call(self, inputs, training=False):
        return inputs * float(inputs.numpy().std()) if training else inputs


class CountsInPython(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.001 / float(step.numpy() + 1)


def with_a_layer_that_leaves_the_graph():
    model = keras.Sequential([layers.Input((6,)), LeavesTheGraph(), layers.Dense(3, "softmax")])
    model.compile("adam", SPARSE)
    return model


def with_a_penalty_that_leaves_the_graph():
    penalty = {"kernel_regularizer": lambda weights: 0.01 * float(weights.numpy().std())}
    model = keras.Sequential([layers.Input((6,)), layers.Dense(3, "softmax", **penalty)])
    model.compile("adam", SPARSE)
    return model


def with_a_schedule_that_leaves_the_graph():
    model = classifier()
    model.compile(keras.optimizers.Adam(CountsInPython()), SPARSE)
    return model


REFUSED = {
    "an index as large as the table": (lambda: (reader(50), tokens(0, 51)), "index_beyond_embedding", ["50"]),
    "an index beyond the table in the last example": (
        lambda: (reader(50), tokens(0, 50, 9_999)),
        "index_beyond_embedding",
        ["9999"],
    ),
    "an index beyond the table of a model that is not built": (
        lambda: (reader(50, built=False), tokens(0, 60)),
        "index_beyond_embedding",
        ["59"],
    ),
    "a vocabulary larger than the table": (
        lambda: (reader(5, vectorize=of_words()), (np.array(["one seven six", "two"] * 40), Y)),
        "index_beyond_embedding",
        ["[0, 5)"],
    ),
    "one input in place of two": (lambda: (of_two_inputs(), (X, Y)), "number_of_inputs", ["2 inputs", "1 input."]),
    "two inputs in place of one": (lambda: (classifier(), ([X, X], Y)), "number_of_inputs", ["1 input,", "2 inputs"]),
    "inputs by a wrong name": (lambda: (of_two_inputs(), ({"left": X, "rihgt": X}, Y)), "does_not_run", ["right"]),
    "samples of another length": (lambda: (classifier(), (X[:, :4], Y)), "does_not_run", ["(6,)", "(4,)"]),
    "a loss by a wrong name": (
        lambda: (of_two_outputs({"kind": SPARSE, "weight": "mse"}), (X, {"kind": Y, "size": Y})),
        "fit_stops",
        ["weight"],
    ),
    "targets by a wrong name": (
        lambda: (of_two_outputs({"kind": SPARSE, "size": "mse"}), (X, {"kind": Y, "weight": Y})),
        "fit_stops",
        [],
    ),
    "labels that do not fit the output": (
        lambda: (regression(units=5), (X, 0.5 * X[:, :4])),
        "units_do_not_match",
        ["5", "4"],
    ),
    "class numbers for one-hot rows": (
        lambda: (classifier("categorical_crossentropy"), (X, Y)),
        "integer_labels",
        ["(32, 3)"],
    ),
    "an own loss that leaves the graph": (lambda: (classifier(own_loss), (X, Y)), "fit_stops", ["numpy"]),
    "an own layer that leaves the graph": (lambda: (with_a_layer_that_leaves_the_graph(), (X, Y)), "fit_stops", ["numpy"]),
    "an own penalty that leaves the graph": (
        lambda: (with_a_penalty_that_leaves_the_graph(), (X, Y)),
        "fit_stops",
        ["numpy"],
    ),
    "an own schedule that leaves the graph": (
        lambda: (with_a_schedule_that_leaves_the_graph(), (X, Y)),
        "fit_stops",
        ["numpy"],
    ),
    "a metric that compares other shapes": (
        lambda: (classifier(metrics=[own_metric]), (X, Y.astype("float32"))),
        "fit_stops",
        ["32", "5"],
    ),
    "a weight for each unit": (
        lambda: (classifier(), batches_of((X, Y, np.ones((80, 3), "float32")))),
        "fit_stops",
        [],
    ),
}


def batches_of(data, size=32):
    return tf.data.Dataset.from_tensor_slices(data).batch(size)


@pytest.mark.parametrize(("make", "finding", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_it_says_that_fit_stops_and_why(make, finding, words, record_property):
    keras.utils.set_random_seed(0)
    model, train = make()
    report = diagnose(model, train)
    record_property("diagnose planted, float32", finding in [each.id for each in report.findings])
    assert [each.id for each in report.findings] == [finding]
    (found,) = report.findings
    assert "fit stops" in found.seen + found.why or "too many" in found.why
    assert all(word in found.seen + found.why for word in words)
    assert len(found.seen) < 320 and not any(
        noise in found.seen for noise in ("\x1b", "Arguments received", "function_node")
    )
    assert report.skipped == []


def test_what_fit_takes_is_not_refused():
    for last in (49, 0):
        assert diagnose(reader(50), tokens(0, 50, last)).findings == []


def test_it_comes_before_what_is_wrong_besides():
    first, *others = diagnose(regression(units=5), (1_000 * X, 0.5 * X[:, :4])).findings
    assert first.id == "units_do_not_match"
    assert "fit stops at its first batch" in first.why
    assert [finding.id for finding in others] == ["unscaled_inputs"]
