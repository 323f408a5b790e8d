"""The checks of exercise 13, "MobileNet"; chapter 13 teaches what they ask. How networks are judged stands in resnet.py."""

import itertools
from functools import cache, lru_cache, partial

import numpy as np

from .core import Case, Criterion, FunctionCheck, Misconception, import_keras
from .judging import sigmoid_of
from .resnet import (
    PADDINGS,
    conv,
    deviations,
    feature_maps,
    kernel,
    near,
    norm,
    probe_block,
    probe_network,
    relu,
    same_outputs,
    trouble,
    usable,
    windows,
)

__all__ = ["cost_ratio", "excite", "inverted_residual", "mobilenet_v1", "separable"]

SCALE, GAIN = 5.0, 1.5  # of inputs and of batch normalisation: so large that the ceiling of ReLU6 is reached


# ---------------------------------------------------------------------------------------------------------------- 1. the cost ratio

_WITHOUT = "gives the ratio of the weights when there are no biases"
_WITH = "gives the ratio of all parameters when every layer has biases"
_DEARER = "is right too where the split costs more than it saves"


def _ratio(size, channels, width, bias):
    full = size * size * channels * width + bias * width
    split = size * size * channels + bias * channels + channels * width + bias * width
    return split / full


def _ratio_cases(rng):
    def drawn(bias):
        size = int(rng.choice([3, 5, 7]))
        channels, width = (int(number) for number in rng.integers(10, 300, 2))
        return size, channels, width + (channels == width), bias

    settings = [
        (_WITHOUT, (3, 32, 64, False)),
        (_WITHOUT, (5, 40, 100, False)),
        (_WITHOUT, drawn(False)),
        (_WITH, (3, 32, 64, True)),
        (_WITH, (5, 10, 4, True)),
        (_WITH, drawn(True)),
        (_DEARER, (1, 16, 24, False)),
        (_DEARER, (3, 12, 1, False)),
        (_DEARER, (1, 6, 8, True)),
    ]
    return [Case(args, name, "size {}, channels {}, width {} and bias {}".format(*args)) for name, args in settings]


def _ratio_mistakes():
    yield (
        lambda k, c, n, b: 1 / _ratio(k, c, n, b),
        "You divided the full convolution by the split one. The ratio says what part of the cost is left.",
    )
    yield (
        lambda k, c, n, b: 1 - _ratio(k, c, n, b),
        "That is the part which is saved. The question asks for what is left.",
    )
    yield (
        lambda k, c, n, b: 100 * _ratio(k, c, n, b),
        "That is in per cent. The question asks for a ratio.",
    )
    yield (
        lambda k, c, n, b: _ratio(k, c, n, False),
        "Your ratio is the same with biases and without. Each layer has one bias for each channel that it gives.",
    )
    yield (
        lambda k, c, n, b: _ratio(k, c, n, True),
        "Your ratio counts biases even where there are none: look at the argument bias.",
    )
    yield (
        lambda k, c, n, b: (k * k * c + c * n + b * n) / (k * k * c * n + b * n),
        "The biases of the depthwise convolution are missing: it gives as many channels as it gets, each with a bias.",
    )
    yield (
        lambda k, c, n, b: (k * k * c + b * c + c * n) / (k * k * c * n + b * n),
        "The biases of the pointwise convolution are missing.",
    )
    yield (
        lambda k, c, n, b: (k * k * c + b * c + c * n + b * n) / (k * k * c * n),
        "The full convolution has biases as well: one for each channel that it gives.",
    )
    yield (
        lambda k, c, n, b: (k * k * c + c * n + 2 * b * n) / (k * k * c * n + b * n),
        "You gave the depthwise convolution as many biases as the pointwise one. It gives as many channels as it gets.",
    )
    yield (
        lambda k, c, n, b: (k * k * c + b + c * n + b) / (k * k * c * n + b),
        "You counted one bias for each layer. There is one for each channel that a layer gives.",
    )
    yield (
        lambda k, c, n, b: 1 / c + 1 / k**2,
        "You took the channels that come in for those that go out: the inputs cancel out of the ratio, the outputs do not.",
    )
    yield (
        lambda k, c, n, b: 1 / k**2,
        "That is the pointwise part alone. The depthwise convolution costs something too.",
    )
    yield lambda k, c, n, b: 1 / n, "That is the depthwise part alone. The pointwise convolution costs something too."
    yield (
        lambda k, c, n, b: (k * c + b * c + c * n + b * n) / (k * c * n + b * n),
        "You counted kernels with one row. A kernel of size 3 has 3 · 3 numbers for each channel.",
    )
    yield (
        lambda k, c, n, b: (k * k * c + c * n) * (1 + b) / (k * k * c * n + b * n),
        "Biases do not double a layer: there is one for each channel that it gives.",
    )
    yield (
        lambda k, c, n, b: (k * k * c * n + b * n + c * n + b * n) / (k * k * c * n + b * n),
        "You counted a full convolution and a pointwise one behind it. A depthwise kernel sees one channel only.",
    )
    yield (
        lambda k, c, n, b: (k * k + b + c * n + b * n) / (k * k * c * n + b * n),
        "You counted one kernel for the whole depthwise convolution. Each channel has a kernel of its own.",
    )
    yield (
        lambda k, c, n, b: k * k * c + b * c + c * n + b * n,
        "That is the number of parameters of the split one. The question asks for a ratio.",
    )
    yield (
        lambda k, c, n, b: min(_ratio(k, c, n, b), 1),
        "Your ratio never gets above 1. With a 1×1 kernel or few output channels the split costs more than it saves.",
    )
    yield (
        lambda k, c, n, b: int(_ratio(k, c, n, b)),
        "Your ratio is a whole number: // and int cut fractions off.",
    )
    yield (
        lambda k, c, n, b: round(_ratio(k, c, n, b), 2),
        "Your ratio is rounded to two decimals. Leave the rounding out.",
    )


cost_ratio = FunctionCheck(
    "cost_ratio",
    reference=_ratio,
    cases=_ratio_cases,
    criteria=[Criterion(_WITHOUT, 1), Criterion(_WITH, 1), Criterion(_DEARER, 1)],
    misconceptions=[Misconception(wrong, message) for wrong, message in _ratio_mistakes()],
    asked="one number",
)


# ------------------------------------------------------------------------------------------------- what holds for all three blocks


class _Block:
    """A kind of block: what it computes and has to have, and what mistakes make of it.

    ``words`` holds, for each choice, what it can be: the first is right, each other one comes with the words for it.
    ``compute(args, padding, **chosen)`` gives the result in NumPy, or None where a mistake cannot be made; ``shape(args)`` is the
    shape asked for; ``counts(args)`` lists (parameters, words), the right number first with no words.
    """

    def __init__(self, words, compute, shape, counts):
        self.words, self.shape, self.counts = words, shape, counts
        self.compute = cache(lambda args, padding, chosen: compute(args, padding, **dict(chosen)))
        self.ways = lru_cache(200)(self._ways)
        self.right = {name: next(iter(options)) for name, options in words.items()}

    def reference(self, *args):
        """What the right block shows."""
        result = self.compute(args, "one", tuple(self.right.items()))
        return np.concatenate([[self.counts(args)[0][0], *result.shape[1:]], result.ravel()])

    def _ways(self, args, value):
        """The choices that give this output: those with the fewest mistakes."""
        value, ways, fewest = np.frombuffer(value), [], None
        for chosen in deviations({name: tuple(options) for name, options in self.words.items()}):
            mistakes = sum(chosen[name] != right for name, right in self.right.items())
            if ways and mistakes > fewest:
                break
            results = (self.compute(args, padding, tuple(chosen.items())) for padding in PADDINGS)
            if any(result is not None and near(value, result.ravel()) for result in results):
                ways, fewest = [*ways, chosen], mistakes
        return ways

    def fits(self, call):
        """Whether a call gave a network with the shape asked for."""
        return tuple(call["value"][1:4]) == tuple(self.shape(call["case"].args))

    def shape_test(self, explain):
        """A criterion on the shape; ``explain(shape, asked, args)`` gives the words."""

        def test(calls):
            for call in usable(calls):
                if not self.fits(call):
                    shape = tuple(int(size) for size in call["value"][1:4])
                    told = explain(shape, tuple(self.shape(call["case"].args)), call["case"].args)
                    return f"For {call['case'].label}, feature maps of shape {shape} come out. {told}"
            return explained_trouble(calls)

        return test

    def count_test(self, calls):
        """A criterion on the number of parameters, judged on the networks that were built."""
        built = usable(calls)
        if not built:
            return explained_trouble(calls)
        tables = [self.counts(call["case"].args) for call in built]
        own = [int(call["value"][0]) for call in built]
        wrong = next((place for place, table in enumerate(tables) if own[place] != table[0][0]), None)
        if wrong is None:
            return None
        start = f"For {built[wrong]['case'].label}, your block has {own[wrong]:,} trainable parameters. "
        for place in range(1, len(tables[0])):
            if all(table[place][0] == number for table, number in zip(tables, own, strict=True)):
                return start + tables[0][place][1]
        return f"{start}These are too {'many' if own[wrong] > tables[wrong][0][0] else 'few'}."

    def way_test(self, *names, where=lambda args: True):
        """A criterion on some of the choices: met when each network can be explained with these choices right."""

        def test(calls):
            relevant = [call for call in calls if where(call["case"].args)]
            built = [call for call in usable(relevant) if self.fits(call)]
            for call in built:
                ways = self.ways(call["case"].args, call["value"][4:].tobytes())
                if any(all(way[name] == self.right[name] for name in names) for way in ways):
                    continue
                if not ways:
                    return (
                        f"For {call['case'].label}, your block computes something else, although the shape is right. "
                        "Go through the steps of the question one by one: is one missing, or in another place?"
                    )
                name = next(name for name in names if ways[0][name] != self.right[name])
                return f"For {call['case'].label}: {self.words[name][ways[0][name]]}"
            if built and len(built) == len(relevant):
                return None
            if built and names != ("add",):
                return None
            return explained_trouble(relevant) or "This can be seen once the feature maps have the asked shape."

        return test


def explained_trouble(calls):
    """As in resnet.py, but an addition that failed asks for no projection here."""
    told = trouble(calls)
    if told and "has to go through a projection" in told:
        start = told.split("Where the stride is 2", maxsplit=1)[0]
        return (
            f"{start}Here is no projection: where the stride is 2 or the number of channels changes, nothing is added."
        )
    return told


def relu6(x):
    """0 below 0, and 6 above 6."""
    return np.clip(x, 0, 6)


_ACTIVATIONS = {"relu6": relu6, "relu": relu, "none": lambda x: x}


def depthwise(x, seed, stride, padding, size=3):
    """A depthwise convolution without bias."""
    weights = kernel(seed, False, size, size, x.shape[-1], 1).reshape(size * size, x.shape[-1])
    return sum(pixels * each for pixels, each in zip(windows(x, size, stride, padding), weights, strict=True))


def _inputs(args):
    side, channels, seed, *_ = args
    return feature_maps(seed, 2, *side, channels, scale=SCALE), seed


def _label(side, channels, words):
    return f"x of shape {(None, *side, channels)}, {words}"


def _small_or_large(shape, asked, side, stride):
    if shape[:2] == tuple(side) and stride == 2:
        return "A block with stride 2 halves height and width; yours leaves them as they are."
    if shape[0] < asked[0] and shape[0] == asked[0] - 2 // stride:
        return 'Height and width shrink by the border of the kernel: use padding="same".'
    return "Height and width are not what the stride asks for." if shape[:2] != asked[:2] else ""


# ------------------------------------------------------------------------------------------------------- 2. depthwise-separable block

_CEILING = "ReLU6 cuts off what is above 6, and yours lets it through: that is a ReLU."
_SEPARABLE = {
    "first": {
        "relu6": "",
        "relu": f"After your depthwise convolution: {_CEILING}",
        "none": "After your depthwise convolution and its batch normalisation there is no activation.",
    },
    "second": {
        "relu6": "",
        "relu": f"After your pointwise convolution: {_CEILING}",
        "none": "After your pointwise convolution and its batch normalisation there is no activation.",
    },
    "order": {
        "right": "",
        "turned": "Your pointwise convolution comes first. First each channel on its own, then all of them at each place.",
        "late": "Your activations stand before the batch normalisation. The order is convolution, batch normalisation, ReLU6.",
    },
}


def _separable(args, padding, *, first, second, order):
    x, seed = _inputs(args)
    *_, width, stride = args
    activations = _ACTIVATIONS[first], _ACTIVATIONS[second]
    if order == "turned":
        x = activations[1](norm(conv(x, seed, 1, width), seed, gain=GAIN))
        return activations[0](norm(depthwise(x, seed, stride, padding), seed, gain=GAIN))
    x = depthwise(x, seed, stride, padding)
    x = norm(activations[0](x), seed, gain=GAIN) if order == "late" else activations[0](norm(x, seed, gain=GAIN))
    x = conv(x, seed, 1, width)
    return norm(activations[1](x), seed, gain=GAIN) if order == "late" else activations[1](norm(x, seed, gain=GAIN))


def _separable_counts(args):
    _, channels, _, width, _ = args
    right = 9 * channels + 2 * channels + channels * width + 2 * width
    return [
        (right, ""),
        (
            right + channels + width,
            "Your convolutions have biases. Batch normalisation subtracts them again: use_bias=False.",
        ),
        (
            9 * channels * width + 2 * width,
            "This is one full 3×3 convolution. Split it in two: depthwise, then pointwise.",
        ),
        (
            9 * channels * channels + 2 * channels + channels * width + 2 * width,
            "Your 3×3 convolution mixes the channels. A depthwise one has one kernel for each channel: layers.DepthwiseConv2D.",
        ),
        (right - 2 * channels, "The batch normalisation between the two convolutions is missing."),
        (right - 2 * width, "The batch normalisation after the pointwise convolution is missing."),
        (right - 2 * channels - 2 * width, "Both batch normalisations are missing."),
        (
            9 * width + 2 * width + channels * width + 2 * width,
            "Your pointwise convolution comes before the depthwise one.",
        ),
        (right + 8 * channels * width, "Your second convolution has a 3×3 kernel. The pointwise one is 1×1."),
        (9 * channels + 2 * channels, "The pointwise convolution is missing."),
    ]


def _separable_asked(args):
    side, _, _, width, stride = args
    return (*(length // stride for length in side), width)


def _separable_cases(rng):
    channels, width = (int(number) for number in rng.permutation([4, 5, 6, 7])[:2])
    settings = [
        ((6, 8), 3, 4, 1),
        ((8, 6), channels, width, 2),
        ((8, 6), channels, channels, 1),
    ]
    return [
        Case(
            (side, before, int(rng.integers(0, 10**6)), after, stride),
            _SHAPE,
            _label(side, before, f"width {after} and stride {stride}"),
        )
        for side, before, after, stride in settings
    ]


def _explain_separable(shape, asked, args):
    told = _small_or_large(shape, asked, args[0], args[-1])
    return told or "The number of channels is not the width that was asked for."


_SHAPE = "gives feature maps of the asked height, width and channels"
_COUNT = "has the parameters of its two convolutions, without biases, and of their batch normalisation"
_separable_block = _Block(_SEPARABLE, _separable, _separable_asked, _separable_counts)

separable = FunctionCheck(
    "separable",
    prepare=import_keras,
    reference=_separable_block.reference,
    cases=_separable_cases,
    criteria=[
        Criterion(_SHAPE, 1, _separable_block.shape_test(_explain_separable)),
        Criterion(_COUNT, 1, _separable_block.count_test),
        Criterion(
            "treats each channel on its own first, and mixes the channels then", 1, _separable_block.way_test("order")
        ),
        Criterion(
            "ends each half with batch normalisation and ReLU6",
            1,
            _separable_block.way_test("first", "second", "order"),
        ),
    ],
    asked="the tensor that leaves the block",
    probe=partial(probe_block, scale=SCALE, gain=GAIN),
    seconds=20,
)


# ------------------------------------------------------------------------------------------ 3. hard-swish and squeeze-and-excite

_EXCITE = {
    "swish": {
        "hard": "",
        "silu": "You applied swish, with an exponential. Hard-swish takes hard-sigmoid in its place.",
        "relu6": "You applied ReLU6 to x. Hard-swish is x times hard-sigmoid of x.",
        "relu": "You applied ReLU to x. Hard-swish is x times hard-sigmoid of x.",
        "sigmoid": "You applied hard-sigmoid to x. Hard-swish is x times that.",
        "six": "Your hard-swish is not divided by 6: hard-sigmoid goes from 0 to 1.",
        "three": "Your hard-swish has no + 3: hard-sigmoid is one half at 0.",
        "none": "x reaches the squeeze as it came: hard-swish is missing at the beginning.",
    },
    "squeeze": {
        "mean": "",
        "max": "You squeeze each channel to its largest value. It should be the mean.",
        "before": "You squeeze x as it came. Squeeze what hard-swish made of it.",
    },
    "narrow": {
        "relu": "",
        "none": "After the narrow dense layer there is no ReLU.",
        "hard": "After the narrow dense layer stands hard-swish. It should be ReLU.",
    },
    "gate": {
        "hard": "",
        "sigmoid": "Your factors come from a sigmoid. Use hard-sigmoid.",
        "none": "Your factors can be negative or above 1: after the second dense layer hard-sigmoid is missing.",
        "relu": "Your factors can be above 1: they come from a ReLU. Use hard-sigmoid.",
        "swish": "Your factors come from hard-swish, so they can be negative or above 1. Use hard-sigmoid.",
        "softmax": "Your factors add up to 1: there is a softmax. Each channel has a factor of its own, from hard-sigmoid.",
    },
    "end": {
        "times": "",
        "x": "You multiplied x as it came. The factors are for what hard-swish made of it.",
        "plus": "You added the factors. Multiply each channel by its factor.",
        "swish": "There is a hard-swish at the end as well. It belongs to the beginning only.",
    },
}


def _hard_sigmoid(x):
    return relu6(x + 3) / 6


def _excite(args, padding, *, swish, squeeze, narrow, gate, end):
    x, seed = _inputs(args)
    channels, width = args[1], args[3]
    swished = {
        "hard": lambda: x * _hard_sigmoid(x),
        "silu": lambda: x * sigmoid_of(x),
        "relu6": lambda: relu6(x),
        "relu": lambda: relu(x),
        "sigmoid": lambda: _hard_sigmoid(x),
        "six": lambda: x * relu6(x + 3),
        "three": lambda: x * relu6(x) / 6,
        "none": lambda: x,
    }[swish]()
    squeezed = (x if squeeze == "before" else swished).reshape(len(x), -1, channels)
    squeezed = squeezed.max(1) if squeeze == "max" else squeezed.mean(1)
    factors = squeezed @ kernel(seed, False, channels, width)
    hard_swish = lambda values: values * _hard_sigmoid(values)  # noqa: E731
    factors = {"relu": relu, "none": lambda values: values, "hard": hard_swish}[narrow](factors)
    factors = factors @ kernel(seed, False, width, channels)
    gates = {
        "hard": _hard_sigmoid,
        "sigmoid": sigmoid_of,
        "none": lambda values: values,
        "relu": relu,
        "swish": hard_swish,
        "softmax": lambda values: np.exp(values) / np.exp(values).sum(-1, keepdims=True),
    }
    factors = gates[gate](factors)[:, None, None]
    ends = {
        "times": lambda: swished * factors,
        "x": lambda: x * factors,
        "plus": lambda: swished + factors,
        "swish": lambda: hard_swish(swished * factors),
    }
    return ends[end]()


def _excite_counts(args):
    _, channels, _, narrow = args
    right = 2 * channels * narrow + narrow + channels
    return [
        (right, ""),
        (
            right - narrow - channels,
            "Your dense layers have no biases. Here they have them, since no batch normalisation follows.",
        ),
        (channels * channels + channels, "There is one dense layer. There are two, the first one narrow."),
        (
            2 * channels * channels + 2 * channels,
            "Your first dense layer has as many outputs as there are channels. It should be narrow.",
        ),
        (
            2 * (channels * narrow + narrow) + narrow * (narrow - channels),
            "Your second dense layer is narrow too. It gives one factor for each channel.",
        ),
        (right + 2 * narrow + 2 * channels, "There is batch normalisation after your dense layers. Here is none."),
        (
            18 * channels * narrow + narrow + channels,
            "Your kernels are 3×3. Each of the two layers is dense, or a convolution of 1×1.",
        ),
    ]


def _excite_cases(rng):
    channels, narrow = int(rng.integers(6, 9)), int(rng.integers(2, 5))
    settings = [((3, 4), 4, 2), ((4, 5), channels, narrow), ((5, 4), 3, 5)]
    return [
        Case((side, before, int(rng.integers(0, 10**6)), after), _SAME, _label(side, before, f"narrow {after}"))
        for side, before, after in settings
    ]


def _explain_excite(shape, asked, args):
    if shape[:2] == (1, 1):
        return "These are the factors alone. Multiply the feature maps by them."
    return "The shape should stay as it was: only the numbers change."


_SAME = "leaves the shape of x as it is, with the parameters of two dense layers"
_excite_block = _Block(_EXCITE, _excite, lambda args: (*args[0], args[1]), _excite_counts)


def _shape_and_count(calls):
    return _excite_block.shape_test(_explain_excite)(calls) or _excite_block.count_test(calls)


excite = FunctionCheck(
    "excite",
    prepare=import_keras,
    reference=_excite_block.reference,
    cases=_excite_cases,
    criteria=[
        Criterion(_SAME, 1, _shape_and_count),
        Criterion("applies hard-swish to x first", 1, _excite_block.way_test("swish")),
        Criterion(
            "squeezes each channel to its mean, and puts ReLU after the narrow layer",
            1,
            _excite_block.way_test("squeeze", "narrow"),
        ),
        Criterion(
            "multiplies each channel by a factor from hard-sigmoid, from 0 to 1",
            1,
            _excite_block.way_test("gate", "end"),
        ),
    ],
    asked="the tensor with the excited feature maps",
    probe=partial(probe_block, scale=SCALE, gain=GAIN),
    seconds=20,
)


# ------------------------------------------------------------------------------------------------------------ 4. inverted residual

_INVERTED = {
    "add": {
        "right": "",
        "never": "x is not added, although the stride is 1 and the number of channels stays.",
        "projected": "x is added after a projection. MobileNet has none: where the shapes differ, nothing is added.",
        "pooled": "x is added after pooling, although the stride is 2. With stride 2 nothing is added.",
        "cut": "x is added although the number of channels changes: channels were left out or filled with zeros. Then nothing is added.",
    },
    "end": {
        "linear": "",
        "relu6": "There is a ReLU6 after the last convolution: everything negative becomes 0. The bottleneck is linear.",
        "relu": "There is a ReLU after the last convolution: everything negative becomes 0. The bottleneck is linear.",
        "after": "There is an activation after the addition, as in ResNet. Here is none: negative values go on.",
    },
    "expand": {
        "relu6": "",
        "relu": f"After your first convolution: {_CEILING}",
        "none": "After the first convolution and its batch normalisation there is no activation.",
    },
    "filter": {
        "relu6": "",
        "relu": f"After your depthwise convolution: {_CEILING}",
        "none": "After the depthwise convolution and its batch normalisation there is no activation.",
    },
}


def _inverted(args, padding, *, add, end, expand, filter):
    start, seed = _inputs(args)
    _, channels, _, expansion, width, stride = args
    x = start
    if expansion > 1:
        x = _ACTIVATIONS[expand](norm(conv(x, seed, 1, expansion * channels), seed, gain=GAIN))
    x = _ACTIVATIONS[filter](norm(depthwise(x, seed, stride, padding), seed, gain=GAIN))
    x = norm(conv(x, seed, 1, width), seed, gain=GAIN)
    if end in ("relu6", "relu"):
        x = _ACTIVATIONS[end](x)
    same = stride == 1 and channels == width
    if same and add != "never":
        x = start + x
    elif add == "projected" and not same:
        x = norm(conv(start, seed, 1, width, stride), seed, gain=GAIN) + x
    elif add == "pooled" and stride == 2 and channels == width:
        x = x + sum(start[:, i::2, j::2] for i in (0, 1) for j in (0, 1)) / 4
    elif add == "cut" and stride == 1 and channels != width:
        fewer = start[..., :width]
        x = x + np.pad(fewer, [(0, 0)] * 3 + [(0, width - fewer.shape[-1])])
    return relu6(x) if end == "after" else x


def _inverted_counts(args):
    _, channels, _, expansion, width, stride = args
    wide = expansion * channels
    first = channels * wide + 2 * wide
    expanded = first if expansion > 1 else 0
    rest = 9 * wide + 2 * wide + wide * width + 2 * width
    right = expanded + rest
    same = stride == 1 and channels == width
    biases = (wide if expansion > 1 else 0) + wide + width
    norms = 2 * biases
    full = 9 * wide * wide - 9 * wide
    projection = 0 if same else channels * width + 2 * width
    narrow = (channels * width + 2 * width) + 9 * width + 2 * width + width * width + 2 * width
    return [
        (right, ""),
        (right + biases, "Your convolutions have biases. Batch normalisation subtracts them again: use_bias=False."),
        (
            first + rest,
            "There is a first convolution even for an expansion of 1, where there is nothing to expand: leave it out.",
        ),
        (rest, "The first convolution, which expands, is missing."),
        (right - norms, "Batch normalisation is missing."),
        (
            right - 2 * width,
            "The last batch normalisation is missing. Linear means without an activation; the normalisation stays.",
        ),
        (
            right + full,
            "Your 3×3 convolution mixes the channels. A depthwise one has one kernel for each: layers.DepthwiseConv2D.",
        ),
        (right + projection, "There is a projection. MobileNet has none: where the shapes differ, nothing is added."),
        (
            narrow,
            "The depthwise convolution has as many channels as come out. In the middle there are expansion times as many as come in.",
        ),
    ]


def _inverted_asked(args):
    side, _, _, _, width, stride = args
    return (*(length // stride for length in side), width)


def _inverted_cases(rng):
    channels, width, expansion = int(rng.integers(4, 7)), int(rng.integers(7, 10)), int(rng.integers(3, 6))
    settings = [
        ((6, 8), 4, 3, 4, 1),
        ((8, 6), channels, 1, width, 1),
        ((8, 6), channels, expansion, channels, 2),
        ((4, 6), channels, 2, 3, 1),
    ]
    return [
        Case(
            (side, before, int(rng.integers(0, 10**6)), times, after, stride),
            _SHAPE,
            _label(side, before, f"expansion {times}, width {after} and stride {stride}"),
        )
        for side, before, times, after, stride in settings
    ]


_inverted_block = _Block(_INVERTED, _inverted, _inverted_asked, _inverted_counts)

inverted_residual = FunctionCheck(
    "inverted_residual",
    prepare=import_keras,
    reference=_inverted_block.reference,
    cases=_inverted_cases,
    criteria=[
        Criterion(_SHAPE, 1, _inverted_block.shape_test(_explain_separable)),
        Criterion(
            "has the parameters of its convolutions, without biases, and of their batch normalisation",
            1,
            _inverted_block.count_test,
        ),
        Criterion("has ReLU6 where the maps are wide", 1, _inverted_block.way_test("expand", "filter")),
        Criterion("ends in a linear bottleneck: negative values come out", 1, _inverted_block.way_test("end")),
        Criterion(
            "adds x where the stride is 1 and the number of channels stays, and nowhere else",
            1,
            _inverted_block.way_test("add"),
        ),
    ],
    asked="the tensor that leaves the block",
    probe=partial(probe_block, scale=SCALE, gain=GAIN),
    seconds=20,
)


# --------------------------------------------------------------------------------------------------------------- 5. MobileNet v1

_V1 = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *5 * [(512, 1)], (1024, 2), (1024, 1)]
_NET_WORDS = {
    "activation": {
        "relu6": "",
        "relu": "Your activations are ReLU. MobileNet v1 has ReLU6, with a ceiling at 6.",
        "between": "Inside your separable convolutions, after the depthwise half, there is no activation.",
        "first": "After the very first convolution there is no activation.",
    },
    "strides": {
        "right": "",
        "none": "All your blocks have stride 1. Look at the second number of each pair.",
    },
    "head": {
        "mean": "",
        "max": "You take the largest value of each channel at the end. It should be the mean.",
        "relu": "There is a ReLU on your outputs. The weighted sums of the dense layer are asked for, and some are negative.",
        "softmax": "Your outputs are confidences, all positive with the sum 1. Leave the softmax out: the weighted sums are asked for.",
    },
}


def _v1_count(alpha, *, first=None, norms=2, bias=0, outputs=1000, dense_bias=True, size=None, cut=int):
    """Trainable parameters of a MobileNet v1."""
    before = cut(32 * alpha) if first is None else first
    total = 27 * before + (norms + bias) * before
    for width, _ in _V1:
        after = cut(width * alpha)
        total += 9 * before + (norms + bias) * before + before * after + (norms + bias) * after
        before = after
    return (
        total + before * (size // 32) ** 2 * outputs + outputs * dense_bias
        if size
        else total + before * outputs + outputs * dense_bias
    )


@lru_cache(200)
def _v1_maps(size, seed, alpha, paddings, activation, strides):
    middle, usual = {
        "relu6": (relu6, relu6),
        "relu": (relu, relu),
        "between": (_ACTIVATIONS["none"], relu6),
        "first": (relu6, relu6),
    }[activation]
    x = feature_maps(seed, 2, size, size, 3)[:1]
    x = norm(conv(x, seed, 3, int(32 * alpha), 2, paddings[0]), seed, gain=GAIN)
    x = x if activation == "first" else usual(x)
    for width, stride in _V1:
        x = middle(norm(depthwise(x, seed, 1 if strides == "none" else stride, paddings[1]), seed, gain=GAIN))
        x = usual(norm(conv(x, seed, 1, int(width * alpha)), seed, gain=GAIN))
    return x


def _v1_logits(size, seed, alpha, paddings, activation, strides, head):
    """The 1,000 outputs for the first picture."""
    x = _v1_maps(size, seed, alpha, paddings, activation, strides)
    x = x.max((1, 2)) if head == "max" else x.mean((1, 2))
    x = (x @ kernel(seed, False, x.shape[-1], 1000))[0]
    return relu(x) if head == "relu" else x


@lru_cache(200)
def _v1_way(size, seed, alpha, value):
    """The first way to write the network that gives these outputs, or None."""
    value = np.frombuffer(value)
    for chosen in deviations({name: tuple(words) for name, words in _NET_WORDS.items()}, 1):
        for paddings in itertools.product(PADDINGS, repeat=2):
            if same_outputs(value, _v1_logits(size, seed, alpha, paddings, **chosen), chosen["head"]):
                return chosen
    return None


def _way(call):
    value = call["value"]
    return _v1_way(*call["case"].args, value[4:1004].tobytes()) if value.size == 2004 and value[1] == 1000 else None


def _v1_model(calls):
    for call in usable(calls):
        if call["value"][1] != 1000:
            return f"For {call['case'].label}, your model gives {int(call['value'][1]):,} numbers for each picture."
        way = _way(call)
        if way and way["head"] in ("softmax", "relu"):
            return _NET_WORDS["head"][way["head"]]
        if not way and (call["value"][4:] >= 0).all():
            return (
                "None of your outputs is negative. Is there an activation on the dense layer? Logits can be negative."
            )
    return explained_trouble(calls)


def _v1_parameters(calls):
    for call in usable(calls):
        size, _, alpha = call["case"].args
        own, right = int(call["value"][0]), _v1_count(alpha)
        if own == right:
            continue
        known = {
            _v1_count(
                1
            ): "That is the number for alpha = 1. Every width is multiplied by alpha, and cut off to a whole number.",
            _v1_count(alpha, first=32): "The very first convolution has 32 channels still: alpha holds for it too.",
            _v1_count(
                alpha, cut=round
            ): "You rounded the widths. The question cuts them off to whole numbers: int(w * alpha).",
            _v1_count(alpha, bias=1): "Your convolutions have biases. Batch normalisation subtracts them again.",
            _v1_count(alpha, norms=0): "Batch normalisation is missing.",
            _v1_count(
                alpha, dense_bias=False
            ): "The dense layer has no biases; it should have them, as nothing comes after it.",
            _v1_count(
                alpha, size=size
            ): "You flatten the last feature maps. The mean of each channel is one number, however large the maps are.",
        }
        words = known.get(own, f"These are too {'many' if own > right else 'few'}.")
        return f"For {call['case'].label}, your model has {own:,} trainable parameters. {words}"
    return explained_trouble(calls)


def _v1_test(*names):
    def test(calls):
        for call in usable(calls):
            way = _way(call)
            if way is None:
                alpha = call["case"].args[2]
                if call["value"][0] != _v1_count(alpha) or call["value"][1] != 1000:
                    return "This can be seen once the outputs are 1,000 and the number of parameters is right."
                return (
                    "The number of parameters is right, and the outputs are not those of a MobileNet v1. Look at what has no "
                    "parameters: strides, activations, pooling, and the order of the two halves."
                )
            for name in names:
                if way[name] != next(iter(_NET_WORDS[name])):
                    return _NET_WORDS[name][way[name]]
        return explained_trouble(calls)

    return test


def _v1_reference(size, seed, alpha):
    right = {name: next(iter(words)) for name, words in _NET_WORDS.items()}
    logits = _v1_logits(size, seed, alpha, ("one", "one"), **right)
    return np.concatenate([[_v1_count(alpha), 1000, 0, 0], logits, logits])


def _v1_cases(rng):
    # At each of these 31, 32 and 33 channels become three different widths, and rounding gives others than cutting off.
    alpha = float(rng.choice([0.58, 0.61]))
    return [Case((64, int(rng.integers(0, 10**6)), alpha), _MODEL, f"alpha {alpha} and size 64")]


_MODEL = "takes pictures and gives 1,000 numbers for each, which may be negative"
mobilenet_v1 = FunctionCheck(
    "mobilenet_v1",
    prepare=import_keras,
    reference=_v1_reference,
    cases=_v1_cases,
    criteria=[
        Criterion(_MODEL, 1, _v1_model),
        Criterion("has the trainable parameters of MobileNet v1 at this width", 2, _v1_parameters),
        Criterion("has batch normalisation and ReLU6 after every convolution", 1, _v1_test("activation")),
        Criterion("goes down to the last feature maps with the strides of the list", 1, _v1_test("strides")),
        Criterion("ends with the mean of each channel and a dense layer", 1, _v1_test("head")),
    ],
    asked="a keras.Model",
    probe=partial(probe_network, gain=GAIN),
    seconds=30,
)
