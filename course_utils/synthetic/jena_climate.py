"""Weather every ten minutes, from a small model of a Central European climate.

What makes it a task like the real one: as warm as now is a good forecast for the same time tomorrow, since the daily cycle
cancels out, and what it misses comes with fronts. They announce themselves: pressure falls for two days before one,
further before a bigger change of temperature, and the wind says which kind of front it is. So other columns than the
temperature help, and no column alone is enough. Pressure, temperature and dew point are random; humidity and density follow
from them by physics.
"""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve, lfilter

HEADER = (
    '"Date Time","p (mbar)","T (degC)","Tpot (K)","Tdew (degC)","rh (%)","VPmax (mbar)","VPact (mbar)","VPdef (mbar)",'
    '"sh (g/kg)","H2OC (mmol/mol)","rho (g/m**3)","wv (m/s)","max. wv (m/s)","wd (deg)"'
)
FIRST_DAY, LAST_DAY = datetime(2009, 1, 1), datetime(2013, 1, 1)  # from ten past midnight to midnight
DAY = 144  # rows
HOUR = DAY // 24
DRY_GAS, VAPOUR_GAS = 287.05, 461.5  # gas constants, J/(kg K)
LIGHTER = 0.622  # of water vapour, its molar mass relative to that of dry air
ROW = ",".join(["%.2f"] * 13 + ["%.1f"])


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`; it takes two seconds, so there is no bar."""
    columns = weather(np.random.default_rng(seed), (LAST_DAY - FIRST_DAY).days * DAY)
    rows = [f"{time},{ROW % row}" for time, row in zip(_times(), map(tuple, columns.tolist()), strict=True)]
    (folder / "jena_climate_2009_2016.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8", newline="\n")


def weather(rng: np.random.Generator, rows: int) -> np.ndarray:
    """The 14 measurements in the order of the header, float64 (rows, 14)."""
    days = np.arange(1, rows + 1) / DAY
    summer = -np.cos(2 * np.pi * (days - 18) / 365.25)  # -1 in the middle of January, 1 in that of July
    front, change, air_mass = _fronts(rng, rows)
    clouds = _clouds(rng, rows, front)

    radiation = -0.15 * summer + (4.4 + 2.4 * summer) * (1 - 0.85 * clouds)
    mild = 9.4 + 9 * summer + air_mass + _drift(rng, rows, 15, 1.3) + _drift(rng, rows, 1, 1.5) - 1.2 * summer * clouds
    temperature = mild + radiation * _daily(days) + _drift(rng, rows, 0.2, 0.8)
    spread = 1.0 + (3.8 + 1.6 * summer) * (1 - clouds) + _drift(rng, rows, 1, 0.8)
    dew_point = np.minimum(mild - spread, temperature - 0.2)
    weight = -0.25 * air_mass  # cold air is heavier
    pressure = 996 + weight + _troughs(rows, front, change) + _drift(rng, rows, 8, 4) + _drift(rng, rows, 0.3, 0.4)

    wind = np.exp(0.55 + 0.5 * _near(rows, front, 8 * HOUR) + _drift(rng, rows, 0.4, 0.5))
    gust = wind * (1.5 + 0.3 * rng.random(rows)) + 0.2
    direction = _directions(rng, rows, front, change)
    p, t, dew = (column.round(2) for column in (pressure, temperature, dew_point))
    return np.column_stack([*_derived(p, t, dew), wind, gust, direction])


def saturation(temperature: np.ndarray) -> np.ndarray:
    """Pressure of saturated water vapour in mbar over water at a temperature in °C, by Magnus' formula.

    Source: O. Alduchov and R. Eskridge, Improved Magnus Form Approximation of Saturation Vapor Pressure (1996).
    """
    return 6.1094 * np.exp(17.625 * temperature / (temperature + 243.04))


def _derived(p: np.ndarray, t: np.ndarray, dew: np.ndarray) -> list[np.ndarray]:
    """The eleven columns that pressure (mbar), temperature and dew point (°C) decide, in the order of the header."""
    kelvin, most, actual = t + 273.15, saturation(t), saturation(dew)
    potential = kelvin * (1000 / p) ** 0.286  # what the air would have at 1000 mbar
    humidity = 1000 * LIGHTER * actual / (p - (1 - LIGHTER) * actual)
    density = 1000 * 100 * ((p - actual) / DRY_GAS + actual / VAPOUR_GAS) / kelvin  # 100 Pa a mbar, 1000 g a kg
    relative, missing, mixed = 100 * actual / most, most - actual, 1000 * actual / p
    return [p, t, potential, dew, relative, most, actual, missing, humidity, mixed, density]


def _fronts(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the fronts (n,), what each changes in °C (n,), and the warmth of the air mass in each row, °C (rows,).

    Fronts come every three and a half days on average; a cold one takes six hours to pass, a warm one twelve.
    """
    gaps = rng.gamma(4, 0.85, size=rows // DAY + 20) + 0.3
    front = (np.cumsum(gaps) * DAY).astype(int)
    front = front[front < rows]
    levels = 3.8 * rng.standard_normal(len(front) + 1)
    change = np.diff(levels)
    half = np.where(change < 0, 3, 6) * HOUR
    edges = np.column_stack([front - half, front + half]).ravel()
    order = np.argsort(edges, kind="stable")
    air_mass = np.interp(np.arange(rows), edges[order], np.repeat(levels, 2)[1:-1][order])
    return front, change, air_mass


def _troughs(rows: int, front: np.ndarray, change: np.ndarray) -> np.ndarray:
    """What fronts do to the pressure, mbar (rows,): it falls for two days, further before a bigger change, and recovers."""
    falling, rising = 48 * HOUR, 24 * HOUR
    depth = np.zeros(rows)
    depth[front] = -(2 + 1.8 * np.abs(change))
    shape = np.concatenate([np.linspace(0, 1, falling, endpoint=False), np.linspace(1, 0, rising)])
    return fftconvolve(depth, shape)[falling : falling + rows]


def _near(rows: int, front: np.ndarray, width: int) -> np.ndarray:
    """How near a front is, from 0 to about 1 where one passes, (rows,)."""
    passing = np.zeros(rows)
    passing[front] = 1
    return fftconvolve(passing, np.exp(-0.5 * (np.arange(-4 * width, 4 * width + 1) / width) ** 2), mode="same").clip(0)


def _clouds(rng: np.random.Generator, rows: int, front: np.ndarray) -> np.ndarray:
    """Share of the sky that is covered, 0 to 1, (rows,)."""
    return 1 / (1 + np.exp(0.6 - 2 * _near(rows, front, 9 * HOUR) - _drift(rng, rows, 1.2, 1.5)))


def _directions(rng: np.random.Generator, rows: int, front: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Where the wind comes from, degrees, (rows,): south-east before a warm front, south-west before a cold one.

    Behind a warm front it is south-west, behind a cold one north-west.
    """
    before, behind = np.where(change < 0, 225, 135), np.where(change < 0, 305, 235)
    turns = np.column_stack([front - 40 * HOUR, front - 3 * HOUR, front + 3 * HOUR, front + 24 * HOUR])
    aims = np.column_stack([np.full(len(front), 220), before, behind, np.full(len(front), 220)])
    later = np.maximum.accumulate(turns.ravel())
    mean = np.interp(np.arange(rows), later, aims.ravel())
    return (mean + _drift(rng, rows, 0.25, 22) + 14 * rng.standard_normal(rows)) % 360


def _daily(days: np.ndarray) -> np.ndarray:
    """The shape of a day's warming, -1 to 1: warmest at three in the afternoon, and cooling more slowly than it warmed."""
    angle = 2 * np.pi * (days - 15 / 24)
    return np.cos(angle) + 0.18 * np.sin(2 * angle)


def _drift(rng: np.random.Generator, rows: int, days: float, spread: float) -> np.ndarray:
    """Autoregressive noise of first order that forgets in `days`, with standard deviation `spread`, (rows,)."""
    kept = np.exp(-1 / (days * DAY))
    shocks = rng.standard_normal(rows) * np.sqrt(1 - kept**2)
    shocks[0] = rng.standard_normal()
    return spread * lfilter([1], [1, -kept], shocks)


def _times() -> list[str]:
    """What stands in the first column, from ten past midnight of the first day to the last midnight."""
    days = [f"{FIRST_DAY + timedelta(day):%d.%m.%Y}" for day in range((LAST_DAY - FIRST_DAY).days + 1)]
    clock = [f"{slot // HOUR:02}:{slot % HOUR * 10:02}:00" for slot in range(DAY)]
    return [f"{day} {time}" for day in days for time in clock][1 : len(days[1:]) * DAY + 1]
