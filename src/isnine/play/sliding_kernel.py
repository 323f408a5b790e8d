"""A kernel of 3×3 weights that slides over a small grey picture: nine products, their sum, and the output picture."""

import numpy as np

from .base import Playable

__all__ = ["sliding_kernel"]

# Name and weights, row by row. One decimal each, so that every sum can be checked by hand.
KERNELS = (
    ("vertical edges", (-1, 0, 1, -1, 0, 1, -1, 0, 1)),
    ("horizontal edges", (-1, -1, -1, 0, 0, 0, 1, 1, 1)),
    ("blur", (0.1, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1)),
    ("sharpen", (0, -1, 0, -1, 5, -1, 0, -1, 0)),
    ("copy", (0, 0, 0, 0, 1, 0, 0, 0, 0)),
)
SMALLEST, LARGEST, MOST = 5, 16, 4  # sides of a picture, and how many pictures


def sliding_kernel(pictures, names) -> Playable:
    """Move a 3×3 kernel over a picture and see each of the nine products, their sum, and the output. Chapter 09 introduces the words.

    One can choose the picture, the stride (1 or 2) and the padding ("valid" or "same"), choose among five kernels, and change
    each weight. Zeros are added by TensorFlow's rule, one more below and on the right where their number is odd.

    Parameters
    ----------
    pictures : array of shape (n, height, width), or sequence of such pictures
        One to four grey pictures of 5 to 16 pixels a side, values from 0 (black) to 1 (white). They are rounded to one
        decimal, so that the sums can be checked by hand.
    names : sequence of n str
        What each picture shows, such as "a nine".

    Raises
    ------
    ValueError
        When pictures or names are anything else.
    """
    pictures = _pictures(pictures)
    if isinstance(names, str):
        raise ValueError(
            f'sliding_kernel takes a list of names, one a picture, such as ["a nine"], not the text {names!r}.'
        )
    names = list(names)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise ValueError(f'sliding_kernel takes names in words, such as ["a nine", "a seven"], not {names!r}.')
    if len(names) != len(pictures):
        raise ValueError(
            f"sliding_kernel needs one name a picture: there are {len(pictures)} pictures, but {len(names)} names."
        )
    if len(set(names)) < len(names):
        raise ValueError(f"Each picture needs a name of its own; yours are {', '.join(names)}.")
    height, width = pictures.shape[1:]
    return Playable(
        "sliding_kernel",
        # Written through float so that 0.1 is handed over as 0.1 and not as the nearest float32.
        {
            "pictures": np.round(pictures.astype(float), 1),
            "names": names,
            "kernels": [list(kernel) for kernel in KERNELS],
        },
        f"a kernel of three by three weights over a grey picture of {height}×{width} pixels ({', '.join(names)}). One moves the "
        "window, chooses the picture, the kernel, the stride and the padding, or changes a weight, and reads the nine products, "
        "their sum, and the output picture",
    )


def _pictures(pictures):
    pictures = np.asarray(pictures)
    if pictures.ndim != 3:
        hint = " For a single picture, write picture[None]." if pictures.ndim == 2 else ""
        hint = hint or (" Colour has to be made grey first." if pictures.ndim == 4 else "")
        raise ValueError(
            f"sliding_kernel takes grey pictures as an array of shape (n, height, width); yours has shape {pictures.shape}.{hint}"
        )
    count, *sides = pictures.shape
    if not 1 <= count <= MOST:
        raise ValueError(f"sliding_kernel takes 1 to {MOST} pictures, not {count}.")
    if min(sides) < SMALLEST or max(sides) > LARGEST:
        raise ValueError(
            f"sliding_kernel takes pictures of {SMALLEST} to {LARGEST} pixels a side; yours have {sides[0]}×{sides[1]}. "
            "Cut a part out, or take the mean of each block of pixels."
        )
    if pictures.dtype.kind not in "iuf" or not np.isfinite(pictures).all():
        raise ValueError("sliding_kernel takes pictures of numbers from 0 to 1; yours hold something else, or NaN.")
    if pictures.min() < 0 or pictures.max() > 1:
        raise ValueError(
            f"sliding_kernel takes values from 0 to 1; yours go from {pictures.min():g} to {pictures.max():g}. "
            "Divide grey levels by 255."
        )
    return pictures
