"""The checks, checked: right answers of different people get full marks, wrong ones their outcome, points and words.

The answers stand in one module an exercise, ``tests/answers/NAME.py``, named like its checks, ``isnine/checks/NAME.py``. A new
module there is found by itself. It holds three names::

    from isnine.checks import one_neuron as CHECKS

    RIGHT = {
        "step_neuron": {                       # the name of the check in CHECKS
            "a loop": function,                # who wrote it, or how: function
            ...                                # four or more that differ
        },
    }
    WRONG = {
        "step_neuron": {
            "the bias added once per weight": (function, "wrong", "once", 1),
            ...                                # eight or more
        },
    }

A table whose checks build and train networks may say ``SLOW = True``: each of its answers is then judged for one seed, not for three.
Where a check takes a class, the answers are classes.

A wrong answer is a tuple: the function, the outcome (``"wrong"``, ``"error"`` or ``"not attempted"``), a phrase that the learner must
read somewhere in the result, and its points, which must be the same for every seed. Questions in which a check takes something else
than a function hold that instead. Every misconception of a check must be somebody's: its message has to turn up for a wrong answer.
An answer whose name contains "TensorFlow" should import it inside the function: the test imports it before the clock of the check
starts, and only then.
"""

import copy
import importlib
import os
import pkgutil
import re
import signal
import sys
import time
import types
import warnings
from pathlib import Path

import answers
import nbformat
import numpy as np
import pytest

from isnine.checks import one_neuron
from isnine.checks.card import card
from isnine.checks.core import Case, Criterion, CriterionResult, FunctionCheck, Result, as_numbers

ROOT = Path(__file__).parent.parent
SEEDS = [9, 0, 20_000_101]
TABLES = [importlib.import_module(f"answers.{module.name}") for module in pkgutil.iter_modules(answers.__path__)]
QUESTIONS = {
    f"{table.__name__.split('.')[1]}:{question}": (table, question) for table in TABLES for question in table.RIGHT
}


def named(kind):
    """A test's parameters: table, question and the name of an answer, for every answer in RIGHT or in WRONG."""
    return [
        pytest.param(table, question, name, id=f"{key}-{name}")
        for key, (table, question) in QUESTIONS.items()
        for name in getattr(table, kind)[question]
    ]


@pytest.fixture(params=QUESTIONS)
def question(request):
    """A check, the table that its answers stand in, and its name."""
    table, name = QUESTIONS[request.param]
    return getattr(table.CHECKS, name), table, name


def seeds(table):
    return SEEDS[:1] if getattr(table, "SLOW", False) else SEEDS


OBSERVED = {}


def observed(check, answer, name="", seed=SEEDS[0]):
    """What a check notes down of an answer. Networks are slow, so it looks once, and every test judges the same notes."""
    key = id(check), id(answer), seed
    if key not in OBSERVED:
        if "TensorFlow" in name:
            import tensorflow  # noqa: F401  (takes longer than the check gives an answer)
        OBSERVED[key] = (
            check,
            answer,
            check.observe(answer, check.cases(seed)),
        )  # both kept, so that no other gets their id
    return copy.deepcopy(OBSERVED[key][2])


def result_of(check, answer, name="", seed=SEEDS[0]):
    return check.judge(observed(check, answer, name, seed), check.cases(seed))


def words(result):
    return "\n".join([result.message, *(criterion.message for criterion in result.criteria)])


def some_right_answer(table, name):
    return next(answer for who, answer in table.RIGHT[name].items() if "TensorFlow" not in who)


# ------------------------------------------------------------------------------------------------------------ the tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_check_has_right_and_wrong_answers(table):
    assert set(table.RIGHT) == set(table.WRONG) == set(table.CHECKS.__all__)
    for question in table.RIGHT:
        assert len(table.RIGHT[question]) >= 4, question
        assert len(table.WRONG[question]) >= 8, question


@pytest.mark.parametrize(("table", "question", "name"), named("RIGHT"))
def test_right_answers_get_full_marks(table, question, name):
    check = getattr(table.CHECKS, question)
    for seed in seeds(table):
        result = result_of(check, table.RIGHT[question][name], name, seed)
        assert (result.outcome, result.points) == ("right", check.points), f"seed {seed}: {words(result)}"
        assert words(result).strip() == ""


@pytest.mark.parametrize(("table", "question", "name"), named("WRONG"))
def test_wrong_answers_get_their_outcome_words_and_points(table, question, name):
    answer, outcome, phrase, points = table.WRONG[question][name]
    for seed in seeds(table):
        result = result_of(getattr(table.CHECKS, question), answer, name, seed)
        assert (result.outcome, result.points) == (outcome, points), f"seed {seed}: {words(result)}"
        assert phrase in words(result), f"seed {seed}"
        assert all(criterion.passed or criterion.message or result.message for criterion in result.criteria)


def test_every_misconception_is_somebodys(question):
    check, table, name = question
    told = "\n".join(words(result_of(check, wrong[0], who)) for who, wrong in table.WRONG[name].items())
    assert [m.message for m in getattr(check, "misconceptions", ()) if m.message not in told] == []


def test_messages_keep_the_right_values_secret(question):
    check, table, name = question
    if not hasattr(check, "reference"):
        pytest.skip("nothing to compare with")
    for seed in seeds(table):
        right = [np.ravel(check.reference(*case.args)) for case in check.cases(seed)]
        secrets = [value for values in right for value in values if np.isfinite(value) and round(value, 2) != value]
        for who, wrong in table.WRONG[name].items():
            observation = observed(check, wrong[0], who, seed)
            text = words(check.judge(observation, check.cases(seed)))
            values = [call["value"] for call in observation["calls"] or [] if call["value"] is not None]
            own = np.concatenate([np.ravel(value) for value in values]) if values else np.array([])
            for number in map(float, re.findall(r"-?\d+\.\d+(?:e[-+]\d+)?", text)):
                if not np.isclose(number, own, rtol=1e-4).any():
                    assert not np.isclose(number, secrets, rtol=1e-4, atol=0).any(), f"{who}: {text}"


# ------------------------------------------------------------------------------------------------------ strange answers


class EqualToEverything:
    def __eq__(self, other):
        return True

    __hash__ = None


class Hostile:
    """Raises whenever somebody looks at it."""

    def __getattr__(self, name):
        raise RuntimeError("do not look")

    def __str__(self):
        raise RuntimeError("do not print")

    __repr__ = __str__

    @property
    def __class__(self):
        raise RuntimeError("do not ask")


class NamelessKind(type):
    @property
    def __name__(cls):
        raise RuntimeError("no name")


class Nameless(metaclass=NamelessKind):
    pass


class HostileError(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def raising(problem):
    def answer(*_):
        raise problem

    return answer


def generator(*_):
    yield 1


async def coroutine(*_):
    return 1


def endless(*_):
    while True:
        pass


def endless_and_stubborn(*_):
    while True:
        try:
            sum(range(10_000))
        except Exception:
            continue


def recursion(*arguments):
    return recursion(*arguments)


def nested_in_itself(*_):
    values = []
    values.append(values)
    return values


STRANGE = {
    "None": None,
    "a number": 3,
    "a text": "lambda z: z",
    "a class": EqualToEverything,
    "an object that raises": Hostile(),
    "a generator": generator,
    "a coroutine": coroutine,
    "returns None": lambda *_: None,
    "returns a text": lambda *_: "1",
    "returns an object equal to everything": lambda *_: EqualToEverything(),
    "returns an object that raises": lambda *_: Hostile(),
    "a class without a name": Nameless,
    "returns an object of a class without a name": lambda *_: Nameless(),
    "returns NaN": lambda *_: float("nan"),
    "returns a list with None": lambda *_: [1.0, None],
    "returns complex numbers": lambda *_: 1j,
    "returns a number beyond all floats": lambda *_: 10**400,
    "returns two million numbers": lambda *_: np.zeros(2_000_000),
    "returns more numbers than memory": lambda *_: np.broadcast_to(0.0, (10**6, 10**6)),
    "returns a list of more numbers than memory": lambda *_: [[0] * 10_000] * 10_000_000,
    "returns a list in itself": nested_in_itself,
    "returns lists of different lengths": lambda *_: [[1], [1, 2]],
    "ends Python": raising(SystemExit(0)),
    "raises what is no Exception": raising(GeneratorExit()),
    "raises an error without words": raising(HostileError()),
    "raises a NotImplementedError with words": raising(NotImplementedError("later")),
    "calls itself for ever": recursion,
    "never ends": endless,
    "never ends, and swallows errors": endless_and_stubborn,
}


def dressed(function):
    """A class that does in its methods what a strange function does when it is called; anything else stays what it is."""
    if type(function) is not types.FunctionType:  # isinstance would ask the object, and one of them raises
        return function
    call = {"__call__": lambda self, *_, **__: function(), "__init__": lambda self, *_, **__: (function(), None)[1]}
    return type("Strange", (), call)


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("name", STRANGE)
def test_strange_answers_get_nothing_and_break_nothing(question, name):
    check = copy.copy(question[0])
    check.seconds = 0.2
    start = time.monotonic()
    result = result_of(check, dressed(STRANGE[name]) if check.takes == "class" else STRANGE[name])
    assert time.monotonic() - start < 10
    assert result.points == 0
    assert result.outcome in ("wrong", "error")
    assert words(result).strip()
    assert "MemoryError" not in words(result)
    assert card(result)


def test_what_is_not_what_the_check_takes_is_named(question):
    check, _, _ = question
    other = (result_of, "a function") if check.takes == "class" else (EqualToEverything, "the class EqualToEverything")
    for answer, kind in (other, (None, "None"), ("f", "a str")):
        assert f"needs your {check.takes} {check.name} itself, and was given {kind}" in result_of(check, answer).message


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (3, 3),
        (True, 1),
        (np.float32(0.5), 0.5),
        ([1, 2.5], [1, 2.5]),
        ((True, False), [1, 0]),
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
        (np.arange(3), [0, 1, 2]),
        ([np.array(1), np.array(2)], [1, 2]),
        ([], []),
    ],
)
def test_numbers_of_all_kinds_become_arrays(value, right):
    array = as_numbers(value)
    assert array.dtype == np.float64
    assert array.tolist() == right


@pytest.mark.parametrize("value", [None, "1", [1, None], [1, "2"], [[1], [1, 2]], 1j, {1: 2}, 10**400, np.array(["a"])])
def test_what_is_not_numbers_becomes_none(value):
    assert as_numbers(value) is None


def test_the_clock_names_itself(question):
    check, table = copy.copy(question[0]), question[1]
    # It must run out in the answer, and not while a check makes its own networks: Keras would not survive that.
    check.seconds = 2 if getattr(table, "SLOW", False) else 0.2
    result = result_of(check, dressed(endless) if check.takes == "class" else endless)
    assert result.outcome == "error"
    assert "time-out" in words(result)
    assert "never ends" in words(result)


def test_the_untouched_stub_is_not_attempted(question):
    check, _, _ = question

    def stub(*_):
        raise NotImplementedError()

    class Stub:
        def __init__(self, *_, **__):
            raise NotImplementedError()

    result = result_of(check, Stub if check.takes == "class" else stub)
    assert (result.outcome, result.points) == ("not attempted", 0)
    assert repr(result) == "0"


def test_what_an_answer_does_besides_changes_neither_its_points_nor_the_notebook(question, capsys):
    check, table, name = question
    right = some_right_answer(table, name)

    def untidy():
        for _ in range(200):
            print("x" * 10_000)
            print("x" * 10_000, file=sys.stderr)
        np.random.seed(1)  # noqa: NPY002
        np.seterr(all="ignore")
        warnings.simplefilter("error")

    def careless(*arguments):
        untidy()
        return right(*arguments)

    if check.takes == "class":

        class careless(right):
            def __init__(self, *arguments, **named):
                untidy()
                super().__init__(*arguments, **named)

    before = np.geterr(), warnings.filters[:], sys.stdout, sys.stderr, signal.getsignal(signal.SIGALRM)
    result = result_of(check, careless)
    assert (result.outcome, result.points) == ("right", check.points), words(result)
    assert capsys.readouterr() == ("", "")
    assert (np.geterr(), warnings.filters[:], sys.stdout, sys.stderr, signal.getsignal(signal.SIGALRM)) == before


def test_settings_of_numpy_in_other_cells_change_nothing(question):
    check, table, name = question
    wrong = [wrong[0] for wrong in table.WRONG[name].values()]
    for answer in [some_right_answer(table, name), *(wrong[:4] if getattr(table, "SLOW", False) else wrong)]:
        expected, cases = result_of(check, answer), check.cases(SEEDS[0])
        with np.errstate(all="raise"):
            assert check.judge(check.observe(answer, cases), cases) == expected


def test_a_stopped_cell_leaves_no_training_behind():
    """Stopped in its first lines, a layer's call stays open, and the layers of later calls take training=True from it."""
    keras = pytest.importorskip("keras")
    from isnine.checks import resnet

    keras.layers.Identity()._get_call_context().set_value("training", True)
    answer, cases = (
        some_right_answer(importlib.import_module("answers.resnet"), "basic_block"),
        resnet.basic_block.cases(9),
    )
    assert resnet.basic_block.judge(resnet.basic_block.observe(answer, cases), cases).outcome == "right"
    assert keras.src.backend.common.global_state.get_global_attribute("current_call_ctx") is None


def test_settings_of_numpy_in_other_cells_do_not_reach_the_reference():
    case = Case((1000.0,), "is right", "z = 1000")
    reference = lambda z: 1 / (1 + np.exp(z))  # noqa: E731  (overflows, which NumPy lets pass)
    check = FunctionCheck("f", reference=reference, cases=lambda rng: [case], criteria=[Criterion("is right", 1)])
    with np.errstate(all="raise"):
        assert result_of(check, lambda z: 0.0).outcome == "right"


def test_an_answer_that_changes_its_arrays_is_told(question):
    check, table, name = question
    right = some_right_answer(table, name)
    arrays = any(isinstance(argument, np.ndarray) for case in check.cases(0) for argument in case.args)
    if check.probe or not arrays:
        pytest.skip("no arrays are handed over")

    def changes(*arguments):
        result = copy.deepcopy(right(*arguments))
        for argument in arguments:
            if isinstance(argument, np.ndarray) and argument.dtype.kind != "b":
                argument += 1
        return result

    result = result_of(check, changes)
    assert result.outcome == "wrong"
    assert "changed the array" in words(result)


def test_each_call_gets_its_own_copy(question):
    check, _, _ = question
    cases = check.cases(3)
    before = copy.deepcopy(cases)

    def greedy(*arguments):
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                argument[...] = 0

    check.observe(greedy, cases)
    assert repr(cases) == repr(before)


# -------------------------------------------------------------------------------------------------- observing and judging


def assert_plain(value):
    if isinstance(value, dict):
        assert all(type(key) is str for key in value)
        for item in value.values():
            assert_plain(item)
    elif isinstance(value, list):
        for item in value:
            assert_plain(item)
    else:
        assert type(value) in (str, bool, int, float, np.ndarray) or value is None
        assert not isinstance(value, np.ndarray) or value.dtype.kind in "biuf"


def test_an_observation_is_plain_data(question):
    check, table, name = question
    for who, answer in table.RIGHT[name].items():
        if "TensorFlow" not in who:
            assert_plain(observed(check, answer, who))
    for who, (answer, *_) in table.WRONG[name].items():
        if "TensorFlow" not in who:
            assert_plain(observed(check, answer, who))


def test_judging_changes_nothing_and_needs_nothing_but_the_observation(question):
    check, table, name = question
    cases = check.cases(SEEDS[0])
    for who, (answer, *_) in table.WRONG[name].items():
        observation, before = observed(check, answer, who), observed(check, answer, who)
        first = check.judge(observation, cases)
        assert repr(observation) == repr(before)
        assert check.judge(before, check.cases(SEEDS[0])) == first


def test_a_forged_observation_gets_nothing_and_breaks_nothing(question):
    check, table, name = question
    cases = check.cases(1)
    honest = check.observe(some_right_answer(table, name), cases)
    call = honest["calls"][0]
    forged = [
        None,
        {},
        {"kind": "a function"},
        {"kind": "a function", "calls": []},
        {**honest, "calls": honest["calls"][1:]},
        {**honest, "calls": [None] * len(cases)},
        *({**honest, "calls": [{**call, key: [()]}] * len(cases)} for key in call),
        {**honest, "calls": [{**call, "value": np.array([object()])}] * len(cases)},
    ]
    for observation in forged:
        assert check.judge(observation, cases).points == 0


def test_cases_come_from_the_seed(question):
    check, _, _ = question
    assert repr(check.cases(5)) == repr(check.cases(5))


def test_a_criterion_that_no_case_names_is_refused():
    """It would be met by every answer."""
    case = Case((1.0,), "is rihgt", "z = 1")
    check = FunctionCheck("f", reference=float, cases=lambda rng: [case], criteria=[Criterion("is right", 1)])
    with pytest.raises(ValueError, match="criteria that no case names: \\['is right'\\]"):
        check(lambda z: z)


def test_a_result_is_the_number_that_nbgrader_reads():
    result = Result(
        "wrong", [CriterionResult("a", 1, 1), CriterionResult("b", 0.5, 1, "half"), CriterionResult("c", 0, 2)]
    )
    assert (repr(result), float(result), result.max_points) == ("1.5", 1.5, 4)
    assert repr(Result("right", [CriterionResult("a", 3, 3)])) == "3"


def test_the_card_escapes_what_came_from_the_learner():
    evil = "<script>alert(1)</script>"
    for outcome in ("not attempted", "error", "wrong", "right"):
        html = card(Result(outcome, [CriterionResult(evil, 0, 1, evil)], evil))
        assert evil not in html
    assert "&lt;script&gt;" in html


def test_a_check_in_the_notebook_takes_the_teachers_seed(question, monkeypatch):
    check, table, name = question
    seen = []
    monkeypatch.setattr(check, "cases", lambda seed: seen.append(seed) or type(check).cases(check, seed))
    monkeypatch.delenv("ISNINE_SEED", raising=False)
    check(some_right_answer(table, name))
    monkeypatch.setenv("ISNINE_SEED", "77")
    assert check(some_right_answer(table, name)).points == check.points
    assert seen == [9, 77]


# -------------------------------------------------------------------------------------------------------- the notebooks


def points_of(path):
    """What each graded cell of a notebook gives when its code cells run, and what it may give."""
    space, points = {}, {}
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type != "code":
            continue
        graded = cell.metadata.get("nbgrader", {}).get("grade")
        if graded:
            points[cell.metadata.nbgrader.grade_id] = (repr(eval(cell.source, space)), cell.metadata.nbgrader.points)
        else:
            exec(compile(cell.source, str(path), "exec"), space)
    return points


@pytest.mark.parametrize("seed", ["9", "4711"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_solutions_get_full_marks_and_untouched_exercises_nothing(table, seed, monkeypatch):
    monkeypatch.setenv("ISNINE_SEED", seed)
    file = table.__name__.split(".")[1].replace("_", "-") + ".ipynb"
    (solution,) = (ROOT / "solutions").glob(f"*/{file}")
    (exercise,) = (ROOT / "exercises").glob(f"*/{file}")
    solved, untouched = points_of(solution), points_of(exercise)
    checks = {name.replace("_", "-"): getattr(table.CHECKS, name).points for name in table.CHECKS.__all__}
    assert {name: points for name, (_, points) in solved.items()} == checks
    assert {name: float(got) for name, (got, _) in solved.items()} == checks
    assert {name: float(got) for name, (got, _) in untouched.items()} == dict.fromkeys(checks, 0)


def test_what_compiled_libraries_write_to_stderr_is_kept_from_the_reader(capfd):
    """They write past Python, to the file descriptor; nbgrader would give 0 for a right answer."""

    def noisy(inputs, weights, bias):
        os.write(2, b"could not find cuda drivers\n")
        return inputs @ weights + bias > 0

    assert float(one_neuron.step_neuron(noisy)) == one_neuron.step_neuron.points
    assert capfd.readouterr().err == ""
