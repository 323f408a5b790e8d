"""The figures to play with, as Python makes them: the HTML is complete in itself, and bad arguments get a clear error.

How they behave in a browser is tested in test_book.py.
"""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest
from common import parts

from isnine import play
from isnine.play import (
    ask,
    base,
    neuron_plane,
    quiz,
    right,
    wrong,
)

FOLDER = Path(base.__file__).parent
SCRIPTS = sorted(file.stem for file in FOLDER.glob("*.js") if file.stem != "kit")


EXAMPLES = {
    file.stem.removeprefix("test_"): importlib.import_module(file.stem).example
    for file in sorted((Path(__file__).parent / "play").glob("test_*.py"))
}
EACH = pytest.mark.parametrize("script", EXAMPLES)


@EACH
def test_the_html_is_complete_in_itself(script):
    text = EXAMPLES[script]().html()
    assert text.count("<script>") == text.count("</script>") == 1
    text = re.sub(r'"[A-Za-z0-9+/=]{30,}"', '""', text)  # pictures and weights, in base 64
    assert not re.search(r"(https?:)?//(?!www\.w3\.org/)\w", re.sub(r"\S//\s", "", text)), "no address outside"
    assert not re.search(r"\b(src|href|action|srcset)=", text) and not re.search(
        r"@import|url\(\s*['\"]?(?!#|\$)", text
    )
    for word in (
        "fetch",
        "XMLHttpRequest",
        "import",
        "WebSocket",
        "sendBeacon",
        "require",
        "jQuery",
        "eval",
        "localStorage",
    ):
        assert not re.search(rf"\b{word}\s*\(", text), f"{script}.js uses {word}"


@EACH
def test_the_script_is_small_and_defines_its_name(script):
    served = base._read(f"{script}.js")
    assert f'isnine.define("{script}", (root, ' in served
    assert len(served.encode()) < 12_000, "a page may hold several figures"
    assert "root.isnine = {" in served or script == "quiz", "what a browser test needs is on the element"
    assert not re.search(r"^\s*//", served, re.M), "comments stay in the file"


@EACH
def test_the_figure_says_what_it_is(script):
    figure = EXAMPLES[script]()
    _, label, _, _ = parts(figure)
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == f"To play with: {figure.alt}"
    assert label == figure.alt and len(figure.alt.split()) >= 5 and "\n" not in figure.alt


@EACH
def test_two_on_a_page_have_names_of_their_own(script):
    (one, *_), (two, *_) = parts(EXAMPLES[script]()), parts(EXAMPLES[script]())
    assert one != two


def test_text_of_people_can_not_break_out_of_the_page():
    evil = "</script><script>alert('x')</script> & \"quoted\" <b>"
    figure = quiz(ask(evil, right(evil, evil), wrong("no", "no"), assesses="x"))
    _, _, _, data = parts(figure)
    assert data["questions"][0]["question"] == evil and data["questions"][0]["choices"][0]["because"] == evil
    assert figure.html().count("</script>") == 1
    plane = neuron_plane([[0, 0], [1, 1]], [0, 1], classes=('<img src=x onerror=alert("1")>', "nine"))
    assert "<img" not in plane.html() and '<img src=x onerror=alert("1")>' in parts(plane)[1]


def test_no_script_writes_text_of_people_as_html():
    """Elements are built with textContent. Where a script writes HTML, nothing that came from its data may be in it."""
    for script in SCRIPTS:
        for written in re.findall(
            r"(?:innerHTML|outerHTML|insertAdjacentHTML)[^;]*;", base._read(f"{script}.js"), re.S
        ):
            assert not re.search(r"\b(names|classes|labels|question|choice|because|text|title)\b", written), written


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j])
def test_a_figure_takes_plain_data(value):
    with pytest.raises(TypeError, match=f"takes plain data, not {type(value).__name__}"):
        base.Playable("quiz", {"questions": value}, "a figure with a bad value").html()


def test_numpy_values_become_numbers():
    figure = base.Playable(
        "quiz", {"a": np.float32(0.5), "b": np.arange(3), "c": np.bool_(True)}, "a figure with arrays"
    )
    assert parts(figure)[3] == {"a": 0.5, "b": [0, 1, 2], "c": True}


def test_nan_is_refused():
    with pytest.raises(ValueError, match=r"(?i)not JSON compliant|nan"):
        base.Playable("quiz", {"a": float("nan")}, "a figure with a bad value").html()


def test_every_figure_is_offered_and_has_an_example_here():
    assert set(SCRIPTS) == set(EXAMPLES)
    for name in SCRIPTS:
        assert name in play.__all__ and callable(getattr(play, name)) and getattr(play, name).__doc__
