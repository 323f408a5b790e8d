"""A whole class graded: on this machine's cores or on a Dask cluster, with nothing lost when it is stopped.

Each report is written as soon as it is there, to ``OUT/reports/ASSIGNMENT/STUDENT.json``, in one step, so a file is whole or not there. A run that
was ended at any moment goes on where it stopped: what has a report of the same submission against the same solution is not graded
again. All other outputs are made from the reports.
"""

import contextlib
import fcntl
import hashlib
import multiprocessing
import os
import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver, util
from pathlib import Path

from . import files
from .box import Box, BoxError, Limits
from .course import Course, CourseError
from .grading import box_for, budgets, code_of, grade_submission
from .intake import Found, Submission, find, safe_name
from .report import QuestionReport, Report

__all__ = ["Batch", "OutError", "Settings"]


class OutError(Exception):
    """The output folder can't be used; the sentence says why."""


@dataclass(frozen=True)
class Settings:
    """How to grade: what every worker must know.

    Attributes
    ----------
    seed : int
        Hidden cases are drawn from it.
    data : tuple of str
        Files and folders that submissions may read.
    trusted : bool
        Without the sandbox.
    only : str
        The one question to grade again, or "" for all.
    """

    source: str
    seed: int
    data: tuple[str, ...] = ()
    trusted: bool = False
    only: str = ""
    limits: Limits = field(default_factory=Limits)


class Batch:
    """One run over a class. Use it as a context: it holds the output folder for itself, and ends what it started.

    Parameters
    ----------
    submitted, source, out : path
        What was handed in; the solutions; where the reports go.
    workers : int
        Processes on this machine.
    scheduler : str
        Address of a Dask scheduler, whose workers see the same folders; then ``workers`` does not count.

    Raises
    ------
    CourseError, OutError
        When the course can't be read, or the folder can't be used.
    """

    def __init__(
        self,
        submitted,
        source,
        out,
        *,
        workers=0,
        scheduler="",
        seed=None,
        data=(),
        trusted=False,
        only="",
        limits=None,
    ):
        self.course, self.out = Course(source), Path(out).resolve()
        self.found: Found = find(Path(submitted), self.course)
        self.workers, self.scheduler = workers or len(os.sched_getaffinity(0)), scheduler
        if only and only not in {q.id for a in self.course.assignments.values() for q in a.questions}:
            raise CourseError(f"There is no question {only!r} in {source}.")
        try:
            (self.out / "reports").mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.out / ".lock", os.O_CREAT | os.O_RDWR)
        except OSError as problem:
            raise OutError(f"Can't write to {self.out}: {problem.strerror}.") from problem
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutError(f"Another run is writing to {self.out}. Wait for it, or give another folder.") from None
        data = tuple(str(Path(part).expanduser().resolve()) for part in data)
        self.settings = Settings(
            str(self.course.folder.resolve()), self._seed(seed), data, trusted, only, limits or Limits()
        )
        self.box: Box | None = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.box:
            self.box.close()
            forkserver._forkserver._stop()  # it would stay as long as this process
        os.close(self._lock)

    def _seed(self, seed):
        """The seed that was given, else that of the run before, else a new one."""
        file = self.out / ".seed"
        if seed is None:
            with contextlib.suppress(OSError, ValueError):
                return int(file.read_text())
            seed = secrets.randbits(31)
        file.write_text(f"{seed}\n")
        return seed

    def todo(self) -> list[Submission]:
        """What has no report yet that is still right."""
        return [submission for submission in self.found.submissions if self._is_due(submission)]

    def _is_due(self, submission):
        report = self._stored(submission)
        if self.settings.only:
            ids = {q.id for q in self.course.assignments[submission.assignment].questions}
            return self.settings.only in ids
        if not report or report.trouble:
            return True
        try:
            return report.digest != _digest(submission, submission.load(), self.course, self.settings)
        except OSError:  # the file went away, or is damaged: grading it will say so
            return True

    def _place(self, submission):
        return self.out / "reports" / submission.assignment / f"{safe_name(submission.student)}.json"

    def _stored(self, submission):
        with contextlib.suppress(OSError, ValueError):
            return Report.from_json(self._place(submission).read_text(encoding="utf-8"))
        return None

    def reports(self) -> Iterator[Report]:
        """All reports that there are, of this run and of those before."""
        for file in sorted((self.out / "reports").glob("*/*.json")):
            with contextlib.suppress(ValueError):
                yield Report.from_json(file.read_text(encoding="utf-8"))

    def run(
        self, told: Callable[[Report], None] = lambda report: None, todo: list[Submission] | None = None
    ) -> list[str]:
        """Grade what is due, and tell of each report. Gives the course's own faults: assignments that can't be graded, and why.

        ``todo`` is what :meth:`todo` gave, for who has asked already: to find out, all submissions are read.

        Raises
        ------
        BoxError
            When the sandbox can't be had.
        OutError
            When a report can't be written: a full disk is no zero.
        """
        todo, faults = self.todo() if todo is None else todo, {}
        if not todo:
            return []
        with self._pool() as pool:
            ready = {pool.submit(_budgets, self.settings, name): name for name in {s.assignment for s in todo}}
            for future in futures.as_completed(ready):
                try:
                    future.result()
                except CourseError as problem:
                    faults[ready[future]] = str(problem)
                except futures.BrokenExecutor:
                    raise BoxError("A process that grades was killed. Is there enough memory? Run again.") from None
            todo = self._grade([s for s in todo if s.assignment not in faults], pool, told)
        while todo:  # a process was killed: find out which of those that ran then does it, one at a time
            suspects, todo = todo[: self._most()], todo[self._most() :]
            with self._pool() as pool:
                left = self._grade(suspects, pool, told, most=1)
            if left:
                self._keep_and_tell(
                    left[0], _not_gradable(left[0], self.course, "It ended the grader's process."), told
                )
                todo = [*left[1:], *todo]
            else:
                with self._pool() as pool:
                    todo = self._grade(todo, pool, told)
        return sorted(faults.values())

    def _most(self):
        """How many submissions are held at one time, so that every worker is busy."""
        return 2 * self.workers

    def _grade(self, todo, pool, told, most=0):
        """Grade so many at a time. When a process was killed, what is not graded is given back, first those that ran then."""
        waiting, running, again = list(reversed(todo)), {}, set()
        try:
            while waiting or running:
                while waiting and len(running) < (most or self._most()):
                    future = pool.submit(_grade, self.settings, waiting[-1])
                    running[future] = waiting.pop()
                for future in futures.wait(running, return_when=futures.FIRST_COMPLETED).done:
                    submission = running[future]
                    try:
                        report = future.result()
                    except futures.BrokenExecutor:
                        raise
                    except Exception as problem:  # whatever it was, it was not the learner's, and the others go on
                        key = (submission.student, submission.assignment)
                        if key not in again:
                            again.add(key)
                            running[pool.submit(_grade, self.settings, submission)] = submission
                            del running[future]
                            continue
                        report = _not_gradable(submission, self.course, f"{type(problem).__name__}: {problem}")
                    del running[future]
                    self._keep_and_tell(submission, report, told)
        except futures.BrokenExecutor:
            pass
        return [*running.values(), *reversed(waiting)]

    def _keep_and_tell(self, submission, report, told):
        self._keep(submission, report)
        told(report)

    def _keep(self, submission, report):
        before = self._stored(submission)
        if self.settings.only and before and not report.trouble:
            fresh = {question.question: question for question in report.questions}
            questions = tuple(fresh.get(question.question, question) for question in before.questions)
            report = replace(before, questions=questions)
        place = self._place(submission)
        try:
            files.put(place, report.to_json().encode())
        except OSError as problem:
            raise OutError(
                f"Can't write {place}: {problem.strerror}. What was graded before is safe; run again."
            ) from problem

    @contextlib.contextmanager
    def _pool(self):
        if self.scheduler:
            from distributed import Client

            with Client(self.scheduler, set_as_default=False) as client, client.get_executor(pure=False) as pool:
                self.workers = max(1, sum(client.nthreads().values()))
                yield pool
            return
        self.box = self.box or box_for(
            self.course, data=self.settings.data, trusted=self.settings.trusted, limits=self.settings.limits
        )
        # Two processes import at the same time: one in the box, and one that the workers, which judge, are forked from.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["gradebox.batch", *self.box.modules])
        with _errors_to(self.out / ".log"):  # where libraries may say what they want while they are imported
            forkserver.ensure_running()
        self.box.start()
        pool = futures.ProcessPoolExecutor(self.workers, context, _begin, (self.box.address(),))
        try:
            yield pool
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()


@contextlib.contextmanager
def _errors_to(file):
    """Have what is started in here write its errors to a file."""
    kept = os.dup(2)
    with open(file, "ab") as log:
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _digest(submission, notebooks, course, settings):
    assignment = course.assignments[submission.assignment]
    digest = hashlib.sha256(f"{assignment.digest} {code_of(assignment)} {settings.seed} {submission.findings}".encode())
    for name, content in sorted(notebooks.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


# What follows runs in the workers. Each keeps what it has read of a course, and its box; a Dask worker may be several threads.
_worker = threading.local()


def _kept() -> dict:
    return vars(_worker)


def _begin(address):
    """A worker of this machine: it ends with whoever started it, and shares the box."""
    # The system's own way would wait for the server that it was forked from, which in turn waits for its workers.
    threading.Thread(target=_end_with, args=[multiprocessing.parent_process()], daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to understand
    _kept()["box"] = address
    util.Finalize(None, _end, exitpriority=0)


def _end_with(parent):
    parent.join()
    os._exit(1)


def _end():
    """A worker whose shared box died has one of its own by now."""
    if "own" in _kept():
        _kept()["own"].close()


def _context(settings):
    kept = _kept()
    if kept.get("settings") != settings:
        course = Course(settings.source)
        box = box_for(course, data=settings.data, trusted=settings.trusted, limits=settings.limits)
        if "box" in kept:
            box.join(kept["box"])
        elif "own" in kept:
            kept["own"].close()
        kept.update(settings=settings, course=course, own=box, budgets={})
    return kept["course"], kept["own"]


def _budgets(settings, assignment):
    course, box = _context(settings)
    known = _kept()["budgets"]
    if assignment not in known:
        known[assignment] = budgets(course.assignments[assignment], box, settings.seed)
    return known[assignment]


def _grade(settings, submission):
    course, box = _context(settings)
    assignment = course.assignments[submission.assignment]
    notebooks = submission.load()
    report = grade_submission(
        assignment,
        notebooks,
        box,
        _budgets(settings, submission.assignment),
        settings.seed,
        student=submission.student,
        findings=submission.findings,
        only=settings.only,
    )
    return replace(report, digest=_digest(submission, notebooks, course, settings))


def _not_gradable(submission, course, trouble):
    questions = tuple(
        QuestionReport(q.id, 0.0, q.points, "not gradable", "The grader had trouble of its own; no attempt is lost.")
        for q in course.assignments[submission.assignment].questions
    )
    return Report(submission.student, submission.assignment, questions, submission.findings, trouble[:2000])
