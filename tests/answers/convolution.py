"""Answers to exercise 09, right and wrong, with what the checks must say to them."""

import math

import numpy as np

from isnine.checks import convolution as CHECKS
from isnine.device import hushed

with hushed():
    import keras
    import tensorflow as tf

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]

SLOW = True


def not_attempted(*_):
    raise NotImplementedError()


# 1. Places and zeros


def sides_by_formula(pixels, size, stride, padding):
    if padding == "valid":
        return (pixels - size) // stride + 1, 0, 0
    places = -(-pixels // stride)
    total = max((places - 1) * stride + size - pixels, 0)
    return places, total // 2, total - total // 2


def sides_by_moving(pixels, size, stride, padding):
    places, start = 0, 0
    if padding == "valid":
        while start + size <= pixels:
            places += 1
            start += stride
        return [places, 0, 0]
    while start < pixels:
        places += 1
        start += stride
    end = start - stride + size
    missing = end - pixels if end > pixels else 0
    before = missing // 2
    return [places, before, missing - before]


def sides_by_ceil(pixels, size, stride, padding):
    places = math.ceil(pixels / stride) if padding == "same" else math.ceil((pixels - size + 1) / stride)
    total = max(0, stride * (places - 1) + size - pixels) if padding == "same" else 0
    return np.array([places, math.floor(total / 2), math.ceil(total / 2)])


def sides_with_tensorflow(pixels, size, stride, padding):
    counts = tf.nn.conv2d(tf.ones((1, pixels, 1, 1)), tf.ones((size, 1, 1, 1)), (stride, 1), padding.upper())
    places = len(counts[0])
    if padding == "valid":
        return tf.constant([places, 0, 0])
    total = max((places - 1) * stride + size - pixels, 0)
    return places, total // 2, (total + 1) // 2


def sides_of(valid=None, same=None, total=None, split=None):
    """An answer with one part replaced: places for "valid" or "same", zeros in all, or how they are split."""

    def sides(pixels, size, stride, padding):
        right = sides_by_formula(pixels, size, stride, padding)
        if padding == "valid":
            return (valid(pixels, size, stride), 0, 0) if valid else right
        places = same(pixels, size, stride) if same else right[0]
        zeros = total(pixels, size, stride) if total else right[1] + right[2]
        before, after = split(zeros) if split else (zeros // 2, zeros - zeros // 2)
        return places, before, after

    return sides


def sides_by_half_of_the_kernel(pixels, size, stride, padding):
    zeros = size // 2 if padding == "same" else 0
    return (pixels + 2 * zeros - size) // stride + 1, zeros, zeros


def sides_with_zeros_for_valid(pixels, size, stride, padding):
    places = sides_by_formula(pixels, size, stride, padding)[0]
    return places, *sides_by_formula(pixels, size, stride, "same")[1:]


# 2. An edge kernel


def edge_by_prewitt(towards):
    kernel = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]) / 3
    if towards == "left":
        kernel = -kernel
    if towards == "down":
        kernel = kernel.T
    if towards == "up":
        kernel = -kernel.T
    return kernel


def edge_by_sobel(towards):
    right = [[-0.25, 0, 0.25], [-0.5, 0, 0.5], [-0.25, 0, 0.25]]
    return np.rot90(right, ["right", "up", "left", "down"].index(towards)).tolist()


def edge_in_one_line(towards):
    kernel = np.zeros((3, 3), np.float32)
    first, last = {
        "right": ((1, 0), (1, 2)),
        "left": ((1, 2), (1, 0)),
        "down": ((0, 1), (2, 1)),
        "up": ((2, 1), (0, 1)),
    }[towards]
    kernel[first], kernel[last] = -1, 1
    return kernel


def edge_with_tensorflow(towards):
    kernel = tf.constant([[-3.0, 0, 3], [-10, 0, 10], [-3, 0, 3]]) / 16
    if towards in ("left", "up"):
        kernel = -kernel
    return tf.transpose(kernel) if towards in ("down", "up") else kernel


def edge_of(right, scale=1):
    """The kernel for "right" as given, turned for the other directions."""

    def edge(towards):
        kernel = np.array(right) / scale
        return {"right": kernel, "left": kernel[:, ::-1], "down": kernel.T, "up": kernel.T[::-1]}[towards]

    return edge


def edge_always_to_the_right(towards):
    return edge_by_prewitt("right")


def edge_swapped(towards):
    return edge_by_prewitt({"right": "down", "down": "right", "left": "up", "up": "left"}[towards])


def edge_only_two_directions(towards):
    return edge_by_prewitt("right" if towards in ("right", "left") else "down")


# 3. Convolution


def zeros_of(image, size, stride, padding):
    if padding == "valid":
        return [(0, 0), (0, 0)]
    return [sides_by_formula(n, size, stride, padding)[1:] for n in image.shape[:2]]


def convolve_by_loops(image, kernels, bias, stride, padding):
    size, _, _, filters = kernels.shape
    rows, columns = (sides_by_formula(n, size, stride, padding)[0] for n in image.shape[:2])
    padded = np.pad(image, [*zeros_of(image, size, stride, padding), (0, 0)])
    outputs = np.zeros((rows, columns, filters))
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            patch = padded[top : top + size, left : left + size]
            for k in range(filters):
                outputs[row, column, k] = (patch * kernels[..., k]).sum() + bias[k]
    return outputs


def convolve_by_seven_loops(image, kernels, bias, stride, padding):
    height, width, channels = image.shape
    size, filters = len(kernels), len(bias)
    (rows, above, _), (columns, before, _) = (sides_by_formula(n, size, stride, padding) for n in (height, width))
    outputs = []
    for row in range(rows):
        outputs.append([])
        for column in range(columns):
            outputs[-1].append([])
            for k in range(filters):
                z = float(bias[k])
                for i in range(size):
                    for j in range(size):
                        y, x = row * stride + i - above, column * stride + j - before
                        if 0 <= y < height and 0 <= x < width:
                            for c in range(channels):
                                z += float(image[y, x, c]) * float(kernels[i, j, c, k])
                outputs[-1][-1].append(z)
    return outputs


def convolve_by_patches(image, kernels, bias, stride, padding):
    size, _, _, filters = kernels.shape
    padded = np.pad(image, [*zeros_of(image, size, stride, padding), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))[::stride, ::stride]
    patches = windows.transpose(0, 1, 3, 4, 2).reshape(*windows.shape[:2], -1)
    return patches @ kernels.reshape(-1, filters) + bias


def convolve_by_shifted_pictures(image, kernels, bias, stride, padding):
    """One product for each place in the kernel, in float32."""
    size = len(kernels)
    rows, columns = (sides_by_formula(n, size, stride, padding)[0] for n in image.shape[:2])
    padded = np.pad(image, [*zeros_of(image, size, stride, padding), (0, 0)])
    total = np.float32(bias)
    for i in range(size):
        for j in range(size):
            part = padded[i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride]
            total = total + part @ kernels[i, j]
    return total


def convolve_with_tensorflow(image, kernels, bias, stride, padding):
    return tf.nn.conv2d(image[np.newaxis], kernels, stride, padding.upper())[0] + bias


def with_changed(kernels=lambda kernels: kernels, bias=lambda bias, kernels: bias, after=lambda outputs: outputs):
    """A convolution that does something else with its kernels or biases, or with what comes out."""

    def answer(image, given, given_bias, stride, padding):
        return after(convolve_by_patches(image, kernels(given), bias(given_bias, given), stride, padding))

    return answer


def with_zeros(zeros, mode="constant"):
    """A convolution with other zeros: ``zeros(pixels, size, stride)`` gives those of one side of the picture."""

    def answer(image, kernels, bias, stride, padding):
        if padding == "same":
            sides = [zeros(n, len(kernels), stride) for n in image.shape[:2]]
            rows, columns = (sides_by_formula(n, len(kernels), stride, padding)[0] for n in image.shape[:2])
            image = np.pad(image, [*sides, (0, 0)], mode=mode)
            return convolve_by_patches(image, kernels, bias, stride, "valid")[:rows, :columns]
        return convolve_by_patches(image, kernels, bias, stride, "valid")

    return answer


def half_on_every_side(image, kernels, bias, stride, padding):
    if padding == "same":
        zeros = (len(kernels) // 2,) * 2
        image = np.pad(image, [zeros, zeros, (0, 0)])
    return convolve_by_patches(image, kernels, bias, stride, "valid")


def convolve_in_place(image, kernels, bias, stride, padding):
    outputs = convolve_by_patches(image, kernels, bias, stride, padding)
    image *= 0
    return outputs


def convolve_by_return_in_the_loop(image, kernels, bias, stride, padding):
    size = len(kernels)
    for row in range(len(image) - size + 1):
        for column in range(image.shape[1] - size + 1):
            return (image[row : row + size, column : column + size] * kernels[..., 0]).sum() + bias[0]


def convolve_by_keeping_the_channels(image, kernels, bias, stride, padding):
    parts = [
        convolve_by_patches(image[..., c : c + 1], kernels[:, :, c : c + 1], bias, stride, padding)
        for c in range(image.shape[2])
    ]
    return np.stack(parts, axis=2)


def convolve_squares_only(image, kernels, bias, stride, padding):
    outputs = convolve_by_patches(image, kernels, bias, stride, padding)
    return outputs[: min(outputs.shape[:2]), : min(outputs.shape[:2])]


# 4. The layer


class Layer(keras.layers.Layer):
    """As in the solution."""

    def __init__(self, filters, kernel_size, strides=1, padding="valid", **kwargs):
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.strides, self.padding = filters, kernel_size, strides, padding

    def build(self, input_shape):
        shape = (self.kernel_size, self.kernel_size, input_shape[-1], self.filters)
        self.kernel = self.add_weight(name="kernel", shape=shape)
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, images):
        return tf.nn.conv2d(images, self.kernel, self.strides, self.padding.upper()) + self.bias

    def compute_output_shape(self, input_shape):
        n, height, width, _ = input_shape
        places = [sides_by_formula(side, self.kernel_size, self.strides, self.padding)[0] for side in (height, width)]
        return (n, *places, self.filters)

    def get_config(self):
        own = {
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
        }
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="answers09")
class PatchesLayer(keras.layers.Layer):
    """Patches and a matrix product; the bias first; registered; other names; build called with super."""

    def __init__(self, filters: int, kernel_size: int, strides: int = 1, padding: str = "valid", scale=1.0, **kwargs):
        super().__init__(**kwargs)
        self.many, self.k, self.step, self.border, self.scale = filters, kernel_size, strides, padding, scale

    def build(self, input_shape):
        self.b = self.add_weight(shape=(self.many,), initializer="zeros", trainable=True, name="b")
        self.w = self.add_weight(shape=(self.k, self.k, input_shape[-1], self.many), initializer="he_normal", name="w")
        super().build(input_shape)

    def call(self, inputs):
        size, step = [1, self.k, self.k, 1], [1, self.step, self.step, 1]
        patches = tf.image.extract_patches(inputs, size, step, [1, 1, 1, 1], self.border.upper())
        weights = tf.reshape(self.w, (-1, self.many))
        return self.scale * (patches @ weights + self.b)

    def compute_output_shape(self, input_shape):
        sides = input_shape[1:3]
        if self.border == "valid":
            sides = [side - self.k + 1 for side in sides]
        return tuple([input_shape[0]] + [-(-side // self.step) for side in sides] + [self.many])

    def get_config(self):
        config = super().get_config()
        config.update(filters=self.many, kernel_size=self.k, strides=self.step, padding=self.border, scale=self.scale)
        return config


class LoopsLayer(Layer):
    """Sums of shifted pictures in TensorFlow, with padding of its own."""

    def call(self, images):
        k, s = self.kernel_size, self.strides
        sides = [sides_by_formula(n, k, s, self.padding) for n in images.shape[1:3]]
        images = tf.pad(images, [(0, 0), *(side[1:] for side in sides), (0, 0)])
        outputs = self.bias
        for i in range(k):
            for j in range(k):
                part = images[:, i : i + (sides[0][0] - 1) * s + 1 : s, j : j + (sides[1][0] - 1) * s + 1 : s]
                outputs = outputs + part @ self.kernel[i, j]
        return outputs


class LayerWithoutConfig(keras.layers.Layer):
    """Keras notes down what it was made with; keras.ops in place of tf."""

    def __init__(self, filters, kernel_size, strides=1, padding="valid", **kwargs):
        super().__init__(**kwargs)
        self.settings = filters, kernel_size, strides, padding

    def build(self, input_shape):
        filters, size, _, _ = self.settings
        self.kernel = self.add_weight(shape=(size, size, input_shape[-1], filters))
        self.bias = self.add_weight(shape=(filters,))

    def call(self, inputs):
        _, _, strides, padding = self.settings
        return keras.ops.conv(inputs, self.kernel, strides, padding) + self.bias

    def compute_output_shape(self, input_shape):
        filters, size, strides, padding = self.settings
        places = [sides_by_formula(side, size, strides, padding)[0] for side in input_shape[1:3]]
        return input_shape[0], places[0], places[1], filters


class LayerAroundKeras(keras.layers.Layer):
    """A layer of Keras inside, and a configuration with its own arguments alone."""

    def __init__(self, filters, kernel_size, strides=1, padding="valid", **kwargs):
        super().__init__(**kwargs)
        self.arguments = {"filters": filters, "kernel_size": kernel_size, "strides": strides, "padding": padding}
        self.inner = keras.layers.Conv2D(**self.arguments)

    def build(self, input_shape):
        self.inner.build(input_shape)

    def call(self, images):
        return self.inner(images)

    def compute_output_shape(self, input_shape):
        return self.inner.compute_output_shape(input_shape)

    def get_config(self):
        return self.arguments


class UntouchedLayer(keras.layers.Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid", **kwargs):
        super().__init__(**kwargs)
        raise NotImplementedError()


class Flipped(Layer):
    def call(self, images):
        return tf.nn.conv2d(images, self.kernel[::-1, ::-1], self.strides, self.padding.upper()) + self.bias


class WithoutBias(Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(self.kernel_size, self.kernel_size, input_shape[-1], self.filters))

    def call(self, images):
        return tf.nn.conv2d(images, self.kernel, self.strides, self.padding.upper())


class UnusedBias(Layer):
    def call(self, images):
        return tf.nn.conv2d(images, self.kernel, self.strides, self.padding.upper())


class HalfOnEverySide(Layer):
    def call(self, images):
        if self.padding == "same":
            zeros = (self.kernel_size // 2, self.kernel_size // 2)
            images = tf.pad(images, [(0, 0), zeros, zeros, (0, 0)])
        return tf.nn.conv2d(images, self.kernel, self.strides, "VALID") + self.bias


class OneMoreAbove(Layer):
    def call(self, images):
        if self.padding == "same":
            sides = [sides_by_formula(n, self.kernel_size, self.strides, "same")[:0:-1] for n in images.shape[1:3]]
            images = tf.pad(images, [(0, 0), *sides, (0, 0)])
        return tf.nn.conv2d(images, self.kernel, self.strides, "VALID") + self.bias


class WeightsInCall(Layer):
    def build(self, input_shape):
        pass

    def call(self, images):
        super().build(images.shape)
        return super().call(images)


class VariablesInCall(Layer):
    def build(self, input_shape):
        pass

    def call(self, images):
        self.kernel = tf.Variable(
            tf.random.normal((self.kernel_size, self.kernel_size, images.shape[-1], self.filters))
        )
        self.bias = tf.Variable(tf.zeros(self.filters))
        return super().call(images)


class VariablesInBuild(Layer):
    def build(self, input_shape):
        self.kernel = tf.Variable(tf.random.normal((self.kernel_size, self.kernel_size, input_shape[-1], self.filters)))
        self.bias = tf.Variable(tf.zeros(self.filters))


class FiltersFirst(Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(self.filters, self.kernel_size, self.kernel_size, input_shape[-1]))
        self.bias = self.add_weight(shape=(self.filters,))

    def call(self, images):
        kernel = tf.transpose(self.kernel, (1, 2, 3, 0))
        return tf.nn.conv2d(images, kernel, self.strides, self.padding.upper()) + self.bias


class Frozen(Layer):
    def build(self, input_shape):
        shape = (self.kernel_size, self.kernel_size, input_shape[-1], self.filters)
        self.kernel = self.add_weight(shape=shape, trainable=False)
        self.bias = self.add_weight(shape=(self.filters,))


class FreshEachTime(Layer):
    def call(self, images):
        self.kernel.assign(tf.random.stateless_normal(self.kernel.shape, (1, 2)))
        return super().call(images)


class ThroughNumPy(Layer):
    def call(self, images):
        outputs = [
            convolve_by_patches(image, self.kernel.numpy(), self.bias.numpy(), self.strides, self.padding)
            for image in np.array(images)
        ]
        return tf.convert_to_tensor(np.stack(outputs), tf.float32)


class BiasThroughNumPy(Layer):
    def call(self, images):
        return tf.nn.conv2d(images, self.kernel, self.strides, self.padding.upper()) + self.bias.numpy()


class HalfHiddenFromTheTape(Layer):
    def call(self, images):
        whole = super().call(images)
        return 0.5 * whole + tf.stop_gradient(0.5 * whole)


class WithRelu(Layer):
    def call(self, images):
        return tf.nn.relu(super().call(images))


class IgnoresStrides(Layer):
    def call(self, images):
        return tf.nn.conv2d(images, self.kernel, 1, self.padding.upper()) + self.bias


class IgnoresPadding(Layer):
    def call(self, images):
        return tf.nn.conv2d(images, self.kernel, self.strides, "VALID") + self.bias


class SizeFromBuild(Layer):
    def build(self, input_shape):
        super().build(input_shape)
        self.shape = input_shape[1:3]

    def call(self, images):
        return super().call(images[:, : self.shape[0] - 2])


class WithoutOutputShape(keras.layers.Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid", **kwargs):
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.strides, self.padding = filters, kernel_size, strides, padding

    build, call = Layer.build, Layer.call


class SameShape(Layer):
    def compute_output_shape(self, input_shape):
        return (*input_shape[:3], self.filters)


class InputChannels(Layer):
    def compute_output_shape(self, input_shape):
        return (*super().compute_output_shape(input_shape)[:3], input_shape[-1])


class BatchOfOne(Layer):
    def compute_output_shape(self, input_shape):
        return (1, *super().compute_output_shape(input_shape)[1:])


class ShapeWithoutBatch(Layer):
    def compute_output_shape(self, input_shape):
        return super().compute_output_shape(input_shape)[1:]


class NumberForShape(Layer):
    def compute_output_shape(self, input_shape):
        return super().compute_output_shape(input_shape)[1]


class ForgetsItsOwn(Layer):
    def get_config(self):
        return keras.layers.Layer.get_config(self)


def forgets(name):
    """A layer whose get_config leaves one argument out."""

    class Forgets(Layer):
        def get_config(self):
            config = super().get_config()
            del config[name]
            return config

    return Forgets


class FixedConfig(Layer):
    def get_config(self):
        return {**super().get_config(), "filters": 8}


class WithoutKwargs(Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid"):
        super().__init__(filters, kernel_size, strides, padding)


class WithoutPassingOn(Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid", **kwargs):
        super().__init__(filters, kernel_size, strides, padding)


class NoLayer:
    def __init__(self, filters, kernel_size, strides=1, padding="valid"):
        self.filters = filters


class WithoutSuper(keras.layers.Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid", **kwargs):
        self.filters = filters


class WithoutReturn(Layer):
    def call(self, images):
        super().call(images)


class StubOfCall(Layer):
    def call(self, images):
        raise NotImplementedError()


RIGHT = {
    "places_and_zeros": {
        "the formula": sides_by_formula,
        "moving a window": sides_by_moving,
        "floor and ceil, as an array": sides_by_ceil,
        "TensorFlow": sides_with_tensorflow,
        "floats": lambda *args: tuple(float(number) for number in sides_by_formula(*args)),
    },
    "edge_kernel": {
        "thirds": edge_by_prewitt,
        "Sobel, as a list": edge_by_sobel,
        "one line": edge_in_one_line,
        "TensorFlow, Scharr": edge_with_tensorflow,
        "uneven rows": edge_of([[-5, 0, 5], [-2, 0, 2], [-1, 0, 1]], 8),
    },
    "convolve": {
        "three loops": convolve_by_loops,
        "seven loops and lists": convolve_by_seven_loops,
        "patches and one product": convolve_by_patches,
        "shifted pictures, in float32": convolve_by_shifted_pictures,
        "TensorFlow": convolve_with_tensorflow,
    },
    "my_conv2d": {
        "conv2d": Layer,
        "patches, registered": PatchesLayer,
        "loops": LoopsLayer,
        "without get_config": LayerWithoutConfig,
        "around a layer of Keras": LayerAroundKeras,
    },
}

WRONG = {
    "places_and_zeros": {
        "untouched": (not_attempted, "not attempted", "Write places_and_zeros above", 0),
        "valid without + 1": (sides_of(valid=lambda n, k, s: (n - k) // s), "wrong", "One place is missing", 3),
        "valid with a fraction": (sides_of(valid=lambda n, k, s: (n - k) / s + 1), "wrong", "is a whole number", 3),
        "valid without stride": (
            sides_of(valid=lambda n, k, s: n - k + 1),
            "wrong",
            "Where does the stride come in",
            3,
        ),
        "valid rounded up": (sides_of(valid=lambda n, k, s: -(-(n - k) // s) + 1), "wrong", "You round up", 3),
        "valid rounded": (sides_of(valid=lambda n, k, s: round((n - k) / s) + 1), "wrong", "round to the nearest", 3),
        "valid as same": (sides_of(valid=lambda n, k, s: -(-n // s)), "wrong", 'places for "same"', 3),
        "valid as pixels": (sides_of(valid=lambda n, k, s: n), "wrong", "number of pixels, whatever", 3),
        "valid with a slip": (
            sides_of(valid=lambda n, k, s: (n - k + 1) // s + 1),
            "wrong",
            "Move the window on paper",
            3,
        ),
        "same rounded down": (sides_of(same=lambda n, k, s: n // s), "wrong", "You round down", 3),
        "same with a fraction": (sides_of(same=lambda n, k, s: n / s), "wrong", "is a whole number", 3),
        "same rounded": (sides_of(same=lambda n, k, s: round(n / s)), "wrong", "round to the nearest", 3),
        "same always one more": (sides_of(same=lambda n, k, s: n // s + 1), "wrong", "one place too many", 3),
        "same as pixels": (sides_of(same=lambda n, k, s: n), "wrong", "at stride 1 only", 3),
        "same as valid": (sides_of(same=lambda n, k, s: (n - k) // s + 1), "wrong", 'places for "valid"', 3),
        "same with a slip": (sides_of(same=lambda n, k, s: (n + k) // s), "wrong", "How many strides begin", 3),
        "half of the kernel everywhere": (sides_by_half_of_the_kernel, "wrong", "An even kernel has no middle", 1),
        "size // 2 on each side": (
            sides_of(split=None, total=lambda n, k, s: 2 * (k // 2)),
            "wrong",
            "right for odd kernels at stride 1 only",
            2,
        ),
        "(size - 1) // 2 on each side": (
            sides_of(total=lambda n, k, s: 2 * ((k - 1) // 2)),
            "wrong",
            "(size - 1) // 2",
            2,
        ),
        "size - 1 zeros": (sides_of(total=lambda n, k, s: k - 1), "wrong", "do not depend on the stride", 2),
        "negative zeros": (sides_of(total=lambda n, k, s: (-(-n // s) - 1) * s + k - n), "wrong", "gets negative", 2),
        "minus sign dropped": (
            sides_of(total=lambda n, k, s: abs((-(-n // s) - 1) * s + k - n)),
            "wrong",
            "Did you drop a minus",
            2,
        ),
        "one stride too many": (
            sides_of(total=lambda n, k, s: max(-(-n // s) * s + k - n, 0)),
            "wrong",
            "one stride too many",
            2,
        ),
        "no zeros": (sides_of(total=lambda n, k, s: 0), "wrong", "no zeros anywhere", 2),
        "zeros with a slip": (sides_of(total=lambda n, k, s: k), "wrong", "the last window ends", 2),
        "sides swapped": (sides_of(split=lambda t: (t - t // 2, t // 2)), "wrong", "have changed places", 3),
        "all before": (sides_of(split=lambda t: (t, 0)), "wrong", "all zeros before", 3),
        "all after": (sides_of(split=lambda t: (0, t)), "wrong", "all zeros after", 3),
        "halves": (sides_of(split=lambda t: (t / 2, t / 2)), "wrong", "no half zeros", 3),
        "both rounded down": (sides_of(split=lambda t: (t // 2, t // 2)), "wrong", "round down on both sides", 3),
        "both rounded up": (sides_of(split=lambda t: (-(-t // 2), -(-t // 2))), "wrong", "round up on both sides", 3),
        "zeros for valid": (sides_with_zeros_for_valid, "wrong", '"Valid" needs no zeros', 2),
        "places alone": (lambda *args: sides_by_formula(*args)[0], "wrong", "three numbers", 0),
        "places and zeros in all": (
            lambda *args: (sides_by_formula(*args)[0], sum(sides_by_formula(*args)[1:])),
            "wrong",
            "three numbers",
            0,
        ),
        "printed": (lambda *args: print(sides_by_formula(*args)), "wrong", "Is the return missing", 0),
    },
    "edge_kernel": {
        "untouched": (not_attempted, "not attempted", "Write edge_kernel above", 0),
        "not scaled": (edge_of([[-1, 0, 1]] * 3), "wrong", "Multiply all its weights by one number", 3),
        "not scaled, one side": (edge_of([[-1, 0, 1]] * 3, 6), "wrong", "gives 0.5 for an edge", 3),
        "always to the right": (edge_always_to_the_right, "wrong", "it is turned round", 2),
        "rows for columns": (edge_swapped, "wrong", "have changed places", 2),
        "two directions": (edge_only_two_directions, "wrong", "it is turned round", 3),
        "turned round": (lambda towards: -edge_by_prewitt(towards), "wrong", "it is turned round", 3),
        "flipped": (lambda towards: edge_by_prewitt(towards)[::-1, ::-1], "wrong", "it is turned round", 3),
        "sum not 0": (edge_of([[-1, 1, 1]] * 3, 3), "wrong", "plain ground has no edge", 1),
        "bright side alone": (edge_of([[0, 0, 1]] * 3, 3), "wrong", "plain ground has no edge", 2),
        "blur": (lambda towards: np.full((3, 3), 1 / 9), "wrong", "plain ground has no edge", 1),
        "sharpen": (lambda towards: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "wrong", "plain ground has no edge", 0),
        "two pixels only": (edge_of([[-1, 1, 0]] * 3, 3), "wrong", "gets brighter in that direction", 2),
        "diagonal": (
            edge_of([[-2, -1, 0], [-1, 0, 1], [0, 1, 2]], 3),
            "wrong",
            "although there is no edge in the direction",
            3,
        ),
        "empty": (lambda towards: np.zeros((3, 3)), "wrong", "sees nothing at all", 0),
        "a spot": (
            lambda towards: [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
            "wrong",
            "gets brighter in that direction",
            1,
        ),
        "across in the middle": (
            edge_of([[0, 0, 0], [1, -2, 1], [0, 0, 0]]),
            "wrong",
            "gets brighter in that direction",
            2,
        ),
        "checked": (edge_of([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]), "wrong", "it does not see the edge", 2),
        "with axes for channels": (
            lambda towards: edge_by_prewitt(towards)[:, :, None, None],
            "wrong",
            "shape (3, 3, 1, 1)",
            0,
        ),
        "one row": (lambda towards: [-1, 0, 1], "wrong", "shape (3, 3)", 0),
        "printed": (lambda towards: print(edge_by_prewitt(towards)), "wrong", "Is the return missing", 0),
    },
    "convolve": {
        "untouched": (not_attempted, "not attempted", "Write convolve above", 0),
        "flipped": (with_changed(lambda k: k[::-1, ::-1]), "wrong", "turned by 180 degrees", 4),
        "upside down": (with_changed(lambda k: k[::-1]), "wrong", "upside down", 4),
        "mirrored": (with_changed(lambda k: k[:, ::-1]), "wrong", "mirrored", 4),
        "transposed": (
            with_changed(lambda k: k.transpose(1, 0, 2, 3)),
            "wrong",
            "rows and the columns of your kernel",
            4,
        ),
        "flipped, without bias": (
            with_changed(lambda k: k[::-1, ::-1], lambda b, k: 0 * b),
            "wrong",
            "turned by 180 degrees",
            3,
        ),
        "no bias": (with_changed(bias=lambda b, k: 0 * b), "wrong", "have no bias", 5),
        "bias subtracted": (with_changed(bias=lambda b, k: -b), "wrong", "subtract the biases", 5),
        "bias per product": (with_changed(bias=lambda b, k: b * k[..., 0].size), "wrong", "once for every product", 5),
        "bias per channel": (with_changed(bias=lambda b, k: b * k.shape[2]), "wrong", "once for every channel", 5),
        "first bias": (with_changed(bias=lambda b, k: b[0]), "wrong", "the first bias", 5),
        "first channel": (
            lambda i, k, *rest: convolve_by_loops(i[..., :1], k[:, :, :1], *rest),
            "wrong",
            "the first channel of the picture",
            5,
        ),
        "last channel": (
            lambda i, k, *rest: convolve_by_loops(i[..., -1:], k[:, :, -1:], *rest),
            "wrong",
            "the last channel of the picture",
            5,
        ),
        "weights of the first channel": (
            with_changed(lambda k: np.repeat(k[:, :, :1], k.shape[2], 2)),
            "wrong",
            "weights of the first channel",
            5,
        ),
        "first kernel": (
            with_changed(lambda k: np.repeat(k[..., :1], k.shape[3], 3)),
            "wrong",
            "use the first kernel",
            5,
        ),
        "mean": (with_changed(lambda k: k / k[..., 0].size), "wrong", "mean of the products", 0),
        "relu": (with_changed(after=lambda z: np.maximum(z, 0)), "wrong", "cut off below 0", 0),
        "whole numbers": (with_changed(after=lambda z: z.astype(int)), "wrong", "lost their fractions", 0),
        "zeros": (with_changed(after=lambda z: 0 * z), "wrong", "All your values are 0", 0),
        "sums of patches": (with_changed(lambda k: 0 * k + 1), "wrong", "sums of the patches", 0),
        "half on every side": (half_on_every_side, "wrong", "an even kernel finds too many places", 5),
        "half on every side, cut to size": (
            with_zeros(lambda n, k, s: (k // 2, k // 2)),
            "wrong",
            "size // 2 zeros on each side",
            5,
        ),
        "more above": (
            with_zeros(lambda n, k, s: sides_by_formula(n, k, s, "same")[:0:-1]),
            "wrong",
            "stands above and on the left in yours",
            5,
        ),
        "stride forgotten": (
            with_zeros(lambda n, k, s: ((k - 1) // 2, k - 1 - (k - 1) // 2)),
            "wrong",
            "zeros do not depend on the stride",
            5,
        ),
        "stride forgotten, more above": (
            with_zeros(lambda n, k, s: (k // 2, k - 1 - k // 2)),
            "wrong",
            "size // 2 zeros on each side",
            5,
        ),
        "all below": (
            with_zeros(lambda n, k, s: (0, sum(sides_by_formula(n, k, s, "same")[1:]))),
            "wrong",
            "stand below and on the right. Half",
            4,
        ),
        "all above": (
            with_zeros(lambda n, k, s: (sum(sides_by_formula(n, k, s, "same")[1:]), 0)),
            "wrong",
            "stand above and on the left. Only half",
            4,
        ),
        "border repeated": (
            with_zeros(lambda n, k, s: sides_by_formula(n, k, s, "same")[1:], "edge"),
            "wrong",
            "pixels are repeated",
            4,
        ),
        "border mirrored": (
            with_zeros(lambda n, k, s: sides_by_formula(n, k, s, "same")[1:], "reflect"),
            "wrong",
            "are mirrored",
            4,
        ),
        "border from the other side": (
            with_zeros(lambda n, k, s: sides_by_formula(n, k, s, "same")[1:], "wrap"),
            "wrong",
            "pixels of its other side",
            4,
        ),
        "ones around": (
            lambda i, k, b, s, p: convolve_by_patches(
                np.pad(i, [*zeros_of(i, len(k), s, p), (0, 0)], constant_values=1), k, b, s, "valid"
            ),
            "wrong",
            "Only values in the outermost rows",
            4,
        ),
        "valid always": (
            lambda i, k, b, s, p: convolve_by_loops(i, k, b, s, "valid"),
            "wrong",
            'the size for "valid"',
            4,
        ),
        "stride 1 always": (lambda i, k, b, s, p: convolve_by_loops(i, k, b, 1, p), "wrong", "for a stride of 1", 4),
        "a slip in the last row": (
            with_changed(after=lambda z: np.concatenate([z[:-1], 2 * z[-1:]])),
            "wrong",
            "values are off",
            0,
        ),
        "squares only": (convolve_squares_only, "wrong", "Count the places", 0),
        "first place only": (convolve_by_return_in_the_loop, "wrong", "single value", 0),
        "a batch of one": (
            lambda *args: convolve_by_patches(*args)[None],
            "wrong",
            "There is one picture and no batch",
            0,
        ),
        "maps first": (lambda *args: convolve_by_patches(*args).transpose(2, 0, 1), "wrong", "The maps come last", 0),
        "no axis for maps": (lambda *args: convolve_by_patches(*args)[..., 0], "wrong", "an axis of their own", 0),
        "channels kept apart": (convolve_by_keeping_the_channels, "wrong", "go into one sum", 0),
        "in place": (convolve_in_place, "wrong", "changed the array", 0),
        "nothing returned": (lambda *args: None, "wrong", "Is the return missing", 0),
    },
    "my_conv2d": {
        "untouched": (UntouchedLayer, "not attempted", "Write MyConv2D above", 0),
        "flipped": (Flipped, "wrong", "turned by 180 degrees", 5),
        "without bias": (WithoutBias, "wrong", "weights of the shape (3, 3, 3, 8)", 2),
        "bias not used": (UnusedBias, "wrong", "have no bias", 5),
        "half on every side": (HalfOnEverySide, "wrong", "With size // 2 zeros", 4),
        "one more above": (OneMoreAbove, "wrong", "stands above and on the left in yours", 4),
        "weights in call": (WeightsInCall, "wrong", "makes its weights in `call`, and Keras refuses", 0),
        "variables in call": (VariablesInCall, "wrong", "another answer each time", 2),
        "variables in build": (VariablesInBuild, "wrong", "no weights that Keras knows of", 2),
        "filters first": (FiltersFirst, "wrong", "a kernel of shape (size, size, channels, filters)", 2),
        "a frozen kernel": (Frozen, "wrong", "1 can be trained", 4),
        "weights that start again": (FreshEachTime, "wrong", "changes its own weights", 2),
        "through NumPy": (ThroughNumPy, "wrong", "there is no gradient for the pictures", 5),
        "bias through NumPy": (BiasThroughNumPy, "wrong", "there is no gradient for the bias", 5),
        "half hidden": (HalfHiddenFromTheTape, "wrong", "does not fit your outputs", 5),
        "ReLU": (WithRelu, "wrong", "cut off below 0", 3),
        "stride 1 always": (IgnoresStrides, "wrong", "size for a stride of 1", 4),
        "valid always": (IgnoresPadding, "wrong", 'That is the size for "valid"', 4),
        "size from build": (SizeFromBuild, "wrong", "a row and a column for each place", 3),
        "no compute_output_shape": (WithoutOutputShape, "wrong", "is not written yet", 5),
        "shape of the input": (SameShape, "wrong", "another number of rows or columns", 5),
        "channels of the input": (InputChannels, "wrong", "number of maps", 5),
        "a batch of one": (BatchOfOne, "wrong", "size of the batch stays", 5),
        "a number for a shape": (NumberForShape, "wrong", "It returns a tuple of four", 4),
        "shape without batch": (ShapeWithoutBatch, "wrong", "has four numbers", 5),
        "get_config of the parent": (ForgetsItsOwn, "wrong", "get_config has to return every argument", 5),
        "strides left out": (forgets("strides"), "wrong", "An argument was lost", 5),
        "padding left out": (forgets("padding"), "wrong", "An argument was lost", 5),
        "fixed filters": (FixedConfig, "wrong", "An argument was lost", 5),
        "no **kwargs": (WithoutKwargs, "wrong", "Does __init__ take **kwargs", 5),
        "**kwargs not passed on": (WithoutPassingOn, "wrong", "It gets its name from **kwargs", 5),
        "no layer": (NoLayer, "wrong", "makes no Keras layer", 0),
        "no super": (WithoutSuper, "wrong", "you forgot to call `super().__init__()`", 0),
        "nothing returned": (WithoutReturn, "wrong", "It has to return the outputs", 0),
        "call not written": (StubOfCall, "wrong", "is not written yet", 0),
    },
}
