"""The teacher's side of grading: a folder of solutions, read as plain data, and what is said when it can't be."""

import json
import re
import shutil

import pytest
from common import ROOT, SOLUTIONS, graded, name, notebook

from gradebox.course import Course, CourseError


@pytest.fixture
def course_of(tmp_path):
    """Make a course of one notebook from its cells."""

    def make(*cells, text=None):
        folder = tmp_path / "solutions" / "one"
        folder.mkdir(parents=True)
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
        (folder / "one.ipynb").write_text(json.dumps(content) if text is None else text)
        return tmp_path / "solutions"

    return make


def cell(source, grade_id="", points=None, solution=False, kind="code", **more):
    marks = {
        "grade_id": grade_id,
        "grade": points is not None,
        "solution": solution,
        "points": points,
        "schema_version": 3,
    }
    return {"cell_type": kind, "source": source, "metadata": {"nbgrader": marks} if grade_id else {}, **more}


def test_this_course_is_read_whole():
    course = Course(ROOT / "solutions")
    assert list(course.assignments) == [name(path) for path in SOLUTIONS]
    for path in SOLUTIONS:
        told = {q.id: q.points for q in course.assignments[name(path)].questions}
        assert told == {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in graded(notebook(path).cells)}
        for question in course.assignments[name(path)].questions:
            assert question.check and question.answer and not question.manual


def test_each_question_has_the_answers_since_the_test_before(course_of):
    folder = course_of(
        cell("x = 1", "a", solution=True), cell("y = 1", "b", solution=True), cell("assert x", "q1", 1), cell("assert y", "q2", 1),
        cell("z = 1", "c", solution=True), cell("assert z", "q3", 1), cell("I think", "essay", 2, True, "markdown"),
    )  # fmt: skip
    (one,) = Course(folder).assignments["one"].notebooks
    answers = {question.id: [answer.id for answer in one.answers_of(question)] for question in one.questions}
    assert answers == {"q1": ["a", "b"], "q2": ["a", "b"], "q3": ["c"], "essay": ["essay"]}
    assert [question.manual for question in one.questions] == [False, False, False, True]


def test_the_digest_changes_with_the_cells_and_the_files(course_of):
    folder = course_of(cell("x = 1", "a", solution=True), cell("assert x", "q", 1))
    digests = [Course(folder).assignments["one"].digest]
    (folder / "one" / "table.csv").write_text("1")
    digests.append(Course(folder).assignments["one"].digest)
    file = folder / "one" / "one.ipynb"
    file.write_text(file.read_text().replace("assert x", "assert 1"))
    digests.append(Course(folder).assignments["one"].digest)
    assert len(set(digests)) == 3 and digests[-1] == Course(folder).assignments["one"].digest


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([cell("1", "q", 1), cell("2", "q", 1)], "two cells have the id 'q'. Give each its own."),
        ([cell("1", id="q"), cell("2", "q", 1)], "two cells have the id 'q'"),
        ([cell("1", "a", solution=True)], "No folder in .* has a notebook with graded cells"),
        ([{"cell_type": "code"}], "is not a notebook that can be read"),
    ],
)
def test_a_course_with_a_mistake_is_refused_with_its_name(course_of, cells, words):
    with pytest.raises(CourseError, match=words):
        Course(course_of(*cells))


def test_two_notebooks_of_an_assignment_may_not_share_an_id(course_of):
    folder = course_of(cell("1", "q", 1))
    shutil.copy(folder / "one" / "one.ipynb", folder / "one" / "two.ipynb")
    with pytest.raises(CourseError, match=re.escape("two graded cells have the id 'q'")):
        Course(folder)


def test_no_folder_and_no_json_are_told_apart(course_of, tmp_path):
    with pytest.raises(CourseError, match="There is no folder"):
        Course(tmp_path / "nowhere")
    with pytest.raises(CourseError, match=r"one\.ipynb is not a notebook that can be read"):
        Course(course_of(text="<<<<<<< {"))
