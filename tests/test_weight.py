"""What a reader's telephone has to fetch for a page, packed as web servers pack it. Times are measured by ``tests/bench.py pages``."""

import re

import pytest
from common import CHAPTER_PAGES, PAGES
from weight import figures_on, files_of, packed


@pytest.mark.parametrize("page_name", PAGES)
def test_a_page_is_light(html, page_name):
    """Under 1.0 MB with all that it loads, its drawings and figures to play with under 500 kB of it."""
    page = html / page_name
    files = files_of(page)
    assert not [file for file in files if not file.exists()]
    assert sum(map(packed, [page, *files])) < 1_000_000
    assert figures_on(page) < 500_000


@pytest.mark.parametrize("page_name", PAGES)
def test_a_page_loads_what_it_uses(html, page_name):
    """No icons by script, formulas only where there are some, the search on its own page, and no script before the text."""
    page = html / page_name
    names = {file.name for file in files_of(page)}
    text = page.read_text(encoding="utf-8")
    assert "fontawesome.js" not in names
    assert any("mathjax" in file.parts for file in files_of(page)) is bool(re.search(r'class="[^"]*\bmath\b', text))
    assert ("searchindex.js" in names) is (page_name == "search.html")
    waited_for = re.findall(r'<script(?![^>]*\b(?:defer|async)\b)[^>]* src="[^"?]*/([^"?/]+)', text)
    assert set(waited_for) <= {"documentation_options.js", "progress.js"}


@pytest.mark.browser
def test_every_icon_is_drawn_without_a_font(visit):
    """The theme's font of icons is not asked for, and none is an empty place."""
    for page_name in (CHAPTER_PAGES[2], "exercises/03-layers.html", "search.html"):
        page = visit(page_name, width=390)
        page.wait_for_load_state("networkidle")
        asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert asked and not [url for url in asked if "fontawesome" in url]
        empty = """() => [...document.querySelectorAll('[class*=fa-], .admonition-title, a.reference.download')].filter((e) => {
          const style = getComputedStyle(e, e.matches('.admonition-title') ? '::after' : '::before');
          return style.maskImage === 'none' || !(parseFloat(style.width) > 5 || !e.checkVisibility());
        }).map((e) => e.outerHTML.slice(0, 100))"""
        assert page.locator(".fa-bars").count() and not page.evaluate(empty)


def test_what_a_page_weighs_is_seen(tmp_path):
    """The guard of the first test: a file counts with what gzip makes of it, and so do a drawing and the data of a figure."""
    page = tmp_path / "page.html"
    (tmp_path / "a.js").write_text("1" * 100_000)
    noise = "".join(f"M{i * i * 7919 % 100_003}" for i in range(20_000))
    page.write_text(f'<script src="a.js?v=1"></script><div class="isnine-figure"><svg><path d="{noise}"/></svg></div>')
    assert files_of(page) == [tmp_path / "a.js"] and packed(tmp_path / "a.js") < 1000
    assert 40_000 < figures_on(page) < packed(page) < 120_000
    page.write_text(f"<p>text</p><style>.isnine-play {{}}</style><div></div><script>{noise}</script>")
    assert 40_000 < figures_on(page) < packed(page)
