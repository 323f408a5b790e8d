"""The five depths of ResNet side by side: their blocks, and what each stage costs in parameters and in work."""

from .base import Playable

__all__ = ["resnet_depths"]

# He et al. (2016), table 1: the number of convolutions in a block, and the number of blocks in each of the four stages.
DEPTHS = {
    18: (2, (2, 2, 2, 2)),
    34: (2, (3, 4, 6, 3)),
    50: (3, (3, 4, 6, 3)),
    101: (3, (3, 4, 23, 3)),
    152: (3, (3, 8, 36, 3)),
}
CLASSES = 1000
SIZES = tuple(range(32, 257, 32))  # multiples of 32: every stage halves the size without a rest
# (biases in the convolutions, stride of a bottleneck on its first convolution)
CONVENTIONS = {"PyTorch": (False, False), "Keras": (True, True)}


def resnet_depths(start=50, size=224, convention="PyTorch") -> Playable:
    """Choose one of the five ResNets, a picture size and a convention: see blocks, output sizes, parameters and multiply-adds.

    Chapter 12 builds the five networks; the numbers here are worked out from the same table of blocks.

    Parameters
    ----------
    start : {50, 18, 34, 101, 152}
        The network that is chosen at the beginning.
    size : int
        Height and width of the picture at the beginning: 32, 64, 96 and so on up to 256.
    convention : {"PyTorch", "Keras"}
        "PyTorch" has no biases in the convolutions and the stride on a bottleneck's 3×3. "Keras" (keras.applications) has biases
        and the stride on the first 1×1.

    Raises
    ------
    ValueError
        When an argument is none of these.
    """
    for name, value, choices in (
        ("start", start, DEPTHS),
        ("size", size, SIZES),
        ("convention", convention, CONVENTIONS),
    ):
        if isinstance(value, bool) or not isinstance(value, (int, str)) or value not in choices:
            raise ValueError(f"resnet_depths takes {name} as one of {', '.join(map(str, choices))}, not {value!r}.")
    networks = [
        {
            "depth": depth,
            "pieces": pieces,
            "blocks": counts,
            "costs": {name: _costs(depth, *rules) for name, rules in CONVENTIONS.items()},
        }
        for depth, (pieces, counts) in DEPTHS.items()
    ]
    return Playable(
        "resnet_depths",
        {"networks": networks, "sizes": SIZES, "start": start, "size": size, "convention": convention},
        """The networks ResNet-18, 34, 50, 101 and 152 as five columns of blocks, in four stages each: 2, 2, 2, 2 basic blocks; 3, 4, 6, 3
        basic blocks; then 3, 4, 6, 3 and 3, 4, 23, 3 and 3, 8, 36, 3 bottlenecks. One can choose a network, the size of the picture and
        the convention of PyTorch or Keras. A table shows for each stage the number of blocks, the size of its output, its parameters and
        its multiply-adds.""",
    )


def _convolutions(depth, stride_first):
    """(stage, kernel, channels in, channels out, how much smaller than the picture its output is) of every convolution."""
    pieces, counts = DEPTHS[depth]
    yield 0, 7, 3, 64, 2
    channels, scale = 64, 4  # after the max pooling
    for stage, count in enumerate(counts):
        width = 64 * 2**stage
        for number in range(count):
            before, scale = scale, scale * (2 if stage and not number else 1)
            out = width if pieces == 2 else 4 * width
            if before != scale or channels != out:
                yield stage + 1, 1, channels, out, scale  # the projection
            if pieces == 2:
                yield from ((stage + 1, 3, channels, width, scale), (stage + 1, 3, width, width, scale))
            else:
                yield stage + 1, 1, channels, width, scale if stride_first else before
                yield stage + 1, 3, width, width, scale
                yield stage + 1, 1, width, out, scale
            channels = out


def _costs(depth, biases, stride_first):
    """What each of six parts costs: the first convolution, the four stages, the dense layer.

    Returns
    -------
    dict
        ``parameters`` that training changes, a number for each part; ``averages``, how many moving averages batch normalisation
        keeps besides; ``work``, multiply-adds of each part (products of weights and inputs; nothing else is counted), a row for
        each picture size.
    """
    parameters, averages = [0] * 6, 0
    work = [[0] * 6 for _ in SIZES]
    for stage, kernel, inputs, outputs, scale in _convolutions(depth, stride_first):
        weights = kernel * kernel * inputs * outputs
        parameters[stage] += weights + outputs * (2 + biases)  # batch normalisation: a scale and a shift a channel
        averages += 2 * outputs
        for row, size in zip(work, SIZES, strict=True):
            row[stage] += weights * (size // scale) ** 2
    features = 512 if DEPTHS[depth][0] == 2 else 2048
    parameters[5] = features * CLASSES + CLASSES
    for row in work:
        row[5] = features * CLASSES
    return {"parameters": parameters, "averages": averages, "work": work}
