"""What the book needs beyond its configuration file: what the theme loads without need, and what is amiss in its HTML."""

import re
from pathlib import Path


def add_buttons(app, config):
    """Turn on the repository, Colab and Binder buttons when _config.yml names a repository, and only then."""
    options = config.html_theme_options
    options["use_repository_button"] = bool(options.get("repository_url"))
    options["launch_buttons"] = (
        {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
        }
        if options["use_repository_button"]
        else {}
    )


# Part of a file's name, or of a script in the page, and what a page must hold to need it. Thebe would ask for a script on
# another host, and nobody uses it here.
NEEDED = {
    "mathjax": r'class="[^"]*\bmath\b',
    "sphinx-design": r'class="sd-',
    "design-tabs": r'class="sd-tab',
    "toggle": r'class="[^"]*\b(toggle|dropdown)\b',
    "thebe": r"(?!)",
}


def drop_files(app, pagename, templatename, context, doctree):
    """Leave out the scripts and style sheets that this page has no use for."""
    body = context.get("body", "")
    needless = [name for name, sign in NEEDED.items() if not re.search(sign, body)]

    def is_needless(file):
        told = f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body', '')}".lower()
        return any(name in told for name in needless)

    for files in ("script_files", "css_files"):
        if files in context:
            context[files] = [file for file in context[files] if not is_needless(file)]


LATER = "doctools|sphinx_highlight|clipboard.min|copybutton|sphinx-book-theme|togglebutton|design-tabs|searchtools|language_data|searchindex"
# Pairs: what the theme writes (a regular expression), and what stands in the page in its place.
MENDS = [
    # Weight: 1.5 MB of icons (assets/course.css draws those that are used), and scripts that the text would wait for.
    (r'<script defer src="[^"]*/fontawesome\.js[^"]*"></script>', ""),
    (r'<link rel="preload" as="script"[^>]*>', ""),
    (rf'<script( [^>]*)?( src="(?:[^"]*/)?(?:{LATER})\.js\b)', r"<script defer\1\2"),
    # Names and places for people who hear the page.
    ("Color mode", "Colour mode"),
    (r'(<button class="btn search-button-field[^>]*) aria-label="Search"', r"\1"),  # it says more: Search Ctrl+K
    ("Toggle primary sidebar", "Chapters"),
    ("Toggle secondary sidebar", "Contents of this page"),
    ('<dialog id="pst-search-dialog">', '<dialog id="pst-search-dialog" aria-label="Search">'),
    ('<dialog id="pst-primary-sidebar-modal">', '<dialog id="pst-primary-sidebar-modal" aria-label="Chapters">'),
    ('<dialog id="pst-secondary-sidebar-modal">', '<dialog id="pst-secondary-sidebar-modal" aria-label="Contents">'),
    ('<div id="pst-primary-sidebar"', '<div id="pst-primary-sidebar" role="complementary" aria-label="The book"'),
    # Roles that are no longer used, in a list with children that it may not have; and heads of tables without a word.
    (' role="list" class="citation-list"', ' class="citation-list"'),
    (' role="doc-biblioentry"', ""),
    (r'<th class="head"><p></p></th>', "<td></td>"),
]
# The search tools stand on every page for a search while typing, which is off: the search page alone needs them.
SEARCH = r'<script defer src="[^"]*(searchtools|language_data|searchindex)\.js"></script>'


def mend_pages(app):
    """Have every page mended before it is written."""
    if app.builder.format != "html":
        return
    render = app.builder.templates.render

    def mended(template, context):
        text = render(template, context)
        for found, better in MENDS + [(SEARCH, "")] * (context.get("pagename") != "search"):
            text = re.sub(found, better, text)
        return text

    app.builder.templates.render = mended
    app.add_js_file("access.js", loading_method="defer")


# Icons of the buttons that appear with the repository's address: these alone still come from the theme's own font.
FROM_FONT = "rocket|github|square-github|lightbulb|pencil|pencil-alt|code|play|expand|chevron-down|xmark"


def drop_icons(app, exception):
    """Take the names of 1,900 icons, a third of its bytes, out of the theme's style sheet."""
    sheet = Path(app.outdir, "_static/styles/pydata-sphinx-theme.css")
    if exception is None and sheet.exists():
        rule = rf"(?:\.fa-(?!(?:{FROM_FONT}):)[\w-]+::?before,?)+\{{content:\"[^\"]*\"\}}"
        sheet.write_text(re.sub(rule, "", sheet.read_text(encoding="utf-8")), encoding="utf-8")


def always_read_again(app, env, added, changed, removed):
    """The start page adds up the minutes of all chapters, the references hold what they cite, and the table their run times."""
    return ["intro", "references", "run-times"]


def setup(app):
    """Called by Sphinx."""
    app.connect("config-inited", add_buttons, priority=900)
    app.connect("builder-inited", mend_pages)
    app.connect("env-get-outdated", always_read_again)
    app.connect("html-page-context", drop_files, priority=900)
    app.connect("build-finished", drop_icons, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
