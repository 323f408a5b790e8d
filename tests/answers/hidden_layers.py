"""Answers to exercise 07, right and wrong, with what the checks must say to them."""

import math
import statistics
from functools import cache

import numpy as np

from isnine.checks import hidden_layers as CHECKS

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]
SLOW = True


def not_attempted(*_):
    raise NotImplementedError()


# The best epoch


def epoch_by_loop(history):
    best, lowest = 0, float("inf")
    for epoch, loss in enumerate(history["val_loss"], start=1):
        if loss < lowest:
            best, lowest = epoch, loss
    return best


def epoch_with_tensorflow(history):
    import tensorflow as tf

    return tf.argmin(history["val_loss"]) + 1


def epoch_by_sorting(history):
    losses = history["val_loss"]
    return sorted(range(len(losses)), key=losses.__getitem__)[0] + 1


def last_of_equal_epochs(history, start=1):
    best, lowest = 0, float("inf")
    for epoch, loss in enumerate(history["val_loss"], start=start):
        if loss <= lowest:
            best, lowest = epoch, loss
    return best


def epoch_before_the_first_rise(history):
    losses = history["val_loss"]
    for epoch in range(1, len(losses)):
        if losses[epoch] > losses[epoch - 1]:
            return epoch
    return len(losses)


def epoch_by_patience(history):
    best, lowest = 0, float("inf")
    for epoch, loss in enumerate(history["val_loss"], start=1):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best >= 3:
            break
    return best


def epoch_with_a_low_start(history):
    best, lowest = 0, 1.0
    for epoch, loss in enumerate(history["val_loss"], start=1):
        if loss < lowest:
            best, lowest = epoch, loss
    return best


def epoch_by_removing(history):
    losses = history["val_loss"]
    lowest = min(losses)
    epoch = 1
    while losses.pop(0) != lowest:
        epoch += 1
    return epoch


def epoch_by_sorting_in_place(history):
    losses = history["val_loss"]
    epoch = losses.index(min(losses)) + 1
    losses.sort()
    return epoch


def tie_by_sorted_pairs_from_the_end(history):
    losses = history["val_loss"]
    return len(losses) - losses[::-1].index(min(losses))


# The widest layers


def count(inputs, widths):
    total, before = 0, inputs
    for width in [*widths, 1]:
        total += before * width + width
        before = width
    return total


def widest_by_list(inputs, depth, budget):
    fitting = [w for w in range(1, budget + 1) if (inputs + 1) * w <= budget and count(inputs, [w] * depth) <= budget]
    return max(fitting, default=0)


def widest_by_formula(inputs, depth, budget):
    """Solves (depth - 1) w² + (inputs + depth + 1) w + 1 = budget."""
    if budget < 1:
        return 0
    a, b, c = depth - 1, inputs + depth + 1, 1 - budget
    if a == 0:
        return max((budget - 1) // b, 0)
    width = (-b + math.isqrt(b * b - 4 * a * c)) // (2 * a)
    return max(width, 0)


def widest_by_halving(inputs, depth, budget):
    low, high = 0, 2**20
    while low < high:
        middle = (low + high + 1) // 2
        if count(inputs, [middle] * depth) <= budget:
            low = middle
        else:
            high = middle - 1
    return low


def widest_with_numpy(inputs, depth, budget):
    widths = np.arange(1, 5000)
    counts = (inputs + 1) * widths + (depth - 1) * (widths + 1) * widths + widths + 1
    return np.count_nonzero(counts <= budget)


def widest_going_down(inputs, depth, budget):
    width = budget // inputs + 1
    while width > 0 and count(inputs, [width] * depth) > budget:
        width -= 1
    return float(width)


def widest_by(cost):
    def widest(inputs, depth, budget):
        width = 0
        while cost(inputs, depth, width + 1) <= budget:
            width += 1
        return width

    return widest


def weights(inputs, widths):
    chain = [inputs, *widths, 1]
    return sum(chain[i] * chain[i + 1] for i in range(len(chain) - 1))


def widest_of_the_chapter(inputs, depth, budget):
    fitting = [w for w in range(1, 300) if count(inputs, [w] * depth) <= budget]
    return max(fitting, default=0)


def widest_without_default(inputs, depth, budget):
    return max(w for w in range(1, 500) if count(inputs, [w] * depth) <= budget)


def widest_that_returns_none(inputs, depth, budget):
    best = None
    for width in range(1, 500):
        if count(inputs, [width] * depth) <= budget:
            best = width
    return best


def first_that_does_not_fit(inputs, depth, budget):
    width = 1
    while count(inputs, [width] * depth) <= budget:
        width += 1
    return width


def at_least_one(inputs, depth, budget):
    width = 1
    while count(inputs, [width + 1] * depth) <= budget:
        width += 1
    return width


# Is one design better?


def better_by_loops(first, second):
    def mean_and_square(group):
        mean = sum(group) / len(group)
        variance = sum((value - mean) ** 2 for value in group) / (len(group) - 1)
        return mean, variance / len(group)

    (mean, square), (other_mean, other_square) = mean_and_square(first), mean_and_square(second)
    if abs(mean - other_mean) > 2 * math.sqrt(square + other_square):
        return 1 if mean < other_mean else 2
    return 0


def better_with_statistics(first, second):
    first, second = first.tolist(), second.tolist()
    noise = 2 * (statistics.variance(first) / len(first) + statistics.variance(second) / len(second)) ** 0.5
    difference = statistics.mean(second) - statistics.mean(first)
    if difference > noise:
        return 1
    if difference < -noise:
        return 2
    return 0


def better_by_standard_errors(first, second):
    errors = [group.std(ddof=1) / np.sqrt(group.size) for group in (first, second)]
    gap = first.mean() - second.mean()
    clear = abs(gap) > 2 * np.hypot(*errors)
    return np.array([clear * (1.0 if gap < 0 else 2.0)])


def better_with_tensorflow(first, second):
    import tensorflow as tf

    groups = [tf.cast(group, tf.float64) for group in (first, second)]
    means = [tf.reduce_mean(group) for group in groups]
    squares = [
        tf.math.reduce_variance(group) / (group.shape[0] - 1) for group in groups
    ]  # divided by n once by itself, and n - 1 mends ddof
    noise = 2 * tf.sqrt(tf.add_n(squares))
    if tf.abs(means[0] - means[1]) > noise:
        return tf.argmin(means) + 1
    return tf.constant(0)


def by_border(border):
    def verdict(first, second):
        difference = first.mean() - second.mean()
        if abs(difference) <= border(first, second):
            return 0
        return 1 if difference < 0 else 2

    return verdict


def variance(group):
    return np.var(group, ddof=1)


def noise(first, second):
    return 2 * np.sqrt(variance(first) / len(first) + variance(second) / len(second))


right_verdict = by_border(noise)


def only_one_side(first, second):
    return 2 if first.mean() - second.mean() > noise(first, second) else 0


def only_the_other_side(first, second):
    return 1 if second.mean() - first.mean() > noise(first, second) else 0


def better_by_ratio(first, second):
    ratio = float(first.mean() - second.mean()) / float(noise(first, second))
    return 0 if abs(ratio) <= 1 else 1 if ratio < 0 else 2


def better_or_equal(first, second):
    difference = first.mean() - second.mean()
    if abs(difference) >= noise(first, second):
        return 1 if difference < 0 else 2
    return 0


def better_in_words(first, second):
    return {0: "open", 1: "first", 2: "second"}[right_verdict(first, second)]


def best_seed(first, second):
    if first.min() == second.min():
        return 0
    return 1 if first.min() < second.min() else 2


# Networks. Keras is imported inside, as only these answers need it.


def sequential(hidden, *settings, **named):
    """A network in the way of the chapter. Built once for each setting: building takes most of a check's time."""
    return built_once(tuple(hidden), *settings, **named)


@cache
def built_once(hidden, activation="relu", last="sigmoid", drop=None, prices=(), biases=True, at_end=False):
    """``prices``: a setting of the hidden layers, the penalty as ``keras.regularizers`` calls it, and λ."""
    import keras

    penalties = {setting: getattr(keras.regularizers, kind)(price) for setting, kind, price in prices}
    network = keras.Sequential([keras.Input((256,))])
    for width in hidden:
        network.add(keras.layers.Dense(width, activation=activation, use_bias=biases, **penalties))
        if drop is not None:
            network.add(keras.layers.Dropout(drop))
    network.add(keras.layers.Dense(1, activation=last, **(penalties if at_end else {})))
    return network


def functional(hidden, activation):
    import keras

    values = inputs = keras.layers.Input(shape=(256,), name="pictures")
    for number, width in enumerate(hidden):
        values = keras.layers.Dense(width, kernel_initializer="he_normal", name=f"hidden_{number}")(values)
        values = keras.layers.Activation(activation)(values)
    outputs = keras.layers.Dense(units=1)(values)
    return keras.Model(inputs, keras.ops.sigmoid(outputs))


def own_class(hidden, activation):
    import keras

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.last = keras.layers.Dense(1, "sigmoid")
            self.stack = [keras.layers.Dense(width, activation) for width in hidden]

        def call(self, pictures):
            for layer in self.stack:
                pictures = layer(pictures)
            return self.last(pictures)

    return Network()


def from_a_list(hidden: list[int], activation: str):
    from keras import Sequential, activations, layers

    function = activations.get(activation)
    stack = [layers.Dense(width, activation=function, bias_initializer="ones") for width in hidden]
    network = Sequential([*stack, layers.Dense(1, activation="sigmoid")])
    network.compile("adam", "binary_crossentropy")
    return network


def popped(hidden, activation):
    network = sequential(list(hidden), activation)
    hidden.clear()
    return network


def shared_layer(hidden, activation):
    """Layers of equal width are one and the same layer."""
    import keras

    layers, values = {}, keras.Input((256,))
    inputs = values
    for width in hidden:
        key = (values.shape[1], width)
        layers.setdefault(key, keras.layers.Dense(width, activation))
        values = layers[key](values)
    return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(values))


def sideways(hidden, activation):
    """All hidden layers look at the inputs."""
    import keras

    inputs = keras.Input((256,))
    layers = [keras.layers.Dense(width, activation)(inputs) for width in hidden]
    joined = keras.layers.concatenate(layers) if len(layers) > 1 else layers[0] if layers else inputs
    return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(joined))


def activation_on_the_first_only(hidden, activation):
    import keras

    network = keras.Sequential([keras.Input((256,))])
    for number, width in enumerate(hidden):
        network.add(keras.layers.Dense(width, activation if number == 0 else None))
    network.add(keras.layers.Dense(1, "sigmoid"))
    return network


def not_called(hidden, activation):
    import keras

    return [keras.layers.Dense(width, activation) for width in hidden]


def two_outputs(hidden, activation):
    import keras

    return keras.Sequential([sequential(hidden, activation), keras.layers.Dense(2, "sigmoid")])


def normalised(hidden, activation):
    import keras

    network = keras.Sequential([keras.Input((256,))])
    for width in hidden:
        network.add(keras.layers.Dense(width, activation))
        network.add(keras.layers.BatchNormalization())
    network.add(keras.layers.Dense(1, "sigmoid"))
    return network


def convolution(hidden, activation):
    import keras

    return keras.Sequential(
        [
            keras.Input((256,)),
            keras.layers.Reshape((256, 1)),
            keras.layers.Conv1D(1, 3, activation=activation),
            keras.layers.Flatten(),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def doubled(hidden, activation):
    """The pictures are scaled once more."""
    import keras

    network = keras.Sequential([keras.Input((256,)), keras.layers.Rescaling(1 / 255)])
    for width in hidden:
        network.add(keras.layers.Dense(width, activation))
    network.add(keras.layers.Dense(1, "sigmoid"))
    return network


def l2(value):
    return (("kernel_regularizer", "L2", value),)


def regularised_by_layers(hidden, drop, l2):
    import keras

    values = inputs = keras.Input((256,))
    for width in hidden:
        values = keras.layers.Dense(width, kernel_regularizer=keras.regularizers.L1L2(l1=0.0, l2=l2))(values)
        values = keras.layers.Dropout(drop)(values)
        values = keras.layers.ReLU()(values)  # the same as ReLU before: 0 stays 0
    return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(values))


def regularised_class(hands_on):
    """A class of one's own; ``hands_on`` says whether its call hands ``training`` to the layers."""

    def regularised(hidden, drop, l2):
        import keras

        class Network(keras.Model):
            def __init__(self):
                super().__init__()
                self.layers_in_order = []
                for width in hidden:
                    self.layers_in_order += [keras.layers.Dense(width, "relu"), keras.layers.Dropout(drop)]
                self.answer = keras.layers.Dense(1, "sigmoid")

            def call(self, pictures, training=None):
                for layer in self.layers_in_order:
                    setting = {"training": training} if hands_on and isinstance(layer, keras.layers.Dropout) else {}
                    pictures = layer(pictures, **setting)
                    if isinstance(layer, keras.layers.Dense):
                        self.add_loss(l2 * keras.ops.sum(keras.ops.square(layer.kernel)))
                return self.answer(pictures)

        return Network()

    return regularised


def regularised_by_hand(scaled=True, where=None):
    """Dropout written by hand; ``where`` replaces the question whether this is training."""

    def regularised(hidden, drop, l2):
        import keras
        import tensorflow as tf

        class Drop(keras.layers.Layer):
            def call(self, values, training=None):
                if not (training if where is None else where):
                    return values
                kept = tf.cast(tf.random.uniform(tf.shape(values)) >= drop, values.dtype)
                return values * kept / (1 - drop if scaled else 1)

        network = keras.Sequential([keras.Input((256,))])
        for width in hidden:
            price = keras.regularizers.L2(l2)
            network.add(keras.layers.Dense(width, activation="relu", kernel_regularizer=price))
            network.add(Drop())
        network.add(keras.layers.Dense(1, activation="sigmoid"))
        return network

    return regularised


def regularised_with_flag(flag):
    """``training`` is written into the functional network."""

    def regularised(hidden, drop, l2):
        import keras

        values = inputs = keras.Input((256,))
        for width in hidden:
            values = keras.layers.Dense(width, "relu", kernel_regularizer=keras.regularizers.L2(l2))(values)
            values = keras.layers.Dropout(drop)(values, training=flag)
        return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(values))

    return regularised


def dropout_at(places):
    """Dropout at "inputs", behind the "first" or the "last" hidden layer, or at the "output"."""

    def regularised(hidden, drop, l2):
        import keras

        network = keras.Sequential([keras.Input((256,))])
        if "inputs" in places:
            network.add(keras.layers.Dropout(drop))
        for number, width in enumerate(hidden):
            price = keras.regularizers.L2(l2)
            network.add(keras.layers.Dense(width, "relu", kernel_regularizer=price))
            if (number == 0 and "first" in places) or (number == len(hidden) - 1 and "last" in places):
                network.add(keras.layers.Dropout(drop))
        network.add(keras.layers.Dense(1, "sigmoid"))
        if "output" in places:
            network.add(keras.layers.Dropout(drop))
        return network

    return regularised


def price_by(*kinds):
    """Penalties of these kinds; each is a setting, the penalty, and what λ is multiplied with."""

    def regularised(hidden, drop, l2):
        return sequential(hidden, drop=drop, prices=tuple((setting, kind, by * l2) for setting, kind, by in kinds))

    return regularised


def price_of_the_mean(hidden, drop, l2):
    import keras

    def mean(weights):
        return l2 * keras.ops.mean(keras.ops.square(weights))

    network = keras.Sequential([keras.Input((256,))])
    for width in hidden:
        network.add(keras.layers.Dense(width, "relu", kernel_regularizer=mean))
        network.add(keras.layers.Dropout(drop))
    network.add(keras.layers.Dense(1, "sigmoid"))
    return network


RIGHT = {
    "best_epoch": {
        "a loop": epoch_by_loop,
        "argmin": lambda history: np.argmin(history["val_loss"]) + 1,
        "index": lambda history: history["val_loss"].index(min(history["val_loss"])) + 1,
        "min of pairs": lambda history: min((loss, epoch) for epoch, loss in enumerate(history["val_loss"], 1))[1],
        "sorted": epoch_by_sorting,
        "a float": lambda history: float(1 + np.array(history["val_loss"]).argmin()),
        "TensorFlow": epoch_with_tensorflow,
    },
    "widest": {
        "the list of the chapter, longer": widest_by_list,
        "a formula": widest_by_formula,
        "halving": widest_by_halving,
        "NumPy": widest_with_numpy,
        "going down, a float": widest_going_down,
    },
    "better": {
        "loops": better_by_loops,
        "the statistics module": better_with_statistics,
        "NumPy": right_verdict,
        "standard errors, an array of one": better_by_standard_errors,
        "TensorFlow": better_with_tensorflow,
    },
    "build": {
        "Sequential": sequential,
        "functional": functional,
        "a class": own_class,
        "a list of layers, no input, compiled": from_a_list,
    },
    "regularised": {
        "Sequential": lambda hidden, drop, price: sequential(hidden, drop=drop, prices=l2(price)),
        "functional, with Dropout before ReLU": regularised_by_layers,
        "a class that hands training on": regularised_class(True),
        "a class that does not hand training on": regularised_class(False),
        "dropout by hand": regularised_by_hand(),
        "functional, training=False written in, which Keras overrides": regularised_with_flag(False),
    },
}

WRONG = {
    "best_epoch": {
        "untouched": (not_attempted, "not attempted", "Write best_epoch above", 0),
        "counted from 0": (lambda h: np.argmin(h["val_loss"]), "wrong", "off by one epoch", 2),
        "counted from 2": (lambda h: np.argmin(h["val_loss"]) + 2, "wrong", "off by one epoch, the same", 2),
        "two too many": (lambda h: np.argmin(h["val_loss"]) + 3, "wrong", "off by two epochs", 2),
        "the last of equal ones": (last_of_equal_epochs, "wrong", "Is there a <= where a < belongs", 2),
        "from 0, the last of equal ones": (
            lambda h: last_of_equal_epochs(h, 0),
            "wrong",
            "an earlier one has it too",
            1,
        ),
        "searched from the end": (tie_by_sorted_pairs_from_the_end, "wrong", "search from the end", 2),
        "the training loss": (lambda h: np.argmin(h["loss"]) + 1, "wrong", "goes on falling", 0),
        "the training loss, from 0": (lambda h: np.argmin(h["loss"]), "wrong", "goes on falling", 0),
        "the accuracy": (lambda h: np.argmax(h["val_accuracy"]) + 1, "wrong", "look at the accuracy", 0),
        "the accuracy, from 0": (lambda h: np.argmax(h["val_accuracy"]), "wrong", "look at the accuracy", 0),
        "the training accuracy": (lambda h: np.argmax(h["accuracy"]) + 1, "wrong", "too small", 0),
        "the highest loss": (lambda h: np.argmax(h["val_loss"]) + 1, "wrong", "A loss should be low", 0),
        "the highest loss, from 0": (lambda h: np.argmax(h["val_loss"]), "wrong", "A loss should be low", 0),
        "the number of epochs": (lambda h: len(h["val_loss"]), "wrong", "that the run had", 0),
        "the loss": (lambda h: min(h["val_loss"]), "wrong", "the lowest loss itself", 0),
        "before the first rise": (epoch_before_the_first_rise, "wrong", "rises for the first time", 0),
        "before the first rise, from 0": (lambda h: epoch_before_the_first_rise(h) - 1, "wrong", "after a bump", 0),
        "a patience of 3": (epoch_by_patience, "wrong", "too small", 0),
        "losses above 1 not seen": (epoch_with_a_low_start, "wrong", "too small", 0),
        "from the end": (lambda h: len(h["val_loss"]) - np.argmin(h["val_loss"]), "wrong", "count from the end", 0),
        "all equal ones": (
            lambda h: np.flatnonzero(np.equal(h["val_loss"], min(h["val_loss"]))) + 1,
            "wrong",
            "shape (2,)",
            2,
        ),
        "the mean of equal ones": (
            lambda h: np.flatnonzero(np.equal(h["val_loss"], min(h["val_loss"]))).mean() + 1,
            "wrong",
            "none of the epochs with the lowest loss",
            2,
        ),
        "the history emptied": (epoch_by_removing, "wrong", "changed the array", 0),
        "the history sorted": (epoch_by_sorting_in_place, "wrong", "changed the array", 0),
        "a key that is not there": (lambda h: np.argmin(h["validation_loss"]) + 1, "error", "KeyError", 0),
        "the history is no object": (lambda h: np.argmin(h.history["val_loss"]) + 1, "error", "AttributeError", 0),
        "printed": (lambda h: print(np.argmin(h["val_loss"]) + 1), "wrong", "Is the return missing?", 0),
    },
    "widest": {
        "untouched": (not_attempted, "not attempted", "Write widest above", 0),
        "without biases": (widest_by(lambda i, d, w: weights(i, [w] * d)), "wrong", "forgot the biases", 2),
        "without the output's bias": (
            widest_by(lambda i, d, w: count(i, [w] * d) - 1),
            "wrong",
            "One parameter is missing",
            3,
        ),
        "biases for inputs": (widest_by(lambda i, d, w: count(i, [w] * d) + i), "wrong", "input neurons too", 0),
        "below the budget": (widest_by(lambda i, d, w: count(i, [w] * d) + 1), "wrong", "still fits: <= and not <", 3),
        "without the output": (
            widest_by(lambda i, d, w: count(i, [w] * d) - w - 1),
            "wrong",
            "output neuron is missing",
            2,
        ),
        "one bias for each layer": (
            widest_by(lambda i, d, w: weights(i, [w] * d) + d + 1),
            "wrong",
            "one bias for each hidden layer",
            3,
        ),
        "one hidden layer always": (widest_by(lambda i, d, w: count(i, [w])), "wrong", "however many there are", 1),
        "each layer behind the inputs": (
            widest_by(lambda i, d, w: d * (i + 1) * w + w + 1),
            "wrong",
            "as if it stood behind the inputs",
            2,
        ),
        "one layer too many": (
            widest_by(lambda i, d, w: count(i, [w] * (d + 1))),
            "wrong",
            "one hidden layer too many",
            1,
        ),
        "the first that does not fit": (first_that_does_not_fit, "wrong", "one neuron too wide", 0),
        "the number of parameters": (
            lambda i, d, b: count(i, [widest_by_halving(i, d, b)] * d),
            "wrong",
            "That is the number of parameters",
            0,
        ),
        "what is left": (
            lambda i, d, b: b - count(i, [widest_by_halving(i, d, b)] * d),
            "wrong",
            "what is left of the budget",
            0,
        ),
        "always 256 inputs": (lambda i, d, b: widest_by_halving(256, d, b), "wrong", "whatever the argument says", 1),
        "the chapter's search": (widest_of_the_chapter, "wrong", "ends at the width 299", 3),
        "1 when nothing fits": (at_least_one, "wrong", "where nothing fits", 3),
        "None when nothing fits": (widest_that_returns_none, "wrong", "returned None", 3),
        "an error when nothing fits": (widest_without_default, "wrong", "ValueError", 3),
        "budget over inputs": (lambda i, d, b: b // i, "wrong", "do not fit", 0),
        "budget over all": (lambda i, d, b: b / (i + 2), "wrong", "whole number", 0),
        "always 18": (lambda i, d, b: 18, "wrong", "", 0),
        "always 0": (lambda i, d, b: 0, "wrong", "wider layers fit too", 0),
        "all widths that fit": (
            lambda i, d, b: list(range(1, widest_by_halving(i, d, b) + 1)),
            "wrong",
            "a list of",
            0,
        ),
        "the widths as a list": (lambda i, d, b: [widest_by_halving(i, d, b)] * d, "wrong", "a list of 2 values", 1),
        "printed": (lambda i, d, b: print(18), "wrong", "Is the return missing?", 0),
        "not callable": (18, "wrong", "needs your function widest itself", 0),
    },
    "better": {
        "untouched": (not_attempted, "not attempted", "Write better above", 0),
        "the lower mean": (by_border(lambda a, b: 0), "wrong", "each time", 2),
        "ddof is 0": (
            by_border(lambda a, b: 2 * np.sqrt(np.var(a) / len(a) + np.var(b) / len(b))),
            "wrong",
            "ddof=1",
            3,
        ),
        "once the root": (by_border(lambda a, b: noise(a, b) / 2), "wrong", "half of what it should be", 3),
        "the spread of single networks": (
            by_border(lambda a, b: 2 * np.sqrt(variance(a) + variance(b))),
            "wrong",
            "varies less",
            3,
        ),
        "standard errors added": (
            by_border(lambda a, b: 2 * sum(np.sqrt(variance(g) / len(g)) for g in (a, b))),
            "wrong",
            "you added the standard errors",
            3,
        ),
        "no root": (by_border(lambda a, b: 2 * (noise(a, b) / 2) ** 2), "wrong", "Is the root missing?", 3),
        "deviations for variances": (
            by_border(lambda a, b: 2 * np.sqrt(a.std(ddof=1) / len(a) + b.std(ddof=1) / len(b))),
            "wrong",
            "standard deviations by n",
            3,
        ),
        "one size for both": (
            by_border(lambda a, b: 2 * np.sqrt((variance(a) + variance(b)) / len(a))),
            "wrong",
            "a size of its own",
            3,
        ),
        "the spread of the first for both": (
            by_border(lambda a, b: 2 * np.sqrt(variance(a) / len(a) + variance(a) / len(b))),
            "wrong",
            "only the spread of the first group",
            3,
        ),
        "the first group alone": (
            by_border(lambda a, b: 2 * np.sqrt(variance(a) / len(a))),
            "wrong",
            "that of the first group alone",
            3,
        ),
        "turned round": (lambda a, b: [0, 2, 1][right_verdict(a, b)], "wrong", "with more mistakes", 0),
        "yes or no": (lambda a, b: right_verdict(a, b) > 0, "wrong", "which design is better", 0),
        "only the second can win": (only_one_side, "wrong", "never names the first design", 0),
        "only the first can win": (only_the_other_side, "wrong", "never names the second design", 0),
        "the best seed": (best_seed, "wrong", "best seed of each design", 2),
        "the difference": (lambda a, b: a.mean() - b.mean(), "wrong", "difference of the means", 0),
        "the noise": (noise, "wrong", "That is the noise", 0),
        "always open": (lambda a, b: 0, "wrong", "very large", 0),
        "always 1": (lambda a, b: 1, "wrong", "is not clear, with the first", 0),
        "-1 for the second": (lambda a, b: [0, 1, -1][right_verdict(a, b)], "wrong", "asks for 0, 1 or 2", 0),
        "divided by the noise": (better_by_ratio, "wrong", "divi", 3),
        "clear when equal": (better_or_equal, "wrong", "is not clear", 3),
        "words": (better_in_words, "wrong", "asks for one of the numbers 0, 1 and 2", 0),
        "sorted": (lambda a, b: (a.sort(), right_verdict(a, b))[1], "wrong", "changed the array", 1),
        "printed": (lambda a, b: print(right_verdict(a, b)), "wrong", "Is the return missing?", 0),
    },
    "build": {
        "untouched": (not_attempted, "not attempted", "Write build above", 0),
        "always relu": (lambda hidden, activation: sequential(hidden), "wrong", "hidden layers use relu", 3),
        "no activation": (lambda hidden, activation: sequential(hidden, None), "wrong", "no activation function", 3),
        "the same at the output": (
            lambda hidden, activation: sequential(hidden, activation, activation),
            "wrong",
            "belongs to the hidden layers",
            3,
        ),
        "no sigmoid": (
            lambda hidden, activation: sequential(hidden, activation, None),
            "wrong",
            "the weighted sum itself",
            3,
        ),
        "softmax": (
            lambda hidden, activation: sequential(hidden, activation, "softmax"),
            "wrong",
            "softmax over one neuron",
            3,
        ),
        "without biases": (
            lambda hidden, activation: sequential(hidden, activation, biases=False),
            "wrong",
            "1 of them have biases",
            3,
        ),
        "from the wrong end": (
            lambda hidden, activation: sequential(hidden[::-1], activation),
            "wrong",
            "from the wrong end",
            1,
        ),
        "widths only once": (
            lambda hidden, activation: sequential(dict.fromkeys(hidden), activation),
            "wrong",
            "layers with weights",
            1,
        ),
        "the last width left out": (
            lambda hidden, activation: sequential(hidden[:-1], activation),
            "wrong",
            "one is missing",
            1,
        ),
        "a layer too many": (
            lambda hidden, activation: sequential([*hidden, 16], activation),
            "wrong",
            "4 layers with weights",
            1,
        ),
        "one neuron too many": (
            lambda hidden, activation: sequential([w + 1 for w in hidden], activation),
            "wrong",
            "(256, 9)",
            1,
        ),
        "the design of the chapter": (
            lambda hidden, activation: sequential([32, 16], activation),
            "wrong",
            "(256, 32)",
            1,
        ),
        "shared layers": (shared_layer, "wrong", "layers with weights", 1),
        "side by side": (sideways, "wrong", "(256, 5)", 1),
        "activation on the first only": (activation_on_the_first_only, "wrong", "one behind another", 2),
        "dropout by training=True": (
            lambda hidden, activation: regularised_with_flag(True)(hidden, 0.5, 0.0),
            "wrong",
            "gives other outputs",
            2,
        ),
        "batch normalisation": (normalised, "wrong", "lists of biases", 1),
        "scaled again": (doubled, "wrong", "does nothing else happen", 2),
        "a convolution": (convolution, "wrong", "another kind", 0),
        "two outputs": (two_outputs, "wrong", "2 numbers for each picture", 0),
        "a list of layers": (not_called, "wrong", "a list of", 0),
        "no return": (lambda hidden, activation: None, "wrong", "Is the return missing?", 0),
        "the list emptied": (popped, "wrong", "changed the list", 3),
        "numbers": (lambda hidden, activation: np.zeros(3), "wrong", "asks for a Keras network", 0),
        "a mistyped name": (lambda hidden, activation: sequential(hidden, "relus"), "wrong", "ValueError", 0),
    },
    "regularised": {
        "untouched": (not_attempted, "not attempted", "Write regularised above", 0),
        "training=True written in": (regularised_with_flag(True), "wrong", "off only with training=False", 3),
        "training=False in a layer": (regularised_by_hand(where=False), "wrong", "not even with training=True", 2),
        "always dropping": (regularised_by_hand(where=True), "wrong", "and with training=False too", 2),
        "no dropout": (lambda hidden, drop, price: sequential(hidden, prices=l2(price)), "wrong", "never active", 2),
        "the share that is kept": (
            lambda hidden, drop, price: sequential(hidden, drop=1 - drop if drop else 0, prices=l2(price)),
            "wrong",
            "should be kept",
            3,
        ),
        "always 0.3": (
            lambda hidden, drop, price: sequential(hidden, drop=0.3, prices=l2(price)),
            "wrong",
            "Is the share of the argument used",
            3,
        ),
        "behind the last only": (dropout_at(["last"]), "wrong", "nothing is dropped behind hidden layer 1", 3),
        "behind the first only": (dropout_at(["first"]), "wrong", "nothing is dropped behind hidden layer 2", 3),
        "inputs dropped too": (dropout_at(["inputs", "first", "last"]), "wrong", "inputs are dropped", 3),
        "the output dropped too": (
            dropout_at(["first", "last", "output"]),
            "wrong",
            "output neuron itself is dropped",
            3,
        ),
        "not divided": (regularised_by_hand(scaled=False), "wrong", "not divided by the share", 3),
        "no penalty": (lambda hidden, drop, price: sequential(hidden, drop=drop), "wrong", "no penalty", 3),
        "half of it": (price_by(("kernel_regularizer", "L2", 0.5)), "wrong", "λ/2", 3),
        "twice of it": (price_by(("kernel_regularizer", "L2", 2)), "wrong", "belongs to the slope", 3),
        "L1": (price_by(("kernel_regularizer", "L1", 1)), "wrong", "L1 penalty", 3),
        "biases too": (
            price_by(("kernel_regularizer", "L2", 1), ("bias_regularizer", "L2", 1)),
            "wrong",
            "Biases are free",
            3,
        ),
        "biases only": (price_by(("bias_regularizer", "L2", 1)), "wrong", "not λ times the squares", 3),
        "activations": (
            price_by(("activity_regularizer", "L2", 1)),
            "wrong",
            "not λ times the squares",
            3,
        ),
        "the output too": (
            lambda hidden, drop, price: sequential(hidden, drop=drop, prices=l2(price), at_end=True),
            "wrong",
            "hidden layers alone",
            3,
        ),
        "the mean": (price_of_the_mean, "wrong", "not λ times the squares", 3),
        "always 0.01": (
            lambda hidden, drop, price: sequential(hidden, drop=drop, prices=l2(0.01)),
            "wrong",
            "not λ times the squares",
            3,
        ),
        "logits": (
            lambda hidden, drop, price: sequential(hidden, last=None, drop=drop, prices=l2(price)),
            "wrong",
            "your output neuron no activation function",
            2,
        ),
        "sigmoids": (
            lambda hidden, drop, price: sequential(hidden, "sigmoid", drop=drop, prices=l2(price)),
            "wrong",
            "hidden layers use sigmoid",
            2,
        ),
        "from the wrong end": (
            lambda hidden, drop, price: sequential(hidden[::-1], drop=drop, prices=l2(price)),
            "wrong",
            "from the wrong end",
            1,
        ),
        "no biases": (
            lambda hidden, drop, price: sequential(hidden, drop=drop, prices=l2(price), biases=False),
            "wrong",
            "and 1 with biases",
            2,
        ),
        "no return": (lambda hidden, drop, price: None, "wrong", "Is the return missing?", 0),
        "arguments swapped": (
            lambda hidden, drop, price: sequential(hidden, drop=price, prices=l2(drop)),
            "wrong",
            "Is the share of the argument used",
            2,
        ),
    },
}
