"""Reads a learner's notebook as plain JSON and trusts nothing in it: what will be run, in order, and what was strange.

What the course gives and the tests come from the teacher's copy; from the learner's come the answers and the cells that they
added. Whatever is wrong with the file becomes a finding, a sentence that the learner reads: :func:`read` raises for no bytes.
A learner's code is searched and never parsed: one long line can keep Python's parser busy for seconds, or bring it down.
"""

import contextlib
import json
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from .course import Notebook, Question

__all__ = ["Reading", "Step", "read"]

MOST_CELLS = 2_000
MOST_PARTS = 1_000_000  # lists and objects in a file: more of them would fill the memory
LONGEST_MENDED = 1_000_000  # characters that are searched for a comma too many, which takes a second
MOST_BROKEN = 20  # damaged cells, after which the rest of a file is given up
TYPES = ("code", "markdown", "raw")
AGAIN = "Open the notebook in Jupyter, look whether your answers are there, save it, and hand it in again."
# Each of these takes time in proportion to the text, whatever the text: nothing is tried twice (*+ and ++ never step back).
NAMED = re.compile(
    r"^(?:async[ \t]++)?+(?:def|class)[ \t]++(\w++)|^(\w++(?:[ \t]*+,[ \t]*+\w++)*+)[ \t]*+(?::[^=\n]*+)?+=(?!=)", re.M
)
COMMA = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+"?)|,(?=\s*+[\]}])', re.S)
START_OF_CELL = re.compile(r'\{\s*+"cell_type"')
# These meet the teacher's text only.
HIDDEN = re.compile(r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME).*?END \1[^\n]*\n?", re.M | re.S)
SOLUTION = re.compile(r"^[^\n]*BEGIN SOLUTION.*?END SOLUTION[^\n]*\n?", re.M | re.S)
STUB = re.compile(r"YOUR (?:CODE|ANSWER) HERE|^raise NotImplementedError|^pass$")


@dataclass(frozen=True)
class Step:
    """A cell to run.

    Attributes
    ----------
    kind : {"given", "answer", "extra", "test"}
        "extra" is a cell of code that the learner added.
    id : str
        Unique among the steps: that of the teacher's cell, or "extra-1".
    source : str, optional
        None for an answer that is not there.
    question : Question, optional
        What a test grades, and what an answer is graded by.
    is_code : bool
        False for an answer in text, which a person reads and nobody runs.
    """

    kind: Literal["given", "answer", "extra", "test"]
    id: str
    source: str | None
    question: Question | None = None
    is_code: bool = True


@dataclass(frozen=True)
class Reading:
    """What a notebook holds: its steps in order, and sentences for the learner."""

    cells: tuple[Step, ...]
    findings: tuple[str, ...] = ()


class _Unreadable(Exception):
    """There is no notebook in these bytes; the sentence tells the learner why, and what to do."""


@dataclass(frozen=True)
class _Own:
    """A cell of the learner's."""

    source: str
    type: str
    grade_id: str
    cell_id: str
    graded: bool
    strange: bool


def read(data: bytes, notebook: Notebook) -> Reading:
    """What of a learner's notebook will be run, among the teacher's cells.

    An answer is found by its grade id, else by its cell's id, else by the names that it defines, else by its place.
    """
    findings = []
    try:
        own = _own_cells(_content(data, findings), findings)
    except _Unreadable as problem:
        steps = _Matching(notebook, [], []).steps()
        findings.append(str(problem))
    else:
        steps = _Matching(notebook, own, findings).steps()
    return Reading(steps, tuple(dict.fromkeys(findings)))


# ---- From bytes to cells


def _content(data, findings):
    """The JSON of a file, mended where that can be done honestly."""
    text = _text(data, findings)
    start = text.lstrip()[:7]
    if not start:
        raise _Unreadable(f"The file is empty. {AGAIN}")
    if start[0] == "<" and start != "<<<<<<<":
        raise _Unreadable(
            "The file is a web page and not a notebook: perhaps the page of a login, or the notebook printed as a page. "
            "Download the notebook itself (its name ends in .ipynb), and hand it in."
        )
    if start[0] not in "{[<":
        raise _Unreadable(
            "The file is not a notebook: it holds other text, perhaps only the code. "
            "Put your code into the cells of the exercise's notebook, save it, and hand in that file (its name ends in .ipynb)."
        )
    if text.count("{") + text.count("[") > MOST_PARTS:
        raise _Unreadable(f"The notebook has far too many parts to be read. Clear all outputs. {AGAIN}")
    try:
        return _json(text)
    except (ValueError, RecursionError) as problem:
        deep = isinstance(problem, RecursionError)
    mended = _ours(text)
    if mended != text:
        findings.append(
            "Git left the marks of a conflict in the file (<<<<<<<). Where there were two versions, the first was read. "
            "Choose yourself which one you want, take out the marks, and hand the notebook in again."
        )
    if len(mended) < LONGEST_MENDED:
        mended = COMMA.sub(r"\1", mended)
    if mended != text:
        with contextlib.suppress(ValueError, RecursionError):
            content = _json(mended)
            findings.append(f"The file was damaged; it could be mended. {AGAIN}")
            return content
    cells = _whole_cells(mended)
    if cells:
        findings.append(f"The file is damaged. {_count(len(cells), 'cell')} could be read, the rest is lost. {AGAIN}")
        return {"cells": cells}
    why = "it is nested too deeply" if deep else "it is damaged, or breaks off"
    raise _Unreadable(f"The notebook can't be read: {why}. Clear all outputs. {AGAIN}")


def _text(data, findings):
    utf16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"{\0": "utf-16-le", b"\0{": "utf-16-be"}.get(data[:2])
    try:
        text = data.decode(utf16 or "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode(utf16 or "utf-8-sig", errors="replace")
        findings.append(
            f"Some letters in the file are damaged; the character \N{REPLACEMENT CHARACTER} stands for them. {AGAIN}"
        )
    if "\0" in text:
        findings.append(f"The file had zero bytes in it, which were left out. {AGAIN}")
        text = text.replace("\0", "")
    return text


# Numbers are of no use but for the version of the format, so they take no memory; raw line ends in strings are forgiven.
DECODER = json.JSONDecoder(
    strict=False, parse_float=bool, parse_int=lambda digits: int(digits) if len(digits) < 4 else 0
)


def _json(text):
    return DECODER.decode(text)


def _ours(text):
    """The text with the first side of each of git's conflicts."""
    kept, side = [], ""
    for line in text.splitlines(keepends=True) if "<<<<<<<" in text else [text]:
        mark = line[:7]
        if mark in ("<<<<<<<", ">>>>>>>"):
            side = mark
        elif side == "<<<<<<<" and mark in ("=======", "|||||||"):
            side = "theirs"
        elif side != "theirs":
            kept.append(line)
    return "".join(kept)


def _whole_cells(text):
    """The cells of a damaged notebook that are whole."""
    cells, broken, start = [], 0, START_OF_CELL.search(text)
    while start and broken < MOST_BROKEN:
        try:
            cell, end = DECODER.raw_decode(text, start.start())
            cells.append(cell)
        except (ValueError, RecursionError):
            broken, end = broken + 1, start.end()
        start = START_OF_CELL.search(text, end)
    return cells


def _own_cells(content, findings):
    content = _object(content)
    cells = content.get("cells")
    if not isinstance(cells, list):
        sheets = content.get("worksheets")
        cells = [_object(sheet).get("cells") for sheet in sheets] if isinstance(sheets, list) else []
        cells = [cell for part in cells if isinstance(part, list) for cell in part]
        if cells:
            findings.append("The notebook has a format of before 2015. It was read; save it with a newer Jupyter.")
    if not cells:
        raise _Unreadable(f"The file holds no cells: it is not a notebook, or an empty one. {AGAIN}")
    version = content.get("nbformat")
    if isinstance(version, int) and version > 4:
        findings.append("The notebook has a format that is newer than the grader. It was read all the same.")
    if len(cells) > MOST_CELLS:
        findings.append(f"The notebook has {len(cells)} cells; only the first {MOST_CELLS} were read.")
    own = [_own(_object(cell)) for cell in cells[:MOST_CELLS]]
    strange = sum(cell.strange for cell in own)
    if strange:
        findings.append(
            f"{_count(strange, 'cell')} of your notebook held something that is no text, which was left out. {AGAIN}"
        )
    return own


def _own(cell):
    metadata = _object(cell.get("metadata"))
    marks = _object(metadata.get("nbgrader"))
    parts = cell.get("source", cell.get("input", ""))
    parts = parts if isinstance(parts, list) else [parts]
    source = "".join(part for part in parts if isinstance(part, str))
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    source = source.encode("utf-8", "replace").decode()  # half a pair of surrogates could not be written anywhere
    type, grade_id = cell.get("cell_type"), marks.get("grade_id")
    cell_id = cell.get("id", metadata.get("id"))  # Colab keeps it in the metadata
    return _Own(
        source,
        type if type in TYPES else "unknown",
        grade_id if isinstance(grade_id, str) else "",
        cell_id if isinstance(cell_id, str) else "",
        marks.get("grade") is True,
        not cell or not all(isinstance(part, str) for part in parts),
    )


def _object(part):
    return part if isinstance(part, dict) else {}


# ---- From cells to steps


class _Matching:
    """Which of the learner's cells (by number) is which of the teacher's (by place)."""

    def __init__(self, notebook, own, findings):
        self.notebook, self.cells, self.own, self.findings = notebook, notebook.cells, own, findings
        self.of = {cell.id: cell.question for cell in self.cells if cell.question}
        for question in notebook.questions:
            for cell in notebook.answers_of(question):
                self.of.setdefault(cell.id, question)
        self.copies = {}  # of each place, the numbers
        self._by_id()
        taken = {number for numbers in self.copies.values() for number in numbers}
        self.free = [i for i, cell in enumerate(own) if i not in taken and cell.type == "code" and cell.source.strip()]
        self._by_text()
        answers = [place for place in self.copies if self.cells[place].kind == "answer"]
        self.answers = {place: self._chosen(place) for place in answers}  # of each place, the number
        self._by_name()
        self._by_place()
        self._tell()

    def _by_id(self):
        cells = sorted(enumerate(self.cells), key=lambda pair: pair[1].kind != "given")
        by_grade_id = {cell.id: place for place, cell in cells}
        by_cell_id = {cell.cell_id: place for place, cell in cells if cell.cell_id}
        for number, cell in enumerate(self.own):
            place = by_grade_id.get(cell.grade_id, by_cell_id.get(cell.cell_id))
            if place is not None and (cell.type == "code" or self.cells[place].kind == "answer"):
                self.copies.setdefault(place, []).append(number)

    def _by_text(self):
        """Copies of what the course gives and of its tests, so that nothing runs twice."""
        same = {}
        for place, cell in enumerate(self.cells):
            for form in _forms(cell.source) if cell.kind != "answer" else ():
                same.setdefault(form, []).append(place)
        for number in list(self.free):
            if places := same.get(_squeezed(self.own[number].source)):
                place = next((place for place in places if place not in self.copies), places[-1])
                self.copies.setdefault(place, []).append(number)
                self.free.remove(number)

    def _chosen(self, place):
        """Of the copies of an answer the last that defines what is asked, else the last that was worked on, else the last."""
        cell, numbers, wanted = self.cells[place], self.copies[place], self._wanted(place)

        def merit(number):
            worked_on = not _untouched(self.own[number].source, cell)
            return worked_on, worked_on and wanted <= _defined(self.own[number].source), number

        chosen = max(numbers, key=merit)
        if len(numbers) > 1:
            which = "last" if chosen == max(numbers) else "last one that holds an answer"
            self.findings.append(
                f"The answer cell {_quoted(cell.id)} is in your notebook {len(numbers)} times; the {which} was taken as your answer."
            )
        if cell.is_code and self.own[chosen].type != "code":
            self.findings.append(
                f"The answer cell {_quoted(cell.id)} is no longer a cell of code in your notebook. "
                "What it holds was run as code; turn it into code again."
            )
        return chosen

    def _wanted(self, place):
        """The names that an answer must define: the one that the check asks for, or all that the solution defines."""
        defined, question = _defined(self.cells[place].source), self.of.get(self.cells[place].id)
        return {question.answer} if question and question.answer in defined else defined

    def _missing(self):
        return [place for place, cell in enumerate(self.cells) if cell.kind == "answer" and place not in self.answers]

    def _by_name(self):
        wanted = {place: self._wanted(place) for place in self._missing() if self.cells[place].is_code}
        claims = {
            place: [number for number in self.free if names <= _defined(self.own[number].source)]
            for place, names in wanted.items()
            if names
        }
        claimed = Counter(number for numbers in claims.values() for number in numbers)
        found = {place: numbers[0] for place, numbers in claims.items() if len(numbers) == 1 == claimed[numbers[0]]}
        self._take(found, "They were found by the names that they define.")

    def _by_place(self):
        anchors, gaps, found = self._anchors(), {}, {}
        for place in self._missing():
            if self.cells[place].is_code:
                gaps.setdefault(bisect_left(anchors, place, key=lambda pair: pair[1]), []).append(place)
        for gap, places in gaps.items() if anchors else ():
            since = anchors[gap - 1][0] if gap else -1
            until = anchors[gap][0] if gap < len(anchors) else len(self.own)
            between = [number for number in self.free if since < number < until]
            if not self.answers:  # then ids that are not known here are those of another exercise
                between = [number for number in between if not self.own[number].grade_id]
            if len(between) >= len(places):  # helpers stand before the answer that calls them
                found.update(zip(places, between[-len(places) :], strict=True))
        self._take(found, "They were taken by their place in the notebook: look whether these are your answers.")

    def _take(self, found, how):
        if found:
            ids = _listed(_quoted(self.cells[place].id) for place in sorted(found))
            self.findings.append(f"Answer cells had lost their ids in your notebook ({ids}). {how}")
        self.answers.update(found)
        self.free = [number for number in self.free if number not in found.values()]

    def _anchors(self):
        """(number, place) of the longest run of known cells that stand in the teacher's order."""
        known = [(n, place) for place, numbers in self.copies.items() if place not in self.answers for n in numbers]
        last, chains = [], []  # of the runs of each length, the one that ends first
        for number, place in sorted([*known, *((number, place) for place, number in self.answers.items())]):
            length = bisect_left(last, place)
            last[length : length + 1] = [place]
            chains[length : length + 1] = [(number, place, chains[length - 1] if length else None)]
        chain, run = chains[-1] if chains else None, []
        while chain:
            *pair, chain = chain
            run.append(tuple(pair))
        return run[::-1]

    def _tell(self):
        """Findings about what became of the teacher's cells."""
        missing = [_quoted(self.cells[place].id) for place in self._missing()]
        if missing and not self.answers:
            self.findings.append(
                f"None of the answers of {_quoted(self.notebook.name)} was found in your notebook. If it is the notebook of "
                "another exercise, or a new one, put your code into the cells of this exercise's notebook, and hand that in."
            )
            return
        if missing:
            self.findings.append(
                f"Answer cells are not in your notebook: {_listed(missing)}. "
                "Download the exercise again, put your code into these cells, and hand it in again."
            )
        for place, cell in enumerate(self.cells):
            if cell.kind == "answer" or "AUTOTEST" in cell.source:  # nbgrader writes these out anew for each release
                continue
            what = f"a cell that the course gives (the one that begins with {_start(cell.source)})"
            what = what if cell.kind == "given" else f"the check of question {_quoted(cell.id)}"
            own = [self.own[number].source for number in self.copies.get(place, ())]
            if not own:
                self.findings.append(f"You removed {what}; the original was used.")
            elif not any(_squeezed(source) in _forms(cell.source) for source in own):
                self.findings.append(f"You changed {what}; the original was used.")
            elif len(own) > 1 and cell.kind == "test":
                self.findings.append(f"You copied {what}; the original was used.")

    def steps(self):
        """What to run: the teacher's cells with the answers, and what was added at its place."""
        anchors, added, taken, extras = self._anchors(), {}, set(), 0
        for number in self._extra():
            after = bisect_left(anchors, (number,))
            added.setdefault(anchors[after - 1][1] if after else -1, []).append(self.own[number].source)

        def step(kind, wished, *rest):
            id, number = wished, 1
            while id in taken:
                id, number = f"{wished}-{number + 1}", number + 1
            taken.add(id)
            return Step(kind, id, *rest)

        steps = []
        for place in range(-1, len(self.cells)):
            if place >= 0:
                cell, number = self.cells[place], self.answers.get(place)
                source = cell.source if cell.kind != "answer" else None if number is None else self.own[number].source
                steps.append(step(cell.kind, cell.id, source, self.of.get(cell.id), cell.is_code))
            for source in added.get(place, ()):
                extras += 1
                steps.append(step("extra", f"extra-{extras}", source))
        return tuple(steps)

    def _extra(self):
        """The numbers of the cells that the learner added, and of those copies of answers that hold something of their own."""
        answers = {_squeezed(self.own[number].source) for number in self.answers.values()}
        copies = [
            number
            for place, chosen in self.answers.items()
            for number in self.copies.get(place, ())
            if self.own[number].type == "code" and not _untouched(self.own[number].source, self.cells[place])
        ]
        extra = [n for n in sorted({*self.free, *copies}) if _squeezed(self.own[n].source) not in answers]
        if graded := sum(self.own[number].graded for number in self.free):
            self.findings.append(
                f"{_count(graded, 'cell')} of your notebook claimed to be graded, and the course has no such question. "
                "What they hold was run, and nothing was graded for it."
            )
        return extra


def _squeezed(source):
    return "".join(source.split())


def _forms(source):
    """A teacher's cell as it may be in a learner's notebook: with and without what is hidden."""
    return {_squeezed(source), _squeezed(HIDDEN.sub("", source))}


def _untouched(source, cell):
    """Whether an answer is blank, or what nbgrader put there in place of the solution."""
    frame = SOLUTION.sub("", cell.source) if SOLUTION.search(cell.source) else ""
    frame, own = ([line.strip() for line in text.splitlines() if line.strip()] for text in (frame, source))
    return not own or [line for line in own if not STUB.search(line)] == frame


def _defined(source):
    """The names that a cell defines at its top level: functions and classes, or else variables."""
    found = NAMED.findall(source)
    return {name for name, _ in found if name} or {name.strip() for _, names in found for name in names.split(",")}


def _start(source):
    line = next((line.strip() for line in source.splitlines() if line.strip()), "")
    return _quoted(line if len(line) <= 40 else line[:40] + "…")


def _quoted(text):
    return f'"{text}"'


def _count(number, thing):
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _listed(parts, most=8):
    parts = list(parts)
    return ", ".join(parts[:most]) + (f" and {len(parts) - most} more" if len(parts) > most else "")
