"""The checks of exercise 03, "Layers"; chapter 03 teaches what they ask."""

import contextlib
import re
import sys
from functools import partial
from itertools import pairwise

import numpy as np

from .core import Case, Criterion, Finding, FunctionCheck, Misconception, as_numbers, describe, short
from .judging import calls_of, equal, sigmoid_of, softmax_of

__all__ = ["build", "dense", "forward", "name_layers", "number_of_parameters"]

TOLERANCE = 1e-5  # of numbers that count as equal: Keras computes with float32
_equal = partial(equal, tolerance=TOLERANCE)


def _relu(z):
    return np.maximum(z, 0)


def _explained(calls, mistakes, seen=np.asarray):
    """The message of the first mistake that computes what is seen in every call; None when none does."""
    for mistake, message in mistakes if calls else ():
        with contextlib.suppress(ArithmeticError, LookupError, TypeError, ValueError):
            if all(_equal(seen(call["value"]), mistake(*call["case"].args)) for call in calls):
                return f"For {calls[0]['case'].label}: {message}"
    return None


def _off(call, value, right, what):
    """Where numbers of the right shape are off, how many of them, and in which direction."""
    off = ~(np.abs(value - right) <= TOLERANCE * (1 + np.abs(right)))
    place = tuple(int(i) for i in np.argwhere(off)[0])
    direction = "large" if value[place] > right[place] else "small"
    return (
        f"For {call['case'].label}, {int(off.sum())} of the {value.size} values of {what} are off. "
        f"The first stands in row {place[0]}, column {place[1]}: yours is {short(value[place])}, which is too {direction}."
    )


def _draw(rng, *shape):
    """Numbers from -1.5 to 1.5, none of them near 0, so that each of them is missed when it is left out."""
    return rng.uniform(0.3, 1.5, shape) * rng.choice([-1, 1], shape)


def _draw_network(rng, widths):
    return [(_draw(rng, inputs, neurons), _draw(rng, neurons)) for inputs, neurons in pairwise(widths)]


def _named(widths):
    return "-".join(map(str, widths))


# --------------------------------------------------------------------------------------------------------- 1. name layers

_WORDS = ("input", "hidden", "output")


def _kinds(widths):
    return [0, *[1] * (len(widths) - 2), 2]


def _name_layers(widths):
    return np.column_stack([_kinds(widths), widths])


def _names(answer, widths):
    """The layers that an answer names, as pairs of numbers: 0, 1 and 2 stand for the three words."""
    returned = answer(widths)
    if not issubclass(type(returned), (list, tuple)):
        hint = " Is the return missing?" if returned is None else ""
        raise Finding(f"your function returned {describe(returned)}; the question asks for a list of pairs.{hint}")
    return [_pair(pair) for pair in returned[:1000]]


def _pair(pair):
    if not issubclass(type(pair), (list, tuple)) or len(pair) != 2:
        told = describe(pair)
        raise Finding(f'one entry of your list is {told}, and not a pair of a word and a number, such as ("input", 3).')
    word, neurons = pair
    if not issubclass(type(word), str):
        order = " The word comes first." if issubclass(type(neurons), str) else ""
        raise Finding(f"one of your pairs begins with {describe(word)}, and not with a word.{order}")
    if str(word) not in _WORDS:
        raise Finding(
            f'one of your words is {str(word)[:40]!r}. The question knows three: "input", "hidden" and "output".'
        )
    number = as_numbers(neurons)
    if number is None or number.size != 1:
        raise Finding(f"the second part of one of your pairs is {describe(neurons)}, and not a number of neurons.")
    return [_WORDS.index(word), number.item()]


def _widths_cases(rng):
    deep = [int(width) for width in rng.permutation(np.arange(2, 12))[:6]]
    wide = [int(width) for width in rng.integers(13, 400, 3)]
    return [
        Case((widths,), "", f"the widths {widths}")
        for widths in ([3, 4, 1], [3, 4, 2, 1], [2, 1], [2, 2, 2, 2, 2], wide, deep)
    ]


def _layers_found(calls):
    """The message when the list is not one of all layers; None when it is."""
    for call in calls:
        value, widths = call["value"], call["case"].args[0]
        if value is None or call["changed"]:
            return call["problem"]
        if value.shape == (len(widths), 2):
            continue
        start = f"For {call['case'].label}, your list has {len(value)} {'entry' if len(value) == 1 else 'entries'}"
        if len(value) == len(widths) - 1 and 0 not in value[:, 0]:
            return f"{start}: the input layer is missing. It computes nothing, and still it is a layer of this course."
        if len(value) == len(widths) - 1 and 2 not in value[:, 0]:
            return f"{start}: the output layer is missing. Does your loop stop one too early?"
        if len(value) == sum(widths):
            return f"{start}, one for each neuron. All neurons of a layer share one entry."
        return f"{start}. Each width stands for one layer, and each layer needs one entry."
    return None


def _ends_test(calls):
    if message := _layers_found(calls):
        return message
    for call in calls:
        first, last = call["value"][0, 0], call["value"][-1, 0]
        if first == 2 and last == 0:
            return f"For {call['case'].label}, your list begins with the output layer. The widths run from the input to the output."
        if first != 0:
            return f'For {call["case"].label}, you call the first layer "{_WORDS[int(first)]}". It is the place where x comes in.'
        if last != 2:
            return (
                f'For {call["case"].label}, you call the last layer "{_WORDS[int(last)]}". Its activations are the answer '
                "of the network."
            )
    return None


def _hidden_test(calls):
    if message := _layers_found(calls):
        return message
    for call in calls:
        between, ends = call["value"][1:-1, 0], call["value"][[0, -1], 0]
        if (between != 1).any():
            word = _WORDS[int(between[between != 1][0])]
            return (
                f'For {call["case"].label}, you call a layer between the first and the last one "{word}". '
                "A layer that is neither the first nor the last is hidden."
            )
        if (ends == 1).all():
            return f'For {call["case"].label}, every layer is called "hidden". Hidden means neither input nor output.'
    return None


def _neurons_test(calls):
    if message := _layers_found(calls):
        return message
    if all(_equal(call["value"][:, 1], call["case"].args[0]) for call in calls):
        return None
    mistakes = (
        (lambda widths: widths[::-1], "your numbers of neurons run from the output to the input. Turn them round."),
        (lambda widths: range(len(widths)), "the second part of your pairs is the position of the layer in the list."),
        (
            lambda widths: range(1, len(widths) + 1),
            "the second part of your pairs is the position of the layer, counted from 1.",
        ),
        (
            lambda widths: [0, *widths[1:]],
            "your input layer has 0 neurons. Input neurons compute nothing, but they are neurons of the network.",
        ),
        (
            lambda widths: [0, *(a * b + b for a, b in pairwise(widths))],
            "the second part of your pairs is a number of parameters. Give the number of neurons.",
        ),
    )
    if message := _explained(calls, mistakes, lambda value: value[:, 1]):
        return message
    call = next(call for call in calls if not _equal(call["value"][:, 1], call["case"].args[0]))
    layer = int(np.flatnonzero(call["value"][:, 1] != call["case"].args[0])[0])
    return f"For {call['case'].label}, you give {short(call['value'][layer, 1])} as the number of neurons in the layer at position {layer}."


name_layers = FunctionCheck(
    "name_layers",
    reference=_name_layers,
    cases=_widths_cases,
    criteria=[
        Criterion("names the input layer and the output layer", 1, _ends_test),
        Criterion("calls every layer between them hidden, and no other", 1, _hidden_test),
        Criterion("gives each layer its number of neurons", 1, _neurons_test),
    ],
    probe=_names,
    asked="a list of pairs",
)


# -------------------------------------------------------------------------------------------------- 2. number of parameters

_NONE = "counts a network without a hidden layer"
_ONE = "counts one with one hidden layer"
_MANY = "counts one with several hidden layers"


def _number_of_parameters(widths):
    return sum(inputs * neurons + neurons for inputs, neurons in pairwise(widths))


def _count_cases(rng):
    def drawn(layers):
        return [int(width) for width in rng.permutation(np.arange(2, 30))[:layers]]

    cases = [
        (_NONE, [2, 1]),
        (_NONE, [4, 3]),
        (_NONE, drawn(2)),
        (_ONE, [3, 4, 1]),
        (_ONE, [2, 2, 1]),
        (_ONE, [4096, 32, 1]),
        (_ONE, drawn(3)),
        (_MANY, [3, 4, 2, 1]),
        (_MANY, [4096, 32, 16, 1]),
        (_MANY, drawn(6)),
    ]
    return [Case((widths,), criterion, f"the widths {widths}") for criterion, widths in cases]


def _per_layer(of):
    """What ``of(inputs, neurons)`` adds up to over the layers that have parameters."""
    return lambda widths: sum(of(inputs, neurons) for inputs, neurons in pairwise(widths))


number_of_parameters = FunctionCheck(
    "number_of_parameters",
    reference=_number_of_parameters,
    cases=_count_cases,
    criteria=[Criterion(_NONE, 1), Criterion(_ONE, 1), Criterion(_MANY, 1)],
    misconceptions=[
        Misconception(
            _per_layer(lambda inputs, neurons: inputs * neurons),
            "These are the weights alone. The biases are missing: each neuron that is not an input neuron has one.",
        ),
        Misconception(
            lambda widths: _number_of_parameters(widths) + widths[0],
            "You counted a bias for the input neurons too. An input neuron computes nothing and has no bias.",
        ),
        Misconception(
            lambda widths: sum(a * b + a for a, b in pairwise(widths)),
            "You added the width before a layer as its biases. A bias belongs to a neuron of the layer itself.",
        ),
        Misconception(
            _per_layer(lambda inputs, neurons: inputs * neurons + 1),
            "You counted one bias for each layer. Each neuron of a layer has a bias of its own.",
        ),
        Misconception(
            lambda widths: _per_layer(lambda a, b: a * b)(widths) + 1,
            "You counted one bias for the whole network. Each neuron that computes has a bias of its own.",
        ),
        Misconception(
            lambda widths: _per_layer(lambda a, b: a * b)(widths) + sum(widths[1:-1]),
            "The biases of the output neurons are missing.",
        ),
        Misconception(
            lambda widths: _per_layer(lambda a, b: a * b)(widths) + widths[-1],
            "The biases of the hidden neurons are missing.",
        ),
        Misconception(
            lambda widths: int(np.prod(widths)),
            "You multiplied all widths. Layers follow each other, so their counts are added.",
        ),
        Misconception(
            lambda widths: int(np.prod(widths)) + sum(widths[1:]),
            "You multiplied all widths. Layers follow each other, so their weights are added.",
        ),
        Misconception(sum, "These are the neurons. Each line between two neurons is a weight: multiply two widths."),
        Misconception(lambda widths: sum(widths[1:]), "These are the biases alone. The weights are missing."),
        Misconception(
            _per_layer(lambda inputs, neurons: inputs + neurons),
            "You add the two widths of a layer. Every neuron has a weight for each of its inputs: multiply them.",
        ),
        Misconception(
            lambda widths: widths[0] * widths[1] + widths[1],
            "You stop after the first layer that has parameters. Does the return stand inside the loop?",
        ),
        Misconception(
            lambda widths: widths[-2] * widths[-1] + widths[-1],
            "That is the last layer alone: does each turn of the loop replace the total? It has to be added to it.",
        ),
        Misconception(
            lambda widths: _number_of_parameters(widths[:-1]),
            "The output layer is missing. Does your loop stop one too early?",
        ),
        Misconception(
            lambda widths: _number_of_parameters(widths[1:]),
            "The first layer that has parameters is missing. Does your loop begin one too late?",
        ),
        Misconception(
            lambda widths: sum(a * b for i, a in enumerate(widths) for b in widths[i + 1 :]) + sum(widths[1:]),
            "You join each layer with all later ones. A dense layer is joined with the layer before it, and with no other.",
        ),
    ],
    asked="one whole number",
)


# -------------------------------------------------------------------------------------------------------- 3. a dense layer

_PRODUCT = "multiplies x with the weights (seen with biases of 0)"
_BIASES = "adds to each neuron its own bias"
_ACTIVATED = "gives as activations the sigmoid of its own z"
_SIZES = "does both for a single input, a single neuron, and as many neurons as inputs"


def _dense(x, weights, bias):
    z = x @ weights + bias
    return np.array([z, sigmoid_of(z)])


def _dense_cases(rng):
    def drawn(criterion, n, inputs, neurons, zero=False):
        label = f"a batch of {n} with {inputs} inputs, and {neurons} neurons{' with biases of 0' if zero else ''}"
        label = label.replace(" 1 inputs", " 1 input").replace(" 1 neurons", " 1 neuron")
        bias = np.zeros(neurons) if zero else _draw(rng, neurons)
        return Case((_draw(rng, n, inputs), _draw(rng, inputs, neurons), bias), criterion, label)

    x, weights = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[1.0, 0.5, -1.0], [-1.0, 1.0, 0.5]])
    shown = f"x = {x.tolist()}, weights = {weights.tolist()} and bias = "
    square = np.array([[1.0, 2.0], [0.0, 1.0]])
    return [
        Case((x, weights, np.zeros(3)), _PRODUCT, f"{shown}[0, 0, 0]"),
        drawn(_PRODUCT, 4, 3, 5, zero=True),
        drawn(_PRODUCT, 5, 4, 2, zero=True),
        Case((x, weights, np.array([1.0, -2.0, 0.5])), _BIASES, f"{shown}[1, -2, 0.5]"),
        drawn(_BIASES, 4, 3, 5),
        drawn(_BIASES, 6, 4, 3),
        drawn(_SIZES, 1, 3, 4),
        drawn(_SIZES, 5, 3, 1),
        drawn(_SIZES, 3, 1, 2),
        Case(
            (np.eye(2), square, np.array([0.5, -0.5])),
            _SIZES,
            f"x = [[1, 0], [0, 1]], weights = {square.tolist()} and bias = [0.5, -0.5]",
        ),
        drawn(_SIZES, 5, 3, 3),
        drawn(_SIZES, 4, 4, 4),
    ]


_TURNED = (
    "your weights lie on their side. They come with one row for each input and one column for each neuron, "
    "as the product x @ weights needs them: is there a .T too many?"
)


def _turned(weights):
    """What a .T too many makes of weights where nothing stops it: of others the product does not fit."""
    return weights.T if weights.shape[0] == weights.shape[1] else weights


_Z_MISTAKES = (
    (lambda x, w, b: x @ w, "your z is x @ weights alone. The biases are missing."),
    (lambda x, w, b: x @ w - b, "your z has the biases subtracted. In this course they are added."),
    (
        lambda x, w, b: x @ w + b.sum(),
        "your z gets the sum of all biases in each column. Each neuron has one of its own.",
    ),
    (lambda x, w, b: x @ w + b[0], "your z gets the bias of the first neuron in every column."),
    (
        lambda x, w, b: x @ w + b * x.shape[1],
        "your z counts each bias once for every input. A neuron adds its bias once, after the sum.",
    ),
    (lambda x, w, b: x @ _turned(w) + b, _TURNED),
    (lambda x, w, b: x @ _turned(w), _TURNED),
    (
        lambda x, w, b: sigmoid_of(x) @ w + b,
        "there is an activation function on x before the product. The input neurons hold x as it is.",
    ),
    (
        lambda x, w, b: sigmoid_of(x @ w + b),
        "your z is an activation already. The first part of the tuple is the weighted sum itself.",
    ),
    (lambda x, w, b: x @ w[:, ::-1] + b, "your columns of weights run from the last neuron to the first."),
)


def _usable_pairs(calls):
    """The message for the first call that has no pair of arrays of the right shape; None when all have it."""
    for call in calls:
        value, (x, weights, _) = call["value"], call["case"].args
        n, neurons = len(x), weights.shape[1]
        if value is not None and value.shape == (2, n, neurons) and not call["changed"] and np.isfinite(value).all():
            continue
        start = f"For {call['case'].label}, "
        if "in a @ b" in call["error"] or "Matrix size-incompatible" in call["error"]:
            return f"{start}a product does not fit: {call['error']} The weights have the shape (inputs, neurons), here {weights.shape}."
        if value is None or call["changed"] or not np.isfinite(value).all():
            return call["problem"]
        if value.shape == (2, neurons, n) and n != neurons:
            return f"{start}your two arrays have the shape {value.shape[1:]}. The batch comes first: one row for each input of the batch."
        if value.shape == (n, neurons) and n != 2:
            return f"{start}your function returned one array of shape {value.shape}. The question asks for two: z and the activations."
        if value.ndim == 2 and len(value) == 2 and call["kind"].startswith("a tuple"):
            return f"{start}your two arrays have the shape {value.shape[1:]}. Each of them needs a row for each input of the batch."
        if value.ndim == 3 and len(value) == 2:
            return f"{start}your two arrays have the shape {value.shape[1:]}. The question asks for the shape (n, neurons)."
        return call["problem"]
    return None


def _z_test(name):
    def test(calls):
        chosen = [call for call in calls if call["case"].criterion == name]
        if message := _usable_pairs(chosen):
            return _turned_of(calls) or message
        wrong = [call for call in chosen if not _equal(call["value"][0], _dense(*call["case"].args)[0])]
        if not wrong:
            return None
        if all(_equal(call["value"][::-1], _dense(*call["case"].args)) for call in chosen):
            return f"For {wrong[0]['case'].label}: your two arrays are in the other order. z comes first, the activations second."
        call = wrong[0]
        told = _explained(_usable(calls), _Z_MISTAKES, lambda value: value[0])
        return told or _off(call, call["value"][0], _dense(*call["case"].args)[0], "your z")

    return test


def _usable(calls):
    """Calls with two arrays of the right shape, those with biases other than 0 first."""
    usable = [call for call in calls if _usable_pairs([call]) is None]
    return sorted(usable, key=lambda call: call["case"].criterion == _PRODUCT)


def _turned_of(calls):
    if any(
        call["value"] is not None and call["case"].args[1].shape[0] != call["case"].args[1].shape[1] for call in calls
    ):
        return None
    square = [call for call in calls if call["value"] is not None]
    if square and all(_equal(call["value"], _dense(x, w.T, b)) for call in square for x, w, b in [call["case"].args]):
        return f"For {square[0]['case'].label}: {_TURNED}"
    return None


_ACTIVATIONS = (
    (lambda z: z, "your second array is z once more. The activation function is missing."),
    (lambda z: sigmoid_of(sigmoid_of(z)), "your second array went through the sigmoid twice."),
    (lambda z: z > 0, "your second array holds 0 and 1: that is the step. The question asks for the sigmoid."),
    (
        lambda z: sigmoid_of(z) >= 0.5,
        "your second array holds 0 and 1: that is a decision. The question asks for the sigmoid.",
    ),
    (np.tanh, "your second array is tanh of z. The question asks for the sigmoid."),
    (_relu, "your second array is 0 below 0 and z above: that is the ReLU. The question asks for the sigmoid."),
    (lambda z: sigmoid_of(-z), "your sigmoid falls where it should rise. Look at the sign in front of z."),
    (softmax_of, "in your second array, each row adds up to 1. The sigmoid takes each number on its own."),
    (lambda z: np.round(sigmoid_of(z), 3), "your activations are rounded. Leave the rounding out."),
    (lambda z: np.round(sigmoid_of(z), 2), "your activations are rounded. Leave the rounding out."),
)


def _activation_test(calls):
    chosen = calls_of(calls, _PRODUCT, _BIASES)
    if message := _usable_pairs(chosen):
        return _turned_of(calls) or message
    for call in chosen:
        z = call["value"][0]
        if np.ptp(z) == 0:
            return f"For {call['case'].label}, all values of your z are {short(z[0, 0])}. There is nothing to activate."
    wrong = [call for call in chosen if not _equal(call["value"][1], sigmoid_of(call["value"][0]))]
    if not wrong:
        return None
    start = f"For {wrong[0]['case'].label}: "
    for activation, message in _ACTIVATIONS:
        if all(_equal(call["value"][1], activation(call["value"][0])) for call in chosen):
            return start + message
    if all(_equal(call["value"][0], sigmoid_of(call["value"][1])) for call in chosen):
        return f"{start}your two arrays are in the other order. z comes first, the activations second."
    if all(_equal(_logit(call["value"][1]), call["case"].args[0] @ call["case"].args[1]) for call in chosen):
        return f"{start}your activations belong to another z: the one without the biases."
    return f"{start}your activations do not belong to your z. Each is the sigmoid of the z at the same place."


def _logit(activations):
    return np.log(activations) - np.log(1 - activations)


def _sizes_test(calls):
    chosen = calls_of(calls, _SIZES)
    if message := _usable_pairs(chosen):
        return _turned_of(calls) or message
    for call in chosen:
        right = _dense(*call["case"].args)
        for part, what in ((0, "your z"), (1, "your activations")):
            if not _equal(call["value"][part], right[part]):
                earlier = [test(calls) for test in (_z_test(_PRODUCT), _z_test(_BIASES), _activation_test)]
                told = _explained(_usable(calls), _Z_MISTAKES, lambda value: value[0]) if part == 0 else None
                return told or next(filter(None, earlier), _off(call, call["value"][part], right[part], what))
    return None


dense = FunctionCheck(
    "dense",
    reference=_dense,
    cases=_dense_cases,
    criteria=[
        Criterion(_PRODUCT, 1, _z_test(_PRODUCT)),
        Criterion(_BIASES, 1, _z_test(_BIASES)),
        Criterion(_ACTIVATED, 1, _activation_test),
        Criterion(_SIZES, 1, _sizes_test),
    ],
    asked="a tuple (z, activations) of two arrays of shape (n, neurons)",
    tolerance=TOLERANCE,
)


# ----------------------------------------------------------------------------------------------------- 4. the forward pass

_SINGLE = "sends x as it is through a network without a hidden layer (seen with biases of 0)"
_HIDDEN = "sends it through one hidden layer, with biases"
_DEEP = "sends it through several hidden layers, of any width"


def _passed(hidden=sigmoid_of, output=sigmoid_of, first=lambda x: x, z=lambda x, w, b: x @ w + b):
    """A forward pass with these activation functions, with ``first`` on x, and with this weighted sum."""

    def forward(x, network):
        x = first(x)
        for i, (weights, bias) in enumerate(network):
            x = (output if i == len(network) - 1 else hidden)(z(x, weights, bias))
        return x

    return forward


_forward = _passed()


def _identity(z):
    return z


def _forward_cases(rng):
    def drawn(criterion, n, widths, zero=False):
        network = _draw_network(rng, widths)
        if zero:
            network = [(weights, 0 * bias) for weights, bias in network]
        label = f"the network {_named(widths)}{' with biases of 0' if zero else ''} and a batch of {n}"
        return Case((_draw(rng, n, widths[0]), network), criterion, label)

    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    xor = [
        (np.array([[6.0, -6.0], [6.0, -6.0]]), np.array([-3.0, 9.0])),
        (np.array([[8.0], [8.0]]), np.array([-12.0])),
    ]
    return [
        Case(
            (np.array([[1.0, 2.0]]), [(np.array([[0.5], [-1.0]]), np.array([0.0]))]),
            _SINGLE,
            "x = [[1, 2]] and the network 2-1 with the weights [[0.5], [-1]] and the bias [0]",
        ),
        drawn(_SINGLE, 4, [3, 2], zero=True),
        drawn(_SINGLE, 3, [4, 5], zero=True),
        Case((corners, xor), _HIDDEN, "the four corners and the network 2-2-1 that is nearly XOR"),
        drawn(_HIDDEN, 5, [3, 4, 1]),
        drawn(_HIDDEN, 1, [4, 3, 2]),
        drawn(_DEEP, 5, [3, 4, 2, 1]),
        drawn(_DEEP, 2, [3, 3, 3, 3]),
        drawn(_DEEP, 4, [2, 5, 4, 3, 2]),
    ]


_ON_INPUT = (
    "There is an activation function on x itself, before the first product. The input neurons hold x as it is; "
    "the first activation function comes after the first weighted sum."
)
_NO_BIASES = "The biases are missing. Each pair holds weights and a bias: z is x @ weights + bias."
_FORWARD_MISTAKES = [
    (_passed(z=lambda x, w, b: x @ w), _NO_BIASES),
    (_passed(z=lambda x, w, b: x @ w - b), "The biases are subtracted. In this course they are added."),
    (_passed(first=sigmoid_of), _ON_INPUT),
    (_passed(first=_relu), _ON_INPUT),
    (_passed(first=sigmoid_of, z=lambda x, w, b: x @ w), f"{_NO_BIASES} Besides, there is a sigmoid on x itself."),
    (
        _passed(_identity, _identity),
        "No layer has an activation function: these are weighted sums of weighted sums, and all layers together are one.",
    ),
    (
        _passed(_identity),
        "The hidden layers have no activation function, so all layers together are one. Each layer needs its sigmoid.",
    ),
    (
        _passed(output=_identity),
        "The output layer has no activation function: its weighted sums come out. It needs its sigmoid, as hidden layers do.",
    ),
    (_passed(_relu, _relu), "Your layers use the ReLU. The question asks for the sigmoid in every layer."),
    (_passed(_relu), "Your hidden layers use the ReLU. The question asks for the sigmoid in every layer."),
    (_passed(np.tanh, np.tanh), "Your layers use tanh. The question asks for the sigmoid in every layer."),
    (_passed(np.tanh), "Your hidden layers use tanh. The question asks for the sigmoid in every layer."),
    (_passed(output=softmax_of), "Your output layer uses softmax. The question asks for the sigmoid in every layer."),
    (_passed(z=lambda x, w, b: x @ _turned(w) + b), _TURNED[0].upper() + _TURNED[1:]),
]
_LOOP_MISTAKES = [
    (
        _passed(lambda z: z > 0, lambda z: z > 0),
        "Your layers use the step, which gives 0 or 1. The question asks for the sigmoid.",
    ),
    (
        lambda x, network: _forward(x, network) >= 0.5,
        "Your outputs are 0 or 1: a decision. The question asks for the activations of the output layer.",
    ),
    (
        lambda x, network: _forward(x, network[:1]),
        "You stop after the first layer. Does the return stand inside the loop?",
    ),
    (
        lambda x, network: _forward(x, network[:-1]),
        "You stop one layer too early: these are the activations of the last hidden layer.",
    ),
    (
        lambda x, network: sigmoid_of(_forward(x, network)),
        "The outputs went through the sigmoid once too often.",
    ),
    (lambda x, network: _forward(x[:1], network), "Your function answers for the first input of the batch only."),
    (lambda x, network: np.ravel(_forward(x, network)), "Your outputs stand in one line. Keep the shape (n, outputs)."),
    (
        lambda x, network: _forward(x, network).T,
        "The batch comes first: one row for each input, one column for each output.",
    ),
    (lambda x, network: np.round(_forward(x, network), 3), "Your outputs are rounded. Leave the rounding out."),
    (lambda x, network: np.round(_forward(x, network), 2), "Your outputs are rounded. Leave the rounding out."),
]

forward = FunctionCheck(
    "forward",
    reference=_forward,
    cases=_forward_cases,
    criteria=[Criterion(_SINGLE, 1), Criterion(_HIDDEN, 1), Criterion(_DEEP, 2)],
    misconceptions=[Misconception(wrong, message) for wrong, message in [*_FORWARD_MISTAKES, *_LOOP_MISTAKES]],
    asked="an array of shape (n, outputs)",
    tolerance=TOLERANCE,
)


# ------------------------------------------------------------------------------------------------------ 5. the same in Keras

_KERAS_ONE, _KERAS_DEEP, _HELD = "one hidden layer", "none or several hidden layers", "weights"


def _keras_model(model):
    """Raise a finding when this is not a Keras model. Without Keras having been imported nobody can have built one."""
    keras = sys.modules.get("keras")
    if keras is not None and issubclass(type(model), keras.Model):
        return
    told = f"your function returned {describe(model)}; the question asks for a Keras model."
    if model is None:
        told += " Is the return missing?"
    elif issubclass(type(model), (list, tuple)):
        told += " keras.Sequential makes a model of a list of layers."
    elif keras is not None and issubclass(type(model), keras.KerasTensor):
        told += " keras.Model(inputs, outputs) makes a model of such tensors."
    elif keras is not None and issubclass(type(model), keras.layers.Layer):
        told += " A single layer is not yet a model."
    elif as_numbers(model) is not None:
        told += " Return the network itself, and not what it computes."
    raise Finding(told)


def _model_of(answer, network):
    """What the answer builds. Where Keras refuses the weights, its own words name a layer that the learner never named."""
    try:
        return answer(network)
    except ValueError as problem:
        if shapes := re.search(
            r"weight shape (\(.*?\)) is not compatible with provided weight shape (\(.*?\))", str(problem)
        ):
            raise Finding(
                f"your code gives an array of shape {shapes[2]} to a layer that keeps one of shape {shapes[1]} there. Keras keeps "
                "weights as (inputs, neurons), like this course, and those of a layer come before its bias."
            ) from problem
        if numbers := re.search(r"weight list of length (\d+), but the layer was expecting (\d+)", str(problem)):
            raise Finding(
                f"your code gives set_weights a list of length {numbers[1]}, and what it is given to holds {numbers[2]} arrays. "
                "It takes one flat list of arrays, without pairs in it."
            ) from problem
        raise


def _of_model(answer, network, x, what):
    """What a network built by the answer gives for a batch, or which weights and biases it holds, sorted."""
    model = _model_of(answer, network)
    _keras_model(model)
    outputs = as_numbers(model(x))
    if outputs is None:
        raise Finding(f"your model gives {describe(model(x))}, and not one array of outputs.")
    if what == "weights":
        return np.sort(np.concatenate([np.zeros(0), *(np.ravel(array) for array in model.get_weights())]))
    try:
        single = model(x[:1])
    except Exception as problem:
        told = f"your model takes a batch of {len(x)} and not a batch of one. The size of the batch must stay open."
        raise Finding(told) from problem
    if as_numbers(single) is None or as_numbers(single).shape != (1, *outputs.shape[1:]):
        raise Finding(f"your model gives {describe(single)} for a batch of one. It needs one row for each input.")
    return outputs


def _build(network, x, what):
    if what == "weights":
        return np.sort(np.concatenate([np.ravel(array) for pair in network for array in pair]))
    return _forward(x, network)


def _build_cases(rng):
    def drawn(criterion, n, widths, what="outputs"):
        x = _draw(rng, n, widths[0]).astype(np.float32)
        return Case((_draw_network(rng, widths), x, what), criterion, f"the network {_named(widths)}")

    return [
        drawn(_KERAS_ONE, 5, [3, 4, 2]),
        drawn(_KERAS_DEEP, 4, [2, 1]),
        drawn(_KERAS_DEEP, 2, [3, 3, 3, 3]),
        drawn(_KERAS_DEEP, 5, [3, 5, 4, 2]),
        drawn(_HELD, 2, [3, 4, 2], "weights"),
    ]


def _model_test(calls):
    for call in calls:
        if call["value"] is None or call["changed"]:
            return call["problem"]
        network, x, what = call["case"].args
        shape = (len(x), network[-1][0].shape[1])
        if what == "outputs" and call["value"].shape != shape:
            return (
                f"For {call['case'].label} and a batch of shape {x.shape}, your model gives outputs of shape "
                f"{call['value'].shape}. It needs one row for each input and one column for each output neuron."
            )
        if np.isnan(call["value"]).any():
            return f"For {call['case'].label}, your model gives NaN, which is not a number."
    return None


def _held_problem(calls):
    """What is wrong with the weights that a model holds; None when they are those given."""
    (call,) = calls_of(calls, _HELD)
    value = call["value"]
    if value is None or call["changed"]:
        return call["problem"]
    network = call["case"].args[0]
    right, start = _build(*call["case"].args), f"For {call['case'].label}, your model "
    if _equal(value, right):
        return None
    weights = np.sort(np.concatenate([np.ravel(pair[0]) for pair in network]))
    biases = np.sort(np.concatenate([np.ravel(pair[1]) for pair in network]))
    if value.size == 0:
        return f"{start}holds no weights of its own. A network that is to be trained keeps them in its layers."
    if value.size == weights.size:
        return f"{start}holds {value.size} numbers: as many as the network has weights. It has no biases."
    if value.size != right.size:
        return f"{start}holds {value.size} weights and biases. Compare with the count of question 2."
    zeros = np.sort(np.concatenate([weights, np.zeros(biases.size)]))
    if _equal(value, zeros):
        return f"{start}holds the given weights, but its biases are all 0. Each layer takes both, weights and bias."
    if not np.isclose(value[:, None], right, atol=TOLERANCE).any(axis=1).any() or (value == 0).sum() == biases.size:
        return (
            f"{start}holds as many weights and biases as were given, but with other values. Keras draws random weights "
            "when a model is made: set_weights replaces them."
        )
    return f"{start}holds only some of the given weights and biases. Does every layer get its own?"


_KERAS_MISTAKES = [(lambda n, x, what, of=of: of(x, n), message) for of, message in _FORWARD_MISTAKES]


def _outputs_test(name):
    def test(calls):
        chosen = [call for call in calls if call["case"].criterion == name]
        if message := _model_test(chosen):
            return message
        wrong = [call for call in chosen if not _equal(call["value"], _build(*call["case"].args))]
        if not wrong:
            return None
        call = wrong[0]
        usable = [other for other in calls_of(calls, _KERAS_ONE, _KERAS_DEEP) if _model_test([other]) is None]
        told = _explained([call, *usable], _KERAS_MISTAKES)
        if told:
            return told.replace(_NO_BIASES, "The biases of your model play no part. Are they all 0, or left out?")
        held = _held_problem(calls)
        return held or (
            _off(call, call["value"], _build(*call["case"].args), "your model's outputs")
            + " The weights are the given ones: look at the activation function of each layer, and at which layer comes when."
        )

    return test


build = FunctionCheck(
    "build",
    reference=_build,
    cases=_build_cases,
    criteria=[
        Criterion("returns a Keras model with the right number of outputs, for a batch of any size", 1, _model_test),
        Criterion(
            "gives the numbers of the forward pass for a network with one hidden layer", 1, _outputs_test(_KERAS_ONE)
        ),
        Criterion("gives them without a hidden layer, and with several", 1, _outputs_test(_KERAS_DEEP)),
        Criterion("makes a model that holds the given weights and biases, and no others", 1, _held_problem),
    ],
    probe=_of_model,
    asked="a Keras model",
    tolerance=TOLERANCE,
    seconds=30,
)
