"""The figure feature_maps: what Python hands over, what it refuses, and how it behaves in a browser."""

import base64
import functools

import numpy as np
import pytest
from common import numbers_in, page_of, parts, status_of

from isnine.data import Part, colour_digits
from isnine.play import feature_maps

NAMES = ["cat", "dog", "frog"]
SIDE = (12, 10)
PICTURES = Part(
    np.random.default_rng(0).integers(0, 256, (8, *SIDE, 3), np.uint8), np.array([2, 0, 0, 1, 2, 2, 1, 0], np.int64)
)


def network(padding="valid", kind="isnine", pooled=2, hidden=5, bias=True, center=True, activation="relu"):
    """A small network of the kind that the figure shows, whose every number matters: none is 0 or 1."""
    import keras

    from isnine import layers

    own = layers if kind == "isnine" else keras.layers
    normalisation = {} if kind == "isnine" else {"center": center, "scale": center}
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((*SIDE, 3)),
            own.Conv2D(4, (3, 2), strides=(2, 1), padding=padding, activation=activation, use_bias=bias),
            own.AveragePooling2D(pooled, padding=padding),
            own.BatchNormalization(**normalisation),
            keras.layers.Flatten(),
            *([keras.layers.Dense(hidden, "relu")] if hidden else []),
            keras.layers.Dense(3, "softmax"),
        ]
    )
    rng = np.random.default_rng(4)
    model.set_weights([rng.uniform(0.2, 1.2, w.shape) * rng.choice([-1, 1], w.shape) for w in model.get_weights()])
    normalisation = model.layers[2]
    normalisation.moving_variance.assign(abs(normalisation.moving_variance))
    return model


def example():
    return feature_maps(network(), PICTURES, NAMES)


def rounded(model):
    """The same network with kernels and matrices as the page holds them: 127 steps on each side of 0 for each output."""
    values = []
    for w in model.get_weights():
        largest = abs(w).reshape(-1, w.shape[-1]).max(0)
        values.append(w if w.ndim == 1 else np.rint(w / largest * 127) * largest / 127)
    model.set_weights(values)
    return model


def stages(model, pictures):
    """What comes out of the activation, of the pooling, and of the softmax, as Keras computes it."""
    import keras

    x = pictures / np.float32(255)
    outputs = [model.layers[0].output, model.layers[1].output, model.layers[-1].output]
    return [np.asarray(out) for out in keras.Model(model.inputs[0], outputs)(x)]


def decoded(text, kind=np.uint8):
    return np.frombuffer(base64.b64decode(text), kind)


# ---- What is handed over


def test_weights_travel_as_whole_numbers_and_steps():
    model = network()
    known = parts(feature_maps(model, PICTURES, NAMES))[3]
    for sent, layer in ((known["convolution"], 0), (known["dense"][0], 4), (known["dense"][1], 5)):
        weights, bias = model.layers[layer].get_weights()
        numbers = decoded(sent["numbers"], np.int8).reshape(-1, weights.shape[-1])
        assert abs(numbers.astype(int)).max(0).tolist() == [127] * weights.shape[-1]
        error = abs(numbers * np.array(sent["steps"]) - weights.reshape(numbers.shape))
        assert (error <= 0.5001 * np.array(sent["steps"])).all() and error.max() > 0
        assert np.allclose(sent["bias"], bias)


def test_scale_and_shift_are_those_of_inference():
    import keras

    model = network()
    known = parts(feature_maps(model, PICTURES, NAMES))[3]
    x = np.random.default_rng(1).normal(size=(2, 3, 3, 4)).astype(np.float32)
    assert np.allclose(model.layers[2](x), x * known["scale"] + known["shift"], atol=1e-4)
    plain = network(kind="keras", center=False)
    assert isinstance(plain.layers[2], keras.layers.BatchNormalization) and len(plain.layers[2].get_weights()) == 2
    known = parts(feature_maps(plain, PICTURES, NAMES))[3]
    assert np.allclose(plain.layers[2](x), x * known["scale"] + known["shift"], atol=1e-4)


def test_pictures_are_the_first_of_each_class_then_the_second():
    known = parts(feature_maps(network(), PICTURES, NAMES, count=5))[3]
    assert [shown["class"] for shown in known["examples"]] == [0, 1, 2, 0, 1]
    for shown, place in zip(known["examples"], [1, 3, 0, 2, 6], strict=True):
        assert np.array_equal(decoded(shown["picture"]).reshape(*SIDE, 3), PICTURES.images[place])
    assert len(parts(feature_maps(network(), PICTURES, NAMES, count=20))[3]["examples"]) == 8


def test_words():
    _, label, _, known = parts(example())
    assert "4 feature maps of 5×9" in label and "the same maps at 2×4" in label and "each of the 3 classes" in label
    assert known["names"] == NAMES
    assert parts(feature_maps(network(), PICTURES))[3]["names"] == ["0", "1", "2"]


def test_a_network_of_the_size_of_chapter_11_stays_light():
    import keras

    from isnine import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(24, 7, strides=2, activation="relu"),
            layers.AveragePooling2D(2),
            layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dense(10, "softmax"),
        ]
    )
    pictures = Part(np.zeros((12, 32, 32, 3), np.uint8), np.arange(12) % 10)
    assert len(feature_maps(model, pictures).html()) < 170_000


# ---- What is refused


def test_refuses_what_is_no_network_or_no_part():
    for wrong, what in (("network", "not str"), (None, "not NoneType")):
        with pytest.raises(TypeError, match=rf"takes a trained Keras network first, {what}"):
            feature_maps(wrong, PICTURES)
    with pytest.raises(TypeError, match=r"takes a part of the data second.*not list"):
        feature_maps(network(), [1])
    for images in (PICTURES.images / 255, PICTURES.images[..., 0], PICTURES.images[..., :2], PICTURES.images[:0]):
        with pytest.raises(ValueError, match=r"examples must be uint8 of shape \(n, height, width, 3\); yours are"):
            feature_maps(network(), Part(images, PICTURES.digits[: len(images)]))
    for count in (0, 21, 1.5):
        with pytest.raises(ValueError, match=rf"shows 1 to 20 pictures, not {count}"):
            feature_maps(network(), PICTURES, count=count)
    with pytest.raises(ValueError, match=r"tells 3 classes apart; there are 2 names"):
        feature_maps(network(), PICTURES, NAMES[:2])
    with pytest.raises(ValueError, match=r"pictures' classes go from 1 to 3"):
        feature_maps(network(), Part(PICTURES.images, PICTURES.digits + 1))
    with pytest.raises(ValueError, match=r"pictures of 14×12 pixels give"):
        feature_maps(network(), Part(np.zeros((2, 14, 12, 3), np.uint8), np.array([0, 1])))


def test_refuses_other_networks():
    import keras

    from isnine.layers import AveragePooling2D, BatchNormalization, Conv2D

    dense, flatten = keras.layers.Dense, keras.layers.Flatten

    def of(*layers, inputs=(*SIDE, 3)):
        return keras.Sequential([keras.Input(inputs), *layers])

    def spoiled():
        model = network()
        model.set_weights([w * np.nan for w in model.get_weights()])
        return model

    class FixedTraining(keras.Model):
        def __init__(self):
            super().__init__()
            self.one, self.two, self.three = Conv2D(4, 3), AveragePooling2D(2), BatchNormalization()
            self.four, self.five = flatten(), dense(3, "softmax")

        def call(self, x):
            return self.five(self.four(self.three(self.two(self.one(x)), training=True)))

    fixed = FixedTraining()
    fixed(keras.Input((*SIDE, 3)))
    for model, what in (
        (of(Conv2D(4, 3), keras.layers.MaxPooling2D(2)), "layer 2 is of the kind MaxPooling2D after 1 layers"),
        (of(flatten(), dense(3, "softmax")), "layer 1 is of the kind Flatten"),
        (of(Conv2D(4, 3), AveragePooling2D(2), BatchNormalization(), flatten()), "it ends after 4 layers"),
        (keras.Sequential([*network().layers[:5], keras.layers.Dropout(0.5)]), "Dropout"),
        (of(*network().layers[:5], dense(3)), "softmax.*yours has 'linear'"),
        (network(activation="gelu"), "knows the activations linear, relu; yours has .*gelu"),
        (of(Conv2D(4, 3), AveragePooling2D(2), BatchNormalization(), flatten(), dense(3, "softmax"), inputs=(12, 10, 1)), "of 1 channels"),
        (spoiled(), "not finite numbers"),
        (fixed, "fix training to True"),
        (keras.Sequential([Conv2D(4, 3), AveragePooling2D(2), BatchNormalization(), flatten(), dense(3, "softmax")]), "no weights yet"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=what):
            feature_maps(model, PICTURES)


# ---- In the browser


def run(figure, pictures):
    """What the script computes: maps, pooled and confidences of each picture, given as bytes and as numbers from 0 to 1."""
    script = """(root, pictures) => pictures.map((bytes, i) => {
        const {maps, pooled, confidences} = root.isnine.forward(i % 2 ? Float32Array.from(bytes, (b) => b / 255) : Uint8Array.from(bytes));
        return [maps, pooled, confidences].map((values) => [...values]);
    })"""
    return figure.evaluate(script, pictures.reshape(len(pictures), -1).tolist())


VARIANTS = [
    {},
    {"padding": "same"},
    {"padding": "same", "pooled": 4},
    {"kind": "keras"},
    {"kind": "keras", "center": False, "bias": False},
    {"hidden": 0, "activation": None},
]


@pytest.mark.browser
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_script_and_keras_agree(visit, variant):
    """The script on the numbers that it was sent, against Keras on the same rounded numbers."""
    make = functools.partial(network, **variant)
    figure = visit(feature_maps(make(), PICTURES, NAMES)).locator(".isnine-feature_maps")
    extremes = np.stack([np.zeros((*SIDE, 3), np.uint8), np.full((*SIDE, 3), 255, np.uint8)])
    pictures = np.concatenate([PICTURES.images, extremes])
    for script, keras in zip(zip(*run(figure, pictures), strict=True), stages(rounded(make()), pictures), strict=True):
        assert np.abs(np.array(script) - keras.reshape(len(pictures), -1)).max() < 1e-4
        assert np.ptp(keras, axis=0).max() > 0.1, "the pictures tell networks apart"


def painted(figure, which):
    """Red, green, blue and opacity of each pixel of a canvas, read from a copy: a browser warns when one is read often."""
    canvas = figure.locator("canvas").nth(which)
    copied = """(canvas) => {
        const copy = Object.assign(document.createElement("canvas"), {width: canvas.width, height: canvas.height});
        const context = copy.getContext("2d", {willReadFrequently: true});
        context.drawImage(canvas, 0, 0);
        return [...context.getImageData(0, 0, copy.width, copy.height).data];
    }"""
    return np.array(canvas.evaluate(copied), np.uint8).reshape(
        *canvas.evaluate("({width, height}) => [height, width]"), 4
    )


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_each_picture_gets_its_answer(visit, width):
    page = visit(feature_maps(network(), PICTURES, NAMES), width=width)
    figure = page.locator(".isnine-feature_maps")
    labels = [f"Show {name}{more}" for more in ("", ", picture 2") for name in NAMES]
    labels += ["Show cat, picture 3", "Show frog, picture 3"]
    order = [1, 3, 0, 2, 6, 4, 7, 5]
    _, _, confidences = stages(rounded(network()), PICTURES.images)
    marks = set()
    for label, place in zip(labels, order, strict=True):
        figure.get_by_role("button", name=label, exact=True).click()
        answer, truth = confidences[place].argmax(), PICTURES.digits[place]
        told = status_of(figure)
        assert told.startswith(f"The answer is {NAMES[answer]}, with confidence ")
        assert numbers_in(told)[0] == pytest.approx(confidences[place][answer], abs=0.0051)
        marks.add(bool(answer == truth))
        assert ("It is right." in told) == (answer == truth)
        assert answer == truth or told.endswith(f"It is wrong: this is {NAMES[truth]}.")
        words = figure.locator("svg").get_attribute("aria-label")
        assert numbers_in(words) == pytest.approx(confidences[place].tolist(), abs=0.0051)
        assert np.array_equal(painted(figure, 8)[..., :3], PICTURES.images[place]), "the input is the picture"
        assert figure.get_by_role("button", pressed=True).get_attribute("aria-label") == label
    assert marks == {True, False}
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_the_slider_picks_a_feature_map(visit):
    model = rounded(network())
    figure = visit(feature_maps(network(), PICTURES, NAMES)).locator(".isnine-feature_maps")
    maps, pooled, _ = stages(model, PICTURES.images[1:2])
    kernel = model.layers[0].get_weights()[0]
    slider = figure.get_by_role("slider")
    for chosen in range(4):
        slider.fill(str(chosen + 1))
        large = figure.get_by_role("img", name=f"feature map {chosen + 1},")
        assert large.count() == 2
        for i, values in enumerate((maps, pooled)):
            words = large.nth(i).get_attribute("aria-label")
            assert numbers_in(words)[-1] == pytest.approx(values[0, ..., chosen].max(), abs=0.0051)
            tile = painted(figure, 9 + 4 * i + chosen)
            assert np.abs(tile[..., 3] - 255 * np.abs(values[0, ..., chosen]) / np.abs(values).max()).max() <= 1
        strongest = np.abs(kernel[..., chosen]).max()
        count = figure.locator("canvas").count()
        drawn = painted(figure, count - 3)[..., :3].astype(float)
        assert np.abs(drawn - 127.5 * (1 + kernel[..., chosen] / strongest)).max() <= 1
        outlined = [
            figure.locator("canvas").nth(9 + f).evaluate("(c) => getComputedStyle(c).outlineStyle") for f in range(4)
        ]
        assert outlined == ["solid" if f == chosen else "none" for f in range(4)]
    slider.press("ArrowLeft")
    assert figure.get_by_role("img", name="feature map 3,").count() == 2


@pytest.mark.browser
def test_any_picture_can_be_shown(visit):
    """As a later version may do with a drawing: numbers from 0 to 1, and nobody knows the truth."""
    figure = visit(example()).locator(".isnine-feature_maps")
    picture = PICTURES.images[5]
    figure.evaluate("(root, values) => root.isnine.show(values)", (picture / 255).ravel().tolist())
    confidence = stages(rounded(network()), picture[None])[2][0]
    assert status_of(figure) == f"The answer is {NAMES[confidence.argmax()]}, with confidence {confidence.max():.2f}."
    assert np.abs(painted(figure, 8)[..., :3].astype(int) - picture).max() <= 1


@pytest.mark.browser
def test_the_network_in_the_page_is_the_one_that_the_chapter_promises(visit):
    """On the first 200 unseen pictures; 90 % of all 1,000 is what the chapter proves."""
    test = colour_digits().test
    figure = visit(page_of("11")).locator(".isnine-feature_maps")
    right = 0
    for image, digit in zip(test.images[:200], test.digits[:200], strict=True):
        confidences = figure.evaluate(
            "(root, pixels) => root.isnine.forward(Uint8Array.from(pixels)).confidences", image.ravel().tolist()
        )
        right += int(np.argmax(confidences) == digit)
    assert right / 200 >= 0.86
