import math

import pytest

from course_utils.words import column_texts, time_text


def test_time_text():
    assert [time_text(seconds) for seconds in (0.4, 61, 246, 9000)] == ["0 s", "61 s", "4.1 min", "2.5 h"]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([91.2345, 8.0, 10.0], ["91.2", "8.0", "10.0"]),
        ([0.3456, 0.012], ["0.346", "0.012"]),
        ([12345.6, 99.9], ["12,346", "100"]),
        ([100.0, 97.5, 8.25], ["100.0", "97.5", "8.2"]),
        ([1_000_000, 7], ["1,000,000", "7"]),
        ([12.5, 0.0000025], ["12.5", "2.5e-06"]),
        ([-3.14159, 2.0], ["-3.14", "2.00"]),
        ([1.5, math.nan, math.inf, -math.inf], ["1.50", "–", "+inf", "-inf"]),
        ([0.0, 0.0], ["0.0", "0.0"]),
        ([math.nan], ["–"]),
        ([], []),
    ],
)
def test_the_numbers_of_a_column_share_their_decimals(values, texts):
    assert column_texts(values) == texts
