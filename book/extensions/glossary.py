"""The glossary: a page made from glossary.yml, and links between it and the places where the chapters define its terms.

In each chapter the first place where a term stands in bold becomes a link to its entry, and the entry links back.
"""

import re
from pathlib import Path

import yaml
from docutils import nodes
from docutils.parsers.rst import Directive

PAGE, FILE = "glossary", "glossary.yml"
# Bold text in these sections of a chapter opens a paragraph; it defines no term.
NOT_THE_STORY = ("Mistakes people make here", "Check yourself")


def read(folder) -> list[dict]:
    """The entries of glossary.yml, in the order of their terms; each gets the name of its place on a page."""
    entries = yaml.safe_load((Path(folder) / FILE).read_text(encoding="utf-8"))
    for entry in entries:
        entry["name"] = "term-" + re.sub(r"[^a-z0-9]+", "-", entry["term"].lower()).strip("-")
    return sorted(entries, key=lambda entry: entry["term"].lower())


def find(entries, text, chapter):
    """The entry that a bold text in a chapter (such as "02") stands for, or None."""

    def names(entry):
        return {name.lower() for name in (entry["term"], *entry.get("also", ()), *entry.get("forms", ()))}

    found = [entry for entry in entries if " ".join(text.lower().split()) in names(entry)]
    found = [entry for entry in found if chapter in entry.get("chapter", [chapter])]
    return max(found, key=lambda entry: "chapter" in entry, default=None)


def is_of_the_story(strong) -> bool:
    """Whether a bold text may define a term: not in a heading or a link, and not in the sections named above."""
    above = strong.parent
    while above is not None:
        heading = above[0].astext() if isinstance(above, nodes.section) else ""
        if heading in NOT_THE_STORY or isinstance(above, nodes.title | nodes.reference):
            return False
        above = above.parent
    return True


def mark_terms(app, doctree):
    """A chapter was read: name the places of its terms, and note them with what Sphinx keeps about a page in its cache."""
    page, terms = app.env.docname, set()
    if not page.startswith("chapters/"):
        return
    app.env.note_dependency(str(Path(app.srcdir) / FILE))  # a new entry makes every chapter be read again
    entries = read(app.srcdir)
    for strong in filter(is_of_the_story, doctree.findall(nodes.strong)):
        entry = find(entries, strong.astext(), page.removeprefix("chapters/")[:2])
        if entry and entry["name"] not in terms:
            strong["term"] = entry["name"]
            strong["ids"].append(entry["name"])
            terms.add(entry["name"])
    app.env.metadata[page]["terms"] = terms


class Glossary(Directive):
    """``{glossary-of-terms}``: a section for each first letter. The way back to the chapters is added by :func:`link_terms`."""

    def run(self):
        sections = {}
        for entry in read(self.state.document.settings.env.srcdir):
            letter = entry["term"][0].upper()
            if letter not in sections:
                sections[letter] = nodes.section("", nodes.title("", letter), ids=[f"terms-{letter.lower()}"])
                sections[letter] += nodes.definition_list(classes=["isnine-glossary"])
            also = f" Also called: {', '.join(entry['also'])}." if "also" in entry else ""
            chinese = nodes.raw("", f'<span lang="zh-Hans">{entry["chinese"]}</span>', format="html")
            term = nodes.term("", "", nodes.Text(entry["term"] + " · "), chinese, ids=[entry["name"]])
            meaning = nodes.paragraph("", entry["meaning"] + also, term=entry["name"])
            sections[letter][1] += nodes.definition_list_item("", term, nodes.definition("", meaning))
        return list(sections.values())


def link_terms(app, doctree, page):
    """A page is about to be written, from the cache or not: links to the glossary in a chapter, links to the chapters in the glossary."""

    def link(text, target, name, **attributes):
        address = f"{app.builder.get_relative_uri(page, target)}#{name}"
        return nodes.reference("", "", text, refuri=address, internal=True, **attributes)

    if page.startswith("chapters/") and PAGE in app.env.all_docs:
        for strong in [node for node in doctree.findall(nodes.strong) if "term" in node]:
            bold = nodes.strong("", "", *strong.deepcopy().children)
            # The link also takes over the name of the place.
            strong.replace_self(link(bold, PAGE, strong["term"], classes=["isnine-term"]))
    if page == PAGE:
        chapters = sorted(page for page in app.env.all_docs if page.startswith("chapters/"))
        for meaning in [node for node in doctree.findall(nodes.paragraph) if "term" in node]:
            places = [page for page in chapters if meaning["term"] in app.env.metadata[page].get("terms", ())]
            for place in places:
                text = nodes.inline("", f"chapter {place.removeprefix('chapters/')[:2]}")
                meaning += [nodes.Text(" →\u00a0" if place == places[0] else ", "), link(text, place, meaning["term"])]


def always_write_again(app, env, added, changed, removed):
    """The glossary follows every change of a chapter."""
    return [PAGE]


def setup(app):
    """Called by Sphinx."""
    app.add_directive("glossary-of-terms", Glossary)
    app.connect("doctree-read", mark_terms)
    app.connect("doctree-resolved", link_terms)
    app.connect("env-get-outdated", always_write_again)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
