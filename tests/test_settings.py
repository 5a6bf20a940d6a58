"""Settings that a user made for other projects do not reach the lessons."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from course_utils import devices
from course_utils.errors import CourseError

START = 'lesson.start("01", "smoke", "auto", 0)'


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
        timeout=300,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of someone who does other things with Keras."""
    (tmp_path / ".keras").mkdir()
    settings = {"backend": "jax", "floatx": "float16", "epsilon": 0.1, "image_data_format": "channels_first"}
    (tmp_path / ".keras" / "keras.json").write_text(json.dumps(settings | {"nnx_enabled": True}))
    return tmp_path


def test_settings_of_keras_do_not_leak_in(home):
    code = f"""
        from course_utils import lesson
        {START}
        import keras, numpy as np, tensorflow as tf
        from keras import layers
        model = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(np.zeros((4, 8, 8, 3)), np.zeros(4), epochs=2, verbose=0)
        config = keras.config
        print(config.backend(), config.floatx(), config.epsilon(), config.image_data_format(), config.dtype_policy().name)
        print(tf.keras.__version__ == keras.__version__, model.layers[0].output.shape, len(model.history.epoch))
    """
    others = {"KERAS_BACKEND": "jax", "KERAS_MAX_EPOCHS": "1", "KERAS_NNX_ENABLED": "1", "TF_USE_LEGACY_KERAS": "1"}
    done = python(code, HOME=str(home), **others)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == [
        "tensorflow float32 1e-07 channels_last float32",
        "True (None, 6, 6, 4) 2",
    ]


def test_another_backend_imported_before_the_course_is_one_sentence(monkeypatch):
    import keras

    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    with pytest.raises(CourseError, match=r"imported with the backend jax before .* restart the kernel"):
        devices.set_up()


def test_settings_made_before_a_lesson_starts_do_not_leak_in():
    import keras

    keras.config.set_floatx("float16")
    keras.config.set_image_data_format("channels_first")
    keras.config.set_max_steps_per_epoch(1)
    devices.set_up()
    assert (keras.config.floatx(), keras.config.image_data_format()) == ("float32", "channels_last")
    assert keras.config.max_steps_per_epoch() is None


PICTURE = """
    import hashlib
    from course_utils import plots
    fig, axes = plots.figure(1, 2)
    axes[0, 0].plot([1, 3, 2], label="a_b")
    axes[0, 0].set(title="100 % & more", xlabel="x_1")
    axes[0, 0].legend()
    axes[0, 1].imshow([[0, 1], [2, 3]])
    print(hashlib.sha256(plots.render(fig, "a line and a picture")[0]["image/png"]).hexdigest())
"""


def test_settings_of_matplotlib_do_not_leak_in(tmp_path):
    """`text.usetex` alone fails where there is no TeX, and reads `100 %` as the beginning of a comment."""
    settings = tmp_path / "matplotlibrc"
    settings.write_text(
        "text.usetex: True\nbackend: TkAgg\naxes.facecolor: black\ntext.color: white\nfont.family: monospace\n"
        "savefig.bbox: tight\nfigure.dpi: 300\nlines.marker: o\n"
    )
    usual, strange = python(PICTURE), python(PICTURE, MATPLOTLIBRC=str(settings), MPLBACKEND="TkAgg")
    assert usual.returncode == strange.returncode == 0, usual.stderr + strange.stderr
    assert usual.stdout == strange.stdout


def test_tensorflow_metal_gets_one_sentence(monkeypatch):
    assert devices.advice() == ""
    monkeypatch.setattr(devices, "version", lambda name: {"tensorflow-metal": "1.2.0"}[name])
    assert "tensorflow-metal is installed" in devices.advice()
    assert "pip uninstall tensorflow-metal" in devices.advice()
