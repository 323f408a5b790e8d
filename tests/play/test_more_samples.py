"""The figure more_samples: what Python hands over, what it refuses, and how it behaves in a browser."""

import numpy as np
import pytest
from common import PICTURES, parts

from isnine.data import Part
from isnine.play import more_samples


def remembering(**changed):
    """A nearest neighbour that remembers up to 12 pictures and is asked about four."""
    train, validation = PICTURES, Part(PICTURES.images[:4] // 2, PICTURES.digits[:4])
    distances = ((validation.images[:, None].astype(float) - train.images) ** 2).sum((2, 3))
    shuffles = np.stack([np.random.default_rng(i).permutation(12) for i in range(3)])
    arguments = {"distances": distances, "shuffles": shuffles, "numbers": (2, 5, 12), "shown": (0, 1)}
    return more_samples(train, validation, **{**arguments, **changed})


def example():
    return remembering()


def test_more_samples_counts_as_numpy_does():
    known = parts(remembering())[3]
    truth, distances = (
        PICTURES.is_nine[:4],
        ((PICTURES.images[:4, None] // 2 - PICTURES.images.astype(float)) ** 2).sum((2, 3)),
    )
    assert known["pictures"] == 4 and known["nines"] == truth.sum() and known["numbers"] == [2, 5, 12]
    for draw in range(3):
        order = np.random.default_rng(draw).permutation(12)
        for place, number in enumerate((2, 5, 12)):
            answers = PICTURES.is_nine[order[:number][distances[:, order[:number]].argmin(1)]]
            assert known["right"][draw][place] == (answers == truth).sum()
            assert known["found"][draw][place] == (answers & truth).sum()
            assert known["wrongly"][draw][place] == (answers & ~truth).sum()


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"distances": np.zeros((4, 3))}, r"shape \(4, 12\); yours has shape \(4, 3\)"),
        ({"distances": np.full((4, 12), np.nan)}, r"not finite"),
        ({"shuffles": np.zeros((2, 3), int)}, r"names a picture twice"),
        ({"shuffles": np.arange(3)}, r"shuffles takes one row"),
        ({"shuffles": np.array([[0, 12]])}, r"shuffles takes whole numbers from 0 to 11"),
        ({"numbers": (5, 2)}, r"numbers of samples that grow"),
        ({"numbers": (5,)}, r"2 to 9 numbers"),
        ({"numbers": (2, 13)}, r"numbers takes whole numbers from 0 to 12"),
        ({"shown": ()}, r"shown takes"),
        ({"shown": (4,)}, r"shown takes whole numbers from 0 to 3"),
    ],
)
def test_more_samples_refuses(changed, what):
    with pytest.raises(ValueError, match=what):
        remembering(**changed)
