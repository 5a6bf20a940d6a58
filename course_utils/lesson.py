"""A lesson from its first cell to its last: start it, choose sizes by profile, load data, record what was measured.

The functions work on the lesson that this kernel has started: a notebook is one lesson, so none of them needs to be told.
"""

import html
import math
import statistics
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from IPython.display import Markdown, display

from course_utils import devices, paths
from course_utils.claims import VERDICTS, Finding, all_claims, find_claim
from course_utils.devices import Device
from course_utils.errors import CourseError, check_choice
from course_utils.files import write_json
from course_utils.interrupts import show_interrupts_in_one_line
from course_utils.results import Expectation, Headline, Result, Table, read_result
from course_utils.syllabus import Lesson, check_settings, find_lesson
from course_utils.words import column_texts, time_text

if TYPE_CHECKING:
    import pandas as pd

    from course_utils.datasets import Backgrounds, Data, Loaded, Pairs, Series, Tabular
    from course_utils.measure import Evidence
    from course_utils.pretrained import Pretrained


@dataclass
class _Run:
    lesson: Lesson
    profile: str
    data: str
    seed: int
    device: Device
    started: float = field(default_factory=time.monotonic)
    sources: set[str] = field(default_factory=set)
    metrics: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    headline: Headline | None = None
    expectations: dict[str, Expectation] = field(default_factory=dict)
    claims: dict[str, Finding] = field(default_factory=dict)


_run: _Run | None = None


def start(lesson: str, profile: str, data: str, seed: int, precision: str = "float32") -> None:
    """Begin a lesson: seed everything, set the device up, print a short banner.

    Args:
        lesson: number of the lesson, such as `"02"`.
        profile: `smoke` (seconds), `lesson` (minutes on two cores) or `full` (the numbers to beat).
        data: `auto` (real where it can be had, else synthetic), `real` or `synthetic`.
        seed: seed of Python's, NumPy's and TensorFlow's random numbers; not negative.
        precision: `float32`, or `fast` for what this machine computes fastest (see `devices.set_up`); the models of a
            lesson that asks for `fast` end in a layer with `dtype="float32"`.

    Raises:
        CourseError: one of the arguments, or `COURSE_PRECISION`, is not what it may be.
    """
    global _run
    found = find_lesson(lesson)
    check_settings(profile, data, seed)
    used = devices.set_up(precision)
    import keras

    keras.utils.set_random_seed(seed)
    show_interrupts_in_one_line()
    _run = _Run(found, profile, data, seed, used)
    print(f"Lesson {found.number}, {found.title} · profile {profile} · data {data} · seed {seed}")
    print(f"{used} · {_published_cost(found)}")
    if advice := devices.advice():
        print(advice)


def device() -> Device:
    """What the lesson computes on."""
    return _started().device


def choose(*, smoke: Any, lesson: Any, full: Any) -> Any:
    """The value for the profile that the lesson was started in."""
    return {"smoke": smoke, "lesson": lesson, "full": full}[_started().profile]


class Seeds(Sequence[int]):
    """Seeds to repeat a measurement over. Between two of them, what is left of models that are gone is cleared away."""

    def __init__(self, seeds: range) -> None:
        self._seeds = seeds

    def __len__(self) -> int:
        return len(self._seeds)

    def __getitem__(self, place: Any) -> Any:
        return self._seeds[place]

    def __iter__(self) -> Iterator[int]:
        for place, seed in enumerate(self._seeds):
            if place:
                devices.forget_models()
            yield seed


def seeds() -> Seeds:
    """Seeds to repeat a measurement over: three in `full`, else one."""
    run = _started()
    return Seeds(range(run.seed, run.seed + choose(smoke=1, lesson=1, full=3)))


def load(name: str) -> "Data | Series | Pairs | Tabular":
    """Load a dataset as the lesson's `DATA` asks, say where it came from, and remember that for the results.

    Raises:
        CourseError: see `datasets.load`.
    """
    from course_utils import datasets

    loaded = datasets.load(name, data=_started().data)
    _note_source(loaded)
    return loaded


def backgrounds(name: str) -> "Backgrounds":
    """Get backgrounds to put things on as the lesson's `DATA` asks, say where they came from, and remember that.

    In `smoke` there are few of them, since to paint many takes longer than such a lesson.

    Raises:
        CourseError: see `datasets.backgrounds`.
    """
    from course_utils import datasets

    counts = choose(smoke={"train": 60, "test": 30}, lesson={}, full={})
    found = datasets.backgrounds(name, data=_started().data, **counts)
    _note_source(found)
    return found


def _note_source(found: "Loaded | Backgrounds") -> None:
    _started().sources.add(found.source)
    print(found)


def pretrained(name: str, *, input_shape: tuple[int, int, int], include_top: bool = False) -> "Pretrained":
    """Get a pretrained network as the lesson's `DATA` asks, and remember for the results where its weights came from.

    The course's own base, asked for by its name, is the same everywhere and counts neither as real nor as synthetic data.

    Raises:
        CourseError: see `pretrained.pretrained`.
    """
    from course_utils import pretrained as networks

    run = _started()
    loaded = networks.pretrained(name, input_shape=input_shape, include_top=include_top, data=run.data)
    if name != networks.OWN:
        run.sources.add(loaded.source)
    return loaded


def say(text: str) -> None:
    """Show a sentence of the lesson that holds measured numbers, as Markdown; so that no number is typed by hand."""
    display(Markdown(text))


def record(name: str, value: Any) -> None:
    """Keep a measured number, or a list of them, under `name` in the results.

    Raises:
        CourseError: the value is not made of numbers.
    """
    _started().metrics[name] = _plain(value, name)


def measured_in_full() -> dict[str, Any]:
    """Metrics of the `full` profile: this run's own, or those published with the course (`docs/results`); else none."""
    run = _started()
    if run.profile == "full":
        return run.metrics
    published = _published(f"{run.lesson.stem}.full")
    return published["metrics"] if published else {}


def headline(
    name: str, values: list[float], unit: str, baseline: float, aim: float | None = None, is_error: bool = False
) -> None:
    """Keep the lesson's own number: the mean of `values`, one a seed, beside what a naive or older way reaches.

    Args:
        name: what is measured, in words.
        values: one measurement a seed.
        unit: such as `"%"`; empty for a bare number.
        baseline: the same measurement for the naive way.
        aim: what the mean was to reach, where that was set beforehand: at least, or at most if it is an error.
        is_error: whether less is better.
    """
    values = _plain(list(values), name)
    _started().headline = {
        "name": name,
        "value": statistics.fmean(values),
        "spread": statistics.stdev(values) if len(values) > 1 else None,
        "unit": unit,
        "seeds": len(values),
        "baseline": _plain(baseline, name),
        "aim": None if aim is None else _plain(aim, name),
        "is_error": is_error,
    }


def expect(text: str, met: bool | np.bool_, measured: object = None) -> None:
    """Keep a finding of the lesson's text true: publishing stops where it is not met, in `lesson` and in `full`.

    In a reader's own run, on other data or with another seed, an unmet one shows one line below the cell. In `smoke`, whose
    trainings are too short to show anything, numbers are not expected of anyone.

    Args:
        text: what the lesson's text says, in a few words.
        met: whether this run agrees.
        measured: what came out, such as a `Difference`; shown if it is not met.

    Raises:
        CourseError: `met` is neither True nor False.
    """
    run = _started()
    if not isinstance(met, bool | np.bool_):
        raise CourseError(f"Whether {text!r} is met must be True or False, such as `gain.is_gain`, not {met!r}.")
    if run.profile == "smoke":
        return
    run.expectations[text] = {"text": text, "met": bool(met), "measured": "" if measured is None else str(measured)}
    if not met:
        came_out = "" if measured is None else f" Measured here: {measured}."
        say(f"**Your run differs from the text**, which says: {text}.{came_out}")


def table(frame: "pd.DataFrame", caption: str) -> None:
    """Show a table, its numbers rounded to what matters, and keep it in the results under its caption.

    Args:
        frame: labels of its rows as index; columns of numbers, bools or texts.
        caption: what it shows, in a few words.
    """
    texts = frame.apply(lambda column: _cell_texts(column.tolist())).rename(str, axis="index").rename(str, axis="columns")
    # an id of its own on the page, and the same one in each run
    style = texts.style.set_uuid(f"{zlib.crc32(caption.encode()):08x}")
    style.set_caption(html.escape(caption)).set_table_styles(_TABLE_STYLES)
    for part in (style.format, partial(style.format_index, axis="index"), partial(style.format_index, axis="columns")):
        part(escape="html")
    display({"text/html": style.to_html(), "text/plain": f"{caption}\n{texts.to_string()}"}, raw=True)
    columns = [str(frame.index.name or ""), *texts.columns]
    values = zip(*(frame.iloc[:, place].tolist() for place in range(frame.shape[1])), strict=True)
    rows = [[label, *map(_cell, row)] for label, row in zip(texts.index, values, strict=True)]
    _started().tables[caption] = {"columns": columns, "rows": rows}


_TABLE_STYLES = [
    {"selector": "caption", "props": "caption-side: top; text-align: left; font-weight: bold; padding: 0.4em 0"},
    {"selector": "th.row_heading", "props": "text-align: left"},
]


def _cell(value: Any) -> Any:
    """A cell as JSON can hold it: a number that is none becomes nothing."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _cell_texts(values: list[Any]) -> list[str]:
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return column_texts(values)
    return [{True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) for value in values]


def claim(claim_id: str, verdict: str, measured: str) -> None:
    """Record and show what became of a claim of the notes.

    Args:
        claim_id: its id in `data/claims.toml`.
        verdict: one of `claims.VERDICTS`.
        measured: the evidence, one sentence with its numbers.

    Raises:
        CourseError: there is no such claim for this lesson, or no such verdict.
    """
    check_choice("verdict", verdict, VERDICTS)
    found = _keep_claim(claim_id, verdict, measured)
    say(f"> **The notes ({found['source']}):** {found['statement']}\n>\n> **{verdict.capitalize()}:** {measured}")


def claims(evidence: Mapping[str, "Evidence | tuple[Evidence, str]"]) -> None:
    """Record and show what became of the notes' claims, each by the one rule of `measure.judge`.

    Args:
        evidence: by the claim's id in `data/claims.toml`: what the lesson measured (a `Difference`, True or False, a mapping
            of conditions to these, or None), or a tuple of that and one limit.

    Raises:
        CourseError: there is no such claim for this lesson, or the evidence is of no such kind.
    """
    from course_utils.measure import judge

    rows = ["| The notes say | where | verdict | measured here |", "|---|---|---|---|"]
    for claim_id, given in evidence.items():
        verdict, measured = judge(*given) if isinstance(given, tuple) else judge(given)
        found = _keep_claim(claim_id, verdict, measured)
        cells = [found["statement"], found["source"], f"**{verdict}**", measured]
        rows.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    say("\n".join(rows))


def _keep_claim(claim_id: str, verdict: str, measured: str) -> Finding:
    run = _started()
    found = find_claim(claim_id, run.lesson.number)
    run.claims[claim_id] = {
        "id": claim_id,
        "statement": found.statement,
        "source": found.source,
        "verdict": verdict,
        "measured": measured,
    }
    return run.claims[claim_id]


def finish() -> None:
    """Write `build/results/NN_name.json` and say what the run took.

    Raises:
        CourseError: a claim that `data/claims.toml` gives to this lesson was not measured, or the folder cannot be written.
    """
    run = _started()
    missing = [c.id for c in all_claims().values() if c.lesson == run.lesson.number and c.id not in run.claims]
    if missing:
        raise CourseError(f"Lesson {run.lesson.number} has not measured these claims of the notes: {', '.join(missing)}.")
    seconds = time.monotonic() - run.started
    results: Result = {
        "lesson": run.lesson.stem,
        "profile": run.profile,
        "data": _data_source(run.sources),
        "seed": run.seed,
        "metrics": run.metrics,
        "tables": run.tables,
        "headline": run.headline,
        "expectations": list(run.expectations.values()),
        "claims": list(run.claims.values()),
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(devices.peak_memory_mb()),
        "device": str(run.device),
        "versions": {name: version(name) for name in ("tensorflow", "keras", "numpy", "deep-learning-course")},
    }
    if run.device.gpus:
        results["gpu_peak_memory_mb"] = round(devices.peak_gpu_memory_mb())
    write_json(paths.build_dir() / "results" / f"{run.lesson.stem}.json", results, paths.elsewhere("COURSE_BUILD"))
    print(f"Lesson {run.lesson.number} is complete: {_cost(results)}.")


def _started() -> _Run:
    if _run is None:
        raise CourseError("No lesson is started: run the notebook from its first cell (Run > Run All Cells).")
    return _run


def _plain(value: Any, name: str) -> Any:
    """`value` with NumPy's and TensorFlow's numbers turned into Python's, as JSON wants them."""
    if isinstance(value, (list, tuple)):
        return [_plain(item, name) for item in value]
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (bool, int, float)):
        return value
    raise CourseError(f"{name!r} must be a number or a list of numbers to be recorded, not {type(value).__name__}.")


def _data_source(sources: set[str]) -> str:
    """The least real of the sources: a run that used anything synthetic is a run on synthetic data."""
    return next((source for source in ("synthetic", "mirror", "real") if source in sources), "none")


def cost_line(results: Result | None) -> str:
    """The banner's line on time and memory: of the published run whose results these are, or that there is none yet."""
    return f"when published: {_cost(results)}" if results else "time and memory: not measured yet"


def _published_cost(lesson: Lesson) -> str:
    return cost_line(_published(lesson.stem))


def _published(name: str) -> Result | None:
    """Published results; damaged ones, such as those of an unfinished merge, count as none: a lesson runs without them."""
    try:
        return read_result(paths.PUBLISHED_RESULTS / f"{name}.json")
    except CourseError:
        return None


def _cost(results: Result) -> str:
    return f"{time_text(results['seconds'])}, {results['peak_memory_mb'] / 1024:.1f} GB at its peak"
