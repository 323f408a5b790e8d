"""The first cell for Colab on the page "Running it for others": it installs the helper of this version from this repository."""

import isnine

PAGE, MARK = "running", "<!-- colab -->"
MISSING = (
    "This copy of the course does not name its repository yet, so `ADDRESS` stands where its address belongs. "
    "Write the address into `book/_config.yml` (`repository: url:`), and the next build fills it in here."
)


def first_cell(address: str) -> str:
    """The cell as MyST: the helper at the tag of its version, from a repository or, without its address, from ADDRESS."""
    cell = f'%pip install --quiet "isnine @ git+{address or "ADDRESS"}@v{isnine.__version__}"'
    tag = f"git tag v{isnine.__version__}\ngit push origin v{isnine.__version__}"
    return (
        f"```python\n{cell}\n```\n\n"
        + (f"{MISSING}\n\n" if not address else "")
        + f"It asks for the tag of this version. Make it once, in the commit that you teach with:\n\n```bash\n{tag}\n```"
    )


def read_page(app, page, source):
    """Sphinx has read a page and not yet looked at it."""
    if page == PAGE:
        source[0] = source[0].replace(MARK, first_cell(app.config.html_theme_options.get("repository_url", "")))


def setup(app):
    """Called by Sphinx."""
    app.connect("source-read", read_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
