"""The figure samples_per_class: what Python hands over, what it refuses, and how it behaves in a browser."""

import re

import numpy as np
import pytest
from common import parts, status_of

from isnine.play import samples_per_class

NUMBERS = (1, 2, 5, 10)
RNG = np.random.default_rng(14)
WAYS = {
    "from scratch": RNG.uniform(0.1, 0.5, (4, 3)),
    "frozen": RNG.uniform(0.4, 0.8, (4, 3)),
    "fine-tuned": np.sort(
        RNG.uniform(0.05, 0.95, (4, 3)), axis=0
    ),  # the first row lies below, the last above the others
}
FINE = WAYS["fine-tuned"]
FINE[0] = 0.05


def example(**changed):
    return samples_per_class(**{"numbers": NUMBERS, "accuracies": WAYS, "classes": 5, **changed})


def test_what_is_handed_over():
    _, label, _, data = parts(example())
    assert data["numbers"] == list(NUMBERS) and data["names"] == list(WAYS) and data["guess"] == 0.2
    assert np.array(data["accuracies"]) == pytest.approx(np.array(list(WAYS.values())), abs=5e-5)
    assert "from 1 to 10" in label and "one of 3 seeds" in label and "from scratch, frozen and fine-tuned" in label
    assert not re.search(r"0\.\d", label), (
        "what was measured differs from machine to machine, and the label is compared"
    )


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"numbers": (5,)}, r"2 to 9 whole numbers"),
        ({"numbers": (1, 2, 2, 5)}, r"are above 0 and grow.*yours are \[1, 2, 2, 5\]"),
        ({"numbers": (0, 1, 2, 5)}, r"are above 0 and grow"),
        ({"numbers": (1.0, 2.0, 5.0, 10.0)}, r"2 to 9 whole numbers"),
        ({"classes": 1}, r"2 or more; not 1"),
        ({"classes": True}, r"2 or more; not True"),
        ({"accuracies": [WAYS["frozen"]]}, r"a dict with one array"),
        ({"accuracies": {"frozen": WAYS["frozen"]}}, r"2 to 4 ways"),
        ({"accuracies": {**WAYS, "frozen": WAYS["frozen"].T}}, r"'frozen' needs one row.*4 numbers.*shape \(3, 4\)"),
        ({"accuracies": {**WAYS, "frozen": WAYS["frozen"][:, :1]}}, r"2 or more seeds; yours has shape \(4, 1\)"),
        ({"accuracies": {**WAYS, "frozen": WAYS["frozen"][:, :2]}}, r"same number of seeds.*frozen: 2"),
        ({"accuracies": {**WAYS, "frozen": 100 * WAYS["frozen"]}}, r"from 0 to 1; yours.*Divide per cents by 100"),
        ({"accuracies": {**WAYS, "frozen": WAYS["frozen"] - 1}}, r"from 0 to 1; yours go from -"),
        ({"accuracies": {**WAYS, "frozen": np.full((4, 3), np.nan)}}, r"holds 12 accuracies that are NaN"),
        ({"accuracies": {**WAYS, "frozen": np.full((4, 3), "x")}}, r"'frozen' needs one row"),
    ],
)
def test_refuses(changed, what):
    with pytest.raises(ValueError, match=what):
        example(**changed)


def check(figure, step, drawn):
    """What the sentence tells for a number of samples and the ways that are ticked."""
    told = status_of(figure)
    if not drawn:
        assert told == "No way to train is drawn. Tick one or more boxes."
        return
    assert f"With {NUMBERS[step]} {'sample' if NUMBERS[step] == 1 else 'samples'} a class, over 3 seeds:" in told
    ranges = re.findall(r"(from scratch|frozen|fine-tuned) (\d\.\d\d) to (\d\.\d\d)", told)
    assert [name for name, _, _ in ranges] == [name for name in WAYS if name in drawn]
    for name, least, most in ranges:
        values = WAYS[name][step]
        assert (float(least), float(most)) == pytest.approx((values.min(), values.max()), abs=0.0051)
    gaps = re.findall(r"(frozen|fine-tuned) (\d\.\d\d) (above|below) it", told)
    compared = [name for name in drawn if name != "from scratch"] if "from scratch" in drawn else []
    assert sorted(name for name, _, _ in gaps) == sorted(compared)
    for name, gap, side in gaps:
        signed = float(gap) * (1 if side == "above" else -1)
        assert signed == pytest.approx(WAYS[name][step].mean() - WAYS["from scratch"][step].mean(), abs=0.0051)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_every_control(visit, width):
    page = visit(example(), width=width)
    figure = page.locator(".isnine-play")
    slider = figure.get_by_role("slider", name="samples a class")
    check(figure, 2, list(WAYS))  # it begins at 5 samples
    for step, number in enumerate(NUMBERS):
        slider.fill(str(step))
        check(figure, step, list(WAYS))
        assert slider.get_attribute("aria-valuetext") == str(number)
    assert "below" in [slider.fill("0"), status_of(figure)][1], "the example holds a way that is worse"
    slider.press("ArrowRight")
    check(figure, 1, list(WAYS))
    drawn = list(WAYS)
    for name in WAYS:
        box = figure.get_by_role("checkbox", name=name, exact=True)
        box.focus()
        box.press("Space")
        drawn.remove(name)
        check(figure, 1, drawn)
        hidden = [group.get_attribute("visibility") == "hidden" for group in figure.locator("svg > g").all()]
        assert hidden == [way not in drawn for way in WAYS]
    figure.get_by_role("checkbox", name="frozen", exact=True).check()
    check(figure, 1, ["frozen"])
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is cut off"


@pytest.mark.browser
def test_the_drawing(visit):
    """A dot for each seed at its accuracy, and a click that chooses the nearest number of samples."""
    figure = visit(example()).locator(".isnine-play")
    for place, values in enumerate(WAYS.values()):
        dots = figure.locator("svg > g").nth(place).locator("circle").all()
        shares = [(254 - float(dot.get_attribute("cy"))) / (254 - 36) for dot in dots]
        assert shares == pytest.approx(values.ravel(), abs=1e-3)
    drawing = figure.locator("svg:has(> g)")
    box = drawing.bounding_box()
    for step, number in enumerate(NUMBERS):
        across = 52 + (340 - 36 - 32) * np.log(number) / np.log(NUMBERS[-1])
        drawing.click(position={"x": box["width"] * (across + 3) / 350, "y": box["height"] / 3})
        check(figure, step, list(WAYS))


@pytest.mark.browser
def test_it_holds_two_and_four_ways(visit):
    two = {"from scratch": WAYS["from scratch"], "frozen": WAYS["frozen"]}
    assert " and frozen 0." in status_of(visit(example(accuracies=two)).locator(".isnine-play"))
    four = {**WAYS, "all layers": WAYS["frozen"] / 2}
    figure = visit(example(accuracies=four), width=390).locator(".isnine-play")
    assert figure.get_by_role("checkbox").count() == 4 and "all layers" in status_of(figure)
