"""What a small convolutional network sees in a picture, map by map. Chapter 11 trains the network and plays with it."""

import numpy as np

from .base import Playable, base64_of

__all__ = ["feature_maps"]

ACTIVATIONS = ("linear", "relu")
ORDER = (
    "convolution, average pooling, batch normalisation, flattening, and Dense layers of which the last has a softmax"
)


def feature_maps(network, examples, names=None, count: int = 12) -> Playable:
    """Pictures to choose from, and what each layer of a trained network makes of them, computed in the page.

    The weights of kernels and Dense layers travel as whole numbers from -127 to 127 and one step for each output, so each
    moves by at most half a step. Everything else travels as it is.

    Parameters
    ----------
    network : keras.Model
        One convolution, average pooling, batch normalisation, flattening, and Dense layers that end in a softmax, in this
        order, as chapter 11 builds it. It takes pictures of shape (height, width, 3) with values from 0 to 1. The layers may
        be those of ``isnine.layers`` or of Keras; activations before the last: "relu" or "linear".
    examples : isnine.data.Part
        Pictures to choose from, of the size that the network takes, such as ``colour_digits().test``.
    names : sequence of str, optional
        One name a class. Without it: the numbers from 0.
    count : int
        How many pictures go into the page, 1 to 20: the first of each class, then the second, and so on.

    Raises
    ------
    TypeError, ValueError
        When the network or the pictures are not of this kind; the message names the layer.
    """
    images, digits = _part(examples)
    if not isinstance(count, int) or not 1 <= count <= 20:
        raise ValueError(f"feature_maps shows 1 to 20 pictures, not {count!r}.")
    layers = _layers(network, images.shape[1:])
    classes = layers["dense"][-1]["units"]
    names = [str(name) for name in (range(classes) if names is None else names)]
    if len(names) != classes or digits.min() < 0 or digits.max() >= classes:
        raise ValueError(
            f"The network tells {classes} classes apart; there are {len(names)} names, and the pictures' classes go "
            f"from {digits.min()} to {digits.max()}."
        )
    turn = np.array([np.sum(digits[:i] == digit) for i, digit in enumerate(digits)])  # the how-manieth of its class
    chosen = np.lexsort((digits, turn))[:count]
    shown = [{"class": int(digits[i]), "picture": base64_of(images[i])} for i in chosen]
    filters, (rows, columns), (low, narrow) = (layers["convolution"][key] for key in ("filters", "output", "pooled"))
    return Playable(
        "feature_maps",
        {**layers, "names": names, "examples": shown},
        f"""{len(shown)} buttons, each a picture that the network was not trained on. For the chosen picture: the picture itself,
        {filters} feature maps of {rows}×{columns} after convolution and activation, the same maps at {low}×{narrow} after average
        pooling, and one bar for the confidence of each of the {classes} classes. A slider picks one feature map and shows it
        larger, with the kernel that made it.""",
    )


def _part(examples):
    images, digits = getattr(examples, "images", None), getattr(examples, "digits", None)
    if images is None or digits is None:
        raise TypeError(
            f"feature_maps takes a part of the data second, such as colour_digits().test; not {type(examples).__name__}."
        )
    if images.ndim != 4 or images.shape[-1] != 3 or images.dtype != np.uint8 or not len(images):
        raise ValueError(
            f"The examples must be uint8 of shape (n, height, width, 3); yours are {images.dtype} of shape {images.shape}."
        )
    return images, digits


def _layers(network, shape):
    """What the page computes with, or an error that names what is in the way."""
    import keras

    from isnine import layers as own

    if not isinstance(network, keras.Model):
        raise TypeError(f"feature_maps takes a trained Keras network first, not {type(network).__name__}.")
    kinds = {
        "convolution": (own.Conv2D, keras.layers.Conv2D),
        "pooling": (own.AveragePooling2D, keras.layers.AveragePooling2D),
        "normalisation": (own.BatchNormalization, keras.layers.BatchNormalization),
        "flatten": (keras.layers.Flatten,),
    }
    used = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    wanted = [*kinds.values(), *[(keras.layers.Dense,)] * max(1, len(used) - len(kinds))]
    for place, kind in enumerate(wanted):
        if place >= len(used) or not isinstance(used[place], kind):
            found = f"layer {place + 1} is of the kind {type(used[place]).__name__}" if place < len(used) else "it ends"
            raise ValueError(
                f"feature_maps runs {ORDER}. Yours is another network: {found} after {place} layers of these."
            )
    if not all(layer.built for layer in used):
        raise ValueError("This network has no weights yet. Call it on pictures, or train it, first.")
    if not all(np.isfinite(values).all() for values in network.get_weights()):
        raise ValueError("This network has weights that are not finite numbers: the training went wrong.")
    convolution, pooling, normalisation, _, *dense = used
    activations = [layer.get_config()["activation"] for layer in (convolution, *dense)]
    if activations[-1] != "softmax":
        raise ValueError(f'The last layer must have the activation "softmax", and yours has {activations[-1]!r}.')
    if not set(activations[:-1]) <= set(ACTIVATIONS):
        raise ValueError(f"feature_maps knows the activations {', '.join(ACTIVATIONS)}; yours has {activations[:-1]}.")
    kernel, bias = _numbers(convolution)
    if kernel.shape[2] != shape[2]:
        raise ValueError(f"The network takes pictures of {kernel.shape[2]} channels, and the examples have {shape[2]}.")
    slide = _slide(convolution, shape[:2], kernel.shape[:2])
    window = _slide(pooling, slide["output"], pooling.pool_size)
    gamma, beta, mean, variance = _normalisation(normalisation)
    scale = gamma / np.sqrt(variance + normalisation.epsilon)
    inputs, row = int(np.prod(window["output"])) * kernel.shape[3], []
    for layer, activation in zip(dense, activations[1:], strict=True):
        weights, units_bias = _numbers(layer)
        row.append({"units": weights.shape[1], "activation": activation, **_packed(weights, units_bias)})
        if weights.shape[0] != inputs:
            raise ValueError(
                f"The layer {layer.name!r} takes {weights.shape[0]} inputs, and pictures of {shape[0]}×{shape[1]} pixels give {inputs}."
            )
        inputs = weights.shape[1]
    known = {
        "side": list(shape[:2]),
        "convolution": {
            **slide,
            "filters": kernel.shape[3],
            "pooled": window["output"],
            "activation": activations[0],
            **_packed(kernel.reshape(-1, kernel.shape[3]), bias),
        },
        "pooling": window,
        "scale": scale.tolist(),
        "shift": (beta - mean * scale).tolist(),
        "dense": row,
    }
    _compare(network, known, used)
    return known


def _numbers(layer):
    """Weights and bias of a layer; a layer without a bias gets zeros."""
    weights, *bias = layer.get_weights()
    return weights, bias[0] if bias else np.zeros(weights.shape[-1], np.float32)


def _normalisation(layer):
    """Scale, shift, mean and variance of each channel, also where a layer was told to do without the first two."""
    mean, variance = layer.moving_mean.numpy(), layer.moving_variance.numpy()
    gamma, beta = getattr(layer, "gamma", None), getattr(layer, "beta", None)
    return (
        np.ones_like(mean) if gamma is None else gamma.numpy(),
        np.zeros_like(mean) if beta is None else beta.numpy(),
        mean,
        variance,
    )


def _slide(layer, size, window):
    """Where a window stands: its size, its steps, and how far it reaches over the upper and left edges."""
    strides = tuple(layer.strides)
    if layer.padding == "same":
        output = [-(-pixels // stride) for pixels, stride in zip(size, strides, strict=True)]
        over = [max(0, (o - 1) * s + w - p) // 2 for o, s, w, p in zip(output, strides, window, size, strict=True)]
    else:
        output = [(pixels - wide) // stride + 1 for pixels, wide, stride in zip(size, window, strides, strict=True)]
        over = [0, 0]
    return {"window": list(window), "strides": list(strides), "before": over, "output": output}


def _packed(weights, bias):
    """Weights (inputs, outputs) as whole numbers from -127 to 127, and for each output the step that they count."""
    steps = np.maximum(np.abs(weights).max(0), 1e-12) / 127
    return {
        "numbers": base64_of(np.rint(weights / steps).astype(np.int8)),
        "steps": steps.astype(float).tolist(),
        "bias": bias.astype(float).tolist(),
    }


def _compare(network, known, used):
    """The page computes the layers one after another. See that this is what the network itself does."""
    import tensorflow as tf

    convolution, pooling, _, _, *dense = used
    x = pictures = np.random.default_rng(0).random((4, *known["side"], 3), np.float32)
    act = {"linear": lambda z: z, "relu": tf.nn.relu, "softmax": tf.nn.softmax}
    kernel, bias = _numbers(convolution)
    x = tf.nn.conv2d(x, kernel, tuple(convolution.strides), convolution.padding.upper()) + bias
    x = act[known["convolution"]["activation"]](x)
    x = tf.nn.avg_pool2d(x, tuple(pooling.pool_size), tuple(pooling.strides), pooling.padding.upper())
    x = tf.reshape(x * np.float32(known["scale"]) + np.float32(known["shift"]), (len(pictures), -1))
    for layer, sent in zip(dense, known["dense"], strict=True):
        weights, bias = _numbers(layer)
        x = act[sent["activation"]](x @ weights + bias)
    answers = np.asarray(network(pictures))
    if answers.shape != x.shape or not np.allclose(answers, x, atol=1e-3):
        raise ValueError(
            "feature_maps computes the layers one after another, and this network gives other answers than that: "
            "does its call leave a layer out, use one twice, or fix training to True?"
        )
