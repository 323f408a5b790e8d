"""Measures the band of exercise 06: recall and precision on unseen pictures, for settings that people may choose. Takes about five minutes.

Run it from the repository's folder: ``python tests/bands/is_it_a_nine.py``. Its table stands in src/isnine/checks/is_it_a_nine.py.
"""

import numpy as np

from isnine.checks.is_it_a_nine import _fresh_network, _parts, _quality, _train_probe

SEEDS = range(12)
SETTINGS = {
    "1 epoch of 64": (1, 64),
    "2 epochs of 32": (2, 32),
    "5 epochs of 32": (5, 32),
    "10 epochs of 32": (10, 32),
    "10 epochs of 64": (10, 64),
    "20 epochs of 32": (20, 32),
    "30 epochs of 16": (30, 16),
}


def quality_of(train, seed):
    """Recall and precision on the unseen pictures, at 0.5."""
    unseen = _parts(seed)["unseen"]
    return _quality(_train_probe(train, seed)[3 : 3 + len(unseen)], unseen.is_nine)


def trainer(epochs, batch_size):
    return lambda network, parts: network.fit(parts.train.inputs, parts.train.is_nine, batch_size, epochs, verbose=0)


def main():
    print(f"Of {len(SEEDS)} seeds, least and mean recall and precision")
    for name, setting in {"untrained": None, **SETTINGS}.items():
        train = trainer(*setting) if setting else lambda network, parts: None
        results = np.array([quality_of(train, seed) for seed in SEEDS])
        least, mean = results.min(axis=0), results.mean(axis=0)
        share = (results >= 0.7).all(axis=1).mean()
        row = f"recall {least[0]:.2f} {mean[0]:.2f}  precision {least[1]:.2f} {mean[1]:.2f}  both 0.70 or more: {share:.2f}"
        print(f"{name:16}", row, flush=True)


if __name__ == "__main__":
    assert _fresh_network(0).count_params() == 4096 * 16 + 16 + 16 + 1
    main()
