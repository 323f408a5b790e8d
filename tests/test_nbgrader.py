"""Stock nbgrader, gradebox and the card in the notebook give the same points, question by question.

Each assignment is handed in by one who solved it, one who did not touch it, and some who gave the wrong answers of ``tests/answers``:
the first gives the first wrong answer to every question, and so on. ``ISNINE_EVERY_ANSWER=1`` tries all of them; that takes
20 minutes and more, so otherwise one stands for all. The commands are those of README.md, run in a copy of the repository's folders.
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from common import EXERCISES, ROOT, SOLUTIONS, name, notebook
from homework import MOST, expected, hand_in

from gradebox.batch import Batch
from isnine import data, notebooks
from isnine.checks.core import PUBLIC_SEED

SEED = "4711"  # a teacher's own: the cases drawn from it are not those that learners see
STUDENTS = ["solved", "untouched", *(f"wrong-{k}" for k in range(MOST if os.environ.get("ISNINE_EVERY_ANSWER") else 1))]
EACH = pytest.mark.parametrize("path", SOLUTIONS, ids=name)
EACH_STUDENT = pytest.mark.parametrize("student", STUDENTS)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which every assignment was generated, handed in by every student, and graded by nbgrader."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for room in ("solutions", "exercises"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    environment = {
        **os.environ,
        "ISNINE_SEED": SEED,
        "JUPYTER_CONFIG_DIR": str(tmp_path_factory.mktemp("no-settings")),
        "JUPYTER_PATH": str(ROOT / "src" / "gradebox" / "jupyter"),  # warm kernels, or it would take four times as long
        "PYTHONPATH": str(ROOT / "tests"),
    }

    def nbgrader(*arguments):
        command = [Path(sys.executable).parent / "nbgrader", *arguments]
        told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr[-3000:]
        return told.stderr

    for path in SOLUTIONS:
        nbgrader("generate_assignment", name(path))
        for student in STUDENTS:
            release = nbformat.read(folder / "release" / name(path) / path.name, 4)
            hand_in(path, student, folder / "submitted", release)
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


@pytest.mark.parametrize("path", EXERCISES, ids=name)
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
@EACH_STUDENT
def test_nbgrader_gives_the_points_of_the_card(grades, path, student):
    assert grades[name(path), student] == expected(path, student)


@pytest.fixture(scope="module")
def reports(course, tmp_path_factory):
    """What gradebox says of the same submissions."""
    with (
        pytest.MonkeyPatch.context() as patch,
        Batch(
            course / "submitted",
            course / "solutions",
            tmp_path_factory.mktemp("graded"),
            data=[data.cache_folder()],
            seed=PUBLIC_SEED,
        ) as batch,
    ):
        patch.syspath_prepend(ROOT / "tests")
        patch.setenv("PYTHONPATH", str(ROOT / "tests"))
        assert batch.run() == [] and batch.found.unplaced == ()
        return {(report.assignment, report.student): report for report in batch.reports()}


@EACH
@EACH_STUDENT
def test_gradebox_gives_the_points_of_the_card(reports, path, student):
    report = reports[name(path), student]
    assert {question.question: question.points for question in report.questions} == expected(path, student)
    assert not report.findings and not report.trouble


def test_the_exported_table_adds_up(course, grades):
    with (course / "grades.csv").open(newline="", encoding="utf-8") as table:
        rows = {(row["assignment"], row["student_id"]): row for row in csv.DictReader(table)}
    assert set(rows) == set(grades)
    for (assignment, student), points in grades.items():
        row = rows[assignment, student]
        assert float(row["score"]) == float(row["raw_score"]) == sum(points.values())
        assert float(row["max_score"]) == sum(grades[assignment, "solved"].values())
