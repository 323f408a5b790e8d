"""What several tests share: where things are, and how notebooks are read."""

import ast
import functools
import html
import json
import linecache
import re
from pathlib import Path

import nbformat
import numpy as np
import yaml

from isnine.data import Part

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted((ROOT / "book" / "chapters").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))
HTML = ROOT / "book" / "_build" / "html"
CONTENTS = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
LISTED = [CONTENTS["root"], *(chapter["file"] for part in CONTENTS["parts"] for chapter in part["chapters"])]
PAGES = [f"{page}.html" for page in (*LISTED, "genindex", "search")]
CHAPTER_PAGES = [page for page in PAGES if page.startswith("chapters/")]

PICTURES = Part(
    np.random.default_rng(0).integers(0, 256, (12, 8, 8), np.uint8), np.array([9, 0, 4, 9, 1, 9, 4, 2, 9, 3, 5, 6])
)


def name(path: Path) -> str:
    """How a notebook is called in the list of tests: 02-one-neuron."""
    return path.parent.name if path.parent.parent.name in ("solutions", "exercises") else path.stem


@functools.cache
def notebook(path: Path) -> nbformat.NotebookNode:
    """A notebook of the repository; not to be changed, since it is read once."""
    return nbformat.read(path, as_version=4)


def definitions_of(chapter: str) -> dict:
    """What a chapter's notebook imports and defines, functions and classes by name, without the code around them."""
    (path,) = [path for path in CHAPTERS if path.stem.startswith(f"{chapter}-")]
    names = {"__name__": f"chapter_{chapter}"}
    for cell in notebook(path).cells:
        if cell.cell_type == "code" and "remove-input" not in cell.metadata.get("tags", []):
            tree = ast.parse(cell.source)
            kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
            tree.body = [statement for statement in tree.body if isinstance(statement, kinds)]
            # TensorFlow reads the source of a function when it compiles it: it must be found under the file's name.
            file = f"<chapter {chapter}, cell {cell.id}>"
            linecache.cache[file] = len(cell.source), None, cell.source.splitlines(keepends=True), file
            exec(compile(tree, file, "exec"), names)
    return names


def configuration(file: Path) -> str:
    """The text of a settings file without its comments."""
    return re.sub(r"(^|\s)#.*$", "", file.read_text(encoding="utf-8"), flags=re.M)


def graded(cells):
    """The cells that hold a check."""
    return [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]


def page_of(chapter):
    """The page of a chapter, by its number."""
    (page_name,) = [page for page in CHAPTER_PAGES if page.startswith(f"chapters/{chapter}-")]
    return page_name


def data_of(page_name, script):
    """The data that a page hands to its figures of one kind, in order."""
    text = (HTML / page_name).read_text(encoding="utf-8")
    calls = re.finditer(rf'isnine\.mount\("{script}", document\.getElementById\("[\w-]+"\), ', text)
    return [json.JSONDecoder().raw_decode(text[call.end() :])[0] for call in calls]


def status_of(figure):
    return figure.locator(".isnine-status").inner_text()


def numbers_in(text):
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))]


def parts(playable):
    """Name, label, script and data of a figure, taken from its HTML as a browser takes them."""
    text = playable.html()
    element = re.search(
        r'<div class="isnine-play isnine-(\w+)" id="([\w-]+)" role="group" aria-label="([^"]*)"></div>', text
    )
    program = re.search(r"<script>(.*)</script>$", text, re.S)[1]
    call = re.search(r'isnine\.mount\("(\w+)", document\.getElementById\("([\w-]+)"\), (.*)\);$', program, re.S)
    assert call[1] == element[1] and call[2] == element[2]
    return element[2], html.unescape(element[3]), program, json.loads(call[3])


def network(*layers, inputs=64):
    """A small Keras network with weights drawn from a seed."""
    import keras

    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [keras.Input((inputs,)), *(layers or (keras.layers.Dense(3, "relu"), keras.layers.Dense(1, "sigmoid")))]
    )


def watch(page, folder, trouble):
    """Note every request to another place than the site's own files, and everything else that goes wrong."""
    own = (f"{folder}/", "data:", "blob:", "about:blank")
    page.on("request", lambda asked: None if asked.url.startswith(own) else trouble.append(f"asked for {asked.url}"))
    page.on("requestfailed", lambda asked: trouble.append(f"not found: {asked.url}"))
    page.on(
        "response",
        lambda response: trouble.append(f"{response.status}: {response.url}") if response.status >= 400 else None,
    )
    page.on(
        "console",
        lambda message: trouble.append(f"console: {message.text}") if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda problem: trouble.append(f"script: {problem}"))
