"""The page on faults, from what the run of all of them said: ``tests/faults.json``, which ``tests/test_faults.py`` holds to be true."""

import json
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

FILE = Path("tests") / "faults.json"


def read(book) -> dict:
    """What the run said."""
    return json.loads((Path(book).parent / FILE).read_text(encoding="utf-8"))


def others(lost) -> str:
    """A sentence on the other questions, where they did not keep their marks."""
    verdicts = {}
    for question, verdict in lost.items():
        verdicts.setdefault(verdict, []).append(question)
    return " ".join(f"{verdict.capitalize()} too: {', '.join(names)}." for verdict, names in verdicts.items())


def entry(does, *lines):
    """A sentence, and below it what came of it."""
    definition = nodes.definition("", *lines)
    return nodes.definition_list_item("", nodes.term("", does), definition)


def became(fault):
    """What became of a fault, line by line."""
    sum_of = nodes.paragraph("", "", nodes.strong("", fault["verdict"].capitalize()))
    sum_of += nodes.Text(f", {fault['points']:g} of {fault['of']:g} points. {others(fault['lost'])}".rstrip())
    yield sum_of
    for text in fault["told"]:
        yield nodes.block_quote("", nodes.paragraph("", text))
    if fault["beyond"]:
        yield nodes.paragraph("", "", nodes.emphasis("", f"Not promised: {fault['beyond']}"))


def section(title, name, items):
    """A part of the page."""
    part = nodes.section("", nodes.title("", f"{title} ({len(items)})"), ids=[name])
    part += nodes.definition_list("", *items, classes=["isnine-faults"])
    return part


class Faults(Directive):
    """``{faults}``: a section for each family."""

    def run(self):
        env = self.state.document.settings.env
        env.note_dependency(str(Path(env.srcdir).parent / FILE))
        found = read(env.srcdir)
        parts = [
            section(title, f"faults-{family}", [entry(fault["does"], *became(fault)) for fault in found[family]])
            for family, title in found["families"].items()
        ]
        grader = [entry(fault["does"], nodes.paragraph("", fault["then"])) for fault in found["grader"]]
        return [*parts, section("The grader itself is in trouble", "faults-grader", grader)]


class Bounds(Directive):
    """``{faults-in-numbers}``: how many there are, and what they may take."""

    def run(self):
        found = read(self.state.document.settings.env.srcdir)
        counted = sum(len(found[family]) for family in found["families"])
        text = (
            f"The {counted} submissions are graded in one run, two at a time. The test fails when one of them takes more than "
            f"{found['bounds']['one']} seconds or all of them more than {found['bounds']['all']}, when a process or a file is left "
            f"behind, or when what is told below differs from what the run says. "
            f"{len(found['grader'])} more tests put the grader itself in trouble; they are at the end."
        )
        return [nodes.paragraph("", text)]


def setup(app):
    """Called by Sphinx."""
    app.add_directive("faults", Faults)
    app.add_directive("faults-in-numbers", Bounds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
