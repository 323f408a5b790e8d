"""The figure of chapter 13: one convolution, whole and split, and networks by cost and accuracy."""

import itertools
import re

import pytest
from common import numbers_in

from isnine.play.convolution_cost import CHANNELS, KERNELS, SIZES, convolution_cost

ROWS = [
    ("plain", 1.0, 71.7, 4_867_293_184, 29_306_056),
    ("v1", 0.5, 63.7, 149_497_088, 1_342_536),
    ("v1", 1.0, 70.6, 568_740_352, 4_253_864),
    ("v2", 0.75, 69.8, 209_069_792, 2_663_064),
    ("v2", 1.0, 72.0, 300_774_272, 3_538_984),
    ("v3-small", 1.0, 67.4, 56_510_400, 2_554_968),
]


def example():
    return convolution_cost(ROWS)


def changed(place, column, value):
    rows = [list(row) for row in ROWS]
    rows[place][column] = value
    return rows


def kernel_numbers(inputs, outputs, kernel):
    """Parameters of the full, the depthwise and the pointwise convolution, counted from the shapes of their kernels."""
    return kernel * kernel * inputs * outputs, kernel * kernel * inputs, inputs * outputs


def test_data_handed_over():
    known = example().data
    assert [tuple(row) for row in known["networks"]] == ROWS
    assert known["start"] == [32, 64, 3, 56]
    assert "6 networks (plain, v1, v2, v3-small)" in example().alt and "v2 at width 1, with 72.0 %" in example().alt


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (7, "list of 2 to 30 networks"),
        (ROWS[:1], "list of 2 to 30 networks"),
        ([ROWS[0], ROWS[1][:4]], r"Network number 2 is .*a row is \(family"),
        ([ROWS[0], "v1"], r"Network number 2 is 'v1'"),
        (changed(0, 0, 13), r"the family is a name.*not 13"),
        (changed(0, 1, 0), r"the width multiplier is a number above 0.*not 0"),
        (changed(1, 2, 0.637), r"given in per cent.*not 0\.637\. Is it a share"),
        (changed(1, 2, 101), r"up to 100, not 101"),
        (changed(1, 2, float("nan")), r"not nan"),
        (changed(2, 3, 569), r"multiply-adds are a whole number.*not 569\. Are they counted in millions"),
        (changed(2, 4, 4.2), r"parameters are a whole number.*not 4\.2"),
        (changed(2, 1, 0.5), r"the same family and the same width"),
        ([*ROWS, ("v1", 0.25, 50.6, 41_030_272, 475_544)], r"must stand together"),
        (ROWS + [(f"f{i}", 1.0, 50.0, 10**6, 10**6) for i in range(2)], r"at most 5 families; there are 6"),
    ],
)
def test_networks_refused(rows, what):
    with pytest.raises(ValueError, match=what):
        convolution_cost(rows)


@pytest.mark.parametrize(
    ("start", "what"),
    [
        ((32, 64, 3), "start is four whole numbers"),
        (3, "start is four whole numbers"),
        ((33, 64, 3, 56), r"input channels at the start can be 1, 2, .*not 33"),
        ((32, 64.0, 3, 56), r"output channels .*not 64\.0"),
        ((32, 64, 4, 56), r"kernel size .*1, 3, 5, 7; not 4"),
        ((32, 64, 3, 224), r"picture size .*not 224"),
    ],
)
def test_start_refused(start, what):
    with pytest.raises(ValueError, match=what):
        convolution_cost(ROWS, start)


def told(figure, place):
    return figure.locator(".isnine-status").nth(place).inner_text()


def check_convolution(figure, values):
    inputs, outputs, kernel, size = values
    full, deep, point = kernel_numbers(inputs, outputs, kernel)
    text, places = told(figure, 0), size * size
    assert f"Picture {size}×{size}." in text
    assert f"Full: {full * places:,} multiply-adds, {full:,} parameters." in text
    assert f"Split: {(deep + point) * places:,} and {deep + point:,}." in text
    assert numbers_in(re.search(r"costs ([\d.]+) of", text)[1])[0] == pytest.approx((deep + point) / full, abs=0.00051)
    assert f"1/{outputs} + 1/{kernel * kernel}." in text
    assert 1 / outputs + 1 / kernel**2 == pytest.approx((deep + point) / full)
    shown = " ".join(figure.locator("svg").first.locator("text").all_text_contents())
    assert f"multiply-adds full: {full * places:,} split: {deep * places:,} + {point * places:,} parameters" in shown
    assert shown.endswith(f"parameters full: {full:,} split: {deep:,} + {point:,}")
    bars = [float(bar.get_attribute("width")) for bar in figure.locator("svg").first.locator("rect").all()]
    for widths in (bars[:3], bars[3:]):  # in proportion, and inside the drawing
        assert widths == pytest.approx([358 * cost / max(full, deep + point) for cost in (full, deep, point)], abs=0.01)


@pytest.mark.browser
def test_sliders_of_the_convolution(visit):
    figure = visit(example()).locator(".isnine-play")
    values = [32, 64, 3, 56]
    check_convolution(figure, values)
    labels = ("input channels", "output channels", "kernel size", "picture size")
    for i, (label, choices) in enumerate(zip(labels, (CHANNELS, CHANNELS, KERNELS, SIZES), strict=True)):
        slider = figure.get_by_label(label)
        for key, at in (("Home", 0), ("End", -1), ("ArrowLeft", -2)):
            slider.press(key)
            values[i] = choices[at]
            check_convolution(figure, values)
        assert str(values[i]) in slider.get_attribute("aria-valuetext")
    for wanted in ([1, 1, 7, 7], [512, 1024, 1, 112], [8, 2, 5, 14]):
        figure.evaluate("(root, values) => root.isnine.set(values)", wanted)
        check_convolution(figure, wanted)
    figure.get_by_role("button", name="Reset").click()
    check_convolution(figure, [32, 64, 3, 56])


def better(i, column):
    """The networks that cost no more than network i and are right at least as often."""
    return [j for j, row in enumerate(ROWS) if j != i and row[column] <= ROWS[i][column] and row[2] >= ROWS[i][2]]


def check_network(figure, i, axis):
    family, width, accuracy, multiply_adds, parameters = ROWS[i]
    text = told(figure, 1)
    start = f"{family}, width {width:g}: accuracy {accuracy:.1f} %, {multiply_adds:,} multiply-adds, {parameters:,} parameters."
    assert text.startswith(start)
    others = better(i, {"multiply-adds": 3, "parameters": 4}[axis])
    names = "; ".join(f"{ROWS[j][0]}, width {ROWS[j][1]:g}" for j in others)
    if others:
        assert text.endswith(f"With no more {axis}, at least as accurate: {names}.")
    else:
        assert text.endswith(f"No other network here is as accurate with as few {axis}.")


@pytest.mark.browser
def test_each_network_can_be_chosen(visit):
    figure = visit(example()).locator(".isnine-play")
    slider = figure.get_by_label("network")
    for axis in ("multiply-adds", "parameters", "multiply-adds"):
        figure.get_by_role("radio", name=axis).check()
        slider.press("Home")
        for i in range(len(ROWS)):
            check_network(figure, i, axis)
            slider.press("ArrowRight")
    assert better(0, 3) and not better(5, 3), "the rows tell the two sentences apart"
    slider.press("ArrowLeft")
    check_network(figure, len(ROWS) - 2, "multiply-adds")


@pytest.mark.browser
def test_points_stand_where_their_numbers_say(visit):
    figure = visit(example()).locator(".isnine-play")
    plot = figure.locator("svg").nth(1)
    for axis, column in (("multiply-adds", 3), ("parameters", 4)):
        figure.get_by_role("radio", name=axis).check()
        marks = plot.locator("path[transform]")
        places = [tuple(map(float, re.findall(r"[\d.]+", mark.get_attribute("transform")))) for mark in marks.all()]
        assert len(places) == len(ROWS)
        for (a, one), (b, other) in itertools.pairwise(zip(places, ROWS, strict=True)):
            assert (a[0] < b[0]) == (one[column] < other[column]) and (a[1] > b[1]) == (one[2] < other[2])
        for i in (5, 1):
            marks.nth(i).click()
            check_network(figure, i, axis)
            ring = plot.locator("circle")
            assert [float(ring.get_attribute(key)) for key in ("cx", "cy")] == pytest.approx(places[i], abs=0.06)


@pytest.mark.browser
def test_nothing_is_cut_off_on_a_phone(visit):
    page = visit(example(), width=390)
    page.evaluate("document.querySelector('.isnine-play').isnine.set([1024, 1024, 7, 112])")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    edge = "(e) => e.getBoundingClientRect().right"
    words = page.evaluate(f"[...document.querySelectorAll('.isnine-play text')].map({edge})")
    assert max(words) <= page.locator(".isnine-play").evaluate(edge)
