"""The checks of exercise 11, "Your own CNN"; chapter 11 teaches what they ask.

A network is judged by what it does: shapes, numbers of parameters, and what comes out with ``training=True`` and without. A probe
gives its batch normalisation known numbers and hands on the kernels that it found. From them the judge computes in NumPy what should
have come out, and what comes out after the mistakes that people make.
"""

import contextlib
import itertools
import math
import tempfile
import warnings
from functools import cache
from pathlib import Path

import numpy as np

from .core import Case, Criterion, Finding, FunctionCheck, as_numbers, describe, import_keras, short
from .judging import no_confidences, over_calls

__all__ = ["kept_cnn", "parameters_of", "shapes_of", "small_cnn", "train"]


def _trouble(calls):
    """What kept the first call without a result from having one."""
    return next((call["problem"] for call in calls if call["value"] is None), None)


# ------------------------------------------------------------------------------------------------ 1. and 2. numbers worked out by hand


def _several(*names):
    """A probe for a function that returns so many numbers, in this order."""

    def probe(answer, *args):
        returned = answer(*args)
        values = as_numbers(returned)
        if values is None or values.shape != (len(names),):
            missing = " Is the return missing?" if returned is None else ""
            raise Finding(
                f"your function returned {describe(returned)}; the question asks for {len(names)} numbers: {', '.join(names)}.{missing}"
            )
        return values

    return probe


def _part(name, place, right, mistakes):
    """A criterion's test of one of the numbers. ``mistakes`` are pairs of (what somebody would compute, the words for it)."""

    def test(calls):
        read = [call for call in calls if call["value"] is not None and call["value"].ndim == 1]
        wrong = [call for call in read if not math.isclose(call["value"][place], right(*call["case"].args))]
        if not wrong:
            return _trouble(calls)
        own = wrong[0]["value"][place]
        start = f"For {wrong[0]['case'].label}, your number {name} is {short(own)}. "
        for mistake, words in mistakes:
            with contextlib.suppress(ArithmeticError):
                if all(math.isclose(call["value"][place], mistake(*call["case"].args)) for call in read):
                    return start + words
        if own != round(own):
            return f"{start}Such a number is a whole number."
        return f"{start}That is too {'large' if own > right(*wrong[0]['case'].args) else 'small'}."

    return test


def _places(side, filters, kernel_size, strides, pool_size):
    return (side - kernel_size) // strides + 1


def _pooled(side, filters, kernel_size, strides, pool_size):
    return _places(side, filters, kernel_size, strides, pool_size) // pool_size


def _flat(side, filters, kernel_size, strides, pool_size):
    return _pooled(side, filters, kernel_size, strides, pool_size) ** 2 * filters


_PLACES_WRONG = [
    (
        lambda s, f, k, t, p: (s - k) // t,
        "One place is missing: before the kernel moves for the first time it stands at a place already.",
    ),
    (
        lambda s, f, k, t, p: (s - k) / t,
        "One place is missing, and where the stride does not fit, you count a part of a place.",
    ),
    (
        lambda s, f, k, t, p: (s - k) / t + 1,
        "Where the stride does not fit, you count a part of a place. The kernel is at a place or it is not.",
    ),
    (
        lambda s, f, k, t, p: math.ceil((s - k) / t) + 1,
        "At the last place that you count, the kernel would reach out of the picture.",
    ),
    (
        lambda s, f, k, t, p: round((s - k) / t) + 1,
        "Where the stride does not fit, you round, and sometimes up: there the kernel would reach out of the picture.",
    ),
    (
        lambda s, f, k, t, p: math.ceil(s / t),
        "So many places there are with padding. Here no zeros are put around the picture.",
    ),
    (
        lambda s, f, k, t, p: s // t,
        "You divide the side by the stride. But the kernel must lie inside the picture with its whole size.",
    ),
    (lambda s, f, k, t, p: s - k + 1, "You count the places for stride 1, whatever the stride is."),
    (
        lambda s, f, k, t, p: (s - k + 1) // t,
        "The stride divides the way that the kernel moves. The place where it starts is added after that.",
    ),
    (
        lambda s, f, k, t, p: _places(s, f, k, t, p) ** 2,
        "That is the number of places in the whole picture; asked for are those in one direction.",
    ),
]
_POOLED_WRONG = [
    (lambda s, f, k, t, p: math.ceil(_places(s, f, k, t, p) / p), "Your last window is not full. What fills no window is left out."),
    (lambda s, f, k, t, p: _places(s, f, k, t, p) / p, "Where the windows do not fit, you count a part of a window. "
    "What fills no window is left out."),
    (lambda s, f, k, t, p: _places(s, f, k, t, p) - p + 1, "You move the window by one place at a time. It moves by its own size."),
    (lambda s, f, k, t, p: s // p, "You pool the picture itself. What is pooled are the maps that the convolution made."),
    (lambda s, f, k, t, p: _places(s, f, k, t, p), "It is as large as before pooling."),
    (lambda s, f, k, t, p: _places(s, f, k, t, p) // p**2, "You divide by the number of pixels in a window, and here one direction is asked for."),
]  # fmt: skip
_FLAT_WRONG = [
    (lambda s, f, k, t, p: _pooled(s, f, k, t, p) ** 2, "You count one map. How many maps are there?"),
    (lambda s, f, k, t, p: _pooled(s, f, k, t, p) * f, "You count one row of each map."),
    (lambda s, f, k, t, p: _places(s, f, k, t, p) ** 2 * f, "You count the numbers before pooling."),
    (lambda s, f, k, t, p: _pooled(s, f, k, t, p) ** 2 * 3, "You take the 3 channels of the picture. "
    "The convolution made other maps, one for each kernel."),
    (lambda s, f, k, t, p: _pooled(s, f, k, t, p) ** 2 * f * 3, "You multiply by the 3 channels of the picture. "
    "Each kernel reaches through all of them and makes one map."),
]  # fmt: skip


def _shape_cases(rng):
    def case(*args):
        side, filters, kernel_size, strides, pool_size = args
        return Case(
            args,
            "",
            f"side {side}, filters {filters}, kernel_size {kernel_size}, strides {strides}, pool_size {pool_size}",
        )

    kernel_size, strides, pool_size = int(rng.integers(4, 8)), int(rng.integers(3, 5)), int(rng.integers(2, 4))
    maps = int(rng.integers(4, 7)) * pool_size + int(rng.integers(1, pool_size))
    side = kernel_size + (maps - 1) * strides + int(rng.integers(1, strides))  # neither strides nor windows fit
    return [
        case(10, 4, 3, 1, 2),
        case(28, 8, 5, 2, 2),
        case(9, 1, 9, 1, 1),
        case(side, int(rng.integers(10, 40)), kernel_size, strides, pool_size),
        case(35, 7, 4, 4, 3),
    ]


shapes_of = FunctionCheck(
    "shapes_of",
    reference=lambda *args: np.array([_places(*args), _pooled(*args), _flat(*args)], float),
    cases=_shape_cases,
    criteria=[
        Criterion("counts the places of the kernel", 1, _part("places", 0, _places, _PLACES_WRONG)),
        Criterion("counts the rows after pooling", 1, _part("pooled", 1, _pooled, _POOLED_WRONG)),
        Criterion("counts the numbers after flattening", 1, _part("flat", 2, _flat, _FLAT_WRONG)),
    ],
    asked="the three numbers places, pooled, flat",
    probe=_several("places", "pooled", "flat"),
)


_CONVOLUTION_WRONG = [
    (lambda c, f, k, n, h, o: k * k * c * f, "The biases are missing: each kernel has one."),
    (lambda c, f, k, n, h, o: k * k * f + f, "You count one channel. A kernel reaches through all channels of the picture."),
    (lambda c, f, k, n, h, o: k * k * f, "You count one channel, and no biases. A kernel reaches through all channels of the picture."),
    (lambda c, f, k, n, h, o: (k * k + 1) * c * f, "You give each kernel a bias for every channel. It has a single one."),
    (lambda c, f, k, n, h, o: k * c * f + f, "A kernel is a square: kernel_size is the length of one side."),
    (lambda c, f, k, n, h, o: k * k * c + 1, "You count one kernel."),
    (lambda c, f, k, n, h, o: k * k * c + f, "You count one kernel, and the biases of all."),
    (lambda c, f, k, n, h, o: k * k * c * f + 1, "You count one bias for all kernels. Each has its own."),
]  # fmt: skip
_NORM_WRONG = [
    (lambda c, f, k, n, h, o: 2 * f, "You count two numbers for each map. "
    "The question asks for those that are learned and for those that are kept."),
    (lambda c, f, k, n, h, o: 4 * c, "You count the channels of the picture. Batch normalisation stands behind the convolution."),
    (lambda c, f, k, n, h, o: 4 * n, "You count each number of the maps. Batch normalisation treats a whole map alike."),
    (lambda c, f, k, n, h, o: 4, "You count one map. Each has its own numbers."),
    (lambda c, f, k, n, h, o: 0, "Batch normalisation has parameters: what does it learn, and what does it keep?"),
]  # fmt: skip


def _dense_wrong(inputs, neurons):
    return [
        (lambda *args: args[inputs] * args[neurons], "The biases are missing: each neuron has one."),
        (lambda *args: args[inputs] * args[neurons] + args[inputs], "A bias belongs to a neuron, and not to an input."),
        (lambda *args: args[inputs] * args[neurons] + 1, "You count one bias for the layer. Each neuron has its own."),
        (
            lambda *args: args[inputs] + args[neurons],
            "You add inputs and neurons. Each input is joined to each neuron.",
        ),
    ]


_COUNTS = [
    lambda c, f, k, n, h, o: k * k * c * f + f,
    lambda c, f, k, n, h, o: 4 * f,
    lambda c, f, k, n, h, o: n * h + h,
    lambda c, f, k, n, h, o: h * o + o,
]


def _count_cases(rng):
    def case(*args):
        names = ("channels", "filters", "kernel_size", "flat", "hidden", "classes")
        return Case(args, "", ", ".join(f"{name} {value}" for name, value in zip(names, args, strict=True)))

    filters, rows = int(rng.integers(9, 40)), int(rng.integers(4, 9))
    drawn = (
        3,
        filters,
        int(rng.integers(4, 8)),
        rows**2 * filters,
        int(rng.integers(20, 70)),
        int(rng.integers(5, 15)),
    )
    return [case(3, 2, 5, 8, 4, 6), case(1, 8, 3, 32, 7, 2), case(*drawn), case(4, 5, 1, 45, 3, 10)]


parameters_of = FunctionCheck(
    "parameters_of",
    reference=lambda *args: np.array([count(*args) for count in _COUNTS], float),
    cases=_count_cases,
    criteria=[
        Criterion("counts the convolution", 1, _part("for the convolution", 0, _COUNTS[0], _CONVOLUTION_WRONG)),
        Criterion("counts the batch normalisation", 1, _part("for the batch normalisation", 1, _COUNTS[1], _NORM_WRONG)),
        Criterion(
            "counts the hidden layer",
            1,
            _part(
                "for the hidden layer",
                2,
                _COUNTS[2],
                [*_dense_wrong(3, 4), (lambda c, f, k, n, h, o: f * h + h, "You take one input for each map. How many numbers reach this layer?")],
            ),
        ),
        Criterion(
            "counts the output layer",
            1,
            _part(
                "for the output layer",
                3,
                _COUNTS[3],
                [*_dense_wrong(4, 5), (lambda c, f, k, n, h, o: n * o + o, "The output layer does not see the flattened maps: what stands "
                "before it?")],
            ),
        ),
    ],
    asked="four numbers",
    probe=_several("convolution", "normalisation", "hidden", "output"),
)  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- 3. the network as a class

_BATCH = 6  # pictures that outputs are compared for
_HEAD = 11  # numbers at the beginning of what the probe returns
_SAME = 1e-3  # outputs that differ by less are equal: no order of sums and no epsilon reaches that
_NAMES = ("filters", "kernel_size", "strides", "pool_size", "hidden", "classes")
_IN_CALL = "layers belong into __init__, which runs once. Made in call, they are made anew at each call, with new random weights."


def _pictures(side, seed):
    """A batch; the first picture is fainter than the others, so that in a batch of its own it is normalised otherwise."""
    scale = np.where(np.arange(_BATCH) == 0, 1, 4).reshape(-1, 1, 1, 1)
    return (np.random.default_rng([side, seed]).normal(0, 1, (_BATCH, side, side, 3)) * scale).astype(np.float32)


def _norm_numbers(filters, seed):
    """What gamma, the moving mean and the moving variance are set to; the variance is so large that no epsilon matters."""
    rng = np.random.default_rng([filters, seed, 7])
    gamma = rng.uniform(1, 2, filters) * np.where(np.arange(filters) == 1, -1, 1)
    return gamma.astype("f"), rng.normal(0, 2, filters).astype("f"), rng.uniform(5, 15, filters).astype("f")


def _new(answer, settings):
    """An instance of the learner's class."""
    import keras

    network = answer(**settings)
    if not issubclass(type(network), keras.Model):
        raise Finding(
            f"your class makes {describe(network)}, which is no Keras model. Does it inherit from keras.Model?"
        )
    return network


def _keras_told(problem):
    """Our words for what Keras says in its own, or None."""
    text = str(problem)
    if "does not have a `call()` method" in text:
        return "your network has no method call."
    if "new elements of state" in text or "only be created once" in text:
        return f"your network makes new weights while it is called: {_IN_CALL}"
    if "symbolic" in text and ("numpy array" in text or "NumPy array" in text or "__array__" in text):
        return "something in your call turns tensors into NumPy arrays. On a symbolic input there are no values yet: use layers, keras.ops or tf."
    return None


def _called(network, *args, **named):
    """What a network gives for a batch, as an array. Errors that Keras raises for known mistakes get our words."""
    try:
        result = network(*args, **named)
    except (NotImplementedError, TypeError, ValueError) as problem:
        if words := _keras_told(problem):
            raise Finding(words) from None
        raise
    values = as_numbers(result)
    if values is None:
        missing = " Is the return missing in call?" if result is None else ""
        raise Finding(f"your network gave {describe(result)} for a batch of pictures.{missing}")
    return values


def _first_call(network, side):
    """Call a network on a symbolic input, and say what is wrong with the shape that comes out."""
    import keras

    try:
        output = network(keras.Input((side, side, 3)))
    except (NotImplementedError, TypeError, ValueError) as problem:
        if words := _keras_told(problem):
            raise Finding(words) from None
        raise
    if not issubclass(type(output), keras.KerasTensor):
        missing = " Is the return missing in call?" if output is None else ""
        raise Finding(f"your network gave {describe(output)} for a symbolic input.{missing}")
    shape = tuple(output.shape)
    if len(shape) != 2:
        hint = " Where are the maps flattened?" if len(shape) == 4 else ""
        raise Finding(f"your network gives an output of shape {shape}; there should be one row for each picture.{hint}")
    if shape[0] is not None:
        raise Finding(
            f"the output has the shape {shape} for a batch whose size is not fixed. Is a batch size written into your network?"
        )
    return shape[1]


def _probe_network(answer, side, settings, seed):
    """Everything that is measured of a network, in one row: _HEAD numbers, outputs at inference and in training, kernels."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    network = _new(answer, settings)
    width = _first_call(network, side)
    if not width or width > 1000:
        raise Finding(f"your network gives {width} numbers for each picture.")
    x = _pictures(side, seed)
    first = list(network.weights)
    counts = [sum(math.prod(v.shape) for v in group) for group in (first, network.trainable_weights)]
    kernels = [v.numpy() for v in first if len(v.shape) > 1 and math.prod(v.shape) < 10_000]
    known = _known_numbers(network, settings, seed)
    _set(known)
    inference = _called(network, x, training=False)
    again = _called(network, x, training=False)
    plain = _called(network, x)
    alone = [_called(network, x[i : i + 1], training=False) for i in range(_BATCH)]
    if inference.shape != (_BATCH, width) or any(a.shape != (1, width) for a in alone):
        raise Finding(
            f"your network gave {describe(inference)} for {_BATCH} pictures, and {describe(alone[0])} for one of them."
        )
    _set(known)  # some networks have moved their averages by now
    before = [v.numpy() for v in network.non_trainable_weights]
    training = _called(network, x, training=True)
    moved = sum((v.numpy() != b).any() for v, b in zip(network.non_trainable_weights, before, strict=False))
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(np.arange(_BATCH) % width, network(x, training=True))
    trained = network.trainable_weights
    without = sum(gradient is None for gradient in tape.gradient(loss, [v.value for v in trained]))
    last = list(network.weights)
    same = len(first) == len(last) and all(a is b for a, b in zip(first, last, strict=True))
    head = [width, *counts, len(first), len(last), same, np.abs(inference - again).max(), moved, without]
    head += [np.abs(plain - inference).max(), np.abs(np.concatenate(alone) - inference).max()]
    return np.concatenate([head, inference.ravel(), training.ravel(), *(k.ravel() for k in kernels)])


def _kernel_shapes(side, settings):
    f, k, t, p, h, o = (settings[name] for name in _NAMES)
    return [(k, k, 3, f), (_flat(side, f, k, t, p), h), (h, o)]


def _known_numbers(network, settings, seed):
    """Pairs of (variable, numbers): known ones for the batch normalisation, and 0 for all biases."""
    gamma, mean, variance = _norm_numbers(settings["filters"], seed)
    pairs = []
    for variable in network.weights:
        values = variable.numpy()
        if values.ndim != 1 or values.dtype.kind != "f":
            continue
        ones = (values == 1).all()
        if values.shape == gamma.shape and (ones or not variable.trainable):
            pairs.append((variable, gamma if variable.trainable else variance if ones else mean))
        elif variable.trainable and not ones:
            pairs.append((variable, np.zeros_like(values)))
    return pairs


def _set(pairs):
    for variable, values in pairs:
        variable.assign(values)


def _measured(call):
    """What the probe measured, by name."""
    value = call["value"]
    if value is None or value.ndim != 1 or value.size < _HEAD or not np.isfinite(value[0]):
        return None
    names = ("width", "all", "trainable", "first", "last", "same", "again", "moved", "without", "plain", "alone")
    seen = dict(zip(names, value[:_HEAD], strict=True))
    size = int(seen["width"]) * _BATCH
    if size <= 0 or value.size < _HEAD + 2 * size:
        return None
    seen["inference"], seen["training"] = value[_HEAD : _HEAD + 2 * size].reshape(2, _BATCH, -1)
    seen["kernels"] = value[_HEAD + 2 * size :]
    return seen


def _over_networks(judge):
    """A criterion's test: ``judge(seen, case)`` for each network that was measured."""
    return over_calls(_measured, judge)


def _confidences(seen, case):
    outputs = np.concatenate([seen["inference"], seen["training"]])
    logits = (
        "one of your outputs is {number}, and one of your rows adds up to {sum}. These are weighted sums (logits) and no "
        "confidences: what turns the numbers of the last layer into confidences?"
    )
    return no_confidences(outputs, seen["width"], case.args[1]["classes"], logits, _SAME)


def _parameters(side, settings, bias=True, norm=None, padding=False, **other):
    """All and trainable parameters of the network asked for, or of one like it."""
    f, k, t, p, h, o = (settings[name] for name in _NAMES)
    flat = other.get("flat", math.ceil(side / t) // p if padding else _pooled(side, f, k, t, p)) ** 2 * f
    if "inputs" in other:
        flat = other["inputs"]
    o = other.get("classes", o)
    trainable = k * k * 3 * f + bias * f
    trainable += o * (flat + 1) if other.get("no_hidden") else h * (flat + 1) + o * (h + 1)
    channels = f if norm is None else norm
    return trainable + 4 * channels, trainable + 2 * channels


def _parameter_count(seen, case):
    side, settings, _ = case.args
    own = (int(seen["all"]), int(seen["trainable"]))
    right = [_parameters(side, settings, bias=bias) for bias in (True, False)]
    if own in right:
        return None
    start = f"your network has {own[0]:,} parameters, {own[1]:,} of them trainable. "
    if not own[0]:
        return f"after its first call your network has no weights at all: {_IN_CALL}"
    if own[0] in [count for count, _ in right]:
        return f"{start}All of them are there, but some layer does not learn what it should."
    f, k, t, p = (settings[name] for name in _NAMES[:4])
    places, pooled = _places(side, f, k, t, p), _pooled(side, f, k, t, p)
    guesses = [
        ({"norm": 0}, "Batch normalisation is missing."),
        ({"norm": pooled**2 * f}, "Your batch normalisation stands behind the flattening. It normalises maps."),
        ({"padding": True}, "Your convolution pads the picture with zeros. Here it does not."),
        ({"flat": _pooled(side, f, k, 1, p)}, "Your convolution moves by 1. Is the argument strides used?"),
        ({"flat": places}, "No pooling makes your maps smaller. Is the argument pool_size used?"),
        ({"flat": places // 2}, "Your pooling takes 2×2, whatever pool_size says."),
        ({"classes": 10}, "Your output layer has 10 neurons, whatever the argument classes says."),
        ({"no_hidden": True}, "The first fully connected layer is missing."),
        ({"inputs": f}, "You take one number of each map. Flattening keeps all of them."),
    ]
    for other, words in guesses:
        if own in [_parameters(side, settings, bias=bias, **other) for bias in (True, False)]:
            return start + words
    amount = "many" if own[0] > right[0][0] else "few"
    return f"{start}That is too {amount}. Does every layer take its size from an argument?"


def _layers_once(seen, case):
    if not seen["first"]:
        return f"after its first call your network has no weights at all: {_IN_CALL}"
    if seen["last"] != seen["first"] or not seen["same"]:
        return (
            f"your network had {int(seen['first'])} weight arrays after its first call and {int(seen['last'])} at the end, not the same "
            f"ones: {_IN_CALL}"
        )
    if not seen["again"] <= _SAME:
        return f"two calls with the same pictures gave answers that differ by {short(seen['again'])}: {_IN_CALL}"
    if seen["without"]:
        return (
            f"{int(seen['without'])} of your trainable weight arrays get no gradient. "
            f"Each must have a part in what call returns, and only layers and tensors may stand on the way."
        )
    return None


def _normalisation(seen, case):
    if not seen["again"] <= _SAME:
        return (
            "it can be seen whether training is handed on once two calls with the same pictures give the same answer."
        )
    trained = np.abs(seen["training"] - seen["inference"]).max()
    if not seen["alone"] <= _SAME:
        return (
            f"a picture gets answers alone and in company that differ by {short(seen['alone'])}, at inference. Batch normalisation takes the "
            "numbers of the batch there. Is True written into your call as the value of training?"
        )
    if not seen["plain"] <= _SAME:
        return (
            f"network(pictures) and network(pictures, training=False) differ by {short(seen['plain'])}. "
            f"Training is asked for by training=True only."
        )
    if not trained > _SAME:
        return (
            "training=True and training=False give the same outputs. Batch normalisation does not hear that the network is being trained, "
            "or nobody uses what it computes. Has call an argument training, and what does the layer get?"
        )
    if not seen["moved"]:
        return "no moving average moves when the network is called with training=True."
    return None


_ORDERS = {
    "norm relu pool": "",
    "relu pool norm": "your batch normalisation stands behind the pooling, as in the chapter. "
    "Here it comes right after the convolution, before the ReLU.",
    "relu norm pool": "your ReLU stands before the batch normalisation. Is it part of the convolution?",
    "norm pool relu": "your ReLU stands behind the pooling.",
    "pool norm relu": "your pooling stands before the batch normalisation. The order is convolution, batch normalisation, ReLU, pooling.",
    "norm pool": "there is no ReLU on your maps.",
    "relu norm relu pool": "your maps go through a ReLU twice, before and after the batch normalisation. Is one of them part of the convolution?",
    "relu pool": "your maps are not normalised, neither in training nor at inference.",
}
_WAYS = {
    "order": _ORDERS,
    "hidden": {
        "relu": "",
        "linear": "there is no activation function on your first fully connected layer. Two such layers in a row could as well be one.",
        "sigmoid": "there is a sigmoid on your first fully connected layer, and a ReLU was asked for.",
        "tanh": "there is a tanh on your first fully connected layer, and a ReLU was asked for.",
        "softmax": "there is a softmax on your first fully connected layer. It belongs to the last one.",
    },
    "pool": {"mean": "", "max": "you pool with the largest value of each window, and the mean was asked for."},
    "last": {
        "softmax": "",
        "linear": "",  # said by another criterion
        "sigmoid": "",
        "relu": "",
        "twice": "your outputs went through a softmax twice, so all confidences are nearly equal. Has the last layer one, and call another?",
    },
}


def _activation(name, z):
    if name in ("softmax", "twice"):
        shares = np.exp(z - z.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        return _activation("softmax", shares) if name == "twice" else shares
    return {
        "relu": lambda: np.maximum(z, 0),
        "tanh": lambda: np.tanh(z),
        "sigmoid": lambda: 1 / (1 + np.exp(-z)),
        "linear": lambda: z,
    }[name]()


def _convolved(x, kernel, stride):
    size, count = kernel.shape[0], (x.shape[1] - kernel.shape[0]) // stride + 1
    reach = stride * (count - 1) + 1
    return sum(
        x[:, i : i + reach : stride, j : j + reach : stride] @ kernel[i, j]
        for i, j in itertools.product(range(size), repeat=2)
    )


def _expected(maps, kernels, settings, seed, training, way):
    """What a network with these kernels gives when it is written in a certain way; ``maps`` come from its convolution."""
    gamma, mean, variance = _norm_numbers(settings["filters"], seed)
    for step in way["order"].split():
        if step == "relu":
            maps = np.maximum(maps, 0)
        elif step == "norm":
            m, v = (maps.mean((0, 1, 2)), maps.var((0, 1, 2))) if training else (mean, variance)
            maps = (maps - m) / np.sqrt(v + 1e-4) * gamma
        else:
            p, count = settings["pool_size"], maps.shape[1] // settings["pool_size"]
            windows = maps[:, : count * p, : count * p].reshape(_BATCH, count, p, count, p, -1)
            maps = windows.mean((2, 4)) if way["pool"] == "mean" else windows.max((2, 4))
    hidden = _activation(way["hidden"], maps.reshape(_BATCH, -1) @ kernels[1])
    return _activation(way["last"], hidden @ kernels[2])


def _deviations(most=2):
    """All ways to write the network that differ in at most so many choices from the right one, the fewest first."""
    for amount in range(most + 1):
        for wrong in itertools.combinations(_WAYS, amount):
            for chosen in itertools.product(*(list(_WAYS[name])[1:] for name in wrong)):
                yield {
                    **{name: next(iter(words)) for name, words in _WAYS.items()},
                    **dict(zip(wrong, chosen, strict=True)),
                }


@cache
def _way(side, settings, seed, value):
    """The first way to write the network that gives these outputs; value is (kernels, outputs) as bytes."""
    settings = dict(settings)
    kernels, inference, training = (np.frombuffer(part) for part in value)
    shapes = _kernel_shapes(side, settings)
    parts = np.split(kernels, np.cumsum([math.prod(shape) for shape in shapes])[:-1])
    kernels = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
    start = _convolved(_pictures(side, seed).astype(float), kernels[0], settings["strides"])
    for way in _deviations():
        right = [_expected(start, kernels, settings, seed, mode, way) for mode in (False, True)]
        # Which of the two modes is used when is another criterion's matter.
        if all(
            any(_near(o.reshape(r.shape), r) for r in right) for o in (inference, training) if o.size == right[0].size
        ):
            return way
    return None


def _near(value, right):
    return bool(np.abs(value - right).max() <= 2e-3 * max(1, np.abs(right).max()))


def _order(seen, case):
    side, settings, seed = case.args
    if not seen["again"] <= _SAME:
        return "what your layers compute can be seen once two calls with the same pictures give the same answer."
    value = tuple(np.ascontiguousarray(seen[name], float).tobytes() for name in ("kernels", "inference", "training"))
    if seen["width"] != settings["classes"] or seen["kernels"].size != sum(
        map(math.prod, _kernel_shapes(side, settings))
    ):
        return "what your layers compute can be seen once they have the sizes that the arguments ask for."
    way = _way(side, tuple(settings.items()), seed, value)
    if way is None:
        return (
            "your network computes something else than the six steps. Compare layer by layer: the sizes, the order, and which of them are "
            "followed by an activation function."
        )
    return next((_WAYS[name][way[name]] for name in _WAYS if _WAYS[name][way[name]]), None)


def _network_cases(rng):
    def case(side, *values):
        settings = dict(zip(_NAMES, values, strict=True))
        seed = int(rng.integers(0, 10**6))
        label = ", ".join(f"{name}={value}" for name, value in settings.items())
        return Case((side, settings, seed), "", f"SmallCNN({label}) and pictures of {side}×{side}×3")

    return [case(8, 3, 3, 1, 2, 5, 4), case(16, 4, int(rng.integers(4, 6)), 2, 3, int(rng.integers(6, 9)), 3)]


small_cnn = FunctionCheck(
    "SmallCNN",
    prepare=import_keras,
    reference=lambda side, settings, seed: np.array(_parameters(side, settings), float),
    cases=_network_cases,
    criteria=[
        Criterion("gives each picture a row of confidences, one for each class, with the sum 1", 1, _over_networks(_confidences)),
        Criterion("has the parameters that its six arguments ask for", 1, _over_networks(_parameter_count)),
        Criterion("makes its layers once, and every trainable weight gets a gradient", 1, _over_networks(_layers_once)),
        Criterion("normalises by the batch in training, and by its moving averages otherwise", 1, _over_networks(_normalisation)),
        Criterion("computes the six steps in their order", 1, _over_networks(_order)),
    ],
    asked="a row of confidences for each picture",
    probe=_probe_network,
    takes="class",
    seconds=20,
)  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------------- 4. training

_CLASSES, _AMOUNT = 5, 600
_LEARNED, _LEARNED_WELL = 0.40, 0.60
# What tests/bands/your_own_cnn.py measured:
#   Share of unseen pictures read right after training on 600 pictures of 5 digits, 10 seeds
#                                           least  mean  most
#   not trained                             0.17  0.19  0.20
#   no copies, 1 epoch                      0.18  0.20  0.22
#   no copies, 8 epochs                     0.27  0.44  0.57
#   no copies, 25 epochs                    0.59  0.72  0.81
#   no copies, 25 epochs, rate 0.001        0.34  0.65  0.77
#   negatives, 12 epochs                    0.64  0.75  0.83
#   3 copies as in the chapter, 8 epochs    0.63  0.75  0.82
#   6 copies, 4 epochs                      0.40  0.72  0.84
#   6 copies, 8 epochs, rate 0.001          0.72  0.84  0.89
# An untrained network and one epoch stay below the first band; the way of the solution, the last line, is far above the second.


@cache
def _digits():
    """The colour digits below _CLASSES: (images, digits) to draw from for training, and to measure with."""
    from .. import data

    parts = data.colour_digits()
    return [
        (part.images[part.digits < _CLASSES], part.digits[part.digits < _CLASSES]) for part in (parts.train, parts.test)
    ]


def _to_train(seed):
    """A fresh small CNN, and the pictures that it is trained on."""
    import keras
    from keras import layers

    class Network(keras.Sequential):
        def compile(self, *args, jit_compile=False, **others):  # for so small a network, XLA takes longer than it saves
            super().compile(*args, jit_compile=jit_compile, **others)

    keras.utils.set_random_seed(seed)
    network = Network(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(8, 7, 3, activation="relu"),
            layers.AveragePooling2D(2),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(24, activation="relu"),
            layers.Dense(_CLASSES, activation="softmax"),
        ]
    )
    images, digits = _digits()[0]
    chosen = np.random.default_rng(seed).permutation(len(images))[:_AMOUNT]
    return network, images[chosen], digits[chosen]


def _accuracy(network, largest=1):
    """Share of unseen pictures that are read right, when their values lie between 0 and ``largest``."""
    images, digits = _digits()[1]
    confidences = network(images * np.float32(largest / 255), training=False).numpy()
    return float((confidences.argmax(1) == digits).mean())


def _probe_training(answer, seed):
    import keras

    network, images, digits = _to_train(seed)
    before = [v.numpy() for v in network.weights]
    untrained = _accuracy(network)
    given = images.copy(), digits.copy()
    returned = answer(network, images, digits)
    if not (np.array_equal(images, given[0]) and np.array_equal(digits, given[1])):
        raise Finding(
            "your function changed the pictures or the digits that it was given. Write results into new arrays."
        )
    after = [v.numpy() for v in network.weights]
    if [a.shape for a in after] != [b.shape for b in before]:
        raise Finding("your function gave the network other layers than it had.")
    finite = all(np.isfinite(a).all() for a in after)
    moved = [bool((a != b).any()) for a, b in zip(after, before, strict=True)]
    learns = [v.name not in ("moving_mean", "moving_variance") for v in network.weights]
    amount = [sum(m for m, t in zip(moved, learns, strict=True) if t is kind) for kind in (True, False)]
    other = issubclass(type(returned), keras.Model) and returned is not network
    return np.array([*amount, finite, untrained, _accuracy(network), _accuracy(network, 255), other], float)


def _over_trainings(judge):
    def test(calls):
        for call in calls:
            value = call["value"]
            if value is None or value.shape != (7,):
                return call["problem"] or "The check could not look into the network."
            if value[0] == 0:
                if value[6]:
                    return "The network that your function was given has the weights that it had before. You trained another one."
                return "The network has the weights that it had before: nothing was trained."
            if not value[2]:
                return "Some weights became NaN or infinite. Was the learning rate too large, or were the inputs from 0 to 255?"
            if message := judge(*value[:6]):
                return message
        return None

    return test


def _averages(weights, averages, finite, untrained, accuracy, unscaled):
    if not averages:
        return (
            "The moving averages of the batch normalisation are what they were at the start. The network was not told that it was being "
            "trained: fit does that, and in a loop of your own the network has to be called with training=True."
        )
    return None


def _every_weight(weights, averages, finite, untrained, accuracy, unscaled):
    if weights < 8:
        return f"Only {int(weights)} of the 8 arrays of weights that can be learned moved. All of them should learn."
    return None


def _band(share, hint):
    def judge(weights, averages, finite, untrained, accuracy, unscaled):
        if accuracy >= share:
            return None
        start = f"Of the pictures that it has never seen, your network reads {accuracy:.0%}; at its random start it read {untrained:.0%}. "
        if unscaled > max(accuracy, 1 / _CLASSES) + 0.05:
            return f"{start}With values from 0 to 255 it would read {unscaled:.0%}. It will be given values from 0 to 1: train it with such values."
        return start + hint

    return judge


def _keras_and_digits():
    """What takes long to import, and to make for the first time."""
    import_keras()
    _digits()


train = FunctionCheck(
    "train",
    prepare=_keras_and_digits,
    reference=lambda seed: np.array([8, 2, 1], float),
    cases=lambda rng: [Case((int(rng.integers(0, 10**6)),), "", "600 pictures")],
    criteria=[
        Criterion("trains all weights of the network that it was given", 1, _over_trainings(_every_weight)),
        Criterion("lets the batch normalisation collect its averages", 1, _over_trainings(_averages)),
        Criterion(
            f"reads at least {_LEARNED:.0%} of unseen pictures",
            1,
            _over_trainings(
                _band(_LEARNED, "Does each picture keep its own digit? "
                "Do the training loss and the accuracy get better from epoch to epoch, and were there enough epochs?")
            ),
        ),
        Criterion(
            f"reads at least {_LEARNED_WELL:.0%} of unseen pictures",
            1,
            _over_trainings(
                _band(_LEARNED_WELL, "More epochs may help. And 600 pictures are few: which changes leave a digit what it is? "
                "The chapter made more pictures out of those that it had.")
            ),
        ),
    ],
    asked="the network that it was given, trained",
    probe=_probe_training,
    seconds=60,
)  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------- 5. saved and loaded

_FINE, _UNSAVED, _NOT_FOUND, _ARGUMENTS, _SHAPES = range(5)


def _probe_kept(answer, settings, other_activation, seed):
    """(what happened, width, filters play a part, activation plays a part, difference of answers, made anew, name kept)."""
    import keras

    x = np.random.default_rng(seed).normal(0, 1, (4, 8, 8, 3)).astype(np.float32)
    keras.utils.set_random_seed(seed)
    network = _new(answer, settings)
    width = _first_call(network, 8)
    rng = np.random.default_rng(seed)
    for variable in network.trainable_weights:  # biases too: they must not come back as the zeros that they begin with
        variable.assign(rng.normal(0, 0.4, variable.shape))
    right = _called(network, x, training=False)
    seen = [width or 0, *_uses(answer, settings, other_activation, network, right, x)]
    anew = _anew(network, right, x)
    code, difference = _FINE, -1
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras' own, whatever the answer made of warnings
        file = Path(folder) / "network.keras"
        try:
            network.save(file)
            loaded = keras.models.load_model(file)
            answers = _called(loaded, x, training=False)
            difference = np.abs(answers - right).max() if answers.shape == right.shape else 9
        except (NotImplementedError, TypeError, ValueError) as problem:
            code = next((code for text, code in _TEXTS.items() if text in str(problem)), None)
            if code is None:
                raise
    return np.array([code, *seen, difference, *anew], float)


_TEXTS = {
    "Could not locate": _NOT_FOUND,
    "override `get_config()`": _UNSAVED,
    "Unrecognized keyword": _ARGUMENTS,
    "unexpected keyword": _ARGUMENTS,
    "required positional": _ARGUMENTS,
    "shape": _SHAPES,
    "expected": _SHAPES,
}


def _uses(answer, settings, other_activation, network, right, x):
    """Whether the arguments filters and activation play a part."""
    more = _new(answer, {**settings, "filters": settings["filters"] + 1})
    _first_call(more, 8)
    other = _new(answer, {**settings, "activation": other_activation})
    _first_call(other, 8)
    sizes = [sum(math.prod(v.shape) for v in each.weights) for each in (network, more)]
    with contextlib.suppress(ValueError):
        other.set_weights(network.get_weights())
    return [sizes[0] != sizes[1], np.abs(_called(other, x, training=False) - right).max() > 1e-6]


def _anew(network, right, x):
    """Whether the configuration makes the same network anew, once it gets the weights; and whether that has the same name."""
    try:
        anew = type(network).from_config(network.get_config())
        _first_call(anew, 8)
        anew.set_weights(network.get_weights())
        return bool(np.abs(_called(anew, x, training=False) - right).max() < 1e-5), anew.name == network.name
    except (NotImplementedError, TypeError, ValueError) as problem:
        if not problem.args:  # the stub of get_config
            raise
        return False, False


def _over_kept(judge):
    """A criterion's test: ``judge(case, *numbers)`` for each network that was kept."""

    def numbers(call):
        return call["value"] if call["value"] is not None and call["value"].shape == (7,) else None

    return over_calls(numbers, lambda value, case: judge(case, *value))


_WHAT_HAPPENED = {
    _UNSAVED: "your network can't even be saved. For a model of your own, Keras does not know the arguments of __init__: which method tells them?",
    _NOT_FOUND: "your network was saved, and load_model could not locate its class. "
    "The file holds only a name: in which list does Keras look for it?",
    _ARGUMENTS: "your network was saved and can't be loaded: __init__ does not get the arguments that it takes. "
    "Compare what get_config returns with them, name by name.",
    _SHAPES: "your network was saved and can't be loaded: the network that is made again has other sizes, so the weights do not fit. "
    "What get_config leaves out comes back with its default value.",
}


def _is_loaded(case, code, *_):
    return _WHAT_HAPPENED.get(int(code))


def _same_answers(case, code, width, filters, activation, difference, *_):
    if code != _FINE:
        return "there is no loaded network yet to ask."
    if not difference <= 1e-5:
        return (
            f"the loaded network gives answers that differ by up to {short(difference)} from those before. Which argument has it forgotten? "
            "What get_config leaves out comes back with its default value."
        )
    return None


def _arguments_used(case, code, width, filters, activation, *_):
    classes = case.args[0]["classes"]
    if width != classes:
        return f"your network gives {int(width)} confidences for each picture. Is the argument classes used?"
    if not filters:
        return "another number of filters gives a network of the same size. Is the argument filters used?"
    if not activation:
        return "another activation gives the same answers. Is the argument activation used?"
    return None


def _complete(case, code, width, filters, activation, difference, anew, named):
    if not anew:
        return "from_config(network.get_config()) does not make a network with the same settings."
    if not named:
        return "a network made again from get_config has lost its name. The parent class takes it in __init__ and tells it in its own get_config."
    return None


def _kept_cases(rng):
    def case(filters, activation, classes, name):
        settings = {"filters": filters, "activation": str(activation), "classes": classes, "name": name}
        label = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        return Case((settings, "softplus", int(rng.integers(0, 10**6))), "", f"KeptCNN({label})")

    first, second = rng.permutation(["tanh", "sigmoid", "elu"])[:2]
    filters, classes = int(rng.integers(3, 7)), int(rng.integers(3, 7))
    # With 8 filters and 10 classes the weights fit into a network made with default values.
    return [case(8, first, 10, "evening"), case(filters, second, classes, f"reader_{int(rng.integers(10, 99))}")]


kept_cnn = FunctionCheck(
    "KeptCNN",
    prepare=import_keras,
    reference=lambda *_: np.array([_FINE, 1, 1], float),
    cases=_kept_cases,
    criteria=[
        Criterion("uses its arguments", 1, _over_kept(_arguments_used)),
        Criterion("can be saved and loaded", 1, _over_kept(_is_loaded)),
        Criterion("gives the same answers after loading", 1, _over_kept(_same_answers)),
        Criterion("tells its whole configuration, its name included", 1, _over_kept(_complete)),
    ],
    asked="a row of confidences for each picture",
    probe=_probe_kept,
    takes="class",
    seconds=20,
)
