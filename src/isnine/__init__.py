"""The small helper that the chapters and exercises of "Is It a Nine?" import.

``import isnine`` costs nothing: each room is loaded when it is first used.

=========  ==============================================================================
data       the digits: *nines* (64×64, grey) and *colour digits* (32×32×3)
device     picks the GPU when there is one, and says what it chose
figures    network diagrams, picture grids, learning curves, confusion matrix
play       figures to play with, which compute in the page itself
checks     the checks of the exercises
=========  ==============================================================================
"""

import importlib
import os

__version__ = "0.1.0"
__all__ = ["checks", "data", "device", "figures", "play"]

# TensorFlow writes notices about the processor to stderr when it starts; a beginner takes them for errors, and
# nbgrader takes every line on stderr for a failure. Whoever wants them sets the variable before.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def __getattr__(name):
    if name in __all__:
        return importlib.import_module(f"isnine.{name}")
    raise AttributeError(f"isnine has no room called {name!r}; it has {', '.join(__all__)}.")


def __dir__():
    return __all__
