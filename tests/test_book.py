"""The built book, in a real browser with the network cut off: each page is shown, each control is moved, and a nine is drawn.

``make test`` builds the book first. Without a browser these tests are skipped, and say so; with ISNINE_REQUIRE_BROWSER=1 they fail.
ISNINE_BROWSER names a browser (Chromium or Chrome) that is not found by itself.
"""

import functools
import re
import urllib.parse
from pathlib import Path

import pytest
import yaml
from common import CHAPTER_PAGES, HTML, PAGES, ROOT, watch
from test_play import EXAMPLES

WIDTHS = (1280, 390)

pytestmark = pytest.mark.browser


def test_the_watch_sees_what_goes_wrong(browser):
    """The guard of all tests below: a request to a host outside fails and is noted, and so is an error in a script."""
    page, trouble = browser.new_page(), []
    watch(page, "about:blank", trouble)
    with page.expect_event("requestfailed"):
        page.set_content("<img src='https://example.org/a.png'><script>undefined.x</script>")
    page.close()
    assert "asked for https://example.org/a.png" in trouble and "not found: https://example.org/a.png" in trouble
    assert any(problem.startswith("script: ") for problem in trouble)


# ---- What can be seen without a browser


@functools.cache
def tags(page_name):
    """(tag, attributes) of each element of a built page."""
    from html.parser import HTMLParser

    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed((HTML / page_name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("page_name", PAGES)
def test_no_element_names_another_host(html, page_name):
    for tag, attributes in tags(page_name):
        if tag != "a":  # a link is followed only when somebody clicks it
            for attribute in ("src", "href", "srcset", "data", "poster", "action"):
                assert not re.match(r"(https?:)?//", attributes.get(attribute) or ""), (tag, attributes)


@pytest.mark.parametrize("page_name", PAGES)
def test_links_inside_the_book_lead_somewhere(html, page_name):
    for tag, attributes in tags(page_name):
        target = urllib.parse.urlsplit(attributes.get("href") or "")
        if tag == "a" and not target.scheme and not target.netloc:
            file = (html / page_name).parent / urllib.parse.unquote(target.path) if target.path else html / page_name
            assert file.exists(), f"{page_name} links to {target.geturl()}"
            if target.fragment and file.suffix == ".html":
                names = {a.get("id") for _, a in tags(file.resolve().relative_to(html).as_posix())}
                assert target.fragment in names, f"{page_name} links to {target.geturl()}"


@pytest.mark.parametrize("page_name", PAGES)
def test_names_on_a_page_are_unique(html, page_name):
    names = [attributes["id"] for _, attributes in tags(page_name) if attributes.get("id")]
    twice = {one for one in names if names.count(one) > 1}
    assert not {one for one in twice if not one.startswith(("pst-", "__"))}


def test_launch_buttons_follow_the_repository_s_address(html):
    settings = yaml.safe_load((ROOT / "book" / "_config.yml").read_text(encoding="utf-8"))
    for page_name in CHAPTER_PAGES:
        links = [attributes.get("href") or "" for tag, attributes in tags(page_name) if tag == "a"]
        for host in ("colab.research.google.com", "mybinder.org"):
            assert any(host in link for link in links) is bool(settings["repository"]["url"]), page_name


def test_every_chapter_is_built(html):
    for page_name in PAGES:
        assert (html / page_name).exists(), f"{page_name} is missing: run make book"


# ---- Every page


LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page_name", PAGES)
def test_page(visit, page_name, theme):
    """Both widths: nothing is asked for outside, no error, nothing sticks out, formulas are set, words can be read."""
    # Once served and once as a file; once in a window that gets narrower and once in one that gets wider.
    widths = WIDTHS if theme == "light" else WIDTHS[::-1]
    page = visit(page_name, width=widths[0], theme=theme, by_file=theme == "dark")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        seen = page.evaluate(LOOK)
        assert seen["theme"] == theme
        assert seen["width"] <= width, f"the page is {seen['width']} wide"
        assert not seen["wide"], "a figure sticks out"
        assert not seen["boxed"], "a figure stands in a box of another colour"
        assert not seen["faint"], "words that can hardly be read"
        assert seen["rendered"] == seen["formulas"] and not seen["broken"]
        assert not seen["unnamed"] and not seen["mute"]


def test_the_book_can_be_searched_without_a_network(visit):
    page = visit("search.html?q=sigmoid")
    page.locator("#search-results li a").first.wait_for()
    assert page.locator("#search-results li a[href*='02-one-neuron']").count() >= 1


# ---- Every figure to play with


@pytest.mark.parametrize("page_name", CHAPTER_PAGES)
def test_a_page_has_its_figures(visit, page_name):
    figures = visit(page_name).locator(".isnine-play")
    assert figures.count() >= 2, "the quiz, and a figure"
    for figure in figures.all():
        use_every_control(figure)


@pytest.mark.parametrize("script", EXAMPLES)
def test_a_figure_works_without_the_book(visit, script):
    """Twice on a page that has nothing else, as in JupyterLab, where the second may come from running the cell again."""
    page = visit(EXAMPLES[script](), width=390)
    page.evaluate(
        "(text) => document.body.append(document.createRange().createContextualFragment(text))",
        EXAMPLES[script]().html(),
    )
    assert page.locator(".isnine-play").count() == 2
    for figure in page.locator(".isnine-play").all():
        use_every_control(figure)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def use_every_control(figure):
    """Each slider answers to the keys, and each button and choice to a click; what a slider did is told in words."""
    assert figure.locator("[role=status]").count() >= 1
    for slider in figure.locator("input[type=range]:visible").all():
        assert slider.get_attribute("data-lm-suppress-shortcuts") == "true", "JupyterLab would take the arrow keys"
        for key in ("Home", "End", "ArrowLeft"):
            before = (slider.input_value(), figure.inner_text())
            slider.press(key)
            after = (slider.input_value(), figure.inner_text())
            assert before[0] == after[0] or before[1] != after[1], f"{key}: nothing is told"
        assert slider.get_attribute("aria-valuetext")
        low, high = (float(slider.get_attribute(edge)) for edge in ("min", "max"))
        assert low < float(slider.input_value()) < high, "one step down from the end"
    for choice in figure.locator("input[type=radio]").all():
        choice.check()
    for button in figure.locator("button").all():
        button.click()


def test_the_list_of_pages_is_complete(html):
    built = {file.relative_to(html).as_posix() for file in html.rglob("*.html") if "_static" not in file.parts}
    assert built - {"index.html"} == set(PAGES)
