"""What a learner has reached, kept on this machine: points of checks in a file, what is done in pages in the browser."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from common import CHAPTERS, ROOT, SOLUTIONS, graded, notebook, page_of

from isnine import cli, progress
from isnine.checks import one_neuron
from isnine.checks.core import Case, Criterion, FunctionCheck

sys.path.insert(0, str(ROOT / "book" / "extensions"))
import progress as pages


def step_neuron(inputs, weights, bias):
    return 1 if np.dot(inputs, weights) + bias > 0 else 0


def without_bias(inputs, weights, bias):
    return 1 if np.dot(inputs, weights) > 0 else 0


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where progress is kept, in a notebook that a person has opened."""
    path = tmp_path / "user" / "progress.json"
    monkeypatch.setenv("ISNINE_PROGRESS", str(path))
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "exercises/02-one-neuron/one-neuron.ipynb"))
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(user_ns={}))
    return path


def kept(path):
    return json.loads(path.read_text(encoding="utf-8"))["checks"]


# ---- In a notebook


def test_the_best_points_of_a_check_are_kept(file):
    partly = one_neuron.step_neuron(without_bias).points
    assert 0 < partly < 4
    assert kept(file) == {"one-neuron": {"step-neuron": partly}}
    one_neuron.step_neuron(step_neuron)
    assert kept(file) == {"one-neuron": {"step-neuron": 4}}
    one_neuron.step_neuron(without_bias)
    one_neuron.sigmoid(lambda z: 1 / (1 + np.exp(-np.asarray(z, float))))
    assert kept(file)["one-neuron"]["step-neuron"] == 4 and len(kept(file)["one-neuron"]) == 2


def test_what_else_the_file_holds_stays(file):
    file.parent.mkdir()
    others = {"isnine": 1, "read": ["layers"], "quiz": {"layers": {"00000000": {"choice": 1, "found": True}}}}
    file.write_text(json.dumps(others))
    one_neuron.step_neuron(step_neuron)
    assert json.loads(file.read_text()) == {**others, "checks": {"one-neuron": {"step-neuron": 4}}}


def test_grading_keeps_nothing(file):
    check = one_neuron.step_neuron
    cases = check.cases(9)
    assert check.judge(check.observe(step_neuron, cases), cases).points == 4
    assert not file.parent.exists()


def no_person(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME")


def no_notebook(monkeypatch):
    """A program that was started from a notebook inherits its environment."""
    monkeypatch.setattr("IPython.get_ipython", lambda: None)


def a_solution(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "/course/solutions/02-one-neuron/one-neuron.ipynb")


def switched_off(monkeypatch):
    monkeypatch.setenv("ISNINE_PROGRESS", "off")
    monkeypatch.setattr("platformdirs.user_data_path", lambda _: pytest.fail("it is off"))


@pytest.mark.parametrize("why", [no_person, no_notebook, a_solution, switched_off])
def test_nothing_is_kept(file, monkeypatch, why, tmp_path):
    monkeypatch.chdir(tmp_path)
    why(monkeypatch)
    assert one_neuron.step_neuron(step_neuron).points == 4
    assert not list(tmp_path.iterdir())


OTHER = FunctionCheck(
    "f", reference=abs, cases=lambda rng: [Case((1,), "is right", "1")], criteria=[Criterion("is right", 1)]
)


def test_nothing_is_kept_for_what_has_no_points_or_is_no_check_of_the_course(file):
    one_neuron.step_neuron(lambda inputs, weights, bias: None)
    assert OTHER(abs).points == 1
    assert not file.exists()


def test_the_user_s_data_folder_is_the_place(monkeypatch, tmp_path):
    monkeypatch.delenv("ISNINE_PROGRESS", raising=False)
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / name)
    assert progress.file() == tmp_path / "isnine" / "progress.json"


def test_vs_code_names_its_notebook_in_another_way(file, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME")
    shell = SimpleNamespace(user_ns={"__vsc_ipynb_file__": "/course/exercises/02-one-neuron/one-neuron.ipynb"})
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    one_neuron.step_neuron(step_neuron)
    assert kept(file) == {"one-neuron": {"step-neuron": 4}}


DAMAGED = ["", "{", "[]", "null", '"a"', "{}", '{"isnine": 2}', '{"isnine": 1, "checks": []}']
DAMAGED += ['{"isnine": 1, "checks": {"one-neuron": 3}}', '{"isnine": 1, "checks": {"one-neuron": {"sigmoid": "4"}}}']


@pytest.mark.parametrize("content", [*map(str.encode, DAMAGED), b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_file_is_told_and_left_alone(file, content):
    file.parent.mkdir()
    file.write_bytes(content)
    assert one_neuron.step_neuron(step_neuron).points == 4
    assert file.read_bytes() == content
    for options in ([], ["--save", str(file.parent / "copy.json")]):
        with pytest.raises(SystemExit, match=r"progress\.json holds something that .* cannot read.*\n.*left as it is"):
            cli.main(["progress", *options])
    assert file.read_bytes() == content and not (file.parent / "copy.json").exists()


def test_a_place_that_cannot_be_written_does_not_disturb(file, capfd):
    file.parent.write_text("a file where the folder should be")
    assert one_neuron.step_neuron(step_neuron).points == 4
    assert capfd.readouterr() == ("", "")


def test_no_half_written_file_is_left(file, monkeypatch):
    one_neuron.step_neuron(without_bias)
    before = file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert one_neuron.step_neuron(step_neuron).points == 4
    assert file.read_bytes() == before and not list(file.parent.glob("*.part"))


def test_two_notebooks_at_once_lose_nothing(tmp_path):
    path = tmp_path / "progress.json"
    program = (
        "import sys; from types import SimpleNamespace; from isnine import progress\n"
        "progress._name, progress._notebook = (lambda check: check), (lambda: 'a.ipynb')\n"
        "sys.stdin.readline()\n"  # both begin at the same time
        "for i in range(60): progress.keep((sys.argv[1], str(i)), SimpleNamespace(points=1))\n"
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", program, name],
            stdin=subprocess.PIPE,
            env=os.environ | {"ISNINE_PROGRESS": str(path)},
        )
        for name in ("a", "b")
    ]
    for writer in writers:
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    assert [writer.wait() for writer in writers] == [0, 0]
    assert {name: len(best) for name, best in kept(path).items()} == {"a": 60, "b": 60}


@pytest.mark.parametrize("opened", [True, False])
def test_a_real_kernel(tmp_path, monkeypatch, opened):
    """With the variable that Jupyter's server gives to the kernels of opened notebooks, and as programs run notebooks."""
    from nbclient import NotebookClient

    monkeypatch.setenv("ISNINE_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    if opened:
        monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "one-neuron.ipynb"))
    source = "from isnine.checks import one_neuron as check\ncheck.step_neuron(lambda x, weights, bias: int(x @ weights + bias > 0))"
    ran = NotebookClient(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), timeout=100).execute()
    (output,) = ran.cells[0].outputs
    assert output.data["text/plain"] == "4" and "4 of 4 points" in output.data["text/html"]
    assert (tmp_path / "progress.json").exists() is opened
    assert not opened or kept(tmp_path / "progress.json") == {"one-neuron": {"step-neuron": 4}}


# ---- isnine progress


def test_the_table_names_every_exercise_and_every_question():
    """The names under which points are kept are those of the notebooks, which the start page looks up."""
    known = {
        path.stem: {
            cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in graded(notebook(path).cells)
        }
        for path in SOLUTIONS
    }
    listed = progress._exercises()
    assert {name: checks for _, _, name, checks in listed} == known
    titles = [notebook(path).cells[0].source.split("\n")[0].removeprefix("# ") for path in CHAPTERS]
    assert [f"{number} · {title}" for number, title, _, _ in listed] == titles


def test_the_table_adds_up(file, capsys):
    file.parent.mkdir()
    best = {"step-neuron": 4, "sigmoid": 2, "full-adder": 30, "gone": 5}  # more than there is now counts as all
    file.write_text(json.dumps({"isnine": 1, "checks": {"one-neuron": best, "unknown": {"a": 1}}}))
    assert cli.main(["progress"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^02 · One neuron +2 of 6 +9 of 21$", told, re.M)
    assert re.search(r"^01 · Seeing digits +0 of 4 +0 of 15$", told, re.M)
    points = sum(cell.metadata.nbgrader.points for path in SOLUTIONS for cell in graded(notebook(path).cells))
    assert re.search(rf"^together +2 of \d+ +9 of {points:g}$", told, re.M)
    assert told.endswith(f"Kept in {file}\n")


def test_a_copy_can_be_saved(file, tmp_path, capsys):
    one_neuron.step_neuron(step_neuron)
    assert cli.main(["progress", "--save", str(tmp_path / "copy.json")]) == 0
    assert kept(tmp_path / "copy.json") == {"one-neuron": {"step-neuron": 4}}
    assert "copy.json" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="cannot be read or written: No such file"):
        cli.main(["progress", "--save", str(tmp_path / "no folder" / "copy.json")])


@pytest.mark.parametrize(("answer", "gone"), [("y", True), ("YES ", True), ("", False), ("n", False), (None, False)])
def test_erasing_asks_first(file, monkeypatch, answer, gone):
    def ask(_):
        if answer is None:
            raise EOFError
        return answer

    one_neuron.step_neuron(step_neuron)
    monkeypatch.setattr("builtins.input", ask)
    if gone:
        assert cli.main(["progress", "--erase"]) == 0
    else:
        with pytest.raises(SystemExit, match=r"Nothing was erased\."):
            cli.main(["progress", "--erase"])
    assert file.exists() is not gone


def test_a_damaged_file_can_be_erased(file, monkeypatch):
    file.parent.mkdir()
    file.write_text("{")
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert cli.main(["progress", "--erase"]) == 0 and not file.exists()


@pytest.mark.parametrize("options", [[], ["--erase"], ["--save", "copy.json"]])
def test_nothing_kept_yet(file, monkeypatch, capsys, options, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["progress", *options]) == 0
    assert "Nothing is kept yet" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_off_is_told(monkeypatch):
    monkeypatch.setenv("ISNINE_PROGRESS", "off")
    with pytest.raises(SystemExit, match="ISNINE_PROGRESS is set to off"):
        cli.main(["progress"])


# ---- In the pages


def test_the_start_page_knows_all_questions_and_checks():
    listed = pages.chapters(ROOT / "book")
    assert [chapter["page"] for chapter in listed] == [f"chapters/{path.stem}.html" for path in CHAPTERS]
    assert [chapter["name"] for chapter in listed] == [path.stem for path in SOLUTIONS]
    assert {chapter["name"]: chapter["checks"] for chapter in listed} == {
        name: checks for _, _, name, checks in progress._exercises()
    }
    for chapter, path in zip(listed, CHAPTERS, strict=True):
        asked = sum(len(re.findall(r"^ *ask\($|\bask\(", cell.source)) for cell in notebook(path).cells)
        assert len(chapter["questions"]) == asked, path.stem
    twice = [
        key for key, times in Counter(key for chapter in listed for key in chapter["questions"]).items() if times > 1
    ]
    assert not twice


KNOWN = {chapter["name"]: chapter for chapter in pages.chapters(ROOT / "book")}
CHECKS = sum(len(chapter["checks"]) for chapter in KNOWN.values())
QUESTIONS = sum(len(chapter["questions"]) for chapter in KNOWN.values())


@pytest.fixture
def course(visit):
    """A function that opens a page. When the first one opens, nothing is kept yet."""
    emptied = []

    def open_page(page_name, **how):
        if not emptied:
            emptied.append(visit("genindex.html", **how).evaluate("localStorage.removeItem('isnine-progress')"))
        return visit(page_name, **how)

    return open_page


def row(page, name="one-neuron"):
    line = page.locator("#isnine-progress tbody tr").filter(has_text=KNOWN[name]["title"])
    return line.locator("td").all_inner_texts()


def sums(page):
    return page.locator("#isnine-progress > p").first.inner_text()


def told(page):
    return page.locator("#isnine-progress > p").last.inner_text()


def choose(page, number, right):
    """Click the right choice of a question, or a wrong one; returns its place."""
    box = page.locator(".isnine-quiz fieldset").nth(number)
    for place, label in enumerate(box.locator("label").all()):
        label.click()
        if box.locator(".isnine-answer").get_attribute("data-right") == str(right).lower():
            return place


def load(page, path):
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Load from a file").press("Enter")
    chosen.value.set_files(path)
    page.wait_for_function(
        "name => document.querySelector('#isnine-progress').lastChild.textContent.includes(name)", arg=path.name
    )


@pytest.mark.browser
@pytest.mark.parametrize("by_file", [False, True])
def test_what_was_done_in_a_chapter_is_kept(course, by_file):
    chapter = course(page_of("02"), by_file=by_file)
    right, wrong = choose(chapter, 0, True), choose(chapter, 1, False)
    number = len(KNOWN["one-neuron"]["questions"])
    # The first choice tried for question 1 may have been right by chance: it counts, as the line below the quiz says.
    found = int(chapter.locator(".isnine-quiz .isnine-status").inner_text().split()[0])
    assert found in (1, 2)
    chapter.get_by_role("checkbox", name="I have read this chapter").press("Space")
    chapter = course(page_of("02"), by_file=by_file)
    mark = chapter.get_by_role("checkbox", name="I have read this chapter")
    assert mark.is_checked()
    boxes = chapter.locator(".isnine-quiz fieldset")
    for question, place, start in ((0, right, "✓ Right."), (1, wrong, "✗ Not quite.")):
        assert boxes.nth(question).locator("input").nth(place).is_checked()
        assert boxes.nth(question).locator(".isnine-answer").inner_text().startswith(start)
    assert not boxes.nth(2).locator("input:checked").count() and not boxes.nth(2).locator(".isnine-answer").inner_text()
    assert chapter.locator(".isnine-quiz .isnine-status").inner_text() == f"{found} of {number} found"

    start = course("intro.html", by_file=by_file)
    checks = len(KNOWN["one-neuron"]["checks"])
    assert row(start) == ["✓ read", f"{found} of {number}", f"0 of {checks}"]
    assert row(start, "layers")[0] == "not yet"
    assert sums(start) == (
        f"1 of {len(KNOWN)} chapters read, {found} of {QUESTIONS} questions answered right, 0 of {CHECKS} checks passed."
    )
    assert ("make serve" in told(start)) is by_file

    mark.uncheck()  # the open start page sees it
    start.wait_for_function("document.querySelector('#isnine-progress').textContent.startsWith('0 of')")
    assert row(start)[0] == "not yet"


@pytest.mark.browser
def test_save_erase_and_load(course, tmp_path):
    chapter = course(page_of("02"))
    choose(chapter, 0, True)
    chapter.get_by_role("checkbox", name="I have read this chapter").check()
    start = course("intro.html")
    before = sums(start)
    with start.expect_download() as saved:
        start.get_by_role("button", name="Save to a file").press("Enter")
    saved.value.save_as(tmp_path / "saved.json")
    assert saved.value.suggested_filename == "isnine-progress.json" in told(start)
    assert progress.read(tmp_path / "saved.json")["read"] == ["one-neuron"]

    start.once("dialog", lambda dialog: dialog.dismiss())
    start.get_by_role("button", name="Erase").click()
    assert sums(start) == before
    start.once("dialog", lambda dialog: dialog.accept())
    start.get_by_role("button", name="Erase").click()
    assert re.match(r"0 of \d+ chapters read, 0 of .*, 0 of .*", sums(start)) and told(start) == "Erased."
    assert start.evaluate("localStorage.getItem('isnine-progress')") is None
    assert not course(page_of("02")).locator(".isnine-quiz input:checked").count()

    load(start, tmp_path / "saved.json")
    assert sums(start) == before and told(start) == "Loaded saved.json."


@pytest.mark.browser
def test_points_of_notebooks_come_into_the_page(course, file, tmp_path):
    """They add to what is there, and neither takes anything from the other."""
    one_neuron.step_neuron(step_neuron)
    one_neuron.sigmoid(lambda z: np.zeros_like(z))
    cli.main(["progress", "--save", str(tmp_path / "notebooks.json")])
    chapter = course(page_of("02"))
    chapter.get_by_role("checkbox", name="I have read this chapter").check()
    start = course("intro.html")
    load(start, tmp_path / "notebooks.json")
    checks = len(KNOWN["one-neuron"]["checks"])
    assert row(start)[0] == "✓ read" and row(start)[2] == f"1 of {checks}"
    worse = tmp_path / "worse.json"
    worse.write_text('{"isnine": 1, "checks": {"one-neuron": {"step-neuron": 1, "sigmoid": 4}}, "read": ["layers"]}')
    load(start, worse)
    assert row(start)[0] == row(start, "layers")[0] == "✓ read" and row(start)[2] == f"2 of {checks}"


@pytest.mark.browser
@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"isnine": 2}', '{"cells": []}'])
def test_a_wrong_file_is_told(course, tmp_path, content):
    start = course("intro.html")
    (tmp_path / "wrong.json").write_text(content)
    load(start, tmp_path / "wrong.json")
    assert told(start) == "wrong.json was not loaded: this is not a file of progress in this course."
    assert start.evaluate("localStorage.getItem('isnine-progress')") is None


@pytest.mark.browser
def test_of_a_file_only_what_belongs_here_is_taken(course, tmp_path):
    start = course("intro.html")
    question = KNOWN["one-neuron"]["questions"][0]
    odd = {
        "isnine": 1,
        "more": "<b>",
        "read": ["one-neuron", "one-neuron", 3],
        "checks": {"one-neuron": {"step-neuron": "4", "sigmoid": 4}, "layers": 3, "__proto__": {"build": 4}},
        "quiz": {"one-neuron": {question: {"choice": "0", "found": True}}, "layers": {"a": {"choice": 99, "found": 1}}},
    }
    (tmp_path / "odd.json").write_text(json.dumps(odd))
    load(start, tmp_path / "odd.json")
    assert told(start) == "Loaded odd.json."
    number, checks = len(KNOWN["one-neuron"]["questions"]), len(KNOWN["one-neuron"]["checks"])
    assert row(start) == ["✓ read", f"0 of {number}", f"1 of {checks}"]
    assert sums(start).startswith("1 of ")
    assert "more" not in start.evaluate("localStorage.getItem('isnine-progress')")


@pytest.mark.browser
def test_a_browser_that_keeps_nothing(course):
    """Everything works, and one sentence says that it will be forgotten."""
    refuse = (
        "const keep = Storage.prototype.setItem; Storage.prototype.setItem = function (name, value) {"
        "  if (name.startsWith('isnine')) throw new DOMException('refused', 'SecurityError'); keep.call(this, name, value); }"
    )

    def open_refused(page_name):
        page = course(page_name)
        page.wait_for_load_state("networkidle")  # else what is still on its way counts as not found
        page.add_init_script(refuse)
        page.reload()
        return page

    chapter = open_refused(page_of("02"))
    assert choose(chapter, 0, True) is not None
    mark = chapter.get_by_role("checkbox", name="I have read this chapter")
    mark.check()
    assert mark.is_checked()
    assert "does not let this page keep anything" in chapter.locator(".isnine-progress [role=status]").inner_text()
    assert not course(page_of("02")).get_by_role("checkbox", name="I have read this chapter").is_checked()
    start = open_refused("intro.html")
    assert sums(start).startswith("0 of ") and "does not let this page keep anything" in told(start)
