"""The list of checks, causes before consequences, and the one function that goes through it."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import keras

from course_utils.diagnose import (
    augmentation,
    classes,
    inputs,
    layers,
    leakage,
    losses,
    metrics,
    optimization,
    own_steps,
    pipeline,
    refusals,
    resources,
    siamese,
    structure,
    targets,
    tokens,
    weights,
)
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


UNUSABLE = inputs.REFUSED | {"not_a_number", "does_not_run", "number_of_inputs", "labels_are_text"}
UNTRAINABLE = (
    UNUSABLE
    | targets.LOSS_FINDINGS
    | {
        "answers_not_finite",
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

UNLEARNABLE = (
    UNTRAINABLE
    | structure.FINDINGS
    | weights.FINDINGS
    | own_steps.FINDINGS
    | {
        "one_class",
        "base_not_frozen",
        "untrained_base",
        "unknown_weights",
        "kernel_not_trained",
        "classes_renumbered",
        "labels_shuffled_apart",
        "same_batch",
        "channels_first",
        "inputs_all_equal",
        "not_adapted",
        "unmasked_padding",
        "schedule_too_short",
        "gradients_cut",
        "momentum_too_high",
        "stands_for_missing",
        "targets_differ",
        "same_samples",
        "time_is_last",
        "one_step",
        "padding_counts",
        "empty_vectors",
        "weights_of_zero",
        "epsilon_too_large",
        "accumulates_too_long",
        "targets_stay",
        "pairs_pulled_the_wrong_way",
        "tokens_as_quantities",
        "tokens_renumbered",
        "padded_differently",
        "targets_not_shifted",
        "inputs_exchanged",
        "targets_too_small",
        "weights_upside_down",
        "augmentation_too_strong",
    }
)
UNDECIDED = frozenset(
    {"learning_rate_too_high", "learning_rate_too_low", "dead_units", "constant_output", "sorted_by_class", "data_not_shown"}
)

CHECKS = (
    Check(resources.memory, "memory"),
    Check(inputs.not_a_number, "numbers that are none"),
    Check(inputs.batched_twice, "batches"),
    Check(tokens.embedded, "indices", UNUSABLE),
    Check(refusals.runs, "whether the model runs", inputs.REFUSED),
    Check(refusals.finite, "whether answers are finite", UNUSABLE),
    Check(inputs.stand_ins, "stand-ins for missing values", UNUSABLE),
    Check(structure.unused, "what is not connected", UNUSABLE),
    Check(inputs.axes, "axes of the inputs", UNUSABLE),
    Check(optimization.compiled, "compile"),
    Check(structure.training_fixed, "training mode"),
    Check(structure.mixed_samples, "samples apart", UNUSABLE | {"training_fixed"}),
    Check(targets.softmax_axis, "axis of the softmax", UNUSABLE | {"not_compiled"}),
    Check(targets.loss_fits, "loss and labels", UNUSABLE | {"not_compiled"}),
    Check(losses.own_loss, "loss of one's own", UNUSABLE | {"not_compiled"}),
    Check(refusals.trains, "whether fit begins", UNUSABLE | targets.LOSS_FINDINGS | {"not_compiled"}),
    Check(
        own_steps.own_step, "training step of one's own", UNUSABLE | targets.LOSS_FINDINGS | {"not_compiled", "fit_stops"}
    ),
    Check(metrics.fit, "metrics", UNUSABLE | targets.LOSS_FINDINGS | {"not_compiled", "fit_stops"}),
    Check(structure.softmax_inside, "softmax inside"),
    Check(structure.two_activations, "activations"),
    Check(structure.linear_stack, "nonlinearity"),
    Check(structure.narrow_neck, "width"),
    Check(structure.scrambled, "reshaping"),
    Check(structure.axes_disagree, "axes of the channels"),
    Check(structure.normalization, "normalization"),
    Check(structure.dropout, "dropout"),
    Check(siamese.towers_apart, "encoders of pairs", UNUSABLE),
    Check(siamese.reversed_pull, "loss of pairs", UNUSABLE | targets.LOSS_FINDINGS | {"not_compiled", "fit_stops"}),
    Check(structure.sees_the_future, "order in time", UNUSABLE | targets.LOSS_FINDINGS),
    Check(inputs.base_range, "pretrained bases", UNUSABLE),
    Check(tokens.as_quantities, "numbers of words", UNUSABLE | {"inputs_all_equal"}),
    Check(inputs.adapted, "what was adapted", UNUSABLE | {"tokens_as_quantities"}),
    Check(
        inputs.scale,
        "scale of the inputs",
        UNUSABLE
        | {"not_adapted", "base_range", "stands_for_missing", "channels_first", "inputs_all_equal", "tokens_as_quantities"},
    ),
    Check(tokens.unknown, "unknown words", UNUSABLE),
    Check(tokens.masked_words, "masks", UNUSABLE),
    Check(tokens.padding, "padding", UNUSABLE),
    Check(tokens.padding_counts, "labels of padding", UNUSABLE),
    Check(tokens.empty_vectors, "word vectors", UNUSABLE),
    Check(tokens.padded_apart, "padding of validation", UNUSABLE),
    Check(tokens.not_shifted, "targets of each step", UNUSABLE | targets.LOSS_FINDINGS),
    Check(losses.weighted, "weights in the loss"),
    Check(classes.weights_upside_down, "weights of classes", UNUSABLE | {"weights_of_zero"}),
    Check(classes.all_the_same, "targets that are all the same", UNUSABLE | targets.LOSS_FINDINGS),
    Check(targets.scale, "scale of the targets", UNUSABLE | targets.LOSS_FINDINGS | {"stands_for_missing"}),
    Check(leakage.exchanged, "order of the inputs", UNUSABLE | {"padded_differently"}),
    Check(leakage.same_shape_and_scale, "training against validation", UNUSABLE | {"inputs_exchanged"}),
    Check(classes.renumbered, "class numbers of validation", UNUSABLE | {"scaled_differently", "inputs_exchanged"}),
    Check(tokens.renumbered, "word numbers of validation", UNUSABLE | {"classes_renumbered", "padded_differently"}),
    Check(pipeline.dealt_anew, "targets read again", UNUSABLE),
    Check(
        classes.shuffled_apart,
        "labels of training",
        UNUSABLE | {"scaled_differently", "inputs_exchanged", "labels_shuffled_apart"},
    ),
    Check(pipeline.same_batch, "batches that repeat", UNUSABLE),
    Check(pipeline.moved_alone, "targets that lie on pictures", UNUSABLE),
    Check(
        pipeline.lies_elsewhere,
        "places of the masks",
        UNUSABLE | {"targets_stay", "labels_shuffled_apart", "scaled_differently", "targets_differ"},
    ),
    Check(pipeline.state_of_others, "states of recurrent layers"),
    Check(leakage.targets_apart, "targets of validation", UNUSABLE),
    Check(leakage.same_samples, "samples in both"),
    Check(leakage.contradictions, "labels of the same sample"),
    Check(leakage.few_for_validation, "size of the validation data"),
    Check(leakage.overlapping, "windows in both", frozenset({"same_samples"})),
    Check(leakage.own_statistics, "scaling of validation data", UNUSABLE | {"same_samples", "scaled_differently"}),
    Check(leakage.given_away, "the answer among the inputs", UNUSABLE | targets.LOSS_FINDINGS),
    Check(leakage.mask_among_channels, "the mask among the channels", UNUSABLE | targets.LOSS_FINDINGS),
    Check(pipeline.order, "order of the samples"),
    Check(classes.in_both, "classes in both", frozenset({"labels_start_at_1", "labels_out_of_range"})),
    Check(
        classes.spare_units,
        "spare units",
        UNUSABLE | targets.LOSS_FINDINGS | {"unseen_classes", "one_class", "base_with_old_head"},
    ),
    Check(augmentation.of_validation, "augmented validation data", UNUSABLE),
    Check(augmentation.does_something, "augmentation", UNUSABLE),
    Check(layers.untrained_base, "weights of a base"),
    Check(layers.unknown_weights, "weights of own layers"),
    Check(layers.frozen_kernel, "kernels of own layers"),
    Check(layers.trainable, "frozen layers"),
    Check(layers.precision, "precision of the answers", UNUSABLE | {"not_compiled"}),
    Check(layers.batch_normalization, "batch normalization"),
    Check(layers.moving_averages, "moving averages"),
    Check(weights.initial, "initial weights", UNUSABLE),
    Check(weights.penalty, "penalties"),
    Check(optimization.steps, "steps"),
    Check(optimization.schedule, "schedule", UNUSABLE),
    Check(optimization.shown, "data shown"),
    Check(optimization.stopped, "end of the training", UNTRAINABLE),
    Check(optimization.learning_rate, "learning rate", UNLEARNABLE),
    Check(layers.dead_units, "dead units", UNLEARNABLE | {"learning_rate_too_high"}),
    Check(weights.gradients, "gradients", UNLEARNABLE | {"learning_rate_too_high", "dead_units", "constant_output"}),
    Check(optimization.majority, "majority class", UNLEARNABLE | UNDECIDED),
    Check(optimization.averages_behind, "averages in use", UNLEARNABLE | UNDECIDED | {"averages_do_not_move"}),
    Check(optimization.overfits, "overfitting"),
    Check(classes.rare, "rare classes", UNUSABLE | targets.LOSS_FINDINGS | {"majority_class", "unseen_classes"}),
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
    several = (len(tensors_of(model, which)) > 1 for which in ("inputs", "outputs"))
    # where the loss comes from layers or the training step, inputs alone will do
    how = (*several, not model.compiled or model.loss is not None)
    with random_state_kept(), quiet():
        train = read_split("training", train, *how)
        validation = None if validation is None else read_split("validation", validation, *how)
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
