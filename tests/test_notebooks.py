"""The notebooks: their stored form, exercises and solutions in step, and every question wired to its check."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from common import CHAPTERS, EXERCISES, ROOT, SOLUTIONS, graded, name, notebook

from isnine import notebooks

INTRO = ROOT / "book" / "intro.ipynb"
ALL = [INTRO, *CHAPTERS, *SOLUTIONS, *EXERCISES]
EACH = pytest.mark.parametrize("path", ALL, ids=lambda path: path.relative_to(ROOT).as_posix())
EACH_SOLUTION = pytest.mark.parametrize("path", SOLUTIONS, ids=name)
EACH_EXERCISE = pytest.mark.parametrize("path", EXERCISES, ids=name)


def code_cells(path):
    return [cell for cell in notebook(path).cells if cell.cell_type == "code"]


def questions(path):
    """(its number, the settings of its card, its statement, the cell to answer in, the check's cell, the hints) of each question."""
    cells = notebook(path).cells
    starts = [i for i, cell in enumerate(cells) if "question" in cell.metadata.get("isnine", {})]
    found = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(cells)], strict=True), 1):
        part = cells[start:end]
        (answer,) = [cell for cell in part if cell.metadata.get("nbgrader", {}).get("solution")]
        (check,) = graded(part)
        hints = [cell for cell in part if "<details>" in cell.source and cell.cell_type == "markdown"]
        found.append((number, part[0].metadata.isnine.question, part[0], answer, check, hints))
    return found


def check_of(cell):
    """The check that a cell's metadata names, as module:name."""
    module, _, attribute = cell.metadata.gradebox.check.partition(":")
    return attribute, getattr(importlib.import_module(module), attribute)


# ---- Every notebook


def test_each_room_has_notebooks():
    rooms = notebooks.all_notebooks(ROOT)
    assert rooms == {
        "book": sorted([*(ROOT / "book").glob("*.ipynb"), *CHAPTERS]),
        "solutions": SOLUTIONS,
        "exercises": EXERCISES,
    }
    assert CHAPTERS and SOLUTIONS and EXERCISES


@EACH
def test_stored_form(path):
    fix = "make exercises" if path in EXERCISES else "make store"
    assert path.read_text(encoding="utf-8") == notebooks.text(notebooks.stored_form(notebook(path))), (
        f"not in its stored form: {fix}"
    )
    nbformat.validate(notebook(path))


@EACH
def test_cells_have_names_of_their_own(path):
    names = [cell.id for cell in notebook(path).cells]
    assert len(set(names)) == len(names)
    assert not [one for one in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one)]
    assert not [one for one in names if re.fullmatch(r"[0-9a-f]{8}", one)], "names that Jupyter drew by chance"


@EACH
def test_code_can_be_parsed_and_ran_without_trouble(path):
    for cell in code_cells(path):
        ast.parse(cell.source)  # also the stubs of an exercise
        for output in cell.outputs:
            assert output.output_type != "error", f"{cell.id} stopped with {output.ename}"
            assert output.get("name") != "stderr", f"{cell.id} wrote to stderr: {output.text}"


@EACH
def test_outputs_name_no_address_in_memory(path):
    for cell in code_cells(path):
        told = [output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in cell.outputs]
        assert not re.search(r" at 0x[0-9a-f]+>", "".join(told)), f"{cell.id} shows an object without words of its own"


@pytest.mark.parametrize("path", [*CHAPTERS, *SOLUTIONS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_most_outputs_are_compared(path):
    """A tag that leaves a cell out of the comparison is for training and for times, not for a whole notebook."""
    with_output = [cell for cell in code_cells(path) if cell.outputs]
    ignored = [cell for cell in with_output if "nbval-ignore-output" in cell.metadata.get("tags", [])]
    assert with_output and len(ignored) <= 0.5 * len(with_output), (
        f"{len(ignored)} of {len(with_output)} outputs are ignored"
    )
    assert not [
        cell.id
        for cell in notebook(path).cells
        if {"nbval-skip", "raises-exception"} & set(cell.metadata.get("tags", []))
    ]


# ---- Questions


@EACH_SOLUTION
def test_number_of_questions(path):
    assert 3 <= len(questions(path)) <= 6
    assert len(questions(path)) == len(graded(notebook(path).cells)), "each check belongs to a question"


@EACH_SOLUTION
def test_cards(path):
    for number, card, statement, answer, check, _ in questions(path):
        assert 1 <= card.difficulty <= 5 and 1 <= card.minutes <= 60 and card.assesses
        assert statement.source.startswith(f"## {number}. ")
        level = "●" * card.difficulty + "○" * (5 - card.difficulty)
        told = f"*Difficulty {level} · {card.minutes} minutes · {check.metadata.nbgrader.points:g} points*"
        assert statement.source.split("\n\n")[1] == told
        key = card.check
        assert (statement.id, answer.id, check.id) == (key, f"{key}-answer", f"{key}-check")
        assert (answer.metadata.nbgrader.grade_id, check.metadata.nbgrader.grade_id) == (f"{key}-answer", key)
        assert not answer.metadata.nbgrader.grade and check.metadata.nbgrader.locked
    minutes = sum(card.minutes for _, card, *_ in questions(path))
    assert minutes == notebook(path).metadata.isnine.minutes


@EACH_SOLUTION
def test_hints_are_a_ladder(path):
    for _, card, *_, hints in questions(path):
        assert len(hints) == 1, f"the hints of {card.check} stand in one cell"
        folded = re.findall(r"<details>\s*<summary>(.*?)</summary>\s*(.*?)\s*</details>", hints[0].source, re.S)
        assert hints[0].source.count("<details") == len(folded) and 2 <= len(folded) <= 5
        assert [title for title, _ in folded] == [f"Hint {i + 1}" for i in range(len(folded))]
        assert all(len(text.split()) >= 5 for _, text in folded)


@EACH_SOLUTION
def test_check_cells_call_the_check_that_they_name(path):
    for *_, answer, cell, _ in questions(path):
        attribute, check = check_of(cell)
        assert cell.source == f"check.{attribute}({cell.metadata.gradebox.answer})"
        assert cell.metadata.nbgrader.points == check.points > 0
        assert all(callable(getattr(check, part)) for part in ("cases", "observe", "judge"))
        assert not cell.metadata.nbgrader.solution
        made = {
            word
            for node in ast.parse(answer.source).body
            for word in re.findall(r"\w+", ast.unparse(node).split("\n")[0])
        }
        assert set(re.findall(r"\w+", cell.metadata.gradebox.answer)) <= made, (
            "what is checked is made in the cell above"
        )
        module = cell.metadata.gradebox.check.partition(":")[0].rpartition(".")[2]
        assert any(f"from isnine.checks import {module} as check" in cell.source for cell in code_cells(path))
        assert path.stem.replace("-", "_") == module


@EACH_SOLUTION
def test_cases_follow_the_seed(path):
    """The same seed gives the same cases; another seed gives others, but for a question whose few cases are all there are."""
    hidden = []
    for *_, cell, _ in questions(path):
        _, check = check_of(cell)
        one, again, other = (repr([(case.args, case.label) for case in check.cases(seed)]) for seed in (9, 9, 10))
        assert one == again, f"{cell.id}: the cases are not the same each time"
        hidden.append(one != other)
    assert sum(hidden) > len(hidden) / 2


@EACH_SOLUTION
def test_every_question_has_a_solution_that_explains(path):
    for *_, answer, _, _ in questions(path):
        blocks = re.findall(r"^ *### BEGIN SOLUTION\n(.*?)^ *### END SOLUTION", answer.source, re.M | re.S)
        assert len(blocks) == 1
        comments = [line for line in blocks[0].split("\n") if line.strip().startswith("#")]
        assert sum(len(line.split()) for line in comments) >= 10, f"{answer.id}: the solution says nothing about why"


# ---- Exercises are made from solutions


def test_the_command_finds_everything_in_step():
    for command in ("store", "exercises"):
        program = Path(sys.executable).parent / "isnine"
        told = subprocess.run([program, command, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr


def test_every_solution_has_its_exercise():
    assert [path.relative_to(ROOT / "solutions") for path in SOLUTIONS] == [
        path.relative_to(ROOT / "exercises") for path in EXERCISES
    ]


@EACH_EXERCISE
def test_exercises_are_in_step(path):
    solution = ROOT / "solutions" / path.relative_to(ROOT / "exercises")
    assert path.read_text(encoding="utf-8") == notebooks.text(notebooks.exercise_from(notebook(solution)))


@EACH_EXERCISE
def test_exercises_give_nothing_away(path):
    text = "\n".join(cell.source for cell in notebook(path).cells)
    assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text)
    assert not [cell.id for cell in code_cells(path) if cell.outputs]
    lines = {line.strip() for line in text.split("\n")}
    solution = ROOT / "solutions" / path.relative_to(ROOT / "exercises")
    for *_, answer, _, _ in questions(solution):
        for line in re.search(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", answer.source, re.S)[1].split("\n"):
            assert len(line.strip()) < 8 or line.strip() not in lines, (
                f"the exercise holds the solution's line {line.strip()!r}"
            )


@EACH_EXERCISE
def test_stubs_say_that_nothing_was_attempted(path):
    for *_, answer, _, _ in questions(path):
        assert "raise NotImplementedError()" in answer.source and "# YOUR CODE HERE" in answer.source


# ---- Run


@pytest.fixture(scope="module")
def run():
    """A function that runs a notebook once, in a fresh kernel, as a learner would; an error in a cell fails the test."""
    done = {}

    def run_once(path):
        if path not in done:
            done[path] = notebooks.run(nbformat.from_dict(dict(notebook(path))), path.parent)
        return done[path]

    return run_once


def values(executed):
    """What each check's cell shows: its value and its card, by the name of the question."""
    found = {}
    for cell in graded(executed.cells):
        (output,) = cell.outputs
        assert output.output_type == "execute_result"
        found[cell.id] = (output.data["text/plain"], output.data["text/html"])
    return found


@EACH_EXERCISE
def test_an_untouched_exercise_runs_clean_and_scores_0(path, run):
    shown = values(run(path))
    assert len(shown) >= 3
    for value, card in shown.values():
        assert value == "0" and "Not attempted yet" in card


@EACH_SOLUTION
def test_a_solution_gets_full_marks(path, run):
    shown = values(run(path))
    for *_, cell, _ in questions(path):
        value, card = shown[cell.id]
        assert value == f"{cell.metadata.nbgrader.points:g}" and "<b>Right</b>" in card


def test_the_helper_never_imports_the_grader():
    for file in (ROOT / "src/isnine").rglob("*.py"):
        assert not re.search(r"^\s*(import|from) gradebox", file.read_text(encoding="utf-8"), re.M)
