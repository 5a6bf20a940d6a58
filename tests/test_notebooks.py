"""The lessons themselves: their form as committed, and what they do when executed.

Each lesson is executed twice and no more, since starting TensorFlow is much of the cost. Once by papermill, through the same
`execute` as `course run`, on synthetic data and where *fast* means mixed_bfloat16; there each exercise stands answered, then
as a student's copy has it. And once by nbval, on the real data where COURSE_MIRROR has it and where *fast* means float32, in
a kernel that has TensorFlow imported already; it compares the cells tagged `nbval-check-output` with the committed outputs.
Lessons that ask for fast precision are executed by papermill once more, in mixed_float16.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from course_utils import claims
from course_utils.datasets.catalog import catalog
from course_utils.datasets.synthesis import has_synthetic, synthetic_folder
from course_utils.exercises import cell_id, exercise_kinds
from course_utils.exercises.kinds import Prediction
from course_utils.exercises.solutions import STUB
from course_utils.paths import NOTEBOOKS, PUBLISHED_RESULTS, RUN_MARK
from course_utils.publishing.publish import MAX_BYTES, is_fresh
from course_utils.runner.execute import OK, Run, execute
from course_utils.student.workspace import student_copy
from course_utils.syllabus import Lesson, find_lesson, lessons, written_lessons
from tests.fixtures.cells import bound, code_lines, read
from tools.shards import recorded_seconds

SMOKE = {"PROFILE": "smoke", "DATA": "auto", "SEED": 0}
# User and system time of one execution; starting its processes is 8 s of it. 40 lessons, executed twice each, are to take 30
# minutes on two cores, of which the other tests take a sixth: 37 s on average. The heaviest may take more.
CPU_SECONDS = 90
LONGEST_CELL, WIDEST_LINE = 20, 100
NOISE = re.compile(r"oneDNN|cuda|XLA|computation_placer|TF_ENABLE|rebuild TensorFlow|\b[IWE]\d{4} \d\d:|WARNING|Warning:")
LAST_PARTS = ["What to remember", "Where next", "What the notes claimed, and what you measured", "Then and now"]
RESULT_KEYS = {
    "lesson", "profile", "data", "seed", "metrics", "headline", "claims", "seconds", "peak_memory_mb", "device", "versions",
}  # fmt: skip


def asks_for_fast(lesson: Lesson) -> bool:
    """Whether it starts with `precision="fast"`, and so computes in what the machine is fastest in."""
    code = [cell.source for cell in read(lesson.path).cells if cell.cell_type == "code"]
    calls = [node for source in code for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    starts = [call for call in calls if ast.unparse(call.func) == "lesson.start"]
    return any(ast.unparse(keyword) == "precision='fast'" for call in starts for keyword in call.keywords)


def longest_first() -> list[Lesson]:
    """The lessons in an order in which several workers end together, as far as smoke goes with the published seconds."""
    seconds = recorded_seconds()
    return sorted(written_lessons(), key=lambda lesson: -seconds[lesson.stem])


def executions() -> list:
    """Each lesson, and what *fast* means. All checks of an execution go to one worker of xdist, which makes it once."""
    each = [(lesson, "mixed_bfloat16", lesson.stem) for lesson in longest_first()]
    again = [(lesson, "mixed_float16", f"{lesson.stem}-float16") for lesson in longest_first() if asks_for_fast(lesson)]
    return [pytest.param(lesson, fast, id=id_, marks=pytest.mark.xdist_group(id_)) for lesson, fast, id_ in each + again]


each_lesson = pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
each_execution = pytest.mark.parametrize(("lesson", "fast"), executions(), scope="module")


def pictures(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    return [output for output in outputs if any(kind.startswith("image/") for kind in output.data)]


def assert_pictures_have_alt_text(notebook: nbformat.NotebookNode) -> None:
    for output in pictures(notebook):
        alt = output.metadata["image/png"]["alt"]
        assert len(alt.split()) >= 6, f"says too little: {alt!r}"


def stream_text(notebook: nbformat.NotebookNode, name: str) -> str:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream"]
    return "".join(output.text for output in outputs if output.name == name)


def exercise_outcome(cell: nbformat.NotebookNode) -> str | None:
    """What a check said in this executed cell, as a terminal would show it."""
    texts = [output.data["text/plain"] for output in cell.get("outputs", []) if "text/plain" in output.get("data", {})]
    return next((text for text in texts if text.startswith(("✓", "◆", "○", "✗", "⚠"))), None)


def checked_exercises(cell: nbformat.NotebookNode) -> list[str]:
    return re.findall(r"^ex\.(\w+)\.check\(", cell.source, re.M) if cell.cell_type == "code" else []


def check_call(cell: nbformat.NotebookNode) -> str:
    return ast.get_source_segment(cell.source, ast.parse(cell.source).body[-1])


# ---- as committed


@each_lesson
def test_has_the_parts_of_a_lesson(lesson: Lesson):
    notebook = read(lesson.path)
    first = notebook.cells[0]
    assert first.cell_type == "markdown" and first.source.startswith(f"# {lesson.number} · {lesson.title}\n")
    for part in ("**You will be able to**", "**You need first**"):
        assert part in first.source
    headings = re.findall(r"^## (.+)$", "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown"), re.M)
    if lesson.number != "00":
        assert headings[-4:] == LAST_PARTS


@each_lesson
def test_parameters_start_and_finish(lesson: Lesson):
    code = [cell for cell in read(lesson.path).cells if cell.cell_type == "code"]
    # what installs the course on Colab stands before everything else
    if "install" in code[0].metadata.get("tags", []):
        code.pop(0)
    assert code[0].metadata["tags"] == ["parameters"]
    names = {}
    exec(code[0].source, names)
    assert {name: names[name] for name in ("PROFILE", "DATA", "SEED")} == {"PROFILE": "lesson", "DATA": "auto", "SEED": 0}
    assert f'lesson.start("{lesson.number}", PROFILE, DATA, SEED' in code[1].source
    assert code[-1].source == "lesson.finish()"


@each_lesson
def test_cells_are_short_and_introduced(lesson: Lesson):
    cells = read(lesson.path).cells
    lengths = {cell.id: len(code_lines(cell.source)) for cell in cells if cell.cell_type == "code"}
    assert {name: length for name, length in lengths.items() if length > LONGEST_CELL} == {}
    folded = [cell.id for cell in cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    shown = [cell for cell in cells if cell.cell_type == "code" and cell.id not in folded]
    assert [c.id for c in shown if any(len(line) > WIDEST_LINE for line in c.source.splitlines())] == []
    run = 0
    for cell in cells:
        run = run + 1 if cell.cell_type == "code" else 0
        assert run <= 4, f"{cell.id}: more than four code cells in a row without a word"


@each_lesson
def test_what_is_folded_is_folded_everywhere(lesson: Lesson):
    """JupyterLab looks at one mark; the exported page, the slides and the site at the other."""
    for cell in read(lesson.path).cells:
        folded_in_jupyterlab = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        assert folded_in_jupyterlab == ("hide-input" in cell.metadata.get("tags", [])), cell.id


@each_lesson
def test_no_cell_starts_with_a_magic(lesson: Lesson):
    """nbval would pass such a cell, whatever follows."""
    for cell in read(lesson.path).cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)


@each_lesson
def test_solutions_are_marked_in_pairs(lesson: Lesson):
    for cell in read(lesson.path).cells:
        marks = re.findall(r"^\s*### (BEGIN|END) SOLUTION$", cell.source, re.M)
        assert marks == ["BEGIN", "END"] * (len(marks) // 2), cell.id


@each_lesson
def test_exercises_stand_where_they_belong(lesson: Lesson):
    """Each has its task, then the cell it is answered in; both are found by their ids, also in a student's copy."""
    cells = {cell.id: cell for cell in read(lesson.path).cells}
    names = list(exercise_kinds(lesson.number))
    assert len(names) == 1 if lesson.number == "00" else 2 <= len(names) <= 5
    order = list(cells)
    places = [order.index(cell_id(name)) for name in names]
    assert places == sorted(places), "course_utils/exercises lists them in another order"
    for number, (name, place) in enumerate(zip(names, places, strict=True), start=1):
        task = cells[f"{cell_id(name)}-task"].source
        assert order[place - 1] == f"{cell_id(name)}-task"
        assert task.startswith(f"### Exercise {number} · " if lesson.number != "00" else "### Exercise · ")
        answered = "\n".join(cell.source for id_, cell in cells.items() if id_.startswith(cell_id(name)))
        assert "### BEGIN SOLUTION" in answered and f"ex.{name}.check(" in answered
    assert len([c for c in cells.values() if c.source.startswith("### Exercise")]) == len(names)


@each_lesson
def test_outputs_are_published_from_this_code(lesson: Lesson, read_json):
    notebook = read(lesson.path)
    assert is_fresh(lesson.path), f"the code has changed since: run `course publish {lesson.number}`"
    assert lesson.path.stat().st_size <= MAX_BYTES
    assert not [o for cell in notebook.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    assert_pictures_have_alt_text(notebook)
    result = read_json(PUBLISHED_RESULTS / f"{lesson.stem}.json")
    assert set(result) - {"gpu_peak_memory_mb", "tables", "expectations"} == RESULT_KEYS
    assert (result["profile"], result["seed"]) == ("lesson", 0)
    assert result["data"] in ("real", "mirror", "none")


@each_lesson
def test_each_figure_is_seen_where_html_outputs_are_dropped(lesson: Lesson):
    """As forges do, which clean HTML of pictures that it holds."""
    from nbconvert import HTMLExporter

    notebook = read(lesson.path)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [output.data for cell in notebook.cells for output in cell.outputs if "data" in output]
    assert not [data["text/html"] for data in shown if "<img" in data.get("text/html", "")]
    for data in shown:
        data.pop("text/html", None)
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert page.count("<img") == len(pictures(notebook)) > 0


@each_lesson
def test_published_lesson_takes_at_most_five_minutes(lesson: Lesson, read_json):
    assert read_json(PUBLISHED_RESULTS / f"{lesson.stem}.json")["seconds"] <= 300


@each_lesson
def test_links_lead_somewhere(lesson: Lesson):
    for cell in read(lesson.path).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)#]+)\)", cell.source):
                assert target.startswith("http") or (NOTEBOOKS / target).exists(), target


@each_lesson
def test_the_catalog_names_the_lessons_that_use_a_dataset(lesson: Lesson):
    code = "\n".join(cell.source for cell in read(lesson.path).cells if cell.cell_type == "code")
    named = {name for name in catalog() if re.search(rf"""["']{name}["']""", code)}
    used = named | {catalog()[name].instead for name in named if catalog()[name].instead}
    # `lesson.pretrained` fetches a network's classifier and the names of its classes along with it
    listed = {name for name, dataset in catalog().items() if lesson.number in dataset.lessons}
    assert {name for name in listed if not name.endswith(("_top", "_classes"))} == used


def test_no_helper_is_defined_in_two_lessons():
    where: dict[str, set[str]] = {}
    for lesson in written_lessons():
        for cell in read(lesson.path).cells:
            if cell.cell_type == "code":
                for name in re.findall(r"^(?:def|class) (\w+)", cell.source, re.M):
                    where.setdefault(name, set()).add(lesson.number)
    assert {name: numbers for name, numbers in where.items() if len(numbers) > 1} == {}


@each_lesson
def test_what_stands_between_a_solution_and_its_check_does_without_it(lesson: Lesson, tmp_path: Path):
    """The execution below repeats neither: it puts the stub behind the check."""
    cells = [cell for cell in read(lesson.path).cells if cell.cell_type == "code"]
    stubs = student_cells(lesson, tmp_path)
    order = [cell.id for cell in cells]
    for checked, cell in enumerate(cells):
        for name in checked_exercises(cell):
            answered = order.index(cell_id(name))
            if answered < checked:
                between = "\n".join(each.source for each in cells[answered + 1 : checked + 1]).removesuffix(check_call(cell))
                used = {node.id for node in ast.walk(ast.parse(between)) if isinstance(node, ast.Name)}
                answers = re.findall(rf"^(\w+) = {re.escape(STUB)}", stubs[cell_id(name)], re.M)
                assert answers and used.isdisjoint(answers), name


# ---- executed by papermill, on synthetic data


def student_cells(lesson: Lesson, workspace: Path) -> dict[str, str]:
    """The source of each cell of the student's copy, by its id."""
    return {cell["id"]: "".join(cell["source"]) for cell in student_copy(lesson.path, workspace)["cells"]}


def with_unanswered(lesson: Lesson, workspace: Path) -> nbformat.NotebookNode:
    """The lesson, and behind each check of an answer the student's stub in its place, checked as well.

    Names that only the solution gives a value to are gone from there on, so that what follows does without the answer.
    """
    notebook, stubs = read(lesson.path), student_cells(lesson, workspace)
    solved = {cell.id: cell.source for cell in notebook.cells}
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        for name in checked_exercises(cell):
            stub = stubs[cell_id(name)]
            forgotten = sorted(bound(solved[cell_id(name)]) - bound(stub))
            lines = [f"del {', '.join(forgotten)}"] if forgotten else []
            lines += [stub] if cell.id == cell_id(name) else [stub, check_call(cell)]
            cells.append(nbformat.v4.new_code_cell("\n".join(lines), id=f"{cell_id(name)}-unanswered"))
    notebook.cells = cells
    return notebook


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notebooks")


def generate_data(lesson: Lesson) -> None:
    """Have the lesson's synthetic data in the cache: generating it, once on a machine, counts to no lesson's budget."""
    for dataset in catalog().values():
        if lesson.number in dataset.lessons and has_synthetic(dataset.name):
            synthetic_folder(dataset)


@pytest.fixture(scope="module")
def run(lesson: Lesson, fast: str, build: Path) -> Run:
    """The lesson's execution in smoke, in the workspace that `build` is, where attempts at exercises are counted."""
    generate_data(lesson)
    (build / ".progress.json").unlink(missing_ok=True)  # of the execution before, which may have been of the same lesson
    nbformat.write(with_unanswered(lesson, build), build / lesson.path.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_WORKSPACE", str(build))
        patch.setenv("COURSE_PRECISION", fast)
        (run,) = execute([build / lesson.path.name], profile="smoke", data="synthetic", build=build)
    assert run.status == OK, run.failure
    return run


@pytest.fixture(scope="module")
def executed(lesson: Lesson, run: Run, build: Path) -> nbformat.NotebookNode:
    return read(build / "executed" / lesson.path.name)


@each_execution
def test_runs_to_its_end_on_synthetic_data(lesson: Lesson, run: Run):
    result = run.result
    assert set(result) - {"gpu_peak_memory_mb", "tables", "expectations"} == RESULT_KEYS
    assert result["lesson"] == lesson.stem
    assert (result["profile"], result["seed"]) == ("smoke", 0)
    uses_data = any(lesson.number in dataset.lessons for dataset in catalog().values())
    assert result["data"] == ("synthetic" if uses_data else "none")
    assert {claim["id"] for claim in result["claims"]} == {
        c.id for c in claims.all_claims().values() if c.lesson == lesson.number
    }


@each_execution
def test_precision_is_the_one_asked_for(lesson: Lesson, fast: str, run: Run):
    """Without asking it is float32, whatever *fast* means."""
    assert run.result["device"].endswith(f", {fast if asks_for_fast(lesson) else 'float32'}")


@each_execution
def test_executing_it_stays_within_the_budget(lesson: Lesson, fast: str, run: Run, record_property):
    record_property("CPU seconds", [lesson.stem, f"papermill, fast is {fast}", run.cpu_seconds])
    assert run.cpu_seconds <= CPU_SECONDS


@each_execution
def test_solutions_are_judged_correct_and_stubs_not_tried(lesson: Lesson, executed):
    """A prediction may fail in smoke, where a few pictures decide."""
    for name, kind in exercise_kinds(lesson.number).items():
        solved, stub = [exercise_outcome(cell) for cell in executed.cells if name in checked_exercises(cell)]
        assert solved.startswith("✓ Correct") or isinstance(kind, Prediction), solved
        assert stub.startswith("○"), stub


@each_execution
def test_only_the_answered_exercises_count_as_attempts(lesson: Lesson, run: Run, build: Path, read_json):
    entries = read_json(build / ".progress.json")["exercises"]
    attempts = {name: entry["attempts"] for name, entry in entries.items() if name.startswith(f"{lesson.number}/")}
    assert attempts == dict.fromkeys([f"{lesson.number}/{name}" for name in exercise_kinds(lesson.number)], 1)


@each_execution
def test_a_learner_sees_no_noise(lesson: Lesson, executed):
    assert stream_text(executed, "stderr") == ""
    assert not NOISE.search(stream_text(executed, "stdout"))


@each_execution
def test_every_figure_drawn_has_alt_text(lesson: Lesson, executed):
    assert pictures(executed)
    assert_pictures_have_alt_text(executed)


@each_execution
def test_no_object_is_left_to_print_itself(lesson: Lesson, executed):
    """A bare `<... at 0x...>` tells a learner nothing; it ends a cell whose last value was not meant to be seen."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert not re.match(r"<.* at 0x", output.get("data", {}).get("text/plain", "")), cell.source


# ---- executed by nbval


def compared_lessons() -> list:
    """Each lesson, in a group of its own, so that both workers of pytest-xdist are busy to the end."""
    return [
        pytest.param(lesson, id=lesson.stem, marks=pytest.mark.xdist_group(f"{lesson.stem}-nbval"))
        for lesson in longest_first()
    ]


@pytest.mark.parametrize("lesson", compared_lessons())
def test_marked_cells_give_the_committed_outputs(lesson: Lesson, tmp_path: Path, read_json, record_property, kernels):
    notebook = read(lesson.path)
    marked = [cell for cell in notebook.cells if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert marked or lesson.number == "00", "no cell is marked as deterministic"
    copy = parameterize_notebook(load_notebook_node(str(lesson.path)), SMOKE)
    nbformat.write(copy, tmp_path / lesson.path.name)
    environment = os.environ | {"COURSE_BUILD": str(tmp_path), "COURSE_PRECISION": "float32", RUN_MARK: "nbval"}
    environment |= {"JUPYTER_PATH": str(kernels.folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    command += ["--nbval-lax", f"--nbval-kernel-name={kernels.name}", "--nbval-cell-timeout=300"]
    generate_data(lesson)
    before = kernels.cpu_seconds()
    done = subprocess.run([*command, lesson.path.name], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    result = read_json(tmp_path / "results" / f"{lesson.stem}.json")
    if os.environ.get("COURSE_MIRROR"):
        assert result["data"] != "synthetic", "the mirror's real data was not used"
    taken = kernels.cpu_seconds() - before
    record_property("CPU seconds", [lesson.stem, "nbval", taken])
    assert taken <= CPU_SECONDS


# ---- the numbers that the course quotes


def test_quoted_figures_meet_the_syllabus(read_json):
    """Mean test accuracy of the convnet on real Fashion-MNIST over the three seeds of `full`."""
    result = read_json(PUBLISHED_RESULTS / "02_fashion_mnist.full.json")
    assert (result["data"], result["headline"]["seeds"]) == ("real", 3)
    assert result["headline"]["value"] >= 91.0


def test_every_published_result_belongs_to_a_lesson():
    stems = {lesson.stem for lesson in lessons()}
    assert {path.name.split(".")[0] for path in PUBLISHED_RESULTS.glob("*.json")} <= stems | {"synthetic"}


def test_the_published_map_is_a_newcomers():
    """Nothing in it is finished yet: the last column belongs to the reader."""
    outputs = [output for cell in read(find_lesson("00").path).cells for output in cell.get("outputs", [])]
    texts = [output.get("data", {}).get("text/markdown", "") for output in outputs]
    (shown,) = [text for text in texts if "](02_fashion_mnist.ipynb)" in text]
    assert "✓" not in shown
