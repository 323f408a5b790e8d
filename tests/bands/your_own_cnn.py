"""Measures the bands of exercise 11: what a small CNN reads after several trainings that people may choose. Takes a few minutes.

Run it from the repository's folder: ``python tests/bands/your_own_cnn.py``. Its table stands in src/isnine/checks/your_own_cnn.py.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from answers.your_own_cnn import trainer

from isnine.checks.your_own_cnn import _AMOUNT, _CLASSES, _accuracy, _to_train

SEEDS = range(10)
SETTINGS = {
    "not trained": None,
    "no copies, 1 epoch": {"copies": 1, "epochs": 1},
    "no copies, 8 epochs": {"copies": 1, "epochs": 8},
    "no copies, 25 epochs": {"copies": 1, "epochs": 25},
    "no copies, 25 epochs, rate 0.001": {"copies": 1, "epochs": 25, "rate": 0.001},
    "negatives, 12 epochs": {"copies": 2, "epochs": 12},
    "3 copies as in the chapter, 8 epochs": {"copies": 3, "epochs": 8},
    "6 copies, 4 epochs": {"copies": 6, "epochs": 4},
    "6 copies, 8 epochs, rate 0.001": {"copies": 6, "epochs": 8, "rate": 0.001},
}

print(
    f"Share of unseen pictures read right after training on {_AMOUNT} pictures of {_CLASSES} digits, {len(SEEDS)} seeds"
)
print(f"{'':38}  least  mean  most")
for name, setting in SETTINGS.items():
    shares = []
    for seed in SEEDS:
        network, images, digits = _to_train(seed)
        if setting:
            trainer(**setting)(network, images, digits)
        shares.append(_accuracy(network))
    print(f"{name:38}  {min(shares):.2f}  {np.mean(shares):.2f}  {max(shares):.2f}", flush=True)
