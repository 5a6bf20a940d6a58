"""Servers that answer without end, too slowly, packed, wrongly or not at all: limits hold, and one true sentence says it."""

import codecs
import gzip
import hashlib
import itertools
import random
import re
import ssl
import zlib
from pathlib import Path

import pytest
import requests

from course_utils.datasets import mirrors, network, transfer
from course_utils.datasets.catalog import File
from course_utils.datasets.fetch import NotFetchedError, download_folder, fetch
from course_utils.datasets.mirrors import mirror, parse_checksums
from course_utils.errors import CourseError
from tests.fixtures.servers import RESET

CONTENT = random.Random(1).randbytes(40_000)
HALF = 25_000


def head(status=200, **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} OK\r\n{lines}\r\n".encode("latin1")


def whole(content=CONTENT, **headers):
    return head(Content_Length=len(content), **headers) + content


def for_ever(*beginning, piece=bytes(10_000)):
    """Pieces after `beginning` that never end."""
    return lambda request: itertools.chain(beginning, itertools.repeat(piece))


def start_of(request):
    """The first byte that is asked for, or None if the whole is."""
    found = re.search("Range: bytes=([0-9]+)-", "\n".join(request))
    return int(found[1]) if found else None


def refusal(dataset):
    """What fetching says when it fails: one line, and nothing of what came is kept."""
    with pytest.raises(NotFetchedError) as raised:
        fetch(dataset)
    assert "\n" not in str(raised.value)
    kept = [path.name for path in download_folder(dataset).iterdir() if path.suffix not in (".lock", ".version", ".part")]
    assert kept == []
    return str(raised.value)


def content_of(dataset):
    (file,) = fetch(dataset).values()
    return file.path.read_bytes()


class TestWithoutEnd:
    @pytest.mark.parametrize("transfer_encoding", [{}, {"Transfer_Encoding": "chunked"}])
    def test_a_body_is_cut_at_the_size_that_the_file_has(self, rough, make_dataset, transfer_encoding):
        piece = b"1000\r\n" + bytes(4096) + b"\r\n" if transfer_encoding else bytes(10_000)
        dataset = make_dataset(CONTENT, rough.tell("a", for_ever(head(**transfer_encoding), piece=piece)))
        assert "sends more than the 40,000 bytes that the file may have" in refusal(dataset)
        assert not list(download_folder(dataset).glob("*.part"))

    def test_where_nobody_knows_the_size_there_is_a_largest_one(self, rough, make_dataset, monkeypatch):
        monkeypatch.setattr(transfer, "MOST_BYTES", 100_000)
        dataset = make_dataset(CONTENT, rough.tell("a", for_ever(head())), size=None)
        assert "sends more than the 100,000 bytes" in refusal(dataset)

    def test_a_length_that_no_such_file_has_is_refused_at_once(self, rough, make_dataset):
        dataset = make_dataset(CONTENT, rough.tell("a", for_ever(head(Content_Length=10**15))), size=None)
        assert "far too much for such data" in refusal(dataset)

    def test_what_stands_below_a_redirection_is_not_read(self, rough, make_dataset):
        rough.tell("b", whole())
        dataset = make_dataset(CONTENT, rough.tell("a", for_ever(head(302, Location="/b"))))
        assert content_of(dataset) == CONTENT

    def test_the_list_of_a_mirror_is_cut(self, rough, make_dataset, monkeypatch):
        monkeypatch.setattr(mirrors, "LARGEST_LIST", 50_000)
        monkeypatch.setenv("COURSE_MIRROR", rough.tell("m", b"").rstrip("/"))
        rough.tell("m/checksums.txt", for_ever(head()))
        assert "does not give its checksums.txt (it sends without end)" in refusal(make_dataset(CONTENT))


class TestTooSlow:
    def test_a_body_that_drips_is_given_up_in_the_end_and_kept_for_later(self, rough, make_dataset, monkeypatch):
        monkeypatch.setattr(transfer, "monotonic", lambda: -1e6)  # it began long ago
        address = rough.tell("a", for_ever(head(Content_Length=len(CONTENT), ETag='"1"'), piece=b"x"))
        dataset = make_dataset(CONTENT, address)
        assert "sent too little to be waited for any longer" in refusal(dataset)
        assert 0 < (download_folder(dataset) / "file.bin.part").stat().st_size < len(CONTENT)

    def test_so_are_lines_before_the_body_that_drip(self, rough, make_dataset, monkeypatch):
        monkeypatch.setattr(network, "SECONDS_TO_ANSWER", 0.1)

        def drip(request):
            yield b"HTTP/1.1 200 OK\r\n"
            while not rough.closing.wait(0.02):
                yield b"x"

        assert "sent too little to be waited for any longer" in refusal(make_dataset(CONTENT, rough.tell("a", drip)))

    def test_a_large_file_is_given_more_time(self):
        assert transfer.SECONDS_IN_ANY_CASE + 200e6 / transfer.SLOWEST > 3600


class TestRetries:
    """However a server fails, it is asked a few times and not thousands."""

    def test_halves_that_never_fit_together(self, rough, make_dataset):
        def answer(request):
            start = start_of(request)
            if start is None:
                return [head(Content_Length=len(CONTENT)) + CONTENT[:HALF]]
            rest = len(CONTENT) - start
            return [head(206, Content_Length=rest, Content_Range=f"bytes {start}-39999/40000") + bytes(rest)]

        assert "wrong SHA-256" in refusal(make_dataset(CONTENT, rough.tell("a", answer)))
        assert len(rough.asked) == 4

    @pytest.mark.parametrize("size", [1, 100])
    def test_a_little_at_a_time(self, rough, make_dataset, monkeypatch, size):
        monkeypatch.setattr(transfer, "MOST_REQUESTS", 5)

        def answer(request):
            start = start_of(request) or 0
            status = {"status": 206, "Content_Range": f"bytes {start}-39999/40000"} if start else {"status": 200}
            return [head(Content_Length=len(CONTENT) - start, **status) + CONTENT[start : start + size]]

        assert "broke the connection off again and again" in refusal(make_dataset(CONTENT, rough.tell("a", answer)))
        assert len(rough.asked) == transfer.MOST_REQUESTS

    @pytest.mark.parametrize("broken", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", head(Content_Length=40_000)])
    def test_nothing_at_all(self, rough, make_dataset, broken):
        assert "broke the connection off again and again" in refusal(make_dataset(CONTENT, rough.tell("a", broken)))
        assert len(rough.asked) == transfer.FAILURES_IN_A_ROW

    @pytest.mark.parametrize("status", [416, 206])
    def test_a_range_that_it_never_fits(self, rough, make_dataset, status):
        dataset = make_dataset(CONTENT, rough.tell("a", head(status, Content_Range="bytes 7-39999/40000", Content_Length=0)))
        download_folder(dataset).mkdir(parents=True)
        (download_folder(dataset) / "file.bin.part").write_bytes(b"beginning")
        assert f"answers {status}" in refusal(dataset)
        assert len(rough.asked) == 2

    def test_a_body_that_ends_early_without_saying_so_is_gone_on_with(self, rough, make_dataset):
        def answer(request):
            start = start_of(request)
            if start is None:
                return [head() + CONTENT[:HALF]]
            return [head(206, Content_Range=f"bytes {start}-39999/40000") + CONTENT[start:]]

        assert content_of(make_dataset(CONTENT, rough.tell("a", answer))) == CONTENT
        assert len(rough.asked) == 2


class TestPacked:
    """A server's Content-Encoding is not a part of the file, unless it is only said and not done."""

    PACKED = gzip.compress(CONTENT)

    @pytest.mark.parametrize("pinned", [True, False])
    @pytest.mark.parametrize("length", [{"Content_Length": len(PACKED)}, {}])
    @pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZIP"])
    def test_what_it_packs_on_the_way_is_unpacked(self, rough, make_dataset, pinned, length, name):
        address = rough.tell("a", head(Content_Encoding=name, **length) + self.PACKED)
        assert content_of(make_dataset(CONTENT, address, pinned=pinned)) == CONTENT

    def test_gzip_is_not_the_only_way_to_pack(self, rough, make_dataset):
        address = rough.tell("a", whole(zlib.compress(CONTENT), Content_Encoding="deflate"))
        assert content_of(make_dataset(CONTENT, address)) == CONTENT

    @pytest.mark.parametrize("length", [True, False])
    @pytest.mark.parametrize("content", [CONTENT, PACKED], ids=["not packed", "an archive"])
    def test_what_it_only_calls_packed_is_left_as_it_is(self, rough, make_dataset, content, length):
        lengths = {"Content_Length": len(content)} if length else {}
        address = rough.tell("a", head(Content_Encoding="gzip", **lengths) + content)
        assert content_of(make_dataset(content, address, name="file.tar.gz")) == content

    def test_an_archive_may_be_packed_once_more(self, rough, make_dataset):
        address = rough.tell("a", whole(gzip.compress(self.PACKED), Content_Encoding="gzip"))
        assert content_of(make_dataset(self.PACKED, address, name="file.gz")) == self.PACKED

    def test_a_bomb_is_cut(self, rough, make_dataset):
        dataset = make_dataset(CONTENT, rough.tell("a", whole(gzip.compress(bytes(9_000_000)), Content_Encoding="gzip")))
        assert "wrong SHA-256" in refusal(dataset)
        assert not list(download_folder(dataset).glob("*.whole"))

    def test_one_that_breaks_off_begins_again(self, rough, make_dataset):
        answers = iter([self.PACKED[:HALF], self.PACKED])
        said = head(Content_Encoding="gzip", Content_Length=len(self.PACKED))
        assert content_of(make_dataset(CONTENT, rough.tell("a", lambda request: [said + next(answers)]))) == CONTENT

    def test_so_is_the_list_of_a_mirror(self, rough, make_dataset, monkeypatch):
        line = f"{hashlib.sha256(CONTENT).hexdigest()}  mini/file.bin\n"
        monkeypatch.setenv("COURSE_MIRROR", rough.tell("m", b""))
        rough.tell("m/checksums.txt", whole(gzip.compress(line.encode()), Content_Encoding="gzip"))
        rough.tell("m/mini/file.bin", whole())
        assert content_of(make_dataset(CONTENT)) == CONTENT


PAGE = b"<!DOCTYPE html><html><title>Welcome to our network</title>"


class TestOneTrueSentence:
    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (head(403), "answers 403 Forbidden"),
            (head(404, Content_Length=len(PAGE)) + PAGE, "answers 404 Not Found"),
            (head(410), "answers 410 Gone"),
            (head(429), "answers 429 Too Many Requests"),
            (head(429, Retry_After=90), "answers 429 Too Many Requests and wants to be asked again in 90 seconds"),
            (head(503, Retry_After=7200), "answers 503 Service Unavailable and wants to be asked again in 120 minutes"),
            (head(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), "answers 429 Too Many Requests; |)"),
            *(
                (head(500, Retry_After=text), "answers 500 Internal Server Error")
                for text in ("soon", "-5", "9" * 5000, "\xb2")
            ),
            (head(511), "answers 511 Network Authentication Required"),
            (head(799), "answers 799"),
            (head(204), "answers 204 No Content"),
            (head(206, Content_Range="bytes 9-99/100"), "answers 206 Partial Content"),
            (head(301), "answers 301 Moved Permanently"),
            (head(302, Location="/a"), "sends from one address to the next without end"),
            *(
                (head(302, Location=place), "has, or leads to, an address that cannot be used")
                for place in (
                    "http://[bad/",
                    "http://127.0.0.1:99999/",
                    "http://:80:80/",
                    "ftp://127.0.0.1/a",
                    "file:///etc/hostname",
                    f"http://{'long' * 30}.example/",
                    "//[",
                    "http://\xff\xfe/",
                )
            ),
            (head(302, Location="http://nowhere.invalid/"), "has a name that is not known here"),
            (whole(PAGE), "a web page (perhaps one to log in to this network)"),
            (whole(PAGE, Content_Type="text/html; charset=utf-8"), "a web page (perhaps one to log in to this network)"),
            (head() + codecs.BOM_UTF8 + b"\n<!-- portal --><HTML>" + bytes(39_000), "a web page (perhaps"),
            (head(Transfer_Encoding="chunked") + b"3a\r\n" + PAGE + b"\r\n0\r\n\r\n", "a web page (perhaps"),
            (head(Transfer_Encoding="chunked") + b"5\r\nquota\r\n0\r\n\r\n", "gave a file with the wrong SHA-256"),
            (head() + PAGE, "a web page (perhaps"),
            (head() + gzip.compress(PAGE, mtime=0), "broke the connection off"),
            (head(Content_Encoding="gzip") + gzip.compress(PAGE, mtime=0), "a web page (perhaps"),
            (b"SSH-2.0-OpenSSH_9.7\r\n" * 2, "answers in something else than HTTP"),
            (b"HTTP/1.1 two hundred\r\n\r\n", "answers in something else than HTTP"),
            (head(X=70_000 * "x"), "answers in something else than HTTP"),
            (lambda request: [RESET], "broke the connection off"),
            (whole(CONTENT[:-1]), "offers 39,999 bytes instead of 40,000"),
            (head(Content_Length=40_000) + CONTENT[:-1], "broke the connection off"),
            (head(Transfer_Encoding="chunked") + b"zzz\r\n", "broke the connection off"),
            (head(Content_Encoding="br", Content_Length=9) + b"different", "offers 9 bytes instead of 40,000"),
        ],
    )
    def test_for_each_wrong_answer(self, rough, make_dataset, answer, says):
        said = refusal(make_dataset(CONTENT, rough.tell("a", answer)))
        assert said.startswith("Mini: file.bin could not be fetched (127.0.0.1:")
        assert re.search("|".join(map(re.escape, says.split("|"))), said), said
        assert said.endswith(
            "try `course data get mini` later or on another network, or set COURSE_MIRROR to a place that has it."
        )
        assert len(rough.asked) < 40

    @pytest.mark.parametrize("length", ["abc", "\xb2", "-1", "9" * 5000, "40000, 40000"])
    def test_a_length_that_is_no_number_does_not_matter(self, rough, make_dataset, length):
        assert content_of(make_dataset(CONTENT, rough.tell("a", head(Content_Length=length) + CONTENT))) == CONTENT

    def test_an_https_address_whose_server_speaks_http(self, rough, make_dataset):
        address = rough.tell("a", whole()).replace("http:", "https:")
        assert "does not speak TLS as https needs it" in refusal(make_dataset(CONTENT, address))

    def test_a_certificate_of_somebody_else(self):
        error = requests.exceptions.SSLError(ssl.SSLCertVerificationError("certificate has expired"))
        assert network.in_words(error).startswith("shows a certificate that cannot be trusted")

    @pytest.mark.parametrize(
        "address", ["http://host:port/a", "http://[::1/a", "http://127.0.0.1:0/a", "http://127.0.0.1:70000/a"]
    )
    def test_an_address_of_the_catalog_that_is_none(self, use_catalog, make_dataset, address, capsys):
        with pytest.raises(NotFetchedError, match=re.escape(f"{address} is no address")):
            fetch(make_dataset(CONTENT, address))
        assert capsys.readouterr().err == ""
        from course_utils.datasets.catalog import _check_file

        with pytest.raises(ValueError, match="an address that is not http or https"):
            _check_file(File("file.bin", (address,)), "mini")

    def test_a_beginning_whose_version_is_damaged_does_not_stay_in_the_way(self, rough, make_dataset):
        address = rough.tell("a", whole())
        dataset = make_dataset(CONTENT, address)
        download_folder(dataset).mkdir(parents=True)
        (download_folder(dataset) / "file.bin.part").write_bytes(CONTENT[:9])
        (download_folder(dataset) / "file.bin.part.version").write_bytes(address.encode() + b"\n\xff\xfe\r\n\x1b")
        assert content_of(dataset) == CONTENT


LINE = f"{hashlib.sha256(CONTENT).hexdigest()}  mini/file.bin\n"


class TestUselessMirrors:
    """COURSE_MIRROR that names no mirror is said before anything else is tried."""

    def says(self, make_dataset, server, monkeypatch, value):
        monkeypatch.setenv("COURSE_MIRROR", str(value))
        said = refusal(make_dataset(CONTENT, server.serve("public", CONTENT)))
        assert [path for path, _ in server.asked if path == "/public"] == []
        return said

    @pytest.fixture
    def good(self, tmp_path):
        (tmp_path / "all" / "good" / "mini").mkdir(parents=True)
        (tmp_path / "all" / "good" / "mini" / "file.bin").write_bytes(CONTENT)
        (tmp_path / "all" / "good" / "checksums.txt").write_text(LINE)
        return tmp_path / "all" / "good"

    def test_the_folder_that_the_mirror_lies_in(self, make_dataset, server, monkeypatch, good):
        said = self.says(make_dataset, server, monkeypatch, good.parent)
        assert said.startswith(f"COURSE_MIRROR names {good.parent}, which is no mirror")
        assert said.endswith(f"name {good} instead.")

    def test_a_folder_of_the_mirror(self, make_dataset, server, monkeypatch, good):
        assert self.says(make_dataset, server, monkeypatch, good / "mini").endswith(f"name {good} instead.")

    @pytest.mark.parametrize(
        "listed", [None, b"", b"# nothing\n", PAGE, b"d41d8cd98f00b204e9800998ecf8427e  mini/file.bin\n"]
    )
    def test_a_folder_that_lists_nothing(self, make_dataset, server, monkeypatch, tmp_path, listed):
        (tmp_path / "empty").mkdir()
        if listed is not None:
            (tmp_path / "empty" / "checksums.txt").write_bytes(listed)
        said = self.says(make_dataset, server, monkeypatch, tmp_path / "empty")
        assert said.endswith("correct it, or unset it.")

    def test_a_file(self, make_dataset, server, monkeypatch, good):
        assert "which is no folder here" in self.says(make_dataset, server, monkeypatch, good / "checksums.txt")

    def test_a_list_that_is_no_file(self, make_dataset, server, monkeypatch, tmp_path):
        (tmp_path / "m" / "checksums.txt").mkdir(parents=True)
        assert "cannot be read" in self.says(make_dataset, server, monkeypatch, tmp_path / "m")

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (None, "it answers 404 Not Found"),
            (head(403), "it answers 403 Forbidden"),
            (head(302, Location="/m/checksums.txt"), "it sends from one address to the next without end"),
            (b"", "it broke the connection off"),
        ],
    )
    def test_a_server_that_gives_no_list(self, make_dataset, server, rough, monkeypatch, answer, why):
        address = rough.tell("m/checksums.txt", head(404) if answer is None else answer).removesuffix("/checksums.txt")
        said = self.says(make_dataset, server, monkeypatch, address)
        assert f"The mirror {address} that COURSE_MIRROR names does not give its checksums.txt ({why})" in said

    def test_a_server_that_gives_a_web_page_for_a_list(self, make_dataset, server, rough, monkeypatch):
        address = rough.tell("m/checksums.txt", whole(PAGE)).removesuffix("/checksums.txt")
        assert "which is no mirror: no checksums.txt there lists anything" in self.says(
            make_dataset, server, monkeypatch, address
        )

    def test_a_folder_that_may_not_be_looked_into(self, make_dataset, server, monkeypatch, good):
        looks = Path.is_file

        def refuse(path):
            if path.is_relative_to(good):
                raise PermissionError(13, "Permission denied")
            return looks(path)

        monkeypatch.setattr(Path, "is_file", refuse)
        said = self.says(make_dataset, server, monkeypatch, good)
        assert "whose mini cannot be read (Permission denied); mend that, or unset it." in said

    @pytest.mark.parametrize("value", ["~nosuchuser/data", "~nosuchuser"])
    def test_the_home_of_nobody(self, monkeypatch, value):
        monkeypatch.setenv("COURSE_MIRROR", value)
        with pytest.raises(
            CourseError, match=r"COURSE_MIRROR names ~nosuchuser.*, which cannot be used .*correct it, or unset it"
        ):
            mirror()

    def test_a_good_one_that_lacks_the_file_is_none_of_these(self, make_dataset, server, monkeypatch, good):
        monkeypatch.setenv("COURSE_MIRROR", str(good))
        dataset = make_dataset(b"other", server.serve("other", b"other"), name="other.bin")
        assert content_of(dataset) == b"other"


@pytest.mark.parametrize(
    "written",
    [
        LINE.encode(),
        codecs.BOM_UTF8 + LINE.encode(),
        LINE.encode("utf-16"),
        codecs.BOM_UTF16_BE + LINE.encode("utf-16-be"),
        LINE.replace("mini", "./mini").encode(),
        LINE.replace("  mini", " *./mini").replace("\n", "\r\n").upper().replace("MINI/FILE.BIN", "mini/file.bin").encode(),
        LINE.replace("mini/", ".\\mini\\").encode(),
        codecs.BOM_UTF8 + LINE.replace("mini/", "./mini//").encode() + b"\xff\xfe not utf-8\n",
    ],
)
def test_a_list_is_read_however_it_was_written(written):
    assert parse_checksums(written) == {"mini/file.bin": hashlib.sha256(CONTENT).hexdigest()}
