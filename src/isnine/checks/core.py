"""How a check works: it observes an answer, then judges what it observed. The two never mix.

``observe(answer, cases)`` runs where the learner's code runs and returns plain data: arrays, numbers, strings, errors as text.
``judge(observation, cases)`` sees only that data and returns a :class:`Result`. So homework can be observed inside a sandbox and
judged outside, and a check can be tested without a notebook. Neither raises, whatever the answer does.

A check is made of *cases* (arguments to call the answer with), *criteria* (properties that the answer must have, each worth points)
and *misconceptions* (what a particular mistake would compute, with the words that help whoever made it).
"""

import contextlib
import copy
import functools
import io
import os
import re
import signal
import sys
import sysconfig
import threading
import time
import types
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from .. import progress
from ..device import hushed

__all__ = ["PUBLIC_SEED", "Case", "Criterion", "CriterionResult", "Finding", "FunctionCheck", "Misconception", "Result"]

# Some cases are drawn from a seed. This one everybody knows; a teacher who grades sets another in ISNINE_SEED.
PUBLIC_SEED = 9
LARGEST = 1_000_000  # numbers in an answer that are looked at
# What an error of NumPy or Python means for whoever sees it for the first time.
ERROR_HINTS = {
    "Cannot cast ufunc": "An array of whole numbers cannot hold fractions: write the result into a new array, as in x = picture / 2.",
    "truth value of an array": "An if needs one yes or no: for a whole array use a mask, np.where or arithmetic.",
    "can be converted to Python scalars": "The functions of math take one number; those of np take whole arrays.",
    "math range error": "A number got too large for a float: does exp get a large positive number?",
    "is not subscriptable": "Here you were given a single number, which has no parts to index.",
}


@dataclass(frozen=True)
class Case:
    """One call of the learner's function.

    Attributes
    ----------
    args : tuple
        Plain arguments; each call gets a fresh copy.
    criterion : str
        Name of the criterion that this case speaks for.
    label : str
        How a message names this case, such as "z = 0": it follows the word "for".
    """

    args: tuple
    criterion: str
    label: str


@dataclass(frozen=True)
class Criterion:
    """A property that the answer must have, in words that complete "your function ...", and its points.

    Without ``test`` it is met when every case that names it has the right value. With ``test``, which gets the list of all
    calls observed (see :func:`observe_call`), it is met when that returns None; a string is the message. Each call holds two
    things more: "case", and "problem", the sentence on what is wrong with it, or None.
    """

    name: str
    points: float
    test: Callable[[list[dict]], str | None] | None = None


@dataclass(frozen=True)
class Misconception:
    """A mistake that people make: ``wrong(*args)`` computes what they would compute, ``message`` helps them on."""

    wrong: Callable
    message: str


@dataclass(frozen=True)
class CriterionResult:
    """What became of one criterion."""

    name: str
    points: float
    max_points: float
    message: str = ""

    @property
    def passed(self) -> bool:
        """True when all its points were given."""
        return self.points == self.max_points


@dataclass(frozen=True)
class Result:
    """What a check says. Its value in a notebook is the number of points; its picture is a card.

    Attributes
    ----------
    outcome : {"not attempted", "error", "wrong", "right"}
    criteria : list of CriterionResult
    message : str
        A sentence on the answer as a whole; may be empty.
    """

    outcome: Literal["not attempted", "error", "wrong", "right"]
    criteria: list[CriterionResult] = field(default_factory=list)
    message: str = ""

    @property
    def points(self) -> float:
        """Sum of the points given."""
        return sum(c.points for c in self.criteria)

    @property
    def max_points(self) -> float:
        """Sum of the points to be had."""
        return sum(c.max_points for c in self.criteria)

    def __float__(self):
        return float(self.points)

    def __repr__(self):  # nbgrader reads the value of a check's cell as the points
        return f"{self.points:g}"

    def _repr_html_(self):
        from .card import card

        return card(self)


class Finding(Exception):
    """What a probe found wrong with an answer, in words that follow "For ..., ": "your layer has no weight after build"."""


class FunctionCheck:
    """A check of what the learner wrote: a function, or with a ``probe`` a class or an object such as a model.

    Parameters
    ----------
    name : str
        What the function is called in the exercise.
    reference : callable
        Computes what is right, for any case.
    cases : callable
        ``cases(rng)`` returns a list of :class:`Case`; what it draws from ``rng``, a ``numpy.random.Generator``, is hidden until grading.
    criteria : sequence of Criterion
        Each without a ``test`` of its own needs at least one case.
    misconceptions : sequence of Misconception
        From the most particular to the most general; the first that explains every value observed is told.
    asked : str
        What the statement asks the function to return: "one number", "an array of shape (n,)".
    tolerance : float
        Largest difference that counts as equal: ``tolerance * (1 + abs(right))``.
    accept_column : bool
        Take shape (n, 1) for (n,).
    seconds : float
        Time that all calls together may take.
    wrong_value : callable, optional
        ``wrong_value(value, right, case)`` says what is wrong with numbers of the right shape; the sentence follows "For ..., ".
        Without it: the first number that is off, and whether it is too large or too small.
    probe : callable, optional
        ``probe(answer, *args)`` runs where the learner's code runs, does with the answer what the case asks for, and returns
        numbers, or raises a :class:`Finding`. Without it, the answer is called: ``answer(*args)``.
    takes : {"function", "class"}
        What the learner wrote.
    prepare : callable, optional
        Called before the clock starts, for what takes long and is not the learner's, such as :func:`import_keras`.
    """

    def __init__(
        self,
        name: str,
        *,
        reference: Callable,
        cases: Callable[[np.random.Generator], list[Case]],
        criteria: Sequence[Criterion],
        misconceptions: Sequence[Misconception] = (),
        asked: str = "one number",
        tolerance: float = 1e-6,
        accept_column: bool = False,
        seconds: float = 10,
        wrong_value: Callable | None = None,
        probe: Callable | None = None,
        takes: str = "function",
        prepare: Callable = lambda: None,
    ):
        self.name, self.reference, self.criteria, self.misconceptions = (
            name,
            reference,
            tuple(criteria),
            tuple(misconceptions),
        )
        self.asked, self.tolerance, self.accept_column, self.seconds = asked, tolerance, accept_column, seconds
        self.wrong_value, self.probe, self.takes, self.prepare = wrong_value, probe, takes, prepare
        self._cases = cases
        self.points = sum(c.points for c in criteria)

    def __call__(self, answer: Any) -> Result:
        """Observe and judge in one go, as a notebook does, and keep the points there (:mod:`isnine.progress`)."""
        cases = self.cases(int(os.environ.get("ISNINE_SEED", PUBLIC_SEED)))
        result = self.judge(self.observe(answer, cases), cases)
        progress.keep(self, result)
        return result

    def cases(self, seed: int) -> list[Case]:
        """The cases for a seed: the same ones each time for the same seed."""
        cases = self._cases(np.random.default_rng(seed))
        spoken_for, tested = {case.criterion for case in cases}, {c.name for c in self.criteria if c.test}
        silent = {c.name for c in self.criteria} - tested - spoken_for
        if silent:
            raise ValueError(f"The check {self.name} has criteria that no case names: {sorted(silent)}.")
        return cases

    def observe(self, answer: Any, cases: list[Case]) -> dict:
        """Call the answer with every case and note what happens, as plain data."""
        kind = describe_type(answer)
        is_class = issubclass(type(answer), type)
        if is_class != (self.takes == "class") or not callable(answer):
            return {"kind": kind, "calls": None}
        with quiet():
            self.prepare()
        with quiet(), own_settings(), time_limit(self.seconds) as deadline:
            return {"kind": kind, "calls": [observe_call(answer, case.args, deadline, self.probe) for case in cases]}

    def blind(self) -> "FunctionCheck":
        """Take from this process whatever is not needed to observe: right values, and what draws cases. These come from outside.

        Grading calls this in the sandbox before a stranger's code runs there. It holds for all checks of the module.
        """
        if self._cases is None:
            return self
        module = sys.modules[self._cases.__module__]
        checks = {name: value for name, value in vars(module).items() if isinstance(value, FunctionCheck)}
        observing = []
        for check in checks.values():
            check.reference = check.wrong_value = check._cases = None
            check.misconceptions = ()
            check.criteria = tuple(Criterion(c.name, c.points, c.test and bool) for c in check.criteria)
            observing += [check.probe, check.prepare, type(check).observe]
        kept = {*checks, *_names_used(observing, vars(module))}
        for name in [name for name in vars(module) if name not in kept and not name.startswith("__")]:
            delattr(module, name)
        return self

    def judge(self, observation: dict, cases: list[Case]) -> Result:
        """Decide on the observation alone."""
        if not well_formed(observation, cases):
            return self._nothing("error", "What came back from your code is not what a check notes down.")
        calls = observation["calls"]
        if calls is None:
            return self._nothing(
                "wrong", f"The check needs your {self.takes} {self.name} itself, and was given {observation['kind']}."
            )
        if any(call["not attempted"] for call in calls):
            return self._nothing("not attempted", f"Write {self.name} above, run its cell, then run this one again.")
        with np.errstate(all="ignore"):
            problems = [self._problem(call, case) for call, case in zip(calls, cases, strict=True)]
            if calls[0]["error"] and len({call["error"] for call in calls}) == 1:
                problems = [f"Your code stopped with {calls[0]['error']}"] * len(calls)
            first = {}  # the same trouble is told in the same words each time, those of the first case
            problems = [
                first.setdefault(call["error"] or call["found"] or problem, problem)
                for call, problem in zip(calls, problems, strict=True)
            ]
            calls = [
                {**call, "case": case, "problem": problem}
                for call, case, problem in zip(calls, cases, problems, strict=True)
            ]
            explained = self._explain(calls)
            results = [self._criterion(criterion, calls, explained) for criterion in self.criteria]
        if all(result.passed for result in results):
            return Result("right", results)
        return Result("error" if all(call["error"] for call in calls) else "wrong", results)

    def _criterion(self, criterion, calls, explained) -> CriterionResult:
        """Points and message of one criterion."""
        if criterion.test:
            message = criterion.test(calls)
        else:
            wrong = [call for call in calls if call["problem"] and call["case"].criterion == criterion.name]
            told = explained and any(call["value"] is not None for call in wrong)
            message = explained if told else wrong[0]["problem"] if wrong else None
        return CriterionResult(criterion.name, 0 if message else criterion.points, criterion.points, message or "")

    def _nothing(self, outcome, message):
        return Result(outcome, [CriterionResult(c.name, 0, c.points) for c in self.criteria], message)

    def _problem(self, call, case) -> str | None:
        """What is wrong with one call, in words that quote the learner's value and never the right one."""
        label, own = f"For {case.label}", f"your {self.takes}"
        if call["found"]:
            return f"{label}, {call['found']}"
        if call["error"]:
            return f"{label}, your code stopped with {call['error']}"
        if call["changed"]:
            return f"{own.capitalize()} changed the array that it was given. Work on a copy, or write the result into a new array."
        value, right = call["value"], np.asarray(self.reference(*copy.deepcopy(case.args)), float)
        if value is None:
            if call["kind"].startswith(("a list", "a tuple", "an array", "the text")):
                told = f"{own} returned {call['kind']}, and not all of it is numbers or True and False"
                return f"{label}, {told}. The question asks for {self.asked}."
            hint = (
                " Is the return missing? print only shows a value, return hands it back."
                if call["kind"] == "None"
                else ""
            )
            return f"{label}, {own} returned {call['kind']}; the question asks for {self.asked}.{hint}"
        value = self._as_asked(value, right)
        if value.shape != right.shape:
            return f"{label}, {own} returned {call['kind']}; the question asks for {self.asked}."
        if np.isnan(value).any() and not np.isnan(right).any():
            return f"{label}, your result holds NaN, which is not a number: look for 0/0, log(0) or infinity minus infinity."
        off = ~self._close(value, right)
        if not off.any():
            return None
        if self.wrong_value and np.isfinite(value).all():
            return f"{label}, {self.wrong_value(value, right, case)}"
        if value.ndim == 0 or value.size == 1:
            return f"{label}, {own} returned {short(value.item())}, which is too {'large' if value.item() > right.item() else 'small'}."
        place = tuple(int(i) for i in np.argwhere(off)[0])
        direction = "large" if value[place] > right[place] else "small"
        where = place[0] if len(place) == 1 else place
        return (
            f"{label}, {int(off.sum())} of your {value.size} values are off. "
            f"The first stands at position {where}: yours is {short(value[place])}, which is too {direction}."
        )

    def _as_asked(self, value, right):
        """Take a (1,) for a single number, and a column for a row where the question allows it."""
        if right.ndim == 0 and value.size == 1:
            return value.reshape(())
        if self.accept_column and right.ndim == 1 and value.shape == (*right.shape, 1):
            return value[:, 0]
        return value

    def _close(self, value, right):
        with np.errstate(invalid="ignore"):
            return (
                (np.abs(value - right) <= self.tolerance * (1 + np.abs(right)))
                | (value == right)
                | (np.isnan(value) & np.isnan(right))
            )

    def _explain(self, calls) -> str | None:
        """The first misconception that would have computed every value that was observed, with the value it was seen in."""
        seen = [call for call in calls if call["value"] is not None]
        wrong = next((call for call in seen if call["problem"]), None)
        for misconception in self.misconceptions if wrong else ():
            with contextlib.suppress(ArithmeticError, LookupError, TypeError, ValueError):
                if all(self._same(c["value"], misconception.wrong(*copy.deepcopy(c["case"].args))) for c in seen):
                    number = wrong["kind"].removeprefix("the single value ")
                    start = (
                        f"For {wrong['case'].label}, your function returned {number}. "
                        if number != wrong["kind"]
                        else ""
                    )
                    return start + misconception.message
        return None

    def _same(self, value, wrong):
        wrong = np.asarray(wrong, float)
        value = self._as_asked(value, wrong)
        return value.shape == wrong.shape and bool(self._close(value, wrong).all())


def _names_used(things: Sequence, names: dict) -> set[str]:
    """Those of a module's names that functions or classes, and those that they use in turn, refer to."""
    used, seen, waiting = set(), set(), list(things)
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, (tuple, list)):
            waiting += thing
        elif isinstance(thing, dict):
            waiting += thing.values()
        elif isinstance(thing, type):
            if thing.__module__ == names["__name__"]:
                waiting += (*vars(thing).values(), *thing.__bases__)
        elif isinstance(thing, functools.partial):
            waiting += (thing.func, thing.args, thing.keywords)
        elif isinstance(thing, (property, staticmethod, classmethod)):
            waiting += (getattr(thing, "fget", None), getattr(thing, "__func__", None))
        elif hasattr(thing, "__wrapped__"):
            waiting.append(thing.__wrapped__)
        elif isinstance(thing, types.FunctionType):
            waiting += (thing.__code__, thing.__defaults__, thing.__kwdefaults__)
            waiting += [cell.cell_contents for cell in thing.__closure__ or ()]
        elif isinstance(thing, types.CodeType):
            waiting += thing.co_consts
            found = set(thing.co_names) & names.keys()
            used |= found
            waiting += [names[name] for name in found]
    return used


def import_keras() -> None:
    """Import Keras, which can take longer than all calls of a check."""
    import keras  # noqa: F401


def observe_call(answer: Any, args: tuple, deadline: "Deadline | None" = None, probe: Callable | None = None) -> dict:
    """Call the answer, or a probe of it, once, with copies of the arguments.

    Returns
    -------
    dict
        "value": float64 array or None; "kind": what came back, in words; "error": text or ""; "found": what a probe found, or "";
        "not attempted": the stub was still there; "changed": an argument was changed; "warnings": list of text; "seconds": float.
    """
    given = copy.deepcopy(args)
    deadline = deadline or Deadline(float("inf"))
    seen = {
        "value": None,
        "kind": "",
        "error": "",
        "found": "",
        "not attempted": False,
        "changed": False,
        "warnings": [],
    }
    start = time.perf_counter()
    # NumPy's own settings, whatever other cells did to them, and put back after whatever this answer does to them.
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
    ):
        warnings.simplefilter("always")
        try:
            if deadline.passed:
                raise OutOfTime
            _end_open_calls()  # those that a stopped cell left behind
            try:
                deadline.running = True
                returned = probe(answer, *given) if probe else answer(*given)
                seen["kind"] = describe(returned)
                seen["value"] = as_numbers(returned)
            finally:
                deadline.running = False
                _end_open_calls()
        except NotImplementedError as problem:
            deadline.running = False
            seen["error"] = describe_error(problem)
            if type(problem) is NotImplementedError and not problem.args:  # a stub: this one, or one that it calls
                stub = _raised_in(problem)
                seen["not attempted"] = stub == _name(answer) or issubclass(type(answer), type)
                if not seen["not attempted"]:
                    seen["error"] = f"NotImplementedError: it calls {stub}, which is not written yet."
        except Finding as finding:
            seen["found"] = _text(finding)[:500]
        except KeyboardInterrupt:
            raise  # somebody pressed "stop"
        except BaseException as problem:
            deadline.running = False
            seen["error"] = describe_error(problem)
    seen["seconds"] = time.perf_counter() - start
    seen["warnings"] = [_text(warning.message)[:200] for warning in caught[:20]]
    seen["changed"] = not _unchanged(args, given)
    if deadline.passed:
        seen["error"], seen["value"] = deadline.message, None
    return seen


def _end_open_calls():
    """Let Keras forget the layer call that it is in.

    Code that is stopped in the first lines of ``Layer.__call__`` leaves that call open, and every layer that is called later, by
    whomever, takes ``training`` from it. Keras has no public way to end it (``clear_session`` numbers all layers anew too).
    """
    state = sys.modules.get("keras.src.backend.common.global_state")
    if state:
        state.set_global_attribute("current_call_ctx", None)


def well_formed(observation: Any, cases: Sequence[Case]) -> bool:
    """Whether an observation has the form that ``observe`` gives it: one that comes out of a sandbox may be forged."""
    form = {
        "kind": str,
        "error": str,
        "found": str,
        "not attempted": bool,
        "changed": bool,
        "warnings": list,
        "seconds": float,
    }
    if not isinstance(observation, dict) or not isinstance(observation.get("kind"), str):
        return False
    calls = observation.get("calls", ())
    return calls is None or (
        isinstance(calls, list)
        and len(calls) == len(cases)
        and all(isinstance(call, dict) for call in calls)
        and all(isinstance(call.get(key), kind) for call in calls for key, kind in form.items())
        and all(isinstance(text, str) for call in calls for text in call["warnings"])
        and all("value" in call and _is_value(call["value"]) for call in calls)
    )


def _is_value(value):
    return value is None or (isinstance(value, np.ndarray) and value.dtype == np.float64 and value.size <= LARGEST)


def _raised_in(problem):
    """Name of the function in which an error was raised."""
    trace = problem.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_name


def _name(function):
    """What a function is called; for another callable, the method that is called."""
    with contextlib.suppress(Exception):
        return function.__name__
    return "__call__"


def _text(value):
    """A learner's object as text, also where its own way to become text fails."""
    with contextlib.suppress(Exception):
        return str(value)
    return ""


def _unchanged(before, after):
    """Whether arguments are what they were: arrays, lists, tuples and dicts of them; anything else counts as unchanged."""
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        same = before.shape == after.shape and before.dtype == after.dtype
        return same and (before.dtype.hasobject or before.tobytes() == after.tobytes())
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_unchanged(before[key], after[key]) for key in before)
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(_unchanged(a, b) for a, b in zip(before, after, strict=True))
    if isinstance(before, (bool, int, float, str)):
        return before == after or before != before
    return True


def as_numbers(value: Any) -> np.ndarray | None:
    """A float64 array of what a learner returned (number, bool, list, tuple, NumPy array, tensor), or None when it is nothing of these."""
    if type(value).__module__.split(".")[0] in ("tensorflow", "keras", "torch") and hasattr(value, "numpy"):
        value = value.numpy()
    if not isinstance(value, (bool, int, float, np.generic, np.ndarray, list, tuple)):
        return None
    if _size(value) > LARGEST:
        return None
    try:
        array = np.array(value, subok=False)
        if array.dtype == object:  # a list of tensors, for one
            array = np.array([as_numbers(item) for item in value])
    except (TypeError, ValueError):
        return None
    if array.dtype.kind not in "biuf" or array.size > LARGEST:
        return None
    return array.astype(np.float64)


def _size(value):
    """How many numbers an array or a nested list holds, as far as its first parts tell."""
    if isinstance(value, np.ndarray):
        return value.size
    size = 1
    for _ in range(64):  # NumPy's limit of dimensions
        if not isinstance(value, (list, tuple)) or not value:
            break
        size, value = size * len(value), value[0]
    return size


def describe(value: Any) -> str:
    """What a learner's value is, in a learner's words: "an array of shape (3, 1)", "None", "a list of 3 values"."""
    if value is None:
        return "None"
    if type(value) is str:
        return f"the text {value[:60]!r}"
    if isinstance(value, (bool, int, float, np.generic)):
        return f"the single value {short(value)}"
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype.kind in "biuf" else f" of {value.dtype} values"
        return f"an array of shape {value.shape}{kind}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)} values"
    if type(value).__module__.split(".")[0] in ("tensorflow", "keras", "torch") and hasattr(value, "shape"):
        return f"a tensor of shape {tuple(value.shape)}"
    return describe_type(value)


def describe_type(value: Any) -> str:
    """The type of a value in words: "a function", "the class Neuron", "a generator"."""
    if value is None:
        return "None"
    if issubclass(type(value), type):
        return f"the class {_type_name(value)}"
    name = _type_name(type(value))
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _type_name(kind):
    """The name of a class as Python knows it, whatever the class says of itself."""
    return type.__dict__["__name__"].__get__(kind)[:60]


def describe_error(problem: BaseException) -> str:
    """An error as one line, with the line of the learner's code where it happened."""
    line, trace = None, problem.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(_NOT_LEARNERS) and "site-packages" not in file:
            line = trace.tb_lineno
        trace = trace.tb_next
    text = re.sub(
        r"Input operand .* mismatch .* \(size (\d+) is different from (\d+)\)",
        r"in a @ b the last size of a must be the first size of b, and \2 is not \1",
        plain_words(problem)[:300].strip(),
    )
    hint = next((f" {hint}" for part, hint in ERROR_HINTS.items() if part in text), "")
    where = f" (line {line} of your cell)" if line else ""
    return f"{_type_name(type(problem))}{': ' if text else ''}{text.rstrip('.')}{where}.{hint}"


def plain_words(problem: BaseException) -> str:
    """The words of an error. Keras colours its own, adds the arguments it got, and numbers its layers anew at each call."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", _text(problem)).split("\n\nArguments received")[0]
    return re.sub(r"((?:layer|model) ['\"]?[a-z]\w*?)_\d+\b", r"\1", text)


# Code of this package and of Python itself.
_NOT_LEARNERS = (str(Path(__file__).parent), sysconfig.get_paths()["stdlib"], "<frozen")


def short(value: Any) -> str:
    """A number as a message shows it."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, float, np.integer, np.floating)):
        with contextlib.suppress(OverflowError):
            return f"{float(value):.6g}"
        return "of a huge whole number"
    return _text(value)[:60]


@contextlib.contextmanager
def quiet():
    """Swallow what the learner's code prints while it is checked: the card speaks, and nbgrader takes stderr for a failure."""
    with contextlib.redirect_stdout(_Sink()), contextlib.redirect_stderr(_Sink()), hushed():
        yield


@contextlib.contextmanager
def own_settings():
    """Give the check Keras' default number type, whatever other cells or this answer set, and put theirs back afterwards."""
    keras = sys.modules.get("keras")
    if not keras:
        yield
        return
    floats, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_floatx(floats)
        keras.config.set_dtype_policy(policy)


class _Sink(io.TextIOBase):
    """Takes text and keeps none of it, however much is printed."""

    def write(self, text):
        return len(text)


class OutOfTime(BaseException):
    """Ends code that takes too long. Not an Exception, so that an ``except Exception`` in a loop does not swallow it."""


class Deadline:
    """Whether the time for a check has run out, and the words for it."""

    def __init__(self, seconds):
        self.message = (
            f"a time-out: all calls together took longer than {seconds:g} seconds. Is there a loop that never ends?"
        )
        self.end = time.monotonic() + seconds
        self.running = False  # True while the learner's code runs

    @property
    def passed(self) -> bool:
        """True once the time has run out."""
        return time.monotonic() > self.end


@contextlib.contextmanager
def time_limit(seconds: float):
    """Interrupt code that takes too long, where the system can do that (Linux and macOS, main thread); elsewhere only note it."""
    deadline = Deadline(seconds)
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield deadline
        return

    def stop(*_):
        if deadline.running:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    # Once the time is over every further call is stopped after a moment too.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        yield deadline
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
