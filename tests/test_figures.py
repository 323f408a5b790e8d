"""The drawings: that they are sound SVG, that they say what they show, and that bad input gets a clear error."""

import re
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from isnine import figures

SVG = "{http://www.w3.org/2000/svg}"
HISTORY = {"loss": [0.5, 0.3, 0.2], "val_loss": [0.6, 0.4, 0.35], "accuracy": [0.8, 0.9, 0.95]}


def curve():
    plt.plot([1, 2, 4], label="a line")
    plt.legend()
    return figures.show("A rising line from 1 to 4")


PICTURES = {
    "show": curve,
    "network_diagram": lambda: figures.network_diagram([4096, 32, 16, 1]),
    "image_grid": lambda: figures.image_grid(np.eye(8)[None].repeat(3, 0), titles=[9, 4, 7]),
    "learning_curves": lambda: figures.learning_curves(HISTORY),
    "confusion_matrix": lambda: figures.confusion_matrix([0, 0, 1], [0, 1, 1]),
}
EACH = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    assert plt.get_fignums() == []


@EACH
def test_svg_is_sound_and_takes_the_page_s_colours(picture):
    drawing = picture().svg()
    root = ElementTree.fromstring(drawing)
    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    assert "currentColor" in drawing, "lines and letters take the colour of the text around them"
    for stand_in in (figures.INK, figures.FAINT):
        assert stand_in.lower() not in drawing.lower()
    assert "<metadata" not in drawing and not re.search(r"https?://(?!www\.w3\.org/)", drawing), "nothing from outside"
    assert re.match(r"0 0 \d", root.get("viewBox")) and "max-width" in root.get("style")


@EACH
def test_alt_text_is_there_for_eyes_and_ears(picture):
    shown = picture()
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == f"Figure: {shown.alt}" and len(shown.alt.split()) >= 5
    inner = re.search(r"<svg.*</svg>", bundle["text/html"], re.S)[0]
    assert ElementTree.fromstring(inner).get("aria-label") == shown.alt


def test_alt_text_is_escaped_and_put_on_one_line():
    plt.plot([1, 2])
    shown = figures.show("""Points where x < 0 & "y" > 1,
        drawn in the learner's colour""")
    assert shown.alt == """Points where x < 0 & "y" > 1, drawn in the learner's colour"""
    assert ElementTree.fromstring(shown.svg()).get("aria-label") == shown.alt


@pytest.mark.parametrize("alt", ["", "two words", None, 3, "   "])
def test_a_figure_needs_words(alt):
    with pytest.raises(ValueError, match=r"needs a text alternative that says what it shows") as problem:
        figures.Picture(mpl.figure.Figure(), alt)
    assert repr(alt) in str(problem.value)


@EACH
def test_names_are_unique_in_a_page_with_two_of_them(picture):
    shown = picture()
    page = shown.svg() + shown.svg() + PICTURES["show"]().svg()
    names = re.findall(r'\bid="([^"]+)"', page)
    assert len(names) == len(set(names))
    asked = set(re.findall(r'(?:href="#|url\(#)([^")]+)', page))
    assert asked and asked <= set(names), "and whatever is referred to is there"


@EACH
def test_the_same_drawing_gives_the_same_svg(picture):
    def without_number(svg):
        return re.sub(r"isnine[0-9a-f]{8}-", "", svg)

    assert without_number(picture().svg()) == without_number(picture().svg())


def test_colours_are_told_apart_by_brightness_too():
    """Contrast of the first three with white, by the formula of WCAG 2.1, is at least 3 to 1: enough for a thin line."""
    for colour in (figures.BLUE, figures.RED, figures.GREEN):
        channels = np.array(mpl.colors.to_rgb(colour))
        linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 3


# ---- show


def test_show_without_a_figure():
    plt.close("all")
    with pytest.raises(ValueError, match=r"no figure to show yet.*plt\.plot"):
        figures.show("A rising line from 1 to 4")


def test_show_takes_the_current_figure_and_closes_it():
    plt.figure(figsize=(2, 1))
    plt.plot([0, 1])
    shown = figures.show("A rising line from 0 to 1")
    assert plt.get_fignums() == []
    assert shown.svg().count('viewBox="0 0 144 72"') == 1


# ---- network_diagram


def texts(picture):
    return [element.text for element in ElementTree.fromstring(picture.svg()).iter(f"{SVG}text")]


def test_network_diagram_names_layers_and_sizes():
    shown = figures.network_diagram([4096, 32, 16, 1])
    assert shown.alt.startswith(
        "Network diagram, left to right: input layer with 4,096 neurons, hidden layer 1 with 32 neurons, "
        "hidden layer 2 with 16 neurons, output layer with 1 neuron."
    )
    written = " ".join(texts(shown))
    for word in ("4,096", "32", "16", "1", "input", "hidden", "output"):
        assert word in written.split()


def test_network_diagram_draws_each_neuron_and_line():
    axes = figures.network_diagram([2, 3, 1]).figure.axes[0]
    assert [len(points.get_offsets()) for points in axes.collections] == [2, 3, 1]
    assert len(axes.lines) == 2 * 3 + 3 * 1
    assert figures.network_diagram([2, 3, 1]).alt.count("hidden layer with 3 neurons") == 1, (
        "a single one has no number"
    )


def test_network_diagram_shortens_wide_layers():
    axes = figures.network_diagram([4096, 7, 1]).figure.axes[0]
    shown = [len(points.get_offsets()) for points in axes.collections]
    assert shown == [6, 3, 7, 1], "six neurons and three dots stand for 4,096; seven are all drawn"


def test_network_diagram_takes_labels_and_numpy_numbers():
    shown = figures.network_diagram(np.array([2, 1]), labels=["pixels", "answer"])
    assert "pixels with 2 neurons, answer with 1 neuron" in shown.alt


@pytest.mark.parametrize("widths", [[3], [], [3, 0], [3, -1], [3, 2.5], [3, "1"], [3, None]])
def test_network_diagram_refuses(widths):
    with pytest.raises(ValueError, match=r"needs two or more layer widths, whole numbers above 0.*not \["):
        figures.network_diagram(widths)


def test_network_diagram_refuses_missing_labels():
    with pytest.raises(ValueError, match="There are 3 layers but 2 labels"):
        figures.network_diagram([3, 2, 1], labels=["a", "b"])


# ---- image_grid


@pytest.mark.parametrize(
    ("images", "what"),
    [
        (np.zeros((8, 8)), r"shape \(8, 8\)\. For a single picture, write images\[None\]\."),
        (np.zeros(8), r"shape \(8,\)"),
        (np.zeros((2, 8, 8, 4)), r"shape \(2, 8, 8, 4\)"),
        (np.zeros((0, 8, 8)), r"shape \(0, 8, 8\)"),
        (np.zeros((65, 8, 8)), r"1 to 64 pictures"),
        (np.full((1, 8, 8), 1.5), r"yours are float64 from 1.5 to 1.5"),
        (np.full((1, 8, 8), -0.1), r"from -0.1"),
        (np.full((1, 8, 8), np.nan), r"from nan to nan"),
        (np.full((1, 8, 8), np.inf), r"to inf"),
        (np.full((1, 8, 8), 200, np.int64), r"yours are int64 from 200 to 200"),
    ],
)
def test_image_grid_refuses(images, what):
    with pytest.raises(ValueError, match=rf"image_grid takes.*{what}"):
        figures.image_grid(images)


def test_image_grid_refuses_missing_titles():
    with pytest.raises(ValueError, match="There are 3 pictures but 2 titles"):
        figures.image_grid(np.zeros((3, 8, 8)), titles=["a", "b"])


@pytest.mark.parametrize(
    "images", [np.zeros((10, 8, 6), np.uint8), np.ones((10, 8, 6)), np.ones((10, 8, 6, 3), np.float32)]
)
def test_image_grid_draws_each_picture_once(images):
    shown = figures.image_grid(images, columns=4)
    assert shown.svg().count("<image") == 10
    assert shown.alt == "10 pictures of 8×6 pixels"
    assert len(shown.figure.axes) == 12 and not any(axes.axison for axes in shown.figure.axes), (
        "two empty places stay empty"
    )


def test_image_grid_shows_the_pixels_that_it_was_given():
    images = np.array([[[0, 255], [128, 64]], [[255, 0], [0, 0]]], np.uint8)
    places = figures.image_grid(images).figure.axes
    for place, image in zip(places, images, strict=True):
        drawn = place.images[0]
        assert np.array_equal(drawn.get_array(), image) and drawn.get_clim() == (0, 255)


def test_image_grid_titles():
    shown = figures.image_grid(np.zeros((2, 4, 4)), titles=[9, "four"], alt="")
    assert shown.alt == "2 pictures of 4×4 pixels, titled 9, four"
    assert texts(shown) == ["9", "four"]


# ---- learning_curves


def test_learning_curves_draws_training_and_validation():
    shown = figures.learning_curves(HISTORY)
    loss, accuracy = shown.figure.axes
    assert [list(line.get_ydata()) for line in loss.lines] == [HISTORY["loss"], HISTORY["val_loss"]]
    assert [line.get_linestyle() for line in loss.lines] == ["-", "--"]
    assert list(loss.lines[0].get_xdata()) == [1, 2, 3] and len(accuracy.lines) == 1
    assert "over 3 epochs" in shown.alt and "val_loss from 0.6 to 0.35" in shown.alt


def test_learning_curves_takes_what_fit_returns():
    history = type("History", (), {"history": {"loss": [2.0, 1.0]}})()
    assert "loss from 2 to 1" in figures.learning_curves(history).alt


@pytest.mark.parametrize("history", [None, {}, {"loss": []}, [0.5, 0.3], "loss"])
def test_learning_curves_refuses(history):
    with pytest.raises(ValueError, match=r"takes what model\.fit returned, after at least one epoch"):
        figures.learning_curves(history)


# ---- confusion_matrix


def test_confusion_matrix_counts_as_numpy_does():
    rng = np.random.default_rng(3)
    truth, answers = rng.integers(0, 4, 500), rng.integers(0, 4, 500)
    names = ("zero", "one", "two", "three")
    shown = figures.confusion_matrix(truth, answers, names)
    counts = [[np.sum((truth == row) & (answers == column)) for column in range(4)] for row in range(4)]
    drawn = {text.get_position(): int(text.get_text()) for text in shown.figure.axes[0].texts}
    assert drawn == {(column, row): counts[row][column] for row in range(4) for column in range(4)}
    assert f"of {sum(counts[2])} × two, {counts[2][0]} called zero, {counts[2][1]} called one" in shown.alt


def test_confusion_matrix_of_bools():
    truth = np.array([False, False, False, True])
    shown = figures.confusion_matrix(truth, np.array([False, False, True, False]))
    assert (
        "of 3 × not a nine, 2 called not a nine, 1 called nine; of 1 × nine, 1 called not a nine, 0 called nine"
        in shown.alt
    )


def test_confusion_matrix_of_a_class_that_never_comes():
    assert "of 0 × nine, 0 called not a nine" in figures.confusion_matrix([0, 0], [0, 1]).alt


@pytest.mark.parametrize(
    ("truth", "answers", "what"),
    [
        ([0, 1], [0], r"two lists of equal length; yours have shapes \(2,\) and \(1,\)"),
        ([], [], r"equal length; yours have shapes \(0,\)"),
        ([[0], [1]], [[0], [1]], r"shapes \(2, 1\) and \(2, 1\)"),
        ([0, 2], [0, 1], r"class numbers from 0 to 1, or bools; yours hold 0 to 2\."),
        ([0, 1], [0, -1], r"yours hold -1 to 0"),
        ([0.0, 1.0], [0, 1], r"yours hold float64 values, such as 0\.0"),
        ([0, 1], [0.2, np.nan], r"yours hold float64 values, such as 0\.2"),
        (["no", "nine"], ["no", "nine"], r"class numbers from 0 to 1, or bools; yours hold <U4 values, such as no"),
    ],
)
def test_confusion_matrix_refuses(truth, answers, what):
    with pytest.raises(ValueError, match=what):
        figures.confusion_matrix(truth, answers)
