"""Whether the metrics count right what the loss calls right."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from course_utils.diagnose import anatomy, targets
from course_utils.diagnose.anatomy import BINARY, CATEGORICAL, REGRESSION, SPARSE
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import WARNING, Finding
from course_utils.diagnose.targets import Fit

SAMPLES = 64
RIGHT, WRONG = 0.99, 0.3  # what a metric must give at least for right answers, and at most for wrong ones
SHARES = (keras.metrics.Precision, keras.metrics.Recall, keras.metrics.F1Score, keras.metrics.IoU)
OF_ONE_CLASS = (
    keras.metrics.Precision,
    keras.metrics.Recall,
    keras.metrics.PrecisionAtRecall,
    keras.metrics.RecallAtPrecision,
)
FITTING = {
    SPARSE: "keras.metrics.SparseCategoricalAccuracy()",
    CATEGORICAL: "keras.metrics.CategoricalAccuracy()",
    BINARY: "keras.metrics.BinaryAccuracy()",
    REGRESSION: "keras.metrics.MeanAbsoluteError()",
}


def fit(case: Case) -> Iterator[Finding]:
    """A metric that does not call right answers right, or wrong ones wrong: both are made up here, and it is asked."""
    for fitted in targets.fits_of(case):
        if fitted.output:
            return
        for metric in anatomy.metrics_of(case.model):
            trouble = _trouble(_of_one_class(metric) or metric, fitted)
            if trouble:
                yield _finding(_name(metric), fitted, *trouble)
                return


def _trouble(metric: Any, fitted: Fit) -> tuple[str, str] | None:
    """What was seen and why; None if the metric does its work, or is none that counts."""
    counts = targets.counts_right(metric)
    if fitted.kind == REGRESSION:
        if counts and not fitted.whole:
            return "counts answers that equal the target", "Measurements are never met exactly: it stays near 0."
        return None
    if fitted.kind not in (SPARSE, CATEGORICAL, BINARY) or not (counts or isinstance(metric, (*SHARES, keras.metrics.AUC))):
        return None
    if fitted.logits and isinstance(metric, keras.metrics.AUC):
        told = getattr(metric, "_from_logits", False)
        return None if told else ("looks for thresholds from 0 to 1", "The model gives logits, of which many lie outside.")
    if fitted.kind == CATEGORICAL and fitted.units == 2 and _counts_both(metric):
        return (
            "counts both units of the softmax",
            "For two classes, a right answer is right in both units and a wrong one wrong in both: what it gives is the "
            "accuracy, and says nothing of the class that you look for.",
        )
    if fitted.logits and isinstance(metric, (keras.metrics.Precision, keras.metrics.Recall)) and min(metric.thresholds) > 0:
        return f"sets its threshold at {min(metric.thresholds):g}", "The model gives logits, whose threshold is 0."
    y, right, wrong = _answers(fitted)
    try:
        score, undeserved = (_score(metric, y, answers) for answers in (right, wrong))
    except Exception:  # then fit stops, and says why
        return None
    if score < RIGHT:
        why = "It does not look at the answers as the loss does."
        if type(metric) is keras.metrics.Accuracy:
            why = "It counts answers that equal the label exactly, which a probability never does."
        elif isinstance(metric, keras.metrics.IoU):
            why = "It takes whole class numbers, and cuts off what comes after the point of a probability."
        elif fitted.logits:
            why = "It sets its threshold for probabilities, and the model gives logits: their threshold is 0."
        return f"calls only {score:.0%} of right answers right", why
    if counts and undeserved > WRONG and "top" not in _name(metric).lower():
        return f"calls {undeserved:.0%} of wrong answers right", "It counts each unit's noes, too, and looks far too good."
    return None


def _of_one_class(metric: Any) -> Any:
    """The metric that is about one class, if it is given by its name."""
    try:
        found = keras.metrics.get(metric) if isinstance(metric, str) else None
    except ValueError:
        return None
    return found if isinstance(found, (*OF_ONE_CLASS, keras.metrics.F1Score)) else None


def _counts_both(metric: Any) -> bool:
    """Whether a metric that is about one class is not told which."""
    if isinstance(metric, keras.metrics.F1Score):
        return metric.average == "micro"
    return isinstance(metric, OF_ONE_CLASS) and metric.class_id is None and not getattr(metric, "top_k", None)


def _finding(name: str, fitted: Fit, seen: str, why: str) -> Finding:
    fitting = FITTING[fitted.kind or REGRESSION]
    if fitted.kind == BINARY and fitted.logits:
        fitting = "keras.metrics.BinaryAccuracy(threshold=0.0)"
    if "io_u" in name and not fitted.logits:
        fitting = "keras.metrics.BinaryIoU(threshold=0.5)" if fitted.kind == BINARY else "keras.metrics.OneHotMeanIoU(...)"
    return Finding(
        "metric_does_not_fit",
        WARNING,
        f"The metric {name} {seen}.",
        f"{why} Training is not touched by it, but you steer by what it says.",
        f"model.compile(..., metrics=[{fitting}])",
    )


def _answers(fitted: Fit) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, and answers that the loss calls right and wrong: not far from undecided, each a little different."""
    y = fitted.y[np.unique(np.linspace(0, len(fitted.y) - 1, SAMPLES).astype(int))]
    sure = np.random.default_rng(0).uniform(0.6, 0.9, (*y.shape, 1) if fitted.kind == SPARSE else y.shape)
    if fitted.kind == BINARY:
        right = np.where(y > 0.5, sure, 1 - sure)
        wrong = 1 - right
        shape = (*y.shape, 1) if y.ndim == fitted.axes - 1 else y.shape
        right, wrong = right.reshape(shape), wrong.reshape(shape)
        if fitted.logits:
            right, wrong = (2 * (answers - 0.5) for answers in (right, wrong))
    else:
        classes = y.argmax(axis=-1) if fitted.kind == CATEGORICAL else y.reshape(*y.shape[: fitted.axes - 1]).astype(int)
        sure = sure[..., :1] if fitted.kind == CATEGORICAL else sure.reshape(*classes.shape, 1)
        rows = np.eye(fitted.units)
        right, wrong = (sure * rows[named % fitted.units] + (1 - sure) / fitted.units for named in (classes, classes + 1))
    return y, right.astype("float32"), wrong.astype("float32")


def _score(metric: Any, y: np.ndarray, answers: np.ndarray) -> float:
    fresh = _resolved(metric, y, answers)
    fresh.update_state(*map(keras.ops.convert_to_tensor, (y, answers)))
    return float(np.mean(anatomy.as_array(fresh.result())))


def _resolved(metric: Any, y: np.ndarray, answers: np.ndarray) -> keras.metrics.Metric:
    """A fresh metric as `fit` makes it: "accuracy" is chosen by the shapes."""
    if isinstance(metric, keras.metrics.Metric):
        return type(metric).from_config(metric.get_config())
    if str(metric).lower() in ("accuracy", "acc"):
        chosen: type[keras.metrics.Metric] = keras.metrics.CategoricalAccuracy
        if answers.shape[-1] == 1:
            chosen = keras.metrics.BinaryAccuracy
        elif y.ndim < answers.ndim or y.shape[-1] == 1:
            chosen = keras.metrics.SparseCategoricalAccuracy
        return chosen()
    found: Callable[..., Any] | keras.metrics.Metric = keras.metrics.get(metric)
    return found if isinstance(found, keras.metrics.Metric) else keras.metrics.MeanMetricWrapper(found)


def _name(metric: Any) -> str:
    return str(metric if isinstance(metric, str) else getattr(metric, "name", getattr(metric, "__name__", metric)))
