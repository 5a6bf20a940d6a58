"""The package's rooms: someone new finds the one that a thing belongs in from its name."""

from collections import Counter

from course_utils.paths import ROOT

PACKAGE = ROOT / "course_utils"


def test_no_two_modules_share_a_name():
    names = Counter(path.stem for path in PACKAGE.rglob("*.py") if path.stem not in ("__init__", "__main__"))
    names.update(path.parent.name for path in PACKAGE.rglob("__init__.py"))
    assert [name for name, count in names.items() if count > 1] == []


def test_tests_lie_where_what_they_test_does():
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    for folder in folders - {folder for folder in folders if folder.parts[:1] == ("tools",)}:
        assert (PACKAGE / folder).is_dir(), folder


def test_no_name_of_a_test_holds_packed_bytes(request):
    """They hold the second of the packing: workers that look for tests in different seconds would not agree."""
    for item in request.session.items:
        callspec = getattr(item, "callspec", None)
        for value in callspec.params.values() if callspec else ():
            if isinstance(value, bytes) and value[:2] in (b"PK", b"\x1f\x8b"):
                assert repr(value)[2:-1] not in item.nodeid
