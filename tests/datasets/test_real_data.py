"""The lessons' datasets from a mirror of real data; skipped where COURSE_MIRROR names none."""

import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.datasets.pictures import near_duplicates


@pytest.mark.parametrize(("name", "each"), [("fashion_mnist", 1000), ("mnist", None)])
def test_arrays(real_mirror, name, each):
    data = load(name, data="real")
    assert data.source == "real"
    assert (data.train.images.shape, data.test.images.shape) == ((60_000, 28, 28, 1), (10_000, 28, 28, 1))
    assert set(data.train.labels) == set(range(10))
    assert len(data.class_names) == 10
    if each:
        assert np.bincount(data.test.labels).tolist() == [each] * 10


def test_cifar10(real_mirror):
    data = load("cifar10", data="real")
    assert len(data.class_names) == 10
    for part, each in ((data.train, len(data.train) // 10), (data.test, len(data.test) // 10)):
        assert part.images.shape == (len(part), 32, 32, 3)
        assert np.bincount(part.labels).tolist() == [each] * 10
    # ships are on water and airplanes in the sky; frogs and deer are not
    blue = data.train.images[:, :8].mean(axis=(1, 2)) @ [-0.5, -0.5, 1.0]
    by_class = {name: blue[data.train.labels == label].mean() for label, name in enumerate(data.class_names)}
    assert min(by_class["ship"], by_class["airplane"]) > max(by_class["frog"], by_class["deer"]) + 10
    if data.source == "mirror":
        assert data.remark == "only a sample: 20,000 of 50,000 training and 4,000 of 10,000 test examples"


def test_horse_or_human(real_mirror):
    data = load("horse_or_human", data="real")
    assert data.source in ("real", "mirror")
    assert data.class_names == ("horses", "humans")
    assert np.bincount(data.train.labels).tolist() == [500, 527]
    assert np.bincount(data.test.labels).tolist() == [128, 128]
    small = data.train.subset(8).read((50, 60))
    assert small.shape == (8, 50, 60, 3)
    assert small.std() > 20


def test_happy_or_sad(real_mirror):
    data = load("happy_or_sad", data="real")
    assert data.class_names == ("happy", "sad")
    assert np.bincount(data.train.labels).tolist() == np.bincount(data.test.labels).tolist() == [20, 20]
    assert data.train.read((150, 150)).shape == (40, 150, 150, 3)
    # whole clips are held out: frames of the same one differ by 5 grey levels or less from the next
    train, test = (part.read((75, 75)).astype(float) for part in (data.train, data.test))
    apart = np.sqrt(((train[:, None] - test[None]) ** 2).mean(axis=(2, 3, 4)))
    assert apart.min() > 10


def test_cats_and_dogs(real_mirror):
    data = load("cats_and_dogs", data="real")
    assert data.class_names == ("cats", "dogs")
    assert np.bincount(data.train.labels).tolist() == [1000, 1000]
    assert np.bincount(data.test.labels).tolist() == [500, 500]
    assert data.train.unreadable == data.test.unreadable == ()
    assert data.train.subset(6).read((150, 150)).std() > 20
    alike = near_duplicates([*data.train.paths, *data.test.paths])
    assert [(one.name, other.name) for one, other, _ in alike] == [("dog.180.jpg", "dog.74.jpg")]
    assert {path.parent.parent.name for path in alike[0][:2]} == {"train"}


def test_rock_paper_scissors(real_mirror):
    data = load("rock_paper_scissors", data="real")
    assert data.class_names == ("paper", "rock", "scissors")
    assert np.bincount(data.train.labels).tolist() == [840] * 3
    assert np.bincount(data.test.labels).tolist() == [124] * 3
    if data.source == "mirror":
        assert data.remark == "28×28 copies of the 300×300 pictures"
        assert data.remark in str(data)


def test_sign_language(real_mirror):
    data = load("sign_language", data="real")
    assert "".join(data.class_names) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert data.train.images.shape[1:] == (28, 28, 1)
    missing = set(range(26)) - set(data.train.labels.tolist())
    assert {data.class_names[label] for label in missing} == {"J", "Z"}
    if data.source == "mirror":
        assert data.remark == "only a sample: 188 of 27,455 training and 11 of 7,172 test examples"


def test_imdb(real_mirror):
    data = load("imdb", data="real")
    assert data.class_names == ("neg", "pos")
    assert np.bincount(data.train.labels).tolist() == np.bincount(data.test.labels).tolist() == [12_500, 12_500]
    assert data.remark == ""
    few = data.train.subset(100, seed=1)
    assert 500 < np.mean([len(text) for text in few.read()]) < 3000
    assert any("<br />" in text for text in few.read())
    texts, _ = next(iter(few.dataset(batch_size=100, shuffle=False)))
    assert [text.decode() for text in texts.numpy()] == few.read()


def test_jena_climate_or_beijing_in_its_place(real_mirror):
    data = load("jena_climate", data="real")
    assert data.name in ("jena_climate", "beijing_pollution")
    assert (data.values.dtype, data.values.shape) == (np.float32, (len(data.times), len(data.columns)))
    assert np.isfinite(data.values).all()
    assert set(np.diff(data.times).astype(int)) == {1}
    assert -30 < data[data.target].min() < 0 and 30 < data[data.target].max() < 45
    if data.name == "beijing_pollution":
        assert (len(data), data.filled) == (43_824, 0)


def test_spa_eng(real_mirror):
    data = load("spa_eng", data="real")
    assert len(data.train) + len(data.test) > 100_000
    assert len(data.test) == pytest.approx(0.2 * (len(data.train) + len(data.test)), rel=0.001)
    for side in ("sources", "targets"):
        assert not set(getattr(data.train, side)) & set(getattr(data.test, side))
    lengths = [np.mean([len(sentence.split()) for sentence in part.sources]) for part in (data.train, data.test)]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.05)


def test_reuters(real_mirror):
    data = load("reuters", data="real")
    assert data.source == "real"
    assert (len(data.train), len(data.test), len(data.class_names), len(data.train.words)) == (8_982, 2_246, 46, 30_980)
    assert data.train.words[:5] == ("", "the", "of", "to", "in")
    # the newswire that books show, and its topic
    assert data.train.subset(len(data.train)).read()[0].startswith("mcgrath rentcorp said as a result of its december")
    assert data.class_names[data.train.labels[10]] == "earn"
    assert data.train.numbers[10].tolist()[:8] == [242, 270, 204, 153, 50, 71, 157, 23]
    for name, word in (("earn", "shr"), ("cocoa", "cocoa"), ("gold", "gold"), ("jobs", "unemployment"), ("ship", "ships")):
        number = data.train.words.index(word)
        has = np.array([number in text for text in data.train.numbers])
        shares = [has[data.train.labels == label].mean() for label in range(46)]
        assert data.class_names[int(np.argmax(shares))] == name


def test_california_housing(real_mirror):
    data = load("california_housing", data="real")
    assert data.source == "real"
    assert (data.train.features.shape, data.test.features.shape) == ((16_512, 8), (4_128, 8))
    both = np.concatenate([data.train.features, data.test.features])
    column = dict(zip(data.columns, both.T, strict=True))
    assert (column["longitude"] < -114).all() and (column["latitude"] > 32).all()
    assert (column["total_rooms"] > column["total_bedrooms"]).mean() > 0.99
    assert (column["population"] > column["households"]).mean() > 0.99
    assert column["housing_median_age"].max() == 52 and column["median_income"].max() < 16
    assert (np.unique(data.train.targets)[[0, -1]] == [14_999, 500_001]).all()
    assert np.corrcoef(data.train.features[:, data.columns.index("median_income")], data.train.targets)[0, 1] > 0.6
