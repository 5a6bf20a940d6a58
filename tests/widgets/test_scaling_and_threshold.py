import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.errors import CourseError
from course_utils.widgets import scaling_and_threshold as playground


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Synthetic clothes: training pictures and labels, validation pictures and labels; pixels from 0 to 255."""
    data = load("fashion_mnist", "synthetic").train
    images, labels = data.images[:1_500], data.labels[:1_500]
    x = playground.shrink(images)
    return x[:1_000], labels[:1_000], x[1_000:], labels[1_000:]


@pytest.fixture(scope="module")
def trained(sample):
    x, y, x_validation, y_validation = sample

    def train(divisor: float, learning_rate: float) -> playground.Training:
        return playground.train(x / np.float32(divisor), y, x_validation / np.float32(divisor), y_validation, learning_rate)

    return train


def jumps(training: playground.Training) -> float:
    """By how much the validation accuracy changes from epoch to epoch, in the second half."""
    return np.abs(np.diff(training.val_accuracy[playground.EPOCHS // 2 :])).mean()


def test_shrinking_takes_the_mean_of_two_by_two_pixels():
    image = np.arange(16, dtype="uint8").reshape(1, 4, 4)
    np.testing.assert_array_equal(playground.shrink(image), [[2.5, 4.5, 10.5, 12.5]])
    np.testing.assert_array_equal(playground.shrink(image[..., None]), playground.shrink(image))


def test_training_is_what_keras_does(sample):
    import keras

    x, y = sample[0][:200] / np.float32(255), sample[1][:200]
    training = playground.train(x, y, x, y, learning_rate=0.1, epochs=2)
    random = np.random.default_rng(0)
    model = keras.Sequential([keras.layers.Input((x.shape[1],)), keras.layers.Dense(10, activation="softmax")])
    model.set_weights(playground.first_weights(x.shape[1], random))
    model.compile(keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    losses, accuracies = [], []
    for _epoch in range(2):
        for batch in np.split(random.permutation(len(x)), len(x) // playground.BATCH_SIZE):
            loss, accuracy = model.train_on_batch(x[batch], y[batch])
            losses.append(loss)
            accuracies.append(accuracy)
    np.testing.assert_allclose(training.batch_losses, losses, rtol=1e-4)
    np.testing.assert_allclose(training.accuracy, np.reshape(accuracies, (2, -1)).mean(axis=1), atol=1e-6)
    assert training.val_accuracy[-1] == np.mean(np.argmax(model.predict(x, verbose=0), axis=1) == y)


def test_dividing_by_255_calms_the_training(trained):
    raw, scaled = trained(1, 0.1), trained(255, 0.1)
    assert jumps(raw) > 2 * jumps(scaled)
    assert np.median(raw.batch_losses) > 100 > 2.5 > scaled.batch_losses.max()


def test_dividing_by_far_too_much_makes_it_slow(trained):
    assert trained(25_500, 0.1).val_accuracy[-1] < 0.3 < 0.6 < trained(255, 0.1).val_accuracy[-1]


def test_a_smaller_learning_rate_makes_up_for_raw_pixels_in_part(trained):
    raw, slower, scaled = trained(1, 0.1), trained(1, 0.0001), trained(255, 0.1)
    assert jumps(slower) < jumps(raw) / 2
    assert np.median(slower.batch_losses[-20:]) > 3 * np.median(scaled.batch_losses[-20:])


def test_scaling_is_a_learning_rate_in_disguise(sample, monkeypatch):
    """Pixels d times smaller, weights d times larger, steps d² times larger: the same network, but for the biases."""
    x, y = sample[0][:200], sample[1][:200]
    first_weights = playground.first_weights

    def losses(divisor: float, learning_rate: float) -> np.ndarray:
        def larger(features: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
            weights, biases = first_weights(features, random)
            return weights * np.float32(divisor), biases

        monkeypatch.setattr(playground, "first_weights", larger)
        small = x / np.float32(divisor)
        return playground.train(small, y, small, y, learning_rate, epochs=5).batch_losses

    slow, fast = losses(1, 1e-6), losses(100, 1e-6 * 100**2)
    np.testing.assert_allclose(fast, slow, rtol=0.01)
    assert slow[-1] < 0.9 * slow[0]


@pytest.mark.parametrize(
    ("accuracies", "threshold"),
    [([0.5, 0.7, 0.9], 0.7), ([0.5, 0.8, 0.6, 0.9], 0.7), ([0.9], 0.5), ([0.2, 0.3], 0.5), ([0.5, 0.49], 0.5)],
)
def test_it_stops_where_the_callback_stops(accuracies, threshold):
    import keras

    from course_utils.training import StopAtThreshold

    callback = StopAtThreshold("val_accuracy", threshold)
    callback.set_model(keras.Sequential())
    callback.model.stop_training = False
    expected = None
    for epoch, accuracy in enumerate(accuracies):
        callback.on_epoch_end(epoch, {"val_accuracy": accuracy})
        if callback.model.stop_training:
            expected = epoch + 1
            break
    assert playground.stop_epoch(np.array(accuracies), threshold) == expected


@pytest.mark.parametrize(("watch", "name"), [("accuracy", "training"), ("val_accuracy", "validation")])
def test_the_picture_says_where_the_callback_stops(sample, trained, watch, name):
    stop = playground.stop_epoch(getattr(trained(255, 0.1), watch), 0.65)
    fig, alt = playground.picture(*sample, 255, 0.1, watch, 0.65)
    assert f"watches the {name} accuracy and stops after epoch {stop}, the first with 65 % or more" in alt
    assert fig.axes[0].get_title() == f"stops after epoch {stop}"


def test_the_picture_says_when_the_threshold_is_never_reached(sample):
    fig, alt = playground.picture(*sample, 25_500, 0.001, "val_accuracy", 0.95)
    assert "which never reaches 95 %, so it never stops" in alt
    assert "Pixels divided by 25,500, learning rate 0.001." in alt
    assert fig.axes[0].get_title() == "never reaches the threshold"


def test_pictures_that_were_scaled_already_are_refused():
    images, labels = np.zeros((4, 28, 28), "float32"), np.zeros(4, int)
    with pytest.raises(CourseError, match="divides the pixels itself"):
        playground.play(images, labels, images, labels)


def test_moving_a_slider_trains_anew(shown):
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (60, 28, 28)).astype("uint8"), random.integers(0, 10, 60)
    playground.play(images, labels, images, labels)
    assert "Pixels divided by 255, learning rate 0.1." in shown.still["text/plain"]
    shown.controls["divide the pixels by"].choose("1")
    assert "Pixels divided by 1, learning rate 0.1." in shown.says
    shown.controls["the callback watches the"].choose("training accuracy")
    shown.controls["and stops at"].choose("50 %")
    assert "watches the training accuracy" in shown.says
