"""Make a page of each exercise, for people who read: every question with its hints, and its solution folded beneath it.

The pages in ``book/exercises/`` are made anew at each build from ``solutions/`` and ``exercises/``; they are not kept in git.
"""

import re
from pathlib import Path

from isnine import notebooks

SOLUTION = re.compile(r"^ *### BEGIN SOLUTION\n(.*?)^ *### END SOLUTION\n?", re.M | re.S)
DETAILS = re.compile(r"<details>\n<summary>(.*?)</summary>\n(.*?)\n</details>", re.S)
NOTE = """```{{note}}
To work on these questions, open {{download}}`{file} <../../exercises/{folder}/{file}>` in Jupyter; in a copy of the repository,
`make lab` does it. The chapter: [](../chapters/{folder}.ipynb).
```"""


def code(text):
    return f"```python\n{text}\n```"


def folded(title, text):
    return f"`````{{dropdown}} {title}\n{text.strip()}\n`````"


def page(solution, exercise):
    """The page of one exercise, as MyST Markdown."""
    parts, answer = [], []
    for cell, given in zip(notebooks.read(solution).cells, notebooks.read(exercise).cells, strict=True):
        text = cell.source
        if cell.cell_type == "markdown":
            hints = text.startswith("<details>")
            parts += [] if hints else answer  # the solution stands below the hints
            parts.append(DETAILS.sub(lambda hint: folded(hint[1], hint[2]), text))
            if len(parts) == 1:
                parts.append(NOTE.format(file=exercise.name, folder=exercise.parent.name))
            parts += answer if hints else []
            answer = []
        elif SOLUTION.search(text):
            parts.append(code(given.source))
            answer = [folded("Solution", code(SOLUTION.sub(r"\1", text).rstrip()))]
        elif cell.metadata.get("nbgrader", {}).get("grade"):
            parts.append(f"Check it with\n\n{code(text)}")
        else:
            parts.append(code(text))
    return "\n\n".join([*parts, *answer]) + "\n"


def write_pages(book):
    """Write book/exercises/, and leave pages alone that are as they should be, so that Sphinx does not read them again."""
    folder = book / "exercises"
    folder.mkdir(exist_ok=True)
    pages = {}
    for solution in sorted((book.parent / "solutions").glob("*/*.ipynb")):
        exercise = book.parent / "exercises" / solution.parent.name / solution.name
        pages[folder / f"{solution.parent.name}.md"] = page(solution, exercise)
    for file in set(folder.glob("*.md")) - set(pages):
        file.unlink()
    for file, text in pages.items():
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def setup(app):
    """Called by Sphinx, before it looks for the pages."""
    write_pages(Path(app.srcdir))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
