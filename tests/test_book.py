"""The built book, in a real browser with the network cut off: each page is shown, each control is moved, and a nine is drawn.

``make test`` builds the book first. Without a browser these tests are skipped, and say so; with ISNINE_REQUIRE_BROWSER=1 they fail.
ISNINE_BROWSER names a browser (Chromium or Chrome) that is not found by itself.
"""

import base64
import functools
import http.server
import itertools
import json
import os
import re
import shutil
import threading
import urllib.parse
from pathlib import Path

import numpy as np
import pytest
import yaml
from common import ROOT
from test_play import EXAMPLES

from isnine import data
from isnine.play import layer_widths, loss_valley, threshold

HTML = ROOT / "book" / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
CONTENTS = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
LISTED = [CONTENTS["root"], *(chapter["file"] for part in CONTENTS["parts"] for chapter in part["chapters"])]
PAGES = [f"{page}.html" for page in (*LISTED, "genindex", "search")]
WIDTHS = (1280, 390)
CHAPTER_PAGES = [page for page in PAGES if page.startswith("chapters/")]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def html():
    """The folder of the built book."""
    if not (HTML / "index.html").exists():
        pytest.fail(f"There is no built book in {HTML.relative_to(ROOT)}: run make book")
    return HTML


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests. It can't reach any host but this machine."""
    program = os.environ.get("ISNINE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        missing = "no browser here: install Chromium or Chrome, or name one in ISNINE_BROWSER"
        if os.environ.get("ISNINE_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{missing} (ISNINE_REQUIRE_BROWSER=1 does not allow to skip this)")
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = [
            "--no-sandbox",  # Chromium's own sandbox can't be had as root or in a container; it opens only our pages
            "--disable-gpu",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]
        running = playwright.chromium.launch(executable_path=program, args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(html):
    """The address of the book, served as any web server would."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=html))
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


@pytest.fixture(scope="session")
def window(browser):
    """A function that gives the window for a size, a theme and a kind of pointer: one of each, so that files are read once."""
    opened = {}

    def of(width, theme, touch):
        if (width, theme, touch) not in opened:
            size = {"width": width, "height": 900}
            context = browser.new_context(viewport=size, color_scheme=theme, has_touch=touch, reduced_motion="reduce")
            keep = f"try {{ localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}') }} catch {{}}"
            context.add_init_script(keep)  # an empty page has nowhere to keep it
            opened[width, theme, touch] = context
        return opened[width, theme, touch]

    return of


@pytest.fixture
def visit(window, request):
    """A function that opens a page and returns it. Whatever went wrong on any of them fails the test at its end.

    Given a figure in place of a page's name, it opens a page that holds nothing else, as Jupyter's output does.
    """
    opened, trouble = [], []

    def open_page(what, *, width=1280, theme="light", by_file=False, touch=False):
        page = window(width, theme, touch).new_page()
        opened.append(page)
        page.set_default_timeout(15_000)
        if not isinstance(what, str):
            watch(page, "about:blank", trouble)
            page.set_content(f"<!doctype html><title>figure</title>{what.html()}")
            return page
        folder = request.getfixturevalue("html").as_uri() if by_file else request.getfixturevalue("server")
        watch(page, folder, trouble)
        page.goto(f"{folder}/{what}")
        page.evaluate("() => window.MathJax?.startup?.promise")
        return page

    yield open_page
    for page in opened:
        page.close()
    assert not trouble


def watch(page, folder, trouble):
    """Note every request to another place than the site's own files, and everything else that goes wrong."""
    own = (f"{folder}/", "data:", "blob:", "about:blank")
    page.on("request", lambda asked: None if asked.url.startswith(own) else trouble.append(f"asked for {asked.url}"))
    page.on("requestfailed", lambda asked: trouble.append(f"not found: {asked.url}"))
    page.on(
        "response",
        lambda response: trouble.append(f"{response.status}: {response.url}") if response.status >= 400 else None,
    )
    page.on(
        "console",
        lambda message: trouble.append(f"console: {message.text}") if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda problem: trouble.append(f"script: {problem}"))


def page_of(chapter):
    """The page of a chapter, by its number."""
    (page_name,) = [page for page in CHAPTER_PAGES if page.startswith(f"chapters/{chapter}-")]
    return page_name


def data_of(page_name, script):
    """The data that a page hands to its figures of one kind, in order."""
    text = (HTML / page_name).read_text(encoding="utf-8")
    calls = re.finditer(rf'isnine\.mount\("{script}", document\.getElementById\("[\w-]+"\), ', text)
    return [json.JSONDecoder().raw_decode(text[call.end() :])[0] for call in calls]


def status_of(figure):
    return figure.locator(".isnine-status").inner_text()


def numbers_in(text):
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))]


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


@pytest.mark.parametrize("page_name", CHAPTER_PAGES)
def test_quiz(visit, page_name):
    page = visit(page_name)
    (known,) = data_of(page_name, "quiz")
    quiz = page.locator(".isnine-quiz")
    boxes = quiz.locator("fieldset").all()
    assert len(boxes) == len(known["questions"]) >= 4
    for number, (box, question) in enumerate(zip(boxes, known["questions"], strict=True)):
        answer = box.locator(".isnine-answer")
        assert answer.inner_text() == ""
        for choice, told in sorted(
            zip(box.locator("label").all(), question["choices"], strict=True), key=lambda pair: pair[1]["right"]
        ):
            choice.click()
            assert answer.inner_text().startswith("✓ Right." if told["right"] else "✗ Not quite.")
            assert told["because"].replace("`", "") in answer.inner_text()
            assert answer.get_attribute("data-right") == str(told["right"]).lower()
        assert status_of(quiz).startswith(f"{number + 1} of {len(boxes)} found")


def test_quiz_by_keyboard(visit):
    box = visit(page_of("02")).locator(".isnine-quiz fieldset").first
    box.locator("input").first.focus()
    box.page.keyboard.press("ArrowDown")
    assert box.locator("input").nth(1).is_checked() and box.locator(".isnine-answer").inner_text()


# ---- Chapter 02: a neuron over its plane


def plane_says(known, values):
    """What the figure must tell for w1, w2 and b, counted by NumPy."""
    points, labels = np.array(known["points"]), np.array(known["labels"])
    good = (points @ np.array(values[:2]) + values[2] > 1e-9) == labels
    kinds = ", ".join(
        f"{known['classes'][kind]}: {good[labels == kind].sum()} of {(labels == kind).sum()}" for kind in (1, 0)
    )
    return good.sum(), f": {good.sum()} of {len(good)} points on the right side ({kinds})."


@pytest.mark.parametrize("place", [0, 1])
def test_neuron_plane(visit, place):
    page_name = page_of("02")
    known = data_of(page_name, "neuron_plane")[place]
    figure = visit(page_name).locator(".isnine-neuron_plane").nth(place)
    start = known["settings"][0]
    assert plane_says(known, start)[1] in status_of(figure)
    values = list(start)
    for i, slider in enumerate(figure.locator("input[type=range]").all()):
        step = known["steps"][int(i == 2)]
        for key, change in (("ArrowRight", step), ("ArrowLeft", -step), ("ArrowLeft", -step)):
            slider.press(key)
            values[i] += change
            assert float(slider.input_value()) == pytest.approx(values[i])
            assert plane_says(known, values)[1] in status_of(figure)
    rng = np.random.default_rng(2)
    stops = [round(known["limits"][i] / known["steps"][i]) for i in (0, 0, 1)]
    for _ in range(5):
        values = [
            int(rng.integers(-stop, stop + 1)) * known["steps"][i] for stop, i in zip(stops, (0, 0, 1), strict=True)
        ]
        figure.evaluate("(root, values) => root.isnine.set(values)", values)
        assert plane_says(known, values)[1] in status_of(figure)
    if len(known["settings"]) > 1:
        figure.get_by_role("button", name="Show a good setting").click()
        assert plane_says(known, known["settings"][1])[1] in status_of(figure)
        assert plane_says(known, known["settings"][1])[0] > plane_says(known, start)[0]
    figure.get_by_role("button", name="Reset").click()
    assert plane_says(known, start)[1] in status_of(figure)


def test_neuron_plane_activation(visit):
    page_name = page_of("02")
    known = data_of(page_name, "neuron_plane")[0]
    figure = visit(page_name).locator(".isnine-neuron_plane").first
    points, (w1, w2, b) = np.array(known["points"][:20]), known["settings"][0]
    z = points @ [w1, w2] + b
    ask = "(root, points) => points.map(([x, y]) => root.isnine.activation(x, y))"
    assert figure.evaluate(ask, points.tolist()) == (z > 0).astype(int).tolist()
    figure.get_by_label("sigmoid").check()
    assert np.allclose(figure.evaluate(ask, points.tolist()), 1 / (1 + np.exp(-z)), atol=1e-12)


def test_neuron_plane_draws_the_line_where_z_is_0(visit):
    """The two ends of the line, taken back from the picture to the plane, lie on z = 0."""
    page_name = page_of("02")
    known = data_of(page_name, "neuron_plane")[0]
    figure = visit(page_name).locator(".isnine-neuron_plane").first
    frame = figure.locator("svg rect[fill=none]").first
    left, top, size = (float(frame.get_attribute(key)) for key in ("x", "y", "width"))
    for wanted in ([1, -1, 0], [1, -1, 2], [-0.5, 1, -3], [0.3, 0.4, -10]):
        values = figure.evaluate("(root, values) => { root.isnine.set(values); return root.isnine.values(); }", wanted)
        line = figure.locator("svg g[stroke-linecap=round] line").first
        ends = np.array([[float(line.get_attribute(f"{axis}{end}")) for axis in "xy"] for end in "12"])
        x = known["low"][0] + (ends[:, 0] - left) / size * known["side"]
        y = known["low"][1] + (top + size - ends[:, 1]) / size * known["side"]
        assert np.allclose(values[0] * x + values[1] * y + values[2], 0, atol=1e-6)
        assert np.hypot(*(ends[1] - ends[0])) > 20


# ---- Chapter 03: layers and their parameters


@pytest.mark.parametrize("widths", [[3, 4, 1], [4096, 32, 16, 1], [784, 10], [2, 128, 64, 8, 3, 10]])
def test_layer_widths(visit, widths):
    figure = visit(layer_widths()).locator(".isnine-play")
    figure.evaluate("(root, widths) => root.isnine.set(widths)", widths)
    products = [before * after + after for before, after in itertools.pairwise(widths)]
    assert figure.evaluate("(root) => root.isnine.parameters()") == sum(products)
    told = status_of(figure)
    assert f"{len(widths)} layers, {sum(products):,} parameters" in told
    brackets = re.findall(r"\(([\d,]+) × ([\d,]+) \+ ([\d,]+)\)", told)
    assert [
        int(a.replace(",", "")) * int(b.replace(",", "")) + int(c.replace(",", "")) for a, b, c in brackets
    ] == products


# ---- Chapter 04: the loss as a valley


def test_loss_valley(visit):
    """The ball goes where gradient descent goes, for a parabola whose slope is known."""
    figure = visit(loss_valley(lambda w: (w - 1) ** 2, -2, 4, start=-1.5, learning_rate=0.1, largest_rate=1.2)).locator(
        ".isnine-play"
    )
    for weight in (-1.7, 0.3, 1, 3.99):
        loss, slope = figure.evaluate("(root, weight) => root.isnine.at(weight)", weight)
        assert loss == pytest.approx((weight - 1) ** 2, abs=1e-4) and slope == pytest.approx(2 * (weight - 1), abs=1e-3)
    trail = [-1.5]
    for _ in range(3):
        figure.get_by_role("button", name="One step").click()
        trail.append(trail[-1] - 0.1 * 2 * (trail[-1] - 1))
        assert figure.evaluate("(root) => root.isnine.weights()") == pytest.approx(trail, abs=1e-3)
    figure.get_by_role("button", name="20 steps").click()
    figure.page.wait_for_function("document.querySelector('.isnine-play').isnine.weights().length === 24")
    assert figure.evaluate("(root) => root.isnine.weights().at(-1)") == pytest.approx(1, abs=0.02)
    figure.get_by_role("button", name="Reset").click()
    assert figure.evaluate("(root) => root.isnine.weights()") == [-1.5]
    figure.evaluate("(root) => root.isnine.rate(1.2)")
    for _ in range(2):
        figure.get_by_role("button", name="One step").click()
    assert not -2 <= figure.evaluate("(root) => root.isnine.weights().at(-1)") <= 4, (
        "too large a step leaves the valley"
    )


# ---- Chapter 05: the threshold


def test_threshold(visit):
    page_name = page_of("05")
    (known,) = data_of(page_name, "threshold")
    scores, truth = np.array(known["scores"]), np.array(known["truth"], bool)
    figure = visit(page_name).locator(".isnine-threshold")
    slider = figure.locator("input[type=range]")

    def check(value):
        called = scores >= value
        found = int((called & truth).sum())
        matrix = [[(~called & ~truth).sum(), (called & ~truth).sum()], [(~called & truth).sum(), found]]
        shown = [
            [numbers_in(cell.inner_text())[0] for cell in row.locator("td").all()]
            for row in figure.locator("tbody tr").all()
        ]
        assert shown == matrix, value
        recall, precision = found / truth.sum(), found / called.sum() if called.any() else 0.0
        accuracy = (called == truth).mean()
        told = status_of(figure)
        for word, value in (("recall", recall), ("accuracy", accuracy)):
            assert float(re.search(rf"{word} ([\d.]+\d)", told)[1]) == pytest.approx(value, abs=0.0051), told
        shown = dict(re.findall(r"(recall|precision|accuracy) ([\d.]+)", figure.inner_text().split("Threshold")[0]))
        for word, value in (("recall", recall), ("precision", precision), ("accuracy", accuracy)):
            assert float(shown[word]) == pytest.approx(value, abs=0.0051)

    check(0.5)
    slider.press("ArrowRight")
    check(0.51)
    for value in (0, 0.07, 0.29, 0.3, 0.57, 0.7, 0.99, 1):
        slider.fill(str(value))
        check(value)
    figure.get_by_role("button", name="always no").click()
    check(np.inf)
    assert "0/0" in status_of(figure)
    figure.get_by_role("button", name="always nine").click()
    check(0)


def test_a_score_that_equals_the_threshold_is_a_nine(visit):
    """Also where the score is a float32, such as 0.7, which is not quite the 0.7 of the script."""
    scores = np.array([0.5, 0.7, 0.29, 0.57, 0.58, 0.07, 1, 0], np.float32)
    figure = visit(threshold(scores, np.arange(8) < 4)).locator(".isnine-threshold")
    for score in scores[:-1]:
        value = float(str(score))
        figure.locator("input[type=range]").fill(str(value))
        called = [numbers_in(row.locator("td").nth(1).inner_text())[0] for row in figure.locator("tbody tr").all()]
        assert sum(called) == (scores >= value).sum(), f"at {value}"


def test_threshold_line_can_be_dragged(visit):
    figure = visit(page_of("05")).locator(".isnine-threshold")
    drawing = figure.locator("svg").first
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    mouse = figure.page.mouse
    mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    mouse.down()
    mouse.move(box["x"] + box["width"] * (32 + 316 * 0.8) / 360, box["y"] + box["height"] * 0.3)
    mouse.up()
    assert float(figure.locator("input[type=range]").input_value()) == pytest.approx(0.8, abs=0.011)


# ---- Chapter 06: draw a digit


def circle(x, y, radius, start=0.0, turn=2 * np.pi, count=24):
    angles = start - np.linspace(0, turn, count)
    return np.column_stack([x + radius * np.cos(angles), y - radius * np.sin(angles)])


# As fractions of the pad. The loop of the nine begins and ends at its right, and the stem goes down from there.
NINE = [np.vstack([circle(0.48, 0.33, 0.15, turn=-2 * np.pi), [[0.63, 0.33], [0.62, 0.5], [0.6, 0.65], [0.57, 0.85]]])]
ZERO = [circle(0.5, 0.5, 0.28) * [0.7, 1] + [0.15, 0]]
ONE = [np.array([[0.52, 0.15], [0.51, 0.4], [0.5, 0.6], [0.49, 0.85]])]
SEVEN = [np.array([[0.3, 0.2], [0.5, 0.2], [0.7, 0.2], [0.6, 0.45], [0.52, 0.65], [0.45, 0.85]])]


def draw_with_mouse(figure, strokes):
    pad = figure.locator("canvas").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    mouse = figure.page.mouse
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place)
        mouse.up()


def answer_of(figure):
    """What the figure tells, which must be what its network says about the pixels that it sees."""
    told = float(re.search(r"(\d\.\d+): (?:not )?a nine", status_of(figure))[1])
    assert told == pytest.approx(figure.evaluate("(root) => root.isnine.predict(root.isnine.pixels())"), abs=0.0051)
    return told


@pytest.mark.parametrize("by_file", [False, True], ids=["over http", "as a file"])
def test_a_nine_is_drawn(visit, by_file):
    figure = visit(page_of("06"), by_file=by_file).locator(".isnine-drawing_pad")
    for name_of_digit, strokes, is_nine in (
        ("nine", NINE, True),
        ("zero", ZERO, False),
        ("one", ONE, False),
        ("seven", SEVEN, False),
    ):
        draw_with_mouse(figure, strokes)
        assert (answer_of(figure) > 0.5) is is_nine, f"the {name_of_digit}: {status_of(figure)}"
        assert ("not a nine" in status_of(figure)) is not is_nine
        figure.get_by_role("button", name="Clear").click()
        assert figure.evaluate("(root) => Math.max(...root.isnine.pixels())") == 0


def test_a_nine_is_drawn_with_a_finger_on_a_phone(visit):
    page = visit(page_of("06"), width=390, touch=True)
    figure = page.locator(".isnine-drawing_pad")
    pad = figure.locator("canvas").first
    pad.scroll_into_view_if_needed()
    box, before = pad.bounding_box(), page.evaluate("scrollY")
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    for stroke in NINE:
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in stroke]
        touch("touchStart", places[0])
        for place in places[1:]:
            touch("touchMove", place)
        touch("touchEnd")
    assert answer_of(figure) > 0.5
    assert page.evaluate("scrollY") == before, "the page stays where it is while one draws"


def test_a_drawing_is_brought_into_the_form_of_the_training_pictures(visit):
    """Size and place on the pad do not matter: the same strokes, smaller and in a corner, give nearly the same picture."""
    figure = visit(page_of("06")).locator(".isnine-drawing_pad")

    def pixels(strokes):
        draw = "(root, lines) => { root.isnine.draw(lines); return [...root.isnine.pixels()]; }"
        return np.array(figure.evaluate(draw, [stroke.tolist() for stroke in strokes])).reshape(64, 64)

    large, small = pixels(NINE), pixels([0.4 * stroke + 0.05 for stroke in NINE])
    assert np.abs(large - small).mean() < 0.01
    for picture in (large, small):
        assert picture.min() >= 0 and 0.9 < picture.max() <= 1
        rows, columns = np.flatnonzero(picture.max(1) > 0.1), np.flatnonzero(picture.max(0) > 0.1)
        assert 40 <= rows[-1] - rows[0] <= 50, "the digit is about 20 of 28 pixels high, as MNIST's are"
        for axis in (0, 1):
            centre = (picture.sum(1 - axis) * (np.arange(64) + 0.5)).sum() / picture.sum()
            assert abs(centre - 32) < 1.2, "its centre of mass is in the middle"
        assert columns[-1] - columns[0] < 40


def test_undo_and_examples(visit):
    figure = visit(page_of("06")).locator(".isnine-drawing_pad")
    draw_with_mouse(figure, NINE)
    alone = figure.evaluate("(root) => [...root.isnine.pixels()]")
    draw_with_mouse(figure, [np.array([[0.1, 0.1], [0.9, 0.9]])])
    assert figure.evaluate("(root) => [...root.isnine.pixels()]") != alone
    figure.get_by_role("button", name="Undo").click()
    assert figure.evaluate("(root) => [...root.isnine.pixels()]") == alone
    test = data.nines().test
    for button, digits in (("Show me a nine", {9}), ("a four", {4}), ("another digit", set(range(9)) - {4})):
        figure.get_by_role("button", name=button).click()
        seen = (
            np.rint(255 * np.array(figure.evaluate("(root) => [...root.isnine.pixels()]")))
            .astype(np.uint8)
            .reshape(64, 64)
        )
        match = np.flatnonzero((test.images == seen).all((1, 2)))
        assert len(match) == 1 and test.digits[match[0]] in digits, "an example is a picture of the test part"
        assert answer_of(figure) is not None


def network_of(known):
    """The network that a page holds, built again in Keras."""
    import keras

    network = keras.Sequential([keras.Input((known["layers"][0]["inputs"],))])
    for layer in known["layers"]:
        numbers = np.frombuffer(base64.b64decode(layer["numbers"]), "<f2" if known["half"] else "<f4").astype(
            np.float32
        )
        count = layer["inputs"] * layer["units"]
        dense = keras.layers.Dense(layer["units"], activation=layer["activation"])
        network.add(dense)
        dense.set_weights([numbers[:count].reshape(layer["inputs"], layer["units"]), numbers[count:]])
        assert len(numbers) == count + layer["units"]
    return network


def test_script_and_keras_agree(visit):
    """On 50 pictures that the network has never seen, and on noise and the two extremes, to 1e-4."""
    page_name = page_of("06")
    (known,) = data_of(page_name, "drawing_pad")
    test = data.nines().test
    rng = np.random.default_rng(0)
    extremes = np.stack([np.zeros(4096), np.ones(4096), *rng.random((3, 4096))]).astype(np.float32)
    pictures = np.concatenate([test.inputs[:50], extremes])
    figure = visit(page_name).locator(".isnine-drawing_pad")
    script = figure.evaluate(
        "(root, pictures) => pictures.map((pixels) => root.isnine.predict(Float32Array.from(pixels)))",
        pictures.tolist(),
    )
    keras = network_of(known).predict(pictures, verbose=0)[:, 0]
    assert np.abs(np.array(script) - keras).max() < 1e-4
    assert (keras[:50] >= 0.5).tolist().count(True) >= 1 and keras[:50].min() < 0.1, "the pictures tell networks apart"


def test_the_network_in_the_page_is_the_one_that_the_chapter_promises():
    known = data_of(page_of("06"), "drawing_pad")[0]
    test = data.nines().test
    answers = network_of(known).predict(test.inputs, verbose=0)[:, 0] >= 0.5
    assert (answers == test.is_nine).mean() >= 0.98
    assert answers[test.is_nine].mean() >= 0.92


def test_the_list_of_pages_is_complete(html):
    built = {file.relative_to(html).as_posix() for file in html.rglob("*.html") if "_static" not in file.parts}
    assert built - {"index.html"} == set(PAGES)
