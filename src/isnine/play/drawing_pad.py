"""Draw a digit by hand in the page, and a trained network answers at once. Chapter 06 trains the network and plays with it."""

import math

import numpy as np

from .base import Playable, base64_of

__all__ = ["drawing_pad"]

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
EXAMPLES = {
    "a nine": 3,
    "a four": 2,
    "another digit": 3,
}  # what the buttons show, and how many pictures of each go into the page


def drawing_pad(network, examples) -> Playable:
    """A pad to draw a digit on. A trained network says, stroke by stroke, whether the drawing is a nine.

    The network runs in the page, in plain script. Weights that half precision holds exactly travel as float16, others as
    float32, which makes the page twice as heavy: ``network.set_weights([w.astype("float16") for w in network.get_weights()])``
    rounds them first.

    Parameters
    ----------
    network : keras.Sequential or other keras.Model
        Dense layers, one after another, over the pixels of a square picture, row by row, from 0 (ground) to 1 (ink); the
        last one has one neuron with the activation sigmoid. The others: "relu", "sigmoid", "tanh" or "linear".
    examples : isnine.data.Part
        Pictures for the buttons, of the size that the network takes, such as ``nines().test``: nines, fours, and others.

    Raises
    ------
    TypeError, ValueError
        When the network is not of this kind; the message names the layer.
    """
    layers = _layers(network)
    side = math.isqrt(layers[0][0].shape[0])
    if side * side != layers[0][0].shape[0]:
        raise ValueError(
            f"drawing_pad needs a network over square pictures, such as 64×64 = 4096 inputs; yours takes {layers[0][0].shape[0]} inputs."
        )
    _compare(network, layers)
    half = all(_fits_half(values) for weights, bias, _ in layers for values in (weights, bias))
    data = {
        "side": side,
        "half": half,
        "layers": [
            {
                "inputs": weights.shape[0],
                "units": weights.shape[1],
                "activation": activation,
                "numbers": base64_of(np.concatenate([weights.ravel(), bias]).astype("<f2" if half else "<f4")),
            }
            for weights, bias, activation in layers
        ],
        "examples": _examples(examples, side),
    }
    hidden = ", ".join(f"{weights.shape[1]}" for weights, _, _ in layers[:-1])
    return Playable(
        "drawing_pad",
        data,
        f"""A pad to draw a digit on with mouse, finger or pen. Beside it: the drawing as a picture of {side}×{side} pixels, as the
        network sees it; {f"the activations of its hidden neurons ({hidden})" if hidden else "no hidden neurons"}; and a bar from 0
        to 1 for the output neuron, with a mark at 0.5, from where on the answer is "a nine". Buttons put handwriting from the
        test part on the pad, so that it can be used without drawing.""",
    )


def _layers(network):
    """What each Dense layer computes with: (weights, bias, activation), or an error that names what is in the way."""
    import keras

    if not isinstance(network, keras.Model):
        raise TypeError(
            f"drawing_pad takes a trained Keras network first, such as keras.Sequential([...]); not {type(network).__name__}."
        )
    layers = []
    for layer in network.layers:
        if isinstance(
            layer, keras.layers.InputLayer | keras.layers.Dropout
        ):  # dropout does nothing once training is over
            continue
        if not isinstance(layer, keras.layers.Dense):
            raise ValueError(
                f"drawing_pad can run Dense layers only; the layer {layer.name!r} of this network is of the kind {type(layer).__name__}."
            )
        numbers = layer.get_weights()
        if not numbers:
            raise ValueError(
                f"The layer {layer.name!r} has no weights yet. Put keras.Input((4096,)) first, or train the network before drawing."
            )
        activation = layer.get_config()["activation"]
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"drawing_pad knows the activations {', '.join(ACTIVATIONS)}; the layer {layer.name!r} has {activation!r}."
            )
        if not all(np.isfinite(values).all() for values in numbers):
            raise ValueError(
                f"The layer {layer.name!r} has weights that are not finite numbers: the training went wrong."
            )
        weights, *bias = numbers
        layers.append((weights, bias[0] if bias else np.zeros(weights.shape[1], np.float32), activation))
    if not layers:
        raise ValueError("This network has no Dense layers.")
    if layers[-1][0].shape[1] != 1 or layers[-1][2] != "sigmoid":
        raise ValueError(
            f'The last layer must be one neuron with a sigmoid, Dense(1, activation="sigmoid"); the layer {network.layers[-1].name!r} has '
            f"{layers[-1][0].shape[1]} with {layers[-1][2]!r}."
        )
    return layers


def _compare(network, layers):
    """The page computes the layers one after another. See that this is what the network itself does."""
    inputs = np.random.default_rng(0).random((4, layers[0][0].shape[0]), np.float32)
    values = inputs.astype(np.float64)
    apply = {"linear": lambda z: z, "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "sigmoid": _sigmoid}
    try:
        for weights, bias, activation in layers:
            values = apply[activation](values @ weights + bias)
        same = np.allclose(np.asarray(network(inputs)), values, atol=1e-3)
    except (ValueError, TypeError):
        same = False
    if not same:
        raise ValueError(
            "drawing_pad computes the Dense layers one after another, and this network gives other answers than that: "
            "does it branch, or use a layer twice?"
        )


def _sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def _fits_half(values):
    return np.abs(values).max(initial=0) < 65504 and np.array_equal(
        values.astype(np.float16).astype(values.dtype), values
    )


def _examples(part, side):
    """The pictures that the buttons show, in the order in which they come."""
    images, digits = getattr(part, "images", None), getattr(part, "digits", None)
    if images is None or digits is None:
        raise TypeError(
            f"drawing_pad takes a part of the data second, such as nines().test; not {type(part).__name__}."
        )
    if images.shape[1:] != (side, side) or images.dtype != np.uint8:
        raise ValueError(
            f"The network takes pictures of {side}×{side} pixels, and the examples are {images.dtype} of shape {images.shape}; "
            f"they must be uint8 of shape (n, {side}, {side})."
        )
    places = {
        "a nine": np.flatnonzero(digits == 9),
        "a four": np.flatnonzero(digits == 4),
        "another digit": [np.flatnonzero(digits == digit)[0] for digit in np.setdiff1d(digits, [4, 9])],
    }
    return [
        {"kind": kind, "digit": int(digits[i]), "picture": base64_of(images[i])}
        for kind, count in EXAMPLES.items()
        for i in sorted(places[kind])[:count]
    ]
