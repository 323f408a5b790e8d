"""Choose where TensorFlow computes. The course is written for the CPU and uses a GPU when there is one."""

import contextlib
import importlib
import os
import sys

__all__ = ["hushed", "pick"]


def pick(prefer: str = "auto") -> str:
    """Pick the device for this notebook, say which, and return its TensorFlow name.

    Call it once, at the top, before any other TensorFlow work. With a GPU it turns on memory growth (TensorFlow would
    otherwise take all of the GPU's memory at once) and turns off TF32, the shortened float32 product of recent GPUs,
    whose errors near 1e-3 are larger than the tolerances of the exercises.

    Parameters
    ----------
    prefer : {"auto", "cpu", "gpu"}
        "auto" takes a GPU when TensorFlow sees one. "cpu" hides the GPUs. "gpu" insists on one.

    Returns
    -------
    str
        "/GPU:0" or "/CPU:0", which ``tf.device`` understands.

    Raises
    ------
    ValueError
        For another word than these three.
    RuntimeError
        With "gpu" when TensorFlow sees none, and when TensorFlow has already started with other settings.
    """
    if prefer not in ("auto", "cpu", "gpu"):
        raise ValueError(f'device.pick takes "auto", "cpu" or "gpu", not {prefer!r}.')
    tf = _tensorflow()
    gpus = tf.config.list_physical_devices("GPU")
    try:
        if prefer != "cpu" and gpus:
            for gpu in gpus:
                tf.config.experimental.set_memory_growth(gpu, True)
            tf.config.experimental.enable_tensor_float_32_execution(False)
            name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "a GPU")
            others = f" (and {len(gpus) - 1} more)" if len(gpus) > 1 else ""
            print(f"This notebook computes on the GPU: {name}{others}.")
            return "/GPU:0"
        if prefer == "gpu":
            raise RuntimeError(
                "TensorFlow sees no GPU here. On Linux with an NVIDIA driver, install the extra: pip install 'isnine[gpu]'. "
                'Everything in this course also runs with device.pick("auto"), on the CPU.'
            )
        if gpus:
            tf.config.set_visible_devices([], "GPU")
    except RuntimeError as problem:
        if "initialized" in str(problem):
            raise RuntimeError(
                "TensorFlow has already started, so the device can no longer be changed. "
                "Restart the kernel and call device.pick() before any other TensorFlow code."
            ) from problem
        raise
    print("This notebook computes on the CPU.")
    return "/CPU:0"


def _tensorflow():
    """TensorFlow, imported without what its libraries write while they are loaded."""
    if sys.modules.get("tensorflow"):
        return sys.modules["tensorflow"]
    with hushed():
        return importlib.import_module("tensorflow")


@contextlib.contextmanager
def hushed():
    """Keep what compiled libraries write to stderr from the reader.

    Where there is no GPU, TensorFlow's libraries write that they found none, and no setting turns that off: it comes before
    the settings are read. A beginner takes it for an error, and nbgrader takes any line on stderr for a failure.
    """
    with contextlib.ExitStack() as after:
        with contextlib.suppress(OSError):  # a process without a stderr has nothing to silence
            kept = os.dup(2)
            after.callback(os.close, kept)
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            after.callback(os.dup2, kept, 2)
        yield
