"""Every number that a chapter states was seen: it stands in what a cell printed, in a cell, or in a sentence that names its source."""

import ast
import functools
import re
from math import exp, log

import pytest
from common import CHAPTERS, name, notebook
from test_prose import prose

# What counts as a result: 0.987 or 98 % or 131,649 or 4096. Small whole numbers count things ("two layers", "step 3").
NUMBER = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:,\d{3})+|\d+\.\d+|\d{4,}|\d+(?= ?%))(?:( ?%)| (million|billion)\b)?(?![\w]|[.,]\d)"
)
YEAR = range(1900, 2100)
VERSION = re.compile(r"(Python|TensorFlow|PyTorch|Keras|NumPy) \d[\d.]*(,? (or |to |and )?\d+\.[\d.]+)*")
# What needs no cell, as the sum that gives it: what a reader can work out from the sentence itself, and numbers taken as an example.
BY_HAND = {
    "": ["64 * 64"],  # the inputs of the course's pictures, in every chapter
    "01-seeing-digits": ["500 * 10", "1.4e8 / 1e8", "3500 - 350", "0.5**2", "0.2**2", "5000 / 2"],
    "02-one-neuron": ["2 - 5.6"],
    "03-layers": ["1 / (1 + exp(-1))"],
    "04-learning": [
        "4096 + 1",
        "2 * 4097",
        "0.693 / 2",
        "-log(0.8)",
        "-log(0.4)",
        "-log(0.01)",
        "0.15 * 1.43**4 - 0.65 * 1.43**2 + 0.143 + 0.95",
    ],
    "05-picture-to-input": ["21 * 64 + 24", "500 * 500", "39.66 + 2.58", "50 / (50 + 134)", "0.73", "0.65"],
    "06-is-it-a-nine": ["1 / 50"],
    "07-hidden-layers": ["256 * 8 + 8 + 2 * (8 * 8 + 8) + 8 + 1"],
    "08-graphs-and-eager": ["1 - 0.3", "-(log(0.8) + log(0.7) + log(0.9)) / 4"],
    "10-pooling-and-normalisation": ["32 * 32", "exp(2)", "exp(1)", "exp(2) + exp(1) + exp(-1.5)"],
    "11-your-own-cnn": ["500 * 10"],
    "12-resnet": ["3 * 3 * 64 * 64", "25.03", "0.001"],  # cited further up; Keras' own epsilon
}


def stated(cell):
    """(number, its decimals, whether it is a percentage, its sentence) for each number in the prose of a text cell."""
    source = re.sub(r"\[([^\]]*)\]\((\d\d)-[^)]*\)", r"\1 chapter \2", cell.source)
    source = re.sub(r"\{cite(?::\w+)?\}`[^`]*`", "(cited)", source)
    cited = False
    for block in re.split(r"\n\s*\n", VERSION.sub(r"\1", prose(source))):
        cited = "(cited)" in block or (cited and block.startswith("|"))  # a table belongs to the paragraph above it
        for sentence in () if cited else re.split(r"(?<=[.?:])\s+(?=[A-Z*])|\n- |\|", block):
            for digits, percent, scale in NUMBER.findall(sentence):
                value = float(digits.replace(",", "")) * {"million": 1e6, "billion": 1e9}.get(scale, 1)
                if not (digits.isdigit() and int(digits) in YEAR):
                    yield value, len(digits.partition(".")[2]), bool(percent), sentence.strip()


@functools.cache
def shown_numbers(path):
    """Every number that stands in the code of a notebook, or that a cell printed in the stored run."""
    numbers = set()
    for cell in notebook(path).cells:
        if cell.cell_type != "code":
            continue
        numbers |= {
            float(node.value)
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        }
        texts = [
            cell.source,
            *(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs),
        ]
        for text in texts:
            numbers |= {
                float(number.replace(",", ""))
                for number in re.findall(r"\d[\d,]*\.?\d*(?:e[-+]\d+)?", text.replace("_", ""))
            }
    return numbers


def shown_in_chapters_named(sentence):
    """The numbers of the earlier chapters that a sentence names."""
    named = re.findall(r"chapters? (\d\d)", sentence)
    return set().union(*(shown_numbers(path) for path in CHAPTERS if path.stem[:2] in named))


def is_among(value, decimals, percent, numbers):
    """Whether a number was shown, at this precision or a finer one; a percentage also as a share."""
    candidates = [value, value / 100] if percent else [value]
    places = [decimals, decimals + 2]
    return any(
        abs(number - candidate) <= 0.5001 * 10**-digits
        for candidate, digits in zip(candidates, places, strict=False)
        for number in numbers
    )


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_stated_numbers_were_shown(path):
    numbers = shown_numbers(path)
    numbers |= {
        abs(float(eval(expression, {"exp": exp, "log": log})))
        for key in ("", path.stem)
        for expression in BY_HAND.get(key, ())
    }
    text = [cell for cell in notebook(path).cells if cell.cell_type == "markdown"]
    missing = [
        f"{value:g}{' %' if percent else ''}: {sentence}"
        for cell in text
        for value, decimals, percent, sentence in stated(cell)
        if not is_among(value, decimals, percent, numbers | shown_in_chapters_named(sentence))
    ]
    assert not missing, "no cell shows these numbers, and no source is cited:\n" + "\n".join(missing)


def test_the_search_for_numbers_finds_them():
    class Cell:
        source = "Of 131,649 weights, 98 % are small. It took 0.25 s in 2012. \n\nBy {cite:t}`x` 140 million."

    assert [(value, percent) for value, _, percent, _ in stated(Cell)] == [(131649, False), (98, True), (0.25, False)]
    assert is_among(98, 0, True, {0.98}) and not is_among(98, 0, True, {0.97}) and is_among(0.25, 2, False, {0.2549})
