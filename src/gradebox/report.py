"""What grading says: one report for each submission, made of plain data, so that it can cross any border as JSON."""

import json
from dataclasses import asdict, dataclass
from typing import Literal, get_args

__all__ = ["Criterion", "QuestionReport", "Report", "Verdict"]

Verdict = Literal[
    "right",
    "partly right",
    "wrong",
    "not attempted",
    "error",  # the answer raised an error
    "time limit",
    "memory limit",
    "crashed",  # the process that ran the answer ended, by a signal or by itself
    "missing",  # there is no cell for it in the submission
    "manual",  # a person must grade it
    "not gradable",  # the grader's own trouble: no attempt is lost
]


@dataclass(frozen=True)
class Criterion:
    """A property that the answer must have, with its points and, where some were lost, a sentence for the learner."""

    name: str
    points: float
    max_points: float
    message: str = ""


@dataclass(frozen=True)
class QuestionReport:
    """What became of one question.

    Attributes
    ----------
    question : str
        Its grade id.
    verdict : Verdict
        In one word or two.
    message : str
        For the learner. It may quote the learner's own words, so whoever shows it must escape it.
    criteria : tuple of Criterion
        Where the check tells them apart.
    seconds : float
        Wall time of the answer's cell and its check, in the box.
    """

    question: str
    points: float
    max_points: float
    verdict: Verdict
    message: str = ""
    criteria: tuple[Criterion, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Report:
    """What became of one submission: one learner's homework for one assignment.

    Attributes
    ----------
    student, assignment : str
        Whose it is, and for what.
    questions : tuple of QuestionReport
        In the order of the teacher's notebooks, always all of them.
    findings : tuple of str
        What was strange about the submission, in sentences for the learner.
    trouble : str
        The grader's own trouble, for the teacher, or "". With trouble, no grade was given.
    digest : str
        Of what was graded and against what: a report with the same digest needs no second grading.
    seconds : float
        Wall time of it all.
    cell_seconds : float
        Of that, the time of all cells, the checks among them.
    """

    student: str
    assignment: str
    questions: tuple[QuestionReport, ...]
    findings: tuple[str, ...] = ()
    trouble: str = ""
    digest: str = ""
    seconds: float = 0.0
    cell_seconds: float = 0.0

    @property
    def points(self) -> float:
        """Sum of the points given."""
        return sum(question.points for question in self.questions)

    @property
    def max_points(self) -> float:
        """Sum of the points to be had."""
        return sum(question.max_points for question in self.questions)

    def to_json(self) -> str:
        """The report as JSON text, in ASCII: a name from a file system may hold what UTF-8 can't."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Report":
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            When the text is not a report.
        """
        try:
            parts = json.loads(text)
            questions = tuple(
                QuestionReport(**{**part, "criteria": tuple(Criterion(**c) for c in part["criteria"])})
                for part in parts.pop("questions")
            )
            if any(question.verdict not in get_args(Verdict) for question in questions):
                raise ValueError("it has a verdict that does not exist")
            return cls(**{**parts, "questions": questions, "findings": tuple(parts["findings"])})
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            raise ValueError(f"not a report: {problem}") from problem
