"""A class that hands in: notebooks with the answers of ``tests/answers``, and the points that they are worth.

A student is a word: "solved" has the solutions, "untouched" wrote nothing, and "wrong-0", "wrong-1", ... give one wrong answer after the other
to every question.
"""

from pathlib import Path

import nbformat
from common import graded, name, notebook
from test_checks import QUESTIONS

from isnine.notebooks import exercise_from

__all__ = ["MOST", "expected", "hand_in", "trains"]

WRONG = {(table.CHECKS.__name__, question): [*table.WRONG[question].items()] for table, question in QUESTIONS.values()}
MOST = max(len(answers) for answers in WRONG.values())  # so many students give all wrong answers


def wrong_answer(cell, student):
    """The answer that this student gives to the question of a check's cell: its name in the table, and its points."""
    module, _, question = cell.metadata.gradebox.check.partition(":")
    # The first ones give answers that are partly right, so that the points are neither all nor none.
    answers = sorted(WRONG[module, question], key=lambda answer: not answer[1][3])
    title, (*_, points) = answers[int(student.removeprefix("wrong-")) % len(answers)]
    return title, points


def sources(solution, student):
    """What this student writes, by the id of the answer's cell."""
    cells = {cell.metadata.nbgrader.grade_id: cell.source for cell in solution.cells if "nbgrader" in cell.metadata}
    if student.startswith("wrong"):
        for cell in graded(solution.cells):
            module, _, question = cell.metadata.gradebox.check.partition(":")
            title, _ = wrong_answer(cell, student)
            cells[f"{cell.metadata.nbgrader.grade_id}-answer"] = (
                f"from answers.{module.rpartition('.')[2]} import WRONG\n\n"
                f"{cell.metadata.gradebox.answer} = WRONG[{question!r}][{title!r}][0]"
            )
    return {} if student == "untouched" else cells


def hand_in(path: Path, student: str, folder: Path, release: nbformat.NotebookNode | None = None) -> None:
    """Put this student's notebook for an assignment where nbgrader expects it, below a folder; ``release`` is what was handed out."""
    solution = notebook(path)
    handed_in = release or exercise_from(solution)
    written = sources(solution, student)
    for cell in handed_in.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = written.get(cell.metadata.nbgrader.grade_id, cell.source)
    target = folder / student / name(path) / path.name
    target.parent.mkdir(parents=True)
    nbformat.write(handed_in, target)


def expected(path: Path, student: str) -> dict[str, float]:
    """Points of each question, as the card gives them."""
    cells = graded(notebook(path).cells)
    worth = {
        "solved": lambda cell: cell.metadata.nbgrader.points,
        "untouched": lambda cell: 0,
    }.get(student, lambda cell: wrong_answer(cell, student)[1])
    return {cell.metadata.nbgrader.grade_id: worth(cell) for cell in cells}


def trains(path: Path) -> bool:
    """Whether a homework trains a network."""
    return any(cell.cell_type == "code" and ".fit(" in cell.source for cell in notebook(path).cells)
