"""The pages after the chapters: what they list is what their cells show."""

import re

import pytest
from common import ROOT, notebook
from test_prose import markdown

from isnine import data

ERRORS = ROOT / "book" / "errors.ipynb"
CARDS = ROOT / "book" / "data-cards.ipynb"


def squeezed(text):
    """Text without spaces and case: where a message is broken into lines is of no interest."""
    return re.sub(r"\s", "", text).lower()


def printed(path):
    """Everything that the cells of a stored notebook printed or showed as text."""
    outputs = [output for cell in notebook(path).cells if cell.cell_type == "code" for output in cell.outputs]
    return "\n".join([output.get("text", "") + "\n".join(output.get("data", {}).values()) for output in outputs])


def listed_messages():
    """(message, anchor) for each link of the list at the top of the page of errors."""
    (top,) = [cell.source for cell in notebook(ERRORS).cells if "## Find your message" in cell.source]
    return re.findall(r"\[(.*?)\]\(#([\w-]+)\)", top)


def test_each_listed_message_was_produced():
    shown = squeezed(printed(ERRORS))
    messages = [message.strip("`") for message, _ in listed_messages() if re.fullmatch("`.*`", message)]
    messages = [part for message in messages for part in message.split("…") if part not in ("?", "loss: nan")]
    assert len(messages) >= 20
    assert not [message for message in messages if squeezed(message) not in shown]


def test_the_list_leads_to_every_section():
    anchors = re.findall(r"^\(([\w-]+)\)=$", markdown(ERRORS), re.M)
    assert len(anchors) >= 25 and set(anchors) == {anchor for _, anchor in listed_messages()}


def test_no_error_got_away():
    """A cell that is to fail prints "no error" when a new version no longer fails."""
    assert "no error" not in printed(ERRORS)


@pytest.mark.parametrize("card", data.CARDS.values(), ids=lambda card: card.title)
def test_the_cards_are_shown_whole_and_counted(card):
    shown = printed(CARDS)
    for text in (card.pictures, card.classes, card.source, card.licence, card.consent, card.limits):
        assert text in shown
    for name, size in card.parts.items():
        assert f"| {name} | {size:,} | {size // 10:,} | 10 % |" in shown


def test_setting_up_explains_messages():
    text = markdown(ROOT / "book" / "setting-up.md")
    explained = re.findall(r"^(`.*)\n: \S", text.partition("## When something goes wrong")[2], re.M)
    assert len(explained) >= 25 and len(explained) == len(set(explained))
