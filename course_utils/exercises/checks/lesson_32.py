"""What the exercises of lesson 32 expect."""

from collections.abc import Callable

import numpy as np

from course_utils.exercises.kinds import Function

Masks = np.ndarray


def _masks(*scenes: str) -> Masks:
    """Masks (scenes, 1, width), bool, written as `"xx."`."""
    return np.array([[[letter == "x" for letter in scene]] for scene in scenes])


def _draw_masks(random: np.random.Generator) -> tuple[Masks, Masks]:
    shape = (int(random.integers(1, 5)), *random.integers(1, 5, 2).tolist())
    return random.random(shape) < random.choice([0.1, 0.6]), random.random(shape) < random.choice([0.1, 0.6])


def _counts(predicted: Masks, truth: Masks) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixels in both, in the prediction and in the truth, a number each for every scene."""
    shared, marked, true = ((each).sum(axis=(1, 2)) for each in (predicted & truth, predicted, truth))
    return shared, marked, true


def _shared_over(total: Callable[..., np.ndarray], factor: int = 1) -> Callable[..., np.ndarray]:
    """A measure of overlap that divides by something else than the union."""

    def mistaken(right: Callable[..., np.ndarray], predicted: Masks, truth: Masks) -> np.ndarray:
        shared, marked, true = _counts(predicted, truth)
        below = total(marked, true)
        return np.where(marked + true == 0, 1.0, factor * shared / np.maximum(below, 1))

    return mistaken


def _over_all(right: Callable[..., np.ndarray], predicted: Masks, truth: Masks) -> float:
    return float((predicted & truth).sum() / (predicted | truth).sum())


def _zero_where_empty(right: Callable[..., np.ndarray], predicted: Masks, truth: Masks) -> np.ndarray:
    return np.where((predicted | truth).any(axis=(1, 2)), right(predicted, truth), 0.0)


def _draw_sizes(random: np.random.Generator) -> tuple[int, int, int, int]:
    k = int(random.integers(1, 8))
    return int(random.integers(4, 40)), k, int(random.integers(1, k + 1)), int(random.integers(0, 3))


EXERCISES = {
    "iou_each": Function(
        inputs=[
            (_masks("xx.."), _masks(".xx.")),
            (_masks("xxxx", "x..."), _masks("xx..", "xxxx")),
            (_masks("....", "x...", "...."), _masks("....", "....", "xx..")),
            (_masks("...."), _masks("....")),
        ],
        draw=_draw_masks,
        mistakes=[
            (_over_all, "It counts over the pixels of all scenes together; asked is one number for each scene."),
            (
                lambda right, predicted, truth: right(predicted, truth).mean(),
                "It gives the mean of all scenes; asked is one number for each.",
            ),
            (_zero_where_empty, "Where neither marks a pixel, the two agree: that is 1, not 0."),
            (
                lambda right, predicted, truth: (predicted == truth).mean(axis=(1, 2)),
                "That is pixel accuracy: it counts the background that both leave out.",
            ),
            (
                _shared_over(lambda marked, true: marked + true, 2),
                "Twice the shared pixels over the sum of both masks is the Dice coefficient; IoU divides by the union.",
            ),
            (
                _shared_over(lambda marked, true: marked + true),
                "The sum of both masks counts shared pixels twice; the union, `predicted | truth`, counts them once.",
            ),
            (
                _shared_over(lambda marked, true: true),
                "It divides by the true pixels alone, so that marking everything would be perfect; divide by the union.",
            ),
            (
                _shared_over(lambda marked, true: marked),
                "It divides by the marked pixels alone, so that a single right pixel would do; divide by the union.",
            ),
        ],
        hints=(
            "`predicted & truth` is true where both mark a pixel, `predicted | truth` where at least one does.",
            "Sum each over `axis=(1, 2)`: rows and columns go, scenes stay.",
            "`np.where(either == 0, 1.0, shared / np.maximum(either, 1))` avoids a division by 0.",
        ),
        praise="This is what finds the worst cases, scene by scene.",
    ),
    "transposed_size": Function(
        inputs=[(1, 3, 1, 0), (4, 2, 2, 0), (8, 3, 2, 0), (8, 4, 2, 1), (5, 5, 3, 2)],
        draw=_draw_sizes,
        mistakes=[
            (
                lambda right, n, k, s, p: (n + 2 * p - k) // s + 1,
                "That is the size after a convolution, which makes maps smaller; here they get larger.",
            ),
            (lambda right, n, k, s, p: n * s - 2 * p, "It leaves out the kernel: the last stamp is k rows long, not s."),
            (
                lambda right, n, k, s, p: n * s + k - 2 * p,
                "From the first stamp to the last there are n - 1 strides, not n.",
            ),
            (lambda right, n, k, s, p: n * k - 2 * p, "Stamps are s rows apart, so they overlap where k is larger than s."),
            (lambda right, n, k, s, p: (n - 1) * s + k - p, "It cuts p rows off at one end; they go at both."),
            (lambda right, n, k, s, p: (n - 1) * s + k + 2 * p, "It adds the p rows; they are cut off."),
            (lambda right, n, k, s, p: (n - 1) * s + k, "It forgets the p rows that are cut off at each end."),
        ],
        hints=(
            "Where does the first stamp begin, and where the last one?",
            "The last of the n stamps begins (n - 1) · s rows below the first, and is k rows long.",
            "Then p rows go at the top and p at the bottom.",
        ),
        praise="Turned around, it is the formula of the convolution: what takes 9 rows to 4 takes 4 to 9.",
    ),
    "has_checkerboard": Function(
        inputs=[(3, 2), (2, 2), (4, 2), (5, 2), (4, 3), (3, 1)],
        draw=lambda random: (int(random.integers(1, 13)), int(random.integers(1, 8))),
        mistakes=[
            (lambda right, kernel, stride: kernel % 2 == 1, "An odd kernel is not what matters: 3 with stride 3 is even."),
            (
                lambda right, kernel, stride: kernel > stride,
                "Overlap alone does no harm: with kernel 4 and stride 2, each pixel gets as many stamps as the next.",
            ),
            (
                lambda right, kernel, stride: kernel != stride,
                "Other kernels are even as well: 4 with stride 2, for instance.",
            ),
            (
                lambda right, kernel, stride: stride % kernel != 0,
                "The other way round: the stride has to fit into the kernel a whole number of times.",
            ),
            (
                lambda right, kernel, stride: kernel % stride == 0,
                "The other way round: it says where there is none.",
            ),
        ],
        hints=(
            "Along one axis, a pixel gets a stamp from every `stride`-th place. How many of these fit into one kernel?",
            "With kernel 4 and stride 2 each pixel gets two stamps an axis. With kernel 5 some get two, and others three.",
            "It is even exactly where `stride` divides `kernel`; `%` gives the rest of a division.",
        ),
        praise="The rule is worth one look at every layer that makes a map larger.",
    ),
    "view": Function(
        inputs=[([1],), ([2],), ([1, 1],), ([1, 2, 4],), ([],)],
        draw=lambda random: (random.integers(1, 17, random.integers(0, 6)).tolist(),),
        mistakes=[
            (lambda right, dilations: 2 * sum(dilations), "It leaves out the pixel in the middle."),
            (
                lambda right, dilations: 1 + 2 * len(dilations),
                "That is the receptive field without dilation; with it each layer reaches `dilation` pixels to each side.",
            ),
            (
                lambda right, dilations: 1 + sum(dilations),
                "Each layer reaches `dilation` pixels to the left *and* as many to the right.",
            ),
            (
                lambda right, dilations: sum(1 + 2 * dilation for dilation in dilations),
                "It counts the pixel in the middle anew for each layer.",
            ),
            (
                lambda right, dilations: 3 ** len(dilations),
                "That is true only where each dilation is three times the one before.",
            ),
            (
                lambda right, dilations: 1 + 2 * max(dilations, default=0),
                "Layers add up: what one sees, the next one sees from farther away.",
            ),
        ],
        hints=(
            "One pixel of the last map: how far to its left does a single layer of dilation d look?",
            "A layer adds d pixels on each side of what the layers after it see.",
            "1 for the pixel itself, and 2 · d for each layer.",
        ),
        praise="Doubling the dilation from layer to layer doubles the view, while the weights only add up.",
    ),
}
