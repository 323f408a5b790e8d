"""Figures of the course: one style, sharp at any size, readable in light and dark pages and by colour-blind readers.

Importing this module sets matplotlib's style. Every figure here is a :class:`Picture`: an SVG drawing inside the page whose
lines and letters take the page's own text colour, with a text alternative for people and programs that do not see it.

Chapter 02 draws with matplotlib and ``figures.show``; chapter 03 uses network diagrams; chapter 05 picture grids and the
confusion matrix; chapter 06 learning curves.
"""

import html
import io
import itertools
import re
import uuid

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

__all__ = ["BLUE", "GREEN", "INK", "ORANGE", "PURPLE", "RED", "SKY", "Picture"]
__all__ += ["confusion_matrix", "image_grid", "learning_curves", "network_diagram", "show"]

# The palette of Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, without its black and yellow: people with any
# kind of colour vision tell these apart. The first three are dark enough for thin lines on white.
BLUE, RED, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
# Two stand-ins. In the page, INK becomes the colour of the text around the figure, and FAINT a thin version of it.
INK, FAINT = "#1f2329", "#d3d7de"

STYLE = {
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, RED, GREEN, ORANGE, SKY, PURPLE]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "figure.figsize": (5.4, 3.2),
    "font.family": "sans-serif",
    "font.size": 11,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "image.cmap": "gray",
    "image.interpolation": "none",
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 2,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "isnine",  # the same drawing gives the same SVG, byte for byte
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
mpl.rcParams.update(STYLE)


class Picture:
    """A drawing and its text alternative. In a notebook or page it shows itself; elsewhere it prints its text.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the figure shows, in words.
    """

    def __init__(self, figure: Figure, alt: str):
        if not isinstance(alt, str) or len(alt.split()) < 3:
            raise ValueError(
                f"A figure needs a text alternative that says what it shows, such as 'A rising curve from 0 to 1', not {alt!r}."
            )
        self.figure, self.alt = figure, " ".join(alt.split())

    def svg(self) -> str:
        """The drawing as an SVG element that takes its colours from the page around it."""
        buffer = io.StringIO()
        self.figure.savefig(buffer, format="svg", metadata={"Date": None})
        drawing = buffer.getvalue()
        drawing = drawing[drawing.index("<svg") :]
        drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.S)
        drawing = drawing.replace(INK, "currentColor").replace(FAINT, "var(--isnine-faint, #8886)")
        drawing = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", drawing)
        # Names must be unique in a page that holds many drawings: keep those that something refers to, and make them so.
        used = set(re.findall(r"#([\w-]+)", drawing))
        prefix = f"isnine{uuid.uuid4().hex[:8]}-"
        drawing = re.sub(r' id="([^"]+)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", drawing)
        drawing = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{prefix}", drawing)
        width, height = (72 * inches for inches in self.figure.get_size_inches())
        return re.sub(
            r"<svg[^>]*>",
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width:g} {height:g}" '
            f'role="img" aria-label="{html.escape(self.alt)}" style="width:100%;max-width:{width * 1.45:.0f}px;height:auto;'
            'font-family:inherit;image-rendering:pixelated">',
            drawing,
            count=1,
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": f'<div class="isnine-figure">{self.svg()}</div>'}

    def __repr__(self):
        return f"Figure: {self.alt}"


def show(alt: str) -> Picture:
    """Show the current matplotlib figure with a text alternative. Stands at the end of a cell, in place of ``plt.show()``.

    Parameters
    ----------
    alt : str
        What the figure shows, in words, for readers who do not see it.
    """
    import matplotlib.pyplot as plt

    if not plt.get_fignums():
        raise ValueError("There is no figure to show yet: draw something first, for example plt.plot([1, 2, 3]).")
    figure = plt.gcf()
    plt.close(figure)  # otherwise Jupyter would show it a second time
    return Picture(figure, alt)


def network_diagram(widths, labels=None, most: int = 7) -> Picture:
    """Draw a fully connected network from a list of layer widths.

    Parameters
    ----------
    widths : list of int
        Number of neurons in each layer, from input to output, such as [4096, 32, 1].
    labels : list of str, optional
        A name for each layer. Without it: input layer, hidden layer 1, ..., output layer.
    most : int
        A layer with more neurons than this is drawn shortened, with three dots and its number.
    """
    widths = list(widths)
    if len(widths) < 2 or not all(isinstance(w, (int, np.integer)) and w > 0 for w in widths):
        raise ValueError(
            f"A network diagram needs two or more layer widths, whole numbers above 0, such as [3, 4, 1]; not {widths!r}."
        )
    if labels is None:
        hidden = len(widths) - 2
        labels = [
            "input layer",
            *("hidden layer" + (f" {i + 1}" if hidden > 1 else "") for i in range(hidden)),
            "output layer",
        ]
    if len(labels) != len(widths):
        raise ValueError(f"There are {len(widths)} layers but {len(labels)} labels.")
    rows = min(max(widths), most)
    figure = Figure(figsize=(max(3.6, 1.5 * len(widths)), 0.34 * rows + 0.9))
    axes = figure.add_subplot()
    places = [_column(width, most) for width in widths]
    for x, (left, right) in enumerate(itertools.pairwise(places)):
        for y0, y1 in itertools.product(left, right):
            axes.plot([x, x + 1], [y0, y1], color=FAINT, linewidth=0.7, zorder=1)
    for x, (width, column, label) in enumerate(zip(widths, places, labels, strict=True)):
        colour = BLUE if x == 0 else RED if x == len(widths) - 1 else GREEN
        axes.scatter([x] * len(column), column, s=170, color=colour, zorder=2)
        if width > most:
            axes.scatter([x] * 3, [-0.22, 0, 0.22], s=6, color=INK, zorder=2)
        axes.text(
            x, -rows / 2 - 0.15, f"{label.replace(' ', chr(10), 1)}\n{width:,}", ha="center", va="top", linespacing=1.25
        )
    axes.set(xlim=(-0.5, len(widths) - 0.5), ylim=(-rows / 2 - 2.3, rows / 2))
    axes.axis("off")
    layers = ", ".join(
        f"{label} with {width:,} {'neuron' if width == 1 else 'neurons'}"
        for label, width in zip(labels, widths, strict=True)
    )
    return Picture(
        figure, f"Network diagram, left to right: {layers}. Each neuron is joined to every neuron of the next layer."
    )


def _column(width, most):
    """Heights at which the neurons of one layer are drawn, around 0; a gap in the middle where some are left out."""
    if width <= most:
        return [(width - 1) / 2 - i for i in range(width)]
    shown = (most - 1) // 2
    return [most / 2 - 0.5 - i for i in range(shown)] + [i + 0.5 - most / 2 for i in reversed(range(shown))]


def image_grid(images, titles=None, columns: int = 8, alt: str = "") -> Picture:
    """Show pictures side by side.

    Parameters
    ----------
    images : array of shape (n, height, width) or (n, height, width, 3)
        uint8 from 0 to 255, or floats from 0 to 1; at most 64 pictures.
    titles : sequence of n values, optional
        Written above each picture.
    columns : int
        Pictures in a row.
    alt : str
        What the pictures show. Without it: their number, size and titles.
    """
    images = np.asarray(images)
    if images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[-1] != 3) or not 1 <= len(images) <= 64:
        raise ValueError(
            f"image_grid takes 1 to 64 pictures as an array of shape (n, height, width) or (n, height, width, 3); yours has shape {images.shape}."
            + (" For a single picture, write images[None]." if images.ndim == 2 else "")
        )
    top = 255 if images.dtype == np.uint8 else 1
    if not np.isfinite(images).all() or images.min() < 0 or images.max() > top:
        raise ValueError(
            f"image_grid takes uint8 values from 0 to 255 or floats from 0 to 1; yours are {images.dtype} from {images.min():g} to {images.max():g}."
        )
    titles = [""] * len(images) if titles is None else [str(title) for title in titles]
    if len(titles) != len(images):
        raise ValueError(f"There are {len(images)} pictures but {len(titles)} titles.")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    side = 5.4 / max(columns, 4)
    figure = Figure(figsize=(side * columns, (side + 0.28 * any(titles)) * rows))
    for place, image, title in zip(figure.subplots(rows, columns, squeeze=False).flat, images, titles, strict=False):
        place.imshow(image, vmin=0, vmax=top)
        place.set_title(title, loc="center", fontsize=10, pad=3)
    for place in figure.axes:
        place.axis("off")
    named = f", titled {', '.join(titles)}" if any(titles) else ""
    return Picture(figure, alt or f"{len(images)} pictures of {images.shape[1]}×{images.shape[2]} pixels{named}")


def learning_curves(history, alt: str = "") -> Picture:
    """Draw how loss and other measures changed from epoch to epoch, for training and validation.

    Parameters
    ----------
    history : keras History, or dict of str to list of float
        What ``model.fit`` returns, or its ``.history``. A name that starts with ``val_`` is drawn dashed beside the one without.
    alt : str
        What the curves show. Without it: first and last value of each.
    """
    history = getattr(history, "history", history)
    if not isinstance(history, dict) or not history or not all(len(values) for values in history.values()):
        raise ValueError("learning_curves takes what model.fit returned, after at least one epoch of training.")
    names = [name for name in history if not name.startswith("val_")]
    figure = Figure(figsize=(5.4, 2.5 * len(names)))
    for axes, name in zip(figure.subplots(len(names), squeeze=False, sharex=True).flat, names, strict=True):
        epochs = np.arange(1, len(history[name]) + 1)
        axes.plot(epochs, history[name], label="training")
        if f"val_{name}" in history:
            axes.plot(epochs, history[f"val_{name}"], "--", color=RED, label="validation")
        axes.set(ylabel=name)
        axes.legend()
    axes.set_xlabel("epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)
    told = ", ".join(f"{name} from {values[0]:.3g} to {values[-1]:.3g}" for name, values in history.items())
    return Picture(figure, alt or f"Learning curves over {len(epochs)} epochs: {told}.")


def confusion_matrix(truth, answers, names=("not a nine", "nine")) -> Picture:
    """Draw how often each true class got each answer.

    Parameters
    ----------
    truth, answers : arrays of shape (n,)
        Class numbers from 0, or bools.
    names : sequence of str
        One name a class, from class 0.
    """
    counts = _counts(truth, answers, len(names))
    size = len(names)
    figure = Figure(figsize=(min(5.4, 2.2 + 0.9 * size), min(5.4, 1.2 + 0.75 * size)))
    axes = figure.add_subplot()
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    for row, column in itertools.product(range(size), repeat=2):
        colour = BLUE if row == column else RED
        axes.add_patch(
            mpl.patches.Rectangle(
                (column - 0.5, row - 0.5), 1, 1, color=colour, alpha=float(0.08 + 0.5 * share[row, column])
            )
        )
        axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", weight="bold")
    axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), xlabel="answer", ylabel="truth")
    axes.set_xticks(range(size), names)
    axes.set_yticks(range(size), names)
    axes.grid(False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    cells = "; ".join(
        f"of {counts[row].sum():,} × {name}, "
        + ", ".join(f"{counts[row, column]:,} called {names[column]}" for column in range(size))
        for row, name in enumerate(names)
    )
    return Picture(figure, f"Confusion matrix: {cells}.")


def _counts(truth, answers, size):
    truth, answers = np.asarray(truth), np.asarray(answers)
    if truth.ndim != 1 or truth.shape != answers.shape or not len(truth):
        raise ValueError(
            f"confusion_matrix takes two lists of equal length; yours have shapes {truth.shape} and {answers.shape}."
        )
    for values in (truth, answers):
        asked = f"confusion_matrix takes class numbers from 0 to {size - 1}, or bools"
        if values.dtype.kind not in "biu":
            raise ValueError(f"{asked}; yours hold {values.dtype} values, such as {values[0]}.")
        if values.min() < 0 or values.max() >= size:
            raise ValueError(f"{asked}; yours hold {values.min()} to {values.max()}.")
    return np.bincount(truth.astype(int) * size + answers.astype(int), minlength=size * size).reshape(size, size)
