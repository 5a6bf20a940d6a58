"""The synthetic climate: what is written, that it obeys physics, and that it can be forecast, but not easily."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from course_utils.datasets.hourly import JENA_HEADER, read_jena
from course_utils.synthetic import generate, jena_climate

# The first rows of the published table: p, T and Tdew, and what it gives for the columns that follow from them.
PUBLISHED = {
    (996.52, -8.02, -8.90): (265.40, 93.30, 3.33, 3.11, 0.22, 1.94, 3.12, 1307.75),
    (996.57, -8.41, -9.28): (265.01, 93.40, 3.23, 3.02, 0.21, 1.89, 3.03, 1309.80),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("climate")
    generate("jena_climate", folder)
    return folder


@pytest.fixture(scope="module")
def climate(folder):
    return read_jena(folder / "jena_climate_2009_2016.csv")


def test_the_table_is_laid_out_as_published(folder):
    lines = (folder / "jena_climate_2009_2016.csv").read_text(encoding="utf-8").splitlines()
    names = [name.strip('"') for name in lines[0].split(",")]
    assert names == list(JENA_HEADER)
    assert [line.partition(",")[0] for line in lines[1:3]] == ["01.01.2009 00:10:00", "01.01.2009 00:20:00"]
    assert lines[-1].startswith("01.01.2013 00:00:00,")
    assert len(lines) - 1 == (4 * 365 + 1) * 144
    assert {line.count(",") for line in lines} == {14}


def test_the_seed_decides():
    first, again, other = (jena_climate.weather(np.random.default_rng(seed), 2_000) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.isclose(first, other).all(axis=1).any()


def test_it_is_read_hour_by_hour_and_nothing_is_missing(climate):
    assert climate.values.shape == (35_064, 14)
    assert climate.filled == 0
    assert np.isfinite(climate.values).all()


def test_measurements_stay_within_what_the_air_allows(climate):
    column = dict(zip(climate.columns, climate.values.T, strict=True))
    temperature = column["T (degC)"]
    assert -30 < temperature.min() < -5 and 28 < temperature.max() < 42
    assert column["p (mbar)"].min() > 920 and column["p (mbar)"].max() < 1_040
    assert (column["Tdew (degC)"] <= temperature).all()
    assert column["rh (%)"].min() > 10 and column["rh (%)"].max() <= 100
    assert (column["VPdef (mbar)"] >= 0).all()
    assert (column["wv (m/s)"] > 0).all() and (column["max. wv (m/s)"] >= column["wv (m/s)"]).all()
    assert column["wd (deg)"].min() >= 0 and column["wd (deg)"].max() <= 360


@pytest.mark.parametrize("row", PUBLISHED)
def test_humidity_and_density_follow_as_in_the_published_table(row):
    _, _, potential, _, *others = jena_climate._derived(*(np.array([value]) for value in row))
    for ours, published in zip([potential, *others], PUBLISHED[row], strict=True):
        assert ours == pytest.approx(published, rel=0.01, abs=0.01)


def test_summer_is_warmer_and_so_is_the_afternoon(climate):
    temperature = climate.values[:, climate.columns.index("T (degC)")]
    month, hour = climate.times.astype("datetime64[M]").astype(int) % 12, climate.times.astype(int) % 24
    by_month = np.array([temperature[month == each].mean() for each in range(12)])
    by_hour = np.array([temperature[hour == each].mean() for each in range(24)])
    assert by_month.argmax() in (5, 6, 7) and by_month.argmin() in (11, 0, 1) and 13 < np.ptp(by_month) < 24
    assert by_hour.argmax() in (13, 14, 15, 16) and by_hour.argmin() in (2, 3, 4, 5) and 4 < np.ptp(by_hour) < 12


def test_pressure_falls_before_the_air_changes(climate):
    pressure, temperature = (climate.values[:, climate.columns.index(name)] for name in ("p (mbar)", "T (degC)"))
    fallen = pressure[24:-24] - pressure[:-48]  # over the last day
    changes = np.abs(temperature[48:] - temperature[24:-24])  # over the next
    much = np.quantile(fallen, 0.1)
    assert changes[fallen < much].mean() > 1.3 * changes[fallen >= 0].mean()


def test_as_warm_as_now_is_a_good_forecast_that_a_linear_model_can_beat(climate):
    values = (climate.values - climate.values[:17_000].mean(axis=0)) / climate.values[:17_000].std(axis=0)
    temperature = climate.values[:, climate.columns.index("T (degC)")]
    now = np.arange(120, len(values) - 24, 2)
    windows = values[now[:, np.newaxis] - np.arange(0, 120, 6)].reshape(len(now), -1)
    change = temperature[now + 24] - temperature[now]
    assert np.abs(change).mean() == pytest.approx(2.6, abs=0.15)

    learn, held_out = now < 17_000, now >= 17_500
    mistakes = change[held_out] - Ridge(1_000).fit(windows[learn], change[learn]).predict(windows[held_out])
    naive, linear = np.abs(change[held_out]).mean(), np.abs(mistakes).mean()
    assert 0.8 * naive < linear < 0.97 * naive
