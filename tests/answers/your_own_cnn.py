"""Answers of different people to exercise 11, "Your own CNN"."""

import functools
import math
from types import MappingProxyType

import numpy as np

from isnine.checks import your_own_cnn as CHECKS
from isnine.device import hushed

with hushed():
    import keras
    import tensorflow as tf
    from keras import layers

    import isnine.layers as own

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG", "trainer"]

SLOW = True


def not_attempted(*_):
    raise NotImplementedError()


# ---------------------------------------------------------------------------------------------------------------- shapes_of


def shapes(side, filters, kernel_size, strides, pool_size):
    places = (side - kernel_size) // strides + 1
    pooled = places // pool_size
    return places, pooled, pooled**2 * filters


def counted_places(side, filters, kernel_size, strides, pool_size):
    places, start = 0, 0
    while start + kernel_size <= side:
        places, start = places + 1, start + strides
    pooled = len(range(pool_size, places + 1, pool_size))
    return [places, pooled, sum(pooled for _ in range(filters) for _ in range(pooled))]


def with_arrays(side, filters, kernel_size, strides, pool_size):
    places = len(np.arange(side)[: side - kernel_size + 1 : strides])
    pooled = np.floor(places / pool_size)
    return np.array([places, pooled, pooled * pooled * filters])


def tensor_shapes(side, filters, kernel_size, strides, pool_size):
    places = math.ceil((side - kernel_size + 1) / strides)
    pooled = int(places / pool_size)
    return tf.constant([places, pooled, pooled * pooled * filters])


def asked_keras(side, filters, kernel_size, strides, pool_size):
    maps = own.Conv2D(filters, kernel_size, strides).compute_output_shape((None, side, side, 3))
    pooled = own.AveragePooling2D(pool_size).compute_output_shape(maps)
    return maps[1], pooled[1], layers.Flatten().compute_output_shape(pooled)[1]


def after(places=None, pooled=None, flat=None):
    """``shapes`` with another way to compute one number; the numbers after it are computed from it."""

    def answer(s, f, k, t, p):
        first = places(s, f, k, t, p) if places else (s - k) // t + 1
        second = pooled(first, s, p) if pooled else first // p
        third = flat(second, first, f) if flat else second * second * f
        return first, second, third

    return answer


# ------------------------------------------------------------------------------------------------------------ parameters_of


def parameters(channels, filters, kernel_size, flat, hidden, classes):
    convolution = kernel_size**2 * channels * filters + filters
    return convolution, 4 * filters, flat * hidden + hidden, hidden * classes + classes


def one_kernel_at_a_time(channels, filters, kernel_size, flat, hidden, classes):
    def dense(inputs, neurons):
        return sum(inputs + 1 for _ in range(neurons))

    convolution = sum(dense(kernel_size * kernel_size * channels, 1) for _ in range(filters))
    return [convolution, filters + filters + 2 * filters, dense(flat, hidden), dense(hidden, classes)]


def as_array(channels, filters, kernel_size, flat, hidden, classes):
    inputs = np.array([kernel_size**2 * channels, 3, flat, hidden])
    return (inputs + 1.0) * [filters, filters, hidden, classes]


def built(channels, filters, kernel_size, flat, hidden, classes):
    parts = [layers.Conv2D(filters, kernel_size), layers.BatchNormalization()]
    parts += [layers.Dense(hidden), layers.Dense(classes)]
    sides = [(None, 50, 50, channels), (None, 5, 5, filters), (None, flat), (None, hidden)]
    for part, shape in zip(parts, sides, strict=True):
        part.build(shape)
    return tuple(part.count_params() for part in parts)


def counting(**changed):
    """``parameters`` with other ways to compute some numbers."""

    def answer(c, f, k, n, h, o):
        right = dict(zip(("convolution", "norm", "hidden", "last"), parameters(c, f, k, n, h, o), strict=True))
        return tuple({**right, **{name: change(c, f, k, n, h, o) for name, change in changed.items()}}.values())

    return answer


# ---------------------------------------------------------------------------------------------------------------- small_cnn


class Small(keras.Model):
    """The network of the solution; others change a part of it."""

    convolution_settings = MappingProxyType({})
    hidden_activation = "relu"
    last_activation = "softmax"

    def __init__(self, filters, kernel_size, strides, pool_size, hidden, classes, **others):
        super().__init__(**others)
        self.convolution = own.Conv2D(filters, kernel_size, strides, **self.convolution_settings)
        self.normalise = own.BatchNormalization()
        self.pooling = own.AveragePooling2D(pool_size)
        self.flatten = layers.Flatten()
        self.hidden = layers.Dense(hidden, activation=self.hidden_activation)
        self.last = layers.Dense(classes, activation=self.last_activation)

    def maps(self, images, training):
        return self.pooling(tf.nn.relu(self.normalise(self.convolution(images), training=training)))

    def call(self, images, training=None):
        return self.last(self.hidden(self.flatten(self.maps(images, training))))


class AllOfKeras(keras.Model):
    def __init__(self, filters: int, kernel_size: int, strides: int, pool_size: int, hidden: int, classes: int):
        super().__init__()
        self.steps = [
            layers.Conv2D(filters, kernel_size, strides=strides, use_bias=False),
            layers.BatchNormalization(epsilon=1e-5, momentum=0.9),
            layers.Activation("relu"),
            layers.AveragePooling2D(pool_size),
            layers.Flatten(),
            layers.Dense(hidden),
            layers.ReLU(),
            layers.Dense(classes, kernel_initializer="he_normal"),
            layers.Softmax(),
        ]

    def call(self, x, training=False):
        for step in self.steps:
            x = step(x, training=training) if isinstance(step, layers.BatchNormalization) else step(x)
        return x


class SequentialInside(keras.Model):
    def __init__(self, classes, hidden, filters, strides, kernel_size, pool_size):
        super().__init__(name="cnn")
        front = [layers.Conv2D(filters, kernel_size, strides), layers.BatchNormalization(), layers.ReLU()]
        self.front = keras.Sequential([*front, layers.AvgPool2D(pool_size)])
        self.back = keras.Sequential([layers.Flatten(), layers.Dense(hidden, "relu"), layers.Dense(classes, "softmax")])

    def call(self, pictures, training=None):
        return self.back(self.front(pictures, training=training), training=training)


class InBuild(keras.Model):
    def __init__(self, **settings):
        super().__init__()
        self.settings = settings

    def build(self, input_shape):
        s = self.settings
        self.a = layers.Conv2D(s["filters"], s["kernel_size"], s["strides"])
        self.b = layers.BatchNormalization()
        self.c = layers.AveragePooling2D(s["pool_size"])
        self.d = layers.Dense(s["hidden"], "relu")
        self.e = layers.Dense(s["classes"])
        self.built = True

    def call(self, images, training=None):
        maps = self.c(keras.ops.relu(self.b(self.a(images), training=training)))
        flat = keras.ops.reshape(maps, (-1, math.prod(maps.shape[1:])))
        return keras.ops.softmax(self.e(self.d(flat)))


class Functional(keras.Model):
    """A functional model with the methods of keras.Model."""

    def __new__(cls, filters, kernel_size, strides, pool_size, hidden, classes):
        x = pictures = keras.Input((None, None, 3))
        x = layers.Conv2D(filters, kernel_size, strides)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.AveragePooling2D(pool_size)(x)
        front = keras.Model(pictures, x)
        back = keras.Sequential([layers.Flatten(), layers.Dense(hidden, "relu"), layers.Dense(classes, "softmax")])

        class Whole(keras.Model):
            def __init__(self):
                super().__init__()
                self.front, self.back = front, back

            def call(self, x, training=None):
                return self.back(self.front(x, training=training))

        return Whole()


class Logits(Small):
    last_activation = None


class SigmoidAtTheEnd(Small):
    last_activation = "sigmoid"


class ReluAtTheEnd(Small):
    last_activation = "relu"


class SoftmaxTwice(Small):
    def call(self, images, training=None):
        return tf.nn.softmax(super().call(images, training))


class SoftmaxOverPictures(Small):
    last_activation = None

    def call(self, images, training=None):
        return tf.nn.softmax(super().call(images, training), axis=0)


class SoftmaxInTheMiddle(Small):
    hidden_activation = "softmax"


class NoHiddenActivation(Small):
    hidden_activation = None


class TanhHidden(Small):
    hidden_activation = "tanh"


class AlwaysTraining(Small):
    def call(self, images, training=None):
        return super().call(images, True)


class NeverTraining(Small):
    def call(self, images, training=None):
        return super().call(images, False)


class TrainingForgotten(Small):
    def call(self, images):
        return super().call(images, None)


class TrainingByDefault(Small):
    def call(self, images, training=True):
        return super().call(images, training)


class TrainingTurnedRound(Small):
    def call(self, images, training=None):
        return super().call(images, not training)


class MadeInCall(keras.Model):
    def __init__(self, **settings):
        super().__init__()
        self.settings = settings

    def call(self, images, training=None):
        s = self.settings
        x = layers.Conv2D(s["filters"], s["kernel_size"], s["strides"])(images)
        x = layers.AveragePooling2D(s["pool_size"])(layers.ReLU()(layers.BatchNormalization()(x, training=training)))
        x = layers.Dense(s["hidden"], "relu")(layers.Flatten()(x))
        return layers.Dense(s["classes"], "softmax")(x)


class LastMadeInCall(Small):
    def call(self, images, training=None):
        x = self.hidden(self.flatten(self.maps(images, training)))
        return layers.Dense(self.last.units, "softmax")(x)


class KeptInCall(Small):
    def call(self, images, training=None):
        self.last = layers.Dense(self.last.units, "softmax")
        return super().call(images, training)


class ChapterOrder(Small):
    convolution_settings = MappingProxyType({"activation": "relu"})

    def maps(self, images, training):
        return self.normalise(self.pooling(self.convolution(images)), training=training)


class ReluFirst(Small):
    convolution_settings = MappingProxyType({"activation": "relu"})

    def maps(self, images, training):
        return self.pooling(self.normalise(self.convolution(images), training=training))


class TwoRelus(Small):
    convolution_settings = MappingProxyType({"activation": "relu"})


class ReluAfterPooling(Small):
    def maps(self, images, training):
        return tf.nn.relu(self.pooling(self.normalise(self.convolution(images), training=training)))


class PoolingFirst(Small):
    def maps(self, images, training):
        return tf.nn.relu(self.normalise(self.pooling(self.convolution(images)), training=training))


class NoRelu(Small):
    def maps(self, images, training):
        return self.pooling(self.normalise(self.convolution(images), training=training))


class NoNormalisation(Small):
    def maps(self, images, training):
        return self.pooling(tf.nn.relu(self.convolution(images)))


class UnusedNormalisation(Small):
    def maps(self, images, training):
        maps = self.convolution(images)
        self.normalise(maps, training=training)
        return self.pooling(tf.nn.relu(maps))


class NormalisedTwice(Small):
    def maps(self, images, training):
        return self.normalise(super().maps(images, training), training=training)


class MaxPooling(Small):
    def __init__(self, *, pool_size, **settings):
        super().__init__(pool_size=pool_size, **settings)
        self.pooling = layers.MaxPooling2D(pool_size)


class TenClasses(Small):
    def __init__(self, *, classes, **settings):
        super().__init__(classes=10, **settings)


class NoStrides(Small):
    def __init__(self, *, strides, **settings):
        super().__init__(strides=1, **settings)


class PoolsByTwo(Small):
    def __init__(self, *, pool_size, **settings):
        super().__init__(pool_size=2, **settings)


class Padded(Small):
    convolution_settings = MappingProxyType({"padding": "same"})


class NoPooling(Small):
    def maps(self, images, training):
        return tf.nn.relu(self.normalise(self.convolution(images), training=training))


class NoHiddenLayer(Small):
    def call(self, images, training=None):
        return self.last(self.flatten(self.maps(images, training)))


class NotFlattened(Small):
    def call(self, images, training=None):
        return self.last(self.hidden(self.maps(images, training)))


class MeanOfEachMap(Small):
    def call(self, images, training=None):
        return self.last(self.hidden(tf.reduce_mean(self.maps(images, training), (1, 2))))


class NormalisedFlat(Small):
    def maps(self, images, training):
        maps = self.pooling(tf.nn.relu(self.convolution(images)))
        return self.normalise(self.flatten(maps), training=training)


class FrozenHidden(Small):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.hidden.trainable = False


class GradientStopped(Small):
    def call(self, images, training=None):
        maps = tf.stop_gradient(self.maps(images, training))
        return self.last(self.hidden(self.flatten(maps)))


class ThroughNumPy(Small):
    def call(self, images, training=None):
        return self.last(self.hidden(np.array(self.flatten(self.maps(images, training)))))


class FixedBatch(Small):
    def call(self, images, training=None):
        maps = self.maps(images, training)
        return self.last(self.hidden(tf.reshape(maps, (6, math.prod(maps.shape[1:])))))


class NoReturn(Small):
    def call(self, images, training=None):
        super().call(images, training)


class NoCall(keras.Model):
    def __init__(self, **settings):
        super().__init__()


class NoSuper(keras.Model):
    def __init__(self, **settings):
        self.hidden = layers.Dense(3)


class NoModel:
    def __init__(self, **settings):
        self.settings = settings


class OtherNames(keras.Model):
    def __init__(self, kernels, size):
        super().__init__()


class SmallStub(keras.Model):
    def __init__(self, filters, kernel_size, strides, pool_size, hidden, classes, **others):
        super().__init__(**others)
        raise NotImplementedError()


# -------------------------------------------------------------------------------------------------------------------- train


def once(train):
    """A training that is done once for each start; after that the network gets the weights that came out."""
    kept = {}

    @functools.wraps(train)
    def answer(network, images, digits):
        start = [np.array(weights) for weights in network.get_weights()]
        key = tuple(weights.tobytes() for weights in (*start, images, digits))
        if key not in kept:
            returned = train(network, images, digits)
            kept[key] = network.get_weights(), returned
            return returned
        weights, returned = kept[key]
        network.set_weights(weights)
        return returned

    return answer


LOSS = "sparse_categorical_crossentropy"


def scaled(images):
    return images / np.float32(255)


def more(images, digits, copies):
    """So many copies of each picture, the first of them itself, with their digits."""
    inputs = scaled(images)
    made = [inputs, 1 - inputs, inputs[..., [1, 2, 0]], inputs[..., [2, 0, 1]]]
    made += [1 - inputs[..., [1, 2, 0]], 1 - inputs[..., [2, 0, 1]]]
    return np.concatenate(made[:copies]), np.tile(digits, copies)


def trainer(copies=1, epochs=8, rate=0.003, batch=64):
    """A function that trains with Adam on so many copies of each picture: itself, the chapter's two, and three more."""

    def train(network, images, digits):
        network.compile(keras.optimizers.Adam(rate), LOSS)
        network.fit(*more(images, digits, copies), batch, epochs=epochs, verbose=0)
        return network

    return train


@once
def fitted(network, images, digits):
    return trainer(copies=6, rate=0.001)(network, images, digits)


@once
def one_hot(network, images, digits):
    pictures, classes = more(images, digits, 6)
    network.compile(keras.optimizers.Adam(0.004), keras.losses.CategoricalCrossentropy(), metrics=["accuracy"])
    return network.fit(pictures, keras.utils.to_categorical(classes, 5), epochs=5, batch_size=64, verbose=0)


@once
def batch_by_batch(network, images, digits):
    network.compile(keras.optimizers.Adam(0.004), LOSS)
    random = np.random.default_rng(5)
    for _ in range(300):
        chosen = random.integers(0, len(images), 64)
        inputs = scaled(images[chosen])[..., random.permutation(3)]
        negative = random.random((64, 1, 1, 1)) < 0.5
        network.train_on_batch(np.where(negative, 1 - inputs, inputs), digits[chosen])


@once
def loop_of_ones_own(network, images, digits):
    pictures, classes = more(images, digits, 6)
    optimizer = keras.optimizers.Adam(0.004)
    optimizer.build(network.trainable_variables)

    @tf.function
    def step(inputs, truth):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(truth, network(inputs, training=True)))
        optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)

    random = np.random.default_rng(1)
    for _ in range(5):
        order = random.permutation(len(pictures))
        for start in range(0, len(order) - 63, 64):
            step(pictures[order[start : start + 64]], classes[order[start : start + 64]])


@once
def without_copies(network, images, digits):
    return trainer(epochs=8)(network, images, digits)


@once
def unscaled(network, images, digits):
    network.compile(keras.optimizers.Adam(0.003), LOSS)
    network.fit(images.astype("float32"), digits, 64, epochs=8, verbose=0)


@once
def digits_of_others(network, images, digits):
    network.compile("adam", LOSS)
    network.fit(scaled(images), np.random.default_rng(2).permutation(digits), 64, epochs=3, verbose=0)


@once
def small_steps(network, images, digits):
    network.compile(keras.optimizers.SGD(1e-5), LOSS)
    network.fit(scaled(images), digits, 64, epochs=2, verbose=0)


@once
def digits_not_repeated_in_order(network, images, digits):
    pictures, _ = more(images, digits, 6)
    network.compile(keras.optimizers.Adam(0.003), LOSS)
    network.fit(pictures, np.repeat(digits, 6), 64, epochs=2, verbose=0)


@once
def loop_without_training(network, images, digits):
    pictures, classes = more(images, digits, 6)
    optimizer = keras.optimizers.Adam(0.004)
    optimizer.build(network.trainable_variables)

    @tf.function
    def step(inputs, truth):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(truth, network(inputs)))
        optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)

    order = np.random.default_rng(1).permutation(len(pictures))
    for start in [*range(0, len(order) - 63, 64)] * 7:
        step(pictures[order[start : start + 64]], classes[order[start : start + 64]])


@once
def last_layer_only(network, images, digits):
    for layer in network.layers[:-1]:
        layer.trainable = False
    network.compile(keras.optimizers.Adam(0.003), LOSS)
    network.fit(scaled(images), digits, 64, epochs=2, verbose=0)


def only_compiled(network, images, digits):
    network.compile("adam", LOSS)
    return network


@once
def much_too_large_steps(network, images, digits):
    network.compile(keras.optimizers.SGD(1e30), LOSS)
    network.fit(scaled(images), digits, 64, epochs=1, verbose=0)


def a_copy(network, images, digits):
    other = keras.models.clone_model(network)
    other.compile("adam", LOSS, jit_compile=False)
    other.fit(scaled(images)[:64], digits[:64], 64, epochs=1, verbose=0)
    return other


def in_place(network, images, digits):
    images //= 255
    return network


def wrong_loss(network, images, digits):
    network.compile("adam", "categorical_crossentropy")
    network.fit(scaled(images), digits, verbose=0)


def not_compiled(network, images, digits):
    network.fit(scaled(images), digits, verbose=0)


def divided_in_place(network, images, digits):
    images /= 255


def other_layers(network, images, digits):
    network.pop()
    network.add(layers.Dense(7, "softmax"))
    network(scaled(images[:1]))


# ----------------------------------------------------------------------------------------------------------------- kept_cnn


def registered(cls):
    """Register a class under a name of its own: in these tables many are called alike."""
    return keras.saving.register_keras_serializable(package=f"answers11{cls.__name__}")(cls)


class Forgetful(keras.Model):
    def __init__(self, filters=8, activation="relu", classes=10, **others):
        super().__init__(**others)
        self.convolution = own.Conv2D(filters, 3, activation=activation)
        self.flatten = layers.Flatten()
        self.last = layers.Dense(classes, activation="softmax")

    def call(self, images):
        return self.last(self.flatten(self.convolution(images)))


@registered
class Kept(Forgetful):
    def __init__(self, filters=8, activation="relu", classes=10, **others):
        super().__init__(filters, activation, classes, **others)
        self.settings = {"filters": filters, "activation": activation, "classes": classes}

    def get_config(self):
        return {**super().get_config(), **self.settings}


@registered
class KeptByItsLayers(Forgetful):
    def __init_subclass__(cls, **others):  # a test makes a class that inherits from this one, and it must be found too
        super().__init_subclass__(**others)
        registered(cls)

    def get_config(self):
        config = super().get_config()
        config["filters"] = self.convolution.filters
        config["activation"] = keras.activations.serialize(self.convolution.activation)
        config["classes"] = self.last.units
        return config


@registered
class KeptWithFromConfig(keras.Model):
    def __init__(self, filters=8, activation="relu", classes=10, name=None):
        super().__init__(name=name)
        self.parts = keras.Sequential(
            [
                layers.Conv2D(filters, 3),
                layers.BatchNormalization(),
                layers.Activation(activation),
                layers.GlobalAveragePooling2D(),
                layers.Dense(classes, "softmax"),
            ]
        )
        self.how = [filters, activation, classes]

    def call(self, images, training=None):
        return self.parts(images, training=training)

    def get_config(self):
        return {"how": self.how, "name": self.name}

    @classmethod
    def from_config(cls, config):
        return cls(*config["how"], name=config["name"])


@registered
class KeptWithAFunction(keras.Model):
    def __init__(self, filters: int = 8, activation: str = "relu", classes: int = 10, **others):
        super().__init__(**others)
        self.filters, self.classes = filters, classes
        self.activation = keras.activations.get(activation)
        self.a, self.b = layers.Conv2D(filters, 2, padding="same"), layers.Dense(classes)

    def call(self, images):
        maps = self.activation(self.a(images))
        return keras.ops.softmax(self.b(keras.ops.mean(maps, axis=(1, 2))))

    def get_config(self) -> dict:
        return super().get_config() | {"filters": self.filters, "activation": self.activation, "classes": self.classes}


@registered
class DefaultsComeBack(Forgetful):
    pass


class NotRegistered(Kept):
    pass


@registered
class ParentOnly(Forgetful):
    def __init__(self, filters=8, activation="relu", classes=10, **others):
        super().__init__(filters, activation, classes, **others)

    def get_config(self):
        return super().get_config()


@registered
class ActivationForgotten(Kept):
    def get_config(self):
        return {k: v for k, v in super().get_config().items() if k != "activation"}


@registered
class ClassesForgotten(Kept):
    def get_config(self):
        return {k: v for k, v in super().get_config().items() if k != "classes"}


@registered
class OnlyItsOwn(Kept):
    def get_config(self):
        return self.settings


@registered
class OtherKeys(Kept):
    def get_config(self):
        config = super().get_config()
        return {"units" if key == "classes" else key: value for key, value in config.items()}


@registered
class FixedValues(Kept):
    def get_config(self):
        return {**super().get_config(), "filters": 8, "activation": "relu", "classes": 10}


class NothingToldAndNoDefaults(Forgetful):
    def __init__(self, filters, activation, classes, **others):
        super().__init__(filters, activation, classes, **others)


@registered
class ParentOnlyAndNoDefaults(NothingToldAndNoDefaults):
    def get_config(self):
        return super(Forgetful, self).get_config()


@registered
class WithoutOthers(Forgetful):
    def __init__(self, filters=8, activation="relu", classes=10):
        super().__init__(filters, activation, classes)


class NoModelAtAll:
    def __init__(self, **settings):
        self.settings = settings


@registered
class LogitsKept(Kept):
    def call(self, images):
        return self.convolution(images)


@registered
class IgnoresItsArguments(Kept):
    def __init__(self, filters=8, activation="relu", classes=10, **others):
        super().__init__(**others)
        self.settings = {"filters": filters, "activation": activation, "classes": classes}


@registered
class IgnoresActivation(Kept):
    def __init__(self, filters=8, activation="relu", classes=10, **others):
        super().__init__(filters, "relu", classes, **others)
        self.settings["activation"] = activation


@registered
class IgnoresFilters(Kept):
    def __init__(self, filters=8, activation="relu", classes=10, **others):
        super().__init__(8, activation, classes, **others)
        self.settings["filters"] = filters


@registered
class IgnoresClasses(Kept):
    def __init__(self, filters=8, activation="relu", classes=10, **others):
        super().__init__(filters, activation, 10, **others)
        self.settings["classes"] = classes


@registered
class HiddenState(Kept):
    """Part of what it answers with is no weight, so no file holds it."""

    def __init__(self, filters=8, activation="relu", classes=10, **others):
        super().__init__(filters, activation, classes, **others)
        self.shift = np.random.normal(0, 1, classes).astype("float32")  # noqa: NPY002

    def call(self, images):
        return keras.ops.softmax(super().call(images) + self.shift)


class KeptStub(Forgetful):
    def __init__(self, filters=8, activation="relu", classes=10, **others):
        raise NotImplementedError()


RIGHT = {
    "shapes_of": {
        "as in the chapter": shapes,
        "counting": counted_places,
        "arrays": with_arrays,
        "the layers themselves": asked_keras,
        "a tensor, with TensorFlow": tensor_shapes,
    },
    "parameters_of": {
        "formulas": parameters,
        "one kernel at a time": one_kernel_at_a_time,
        "an array": as_array,
        "the layers themselves": built,
    },
    "small_cnn": {
        "the layers of the course": Small,
        "the layers of Keras": AllOfKeras,
        "two Sequentials": SequentialInside,
        "made in build": InBuild,
        "functional parts": Functional,
    },
    "train": {
        "fit on six copies": fitted,
        "one-hot labels": one_hot,
        "new colours in each batch": batch_by_batch,
        "a loop of one's own": loop_of_ones_own,
    },
    "kept_cnn": {
        "arguments asked from the layers": KeptByItsLayers,
        "arguments kept": Kept,
        "a from_config of its own": KeptWithFromConfig,
        "the activation as a function": KeptWithAFunction,
    },
}
WRONG = {
    "shapes_of": {
        "the first place forgotten": (after(lambda s, f, k, t, p: (s - k) // t), "wrong", "One place is missing", 0),
        "the first place forgotten, not rounded": (
            after(lambda s, f, k, t, p: (s - k) / t),
            "wrong",
            "One place is missing, and where the stride does not fit, you count a part of a place.",
            0,
        ),
        "parts of a place": (
            after(lambda s, f, k, t, p: (s - k) / t + 1),
            "wrong",
            "Where the stride does not fit, you count a part of a place.",
            2,
        ),
        "rounded up": (
            after(lambda s, f, k, t, p: math.ceil((s - k) / t) + 1),
            "wrong",
            "At the last place that you count, the kernel would reach out of the picture.",
            0,
        ),
        "rounded": (
            after(lambda s, f, k, t, p: round((s - k) / t) + 1),
            "wrong",
            "Where the stride does not fit, you round, and sometimes up",
            0,
        ),
        "with padding": (
            after(lambda s, f, k, t, p: math.ceil(s / t)),
            "wrong",
            "So many places there are with padding.",
            0,
        ),
        "side divided by stride": (
            after(lambda s, f, k, t, p: s // t),
            "wrong",
            "You divide the side by the stride.",
            0,
        ),
        "stride forgotten": (
            after(lambda s, f, k, t, p: s - k + 1),
            "wrong",
            "You count the places for stride 1, whatever the stride is.",
            0,
        ),
        "1 added too early": (
            after(lambda s, f, k, t, p: (s - k + 1) // t),
            "wrong",
            "The stride divides the way that the kernel moves.",
            2,
        ),
        "places of the whole picture": (
            lambda *args: (shapes(*args)[0] ** 2, *shapes(*args)[1:]),
            "wrong",
            "That is the number of places in the whole picture; asked for are those in one direction.",
            2,
        ),
        "a size that is too large": (after(lambda s, f, k, t, p: s), "wrong", "That is too large.", 0),
        "a window that is not full": (
            after(pooled=lambda places, s, p: math.ceil(places / p)),
            "wrong",
            "Your last window is not full.",
            1,
        ),
        "parts of a window": (
            after(pooled=lambda places, s, p: places / p),
            "wrong",
            "Where the windows do not fit, you count a part of a window.",
            1,
        ),
        "windows that overlap": (
            after(pooled=lambda places, s, p: places - p + 1),
            "wrong",
            "You move the window by one place at a time.",
            1,
        ),
        "the picture pooled": (after(pooled=lambda places, s, p: s // p), "wrong", "You pool the picture itself.", 1),
        "not pooled": (after(pooled=lambda places, s, p: places), "wrong", "It is as large as before pooling.", 1),
        "divided by the pixels of a window": (
            after(pooled=lambda places, s, p: places // p**2),
            "wrong",
            "You divide by the number of pixels in a window, and here one direction is asked for.",
            1,
        ),
        "one map": (after(flat=lambda pooled, places, f: pooled**2), "wrong", "You count one map.", 2),
        "one row of each map": (
            after(flat=lambda pooled, places, f: pooled * f),
            "wrong",
            "You count one row of each map.",
            2,
        ),
        "flattened before pooling": (
            after(flat=lambda pooled, places, f: places**2 * f),
            "wrong",
            "You count the numbers before pooling.",
            2,
        ),
        "the picture's channels": (
            after(flat=lambda pooled, places, f: pooled**2 * 3),
            "wrong",
            "You take the 3 channels of the picture.",
            2,
        ),
        "the picture's channels as well": (
            after(flat=lambda pooled, places, f: pooled**2 * f * 3),
            "wrong",
            "You multiply by the 3 channels of the picture.",
            2,
        ),
        "half a value": (
            after(flat=lambda pooled, places, f: pooled**2 * f + 0.5),
            "wrong",
            "Such a number is a whole number.",
            2,
        ),
        "two of three": (
            lambda *args: shapes(*args)[:2],
            "wrong",
            "your function returned a tuple of 2 values; the question asks for 3 numbers",
            0,
        ),
        "nothing returned": (
            lambda *args: None,
            "wrong",
            "your function returned None; the question asks for 3 numbers",
            0,
        ),
        "another order": (lambda *args: shapes(*args)[::-1], "wrong", "That is too large.", 1),
        "an error": (lambda side, filters: side, "error", "Your code stopped with TypeError", 0),
        "not attempted": (
            not_attempted,
            "not attempted",
            "Write shapes_of above, run its cell, then run this one again.",
            0,
        ),
    },
    "parameters_of": {
        "kernels without biases": (
            counting(convolution=lambda c, f, k, n, h, o: k * k * c * f),
            "wrong",
            "The biases are missing",
            3,
        ),
        "one channel": (
            counting(convolution=lambda c, f, k, n, h, o: k * k * f + f),
            "wrong",
            "You count one channel.",
            3,
        ),
        "one channel, no biases": (
            counting(convolution=lambda c, f, k, n, h, o: k * k * f),
            "wrong",
            "You count one channel, and no biases.",
            3,
        ),
        "a bias for each channel": (
            counting(convolution=lambda c, f, k, n, h, o: (k * k + 1) * c * f),
            "wrong",
            "You give each kernel a bias for every channel.",
            3,
        ),
        "a row of a kernel": (
            counting(convolution=lambda c, f, k, n, h, o: k * c * f + f),
            "wrong",
            "A kernel is a square",
            3,
        ),
        "one kernel": (
            counting(convolution=lambda c, f, k, n, h, o: k * k * c + 1),
            "wrong",
            "You count one kernel.",
            3,
        ),
        "one kernel, all biases": (
            counting(convolution=lambda c, f, k, n, h, o: k * k * c + f),
            "wrong",
            "You count one kernel, and the biases of all.",
            3,
        ),
        "one bias for all kernels": (
            counting(convolution=lambda c, f, k, n, h, o: k * k * c * f + 1),
            "wrong",
            "You count one bias for all kernels.",
            3,
        ),
        "only what is learned": (
            counting(norm=lambda c, f, k, n, h, o: 2 * f),
            "wrong",
            "You count two numbers for each map.",
            3,
        ),
        "normalises the picture": (
            counting(norm=lambda c, f, k, n, h, o: 4 * c),
            "wrong",
            "You count the channels of the picture.",
            3,
        ),
        "normalises each number": (
            counting(norm=lambda c, f, k, n, h, o: 4 * n),
            "wrong",
            "You count each number of the maps.",
            3,
        ),
        "normalises one map": (counting(norm=lambda c, f, k, n, h, o: 4), "wrong", "You count one map.", 3),
        "nothing to normalise with": (
            counting(norm=lambda c, f, k, n, h, o: 0),
            "wrong",
            "Batch normalisation has parameters",
            3,
        ),
        "neurons without biases": (
            counting(hidden=lambda c, f, k, n, h, o: n * h, last=lambda c, f, k, n, h, o: h * o),
            "wrong",
            "The biases are missing",
            2,
        ),
        "a bias for each input": (
            counting(hidden=lambda c, f, k, n, h, o: n * h + n, last=lambda c, f, k, n, h, o: h * o + h),
            "wrong",
            "A bias belongs to a neuron, and not to an input.",
            2,
        ),
        "one bias for each layer": (
            counting(hidden=lambda c, f, k, n, h, o: n * h + 1, last=lambda c, f, k, n, h, o: h * o + 1),
            "wrong",
            "You count one bias for the layer.",
            2,
        ),
        "inputs and neurons added": (
            counting(hidden=lambda c, f, k, n, h, o: n + h, last=lambda c, f, k, n, h, o: h + o),
            "wrong",
            "You add inputs and neurons.",
            2,
        ),
        "one input for each map": (
            counting(hidden=lambda c, f, k, n, h, o: f * h + h),
            "wrong",
            "You take one input for each map.",
            3,
        ),
        "the output layer sees the maps": (
            counting(last=lambda c, f, k, n, h, o: n * o + o),
            "wrong",
            "The output layer does not see the flattened maps",
            3,
        ),
        "too many hidden weights": (
            counting(hidden=lambda c, f, k, n, h, o: 2 * n * h),
            "wrong",
            "That is too large.",
            3,
        ),
        "too few hidden weights": (counting(hidden=lambda c, f, k, n, h, o: h), "wrong", "That is too small.", 3),
        "the sum": (lambda *args: sum(parameters(*args)), "wrong", "convolution, normalisation, hidden, output.", 0),
        "a dictionary": (
            lambda *args: dict(enumerate(parameters(*args))),
            "wrong",
            "your function returned a dict; the question asks for 4 numbers",
            0,
        ),
        "nothing returned": (
            lambda *args: None,
            "wrong",
            "your function returned None; the question asks for 4 numbers",
            0,
        ),
        "not attempted": (
            not_attempted,
            "not attempted",
            "Write parameters_of above, run its cell, then run this one again.",
            0,
        ),
    },
    "small_cnn": {
        "logits": (Logits, "wrong", "These are weighted sums (logits) and no confidences", 4),
        "a sigmoid for each class": (
            SigmoidAtTheEnd,
            "wrong",
            "Each output alone lies between 0 and 1, but the classes do not compete.",
            4,
        ),
        "a ReLU at the end": (ReluAtTheEnd, "wrong", "These are weighted sums (logits) and no confidences", 4),
        "softmax twice": (
            SoftmaxTwice,
            "wrong",
            "your outputs went through a softmax twice, so all confidences are nearly equal.",
            4,
        ),
        "softmax over the batch": (
            SoftmaxOverPictures,
            "wrong",
            "Each output alone lies between 0 and 1, but the classes do not compete.",
            2,
        ),
        "softmax in the middle": (
            SoftmaxInTheMiddle,
            "wrong",
            "there is a softmax on your first fully connected layer.",
            4,
        ),
        "no activation in the middle": (
            NoHiddenActivation,
            "wrong",
            "there is no activation function on your first fully connected layer.",
            4,
        ),
        "tanh in the middle": (
            TanhHidden,
            "wrong",
            "there is a tanh on your first fully connected layer, and a ReLU was asked for.",
            4,
        ),
        "training hard-coded as True": (
            AlwaysTraining,
            "wrong",
            "Batch normalisation takes the numbers of the batch there.",
            4,
        ),
        "training hard-coded as False": (
            NeverTraining,
            "wrong",
            "training=True and training=False give the same outputs.",
            4,
        ),
        "call without training": (
            TrainingForgotten,
            "wrong",
            "training=True and training=False give the same outputs.",
            4,
        ),
        "training unless told otherwise": (
            TrainingByDefault,
            "wrong",
            "Training is asked for by training=True only.",
            4,
        ),
        "training turned round": (
            TrainingTurnedRound,
            "wrong",
            "Batch normalisation takes the numbers of the batch there.",
            4,
        ),
        "layers made in call": (MadeInCall, "wrong", "after its first call your network has no weights at all", 1),
        "the last layer made in call": (LastMadeInCall, "wrong", "That is too few.", 1),
        "a layer made in call and kept": (KeptInCall, "wrong", "your network makes new weights while it is called", 0),
        "the chapter's order": (
            ChapterOrder,
            "wrong",
            "your batch normalisation stands behind the pooling, as in the chapter.",
            4,
        ),
        "ReLU before normalisation": (ReluFirst, "wrong", "your ReLU stands before the batch normalisation.", 4),
        "two ReLUs": (
            TwoRelus,
            "wrong",
            "your maps go through a ReLU twice, before and after the batch normalisation.",
            4,
        ),
        "ReLU after pooling": (ReluAfterPooling, "wrong", "your ReLU stands behind the pooling.", 4),
        "pooling first": (PoolingFirst, "wrong", "your pooling stands before the batch normalisation.", 4),
        "no ReLU": (NoRelu, "wrong", "there is no ReLU on your maps.", 4),
        "no normalisation": (NoNormalisation, "wrong", "Batch normalisation is missing.", 2),
        "normalisation not used": (
            UnusedNormalisation,
            "wrong",
            "2 of your trainable weight arrays get no gradient.",
            2,
        ),
        "normalised twice": (NormalisedTwice, "wrong", "your network computes something else than the six steps.", 4),
        "largest values": (
            MaxPooling,
            "wrong",
            "you pool with the largest value of each window, and the mean was asked for.",
            4,
        ),
        "ten classes": (TenClasses, "wrong", "There is one for each class.", 2),
        "stride forgotten": (NoStrides, "wrong", "Your convolution moves by 1.", 3),
        "always 2 by 2": (PoolsByTwo, "wrong", "Your pooling takes 2×2, whatever pool_size says.", 3),
        "padding": (Padded, "wrong", "Your convolution pads the picture with zeros.", 3),
        "no pooling": (NoPooling, "wrong", "No pooling makes your maps smaller.", 3),
        "no hidden layer": (NoHiddenLayer, "wrong", "The first fully connected layer is missing.", 3),
        "not flattened": (
            NotFlattened,
            "wrong",
            "your network gives an output of shape (None, 3, 3, 4); there should be one row for each pi",
            0,
        ),
        "means of maps": (MeanOfEachMap, "wrong", "You take one number of each map.", 3),
        "normalised when flat": (NormalisedFlat, "wrong", "Your batch normalisation stands behind the flattening.", 3),
        "a frozen layer": (
            FrozenHidden,
            "wrong",
            "All of them are there, but some layer does not learn what it should.",
            4,
        ),
        "no gradient for the convolution": (
            GradientStopped,
            "wrong",
            "4 of your trainable weight arrays get no gradient.",
            4,
        ),
        "through NumPy": (ThroughNumPy, "wrong", "something in your call turns tensors into NumPy arrays.", 0),
        "a fixed batch": (
            FixedBatch,
            "wrong",
            "the output has the shape (6, 4) for a batch whose size is not fixed.",
            0,
        ),
        "nothing returned": (NoReturn, "wrong", "your network gave None for a symbolic input.", 0),
        "no call": (NoCall, "wrong", "your network has no method call.", 0),
        "super forgotten": (NoSuper, "error", "Your code stopped with RuntimeError", 0),
        "no model": (NoModel, "wrong", "your class makes a NoModel, which is no Keras model.", 0),
        "other arguments": (OtherNames, "error", "Your code stopped with TypeError", 0),
        "not attempted": (
            SmallStub,
            "not attempted",
            "Write SmallCNN above, run its cell, then run this one again.",
            0,
        ),
    },
    "train": {
        "8 epochs without copies": (
            without_copies,
            "wrong",
            "The chapter made more pictures out of those that it had.",
            3,
        ),
        "values up to 255": (unscaled, "wrong", "train it with such values.", 2),
        "digits of other pictures": (
            digits_of_others,
            "wrong",
            "Do the training loss and the accuracy get better from epoch to epoch, and were there enoug",
            2,
        ),
        "much too small steps": (
            small_steps,
            "wrong",
            "Do the training loss and the accuracy get better from epoch to epoch, and were there enoug",
            2,
        ),
        "digits repeated in another order": (
            digits_not_repeated_in_order,
            "wrong",
            "Do the training loss and the accuracy get better from epoch to epoch, and were there enoug",
            2,
        ),
        "a loop without training=True": (
            loop_without_training,
            "wrong",
            "fit does that, and in a loop of your own the network has to be called with training=True.",
            3,
        ),
        "the last layer only": (last_layer_only, "wrong", "All of them should learn.", 0),
        "only compiled": (only_compiled, "wrong", "nothing was trained.", 0),
        "much too large steps": (much_too_large_steps, "wrong", "Some weights became NaN or infinite.", 0),
        "a copy trained": (a_copy, "wrong", "You trained another one.", 0),
        "pictures changed": (in_place, "wrong", "Write results into new arrays.", 0),
        "a loss for one-hot labels": (wrong_loss, "error", "Your code stopped with ValueError", 0),
        "not compiled": (not_compiled, "error", "Your code stopped with ValueError", 0),
        "divided in place": (divided_in_place, "error", "Your code stopped with UFuncTypeError", 0),
        "other layers": (other_layers, "wrong", "your function gave the network other layers than it had.", 0),
        "not attempted": (
            not_attempted,
            "not attempted",
            "Write train above, run its cell, then run this one again.",
            0,
        ),
    },
    "kept_cnn": {
        "defaults come back": (DefaultsComeBack, "wrong", "your network was saved and can't be loaded", 1),
        "not registered": (
            NotRegistered,
            "wrong",
            "your network was saved, and load_model could not locate its class.",
            2,
        ),
        "the parent's configuration": (ParentOnly, "wrong", "your network was saved and can't be loaded", 1),
        "activation forgotten": (ActivationForgotten, "wrong", "Which argument has it forgotten?", 2),
        "classes forgotten": (ClassesForgotten, "wrong", "your network was saved and can't be loaded", 1),
        "the name forgotten": (OnlyItsOwn, "wrong", "a network made again from get_config has lost its name.", 3),
        "keys that are no arguments": (OtherKeys, "wrong", "your network was saved and can't be loaded", 1),
        "fixed values": (FixedValues, "wrong", "your network was saved and can't be loaded", 1),
        "no get_config, no defaults": (NothingToldAndNoDefaults, "wrong", "your network can't even be saved.", 1),
        "the parent's configuration, no defaults": (
            ParentOnlyAndNoDefaults,
            "wrong",
            "your network was saved and can't be loaded",
            1,
        ),
        "no name taken": (WithoutOthers, "error", "Your code stopped with TypeError", 0),
        "no model": (NoModelAtAll, "wrong", "your class makes a NoModelAtAll, which is no Keras model.", 0),
        "maps returned": (
            LogitsKept,
            "wrong",
            "your network gives an output of shape (None, 6, 6, 8); there should be one row for each pi",
            0,
        ),
        "all arguments ignored": (
            IgnoresItsArguments,
            "wrong",
            "another number of filters gives a network of the same size.",
            3,
        ),
        "activation ignored": (IgnoresActivation, "wrong", "another activation gives the same answers.", 3),
        "filters ignored": (IgnoresFilters, "wrong", "another number of filters gives a network of the same size.", 3),
        "an answer that is not in the weights": (HiddenState, "wrong", "Which argument has it forgotten?", 2),
        "ten classes": (IgnoresClasses, "wrong", "Is the argument classes used?", 3),
        "not attempted": (KeptStub, "not attempted", "Write KeptCNN above, run its cell, then run this one again.", 0),
    },
}
