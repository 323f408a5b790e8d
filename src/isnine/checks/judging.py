"""What the judges of several exercises share: picking calls, comparing numbers, judging outputs, and two activation functions."""

from collections.abc import Callable

import numpy as np

from .core import short

__all__ = ["calls_of", "equal", "first_problem", "no_confidences", "opening", "over_calls", "sigmoid_of", "softmax_of"]


def calls_of(calls: list[dict], *criteria: str) -> list[dict]:
    """The calls whose case speaks for one of these criteria."""
    return [call for call in calls if call["case"].criterion in criteria]


def first_problem(calls: list[dict]) -> str | None:
    """The first sentence on what is wrong with a call."""
    return next((call["problem"] for call in calls if call["problem"]), None)


def opening(call: dict) -> str:
    """How a message on one call begins."""
    return f"For {call['case'].label}, "


def equal(value, right, tolerance: float = 1e-6) -> bool:
    """Whether two results have one shape and the same numbers, up to rounding; NaN equals nothing."""
    value, right = np.asarray(value, float), np.asarray(right, float)
    return value.shape == right.shape and bool((np.abs(value - right) <= tolerance * (1 + np.abs(right))).all())


def over_calls(read: Callable, judge: Callable) -> Callable:
    """A criterion's test: ``judge(seen, case)`` for each call, where ``read(call)`` gives what was seen, or None when that is no sound value."""

    def test(calls):
        for call in calls:
            seen = read(call)
            if seen is None:
                return call["problem"] or f"{opening(call)}the check could not look into your network."
            if message := judge(seen, call["case"]):
                return f"{opening(call)}{message}"
        return None

    return test


def no_confidences(outputs: np.ndarray, width: float, classes: int, logits: str, tolerance: float = 1e-4) -> str | None:
    """Why outputs of shape (n, width) are no confidences for so many classes, or None when they are.

    ``logits`` is the sentence for values below 0 or above 1; it may hold {number} and {sum}.
    """
    if width != classes:
        return f"your network gives {int(width)} numbers for each picture. There is one for each class."
    if not np.isfinite(outputs).all():
        return "some outputs of your network are NaN or infinite."
    sums = outputs.sum(1)
    off = sums[np.abs(sums - 1).argmax()]
    if outputs.min() < 0 or outputs.max() > 1 + tolerance:
        number = outputs.min() if outputs.min() < 0 else outputs.max()
        return logits.format(number=short(number), sum=short(off))
    if abs(off - 1) > tolerance:
        return f"one of your rows adds up to {short(off)}. Each output alone lies between 0 and 1, but the classes do not compete."
    return None


def sigmoid_of(z) -> np.ndarray:
    """The sigmoid of each z, without an exponential, so that nothing can overflow."""
    return (1 + np.tanh(np.asarray(z, float) / 2)) / 2


def softmax_of(logits) -> np.ndarray:
    """Softmax over the last axis."""
    logits = np.asarray(logits, float)
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
