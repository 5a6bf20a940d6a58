"""How near the lessons' trainings come to what the machine can do; a section of the page that `make bench` writes.

What is compared with the machine's fastest product of two matrices is the arithmetic of a training step: three times that of
the forward pass, as TensorFlow counts it, since the backward pass computes two products for each of the forward pass.
"""

import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import click
import numpy as np

from tools.cells import code_cells

SIDE, PRODUCTS = 2048, 10  # of the matrices, and how often they are multiplied
IMAGES, EPOCHS = 2_048, 3  # of a training that is timed, after an epoch that builds the graph
SEEDS = 3
PROFILE = "lesson"  # sizes of networks and trainings
ENOUGH = 0.7  # validation accuracy on CIFAR-10 up to which the seconds are counted


@dataclass(frozen=True)
class Training:
    """A network of a lesson, and what it is fed.

    Attributes:
        what: how the page calls it.
        lesson: the lesson's number.
        cells: ids of the lesson's cells that define it.
        model: the expression that makes it, once they have run.
        image: (height, width, channels).
        batch: images a step.
    """

    what: str
    lesson: str
    cells: tuple[str, ...]
    model: str
    image: tuple[int, int, int]
    batch: int


TRAININGS = {
    "cifar": Training("30: the fast network", "30", ("flops", "helpers", "fast"), "fast_network()", (32, 32, 3), 128),
    "unet": Training("32: the U-Net", "32", ("blocks", "unet"), "unet(WIDTHS)", (64, 64, 3), 16),
    "detector": Training("33: the detector", "33", ("scenes", "encode", "network"), "detector()", (96, 96, 3), 32),
}
POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def product_speed(precision: str) -> float:
    """FLOP a second in the fastest of some products of two matrices, SIDE × SIDE, of this dtype."""
    import tensorflow as tf

    one = tf.cast(tf.random.stateless_normal((SIDE, SIDE), (0, 0)), precision)
    product = tf.function(lambda matrix: tf.reduce_sum(tf.cast(tf.matmul(matrix, matrix)[:1], "float32")))
    product(one).numpy()
    seconds = []
    for _ in range(PRODUCTS):
        started = time.perf_counter()
        product(one).numpy()
        seconds.append(time.perf_counter() - started)
    return 2 * SIDE**3 / min(seconds)


def forward_flops(model: Any, image: tuple[int, int, int]) -> int:
    """Floating-point operations of one image's way through a Keras model, as TensorFlow's profiler counts them."""
    import tensorflow as tf

    graph = tf.function(model).get_concrete_function(tf.TensorSpec((1, *image))).graph
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().build()
    return int(tf.compat.v1.profiler.profile(graph, options=options).total_float_ops)


def training_speed(name: str, precision: str) -> dict[str, float]:
    """FLOP a training step takes for an `image`, and images a `second` in the best of some epochs of random images."""
    training = TRAININGS[name]
    made = _run_cells(training.lesson, ("start",), 0)
    import keras

    keras.config.set_dtype_policy(POLICIES[precision])
    model = eval(training.model, _run_cells(training.lesson, training.cells, 0, made))
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (IMAGES, *training.image)).astype(np.float32)
    targets = np.zeros((IMAGES, *model.compute_output_shape((1, *training.image))[1:]), np.float32)
    model.compile("adam", "mse")
    seconds = []
    for _ in range(1 + EPOCHS):
        started = time.perf_counter()
        model.fit(images, targets, batch_size=training.batch, verbose=0)
        seconds.append(time.perf_counter() - started)
    keras.config.set_dtype_policy("float32")
    counted = eval(training.model, made)
    return {"image": 3.0 * forward_flops(counted, training.image), "second": IMAGES / min(seconds[1:])}


def seconds_to_accuracy(seed: int) -> float:
    """Seconds from the call of `fit` to the end of lesson 30's first epoch that reaches ENOUGH; infinity if none does."""
    made = _run_cells("30", ("start", "load", "flops", "helpers", "trained", "fast", "fast-fit"), seed)
    _, history, times = made["fit_fast"](seed)
    passed = np.flatnonzero(np.array(history["val_accuracy"]) >= ENOUGH)
    return float(times[passed[0]]) if len(passed) else float("inf")


def _run_cells(number: str, ids: tuple[str, ...], seed: int, made: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a lesson's cells define, run as in PROFILE, besides what cells before them have `made`."""
    made = {"PROFILE": PROFILE, "DATA": "auto", "SEED": seed} if made is None else made
    cells = code_cells(number)
    for cell in ids:
        exec(cells[cell][0], made)
    return made


def section() -> list[str]:
    """The lines of the section, measured now, everything in a process of its own."""
    peaks = {precision: _in_own_process("product", precision) for precision in POLICIES}
    rows = []
    for name, training in TRAININGS.items():
        for precision, peak in peaks.items():
            rows.append(_row(training.what, precision, _in_own_process(name, precision), peak))
            click.echo(rows[-1])
    return _lines(rows, peaks, [_in_own_process("seconds", str(seed)) for seed in range(SEEDS)])


def _in_own_process(what: str, setting: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tools.throughput", what, setting], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def _row(what: str, precision: str, speed: dict[str, float], peak: float) -> str:
    reached = speed["image"] * speed["second"]
    cells = [
        what,
        precision,
        f"{speed['image'] / 1e6:.0f}",
        f"{speed['second']:,.0f}",
        f"{reached / 1e9:.0f}",
        f"**{100 * reached / peak:.0f} %**",
    ]
    return f"| {' | '.join(cells)} |"


def _lines(rows: list[str], peaks: dict[str, float], taken: list[float]) -> list[str]:
    goal = f"{100 * ENOUGH:.0f} %"
    products = ", ".join(f"{peak / 1e9:.0f} in {precision}" for precision, peak in peaks.items())
    return [
        "## How near to the limit",
        "",
        f"The fastest product of two matrices of {SIDE:,} × {SIDE:,} numbers on this machine runs at so many GFLOP a "
        f"second: {products}. Beside it, trainings of the lessons' own networks on random images, with Adam and squared "
        "errors; a step takes three times the arithmetic of the forward pass.",
        "",
        "| training | precision | MFLOP an image | images a second | GFLOP a second | of the matrix product |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        f"**CIFAR-10 to {goal}.** Lesson 30's fast network, from the call of `fit` to the end of the first epoch in which "
        f"{goal} of the validation pictures are classified correctly: {statistics.median(taken):.0f} s "
        f"({min(taken):.0f} to {max(taken):.0f}, {len(taken)} seeds). It is the course's own record; no other for two "
        "cores is known to us.",
        "",
    ]


def main() -> None:
    """Print what one measurement gives as JSON, for `section`; called with what is measured, and its precision or seed."""
    what, setting = sys.argv[1:]
    if what == "product":
        result: Any = product_speed(setting)
    elif what == "seconds":
        result = seconds_to_accuracy(int(setting))
    else:
        result = training_speed(what, setting)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
