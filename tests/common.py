"""What several tests share: where things are, and how notebooks are read."""

import functools
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted((ROOT / "book" / "chapters").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))


def name(path: Path) -> str:
    """How a notebook is called in the list of tests: 02-one-neuron."""
    return path.parent.name if path.parent.parent.name in ("solutions", "exercises") else path.stem


@functools.cache
def notebook(path: Path) -> nbformat.NotebookNode:
    """A notebook of the repository; not to be changed, since it is read once."""
    return nbformat.read(path, as_version=4)


def configuration(file: Path) -> str:
    """The text of a settings file without its comments."""
    return re.sub(r"(^|\s)#.*$", "", file.read_text(encoding="utf-8"), flags=re.M)


def graded(cells):
    """The cells that hold a check."""
    return [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
