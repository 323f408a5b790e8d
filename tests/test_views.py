"""The views that are made from a chapter: its slides and its live-coding notebook are in step with it, fit their frame, and run.

That every live-coding notebook runs from top to bottom is tested by nbval (see the Makefile).
"""

import ast
import re
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup
from common import CHAPTERS, HTML, ROOT, name, notebook, watch

from isnine import cli, live, notebooks, views

EACH = pytest.mark.parametrize("path", CHAPTERS, ids=name)


def code(source, **metadata):
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def words(element):
    return " ".join(element.get_text().split())


def visible(cells):
    """The code cells whose code a reader sees."""
    return [cell for cell in cells if cell.cell_type == "code" and "remove-input" not in cell.metadata.get("tags", [])]


def test_a_notebook_that_imports_the_helper_does_not_load_what_makes_views():
    program = "import sys, isnine.live; print({'nbformat', 'bs4', 'isnine.views'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "set()\n"


# ---- Slides


PAGE = """<article class="bd-article"><section>
<h1>02 · A chapter<a class="headerlink">#</a></h1>
<p><em>5 minutes</em></p><p>A digit is a picture. What is a neuron? We shall see.</p>
<section><h2>What you need first</h2><p>Nothing.</p></section>
<section><h2>A sum</h2>
<p>Two numbers, e.g. Those of <a href="x.html">this</a>. (In brackets.) We <em>add</em> them.</p>
<div class="cell"><div class="cell_input"><div><pre>1 + 1
</pre></div></div><div class="cell_output"><div class="output"><pre>2</pre></div></div></div>
<p>It is two. Then a formula.</p>
<div class="math">\\[z\\]</div>
<p>Now with <span class="math">\\(z\\)</span>:</p>
<div class="cell"><div class="cell_input"><div><pre>figures.show("a line")
</pre></div></div><div class="cell_output"><div class="output"><div class="isnine-figure"><svg viewBox="0 0 9 8"></svg></div></div></div></div>
<section><h3>A part</h3><p>Said here.</p><p>And more. Much more.</p></section>
</section></section></article>"""
SUM, LINE = code("1 + 1"), code('figures.show("a line")')
SUM.id, LINE.id = "sum", "line"


def cut(page=PAGE, cells=(SUM, LINE)):
    deck = BeautifulSoup(views.slides(page, nbformat.v4.new_notebook(cells=list(cells))), "html.parser")
    return deck, deck.select(".slides > section > section")


def test_the_rule_of_slides():
    deck, (title, total, formula, part) = cut()
    assert deck.title.get_text() == "02 · A chapter"
    assert [words(line) for line in title.select(".claim")] == ["A digit is a picture.", "What is a neuron?"]
    assert words(title.select_one(".notes")).endswith("Nothing."), "what is needed first is said, not shown"
    assert [words(line) for line in total.select(".claim")] == ["Two numbers, e.g. Those of this.", "We add them."]
    assert total["id"] == "sum" and words(total.select_one(".code")) == "1 + 1"
    assert (
        words(total.select_one(".given.fragment")) == "2" and words(total.select_one(".said.fragment")) == "It is two."
    )
    assert [words(line) for line in formula.select(".claim")] == ["Then a formula.", "Now with \\(z\\):"]
    assert words(formula.select_one(".pair > .code")) == 'figures.show("…")' and formula.select(".pair > .given svg")
    assert [words(note) for note in formula.select(".notes p")] == ["It is two. Then a formula.", "Now with z:"]
    assert words(part.header) == "A sumA part" and [words(one) for one in part.select(".claim")] == [
        "Said here.",
        "And more.",
    ]
    assert [len(stack.find_all("section")) for stack in deck.select(".slides > section")] == [1, 3]
    assert not deck.select(".slides a")


@pytest.mark.parametrize(
    ("kind", "slides_with_code", "names"),
    [("subslide", 2, ["sum", "line"]), ("skip", 1, ["line"]), ("notes", 1, ["sum", "line"]), ("fragment", 2, ["line"])],
)
def test_the_metadata_of_a_cell_overrides_the_rule(kind, slides_with_code, names):
    cell = code("1 + 1", slideshow={"slide_type": kind})
    cell.id = "sum"
    deck, parts = cut(cells=(cell, LINE))
    assert len(deck.select(".body .code")) == slides_with_code
    assert [part["id"] for part in parts if part.get("id")] == names
    assert "We add them." in words(deck), "what the chapter says is in the notes in any case"
    stored = notebooks.stored_form(nbformat.v4.new_notebook(cells=[cell]))
    assert stored.cells[0].metadata == {"slideshow": {"slide_type": kind}}


@pytest.mark.parametrize("cells", [(SUM,), (code("1 + 2"), LINE)], ids=["a cell less", "another cell"])
def test_a_page_of_another_state_is_refused(cells):
    with pytest.raises(ValueError, match="another state of the notebook"):
        cut(cells=cells)


@pytest.fixture(scope="module")
def deck(html, tmp_path_factory):
    """A function that gives the file of a chapter's slides, with what they load beside it."""
    folder = tmp_path_factory.mktemp("slides")
    views.write_assets(html, folder)

    def of(path):
        file = folder / f"{path.stem}.html"
        if not file.exists():
            page = (html / "chapters" / file.name).read_text(encoding="utf-8")
            file.write_text(views.slides(page, notebook(path)), encoding="utf-8")
        return file

    return of


@EACH
def test_slides_are_in_step(path, deck):
    """Every sentence, table, line of code and output of the page is in the slides or their notes."""
    page = BeautifulSoup((HTML / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8"), "html.parser")
    article = page.select_one("article.bd-article")
    made = BeautifulSoup(deck(path).read_text(encoding="utf-8"), "html.parser").select_one(".slides")
    spoken = " ".join(words(note) for note in made.select(".notes"))
    for formula in article.select("p span.math"):
        formula.string = formula.get_text().removeprefix("\\(").removesuffix("\\)")
    for paragraph in article.select("section > p"):
        assert words(paragraph) in spoken
    cells = [cell for cell in notebook(path).cells if cell.cell_type == "code"]
    shown = "\n".join(one.get_text() for one in made.select(".body .code"))
    for box, cell in zip(article.select("div.cell"), cells, strict=True):
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind == "skip":
            box.decompose()
        elif box.select_one(".cell_input") and not box.select_one(".isnine-play") and kind != "notes":
            for line in views._shortened(cell.source).splitlines():
                assert line.rstrip() in shown
    for what in (".isnine-figure", ".isnine-play", ".cell_output pre", "table", "ul", "ol", "div.math"):
        inside = made.select(f".body {what}") if what != ".cell_output pre" else made.select(".body .output pre")
        assert [words(one) for one in inside] == [words(one) for one in article.select(what)], what


MEASURE = (ROOT / "tests" / "slides.js").read_text(encoding="utf-8")


@pytest.mark.browser
@EACH
def test_slides_fit(path, deck, browser):
    """Each slide at 1280 by 720, with everything uncovered: nothing sticks out, is cut off, or is too small to read from afar."""
    file, trouble = deck(path), []
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    watch(page, file.parent.as_uri(), trouble)
    page.goto(file.as_uri())
    page.wait_for_selector("body[data-ready]")
    seen = page.evaluate(MEASURE)
    page.close()
    assert seen["slides"] >= 20 and seen["notes"] >= 15 and not trouble
    assert not seen["outside"]
    assert not seen["small"], "letters of less than 10.5 pixels, or 9 in a figure to play with"
    assert seen["formulas"] == seen["rendered"] and not seen["broken"]


@pytest.mark.browser
def test_slides_by_keyboard(deck, browser):
    """The arrow keys uncover what a cell gave; a quiz has one question a slide, and its answers; S opens the speaker's window."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{deck(CHAPTERS[1]).as_uri()}#/step")
    page.wait_for_selector("body[data-ready]")
    given = page.locator("#step .given")
    assert given.evaluate("e => getComputedStyle(e).visibility") == "hidden"
    page.keyboard.press("Space")
    page.wait_for_function("getComputedStyle(document.querySelector('#step .given')).visibility === 'visible'")
    with page.expect_popup() as speaker:
        page.keyboard.press("s")
    speaker.value.wait_for_function("document.body.innerText.includes('The oldest activation function is the step.')")
    speaker.value.close()
    page.evaluate(
        "{ const {h, v} = Reveal.getIndices(document.querySelector('.isnine-quiz').closest('section')); Reveal.slide(h, v) }"
    )
    page.keyboard.press("ArrowDown")
    question = page.locator("section.present section.present fieldset")
    assert question.count() == 1 and "2. " in question.inner_text()
    question.locator("input").first.check()
    assert "Right" in question.inner_text() or "Not quite" in question.inner_text()
    page.close()


# ---- The live-coding notebook


@EACH
def test_the_live_notebook_is_in_step(path):
    """With the chapter's lines put in it is the chapter, and about one line of code in five has to be put in."""
    chapter, made = notebook(path), views.live(notebook(path))
    nbformat.validate(made)
    about, start = made.cells[1:3]
    assert about.cell_type == "markdown" and start.metadata["jupyter"] == {"source_hidden": True}
    told = ast.literal_eval(ast.parse(start.source).body[-1].value.args[0])
    kept = {int(number): line for number, line in re.findall(r"^(\d+) (.*)$", told, re.M)}
    used = []
    for was, cell in zip(chapter.cells, [made.cells[0], *made.cells[3:]], strict=True):
        filled, numbers = live.fill(cell.source.splitlines(keepends=True), kept)
        used += numbers
        assert (cell.id, cell.cell_type, cell.metadata, "".join(filled)) == (
            was.id,
            was.cell_type,
            was.metadata,
            was.source,
        )
        assert not cell.get("outputs") and 2 * len(numbers) <= len(cell.source.splitlines()) + 1
        if cell.cell_type == "code":
            ast.parse(cell.source)
    assert used == list(kept) == list(range(1, len(kept) + 1))
    lines = [line for cell in visible(chapter.cells) for line in cell.source.splitlines() if line.strip()]
    assert 0.15 <= len(used) / len(lines) <= 0.25
    assert not [line for line in kept.values() if re.match(r"(import|from|print|plt|figures)\b", line)]


def test_which_lines_are_left_to_type():
    """A new operation before a known one, and neither imports, drawing nor printing."""
    cells = [
        code("import numpy as np\n\nbias = 2.0\nprint(bias)"),
        code("def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n\n\nprint(sigmoid(bias))\nsigmoid(bias)"),
        code("again = sigmoid(bias)\nplt.plot(again)\nagain"),
    ]
    made = views.live(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A"), *cells]))
    assert [cell.source for cell in made.cells[3:]] == [
        cells[0].source,
        "def sigmoid(z):\n    return ...  # line 1: from np.exp, z\n\n\nprint(sigmoid(bias))\n...  # line 2: from sigmoid, bias",
        cells[2].source,
    ]
    assert "1 return 1 / (1 + np.exp(-z))\n2 sigmoid(bias)" in made.cells[2].source


def test_a_cell_takes_the_chapter_s_line_only_where_none_was_typed():
    from nbclient import NotebookClient

    start = code('from isnine import live\nlive.lines("""\n1 a = 1\n2 return a + 1\n""")')
    cells = [
        start,
        code(start.source),  # run again
        code("a = 7  # line 1: from a\n\n\ndef f():\n    return ...  # line 2: from a\n\n\nf()"),
        code("a = ...  # line 1: from a\nf()"),
        code("..., a"),
    ]
    done = NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=60).execute()
    told = [[output.get("text") or output["data"]["text/plain"] for output in cell.outputs] for cell in done.cells]
    assert told == [
        ["2 lines are left to type.\n"],
        ["2 lines are left to type.\n"],
        ["Line 2, from the chapter: return a + 1\n", "8"],
        ["Line 1, from the chapter: a = 1\n", "2"],
        ["(Ellipsis, 1)"],
    ]


def test_lines_outside_of_a_notebook():
    with pytest.raises(RuntimeError, match="belongs into a notebook"):
        live.lines("1 a = 1")


# ---- The commands


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one chapter, without a built book."""
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    (tmp_path / "book" / "chapters").mkdir(parents=True)
    cells = [nbformat.v4.new_markdown_cell("# A"), SUM, LINE]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "book" / "chapters" / "02-one.ipynb")
    return tmp_path


def test_slides_by_command(html, course, capsys):
    with pytest.raises(SystemExit, match="no built page of 02-one"):
        cli.main(["slides"])
    built = course / "book" / "_build" / "html"
    (built / "chapters").mkdir(parents=True)
    (built / "_static").symlink_to(html / "_static")
    (built / "chapters" / "02-one.html").write_text(PAGE.replace("1 + 1", "1 + 2"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"another state of the notebook\. Build the book first"):
        cli.main(["slides"])
    (built / "chapters" / "02-one.html").write_text(PAGE, encoding="utf-8")
    assert cli.main(["slides", "02"]) == 0 and capsys.readouterr().out == "wrote book/_build/slides/02-one.html\n"
    made = course / "book" / "_build" / "slides"
    assert '<a href="02-one.html">02 · A chapter</a>' in (made / "index.html").read_text(encoding="utf-8")
    for file in re.findall(r'(?:src|href)="(assets/[^"]+)"', (made / "02-one.html").read_text(encoding="utf-8")):
        assert (made / file).stat().st_size, file


def test_live_by_command(course, capsys):
    with pytest.raises(SystemExit, match=r"no chapter 05\. There are: 02-one"):
        cli.main(["live", "05"])
    assert cli.main(["live", "--out", str(course / "x")]) == 0 and capsys.readouterr().out == "wrote x/02-one.ipynb\n"
    assert nbformat.read(course / "x" / "02-one.ipynb", 4).cells[2].id == "live-lines"
