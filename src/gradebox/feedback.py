"""What a learner reads: one page for each submission. It needs nothing but a browser, and nothing in it runs.

With the course at hand the page begins with what to do next: what was right, what to read again, and which question to try.

The page is built as a tree and then written out. Whatever came from a learner or a teacher is the text of a node, so none of it
can become an element or an attribute; the one exception is the address of the teacher's book.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree import ElementTree

from .course import Assignment, Course
from .report import Criterion, QuestionReport, Report

__all__ = ["OPEN", "anchor", "clean", "in_words", "number", "page", "settled"]

OPEN = ("manual", "not gradable")  # verdicts without points: a zero would be wrong
_TITLES = {
    "right": "Right",
    "partly right": "Partly right",
    "wrong": "Not there yet",
    "not attempted": "Not attempted yet",
    "error": "Your code stopped with an error",
    "time limit": "Your code took too long",
    "memory limit": "Your code needed too much memory",
    "crashed": "The process that ran your code ended",
    "missing": "Your file has no answer cell for it",
    "manual": "A person will grade this",
    "not gradable": "Not graded yet",
}
_NO_ATTEMPT_LOST = "The grader had trouble of its own here. It is not your fault, and no attempt is lost."
_COLOURS = dict.fromkeys(_TITLES, "#D55E00") | {
    "right": "#009E73",
    "partly right": "#E69F00",
    "wrong": "#E69F00",
    "not attempted": "#8A9099",
    "missing": "#8A9099",
    "manual": "#3D8FD1",
    "not gradable": "#3D8FD1",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --page: #f5f6f8; --card: #fff; --ink: #1c232b; --soft: #59636e; --line: #d3d7de; --night: #0b1d2e; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14181e; --card: #1b2129; --ink: #e4e8ec; --soft: #a3adb8; --line: #3a414b; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 46rem; margin: 0 auto; }
h1, h2, p, ul, ol { margin: 0; padding: 0; }
ul, ol { list-style: none; }
header { background: var(--night); color: #fff; border-radius: 1.25rem; padding: 1.75rem 2rem 2rem; }
header .whose { color: #a9c4da; }
h1 { font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.01em; }
.sum { margin-top: 1.25rem; font-size: 1.125rem; }
.sum b { font-size: 2.75rem; line-height: 1.1; font-weight: 700; letter-spacing: -0.02em; }
.rings { display: flex; flex-wrap: wrap; gap: 0.6rem; margin-top: 1.25rem; }
.rings a { display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border-radius: 50%; color: #fff;
  text-decoration: none; font-size: 1rem; print-color-adjust: exact; -webkit-print-color-adjust: exact;
  background: radial-gradient(closest-side, var(--night) 77%, transparent 79%), conic-gradient(var(--c) var(--share), var(--rest) 0); }
.rings .open { background: none; border: 0.25rem dotted var(--c); }
a:focus-visible { outline: 3px solid #56B4E9; outline-offset: 3px; }
section { background: var(--card); border: 1px solid var(--line); border-left: 0.4rem solid var(--c); border-radius: 0.6rem;
  margin-top: 1rem; padding: 1.1rem 1.4rem 1.2rem; scroll-margin-top: 1rem; }
section:target { box-shadow: 0 0 0 2px var(--c); }
h2 { font-size: 1.125rem; line-height: 1.4; }
.result { display: flex; flex-wrap: wrap; column-gap: 0.75rem; color: var(--soft); }
.result b { color: var(--ink); font-weight: 600; }
.message { margin-top: 0.6rem; white-space: pre-wrap; }
.criteria { margin-top: 0.9rem; border-top: 1px solid var(--line); padding-top: 0.5rem; }
.criteria li { display: grid; grid-template-columns: 1.6rem 1fr auto; column-gap: 0.25rem; margin-top: 0.45rem; }
.criteria .points { color: var(--soft); padding-left: 1rem; white-space: nowrap; }
.criteria .message { grid-column: 2 / -1; margin: 0; color: var(--soft); }
.noticed li { margin: 0.4rem 0 0 1.1rem; list-style: disc; }
main a { color: inherit; text-decoration-color: var(--c); text-decoration-thickness: 0.14em; text-underline-offset: 0.2em; }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: 0.7rem 1rem; margin: 0.8rem 0 0; }
dt { font-weight: 600; } dd { margin: 0; } dd li + li { margin-top: 0.15rem; } .aside { color: var(--soft); }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; row-gap: 0; } dd + dt { margin-top: 0.7rem; }
  body { padding: 0.75rem 0.75rem 3rem; } header { padding: 1.25rem; border-radius: 1rem; } h1 { font-size: 1.4rem; }
  section { padding: 0.9rem 1rem 1rem; } }
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --night: #fff; color-scheme: light; }
  body { padding: 0; font-size: 10.5pt; } header { color: #000; border: 1px solid #bbb; } header .whose { color: #444; }
  .rings a { color: #000; } section { break-inside: avoid; } h2 { break-after: avoid; } }
"""


def clean(text: str, lines: bool = False) -> str:
    """The text without what is not for reading: control characters, lone surrogates, and marks that turn the direction of others.

    With ``lines``, line ends stay; otherwise they become spaces, as tabs do.
    """
    kept = []
    for character in text.replace("\r\n", "\n").replace("\r", "\n"):
        if character in "\t\n\v\f\x85\u2028\u2029":
            kept.append("\n" if lines and character == "\n" else " ")
        elif (
            unicodedata.category(character) not in ("Cc", "Cs")
            and character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ):
            kept.append(character)
    return "".join(kept)


def number(points: float) -> str:
    """Points as people write them: 3, 2.5, 0.3333."""
    return f"{round(points, 4):.12g}"


def settled(report: Report) -> Report:
    """The report as it may be shown: where the grader had trouble with the submission, no question counts as graded."""
    questions = report.questions
    if report.trouble:
        questions = (replace(question, verdict="not gradable", criteria=()) for question in questions)
    return replace(report, questions=tuple(replace(q, points=0.0) if q.verdict in OPEN else q for q in questions))


def in_words(question: QuestionReport) -> str:
    """What became of a question, as lines of plain text, for places that show no more than that."""
    said = [f"{_TITLES[question.verdict]} ({_points(question)}).", *_sentences(question)]
    for criterion, met, message in _told(question.criteria):
        worth = f"{number(criterion.points)} of {number(criterion.max_points)}"
        said.append(f"{'✓' if met else '✗'} {criterion.name} ({worth})" + (f": {message}" if message else ""))
    return "\n".join(clean(line, lines=True) for line in said)


def anchor(heading: str) -> str:
    """The name by which Sphinx, and Jupyter Book with it, links to the section below a heading."""
    plain = unicodedata.normalize("NFKD", heading.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789").rstrip("-")


def page(report: Report, course: Course | None = None, book: str = "") -> str:
    """The page as HTML.

    With the course, questions have their titles, and the page says what to do next. With ``book``, the address of the book's start
    page, the sections to read again are links; without it, they are named.
    """
    report = settled(report)
    assignment = course.assignments.get(report.assignment) if course else None
    titles = {question.id: question.title for question in assignment.questions} if assignment else {}
    names = [titles.get(question.question) or question.question for question in report.questions]
    html = _node(
        "html",
        _node(
            "head",
            _node("meta", charset="utf-8"),
            _node("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            _node("meta", name="viewport", content="width=device-width, initial-scale=1"),
            _node("meta", name="robots", content="noindex"),
            _node("title", f"{report.assignment}: feedback for {report.student}"),
            _node("style", _STYLE),
        ),
        _node(
            "body",
            _header(report),
            _node(
                "main",
                *_noticed(report),
                *(_next_steps(report, course, assignment, names, book) if assignment else ()),
                *(_question(place, *told) for place, told in enumerate(zip(report.questions, names, strict=True), 1)),
            ),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{ElementTree.tostring(html, encoding='unicode', method='html')}\n"


def _node(tag, *children, **attributes):
    """An element; children are elements or text. An underscore at the end or inside of an attribute's name stands for "class_", "http-equiv"."""
    node = ElementTree.Element(tag, {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()})
    last = None
    for child in children:
        if isinstance(child, str):
            text = child if tag == "style" else clean(child, lines=True)
            if last is None:
                node.text = (node.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        else:
            node.append(child)
            last = child
    return node


def _header(report):
    still_open = [question for question in report.questions if question.verdict in OPEN]
    rings = [
        _node(
            "li",
            _node(
                "a",
                str(place),
                href=f"#question-{place}",
                class_="open" if question.verdict in OPEN else "ring",
                style=f"--c: {_COLOURS[question.verdict]}; --rest: {_COLOURS[question.verdict]}59; --share: {_share(question):.0f}%",
                aria_label=f"Question {place}: {_TITLES[question.verdict]}, {_points(question)}",
            ),
        )
        for place, question in enumerate(report.questions, start=1)
    ]
    total = [_node("b", number(report.points)), f" of {number(report.max_points)} points"]
    if len(still_open) == len(report.questions):
        total = ["Not graded yet"]
    elif still_open:
        count = f"{len(still_open)} questions are" if len(still_open) > 1 else "1 question is"
        total.append(f" so far; {count} not graded yet")
    return _node(
        "header",
        _node("p", "Feedback for ", _node("bdi", report.student), class_="whose"),
        _node("h1", _node("bdi", report.assignment)),
        _node("p", *total, class_="sum"),
        _node("ol", *rings, class_="rings"),
    )


def _noticed(report):
    """What was strange about the file, before everything else, since it may explain the rest."""
    if report.findings:
        lines = [_node("li", finding, dir="auto") for finding in report.findings]
        heading = _node("h2", "What we noticed in your file")
        yield _node("section", heading, _node("ul", *lines), class_="noticed", style="--c: #56B4E9")


def _next_steps(report, course, assignment, names, book):
    """A section with what was right, what to read again, and what to try next; nothing where nothing was graded."""
    graded = {
        place: question for place, question in enumerate(report.questions, start=1) if question.verdict not in OPEN
    }
    if not graded:
        return
    short = {place: question for place, question in graded.items() if question.verdict != "right"}
    rows = []
    if any(question.points > 0 or question.verdict == "right" for question in graded.values()):
        rows.append(("Right", _right(graded, short, names, len(graded) == len(report.questions))))
    if again := _to_read(short, course.reading.get(assignment.name), book):
        rows.append(("Read again", again))
    rows.append(("Next", _to_try(short, course, assignment, names)))
    parts = [part for term, told in rows for part in (_node("dt", term), _node("dd", *told))]
    yield _node("section", _node("h2", "In short"), _node("dl", *parts), style="--c: #3D8FD1")


def _link(place, name):
    return _node("a", _node("bdi", name), href=f"#question-{place}")


def _right(graded, short, names, is_all):
    """The questions that were right, and of the others what was right about them."""
    if not short:
        return ["Every question." if is_all else "Every question that is graded so far."]
    lines = []
    for place, question in graded.items():
        if place not in short:
            lines.append(_node("li", _link(place, names[place - 1])))
        elif question.points > 0:
            met = [criterion.name for criterion, is_met, _ in _told(question.criteria) if is_met]
            told = f", in part: {'; '.join(met)}" if met else ", in part"
            lines.append(_node("li", _link(place, names[place - 1]), _node("span", told, class_="aside")))
    return [_node("ul", *lines)]


def _to_read(short, reading, book):
    """The sections that the questions need which are not right yet, each of them once."""
    wanted = {}
    for place, question in short.items():
        for heading in reading.read.get(question.question, ()) if reading else ():
            wanted.setdefault(heading, []).append(place)
    lines = []
    for heading, places in wanted.items():
        address = f"{book.rstrip('/')}/{reading.page}#{anchor(heading)}"
        section = _node("a", heading, href=address) if book else _node("cite", heading)
        told = f", for question{'s' if len(places) > 1 else ''}\u00a0{' and '.join(map(str, places))}"
        lines.append(_node("li", section, _node("span", told, class_="aside")))
    return [_node("p", f"In {reading.title}:"), _node("ul", *lines)] if lines else []


def _to_try(short, course: Course, assignment: Assignment, names):
    """The easiest question that is not right yet, or else the next assignment."""
    if short:
        known = {question.id: question for question in assignment.questions}
        place = min(short, key=lambda place: (getattr(known.get(short[place].question), "difficulty", 0), place))
        question = known.get(short[place].question)
        return [
            f"Question\u00a0{place}, ",
            _link(place, names[place - 1]),
            _minutes(question.minutes if question else 0),
        ]
    later = [name for name in course.assignments if name > assignment.name]
    if not later:
        return ["This was the last assignment."]
    following = course.assignments[min(later)]
    title = next((notebook.title for notebook in following.notebooks if notebook.title), following.name)
    return [_node("bdi", title), _minutes(sum(question.minutes for question in following.questions))]


def _minutes(minutes):
    return f", about {number(minutes)}\u00a0minutes." if minutes else "."


def _question(place, question, name):
    criteria = []
    for criterion, met, message in _told(question.criteria):
        mark = _node("span", "✓" if met else "✗", role="img", aria_label="met" if met else "not met")
        points = f"{number(criterion.points)} of {number(criterion.max_points)}"
        parts = [mark, _node("bdi", criterion.name), _node("span", points, class_="points")]
        if message:
            parts.append(_node("p", message, class_="message", dir="auto"))
        criteria.append(_node("li", *parts))
    return _node(
        "section",
        _node("h2", f"{place} · ", _node("bdi", name)),
        _node("p", _node("b", _TITLES[question.verdict]), " ", _node("span", _points(question)), class_="result"),
        *(_node("p", sentence, class_="message", dir="auto") for sentence in _sentences(question)),
        *([_node("ul", *criteria, class_="criteria")] if criteria else []),
        id=f"question-{place}",
        style=f"--c: {_COLOURS[question.verdict]}",
    )


def _points(question):
    most = f"{number(question.max_points)} point{'' if question.max_points == 1 else 's'}"
    return f"worth {most}" if question.verdict in OPEN else f"{number(question.points)} of {most}"


def _share(question):
    """The part of the points that was reached, in per cent."""
    share = question.points / question.max_points if question.max_points > 0 else float(question.verdict == "right")
    return 100 * min(max(share, 0), 1)


def _sentences(question):
    """On the question as a whole."""
    own = [_NO_ATTEMPT_LOST] if question.verdict == "not gradable" else []
    return own + ([question.message] if question.message else [])


def _told(criteria: Sequence[Criterion]) -> Iterator[tuple[Criterion, bool, str]]:
    """Each criterion, whether it was met, and its sentence. One cause is told once; where nothing would be told, there is nothing."""
    told = set()
    met = [criterion.points >= criterion.max_points for criterion in criteria]
    if any(met) or any(criterion.message for criterion in criteria):
        for criterion, is_met in zip(criteria, met, strict=True):
            again = criterion.message and criterion.message in told
            told.add(criterion.message)
            yield criterion, is_met, "For the same reason." if again else criterion.message
