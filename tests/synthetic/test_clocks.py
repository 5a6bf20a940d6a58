import numpy as np

from course_utils.synthetic.clocks import HAND_LENGTHS, drawn_clocks

CLOCKS = drawn_clocks(200, seed=1)


def test_the_same_seed_gives_the_same_clocks_and_another_one_others():
    for ours, again, others in zip(CLOCKS, drawn_clocks(200, seed=1), drawn_clocks(200, seed=2), strict=True):
        np.testing.assert_array_equal(ours, again)
        assert not np.array_equal(ours, others)


def test_shapes_types_and_ranges():
    assert CLOCKS.pixels.shape == (200, 32, 32, 1) and CLOCKS.tips.shape == (200, 4) and CLOCKS.angles.shape == (200, 2)
    assert CLOCKS.pixels.dtype == CLOCKS.tips.dtype == CLOCKS.angles.dtype == "float32"
    assert CLOCKS.pixels.min() == 0 and CLOCKS.pixels.max() == 1
    assert CLOCKS.angles.min() >= 0 and CLOCKS.angles.max() <= np.float32(2 * np.pi)
    assert 0 <= CLOCKS.minutes.min() < 60 and 660 < CLOCKS.minutes.max() <= 720


def test_angles_tell_the_time_and_tips_the_angles():
    hour, minute = CLOCKS.angles.T / (2 * np.pi)
    np.testing.assert_allclose(720 * hour, CLOCKS.minutes, rtol=1e-5)
    np.testing.assert_allclose(60 * minute, CLOCKS.minutes % 60, atol=1e-3)
    tips = CLOCKS.tips.reshape(-1, 2, 2)
    around = np.arctan2(tips[..., 0], -tips[..., 1]) % (2 * np.pi)
    np.testing.assert_allclose(around, CLOCKS.angles, atol=1e-5)
    lengths = np.linalg.norm(tips, axis=-1)
    assert (lengths <= np.array(HAND_LENGTHS) * 1.0001).all() and (lengths >= np.array(HAND_LENGTHS) * 0.7499).all()


def test_the_picture_shows_what_the_tips_say():
    rows, columns = np.mgrid[:32, :32]
    for picture, tips in zip(CLOCKS.pixels[:50, :, :, 0], CLOCKS.tips[:50].reshape(-1, 2, 2), strict=True):
        x, y = ((picture * axis).sum() / picture.sum() for axis in (columns, rows))
        # the hands' own middles, from the clock's middle, which lies within four pixels of the picture's
        assert np.hypot(*(np.array([x, y]) - 15.5 - tips.sum(axis=0) / 4)) < 4 * np.sqrt(2) + 1.5
