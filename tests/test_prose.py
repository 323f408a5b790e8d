"""The text that people read: its order, its rhythm, its words, and whether everything that it refers to is there."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from common import CHAPTERS, EXERCISES, ROOT, SOLUTIONS, name, notebook

BOOK = ROOT / "book"
INTRO = BOOK / "intro.ipynb"
BACK = sorted(set(BOOK.glob("*.ipynb")) - {INTRO})
PAGES = [INTRO, *sorted(BOOK.glob("*.md")), *BACK, *CHAPTERS]
TEXTS = [*PAGES, *EXERCISES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
SECTIONS = [
    "What you will be able to do",
    "What you need first",
    "Check yourself",
    "Mistakes people make here",
    "What to remember",
    "Exercises",
]
EACH_CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=name)
EACH_TEXT = pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def markdown(path: Path) -> str:
    """The Markdown of a page: the whole file, or the text cells of a notebook."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in notebook(path).cells if cell.cell_type == "markdown")


def prose(text: str) -> str:
    """Markdown without what is no prose: code, formulas, addresses, roles, comments."""
    text = re.sub(r"^(```|~~~|:::)[^\n]*\n.*?^\1\s*$", "", text, flags=re.M | re.S)
    text = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>|</?[a-z][^<>]*>", " ", text, flags=re.S)
    text = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`\n]*`", "CODE", text)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", "FORMULA", text, flags=re.S)
    return re.sub(r"!?\[([^\]]*)\]\([^)\s]*\)", r"\1", text)


def code_cells(path):
    """The code that readers see: cells whose input is not removed from the page."""
    return [
        cell
        for cell in notebook(path).cells
        if cell.cell_type == "code" and "remove-input" not in cell.metadata.get("tags", [])
    ]


def lines(cell):
    return [line for line in cell.source.split("\n") if line.strip()]


def sections(path):
    """Heading of each section (##) and its text, in order; what comes before the first has the name ""."""
    parts = re.split(r"^## +(.*?) *$", markdown(path), flags=re.M)
    return list(zip(["", *parts[1::2]], [parts[0], *parts[2::2]], strict=True))


def quiz_calls(path):
    """The calls of ask(...) in a chapter, as syntax trees."""
    trees = [
        ast.parse(cell.source) for cell in notebook(path).cells if cell.cell_type == "code" and "ask(" in cell.source
    ]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "ask"]


def spoken(path):
    """Words for readers that stand in the code of a notebook: questions, answers, and the texts of figures."""
    speaking = [
        cell
        for cell in notebook(path).cells
        if cell.cell_type == "code" and re.search(r"\b(ask|show|alt)\b", cell.source)
    ]
    nodes = [node for cell in speaking for node in ast.walk(ast.parse(cell.source))]
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def shown(path):
    """(cell, what it shows as plain text) for each output of a notebook that is more than printed text."""
    code = [cell for cell in notebook(path).cells if cell.cell_type == "code"]
    return [(cell, output.data.get("text/plain", "")) for cell in code for output in cell.outputs if "data" in output]


# ---- The order of a chapter


def test_there_are_chapters():
    assert CHAPTERS and EXERCISES and SOLUTIONS


@EACH_CHAPTER
def test_sections_in_order(path):
    headings = [heading for heading, _ in sections(path)]
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS
    assert headings[1:3] == SECTIONS[:2] and headings[-4:] == SECTIONS[-4:]
    assert len(headings) - 1 - len(SECTIONS) >= 2, "the story has headings of its own"


@EACH_CHAPTER
def test_opening(path):
    title, minutes, *opening = notebook(path).cells[0].source.split("\n\n")
    assert re.fullmatch(rf"# {path.stem[:2]} · \S.*", title), (
        "the text says 'chapter 02', so a reader must find that number"
    )
    told = re.fullmatch(r"\*(\d+) minutes to read · before this: .+\*", minutes)
    assert told and int(told[1]) == notebook(path).metadata.isnine.minutes
    assert opening and 20 <= sum(len(paragraph.split()) for paragraph in opening) <= 200
    assert "?" in " ".join(opening), "a chapter opens with its question"


@EACH_CHAPTER
def test_minutes_fit_the_length(path):
    """A careful reader of a second language needs a minute for 50 to 200 words, with the code and the figures between them."""
    words = len(prose(markdown(path)).split())
    assert words / 200 <= notebook(path).metadata.isnine.minutes <= words / 50


@EACH_CHAPTER
def test_objectives_are_few_and_shown(path):
    objectives = dict(notebook(path).metadata.isnine.objectives)
    assert 3 <= len(objectives) <= 5
    shown = dict(sections(path))["What you will be able to do"]
    for objective in objectives.values():
        assert f"- {objective}\n" in shown + "\n" and objective[0].islower() and not objective.endswith(".")


@EACH_CHAPTER
def test_each_objective_is_assessed(path):
    """By a question of the chapter's quiz, or by one of the exercise that shares its number."""
    asked = {keyword.value.value for call in quiz_calls(path) for keyword in call.keywords if keyword.arg == "assesses"}
    for exercise in EXERCISES:
        if name(exercise) == path.stem:
            questions = [cell.metadata.get("isnine", {}).get("question", {}) for cell in notebook(exercise).cells]
            for question in questions:
                assesses = question.get("assesses", [])
                asked |= {assesses} if isinstance(assesses, str) else set(assesses)
    objectives = set(dict(notebook(path).metadata.isnine.objectives))
    assert not objectives - asked, f"nothing assesses {objectives - asked}"
    assert not asked - objectives, f"{asked - objectives} is assessed but not promised"


@EACH_CHAPTER
def test_quiz(path):
    calls = quiz_calls(path)
    assert 4 <= len(calls) <= 6
    places = []
    for call in calls:
        kinds = [choice.func.id for choice in call.args[1:]]
        assert 3 <= len(kinds) <= 4 and kinds.count("right") == 1
        places.append(kinds.index("right"))
        for choice in call.args[1:]:
            because = ast.literal_eval(choice.args[1])
            assert len(because.split()) >= 4, f"too few words on {ast.literal_eval(choice.args[0])!r}"
    assert len(set(places)) > 1, "the right choice stands at different places"
    (cell,) = [cell for cell in notebook(path).cells if "ask(" in cell.source and cell.cell_type == "code"]
    assert "remove-input" in cell.metadata.tags


@EACH_CHAPTER
def test_mistakes_and_what_to_remember(path):
    told = dict(sections(path))
    assert 3 <= len(re.findall(r"^(?:### |\*\*\S)", told["Mistakes people make here"], re.M)) <= 6
    assert 4 <= len(re.findall(r"^- ", told["What to remember"], re.M)) <= 7


@EACH_CHAPTER
def test_there_is_something_to_see_and_to_play_with(path):
    outputs = [text for _, text in shown(path)]
    assert any(text.startswith("Figure: ") for text in outputs)
    assert sum(text.startswith("To play with: ") for text in outputs) >= 2, "the quiz, and one more"


@EACH_CHAPTER
def test_exercise_is_linked(path):
    exercise = [e for e in EXERCISES if name(e) == path.stem]
    linked = re.findall(r"\{download\}`[^`<]+<([^>]+)>`", dict(sections(path))["Exercises"])
    assert [(path.parent / link).resolve() for link in linked] == exercise


# ---- Rhythm


@EACH_CHAPTER
def test_code_cells_are_short(path):
    sizes = sorted(len(lines(cell)) for cell in code_cells(path))
    middle = (sizes[(len(sizes) - 1) // 2] + sizes[len(sizes) // 2]) / 2
    assert middle <= 5, f"half of the code cells have more than {middle:g} lines"
    assert sum(size <= 14 for size in sizes) >= 0.9 * len(sizes), f"the longest cells have {sizes[-5:]} lines"


@EACH_CHAPTER
def test_there_are_words_around_the_code(path):
    words = len(prose(markdown(path)).split())
    code = sum(len(lines(cell)) for cell in code_cells(path))
    assert words >= 8 * code, f"{words} words on {code} lines of code"


@EACH_CHAPTER
def test_words_stand_between_outputs(path):
    """Two code cells that readers see may follow each other, but not three."""
    kinds = [
        "code" if cell in code_cells(path) else "hidden" if cell.cell_type == "code" else "words"
        for cell in notebook(path).cells
    ]
    assert "code code code" not in " ".join(kinds)


# ---- Words


FORBIDDEN = re.compile(r"\b(simply|obviously|easy|easily|of course)\b", re.I)


def complaints(text):
    found = [match[0] for match in FORBIDDEN.finditer(text)]
    return found + [match[0] for match in re.finditer(r"\S*\w[!](?![=\w])", text)]


def test_the_search_for_words_finds_them():
    assert complaints(prose("It is Easy, of course. Let us begin!")) == ["Easy", "of course", "begin!"]
    assert complaints(prose("Use `simply()!` and $n!$, a != b, ![alt](x.svg), 5 uneasy words.")) == []
    assert complaints(prose("```python\nprint('easy!')\n```\n")) == []


@EACH_TEXT
def test_words(path):
    found = complaints(prose(markdown(path)))
    if path.suffix == ".ipynb":
        found += [complaint for text in spoken(path) for complaint in complaints(text)]
    assert not found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "src/isnine").rglob("*.py")), ids=lambda path: path.relative_to(ROOT / "src").as_posix()
)
def test_words_of_the_helper(path):
    texts = [
        node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)
    ]
    assert not [found for text in texts if isinstance(text, str) and " " in text for found in complaints(prose(text))]


# ---- What a page refers to


@pytest.mark.parametrize(
    "path", [*CHAPTERS, *SOLUTIONS, INTRO, *BACK], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_figure_has_words(path):
    for cell, text in shown(path):
        if text.startswith(("Figure: ", "To play with: ")):
            assert len(text.split(": ", 1)[1].split()) >= 5, text
        assert not re.search(r"^<(Figure|Axes|matplotlib)|<matplotlib|<Axes|^Text\(", text), f"{cell.id} shows {text}"
    for cell in notebook(path).cells:
        if cell.cell_type == "code":
            assert not re.search(r"\bplt\.show\(|\bsavefig\(", cell.source), f"{cell.id}: use figures.show"
            draws = re.search(r"^plt\.\w+\(|^\w+, \w+ = plt\.", cell.source, re.M)
            assert not draws or "figures." in cell.source, f"{cell.id} draws, and its figure has no words"


@EACH_TEXT
def test_every_picture_has_words(path):
    text = markdown(path)
    for words in re.findall(r"!\[([^\]]*)\]\(", text):
        assert len(words.split()) >= 5, f"a picture with the words {words!r}"
    for tag in re.findall(r"<img\b[^>]*>", text):
        assert re.search(r'\balt="[^"]*\w+(\s+\S+){4}', tag), tag
    for block in re.findall(r"^[`:]{3,}\{(?:image|figure)\}.*?^[`:]{3,}\s*$", text, re.M | re.S):
        alt = re.search(r"^:alt: (.*)$", block, re.M)
        assert alt and len(alt[1].split()) >= 5, block


@EACH_TEXT
def test_links_and_downloads_lead_somewhere(path):
    text = re.sub(r"^```(?!\{).*?^```\s*$", "", markdown(path), flags=re.M | re.S)
    targets = re.findall(r"^[`:]{3,}\{(?:image|figure)\} *(\S+)", text, re.M)
    role = r"\{(?:download|doc)\}`[^`<]*<([^>]+)>`"
    targets += re.findall(role, text)
    text = re.sub(r"`[^`\n]*`", "", re.sub(role, "", text))
    targets += re.findall(r"\]\(([^)\s]+)\)", text)
    for target in targets:
        if not re.match(r"[a-z]+:", target):
            file, _, anchor = target.partition("#")
            assert not file or (path.parent / file).exists(), f"{target} does not exist"
            assert file or re.search(rf"\({re.escape(anchor)}\)=", text), f"#{anchor} does not exist"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_citations_have_entries(path):
    keys = set(re.findall(r"^@\w+\{([\w-]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.M))
    cited = {
        key.strip() for group in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", markdown(path)) for key in group.split(",")
    }
    assert cited <= keys, f"references.bib lacks {cited - keys}"


def test_every_page_is_in_the_table_of_contents():
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    listed = [contents["root"], *(chapter["file"] for part in contents["parts"] for chapter in part["chapters"])]
    exercises = [f"exercises/{name(path)}" for path in SOLUTIONS]  # made at each build by extensions/exercise_pages.py
    assert [file for file in listed if file.startswith("exercises/")] == exercises
    assert sorted(set(listed) - set(exercises)) == sorted(
        page.relative_to(BOOK).with_suffix("").as_posix() for page in PAGES
    )
    assert [file for file in listed if file.startswith("chapters/")] == [f"chapters/{path.stem}" for path in CHAPTERS]


def test_a_chapter_and_its_exercise_share_number_and_name():
    for path in SOLUTIONS:
        number, _, words = path.parent.name.partition("-")
        assert path.stem == words and number.isdigit()
        assert path.parent.name in {chapter.stem for chapter in CHAPTERS}
