from course_utils.words import time_text


def test_time_text():
    assert [time_text(seconds) for seconds in (0.4, 61, 246, 9000)] == ["0 s", "61 s", "4.1 min", "2.5 h"]
