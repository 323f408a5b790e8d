"""The checks of exercise 06, "Is it a nine?". Keras is imported when a check runs, not with this module."""

import functools
import itertools

import numpy as np

from .. import data
from .core import Case, Criterion, Finding, FunctionCheck, describe, import_keras, short
from .judging import calls_of, sigmoid_of, softmax_of

__all__ = ["build", "make_ready", "most_confident_mistakes", "train", "weight_pictures"]


def _weights(widths, seed, spread=1.5):
    """Kernels and biases of a fully connected network, drawn from a seed, none of them 0."""
    rng = np.random.default_rng(seed)
    arrays = []
    for rows, columns in itertools.pairwise(widths):
        arrays.append((rng.normal(size=(rows, columns)) * spread / np.sqrt(rows)).astype(np.float32))
        arrays.append(rng.uniform(0.1, 0.6, columns).astype(np.float32) * rng.choice([-1, 1], columns))
    return [array.astype(np.float32) for array in arrays]


# -------------------------------------------------------------------------------------------------------------- 1. build

_POINTS = 24
_SHOWN, _ANY = (
    "has the layers of the network 4096-32-16-1",
    "has as many inputs, layers and neurons as asked for, each with its bias",
)


def _points(inputs, seed):
    return np.random.default_rng(seed + 1).normal(size=(_POINTS, inputs)).astype(np.float32)


def _build_probe(answer, inputs, hidden, seed):
    network = answer(inputs, hidden)
    if not all(callable(getattr(network, name, None)) for name in ("get_weights", "set_weights")) or isinstance(
        network, type
    ):
        hint = " Is the return missing?" if network is None else ""
        raise Finding(f"your function returned {describe(network)}; the question asks for a Keras network.{hint}")
    points, widths = _points(inputs, seed), [inputs, *hidden, 1]
    if not network.get_weights():
        network(points[:1], training=False)  # builds it: it was not told its number of inputs
    _compare([array.shape for array in network.get_weights()], widths)
    network.set_weights(_weights(widths, seed))
    outputs = np.array(network(points, training=False), float)
    if outputs.shape != (_POINTS, 1):
        raise Finding(
            f"your network gives an output of shape {outputs.shape} for {_POINTS} points. One output neuron gives ({_POINTS}, 1)."
        )
    return outputs[:, 0]


def _compare(shapes, widths):
    """A Finding when the arrays of a network do not have the shapes of a fully connected one with these widths."""
    wanted = [shape for a, b in itertools.pairwise(widths) for shape in ((a, b), (b,))]
    if shapes == wanted:
        return
    tables = [shape for shape in shapes if len(shape) == 2]
    if not tables:
        raise Finding("your network has no fully connected layer with weights.")
    own = [tables[0][0], *(shape[1] for shape in tables)]
    told = f"your network is {'-'.join(map(str, own))}"
    if own == widths:
        raise Finding(
            f"{told}, with {len(shapes) - len(tables)} arrays of biases or others. Each of its {len(tables)} layers needs one of biases."
        )
    if own[-1] != 1:
        raise Finding(f"{told}: {own[-1]} output neurons. A yes-or-no question has one.")
    if own[0] != widths[0]:
        raise Finding(f"{told}. Its number of inputs is not the one that was asked for.")
    if own == [widths[0], *widths]:
        raise Finding(
            f"{told}. The first layer is as wide as the inputs: input neurons compute nothing and need no Dense layer."
        )
    if len(own) < len(widths):
        raise Finding(f"{told}. A hidden layer is missing.")
    if len(own) > len(widths):
        raise Finding(f"{told}. There is a layer too many.")
    raise Finding(f"{told}. The widths of its hidden layers are not those that were asked for.")


_ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": sigmoid_of,
    "tanh": np.tanh,
    "none": lambda z: z,
    "softmax": softmax_of,
}


def _outputs(inputs, hidden, seed, layers, last):
    """What a network with these activations gives: a key of ``_HIDDEN`` and one of ``_LAST``."""
    return _cached_outputs(inputs, tuple(hidden), seed, layers, last)


@functools.lru_cache(maxsize=512)
def _cached_outputs(inputs, hidden, seed, layers, last):
    values, arrays = _points(inputs, seed).astype(float), _cached_weights((inputs, *hidden, 1), seed)
    for place, (weights, biases) in enumerate(zip(arrays[::2], arrays[1::2], strict=True)):
        name = _HIDDEN[layers][0](place, len(hidden)) if place < len(hidden) else last
        values = _ACTIVATIONS[name](values @ weights + biases)
    return values[:, 0]


@functools.lru_cache(maxsize=16)
def _cached_weights(widths, seed):
    return _weights(widths, seed)


_HIDDEN = {
    "relu": (lambda i, n: "relu", ""),
    "sigmoid": (
        lambda i, n: "sigmoid",
        "Your hidden neurons use the sigmoid. This network is asked for with ReLU in its hidden layers.",
    ),
    "tanh": (
        lambda i, n: "tanh",
        "Your hidden neurons use tanh. This network is asked for with ReLU in its hidden layers.",
    ),
    "none": (
        lambda i, n: "none",
        "Your hidden neurons have no activation: such layers together can do no more than one neuron.",
    ),
    "softmax": (
        lambda i, n: "softmax",
        "Your hidden layers use softmax, which makes the neurons of a layer share a sum of 1.",
    ),
    "first only": (
        lambda i, n: "relu" if i == 0 else "none",
        "Only your first hidden layer has ReLU. Every hidden layer needs an activation.",
    ),
    "last only": (
        lambda i, n: "relu" if i == n - 1 else "none",
        "Only your last hidden layer has ReLU. Every hidden layer needs an activation.",
    ),
}
_LAST = {
    "sigmoid": "",
    "softmax": (
        "Your output is 1 for every input. Softmax divides each output by the sum of all outputs of its layer, and with one neuron "
        "that is a number divided by itself."
    ),
    "none": "Your output neuron has no activation: it gives the weighted sum, which goes below 0 and above 1.",
    "relu": "Your output neuron has ReLU, so it gives 0 or any number above. Asked is an output between 0 and 1.",
    "tanh": "Your output neuron uses tanh, which goes from -1 to 1. Asked is an output between 0 and 1.",
}


def _like(calls, layers, last):
    return all(np.abs(call["value"] - _outputs(*call["case"].args, layers, last)).max() < 2e-4 for call in calls)


def _activations(calls):
    """The networks that can be looked at, and the names of their hidden and output activations (None where unknown)."""
    calls = [call for call in calls if call["value"] is not None and call["value"].shape == (_POINTS,)]
    if not calls:
        return calls, None, None
    if all(np.abs(call["value"] - 1).max() < 1e-6 for call in calls):
        return calls, None, "softmax"
    for name in _HIDDEN:
        for last in _LAST:
            if _like(calls, name, last):
                return calls, name, last
    return calls, None, None


def _no_network(calls):
    return calls[0]["problem"] or "No network came back that could be looked at."


def _layers(calls, name):
    return next(
        (call["problem"] or "This is no network." for call in calls_of(calls, name) if not _is_line(call, _POINTS)),
        None,
    )


def _is_line(call, size):
    return call["value"] is not None and call["value"].shape == (size,)


def _hidden_test(calls):
    usable, hidden, last = _activations(calls)
    if not usable:
        return _no_network(calls)
    if hidden:
        return _HIDDEN[hidden][1] or None
    if last == "softmax":
        return "As the output is the same for every input, nothing can be seen of the hidden layers."
    for (
        call
    ) in usable:  # the output's activation is unknown: does the output still rise and fall with the weighted sum?
        z = _outputs(*call["case"].args, "relu", "none")
        if (np.diff(call["value"][np.argsort(z)]) < -1e-6).any():
            label = call["case"].label
            return f"For {label}, with weights set by the check, the outputs are not those of a network with ReLU in its hidden layers."
    return None


def _output_test(calls):
    usable, _hidden, last = _activations(calls)
    if not usable:
        return _no_network(calls)
    if last:
        return _LAST[last] or None
    values = np.concatenate([call["value"] for call in usable])
    if not ((values > 0) & (values < 1)).all():
        return (
            f"Your outputs go from {short(values.min())} to {short(values.max())}. Asked is an output between 0 and 1."
        )
    if _hidden_test(calls) is None:
        return "Your outputs lie between 0 and 1, but they are not those of the sigmoid."
    return None


def _build_cases(rng):
    def case(inputs, hidden, criterion):
        return Case((inputs, hidden, int(rng.integers(1000))), criterion, f"inputs = {inputs} and hidden = {hidden}")

    drawn = [int(width) for width in rng.integers(4, 9, 3)]
    return [case(4096, [32, 16], _SHOWN), case(3, [5], _ANY), case(6, [7, 4], _ANY), case(5, drawn, _ANY)]


build = FunctionCheck(
    "build",
    prepare=import_keras,
    reference=lambda inputs, hidden, seed: _outputs(inputs, hidden, seed, "relu", "sigmoid"),
    cases=_build_cases,
    criteria=[
        Criterion(_SHOWN, 1, lambda calls: _layers(calls, _SHOWN)),
        Criterion(_ANY, 1, lambda calls: _layers(calls, _ANY)),
        Criterion("has ReLU in its hidden layers", 1, _hidden_test),
        Criterion("ends in one neuron with the sigmoid", 1, _output_test),
    ],
    asked="a Keras network",
    tolerance=2e-4,
    probe=_build_probe,
    seconds=30,
)


# ------------------------------------------------------------------------------------------------------------ 2. compile

_BATCHES = 3


def _two_inputs(seed):
    """A neuron with two inputs and three batches of points for it: inputs, labels of shape (n, 1)."""
    rng = np.random.default_rng(seed)
    weights = [rng.uniform(0.8, 1.5, (2, 1)) * rng.choice([-1, 1], (2, 1)), rng.uniform(0.2, 0.5, 1)]
    batches = []
    for size in (5, 8, 6):
        points = rng.uniform(-2, 2, (size, 2))
        z = points @ weights[0] + weights[1]
        labels = (z > 0) ^ (np.arange(size)[:, None] % 3 == 0)  # every third answer is wrong
        batches.append((points.astype(np.float32), labels.astype(np.float32)))
    return [array.astype(np.float32) for array in weights], batches


def _neuron():
    import keras

    neuron = keras.layers.Dense(1, activation="sigmoid", name="neuron")
    return keras.Sequential([keras.Input((2,), name="inputs"), neuron], name="network")


def _ready_probe(answer, learning_rate, seed):
    network, (weights, batches) = _neuron(), _two_inputs(seed)
    network.set_weights(weights)
    answer(network, learning_rate)
    if not network.compiled:
        raise Finding("the network that your function was given is not compiled afterwards.")
    network.run_eagerly = True  # quicker than tracing for so few steps
    losses, shares = [], []
    for points, labels in batches:
        network.reset_metrics()
        told = dict(network.test_on_batch(points, labels, return_dict=True))
        losses.append(float(told.pop("loss")))
        shares.append([float(np.ravel(value)[0]) for value in told.values()] or [-1.0])
    right = _right_shares(seed)
    places = range(min(map(len, shares)))
    best = min(places, key=lambda place: sum(abs(s[place] - r) for s, r in zip(shares, right, strict=True)))
    # One point, so that no slope is 0: a step for it, then one with the other label, whose slopes have the other sign.
    network.set_weights([np.array([[0.05], [-0.05]], np.float32), np.zeros(1, np.float32)])
    steps = []
    for label in (1.0, 0.0):
        before = np.concatenate([array.ravel() for array in network.get_weights()])
        network.train_on_batch(np.array([[1.0, -1.5]], np.float32), np.array([[label]], np.float32))
        steps.append(np.concatenate([array.ravel() for array in network.get_weights()]) - before)
    return np.concatenate([losses, [share[best] for share in shares], *steps])


def _right_shares(seed):
    weights, batches = _two_inputs(seed)
    return [float(((sigmoid_of(x @ weights[0] + weights[1]) >= 0.5) == (y == 1)).mean()) for x, y in batches]


def _losses_by(formula, seed):
    """The loss of each batch, when ``formula(labels, activations)`` gives that of a batch."""
    weights, batches = _two_inputs(seed)
    return np.array([formula(y[:, 0], sigmoid_of(x @ weights[0] + weights[1])[:, 0]) for x, y in batches])


def _entropy(y, a):
    return -(y * np.log(a) + (1 - y) * np.log(1 - a))


_LOSSES = (
    (lambda y, a: ((y - a) ** 2).mean(), "That is the mean squared error. For a yes-or-no question the loss is the binary cross-entropy."),
    (lambda y, a: abs(y - a).mean(), "That is the mean absolute error. For a yes-or-no question the loss is the binary cross-entropy."),
    (
        lambda y, a: 0.0,
        "A loss that is 0 whatever the output is: categorical cross-entropy compares classes with one another, and one output neuron is one class.",
    ),
    (lambda y, a: -(y * np.log(a)).mean(), "Points with the label 0 cost nothing: that is no loss for a yes-or-no question."),
    (lambda y, a: np.maximum(0, 1 - (2 * y - 1) * a).mean(), "That is the hinge loss, which expects outputs from -1 to 1."),
    (lambda y, a: _entropy(y, a).sum(), "Your loss adds the losses of a batch up. Keep the mean, whatever the size of the batch."),
    (
        lambda y, a: _entropy(y, sigmoid_of(a)).mean(),
        "Your loss takes the sigmoid of an output that went through a sigmoid already: the network gives probabilities, not logits.",
    ),
)  # fmt: skip


def _is_ready(call):
    return _is_line(call, 2 * _BATCHES + 6)


def _not_ready(calls):
    return next((call["problem"] or "The network can't be looked at." for call in calls if not _is_ready(call)), None)


def _loss_test(calls):
    if message := _not_ready(calls):
        return message
    pairs = [(call["value"][:_BATCHES], call["case"].args[1]) for call in calls]
    if all(
        np.allclose(losses, _losses_by(lambda y, a: _entropy(y, a).mean(), seed), atol=2e-4) for losses, seed in pairs
    ):
        return None
    told = f"For a batch of 5 points your loss is {short(float(pairs[0][0][0]))}."
    for formula, message in _LOSSES:
        if all(np.allclose(losses, _losses_by(formula, seed), atol=2e-3) for losses, seed in pairs):
            return f"{told} {message}"
    return f"{told} That is not the binary cross-entropy."


def _accuracy_test(calls):
    if message := _not_ready(calls):
        return message
    shares = np.concatenate([call["value"][_BATCHES : 2 * _BATCHES] for call in calls])
    right = np.concatenate([_right_shares(call["case"].args[1]) for call in calls])
    if np.allclose(shares, right, atol=1e-4):
        return None
    if (shares == -1).all():
        return "`evaluate` gives a loss and nothing else. The accuracy is asked for too: it belongs to the metrics."
    if np.allclose(shares, 1):
        return "Your accuracy is 1 whatever the output is. It looks for the largest output, and there is only one."
    if np.allclose(shares, 0):
        return "Your accuracy is 0: it counts outputs that equal their label exactly. An output of 0.9 is a right answer for the label 1."
    return f"For a batch of 5 points no metric of yours is the accuracy: the nearest is {short(float(shares[0]))}."


def _adam_test(calls):
    if message := _not_ready(calls):
        return message
    rates = np.array([call["case"].args[0] for call in calls])
    first = np.array([call["value"][-6:-3] for call in calls])
    second = np.array([call["value"][-3:] for call in calls])
    size = np.abs(first)
    if not first.any():
        return "After a training step the weights are what they were: no step was taken."
    if np.allclose(size, 0.001, rtol=0.03):
        return f"With learning_rate = {rates[0]:g} the first step changes each weight by 0.001, which is Adam's own setting."
    ratio = size / rates[:, None]
    if np.allclose(ratio, 1, rtol=0.03):
        # The second slopes are nearly minus the first: Adam's mean of both is small, a rule that looks at the sign alone takes a full step.
        if (np.abs(second) < 0.5 * rates[:, None]).all():
            return None
        return "The first step has the right length. But after a slope with the other sign the second is too long for Adam."
    told = f"With learning_rate = {rates[0]:g} the first step changes the weights by {', '.join(short(float(s)) for s in size[0])}."
    slopes = np.array([1.0, 1.5, 1.0])
    if np.ptp(ratio / slopes, axis=1).max() < 0.02 * ratio.max():
        return f"{told} These are the slopes times a number: plain gradient descent. Adam's first step has one length for all weights."
    return f"{told} Adam's first step changes every weight by the learning rate, whatever the slope."


def _ready_reference(learning_rate, seed):
    """What was observed of a network that is ready, but for its steps, which other numbers would do as well."""
    return np.concatenate([_losses_by(lambda y, a: _entropy(y, a).mean(), seed), _right_shares(seed), np.zeros(6)])


make_ready = FunctionCheck(
    "make_ready",
    prepare=import_keras,
    reference=_ready_reference,
    cases=lambda rng: [
        Case((rate, int(rng.integers(1000))), "", f"learning_rate = {rate:g}")
        for rate in (0.01, float(rng.choice([0.02, 0.05, 0.004])))
    ],
    criteria=[
        Criterion("makes the binary cross-entropy small", 2, _loss_test),
        Criterion("shows the accuracy", 1, _accuracy_test),
        Criterion("takes the steps of Adam with the learning rate that it was given", 1, _adam_test),
    ],
    asked="a compiled network",
    probe=_ready_probe,
    seconds=30,
)


# -------------------------------------------------------------------------------------------------------------- 3. train

# Nines and others in each part, and in the part that nobody is given.
_SIZES = {"train": (200, 400), "validation": (40, 80), "test": (40, 80), "unseen": (200, 300)}
_RECALL = _PRECISION = 0.7
_TEST_PIXEL, _VALIDATION_PIXEL = 0, 4095  # inputs that are lit in the pictures of one part only


@functools.cache
def _handwriting():
    nines = data.nines()
    parts = (nines.train, nines.validation, nines.test)
    return np.concatenate([part.images for part in parts]), np.concatenate([part.digits for part in parts])


@functools.lru_cache(maxsize=2)
def _parts(seed):
    """The three parts that a learner gets and the unseen pictures.

    No picture of the train part has ink in its corners, so the weights of those input neurons get no slope and stay what they were,
    unless somebody trains on another part. The labels of the test part are mixed: whoever chooses by them chooses badly.
    """
    images, digits = _handwriting()
    rng = np.random.default_rng(seed)
    pools = [list(rng.permutation(np.flatnonzero((digits == 9) == nine))) for nine in (True, False)]
    parts = {}
    for name, sizes in _SIZES.items():
        chosen = rng.permutation([pool.pop() for pool, size in zip(pools, sizes, strict=True) for _ in range(size)])
        parts[name] = [images[chosen].copy(), digits[chosen].copy()]
    parts["test"][0][:, 0, 0] = 255
    parts["validation"][0][:, -1, -1] = 255
    parts["test"][1] = rng.permutation(parts["test"][1])
    return {name: data.Part(*part) for name, part in parts.items()}


def _fresh_network(seed):
    import keras

    keras.utils.set_random_seed(seed)
    # With names, so that an error of Keras is told in the same words each time.
    hidden = keras.layers.Dense(16, activation="relu", name="hidden")
    output = keras.layers.Dense(1, activation="sigmoid", name="output")
    network = keras.Sequential([keras.Input((4096,), name="inputs"), hidden, output], name="network")
    network.compile("adam", loss="binary_crossentropy", metrics=["accuracy"])
    return network


def _train_probe(answer, seed):
    parts, network = _parts(seed), _fresh_network(seed)
    before = network.get_weights()
    given = {
        name: data.Part(parts[name].images.copy(), parts[name].digits.copy())
        for name in ("train", "validation", "test")
    }
    answer(network, data.Splits(**given, card=data.CARDS["nines"]))
    after, inputs = network.get_weights(), parts["unseen"].inputs
    if [array.shape for array in after] != [array.shape for array in before]:
        raise Finding("the network that your function was given has other layers afterwards.")
    moved = max(float(np.abs(a - b).max()) for a, b in zip(after, before, strict=True))
    rows = np.abs(after[0] - before[0]).max(axis=1)
    scores, of_greys = (np.array(network(x, training=False), float)[:, 0] for x in (inputs, 255 * inputs))
    return np.concatenate([[moved, rows[_TEST_PIXEL], rows[_VALIDATION_PIXEL]], scores, of_greys])


def _quality(scores, truth):
    """Recall and precision at 0.5."""
    answers = scores >= 0.5
    found = (answers & truth).sum()
    return found / truth.sum(), found / max(answers.sum(), 1)


def _average_precision(scores, truth):
    truth = truth[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(truth) / np.arange(1, len(truth) + 1))[truth].mean())


def _in_band(scores, truth):
    recall, precision = _quality(scores, truth)
    return recall >= _RECALL and precision >= _PRECISION


def _trained(calls):
    """What was seen of the network: (how far it moved, its two rows, scores, scores for greys, truth), or the trouble as text."""
    call, unseen = calls[0], sum(_SIZES["unseen"])
    if not _is_line(call, 3 + 2 * unseen):
        return call["problem"] or "The network can't be looked at."
    value = call["value"]
    if not np.isfinite(value).all():
        return "After training, weights or outputs of the network are not finite numbers."
    if value[0] < 1e-6:
        return "The network that was handed over has the same weights as before. Does your function call fit, and for this network?"
    return *value[:3], value[3 : 3 + unseen], value[3 + unseen :], _parts(call["case"].args[0])["unseen"].is_nine


def _learned_test(calls):
    seen = _trained(calls)
    if isinstance(seen, str):
        return seen
    *_, scores, _, truth = seen
    if _average_precision(scores, truth) >= 0.65:
        return None
    return "The weights moved, but the outputs for nines and for other digits are about the same. Which labels did the network learn?"


def _band_test(calls):
    seen = _trained(calls)
    if isinstance(seen, str):
        return seen
    *_, scores, greys, truth = seen
    if _in_band(scores, truth):
        return None
    recall, precision = _quality(scores, truth)
    told = f"On {len(truth)} pictures that it has never seen, your network has a recall of {recall:.2f} and a precision of {precision:.2f}."
    if _in_band(1 - scores, truth):
        return f"{told} It says no to nines and yes to the others: the labels are the wrong way round."
    if recall < 0.4 and _quality(greys, truth)[0] > recall + 0.3 and _average_precision(greys, truth) > 0.8:
        return f"{told} It does better when white is 255. The inputs of a part go from 0 to 1."
    if recall > 0.95 and precision < 0.6:
        return f"{told} It calls nearly everything a nine. Which labels did it learn?"
    if _average_precision(scores, truth) < 0.65:
        return f"{told} It does not tell nines from others. On which pictures, and with which labels, was it trained?"
    return f"{told} It has learned something, but not enough: look at the learning curves. Do they still fall?"


def _row_test(place, message):
    def test(calls):
        seen = _trained(calls)
        if isinstance(seen, str):
            return seen
        return message if seen[place] > 1e-7 else None

    return test


# The band: recall and precision of 0.70 at least, on 500 unseen pictures of which 200 are nines. Measured over 12 seeds of data and
# first weights with tests/bands/is_it_a_nine.py, least and mean:
#                     recall        precision
#   untrained         0.26  0.71    0.36  0.44
#   1 epoch of 64     0.00  0.79    0.00  0.74
#   2 epochs of 32    0.67  0.87    0.84  0.88
#   5 epochs of 32    0.70  0.90    0.84  0.90
#   10 epochs of 32   0.78  0.90    0.88  0.92
#   10 epochs of 64   0.87  0.92    0.88  0.92
#   20 epochs of 32   0.80  0.91    0.90  0.93
#   30 epochs of 16   0.90  0.94    0.84  0.92
# So a single epoch gets there from some starts and not from others, and ten epochs do from all.
train = FunctionCheck(
    "train",
    prepare=import_keras,
    reference=lambda seed: 0,  # any network that was trained well is right: the criteria decide
    cases=lambda rng: [Case((int(rng.integers(10_000)),), "", "the parts of the check")],
    criteria=[
        Criterion("trains the network that it is given", 1, _learned_test),
        Criterion("reaches the band on pictures that nobody gave it", 2, _band_test),
        Criterion(
            "does not train on the test part",
            1,
            _row_test(
                1,
                "You trained on the test part. An input neuron that is lit in its pictures only has other weights than before.",
            ),
        ),
        Criterion(
            "does not train on the validation part",
            1,
            _row_test(
                2,
                "You trained on the validation part. An input neuron that is lit in its pictures only has other weights than before.",
            ),
        ),
    ],
    asked="nothing",
    probe=_train_probe,
    seconds=90,
)


# ------------------------------------------------------------------------------------------- 4. the most confident mistakes

_FOUND, _RANKED, _COUNTED = (
    "finds the wrong answers, and no others",
    "puts the most confident mistake first",
    "returns no more than asked for, and fewer when there are fewer",
)


def _mistakes(outputs, truth, count):
    scores = outputs[:, 0]
    wrong = np.flatnonzero((scores >= 0.5) != truth)
    return wrong[np.argsort(-np.abs(scores[wrong] - 0.5))][:count]


def _mistake_cases(rng):
    shown = np.array([0.9, 0.2, 0.85, 0.45, 0.6, 0.03])[:, None]
    truth = np.array([True, True, False, True, False, False])
    label = (
        "outputs = [[0.9], [0.2], [0.85], [0.45], [0.6], [0.03]] and truth = [True, True, False, True, False, False]"
    )

    def drawn(size, wrong, count, criterion):
        # Distances from 0.5 that differ by more than rounding; about half of the wrong answers are missed nines.
        distances = rng.permutation(np.linspace(0.02, 0.49, size))
        truth = rng.permutation(np.arange(size) % 2 == 0)
        bad = np.zeros(size, bool)
        bad[
            [
                *rng.permutation(np.flatnonzero(truth))[: wrong // 2],
                *rng.permutation(np.flatnonzero(~truth))[: wrong - wrong // 2],
            ]
        ] = True
        outputs = 0.5 + np.where(truth ^ bad, 1, -1) * distances
        words = f"{size} pictures with {wrong or 'no'} wrong answer{'s' * (wrong != 1)} and count = {count}"
        return Case((outputs.astype(np.float32)[:, None], truth, count), criterion, words)

    half = np.array([[0.5], [0.7], [0.1], [0.5]], np.float32), np.array([False, True, False, True]), 1
    return [
        Case((shown, truth, 4), _FOUND, f"{label} and count = 4"),
        drawn(30, 7, 7, _FOUND),
        drawn(12, 3, 3, _FOUND),
        Case(half, _FOUND, "an output of exactly 0.5, which is called a nine"),
        Case((shown, truth, 3), _RANKED, f"{label} and count = 3"),
        drawn(40, 10, 6, _RANKED),
        drawn(60, 15, 15, _RANKED),
        drawn(25, 8, 1, _COUNTED),
        drawn(50, 4, 9, _COUNTED),
        drawn(20, 0, 5, _COUNTED),
        drawn(10, 1, 3, _COUNTED),
    ]


def _line(call):
    """A call's positions, when they are a line of whole numbers that could be positions; else None."""
    value, n = call["value"], len(call["case"].args[1])
    if value is None or call["changed"] or value.ndim != 1:
        return None
    return value if ((value >= 0) & (value < n) & (value == np.round(value))).all() else None


def _set_test(calls):
    calls = [call for call in calls_of(calls, _FOUND) if call["problem"]]
    for call in calls:
        outputs, truth, _count = call["case"].args
        line, start = _line(call), f"For {call['case'].label}"
        if line is None:
            value = call["value"]
            if value is not None and value.ndim == 1 and len(value) and value.max() >= len(truth):
                return f"{start}, your result holds the position {short(value.max())}. {_COLUMN}"
            if value is not None and value.ndim == 1 and (value != np.round(value)).any():
                return f"{start}, your result holds {short(value[value != np.round(value)][0])}. Asked are positions, which are whole numbers."
            return call["problem"]
        own, right = set(line.astype(int)), set(_mistakes(outputs, truth, len(truth)))
        if len(own) < len(line):
            return f"{start}, a position stands in your result more than once."
        if own == right:
            continue
        if own == set(range(len(right))):
            return f"{start}, your positions are {line.astype(int).tolist()[:8]}: places among the wrong answers, not among all pictures."
        if extra := own - right:
            where = min(extra)
            sort = "a nine" if truth[where] else "not a nine"
            output = short(round(float(outputs[where, 0]), 3))
            return f"{start}, your result holds position {where}. Its output is {output} and it is {sort}: no mistake."
        missed = list(right - own)
        if all(truth[place] for place in missed) and not any(truth[place] for place in own):
            return f"{start}, your result holds false alarms only. A nine that was not found is a mistake too."
        if not any(truth[place] for place in missed) and all(truth[place] for place in own):
            return f"{start}, your result holds missed nines only. A false alarm is a mistake too."
        return f"{start}, {len(missed)} of the wrong answers {'is' if len(missed) == 1 else 'are'} not in your result."
    return None


_COLUMN = "There are fewer pictures than that. Outputs of shape (n, 1) compared with labels of shape (n,) give a table of n rows and n columns."
_BY = (
    (
        lambda s, t, wrong: -s[wrong],
        "You rank by the output: false alarms come first, and the missed nines of which the network was most sure come last.",
    ),
    (
        lambda s, t, wrong: s[wrong],
        "You rank by the output, the lowest first: missed nines come first, and the false alarms of which the network was most sure come last.",
    ),
    (
        lambda s, t, wrong: np.abs(s[wrong] - 0.5),
        "Your order is turned round: the mistake of which the network was least sure comes first.",
    ),
    (
        lambda s, t, wrong: t[wrong],
        "You rank by the label: false alarms first, then missed nines, however sure the network was.",
    ),
    (
        lambda s, t, wrong: ~t[wrong],
        "You rank by the label: missed nines first, then false alarms, however sure the network was.",
    ),
    (
        lambda s, t, wrong: 0 * s[wrong],
        "Your mistakes stand in the order of the pictures, however sure the network was.",
    ),
)


def _rank_test(calls):
    calls = calls_of(calls, _RANKED)
    if not any(call["problem"] for call in calls):
        return None
    for by, message in _BY:
        if all(_line(call) is not None for call in calls) and all(
            _ranked_by(by, *call["case"].args, _line(call)) for call in calls
        ):
            return f"For {calls[0]['case'].label}, your result is {_line(calls[0]).astype(int).tolist()}. {message}"
    for call in calls:
        line = _line(call)
        if line is not None and call["problem"] and len(line) > call["case"].args[2]:
            return f"For {call['case'].label}, your result holds {len(line)} positions."
    return _set_test(
        [{**call, "case": _as_found(call["case"])} for call in calls if len(call["case"].args[1]) == 60]
    ) or next(call["problem"] for call in calls if call["problem"])


def _as_found(case):
    return Case(case.args, _FOUND, case.label)


def _ranked_by(by, outputs, truth, count, line):
    scores = outputs[:, 0]
    wrong = np.flatnonzero((scores >= 0.5) != truth)
    return np.array_equal(wrong[np.argsort(by(scores, truth, wrong), kind="stable")][:count], line)


def _count_test(calls):
    for call in calls_of(calls, _COUNTED):
        if not call["problem"]:
            continue
        outputs, truth, count = call["case"].args
        line, right = _line(call), _mistakes(outputs, truth, count)
        if line is not None and len(line) > count:
            return f"For {call['case'].label}, your result holds {len(line)} positions: more than were asked for."
        if line is not None and len(line) > len(right):
            return f"For {call['case'].label}, your result holds {len(line)} positions. Right answers are not needed to fill it up."
        if line is not None and set(line) == set(right):
            continue  # the order is another criterion's matter
        if (
            line is not None
            and count == 1
            and len(line) == 1
            and (outputs[int(line[0]), 0] >= 0.5) != truth[int(line[0])]
        ):
            continue
        return call["problem"]
    return None


most_confident_mistakes = FunctionCheck(
    "most_confident_mistakes",
    reference=_mistakes,
    cases=_mistake_cases,
    criteria=[Criterion(_FOUND, 1, _set_test), Criterion(_RANKED, 2, _rank_test), Criterion(_COUNTED, 1, _count_test)],
    asked="positions, an array of shape (m,)",
)


# ------------------------------------------------------------------------------------------- 5. what hidden neurons look for

_PICTURES, _LARGEST = (
    "gives each neuron's weights as a picture, pixel for pixel",
    "puts the neurons with the largest weights first",
)


@functools.cache
def _network_for(widths):
    import keras

    layers = [keras.layers.Dense(width, activation="relu") for width in widths[1:-1]]
    return keras.Sequential([keras.Input((widths[0],)), *layers, keras.layers.Dense(1, activation="sigmoid")])


@functools.lru_cache(maxsize=4)
def _pixel_weights(hidden, seed):
    """Weights of a network 4096-...-1 whose first kernel tells every way of ranking its neurons apart."""
    arrays = _weights([4096, *hidden, 1], seed)
    for attempt in range(200):
        rng = np.random.default_rng([seed, attempt])
        kernel = np.zeros((4096, hidden[0]), np.float32)
        for neuron in range(hidden[0]):
            # Few large weights or many small ones, so that the sum of sizes says something else than the largest one or the squares.
            share = rng.uniform(0.2, 1)
            lit = rng.permutation(4096)[: int(4000 * share)]
            kernel[lit, neuron] = rng.normal(rng.uniform(-0.02, 0.02), rng.uniform(0.08, 0.12) / share**0.8, len(lit))
        arrays[0] = kernel
        sizes = np.abs(kernel).sum(axis=0)
        orders = [np.argsort(rank)[:3].tolist() for rank in (-sizes, *(rank for rank, _ in _ranks(kernel, arrays[1])))]
        if len({str(order) for order in orders}) == len(orders) and np.diff(np.sort(sizes)).min() > 0.01 * sizes.max():
            return arrays
    raise RuntimeError("no kernel tells all rankings apart")


def _picture_probe(answer, hidden, count, seed):
    network = _network_for((4096, *hidden, 1))
    network.set_weights(_pixel_weights(tuple(hidden), seed))
    return answer(network, count)


def _all_pictures(hidden, seed):
    return _pixel_weights(tuple(hidden), seed)[0].T.reshape(-1, 64, 64).astype(float)


def _sizes(hidden, seed):
    return np.abs(_pixel_weights(tuple(hidden), seed)[0]).sum(axis=0)


def _weight_pictures(hidden, count, seed):
    return _all_pictures(hidden, seed)[np.argsort(-_sizes(hidden, seed))[:count]]


def _neurons(call):
    """Which neuron each returned picture shows, or None where it shows none; None when the shape is not (count, 64, 64)."""
    hidden, count, seed = call["case"].args
    value = call["value"]
    if value is None or value.shape != (count, 64, 64):
        return None
    pictures = _all_pictures(hidden, seed)
    return [
        next((i for i, own in enumerate(pictures) if np.abs(own - picture).max() < 1e-5), None) for picture in value
    ]


def _turned(pictures):
    return (
        (pictures.transpose(0, 2, 1), "Your pictures are turned over: rows and columns are exchanged."),
        (
            np.abs(pictures),
            "Your pictures hold the sizes of the weights. Their signs are lost, so red and blue can't be told apart.",
        ),
        (
            pictures.reshape(len(pictures), -1).T.reshape(-1, 64, 64),
            "Your pictures mix the neurons: the weights have a row for each input and a column for each neuron, and a picture belongs to one column.",
        ),
    )


def _picture_test(calls):
    for call in calls:
        hidden, count, seed = call["case"].args
        shown = _neurons(call)
        if shown is None:
            if call["value"] is not None and call["value"].shape == (64, 64, count):
                return f"For {call['case'].label}, your array has the shape {call['value'].shape}. The pictures are counted along the first axis."
            return call["problem"] or "These are no pictures."
        if None in shown:
            for others, message in _turned(_all_pictures(hidden, seed)):
                if any(np.abs(other - picture).max() < 1e-5 for other in others for picture in call["value"]):
                    return f"For {call['case'].label}, {message[0].lower()}{message[1:]}"
            return f"For {call['case'].label}, your picture number {shown.index(None)} is not that of the weights of one hidden neuron."
        if len(set(shown)) < len(shown):
            return f"For {call['case'].label}, a neuron is shown more than once."
    return None


def _ranks(kernel, biases):
    sizes = np.abs(kernel).sum(axis=0)
    return (
        (
            np.arange(len(sizes)),
            "Your pictures stand in the order of the neurons. Those with the largest weights come first.",
        ),
        (sizes, "Your order is turned round: the neurons with the smallest weights come first."),
        (
            -kernel.sum(axis=0),
            "You rank by the sum of the weights, in which positive and negative ones cancel. Asked is the sum of their sizes.",
        ),
        (-kernel.max(axis=0), "You rank by the largest single weight. Asked is the sum of the sizes of all of them."),
        (
            -np.abs(kernel).max(axis=0),
            "You rank by the largest single weight. Asked is the sum of the sizes of all of them.",
        ),
        (-(kernel**2).sum(axis=0), "You rank by the squares of the weights. Asked is the sum of their sizes."),
        (-biases, "You rank by the biases. Asked is the sum of the sizes of the weights."),
    )


def _order_test(calls):
    shown = [_neurons(call) for call in calls]
    for call, neurons in zip(calls, shown, strict=True):
        if neurons is None or None in neurons:
            return _picture_test([call])
    kernels = [_pixel_weights(tuple(call["case"].args[0]), call["case"].args[2])[:2] for call in calls]
    orders = [
        np.argsort(-np.abs(kernel).sum(axis=0))[: len(n)].tolist()
        for (kernel, _), n in zip(kernels, shown, strict=True)
    ]
    if orders == shown:
        return None
    tables = [_ranks(*kernel) for kernel in kernels]
    for place, (_, message) in enumerate(tables[0]):
        if all(
            np.argsort(table[place][0], kind="stable")[: len(n)].tolist() == n
            for table, n in zip(tables, shown, strict=True)
        ):
            return message
    start = f"For {calls[0]['case'].label}, you show the neurons {shown[0]}, in this order."
    return f"{start} They are not ranked by the sum of the sizes of their weights."


weight_pictures = FunctionCheck(
    "weight_pictures",
    prepare=import_keras,
    reference=_weight_pictures,
    cases=lambda rng: [
        Case(
            (hidden, count, int(rng.integers(1000))),
            "",
            f"a network 4096-{'-'.join(map(str, hidden))}-1 and count = {count}",
        )
        for hidden, count in (([6, 3], 4), ([9], 3))
    ],
    criteria=[Criterion(_PICTURES, 2, _picture_test), Criterion(_LARGEST, 1, _order_test)],
    asked="count pictures, an array of shape (count, 64, 64)",
    probe=_picture_probe,
    seconds=30,
)
