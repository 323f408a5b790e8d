"""What grading leaves behind: tables, files for learning platforms, pages for learners, and nbgrader's gradebook.

Everything is written from the reports alone, and the same reports give the same bytes. A question that a person must grade, or that
the grader had trouble with, has no points yet: its field is empty, never zero. For learning platforms only finished submissions are
written, since an empty field there removes the grade that the platform has.
"""

import csv
import html
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from . import files
from .course import Assignment, Course
from .feedback import OPEN, clean, in_words, number, page, settled
from .intake import safe_name
from .report import Report

__all__ = [
    "OutputError",
    "canvas",
    "feedback",
    "gradebook",
    "grades",
    "gradescope",
    "moodle",
    "table",
    "totals",
    "write",
]

# A spreadsheet runs what begins with one of these, wide forms too, and some take ";" for the end of a field.
_FORMULA = re.compile(r"(^|;)(?=[\s\"]*[=+\-@＝＋－＠])")

# Names that stay as they are: a student's in the gradebook, from which nbgrader makes paths, pages and a table; an assignment's.
_PLAIN_ID = re.compile(r"\w[\w@+ .,()=~-]{0,127}")
_PLAIN_NAME = re.compile(r"\w([\w .-]{0,98}[\w-])?")


class OutputError(Exception):
    """An output could not be written; the sentence says which, and what to do."""


def write(reports: Iterable[Report], course: Course, out: Path, database_url: str = "", book: str = "") -> None:
    """Write all outputs into a folder, and at last, with the URL of a database, nbgrader's gradebook.

    ``book`` is the address of the book that the course's ``reading.toml`` is about, for the links on the feedback pages.

    Of two reports on one submission the later one counts. Each file is there as a whole or as it was before.

    Raises
    ------
    OutputError
        When a file or the gradebook can't be written. What was written before it stays.
    """
    reports, out = list(reports), Path(out)
    grades(reports, out)
    totals(reports, out)
    canvas(reports, out)
    moodle(reports, out)
    gradescope(reports, out)
    feedback(reports, out, course, book)
    if database_url:
        gradebook(reports, course, database_url)


def grades(reports: Iterable[Report], out: Path) -> None:
    """``grades.csv``: a row for each question. The message of a question that can't be graded ends with the grader's trouble."""
    header = ("student", "assignment", "question", "points", "max_points", "verdict", "message")
    rows = []
    for report in _sorted(reports):
        for question in report.questions:
            points = None if question.verdict in OPEN else question.points
            message = " ".join(filter(None, (question.message, report.trouble)))
            about = (report.student, report.assignment, question.question)
            rows.append((*about, points, question.max_points, question.verdict, message))
    table(Path(out) / "grades.csv", [header, *rows], for_people=True)


def totals(reports: Iterable[Report], out: Path) -> None:
    """``totals.csv``: a row for each student, with the points of each finished assignment, their sum, and what is not finished."""
    students = {}
    for report in _sorted(reports):
        students.setdefault(report.student, {})[report.assignment] = report.points if _finished(report) else None
    assignments = sorted({name for points in students.values() for name in points})
    rows = [("student", *assignments, "sum", "not finished")]
    for student, points in students.items():
        waiting = ", ".join(name for name in points if points[name] is None)
        total = sum(filter(None, points.values()))
        rows.append((student, *(points.get(name) for name in assignments), total, waiting))
    table(Path(out) / "totals.csv", rows, for_people=True)


def canvas(reports: Iterable[Report], out: Path, ids: Mapping[str, int] | None = None) -> None:
    """``canvas/ASSIGNMENT.csv``: what Canvas imports under Grades, Import.

    There is a file for each assignment, without empty fields, since Canvas would remove the grade where it finds one.

    To map by hand: Canvas finds a learner by "SIS Login ID", where the student's name in the reports stands; if your course knows
    them otherwise, fill in "ID" or "SIS User ID" from the file that Canvas exports. It finds an assignment by its title; give ``ids``,
    Canvas's own number for each assignment's name, where titles differ. Whom or what it does not find, it asks for, or makes anew.
    """
    for assignment, own in _by_assignment(reports):
        title = f"{assignment} ({ids[assignment]})" if ids and assignment in ids else assignment
        rows = [
            ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", title),
            ("    Points Possible", "", "", "", "", max(report.max_points for report in own)),
        ]
        for report in filter(_finished, own):
            name = "" if "Points Possible" in report.student else report.student  # no learner may pose as that row
            rows.append((name, "", "", report.student, "", report.points))
        table(Path(out) / "canvas" / f"{_file_name(assignment)}.csv", rows)


def moodle(reports: Iterable[Report], out: Path) -> None:
    """``moodle/ASSIGNMENT.csv``: what Moodle imports under Grades, Import, CSV file (encoding UTF-8, separator comma).

    To map by hand, in Moodle's form: "Map from" username to "Map to" username (or to email address or ID number, if that is what
    your students' names are here), the column named like the assignment to its grade item, and "feedback" to the feedback of that
    same item; always map both. Moodle refuses the whole file when it does not know one of the learners, or when points are above
    the highest grade that the site allows (100, unless an administrator changed it).
    """
    for assignment, own in _by_assignment(reports):
        rows = [("username", assignment, "feedback")]
        for report in filter(_finished, own):
            said = "\n".join(f"{question.question}: {in_words(question)}" for question in report.questions)
            rows.append((report.student, report.points, html.escape(said, quote=False)))  # Moodle takes it for HTML
        table(Path(out) / "moodle" / f"{_file_name(assignment)}.csv", rows)


def gradescope(
    reports: Iterable[Report],
    out: Path,
    visibility: Literal["visible", "hidden", "after_due_date", "after_published"] = "visible",
) -> None:
    """``gradescope/STUDENT/ASSIGNMENT.json``: what Gradescope reads from ``results/results.json`` after its autograder ran.

    Nothing is written for a submission with a question that could not be graded: Gradescope would take it for a grade. A question
    for a person has no score here: use Gradescope's own rubric for it.
    """
    for report in _sorted(reports):
        if any(question.verdict == "not gradable" for question in report.questions):
            continue
        tests = []
        for question in report.questions:
            test = {"name": clean(question.question), "name_format": "text", "max_score": question.max_points}
            if question.verdict not in OPEN:
                test["score"] = question.points
            tests.append({**test, "output": in_words(question), "output_format": "text", "visibility": visibility})
        results = {
            "score": report.points,
            "output": clean("\n".join(report.findings), lines=True),
            "output_format": "text",
            "visibility": visibility,
            "tests": tests,
        }
        text = json.dumps(results, ensure_ascii=False, indent=1) + "\n"
        _put(Path(out) / "gradescope" / safe_name(report.student) / f"{_file_name(report.assignment)}.json", text)


def feedback(reports: Iterable[Report], out: Path, course: Course | None = None, book: str = "") -> None:
    """``feedback/STUDENT/ASSIGNMENT.html``: a page for the learner, see :func:`gradebox.feedback.page`."""
    for report in _sorted(reports):
        file = Path(out) / "feedback" / safe_name(report.student) / f"{_file_name(report.assignment)}.html"
        _put(file, page(report, course, book))


def gradebook(reports: Iterable[Report], course: Course, database_url: str, course_id: str = "default_course") -> None:
    """Put the points into nbgrader's gradebook, such as ``sqlite:///gradebook.db``, where its formgrader shows them.

    A student whose name nbgrader could not hold, or could be harmed by, has the name of :func:`gradebox.intake.safe_name` there.
    What a person entered stays: manual scores, extra credit, comments, penalties. As with nbgrader itself, a new automatic
    score beside a manual one asks for a second look. What could not be graded leaves the gradebook as it is. What became of a
    question is the automatic comment on its answer, shown in formgrader and in nbgrader's own feedback.

    Raises
    ------
    OutputError
        When nbgrader is not installed, or the gradebook can't be opened or written, or has other questions than the course.
    """
    try:
        from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError as problem:
        raise OutputError("To write a gradebook, nbgrader must be installed: pip install nbgrader") from problem
    if not shutil.which("alembic"):  # nbgrader starts it by name, also where the environment is not active
        os.environ["PATH"] = f"{os.environ.get('PATH', '')}{os.pathsep}{Path(sys.executable).parent}"
    graded = [r for r in _sorted(reports) if any(question.verdict != "not gradable" for question in r.questions)]
    names = sorted({report.assignment for report in graded})
    if unknown := [name for name in names if name not in course.assignments]:
        raise OutputError(f"The course has no assignment {unknown[0]!r}, so its points can't go into the gradebook.")
    place = re.sub(r"//[^/]*@", "//", database_url).partition("?")[0]  # a URL may hold a password
    try:
        for name in names:
            _tell_cells(course.assignments[name], database_url, course_id)
        with Gradebook(database_url, course_id) as book:
            for report in graded:
                _enter(book, report, course.assignments[report.assignment])
    except (MissingEntry, RuntimeError) as problem:
        raise OutputError(
            f"The gradebook {place} was made for other questions than the course has now: {problem}. "
            "Use a new gradebook, or bring back the questions with which the submissions there were graded."
        ) from problem
    except (SQLAlchemyError, InvalidEntry, OSError) as problem:
        cause = str(getattr(problem, "orig", None) or problem).strip().split("\n")[0]
        raise OutputError(
            f"The gradebook {place} could not be written: {cause}. If another program uses it, close that; if it is damaged, "
            "restore it from a copy. Then try again: nothing is entered twice."
        ) from problem


def _tell_cells(assignment, database_url, course_id):
    """Let the gradebook know the cells of an assignment, by nbgrader's own code, as its command generate_assignment does."""
    import nbformat
    from nbgrader import preprocessors
    from nbgrader.api import Gradebook

    with Gradebook(database_url, course_id) as book:
        known = {
            notebook.name: {cell.name for cell in notebook.grade_cells + notebook.solution_cells + notebook.task_cells}
            for notebook in book.update_or_create_assignment(assignment.name).notebooks
        }
    for notebook in assignment.notebooks:
        cells = {cell.id for cell in notebook.cells if cell.kind != "given"}
        if notebook.name not in known or not cells <= known[notebook.name]:
            content = nbformat.read(assignment.folder / f"{notebook.name}.ipynb", as_version=4)
            about = {"notebook": notebook.name, "assignment": assignment.name, "db_url": database_url}
            for step in (preprocessors.ClearSolutions, preprocessors.ComputeChecksums, preprocessors.SaveCells):
                content, _ = step().preprocess(content, {"nbgrader": about})
    with Gradebook(database_url, course_id) as book:
        for notebook in assignment.notebooks:
            for question in notebook.questions:
                book.find_graded_cell(question.id, notebook.name, assignment.name).max_score = question.points
        book.db.commit()


def _enter(book, report, assignment: Assignment):
    """Enter one report."""
    student = report.student
    if not _PLAIN_ID.fullmatch(student):
        student = safe_name(student)
    results = {question.question: question for question in report.questions}
    book.update_or_create_student(student)
    with book.db.no_autoflush:  # nbgrader makes the parts of a submission before the whole
        book.update_or_create_submission(assignment.name, student)
    for notebook in assignment.notebooks:
        comments = {}
        for question in notebook.questions:
            result = results.get(question.id)
            if result is None or result.verdict == "not gradable":
                continue
            grade = book.find_grade(question.id, notebook.name, assignment.name, student)
            if result.verdict == "manual":
                grade.auto_score = None
                grade.needs_manual_grade = grade.manual_score is None
            elif grade.auto_score != result.points:
                grade.auto_score = result.points
                grade.needs_manual_grade = grade.manual_score is not None
            said = result.message if result.verdict == "manual" else in_words(result)  # a person's word comes later
            for cell in notebook.answers_of(question) if said else ():
                comments.setdefault(cell.id, []).append(f"{question.id}: {said}")
        for cell_id, said in comments.items():
            comment = book.find_comment(cell_id, notebook.name, assignment.name, student)
            # nbgrader takes a comment for Markdown with HTML in it; in a block of code nothing is run.
            comment.auto_comment = "\n".join(f"    {line}" for line in clean("\n".join(said), lines=True).split("\n"))
    book.db.commit()


def _sorted(reports) -> list[Report]:
    """The reports as they may be shown, in a fixed order."""
    last = {(report.student, report.assignment): settled(report) for report in reports}
    return [last[key] for key in sorted(last)]


def _by_assignment(reports):
    reports = _sorted(reports)
    for name in sorted({report.assignment for report in reports}):
        yield name, [report for report in reports if report.assignment == name]


def _finished(report):
    return all(question.verdict not in OPEN for question in report.questions)


def _file_name(assignment):
    return assignment if _PLAIN_NAME.fullmatch(assignment) else safe_name(assignment)


def table(path, rows, for_people=False):
    """Write a table as CSV, in which no text is a formula and no field holds a line end.

    Spreadsheets know UTF-8 by the mark at its start, other programs may take the mark for a part of the first name: only tables that
    people open have it. Lines end as RFC 4180 says.
    """
    text = io.StringIO()
    for row in rows:
        fields = ("" if f is None else _plain(f) if isinstance(f, str) else number(f) for f in row)
        csv.writer(text).writerow(fields)
    _put(path, text.getvalue(), "utf-8-sig" if for_people else "utf-8")


def _plain(text):
    return _FORMULA.sub(r"\1'", clean(text))


def _put(path, text, encoding="utf-8"):
    """Write a file as a whole, or leave what was there."""
    try:
        files.put(path, text.encode(encoding))
    except OSError as problem:
        raise OutputError(
            f"{path} could not be written: {problem.strerror}. What was there before is unchanged."
        ) from problem
