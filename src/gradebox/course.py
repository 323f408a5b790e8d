"""The teacher's side: the solutions of a course, as nbgrader lays them out, read as plain data.

A folder of solutions holds a folder for each assignment, and in it the notebooks and the files that these need:
``solutions/homework-1/problem.ipynb``, ``solutions/homework-1/table.csv``. Which cell is what stands in the cells' metadata, in
nbgrader's own terms. A cell that tests may name a check under ``gradebox``: ``{"check": "module:name", "answer": "name"}``.

Two things help learners and change no points. A text that states a question may say so in its metadata, under whatever name the
course uses: ``{"question": {"check": "grade id", "difficulty": 2, "minutes": 10}}``; its heading is the question's title. And a
file ``reading.toml`` beside the assignments may say which sections of a book each question needs, see :class:`Reading`.
"""

import hashlib
import json
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

__all__ = ["Assignment", "Cell", "Course", "CourseError", "Notebook", "Question", "Reading"]

READING = "reading.toml"


class CourseError(Exception):
    """The course itself can't be read; the sentence says what to do."""


@dataclass(frozen=True)
class Question:
    """What is graded: the points, and how.

    Attributes
    ----------
    id : str
        nbgrader's grade id.
    check : str
        "module:name" of an object with ``cases(seed)``, ``observe(answer, cases)`` and ``judge(observation, cases)``; "" where
        the cell's own assertions are the test.
    answer : str
        The name that the learner's code gives to the answer, with a check.
    manual : bool
        A person grades it.
    title : str
        The heading of the text that states it, without its number, or "".
    difficulty, minutes : float
        As that text's metadata say, or 0.
    """

    id: str
    points: float
    check: str = ""
    answer: str = ""
    manual: bool = False
    # What only learners read stays out of the digest, so that another title asks for no second grading.
    title: str = field(default="", repr=False)
    difficulty: float = field(default=0, repr=False)
    minutes: float = field(default=0, repr=False)


@dataclass(frozen=True)
class Cell:
    """A code cell of the teacher's notebook, or an answer in text that a person grades.

    Attributes
    ----------
    id : str
        nbgrader's grade id, or else the cell's own id, or else "cell-3" for its place.
    kind : {"given", "answer", "test"}
        Code that everybody gets, the learner's, or the teacher's test of it.
    question : Question, optional
        Of a test, and of an answer that a person grades.
    """

    id: str
    kind: Literal["given", "answer", "test"]
    source: str
    question: Question | None = None
    cell_id: str = ""
    is_code: bool = True


@dataclass(frozen=True)
class Notebook:
    """One notebook of an assignment. Its title is its first heading, or ""."""

    name: str
    cells: tuple[Cell, ...]
    title: str = field(default="", repr=False)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """In the order of their cells."""
        return tuple(cell.question for cell in self.cells if cell.question)

    def answers_of(self, question: Question) -> tuple[Cell, ...]:
        """The answer cells that a question is about: those since the test before it, or all before it when there is none."""
        since, found = [], ()
        for cell in self.cells:
            if cell.kind == "answer":
                since.append(cell)
            if cell.question:
                found = tuple(since) or found
                if cell.question == question:
                    return found
                since = []
        raise KeyError(question.id)


@dataclass(frozen=True)
class Assignment:
    """What is handed in together."""

    name: str
    folder: Path
    notebooks: tuple[Notebook, ...]
    files: tuple[Path, ...] = field(default=(), repr=False)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Of all its notebooks, in order."""
        return tuple(question for notebook in self.notebooks for question in notebook.questions)

    @cached_property
    def digest(self) -> str:
        """Changes when a cell, a point or a file of the teacher's changes."""
        digest = hashlib.sha256(repr(self.notebooks).encode())
        for file in self.files:
            digest.update(file.relative_to(self.folder).as_posix().encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Reading:
    """What to read for an assignment: a table of ``reading.toml``, by the assignment's name.

    Attributes
    ----------
    title, page : str
        A page of the book: what it is called, and its address below that of the book.
    read : dict of str to list of str
        For each question, by its grade id, the headings of the sections of that page that it needs.
    """

    title: str
    page: str
    read: dict[str, list[str]]


class Course:
    """All assignments in a folder of solutions, and what to read for each, by its name.

    Raises
    ------
    CourseError
        When there is none, or one of them can't be read or has two cells with the same id; or for a ``reading.toml`` that is wrong.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise CourseError(f"There is no folder {self.folder}: give the folder that holds the solutions.")
        found = [
            _assignment(part) for part in sorted(self.folder.iterdir()) if part.is_dir() and part.name[0] not in "._"
        ]
        self.assignments = {assignment.name: assignment for assignment in found if assignment.questions}
        if not self.assignments:
            raise CourseError(
                f"No folder in {self.folder} has a notebook with graded cells: "
                "expected SOLUTIONS/ASSIGNMENT/NOTEBOOK.ipynb, with nbgrader's metadata."
            )
        self.reading = _reading(self.folder / READING)


def _reading(path):
    """The tables of ``reading.toml``, or nothing when there is no such file."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        reading = {name: Reading(**table) for name, table in tables.items()}
        texts = [text for one in reading.values() for text in (one.title, one.page)]
        texts += [text for one in reading.values() for headings in one.read.values() for text in headings]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a title, a page or a heading is not a text")
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        raise CourseError(
            f"{path} can't be used: {problem}. For each assignment it says title and page, and under read, for each question, "
            "a list of headings."
        ) from problem
    return reading


def _assignment(folder):
    parts = sorted(p for p in folder.rglob("*") if not any(part[0] in "._" for part in p.relative_to(folder).parts))
    notebooks = tuple(_notebook(path) for path in parts if path.suffix == ".ipynb" and path.parent == folder)
    assignment = Assignment(
        folder.name, folder, notebooks, tuple(p for p in parts if p.is_file() and p.suffix != ".ipynb")
    )
    ids = [question.id for question in assignment.questions]
    for name in ids:
        if ids.count(name) > 1:
            raise CourseError(f"{folder}: two graded cells have the id {name!r}. Give each its own.")
    return assignment


def _notebook(path):
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        stated = _stated(content["cells"])
        cells = [_cell(cell, place, stated) for place, cell in enumerate(content["cells"])]
        titles = [_heading(cell) for cell in content["cells"] if cell["cell_type"] == "markdown"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise CourseError(f"{path} is not a notebook that can be read: {problem!r}") from problem
    cells = tuple(filter(None, cells))
    twice = [name for name, count in Counter(cell.id for cell in cells).items() if count > 1]
    if twice:
        raise CourseError(f"{path}: two cells have the id {twice[0]!r}. Give each its own.")
    return Notebook(path.stem, cells, next(filter(None, titles), ""))


def _heading(cell):
    """The first heading in a text, or ""."""
    found = re.search(r"^#{1,6} +(.+?) *$", "".join(cell["source"]), re.M)
    return found[1] if found else ""


def _stated(cells):
    """What texts say of the questions that they state: title, difficulty and minutes, by grade id."""
    stated = {}
    for cell in cells:
        for told in cell.get("metadata", {}).values():
            if cell["cell_type"] == "markdown" and isinstance(told, dict) and isinstance(told.get("question"), dict):
                question = told["question"]
                title = re.sub(r"^\d+\. +", "", _heading(cell))
                numbers = {key: float(question.get(key, 0)) for key in ("difficulty", "minutes")}
                stated[str(question.get("check"))] = {"title": title, **numbers}
    return stated


def _cell(cell, place, stated):
    """A cell as grading sees it, or None for text that nobody grades."""
    metadata = cell.get("metadata", {})
    ours, check = metadata.get("nbgrader", {}), metadata.get("gradebox", {})
    is_code, cell_id = cell["cell_type"] == "code", str(cell.get("id", ""))
    graded, solution = bool(ours.get("grade")), bool(ours.get("solution"))
    if not is_code and not (graded or ours.get("task")):
        return None
    question = None
    if graded or ours.get("task"):
        manual = solution or not is_code
        question = Question(
            ours["grade_id"], float(ours.get("points", 0)), check.get("check", ""), check.get("answer", ""), manual
        )
        question = replace(question, **stated.get(question.id, {}))
    kind = "answer" if solution or ours.get("task") else "test" if graded else "given"
    source = "".join(cell["source"])
    return Cell(ours.get("grade_id") or cell_id or f"cell-{place}", kind, source, question, cell_id, is_code)
