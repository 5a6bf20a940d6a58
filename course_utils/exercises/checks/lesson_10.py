"""What the exercises of lesson 10 expect."""

from typing import TYPE_CHECKING

import numpy as np

from course_utils.exercises.answers import in_float32
from course_utils.exercises.kinds import Function, Model, Prediction, Tensor, Value

if TYPE_CHECKING:
    import keras

FALLING = np.eye(3)
OTHER_LINES = {"a rising": FALLING[::-1], "a vertical": np.eye(3)[[1, 1, 1]], "a horizontal": np.eye(3)[:, [1, 1, 1]]}

SHEET, CLASSES, MOST_PARAMETERS = 40, 10, 2_000
SHIFTS = ((0, 1), (0, -3), (2, 0), (-4, 0), (3, 4), (-1, 2))


def _finds_falling_lines(kernel: np.ndarray) -> str | None:
    if not kernel.any():
        return "All its weights are 0: it gives 0 whatever it is laid on."
    on_line, on_even = np.sum(kernel * FALLING), kernel.sum()
    rising = np.sum(kernel * FALLING[::-1])
    if on_line <= 0 < rising:
        return f"On the falling line it gives {on_line:g}, on the rising one {rising:g}: the mirror image of what is asked."
    if on_line <= 0:
        return f"On the falling line it gives {on_line:g}; expected: a positive sum. Are the signs the wrong way round?"
    if not np.isclose(on_even, 0, atol=1e-6):
        return f"On an even area of ones it gives {on_even:g}; expected: 0. What must the nine weights add up to?"
    for name, line in OTHER_LINES.items():
        seen = np.sum(kernel * line)
        if seen > on_line / 2 + 1e-9:
            return f"On {name} line it gives {seen:g}; expected: at most half of the {on_line:g} on the falling one."
    return None


def _windows_times(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return np.einsum("rcij,ij->rc", np.lib.stride_tricks.sliding_window_view(picture, kernel.shape), kernel)


def _picture_and_kernel(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int, int]:
    (height, width), (rows, columns) = random.integers(1, 6, 2), random.integers(0, 7, 2)
    picture = random.normal(scale=random.choice([1, 100]), size=(height + rows, width + columns)).round(1)
    kernel, dtype = random.normal(size=(height, width)).round(1), random.choice(["float32", "float64"])
    return picture.astype(dtype), kernel.astype(dtype), int(random.integers(1, 5)), int(random.integers(0, 4))


def _drawings() -> np.ndarray:
    """Eight lopsided scribbles in the middle of black sheets, (8, 40, 40, 1) float32 from 0 to 1."""
    generator = np.random.default_rng(10)
    sheets = np.zeros((8, SHEET, SHEET, 1), "float32")
    for sheet in sheets:
        place = np.array([20, 20])
        for _ in range(60):
            sheet[place[0], place[1], 0] = generator.uniform(0.5, 1)
            place = np.clip(place + generator.integers(-1, 2, size=2), 12, 27)
    return sheets


def _ask(model: "keras.Model", sheets: np.ndarray) -> np.ndarray:
    return np.asarray(model(sheets, training=False), dtype="float64")


def _has_the_shapes(model: "keras.Model") -> str | None:
    wanted = (None, SHEET, SHEET, 1), (None, CLASSES)
    if not model.built or isinstance(model.input_shape, list) or isinstance(model.output_shape, list):
        return "It does not say what shape it takes; begin it with `layers.Input((40, 40, 1))`."
    found = tuple(model.input_shape), tuple(model.output_shape)
    if found[0] != wanted[0]:
        return f"It takes the shape {found[0][1:]}; expected: {wanted[0][1:]}."
    return None if found[1] == wanted[1] else f"It gives the shape {found[1][1:]}; expected: {wanted[1][1:]}."


def _is_small(model: "keras.Model") -> str | None:
    parameters = model.count_params()
    if parameters <= MOST_PARAMETERS:
        return None
    return f"It has {parameters:,} parameters; expected: at most {MOST_PARAMETERS:,}. Which of its layers has most of them?"


def _does_not_mind_and_is_not_blind(model: "keras.Model") -> str | None:
    sheets, model = _drawings(), in_float32(model)
    here = _ask(model, sheets)
    scale = max(float(np.abs(here).max()), 1e-12)
    mirrored = np.abs(_ask(model, sheets[:, :, ::-1]) - here).max() / scale
    change = max(float(np.abs(_ask(model, np.roll(sheets, shift, axis=(1, 2))) - here).max()) / scale for shift in SHIFTS)
    if change > max(1e-4, 0.01 * mirrored):
        return (
            f"Moved by up to 4 pixels, its numbers change by up to {change:.1%} of the largest; expected: not at all. "
            "Which layer knows where something is, or takes steps of more than one pixel?"
        )
    if mirrored < 1e-4 or mirrored < 20 * change:
        return "It gives a picture and its mirror image the same numbers: it does not look at neighbours."
    return None


EXERCISES = {
    "falling_line": Tensor(
        shape=(3, 3),
        checks=[_finds_falling_lines],
        hints=(
            "Which of the nine places does the falling line cover? What weights belong there, and which ones cancel them?",
            "Put positive weights on the diagonal and negative ones beside it, so that all nine add up to 0.",
            "With 2 in each of the three places of the diagonal, each of the other six places gets -1.",
        ),
        praise="It gives nothing on even ground, because its weights add up to 0.",
    ),
    "slide_with": Function(
        inputs=[(np.arange(30.0).reshape(5, 6), np.array([[1.0, -1.0, 0.0], [0.0, 2.0, 0.0]]), 2, 1)],
        draw=_picture_and_kernel,
        mistakes=[
            (
                lambda right, picture, kernel, stride, padding: right(picture, kernel, 1, padding),
                "That is the map with a stride of 1: is `stride` used?",
            ),
            (
                lambda right, picture, kernel, stride, padding: right(picture, kernel, stride, 0),
                "That is the map without padding: is `padding` used?",
            ),
            (
                lambda right, picture, kernel, stride, padding: right(picture, kernel[::-1, ::-1], stride, padding),
                "That is the map of the turned kernel; here nothing is turned.",
            ),
            (
                lambda right, picture, kernel, stride, padding: _windows_times(np.pad(picture, padding, "edge"), kernel)[
                    ::stride, ::stride
                ],
                "You repeat the picture's edge; what is laid around it here is zeros.",
            ),
            (
                lambda right, picture, kernel, stride, padding: np.pad(right(picture, kernel, stride, 0), padding),
                "You padded the map; the zeros go around the picture, before the window slides.",
            ),
            (
                lambda right, picture, kernel, stride, padding: right(picture, kernel, 1, padding)[::stride],
                "The stride counts for columns as well as for rows.",
            ),
        ],
        hints=(
            "Two things, one after the other: first the picture grows, then windows are left out.",
            "`np.pad(picture, padding)` lays zeros around. A stride of 2 takes every second row and column of the map.",
            "`slide(np.pad(picture, padding), kernel)`, and of that every `stride`-th: `[::stride, ::stride]`.",
        ),
        praise="It computes sums that it throws away; Keras leaves them out. The numbers are the same.",
    ),
    "parameters": Value(
        expected=(320, 18_496, 401_536, 1_290),
        expects="four whole numbers, one for each layer that learns, in the order of the network",
        mistakes=[
            ((288, 18_432, 401_408, 1_280), "These are the weights alone; each filter and each neuron has a bias as well."),
            ((320, 640, 401_536, 1_290), "The second convolution reads 32 channels, not 1: its filters are 3 × 3 × 32."),
            (
                (320, 18_496, (5 * 5 * 64 + 1) * 128, 1_290),
                "The third is the count for padding 'valid'; with 'same' the maps lose nothing but what pooling takes.",
            ),
            (
                (320, 18_496, (28 * 28 * 64 + 1) * 128, 1_290),
                "For the third, you forgot the pooling: it halves the maps twice before they are flattened.",
            ),
            (
                (320, 18_496, (14 * 14 * 64 + 1) * 128, 1_290),
                "For the third, there are two poolings before `Flatten`, not one.",
            ),
            (421_642, "That is the sum of the four numbers that are asked for."),
        ],
        hints=(
            "Write the shape that comes out beside each layer first, then count.",
            "A filter has 3 · 3 · channels in weights and a bias. Padding 'same' keeps 28 × 28, and each pooling halves it.",
            "(9 · 1 + 1) · 32, (9 · 32 + 1) · 64, (7 · 7 · 64 + 1) · 128, (128 + 1) · 10.",
        ),
        praise="Nearly all of them are in the dense layer behind `Flatten`.",
    ),
    "steadiest": Prediction(
        words=("dense", "flatten", "global"),
        mistakes=[
            ("flatten", "Its maps move along, but the last layer has a weight for each of their places."),
            ("dense", "Each of its weights belongs to one pixel, and most of those are black now."),
        ],
        hints=(
            "In which of the three does no layer still know where on the sheet something was?",
            "`Flatten` gives each place of a map a weight of its own. Global pooling keeps only a map's largest value.",
            "`Flatten` is in two of them.",
        ),
        praise="Its maps move along with the digit, and the largest value of a map does not care where it is.",
    ),
    "unmoved": Model(
        checks=[_has_the_shapes, _is_small, _does_not_mind_and_is_not_blind],
        hints=(
            "Convolutions move along with the picture. What turns a map into one number, whatever place it stands at?",
            "Use convolutions with a stride of 1 and no pooling in between, then global pooling, then `Dense(10)`.",
            "`Conv2D(16, 3, activation='relu')`, perhaps a second one, then `GlobalMaxPooling2D()` and `Dense(10)`.",
        ),
        praise="Equivariant layers first, then one that forgets the place: that makes an invariant network.",
    ),
}
