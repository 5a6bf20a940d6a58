"""`load_folder`: folders as learners have them. Labels mean what they seem to, and nothing is left out in silence."""

import io
import itertools
import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import AvifImagePlugin, Image, ImageDraw

from course_utils.datasets import load_folder
from course_utils.datasets.layout import part_of
from course_utils.errors import CourseError

HEIC = b"\0\0\0\x18ftypheic" + bytes(50)
VIDEO = b"\0\0\0\x14ftypqt  " + bytes(50)


@pytest.fixture
def make(tmp_path):
    """Makes a folder of the named files: PNG pictures, unless contents are given."""

    def make(*names, top="collection", contents=None):
        for number, name in enumerate(names):
            path = tmp_path / top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if contents is None:
                Image.new("RGB", (6, 4), (number % 256, 0, 0)).save(path, "PNG")
            else:
                path.write_bytes(contents)
        return tmp_path / top

    return make


def in_each(*folders, classes=("cats", "dogs"), count=1):
    return [f"{folder}/{name}/{number}.png" for folder in folders for name in classes for number in range(count)]


def refused(path, *more, **how):
    with pytest.raises(CourseError) as caught:
        load_folder(path, *more, **how)
    return str(caught.value)


class TestParts:
    """In place of classes: each would become a label, and a network would learn which part a picture comes from."""

    @pytest.mark.parametrize(
        "parts",
        [
            ("train", "test"),
            ("Train", "Valid"),
            ("TRAINING", "TESTING"),
            ("training_set", "test_set"),
            ("trainset", "valset", "testset"),
            ("pets-train", "pets-val"),
            ("01_train", "02_validation", "03_test"),
            ("TrainImages", "TestImages"),
            ("train2017", "val2017"),
            ("x_train", "x_test"),
            ("train", "dev", "holdout"),
            ("train", "evaluation"),
            ("traning", "validaton"),
            ("Trainingsdaten", "Validierungsdaten"),
            ("entrenamiento", "prueba"),
            ("训练集", "测试集"),
            ("training data", "test data "),
        ],
        ids=" ".join,
    )
    def test_in_any_spelling(self, make, parts):
        folder = make(*in_each(*parts))
        said = refused(folder)
        assert f"{folder} holds parts of a collection (" in said and "and not classes" in said
        assert all(part in said for part in parts)
        assert f'load_folder("{folder / parts[0]}", "{folder / parts[-1]}")' in said

    @pytest.mark.parametrize("neighbours", [(), ("sample.png", "docs/figure.png"), ("papers/a.pdf", "models/b.keras")])
    @pytest.mark.parametrize("around", ["", "pets/", "pets/pets/"])
    @pytest.mark.parametrize("doubled", [False, True])
    def test_wherever_they_lie_the_folder_to_load_is_said_and_can_be_loaded(self, make, neighbours, around, doubled):
        parts = [f"{around}{part}/{part}" if doubled else f"{around}{part}" for part in ("seg_train", "seg_test")]
        folder = make(*in_each(*parts), *neighbours)
        said = refused(folder)
        assert f"{folder / around} holds parts of a collection (seg_test, seg_train)" in said
        assert f'load_folder("{folder / parts[0]}", "{folder / parts[1]}")' in said
        train, test = load_folder(folder / parts[0], folder / parts[1])
        assert train.class_names == test.class_names == ("cats", "dogs")

    @pytest.mark.parametrize("parts", [("pets", "pets-test-set", "pets-val"), ("pets", "validation-pets")], ids=" ".join)
    def test_beside_the_training_part_without_a_word_on_training(self, make, parts):
        folder = make(*in_each(*parts[:2]), *(f"{part}/1.png" for part in parts[2:]))
        assert f'load_folder("{folder / parts[0]}", "{folder / parts[1]}")' in refused(folder)

    def test_with_a_part_that_has_no_classes(self, make):
        folder = make(*in_each("train"), "test/1.png", "test/2.png")
        assert f"(test, train) and not classes; load {folder / 'train'}." in refused(folder)

    @pytest.mark.parametrize("around", ["", "images/", "pets/pets/"])
    def test_without_classes_in_them(self, make, around):
        folder = make(f"{around}train/1.png", f"{around}test/1.png")
        said = refused(folder)
        assert f"{folder / around} holds parts of a collection (test, train) and not classes; put the pictures" in said

    def test_beside_the_classes(self, make):
        """Then the part would become one more class, of pictures of all."""
        folder = make("cats/1.png", "dogs/1.png", *in_each("more"))
        said = refused(folder)
        assert f"{folder / 'more'} holds folders with the names of classes (cats, dogs)" in said
        assert load_folder(folder, class_names=["cats", "dogs"]).labels.tolist() == [0, 1]

    def test_unpacked_into_one_of_the_classes(self, make):
        folder = make("cats/1.png", "dogs/1.png", *in_each("cats"))
        assert f"{folder / 'cats'} holds folders with the names of classes (cats, dogs)" in refused(folder)

    def test_only_a_folder_around_the_classes(self, make):
        folder = make(*in_each("pets/pets"), "readme.txt")
        assert f"load {folder / 'pets' / 'pets'}." in refused(folder)

    def test_inside_each_class_they_are_taken_together_and_that_is_said(self, make, capsys):
        split = load_folder(make(*in_each("cats", "dogs", classes=("train", "test"))))
        assert (split.class_names, split.labels.tolist()) == (("cats", "dogs"), [0, 0, 1, 1])
        said = capsys.readouterr().out
        assert "Pictures in subfolders belong to the class around them: test, train to cats, and likewise in dogs." in said
        assert "put the classes into the parts" in said


class TestClassesThatSoundLikeParts:
    @pytest.mark.parametrize(
        "names",
        [
            ("train", "test", "valid", "car", "bus"),
            ("train", "tram"),
            ("freight_train", "passenger_train"),
            ("crash_test", "driving_test"),
            ("valid", "invalid"),
            ("raining", "snowing", "valley"),
            ("test_tube", "tube", "beaker"),
            ("station", "train_station", "test_station"),
            ("trainers", "sandals", "testament"),
            ("dev", "prod"),
            ("oval", "contest"),
        ],
        ids=" ".join,
    )
    def test_they_are_classes(self, make, names):
        assert load_folder(make(*(f"{name}/1.png" for name in names))).class_names == tuple(sorted(names))

    def test_so_they_are_with_folders_of_their_own(self, make):
        names = [*in_each("train", classes=("steam", "diesel")), *in_each("car", classes=("old", "new")), "test/a.png"]
        assert load_folder(make(*names)).labels.tolist() == [0, 0, 1, 2, 2]

    def test_who_says_so_has_any_classes(self, make):
        folder = make("train/1.png", "test/1.png")
        assert "name them in class_names" in refused(folder)
        assert load_folder(folder, class_names=["train", "test"]).labels.tolist() == [0, 1]

    def test_a_name_is_no_part_because_a_part_is_in_it(self):
        assert not any(map(part_of, ("strain", "station", "protest", "latest", "interval", "carnival", "device", "invalid")))


class TestTwoFolders:
    """A label means the same class in both, or they are refused, and the difference is said."""

    def test_they_are_loaded_together(self, make):
        folder = make(*in_each("train", count=3), *in_each("test"))
        train, test = load_folder(folder / "train", folder / "test")
        assert (train.labels.tolist(), test.labels.tolist()) == ([0, 0, 0, 1, 1, 1], [0, 1])
        assert train.class_names == test.class_names

    @pytest.mark.parametrize(
        ("second", "differs"),
        [
            (("cats", "dogs"), ["only {train} has owls"]),
            (("cats", "dogs", "owls", "yaks"), ["only {test} has yaks"]),
            (("Cats", "dogs", "owls"), ["only {train} has cats", "only {test} has Cats"]),
            (("ant", "bee", "fly"), ["only {train} has cats, dogs, owls", "only {test} has ant, bee, fly"]),
        ],
    )
    def test_a_difference_is_said(self, make, second, differs):
        folder = make(*in_each("train", classes=("cats", "dogs", "owls")), *in_each("test", classes=second))
        said = refused(folder / "train", folder / "test")
        assert all(part.format(train=folder / "train", test=folder / "test") in said for part in differs)

    def test_the_classes_that_both_have_can_be_taken(self, make, capsys):
        folder = make(*in_each("train", classes=("cats", "dogs", "owls")), *in_each("test", classes=("owls", "cats")))
        both = load_folder(folder / "train", folder / "test", class_names=("owls", "cats"))
        assert [split.labels.tolist() for split in both] == [[0, 1], [0, 1]]
        assert [path.parent.name for path in both[1].paths] == ["owls", "cats"]
        assert "Not among the class names, and so not read: dogs." in capsys.readouterr().out

    def test_names_of_an_earlier_folder_give_its_labels(self, make):
        train = load_folder(make(*in_each("train", classes=("cats", "dogs", "owls"))) / "train")
        later = make(*in_each("later", classes=("owls", "dogs", "cats", "newts")))
        again = load_folder(later / "later", class_names=train.class_names)
        assert again.class_names == train.class_names
        assert [again.class_names[label] == path.parent.name for path, label in zip(again.paths, again.labels, strict=True)]
        short = make(*in_each("short", classes=("dogs", "owls")))
        assert "has no subfolder called cats; it has dogs, owls" in refused(short / "short", class_names=train.class_names)

    @pytest.mark.parametrize("names", ["cats", [], ["cats"], ["cats", "cats"], ("dogs", "cats", "dogs")])
    def test_names_that_will_not_do_are_one_sentence(self, make, names):
        assert "at least two subfolders, each once" in refused(make("cats/1.png", "dogs/1.png"), class_names=names)

    def test_one_folder_for_both_is_no_test(self, make):
        folder = make("cats/1.png", "dogs/1.png")
        assert "no test" in refused(folder, str(folder) + "/.")


class TestPassedOver:
    """Counted by kind, with what can be done."""

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("IMG_1.HEIC", HEIC, "HEIC pictures: 1 (cats/IMG_1.HEIC); save them as JPEG, or `pip install pillow-heif`"),
            ("IMG_1.jpg", HEIC, "HEIC pictures: 1 (cats/IMG_1.jpg)"),
            ("a.jxl", b"\xff\x0a" + bytes(9), "JPEG XL pictures: 1 (cats/a.jxl); save them as JPEG or PNG"),
            ("a.NEF", b"II*\0" + bytes(20), "raw pictures of a camera: 1"),
            ("a.svg", b"<svg/>", "drawings: 1 (cats/a.svg); save them as PNG"),
            ("MOV_1.mov", VIDEO, "videos: 1 (cats/MOV_1.mov); save single frames of them as JPEG"),
            ("VID.mp4.jpg", VIDEO, "videos: 1"),
            ("old.avi", b"RIFF\0\0\0\0AVI LIST", "videos: 1"),
            ("memo.m4a", b"\1\2", "sound files: 1"),
            ("more.ZIP", b"PK\3\4", "archives: 1 (cats/more.ZIP); unpack them if they hold pictures"),
            ("labels.csv", b"a,b\n", "documents: 1 (cats/labels.csv)\n"),
            ("notes.txt", b"Python is", "documents: 1"),
            ("scan.jpg", b"%PDF-1.7", "documents: 1"),
            ("nothing", b"", "empty files: 1"),
            ("odd.xyz", b"\1\2\3", "files of other kinds: 1 (cats/odd.xyz)"),
            (".DS_Store", b"\0\0\0\1Bud1", "hidden files: 1 (cats/.DS_Store)"),
            ("Thumbs.db", b"\xd0\xcf\x11\xe0", "hidden files: 1"),
            ("Desktop.ini", b"[.Shell", "hidden files: 1"),
            ("System Volume Information/a", b"\0", "hidden files: 1"),
            ("._0.png", b"\0\5\x16\7", "hidden files: 1"),
            ("@eaDir/0.png/SYNO_THUMB_M.png", b"\x89PNG", "hidden files: 1 (cats/@eaDir)"),
        ],
    )
    def test_each_kind_is_said(self, make, capsys, name, content, says):
        folder = make("cats/0.png", "dogs/0.png")
        make(f"cats/{name}", contents=content)
        split = load_folder(folder)
        assert len(split) == 2
        assert "Passed over:\n" in (said := capsys.readouterr().out)
        assert says in said
        assert [kind for _, kind in split.passed_over] == [says.partition(":")[0]]

    def test_what_this_pillow_does_not_decode(self, make, monkeypatch, capsys):
        monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", False)
        folder = make("cats/0.png", "dogs/0.png")
        make("dogs/a.avif", "dogs/b.jpg", contents=b"\0\0\0\x1cftypavif" + bytes(40))
        load_folder(folder)
        assert "AVIF pictures: 2 (dogs/a.avif, dogs/b.jpg); save them as JPEG or PNG" in capsys.readouterr().out

    def test_a_picture_outside_the_classes(self, make, capsys):
        load_folder(make("cats/0.png", "dogs/0.png", "stray.png", "more"))
        said = capsys.readouterr().out
        assert "pictures outside the folders of the classes: 2 (more, stray.png); move them into" in said

    def test_a_text_is_no_picture_whatever_it_begins_with(self, make, capsys):
        """P1 to P6, and Py, are the beginnings of simple kinds of pictures."""
        folder = make("cats/0.png", "dogs/0.png")
        make("notes.txt", "dogs/notes.md", "texts/1.txt", contents=b"Python and P6")
        assert "no readable pictures of texts" in refused(folder)
        assert "documents: 3 (dogs/notes.md, texts/1.txt and 1 more)" in capsys.readouterr().out

    def test_that_deep_pictures_are_stretched_is_said(self, make, capsys):
        folder = make("cats/0.png", "dogs/0.png")
        Image.fromarray(np.arange(12, dtype=np.uint16).reshape(3, 4)).save(folder / "cats" / "1.png")
        load_folder(folder)
        assert "Pictures with more than 8 bits a pixel: 1; each is stretched" in capsys.readouterr().out

    @pytest.mark.parametrize("broken", [b"", b"<html>not found</html>", b"\x89PNG\r\n\x1a\n" + bytes(9)])
    def test_broken_pictures_are_named_one_by_one(self, make, capsys, broken):
        folder = make("cats/0.png", "dogs/0.png")
        make("dogs/broken.png", contents=broken)
        split = load_folder(folder)
        assert (len(split), [path.name for path, _ in split.unreadable], split.passed_over) == (2, ["broken.png"], ())
        assert "Left out 1 of 3 pictures" in capsys.readouterr().out

    @pytest.mark.parametrize("name", ["a", "a.JPG", "a.PnG", "a.dat", "a.txt", "a.png.jpeg", "IMG 1.tiff", "a.heic"])
    @pytest.mark.parametrize("kind", ["JPEG", "BMP"])
    def test_what_pillow_opens_is_a_picture_whatever_its_name(self, make, name, kind):
        folder = make("cats/0.png", "dogs/0.png")
        Image.new("RGB", (6, 4), (200, 30, 40)).save(folder / "cats" / name, kind)
        split = load_folder(folder)
        assert split.labels.tolist() == [0, 0, 1]
        pixel = split.read((2, 2))[[path.name for path in split.paths].index(name), 1, 1]
        np.testing.assert_allclose(pixel, (200, 30, 40), atol=3)

    @pytest.mark.parametrize("suffix", ["tga", "ico", "pcx", "sgi", "qoi", "jp2", "webp", "pgm"])
    def test_so_are_its_rarer_kinds(self, make, suffix):
        folder = make("cats/0.png", "dogs/0.png")
        Image.new("RGB", (16, 16), (90, 90, 90)).save(folder / "cats" / f"a.{suffix}")
        assert len(load_folder(folder)) == 3

    def test_a_class_of_other_kinds_only_is_an_error_that_says_so(self, make):
        folder = make("cats/0.png")
        make("dogs/1.heic", "dogs/2.HEIC", contents=HEIC)
        assert "no readable pictures of dogs, but HEIC pictures (2): save them as JPEG, or" in refused(folder)

    def test_so_is_a_class_without_any(self, make):
        (make("cats/0.png", "dogs/0.png") / "owls" / "empty").mkdir(parents=True)
        assert "no readable pictures of owls; add some or remove the subfolder" in refused(make())


class TestLinks:
    def test_they_are_followed_once_and_loops_end(self, make, capsys):
        folder = make("cats/0.png", "cats/deep/1.png", "dogs/0.png")
        make("2.png", "more/3.png", top="elsewhere")
        for link, target in {
            "cats/elsewhere": folder.parent / "elsewhere",
            "cats/again": folder / "cats" / "deep",
            "cats/deep/up": folder / "cats",
            "dogs/neighbour": folder / "cats" / "deep",
            "dogs/out": folder.parent,
            "dogs/all": Path("/"),
            "dogs/nowhere": folder / "gone",
            "dogs/self": folder / "dogs" / "self",
        }.items():
            (folder / link).symlink_to(target)
        split = load_folder(folder)
        names = [path.relative_to(folder).as_posix() for path in split.paths]
        assert names == ["cats/0.png", "cats/deep/1.png", "cats/elsewhere/2.png", "cats/elsewhere/more/3.png", "dogs/0.png"]
        said = capsys.readouterr().out
        assert "links to folders that are looked into anyway: 5" in said
        assert "links that lead nowhere: 2 (dogs/nowhere, dogs/self)" in said

    def test_a_class_may_be_a_link_and_is_called_as_the_link(self, make):
        folder = make("cats/0.png")
        make("0.png", top="photos of 2019")
        (folder / "dogs").symlink_to(folder.parent / "photos of 2019")
        assert load_folder(folder).class_names == ("cats", "dogs")
        (folder.parent / "link").symlink_to(folder)
        assert len(load_folder(folder.parent / "link")) == 2

    def test_files_may_be_links(self, make):
        folder = make("cats/0.png", "dogs/0.png")
        (folder / "dogs" / "1").symlink_to(folder / "cats" / "0.png")
        assert load_folder(folder).labels.tolist() == [0, 1, 1]


class TestNamesAndAccess:
    @pytest.mark.parametrize("path", [None, 7, b"pets", ["pets"], "~nobody-of-this-name/pets"])
    def test_what_is_no_path_is_one_sentence(self, path):
        assert "load_folder takes the path of a folder" in refused(path)

    @pytest.mark.parametrize("path", ["no/such/folder", "a\0b", "https://example.org/pets.zip"])
    def test_a_folder_that_is_not_there(self, path):
        assert "There is no folder" in refused(path)

    def test_a_name_that_is_too_long(self):
        said = refused("a" * 5000)
        assert "cannot be opened" in said or "There is no folder" in said
        assert len(said) < 6000

    def test_a_file_in_place_of_the_folder_or_of_a_class(self, make):
        folder = make("cats/0.png", "dogs")
        assert "is a file and not a folder" in refused(folder / "dogs")
        assert "holds only one class (cats)" in refused(folder)
        assert "has no subfolder called dogs" in refused(folder, class_names=["cats", "dogs"])

    def test_long_names_of_files_are_read(self, make):
        assert len(load_folder(make(f"cats/{'a' * 250}.png", f"{'d' * 250}/0.png"))) == 2

    def test_blanks_around_a_name_do_not_count(self, make, capsys):
        split = load_folder(make("cats /0.png", "  dogs/0.png"))
        assert sorted(split.class_names) == ["cats", "dogs"]
        assert "The class 'cats' is the folder 'cats '; blanks around a name do not count." in capsys.readouterr().out
        assert "two folders of the name 'cats'" in refused(make("cats/0.png"))

    def test_accents_are_the_same_however_the_system_writes_them(self, make):
        """macOS takes letter and accent apart."""
        whole, apart = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))
        folder = make(*in_each("train", classes=(whole, "cafz")), *in_each("test", classes=(apart, "cafz")))
        train, test = load_folder(folder / "train", folder / "test")
        assert train.class_names == test.class_names == ("cafz", whole), "apart, the other order"
        assert load_folder(folder / "test", class_names=[apart, "cafz "]).class_names == (whole, "cafz")

    def test_folders_in_folders_without_end(self, make, capsys):
        folder = make("cats/0.png", "dogs/0.png")
        (folder / "cats" / Path(*"d" * 300)).mkdir(parents=True)
        assert len(load_folder(folder)) == 2
        assert "folders inside dozens of others: 1" in capsys.readouterr().out

    def test_capitals_may_make_a_class(self, make):
        """As of letters."""
        folder = make("A/0.png", "a/0.png")
        if (folder / "A").samefile(folder / "a"):
            pytest.skip("this file system does not tell capitals from small letters")
        assert load_folder(folder).class_names == ("A", "a")

    def test_a_folder_that_may_not_be_opened_is_said(self, make, monkeypatch, capsys):
        folder = make("cats/0.png", "cats/private/1.png", "dogs/0.png")
        scandir = os.scandir

        def forbidding(path):
            if Path(path).name == closed:
                raise PermissionError(13, "Permission denied")
            return scandir(path)

        monkeypatch.setattr(os, "scandir", forbidding)
        closed = "private"
        assert len(load_folder(folder)) == 2
        assert "folders without access: 1 (cats/private); change their permissions" in capsys.readouterr().out
        closed = "dogs"
        assert "no readable pictures of dogs, but folders without access (1): change their permissions" in refused(folder)
        closed = folder.name
        assert "cannot be opened (permission denied)" in refused(folder)

    def test_a_file_that_may_not_be_opened_is_said(self, make, monkeypatch):
        folder = make("cats/0.png", "cats/1.png", "dogs/0.png")
        opened = Image.open

        def forbidding(path, *more, **how):
            if Path(path).name == "1.png":
                raise PermissionError(13, "Permission denied")
            return opened(path, *more, **how)

        monkeypatch.setattr(Image, "open", forbidding)
        assert load_folder(folder).unreadable == ((folder / "cats" / "1.png", "no permission to read it"),)


def photograph(name, held, size):
    """A drawing under a blue sky, stored as a telephone does that was held so."""
    width, height = size
    picture = Image.new("RGB", size, "skyblue")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0.7 * height, width, height), "sienna")
    if name == "cactus":
        draw.rectangle((0.4 * width, 0.25 * height, 0.6 * width, 0.8 * height), "darkgreen")
    else:
        for x in np.linspace(0.1, 0.9, 7):
            draw.line((0.5 * width, 0.8 * height, x * width, 0.3 * height), "limegreen", width // 20)
    back = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}.get(held)
    exif = Image.Exif()
    exif[0x0112] = held
    (picture.transpose(back) if back else picture).save(file := io.BytesIO(), "JPEG", exif=exif, quality=80)
    return file.getvalue()


@pytest.fixture(scope="module")
def telephone(tmp_path_factory):
    """300 photographs in two folders, two of them twenty times as large; one is cut short; other files lie between them."""
    folder = tmp_path_factory.mktemp("telephone") / "my plants"
    held = itertools.cycle((1, 6, 3, 8))
    for name in ("cactus", "fern"):
        (folder / name).mkdir(parents=True)
        stored = {turn: photograph(name, turn, (300, 400)) for turn in (1, 3, 6, 8)}
        for number in range(150):
            (folder / name / f"IMG_{number:04}.JPG").write_bytes(stored[next(held)])
        (folder / name / "IMG_0042.JPG").write_bytes(photograph(name, 6, (1512, 2016)))
        for number in range(6):
            (folder / name / f"IMG_9{number:03}.HEIC").write_bytes(HEIC)
        (folder / name / "IMG_9999.MOV").write_bytes(VIDEO)
        (folder / name / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (folder / "fern" / "IMG_0007.JPG").write_bytes(stored[1][:-2000])
    return folder


def test_a_telephone_full_of_pictures_goes_through_what_lesson_16_does_with_them(telephone, capsys):
    plants = load_folder(telephone)
    said = capsys.readouterr().out
    assert "Left out 1 of 300 pictures, which cannot be read:\n  fern/IMG_0007.JPG: truncated or damaged" in said
    assert "HEIC pictures: 12 (" in said and "videos: 2 (" in said and "hidden files: 2 (" in said
    train, validation = plants.split(0.2, seed=0)
    x_train, x_val = train.read((64, 64)), validation.read((64, 64))
    assert (x_train.shape, x_val.shape) == ((239, 64, 64, 3), (60, 64, 64, 3))
    assert np.bincount(validation.labels).tolist() == [30, 30]
    for pictures, labels in ((x_train, train.labels), (x_val, validation.labels)):
        assert (pictures[:, 2, :, 2] > 200).all(), "the sky is above"
        np.testing.assert_array_equal(pictures[:, 40, 32, 1] > 150, labels == 1)
