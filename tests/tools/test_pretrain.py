"""The own base's card says what was measured, and its steps pick up where they stopped."""

import json

import numpy as np
import pytest

from course_utils.synthetic import animals
from tools import pretrain

RECORD = {
    "version": 1,
    "class_names": ["bear", "owl", "pig", "fox"],
    "training_pictures": 12_000,
    "epochs": 6,
    "seed": 0,
    "seconds": 390,
    "test_pictures": 1_000,
    "test_accuracy": 0.5,
    "test_top5_accuracy": 0.875,
    "test_accuracy_by_class": {"bear": 0.2, "owl": 0.9, "pig": 0.4, "fox": 0.5},
    "transfer": {
        source: {way: {str(count): [0.5, 0.6, 0.7] for count in pretrain.EPOCHS_FROM_SCRATCH} for way in ("base", "scratch")}
        for source in ("synthetic", "real")
    },
}


def test_the_card_says_what_the_record_says():
    record = json.loads(pretrain.RECORD.read_text(encoding="utf-8"))
    card = pretrain.CARD.read_text(encoding="utf-8")
    assert pretrain._learning(record) in card
    assert pretrain._transfer(record) in card


def test_a_new_record_takes_the_place_of_the_old(tmp_path, monkeypatch):
    monkeypatch.setattr(pretrain, "RECORD", tmp_path / "record.json")
    monkeypatch.setattr(pretrain, "CARD", tmp_path / "card.md")
    monkeypatch.setattr(pretrain, "_contact_sheet", lambda: pretrain.Image.new("RGB", (4, 4)))
    pretrain.RECORD.write_text(json.dumps(RECORD), encoding="utf-8")
    text = "before\n<!-- learning -->\nold\n<!-- /learning -->\nbetween\n<!-- transfer -->\n<!-- /transfer -->\nafter\n"
    pretrain.CARD.write_text(text, encoding="utf-8")
    for _ in range(2):
        pretrain.card.callback()
        written = pretrain.CARD.read_text(encoding="utf-8")
        assert "old" not in written
        assert "50.0 % of 1,000 held-out pictures" in written
        assert "12,000 pictures 6 times (seed 0), in 6.5 min" in written
        assert "chance is 25.0 %" in written
        assert "Hardest: bear (20 %)" in written
        assert "| 200 training pictures | 60.0 ± 10.0 |" in written
        assert [written.count(word) for word in ("before", "between", "after")] == [1, 1, 1]


def test_what_was_not_measured_is_named_so():
    record = RECORD | {"transfer": {"synthetic": RECORD["transfer"]["synthetic"]}}
    assert "| 50 training pictures | 60.0 ± 10.0 | 60.0 ± 10.0 | not measured | not measured |" in pretrain._transfer(record)


def test_pictures_are_generated_once(tmp_path, monkeypatch):
    calls = []

    def few(part, count, workers):
        calls.append((part, count))
        return np.zeros((2, 96, 96, 3), np.uint8), np.zeros(2, np.int32)

    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.setattr(animals, "pictures", few)
    for _ in range(2):
        pretrain.generate.callback()
    assert calls == list(pretrain.COUNTS.items())
    assert pretrain._pictures("test")[0].shape == (2, 96, 96, 3)


def test_a_batch_holds_each_picture_once_and_mirrors_half():
    x = np.zeros((200, 4, 4, 3), np.uint8)
    x[:, :, 0] = np.arange(200, dtype=np.uint8)[:, None, None]
    batches = pretrain._batches(x, np.arange(200), [0, 0])
    assert len(batches) == 4
    mirrored, seen = 0, []
    for index in range(4):
        images, labels = batches[index]
        values = np.round((images + 1) * 127.5)
        edge = values[:, 0, 3, 0] > 0
        mirrored += int(edge.sum())
        assert np.array_equal(np.where(edge, values[:, 0, 3, 0], values[:, 0, 0, 0]), labels)
        seen += labels.tolist()
    assert sorted(seen) == list(range(200))
    assert 70 < mirrored < 130


@pytest.mark.parametrize("side", [64, 96])
def test_smaller_copies_show_the_same(side):
    image = np.linspace(0, 255, 96, dtype=np.uint8)[None, None, :, None] * np.ones((1, 96, 1, 3), np.uint8)
    small = pretrain._resized(image, side)
    assert small.shape == (1, side, side, 3)
    assert abs(float(small.mean()) - float(image.mean())) < 1
