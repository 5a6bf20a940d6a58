"""Models that a copy made from descriptions would lose: they get every check, and keep all that they hold."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.diagnose import Report, diagnose
from course_utils.diagnose.findings import in_short
from course_utils.diagnose.keeping import kept, values_of
from course_utils.diagnose.registry import Check

pytestmark = [pytest.mark.xdist_group("diagnose"), pytest.mark.usefixtures("unhurried")]
SPARSE = "sparse_categorical_crossentropy"
WORDS = np.array(["alpha", "beta", "gamma", "delta", "omega", "sigma"])


def points(samples=96, features=6, classes=3):
    rng = np.random.default_rng(0)
    y = rng.integers(0, classes, samples)
    return (rng.normal(size=(classes, features))[y] + 0.3 * rng.normal(size=(samples, features))).astype("float32"), y


def sentences(samples=96):
    """Texts of four words of which one tells the class."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, samples)
    words = [rng.permutation([*rng.choice(WORDS[3:], 3), WORDS[label]]) for label in y]
    return np.array([" ".join(each) for each in words], dtype=object), y


# --- code of one's own ------------------------------------------------------------------------------------------------


class Scaled(layers.Layer):
    """Without get_config."""

    def __init__(self, table):
        super().__init__()
        self.table = tf.constant(table, tf.float32)
        self.calls = 0

    def call(self, x):
        self.calls += 1
        return x * self.table


class Forgetful(layers.Layer):
    """Its description leaves out what matters."""

    def __init__(self, factor=0.0, **options):
        super().__init__(**options)
        self.factor = factor

    def call(self, x):
        return x * self.factor

    def get_config(self):
        return layers.Layer.get_config(self)


class Agreement(keras.metrics.Metric):
    def __init__(self, window, name="agreement"):
        super().__init__(name=name)
        self.window, self.right = window, self.add_variable((), "zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        hit = tf.cast(tf.argmax(y_pred, axis=-1), y_true.dtype) == y_true
        self.right.assign_add(tf.reduce_mean(tf.cast(hit, "float32")))

    def result(self):
        return self.right / self.window


class Focal(keras.losses.Loss):
    def __init__(self, table):
        super().__init__()
        self.table = table

    def call(self, y_true, y_pred):
        return keras.losses.sparse_categorical_crossentropy(y_true, y_pred) * self.table[0]


class Warmup(keras.optimizers.schedules.LearningRateSchedule):
    """Without get_config."""

    def __init__(self, peak):
        self.peak = peak

    def __call__(self, step):
        return self.peak * tf.minimum(tf.cast(step, "float32") / 10, 1)


class Signs(keras.optimizers.Optimizer):
    """Steps by the gradient's sign; cannot be made again from its description."""

    def __init__(self, learning_rate, helper):
        super().__init__(learning_rate)
        self.helper = helper

    def build(self, variables):
        super().build(variables)
        self.last = [self.add_variable_from_reference(variable, "last") for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        self.assign(self.last[self._get_variable_index(variable)], gradient)
        self.assign_sub(variable, tf.cast(learning_rate, variable.dtype) * tf.sign(gradient))

    def get_config(self):
        raise NotImplementedError


class Net(keras.Model):
    """Subclassed, made of Keras' layers."""

    def __init__(self, helper=None):
        super().__init__()
        self.helper = helper
        self.hidden, self.drop, self.last = layers.Dense(8, "relu"), layers.Dropout(0.01), layers.Dense(3, "softmax")

    def call(self, x, training=False):
        return self.last(self.drop(self.hidden(x), training=training))


class RawNet(Net):
    """Subclassed, with TensorFlow's own operations between the layers."""

    def call(self, x, training=False):
        return self.last(tf.nn.relu(tf.concat([self.hidden(x), self.drop(x, training=training)], axis=-1)))


class OwnStep(keras.Model):
    """A functional model with its own constructor and training step."""

    def __init__(self, units):
        inputs = keras.Input((6,))
        super().__init__(inputs, layers.Dense(3, "softmax")(layers.Dense(units, "relu")(inputs)))
        self.strength = tf.Variable(1.0, trainable=False)
        self.steps = 0

    def train_step(self, data):
        x, y = data
        self.steps += 1
        with tf.GradientTape() as tape:
            loss = self.strength * self.compute_loss(x, y, self(x, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        self.strength.assign(0.9 * self.strength + 0.1)
        return {"loss": loss}


def dense(*before):
    return keras.Sequential([layers.Input((6,)), *before, layers.Dense(8, "relu"), layers.Dense(3, "softmax")])


def reading(vectorize):
    inputs = keras.Input((), dtype="string")
    x = layers.GlobalAveragePooling1D()(layers.Embedding(12, 8)(vectorize(inputs)))
    return keras.Model(inputs, layers.Dense(3, "softmax")(x))


def vectorizing():
    vectorize = layers.TextVectorization(output_sequence_length=5)
    vectorize.adapt(sentences()[0])
    return reading(vectorize)


def splitting():
    look_up = layers.StringLookup(output_mode="multi_hot")
    look_up.adapt(WORDS)
    inputs = keras.Input((4,), dtype="string")
    return keras.Model(inputs, layers.Dense(3, "softmax")(layers.Dense(8, "relu")(look_up(inputs))))


def numbering():
    look_up = layers.IntegerLookup(output_mode="multi_hot")
    look_up.adapt(np.arange(100, 107))
    inputs = keras.Input((4,), dtype="int64")
    return keras.Model(inputs, layers.Dense(3, "softmax")(look_up(inputs)))


def words():
    texts, y = sentences()
    return np.array([text.split() for text in texts], dtype=object), y


def codes():
    texts, y = words()
    return np.searchsorted(np.sort(WORDS), texts.astype(str)) + 100, y


def sharing():
    """A layer that the model and a model within it both use."""
    shared, inputs, inner = layers.Dense(6, "relu"), keras.Input((6,)), keras.Input((6,))
    within = keras.Model(inner, layers.Dense(6, "relu")(shared(inner)))
    return keras.Model(inputs, layers.Dense(3, "softmax")(within(shared(inputs))))


def forked():
    inputs = keras.Input((6,))
    hidden = layers.Dense(8, "relu")(inputs)
    return keras.Model(inputs, {"kind": layers.Dense(3, "softmax")(hidden), "size": layers.Dense(1)(hidden)})


def two_targets():
    x, y = points()
    return x, {"kind": y, "size": x[:, :1]}


OWN = {
    "a layer without get_config": (lambda: dense(Scaled(np.ones(6))), points, {}),
    "a layer whose get_config forgets": (lambda: dense(Forgetful(factor=1.0)), points, {}),
    "a metric": (dense, points, {"metrics": lambda: [Agreement(window=4)]}),
    "a loss": (dense, points, {"loss": lambda: Focal([1.0])}),
    "a loss function": (dense, points, {"loss": lambda: lambda y, p: keras.losses.sparse_categorical_crossentropy(y, p)}),
    "an optimizer": (dense, points, {"optimizer": lambda rate: Signs(rate / 10, helper=object())}),
    "a schedule": (dense, points, {"optimizer": lambda rate: keras.optimizers.Adam(Warmup(rate))}),
    "a subclassed model": (Net, points, {}),
    "a subclassed model that its arguments do not describe": (lambda: Net(helper=object()), points, {}),
    "a subclassed model with other operations": (RawNet, points, {}),
    "a subclassed model within": (lambda: keras.Sequential([layers.Input((6,)), Net(helper=object())]), points, {}),
    "a train_step": (lambda: OwnStep(8), points, {}),
    "a vectorizing layer": (vectorizing, sentences, {}),
    "a lookup of words": (splitting, words, {}),
    "a lookup of numbers": (numbering, codes, {}),
    "a shared layer": (sharing, points, {}),
    "losses by name": (forked, two_targets, {"loss": lambda: {"kind": SPARSE, "size": "mse"}}),
}
own = pytest.mark.parametrize(("make", "data", "options"), OWN.values(), ids=OWN.keys())


def compiled(make, options, rate):
    model = make()
    optimizer = options.get("optimizer", keras.optimizers.Adam)(rate)
    loss, metrics = (
        options.get(name, lambda default=default: default)() for name, default in (("loss", SPARSE), ("metrics", None))
    )
    model.compile(optimizer, loss, metrics=metrics)
    return model


# --- what it holds ----------------------------------------------------------------------------------------------------


def everything(model):
    """All that a learner could miss afterwards, as plain values."""
    every = list(model._flatten_layers())
    optimizer = model.optimizer if model.compiled else None
    return {
        "weights": [weight.numpy() for weight in model.weights],
        "variables": [variable.numpy() for variable in (*model.variables, *(optimizer.variables if optimizer else ()))],
        "metrics": [variable.numpy() for variable in model.metrics_variables],
        "strength": getattr(model, "strength", tf.constant(0.0)).numpy(),
        "counts": (getattr(model, "steps", 0), [getattr(layer, "calls", 0) for layer in every]),
        "vocabularies": [layer.get_vocabulary() for layer in every if hasattr(layer, "get_vocabulary")],
        "built": [layer.built for layer in every],
        "attributes": [sorted(vars(layer)) for layer in every],
        "calls": [len(layer._inbound_nodes) for layer in every],
        "policies": [layer.dtype_policy.name for layer in every],
        "trainable": [layer.trainable for layer in every],
        "rate": id(optimizer._learning_rate) if optimizer else None,
        "optimizer": (optimizer.built, len(optimizer.variables)) if optimizer else None,
        "history": (id(model.history), dict(model.history.history)) if hasattr(model, "history") else None,
        "fit": (
            getattr(model, "stop_training", None),
            model.compiled,
            id(model.loss),
            model.run_eagerly,
            model._jit_compile,
        ),
        "functions": [id(getattr(model, f"{name}_function")) for name in ("train", "test", "predict")],
    }


@own
def test_what_only_training_shows_is_found_and_the_model_keeps_all_that_it_holds(make, data, options, monkeypatch):
    monkeypatch.setattr("course_utils.diagnose.optimization.LOWER", ())  # for the sake of time
    keras.utils.set_random_seed(0)
    model = compiled(make, options, 1e-8)
    before = everything(model)
    report = diagnose(model, data())
    assert [finding.id for finding in report.findings] == ["learning_rate_too_low"]
    assert report.skipped == []
    keras.tree.map_structure(np.testing.assert_array_equal, everything(model), before)


@pytest.mark.parametrize("name", ["a metric", "an optimizer", "a train_step", "a vectorizing layer"])
def test_so_does_one_that_has_been_trained_and_is_tried_from_fresh_weights(name):
    make, data, options = OWN[name]
    model, (x, y) = compiled(make, options, 1e-8), data()
    model.fit(x, y, epochs=1, verbose=0)
    model.history.history = {"loss": [2.0, 2.0, 2.0]}
    model.stop_training = True
    before = everything(model)
    assert [finding.id for finding in diagnose(model, (x, y)).findings] == ["learning_rate_too_low"]
    keras.tree.map_structure(np.testing.assert_array_equal, everything(model), before)


def test_training_goes_on_as_if_nothing_had_been_asked():
    x, y = points()

    def losses(asked):
        keras.utils.set_random_seed(1)
        model = compiled(lambda: Net(helper=object()), {}, 0.01)
        if asked:
            diagnose(model, (x, y))
        return model.fit(x, y, epochs=2, verbose=0).history["loss"]

    assert losses(asked=True) == losses(asked=False)


def test_an_interrupted_check_up_puts_the_model_back_too(monkeypatch):
    model, (x, y) = dense(layers.BatchNormalization()), points()
    model.compile("adam", SPARSE)
    before = everything(model)

    def interrupted(case):
        case.model.fit(x, y, verbose=0)
        raise KeyboardInterrupt

    monkeypatch.setattr(
        "course_utils.diagnose.registry.CHECKS", (Check(lambda case: case.runnable and (), "it"), Check(interrupted, "it"))
    )
    with pytest.raises(KeyboardInterrupt):
        diagnose(model, (x, y))
    keras.tree.map_structure(np.testing.assert_array_equal, everything(model), before)


class Diary:
    """An own object that a layer fills, holding what it likes."""

    def __init__(self):
        self.pages, self.names, self.seen, self.last = [1], {"one": 1}, {1}, tf.Variable(1.0)


def test_own_objects_and_containers_are_put_back_as_well():
    layer = Scaled(np.ones(6))
    layer.diary, layer.notes = Diary(), [Diary()]
    model = dense(layer)
    kept_diaries = [layer.diary, layer.notes[0]]
    with kept(model):
        for diary in kept_diaries:
            diary.pages.append(2)
            diary.names.update(two=2)
            diary.seen.add(2)
            diary.last.assign(2.0)
            diary.later = "new"
        layer.notes.append(Diary())
        layer.diary = None
    assert [layer.diary, *layer.notes] == kept_diaries
    for diary in kept_diaries:
        assert (diary.pages, diary.names, diary.seen, float(diary.last)) == ([1], {"one": 1}, {1}, 1.0)
        assert not hasattr(diary, "later")
    layer.notes.append(Diary())  # Keras goes on tracking
    assert len(layer.notes) == 2


def test_what_reaches_the_first_layer_of_own_code_is_seen():
    x, y = points()
    model = compiled(RawNet, {}, 0.01)
    (finding,) = diagnose(model, (300 * x, y)).findings
    assert finding.id == "unscaled_inputs"

    class Scaling(RawNet):
        def call(self, x, training=False):
            return super().call(tf.math.divide(x, 300.0), training=training)

    assert diagnose(compiled(Scaling, {}, 0.01), (300 * x, y)).findings == []


# --- what could not be examined ---------------------------------------------------------------------------------------


def test_what_could_not_be_examined_comes_first_and_is_no_clean_bill():
    report = Report([], "the model", ["the learning rate, since the step reports no loss"])
    for text in (repr(report), report._repr_html_()):
        assert "Not everything could be examined: the learning rate, since the step reports no loss." in " ".join(
            text.split()
        )
    assert repr(report).startswith("Not everything could be examined")
    assert "✓" not in report._repr_html_()


def test_a_crash_in_a_check_is_in_the_headline(monkeypatch):
    def broken(case):
        raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr("course_utils.diagnose.registry.CHECKS", (Check(broken, "the moon"),))
    model = dense()
    model.compile("adam", SPARSE)
    report = diagnose(model, points())
    assert "the moon (ZeroDivisionError in the check itself: float division by zero)" in report.headline
    assert "Nothing wrong was found in the rest of the model" in report.headline


def test_a_training_step_that_reports_no_loss_is_named():
    class Silent(OwnStep):
        def train_step(self, data):
            return {"accuracy": super().train_step(data)["loss"]}

    model = Silent(8)
    model.compile("adam", SPARSE)
    report = diagnose(model, points())
    assert report.skipped == ["the learning rate, since the model's own training step reports no loss"]
    assert report.findings == []


def test_a_model_that_trains_but_cannot_be_called_is_named():
    class Parts(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = dense()

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, self.inner(x, training=True)))
            self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
            return {"loss": loss}

    model = Parts()
    model.compile("adam")
    report = diagnose(model, points())
    assert report.findings == []
    assert "it can be trained but not called" in report.headline


# --- a reason in its own words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            ValueError("Exception encountered when calling D.call().\n\n\x1b[1mbad axis\x1b[0m\n\nArguments received by D"),
            "bad axis",
        ),
        (ValueError("one\n  two\n"), "one two"),
        (
            RuntimeError("{{function_node __wrapped__Sub}} Incompatible shapes: [3] vs. [2] [Op:Sub] name: "),
            "Incompatible shapes: [3] vs. [2]",
        ),
        (ValueError('in user code:\n\n    File "a.py", line 3\n\n    TypeError: no number\n'), "TypeError: no number"),
        (
            RuntimeError("Graph execution error:\n\nDetected at node x\n<stack>\nmust be 2-D\n\t [[{{node x}}]] [Op:f]"),
            "must be 2-D",
        ),
        (KeyError("b"), "there is no 'b'"),
        (KeyError("no path to `b` in the outputs"), "no path to `b` in the outputs"),
        (ZeroDivisionError(), "ZeroDivisionError"),
    ],
)
def test_what_surrounds_a_reason_is_left_out(error, words):
    assert in_short(error) == words


def test_what_is_kept_ends_where_another_model_begins_that_has_a_layer_of_this_one():
    one = keras.Sequential([layers.Input((6,)), layers.Dense(8, "relu"), layers.Dense(3, "softmax")])
    other = keras.Sequential([*one.layers[:-1], layers.Dense(1, "sigmoid")])
    held = {id(variable) for variable, _ in values_of(other)}
    assert {id(weight.value) for weight in other.weights} <= held
    assert held.isdisjoint(id(weight.value) for weight in one.layers[-1].weights)
