"""Answers to exercise 02, right and wrong; the form is described in tests/test_checks.py."""

import math

import numpy as np

from isnine.checks import one_neuron as CHECKS

__all__ = ["CHECKS", "RIGHT", "WRONG"]


def good_sigmoid(z):
    """What the wrong answers below use where the sigmoid is not their mistake."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


# --------------------------------------------------------------------------------------------------------- 1. step neuron


def step_loop(inputs, weights, bias):
    total = bias
    for x, w in zip(inputs, weights, strict=True):
        total += x * w
    if total > 0:
        return 1
    return 0


def step_by_index(inputs, weights, bias):
    total = 0.0
    for i in range(len(inputs)):
        total = total + inputs[i] * weights[i]
    return int(total + bias > 0)


def step_heaviside(inputs, weights, bias):
    return np.heaviside(np.dot(inputs, weights) + bias, 0)


def step_tensorflow(inputs, weights, bias):
    import tensorflow as tf

    z = tf.tensordot(tf.cast(inputs, tf.float32), tf.cast(weights, tf.float32), 1) + bias
    return tf.where(z > 0, 1.0, 0.0)


def step_lists(inputs, weights, bias):
    return [1.0 if sum(x * w for x, w in zip(list(inputs), list(weights), strict=True)) > -bias else 0.0]


def step_bias_in_the_sum(inputs, weights, bias):
    return step_loop(np.append(inputs, 1), np.append(weights, bias), 0)


def step_bias_per_weight(inputs, weights, bias):
    total = 0
    for x, w in zip(inputs, weights, strict=True):
        total += x * w + bias
    return 1 if total > 0 else 0


def step_changes_weights(inputs, weights, bias):
    weights *= inputs
    return 1 if weights.sum() + bias > 0 else 0


def step_prints(inputs, weights, bias):
    print(1 if inputs @ weights + bias > 0 else 0)


def step_without_return(inputs, weights, bias):
    inputs = 1 if inputs @ weights + bias > 0 else 0


def step_misspelt(inputs, weights, bias):
    return 1 if np.dots(inputs, weights) + bias > 0 else 0


def step_text(inputs, weights, bias):
    return "1" if inputs @ weights + bias > 0 else "0"


def step_two_inputs(inputs, weights, bias):
    return 1 if inputs[0] * weights[0] + (len(inputs) > 1 and inputs[1] * weights[1]) + bias > 0 else 0


def step_two_inputs_no_fewer(inputs, weights, bias):
    return 1 if inputs[0] * weights[0] + inputs[1] * weights[1] + bias > 0 else 0


def stub(*_):
    raise NotImplementedError()


def calls_the_stub(*_):
    return stub()


# ------------------------------------------------------------------------------------------------------------- 2. sigmoid


def sigmoid_masks(z):
    z = np.asarray(z, float)
    result = np.empty_like(z)
    positive = z >= 0
    result[positive] = 1 / (1 + np.exp(-z[positive]))
    small = np.exp(z[~positive])
    result[~positive] = small / (1 + small)
    return result


def sigmoid_of_size(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, small) / (1 + small)


def sigmoid_one(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def sigmoid_recursive(z):
    if np.ndim(z):
        return [sigmoid_recursive(value) for value in z]
    return sigmoid_one(z)


def sigmoid_tensorflow(z):
    import tensorflow as tf

    return tf.sigmoid(tf.cast(z, tf.float32))


def sigmoid_float32(z):
    return 1 / (1 + np.exp(-np.clip(np.asarray(z, np.float32), -80, 80)))


def sigmoid_logaddexp(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z, float)))


def sigmoid_naive(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_where(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def sigmoid_math(z):
    return 1 / (1 + math.exp(-z))


def sigmoid_clips_in_place(z):
    z = np.asarray(z)
    z[z < -500] = -500
    return 1 / (1 + np.exp(-z))


def sigmoid_flattens(z):
    return sigmoid_masks(np.ravel(z))


def sigmoid_arrays_only(z):
    result = np.zeros(z.shape)
    result[:] = good_sigmoid(z)
    return result


def sigmoid_clips_too_soon(z):
    return 1 / (1 + np.exp(-np.clip(z, -5, 5)))


def sigmoid_one_side(z):
    z = np.asarray(z, float)
    return np.exp(z) / (1 + np.exp(z))


def sigmoid_whole_numbers(z):
    result = np.zeros_like(z)
    result[...] = good_sigmoid(z)
    return result


def sigmoid_prints(z):
    print(good_sigmoid(z))


# ----------------------------------------------------------------------------------------------- 3. a neuron over a batch


def neuron_loop(inputs, weights, bias):
    activations = []
    for point in inputs:
        z = bias
        for x, w in zip(point, weights, strict=True):
            z += x * w
        activations.append(1 / (1 + math.exp(-z)))
    return activations


def neuron_sum(inputs, weights, bias):
    return good_sigmoid((inputs * weights).sum(axis=1) + bias)


def neuron_column(inputs, weights, bias):
    return good_sigmoid(inputs @ weights.reshape(-1, 1) + bias)


def neuron_einsum(inputs, weights, bias):
    return good_sigmoid(np.einsum("ni,i->n", inputs, weights) + bias)


def neuron_tensorflow(inputs, weights, bias):
    import tensorflow as tf

    return tf.sigmoid(tf.linalg.matvec(tf.cast(inputs, tf.float32), tf.cast(weights, tf.float32)) + bias)


def neuron_list_of_tensors(inputs, weights, bias):
    import tensorflow as tf

    return [tf.sigmoid(tf.constant(float(point @ weights + bias))) for point in inputs]


def neuron_in_place(inputs, weights, bias):
    z = inputs @ weights
    z += bias
    return 1 / (1 + np.exp(-z))


def neuron_float32(inputs, weights, bias):
    return good_sigmoid(inputs.astype("float32") @ weights.astype("float32") + np.float32(bias))


def neuron_first_only(inputs, weights, bias):
    for point in inputs:
        return good_sigmoid(point @ weights + bias)


def neuron_last_only(inputs, weights, bias):
    for point in inputs:
        activation = good_sigmoid(point @ weights + bias)
    return activation


def neuron_changes_inputs(inputs, weights, bias):
    for point in inputs:
        point[:] = point * weights
    return good_sigmoid(inputs.sum(axis=1) + bias)


def neuron_two_inputs(inputs, weights, bias):
    return good_sigmoid(inputs[:, 0] * weights[0] + inputs[:, 1] * weights[1] + bias)


def neuron_whole_numbers(inputs, weights, bias):
    activations = np.zeros_like(inputs)[:, 0]
    for i, point in enumerate(inputs):
        activations[i] = good_sigmoid(point @ weights + bias)
    return activations


def neuron_row(inputs, weights, bias):
    return neuron_sum(inputs, weights, bias)[np.newaxis]


def neuron_accumulates(inputs, weights, bias):
    activations, z = [], bias
    for point in inputs:
        z += point @ weights
        activations.append(good_sigmoid(z))
    return activations


def neuron_dictionary(inputs, weights, bias):
    return {i: float(a) for i, a in enumerate(neuron_sum(inputs, weights, bias))}


# ------------------------------------------------------------------------------------------------ 5. slope of the sigmoid


def slope_exp(z):
    small = np.exp(-np.abs(z))
    return small / (1 + small) ** 2


def slope_naive_sigmoid(z):
    a = sigmoid_naive(z)
    return a * (1 - a)


def slope_measured(z, step=1e-4):
    return (good_sigmoid(z + step) - good_sigmoid(z - step)) / (2 * step)


def slope_loop(z):
    if np.ndim(z):
        return np.array([slope_loop(value) for value in z])
    return sigmoid_one(z) * sigmoid_one(-z)


def slope_cosh(z):
    return 0.25 / np.cosh(np.clip(z, -300, 300) / 2) ** 2


def slope_tensorflow(z):
    import tensorflow as tf

    z = tf.Variable(z, dtype=tf.float64)
    with tf.GradientTape() as tape:
        a = tf.sigmoid(z)
    return tape.gradient(a, z)


def slope_one(z):
    return sigmoid_one(z) * (1 - sigmoid_one(z))


# --------------------------------------------------------------------------------------------------------- 6. full adder


def half_adder(first, second, nand):
    not_both = nand(first, second)
    return nand(not_both, not_both), nand(nand(first, not_both), nand(second, not_both))


def adder_of_halves(first, second, carry, nand):
    first_carry, write = half_adder(first, second, nand)
    second_carry, write = half_adder(write, carry, nand)
    return nand(nand(first_carry, first_carry), nand(second_carry, second_carry)), write


def adder_of_nine(first, second, carry, nand):
    a = nand(first, second)
    write = nand(nand(first, a), nand(second, a))
    b = nand(write, carry)
    return nand(a, b), nand(nand(write, b), nand(carry, b))


def adder_of_gates(first, second, carry, nand):
    def no(a):
        return nand(a, 1)

    def both(a, b):
        return no(nand(a, b))

    def either(a, b):
        return nand(no(a), no(b))

    def one_of(a, b):
        return both(either(a, b), nand(a, b))

    return [
        either(either(both(first, second), both(first, carry)), both(second, carry)),
        one_of(one_of(first, second), carry),
    ]


def xor(first, second, nand):
    return half_adder(first, second, nand)[1]


def write_of(first, second, carry, nand):
    return xor(xor(first, second, nand), carry, nand)


def carry_of(first, second, carry, nand):
    return nand(nand(first, second), nand(carry, xor(first, second, nand)))


class Adder:
    """Not a function, but it can be called like one."""

    def __call__(self, first, second, carry, nand):
        return adder_of_nine(first, second, carry, nand)


RIGHT = {
    "step_neuron": {
        "a loop": step_loop,
        "a loop over positions": step_by_index,
        "NumPy's dot product": lambda inputs, weights, bias: int(np.dot(inputs, weights) + bias > 0),
        "a bool": lambda inputs, weights, bias: inputs @ weights + bias > 0,
        "np.where, which gives an array without dimensions": lambda x, w, b: np.where(x @ w + b > 0, 1, 0),
        "the heaviside function": step_heaviside,
        "a tensor of TensorFlow": step_tensorflow,
        "a list of one number": step_lists,
        "float32": lambda x, w, b: np.float32(np.float32(x) @ np.float32(w) + np.float32(b) > 0),
        "the bias as one more weight": step_bias_in_the_sum,
    },
    "sigmoid": {
        "two masks": sigmoid_masks,
        "exp of minus the absolute value": sigmoid_of_size,
        "tanh": good_sigmoid,
        "one number at a time, into lists": sigmoid_recursive,
        "a tensor of TensorFlow": sigmoid_tensorflow,
        "float32, cut off early enough": sigmoid_float32,
        "logaddexp": sigmoid_logaddexp,
        "np.vectorize": np.vectorize(sigmoid_one, otypes=[float]),
    },
    "neuron": {
        "loops": neuron_loop,
        "a product and a sum": neuron_sum,
        "a matrix product, a column": neuron_column,
        "einsum": neuron_einsum,
        "a tensor of TensorFlow": neuron_tensorflow,
        "a list of tensors of TensorFlow": neuron_list_of_tensors,
        "adds the bias in place": neuron_in_place,
        "float32": neuron_float32,
        "lambda": lambda x, w, b: 1 / (1 + np.exp(-(x @ w + b))),
    },
    "nand_weights": {
        "a tuple": lambda: (-2, -2, 3),
        "a list of fractions": lambda: [-0.5, -0.5, 0.75],
        "an array": lambda: np.array([-1.0, -1.0, 1.5]),
        "unequal weights": lambda: (-30, -20.5, 40),
        "a column": lambda: np.array([[-2], [-2], [3]]),
        "the line through (1, 1), where the neuron gives 0": lambda: (-1, -1, 2),
        "float32": lambda: tuple(np.float32([-1, -1, 1.5])),
    },
    "sigmoid_slope": {
        "a (1 - a)": lambda z: good_sigmoid(z) * (1 - good_sigmoid(z)),
        "one exponential": slope_exp,
        "a sigmoid that warns": slope_naive_sigmoid,
        "measured on both sides": slope_measured,
        "one number at a time": slope_loop,
        "cosh": slope_cosh,
        "the gradient tape of TensorFlow": slope_tensorflow,
        "a - a squared": lambda z: good_sigmoid(z) - good_sigmoid(z) ** 2,
    },
    "full_adder": {
        "two half adders": adder_of_halves,
        "nine neurons": adder_of_nine,
        "helpers for NOT, AND and OR, a list": adder_of_gates,
        "an array": lambda first, second, carry, nand: np.array(adder_of_nine(carry, second, first, nand)),
        "lambda": lambda a, b, c, nand: (carry_of(a, b, c, nand), write_of(c, a, b, nand)),
        "an object": Adder(),
    },
}

WRONG = {
    "step_neuron": {
        "nothing yet": (stub, "not attempted", "Write step_neuron above", 0),
        "the bias once per weight": (step_bias_per_weight, "wrong", "adds the bias once for every weight", 1),
        "no bias": (lambda x, w, b: 1 if x @ w > 0 else 0, "wrong", "without a bias", 1),
        "the bias subtracted": (lambda x, w, b: 1 if x @ w > b else 0, "wrong", "subtracts the bias", 1),
        ">=": (lambda x, w, b: 1 if x @ w + b >= 0 else 0, "wrong", "Compare > with >=", 3),
        "only two inputs": (step_two_inputs, "wrong", "inputs, a bias of", 3),
        "only two inputs, an error for one": (step_two_inputs_no_fewer, "wrong", "and a weighted sum", 3),
        "the weighted sum": (lambda x, w, b: x @ w + b, "wrong", "returns the weighted sum itself", 0),
        "the sigmoid": (lambda x, w, b: good_sigmoid(x @ w + b), "wrong", "uses the sigmoid", 0),
        "the sign": (lambda x, w, b: np.sign(x @ w + b), "wrong", "the sign of the weighted sum", 1),
        "-1 for 0": (lambda x, w, b: 1 if x @ w + b > 0 else -1, "wrong", "gives -1 where the step gives 0", 0),
        "ReLU": (lambda x, w, b: max(x @ w + b, 0), "wrong", "keeps the weighted sum above 0", 0),
        "the wrong way round": (lambda x, w, b: 0 if x @ w + b > 0 else 1, "wrong", "the wrong way round", 0),
        "below 0": (
            lambda x, w, b: 1 if x @ w + b < 0 else 0,
            "wrong",
            "it gives 1 when the weighted sum is below 0",
            0,
        ),
        "a step for each input": (lambda x, w, b: np.where(x * w + b > 0, 1, 0), "wrong", "once for every input", 0),
        "no weights": (lambda x, w, b: 1 if sum(x) + b > 0 else 0, "wrong", "treats all inputs alike", 0),
        "the weights from the back": (lambda x, w, b: int(x @ w[::-1] + b > 0), "wrong", "with the last weight", 0),
        "prints": (step_prints, "wrong", "print only shows a value", 0),
        "no return": (step_without_return, "wrong", "Is the return missing?", 0),
        "text": (step_text, "wrong", "the text '1'", 0),
        "a misspelt name": (step_misspelt, "error", "has no attribute 'dots'", 0),
        "two arguments": (lambda x, w: 1, "error", "takes 2 positional arguments", 0),
        "changes the weights": (step_changes_weights, "wrong", "changed the array", 0),
        "always 1": (lambda x, w, b: 1, "wrong", "gives 1 for every neuron", 0),
        "always 0": (lambda x, w, b: 0, "wrong", "gives 0 for every neuron", 0),
        "the neuron's result, not the neuron": (1, "wrong", "needs your function step_neuron itself", 0),
    },
    "sigmoid": {
        "nothing yet": (stub, "not attempted", "Write sigmoid above", 0),
        "the formula as it stands": (sigmoid_naive, "wrong", "overflow encountered in exp", 2),
        "np.where around two formulas": (sigmoid_where, "wrong", "computes both of its branches", 2),
        "math.exp": (sigmoid_math, "wrong", "take whole arrays", 1),
        "for one number, stable": (sigmoid_one, "wrong", "An if needs one yes or no", 2),
        "for arrays only": (sigmoid_arrays_only, "wrong", "no attribute 'shape'", 2),
        "exp(z) for exp(-z)": (lambda z: 1 / (1 + np.exp(z)), "wrong", "the mirror image", 0),
        "no brackets": (lambda z: 1 / 1 + np.exp(-z), "wrong", "The denominator needs brackets", 0),
        "exp(z) / (1 + exp(z))": (sigmoid_one_side, "wrong", "divides infinity by infinity", 2),
        "falling, with infinity by infinity": (
            lambda z: np.exp(-z) / (1 + np.exp(-z)),
            "wrong",
            "Besides, for a large negative z",
            0,
        ),
        "minus in the denominator": (lambda z: 1 / (1 - np.exp(-1.0 * z)), "wrong", "There is a minus", 0),
        "exp(-z) alone": (lambda z: np.exp(-1.0 * z), "wrong", "exp(-z) alone", 0),
        "tanh": (np.tanh, "wrong", "This is tanh", 0),
        "the step": (lambda z: np.where(np.asarray(z) > 0, 1, 0), "wrong", "This is the step", 0),
        "z": (lambda z: z, "wrong", "gives z back unchanged", 0),
        "rounded": (lambda z: np.round(good_sigmoid(z), 2), "wrong", "rounded", 0),
        "changes its input": (sigmoid_clips_in_place, "wrong", "changed the array", 3),
        "flattened": (sigmoid_flattens, "wrong", "an array of shape (6,)", 3),
        "whole numbers in, whole numbers out": (sigmoid_whole_numbers, "wrong", "4 whole numbers", 2),
        "cut off too soon": (sigmoid_clips_too_soon, "wrong", "too large", 2),
        "prints": (sigmoid_prints, "wrong", "print only shows a value", 0),
        "always a half": (lambda z: 0.5, "wrong", "too small", 0),
        "the mean": (lambda z: np.mean(good_sigmoid(z)), "wrong", "the single value", 2),
    },
    "neuron": {
        "nothing yet": (stub, "not attempted", "Write neuron above", 0),
        "calls a sigmoid that is not written": (calls_the_stub, "error", "it calls stub, which is not written yet", 0),
        "the first point": (neuron_first_only, "wrong", "first point of the batch only", 0),
        "the last point": (neuron_last_only, "wrong", "last point of the batch only", 0),
        "one sum over everything": (lambda x, w, b: good_sigmoid(np.sum(x * w) + b), "wrong", "Which axis", 0),
        "the bias once per weight": (
            lambda x, w, b: good_sigmoid(np.sum(x * w + b, axis=1)),
            "wrong",
            "once for every weight",
            2,
        ),
        "no bias": (lambda x, w, b: good_sigmoid(x @ w), "wrong", "without a bias", 2),
        "the bias subtracted": (lambda x, w, b: good_sigmoid(x @ w - b), "wrong", "subtracts the bias", 2),
        "the bias after the sigmoid": (lambda x, w, b: good_sigmoid(x @ w) + b, "wrong", "after the sigmoid", 2),
        "the weighted sums": (lambda x, w, b: x @ w + b, "wrong", "returns the weighted sums", 0),
        "the step": (lambda x, w, b: (x @ w + b > 0).astype(int), "wrong", "uses the step", 0),
        "one value for each input": (
            lambda x, w, b: good_sigmoid(x * w + b),
            "wrong",
            "for each input of each point",
            0,
        ),
        "falling": (lambda x, w, b: 1 / (1 + np.exp(x @ w + b)), "wrong", "fall where they should rise", 0),
        "no weights": (lambda x, w, b: good_sigmoid(x.sum(axis=1) + b), "wrong", "treats all inputs alike", 0),
        "the mean of the products": (
            lambda x, w, b: good_sigmoid((x * w).mean(axis=1) + b),
            "wrong",
            "mean of the products",
            0,
        ),
        "two inputs only": (neuron_two_inputs, "wrong", "inputs and a bias of", 3),
        "whole numbers": (neuron_whole_numbers, "wrong", "whole numbers", 2),
        "transposed": (lambda x, w, b: good_sigmoid(x.T @ w + b), "wrong", "ValueError", 0),
        "a row": (neuron_row, "wrong", "an array of shape (1, 4)", 0),
        "carries the sum on": (neuron_accumulates, "wrong", "values are off", 0),
        "a dictionary": (neuron_dictionary, "wrong", "a dict", 0),
        "changes the points": (neuron_changes_inputs, "wrong", "changed the array", 0),
        "the mean over the batch": (
            lambda x, w, b: neuron_sum(x, w, b).mean(),
            "wrong",
            "the mean over the batch",
            0,
        ),
        "always a half": (lambda x, w, b: np.full(len(x), 0.5), "wrong", "values are off", 0),
    },
    "nand_weights": {
        "nothing yet": (stub, "not attempted", "Write nand_weights above", 0),
        "AND": (lambda: (1, 1, -1.5), "wrong", "make AND", 0),
        "OR": (lambda: (1, 1, -0.5), "wrong", "make OR", 0),
        "NOR": (lambda: (-1, -1, 0.5), "wrong", "make NOR", 1),
        "NOT of the first input": (lambda: (-1, 0, 0.5), "wrong", "first input only", 2),
        "NOT of the second input": (lambda: (0, -1, 0.5), "wrong", "second input only", 2),
        "a line through two points": (lambda: (-1, -1, 1), "wrong", "exactly 0, where our neuron gives 0", 1),
        "rounding at (1, 1)": (lambda: (-0.1, -0.7, 0.8), "wrong", "so near 0 that rounding decides", 0),
        "the bias first": (lambda: (3, -2, -2), "wrong", "the bias comes last", 1),
        "weights in a tuple of their own": (lambda: ((-2, -2), 3), "wrong", "a tuple of 2 values", 0),
        "no bias": (lambda: (-2, -2), "wrong", "a tuple of 2 values", 0),
        "a dictionary": (lambda: {"w1": -2, "w2": -2, "b": 3}, "wrong", "a dict", 0),
        "the table of NAND": (lambda: [1, 1, 1, 0], "wrong", "a list of 4 values", 0),
        "prints": (lambda: print(-2, -2, 3), "wrong", "print only shows a value", 0),
        "always 1": (lambda: (0, 0, 1), "wrong", "gives 1 at all four points", 0),
        "always 0": (lambda: (0, 0, 0), "wrong", "0 at all four points", 0),
        "XOR cannot be": (lambda: (1, -1, 0), "wrong", "the weighted sum at (0, 0) is exactly 0", 1),
        "infinite": (lambda: (-np.inf, -np.inf, np.inf), "wrong", "infinite or not a number", 0),
        "a function of the inputs": (lambda x1, x2: 1 - x1 * x2, "error", "missing 2 required", 0),
        "the weights, not the function": ((-2, -2, 3), "wrong", "needs your function nand_weights itself", 0),
    },
    "sigmoid_slope": {
        "nothing yet": (stub, "not attempted", "Write sigmoid_slope above", 0),
        "the sigmoid": (good_sigmoid, "wrong", "the sigmoid itself", 0),
        "z (1 - z)": (lambda z: z * (1 - z), "wrong", "z has to go through the sigmoid first", 0),
        "at sigmoid(z)": (lambda z: slope_exp(good_sigmoid(z)), "wrong", "once too often", 0),
        "1 - a": (lambda z: 1 - good_sigmoid(z), "wrong", "One factor", 0),
        "a (1 - z)": (lambda z: good_sigmoid(z) * (1 - z), "wrong", "the activation sigmoid(z) belongs", 0),
        "negative": (lambda z: -slope_exp(z), "wrong", "The sign is turned", 0),
        "a (1 + a)": (lambda z: good_sigmoid(z) * (1 + good_sigmoid(z)), "wrong", "a plus in your second factor", 0),
        "a squared": (lambda z: good_sigmoid(z) ** 2, "wrong", "the square of the sigmoid", 0),
        "1 - a squared": (lambda z: 1 - good_sigmoid(z) ** 2, "wrong", "belongs to tanh", 0),
        "of tanh": (lambda z: 1 - np.tanh(z) ** 2, "wrong", "derivative of tanh", 0),
        "infinity by infinity": (lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2, "wrong", "sigmoid(z) alone?", 2),
        "infinity by infinity on the right": (
            lambda z: np.exp(z) / (1 + np.exp(z)) ** 2,
            "wrong",
            "for a large positive z",
            2,
        ),
        "not squared": (lambda z: np.exp(-z) / (1 + np.exp(-z)), "wrong", "The denominator is squared", 0),
        "no inner derivative": (lambda z: -1 / (1 + np.exp(-z)) ** 2, "wrong", "chain rule", 0),
        "numbers only": (slope_one, "wrong", "An if needs one yes or no", 2),
        "measured on one side with a large step": (
            lambda z: (good_sigmoid(z + 0.01) - good_sigmoid(z)) / 0.01,
            "wrong",
            "too",
            0,
        ),
        "np.gradient": (lambda z: np.gradient(good_sigmoid(z), z), "wrong", "a tuple of 0 values", 0),
        "zeros": (lambda z: np.zeros(np.shape(z)), "wrong", "gives 0 everywhere", 0),
        "prints": (lambda z: print(slope_exp(z)), "wrong", "print only shows a value", 0),
    },
    "full_adder": {
        "nothing yet": (stub, "not attempted", "Write full_adder above", 0),
        "without neurons": (lambda a, b, c, nand: divmod(a + b + c, 2), "wrong", "never asks nand", 2),
        "the order": (lambda *x: adder_of_nine(*x)[::-1], "wrong", "stand in the other order", 0),
        "a half adder": (lambda a, b, c, nand: half_adder(a, b, nand), "wrong", "leave out the carry that comes in", 0),
        "the first carry only": (
            lambda a, b, c, nand: (half_adder(a, b, nand)[0], write_of(a, b, c, nand)),
            "wrong",
            "only the first of the two additions",
            1,
        ),
        "the second carry only": (
            lambda a, b, c, nand: half_adder(xor(a, b, nand), c, nand),
            "wrong",
            "only the second of the two additions",
            1,
        ),
        "the carries joined by AND": (
            lambda a, b, c, nand: (half_adder(nand(a, b), nand(nand(a, b), 1), nand)[0], write_of(a, b, c, nand)),
            "wrong",
            "AND is the wrong way to join them",
            1,
        ),
        "the carry turned round": (
            lambda a, b, c, nand: (nand(carry_of(a, b, c, nand), 1), write_of(a, b, c, nand)),
            "wrong",
            "Your carry is turned round",
            1,
        ),
        "the carry: one input is enough": (
            lambda a, b, c, nand: (nand(nand(nand(nand(a, a), nand(b, b)), 1), nand(c, c)), write_of(a, b, c, nand)),
            "wrong",
            "as soon as one of the inputs is 1",
            1,
        ),
        "the carry: all inputs": (
            lambda a, b, c, nand: (nand(nand(nand(nand(a, b), 1), c), 1), write_of(a, b, c, nand)),
            "wrong",
            "only when all three inputs are 1",
            1,
        ),
        "the digit without the carry": (
            lambda a, b, c, nand: (carry_of(a, b, c, nand), xor(a, b, nand)),
            "wrong",
            "missing in your digit to write",
            1,
        ),
        "the digit turned round": (
            lambda a, b, c, nand: (carry_of(a, b, c, nand), nand(write_of(a, b, c, nand), 1)),
            "wrong",
            "Your digit to write is turned round",
            1,
        ),
        "the last step in arithmetic": (
            lambda a, b, c, nand: (
                half_adder(a, b, nand)[0] + half_adder(xor(a, b, nand), c, nand)[0],
                write_of(a, b, c, nand),
            ),
            "wrong",
            "is not what a NAND neuron gave",
            2,
        ),
        "the last step with or": (
            lambda a, b, c, nand: (
                half_adder(a, b, nand)[0] or half_adder(xor(a, b, nand), c, nand)[0],
                write_of(a, b, c, nand),
            ),
            "wrong",
            "more neurons for some inputs than for others",
            2,
        ),
        "the last step with max": (
            lambda a, b, c, nand: (
                max(half_adder(a, b, nand)[0], half_adder(xor(a, b, nand), c, nand)[0]),
                write_of(a, b, c, nand),
            ),
            "wrong",
            "NAND neurons alone do not add",
            2,
        ),
        "one case with if": (
            lambda a, b, c, nand: adder_of_nine(a, b, c, nand) if a != b else (a, c),
            "wrong",
            "more neurons for some inputs than for others",
            2,
        ),
        "a table": (lambda a, b, c, nand: [(0, 0), (0, 1), (1, 0), (1, 1)][a + b + c], "wrong", "IndexError", 2),
        "the sum as one number": (lambda a, b, c, nand: a + b + c, "wrong", "two numbers, (carry, write)", 0),
        "three results": (lambda a, b, c, nand: (a, b, c), "wrong", "a tuple of 3 values", 0),
        "the digit alone": (write_of, "wrong", "two numbers, (carry, write)", 0),
        "no return": (lambda a, b, c, nand: None, "wrong", "Is the return missing?", 0),
        "three arguments": (lambda a, b, c: divmod(a + b + c, 2), "error", "takes 3 positional arguments", 0),
        "three inputs to the neuron": (lambda a, b, c, nand: nand(a, b, c), "error", "takes 2 positional arguments", 0),
        "always 0": (lambda a, b, c, nand: (0, 0), "wrong", "gives 0 and 0 every time", 0),
        "always 1": (lambda a, b, c, nand: (1, 1), "wrong", "gives 1 and 1 every time", 0),
    },
}
