"""Measures the bands of exercise 14: what a network reads after trainings in one and two stages. Takes some minutes.

Run it from the repository's folder: ``python tests/bands/transfer_learning.py``. Its table stands in src/isnine/checks/transfer_learning.py.
"""

import contextlib
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from answers.transfer_learning import momentum, one_fit, stages, unfreeze_all, unfreeze_from

from isnine.checks.transfer_learning import _few, _learned, _reader, _share, _watched

SEEDS = range(10)


def in_stage_one(answer):
    """The first stage of a training alone."""

    def trained(network, backbone, pictures, labels):
        class Enough(Exception):
            pass

        def stop(backbone):
            raise Enough

        with contextlib.suppress(Enough):
            stages(**answer, between=stop)(network, backbone, pictures, labels)

    return trained


def from_scratch(network, backbone, pictures, labels):
    """Random kernels in place of those that were learned, all of them trained."""
    backbone.set_weights(_reader().get_weights())
    one_fit(unfreeze_all, 0.01)(network, backbone, pictures, labels)


SETTINGS = {
    "not trained": None,
    "from scratch, Adam 0.01, 40 epochs of 25": from_scratch,
    "nothing frozen, Adam 0.03, 40 epochs of 25": one_fit(unfreeze_all),
    "stage one, Adam 0.001, 20 epochs of 10": in_stage_one({"rates": (0.001, 0)}),
    "stage one, Adam 0.01, 10 epochs of 10": in_stage_one({"rates": (0.01, 0), "epochs": (10, 0)}),
    "stage one, Adam 0.03, 20 epochs of 10": in_stage_one({}),
    "and then 0.003, 20 epochs of 10": stages(),
    "and then 0.015 for conv_2 and conv_3": stages((0.03, 0.015), between=lambda b: unfreeze_from(b, "conv_2")),
    "momentum 0.3, then 0.03, 20 epochs of 10": stages((0.3, 0.03), optimizer=momentum),
}


def main():
    print(f"Share of unseen pictures read right, {len(SEEDS)} seeds: samples, head and backbone differ in each")
    print(f"{'':44}least  mean  most")
    backbones = [_learned(seed) for seed in SEEDS]
    for name, train in SETTINGS.items():
        shares = []
        for seed in SEEDS:
            network, backbone = _watched(seed, [], backbones[seed])
            if train:
                train(network, backbone, *_few(seed))
            shares.append(_share(network))
        print(f"{name:44} {min(shares):.2f}  {np.mean(shares):.2f}  {max(shares):.2f}", flush=True)


if __name__ == "__main__":
    main()
