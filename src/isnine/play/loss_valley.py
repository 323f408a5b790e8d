"""A loss over one weight as a valley, and gradient descent as a ball in it: one slider sets the learning rate, another the start."""

import math

import numpy as np

from .base import Playable

__all__ = ["loss_valley"]

PLACES = 261  # where the loss is looked at; between them the script draws a cubic through values and slopes


def loss_valley(loss, low: float, high: float, start: float, learning_rate: float, largest_rate: float) -> Playable:
    """Show the loss over one weight and let gradient descent walk on it, step by step.

    One step moves the weight by minus learning rate times slope. Chapter 04 teaches this.

    Parameters
    ----------
    loss : callable
        Takes one weight, a float, and returns its loss, a float.
    low, high : float
        The weights between which the loss is drawn. A ball that leaves them has jumped out of the valley.
    start : float
        Where the ball stands at the beginning and after a reset, between ``low`` and ``high``.
    learning_rate : float
        The learning rate at the beginning.
    largest_rate : float
        Where the slider for the learning rate ends. It has 100 stops.

    Raises
    ------
    ValueError
        When an argument is none of these, or the loss is not a finite number somewhere between ``low`` and ``high``.
    """
    if not callable(loss):
        raise ValueError(
            f"loss_valley takes the loss as a function of one weight, such as lambda weight: weight**2; not {loss!r}."
        )
    low, high, start = _number("low", low), _number("high", high), _number("start", start)
    learning_rate, largest_rate = _number("learning_rate", learning_rate), _number("largest_rate", largest_rate)
    if not low < high:
        raise ValueError(f"loss_valley takes a low that is smaller than high; yours are {low:g} and {high:g}.")
    if not low <= start <= high:
        raise ValueError(f"loss_valley takes a start between low and high, {low:g} and {high:g}; yours is {start:g}.")
    if not 0 < learning_rate <= largest_rate:
        raise ValueError(
            "loss_valley takes a learning rate above 0 and at most largest_rate; "
            f"yours are {learning_rate:g} and {largest_rate:g}."
        )

    def loss_at(weight):
        return _number(f"the loss at the weight {weight:g}", loss(float(weight)))

    weights = np.linspace(low, high, PLACES)
    nudge = (high - low) * 1e-5
    values = np.array([loss_at(weight) for weight in weights])
    slopes = np.array([loss_at(weight + nudge) - loss_at(weight - nudge) for weight in weights]) / (2 * nudge)
    valleys = np.flatnonzero((values[1:-1] < values[:-2]) & (values[1:-1] <= values[2:])) + 1
    return Playable(
        "loss_valley",
        {
            "low": low,
            "high": high,
            "values": _short(values),
            "slopes": _short(slopes),
            "valleys": weights[valleys],
            "start": start,
            "rate": learning_rate,
            "largest": largest_rate,
        },
        f"A curve of the loss over one weight from {low:g} to {high:g}, with {_count(len(valleys))}, and a ball that starts at the weight "
        f"{start:g}. Sliders set the learning rate and the start; buttons let the ball take one step or 20 steps of gradient descent. "
        "A short line shows the slope, and a small chart the loss after each step.",
    )


def _number(name, value):
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"loss_valley takes {name} as a finite number, not {value!r}.")
    return number


def _short(values):
    """Seven digits are more than any screen shows, and keep the page small."""
    return [float(f"{value:.7g}") for value in values]


def _count(valleys):
    return "no valley inside" if not valleys else "one valley" if valleys == 1 else f"{valleys} valleys"
