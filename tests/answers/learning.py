"""Answers to exercise 04, right and wrong, with what the checks must say to them."""

import functools
import math

import numpy as np

from isnine.checks import learning as CHECKS

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]

SLOW = True


def not_attempted(*_):
    raise NotImplementedError()


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


# 1. Binary cross-entropy


def loss_by_loop(labels, activations):
    total = 0
    for label, activation in zip(labels, activations, strict=True):
        truth = activation if label == 1 else 1 - activation
        total -= math.log(max(truth, 1e-7))
    return total / len(labels)


def loss_by_formula(labels, activations, least=1e-7, log=np.log):
    activations = np.clip(activations, least, 1 - least)
    return -np.mean(labels * log(activations) + (1 - labels) * log(1 - activations))


def loss_with_a_small_number(labels, activations):
    return -(labels * np.log(activations + 1e-9) + (1 - labels) * np.log(1 - activations + 1e-9)).mean()


def loss_from_z(labels, activations):
    a = np.clip(activations, 1e-10, 1 - 1e-10)
    z = np.log(a / (1 - a))
    return np.mean(np.logaddexp(0, z) - labels * z)


def loss_with_keras_on_tensorflow(labels, activations):
    import keras

    return keras.losses.BinaryCrossentropy()(labels, activations)


def loss_without_clipping(labels, activations):
    return -(labels * np.log(activations) + (1 - labels) * np.log(1 - activations)).mean()


def loss_of_truths_only(labels, activations):
    return -np.log(np.where(labels == 1, activations, 1 - activations)).mean()


def loss_with_nan_to_num(labels, activations):
    return np.nan_to_num(loss_without_clipping(labels, activations))


def loss_with_nan_replaced(labels, activations):
    return -np.nan_to_num(labels * np.log(activations) + (1 - labels) * np.log(1 - activations)).mean()


def loss_of_ordinary_points(labels, activations):
    inside = (activations > 0) & (activations < 1)
    return loss_without_clipping(labels[inside], activations[inside]) if inside.any() else 0.0


def loss_clipped_in_place(labels, activations):
    activations[:] = np.clip(activations, 1e-7, 1 - 1e-7)
    return loss_without_clipping(labels, activations)


def loss_of_the_first(labels, activations):
    for label, activation in zip(labels, activations, strict=True):
        return -math.log(max(activation if label else 1 - activation, 1e-7))


def loss_printed(labels, activations):
    print(loss_by_formula(labels, activations))


def losses_of(formula):
    """A mean of another loss of each point, with the activations clipped as they should be."""

    def loss(labels, activations):
        return np.mean(formula(labels, np.clip(activations, 1e-7, 1 - 1e-7)))

    return loss


def truth(labels, activations):
    return np.where(labels == 1, activations, 1 - activations)


# 2. The gradient of a neuron


def gradient(weights, bias, inputs, labels):
    errors = sigmoid(inputs @ weights + bias) - labels
    return inputs.T @ errors / len(labels), errors.mean()


def gradient_by_loops(weights, bias, inputs, labels):
    slopes, slope = [0.0] * len(weights), 0.0
    for point, label in zip(inputs, labels, strict=True):
        z = bias
        for x, weight in zip(point, weights, strict=True):
            z += x * weight
        error = 1 / (1 + math.exp(-z)) - label
        for place, x in enumerate(point):
            slopes[place] += error * x / len(labels)
        slope += error / len(labels)
    return slopes, slope


def gradient_by_broadcasting(weights, bias, inputs, labels):
    errors = 1 / (1 + np.exp(-(inputs * weights).sum(axis=1) - bias)) - labels
    return [(inputs * errors[:, None]).mean(axis=0), np.array([np.mean(errors)])]


def gradient_in_one_line(weights, bias, inputs, labels):
    with_ones = np.column_stack([inputs, np.ones(len(inputs))])
    errors = sigmoid(with_ones @ np.append(weights, bias)) - labels
    return with_ones.T @ errors / len(errors)


def gradient_by_quotients(weights, bias, inputs, labels):
    def loss(numbers):
        z = inputs @ numbers[:-1] + numbers[-1]
        return (np.logaddexp(0, z) - labels * z).mean()

    numbers = np.append(weights, bias)
    nudges = 1e-5 * np.eye(len(numbers))
    slopes = [(loss(numbers + nudge) - loss(numbers - nudge)) / 2e-5 for nudge in nudges]
    return tuple(slopes[:-1]), slopes[-1]


def gradient_as_column(weights, bias, inputs, labels):
    errors = (sigmoid(inputs @ weights + bias) - labels).reshape(-1, 1)
    return inputs.T @ errors / len(labels), errors.mean()


def gradient_with_tensorflow(weights, bias, inputs, labels):
    import tensorflow as tf

    weights, bias = tf.Variable(weights), tf.Variable(bias, dtype=tf.float64)
    with tf.GradientTape() as tape:
        z = tf.linalg.matvec(inputs, weights) + bias
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels.astype(float), z)
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, [weights, bias])


def gradient_of(errors_of):
    def slopes(weights, bias, inputs, labels):
        z = inputs @ weights + bias
        errors = errors_of(sigmoid(z), labels, z)
        return inputs.T @ errors / len(labels), errors.mean()

    return slopes


def gradient_made_of(parts_of):
    def slopes(weights, bias, inputs, labels):
        return parts_of(inputs, sigmoid(inputs @ weights + bias) - labels)

    return slopes


def gradient_of_the_last_point(weights, bias, inputs, labels):
    for point, label in zip(inputs, labels, strict=True):
        error = sigmoid(point @ weights + bias) - label
        slopes = point * error
    return slopes, error


# 3. One SGD step


def step(weights, bias, inputs, labels, batch, learning_rate):
    slopes, slope = gradient(weights, bias, inputs[batch], labels[batch])
    return weights - learning_rate * slopes, bias - learning_rate * slope


def step_by_loops(weights, bias, inputs, labels, batch, learning_rate):
    slopes, slope = gradient_by_loops(weights, bias, [inputs[place] for place in batch], [labels[p] for p in batch])
    return [w - learning_rate * s for w, s in zip(weights, slopes, strict=True)], bias - learning_rate * slope


def step_on_copies(weights, bias, inputs, labels, batch, learning_rate):
    new = weights.copy()
    errors = sigmoid(inputs[batch] @ weights + bias) - labels[batch]
    for place in range(len(new)):
        new[place] -= learning_rate * np.mean(errors * inputs[batch, place])
    return np.array([*new, bias - learning_rate * errors.mean()])


def step_by_adding(weights, bias, inputs, labels, batch, learning_rate):
    errors = np.take(labels, batch) - sigmoid(np.take(inputs, batch, axis=0) @ weights + bias)
    share = learning_rate / len(batch)
    return weights + share * errors @ inputs[batch], bias + share * errors.sum()


def step_with_tensorflow(weights, bias, inputs, labels, batch, learning_rate):
    import tensorflow as tf

    variables = [tf.Variable(weights), tf.Variable(bias, dtype=tf.float64)]
    with tf.GradientTape() as tape:
        z = tf.linalg.matvec(inputs[batch], variables[0]) + variables[1]
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels[batch].astype(float), z)
        loss = tf.reduce_mean(losses)
    for variable, slope in zip(variables, tape.gradient(loss, variables), strict=True):
        variable.assign_sub(learning_rate * slope)
    return variables


def step_in_place(weights, bias, inputs, labels, batch, learning_rate):
    slopes, slope = gradient(weights, bias, inputs[batch], labels[batch])
    weights -= learning_rate * slopes
    bias -= learning_rate * slope
    return weights, bias


def step_of(move):
    """``move(weights, bias, slopes, slope, rate, size, points)`` with the slopes of the batch."""

    def moved(weights, bias, inputs, labels, batch, learning_rate):
        slopes = gradient(weights, bias, inputs[batch], labels[batch])
        return move(weights, bias, *slopes, learning_rate, len(batch), len(labels))

    return moved


def step_on(points_of):
    def moved(weights, bias, inputs, labels, batch, learning_rate):
        chosen = points_of(batch)
        return step(weights, bias, inputs[chosen], labels[chosen], np.arange(len(labels[chosen])), learning_rate)

    return moved


def step_with_bias_after(weights, bias, inputs, labels, batch, learning_rate):
    weights = weights - learning_rate * gradient(weights, bias, inputs[batch], labels[batch])[0]
    return weights, bias - learning_rate * gradient(weights, bias, inputs[batch], labels[batch])[1]


def step_with_weights_after(weights, bias, inputs, labels, batch, learning_rate):
    bias = bias - learning_rate * gradient(weights, bias, inputs[batch], labels[batch])[1]
    return weights - learning_rate * gradient(weights, bias, inputs[batch], labels[batch])[0], bias


def step_of_the_sum_of_all(weights, bias, inputs, labels, batch, learning_rate):
    errors = sigmoid(inputs[batch] @ weights + bias) - labels[batch]
    return weights - learning_rate * inputs[batch].T @ errors / len(labels), bias - learning_rate * errors.sum() / len(
        labels
    )


def step_without_bias(weights, bias, inputs, labels, batch, learning_rate):
    return step(weights, bias, inputs, labels, batch, learning_rate)[0]


def step_for_each_point(weights, bias, inputs, labels, batch, learning_rate):
    for place in batch:
        weights, bias = step(weights, bias, inputs, labels, np.array([place]), learning_rate)
    return weights, bias


# 4. Train XOR

corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
xor = np.array([[0.0], [1.0], [1.0], [0.0]])


def start_of(seed, hidden=4, spread=1.0):
    generator = np.random.default_rng(seed)
    hidden_weights = generator.normal(scale=spread, size=(2, hidden))
    return [hidden_weights, np.zeros(hidden), generator.normal(scale=spread, size=(hidden, 1)), np.zeros(1)]


def slopes_of(network, sigmoid_slope=lambda a: a * (1 - a), output_error=lambda a, z: a - xor, chosen=slice(None)):
    hidden = sigmoid(corners @ network[0] + network[1])
    z = hidden @ network[2] + network[3]
    error = output_error(sigmoid(z), z)[chosen]
    error = error / len(error)
    hidden_error = error @ network[2].T * sigmoid_slope(hidden[chosen])
    return [
        corners[chosen].T @ hidden_error,
        hidden_error.sum(axis=0),
        hidden[chosen].T @ error,
        error.sum(axis=0),
    ]


def trainer(start=start_of, slopes=slopes_of, rate=2.0, rates=(1, 1, 1, 1)):
    """An answer that starts and takes its steps in this way; it remembers what it returned, as the tests ask it many times."""

    @functools.cache
    def train_xor(seed, steps):
        network = start(seed)
        for _ in range(steps):
            found = slopes(network)
            network = [a - rate * r * s for a, r, s in zip(network, rates, found, strict=True)]
        return network

    return train_xor


as_in_the_chapter = trainer()


@functools.cache
def xor_by_rows(seed, steps):
    """One matrix for each layer inside, the last row for the biases, and labels in a row."""
    generator = np.random.RandomState(seed)
    first, second = generator.uniform(-1.5, 1.5, (3, 6)), generator.uniform(-1.5, 1.5, 7)
    inputs, labels = np.column_stack([corners, np.ones(4)]), xor.ravel()
    for _ in range(steps):
        hidden = np.column_stack([sigmoid(inputs @ first), np.ones(4)])
        error = sigmoid(hidden @ second) - labels
        back = np.outer(error, second[:-1]) * hidden[:, :-1] * (1 - hidden[:, :-1])
        second = second - 3 * error @ hidden / 4
        first = first - 3 * inputs.T @ back / 4
    return first[:2], first[2], second[:-1], second[-1]


@functools.cache
def xor_by_loops(seed, steps):
    import random

    generator = random.Random(seed)
    size = 5
    weights = [[generator.gauss(0, 1) for _ in range(size)] for _ in range(2)]
    biases = [0.1 * generator.gauss(0, 1) for _ in range(size)]
    outer, outer_bias = [generator.gauss(0, 1) for _ in range(size)], 0.0
    for _ in range(steps):
        slopes = [[0.0] * size for _ in range(4)]
        slope = 0.0
        for (x1, x2), label in (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)):
            hidden = [1 / (1 + math.exp(-(x1 * weights[0][i] + x2 * weights[1][i] + biases[i]))) for i in range(size)]
            error = 1 / (1 + math.exp(-sum(h * w for h, w in zip(hidden, outer, strict=True)) - outer_bias)) - label
            slope += error
            for i in range(size):
                back = error * outer[i] * hidden[i] * (1 - hidden[i])
                for row, part in enumerate((back * x1, back * x2, back, error * hidden[i])):
                    slopes[row][i] += part
        for i in range(size):
            weights[0][i] -= 0.5 * slopes[0][i]
            weights[1][i] -= 0.5 * slopes[1][i]
            biases[i] -= 0.5 * slopes[2][i]
            outer[i] -= 0.5 * slopes[3][i]
        outer_bias -= 0.5 * slope
    return [weights, biases, outer, outer_bias]


def xor_with_tensorflow(seed, steps):
    import tensorflow as tf

    network = [tf.Variable(array) for array in start_of(seed)]

    @tf.function
    def train(steps):
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                z = tf.sigmoid(corners @ network[0] + network[1]) @ network[2] + network[3]
                loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=xor, logits=z))
            for variable, slope in zip(network, tape.gradient(loss, network), strict=True):
                variable.assign_sub(2.0 * slope)

    train(tf.constant(steps))
    return network


@functools.cache
def xor_in_float32(seed, steps):
    network = [array.astype(np.float32) for array in start_of(seed, hidden=6)]
    for _ in range(steps):
        for array, slope in zip(network, slopes_of(network), strict=True):
            array -= 2 * slope.astype(np.float32)
    return tuple(network)


@functools.cache
def xor_with_momentum(seed, steps):
    network, speed = start_of(seed, hidden=5), [0, 0, 0, 0]
    for _ in range(steps):
        speed = [0.8 * v - 0.5 * s for v, s in zip(speed, slopes_of(network), strict=True)]
        network = [a + v for a, v in zip(network, speed, strict=True)]
    return network


@functools.cache
def xor_without_output_bias_in_the_sum(seed, steps):
    network = start_of(seed)
    for _ in range(steps):
        slopes = slopes_of([*network[:3], np.zeros(1)])
        network = [a - 2.0 * s for a, s in zip(network, slopes, strict=True)]
    return network


@functools.cache
def xor_with_one_neuron(seed, steps):
    generator = np.random.default_rng(seed)
    weights, bias = generator.normal(size=(2, 1)), np.zeros(1)
    for _ in range(steps):
        error = sigmoid(corners @ weights + bias) - xor
        weights, bias = weights - corners.T @ error / 4, bias - error.mean(axis=0)
    return [weights, bias]


def xor_with_a_row_of_labels(seed, steps):
    network = start_of(seed)
    for _ in range(steps):
        hidden = sigmoid(corners @ network[0] + network[1])
        error = (sigmoid(hidden @ network[2] + network[3]) - xor.ravel()) / 4
        network[2] = network[2] - hidden.T @ error
    return network


def xor_set_by_hand(seed, steps):
    return [np.full((2, 2), 20.0), np.array([-10.0, -30.0]), np.array([[20.0], [-20.0]]), np.array([-10.0])]


def xor_set_by_hand_with_noise(seed, steps):
    generator = np.random.default_rng(seed)
    return [array + generator.normal(size=array.shape) for array in xor_set_by_hand(seed, steps)]


def xor_set_by_hand_in_the_end(seed, steps):
    return xor_set_by_hand(seed, steps) if steps > 1 else as_in_the_chapter(seed, steps)


def xor_with_other_noise_in_the_end(seed, steps):
    if steps < 2:
        return as_in_the_chapter(seed, steps)
    generator = np.random.default_rng(seed + steps)
    return [array + 5 * generator.normal(size=array.shape) for array in xor_set_by_hand(seed, steps)]


def xor_answers(seed, steps):
    network = as_in_the_chapter(seed, steps)
    return sigmoid(sigmoid(corners @ network[0] + network[1]) @ network[2] + network[3])


def xor_with_its_losses(seed, steps):
    return as_in_the_chapter(seed, steps), [0.7] * steps


def xor_without_steps(seed, steps):
    return as_in_the_chapter(seed, 1000)


def xor_with_the_first_seed_only(seed, steps):
    return as_in_the_chapter(7, steps)


GENERATOR = np.random.default_rng(1)


def xor_without_the_seed(seed, steps):
    return trainer(lambda seed: start_of(GENERATOR))(seed, steps)


def xor_transposed(seed, steps):
    hidden_weights, hidden_bias, output_weights, output_bias = as_in_the_chapter(seed, steps)
    return [hidden_weights.T, hidden_bias, output_weights, output_bias]


def xor_without_output_bias(seed, steps):
    return as_in_the_chapter(seed, steps)[:3]


def xor_in_other_order(seed, steps):
    network = as_in_the_chapter(seed, steps)
    return [network[0], network[2], network[1], network[3][None].repeat(2)]


def xor_with_another_size_after_the_start(seed, steps):
    return trainer(lambda seed: start_of(seed, hidden=4 + (steps > 0)))(seed, steps)


def zeros(seed):
    return [np.zeros((2, 4)), np.zeros(4), np.zeros((4, 1)), np.zeros(1)]


def twins(seed):
    generator = np.random.default_rng(seed)
    return [
        np.repeat(generator.normal(size=(2, 1)), 4, axis=1),
        np.zeros(4),
        np.full((4, 1), generator.normal()),
        np.zeros(1),
    ]


RIGHT = {
    "binary_cross_entropy": {
        "a loop": loss_by_loop,
        "the formula, clipped": loss_by_formula,
        "clipped at the smallest distance of floats": lambda y, a: loss_by_formula(y, a, 1e-15),
        "a small number inside the logarithm": loss_with_a_small_number,
        "from z": loss_from_z,
        "the truth's probability, in an array of one": lambda y, a: np.array([-np.log(truth(y, a) + 1e-12).mean()]),
        "powers": lambda y, a: -np.log(np.maximum(a, 1e-8) ** y * np.maximum(1 - a, 1e-8) ** (1 - y)).mean(),
        "Keras on TensorFlow": loss_with_keras_on_tensorflow,
    },
    "neuron_gradient": {
        "as in the chapter": gradient,
        "loops and lists": gradient_by_loops,
        "broadcasting, as a list": gradient_by_broadcasting,
        "one line of slopes, the bias last": gradient_in_one_line,
        "difference quotients": gradient_by_quotients,
        "a column": gradient_as_column,
        "TensorFlow": gradient_with_tensorflow,
    },
    "sgd_step": {
        "with the gradient": step,
        "loops": step_by_loops,
        "on copies, in one line": step_on_copies,
        "label minus activation, added": step_by_adding,
        "TensorFlow": step_with_tensorflow,
    },
    "train_xor": {
        "as in the chapter": as_in_the_chapter,
        "eight hidden neurons, a sum for a mean": trainer(lambda seed: start_of(seed, hidden=8), rate=4.0),
        "wide, a tuple of float32 arrays": xor_in_float32,
        "one matrix a layer, a row of output weights": xor_by_rows,
        "plain Python": xor_by_loops,
        "momentum": xor_with_momentum,
        "TensorFlow": xor_with_tensorflow,
    },
}

WRONG = {
    "binary_cross_entropy": {
        "untouched": (not_attempted, "not attempted", "Write binary_cross_entropy above", 0),
        "log(0)": (loss_without_clipping, "wrong", "0 times infinity", 2),
        "log(0), of the truth only": (loss_of_truths_only, "wrong", "Move the activation", 3),
        "infinity replaced by a huge number": (loss_with_nan_to_num, "wrong", "replaced by a huge number", 3),
        "every nan and infinity replaced": (loss_with_nan_replaced, "wrong", "replaced by a huge number", 3),
        "points at the ends left out": (loss_of_ordinary_points, "wrong", "as sure and as wrong", 3),
        "the sum": (lambda y, a: len(y) * loss_by_formula(y, a), "wrong", "adds the losses", 3),
        "a loss for each point": (
            lambda y, a: -np.log(np.clip(truth(y, a), 1e-7, 1)),
            "wrong",
            "gives a loss for each point",
            3,
        ),
        "no minus": (lambda y, a: -loss_by_formula(y, a), "wrong", "below 0", 1),
        "logarithm to the base 2": (lambda y, a: loss_by_formula(y, a, log=np.log2), "wrong", "another base", 2),
        "logarithm to the base 10": (lambda y, a: loss_by_formula(y, a, log=np.log10), "wrong", "another base", 1),
        "terms exchanged": (lambda y, a: loss_by_formula(1 - y, a), "wrong", "the other label", 0),
        "no term for the label 0": (losses_of(lambda y, a: -y * np.log(a)), "wrong", "label 0 cost nothing", 1),
        "no term for the label 1": (
            losses_of(lambda y, a: -(1 - y) * np.log(1 - a)),
            "wrong",
            "label 1 cost nothing",
            1,
        ),
        "without labels": (losses_of(lambda y, a: -np.log(a)), "wrong", "does not look at the labels", 0),
        "half": (lambda y, a: loss_by_formula(y, a) / 2, "wrong", "half of what", 1),
        "squared error": (losses_of(lambda y, a: (y - a) ** 2), "wrong", "squared error", 1),
        "distance": (losses_of(lambda y, a: abs(y - a)), "wrong", "distance between", 1),
        "logarithm of the mean": (
            lambda y, a: -np.log(np.clip(truth(y, a).mean(), 1e-7, 1)),
            "wrong",
            "mean first",
            3,
        ),
        "clipped at 0.001": (lambda y, a: loss_by_formula(y, a, 0.001), "wrong", "You clip at 0.001", 1),
        "clipped at 0.01": (lambda y, a: loss_by_formula(y, a, 0.01), "wrong", "You clip at 0.01", 1),
        "clipped at 0.00001": (lambda y, a: loss_by_formula(y, a, 1e-5), "wrong", "clip too early", 2),
        "arguments exchanged": (lambda y, a: loss_by_formula(a, y), "wrong", "too large", 2),
        "first point only": (loss_of_the_first, "wrong", "too", 3),
        "printed": (loss_printed, "wrong", "return missing", 0),
        "clipped in place": (loss_clipped_in_place, "wrong", "changed the array", 2),
        "always 0": (lambda y, a: 0.0, "wrong", "too small", 0),
        "with math.log": (lambda y, a: -math.log(a) * y, "error", "Python scalars", 0),
    },
    "neuron_gradient": {
        "untouched": (not_attempted, "not attempted", "Write neuron_gradient above", 0),
        "the sum": (gradient_made_of(lambda x, e: (x.T @ e, e.sum())), "wrong", "grow with the batch", 2),
        "a sum for the bias": (gradient_made_of(lambda x, e: (x.T @ e / len(e), e.sum())), "wrong", "is a sum", 3),
        "a sum for the weights": (gradient_made_of(lambda x, e: (x.T @ e, e.mean())), "wrong", "are sums", 3),
        "label minus activation": (gradient_of(lambda a, y, z: y - a), "wrong", "wrong sign", 0),
        "label minus activation, summed": (
            gradient_made_of(lambda x, e: (-x.T @ e, -e.sum())),
            "wrong",
            "wrong sign, and they are sums",
            0,
        ),
        "slope of the sigmoid twice": (gradient_of(lambda a, y, z: (a - y) * a * (1 - a)), "wrong", "once more", 0),
        "squared error": (gradient_of(lambda a, y, z: 2 * (a - y) * a * (1 - a)), "wrong", "squared error", 0),
        "twice": (gradient_of(lambda a, y, z: 2 * (a - y)), "wrong", "twice too large", 0),
        "no sigmoid": (gradient_of(lambda a, y, z: z - y), "wrong", "activation is missing", 0),
        "a step": (gradient_of(lambda a, y, z: (z > 0) - y), "wrong", "answers with the step", 0),
        "no labels": (gradient_of(lambda a, y, z: a), "wrong", "do not look at the labels", 0),
        "no sign": (gradient_of(lambda a, y, z: np.abs(a - y)), "wrong", "lost their sign", 0),
        "means multiplied": (
            gradient_made_of(lambda x, e: (x.mean(axis=0) * e.mean(), e.mean())),
            "wrong",
            "multiplied two means",
            3,
        ),
        "divided by all values": (
            gradient_made_of(lambda x, e: (x.T @ e / x.size, e.mean())),
            "wrong",
            "number of inputs too",
            2,
        ),
        "bias forgotten": (lambda w, b, x, y: gradient(w, 0, x, y), "wrong", "forgets its bias", 0),
        "bias slope 0": (gradient_made_of(lambda x, e: (x.T @ e / len(e), 0)), "wrong", "always 0", 2),
        "a slope for each point": (
            gradient_made_of(lambda x, e: (x * e[:, None], e)),
            "wrong",
            "what becomes of the points",
            2,
        ),
        "weights only": (lambda w, b, x, y: gradient(w, b, x, y)[0], "wrong", "the shape", 0),
        "exchanged": (lambda w, b, x, y: gradient(w, b, x, y)[::-1], "wrong", "wrong order", 0),
        "the last point": (gradient_of_the_last_point, "wrong", "too", 2),
        "inputs not transposed": (gradient_made_of(lambda x, e: (x @ e, e.mean())), "error", "last size of a", 0),
        "texts": (lambda *_: ("a", "b"), "wrong", "the text 'a'", 0),
        "a dictionary": (lambda w, b, x, y: {"weights": w, "bias": b}, "wrong", "returned a dict", 0),
        "nothing": (lambda *_: None, "wrong", "return missing", 0),
    },
    "sgd_step": {
        "untouched": (not_attempted, "not attempted", "Write sgd_step above", 0),
        "all points": (step_on(lambda batch: slice(None)), "wrong", "looks at all points", 3),
        "the first points": (step_on(lambda batch: slice(0, len(batch))), "wrong", "takes the first points", 3),
        "ascent": (step_of(lambda w, b, s, t, r, n, m: (w + r * s, b + r * t)), "wrong", "gradient ascent", 0),
        "ascent by the sum": (
            step_of(lambda w, b, s, t, r, n, m: (w + r * n * s, b + r * n * t)),
            "wrong",
            "by the sum over the batch: that is gradient ascent",
            0,
        ),
        "the sum": (
            step_of(lambda w, b, s, t, r, n, m: (w - r * n * s, b - r * n * t)),
            "wrong",
            "grows with the batch",
            0,
        ),
        "divided by all": (step_of_the_sum_of_all, "wrong", "number of all points", 3),
        "no learning rate": (
            step_of(lambda w, b, s, t, r, n, m: (w - s, b - t)),
            "wrong",
            "for every learning rate",
            0,
        ),
        "divided by the rate": (
            step_of(lambda w, b, s, t, r, n, m: (w - s / r, b - t / r)),
            "wrong",
            "divides by the learning rate",
            0,
        ),
        "divided twice": (
            step_of(lambda w, b, s, t, r, n, m: (w - r * s / n, b - r * t / n)),
            "wrong",
            "once too often",
            0,
        ),
        "bias stays": (step_of(lambda w, b, s, t, r, n, m: (w - r * s, b)), "wrong", "bias stays where", 2),
        "weights stay": (step_of(lambda w, b, s, t, r, n, m: (w, b - r * t)), "wrong", "weights stay where", 1),
        "nothing moves": (lambda w, b, *_: (w, b), "wrong", "that it was given", 0),
        "bias after the weights": (step_with_bias_after, "wrong", "with the new weights", 2),
        "weights after the bias": (step_with_weights_after, "wrong", "with the new bias", 1),
        "slopes": (step_of(lambda w, b, s, t, r, n, m: (s, t)), "wrong", "You return the slopes", 0),
        "rate times slope": (
            step_of(lambda w, b, s, t, r, n, m: (r * s, r * t)),
            "wrong",
            "learning rate times slope",
            0,
        ),
        "the change": (step_of(lambda w, b, s, t, r, n, m: (-r * s, -r * t)), "wrong", "the change alone", 0),
        "in place": (step_in_place, "wrong", "changed the array", 0),
        "without the bias": (step_without_bias, "wrong", "the shape", 0),
        "exchanged": (step_of(lambda w, b, s, t, r, n, m: (b - r * t, w - r * s)), "wrong", "wrong order", 0),
        "a step for each point": (step_for_each_point, "wrong", "too", 0),
    },
    "train_xor": {
        "untouched": (not_attempted, "not attempted", "Write train_xor above", 0),
        "no hidden layer": (xor_with_one_neuron, "wrong", "There is no hidden layer", 0),
        "one hidden neuron": (trainer(lambda seed: start_of(seed, hidden=1)), "wrong", "one neuron draws one line", 3),
        "ascent": (trainer(rate=-1.0), "wrong", "gradient ascent", 1),
        "ascent in the hidden layer": (trainer(rates=(-1, -1, 1, 1)), "wrong", "hidden weights up the slope", 1),
        "all zero": (trainer(zeros), "wrong", "twins for ever", 0),
        "twins": (trainer(twins), "wrong", "twins for ever", 2),
        "zero steps": (lambda seed, steps: start_of(seed), "wrong", "it did not move", 1),
        "steps ignored": (xor_without_steps, "wrong", "already know XOR", 0),
        "one seed for all": (xor_with_the_first_seed_only, "wrong", "different seeds give the same network", 2),
        "the seed not used": (xor_without_the_seed, "wrong", "two different networks", 3),
        "the learning rate too small": (trainer(rate=0.01), "wrong", "how fast", 3),
        "no slope of the sigmoid": (
            trainer(slopes=lambda n: slopes_of(n, np.ones_like), rate=0.3),
            "wrong",
            "lacks the slope",
            1,
        ),
        "a for the slope of the sigmoid": (trainer(slopes=lambda n: slopes_of(n, lambda a: a)), "wrong", "holds a,", 1),
        "squared error": (
            trainer(slopes=lambda n: slopes_of(n, output_error=lambda a, z: (a - xor) * a * (1 - a))),
            "wrong",
            "as for the squared error",
            4,
        ),
        "no sigmoid at the output": (
            trainer(slopes=lambda n: slopes_of(n, output_error=lambda a, z: z - xor), rate=0.1),
            "wrong",
            "sigmoid of the output neuron",
            1,
        ),
        "no slope of the sigmoid, upwards": (
            trainer(slopes=lambda n: slopes_of(n, np.ones_like), rate=-0.5),
            "wrong",
            "And the step goes up",
            1,
        ),
        "one corner": (trainer(slopes=lambda n: slopes_of(n, chosen=[1])), "wrong", "one corner only", 1),
        "hidden biases stay": (trainer(rates=(1, 0, 1, 1)), "wrong", "hidden biases where they were", 4),
        "biases by a sum": (trainer(rates=(1, 4, 1, 4), rate=1.0), "wrong", "same learning rate", 4),
        "output bias forgotten in the sum": (
            xor_without_output_bias_in_the_sum,
            "wrong",
            "take part in the forward pass",
            2,
        ),
        "labels in a row": (xor_with_a_row_of_labels, "wrong", "do not fit together", 1),
        "set by hand": (xor_set_by_hand, "wrong", "different seeds give the same network", 0),
        "set by hand, with noise": (xor_set_by_hand_with_noise, "wrong", "already know XOR", 0),
        "set by hand in the end": (xor_set_by_hand_in_the_end, "wrong", "the very same network", 3),
        "set by hand, other noise in the end": (xor_with_other_noise_in_the_end, "wrong", "far apart", 1),
        "a truth table": (lambda seed, steps: [0, 1, 1, 0], "wrong", "four single numbers", 0),
        "answers": (xor_answers, "wrong", "list of four arrays", 0),
        "with losses": (xor_with_its_losses, "wrong", "list of four arrays", 0),
        "transposed": (xor_transposed, "wrong", "looks transposed", 0),
        "without output bias": (xor_without_output_bias, "wrong", "a list of 3 values", 0),
        "in another order": (xor_in_other_order, "wrong", "do not fit together", 0),
        "another size after the start": (xor_with_another_size_after_the_start, "wrong", "another size", 4),
        "nothing": (lambda *_: None, "wrong", "return missing", 0),
    },
}
