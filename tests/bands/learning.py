"""Measures the band of exercise 04: how many seeds learn XOR, for settings that people may choose. Takes about two minutes.

Run it from the repository's folder: ``python tests/bands/learning.py``. Its table stands in src/isnine/checks/learning.py.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from answers.learning import start_of, trainer

from isnine.checks.learning import _LEARNED, _STEPS, _loss

SEEDS = range(40)
RATES = (0.5, 1, 2, 4)

print(f"Share of {len(SEEDS)} seeds with a loss below {_LEARNED} after {_STEPS} steps")
print("learning rate  ", *(f"{rate:5}" for rate in RATES))
for hidden in (1, 2, 3, 4, 6, 8):
    shares = []
    for rate in RATES:
        train = trainer(lambda seed, hidden=hidden: start_of(seed, hidden), rate=rate)
        shares.append(sum(_loss(train(seed, _STEPS)) < _LEARNED for seed in SEEDS) / len(SEEDS))
    print(f"{hidden} hidden neurons", *(f"{share:5.2f}" for share in shares))
