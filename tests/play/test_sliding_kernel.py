"""The figure sliding_kernel: what Python hands over, what it refuses, and that its script computes what TensorFlow computes."""

import re

import numpy as np
import pytest
import tensorflow as tf
from common import parts, status_of

from isnine.play import sliding_kernel

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 11, (3, 6, 7)) / 10  # one even and one odd side
NAMES = ["a nine", "a four", "a seven"]
OWN = [2, -1.5, 0.5, 3, -2, 0, 1, 4, -9]  # without any symmetry


def example():
    return sliding_kernel(PICTURES, NAMES)


def truth(picture, weights, stride, padding):
    kernel = np.reshape(weights, (3, 3, 1, 1))
    images = np.asarray(picture, float)[None, ..., None]
    return tf.nn.conv2d(images, kernel.astype(float), stride, padding.upper()).numpy()[0, :, :, 0]


def zeros_before(pixels, stride, padding):
    """Of TensorFlow's zeros on one side, those before the first pixel."""
    return 0 if padding == "valid" else max((-(-pixels // stride) - 1) * stride + 3 - pixels, 0) // 2


def test_sliding_kernel_s_data():
    _, label, _, data = parts(sliding_kernel(PICTURES.astype(np.float32) + np.float32(0.01) * (PICTURES < 1), NAMES))
    assert data["pictures"] == PICTURES.tolist(), "one decimal, and no more"
    assert data["names"] == NAMES and "6×7" in label
    assert len({name for name, _ in data["kernels"]}) == len(data["kernels"]) == 5
    sums = {name: round(sum(weights), 6) for name, weights in data["kernels"]}
    assert sums == {"vertical edges": 0, "horizontal edges": 0, "blur": 1, "sharpen": 1, "copy": 1}


@pytest.mark.parametrize(
    ("pictures", "names", "what"),
    [
        (PICTURES[0], NAMES[:1], r"yours has shape \(6, 7\)\. For a single picture, write picture\[None\]"),
        (np.zeros((1, 8, 8, 3)), NAMES[:1], r"\(1, 8, 8, 3\)\. Colour has to be made grey first"),
        (np.zeros((5, 8, 8)), list("abcde"), "takes 1 to 4 pictures, not 5"),
        (np.zeros((0, 8, 8)), [], "takes 1 to 4 pictures, not 0"),
        (np.zeros((1, 64, 64)), NAMES[:1], "5 to 16 pixels a side; yours have 64×64"),
        (np.zeros((1, 8, 4)), NAMES[:1], "yours have 8×4"),
        (np.full((1, 8, 8), 255), NAMES[:1], "yours go from 255 to 255. Divide grey levels by 255"),
        (np.full((1, 8, 8), -0.1), NAMES[:1], r"yours go from -0\.1"),
        (np.full((1, 8, 8), np.nan), NAMES[:1], "or NaN"),
        (np.full((1, 8, 8), "x"), NAMES[:1], "numbers from 0 to 1"),
        (PICTURES, NAMES[:2], "there are 3 pictures, but 2 names"),
        (PICTURES[:1], "a nine", "not the text 'a nine'"),
        (PICTURES[:1], [9], r"names in words, .* not \[9\]"),
        (PICTURES[:2], ["a nine", "a nine"], "a name of its own"),
    ],
)
def test_sliding_kernel_refuses(pictures, names, what):
    with pytest.raises(ValueError, match=what):
        sliding_kernel(pictures, names)


def outputs_of(figure):
    return figure.evaluate("element => element.isnine.outputs()")


def choose(figure, group, label):
    figure.get_by_role("radiogroup", name=group).get_by_role("radio", name=label, exact=True).check()


def slider(figure, name):
    return figure.locator("input[type=range]").nth(["row", "column"].index(name))


@pytest.mark.browser
def test_every_choice_gives_what_tensorflow_gives(visit):
    figure = visit(example()).locator(".isnine-sliding_kernel")
    kernels = parts(example())[3]["kernels"]
    for stride in (1, 2):
        choose(figure, "stride", str(stride))
        for padding in ("valid", "same"):
            choose(figure, "padding", padding)
            for picture, name in zip(PICTURES, NAMES, strict=True):
                choose(figure, "picture", name)
                for kernel, weights in kernels:
                    choose(figure, "kernel", kernel)
                    right = truth(picture, weights, stride, padding)
                    np.testing.assert_allclose(outputs_of(figure), right, atol=1e-9)
                    rows, columns = right.shape
                    assert f"output, {rows}×{columns}" in figure.inner_text()
                    drawn = figure.locator("svg").nth(1).locator("g rect")
                    assert drawn.count() == right.size


@pytest.mark.browser
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_window_and_its_nine_products(visit, stride, padding):
    """Weights of one's own, typed in; the window moved by both sliders; products, sum and words at every place."""
    figure = visit(example()).locator(".isnine-sliding_kernel")
    choose(figure, "stride", str(stride))
    choose(figure, "padding", padding)
    for i, weight in enumerate(OWN):
        figure.get_by_label(f"weight in row {i // 3}, column {i % 3}").fill(str(weight))
    assert figure.evaluate("element => element.isnine.weights()") == OWN
    kernels = figure.get_by_role("radiogroup", name="kernel")
    assert kernels.locator("input:checked").count() == 0, "these weights have no name"
    right = truth(PICTURES[0], OWN, stride, padding)
    np.testing.assert_allclose(outputs_of(figure), right, atol=1e-9)
    top, left = (zeros_before(side, stride, padding) for side in (6, 7))
    around = np.pad(PICTURES[0], ((top, 3), (left, 3)))
    for row, column in np.ndindex(right.shape):
        slider(figure, "row").fill(str(row))
        slider(figure, "column").fill(str(column))
        told = status_of(figure).replace("−", "-")
        assert told.startswith(f"Output row {row}, column {column}: ")
        assert float(re.search(r"add up to (-?[\d.]+\d|-?\d+)\.", told)[1]) == pytest.approx(
            right[row, column], abs=0.0051
        )
        y, x = row * stride, column * stride
        assert f"row {y - top}, column {x - left} of the picture" in told
        outside = 9 - np.pad(np.ones((6, 7)), ((top, 3), (left, 3)))[y : y + 3, x : x + 3].sum()
        zeros = re.search(r"(\d) of the nine pixels (?:is a zero|are zeros) from the padding", told)
        assert (int(zeros[1]) if zeros else 0) == outside
        cells = [cell.replace("−", "-") for cell in figure.locator("td").all_inner_texts()]
        for cell, pixel, weight in zip(cells, around[y : y + 3, x : x + 3].flat, OWN, strict=True):
            shown = re.fullmatch(r"(\S+) ×\s*= (\S+)", cell.strip())
            assert [float(number) for number in shown.groups()] == pytest.approx([pixel, pixel * weight], abs=0.0051)


@pytest.mark.browser
def test_keys_and_pointer_move_the_window(visit):
    figure = visit(example()).locator(".isnine-sliding_kernel")
    figure.evaluate("element => element.isnine.move(0, 0)")
    slider(figure, "column").press("ArrowRight")
    slider(figure, "row").press("ArrowUp")
    assert status_of(figure).startswith("Output row 1, column 1:")
    drawing = figure.locator("svg").nth(1)
    drawing.locator("g rect").nth(3 * 5 + 2).click()  # the output has 4 rows and 5 columns
    assert status_of(figure).startswith("Output row 3, column 2:")
    assert slider(figure, "row").input_value() == "3"
    box = drawing.bounding_box()
    figure.page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    assert status_of(figure).startswith("Output row 3, column 2:"), "beside the output nothing happens"
    choose(figure, "stride", "2")
    assert status_of(figure).startswith("Output row 1, column 2:"), "the window stays inside a smaller output"


@pytest.mark.browser
def test_weights_that_are_no_numbers(visit):
    """An empty box counts as 0, and too large a weight is brought back to the largest one."""
    figure = visit(example()).locator(".isnine-sliding_kernel")
    first, last = figure.get_by_label("weight in row 0, column 0"), figure.get_by_label("weight in row 2, column 2")
    first.fill("")
    last.fill("1000")
    last.press("Tab")
    assert figure.evaluate("element => element.isnine.weights()") == [0, 0, 1, -1, 0, 1, -1, 0, 9]
    assert last.input_value() == "9"
    first.fill("-1")
    last.fill("1")
    kernels = figure.get_by_role("radiogroup", name="kernel")
    assert kernels.get_by_role("radio", name="vertical edges").is_checked(), "these weights have a name again"


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(visit, theme):
    page = visit(example(), width=390, theme=theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.locator(".isnine-play :is(svg, table, input, label)").evaluate_all(
        "all => all.filter((e) => e.getBoundingClientRect().right > innerWidth).length"
    )
    assert wide == 0
