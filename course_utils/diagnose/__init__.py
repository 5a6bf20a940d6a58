"""A check-up for training code: `diagnose(model, train, validation)` finds the mistakes that learners really make.

For maintainers. A check is a function `check(case: Case) -> Iterator[Finding]` in the module of its subject (`inputs`,
`targets`, `metrics`, `leakage`, `augmentation`, `structure`, `layers`, `weights`, `optimization`, `resources`). To add one:

1. Write it. Everything that it may look at is on the `Case`: the model, bounded samples of the data, the training history, a
   *copy* of the model (`case.copy`) and what that copy computes (`case.seen`), in float32 whatever the model's precision.
   Nothing may touch the learner's own model.
   Return early where the check does not apply: a false alarm costs more trust than a miss.
2. List it in `registry.CHECKS`, causes before consequences. `unless` names the findings that already explain what the check
   would see, so that one mistake gives one finding.
3. In `tests/diagnose/test_findings.py`, plant the mistake (the ids of its table are finding ids), and add what looks like it
   and is right to the healthy models. The test run prints both figures for each precision: mistakes found, false alarms.

`anatomy` reads a model's structure, `samples` reads data, `copies` copies models and keeps the random state, `findings`
shows.
"""

from typing import Any

from course_utils.diagnose.findings import Finding, Report

__all__ = ["Finding", "Report", "diagnose"]


def diagnose(model: Any, train: Any, validation: Any = None) -> Report:
    """Look for mistakes in a model and its data, before or after training; takes seconds.

    The model, the data and the global random state stay as they are: what has to be run or trained is a copy. (A layer of
    your own that draws from TensorFlow's or Keras' global generator moves that on, as any run of the model does.) Copies
    compute in float32, so that the findings are the same in every precision. At most 2,000
    samples of each split are looked at (duplicates and labels of arrays: all). A `tf.data` dataset is read from its start:
    one that shuffles anew in each pass has made a pass more.

    Args:
        model: a Keras model; compiled or not, trained or not.
        train: `(x, y)`, x of shape (samples, ...) and y of shape (samples,) or (samples, units), as NumPy arrays, tensors or
            lists; or a batched `tf.data.Dataset` or a `keras.utils.PyDataset` that gives such pairs. Models with several
            inputs take lists or dictionaries of arrays, as in `fit`.
        validation: the same for validation; None leaves out what compares the two.

    Returns:
        The findings, worst first; shown as a list in Jupyter and as text in a terminal. `report.findings` has them as data.

    Raises:
        CourseError: `model` is not a Keras model, or the data is empty, not in pairs, or not batched.
    """
    # Keras is imported here, and not with the package: `import course_utils.diagnose` stays cheap.
    from course_utils.diagnose.registry import examine

    return examine(model, train, validation)
