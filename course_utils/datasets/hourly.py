"""Measurements once an hour, from tables as they are published, checked line by line."""

import math
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_utils.datasets import texts
from course_utils.errors import CourseError

JENA_HEADER = (
    *("Date Time", "p (mbar)", "T (degC)", "Tpot (K)", "Tdew (degC)", "rh (%)", "VPmax (mbar)", "VPact (mbar)"),
    *("VPdef (mbar)", "sh (g/kg)", "H2OC (mmol/mol)", "rho (g/m**3)", "wv (m/s)", "max. wv (m/s)", "wd (deg)"),
)
JENA_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)")
JENA_MISSING = -9999
BEIJING_HEADER = ("No", "year", "month", "day", "hour", "pm2.5", "DEWP", "TEMP", "PRES", "cbwd", "Iws", "Is", "Ir")
BEIJING_DATE = re.compile("[0-9]{1,4}")
BEIJING_KEPT = ("DEWP", "TEMP", "PRES", "Iws", "Is", "Ir")
LONGEST_GAP = 14 * 24  # hours; a longer one is more likely a wrong date


class Hourly(NamedTuple):
    """What a table holds, in the order of the fields of `loaded.Series`."""

    values: np.ndarray
    columns: tuple[str, ...]
    times: np.ndarray
    target: str
    filled: int


class _Row(NamedTuple):
    line: int
    time: datetime
    cells: list[str]


def read_jena(path: Path) -> Hourly:
    """The Jena climate table, whose rows are ten minutes apart: those on the full hour, all 14 measurements.

    Where the weather station gives -9999, as it does for the wind speed at a few times, the measurement is missing; it
    repeats the hour before, as all measurements of an hour do that the table lacks. Of an hour that comes twice, the first
    row counts. The rows between the hours are checked for their form alone.

    Raises:
        CourseError: the header, a date, a number or the order is wrong; the sentence names the line.
    """
    rows = []
    for line, cells in _table(path, JENA_HEADER):
        date = JENA_DATE.fullmatch(cells[0])
        if not date:
            raise _fault(path, line, f"has {cells[0]!r} where a date such as 01.01.2009 00:10:00 should be")
        day, month, year, hour, minute, second = map(int, date.groups())
        if minute == second == 0:
            rows.append(_Row(line, _time(path, line, year, month, day, hour), cells[1:]))
    columns = JENA_HEADER[1:]
    values = _numbers(path, rows, columns)
    values[values == JENA_MISSING] = np.nan
    return _evenly(path, rows, values, columns, "T (degC)")


def read_beijing(path: Path) -> Hourly:
    """The Beijing table of fine dust and weather, whose rows are an hour apart: its measurements of the weather.

    They are dew point (DEWP) and temperature (TEMP) in °C, pressure (PRES) in hPa, and what has added up since the wind last
    turned or it last was dry: wind (Iws) in m/s, hours of snow (Is) and of rain (Ir). The fine dust, which has long gaps,
    and the direction of the wind, which is a word, are left out. Hours that the table lacks or repeats are treated as in
    `read_jena`.

    Raises:
        CourseError: the header, a date, a number or the order is wrong; the sentence names the line.
    """
    rows = []
    places = [BEIJING_HEADER.index(name) for name in BEIJING_KEPT]
    for line, cells in _table(path, BEIJING_HEADER):
        if not all(BEIJING_DATE.fullmatch(cell) for cell in cells[1:5]):
            raise _fault(path, line, f"has {', '.join(cells[1:5])!r} where year, month, day and hour should be")
        rows.append(_Row(line, _time(path, line, *map(int, cells[1:5])), [cells[place] for place in places]))
    return _evenly(path, rows, _numbers(path, rows, BEIJING_KEPT), BEIJING_KEPT, "TEMP")


def _table(path: Path, header: tuple[str, ...]) -> Iterable[tuple[int, list[str]]]:
    """Number and cells of each line below the header, which is checked, as the number of cells is."""
    lines = texts.read(path).removeprefix("\ufeff").rstrip().split("\n")
    names = [name.strip().strip('"') for name in lines[0].split(",")]
    if names != list(header):
        wrong = next((name for name in header if name not in names), None)
        what = f"lacks the column {wrong!r}" if wrong else f"should name {len(header)} columns, {', '.join(header)}"
        raise _fault(path, 1, what)
    for line, text in enumerate(lines[1:], 2):
        cells = text.rstrip("\r").split(",")
        if len(cells) != len(header):
            raise _fault(path, line, f"has {len(cells)} columns instead of {len(header)}")
        yield line, cells


def _time(path: Path, line: int, year: int, month: int, day: int, hour: int) -> datetime:
    try:
        return datetime(year, month, day, hour)
    except ValueError as error:
        raise _fault(path, line, f"has a date that does not exist ({error})") from error


def _numbers(path: Path, rows: list[_Row], columns: tuple[str, ...]) -> np.ndarray:
    """The cells as float32 (rows, columns)."""
    values = np.empty((len(rows), len(columns)), np.float32)
    for place, row in enumerate(rows):
        try:
            values[place] = [float(cell) for cell in row.cells]
        except ValueError:
            values[place] = np.nan
    unusable = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(unusable):
        row = rows[unusable[0]]
        cell, column = next((cell, name) for cell, name in zip(row.cells, columns, strict=True) if not _is_number(cell))
        raise _fault(path, row.line, f"has {cell[:30]!r} where a number should be, in column {column}")
    return values


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(np.float32(cell))
    except ValueError:
        return False


def _evenly(path: Path, rows: list[_Row], values: np.ndarray, columns: tuple[str, ...], target: str) -> Hourly:
    """One row for each hour from the first to the last; what is missing repeats the hour before."""
    if not rows:
        raise _fault(path, 1, "is followed by no measurements on the full hour")
    times = np.array([row.time for row in rows], "datetime64[h]")
    hours, first = np.unique(times, return_index=True)
    new = np.isin(np.arange(len(times)), first)
    late = np.flatnonzero(new & (times < np.maximum.accumulate(times)))
    if len(late):
        raise _fault(path, rows[late[0]].line, "is earlier than a line before it")
    gaps = np.diff(hours).astype(int)
    if len(gaps) and gaps.max() > LONGEST_GAP:
        line = rows[first[gaps.argmax() + 1]].line
        raise _fault(
            path,
            line,
            f"comes {gaps.max() // 24:,} days after the hour before it, and {LONGEST_GAP // 24} are the most allowed",
        )
    every_hour = np.arange(hours[0], hours[-1] + 1)
    even = np.full((len(every_hour), len(columns)), np.nan, np.float32)
    even[(hours - hours[0]).astype(int)] = values[first]
    missing = np.isnan(even)
    if missing[0].any():
        raise _fault(path, rows[0].line, f"has no {columns[missing[0].argmax()]}, and no hour before it to repeat")
    latest = np.maximum.accumulate(np.where(missing, 0, np.arange(len(even))[:, np.newaxis]), axis=0)
    return Hourly(np.take_along_axis(even, latest, axis=0), columns, every_hour, target, int(missing.any(axis=1).sum()))


def _fault(path: Path, line: int, what: str) -> CourseError:
    return CourseError(f"{path} is damaged: its line {line:,} {what}; delete it and load the data again.")
