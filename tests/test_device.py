"""The choice of the device, without a GPU: TensorFlow's list of devices is stood in for."""

import subprocess
import sys

import pytest

from isnine import device


@pytest.fixture
def machine(monkeypatch):
    """A function that gives this machine GPUs, as far as TensorFlow's configuration tells; its result notes what was asked for."""
    import tensorflow as tf

    def with_gpus(number, name="NVIDIA A100"):
        gpus = [tf.config.PhysicalDevice(f"/physical_device:GPU:{i}", "GPU") for i in range(number)]
        asked = []
        details = {"device_name": name} if name else {}
        monkeypatch.setattr(
            tf.config, "list_physical_devices", lambda kind=None: [g for g in gpus if kind in (None, "GPU")]
        )
        monkeypatch.setattr(
            tf.config.experimental, "set_memory_growth", lambda gpu, on: asked.append(("growth", gpu.name[-5:], on))
        )
        monkeypatch.setattr(
            tf.config.experimental, "enable_tensor_float_32_execution", lambda on: asked.append(("TF32", on))
        )
        monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda gpu: details)
        monkeypatch.setattr(
            tf.config, "set_visible_devices", lambda devices, kind: asked.append(("visible", kind, devices))
        )
        return asked

    return with_gpus


@pytest.mark.parametrize("prefer", ["auto", "cpu"])
def test_without_a_gpu(machine, capsys, prefer):
    asked = machine(0)
    assert device.pick(prefer) == "/CPU:0"
    assert capsys.readouterr().out == "This notebook computes on the CPU.\n"
    assert asked == []


def test_auto_takes_a_gpu(machine, capsys):
    asked = machine(1)
    assert device.pick() == "/GPU:0"
    assert capsys.readouterr().out == "This notebook computes on the GPU: NVIDIA A100.\n"
    assert asked == [("growth", "GPU:0", True), ("TF32", False)]


def test_a_gpu_without_a_name(machine, capsys):
    machine(1, name=None)
    assert device.pick("gpu") == "/GPU:0"
    assert "on the GPU: a GPU." in capsys.readouterr().out


def test_two_gpus_are_both_prepared(machine, capsys):
    asked = machine(2)
    assert device.pick("gpu") == "/GPU:0"
    assert capsys.readouterr().out == "This notebook computes on the GPU: NVIDIA A100 (and 1 more).\n"
    assert asked == [("growth", "GPU:0", True), ("growth", "GPU:1", True), ("TF32", False)]


def test_cpu_hides_the_gpus(machine, capsys):
    asked = machine(2)
    assert device.pick("cpu") == "/CPU:0"
    assert capsys.readouterr().out == "This notebook computes on the CPU.\n"
    assert asked == [("visible", "GPU", [])]


def test_gpu_insists_on_one(machine, capsys):
    machine(0)
    with pytest.raises(RuntimeError, match=r"sees no GPU here.*isnine\[gpu\].*device.pick\(\"auto\"\)"):
        device.pick("gpu")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("word", ["GPU", "tpu", "", None, 0])
def test_another_word_is_refused(word):
    with pytest.raises(ValueError, match=r'takes "auto", "cpu" or "gpu", not ') as problem:
        device.pick(word)
    assert repr(word) in str(problem.value)


@pytest.mark.parametrize("prefer", ["auto", "cpu", "gpu"])
def test_after_tensorflow_has_started(machine, monkeypatch, capsys, prefer):
    """TensorFlow's own refusal, here the real one for the CPU, is told in words that say what to do."""
    import tensorflow as tf

    tf.constant(1) + 1
    hide = tf.config.set_visible_devices
    machine(1)
    monkeypatch.setattr(tf.config, "set_visible_devices", lambda devices, kind: hide([], "CPU"))
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda gpu, on: hide([], "CPU"))
    with pytest.raises(RuntimeError, match=r"already started.*Restart the kernel") as problem:
        device.pick(prefer)
    assert "after being initialized" in str(problem.value.__cause__)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("place", ["set_memory_growth", "enable_tensor_float_32_execution"])
def test_another_error_of_tensorflow_is_passed_on(machine, monkeypatch, place):
    import tensorflow as tf

    def fail(*_):
        raise RuntimeError("the driver is too old")

    machine(1)
    monkeypatch.setattr(tf.config.experimental, place, fail)
    with pytest.raises(RuntimeError, match="the driver is too old"):
        device.pick()


def test_wrong_words_are_found_before_tensorflow_is_loaded(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)  # an import would raise ImportError
    with pytest.raises(ValueError, match="not 'both'"):
        device.pick("both")


def test_loading_tensorflow_writes_nothing_to_stderr():
    """Not even what its libraries write before any setting is read; afterwards stderr works as before."""
    code = "import sys; from isnine import device; device.pick(); print('still here', file=sys.stderr); import os; os.write(2, b'and here')"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "This notebook computes on the CPU.\n"
    assert told.stderr == "still here\nand here"


def test_a_process_without_stderr(tmp_path):
    code = "import os; os.close(2); from isnine import device; device.pick()"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "This notebook computes on the CPU.\n"


def test_without_tensorflow_the_error_is_python_s_own(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(ImportError):
        device.pick()
