"""What a convolution costs, whole or split in two, and what whole networks cost against how often they are right."""

from .base import Playable, is_number, is_whole

__all__ = ["convolution_cost"]

CHANNELS = tuple(2**power for power in range(11))  # 1 to 1,024
KERNELS = (1, 3, 5, 7)
SIZES = (7, 14, 28, 56, 112)  # the sides that a picture of 224×224 pixels has inside a MobileNet
MOST_FAMILIES = 5  # as many as the drawing has marks that are told apart without colour


def convolution_cost(networks, start=(32, 64, 3, 56)) -> Playable:
    """Compare a full convolution with a depthwise-separable one, and networks by cost and accuracy.

    Chapter 13 derives the numbers. A full convolution with stride 1 and padding "same" on a picture of s×s pixels with C channels, N
    kernels of k×k and no biases has k·k·C·N parameters; depthwise and pointwise together have k·k·C + C·N. Each parameter is used
    once at each of the s·s places.

    Parameters
    ----------
    networks : sequence of 2 to 30 rows (family, width multiplier, accuracy, multiply-adds, parameters)
        For example ("MobileNet v1", 0.5, 63.7, 149_497_088, 1_342_536): the accuracy in per cent, the last two as whole numbers.
        Rows of one family stand together, in the order in which a line joins them. At most 5 families.
    start : four whole numbers
        Input channels and output channels (powers of two from 1 to 1,024), kernel size (1, 3, 5 or 7), and the side of the picture
        (7, 14, 28, 56 or 112) at the beginning and after a reset.

    Raises
    ------
    ValueError
        When networks or start are anything else.
    """
    rows = [_network(row, place) for place, row in enumerate(_rows(networks))]
    families = list(dict.fromkeys(row[0] for row in rows))
    if len(families) > MOST_FAMILIES:
        raise ValueError(f"convolution_cost draws at most {MOST_FAMILIES} families; there are {len(families)} here.")
    joined = [row[0] for place, row in enumerate(rows) if not place or rows[place - 1][0] != row[0]]
    if len(joined) > len(families):
        raise ValueError("The rows of one family must stand together, because a line joins them in their order.")
    names = [row[:2] for row in rows]
    if any(names.count(name) > 1 for name in names):
        raise ValueError("Two networks have the same family and the same width multiplier.")
    best = max(rows, key=lambda row: row[2])
    return Playable(
        "convolution_cost",
        {
            "networks": rows,
            "start": _start(start),
            "channels": CHANNELS,
            "kernels": KERNELS,
            "sizes": SIZES,
        },
        "Two drawings. The first has sliders for input channels, output channels, kernel size and picture size, and bars for the "
        "multiply-adds and parameters of a full convolution and of a depthwise-separable one. The second places "
        f"{len(rows)} networks ({', '.join(families)}) by cost and accuracy, and one can choose a network to read its numbers; the "
        f"most accurate is {best[0]} at width {best[1]:g}, with {best[2]:.1f} %.",
    )


def _rows(networks):
    try:
        rows = list(networks)
    except TypeError:
        rows = []
    if not 2 <= len(rows) <= 30:
        raise ValueError(
            "convolution_cost takes a list of 2 to 30 networks, each a row (family, width multiplier, accuracy, multiply-adds, parameters)."
        )
    return rows


def _network(row, place):
    told = f"Network number {place + 1}"
    if isinstance(row, str) or not hasattr(row, "__len__") or len(row) != 5:
        raise ValueError(
            f"{told} is {row!r}; a row is (family, width multiplier, accuracy, multiply-adds, parameters)."
        )
    family, width, accuracy, *costs = row
    if not isinstance(family, str) or not family.strip():
        raise ValueError(f"{told}: the family is a name, such as 'MobileNet v1', not {family!r}.")
    if not is_number(width) or not 0 < width <= 10:
        raise ValueError(f"{told}: the width multiplier is a number above 0, such as 0.75, not {width!r}.")
    if not is_number(accuracy) or not 1 < accuracy <= 100:
        raise ValueError(
            f"{told}: the accuracy is given in per cent, above 1 and up to 100, not {accuracy!r}. Is it a share from 0 to 1?"
        )
    for name, cost in zip(("multiply-adds", "parameters"), costs, strict=True):
        if not is_whole(cost) or not 1000 <= cost <= 10**12:
            raise ValueError(
                f"{told}: its {name} are a whole number from 1,000 to 10**12, not {cost!r}. Are they counted in millions?"
            )
    return (family, float(width), float(accuracy), *map(int, costs))


def _start(start):
    choices = (CHANNELS, CHANNELS, KERNELS, SIZES)
    names = ("input channels", "output channels", "kernel size", "picture size")
    if isinstance(start, str) or not hasattr(start, "__len__") or len(start) != 4:
        raise ValueError(f"start is four whole numbers, {', '.join(names)}, such as (32, 64, 3, 56); not {start!r}.")
    for value, allowed, name in zip(start, choices, names, strict=True):
        if not is_whole(value) or value not in allowed:
            raise ValueError(f"The {name} at the start can be {', '.join(map(str, allowed))}; not {value!r}.")
    return [int(value) for value in start]
