"""A threshold to move over the scores of a classifier, with its confusion matrix, precision, recall and accuracy."""

import numpy as np

from .base import Playable

__all__ = ["threshold"]


def threshold(scores, truth) -> Playable:
    """Move the threshold above which a picture is called a nine, and see what becomes of the answers.

    Chapter 05 introduces the words. A score that equals the threshold is called a nine. Precision is 0.0 where nothing is
    called a nine.

    Parameters
    ----------
    scores : array of shape (n,) or (n, 1)
        Outputs from 0 to 1, one a picture.
    truth : bool array of shape (n,)
        True where the picture is a nine, such as ``validation.is_nine``. At least one nine and one that is not.

    Raises
    ------
    ValueError
        When scores or truth are anything else.
    """
    scores, truth = _scores(scores), _truth(truth)
    if len(scores) != len(truth):
        raise ValueError(
            f"threshold needs one score for each picture: there are {len(scores):,} scores, but truth has {len(truth):,} values. "
            "Are they from the same part of the data?"
        )
    nines = int(truth.sum())
    if nines in (0, len(truth)):
        which = "none of the pictures is a nine, so there is no recall" if nines == 0 else "every picture is a nine"
        raise ValueError(
            f"threshold needs pictures of both kinds, nines and others; in truth, {which}. Was the right array passed?"
        )
    return Playable(
        "threshold",
        # The shortest text that names a float32 among all float32 numbers: comparing it with a threshold such as 0.7, as the
        # script does in double precision, gives what NumPy gives when it compares the float32 itself.
        {"scores": [float(str(score)) for score in scores], "truth": truth.astype(int)},
        f"a threshold from 0 to 1 over the scores of {len(scores):,} pictures, {nines:,} of them nines. Moving it changes the four "
        "counts of the confusion matrix, and with them precision, recall and accuracy",
    )


def _scores(scores):
    scores = np.asarray(scores)
    if scores.dtype.kind == "b":
        raise ValueError(
            "threshold takes the scores first, numbers from 0 to 1, and then the truth; the first argument holds True and False. "
            "Have the two changed places, or were the scores compared with a threshold already?"
        )
    if scores.dtype.kind not in "iuf":
        raise ValueError(f"Scores are numbers from 0 to 1; these are {_kind(scores)}.")
    if scores.ndim == 2 and scores.shape[1] == 1:  # one output neuron gives a column
        scores = scores[:, 0]
    if scores.ndim != 1 or not len(scores):
        raise ValueError(
            f"threshold takes one score a picture, an array of shape (n,) or (n, 1); yours has shape {scores.shape}."
        )
    wrong = int(np.isnan(scores).sum())
    if wrong:
        raise ValueError(
            f"{wrong:,} of the {len(scores):,} scores {'is' if wrong == 1 else 'are'} NaN, which is not a number: look for 0/0 or "
            "infinity minus infinity where they were computed."
        )
    if scores.min() < 0 or scores.max() > 1:
        raise ValueError(
            f"Scores lie between 0 and 1; yours go from {scores.min():.4g} to {scores.max():.4g}. "
            "Are they weighted sums, before the sigmoid?"
        )
    return scores


def _truth(truth):
    truth = np.asarray(truth)
    if truth.ndim != 1:
        raise ValueError(f"truth is one value a picture, an array of shape (n,); yours has shape {truth.shape}.")
    if truth.dtype.kind not in "biu" or not np.isin(truth, (0, 1)).all():
        held = f"whole numbers up to {truth.max()}" if truth.dtype.kind in "iu" else _kind(truth)
        raise ValueError(
            f"truth holds True for a nine and False for any other digit; yours holds {held}. Pass is_nine."
        )
    return truth.astype(bool)


def _kind(array):
    return {"f": "numbers with a fraction", "U": "text", "O": "mixed objects"}.get(array.dtype.kind, str(array.dtype))
