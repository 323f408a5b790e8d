"""The checks of exercise 14, "Transfer learning"; chapter 14 teaches what they ask.

What is frozen is not asked of a layer's attributes, which can say one thing while training does another. A probe puts a network
around the backbone, lets it learn for a step, and notes which arrays of weights have moved.
"""

import contextlib
import math
from functools import cache

import numpy as np

from .. import data
from .core import Case, Criterion, Finding, FunctionCheck, Misconception, as_numbers, describe, import_keras, short
from .judging import no_confidences, over_calls, sigmoid_of, softmax_of

__all__ = ["freeze", "transfer_pays", "two_stages", "unfreeze_from", "with_head"]


def _judged(size, judge):
    """A criterion's test: ``judge(value, case)`` of each call, whose value is a line of at least ``size`` numbers."""

    def line(call):
        value = call["value"]
        return value if value is not None and value.ndim == 1 and len(value) >= size else None

    return over_calls(line, judge)


# ------------------------------------------------------------------------------------------------------- 1. does transfer pay?

_CLEAR = "gives 1 and -1 where all seeds agree"
_OVERLAP = "gives 0 where the seeds of the two ways overlap"
_TOUCH = "gives 0 where the two ways meet in one value"


def _verdicts(scratch, transfer):
    scratch, transfer = np.asarray(scratch, float), np.asarray(transfer, float)
    better = transfer.min(axis=1) > scratch.max(axis=1)
    worse = transfer.max(axis=1) < scratch.min(axis=1)
    return better.astype(float) - worse


def _table(rng, kinds, seeds):
    """Two tables of accuracies on 500 pictures, a row for each kind."""
    scratch, transfer = [], []
    for kind in kinds:
        low = np.sort(rng.choice(np.arange(100, 200), seeds, replace=False))
        high = np.sort(rng.choice(np.arange(220, 320), seeds, replace=False))
        if kind in (
            "pairs",
            "pairs turned",
        ):  # each seed gains, and still the lowest of one way is below the highest of the other
            high = low + rng.integers(5, 12, seeds)
            low[-1] = high[0] + rng.integers(20, 60)
            high[-1] = low[-1] + 8
        elif kind in ("mixed", "mixed turned"):  # the means are far apart, but one seed of each is at home in the other
            low[0], high[0] = high[-1] + 3, low[0] - 3
        elif kind in ("lucky", "lucky turned"):  # one seed of the lower way is the best of all
            low[0] = high[-1] + 3
        elif kind in ("touch", "touch turned"):
            high[0] = low[-1]
        order = rng.permutation(seeds)
        low, high = low[order] / 500, high[order if kind.startswith("pairs") else rng.permutation(seeds)] / 500
        turned = kind == "worse" or kind.endswith("turned")
        scratch.append(high if turned else low)
        transfer.append(low if turned else high)
    return np.array(scratch), np.array(transfer)


def _verdict_cases(rng):
    shown = (
        np.array([[0.20, 0.26, 0.22, 0.24], [0.52, 0.38, 0.44, 0.40], [0.80, 0.84, 0.79, 0.82]]),
        np.array([[0.44, 0.50, 0.40, 0.46], [0.48, 0.58, 0.60, 0.62], [0.72, 0.70, 0.76, 0.74]]),
    )
    mixed = _table(rng, rng.permutation(["pairs", "mixed", "lucky", "better", "pairs turned"]), 3)
    touching = _table(rng, rng.permutation(["touch", "better", "touch turned"]), 4)
    return [
        Case(_table(rng, ["better", "worse"], 3), _CLEAR, "2 rows in which the seeds agree"),
        Case(_table(rng, rng.permutation(["better", "worse", "worse", "better"]), 5), _CLEAR, "4 such rows of 5 seeds"),
        Case(_table(rng, ["worse"], 4), _CLEAR, "a single row"),
        Case(shown, _OVERLAP, "the two tables above"),
        Case(mixed, _OVERLAP, "5 rows of 3 seeds"),
        Case(_table(rng, ["lucky turned", "mixed turned"], 6), _OVERLAP, "2 rows of 6 seeds"),
        Case(touching, _TOUCH, "3 rows in which some values are equal"),
    ]


def _signs(better, worse):
    return np.asarray(better, float) - np.asarray(worse, float)


_VERDICT_WRONG = [
    (
        lambda s, t: np.sign((t.mean(1) - s.mean(1)).round(9)),
        "You compare means, or other numbers from the middle. They can be ahead while the dots of both ways lie among each other.",
    ),
    (
        lambda s, t: _signs((t > s).all(1), (t < s).all(1)),
        "You compare seed by seed. Asked is whether every dot of one way is above every dot of the other, whichever seed they belong to.",
    ),
    (lambda s, t: np.sign((t.max(1) - s.max(1)).round(9)), "You compare the best seed of each way. What about the worst one?"),
    (lambda s, t: np.sign((t.min(1) - s.min(1)).round(9)), "You compare the worst seed of each way. What about the best one?"),
    (lambda s, t: np.sign((t[:, 0] - s[:, 0]).round(9)), "You look at the first seed only."),
    (lambda s, t: -_verdicts(s, t), "Your signs are turned round: 1 says that transfer is better."),
    (
        lambda s, t: _signs(t.min(1) >= s.max(1), t.max(1) <= s.min(1)),
        "Where the two ways meet in one value you call one of them better. A tie counts as an overlap.",
    ),
    (
        lambda s, t: _signs(t.min(1) >= s.max(1), t.max(1) < s.min(1)),
        "Where the worst of transfer equals the best from scratch you call transfer better. A tie counts as an overlap.",
    ),
    (
        lambda s, t: _signs(t.min(1) > s.max(1), t.max(1) <= s.min(1)),
        "Where the best of transfer equals the worst from scratch you call transfer worse. A tie counts as an overlap.",
    ),
    (lambda s, t: _verdicts(s, t) == 1, "You never say -1: transfer can also be clearly worse."),
    (lambda s, t: np.where(_verdicts(s, t) == 1, 1, -1), "You never say 0: there are rows in which nothing can be concluded."),
    (
        lambda s, t: _verdicts(s.T, t.T),
        "You have a verdict for each column. A row is a number of samples, and its columns are the seeds.",
    ),
    (lambda s, t: t.mean(1) - s.mean(1), "That is by how much the mean of transfer is ahead. Asked is a verdict: 1, 0 or -1."),
]  # fmt: skip


def _wrong_verdict(value, right, case):
    place = int(np.flatnonzero(np.abs(value - right) > 1e-6)[0])
    return f"your verdict for row {place} is {short(value[place])}. Compare the lowest and the highest value of both ways in this row."


transfer_pays = FunctionCheck(
    "transfer_pays",
    reference=_verdicts,
    cases=_verdict_cases,
    criteria=[Criterion(_CLEAR, 1), Criterion(_OVERLAP, 1), Criterion(_TOUCH, 1)],
    misconceptions=[Misconception(wrong, message) for wrong, message in _VERDICT_WRONG],
    asked="a verdict for each row, an array of shape (n,)",
    wrong_value=_wrong_verdict,
)


# ----------------------------------------------------------------------------------------- a small backbone, and what moves in it

_BATCH = 8
_WIDTH = 5  # channels of a small backbone, but for the last
# What a small backbone is made of, in order, and how many arrays of weights each layer has.
_PARTS = (
    "conv_1", "norm_1", "relu_1", "pool_1",
    "depthwise_2", "norm_2", "relu_2", "pool_2",
    "conv_3", "norm_3", "relu_3",
)  # fmt: skip


def _arrays():
    """(layer, kind) of each array of weights of a small backbone; kind is "kernel", "scale" (gamma and beta) or "average"."""
    for layer in _PARTS:
        if layer.startswith("norm"):
            yield from ((layer, kind) for kind in ("scale", "scale", "average", "average"))
        elif not layer.startswith(("relu", "pool")):
            yield layer, "kernel"


_ARRAYS = tuple(_arrays())


def _small_backbone(side, channels, width, seed):
    """A functional backbone with random weights, and averages that differ from those of any batch."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    pictures = x = keras.Input((side, side, channels), name="pictures")
    for name in _PARTS:
        kind = name.split("_")[0]
        layer = {
            "conv": lambda name=name: layers.Conv2D(
                width if name == "conv_3" else _WIDTH, 3, padding="same", use_bias=False, name=name
            ),
            "depthwise": lambda name=name: layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=name),
            "norm": lambda name=name: layers.BatchNormalization(momentum=0.9, name=name),
            "relu": lambda name=name: layers.ReLU(negative_slope=0.1, name=name),  # with a slope, none can die
            "pool": lambda name=name: layers.MaxPooling2D(name=name),
        }[kind]()
        x = layer(x)
    backbone = keras.Model(pictures, x, name="backbone")
    rng = np.random.default_rng(seed)
    for variable in backbone.weights:
        if len(variable.shape) == 1:
            low, high = (0.5, 1.5) if variable.name in ("gamma", "moving_variance") else (-0.5, 0.5)
            variable.assign(rng.uniform(low, high, variable.shape).astype(np.float32))
    return backbone


def _batch(side, channels, classes, seed):
    """Pictures, and numbers that a network is to come nearer to."""
    rng = np.random.default_rng([seed, side])
    return rng.normal(0, 1, (_BATCH, side, side, channels)).astype("f"), rng.random((_BATCH, classes)).astype("f")


def _values(variables):
    return [variable.numpy().copy() for variable in variables]


def _moved(variables, before):
    """Which arrays are no longer what they were."""
    return [not np.array_equal(variable.numpy(), old) for variable, old in zip(variables, before, strict=True)]


def _learn(model, pictures, targets):
    """Let a model take a step, as ``fit`` does."""
    import keras

    model.compile(
        keras.optimizers.SGD(0.1), "mse", run_eagerly=True
    )  # without tracing, which takes longer than the step
    model.train_on_batch(pictures, targets)


def _what_moves(backbone, side, channels, seed):
    """Which arrays of a backbone move when a network around it learns."""
    import keras
    from keras import layers

    inputs = keras.Input((side, side, channels))
    network = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(backbone(inputs))))
    before = _values(backbone.weights)
    _learn(network, *_batch(side, channels, 3, seed))
    return _moved(backbone.weights, before)


# How the backbone of a case was treated before the answer gets it.
_FRESH, _WHOLE, _ONE_BY_ONE, _REOPENED, _MIXED = "fresh", "whole", "one by one", "reopened", "mixed"


def _prepared(backbone, state):
    if state in (_WHOLE, _REOPENED):
        backbone.trainable = False
    for place, layer in enumerate(backbone.layers):
        if state == _ONE_BY_ONE:
            layer.trainable = False
        elif state == _REOPENED:
            layer.trainable = True
        elif state == _MIXED:
            layer.trainable = place % 3 == 1 or layer.name.startswith("norm")


def _probe_frozen(answer, side, channels, state, seed, *more):
    """1 for each array of the backbone that moves after the answer has treated it."""
    backbone = _small_backbone(side, channels, 6, seed)
    _prepared(backbone, state)
    before, same = _values(backbone.weights), list(backbone.weights)
    answer(backbone, *more)
    if len(backbone.weights) != len(same) or any(a is not b for a, b in zip(backbone.weights, same, strict=True)):
        raise Finding("your function gave the backbone other layers than it had.")
    if any(_moved(same, before)):
        raise Finding(
            "your function changed the weights of the backbone. Freezing and unfreezing leave them as they are."
        )
    return np.array(_what_moves(backbone, side, channels, seed), float)


def _kinds_moved(value, layers=None):
    """Names of the layers of which something moves, for each kind of array."""
    moved = {"kernel": [], "scale": [], "average": []}
    for (layer, kind), number in zip(_ARRAYS, value, strict=False):
        if number and layer not in moved[kind] and (layers is None or layer in layers):
            moved[kind].append(layer)
    return moved


def _listed(names, most=3):
    names = [f'"{name}"' for name in names]
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


# ------------------------------------------------------------------------------------------------------------------- 2. freeze

_STILL_AVERAGES = "Batch normalisation still works in training mode. It goes by the attribute trainable of its layer, and not by that of its weights."


def _weights_stay(value, case):
    moved = _kinds_moved(value)
    if moved["kernel"] and moved["scale"]:
        return (
            f"the kernels of {_listed(moved['kernel'])} move when a network around the backbone learns, and gamma and beta of its batch "
            "normalisation do too. It must be this backbone that is frozen, and not a copy of it."
        )
    if moved["kernel"]:
        return f"the kernels of {_listed(moved['kernel'])} move when a network around the backbone learns."
    if moved["scale"]:
        return f"gamma and beta of {_listed(moved['scale'])} move when a network around the backbone learns. They are weights too."
    return None


def _averages_stay(value, case):
    if moved := _kinds_moved(value)["average"]:
        return (
            f"the moving averages of {_listed(moved)} move when a network around the backbone learns. {_STILL_AVERAGES}"
        )
    return None


def _stays(value, case):
    return _weights_stay(value, case) or _averages_stay(value, case)


def _always_frozen(calls):
    """A criterion's test of the backbones that somebody worked with before."""
    if not _in_states(_stays, _FRESH)(calls) and _in_states(_stays, _REOPENED)(calls):
        call = next(call for call in calls if call["case"].args[2] == _REOPENED)
        return (
            call["problem"]
            if call["value"] is None
            else (
                f"For {call['case'].label}, some of its arrays of weights still move when a network around it learns. Its own trainable is "
                "False already, so setting it to False again passes nothing on to the layers inside."
            )
        )
    return _in_states(_stays, _FRESH, _REOPENED, _MIXED)(calls)


def _in_states(judge, *states):
    """A criterion's test of the calls whose backbone was in one of these states."""

    def test(calls):
        return _judged(len(_ARRAYS), judge)([call for call in calls if call["case"].args[2] in states])

    return test


def _freeze_cases(rng):
    def case(state, words):
        side, channels = int(rng.choice([8, 12])), int(rng.integers(1, 4))
        return Case((side, channels, state, int(rng.integers(0, 10**6))), "", f"a backbone {words}")

    return [
        case(_FRESH, "of which nothing is frozen"),
        case(_REOPENED, "that was frozen as a whole, and whose layers were then unfrozen one by one"),
        case(_MIXED, "of which some layers are frozen"),
    ]


freeze = FunctionCheck(
    "freeze",
    prepare=import_keras,
    reference=lambda *_: np.zeros(len(_ARRAYS)),
    cases=_freeze_cases,
    criteria=[
        Criterion("keeps all kernels, gammas and betas of a backbone from learning", 1, _in_states(_weights_stay, _FRESH)),
        Criterion("keeps its moving averages where they are", 1, _in_states(_averages_stay, _FRESH)),
        Criterion("freezes it whatever was frozen before", 1, _always_frozen),
    ],
    asked="nothing",
    probe=_probe_frozen,
    seconds=20,
)  # fmt: skip


# ----------------------------------------------------------------------------------------------------------------- 3. a new head

_HEAD = 10  # numbers before the features and the outputs


def _head_weights(width, classes, seed):
    rng = np.random.default_rng([seed, width, classes])
    return rng.normal(0, 4, (width, classes)).astype("f"), np.resize([0.6, -0.9], classes).astype("f")


def _outputs(model, pictures, training):
    """What a model gives for a batch, as an array."""
    result = model(pictures, training=training)
    values = as_numbers(result)
    if values is None:
        raise Finding(f"your network gave {describe(result)} for a batch of pictures.")
    return values


def _probe_head(answer, side, channels, width, classes, seed):
    """What is measured of a network: _HEAD numbers, the feature maps of the backbone, outputs at inference."""
    import keras

    backbone = _small_backbone(side, channels, width, seed)
    model = answer(backbone, classes)
    if not issubclass(type(model), keras.Model):
        missing = " Is the return missing?" if model is None else ""
        raise Finding(f"your function returned {describe(model)}; the question asks for a Keras model.{missing}")
    pictures, targets = _batch(side, channels, classes, seed)
    first = _outputs(model, pictures, False)
    if first.ndim != 2 or len(first) != _BATCH or first.shape[1] > 100:
        raise Finding(
            f"your network gives {describe(first)} for {_BATCH} pictures; there should be one row of confidences for each."
        )
    inside = {id(variable) for variable in backbone.weights}
    head = [variable for variable in model.weights if id(variable) not in inside]
    held = len(model.weights) - len(head)
    shapes = sorted(tuple(variable.shape) for variable in head)
    usual = shapes == sorted([(width, classes), (classes,)])
    if usual:
        for variable in head:
            variable.assign(_head_weights(width, classes, seed)[0 if len(variable.shape) == 2 else 1])
    maps = np.array(backbone(pictures, training=False))
    inference = _outputs(model, pictures, False)
    before = _values(backbone.weights)
    difference = np.abs(_outputs(model, pictures, True) - inference).max()
    for variable, old in zip(backbone.weights, before, strict=True):
        variable.assign(old)
    if usual:  # so small that softmax has a slope for every picture
        for variable in head:
            variable.assign(0.05 * variable.numpy())
    before_head = _values(head)
    if first.shape[1] == classes:
        _learn(model, pictures, targets)
    moved, learned = _moved(backbone.weights, before), _moved(head, before_head)
    amounts = [
        sum(m for m, (_, kind) in zip(moved, _ARRAYS, strict=True) if (kind == "average") is a) for a in (False, True)
    ]
    size = sum(math.prod(variable.shape) for variable in head)
    row = [first.shape[1], held, len(head), size, usual, *amounts, sum(learned), difference, 0]
    return np.concatenate([row, maps.mean((1, 2)).ravel(), maps.max((1, 2)).ravel(), inference.ravel()])


def _seen(value, case):
    """What the probe measured, by name."""
    width = case.args[2]
    names = ("classes", "held", "arrays", "size", "usual", "backbone", "averages", "learned", "difference")
    seen = dict(zip(names, value, strict=False))
    rest = value[_HEAD:]
    means, most, outputs = np.split(rest, [_BATCH * width, 2 * _BATCH * width])
    return {
        **seen,
        "means": means.reshape(_BATCH, width),
        "most": most.reshape(_BATCH, width),
        "outputs": outputs.reshape(_BATCH, -1),
    }


def _over_heads(judge):
    def with_names(value, case):
        width, own = case.args[2], value[0]
        if len(value) != _HEAD + 2 * _BATCH * width + _BATCH * own:
            return "the check could not look into the network."
        return judge(_seen(value, case), case)

    return _judged(_HEAD, with_names)


def _confidences(seen, case):
    logits = "one of your outputs is {number}. These are logits; what turns them into confidences?"
    return no_confidences(seen["outputs"], seen["classes"], case.args[3], logits)


_NOT_HELD = (
    "none of the backbone's arrays of weights belongs to your network. It must hold the backbone that your function was given, as a "
    "part of it, and not a copy."
)


def _one_dense(seen, case):
    width, classes = case.args[2:4]
    if not seen["held"]:
        return _NOT_HELD
    if seen["held"] < len(_ARRAYS):
        return f"your network holds {int(seen['held'])} of the {len(_ARRAYS)} arrays of weights of the backbone: a part of it is left out."
    if not seen["usual"]:
        start = f"behind the backbone, your network has {int(seen['size'])} weights and biases. "
        if seen["arrays"] == 1:
            return f"{start}Are the biases of the dense layer there?"
        if seen["arrays"] > 2:
            return f"{start}The head is to be a single dense layer."
        if seen["size"] > (width + 1) * classes and (seen["size"] - classes) % (width * classes) == 0:
            return f"{start}The dense layer sees every place of the maps. It should see one number for each map, their mean."
        return f"{start}It should be one dense layer, with one input for each map and one output for each class."
    if seen["outputs"].shape[1] != classes:
        return "what the head computes can be seen once it gives a number for each class."
    kernel, bias = _head_weights(width, classes, case.args[4])
    for features, words in (
        (seen["means"], None),
        (seen["most"], "you take the largest value of each map, and not its mean."),
    ):
        logits = features @ kernel + bias
        # Which function stands at the end is another criterion's matter.
        ends = softmax_of(logits), logits, sigmoid_of(logits), np.maximum(logits, 0), softmax_of(softmax_of(logits))
        for place, end in enumerate(ends):
            if np.abs(end - seen["outputs"]).max() < 1e-3 * max(1, np.abs(end).max()):
                return (
                    words
                    if place < 4
                    else "your outputs go through a softmax twice, so all confidences are nearly equal."
                )
    return (
        "your network computes something else than the mean of each feature map, a dense layer and softmax. "
        "Compare step by step with the list of the question."
    )


def _only_the_head(seen, case):
    if not seen["held"]:
        return _NOT_HELD
    if seen["classes"] != case.args[3]:
        return "what learns can be seen once the network gives a number for each class."
    if seen["backbone"]:
        return (
            f"{int(seen['backbone'])} of the backbone's kernels, gammas and betas move when your network learns. With a head that is still random, "
            "they forget what they know. Is the backbone frozen?"
        )
    if seen["learned"] < seen["arrays"] or not seen["arrays"]:
        return (
            f"of the {int(seen['arrays'])} arrays of weights of the head, {int(seen['learned'])} move when your network learns. "
            "All of them should."
        )
    return None


def _inference_mode(seen, case):
    if not seen["held"]:
        return _NOT_HELD
    if seen["classes"] != case.args[3]:
        return "whether batch normalisation stays in inference mode can be seen once the network gives a number for each class."
    if seen["averages"]:
        return (
            f"{int(seen['averages'])} of the backbone's moving averages move when your network learns. Its batch normalisation works in "
            "training mode. training=False in the call does not help: fit passes its own True down."
        )
    if seen["difference"] > 1e-4:
        return (
            f"no moving average moves, but with training=True your network gives outputs that differ by up to {short(seen['difference'])}. "
            "Is there something else in it that works differently in training?"
        )
    return None


def _head_cases(rng):
    def case(side, channels, width, classes):
        label = f"a backbone that makes {width} feature maps of pictures of shape {(side, side, channels)}, and classes = {classes}"
        return Case((side, channels, width, classes, int(rng.integers(0, 10**6))), "", label)

    drawn = int(rng.choice([8, 12, 16])), int(rng.choice([1, 2])), int(rng.integers(7, 12)), int(rng.integers(2, 7))
    return [case(8, 3, 6, 4), case(*drawn)]


with_head = FunctionCheck(
    "with_head",
    prepare=import_keras,
    reference=lambda side, channels, width, classes, seed: np.zeros(_HEAD),
    cases=_head_cases,
    criteria=[
        Criterion("gives each picture a row of confidences, one for each class", 1, _over_heads(_confidences)),
        Criterion("puts one dense layer behind the mean of each feature map of the backbone", 1, _over_heads(_one_dense)),
        Criterion("lets the head learn, and nothing of the backbone", 1, _over_heads(_only_the_head)),
        Criterion("keeps batch normalisation in inference mode while it learns", 2, _over_heads(_inference_mode)),
    ],
    asked="a Keras model",
    probe=_probe_head,
    seconds=20,
)  # fmt: skip


# ------------------------------------------------------------------------------------------------------ 4. unfreeze the last part


def _sides(name):
    """The layers before the named one, and those from it on; batch normalisation belongs to neither."""
    place = _PARTS.index(name)
    return [[part for part in parts if not part.startswith("norm")] for parts in (_PARTS[:place], _PARTS[place:])]


def _with_kernel(layers):
    return [layer for layer, kind in _ARRAYS if kind == "kernel" and layer in layers]


def _last_learn(value, case):
    wanted = _with_kernel(_sides(case.args[4])[1])
    if not value.any():
        return "nothing of the backbone moves when a network around it learns. Has anything been unfrozen?"
    if still := [layer for layer in wanted if layer not in _kinds_moved(value)["kernel"]]:
        return f"{_listed(still)} can't learn. Every layer from {_listed([case.args[4]])} on should, the named one included."
    return None


def _first_stay(value, case):
    if early := _with_kernel([layer for layer in _kinds_moved(value)["kernel"] if layer in _sides(case.args[4])[0]]):
        return f"{_listed(early)} can learn, and should not: only the layers from {_listed([case.args[4]])} on are to be unfrozen."
    return None


def _norm_stays(value, case):
    moved = _kinds_moved(value)
    if moved["scale"]:
        return (
            f"{_listed(moved['scale'])} can learn: gamma and beta move, and the moving averages with them. "
            "Batch normalisation is to stay frozen."
        )
    if moved["average"]:
        return f"the moving averages of {_listed(moved['average'])} move. {_STILL_AVERAGES}"
    return None


def _once_something_learns(judge):
    """A criterion's test of the backbones that were frozen as a whole, met only if at least one of them was unfrozen."""

    def test(calls):
        calls = [call for call in calls if call["case"].args[2] == _WHOLE]
        if not any(call["value"] is not None and call["value"].any() for call in calls):
            return _in_states(_last_learn, _WHOLE)(calls) or "Nothing of the backbone moves."
        return _in_states(judge, _WHOLE)(calls)

    return test


def _all_right(value, case):
    return _last_learn(value, case) or _first_stay(value, case) or _norm_stays(value, case)


def _whatever_before(calls):
    """A criterion's test of the backbones that were not frozen as a whole."""
    still = [call for call in calls if call["value"] is not None and not call["value"].any()]
    still = [call for call in still if call["case"].args[2] == _ONE_BY_ONE]
    if still and not _in_states(_last_learn, _WHOLE)(calls):
        return (
            f"For {still[0]['case'].label}, nothing of the backbone moves when a network around it learns. The backbone's own "
            "trainable was True all the time: setting it to True again passes nothing on."
        )
    return _in_states(_all_right, _ONE_BY_ONE, _FRESH)(calls)


def _unfreeze_cases(rng):
    words = {
        _WHOLE: "that was frozen as a whole",
        _ONE_BY_ONE: "whose layers were frozen one by one",
        _FRESH: "of which nothing is frozen",
    }

    def case(state, name):
        args = 8, int(rng.integers(1, 4)), state, int(rng.integers(0, 10**6)), name
        return Case(args, "", f'a backbone {words[state]}, and name = "{name}"')

    # The first layer that learns is named by a kernel, a pooling layer, a batch normalisation.
    return [
        case(_WHOLE, "conv_3"),
        case(_WHOLE, str(rng.choice(["norm_1", "relu_1", "pool_1"]))),
        case(_ONE_BY_ONE, str(rng.choice(["norm_2", "relu_2", "pool_2"]))),
        case(_FRESH, str(rng.choice(["depthwise_2", "conv_3"]))),
    ]


def _unfrozen(state, seed, name):
    after = _sides(name)[1]
    return np.array([kind == "kernel" and layer in after for layer, kind in _ARRAYS], float)


unfreeze_from = FunctionCheck(
    "unfreeze_from",
    prepare=import_keras,
    reference=lambda side, channels, state, seed, name: _unfrozen(state, seed, name),
    cases=_unfreeze_cases,
    criteria=[
        Criterion("lets every layer from the named one on learn", 1, _in_states(_last_learn, _WHOLE)),
        Criterion("leaves the layers before it frozen", 1, _once_something_learns(_first_stay)),
        Criterion("leaves all batch normalisation frozen, averages included", 2, _once_something_learns(_norm_stays)),
        Criterion("does so whatever was frozen before", 1, _whatever_before),
    ],
    asked="nothing",
    probe=_probe_frozen,
    seconds=20,
)  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------- 5. two stages

_CLASSES, _SAMPLES = 5, 10
_OLD, _NEW = range(5), range(5, 10)
_HANDWRITING = 3500  # so many pictures of the train part show each piece of handwriting once
_GOOD, _BETTER = 0.40, 0.50
# What tests/bands/transfer_learning.py measured:
#   Share of unseen pictures read right, 10 seeds: samples, head and backbone differ in each
#                                               least  mean  most
#   not trained                                  0.09  0.19  0.31
#   from scratch, Adam 0.01, 40 epochs of 25     0.23  0.30  0.37
#   nothing frozen, Adam 0.03, 40 epochs of 25   0.32  0.40  0.55
#   stage one, Adam 0.001, 20 epochs of 10       0.25  0.36  0.43
#   stage one, Adam 0.01, 10 epochs of 10        0.45  0.54  0.60
#   stage one, Adam 0.03, 20 epochs of 10        0.53  0.59  0.64
#   and then 0.003, 20 epochs of 10              0.59  0.64  0.70
#   and then 0.015 for conv_2 and conv_3         0.49  0.56  0.70
#   momentum 0.3, then 0.03, 20 epochs of 10     0.62  0.66  0.72
# Nobody from scratch reaches the first band; a stage one that is trained to its end reaches the second, and fine-tuning gets beyond it.


@cache
def _pictures(old):
    """Colour digits of 16×16 pixels, the old ones or the new ones: (pictures, labels) to train with, and to measure with."""
    digits, parts = (_OLD if old else _NEW), data.colour_digits()
    found = []
    for part, amount in ((parts.train, None if old else _HANDWRITING), (parts.test, None)):
        chosen = np.flatnonzero(np.isin(part.digits[:amount], digits))
        small = part.images[chosen].reshape(-1, 16, 2, 16, 2, 3).mean((2, 4), dtype=np.float32) / 255
        found.append((small, part.digits[chosen] - digits[0]))
    return found


def _reader():
    """The backbone that is trained, without the training."""
    import keras
    from keras import layers

    pictures = x = keras.Input((16, 16, 3), name="pictures")
    for place, width in enumerate((16, 32, 48), start=1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv_{place}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"norm_{place}")(x)
        x = layers.ReLU(name=f"relu_{place}")(x)
        if place < 3:
            x = layers.MaxPooling2D(name=f"pool_{place}")(x)
    return keras.Model(pictures, x, name="backbone")


def _around(backbone, kind):
    """A network of this kind: the backbone and a fresh head."""
    import keras
    from keras import layers

    pictures = keras.Input((16, 16, 3), name="inputs")
    means = layers.GlobalAveragePooling2D(name="means")(backbone(pictures))
    return kind(pictures, layers.Dense(_CLASSES, activation="softmax", name="head")(means), name="network")


@cache
def _learned(seed=14):
    """Weights of a backbone that has learned to read the old digits."""
    import keras

    keras.utils.set_random_seed(seed)
    backbone = _reader()
    network = _around(backbone, keras.Model)
    pictures, labels = _pictures(old=True)[0]
    rate = keras.optimizers.schedules.CosineDecay(0.01, 2 * len(pictures) // 50)
    adam = keras.optimizers.Adam(rate)
    network.compile(adam, "sparse_categorical_crossentropy", jit_compile=False, steps_per_execution=15)
    network.fit(pictures, labels, batch_size=50, epochs=2, verbose=0)
    return backbone.get_weights()


def _material():
    """What takes long and is not the learner's."""
    import_keras()
    _pictures(old=False)
    _learned()


_FIT = 8  # numbers noted of each call of fit
_TOTAL = 5  # numbers before them


def _watched(seed, notes, learned):
    """A network that notes what each call of its ``fit`` has moved, and its backbone."""
    import keras

    backbone = _reader()

    class Watched(keras.Model):
        def compile(self, *args, jit_compile=False, **others):  # for so small a network, XLA takes longer than it saves
            super().compile(*args, jit_compile=jit_compile, **others)

        def fit(self, *args, **others):
            rate, before = _rate(self), _values(self.weights)
            unfrozen = len([one for one in self.trainable_weights if any(one is own for own in backbone.weights)])
            history = super().fit(*args, **others)
            moved = dict.fromkeys(("head", "kernel", "last", "first", "scale", "average"), False)
            for variable, old in zip(self.weights, before, strict=True):
                if np.array_equal(variable.numpy(), old):
                    continue
                layer, name = variable.path.split("/")[-2:]
                moved["head"] |= layer == "head"
                moved["first"] |= layer == "conv_1"
                moved["last"] |= layer == "conv_3"
                moved["kernel"] |= layer.startswith("conv")
                moved["scale"] |= name in ("gamma", "beta")
                moved["average"] |= name.startswith("moving")
            notes.append([np.nanmax([rate, _rate(self), -1]), unfrozen, *moved.values()])
            return history

    backbone.set_weights(learned)
    keras.utils.set_random_seed(seed)
    return _around(backbone, Watched), backbone


def _rate(network):
    with contextlib.suppress(Exception):  # a network that was never compiled has none
        return float(network.optimizer.learning_rate)
    return np.nan


def _few(seed):
    """A few samples of each new digit."""
    pictures, labels = _pictures(old=False)[0]
    rng = np.random.default_rng(seed)
    chosen = [rng.permutation(np.flatnonzero(labels == label))[:_SAMPLES] for label in range(_CLASSES)]
    chosen = rng.permutation(np.concatenate(chosen))
    return pictures[chosen], labels[chosen]


def _share(network):
    """Share of unseen pictures of new digits that are read right."""
    pictures, labels = _pictures(old=False)[1]
    return float((np.array(network(pictures, training=False)).argmax(1) == labels).mean())


def _probe_stages(answer, seed):
    notes = []
    network, backbone = _watched(seed, notes, _learned())
    pictures, labels = _few(seed)
    given, before, start = (pictures.copy(), labels.copy()), _values(network.weights), _share(network)
    answer(network, backbone, pictures, labels)
    if not (np.array_equal(pictures, given[0]) and np.array_equal(labels, given[1])):
        raise Finding("your function changed the pictures or the labels that it was given.")
    after = _values(network.weights)
    if [a.shape for a in after] != [b.shape for b in before]:
        raise Finding("your function gave the network other layers than it had.")
    finite = all(np.isfinite(a).all() for a in after)
    moved = any(not np.array_equal(a, b) for a, b in zip(after, before, strict=True))
    return np.array([len(notes), finite, moved, start, _share(network), *np.ravel(notes[:1000])], float)


def _stages(value):
    """Notes of the calls of fit in stage one and in stage two: the second begins when the backbone learns and has not from the start."""
    names = ("rate", "unfrozen", "head", "kernel", "last", "first", "scale", "average")
    fits = [dict(zip(names, row, strict=True)) for row in value[_TOTAL:].reshape(-1, _FIT)]
    learns = [bool(fit["kernel"] or fit["scale"]) for fit in fits]
    if learns[0]:
        return fits[:1], [fit for fit, own in zip(fits[1:], learns[1:], strict=True) if own]
    start = learns.index(True) if True in learns else len(fits)
    return fits[:start], [fit for fit, own in zip(fits[start:], learns[start:], strict=True) if own]


def _over_stages(judge):
    def with_stages(value, case):
        if not value[2]:
            return "all weights of the network are what they were: nothing was trained."
        if len(value) < _TOTAL + _FIT or (len(value) - _TOTAL) % _FIT:
            return "the weights have moved, but the fit of the network was not called. Train this network, with its own fit."
        if not value[1]:
            return "some weights became NaN or infinite. Was the learning rate too large?"
        return judge(value, *_stages(value))

    return _judged(_TOTAL, with_stages)


def _one_fit(value, first):
    unfrozen = any(fit["unfrozen"] for fit in first)
    if value[0] == 1:
        return "fit was called once, so there was one stage only."
    if unfrozen:
        return (
            "layers of the backbone were unfrozen, and fit did not move them: it goes by the list that it made at the first fit after "
            "compile."
        )
    return f"fit was called {int(value[0])} times, and nothing of the backbone has moved: nothing was unfrozen for stage two."


def _head_first(value, first, second):
    if first[0]["kernel"] or first[0]["scale"]:
        return "the backbone learns from the first call of fit on, together with a head that is still random. In stage one it should be frozen."
    if not any(fit["head"] for fit in first):
        return "the head learns nothing in stage one."
    return None


def _then_the_last(value, first, second):
    if not second:
        return _one_fit(value, first)
    if not any(fit["last"] for fit in second):
        return 'in stage two the last convolution, "conv_3", does not move.'
    if any(fit["first"] for fit in second):
        return 'in stage two the first convolution, "conv_1", moves too. It is to stay frozen.'
    return None


def _norm_kept(value, first, second):
    if any(fit["average"] for fit in [*first, *second]):
        stage = "one" if any(fit["average"] for fit in first) else "two"
        return f"the moving averages of the batch normalisation move in stage {stage}. It is to stay frozen in both stages."
    if not second:
        return "whether batch normalisation stays frozen can be seen once there is a stage two in which the backbone learns."
    return None


def _smaller_steps(value, first, second):
    if not second:
        return "learning rates can be compared once there is a stage two in which the backbone learns."
    one, two = (max(fit["rate"] for fit in stage) for stage in (first, second))
    if two <= 0.5 * one * (1 + 1e-6):
        return None
    start = f"the learning rate is {short(round(one, 7))} in stage one and {short(round(two, 7))} in stage two. "
    if two >= one:
        return f"{start}The kernels are good already: large steps would take away from them what they have learned."
    return f"{start}It should be half of it or less."


def _band(share, hint):
    def judge(value, first, second):
        if value[4] >= share:
            return None
        return f"the network reads {value[4]:.0%} of unseen pictures right; with its random head it was {value[3]:.0%}. {hint}"

    return judge


two_stages = FunctionCheck(
    "two_stages",
    prepare=_material,
    reference=lambda seed: np.ones(1),
    cases=lambda rng: [Case((int(rng.integers(0, 10**6)),), "", f"{_SAMPLES} samples of each class")],
    criteria=[
        Criterion("lets only the head learn in stage one", 1, _over_stages(_head_first)),
        Criterion("lets the end of the backbone learn in stage two, and its first convolution never", 1, _over_stages(_then_the_last)),
        Criterion("keeps batch normalisation frozen in both stages", 1, _over_stages(_norm_kept)),
        Criterion("takes a smaller learning rate in stage two", 1, _over_stages(_smaller_steps)),
        Criterion(
            f"reads at least {_GOOD:.0%} of unseen pictures",
            1,
            _over_stages(_band(_GOOD, "Does the training loss get smaller in stage one? More epochs or a larger learning rate may help there.")),
        ),
        Criterion(
            f"reads at least {_BETTER:.0%} of unseen pictures",
            1,
            _over_stages(_band(_BETTER, "Watch the training loss in both stages. Does it still fall at the end?")),
        ),
    ],
    asked="nothing",
    probe=_probe_stages,
    seconds=60,
)  # fmt: skip
