"""Every page can be used without eyes or without a mouse: axe, the usual program that looks for faults, and the keyboard.

axe's own script comes from the package axe-playwright-python, so nothing is downloaded. No rule is left out, and colours are
looked at on one page of each kind.
"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from common import CHAPTER_PAGES, PAGES, page_of
from test_play import EXAMPLES

pytestmark = pytest.mark.browser

# Two rules that axe leaves off unless asked: a button's name holds the words on it, and what is to be touched is large enough.
RULES = {"label-content-name-mismatch": {"enabled": True}, "target-size": {"enabled": True}}
COLOURS = {"runOnly": ["color-contrast"]}
ALL_BUT_COLOURS = {"rules": {**RULES, "color-contrast": {"enabled": False}}}
# Looking at colours takes as long as all else together, and all pages take theirs from the same style sheets: one of each kind.
COLOURED = [
    CHAPTER_PAGES[1],
    CHAPTER_PAGES[11],
    "exercises/02-one-neuron.html",
    "errors.html",
    "faults.html",
    "intro.html",
    "references.html",
    "search.html",
]

# A page has thousands of coloured words in code: each colour is looked at once.
# A drawing whose role is "img" is one thing to axe, whatever lies in it; one that can be used stays as it is.
SHORTEN = """() => {
  const seen = new Set();
  for (const word of document.querySelectorAll('.highlight pre span:not(:has(*))')) {
    const kind = word.closest('[class^=highlight-]')?.className + word.className;
    if (seen.has(kind)) word.replaceWith(word.textContent);
    seen.add(kind);
  }
  for (const drawing of document.querySelectorAll('svg[role=img][aria-label]:not(:has(a, [tabindex]))')) drawing.replaceChildren();
}"""


def faults(page, options):
    """What axe calls serious or critical on a page as it stands: the rule, the first elements, and what is wrong with them."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "(options) => axe.run(options).then((told) => told.violations)",
        {"resultTypes": ["violations"], "preload": False, **options},
    )
    return [
        (rule["id"], [(node["html"][:150], node["failureSummary"]) for node in rule["nodes"][:3]])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def test_axe_sees_what_is_wrong(visit):
    """The guard of the tests below: pale letters, a small button without a name, and one whose name is not what stands on it."""
    page = visit("references.html")
    page.evaluate(
        "document.querySelector('article').innerHTML = `<p style='color:#ccc;background:#fff'>pale</p><button></button>"
        "<button aria-label='Go'>Stop</button>`"
    )
    assert {rule for rule, _ in faults(page, {"rules": RULES})} == {
        "color-contrast",
        "button-name",
        "label-content-name-mismatch",
        "target-size",
    }


@pytest.mark.parametrize("page_name", PAGES)
def test_page(visit, page_name):
    page = visit(page_name)
    page.evaluate(SHORTEN)
    assert not faults(page, ALL_BUT_COLOURS)


@pytest.mark.parametrize("page_name", COLOURED)
def test_colours_of_a_page(visit, page_name):
    page = visit(page_name)
    page.evaluate(SHORTEN)
    assert not faults(page, COLOURS)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert not faults(page, COLOURS)


@pytest.mark.parametrize(
    "page_name", [CHAPTER_PAGES[1], "exercises/02-one-neuron.html", "glossary.html", "search.html"]
)
def test_page_on_a_phone(visit, page_name):
    page = visit(page_name, width=390, theme="dark")
    page.evaluate(SHORTEN)
    assert not faults(page, {"rules": RULES})


def test_what_opens_has_no_faults_either(visit):
    """The search, the menu of downloads, the chapters on a phone, and a quiz with answers."""
    page = visit(page_of("02"), width=390)
    page.evaluate(SHORTEN)
    for choice in page.locator(".isnine-quiz label:last-of-type input").all():
        choice.check()
    page.locator(".dropdown-download-buttons > button").click()
    assert not faults(page, {"rules": RULES})
    for opener, dialog in ((".search-button", "#pst-search-dialog"), (".primary-toggle", "#pst-primary-sidebar-modal")):
        page.locator(f".bd-header-article {opener}").click()
        page.locator(f"{dialog}[open]").wait_for()
        assert not faults(page, {"rules": RULES})
        page.keyboard.press("Escape")


# ---- The keyboard


def test_the_page_s_own_buttons_tell_what_they_did(visit):
    """By keys alone: the colour mode changes, is said, and the button keeps the focus; so does the one for the chapters."""
    page = visit(page_of("02"))
    switch, toggle = page.locator(".theme-switch-button"), page.locator(".primary-toggle")
    for _ in range(3):
        switch.press("Enter")
        page.wait_for_function("() => document.querySelector('body > [role=status]').textContent")
        page.wait_for_timeout(100)
        now = page.evaluate("document.documentElement.dataset.mode")
        words = {"auto": "as your system has it"}.get(now, now)
        assert switch.get_attribute("aria-label") == f"Colour mode: {words}"
        assert page.locator("body > [role=status]").inner_text() == f"Colour mode: {words}"
        assert switch.evaluate("(button) => button === document.activeElement")
    for shown in (False, True):
        toggle.press("Enter")
        page.wait_for_timeout(100)
        assert page.locator("#pst-primary-sidebar").is_visible() is shown
        assert toggle.get_attribute("aria-expanded") == str(shown).lower()


REACHED = """() => {
  const usable = 'button, input, select, textarea, a[href], summary, [tabindex]';
  return [...document.querySelectorAll('.isnine-play')].flatMap((figure) => [...figure.querySelectorAll(usable)])
    .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex < 0 && e.type !== 'radio').map((e) => e.outerHTML.slice(0, 100));
}"""


@pytest.mark.parametrize("script", EXAMPLES)
def test_a_figure_is_used_by_keys_alone(visit, script):
    """Tab reaches every control, in the order of the page; what takes a pointer has a control that does the same."""
    page = visit(EXAMPLES[script]())
    figure = page.locator(".isnine-play")
    assert len(figure.get_attribute("aria-label").split()) >= 5
    assert not page.evaluate(REACHED)
    controls = "(e) => e.matches('input, button, select, [tabindex]')"
    wanted = page.evaluate(
        "() => [...document.querySelectorAll('.isnine-play :is(button, input:not([type=radio]), select, [tabindex])')]"
        ".filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0).length"
    )
    reached = 0
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
        on = page.evaluate_handle("document.activeElement")
        if on.evaluate(controls) and on.evaluate("(e) => e.type !== 'radio'"):
            outline = on.evaluate("(e) => getComputedStyle(e).outlineStyle")
            assert outline != "none", "the focus can't be seen"
            reached += 1
        if reached == wanted:
            break
    assert reached == wanted
    page.evaluate("document.documentElement.lang = 'en'")
    assert not faults(page, {"rules": RULES})


def test_nothing_moves_for_who_does_not_want_it(visit):
    """The browser of these tests asks for calm: no transition or animation is left, of the theme's or ours."""
    moving = """() => [...document.querySelectorAll('*')].filter((e) => {
      const style = getComputedStyle(e);
      return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none' || style.scrollBehavior === 'smooth';
    }).map((e) => e.outerHTML.slice(0, 80))"""
    assert not visit(page_of("04")).evaluate(moving)
