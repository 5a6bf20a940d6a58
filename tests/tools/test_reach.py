"""Addresses of the catalog are asked for one byte, on a server of the test's own."""

from tools.reach import trouble, troubles


def test_an_address_that_serves_its_file_is_well(server):
    assert trouble(server.serve("file", b"x" * 100), 100) is None
    assert trouble(server.serve("plain", b"x" * 100, ranges=False), 100) is None
    assert [asked for _, asked in server.asked] == ["bytes=0-0", "bytes=0-0"]


def test_another_size_is_told(server):
    for name, how in (("file", {}), ("plain", {"ranges": False})):
        assert trouble(server.serve(name, b"x" * 1000, **how), 2000) == "has 1,000 bytes in place of 2,000"


def test_a_size_that_nobody_states_is_no_trouble(server):
    assert trouble(server.serve("file", b"x" * 100, ranges=False, claims_length=False), 2000) is None
    assert trouble(server.serve("file", b"x" * 100), None) is None


def test_a_dead_address_is_told(server, refusing_address):
    assert "404" in trouble(server.address("nothing"), 100)
    assert "refused" in trouble(refusing_address, 100)


def test_each_address_of_each_dataset_is_asked(server, make_dataset, capsys):
    good = server.serve("file.bin", b"abc")
    datasets = [make_dataset(b"abc", good, server.address("gone")), make_dataset(b"abcd", good)]
    found = troubles(datasets)
    assert [line.split(": ")[1] for line in found] == [server.address("gone"), good]
    assert found[1].endswith("has 3 bytes in place of 4")
    assert capsys.readouterr().out.splitlines()[0] == f"mini: {good}: answers"
