"""Warm processes: as good as new ones, gone when nobody wants them, and never in the way where they can't be had."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from gradebox import warm

JUPYTER = Path(warm.__file__).parent / "jupyter"
pytestmark = pytest.mark.skipif(not warm.available(), reason="this system can't fork warm processes")
# What a notebook can see of its process, and what it computes: the same in a new kernel and in a forked one.
CELLS = [
    "import os, sys, random\nprint(os.getcwd(), os.environ['MARK'], sys.argv[0].endswith('ipykernel_launcher.py'))",
    "import keras, numpy as np, tensorflow as tf\ntf.print('from the graph')\nprint(__name__, keras.config.floatx())",
    "keras.utils.set_random_seed(1)\nnetwork = keras.Sequential([keras.layers.Dense(3)])\nnetwork.compile('sgd', 'mse')\n"
    "fitted = network.fit(np.ones((64, 4)), np.ones((64, 3)), epochs=3, verbose=0)\nprint(fitted.history)",
    "import matplotlib.pyplot as plt\nprint(plt.get_backend())\nplt.plot([1, 2]);",
    "print(input.__module__)\n1 / 0",
]


@pytest.fixture(autouse=True)
def own_folder(tmp_path_factory, monkeypatch):
    """Servers of these tests listen in a folder of their own, and end with the test."""
    folder = tmp_path_factory.mktemp("warm")
    (folder / "one_line.py").write_text("import sys; exec(sys.argv[1])")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(warm, "_folder", lambda: folder)
    yield folder
    for file in folder.glob("*.sock"):
        file.unlink()  # a server ends when its address is gone


def ran(cells, **environment):
    """What the cells of a notebook gave, in a fresh kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    client = NotebookClient(notebook, timeout=120, allow_errors=True)
    client.execute(env={**os.environ, "MARK": "seen", **environment})
    for cell in notebook.cells:
        for output in cell.outputs:
            output.pop("execution_count", None)
            output.get("data", {}).pop("image/png", None)
            output.pop("traceback", None)
    return [cell.outputs for cell in notebook.cells]


def test_a_warm_kernel_gives_what_a_cold_one_gives(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", "")
    cold = ran(CELLS)
    monkeypatch.setenv("JUPYTER_PATH", str(JUPYTER))
    assert ran([*CELLS, "import os\nos.getppid()"])[:-1] == cold
    assert "ZeroDivisionError" in str(cold[-1]) and "from the graph" in str(cold[1]) and "loss" in str(cold[2])


def test_a_second_kernel_is_another_fork_of_the_same_server(monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(JUPYTER))
    cell = "import os, sys\nprint(os.getppid(), os.getpid(), sys.modules.get('tensorflow') is not None)"
    first, second = (ran([cell])[0][0]["text"].split() for _ in range(2))
    assert first[0] == second[0] and first[1] != second[1] and first[2] == second[2] == "True"


def test_random_numbers_differ_from_fork_to_fork(tmp_path, monkeypatch):
    (tmp_path / "draws.py").write_text(
        "import numpy, os, random; open(os.environ['DRAWN'], 'a').write(f'{numpy.random.random()} {random.random()} ')"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("DRAWN", str(tmp_path / "drawn"))
    for _ in range(2):
        assert warm.start("draws", [], ["numpy"]).wait() == 0
    drawn = (tmp_path / "drawn").read_text().split()
    assert len(drawn) == len(set(drawn)) == 4


def process_of(code, modules=("json",)):
    """A warm process that runs a line of code."""
    return warm.start("one_line", [code], list(modules))


def gone(pid):
    """Whether a process has ended, within some seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("code", "end"),
    [("pass", 0), ("import os; os._exit(7)", 7), ("raise SystemExit(3)", 3), ("1 / 0", 1)],
)
def test_how_it_ended_is_told(code, end):
    process = process_of(code)
    assert process.wait() == end and process.poll() == end and gone(process.pid)
    process.kill()  # too late, and no error


def test_it_can_be_killed():
    process = process_of("import time; time.sleep(60)")
    assert process.poll() is None
    process.kill()
    assert process.wait() == -signal.SIGKILL


def test_it_ends_with_its_client():
    process = process_of("import time; time.sleep(60)")
    process._connection.shutdown(2)
    assert gone(process.pid)


def test_it_ends_with_its_server():
    process = process_of("import time; time.sleep(60)")
    server = int(Path(f"/proc/{process.pid}/stat").read_text().split()[3])
    os.kill(server, signal.SIGTERM)
    assert process.wait() == -signal.SIGKILL


def test_a_dead_server_is_replaced():
    first = process_of("pass")
    server = next(
        int(file.parent.name)
        for file in Path("/proc").glob("[0-9]*/cmdline")
        if str(warm._folder()) in file.read_text(errors="replace")
    )
    first.wait()
    os.kill(server, signal.SIGKILL)
    assert gone(server) and process_of("pass").wait() == 0


def test_two_that_ask_at_once_get_one_server(own_folder):
    ends = []
    asking = [threading.Thread(target=lambda: ends.append(process_of("pass").wait())) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert ends == [0] * 4 and len(list(own_folder.glob("*.sock"))) == 1


def test_a_server_with_threads_refuses(tmp_path, monkeypatch):
    """A thread that was started after the imports would be missing in the child, which would wait for it for ever."""
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "def more():\n"
        "    for _ in range(3): threading.Thread(target=time.sleep, args=[60], daemon=True).start()\n"
        "threading.Timer(0.5, more).start()"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="has grown threads"):
        for _ in range(10):
            warm.start("threaded", [], ["threaded"])
            time.sleep(0.5)


def test_a_folder_that_others_can_enter_is_refused(monkeypatch, tmp_path):
    monkeypatch.undo()
    monkeypatch.setattr(warm.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"gradebox-{os.getuid()}").mkdir()
    (tmp_path / f"gradebox-{os.getuid()}").chmod(0o777)
    with pytest.raises(RuntimeError, match="only this user can enter"):
        process_of("pass")


def test_without_a_server_kernels_start_cold(monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(JUPYTER))
    monkeypatch.setattr(warm, "_start_server", lambda *_: None)
    (outputs,) = ran(["import sys\nprint('tensorflow' in sys.modules)"])
    assert outputs[0]["text"] == "False\n"


def test_the_kernelspec_is_one_that_jupyter_reads():
    spec = json.loads((JUPYTER / "kernels/python3/kernel.json").read_text())
    assert spec["argv"][1:3] == ["-m", "ipykernel_launcher"]
    assert spec["metadata"]["kernel_provisioner"]["provisioner_name"] == "gradebox-warm"
