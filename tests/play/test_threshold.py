"""The figure threshold: what Python hands over, what it refuses, and how it behaves in a browser."""

import re

import numpy as np
import pytest
from common import data_of, numbers_in, page_of, parts, status_of

from isnine.play import threshold


def example():
    return threshold([0.1, 0.5, 0.9], [False, True, True])


def test_threshold_s_data():
    scores = np.array([0.1, 0.7, 0.5], np.float32)
    data = parts(threshold(scores[:, None], np.array([False, True, True])))[3]
    assert data["truth"] == [0, 1, 1]
    assert data["scores"] == [0.1, 0.7, 0.5], "a float32 keeps its side of a threshold that is written with few digits"


@pytest.mark.parametrize(
    ("scores", "truth", "what"),
    [
        ([0.1, 0.9], [False, True, True], r"2 scores, but truth has 3 values"),
        ([0.1, 1.2], [False, True], r"between 0 and 1; yours go from 0.1 to 1.2.*sigmoid"),
        ([-3.0, 0.2], [False, True], r"yours go from -3"),
        ([0.1, np.nan], [False, True], r"1 of the 2 scores is NaN"),
        ([0.1, 0.9], [False, False], r"none of the pictures is a nine"),
        ([0.1, 0.9], [True, True], r"every picture is a nine"),
        ([], [], r"one score a picture.*shape \(0,\)"),
        ([[0.1, 0.9], [0.2, 0.3]], [False, True], r"shape \(2, 2\)"),
        ([False, True], [0.1, 0.9], r"changed places"),
        (["a", "b"], [False, True], r"these are text"),
        ([0.1, 0.9], [4, 9], r"whole numbers up to 9\. Pass is_nine"),
        ([0.1, 0.9], [[False], [True]], r"yours has shape \(2, 1\)"),
    ],
)
def test_threshold_refuses(scores, truth, what):
    with pytest.raises(ValueError, match=what):
        threshold(scores, truth)


@pytest.mark.browser
def test_threshold(visit):
    page_name = page_of("05")
    (known,) = data_of(page_name, "threshold")
    scores, truth = np.array(known["scores"]), np.array(known["truth"], bool)
    figure = visit(page_name).locator(".isnine-threshold")
    slider = figure.locator("input[type=range]")

    def check(value):
        called = scores >= value
        found = int((called & truth).sum())
        matrix = [[(~called & ~truth).sum(), (called & ~truth).sum()], [(~called & truth).sum(), found]]
        shown = [
            [numbers_in(cell.inner_text())[0] for cell in row.locator("td").all()]
            for row in figure.locator("tbody tr").all()
        ]
        assert shown == matrix, value
        recall, precision = found / truth.sum(), found / called.sum() if called.any() else 0.0
        accuracy = (called == truth).mean()
        told = status_of(figure)
        for word, value in (("recall", recall), ("accuracy", accuracy)):
            assert float(re.search(rf"{word} ([\d.]+\d)", told)[1]) == pytest.approx(value, abs=0.0051), told
        shown = dict(re.findall(r"(recall|precision|accuracy) ([\d.]+)", figure.inner_text().split("Threshold")[0]))
        for word, value in (("recall", recall), ("precision", precision), ("accuracy", accuracy)):
            assert float(shown[word]) == pytest.approx(value, abs=0.0051)

    check(0.5)
    slider.press("ArrowRight")
    check(0.51)
    for value in (0, 0.07, 0.29, 0.3, 0.57, 0.7, 0.99, 1):
        slider.fill(str(value))
        check(value)
    figure.get_by_role("button", name="always no").click()
    check(np.inf)
    assert "0/0" in status_of(figure)
    figure.get_by_role("button", name="always nine").click()
    check(0)


@pytest.mark.browser
def test_a_score_that_equals_the_threshold_is_a_nine(visit):
    """Also where the score is a float32, such as 0.7, which is not quite the 0.7 of the script."""
    scores = np.array([0.5, 0.7, 0.29, 0.57, 0.58, 0.07, 1, 0], np.float32)
    figure = visit(threshold(scores, np.arange(8) < 4)).locator(".isnine-threshold")
    for score in scores[:-1]:
        value = float(str(score))
        figure.locator("input[type=range]").fill(str(value))
        called = [numbers_in(row.locator("td").nth(1).inner_text())[0] for row in figure.locator("tbody tr").all()]
        assert sum(called) == (scores >= value).sum(), f"at {value}"


@pytest.mark.browser
def test_threshold_line_can_be_dragged(visit):
    figure = visit(page_of("05")).locator(".isnine-threshold")
    drawing = figure.locator("svg").first
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    mouse = figure.page.mouse
    mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    mouse.down()
    mouse.move(box["x"] + box["width"] * (32 + 316 * 0.8) / 360, box["y"] + box["height"] * 0.3)
    mouse.up()
    assert float(figure.locator("input[type=range]").input_value()) == pytest.approx(0.8, abs=0.011)
