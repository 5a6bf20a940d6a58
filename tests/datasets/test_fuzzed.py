"""Whatever bytes a file holds, reading it succeeds or says in a sentence what is wrong, and writes only into its folder.

The same inputs come every time, as many as fit into FUZZ_SECONDS; `FUZZ_SECONDS=1200 pytest tests/datasets/test_fuzzed.py`
goes on where the usual run stops. An input that fails is told by its number and kept.
"""

import gzip
import io
import itertools
import json
import os
import random
import shutil
import struct
import tarfile
import tempfile
import time
import warnings
import zipfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from PIL import Image

from course_utils import claims, syllabus
from course_utils.datasets import archives, catalog, hourly, newswires, pairs, readers, storage, tables, tiny_pictures
from course_utils.datasets.fetch import Fetched
from course_utils.datasets.mirrors import Mirror, parse_checksums
from course_utils.errors import CourseError
from course_utils.paths import DATA, NOTEBOOKS

SECONDS = float(os.environ.get("FUZZ_SECONDS", "1"))
NASTY = [
    *rb"\x1b[31m -1 1e999 nan ../ / \ <html> , = : \" '".split(b" "),
    b"",
    b"\0",
    b"\xff",
    b"\xff" * 4,
    b"\x80\0\0\0",
    b"\r\n",
]
NASTY += [
    b"\n",
    b"\t",
    b"\xb2",
    b"\xef\xbb\xbf",
    b"9" * 25,
    b"9" * 5000,
    b"[" * 3000,
    b"{a=" * 3000,
    b'{"a":' * 3000,
    b"(" * 300,
]
BORDERS = b"=,:[{(\"'\n\t"  # behind which something nasty does most
NAMES = (
    "a",
    "a/b",
    "A",
    "a/./b",
    ".",
    "./",
    "",
    "../x",
    "/x",
    "C:x",
    "a\\..\\x",
    "x" * 300,
    "ü",
    "\udcff",
    "a/b/c",
    "a/",
    "\x1b",
    " ",
)
TAR_TYPES = (
    tarfile.REGTYPE,
    tarfile.DIRTYPE,
    tarfile.SYMTYPE,
    tarfile.LNKTYPE,
    tarfile.FIFOTYPE,
    tarfile.GNUTYPE_SPARSE,
    b"?",
)
DATASET = next(iter(catalog.catalog().values()))


def mutated(numbers: random.Random, content: bytes) -> bytes:
    """A few changes: bytes flipped, cut out, doubled, something nasty put in or in their place; the end may be missing."""
    data = bytearray(content)
    for _ in range(numbers.choice((1, 1, 2, 4, 16))):
        here, there = sorted(numbers.randrange(len(data) + 1) for _ in range(2))
        there = min(there, here + numbers.choice((1, 4, 100, len(data))))
        if numbers.random() < 0.5:
            here = min((at + 1 for border in BORDERS if (at := data.find(border, here, there)) >= 0), default=here)
        change = numbers.randrange(6)
        if change == 0 and here < len(data):
            data[here] ^= 1 << numbers.randrange(8)
        elif change == 1:
            del data[here:there]
        elif change == 2:
            data[here:here] = data[here:there]
        elif change == 3:
            data[here:there] = numbers.choice(NASTY)
        elif change == 4:
            data[here:here] = numbers.choice(NASTY)
        elif numbers.random() < 0.2:
            del data[here:]
    return bytes(data)


def a_zip(numbers: random.Random) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for _ in range(numbers.randrange(4)):
            member = zipfile.ZipInfo(numbers.choice(NAMES).encode("utf-8", "replace").decode() or "empty")
            member.compress_type = numbers.choice(
                (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
            )
            member.external_attr = numbers.choice((0, 0o100644 << 16, 0o120777 << 16, numbers.getrandbits(32)))
            archive.writestr(member, bytes(numbers.choice((0, 10, 5000))))
    return file.getvalue()


def a_tar(numbers: random.Random) -> bytes:
    file = io.BytesIO()
    kind = numbers.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT))
    with tarfile.open(fileobj=file, mode="w", format=kind, errors="surrogateescape") as archive:
        for _ in range(numbers.randrange(4)):
            member = tarfile.TarInfo(numbers.choice(NAMES))
            member.type, member.linkname = numbers.choice(TAR_TYPES[: numbers.choice((1, 2, 7))]), numbers.choice(NAMES)
            member.size, member.mtime, member.mode = (
                numbers.choice((0, 10, 5000)),
                numbers.choice((0, 2**40)),
                numbers.getrandbits(12),
            )
            if kind == tarfile.PAX_FORMAT:
                key = numbers.choice(("path", "size", "mtime", "GNU.sparse.map", "GNU.sparse.realsize", "hdrcharset"))
                member.pax_headers = {key: numbers.choice(("1", "-1", "../x", "9" * 30, "a\0b", "x"))}
            try:
                archive.addfile(member, io.BytesIO(bytes(member.size)))
            except ValueError:  # a name that this format has no room for
                continue
    return file.getvalue()


def packed(make):
    """Changes inside of the gzip layer, which would otherwise tell of almost all of them."""
    return lambda numbers: gzip.compress(mutated(numbers, make(numbers)), 1)


def an_npz(save=np.savez, **changes) -> bytes:
    file = io.BytesIO()
    images = np.zeros((2, 3, 3), np.uint8)
    save(file, **{"x_train": images, "y_train": [0, 1], "x_test": images, "y_test": [1, 0]} | changes)
    return file.getvalue()


def a_housing() -> bytes:
    file = io.BytesIO()
    np.savez(file, x=np.ones((2, 8), np.float32), y=np.ones(2, np.float32))
    return file.getvalue()


def an_npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.zeros((2, 3), np.uint8))
    return file.getvalue()


def some_jpegs() -> bytes:
    """A zip of one picture of each part."""
    picture, file = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (32, 32)).save(picture, "JPEG")
    with zipfile.ZipFile(file, "w") as archive:
        for part in ("train", "test"):
            archive.writestr(f"{part}/cat/1.jpg", picture.getvalue())
    return file.getvalue()


def unpack(path: Path) -> None:
    folder = path.parent / "unpacked" / "inside"
    folder.mkdir(parents=True)
    try:
        with storage.disk_errors(folder):
            archives.unpack(path, folder)
    finally:
        assert sorted(path.parent.iterdir()) == sorted([path, folder.parent]) and list(folder.parent.iterdir()) == [folder]
        shutil.rmtree(folder.parent)


def read_idx(path: Path) -> None:
    images = readers._idx_array(path)
    readers.array_split(images, np.zeros(len(images) if images.ndim else 0, np.uint8), ("a",), "it")


def read_syllabus(path: Path) -> None:
    with patch.object(syllabus, "NOTEBOOKS", path.parent):
        syllabus.lessons.__wrapped__()


def read_mirror(path: Path) -> None:
    parse_checksums(path.read_bytes())
    Mirror(path.parent).require_use()


def checks(path: Path) -> None:
    archives.check_structure(path, path.name)


SUM = f"{'ab' * 32}  ./mini/file.bin\n".encode()
PIXELS = ",".join(map(str, range(784)))
JENA = ",".join(f'"{name}"' for name in hourly.JENA_HEADER) + "\n01.01.2009 01:00:00" + ",1.5" * 14 + "\n"
BEIJING = ",".join(hourly.BEIJING_HEADER) + "\n1,2010,1,2,0,NA,-16,-4,1020,SE,1.79,0,0\n"
# name of the file: what it may hold before it is changed (bytes, or a function that makes them), and what reads it
READ = {
    "labels.csv": (f"1,{PIXELS}\n2,{PIXELS}\n".replace("783", "7").encode(), lambda path: readers._csv_split(path, DATASET)),
    "pictures.gz": (packed(lambda numbers: b"\0\0\x08\x03\0\0\0\x02\0\0\0\x03\0\0\0\x03" + bytes(18)), read_idx),
    "damaged.gz": (gzip.compress(b"\0\0\x08\x01\0\0\0\x02ab"), read_idx),
    "all.npz": (an_npz(), lambda path: readers._read_npz(DATASET, {"all": Fetched(path, "", "real")})),
    "one.npy": (an_npy(), readers._npy_array),
    "housing.npz": (a_housing(), tables.read_housing),
    "pickled.npz": (an_npz(), lambda path: newswires.read_numbers(path, "ab" * 32)),
    "pickled.tar.gz": (packed(a_tar), lambda path: tiny_pictures.read_batches(path, "ab" * 32)),
    "jpegs.zip": (some_jpegs(), lambda path: tiny_pictures.read_jpegs(path, ("cat",))),
    "index.json": (b'{"the": 1, "of": 2, "to": 3}', newswires.read_words),
    "newswires.txt": (b"gold\tgold fell\ntin\ttin rose\n", lambda path: newswires.read_lines([path], ("gold", "tin"))),
    "jena.txt": (JENA.encode(), hourly.read_jena),
    "beijing.txt": (BEIJING.encode(), hourly.read_beijing),
    "spa.txt": ("Go.\tVe.\nRun!\t¡Corre!\n".encode(), pairs.read_pairs),
    "note.json": (json.dumps({"sha256": "ab" * 32, "stamp": [1, 2], "source": "real"}).encode(), storage.read_note),
    "words.json": (b'{"the": 1, "of": [2, {"a": -1.5e3}]}', checks),
    "catalog.toml": ((DATA / "catalog.toml").read_bytes()[:6000].rpartition(b"\n\n[")[0], catalog._read.__wrapped__),
    "claims.toml": ((DATA / "claims.toml").read_bytes()[:3000].rpartition(b"\n\n[[")[0], claims._read.__wrapped__),
    "syllabus.toml": ((NOTEBOOKS / "syllabus.toml").read_bytes()[:3000].rpartition(b"\n\n[[")[0], read_syllabus),
    "checksums.txt": (SUM * 3, read_mirror),
    "files.zip": (a_zip, unpack),
    "whole.zip": (a_zip, checks),
    "files.tar.gz": (packed(a_tar), unpack),
    "made.tar.gz": (lambda numbers: gzip.compress(a_tar(numbers), 1), unpack),
    "whole.tgz": (packed(a_tar), checks),
}


def trial(number: int, folder: Path) -> None:
    """Reading the input of that number."""
    name = list(READ)[number % len(READ)]
    content, read = READ[name]
    numbers = random.Random(number)
    if callable(content):
        content = content(numbers)
    if not name.startswith("made"):
        content = mutated(numbers, content)
    (folder / name).write_bytes(content)
    try:
        read(folder / name)
    except CourseError as error:
        assert "\n" not in str(error).strip(), error
    (folder / name).unlink()


@pytest.mark.filterwarnings("ignore")
def test_no_bytes_end_in_a_traceback():
    until, folder = time.monotonic() + SECONDS, Path(tempfile.mkdtemp(prefix="fuzzed-"))
    for number in itertools.count():
        if time.monotonic() > until:
            break
        try:
            trial(number, folder)
        except BaseException as error:
            error.add_note(f"input {number}, kept in {folder}")
            raise
    print(f"{number:,} inputs")
    shutil.rmtree(folder)
    assert number > len(READ)


def gzipped(*numbers, values=b""):
    """An IDX file with these sizes."""
    return gzip.compress(bytes([0, 0, 8, len(numbers)]) + struct.pack(f">{len(numbers)}I", *numbers) + values)


def header(text):
    """An npz whose first array has a header of its own."""
    body = b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x_train.npy", body)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(("damaged.gz", gzipped(*sizes)) for sizes in ([1] * 70, [0] + [2**32 - 1] * 3, [2**31] * 2, [], [0])),
        ("damaged.gz", gzip.compress(b"\0\0\x08\x05\0\0")),
        ("damaged.gz", gzipped(2, 2, values=b"four more")),
        ("all.npz", an_npy()),
        ("all.npz", an_npz(x_train=np.array([None], object))),
        ("all.npz", header(b"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999,), }")),
        ("all.npz", header(b"{'descr': '|u1', 'fortran_order': False, 'shape': (-5,), }")),
        ("all.npz", header(b"(" * 3000)),
        ("all.npz", header(b"{'descr': [('a', [" * 50)),
        ("all.npz", lambda: an_npz(np.savez_compressed, more=np.zeros(2_000_000, np.uint8))),
        *((name, text) for name in ("words.json", "index.json") for text in (b"[" * 10**5, b"9" * 10**4, b"\xff", b"")),
        *(("index.json", text) for text in (b'{"a": NaN}', b'{"a": {}, "b": {}}', b'{"a": 1' + b"0" * 5000 + b"}")),
        ("housing.npz", header(b"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999,), }")),
        *(("catalog.toml", text) for text in (b"a=" + b"[" * 10**4, b"a = 1979-05-27", b"[a]\nfiles = [1]", b"\0")),
        *(("catalog.toml", b"[a]\nfiles = [{name = 1}]\n" + text) for text in (b"self = 1", b"size = inf", b"folder = 2")),
        *(("beijing.txt", BEIJING.replace("2010", year).encode()) for year in ("9" * 20, "9" * 5000, "-1", "²", "")),
        *(("labels.csv", text + PIXELS.encode()) for text in (b"9" * 25 + b",", b"1e5,", b" ,", b'"1",', b"\x1b[31m,")),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_what_others_have_met_is_one_sentence(tmp_path, monkeypatch, name, content):
    monkeypatch.setattr(archives, "ALWAYS_ALLOWED", 1_000_000)
    (tmp_path / name).write_bytes(content() if callable(content) else content)
    with warnings.catch_warnings(), pytest.raises(CourseError) as raised:
        warnings.simplefilter("ignore")
        READ[name][1](tmp_path / name)
    assert "\n" not in str(raised.value).strip()
    assert "\x1b" not in str(raised.value)
