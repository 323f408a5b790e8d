"""Times in seconds: importing the helper, loading the data, running each notebook. Run by ``make bench``."""

import os
import subprocess
import sys
import tempfile
import time

from common import CHAPTERS, EXERCISES, ROOT, SOLUTIONS, name, notebook

LOAD = (
    "import time; from isnine import data; start = time.perf_counter(); data.{}(); print(time.perf_counter() - start)"
)


def measured(code, folder):
    """Seconds that the code prints, in a fresh Python with its own cache folder."""
    environment = {**os.environ, "ISNINE_CACHE": folder}
    return float(
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
    )


def import_isnine(folder):
    """The import alone: Python itself is running already."""
    return measured(
        "import time; start = time.perf_counter(); import isnine; print(time.perf_counter() - start)", folder
    )


def run(path):
    """Run a notebook from top to bottom in a fresh kernel."""
    from isnine import notebooks

    start = time.perf_counter()
    notebooks.run(notebook(path), path.parent)
    return time.perf_counter() - start


def tell(what, first, second=None):
    """One line of the table."""
    ratio = "" if second is None else f"{second:10.3f}{first / second:9.0f}×"
    print(f"{what:44}{first:10.3f}{ratio}", flush=True)


def main():
    """Measure and print."""
    print(f"{'seconds':44}{'first':>10}{'second':>10}{'ratio':>10}")
    with tempfile.TemporaryDirectory() as folder:
        tell("import isnine", import_isnine(folder), import_isnine(folder))
        for load in ("nines", "colour_digits"):
            tell(f"isnine.data.{load}()", measured(LOAD.format(load), folder), measured(LOAD.format(load), folder))
    for path in [ROOT / "book/intro.ipynb", *CHAPTERS, *SOLUTIONS, *EXERCISES]:
        tell(f"{path.relative_to(ROOT).parts[0]}: {name(path)}", run(path))


if __name__ == "__main__":
    main()
