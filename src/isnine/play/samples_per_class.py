"""Accuracy against the number of samples a class, for several ways to train: every seed a dot, and what the chosen number gives."""

import numpy as np

from .base import Playable

__all__ = ["samples_per_class"]


def samples_per_class(numbers, accuracies, classes) -> Playable:
    """Choose how many samples a class there are, and compare the ways to train with them, seed by seed.

    Chapter 14 trains a network from scratch, with a frozen backbone and with a fine-tuned one, and hands over what it measured.

    Parameters
    ----------
    numbers : sequence of 2 to 9 whole numbers that grow
        Samples a class, such as (1, 2, 5, 10).
    accuracies : dict of str to array of shape (len(numbers), seeds)
        For each way to train (2 to 4 of them) the accuracies on unseen pictures, from 0 to 1: one row a number of samples, one
        column a seed, two or more seeds. The first way is the one that the others are compared with.
    classes : int
        The number of classes, two or more. Guessing is right once in so many times.

    Raises
    ------
    ValueError
        When an argument is none of these.
    """
    numbers = np.asarray(numbers)
    if numbers.dtype.kind not in "iu" or numbers.ndim != 1 or not 2 <= len(numbers) <= 9:
        raise ValueError(
            f"numbers takes 2 to 9 whole numbers of samples a class, such as (1, 2, 5); not {numbers.tolist()}."
        )
    if numbers[0] < 1 or (np.diff(numbers) <= 0).any():
        raise ValueError(
            f"The numbers of samples are above 0 and grow, such as (1, 2, 5); yours are {numbers.tolist()}."
        )
    if isinstance(classes, bool) or not isinstance(classes, (int, np.integer)) or classes < 2:
        raise ValueError(f"classes is the number of classes, 2 or more; not {classes!r}.")
    if not isinstance(accuracies, dict) or not 2 <= len(accuracies) <= 4:
        raise ValueError(
            "accuracies is a dict with one array for each of 2 to 4 ways to train, such as "
            '{"from scratch": ..., "frozen": ...}.'
        )
    ways = {str(name): _shares(values, name, len(numbers)) for name, values in accuracies.items()}
    seeds = {values.shape[1] for values in ways.values()}
    if len(seeds) > 1:
        told = ", ".join(f"{name}: {values.shape[1]}" for name, values in ways.items())
        raise ValueError(f"Every way to train needs the same number of seeds; yours have {told}.")
    names = list(ways)
    return Playable(
        "samples_per_class",
        {
            "numbers": numbers,
            "names": names,
            "accuracies": [values.round(4) for values in ways.values()],
            "guess": 1 / int(classes),
        },
        f"""Accuracy on unseen pictures of {classes} classes against the number of samples a class, from {numbers[0]} to {numbers[-1]}.
        Each dot is one of {seeds.pop()} seeds, a line is their mean. The ways to train are {", ".join(names[:-1])} and {names[-1]}. A
        slider chooses the number of samples, check boxes choose the ways that are drawn, and a sentence tells the smallest and the
        largest accuracy of each.""",
    )


def _shares(values, name, rows):
    values = np.asarray(values)
    if values.dtype.kind not in "iuf" or values.ndim != 2 or len(values) != rows or values.shape[1] < 2:
        raise ValueError(
            f"{name!r} needs one row of accuracies for each of the {rows} numbers of samples, and one column for each of 2 or more "
            f"seeds; yours has shape {values.shape}."
        )
    values = values.astype(float)
    if np.isnan(values).any():
        raise ValueError(f"{name!r} holds {np.isnan(values).sum()} accuracies that are NaN.")
    if values.min() < 0 or values.max() > 1:
        raise ValueError(
            f"{name!r} takes accuracies from 0 to 1; yours go from {values.min():g} to {values.max():g}."
            + (" Divide per cents by 100." if values.max() > 1 else "")
        )
    return values
