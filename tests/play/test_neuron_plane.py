"""The figure neuron_plane: what Python hands over, what it refuses, and how it behaves in a browser."""

import numpy as np
import pytest
from common import data_of, page_of, parts, status_of

from isnine.play import neuron_plane

POINTS, LABELS = [[0, 0], [0, 1], [1, 0], [1, 1]], [1, 1, 1, 0]


def example():
    return neuron_plane(POINTS, LABELS)


def test_neuron_plane_s_data():
    data = parts(neuron_plane(POINTS, LABELS, start=(1, 1, -1.5), good=(-2, -2, 3)))[3]
    assert data["points"] == [[0, 0], [0, 1], [1, 0], [1, 1]] and data["labels"] == LABELS
    assert data["settings"] == [[1, 1, -1.5], [-2, -2, 3]]
    weight, bias = data["limits"]
    assert weight >= 4 and bias >= 6, "the sliders go twice as far as the good setting"
    for limit, step, values in ((weight, data["steps"][0], (1, -2)), (bias, data["steps"][1], (-1.5, 3))):
        assert limit / step >= 30
        for value in values:
            assert value / step == pytest.approx(round(value / step)), "and can stand at each setting"


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"points": np.zeros((3, 3)), "labels": [0, 1, 1]}, r"shape \(n, 2\).*yours has shape \(3, 3\)"),
        ({"points": [], "labels": []}, r"1 to 1,000 points.*shape \(0,\)"),
        ({"points": np.zeros((1001, 2)), "labels": np.zeros(1001)}, r"1 to 1,000 points"),
        ({"points": "abc"}, r"of numbers; yours hold something else"),
        ({"points": [[0, np.nan], [0, 1], [1, 0], [1, 1]]}, r"finite numbers; yours hold NaN"),
        ({"labels": [0, 1, 1]}, r"shape \(4,\) for your 4 points; yours has shape \(3,\)"),
        ({"labels": [0, 1, 2, 1]}, r"labels that are 0 or 1"),
        ({"labels": ["no", "no", "yes", "no"]}, r"labels that are 0 or 1"),
        ({"names": "ab"}, r"names as two texts.*not 'ab'"),
        ({"classes": ("six",)}, r"classes as two texts"),
        ({"classes": ("six", "")}, r"classes as two texts"),
        ({"start": (1, 2)}, r"start as three numbers, w1, w2 and b"),
        ({"start": (1, 2, np.inf)}, r"start as three numbers"),
        ({"good": "abc"}, r"good as three numbers"),
        ({"good": 3}, r"good as three numbers.*not 3"),
    ],
)
def test_neuron_plane_refuses(changed, what):
    with pytest.raises(ValueError, match=rf"neuron_plane takes.*{what}"):
        neuron_plane(**{"points": POINTS, "labels": LABELS, **changed})


def plane_says(known, values):
    """What the figure must tell for w1, w2 and b, counted by NumPy."""
    points, labels = np.array(known["points"]), np.array(known["labels"])
    good = (points @ np.array(values[:2]) + values[2] > 1e-9) == labels
    kinds = ", ".join(
        f"{known['classes'][kind]}: {good[labels == kind].sum()} of {(labels == kind).sum()}" for kind in (1, 0)
    )
    return good.sum(), f": {good.sum()} of {len(good)} points on the right side ({kinds})."


@pytest.mark.browser
@pytest.mark.parametrize("place", [0, 1])
def test_neuron_plane(visit, place):
    page_name = page_of("02")
    known = data_of(page_name, "neuron_plane")[place]
    figure = visit(page_name).locator(".isnine-neuron_plane").nth(place)
    start = known["settings"][0]
    assert plane_says(known, start)[1] in status_of(figure)
    values = list(start)
    for i, slider in enumerate(figure.locator("input[type=range]").all()):
        step = known["steps"][int(i == 2)]
        for key, change in (("ArrowRight", step), ("ArrowLeft", -step), ("ArrowLeft", -step)):
            slider.press(key)
            values[i] += change
            assert float(slider.input_value()) == pytest.approx(values[i])
            assert plane_says(known, values)[1] in status_of(figure)
    rng = np.random.default_rng(2)
    stops = [round(known["limits"][i] / known["steps"][i]) for i in (0, 0, 1)]
    for _ in range(5):
        values = [
            int(rng.integers(-stop, stop + 1)) * known["steps"][i] for stop, i in zip(stops, (0, 0, 1), strict=True)
        ]
        figure.evaluate("(root, values) => root.isnine.set(values)", values)
        assert plane_says(known, values)[1] in status_of(figure)
    if len(known["settings"]) > 1:
        figure.get_by_role("button", name="Show a good setting").click()
        assert plane_says(known, known["settings"][1])[1] in status_of(figure)
        assert plane_says(known, known["settings"][1])[0] > plane_says(known, start)[0]
    figure.get_by_role("button", name="Reset").click()
    assert plane_says(known, start)[1] in status_of(figure)


@pytest.mark.browser
def test_neuron_plane_activation(visit):
    page_name = page_of("02")
    known = data_of(page_name, "neuron_plane")[0]
    figure = visit(page_name).locator(".isnine-neuron_plane").first
    points, (w1, w2, b) = np.array(known["points"][:20]), known["settings"][0]
    z = points @ [w1, w2] + b
    ask = "(root, points) => points.map(([x, y]) => root.isnine.activation(x, y))"
    assert figure.evaluate(ask, points.tolist()) == (z > 0).astype(int).tolist()
    figure.get_by_label("sigmoid").check()
    assert np.allclose(figure.evaluate(ask, points.tolist()), 1 / (1 + np.exp(-z)), atol=1e-12)


@pytest.mark.browser
def test_neuron_plane_draws_the_line_where_z_is_0(visit):
    """The two ends of the line, taken back from the picture to the plane, lie on z = 0."""
    page_name = page_of("02")
    known = data_of(page_name, "neuron_plane")[0]
    figure = visit(page_name).locator(".isnine-neuron_plane").first
    frame = figure.locator("svg rect[fill=none]").first
    left, top, size = (float(frame.get_attribute(key)) for key in ("x", "y", "width"))
    for wanted in ([1, -1, 0], [1, -1, 2], [-0.5, 1, -3], [0.3, 0.4, -10]):
        values = figure.evaluate("(root, values) => { root.isnine.set(values); return root.isnine.values(); }", wanted)
        line = figure.locator("svg g[stroke-linecap=round] line").first
        ends = np.array([[float(line.get_attribute(f"{axis}{end}")) for axis in "xy"] for end in "12"])
        x = known["low"][0] + (ends[:, 0] - left) / size * known["side"]
        y = known["low"][1] + (top + size - ends[:, 1]) / size * known["side"]
        assert np.allclose(values[0] * x + values[1] * y + values[2], 0, atol=1e-6)
        assert np.hypot(*(ends[1] - ends[0])) > 20
