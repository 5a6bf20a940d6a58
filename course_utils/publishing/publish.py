"""Put a lesson's outputs into the repository: only what is worth keeping, and only from a run on real data."""

import ast
import hashlib
import io
import itertools
import json
import re
import subprocess
import tokenize
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils import paths
from course_utils.claims import all_claims
from course_utils.errors import CourseError
from course_utils.files import (
    CONFLICT,
    disk_errors,
    json_text,
    locked,
    made_sense_of,
    read_notebook,
    read_outputs,
    write_texts,
)
from course_utils.lesson import cost_line
from course_utils.paths import RESTORE, elsewhere
from course_utils.publishing.claims_page import claims_page, page_beside, result_files
from course_utils.results import (
    Expectation,
    Result,
    aim_text,
    baseline_text,
    headline_text,
    number_text,
    read_result,
    verdict_counts,
)
from course_utils.runner.execute import OK, read_run
from course_utils.syllabus import lessons
from course_utils.words import time_text

MAX_BYTES = 600_000

WIDGET = "application/vnd.jupyter.widget-view+json"
# cells that are not the lesson's own: what installs the course where it is missing, and what papermill puts in
FOREIGN_TAGS = {"install", "injected-parameters"}
# how a cell looks on a page; its run is the same with it and without it
LOOKS = {"hide-input"}
CHANGING_METADATA = {"papermill", "execution", "widgets"}
# a hex number of 32 digits, or a UUID: what libraries name the parts of their HTML with, anew in each run
RANDOM_NAME = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f])")
# a picture within HTML, which a forge drops for its address
EMBEDDED_PICTURE = re.compile(r"<img\b[^>]*\bsrc=[\"']?data:")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
# README's table of results, between its marks
TABLE = re.compile(r"(?<=<!-- results -->\n).*?(?=<!-- /results -->)", re.DOTALL)
SECONDS_TO_WAIT = 60.0
# what a lesson's banner says of its time and memory, which it can only know from the run before
COST_LINE = re.compile(rf" · (?:when published: .*|{re.escape(cost_line(None))})$", re.MULTILINE)


def publish_notebook(
    notebook: Path, build: Path, results: Path = paths.PUBLISHED_RESULTS, readme: Path = paths.ROOT / "README.md"
) -> int:
    """Write the outputs of a lesson's last run into its notebook; publish its result as `publish_results` does.

    Returns the notebook's new size in bytes.

    Raises:
        CourseError: the run is not one to publish (failed, another profile or seed, synthetic data), the notebook has
            changed since, an output is an error, or the outputs are too large; or as `publish_results`. Nothing is written
            then.
    """
    result = _publishable_result(notebook.stem, build, "lesson")
    published = with_outputs(read_outputs(notebook), _executed_copy(build / "executed" / notebook.name))
    _say_what_it_took(published, result)
    text = nbformat.writes(published).rstrip("\n") + "\n"
    size = len(text.encode())
    if size > MAX_BYTES:
        largest = ", ".join(_largest_cells(published))
        raise CourseError(
            f"{notebook.name} would be {size / 1000:.0f} KB with its outputs and may be {MAX_BYTES / 1000:.0f} KB; "
            f"make its largest cells smaller: {largest}."
        )
    with _alone(build):
        write_texts({notebook: text} | _published_texts(result, notebook.stem, "lesson", results, readme))
    return size


def publish_results(
    stem: str,
    build: Path,
    profile: str,
    results: Path = paths.PUBLISHED_RESULTS,
    readme: Path = paths.ROOT / "README.md",
) -> None:
    """Copy the result of a lesson's last run into `results`; write README's table and the page of claims anew.

    Raises:
        CourseError: the run is not one to publish, as for `publish_notebook`; `check_published` refuses; or a file cannot be
            written. Nothing is written then.
    """
    result = _publishable_result(stem, build, profile)
    with _alone(build):
        write_texts(_published_texts(result, stem, profile, results, readme))


def check_published(
    stem: str, profile: str, results: Path = paths.PUBLISHED_RESULTS, readme: Path = paths.ROOT / "README.md"
) -> list[Result]:
    """Make sure that a result can be published beside the others, before hours go into it; returns these others.

    What publishing replaces, README's table and the page of claims, must be as the course wrote it or as git has it: an
    author's words that stand there and nowhere else would be lost. What else is not committed, such as the lesson, does not
    matter.

    Raises:
        CourseError: something that is published, or the list of claims, is damaged; or there are such words.
    """
    replaced = _place(stem, profile, results)
    others = [read_result(path) for path in result_files(results) if path != replaced]
    shown = list(others)
    with suppress(CourseError):  # a damaged one is replaced
        shown.append(read_result(replaced))
    _refuse_to_lose(page_beside(results), str, claims_page(list(all_claims().values()), shown))
    _refuse_to_lose(readme, _table_in, readme_table(shown))
    return others


def _published_texts(result: Result, stem: str, profile: str, results: Path, readme: Path) -> dict[Path, str]:
    """What a result changes among the published files, by their paths."""
    shown = [result, *check_published(stem, profile, results, readme)]
    texts = {
        _place(stem, profile, results): json_text(result),
        page_beside(results): claims_page(list(all_claims().values()), shown),
    }
    if readme.is_file():
        texts[readme] = with_table(readme.read_text(encoding="utf-8"), readme_table(shown))
    return texts


def _place(stem: str, profile: str, results: Path) -> Path:
    return results / (f"{stem}.json" if profile == "lesson" else f"{stem}.{profile}.json")


def _refuse_to_lose(path: Path, part: Callable[[str], str], written: str) -> None:
    """Raise a `CourseError` if the part of a file that is replaced holds what neither the course wrote nor git has."""
    if not path.is_file():
        return
    with made_sense_of(path, "text", RESTORE):
        text = path.read_text(encoding="utf-8")
    if CONFLICT.search(text):
        raise CourseError(f"{path} holds git's conflict marks (<<<<<<<); finish the merge first.")
    committed = _committed(path)
    if committed is not None and part(text) not in (part(committed), written):
        raise CourseError(
            f"{path} holds words that are not committed, where publishing writes its own; commit or remove them first."
        )


def _committed(path: Path) -> str | None:
    """A file as git has it; None where git is not, or does not know the file."""
    command = ["git", "-C", str(path.parent), "show", f"HEAD:./{path.name}"]
    try:
        shown = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    except OSError:
        return None
    return shown.stdout if shown.returncode == 0 else None


@contextmanager
def _alone(build: Path) -> Iterator[None]:
    """Hold what is published against a second `course publish`, which would not see what this one adds."""
    with ExitStack() as stack:
        with disk_errors(build, elsewhere("COURSE_BUILD")):
            stack.enter_context(locked(build / "publish.lock", SECONDS_TO_WAIT, "COURSE_BUILD"))
        yield


def _executed_copy(path: Path) -> NotebookNode:
    """What the run that is published left of the notebook.

    Raises:
        CourseError: it is missing or damaged, or a later run in another profile has left another one.
    """
    executed = read_outputs(path, "run its lesson again")
    given = executed.metadata.get("papermill", {}).get("parameters", {})
    if (given.get("PROFILE"), given.get("SEED")) != ("lesson", 0):
        raise CourseError(f"{path} is not of the run in profile lesson with seed 0; publish it without --from-run.")
    return executed


def _publishable_result(stem: str, build: Path, profile: str) -> Result:
    again = f"run `course publish {stem}{' --full' if profile == 'full' else ''}` without --from-run"
    record = build / "runs" / f"{stem}.json"
    if not record.is_file():
        raise CourseError(f"{stem} has not been run yet; {again}.")
    status = read_run(record).status
    if status != OK:
        raise CourseError(f"The last run of {stem} ended with “{status}”, so there is nothing to publish; {again}.")
    path = build / "results" / f"{stem}.json"
    result = read_result(path)
    if result["lesson"] != stem:
        raise CourseError(f"{path} holds the result of {result['lesson']}; {again}.")
    if (result["profile"], result["seed"]) != (profile, 0):
        raise CourseError(
            f"The last run of {stem} was in profile {result['profile']} with seed {result['seed']}; "
            f"only the {profile} profile with seed 0 is published here; {again}."
        )
    if result["data"] not in ("real", "mirror", "none"):
        raise CourseError(f"The last run of {stem} used {result['data']} data; only real data is published; {again}.")
    unmet = [expectation for expectation in result.get("expectations", []) if not expectation["met"]]
    if unmet:
        listed = "; ".join(_unmet_text(expectation, build / "executed" / f"{stem}.ipynb") for expectation in unmet)
        raise CourseError(
            f"The text of {stem} says what this run did not measure: {listed}. Correct the text or the experiment."
        )
    return result


def _unmet_text(expectation: Expectation, executed: Path) -> str:
    """An expectation with the cell that holds it and what the run measured."""
    cells = read_notebook(executed, "run its lesson again")["cells"]
    holding = [cell.get("id", "") for cell in cells if expectation["text"] in "".join(cell["source"])]
    where = f"cell {holding[0]}: " if holding else ""
    measured = f" (measured: {expectation['measured']})" if expectation["measured"] else ""
    return f"{where}“{expectation['text']}”{measured}"


def with_outputs(source: NotebookNode, executed: NotebookNode) -> NotebookNode:
    """The notebook `source` with the outputs of its executed copy, stripped of what changes from run to run.

    Prose and comments are those of `source`; they may have changed since the run.

    Raises:
        CourseError: the two do not hold the same code, or an output is an error or names a folder of this machine.
    """
    if source_hash(executed) != source_hash(source):
        raise CourseError("The notebook has changed since it was run; publish it without --from-run.")
    notebook = nbformat.from_dict(source)
    ran = filter(_is_own_code, executed.cells)
    counter = itertools.count(1)
    names: dict[str, str] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        _drop(cell.metadata, CHANGING_METADATA)
        if cell.cell_type != "code":
            continue
        cell.execution_count, cell.outputs = None, []
        if not _is_own_code(cell):
            continue
        ran_cell = next(ran)
        cell.execution_count = next(counter) if ran_cell.execution_count else None
        cell.outputs = clean_outputs(ran_cell.outputs, names)
        _refuse_outputs(cell.outputs, number)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    _drop(notebook.metadata, CHANGING_METADATA)
    notebook.metadata.language_info = {"name": "python"}
    notebook.metadata.course = {"source_sha256": source_hash(source)}
    return notebook


def _say_what_it_took(notebook: NotebookNode, result: Result) -> None:
    """Put the time and memory of this very run into the banner."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = COST_LINE.sub(f" · {cost_line(result)}", output.text)


def _refuse_outputs(outputs: list[NotebookNode], number: int) -> None:
    """Raise a `CourseError` for an output that does not belong into the repository."""
    for output in outputs:
        if output.output_type == "error":
            raise CourseError(f"Cell {number} ends with an error ({output.ename}: {output.evalue}); put it right first.")
    shown = "".join(_texts(outputs))
    folders = {paths.ROOT, paths.cache_dir()}
    with suppress(RuntimeError):  # in a container there may be no home
        folders.add(Path.home())
    for folder in folders - {Path("/")}:
        if str(folder) in shown:
            raise CourseError(f"Cell {number} shows a folder of this machine, {folder}; let it print a shorter path.")
    if EMBEDDED_PICTURE.search(shown):
        raise CourseError(
            f"Cell {number} shows a picture inside HTML, which not every reader would see; show it by plots.show."
        )
    for output in outputs:
        if "image/png" in output.get("data", {}) and not output.metadata.get("image/png", {}).get("alt"):
            raise CourseError(f"Cell {number} shows a picture without alt text; show it by plots.show.")


def clean_outputs(outputs: list[NotebookNode], names: dict[str, str]) -> list[NotebookNode]:
    """The outputs of a cell without what changes from run to run; streams merged, progress bars in their last state.

    Of a figure stays the plain PNG, which every forge, editor and converter shows, with its alt text in the metadata. A
    forge may drop the picture within its HTML, and the notebook would hold it twice.

    `names` maps the random names seen so far in the notebook to lasting ones, and grows.
    """
    cleaned: list[NotebookNode] = []
    for output in outputs:
        output = nbformat.from_dict(output)
        previous = cleaned[-1] if cleaned else None
        if output.output_type == "stream" and previous and previous.get("name") == output.name:
            previous.text += output.text
            continue
        if "data" in output:
            if output.data.pop(WIDGET, None) and _says_nothing(output.data):
                continue
            output.metadata.pop(WIDGET, None)
            if "image/png" in output.data:
                output.data.pop("text/html", None)
            for kind in _text_kinds(output.data):
                text = _without_addresses(output.data[kind])
                output.data[kind] = RANDOM_NAME.sub(lambda found: _lasting(found[0], names), text)
        cleaned.append(output)
    for output in cleaned:
        if output.output_type == "stream":
            output.text = _without_addresses(final_text(output.text))
    return [output for output in cleaned if output.output_type != "stream" or output.text]


def _text_kinds(data: NotebookNode) -> list[str]:
    return [kind for kind in data if kind.startswith("text/") or kind == "image/svg+xml"]


def _texts(outputs: list[NotebookNode]) -> Iterator[str]:
    for output in outputs:
        yield output.get("text", "")
        data = output.get("data", {})
        yield from (data[kind] for kind in _text_kinds(data))


def _says_nothing(data: NotebookNode) -> bool:
    """Whether all that is left of a widget is the Python expression that it was made with."""
    return not data or (set(data) == {"text/plain"} and re.match(r"\w+\(", data["text/plain"]) is not None)


def final_text(text: str) -> str:
    """What a terminal would show in the end: of each line, what follows its last carriage return."""
    lines = [line.rstrip("\r").rpartition("\r") for line in text.split("\n")]
    # a progress bar that goes is written over with spaces
    return "\n".join("" if overwritten and last.isspace() else last for _, overwritten, last in lines)


def _without_addresses(text: str) -> str:
    return ADDRESS.sub("at 0x…", text)


def _lasting(name: str, names: dict[str, str]) -> str:
    return names.setdefault(name, f"{len(names) + 1:032x}")


def _drop(metadata: NotebookNode, keys: set[str]) -> None:
    for key in keys:
        metadata.pop(key, None)


def _largest_cells(notebook: NotebookNode) -> list[str]:
    sizes = [(len(json.dumps(cell.get("outputs", []))), number) for number, cell in enumerate(notebook.cells, start=1)]
    return [f"cell {number} with {size / 1000:.0f} KB" for size, number in sorted(sizes, reverse=True)[:3] if size > 10_000]


def source_hash(notebook: NotebookNode) -> str:
    """SHA-256 over the code and the tags of the lesson's own code cells: what its outputs depend on.

    Prose, comments, empty lines, whether a cell is folded and the sizes for smoke, which is never published, do not
    count, so that a corrected sentence or a quicker test needs no new run.
    """
    cells = [
        [without_comments(without_smoke_sizes(cell.source)), sorted(set(cell.metadata.get("tags", [])) - LOOKS)]
        for cell in notebook.cells
        if _is_own_code(cell)
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _is_own_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and FOREIGN_TAGS.isdisjoint(cell.metadata.get("tags", []))


def without_smoke_sizes(source: str) -> str:
    """Python code with `...` in the place of what `lesson.choose(smoke=...)` gets for smoke."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    sizes = [
        keyword.value
        for call in calls
        if ast.unparse(call.func) == "lesson.choose"
        for keyword in call.keywords
        if keyword.arg == "smoke"
    ]
    # ast counts bytes; from the last size to the first, so that the places of those before stay what they are
    lines = source.encode().split(b"\n")
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    code = source.encode()
    for size in sorted(sizes, key=lambda size: -starts[size.lineno - 1] - size.col_offset):
        first = starts[size.lineno - 1] + size.col_offset
        last = starts[(size.end_lineno or size.lineno) - 1] + (size.end_col_offset or size.col_offset)
        code = code[:first] + b"..." + code[last:]
    return code.decode()


def without_comments(source: str) -> str:
    """Python code without its comments and empty lines; the same text on each version of Python.

    Only the positions of tokens are used, since Python 3.12 began to take f-strings apart.
    """
    lines = dict(enumerate(source.split("\n"), start=1))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL):
            row, column = token.start
            code = lines.get(row, "")[:column].rstrip()
            if code:
                lines[row] = code
            else:
                lines.pop(row, None)
    return "\n".join(lines.values())


def is_fresh(path: Path) -> bool:
    """Whether the outputs in the notebook were published from the code that it now holds."""
    notebook = nbformat.read(path, as_version=4)
    return notebook.metadata.get("course", {}).get("source_sha256") == source_hash(notebook)


def with_table(readme: str, table: str) -> str:
    """README's text with this table between `<!-- results -->` and `<!-- /results -->`; as it is if it lacks these marks."""
    return TABLE.sub(lambda _: table, readme)


def _table_in(readme: str) -> str:
    found = TABLE.search(readme)
    return found[0] if found else ""


def readme_table(results: list[Result]) -> str:
    """A Markdown table of published results, a line per lesson, with its `lesson` and its three-seed `full` profile."""
    titles = {lesson.stem: f"{lesson.number} · {lesson.title}" for lesson in lessons()}
    by_lesson: dict[str, dict[str, Result]] = {}
    for result in results:
        by_lesson.setdefault(result["lesson"], {})[result["profile"]] = result
    lines = [
        "| Lesson | Measured | `lesson` | `full` | Baseline | Aim | Data | Claims of the notes | Time and memory |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for stem, profiles in sorted(by_lesson.items()):
        # three seeds say more than one
        shown = profiles.get("full") or profiles["lesson"]
        newest = profiles.get("lesson") or shown
        headline = shown["headline"]
        row = [
            f"[{titles.get(stem, stem)}](notebooks/{stem}.ipynb)",
            headline["name"] if headline else "–",
            *(
                headline_text(profiles[profile]["headline"]) if profile in profiles else "–"
                for profile in ("lesson", "full")
            ),
            baseline_text(headline),
            aim_text(headline),
            newest["data"],
            ", ".join(f"{verdict}: {count}" for verdict, count in verdict_counts(newest["claims"]).items()) or "–",
            _cost(profiles.get("lesson")),
        ]
        lines.append(f"| {' | '.join(text.replace('|', '&#124;') for text in row)} |")
    devices = sorted({result["device"] for result in results if result["profile"] == "lesson"})
    return "\n".join([*lines, "", f"Time and memory of `lesson` on {'; on '.join(devices)}."]) + "\n"


def _cost(result: Result | None) -> str:
    if result is None:
        return "–"
    return f"{time_text(result['seconds'])}, {number_text(round(result['peak_memory_mb']))} MB"
