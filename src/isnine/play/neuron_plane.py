"""One neuron with two inputs, set by hand: sliders for its weights and its bias over the plane that it cuts in two."""

import math

import numpy as np

from .base import Playable

__all__ = ["neuron_plane"]

MOST = 1000  # points: more would make the page slow, and the plane unreadable


def neuron_plane(points, labels, names=("x1", "x2"), classes=("0", "1"), start=(1.0, 1.0, 0.0), good=None) -> Playable:
    """Show a plane of points and one neuron over it, with sliders for the neuron's weights and bias.

    The plane is shaded by the neuron's activation, step or sigmoid. A point of class 1 is on the right side when its weighted sum
    z = w1·x1 + w2·x2 + b is above 0, a point of class 0 when z is 0 or below. Chapter 02 teaches all of this.

    Parameters
    ----------
    points : array of shape (n, 2)
        One row a point: its two inputs x1 and x2. At most 1,000 points.
    labels : array of shape (n,)
        For each point 1 (or True) when the neuron should fire, else 0 (or False).
    names : two strings
        What x1 and x2 are, written along the axes.
    classes : two strings
        What points with label 0 and with label 1 are.
    start : three numbers
        w1, w2 and b at the beginning and after a reset.
    good : three numbers, optional
        w1, w2 and b for the button "Show a good setting". Without it there is no button.

    Raises
    ------
    ValueError
        When an argument is none of these.
    """
    points, labels = _points(points), _labels(labels, len(points))
    names, classes = _two_texts(names, "names"), _two_texts(classes, "classes")
    settings = [_setting(start, "start")] + ([] if good is None else [_setting(good, "good")])
    weights, biases = np.array(settings)[:, :2], np.array(settings)[:, 2]
    # The sliders go far enough to double every weight and bias, to push the line past every point, and to bring it among the
    # points again when a weight changes its sign.
    reach = max(np.abs(points @ weights.T).max(), (np.abs(points) @ np.abs(weights).T).mean(0).max())
    limits = [_rounded_up(2 * np.abs(weights).max() or 1), _rounded_up(max(2 * np.abs(biases).max(), reach) or 1)]
    steps = [
        _step(limit, values, name)
        for limit, values, name in zip(limits, (weights.ravel(), biases), ("weight", "bias"), strict=True)
    ]
    # Both axes get the same scale, so that the arrow of the weights stands at a right angle to the line.
    low, high = points.min(0), points.max(0)
    side = 1.16 * float((high - low).max() or 1)
    low = (low + high) / 2 - side / 2
    count = int(labels.sum())
    return Playable(
        "neuron_plane",
        {
            "points": np.round(points, 6 - math.floor(math.log10(side))),
            "labels": labels,
            "names": names,
            "classes": classes,
            "settings": settings,
            "limits": limits,
            "steps": steps,
            "low": low,
            "side": side,
            "ticks": [_ticks(start, side) for start in low],
        },
        f"A plane with {len(points)} points, {len(points) - count} of class {classes[0]} (crosses) and {count} of class {classes[1]} "
        f"(discs), by {names[0]} and {names[1]}. Sliders set the weights w1 and w2 and the bias b of a neuron: they move the line that "
        "parts the plane into a side where the neuron fires and a side where it does not.",
    )


def _points(points):
    try:
        array = np.asarray(points, float)
    except (TypeError, ValueError):
        raise ValueError(
            "neuron_plane takes points as an array of shape (n, 2) of numbers; yours hold something else."
        ) from None
    if array.ndim != 2 or array.shape[1] != 2 or not 1 <= len(array) <= MOST:
        raise ValueError(
            f"neuron_plane takes 1 to {MOST:,} points as an array of shape (n, 2), one row a point; yours has shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise ValueError("neuron_plane takes points of finite numbers; yours hold NaN or infinity.")
    return array


def _labels(labels, count):
    try:
        array = np.asarray(labels)
    except ValueError:  # a list of lists of different lengths
        array = np.empty(0)
    if array.shape != (count,):
        raise ValueError(
            f"neuron_plane takes one label a point: shape ({count},) for your {count} points; yours has shape {array.shape}."
        )
    if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
        raise ValueError("neuron_plane takes labels that are 0 or 1 (or False and True); yours hold other values.")
    return array.astype(int)


def _two_texts(texts, name):
    if (
        not isinstance(texts, (list, tuple))
        or len(texts) != 2
        or not all(isinstance(t, str) and t.strip() for t in texts)
    ):
        raise ValueError(f'neuron_plane takes {name} as two texts, such as ("six", "nine"); not {texts!r}.')
    return list(texts)


def _setting(values, name):
    try:
        numbers = [float(value) for value in values]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)):
        raise ValueError(
            f"neuron_plane takes {name} as three numbers, w1, w2 and b, such as (1, -1, 0.5); not {values!r}."
        )
    return numbers


def _ticks(low, side):
    """Round numbers along an axis, at least three of them."""
    power = 10.0 ** math.floor(math.log10(side / 3))
    gap = next(m * power for m in (5, 2, 1) if m * power <= side / 3)
    return [round(i * gap, 12) for i in range(math.ceil(low / gap), math.floor((low + side) / gap) + 1)]


def _rounded_up(value):
    """The next of ..., 1, 1.5, 2, 3, 5, 8, 10, 15, ... that is not below a value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(m * power, 12) for m in (1, 1.5, 2, 3, 5, 8, 10) if m * power >= value * (1 - 1e-9))


def _step(limit, values, name):
    """How far a slider moves at a time: about 30 to 80 times from 0 to its end, and such that it can stand at each of the values."""
    power = 10.0 ** math.floor(math.log10(limit / 30))
    steps = [
        m * power * finer for finer in (1, 0.1, 0.01, 1e-3, 1e-4) for m in (5, 2, 1) if m * power * finer <= limit / 30
    ]
    for step in steps:
        if all(abs(value / step - round(value / step)) < 1e-6 for value in values):
            return round(step, 12)
    raise ValueError(
        f"The slider of a {name} can't stand at each of {', '.join(f'{value:g}' for value in values)}: give numbers with fewer digits."
    )
