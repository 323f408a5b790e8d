"""The mutants of the solutions: what is changed in a cell, what the program does and says, and a sample of all mutants."""

import json
import subprocess
import sys

import nbformat
import pytest
from common import ROOT, SOLUTIONS
from mutants import explanations, questions_of
from mutate import mutants_of

CELL = '''def mean(rows, width):
    """Mean of 2 rows, or more."""
    return sum(rows) / width
'''
QUESTIONS = [question for path in SOLUTIONS for question in questions_of(path)]


def after(source):
    """What the changed line says in each mutant of a line."""
    return {mutant.text.split("  ->  ")[1] for mutant in mutants_of(source)}


# ------------------------------------------------------------------------------------------------------------ the mutants


def test_the_mutants_of_three_lines():
    returned = "pass, return mean(rows) / width, return rows / width, return sum() / width, return sum(width) / width, "
    returned += "return sum(rows), return width, return width / sum(rows), return sum(rows) * width, return sum(rows) // width, "
    returned += "return sum(rows) / rows"
    assert after(CELL) == set(returned.split(", "))
    for mutant in mutants_of(CELL):
        before, arrow, line = mutant.text.partition("  ->  ")
        assert before == "return sum(rows) / width" and arrow
        assert mutant.source == CELL.replace(before, line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = (a + b) * c", ["x = (a - b) * c", "x = (b) * c", "x = (a + b)", "x = c", "x = (a + b) / c"]),
        ("x = a < b", ["x = a <= b", "x = a >= b", "x = a > b"]),
        ("x = 1 < a < b", ["x = 1 < a <= b", "x = 1 <= a < b", "x = 2 < a < b"]),
        ("x = a and b", ["x = a or b", "x = a", "x = b"]),
        ("x = not a", ["x = a"]),
        ("x = -a", ["x = a"]),
        ("x = 3", ["x = 2", "x = 4"]),
        ("x = 0.25", ["x = 0.5", "x = 0.125"]),
        ("x = 0.0", ["x = 1.0", "x = -1.0"]),
        ("x = True", ["x = False"]),
        ("x = 'same'", ["x = 'valid'"]),
        ("x = 'é' + a", ["x = 'éx' + a", "x = 'é' - a", "x = a"]),
        ("x = a[1:]", ["x = a", "x = a[:]", "x = a[0:]", "x = a[2:]"]),
        ("x = [a, b]", ["x = [b, a]", "x = [a]", "x = [b]"]),
        ("x = {'a': b, **c}", ["x = {**c}", "x = {'a': b}"]),
        (
            "x = a.T.sum(axis=1)",
            ["x = a.sum(axis=1)", "x = a.T", "x = a.T.mean(axis=1)", "x = a.T.sum()", "x = a.T.sum(axis=0)"],
        ),
        ("x = np.exp(a)", ["x = a"]),
        ("x = f(a, b, c=1)", ["x = f(b, a, c=1)", "x = f(a, c=1)", "x = f(a, b)"]),
        ("x = a if b else c", ["x = a", "x = c", "x = a if not (b) else c"]),
        ("x = [a for a in b if a]", ["x = [a for a in b]"]),
        ("def f():\n x += 1", ["x -= 1", "x += 2", "pass"]),
        ("def f(a, b):\n return a", ["return b"]),
        ("@g\ndef f():\n pass", ["(nothing)"]),
        ("def f():\n a.b()\n a.c()", ["a.c() ⏎ a.b()"]),
        ("def f():\n a = 1\n b = a", ["b = a ⏎ a = 1"]),
    ],
)
def test_a_line_is_changed_in_all_these_ways(line, expected):
    assert set(expected) <= after(line)


def test_what_changes_nothing_is_no_mutant():
    assert after("def f():\n '''Words.'''\n # a comment\n pass\n") == set()
    assert "b = 2 ⏎ a = 1" not in after("def f():\n a = 1\n b = 2")  # their order does not matter
    assert not {"x = b + a", "x = b * a"} & (after("x = a + b") | after("x = a * b"))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_the_mutants_of_a_solution_have_texts_of_their_own(question):
    mutants = mutants_of(question.source)
    assert len({mutant.text for mutant in mutants}) == len({mutant.source for mutant in mutants}) == len(mutants) >= 3
    known = explanations(ROOT / "tests" / "equivalent.yml").get(question.key, {})
    assert set(known) <= {mutant.text for mutant in mutants}


# ------------------------------------------------------------------------------------------------------------ the program


def program(code):
    """What a piece of code prints last, as JSON. It runs in a new process: this one may have computed with TensorFlow."""
    path = f"import sys; sys.path.insert(0, {str(ROOT / 'tests')!r}); import json, mutants; from pathlib import Path\n"
    ran = subprocess.run([sys.executable, "-c", path + code], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    *printed, last = ran.stdout.splitlines()
    return "\n".join(printed), json.loads(last)


def test_what_never_ends_or_ends_its_process_gets_no_full_marks():
    right = "def nand_weights():\n    return -2, -2, 3\n"
    sources = [
        right,
        right.replace("return", "while True: pass\n    return"),
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\nwhile True: pass",
        "import os\nos._exit(0)",
        right.replace("3", "5"),
        "1 / 0",
        right,
    ]
    _, full = program(
        "mutants.GRACE = 1\n"
        "question = mutants.Question('x', 'isnine.checks.one_neuron:nand_weights', 'nand_weights', [], '')\n"
        f"print(json.dumps([answer.full for answer in mutants.ask(question, {sources!r}, 1, 2)]))"
    )
    assert full == [True, False, False, False, False, False, True]


def write_solution(folder, limit):
    """Write a folder of solutions with a single question; the limit 0 is right."""
    cell = nbformat.v4.new_code_cell
    cells = [
        cell(f"limit = {limit}"),
        cell(
            "def step_neuron(inputs, weights, bias):\n    ### BEGIN SOLUTION\n    z = inputs @ weights + bias\n"
            "    return 1 if z > limit else 0\n    ### END SOLUTION",
            metadata={"nbgrader": {"grade_id": "step-neuron-answer", "solution": True}},
        ),
        cell(
            "check.step_neuron(step_neuron)",
            metadata={
                "nbgrader": {"grade_id": "step-neuron", "grade": True},
                "gradebox": {"answer": "step_neuron", "check": "isnine.checks.one_neuron:step_neuron"},
            },
        ),
    ]
    (folder / "02-small").mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "02-small" / "small.ipynb")


SWAP = "z = inputs @ weights + bias  ->  z = weights @ inputs + bias"
EXPLAINED = f"02-small:\n  step_neuron:\n    - why: The sum is the same.\n      mutants: |\n        {SWAP}\n"


def test_the_exit_code_tells_whether_everything_is_explained(tmp_path):
    files = {
        "explained": EXPLAINED,
        "unexplained": "",
        "no mutant": EXPLAINED + "        z = a  ->  z = b\n",
        "caught": EXPLAINED + "        z = inputs @ weights + bias  ->  z = bias\n",
        "caught now and then": EXPLAINED
        + "    - why: Luck.\n      sometimes: true\n      mutants: |\n        z = inputs @ weights + bias  ->  z = bias\n",
        "wrong solution": EXPLAINED,
        "no question": EXPLAINED + "  other:\n    - why: Nothing.\n      mutants: |\n        a  ->  b\n",
    }
    for name, text in files.items():
        write_solution(tmp_path / name, limit=int(name == "wrong solution"))
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    printed, codes = program(
        f"folder = Path({str(tmp_path)!r})\n"
        f"codes = dict((name, mutants.main([], folder / name, folder / (name + '.yml'))) for name in {list(files)!r})\n"
        "print(json.dumps(codes))"
    )
    bad = ("unexplained", "no mutant", "caught", "wrong solution", "no question")
    assert codes == {name: int(name in bad) for name in files}
    said = dict(zip(files, printed.split("equivalent  unexplained")[1:], strict=True))
    assert "nobody explains    " + SWAP in said["unexplained"]
    assert "explained, but no mutant    z = a  ->  z = b" in said["no mutant"]
    assert "explained, but caught    z = inputs @ weights + bias  ->  z = bias" in said["caught"]
    assert "the solution does not get full marks" in said["wrong solution"]
    assert "the solution" not in said["unexplained"]
    assert "02-small:other: explained, but no question" in said["no question"]
    assert "The sum is the same." in said["explained"] and "Every survivor is explained." in said["explained"]
    row = next(line.split() for line in said["explained"].splitlines() if line.startswith("02-small:step_neuron"))
    assert [int(number) for number in row[1:5]] == [23, 22, 1, 0]


# -------------------------------------------------------------------------------------------------------------- a sample


def test_a_sample_of_all_mutants_is_caught_or_explained():
    """Each fourth mutant where a check takes milliseconds, and some where it builds networks; ``make mutants`` asks them all."""
    quick = "'01-seeing-digits:b', '01-seeing-digits:c', '02', '03-layers:d', '03-layers:f', '03-layers:n', '04-learning:b', "
    quick += "'04-learning:n', '04-learning:s', '05', '09-convolution:e'"
    slow = "'03-layers:b', '06-is-it-a-nine:m', '07', '08', '10', '11-your-own-cnn:shapes', '13-mobilenet:cost', '13-mobilenet:sep'"
    printed, codes = program(
        f"codes = [mutants.main(['--every', '4', {quick}]), mutants.main(['--every', '25', {slow}])]\nprint(codes)"
    )
    assert codes == [0, 0], printed
