"""Decoding image files: whatever a camera, a phone, a scanner or a drawing program wrote, as RGB.

All that is read goes through `decode`, the check of a folder as well as the arrays that a network learns from: what passes
the one passes the other.
"""

import contextlib
import importlib
import io
import math
import re
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

CHECK_SIZE = (64, 64)
# Pillow knows these by their first bytes, and cannot decode them, or not without a program that may not be there
NO_PICTURES = frozenset({"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"})
# so many pixels are decoded one picture at a time, and shrunk in strips of so many
LARGE = 2**24
STRIP = 2**21
# Pillow decodes these whole, and copies them on the way: 16 bytes a pixel
COPIED, LARGEST_COPIED = frozenset({"AVIF", "HEIF", "WEBP"}), 50_000_000
SAMPLE = 2**16
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_one_large_at_a_time = threading.Lock()


class RefusedError(Exception):
    """A picture that can be decoded, but not so that it shows what is in it; the message says why in a few words."""


def open_rgb(path: Path, image_size: tuple[int, int] | None = None) -> Image.Image:
    """One image file as an 8-bit RGB picture, upright, its first frame, transparent parts on white.

    Pictures with more than 8 bits a pixel (mode I;16, I or F) are stretched, from their own darkest value to their own
    brightest.

    Args:
        image_size: (height, width) to resize it to; None leaves its size.
    """
    with without_warnings():
        return decode(path, image_size)


@cache
def formats() -> tuple[str, ...]:
    """The kinds of pictures that Pillow opens, by its own names; HEIF is one of them where pillow-heif is installed."""
    with contextlib.suppress(ImportError):
        importlib.import_module("pillow_heif").register_heif_opener()
    Image.preinit()  # the usual kinds come first
    Image.init()
    return tuple(name for name in Image.ID if name not in NO_PICTURES)


def is_known(path: Path) -> bool:
    """Whether a file begins as one of the kinds of pictures do that Pillow opens."""
    try:
        with path.open("rb") as file:
            beginning = file.read(16)
    except OSError:
        return False
    for _, accept in (Image.OPEN[name] for name in formats()):
        with contextlib.suppress(IndexError, struct.error):  # too short
            if accept and accept(beginning) is True:
                return True
    return False


def is_deep(path: Path) -> bool:
    """Whether a picture has more than 8 bits a pixel, so that it is stretched."""
    with contextlib.suppress(Exception), Image.open(path, formats=formats()) as image:
        return image.mode[0] in "IF"
    return False


@contextlib.contextmanager
def without_warnings() -> Iterator[None]:
    """Without what Pillow has to say of odd metadata and of large pictures: both are dealt with here.

    It stands around the threads that decode and not in them, for warnings are switched off for all threads at once.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def decode(path: Path, image_size: tuple[int, int] | None = None) -> Image.Image:
    """See `open_rgb`. Where odd metadata stand in the way, the picture is decoded without them."""
    try:
        return _decode_whole(path, image_size)
    except Exception:  # on damaged bytes Pillow raises almost anything
        if bare := _without_metadata(path):
            with contextlib.suppress(Exception):
                return _decode_whole(io.BytesIO(bare), image_size)
        raise


def _decode_whole(source: Path | io.BytesIO, image_size: tuple[int, int] | None) -> Image.Image:
    with Image.open(source, formats=formats()) as image:
        # a progressive JPEG takes the memory of the whole picture, however small it is decoded
        large = image.width * image.height > LARGE and (image.format not in ("JPEG", "MPO") or "progressive" in image.info)
        if image.format in COPIED and image.width * image.height > LARGEST_COPIED:
            raise RefusedError(f"too many pixels for a {image.format} file; save it as JPEG")
        with _one_large_at_a_time if large else contextlib.nullcontext():
            if image_size:
                _reduce_while_decoding(image, 2 * max(image_size), large)
            has_deep_colours = image.mode[0] in "RL" and re.search(";16[BLN]", str(image.tile))
            if image.format == "TIFF":
                _leave_out_directories(image)
            image.load()
            if has_deep_colours:
                _refuse_if_dark(image)
            turn = TURNS.get(_orientation(image))
            rgb = _in_rgb(image, _shrinking(image, image_size))
            image.close()  # frees its memory before the next one begins
    if turn is not None:
        rgb = rgb.transpose(turn)
    return rgb.resize((image_size[1], image_size[0]), Image.Resampling.BILINEAR) if image_size else rgb


def _reduce_while_decoding(image: Image.Image, least: int, large: bool) -> None:
    """Let a picture be decoded at a half, a quarter or an eighth of its size where at least `least` pixels a side remain."""
    image.draft(None, (least, least))  # for a JPEG
    if image.format == "JPEG2000" and large:
        by_halves = int(math.log2(min(image.size) / least)) if least < min(image.size) else 0
        setattr(image, "reduce", min(3, by_halves))  # noqa: B010  # to mypy it is a method


def _leave_out_directories(image: Image.Image) -> None:
    """Have Pillow, which looks into all metadata of a TIFF after decoding it, not follow those that lead elsewhere."""
    with contextlib.suppress(Exception):  # on damaged EXIF data Pillow raises almost anything
        metadata = image.getexif()
        for tag in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop):
            metadata.pop(tag, None)


def _shrinking(image: Image.Image, image_size: tuple[int, int] | None) -> int:
    """By how much a large picture is shrunk before it is resized; three times as large as wanted makes no difference."""
    if not image_size or image.width * image.height <= LARGE:
        return 1
    return max(1, min(image.size) // (3 * max(image_size)))


def _orientation(image: Image.Image) -> int:
    """How the camera was held, as EXIF counts; 1, upright, where nothing can be made of what is there."""
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:  # on damaged EXIF data Pillow raises almost anything
        return 1


def _in_rgb(image: Image.Image, factor: int) -> Image.Image:
    """A decoded picture as RGB, its sides divided by `factor`; strip by strip, for the whole in RGB may take a gigabyte."""
    limits = _limits(image) if image.mode[0] in "IF" else None
    if factor == 1:
        return _to_rgb(image, limits)
    rgb = Image.new("RGB", (math.ceil(image.width / factor), math.ceil(image.height / factor)))
    rows = factor * max(1, STRIP // (factor * image.width))
    for number, strip in enumerate(_strips(image, rows)):
        rgb.paste(_to_rgb(strip, limits).reduce(factor), (0, number * rows // factor))
    return rgb


def _strips(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _to_rgb(image: Image.Image, limits: tuple[float, float] | None) -> Image.Image:
    if limits:
        return _stretched(image, *limits)
    if image.has_transparency_data:
        with contextlib.suppress(ValueError):  # what is said of transparency may be nonsense
            image = image.convert("RGBA")
            return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def _limits(image: Image.Image) -> tuple[float, float]:
    """What becomes black and what becomes white of a picture with more than 8 bits a pixel: its own extremes.

    Neither the file nor its mode says what the numbers mean: 12 of 16 bits, degrees, metres, 0 to 1. A picture of one
    value is taken for what its numbers usually mean.
    """
    seen: list[np.ndarray] = []
    for strip in _strips(image, max(1, STRIP // image.width)):
        values = np.asarray(strip)
        if len(values := values[np.isfinite(values)]):
            seen.append(np.append(values[:: 1 + len(values) // SAMPLE], [values.min(), values.max()]).astype(np.float64))
    if not seen:
        raise RefusedError("none of its numbers is finite")
    values = np.unique(np.concatenate(seen))
    if len(values) > 1:
        return _extremes(values)
    usual = (65535,) if image.mode.startswith("I;16") else (1, 255, 65535) if image.mode == "F" else (255, 65535)
    return 0.0, float(next((top for top in usual if values[0] <= top), values[0]))


def _extremes(values: np.ndarray) -> tuple[float, float]:
    """The ends of sorted numbers, but for a few that stand far from the rest: a dead pixel, or -9999 for "not measured"."""
    steps = np.diff(values)
    widest = int(steps.argmax())
    rest = max(values[: widest + 1], values[widest + 1 :], key=len)
    if steps[widest] > 0.75 * (values[-1] - values[0]) and len(rest) > 16:
        values = rest
    return float(values[0]), float(values[-1])


def _stretched(image: Image.Image, low: float, high: float) -> Image.Image:
    """Numbers as grey, `low` black and `high` white; what is no number is black."""
    values = (np.asarray(image, np.float64) - low) * (255 / (high - low))
    grey = np.nan_to_num(values, posinf=255, neginf=0).clip(0, 255).round().astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def _refuse_if_dark(image: Image.Image) -> None:
    """Pillow keeps the upper 8 of 16 bits a colour: nothing is left of a picture whose numbers need only 12 or 14."""
    colours = [band for band in image.getbands() if band != "A"]
    if all(np.asarray(image.getchannel(band)).max() < 64 for band in colours):
        raise RefusedError("too dark: of its 16 bits a colour it uses a part; save it with 8")


def _without_metadata(path: Path) -> bytes | None:
    """A PNG or JPEG file without what is not needed to decode it; None if it is another file, or has no such thing."""
    with path.open("rb") as file:
        is_png = (beginning := file.read(4)) == b"\x89PNG"
        if not is_png and not beginning.startswith(b"\xff\xd8"):  # it may be a video of gigabytes
            return None
        content = beginning + file.read()
    if is_png:
        kept = content[:8] + b"".join(
            chunk for kind, chunk in _png_chunks(content) if kind[:1].isupper() or kind in (b"tRNS", b"eXIf")
        )
    else:
        kept = content[:2] + b"".join(segment for kind, segment in _jpeg_segments(content) if _is_needed(kind, segment))
    return kept if len(kept) < len(content) else None


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG file with their kinds; an optional one whose checksum is wrong is left out."""
    start = 8
    while start < len(content):
        end = start + 12 + int.from_bytes(content[start : start + 4])
        kind, chunk = content[start + 4 : start + 8], content[start:end]
        if kind[:1].isupper() or zlib.crc32(chunk[4:-4]) == int.from_bytes(chunk[-4:]):
            yield kind, chunk
        start = end


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG file with their kinds; all from the first scan on is one."""
    start = 2
    while content[start : start + 1] == b"\xff" and content[start + 1 : start + 2] not in (b"\xda", b""):
        end = start + 2 + int.from_bytes(content[start + 2 : start + 4])
        yield content[start + 1], content[start:end]
        start = end
    yield 0xDA, content[start:]


def _is_needed(kind: int, segment: bytes) -> bool:
    """Tables and scans are needed; of the rest, Adobe's word on colours, if it is whole, and EXIF for how to turn it."""
    if kind == 0xEE:
        return len(segment) >= 16
    return not (0xE0 <= kind <= 0xEF or kind == 0xFE) or segment[4:10] == b"Exif\0\0"


def trouble(path: Path) -> str | None:
    """Why a file cannot be read as a picture, in a few words; None if it can."""
    try:
        decode(path, CHECK_SIZE)
    except UnidentifiedImageError as error:
        if not path.stat().st_size:
            return "empty"
        return "damaged, or of a kind that cannot be read; save it as PNG" if is_known(path) else in_words(error)
    except Exception as error:  # on damaged bytes Pillow raises almost anything
        return in_words(error)
    return None


def in_words(error: Exception) -> str:
    """What went wrong in decoding."""
    if isinstance(error, RefusedError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "no longer there"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, UnidentifiedImageError):
        return "not an image"
    if isinstance(error, Image.DecompressionBombError):
        return "too many pixels; save it smaller"
    if isinstance(error, MemoryError):
        return "too large for the memory that is free"
    return "truncated or damaged"
