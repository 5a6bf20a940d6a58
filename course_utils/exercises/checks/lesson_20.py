"""What the exercises of lesson 20 expect."""

from typing import TYPE_CHECKING

import numpy as np

from course_utils.exercises.kinds import Function, Model, Prediction, Value

if TYPE_CHECKING:
    import keras

WANTED = ("pool2", "pool4", "answer")


def _gives_the_three_outputs(model: "keras.Model", network: "keras.Model", pictures: np.ndarray) -> str | None:
    import keras

    shown = keras.ops.convert_to_tensor(pictures)  # of an array, Keras warns when a model has its inputs in a list
    outputs = model(shown, training=False)
    if isinstance(outputs, dict):
        return "It gives a dictionary; expected: a list of three outputs, in the order of the task."
    if not isinstance(outputs, (list, tuple)):
        return f"It gives one output, of the shape {tuple(outputs.shape)}; expected: a list of three."
    if len(outputs) != 3:
        return f"It gives {len(outputs)} outputs; expected: three."
    symbols = [network.get_layer(name).output for name in WANTED]
    wanted = [np.asarray(output) for output in keras.Model(network.inputs, symbols)(shown, training=False)]
    found = [np.asarray(output) for output in outputs]
    shapes, expected = [output.shape[1:] for output in found], [output.shape[1:] for output in wanted]
    if shapes != expected:
        same_set = sorted(shapes) == sorted(expected)
        return f"Its outputs have the shapes {shapes}; expected: {expected}." + (" Mind the order." if same_set else "")
    if all(np.allclose(one, other, atol=1e-4) for one, other in zip(found, wanted, strict=True)):
        if {id(weight) for weight in model.weights} <= {id(weight) for weight in network.weights}:
            return None
        return "The numbers are right, but its weights are copies: it should be made of the layers of `network` themselves."
    return "The shapes are right, the numbers are not: are its layers those of `network`, or new ones with random weights?"


def _maps(random: np.random.Generator) -> tuple[np.ndarray]:
    """Maps of whole numbers: with channels that are 0 for all pictures, for one, at some places, or in sum alone."""
    shape = (*random.integers(1, 5, 3), random.integers(1, 9))
    maps = random.integers(-1 if random.integers(2) else 0, 3, shape)
    maps *= random.integers(0, 4, shape[3]) > 0
    maps *= random.integers(0, 4, (shape[0], 1, 1, shape[3])) > 0
    return (maps.astype(random.choice(["float32", "float64"])),)


EXERCISES = {
    "three_outputs": Model(
        checks=[_gives_the_three_outputs],
        hints=(
            "The lesson made such a model, with a dictionary of outputs. What else may `outputs` be?",
            "`network.get_layer(name).output` for each of the three layers, in one list.",
            '`[network.get_layer(name).output for name in ("pool2", "pool4", "answer")]`; the inputs are `network.inputs`.',
        ),
        praise="It shares the network's weights: train one, and the other changes with it.",
    ),
    "untrained_zeros": Prediction(
        words=("about half", "more", "less"),
        mistakes=[
            ("more", "Nothing has told it yet what to leave out. How often is a random sum negative?"),
            ("less", "ReLU makes a 0 of each negative sum. How often is a random sum negative?"),
            ("about half", "A few random filters can lie to one side: with another seed it looks different."),
        ],
        hints=(
            "Where do zeros come from? From sums that are negative.",
            "Its weights are random, as often below 0 as above. How often is such a sum negative?",
            "As often as a coin shows heads.",
        ),
        praise="Half of the sums are negative, before anything was learned.",
    ),
    "dead": Function(
        inputs=[(np.array([[1.0, 0.0, 2.0], [0.0, 0.0, -2.0]]).reshape(2, 1, 1, 3),)],
        draw=_maps,
        mistakes=[
            (lambda right, maps: maps.shape[3] - right(maps), "Those are the channels that live."),
            (lambda right, maps: (maps == 0).all(axis=(0, 1, 2)), "That says which channels are dead; asked is how many."),
            (lambda right, maps: right(maps) / maps.shape[3], "That is the share of dead channels; asked is their number."),
            (
                lambda right, maps: (maps == 0).all(axis=(1, 2)).any(axis=0).sum(),
                "That counts channels that are silent for one picture or more; dead is: for all.",
            ),
            (
                lambda right, maps: (maps == 0).all(axis=(1, 2)).sum(),
                "That counts channels for each picture anew; a dead channel counts once.",
            ),
            (
                lambda right, maps: (maps == 0).any(axis=(0, 1, 2)).sum(),
                "That counts channels with a 0 anywhere; dead is: 0 everywhere.",
            ),
            (lambda right, maps: (maps == 0).sum(), "That is the number of zeros, not of channels."),
            (lambda right, maps: right(maps[:1]), "That looks at the first picture only."),
            (
                lambda right, maps: (maps.sum(axis=(0, 1, 2)) == 0).sum(),
                "A sum of 0 is no proof: where no ReLU has cut them off, values of both signs may cancel.",
            ),
        ],
        hints=(
            "First ask of each channel: is it 0 at all places of all pictures? Then count.",
            "`maps == 0` is true or false; `.all(axis=...)` over pictures, rows and columns leaves one answer a channel.",
            "`(maps == 0).all(axis=(0, 1, 2))`, and the sum of that.",
        ),
        praise="Ask it of enough pictures: a channel for zebras looks dead among cats.",
    ),
    "pooled": Value(
        expected=0.7**4,
        expects="a share between 0 and 1",
        tolerance=0.005,
        mistakes=[
            (0.7, "That is the share before pooling; when is the largest of four values 0?"),
            (0.7**2, "A block of 2 × 2 holds four values, not two."),
            (1 - 0.7**4, "That is the share of blocks in which something is left."),
            (0.7 / 4, "Pooling takes the largest of four, not their mean: when is the largest 0?"),
            (1 - 0.3**4, "That is the share of blocks with a zero in them; all four must be 0."),
            (0.3**4, "That is the share of blocks without any zero."),
            (24.01, "In percent, yes; write it as a share between 0 and 1."),
        ],
        hints=(
            "The largest of four values that are 0 or more: when is it 0?",
            "Only when all four are 0. They are independent, so their probabilities are multiplied.",
            "0.7 · 0.7 · 0.7 · 0.7.",
        ),
        praise="So count zeros after the convolutions, or after the poolings, but not now here and now there.",
    ),
}
