import base64
import html
import io
from html.parser import HTMLParser

import matplotlib
import nbformat
import numpy as np
import pytest
from PIL import Image

matplotlib.use("agg")

from matplotlib import pyplot

from course_utils import plots

NAMES = ("cat", "dog", "owl")


@pytest.fixture
def shown(monkeypatch):
    """What `display` was given: a list of (data, metadata)."""
    outputs = []
    monkeypatch.setattr(plots, "display", lambda data, raw, metadata: outputs.append((data, metadata)))
    return outputs


def picture(shown) -> Image.Image:
    return Image.open(io.BytesIO(shown[-1][0]["image/png"]))


def alt(shown) -> str:
    data, metadata = shown[-1]
    assert data["text/plain"] == metadata["image/png"]["alt"]
    assert f'alt="{html.escape(data["text/plain"])}"' in data["text/html"]
    return data["text/plain"]


def test_alt_text_reaches_exported_html(shown):
    from nbconvert import HTMLExporter

    fig, _ = plots.figure()
    plots.show(fig, 'Two curves, "a" < b.')
    data, metadata = shown[-1]
    bundle = data | {"image/png": base64.b64encode(data["image/png"]).decode()}
    output = nbformat.v4.new_output("display_data", data=bundle, metadata=metadata)
    page, _ = HTMLExporter().from_notebook_node(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])
    )
    images = []
    parser = HTMLParser()
    parser.handle_startendtag = parser.handle_starttag = lambda tag, attributes: (
        images.append(attributes) if tag == "img" else None
    )
    parser.feed(page)
    assert [dict(attributes)["alt"] for attributes in images] == ['Two curves, "a" < b.']


def test_a_figure_without_alt_text_is_refused():
    fig, _ = plots.figure()
    with pytest.raises(ValueError, match="needs alt text"):
        plots.show(fig, "  ")


def test_figures_are_closed(shown):
    fig, _ = pyplot.subplots()
    plots.show(fig, "empty")
    assert not pyplot.get_fignums()


def test_no_window_opens_for_a_figure():
    plots.figure()
    assert not pyplot.get_fignums()


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((5, 8, 8), "uint8"),
        np.full((5, 8, 8, 1), 0.5, "float32"),
        np.full((5, 8, 8, 3), 255, "uint8"),
        np.full((5, 8, 8, 3), 200.0, "float32"),
    ],
)
def test_image_grid_takes_what_lessons_have(shown, images):
    plots.image_grid(images, ["a", "b", "c", "d", "e"], columns=3)
    assert alt(shown) == "5 pictures in 2 rows: a, b, c, d, e."
    width, height = picture(shown).size
    assert width > height


def test_a_grey_picture_keeps_its_brightness(shown):
    """A picture of one grey is shown as that grey, not stretched to black or white."""
    plots.image_grid(np.full((1, 8, 8), 128, "uint8"), ["grey"], size=3)
    width, height = picture(shown).size
    assert picture(shown).convert("L").getpixel((width // 2, height * 2 // 3)) == pytest.approx(128, abs=3)


def test_image_grid_wants_a_title_for_each_picture():
    with pytest.raises(ValueError, match="5 images but 1 titles"):
        plots.image_grid(np.zeros((5, 8, 8)), ["a"])


def test_learning_curves_say_where_they_start_and_end(shown):
    history = {"accuracy": [0.5, 0.8], "val_accuracy": [0.4, 0.7]}
    plots.learning_curves({"dense": history, "no validation": {"accuracy": [0.1, 0.2]}}, baseline=0.1)
    assert alt(shown) == (
        "Learning curves of accuracy: dense, training from 0.5 to 0.8 over 2 epochs; dense, validation from 0.4 to 0.7 over "
        "2 epochs; no validation, training from 0.1 to 0.2 over 2 epochs; baseline at 0.1."
    )


def test_confusion_matrix_counts_and_names_the_worst(shown):
    counts = plots.confusion_matrix(np.array([0, 0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 2, 2]), NAMES)
    assert counts.tolist() == [[1, 2, 0], [0, 1, 1], [0, 0, 1]]
    assert alt(shown) == (
        "Confusion matrix, 3 of 6 right. Most frequent mistakes: cat taken for dog (2), dog taken for owl (1)."
    )


def test_confusion_matrix_without_mistakes_and_with_an_absent_class(shown):
    counts = plots.confusion_matrix(np.array([0, 1]), np.array([0, 1]), NAMES)
    assert counts.shape == (3, 3)
    assert alt(shown) == "Confusion matrix, 2 of 2 right. No mistakes."


def test_prediction_strip_tells_right_from_wrong_in_words(shown):
    probabilities = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1]])
    plots.prediction_strip(np.zeros((2, 8, 8, 1)), probabilities, np.array([0, 2]), NAMES)
    assert alt(shown) == "2 pictures with their predicted class and its probability: cat 90%; dog 70% (is owl)."


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_prediction_strip_reads_a_single_sigmoid_unit(shown, shape):
    probabilities = np.array([0.2, 0.9, 0.4], "float32").reshape(shape)
    plots.prediction_strip(np.zeros((3, 8, 8)), probabilities, np.array([0, 1, 1]), NAMES[:2])
    assert alt(shown).endswith("probability: cat 80%; dog 90%; cat 60% (is dog).")


def test_prediction_strip_marks_right_and_wrong_on_the_picture(monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: figures.append(fig))
    plots.prediction_strip(np.zeros((2, 8, 8)), np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 0]), NAMES[:2])
    titles = [axis.get_title() for axis in figures[0].axes]
    assert titles == ["✓ cat\n90%", "✗ dog\n80%\nis: cat"]


def test_learning_curves_show_every_run_and_no_two_alike(monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: figures.append(fig))
    plots.learning_curves({f"run {number}": {"accuracy": [0.1, 0.2 + number / 100]} for number in range(13)})
    lines = figures[0].axes[0].get_lines()
    assert [line.get_label() for line in lines] == [f"run {number}, training" for number in range(13)]
    assert len({(line.get_color(), line.get_marker()) for line in lines}) == 13


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_what_a_model_says_is_drawn_in_every_precision(policy, shown):
    import keras

    model = keras.Sequential(
        [keras.layers.Input((8, 8, 3)), keras.layers.RandomFlip(), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    model.add(keras.layers.Activation("softmax"))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    pictures, labels = np.random.default_rng(0).random((4, 8, 8, 3)), np.array([0, 1, 2, 0])
    history = model.fit(pictures, labels, verbose=0).history
    said = model.predict(pictures, verbose=0)
    plots.image_grid(model.layers[0](pictures, training=True), ["a", "b", "c", "d"])
    plots.prediction_strip(pictures, said, labels, NAMES)
    plots.confusion_matrix(labels, said.argmax(axis=1), NAMES)
    plots.learning_curves({"network": history})
    assert len(shown) == 4 and all(name in alt(shown[1:2]) for name in [NAMES[said[0].argmax()], "%"])


def test_palette_can_be_told_apart_in_grey_print():
    """Neighbouring colours differ in lightness, not only in hue."""
    from matplotlib.colors import to_rgb

    lightness = [np.dot(to_rgb(color), (0.2126, 0.7152, 0.0722)) for color in plots.PALETTE]
    assert min(abs(np.diff(lightness))) > 0.05
