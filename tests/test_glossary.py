"""The glossary: every word that a chapter defines is in it, in two languages, and the built pages link both ways."""

import importlib.util
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from common import CHAPTER_PAGES, CHAPTERS, HTML, ROOT, name
from test_prose import complaints, prose, sections

BOOK = ROOT / "book"
SPEC = importlib.util.spec_from_file_location("glossary", BOOK / "extensions" / "glossary.py")
glossary = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(glossary)
ENTRIES = glossary.read(BOOK)


def terms_in_bold(path):
    """The bold words of a chapter's story. Whole sentences, lead-ins and the heads of table rows are no terms."""
    story = "\n\n".join(text for heading, text in sections(path) if heading not in glossary.NOT_THE_STORY)
    story = "\n".join(line for line in prose(story).split("\n") if not line.startswith(("|", "#")))
    return [term for term in re.findall(r"\*\*([^*]+)\*\*", story) if term[-1] not in ".:,?"]


# ---- The entries


def test_there_are_entries():
    assert len(ENTRIES) >= 110


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_entry(entry):
    assert set(entry) <= {"term", "chinese", "also", "forms", "chapter", "meaning", "name"}
    assert re.search(r"[\u4e00-\u9fff]", entry["chinese"])
    assert len(entry["meaning"].split()) >= 4 and entry["meaning"].endswith(".")
    assert not complaints(entry["meaning"]) and "!" not in entry["meaning"]


def test_no_word_has_two_entries():
    """In each chapter a word leads to one entry. Only a word that names its chapters may stand in several entries."""
    seen = {}
    for entry in ENTRIES:
        for word in {word.lower() for word in [entry["term"], *entry.get("also", ()), *entry.get("forms", ())]}:
            for chapter in entry.get("chapter", ["any"]):
                assert (word, chapter) not in seen, f"{word!r}: {entry['term']} and {seen[word, chapter]}"
                seen[word, chapter] = entry["term"]
    assert len({entry["name"] for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize(
    "word",
    [
        "深度学习",
        "神经网络",
        "机器学习",
        "人工智能",
        "图像识别",
        "计算机视觉",
        "训练样本",
        "输入层",
        "输入神经元",
        "输出层",
        "输出神经元",
        "隐藏层",
        "灰度",
        "静态图",
        "动态图",
        "卷积层",
        "池化层",
        "平均池化",
        "批归一化",
        "展平",
        "全连接层",
        "置信度",
        "迁移学习",
        "特征",
    ],
)
def test_the_words_of_the_course_s_source_are_there(word):
    assert word in {entry["chinese"] for entry in ENTRIES}


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_each_term_of_a_chapter_is_there(path):
    terms = terms_in_bold(path)
    missing = [term for term in terms if not glossary.find(ENTRIES, term, path.stem[:2])]
    assert len(terms) >= 3 and not missing, f"not in book/glossary.yml (or no term, and then not bold): {missing}"


def test_a_word_with_two_meanings_leads_to_the_right_one():
    assert glossary.find(ENTRIES, "step", "02")["term"] == "step function"
    assert glossary.find(ENTRIES, "Step", "04")["term"] == "step of gradient descent"
    assert glossary.find(ENTRIES, "step", "09") is None and glossary.find(ENTRIES, "once", "06") is None


# ---- The built pages


def links(folder, page):
    """(file, name in it) for each link of a page to a term."""
    text = (folder / page).read_text(encoding="utf-8")
    return re.findall(r'href="(?:\.\./)?([\w/.-]*)#(term-[\w-]+)"', text)


def ids(folder, page):
    return re.findall(r'id="(term-[\w-]+)"', (folder / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page_name", CHAPTER_PAGES)
def test_a_chapter_links_to_the_glossary_and_back(html, page_name):
    (path,) = [path for path in CHAPTERS if path.stem in page_name]
    found = [glossary.find(ENTRIES, term, path.stem[:2]) for term in terms_in_bold(path)]
    wanted = {entry["name"] for entry in found if entry}
    there = [term for file, term in links(HTML, page_name) if file == "glossary.html"]
    assert sorted(there) == sorted(wanted), "each term once, and nothing else"
    assert sorted(ids(HTML, page_name)) == sorted(wanted)
    assert sorted(term for file, term in links(HTML, "glossary.html") if file == page_name) == sorted(wanted)


def test_the_page_has_every_entry(html):
    assert ids(HTML, "glossary.html") == [entry["name"] for entry in ENTRIES]


# ---- Built again from the cache


CHAPTER = "# A\n\nA **{0}** and a **{0}** again.\n\n## Mistakes people make here\n\n**Loss.** Not a **gradient**.\n"


@pytest.fixture
def small_book(tmp_path):
    """A function that builds a book of two chapters and a glossary, and gives the links of its pages."""
    source = tmp_path / "book"
    (source / "chapters").mkdir(parents=True)
    for file in ("glossary.md", "glossary.yml"):
        shutil.copy(BOOK / file, source)
    (source / "index.md").write_text("# Index\n\n```{toctree}\nchapters/02-a\nchapters/04-b\nglossary\n```\n")
    (source / "chapters" / "02-a.md").write_text(CHAPTER.format("weight"))
    (source / "chapters" / "04-b.md").write_text(CHAPTER.format("step"))
    (source / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(BOOK / 'extensions')!r})\nextensions = ['myst_parser', 'glossary']\n"
    )
    pages = ("chapters/02-a.html", "chapters/04-b.html", "glossary.html")

    def build(*options, target="html"):
        command = [sys.executable, "-m", "sphinx", "-q", "-W", *options, source, tmp_path / target]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return {page: links(tmp_path / target, page) for page in pages}

    build.source = source
    return build


def test_a_build_from_the_cache_gives_the_same_links(small_book):
    first = small_book()
    assert first["chapters/02-a.html"] == [("glossary.html", "term-weight")]
    assert first["chapters/04-b.html"] == [("glossary.html", "term-step-of-gradient-descent")]
    assert sorted(first["glossary.html"]) == [
        ("chapters/02-a.html", "term-weight"),
        ("chapters/04-b.html", "term-step-of-gradient-descent"),
    ]
    assert small_book() == first, "nothing changed"
    assert small_book("-j", "2", "-E", target="parallel") == first, "read in two processes"
    chapter = small_book.source / "chapters" / "02-a.md"
    chapter.write_text(CHAPTER.format("bias"))
    changed = small_book()
    assert changed["chapters/02-a.html"] == [("glossary.html", "term-bias")]
    assert ("chapters/02-a.html", "term-bias") in changed["glossary.html"]
    assert ("chapters/02-a.html", "term-weight") not in changed["glossary.html"]
    assert changed["chapters/04-b.html"] == first["chapters/04-b.html"]


def test_a_new_entry_reaches_chapters_that_did_not_change(small_book):
    entries = yaml.safe_load((small_book.source / "glossary.yml").read_text(encoding="utf-8"))
    file = small_book.source / "glossary.yml"
    file.write_text(yaml.safe_dump([entry for entry in entries if entry["term"] != "weight"], allow_unicode=True))
    assert small_book()["chapters/02-a.html"] == []
    file.write_text(yaml.safe_dump(entries, allow_unicode=True))
    after = small_book()
    assert after["chapters/02-a.html"] == [("glossary.html", "term-weight")]
    assert ("chapters/02-a.html", "term-weight") in after["glossary.html"]
