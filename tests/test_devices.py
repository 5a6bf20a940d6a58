"""Device choice; where this machine has no GPU, the list of devices is replaced."""

import pytest

from course_utils import devices
from course_utils.errors import CourseError

A100 = {"device_name": "NVIDIA A100", "compute_capability": (8, 0)}
T4 = {"device_name": "Tesla T4", "compute_capability": (7, 5)}
OLD = {"device_name": "Tesla K80", "compute_capability": (3, 7)}


@pytest.mark.parametrize(
    ("gpus", "precision"),
    [
        ([A100], "mixed_bfloat16"),
        ([T4], "mixed_float16"),
        ([OLD], "float32"),
        ([A100, T4], "mixed_float16"),
        ([{}], "float32"),
    ],
)
def test_a_gpu_gets_the_precision_it_is_good_at(gpus, precision):
    assert devices.best_precision(gpus) == precision


@pytest.mark.parametrize(("flags", "precision"), [("fpu avx512_bf16", "float32"), ("fpu amx_bf16", "mixed_bfloat16")])
def test_a_cpu_needs_tiles_for_low_precision(monkeypatch, flags, precision):
    monkeypatch.setattr(devices, "_cpu_fields", lambda: {"flags": flags})
    assert devices.best_precision([]) == precision


def test_set_up_on_a_machine_with_two_gpus(monkeypatch):
    """Memory growth is on for each GPU, the precision is set where it is asked for, and the banner names them."""
    import keras
    import tensorflow as tf

    grown = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0", "GPU:1"] if kind == "GPU" else [])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda _: T4)
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda gpu, on: grown.append((gpu, on)))
    before = keras.config.dtype_policy()
    try:
        device = devices.set_up("fast")
        assert grown == [("GPU:0", True), ("GPU:1", True)]
        assert keras.config.dtype_policy().name == "mixed_float16"
        assert (device.kind, device.gpus, device.precision) == ("GPU", 2, "mixed_float16")
        assert str(device).startswith("GPU (2 × Tesla T4, ")
    finally:
        keras.config.set_dtype_policy(before)


def test_a_gpu_in_use_already_is_no_error(monkeypatch):
    import tensorflow as tf

    def refuse(gpu, on):
        raise RuntimeError("Physical devices cannot be modified after being initialized")

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0"])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda _: OLD)
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", refuse)
    assert devices.set_up().gpus == 1


@pytest.fixture
def processor_with_tiles(monkeypatch):
    """One that bfloat16 is fastest on; Keras' policy is put back afterwards."""
    import keras

    monkeypatch.delenv("COURSE_PRECISION", raising=False)
    monkeypatch.setattr(devices, "_cpu_fields", lambda: {"model name": "Xeon", "flags": "amx_bf16"})
    before = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("meant", [None, *devices.POLICIES])
def test_a_lesson_that_does_not_ask_for_speed_is_float32(processor_with_tiles, monkeypatch, meant):
    import keras

    if meant:
        monkeypatch.setenv("COURSE_PRECISION", meant)
    device = devices.set_up()
    assert keras.config.dtype_policy().name == device.precision == "float32"
    assert device.fast == (meant or "mixed_bfloat16")
    assert str(device).endswith(" memory), float32")


@pytest.mark.parametrize("meant", [None, *devices.POLICIES])
def test_the_environment_says_what_fast_means(processor_with_tiles, monkeypatch, meant):
    import keras

    if meant:
        monkeypatch.setenv("COURSE_PRECISION", meant)
    device = devices.set_up("fast")
    assert keras.config.dtype_policy().name == device.precision == device.fast == (meant or "mixed_bfloat16")


@pytest.mark.parametrize("precision", ["float32", "fast"])
def test_an_unknown_meaning_of_fast_is_one_sentence(monkeypatch, precision):
    monkeypatch.setenv("COURSE_PRECISION", "bf16")
    words = "COURSE_PRECISION must be one of float32, mixed_bfloat16, mixed_float16, not 'bf16'"
    with pytest.raises(CourseError, match=words):
        devices.set_up(precision)


def test_an_unknown_precision_is_refused():
    with pytest.raises(CourseError, match="precision must be one of float32, fast, not 'float8'"):
        devices.set_up("float8")


def test_peak_memory_grows_with_what_is_held():
    before = devices.peak_memory_mb()
    held = bytearray(200 * 2**20)
    assert devices.peak_memory_mb() >= before
    assert devices.peak_memory_mb() > len(held) / 2**20
