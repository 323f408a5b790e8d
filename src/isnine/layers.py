"""The layers that the course builds by hand, in their finished form: convolution, average pooling, batch normalisation.

Chapter 09 builds :class:`Conv2D`, chapter 10 :class:`AveragePooling2D` and :class:`BatchNormalization`, and chapter 11
puts all three into a network. Their values and gradients are those of the Keras layers of the same names.

Pictures are channels-last everywhere: (batch, height, width, channels).
"""

from .device import hushed

with hushed():
    import keras
    import tensorflow as tf

__all__ = ["AveragePooling2D", "BatchNormalization", "Conv2D"]


@keras.saving.register_keras_serializable(package="isnine")
class Conv2D(keras.layers.Layer):
    """Slide kernels over a picture: each output value is the weighted sum of one patch, plus a bias. Chapter 09 builds it.

    Parameters
    ----------
    filters : int
        Number of kernels, which is the number of output channels.
    kernel_size, strides : int, or (int, int) for height and width
        Size of a kernel, and how far it moves at a time, in pixels.
    padding : {"valid", "same"}
        "valid": only patches that lie inside the picture. "same": zeros around it, so that the output has
        ceil(size / stride) rows and columns; where the number of zeros is odd, one more stands below and on the right.
    activation : str or callable, optional
        Applied to each output value, such as "relu".
    use_bias : bool
        Whether each output channel has a bias.

    Raises
    ------
    ValueError
        For arguments that are none of these, and for an input that is not (batch, height, width, channels).
    """

    def __init__(self, filters, kernel_size, strides=1, padding="valid", activation=None, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        if not _is_count(filters):
            raise ValueError(f"Conv2D takes filters as a whole number above 0, not {filters!r}.")
        self.filters = filters
        self.kernel_size = _pair("Conv2D", "kernel_size", kernel_size)
        self.strides = _pair("Conv2D", "strides", strides)
        self.padding = _padding("Conv2D", padding)
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias

    def build(self, input_shape):
        shape = (*self.kernel_size, _channels("Conv2D", input_shape), self.filters)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer="glorot_uniform")
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, images):
        outputs = tf.nn.conv2d(images, self.kernel, self.strides, self.padding.upper())
        if self.use_bias:
            outputs = outputs + self.bias
        return self.activation(outputs)

    def compute_output_shape(self, input_shape):
        size = _output_size(self, input_shape, self.kernel_size)
        return (input_shape[0], *size, self.filters)

    def get_config(self):
        own = {name: getattr(self, name) for name in ("filters", "kernel_size", "strides", "padding", "use_bias")}
        return {**super().get_config(), **own, "activation": keras.activations.serialize(self.activation)}


@keras.saving.register_keras_serializable(package="isnine")
class AveragePooling2D(keras.layers.Layer):
    """Replace each window of a picture by its mean, channel by channel. Chapter 10 builds it.

    Parameters
    ----------
    pool_size : int, or (int, int) for height and width
        Size of the window in pixels.
    strides : int or (int, int), optional
        How far the window moves at a time. Without it: by its own size, so that windows neither overlap nor leave gaps.
    padding : {"valid", "same"}
        As for :class:`Conv2D`. Places outside the picture do not count in a mean.

    Raises
    ------
    ValueError
        For arguments that are none of these, and for an input that is not (batch, height, width, channels).
    """

    def __init__(self, pool_size=2, strides=None, padding="valid", **kwargs):
        super().__init__(**kwargs)
        self.pool_size = _pair("AveragePooling2D", "pool_size", pool_size)
        self.strides = _pair("AveragePooling2D", "strides", self.pool_size if strides is None else strides)
        self.padding = _padding("AveragePooling2D", padding)

    def build(self, input_shape):
        _channels("AveragePooling2D", input_shape)

    def call(self, images):
        return tf.nn.avg_pool2d(images, self.pool_size, self.strides, self.padding.upper())

    def compute_output_shape(self, input_shape):
        size = _output_size(self, input_shape, self.pool_size)
        return (input_shape[0], *size, input_shape[-1])

    def get_config(self):
        own = {name: getattr(self, name) for name in ("pool_size", "strides", "padding")}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="isnine")
class BatchNormalization(keras.layers.Layer):
    """Bring each channel to mean 0 and variance 1, then let the network choose both (Ioffe and Szegedy, 2015). Chapter 10 builds it.

    While training, mean and variance are those of the batch, and moving averages of both are kept. At inference, and when the
    layer is frozen with ``trainable = False``, the moving averages take their place, so that one picture's answer does not depend
    on the others.

    Parameters
    ----------
    momentum : float from 0 to 1
        How much of the moving average stays at each training step.
    epsilon : float above 0
        Added to the variance, so that a channel that does not vary is not divided by zero.

    Raises
    ------
    ValueError
        For arguments that are none of these.
    """

    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= momentum <= 1:
            raise ValueError(f"BatchNormalization takes a momentum from 0 to 1, not {momentum!r}.")
        if not epsilon > 0:
            raise ValueError(f"BatchNormalization takes an epsilon above 0, not {epsilon!r}.")
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones")
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=shape, initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=shape, initializer="ones", trainable=False)

    def call(self, inputs, training=False):
        mean, variance = self.moving_mean, self.moving_variance
        if training and self.trainable:
            mean, variance = tf.nn.moments(inputs, axes=list(range(len(inputs.shape) - 1)))
            for average, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
                average.assign(self.momentum * average + (1 - self.momentum) * now)
        return tf.nn.batch_normalization(inputs, mean, variance, self.beta, self.gamma, self.epsilon)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _pair(layer, name, value):
    """(height, width) from one number for both, or from two."""
    pair = tuple(value) if isinstance(value, (list, tuple)) else (value, value)
    if len(pair) != 2 or not all(map(_is_count, pair)):
        raise ValueError(f"{layer} takes {name} as a whole number above 0, or two of them, not {value!r}.")
    return pair


def _padding(layer, padding):
    if padding not in ("valid", "same"):
        raise ValueError(f'{layer} takes the padding "valid" or "same", not {padding!r}.')
    return padding


def _channels(layer, input_shape):
    if len(input_shape) != 4 or input_shape[-1] is None:
        hint = " For a single picture, write images[None]." if len(input_shape) == 3 else ""
        raise ValueError(f"{layer} takes pictures of shape (batch, height, width, channels), not {input_shape}.{hint}")
    return input_shape[-1]


def _output_size(layer, input_shape, window):
    """Rows and columns of the output; None where the input's size is not known yet."""
    size = []
    for pixels, width, stride in zip(input_shape[1:3], window, layer.strides, strict=True):
        if pixels is None:
            size.append(None)
        elif layer.padding == "same":
            size.append(-(-pixels // stride))
        elif pixels < width:
            raise ValueError(
                f"{type(layer).__name__} can't place a window of {window} pixels in a picture of {tuple(input_shape[1:3])} "
                'without leaving it. Take a smaller window, or padding="same".'
            )
        else:
            size.append((pixels - width) // stride + 1)
    return tuple(size)
