"""The command isnine: bringing notebooks into their stored form, making exercises, and serving the book."""

import errno
import http.client
import os
import re
import socket
import subprocess
import sys
import zlib
from pathlib import Path

import nbformat
import pytest

from isnine import cli, notebooks

COMMAND = str(Path(sys.executable).parent / "isnine")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An empty course, in which the command is started."""
    for room in ("book/chapters", "solutions/02-one-neuron", "exercises"):
        (tmp_path / room).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    return tmp_path


def code(source, outputs=(), **metadata):
    return nbformat.v4.new_code_cell(
        source, id=f"c{zlib.crc32(source.encode())}", outputs=list(outputs), execution_count=7, metadata=metadata
    )


def write(path, *cells, **metadata):
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=metadata), path)
    return path


def result(**data):
    return nbformat.v4.new_output(
        "execute_result", data={key.replace("_", "/"): value for key, value in data.items()}, execution_count=7
    )


# ---- isnine store


def test_stored_form_keeps_text_and_drops_the_rest(course, capsys):
    path = write(
        course / "book/chapters/01-a.ipynb",
        code(
            "x",
            [
                nbformat.v4.new_output("stream", name="stdout", text="printed\n"),
                result(text_plain="Figure: a line", text_html="<svg/>"),
                nbformat.v4.new_output("display_data", data={"image/png": "AAAA"}),
                nbformat.v4.new_output(
                    "display_data", data={"text/plain": "shown", "application/vnd.jupyter.widget-view+json": {}}
                ),
                nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=["line"]),
            ],
            tags=["remove-input"],
            collapsed=True,
            execution={"iopub.status.busy": "2026-01-01"},
        ),
        nbformat.v4.new_markdown_cell("prose", id="p"),
        isnine={"minutes": 5},
        widgets={"state": {}},
        kernelspec={"name": "my-env", "display_name": "Mine", "language": "python"},
        language_info={"name": "python", "version": "3.11.7"},
    )
    assert cli.main(["store"]) == 0
    assert capsys.readouterr().out == "wrote book/chapters/01-a.ipynb\n"
    stored = nbformat.read(path, 4)
    cell = stored.cells[0]
    assert cell.execution_count is None and cell.metadata == {"tags": ["remove-input"]}
    assert [output.output_type for output in cell.outputs] == ["stream", "execute_result", "display_data", "error"]
    assert [dict(output.data) for output in cell.outputs[1:3]] == [
        {"text/plain": "Figure: a line"},
        {"text/plain": "shown"},
    ]
    assert cell.outputs[0].text == "printed\n"
    assert stored.metadata == {
        "isnine": {"minutes": 5},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert stored.cells[1].source == "prose"


def test_store_is_idempotent_and_check_changes_nothing(course, capsys):
    path = write(course / "book/chapters/01-a.ipynb", code("1 + 1", [result(text_plain="2", text_html="<b>2</b>")]))
    before = path.read_bytes()
    assert cli.main(["store", "--check"]) == 1
    out = capsys.readouterr().out
    assert "book/chapters/01-a.ipynb is not in its stored form." in out and "make store" in out
    assert path.read_bytes() == before
    assert cli.main(["store"]) == 0
    stored = path.read_bytes()
    assert stored != before
    assert cli.main(["store", "--check"]) == 0 and cli.main(["store"]) == 0
    assert capsys.readouterr().out.endswith("Nothing to change.\nNothing to change.\n")
    assert path.read_bytes() == stored


def test_store_takes_names_of_notebooks(course, capsys):
    one, two = (write(course / f"book/chapters/0{i}-a.ipynb", code("1", [result(image_png="AAAA")])) for i in (1, 2))
    untouched = two.read_bytes()
    assert cli.main(["store", str(one)]) == 0
    assert two.read_bytes() == untouched and not nbformat.read(one, 4).cells[0].outputs


def test_store_run_makes_fresh_outputs(course, capsys):
    path = write(
        course / "book/chapters/01-a.ipynb",
        code("print(6 * 7)", [nbformat.v4.new_output("stream", name="stdout", text="41\n")]),
    )
    assert cli.main(["store", "--run"]) == 0
    assert nbformat.read(path, 4).cells[0].outputs == [{"output_type": "stream", "name": "stdout", "text": "42\n"}]
    assert "running" in capsys.readouterr().out


def test_store_run_stops_at_an_error(course):
    path = write(course / "book/chapters/01-a.ipynb", code("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(Exception, match="ZeroDivisionError"):
        cli.main(["store", "--run"])
    assert path.read_bytes() == before


def test_lines_that_follow_from_the_metadata_are_written(course):
    question = {"isnine": {"question": {"check": "step", "difficulty": 2, "minutes": 5}}}
    path = write(
        course / "solutions/02-one-neuron/one-neuron.ipynb",
        nbformat.v4.new_markdown_cell("# A\n\n*7 minutes to read · before this: nothing*\n\nText.", id="title"),
        nbformat.v4.new_markdown_cell("## What you will be able to do\n\n- old", id="goals"),
        nbformat.v4.new_markdown_cell("## Question 1\n\n*Difficulty old*\n\nText.", id="question", metadata=question),
        code(
            "check.step(f)",
            nbgrader={
                "grade": True,
                "grade_id": "step",
                "points": 3,
                "solution": False,
                "locked": True,
                "schema_version": 3,
            },
        ),
        isnine={"minutes": 25, "objectives": [["b", "subtract"], ["a", "add"]]},
    )
    cli.main(["store"])
    title, goals, asked, _ = nbformat.read(path, 4).cells
    assert title.source == "# A\n\n*25 minutes to read · before this: nothing*\n\nText."
    assert goals.source == "## What you will be able to do\n\nAfter this chapter you can\n\n- subtract\n- add"
    assert asked.source == "## Question 1\n\n*Difficulty ●●○○○ · 5 minutes · 3 points*\n\nText."
    assert cli.main(["store", "--check"]) == 0


CONFLICT = '{\n "cells": [\n<<<<<<< HEAD\n ],\n=======\n],\n>>>>>>> other\n "metadata": {}}'


@pytest.mark.parametrize(
    "text", [CONFLICT, "", "[]", "{}", '{"nbformat": 4}', '{"nbformat": 4, "cells": 3}', '"a"', "\x00\xff"], ids=repr
)
@pytest.mark.parametrize(
    "command",
    [["store"], ["store", "--check"], ["store", "--run"], ["exercises"], ["exercises", "--check"]],
    ids=" ".join,
)
def test_a_file_that_is_no_notebook_is_named(course, text, command):
    path = course / "solutions/02-one-neuron/one-neuron.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"one-neuron\.ipynb is not a notebook that can be read"):
        cli.main(command)
    assert path.read_text(encoding="utf-8") == text


def test_conflict_markers_are_named(course):
    path = course / "book/chapters/01-a.ipynb"
    path.write_text(CONFLICT)
    with pytest.raises(SystemExit, match=r"01-a\.ipynb .* merge conflict"):
        cli.main(["store"])


def test_a_missing_notebook_is_named(course):
    with pytest.raises(SystemExit, match=r"nothing\.ipynb is not a notebook that can be read"):
        cli.main(["store", "nothing.ipynb"])


# ---- isnine exercises

STUB = "### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION"
SOLUTION = {
    "nbgrader": {"grade": False, "grade_id": "a-answer", "locked": False, "schema_version": 3, "solution": True}
}
CHECK = {
    "nbgrader": {"grade": True, "grade_id": "a", "locked": True, "points": 2, "schema_version": 3, "solution": False}
}


@pytest.fixture
def assignment(course):
    path = write(
        course / "solutions/02-one-neuron/one-neuron.ipynb",
        code(STUB, **SOLUTION),
        code("answer", [result(text_plain="42")], **CHECK),
    )
    cli.main(["store"])
    return path


def test_exercises_are_made_without_solutions(course, assignment, capsys):
    assert cli.main(["exercises", "--check"]) == 1
    assert "exercises/02-one-neuron/one-neuron.ipynb is out of step with solutions/." in capsys.readouterr().out
    assert not list((course / "exercises").rglob("*.ipynb"))
    assert cli.main(["exercises"]) == 0
    made = nbformat.read(course / "exercises/02-one-neuron/one-neuron.ipynb", 4).cells
    assert not re.search("42|SOLUTION", "".join(cell.source for cell in made)) and not made[1].outputs
    assert made[0].source.endswith("raise NotImplementedError()")
    assert cli.main(["exercises", "--check"]) == 0 and cli.main(["exercises"]) == 0
    assert capsys.readouterr().out.endswith("Nothing to change.\nNothing to change.\n")


def test_an_edited_exercise_is_caught_and_mended(course, assignment, capsys):
    cli.main(["exercises"])
    path = course / "exercises/02-one-neuron/one-neuron.ipynb"
    made = path.read_text()
    path.write_text(made.replace("NotImplementedError", "ValueError"))
    capsys.readouterr()
    assert cli.main(["exercises", "--check"]) == 1
    assert "out of step" in capsys.readouterr().out
    cli.main(["exercises"])
    assert path.read_text() == made


def test_a_file_without_a_solution_is_caught_and_removed(course, assignment):
    cli.main(["exercises"])
    stray = course / "exercises/01-old/old.ipynb"
    stray.parent.mkdir()
    stray.write_text("{}")
    assert cli.main(["exercises", "--check"]) == 1
    assert stray.exists()
    cli.main(["exercises"])
    assert not stray.parent.exists() and cli.main(["exercises", "--check"]) == 0


def test_checkpoints_of_jupyter_are_left_alone(course, assignment):
    cli.main(["exercises"])
    for room in ("exercises", "solutions"):
        checkpoint = course / room / "02-one-neuron/.ipynb_checkpoints/one-neuron-checkpoint.ipynb"
        checkpoint.parent.mkdir()
        checkpoint.write_text("{}")
    assert cli.main(["exercises", "--check"]) == 0
    cli.main(["exercises"])
    assert (course / "exercises/02-one-neuron/.ipynb_checkpoints/one-neuron-checkpoint.ipynb").exists()


# ---- isnine serve


@pytest.fixture
def built(course):
    (course / "html").mkdir()
    (course / "html/index.html").write_text("<p>the book</p>")
    return course / "html"


def test_serve_without_a_book(course):
    with pytest.raises(SystemExit, match=r"no built book in .*html.*make book"):
        cli.main(["serve", str(course / "html")])


def test_serve_with_a_busy_port(built):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"Port {port} is busy.*make serve PORT=\d+"):
            cli.main(["serve", str(built), "--port", str(port)])


@pytest.mark.parametrize("port", ["70000", "-1", "65536"])
def test_serve_with_a_number_that_is_no_port(built, port):
    with pytest.raises(SystemExit, match=rf"{port} is not a port: take a number from 1024 to 65535"):
        cli.main(["serve", str(built), "--port", port])


def test_serve_with_a_word_for_a_port(built, capsys):
    with pytest.raises(SystemExit):
        cli.main(["serve", str(built), "--port", "http"])
    assert "invalid int value: 'http'" in capsys.readouterr().err


def test_serve_without_the_right_to_the_port(built, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(cli.http.server, "ThreadingHTTPServer", refuse)
    with pytest.raises(SystemExit, match="may not open port 80"):
        cli.main(["serve", str(built), "--port", "80"])


def test_serve_shows_the_book_to_this_machine_only(built):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [COMMAND, "serve", str(built), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert server.stdout.readline() == f"The book is at http://localhost:{port} (stop with Ctrl-C)\n"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/index.html")
        assert connection.getresponse().read() == b"<p>the book</p>"
        connection.close()
        if Path("/proc/net/tcp").exists():
            listening = re.findall(rf" ([0-9A-F]{{8}}):{port:04X} 00000000:0000 0A ", Path("/proc/net/tcp").read_text())
            assert listening == ["0100007F"], "on 127.0.0.1 alone"
    finally:
        server.send_signal(2)
        out, _ = server.communicate(timeout=10)
    assert out == "\nStopped.\n" and server.returncode == 0


def test_the_command_says_what_it_can_do(capsys):
    for arguments in (["--help"], ["store", "--help"]):
        with pytest.raises(SystemExit) as stop:
            cli.main(arguments)
        assert stop.value.code == 0
    with pytest.raises(SystemExit) as stop:
        cli.main([])
    assert stop.value.code == 2 and "COMMAND" in capsys.readouterr().err


def test_text_ends_with_one_line_break_and_keeps_letters():
    written = notebooks.text(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("ä×π", id="a")]))
    assert "ä×π" in written and written.endswith("}\n") and not written.endswith("\n\n")
    assert nbformat.reads(written, 4).cells[0].source == "ä×π"
