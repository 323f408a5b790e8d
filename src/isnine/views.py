"""Two views that are made from a chapter, beside its page: slides, and a notebook for typing in front of a class.

Nothing in them is written a second time. The slides are cut from the chapter's built page, so they show what the page shows; the live
notebook is the chapter's notebook without about one line of code in five (:mod:`isnine.live` says how it runs all the same).
"""

import ast
import html
import json
import re
import shutil
from dataclasses import dataclass, field
from importlib.resources import files

import nbformat

__all__ = ["live", "slides", "write_assets"]

LONGEST = 18  # lines of code and output that a slide has room for
WIDEST = 44  # characters of a line in half of a slide
_DECK = """<!doctype html>
<html lang="en" data-theme="light">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/reveal.css"><link rel="stylesheet" href="assets/pygments.css">
<link rel="stylesheet" href="assets/slides.css">
<script>MathJax = {{startup: {{typeset: false}}, options: {{enableMenu: false}}}};</script>
<script src="assets/mathjax/tex-chtml.js"></script>
<script src="assets/reveal.js"></script><script src="assets/notes.js"></script>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="assets/slides.js"></script>
</html>
"""


@dataclass
class _Slide:
    heading: str
    above: str  # the heading of the section, where this is a part of one
    first: bool  # of its section: the others stand below it
    body: list[str]
    notes: list[str]
    name: str = ""

    def html(self):
        name = f' id="{self.name}"' if self.name else ""
        above = f"<p>{self.above}</p>" if self.above else ""
        return (
            f"<section{name}><header>{above}<h2>{self.heading}</h2></header>"
            f'<div class="body">{"".join(self.body)}</div><aside class="notes">{"".join(self.notes)}</aside></section>'
        )


def slides(page: str, notebook) -> str:
    """The slides of a chapter: an HTML page that opens beside the folder that :func:`write_assets` fills.

    A section starts a slide, and each cell, table and list in it one more below. A slide shows the sentences that lead to it (the first
    of its section, and the last before it), the code, what the code gave, and the first sentence that the chapter says of that.
    The whole prose goes to the speaker notes. A code cell's ``slideshow.slide_type`` overrides the rule: "skip" leaves the cell
    out, "fragment" puts it on the slide before, "notes" puts its code into the notes.

    Parameters
    ----------
    page : str
        The chapter's page as the book was built.
    notebook : NotebookNode
        The chapter.

    Raises
    ------
    ValueError
        When the page was built from another state of the notebook.
    """
    from bs4 import BeautifulSoup

    article = BeautifulSoup(page, "html.parser").select_one("article.bd-article")
    for mark in article.select("a.headerlink"):
        mark.decompose()
    for link in article.select("a"):
        link.unwrap()
    boxes = article.select("div.cell")
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    codes = [box.select_one(".cell_input pre") for box in boxes]
    if len(boxes) != len(cells) or any(
        code and code.get_text().strip() != cell.source.strip() for code, cell in zip(codes, cells, strict=True)
    ):
        raise ValueError("the page was built from another state of the notebook")
    cutter = _Cutter({id(box): cell for box, cell in zip(boxes, cells, strict=True)})
    cutter.section(article.select_one("section"))
    cutter.close()
    parts = [("</section>\n<section>" if slide.first else "") + slide.html() for slide in cutter.slides]
    text = "\n".join(parts).removeprefix("</section>\n") + "</section>"
    return _DECK.format(title=html.escape(article.select_one("h1").get_text()), slides=text)


@dataclass
class _Cutter:
    """Walks through a page and cuts it into slides."""

    cells: dict  # the notebook's cell for the id of its element
    slides: list[_Slide] = field(default_factory=list)
    section_heading: str = ""
    heading: str = ""
    fresh: bool = False  # nothing was shown under this heading yet
    first: bool = False  # nothing was shown in this section yet
    prose: list = field(default_factory=list)  # paragraphs since the last thing shown
    above: list[str] = field(default_factory=list)  # sentences and formulas that the next slide begins with
    notes: list[str] = field(default_factory=list)

    def section(self, section):
        for block in section.find_all(recursive=False):
            kinds = block.get("class", [])
            if block.name == "section":
                self.section(block)
            elif block.name in ("h1", "h2", "h3"):
                self.close()
                self.heading, self.fresh = block.decode_contents(), True
                if block.name != "h3":
                    self.section_heading, self.first = self.heading, True
            elif block.name == "p":
                self.prose.append(block)
            elif "math" in kinds:
                self.lead()
                self.above.append(str(block))
            elif "cell" in kinds:
                self.cell(block, self.cells[id(block)])
            elif block.name != "script":
                self.show(f'<div class="given">{block}</div>')

    def lead(self):
        """Take from the prose so far what the next slide says, and put all of it into its notes."""
        sentences = [one for block in self.prose for one in _sentences(block) if not one.startswith("(")]
        if self.slides and not self.fresh and not self.above and len(sentences) > 1:
            self.slides[-1].body.append(f'<p class="said fragment">{sentences[0]}</p>')
            self.slides[-1].notes.append(_plain(self.prose[0]))
            sentences = sentences[1:]
        chosen = sentences[:1] if self.fresh and not self.above else []
        chosen += [one for one in sentences[:-2:-1] if one not in chosen]
        self.above += [f'<p class="claim">{one}</p>' for one in chosen]
        self.notes += [_plain(block) for block in self.prose]
        self.prose = []

    def show(self, what, name=""):
        """Close a slide that shows this."""
        self.lead()
        above = "" if self.heading == self.section_heading else self.section_heading
        self.slides.append(_Slide(self.heading, above, self.first, [*self.above, what], self.notes, name))
        self.above, self.notes, self.fresh, self.first = [], [], False, False

    def close(self):
        """End a section: what was not shown yet gets a slide, unless it only adds to the one before."""
        if not self.slides and self.prose:  # the title, and what the chapter asks
            sentences = [one for block in self.prose for one in _sentences(block)]
            asked = next((place for place, one in enumerate(sentences) if one.endswith("?")), len(sentences) - 1)
            self.notes, self.prose = [_plain(block) for block in self.prose], []
            self.show("".join(f'<p class="claim">{one}</p>' for one in sentences[max(asked - 1, 1) : asked + 1]))
        elif self.heading == "What you need first":
            self.slides[-1].notes += [_plain(block) for block in self.prose]
            self.prose = []
        elif self.fresh and len(self.prose) > 1 and not self.above:
            self.notes += [_plain(block) for block in self.prose]
            said = [next(iter(_sentences(block))) for block in self.prose]
            self.prose = []
            self.show("".join(f'<p class="claim">{one}</p>' for one in said))
        elif self.above or (self.fresh and self.prose):
            self.show("")
        elif self.prose:
            self.slides[-1].notes += [_plain(block) for block in self.prose]
            self.slides[-1].body.append(f'<p class="said fragment">{next(iter(_sentences(self.prose[0])))}</p>')
            self.prose = []

    def cell(self, box, cell):
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "subslide")
        if kind == "skip":
            return
        source = _shortened(cell.source) if box.select_one(".cell_input") else ""
        given = "".join(str(output) for output in box.select(".cell_output > .output"))
        if kind == "notes" or "isnine-play" in given:
            self.notes.append(f"<pre>{html.escape(source)}</pre>" if source else "")
            source = ""
        answer = [line for part in box.select(".cell_output pre") for line in part.get_text().splitlines()]
        for number, part in enumerate(self.layout(source, given, answer)):
            if kind == "fragment" and not number:
                self.notes += [_plain(block) for block in self.prose]
                self.slides[-1].notes += self.notes
                self.slides[-1].body.append(f'<div class="fragment">{part}</div>')
                self.prose, self.notes = [], []
            else:
                self.show(part, f"{cell.id}-{number + 1}" if number else cell.id)

    def layout(self, source, given, answer):
        """The code and what it gave, in as many parts as fill a slide each."""
        if not source:
            return [f'<div class="given">{given}</div>']
        lines = source.splitlines()
        room = LONGEST - 3 * len(self.above) - len(lines) - len(answer)
        if self.above and room < 0:  # the formulas get a slide of their own
            self.close_above()
            room = LONGEST - len(lines) - len(answer)
        *before, last = [_listing(piece) for piece in _pieces(source)]
        uncovered = f'<div class="given fragment">{given}</div>' if given else ""
        narrow = max(map(len, [*lines, *answer])) <= WIDEST
        figure = re.search(r'class="isnine-figure".*?viewbox="0 0 ([\d.]+) ([\d.]+)"', given, re.S)
        flat = figure and float(figure[1]) > 2 * float(figure[2]) and room > 8
        if narrow and not flat and (figure or (given and room < 0)):
            return [*before, f'<div class="pair">{last}{uncovered}</div>']
        if (figure and not flat) or (given and room < 0):
            return [*before, last, f'<div class="given">{given}</div>']
        return [*before, last + uncovered]

    def close_above(self):
        """A slide for the sentences and formulas so far."""
        prose, self.prose = self.prose, []
        self.show("")
        self.prose = prose


def _listing(source):
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return (
        f'<div class="code highlight"><pre>{highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))}</pre></div>'
    )


def _shortened(source):
    """Code without the words for readers who do not see the figure: whoever sees the slide sees it."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "alt":
            node, short = node.value, '"…"'
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "figures.show":
            short = 'figures.show("…")'
        else:
            continue
        first, last = node.lineno - 1, node.end_lineno - 1
        begin = lines[first].encode()[: node.col_offset].decode()
        end = lines[last].encode()[node.end_col_offset :].decode()
        lines[first : last + 1] = [begin + short + end, *[""] * (last - first)]
    return "".join(lines).rstrip("\n")


def _pieces(source):
    """The code in one piece, or in two that part at the empty line nearest to the middle."""
    lines = source.split("\n")
    empty = [place for place, line in enumerate(lines) if not line.strip()]
    if len(lines) <= LONGEST or not empty:
        return [source]
    middle = min(empty, key=lambda place: abs(place - len(lines) / 2))
    return ["\n".join(lines[:middle]).rstrip(), "\n".join(lines[middle + 1 :])]


def _sentences(paragraph):
    """The sentences of a paragraph, as HTML."""
    found, now = [], ""
    for node in paragraph.children:
        if node.name:
            now += str(node)
            continue
        *whole, rest = re.split(
            r"(?:(?<=[.?!])|(?<=[.?!][)”]))(?<!e\.g\.)(?<!i\.e\.)(?<!et al\.)\s+(?=[A-Z0-9(“\"]|$)", str(node)
        )
        for piece in whole:
            found.append(now + html.escape(piece, quote=False))
            now = ""
        now += html.escape(rest, quote=False)
    return [one.strip() for one in [*found, now] if one.strip()]


def _plain(block):
    """A paragraph for the speaker's window, which does not set formulas."""
    return re.sub(r'<span class="math[^"]*">\\\((.*?)\\\)</span>', r"<code>\1</code>", str(block), flags=re.S)


def write_assets(book, folder):
    """Put beside the slides of a folder what they load, so that they open without a network, and a page that lists them.

    Parameters
    ----------
    book : Path
        The built book: its copy of MathJax sets the formulas, and its colours are those of the code.
    folder : Path
        Where the slides are.
    """
    reveal = files("sphinx_revealjs").joinpath("_static", "revealjs")
    static, fonts, assets = book / "_static", "mathjax/output/chtml/fonts/woff-v2", folder / "assets"
    (assets / fonts).mkdir(parents=True, exist_ok=True)
    for source in (
        *(reveal.joinpath(name) for name in ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js", "LICENSE")),
        *(files("isnine").joinpath(name) for name in ("slides.css", "slides.js")),
        static / "pygments.css",
    ):
        shutil.copy(source, assets)
    shutil.copy(static / "mathjax" / "tex-chtml.js", assets / "mathjax")
    for font in (static / fonts).iterdir():
        shutil.copy(font, assets / fonts)
    decks = [deck for deck in sorted(folder.glob("*.html")) if deck.name != "index.html"]
    titles = [re.search("<title>(.*)</title>", deck.read_text(encoding="utf-8"))[1] for deck in decks]
    links = "\n".join(f'<li><a href="{deck.name}">{title}</a>' for deck, title in zip(decks, titles, strict=True))
    page = f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Slides</title>\n<h1>Slides</h1>\n<ul>\n{links}\n</ul>\n</html>\n'
    (folder / "index.html").write_text(page, encoding="utf-8")


# ---- The live-coding notebook

SHARE = 0.2  # of the lines of code are left to type
# What is not worth typing in front of a class: loading, drawing, printing, setting up.
_GIVEN = re.compile(r"\b(plt|figures|axes|figure|print|data|device|super|set_random_seed|warnings|os)\b")


def live(notebook):
    """The live-coding notebook of a chapter: the same cells, without outputs, and with about one line of code in five left to type.

    Left out is where the chapter computes something: what it returns, assigns or shows, rather the first time that it uses an operation
    than the fifth; never imports, drawing or printing. :mod:`isnine.live` says how the notebook runs all the same.
    """
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    typed = [cell for cell in codes if "remove-input" not in cell.metadata.get("tags", [])]
    total = sum(bool(line.strip()) for cell in typed for line in cell.source.splitlines())
    found, known = [], set()
    for place, cell in enumerate(typed):
        for statement, names in _statements(cell.source):
            new = len(set(names) - known)
            known |= set(names)
            found.append((-new - isinstance(statement, ast.Return), place, statement.lineno, statement, names))
    chosen = {}
    for _, place, _, statement, names in sorted(found, key=lambda one: one[:3]):
        own = chosen.setdefault(place, [])
        if sum(map(len, chosen.values())) < SHARE * total and 2 * len(own) < len(typed[place].source.splitlines()):
            own.append((statement, names))
    kept = []
    for place in sorted(chosen):
        lines = typed[place].source.split("\n")
        for statement, names in sorted(chosen[place], key=lambda one: one[0].lineno):
            line = lines[statement.lineno - 1]
            kept.append(line.strip())
            begin = line.encode()[: (statement.value or statement).col_offset].decode()
            lines[statement.lineno - 1] = f"{begin}...  # line {len(kept)}: from {', '.join(names)}"
        typed[place].source = "\n".join(lines)
    for cell in codes:
        cell.outputs, cell.execution_count = [], None
    text = "\n".join(f"{number} {line}" for number, line in enumerate(kept, 1))
    start = nbformat.v4.new_code_cell(
        f"from isnine import live\n\nlive.lines(r'''\n{text}\n''')",
        id="live-lines",
        metadata={"jupyter": {"source_hidden": True}},
    )
    about = nbformat.v4.new_markdown_cell(
        "*This notebook is for typing in front of a class. Where a line of code has* `...`, *type what belongs there; the comment names "
        "what it is made from. A line that you leave out is taken from the chapter, so you can always go on. All of them stand "
        "in the folded cell below, which has to run first.*",
        id="live-about",
    )
    notebook.cells[1:1] = [about, start]
    return notebook


def _statements(source):
    """The statements of a cell that compute something on one line, with the names that each is made from."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        value = getattr(node, "value", None)
        kinds = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)
        if not isinstance(node, kinds) or value is None or node.lineno != node.end_lineno:
            continue
        if isinstance(node, ast.Expr) and node is not tree.body[-1]:
            continue
        own = {
            part.id
            for one in ast.walk(value)
            if isinstance(one, ast.comprehension)
            for part in ast.walk(one.target)
            if hasattr(part, "id")
        }
        names = [name for name in dict.fromkeys(_names(value)) if name.split(".")[0] not in own]
        if names and not isinstance(value, (ast.Name, ast.Tuple)) and not _GIVEN.search(ast.unparse(node)):
            yield node, names


def _names(value):
    """The names that an expression is made from, in the order in which one reads them."""
    if isinstance(value, (ast.Name, ast.Attribute)):
        dotted = ast.unparse(value)
        if re.fullmatch(r"[\w.]+", dotted):
            yield dotted
            return
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.MatMult):
        yield from (*_names(value.left), "@", *_names(value.right))
        return
    for child in ast.iter_child_nodes(value):
        yield from _names(child)
    if isinstance(value, ast.Attribute):
        yield value.attr
