"""Train the model for a few steps, over and over from the same beginning, to see what a learning rate does."""

import time
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from course_utils.diagnose import anatomy, keeping
from course_utils.diagnose.case import Case, training_step

PROBE_BATCH, PROBE_BATCHES = 32, 4
MOST_SECONDS = 3.0  # for one learning rate
MOST_SECONDS_IN_ALL = 8.0
FEWEST_STEPS = 12


class Probe:
    """The model as it was compiled, trained on a few batches by its own training step.

    Attributes:
        model: the learner's own; `close` and, in the end, `Case.close` put it back.
        batches: what the training step gets.
        peak: the largest loss in the last trial.
        loss: what the training step calls its loss; empty if it does not report one.
    """

    @classmethod
    def of(cls, case: Case, fresh: bool) -> "Probe | None":
        """From the model's own weights, or (`fresh`) from new ones where layers are not frozen; None if it cannot train."""
        if case.runnable is None or case.seen is None or case.refusal:
            return None
        before = keeping.values_of(case.model)
        try:
            probe = cls(case, fresh, before)
        except Exception:
            keeping.put_back(before)
            raise
        if probe.loss:
            return probe
        probe.close()
        case.skip("the learning rate, since the model's own training step reports no loss")
        return None

    def __init__(self, case: Case, fresh: bool, before: list[tuple[tf.Variable, tf.Tensor]]) -> None:
        self.model, self.before = case.model, before
        rows = np.random.default_rng(0).permutation(case.train.count)[: PROBE_BATCH * PROBE_BATCHES]
        parts = list(case.batches(rows, -(-len(rows) // max(1, len(rows) // PROBE_BATCH))))[:PROBE_BATCHES]
        shortest = min(map(len, parts))  # batches of one shape are traced once
        self.batches = [case.fit_batch(part[:shortest]) for part in parts]
        optimizer = anatomy.optimizer_of(self.model)
        if fresh:
            keeping.start_anew(self.model)
            optimizer.built = False
            optimizer.build(self.model.trainable_variables)
            optimizer._iterations.assign(0)
        self.rate = _steered(optimizer)
        # A step that was made with other precisions, rates or variables does not do.
        self.model.make_train_function(force=fresh or case.traced_in_16_bits or self.rate is not optimizer._learning_rate)
        self.start = keeping.values_of(self.model)
        logs = self._step(0)
        self.loss = next((name for name in ("loss", *logs) if name in logs and "loss" in name), "")
        self.peak = 0.0
        self.begun = time.perf_counter()  # the step is traced: the time limit below counts steps alone

    def close(self) -> None:
        """Put all values back to what they were."""
        keeping.put_back(self.before)

    def loss_after(self, rate: float, steps: int, enough: float | None = None) -> float | None:
        """Mean loss over the batches in the last round of training; None if there was no time for it.

        Args:
            rate: learning rate.
            steps: number of steps to train for.
            enough: stop early once the mean is below this.
        """
        if time.perf_counter() - self.begun > MOST_SECONDS_IN_ALL:
            return None
        keeping.put_back(self.start)
        self.rate.assign(rate)
        losses, begun = [], time.perf_counter()
        for step in range(steps):
            losses.append(float(self._step(step)[self.loss]))
            self.peak = max(losses)
            if not np.isfinite(losses[-1]):
                return losses[-1]
            if time.perf_counter() - begun > MOST_SECONDS:
                if len(losses) < FEWEST_STEPS:
                    return None
                break
            if enough is not None and len(losses) >= FEWEST_STEPS and self._round(losses) < enough:
                break
        return self._round(losses)

    def _step(self, number: int) -> dict[str, Any]:
        logs = training_step(self.model, self.batches[number % len(self.batches)])
        return logs if isinstance(logs, dict) else {}

    def _round(self, losses: list[float]) -> float:
        return float(np.mean(losses[-len(self.batches) :]))


def _steered(optimizer: keras.optimizers.Optimizer) -> keras.Variable:
    """A learning rate that can be set, in place of a schedule if there is one."""
    if isinstance(optimizer._learning_rate, keras.Variable):
        return optimizer._learning_rate
    rate = keras.Variable(0.0, trainable=False)
    optimizer.learning_rate = lambda: rate
    return rate
