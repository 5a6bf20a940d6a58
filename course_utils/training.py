"""What is shown while a model trains or a loop runs, and when it is interrupted; a callback that stops in time."""

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import Any, TypeVar

import keras
from tqdm import tqdm

from course_utils.words import time_text

Item = TypeVar("Item")

# the bar of the loop that is running
_loop: "_Bar | None" = None


class StopAtThreshold(keras.callbacks.Callback):
    """Stop training at the end of the first epoch in which a metric reaches a threshold.

    Written out in lesson 02. Source: notes 002 §2.

    Args:
        monitor: name of a metric that grows as the model gets better, such as `val_accuracy`.
        threshold: value to reach.
    """

    def __init__(self, monitor: str, threshold: float) -> None:
        super().__init__()
        self.monitor = monitor
        self.threshold = threshold

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Compare the epoch's metric with the threshold."""
        if logs and logs[self.monitor] >= self.threshold:
            self.model.stop_training = True


class Progress(keras.callbacks.ProgbarLogger):
    """One bar for a whole training, with the time left and the last epoch's metrics, in place of Keras' line an epoch.

    Inside `progress`, the epoch and its metrics stand on the loop's line.
    """

    def set_params(self, params: dict[str, Any]) -> None:
        """Learn how many epochs and steps there will be; what this class inherits stays silent."""
        super().set_params(params | {"verbose": 0})

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Draw the bar, as long as the steps of all epochs if their number is known."""
        optimizer, of_keras = self.model.optimizer, type(self.model).train_step is keras.Model.train_step
        if of_keras and self.model.built and optimizer and not optimizer.built:
            # Keras does so in the first step, which TensorFlow then traces twice: a third of a second more, or several.
            optimizer.build(self.model.trainable_variables)
        self.metrics = ""
        self.bar = _Bar(self._text(0), self.epochs * self.target if self.target else None, unlike=1)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Name the epoch."""
        self.bar.say(self._text(epoch))

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move on by a step."""
        self.bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Show the epoch's metrics; after the first epoch the number of steps is known."""
        self.bar.total = self.bar.total or self.epochs * self.bar.n
        self.metrics = "  ".join(f"{name} {value:.3f}" for name, value in (logs or {}).items())
        self.bar.say(self._text(epoch))

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Let the bar stand as it is."""
        self.bar.close()

    def _text(self, epoch: int) -> str:
        return f"epoch {epoch + 1} of {self.epochs}  {self.metrics}"


def progress(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Go through `items` with a bar that shows how many are done and the time left.

    A training or another such loop inside it stands on the same line.

    Args:
        items: what the loop goes through, such as seeds or networks.
        what: their name in the plural.
    """
    global _loop
    outer = _loop
    total = len(items) if isinstance(items, Sized) else None
    counted = f"{{}} of {total} {what}" if total is not None else f"{{}} {what}"
    bar = _Bar(counted.format(0), total)
    _loop = outer or bar
    try:
        for done, item in enumerate(items, start=1):
            yield item
            bar.say(counted.format(done))
            bar.update()
    finally:
        _loop = outer
        bar.close()


class _Bar(tqdm):  # type: ignore[type-arg]  # it takes none while it runs
    """A bar on a line of its own or, inside a loop, a hidden one whose texts stand on the loop's line.

    The time left is for whoever waits, and counts down during a long step; what stays on the page is the same in every run.

    Args:
        text: what it has come to so far.
        total: number of steps, if that is known.
        unlike: how many of the first steps say nothing about those to come.
    """

    def __init__(self, text: str, total: int | None, unlike: int = 0) -> None:
        self.unlike = unlike
        self.began = self.stepped = time.monotonic()
        super().__init__(
            desc=text,
            total=total,
            disable=_loop is not None,
            # on standard output: a notebook paints standard error as if something had gone wrong
            file=sys.stdout,
            bar_format="{percentage:3.0f}% |{bar:20}| {left}{desc}{postfix}",
            mininterval=1.0,
            miniters=0,
        )
        if self.disable:
            self.say(text)

    def update(self, n: float | None = 1) -> bool | None:
        """Move on by `n` steps; draw the line if a second has passed."""
        if n:
            self.stepped = time.monotonic()
        if self.n < self.unlike:
            self.began = self.stepped
        return super().update(n)

    def say(self, text: str) -> None:
        """Show what it has come to, at the latest with the next step after a second."""
        if self.disable and _loop is not None:
            _loop.set_postfix_str(text, refresh=False)
            _loop.update(0)
        else:
            self.set_postfix_str("", refresh=False)
            self.set_description_str(text, refresh=False)

    @property
    def format_dict(self) -> dict[str, Any]:
        """What tqdm puts into the line."""
        return {**super().format_dict, "left": self._left()}

    def _left(self) -> str:
        """How long the steps to come will take, if each takes as long as those before; empty once the bar has ended."""
        counted = self.n - self.unlike
        if self.disable or self.total is None or not 0 < counted < self.total - self.unlike:
            return ""
        each = (self.stepped - self.began) / counted
        seconds = each * (self.total - self.n) - (time.monotonic() - self.stepped)
        return f"{time_text(max(seconds, 0.0))} left  "
