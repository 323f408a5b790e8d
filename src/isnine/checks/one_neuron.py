"""Checks of exercise 02, "One neuron"; chapter 02 teaches what they ask."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import permutations

import numpy as np

from .core import Case, Criterion, FunctionCheck, Misconception, short
from .judging import sigmoid_of

__all__ = ["full_adder", "nand_weights", "neuron", "sigmoid", "sigmoid_slope", "step_neuron"]


def _weighted_sum(inputs, weights, bias):
    return np.asarray(inputs) @ np.asarray(weights) + bias


# --------------------------------------------------------------------------------------------------------- 1. step neuron


def _step(z):
    return np.where(z > 0, 1, 0)


def _step_neuron(inputs, weights, bias):
    return _step(_weighted_sum(inputs, weights, bias))


# Of the weighted sum, first; of the activation, after that.
_BIAS_PER_WEIGHT, _NO_BIAS, _BIAS_SUBTRACTED, _AT_ZERO, _NO_WEIGHTS, _BACKWARDS = _NEURON_MISTAKES = [
    Misconception(
        lambda inputs, weights, bias: _step(np.sum(inputs * weights + bias)),
        "Your neuron adds the bias once for every weight. A neuron has one bias, and adds it once: after the sum over the inputs.",
    ),
    Misconception(
        lambda inputs, weights, bias: _step(inputs @ weights),
        "Your neuron gives what a neuron without a bias gives. Where does the bias come in?",
    ),
    Misconception(
        lambda inputs, weights, bias: _step(inputs @ weights - bias),
        "Your neuron subtracts the bias. In this course the bias is added to the weighted sum.",
    ),
    Misconception(
        lambda inputs, weights, bias: np.where(_weighted_sum(inputs, weights, bias) >= 0, 1, 0),
        "Your neuron gives 1 when the weighted sum is exactly 0. The convention here: 1 above 0, and 0 otherwise. Compare > with >=.",
    ),
    Misconception(
        lambda inputs, weights, bias: _step(np.sum(inputs) + bias),
        "Your neuron treats all inputs alike. Each input is multiplied by its own weight before the sum.",
    ),
    Misconception(
        lambda inputs, weights, bias: _step(inputs @ weights[::-1] + bias),
        "Your neuron pairs the first input with the last weight. Input i belongs to weight i.",
    ),
]
_STEP_MISTAKES = [
    *_NEURON_MISTAKES,
    Misconception(
        lambda inputs, weights, bias: np.where(inputs * weights + bias > 0, 1, 0),
        "Your neuron decides once for every input. Add up all the products first: one neuron gives one answer.",
    ),
    Misconception(
        lambda inputs, weights, bias: np.sign(_weighted_sum(inputs, weights, bias)),
        "Your neuron gives -1, 0 or 1: that is the sign of the weighted sum. The step gives only 0 and 1.",
    ),
    Misconception(
        lambda inputs, weights, bias: np.where(_weighted_sum(inputs, weights, bias) > 0, 1, -1),
        "Your neuron gives -1 where the step gives 0. The step knows only 0 and 1.",
    ),
    Misconception(
        _weighted_sum,
        "Your function returns the weighted sum itself. The activation is missing: the step makes 0 or 1 of it.",
    ),
    Misconception(
        lambda inputs, weights, bias: sigmoid_of(_weighted_sum(inputs, weights, bias)),
        "Your neuron uses the sigmoid. This one is asked for the step, which jumps from 0 to 1.",
    ),
    Misconception(
        lambda inputs, weights, bias: np.maximum(_weighted_sum(inputs, weights, bias), 0),
        "Your neuron cuts off below 0 but keeps the weighted sum above 0. The step gives 1 for every weighted sum above 0.",
    ),
    Misconception(
        lambda inputs, weights, bias: 1 - _step_neuron(inputs, weights, bias),
        "Your neuron is the wrong way round: it gives 0 above 0 and 1 below. Look at the direction of the comparison.",
    ),
    Misconception(
        lambda inputs, weights, bias: np.where(_weighted_sum(inputs, weights, bias) < 0, 1, 0),
        "Your neuron is the wrong way round: it gives 1 when the weighted sum is below 0.",
    ),
    Misconception(lambda inputs, weights, bias: 0, "Your function gives 0 for every neuron that was tried."),
    Misconception(lambda inputs, weights, bias: 1, "Your function gives 1 for every neuron that was tried."),
]


def _draw_neuron(rng, size: int, total: float, bias: float):
    """A point and a neuron whose weighted sum is ``total`` to the last digit: all numbers are multiples of 1/1024."""
    inputs, weights = rng.choice(np.arange(-6, 7) / 2, (2, size))
    last = rng.integers(size)
    inputs[last], weights[last] = 1, 0
    weights[last] = total - bias - inputs @ weights
    return inputs, weights, bias


def _step_cases(rng):
    """Drawn again until no luck is left: each mistake shows where it should, and no two of them look the same."""
    for _ in range(1000):
        cases = _draw_step_cases(rng)
        outputs = {mistake: [mistake.wrong(*case.args).tolist() for case in cases] for mistake in _NEURON_MISTAKES}
        right = [_step_neuron(*case.args).tolist() for case in cases]
        caught = all(
            any(
                mistake.wrong(*case.args) != _step_neuron(*case.args)
                for case in cases
                if case.criterion == criterion.name
            )
            for criterion, mistakes in zip(_STEP_CRITERIA, _CAUGHT_BY, strict=True)
            for mistake in mistakes
        )
        if caught and len({str(output) for output in [right, *outputs.values()]}) == len(outputs) + 1:
            return cases
    raise RuntimeError("no set of cases tells all mistakes apart")


def _draw_step_cases(rng):
    def shown(inputs, weights, bias, criterion):
        label = f"inputs {inputs}, weights {weights} and bias {bias:g}"
        return Case((np.array(inputs), np.array(weights), bias), criterion, label)

    def drawn(criterion, sizes, totals, biases):
        for size in sizes:
            for total in totals:
                bias = float(rng.choice(biases))
                side = "below" if total < 0 else "exactly" if total == 0 else "just above" if total < 0.1 else "above"
                label = f"{size} inputs, a bias of {bias:g} and a weighted sum {side} 0".replace("1 inputs", "1 input")
                yield Case(_draw_neuron(rng, size, total, bias), criterion, label)

    weighs, biased, zero, any_size = (criterion.name for criterion in _STEP_CRITERIA)
    return [
        shown([2, 1], [1, -1], 0, weighs),
        shown([1, 2], [1, -1], 0, weighs),
        *drawn(weighs, [2, 2], [-1.5, 0.75], [0]),
        shown([1, 1], [1, 1], -3, biased),
        shown([0, 0], [1, 1], 0.5, biased),
        shown([1, 0], [1, 1], 2, biased),
        *drawn(biased, [2, 2], [-0.5, 0.5], [-4, -2, 2, 4]),
        shown([1, 2], [2, -1], 0, zero),
        *drawn(zero, [2, 2], [0, 1 / 1024], [-2, -1, 1, 2]),
        *drawn(any_size, [3, 1, 6], [-0.5, 0.5], [-2, 2]),
    ]


def _only(part: slice) -> Misconception:
    """The mistake of a neuron that sees some of its inputs only."""
    return Misconception(lambda inputs, weights, bias: _step_neuron(inputs[part], weights[part], bias), "")


_STEP_CRITERIA = [
    Criterion("weighs its inputs: with bias 0 it gives 1 above 0 and 0 below", 1),
    Criterion("counts the bias, and counts it once", 1),
    Criterion("gives 0 at a weighted sum of exactly 0, and 1 just above", 1),
    Criterion("does so for any number of inputs", 1),
]

_BIAS_MISTAKES = [_BIAS_PER_WEIGHT, _NO_BIAS, _BIAS_SUBTRACTED]
_WEIGHT_MISTAKES = [_NO_WEIGHTS, _BACKWARDS]
# What must lose each of the criteria.
_CAUGHT_BY = [
    [*_WEIGHT_MISTAKES, _only(slice(1)), _only(slice(-1, None))],
    [*_WEIGHT_MISTAKES, *_BIAS_MISTAKES],
    [*_WEIGHT_MISTAKES, _BIAS_PER_WEIGHT, _NO_BIAS, _AT_ZERO],
    [*_WEIGHT_MISTAKES, *_BIAS_MISTAKES, _only(slice(1)), _only(slice(-1, None)), _only(slice(2))],
]

step_neuron = FunctionCheck(
    "step_neuron",
    reference=_step_neuron,
    cases=_step_cases,
    criteria=_STEP_CRITERIA,
    misconceptions=_STEP_MISTAKES,
    asked="one number, 0 or 1",
)


# ------------------------------------------------------------------------------------------------------------- 2. sigmoid


class WithoutWarnings(FunctionCheck):
    """A check in which a right value that came with a warning of NumPy's is not enough."""

    def _problem(self, call, case):
        problem = super()._problem(call, case)
        told = next((text for text in call["warnings"] if " encountered in " in text), None)
        if problem is None and told:
            return (
                f"The value is right, but NumPy warns: {told}. Somewhere exp gets a large positive number. "
                "(np.where does not help by itself: it computes both of its branches for all values.)"
            )
        return problem


def _array_cases(criterion, rng):
    """Arrays of one and two dimensions and of whole numbers, of moderate size."""
    return [
        Case((np.array([-2.0, 0.0, 0.5]),), criterion, "an array of shape (3,)"),
        Case((np.array([-1, 0, 1, 2]),), criterion, "an array of 4 whole numbers"),
        Case((rng.uniform(-4, 4, (2, 3)),), criterion, "an array of shape (2, 3), drawn at random"),
    ]


def _number_cases(criterion, rng):
    drawn = rng.uniform(1, 4)
    return [
        Case((1.0,), criterion, "z = 1"),
        Case((-2,), criterion, "z = -2"),
        *(Case((float(z),), criterion, f"z = {z:.3f}") for z in (drawn, -drawn)),
    ]


def _sigmoid_cases(rng):
    number, array, far, far_array = (criterion.name for criterion in _SIGMOID_CRITERIA)
    large = rng.uniform(720, 5000, 2)
    return [
        *_number_cases(number, rng),
        *_array_cases(array, rng),
        *(Case((float(z),), far, f"z = {z:g}") for z in (-8, 8, -1000, 1000)),
        *(Case((float(z),), far, f"z = {z:.1f}") for z in (-large[0], large[1])),
        Case((np.array([-1000.0, -8.0, 0.0, 8.0, 1000.0]),), far_array, "an array from -1000 to 1000"),
        Case((rng.permutation([*large, *-large, 7.0, -7.0]),), far_array, "an array with large values of both signs"),
    ]


_SIGMOID_CRITERIA = [
    Criterion("is right for one number", 1),
    Criterion("is right for every value of an array, and keeps its shape", 1),
    Criterion("stays right for a number far from 0, without a warning", 1),
    Criterion("does so for a whole array at once", 1),
]

sigmoid = WithoutWarnings(
    "sigmoid",
    reference=sigmoid_of,
    cases=_sigmoid_cases,
    criteria=_SIGMOID_CRITERIA,
    misconceptions=[
        Misconception(
            lambda z: 1 / (1 + np.exp(z)),
            "Your curve falls from 1 to 0: it is the mirror image of the sigmoid. Look at the sign in front of z.",
        ),
        Misconception(
            lambda z: 1 / 1 + np.exp(-z),
            "Python divides before it adds: 1 / 1 + exp(-z) is 1 + exp(-z). The denominator needs brackets.",
        ),
        Misconception(
            lambda z: np.exp(z) / (1 + np.exp(z)),
            "For a large positive z your formula divides infinity by infinity: exp(z) overflow. For which z is exp(z) harmless?",
        ),
        Misconception(
            lambda z: np.exp(-z) / (1 + np.exp(-z)),
            "Your curve falls from 1 to 0. Besides, for a large negative z it divides infinity by infinity.",
        ),
        Misconception(lambda z: 1 / (1 - np.exp(-z)), "There is a minus where the sigmoid has 1 + exp(-z)."),
        Misconception(lambda z: np.exp(-z), "This is exp(-z) alone. The sigmoid is 1 / (1 + exp(-z))."),
        Misconception(np.tanh, "This is tanh, which runs from -1 to 1. The sigmoid runs from 0 to 1."),
        Misconception(
            lambda z: _step(np.asarray(z)),
            "This is the step. The sigmoid rises smoothly, with all values between 0 and 1.",
        ),
        Misconception(lambda z: z, "Your function gives z back unchanged."),
        Misconception(
            lambda z: np.round(sigmoid_of(z)), "Your result is rounded. Return the value with all its digits."
        ),
        Misconception(
            lambda z: np.round(sigmoid_of(z), 1), "Your result is rounded. Return the value with all its digits."
        ),
        Misconception(
            lambda z: np.round(sigmoid_of(z), 2), "Your result is rounded. Return the value with all its digits."
        ),
        Misconception(
            lambda z: np.round(sigmoid_of(z), 3), "Your result is rounded. Return the value with all its digits."
        ),
    ],
    asked="a number for a number, and an array of the same shape for an array",
)


# ----------------------------------------------------------------------------------------------- 3. a neuron over a batch


def _neuron(inputs, weights, bias):
    return sigmoid_of(_weighted_sum(inputs, weights, bias))


def _neuron_cases(rng):
    def drawn(criterion, points, inputs, bias):
        label = f"a batch of {points} points with {inputs} inputs and a bias of {bias:g}"
        label = label.replace("1 points", "1 point").replace(" 1 inputs", " 1 input")
        values = rng.uniform(0.5, 1.5, (points, inputs)) * rng.choice([-1, 1], (points, inputs))
        weights = rng.uniform(0.5, 1.5, inputs) * rng.choice([-1, 1], inputs)
        return Case((values, weights, bias), criterion, label)

    every, biased, any_size = (criterion.name for criterion in _NEURON_CRITERIA)
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    return [
        Case((corners, np.array([1.0, -2.0]), 0), every, "the batch [[0, 0], [0, 1], [1, 0], [1, 1]] of whole numbers"),
        drawn(every, 5, 2, 0),
        drawn(every, 3, 2, 0),
        drawn(biased, 4, 2, 1.5),
        drawn(biased, 4, 2, -0.5),
        drawn(any_size, 4, 3, 0.5),
        drawn(any_size, 3, 3, -1.0),
        drawn(any_size, 1, 4, 0.5),
        drawn(any_size, 6, 1, -0.5),
    ]


def _activations(z_of: Callable, message: str) -> Misconception:
    """The mistake of a neuron that gets its weighted sum wrong."""
    return Misconception(lambda inputs, weights, bias: sigmoid_of(z_of(inputs, weights, bias)), message)


_NEURON_CRITERIA = [
    Criterion("gives each point of the batch its own activation", 2),
    Criterion("counts the bias, and counts it once", 1),
    Criterion("does so for any number of points and inputs", 1),
]
neuron = FunctionCheck(
    "neuron",
    reference=_neuron,
    cases=_neuron_cases,
    criteria=_NEURON_CRITERIA,
    misconceptions=[
        _activations(
            lambda inputs, weights, bias: inputs[0] @ weights + bias,
            "Your function answers for the first point of the batch only. If there is a loop: does the return stand inside it?",
        ),
        _activations(
            lambda inputs, weights, bias: inputs[-1] @ weights + bias,
            "Your function answers for the last point of the batch only: each turn of the loop replaces the result of the one before.",
        ),
        _activations(
            lambda inputs, weights, bias: np.sum(inputs * weights) + bias,
            "Your function adds up over the points too, so that one number is left for the whole batch. Which axis holds the points?",
        ),
        _activations(
            lambda inputs, weights, bias: np.sum(inputs * weights + bias),
            "Your function adds up over the points too, so that one number is left for the whole batch. Which axis holds the points?",
        ),
        _activations(
            lambda inputs, weights, bias: np.sum(inputs * weights + bias, axis=1),
            "Your neuron adds the bias once for every weight. A neuron has one bias, and adds it once: after the sum over the inputs.",
        ),
        _activations(
            lambda inputs, weights, bias: inputs @ weights,
            "Your neuron gives what a neuron without a bias gives. Where does the bias come in?",
        ),
        _activations(
            lambda inputs, weights, bias: inputs @ weights - bias,
            "Your neuron subtracts the bias. In this course the bias is added to the weighted sum.",
        ),
        _activations(
            lambda inputs, weights, bias: inputs * weights + bias,
            "Your function gives one value for each input of each point. The products of one point must be added up first.",
        ),
        _activations(
            lambda inputs, weights, bias: -_weighted_sum(inputs, weights, bias),
            "Your activations fall where they should rise. Look at the signs: in the sigmoid, or of the weights and the bias.",
        ),
        _activations(
            lambda inputs, weights, bias: inputs.sum(axis=1) + bias,
            "Your neuron treats all inputs alike. Each input is multiplied by its own weight before the sum.",
        ),
        _activations(
            lambda inputs, weights, bias: (inputs * weights).mean(axis=1) + bias,
            "Your neuron takes the mean of the products. The weighted sum is their sum.",
        ),
        Misconception(
            lambda inputs, weights, bias: sigmoid_of(inputs @ weights) + bias,
            "Your neuron adds the bias after the sigmoid. It belongs to the weighted sum, before the activation.",
        ),
        Misconception(
            _weighted_sum,
            "Your function returns the weighted sums. The activation is missing: the sigmoid of each of them.",
        ),
        Misconception(_step_neuron, "Your neuron uses the step. This one is asked for the sigmoid."),
        Misconception(
            lambda inputs, weights, bias: np.mean(_neuron(inputs, weights, bias)),
            "Your function gives the mean over the batch. Each point keeps an activation of its own.",
        ),
    ],
    asked="one activation for each of the n points, an array of shape (n,)",
    accept_column=True,
    tolerance=1e-5,
)


# --------------------------------------------------------------------------------------------------- 4. weights for NAND

_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
_NAND = (1, 1, 1, 0)
_OTHER_GATES = {
    (
        0,
        0,
        0,
        1,
    ): "Your weights make AND. NAND gives the opposite of AND at every point: what turns the sign of a weighted sum?",
    (0, 1, 1, 1): "Your weights make OR. NAND gives 0 at (1, 1) and 1 at the other three points.",
    (
        1,
        0,
        0,
        0,
    ): "Your weights make NOR: 1 only at (0, 0). For NAND the line must pass on the other side of (0, 1) and (1, 0).",
    (1, 1, 0, 0): "Your neuron looks at the first input only. For NAND both inputs count.",
    (1, 0, 1, 0): "Your neuron looks at the second input only. For NAND both inputs count.",
    (
        1,
        1,
        1,
        1,
    ): "With your weights the neuron gives 1 at all four points. At (1, 1) the weighted sum must not be above 0.",
    (0, 0, 0, 0): "With your weights the neuron gives 0 at all four points. Only at (1, 1) is that right.",
}


def _gate(weights):
    """The weighted sums and the answers of a step neuron at the four corners."""
    sums = [weights[0] * first + weights[1] * second + weights[2] for first, second in _CORNERS]
    return sums, tuple(int(z > 0) for z in sums)


def _nand_test(calls, rows: tuple[int, int]) -> str | None:
    """Whether the weights returned give NAND at two of the four corners; the message if not."""
    call = calls[0]
    asked = "the question asks for three numbers, (w1, w2, b)."
    if call["error"]:
        return f"Your code stopped with {call['error']}"
    if call["value"] is None or call["value"].size != 3:
        hint = (
            " Is the return missing? print only shows a value, return hands it back." if call["kind"] == "None" else ""
        )
        return f"Your function returned {call['kind']}; {asked}{hint}"
    weights = call["value"].ravel()
    if not np.isfinite(weights).all():
        return "One of your three numbers is infinite or not a number. NAND needs only small ordinary numbers."
    sums, answers = _gate(weights)
    wrong = [row for row in rows if answers[row] != _NAND[row]]
    if not wrong:
        return None
    if any(_gate(order)[1] == _NAND for order in permutations(weights)):
        return "These three numbers make NAND, in another order. The question asks for w1, w2, b: the bias comes last."
    w1, w2, b = map(short, weights)
    point, z = _CORNERS[wrong[0]], sums[wrong[0]]
    at = f"With w1 = {w1}, w2 = {w2} and b = {b} the weighted sum at {point} is"
    if weights.any() and abs(z) <= 1e-9 * np.abs(weights).sum():
        return f"{at} {'exactly 0, where our neuron gives 0' if z == 0 else 'so near 0 that rounding decides'}. Move the line away from the point."
    if answers in _OTHER_GATES:
        return _OTHER_GATES[answers]
    return f"{at} {short(z)}, so the neuron gives {answers[wrong[0]]} there. Write down NAND's table and look at this point."


nand_weights = FunctionCheck(
    "nand_weights",
    reference=lambda: np.zeros(3),  # any weights that behave like NAND are right: the criteria decide
    cases=lambda rng: [Case((), "", "your weights")],
    criteria=[
        Criterion("make a neuron that gives 1 at (0, 0) and 0 at (1, 1)", 1, partial(_nand_test, rows=(0, 3))),
        Criterion("make a neuron that gives 1 at (0, 1) and 0 at (1, 1)", 1, partial(_nand_test, rows=(1, 3))),
        Criterion("make a neuron that gives 1 at (1, 0) and 0 at (1, 1)", 1, partial(_nand_test, rows=(2, 3))),
    ],
)


# ------------------------------------------------------------------------------------------------ 5. slope of the sigmoid


def _slope(z):
    return sigmoid_of(z) * (1 - sigmoid_of(z))


def _slope_cases(rng):
    number, array, far = (criterion.name for criterion in _SLOPE_CRITERIA)
    large = rng.uniform(720, 5000)
    return [
        *_number_cases(number, rng),
        *_array_cases(array, rng),
        *(Case((float(z),), far, f"z = {z:g}") for z in (-6, 6, -1000, 1000)),
        *(Case((float(z),), far, f"z = {z:.1f}") for z in (-large, large)),
    ]


_SLOPE_CRITERIA = [
    Criterion("is right for one number", 1),
    Criterion("is right for every value of an array, and keeps its shape", 1),
    Criterion("is small at -6 and 6, and goes to 0 far from 0 on both sides", 1),
]
sigmoid_slope = FunctionCheck(
    "sigmoid_slope",
    reference=_slope,
    cases=_slope_cases,
    criteria=_SLOPE_CRITERIA,
    misconceptions=[
        Misconception(
            sigmoid_of,
            "This is the sigmoid itself, not its slope. The slope is largest at z = 0 and goes to 0 on both sides.",
        ),
        Misconception(
            lambda z: z * (1 - z),
            "This is z (1 - z). The rule a (1 - a) holds for the activation a, so z has to go through the sigmoid first.",
        ),
        Misconception(
            lambda z: _slope(sigmoid_of(z)),
            "You took the slope at sigmoid(z) instead of at z: the sigmoid was applied once too often.",
        ),
        Misconception(
            lambda z: 1 - sigmoid_of(z), "One factor of the derivative is missing: 1 - sigmoid(z) stands alone."
        ),
        Misconception(
            lambda z: sigmoid_of(z) * (1 - np.asarray(z)),
            "In the second factor stands z where the activation sigmoid(z) belongs.",
        ),
        Misconception(
            lambda z: -_slope(z), "The sign is turned. The sigmoid rises everywhere, so its slope is positive."
        ),
        Misconception(
            lambda z: sigmoid_of(z) * (1 + sigmoid_of(z)),
            "There is a plus in your second factor. Check the sign when you derive.",
        ),
        Misconception(
            lambda z: sigmoid_of(z) ** 2,
            "This is the square of the sigmoid. The second factor is not the same as the first.",
        ),
        Misconception(lambda z: 1 - np.tanh(z) ** 2, "This is the derivative of tanh, not of the sigmoid."),
        Misconception(
            lambda z: 1 - sigmoid_of(z) ** 2,
            "1 - a squared belongs to tanh. For the sigmoid the rule is a different one.",
        ),
        Misconception(
            lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
            "Your formula is right near 0, but for a large negative z it divides infinity by infinity. Can you write it with sigmoid(z) alone?",
        ),
        Misconception(
            lambda z: np.exp(z) / (1 + np.exp(z)) ** 2,
            "Your formula is right near 0, but for a large positive z it divides infinity by infinity. Can you write it with sigmoid(z) alone?",
        ),
        Misconception(
            lambda z: np.exp(-z) / (1 + np.exp(-z)),
            "The denominator is squared in the derivative of 1 / (1 + exp(-z)). Yours is not.",
        ),
        Misconception(
            lambda z: -1 / (1 + np.exp(-z)) ** 2,
            "The inner derivative is missing: exp(-z) depends on z too (the chain rule).",
        ),
        Misconception(
            lambda z: 1 / (1 + np.exp(-z)) ** 2,
            "The inner derivative is missing: exp(-z) depends on z too (the chain rule).",
        ),
        Misconception(
            lambda z: np.zeros(np.shape(z)),
            "Your function gives 0 everywhere. Far from 0 that is right, near 0 the sigmoid rises.",
        ),
    ],
    asked="a number for a number, and an array of the same shape for an array",
)


# --------------------------------------------------------------------------------------------------------- 6. full adder

_SUMS = [(first, second, carry) for first in (0, 1) for second in (0, 1) for carry in (0, 1)]
# While the wires are followed, these marks stand for the three inputs, larger ones for the answers of neurons; 0 and 1 for themselves.
_MARKS = (1000, 1001, 1002)


def _nand_neuron(first, second):
    return int(3 - 2 * first - 2 * second > 0)


class AdderCheck(FunctionCheck):
    """A check that hands the answer a NAND neuron to build with.

    The last argument of a case says what is looked at. For "carry" and "write" the neuron is a real one, and the value observed is the
    first or the second number returned. For "wires" the neuron gives a new mark at every call and notes the marks that it was given;
    the value observed is what the wires make of all eight sums, whatever else the answer computes, an array of shape (8, 2).
    """

    def observe(self, answer, cases):
        """Call the answer with both kinds of neuron."""
        wires = [[] for _ in cases]  # for each case, the inputs of each neuron that was asked
        neurons = [_neuron_that_notes(noted, case.args[3] == "wires") for noted, case in zip(wires, cases, strict=True)]
        wired = [replace(c, args=(*c.args[:3], neuron)) for c, neuron in zip(cases, neurons, strict=True)]
        observation = super().observe(answer, wired)
        for call, case, noted in zip(observation["calls"] or [], cases, wires, strict=False):
            if call["value"] is None or call["value"].shape != (2,):
                call["value"] = None
            elif case.args[3] != "wires":
                call["value"] = np.array(call["value"][["carry", "write"].index(case.args[3])])
            elif len({len(noted) for noted in wires}) > 1:
                call["value"], call["kind"] = None, "what came through other neurons each time"
            else:
                call["value"] = _follow(noted, call["value"])
                call["kind"] = "what came through neurons" if noted else "what never came through neurons"
        return observation

    def _problem(self, call, case):
        problem = super()._problem(call, case)
        if problem is None or case.args[3] != "wires" or not call["kind"].startswith("what "):
            return problem
        if "never" in call["kind"]:
            return "Your function never asks nand. Call nand, and compute with nothing else."
        if "other" in call["kind"]:
            return (
                "Your function asks more neurons for some inputs than for others. "
                "A circuit has the same wires whatever comes in: it has no if, and no and or or of Python's."
            )
        followed = "The check followed the wires from your two results back to the inputs. "
        if call["value"] is None:
            return (
                followed
                + "One of them is not what a NAND neuron gave: something else is computed after it, or in its place."
            )
        return (
            followed
            + "The NAND neurons alone do not add: either the sums are wrong, or something is computed without neurons."
        )


def _neuron_that_notes(noted: list, marks: bool) -> Callable:
    """A NAND neuron that notes its inputs; with ``marks`` it gives a new mark instead of 0 or 1."""

    def nand(first, second):
        noted.append((int(first), int(second)))
        if len(noted) > 10_000:
            raise RuntimeError("nand was called more than 10000 times")
        return _MARKS[-1] + len(noted) if marks else _nand_neuron(first, second)

    return nand


def _follow(wires, results) -> np.ndarray | None:
    """What a circuit of NAND neurons gives for the eight sums; None when a result is no mark of it."""
    known = {0: np.zeros(8), 1: np.ones(8), **dict(zip(_MARKS, np.array(_SUMS, float).T, strict=True))}
    for mark, (a, b) in enumerate(wires, start=_MARKS[-1] + 1):
        if a in known and b in known:
            known[mark] = 1 - known[a] * known[b]
    if all(result in known for result in results):
        return np.column_stack([known[result] for result in results])
    return None


def _made_of(circuit: Callable) -> Callable:
    """What ``circuit(first, second, carry)``, which returns two numbers, gives in each kind of case."""

    def value(first, second, carry, part):
        if part == "wires":
            return np.array([circuit(*inputs) for inputs in _SUMS])
        return circuit(first, second, carry)[["carry", "write"].index(part)]

    return value


_full_adder = _made_of(lambda first, second, carry: divmod(first + second + carry, 2))


def _adder_cases(rng):
    write, carried, alone = (criterion.name for criterion in _ADDER_CRITERIA)
    sums = rng.permutation(_SUMS).tolist()
    return [
        *(
            Case((*inputs, part), name, "{} + {} + {}".format(*inputs))
            for part, name in (("write", write), ("carry", carried))
            for inputs in sums
        ),
        Case((*_MARKS, "wires"), alone, "marks in place of the inputs"),
    ]


_ADDER_CRITERIA = [
    Criterion("gives the right digit to write for all eight sums", 1),
    Criterion("gives the right carry for all eight sums", 1),
    Criterion("is made of NAND neurons alone", 1),
]
full_adder = AdderCheck(
    "full_adder",
    reference=_full_adder,
    cases=_adder_cases,
    criteria=_ADDER_CRITERIA,
    misconceptions=[
        Misconception(
            _made_of(lambda a, b, c: divmod(a + b + c, 2)[::-1]),
            "Your two results stand in the other order. The question asks for the carry first, then the digit to write.",
        ),
        Misconception(
            _made_of(lambda a, b, c: divmod(a + b, 2)),
            "You add first and second, and leave out the carry that comes in. That is the half adder of the chapter.",
        ),
        Misconception(
            _made_of(lambda a, b, c: (a & b, a ^ b ^ c)),
            "The digit to write is right. Your carry knows only the first of the two additions: the second one can carry too.",
        ),
        Misconception(
            _made_of(lambda a, b, c: ((a ^ b) & c, a ^ b ^ c)),
            "The digit to write is right. Your carry knows only the second of the two additions: the first one can carry too.",
        ),
        Misconception(
            _made_of(lambda a, b, c: (0, a ^ b ^ c)),
            "The digit to write is right. Your carry is 0 for every sum: the two half adders never carry both, so AND is the wrong way to join them.",
        ),
        Misconception(
            _made_of(lambda a, b, c: (a + b + c < 2, a ^ b ^ c)),
            "The digit to write is right. Your carry is turned round: 1 where it should be 0. There is one NAND too many, or one too few.",
        ),
        Misconception(
            _made_of(lambda a, b, c: (a | b | c, a ^ b ^ c)),
            "The digit to write is right. Your carry is 1 as soon as one of the inputs is 1.",
        ),
        Misconception(
            _made_of(lambda a, b, c: (a & b & c, a ^ b ^ c)),
            "The digit to write is right. Your carry is 1 only when all three inputs are 1.",
        ),
        Misconception(
            _made_of(lambda a, b, c: (a + b + c > 1, a ^ b)),
            "The carry is right. The carry that comes in is missing in your digit to write.",
        ),
        Misconception(
            _made_of(lambda a, b, c: (a + b + c > 1, 1 - (a ^ b ^ c))),
            "The carry is right. Your digit to write is turned round: 1 where it should be 0.",
        ),
        Misconception(_made_of(lambda a, b, c: (0, 0)), "Your function gives 0 and 0 every time."),
        Misconception(_made_of(lambda a, b, c: (1, 1)), "Your function gives 1 and 1 every time."),
    ],
    asked="two numbers, (carry, write), each 0 or 1",
)
