"""What the exercises of lesson 07 expect."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Model, Value

if TYPE_CHECKING:
    import keras

Config: TypeAlias = dict[str, Any]  # how Keras writes down a layer or a model

LIMIT, OTHER_LIMIT = 0.3, 0.5
WEIGHTS = (20 + 1) * 32 + (32 + 1)


def _takes_pictures(model: "keras.Model") -> str | None:
    shape = (None, 28, 28, 1)
    if not model.built or isinstance(model.input_shape, list):
        return "It does not say what it takes; begin it with `layers.Input((28, 28, 1))`."
    if tuple(model.input_shape) != shape:
        return f"It takes the shape {tuple(model.input_shape)[1:]}; expected: {shape[1:]}."
    found = tuple(model.output_shape)
    return None if found == shape else f"It gives the shape {found[1:]}; expected: {shape[1:]}, a number for each pixel."


def _pictures(limit: float) -> np.ndarray:
    """Four pictures, (4, 28, 28, 1) float32 from 0 to 1, some of their pixels beside the limit.

    None is nearer to it than 0.01: in reduced precision, a pixel is not told from a limit that it nearly has. Only a limit
    that every precision holds exactly is met exactly, too.
    """
    pictures = np.random.default_rng(7).uniform(0, 1, (4, 28, 28, 1)).astype("float32")
    pictures[np.abs(pictures - limit) < 0.01] = limit + 0.01
    if limit == OTHER_LIMIT:
        pictures[:, 1] = limit
    pictures[:, 0, :14], pictures[:, 0, 14:] = limit - 0.01, limit + 0.01
    return pictures


def _answers(model: "keras.Model", limit: float = LIMIT) -> np.ndarray:
    return np.asarray(model(_pictures(limit), training=False), dtype="float64")


def _marks_ink(model: "keras.Model") -> str | None:
    found, wanted = _answers(model), _pictures(LIMIT) > LIMIT
    if np.array_equal(found, wanted):
        return None
    if np.array_equal(found, ~wanted):
        return f"It gives 0 above {LIMIT} and 1 elsewhere: the wrong way round."
    if not np.isin(found, (0, 1)).all():
        return f"It gives {found.min():.3g} to {found.max():.3g}; expected: 0 and 1, nothing in between."
    return f"It is right for {np.mean(found == wanted):.0%} of the pixels of random pictures. Is the limit {LIMIT}?"


def _survives(model: "keras.Model", limit: float = LIMIT) -> str | None:
    import keras

    before = _answers(model, limit)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survivor.keras"
        try:
            model.save(path)
        except Exception as error:
            return f"It cannot be saved ({type(error).__name__}). Does `get_config` return a dictionary of plain values?"
        try:
            loaded = keras.models.load_model(path)
        except Exception as error:
            return _why_it_does_not_load(str(error))
    if np.array_equal(_answers(loaded, limit), before):
        return None
    return "It loads, but gives something else than before. Does `get_config` hold the limit?"


def _takes_any_limit(model: "keras.Model") -> str | None:
    """The same with another limit, so that no limit written into the code, or left out of the file, passes for one."""
    import keras

    own = [type(layer) for layer in model.layers if not type(layer).__module__.startswith("keras.")]
    if not own:
        return "It does what it should, but no layer in it is of a class of your own; asked for is a layer `Ink(limit)`."
    try:
        other = keras.Sequential([keras.layers.Input((28, 28, 1)), own[-1](OTHER_LIMIT)])
    except Exception as error:
        return f"`{own[-1].__name__}({OTHER_LIMIT})` cannot be made ({type(error).__name__}): does it take the limit?"
    if not np.array_equal(_answers(other, OTHER_LIMIT), _pictures(OTHER_LIMIT) > OTHER_LIMIT):
        marked = f"`{own[-1].__name__}({OTHER_LIMIT})` does not mark what is above {OTHER_LIMIT}, and that alone"
        return f"With {LIMIT} it is right, but {marked}."
    lost = _survives(other, OTHER_LIMIT)
    return lost and f"With {LIMIT} it is right. With `{own[-1].__name__}({OTHER_LIMIT})`: {lost}"


def _why_it_does_not_load(error: str) -> str:
    if "lambda" in error.lower():
        return "It does not load: `safe_mode` refuses the Python code of a `Lambda`. Write a layer instead."
    if "Could not locate" in error or "custom_objects" in error:
        return "It does not load: Keras does not know your class. Is it registered, before the model is made?"
    return "It does not load. Can the class be made from what its `get_config` returns, `**options` included?"


def _own_layers(config: Config) -> list[Config]:
    return config.get("config", {}).get("layers", [])


def _counts_layers(config: Any) -> int:
    if isinstance(config, list):
        return sum(map(_counts_layers, config))
    if not isinstance(config, dict):
        return 0
    return (config.get("class_name") == "Lambda") + sum(map(_counts_layers, config.values()))


def _layer(kind: str, **settings: Any) -> Config:
    return {"module": "keras.layers", "class_name": kind, "config": settings}


def _code(name: str = "") -> Config:
    return {"class_name": "__lambda__", "config": {"code": "4wEA", "defaults": None, "name": name}}


def _model(*inside: Config) -> Config:
    return {"module": "keras", "class_name": "Sequential", "config": {"layers": list(inside)}}


def _files() -> list[tuple[Config]]:
    plain = _model(_layer("Dense", units=3, activation="relu"), _layer("Flatten"))
    one = _model(_layer("Lambda", function=_code()), _layer("Dense", units=3))
    named = _model(_layer("Lambda", function={"class_name": "function", "config": "relu"}))
    shaped = _model(_layer("Lambda", function=_code(), output_shape=_code()), _layer("Lambda", function=_code()))
    deep = _model(_layer("Dense", units=1), _model(_layer("TimeDistributed", layer=_layer("Lambda", function=_code()))), one)
    called_so = _model(_layer("Dense", name="__lambda__"), _layer("Lambda", function=_code("__lambda__")))
    return [(plain,), (one,), (named,), (shaped,), (deep,), (called_so,), ({},)]


def _anything(random: np.random.Generator, depth: int = 4) -> Any:
    """Dictionaries and lists in each other, some of them with the word where it counts, some where it does not."""
    kind = random.integers(4) if depth else 3
    if kind == 3:
        return ["__lambda__", "class_name", "Lambda", 3, None, True, 0.5][random.integers(7)]
    parts = [_anything(random, depth - 1) for _ in range(random.integers(4))]
    if kind == 0:
        return parts
    named = {"class_name": "__lambda__"} if random.integers(2) else {}
    return named | dict(zip(("name", "config", "function", "class_name"), parts, strict=False))


EXERCISES = {
    "count_saved": Value(
        expected=(WEIGHTS + 2, 3 * WEIGHTS + 2),
        expects="two whole numbers, the one for SGD and the one for Adam",
        mistakes=[
            ((WEIGHTS, WEIGHTS), "These are the network's own weights; the optimizer saves numbers as well."),
            ((WEIGHTS, 3 * WEIGHTS), "Each optimizer has two numbers of its own: its steps and its learning rate."),
            ((WEIGHTS, 3 * WEIGHTS + 2), "SGD, too, keeps its number of steps and its learning rate."),
            ((WEIGHTS + 2, 2 * WEIGHTS + 2), "Adam keeps two numbers for each weight, beside the weight itself."),
            ((2, 2 * WEIGHTS + 2), "That is the optimizer alone; the network's weights are in the file, too."),
            ((WEIGHTS - 33 + 2, 3 * (WEIGHTS - 33) + 2), "Biases are missing: each of the 33 neurons has one."),
        ],
        hints=(
            "Count the weights and biases of the two layers first; what does each optimizer add?",
            "A dense layer has (inputs + 1) · neurons. Adam adds two for each; both optimizers add two of their own.",
            "(20 + 1) · 32 + (32 + 1) · 1 = 705. SGD: 705 + 2. Adam: three times 705, and 2.",
        ),
        praise="A file of a model trained with Adam is three times as large as its weights.",
    ),
    "lost_state": Choice(
        right="d",
        why_not={
            "a": "Look at the table above: what comes back when the optimizer was not built before the weights were loaded?",
            "b": "They are among the layers' weights, and those come back.",
            "c": "You gave the same one again when you compiled.",
        },
        hints=(
            "Which of the four is neither in the layers nor in your code?",
            "A compiled model's optimizer has no room yet for a number a weight; what is loaded for it is passed over.",
            "It is what makes Adam Adam.",
        ),
        praise="Training goes on, from the right weights, with an optimizer that has seen nothing.",
    ),
    "survives": Model(
        checks=[_takes_pictures, _marks_ink, _survives, _takes_any_limit],
        hints=(
            "`Contrast` above has all the parts: what must be registered, and what must `get_config` return?",
            "In `call`, compare the pictures with the limit and make numbers of that: `keras.ops.cast(..., 'float32')`.",
            "Put `@keras.saving.register_keras_serializable()` above the class, and the limit into `get_config`.",
        ),
        praise="Whoever imports your class can load your model.",
    ),
    "lambdas": Function(
        inputs=_files(),
        draw=lambda random: (_model(*(_layer("Any", function=_anything(random)) for _ in range(random.integers(5)))),),
        mistakes=[
            (
                lambda right, config: sum(right(layer["config"].get("function")) for layer in _own_layers(config)),
                "You look at the model's own layers only; models and layers can contain others.",
            ),
            (
                lambda right, config: _counts_layers(config),
                "You count `Lambda` layers; one may hold a named function, which is no code, or code twice.",
            ),
            (
                lambda right, config: str(config).count("__lambda__"),
                "You count the word; it may stand elsewhere, as a name. It counts as a `class_name`.",
            ),
            (lambda right, config: int(right(config) > 0), "That says whether there are any; asked is how many."),
        ],
        hints=(
            "A dictionary may contain dictionaries and lists, and these again: a function can call itself.",
            "For a list, add up the counts of its items; for a dictionary, those of its values, and 1 if it is one itself.",
            "`here = config.get('class_name') == '__lambda__'`, then `here + sum(map(count_lambdas, config.values()))`.",
        ),
        praise="You have read a stranger's file without running a line of it.",
    ),
}
