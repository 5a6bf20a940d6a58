"""A check-up for training code: `diagnose(model, train, validation)` finds the mistakes that learners really make.

For maintainers. A check is a function `check(case: Case) -> Iterator[Finding]` in the module of its subject (`inputs`,
`tokens`, `targets`, `losses`, `own_steps`, `metrics`, `leakage`, `classes`, `pipeline`, `augmentation`, `structure`,
`siamese`, `layers`, `weights`, `optimization`, `resources`). To add one:

1. Write it. Everything that it may look at is on the `Case`: bounded samples of the data, the training history, the model
   (`case.model`), the same model to be run (`case.runnable`, in float32 whatever its precision) and what it computes
   (`case.seen`). It is the learner's own, whatever it is made of, and in the end all that it holds is put back; a check that
   changes values puts them back itself (`keeping`), for the checks after it. What cannot be examined is said: `case.skip`.
   Return early where the check does not apply: a false alarm costs more trust than a miss.
2. List it in `registry.CHECKS`, causes before consequences. `unless` names the findings that already explain what the check
   would see, so that one mistake gives one finding.
3. In `tests/diagnose/planted/`, plant the mistake (the ids of its table are finding ids), and add what looks like it and is
   right to the `lookalikes`. The test run prints both figures for each precision: mistakes found, false alarms.

`anatomy` reads a model's structure, `samples` reads data, `keeping` puts back what was changed, `probe` tries learning
rates, `refusals` asks whether `fit` begins, `findings` shows.
"""

from typing import Any

from course_utils.diagnose.findings import Finding, Report

__all__ = ["Finding", "Report", "diagnose"]


def diagnose(model: Any, train: Any, validation: Any = None) -> Report:
    """Look for mistakes in a model and its data, before or after training; takes seconds.

    The model, the data and the global random state stay as they are: the model is run and trained for a few steps, and then
    all that it holds is put back, weights, optimizer, metrics, seeds and whatever else. (A layer of your own that draws from
    TensorFlow's or Keras' global generator moves that on, as any run of the model does.) Meanwhile it computes in float32,
    so that the findings are the same in every precision. What could not be examined, and why, is said first of all. At most
    2,000 samples of each split are looked at (duplicates and labels of arrays: all). A `tf.data` dataset is read from its
    start: one that shuffles anew in each pass has made a pass more.

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
