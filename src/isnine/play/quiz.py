"""Questions to check oneself, answered in the page: each choice, right or wrong, gets words of its own."""

import hashlib

from .base import Playable

__all__ = ["ask", "quiz", "right", "wrong"]


def right(choice: str, because: str) -> dict:
    """The right choice of a question, and why it is right."""
    return {"choice": choice, "because": because, "right": True}


def wrong(choice: str, because: str) -> dict:
    """A wrong choice: ``because`` says what led there and what to think of instead."""
    return {"choice": choice, "because": because, "right": False}


def ask(question: str, *choices: dict, assesses: str) -> dict:
    """A question with two or more choices, one of them right.

    Parameters
    ----------
    question : str
        Text; `code` between backticks.
    choices : dicts from :func:`right` and :func:`wrong`
        In the order in which they are shown.
    assesses : str
        Key of the chapter's objective that this question looks at.
    """
    if len(choices) < 2 or sum(choice["right"] for choice in choices) != 1:
        raise ValueError(f"A question needs two or more choices, exactly one of them right: {question!r}")
    # What the reader chose is kept under this key: with other words or choices it is another question.
    words = "\n".join([question, *(choice["choice"] for choice in choices)])
    key = hashlib.sha256(words.encode()).hexdigest()[:8]
    return {"key": key, "question": question, "choices": choices, "assesses": assesses}


def quiz(*questions: dict) -> Playable:
    """Show questions made by :func:`ask`, one below the other. In the book, the page keeps what the reader chose."""
    if not questions:
        raise ValueError("A quiz needs at least one question: quiz(ask(...)).")
    return Playable(
        "quiz",
        {"questions": questions},
        f"{len(questions)} questions to check yourself, with an explanation for every choice",
    )
