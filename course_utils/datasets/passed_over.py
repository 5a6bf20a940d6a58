"""Kinds of files that lie among pictures and are not read: what they are called, and what can be done about them."""

from pathlib import Path
from typing import NamedTuple

from course_utils.datasets.decoding import is_known
from course_utils.datasets.pictures import SUFFIXES

HEIC, AVIF, JPEG_2000, JPEG_XL = "HEIC pictures", "AVIF pictures", "JPEG 2000 pictures", "JPEG XL pictures"
RAW, VIDEOS, DOCUMENTS = "raw pictures of a camera", "videos", "documents"
EMPTY, HIDDEN, OTHERS = "empty files", "hidden files", "files of other kinds"
LINKED, DANGLING = "links to folders that are looked into anyway", "links that lead nowhere"
CLOSED, TOO_DEEP = "folders without access", "folders inside dozens of others"
OUTSIDE = "pictures outside the folders of the classes"


class Kind(NamedTuple):
    """A kind of files.

    Attributes:
        suffixes: how their names end.
        advice: what can be done about them; empty if nothing needs to be.
    """

    suffixes: frozenset[str]
    advice: str


def _kind(suffixes: str = "", advice: str = "") -> Kind:
    return Kind(frozenset(suffixes.split()), advice)


KINDS = {
    HEIC: _kind(".heic .heif .hif", "save them as JPEG, or `pip install pillow-heif` and start again"),
    AVIF: _kind(".avif .avifs", "save them as JPEG or PNG"),
    JPEG_2000: _kind(".j2c .j2k .jp2 .jpc .jpf .jpx", "save them as JPEG or PNG"),
    JPEG_XL: _kind(".jxl", "save them as JPEG or PNG"),
    RAW: _kind(".arw .cr2 .cr3 .dng .nef .nrw .orf .pef .raf .rw2 .srw", "save them as JPEG or PNG"),
    "drawings": _kind(".ai .cdr .emf .eps .ps .svg .svgz .wmf", "save them as PNG"),
    VIDEOS: _kind(
        ".3gp .avi .flv .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .webm .wmv", "save single frames of them as JPEG"
    ),
    "sound files": _kind(".aac .aif .aiff .flac .m4a .mp3 .oga .ogg .opus .wav .wma"),
    "archives": _kind(".7z .bz2 .gz .rar .tar .tgz .xz .zip", "unpack them if they hold pictures"),
    DOCUMENTS: _kind(
        ".csv .doc .docx .htm .html .ini .ipynb .json .log .md .odt .pdf .ppt .pptx .py .rtf .tsv .txt .xls .xlsx .xml "
        ".yaml .yml"
    ),
    EMPTY: _kind(advice="copy or download them again"),
    HIDDEN: _kind(),
    OTHERS: _kind(advice="save them as JPEG or PNG if they are pictures"),
    LINKED: _kind(),
    DANGLING: _kind(advice="copy what they should lead to"),
    CLOSED: _kind(advice="change their permissions"),
    TOO_DEEP: _kind(advice="move them up"),
    OUTSIDE: _kind(advice="move them into the folders of their classes"),
}


def kind_of(path: Path) -> str:
    """What a file is called that could not be read as a picture."""
    try:
        with path.open("rb") as file:
            beginning = file.read(12)
    except OSError:
        beginning = b"?"
    suffix = path.suffix.lower()
    by_name = next((name for name, kind in KINDS.items() if suffix in kind.suffixes), OTHERS)
    return _by_content(beginning) or (by_name if beginning else EMPTY)


def is_broken_picture(path: Path) -> bool:
    """Whether a file that could not be read is a picture, and of a kind that can be read."""
    kind = kind_of(path)
    if kind in (HEIC, AVIF, JPEG_2000, JPEG_XL):
        return is_known(path)
    return kind in (EMPTY, OTHERS) and (path.suffix.lower() in SUFFIXES or is_known(path))


def looks_like_picture(path: Path) -> bool:
    """Whether a file is a picture, readable or not, by its name and its first bytes."""
    if path.suffix.lower() in SUFFIXES or (kind := kind_of(path)) in (HEIC, AVIF, JPEG_2000, JPEG_XL, RAW):
        return True
    return kind == OTHERS and is_known(path)


def _by_content(beginning: bytes) -> str | None:
    """What the first bytes of a file say, whatever its name: phones and messengers name files as they like."""
    if beginning[4:8] == b"ftyp":  # the container of HEIC, AVIF and videos, with its brand
        brand = beginning[8:12]
        if brand in (b"heic", b"heim", b"heis", b"heix", b"hevc", b"hevx", b"mif1", b"msf1"):
            return HEIC
        return AVIF if brand in (b"avif", b"avis") else RAW if brand == b"crx " else VIDEOS
    if beginning.startswith((b"\0\0\0\x0cJXL ", b"\xff\x0a")):
        return JPEG_XL
    if beginning.startswith((b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")):
        return JPEG_2000
    return DOCUMENTS if beginning.startswith(b"%PDF") else None
