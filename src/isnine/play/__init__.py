"""Figures to play with. They compute in the page itself: no kernel, no network.

Each is a Python function here and a script of the same name beside it. It returns a :class:`~isnine.play.base.Playable`, which works
alike in the built page, in JupyterLab, in Colab and in VS Code.
"""

from .before_and_after import before_and_after
from .convolution_cost import convolution_cost
from .design_grid import design_grid
from .drawing_pad import drawing_pad
from .feature_maps import feature_maps
from .graph_modes import graph_modes
from .layer_widths import layer_widths
from .loss_valley import loss_valley
from .more_samples import more_samples
from .neuron_plane import neuron_plane
from .quiz import ask, quiz, right, wrong
from .resnet_depths import resnet_depths
from .samples_per_class import samples_per_class
from .sliding_kernel import sliding_kernel
from .threshold import threshold

__all__ = [
    "ask",
    "before_and_after",
    "convolution_cost",
    "design_grid",
    "drawing_pad",
    "feature_maps",
    "graph_modes",
    "layer_widths",
    "loss_valley",
    "more_samples",
    "neuron_plane",
    "quiz",
    "resnet_depths",
    "right",
    "samples_per_class",
    "sliding_kernel",
    "threshold",
    "wrong",
]
