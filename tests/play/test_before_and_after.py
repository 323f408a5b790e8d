"""The figure before_and_after: what Python hands over, what it refuses, and that it computes what Keras computes."""

import re

import numpy as np
import pytest
from common import numbers_in, parts

from isnine.play import before_and_after

RNG = np.random.default_rng(10)
MAP = RNG.random((20, 24)).astype(np.float32)
VALUES = RNG.normal(2, 3, 50).astype(np.float32)
MEAN, VARIANCE = 1.5, 4.0


def example():
    return before_and_after(MAP, VALUES, MEAN, VARIANCE)


def test_before_and_after_s_data():
    figure = before_and_after(MAP, VALUES, np.float32(MEAN), np.float64(VARIANCE), epsilon=0.01)
    data = parts(figure)[3]
    np.testing.assert_allclose(data["map"], MAP, atol=5e-5)
    np.testing.assert_allclose(data["values"], VALUES, atol=5e-5)
    assert (data["movingMean"], data["movingVariance"], data["epsilon"]) == (MEAN, VARIANCE, 0.01)
    assert "20×24" in figure.alt
    assert len(before_and_after(np.ones((64, 64)) / 3, RNG.normal(size=512), 0, 1).html()) < 150_000


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"feature_map": MAP[None, ..., None]}, r"shape \(height, width\).*yours has shape \(1, 20, 24, 1\).*maps\[0"),
        ({"feature_map": MAP[:7]}, r"8 to 64 rows and columns; yours has shape \(7, 24\)"),
        ({"feature_map": np.zeros((65, 20))}, r"yours has shape \(65, 20\)"),
        ({"feature_map": MAP > 0.5}, r"the feature map as an array of numbers; yours holds bool"),
        ({"feature_map": np.full((9, 9), np.nan)}, r"the feature map holds a value that is not a finite number"),
        ({"values": VALUES[:32]}, r"33 to 512 pictures.*yours has shape \(32,\)"),
        ({"values": np.arange(513)}, r"yours has shape \(513,\)"),
        ({"values": VALUES[:, None]}, r"yours has shape \(50, 1\)"),
        ({"values": ["a"] * 40}, r"values as an array of numbers"),
        ({"values": np.ones(40)}, r"All values are equal"),
        ({"moving_mean": None}, r"moving_mean as one number, not None"),
        ({"moving_mean": np.ones(3)}, r"moving_mean as one number"),
        ({"moving_variance": -1.0}, r"moving_variance is -1"),
        ({"moving_variance": float("inf")}, r"moving_variance as one number, not inf"),
        ({"epsilon": 0}, r"epsilon above 0, not 0"),
    ],
)
def test_before_and_after_refuses(changed, what):
    arguments = {"feature_map": MAP, "values": VALUES, "moving_mean": MEAN, "moving_variance": VARIANCE}
    with pytest.raises(ValueError, match=what):
        before_and_after(**{**arguments, **changed})


def open_figure(visit, **size):
    return visit(example(), **size).locator(".isnine-before_and_after")


def told(figure, which):
    return figure.locator(".isnine-status").nth(which).inner_text().replace("−", "-")


@pytest.mark.browser
def test_pooling_is_that_of_keras(visit):
    import keras

    figure = open_figure(visit)
    slider = figure.get_by_label("window")
    for kind, layer in (("average", keras.layers.AveragePooling2D), ("maximum", keras.layers.MaxPooling2D)):
        figure.get_by_role("radio", name=kind).check()
        for size in (1, 2, 3, 5, 8):
            slider.fill(str(size))
            expected = layer(size)(MAP[None, :, :, None]).numpy()[0, :, :, 0]
            np.testing.assert_allclose(figure.evaluate("root => root.isnine.pool()"), expected, atol=1e-4)
            rows, columns = expected.shape
            text = told(figure, 0)
            assert text.startswith("Average" if kind == "average" else "Max")
            assert f"{size}×{size}: 20×24 numbers become {rows}×{columns}" in text
            assert numbers_in(text)[-2:] == pytest.approx([expected.min(), expected.max()], abs=0.0051)
            assert ("do not reach" in text) == bool(20 % size or 24 % size)
            assert f"after: {rows}×{columns}" in figure.inner_text()
    slider.press("ArrowLeft")
    assert "7×7: 20×24 numbers become 2×3" in told(figure, 0)


# Read from a copy: a browser warns when the drawing itself is read again and again.
PIXEL = """(root, [which, row, column]) => {
    const copy = document.createElement("canvas").getContext("2d");
    copy.drawImage(root.querySelectorAll("canvas")[which], 0, 0);
    return [...copy.getImageData(column, row, 1, 1).data];
}"""


@pytest.mark.browser
def test_the_drawings_show_the_numbers(visit):
    figure = open_figure(visit)
    figure.get_by_label("window").fill("3")
    low, high = MAP.min(), MAP.max()
    pooled = MAP[:18].reshape(6, 3, 8, 3).mean(axis=(1, 3))
    for row, column in ((0, 0), (4, 7), (17, 23)):
        for which, value in ((0, MAP[row, column]), (1, pooled[row // 3, column // 3])):
            red, green, blue, cover = figure.evaluate(PIXEL, [which, row, column])
            assert red == green == blue == pytest.approx(255 * (value - low) / (high - low), abs=1.1)
            assert cover == 255
    assert figure.evaluate(PIXEL, [1, 19, 3])[3] == 0, "rows that no window reaches stay empty"


@pytest.mark.browser
def test_normalisation_is_that_of_keras(visit):
    import keras

    figure = open_figure(visit)
    layer = keras.layers.BatchNormalization()
    layer.build((None, 1))

    def check(batch, training, gamma=1.0, beta=0.0):
        layer.set_weights([np.array([number]) for number in (gamma, beta, MEAN, VARIANCE)])
        expected = layer(batch[:, None], training=training).numpy()[:, 0]
        now = figure.evaluate("root => root.isnine.normalise()")
        np.testing.assert_allclose(now["before"], batch, atol=1e-4)
        np.testing.assert_allclose(now["after"], expected, atol=2e-3 if len(batch) == 2 else 5e-4)
        mean, variance = (batch.mean(), batch.var()) if training else (MEAN, VARIANCE)
        shown = re.search(r"(\d+) pictures?: mean (\S+) and variance (\S+) .* from (\S+) to (\S+)\.$", told(figure, 1))
        assert [float(number) for number in shown.groups()] == pytest.approx(
            [len(batch), mean, variance, batch[0], expected[0]], abs=0.0056
        )
        assert told(figure, 1).startswith("Training" if training else "Inference")
        return now["after"][0]

    number = figure.get_by_label("pictures in the batch")
    check(VALUES[:8], True)
    trained, kept = [], []
    for count in (1, 2, 3, 17, 32):
        number.fill(str(count))
        trained.append(check(VALUES[:count], True))
    figure.get_by_role("radio", name="inference").check()
    for count in (1, 2, 3, 17, 32):
        number.fill(str(count))
        kept.append(check(VALUES[:count], False))
    assert len(set(kept)) == 1 and len({round(value, 2) for value in trained}) == 5
    assert trained[0] == 0, "alone, a picture is its own mean"

    figure.get_by_label("gamma").fill("2.5")
    check(VALUES[:32], False, gamma=2.5)
    figure.get_by_label("beta").fill("-1.5")
    check(VALUES[:32], False, gamma=2.5, beta=-1.5)
    figure.get_by_role("radio", name="training").check()
    check(VALUES[:32], True, gamma=2.5, beta=-1.5)

    # Others take their places; when all have had their turn, the first come again.
    number.fill("10")
    for turn in (1, 2):
        figure.get_by_role("button", name="other pictures").click()
        others = [1 + (31 * turn + i) % 49 for i in range(9)]
        check(VALUES[[0, *others]], True, gamma=2.5, beta=-1.5)


@pytest.mark.browser
def test_each_picture_has_its_mark(visit):
    """One diamond and count - 1 dots on each line, also where a value lies outside the line."""
    figure = open_figure(visit)
    figure.get_by_label("gamma").fill("3")
    for count in (1, 2, 32):
        figure.get_by_label("pictures in the batch").fill(str(count))
        marks = figure.locator("svg g")
        for which in (0, 1):
            assert marks.nth(which).locator("circle").count() == count - 1
            assert marks.nth(which).locator("rect").count() == 1
            for circle in marks.nth(which).locator("circle").all():
                assert 0 <= float(circle.get_attribute("cx")) <= 360


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_cut_off(visit, width):
    page = visit(example(), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    figure = page.locator(".isnine-before_and_after")
    for control in figure.locator("input, button").all():
        box = control.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
