"""A learner that remembers pictures: choose how many, and see how often it is right and which picture it answers from."""

import base64

import numpy as np

from .base import Playable

__all__ = ["more_samples"]

SIDE = 16  # pictures travel at most this large: what chapter 01 compares, and small enough for a page
DRAWS = 5  # of so many draws the most similar pictures are shown; of the others only the results


def more_samples(train, validation, distances, shuffles, numbers, shown) -> Playable:
    """Choose how many pictures the nearest neighbour remembers, and see what becomes of its answers.

    Chapter 01 introduces the nearest neighbour: it gives a new picture the answer of the most similar remembered one.

    Parameters
    ----------
    train, validation : isnine.data.Part
        The pictures to remember and the new ones, square, at most 16 pixels wide or a multiple of that.
    distances : array of shape (len(validation), len(train))
        How far each new picture is from each one that can be remembered.
    shuffles : array of whole numbers, shape (draws, n)
        One draw a row: positions in ``train``, each at most once. A draw with 30 samples is the first 30 of its row.
    numbers : sequence of 2 to 9 whole numbers
        The numbers of samples on the slider, growing, such as (10, 30, 100). The last is at most n.
    shown : sequence of 1 to 8 whole numbers
        Positions in ``validation`` of the pictures to look at one by one.

    Raises
    ------
    ValueError
        When an argument is none of these, or no validation picture is a nine.
    """
    distances = np.asarray(distances)
    if distances.shape != (len(validation), len(train)):
        raise ValueError(
            f"distances has one row for each of the {len(validation):,} new pictures and one column for each of the {len(train):,} "
            f"training pictures: shape ({len(validation)}, {len(train)}); yours has shape {distances.shape}."
        )
    if not np.isfinite(distances).all():
        raise ValueError("Some of the distances are not finite numbers.")
    if not validation.is_nine.any():
        raise ValueError("None of the validation pictures is a nine, so none can be found.")
    shuffles = _whole_numbers(shuffles, "shuffles", len(train), 2)
    if any(len(set(row)) < len(row) for row in shuffles.tolist()):
        raise ValueError("A row of shuffles names a picture twice. rng.permutation gives each position once.")
    numbers = _whole_numbers(numbers, "numbers", shuffles.shape[1] + 1, 1)
    if not 2 <= len(numbers) <= 9 or numbers[0] < 1 or (np.diff(numbers) <= 0).any():
        raise ValueError(
            f"numbers takes 2 to 9 numbers of samples that grow, such as (10, 30, 100); yours are {numbers.tolist()}."
        )
    shown = _whole_numbers(shown, "shown", len(validation), 1)
    if not 1 <= len(shown) <= 8:
        raise ValueError(f"shown takes the positions of 1 to 8 validation pictures; yours are {len(shown)}.")

    nearest = np.array(
        [[chosen[distances[:, chosen[:number]].argmin(axis=1)] for number in numbers] for chosen in shuffles]
    )  # (draws, numbers, new pictures): positions in train
    answers, truth = train.is_nine[nearest], validation.is_nine
    used, places = np.unique(nearest[:DRAWS, :, shown], return_inverse=True)
    pictures = np.concatenate([_small(validation.images[shown]), _small(train.images[used])])
    return Playable(
        "more_samples",
        {
            "numbers": numbers,
            "pictures": len(truth),
            "nines": int(truth.sum()),
            "right": (answers == truth).sum(axis=2),
            "found": (answers & truth).sum(axis=2),
            "wrongly": (answers & ~truth).sum(axis=2),
            "side": pictures.shape[1],
            "pixels": base64.b64encode(pictures.tobytes()).decode(),
            "digits": [*validation.digits[shown], *train.digits[used]],
            "nearest": places.reshape(-1, len(numbers), len(shown)) + len(shown),
        },
        f"""A slider for the number of samples that a nearest neighbour remembers, from {numbers[0]:,} to {numbers[-1]:,}. Two curves show
        its accuracy and how many of {truth.sum()} nines it finds, over {len(shuffles)} draws. Beside them, {len(shown)} new pictures, each
        with the most similar remembered picture and the answer that follows, right or wrong. A button takes another draw.""",
    )


def _whole_numbers(values, name, below, dimensions):
    values = np.asarray(values)
    if values.dtype.kind not in "iu" or values.ndim != dimensions or not values.size:
        kind = "a list of whole numbers" if dimensions == 1 else "one row of whole numbers for each draw"
        raise ValueError(f"{name} takes {kind}; yours is of type {values.dtype} and shape {values.shape}.")
    if values.min() < 0 or values.max() >= below:
        raise ValueError(
            f"{name} takes whole numbers from 0 to {below - 1:,}; yours go from {values.min():,} to {values.max():,}."
        )
    return values


def _small(images):
    """Square uint8 pictures, averaged over blocks so that they are at most SIDE pixels wide."""
    side = images.shape[1]
    by = max(1, side // SIDE)
    if images.ndim != 3 or side != images.shape[2] or side % by:
        raise ValueError(
            f"more_samples takes square grey pictures of 64×64, 32×32 or at most 16×16 pixels; yours have shape {images.shape[1:]}."
        )
    return np.rint(images.reshape(-1, side // by, by, side // by, by).mean(axis=(2, 4))).astype(np.uint8)
