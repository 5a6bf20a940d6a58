"""CPU and GPU set-up: import TensorFlow quietly, let GPU memory grow, know the precision the device is fastest in."""

import contextlib
import math
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil

from course_utils import cgroups
from course_utils.errors import CourseError, check_choice

if TYPE_CHECKING:
    import tensorflow as tf

PRECISIONS = ("float32", "fast")
POLICIES = ("float32", "mixed_bfloat16", "mixed_float16")


class Memory(NamedTuple):
    """Bytes of main memory that this process and its neighbours may use, and bytes that are still free of it."""

    total: int
    free: int


@dataclass(frozen=True)
class Device:
    """What a lesson computes on.

    Attributes:
        kind: `CPU` or `GPU`.
        name: of the processor or of the first GPU.
        gpus: how many there are.
        cores: that the lesson may use.
        memory_gb: main memory that the lesson and its neighbours may use, in GiB.
        precision: Keras dtype policy that the lesson computes in.
        fast: the policy that a lesson gets here which asks for `fast`.
    """

    kind: str
    name: str
    gpus: int
    cores: int
    memory_gb: float
    precision: str
    fast: str

    def __str__(self) -> str:
        where = f"{self.gpus} × {self.name}" if self.gpus > 1 else self.name
        cores = f"{self.cores} core" + ("s" if self.cores != 1 else "")
        return f"{self.kind} ({where}, {cores}, {self.memory_gb:.0f} GB memory), {self.precision}"


def set_up(precision: str = "float32") -> Device:
    """Make TensorFlow ready on this machine and set Keras' global precision policy.

    Args:
        precision: `float32`, or `fast` for what `COURSE_PRECISION` names and otherwise what the device computes fastest
            (see `best_precision`).

    Raises:
        CourseError: `precision` is not one of `PRECISIONS`, or `COURSE_PRECISION` not one of `POLICIES`; or Keras was
            imported earlier, with another backend than TensorFlow.
    """
    asked = os.environ.get("COURSE_PRECISION")
    if asked:
        check_choice("COURSE_PRECISION", asked, POLICIES)
    check_choice("precision", precision, PRECISIONS)
    # TensorFlow starts a thread for each core that it is bound to, however little time of them a container has.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(usable_cores()))
    with _silent_stderr():
        import keras
        import tensorflow as tf

        _forget_keras_settings(keras)
        gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            _let_memory_grow(gpu)
        details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
        # TensorFlow describes the processor when it first touches it: do that here, where nobody reads it.
        tf.constant(0.0)
        # And it complains once when a mask is transposed, as every recurrent layer over padded words does.
        tf.function(tf.transpose)(tf.ones((2, 2), tf.bool))
    # Lessons build many small models on purpose; TensorFlow warns of that as if it were a mistake.
    tf.get_logger().setLevel("ERROR")
    fast = asked or best_precision(details)
    policy = fast if precision == "fast" else precision
    keras.config.set_dtype_policy(policy)
    return Device(
        kind="GPU" if gpus else "CPU",
        name=details[0].get("device_name", "GPU") if details else cpu_name(),
        gpus=len(gpus),
        cores=usable_cores(),
        memory_gb=usable_memory().total / 2**30,
        precision=policy,
        fast=fast,
    )


def best_precision(gpu_details: list[dict[str, Any]]) -> str:
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
    """Cores this process may use: those it is bound to, and in a container no more than it was given time for."""
    bound = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count() or 1
    return max(1, math.ceil(min(bound, cgroups.processors())))


def usable_memory() -> Memory:
    """Main memory that this process may use: the container's where that is less than the machine's."""
    machine = psutil.virtual_memory()
    limit, free = cgroups.memory()
    return Memory(int(min(machine.total, limit)), int(min(machine.available, free)))


def cpu_name() -> str:
    """What the processor calls itself, else its kind."""
    return _cpu_fields().get("model name") or platform.processor() or platform.machine()


def peak_memory_mb() -> float:
    """Most main memory this process has held so far, in MiB."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # macOS counts bytes, Linux KiB


def peak_gpu_memory_mb() -> float:
    """Most memory of the first GPU that TensorFlow has held so far in this process, in MiB."""
    import tensorflow as tf

    return tf.config.experimental.get_memory_info("GPU:0")["peak"] / 2**20


def forget_models() -> None:
    """Make Keras and TensorFlow give up what they keep of models that nobody holds any more; those that are held still work.

    Keras' automatic names begin anew; its precision stays.
    """
    import keras

    policy = keras.config.dtype_policy()
    keras.utils.clear_session()
    keras.config.set_dtype_policy(policy)


def advice() -> str:
    """A sentence on an installed package that spoils what lessons measure; empty where there is none."""
    try:
        version("tensorflow-metal")
    except PackageNotFoundError:
        return ""
    return (
        "tensorflow-metal is installed, and networks learn worse with it (Keras issue 21108): "
        "pip uninstall tensorflow-metal, then restart the kernel"
    )


def _forget_keras_settings(keras: ModuleType) -> None:
    """Put back what Keras comes with: the user's `keras.json` and environment may say otherwise, for another project."""
    if keras.config.backend() != "tensorflow":
        raise CourseError(
            f"Keras was imported with the backend {keras.config.backend()} before the course was, which needs TensorFlow; "
            "restart the kernel and run the notebook from its first cell."
        )
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)


def _let_memory_grow(gpu: "tf.config.PhysicalDevice") -> None:
    import tensorflow as tf

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
