"""Settings of all three test runs (see the Makefile): of the project's own tests, of every notebook, and of every exercise."""

import importlib.util
import os
import re
import signal
import sys
from pathlib import Path

import pytest

# The CPU is the contract: a GPU would give other last digits. Set before anything imports TensorFlow; kernels inherit it.
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ.setdefault("OMP_NUM_THREADS", str(min(os.cpu_count() or 1, 2)))
os.environ.setdefault("PYTHONHASHSEED", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["ISNINE_PROGRESS"] = "off"  # also where tests are started from a notebook's cell
# nbgrader and the notebooks call commands of this environment by their bare name, also when it was not activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

# A shell has the programs that it starts in the background ignore Ctrl-C, and these hand that on to theirs: here it shall work.
signal.signal(signal.SIGINT, signal.default_int_handler)

TORCH = importlib.util.find_spec("torch")


def pytest_collection_modifyitems(items):
    """Make nbval compare notebooks in their stored form.

    That form has no counters, and nbval takes a cell without one for a cell that was never run. It has no pictures and page
    parts either: nbval leaves PNG and JPEG out of the comparison by itself, and HTML and SVG are left out here. What they
    hold is tested in tests/test_figures.py, tests/play and tests/test_book.py.
    """
    for item in items:
        if hasattr(item, "cell") and hasattr(item.parent, "skip_compare"):
            item.parent.skip_compare = (*item.parent.skip_compare, "text/html", "image/svg+xml")
            item.cell.execution_count = 0
            # Without PyTorch, the cells of chapter 08 that need it print nothing: they are run, and not compared.
            if not TORCH and re.search(r"^if torch:|^    import torch$", item.cell.source, re.M):
                item.options["check"] = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Where tests run in two processes: what one of them tests as a whole."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        """A notebook, a file of tests, or one exercise's table of answers, each of which is observed once."""

        def _split_scope(self, nodeid):
            exercise = re.search(r"/test_checks\.py::.*\[(?:answers\.)?(\w+)", nodeid)
            return exercise[1] if exercise else nodeid.partition("::")[0]

    return Together(config, log)


@pytest.fixture(autouse=True)
def seed_of_the_checks(monkeypatch):
    """A teacher's secret seed must not change what the tests see."""
    monkeypatch.delenv("ISNINE_SEED", raising=False)
