"""Fixtures for what is looked at in a real browser: the built book, or a figure alone, with the network cut off.

Without a browser these tests are skipped, and say so; with ISNINE_REQUIRE_BROWSER=1 they fail.
ISNINE_BROWSER names a browser (Chromium or Chrome) that is not found by itself.
"""

import functools
import http.server
import os
import shutil
import threading

import pytest
from common import HTML, ROOT, watch

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")


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
