"""What `diagnose` promises besides its findings: it touches nothing, answers quickly, shows well, refuses in words."""

import random
import re
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.devices import POLICIES
from course_utils.diagnose import Finding, Report, diagnose
from course_utils.diagnose.registry import CHECKS
from course_utils.errors import CourseError

pytestmark = pytest.mark.xdist_group("diagnose")


def a_model():
    """With everything that has a state: dropout, a random layer, batch normalization, a frozen layer."""
    model = keras.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.RandomFlip(),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(8, activation="relu", trainable=False),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def some_data(seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, 200)
    return (0.3 * rng.random((200, 8, 8, 1)) + y.reshape(-1, 1, 1, 1) / 3).astype("float32"), y


def state_of(model):
    """Everything that training would change."""
    return {
        "weights": [weight.copy() for weight in model.get_weights()],
        "optimizer": [variable.numpy().copy() for variable in model.optimizer.variables],
        "metrics": [variable.numpy().copy() for metric in model.metrics for variable in metric.variables],
        "seeds": [layer.seed_generator.state.numpy() for layer in model.layers if hasattr(layer, "seed_generator")],
        "precision": [layer.dtype_policy.name for layer in model.layers],
        "trainable": [layer.trainable for layer in model.layers],
        "compiled": (model.compiled, model.loss, str(model.get_compile_config())),
        "functions": (model.train_function, model.test_function, model.predict_function),
        "calls": [len(layer._inbound_nodes) for layer in model.layers],
        "history": dict(getattr(getattr(model, "history", None), "history", {})),
    }


def random_numbers():
    return random.random(), np.random.random(), float(tf.random.uniform([])), float(keras.random.uniform([]))


@pytest.mark.parametrize(
    ("policy", "trained"), [("float32", False), *((policy, True) for policy in POLICIES)], indirect=["policy"]
)
def test_the_model_stays_as_it_is(policy, trained):
    model = a_model()
    if trained:
        model.fit(*some_data(), epochs=1, verbose=0)
    before = state_of(model)
    diagnose(model, some_data(), some_data(1))
    keras.tree.map_structure(np.testing.assert_array_equal, state_of(model), before)


def test_training_goes_on_as_if_nothing_had_been_asked():
    def losses(asked):
        keras.utils.set_random_seed(1)
        model = a_model()
        if asked:
            diagnose(model, some_data(), some_data(1))
        return model.fit(*some_data(), epochs=1, verbose=0).history["loss"]

    assert losses(asked=True) == losses(asked=False)


def test_a_model_that_is_not_built_stays_so():
    model = keras.Sequential([layers.Flatten(), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    assert diagnose(model, some_data()).findings == []
    assert not model.built


@pytest.mark.parametrize("drawn_before", [False, True], ids=["fresh", "in the middle"])
def test_the_random_state_stays_as_it_is(drawn_before):
    model, data = a_model(), some_data()

    def numbers(asked):
        keras.utils.set_random_seed(5)
        if drawn_before:
            random_numbers()
        if asked:
            diagnose(model, data)
        return random_numbers()

    assert numbers(asked=True) == numbers(asked=False)


def test_arrays_stay_as_they_are():
    x, y = some_data()
    x_before, y_before = x.copy(), y.copy()
    x.flags.writeable = y.flags.writeable = False
    diagnose(a_model(), (x, y), (x, y))
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(y, y_before)


def test_a_dataset_can_still_be_trained_with():
    train = tf.data.Dataset.from_tensor_slices(some_data()).shuffle(200).batch(32).prefetch(1)
    model = a_model()
    assert diagnose(model, train, train.take(2)) is not None
    assert sum(len(y) for _, y in train) == 200
    assert np.isfinite(model.fit(train, verbose=0).history["loss"]).all()


def test_of_an_endless_dataset_only_the_beginning_is_read():
    read = []

    def endless():
        x, y = some_data()
        while True:
            for row in range(200):
                read.append(row)
                yield x[row], y[row]

    signature = (tf.TensorSpec((8, 8, 1), tf.float32), tf.TensorSpec((), tf.int64))
    train = tf.data.Dataset.from_generator(endless, output_signature=signature).batch(32)
    report = diagnose(a_model(), train)
    assert "2,016 training samples" in report.looked_at
    assert len(read) < 5_000  # twice: as two epochs would


def test_a_small_convnet_is_answered_in_seconds():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 10, 5_000)
    x = rng.random((5_000, 28, 28, 1), dtype="float32")
    model = keras.Sequential([layers.Input((28, 28, 1))])
    for filters in (16, 32):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    begun = time.perf_counter()
    diagnose(model, (x, y), (x[:1_000], y[:1_000]))
    assert time.perf_counter() - begun < 10


def two_mistakes():
    """Unscaled pixels, a warning; validation on another scale, serious."""
    x, y = some_data()
    model = a_model()
    return diagnose(model, (255 * x, y), some_data(1))


def test_the_worst_comes_first():
    report = two_mistakes()
    assert [finding.severity for finding in report.findings] == ["serious", "warning"]
    assert [finding.id for finding in report.findings] == ["scaled_differently", "unscaled_inputs"]


def test_findings_are_sorted_by_severity_and_keep_their_order_within():
    findings = [
        Finding(str(number), severity, "", "", "") for number, severity in enumerate(["note", "warning", "serious"] * 2)
    ]
    assert [finding.id for finding in Report(findings, "it").findings] == ["2", "5", "1", "4", "0", "3"]


def test_the_text_says_what_was_seen_why_it_hurts_and_what_to_change():
    report = two_mistakes()
    text = repr(report)
    assert text.startswith("2 findings, the worst first")
    words = re.sub(r"\s+", " ", text)
    for number, finding in enumerate(report.findings, start=1):
        assert f"{number}. {finding.severity.upper()} ({finding.id}): {finding.seen}" in words
        assert finding.why in words
        assert all(line in text for line in finding.change.splitlines())


def test_the_page_says_the_same_and_escapes_what_is_not_its_own():
    finding = Finding("logits", "serious", "a <b> & c", "x < y", 'Dense("relu")')
    page = Report([finding], "the model", ["<script>"])._repr_html_()
    assert "a &lt;b&gt; &amp; c" in page
    assert "x &lt; y" in page
    assert "Dense(&quot;relu&quot;)" in page
    assert "<script>" not in page
    assert page.count("<li") == page.count("</li>") == 1


def test_a_clean_bill_is_one_sentence_that_says_what_was_looked_at():
    report = diagnose(a_model(), some_data(), some_data(1))
    assert report.findings == []
    assert repr(report).count(".") == 1
    assert "all 200 training and all 200 validation samples" in " ".join(repr(report).split())
    assert "Nothing wrong was found" in report._repr_html_()


def test_a_subclassed_model_is_looked_at_as_well():
    class Own(keras.Model):
        def __init__(self, units):
            super().__init__()
            self.last = layers.Dense(units, activation="softmax")

        def call(self, x):
            return self.last(layers.Flatten()(x))

    model = Own(3)
    model.compile("adam", "sparse_categorical_crossentropy")
    report = diagnose(model, some_data())
    assert report.findings == []
    assert report.skipped == []
    assert not model.built


def test_a_check_that_fails_does_not_take_the_others_along(monkeypatch):
    def broken(case):
        raise ZeroDivisionError

    monkeypatch.setattr("course_utils.diagnose.registry.CHECKS", (type(CHECKS[0])(broken, "the moon"), *CHECKS))
    report = diagnose(a_model(), (255 * some_data()[0], some_data()[1]))
    assert [finding.id for finding in report.findings] == ["unscaled_inputs"]
    assert "the moon" in repr(report)


X, Y = some_data()
UNUSABLE = {
    "not a model": (lambda: ("resnet", (X, Y)), "no Keras model"),
    "arrays not in a pair": (lambda: (a_model(), X), "give a pair"),
    "inputs and targets as train and validation": (lambda: (a_model(), (X, Y), Y), "validation data is a"),
    "a generator": (lambda: (a_model(), ((X, Y) for _ in range(3))), "generator"),
    "nothing": (lambda: (a_model(), (X[:0], Y[:0])), "empty"),
    "an empty dataset": (lambda: (a_model(), tf.data.Dataset.from_tensor_slices((X, Y)).take(0).batch(8)), "empty"),
    "lengths differ": (lambda: (a_model(), (X, Y[:7])), "differ in length (200 and 7)"),
    "rows differ": (lambda: (a_model(), ([[1, 2], [3]], [0, 1])), "pad"),
    "not batched": (lambda: (a_model(), tf.data.Dataset.from_tensor_slices((X, Y))), "not batched"),
    "no targets": (lambda: (a_model(), tf.data.Dataset.from_tensor_slices(X).batch(8)), "pairs"),
    "objects": (lambda: (a_model(), (np.array([None] * 5), Y[:5])), "Python objects"),
}


@pytest.mark.parametrize(("make", "words"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_unusable_input_is_refused_in_one_sentence(make, words):
    with pytest.raises(CourseError, match=re.escape(words)) as refused:
        diagnose(*make())
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("samples", [1, 2, 5])
def test_a_handful_of_samples_is_enough(samples):
    report = diagnose(a_model(), (X[:samples], Y[:samples]), (X[50:51], Y[50:51]))
    assert not [reason for reason in report.skipped if "in the check itself" in reason]


def test_importing_the_package_imports_no_tensorflow():
    code = "import sys, course_utils.diagnose; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
