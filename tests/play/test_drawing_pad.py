"""The figure drawing_pad: what Python hands over, what it refuses, and how it behaves in a browser."""

import base64
import re

import numpy as np
import pytest
from common import PICTURES, data_of, network, page_of, parts, status_of

from isnine import data
from isnine.data import Part
from isnine.play import drawing_pad


def example():
    return drawing_pad(network(), PICTURES)


def weights_in(known):
    """The numbers of each layer, as the script reads them."""
    return [
        np.frombuffer(base64.b64decode(layer["numbers"]), "<f2" if known["half"] else "<f4")
        for layer in known["layers"]
    ]


def test_drawing_pad_takes_the_network_along_exactly():
    model = network()
    known = parts(drawing_pad(model, PICTURES))[3]
    assert known["half"] is False and known["side"] == 8
    assert [(layer["inputs"], layer["units"], layer["activation"]) for layer in known["layers"]] == [
        (64, 3, "relu"),
        (3, 1, "sigmoid"),
    ]
    flat = [np.concatenate([values.ravel() for values in layer.get_weights()]) for layer in model.layers]
    assert all(np.array_equal(sent, kept) for sent, kept in zip(weights_in(known), flat, strict=True))


def test_drawing_pad_sends_half_when_nothing_is_lost():
    model = network()
    model.set_weights([values.astype(np.float16) for values in model.get_weights()])
    small, large = drawing_pad(model, PICTURES), drawing_pad(network(), PICTURES)
    known = parts(small)[3]
    assert known["half"] is True and len(small.html()) < len(large.html())
    assert np.array_equal(weights_in(known)[1].astype(np.float32)[:3], model.layers[1].get_weights()[0].ravel())
    model.set_weights([values + 70_000 for values in model.get_weights()])
    assert parts(drawing_pad(model, PICTURES))[3]["half"] is False, "too large for half precision"


def test_drawing_pad_s_examples_are_pictures_of_the_part():
    known = parts(example())[3]["examples"]
    kinds = {}
    for known_picture in known:
        picture = np.frombuffer(base64.b64decode(known_picture["picture"]), np.uint8).reshape(8, 8)
        (place,) = np.flatnonzero((PICTURES.images == picture).all((1, 2)))
        assert PICTURES.digits[place] == known_picture["digit"]
        kinds.setdefault(known_picture["kind"], []).append(known_picture["digit"])
    assert set(kinds["a nine"]) == {9} and set(kinds["a four"]) == {4}
    assert not {4, 9} & set(kinds["another digit"]) and len(set(kinds["another digit"])) > 1


def test_drawing_pad_passes_over_dropout():
    import keras

    known = parts(
        drawing_pad(
            network(keras.layers.Dense(3, "tanh"), keras.layers.Dropout(0.5), keras.layers.Dense(1, "sigmoid")),
            PICTURES,
        )
    )[3]
    assert [layer["activation"] for layer in known["layers"]] == ["tanh", "sigmoid"]


def test_drawing_pad_refuses_what_is_no_network_or_no_part():
    with pytest.raises(TypeError, match=r"takes a trained Keras network first.*not str"):
        drawing_pad("network", PICTURES)
    with pytest.raises(TypeError, match=r"takes a part of the data second.*not list"):
        drawing_pad(network(), [1, 2])
    with pytest.raises(ValueError, match=r"pictures of 8×8 pixels, and the examples are uint8 of shape \(2, 9, 9\)"):
        drawing_pad(network(), Part(np.zeros((2, 9, 9), np.uint8), np.array([9, 4])))
    with pytest.raises(ValueError, match=r"the examples are float64"):
        drawing_pad(network(), Part(np.zeros((2, 8, 8)), np.array([9, 4])))


def test_drawing_pad_refuses_other_networks():
    import keras

    dense = keras.layers.Dense

    def spoiled():
        model = network()
        model.set_weights([values * np.nan for values in model.get_weights()])
        return model

    def branching():
        inputs = keras.Input((64,))
        one, two = dense(1, "sigmoid"), dense(1, "sigmoid")
        return keras.Model(inputs, keras.layers.Average()([one(inputs), two(inputs)]))

    def used_twice():
        inputs, layer = keras.Input((64,)), dense(64, "relu")
        return keras.Model(inputs, dense(1, "sigmoid")(layer(layer(inputs))))

    for model, what in (
        (network(dense(3, "relu"), dense(2, "softmax")), "softmax"),
        (network(dense(3, "gelu"), dense(1, "sigmoid")), "'gelu'"),
        (network(dense(3, "relu"), dense(1)), r"one neuron with a sigmoid.*1 with 'linear'"),
        (network(dense(2, "sigmoid")), r"has 2 with 'sigmoid'"),
        (network(keras.layers.BatchNormalization(), dense(1, "sigmoid")), r"Dense layers only.*BatchNormalization"),
        (network(keras.layers.Dropout(0.5)), r"no Dense layers"),
        (network(dense(1, "sigmoid"), inputs=50), r"square pictures.*yours takes 50 inputs"),
        (keras.Sequential([dense(1, "sigmoid")]), r"has no weights yet"),
        (spoiled(), r"not finite numbers"),
        (branching(), r"Dense layers only|branch"),
        (used_twice(), r"use a layer twice"),
    ):
        with pytest.raises(ValueError, match=what):
            drawing_pad(model, PICTURES)


def circle(x, y, radius, start=0.0, turn=2 * np.pi, count=24):
    angles = start - np.linspace(0, turn, count)
    return np.column_stack([x + radius * np.cos(angles), y - radius * np.sin(angles)])


# As fractions of the pad. The loop of the nine begins and ends at its right, and the stem goes down from there.
NINE = [np.vstack([circle(0.48, 0.33, 0.15, turn=-2 * np.pi), [[0.63, 0.33], [0.62, 0.5], [0.6, 0.65], [0.57, 0.85]]])]
ZERO = [circle(0.5, 0.5, 0.28) * [0.7, 1] + [0.15, 0]]
ONE = [np.array([[0.52, 0.15], [0.51, 0.4], [0.5, 0.6], [0.49, 0.85]])]
SEVEN = [np.array([[0.3, 0.2], [0.5, 0.2], [0.7, 0.2], [0.6, 0.45], [0.52, 0.65], [0.45, 0.85]])]


def draw_with_mouse(figure, strokes):
    pad = figure.locator("canvas").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    mouse = figure.page.mouse
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place)
        mouse.up()


def answer_of(figure):
    """What the figure tells, which must be what its network says about the pixels that it sees."""
    told = float(re.search(r"(\d\.\d+): (?:not )?a nine", status_of(figure))[1])
    assert told == pytest.approx(figure.evaluate("(root) => root.isnine.predict(root.isnine.pixels())"), abs=0.0051)
    return told


@pytest.mark.browser
@pytest.mark.parametrize("by_file", [False, True], ids=["over http", "as a file"])
def test_a_nine_is_drawn(visit, by_file):
    figure = visit(page_of("06"), by_file=by_file).locator(".isnine-drawing_pad")
    for name_of_digit, strokes, is_nine in (
        ("nine", NINE, True),
        ("zero", ZERO, False),
        ("one", ONE, False),
        ("seven", SEVEN, False),
    ):
        draw_with_mouse(figure, strokes)
        assert (answer_of(figure) > 0.5) is is_nine, f"the {name_of_digit}: {status_of(figure)}"
        assert ("not a nine" in status_of(figure)) is not is_nine
        figure.get_by_role("button", name="Clear").click()
        assert figure.evaluate("(root) => Math.max(...root.isnine.pixels())") == 0


@pytest.mark.browser
def test_a_nine_is_drawn_with_a_finger_on_a_phone(visit):
    page = visit(page_of("06"), width=390, touch=True)
    figure = page.locator(".isnine-drawing_pad")
    pad = figure.locator("canvas").first
    pad.scroll_into_view_if_needed()
    box, before = pad.bounding_box(), page.evaluate("scrollY")
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    for stroke in NINE:
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in stroke]
        touch("touchStart", places[0])
        for place in places[1:]:
            touch("touchMove", place)
        touch("touchEnd")
    assert answer_of(figure) > 0.5
    assert page.evaluate("scrollY") == before, "the page stays where it is while one draws"


@pytest.mark.browser
def test_a_drawing_is_brought_into_the_form_of_the_training_pictures(visit):
    """Size and place on the pad do not matter: the same strokes, smaller and in a corner, give nearly the same picture."""
    figure = visit(page_of("06")).locator(".isnine-drawing_pad")

    def pixels(strokes):
        draw = "(root, lines) => { root.isnine.draw(lines); return [...root.isnine.pixels()]; }"
        return np.array(figure.evaluate(draw, [stroke.tolist() for stroke in strokes])).reshape(64, 64)

    large, small = pixels(NINE), pixels([0.4 * stroke + 0.05 for stroke in NINE])
    assert np.abs(large - small).mean() < 0.01
    for picture in (large, small):
        assert picture.min() >= 0 and 0.9 < picture.max() <= 1
        rows, columns = np.flatnonzero(picture.max(1) > 0.1), np.flatnonzero(picture.max(0) > 0.1)
        assert 40 <= rows[-1] - rows[0] <= 50, "the digit is about 20 of 28 pixels high, as MNIST's are"
        for axis in (0, 1):
            centre = (picture.sum(1 - axis) * (np.arange(64) + 0.5)).sum() / picture.sum()
            assert abs(centre - 32) < 1.2, "its centre of mass is in the middle"
        assert columns[-1] - columns[0] < 40


@pytest.mark.browser
def test_undo_and_examples(visit):
    figure = visit(page_of("06")).locator(".isnine-drawing_pad")
    draw_with_mouse(figure, NINE)
    alone = figure.evaluate("(root) => [...root.isnine.pixels()]")
    draw_with_mouse(figure, [np.array([[0.1, 0.1], [0.9, 0.9]])])
    assert figure.evaluate("(root) => [...root.isnine.pixels()]") != alone
    figure.get_by_role("button", name="Undo").click()
    assert figure.evaluate("(root) => [...root.isnine.pixels()]") == alone
    test = data.nines().test
    for button, digits in (("Show me a nine", {9}), ("a four", {4}), ("another digit", set(range(9)) - {4})):
        figure.get_by_role("button", name=button).click()
        seen = (
            np.rint(255 * np.array(figure.evaluate("(root) => [...root.isnine.pixels()]")))
            .astype(np.uint8)
            .reshape(64, 64)
        )
        match = np.flatnonzero((test.images == seen).all((1, 2)))
        assert len(match) == 1 and test.digits[match[0]] in digits, "an example is a picture of the test part"
        assert answer_of(figure) is not None


def network_of(known):
    """The network that a page holds, built again in Keras."""
    import keras

    network = keras.Sequential([keras.Input((known["layers"][0]["inputs"],))])
    for layer in known["layers"]:
        numbers = np.frombuffer(base64.b64decode(layer["numbers"]), "<f2" if known["half"] else "<f4").astype(
            np.float32
        )
        count = layer["inputs"] * layer["units"]
        dense = keras.layers.Dense(layer["units"], activation=layer["activation"])
        network.add(dense)
        dense.set_weights([numbers[:count].reshape(layer["inputs"], layer["units"]), numbers[count:]])
        assert len(numbers) == count + layer["units"]
    return network


@pytest.mark.browser
def test_script_and_keras_agree(visit):
    """On 50 pictures that the network has never seen, and on noise and the two extremes, to 1e-4."""
    page_name = page_of("06")
    (known,) = data_of(page_name, "drawing_pad")
    test = data.nines().test
    rng = np.random.default_rng(0)
    extremes = np.stack([np.zeros(4096), np.ones(4096), *rng.random((3, 4096))]).astype(np.float32)
    pictures = np.concatenate([test.inputs[:50], extremes])
    figure = visit(page_name).locator(".isnine-drawing_pad")
    script = figure.evaluate(
        "(root, pictures) => pictures.map((pixels) => root.isnine.predict(Float32Array.from(pixels)))",
        pictures.tolist(),
    )
    keras = network_of(known).predict(pictures, verbose=0)[:, 0]
    assert np.abs(np.array(script) - keras).max() < 1e-4
    assert (keras[:50] >= 0.5).tolist().count(True) >= 1 and keras[:50].min() < 0.1, "the pictures tell networks apart"


def test_the_network_in_the_page_is_the_one_that_the_chapter_promises():
    known = data_of(page_of("06"), "drawing_pad")[0]
    test = data.nines().test
    answers = network_of(known).predict(test.inputs, verbose=0)[:, 0] >= 0.5
    assert (answers == test.is_nine).mean() >= 0.98
    assert answers[test.is_nine].mean() >= 0.92
