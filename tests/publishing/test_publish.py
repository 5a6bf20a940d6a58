import errno
import itertools
import json
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils import claims
from course_utils.errors import CourseError
from course_utils.files import write_json
from course_utils.paths import ROOT
from course_utils.publishing.publish import (
    clean_outputs,
    final_text,
    is_fresh,
    publish_notebook,
    publish_results,
    readme_table,
    source_hash,
    without_comments,
    without_smoke_sizes,
)
from course_utils.results import read_result
from course_utils.runner.execute import execute

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def finished(tmp_path_factory, write_lesson_in):
    """A folder with a lesson and, in `build`, what a run in the `lesson` profile left of it."""
    folder = tmp_path_factory.mktemp("finished")
    lesson = write_lesson_in(
        folder,
        "01_first",
        "object()",
        "print('a\\n 50%\\r', end='')\nprint('100%')\nprint('CPU · time and memory: not measured yet')",
    )
    [run] = execute([lesson], data="real", build=folder / "build")
    assert run.status == "ok"
    (folder / "README.md").write_text("# Course\n<!-- results -->\nold\n<!-- /results -->\nThe end.\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(finished, tmp_path):
    """The test's own copy of that folder."""
    return shutil.copytree(finished, tmp_path / "folder")


def publish_in(folder):
    return publish_notebook(folder / "01_first.ipynb", folder / "build", folder / "docs", folder / "README.md")


def refuses(folder, words):
    before = files(folder)
    with pytest.raises(CourseError, match=words):
        publish_in(folder)
    return files(folder) == before


def files(folder):
    """What lies in a folder, but for git's own and the lock, which stays."""
    found = (path for path in folder.rglob("*") if ".git" not in path.parts and path.suffix != ".lock")
    return {path: path.read_bytes() for path in found if path.is_file()}


def change(path, edit):
    """Edit a notebook in its place."""
    notebook = nbformat.read(path, 4)
    edit(notebook.cells)
    nbformat.write(notebook, path)


def test_published_notebook_is_its_source_with_outputs(folder):
    lesson, readme = folder / "01_first.ipynb", folder / "README.md"
    source = nbformat.read(lesson, 4)
    assert not is_fresh(lesson)

    size = publish_in(folder)

    assert size == lesson.stat().st_size
    assert is_fresh(lesson)
    published = nbformat.read(lesson, 4)
    assert [(cell.id, cell.source, cell.metadata) for cell in published.cells] == [
        (cell.id, cell.source, cell.metadata) for cell in source.cells
    ]
    code = [cell for cell in published.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4]
    assert code[1].outputs[0].data["text/plain"] == "<object at 0x…>"
    assert code[1].outputs[0].execution_count == 2
    assert code[2].outputs[0].text == "a\n100%\nCPU · when published: 61 s, 0.7 GB at its peak\n"
    assert published.metadata == {"course": {"source_sha256": source_hash(source)}, "language_info": {"name": "python"}}
    assert read_result(folder / "docs" / "01_first.json") == read_result(folder / "build" / "results" / "01_first.json")
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("# Course\n<!-- results -->\n| Lesson |")
    assert text.endswith("|\n\nTime and memory of `lesson` on CPU.\n<!-- /results -->\nThe end.\n")
    assert "| 92.61 ± 0.14 % (3 seeds) | – | 90.9 % |" in text


def test_an_unmet_expectation_stops_publishing_with_its_cell_and_what_was_measured(folder):
    result_path = folder / "build" / "results" / "01_first.json"
    result = json.loads(result_path.read_text(encoding="utf-8"))
    expected = [
        {"text": "100%", "met": False, "measured": "+0.1 points"},
        {"text": "the sky is up", "met": True, "measured": ""},
    ]
    write_json(result_path, result | {"expectations": expected})
    assert refuses(folder, r"cell cell-5: “100%” \(measured: \+0.1 points\)\. Correct the text or the experiment\.$")
    with pytest.raises(CourseError, match="full"):
        publish_results("01_first", folder / "build", "full", folder / "docs", folder / "README.md")
    write_json(result_path, result | {"expectations": [expected[1]]})
    publish_in(folder)


def test_publishing_again_changes_nothing(folder):
    publish_in(folder)
    once = files(folder)
    publish_in(folder)
    assert files(folder) == once

    execute([folder / "01_first.ipynb"], data="real", build=folder / "build")
    publish_in(folder)
    assert (folder / "01_first.ipynb").read_bytes() == once[folder / "01_first.ipynb"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda cells: cells[3].update(source="x = 2"),
        lambda cells: cells[3].metadata.update(tags=["nbval-check-output"]),
        lambda cells: cells[3].update(cell_type="raw"),
        lambda cells: cells.pop(3),
        lambda cells: cells.insert(3, new_code_cell("y = 1")),
        lambda cells: cells.append(cells.pop(3)),
    ],
)
def test_changed_code_is_noticed(folder, edit):
    publish_in(folder)
    assert is_fresh(folder / "01_first.ipynb")
    change(folder / "01_first.ipynb", edit)
    assert not is_fresh(folder / "01_first.ipynb")


INSTALL = new_code_cell("import missing_where_lessons_are_published", metadata={"tags": ["install"]}, id="install")


@pytest.mark.parametrize(
    "edit",
    [
        lambda cells: cells[2].update(source="## A better word"),
        lambda cells: cells.insert(2, new_markdown_cell("Another sentence.", id="another")),
        lambda cells: cells.pop(2),
        lambda cells: cells[3].update(source=f"# what it is\n\n{cells[3].source}  # nothing else"),
        lambda cells: cells[3].metadata.update(jupyter={"source_hidden": True}, tags=["hide-input"]),
        lambda cells: cells.insert(1, INSTALL),
    ],
)
def test_prose_comments_and_what_installs_the_course_need_no_new_run(folder, edit):
    publish_in(folder)
    before = nbformat.read(folder / "01_first.ipynb", 4)
    change(folder / "01_first.ipynb", edit)
    assert is_fresh(folder / "01_first.ipynb")

    publish_in(folder)
    published = nbformat.read(folder / "01_first.ipynb", 4)
    edit(before.cells)
    assert published.cells == before.cells


def test_what_the_install_cell_printed_is_not_published(folder):
    lesson = folder / "01_first.ipynb"
    printed = INSTALL | {"outputs": [new_output("stream", text="installing")], "execution_count": 1}
    change(lesson, lambda cells: cells.insert(1, nbformat.from_dict(printed)))
    publish_in(folder)
    (cell,) = [cell for cell in nbformat.read(lesson, 4).cells if cell.id == "install"]
    assert (cell.outputs, cell.execution_count) == ([], None)


def test_a_size_for_smoke_needs_no_new_run_and_one_for_lesson_does():
    """Smoke is never published."""
    first, quicker, longer = (
        source_hash(new_notebook(cells=[new_code_cell(f"size = lesson.choose(smoke={smoke}, lesson={size})")]))
        for smoke, size in ((100, 1_000), (10, 1_000), (100, 2_000))
    )
    assert first == quicker != longer


def test_code_without_sizes_for_smoke():
    code = "é = choose(smoke=1), lesson.choose(smoke=[1,\n 'é'], lesson=2) + lesson.choose(lesson=3, smoke=4)"
    assert without_smoke_sizes(code) == (
        "é = choose(smoke=1), lesson.choose(smoke=..., lesson=2) + lesson.choose(lesson=3, smoke=...)"
    )


def test_code_without_comments():
    """What is left must be the same on each version of Python, and 3.12 began to split f-strings into tokens."""
    source = '\n'.join([
        "# alone",
        "",
        "é = f'{1:#x} # in a string'  # after it, with an é",
        "text = f\"\"\"# in a string {é!r:>{width}}",
        "",
        "   # here, too",
        "\"\"\"   # but not here",
        "call(  # why",
        "    # alone, in brackets",
        "",
        "    'a' '#',",
        ")",
        "if text:",
        "        # alone, indented otherwise",
        "    pass",
        "# the end",
    ])  # fmt: skip
    assert without_comments(source).split("\n") == [
        "é = f'{1:#x} # in a string'",
        'text = f"""# in a string {é!r:>{width}}',
        "",
        "   # here, too",
        '"""',
        "call(",
        "    'a' '#',",
        ")",
        "if text:",
        "    pass",
    ]
    assert without_comments("# only\n# words") == ""


def test_notebook_that_has_changed_since_its_run(folder):
    change(folder / "01_first.ipynb", lambda cells: cells[3].update(source="x = 2"))
    assert refuses(folder, "has changed since it was run")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "synthetic"}, "used synthetic data"),
        ({"data": "sample"}, "used sample data"),  # as runs of earlier versions called it
        ({"profile": "smoke"}, "profile smoke"),
        ({"seed": 1}, "seed 1"),
    ],
)
def test_runs_that_are_not_for_publishing(folder, changes, words):
    path = folder / "build" / "results" / "01_first.json"
    write_json(path, read_result(path) | changes)
    assert refuses(folder, words)


def test_run_that_failed_after_a_good_one_is_not_published(folder):
    path = folder / "build" / "runs" / "01_first.json"
    write_json(path, json.loads(path.read_text()) | {"status": "kernel died"})
    assert refuses(folder, "ended with “kernel died”")


def test_lesson_that_was_not_run(folder):
    (folder / "build" / "runs" / "01_first.json").unlink()
    assert refuses(folder, "has not been run yet")


def test_outputs_that_are_too_large(folder):
    large = new_output("stream", name="stdout", text="x" * 700_000)
    change(folder / "build" / "executed" / "01_first.ipynb", lambda cells: cells[6].update(outputs=[large]))
    assert refuses(folder, "may be 600 KB; make its largest cells smaller: cell 6 with 700 KB")


def test_error_outputs_are_refused(folder):
    error = new_output("error", ename="ValueError", evalue="no", traceback=[])
    change(folder / "build" / "executed" / "01_first.ipynb", lambda cells: cells[4].outputs.append(error))
    assert refuses(folder, r"Cell 4 ends with an error \(ValueError: no\)")


@pytest.mark.parametrize("kind", ["stream", "text/html"])
@pytest.mark.parametrize("place", ["the checkout", "the cache", "the home folder"])
def test_folders_of_this_machine_are_refused(folder, kind, place, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", "/elsewhere/cache")
    monkeypatch.setenv("HOME", "/somebody/home")
    private = {"the checkout": ROOT, "the cache": Path("/elsewhere/cache"), "the home folder": Path("/somebody/home")}[place]
    text = f"saved to {private / 'build' / 'x.keras'}"
    output = new_output("stream", text=text) if kind == "stream" else new_output("display_data", data={kind: text})
    change(folder / "build" / "executed" / "01_first.ipynb", lambda cells: cells[4].outputs.append(output))
    assert refuses(folder, f"Cell 4 shows a folder of this machine, {private};")


def fails(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


class TestAllOrNothing:
    """Whatever stops publishing, and wherever: notebook, results, README and the page of claims are as they were."""

    def test_damaged_list_of_claims(self, folder, monkeypatch):
        monkeypatch.setattr(claims, "CLAIMS", folder / "claims.toml")
        (folder / "claims.toml").write_text("[[claim]\n")
        assert refuses(folder, r"claims\.toml cannot be read as the list of claims \(.*line 1")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (
                b"<!-- results -->\ncaf\xe9\n<!-- /results -->\n",
                r"README\.md cannot be read as text \(it is not text in UTF-8\)",
            ),
            (b"<<<<<<< HEAD\n<!-- results -->\n=======\n>>>>>>> theirs\n<!-- /results -->\n", "README.* conflict marks"),
        ],
    )
    def test_damaged_readme(self, folder, content, words):
        (folder / "README.md").write_bytes(content)
        assert refuses(folder, words)

    @pytest.mark.parametrize("number", range(4))
    @pytest.mark.parametrize("published", [False, True])
    def test_full_disk(self, folder, monkeypatch, number, published):
        if published:
            publish_in(folder)
            change(folder / "01_first.ipynb", lambda cells: cells[2].update(source="## A better word"))
        calls, replace = itertools.count(), Path.replace
        monkeypatch.setattr(
            Path, "replace", lambda path, to: (fails if next(calls) == number + 3 * published else replace)(path, to)
        )
        assert refuses(folder, "disk is full")

    def test_another_is_publishing(self, folder, monkeypatch):
        monkeypatch.setattr("course_utils.publishing.publish.SECONDS_TO_WAIT", 0.0)
        with FileLock(folder / "build" / "publish.lock"):
            assert refuses(folder, r"still holds .*publish\.lock")


class TestExecutedCopy:
    @pytest.mark.parametrize(
        "damage",
        [
            lambda path: path.unlink(),
            lambda path: path.write_bytes(path.read_bytes()[:-40]),
            lambda path: path.write_bytes(b""),
            lambda path: path.write_bytes(path.read_bytes().replace(b'"nbformat": 4', b'"nbformat": 5')),
            lambda path: path.write_bytes(path.read_bytes().replace(b'"output_type"', b'"type"')),
            lambda path: path.write_bytes(path.read_bytes().replace(b'"stdout"', b"1")),
            lambda path: path.write_bytes(path.read_bytes().replace(b'"outputs": [', b'"outputs": [7, ', 1)),
        ],
    )
    def test_damaged(self, folder, damage):
        damage(folder / "build" / "executed" / "01_first.ipynb")
        assert refuses(folder, r"01_first\.ipynb")

    @pytest.mark.parametrize("parameters", [{"PROFILE": "smoke", "SEED": 0}, {"PROFILE": "lesson", "SEED": 1}, {}])
    def test_of_another_run(self, folder, parameters):
        """One that was ended after its last cell, say, has left its copy beside the result of the run before."""
        path = folder / "build" / "executed" / "01_first.ipynb"
        executed = json.loads(path.read_text(encoding="utf-8"))
        executed["metadata"]["papermill"]["parameters"] = parameters
        write_json(path, executed)
        assert refuses(folder, "is not of the run in profile lesson with seed 0")


def test_the_result_of_another_lesson_is_not_published(folder):
    path = folder / "build" / "results" / "01_first.json"
    write_json(path, read_result(path) | {"lesson": "02_second"})
    assert refuses(folder, r"01_first\.json holds the result of 02_second")


class TestWhatIsNotCommitted:
    """It stops publishing where publishing would write over somebody's words, and only there."""

    @pytest.fixture
    def committed(self, folder):
        """The folder as a repository in which the lesson was published once."""
        publish_in(folder)
        self.git(folder, "init", "-q")
        self.commit(folder)
        return folder

    def git(self, folder, *command):
        subprocess.run(["git", "-C", folder, "-c", "user.name=Nobody", "-c", "user.email=@", *command], check=True)

    def commit(self, folder):
        self.git(folder, "add", ".")
        self.git(folder, "commit", "-q", "-m", "Published")

    def edit(self, path, old, new):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    @pytest.mark.parametrize(
        ("name", "old"),
        [("claims.md", "# What the study notes claim"), ("claims.md", "to come"), ("README.md", "Time and memory of")],
    )
    @pytest.mark.parametrize("staged", [False, True])
    def test_words_that_would_be_lost(self, committed, name, old, staged):
        self.edit(committed / name, old, f"My own words. {old}")
        if staged:
            self.git(committed, "add", ".")
        assert refuses(committed, rf"{name} holds words that are not committed, .*; commit or remove them first\.")

    def test_words_that_git_has_may_go(self, committed):
        self.edit(committed / "claims.md", "to come", "soon")
        subprocess.run(
            ["git", "-C", committed, "-c", "user.name=N", "-c", "user.email=@", "commit", "-qam", "So"], check=True
        )
        publish_in(committed)
        assert "soon" not in (committed / "claims.md").read_text(encoding="utf-8")

    def test_the_lesson_the_rest_of_readme_and_whatever_else(self, committed):
        self.edit(committed / "README.md", "The end.", "The end of it.")
        change(committed / "01_first.ipynb", lambda cells: cells[2].update(source="## A better word"))
        (committed / "docs" / "02_second.full.json").write_bytes((committed / "docs" / "01_first.json").read_bytes())
        (committed / "notes.txt").touch()
        publish_in(committed)
        assert "The end of it." in (committed / "README.md").read_text(encoding="utf-8")
        assert "A better word" in (committed / "01_first.ipynb").read_text(encoding="utf-8")

    def test_what_publishing_wrote(self, committed):
        """Lessons are published one after another and committed together."""
        for accuracy in (93.0, 94.0):
            path = committed / "build" / "results" / "01_first.json"
            result = read_result(path)
            write_json(path, result | {"headline": result["headline"] | {"value": accuracy}})
            self.edit(committed / "README.md", "# Course", "# Course, again")
            publish_in(committed)
        assert "94.00 ± 0.14" in (committed / "README.md").read_text(encoding="utf-8")
        assert "# Course, again, again" in (committed / "README.md").read_text(encoding="utf-8")

    @pytest.mark.parametrize("git", ["no program", "no repository"])
    def test_without_git_nothing_is_asked(self, committed, monkeypatch, git):
        if git == "no program":
            monkeypatch.setenv("PATH", "")
        else:
            shutil.rmtree(committed / ".git")
        self.edit(committed / "claims.md", "to come", "soon")
        publish_in(committed)


def test_damaged_neighbour_among_the_published_results(folder):
    (folder / "docs").mkdir()
    (folder / "docs" / "02_second.json").write_text("{")
    assert refuses(folder, r"02_second\.json cannot be read as a lesson's result")


def test_streams_are_merged_and_progress_bars_end():
    outputs = [
        new_output("stream", name="stdout", text="epoch 1\n 10%\r 5"),
        new_output("stream", name="stdout", text="0%\r100%\nepoch 2\r\n"),
        new_output("stream", name="stderr", text="bar\r"),
        new_output("stream", name="stdout", text="\r"),
    ]
    cleaned = clean_outputs(outputs, {})
    assert [(output.name, output.text) for output in cleaned] == [("stdout", "epoch 1\n100%\nepoch 2\n"), ("stderr", "bar")]
    assert outputs[0].text == "epoch 1\n 10%\r 5"


def test_a_progress_bar_that_goes_leaves_nothing():
    """tqdm's `leave=False` writes spaces over the bar."""
    gone = "\rreading:  50%|█████     | 1/2\r" + " " * 30 + "\r"
    assert clean_outputs([new_output("stream", name="stdout", text=gone)], {}) == []
    assert final_text(f"before\n{gone}after\n") == "before\nafter\n"
    assert final_text("  \n") == "  \n"


def test_final_text_of_a_keras_progress_bar():
    bar = "\x1b[1m1/2\x1b[0m ━━ 0s" + "\b" * 8 + "\r\x1b[1m2/2\x1b[0m ━━ 1s - loss: 0.5\n"
    assert final_text("Epoch 1/5\n" + bar) == "Epoch 1/5\n\x1b[1m2/2\x1b[0m ━━ 1s - loss: 0.5\n"


def test_widgets_give_way_to_what_a_reader_can_see():
    view = {"model_id": "1", "version_major": 2, "version_minor": 0}
    outputs = [
        new_output("display_data", data={WIDGET: view}),
        new_output("display_data", data={WIDGET: view, "text/plain": "VBox(children=(FloatSlider(value=1.0),))"}),
        new_output("display_data", data={WIDGET: view, "text/plain": "100%|██| 10/10"}),
        new_output("display_data", data={WIDGET: view, "image/png": "iVBORw0=", "text/plain": "VBox()"}),
        new_output("display_data", data={"text/plain": "Point(x=1)"}),
    ]
    cleaned = clean_outputs(outputs, {})
    assert [set(output.data) for output in cleaned] == [{"text/plain"}, {"image/png", "text/plain"}, {"text/plain"}]
    assert [cleaned[0].data["text/plain"], cleaned[2].data["text/plain"]] == ["100%|██| 10/10", "Point(x=1)"]


def figure_output(alt):
    """What `plots.show` displays, as it stands in an executed notebook."""
    data = {
        "image/png": "iVBORw0=",
        "text/html": f'<img src="data:image/png;base64,iVBORw0=" alt="{alt}">',
        "text/plain": alt,
    }
    return new_output("display_data", data=data, metadata={"image/png": {"alt": alt}} if alt else {})


def test_a_figure_is_published_as_a_plain_picture_with_its_alt_text(folder):
    shown = [figure_output("Two curves."), new_output("display_data", data={"text/html": "<b>a table</b>"})]
    change(folder / "build" / "executed" / "01_first.ipynb", lambda cells: cells[4].update(outputs=shown))
    publish_in(folder)
    picture, table = nbformat.read(folder / "01_first.ipynb", 4).cells[3].outputs
    assert picture.data == {"image/png": "iVBORw0=", "text/plain": "Two curves."}
    assert picture.metadata == {"image/png": {"alt": "Two curves."}}
    assert table.data == {"text/html": "<b>a table</b>"}


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (figure_output(""), "without alt text"),
        (new_output("display_data", data={"text/html": "<p>Look: <img src='data:image/png;base64,A'></p>"}), "inside HTML"),
    ],
)
def test_pictures_that_not_every_reader_would_see_are_refused(folder, output, words):
    change(folder / "build" / "executed" / "01_first.ipynb", lambda cells: cells[4].outputs.append(output))
    assert refuses(folder, f"Cell 4 shows a picture {words}")


def test_random_names_become_lasting_ones():
    def page(name, uuid):
        return [new_output("display_data", data={"text/html": f'<a id="img{name}" for="{uuid}"></a><b for="{name}">'})]

    first = clean_outputs(page("0123456789abcdef" * 2, "01234567-89ab-cdef-0123-456789abcdef"), {})
    second = clean_outputs(page("fedcba9876543210" * 2, "fedcba98-7654-3210-fedc-ba9876543210"), {})
    assert first == second
    assert first[0].data["text/html"].count(f"{1:032x}") == 2
    digest = new_output("display_data", data={"text/html": "a" * 64})
    assert clean_outputs([digest], {}) == [digest]


def test_readme_table(make_result):
    full = make_result("02_fashion_mnist", profile="full")
    quick = make_result(
        "02_fashion_mnist",
        headline=full["headline"] | {"value": 92.1, "spread": None, "seeds": 1, "name": "accuracy | test"},
    )
    full["headline"] = quick["headline"] | full["headline"] | {"name": "accuracy | test"}
    plain = make_result("00_start_here", headline=None, claims=[], data="none", device="GPU")
    header, _, start, fashion, _, machines = readme_table([full, quick, plain]).splitlines()
    assert header.count("|") == start.count("|") == fashion.count("|")
    assert start == "| [00 · Start here](notebooks/00_start_here.ipynb) | – | – | – | – | – | none | – | 61 s, 700 MB |"
    assert "| accuracy &#124; test | 92.1 % | 92.61 ± 0.14 % (3 seeds) | 90.9 % | – |" in fashion
    assert machines == "Time and memory of `lesson` on CPU; on GPU."


def test_readme_takes_baseline_from_full_and_costs_from_lesson(make_result):
    """Three seeds say more than one; but time, memory, data and claims are those of what a learner runs."""
    quick = make_result("02_fashion_mnist", seconds=30.0, peak_memory_mb=500, data="real")
    full = make_result("02_fashion_mnist", profile="full", seconds=9000.0, peak_memory_mb=9000, data="mirror", claims=[])
    full["headline"] = full["headline"] | {"baseline": 77.7}
    row = readme_table([quick, full]).splitlines()[2]
    assert "| 77.7 % |" in row and row.endswith("| real | holds: 1 | 30 s, 500 MB |")
    alone = readme_table([full]).splitlines()[2]
    assert "| – | 92.61 ± 0.14 % (3 seeds) | 77.7 % |" in alone and alone.endswith("| mirror | – | – |")


def test_readme_names_a_lesson_that_the_syllabus_lacks_by_its_file(make_result):
    assert "| [99_gone](notebooks/99_gone.ipynb) |" in readme_table([make_result("99_gone")])


@pytest.mark.parametrize(
    ("aim", "words"), [(92.5, "| 90.9 % | ≥ 92.5 % |"), (95, "| 90.9 % | ≥ 95 % (not reached) |")], ids=["reached", "missed"]
)
def test_readme_says_whether_an_aim_was_reached(make_result, aim, words):
    result = make_result("02_fashion_mnist")
    result["headline"] = result["headline"] | {"aim": aim}
    assert words in readme_table([result])


def test_readme_without_marks_is_left_alone(folder):
    (folder / "README.md").unlink()
    publish_in(folder)
    assert not (folder / "README.md").exists()
    (folder / "README.md").write_text("# Mine\n")
    publish_in(folder)
    assert (folder / "README.md").read_text() == "# Mine\n"


def test_published_json_is_the_same_each_time(tmp_path, make_result):
    result = make_result()
    write_json(tmp_path / "a.json", result)
    write_json(tmp_path / "b.json", dict(reversed(result.items())))
    text = (tmp_path / "a.json").read_text()
    assert text == (tmp_path / "b.json").read_text()
    assert text.startswith('{\n "claims": [')
    assert text.endswith("}\n")
    assert json.loads(text) == result


def test_full_results_are_published_beside_those_of_the_lesson(folder):
    publish_in(folder)
    before = (folder / "01_first.ipynb").read_bytes()
    path = folder / "build/results/01_first.json"
    write_json(path, read_result(path) | {"profile": "full"})
    publish_results("01_first", folder / "build", "full", folder / "docs", folder / "README.md")
    assert (folder / "01_first.ipynb").read_bytes() == before
    assert {entry.name for entry in (folder / "docs").iterdir()} == {"01_first.json", "01_first.full.json"}
    assert read_result(folder / "docs/01_first.full.json")["profile"] == "full"
    (row,) = [line for line in (folder / "README.md").read_text().splitlines() if "01_first" in line]
    assert row.count("92.61 ± 0.14 % (3 seeds)") == 2


def test_publishing_writes_the_page_of_claims_anew(folder):
    path = folder / "build/results/01_first.json"
    result = read_result(path)
    write_json(path, result | {"claims": [result["claims"][0] | {"id": "line-found", "measured": "off by 0.125"}]})
    publish_in(folder)
    assert "| holds | off by 0.125 |" in (folder / "claims.md").read_text(encoding="utf-8")


def test_a_lesson_run_is_not_published_as_full(folder):
    with pytest.raises(CourseError, match="only the full profile with seed 0"):
        publish_results("01_first", folder / "build", "full", folder / "docs", folder / "README.md")
    assert not (folder / "docs").exists()
