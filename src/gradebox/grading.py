"""One submission graded: read it, run it in the box, judge outside what was observed there.

The unit of all grading is :func:`grade_submission`. When a cell crashes or takes too long, everything is run again in a fresh
process without that cell, so that the other questions keep their marks.
"""

import base64
import functools
import hashlib
import importlib
import json
import pickle
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from . import files
from .box import DISTURBED, Box, Limits
from .course import Assignment, Course, CourseError, Question
from .reading import Reading, Step, read
from .report import Criterion, QuestionReport, Report
from .wire import LONGEST

__all__ = ["Budget", "box_for", "budgets", "code_of", "grade", "grade_submission"]

TIMES = 10  # how many times as long as the teacher's own a cell may take, beside the seconds that any cell may take
TOGETHER = 3  # how many times as long as one cell all cells may take that a learner added
MOST_STOPS, MOST_ADDED_STOPS = 12, 2  # how often a submission is run again without the cell that stopped it
OWN = ("answer", "extra")
# What notebooks of such courses import, and what takes long; those that are not installed are left out.
IMPORTS = ("numpy", "matplotlib.pyplot", "pandas", "tensorflow", "keras", "isnine.data")
WHY = {
    "time limit": "It took longer than the time limit ({}), so it was stopped. Is there a loop that never ends?",
    "memory limit": "It needed more memory than there is ({}), so it was stopped.",
    "crashed": "It ended the whole notebook ({}).",
    DISTURBED: "It disturbed the grading, so it was stopped.",
}


@dataclass(frozen=True)
class Budget:
    """Seconds that each cell of a notebook may take, by id, and any cell of the learner's own."""

    cells: dict[str, float]
    others: float

    def of(self, step: Step) -> float:
        """For one cell."""
        return self.cells.get(step.id, self.others)


def _imports(course):
    """Those of IMPORTS that the course's own code mentions."""
    words = set()
    for assignment in course.assignments.values():
        for notebook in assignment.notebooks:
            words.update(word for cell in notebook.cells for word in re.findall(r"\w+", cell.source))
    return [name for name in IMPORTS if name.partition(".")[0] in words]


def box_for(course: Course, *, data=(), trusted=False, limits: Limits | None = None) -> Box:
    """A box with what the course's notebooks import."""
    checks = sorted({q.check for a in course.assignments.values() for q in a.questions if q.check})
    modules = sorted({check.partition(":")[0] for check in checks})
    return Box(
        [*_imports(course), *modules], checks=checks, files=course.folder, data=data, trusted=trusted, limits=limits
    )


def grade(source: str | Path, submission: str | Path, *, student="", seed=0, data=(), trusted=False) -> Report:
    """Grade one notebook.

    Parameters
    ----------
    source : path
        The folder of solutions.
    submission : path
        A notebook, whose name is that of a notebook in the solutions.
    student : str
        For the report.
    seed : int
        Hidden cases are drawn from it.
    data : list of path
        Files and folders that the submission may read.
    trusted : bool
        Run it without the sandbox.

    Raises
    ------
    CourseError, BoxError
        When the course can't be graded, or the sandbox can't be had.
    """
    course, path = Course(source), Path(submission)
    for assignment in course.assignments.values():
        if path.stem in [notebook.name for notebook in assignment.notebooks]:
            break
    else:
        raise CourseError(f"{path.name} has the name of no notebook in {source}.")
    with box_for(course, data=data, trusted=trusted) as box:
        budget = budgets(assignment, box, seed)
        return grade_submission(assignment, {path.stem: path.read_bytes()}, box, budget, seed, student=student)


def grade_submission(
    assignment: Assignment,
    notebooks: dict[str, bytes],
    box: Box,
    budget: dict[str, Budget],
    seed: int,
    *,
    student: str = "",
    findings: tuple[str, ...] = (),
    only: str = "",
) -> Report:
    """Grade what one learner handed in for one assignment; only one question, when it is named.

    Raises
    ------
    BoxError
        When the box broke: the submission was not graded.
    """
    start, questions, found, ran = time.perf_counter(), [], list(findings), 0.0
    for notebook in assignment.notebooks:
        reading = read(notebooks.get(notebook.name, b""), notebook)
        marking = _Marking(assignment, notebook, reading, box, budget[notebook.name], seed, only)
        found += (*reading.findings, *marking.findings)
        questions += marking.questions()
        ran += sum(cell["seconds"] for cell in marking.seen.values())
    seconds = round(time.perf_counter() - start, 3)
    return Report(student, assignment.name, tuple(questions), tuple(found), seconds=seconds, cell_seconds=round(ran, 3))


def budgets(assignment: Assignment, box: Box, seed: int) -> dict[str, Budget]:
    """What each notebook's cells may take, from what the teacher's own solution takes: it is graded once, and the times are kept.

    Raises
    ------
    CourseError
        When the solution itself does not get full marks.
    """
    kept = platformdirs.user_cache_path("gradebox") / f"{_key(assignment, seed)}.json"
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = _reference_times(assignment, box, seed)
        files.put(kept, json.dumps(found).encode())
    return {name: _budget(times, box.limits.seconds) for name, times in found.items()}


def _reference_times(assignment, box, seed):
    """Seconds that each cell of the teacher's own solution takes, by notebook."""
    found = {}
    for notebook in assignment.notebooks:
        steps = tuple(Step(cell.kind, cell.id, cell.source, cell.question) for cell in notebook.cells if cell.is_code)
        marking = _Marking(assignment, notebook, Reading(steps, ()), box, Budget({}, 600.0), seed)
        short = [q for q in marking.questions() if q.verdict not in ("right", "manual")]
        if short:
            raise CourseError(
                f"The solution of {assignment.name} itself gets {short[0].points:g} of {short[0].max_points:g} points for "
                f"{short[0].question!r}: {short[0].verdict}. {short[0].message}"
            )
        found[notebook.name] = {step.id: marking.seen[step.id]["seconds"] for step in steps}
    return found


def _budget(times, least):
    """From the seconds that the solution's cells took."""
    cells = {id: least + TIMES * seconds for id, seconds in times.items()}
    return Budget(cells, max([least, *cells.values()]))


def _key(assignment, seed):
    return hashlib.sha256(f"{assignment.digest} {code_of(assignment)} {seed}".encode()).hexdigest()[:24]


def code_of(assignment: Assignment) -> str:
    """Changes when the code of a check of the assignment changes."""
    modules = sorted({question.check.partition(":")[0] for question in assignment.questions if question.check})
    files = [Path(importlib.import_module(module).__file__) for module in modules]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def seed_of(seed: int, question: Question) -> int:
    """The seed of a question's cases: the same for everybody in one grading."""
    return int.from_bytes(hashlib.sha256(f"{seed} {question.id}".encode()).digest()[:4], "big")


class _Marking:
    """Runs a notebook as often as it takes, and makes of what was seen a report on each question."""

    def __init__(self, assignment, notebook, reading, box, budget, seed, only=""):
        self.assignment, self.notebook, self.box, self.budget, self.seed, self.only = (
            assignment,
            notebook,
            box,
            budget,
            seed,
            only,
        )
        self.steps = [step for step in reading.cells if step.is_code and step.source is not None]
        self.missing = {step.id for step in reading.cells if step.source is None and step.kind == "answer"}
        self.seen, self.stopped = {}, {}  # what was observed of each cell, and why some did not end
        self.findings, self.added_stops = [], 0
        files = {path.relative_to(assignment.folder).as_posix(): path for path in assignment.files}
        self.files = {name: path.relative_to(assignment.folder.parent).as_posix() for name, path in files.items()}
        self._run()

    def _run(self):
        """Run; leave out the cell that stopped it; run again, without asking twice what was observed already."""
        while len(self.stopped) <= MOST_STOPS:
            steps = [step for step in self.steps if step.id not in self.stopped and not self._settled(step)]
            if not any(step.kind == "test" for step in steps) and self.seen:
                return
            outcome = self.box.run(
                [self._order(step) for step in steps],
                seconds={step.id: self.budget.of(step) + self._own_limit(step) for step in steps},
                added=({step.id for step in steps if step.kind == "extra"}, TOGETHER * self.budget.others),
                files=self.files,
            )
            self.seen.update(outcome.cells)
            left = [step for step in steps if step.id not in outcome.cells]
            if not outcome.stopped or not left:
                return
            culprit = left[0]
            if outcome.detail == DISTURBED:  # by the learner's cell that ran last; what was heard since may be forged
                ran = steps.index(culprit) + (outcome.at == culprit.id)
                own = [place for place, step in enumerate(steps[:ran]) if step.kind in OWN]
                for step in steps[own[-1] :] if own else ():
                    self.seen.pop(step.id, None)
                culprit = steps[own[-1]] if own else culprit
            # An answer that was lost already may be what stops the cells after it: leave it out, and give this one another try.
            lost = [s for s in steps[: steps.index(culprit)] if s.kind == "answer" and self._is_lost(s.question)]
            for step in lost or [culprit]:
                self.stopped[step.id] = (outcome.stopped, outcome.detail)
            if not lost:
                self._tell(culprit)

    def _is_lost(self, question):
        return question and any(step.id in self.stopped for step in self.steps if step.question == question)

    def _tell(self, step):
        """Say which cell is left out from now on, when it belongs to no question; after some, no added cell is run any more."""
        if step.kind == "extra":
            self.added_stops += 1
        elif step.kind != "given":
            return
        first = next((line.strip() for line in step.source.splitlines() if line.strip()), "")[:40]
        what = "you added" if step.kind == "extra" else "the course gives"
        verdict, detail = self.stopped[step.id]
        self.findings.append(
            f'A cell that {what} was left out (the one that begins with "{first}"). {_why(verdict, detail)}'
        )
        if step.kind == "extra" and self.added_stops > MOST_ADDED_STOPS:
            self.steps = [step for step in self.steps if step.kind != "extra"]
            self.findings.append("All other cells that you added were left out too.")

    def _settled(self, step):
        other = self.only and step.question and step.question.id != self.only
        return step.kind == "test" and (step.id in self.seen or other or step.question.manual)

    def _order(self, step):
        question = step.question
        if step.kind != "test":
            return {"id": step.id, "source": step.source}
        if question.check:
            _, late = _cases(question.check, seed_of(self.seed, question))
            return {"id": step.id, "check": question.check, "answer": question.answer, "late": late}
        return {"id": step.id, "late": step.source}

    def _own_limit(self, step):
        """A check has a time limit of its own; ours begins where it should have ended."""
        own = step.kind == "test" and step.question.check
        return float(getattr(_check(step.question.check), "seconds", 0)) if own else 0.0

    def questions(self) -> list[QuestionReport]:
        """A report on each question that was asked for."""
        asked = [q for q in self.notebook.questions if self.only in ("", q.id)]
        return [self._question(question) for question in asked]

    def _question(self, question):
        test = next(cell for cell in self.notebook.cells if cell.question == question)
        answers = [cell.id for cell in self.notebook.answers_of(question)]
        seen = self.seen.get(test.id, {})
        seconds = sum(self.seen.get(cell, {}).get("seconds", 0.0) for cell in (*answers, test.id))
        blank = QuestionReport(question.id, 0.0, question.points, "wrong", seconds=round(seconds, 3))
        if question.manual:
            return replace(blank, verdict="manual", message="A person grades this question.")
        if answers and all(cell in self.missing for cell in answers):
            return replace(blank, verdict="missing", message="Your notebook has no cell for this question.")
        for cell in (*answers, test.id):
            if cell in self.stopped:
                verdict, detail = self.stopped[cell]
                return replace(blank, verdict=verdict, message=_why(verdict, detail))
        if test.id not in self.seen:
            return replace(
                blank, verdict="crashed", message="It could not be looked at, because the notebook ended before."
            )
        error = next((self.seen[cell]["error"] for cell in answers if self.seen.get(cell, {}).get("error")), "")
        if question.check:
            return _judged(question, seen, error, blank, seed_of(self.seed, question))
        return _by_assertions(question, seen, error, blank)


def _why(verdict, detail):
    """Why a cell was stopped, in a sentence."""
    return WHY.get(detail, WHY[verdict]).format(detail or "the limit")


def _judged(question, seen, error, blank, seed):
    if seen.get("trouble"):
        return replace(blank, verdict="error", message=f"The check could not look at your answer: {seen['trouble']}")
    if seen.get("absent") or "observation" not in seen:
        if error.startswith("NotImplementedError"):
            return replace(blank, verdict="not attempted", message="You have not written this one yet.")
        if error:
            return replace(blank, verdict="error", message=f"Running your cell raised {error}")
        return replace(
            blank, verdict="missing", message=f"There is nothing called {question.answer} after your cell has run."
        )
    check = _check(question.check)
    try:
        result = check.judge(seen["observation"], _cases(question.check, seed)[0])
    except Exception as problem:  # a judge that keeps its promise never raises
        trouble = f"The check could not judge your answer ({type(problem).__name__}); no attempt is lost."
        return replace(blank, verdict="not gradable", message=trouble)
    criteria = tuple(
        Criterion(c.name, float(c.points), float(c.max_points), c.message[:LONGEST]) for c in result.criteria
    )
    points = _within(result.points, question)
    verdict = "partly right" if 0 < points < question.points else result.outcome
    if points == question.points:
        verdict = "right"
    message = result.message or next((c.message for c in criteria if c.message), "")
    if error and verdict != "right":
        message = f"Running your cell raised {error} {message}".strip()
    return replace(blank, points=points, verdict=verdict, criteria=criteria, message=message[:LONGEST])


def _by_assertions(question, seen, error, blank):
    """nbgrader's own rule: full points unless the cell raised an error; a number as its value is the points."""
    if seen.get("error"):
        attempted = not (error or seen["error"]).startswith("NotImplementedError")
        words = f"Running your cell raised {error}" if error else f"A test failed: {seen['error']}"
        verdict = ("error" if error else "wrong") if attempted else "not attempted"
        return replace(blank, verdict=verdict, message=words if attempted else "You have not written this one yet.")
    value = seen.get("value")
    points = question.points if value is None else _within(value, question)
    verdict = "right" if points == question.points else "partly right" if points else "wrong"
    return replace(blank, points=points, verdict=verdict)


def _within(value, question):
    """Points as a number from 0 to the question's; what is no number is 0."""
    return float(min(max(value, 0), question.points)) if value == value else 0.0


@functools.lru_cache(64)
def _cases(path, seed):
    """The cases of a check, and as text for the box."""
    cases = _check(path).cases(seed)
    try:
        return cases, base64.b64encode(pickle.dumps(cases)).decode()
    except (pickle.PicklingError, AttributeError, TypeError) as problem:
        raise CourseError(
            f"The cases of the check {path} can't be pickled, so they can't be sent: {problem}"
        ) from problem


@functools.cache
def _check(path):
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)
