"""The figure loss_valley: what Python hands over, what it refuses, and how it behaves in a browser."""

import numpy as np
import pytest
from common import parts

from isnine.play import loss_valley


def example():
    return loss_valley(lambda weight: (weight - 1) ** 2, -2, 4, start=-1, learning_rate=0.1, largest_rate=1.2)


def test_loss_valley_s_data():
    known = parts(example())[3]
    weights = np.linspace(known["low"], known["high"], len(known["values"]))
    assert np.allclose(known["values"], (weights - 1) ** 2, atol=1e-6)
    assert np.allclose(known["slopes"], 2 * (weights - 1), atol=1e-4)
    assert np.allclose(known["valleys"], [1], atol=(known["high"] - known["low"]) / len(weights))
    assert "one valley" in example().alt


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"loss": 3}, r"a function of one weight.*not 3"),
        ({"loss": lambda weight: "low"}, r"the loss at the weight"),
        ({"loss": lambda weight: float("nan")}, r"the loss at the weight.*nan"),
        ({"loss": np.log}, r"the loss at the weight"),
        ({"low": 4, "high": -2}, r"low.*smaller.*4 and -2"),
        ({"low": "a"}, r"low as a finite number, not 'a'"),
        ({"high": np.inf}, r"high as a finite number"),
        ({"start": 9}, r"start between low and high.*yours is 9"),
        ({"learning_rate": 0}, r"learning rate.*above 0"),
        ({"learning_rate": 2}, r"at most largest_rate.*2 and 1.2"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_loss_valley_refuses(changed, what):
    arguments = {
        "loss": lambda weight: weight**2,
        "low": -2,
        "high": 4,
        "start": 1,
        "learning_rate": 0.1,
        "largest_rate": 1.2,
    }
    with pytest.raises(ValueError, match=rf"(?s){what}"):
        loss_valley(**{**arguments, **changed})


@pytest.mark.browser
def test_loss_valley(visit):
    """The ball goes where gradient descent goes, for a parabola whose slope is known."""
    figure = visit(loss_valley(lambda w: (w - 1) ** 2, -2, 4, start=-1.5, learning_rate=0.1, largest_rate=1.2)).locator(
        ".isnine-play"
    )
    for weight in (-1.7, 0.3, 1, 3.99):
        loss, slope = figure.evaluate("(root, weight) => root.isnine.at(weight)", weight)
        assert loss == pytest.approx((weight - 1) ** 2, abs=1e-4) and slope == pytest.approx(2 * (weight - 1), abs=1e-3)
    trail = [-1.5]
    for _ in range(3):
        figure.get_by_role("button", name="One step").click()
        trail.append(trail[-1] - 0.1 * 2 * (trail[-1] - 1))
        assert figure.evaluate("(root) => root.isnine.weights()") == pytest.approx(trail, abs=1e-3)
    figure.get_by_role("button", name="20 steps").click()
    figure.page.wait_for_function("document.querySelector('.isnine-play').isnine.weights().length === 24")
    assert figure.evaluate("(root) => root.isnine.weights().at(-1)") == pytest.approx(1, abs=0.02)
    figure.get_by_role("button", name="Reset").click()
    assert figure.evaluate("(root) => root.isnine.weights()") == [-1.5]
    figure.evaluate("(root) => root.isnine.rate(1.2)")
    for _ in range(2):
        figure.get_by_role("button", name="One step").click()
    assert not -2 <= figure.evaluate("(root) => root.isnine.weights().at(-1)") <= 4, (
        "too large a step leaves the valley"
    )
