"""The five depths of ResNet side by side: its numbers are those of the real networks, and the page shows them."""

import re

import pytest
from common import numbers_in, status_of

from isnine.play.resnet_depths import DEPTHS, SIZES, resnet_depths

# torchvision's documentation: parameters, and multiply-adds in billions for a picture of 224×224.
TORCHVISION = {
    18: (11_689_512, 1.814),
    34: (21_797_672, 3.664),
    50: (25_557_032, 4.089),
    101: (44_549_160, 7.801),
    152: (60_192_808, 11.514),
}
# model.count_params() of keras.applications, which includes the moving averages.
KERAS = {50: 25_636_712, 101: 44_707_176, 152: 60_419_944}


def example():
    return resnet_depths(34, 96)


def costs(depth, convention):
    return {network["depth"]: network for network in example().data["networks"]}[depth]["costs"][convention]


@pytest.mark.parametrize("depth", TORCHVISION)
def test_pytorch_numbers(depth):
    known = costs(depth, "PyTorch")
    parameters, billions = TORCHVISION[depth]
    assert sum(known["parameters"]) == parameters
    assert sum(known["work"][SIZES.index(224)]) / 1e9 == pytest.approx(billions, abs=6e-4)


@pytest.mark.parametrize("depth", KERAS)
def test_keras_numbers(depth):
    known = costs(depth, "Keras")
    assert sum(known["parameters"]) + known["averages"] == KERAS[depth]
    assert sum(known["work"][-1]) < sum(costs(depth, "PyTorch")["work"][-1]), "the first 1×1 works on a smaller map"


def test_the_table_agrees_with_a_keras_model():
    """Not only the sums: each stage of ResNet-50 has the parameters and the output size that Keras has."""
    import keras

    model = keras.applications.ResNet50(weights=None, input_shape=(96, 96, 3))
    found = [0] * 6
    for layer in model.layers:
        stage = re.match(r"conv(\d)_|predictions", layer.name)
        if stage:
            found[int(stage[1]) - 1 if stage[1] else 5] += sum(array.numpy().size for array in layer.trainable_weights)
    assert found == costs(50, "Keras")["parameters"]
    sizes = [model.get_layer(f"conv{stage}_block1_out").output.shape[1] for stage in (2, 3, 4, 5)]
    assert sizes == [24, 12, 6, 3]


def test_layers_make_the_name():
    for depth, (pieces, counts) in DEPTHS.items():
        assert pieces * sum(counts) + 2 == depth


def test_data_is_small():
    assert len(resnet_depths().html()) < 30_000


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"start": 20}, r"start as one of 18, 34, 50, 101, 152, not 20"),
        ({"start": True}, r"start as one of .* not True"),
        ({"size": 100}, r"size as one of 32, 64, .*256, not 100"),
        ({"size": [224]}, r"size as one of"),
        ({"size": 224.0}, r"size as one of"),
        ({"convention": "Caffe"}, r"convention as one of PyTorch, Keras, not 'Caffe'"),
    ],
)
def test_refuses(arguments, what):
    with pytest.raises(ValueError, match=f"resnet_depths takes {what}"):
        resnet_depths(**arguments)


def table_of(figure):
    """The rows of the table as the reader sees them."""
    return [row.locator("td").all_inner_texts() for row in figure.locator("tbody tr").all()]


def expected_rows(depth, convention, size):
    known, counts = costs(depth, convention), DEPTHS[depth][1]
    work = known["work"][SIZES.index(size)]
    blocks = ["", *map(str, counts), "", str(sum(counts))]
    outputs = [f"{size // scale}×{size // scale}" for scale in (2, 4, 8, 16, 32)] + ["1,000", ""]
    parameters = [f"{number:,}" for number in (*known["parameters"], sum(known["parameters"]))]
    return [list(row) for row in zip(blocks, outputs, parameters, strict=False)], [*work, sum(work)]


def check(figure, depth, convention, size):
    rows, work = expected_rows(depth, convention, size)
    shown = table_of(figure)
    assert [row[:3] for row in shown] == rows
    assert [float(row[3].replace(",", "")) for row in shown] == pytest.approx([n / 1e6 for n in work], abs=0.051)
    told, known = status_of(figure), costs(depth, convention)
    total = sum(known["parameters"])
    for words in (
        f"ResNet-{depth}, convention of {convention}",
        f"make {depth} layers",
        f"{total:,} parameters to train",
    ):
        assert words in told
    assert total + known["averages"] in numbers_in(told) and f"{size}×{size}" in told
    assert ("does not offer" in told) == (convention == "Keras" and depth < 50)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_every_control(visit, width):
    page = visit(example(), width=width)
    figure = page.locator(".isnine-play")
    check(figure, 34, "PyTorch", 96)
    for depth in DEPTHS:
        figure.get_by_label(str(depth), exact=True).check()
        check(figure, depth, "PyTorch", 96)
    figure.get_by_label("Keras", exact=True).check()
    check(figure, 152, "Keras", 96)
    slider = figure.get_by_role("slider", name="picture")
    for position, size in enumerate(SIZES):
        slider.fill(str(position))
        check(figure, 152, "Keras", size)
    slider.press("ArrowLeft")
    check(figure, 152, "Keras", 224)
    assert slider.get_attribute("aria-valuetext") == "224×224"
    figure.get_by_label("18", exact=True).check()
    check(figure, 18, "Keras", 224)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is cut off"


@pytest.mark.browser
def test_columns(visit):
    """A column shows a piece for each convolution of each block, and a click on it chooses the network."""
    figure = visit(example()).locator(".isnine-play")
    for place, (depth, (pieces, counts)) in enumerate(DEPTHS.items()):
        drawn = figure.locator("svg > g").nth(place)
        assert drawn.locator("rect").count() == pieces * sum(counts) + 2 == depth
        assert drawn.locator("text").all_text_contents() == [str(depth), *map(str, counts)]
        figure.locator("svg > rect[fill=transparent]").nth(place).click()
        check(figure, depth, "PyTorch", 96)
        frames = figure.locator("svg > rect[stroke]")
        assert [frames.nth(i).get_attribute("visibility") == "visible" for i in range(5)] == [
            i == place for i in range(5)
        ]
