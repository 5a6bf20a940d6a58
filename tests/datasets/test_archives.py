"""Archives that are hostile are refused whole, with nothing written; damaged ones are named in a sentence."""

import gzip
import io
import random
import stat
import tarfile
import warnings
import zipfile

import pytest

from course_utils.datasets import archives
from course_utils.datasets.archives import check_structure, unpack
from course_utils.datasets.storage import fresh_folder
from course_utils.errors import CourseError

GOOD = [("pictures/one.txt", b"1" * 50), ("pictures/two.txt", b"2" * 50)]
OUTSIDE = [
    "../evil.txt",
    "pictures/../../evil.txt",
    "/tmp/evil.txt",
    "C:\\evil.txt",
    "C:evil.txt",
    "\\\\host\\evil.txt",
    "..\\evil.txt",
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inside" / "folder").mkdir(parents=True)
    return tmp_path / "inside" / "folder"


def make_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def make_tar(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            member = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def special(kind, name="pictures/link", target="one.txt"):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def unix_file(mode):
    member = zipfile.ZipInfo("pictures/link")
    member.create_system, member.external_attr = 3, mode << 16
    return member


def assert_refused(archive, folder, says):
    with pytest.raises(CourseError, match=says):
        unpack(archive, folder)
    assert list(folder.iterdir()) == []
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize(("make", "name"), [(make_zip, "a.zip"), (make_tar, "a.tar.gz"), (make_tar, "a.tgz")])
def test_a_good_archive_is_unpacked(tmp_path, folder, make, name):
    unpack(make(tmp_path / name, GOOD), folder)
    assert sorted(path.name for path in folder.rglob("*.txt")) == ["one.txt", "two.txt"]
    assert (folder / "pictures" / "two.txt").read_bytes() == b"2" * 50


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(("make", "archive"), [(make_zip, "a.zip"), (make_tar, "a.tar.gz")])
def test_a_member_that_would_land_outside_is_refused_with_all_others(tmp_path, folder, make, archive, name):
    assert_refused(make(tmp_path / archive, [*GOOD, (name, b"evil")]), folder, "outside of its folder")


@pytest.mark.parametrize("target", ["one.txt", "/etc/passwd"])
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path, folder, kind, target):
    assert_refused(
        make_tar(tmp_path / "a.tar.gz", [*GOOD, (special(kind, target=target), b"")]), folder, "a link or a device"
    )


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_in_a_zip_are_refused(tmp_path, folder, kind):
    assert_refused(
        make_zip(tmp_path / "a.zip", [*GOOD, (unix_file(kind | 0o777), b"/etc/passwd")]), folder, "a link or a device"
    )


def test_an_encrypted_member_is_refused(tmp_path, folder):
    archive = make_zip(tmp_path / "a.zip", GOOD)
    content = bytearray(archive.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    assert_refused(archive, folder, "encrypted")


@pytest.mark.parametrize(("make", "name"), [(make_zip, "a.zip"), (make_tar, "a.tar.gz")])
def test_a_bomb_is_refused(tmp_path, folder, make, name):
    assert_refused(make(tmp_path / name, [*GOOD, ("bomb", bytes(70_000_000))]), folder, "far too much")


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 0.999])
@pytest.mark.parametrize(("make", "name"), [(make_zip, "a.zip"), (make_tar, "a.tar.gz")])
def test_a_truncated_archive_is_named(tmp_path, folder, make, name, keep):
    noise = random.Random(0)
    archive = make(tmp_path / name, [(f"pictures/{number}", noise.randbytes(5000)) for number in range(20)])
    content = archive.read_bytes()
    archive.write_bytes(content[: int(keep * len(content))])
    with pytest.raises(CourseError, match=rf"{name} is damaged or incomplete.*course data verify"):
        unpack(archive, folder)


def test_a_zip_with_a_damaged_member_is_named(tmp_path, folder):
    archive = make_zip(tmp_path / "a.zip", [("pictures/noise", random.Random(0).randbytes(5000))])
    content = bytearray(archive.read_bytes())
    content[2000] ^= 255
    archive.write_bytes(content)
    with pytest.raises(CourseError, match="damaged or incomplete"):
        unpack(archive, folder)


@pytest.mark.parametrize(
    ("make", "name"), [(make_zip, "a.zip"), (make_zip, "a.npz"), (make_tar, "a.tar.gz"), (make_tar, "a.tgz")]
)
def test_a_file_is_read_through_as_what_its_name_says(tmp_path, make, name):
    archive = make(tmp_path / "as-it-came", [("noise", random.Random(0).randbytes(5000))])
    check_structure(archive, name)
    content = bytearray(archive.read_bytes())
    content[2000] ^= 255
    archive.write_bytes(content)
    with pytest.raises(CourseError, match=r"noise in it is damaged|it is damaged: "):
        check_structure(archive, name)


@pytest.mark.parametrize(
    "content", [b"plain", b"", gzip.compress(b"numbers", mtime=0)[:-1], gzip.compress(b"numbers", mtime=0) + b"more"]
)
def test_so_is_a_packed_file_that_is_no_archive(tmp_path, content):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"numbers"))
    check_structure(tmp_path / "a.gz", "labels.gz")
    (tmp_path / "a.gz").write_bytes(content)
    with pytest.raises(CourseError, match=r"it is damaged|it is an empty file"):
        check_structure(tmp_path / "a.gz", "labels.gz")


def test_a_plain_tar_is_no_compressed_one(tmp_path):
    with tarfile.open(tmp_path / "a", "w") as archive:
        archive.addfile(tarfile.TarInfo("empty"))
    with pytest.raises(CourseError, match="it is damaged"):
        check_structure(tmp_path / "a", "a.tar.gz")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b""), ("a.csv", b"\n <!DOCTYPE html>"), ("a.txt", b"<Html>"), ("a.txt", b'<?xml version="1.0"?>')],
)
def test_a_web_page_is_no_table(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CourseError, match=r"^it is an empty file or a web page$"):
        check_structure(tmp_path / name, name)


@pytest.mark.parametrize("content", [b"{", b"<html></html>"])
def test_a_list_that_is_no_json_is_damaged(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(CourseError, match="it is damaged"):
        check_structure(tmp_path / "a.json", "a.json")


def test_a_failed_unpacking_leaves_what_was_there_before(tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    (target / "old").write_text("old")
    with pytest.raises(CourseError), fresh_folder(target) as new:
        unpack(make_zip(tmp_path / "a.zip", [*GOOD, ("../evil", b"")]), new)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["target"]
    assert (target / "old").read_text() == "old"


@pytest.mark.parametrize(("make", "name"), [(make_zip, "all.zip"), (make_tar, "all.tar.gz")])
def test_only_what_is_wanted_is_written(folder, tmp_path, make, name):
    unpack(make(tmp_path / name, GOOD), folder, lambda member: member.endswith("two.txt"))
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["two.txt"]


@pytest.mark.parametrize(("make", "archive"), [(make_zip, "a.zip"), (make_tar, "a.tar.gz")])
class TestNames:
    """What two members make of one name, and names that no disk takes."""

    @pytest.mark.parametrize(
        "names", [["a", "a/b"], ["a/b", "a"], ["a/b/c", "a/./b"], [".", "a"], ["x/.", "x/a"], ["a//b/c", "a/b"]]
    )
    def test_a_file_where_others_need_a_folder_is_refused(self, tmp_path, folder, make, archive, names):
        assert_refused(make(tmp_path / archive, [(name, b"1") for name in names]), folder, "both a file and a folder")

    def test_a_name_that_comes_twice_is_one_file(self, tmp_path, folder, make, archive):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            unpack(make(tmp_path / archive, [("a", b"first"), ("a", b"second")]), folder)
        assert (folder / "a").read_bytes() == b"second"

    @pytest.mark.parametrize("name", ["a" * 256, f"b/{'é' * 128}/c"])
    def test_a_name_that_is_too_long_is_refused(self, tmp_path, folder, make, archive, name):
        assert_refused(make(tmp_path / archive, [*GOOD, (name, b"1")]), folder, "too long for a name")


class TestHeadersOfATar:
    def write(self, path, *blocks):
        path.write_bytes(gzip.compress(b"".join(blocks)))
        return path

    def test_one_without_end_is_not_read_into_memory(self, tmp_path, folder, monkeypatch):
        monkeypatch.setattr(archives, "ALWAYS_ALLOWED", 1_000_000)
        member = tarfile.TarInfo("long")
        member.type, member.size = tarfile.XHDTYPE, 2_000_000
        archive = self.write(tmp_path / "a.tar.gz", member.tobuf(), bytes(member.size))
        assert_refused(archive, folder, "far too much")
        with pytest.raises(CourseError, match="far too much"):
            check_structure(archive, "a.tar.gz")

    def test_one_that_announces_far_more_than_there_is_is_damaged(self, tmp_path):
        """Else it would be looked for for ever."""
        member = tarfile.TarInfo("a")
        member.pax_headers = {"size": "9" * 30}
        with pytest.raises(CourseError, match="damaged"):
            check_structure(self.write(tmp_path / "a.tgz", member.tobuf(tarfile.PAX_FORMAT)), "a.tgz")

    def test_one_that_leads_back_is_damaged(self, tmp_path, folder):
        """Else it would be read for ever."""
        block = bytearray(tarfile.TarInfo("back").tobuf())
        block[124:136] = (2**96 - 1024).to_bytes(12)
        block[148:156] = b" " * 8
        block[148:156] = f"{sum(block):06o}\0 ".encode()
        assert_refused(self.write(tmp_path / "a.tar.gz", tarfile.TarInfo("a").tobuf(), block), folder, "damaged")


def test_offsets_that_lead_out_of_a_zip_are_damage(tmp_path, folder):
    archive = make_zip(tmp_path / "a.zip", GOOD)
    content = bytearray(archive.read_bytes())
    place = content.rindex(b"PK\1\2") + 42
    content[place : place + 4] = b"\xf0\xff\xff\xff"
    archive.write_bytes(content)
    with pytest.raises(CourseError, match="damaged or incomplete"):
        unpack(archive, folder)
