"""Reading what learners hand in: notebooks from every tool, changed in every way, damaged, and made to do harm."""

import copy
import json
import random
import re
import time

import pytest

from gradebox import reading
from gradebox.course import Course
from gradebox.reading import read

ADD = "def add(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION"
STUB = "def add(a, b):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
SQUARES = "squares = [n * n for n in range(9)]"
GIVEN = "import numpy as np\nfrom course import check"
TEST = "assert squares[2] == 4\n### BEGIN HIDDEN TESTS\nassert squares[3] == 9\n### END HIDDEN TESTS"


def brief(value):
    """A name for a parameter that is not megabytes long."""
    return value if isinstance(value, str) else "-"


def cell(source, grade_id=None, cell_id=None, type="code", points=None, check=None, **marks):
    metadata = {}
    if grade_id:
        metadata["nbgrader"] = {"grade_id": grade_id, "grade": points is not None, "points": points, **marks}
    if check:
        metadata["gradebox"] = {"check": f"module:{check}", "answer": check}
    return {"cell_type": type, "id": cell_id or f"c-{grade_id}", "metadata": metadata, "source": source, "outputs": []}


def file_of(*cells, **parts):
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **parts}).encode()


TEACHERS = [
    cell(GIVEN, cell_id="setup"),
    cell(ADD, "add-answer", solution=True),
    cell("check.add(add)", "add", points=2, check="add"),
    cell(SQUARES, "squares-answer", solution=True),
    cell(TEST, "squares", points=3),
    cell("It is so because ...", "why", type="markdown", points=1, solution=True),
]
# What the learner of these tests handed in: the same cells, with other answers.
MINE = "def add(a, b):\n    return b + a"
MY_SQUARES = "squares = [0, 1, 4]"
LEARNERS = copy.deepcopy(TEACHERS)
LEARNERS[1]["source"], LEARNERS[3]["source"], LEARNERS[5]["source"] = MINE, MY_SQUARES, "Because."
LEARNERS[4]["source"] = "assert squares[2] == 4\n"
WHOLE = [
    ("given", "setup", GIVEN), ("answer", "add-answer", MINE), ("test", "add", "check.add(add)"),
    ("answer", "squares-answer", MY_SQUARES), ("test", "squares", TEST), ("answer", "why", "Because."),
]  # fmt: skip


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("solutions")
    (folder / "one").mkdir()
    (folder / "one" / "adding.ipynb").write_bytes(file_of(*TEACHERS))
    return Course(folder).assignments["one"].notebooks[0]


@pytest.fixture
def learners():
    return copy.deepcopy(LEARNERS)


def steps(result):
    return [(step.kind, step.id, step.source) for step in result.cells]


def with_answers(add=MINE, squares=MY_SQUARES, why="Because."):
    new = {"add-answer": add, "squares-answer": squares, "why": why}
    return [(kind, id, new.get(id, source)) for kind, id, source in WHOLE]


def extras(result):
    return [step.source for step in result.cells if step.kind == "extra"]


NOTHING = with_answers(None, None, None)


# ---- What is as it should be


def test_a_good_notebook_has_no_findings(notebook, learners):
    result = read(file_of(*learners), notebook)
    assert steps(result) == WHOLE and result.findings == ()
    assert [step.question and step.question.id for step in result.cells] == [
        None,
        "add",
        "add",
        "squares",
        "squares",
        "why",
    ]
    assert [step.is_code for step in result.cells] == [True] * 5 + [False]


def test_sources_and_outputs_of_every_shape(notebook, learners):
    for part in learners:
        part["source"] = [line + "\r\n" for line in part["source"].split("\n")]
        part["outputs"] = [{"output_type": "x", "data": {"text/html": "<script>" * 1000}}, None, 3, [[[]]]]
        part["execution_count"] = 10**300
    learners[0]["metadata"]["tags"] = {"not": "a list"}
    result = read(file_of(*learners, metadata=None), notebook)
    assert [source.strip() for _, _, source in steps(result)] == [source.strip() for _, _, source in WHOLE]
    assert result.findings == ()


def test_blank_cells_and_text_are_no_steps(notebook, learners):
    learners[2:2] = [cell("  \n"), cell("# A title", type="markdown"), cell("add(1, 2)", type="raw")]
    assert read(file_of(*learners), notebook) == read(file_of(*LEARNERS), notebook)


def test_points_in_the_metadata_count_for_nothing(notebook, learners):
    learners[2]["metadata"]["nbgrader"]["points"] = 1000
    learners[2]["metadata"]["gradebox"] = {"check": "mine:easy", "answer": "x"}
    result = read(file_of(*learners), notebook)
    assert steps(result) == WHOLE and not result.findings
    assert result.cells[2].question.points == 2 and result.cells[2].question.check == "module:add"


# ---- Finding the answers


def no_grade_ids(cells):
    for part in cells:
        part["metadata"].pop("nbgrader", None)


def colab(cells):
    no_grade_ids(cells)
    for part in cells:
        part["metadata"]["id"] = part.pop("id")


def renamed(cells):
    for part in cells:
        part["metadata"].get("nbgrader", {})["grade_id"] = "cell-1234"


@pytest.mark.parametrize("change", [no_grade_ids, colab, renamed])
def test_by_the_ids_of_cells(change, notebook, learners):
    change(learners)
    result = read(file_of(*learners), notebook)
    assert steps(result) == WHOLE and not result.findings


def no_ids(cells):
    no_grade_ids(cells)
    for part in cells:
        part.pop("id")


def test_by_the_names_that_they_define(notebook, learners):
    no_ids(learners)
    learners[1], learners[3] = learners[3], learners[1]  # the place does not tell
    learners.insert(1, cell("def helper(): return add(1, 2)"))
    result = read(file_of(*learners), notebook)
    assert [step for step in steps(result) if step[0] != "extra"] == with_answers(why=None)
    assert extras(result) == ["def helper(): return add(1, 2)"]
    assert result.findings[0] == (
        'Answer cells had lost their ids in your notebook ("add-answer", "squares-answer"). '
        "They were found by the names that they define."
    )


@pytest.mark.parametrize(
    "code",
    ["def add(a): return 1", "class add: pass", "add = sum", "async def add(): 1", "x, add = 1, 2", "add: int = 3"],
)
def test_names_are_defined_in_many_ways(code, notebook, learners):
    no_ids(learners)
    learners[1:2] = [cell("result = 1"), cell(code), cell("other = add"), cell("    add = 3"), cell("add == 1")]
    assert read(file_of(*learners), notebook).cells[2].source == code


def test_by_their_place(notebook, learners):
    no_ids(learners)
    learners[1]["source"], learners[3]["source"] = "def plus(a, b): ...", "powers = 3"
    learners.insert(1, cell("def helper(): ..."))
    result = read(file_of(*learners), notebook)
    assert [step for step in steps(result) if step[0] != "extra"] == with_answers(
        "def plus(a, b): ...", "powers = 3", None
    )
    assert extras(result) == ["def helper(): ..."] and "by their place" in result.findings[0]


def test_two_that_define_the_name_leave_it_to_the_place(notebook, learners):
    no_ids(learners)
    learners.append(cell("def add(a, b): 'a last thought'"))
    result = read(file_of(*learners), notebook)
    assert {step.id: step.source for step in result.cells}["add-answer"] == MINE
    assert extras(result) == ["def add(a, b): 'a last thought'"]


def test_one_cell_is_never_two_answers(tmp_path):
    (tmp_path / "one").mkdir()
    twice = [cell("x = 1", "a", solution=True), cell("assert x", "t", points=1), cell("x = 2", "b", solution=True)]
    (tmp_path / "one" / "x.ipynb").write_bytes(file_of(*twice))
    result = read(file_of(cell("assert x"), cell("x = 3")), Course(tmp_path).assignments["one"].notebooks[0])
    assert [step.source for step in result.cells] == [None, "assert x", "x = 3"]


def test_an_answer_that_is_not_there(notebook, learners):
    del learners[1]
    result = read(file_of(*learners), notebook)
    assert steps(result) == with_answers(add=None)
    assert result.findings == (
        'Answer cells are not in your notebook: "add-answer". '
        "Download the exercise again, put your code into these cells, and hand it in again.",
    )


def test_the_notebook_of_another_exercise(notebook):
    result = read(file_of(cell("x = 1", "x"), cell("print(x)", "y", points=9)), notebook)
    assert [step for step in steps(result) if step[0] != "extra"] == NOTHING
    assert any("another exercise" in finding for finding in result.findings)


@pytest.mark.parametrize("type", ["markdown", "raw", "heading", None, 3])
def test_an_answer_that_is_no_longer_code(type, notebook, learners):
    learners[1]["cell_type"] = type
    result = read(file_of(*learners), notebook)
    assert steps(result) == WHOLE and "no longer a cell of code" in result.findings[0]


@pytest.mark.parametrize(
    ("copies", "chosen", "extra"),
    [
        ([STUB, MINE], MINE, []),
        ([MINE, STUB], MINE, []),
        ([MINE, ""], MINE, []),
        (["plus = 1", STUB], "plus = 1", []),
        (["def add(a, b): return 0", MINE], MINE, ["def add(a, b): return 0"]),
        (["import math\n" + MINE, "add(1, 2)"], "import math\n" + MINE, ["add(1, 2)"]),  # a cell that was split
        ([MINE, MINE], MINE, []),
        ([STUB, STUB], STUB, []),
    ],
)
def test_a_grade_id_that_is_there_twice(copies, chosen, extra, notebook, learners):
    learners[1:2] = [cell(source, "add-answer", f"x{i}") for i, source in enumerate(copies)]
    result = read(file_of(*learners), notebook)
    assert [step for step in steps(result) if step[0] != "extra"] == with_answers(add=chosen)
    assert extras(result) == extra
    assert len(result.findings) == 1 and '"add-answer" is in your notebook 2 times' in result.findings[0]


# ---- What the learner did to other cells


def test_a_changed_cell_of_the_course(notebook, learners):
    learners[0]["source"] = "import numpy as np\ncheck = cheat"
    learners[4]["source"] = "assert True"
    result = read(file_of(*learners), notebook)
    assert steps(result) == WHOLE and result.findings == (
        'You changed a cell that the course gives (the one that begins with "import numpy as np"); the original was used.',
        'You changed the check of question "squares"; the original was used.',
    )


def test_white_space_is_no_change(notebook, learners):
    learners[0]["source"] = "\nimport  numpy as np\r\n\nfrom course import check   "
    assert read(file_of(*learners), notebook).findings == ()


def test_removed_and_copied_cells_of_the_course(notebook, learners):
    learners += [cell("check.add(add)"), cell(GIVEN)]
    del learners[4], learners[0]
    result = read(file_of(*learners), notebook)
    assert steps(result) == WHOLE and result.findings == (
        'You copied the check of question "add"; the original was used.',
        'You removed the check of question "squares"; the original was used.',
    )


def test_what_was_added_stays_at_its_place(notebook, learners):
    first, helper, call, last = "import math", "def helper(): ...", "helper()", "print(squares)"
    learners.append(cell(last))
    learners[3:3] = [cell("check.add(add)"), cell(GIVEN), cell(helper)]  # copies do not move what comes after them
    learners[2:2] = [cell(call)]
    learners[0:0] = [cell(first)]
    result = read(file_of(*learners), notebook)
    kinds = [step.source if step.kind == "extra" else step.id for step in result.cells]
    assert kinds == [first, "setup", "add-answer", call, "add", helper, "squares-answer", "squares", "why", last]
    assert len({step.id for step in result.cells}) == len(result.cells)


def test_answers_in_another_order_run_in_the_teachers(notebook, learners):
    learners[1], learners[3] = learners[3], learners[1]
    result = read(file_of(*learners), notebook)
    assert steps(result) == WHOLE and not result.findings


def test_a_cell_that_claims_to_be_graded(notebook, learners):
    learners += [cell("print('full marks')", "mine", points=99), cell("print(2)", "add-2", points=99)]
    result = read(file_of(*learners), notebook)
    assert extras(result) == ["print('full marks')", "print(2)"] and result.findings == (
        "2 cells of your notebook claimed to be graded, and the course has no such question. "
        "What they hold was run, and nothing was graded for it.",
    )


def test_ids_of_steps_never_collide(tmp_path):
    (tmp_path / "one").mkdir()
    file = tmp_path / "one" / "x.ipynb"
    file.write_bytes(file_of(cell("b", "extra-1", solution=True), cell("c", "q", points=1)))
    notebook = Course(tmp_path).assignments["one"].notebooks[0]
    result = read(file_of(cell("b", "extra-1", solution=True), cell("mine")), notebook)
    assert [(step.kind, step.id) for step in result.cells] == [
        ("answer", "extra-1"), ("extra", "extra-1-2"), ("test", "q"),
    ]  # fmt: skip


# ---- Damage

GOOD = file_of(*LEARNERS)
TEXT = json.dumps(json.loads(GOOD), indent=1)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD,
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
    ids=brief,
)  # fmt: skip
def test_other_ways_to_store_text_are_no_damage(data, notebook):
    assert read(data, notebook) == read(GOOD, notebook)


CONFLICT = '<<<<<<< HEAD\n{}=======\n"source": "theirs",\n>>>>>>> main\n'
LINE = next(line for line in TEXT.splitlines(keepends=True) if "b + a" in line)


OLD = json.loads(GOOD.replace(b'"source"', b'"input"'))
OLD = json.dumps({"worksheets": [{"cells": OLD["cells"][:2]}, {"cells": OLD["cells"][2:]}], "nbformat": 3}).encode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (re.sub(r"([^\[{\s])(\s*\n\s*[\]}])", r"\1,\2", TEXT).encode(), "it could be mended"),
        (TEXT[:20].encode() + b"\0\0" + TEXT[20:].encode(), "zero bytes"),
        (TEXT.replace(LINE, CONFLICT.format(LINE)).encode(), "Git left the marks"),
        (TEXT.replace(LINE, CONFLICT.format(LINE + "||||||| base\nx\n")).encode(), "Git left the marks"),
        (TEXT.encode() + b"\nand more", "6 cells could be read"),
        (TEXT[: TEXT.rindex("]")].encode(), "6 cells could be read"),
        (TEXT[TEXT.index("setup") - 40 :].encode(), "6 cells could be read"),
        (GOOD[:-3] + b"[" * 5000 + b"]" * 5000 + b"}", "6 cells could be read"),
        (OLD, "before 2015"),
        (GOOD.replace(b'"nbformat": 4', b'"nbformat": 5'), "newer than the grader"),
    ],
    ids=brief,
)  # fmt: skip
def test_damage_that_can_be_mended(data, told, notebook):
    if b"{" not in data[:1]:
        data = b"{" + data
    result = read(data, notebook)
    assert steps(result) == WHOLE and any(told in finding for finding in result.findings)


def test_a_notebook_that_breaks_off_keeps_its_first_answers(notebook):
    result = read(TEXT[: TEXT.index("squares-answer")].encode(), notebook)
    assert steps(result) == with_answers(squares=None, why=None)
    assert "3 cells could be read, the rest is lost." in result.findings[0]


def test_a_garbled_cell_costs_no_other(notebook):
    result = read(TEXT.replace('"cell_type": "code"', '"cell_type": code"', 1).encode(), notebook)
    assert steps(result) == WHOLE and "5 cells could be read" in result.findings[0]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b" \r\n\0", "empty"),
        (b"<!DOCTYPE html><title>Log in</title>", "web page"),
        (MINE.encode(), "perhaps only the code"),
        (b"PK\x03\x04", "not a notebook"),
        (b"\x89PNG\r\n", "not a notebook"),
        (b"[1, 2]", "no cells"),
        (b"{}", "no cells"),
        (b'{"cells": {}}', "no cells"),
        (b'{"cells": []}', "no cells"),
        (b'{"cells": null, "worksheets": [{"cells": 3}, 4]}', "no cells"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"cells": [', "damaged"),
        (b"<<<<<<< HEAD\n=======\n>>>>>>> x", "damaged"),
        (b'{"cells": [' + b"[]," * 1_000_001 + b"[]]}", "too many parts"),
    ],
    ids=brief,
)
def test_what_is_no_notebook(data, told, notebook):
    result = read(data, notebook)
    assert steps(result) == NOTHING and any(told in finding for finding in result.findings)
    assert result.findings[-1].endswith(".") and "hand" in result.findings[-1]


def test_cells_that_are_none(notebook, learners):
    learners[1:1] = [
        None,
        3,
        "x",
        [],
        {},
        {"metadata": 3},
        {"source": {"a": 1}},
        {"cell_type": "code", "source": [1, None, "x = 1"]},
    ]
    result = read(file_of(*learners), notebook)
    assert [step for step in steps(result) if step[0] != "extra"] == WHOLE and extras(result) == ["x = 1"]
    assert "7 cells of your notebook held something that is no text" in result.findings[0]


@pytest.mark.parametrize("id", [None, 3, [], {}, "", "x" * 100_000, "\ud800"])
def test_ids_of_every_kind(id, notebook, learners):
    learners.append({**cell("x = 1"), "id": id, "metadata": {"nbgrader": {"grade_id": id}, "id": id}})
    result = read(file_of(*learners), notebook)
    assert extras(result) == ["x = 1"] and not result.findings


def test_what_comes_out_can_be_written_as_text(notebook, learners):
    learners[1]["source"] = "add = '\ud800\0'"
    learners[0]["source"] = "\udfff changed"
    result = read(file_of(*learners).replace(b'"Because."', b'"\xff."'), notebook)
    assert result.cells[1].source == "add = '?'" and result.cells[5].source == "\N{REPLACEMENT CHARACTER}."
    "".join([*result.findings, *(step.source for step in result.cells)]).encode()


def test_more_cells_than_anybody_writes(notebook, learners):
    result = read(file_of(*learners, *[cell(f"x = {i}", "mine", points=1) for i in range(5000)]), notebook)
    assert len(result.cells) == reading.MOST_CELLS and len(result.findings) == 2


# ---- Whatever the bytes


def test_no_bytes_raise(notebook):
    """Cut off at each 1/50, changed at random, and random altogether: every reading is whole, and damage is told."""
    chance = random.Random(20)
    tried = [GOOD[: len(GOOD) * part // 50] for part in range(51)] + [
        TEXT.encode("utf-16")[: part * 97] for part in range(50)
    ]
    for _ in range(1500):
        data = bytearray(TEXT.encode() if chance.random() < 0.5 else GOOD)
        for _ in range(chance.randrange(1, 6)):
            start = chance.randrange(len(data))
            end = start + chance.choice([0, 1, 1, 2, 50])
            other = chance.randrange(len(data))
            data[start:end] = chance.choice(
                [
                    b"",
                    bytes([chance.randrange(256)]),
                    bytes(data[other : other + 40]),
                    b'"',
                    b"}",
                    b"]",
                    b"{",
                    b"[",
                    b"null",
                    b"\\ud800",
                ]
            )
        tried.append(bytes(data))
    tried += [chance.randbytes(chance.randrange(300)) for _ in range(500)]
    tried += [b"{" + bytes(chance.choices(b'{}[]",:\\ \n01ecells', k=200)) for _ in range(500)]
    # Values of every kind in the place of every other.
    for _ in range(1500):
        content = json.loads(GOOD)
        for _ in range(chance.randrange(1, 4)):
            part = content
            while isinstance(part, dict | list) and part:
                key = chance.choice(list(part)) if isinstance(part, dict) else chance.randrange(len(part))
                if chance.random() < 0.4 or not isinstance(part[key], dict | list):
                    part[key] = chance.choice([None, 0, 1.5, True, "", "add", [], {}, ["x"], [[]], {"a": 1}, "\ud800"])
                    break
                part = part[key]
        tried.append(json.dumps(content).encode())
    start = time.perf_counter()
    for data in tried:
        result = read(data, notebook)
        assert [step.id for step in result.cells if step.kind != "extra"] == [id for _, id, _ in WHOLE]
        assert all(step.source is not None or step.kind == "answer" for step in result.cells)
        assert all(
            step.source == source
            for step, source in zip(
                (s for s in result.cells if s.kind in ("given", "test")), [GIVEN, "check.add(add)", TEST], strict=True
            )
        )
        assert result.findings or all(step.source is not None for step in result.cells)
        json.dumps([step.source for step in result.cells], ensure_ascii=False).encode()
    assert time.perf_counter() - start < 10


HEAVY = {
    "quotes": b'{"cells": [' + b'"\\"' * 1_000_000,
    "commas": b'{"cells": [' + b",   " * 1_000_000,
    "spaces": b'{"cells": [' + b" " * 4_000_000 + b"x",
    "conflicts": b"<<<<<<< x\n" * 400_000,
    "starts of cells": b'{"cell_type": [' * 300_000,
    "starts of cells in a list": b'{"cells": [' + b'{"cell_type": "code", "source": ["x",' * 100_000,
    "numbers": b'{"cells": [' + b"9" * 4_000_000,
    "names": file_of(cell("a , " * 500_000), cell("def " * 500_000), cell("a\t" * 500_000), cell("a:" * 500_000)),
    "hidden tests": file_of(cell("BEGIN HIDDEN TESTS\n" * 100_000), cell("BEGIN SOLUTION\n" * 100_000, "add-answer")),
    "output": file_of(*LEARNERS[:-1], {**LEARNERS[-1], "outputs": [{"text": ["x" * 100] * 30_000}]}),
}


@pytest.mark.parametrize("kind", HEAVY)
def test_no_bytes_take_long(kind, notebook):
    start = time.perf_counter()
    read(HEAVY[kind], notebook)
    assert time.perf_counter() - start < 3


def test_a_normal_notebook_takes_milliseconds(notebook):
    seconds = []
    for _ in range(20):
        start = time.perf_counter()
        read(GOOD, notebook)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.005
