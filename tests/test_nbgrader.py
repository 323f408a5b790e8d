"""Stock nbgrader on the same files: it makes the same exercises, and gives the same points as the card in the notebook.

The commands are those of README.md, run in a copy of the repository's folders.
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from common import EXERCISES, ROOT, graded, name, notebook
from common import SOLUTIONS as ALL_SOLUTIONS
from test_notebooks import check_of

from isnine import notebooks

SEED = "4711"  # a teacher's own: the cases drawn from it are not those that learners see
# One wrong answer for each assignment, by the name of its question. It must be partly right, so that the points are neither all nor none.
PARTLY = {
    "02-one-neuron": (
        "step-neuron",
        "def step_neuron(inputs, weights, bias):\n    return 1 if inputs @ weights + bias >= 0 else 0\n",
    ),
    "05-picture-to-input": ("decide", "def decide(scores):\n    return scores > 0.5\n"),
}
# nbgrader takes 10 s and more for each notebook, so two assignments stand for all; the others need an entry in PARTLY to be tried.
SOLUTIONS = [path for path in ALL_SOLUTIONS if name(path) in PARTLY]
STUDENTS = ("partly", "solved", "untouched")
EACH = pytest.mark.parametrize("assignment", [name(path) for path in SOLUTIONS])


def answers(assignment, student):
    """What this student writes into which cell."""
    (path,) = [path for path in SOLUTIONS if name(path) == assignment]
    solved = {
        cell.id: cell.source for cell in notebook(path).cells if cell.metadata.get("nbgrader", {}).get("solution")
    }
    if student == "untouched":
        return {}
    if student == "partly":
        question, code = PARTLY[assignment]
        assert f"{question}-answer" in solved
        return {**solved, f"{question}-answer": code}
    return solved


def own_points(cells):
    """The points of each question, given by the project's own checks to the code of a notebook."""
    space, points = {}, {}
    for cell in cells:
        if cell.cell_type == "code" and cell in graded(cells):
            points[cell.metadata.nbgrader.grade_id] = float(
                check_of(cell)[1](eval(cell.metadata.gradebox.answer, space))
            )
        elif cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), space)
    return points


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which every assignment was generated, handed in by three students, and graded."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for room in ("solutions", "exercises"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    environment = {**os.environ, "ISNINE_SEED": SEED, "JUPYTER_CONFIG_DIR": str(tmp_path_factory.mktemp("no-settings"))}

    def nbgrader(*arguments):
        command = [Path(sys.executable).parent / "nbgrader", *arguments]
        told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr[-3000:]
        return told.stderr

    for path in SOLUTIONS:
        nbgrader("generate_assignment", name(path))
        for student in STUDENTS:
            handed_in = nbformat.read(folder / "release" / name(path) / path.name, 4)
            for cell in handed_in.cells:
                cell.source = answers(name(path), student).get(cell.id, cell.source)
            target = folder / "submitted" / student / name(path) / path.name
            target.parent.mkdir(parents=True)
            nbformat.write(handed_in, target)
        nbgrader("autograde", name(path))
    nbgrader("export")
    return folder


@pytest.fixture(scope="module")
def grades(course):
    """The gradebook: points by assignment, student and question."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        found = {}
        for path in SOLUTIONS:
            for student in STUDENTS:
                (submitted,) = book.find_submission(name(path), student).notebooks
                assert not any(grade.needs_manual_grade for grade in submitted.grades)
                found[name(path), student] = {grade.name: grade.score for grade in submitted.grades}
        return found


@pytest.mark.parametrize("path", [path for path in EXERCISES if name(path) in PARTLY], ids=name)
def test_nbgrader_makes_the_same_exercise(course, path):
    """Notebook for notebook: sources, order, names, and metadata with nbgrader's checksums."""
    made = nbformat.read(course / "release" / name(path) / path.name, 4)
    assert notebooks.text(notebooks.stored_form(made)) == path.read_text(encoding="utf-8")
    sums = [cell.metadata.nbgrader.get("checksum") for cell in notebook(path).cells if "nbgrader" in cell.metadata]
    assert len(sums) >= 6 and all(sums) and len(set(sums)) == len(sums)


def test_nothing_but_its_own_folders_is_changed(course):
    for room in ("solutions", "exercises"):
        for file in (ROOT / room).rglob("*.ipynb"):
            if ".ipynb_checkpoints" not in file.parts:
                assert (course / file.relative_to(ROOT)).read_bytes() == file.read_bytes()
    left = {f"{entry.name}/" if entry.is_dir() else entry.name for entry in course.iterdir()}
    ignored = subprocess.run(["git", "check-ignore", *left], cwd=ROOT, capture_output=True, text=True, check=False)
    assert left - set(ignored.stdout.split()) == {"nbgrader_config.py", "solutions/", "exercises/"}


@EACH
def test_a_solution_gets_full_marks(grades, assignment):
    (path,) = [path for path in SOLUTIONS if name(path) == assignment]
    full = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in graded(notebook(path).cells)}
    assert grades[assignment, "solved"] == full


@EACH
def test_an_untouched_exercise_gets_nothing(grades, assignment):
    assert set(grades[assignment, "untouched"].values()) == {0}


@EACH
def test_a_partly_right_answer_gets_the_points_of_the_card(course, grades, assignment, monkeypatch):
    monkeypatch.setenv("ISNINE_SEED", SEED)
    (file,) = (course / "submitted" / "partly" / assignment).glob("*.ipynb")
    points = grades[assignment, "partly"]
    assert points == own_points(nbformat.read(file, 4).cells)
    question, _ = PARTLY[assignment]
    assert 0 < points[question] < grades[assignment, "solved"][question]
    assert [key for key in points if points[key] != grades[assignment, "solved"][key]] == [question]


def test_the_exported_table_adds_up(course, grades):
    with (course / "grades.csv").open(newline="", encoding="utf-8") as table:
        rows = {(row["assignment"], row["student_id"]): row for row in csv.DictReader(table)}
    assert set(rows) == set(grades)
    for (assignment, student), points in grades.items():
        row = rows[assignment, student]
        assert float(row["score"]) == float(row["raw_score"]) == sum(points.values())
        assert float(row["max_score"]) == sum(grades[assignment, "solved"].values())
