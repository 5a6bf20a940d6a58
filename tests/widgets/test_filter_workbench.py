import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.widgets import filter_workbench as workbench

RANDOM = np.random.default_rng(0)
PICTURE = RANDOM.integers(0, 256, (24, 31)).astype("uint8")
SOBEL = np.array(workbench.KERNELS["Sobel, vertical"], dtype="float64")
# Keras refuses a stride and a dilation that are both above 1.
STEPS = [(1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (1, 3), (1, 4)]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "dilation"), STEPS)
@pytest.mark.parametrize("kernel_size", [(3, 3), (2, 4), (1, 1)])
def test_it_computes_what_keras_does(stride, padding, dilation, kernel_size):
    import keras

    kernel = RANDOM.normal(size=kernel_size)
    for shape in [(24, 31), (13, 16)]:
        picture = RANDOM.integers(0, 256, shape).astype("uint8")
        layer = keras.layers.Conv2D(1, kernel_size, stride, padding, dilation_rate=dilation, use_bias=False)
        inputs = picture[None, ..., None].astype("float32")
        layer.build(inputs.shape)
        layer.set_weights([kernel[..., None, None]])
        expected = np.asarray(layer(inputs))[0, ..., 0]
        found = workbench.convolve(picture, kernel, stride, padding, dilation)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, atol=0.01)


@pytest.mark.parametrize("dilation", [2, 4])
@pytest.mark.parametrize("stride", [2, 3])
def test_a_stride_over_a_spread_kernel_skips_its_results(stride, dilation):
    every = workbench.convolve(PICTURE, SOBEL, 1, "valid", dilation)
    np.testing.assert_allclose(workbench.convolve(PICTURE, SOBEL, stride, "valid", dilation), every[::stride, ::stride])


def test_the_odd_zero_comes_after():
    """As TensorFlow does: with a stride of 2, "same" adds nothing before and one row after."""
    assert workbench.along(24, 3, 2, "same", 1) == (24, 0, 1, 12)


def test_a_picture_that_the_spread_kernel_does_not_fit_into_is_refused():
    with pytest.raises(CourseError, match="reaches over 9 pixels and the picture has 8"):
        workbench.convolve(np.zeros((8, 20)), SOBEL, 1, "valid", 4)
    assert workbench.convolve(np.zeros((8, 20)), SOBEL, 1, "same", 4).shape == (8, 20)


@pytest.mark.parametrize(
    "text", ["0 -1 0 -1 5 -1 0 -1 0", "0,-1,0,-1,5,-1,0,-1,0", "0 -1 0; -1 5 -1; 0 -1 0", "0 -1 0, -1 10/2 -1 0 -1.0 0"]
)
def test_nine_numbers_are_read_row_by_row(text):
    np.testing.assert_array_equal(workbench.parse_kernel(text), workbench.KERNELS["sharpen"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "here are 0"),
        ("1 2 3", "here are 3"),
        ("1 " * 10, "here are 10"),
        ("1 2 three 4 5 6 7 8 9", "“three” is not a number"),
        ("1/0 1 1 1 1 1 1 1 1", "“1/0” is not a number"),
        ("nan 1 1 1 1 1 1 1 1", "“nan” is not a number"),
        ("inf 1 1 1 1 1 1 1 1", "“inf” is not a number"),
        ("1e9 1 1 1 1 1 1 1 1", "“1e9” is too large"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(CourseError, match=sentence):
        workbench.parse_kernel(text)


def test_the_picture_writes_out_the_value_of_the_feature_map():
    for stride, padding, dilation, down, across in [(1, "valid", 1, 0.5, 0.5), (2, "same", 1, 0, 1), (1, "same", 4, 1, 0)]:
        features = workbench.convolve(PICTURE, SOBEL, stride, padding, dilation)
        row, column = round(down * (features.shape[0] - 1)), round(across * (features.shape[1] - 1))
        _, alt = workbench.picture(PICTURE, SOBEL, stride, padding, dilation, False, down, across)
        assert f"for row {row}, column {column}, and the feature map of {features.shape[0]} by {features.shape[1]}" in alt
        products = alt.split(". ")[1].split(" The values")[0]
        terms, value = products.split(" = ")
        assert float(value.replace(",", "")) == features[row, column]
        assert eval(terms.replace("·", "*")) == features[row, column]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "dilation"), [*STEPS, (2, 3)])
@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_the_window_shows_the_pixels_that_make_the_value(stride, padding, dilation, place):
    fig, _ = workbench.picture(PICTURE, SOBEL, stride, padding, dilation, False, place, place)
    features = workbench.convolve(PICTURE, SOBEL, stride, padding, dilation)
    around = np.ma.filled(fig.axes[1].get_images()[0].get_array(), np.nan)
    under = np.nan_to_num(around[1:-1:dilation, 1:-1:dilation])
    row, column = (round(place * (size - 1)) for size in features.shape)
    assert np.sum(under * SOBEL) == pytest.approx(features[row, column])


def test_the_picture_fills_in_the_formula_of_the_size():
    _, alt = workbench.picture(PICTURE, SOBEL, 2, "same", 1, False, 0.5, 0.5)
    assert "Rows: floor((24 + 1 - 1·(3 - 1) - 1) / 2) + 1 = 12  (zeros added: 0 above, 1 below)" in alt
    assert "Columns: floor((31 + 2 - 1·(3 - 1) - 1) / 2) + 1 = 16  (zeros added: 1 left, 1 right)" in alt
    _, alt = workbench.picture(PICTURE, SOBEL, 1, "valid", 3, False, 0.5, 0.5)
    assert "Rows: floor((24 + 0 - 3·(3 - 1) - 1) / 1) + 1 = 18  (no zeros added)" in alt


def test_relu_leaves_no_negative_value():
    fig, alt = workbench.picture(PICTURE, SOBEL, 1, "valid", 1, True, 0.5, 0.5)
    shown = fig.axes[2].get_images()[0].get_array()
    np.testing.assert_allclose(shown, np.maximum(workbench.convolve(PICTURE, SOBEL), 0))
    assert "The values go from 0 to" in alt
    assert "after ReLU" in alt


def test_a_kernel_of_differences_is_shown_around_grey_and_others_from_black():
    def limits(name: str) -> tuple[float, float]:
        fig, _ = workbench.picture(PICTURE, np.array(workbench.KERNELS[name], "float64"), 1, "valid", 1, False, 0, 0)
        return fig.axes[2].get_images()[0].get_clim()

    low, high = limits("Laplacian")
    assert low == -high < 0
    assert limits("blur") == pytest.approx((0, 255))
    assert limits("sharpen") == pytest.approx((0, 255))


@pytest.mark.parametrize(("stride", "dilation", "refused"), [(2, 2, True), (1, 4, False), (4, 1, False)])
def test_the_picture_says_what_keras_refuses(stride, dilation, refused):
    _, alt = workbench.picture(PICTURE, SOBEL, stride, "same", dilation, False, 0.5, 0.5)
    assert ("Keras refuses" in alt) == refused


def test_a_typed_kernel_is_taken_at_once_and_a_bad_one_answered(shown):
    workbench.play({"noise": PICTURE})
    assert "(-1 0 1; -1 0 1; -1 0 1)" in shown.still["text/plain"]
    kernel = shown.controls["kernel"]
    kernel.set("1 2 3 4 5 6 7 8 9")
    assert "(1 2 3; 4 5 6; 7 8 9)" in shown.says
    kernel.set("1 2")
    assert shown.updates[-1]["sentence"].startswith("A kernel of three by three has nine numbers, and here are 2")
    kernel.choose("blur")
    assert shown.updates[-1]["sentence"] == "" and "(0.111 0.111 0.111;" in shown.says


@pytest.mark.parametrize("image", [np.zeros((9, 9, 3), "uint8"), np.zeros((9, 9))])
def test_pictures_other_than_grey_bytes_are_refused(image):
    with pytest.raises(CourseError, match="grey pictures"):
        workbench.play({"wrong": image})


def test_no_picture_is_refused():
    with pytest.raises(CourseError, match="at least one picture"):
        workbench.play({})
