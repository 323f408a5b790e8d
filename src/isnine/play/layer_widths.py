"""A network of dense layers: choose how many there are and how wide each is, see it drawn, and see its parameters counted."""

from .base import Playable, is_whole

__all__ = ["layer_widths"]

MOST_HIDDEN = 4  # hidden layers: with more, the columns stand too close together on a phone
# What the slider of a hidden layer can be set to. Up to 8 neurons are drawn one by one, more are drawn shortened.
HIDDEN = (1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128)


def layer_widths(start=(3, 4, 1), inputs=(2, 3, 784, 4096), outputs=(1, 10)) -> Playable:
    """Change the number of layers and the width of each: the diagram is redrawn and the parameters are counted as a sum.

    Chapter 03 teaches the words and the count: a layer with n neurons and m inputs has m × n weights and n biases.

    Parameters
    ----------
    start : sequence of 2 to 6 whole numbers
        The network at the beginning and after a reset, from input to output, such as (4096, 32, 16, 1). Hidden layers can have
        1 to 8, 16, 32, 64 or 128 neurons.
    inputs, outputs : sequences of 1 to 4 whole numbers
        The numbers of input neurons and of output neurons to choose from.

    Raises
    ------
    ValueError
        When an argument is none of these.
    """
    start = _whole_numbers(start, "start", 2, MOST_HIDDEN + 2, "layer widths from input to output, such as (3, 4, 1)")
    inputs = _whole_numbers(inputs, "inputs", 1, 4, "numbers of input neurons to choose from, such as (2, 3, 784)")
    outputs = _whole_numbers(outputs, "outputs", 1, 4, "numbers of output neurons to choose from, such as (1, 10)")
    for width, choices, place in ((start[0], inputs, "input"), (start[-1], outputs, "output")):
        if width not in choices:
            raise ValueError(
                f"The network {start} starts with {width:,} {place} neuron{'s' * (width > 1)}, which is not among the {place}s to choose from: "
                f"{', '.join(f'{choice:,}' for choice in choices)}."
            )
    unknown = [width for width in start[1:-1] if width not in HIDDEN]
    if unknown:
        raise ValueError(f"A hidden layer can have {', '.join(map(str, HIDDEN))} neurons here, not {unknown[0]:,}.")
    return Playable(
        "layer_widths",
        {"start": start, "inputs": inputs, "outputs": outputs, "hidden": HIDDEN, "most": MOST_HIDDEN},
        f"A diagram of a network with the layer widths {', '.join(f'{width:,}' for width in start)}. One can change the number of "
        f"hidden layers, from 0 to {MOST_HIDDEN}, and the width of each layer. The number of parameters is written out as a sum, "
        "with one bracket for each layer but the input layer.",
    )


def _whole_numbers(values, name, fewest, most, meaning):
    try:
        values = list(values)
    except TypeError:
        values = [values]
    whole = all(is_whole(value) and value > 0 for value in values)
    if not whole or not fewest <= len(values) <= most or any(value > 1_000_000 for value in values):
        raise ValueError(
            f"layer_widths takes {name} as {fewest} to {most} whole numbers from 1 to 1,000,000: {meaning}; not {values!r}."
        )
    return [int(value) for value in values]
