"""Any picture that a learner may have is read as RGB; what cannot be read is named and left out."""

import os

import numpy as np
import pytest
from PIL import Image

from course_utils.datasets import load_folder, pictures
from course_utils.devices import Memory
from course_utils.errors import CourseError

RED = (200, 30, 40)
PARTS = {"cats": "train", "dogs": "test"}


@pytest.fixture
def folder(tmp_path):
    """Two classes of two readable pictures each."""
    for number, name in enumerate(["cats", "dogs"]):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for index in range(2):
            Image.new("RGB", (20, 10), (100 * number, 50 * index, 7)).save(tmp_path / "mine" / name / f"{index}.png")
    return tmp_path / "mine"


def noise(size=(200, 150)):
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


def test_names_that_are_not_utf8_are_legible(folder, capsys):
    """As they come from an old disk or a foreign zip file: Latin-1, which Python shows as halves of characters."""
    odd = folder / os.fsdecode(b"caf\xe9")
    try:
        odd.mkdir()
    except OSError:
        pytest.skip("this file system knows UTF-8 only")
    Image.new("RGB", (20, 10)).save(odd / os.fsdecode(b"t\xe4s.png"))
    (odd / os.fsdecode(b"z\xfc.png")).write_bytes(b"no picture")
    split = load_folder(folder)
    assert split.class_names == (r"caf\xe9", "cats", "dogs")
    assert split.read((4, 4)).shape == (5, 4, 4, 3)
    assert r"caf\xe9/z\xfc.png: not an image" in capsys.readouterr().out
    with pytest.raises(CourseError, match=r"There is no folder .*caf.xe9/none"):
        load_folder(odd / "none")


class TestFormats:
    @pytest.mark.parametrize("suffix", ["png", "jpg", "JPEG", "gif", "bmp", "webp", "tif"])
    def test_every_usual_file_format_is_read(self, folder, suffix):
        Image.new("RGB", (20, 10), RED).save(folder / "cats" / f"a.{suffix}")
        split = load_folder(folder)
        assert split.labels.tolist() == [0, 0, 0, 1, 1]
        pixel = split.read((4, 4))[[path.name for path in split.paths].index(f"a.{suffix}"), 1, 1]
        np.testing.assert_allclose(pixel, RED, atol=12)

    @pytest.mark.parametrize(
        ("mode", "colour", "expected"),
        [
            ("L", 90, (90, 90, 90)),
            ("1", 1, (255, 255, 255)),
            ("LA", (90, 255), (90, 90, 90)),
            ("RGBA", (*RED, 255), RED),
            ("RGBA", (*RED, 0), (255, 255, 255)),
            ("P", 3, None),
            ("I;16", 90 * 256, (90, 90, 90)),
            ("I;16", 65535, (255, 255, 255)),
        ],
    )
    def test_every_usual_colour_mode_becomes_rgb(self, tmp_path, mode, colour, expected):
        image = Image.new(mode, (6, 6), colour)
        if mode == "P":
            image.putpalette([0, 0, 0] * 3 + list(RED))
        image.save(tmp_path / "a.png")
        rgb = pictures.open_rgb(tmp_path / "a.png")
        assert rgb.mode == "RGB"
        assert rgb.getpixel((2, 2)) == (expected or RED)

    def test_a_jpeg_for_print_becomes_rgb(self, tmp_path):
        Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
        np.testing.assert_allclose(pictures.open_rgb(tmp_path / "a.jpg").getpixel((8, 8)), (255, 0, 0), atol=12)

    def test_a_picture_taken_sideways_is_turned_upright(self, tmp_path):
        image = Image.new("RGB", (20, 10))
        exif = image.getexif()
        exif[0x0112] = 6
        image.save(tmp_path / "a.jpg", exif=exif)
        assert pictures.open_rgb(tmp_path / "a.jpg").size == (10, 20)

    def test_reading_small_gives_what_reading_whole_and_shrinking_gives(self, tmp_path):
        gradient = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
        gradient.save(tmp_path / "a.jpg", quality=95)
        small = pictures.read_all((tmp_path / "a.jpg",), (48, 64))[0].astype(int)
        np.testing.assert_allclose(small, np.asarray(gradient.resize((64, 48), Image.Resampling.BILINEAR)), atol=3)


class TestUnreadable:
    def test_they_are_named_and_left_out(self, folder, capsys):
        noise().save(folder / "dogs" / "cut.jpg")
        (folder / "dogs" / "cut.jpg").write_bytes((folder / "dogs" / "cut.jpg").read_bytes()[:-2000])
        noise().save(folder / "dogs" / "cut.png")
        (folder / "dogs" / "cut.png").write_bytes((folder / "dogs" / "cut.png").read_bytes()[:-20000])
        (folder / "cats" / "empty.png").touch()
        (folder / "cats" / "page.jpg").write_text("<html>not a picture</html>")
        split = load_folder(folder)
        assert split.labels.tolist() == [0, 0, 1, 1]
        assert {path.name: reason for path, reason in split.unreadable} == {
            "cut.jpg": "truncated or damaged",
            "cut.png": "truncated or damaged",
            "empty.png": "empty",
            "page.jpg": "not an image",
        }
        said = capsys.readouterr().out
        assert "Left out 4 of 8 pictures" in said
        assert "dogs/cut.jpg: truncated or damaged" in said

    def test_a_long_list_is_cut_short(self, folder, capsys):
        for number in range(15):
            (folder / "cats" / f"bad{number:02}.png").touch()
        assert len(load_folder(folder).unreadable) == 15
        assert "… and 5 more" in capsys.readouterr().out

    def test_a_picture_that_vanishes_meanwhile_is_one_sentence(self, folder):
        split = load_folder(folder)
        split.paths[1].unlink()
        with pytest.raises(CourseError, match=r"1.png cannot be read \(no longer there\); load the data again"):
            split.read((5, 5))


class TestFolders:
    def test_classes_are_the_folders_in_order(self, folder):
        split = load_folder(str(folder))
        assert split.class_names == ("cats", "dogs")
        assert split.labels.dtype == np.int32
        assert [path.parent.name for path in split.paths] == ["cats", "cats", "dogs", "dogs"]
        assert repr(split) == "<4 examples of 2 classes: cats, dogs>"

    def test_nested_files_are_found_and_hidden_ones_passed_over(self, folder):
        (folder / "cats" / "deep" / "deeper").mkdir(parents=True)
        (folder / "cats" / ".hidden").mkdir()
        (folder / "__MACOSX").mkdir()
        (folder / ".ipynb_checkpoints").mkdir()
        for name in ("cats/deep/deeper/c.png", "cats/.d.png", "cats/.hidden/e.png", "__MACOSX/f.png"):
            (folder / name).write_bytes((folder / "cats" / "0.png").read_bytes())
        (folder / "cats" / "readme.txt").write_text("all mine")
        split = load_folder(folder)
        assert split.class_names == ("cats", "dogs")
        assert [path.name for path in split.paths] == ["0.png", "1.png", "c.png", "0.png", "1.png"]

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda folder: folder.rename(folder.with_name("other")), "There is no folder"),
            (lambda folder: [(folder / name).rename(folder.parent / name) for name in ("cats", "dogs")], "no subfolders"),
            (lambda folder: (folder / "dogs").rename(folder.parent / "dogs"), r"only one class \(cats\)"),
            (lambda folder: [path.unlink() for path in (folder / "dogs").iterdir()], "no readable pictures of dogs"),
            (lambda folder: [path.write_bytes(b"") for path in (folder / "dogs").iterdir()], "no readable pictures of dogs"),
            (
                lambda folder: [(folder / a).rename(folder / b) for a, b in (("cats", "train"), ("dogs", "test"))],
                "not classes",
            ),
        ],
    )
    def test_a_folder_that_will_not_do_is_one_sentence(self, folder, change, says):
        change(folder)
        with pytest.raises(CourseError, match=says):
            load_folder(folder)


class TestReading:
    def test_shape_and_type(self, folder):
        images = load_folder(folder).read((5, 7))
        assert (images.shape, images.dtype) == ((4, 5, 7, 3), np.uint8)
        assert images[3, 2, 2].tolist() == [100, 50, 7]

    def test_pictures_are_decoded_once_for_a_size(self, folder):
        split = load_folder(folder)
        first = split.read((5, 7))
        assert split.read((5, 7)) is first
        assert split.read((7, 5)).shape == (4, 7, 5, 3)

    @pytest.mark.parametrize("size", [0, (0, 5), (5, -1), "large", (5, 5, 3), None])
    def test_a_size_that_is_none_is_one_sentence(self, folder, size):
        with pytest.raises(CourseError, match=r"An image size is \(height, width\)"):
            load_folder(folder).read(size)

    def test_more_than_memory_holds_is_one_sentence(self, folder, monkeypatch):
        monkeypatch.setattr(pictures, "usable_memory", lambda: Memory(total=2**30, free=100_000))
        with pytest.raises(CourseError, match=r"more than there is memory for.*image_size.*subset"):
            load_folder(folder).read((300, 300))


class TestNearDuplicates:
    def test_a_smaller_brighter_copy_of_lower_quality_is_found_and_others_are_not(self, tmp_path):
        scene = np.asarray(noise((12, 9)).resize((200, 150), Image.Resampling.BICUBIC), float)
        Image.fromarray(scene.astype(np.uint8)).save(tmp_path / "a.png")
        copy = Image.fromarray((scene * 0.8 + 30).astype(np.uint8)).resize((120, 90))
        copy.save(tmp_path / "copy.jpg", quality=70)
        other = np.random.default_rng(1).integers(0, 256, (9, 12, 3), dtype=np.uint8)
        Image.fromarray(other).resize((200, 150), Image.Resampling.BICUBIC).save(tmp_path / "other.png")
        paths = [tmp_path / name for name in ("a.png", "other.png", "copy.jpg")]
        ((one, two, bits),) = pictures.near_duplicates(paths)
        assert (one.name, two.name) == ("a.png", "copy.jpg")
        assert 0 <= bits <= 12
        everything = pictures.near_duplicates(paths, most_bits=256)
        assert len(everything) == 3
        assert everything[0] == (one, two, bits)
        assert all(90 < apart < 166 for _, _, apart in everything[1:])

    def test_the_limit_is_included_and_the_most_alike_come_first(self, tmp_path):
        """Rows that brighten to the right are all ones; each dark stripe in a copy turns one bit of its row."""
        rising = np.tile(np.linspace(20, 220, 17), (16, 1))
        paths = []
        for number, rows in enumerate((0, 5, 2)):
            grey = rising.copy()
            grey[:rows, 8] = grey[:rows, 7] - 5
            paths.append(tmp_path / f"{number}.png")
            Image.fromarray(grey.astype(np.uint8)).save(paths[-1])
        found = pictures.near_duplicates(paths, most_bits=5)
        assert [(one.stem, two.stem, bits) for one, two, bits in found] == [("0", "2", 2), ("1", "2", 3), ("0", "1", 5)]
        assert [bits for _, _, bits in pictures.near_duplicates(paths, most_bits=4)] == [2, 3]

    def test_a_picture_of_one_colour_differs_from_one_that_brightens(self, tmp_path):
        """An equal neighbour is not a brighter one, and neighbours are those in a row, not in a column."""
        across = np.tile(np.arange(20, 190, 10, dtype=np.uint8), (16, 1))
        down = np.tile(np.arange(20, 180, 10, dtype=np.uint8)[:, None], (1, 17))
        paths = [tmp_path / "across.png", tmp_path / "down.png", tmp_path / "flat.png"]
        for path, grey in zip(paths, (across, down, np.full((16, 17), 90, np.uint8)), strict=True):
            Image.fromarray(grey).save(path)
        found = pictures.near_duplicates(paths, most_bits=256)
        assert [(one.stem, two.stem, bits) for one, two, bits in found] == [
            ("down", "flat", 0),
            ("across", "down", 256),
            ("across", "flat", 256),
        ]

    def test_no_pictures_have_no_duplicates(self, folder):
        assert pictures.near_duplicates([]) == ()
        assert pictures.near_duplicates([folder / "cats" / "0.png"]) == ()
