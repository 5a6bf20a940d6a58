import keras
from keras import layers


def build(
    *,
    frozen=True,
    pooling=layers.GlobalAveragePooling2D,
    rate=0.3,
    units=1,
    activation="sigmoid",
    other_base=False,
    all_frozen=False,
):
    """A base, and a model on it with something right or wrong."""
    base = practice()
    base.trainable = not frozen
    parts = [practice() if other_base else base, pooling()]
    parts += [layers.Dropout(rate)] if rate else []
    model = keras.Sequential([*parts, layers.Dense(units, activation=activation)])
    if all_frozen:
        model.trainable = False
    return model, base


def practice():
    return keras.Sequential([layers.Input((32, 32, 3)), layers.Conv2D(8, 3), layers.BatchNormalization(), layers.ReLU()])


def functional():
    base = practice()
    base.trainable = False
    inputs = keras.Input((32, 32, 3))
    x = layers.GlobalAveragePooling2D()(base(inputs, training=False))
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Dropout(0.3)(x))), base


def separate_sigmoid():
    base = practice()
    base.trainable = False
    head = [layers.GlobalAveragePooling2D(), layers.Dropout(0.3), layers.Dense(1), layers.Activation("sigmoid")]
    return keras.Sequential([base, *head]), base


def heads() -> dict:
    return {
        "right": [functional(), separate_sigmoid(), build()],
        "wrong": [
            (build(frozen=False), "freeze it"),
            (build(all_frozen=True), "No weight is trainable"),
            (build(pooling=layers.Flatten), "global average pooling"),
            (build(pooling=layers.GlobalMaxPooling2D), "Is the pooling the average"),
            (build(activation="softmax"), "the activation a sigmoid"),
            (build(units=2, activation="softmax"), "one unit is asked for"),
            (build(activation=None), "sigmoid"),
            (build(rate=None), "no dropout"),
            (build(rate=0.5), "rate of 0.5"),
            (build(other_base=True), "not in it"),
            ((3, practice()), "a Keras model is expected"),
        ],
    }


def test_models_in_every_precision(policy, assert_answers):
    assert_answers("16", "frozen_head", **heads())
