"""Figures to play with. They compute in the page itself: no kernel, no network.

Each is a Python function here and a script of the same name beside it. It returns a :class:`~isnine.play.base.Playable`, which works
alike in the built page, in JupyterLab, in Colab and in VS Code.
"""

from .drawing_pad import drawing_pad
from .layer_widths import layer_widths
from .loss_valley import loss_valley
from .more_samples import more_samples
from .neuron_plane import neuron_plane
from .quiz import ask, quiz, right, wrong
from .threshold import threshold

__all__ = [
    "ask",
    "drawing_pad",
    "layer_widths",
    "loss_valley",
    "more_samples",
    "neuron_plane",
    "quiz",
    "right",
    "threshold",
    "wrong",
]
