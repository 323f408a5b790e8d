"""The figure layer_widths: what Python hands over, what it refuses, and how it behaves in a browser."""

import itertools
import re

import pytest
from common import parts, status_of

from isnine.play import layer_widths


def example():
    return layer_widths()


def test_layer_widths_data():
    figure = layer_widths((4096, 32, 16, 1))
    assert parts(figure)[3]["start"] == [4096, 32, 16, 1]
    assert "4,096, 32, 16, 1" in figure.alt


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"start": (3,)}, r"start as 2 to 6 whole numbers"),
        ({"start": (3, 0, 1)}, r"start as 2 to 6 whole numbers"),
        ({"start": (3, 2.5, 1)}, r"start as 2 to 6 whole numbers"),
        ({"start": 3}, r"start as 2 to 6 whole numbers"),
        ({"inputs": ()}, r"inputs as 1 to 4 whole numbers"),
        ({"outputs": (True,)}, r"outputs as 1 to 4 whole numbers"),
        ({"start": (5, 4, 1)}, r"5 input neurons, which is not among"),
        ({"start": (3, 4, 2)}, r"starts with 2 output neurons|2 output neurons"),
        ({"start": (3, 9, 1)}, r"A hidden layer can have .* not 9"),
    ],
)
def test_layer_widths_refuses(arguments, what):
    with pytest.raises(ValueError, match=what):
        layer_widths(**arguments)


@pytest.mark.browser
@pytest.mark.parametrize("widths", [[3, 4, 1], [4096, 32, 16, 1], [784, 10], [2, 128, 64, 8, 3, 10]])
def test_layer_widths(visit, widths):
    figure = visit(layer_widths()).locator(".isnine-play")
    figure.evaluate("(root, widths) => root.isnine.set(widths)", widths)
    products = [before * after + after for before, after in itertools.pairwise(widths)]
    assert figure.evaluate("(root) => root.isnine.parameters()") == sum(products)
    told = status_of(figure)
    assert f"{len(widths)} layers, {sum(products):,} parameters" in told
    brackets = re.findall(r"\(([\d,]+) × ([\d,]+) \+ ([\d,]+)\)", told)
    assert [
        int(a.replace(",", "")) * int(b.replace(",", "")) + int(c.replace(",", "")) for a, b, c in brackets
    ] == products
