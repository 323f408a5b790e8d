"""Measure hand-written rules for "is it a nine?" over 20 seeds: the bands of the check ``is_nine`` rest on this table.

Run it from the repository: ``python tests/bands/seeing_digits.py``.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from answers.seeing_digits import dry, lowest, shrunk

from isnine.checks.seeing_digits import HANDWRITING, is_nine
from isnine.data import nines

SEEDS = range(20)


def holes(picture, limit):
    return dry(picture < limit)


def lower_left(picture, limit):
    return shrunk(picture)[16:, :16].mean() < limit


def has_hole(picture, limit=0.5):
    return holes(shrunk(picture), limit).any()


def hole_and_stem(picture, limit=0.5, stem=8):
    hole = holes(shrunk(picture), limit)
    return hole.any() and lowest(shrunk(picture) >= limit) - lowest(hole) >= stem


def chapter(picture, limit):
    return hole_and_stem(picture, limit) and lower_left(picture, 0.2)


def hole_at_the_top(picture):
    rows = np.flatnonzero(holes(shrunk(picture), 0.4).any(axis=1))
    return len(rows) > 0 and rows.max() <= 17


def centre(picture):
    return (picture.sum(axis=1) * np.arange(64)).sum() / max(1, picture.sum())


def quarters(picture):
    picture = shrunk(picture)
    return picture[16:, :16].mean() < 0.5 * picture[:16, :16].mean()


RNG = np.random.default_rng(1)
TRAIN = nines().train
REMEMBERED = np.array([shrunk(image) for image in TRAIN.images[:1000]])


def neighbour(picture):
    return TRAIN.is_nine[((REMEMBERED - shrunk(picture)) ** 2).sum(axis=(1, 2)).argmin()]


RULES = {
    "always no": lambda picture: False,
    "a coin": lambda picture: RNG.random() < 0.5,
    "ink between 0.09 and 0.13": lambda picture: 0.09 < picture.mean() / 255 < 0.13,
    "centre above row 30": lambda picture: 0 < centre(picture) < 30,
    "lower left below 0.1": lambda picture: lower_left(picture, 0.1),
    "lower left below 0.06": lambda picture: lower_left(picture, 0.06),
    "lower left below half of upper left": quarters,
    "a hole": has_hole,
    "a hole in the upper half": hole_at_the_top,
    "a hole and a stem": hole_and_stem,
    "the chapter's rule, limit 0.5": lambda picture: chapter(picture, 0.5),
    "the chapter's rule, limit 0.35": lambda picture: chapter(picture, 0.35),
    "the chapter's rule, limit 0.2": lambda picture: chapter(picture, 0.2),
    "nearest neighbour (no rule)": neighbour,
}

if __name__ == "__main__":
    print(f"{'rule':38}  lowest  mean  highest (balanced accuracy over {len(SEEDS)} seeds)")
    for name, rule in RULES.items():
        shares = []
        for seed in SEEDS:
            (case,) = [case for case in is_nine.cases(seed) if case.criterion == HANDWRITING]
            pictures, truth = case.args
            answers = np.array([bool(rule(picture)) for picture in pictures])
            shares.append((answers[truth == 1].mean() + 1 - answers[truth == 0].mean()) / 2)
        print(f"{name:38}  {min(shares):.3f}   {np.mean(shares):.3f}  {max(shares):.3f}")
