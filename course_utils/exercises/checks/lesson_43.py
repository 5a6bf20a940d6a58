"""What the exercises of lesson 43 expect."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.exercises.answers import in_float32
from course_utils.exercises.kinds import Choice, Function, Model, Value

if TYPE_CHECKING:
    import keras

STEPS, SEEN, LONGEST_KERNEL, MOST_LAYERS = 64, 31, 3, 5
POKED = 40  # a step with room for all it should see, and for some more


def _has_the_shapes(model: "keras.Model") -> str | None:
    if tuple(model.input_shape[1:]) not in {(STEPS, 1), (None, 1)}:
        return f"It takes inputs of shape {tuple(model.input_shape[1:])}; expected: ({STEPS}, 1)."
    steps = np.shape(model(np.zeros((1, STEPS, 1), "float32"), training=False))
    if len(steps) != 3 or steps[1] != STEPS:
        shape = tuple(steps[1:])
        return f"From {STEPS} steps it makes an output of shape {shape}; expected: {STEPS} steps. Is a padding missing?"
    return None


def _keeps_to_the_limits(model: "keras.Model") -> str | None:
    longest = max((max(layer.kernel_size) for layer in model.layers if hasattr(layer, "kernel_size")), default=0)
    if longest > LONGEST_KERNEL:
        return f"Its longest kernel has {longest} steps; at most {LONGEST_KERNEL} are allowed."
    learning = sum(bool(layer.weights) for layer in model.layers)
    if learning > MOST_LAYERS:
        return (
            f"{learning} of its layers learn; at most {MOST_LAYERS} may. How do later layers get further than earlier ones?"
        )
    return None


def steps_that_matter(model: "keras.Model", step: int) -> list[int]:
    """Which steps of the input the output at `step` depends on, whatever the weights have become.

    The steps are poked one at a time, in a copy whose weights and inputs are all positive, so that ReLU hides nothing;
    small and large ones, so that nothing that flattens out does.
    """
    import keras

    copy, generator = in_float32(keras.models.clone_model(model)), np.random.default_rng(43)
    poked = np.ones((STEPS + 1, STEPS, 1), "float32")
    poked[np.arange(STEPS), np.arange(STEPS), 0] = 3
    matters = np.zeros(STEPS, bool)
    for scale in (0.03, 0.3):
        copy.set_weights([scale * generator.uniform(0.5, 1, size=np.shape(w)) for w in model.get_weights()])
        answers = np.asarray(copy(poked, training=False), "float64")[:, step]
        apart = np.abs(answers[:-1] - answers[-1]).max(axis=-1)
        matters |= apart > 1e-6 * np.abs(answers[-1]).max()
    return np.flatnonzero(matters).tolist()


def _sees_what_it_should(model: "keras.Model") -> str | None:
    seen = steps_that_matter(model, POKED)
    if not seen:
        return f"Its output at step {POKED} does not depend on the input at all."
    ahead = [step for step in seen if step > POKED]
    if ahead:
        return f"Its output at step {POKED} depends on step {ahead[-1]}, which lies in the future."
    if len(seen) == SEEN and seen == list(range(POKED - SEEN + 1, POKED + 1)):
        return None
    reach = POKED - seen[0] + 1
    if len(seen) < reach and reach == SEEN:
        return f"It reaches back {SEEN} steps, but {reach - len(seen)} of them are left out. Do the dilations grow too fast?"
    return f"Its output at step {POKED} depends on {len(seen)} steps, from {seen[0]} to {seen[-1]}; expected: {SEEN} steps."


def _sequence_and_kernel(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    n, k, dilation = int(random.integers(1, 25)), int(random.integers(1, 6)), int(random.integers(1, 7))
    return random.normal(scale=random.choice([1, 100]), size=n).round(1), random.normal(size=k).round(1), dilation


def _on_both_sides(right: Callable[..., Any], sequence: np.ndarray, kernel: np.ndarray, dilation: int) -> Any:
    behind = (dilation * (len(kernel) - 1) + 1) // 2
    return right(np.pad(sequence, (0, behind)), kernel, dilation)[behind:]


def _repeats_the_first(right: Callable[..., Any], sequence: np.ndarray, kernel: np.ndarray, dilation: int) -> Any:
    reach = dilation * (len(kernel) - 1)
    return right(np.pad(sequence, (reach, 0), mode="edge"), kernel, dilation)[reach:]


EXERCISES = {
    "lengths": Value(
        expected=[194, 64, 32],
        expects="the numbers of steps after each of the three layers, in their order",
        mistakes=[
            ([200, 66, 33], "Without padding, a window of 7 does not fit in 200 places, but in fewer."),
            ([193, 64, 32], "A window of 7 fits once into 7 steps: do not forget the + 1."),
            ([194, 65, 33], "Pooling drops what finds no full group: round down."),
            ([194, 192, 96], "The pooling's stride is its window, 3; yours is 1."),
            ([194, 64, 30], "The last convolution is padded: with `same`, only the stride shortens."),
            ([194, 64, 64], "`same` pads, but every second step is left out by the stride of 2."),
            ([194, 64, 60], "The last convolution is padded, and has a stride of 2."),
        ],
        hints=(
            "Layer by layer: is it padded? What is its window, and what its stride?",
            "200 to (200 - 7) / 1 + 1; then (… - 3) / 3 + 1, rounded down; then … / 2, rounded up.",
            "`[200 - 7 + 1, (194 - 3) // 3 + 1, 64 // 2]`.",
        ),
        praise="`model.summary()` says the same; who can count it sees at once where a text has become too short.",
    ),
    "causal": Function(
        inputs=[(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 0.0, 10.0]), 1)],
        draw=_sequence_and_kernel,
        mistakes=[
            (
                lambda right, sequence, kernel, dilation: right(sequence, kernel, 1),
                "The dilation is not used: the weights meet neighbouring steps.",
            ),
            (
                lambda right, sequence, kernel, dilation: right(sequence, kernel[::-1], dilation),
                "The kernel is the wrong way round: its last weight meets the present.",
            ),
            (
                lambda right, sequence, kernel, dilation: right(sequence[::-1], kernel[::-1], dilation)[::-1],
                "That looks into the future: the zeros stand behind the sequence, not before it.",
            ),
            (_on_both_sides, "That is padded on both sides, as with `same`; half of what it sees lies in the future."),
            (
                lambda right, sequence, kernel, dilation: right(sequence, kernel, dilation)[dilation * (len(kernel) - 1) :],
                "The zeros before the start are missing; *n* steps have *n* answers.",
            ),
            (_repeats_the_first, "What lies before the start counts as 0; yours repeats the first step."),
        ],
        hints=(
            "How far back does the first weight look? So many zeros are needed in front.",
            "With d · (k - 1) zeros in front, weight number i meets `padded[i * d : i * d + n]`.",
            "`padded = np.concatenate([np.zeros(d * (k - 1)), sequence])`, then the sum of "
            "`kernel[i] * padded[i * d : i * d + n]` over i.",
        ),
        praise="One filter, one feature; with more of them you add up over the features.",
    ),
    "far": Model(
        checks=[_has_the_shapes, _keeps_to_the_limits, _sees_what_it_should],
        hints=(
            "A layer with kernel 3 adds 2 × dilation steps. Which dilations make 30 together, and leave no gaps?",
            "1 + 2 × (1 + 2 + 4 + 8) = 31. `padding='causal'` keeps all 64 steps and sees nothing ahead.",
            "`for d in (1, 2, 4, 8): model.add(layers.Conv1D(4, 3, padding='causal', dilation_rate=d))`.",
        ),
        praise="Four layers; without dilation it takes fifteen.",
    ),
    "kernel": Choice(
        right="b",
        why_not={
            "a": "They do where a patch has neighbours. How many words are in a patch here?",
            "c": "Look at what each answer depends on, and at what the largest answer of a review then depends on.",
            "d": "Nothing learns here: the network is trained already, and its answers either change or they do not.",
        },
        hints=(
            "How many words does each answer of the convolution depend on?",
            "Each answer depends on one word alone. Which is the largest of them, before and after shuffling?",
            "The same answers in another order have the same maximum.",
        ),
        praise="The largest of a set does not ask for order. What reads order here is the kernel's width, and nothing else.",
    ),
}
