"""Answers to exercise 03, right and wrong, with what the checks must say to them."""

from itertools import pairwise

import numpy as np

from isnine.checks import layers as CHECKS

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]
SLOW = True


def not_attempted(*_):
    raise NotImplementedError()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ---------------------------------------------------------------------------------------------------------- name layers


def names_by_loop(widths):
    layers = []
    for position, neurons in enumerate(widths):
        if position == 0:
            layers.append(("input", neurons))
        elif position == len(widths) - 1:
            layers.append(("output", neurons))
        else:
            layers.append(("hidden", neurons))
    return layers


def names_by_unpacking(widths):
    first, *between, last = widths
    return [("input", first), *[("hidden", width) for width in between], ("output", last)]


def names_by_zip(widths):
    kinds = ["input"] + ["hidden"] * (len(widths) - 2) + ["output"]
    return list(zip(kinds, widths, strict=True))


def names_as_lists(widths):
    layers = [["hidden", float(width)] for width in widths]
    layers[0][0] = "input"
    layers[-1][0] = "output"
    return tuple(layers)


def names_in_numpy(widths):
    kinds = np.array(["input", *["hidden"] * (len(widths) - 2), "output"])
    return [(kind, width) for kind, width in zip(kinds, np.array(widths), strict=True)]


def named(kinds, numbers=lambda widths: widths):
    return lambda widths: list(zip(kinds(len(widths)), numbers(widths), strict=False))


def kinds(n):
    return ["input", *["hidden"] * (n - 2), "output"]


# -------------------------------------------------------------------------------------------------- number of parameters


def count_by_loop(widths):
    total = 0
    for i in range(1, len(widths)):
        total += (widths[i - 1] + 1) * widths[i]
    return total


def count_of_arrays(widths):
    total = 0
    for inputs, neurons in pairwise(widths):
        weights, bias = np.zeros((inputs, neurons)), np.zeros(neurons)
        total = total + weights.size + bias.size
    return total


def count_by_recursion(widths):
    if len(widths) == 1:
        return 0
    return widths[0] * widths[1] + widths[1] + count_by_recursion(widths[1:])


def count_by_products(widths):
    widths = np.array(widths)
    return widths[:-1] @ widths[1:] + widths[1:].sum()


def count_with_tensorflow(widths):
    import tensorflow as tf

    widths = tf.constant(widths, tf.float64)
    return tf.reduce_sum(widths[:-1] * widths[1:]) + tf.reduce_sum(widths[1:])


def count_by_return_in_the_loop(widths):
    total = 0
    for inputs, neurons in pairwise(widths):
        total += inputs * neurons + neurons
        return total


def count_that_replaces(widths):
    for inputs, neurons in pairwise(widths):
        total = inputs * neurons + neurons
    return total


def count_that_pops(widths):
    total = 0
    while len(widths) > 1:
        inputs = widths.pop(0)
        total += inputs * widths[0] + widths[0]
    return total


def weights_alone(widths):
    return sum(a * b for a, b in pairwise(widths))


# ---------------------------------------------------------------------------------------------------------------- dense


def dense_by_loops(x, weights, bias):
    n, neurons = x.shape[0], weights.shape[1]
    z = np.zeros((n, neurons))
    for row in range(n):
        for neuron in range(neurons):
            for i in range(len(weights)):
                z[row, neuron] += x[row, i] * weights[i, neuron]
            z[row, neuron] += bias[neuron]
    return z, sigmoid(z)


def dense_in_lists(x, weights, bias):
    z = [
        [sum(a * w for a, w in zip(row, column, strict=True)) + b for column, b in zip(weights.T, bias, strict=True)]
        for row in x
    ]
    return [z, [[sigmoid(value) for value in row] for row in z]]


def dense_with_a_row_of_ones(x, weights, bias):
    z = np.hstack([x, np.ones((len(x), 1))]) @ np.vstack([weights, bias])
    return z, (1 + np.tanh(z / 2)) / 2


def dense_by_columns(x, weights, bias):
    z = np.stack([x @ weights[:, neuron] + bias[neuron] for neuron in range(len(bias))], axis=1)
    return z, 1 / (1 + np.exp(-z))


def dense_with_tensorflow(x, weights, bias):
    import tensorflow as tf

    z = tf.matmul(x, weights) + bias
    return z, tf.sigmoid(z)


def dense_in_float32(x, weights, bias):
    z = x.astype(np.float32) @ weights.astype(np.float32) + bias.astype(np.float32)
    return z, sigmoid(z)


def dense_of(z_of, activation=sigmoid):
    def dense(x, weights, bias):
        z = z_of(x, weights, bias)
        return z, activation(z)

    return dense


def right_z(x, weights, bias):
    return x @ weights + bias


def dense_row_by_row(x, weights, bias):
    for row in x:
        z = row @ weights + bias
    return z, sigmoid(z)


def dense_that_changes_x(x, weights, bias):
    z = x @ weights + bias
    x[:] = 0
    return z, sigmoid(z)


# -------------------------------------------------------------------------------------------------------------- forward


def forward_by_loop(x, network):
    for weights, bias in network:
        x = sigmoid(x @ weights + bias)
    return x


def forward_by_positions(x, network):
    activations = [x]
    for i in range(len(network)):
        z = np.dot(activations[i], network[i][0]) + network[i][1]
        activations.append(1 / (1 + np.exp(-z)))
    return activations[-1]


def forward_by_recursion(x, network):
    if not network:
        return x
    weights, bias = network[0]
    return forward_by_recursion((1 + np.tanh((x @ weights + bias) / 2)) / 2, network[1:])


def forward_input_by_input(x, network):
    outputs = []
    for row in x:
        for weights, bias in network:
            row = [sigmoid(row @ weights[:, j] + bias[j]) for j in range(len(bias))]
        outputs.append(row)
    return outputs


def forward_with_tensorflow(x, network):
    import tensorflow as tf

    for weights, bias in network:
        x = tf.sigmoid(x @ tf.constant(weights) + bias)
    return x


def forward_in_float32(x, network):
    x = x.astype("float32")
    for weights, bias in network:
        x = sigmoid(x @ weights.astype("float32") + bias.astype("float32"))
    return x


def forward_with(hidden=sigmoid, output=sigmoid, first=lambda x: x, z=right_z):
    def forward(x, network):
        x = first(x)
        for i, (weights, bias) in enumerate(network):
            x = (output if i == len(network) - 1 else hidden)(z(x, weights, bias))
        return x

    return forward


def forward_by_return_in_the_loop(x, network):
    for weights, bias in network:
        x = sigmoid(x @ weights + bias)
        return x


def forward_that_forgets_x(x, network):
    for weights, bias in network:
        outputs = sigmoid(x @ weights + bias)
    return outputs


def forward_of_two_layers(x, network):
    (weights_1, bias_1), (weights_2, bias_2) = network
    return sigmoid(sigmoid(x @ weights_1 + bias_1) @ weights_2 + bias_2)


def forward_that_changes_x(x, network):
    result = forward_by_loop(x, network)
    x += 1
    return result


def forward_that_changes_the_network(x, network):
    while network:
        weights, bias = network.pop(0)
        x = sigmoid(x @ weights + bias)
    return x


def relu(z):
    return np.maximum(z, 0)


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def the_same(z):
    return z


# ---------------------------------------------------------------------------------------------------------------- build


def flat(network):
    return [array for pair in network for array in pair]


def build_sequential(network):
    import keras

    model = keras.Sequential([keras.Input((len(network[0][0]),))])
    for _, bias in network:
        model.add(keras.layers.Dense(len(bias), activation="sigmoid"))
    model.set_weights(flat(network))
    return model


def build_functional(network):
    import keras

    inputs = x = keras.Input((network[0][0].shape[0],))
    for weights, bias in network:
        layer = keras.layers.Dense(weights.shape[1])
        x = keras.layers.Activation("sigmoid")(layer(x))
        layer.set_weights([weights, bias])
    return keras.Model(inputs, x)


def build_with_initializers(network):
    import keras

    layers = [
        keras.layers.Dense(
            len(bias),
            activation=keras.activations.sigmoid,
            kernel_initializer=lambda shape, dtype=None, w=weights: keras.ops.convert_to_tensor(w, dtype),
            bias_initializer=lambda shape, dtype=None, b=bias: keras.ops.convert_to_tensor(b, dtype),
        )
        for weights, bias in network
    ]
    return keras.Sequential(layers)


def build_subclass(network):
    import keras

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.parts = [keras.layers.Dense(weights.shape[1], "sigmoid") for weights, _ in network]

        def call(self, x):
            for part in self.parts:
                x = part(x)
            return x

    model = Network()
    model(np.zeros((1, len(network[0][0]))))
    model.set_weights(flat(network))
    return model


def build_own_layers(network):
    import keras

    class Own(keras.layers.Layer):
        def __init__(self, weights, bias):
            super().__init__()
            self.matrix = self.add_weight(shape=weights.shape, initializer="zeros")
            self.matrix.assign(weights)
            self.row = self.add_weight(shape=bias.shape, initializer="zeros")
            self.row.assign(bias)

        def call(self, x):
            return keras.ops.sigmoid(x @ self.matrix + self.row)

    return keras.Sequential([Own(weights, bias) for weights, bias in network])


def build_frozen_in_float64(network):
    import keras

    model = keras.Sequential([keras.Input((len(network[0][0]),), dtype="float64")])
    for weights, bias in network:
        layer = keras.layers.Dense(len(bias), activation="sigmoid", dtype="float64", name=f"layer_{len(model.layers)}")
        model.add(layer)
        layer.set_weights((weights, bias))
        layer.trainable = False
    model.compile("sgd", "mse")
    return model


def keras_with(hidden="sigmoid", output="sigmoid", first=(), given=flat, **options):
    """An answer that builds with these activation functions and layers, and gives these weights to the model."""

    def build(network):
        import keras

        model = keras.Sequential([keras.Input((len(network[0][0]),)), *(layer() for layer in first)])
        for i, (_, bias) in enumerate(network):
            activation = output if i == len(network) - 1 else hidden
            model.add(keras.layers.Dense(len(bias), activation=activation, **options))
        if given:
            model.set_weights(given(network))
        return model

    return build


def sigmoid_layer():
    import keras

    return keras.layers.Activation("sigmoid")


def build_weights_without_biases(network):
    model = keras_with(given=None)(network)
    for layer, (weights, bias) in zip(model.layers, network, strict=True):
        layer.set_weights([weights, 0 * bias])
    return model


def build_first_layer_only_set(network):
    model = keras_with(given=None)(network)
    model.layers[0].set_weights(network[0])
    return model


def build_hidden_in_numpy(network):
    import keras

    class Network(keras.Model):
        def call(self, x):
            for weights, bias in network:
                x = keras.ops.sigmoid(keras.ops.matmul(x, weights.astype("float32")) + bias.astype("float32"))
            return x

    return Network()


def build_outputs_only(network):
    import keras

    inputs = keras.Input((len(network[0][0]),))
    return keras_with()(network)(inputs)


def build_for_five(network):
    import keras

    inputs = x = keras.Input(batch_shape=(5, len(network[0][0])))
    for _, bias in network:
        x = keras.layers.Dense(len(bias), activation="sigmoid")(x)
    x = keras.ops.reshape(x, (5, len(network[-1][1])))
    model = keras.Model(inputs, x)
    model.set_weights(flat(network))
    return model


def build_with_one_layer_more(network):
    model = keras_with(given=None)(network)
    import keras

    model.add(keras.layers.Dense(1, activation="sigmoid"))
    return model


def build_layer(network):
    import keras

    layer = keras.layers.Dense(len(network[-1][1]), activation="sigmoid")
    layer.build((None, len(network[0][0])))
    return layer


def build_that_rounds(network):
    import keras

    model = build_sequential(network)
    inputs = keras.Input((len(network[0][0]),))
    return keras.Model(inputs, keras.ops.round(model(inputs)))


def build_list(network):
    import keras

    return [keras.layers.Dense(len(bias), activation="sigmoid") for _, bias in network]


def build_that_empties(network):
    model = build_sequential(network)
    network.clear()
    return model


def build_in_one_line(network):
    import keras

    model = build_sequential(network)
    inputs = keras.Input((len(network[0][0]),))
    return keras.Model(inputs, keras.ops.reshape(model(inputs), (-1,)))


def build_with_a_dict(network):
    import keras

    model = build_sequential(network)
    inputs = keras.Input((len(network[0][0]),))
    return keras.Model(inputs, {"answer": model(inputs)})


RIGHT = {
    "name_layers": {
        "a loop": names_by_loop,
        "unpacking": names_by_unpacking,
        "zip": names_by_zip,
        "lists of lists": names_as_lists,
        "words and numbers of NumPy": names_in_numpy,
    },
    "number_of_parameters": {
        "a loop": count_by_loop,
        "sizes of arrays": count_of_arrays,
        "recursion": count_by_recursion,
        "a product of two lines": count_by_products,
        "a sum over pairs": lambda widths: sum(a * b + b for a, b in zip(widths, widths[1:])),  # noqa: B905, RUF007
        "TensorFlow": count_with_tensorflow,
    },
    "dense": {
        "loops": dense_by_loops,
        "lists": dense_in_lists,
        "a row of ones": dense_with_a_row_of_ones,
        "neuron by neuron": dense_by_columns,
        "one product": dense_of(right_z),
        "einsum, as one array": lambda x, w, b: np.stack(
            dense_of(lambda *_: np.einsum("ni,ij->nj", x, w) + b)(x, w, b)
        ),
        "float32": dense_in_float32,
        "TensorFlow": dense_with_tensorflow,
    },
    "forward": {
        "a loop": forward_by_loop,
        "positions": forward_by_positions,
        "recursion": forward_by_recursion,
        "input by input": forward_input_by_input,
        "float32": forward_in_float32,
        "TensorFlow": forward_with_tensorflow,
    },
    "build": {
        "Sequential": build_sequential,
        "functional, activations apart": build_functional,
        "initializers": build_with_initializers,
        "a subclass": build_subclass,
        "layers of one's own": build_own_layers,
        "float64, frozen, compiled": build_frozen_in_float64,
    },
}

WRONG = {
    "name_layers": {
        "untouched": (not_attempted, "not attempted", "Write name_layers above", 0),
        "input layer left out": (lambda w: names_by_loop(w)[1:], "wrong", "the input layer is missing", 0),
        "output layer left out": (lambda w: names_by_loop(w)[:-1], "wrong", "the output layer is missing", 0),
        "one entry a neuron": (
            lambda w: [pair for pair in names_by_loop(w) for _ in range(pair[1])],
            "wrong",
            "one for each neuron",
            0,
        ),
        "hidden layers added up": (
            lambda w: [("input", w[0]), ("hidden", sum(w[1:-1])), ("output", w[-1])],
            "wrong",
            "Each width stands for one layer",
            0,
        ),
        "turned round": (lambda w: names_by_loop(w)[::-1], "wrong", "begins with the output layer", 1),
        "turned round, and told on the numbers": (
            lambda w: names_by_loop(w)[::-1],
            "wrong",
            "run from the output to the input",
            1,
        ),
        "kinds turned round": (named(lambda n: kinds(n)[::-1]), "wrong", "begins with the output layer", 2),
        "all hidden": (named(lambda n: ["hidden"] * n), "wrong", "Hidden means neither", 1),
        "last one hidden": (named(lambda n: ["input", *["hidden"] * (n - 1)]), "wrong", "the last layer", 2),
        "first one hidden": (named(lambda n: [*["hidden"] * (n - 1), "output"]), "wrong", "the first layer", 2),
        "one hidden layer only": (
            named(lambda n: ["input", *["hidden"] * (n > 2), *["output"] * (n - 2 if n > 2 else 1)]),
            "wrong",
            "neither the first nor the last is hidden",
            2,
        ),
        "capital letters": (named(lambda n: [k.title() for k in kinds(n)]), "wrong", "'Input'", 0),
        "input layer": (named(lambda n: [f"{k} layer" for k in kinds(n)]), "wrong", "'input layer'", 0),
        "dense": (named(lambda n: ["input", *["dense"] * (n - 1)]), "wrong", "'dense'", 0),
        "numbers first": (lambda w: [(n, k) for k, n in names_by_loop(w)], "wrong", "The word comes first", 0),
        "numbers of kinds": (lambda w: [(0, n) for n in w], "wrong", "begins with the single value 0", 0),
        "words alone": (lambda w: kinds(len(w)), "wrong", "the text 'input', and not a pair", 0),
        "a dict": (lambda w: dict(names_by_loop(w)), "wrong", "a dict", 0),
        "one text": (lambda w: str(names_by_loop(w)), "wrong", "the text", 0),
        "numbers as text": (
            lambda w: [(k, str(n)) for k, n in names_by_loop(w)],
            "wrong",
            "not a number of neurons",
            0,
        ),
        "positions": (named(kinds, lambda w: range(len(w))), "wrong", "the position of the layer", 2),
        "positions from 1": (named(kinds, lambda w: range(1, len(w) + 1)), "wrong", "counted from 1", 2),
        "0 input neurons": (named(kinds, lambda w: [0, *w[1:]]), "wrong", "your input layer has 0 neurons", 2),
        "parameters": (
            named(kinds, lambda w: [0, *(a * b + b for a, b in pairwise(w))]),
            "wrong",
            "a number of parameters",
            2,
        ),
        "always 1": (named(kinds, lambda w: [1] * len(w)), "wrong", "you give 1 as the number", 2),
        "widths changed": (lambda w: (names_by_loop(w), w.clear())[0], "wrong", "changed the array", 0),
        "printed": (lambda w: print(names_by_loop(w)), "wrong", "Is the return missing?", 0),
        "a name that is not there": (lambda w: [("input", inputs)], "error", "name 'inputs' is not defined", 0),  # noqa: F821
    },
    "number_of_parameters": {
        "untouched": (not_attempted, "not attempted", "Write number_of_parameters above", 0),
        "biases forgotten": (weights_alone, "wrong", "The biases are missing", 0),
        "biases of input neurons": (lambda w: count_by_loop(w) + w[0], "wrong", "for the input neurons too", 0),
        "width before as biases": (
            lambda w: sum(a * b + a for a, b in pairwise(w)),
            "wrong",
            "width before a layer",
            0,
        ),
        "one bias a layer": (lambda w: weights_alone(w) + len(w) - 1, "wrong", "one bias for each layer", 1 - 1),
        "one bias": (lambda w: weights_alone(w) + 1, "wrong", "one bias for the whole network", 0),
        "biases of hidden neurons only": (
            lambda w: weights_alone(w) + sum(w[1:-1]),
            "wrong",
            "biases of the output neurons",
            0,
        ),
        "biases of output neurons only": (
            lambda w: weights_alone(w) + w[-1],
            "wrong",
            "biases of the hidden neurons",
            1,
        ),
        "all widths multiplied": (lambda w: int(np.prod(w)), "wrong", "You multiplied all widths", 0),
        "all widths multiplied, with biases": (
            lambda w: int(np.prod(w)) + sum(w[1:]),
            "wrong",
            "so their weights are added",
            1,
        ),
        "neurons": (sum, "wrong", "These are the neurons", 0),
        "biases alone": (lambda w: sum(w[1:]), "wrong", "the biases alone", 0),
        "widths added": (lambda w: sum(a + b for a, b in pairwise(w)), "wrong", "add the two widths", 0),
        "return in the loop": (count_by_return_in_the_loop, "wrong", "stop after the first layer", 1),
        "replaced": (count_that_replaces, "wrong", "the last layer alone", 1),
        "the output layer left out": (lambda w: count_by_loop(w[:-1]), "wrong", "The output layer is missing", 0),
        "begun too late": (lambda w: count_by_loop(w[1:]), "wrong", "begin one too late", 0),
        "all joined": (
            lambda w: sum(a * b for i, a in enumerate(w) for b in w[i + 1 :]) + sum(w[1:]),
            "wrong",
            "with all later ones",
            1,
        ),
        "one hidden layer only": (
            lambda w: w[0] * w[1] + w[1] + w[1] * w[2] + w[2],
            "wrong",
            "IndexError",
            1,
        ),
        "21": (lambda w: 21, "wrong", "too", 0),
        "a list": (lambda w: [a * b + b for a, b in pairwise(w)], "wrong", "a list of 2 values", 1),
        "weights and biases": (lambda w: (weights_alone(w), sum(w[1:])), "wrong", "a tuple of 2 values", 0),
        "text": (lambda w: f"{count_by_loop(w):,}", "wrong", "the text", 0),
        "widths changed": (count_that_pops, "wrong", "changed the array", 0),
        "printed": (lambda w: print(count_by_loop(w)), "wrong", "Is the return missing?", 0),
        "past the end": (lambda w: sum(w[i] * w[i + 1] for i in range(len(w))), "error", "IndexError", 0),
    },
    "dense": {
        "untouched": (not_attempted, "not attempted", "Write dense above", 0),
        "biases forgotten": (dense_of(lambda x, w, b: x @ w), "wrong", "The biases are missing", 2),
        "biases forgotten in the activations": (
            lambda x, w, b: (x @ w + b, sigmoid(x @ w)),
            "wrong",
            "the one without the biases",
            2,
        ),
        "biases subtracted": (dense_of(lambda x, w, b: x @ w - b), "wrong", "subtracted", 2),
        "all biases in each": (dense_of(lambda x, w, b: x @ w + b.sum()), "wrong", "the sum of all biases", 2),
        "the first bias": (dense_of(lambda x, w, b: x @ w + b[0]), "wrong", "the bias of the first neuron", 2),
        "biases once an input": (
            dense_of(lambda x, w, b: x @ w + b * x.shape[1]),
            "wrong",
            "once for every input",
            2,
        ),
        "W transposed": (dense_of(lambda x, w, b: x @ w.T + b), "wrong", "your weights lie on their side", 0),
        "W transposed when needed": (
            dense_of(lambda x, w, b: (x @ w.T if w.shape[0] == w.shape[1] else x @ w) + b),
            "wrong",
            "your weights lie on their side",
            3,
        ),
        "W first": (dense_of(lambda x, w, b: w @ x + b), "wrong", "a product does not fit", 0),
        "all transposed": (dense_of(lambda x, w, b: (w.T @ x.T) + b[:, None]), "wrong", "The batch comes first", 0),
        "sigmoid on x": (dense_of(lambda x, w, b: sigmoid(x) @ w + b), "wrong", "activation function on x", 1),
        "activation twice": (
            dense_of(lambda x, w, b: sigmoid(x @ w + b)),
            "wrong",
            "your z is an activation already",
            1,
        ),
        "neurons in reverse": (dense_of(lambda x, w, b: x @ w[:, ::-1] + b), "wrong", "from the last neuron", 1),
        "swapped": (lambda x, w, b: dense_of(right_z)(x, w, b)[::-1], "wrong", "z comes first", 0),
        "no activation": (dense_of(right_z, lambda z: z), "wrong", "The activation function is missing", 2),
        "sigmoid of the sigmoid": (dense_of(right_z, lambda z: sigmoid(sigmoid(z))), "wrong", "twice", 2),
        "step": (dense_of(right_z, lambda z: np.where(z > 0, 1, 0)), "wrong", "that is the step", 2),
        "decision": (dense_of(right_z, lambda z: z >= 0), "wrong", "that is a decision", 2),
        "tanh": (dense_of(right_z, np.tanh), "wrong", "tanh", 2),
        "ReLU": (dense_of(right_z, relu), "wrong", "ReLU", 2),
        "falling": (dense_of(right_z, lambda z: sigmoid(-z)), "wrong", "sign in front of z", 2),
        "softmax": (dense_of(right_z, softmax), "wrong", "adds up to 1", 2),
        "rounded to three": (dense_of(right_z, lambda z: np.round(sigmoid(z), 3)), "wrong", "rounded", 2),
        "rounded to two": (dense_of(right_z, lambda z: np.round(sigmoid(z), 2)), "wrong", "rounded", 2),
        "activations of another": (dense_of(right_z, lambda z: sigmoid(z) ** 2), "wrong", "do not belong to your z", 2),
        "elementwise": (dense_of(lambda x, w, b: x * w + b), "wrong", "ValueError", 0),
        "z alone": (right_z, "wrong", "The question asks for two", 0),
        "activations alone": (lambda x, w, b: sigmoid(x @ w + b), "wrong", "one array of shape", 0),
        "the last row": (dense_row_by_row, "wrong", "Each of them needs a row", 0),
        "one axis too many": (
            lambda x, w, b: [part[:, :-1] for part in dense_of(right_z)(x, w, b)],
            "wrong",
            "the shape (n, neurons)",
            0,
        ),
        "zeros": (
            lambda x, w, b: (np.zeros((len(x), len(b))), np.full((len(x), len(b)), 0.5)),
            "wrong",
            "nothing to activate",
            0,
        ),
        "x changed": (dense_that_changes_x, "wrong", "changed the array", 0),
        "NaN": (dense_of(lambda x, w, b: x @ w + b, np.log), "wrong", "NaN", 0),
        "printed": (lambda x, w, b: print(dense_of(right_z)(x, w, b)), "wrong", "Is the return missing?", 0),
        "a name that is not there": (lambda x, w, b: (x @ W + b, 0), "error", "name 'W' is not defined", 0),  # noqa: F821
    },
    "forward": {
        "untouched": (not_attempted, "not attempted", "Write forward above", 0),
        "biases forgotten": (forward_with(z=lambda x, w, b: x @ w), "wrong", "The biases are missing", 1),
        "biases subtracted": (forward_with(z=lambda x, w, b: x @ w - b), "wrong", "subtracted", 1),
        "sigmoid on x": (forward_with(first=sigmoid), "wrong", "activation function on x itself", 0),
        "ReLU on x": (forward_with(first=relu), "wrong", "The input neurons hold x", 0),
        "sigmoid on x, no biases": (
            forward_with(first=sigmoid, z=lambda x, w, b: x @ w),
            "wrong",
            "Besides, there is a sigmoid on x",
            0,
        ),
        "W transposed": (forward_with(z=lambda x, w, b: x @ w.T + b), "wrong", "Your weights lie on their side", 0),
        "no activation": (forward_with(the_same, the_same), "wrong", "No layer has an activation", 0),
        "no hidden activation": (forward_with(the_same), "wrong", "The hidden layers have no activation", 1),
        "no output activation": (forward_with(output=the_same), "wrong", "The output layer has no activation", 0),
        "ReLU": (forward_with(relu, relu), "wrong", "Your layers use the ReLU", 0),
        "ReLU in hidden layers": (forward_with(relu), "wrong", "Your hidden layers use the ReLU", 1),
        "tanh": (forward_with(np.tanh, np.tanh), "wrong", "Your layers use tanh", 0),
        "tanh in hidden layers": (forward_with(np.tanh), "wrong", "Your hidden layers use tanh", 1),
        "softmax": (forward_with(output=softmax), "wrong", "softmax", 0),
        "step": (forward_with(lambda z: z > 0, lambda z: z > 0), "wrong", "the step", 0),
        "decision": (lambda x, n: forward_by_loop(x, n) >= 0.5, "wrong", "a decision", 0),
        "return in the loop": (forward_by_return_in_the_loop, "wrong", "stop after the first layer", 1),
        "one too early": (lambda x, n: forward_by_loop(x, n[:-1]), "wrong", "one layer too early", 0),
        "once too often": (lambda x, n: sigmoid(forward_by_loop(x, n)), "wrong", "once too often", 0),
        "the first input": (lambda x, n: forward_by_loop(x[:1], n), "wrong", "first input of the batch only", 0),
        "in one line": (lambda x, n: forward_by_loop(x, n).ravel(), "wrong", "stand in one line", 0),
        "turned": (lambda x, n: forward_by_loop(x, n).T, "wrong", "The batch comes first", 0),
        "rounded to three": (lambda x, n: forward_by_loop(x, n).round(3), "wrong", "rounded", 0),
        "rounded to two": (lambda x, n: forward_by_loop(x, n).round(2), "wrong", "rounded", 0),
        "x in each layer": (forward_that_forgets_x, "wrong", "ValueError", 1),
        "two layers": (forward_of_two_layers, "wrong", "ValueError", 1),
        "from the end": (lambda x, n: forward_by_loop(x, n[::-1]), "wrong", "ValueError", 1),
        "all layers": (
            lambda x, n: [forward_by_loop(x, n[:1]), forward_by_loop(x, n)],
            "wrong",
            "a list of 2 values",
            0,
        ),
        "the network": (lambda x, n: n, "wrong", "The question asks for an array", 0),
        "half": (lambda x, n: np.full((len(x), n[-1][0].shape[1]), 0.5), "wrong", "too", 0),
        "x changed": (forward_that_changes_x, "wrong", "changed the array", 0),
        "network emptied": (forward_that_changes_the_network, "wrong", "changed the array", 0),
        "printed": (lambda x, n: print(forward_by_loop(x, n)), "wrong", "Is the return missing?", 0),
        "not unpacked": (
            lambda x, n: [x := sigmoid(x @ pair[0] + pair.bias) for pair in n][-1],
            "error",
            "AttributeError",
            0,
        ),
    },
    "build": {
        "untouched": (not_attempted, "not attempted", "Write build above", 0),
        "weights not set": (keras_with(given=None), "wrong", "Keras draws random weights", 1),
        "no activation": (keras_with(None, None), "wrong", "No layer has an activation function", 2),
        "no hidden activation": (keras_with(None), "wrong", "The hidden layers have no activation function", 2),
        "no output activation": (keras_with(output=None), "wrong", "The output layer has no activation function", 2),
        "ReLU": (keras_with("relu"), "wrong", "Your hidden layers use the ReLU", 2),
        "ReLU everywhere": (keras_with("relu", "relu"), "wrong", "Your layers use the ReLU", 2),
        "tanh": (keras_with("tanh"), "wrong", "Your hidden layers use tanh", 2),
        "softmax": (keras_with(output="softmax"), "wrong", "softmax", 2),
        "sigmoid on x": (keras_with(first=(sigmoid_layer,)), "wrong", "activation function on x itself", 2),
        "biases forgotten": (
            keras_with(use_bias=False, given=lambda network: [pair[0] for pair in network]),
            "wrong",
            "It has no biases",
            1,
        ),
        "biases left at 0": (build_weights_without_biases, "wrong", "play no part", 1),
        "W transposed": (
            keras_with(given=lambda network: flat([(w.T, b) for w, b in network])),
            "wrong",
            "Keras keeps weights as (inputs, neurons)",
            0,
        ),
        "W transposed when square": (
            keras_with(given=lambda n: flat([(w.T if w.shape[0] == w.shape[1] else w, b) for w, b in n])),
            "wrong",
            "Your weights lie on their side",
            3,
        ),
        "biases first": (keras_with(given=lambda n: flat([(b, w) for w, b in n])), "wrong", "come before its bias", 0),
        "pairs not taken apart": (keras_with(given=lambda n: n), "wrong", "one flat list of arrays", 0),
        "an activation that Keras does not know": (keras_with("sigmoyd"), "wrong", "ValueError", 0),
        "only the first layer set": (build_first_layer_only_set, "wrong", "only some of the given weights", 1),
        "nothing held": (build_hidden_in_numpy, "wrong", "holds no weights of its own", 3),
        "a batch of five": (build_for_five, "wrong", "not a batch of one", 0),
        "one layer more": (build_with_one_layer_more, "wrong", "outputs of shape", 0),
        "a single layer": (build_layer, "wrong", "A single layer is not yet a model", 0),
        "rounded outputs": (build_that_rounds, "wrong", "look at the activation function", 2),
        "symbolic outputs": (build_outputs_only, "wrong", "keras.Model(inputs, outputs)", 0),
        "outputs in one line": (build_in_one_line, "wrong", "for a batch of one. It needs one row", 1),
        "NaN": (keras_with(given=lambda n: [array * np.nan for array in flat(n)]), "wrong", "your model gives NaN", 0),
        "outputs in a dict": (build_with_a_dict, "wrong", "your model gives a dict", 0),
        "a list of layers": (build_list, "wrong", "keras.Sequential makes a model", 0),
        "numbers": (lambda n: forward_by_loop(np.ones((1, len(n[0][0]))), n), "wrong", "Return the network itself", 0),
        "network emptied": (build_that_empties, "wrong", "changed the array", 0),
        "no return": (lambda n: None, "wrong", "Is the return missing?", 0),
        "a name that is not there": (lambda n: Sequential(n), "error", "name 'Sequential' is not defined", 0),  # noqa: F821
    },
}
