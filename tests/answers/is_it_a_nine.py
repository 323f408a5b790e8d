"""Answers to exercise 06, right and wrong, with what the checks must say to them. Keras is imported where it is needed."""

import functools
import hashlib

import numpy as np

from isnine.checks import is_it_a_nine as CHECKS

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]

SLOW = True


def not_attempted(*_):
    raise NotImplementedError()


# 1. Build


def kept(build):
    """Networks take a while to build, and the tests ask each answer many times: build each one once (checks set its weights)."""
    networks = {}

    @functools.wraps(build)
    def builds(inputs, hidden):
        key = (inputs, *hidden)
        if key not in networks:
            networks[key] = build(inputs, hidden)
        return networks[key]

    return builds


def built(hidden_activation="relu", last_activation="sigmoid", last=1, before=(), **options):
    """An answer that builds a Sequential in this way."""

    @kept
    def build(inputs, hidden):
        import keras

        layers = [keras.layers.Dense(inputs, activation="relu") for _ in before]
        layers += [keras.layers.Dense(width, activation=hidden_activation, **options) for width in hidden]
        return keras.Sequential(
            [keras.Input((inputs,)), *layers, keras.layers.Dense(last, activation=last_activation, **options)]
        )

    return build


@kept
def build_functional(inputs, hidden):
    import keras

    values = start = keras.Input(shape=(inputs,), name="pixels")
    for place, width in enumerate(hidden):
        values = keras.layers.Dense(width, name=f"hidden_{place}", kernel_initializer="he_normal")(values)
        values = keras.layers.ReLU()(values)
    return keras.Model(start, keras.layers.Activation("sigmoid")(keras.layers.Dense(1)(values)))


@kept
def build_by_adding(inputs, hidden):
    import keras

    network = keras.Sequential()
    for width in hidden:
        network.add(keras.layers.Dense(width, activation=keras.activations.relu))
        network.add(keras.layers.Dropout(0.2))
    network.add(keras.layers.Dense(units=1, activation="sigmoid"))
    return network


@kept
def build_subclassed(inputs, hidden):
    import keras

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.parts = [keras.layers.Dense(width, "relu") for width in hidden]
            self.end = keras.layers.Dense(1, "sigmoid")

        def call(self, values):
            for part in self.parts:
                values = part(values)
            return self.end(values)

    return Network()


@kept
def build_always_the_same(inputs, hidden):
    return built()(4096, [32, 16])


@kept
def build_with_first_only(inputs, hidden):
    import keras

    layers = [keras.layers.Dense(width, activation=None if place else "relu") for place, width in enumerate(hidden)]
    return keras.Sequential([keras.Input((inputs,)), *layers, keras.layers.Dense(1, activation="sigmoid")])


@kept
def build_with_last_only(inputs, hidden):
    import keras

    end = len(hidden) - 1
    layers = [keras.layers.Dense(w, activation="relu" if place == end else None) for place, w in enumerate(hidden)]
    return keras.Sequential([keras.Input((inputs,)), *layers, keras.layers.Dense(1, activation="sigmoid")])


def build_without_return(inputs, hidden):
    built()(inputs, hidden)


def build_layers_only(inputs, hidden):
    return [inputs, *hidden, 1]


# 2. Compile


def ready(loss="binary_crossentropy", optimizer="Adam", metrics=("accuracy",), **options):
    """An answer that compiles in this way; ``loss`` and ``metrics`` may be functions that make them."""

    def make_ready(network, learning_rate):
        import keras

        rule = getattr(keras.optimizers, optimizer)(learning_rate=learning_rate, **options)
        network.compile(
            optimizer=rule,
            loss=loss(keras) if callable(loss) else loss,
            metrics=[metric(keras) if callable(metric) else metric for metric in metrics] or None,
        )
        return network

    return make_ready


def ready_with_defaults(network, learning_rate):
    network.compile("adam", "binary_crossentropy", metrics=["accuracy"])


def ready_by_assignment(network, learning_rate):
    network.compile(optimizer="adam", loss="binary_crossentropy", metrics=["acc"])
    network.optimizer.learning_rate = learning_rate
    return network


def ready_with_own_loss(network, learning_rate):
    import keras
    from keras import ops

    def loss(labels, outputs):
        outputs = ops.clip(outputs, 1e-7, 1 - 1e-7)
        return -ops.mean(labels * ops.log(outputs) + (1 - labels) * ops.log(1 - outputs), axis=-1)

    network.compile(keras.optimizers.Adam(learning_rate), loss, metrics=[keras.metrics.BinaryAccuracy()])


def logits_of_probabilities(keras):
    """Takes the sigmoid once more: Keras' own loss would look behind the network's sigmoid."""
    from keras import ops

    return lambda labels, outputs: ops.mean(ops.softplus(outputs) - labels * outputs, axis=-1)


def half_of_the_entropy(keras):
    from keras import ops

    return lambda labels, outputs: -ops.mean(labels * ops.log(outputs), axis=-1)


def not_ready(network, learning_rate):
    return network


def ready_with_an_unknown_loss(network, learning_rate):
    network.compile("adam", "binary_entropy")


# 3. Train


def remembered(train):
    """Training gives the same for the same start and pictures, and the tests ask each answer many times: remember where it ended."""
    ends = {}

    @functools.wraps(train)
    def trains(network, parts):
        key = hashlib.sha256()
        for array in (*network.get_weights(), parts.train.images, parts.test.digits):
            key.update(np.ascontiguousarray(array).tobytes())
        key = key.hexdigest()
        if key not in ends:
            train(network, parts)
            ends[key] = network.get_weights()
        network.set_weights(ends[key])

    return trains


def trains_on(inputs_of, labels_of, epochs=12):
    """An answer that trains on other pictures or labels."""

    @remembered
    def train(network, parts):
        network.fit(inputs_of(parts), labels_of(parts), epochs=epochs, verbose=0)

    return train


def joined(*names):
    return (
        lambda parts: np.concatenate([getattr(parts, name).inputs for name in names]),
        lambda parts: np.concatenate([getattr(parts, name).is_nine for name in names]),
    )


@remembered
def train_as_in_the_chapter(network, parts):
    train, validation = parts.train, parts.validation
    return network.fit(
        train.inputs,
        train.is_nine,
        validation_data=(validation.inputs, validation.is_nine),
        batch_size=32,
        epochs=15,
        verbose=0,
    )


@remembered
def train_with_early_stopping(network, parts):
    import keras

    stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
    labels = parts.train.is_nine.astype("float32").reshape(-1, 1)
    watched = (parts.validation.inputs, parts.validation.is_nine)
    network.fit(parts.train.images.reshape(-1, 4096) / 255, labels, 16, 30, 2, [stop], validation_data=watched)


@remembered
def train_by_batches(network, parts):
    """A loop of its own, which ends when the validation loss has been good enough."""
    inputs, labels, generator = parts.train.inputs, parts.train.is_nine, np.random.default_rng(0)
    for _ in range(10):
        order = generator.permutation(len(inputs))
        for begin in range(0, len(order), 40):
            network.train_on_batch(inputs[order[begin : begin + 40]], labels[order[begin : begin + 40]])


@remembered
def train_on_moved_copies(network, parts):
    images = parts.train.images
    moved = np.concatenate([images, np.roll(images, 2, axis=2), np.roll(images, -2, axis=1)])
    network.fit(moved.reshape(-1, 4096) / np.float32(255), np.tile(parts.train.is_nine, 3), epochs=6, verbose=0)
    network.evaluate(parts.test.inputs, parts.test.is_nine, verbose=0)


def train_another_network(network, parts):
    other = built()(4096, [4])
    other.compile("sgd", "binary_crossentropy")
    other.fit(parts.validation.inputs, parts.validation.is_nine, verbose=0)
    return other


def train_looks_only(network, parts):
    return network.predict(parts.train.inputs[:5], verbose=0)


def train_on_pictures(network, parts):
    network.fit(parts.train.images, parts.train.is_nine, verbose=0)


@remembered
def train_to_nan(network, parts):
    network.set_weights([np.full_like(array, np.nan) for array in network.get_weights()])


# 4. The most confident mistakes


def mistakes_by_loop(outputs, truth, count):
    found = []
    for place in range(len(truth)):
        score = outputs[place, 0]
        if (score >= 0.5) != truth[place]:
            found.append((abs(score - 0.5), place))
    return [place for _, place in sorted(found, reverse=True)[:count]]


def mistakes_of_all(outputs, truth, count):
    """A right answer gets the rank of last, and is cut off."""
    scores = outputs.ravel()
    wrong = (scores >= 0.5) != truth
    distance = np.where(wrong, np.abs(scores - 0.5), -1)
    return np.argsort(-distance)[: min(count, wrong.sum())]


def mistakes_by_gap(outputs, truth, count):
    gap = np.abs(outputs[:, 0] - truth.astype(int))
    order = np.argsort(gap)[::-1]
    answers = outputs[:, 0] >= 0.5
    return [int(place) for place in order if answers[place] != truth[place]][:count]


def mistakes_with_tensorflow(outputs, truth, count):
    import tensorflow as tf

    scores = tf.squeeze(tf.constant(outputs), 1)
    wrong = tf.where((scores >= 0.5) != truth)[:, 0]
    order = tf.argsort(tf.abs(tf.gather(scores, wrong) - 0.5), direction="DESCENDING")
    return tf.gather(wrong, order)[:count]


def mistakes_ranked(key, wrong_of=lambda s, t: (s >= 0.5) != t):
    """An answer that ranks by another key, or among other pictures."""

    def mistakes(outputs, truth, count):
        scores = outputs[:, 0]
        wrong = np.flatnonzero(wrong_of(scores, truth))
        return wrong[np.argsort(key(scores[wrong], truth[wrong]), kind="stable")][:count]

    return mistakes


def sure(scores, _):
    return -np.abs(scores - 0.5)


def mistakes_as_a_table(outputs, truth, count):
    wrong = np.flatnonzero((outputs >= 0.5) != truth)
    return wrong[:count]


def mistakes_among_the_wrong(outputs, truth, count):
    scores = outputs[:, 0]
    wrong = (scores >= 0.5) != truth
    return np.argsort(-np.abs(scores[wrong] - 0.5))[:count]


def mistakes_outputs(outputs, truth, count):
    return outputs[mistakes_by_loop(outputs, truth, count), 0]


def mistakes_all_of_them(outputs, truth, count):
    return mistakes_by_loop(outputs, truth, len(truth))


def mistakes_filled_up(outputs, truth, count):
    gap = np.abs(outputs[:, 0] - truth)
    return np.argsort(-gap)[:count]


def mistakes_cut_before_ranking(outputs, truth, count):
    scores = outputs[:, 0]
    wrong = np.flatnonzero((scores >= 0.5) != truth)[:count]
    return wrong[np.argsort(-np.abs(scores[wrong] - 0.5))]


def mistakes_in_place(outputs, truth, count):
    places = mistakes_by_loop(outputs, truth, count)
    outputs -= 0.5
    return places


# 5. What hidden neurons look for


def pictures(network, count):
    weights = network.layers[0].get_weights()[0]
    order = np.argsort(-np.abs(weights).sum(axis=0))[:count]
    return weights[:, order].T.reshape(count, 64, 64)


def pictures_by_loop(network, count):
    weights = network.get_weights()[0]
    columns = [weights[:, neuron] for neuron in range(weights.shape[1])]
    columns.sort(key=lambda column: -sum(abs(value) for value in column.tolist()))
    return [column.reshape(64, 64) for column in columns[:count]]


def pictures_by_axes(network, count):
    weights = np.array(network.trainable_variables[0])
    order = np.abs(weights).mean(axis=0).argsort()[::-1]
    return np.moveaxis(weights.reshape(64, 64, -1), 2, 0)[order][:count]


def pictures_with_tensorflow(network, count):
    import tensorflow as tf

    weights = tf.transpose(tf.convert_to_tensor(network.layers[0].kernel))
    places = tf.math.top_k(tf.reduce_sum(tf.abs(weights), axis=1), count).indices
    return tf.reshape(tf.gather(weights, places), (count, 64, 64))


def pictures_ranked(key, shaped=lambda weights: weights.T.reshape(-1, 64, 64)):
    def shown(network, count):
        weights, biases = network.layers[0].get_weights()
        return shaped(weights)[np.argsort(key(weights, biases), kind="stable")][:count]

    return shown


def largest(weights, _):
    return -np.abs(weights).sum(axis=0)


def pictures_of_all(network, count):
    return pictures(network, len(network.layers[0].get_weights()[1]))


def pictures_counted_last(network, count):
    return np.moveaxis(pictures(network, count), 0, 2)


def pictures_as_lines(network, count):
    return pictures(network, count).reshape(count, 4096)


def pictures_of_one(network, count):
    return np.repeat(pictures(network, 1), count, axis=0)


def pictures_of_the_second_layer(network, count):
    return network.layers[1].get_weights()[0]


def pictures_scaled(network, count):
    shown = pictures(network, count)
    return shown / np.abs(shown).max()


RIGHT = {
    "build": {
        "Sequential": built(),
        "functional, activations apart": build_functional,
        "added one by one, without Input, with dropout": build_by_adding,
        "subclassed": build_subclassed,
    },
    "make_ready": {
        "by name": ready(),
        "objects": ready(
            lambda keras: keras.losses.BinaryCrossentropy(), metrics=(lambda keras: keras.metrics.BinaryAccuracy(),)
        ),
        "the rate set afterwards": ready_by_assignment,
        "a loss of one's own": ready_with_own_loss,
        "more metrics": ready(metrics=(lambda keras: keras.metrics.Recall(), "accuracy", "mse")),
    },
    "train": {
        "as in the chapter": train_as_in_the_chapter,
        "early stopping on the validation part": train_with_early_stopping,
        "a loop over batches": train_by_batches,
        "moved copies, measured on the test part": train_on_moved_copies,
    },
    "most_confident_mistakes": {
        "NumPy": mistakes_ranked(sure),
        "a loop": mistakes_by_loop,
        "all ranked, the rest cut off": mistakes_of_all,
        "by the gap between output and truth": mistakes_by_gap,
        "TensorFlow": mistakes_with_tensorflow,
    },
    "weight_pictures": {
        "as in the chapter": pictures,
        "sorted columns, a list": pictures_by_loop,
        "axes moved, mean for sum": pictures_by_axes,
        "TensorFlow": pictures_with_tensorflow,
    },
}

WRONG = {
    "build": {
        "untouched": (not_attempted, "not attempted", "Write build above", 0),
        "softmax over one unit": (built(last_activation="softmax"), "wrong", "divided by itself", 2),
        "no activation at the end": (built(last_activation=None), "wrong", "below 0 and above 1", 3),
        "ReLU at the end": (built(last_activation="relu"), "wrong", "any number above", 3),
        "tanh at the end": (built(last_activation="tanh"), "wrong", "from -1 to 1", 3),
        "hard sigmoid at the end": (built(last_activation="hard_sigmoid"), "wrong", "output", 3),
        "hidden sigmoid": (built("sigmoid"), "wrong", "hidden neurons use the sigmoid", 3),
        "hidden tanh": (built("tanh"), "wrong", "use tanh", 3),
        "no hidden activation": (built(None), "wrong", "no more than one neuron", 3),
        "hidden softmax": (built("softmax"), "wrong", "share a sum", 3),
        "hidden gelu": (built("gelu"), "wrong", "not those of a network with ReLU", 3),
        "ReLU in the first only": (build_with_first_only, "wrong", "Only your first", 3),
        "ReLU in the last only": (build_with_last_only, "wrong", "Only your last", 3),
        "no biases": (built(use_bias=False), "wrong", "needs one of biases", 0),
        "two outputs": (built(last=2, last_activation="softmax"), "wrong", "2 output neurons", 0),
        "a layer for the inputs": (built(before=[0]), "wrong", "need no Dense layer", 0),
        "one hidden layer": (lambda n, hidden: built()(n, hidden[:1]), "wrong", "hidden layer is missing", 2),
        "always 4096-32-16-1": (build_always_the_same, "wrong", "not the one that was asked", 3),
        "widths exchanged": (lambda n, hidden: built()(n, hidden[::-1]), "wrong", "are not those that", 2),
        "one layer too many": (lambda n, hidden: built()(n, [*hidden, 2]), "wrong", "a layer too many", 0),
        "no return": (build_without_return, "wrong", "return missing", 0),
        "widths": (build_layers_only, "wrong", "a list of", 0),
    },
    "make_ready": {
        "untouched": (not_attempted, "not attempted", "Write make_ready above", 0),
        "squared error": (ready("mse"), "wrong", "mean squared error", 2),
        "absolute error": (ready("mae"), "wrong", "mean absolute error", 2),
        "hinge": (ready("hinge"), "wrong", "hinge", 2),
        "categorical cross-entropy": (ready("categorical_crossentropy"), "wrong", "one output neuron is one class", 1),
        "half of the loss": (ready(half_of_the_entropy), "wrong", "label 0 cost nothing", 1),
        "a sum": (
            ready(lambda keras: keras.losses.BinaryCrossentropy(reduction="sum")),
            "wrong",
            "adds the losses",
            2,
        ),
        "the sigmoid once more": (ready(logits_of_probabilities), "wrong", "not logits", 2),
        "focal": (ready("binary_focal_crossentropy"), "wrong", "not the binary cross-entropy", 2),
        "no metrics": (ready(metrics=()), "wrong", "and nothing else", 3),
        "another metric": (ready(metrics=("mse",)), "wrong", "the nearest", 3),
        "categorical accuracy": (ready(metrics=("categorical_accuracy",)), "wrong", "there is only one", 3),
        "equality": (ready(metrics=(lambda keras: keras.metrics.Accuracy(),)), "wrong", "equal their label exactly", 3),
        "the rate not used": (ready_with_defaults, "wrong", "Adam's own setting", 3),
        "SGD": (ready(optimizer="SGD"), "wrong", "plain gradient descent", 3),
        "RMSprop": (ready(optimizer="RMSprop"), "wrong", "whatever the slope", 3),
        "Lion": (ready(optimizer="Lion"), "wrong", "too long for Adam", 3),
        "not compiled": (not_ready, "wrong", "not compiled", 0),
        "unknown loss": (ready_with_an_unknown_loss, "error", "binary_entropy", 0),
    },
    "train": {
        "untouched": (not_attempted, "not attempted", "Write train above", 0),
        "test part": (trains_on(*joined("test")), "wrong", "trained on the test part", 1),
        "train and test part": (trains_on(*joined("train", "test")), "wrong", "trained on the test part", 4),
        "validation part for the train part": (
            trains_on(*joined("validation"), epochs=15),
            "wrong",
            "trained on the validation part",
            4,
        ),
        "train and validation part": (
            trains_on(*joined("train", "validation")),
            "wrong",
            "trained on the validation part",
            4,
        ),
        "digits for labels": (
            trains_on(lambda p: p.train.inputs, lambda p: p.train.digits, 5),
            "wrong",
            "nearly everything a nine",
            2,
        ),
        "labels the wrong way round": (
            trains_on(lambda p: p.train.inputs, lambda p: ~p.train.is_nine),
            "wrong",
            "the wrong way round",
            2,
        ),
        "greys from 0 to 255": (
            trains_on(lambda p: p.train.images.reshape(-1, 4096), lambda p: p.train.is_nine),
            "wrong",
            "white is 255",
            3,
        ),
        "labels of the test part": (
            trains_on(lambda p: p.train.inputs[:120], lambda p: p.test.is_nine),
            "wrong",
            "does not tell nines",
            2,
        ),
        "too short": (
            trains_on(lambda p: p.train.inputs[:64], lambda p: p.train.is_nine[:64], 1),
            "wrong",
            "not enough",
            3,
        ),
        "another network": (train_another_network, "wrong", "for this network", 0),
        "no training": (train_looks_only, "wrong", "same weights as before", 0),
        "pictures for inputs": (train_on_pictures, "error", "shape", 0),
        "not a number": (train_to_nan, "wrong", "not finite", 0),
    },
    "most_confident_mistakes": {
        "untouched": (not_attempted, "not attempted", "Write most_confident_mistakes above", 0),
        "by label": (mistakes_ranked(lambda s, t: t), "wrong", "You rank by the label: false alarms", 2),
        "by label, nines first": (mistakes_ranked(lambda s, t: ~t), "wrong", "rank by the label: missed nines", 2),
        "by output": (mistakes_ranked(lambda s, t: -s), "wrong", "rank by the output: false alarms", 2),
        "by output, lowest first": (mistakes_ranked(lambda s, t: s), "wrong", "the lowest first", 2),
        "least confident first": (mistakes_ranked(lambda s, t: abs(s - 0.5)), "wrong", "turned round", 2),
        "not ranked": (mistakes_ranked(lambda s, t: 0 * s), "wrong", "in the order of the pictures", 2),
        "cut before ranking": (mistakes_cut_before_ranking, "wrong", "2", 2),
        "a table": (mistakes_as_a_table, "wrong", "n rows and n columns", 0),
        "among the wrong": (mistakes_among_the_wrong, "wrong", "among the wrong answers", 0),
        "right answers": (mistakes_ranked(sure, lambda s, t: (s >= 0.5) == t), "wrong", "no mistake", 0),
        "all answers": (mistakes_ranked(sure, lambda s, t: s >= 0), "wrong", "no mistake", 0),
        "false alarms only": (mistakes_ranked(sure, lambda s, t: (s >= 0.5) & ~t), "wrong", "false alarms only", 0),
        "missed nines only": (mistakes_ranked(sure, lambda s, t: (s < 0.5) & t), "wrong", "missed nines only", 0),
        "0.5 is no nine": (mistakes_ranked(sure, lambda s, t: (s > 0.5) != t), "wrong", "exactly 0.5", 3),
        "outputs": (mistakes_outputs, "wrong", "whole numbers", 0),
        "never cut": (mistakes_all_of_them, "wrong", "more than were asked for", 1),
        "filled up": (mistakes_filled_up, "wrong", "not needed to fill", 3),
        "changed": (mistakes_in_place, "wrong", "changed the array", 0),
        "nothing": (lambda *_: None, "wrong", "return missing", 0),
    },
    "weight_pictures": {
        "untouched": (not_attempted, "not attempted", "Write weight_pictures above", 0),
        "not transposed": (pictures_ranked(largest, lambda w: w.reshape(-1, 64, 64)), "wrong", "mix the neurons", 0),
        "turned over": (
            pictures_ranked(largest, lambda w: w.T.reshape(-1, 64, 64).transpose(0, 2, 1)),
            "wrong",
            "rows and columns are exchanged",
            0,
        ),
        "sizes": (pictures_ranked(largest, lambda w: np.abs(w).T.reshape(-1, 64, 64)), "wrong", "signs are lost", 0),
        "not ranked": (pictures_ranked(lambda w, b: 0 * b), "wrong", "order of the neurons", 2),
        "smallest first": (pictures_ranked(lambda w, b: -largest(w, b)), "wrong", "turned round", 2),
        "by the sum": (pictures_ranked(lambda w, b: -w.sum(axis=0)), "wrong", "cancel", 2),
        "by the largest": (pictures_ranked(lambda w, b: -w.max(axis=0)), "wrong", "largest single weight", 2),
        "by the largest size": (pictures_ranked(lambda w, b: -np.abs(w).max(axis=0)), "wrong", "largest single", 2),
        "by squares": (pictures_ranked(lambda w, b: -(w**2).sum(axis=0)), "wrong", "by the squares", 2),
        "by biases": (pictures_ranked(lambda w, b: -b), "wrong", "by the biases", 2),
        "all neurons": (pictures_of_all, "wrong", "the question asks for count pictures", 0),
        "counted last": (pictures_counted_last, "wrong", "along the first axis", 0),
        "lines": (pictures_as_lines, "wrong", "the question asks for count pictures", 0),
        "one neuron": (pictures_of_one, "wrong", "more than once", 0),
        "the second layer": (pictures_of_the_second_layer, "wrong", "the question asks for count pictures", 0),
        "scaled": (pictures_scaled, "wrong", "not that of the weights", 0),
        "nothing": (lambda *_: None, "wrong", "return missing", 0),
    },
}
