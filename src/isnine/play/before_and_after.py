"""A feature map before and after pooling, and one channel of a batch before and after batch normalisation."""

import numpy as np

from .base import Playable, is_number

__all__ = ["before_and_after"]

LARGEST_WINDOW = 8
LARGEST_BATCH = 32


def before_and_after(feature_map, values, moving_mean, moving_variance, epsilon=0.001) -> Playable:
    """Pool a feature map with a window of any size; normalise a batch of any size, while training and at inference.

    Chapter 10 teaches both. The stride of the pooling is the size of the window, and its padding is "valid". The batch consists of
    one marked picture and of others that can be exchanged; the variance divides by the number of pictures.

    Parameters
    ----------
    feature_map : array of shape (height, width)
        One channel of one picture; 8 to 64 rows and columns.
    values : array of shape (n,)
        One number of one channel for each of 33 to 512 pictures. The first one belongs to the marked picture, the others are
        those that its batch is filled from.
    moving_mean, moving_variance : float
        What batch normalisation uses at inference. The variance is not below 0.
    epsilon : float above 0
        Added to the variance.

    Raises
    ------
    ValueError
        When an argument is anything else.
    """
    feature_map, values = _numbers("the feature map", feature_map), _numbers("values", values)
    if feature_map.ndim != 2 or not all(8 <= side <= 64 for side in feature_map.shape):
        hint = " Take one picture and one channel, as in maps[0, :, :, 0]." if feature_map.ndim > 2 else ""
        raise ValueError(
            "before_and_after takes a feature map of shape (height, width), with 8 to 64 rows and columns; "
            f"yours has shape {feature_map.shape}.{hint}"
        )
    if values.ndim != 1 or not LARGEST_BATCH < len(values) <= 512:
        raise ValueError(
            f"before_and_after takes one value for each of {LARGEST_BATCH + 1} to 512 pictures, an array of shape (n,); "
            f"yours has shape {values.shape}."
        )
    if values.max() == values.min():
        raise ValueError("All values are equal, so there is nothing to normalise. Take a channel that varies.")
    for name, value in (("moving_mean", moving_mean), ("moving_variance", moving_variance), ("epsilon", epsilon)):
        if not is_number(value):
            raise ValueError(f"before_and_after takes {name} as one number, not {value!r}.")
    if moving_variance < 0:
        raise ValueError(
            f"A variance is a mean of squares, so it is not below 0; moving_variance is {moving_variance}."
        )
    if not epsilon > 0:
        raise ValueError(f"before_and_after takes an epsilon above 0, not {epsilon!r}.")
    return Playable(
        "before_and_after",
        {
            "map": np.round(feature_map.astype(float), 4),
            "values": np.round(values.astype(float), 4),
            "movingMean": _short(moving_mean),
            "movingVariance": _short(moving_variance),
            "epsilon": float(epsilon),
            "largest": [LARGEST_WINDOW, LARGEST_BATCH],
        },
        f"Two parts. In the first, a feature map of {feature_map.shape[0]}×{feature_map.shape[1]} numbers stands beside its "
        f"average-pooled or max-pooled version, with a slider for the window from 1 to {LARGEST_WINDOW}. In the second, dots on two "
        f"lines show one number of one channel for a batch of 1 to {LARGEST_BATCH} pictures, before and after batch normalisation, "
        "with a switch between training and inference, and sliders for gamma and beta. One picture is marked: in training mode its "
        "normalised value changes with the other pictures of the batch, at inference it stays.",
    )


def _numbers(name, given):
    array = np.asarray(given)
    if array.dtype.kind not in "iuf" or not array.size:
        raise ValueError(f"before_and_after takes {name} as an array of numbers; yours holds {array.dtype}.")
    if not np.isfinite(array).all():
        raise ValueError(f"before_and_after: {name} holds a value that is not a finite number (nan or infinity).")
    return array


def _short(value):
    return float(f"{float(value):.6g}")
