"""The page "Grading this course": its first command is run as it stands there, and says what the page says."""

import re
import shutil

from common import ROOT, SOLUTIONS
from homework import hand_in

from gradebox.cli import main

PAGE = (ROOT / "book" / "grading.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE, re.S)


def test_the_first_command_prints_what_the_page_shows_and_writes_the_files_of_the_table(tmp_path, monkeypatch, capsys):
    command, *printed = BLOCKS[0].splitlines()
    shutil.copytree(SOLUTIONS[1].parent, tmp_path / "solutions" / SOLUTIONS[1].parent.name)
    for student in ("solved", "untouched", "wrong-0"):
        hand_in(SOLUTIONS[1], student, tmp_path / "submitted")
    (tmp_path / "submitted" / "notes.txt").write_text("call Ben")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(ROOT / "tests")
    assert main(command.removeprefix("$ .venv/bin/gradebox ").split()) == 0
    assert capsys.readouterr().out.splitlines() == printed
    named = re.findall(r"^\| `([^`]+)`", PAGE, re.M)
    assert len(named) == 7
    for file in named:
        pattern = re.sub("[A-Z]{2,}", "*", file)
        assert list((tmp_path / "graded").glob(pattern)), file


def test_every_option_of_the_page_exists(capsys):
    try:
        main(["grade", "--help"])
    except SystemExit as end:
        assert end.code == 0
    told = capsys.readouterr().out
    for option in {*re.findall(r"(--[a-z]+)", " ".join(line for line in PAGE.splitlines() if "dask" not in line))}:
        assert option in told, option


def test_every_verdict_is_explained():
    from typing import get_args

    from gradebox.report import Verdict

    rows = " ".join(re.findall(r"^\| ([a-z, ]+) \|", PAGE, re.M))
    assert all(verdict in rows for verdict in get_args(Verdict))
