"""The checks of exercise 12, "ResNet"; chapter 12 teaches what they ask.

A block is judged by what it computes. All its kernels get known numbers, the same for equal shapes, so that it does not matter in
which order somebody makes the layers. The judge then computes the block in NumPy, the right one and the ones that mistakes make,
and looks which of them gave the same numbers.
"""

import itertools
import math
import zlib
from functools import cache, lru_cache, partial

import numpy as np

from .core import Case, Criterion, Finding, FunctionCheck, as_numbers, describe, import_keras

__all__ = ["basic_block", "blocks_of", "bottleneck", "resnet_18"]

PADDINGS = ("one", "same")  # of a 3×3 kernel at stride 2: one row of zeros all round, or what Keras calls "same"


# ------------------------------------------------------------------------------------ networks with known numbers, as chapter 13 too


@lru_cache(400)
def numbers(seed: int, name: str, *shape: int) -> np.ndarray:
    """What the variable of this name and shape is set to. Batch normalisation gets a variance at which no epsilon matters."""
    while shape[0] == 1 and len(shape) > 2:  # a 1×1 convolution and a dense layer do the same
        shape = shape[1:]
    rng = np.random.default_rng([seed, zlib.crc32(name.encode()), *shape])
    if name == "kernel":
        together = shape[:2] if shape[-1] == 1 and len(shape) > 2 else shape[:-1]
        values = rng.normal(0, math.sqrt(1.5 / math.prod(together)), shape)
    elif name == "moving_variance":
        values = rng.uniform(50, 150, shape)
    elif name == "gamma":
        values = rng.uniform(5, 12, shape) * rng.choice([-1, 1, 1, 1], shape)
    else:
        values = rng.normal(0, 0.4, shape)
    return values.astype(np.float32)


@lru_cache(400)
def kernel(seed: int, sparse: bool, *shape: int) -> np.ndarray:
    """The numbers of a kernel. A sparse one is 0 but in its middle and at one neighbour of that, which a judge computes fast."""
    if (
        len(shape) == 4 and shape[0] > 1 and shape[2] == 1 < shape[3]
    ):  # as many groups as channels: a depthwise convolution
        return np.moveaxis(kernel(seed, False, *shape[:2], shape[3], 1), 3, 2)
    if not sparse or len(shape) < 4 or shape[0] == 1 or shape[-1] == 1:
        return numbers(seed, "kernel", *shape).reshape(shape)
    middle, values = shape[0] // 2, np.zeros(shape, np.float32)
    values[[middle, middle - 1], [middle, middle + 1]] = numbers(seed, "kernel", 2, *shape[2:])
    return values


def fill(model, seed: int, sparse: bool = False, gain: float = 1.0) -> None:
    """Set all arrays of a model; biases to 0, since the number of parameters tells whether they are there.

    ``gain`` multiplies the scales of batch normalisation: networks without shortcuts need more, or the signal dies out.
    """
    for variable in model.weights:
        shape = tuple(variable.shape)
        if len(shape) > 1:
            variable.assign(kernel(seed, sparse, *shape))
        elif variable.name in ("gamma", "beta", "moving_mean", "moving_variance"):
            variable.assign(numbers(seed, variable.name, *shape) * (gain if variable.name == "gamma" else 1))
        elif variable.name == "bias":
            variable.assign(np.zeros(shape))


def feature_maps(seed: int, *shape: int, scale: float = 1.0) -> np.ndarray:
    """What goes into a block: numbers of both signs."""
    return np.random.default_rng([seed, *shape]).normal(0, scale, shape).astype(np.float32)


def trainable(model) -> int:
    """Number of parameters that training changes."""
    return sum(math.prod(variable.shape) for variable in model.trainable_weights)


def observed(model, seed: int, x: np.ndarray, sparse: bool = False, gain: float = 1.0) -> np.ndarray:
    """The parameters of a model and the shape of its output without the batch, then what it gives for x, in one row."""
    shape = tuple(model.output_shape)
    if None in shape[1:] or math.prod(shape[1:]) > 100_000:
        raise Finding(f"your result has the shape {shape}.")
    fill(model, seed, sparse, gain)
    result = np.asarray(model(x), np.float64)  # no flag: it would override a training=True inside
    return np.concatenate([[trainable(model), *shape[1:]], result.ravel()])


def probe_block(answer, side, channels, seed, *settings, scale=1.0, gain=1.0):
    """Build a network of one block, for feature maps of some height and width."""
    import keras

    x = keras.Input((*side, channels))
    result = answer(x, *settings)
    if not issubclass(type(result), keras.KerasTensor):
        missing = " Is the return missing?" if result is None else ""
        raise Finding(
            f"your function returned {describe(result)}; the question asks for the tensor that leaves the block.{missing}"
        )
    if len(result.shape) != 4:
        raise Finding(f"your tensor has the shape {tuple(result.shape)}; feature maps have four axes.")
    try:
        model = keras.Model(x, result)
    except (ValueError, KeyError):
        raise Finding("the tensor that you return was not computed from x.") from None
    return observed(model, seed, feature_maps(seed, 2, *side, channels, scale=scale), gain=gain)


def relu(x):
    """0 below 0."""
    return np.maximum(x, 0)


def windows(x, size, stride, padding):
    """What each number of a kernel of this size sees: size * size arrays of shape (n, height, width, channels), row by row."""
    pads, places = [], [math.ceil(length / stride) for length in x.shape[1:3]]
    for length in x.shape[1:3]:
        total = max((math.ceil(length / stride) - 1) * stride + size - length, 0)
        pads.append((total // 2, total - total // 2) if padding == "same" else (size // 2, size // 2))
    x = np.pad(x, [(0, 0), *pads, (0, 0)])
    high, wide = (stride * (count - 1) + 1 for count in places)
    return [x[:, i : i + high : stride, j : j + wide : stride] for i in range(size) for j in range(size)]


def conv(x, seed, size, width, stride=1, padding="one", sparse=False):
    """A convolution without bias."""
    weights = kernel(seed, sparse, size, size, x.shape[-1], width).reshape(size * size, x.shape[-1], width)
    seen = windows(x, size, stride, padding)
    return sum(pixels @ each for pixels, each in zip(seen, weights, strict=True) if each[0, 0])


def norm(x, seed, kind="right", gain=1.0):
    """Batch normalisation: at inference, or by mistake with what the batch itself holds."""
    gamma, beta, mean, variance = (
        numbers(seed, name, x.shape[-1]) for name in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    if kind == "none":
        return x
    if kind == "batch":
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2)) + 1e-5
    return (x - mean) / np.sqrt(variance) * (gamma * gain) + beta


def deviations(options: dict, most: int = 2):
    """All choices from ``options`` that differ in at most so many of them from the first, which is right; the fewest first."""
    names = list(options)
    for amount in range(most + 1):
        for wrong in itertools.combinations(names, amount):
            for chosen in itertools.product(*(options[name][1:] for name in wrong)):
                yield {**{name: options[name][0] for name in names}, **dict(zip(wrong, chosen, strict=True))}


def near(value, right) -> bool:
    """Whether outputs are equal: to a thousandth of the largest, which no other order of sums and no epsilon reaches."""
    return value.shape == right.shape and bool(np.abs(value - right).max() <= 1e-3 * np.abs(right).max())


# ---------------------------------------------------------------------------------------------------------- 1. the table of depths

_KIND = "names the right kind of block for each depth"
_ADDS_UP = "lists four stages whose layers add up to the depth"
_STAGES = "gives each stage its number of blocks"
_TABLE = {
    18: ("basic", [2, 2, 2, 2]),
    34: ("basic", [3, 4, 6, 3]),
    50: ("bottleneck", [3, 4, 6, 3]),
    101: ("bottleneck", [3, 4, 23, 3]),
    152: ("bottleneck", [3, 8, 36, 3]),
}
_KINDS = ("basic", "bottleneck")


def _probe_table(answer, depth):
    """The kind as a number, 0 for basic and 1 for bottleneck, and the counts."""
    returned = answer(depth)
    if not issubclass(type(returned), (tuple, list)) or len(returned) != 2:
        raise Finding(
            f"your function returned {describe(returned)}; the question asks for a kind and a list of numbers."
        )
    kind, counts = returned
    if type(counts) is str:
        raise Finding("the second part of your result is a text. The kind of block comes first, then the list.")
    if type(kind) is not str or kind.strip().lower() not in _KINDS:
        raise Finding(f'the kind of block is {describe(kind)}; the question asks for "basic" or "bottleneck".')
    counts = as_numbers(counts)
    if counts is None or counts.ndim != 1 or not counts.size:
        raise Finding(
            f"the second part of your result is {describe(returned[1])}; the question asks for a list of numbers."
        )
    return np.array([_KINDS.index(kind.strip().lower()), *counts])


def _right_row(depth):
    kind, counts = _TABLE[depth]
    return np.array([_KINDS.index(kind), *counts], float)


def _rows(calls):
    """(depth, kind, counts) of each call, or the first problem with one of them."""
    for call in calls:
        value = call["value"]
        if value is None or value.ndim != 1 or value.size < 2 or value[0] not in (0, 1):
            return call["problem"] or f"For {call['case'].label}, your result is not a kind and a list."
    return [(call["case"].args[0], int(call["value"][0]), call["value"][1:]) for call in calls]


def _kinds(calls):
    rows = _rows(calls)
    if isinstance(rows, str):
        return rows
    wrong = [(depth, kind) for depth, kind, _ in rows if kind != _right_row(depth)[0]]
    if not wrong:
        return None
    depth, kind = wrong[0]
    if len(wrong) == len(rows):
        return f"Your kinds are swapped: for depth {depth} you say {_KINDS[kind]}. The block with three convolutions is for the deeper networks."
    return f"For depth {depth}, you say {_KINDS[kind]}. From which depth on does a third convolution in each block pay?"


def _layers_add_up(calls):
    rows = _rows(calls)
    if isinstance(rows, str):
        return rows
    for depth, kind, counts in rows:
        start = f"For depth {depth}, your list is {[int(count) if count == int(count) else count for count in counts.tolist()[:8]]}"
        if counts.size == 5 and 1 in counts[[0, -1]]:
            return f"{start}: five numbers. The first convolution and the dense layer are no stages."
        if counts.size != 4:
            return f"{start}, which are {counts.size} numbers. A ResNet has four stages."
        in_a_block = 3 if kind else 2
        if in_a_block * counts.sum() + 2 == depth:
            continue
        if in_a_block * counts.sum() in (depth, depth - 1):
            return f"{start}. Its layers and those outside the blocks are too many: the first convolution and the dense layer count as well."
        if (counts == in_a_block * _right_row(depth)[1:]).all():
            return f"{start}. These are numbers of layers; the question asks for numbers of blocks."
        if (5 - in_a_block) * counts.sum() + 2 == depth:
            return f"{start}. With {5 - in_a_block} layers in each block they add up, but a {_KINDS[kind]} block has {in_a_block}."
        return f"{start}. Such a network has {short_count(in_a_block * counts.sum() + 2)} layers with weights."
    return None


def short_count(number) -> str:
    """A whole number with commas; a fraction as it is."""
    return f"{int(number):,}" if float(number).is_integer() else f"{number:g}"


def _stage_counts(calls):
    rows = _rows(calls)
    if isinstance(rows, str):
        return rows
    for depth, _, counts in rows:
        right = _right_row(depth)[1:]
        if counts.shape == right.shape and (counts == right).all():
            continue
        if counts.size == 4 and counts.sum() == right.sum():
            if (counts == right[::-1]).all():
                return f"For depth {depth}, your list runs backwards: it begins with the last stage."
            return f"For depth {depth}, your list has as many blocks as it should, but not in the right stages. Most of them belong to the third."
        return f"For depth {depth}, the number of blocks is not that of the paper."
    return None


blocks_of = FunctionCheck(
    "blocks_of",
    reference=_right_row,
    cases=lambda rng: [Case((depth,), _KIND, f"depth {depth}") for depth in _TABLE],
    criteria=[
        Criterion(_KIND, 1, _kinds),
        Criterion(_ADDS_UP, 1, _layers_add_up),
        Criterion(_STAGES, 1, _stage_counts),
    ],
    asked='a kind of block, "basic" or "bottleneck", and a list of four numbers',
    probe=_probe_table,
)


# -------------------------------------------------------------------------------------------------------------- 2. and 3. the blocks

_SHAPE = "gives feature maps of the asked height, width and channels"
_COUNT = "has the parameters of its convolutions, without biases, and of their batch normalisation"
_RELU = "has a ReLU between the convolutions, and one after the addition"
_SHORTCUT = "leads x round the convolutions, through a projection exactly where the shapes differ"
_ON = {"basic": "puts the stride on the first convolution", "bottleneck": "puts the stride on the 3×3 convolution"}

_UNPROJECTED = (
    "You made x fit without a projection: pixels left out or pooled, channels left out or filled with zeros. "
    "The question asks for a 1×1 convolution."
)
# What can be done in several ways; the first is right, each other one comes with the words for it.
_WORDS = {
    "end": {
        "after": "",
        "before": "Your last ReLU stands before the addition. So each change is 0 or more, and the block can never lower a value: add first.",
        "both": "You have a ReLU before the addition as well as after it. So each change is 0 or more, and the block can never lower a value.",
        "none": "After the addition there is no ReLU: negative values come out of your block.",
        "x": "Your last ReLU gets the shortcut alone. It belongs to the sum.",
    },
    "middle": {
        "all": "",
        "none": "Between your convolutions there is no ReLU. Two convolutions with nothing between them could as well be one.",
        "first": "After the first convolution the ReLU is missing.",
        "second": "After the second convolution the ReLU is missing.",
    },
    "norms": {
        "right": "",
        "late": "Your ReLU stands before the batch normalisation. The order is convolution, batch normalisation, ReLU.",
        "batch": "Your batch normalisation uses the mean and variance of the batch, in inference too. Is there a training=True in your code?",
    },
    "shortcut": {
        "right": "",
        "always": "You have a projection even where x has the shape of f(x) already. There the shortcut is x itself.",
        "bare": "Your projection has no batch normalisation. It is followed by one, as every convolution here is.",
        "relu": "There is a ReLU on your shortcut, after the projection. The only ReLU on its way stands after the addition.",
        "wide": "Your projection has a 3×3 kernel. A projection only brings x to another shape, and a 1×1 kernel does that.",
        "none": "x does not come through: your block gives ReLU(f(x)), as a plain network does. Add the shortcut.",
        "f": "You added f(x) to itself, and x is lost. Keep x under a name of its own.",
        "cut": _UNPROJECTED,
        "pool": _UNPROJECTED,
    },
}
_WRONG_ON = {
    (
        "basic",
        1,
    ): "Your stride is on the second convolution. It belongs to the first, so that the second works on the small map.",
    (
        "bottleneck",
        0,
    ): "Your stride is on the first 1×1 convolution, which then never looks at three quarters of the pixels. Put it on the 3×3.",
}


def _plan(kind, width):
    """(kernel size, channels) of each convolution."""
    return [(3, width), (3, width)] if kind == "basic" else [(1, width), (3, width), (1, 4 * width)]


def _block(kind, side, channels, seed, width, stride, *, on, end, middle, norms, shortcut, padding):
    """What a block computes: the right one, or one with a mistake. None where the mistake cannot be made."""
    plan = _plan(kind, width)
    x = change = feature_maps(seed, 2, *side, channels)
    batch = "batch" if norms == "batch" else "right"
    for place, (size, out) in enumerate(plan):
        change = conv(change, seed, size, out, stride if place == on else 1, padding)
        last = place == len(plan) - 1
        active = not last and middle not in ("none", ("first", "second")[place])
        if active and norms == "late":
            change = norm(relu(change), seed)
        else:
            change = norm(change, seed, batch)
            change = relu(change) if active else change
    out = plan[-1][1]
    x = _shortcut(x, change, seed, stride, out, shortcut, padding, batch)
    if x is None:
        return None
    ends = {
        "after": lambda: relu(x + change),
        "before": lambda: x + relu(change),
        "both": lambda: relu(x + relu(change)),
        "none": lambda: x + change,
        "x": lambda: relu(x) + change,
    }
    return ends[end]()


def _shortcut(x, change, seed, stride, out, how, padding, batch):
    fits = stride == 1 and x.shape[-1] == out
    if how == "none":
        return np.zeros_like(change)
    if how == "f":
        return change if stride == 1 else None
    if fits and how != "always":
        return x
    if how in ("cut", "pool"):
        small = x[:, ::stride, ::stride]
        if how == "pool" and stride == 2:
            small = (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4
        small = small[..., :out]
        return np.pad(small, [(0, 0), (0, 0), (0, 0), (0, out - small.shape[-1])])
    projected = conv(x, seed, 3 if how == "wide" else 1, out, stride, padding)
    projected = projected if how == "bare" else norm(projected, seed, batch)
    return relu(projected) if how == "relu" else projected


def _options(kind):
    places = {"basic": (0, 1), "bottleneck": (1, 0)}[kind]
    middles = ("all", "none") if kind == "basic" else ("all", "none", "first", "second")
    return {"on": places, **{name: tuple(words) for name, words in _WORDS.items()}, "middle": middles}


@cache
def _variant(kind, args, chosen):
    return _block(kind, *args, **dict(chosen))


def _found(kind, call):
    """The ways to write the block that give what was observed: those with the fewest mistakes; none where no way explains it."""
    return _ways(kind, call["case"].args, call["value"][4:].tobytes())


@lru_cache(200)
def _ways(kind, args, value):
    value = np.frombuffer(value)
    ways, fewest = [], None
    options = _options(kind)
    for chosen in deviations(options):
        mistakes = sum(chosen[name] != options[name][0] for name in options)
        if ways and mistakes > fewest:
            break
        for padding in PADDINGS:
            result = _variant(kind, args, (*chosen.items(), ("padding", padding)))
            if result is not None and near(value, result.ravel()):
                ways, fewest = [*ways, chosen], mistakes
                break
    return ways


def _params(kind, channels, width, stride, *, shortcut="right", bias=False, norms=2, plan=None):
    """Number of trainable parameters; ``norms`` is how many batch normalisation has for each channel."""
    plan = plan or _plan(kind, width)
    total, before = 0, channels
    for size, out in plan:
        total += size * size * before * out + (bias + norms) * out
        before = out
    fits = stride == 1 and channels == before
    if shortcut not in ("none", "f", "cut", "pool") and (shortcut == "always" or not fits):
        size = 3 if shortcut == "wide" else 1
        total += size * size * channels * before + bias * before + (0 if shortcut == "bare" else norms * before)
    return total


def _is_usable(call):
    value = call["value"]
    return value is not None and value.ndim == 1 and value.size > 4 and bool(np.isfinite(value[:4]).all())


def usable(calls):
    """The calls that gave a network."""
    return [call for call in calls if _is_usable(call)]


def trouble(calls):
    """The first thing that kept a call from giving a network; an addition that failed is explained. None when all gave one."""
    call = next((call for call in calls if not _is_usable(call)), None)
    if call is None:
        return None
    if any(words in call["error"] for words in ("incompatible shapes", "Cannot broadcast", "Incompatible shapes")):
        return (
            f"For {call['case'].label}, two tensors of different shapes cannot be added: {call['error']} "
            "Where the stride is 2 or the channels change, x has to go through a projection before it is added."
        )
    if "output size would be zero or negative" in call["error"]:
        return (
            f"For {call['case'].label}, a layer got maps that are too small for it: is there a pooling over a fixed number of "
            "pixels at the end? The mean goes over the whole map, however large it is."
        )
    return call["problem"]


def _asked_shape(kind, case):
    side, *_, width, stride = case.args
    return (*(length // stride for length in side), width if kind == "basic" else 4 * width)


def _shape_test(kind):
    def test(calls):
        for call in usable(calls):
            shape, asked = tuple(int(size) for size in call["value"][1:4]), _asked_shape(kind, call["case"])
            if shape == asked:
                continue
            start = f"For {call['case'].label}, feature maps of shape {shape} come out."
            side, _, _, width, _ = call["case"].args
            if shape[:2] != asked[:2]:
                if shape[:2] == tuple(side):
                    return f"{start} A block with stride 2 halves height and width; yours leaves them as they are."
                if shape[0] * 2 <= asked[0]:
                    return f"{start} They are too small: is the stride on more than one convolution?"
                return f"{start} Height and width are not what the stride asks for. A 3×3 kernel needs a padding of 1."
            if kind == "bottleneck" and shape[2] == width:
                return f"{start} They have as many channels as the narrow place. The last convolution brings them back to four times as many."
            return f"{start} The number of channels is not the one asked for."
        return trouble(calls)

    return test


def _count_test(kind):
    shortcuts = tuple(_WORDS["shortcut"])

    def plans(width):
        """Other plans that people follow, each with the words for it."""
        right = _plan(kind, width)
        if kind == "basic":
            return [
                (right[:1], "One convolution is missing: a basic block has two."),
                ([*right, right[0]], "There is a convolution too many: a basic block has two."),
                ([(1, width), (3, width)], "One of the kernels is 1×1. Both convolutions of a basic block are 3×3."),
            ]
        return [
            ([right[0], right[2]], "The 3×3 convolution in the middle is missing."),
            (right[1:], "The first 1×1 convolution is missing."),
            (
                [(1, width), (1, width), (1, 4 * width)],
                "The convolution in the middle has a 1×1 kernel; it has to be 3×3.",
            ),
            (
                [(3, width), (3, width), (3, 4 * width)],
                "All your kernels are 3×3. The first and the last convolution are 1×1.",
            ),
            (
                [(1, width), (3, 4 * width), (1, 4 * width)],
                "Your 3×3 convolution has four times the width. It works in the narrow place.",
            ),
            (
                [(1, width), (3, width), (1, width)],
                "Your last convolution has as many channels as the narrow place. It gives four times as many.",
            ),
            (
                [(1, 4 * width), (3, width), (1, 4 * width)],
                "Your first convolution gives four times the width. It leads into the narrow place.",
            ),
        ]

    def test(calls):
        built = usable(calls)
        if not built:
            return trouble(calls)

        def explains(ways):
            """Whether one way of counting, with any shortcut, fits every network."""
            for call in built:
                _, channels, _, width, stride = call["case"].args
                options = ways(width)
                counts = [_params(kind, channels, width, stride, shortcut=s, **options) for s in shortcuts]
                if call["value"][0] not in counts:
                    return False
            return True

        if explains(lambda width: {}):
            return None
        own = int(built[0]["value"][0])
        start = f"For {built[0]['case'].label}, your block has {own:,} trainable parameters. "
        if explains(lambda width: {"bias": True}):
            return f"{start}Your convolutions have biases. Batch normalisation subtracts them again: leave them out with use_bias=False."
        if explains(lambda width: {"norms": 0}):
            return f"{start}Batch normalisation is missing: every convolution is followed by one, with a scale and a shift for each channel."
        for place in range(len(plans(1))):
            if explains(lambda width, place=place: {"plan": plans(width)[place][0]}):
                return start + plans(1)[place][1]
        _, channels, _, width, stride = built[0]["case"].args
        counts = [_params(kind, channels, width, stride, shortcut=s) for s in shortcuts]
        amount = "many" if own > max(counts) else "few" if own < min(counts) else "many or too few"
        return f"{start}These are too {amount} for its convolutions and their batch normalisation."

    return test


def _way_test(kind, names):
    """A criterion on some of the choices: met when each network can be explained with these choices right."""

    def test(calls):
        relevant = [call for call in calls if names != ("on",) or call["case"].args[-1] == 2]
        built = [call for call in usable(relevant) if tuple(call["value"][1:4]) == _asked_shape(kind, call["case"])]
        for call in built:
            ways = _found(kind, call)
            right = {name: options[0] for name, options in _options(kind).items()}
            if any(all(way[name] == right[name] for name in names) for way in ways):
                continue
            if not ways:
                return (
                    f"For {call['case'].label}, your block computes something else, although the shape is right. Compare it step by "
                    "step with the drawing in the chapter: each convolution with its batch normalisation, each ReLU, the addition."
                )
            name = next(name for name in names if ways[0][name] != right[name])
            words = _WRONG_ON[kind, ways[0]["on"]] if name == "on" else _WORDS[name][ways[0][name]]
            return f"For {call['case'].label}: {words}"
        if built and (len(built) == len(relevant) or "end" in names):
            return None
        return trouble(relevant) or "This can be seen once the feature maps have the asked shape."

    return test


def _block_cases(kind):
    def cases(rng):
        wide = 1 if kind == "basic" else 4
        width, more = int(rng.integers(3, 6)), int(rng.integers(2, 4))
        seeds = [int(seed) for seed in rng.integers(0, 10**6, 4)]
        settings = [
            ((8, 6), 3 * wide, seeds[0], 3, 1),
            ((6, 8), width, seeds[1], width + more, 1),
            ((8, 6), width * wide, seeds[2], width, 2),
            ((4, 6), 3 * wide + more, seeds[3], 3, 1),
        ]
        return [
            Case(args, _SHAPE, f"x of shape {(None, *args[0], args[1])}, width {args[3]} and stride {args[4]}")
            for args in settings
        ]

    return cases


def _reference(kind):
    def reference(*args):
        right = {name: options[0] for name, options in _options(kind).items()}
        result = _variant(kind, args, (*right.items(), ("padding", "one")))
        _, channels, _, width, stride = args
        return np.concatenate([[_params(kind, channels, width, stride), *result.shape[1:]], result.ravel()])

    return reference


def _block_check(name, kind):
    return FunctionCheck(
        name,
        prepare=import_keras,
        reference=_reference(kind),
        cases=_block_cases(kind),
        criteria=[
            Criterion(_SHAPE, 1, _shape_test(kind)),
            Criterion(_COUNT, 1, _count_test(kind)),
            Criterion(_RELU, 1, _way_test(kind, ("end", "middle", "norms"))),
            Criterion(_SHORTCUT, 1, _way_test(kind, ("shortcut",))),
            Criterion(_ON[kind], 1, _way_test(kind, ("on",))),
        ],
        asked="the tensor that leaves the block",
        probe=probe_block,
        seconds=20,
    )


basic_block = _block_check("basic_block", "basic")
bottleneck = _block_check("bottleneck", "bottleneck")


# --------------------------------------------------------------------------------------------------------------------- 4. ResNet-18

_MODEL = "takes pictures and gives 1,000 numbers for each, which may be negative"
_PARAMETERS = "has 11,689,512 trainable parameters"
_STEM = "begins with a 7×7 convolution, batch normalisation, ReLU and max pooling"
_BODY = "goes on with four stages of basic blocks, the first block of the last three with stride 2"
_HEAD = "ends with the mean of each channel and a dense layer"
_EXACT = 11_689_512
_OTHER_COUNTS = {
    _EXACT + 4_800: "Your convolutions have biases. Batch normalisation subtracts them again.",
    _EXACT - 9_600: "Batch normalisation is missing.",
    _EXACT - 1_000: "The dense layer has no biases; it should have them, as nothing comes after it.",
    _EXACT + 4_224: "There is a projection in the first stage. There x has the right shape already.",
    _EXACT - 7_680: "The first convolution has a 3×3 kernel. It has to be 7×7.",
    _EXACT
    + 3
    * 512_000: "You flatten the last feature maps. The mean of each channel is one number, however large the maps are.",
    21_797_672: "This is the ResNet-34.",
}
_NET_WORDS = {
    "start": {
        "right": "",
        "no relu": "After the first convolution and its batch normalisation the ReLU is missing.",
    },
    "pool": {
        "max": "",
        "average": "You pool with the mean at the beginning. There it is the largest value of 3×3.",
        "none": "The max pooling at the beginning is missing: all maps after it are twice as high and wide as they should be.",
    },
    "end": {name: words for name, words in _WORDS["end"].items() if name not in ("x", "both")},
    "strides": {
        "right": "",
        "third": "In your last stage no block has stride 2.",
    },
    "head": {
        "mean": "",
        "max": "You take the largest value of each channel at the end. It should be the mean.",
        "relu": "There is a ReLU on your outputs. The weighted sums of the dense layer are asked for, and some are negative.",
        "softmax": "Your outputs are confidences, all positive with the sum 1. Leave the softmax out: the weighted sums are asked for.",
    },
}


def probe_network(answer, size, seed, *settings, **how):
    """Build a model for square pictures: its parameters and number of outputs, and what it gives for two pictures."""
    import keras

    model = answer(*settings, size)
    if not issubclass(type(model), keras.Model):
        missing = " Is the return missing?" if model is None else ""
        raise Finding(f"your function returned {describe(model)}; the question asks for a keras.Model.{missing}")
    try:
        shapes = tuple(model.input_shape), tuple(model.output_shape)
    except (AttributeError, TypeError, ValueError):
        raise Finding(
            "your model does not know its shapes yet, or has several inputs or outputs. Begin with keras.Input((size, size, 3))."
        ) from None
    if shapes[0] not in [(None, size, size, 3), (None, None, None, 3)]:
        raise Finding(f"your model takes inputs of shape {shapes[0]}. Does it use its argument size?")
    if len(shapes[1]) != 2:
        raise Finding(f"your model gives outputs of shape {shapes[1]}; the question asks for (None, 1000).")
    if shapes[1][1] and shapes[1][1] > 10_000:
        raise Finding(f"your model gives outputs of shape {shapes[1]}; the question asks for (None, 1000).")
    seen = observed(model, seed, feature_maps(seed, 2, size, size, 3), **how)
    return np.concatenate([seen[:2], [0, 0], seen[2:]])  # as long a head as that of a block


@lru_cache(60)
def _stem(seed, size, padding, pool_padding, start, pool):
    x = norm(conv(feature_maps(seed, 2, size, size, 3)[:1], seed, 7, 64, 2, padding, True), seed)
    x = x if start == "no relu" else relu(x)
    if pool == "none":
        return x
    seen = windows(x, 3, 2, pool_padding)
    return np.mean(seen, 0) if pool == "average" else np.max(seen, 0)


@lru_cache(100)
def _last_maps(seed, size, paddings, start, pool, end, strides):
    x = _stem(seed, size, *paddings[:2], start, pool)
    for stage, number in itertools.product(range(4), range(2)):
        width = 64 * 2**stage
        stride = 2 if stage and not number and (strides, stage) != ("third", 3) else 1
        change = relu(norm(conv(x, seed, 3, width, stride, paddings[2], True), seed))
        change = norm(conv(change, seed, 3, width, sparse=True), seed)
        if x.shape[-1] != width:
            x = norm(conv(x, seed, 1, width, stride), seed)
        change = relu(change) if end == "before" else change
        x = x + change if end in ("before", "none") else relu(x + change)
    return x


def _logits(seed, size, paddings, head, **chosen):
    """The 1,000 outputs for the first picture."""
    x = _last_maps(seed, size, paddings, **chosen)
    x = x.max((1, 2)) if head == "max" else x.mean((1, 2))
    x = (x @ kernel(seed, True, 512, 1000))[0]
    return relu(x) if head == "relu" else x


def same_outputs(value, logits, head):
    """Whether outputs are these logits, or what an activation makes of them."""
    if head == "softmax":
        if (value <= 0).any() or abs(value.sum() - 1) > 1e-3:
            return False
        value, logits = np.log(value), logits.astype(float)
        return near(value - value.mean(), logits - logits.mean())
    return near(value, logits)


@lru_cache(200)
def _network_ways(size, seed, value):
    """The first way to write the network that gives these outputs for the first picture, or None."""
    value = np.frombuffer(value)
    every = list(itertools.product(PADDINGS, repeat=3))
    for chosen in deviations({name: tuple(words) for name, words in _NET_WORDS.items()}, 1):
        right = all(chosen[name] == next(iter(words)) for name, words in _NET_WORDS.items())
        for paddings in every if right else [every[0], every[-1], ("one", "same", "one"), ("same", "same", "one")]:
            if same_outputs(value, _logits(seed, size, paddings, **chosen), chosen["head"]):
                return chosen
    return None


def _model_test(calls):
    for call in usable(calls):
        if call["value"][1] != 1000:
            return f"For {call['case'].label}, your model gives {int(call['value'][1]):,} numbers for each picture."
        way = _network_way(call)
        if way and way["head"] in ("softmax", "relu"):
            return _NET_WORDS["head"][way["head"]]
        if not way and (call["value"][4:] >= 0).all():
            return (
                "None of your outputs is negative. Is there an activation on the dense layer? Logits can be negative."
            )
    return trouble(calls)


def _parameters_test(calls):
    for call in usable(calls):
        own = int(call["value"][0])
        if own != _EXACT:
            which = _OTHER_COUNTS.get(own, f"That is too {'many' if own > _EXACT else 'few'}.")
            return f"Your model has {own:,} trainable parameters. {which}"
    return trouble(calls)


def _network_way(call):
    size, seed = call["case"].args
    if call["value"].size != 4 + 2 * call["value"][1] or call["value"][1] != 1000:
        return None
    return _network_ways(size, seed, call["value"][4:1004].tobytes())


def _network_test(*names):
    def test(calls):
        for call in usable(calls):
            way = _network_way(call)
            if way is None:
                if call["value"][0] != _EXACT or call["value"][1] != 1000:
                    return "This can be seen once the outputs are 1,000 and the number of parameters is right."
                return (
                    "The number of parameters is right, and the outputs are not those of a ResNet-18. Look at what has no "
                    "parameters: strides, ReLU, pooling, and which stage which block stands in."
                )
            for name in names:
                if way[name] != next(iter(_NET_WORDS[name])):
                    return _NET_WORDS[name][way[name]]
        return trouble(calls)

    return test


def _network_reference(size, seed):
    right = {name: next(iter(words)) for name, words in _NET_WORDS.items()}
    logits = _logits(seed, size, ("one",) * 3, **right)
    return np.concatenate([[_EXACT, 1000, 0, 0], logits, logits])


resnet_18 = FunctionCheck(
    "resnet_18",
    prepare=import_keras,
    reference=_network_reference,
    cases=lambda rng: [Case((64, int(rng.integers(0, 10**6))), _MODEL, "size 64")],
    criteria=[
        Criterion(_MODEL, 1, _model_test),
        Criterion(_PARAMETERS, 2, _parameters_test),
        Criterion(_STEM, 1, _network_test("start", "pool")),
        Criterion(_BODY, 1, _network_test("end", "strides")),
        Criterion(_HEAD, 1, _network_test("head")),
    ],
    asked="a keras.Model",
    probe=partial(probe_network, sparse=True),
    seconds=30,
)
