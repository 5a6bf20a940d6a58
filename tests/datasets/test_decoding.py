"""Any picture is read as RGB, with its contrast, upright, whatever its metadata say; what passes the check is read later."""

import io
import struct
import sys
import types
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile, JpegImagePlugin, TiffImagePlugin, TiffTags, UnidentifiedImageError

from course_utils.datasets import decoding, pictures
from course_utils.datasets.decoding import open_rgb

RAMP = np.linspace(0, 1, 48 * 64).reshape(48, 64)
ORIENTATION = 0x0112


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def scene():
    """Blurred noise, which no turn leaves as it is, and which a JPEG keeps."""
    small = np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((60, 40), Image.Resampling.BICUBIC)


def trouble(path):
    """Why a picture would be left out, or None."""
    return dict(pictures.find_unreadable([path])).get(path)


def stored(image, kind, **how):
    image.save(file := io.BytesIO(), kind, **how)
    return file.getvalue()


def chunk(kind, data, checksum=None):
    checksum = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def segment(kind, data):
    return b"\xff" + bytes([kind]) + struct.pack(">H", len(data) + 2) + data


def exif(orientation):
    data = Image.Exif()
    data[ORIENTATION] = orientation
    return data.tobytes()


PACKED = zlib.compress(bytes(2_000_000))
PNG_METADATA = {
    "a text that unpacks to megabytes": chunk(b"zTXt", b"Comment\0\0" + PACKED),
    "an international text that does": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + PACKED),
    "a colour profile that does": chunk(b"iCCP", b"large\0\0" + PACKED),
    "a colour profile of nonsense": chunk(b"iCCP", b"nonsense"),
    "a colour profile packed in an unknown way": chunk(b"iCCP", b"odd\0\7abc"),
    "a text with a wrong checksum": chunk(b"tEXt", b"Author\0me", checksum=1),
    "EXIF data with a wrong checksum": chunk(b"eXIf", b"II*\0", checksum=1),
    "EXIF data of nonsense": chunk(b"eXIf", b"nonsense"),
    "a resolution cut short": chunk(b"pHYs", b"\0\0"),
    "a gamma cut short": chunk(b"gAMA", b"\0"),
    "primaries cut short": chunk(b"cHRM", b"\0\0\0\0\0"),
    "an empty rendering intent": chunk(b"sRGB", b""),
    "an animation cut short": chunk(b"acTL", b"\0"),
    "a chunk that nobody knows": chunk(b"qqQq", b"\xff" * 20),
}
JPEG_METADATA = {
    "EXIF data of nonsense": segment(0xE1, b"Exif\0\0" + b"\xff" * 40),
    "empty EXIF data": segment(0xE1, b"Exif\0\0"),
    "EXIF data that point beyond their end": segment(0xE1, b"Exif\0\0MM\0*\0\0\xff\xff"),
    "EXIF data that lead in a circle": segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0"),
    "a JFIF header cut short": segment(0xE0, b"JFIF\0"),
    "Adobe's marker cut short": segment(0xEE, b"Adobe"),
    "a colour profile without number": segment(0xE2, b"ICC_PROFILE\0"),
    "a colour profile in parts that are missing": segment(0xE2, b"ICC_PROFILE\0\1\7abc"),
    "an index of pictures of nonsense": segment(0xE2, b"MPF\0II*\0\x08\0\0\0\1\0"),
    "Photoshop's blocks cut short": segment(0xED, b"Photoshop 3.0\x008BIM\3\xed\0"),
    "an empty comment": segment(0xFE, b""),
    "XMP data that are no XML": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<<<"),
}


class TestOddMetadata:
    """They cost neither the picture nor, since the reading would end there, the folder."""

    @pytest.mark.parametrize("where", ["before", "after"])
    @pytest.mark.parametrize("odd", PNG_METADATA.values(), ids=PNG_METADATA)
    def test_of_a_png(self, scene, tmp_path, odd, where):
        content = stored(scene, "PNG")
        place = 33 if where == "before" else -12
        (tmp_path / "a.png").write_bytes(content[:place] + odd + content[place:])
        self.read_as(scene, tmp_path / "a.png")

    @pytest.mark.parametrize("odd", JPEG_METADATA.values(), ids=JPEG_METADATA)
    def test_of_a_jpeg(self, scene, tmp_path, odd):
        content = stored(scene, "JPEG")
        (tmp_path / "a.jpg").write_bytes(content[:2] + odd + content[2:])
        self.read_as(Image.open(io.BytesIO(content)), tmp_path / "a.jpg")

    @pytest.mark.parametrize("kind", ["WEBP", "TIFF", "PNG", "JPEG"])
    def test_exif_data_of_nonsense(self, scene, tmp_path, kind):
        content = stored(scene, kind) if kind == "TIFF" else stored(scene, kind, exif=b"Exif\0\0nonsense")
        (tmp_path / "a").write_bytes(content)
        self.read_as(Image.open(io.BytesIO(content)), tmp_path / "a")

    def read_as(self, expected, path):
        assert trouble(path) is None
        np.testing.assert_array_equal(np.asarray(open_rgb(path)), np.asarray(expected.convert("RGB")))
        assert pictures.read_all((path,), (5, 6)).shape == (1, 5, 6, 3)

    @pytest.mark.parametrize("tag", [0x8769, 0x8825, 0xA005])
    @pytest.mark.parametrize("place", [0, 8, 2**31])
    def test_of_a_tiff_that_lead_elsewhere(self, scene, tmp_path, tag, place):
        metadata = TiffImagePlugin.ImageFileDirectory_v2()
        metadata.tagtype[tag] = TiffTags.LONG
        metadata[tag] = place
        scene.save(tmp_path / "a.tif", tiffinfo=metadata)
        self.read_as(scene, tmp_path / "a.tif")

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
    def test_however_the_camera_was_held_the_picture_is_upright(self, scene, tmp_path, kind, orientation):
        """EXIF says by which turn the stored picture becomes upright; so store it turned back."""
        back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
        turned = scene.transpose(decoding.TURNS[back]) if back > 1 else scene
        (tmp_path / "a").write_bytes(stored(turned, kind, exif=exif(orientation)))
        upright = open_rgb(tmp_path / "a")
        assert upright.size == scene.size
        assert np.abs(np.asarray(upright, int) - np.asarray(scene, int)).mean() < 12
        assert pictures.size_of(tmp_path / "a") == scene.size[::-1]

    def test_a_turn_outlives_what_is_left_out(self, scene, tmp_path):
        content = stored(scene, "JPEG", exif=exif(6))
        (tmp_path / "a.jpg").write_bytes(content[:2] + segment(0xE0, b"JFIF\0") + content[2:])
        assert open_rgb(tmp_path / "a.jpg").size == (40, 60)

    @pytest.mark.parametrize("orientation", [0, 9, 65535])
    def test_an_orientation_that_is_none_turns_nothing(self, scene, tmp_path, orientation):
        (tmp_path / "a.jpg").write_bytes(stored(scene, "JPEG", exif=exif(orientation)))
        assert open_rgb(tmp_path / "a.jpg").size == scene.size

    def test_what_is_damaged_itself_stays_so(self, scene, tmp_path):
        content = stored(scene, "PNG")
        at = content.index(b"IDAT") + 40
        (tmp_path / "a.png").write_bytes(content[:at] + bytes(20) + content[at + 20 :])
        assert trouble(tmp_path / "a.png") == "truncated or damaged"
        (tmp_path / "b.jpg").write_bytes(stored(scene, "JPEG")[:-100])
        assert trouble(tmp_path / "b.jpg") == "truncated or damaged"
        (tmp_path / "c.png").write_bytes(content[:-30])
        assert trouble(tmp_path / "c.png") == "truncated or damaged"


class TestTransparencyAndFrames:
    @pytest.mark.parametrize("alphas", [bytes([0, 255]), bytes([255, 0]), bytes([128] * 2), bytes([30, 70]), 1])
    def test_a_palette_with_transparency_lies_on_white(self, tmp_path, alphas):
        image = Image.new("P", (8, 8), 1)
        image.putpalette([0, 0, 0, 200, 30, 40])
        image.save(tmp_path / "a.png", transparency=alphas)
        alpha = 0 if alphas == 1 else (alphas[1] / 255)
        expected = [round(255 + alpha * (colour - 255)) for colour in (200, 30, 40)]
        np.testing.assert_allclose(open_rgb(tmp_path / "a.png").getpixel((4, 4)), expected, atol=1)

    @pytest.mark.parametrize(("mode", "colour", "clear"), [("L", 90, 90), ("RGB", (9, 8, 7), (9, 8, 7)), ("1", 0, 0)])
    def test_one_colour_may_be_transparent(self, tmp_path, mode, colour, clear):
        Image.new(mode, (4, 4), colour).save(tmp_path / "a.png", transparency=clear)
        assert open_rgb(tmp_path / "a.png").getpixel((1, 1)) == (255, 255, 255)

    def test_grey_with_transparency(self, tmp_path):
        Image.new("LA", (4, 4), (0, 128)).save(tmp_path / "a.png")
        np.testing.assert_allclose(open_rgb(tmp_path / "a.png").getpixel((1, 1)), [127] * 3, atol=1)

    @pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
    def test_the_first_frame_counts(self, tmp_path, kind):
        frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
        (tmp_path / "a").write_bytes(
            stored(frames[0], kind, save_all=True, append_images=frames[1:], **LOSSLESS.get(kind, {}))
        )
        assert open_rgb(tmp_path / "a").getpixel((3, 3)) == (255, 0, 0)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "LAB", "PA"])
    def test_every_mode_that_a_tiff_can_have(self, scene, tmp_path, mode):
        image = scene.convert(mode)
        image.save(tmp_path / "a.tif")
        assert open_rgb(tmp_path / "a.tif").mode == "RGB"
        assert np.asarray(open_rgb(tmp_path / "a.tif")).std() > 20


LOSSLESS = {"WEBP": {"lossless": True}}


NUMBERS = {
    "all of 16 bits": RAMP * 65535,
    "12 of 16 bits": RAMP * 4095,
    "the lowest 8 of 16 bits": RAMP * 255,
    "a narrow range far up": 40000 + RAMP * 300,
}


class TestDeepPictures:
    """With more than 8 bits a colour a picture keeps its contrast, or is refused: neither black nor clipped."""

    @staticmethod
    def has_contrast(path):
        assert trouble(path) is None
        grey = np.asarray(open_rgb(path))[..., 0]
        assert (grey.min(), grey.max()) == (0, 255)
        assert len(np.unique(grey)) > 90
        assert (np.diff(grey.ravel().astype(int)) >= 0).all()

    @pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
    @pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
    def test_of_16_bits(self, tmp_path, numbers, suffix):
        Image.fromarray(numbers.astype(np.uint16)).save(tmp_path / f"a.{suffix}")
        self.has_contrast(tmp_path / f"a.{suffix}")

    def test_of_16_bits_the_other_way_round(self, tmp_path):
        Image.frombytes("I;16B", (64, 48), (RAMP * 4095).astype(">u2").tobytes()).save(tmp_path / "a.tif")
        self.has_contrast(tmp_path / "a.tif")

    @pytest.mark.parametrize(
        "numbers", [RAMP * 2**31 - 2, RAMP * 300 - 150, RAMP * 255, 2**30 + RAMP * 100], ids=["all", "signed", "8", "far up"]
    )
    def test_of_32_bits(self, tmp_path, numbers):
        Image.fromarray(numbers.astype(np.int32)).save(tmp_path / "a.tif")
        self.has_contrast(tmp_path / "a.tif")

    @pytest.mark.parametrize("numbers", [RAMP, RAMP * 255, RAMP - 0.5, RAMP * 1e30, RAMP * 1e-20, -273 + RAMP * 40])
    def test_of_floating_point(self, tmp_path, numbers):
        Image.fromarray(numbers.astype(np.float32)).save(tmp_path / "a.tif")
        self.has_contrast(tmp_path / "a.tif")

    @pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, -9999, 1e30])
    def test_numbers_that_mean_not_measured_take_nothing_from_the_rest(self, tmp_path, odd):
        numbers = (100 + RAMP * 20).astype(np.float32)
        numbers[:10, :10] = odd
        Image.fromarray(numbers).save(tmp_path / "a.tif")
        assert trouble(tmp_path / "a.tif") is None
        grey = np.asarray(open_rgb(tmp_path / "a.tif"))[..., 0]
        assert len(np.unique(grey)) > 200
        assert grey[2, 2] in (0, 255)

    def test_a_dead_pixel_takes_nothing_either_and_a_mask_stays_one(self, tmp_path):
        numbers = (RAMP * 900).astype(np.uint16)
        numbers[5, 5] = 65535
        Image.fromarray(numbers).save(tmp_path / "a.png")
        assert np.asarray(open_rgb(tmp_path / "a.png")).std() > 60
        Image.fromarray(np.where(RAMP < 0.999, 0, 65535).astype(np.uint16)).save(tmp_path / "b.png")
        assert np.unique(np.asarray(open_rgb(tmp_path / "b.png"))).tolist() == [0, 255]

    @pytest.mark.parametrize(
        ("value", "dtype", "grey"),
        [
            (0, "f4", 0),
            (0.5, "f4", 128),
            (1, "f4", 255),
            (200, "f4", 200),
            (90, "i4", 90),
            (65535, "i4", 255),
            (-7, "i4", 0),
        ],
    )
    def test_one_value_is_what_such_numbers_usually_mean(self, tmp_path, value, dtype, grey):
        Image.fromarray(np.full((6, 6), value, dtype)).save(tmp_path / "a.tif")
        assert open_rgb(tmp_path / "a.tif").getpixel((1, 1)) == (grey,) * 3

    def test_no_numbers_at_all_are_refused_by_name(self, tmp_path):
        Image.fromarray(np.full((6, 6), np.nan, "f4")).save(tmp_path / "a.tif")
        assert trouble(tmp_path / "a.tif") == "none of its numbers is finite"

    @pytest.mark.parametrize(("colour_type", "channels"), [(2, 3), (6, 4), (4, 2)], ids=["RGB", "RGBA", "LA"])
    def test_16_bits_a_colour_are_read_if_they_are_used_and_else_refused(self, tmp_path, colour_type, channels):
        """Pillow keeps the upper 8 of them."""
        for top, reason in ((65535, None), (4095, "too dark: of its 16 bits a colour it uses a part; save it with 8")):
            numbers = np.repeat((RAMP * top)[..., None], channels, axis=-1).astype(">u2")
            if channels in (2, 4):
                numbers[..., -1] = 65535
            rows = b"".join(b"\0" + row.tobytes() for row in numbers)
            header = struct.pack(">IIBBBBB", 64, 48, 16, colour_type, 0, 0, 0)
            chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
            (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
            assert trouble(tmp_path / "a.png") == reason
            assert reason or np.asarray(open_rgb(tmp_path / "a.png")).std() > 60


class TestLargePictures:
    """A hundred megapixels take a gigabyte and more as RGB: they are shrunk while they are decoded, one at a time."""

    @pytest.mark.parametrize("progressive", [False, True])
    def test_a_jpeg_is_decoded_small(self, tmp_path, monkeypatch, progressive):
        Image.new("RGB", (1600, 1200), "teal").save(tmp_path / "a.jpg", progressive=progressive)
        decoded = []
        load = JpegImagePlugin.JpegImageFile.load
        monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "load", lambda image: decoded.append(image.size) or load(image))
        assert open_rgb(tmp_path / "a.jpg", (64, 64)).size == (64, 64)
        assert set(decoded) == {(200, 150)}

    @pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L", "P", "1", "I;16", "F"])
    def test_others_are_shrunk_strip_by_strip_to_what_the_whole_would_give(self, tmp_path, monkeypatch, mode):
        image = Image.fromarray((np.outer(np.linspace(0, 1, 301), np.linspace(0, 1, 203)) * 255).astype(np.uint8))
        if mode == "I;16":
            image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
        elif mode in ("RGBA", "LA"):
            image = image.convert(mode)
            image.putalpha(200)
        else:
            image = image.convert(mode)
        path = tmp_path / ("a.tif" if mode == "F" else "a.png")
        image.save(path)
        whole = np.asarray(open_rgb(path, (12, 10)), int)
        monkeypatch.setattr(decoding, "LARGE", 1000)
        monkeypatch.setattr(decoding, "STRIP", 2000)
        sizes = []
        to_rgb = decoding._to_rgb
        monkeypatch.setattr(decoding, "_to_rgb", lambda strip, limits: sizes.append(strip.size) or to_rgb(strip, limits))
        np.testing.assert_allclose(np.asarray(open_rgb(path, (12, 10)), int), whole, atol=12 if mode == "1" else 6)
        assert len(sizes) > 20 and max(width * height for width, height in sizes) <= 2000

    def test_there_is_one_at_a_time_in_memory(self, tmp_path, monkeypatch):
        monkeypatch.setattr(decoding, "LARGE", 1000)
        paths = tuple(tmp_path / f"{number}.{suffix}" for number, suffix in enumerate(["png", "bmp", "png", "jpg"]))
        for path in paths:
            Image.new("RGB", (60, 50)).save(path)
        alone = []
        load = ImageFile.ImageFile.load

        def loading(image):
            alone.append((image.format, decoding._one_large_at_a_time.locked()))
            return load(image)

        monkeypatch.setattr(ImageFile.ImageFile, "load", loading)
        for path in paths:  # one after the other, or another picture's lock would be seen
            pictures.read_all((path,), (4, 4))
        assert sorted(set(alone)) == [("BMP", True), ("JPEG", False), ("PNG", True)]

    def test_what_can_only_be_decoded_whole_is_refused_by_name(self, tmp_path, monkeypatch):
        Image.new("RGB", (60, 50)).save(tmp_path / "a.webp")
        monkeypatch.setattr(decoding, "LARGEST_COPIED", 2999)
        assert trouble(tmp_path / "a.webp") == "too many pixels for a WEBP file; save it as JPEG"

    def test_more_than_pillow_takes_is_said(self, tmp_path, monkeypatch):
        Image.new("L", (300, 300)).save(tmp_path / "a.png")
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 60_000)
        assert trouble(tmp_path / "a.png") is None  # half as much again is only warned of
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 40_000)
        assert trouble(tmp_path / "a.png") == "too many pixels; save it smaller"


class TestCheckAndReading:
    def test_what_passes_the_check_is_read_however_its_bytes_were_changed(self, scene, tmp_path):
        """They go through one function, so a picture that is kept cannot stop the reading of its folder."""
        numbers = np.random.default_rng(0)
        kept = []
        for kind in ("PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP", "TGA", "PPM"):
            content = bytearray(stored(scene, kind, **({} if kind in ("GIF", "BMP", "TGA", "PPM") else {"exif": exif(6)})))
            for trial in range(8):
                changed = bytearray(content)
                for place in numbers.integers(0, min(len(changed), 600), 3):
                    changed[place] = numbers.integers(256)
                path = tmp_path / f"{kind}{trial}"
                path.write_bytes(changed[: len(changed) - 40 * (trial == 7)])
                if trouble(path) is None:
                    kept.append(path)
        assert len(kept) > 20
        for size in ((3, 3), (200, 90)):
            assert pictures.read_all(tuple(kept), size).shape == (len(kept), *size, 3)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (b"\0" * 300, "not an image"),
            (b"<html>404</html>", "not an image"),
            (b"\x89PNG\r\n\x1a\n", "damaged, or of a kind that cannot be read; save it as PNG"),
            (b"\xff\xd8\xff\xe0", "damaged, or of a kind that cannot be read; save it as PNG"),
        ],
    )
    def test_reasons_are_a_few_words(self, tmp_path, content, reason):
        (tmp_path / "a.jpg").write_bytes(content)
        assert trouble(tmp_path / "a.jpg") == reason

    def test_a_file_that_is_none_is_not_read_to_its_end(self, tmp_path, monkeypatch):
        """It may be a video of gigabytes."""
        with (tmp_path / "a.mp4").open("wb") as file:
            file.write(b"\0\0\0\x18ftypmp42")
            file.truncate(2**40)
        assert trouble(tmp_path / "a.mp4") == "not an image"

    def test_what_pillow_only_knows_by_name_is_no_picture(self, tmp_path):
        for beginning in (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            b"\0\0\1\xba" + bytes(50),
            b"GRIB" + b"\1" * 9,
        ):
            (tmp_path / "a").write_bytes(beginning)
            with pytest.raises(UnidentifiedImageError):
                decoding.decode(tmp_path / "a")


class TestHeic:
    @pytest.fixture(autouse=True)
    def _as_before(self, monkeypatch):
        for registry in ("OPEN", "EXTENSION", "MIME"):
            monkeypatch.setattr(Image, registry, dict(getattr(Image, registry)))
        monkeypatch.setattr(Image, "ID", list(Image.ID))
        decoding.formats.cache_clear()
        yield
        decoding.formats.cache_clear()

    def test_it_is_read_where_pillow_heif_is_installed(self, tmp_path, monkeypatch):
        plugin = types.ModuleType("pillow_heif")
        plugin.register_heif_opener = register_fake_opener
        monkeypatch.setitem(sys.modules, "pillow_heif", plugin)
        (tmp_path / "IMG_1.HEIC").write_bytes(FAKE_HEIC)
        assert trouble(tmp_path / "IMG_1.HEIC") is None
        assert open_rgb(tmp_path / "IMG_1.HEIC").getpixel((2, 2)) == (7, 7, 7)

    def test_and_not_where_it_is_not(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "pillow_heif", None)
        (tmp_path / "IMG_1.HEIC").write_bytes(FAKE_HEIC)
        assert trouble(tmp_path / "IMG_1.HEIC") == "not an image"


FAKE_HEIC = b"\0\0\0\x18ftypheic" + bytes([7]) * 100


def register_fake_opener():
    class FakeHeif(ImageFile.ImageFile):
        format = "HEIF"

        def _open(self):
            self._mode, self._size = "L", (10, 10)
            self.tile = [ImageFile._Tile("raw", (0, 0, 10, 10), 12, ("L", 0, 1))]

    Image.register_open("HEIF", FakeHeif, lambda beginning: beginning[4:12] == b"ftypheic")
