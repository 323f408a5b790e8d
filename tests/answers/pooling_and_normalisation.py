"""Answers to exercise 10, right and wrong, with what the checks must say to them."""

import math

import numpy as np

from isnine.checks import pooling_and_normalisation as CHECKS
from isnine.device import hushed

with hushed():
    import keras
    import tensorflow as tf

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]

SLOW = True


def not_attempted(*_):
    raise NotImplementedError()


# 1. Flatten


def flatten_by_loops(maps):
    rows = []
    for picture in maps:
        row = []
        for line in picture:
            for pixel in line:
                for value in pixel:
                    row.append(float(value))
        rows.append(row)
    return rows


def flatten_by_places(maps):
    n, rows, columns, channels = maps.shape
    flat = np.zeros((n, rows * columns * channels))
    for i, row, column, channel in np.ndindex(maps.shape):
        flat[i, (row * columns + column) * channels + channel] = maps[i, row, column, channel]
    return flat


def flatten_with_tensorflow(maps):
    return tf.reshape(maps, [len(maps), -1])


def flatten_in_place(maps):
    flat = maps.reshape(len(maps), -1).copy()
    maps[:] = 0
    return flat


# 2. Softmax


def softmax_by_loops(logits):
    confidences = []
    for row in logits:
        largest = max(row)
        exponentials = [math.exp(z - largest) for z in row]
        confidences.append([e / sum(exponentials) for e in exponentials])
    return confidences


def softmax_by_numpy(logits):
    e = np.exp(logits - np.max(logits, axis=1)[:, None])
    return e / e.sum(1)[:, None]


def softmax_by_differences(logits):
    """1 over the sum of the exponentials of all differences; overflow gives 1/inf, which is 0."""
    with np.errstate(over="ignore"):
        return 1 / np.exp(logits[:, None, :] - logits[:, :, None]).sum(axis=-1)


def softmax_by_logarithms(logits):
    logits = logits - logits.max(-1, keepdims=True)
    return np.exp(logits - np.log(np.exp(logits).sum(-1, keepdims=True)))


def softmax_plain(logits):
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)


def softmax_by_math(logits):
    return [[math.exp(z) / sum(math.exp(other) for other in row) for z in row] for row in logits]


def softmax_of_one_shift(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum(axis=-1, keepdims=True)


def softmax_clipped(logits):
    return softmax_plain(np.clip(logits, -500, 500))


def softmax_with_a_tiny_number(logits):
    e = np.exp(logits)
    return e / (e.sum(axis=-1, keepdims=True) + 1e-9)


def softmax_by_a_fixed_shift(logits):
    return softmax_plain(logits - 500)


def softmax_in_place(logits):
    logits -= logits.max(axis=-1, keepdims=True)
    return softmax_plain(logits)


# 3. Average pooling


def pool_by_loops(images, size, stride, padding):
    """Windows cut off at the border."""
    n, height, width, channels = images.shape
    above = left = 0
    if padding == "same":
        rows, columns = math.ceil(height / stride), math.ceil(width / stride)
        above = max((rows - 1) * stride + size - height, 0) // 2
        left = max((columns - 1) * stride + size - width, 0) // 2
    else:
        rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    pooled = np.zeros((n, rows, columns, channels))
    for i in range(n):
        for row in range(rows):
            for column in range(columns):
                top, first = row * stride - above, column * stride - left
                window = images[i, max(top, 0) : top + size, max(first, 0) : first + size]
                pooled[i, row, column] = window.mean(axis=(0, 1))
    return pooled


def pool_by_counting(images, size, stride, padding):
    """Sums divided by the number of places inside, in lists."""
    inside = np.ones(images.shape)
    if padding == "same":
        sides = [zeros_around(n, size, stride) for n in images.shape[1:3]]
        images, inside = (np.pad(x, [(0, 0), *sides, (0, 0)]) for x in (images, inside))
    sums, counts = (
        np.lib.stride_tricks.sliding_window_view(x, (size, size), (1, 2)).sum((-1, -2)) for x in (images, inside)
    )
    return (sums / counts)[:, ::stride, ::stride].tolist()


def pool_with_tensorflow(images, size, stride, padding):
    return tf.nn.avg_pool2d(images, size, stride, padding.upper())


def pool_with_keras(images, size, stride, padding):
    return keras.layers.AveragePooling2D(size, stride, padding)(images).numpy()


def zeros_around(pixels, size, stride):
    total = max((-(-pixels // stride) - 1) * stride + size - pixels, 0)
    return total // 2, total - total // 2


def pool_of(kind, fill=np.nan, zeros=zeros_around):
    """An answer that takes ``kind`` of each window; places outside hold ``fill``."""

    def pool(images, size, stride, padding):
        if padding == "same":
            sides = [zeros(n, size, stride) for n in images.shape[1:3]]
            images = np.pad(images, [(0, 0), *sides, (0, 0)], constant_values=fill)
        windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), (1, 2))
        return kind(windows[:, ::stride, ::stride])

    return pool


def mean(windows):
    return np.nanmean(windows, axis=(-1, -2))


def pool_without_zeros(images, size, stride, padding):
    images = np.where(images == 0, np.nan, images)
    return np.nan_to_num(pool_of(mean)(images, size, stride, padding))


def pool_in_place(images, size, stride, padding):
    pooled = pool_by_loops(images, size, stride, padding)
    images[:] = 0
    return pooled


def after(change):
    """Right pooling, and then something else."""
    return lambda *args: change(pool_by_loops(*args))


# 4. Normalise


def normalise_by_loops(batch, gamma, beta, epsilon):
    channels = batch.shape[-1]
    rows = batch.reshape(-1, channels)
    outputs = np.zeros(rows.shape)
    for channel in range(channels):
        values = rows[:, channel]
        mean = sum(values) / len(values)
        variance = sum((value - mean) ** 2 for value in values) / len(values)
        for i, value in enumerate(values):
            outputs[i, channel] = gamma[channel] * (value - mean) / math.sqrt(variance + epsilon) + beta[channel]
    return outputs.reshape(batch.shape)


def normalise_by_numpy(batch, gamma, beta, epsilon):
    axes = tuple(range(batch.ndim - 1))
    return gamma * (batch - batch.mean(axes)) / (batch.var(axes) + epsilon) ** 0.5 + beta


def normalise_with_tensorflow(batch, gamma, beta, epsilon):
    mean, variance = tf.nn.moments(batch, list(range(batch.ndim - 1)))
    return tf.nn.batch_normalization(batch, mean, variance, beta, gamma, epsilon)


def normalise_in_float32(batch, gamma, beta, epsilon):
    batch, gamma, beta = (np.asarray(x, np.float32) for x in (batch, gamma, beta))
    centred = batch - batch.reshape(-1, batch.shape[-1]).mean(axis=0)
    scale = gamma / np.sqrt((centred**2).reshape(-1, batch.shape[-1]).mean(axis=0) + np.float32(epsilon))
    return centred * scale + beta


def normalise_of(spread=None, axes=None, use=None):
    """An answer that divides by ``spread(batch, axes, epsilon)``, over other axes, or uses gamma and beta in another way."""

    def normalise(batch, gamma, beta, epsilon):
        over = tuple(range(batch.ndim - 1)) if axes is None else axes(batch)
        keep = {"axis": over, "keepdims": True}
        divisor = spread(batch, keep, epsilon) if spread else np.sqrt(batch.var(**keep) + epsilon)
        z = (batch - batch.mean(**keep)) / divisor
        return use(z, gamma, beta) if use else z * gamma + beta

    return normalise


def normalise_in_place(batch, gamma, beta, epsilon):
    batch -= batch.mean(axis=tuple(range(batch.ndim - 1)))
    return normalise_by_numpy(batch, gamma, beta, epsilon)


def normalise_without_mean(batch, gamma, beta, epsilon):
    return batch / np.sqrt(batch.var(axis=tuple(range(batch.ndim - 1))) + epsilon) * gamma + beta


# 5. The layer


class Layer(keras.layers.Layer):
    """As in the chapter, with tf.nn.moments."""

    def __init__(self, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones")
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=shape, initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=shape, initializer="ones", trainable=False)

    def moments(self, inputs):
        return tf.nn.moments(inputs, list(range(len(inputs.shape) - 1)))

    def follow(self, mean, variance):
        m = self.momentum
        self.moving_mean.assign(m * self.moving_mean + (1 - m) * mean)
        self.moving_variance.assign(m * self.moving_variance + (1 - m) * variance)

    def learns(self, training):
        return training and self.trainable

    def divisor(self, variance):
        return tf.sqrt(variance + self.epsilon)

    def call(self, inputs, training=False):
        if self.learns(training):
            mean, variance = self.moments(inputs)
            self.follow(mean, variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.scale((inputs - mean) / self.divisor(variance))

    def scale(self, values):
        return values * self.gamma + self.beta


class OtherOrder(keras.layers.Layer):
    """The averages first, other names, two weights of their own kind, and averages that move by a difference."""

    def __init__(self, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.m, self.e = momentum, epsilon

    def build(self, shape):
        def add(start, trainable):
            return self.add_weight(shape=(shape[-1],), initializer=start, trainable=trainable)

        self.a, self.v = add("zeros", False), add("ones", False)
        self.b, self.g = add("zeros", True), add("ones", True)
        super().build(shape)

    def call(self, x, training=None):
        mean, variance = tf.convert_to_tensor(self.a), tf.convert_to_tensor(self.v)
        if training and self.trainable:
            flat = tf.reshape(x, (-1, x.shape[-1]))
            mean = tf.reduce_mean(flat, 0)
            variance = tf.math.reduce_variance(flat, 0)
            self.a.assign_add((mean - self.a) * (1 - self.m))
            self.v.assign_add((variance - self.v) * (1 - self.m))
        scale = self.g * tf.math.rsqrt(variance + self.e)
        return x * scale + (self.b - mean * scale)


class WithKerasOps(Layer):
    def moments(self, inputs):
        return keras.ops.moments(inputs, axes=tuple(range(len(inputs.shape) - 1)))


class AroundKeras(keras.layers.Layer):
    def __init__(self, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.inner = keras.layers.BatchNormalization(momentum=momentum, epsilon=epsilon)

    def build(self, input_shape):
        self.inner.build(input_shape)

    def call(self, inputs, training=False):
        return self.inner(inputs, training=training)


class OfKeras(keras.layers.BatchNormalization):
    def __init__(self, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(momentum=momentum, epsilon=epsilon, **kwargs)


class UntouchedLayer(keras.layers.Layer):
    def __init__(self, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        raise NotImplementedError()


class WithoutPassingOn(Layer):
    def __init__(self, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(momentum, epsilon)


class BatchAlways(Layer):
    def call(self, inputs, training=False):
        mean, variance = self.moments(inputs)
        if self.learns(training):
            self.follow(mean, variance)
        return self.scale((inputs - mean) / self.divisor(variance))


class AveragesAlways(Layer):
    def call(self, inputs, training=False):
        if self.learns(training):
            self.follow(*self.moments(inputs))
        return self.scale((inputs - self.moving_mean) / self.divisor(self.moving_variance))


class TrainingAlways(Layer):
    def learns(self, training):
        return True


class NeverTraining(Layer):
    def learns(self, training):
        return False


class NeverFrozen(Layer):
    def learns(self, training):
        return training


class MovesWhenFrozen(Layer):
    def call(self, inputs, training=False):
        if training and not self.trainable:
            outputs = super().call(inputs, training=False)
            self.follow(*self.moments(inputs))
            return outputs
        return super().call(inputs, training=training)


class MovesAtInference(Layer):
    def call(self, inputs, training=False):
        outputs = super().call(inputs, training=training)
        if not training:
            self.follow(*self.moments(inputs))
        return outputs


class Unbiased(Layer):
    def moments(self, inputs):
        mean, variance = super().moments(inputs)
        n = np.prod(inputs.shape[:-1])
        return mean, variance * float(n / (n - 1))


class UnbiasedAverage(Layer):
    def follow(self, mean, variance):
        super().follow(mean, variance * self.factor)

    def call(self, inputs, training=False):
        n = np.prod(inputs.shape[:-1])
        self.factor = float(n / (n - 1))
        return super().call(inputs, training=training)


class DividesByTheVariance(Layer):
    def divisor(self, variance):
        return variance + self.epsilon


class EpsilonOutside(Layer):
    def divisor(self, variance):
        return tf.sqrt(variance) + self.epsilon


class FixedEpsilon(Layer):
    def divisor(self, variance):
        return tf.sqrt(variance + 0.001)


class NotScaled(Layer):
    def scale(self, values):
        return values


class OnlyCentredInTraining(Layer):
    def call(self, inputs, training=False):
        if self.learns(training):
            mean, variance = self.moments(inputs)
            self.follow(mean, variance)
            return self.scale(inputs - mean)
        return super().call(inputs, training=False)


class OverTheBatchAlone(Layer):
    def moments(self, inputs):
        return tf.nn.moments(inputs, [0])

    def follow(self, mean, variance):
        axes = list(range(len(mean.shape) - 1))
        super().follow(tf.reduce_mean(mean, axes), tf.reduce_mean(variance, axes))


class InferenceWith(Layer):
    """Another formula at inference."""

    def call(self, inputs, training=False):
        if self.learns(training):
            return super().call(inputs, training=training)
        return self.infer(inputs)


class InferenceByTheVariance(InferenceWith):
    def infer(self, inputs):
        return self.scale((inputs - self.moving_mean) / (self.moving_variance + self.epsilon))


class InferenceWithoutEpsilon(InferenceWith):
    def infer(self, inputs):
        return self.scale((inputs - self.moving_mean) / tf.sqrt(self.moving_variance))


class InferenceWithEpsilonOutside(InferenceWith):
    def infer(self, inputs):
        return self.scale((inputs - self.moving_mean) / (tf.sqrt(self.moving_variance) + self.epsilon))


class InferenceNotScaled(InferenceWith):
    def infer(self, inputs):
        return (inputs - self.moving_mean) / self.divisor(self.moving_variance)


class InferenceWithNothing(InferenceWith):
    def infer(self, inputs):
        return inputs


class InferenceWithASlip(InferenceWith):
    def infer(self, inputs):
        return self.scale((inputs + self.moving_mean) / self.divisor(self.moving_variance))


def following(step):
    """A layer whose averages move by ``step(layer, mean, variance)``, which returns the new ones."""

    class Following(Layer):
        def follow(self, mean, variance):
            mean, variance = step(self, mean, variance)
            self.moving_mean.assign(mean)
            self.moving_variance.assign(variance)

    return Following


def mixed(average, now, m):
    return m * average + (1 - m) * now


class FollowsTwice(Layer):
    def follow(self, mean, variance):
        super().follow(mean, variance)
        super().follow(mean, variance)


class AllTrainable(Layer):
    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(shape=shape, initializer="ones")
        self.beta = self.add_weight(shape=shape, initializer="zeros")
        self.moving_mean = self.add_weight(shape=shape, initializer="zeros")
        self.moving_variance = self.add_weight(shape=shape, initializer="ones")


class WrongTwoTrainable(Layer):
    def build(self, input_shape):
        super().build(input_shape)
        self.beta.trainable, self.moving_variance.trainable = False, True


class AveragesAreAttributes(Layer):
    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(shape=shape, initializer="ones")
        self.beta = self.add_weight(shape=shape, initializer="zeros")
        self.moving_mean, self.moving_variance = tf.Variable(tf.zeros(shape)), tf.Variable(tf.ones(shape))


class VarianceFromZero(Layer):
    def build(self, input_shape):
        super().build(input_shape)
        self.moving_variance.assign(0 * self.moving_variance)


class WeightsInCall(Layer):
    def build(self, input_shape):
        pass


class OnePerPlace(Layer):
    def build(self, input_shape):
        super().build((None, 5))


class ThroughNumPy(Layer):
    def moments(self, inputs):
        axes = tuple(range(len(inputs.shape) - 1))
        return np.mean(inputs.numpy(), axis=axes), np.var(inputs.numpy(), axis=axes)

    def scale(self, values):
        return values.numpy() * self.gamma + self.beta


class ForgetsTraining(Layer):
    def call(self, inputs):
        return super().call(inputs)


class NoLayer:
    def __init__(self, momentum=0.99, epsilon=0.001):
        self.momentum = momentum


class WithoutReturn(Layer):
    def call(self, inputs, training=False):
        super().call(inputs, training=training)


RIGHT = {
    "flatten": {
        "loops": flatten_by_loops,
        "reshape": lambda maps: maps.reshape(maps.shape[0], -1),
        "the formula for the place": flatten_by_places,
        "one picture after another": lambda maps: np.array([picture.flatten() for picture in maps]),
        "TensorFlow": flatten_with_tensorflow,
    },
    "softmax": {
        "loops": softmax_by_loops,
        "NumPy": softmax_by_numpy,
        "differences": softmax_by_differences,
        "logarithms": softmax_by_logarithms,
        "TensorFlow": lambda logits: tf.nn.softmax(logits),
        "Keras on TensorFlow": lambda logits: keras.ops.softmax(logits.astype("float32")),
    },
    "average_pool": {
        "windows cut off at the border": pool_by_loops,
        "sums by counts, as a list": pool_by_counting,
        "nanmean": pool_of(mean),
        "TensorFlow": pool_with_tensorflow,
        "Keras on TensorFlow": pool_with_keras,
    },
    "normalise": {
        "loops": normalise_by_loops,
        "NumPy": normalise_by_numpy,
        "float32": normalise_in_float32,
        "TensorFlow": normalise_with_tensorflow,
    },
    "my_batch_normalization": {
        "as in the chapter": Layer,
        "other order and names": OtherOrder,
        "keras.ops": WithKerasOps,
        "around Keras": AroundKeras,
        "of Keras": OfKeras,
    },
}

WRONG = {
    "flatten": {
        "untouched": (not_attempted, "not attempted", "Write flatten above", 0),
        "all in one row": (lambda maps: maps.reshape(-1), "wrong", "The axis of the batch is gone", 0),
        "all in one row of a table": (lambda maps: maps.reshape(1, -1), "wrong", "The first axis, the batch, stays", 0),
        "first picture": (lambda maps: maps[0].reshape(-1), "wrong", "There is a row for each picture", 0),
        "columns for pictures": (lambda maps: maps.reshape(len(maps), -1).T, "wrong", "Pictures are rows", 0),
        "rows kept": (lambda maps: maps.reshape(*maps.shape[:2], -1), "wrong", "two axes", 0),
        "pictures mixed": (
            lambda maps: maps.reshape(-1, len(maps)).T,
            "wrong",
            "other numbers than those of its picture",
            0,
        ),
        "channels first": (
            lambda m: m.transpose(0, 3, 1, 2).reshape(len(m), -1),
            "wrong",
            "one whole channel after",
            1,
        ),
        "columns first": (lambda m: m.transpose(0, 2, 1, 3).reshape(len(m), -1), "wrong", "down the columns", 1),
        "Fortran order": (lambda m: m.reshape(len(m), -1, order="F"), "wrong", "in the opposite order", 1),
        "backwards": (lambda m: m.reshape(len(m), -1)[:, ::-1], "wrong", "run backwards", 1),
        "sorted": (lambda m: np.sort(m.reshape(len(m), -1)), "wrong", "values are off", 1),
        "in place": (flatten_in_place, "wrong", "changed the array", 0),
        "printed": (lambda maps: print(maps.reshape(len(maps), -1)), "wrong", "Is the return missing", 0),
    },
    "softmax": {
        "untouched": (not_attempted, "not attempted", "Write softmax above", 0),
        "plain": (softmax_plain, "wrong", "too large for a float", 2),
        "plain, with math": (softmax_by_math, "wrong", "math range error", 2),
        "one shift for the batch": (softmax_of_one_shift, "wrong", "Each row needs a shift of its own", 3),
        "clipped": (softmax_clipped, "wrong", "values are off", 2),
        "a tiny number below the line": (
            softmax_with_a_tiny_number,
            "wrong",
            "a row of your confidences adds up to 0",
            2,
        ),
        "a fixed shift": (softmax_by_a_fixed_shift, "wrong", "your result holds nan", 2),
        "axis 0": (
            lambda z: np.exp(z - z.max(0)) / np.exp(z - z.max(0)).sum(0),
            "wrong",
            "runs over the wrong axis",
            0,
        ),
        "axis 0, plain": (lambda z: np.exp(z) / np.exp(z).sum(axis=0), "wrong", "runs over the wrong axis", 0),
        "no keepdims": (lambda z: np.exp(z) / np.exp(z).sum(axis=1), "wrong", "could not be broadcast", 0),
        "no keepdims, squared": (
            lambda z: np.exp(z) / np.resize(np.exp(z).sum(axis=1), z.shape[1]),
            "wrong",
            "values are off",
            0,
        ),
        "the whole batch": (
            lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
            "wrong",
            "together add up to 1",
            0,
        ),
        "no exponential": (
            lambda z: z / z.sum(axis=-1, keepdims=True),
            "wrong",
            "You divide the logits by their sum",
            0,
        ),
        "no division": (lambda z: np.exp(z), "wrong", "division by their sum is missing", 0),
        "shifted, no division": (
            lambda z: np.exp(z - z.max(-1, keepdims=True)),
            "wrong",
            "The largest value of each row is 1",
            0,
        ),
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), "wrong", "the sigmoid of each logit", 0),
        "logarithm": (lambda z: np.log(softmax_by_numpy(z)), "wrong", "logarithms of the confidences", 0),
        "shifted only": (lambda z: z - z.max(-1, keepdims=True), "wrong", "are the shifted logits", 0),
        "nothing": (lambda z: z, "wrong", "as they came", 0),
        "one hot": (lambda z: z == z.max(-1, keepdims=True), "wrong", "1 to the largest logit", 0),
        "the class": (lambda z: z.argmax(-1), "wrong", "the class with the largest logit", 0),
        "powers of 2": (lambda z: 2.0**z / (2.0**z).sum(-1, keepdims=True), "wrong", "powers of 2", 0),
        "mean of each class subtracted": (
            lambda z: softmax_by_numpy(z - z.mean(axis=0)),
            "wrong",
            "differs from class to class",
            0,
        ),
        "largest of each class subtracted": (
            lambda z: softmax_by_numpy(z - z.max(axis=0)),
            "wrong",
            "largest logit of each class",
            0,
        ),
        "minus sign": (lambda z: softmax_by_numpy(-z), "wrong", "The smallest logit", 0),
        "rounded": (lambda z: softmax_by_numpy(z).round(3), "wrong", "are rounded", 0),
        "rounded more": (lambda z: softmax_by_numpy(z).round(2), "wrong", "are rounded", 0),
        "in place": (softmax_in_place, "wrong", "changed the array", 0),
        "printed": (lambda z: print(softmax_by_numpy(z)), "wrong", "Is the return missing", 0),
    },
    "average_pool": {
        "untouched": (not_attempted, "not attempted", "Write average_pool above", 0),
        "maximum": (pool_of(lambda w: np.nanmax(w, axis=(-1, -2))), "wrong", "that is max pooling", 3),
        "maximum, zeros outside": (pool_of(lambda w: w.max(axis=(-1, -2)), 0), "wrong", "that is max pooling", 3),
        "minimum": (pool_of(lambda w: np.nanmin(w, axis=(-1, -2))), "wrong", "the smallest number", 3),
        "sum": (pool_of(lambda w: np.nansum(w, axis=(-1, -2))), "wrong", "You take the sum", 3),
        "divided by the size": (
            pool_of(lambda w: np.nansum(w, axis=(-1, -2)) / w.shape[-1]),
            "wrong",
            "A window of size 2 has four places",
            3,
        ),
        "median": (pool_of(lambda w: np.nanmedian(w, axis=(-1, -2))), "wrong", "You take the median", 3),
        "first number": (pool_of(lambda w: w[..., 0, 0], 0), "wrong", "first number of each window", 2),
        "whole numbers": (pool_of(lambda w: mean(w) // 1), "wrong", "lost their fractions", 3),
        "zeros count": (pool_of(mean, 0), "wrong", "Places outside the picture count as zeros", 4),
        "maximum of the picture outside": (pool_of(mean, 9), "wrong", "values are off", 4),
        "more above": (
            pool_of(mean, np.nan, lambda *a: zeros_around(*a)[::-1]),
            "wrong",
            "It belongs below and on the right",
            4,
        ),
        "zeros, and more above": (
            pool_of(mean, 0, lambda *a: zeros_around(*a)[::-1]),
            "wrong",
            "and more of them stand above",
            4,
        ),
        "every 0 left out": (pool_without_zeros, "wrong", "values are off", 0),
        "every 0 left out in same": (
            lambda i, k, s, p: (pool_without_zeros if p == "same" else pool_by_loops)(i, k, s, p),
            "wrong",
            "You leave out every 0",
            4,
        ),
        "valid always": (lambda i, k, s, p: pool_by_loops(i, k, s, "valid"), "wrong", 'the size for "valid"', 4),
        "stride is size": (lambda i, k, s, p: pool_by_loops(i, k, k, p), "wrong", "moves by its own size", 3),
        "mean over channels": (after(lambda p: p.mean(-1)), "wrong", "The channels are gone", 0),
        "mean over channels, repeated": (
            after(lambda p: np.repeat(p.mean(-1, keepdims=True), p.shape[-1], -1)),
            "wrong",
            "mean over the channels too",
            4,
        ),
        "first channel": (
            after(lambda p: np.repeat(p[..., :1], p.shape[-1], -1)),
            "wrong",
            "those of the first one in yours. Each channel",
            4,
        ),
        "first picture": (
            after(lambda p: np.repeat(p[:1], len(p), 0)),
            "wrong",
            "those of the first one in yours. Each picture",
            4,
        ),
        "mean over the batch": (
            after(lambda p: np.repeat(p.mean(0, keepdims=True), len(p), 0)),
            "wrong",
            "mean over the batch too",
            4,
        ),
        "zeros": (after(lambda p: 0 * p), "wrong", "All your values are 0", 0),
        "one picture returned": (after(lambda p: p[0]), "wrong", "asks for a batch", 0),
        "rows and columns swapped": (after(lambda p: p.transpose(0, 2, 1, 3)), "wrong", "Count the windows", 0),
        "a slip": (after(lambda p: p + (np.arange(p.shape[1]) == 1)[:, None, None]), "wrong", "values are off", 0),
        "in place": (pool_in_place, "wrong", "changed the array", 0),
        "printed": (lambda *args: print(pool_by_loops(*args)), "wrong", "Is the return missing", 0),
    },
    "normalise": {
        "untouched": (not_attempted, "not attempted", "Write normalise above", 0),
        "unbiased": (normalise_of(lambda b, k, e: np.sqrt(b.var(**k, ddof=1) + e)), "wrong", "divides by n - 1", 3),
        "by the variance": (normalise_of(lambda b, k, e: b.var(**k) + e), "wrong", "You divide by the variance", 3),
        "centred only": (normalise_of(lambda b, k, e: 1), "wrong", "do not divide by the spread", 3),
        "sum of squares": (
            normalise_of(lambda b, k, e: np.sqrt(((b - b.mean(**k)) ** 2).sum(**k) + e)),
            "wrong",
            "yours is their sum",
            3,
        ),
        "mean distance": (
            normalise_of(lambda b, k, e: np.abs(b - b.mean(**k)).mean(**k) + e),
            "wrong",
            "mean distance from the mean",
            3,
        ),
        "range": (
            normalise_of(lambda b, k, e: np.ptp(b, axis=k["axis"], keepdims=True) + e),
            "wrong",
            "You divide by the range",
            3,
        ),
        "epsilon outside": (normalise_of(lambda b, k, e: b.std(**k) + e), "wrong", "epsilon to the square root", 3),
        "no epsilon": (normalise_of(lambda b, k, e: b.std(**k)), "wrong", "do not depend on epsilon", 3),
        "0.001 always": (
            normalise_of(lambda b, k, e: np.sqrt(b.var(**k) + 0.001)),
            "wrong",
            "You use an epsilon of 0.001",
            3,
        ),
        "epsilon squared": (normalise_of(lambda b, k, e: np.sqrt(b.var(**k) + e**2)), "wrong", "square of epsilon", 3),
        "epsilon or more": (
            normalise_of(lambda b, k, e: np.sqrt(np.maximum(b.var(**k), e))),
            "wrong",
            "the larger of",
            3,
        ),
        "epsilon subtracted": (
            normalise_of(lambda b, k, e: np.sqrt(b.var(**k) - e)),
            "wrong",
            "You subtract epsilon",
            3,
        ),
        "over the batch alone": (normalise_of(axes=lambda b: 0), "wrong", "over the batch alone", 3),
        "one mean for all": (
            normalise_of(axes=lambda b: None),
            "wrong",
            "one mean and one variance for the whole batch",
            0,
        ),
        "one mean for all of a map": (
            normalise_of(axes=lambda b: None if b.ndim > 2 else 0),
            "wrong",
            "for all channels together",
            3,
        ),
        "over the channels": (normalise_of(axes=lambda b: -1), "wrong", "You normalise each row", 0),
        "over the channels of a map": (
            normalise_of(axes=lambda b: -1 if b.ndim > 2 else 0),
            "wrong",
            "over the channels",
            3,
        ),
        "each picture": (
            normalise_of(axes=lambda b: tuple(range(1, b.ndim - 1)) if b.ndim > 2 else 0),
            "wrong",
            "for each picture on its own",
            3,
        ),
        "each picture with its channels": (
            normalise_of(axes=lambda b: tuple(range(1, b.ndim)) if b.ndim > 2 else 0),
            "wrong",
            "over all numbers of a picture",
            3,
        ),
        "no gamma and beta": (normalise_of(use=lambda z, g, b: z), "wrong", "do not depend on gamma and beta", 2),
        "no beta": (normalise_of(use=lambda z, g, b: z * g), "wrong", "Beta is not added", 2),
        "no gamma": (normalise_of(use=lambda z, g, b: z + b), "wrong", "Gamma is not used", 3),
        "swapped": (normalise_of(use=lambda z, g, b: z * b + g), "wrong", "have changed places", 0),
        "beta first": (normalise_of(use=lambda z, g, b: (z + b) * g), "wrong", "First gamma, then beta", 3),
        "divided by gamma": (normalise_of(use=lambda z, g, b: z / g + b), "wrong", "You divide by gamma", 3),
        "beta subtracted": (normalise_of(use=lambda z, g, b: z * g - b), "wrong", "You subtract beta", 2),
        "mean not subtracted": (normalise_without_mean, "wrong", "the mean is not subtracted", 0),
        "not normalised": (lambda b, g, beta, e: b * g + beta, "wrong", "is not normalised", 0),
        "a slip": (lambda *a: normalise_by_numpy(*a) + 0.1, "wrong", "values are off", 0),
        "in place": (normalise_in_place, "wrong", "changed the array", 0),
        "rows only": (
            lambda b, g, beta, e: normalise_by_numpy(b.reshape(-1, b.shape[-1]), g, beta, e),
            "wrong",
            "the shape of the batch",
            3,
        ),
        "printed": (lambda *a: print(normalise_by_numpy(*a)), "wrong", "Is the return missing", 0),
    },
    "my_batch_normalization": {
        "untouched": (UntouchedLayer, "not attempted", "Write MyBatchNormalization above", 0),
        "batch always": (BatchAlways, "wrong", "depends on the pictures beside it", 5),
        "averages always": (AveragesAlways, "wrong", "although training=True came in", 5),
        "training always": (TrainingAlways, "wrong", "moved the averages", 4),
        "never training": (NeverTraining, "wrong", "Your averages stay where they are", 3),
        "never frozen": (NeverFrozen, "wrong", "A frozen layer uses the moving averages", 5),
        "moves when frozen": (MovesWhenFrozen, "wrong", "They stay as they are in a frozen layer", 5),
        "moves at inference": (MovesAtInference, "wrong", "a plain call, layer(batch), moved the averages", 4),
        "unbiased": (Unbiased, "wrong", "divides by n - 1", 3),
        "unbiased average": (
            UnbiasedAverage,
            "wrong",
            "Your moving variance follows the variance that divides by n - 1",
            4,
        ),
        "by the variance": (DividesByTheVariance, "wrong", "You divide by the variance", 4),
        "epsilon outside": (EpsilonOutside, "wrong", "epsilon to the square root", 4),
        "0.001 always": (FixedEpsilon, "wrong", "an epsilon of 0.001", 4),
        "not scaled": (NotScaled, "wrong", "there is no gradient for gamma", 4),
        "centred only": (OnlyCentredInTraining, "wrong", "do not divide by the spread", 5),
        "batch alone": (OverTheBatchAlone, "wrong", "over the batch alone", 3),
        "inference by the variance": (InferenceByTheVariance, "wrong", "At inference you divide by the variance", 5),
        "inference without epsilon": (InferenceWithoutEpsilon, "wrong", "At inference epsilon is missing", 5),
        "inference with epsilon outside": (InferenceWithEpsilonOutside, "wrong", "epsilon to the square root", 5),
        "inference not scaled": (InferenceNotScaled, "wrong", "At inference your outputs do not depend", 5),
        "inference with nothing": (InferenceWithNothing, "wrong", "returns its input as it came", 5),
        "inference with a slip": (InferenceWithASlip, "wrong", "outputs are off", 5),
        "momentum swapped": (
            following(
                lambda s, mean, variance: (
                    mixed(mean, s.moving_mean, s.momentum),
                    mixed(variance, s.moving_variance, s.momentum),
                )
            ),
            "wrong",
            "share of the batch that comes in",
            4,
        ),
        "deviation": (
            following(
                lambda s, mean, variance: (
                    mixed(s.moving_mean, mean, s.momentum),
                    mixed(s.moving_variance, tf.sqrt(variance), s.momentum),
                )
            ),
            "wrong",
            "follows the standard deviation",
            4,
        ),
        "mean only": (
            following(lambda s, mean, variance: (mixed(s.moving_mean, mean, s.momentum), s.moving_variance)),
            "wrong",
            "the moving variance stays where it is",
            4,
        ),
        "variance only": (
            following(lambda s, mean, variance: (s.moving_mean, mixed(s.moving_variance, variance, s.momentum))),
            "wrong",
            "the moving mean stays where it is",
            4,
        ),
        "last batch": (
            following(lambda s, mean, variance: (mean, variance)),
            "wrong",
            "become those of the last batch",
            4,
        ),
        "0.99 always": (
            following(
                lambda s, mean, variance: (mixed(s.moving_mean, mean, 0.99), mixed(s.moving_variance, variance, 0.99))
            ),
            "wrong",
            "momentum of 0.99, whatever",
            4,
        ),
        "added": (
            following(
                lambda s, mean, variance: (
                    s.moving_mean + (1 - s.momentum) * mean,
                    s.moving_variance + (1 - s.momentum) * variance,
                )
            ),
            "wrong",
            "without taking anything away",
            4,
        ),
        "twice": (FollowsTwice, "wrong", "move twice", 4),
        "all trainable": (AllTrainable, "wrong", "the moving averages need trainable=False", 5),
        "the wrong two": (WrongTwoTrainable, "wrong", "begin with the same number", 5),
        "five channels always": (OnePerPlace, "wrong", "each of shape (channels,)", 0),
        "averages are attributes": (AveragesAreAttributes, "wrong", "2 weights after `build`", 0),
        "variance from zero": (VarianceFromZero, "wrong", "the weights of your layer begin with 1, 0, 0, 0", 0),
        "no weights": (WeightsInCall, "wrong", "no weights after `build`", 0),
        "**kwargs not passed on": (WithoutPassingOn, "wrong", "It gets its name from **kwargs", 5),
        "through NumPy": (ThroughNumPy, "wrong", "there is no gradient for the inputs", 5),
        "no training": (ForgetsTraining, "wrong", "Your averages stay where they are", 3),
        "no layer": (NoLayer, "wrong", "makes no Keras layer", 0),
        "nothing returned": (WithoutReturn, "wrong", "It has to return the outputs", 1),
    },
}
