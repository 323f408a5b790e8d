"""A grid of trained networks: choose a width and a depth, and see what each seed reached and what fits a parameter budget."""

import numpy as np

from .base import Playable, is_whole

__all__ = ["design_grid"]


def design_grid(widths, depths, validation, training, pictures, inputs) -> Playable:
    """Choose among trained designs by width and depth, with the mistakes of every seed and a budget for parameters.

    Chapter 07 trains the networks and explains when a difference between two designs is clear: when it is larger than twice
    the root of the sum of the two squared standard errors.

    Parameters
    ----------
    widths, depths : sequences of 2 to 9 and 2 to 5 whole numbers that grow
        Neurons in each hidden layer, and the number of hidden layers. There is one output neuron.
    validation, training : arrays of whole numbers, shape (len(widths), len(depths), seeds)
        Mistakes of each network on the validation and on the training pictures; two or more seeds.
    pictures : (int, int)
        The number of validation and of training pictures.
    inputs : int
        The number of input neurons.

    Raises
    ------
    ValueError
        When an argument is none of these.
    """
    widths = _growing(widths, "widths", 9, 1)
    depths = _growing(depths, "depths", 5, 1)
    inputs = _whole([inputs], "inputs", "the number of input neurons, such as 256", 1)[0]
    pictures = _whole(pictures, "pictures", "two numbers: of validation and of training pictures", 2)
    counts = {
        "validation": _mistakes(validation, "validation", (len(widths), len(depths)), pictures[0]),
        "training": _mistakes(training, "training", (len(widths), len(depths)), pictures[1]),
    }
    seeds = counts["validation"].shape[2]
    if counts["training"].shape[2] != seeds:
        raise ValueError(
            f"validation has {seeds} seeds and training has {counts['training'].shape[2]}; both need the same."
        )
    return Playable(
        "design_grid",
        {"widths": widths, "depths": depths, "inputs": inputs, "pictures": pictures, **counts},
        f"""A grid of {len(widths) * len(depths)} designs, with the widths {_list(widths)} and {_list(depths)} hidden layers. Each field
        holds the mean number of mistakes on {pictures[0]:,} validation pictures over {seeds} seeds. Sliders choose the width, the
        number of hidden layers and a parameter budget. For the chosen design one sees the number of parameters and, for each seed,
        the share of mistakes on the training and on the validation pictures. A mark shows the designs within the budget that are
        not clearly worse than the best.""",
    )


def _list(numbers):
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _whole(values, name, meaning, length=None):
    try:
        values = list(values)
    except TypeError:
        values = [values]
    whole = all(is_whole(value) and value > 0 for value in values)
    if not whole or (length is not None and len(values) != length):
        raise ValueError(f"design_grid takes {name} as {meaning}; not {values!r}.")
    return [int(value) for value in values]


def _growing(values, name, most, least):
    numbers = _whole(values, name, "whole numbers above 0, such as [1, 2, 4]")
    if not 2 <= len(numbers) <= most or numbers != sorted(set(numbers)) or numbers[0] < least:
        raise ValueError(f"design_grid takes 2 to {most} {name} that grow, such as [1, 2, 4]; not {numbers}.")
    return numbers


def _mistakes(values, name, grid, pictures):
    values = np.asarray(values)
    if values.dtype.kind not in "iu" or values.ndim != 3 or values.shape[:2] != grid or values.shape[2] < 2:
        raise ValueError(
            f"{name} holds whole numbers of mistakes in the shape (widths, depths, seeds), here {(*grid, 'two or more')}; "
            f"yours is of type {values.dtype} and shape {values.shape}.".replace("'", "")
        )
    if values.min() < 0 or values.max() > pictures:
        raise ValueError(
            f"{name} counts mistakes on {pictures:,} pictures, so from 0 to {pictures:,}; yours go from {values.min():,} to {values.max():,}."
        )
    return values
