"""What is done to notebooks between writing and committing: their stored form, and exercises made from solutions."""

import json
import re
from pathlib import Path

import nbformat

__all__ = ["exercise_from", "read", "run", "stored_form", "text"]

# Cells that read a plain "python3" kernel open everywhere; versions would change with every machine.
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# What a cell may carry: whose it is, how it is shown, and nbgrader's locks.
_CELL_METADATA = ("deletable", "editable", "gradebox", "isnine", "jupyter", "mystnb", "nbgrader", "slideshow", "tags")


def read(path) -> nbformat.NotebookNode:
    """Read a notebook, or say which file is not one."""
    try:
        written = Path(path).read_text(encoding="utf-8")
        if re.search(r"^(<<<<<<<|>>>>>>>) ", written, re.M):
            raise ValueError("it holds the marks of a merge conflict, which somebody must resolve first")
        content = json.loads(written)
        if not isinstance(content, dict) or not isinstance(content.get("cells"), list) or "nbformat" not in content:
            raise ValueError("it has no list of cells")
        return nbformat.reads(written, as_version=4)
    except (ValueError, OSError) as problem:
        raise SystemExit(f"{path} is not a notebook that can be read: {problem}") from problem


def text(notebook) -> str:
    """The notebook as it stands in its file."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def stored_form(notebook) -> nbformat.NotebookNode:
    """The form in which notebooks are committed: text outputs stay; pictures, page parts, widgets, counters and machine traces go.

    The line that states a question's difficulty, minutes and points, a chapter's minutes and the list of its objectives are
    written here from the metadata, so that each has one source.
    """
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    notebook.metadata = {
        **_METADATA,
        **{key: value for key, value in notebook.metadata.items() if key in ("isnine", "mystnb")},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    points = {
        cell.metadata["nbgrader"]["grade_id"]: cell.metadata["nbgrader"]["points"]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in _CELL_METADATA}
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = _stored_outputs(cell.outputs)
        question = cell.metadata.get("isnine", {}).get("question")
        if question:
            level = "●" * question["difficulty"] + "○" * (5 - question["difficulty"])
            told = f"*Difficulty {level} · {question['minutes']} minutes · {points[question['check']]:g} points*"
            cell.source = re.sub(r"^\*Difficulty .*\*$", told, cell.source, count=1, flags=re.M)
    chapter = notebook.metadata.get("isnine", {})
    for cell in notebook.cells:
        if "minutes" in chapter:
            cell.source = re.sub(
                r"^\*\d+ minutes to read", f"*{chapter['minutes']} minutes to read", cell.source, count=1, flags=re.M
            )
        if "objectives" in chapter and cell.source.startswith("## What you will be able to do"):
            goals = "\n".join(f"- {goal}" for goal in dict(chapter["objectives"]).values())
            cell.source = f"## What you will be able to do\n\nAfter this chapter you can\n\n{goals}"
    return nbformat.from_dict(notebook)


def _stored_outputs(outputs):
    """Text alone, and what a cell printed in one piece: in how many pieces it arrives changes from run to run."""
    kept = []
    for output in filter(None, map(_stored_output, outputs)):
        if output["output_type"] == "stream" and kept and kept[-1].get("name") == output["name"]:
            kept[-1]["text"] += output["text"]
        else:
            kept.append(output)
    return kept


def _stored_output(output):
    if output.output_type == "stream":
        return {**output, "text": "".join(output.text)}
    if output.output_type in ("display_data", "execute_result"):
        data = {kind: "".join(output.data[kind]) for kind in ("text/plain", "text/markdown") if kind in output.data}
        if not data:
            return None
        kept = {"output_type": output.output_type, "metadata": {}, "data": data}
        return kept if output.output_type == "display_data" else {**kept, "execution_count": None}
    return output


def run(notebook, folder) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom in a fresh kernel, in ``folder``; an error in a cell is raised."""
    from nbclient import NotebookClient

    return NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()


def exercise_from(solution) -> nbformat.NotebookNode:
    """The exercise that learners get: what nbgrader's own preprocessors make of the solution, without its database."""
    from nbgrader import preprocessors as nbgrader_steps

    notebook, resources = nbformat.from_dict(json.loads(json.dumps(solution))), {}
    for step in (
        nbgrader_steps.ClearSolutions,
        nbgrader_steps.LockCells,
        nbgrader_steps.ClearOutput,
        nbgrader_steps.ClearHiddenTests,
        nbgrader_steps.ClearMarkScheme,
        nbgrader_steps.ComputeChecksums,
        nbgrader_steps.CheckCellMetadata,
    ):
        notebook, resources = step().preprocess(notebook, resources)
    return stored_form(notebook)


def all_notebooks(root: Path) -> dict[str, list[Path]]:
    """The notebooks of the course by room: book, solutions, exercises."""
    return {
        room: sorted(
            p for p in (root / room).rglob("*.ipynb") if "_build" not in p.parts and not p.parent.name.startswith(".")
        )
        for room in ("book", "solutions", "exercises")
    }
