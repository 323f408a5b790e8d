"""What the judges of several exercises share: picking calls, comparing numbers, and two activation functions."""

import numpy as np

__all__ = ["calls_of", "equal", "first_problem", "opening", "sigmoid_of", "softmax_of"]


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


def sigmoid_of(z) -> np.ndarray:
    """The sigmoid of each z, without an exponential, so that nothing can overflow."""
    return (1 + np.tanh(np.asarray(z, float) / 2)) / 2


def softmax_of(logits) -> np.ndarray:
    """Softmax over the last axis."""
    logits = np.asarray(logits, float)
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
