"""What grading writes: read back by the programs that it is for, with names and messages that mean harm."""

import csv
import html.parser
import itertools
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from gradebox import outputs
from gradebox.course import Course
from gradebox.feedback import clean, number, page
from gradebox.outputs import OutputError
from gradebox.report import Criterion, QuestionReport, Report

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</style></title><svg onload=alert(1)>",
    '=HYPERLINK("http://example.org";"here")',
    "  +1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\x00=1+1",
    "＝1+1",
    'x;=1+1;"=2',
    "../../etc/passwd",
    "a/b\\c",
    "x" * 300,
    "\u202egnp.txt",
    "שלום\u200f",
    "🦊🏽",
    "nul\x00 bell\x07 escape\x1b[31m",
    "half \ud800 of a pair",
    "two\nlines\r\nor three",
    "{{ 7 * 7 }} {% raw %}",
    "Points Possible",
    "quote ' \" , ; end",
]
ADA = Report(
    "ada",
    "one",
    (
        QuestionReport(
            "add", 2, 3, "partly right", "Half way.", (Criterion("adds", 2, 2), Criterion("<b>", 0, 1, "Not < 3."))
        ),
        QuestionReport("essay", 0, 4, "manual"),
        QuestionReport("plan", 0, 5, "manual"),
        QuestionReport("scale", 2.5, 2.5, "right"),
    ),
    findings=("You copied the check of add. The original was used.",),
)


def of(student, *questions, assignment="one", **more):
    """A report; each question as (points, max_points, verdict, message)."""
    parts = (
        QuestionReport(name, *question)
        for name, question in zip(("add", "essay", "plan", "scale"), questions, strict=False)
    )
    return Report(student, assignment, tuple(parts), **more)


def hostile():
    """For each hostile text a report that has it everywhere."""
    for text in HOSTILE:
        criteria = (Criterion(text, 0, 1, text), Criterion("met", 1, 1))
        yield Report(text, "one", (QuestionReport(text, 1, 2, "wrong", text, criteria),), (text,))


def rows_of(path):
    """A table as spreadsheets and other programs read it; each record is one line."""
    data = path.read_bytes()
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file, strict=True))
    assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r") == len(rows)
    return rows


class Tree(html.parser.HTMLParser):
    """Elements, attributes and text of a page."""

    VOID = ("meta", "br", "img")

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.open = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open[-1:] != ["style"]:
            self.texts.append(text)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with a function to test, an essay, a task and a second test, as nbgrader's own editor marks them."""
    folder = tmp_path_factory.mktemp("teacher") / "source"

    def cell(kind, source, name, **marks):
        ours = {
            "grade_id": name,
            "schema_version": 3,
            "grade": False,
            "solution": False,
            "locked": False,
            "task": False,
        }
        return kind(source, metadata={"nbgrader": {**ours, **marks}})

    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [
        cell(code, "import math", "imports", locked=True),
        cell(code, "### BEGIN SOLUTION\nadd = sum\n### END SOLUTION", "add-answer", solution=True),
        cell(code, "assert add([1]) == 1", "add", grade=True, locked=True, points=3),
        cell(text, "Because.", "essay", grade=True, solution=True, points=4),
        cell(text, "Draw a plan.", "plan", task=True, locked=True, points=5),
        cell(code, "scale = 2", "scale-answer", solution=True),
        cell(code, "assert scale == 2", "scale", grade=True, locked=True, points=2.5),
    ]
    for assignment in ("one", "two"):
        (folder / assignment).mkdir(parents=True)
        nbformat.write(notebook, folder / assignment / "problem.ipynb")
    return Course(folder)


@pytest.fixture(scope="module")
def first_book(course, tmp_path_factory):
    """A gradebook with Ada's report in it."""
    path = tmp_path_factory.mktemp("book") / "gradebook.db"
    outputs.gradebook([ADA], course, f"sqlite:///{path}")
    return path


@pytest.fixture
def book(first_book, tmp_path):
    """A copy of that gradebook: its URL."""
    return f"sqlite:///{shutil.copy(first_book, tmp_path)}"


def entered(url, student="ada", assignment="one"):
    """What the gradebook says: grades by question, and comments by cell."""
    from nbgrader.api import Gradebook

    with Gradebook(url) as book:
        (notebook,) = book.find_submission(assignment, student).notebooks
        grades = {
            g.name: (g.auto_score, g.manual_score, g.score, g.max_score, g.needs_manual_grade) for g in notebook.grades
        }
        return grades, {comment.name: comment.auto_comment for comment in notebook.comments}


def content(url):
    """All of a database, but for the identifiers that are drawn by chance."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        return list(database.iterdump())


def test_grades_have_a_row_for_each_question(tmp_path):
    outputs.grades([of("bob", (0, 3, "crashed", "It ended."), (0, 4, "not gradable")), ADA], tmp_path)
    assert (tmp_path / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,")
    assert rows_of(tmp_path / "grades.csv") == [
        ["student", "assignment", "question", "points", "max_points", "verdict", "message"],
        ["ada", "one", "add", "2", "3", "partly right", "Half way."],
        ["ada", "one", "essay", "", "4", "manual", ""],
        ["ada", "one", "plan", "", "5", "manual", ""],
        ["ada", "one", "scale", "2.5", "2.5", "right", ""],
        ["bob", "one", "add", "0", "3", "crashed", "It ended."],
        ["bob", "one", "essay", "", "4", "not gradable", ""],
    ]


def test_totals_add_up_what_is_finished(tmp_path):
    reports = [
        ADA,
        of("ada", (3, 3, "right"), assignment="two"),
        of("bob", (1.5, 3, "partly right"), (1, 4, "partly right")),
        of("bob", (0, 3, "wrong"), assignment="two"),
        of("eve", (2, 3, "partly right"), trouble="The disk is full."),
    ]
    outputs.totals(reports, tmp_path)
    assert rows_of(tmp_path / "totals.csv") == [
        ["student", "one", "two", "sum", "not finished"],
        ["ada", "", "3", "3", "one"],
        ["bob", "2.5", "0", "2.5", ""],
        ["eve", "", "", "0", "one"],
    ]


def test_trouble_is_for_the_teacher_and_leaves_no_points(tmp_path, course):
    report = of("eve", (2, 3, "right"), trouble="No box on host 7.")
    outputs.write([report], course, tmp_path)
    assert rows_of(tmp_path / "grades.csv")[1] == ["eve", "one", "add", "", "3", "not gradable", "No box on host 7."]
    (shown,) = (tmp_path / "feedback").rglob("*.html")
    assert "host 7" not in shown.read_text(encoding="utf-8")
    assert not (tmp_path / "gradescope").exists()


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_is_a_formula_in_any_table(tmp_path, text, course):
    outputs.write([next(r for r in hostile() if r.student == text)], course, tmp_path)
    tables = list(tmp_path.rglob("*.csv"))
    assert len(tables) == 4
    seen = 0
    for table in tables:
        for field in itertools.chain(*rows_of(table)):
            seen += any(character.isalnum() for character in field)
            # As one field, and where ";" ends a field.
            for part in [field, *field.split(";")]:
                assert not re.match(r"[\s\"]*[=+\-@＝＋－＠]", part), (table.name, field)
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", field)
    assert seen > 20


def test_plain_text_is_left_alone(tmp_path):
    names = ["Zoë Müller", "李雷", "O'Brien", "a-b=c", "anna@example.org", "שלום\u200f", "🦊🏽"]
    outputs.grades([of(name, (1, 1, "right", f"{name}, twice; {name}")) for name in names], tmp_path)
    rows = rows_of(tmp_path / "grades.csv")[1:]
    assert [(row[0], row[6]) for row in rows] == [(name, f"{name}, twice; {name}") for name in sorted(names)]


def test_canvas_finds_what_its_importer_looks_for(tmp_path):
    bob = of("bob", (1, 3, "partly right"), assignment="two")
    outputs.canvas([ADA, bob, of("Points Possible", (2, 3, "wrong"), assignment="two")], tmp_path, {"two": 4711})
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert (tmp_path / "canvas/two.csv").read_bytes().startswith(b"Student,ID,")  # no mark before the first name
    assert rows_of(tmp_path / "canvas/two.csv") == [
        [*header, "two (4711)"],
        ["    Points Possible", "", "", "", "", "3"],
        ["", "", "", "Points Possible", "", "2"],
        ["bob", "", "", "bob", "", "1"],
    ]
    # Ada waits for a person: a row without points would take away those that Canvas has.
    assert rows_of(tmp_path / "canvas/one.csv") == [[*header, "one"], ["    Points Possible", "", "", "", "", "14.5"]]


def test_moodle_gets_points_and_feedback_as_html(tmp_path):
    criteria = (Criterion("is <class 'int'> & more", 0, 2, "See <img src=x>."),)
    report = Report("bob", "two", (QuestionReport("add", 1, 3, "partly right", "Near.", criteria),))
    outputs.moodle([ADA, report], tmp_path)
    header, row = rows_of(tmp_path / "moodle/two.csv")
    assert header == ["username", "two", "feedback"] and row[:2] == ["bob", "1"]
    assert Tree(row[2]).elements == []
    said = "add: Partly right (1 of 3 points). Near. ✗ is <class 'int'> & more (0 of 2): See <img src=x>."
    assert "".join(Tree(row[2]).texts) == said
    assert rows_of(tmp_path / "moodle/one.csv") == [["username", "one", "feedback"]]


def test_gradescope_reads_scores_and_plain_text(tmp_path):
    outputs.gradescope([ADA, of("bob", (0, 3, "not gradable"), (4, 4, "right"))], tmp_path, "after_published")
    (path,) = tmp_path.rglob("*.json")
    results = json.loads(path.read_text(encoding="utf-8"))
    assert path.relative_to(tmp_path).as_posix() == "gradescope/ada/one.json"
    assert (results["score"], results["output_format"], results["visibility"]) == (4.5, "text", "after_published")
    assert results["output"] == "You copied the check of add. The original was used."
    assert [(test["name"], test.get("score"), test["max_score"]) for test in results["tests"]] == [
        ("add", 2, 3),
        ("essay", None, 4),
        ("plan", None, 5),
        ("scale", 2.5, 2.5),
    ]
    assert {(test["output_format"], test["name_format"], test["visibility"]) for test in results["tests"]} == {
        ("text", "text", "after_published")
    }
    assert (
        results["tests"][0]["output"]
        == "Partly right (2 of 3 points).\nHalf way.\n✓ adds (2 of 2)\n✗ <b> (0 of 1): Not < 3."
    )


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_nothing_in_a_page_came_from_data_but_text(text):
    plain = Tree(
        page(
            Report(
                "x",
                "one",
                (QuestionReport("x", 1, 2, "wrong", "x", (Criterion("x", 0, 1, "y"), Criterion("met", 1, 1))),),
                ("x",),
            )
        )
    )
    (report,) = (report for report in hostile() if report.student == text)
    criteria = (Criterion(text, 0, 1, f"{text}!"), Criterion("met", 1, 1))
    report = Report(text, text, (QuestionReport(text, 1, 2, "wrong", text, criteria),), (text,))
    shown = Tree(page(report))
    assert shown.elements == plain.elements
    assert clean(text, lines=True).strip() in "".join(shown.texts)
    assert "".join(shown.texts).count(clean(text, lines=True)) >= 7
    page(report).encode("utf-8")


def test_a_page_asks_nobody_for_anything_and_runs_nothing():
    shown = Tree(page(ADA))
    policies = [a["content"] for tag, a in shown.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    for tag, attributes in shown.elements:
        assert tag not in ("script", "link", "img", "iframe", "object", "base", "form")
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    assert "http" not in page(ADA).replace("http-equiv", "") and "url(" not in page(ADA)
    names = [attributes["id"] for _, attributes in shown.elements if "id" in attributes]
    assert [a["href"] for tag, a in shown.elements if tag == "a"] == [f"#{name}" for name in names]


def test_a_page_says_what_became_of_each_question():
    text = re.sub(r"\s+", " ", " ".join(Tree(page(ADA)).texts))
    assert "Feedback for ada one 4.5 of 14.5 points so far; 2 questions are not graded yet" in text
    assert text.index("What we noticed in your file You copied the check of add.") < text.index("1 · add")
    assert "1 · add Partly right 2 of 3 points Half way. ✓ adds 2 of 2 ✗ <b> 0 of 1 Not < 3." in text
    assert "2 · essay A person will grade this worth 4 points" in text
    assert "4 · scale Right 2.5 of 2.5 points" in text


def test_the_graders_own_trouble_is_called_so():
    text = " ".join(Tree(page(of("bob", (0, 1, "not gradable")))).texts)
    assert "no attempt is lost" in text and "worth 1 point" in text and "0 of 1" not in text
    assert "Not graded yet" in text


def test_one_cause_is_told_once():
    criteria = tuple(Criterion(name, 0, 1, "It returns None.") for name in ("adds", "scales", "copies"))
    text = "".join(Tree(page(Report("bob", "one", (QuestionReport("add", 0, 3, "wrong", "", criteria),)))).texts)
    assert text.count("It returns None.") == 1 and text.count("For the same reason.") == 2


def test_every_verdict_has_words_and_a_colour():
    from typing import get_args

    from gradebox.report import Verdict

    for verdict in get_args(Verdict):
        shown = Tree(page(of("bob", (0, 1, verdict))))
        assert "".join(shown.texts).count("1 · add") == 1


def test_numbers_are_written_as_people_do():
    assert [number(x) for x in (3, 3.0, 2.5, 1 / 3, 0.1 + 0.2, 1234567, 0)] == [
        "3",
        "3",
        "2.5",
        "0.3333",
        "0.3",
        "1234567",
        "0",
    ]


def test_the_same_reports_give_the_same_bytes(tmp_path, course):
    reports = [ADA, *hostile(), of("bob", (1, 3, "partly right"), assignment="two")]

    def written(folder, given):
        outputs.write(given, course, folder)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    first = written(tmp_path / "a", iter(reports))
    assert first == written(tmp_path / "b", reversed(reports)) == written(tmp_path / "a", reports)
    assert len(first) == 2 + 2 + 2 + 2 * len(reports)
    assert not any(name.endswith(".part") for name in first)


def test_of_two_reports_on_one_submission_the_later_counts(tmp_path):
    outputs.totals([of("bob", (1, 3, "partly right")), of("bob", (3, 3, "right"))], tmp_path)
    assert rows_of(tmp_path / "totals.csv")[1] == ["bob", "3", "3", ""]


def test_files_stay_in_their_folder_whatever_the_names(tmp_path, course):
    out = tmp_path / "deep" / "out"
    reports = [Report(text, text, of("x", (1, 1, "right")).questions) for text in HOSTILE]
    outputs.write(reports, course, out)
    assert {path.relative_to(tmp_path).parts[:2] for path in tmp_path.rglob("*") if path.is_file()} == {("deep", "out")}
    assert len(list((out / "feedback").glob("*/*.html"))) == len(HOSTILE)
    assert {entry.name for entry in out.iterdir()} == {
        "grades.csv",
        "totals.csv",
        "canvas",
        "moodle",
        "gradescope",
        "feedback",
    }


def test_a_full_disk_is_an_error_and_no_half_file(tmp_path):
    outputs.grades([ADA], tmp_path)
    before = (tmp_path / "grades.csv").read_bytes()
    many = [of(f"student-{n}", (1, 3, "wrong", "x" * 100)) for n in range(500)]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))  # as much as a nearly full disk takes
    try:
        with pytest.raises(OutputError, match=r"grades\.csv could not be written: File too large"):
            outputs.grades(many, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "grades.csv").read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["grades.csv"]


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "feedback").write_text("mine")
    with pytest.raises(OutputError, match=r"feedback.*could not be written"):
        outputs.feedback([ADA], tmp_path)
    assert (tmp_path / "feedback").read_text() == "mine"


def test_the_gradebook_has_points_and_what_a_person_must_grade(book):
    grades, comments = entered(book)
    assert grades == {
        "add": (2, None, 2, 3, False),
        "essay": (None, None, 0, 4, True),
        "plan": (None, None, 0, 5, True),
        "scale": (2.5, None, 2.5, 2.5, False),
    }
    assert comments.keys() == {"add-answer", "essay", "plan", "scale-answer"}
    assert (
        comments["add-answer"]
        == "    add: Partly right (2 of 3 points).\n    Half way.\n    ✓ adds (2 of 2)\n    ✗ <b> (0 of 1): Not < 3."
    )
    assert comments["essay"] is comments["plan"] is None


def test_writing_twice_changes_nothing(book, course):
    before = content(book)
    outputs.gradebook([ADA], course, book)
    outputs.gradebook([ADA, ADA], course, book)
    assert content(book) == before


def test_what_a_person_entered_stays(book, course):
    from nbgrader.api import Gradebook

    with Gradebook(book) as open_book:
        for question, score in (("add", 3.0), ("essay", 3.5)):
            grade = open_book.find_grade(question, "problem", "one", "ada")
            grade.manual_score, grade.needs_manual_grade, grade.extra_credit = score, False, 0.25
        open_book.find_comment("add-answer", "problem", "one", "ada").manual_comment = "Well argued."
        open_book.find_submission("one", "ada").notebooks[0].late_submission_penalty = 1.5
        open_book.db.commit()
    before = content(book)
    outputs.gradebook([ADA], course, book)
    assert content(book) == before

    outputs.gradebook(
        [of("ada", (1, 3, "partly right"), (0, 4, "manual"), (0, 5, "manual"), (2.5, 2.5, "right"))], course, book
    )
    grades, _ = entered(book)
    assert grades["add"] == (
        1,
        3,
        3.25,
        3,
        True,
    )  # another automatic score: it asks for a second look, as nbgrader does
    assert grades["essay"] == (None, 3.5, 3.75, 4, False)
    with Gradebook(book) as open_book:
        assert open_book.find_comment("add-answer", "problem", "one", "ada").comment == "Well argued."
        assert open_book.find_submission("one", "ada").late_submission_penalty == 1.5


def test_what_could_not_be_graded_leaves_the_gradebook_as_it_is(book, course):
    from nbgrader.api import Gradebook

    before = content(book)
    outputs.gradebook(
        [of("ada", *[(0, 3, "not gradable")] * 4), of("bob", (3, 3, "right"), trouble="No box.")], course, book
    )
    assert content(book) == before
    outputs.gradebook(
        [of("ada", (3, 3, "right"), (0, 4, "manual"), (0, 5, "manual"), (0, 2.5, "not gradable"))], course, book
    )
    grades, comments = entered(book)
    assert (grades["add"][0], grades["scale"][0]) == (3, 2.5) and "Right (2.5" in comments["scale-answer"]
    with Gradebook(book) as open_book:
        assert [student.id for student in open_book.students] == ["ada"]


def test_hostile_names_go_into_the_gradebook_and_come_back(course, tmp_path):
    from nbconvert.filters import markdown2html
    from nbgrader.api import Gradebook

    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    reports = [of(text, (1, 3, "wrong", text), (0, 4, "manual", text)) for text in HOSTILE]
    outputs.gradebook(reports, course, url)
    with Gradebook(url) as book:
        students = [student.id for student in book.students]
        assert len(set(students)) == len(HOSTILE) and max(map(len, students)) <= 128
        # nbgrader makes paths and pages from them, and a table.
        assert not any(re.search(r"[/\\<>&\"'\x00-\x1f]|^[.=+@-]", student) for student in students)
        for submission in book.find_assignment("one").submissions:
            (notebook,) = submission.notebooks
            assert {grade.name: grade.auto_score for grade in notebook.grades}["add"] == 1
            for comment in notebook.comments:
                shown = Tree(markdown2html(comment.auto_comment or ""))  # as nbgrader's feedback shows it
                assert {tag for tag, _ in shown.elements} <= {"pre", "code"}


def test_nbgrader_knows_the_cells_as_if_it_had_made_them(book, course, tmp_path):
    """Its own generate_assignment finds nothing to change, though there are submissions."""
    shutil.copytree(course.folder, tmp_path / "source")

    def told():
        with sqlite3.connect(book.removeprefix("sqlite:///")) as database:
            queries = (
                "select name, cell_type, locked, source, checksum from source_cell order by name",
                "select base_cell.name, type, max_score, cell_type from base_cell natural join grade_cells order by name",
                "select base_cell.name, type, max_score, cell_type from base_cell natural join task_cells order by name",
                "select base_cell.name, type from base_cell natural join solution_cells order by name",
                "select name, kernelspec from notebook",
            )
            return [database.execute(query).fetchall() for query in queries]

    before, grades = told(), entered(book)
    assert len(before[0]) == 7 and len(before[1]) == 3
    command = [Path(sys.executable).parent / "nbgrader", "generate_assignment", "one", "--CourseDirectory.db_url", book]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "none")}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert told() == before and entered(book) == grades


def test_points_that_the_teacher_changed_reach_the_gradebook(book, course, tmp_path):
    folder = tmp_path / "changed"
    shutil.copytree(course.folder, folder)
    path = folder / "one" / "problem.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace('"points": 3', '"points": 6'), encoding="utf-8")
    outputs.gradebook([of("ada", (5, 6, "partly right"))], Course(folder), book)
    assert entered(book)[0]["add"] == (5, None, 5, 6, False)


def test_a_gradebook_of_other_questions_is_refused(book, course, tmp_path):
    folder = tmp_path / "changed"
    shutil.copytree(course.folder, folder)
    path = folder / "one" / "problem.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace('"scale"', '"resize"'), encoding="utf-8")
    before = content(book)
    with pytest.raises(OutputError, match="made for other questions than the course has now"):
        outputs.gradebook([ADA], Course(folder), book)
    assert content(book) == before


def test_an_assignment_that_the_course_has_not_is_refused(book, course):
    with pytest.raises(OutputError, match="no assignment 'three'"):
        outputs.gradebook([of("ada", (1, 3, "wrong"), assignment="three")], course, book)


def test_a_locked_gradebook_is_an_error_after_the_other_outputs(book, course, tmp_path):
    before = content(book)
    with sqlite3.connect(book.removeprefix("sqlite:///")) as other:
        other.execute("begin exclusive")
        with pytest.raises(OutputError, match=r"gradebook\.db could not be written: database is locked"):
            outputs.write([of("bob", (1, 3, "wrong"))], course, tmp_path / "out", book + "?timeout=0.2")
        other.rollback()
    assert content(book) == before
    assert len(list((tmp_path / "out").rglob("*.*"))) == 6


@pytest.mark.parametrize("damage", ["not a database", "torn"])
def test_a_damaged_gradebook_is_an_error(book, course, damage):
    path = Path(book.removeprefix("sqlite:///"))
    data = path.read_bytes()
    path.write_bytes(b"no" * 4000 if damage == "not a database" else data[:1000] + b"\xff" * (len(data) - 1000))
    broken = path.read_bytes()
    with pytest.raises(OutputError, match=r"gradebook\.db could not be written: (file is not a database|.*malformed)"):
        outputs.gradebook([ADA], course, book)
    assert path.read_bytes() == broken


def test_a_password_is_not_told(course):
    with pytest.raises(OutputError) as error:
        outputs.gradebook([ADA], course, "nonsense://teacher:secret@host/book")
    assert "host/book" in str(error.value) and "secret" not in str(error.value)


def test_without_nbgrader_a_sentence_says_so(course, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)
    with pytest.raises(OutputError, match="nbgrader must be installed"):
        outputs.write([ADA], course, tmp_path, f"sqlite:///{tmp_path / 'gradebook.db'}")
    assert (tmp_path / "grades.csv").exists() and not (tmp_path / "gradebook.db").exists()


def test_the_environment_need_not_be_active(course, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    outputs.gradebook([ADA], course, url)
    assert any("alembic_version" in line and "INSERT" in line for line in content(url))
