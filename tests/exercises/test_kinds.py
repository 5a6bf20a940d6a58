"""The kinds, apart from any lesson: how each of them answers to what learners hand in."""

import signal

import keras
import numpy as np
import pytest

from course_utils.exercises.kinds import Choice, Function, Model, Prediction, Tensor, Value
from course_utils.exercises.outcome import Status

HINTS = ("one", "two", "three")


def value(expected, **options):
    return Value(expected=expected, expects="a number", hints=HINTS, **options)


def function(reference, inputs, **options):
    return Function(reference=reference, inputs=inputs, hints=HINTS, **options)


def doubled(x):
    return 2 * np.asarray(x)


DOUBLE = function(doubled, [(3,), (np.arange(4.0),), (np.ones((2, 3), "float32"),)])


@pytest.mark.parametrize("answer", [5, 5.0, np.int8(5), np.array(5), keras.ops.convert_to_tensor(5.0), keras.Variable(5.0)])
def test_a_number_may_come_in_any_container(answer):
    assert value(5).judge(answer).status is Status.CORRECT


@pytest.mark.parametrize("answer", [(1, 2), [1, 2], np.array([1, 2]), keras.ops.convert_to_tensor([1, 2]), range(1, 3)])
def test_several_numbers_may_come_in_any_container(answer):
    assert value((1, 2)).judge(answer).status is Status.CORRECT


def test_keras_shapes_may_hold_none():
    assert value((-1, 26, 26, 8)).judge((None, 26, 26, 8)).status is Status.CORRECT


@pytest.mark.parametrize("answer", ["5", None, {}, {5}, object(), print, [1, [2, 3]], [...], (1, ...), ...])
def test_what_is_no_number_is_told_without_an_error(answer):
    untried = answer is ... or (isinstance(answer, (list, tuple)) and ... in answer)
    assert value(5).judge(answer).status is (Status.NOT_TRIED if untried else Status.WRONG)


def test_a_wrong_value_says_what_was_seen_and_what_is_asked_for():
    text = value(5, mistakes=[(4, "You forgot the bias.")]).judge(4).text
    assert "Yours is 4" in text and "You forgot the bias." in text
    assert "too large" in value(5).judge(6).text
    assert "a number" in value(5).judge(6).text
    assert "2 numbers" in value(5).judge((5, 5)).text


def test_a_function_is_tried_on_several_shapes():
    assert DOUBLE.judge(lambda x: x + x).status is Status.CORRECT
    assert DOUBLE.judge(lambda x: keras.ops.convert_to_tensor(x) * 2).status is Status.CORRECT
    outcome = DOUBLE.judge(lambda x: 2 * x if np.ndim(x) < 2 else 3 * x)
    assert outcome.status is Status.WRONG and "[[1, 1, 1]" in outcome.text


def test_a_function_that_returns_its_stub_is_not_tried_yet():
    assert DOUBLE.judge(lambda x: ...).status is Status.NOT_TRIED


def test_a_function_without_return_is_told_so():
    assert "`return`" in DOUBLE.judge(lambda x: None).text


def test_a_value_in_place_of_a_function_is_told_so():
    assert "function is expected" in DOUBLE.judge(6).text


def test_a_mistake_is_named_only_if_it_explains_every_trial():
    kind = function(doubled, [(0,), (3,)], mistakes=[(lambda right, x: x**2, "You squared it.")])
    assert "You squared it." in kind.judge(lambda x: x * x).text
    assert "You squared it." not in kind.judge(lambda x: x * x + 1).text


def test_a_function_gets_copies_and_must_not_change_them():
    kept = np.arange(3.0)

    def in_place(x):
        x *= 2
        return x

    outcome = function(doubled, [(kept,)]).judge(in_place)
    assert outcome.status is Status.WRONG and "changes what it was given" in outcome.text
    assert kept.tolist() == [0, 1, 2]


def test_an_error_is_told_in_one_line_with_the_learners_line():
    def divides(x):
        return x / 0

    outcome = function(doubled, [(3,)]).judge(divides)
    assert outcome.status is Status.BROKEN
    assert "ZeroDivisionError: division by zero" in outcome.text and "`return x / 0`" in outcome.text
    assert "\n" not in outcome.text


def test_the_line_is_the_learners_even_if_a_library_raised():
    def reshapes(x):
        return np.reshape(np.arange(3), (2, 2))

    assert "`return np.reshape(np.arange(3), (2, 2))`" in function(doubled, [(3,)]).judge(reshapes).text


@pytest.mark.parametrize("leave", [SystemExit, GeneratorExit])
def test_a_function_that_leaves_python_is_caught(leave):
    def leaves(x):
        raise leave

    assert function(doubled, [(3,)]).judge(leaves).status is Status.BROKEN


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no such timer on this system")
def test_a_loop_that_does_not_end_is_ended():
    def forever(x):
        while True:
            try:
                x += 1
            except Exception:
                continue

    outcome = function(doubled, [(3,)], seconds=0.2).judge(forever)
    assert outcome.status is Status.BROKEN and "does not end" in outcome.text
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_another_object_can_be_asked_in_its_own_way():
    kind = function(lambda: lambda n: n + 1, [(1,), (5,)], ask=lambda answer, n: answer()(n))
    assert kind.judge(lambda: lambda n: n + 1).status is Status.CORRECT


def test_a_tensor_is_judged_by_what_it_does():
    kind = Tensor(shape=(2, 2), checks=[lambda x: None if x.sum() == 1 else f"Its sum is {x.sum():g}, not 1."], hints=HINTS)
    assert kind.judge([[0, 1], [0, 0]]).status is Status.CORRECT
    assert kind.judge(keras.ops.ones((2, 2)) / 4).status is Status.CORRECT
    assert "sum is 4" in kind.judge(np.ones((2, 2))).text
    assert "4 numbers" in kind.judge([0, 1, 0, 0]).text
    assert "infinite" in kind.judge([[np.inf, 0], [0, 0]]).text


def test_a_choice_says_why_not():
    kind = Choice(right="a", why_not={"b": "It is too small."}, hints=HINTS)
    assert kind.judge("A").status is Status.CORRECT
    assert "too small" in kind.judge("b").text
    assert "'a', 'b'" in kind.judge("c").text


def test_a_prediction_that_a_run_does_not_bear_out_is_no_wrong_answer():
    kind = Prediction(words=("dense", "convolution"), mistakes=[("dense", "Any order is as good.")], hints=HINTS)
    outcome = kind.judge(" Dense ", "convolution")
    assert outcome.status is Status.PREDICTED
    assert repr(outcome.note).startswith(
        "◆ Predicted and seen. You predicted ' Dense ', and the run gave 'convolution'. Any"
    )
    assert kind.judge("convolution", "convolution").status is Status.CORRECT


def test_a_word_that_cannot_be_predicted_is_answered_without_giving_anything_away():
    kind = Prediction(words=("dense", "convolution"), hints=HINTS)
    for strange in ("denes", 3, None, ["dense"]):
        answers = {kind.judge(strange, seen).text for seen in kind.words}
        assert len(answers) == 1 and "choose one of 'dense', 'convolution'" in answers.pop()
    outcome = Prediction(hints=HINTS).judge("three", 3)
    assert outcome.status is Status.WRONG and "a single number can be predicted" in outcome.text


def test_a_class_is_asked_for_as_a_class():
    class Adder:
        def __call__(self, n):
            return n + 1

    kind = function(Adder, [(1,), (5,)], ask=lambda answer, n: answer()(n), asks_for="class")
    assert kind.judge(Adder).status is Status.CORRECT
    assert "give the class itself" in kind.judge(Adder()).text


def test_numbers_are_told_as_one_writes_them():
    text = value((1, 2)).judge([np.float64(71.99), keras.ops.convert_to_tensor(2)]).text
    assert "Yours is [71.99, 2]" in text
    assert "a single number" in value((1, 2)).judge(np.float32(3)).text


def test_a_difference_counts_before_an_error_in_a_later_trial():
    kind = function(doubled, [(3,), (np.zeros(0),)], mistakes=[(lambda right, x: 3 * x, "Twice is enough.")])
    outcome = kind.judge(lambda x: 3 * x if np.size(x) else x[0])
    assert outcome.status is Status.WRONG and outcome.text.endswith("Twice is enough.")


def test_trials_are_drawn_from_a_seed_of_the_exercises_own():
    kinds = [function(doubled, [(3,)], draw=lambda random: (random.normal(),)) for _ in range(3)]
    for kind, name in zip(kinds, "aab", strict=True):
        kind.bind("01", name)
    first, again, other = (list(kind.trials()) for kind in kinds)
    assert first == again and first[0] == other[0] and first[1:] != other[1:]
    assert kinds[0].judge(lambda x: 6 if x == 3 else 2.001 * x).status is Status.WRONG


def test_a_rule_of_the_task_counts_when_all_results_are_right():
    kind = function(doubled, [(3,)], rule=lambda answer: "Do not add." if answer(1) == 2 else None)
    assert kind.judge(lambda x: x + x).text == "Do not add."


def test_a_prediction_is_held_against_what_was_seen():
    kind = Prediction(mistakes=[((28, 28), "That would need padding.")], hints=HINTS)
    assert kind.judge((26, 26), [26, 26]).status is Status.CORRECT
    assert "gave (26, 26). That would need padding." in kind.judge([28, 28], (26, 26)).text
    assert kind.judge(..., (26, 26)).status is Status.NOT_TRIED


def test_a_model_is_judged_by_its_checks_and_left_as_it_was():
    kind = Model(checks=[lambda m: None if m.count_params() < 10 else "It has 10 numbers or more."], hints=HINTS)
    small = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    before = small.get_weights()
    assert kind.judge(small).status is Status.CORRECT
    assert kind.judge(lambda: small).status is Status.CORRECT
    assert all(np.array_equal(one, other) for one, other in zip(before, small.get_weights(), strict=True))
    large = keras.Sequential([keras.layers.Input((20,)), keras.layers.Dense(1)])
    assert "10 numbers" in kind.judge(large).text
    assert "Keras model is expected" in kind.judge(5).text
    assert kind.judge(lambda: ...).status is Status.NOT_TRIED
    assert kind.judge(lambda: 1 / 0).status is Status.BROKEN
