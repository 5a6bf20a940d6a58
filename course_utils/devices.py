"""CPU and GPU set-up: import TensorFlow quietly, let GPU memory grow, choose the precision the device is good at."""

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from course_utils.errors import CourseError

PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")


@dataclass(frozen=True)
class Device:
    """What a lesson computes on: `kind` is `CPU` or `GPU`, `memory_gb` the machine's main memory in GiB."""

    kind: str
    name: str
    gpus: int
    cores: int
    memory_gb: float
    precision: str

    def __str__(self) -> str:
        where = f"{self.gpus} × {self.name}" if self.gpus > 1 else self.name
        cores = f"{self.cores} core" + ("s" if self.cores != 1 else "")
        return f"{self.kind} ({where}, {cores}, {self.memory_gb:.0f} GB memory), {self.precision}"


def set_up(precision: str = "auto") -> Device:
    """Make TensorFlow ready on this machine and set Keras' global precision policy.

    Args:
        precision: `auto` takes what the device computes fastest (see `best_precision`); or the name of a Keras policy.

    Raises:
        CourseError: `precision` is not one of `PRECISIONS`.
    """
    if precision not in PRECISIONS:
        raise CourseError(f"precision must be one of {', '.join(PRECISIONS)}, not {precision!r}.")
    with _silent_stderr():
        import keras
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            _let_memory_grow(tf, gpu)
        details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
        # TensorFlow describes the processor when it first touches it: do that here, where nobody reads it.
        tf.constant(0.0)
        # And it complains once when a mask is transposed, as every recurrent layer over padded words does.
        tf.function(tf.transpose)(tf.ones((2, 2), tf.bool))
    # Lessons build many small models on purpose; TensorFlow warns of that as if it were a mistake.
    tf.get_logger().setLevel("ERROR")
    chosen = best_precision(details) if precision == "auto" else precision
    keras.config.set_dtype_policy(chosen)
    return Device(
        kind="GPU" if gpus else "CPU",
        name=details[0].get("device_name", "GPU") if details else cpu_name(),
        gpus=len(gpus),
        cores=usable_cores(),
        memory_gb=psutil.virtual_memory().total / 2**30,
        precision=chosen,
    )


def best_precision(gpu_details: list[dict]) -> str:
    """Keras dtype policy that convnets train fastest in.

    GPUs from compute capability 8.0 on have bfloat16 units, those of 7.x float16 ones. A CPU is worth reduced precision
    only with AMX tiles; everywhere else, float32.

    Args:
        gpu_details: `tf.config.experimental.get_device_details` of each GPU; empty on a machine without one.
    """
    if gpu_details:
        # Two GPUs of different age train in step: the older one decides.
        oldest = min(details.get("compute_capability", (0, 0)) for details in gpu_details)
        return "mixed_bfloat16" if oldest >= (8, 0) else "mixed_float16" if oldest >= (7, 0) else "float32"
    return "mixed_bfloat16" if "amx_bf16" in _cpu_fields().get("flags", "").split() else "float32"


def usable_cores() -> int:
    """Cores this process may use, which in a container may be fewer than the machine has."""
    return len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count() or 1


def cpu_name() -> str:
    return _cpu_fields().get("model name") or platform.processor() or platform.machine()


def peak_memory_mb() -> float:
    """Most main memory this process has held so far, in MiB."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # macOS counts bytes, Linux KiB


def _let_memory_grow(tf, gpu) -> None:
    # Already in use (the cell ran before): TensorFlow then refuses the change, and the first setting stands.
    with contextlib.suppress(RuntimeError):
        tf.config.experimental.set_memory_growth(gpu, True)


def _cpu_fields() -> dict[str, str]:
    """First processor's lines of `/proc/cpuinfo`; empty where there is no such file."""
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return {}
    first, _, _ = path.read_text(encoding="utf-8", errors="replace").partition("\n\n")
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Drop what native code writes to file descriptor 2: TensorFlow's start-up lines obey no environment variable."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # later lines do
    sys.stderr.flush()
    saved = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
