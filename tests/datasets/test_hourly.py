"""Hourly series: what is read of the published tables, how gaps are closed, and what is refused with the line named."""

import io
import zipfile
from datetime import datetime, timedelta

import numpy as np
import pytest

from course_utils import synthetic
from course_utils.datasets import load
from course_utils.datasets.hourly import BEIJING_HEADER, JENA_HEADER, read_beijing, read_jena
from course_utils.errors import CourseError

JENA = "jena_climate_2009_2016.csv"
START = datetime(2009, 1, 1, 0, 10)


def jena_row(time, first):
    return ",".join([time.strftime("%d.%m.%Y %H:%M:%S"), *(f"{first + column:.2f}" for column in range(14))])


def jena_rows(hours=4):
    """Rows ten minutes apart from 00:10 on; the first measurement is the number of minutes since midnight."""
    times = [START + timedelta(minutes=10 * step) for step in range(6 * hours)]
    return [jena_row(time, (time - START).total_seconds() / 60 + 10) for time in times]


def jena_text(rows):
    return "\n".join([",".join(f'"{name}"' for name in JENA_HEADER), *rows]) + "\n"


def beijing_text(rows=None, header=BEIJING_HEADER):
    rows = rows or [f"{n + 1},2010,1,1,{n},NA,-21,{-11 - n},1021,NW,1.79,0,0" for n in range(4)]
    return "\n".join([",".join(header), *rows]) + "\n"


@pytest.fixture
def jena(tmp_path):
    def read(text):
        path = tmp_path / JENA
        path.write_text(text, encoding="utf-8")
        return read_jena(path)

    return read


@pytest.fixture
def beijing(tmp_path):
    def read(text):
        path = tmp_path / "pollution.csv"
        path.write_text(text, encoding="utf-8")
        return read_beijing(path)

    return read


def jena_files(rows=None):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(JENA, jena_text(rows or jena_rows()))
        archive.writestr(f"__MACOSX/._{JENA}", b"\0\xff")
    return {f"{JENA}.zip": file.getvalue()}


class TestJena:
    def test_rows_on_the_full_hour_are_kept(self, jena):
        table = jena(jena_text(jena_rows(hours=3)))
        assert (table.values.dtype, table.values.shape) == (np.float32, (3, 14))
        assert table.values[:, 0].tolist() == [60, 120, 180]
        assert table.values[0].tolist() == list(range(60, 74))
        assert table.times.tolist() == [datetime(2009, 1, 1, hour) for hour in (1, 2, 3)]
        assert table.times.dtype == "datetime64[h]"
        assert (table.columns, table.target, table.filled) == (JENA_HEADER[1:], "T (degC)", 0)

    def test_windows_line_ends_and_a_byte_order_mark_change_nothing(self, jena):
        plain, windows = jena(jena_text(jena_rows())), jena("\ufeff" + jena_text(jena_rows()).replace("\n", "\r\n"))
        assert (plain.values == windows.values).all()

    def test_a_missing_wind_speed_repeats_the_hour_before(self, jena):
        rows = jena_rows()
        for hour in (2, 3):
            cells = rows[6 * hour - 1].split(",")
            rows[6 * hour - 1] = ",".join([*cells[:12], "-9999.00", *cells[13:]])
        table = jena(jena_text(rows))
        assert table.values[:, 11].tolist() == [71, 71, 71, 251]
        assert table.values[:, 12].tolist() == [72, 132, 192, 252]
        assert table.filled == 2

    def test_hours_that_are_missing_repeat_the_hour_before(self, jena):
        rows = jena_rows(hours=6)
        del rows[8:22]
        table = jena(jena_text(rows))
        assert table.values[:, 0].tolist() == [60, 60, 60, 240, 300, 360]
        assert np.diff(table.times).astype(int).tolist() == [1] * 5
        assert table.filled == 2

    def test_of_an_hour_that_comes_twice_the_first_counts(self, jena):
        rows = jena_rows()
        again = [row.rsplit(",", 14)[0] + ",5" * 14 for row in rows[5:15]]
        table = jena(jena_text([*rows[:15], *again, *rows[15:]]))
        assert table.values[:, 0].tolist() == [60, 120, 180, 240]
        assert table.filled == 0

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda text: text.replace("T (degC)", "T"), r"its line 1 lacks the column 'T \(degC\)'"),
            (lambda text: text.replace('"T (degC)","Tpot (K)"', '"Tpot (K)","T (degC)"'), "line 1 should name 15 columns"),
            (lambda text: "", "its line 1 lacks the column 'Date Time'"),
            (lambda text: "<html>no</html>", "its line 1 lacks the column"),
            (lambda text: text.replace("01.01.2009 00:20", "2009-01-01 00:20"), "line 3 has '2009-01-01 00:20:00' where a"),
            (lambda text: text.replace("01.01.2009 01:00", "31.02.2009 01:00"), "line 7 has a date that does not exist"),
            (lambda text: text.replace("01:00:00,60.00", "01:00:00,sixty"), r"line 7 has 'sixty' .*column p \(mbar\)"),
            (lambda text: text.replace("01:00:00,60.00", "01:00:00,"), r"line 7 has '' .*column p \(mbar\)"),
            (lambda text: text.replace("01:00:00,60.00", "01:00:00,nan"), r"line 7 has 'nan'"),
            (lambda text: text.replace("00:30:00,30.00,", "00:30:00,"), "line 4 has 14 columns instead of 15"),
            (lambda text: text.replace("00:30:00,30.00,", "\n"), "line 4 has 1 columns instead of 15"),
            (lambda text: text[:-30], "line 25 has 13 columns instead of 15|line 25 has 1. columns"),
            (lambda text: text.replace("2009 04:00", "2008 04:00"), "line 25 is earlier than a line before it"),
            (lambda text: text.replace("2009 04:00", "2019 04:00"), "line 25 comes 3,652 days after the hour before it"),
            (lambda text: text.replace("01:00:00,60.00", "01:00:00,-9999"), r"line 7 has no p \(mbar\), and no hour before"),
            (lambda text: "\n".join(text.splitlines()[:4]), "line 1 is followed by no measurements on the full hour"),
        ],
    )
    def test_a_damaged_table_is_one_sentence(self, jena, change, says):
        with pytest.raises(CourseError, match=rf"{JENA} is damaged.*({says}).*delete it and load") as caught:
            jena(change(jena_text(jena_rows())))
        assert "\n" not in str(caught.value)


class TestBeijing:
    def test_the_weather_is_kept(self, beijing):
        table = beijing(beijing_text())
        assert table.columns == ("DEWP", "TEMP", "PRES", "Iws", "Is", "Ir")
        assert table.values[1] == pytest.approx([-21, -12, 1021, 1.79, 0, 0])
        assert (table.target, table.filled, len(table.times)) == ("TEMP", 0, 4)
        assert table.times[-1] == np.datetime64("2010-01-01T03")

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda text: text.replace("TEMP", "TEMPERATURE"), "line 1 lacks the column 'TEMP'"),
            (lambda text: text.replace("2010,1,1,2", "2010,1,1,24"), "line 4 has a date that does not exist"),
            (lambda text: text.replace("2010,1,1,2", "2010,1,x,2"), "line 4 has '2010, 1, x, 2' where year"),
            (lambda text: text.replace("2010,1,1,2", "MMX,1,1,2"), "line 4 has 'MMX, 1, 1, 2' where year"),
            (lambda text: text.replace("-13", "NA"), "line 4 has 'NA' where a number should be, in column TEMP"),
        ],
    )
    def test_a_damaged_table_is_one_sentence(self, beijing, change, says):
        with pytest.raises(CourseError, match=rf"pollution.csv is damaged.*{says}"):
            beijing(change(beijing_text()))


class TestSeries:
    def test_it_says_what_it_is_and_gives_its_columns(self, offer):
        offer("jena_table", jena_files(), class_names=(), name="jena_climate")
        data = load("jena_climate")
        assert str(data).splitlines() == [
            "Mini: 4 hours, 2009-01-01 01:00 to 2009-01-01 04:00",
            f"Columns: {', '.join(data.columns)}; to forecast: T (degC)",
            "Source: the real data; licence CC0",
        ]
        assert (len(data), data.source, data.remark) == (4, "real", "")
        assert data["T (degC)"].tolist() == data.values[:, 1].tolist() == [61, 121, 181, 241]
        assert "array" not in repr(data)
        with pytest.raises(CourseError, match=r"has no column 'TEMP'; it has p \(mbar\), T \(degC\)"):
            data["TEMP"]

    def test_filled_hours_are_mentioned(self, offer):
        rows = jena_rows(hours=6)
        offer("jena_table", jena_files(rows[:8] + rows[22:]), class_names=(), name="jena_climate")
        assert "06:00; 2 with something missing repeat the hour before\n" in str(load("jena_climate"))

    def test_synthetic_data_is_read_like_the_published_table(self, offer, monkeypatch):
        monkeypatch.setattr(
            synthetic, "generate", lambda name, folder, **how: (folder / JENA).write_text(jena_text(jena_rows()))
        )
        offer("jena_table", jena_files(), class_names=(), name="jena_climate")
        data = load("jena_climate", data="synthetic")
        assert data.source == "synthetic"
        assert data["p (mbar)"].tolist() == [60, 120, 180, 240]
        assert "synthetic data, not the real data; generated by the course itself" in str(data)
