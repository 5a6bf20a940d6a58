import numpy as np
import pytest

ANSWERS = {
    "points": {"right": [800, 800.0, np.int64(800), np.array(2 * 400)]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("00", name, **ANSWERS[name])
