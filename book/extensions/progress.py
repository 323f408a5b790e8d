"""Let the pages keep what the reader has done: the script on chapters and start page, and for the latter what there is to do."""

import ast
import json
from pathlib import Path

from isnine import notebooks


def quiz_of(cells) -> list[str]:
    """The keys of the questions in a chapter's quizzes. Its cells hold nothing but imports and the call of ``quiz``."""
    keys = []
    for cell in cells:
        if cell.cell_type == "code" and "import ask, quiz" in cell.source:
            *before, call = ast.parse(cell.source).body
            names = {}
            exec(compile(ast.Module(before, []), "quiz", "exec"), names)
            shown = eval(compile(ast.Expression(call.value), "quiz", "eval"), names)
            keys += [question["key"] for question in shown.data["questions"]]
    return keys


def chapters(book) -> list[dict]:
    """For each chapter its name, title and page, the keys of its questions, and the points of each check of its exercise."""
    found = []
    for path in sorted(Path(book).glob("chapters/*.ipynb")):
        cells, checks = notebooks.read(path).cells, {}
        for solution in Path(book).parent.glob(f"solutions/{path.stem}/*.ipynb"):
            grades = [cell.metadata.get("nbgrader", {}) for cell in notebooks.read(solution).cells]
            checks |= {grade["grade_id"]: grade["points"] for grade in grades if grade.get("grade")}
        found.append(
            {
                "name": path.stem.partition("-")[2],
                "title": cells[0].source.split("\n")[0].removeprefix("# "),
                "page": f"chapters/{path.stem}.html",
                "questions": quiz_of(cells),
                "checks": checks,
            }
        )
    return found


def add_script(app, page, template, context, doctree):
    """Sphinx is about to write a page."""
    if page.startswith("chapters/") or page == app.config.root_doc:
        app.add_js_file("progress.js")  # not deferred: a quiz asks it while the page is still being read
        app.add_css_file("progress.css")
    if page == app.config.root_doc:
        text = json.dumps(chapters(app.srcdir)).replace("<", "\\u003c")
        app.add_js_file(None, body=f"window.isnineChapters = {text};")


def setup(app):
    """Called by Sphinx."""
    app.connect("html-page-context", add_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
