"""Answers of different people to exercise 13, "MobileNet"."""

import math

from isnine.checks import mobilenet as CHECKS

from .resnet import STOCK, keras, layers, once, ops, shared

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]

SLOW = True


# ------------------------------------------------------------------------------------------------------------- the cost ratio


def ratio_in_steps(size, channels, width, bias):
    full = size * size * channels * width
    split = size * size * channels + channels * width
    if bias:
        full += width
        split += channels + width
    return split / full


def ratio_with_math(size: int, channels: int, width: int, bias: bool) -> float:
    def parameters(*shape):
        return math.prod(shape) + (shape[-1] if bias else 0)

    depthwise = size**2 * channels + bias * channels
    return (depthwise + parameters(1, 1, channels, width)) / parameters(size, size, channels, width)


def ratio_by_formula(size, channels, width, bias):
    if not bias:
        return 1 / width + 1 / size**2
    return [(size**2 + 1 + width + width / channels) / (size**2 * width + width / channels)]


def ratio_with_numpy(size, channels, width, bias):
    import numpy as np

    numbers = np.array([size * size * channels, channels * width, size * size * channels * width], float)
    numbers += np.array([channels, width, width]) * bias
    return numbers[:2].sum() / numbers[2]


def ratio_with_layers(size, channels, width, bias):
    """Keras counts."""
    total = []
    for layer in (
        layers.DepthwiseConv2D(size, use_bias=bias),
        layers.Conv2D(width, 1, use_bias=bias),
        layers.Conv2D(width, size, use_bias=bias),
    ):
        layer.build((None, 8, 8, channels))
        total.append(layer.count_params())
    return (total[0] + total[1]) / total[2]


def ratio(of):
    """A ratio with a mistake, of the numbers of weights and biases of the three convolutions."""

    def answer(size, channels, width, bias):
        weights = size * size * channels, channels * width, size * size * channels * width
        return of(*weights, bias * channels, bias * width, size, channels, width, bias)

    return answer


# ----------------------------------------------------------------------------------------------------------------- the blocks


def relu6(x):
    return ops.clip(x, 0, 6)


def linear(x):
    return x


def convolution(x, width, kernel=1, stride=1, activation=linear, bias=False, norm=True, training=None):
    x = STOCK.apply("Conv2D", x, width, kernel, strides=stride, padding="same", use_bias=bias)
    x = STOCK.apply("BatchNormalization", x, training=training) if norm else x
    return activation(x)


def depthwise(x, stride=1, activation=relu6, bias=False, norm=True, kernel=3):
    x = STOCK.apply("DepthwiseConv2D", x, kernel, strides=stride, padding="same", use_bias=bias)
    return activation(STOCK.apply("BatchNormalization", x) if norm else x)


@shared
def separable_separate(x, width, stride):
    """Every step by itself, with a padding of 1 and layers for the activations."""
    if stride == 2:
        x = layers.ZeroPadding2D(1)(x)
    x = layers.DepthwiseConv2D(3, stride, padding="valid" if stride == 2 else "same", use_bias=False)(x)
    x = layers.BatchNormalization(epsilon=1e-5)(x)
    x = layers.ReLU(max_value=6)(x)
    x = layers.Conv2D(width, kernel_size=(1, 1), use_bias=False)(x)
    x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x)
    return layers.ReLU(6.0)(x)


def separable_as_in_the_chapter(x, width: int, stride: int = 1):
    return convolution(depthwise(x, stride), width, activation=relu6)


@shared
def separable_grouped(x, width, stride):
    """A convolution with as many groups as channels."""
    x = layers.Conv2D(x.shape[-1], 3, stride, "same", groups=x.shape[-1], use_bias=False)(x)
    x = layers.Activation("relu6")(layers.BatchNormalization()(x))
    x = layers.Conv2D(width, 1, 1, "same", use_bias=False)(x)
    return layers.Activation("relu6")(layers.BatchNormalization()(x))


@shared
def separable_sequential(x, width, stride):
    steps = [
        layers.DepthwiseConv2D(3, strides=(stride, stride), padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation(keras.activations.relu6),
        layers.Conv2D(width, 1, use_bias=False),
        layers.BatchNormalization(),
        layers.Activation(keras.activations.relu6),
    ]
    return keras.Sequential(steps)(x)


def separable(of):
    return shared(of)


@shared
def separable_late(x, width, stride):
    x = layers.BatchNormalization()(relu6(layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)))
    return layers.BatchNormalization()(relu6(layers.Conv2D(width, 1, use_bias=False)(x)))


@shared
def unpadded(x, width, stride):
    x = layers.DepthwiseConv2D(3, stride, use_bias=False)(x)
    return convolution(relu6(layers.BatchNormalization()(x)), width, activation=relu6)


def hard_sigmoid(x):
    return relu6(x + 3) / 6


def hard_swish(x):
    return x * hard_sigmoid(x)


def excite_as_in_the_chapter(x, narrow):
    x = hard_swish(x)
    factors = layers.GlobalAveragePooling2D(keepdims=True)(x)
    factors = layers.Dense(narrow, activation="relu")(factors)
    return x * hard_sigmoid(layers.Dense(x.shape[-1])(factors))


@shared
def excite_with_keras(x, narrow: int):
    x = layers.Activation("hard_swish")(x)
    squeezed = layers.GlobalAveragePooling2D()(x)
    factors = layers.Dense(narrow)(squeezed)
    factors = layers.ReLU()(factors)
    factors = layers.Dense(x.shape[-1], activation="hard_sigmoid")(factors)
    return layers.Multiply()([x, layers.Reshape((1, 1, x.shape[-1]))(factors)])


@shared
def excite_with_convolutions(x, narrow):
    x = ops.hard_swish(x)
    factors = ops.mean(x, axis=(1, 2), keepdims=True)
    factors = layers.Conv2D(narrow, 1, activation="relu")(factors)
    return ops.hard_sigmoid(layers.Conv2D(x.shape[-1], 1)(factors)) * x


@shared
def excite_in_pieces(x, narrow):
    channels = x.shape[-1]
    x = ops.where(x < -3, 0 * x, ops.where(x > 3, x, x * (x + 3) / 6))
    factors = layers.Flatten()(layers.AveragePooling2D(x.shape[1:3])(x))
    factors = layers.Dense(channels)(ops.maximum(layers.Dense(narrow)(factors), 0))
    factors = ops.clip(factors / 6 + 0.5, 0, 1)
    return x * ops.expand_dims(ops.expand_dims(factors, 1), 1)


def excited(
    swish=hard_swish, pool="GlobalAveragePooling2D", middle="relu", gate=hard_sigmoid, end=None, of=None, bias=True
):
    """Squeeze-and-excite with a mistake."""

    def answer(x, narrow):
        start, x = x, swish(x)
        factors = getattr(layers, pool)(keepdims=True)(start if of == "start" else x)
        factors = layers.Dense(narrow, activation=middle, use_bias=bias)(factors)
        factors = gate(layers.Dense(x.shape[-1], use_bias=bias)(factors))
        return end(start, x, factors) if end else x * factors

    return shared(answer)


@shared
def excite_one_layer(x, narrow):
    x = hard_swish(x)
    return x * hard_sigmoid(layers.Dense(x.shape[-1])(layers.GlobalAveragePooling2D(keepdims=True)(x)))


@shared
def excite_not_narrow(x, narrow):
    return excite_as_in_the_chapter(x, x.shape[-1])


@shared
def excite_narrow_twice(x, narrow):
    x = hard_swish(x)
    factors = layers.Dense(narrow, "relu")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return x * ops.mean(hard_sigmoid(layers.Dense(narrow)(factors)), axis=-1, keepdims=True)


@shared
def excite_normalised(x, narrow):
    x = hard_swish(x)
    factors = layers.Dense(narrow)(layers.GlobalAveragePooling2D(keepdims=True)(x))
    factors = layers.ReLU()(layers.BatchNormalization()(factors))
    return x * hard_sigmoid(layers.BatchNormalization()(layers.Dense(x.shape[-1])(factors)))


@shared
def excite_wide_kernels(x, narrow):
    x = hard_swish(x)
    factors = layers.GlobalAveragePooling2D(keepdims=True)(x)
    factors = layers.Conv2D(narrow, 3, padding="same", activation="relu")(factors)
    return x * hard_sigmoid(layers.Conv2D(x.shape[-1], 3, padding="same")(factors))


@shared
def excite_first(x, narrow):
    """Squeeze-and-excite, and hard-swish afterwards."""
    factors = layers.Dense(narrow, "relu")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return hard_swish(x * hard_sigmoid(layers.Dense(x.shape[-1])(factors)))


def inverted_as_in_the_chapter(x, expansion, width, stride):
    start, wide = x, x.shape[-1] * expansion
    if expansion > 1:
        x = convolution(x, wide, activation=relu6)
    x = depthwise(x, stride)
    x = convolution(x, width)
    same = stride == 1 and width == start.shape[-1]
    return start + x if same else x


@shared
def inverted_separate(x, expansion, width, stride):
    channels = x.shape[-1]
    out = x
    if expansion != 1:
        out = layers.Conv2D(int(channels * expansion), 1, use_bias=False)(out)
        out = layers.ReLU(max_value=6.0)(layers.BatchNormalization()(out))
    padding = "same"
    if stride > 1:
        out, padding = layers.ZeroPadding2D(1)(out), "valid"
    out = layers.DepthwiseConv2D((3, 3), (stride, stride), padding, use_bias=False)(out)
    out = layers.ReLU(max_value=6.0)(layers.BatchNormalization()(out))
    out = layers.BatchNormalization()(layers.Conv2D(width, 1, padding="same", use_bias=False)(out))
    return layers.Add()([x, out]) if out.shape == x.shape else out


@shared
def inverted_early_return(x, expansion, width, stride):
    change = x if expansion == 1 else convolution(x, expansion * x.shape[-1], activation=keras.activations.relu6)
    change = depthwise(change, stride, activation=keras.activations.relu6)
    change = convolution(change, width)
    if stride == 2 or x.shape[-1] != width:
        return change
    return ops.add(change, x)


@shared
def inverted_sequential(x, expansion, width, stride):
    channels = x.shape[-1]
    f = keras.Sequential()
    if expansion > 1:
        f.add(layers.Conv2D(channels * expansion, 1, use_bias=False))
        f.add(layers.BatchNormalization())
        f.add(layers.Activation("relu6"))
    f.add(layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False))
    f.add(layers.BatchNormalization())
    f.add(layers.Activation("relu6"))
    f.add(layers.Conv2D(width, 1, use_bias=False))
    f.add(layers.BatchNormalization())
    return f(x) + x if (stride, channels) == (1, width) else f(x)


def inverted(
    expand=relu6,
    filters=relu6,
    end=linear,
    after=linear,
    add="right",
    first=True,
    bias=False,
    norm=True,
    last=True,
    full=False,
):
    """An inverted residual with a mistake."""

    def answer(x, expansion, width, stride):
        start, channels = x, x.shape[-1]
        if first and (expansion > 1 or first == "always"):
            x = convolution(x, expansion * channels, activation=expand, bias=bias, norm=norm)
        if full:
            x = convolution(x, expansion * channels, 3, stride, relu6)
        elif not first:
            x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False, depth_multiplier=expansion)(x)
            x = relu6(layers.BatchNormalization()(x))
        else:
            x = depthwise(x, stride, filters, bias, norm)
        x = convolution(x, width, activation=end, bias=bias, norm=norm and last)
        same = stride == 1 and channels == width
        if (
            (same and add != "never")
            or add == "always"
            or (add == "stride alone" and stride == 1)
            or (add == "channels alone" and channels == width)
        ):
            x = start + x
        elif add == "projected" and not same:
            x = convolution(start, width, 1, stride) + x
        elif add == "pooled" and stride == 2 and channels == width:
            x = layers.AveragePooling2D(2)(start) + x
        elif add == "cut" and stride == 1:
            start = start[..., :width]
            x = ops.pad(start, [(0, 0)] * 3 + [(0, width - start.shape[-1])]) + x
        return after(x)

    return shared(answer)


@shared
def inverted_narrow_middle(x, expansion, width, stride):
    start = x
    x = convolution(x, width, activation=relu6)
    x = convolution(depthwise(x, stride), width)
    return start + x if stride == 1 and start.shape[-1] == width else x


@shared
def inverted_of_output(x, expansion, width, stride):
    """The middle is wide, but the addition takes the expanded maps' mean."""
    y = inverted_as_in_the_chapter(x, expansion, width, stride)
    return y * 2


# --------------------------------------------------------------------------------------------------------------- MobileNet v1

V1 = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *5 * [(512, 1)], (1024, 2), (1024, 1)]


def network(alpha, size, first=None, act=relu6, between=None, start=None, strides=True, head="Average", **how):
    """A MobileNet v1, or one with a mistake."""
    bias, norm = how.get("bias", False), how.get("norm", True)
    pictures = keras.Input((size, size, 3))
    x = convolution(pictures, first or how.get("cut", int)(32 * alpha), 3, 2, start or act, bias, norm)
    for width, stride in how.get("settings", V1):
        x = depthwise(x, stride if strides else 1, between or act, bias, norm)
        x = convolution(x, how.get("cut", int)(width * alpha), 1, 1, act, bias, norm)
    x = layers.Flatten()(x) if head == "Flatten" else getattr(layers, f"Global{head}Pooling2D")()(x)
    dense = {"activation": how.get("activation"), "use_bias": how.get("dense_bias", True)}
    return keras.Model(pictures, STOCK.apply("Dense", x, how.get("classes", 1000), **dense))


def net(**how):
    return once(lambda alpha, size: network(alpha, size, **how))


@once
def mobilenet_of_keras(alpha, size):
    """A padding on one side, as the template of Keras has it, and a 1×1 convolution as the last layer."""
    pictures = keras.Input(shape=(size, size, 3))
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(pictures)
    x = layers.Conv2D(int(32 * alpha), 3, strides=2, use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for width, stride in V1:
        if stride == 2:
            x = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
        x = layers.DepthwiseConv2D(3, stride, padding="valid" if stride == 2 else "same", use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.Conv2D(int(width * alpha), 1, use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.Dropout(0.001)(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return keras.Model(pictures, layers.Reshape((1000,))(layers.Conv2D(1000, 1)(x)))


@once
def mobilenet_padded(alpha, size):
    pictures = keras.Input((size, size, 3))
    x = layers.Conv2D(int(32 * alpha), 3, 2, use_bias=False)(layers.ZeroPadding2D(1)(pictures))
    x = relu6(layers.BatchNormalization()(x))
    for number, (width, stride) in enumerate(V1):
        x = separable_separate.__wrapped__(x, int(alpha * width), stride)
        assert number < 13
    x = ops.mean(x, axis=[1, 2])
    return keras.Model(inputs=pictures, outputs=layers.Dense(1000)(x))


@once
def mobilenet_any_size(alpha, size):
    return network(alpha, None)


def feature_maps_come_out(alpha, size):
    pictures = keras.Input((size, size, 3))
    return keras.Model(pictures, convolution(pictures, 8, 3, 2))


RIGHT = {
    "cost_ratio": {
        "in steps": ratio_in_steps,
        "with math": ratio_with_math,
        "by formula": ratio_by_formula,
        "with NumPy": ratio_with_numpy,
        "Keras counts, with TensorFlow": ratio_with_layers,
    },
    "separable": {
        "as in the chapter": separable_as_in_the_chapter,
        "every step by itself": separable_separate,
        "groups": separable_grouped,
        "Sequential": separable_sequential,
    },
    "excite": {
        "as in the chapter": excite_as_in_the_chapter,
        "with Keras' activations": excite_with_keras,
        "with convolutions": excite_with_convolutions,
        "in pieces": excite_in_pieces,
    },
    "inverted_residual": {
        "as in the chapter": inverted_as_in_the_chapter,
        "every step by itself": inverted_separate,
        "returns early": inverted_early_return,
        "Sequential": inverted_sequential,
        "in general form": inverted(),
    },
    "mobilenet_v1": {
        "as in the chapter": net(),
        "as Keras pads": mobilenet_of_keras,
        "a padding of 1": mobilenet_padded,
        "any size": mobilenet_any_size,
    },
}

WRONG = {
    "cost_ratio": {
        "upside down": (lambda *args: 1 / ratio_in_steps(*args), "wrong", "what part of the cost is left", 0),
        "what is saved": (lambda *args: 1 - ratio_in_steps(*args), "wrong", "the part which is saved", 0),
        "per cent": (lambda *args: 100 * ratio_in_steps(*args), "wrong", "in per cent", 0),
        "no biases": (lambda k, c, n, b: ratio_in_steps(k, c, n, False), "wrong", "with biases and without", 1),
        "always biases": (lambda k, c, n, b: ratio_in_steps(k, c, n, True), "wrong", "even where there are none", 1),
        "no depthwise biases": (
            ratio(lambda d, p, f, bc, bn, *_: (d + p + bn) / (f + bn)),
            "wrong",
            "depthwise convolution are missing",
            1,
        ),
        "no pointwise biases": (
            ratio(lambda d, p, f, bc, bn, *_: (d + p + bc) / (f + bn)),
            "wrong",
            "pointwise convolution are missing",
            1,
        ),
        "no full biases": (
            ratio(lambda d, p, f, bc, bn, *_: (d + p + bc + bn) / f),
            "wrong",
            "full convolution has biases as well",
            1,
        ),
        "width biases twice": (
            ratio(lambda d, p, f, bc, bn, *_: (d + p + bn + bn) / (f + bn)),
            "wrong",
            "as many biases as the pointwise one",
            1,
        ),
        "one bias a layer": (
            ratio(lambda d, p, f, bc, bn, k, c, n, b: (d + p + 2 * b) / (f + b)),
            "wrong",
            "one bias for each layer",
            1,
        ),
        "inputs for outputs": (lambda k, c, n, b: 1 / c + 1 / k**2, "wrong", "that come in for those that go out", 0),
        "pointwise alone": (lambda k, c, n, b: 1 / k**2, "wrong", "pointwise part alone", 0),
        "depthwise alone": (lambda k, c, n, b: 1 / n, "wrong", "depthwise part alone", 0),
        "kernel of one row": (
            ratio(lambda d, p, f, bc, bn, k, c, *_: (k * c + bc + p + bn) / (k * p + bn)),
            "wrong",
            "kernels with one row",
            0,
        ),
        "doubled": (
            ratio(lambda d, p, f, bc, bn, k, c, n, b: (d + p) * (1 + b) / (f + bn)),
            "wrong",
            "do not double",
            1,
        ),
        "full and pointwise": (
            ratio(lambda d, p, f, bc, bn, *_: (f + bn + p + bn) / (f + bn)),
            "wrong",
            "a full convolution and a pointwise",
            0,
        ),
        "one depthwise kernel": (
            ratio(lambda d, p, f, bc, bn, k, c, n, b: (k * k + b + p + bn) / (f + bn)),
            "wrong",
            "a kernel of its own",
            0,
        ),
        "parameters": (ratio(lambda d, p, f, bc, bn, *_: d + bc + p + bn), "wrong", "asks for a ratio", 0),
        "never above 1": (lambda *args: min(1, ratio_in_steps(*args)), "wrong", "never gets above 1", 2),
        "a whole number": (lambda *args: int(ratio_in_steps(*args)), "wrong", "cut fractions off", 0),
        "rounded": (lambda *args: round(ratio_in_steps(*args), 2), "wrong", "rounded to two decimals", 0),
        "printed": (lambda *args: print(ratio_in_steps(*args)), "wrong", "Is the return missing", 0),
    },
    "separable": {
        "ReLU in the middle": (
            separable(lambda x, w, s: convolution(depthwise(x, s, ops.relu), w, activation=relu6)),
            "wrong",
            "After your depthwise convolution: ReLU6",
            3,
        ),
        "ReLU at the end": (
            separable(lambda x, w, s: convolution(depthwise(x, s), w, activation=ops.relu)),
            "wrong",
            "After your pointwise convolution: ReLU6",
            3,
        ),
        "no activation in the middle": (
            separable(lambda x, w, s: convolution(depthwise(x, s, linear), w, activation=relu6)),
            "wrong",
            "depthwise convolution and its batch normalisation there is no",
            3,
        ),
        "no activation at the end": (
            separable(lambda x, w, s: convolution(depthwise(x, s), w)),
            "wrong",
            "pointwise convolution and its batch normalisation there is no",
            3,
        ),
        "pointwise first": (
            separable(lambda x, w, s: depthwise(convolution(x, w, activation=relu6), s)),
            "wrong",
            "Your pointwise convolution comes first",
            1,
        ),
        "normalised last": (separable_late, "wrong", "stand before the batch normalisation", 2),
        "biases": (
            separable(lambda x, w, s: convolution(depthwise(x, s, bias=True), w, activation=relu6, bias=True)),
            "wrong",
            "have biases",
            3,
        ),
        "one full convolution": (
            separable(lambda x, w, s: convolution(x, w, 3, s, relu6)),
            "wrong",
            "one full 3×3 convolution",
            1,
        ),
        "full, then pointwise": (
            separable(lambda x, w, s: convolution(convolution(x, x.shape[-1], 3, s, relu6), w, activation=relu6)),
            "wrong",
            "mixes the channels",
            1,
        ),
        "no first normalisation": (
            separable(lambda x, w, s: convolution(depthwise(x, s, norm=False), w, activation=relu6)),
            "wrong",
            "between the two convolutions is missing",
            1,
        ),
        "no second normalisation": (
            separable(lambda x, w, s: convolution(depthwise(x, s), w, activation=relu6, norm=False)),
            "wrong",
            "after the pointwise convolution is missing",
            1,
        ),
        "no normalisation": (
            separable(lambda x, w, s: convolution(depthwise(x, s, norm=False), w, activation=relu6, norm=False)),
            "wrong",
            "Both batch normalisations",
            1,
        ),
        "a second 3×3": (
            separable(lambda x, w, s: convolution(depthwise(x, s), w, 3, activation=relu6)),
            "wrong",
            "second convolution has a 3×3",
            1,
        ),
        "depthwise alone": (separable(lambda x, w, s: depthwise(x, s)), "wrong", "pointwise convolution is missing", 0),
        "stride ignored": (
            separable(lambda x, w, s: separable_as_in_the_chapter(x, w)),
            "wrong",
            "leaves them as they are",
            3,
        ),
        "stride on both": (
            separable(lambda x, w, s: convolution(depthwise(x, s), w, 1, s, relu6)),
            "wrong",
            "not what the stride asks for",
            3,
        ),
        "no padding": (unpadded, "wrong", "shrink by the border", 1),
        "SeparableConv2D": (
            separable(
                lambda x, w, s: relu6(
                    layers.BatchNormalization()(layers.SeparableConv2D(w, 3, s, "same", use_bias=False)(x))
                )
            ),
            "wrong",
            "between the two convolutions is missing",
            1,
        ),
        "a layer": (lambda x, w, s: layers.SeparableConv2D(w, 3, s), "wrong", "returned a SeparableConv2D", 0),
        "no return": (lambda x, w, s: None, "wrong", "Is the return missing", 0),
    },
    "excite": {
        "swish": (excited(lambda x: x * ops.sigmoid(x)), "wrong", "with an exponential", 3),
        "ReLU6 for hard-swish": (excited(relu6), "wrong", "You applied ReLU6 to x", 3),
        "ReLU for hard-swish": (excited(lambda x: ops.relu(x)), "wrong", "You applied ReLU to x", 3),
        "hard-sigmoid for hard-swish": (excited(hard_sigmoid), "wrong", "You applied hard-sigmoid to x", 3),
        "not divided by 6": (excited(lambda x: x * relu6(x + 3)), "wrong", "not divided by 6", 3),
        "without + 3": (excited(lambda x: x * relu6(x) / 6), "wrong", "has no + 3", 3),
        "no hard-swish": (excited(linear), "wrong", "hard-swish is missing", 3),
        "hard-swish afterwards": (excite_first, "wrong", "hard-swish is missing at the beginning", 2),
        "hard-swish twice": (excited(end=lambda start, x, f: hard_swish(x * f)), "wrong", "at the end as well", 3),
        "largest value": (excited(pool="GlobalMaxPooling2D"), "wrong", "It should be the mean", 3),
        "x as it came squeezed": (excited(of="start"), "wrong", "Squeeze what hard-swish made", 3),
        "no ReLU": (excited(middle=None), "wrong", "there is no ReLU", 3),
        "hard-swish in the middle": (excited(middle="hard_swish"), "wrong", "It should be ReLU", 3),
        "sigmoid": (excited(gate=lambda x: ops.sigmoid(x)), "wrong", "come from a sigmoid", 3),
        "no gate": (excited(gate=linear), "wrong", "hard-sigmoid is missing", 3),
        "ReLU as a gate": (excited(gate=lambda x: ops.relu(x)), "wrong", "come from a ReLU", 3),
        "hard-swish as a gate": (excited(gate=hard_swish), "wrong", "come from hard-swish", 3),
        "softmax": (excited(gate=lambda x: ops.softmax(x)), "wrong", "there is a softmax", 3),
        "x multiplied": (excited(end=lambda start, x, f: start * f), "wrong", "You multiplied x as it came", 3),
        "added": (excited(end=lambda start, x, f: x + f), "wrong", "You added the factors", 3),
        "factors alone": (excited(end=lambda start, x, f: f), "wrong", "factors alone", 0),
        "pooled": (shared(lambda x, n: excite_as_in_the_chapter(x, n)[:, ::2, ::2]), "wrong", "stay as it was", 0),
        "no biases": (excited(bias=False), "wrong", "have no biases", 3),
        "one layer": (excite_one_layer, "wrong", "There is one dense layer", 0),
        "not narrow": (excite_not_narrow, "wrong", "It should be narrow", 0),
        "narrow twice": (excite_narrow_twice, "wrong", "Your second dense layer is narrow too", 0),
        "normalised": (excite_normalised, "wrong", "Here is none", 0),
        "3×3": (excite_wide_kernels, "wrong", "Your kernels are 3×3", 0),
        "no return": (lambda x, narrow: None, "wrong", "Is the return missing", 0),
    },
    "inverted_residual": {
        "x always added": (inverted(add="always"), "wrong", "Here is no projection", 3),
        "residual at stride 2": (inverted(add="channels alone"), "wrong", "nothing is added", 3),
        "residual at changed width": (inverted(add="stride alone"), "wrong", "nothing is added", 3),
        "pooled x": (inverted(add="pooled"), "wrong", "although the stride is 2", 4),
        "cut x": (inverted(add="cut"), "wrong", "although the number of channels changes", 4),
        "projected": (inverted(add="projected"), "wrong", "x is added after a projection", 3),
        "never added": (inverted(add="never"), "wrong", "x is not added", 4),
        "ReLU6 on the bottleneck": (inverted(end=relu6), "wrong", "There is a ReLU6 after the last convolution", 4),
        "ReLU on the bottleneck": (inverted(end=lambda x: ops.relu(x)), "wrong", "There is a ReLU after the last", 4),
        "activation after the addition": (inverted(after=relu6), "wrong", "after the addition, as in ResNet", 4),
        "ReLU for expand": (inverted(expand=lambda x: ops.relu(x)), "wrong", "After your first convolution: ReLU6", 4),
        "ReLU for filter": (
            inverted(filters=lambda x: ops.relu(x)),
            "wrong",
            "After your depthwise convolution: ReLU6",
            4,
        ),
        "no activation for expand": (inverted(expand=linear), "wrong", "After the first convolution and its", 4),
        "no activation for filter": (inverted(filters=linear), "wrong", "After the depthwise convolution and its", 4),
        "always a first convolution": (inverted(first="always"), "wrong", "nothing to expand", 1),
        "no first convolution": (inverted(first=False), "wrong", "which expands, is missing", 1),
        "biases": (inverted(bias=True), "wrong", "have biases", 4),
        "no normalisation": (inverted(norm=False), "wrong", "Batch normalisation is missing", 1),
        "no last normalisation": (inverted(last=False), "wrong", "the normalisation stays", 1),
        "a full convolution": (inverted(full=True), "wrong", "mixes the channels", 1),
        "narrow in the middle": (inverted_narrow_middle, "wrong", "In the middle there are expansion times", 1),
        "doubled": (inverted_of_output, "wrong", "something else", 2),
        "no return": (lambda x, *_: None, "wrong", "Is the return missing", 0),
    },
    "mobilenet_v1": {
        "ReLU": (net(act=lambda x: ops.relu(x)), "wrong", "Your activations are ReLU", 5),
        "no activation between": (net(between=linear), "wrong", "Inside your separable convolutions", 5),
        "no first activation": (net(start=linear), "wrong", "After the very first convolution", 5),
        "stride 1": (net(strides=False), "wrong", "All your blocks have stride 1", 5),
        "largest value": (net(head="Max"), "wrong", "It should be the mean", 5),
        "softmax": (net(activation="softmax"), "wrong", "Leave the softmax out", 4),
        "ReLU at the end": (net(activation="relu"), "wrong", "There is a ReLU on your outputs", 4),
        "softplus": (net(activation="softplus"), "wrong", "None of your outputs is negative", 2),
        "alpha ignored": (once(lambda alpha, size: network(1, size)), "wrong", "for alpha = 1", 1),
        "widths rounded": (net(cut=round), "wrong", "You rounded the widths", 1),
        "first width fixed": (net(first=32), "wrong", "alpha holds for it too", 1),
        "biases": (net(bias=True), "wrong", "have biases", 4),
        "no normalisation": (net(norm=False), "wrong", "Batch normalisation is missing", 1),
        "a dense layer without biases": (net(dense_bias=False), "wrong", "dense layer has no biases", 4),
        "flattened": (net(head="Flatten"), "wrong", "You flatten", 1),
        "ten classes": (net(classes=10), "wrong", "gives 10 numbers", 0),
        "twelve blocks": (net(settings=V1[:6] + V1[7:]), "wrong", "too few", 1),
        "strides elsewhere": (
            net(settings=[(64, 2), (128, 1), *V1[2:]]),
            "wrong",
            "Look at what has no parameters",
            3,
        ),
        "arguments turned round": (lambda size, alpha: network(0.25, size * 64), "error", "", 0),
        "feature maps": (feature_maps_come_out, "wrong", "the question asks for (None, 1000)", 0),
        "no return": (lambda alpha, size: None, "wrong", "Is the return missing", 0),
    },
}
