"""Answers of different people to exercise 14, "Transfer learning"."""

import numpy as np

from isnine.checks import transfer_learning as CHECKS
from isnine.device import hushed

with hushed():
    import keras
    import tensorflow as tf
    from keras import layers

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG", "stages"]

SLOW = True


def not_attempted(*_):
    raise NotImplementedError()


# ------------------------------------------------------------------------------------------------------------ transfer_pays


def pays(scratch, transfer):
    return (transfer.min(axis=1) > scratch.max(axis=1)).astype(int) - (transfer.max(axis=1) < scratch.min(axis=1))


def pays_in_loops(scratch, transfer):
    verdicts = []
    for one, other in zip(scratch, transfer, strict=True):
        if min(other) > max(one):
            verdicts.append(1)
        elif max(other) < min(one):
            verdicts.append(-1)
        else:
            verdicts.append(0)
    return verdicts


def pays_pair_by_pair(scratch, transfer):
    pairs = transfer[:, :, None] - scratch[:, None, :]
    return np.where((pairs > 0).all((1, 2)), 1.0, np.where((pairs < 0).all((1, 2)), -1.0, 0.0))


def pays_sorted(scratch: np.ndarray, transfer: np.ndarray) -> tuple:
    low, high = np.sort(scratch), np.sort(transfer)
    return tuple(int(b[0] > a[-1]) - int(b[-1] < a[0]) for a, b in zip(low, high, strict=True))


def pays_as_tensor(scratch, transfer):
    better = tf.reduce_min(transfer, 1) > tf.reduce_max(scratch, 1)
    worse = tf.reduce_max(transfer, 1) < tf.reduce_min(scratch, 1)
    return tf.cast(better, tf.int32) - tf.cast(worse, tf.int32)


def signs(better, worse):
    return np.asarray(better, float) - np.asarray(worse, float)


def by(reduce):
    """A verdict by one number of each way."""
    return lambda s, t: np.sign((reduce(t) - reduce(s)).round(9))


# ------------------------------------------------------------------------------------------------------------------- freeze


def freeze(backbone):
    for layer in backbone.layers:
        layer.trainable = False


def freeze_twice(backbone):
    backbone.trainable = True
    backbone.trainable = False
    return backbone


def freeze_both(backbone):
    backbone.trainable = False
    for number in range(len(backbone.layers)):
        backbone.get_layer(index=number).trainable = False


def freeze_what_has_weights(backbone):
    backbone.trainable = not backbone.trainable
    for layer in filter(lambda layer: layer.weights, backbone.layers):
        layer.trainable = False
    return [layer.name for layer in backbone.layers]


def freeze_in_one_line(backbone):
    backbone.trainable = False


def freeze_weights(backbone):
    for variable in backbone.weights:
        variable.trainable = False


def freeze_kernels(backbone):
    for layer in backbone.layers:
        if not isinstance(layer, layers.BatchNormalization):
            layer.trainable = False


def freeze_normalisation(backbone):
    for layer in backbone.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False


def freeze_convolutions(backbone):
    for layer in backbone.layers:
        if isinstance(layer, layers.Conv2D) or "norm" in layer.name:
            layer.trainable = False


def freeze_all_but_the_last(backbone):
    for layer in backbone.layers[:-3]:
        layer.trainable = False


def freeze_a_copy(backbone):
    copy = keras.models.clone_model(backbone)
    copy.set_weights(backbone.get_weights())
    copy.trainable = False
    return copy


def freeze_misspelt(backbone):
    backbone.trainabel = False


def freeze_what_learns(backbone):
    if backbone.trainable_weights:
        backbone.trainable = False


def unfreeze_all(backbone):
    backbone.trainable = False
    backbone.trainable = True


def freeze_and_reset(backbone):
    freeze(backbone)
    backbone.set_weights([0 * array for array in backbone.get_weights()])


def freeze_unknown_layer(backbone):
    freeze(backbone)
    backbone.get_layer("head").trainable = True


# ---------------------------------------------------------------------------------------------------------------- with_head


def head(backbone, classes, activation="softmax", pool=layers.GlobalAveragePooling2D, between=(), bias=True, **call):
    """The network of the solution around a backbone; others change a part of it."""
    pictures = keras.Input(backbone.input_shape[1:])
    x = pool()(backbone(pictures, **call))
    for layer in between:
        x = layer(x)
    return keras.Model(pictures, layers.Dense(classes, activation=activation, use_bias=bias)(x))


def with_head(backbone, classes):
    backbone.trainable = False
    return head(backbone, classes)


def with_head_and_false(backbone, classes):
    network = head(backbone, classes, training=False)
    freeze(backbone)
    network.compile("adam", "sparse_categorical_crossentropy")
    return network


def with_head_in_a_row(backbone, classes):
    backbone.trainable = False
    parts = [layers.GlobalAveragePooling2D(), layers.Dense(classes), layers.Softmax()]
    return keras.Sequential([keras.Input(backbone.input_shape[1:]), backbone, *parts])


def with_head_behind_the_output(backbone, classes):
    freeze_twice(backbone)
    means = keras.ops.mean(backbone.output, axis=(1, 2))
    confidences = layers.Dense(classes, "softmax", kernel_initializer="zeros")(means)
    return keras.Model(inputs=backbone.input, outputs=confidences)


class Classifier(keras.Model):
    def __init__(self, backbone, classes):
        super().__init__()
        self.backbone = backbone
        self.dense = layers.Dense(classes)

    def call(self, pictures):
        maps = self.backbone(pictures, training=False)
        return tf.nn.softmax(self.dense(tf.reduce_mean(maps, [1, 2])))


def with_head_as_a_class(backbone, classes):
    backbone.trainable = False
    return Classifier(backbone, classes)


class InInference(layers.Layer):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone

    def call(self, pictures):
        return self.backbone(pictures, training=False)


def wrapped(backbone, classes, trainable):
    backbone.trainable = trainable
    pictures = keras.Input(backbone.input_shape[1:])
    x = layers.GlobalAveragePooling2D()(InInference(backbone)(pictures))
    return keras.Model(pictures, layers.Dense(classes, activation="softmax")(x))


def frozen_head(**settings):
    def answer(backbone, classes):
        backbone.trainable = False
        return head(backbone, classes, **settings)

    return answer


def with_the_usual_recipe(backbone, classes):
    return head(backbone, classes, training=False)


def with_frozen_weights(backbone, classes):
    freeze_weights(backbone)
    return head(backbone, classes, training=False)


def with_frozen_kernels(backbone, classes):
    freeze_kernels(backbone)
    return head(backbone, classes, training=False)


def with_frozen_normalisation(backbone, classes):
    freeze_normalisation(backbone)
    return head(backbone, classes)


def with_everything_frozen(backbone, classes):
    network = head(backbone, classes)
    network.trainable = False
    return network


def with_a_copy(backbone, classes):
    copy = keras.models.clone_model(backbone)
    copy.set_weights(backbone.get_weights())
    return with_head(copy, classes)


def with_a_part(backbone, classes):
    backbone.trainable = False
    x = layers.GlobalAveragePooling2D()(backbone.layers[-4].output)
    return keras.Model(backbone.input, layers.Dense(classes, activation="softmax")(x))


def with_hidden_layer(backbone, classes):
    return frozen_head(between=[layers.Dense(16, activation="relu")])(backbone, classes)


def with_dropout(backbone, classes):
    return frozen_head(between=[layers.Dropout(0.5)])(backbone, classes)


def with_other_features(backbone, classes):
    return frozen_head(between=[layers.Activation("tanh")])(backbone, classes)


def ten_classes(backbone, classes):
    return with_head(backbone, 10)


def only_the_output(backbone, classes):
    return with_head(backbone, classes).output


def not_pooled(backbone, classes):
    backbone.trainable = False
    pictures = keras.Input(backbone.input_shape[1:])
    return keras.Model(pictures, layers.Dense(classes, activation="softmax")(backbone(pictures)))


def input_with_batch(backbone, classes):
    backbone.trainable = False
    pictures = keras.Input(backbone.input_shape)
    return keras.Model(pictures, layers.Dense(classes)(backbone(pictures)))


def with_softmax_twice(backbone, classes):
    network = with_head(backbone, classes)
    return keras.Model(network.input, keras.ops.softmax(network.output))


def gives_a_list(backbone, classes):
    network = with_head(backbone, classes)
    return keras.Model(network.input, [network.output, keras.ops.argmax(network.output, axis=-1)])


def gives_nan(backbone, classes):
    network = with_head(backbone, classes)
    return keras.Model(network.input, keras.ops.log(network.output - 2))


# ------------------------------------------------------------------------------------------------------------ unfreeze_from


def is_norm(layer):
    return isinstance(layer, layers.BatchNormalization)


def unfreeze_from(backbone, name):
    backbone.trainable = True
    reached = False
    for layer in backbone.layers:
        reached = reached or layer.name == name
        layer.trainable = reached and not is_norm(layer)


def unfreeze_by_place(backbone, name):
    backbone.trainable = False
    backbone.trainable = True
    place = [layer.name for layer in backbone.layers].index(name)
    for layer in backbone.layers[:place]:
        layer.trainable = False
    for layer in backbone.layers[place:]:
        if type(layer) is layers.BatchNormalization:
            layer.trainable = False


def unfreeze_after_freezing(backbone, name):
    for layer in backbone.layers:
        layer.trainable = False
    start = backbone.layers.index(backbone.get_layer(name))
    for layer in backbone.layers[start:]:
        layer.trainable = "norm" not in layer.name
    return backbone.trainable_weights


def unfreeze_backwards(backbone, name):
    freeze_twice(backbone)
    for layer in reversed(backbone.layers):
        if not is_norm(layer):
            layer.trainable = True
        if layer.name == name:
            break


def unfreeze_only(kind):
    def answer(backbone, name):
        freeze(backbone)
        for layer in backbone.layers[backbone.layers.index(backbone.get_layer(name)) :]:
            layer.trainable = kind(layer)

    return answer


def unfreeze_whole(backbone, name):
    backbone.trainable = True


def unfreeze_whole_afterwards(backbone, name):
    unfreeze_after_freezing(backbone, name)
    backbone.trainable = True


def unfreeze_all_but_norm(backbone, name):
    for layer in backbone.layers:
        layer.trainable = not is_norm(layer)


def unfreeze_with_norm(backbone, name):
    unfreeze_only(lambda layer: True)(backbone, name)


def unfreeze_norm_weights_frozen(backbone, name):
    unfreeze_with_norm(backbone, name)
    for layer in filter(is_norm, backbone.layers):
        for variable in layer.trainable_variables:
            variable.trainable = False


def freeze_norm_after_the_name(backbone, name):
    backbone.trainable = True
    place = backbone.layers.index(backbone.get_layer(name))
    for number, layer in enumerate(backbone.layers):
        layer.trainable = (number < place) == is_norm(layer)


def unfreeze_after(backbone, name):
    reached = False
    for layer in backbone.layers:
        layer.trainable = reached and not is_norm(layer)
        reached = reached or layer.name == name


def unfreeze_the_named(backbone, name):
    for layer in backbone.layers:
        layer.trainable = layer.name == name


def unfreeze_turned_round(backbone, name):
    place = backbone.layers.index(backbone.get_layer(name))
    for number, layer in enumerate(backbone.layers):
        layer.trainable = number < place and not is_norm(layer)


def unfreeze_without_freezing(backbone, name):
    for layer in backbone.layers[backbone.layers.index(backbone.get_layer(name)) :]:
        if not is_norm(layer):
            layer.trainable = True


def believes_it_was_frozen_whole(backbone, name):
    backbone.trainable = True
    for layer in backbone.layers:
        if layer.name == name:
            break
        layer.trainable = False
    for layer in filter(is_norm, backbone.layers):
        layer.trainable = False


def unfreeze_and_reset(backbone, name):
    unfreeze_from(backbone, name)
    layer = backbone.get_layer("conv_1")
    layer.set_weights([0 * array for array in layer.get_weights()])


# --------------------------------------------------------------------------------------------------------------- two_stages

LOSS = "sparse_categorical_crossentropy"


def stages(
    rates=(0.03, 0.003),
    epochs=(20, 20),
    batches=(10, 10),
    optimizer=keras.optimizers.Adam,
    before=freeze,
    between=lambda backbone: unfreeze_from(backbone, "conv_3"),
    compile_again=True,
    quickly=False,
):
    """A training in two stages; ``quickly`` takes one small step in each, for those of which the accuracy plays no part."""
    if quickly:
        rates, epochs, batches = (rates[0] / 10, rates[1] / 10), (1, 1), (50, 50)

    def answer(network, backbone, pictures, labels):
        before(backbone)
        network.compile(optimizer(rates[0]), LOSS, run_eagerly=quickly)
        network.fit(pictures, labels, batches[0], epochs[0], verbose=0)
        between(backbone)
        if compile_again:
            network.compile(optimizer(rates[1]), LOSS, run_eagerly=quickly)
        else:
            network.optimizer.learning_rate = rates[1]
        network.fit(pictures, labels, batches[1], epochs[1], verbose=0)

    return answer


def one_fit(freezing, rate=0.03, quickly=False):
    def answer(network, backbone, pictures, labels):
        freezing(backbone)
        network.compile(keras.optimizers.Adam(rate), LOSS, run_eagerly=quickly)
        network.fit(pictures, labels, 50 if quickly else 25, 1 if quickly else 40, verbose=0)

    return answer


def momentum(rate):
    return keras.optimizers.SGD(rate, momentum=0.9)


def in_several_calls(network, backbone, pictures, labels):
    backbone.trainable = False
    network.compile(momentum(0.2), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    network.fit(pictures, labels, batch_size=10, epochs=15, verbose=0)
    network.optimizer.learning_rate = 0.05
    network.fit(pictures, labels, batch_size=10, epochs=10, verbose=0)
    for layer in backbone.layers:
        layer.trainable = layer.name in ("conv_2", "conv_3")
    backbone.get_layer("conv_2").trainable = True
    network.compile(momentum(0.01), keras.losses.SparseCategoricalCrossentropy())
    for _ in range(3):
        network.fit(pictures, labels, batch_size=10, epochs=5, verbose=0)
        network.optimizer.learning_rate = network.optimizer.learning_rate / 2


def with_more_pictures(network, backbone, pictures, labels):
    more = np.concatenate([pictures, np.roll(pictures, 1, 1), np.roll(pictures, 1, 2), np.roll(pictures, -1, 2)])
    truth = keras.utils.to_categorical(np.tile(labels, 4), 5)
    freeze(backbone)
    network.compile("adam", "categorical_crossentropy")
    network.optimizer.learning_rate = 0.02
    network.fit(more, truth, epochs=25, verbose=0)
    network.layers[-1].trainable = False
    unfreeze_from(backbone, "conv_3")
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.005, 70)), "categorical_crossentropy"
    )
    network.fit(more, truth, epochs=10, verbose=0)


def rate_by_callback(network, backbone, pictures, labels):
    stop = keras.callbacks.EarlyStopping("loss", patience=5)
    less = keras.callbacks.LearningRateScheduler(lambda epoch: 0.03 * 0.97**epoch)
    freeze_twice(backbone)
    network.compile(keras.optimizers.Adam(0.03), LOSS)
    network.fit(pictures, labels, 10, 30, verbose=0, callbacks=[stop, less])
    unfreeze_by_place(backbone, "relu_2")
    network.compile(keras.optimizers.Adam(0.001), LOSS)
    network.fit(tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(10), epochs=20, verbose=0)


def a_copy_trained(network, backbone, pictures, labels):
    copy = keras.models.clone_model(backbone)
    copy.set_weights(backbone.get_weights())
    freeze(copy)
    x = layers.GlobalAveragePooling2D()(copy.output)
    other = keras.Model(copy.input, layers.Dense(5, activation="softmax")(x))
    other.compile("adam", LOSS, run_eagerly=True)
    other.fit(pictures, labels, epochs=1, verbose=0)
    return other


def another_network_around_it(network, backbone, pictures, labels):
    x = layers.GlobalAveragePooling2D()(backbone.output)
    other = keras.Model(backbone.input, layers.Dense(5, activation="softmax")(x))
    other.compile("adam", LOSS, run_eagerly=True)
    other.fit(pictures, labels, 25, epochs=1, verbose=0)


def step_by_step(network, backbone, pictures, labels):
    freeze(backbone)
    network.compile("adam", LOSS, run_eagerly=True)
    for _ in range(3):
        network.train_on_batch(pictures, labels)


def only_compiled(network, backbone, pictures, labels):
    freeze(backbone)
    network.compile("adam", LOSS)


def not_compiled(network, backbone, pictures, labels):
    freeze(backbone)
    network.fit(pictures, labels, verbose=0)


def in_place(network, backbone, pictures, labels):
    pictures -= pictures.mean()
    stages(quickly=True)(network, backbone, pictures, labels)


def wrong_loss(network, backbone, pictures, labels):
    freeze(backbone)
    network.compile("adam", "categorical_crossentropy", run_eagerly=True)
    network.fit(pictures, labels, verbose=0)


def head_frozen_first(network, backbone, pictures, labels):
    network.trainable = False
    network.compile(keras.optimizers.Adam(0.03), LOSS, run_eagerly=True)
    network.fit(pictures, labels, 25, 1, verbose=0)
    network.trainable = True
    unfreeze_from(backbone, "conv_3")
    network.compile(keras.optimizers.Adam(0.003), LOSS, run_eagerly=True)
    network.fit(pictures, labels, 25, 1, verbose=0)


def adds_a_layer(network, *others):
    network.more = layers.Dense(3)
    network.more.build((None, 2))


def three_classes_only(network, backbone, pictures, labels):
    known = labels < 3
    stages(epochs=(15, 5), batches=(10, 25))(network, backbone, pictures[known], labels[known])


def all_but_norm(backbone):
    for layer in backbone.layers:
        layer.trainable = not is_norm(layer)


RIGHT = {
    "transfer_pays": {
        "lowest and highest": pays,
        "loops": pays_in_loops,
        "all pairs": pays_pair_by_pair,
        "sorted": pays_sorted,
        "TensorFlow": pays_as_tensor,
    },
    "freeze": {
        "layer by layer": freeze,
        "True, then False": freeze_twice,
        "both": freeze_both,
        "those with weights": freeze_what_has_weights,
    },
    "with_head": {
        "functional": with_head,
        "with training=False, frozen afterwards, compiled": with_head_and_false,
        "Sequential": with_head_in_a_row,
        "behind the backbone's output": with_head_behind_the_output,
        "a class": with_head_as_a_class,
        "wrapped": lambda backbone, classes: wrapped(backbone, classes, False),
    },
    "unfreeze_from": {
        "one loop": unfreeze_from,
        "by place": unfreeze_by_place,
        "frozen first": unfreeze_after_freezing,
        "backwards": unfreeze_backwards,
        "by kind": unfreeze_only(lambda layer: not is_norm(layer)),
    },
    "two_stages": {
        "Adam": stages(batches=(10, 25)),
        "several calls, momentum": in_several_calls,
        "more pictures": with_more_pictures,
        "callbacks and a dataset": rate_by_callback,
        "conv_2 too, half the rate": stages((0.008, 0.004), (40, 5), between=lambda b: unfreeze_from(b, "conv_2")),
    },
}

MISSING = "Write {} above, run its cell, then run this one again."

WRONG = {
    "transfer_pays": {
        "the means": (
            by(lambda table: table.mean(1)),
            "wrong",
            "You compare means, or other numbers from the middle.",
            1,
        ),
        "the medians": (by(lambda table: np.median(table, 1)), "wrong", "other numbers from the middle.", 1),
        "seed by seed": (
            lambda s, t: signs((t > s).all(1), (t < s).all(1)),
            "wrong",
            "You compare seed by seed.",
            1,
        ),
        "the best": (by(lambda table: table.max(1)), "wrong", "You compare the best seed of each way.", 1),
        "the worst": (by(lambda table: table.min(1)), "wrong", "You compare the worst seed of each way.", 1),
        "the first seed": (by(lambda table: table[:, 0]), "wrong", "You look at the first seed only.", 1),
        "signs turned round": (lambda s, t: pays(t, s), "wrong", "Your signs are turned round", 0),
        "ties count as wins": (
            lambda s, t: signs(t.min(1) >= s.max(1), t.max(1) <= s.min(1)),
            "wrong",
            "Where the two ways meet in one value you call one of them better.",
            2,
        ),
        "ties count as better": (
            lambda s, t: signs(t.min(1) >= s.max(1), t.max(1) < s.min(1)),
            "wrong",
            "Where the worst of transfer equals the best from scratch",
            2,
        ),
        "ties count as worse": (
            lambda s, t: signs(t.min(1) > s.max(1), t.max(1) <= s.min(1)),
            "wrong",
            "Where the best of transfer equals the worst from scratch",
            2,
        ),
        "never worse": (lambda s, t: t.min(1) > s.max(1), "wrong", "You never say -1", 1),
        "never undecided": (lambda s, t: np.where(t.min(1) > s.max(1), 1, -1), "wrong", "You never say 0", 1),
        "a verdict for each column": (
            lambda s, t: pays(s.T, t.T),
            "wrong",
            "You have a verdict for each column.",
            0,
        ),
        "the gain": (
            lambda s, t: t.mean(1) - s.mean(1),
            "wrong",
            "That is by how much the mean of transfer is ahead.",
            0,
        ),
        "always 0": (lambda s, t: np.zeros(len(s)), "wrong", "your verdict for row 0 is 0.", 0),
        "always 1": (lambda s, t: np.ones(len(s)), "wrong", "your verdict for row 1 is 1.", 0),
        "one verdict for all": (
            lambda s, t: int(t.min() > s.max()),
            "wrong",
            "the question asks for a verdict for each row",
            0,
        ),
        "words": (lambda s, t: ["better"] * len(s), "wrong", "not all of it is numbers", 0),
        "nothing returned": (lambda s, t: None, "wrong", "Is the return missing?", 0),
        "too many arguments": (lambda s, t, seeds: pays(s, t), "error", "Your code stopped with TypeError", 0),
        "not attempted": (not_attempted, "not attempted", MISSING.format("transfer_pays"), 0),
    },
    "freeze": {
        "one line": (freeze_in_one_line, "wrong", "setting it to False again passes nothing on", 2),
        "the weights and not the layers": (
            freeze_weights,
            "wrong",
            "It goes by the attribute trainable of its layer, and not by that of its weights.",
            1,
        ),
        "all but normalisation": (freeze_kernels, "wrong", "They are weights too.", 0),
        "normalisation only": (
            freeze_normalisation,
            "wrong",
            'the kernels of "conv_1", "depthwise_2" and "conv_3" move when a network around the backbone learns.',
            1,
        ),
        "the usual convolutions": (freeze_convolutions, "wrong", 'the kernels of "depthwise_2" move', 1),
        "all but the last layers": (freeze_all_but_the_last, "wrong", 'the kernels of "conv_3" move', 0),
        "a copy": (freeze_a_copy, "wrong", "It must be this backbone that is frozen, and not a copy of it.", 0),
        "misspelt": (freeze_misspelt, "wrong", "and gamma and beta of its batch normalisation do too.", 0),
        "unless it is frozen": (freeze_what_learns, "wrong", "setting it to False again passes nothing on", 2),
        "unfrozen": (unfreeze_all, "wrong", "and gamma and beta of its batch normalisation do too.", 0),
        "numbers set to 0": (freeze_and_reset, "wrong", "your function changed the weights of the backbone.", 0),
        "a layer added": (adds_a_layer, "wrong", "your function gave the backbone other layers than it had.", 0),
        "a layer that is not there": (freeze_unknown_layer, "error", "No such layer: head", 0),
        "not attempted": (not_attempted, "not attempted", MISSING.format("freeze"), 0),
    },
    "with_head": {
        "backbone still trainable": (head, "wrong", "Is the backbone frozen?", 2),
        "normalisation still learns": (
            with_the_usual_recipe,
            "wrong",
            "training=False in the call does not help: fit passes its own True down.",
            2,
        ),
        "weights frozen, and the usual recipe": (
            with_frozen_weights,
            "wrong",
            "6 of the backbone's moving averages move when your network learns.",
            3,
        ),
        "normalisation not frozen": (
            with_frozen_kernels,
            "wrong",
            "6 of the backbone's kernels, gammas and betas move when your network learns.",
            2,
        ),
        "normalisation frozen only": (
            with_frozen_normalisation,
            "wrong",
            "3 of the backbone's kernels, gammas and betas move when your network learns.",
            4,
        ),
        "wrapped, still trainable": (
            lambda backbone, classes: wrapped(backbone, classes, True),
            "wrong",
            "9 of the backbone's kernels, gammas and betas move when your network learns.",
            4,
        ),
        "the head frozen too": (
            with_everything_frozen,
            "wrong",
            "of the 2 arrays of weights of the head, 0 move when your network learns.",
            4,
        ),
        "logits": (frozen_head(activation=None), "wrong", "These are logits", 4),
        "sigmoid": (frozen_head(activation="sigmoid"), "wrong", "the classes do not compete", 4),
        "softmax twice": (with_softmax_twice, "wrong", "your outputs go through a softmax twice", 4),
        "flattened": (
            frozen_head(pool=layers.Flatten),
            "wrong",
            "The dense layer sees every place of the maps.",
            4,
        ),
        "largest values": (
            frozen_head(pool=layers.GlobalMaxPooling2D),
            "wrong",
            "you take the largest value of each map, and not its mean.",
            4,
        ),
        "no biases": (frozen_head(bias=False), "wrong", "Are the biases of the dense layer there?", 4),
        "a hidden layer": (with_hidden_layer, "wrong", "The head is to be a single dense layer.", 4),
        "dropout": (
            with_dropout,
            "wrong",
            "Is there something else in it that works differently in training?",
            3,
        ),
        "tanh between": (with_other_features, "wrong", "your network computes something else than the mean", 4),
        "a copy": (with_a_copy, "wrong", "none of the backbone's arrays of weights belongs to your network.", 1),
        "a part of the backbone": (with_a_part, "wrong", "a part of it is left out.", 4),
        "ten classes": (ten_classes, "wrong", "your network gives 10 numbers for each picture.", 0),
        "a tensor": (only_the_output, "wrong", "your function returned a tensor of shape (None, 4)", 0),
        "not pooled": (not_pooled, "wrong", "there should be one row of confidences for each.", 0),
        "a batch axis too many": (input_with_batch, "error", "is incompatible with the layer", 0),
        "NaN": (gives_nan, "wrong", "some outputs of your network are NaN or infinite.", 3),
        "a list": (gives_a_list, "wrong", "your network gave a list of 2 values for a batch of pictures.", 0),
        "nothing returned": (lambda backbone, classes: None, "wrong", "Is the return missing?", 0),
        "not attempted": (not_attempted, "not attempted", MISSING.format("with_head"), 0),
    },
    "unfreeze_from": {
        "all of it": (unfreeze_whole, "wrong", "setting it to True again passes nothing on.", 1),
        "all of it, afterwards": (
            unfreeze_whole_afterwards,
            "wrong",
            '"conv_1" and "depthwise_2" can learn, and should not',
            2,
        ),
        "all of it but normalisation": (
            unfreeze_all_but_norm,
            "wrong",
            'only the layers from "conv_3" on are to be unfrozen.',
            3,
        ),
        "normalisation too": (
            unfreeze_with_norm,
            "wrong",
            '"norm_3" can learn: gamma and beta move, and the moving averages with them.',
            2,
        ),
        "weights of normalisation frozen only": (
            unfreeze_norm_weights_frozen,
            "wrong",
            "It goes by the attribute trainable of its layer, and not by that of its weights.",
            2,
        ),
        "normalisation left out after the name only": (
            freeze_norm_after_the_name,
            "wrong",
            '"norm_1" and "norm_2" can learn',
            2,
        ),
        "the layers after the named one": (
            unfreeze_after,
            "wrong",
            "nothing of the backbone moves when a network around it learns. Has anything been unfrozen?",
            3,
        ),
        "the named one only": (
            unfreeze_the_named,
            "wrong",
            "nothing of the backbone moves when a network around it learns. Has anything been unfrozen?",
            3,
        ),
        "turned round": (unfreeze_turned_round, "wrong", '"conv_3" can\'t learn.', 2),
        "nothing frozen": (unfreeze_without_freezing, "wrong", '"conv_1" and "depthwise_2" can learn', 4),
        "believes that all was frozen as a whole": (
            believes_it_was_frozen_whole,
            "wrong",
            "The backbone's own trainable was True all the time",
            4,
        ),
        "names with conv": (
            unfreeze_only(lambda layer: "conv" in layer.name),
            "wrong",
            '"depthwise_2" can\'t learn.',
            4,
        ),
        "numbers changed": (unfreeze_and_reset, "wrong", "your function changed the weights of the backbone.", 0),
        "frozen": (lambda backbone, name: freeze(backbone), "wrong", "Has anything been unfrozen?", 0),
        "by number": (lambda backbone, name: backbone.layers[name], "error", "Your code stopped with TypeError", 0),
        "not attempted": (not_attempted, "not attempted", MISSING.format("unfreeze_from"), 0),
    },
    "two_stages": {
        "backbone still trainable": (
            stages(before=lambda backbone: None, quickly=True),
            "wrong",
            "the backbone learns from the first call of fit on",
            2,
        ),
        "never frozen, one stage": (
            one_fit(lambda backbone: None, quickly=True),
            "wrong",
            "fit was called once, so there was one stage only.",
            0,
        ),
        "nothing unfrozen in stage two": (
            stages((0.03, 0.01), between=lambda backbone: None, batches=(10, 25)),
            "wrong",
            "nothing was unfrozen for stage two.",
            3,
        ),
        "unfrozen without a compile": (
            stages((0.003, 0.001), (1, 1), (50, 50), compile_again=False),
            "wrong",
            "it goes by the list that it made at the first fit after compile.",
            1,
        ),
        "stage one only": (one_fit(freeze), "wrong", "fit was called once, so there was one stage only.", 3),
        "learning rate unchanged": (
            stages((0.01, 0.01), quickly=True),
            "wrong",
            "the learning rate is 0.001 in stage one and 0.001 in stage two.",
            3,
        ),
        "learning rate a little smaller": (
            stages((0.01, 0.008), quickly=True),
            "wrong",
            "It should be half of it or less.",
            3,
        ),
        "all unfrozen": (
            stages(between=unfreeze_all, quickly=True),
            "wrong",
            'in stage two the first convolution, "conv_1", moves too.',
            2,
        ),
        "all but normalisation unfrozen": (
            stages(between=all_but_norm, quickly=True),
            "wrong",
            'in stage two the first convolution, "conv_1", moves too.',
            3,
        ),
        "normalisation still learns": (
            stages((0.01, 0.001), before=freeze_kernels, quickly=True),
            "wrong",
            "the moving averages of the batch normalisation move in stage one.",
            2,
        ),
        "normalisation's averages still learn": (
            stages(before=freeze_weights, quickly=True),
            "wrong",
            "the moving averages of the batch normalisation move in stage one.",
            1,
        ),
        "normalisation learns in stage two": (
            stages(between=lambda b: unfreeze_with_norm(b, "conv_3"), quickly=True),
            "wrong",
            "the moving averages of the batch normalisation move in stage two.",
            3,
        ),
        "only gamma and beta": (
            stages(between=lambda b: unfreeze_only(is_norm)(b, "conv_3"), quickly=True),
            "wrong",
            'in stage two the last convolution, "conv_3", does not move.',
            2,
        ),
        "few steps": (
            stages(quickly=True),
            "wrong",
            "Does the training loss get smaller in stage one?",
            4,
        ),
        "three classes only": (three_classes_only, "wrong", "Does it still fall at the end?", 5),
        "steps too large": (
            stages((1e30, 1e29), optimizer=keras.optimizers.SGD, quickly=True),
            "wrong",
            "some weights became NaN or infinite.",
            0,
        ),
        "head frozen in stage one": (head_frozen_first, "wrong", "the head learns nothing in stage one.", 3),
        "a copy trained": (a_copy_trained, "wrong", "nothing was trained.", 0),
        "another network around the backbone": (
            another_network_around_it,
            "wrong",
            "Train this network, with its own fit.",
            0,
        ),
        "step by step": (step_by_step, "wrong", "but the fit of the network was not called.", 0),
        "only compiled": (only_compiled, "wrong", "nothing was trained.", 0),
        "not compiled": (not_compiled, "error", "You must call `compile()` before using the model", 0),
        "pictures changed": (
            in_place,
            "wrong",
            "your function changed the pictures or the labels that it was given.",
            0,
        ),
        "a loss for other labels": (wrong_loss, "error", "Your code stopped with ValueError", 0),
        "a layer added": (adds_a_layer, "wrong", "your function gave the network other layers than it had.", 0),
        "not attempted": (not_attempted, "not attempted", MISSING.format("two_stages"), 0),
    },
}
