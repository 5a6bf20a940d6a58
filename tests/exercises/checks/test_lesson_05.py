import keras
import numpy as np
import pytest


def by_comparison(names, classes):
    return np.equal.outer(np.array(names, "U20"), np.array(classes, "U20"))


def by_keras(names, classes):
    """With a row and a column too many, for names that are no class, taken away again."""
    numbers = [classes.index(name) if name in classes else len(classes) for name in names]
    return keras.utils.to_categorical(numbers, len(classes) + 1)[:, :-1]


def by_columns(train, other):
    scaled = other - train.mean(axis=0)
    for column in range(train.shape[1]):
        if train[:, column].std():
            scaled[:, column] /= train[:, column].std()
    return scaled


ANSWERS = {
    "one_hot": {"right": [by_comparison, by_keras]},
    "standardized": {"right": [by_columns]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("05", name, **ANSWERS[name])
