import keras
import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.outcome import Status


def stopper(stuck):
    """The lesson's callback with `stuck(self, val_loss)` filled in."""

    class StopWhenStuck(keras.callbacks.Callback):
        def __init__(self, patience):
            super().__init__()
            self.patience, self.best, self.waited = patience, float("inf"), 0
            self.losses = []

        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = stuck(self, logs["val_loss"])

    return StopWhenStuck


def stuck_as_in_the_lesson(self, val_loss):
    self.waited = 0 if val_loss < self.best else self.waited + 1
    self.best = min(self.best, val_loss)
    return self.waited >= self.patience


def stuck_by_all_losses(self, val_loss):
    self.losses.append(val_loss)
    return len(self.losses) - 1 - int(np.argmin(self.losses)) >= self.patience


def rose(self, val_loss):
    self.losses.append(val_loss)
    return len(self.losses) > 1 and self.losses[-1] > self.losses[-2]


def against_the_last(self, val_loss):
    self.waited = 0 if val_loss < self.best else self.waited + 1
    self.best = val_loss
    return self.waited >= self.patience


def too_late(self, val_loss):
    return stuck_as_in_the_lesson(self, val_loss) and self.waited > self.patience


def never_resets(self, val_loss):
    self.waited += val_loss >= self.best
    self.best = min(self.best, val_loss)
    return self.waited >= self.patience


def keras_early_stopping(patience):
    return keras.callbacks.EarlyStopping("val_loss", patience=patience)


ANSWERS = {
    "parameters": {
        "right": [(196_672, 325), [(3072 + 1) * 64, 65 * 5], np.array([196_672.0, 325.0])],
        "wrong": [((196_672, 1), "right in 1 of 2")],
    },
    "stop_when_stuck": {
        "right": [stopper(stuck_as_in_the_lesson), stopper(stuck_by_all_losses), keras_early_stopping],
        "wrong": [
            (stopper(stuck_as_in_the_lesson)(3), "a class is expected"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("02", name, **ANSWERS[name])


def test_the_stub_of_a_method_is_not_tried_yet():
    outcome = exercise_kinds("02")["stop_when_stuck"].judge(stopper(lambda self, val_loss: ...))
    assert outcome.status is Status.NOT_TRIED


def test_a_callback_that_raises_is_broken_in_its_own_line():
    def stuck(self, val_loss):
        return val_loss / self.nothing

    outcome = exercise_kinds("02")["stop_when_stuck"].judge(stopper(stuck))
    assert outcome.status is Status.BROKEN
    assert "AttributeError" in outcome.text and "return val_loss / self.nothing" in outcome.text
