"""The figures to play with, as Python makes them: the HTML is complete in itself, and bad arguments get a clear error.

How they behave in a browser is tested in test_book.py.
"""

import base64
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest

from isnine import play
from isnine.data import Part
from isnine.play import (
    ask,
    base,
    drawing_pad,
    layer_widths,
    loss_valley,
    neuron_plane,
    quiz,
    right,
    threshold,
    wrong,
)
from isnine.play.more_samples import more_samples

FOLDER = Path(base.__file__).parent
SCRIPTS = sorted(file.stem for file in FOLDER.glob("*.js") if file.stem != "kit")
QUESTION = ask("Is `0.5` a nine?", right("yes", "at 0.5 and above"), wrong("no", "not below it"), assesses="threshold")
POINTS, LABELS = [[0, 0], [0, 1], [1, 0], [1, 1]], [1, 1, 1, 0]
PICTURES = Part(
    np.random.default_rng(0).integers(0, 256, (12, 8, 8), np.uint8), np.array([9, 0, 4, 9, 1, 9, 4, 2, 9, 3, 5, 6])
)


def network(*layers, inputs=64):
    """A small Keras network with weights drawn from a seed."""
    import keras

    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [keras.Input((inputs,)), *(layers or (keras.layers.Dense(3, "relu"), keras.layers.Dense(1, "sigmoid")))]
    )


def remembering(**changed):
    """A nearest neighbour that remembers up to 12 pictures and is asked about four."""
    train, validation = PICTURES, Part(PICTURES.images[:4] // 2, PICTURES.digits[:4])
    distances = ((validation.images[:, None].astype(float) - train.images) ** 2).sum((2, 3))
    shuffles = np.stack([np.random.default_rng(i).permutation(12) for i in range(3)])
    arguments = {"distances": distances, "shuffles": shuffles, "numbers": (2, 5, 12), "shown": (0, 1)}
    return more_samples(train, validation, **{**arguments, **changed})


EXAMPLES = {
    "drawing_pad": lambda: drawing_pad(network(), PICTURES),
    "loss_valley": lambda: loss_valley(
        lambda weight: (weight - 1) ** 2, -2, 4, start=-1, learning_rate=0.1, largest_rate=1.2
    ),
    "more_samples": lambda: remembering(),
    "quiz": lambda: quiz(QUESTION, QUESTION),
    "neuron_plane": lambda: neuron_plane(POINTS, LABELS),
    "threshold": lambda: threshold([0.1, 0.5, 0.9], [False, True, True]),
    "layer_widths": lambda: layer_widths(),
}
EACH = pytest.mark.parametrize("script", EXAMPLES)


def parts(playable):
    """Name, label, script and data of a figure, taken from its HTML as a browser takes them."""
    text = playable.html()
    element = re.search(
        r'<div class="isnine-play isnine-(\w+)" id="([\w-]+)" role="group" aria-label="([^"]*)"></div>', text
    )
    program = re.search(r"<script>(.*)</script>$", text, re.S)[1]
    call = re.search(r'isnine\.mount\("(\w+)", document\.getElementById\("([\w-]+)"\), (.*)\);$', program, re.S)
    assert call[1] == element[1] and call[2] == element[2]
    return element[2], html.unescape(element[3]), program, json.loads(call[3])


@EACH
def test_the_html_is_complete_in_itself(script):
    text = EXAMPLES[script]().html()
    assert text.count("<script>") == text.count("</script>") == 1
    assert not re.search(r"(https?:)?//(?!www\.w3\.org/)\w", re.sub(r"\S//\s", "", text)), "no address outside"
    assert not re.search(r"\b(src|href|action|srcset)=", text) and not re.search(
        r"@import|url\(\s*['\"]?(?!#|\$)", text
    )
    for word in (
        "fetch",
        "XMLHttpRequest",
        "import",
        "WebSocket",
        "sendBeacon",
        "require",
        "jQuery",
        "eval",
        "localStorage",
    ):
        assert not re.search(rf"\b{word}\s*\(", text), f"{script}.js uses {word}"


@EACH
def test_the_script_is_small_and_defines_its_name(script):
    served = base._read(f"{script}.js")
    assert f'isnine.define("{script}", (root, ' in served
    assert len(served.encode()) < 12_000, "a page may hold several figures"
    assert "root.isnine = {" in served or script == "quiz", "what a browser test needs is on the element"
    assert not re.search(r"^\s*//", served, re.M), "comments stay in the file"


@EACH
def test_the_figure_says_what_it_is(script):
    figure = EXAMPLES[script]()
    _, label, _, _ = parts(figure)
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == f"To play with: {figure.alt}"
    assert label == figure.alt and len(figure.alt.split()) >= 5 and "\n" not in figure.alt


@EACH
def test_two_on_a_page_have_names_of_their_own(script):
    (one, *_), (two, *_) = parts(EXAMPLES[script]()), parts(EXAMPLES[script]())
    assert one != two


def test_text_of_people_can_not_break_out_of_the_page():
    evil = "</script><script>alert('x')</script> & \"quoted\" <b>"
    figure = quiz(ask(evil, right(evil, evil), wrong("no", "no"), assesses="x"))
    _, _, _, data = parts(figure)
    assert data["questions"][0]["question"] == evil and data["questions"][0]["choices"][0]["because"] == evil
    assert figure.html().count("</script>") == 1
    plane = neuron_plane(POINTS, LABELS, classes=('<img src=x onerror=alert("1")>', "nine"))
    assert "<img" not in plane.html() and '<img src=x onerror=alert("1")>' in parts(plane)[1]


def test_no_script_writes_text_of_people_as_html():
    """Elements are built with textContent. Where a script writes HTML, nothing that came from its data may be in it."""
    for script in SCRIPTS:
        for written in re.findall(
            r"(?:innerHTML|outerHTML|insertAdjacentHTML)[^;]*;", base._read(f"{script}.js"), re.S
        ):
            assert not re.search(r"\b(names|classes|labels|question|choice|because|text|title)\b", written), written


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j])
def test_a_figure_takes_plain_data(value):
    with pytest.raises(TypeError, match=f"takes plain data, not {type(value).__name__}"):
        base.Playable("quiz", {"questions": value}, "a figure with a bad value").html()


def test_numpy_values_become_numbers():
    figure = base.Playable(
        "quiz", {"a": np.float32(0.5), "b": np.arange(3), "c": np.bool_(True)}, "a figure with arrays"
    )
    assert parts(figure)[3] == {"a": 0.5, "b": [0, 1, 2], "c": True}


def test_nan_is_refused():
    with pytest.raises(ValueError, match=r"(?i)not JSON compliant|nan"):
        base.Playable("quiz", {"a": float("nan")}, "a figure with a bad value").html()


def test_every_figure_is_offered_and_has_an_example_here():
    assert set(SCRIPTS) == set(EXAMPLES)
    for name in SCRIPTS:
        assert name in play.__all__ and callable(getattr(play, name)) and getattr(play, name).__doc__


# ---- quiz


@pytest.mark.parametrize(
    "choices",
    [
        [right("a", "b")],
        [wrong("a", "b"), wrong("c", "d")],
        [right("a", "b"), right("c", "d")],
        [],
    ],
)
def test_a_question_has_exactly_one_right_choice(choices):
    with pytest.raises(ValueError, match=r"two or more choices, exactly one of them right: 'What\?'"):
        ask("What?", *choices, assesses="x")


def test_an_empty_quiz_is_refused():
    with pytest.raises(ValueError, match="at least one question"):
        quiz()


def test_the_quiz_knows_its_questions():
    data = parts(quiz(QUESTION))[3]["questions"]
    assert data[0]["assesses"] == "threshold"
    assert [choice["right"] for choice in data[0]["choices"]] == [True, False]


# ---- neuron_plane


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


# ---- threshold


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


# ---- layer_widths


def test_layer_widths_data():
    figure = layer_widths((4096, 32, 16, 1))
    assert parts(figure)[3]["start"] == [4096, 32, 16, 1]
    assert "4,096, 32, 16, 1" in figure.alt


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"start": (3,)}, r"start as 2 to 6 whole numbers"),
        ({"start": (3, 0, 1)}, r"start as 2 to 6 whole numbers"),
        ({"start": (3, 2.5, 1)}, r"start as 2 to 6 whole numbers"),
        ({"start": 3}, r"start as 2 to 6 whole numbers"),
        ({"inputs": ()}, r"inputs as 1 to 4 whole numbers"),
        ({"outputs": (True,)}, r"outputs as 1 to 4 whole numbers"),
        ({"start": (5, 4, 1)}, r"5 input neurons, which is not among"),
        ({"start": (3, 4, 2)}, r"starts with 2 output neurons|2 output neurons"),
        ({"start": (3, 9, 1)}, r"A hidden layer can have .* not 9"),
    ],
)
def test_layer_widths_refuses(arguments, what):
    with pytest.raises(ValueError, match=what):
        layer_widths(**arguments)


# ---- loss_valley


def test_loss_valley_s_data():
    known = parts(EXAMPLES["loss_valley"]())[3]
    weights = np.linspace(known["low"], known["high"], len(known["values"]))
    assert np.allclose(known["values"], (weights - 1) ** 2, atol=1e-6)
    assert np.allclose(known["slopes"], 2 * (weights - 1), atol=1e-4)
    assert np.allclose(known["valleys"], [1], atol=(known["high"] - known["low"]) / len(weights))
    assert "one valley" in EXAMPLES["loss_valley"]().alt


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


# ---- drawing_pad


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
    known = parts(EXAMPLES["drawing_pad"]())[3]["examples"]
    kinds = {}
    for example in known:
        picture = np.frombuffer(base64.b64decode(example["picture"]), np.uint8).reshape(8, 8)
        (place,) = np.flatnonzero((PICTURES.images == picture).all((1, 2)))
        assert PICTURES.digits[place] == example["digit"]
        kinds.setdefault(example["kind"], []).append(example["digit"])
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


# ---- more_samples


def test_more_samples_counts_as_numpy_does():
    known = parts(remembering())[3]
    truth, distances = (
        PICTURES.is_nine[:4],
        ((PICTURES.images[:4, None] // 2 - PICTURES.images.astype(float)) ** 2).sum((2, 3)),
    )
    assert known["pictures"] == 4 and known["nines"] == truth.sum() and known["numbers"] == [2, 5, 12]
    for draw in range(3):
        order = np.random.default_rng(draw).permutation(12)
        for place, number in enumerate((2, 5, 12)):
            answers = PICTURES.is_nine[order[:number][distances[:, order[:number]].argmin(1)]]
            assert known["right"][draw][place] == (answers == truth).sum()
            assert known["found"][draw][place] == (answers & truth).sum()
            assert known["wrongly"][draw][place] == (answers & ~truth).sum()


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"distances": np.zeros((4, 3))}, r"shape \(4, 12\); yours has shape \(4, 3\)"),
        ({"distances": np.full((4, 12), np.nan)}, r"not finite"),
        ({"shuffles": np.zeros((2, 3), int)}, r"names a picture twice"),
        ({"shuffles": np.arange(3)}, r"shuffles takes one row"),
        ({"shuffles": np.array([[0, 12]])}, r"shuffles takes whole numbers from 0 to 11"),
        ({"numbers": (5, 2)}, r"numbers of samples that grow"),
        ({"numbers": (5,)}, r"2 to 9 numbers"),
        ({"numbers": (2, 13)}, r"numbers takes whole numbers from 0 to 12"),
        ({"shown": ()}, r"shown takes"),
        ({"shown": (4,)}, r"shown takes whole numbers from 0 to 3"),
    ],
)
def test_more_samples_refuses(changed, what):
    with pytest.raises(ValueError, match=what):
        remembering(**changed)
