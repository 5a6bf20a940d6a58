"""Where a dataset cannot be had, real data of the one that the catalog names in its place is taken before synthetic data."""

import hashlib

import numpy as np
import pytest

from course_utils import synthetic
from course_utils.datasets import load, network
from course_utils.datasets.catalog import find_dataset
from course_utils.datasets.loading import state
from course_utils.errors import CourseError

TABLE = (
    b"No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir\n"
    b"1,2010,1,1,0,NA,-21,-11,1021,NW,1.79,0,0\n"
    b"2,2010,1,1,1,NA,-21,-12,1020,NW,4.92,0,0\n"
)


@pytest.fixture
def two_series(offer, server, monkeypatch):
    """Jena's addresses, one that does not answer; Beijing's table on the server; synthetic data in place of Jena's."""
    monkeypatch.setattr(synthetic, "VERSIONS", {"jena_climate": 1})

    def put(silent_address):
        offer("beijing_table", {"pollution.csv": TABLE}, class_names=(), name="beijing_pollution")
        offer(
            *("jena_table", {"jena.csv.zip": b"zip"}),
            class_names=(),
            addresses=silent_address,
            name="jena_climate",
            instead="beijing_pollution",
        )

    return put


@pytest.fixture
def mirrored(tmp_path, monkeypatch):
    """A mirror that holds Beijing's table."""
    folder = tmp_path / "mirror" / "beijing_pollution"
    folder.mkdir(parents=True)
    (folder / "pollution.csv").write_bytes(TABLE)
    (tmp_path / "mirror" / "checksums.txt").write_text(
        f"{hashlib.sha256(TABLE).hexdigest()}  beijing_pollution/pollution.csv"
    )
    monkeypatch.setenv("COURSE_MIRROR", str(tmp_path / "mirror"))


@pytest.mark.parametrize("data", ["auto", "real"])
def test_what_is_in_the_mirror_is_taken_and_called_by_its_name(two_series, mirrored, refusing_address, server, data, capsys):
    two_series(refusing_address)
    assert state(find_dataset("jena_climate")) == "instead"
    loaded = load("jena_climate", data=data)
    assert (loaded.name, loaded.source, loaded.target) == ("beijing_pollution", "real", "TEMP")
    assert loaded["TEMP"].tolist() == np.float32([-11, -12]).tolist()
    assert capsys.readouterr().out == "Mini cannot be had just now; here is real data of Mini instead.\n"
    assert server.asked == []


@pytest.mark.parametrize("data", ["auto", "real"])
def test_what_is_in_the_cache_is_taken(two_series, refusing_address, data):
    two_series(refusing_address)
    load("beijing_pollution")
    assert load("jena_climate", data=data).name == "beijing_pollution"


def test_the_network_is_waited_for_once(two_series, mirrored, hanging_address, connections, monkeypatch):
    monkeypatch.setattr(network, "SECONDS_TO_CONNECT", 0.5)
    two_series(hanging_address)
    load("jena_climate", data="real")
    assert len(connections) == 1


def test_what_would_have_to_be_downloaded_is_not_taken(two_series, refusing_address, server):
    two_series(refusing_address)
    assert state(find_dataset("jena_climate")) == "synthetic"
    with pytest.raises(CourseError, match=r"course data get jena_climate.*DATA=\"synthetic\""):
        load("jena_climate", data="real")
    assert server.asked == []


def test_a_damaged_copy_in_the_mirror_is_not_taken(two_series, mirrored, refusing_address, tmp_path, server):
    two_series(refusing_address)
    (tmp_path / "mirror" / "beijing_pollution" / "pollution.csv").write_bytes(TABLE[:-5])
    with pytest.raises(CourseError, match=r"course data get jena_climate"):
        load("jena_climate", data="real")


def test_synthetic_data_is_taken_at_once(two_series, mirrored, refusing_address, monkeypatch):
    two_series(refusing_address)

    def generate(name, folder, **how):
        raise CourseError(f"generated {name}")

    monkeypatch.setattr(synthetic, "generate", generate)
    with pytest.raises(CourseError, match="generated jena_climate"):
        load("jena_climate", data="synthetic")
