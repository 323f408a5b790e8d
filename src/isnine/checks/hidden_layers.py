"""The checks of exercise 07, "The art of hidden layers"."""

import math
import sys
from functools import cache, partial
from itertools import pairwise

import numpy as np

from .core import Case, Criterion, Finding, FunctionCheck, Misconception, describe, short
from .judging import calls_of, first_problem

__all__ = ["best_epoch", "better", "build", "regularised", "widest"]


# 1. The best epoch

_LOWEST = "points at the lowest validation loss, wherever in the run it stands"
_FROM_ONE = "counts the epochs from 1"
_FIRST = "takes the first epoch when several have the lowest loss"


def _best_epoch(history):
    return 1 + int(np.argmin(history["val_loss"]))


def _history(rng, losses):
    """A history with these validation losses, as ``fit`` gives it with one metric; the rest of it leads to other epochs."""
    epochs = len(losses)
    rows = {
        "accuracy": np.sort(rng.uniform(0.7, 0.99, epochs)),
        "loss": -np.sort(-rng.uniform(0.01, 0.6, epochs)),
        "val_accuracy": rng.uniform(0.7, 0.95, epochs),
        "val_loss": np.asarray(losses),
    }
    # The best training loss stands near the end, the best training accuracy a little before it.
    rows["loss"][[-2, -1]] = rows["loss"][[-1, -2]]
    rows["accuracy"][[-4, -1]] = rows["accuracy"][[-1, -4]]
    best = int(np.argmin(losses))
    rows["val_accuracy"][[best, best - 1]] = rows["val_accuracy"][[best - 1, best]]
    rows["val_accuracy"][(best + 2) % epochs] = 0.97
    return {name: [round(float(number), 4) for number in row] for name, row in rows.items()}


def _run(rng, epochs, best):
    """Validation losses of a run: they fall to epoch ``best`` (from 0), with a dip on the way that lasts, and rise."""
    away = np.abs(np.arange(epochs) - best)
    losses = 0.15 + 0.02 * away + rng.uniform(0, 0.004, epochs)
    if best > 3:
        losses[best // 3] -= 0.13 if best > 15 else 0.03
    return losses


def _history_cases(rng):
    shown = [0.40, 0.22, 0.25, 0.14, 0.17, 0.16]
    middle, long = int(rng.integers(5, 9)), int(rng.integers(20, 30))
    ties, late = _run(rng, 14, 6), _run(rng, 20, 12)
    ties[[6, 9, 12]] = 0.1
    late[[12, 13]] = 0.1
    runs = [
        (shown, _LOWEST, f"the validation losses {shown}"),
        (_run(rng, 14, middle), _LOWEST, "a run of 14 epochs"),
        (_run(rng, 40, long), _LOWEST, "a run of 40 epochs"),
        (_run(rng, 9, 0), _LOWEST, "a run whose first epoch is the best"),
        (_run(rng, 9, 8), _LOWEST, "a run whose last epoch is the best"),
        (_run(rng, 6, 2) + 3, _LOWEST, "a run whose losses are all above 3"),
        ([0.3, 0.2, 0.2, 0.4], _FIRST, "the validation losses [0.3, 0.2, 0.2, 0.4]"),
        (ties, _FIRST, "a run in which three epochs have the lowest loss"),
        (late, _FIRST, "a run in which two neighbours have the lowest loss"),
    ]
    return [Case((_history(rng, losses),), name, label) for losses, name, label in runs]


def _shift(calls):
    """By how much all ordinary answers are off, when it is the same amount each time and at most 2; otherwise None."""
    shifts = set()
    for call in calls_of(calls, _LOWEST):
        if call["value"] is None or call["value"].size != 1 or call["changed"]:
            return None
        shifts.add(call["value"].item() - _best_epoch(*call["case"].args))
    return shifts.pop() if len(shifts) == 1 and shifts <= {-2, -1, 0, 1, 2} else None


def _lowest(calls):
    return None if _shift(calls) is not None else best_epoch._explain(calls) or first_problem(calls_of(calls, _LOWEST))


def _from_one(calls):
    shift = _shift(calls)
    if shift is None:
        return "This can be seen once your function points at the lowest validation loss."
    if shift == 0:
        return None
    call = next(call for call in calls if call["value"] is not None)
    start = f"For {call['case'].label}, your function returned {short(call['value'].item())}. "
    if shift == -1:
        return (
            f"{start}You are off by one epoch: that is a position in the list, counted from 0. "
            "A network trained for so many epochs has missed the best one."
        )
    return (
        f"{start}You are off by {'one epoch' if shift == 1 else 'two epochs'}, the same in every run. "
        "After the first epoch, the network has trained for one epoch."
    )


def _first_of_equals(calls):
    shift = _shift(calls)
    if shift is None:
        return "This can be seen once your function points at the lowest validation loss."
    for call in calls_of(calls, _FIRST):
        if call["value"] is None or call["value"].size != 1 or call["changed"]:
            return call["problem"]
        losses = call["case"].args[0]["val_loss"]
        place = call["value"].item() - shift - 1
        if place == int(np.argmin(losses)):
            continue
        start = f"For {call['case'].label}, your function returned {short(call['value'].item())}. "
        if place in np.flatnonzero(np.equal(losses, min(losses))):
            return (
                f"{start}That epoch has the lowest loss, but an earlier one has it too. "
                "Is there a <= where a < belongs, or do you search from the end?"
            )
        return f"{start}That is none of the epochs with the lowest loss."
    return None


def _first_rise(history):
    """The epoch, from 1, before the validation loss rises for the first time."""
    losses = history["val_loss"]
    return next((place for place in range(1, len(losses)) if losses[place] > losses[place - 1]), len(losses))


_RISE = "You stop where the loss rises for the first time. Curves are rugged: a lower loss may follow after a bump."
_TRAINING = 'You look at the training loss, which goes on falling. The best epoch is that of the lowest "val_loss".'
_ACCURACY = 'You look at the accuracy. The question asks for the lowest validation loss, "val_loss".'
_HIGHEST = "That is the epoch with the highest validation loss. A loss should be low."

best_epoch = FunctionCheck(
    "best_epoch",
    reference=_best_epoch,
    cases=_history_cases,
    criteria=[
        Criterion(_LOWEST, 1, _lowest),
        Criterion(_FROM_ONE, 1, _from_one),
        Criterion(_FIRST, 1, _first_of_equals),
    ],
    misconceptions=[
        Misconception(
            lambda h: len(h["val_loss"]), "That is the number of epochs that the run had, not the best of them."
        ),
        Misconception(
            lambda h: min(h["val_loss"]),
            "That is the lowest loss itself. The question asks in which epoch it was reached.",
        ),
        *(Misconception(lambda h, k=k: k + int(np.argmin(h["loss"])), _TRAINING) for k in (0, 1)),
        *(Misconception(lambda h, k=k: k + int(np.argmax(h["val_accuracy"])), _ACCURACY) for k in (0, 1)),
        *(Misconception(lambda h, k=k: k + int(np.argmax(h["val_loss"])), _HIGHEST) for k in (0, 1)),
        *(Misconception(lambda h, k=k: k + _first_rise(h), _RISE) for k in (-1, 0)),
        Misconception(
            lambda h: len(h["val_loss"]) - int(np.argmin(h["val_loss"])),
            "You count from the end of the run. The first epoch of the run is number 1.",
        ),
    ],
)


# 2. The widest layers within a budget

_ONE = "finds the width of one hidden layer when the budget is not tight"
_SEVERAL = "finds the common width of two, three and more hidden layers"
_TIGHT = "counts every parameter, uses the budget up to the last one, and never goes above it"
_NONE = "returns 0 when even layers of one neuron do not fit"


def _count(inputs, widths, biases=True):
    return sum(before * after + after * biases for before, after in pairwise([inputs, *widths, 1]))


def _widest_by(cost):
    """What ``widest`` gives when ``cost(inputs, depth, width)`` is compared with the budget."""

    def widest(inputs, depth, budget):
        low, high = 0, 1
        while cost(inputs, depth, high) <= budget:
            low, high = high, 2 * high
        while high - low > 1:
            width = (low + high) // 2
            low, high = (width, high) if cost(inputs, depth, width) <= budget else (low, width)
        return low

    return widest


_widest = _widest_by(lambda inputs, depth, width: _count(inputs, [width] * depth))


def _other_costs():
    """Mistakes in the count, each with the words for it: from the most particular to the most general."""
    return (
        (
            lambda i, d, w: _count(i, [w] * d, biases=False),
            "You counted the weights and forgot the biases: each neuron of a hidden layer and of the output has one.",
        ),
        (
            lambda i, d, w: _count(i, [w] * d) - 1,
            "One parameter is missing in your count: does the output neuron have its bias?",
        ),
        (
            lambda i, d, w: _count(i, [w] * d) + i,
            "You gave biases to the input neurons too. They compute nothing and have none.",
        ),
        (
            lambda i, d, w: _count(i, [w] * d) + 1,
            "Your layers stay one parameter below the budget. A count equal to the budget still fits: <= and not <.",
        ),
        (
            lambda i, d, w: _count(i, [w] * d) - w - 1,
            "The output neuron is missing in your count: it has a weight for each neuron of the last hidden layer, and a bias.",
        ),
        (
            lambda i, d, w: _count(i, [w] * d, biases=False) + d + 1,
            "You counted one bias for each hidden layer. Each neuron has one of its own.",
        ),
        (
            lambda i, d, w: i * w + w + w + 1,
            "You counted one hidden layer, however many there are. Further hidden layers have weights and biases too.",
        ),
        (
            lambda i, d, w: d * (i * w + w) + w + 1,
            "You counted each hidden layer as if it stood behind the inputs. From the second on, a layer gets the outputs of the one before.",
        ),
        (
            lambda i, d, w: _count(i, [w] * (d + 1)),
            "Your count has one hidden layer too many. The output neuron is not one of them.",
        ),
    )


def _budget_cases(rng):
    def roomy(inputs, depth, width):
        """A budget half-way between two widths: a few parameters more or less do not matter."""
        low, high = (_count(inputs, [w] * depth) for w in (width, width + 1))
        return inputs, depth, (low + high) // 2

    def label(inputs, depth, budget):
        return f"{inputs} inputs, {depth} hidden layer{'s' * (depth > 1)} and a budget of {budget}"

    cases = [(_ONE, (256, 1, 10_000)), (_ONE, roomy(int(rng.integers(300, 900)), 1, int(rng.integers(10, 40))))]
    cases += [(_ONE, roomy(int(rng.integers(900, 1200)), 1, int(rng.integers(310, 400))))]
    cases += [(_SEVERAL, (256, 2, 20_000))]
    cases += [(_SEVERAL, roomy(int(rng.integers(300, 900)), depth, int(rng.integers(15, 40)))) for depth in (2, 3, 5)]
    for depth in (1, 2, 3):
        inputs, width = int(rng.integers(20, 200)), int(rng.integers(8, 60))
        count = _count(inputs, [width] * depth)
        cases += [(_TIGHT, (inputs, depth, used)) for used in (count, count - 1, count - width - 2)]
    cases += [(_TIGHT, (256, 1, 5150))]
    # The smallest network has inputs + 1 parameters in its first layer, and 2 in each further layer and the output.
    cases += [(_NONE, (256, depth, 255 + 2 * depth)) for depth in (1, 2)] + [
        (_NONE, (256, 3, 100)),
        (_NONE, (256, 1, 0)),
    ]
    cases += [(_NONE, (256, 1, 600))]
    return [Case(arguments, name, label(*arguments)) for name, arguments in cases]


def _told_width(value, right, case):
    inputs, depth, budget = case.args
    width = value.item()
    if width != int(width) or width < 0:
        return f"your function returned {short(width)}. A width is a whole number, 0 or more."
    used = _count(inputs, [int(min(width, 10**6))] * depth)
    if used > budget:
        return f"your function returned {short(width)}, and layers of that width do not fit: with all biases they have {used} parameters."
    return f"your function returned {short(width)}. That fits, but wider layers fit too."


widest = FunctionCheck(
    "widest",
    reference=_widest,
    cases=_budget_cases,
    criteria=[Criterion(_ONE, 1), Criterion(_SEVERAL, 1), Criterion(_TIGHT, 1), Criterion(_NONE, 1)],
    misconceptions=[
        *(Misconception(_widest_by(cost), message) for cost, message in _other_costs()),
        Misconception(
            lambda i, d, b: _widest(i, d, b) + 1,
            "Your layers are one neuron too wide. Return the last width that fits, and not the first that does not.",
        ),
        Misconception(
            lambda i, d, b: _count(i, [_widest(i, d, b)] * d),
            "That is the number of parameters. The question asks for the number of neurons in a layer.",
        ),
        Misconception(
            lambda i, d, b: b - _count(i, [_widest(i, d, b)] * d),
            "That is what is left of the budget. The question asks for the number of neurons in a layer.",
        ),
        Misconception(
            lambda i, d, b: min(_widest(256, d, b), 10**6),
            "You count with 256 inputs, whatever the argument says.",
        ),
        Misconception(
            lambda i, d, b: min(_widest(i, d, b), 299),
            "Your search ends at the width 299. With few inputs and a large budget, wider layers fit.",
        ),
        Misconception(
            lambda i, d, b: max(_widest(i, d, b), 1),
            "Your function returns 1 where nothing fits. Then the answer is 0.",
        ),
    ],
    wrong_value=_told_width,
)


# 3. Is one design better?

_CLEAR = "names the design with fewer mistakes when the difference is clear"
_OPEN = "returns 0 when the difference is within the noise"
_NOISE = "measures the noise by the rule, also for groups of different sizes"
_SPREADLESS = "is right when a group has no spread at all"


def _mean(group):
    return sum(group.tolist()) / len(group)  # for a few numbers a good deal faster than NumPy


def _variance(group, ddof=1):
    mean = _mean(group)
    return sum((value - mean) ** 2 for value in group.tolist()) / (len(group) - ddof)


def _by_border(border):
    """An answer that compares the difference of two means with ``border(first, second)``."""

    def answer(first, second):
        difference = _mean(first) - _mean(second)
        if not abs(difference) > border(first, second):
            return 0
        return 1 if difference < 0 else 2

    return answer


def _noise(first, second, ddof=1, ddof_second=1):
    return 2 * math.sqrt(_variance(first, ddof) / len(first) + _variance(second, ddof_second) / len(second))


def _standard_error(group):
    return math.sqrt(_variance(group) / len(group))


_better = _by_border(_noise)
_BORDERS = {
    "none": (
        lambda a, b: 0,
        "You name the design with the lower mean each time. A difference within the noise says nothing: then the answer is 0.",
    ),
    "ddof": (
        lambda a, b: _noise(a, b, 0, 0),
        "Your noise is a little too small: the variance divides by n - 1 here, which is ddof=1. NumPy divides by n unless you say so.",
    ),
    "once": (
        lambda a, b: _noise(a, b) / 2,
        "Your noise is half of what it should be: the rule takes twice the root.",
    ),
    "spread": (
        lambda a, b: 2 * math.sqrt(_variance(a) + _variance(b)),
        "Your noise is too large: it takes the spread of single networks. A mean of n numbers varies less: divide each variance by its n.",
    ),
    "sum": (
        lambda a, b: 2 * (_standard_error(a) + _standard_error(b)),
        "Your noise is too large: you added the standard errors. Their squares are added, and the root is taken of the sum.",
    ),
    "root": (
        lambda a, b: 2 * (_noise(a, b) / 2) ** 2,
        "Is the root missing? The sum of the squares is not yet the noise.",
    ),
    "deviation": (
        lambda a, b: 2 * math.sqrt(math.sqrt(_variance(a)) / len(a) + math.sqrt(_variance(b)) / len(b)),
        "You divided the standard deviations by n, and not the variances. The square of a standard error is the variance divided by n.",
    ),
    "first size": (
        lambda a, b: 2 * math.sqrt((_variance(a) + _variance(b)) / len(a)),
        "You divided both variances by the size of the first group. The second group has a size of its own.",
    ),
    "first spread": (
        lambda a, b: 2 * math.sqrt(_variance(a) / len(a) + _variance(a) / len(b)),
        "Your noise knows only the spread of the first group. Both means vary.",
    ),
    "first alone": (
        lambda a, b: 2 * _standard_error(a),
        "Your noise is that of the first group alone. Both means vary.",
    ),
}


def _groups(rng, accept, gap=(0, 6), spread=(0.5, 5)):
    """Two groups of mistakes that ``accept`` takes and whose verdict does not hang on a hair."""
    while True:
        sizes, middle = rng.integers(4, 16, 2), rng.uniform(14, 20)
        half = rng.uniform(*gap) / 2 * rng.choice([-1, 1])
        first, second = (
            np.maximum(np.round(rng.normal(mean, rng.uniform(*spread), size)), 0).astype(int)
            for mean, size in zip((middle - half, middle + half), sizes, strict=True)
        )
        border = _noise(first, second)
        if border and abs(abs(_mean(first) - _mean(second)) / border - 1) > 0.02 and accept(first, second):
            return first, second


def _is_fooled(border, first, second):
    """Whether a mistake with the noise leads to another verdict than the rule."""
    return _by_border(border)(first, second) != _better(first, second)


def _told_groups(groups):
    first, second = groups
    return f"first = {first.tolist()} and second = {second.tolist()}"


def _group_cases(rng):
    def small(*groups):
        return tuple(np.array(group) for group in groups)

    def fools(border, verdicts=(0, 1, 2), spread=(0.5, 5)):
        return _groups(rng, lambda a, b: _better(a, b) in verdicts and _is_fooled(border, a, b), spread=spread)

    borders = {name: border for name, (border, _) in _BORDERS.items()}
    means_alone, added, deviation = (borders.pop(name) for name in ("none", "sum", "deviation"))

    def plain(verdict):
        """Groups for which the mistakes lead to the same verdict as the rule, apart from looking at the means alone."""
        shape = {"gap": (9, 12), "spread": (1, 2)} if verdict else {"gap": (0.3, 1.2), "spread": (3.5, 5)}
        return _groups(
            rng,
            lambda a, b: (
                _better(a, b) == verdict
                and _is_fooled(means_alone, a, b) == (verdict == 0)
                and not any(_is_fooled(border, a, b) for border in (*borders.values(), added, deviation))
            ),
            **shape,
        )

    cases = [
        (_CLEAR, small([10, 12, 11, 9], [20, 22, 19, 21])),
        (_CLEAR, small([20, 22, 19, 21], [10, 12, 11, 9])),
        (_CLEAR, plain(1)),
        (_CLEAR, plain(2)),
        (_OPEN, small([12, 9, 15, 10, 14], [11, 13, 8, 12, 11])),
        (_OPEN, small([11, 13, 8, 12, 11], [12, 9, 15, 10, 14])),
        (_OPEN, plain(0)),
        (_OPEN, plain(0)),
        (_OPEN, plain(1)),
        (_OPEN, plain(2)),
        (_NOISE, fools(added, [1])),
        (_NOISE, fools(added, [2])),
        (_NOISE, fools(deviation, [1, 2], (0.4, 1.2))),
        *((_NOISE, fools(border)) for border in borders.values()),
        *((_NOISE, fools(partial(_noise, **{which: ddof}))) for which in ("ddof", "ddof_second") for ddof in (0, 2)),
        (_SPREADLESS, small([10, 10, 10], [10, 10, 10, 10])),
        (_SPREADLESS, small([12, 12, 12], [11, 11, 11])),
        (_SPREADLESS, small([11, 11, 11], [12, 12, 12])),
        (_SPREADLESS, small([10, 10, 10, 10], [14, 15, 16, 15])),
    ]
    return [Case(groups, name, _told_groups(groups)) for name, groups in cases]


def _told_verdict(value, right, case):
    verdict = value.item()
    if verdict not in (0, 1, 2):
        return f"your function returned {short(verdict)}. The question asks for 0, 1 or 2."
    seen = {0: "within the noise", 1: "clear, with the first design ahead", 2: "clear, with the second design ahead"}
    return f"your function returned {short(verdict)}. By the rule, the difference of these two groups is not {seen[verdict]}."


def _turned(answer):
    return lambda first, second: {0: 0, 1: 2, 2: 1}[answer(first, second)]


better = FunctionCheck(
    "better",
    reference=_better,
    cases=_group_cases,
    criteria=[Criterion(_CLEAR, 1), Criterion(_OPEN, 1), Criterion(_NOISE, 1), Criterion(_SPREADLESS, 1)],
    misconceptions=[
        Misconception(
            _turned(_better),
            "You name the design with more mistakes. Mistakes are bad: the better design has fewer.",
        ),
        Misconception(
            lambda a, b: int(_better(a, b) > 0),
            "You say whether the difference is clear. The question also asks which design is better: 1 or 2.",
        ),
        Misconception(
            lambda a, b: _better(a, b) if _mean(a) > _mean(b) else 0,
            "Your function never names the first design. The difference of the means can be negative: compare its size, abs(difference).",
        ),
        Misconception(
            lambda a, b: _better(a, b) if _mean(a) < _mean(b) else 0,
            "Your function never names the second design. The difference of the means can be negative: compare its size, abs(difference).",
        ),
        *(Misconception(_by_border(border), message) for border, message in _BORDERS.values()),
        Misconception(
            lambda a, b: 0 if min(a) == min(b) else 1 if min(a) < min(b) else 2,
            "You compare the best seed of each design. The best of several is luck in the first place: compare the means.",
        ),
        Misconception(
            lambda a, b: _mean(a) - _mean(b),
            "That is the difference of the means. The question asks for a verdict: 0, 1 or 2.",
        ),
        Misconception(_noise, "That is the noise. The question asks for a verdict: 0, 1 or 2."),
        Misconception(lambda a, b: 0, "Your function says 0 for all groups, also where the difference is very large."),
    ],
    asked="one of the numbers 0, 1 and 2",
    wrong_value=_told_verdict,
)


# Networks: what a probe measures, and how numbers carry it to the judge

_ROWS = 6  # pictures that outputs are compared for
_DRAWS = 1500  # pictures that shares of dropped neurons are measured with


def _pairs(hidden):
    """(inputs, neurons) of each layer with weights."""
    return list(pairwise([256, *hidden, 1]))


@cache
def _values(*shape):
    """Weights for a layer of this shape, or biases: all layers of one shape get the same, so their order plays no part."""
    rng = np.random.default_rng(67_000 + sum(shape))  # weighted sums of the output come out above and below 0
    scale = 0.6 if len(shape) == 1 else 3 / np.sqrt(shape[0])
    return rng.normal(0, scale, shape).astype(np.float32)


@cache
def _pictures():
    rng = np.random.default_rng(256)
    return np.where(rng.random((_ROWS, 256)) < 0.3, rng.random((_ROWS, 256)), 0).astype(np.float32)


_FUNCTIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "linear": lambda z: z,
    "softmax": lambda z: (
        np.exp(z - z.max(1, keepdims=True)) / np.exp(z - z.max(1, keepdims=True)).sum(1, keepdims=True)
    ),
}


def _outputs(hidden, activation, last="sigmoid", biases=True):
    """What a network with the weights of :func:`_values` gives for :func:`_pictures`; ``biases`` may also be "last"."""
    values = _pictures().astype(float)
    for place, shape in enumerate(_pairs(hidden)):
        biased = biases is True or (biases == "last" and place == len(hidden))
        z = values @ _values(*shape) + biased * _values(shape[1])
        values = _FUNCTIONS[activation if place < len(hidden) else last](z)
    return values[:, 0]


def _is_network(thing):
    """Whether something is a Keras network. Without Keras having been imported nobody can have built one."""
    keras = sys.modules.get("keras")
    return keras is not None and issubclass(type(thing), keras.Layer) and callable(thing)


def _shapes(variables):
    return [tuple(int(size) for size in variable.shape) for variable in variables]


def _expected(hidden):
    return [shape for pair in _pairs(hidden) for shape in (pair, (pair[1],))]


def _network(answer, *args):
    """The network that an answer builds, called once on a batch, and its trainable variables."""
    network = answer(*args)
    if not _is_network(network):
        hint = " Is the return missing?" if network is None else ""
        raise Finding(f"your function returned {describe(network)}. The question asks for a Keras network.{hint}")
    shape = tuple(network(_pictures()).shape)
    if len(shape) == 2 and shape[0] == _ROWS and shape[1] > 1:
        raise Finding(f"your network gives {shape[1]} numbers for each picture. There is one output neuron.")
    if shape not in ((_ROWS, 1), (_ROWS,)):
        raise Finding(
            f"your network gives an output of shape {shape} for {_ROWS} pictures. The question asks for (n, 1)."
        )
    variables = network.trainable_variables
    for variable in variables:
        variable.assign(_values(*_shapes([variable])[0]))
    return network, variables


def _answers(network, inputs, **setting):
    return np.asarray(network(inputs, **setting), float).reshape(-1)


# A probe of a network returns one line of numbers: how many layers it found, how many biases, for each layer its inputs and its neurons,
# and then groups of _ROWS outputs and whatever else was measured.


def _described(variables):
    """The weights of a network in numbers: how many layers, how many biases, then inputs and neurons of each layer."""
    shapes = _shapes(variables)
    kernels = [shape for shape in shapes if len(shape) == 2]
    biases = [shape for shape in shapes if len(shape) == 1]
    if len(kernels) + len(biases) < len(shapes):
        raise Finding("your network has weights of another kind than those of Dense layers.")
    return [len(kernels), len(biases), *(size for kernel in kernels for size in kernel)]


def _read(call):
    """Layers as (inputs, neurons), the number of biases, and what was measured; None for a call without a result."""
    value = call["value"]
    if value is None or value.ndim != 1 or value.size < 2 or not np.isfinite(value[:2]).all():
        return None
    layers = int(value[0])
    if not 0 <= layers <= 1000 or value.size < 2 + 2 * layers:
        return None
    pairs = value[2 : 2 + 2 * layers].reshape(-1, 2)
    return [(int(a), int(b)) for a, b in pairs], int(value[1]), value[2 + 2 * layers :]


def _look(answer, hidden, activation):
    network, variables = _network(answer, hidden, activation)
    return np.array([*_described(variables), *_answers(network, _pictures())])


def _looked(hidden, activation):
    return np.array([len(hidden) + 1, len(hidden) + 1, *np.ravel(_pairs(hidden)), *_outputs(hidden, activation)])


def _trouble(call):
    """What keeps a call from being read at all."""
    return call["problem"] or f"For {call['case'].label}, the check could not look into your network."


def _list_changed(call):
    return (
        "Your function changed the list that it was given. Work on a copy: list(hidden)." if call["changed"] else None
    )


def _wrong_layers(call, layers, hidden):
    """What is wrong with the layers of a network, or None."""
    if sorted(layers) == sorted(_pairs(hidden)):
        return None
    start = f"For {call['case'].label}, your network"
    widths = [neurons for _, neurons in layers[:-1]]
    if widths == hidden[::-1]:
        return f"{start} has hidden layers of {widths} neurons: the list is read from the wrong end."
    if len(layers) == len(hidden):
        return (
            f"{start} has {len(layers)} layers with weights: one is missing. "
            "Every number of the list makes a hidden layer, and the output neuron comes on top."
        )
    if len(layers) != len(hidden) + 1:
        return f"{start} has {len(layers)} layers with weights. Every number of the list makes one hidden layer, and then comes the output neuron."
    return f"{start} has layers with (inputs, neurons) = {', '.join(map(str, layers))}. Compare the numbers of neurons with the list."


def _layers_of_the_list(calls):
    for call in calls:
        seen = _read(call)
        if seen is None:
            return _trouble(call)
        if message := _list_changed(call) or _wrong_layers(call, seen[0], list(call["case"].args[0])):
            return message
    return None


def _all_biases(calls):
    for call in calls:
        seen = _read(call)
        if seen is None:
            return _trouble(call)
        layers, biases, _ = seen
        if biases < len(layers):
            return (
                f"For {call['case'].label}, your network has {len(layers)} layers with weights, and {biases} of them have biases. "
                "Each neuron has a bias."
            )
        if biases > len(layers) or not layers:
            return (
                f"For {call['case'].label}, your network has {biases} lists of biases and {len(layers)} tables of weights. "
                "Dense layers have one of each."
            )
    return None


def _same(value, right):
    return value.shape == right.shape and bool((np.abs(value - right) <= 1e-4).all())


def _functions_of(calls):
    """The hidden and the last activation function of each network with a hidden layer; None where none that we know fits."""
    found = []
    for call in calls:
        seen = _read(call)
        if seen is None:
            return _trouble(call)
        layers, biases, outputs = seen
        (hidden, activation, *_), outputs = call["case"].args, outputs[:_ROWS]
        if message := _wrong_layers(call, layers, list(hidden)):
            return message
        options = [True] if biases == len(layers) else [False, "last"]
        inner = dict.fromkeys([activation, "relu", "tanh", "sigmoid", "linear", "softmax"])
        outer = dict.fromkeys(["sigmoid", "linear", activation, "relu", "tanh", "softmax"])
        match = [(i, o) for o in outer for i in inner for b in options if _same(outputs, _outputs(hidden, i, o, b))]
        found.append((call, match[0] if match else None))
    return found


_UNKNOWN = (
    "your network gives other outputs than layers with its weights would give. Do the layers stand one behind another, "
    "each with one activation function, and does nothing else happen?"
)


def _hidden_functions(calls):
    found = _functions_of(calls)
    if isinstance(found, str):
        return found
    for call, match in found:
        asked, label = call["case"].args[1], f"For {call['case'].label},"
        if match is None:
            return f"{label} {_UNKNOWN}"
        if call["case"].args[0] and match[0] != asked:
            if match[0] == "linear":
                return f"{label} your hidden layers have no activation function: they give the weighted sum itself."
            return f"{label} your hidden layers use {match[0]}. The question asks for the function that is named in the argument."
    return None


def _output_function(calls):
    found = _functions_of(calls)
    if isinstance(found, str):
        return found
    for call, match in found:
        label = f"For {call['case'].label},"
        if match is None:
            return f"{label} {_UNKNOWN}"
        if match[1] == "softmax":
            return f"{label} your output is 1 for every picture: softmax over one neuron divides a number by itself."
        if match[1] == "linear":
            return (
                f"{label} your output neuron gives the weighted sum itself, so its answers are not numbers from 0 to 1."
            )
        if match[1] != "sigmoid":
            return f"{label} your output neuron uses {match[1]}. The activation function of the argument belongs to the hidden layers."
    return None


def _design(hidden, *rest):
    return f"the design {hidden}" + "".join(f" with {words}" for words in rest)


def _design_cases(rng):
    width, other = (int(width) for width in rng.permutation(np.arange(3, 12))[:2])
    designs = [([8, 5], "relu"), ([width, width, width, other], str(rng.choice(["tanh", "sigmoid"]))), ([], "relu")]
    return [Case(design, "", _design(*design)) for design in designs]


build = FunctionCheck(
    "build",
    reference=_looked,
    cases=_design_cases,
    criteria=[
        Criterion("has a hidden layer for each number of the list, and one output neuron", 1, _layers_of_the_list),
        Criterion("has a bias for each neuron", 1, _all_biases),
        Criterion("uses the activation function of the argument in every hidden layer", 1, _hidden_functions),
        Criterion("uses the sigmoid in the output neuron, whatever the hidden layers use", 1, _output_function),
    ],
    asked="a Keras network",
    probe=_look,
    seconds=20,
)


# 5. A regularised network


def _only(variables, hidden, place):
    """Weights that let the output show one neuron: neuron 0 of a hidden layer (1, 2, ...), or input 0 for place 0.

    That neuron has the activation 1, as all others of its layer. The next layer hands it on in each of its neurons, and the layers
    behind take means. So the output's weighted sum is 0 when the neuron is dropped, and otherwise about 1.
    """
    values = {}
    for layer, (before, after) in enumerate(_pairs(hidden), start=1):
        weights = np.zeros((before, after), np.float32)
        if layer == place + 1:
            weights[0] = 1
        elif layer > place + 1:
            weights[:] = 1 / before
        values[before, after] = weights
        values[after,] = np.full(after, float(layer == place), np.float32)
    for variable in variables:
        variable.assign(values[_shapes([variable])[0]])


_SETTINGS = ({"training": True}, {"training": False}, {})


def _regularised_look(answer, hidden, drop, l2):
    network, variables = _network(answer, hidden, drop, l2)
    line = _described(variables)
    twice = np.concatenate([_pictures(), _pictures()])
    for setting in _SETTINGS:
        line += [*_answers(network, twice, **setting)]
    line += [sum((float(np.sum(loss)) for loss in network.losses), 0.0)]
    if sorted(_shapes(variables)) == sorted(_expected(hidden)):
        ones = np.ones((_DRAWS, 256), np.float32)
        for place in range(len(hidden) + 1):
            _only(variables, hidden, place)
            outputs = _answers(network, ones, training=True)
            line += [np.mean(np.abs(outputs - 0.5) < 1e-6), np.mean((outputs <= 0) | (outputs >= 1))]
            with np.errstate(all="ignore"):
                inside = np.clip(outputs, 1e-9, 1 - 1e-9)
                line += [np.mean(np.log(inside / (1 - inside)))]
    return np.array(line)


def _penalty(hidden, l2, biases=False, output=False, power=2):
    layers = _pairs(hidden)[: None if output else -1]
    arrays = [_values(*pair) for pair in layers] + [_values(pair[1]) for pair in layers if biases]
    return l2 * sum(float((np.abs(array).astype(float) ** power).sum()) for array in arrays)


def _regularised(hidden, drop, l2):
    outputs = np.tile(_outputs(hidden, "relu"), 2 * len(_SETTINGS))
    line = [len(hidden) + 1, len(hidden) + 1, *np.ravel(_pairs(hidden)), *outputs, _penalty(hidden, l2)]
    for place in range(len(hidden) + 1):
        line += [drop if place else 0, 0, 1]
    return np.array(line)


def _measured(call):
    """The four groups of outputs, the penalty, and for each place of dropping what was seen; a message when it can't be had."""
    seen = _read(call)
    hidden = list(call["case"].args[0])
    if seen is None:
        return _trouble(call)
    layers, biases, rest = seen
    if rest.size < 6 * _ROWS + 1:
        return _trouble(call)
    on, _, off, off_again, plain, again = rest[: 6 * _ROWS].reshape(6, _ROWS)
    return {
        "layers": layers,
        "biases": biases,
        "plain": plain,
        "again": again,
        "off": off,
        "off again": off_again,
        "on": on,
        "penalty": rest[6 * _ROWS],
        "places": rest[6 * _ROWS + 1 :].reshape(-1, 3) if rest.size == 6 * _ROWS + 1 + 3 * (len(hidden) + 1) else None,
    }


def _base(calls):
    """Layers, biases and functions of the network with dropout off."""
    for call in calls:
        seen = _measured(call)
        if isinstance(seen, str):
            return seen
        hidden, label = list(call["case"].args[0]), f"For {call['case'].label},"
        if message := _list_changed(call) or _wrong_layers(call, seen["layers"], hidden):
            return message
        if seen["biases"] != len(seen["layers"]):
            return f"{label} your network has {len(seen['layers'])} layers with weights and {seen['biases']} with biases. Each neuron has a bias."
        if _same(seen["off"], _outputs(hidden, "relu")):
            continue
        for inner, outer in (
            (i, o) for i in ("relu", "linear", "sigmoid", "tanh") for o in ("sigmoid", "linear", "relu")
        ):
            if _same(seen["off"], _outputs(hidden, inner, outer)):
                words = {"linear": "no activation function"}
                return f"{label} your hidden layers use {words.get(inner, inner)} and your output neuron {words.get(outer, outer)}."
        return (
            f"{label} the outputs with training=False are not those of ReLU layers and a sigmoid output with your network's weights. "
            "Is something dropped, or added?"
        )
    return None


def _drops(calls):
    for call in calls:
        seen = _measured(call)
        if isinstance(seen, str):
            return seen
        (hidden, drop, _), label = call["case"].args, f"For {call['case'].label},"
        if seen["places"] is None:
            return _wrong_layers(call, seen["layers"], list(hidden)) or _trouble(call)
        if _same(seen["off"], seen["off again"]) and (message := _base([call])):
            return message  # the shares are measured with ReLU and a sigmoid
        (from_inputs, _, _), *places = seen["places"]
        if drop and max(abs(place[0]) for place in places) == 0 and _same(seen["on"], seen["off"]):
            return (
                f"{label} nothing is dropped, not even with training=True. "
                "Does the network have Dropout layers, and do they learn that this is training?"
            )
        if seen["places"][:, 1].max() > 0.01:
            return f"{label} the output neuron itself is dropped in training. Dropout is for the hidden layers."
        if from_inputs > 0.15:
            return f"{label} inputs are dropped in training. The question asks for dropout behind hidden layers."
        for number, (share, _, mean) in enumerate(places, start=1):
            if abs(share - drop) > 0.08:
                amount = "many" if share > drop else "few"
                told = f"{label} too {amount} activations of hidden layer {number} are dropped in training."
                if abs(share - (1 - drop)) <= 0.08:
                    return f"{told} It is the share that should be kept."
                if share < 0.002:
                    return (
                        f"{label} nothing is dropped behind hidden layer {number}. Each hidden layer has its dropout."
                    )
                return f"{told} Is the share of the argument used, and used once for each hidden layer?"
            if number == len(places) and abs(mean - 1) > 0.25:
                return f"{label} activations that are kept in training are not divided by the share that is kept: a mean of 1 becomes {mean:.1f}."
    return None


def _only_in_training(calls):
    dropped = False
    for call in calls:
        seen = _measured(call)
        if isinstance(seen, str):
            return seen
        label = f"For {call['case'].label},"
        if not _same(seen["plain"], seen["again"]):
            if _same(seen["off"], seen["off again"]):
                return (
                    f"{label} a plain call network(pictures) gives different outputs for one picture: "
                    "dropout is active there, and off only with training=False. Is training=True written into the network?"
                )
            return (
                f"{label} dropout is active in a plain call network(pictures), and with training=False too. "
                "Let Keras tell the layer when it is training."
            )
        if not _same(seen["plain"], seen["off"]):
            return (
                f"{label} a plain call and a call with training=False give different outputs. Both must drop nothing."
            )
        dropped |= not _same(seen["on"], seen["off"])
    return (
        None
        if dropped
        else "With and without training=True your network gives the same outputs, so dropout is never active."
    )


def _price(calls):
    for call in calls:
        seen = _measured(call)
        if isinstance(seen, str):
            return seen
        (hidden, _, l2), label = call["case"].args, f"For {call['case'].label},"
        if message := _wrong_layers(call, seen["layers"], list(hidden)):
            return message
        penalty = seen["penalty"]

        def near(value, penalty=penalty):
            return abs(penalty - value) <= 1e-3 * abs(value) + 1e-7

        if near(_penalty(hidden, l2)):
            continue
        start = f"{label} the penalties in network.losses add up to {penalty:.4g}."
        if penalty == 0:
            return f"{label} network.losses holds no penalty. Large weights cost nothing yet."
        if near(_penalty(hidden, l2 / 2)):
            return f"{start} That is λ/2 times the squares. Here, as in Keras, it is λ times the squares."
        if near(_penalty(hidden, 2 * l2)):
            return f"{start} That is twice λ times the squares. The 2 belongs to the slope, not to the penalty."
        if near(_penalty(hidden, l2, output=True)):
            return f"{start} The weights of the output neuron are among them. The question asks for the hidden layers alone."
        if near(_penalty(hidden, l2, biases=True)) or near(_penalty(hidden, l2, biases=True, output=True)):
            return f"{start} The biases are among them. Biases are free."
        if near(_penalty(hidden, l2, power=1)) or near(_penalty(hidden, l2, power=1, output=True)):
            return f"{start} That is λ times the sizes of the weights, the L1 penalty. The question asks for their squares."
        return f"{start} That is not λ times the squares of the weights of all hidden layers."
    return None


def _regularised_cases(rng):
    drop, l2 = round(float(rng.uniform(0.52, 0.6)), 2), round(float(rng.uniform(0.02, 0.06)), 4)
    designs = [([12, 9], 0.3, 0.01), ([int(rng.integers(6, 14))], drop, l2)]
    return [Case(design, "", _design(design[0], f"drop = {design[1]} and l2 = {design[2]}")) for design in designs]


regularised = FunctionCheck(
    "regularised",
    reference=_regularised,
    cases=_regularised_cases,
    criteria=[
        Criterion(
            "has the hidden layers of the list with ReLU, and a sigmoid output, when nothing is dropped", 1, _base
        ),
        Criterion("drops the right share behind each hidden layer, and nowhere else, with training=True", 1, _drops),
        Criterion(
            "drops nothing in a plain call network(pictures) and with training=False, though in training it does",
            1,
            _only_in_training,
        ),
        Criterion(
            "puts λ times the squares of the hidden layers' weights, and nothing else, into network.losses", 1, _price
        ),
    ],
    asked="a Keras network",
    probe=_regularised_look,
    seconds=20,
)
