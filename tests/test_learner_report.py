"""The head of a feedback page: what was right, what to read again, and which question to try next."""

import json
import re
import tempfile

import pytest
from common import CHAPTERS, SOLUTIONS, name, notebook
from docutils.nodes import make_id
from faults import counting
from test_outputs import HOSTILE, Tree

from gradebox import cli, outputs, warm
from gradebox.course import Course, CourseError
from gradebox.feedback import anchor, clean, page
from gradebox.report import Criterion, QuestionReport, Report

COURSE = Course(SOLUTIONS[0].parent.parent)
BOOK = "https://books.example/nine"


# ---- The map of this course


def headings(path):
    """The headings of a chapter's sections, in order."""
    texts = [cell.source for cell in notebook(path).cells if cell.cell_type == "markdown"]
    return re.findall(r"^##+ (.*)$", "\n".join(texts), re.M)


@pytest.mark.parametrize("path", SOLUTIONS, ids=name)
def test_every_question_has_a_title_minutes_and_sections_to_read(path):
    assignment, reading = COURSE.assignments[name(path)], COURSE.reading[name(path)]
    stated = [
        (cell.metadata.isnine.question, cell.source.split("\n")[0])
        for cell in notebook(path).cells
        if "question" in cell.metadata.get("isnine", {})
    ]
    assert [question.id for question in assignment.questions] == [told.check for told, _ in stated] == [*reading.read]
    for place, (question, (told, heading)) in enumerate(zip(assignment.questions, stated, strict=True), start=1):
        assert heading == f"## {place}. {question.title}"
        assert (question.difficulty, question.minutes) == (told.difficulty, told.minutes)
        assert 1 <= len(reading.read[question.id]) <= 3
    (chapter,) = [path for path in CHAPTERS if path.stem == assignment.name]
    assert reading.page == f"chapters/{chapter.stem}.html"
    assert notebook(chapter).cells[0].source.split("\n")[0] == f"# {reading.title}"
    known = headings(chapter)
    story = known[known.index("What you need first") + 1 : known.index("Check yourself")]
    wanted = {heading for sections in reading.read.values() for heading in sections}
    assert not wanted - set(story), "these are no sections of the chapter"
    assert all(known.count(heading) == 1 for heading in wanted), "a heading that stands twice has no link of its own"


def test_there_is_a_map_for_every_assignment_and_no_other():
    assert list(COURSE.reading) == list(COURSE.assignments)


def test_sections_are_linked_by_the_names_that_the_book_gives_them():
    for heading in (heading for path in CHAPTERS for heading in headings(path)):
        assert anchor(heading) == make_id(heading)
    assert anchor("3. Déjà vu – «zwei» Bücher") == make_id("3. Déjà vu – «zwei» Bücher")


def test_the_built_book_has_the_sections(html):
    for reading in COURSE.reading.values():
        text = (html / reading.page).read_text(encoding="utf-8")
        for heading in {heading for sections in reading.read.values() for heading in sections}:
            assert f'id="{anchor(heading)}"' in text, heading


# ---- The page, for a course of any kind


def written(folder, readings=True):
    """A course of two assignments. Its metadata have a name of their own, and its second question is the easiest."""

    def cells(questions):
        for number, (check, difficulty, minutes) in enumerate(questions, start=1):
            told = {"check": check, "difficulty": difficulty, "minutes": minutes}
            yield {
                "cell_type": "markdown",
                "id": f"{check}-text",
                "metadata": {"anybody": {"question": told}},
                "source": f"## {number}. The {check}\n\nWrite it.",
            }
            marks = {"grade_id": f"{check}-answer", "grade": False, "solution": True, "schema_version": 3}
            yield {"cell_type": "code", "id": f"{check}-a", "metadata": {"nbgrader": marks}, "source": f"{check} = 1"}
            marks = {"grade_id": check, "grade": True, "solution": False, "points": 2, "schema_version": 3}
            yield {"cell_type": "code", "id": check, "metadata": {"nbgrader": marks}, "source": f"assert {check}"}

    for assignment, questions in {
        "one": [("sum", 2, 10), ("mean", 1, 5), ("median", 3, 20)],
        "two": [("variance", 1, 7), ("spread", 2, 8.5)],
    }.items():
        (folder / assignment).mkdir(parents=True)
        title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# Part {assignment}"}
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [title, *cells(questions)]}
        (folder / assignment / "numbers.ipynb").write_text(json.dumps(content))
    if readings:
        (folder / "reading.toml").write_text(
            '[one]\ntitle = "Chapter 1"\npage = "part/one.html"\n'
            '[one.read]\nsum = ["Add them up"]\nmean = ["Add them up", "Who\'s average?"]\n'
        )
    return Course(folder)


@pytest.fixture
def course(tmp_path):
    return written(tmp_path / "course")


def report(*verdicts, assignment="one", **more):
    """What became of the questions in order: a verdict, or a number of points for an answer that is partly right."""
    names = {"one": ("sum", "mean", "median"), "two": ("variance", "spread")}[assignment]
    questions = []
    for question, verdict in zip(names, verdicts, strict=True):
        if isinstance(verdict, int):
            criteria = (Criterion("adds", verdict, verdict), Criterion("divides", 0, 2 - verdict, "Divide."))
            questions.append(QuestionReport(question, verdict, 2, "partly right", "", criteria))
        else:
            questions.append(QuestionReport(question, 2 * (verdict == "right"), 2, verdict))
    return Report("ada", assignment, tuple(questions), **more)


def rows(shown):
    """The text of the head's rows, by their names."""
    text = re.search(r"<dl>(.*?)</dl>", shown, re.S)
    told = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text[1], re.S) if text else []
    return {term: re.sub(r"\s+", " ", " ".join(Tree(part).texts)).replace(" ,", ",") for term, part in told}


def links(shown):
    """The addresses outside the page, with their texts."""
    return re.findall(r'<a href="(http[^"]*)">(.*?)</a>', shown)


def test_it_says_what_was_right_what_to_read_and_what_to_try(course):
    shown = page(report("right", 1, "error"), course, BOOK)
    assert rows(shown) == {
        "Right": "The sum The mean, in part: adds",
        "Read again": "In Chapter 1: Add them up, for question 2 Who's average?, for question 2",
        "Next": "Question 2, The mean, about 5 minutes.",
    }
    assert links(shown) == [
        (f"{BOOK}/part/one.html#add-them-up", "Add them up"),
        (f"{BOOK}/part/one.html#who-s-average", "Who's average?"),
    ]
    assert {"#question-1", "#question-2", "#question-3"} == set(re.findall(r'href="(#[^"]*)"', shown))
    assert "2 · <bdi>The mean</bdi>" in shown and '<a href="#question-2"><bdi>The mean</bdi></a>' in shown
    assert shown.index("<dl>") < shown.index('id="question-1"')


def test_a_section_that_two_questions_need_is_named_once(course):
    assert rows(page(report("wrong", "crashed", "right"), course))["Read again"] == (
        "In Chapter 1: Add them up, for questions 1 and 2 Who's average?, for question 2"
    )


@pytest.mark.parametrize(
    ("verdicts", "following"),
    [
        (("missing", "not attempted", "wrong"), "Question 2, The mean, about 5 minutes."),
        (("time limit", "right", 1), "Question 1, The sum, about 10 minutes."),
        (("right", "manual", "wrong"), "Question 3, The median, about 20 minutes."),
        (("right", "right", "manual"), "Part two, about 15.5 minutes."),
        (("right", "right", "right"), "Part two, about 15.5 minutes."),
    ],
)
def test_next_is_the_easiest_question_that_is_not_right_and_else_the_next_assignment(course, verdicts, following):
    assert rows(page(report(*verdicts), course))["Next"] == following


def test_after_the_last_assignment_there_is_none(course):
    assert rows(page(report("right", "right", assignment="two"), course)) == {
        "Right": "Every question.",
        "Next": "This was the last assignment.",
    }


def test_what_a_person_must_grade_is_neither_right_nor_wrong(course):
    told = rows(page(report("right", "right", "manual"), course))
    assert told["Right"] == "Every question that is graded so far." and "Read again" not in told


@pytest.mark.parametrize("more", [{}, {"trouble": "The disk is full."}])
def test_where_nothing_was_graded_there_is_no_advice(course, more):
    verdict = "wrong" if more else "not gradable"
    assert not rows(page(report(verdict, verdict, verdict, **more), course))


def test_nothing_right_is_not_rubbed_in(course):
    assert list(rows(page(report("wrong", "error", "missing"), course))) == ["Read again", "Next"]


def test_without_the_address_of_a_book_the_sections_are_named(course):
    shown = page(report("wrong", "right", "right"), course)
    assert rows(shown)["Read again"] == "In Chapter 1: Add them up, for question 1"
    assert all(address.startswith("#") for address in re.findall(r'href="([^"]*)"', shown))


def test_a_course_that_says_nothing_of_its_questions_has_their_ids(tmp_path):
    plain = written(tmp_path / "course", readings=False)
    for path in plain.folder.rglob("*.ipynb"):
        content = json.loads(path.read_text())
        content["cells"] = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
        path.write_text(json.dumps(content))
    plain = Course(plain.folder)
    assert rows(page(report(1, "right", "wrong"), plain, BOOK)) == {
        "Right": "sum, in part: adds mean",
        "Next": "Question 1, sum .",
    }
    assert rows(page(report("right", "right", "right"), plain))["Next"] == "two ."


def test_a_report_on_questions_that_the_course_no_longer_has(course):
    old = Report("ada", "one", (QuestionReport("gone", 0, 2, "wrong"), QuestionReport("sum", 2, 2, "right")))
    assert rows(page(old, course)) == {"Right": "The sum", "Next": "Question 1, gone ."}
    assert not rows(page(Report("ada", "gone", old.questions), course))


# ---- Nothing from outside becomes more than text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_comes_from_learners_stays_text(course, text):
    def shown(text):
        criteria = (Criterion(text, 1, 1), Criterion("met", 0, 1, text))
        questions = (QuestionReport("sum", 1, 2, "partly right", text, criteria), QuestionReport(text, 0, 2, "wrong"))
        return Tree(page(Report(text, "one", questions, (text,)), course, BOOK))

    assert shown(text).elements == shown("plain").elements
    assert clean(text, lines=True).strip() in "".join(shown(text).texts)


def test_what_comes_from_the_course_stays_text(tmp_path):
    evil = "</a><script>alert(1)</script>\" onload='x"
    course = written(tmp_path / "course")
    table = f"[one]\ntitle = {json.dumps(evil)}\npage = {json.dumps(evil)}\n[one.read]\nsum = [{json.dumps(evil)}]\n"
    (course.folder / "reading.toml").write_text(table)
    shown = Tree(page(report("wrong", "right", "right"), Course(course.folder), BOOK))
    assert {tag for tag, _ in shown.elements}.isdisjoint({"script"}) and evil in shown.texts
    assert not any(name.startswith("on") for _, attributes in shown.elements for name in attributes)


# ---- From the command to the page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "book/_build/html", "https://", "https://a b", "ftp://a"])
def test_an_address_that_is_none_is_refused(address, capsys):
    with pytest.raises(SystemExit):
        cli.main(["grade", "x", "--source", "x", "--out", "x", "--book", address])
    assert "begins with https://" in capsys.readouterr().err


@pytest.mark.skipif(not warm.available(), reason="this system can't fork warm processes")
def test_the_command_links_to_the_book(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    content = counting()
    for folder in ("solutions/counting", "submitted/ada/counting"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "counting.ipynb").write_text(json.dumps(content))
        content["cells"] = [
            {**cell, "source": "double = None"} if cell["id"] == "double-answer" else cell for cell in content["cells"]
        ]
    (tmp_path / "solutions" / "reading.toml").write_text(
        '[counting]\ntitle = "Counting"\npage = "counting.html"\n[counting.read]\ndouble = ["Twice"]\n'
    )
    given = ["grade", tmp_path / "submitted", "--source", tmp_path / "solutions", "--out", tmp_path / "out"]
    assert cli.main([*map(str, given), "--trusted", "--book", f"{BOOK}/intro.html"]) == 0
    shown = (tmp_path / "out" / "feedback" / "ada" / "counting.html").read_text(encoding="utf-8")
    assert links(shown) == [(f"{BOOK}/counting.html#twice", "Twice")]


def test_feedback_is_written_with_the_course(course, tmp_path):
    outputs.write([report("wrong", "right", "right")], course, tmp_path / "out", book=BOOK)
    assert links((tmp_path / "out" / "feedback" / "ada" / "one.html").read_text(encoding="utf-8"))


def test_titles_minutes_and_readings_ask_for_no_second_grading(course):
    before = course.assignments["one"].digest
    path = course.folder / "one" / "numbers.ipynb"
    path.write_text(path.read_text().replace("The sum", "Totals").replace('"minutes": 10', '"minutes": 11'))
    (course.folder / "reading.toml").unlink()
    after = Course(course.folder)
    assert after.assignments["one"].questions[0].title == "Totals" and after.assignments["one"].digest == before
    path.write_text(path.read_text().replace("assert sum", "assert sum == 1"))
    assert Course(course.folder).assignments["one"].digest != before


@pytest.mark.parametrize(
    "table",
    [
        "[one",
        "[one]\ntitle = 'x'",
        "[one]\ntitle = 'x'\npage = 'y'\nread = 3",
        "one = 3",
        "[one]\ntitle=1\npage=2\nread={}",
    ],
    ids=["no TOML", "no page", "no table", "no tables", "no texts"],
)
def test_a_map_that_is_wrong_is_told(course, table):
    (course.folder / "reading.toml").write_text(table)
    with pytest.raises(CourseError, match=r"reading\.toml can't be used: .*says title and page"):
        Course(course.folder)
