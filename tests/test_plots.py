import base64
import html
import io
import itertools
from dataclasses import dataclass
from html.parser import HTMLParser

import matplotlib
import nbformat
import numpy as np
import pytest
from PIL import Image

matplotlib.use("agg")

from matplotlib import pyplot
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from course_utils import plots
from course_utils.publishing.publish import MAX_BYTES

NAMES = ("cat", "dog", "owl")


@pytest.fixture
def shown(monkeypatch):
    """What `display` was given: a list of (data, metadata)."""
    outputs = []
    monkeypatch.setattr(plots, "display", lambda data, raw, metadata: outputs.append((data, metadata)))
    return outputs


@pytest.fixture
def figures(monkeypatch, shown):
    """The figures that are shown."""
    figures = []
    render = plots.render
    monkeypatch.setattr(plots, "render", lambda fig, alt: figures.append(fig) or render(fig, alt))
    return figures


def legend_of(fig) -> list[str]:
    return [text.get_text() for legend in fig.legends for text in legend.get_texts()]


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
    assert alt(shown) == "2 pictures with their predicted class and its probability: cat 90\xa0%; dog 70\xa0% (is owl)."


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_prediction_strip_reads_a_single_sigmoid_unit(shown, shape):
    probabilities = np.array([0.2, 0.9, 0.4], "float32").reshape(shape)
    plots.prediction_strip(np.zeros((3, 8, 8)), probabilities, np.array([0, 1, 1]), NAMES[:2])
    assert alt(shown).endswith("probability: cat 80\xa0%; dog 90\xa0%; cat 60\xa0% (is dog).")


def test_prediction_strip_marks_right_and_wrong_on_the_picture(monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: figures.append(fig))
    plots.prediction_strip(np.zeros((2, 8, 8)), np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 0]), NAMES[:2])
    captions = [axis.get_xlabel() for axis in figures[0].axes]
    assert captions == ["✓ cat 90\xa0%", "✗ dog 80\xa0%\nis cat"]


@pytest.mark.parametrize(("share", "said"), [(1, "> 99.9"), (0.9996, "> 99.9"), (0.9951, "99.5"), (0.96, "96")])
def test_prediction_strip_rounds_nothing_to_certainty(shown, share, said):
    plots.prediction_strip(np.zeros((1, 8, 8)), np.array([[share, 1 - share]]), np.array([0]), NAMES[:2])
    assert alt(shown).endswith(f": cat {said}\xa0%.")


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


# ---- one or several series, bars, points


LONG = "a convolutional network with batch normalization, dropout and augmentation"
CURVES = {"dense": [0.5, 0.7, 0.8], "convnet": [0.6, 0.9, 0.85]}


@dataclass
class Gain:
    """As what `measure.compare` returns."""

    value: float = 2.5
    low: float = 1.0
    high: float = 4.0


def test_lines_say_every_value_of_a_few(shown):
    plots.lines(CURVES, x=[10, 100, 1000], xlabel="pictures", ylabel="accuracy", xscale="log", reference={"guessing": 0.1})
    assert alt(shown) == (
        "Line plot of accuracy against pictures, logarithmic x axis. dense 0.5 at 10, 0.7 at 100, 0.8 at 1,000; "
        "convnet 0.6 at 10, 0.9 at 100, 0.85 at 1,000; guessing at 0.1."
    )


def test_a_line_without_values_is_said_to_have_none(shown):
    plots.lines({"kept": np.arange(9.0), "lost": np.full(9, np.nan)})
    assert "lost has no values" in alt(shown)


def test_lines_say_ends_and_extremes_of_many(shown):
    plots.lines({"loss": [5, 4, 3, 2, 1, 9, 2, 3]}, marks={"restart": 5})
    assert alt(shown) == "Line plot. loss from 5 at 0 to 3 at 7, highest 9 at 5, lowest 1 at 4; restart at 5."


def test_lines_of_several_seeds_are_their_mean_in_a_band(shown, figures):
    plots.lines({"dense": [[1.0, 2.0, 9.0], [3.0, 4.0]]}, ylabel="loss")
    (axis,) = figures[0].axes
    assert axis.get_lines()[0].get_ydata().tolist() == [2, 3]
    (band,) = axis.collections
    assert band.get_paths()[0].get_extents().intervaly.tolist() == [1, 4]
    assert alt(shown).endswith("dense 2 at 0, 3 at 1 (mean of 2 seeds, which end between 2 and 4).")


def test_lines_in_panels_share_the_axis_if_they_have_one_label(shown, figures):
    panels = {"before": CURVES, "after": {"dense": [0, 0, 0]}}
    plots.lines(panels, ylabel="gradient")
    plots.lines(panels)
    shared, own = figures
    assert shared.axes[0].get_ylim() == shared.axes[1].get_ylim() and own.axes[0].get_ylim() != own.axes[1].get_ylim()
    assert [axis.get_title() for axis in shared.axes] == ["before", "after"]
    assert alt(shown[:1]).startswith("Line plots of gradient. before: dense 0.5 at 0, ")
    assert ". after: dense 0 at 0, 0 at 1, 0 at 2." in alt(shown[:1])


def test_lines_take_names_for_x_and_intervals_beside_each_other(shown, figures):
    ends = {name: [(y - 0.1, y + 0.2) for y in values] for name, values in CURVES.items()}
    plots.lines(CURVES, x=["short", "medium", "long"], intervals=ends)
    axis = figures[0].axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["short", "medium", "long"]
    bars = np.array([segment for bar in axis.collections for segment in bar.get_segments()])
    assert np.allclose(bars[:3, :, 1], ends["dense"])
    assert len({x for x in bars[:, 0, 0]}) == 6
    assert "dense 0.5 at short, 0.7 at medium, 0.8 at long, interval at the end 0.7 to 1" in alt(shown)


def test_lines_take_a_data_frame(shown):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(CURVES, index=[1, 2, 3])
    plots.lines(frame, x=frame.index, xlabel="epoch")
    assert alt(shown).startswith("Line plot against epoch. dense 0.5 at 1, 0.7 at 2, 0.8 at 3; convnet")


def test_lines_take_dates(shown):
    plots.lines({"temperature": [1, 2]}, x=np.array(["2024-01-01", "2024-01-02"], "datetime64[D]"))
    assert alt(shown) == "Line plot. temperature 1 at 2024-01-01, 2 at 2024-01-02."


def test_lines_want_as_many_values_as_there_are_x():
    with pytest.raises(ValueError, match="convnet has 3 values, but there are 2 x"):
        plots.lines({"convnet": [1, 2, 3]}, x=[1, 2])


def test_no_two_of_many_lines_look_alike(figures):
    plots.lines({f"run {number}": [number, number + 1] for number in range(13)})
    looks = {(line.get_color(), line.get_linestyle(), line.get_marker()) for line in figures[0].axes[0].get_lines()}
    assert len(looks) == 13


def test_learning_curves_on_a_logarithmic_axis_show_errors(shown, figures):
    plots.learning_curves({"dense": {"accuracy": [0.5, 0.9]}}, baseline=0.1, log=True)
    plots.learning_curves({"dense": {"loss": [2.0, 0.1]}}, "loss", log=True)
    assert [fig.axes[0].get_yscale() for fig in figures] == ["log", "log"]
    assert [fig.axes[0].get_ylabel() for fig in figures] == ["error (1 − accuracy)", "loss"]
    assert alt(shown[:1]) == (
        "Learning curves of error (1 − accuracy) on a logarithmic axis: dense, training from 0.5 to 0.1 over 2 epochs; "
        "baseline at 0.9."
    )
    assert "loss on a logarithmic axis: dense, training from 2 to 0.1" in alt(shown)


def test_learning_curves_of_seeds_are_a_mean_as_long_as_the_shortest(shown):
    plots.learning_curves({"dense": [{"loss": [3.0, 2.0, 1.0]}, {"loss": [1.0, 1.0]}]}, "loss")
    assert "training from 2 to 1.5 over 2 epochs (mean of 2 seeds, which end between 1 and 2)" in alt(shown)


def test_bars_show_values_seeds_and_differences(shown, figures):
    values = {"dense": 88.125, "convnet": [91.0, 92.0], "gain": Gain(), "given": 5}
    plots.bars(values, "accuracy, %", intervals={"given": (4, 7)}, reference={"commonest class": 10})
    assert [bar.get_width() for bar in figures[0].axes[0].patches] == [88.125, 91.5, 2.5, 5]
    assert alt(shown) == (
        "Bars of accuracy, %: dense 88.1; convnet 91.5 (mean of 2 seeds, 91 to 92); gain 2.5 (interval 1 to 4); "
        "given 5 (interval 4 to 7); commonest class at 10."
    )
    assert legend_of(figures[0]) == ["commonest class"]


def test_bars_begin_at_zero_and_dots_need_not(figures):
    plots.bars({"dense": 97, "convnet": 98})
    plots.bars({"dense": 97, "convnet": 98}, dots=True)
    low = [fig.axes[0].get_xlim()[0] for fig in figures]
    assert low[0] == 0 and low[1] > 96


def test_grouped_bars_name_each_colour_once(shown, figures):
    plots.bars(
        {"cats": {"small": 1, "large": 2}, "dogs": {"small": 3, "large": [4, 6]}}, intervals={"dogs": {"small": (2, 5)}}
    )
    assert legend_of(figures[0]) == ["small", "large"]
    assert alt(shown) == (
        "Bars: cats: small 1, large 2; dogs: small 3 (interval 2 to 5), large 5 (mean of 2 seeds, 4 to 6)."
    )


def test_scatter_draws_points_intervals_and_fitted_lines(shown, figures):
    plots.scatter(
        {"seen": ([0, 1], [1, 3])}, "x", "y", intervals={"seen": [(0, 2), (2, 4)]}, curves={"fit": lambda x: 2 * x + 1}
    )
    points, fitted = [line for line in figures[0].axes[0].get_lines() if not line.get_label().startswith("_")]
    assert points.get_linestyle() == "None" and fitted.get_ydata()[[0, -1]].tolist() == [1, 3]
    assert alt(shown) == "Scatter plot of y against x: seen (0, 1), (1, 3); line fit from 1 at 0 to 3 at 1."


def test_scatter_of_many_points_says_where_they_lie(shown):
    x = np.arange(100)
    plots.scatter({"rising": (x, 2 * x), "flat": (x, np.ones(100))})
    assert alt(shown) == (
        "Scatter plot: rising, 100 points, x from 0 to 99, y from 0 to 198, correlation 1.00; "
        "flat, 100 points, x from 0 to 99, y from 1 to 1."
    )


def test_histogram_says_where_most_values_are(shown, figures):
    plots.histogram({"a": [0, 0, 0, 9], "b": [9, 10]}, "words", bins=[0, 5, 10], marks={"cut": 5})
    assert alt(shown) == (
        "Histogram of words. a: 4 values from 0 to 9, median 0, most between 0 and 5; "
        "b: 2 values from 9 to 10, median 9.5, most between 5 and 10; cut at 5."
    )
    assert legend_of(figures[0]) == ["a", "b", "cut"]


# ---- pictures and maps


def test_image_grid_names_rows_of_variants(shown, figures):
    plots.image_grid({"as they are": np.zeros((2, 8, 8)), LONG: np.ones((2, 8, 8))}, ["cat", "dog"])
    assert alt(shown) == f"2 rows of 2 pictures: as they are, {LONG}; columns: cat, dog."
    assert [axis.get_title() for axis in figures[0].axes] == ["cat", "dog", "", ""]
    assert [axis.get_ylabel().replace("\n", " ") for axis in figures[0].axes] == ["as they are", "", LONG, ""]


@pytest.mark.parametrize("draw", [plots.image_grid, plots.heat_maps])
def test_wide_pictures_leave_no_empty_bands(figures, draw):
    for height in (100, 40):
        draw(np.ones((2, height, 100)), titles=["a", "b"], size=3)
    square, wide = (figure.get_figheight() for figure in figures)
    assert square - wide == pytest.approx(3 * 0.6)


def test_image_grid_needs_no_titles(shown):
    plots.image_grid(np.zeros((3, 8, 8)), columns=2)
    assert alt(shown) == "3 pictures in 2 rows."


@pytest.mark.parametrize(
    ("images", "titles", "words"),
    [
        ({"a": np.zeros((2, 8, 8)), "b": np.zeros((3, 8, 8))}, (), "as many images each"),
        ({"a": np.zeros((2, 8, 8))}, ["cat"], "2 columns but 1 titles"),
    ],
)
def test_image_grid_wants_rows_of_one_length_and_a_title_a_column(images, titles, words):
    with pytest.raises(ValueError, match=words):
        plots.image_grid(images, titles)


def spot(row, column, value=1.0):
    each = np.zeros((6, 6), "float32")
    each[row, column] = value
    return each


def test_heat_maps_say_where_each_is_strongest(shown):
    maps = [spot(0, 0, 0.5), spot(3, 3), spot(5, 5), np.zeros((6, 6))]
    plots.heat_maps(maps, np.zeros((4, 12, 12, 3), "uint8"), titles=["cat", "dog", "owl", "none"], alt="Four animals.")
    share = "more than half of that on 3\xa0% of the area"
    assert alt(shown) == (
        f"Four animals. 4 heat maps over pictures. cat: highest, 0.5, at the top left, {share}; "
        f"dog: highest, 1, in the middle, {share}; owl: highest, 1, at the bottom right, {share}; none: zero everywhere."
    )


def test_heat_maps_below_zero_have_a_second_colour(shown, figures):
    plots.heat_maps([spot(0, 5, 2.0) + spot(5, 0, -1.0)])
    assert alt(shown).endswith("map 1: highest, 2, at the top right; lowest, -1, at the bottom left.")
    assert figures[0].axes[0].images[0].get_clim() == (-2, 2)


def test_heat_maps_have_one_scale_if_it_is_labelled(figures):
    plots.heat_maps([spot(0, 0, 1.0), spot(0, 0, 4.0)], label="drop, points")
    plots.heat_maps([spot(0, 0, 1.0), spot(0, 0, 4.0)])
    assert [axis.images[0].get_clim() for axis in figures[0].axes[:2]] == [(0, 4), (0, 4)]
    assert figures[0].axes[2].get_ylabel() == "drop, points"
    assert [axis.images[0].get_clim() for axis in figures[1].axes] == [(0, 1), (0, 4)]


def test_a_heat_map_leaves_the_picture_in_view_where_it_is_weak(figures):
    plots.heat_maps([spot(0, 0)], np.full((1, 12, 12), 128, "uint8"))
    below, above = figures[0].axes[0].images
    assert below.get_array().max() == pytest.approx(128 / 255)
    assert above.get_alpha()[0, 0] > 0.5 and above.get_alpha()[5, 5] == 0


def test_boxes_are_drawn_where_they_are_and_listed(shown, figures):
    found, true = [[(2, 3, 6, 8)], np.empty((0, 4))], [[(1, 3, 6, 8)], [(0, 0, 4, 4)]]
    plots.boxes(np.zeros((2, 12, 12, 3), "uint8"), found, [["disc 0.91"], []], truth=true)
    assert alt(shown) == "2 pictures with boxes. picture 1: 1 box (disc 0.91), 1 true; picture 2: 0 boxes, 1 true."
    first = figures[0].axes[0]
    x, y = first.lines[-1].get_data()
    assert (min(x), min(y), max(x), max(y)) == (1.5, 2.5, 5.5, 7.5)
    assert [text.get_text() for text in first.texts] == ["disc 0.91"]
    assert first.lines[1].get_linestyle() == "--" and first.lines[-1].get_linestyle() == "-"
    assert first.get_xlim() == (-0.5, 11.5)


@pytest.mark.parametrize("given", [{"boxes": [()]}, {"boxes": [(), ()], "texts": [[]]}, {"boxes": [(), ()], "truth": [()]}])
def test_boxes_want_a_set_for_each_image(given):
    with pytest.raises(ValueError, match="There are 2 images but 1"):
        plots.boxes(np.zeros((2, 8, 8)), **given)


@pytest.mark.parametrize("given", [{"pictures": np.zeros((2, 8, 8))}, {"titles": ["a", "b"]}])
def test_heat_maps_want_a_picture_and_a_title_each(given):
    with pytest.raises(ValueError, match=f"1 maps but 2 {next(iter(given))}"):
        plots.heat_maps([spot(0, 0)], **given)


def test_matrix_writes_its_numbers_and_says_the_largest(shown, figures):
    plots.matrix([[0.25, 0.75], [1.0, 0.0]], ["le", "chat"], ["the", "cat"], label="attention weight")
    assert [text.get_text() for text in figures[0].axes[0].texts] == ["0.25", "0.75", "1.00", "0.00"]
    assert alt(shown) == (
        "Table of 2 rows and 2 columns of attention weight, from 0 to 1. "
        "Largest in each row: le: 0.75 at cat; chat: 1 at the."
    )
    with pytest.raises(ValueError, match="1 rows and 2 columns are named"):
        plots.matrix([[1, 2], [3, 4]], ["a"], ["b", "c"])


def test_confusion_matrix_tints_the_rarest_mistake_and_nothing_else(figures):
    labels = np.repeat([0, 1, 2], 100)
    predictions = labels.copy()
    predictions[0], predictions[100:130] = 1, 2
    plots.confusion_matrix(labels, predictions, NAMES)
    diagonal, mistakes = figures[0].axes[0].images
    tints = mistakes.to_rgba(mistakes.get_array())
    tinted = np.argwhere(tints[..., 3] > 0).tolist()
    assert tinted == [[0, 1], [1, 2]]
    assert oklab_distance(tints[0, 1, :3], np.ones(3)) > 0.05, "one mistake looks like none"
    assert len(np.unique(diagonal.to_rgba(diagonal.get_array())[..., :3].reshape(-1, 3).std(axis=1).round(6))) == 1


# ---- layout

ROWS = {LONG: np.zeros((3, 8, 8)), "mirrored": np.zeros((3, 8, 8))}
SAMPLES = {
    "learning curves": lambda: plots.learning_curves({LONG: {"loss": [1, 2]}, "dense": {"loss": [2, 1]}}, "loss", 1.5),
    "lines": lambda: plots.lines(
        {LONG: range(40), "dense": range(40)}, xlabel="step", ylabel="loss", reference={"guess": 3}
    ),
    "lines by name": lambda: plots.lines(CURVES, x=["after block 1 of 4", "after block 2 of 4", LONG[:50]], ylabel="loss"),
    "lines by long words": lambda: plots.lines({"loss": range(9)}, x=["normalization", "augmentation", "dropout"] * 3),
    "lines, log": lambda: plots.lines(CURVES, x=[1000, 30_000, 60_000], xscale="log", xlabel="training pictures"),
    "panels": lambda: plots.lines({LONG: CURVES, "after": CURVES, "later": CURVES}, xlabel="step"),
    "bars": lambda: plots.bars({LONG: 1e6, "dense": [2e6, 2.1e6]}, "bytes", reference={LONG: 5e5}),
    "bars below zero": lambda: plots.bars({"gain": 3, "loss": -20, "lost": Gain(-9, -19, 1)}, "points"),
    "groups": lambda: plots.bars({LONG: {"small": 1, LONG: 2}, "dogs": {"small": 3, LONG: 4}}, "share"),
    "dots": lambda: plots.bars({"with pooling": Gain()}, "points", dots=True, reference={"no difference": 0}),
    "scatter": lambda: plots.scatter({LONG: ([1, 2], [3, 4])}, "x", "y", curves={"fit": lambda x: x}, ylim=(3, 4)),
    "histogram": lambda: plots.histogram({LONG: range(9), "b": range(9)}, "words", marks={"cut": 8}),
    "grid": lambda: plots.image_grid(np.zeros((9, 8, 8)), [LONG[:40]] * 9, columns=9),
    "rows": lambda: plots.image_grid(ROWS, ["cat", "dog", "Norwegian forest cat"]),
    "heat maps": lambda: plots.heat_maps([spot(0, 0)] * 3, titles=["a", "b", LONG], columns=2, label="drop"),
    "matrix": lambda: plots.matrix(np.eye(12), [LONG[:30]] * 12, [LONG[:30]] * 12, "weight", "heard", "said"),
    "confusion": lambda: plots.confusion_matrix(np.arange(3), np.arange(3), ["cat", "dog", LONG[:30]]),
    "predictions": lambda: plots.prediction_strip(np.zeros((2, 8, 8)), np.eye(3)[:2], np.array([0, 2]), ["a", "b", LONG]),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_nothing_is_cut_off_and_no_label_lies_on_another(sample, figures):
    SAMPLES[sample]()
    (fig,) = figures
    fig.canvas.draw()
    drawn = fig.get_tightbbox()
    assert min(drawn.x0, drawn.y0) > -0.02
    assert drawn.x1 < fig.get_figwidth() + 0.02 and drawn.y1 < fig.get_figheight() + 0.02
    for legend in fig.legends:
        assert not any(legend.get_window_extent().padded(-1).overlaps(axis.get_window_extent()) for axis in fig.axes)
    for labels in (ticks_seen(axis) for axes in fig.axes for axis in (axes.xaxis, axes.yaxis)):
        assert not any(a.overlaps(b) for a, b in itertools.combinations(labels, 2))


def ticks_seen(axis):
    """Where the labels of an axis stand that are within what it shows, unless they are slanted."""
    low, high = sorted(axis.get_view_interval())
    ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high and tick.label1.get_visible()]
    labels = [tick.label1 for tick in ticks if tick.label1.get_text() and tick.label1.get_rotation() in (0, 90)]
    return [label.get_window_extent() for label in labels]


# ---- colours


MACHADO = {  # Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
    "all colours": np.eye(3),
    "no red cones": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green cones": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue cones": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
COLORS = {name: getattr(plots, name) for name in ("BLUE", "ORANGE", "GREEN", "PINK", "SKY", "RED", "YELLOW", "GREY")}


def linear(rgb):
    """sRGB from 0 to 1 as linear light."""
    rgb = np.asarray(rgb, "float64")
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(color):
    return linear(to_rgb(color)) @ (0.2126, 0.7152, 0.0722)


def oklab(light):
    """Linear RGB in OKLab (Ottosson 2020), in which a distance of 0.02 can just be seen."""
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    mixed = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.cbrt(np.clip(light, 0, 1) @ np.transpose(cones)) @ np.transpose(mixed)


def oklab_distance(first, second):
    """Between colours in sRGB from 0 to 1, (..., 3)."""
    return np.linalg.norm(oklab(linear(first)) - oklab(linear(second)), axis=-1)


@pytest.mark.parametrize("name", COLORS)
def test_colours_stand_out_from_white(name):
    assert 1.05 / (luminance(COLORS[name]) + 0.05) >= 3


@pytest.mark.parametrize("vision", MACHADO)
def test_colours_are_told_apart_with_any_colour_vision(vision):
    def nearest(colors):
        seen = [oklab(linear(to_rgb(color)) @ np.transpose(MACHADO[vision])) for color in colors]
        return min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))

    assert nearest(plots.PALETTE) >= 0.08  # 0.076 for Okabe and Ito's
    assert nearest(COLORS.values()) >= 0.07


def test_neighbours_are_told_apart_in_grey_print():
    lightness = [116 * np.cbrt(luminance(color)) - 16 for color in plots.PALETTE]
    assert min(abs(np.diff(lightness))) >= 15


@pytest.fixture
def photographs():
    from sklearn.datasets import load_sample_image

    return [load_sample_image(f"{name}.jpg")[top : top + 200, left : left + 200]
            for name in ("china", "flower") for top in (0, 200) for left in (0, 140, 280, 420)]  # fmt: skip


def as_drawn(fig) -> np.ndarray:
    drawn = io.BytesIO()
    fig.savefig(drawn, format="png", dpi=plots.DOTS_PER_INCH)
    return np.asarray(Image.open(drawn).convert("RGB")) / 255


def test_a_photograph_and_a_thin_frame_on_it_keep_their_colours(photographs):
    fig, axes = plots.figure(2, 8, width=7.6, height=2.5)
    for axis, photograph in zip(axes.flat, photographs, strict=True):
        axis.imshow(photograph)
        axis.axis("off")
    axes[0, 1].add_patch(Rectangle((50, 50), 80, 80, fill=False, edgecolor=plots.ORANGE, linewidth=1.5))
    drawn = as_drawn(fig)
    data, _ = plots.render(fig, "Sixteen photographs")
    published = np.asarray(Image.open(io.BytesIO(data["image/png"])).convert("RGB")) / 255
    apart = oklab_distance(drawn, published)
    assert apart.mean() < 0.012
    assert np.quantile(apart, 0.999) < 0.07
    frame = oklab_distance(drawn, to_rgb(plots.ORANGE)) < 0.01
    assert frame.sum() > 50 and apart[frame].max() < 0.05
    assert len(data["image/png"]) < 90_000


def test_twenty_figures_fit_into_a_notebook(photographs, shown):
    """Four of them with photographs, two with heat maps over them: the most that a lesson has today is fourteen in all."""
    falling = np.exp(-np.arange(20) / 4)
    plots.image_grid(photographs[::2])
    plots.heat_maps(falling.reshape(1, 4, 5).repeat(4, axis=0), photographs[:4])
    plots.learning_curves({"convnet": {"loss": falling, "val_loss": falling + 0.1}}, "loss", baseline=1)
    grid, maps, curves = (len(data["image/png"]) for data, _ in shown)
    assert 4 / 3 * (4 * grid + 2 * maps + 14 * curves) < MAX_BYTES - 70_000
