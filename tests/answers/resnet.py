"""Answers of different people to exercise 12, "ResNet"."""

import collections
import functools

from isnine.checks import resnet as CHECKS

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]

SLOW = True


class Later:
    """A part of Keras, imported when it is used first: these tables are read in every run of the tests."""

    def __init__(self, *path):
        self.path = path

    def __getattr__(self, name):
        import keras

        return getattr(functools.reduce(getattr, self.path, keras), name)


keras, layers, ops = Later(), Later("layers"), Later("ops")


def shared(block):
    """A block that is built once for each kind of input, and from then on used as a layer: the tests call each answer many times."""
    built = {}

    @functools.wraps(block)
    def answer(x, *settings):
        key = (tuple(x.shape), settings)
        if key not in built:
            start = keras.Input(x.shape[1:])
            built[key] = keras.Model(start, block(start, *settings))
        return built[key](x)

    return answer


def once(build):
    """A function that builds its model for the first call only."""

    @functools.cache
    def answer(*settings):
        STOCK.used = collections.Counter()
        try:
            return build(*settings)
        finally:
            STOCK.used = None

    return functools.wraps(build)(answer)


class Stock:
    """Layers that large networks have in common: twenty of them with 47 MB each would be too much."""

    def __init__(self):
        self.layers, self.used = {}, None

    def apply(self, name, x, *settings, training=None, **named):
        make = functools.partial(getattr(layers, name), *settings, **named)
        if self.used is None:
            return make()(x, training=training) if training else make()(x)
        key = (name, x.shape[-1], settings, tuple(sorted(named.items())))
        self.used[key] += 1
        key = (key, self.used[key])
        self.layers[key] = self.layers.get(key) or make()
        return self.layers[key](x)


STOCK = Stock()


# ---------------------------------------------------------------------------------------------------------------- the table

TABLE = {
    18: ("basic", [2, 2, 2, 2]),
    34: ("basic", [3, 4, 6, 3]),
    50: ("bottleneck", [3, 4, 6, 3]),
    101: ("bottleneck", [3, 4, 23, 3]),
    152: ("bottleneck", [3, 8, 36, 3]),
}


def branches(depth: int) -> tuple[str, list[int]]:
    if depth == 18:
        return "basic", [2, 2, 2, 2]
    kind = "bottleneck"
    if depth == 34:
        kind = "basic"
    if depth in (34, 50):
        return kind, [3, 4, 6, 3]
    if depth == 101:
        return kind, [3, 4, 23, 3]
    return kind, [3, 8, 36, 3]


def arrays(depth):
    import numpy as np

    kind, counts = TABLE[depth]
    return [kind, np.array(counts)]


def reckoned(depth):
    kind = ["basic", "bottleneck"][depth >= 50]
    blocks = (depth - 2) // (2 + (depth >= 50))
    second = 8 if depth > 101 else 4
    return (kind, (2,) * 4) if depth == 18 else (kind, (3, second, blocks - 6 - second, 3))


def with_counts(change):
    """The table with other counts: ``change(depth, kind, counts)``."""
    return lambda depth: (TABLE[depth][0], change(depth, *TABLE[depth]))


SWAPPED = {"basic": "bottleneck", "bottleneck": "basic"}


# --------------------------------------------------------------------------------------------------------------- the blocks


def conv(x, width, kernel, stride=1, bias=False, norm=True, same=False, training=None):
    if stride > 1 and kernel > 1 and not same:
        x = layers.ZeroPadding2D(kernel // 2)(x)
    padding = "valid" if stride > 1 and not same else "same"
    x = STOCK.apply("Conv2D", x, width, kernel, strides=stride, padding=padding, use_bias=bias)
    return STOCK.apply("BatchNormalization", x, epsilon=1e-5, training=training) if norm else x


def block(kind="basic", **how):
    """A block with a mistake, for all that follow."""

    def answer(x, width, stride):
        plan = [(3, width), (3, width)] if kind == "basic" else [(1, width), (3, width), (1, 4 * width)]
        options = {name: value for name, value in how.items() if name != "plan"}
        return residual(x, how["plan"](width) if "plan" in how else plan, stride, kind, **options)

    return shared(answer)


def residual(x, plan, stride, kind, on=None, end="after", middle=(True, True), late=False, shortcut="right", **how):
    on = {"basic": 0, "bottleneck": 1}[kind] if on is None else on
    change = x
    for place, (size, channels) in enumerate(plan):
        step = stride if place == on else 1
        last = place == len(plan) - 1
        if late and not last:
            change = conv(change, channels, size, step, norm=False)
            change = layers.BatchNormalization()(layers.ReLU()(change))
            continue
        change = conv(change, channels, size, step, **how)
        if not last and middle[place]:
            change = layers.ReLU()(change)
    out = plan[-1][1]
    fits = stride == 1 and x.shape[-1] == out
    if shortcut == "f":
        x = change if stride == 1 else conv(change, out, 1, stride)
    elif shortcut in ("cut", "pool") and not fits:
        if stride == 2:
            x = x[:, ::2, ::2] if shortcut == "cut" else layers.AveragePooling2D(2)(x)
        x = x[..., :out]
        x = ops.pad(x, [(0, 0)] * 3 + [(0, out - x.shape[-1])])
    elif shortcut == "always" or (not fits and shortcut in ("right", "relu", "bare", "wide")):
        x = conv(x, out, 3 if shortcut == "wide" else 1, stride, **{**how, "norm": how.get("norm", shortcut != "bare")})
        x = layers.ReLU()(x) if shortcut == "relu" else x
    elif (shortcut == "stride alone" and stride == 2) or (shortcut == "channels alone" and x.shape[-1] != out):
        x = conv(x, out, 1, stride)
    elif shortcut == "none":
        return layers.ReLU()(change)
    if end in ("before", "both"):
        change = layers.ReLU()(change)
    if end == "x":
        x = layers.ReLU()(x)
    x = layers.Add()([x, change])
    return layers.ReLU()(x) if end in ("after", "both") else x


def basic_as_in_the_chapter(x, width, stride):
    change = conv(x, width, 3, stride)
    change = layers.ReLU()(change)
    change = conv(change, width, 3)
    shortcut = x if stride == 1 and x.shape[-1] == width else conv(x, width, 1, stride)
    return layers.ReLU()(layers.Add()([shortcut, change]))


@shared
def basic_same_padding(x, width: int, stride: int = 1):
    """Keras' own padding, the activation as a function, the projection first, and the default epsilon."""
    start = x
    if stride > 1 or start.shape[-1] != width:
        start = layers.Conv2D(width, (1, 1), strides=(stride, stride), use_bias=False)(start)
        start = layers.BatchNormalization()(start)
    x = layers.Conv2D(width, (3, 3), (stride, stride), "same", use_bias=False)(x)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.Conv2D(width, (3, 3), padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return ops.relu(ops.add(x, start))


@shared
def basic_zero_start(x, width, stride):
    """The last scale starts at 0, as some people do it; another way of starting the kernels; a name for each layer."""
    options = {"use_bias": False, "kernel_initializer": "he_normal"}
    change = layers.ZeroPadding2D(1, name="pad")(x)
    change = layers.Conv2D(width, 3, stride, name="first", **options)(change)
    change = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(change)
    change = layers.Activation(keras.activations.relu)(change)
    change = layers.Conv2D(width, 3, padding="same", **options)(change)
    change = layers.BatchNormalization(gamma_initializer="zeros")(change)
    same = tuple(change.shape) == tuple(x.shape)
    x = x if same else layers.BatchNormalization()(layers.Conv2D(width, 1, stride, **options)(x))
    return layers.Activation("relu")(x + change)


@shared
def basic_nested(x, width, stride):
    """f as a Sequential model of its own, called in the function."""
    f = keras.Sequential(
        [
            layers.Conv2D(width, 3, stride, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(width, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
        ]
    )
    change = f(x)
    if change.shape != x.shape:
        x = keras.Sequential([layers.Conv2D(width, 1, stride, use_bias=False), layers.BatchNormalization()])(x)
    return layers.ReLU()(change + x)


def bottleneck_as_in_the_chapter(x, width, stride):
    change = layers.ReLU()(conv(x, width, 1))
    change = layers.ReLU()(conv(change, width, 3, stride))
    change = conv(change, 4 * width, 1)
    if stride > 1 or x.shape[-1] != 4 * width:
        x = conv(x, 4 * width, 1, stride)
    return layers.ReLU()(layers.Add()([x, change]))


@shared
def bottleneck_loop(x, width, stride):
    change = x
    for kernel, channels, step in ((1, width, 1), (3, width, stride), (1, width * 4, 1)):
        change = layers.Conv2D(channels, kernel, step, "same", use_bias=False)(change)
        change = layers.BatchNormalization()(change)
        if channels == width:
            change = layers.ReLU()(change)
    if x.shape[1:] != change.shape[1:]:
        x = layers.Conv2D(change.shape[-1], 1, stride, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
    return keras.activations.relu(change + x)


@shared
def bottleneck_shortcut_first(x, width, stride):
    out = width * 4
    shortcut = conv(x, out, 1, stride) if (stride, x.shape[-1]) != (1, out) else layers.Identity()(x)
    x = layers.Activation("relu")(conv(x, width, 1))
    x = layers.Activation("relu")(conv(x, width, 3, stride, same=True))
    return ops.maximum(layers.add([shortcut, conv(x, out, 1)]), 0)


class Convolution:
    """A convolution with its batch normalisation as an object."""

    def __init__(self, width, kernel, stride=1):
        self.steps = [layers.Conv2D(width, kernel, stride, "same", use_bias=False), layers.BatchNormalization(axis=-1)]

    def __call__(self, x):
        for step in self.steps:
            x = step(x)
        return x


@shared
def bottleneck_objects(x, width, stride):
    first, second, third = Convolution(width, 1), Convolution(width, 3, stride), Convolution(4 * width, 1)
    change = third(layers.ReLU()(second(layers.ReLU()(first(x)))))
    needed = x.shape[-1] != 4 * width or stride == 2
    return layers.ReLU()(layers.Add()([Convolution(4 * width, 1, stride)(x) if needed else x, change]))


@shared
def basic_stride_on_every_convolution(x, width, stride):
    change = conv(layers.ReLU()(conv(x, width, 3, stride)), width, 3, stride)
    if stride > 1 or x.shape[-1] != width:
        x = conv(x, width, 1, stride**2)
    return layers.ReLU()(x + change)


@shared
def unpadded(x, width, stride):
    """Kernels that stay inside the map, and a shortcut that is cut to fit."""
    change = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(width, 3, stride, use_bias=False)(x)))
    change = layers.BatchNormalization()(layers.Conv2D(width, 3, padding="same", use_bias=False)(change))
    if stride > 1 or x.shape[-1] != width:
        x = conv(x, width, 1, stride)
    return layers.ReLU()(x[:, : change.shape[1], : change.shape[2]] + change)


@shared
def pre_activation(x, width, stride):
    """The order of another paper: batch normalisation and ReLU before each convolution."""
    change = layers.ReLU()(layers.BatchNormalization()(x))
    change = layers.Conv2D(width, 3, stride, "same", use_bias=False)(change)
    change = layers.ReLU()(layers.BatchNormalization()(change))
    change = layers.Conv2D(width, 3, padding="same", use_bias=False)(change)
    if stride > 1 or x.shape[-1] != width:
        x = conv(x, width, 1, stride)
    return x + change


def batch_statistics(x, width, stride):
    """Not shared: a model that calls this one would override the flag."""
    change = conv(layers.ReLU()(conv(x, width, 3, stride, training=True)), width, 3, training=True)
    if stride > 1 or x.shape[-1] != width:
        x = conv(x, width, 1, stride, training=True)
    return layers.ReLU()(x + change)


@shared
def mean_for_sum(x, width, stride):
    """A sum that is divided by 2."""
    change = conv(layers.ReLU()(conv(x, width, 3, stride)), width, 3)
    if stride > 1 or x.shape[-1] != width:
        x = conv(x, width, 1, stride)
    return layers.ReLU()(layers.Average()([x, change]))


# --------------------------------------------------------------------------------------------------------------- the network


def network(size, counts=(2, 2, 2, 2), of=None, **how):
    """A ResNet-18, or one with a mistake."""
    pictures = keras.Input((size, size, 3))
    first = how.get("first", 7)
    x = conv(pictures, 64, first, 2, how.get("bias", False), how.get("norm", True), how.get("same", False))
    if how.get("relu", True):
        x = layers.ReLU()(x)
    pool = how.get("pool", "max")
    if pool == "max":
        x = (
            layers.MaxPooling2D(3, 2, "same")(x)
            if how.get("same")
            else layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))
        )
    elif pool == "average":
        x = layers.AveragePooling2D(3, 2)(layers.ZeroPadding2D(1)(x))
    strides = how.get("strides", (1, 2, 2, 2))
    for stage, count in enumerate(counts):
        for number in range(count):
            stride = strides[stage] if number == 0 else 1
            width = 64 * 2**stage
            options = {name: how[name] for name in ("end", "bias", "shortcut", "norm") if name in how}
            plan = [(3, width), (3, width)]
            x = residual(x, plan, stride, "basic", same=how.get("same", False), **options)
    head = {"mean": "GlobalAveragePooling2D", "max": "GlobalMaxPooling2D", "flatten": "Flatten"}[
        how.get("head", "mean")
    ]
    x = getattr(layers, head)()(x)
    dense = {"activation": how.get("activation"), "use_bias": how.get("dense_bias", True)}
    return keras.Model(pictures, STOCK.apply("Dense", x, how.get("classes", 1000), **dense))


def net(**how):
    return once(lambda size: network(size, **how))


@once
def resnet_same_padding(size):
    """Keras' own padding everywhere, blocks in eight lines, the mean by an operation, the dense layer as a convolution."""
    pictures = keras.Input(shape=(size, size, 3))
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(pictures)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.MaxPool2D(pool_size=3, strides=2, padding="same")(x)
    for width, stride in [(64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)]:
        change = layers.Conv2D(width, 3, stride, "same", use_bias=False)(x)
        change = layers.ReLU()(layers.BatchNormalization()(change))
        change = layers.Conv2D(width, 3, 1, "same", use_bias=False)(change)
        change = layers.BatchNormalization()(change)
        if x.shape != change.shape:
            x = layers.BatchNormalization()(layers.Conv2D(width, 1, stride, use_bias=False)(x))
        x = layers.ReLU()(x + change)
    x = ops.mean(x, axis=(1, 2), keepdims=True)
    return keras.Model(pictures, layers.Reshape((1000,))(layers.Conv2D(1000, 1)(x)), name="resnet-18")


@once
def resnet_any_size(size):
    """A model for pictures of any size, compiled at once."""
    model = network(None)
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


@once
def resnet_mixed_padding(size):
    """A padding of 3 and "same" by turns."""
    pictures = keras.Input((size, size, 3))
    x = layers.ReLU()(conv(pictures, 64, 7, 2))
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for width in (64, 128, 256, 512):
        x = residual(x, [(3, width), (3, width)], 1 if width == 64 else 2, "basic")
        x = residual(x, [(3, width), (3, width)], 1, "basic")
    x = layers.Flatten()(layers.GlobalAvgPool2D(keepdims=True)(x))
    return keras.Model(inputs=pictures, outputs=layers.Dense(units=1000)(x))


@once
def resnet_ends_early(size):
    """Average pooling over a fixed number of pixels, as for a size of 224."""
    pictures = keras.Input((size, size, 3))
    x = layers.MaxPooling2D(3, 2, "same")(layers.ReLU()(conv(pictures, 64, 7, 2)))
    for width in (64, 128, 256, 512):
        x = residual(x, [(3, width), (3, width)], 1 if width == 64 else 2, "basic")
        x = residual(x, [(3, width), (3, width)], 1, "basic")
    x = layers.Flatten()(layers.AveragePooling2D(7)(x))
    return keras.Model(pictures, layers.Dense(1000)(x))


def logits_tensor(size):
    return keras.Input((1000,))


def sequential_without_shape(size):
    return keras.Sequential([layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(1000)])


def maps_come_out(size):
    pictures = keras.Input((size, size, 3))
    return keras.Model(pictures, conv(pictures, 64, 7, 2))


@once
def hard_coded_size(size):
    pictures = keras.Input((224, 224, 3))
    return keras.Model(pictures, layers.Dense(1000)(layers.GlobalAveragePooling2D()(pictures)))


RIGHT = {
    "blocks_of": {
        "a dictionary": lambda depth: TABLE[depth],
        "branches": branches,
        "a list with an array in it": arrays,
        "reckoned": reckoned,
        "text with a capital letter": lambda depth: (TABLE[depth][0].title(), tuple(TABLE[depth][1])),
    },
    "basic_block": {
        "as in the chapter": basic_as_in_the_chapter,
        "same padding, projection first": basic_same_padding,
        "last scale from 0, named layers": basic_zero_start,
        "Sequential models inside": basic_nested,
        "in general form": block(),
    },
    "bottleneck": {
        "as in the chapter": bottleneck_as_in_the_chapter,
        "a loop": bottleneck_loop,
        "shortcut first": bottleneck_shortcut_first,
        "objects of its own": bottleneck_objects,
    },
    "resnet_18": {
        "as in the chapter": net(),
        "same padding, in one function": resnet_same_padding,
        "pictures of any size": resnet_any_size,
        "mixed padding": resnet_mixed_padding,
    },
}

WRONG = {
    "blocks_of": {
        "kinds swapped": (lambda depth: (SWAPPED[TABLE[depth][0]], TABLE[depth][1]), "wrong", "swapped", 1),
        "basic blocks for 50": (
            lambda depth: ("basic" if depth <= 50 else "bottleneck", TABLE[depth][1]),
            "wrong",
            "a third convolution in each block",
            1,
        ),
        "the counts of another network": (
            with_counts(lambda depth, kind, counts: [3, 4, 6, 3]),
            "wrong",
            "has 34 layers",
            1,
        ),
        "backwards": (with_counts(lambda depth, kind, counts: counts[::-1]), "wrong", "runs backwards", 2),
        "blocks in the wrong stage": (
            with_counts(lambda depth, kind, counts: [3, 4, 3, 23] if depth == 101 else counts),
            "wrong",
            "not in the right stages",
            2,
        ),
        "layers for blocks": (
            with_counts(lambda depth, kind, counts: [(2 + (depth >= 50)) * count for count in counts]),
            "wrong",
            "numbers of layers",
            1,
        ),
        "all layers in the blocks": (
            with_counts(lambda depth, kind, counts: [2, 2, 3, 2] if depth == 18 else counts),
            "wrong",
            "first convolution and the dense layer count as well",
            1,
        ),
        "first convolution and dense layer as stages": (
            with_counts(lambda depth, kind, counts: [1, *counts[:3], 1]),
            "wrong",
            "no stages",
            1,
        ),
        "three stages": (with_counts(lambda depth, kind, counts: counts[:3]), "wrong", "four stages", 1),
        "two layers in each bottleneck": (
            with_counts(lambda depth, kind, counts: [3, 6, 12, 3] if depth == 50 else counts),
            "wrong",
            "but a bottleneck block has 3",
            1,
        ),
        "the list first": (lambda depth: TABLE[depth][::-1], "wrong", "kind of block comes first", 0),
        "counts alone": (lambda depth: TABLE[depth][1], "wrong", "a kind and a list of numbers", 0),
        "a function for the kind": (lambda depth: (basic_same_padding, TABLE[depth][1]), "wrong", "a function", 0),
        "an empty list": (lambda depth: (TABLE[depth][0], []), "wrong", "a list of 0 values", 0),
        "a KeyError": (lambda depth: {"18": ("basic", [2, 2, 2, 2])}[depth], "error", "KeyError", 0),
    },
    "basic_block": {
        "no projection on stride 2": (block(shortcut="channels alone"), "wrong", "has to go through a projection", 2),
        "no projection for other channels": (
            block(shortcut="stride alone"),
            "wrong",
            "has to go through a projection",
            3,
        ),
        "projection everywhere": (block(shortcut="always"), "wrong", "even where x has the shape", 4),
        "projection without batch normalisation": (block(shortcut="bare"), "wrong", "projection has no batch", 4),
        "projection with ReLU": (block(shortcut="relu"), "wrong", "ReLU on your shortcut", 4),
        "projection of 3×3": (block(shortcut="wide"), "wrong", "3×3 kernel", 4),
        "pixels left out": (block(shortcut="cut"), "wrong", "You made x fit", 4),
        "no shortcut": (block(shortcut="none"), "wrong", "x does not come through", 4),
        "f(x) twice": (block(shortcut="f"), "wrong", "x is lost", 2),
        "ReLU before the addition": (block(end="before"), "wrong", "stands before the addition", 4),
        "ReLU before and after": (block(end="both"), "wrong", "as well as after", 4),
        "no ReLU at the end": (block(end="none"), "wrong", "there is no ReLU", 4),
        "ReLU on x": (block(end="x"), "wrong", "gets the shortcut alone", 4),
        "no ReLU between": (block(middle=(False,)), "wrong", "Between your convolutions", 4),
        "ReLU before normalisation": (block(late=True), "wrong", "before the batch normalisation", 4),
        "batch statistics": (batch_statistics, "wrong", "training=True", 4),
        "stride on the second convolution": (block(on=1), "wrong", "on the second convolution", 4),
        "stride on both": (basic_stride_on_every_convolution, "wrong", "on more than one", 2),
        "stride ignored": (
            shared(lambda x, width, stride: basic_as_in_the_chapter(x, width, 1)),
            "wrong",
            "leaves them as they are",
            2,
        ),
        "biases": (block(bias=True), "wrong", "have biases", 4),
        "no batch normalisation": (block(norm=False), "wrong", "Batch normalisation is missing", 1),
        "one convolution": (block(plan=lambda width: [(3, width)]), "wrong", "One convolution is missing", 1),
        "three convolutions": (
            block(plan=lambda width: [(3, width)] * 3, middle=(1, 1)),
            "wrong",
            "too many: a basic",
            1,
        ),
        "a 1×1 kernel": (block(plan=lambda width: [(1, width), (3, width)]), "wrong", "One of the kernels", 1),
        "order of another paper": (pre_activation, "wrong", "something else", 1),
        "mean for sum": (mean_for_sum, "wrong", "something else", 2),
        "no padding": (unpadded, "wrong", "needs a padding of 1", 1),
        "four times the width": (
            block(plan=lambda width: [(3, width), (3, 4 * width)]),
            "wrong",
            "number of channels",
            0,
        ),
        "a model": (lambda x, width, stride: keras.Model(x, conv(x, width, 3)), "wrong", "the tensor that leaves", 0),
        "a layer": (lambda x, width, stride: layers.Conv2D(width, 3), "wrong", "returned a Conv2D", 0),
        "no return": (lambda x, width, stride: None, "wrong", "Is the return missing", 0),
        "flattened": (lambda x, width, stride: layers.Flatten()(x), "wrong", "four axes", 0),
        "another x": (lambda x, width, stride: keras.Input((8, 6, 3)), "wrong", "not computed from x", 0),
    },
    "bottleneck": {
        "no projection on stride 2": (
            block("bottleneck", shortcut="channels alone"),
            "wrong",
            "has to go through a projection",
            2,
        ),
        "no projection for other channels": (
            block("bottleneck", shortcut="stride alone"),
            "wrong",
            "has to go through a projection",
            3,
        ),
        "projection everywhere": (block("bottleneck", shortcut="always"), "wrong", "even where x has the shape", 4),
        "ReLU before the addition": (block("bottleneck", end="before"), "wrong", "stands before the addition", 4),
        "no ReLU at the end": (block("bottleneck", end="none"), "wrong", "there is no ReLU", 4),
        "no first ReLU": (block("bottleneck", middle=(0, 1)), "wrong", "After the first convolution", 4),
        "no second ReLU": (block("bottleneck", middle=(1, 0)), "wrong", "After the second convolution", 4),
        "stride on the first 1×1": (block("bottleneck", on=0), "wrong", "on the first 1×1", 4),
        "biases": (block("bottleneck", bias=True), "wrong", "have biases", 4),
        "not widened": (
            block("bottleneck", plan=lambda width: [(1, width), (3, width), (1, width)]),
            "wrong",
            "as many channels as the narrow place",
            0,
        ),
        "width not narrowed": (
            block("bottleneck", plan=lambda width: [(1, 4 * width), (3, width), (1, 4 * width)]),
            "wrong",
            "leads into the narrow place",
            1,
        ),
        "wide in the middle": (
            block("bottleneck", plan=lambda width: [(1, width), (3, 4 * width), (1, 4 * width)]),
            "wrong",
            "works in the narrow place",
            1,
        ),
        "3×3 everywhere": (
            block("bottleneck", plan=lambda width: [(3, width), (3, width), (3, 4 * width)]),
            "wrong",
            "All your kernels",
            1,
        ),
        "1×1 everywhere": (
            block("bottleneck", plan=lambda width: [(1, width), (1, width), (1, 4 * width)]),
            "wrong",
            "in the middle has a 1×1",
            1,
        ),
        "no 3×3": (
            block("bottleneck", plan=lambda width: [(1, width), (1, 4 * width)]),
            "wrong",
            "in the middle is missing",
            1,
        ),
        "no first 1×1": (
            block("bottleneck", plan=lambda width: [(3, width), (1, 4 * width)]),
            "wrong",
            "first 1×1 convolution is missing",
            1,
        ),
        "a basic block": (block(), "wrong", "as many channels as the narrow place", 0),
    },
    "resnet_18": {
        "biases": (net(bias=True), "wrong", "convolutions have biases", 4),
        "no ReLU at the beginning": (net(relu=False), "wrong", "the ReLU is missing", 5),
        "no max pooling": (net(pool="none"), "wrong", "max pooling at the beginning is missing", 5),
        "average pooling": (net(pool="average"), "wrong", "There it is the largest value", 5),
        "ReLU before the addition": (net(end="before"), "wrong", "stands before the addition", 5),
        "softmax": (net(activation="softmax", same=True), "wrong", "Leave the softmax out", 4),
        "max at the end": (net(head="max"), "wrong", "It should be the mean", 5),
        "no batch normalisation": (net(norm=False), "wrong", "Batch normalisation is missing", 1),
        "a dense layer without biases": (net(dense_bias=False), "wrong", "dense layer has no biases", 4),
        "a first kernel of 3×3": (net(first=3), "wrong", "has a 3×3 kernel", 4),
        "ResNet-34": (net(counts=(3, 4, 6, 3)), "wrong", "This is the ResNet-34", 1),
        "no ReLU after the additions": (net(end="none"), "wrong", "After the addition", 5),
        "ReLU at the end": (net(activation="relu"), "wrong", "There is a ReLU on your outputs", 4),
        "softplus": (net(activation="softplus"), "wrong", "None of your outputs is negative", 2),
        "strides in other stages": (net(strides=(1, 2, 1, 1)), "wrong", "Look at what has no parameters", 3),
        "flattened": (net(head="flatten"), "wrong", "You flatten", 1),
        "ten classes": (net(classes=10), "wrong", "gives 10 numbers", 0),
        "stride 2 in the first stage": (
            net(strides=(2, 2, 2, 2)),
            "wrong",
            "There is a projection in the first stage",
            1,
        ),
        "no stride in the last stage": (net(strides=(1, 2, 2, 1)), "wrong", "In your last stage", 5),
        "no projections": (lambda size: network(size, shortcut="less"), "error", "has to go through a projection", 0),
        "pooling for 224 pixels": (resnet_ends_early, "error", "over a fixed number of pixels", 0),
        "another size": (hard_coded_size, "wrong", "use its argument size", 0),
        "a tensor": (logits_tensor, "wrong", "the question asks for a keras.Model", 0),
        "feature maps": (maps_come_out, "wrong", "the question asks for (None, 1000)", 0),
        "no shape yet": (sequential_without_shape, "wrong", "does not know its shapes", 0),
        "no return": (lambda size: None, "wrong", "Is the return missing", 0),
    },
}
