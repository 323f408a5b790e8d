"""What all figures to play with share: a script, its data, and words, put together into one piece of HTML."""

import base64
import html
import json
import numbers
import re
import uuid
from importlib.resources import files

import numpy as np

__all__ = ["Playable", "base64_of", "is_number", "is_whole"]


class Playable:
    """Something to play with: a script of this folder, the data it needs, and words for readers who do not see it.

    Parameters
    ----------
    script : str
        Name of a script of this folder, without its ending. It calls ``isnine.define("name", (root, data) => ...)``.
    data : dict
        Plain data for the script: numbers, strings, lists, dicts, NumPy arrays.
    alt : str
        What it shows and what one can do with it.
    """

    def __init__(self, script: str, data: dict, alt: str):
        self.script, self.data, self.alt = script, data, " ".join(alt.split())

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self.html()}

    def __repr__(self):
        return f"To play with: {self.alt}"

    def html(self) -> str:
        """The element with everything it needs: style, scripts and data, so that it works wherever it is put."""
        data = json.dumps(self.data, default=_plain, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
        # Two notebooks, each with its own kernel, can stand in one JupyterLab page: a counter would give a name twice.
        name = f"isnine-{self.script}-{uuid.uuid4().hex[:12]}"
        return (
            f"<style>{_read('play.css')}</style>"
            f'<div class="isnine-play isnine-{self.script}" id="{name}" role="group" aria-label="{html.escape(self.alt)}"></div>'
            f"<script>{_read('kit.js')}\n{_read(self.script + '.js')}\n"
            f'isnine.mount("{self.script}", document.getElementById("{name}"), {data});</script>'
        )


def _read(name):
    text = files("isnine.play").joinpath(name).read_text(encoding="utf-8")
    return re.sub(r"^\s*//.*\n", "", text, flags=re.M)  # comments are for people who read the file


def _plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"A figure to play with takes plain data, not {type(value).__name__}.")


def base64_of(values) -> str:
    """The bytes of an array as text, row by row: shorter than its numbers in JSON."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def is_whole(value) -> bool:
    """Whether a value is a whole number, of Python's or NumPy's, and no bool."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def is_number(value) -> bool:
    """Whether a value is a finite number, of Python's or NumPy's, and no bool."""
    return isinstance(value, (numbers.Real, np.number)) and not isinstance(value, bool) and bool(np.isfinite(value))
