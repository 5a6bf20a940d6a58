"""Changes of solutions that leave them right: what `mutants` calls them (`*` stands for anything), each with the reason."""

RATES = "how many steps there are and how long they are is free, as long as they arrive"
EQUIVALENT = {
    "01/learning_rate": {"0.15 → (0.075)": "a hundred steps of this rate are enough as well"},
    "01/outlier": {
        "for step in range(1_500): *": "two lines that do not need each other",
        "1_500 → *": RATES,
        "0.5 → *": RATES,
        "1 → *": RATES,
        "8 → *": RATES,
        "step / 8 → *": RATES,
        "np.mean → (np.sum)": "a sum is a mean with longer steps",
    },
    "03/broadcast_shape": {"(1, a[axis]) → *": "either may stand first"},
    "03/patches": {"1 → (2)": "`reshape` takes any negative number for the length that is left over"},
    "07/survives": {
        "class Ink(layers.Layer): * → @*": "the order of methods does not matter",
        "def __init__(self, limit, **options): * → *": "either may be set first",
        "def get_config(self): * → pass": "Keras keeps plain numbers by itself",
        "keras.saving.register_keras_serializable(*": "the name of the package is free",
        '"lesson07" → *': "the name of the package is free",
        "super().__init__(**options) → *": "a name that is lost changes nothing in what it gives",
        "keras.ops.cast(*": "true and false are 1 and 0",
        "\"float32\" → ('float64')": "no type is asked for",
    },
    "10/falling_line": {"[-1, 2, -1] → *": "not the most beautiful filter, but it meets all that the task asks for"},
    "10/unmoved": {
        "[ layers.Input(*": "one convolution, any order of them, and a dense layer at each place do as well",
        "layers.Conv2D(*": "no activation is asked for",
        "16 → *": "how many filters there are is free",
        "8 → *": "how many filters there are is free",
        "3 → *": "how large they are is free",
        "layers.GlobalMaxPooling2D → *": "the average does not mind places either",
        '"relu" → *': "no activation is asked for",
    },
    "12/closest": {
        "image - known → (known - image)": "it is squared",
        "\"float64\" → ('float32')": "either is precise enough",
    },
    "14/group": {"(group[one], group[other]) → ((group[other], group[one]))": "they are sorted"},
    "17/one_hot": {
        "* → (np.asarray(numbers)[:, None] == np.arange(classes))": "true and false are 1 and 0",
        "\"float32\" → ('float64')": "no type is asked for",
    },
    "17/top_k": {"* → (np.argsort(-probabilities))": "the last axis is the one that it takes by itself"},
    "18/picture": {"\"uint8\" → ('int64')": "no type is asked for"},
    "32/iou_each": {
        "np.maximum(either, 1) → (either)": "where the union is empty, the quotient is not taken",
        "1 → (0)": "where the union is empty, the quotient is not taken",
    },
    "31/halving": {"[around, inside] → *": "they are added, in either order"},
    "40/tokens": {'"<br />" → *': "what is left of the tag is no token"},
    "43/far": {
        "(1, 2, 4, 8) → ((*, *, *, *))": "in any order they reach as far",
        "4 → *": "how many filters there are does not matter",
    },
    "44/attend": {
        "scores - scores[is_word].max() → *": "softmax does not mind what is added to all scores",
        "scores[is_word].max → *": "softmax does not mind what is taken from all scores",
        "scores[is_word] → (scores)": "softmax does not mind what is taken from all scores",
    },
}
