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
    """Memory growth is on for each GPU, the precision is set, and the banner names them."""
    import keras
    import tensorflow as tf

    grown = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0", "GPU:1"] if kind == "GPU" else [])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda _: T4)
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda gpu, on: grown.append((gpu, on)))
    before = keras.config.dtype_policy()
    try:
        device = devices.set_up()
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
    assert devices.set_up("float32").gpus == 1


def test_an_unknown_precision_is_refused():
    with pytest.raises(CourseError, match=r"precision must be one of auto, .* not 'float8'"):
        devices.set_up("float8")


def test_peak_memory_grows_with_what_is_held():
    before = devices.peak_memory_mb()
    held = bytearray(200 * 2**20)
    assert devices.peak_memory_mb() >= before
    assert devices.peak_memory_mb() > len(held) / 2**20
