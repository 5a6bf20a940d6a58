"""Callbacks for `model.fit`."""

import sys

import keras
from tqdm import tqdm


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


class Progress(keras.callbacks.Callback):
    """One bar for the whole training, with the last epoch's metrics beside it; use it with `verbose=0`.

    Keras' own bar writes a line an epoch; this one stays a single line, in a terminal, in JupyterLab and when published.
    """

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Draw the bar, as long as the steps of all epochs if their number is known."""
        steps = self.params["epochs"] * (self.params["steps"] or 0)
        # On standard output: a notebook paints standard error as if something had gone wrong.
        self.bar = tqdm(
            total=steps or None, bar_format="{percentage:3.0f}% |{bar:20}| {desc}", file=sys.stdout, mininterval=1.0
        )
        self.metrics = ""

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Name the epoch."""
        self._describe(epoch)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move on by a step."""
        self.bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Show the epoch's metrics."""
        self.metrics = "  ".join(f"{name} {value:.3f}" for name, value in (logs or {}).items())
        self._describe(epoch)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Let the bar stand as it is."""
        self.bar.close()

    def _describe(self, epoch: int) -> None:
        self.bar.set_description_str(f"epoch {epoch + 1} of {self.params['epochs']}  {self.metrics}", refresh=False)
