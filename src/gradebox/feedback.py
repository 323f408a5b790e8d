"""What a learner reads: one page for each submission. It needs nothing but a browser, and nothing in it runs.

The page is built as a tree and then written out. Whatever came from a learner or a teacher is the text of a node, so none of it
can become an element or an attribute.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree import ElementTree

from .report import Criterion, QuestionReport, Report

__all__ = ["OPEN", "clean", "in_words", "number", "page", "settled"]

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
@media (max-width: 30rem) {
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


def page(report: Report) -> str:
    """The page as HTML."""
    report = settled(report)
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
            _node("main", *_noticed(report), *(_question(n, q) for n, q in enumerate(report.questions, start=1))),
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


def _question(place, question):
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
        _node("h2", f"{place} · ", _node("bdi", question.question)),
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
