"""The figure design_grid: what Python hands over, what it refuses, and how it behaves in a browser."""

import itertools
import re

import numpy as np
import pytest
from common import numbers_in, parts, status_of

from isnine.play import design_grid

WIDTHS, DEPTHS, PICTURES, INPUTS = [1, 4, 16, 64], [1, 2, 4], (50, 200), 20


def counts():
    """Mistakes of five seeds for each design: fewer in wider networks, with a spread that hides some of the differences."""
    generator = np.random.default_rng(3)
    centre = np.array([[30, 36, 40], [16, 14, 15], [9, 8, 10], [8, 7, 8]])
    validation = centre[..., None] + generator.integers(-2, 3, (4, 3, 5))
    training = 2 * centre[..., None] + generator.integers(-4, 5, (4, 3, 5))
    return validation, training


def example(**changed):
    validation, training = counts()
    arguments = {"widths": WIDTHS, "depths": DEPTHS, "validation": validation, "training": training}
    return design_grid(**{**arguments, "pictures": PICTURES, "inputs": INPUTS, **changed})


def parameters(width, depth):
    return sum(before * after + after for before, after in itertools.pairwise([INPUTS, *[width] * depth, 1]))


def noise(first, second):
    """The rule of chapter 07."""
    return 2 * np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))


def within(budget):
    """What the figure should say of a budget: the designs that fit, the best of them, and those not clearly worse."""
    validation, _ = counts()
    designs = itertools.product(enumerate(WIDTHS), enumerate(DEPTHS))
    fits = {(w, d): validation[i, j] for (i, w), (j, d) in designs if parameters(w, d) <= budget}
    best = min(fits, key=lambda design: (fits[design].mean(), parameters(*design)))
    close = [
        design for design, seen in fits.items() if seen.mean() - fits[best].mean() <= noise(seen, fits[best]) + 1e-9
    ]
    return list(fits), best, close


def test_design_grid_data():
    figure = example()
    data = parts(figure)[3]
    validation, training = counts()
    assert data["widths"] == WIDTHS and data["depths"] == DEPTHS and data["inputs"] == INPUTS
    assert data["pictures"] == list(PICTURES)
    assert data["validation"] == validation.tolist() and data["training"] == training.tolist()
    assert "12 designs" in figure.alt and "1, 4, 16 and 64" in figure.alt and "5 seeds" in figure.alt


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"widths": [4]}, r"2 to 9 widths that grow"),
        ({"widths": [4, 1, 16, 64]}, r"2 to 9 widths that grow"),
        ({"widths": [0, 4, 16, 64]}, r"widths as whole numbers above 0"),
        ({"widths": 64}, r"2 to 9 widths that grow"),
        ({"depths": [1, 2, 2]}, r"2 to 5 depths that grow"),
        ({"depths": [1, 2.5, 4]}, r"depths as whole numbers"),
        ({"inputs": True}, r"inputs as the number of input neurons"),
        ({"inputs": 0}, r"inputs as the number of input neurons"),
        ({"pictures": 50}, r"pictures as two numbers"),
        ({"pictures": (50, 200, 10)}, r"pictures as two numbers"),
        ({"validation": counts()[0] / 50}, r"validation holds whole numbers .* type float64"),
        ({"validation": counts()[0][:, :2]}, r"validation holds .* \(4, 3, two or more\).* shape \(4, 2, 5\)"),
        ({"validation": counts()[0][:, :, :1]}, r"validation holds .* shape \(4, 3, 1\)"),
        ({"training": counts()[1][:, :, :3]}, r"5 seeds and training has 3"),
        ({"training": counts()[1] - 50}, r"training counts mistakes on 200 pictures"),
        ({"pictures": (20, 200)}, r"validation counts mistakes on 20 pictures"),
    ],
)
def test_design_grid_refuses(arguments, what):
    with pytest.raises(ValueError, match=what):
        example(**arguments)


@pytest.mark.browser
def test_design_grid_shows_each_design(visit):
    figure = visit(example()).locator(".isnine-play")
    validation, training = counts()
    width, depth = figure.get_by_label("width", exact=False).first, figure.get_by_label("hidden layers").last
    for i, j in itertools.product(range(len(WIDTHS)), range(len(DEPTHS))):
        width.fill(str(i))
        depth.fill(str(j))
        told = status_of(figure)
        count = parameters(WIDTHS[i], DEPTHS[j])
        assert f"Width {WIDTHS[i]}, hidden layers {DEPTHS[j]}: {count:,} parameters, within the budget" in told
        assert figure.evaluate("(root) => root.isnine.parameters()") == count
        seen = re.search(r"on 50 validation pictures: ([\d, ]+); on 200 training pictures: ([\d, ]+)\.", told)
        assert [int(n) for n in seen[1].split(", ")] == validation[i, j].tolist()
        assert [int(n) for n in seen[2].split(", ")] == training[i, j].tolist()


@pytest.mark.browser
def test_design_grid_draws_each_seed(visit):
    """One line a seed, from its training mistakes to its validation mistakes, both as a share of the pictures."""
    figure = visit(example()).locator(".isnine-play")
    validation, training = counts()
    figure.evaluate("(root) => root.isnine.choose(2, 1)")
    ends = (
        figure.locator("svg")
        .nth(1)
        .locator("g line")
        .evaluate_all("(lines) => lines.map((line) => ['y1', 'y2'].map((end) => Number(line.getAttribute(end))))")
    )
    highest = max((validation / PICTURES[0]).max(), (training / PICTURES[1]).max())
    for (left, right), known, seen in zip(ends, training[2, 1], validation[2, 1], strict=True):
        assert left == pytest.approx(190 - 155 * known / PICTURES[1] / highest, abs=0.01)
        assert right == pytest.approx(190 - 155 * seen / PICTURES[0] / highest, abs=0.01)


@pytest.mark.browser
def test_design_grid_budget(visit):
    figure = visit(example()).locator(".isnine-play")
    sizes = sorted({parameters(width, depth) for width in WIDTHS for depth in DEPTHS})
    assert figure.evaluate("(root) => root.isnine.sizes") == sizes
    limit = figure.get_by_label("parameter budget")
    for place, budget in enumerate(sizes):
        limit.fill(str(place))
        fits, best, close = within(budget)
        asked = figure.evaluate("(root) => [root.isnine.fitting(), root.isnine.best(), root.isnine.near()]")
        assert [tuple(design) for design in asked[0]] == fits
        assert tuple(asked[1]) == best and [tuple(design) for design in asked[2]] == close
        told = status_of(figure)
        assert f"Budget {budget:,}: {len(fits)} of 12 designs fit" in told
        assert f"Best mean: width {best[0]}, hidden layers {best[1]}" in told
        assert numbers_in(told)[-1] == len(close) - 1
        fields = figure.locator("svg").first.locator("g")
        assert fields.evaluate_all("(all) => all.filter((one) => one.getAttribute('opacity') === '1').length") == len(
            fits
        )
        assert fields.locator("text[visibility=visible]").count() == len(close)
    assert any(len(within(budget)[2]) > 1 for budget in sizes) and any(
        len(within(budget)[2]) < len(within(budget)[0]) for budget in sizes
    )


@pytest.mark.browser
def test_design_grid_above_the_budget(visit):
    figure = visit(example()).locator(".isnine-play")
    figure.evaluate("(root) => { root.isnine.choose(3, 2); root.isnine.limit(0); }")
    assert "above the budget" in status_of(figure)


@pytest.mark.browser
@pytest.mark.parametrize("touch", [False, True])
def test_design_grid_field_by_hand(visit, touch):
    page = visit(example(), width=390, touch=touch)
    figure = page.locator(".isnine-play")
    field = figure.locator("svg").first.locator("g").nth(3 * 3 + 2)  # the last width, the last depth
    field.tap() if touch else field.click()
    assert f"Width 64, hidden layers 4: {parameters(64, 4):,} parameters" in status_of(figure)
    assert [slider.input_value() for slider in figure.locator("input").all()][:2] == ["3", "2"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
