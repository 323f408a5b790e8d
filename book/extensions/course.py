"""What the book needs beyond its configuration file."""


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


def drop_thebe(app, pagename, templatename, context, doctree):
    """Leave out Thebe, which Jupyter Book loads on every page: it asks for a script on another host, and nobody uses it here."""

    def is_thebe(script):
        attributes = getattr(script, "attributes", {})
        return "thebe" in str(getattr(script, "filename", "")) or "thebe" in str(attributes.get("body", ""))

    if "script_files" in context:
        context["script_files"] = [script for script in context["script_files"] if not is_thebe(script)]


def always_read_again(app, env, added, changed, removed):
    """The start page adds up the minutes of all chapters, the references hold what they cite, and the table their run times."""
    return ["intro", "references", "run-times"]


def setup(app):
    """Called by Sphinx."""
    app.connect("config-inited", add_buttons, priority=900)
    app.connect("env-get-outdated", always_read_again)
    app.connect("html-page-context", drop_thebe, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
