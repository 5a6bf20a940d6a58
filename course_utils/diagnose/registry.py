"""The list of checks, causes before consequences, and the one function that goes through it."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import keras

from course_utils.diagnose import augmentation, inputs, layers, leakage, optimization, refusals, resources, targets
from course_utils.diagnose.anatomy import tensors_of
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import Finding, Report, in_short
from course_utils.diagnose.keeping import quiet, random_state_kept
from course_utils.diagnose.samples import Split, read_split
from course_utils.errors import CourseError


@dataclass(frozen=True)
class Check:
    """`looks_for` says in words what `run` looks for; a finding of `unless` explains that already, and it is left out."""

    run: Callable[[Case], Iterator[Finding]]
    looks_for: str
    unless: frozenset[str] = frozenset()


UNUSABLE = frozenset({"not_a_number", "does_not_run", "number_of_inputs", "index_beyond_embedding", "labels_are_text"})
UNTRAINABLE = (
    UNUSABLE
    | targets.LOSS_FINDINGS
    | {
        "memory",
        "not_compiled",
        "fit_stops",
        "nothing_to_train",
        "unscaled_inputs",
        "tiny_inputs",
        "base_range",
        "unscaled_targets",
    }
)

CHECKS = (
    Check(resources.memory, "memory"),
    Check(inputs.not_a_number, "numbers that are none"),
    Check(refusals.runs, "whether the model runs"),
    Check(optimization.compiled, "compile"),
    Check(targets.loss_fits, "loss and labels", UNUSABLE | {"not_compiled"}),
    Check(refusals.trains, "whether fit begins", UNUSABLE | targets.LOSS_FINDINGS | {"not_compiled"}),
    Check(inputs.base_range, "pretrained bases", UNUSABLE),
    Check(inputs.scale, "scale of the inputs", UNUSABLE | {"base_range"}),
    Check(targets.scale, "scale of the targets", UNUSABLE | targets.LOSS_FINDINGS),
    Check(leakage.same_shape_and_scale, "training against validation", UNUSABLE),
    Check(leakage.same_samples, "samples in both"),
    Check(leakage.order, "order of the samples"),
    Check(leakage.classes, "classes in both", frozenset({"labels_start_at_1", "labels_out_of_range"})),
    Check(targets.spare_units, "spare units", UNUSABLE | targets.LOSS_FINDINGS | {"unseen_classes", "one_class"}),
    Check(augmentation.of_validation, "augmented validation data", UNUSABLE),
    Check(augmentation.does_something, "augmentation", UNUSABLE),
    Check(layers.trainable, "frozen layers"),
    Check(layers.precision, "precision of the answers", UNUSABLE | {"not_compiled"}),
    Check(layers.batch_normalization, "batch normalization"),
    Check(optimization.learning_rate, "learning rate", UNTRAINABLE | {"one_class", "base_not_frozen"}),
    Check(layers.dead_units, "dead units", UNTRAINABLE | {"learning_rate_too_high"}),
    Check(
        optimization.majority,
        "majority class",
        UNTRAINABLE
        | {
            "learning_rate_too_high",
            "learning_rate_too_low",
            "dead_units",
            "constant_output",
            "sorted_by_class",
            "one_class",
        },
    ),
    Check(
        optimization.validation_better,
        "validation better than training",
        UNTRAINABLE | {"same_samples", "augmented_validation", "scaled_differently", "learning_rate_too_high"},
    ),
)


def examine(model: Any, train: Any, validation: Any) -> Report:
    """See `course_utils.diagnose.diagnose`."""
    if not isinstance(model, keras.Model):
        raise CourseError(f"The first argument is no Keras model but {type(model).__name__}: call diagnose(model, train).")
    several = [len(tensors_of(model, which)) > 1 for which in ("inputs", "outputs")]
    with random_state_kept(), quiet():
        train = read_split("training", train, *several)
        validation = None if validation is None else read_split("validation", validation, *several)
        with contextlib.closing(Case(model, train, validation)) as case:
            findings: list[Finding] = []
            for check in CHECKS:
                if not check.unless & {finding.id for finding in findings}:
                    findings += _found_by(check, case)
    return Report(findings, _looked_at(case), case.skipped)


def _found_by(check: Check, case: Case) -> list[Finding]:
    try:
        return [_with_refusal(finding, case) for finding in check.run(case)]
    except Exception as error:  # a crash on an unusual model helps nobody; the tests see to it that there is none
        case.skip(f"{check.looks_for} ({type(error).__name__} in the check itself: {in_short(error)})")
        return []


def _with_refusal(finding: Finding, case: Case) -> Finding:
    """A cause that stops `fit` says so, in the words that `fit` has for it."""
    if finding.id not in targets.STOPPING or not case.refusal:
        return finding
    return replace(finding, why=f"fit stops at its first batch: {case.refusal.rstrip('.')}. {finding.why}")


def _looked_at(case: Case) -> str:
    splits = " and ".join(_amount(split) for split in case.splits)
    return f"the model, its loss and its training settings, and {splits} samples"


def _amount(split: Split) -> str:
    if split.size is not None and split.size == split.count:
        return f"all {split.count:,} {split.name}"
    return f"{split.count:,}{'' if split.size is None else f' of {split.size:,}'} {split.name}"
