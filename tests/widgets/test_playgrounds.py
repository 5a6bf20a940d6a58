"""What holds for every playground: how fast it answers, what it leaves in a notebook, what it does with bad input."""

import io
import itertools

import nbformat
import numpy as np
import pytest
from PIL import Image

from course_utils import plots, widgets
from course_utils.errors import CourseError
from course_utils.explain.activations import View
from course_utils.publishing.publish import WIDGET, clean_outputs
from course_utils.widgets import (
    Slider,
    Switch,
    attention,
    augmentation_preview,
    box_overlap,
    broadcasting,
    capacity,
    descent,
    draw_a_digit,
    filter_workbench,
    fit_line,
    playground,
    scaling_and_threshold,
    steps,
    threshold,
    unroll,
    walk_through_a_net,
)

RANDOM = np.random.default_rng(0)
LINE = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
PHOTOGRAPH = RANDOM.integers(0, 256, (130, 200)).astype("uint8")
IMAGES = RANDOM.integers(0, 256, (1_500, 28, 28)).astype("uint8")
LABELS = RANDOM.integers(0, 10, 1_500)
# few colours, since a still has few
SMALL_PHOTOGRAPH = np.kron(RANDOM.choice([40, 120, 200], (6, 6, 1)), np.ones((16, 16, 3))).astype("uint8")
MAPS = np.kron(RANDOM.choice([0.0, 1.0], (1, 10, 10, 16)), np.ones((1, 4, 4, 1)))
# twelve read and fourteen written words, as long as lesson 44 has them
SENTENCES = [attention.Attended(["somewhere"] * 12, ["escondieron"] * 14, RANDOM.normal(size=(14, 12)))] * 2
STATES = np.kron(RANDOM.choice([-1.0, 0.0, 1.0], (12, 8)), np.ones((1, 4)))
WALK = unroll.Walk(
    ("cows", *["green"] * 10, "grass"),
    STATES,
    np.linspace(0, 1, 12),
    STATES,
    dict.fromkeys(unroll.GATES, np.linspace(0, 1, 384).reshape(12, 32)),
)
# A playground, and the control to move, at its dearest setting.
PLAYGROUNDS = {
    "fit_line": (lambda: fit_line.play(LINE, 2 * LINE - 1), {"descent's steps": "500"}, "your a (slope)"),
    "scaling_and_threshold": (
        lambda: scaling_and_threshold.play(IMAGES[:1_000], LABELS[:1_000], IMAGES[1_000:], LABELS[1_000:]),
        {"divide the pixels by": "1"},
        "and stops at",
    ),
    "box_overlap": (box_overlap.play, {"width, pixels": "60"}, "right by"),
    "broadcasting": (broadcasting.play, {"first shape": "(2, 3, 1)"}, "second shape"),
    "filter_workbench": (
        lambda: filter_workbench.play({"photograph": PHOTOGRAPH}),
        {"dilation": "2", "stride": "2", "padding": "same"},
        "look at: from the top",
    ),
    "draw_a_digit": (lambda: draw_a_digit.play(lambda digits: np.full((1, 10), 0.1)), {}, "turn it by, degrees"),
    "attention": (lambda: attention.play(SENTENCES), {"sentence": "2"}, "step"),
    "augmentation_preview": (
        lambda: augmentation_preview.play(SMALL_PHOTOGRAPH),
        {"shear: ± degrees": "20.0"},
        "turn: ± degrees",
    ),
    "threshold": (
        lambda: threshold.play(LABELS % 2, RANDOM.uniform(size=len(LABELS)), ("cat", "dog")),
        {"a missed dog costs": "5"},
        "threshold",
    ),
    "descent": (descent.play, {"surface": "two wells", "optimizer": "Adam", "steps": "200"}, "learning rate"),
    "capacity": (capacity.play, {"examples": "200", "penalty on the weights": "0.01"}, "capacity (degree)"),
    "unroll": (lambda: unroll.play({"LSTM": WALK}), {"step": "1"}, "step"),
    "walk_through_a_net": (
        lambda: walk_through_a_net.play({"cat": SMALL_PHOTOGRAPH}, {"pool1": MAPS}, {"pool1": View(4, 2, 0.5)}),
        {"channel": "3"},
        "channel",
    ),
}


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_a_move_is_answered_within_a_tenth_of_a_second(shown, name, assert_answered_in_time):
    play, setting, moved = PLAYGROUNDS[name]
    play()
    for description, value in setting.items():
        shown.controls[description].choose(value)
    slider = shown.controls[moved]

    def move() -> None:
        drawn = len(shown.updates)
        slider.set(slider.setting + (1 if slider.setting < len(slider.texts) - 1 else -1))
        assert len(shown.updates) == drawn + 1

    assert_answered_in_time(move)


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_a_redraw_looks_like_the_still(shown, name):
    """Nothing jumps when a slider is moved: same size, axes in the same places, and nearly the same colours."""
    play, _, moved = PLAYGROUNDS[name]
    play()
    slider = shown.controls[moved]
    first = slider.setting
    slider.set(first + (1 if first < len(slider.texts) - 1 else -1))
    slider.set(first)
    still, redrawn = (
        np.asarray(Image.open(io.BytesIO(png)).convert("L"), dtype="float32")
        for png in (shown.still["image/png"], shown.updates[-1]["png"])
    )
    assert still.shape == redrawn.shape
    assert np.abs(still - redrawn).mean() < 2  # of 255; the still has fewer colours


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_texts_stay_within_the_picture_and_off_each_other(shown, monkeypatch, name):
    """Also at the ends of each control, where numbers are longest and curves highest."""
    drawn = []
    monkeypatch.setattr(widgets, "render", lambda fig, *others: drawn.append(fig) or plots.render(fig, *others))
    play, _, _ = PLAYGROUNDS[name]
    play()
    for control in shown.controls.values():
        if isinstance(control.setting, int) and not isinstance(control.setting, bool):
            for end in (len(control.texts) - 1, 0):
                control.set(end)
    for fig in drawn:
        sentences = [text.get_window_extent() for text in fig.texts]
        titles = [axis.title.get_window_extent() for axis in fig.axes if axis.get_title()]
        legends = [axis.get_legend().get_window_extent() for axis in fig.axes if axis.get_legend()]
        for place in (*sentences, *titles, *legends):
            assert fig.bbox.padded(1).containsx(place.x0) and fig.bbox.padded(1).containsx(place.x1), fig.texts
            assert fig.bbox.padded(1).containsy(place.y0) and fig.bbox.padded(1).containsy(place.y1), fig.texts
        for one, other in itertools.combinations((*sentences, *titles, *legends), 2):
            assert not one.overlaps(other)


def line_picture(height: float, text: str = "") -> tuple:
    if height > 1:
        raise CourseError("It may be 1 <at most>; choose less.")
    fig, axes = plots.figure(width=2, height=2)
    axes[0, 0].axhline(height)
    return fig, f"A line at {height:g}."


def test_bad_input_shows_a_sentence_beside_the_last_picture(shown):
    playground(line_picture, {"height": Slider("height", steps(0, 2, 0.25), 0.5)})
    shown.controls["height"].choose("1.5")
    (bad,) = shown.updates
    assert (bad["sentence"], bad["alt"]) == ("It may be 1 <at most>; choose less.", "A line at 0.5.")
    assert bad["png"] == shown.still["image/png"]
    shown.controls["height"].choose("0.25")
    assert (shown.updates[-1]["sentence"], shown.says) == ("", "A line at 0.25.")


def test_the_page_hears_of_a_picture_that_is_the_same_as_before(shown):
    """It says after a while that nobody answers."""
    playground(lambda on: line_picture(0.5), {"on": Switch("on", False)})
    shown.controls["on"].set(True)
    assert len(shown.updates) == 1


def test_bad_first_values_are_refused(shown):
    with pytest.raises(CourseError, match="choose less"):
        playground(line_picture, {"height": Slider("height", (1, 2), 2)})
    assert shown.still is None


def test_a_redraw_with_other_axes_is_refused():
    fig, _ = plots.figure()
    plots.render(fig, "one")
    places = plots.axes_places(fig)
    two, _ = plots.figure(1, 2)
    with pytest.raises(ValueError, match="zip"):
        plots.render(two, "two", places)


@pytest.fixture(scope="module")
def executed() -> nbformat.NotebookNode:
    """A notebook that shows a playground, run by a kernel with no one to look at it."""
    from nbclient import NotebookClient

    source = "from course_utils.widgets import fit_line\nimport numpy as np\nfit_line.play(np.arange(3.0), np.arange(3.0))"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    return NotebookClient(notebook, kernel_name="python3", timeout=60).execute()


def test_a_published_playground_is_a_picture_and_no_widget(executed):
    assert any(WIDGET in output.data for output in executed.cells[0].outputs)
    (still,) = clean_outputs(executed.cells[0].outputs, {})
    assert "widget" not in str(still).lower()
    assert still.data["text/plain"].startswith("Left: 3 points, your line")
    assert still.metadata["image/png"]["alt"] == still.data["text/plain"]
    assert len(still.data["image/png"]) < 60_000


@pytest.mark.parametrize("published", [True, False])
def test_an_exported_playground_is_a_picture_and_no_broken_box(executed, published):
    """Neither as it was published, nor as a reader saved it, without the state of the widgets."""
    from nbconvert import HTMLExporter

    notebook = nbformat.from_dict(executed)
    notebook.metadata.pop("widgets", None)
    if published:
        notebook.cells[0].outputs = clean_outputs(notebook.cells[0].outputs, {})
    # of nbconvert's templates the one that reads alt texts of plain pictures, which `course export` is made from
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    body = page.split("<body")[1]
    assert body.count("<img") == 1
    assert 'alt="Left: 3 points, your line' in body
    assert "widget-view" not in body
    assert ("Playground(its controls answer in a running notebook)" in body) != published
