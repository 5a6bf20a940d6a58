import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.widgets import augmentation_preview as preview
from course_utils.widgets.augmentation_preview import Settings

RANDOM = np.random.default_rng(0)
PICTURE = RANDOM.integers(0, 256, (24, 31, 3)).astype("uint8")
STILL = Settings(rotation=0, width_shift=0, height_shift=0, shear=0, zoom=0, flip=False)
NOTHING = {"turn": 0, "down": 0, "right": 0, "shear": 0, "high": 1, "wide": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"turn": 40},
        {"down": 5},
        {"right": -6.5},
        {"shear": 20},
        {"high": 0.8},
        {"wide": 1.2},
        {"turn": -25, "down": 3, "right": 4, "shear": 10, "high": 1.1, "wide": 0.7},
    ],
)
@pytest.mark.parametrize("fill", ["nearest", "reflect", "wrap", "constant"])
def test_it_does_what_the_old_generator_did(change, fill):
    import tensorflow as tf

    square = RANDOM.integers(0, 256, (30, 30, 3)).astype("uint8")
    wanted = {**NOTHING, **change}
    names = {"theta": "turn", "tx": "right", "ty": "down", "shear": "shear", "zx": "wide", "zy": "high"}
    generator = tf.keras.preprocessing.image.ImageDataGenerator(fill_mode=fill)
    old = generator.apply_transform(square.astype("float32"), {name: wanted[mine] for name, mine in names.items()})
    np.testing.assert_allclose(preview.changed(square, preview.matrix(**wanted), fill), old, atol=1.01)


def test_settings_of_nothing_leave_the_picture_as_it_is():
    copies = preview.augmented(PICTURE, STILL, preview.draws(0))
    assert all(np.array_equal(copy, PICTURE) for copy in copies)


@pytest.mark.parametrize(
    "change", [{"rotation": 30}, {"width_shift": 0.3}, {"height_shift": 0.3}, {"shear": 20}, {"zoom": 0.3}]
)
def test_each_setting_changes_every_copy_and_each_differently(change):
    copies = preview.augmented(PICTURE, STILL._replace(**change), preview.draws(0))
    assert len(copies) == preview.COPIES
    pictures = {copy.tobytes() for copy in [*copies, PICTURE]}
    assert len(pictures) == preview.COPIES + 1


def test_a_flip_mirrors_left_and_right_of_some_copies():
    copies = preview.augmented(PICTURE, STILL._replace(flip=True), preview.draws(0))
    mirrored = [np.array_equal(copy, PICTURE[:, ::-1]) for copy in copies]
    assert 0 < sum(mirrored) < len(mirrored)
    assert all(np.array_equal(copy, PICTURE) for copy, is_mirrored in zip(copies, mirrored, strict=True) if not is_mirrored)


def test_a_shift_repeats_the_pixels_of_the_edge():
    moved = preview.changed(PICTURE, preview.matrix(**{**NOTHING, "right": -4}))
    np.testing.assert_array_equal(moved[:, 4:], PICTURE[:, :-4])
    np.testing.assert_array_equal(moved[:, :4], np.repeat(PICTURE[:, :1], 4, axis=1))


def test_what_lies_beyond_the_edge_is_counted():
    drawn = np.zeros((1, 7))
    drawn[0, 2] = 1
    white = np.full((20, 40, 3), 255, "uint8")
    assert preview.invented(white, STILL._replace(width_shift=0.25), drawn) == pytest.approx(0.25)
    assert preview.invented(white, STILL, drawn) == 0


def test_the_same_numbers_are_drawn_for_all_settings():
    np.testing.assert_array_equal(preview.draws(3), preview.draws(3))
    assert not np.array_equal(preview.draws(3), preview.draws(4))
    assert np.abs(preview.draws(3)).max() <= 1


def test_the_alt_text_says_the_settings():
    _, alt = preview.picture(PICTURE, Settings(rotation=25, fill="wrap"), 0)
    assert "turned by up to 25 degrees" in alt
    assert "beyond the edge: wrap" in alt
    assert "0 of them mirrored" in preview.picture(PICTURE, STILL, 0)[1]


def test_a_moved_slider_changes_the_copies(shown):
    preview.play(PICTURE)
    assert "turned by up to 40 degrees" in shown.still["text/plain"]
    shown.controls["turn: ± degrees"].choose("90")
    assert "turned by up to 90 degrees" in shown.says
    shown.controls["beyond the edge"].choose("reflect")
    assert "beyond the edge: reflect" in shown.says
    shown.controls["draw again"].choose("3")
    assert shown.updates[-1]["png"] != shown.updates[-2]["png"]


@pytest.mark.parametrize(
    "image",
    [np.zeros((9, 9), "uint8"), np.zeros((9, 9, 3)), np.zeros((9, 9, 4), "uint8"), np.zeros((161, 9, 3), "uint8")],
)
def test_pictures_that_it_cannot_change_are_refused(image):
    with pytest.raises(CourseError, match="one picture in colour"):
        preview.play(image)
