"""What the tests of `diagnose` share."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough for every step, so that a busy machine finds what an idle one finds."""
    for limit in ("probe.MOST_SECONDS", "probe.MOST_SECONDS_IN_ALL", "samples.MOST_SECONDS"):
        monkeypatch.setattr(f"course_utils.diagnose.{limit}", 300.0)


@pytest.fixture(scope="module")
def operations_kept() -> Iterator[None]:
    """TensorFlow keeps what it has prepared for each operation from one small model to the next.

    `keras.utils.set_random_seed` has it thrown away with the seed, to be prepared anew: a fifth of these tests' time. So
    TensorFlow's own seed, which shuffled datasets and functions draw from, is set once; Keras', NumPy's and Python's are
    set each time.
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tf.random, "set_seed", lambda seed: None)
        yield
