"""The checks of exercise 10, "Pooling, normalisation, and the way to ten classes"; chapter 10 teaches what they ask."""

import sys

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .convolution import _array, _outputs, _tried, _zeros
from .core import Case, Criterion, Finding, FunctionCheck, Misconception, short
from .judging import calls_of, opening, softmax_of

__all__ = ["average_pool", "flatten", "my_batch_normalization", "normalise", "softmax"]


def _close(value, right, tolerance=1e-4):
    value, right = np.asarray(value, float), np.asarray(right, float)
    if value.shape != right.shape:
        return False
    with np.errstate(invalid="ignore"):
        same = (np.abs(value - right) <= tolerance * (1 + np.abs(right))) | (value == right)
    return bool((same | (np.isnan(value) & np.isnan(right))).all())


def _unusable(calls, right):
    """The first problem that leaves no numbers of the right shape to compare."""
    for call in calls:
        value = call["value"]
        if (
            value is None
            or call["changed"]
            or not np.isfinite(value).all()
            or value.shape != right(*call["case"].args).shape
        ):
            return call["problem"]
    return None


def _slip(calls, table, compute):
    """The first entry of a table with which ``compute(entry, *args)`` explains all calls, as (entry, message); None when none does."""
    for entry, message in table:
        if all(_close(call["value"], compute(entry, *call["case"].args)) for call in calls):
            return entry, message
    return None


def _first_off(call, right, axes):
    """Which numbers are off, in words; ``axes`` names the places."""
    value, right = call["value"], right(*call["case"].args)
    off = ~np.isclose(value, right, 1e-4, 1e-4)
    place = tuple(int(i) for i in np.argwhere(off)[0])
    where = ", ".join(f"{name} {i}" for name, i in zip(axes[-value.ndim :], place, strict=True))
    return (
        f"{opening(call)}{int(off.sum())} of your {off.size} values are off. The first stands at {where}: yours is "
        f"{short(value[place].item())}, which is too {'large' if value[place] > right[place] else 'small'}."
    )


def _wrong(calls, right):
    return next(call for call in calls if not _close(call["value"], right(*call["case"].args)))


# -------------------------------------------------------------------------------------------------------------- 1. flatten

_ONE_ROW = "makes one row of each picture, and keeps the pictures apart"
_ORDER = "lays the numbers down in row-major order"


def _flatten(maps):
    return np.reshape(maps, (len(maps), -1))


def _flatten_cases(rng):
    coded = np.array([[[110, 111, 112], [120, 121, 122]], [[210, 211, 212], [220, 221, 222]]], np.float32)

    def case(*shape):
        maps = rng.permutation(np.prod(shape)).reshape(shape).astype(np.float32)
        return Case((maps,), _ORDER, f"maps of shape {shape}")

    return [
        Case((coded[np.newaxis],), _ORDER, "the 2 by 2 map of the chapter, in a batch of one"),
        case(3, 2, 2, 3),
        case(2, 3, 4, 2),
        case(4, 5, 2, 3),
        case(5, 1, 3, 1),
        case(1, 4, 4, 8),
    ]


def _one_row(calls):
    for call in calls:
        value, maps = call["value"], call["case"].args[0]
        if value is None or call["changed"] or not np.isfinite(value).all():
            return call["problem"]
        told = f"{opening(call)}your function returned {call['kind']}."
        if value.shape in ((maps.size,), (maps[0].size,)):
            return f"{told} The axis of the batch is gone. There is a row for each picture, also when there is one picture."
        if value.shape == (1, maps.size) and len(maps) > 1:
            return f"{told} All pictures lie in one row. The first axis, the batch, stays."
        if value.shape == _flatten(maps).T.shape and value.shape != _flatten(maps).shape:
            return f"{told} Each picture is a column in yours. Pictures are rows."
        if value.shape != _flatten(maps).shape:
            return f"{told} The question asks for two axes: a row for each picture, and in it all of its numbers."
        if not np.array_equal(np.sort(value, axis=1), np.sort(_flatten(maps), axis=1)):
            return f"{opening(call)}a row holds other numbers than those of its picture. Are the numbers of several pictures mixed?"
    return None


_ORDERS = (
    (
        lambda maps: maps.transpose(0, 3, 1, 2),
        "Your rows take one whole channel after the other. In row-major order the channel runs fastest: all channels of the first pixel come first.",
    ),
    (
        lambda maps: maps.transpose(0, 2, 1, 3),
        "Your rows go down the columns of the picture. In row-major order the pixel to the right comes next.",
    ),
    (
        lambda maps: maps.transpose(0, 3, 2, 1),
        "Your rows run through the axes in the opposite order: the row of the picture runs fastest. In row-major order the channel does.",
    ),
    (lambda maps: maps[:, ::-1, ::-1, ::-1], "Your rows run backwards. Begin with row 0, column 0, channel 0."),
)


def _in_order(calls):
    if message := _one_row(calls):
        return message
    if all(_close(call["value"], _flatten(*call["case"].args)) for call in calls):
        return None
    found = _slip(calls, _ORDERS, lambda order, maps: _flatten(order(maps)))
    if not found:
        return _first_off(_wrong(calls, _flatten), _flatten, ("picture", "place"))
    return f"{opening(_wrong(calls, _flatten))}your numbers stand in another order. {found[1]}"


flatten = FunctionCheck(
    "flatten",
    reference=_flatten,
    cases=_flatten_cases,
    criteria=[Criterion(_ONE_ROW, 1, _one_row), Criterion(_ORDER, 1, _in_order)],
    asked="an array of shape (n, rows · columns · channels)",
)


# ------------------------------------------------------------------------------------------------------------- 2. softmax

_ORDINARY = "turns each row of logits into confidences that add up to 1"
_LARGE = "does not overflow for large logits"
_FAR = "is right when the rows of one batch lie far apart, and when all logits are far below 0"


def _softmax_cases(rng):
    def drawn(n, classes, low=-4.0, high=4.0):
        return np.round(rng.uniform(low, high, (n, classes)) * 8) / 8

    far = drawn(4, 10) + np.array([[0.0], [900.0], [-900.0], [2000.0]])
    return [
        Case((np.array([[2.0, 1.0, -1.5]]),), _ORDINARY, "the logits [[2, 1, -1.5]]"),
        Case((np.array([[0.0, 0.0], [1.0, 3.0], [-1.0, 1.0]]),), _ORDINARY, "the logits [[0, 0], [1, 3], [-1, 1]]"),
        Case((drawn(5, 10),), _ORDINARY, "5 rows of 10 logits"),
        Case((drawn(10, 10),), _ORDINARY, "10 rows of 10 logits"),
        Case((drawn(1, 7, -9, -2),), _ORDINARY, "1 row of 7 logits below 0"),
        Case((np.array([[1000.0, 1001.0, 1002.0]]),), _LARGE, "the logits [[1000, 1001, 1002]]"),
        Case((drawn(4, 10, 800, 806),), _LARGE, "4 rows of 10 logits above 800"),
        Case((drawn(1, 10, -5000, 5000),), _LARGE, "1 row of 10 logits from -5000 to 5000"),
        Case((np.array([[-1000.0, -1001.0, -1002.0]]),), _FAR, "the logits [[-1000, -1001, -1002]]"),
        Case((far,), _FAR, "4 rows of 10 logits around 0, 900, -900 and 2000"),
    ]


def _plain_softmax(logits):
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


_SOFTMAX_MISTAKES = (
    (
        lambda z: np.exp(z) / np.exp(z).sum(axis=0),
        "Your columns add up to 1, and the rows don't: the sum runs over the wrong axis, so the pictures compete with each other.",
    ),
    (
        lambda z: np.exp(z) / np.exp(z).sum(),
        "All values of the batch together add up to 1. Each picture, each row, has a sum of its own.",
    ),
    (
        lambda z: z / z.sum(axis=-1, keepdims=True),
        "You divide the logits by their sum. The exponential function comes first.",
    ),
    (lambda z: np.exp(z), "Your values are the exponentials. The division by their sum is missing."),
    (
        lambda z: np.exp(z - z.max(axis=-1, keepdims=True)),
        "The largest value of each row is 1 in yours, and the rows don't add up to 1: the division by the sum is missing.",
    ),
    (
        lambda z: 1 / (1 + np.exp(-z)),
        "You take the sigmoid of each logit on its own. Softmax compares the logits of a row.",
    ),
    (lambda z: np.log(softmax_of(z)), "Your values are the logarithms of the confidences. Leave the logarithm out."),
    (
        lambda z: z - z.max(axis=-1, keepdims=True),
        "Your values are the shifted logits. The exponential function and the division are missing.",
    ),
    (lambda z: z, "You return the logits as they came."),
    (
        lambda z: z == z.max(axis=-1, keepdims=True),
        "You give 1 to the largest logit and 0 to the others. Softmax shares the confidence out.",
    ),
    (
        lambda z: z.argmax(axis=-1),
        "You return the class with the largest logit. The question asks for a confidence for each class.",
    ),
    (
        lambda z: np.exp2(z) / np.exp2(z).sum(axis=-1, keepdims=True),
        "You take powers of 2. The exponential function takes powers of e.",
    ),
    (
        lambda z: softmax_of(z - z.mean(axis=0)),
        "You subtract something that differs from class to class. All logits of a row must be shifted by the same number.",
    ),
    (
        lambda z: softmax_of(z - z.max(axis=0)),
        "You subtract the largest logit of each class. All logits of a row must be shifted by the same number: take the maximum over the row.",
    ),
    (
        lambda z: softmax_of(-z),
        "The smallest logit gets the largest confidence in yours: is there a minus sign too many?",
    ),
    (lambda z: np.round(softmax_of(z), 3), "Your values are rounded. Leave the rounding out."),
    (lambda z: np.round(softmax_of(z), 2), "Your values are rounded. Leave the rounding out."),
)


def _ordinary(calls):
    calls = calls_of(calls, _ORDINARY)
    for call in calls:
        if call["value"] is None or call["changed"]:
            return call["problem"]
    if all(_close(call["value"], softmax_of(*call["case"].args), 1e-5) for call in calls):
        return None
    with np.errstate(all="ignore"):
        for mistake, message in _SOFTMAX_MISTAKES:
            told = None
            for call in calls:
                if not _close(call["value"], mistake(*call["case"].args), 1e-5):
                    break
                if told is None and not _close(call["value"], softmax_of(*call["case"].args), 1e-5):
                    told = f"{opening(call)}your values are not the confidences. {message}"
            else:
                return told
    wrong = next(call for call in calls if not _close(call["value"], softmax_of(*call["case"].args), 1e-5))
    if wrong["value"].shape != softmax_of(*wrong["case"].args).shape or not np.isfinite(wrong["value"]).all():
        return wrong["problem"]
    return _first_off(wrong, softmax_of, ("row", "class"))


def _extreme(name, hint):
    """A criterion's test for logits on which a softmax that is right otherwise can break."""

    def test(calls):
        for call in calls_of(calls, name):
            value = call["value"]
            if value is None or call["changed"]:
                return call["problem"]
            if value.shape != softmax_of(*call["case"].args).shape:
                return call["problem"]
            if not np.isfinite(value).all():
                bad = value[~np.isfinite(value)][0]
                return f"{opening(call)}your result holds {'nan' if np.isnan(bad) else 'infinity'}. {hint}"
            if not _close(value, softmax_of(*call["case"].args), 1e-5):
                if np.abs(value.sum(axis=-1) - 1).max() > 1e-4:
                    total = value.sum(axis=-1)[np.argmax(np.abs(value.sum(axis=-1) - 1))]
                    return f"{opening(call)}a row of your confidences adds up to {short(total.item())}. {hint}"
                return call["problem"]
        return None

    return test


softmax = FunctionCheck(
    "softmax",
    reference=softmax_of,
    cases=_softmax_cases,
    criteria=[
        Criterion(_ORDINARY, 2, _ordinary),
        Criterion(
            _LARGE,
            1,
            _extreme(
                _LARGE,
                "The exponential of a large number is too large for a float. Which number can you subtract from all logits first?",
            ),
        ),
        Criterion(
            _FAR,
            1,
            _extreme(
                _FAR,
                "Far below 0 the exponential becomes 0, and 0/0 is nan. Each row needs a shift of its own, so that its largest exponent is 0.",
            ),
        ),
    ],
    asked="an array of shape (n, classes)",
    tolerance=1e-5,
)


# ------------------------------------------------------------------------------------------------------ 3. average pooling

_MEANS = "replaces each window by its mean"
_APART = "keeps pictures and channels apart"
_STRIDES = "moves by the stride, also when windows overlap or leave gaps"
_INSIDE = 'counts only places inside the picture with "same"'


def _windows(images, size, stride, padding, fill=np.nan, zeros=_zeros):
    """All windows of a batch, in the last two axes; places outside hold ``fill``."""
    images = np.asarray(images, float)
    if padding == "same":
        sides = [zeros(pixels, size, stride) for pixels in images.shape[1:3]]
        images = np.pad(images, [(0, 0), *sides, (0, 0)], constant_values=fill)
    return sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]


def _seen(windows):
    """Windows of which each holds a number: where all are missing, zeros."""
    return np.where(np.isnan(windows).all(axis=(-2, -1), keepdims=True), 0, windows)


def _average_pool(images, size, stride, padding):
    return np.nanmean(_windows(images, size, stride, padding), axis=(-2, -1))


def _pool_of(kind):
    return lambda images, size, stride, padding: kind(_windows(images, size, stride, padding))


# What people take of a window in place of its mean. It is told, and costs points, in one place only.
_KINDS = (
    (lambda w: np.nanmean(w, axis=(-2, -1)), None),
    (
        lambda w: np.nanmax(w, axis=(-2, -1)),
        "You take the largest number of each window: that is max pooling. The question asks for the mean.",
    ),
    (
        lambda w: np.nanmin(w, axis=(-2, -1)),
        "You take the smallest number of each window. The question asks for the mean.",
    ),
    (
        lambda w: np.nansum(w, axis=(-2, -1)),
        "You take the sum of each window. The division by the number of places is missing.",
    ),
    (
        lambda w: np.nansum(w, axis=(-2, -1)) / w.shape[-1],
        "You divide the sum of each window by its size. A window of size 2 has four places.",
    ),
    (lambda w: np.nanmedian(w, axis=(-2, -1)), "You take the median of each window. The question asks for the mean."),
    (lambda w: w[..., 0, 0], "You take the first number of each window and leave the others out."),
    (
        lambda w: np.floor(np.nanmean(w, axis=(-2, -1))),
        "Your means have lost their fractions: is there a // or an array of whole numbers?",
    ),
)
_OUTSIDE = (
    (
        lambda kind, i, k, s, p: kind(np.nan_to_num(_windows(i, k, s, p))),
        "Places outside the picture count as zeros in yours, so the border gets darker. Divide by the number of places inside.",
    ),
    (
        lambda kind, i, k, s, p: kind(_seen(_windows(i, k, s, p, zeros=lambda *a: _zeros(*a)[::-1]))),
        "Where one side of the picture must get more, yours is above and on the left. It belongs below and on the right.",
    ),
    (
        lambda kind, i, k, s, p: kind(np.nan_to_num(_windows(i, k, s, p, zeros=lambda *a: _zeros(*a)[::-1]))),
        "Places outside the picture count as zeros in yours, and more of them stand above and on the left than below and on the right.",
    ),
    (
        lambda kind, i, k, s, p: kind(_seen(np.where(_windows(i, k, s, p) == 0, np.nan, _windows(i, k, s, p)))),
        "You leave out every 0. A pixel inside the picture counts, also when it is black.",
    ),
)


def _pooling_cases(rng):
    small = np.array([[1, 3, 2, 0], [5, 7, 2, 4], [0, 0, 8, 6], [4, 0, 1, 1]], np.float32)[np.newaxis, :, :, np.newaxis]

    def case(criterion, n, height, width, channels, size, stride, padding):
        images = rng.uniform(0.5, 9, (n, height, width, channels)).astype(np.float32)
        images[rng.random(images.shape) < 0.15] = 0
        label = f"images of shape {images.shape}, size = {size}, stride = {stride} and padding = {padding!r}"
        return Case((images, size, stride, padding), criterion, label)

    return [
        Case((small, 2, 2, "valid"), _MEANS, "the 4 by 4 map of the chapter, with windows of 2 by 2"),
        case(_MEANS, 1, 6, 9, 1, 3, 3, "valid"),
        case(_MEANS, 1, 4, 6, 1, 2, 2, "valid"),
        case(_APART, 3, 4, 6, 2, 2, 2, "valid"),
        case(_APART, 2, 6, 6, 3, 3, 3, "valid"),
        case(_STRIDES, 1, 5, 7, 1, 3, 1, "valid"),
        case(_STRIDES, 1, 7, 8, 1, 3, 2, "valid"),
        case(_STRIDES, 1, 8, 9, 1, 2, 3, "valid"),
        case(_STRIDES, 1, 5, 7, 1, 2, 2, "valid"),
        Case(
            (np.ones((1, 3, 3, 1), np.float32), 2, 2, "same"),
            _INSIDE,
            "a 3 by 3 map of ones, with windows of 2 by 2 and padding = 'same'",
        ),
        case(_INSIDE, 1, 5, 7, 1, 2, 2, "same"),
        case(_INSIDE, 1, 6, 5, 1, 3, 1, "same"),
        case(_INSIDE, 1, 8, 7, 1, 3, 2, "same"),
        case(_INSIDE, 1, 5, 6, 1, 2, 1, "same"),
        case(_INSIDE, 1, 9, 7, 1, 2, 3, "same"),
    ]


def _pool_shape(calls):
    for call in calls:
        value, (images, size, stride, padding) = call["value"], call["case"].args
        if value is None or call["changed"] or not np.isfinite(value).all():
            return call["problem"]
        right = _average_pool(images, size, stride, padding).shape
        if value.shape == right:
            continue
        told = f"{opening(call)}your function returned {call['kind']}."
        if padding == "same" and value.shape == _windows(images, size, stride, "valid").shape[:4]:
            return f'{told} That is the size for "valid". With "same" there is a window for each stride that was begun.'
        if value.shape == _windows(images, size, size, padding).shape[:4]:
            return f"{told} That is the size when the window moves by its own size. How far does it move here?"
        if value.shape == right[:3] or value.shape == (*right[:3], 1):
            return f"{told} The channels are gone. Each channel is pooled on its own."
        if value.ndim != 4:
            return f"{told} The question asks for a batch: (n, rows, columns, channels)."
        return f"{told} Count the windows along each side."
    return None


def _kind_of(calls):
    means = calls_of(calls, _MEANS)
    return None if _pool_shape(means) else _slip(means, _KINDS, lambda kind, *args: _pool_of(kind)(*args))


def _means(calls):
    means = calls_of(calls, _MEANS)
    if problem := _pool_shape(means):
        return problem
    found = _kind_of(calls)
    if found:
        return found[1] and f"{opening(_wrong(means, _average_pool))}your values are not the means. {found[1]}"
    return average_pool._explain(means) or _first_off(_wrong(means, _average_pool), _average_pool, _AXES)


_AXES = ("picture", "row", "column", "channel")


def _pooled(name):
    """A criterion's test for one kind of cases: what is taken of a window was told before."""

    def test(calls):
        mine = calls_of(calls, name)
        if problem := _pool_shape(mine):
            return problem
        kind = (_kind_of(calls) or _KINDS[0])[0]
        if all(_close(call["value"], _pool_of(kind)(*call["case"].args)) for call in mine):
            return None
        wrong = _wrong(mine, _pool_of(kind))
        for compute, message in _OUTSIDE if name == _INSIDE else ():
            if all(_close(call["value"], compute(kind, *call["case"].args)) for call in mine):
                return f"{opening(wrong)}values at the border are off. {message}"
        return average_pool._explain(mine) or _first_off(wrong, _pool_of(kind), _AXES)

    return test


average_pool = FunctionCheck(
    "average_pool",
    reference=_average_pool,
    cases=_pooling_cases,
    criteria=[
        Criterion(_MEANS, 2, _means),
        Criterion(_APART, 1, _pooled(_APART)),
        Criterion(_STRIDES, 1, _pooled(_STRIDES)),
        Criterion(_INSIDE, 1, _pooled(_INSIDE)),
    ],
    misconceptions=[
        Misconception(
            lambda *args: np.repeat(_average_pool(*args).mean(-1, keepdims=True), args[0].shape[-1], -1),
            "You take the mean over the channels too. Each channel is pooled on its own.",
        ),
        Misconception(
            lambda *args: np.repeat(_average_pool(*args)[..., :1], args[0].shape[-1], -1),
            "All channels are those of the first one in yours. Each channel is pooled on its own.",
        ),
        Misconception(
            lambda *args: np.repeat(_average_pool(*args)[:1], len(args[0]), 0),
            "All pictures are those of the first one in yours. Each picture of the batch is pooled on its own.",
        ),
        Misconception(
            lambda *args: np.repeat(_average_pool(*args).mean(0, keepdims=True), len(args[0]), 0),
            "You take the mean over the batch too. Each picture is pooled on its own.",
        ),
        Misconception(
            lambda *args: 0 * _average_pool(*args),
            "All your values are 0: is the result of each window written into the outputs?",
        ),
    ],
    asked="an array of shape (n, rows, columns, channels)",
    tolerance=1e-4,
)


# ---------------------------------------------------------------------------------------- 4. normalise a batch from scratch

_ROWS = "brings each channel of rows to mean 0 and variance 1"
_MAPS = "takes mean and variance over all axes but the last"
_LEARNED = "multiplies each channel by its gamma and adds its beta"
_EPSILON = "adds epsilon to the variance, under the root"


def _normalise(batch, gamma, beta, epsilon):
    axes = tuple(range(np.ndim(batch) - 1))
    mean, variance = np.mean(batch, axis=axes), np.var(batch, axis=axes)
    return (batch - mean) / np.sqrt(variance + epsilon) * gamma + beta


def _with_spread(spread):
    """Normalisation that divides by ``spread(batch, axes, epsilon)``."""

    def compute(batch, gamma, beta, epsilon):
        axes = tuple(range(batch.ndim - 1))
        return (batch - batch.mean(axis=axes)) / spread(batch, axes, epsilon) * gamma + beta

    return compute


_SPREADS = (
    (lambda b, axes, e: np.sqrt(b.var(axis=axes) + e), None),
    (
        lambda b, axes, e: np.sqrt(b.var(axis=axes, ddof=1) + e),
        "Your values are a little too small: the variance divides by n - 1. Here it divides by n, the biased variance.",
    ),
    (lambda b, axes, e: b.var(axis=axes) + e, "You divide by the variance. Divide by its square root."),
    (lambda b, axes, e: np.ones(b.shape[-1]), "You subtract the mean and do not divide by the spread."),
    (
        lambda b, axes, e: np.sqrt(((b - b.mean(axis=axes)) ** 2).sum(axis=axes) + e),
        "The variance is the mean of the squares, and yours is their sum.",
    ),
    (
        lambda b, axes, e: np.abs(b - b.mean(axis=axes)).mean(axis=axes) + e,
        "You divide by the mean distance from the mean. The variance is the mean of the squares.",
    ),
    (
        lambda b, axes, e: np.ptp(b, axis=axes) + e,
        "You divide by the range of the values. Divide by the square root of the variance.",
    ),
)
_EPSILONS = (
    (
        lambda variance, e: np.sqrt(variance) + e,
        "You add epsilon to the square root. It is added to the variance, and the root is taken afterwards.",
    ),
    (
        lambda variance, e: np.sqrt(variance),
        "Your values do not depend on epsilon. Where a channel does not vary, you divide by 0.",
    ),
    (lambda variance, e: np.sqrt(variance + 0.001), "You use an epsilon of 0.001, whatever the argument says."),
    (lambda variance, e: np.sqrt(variance + e**2), "You add the square of epsilon to the variance."),
    (
        lambda variance, e: np.sqrt(np.maximum(variance, e)),
        "You take the larger of variance and epsilon. Epsilon is added.",
    ),
    (lambda variance, e: np.sqrt(variance - e), "You subtract epsilon from the variance. It is added."),
)


def _normalise_cases(rng):
    shown = np.array([[100, 210], [200, 190], [300, 220], [600, 180]], float)

    def case(criterion, shape, epsilon=0.001, learned=False, scale=100.0):
        channels = shape[-1]
        batch = rng.normal(scale * rng.uniform(-3, 3, channels), scale * rng.uniform(0.5, 3, channels), shape)
        gamma, beta = (
            (rng.uniform(0.5, 2, channels), rng.uniform(-3, 3, channels))
            if learned
            else (np.ones(channels), np.zeros(channels))
        )
        told = "gamma and beta drawn at random" if learned else "gamma 1 and beta 0"
        return Case(
            (batch, gamma, beta, epsilon), criterion, f"a batch of shape {shape}, {told} and epsilon = {epsilon}"
        )

    constant = rng.normal(0, 1, (5, 3))
    constant[:, 1] = 7.0
    return [
        Case(
            (shown, np.ones(2), np.zeros(2), 0.001),
            _ROWS,
            "the batch [[100, 210], [200, 190], [300, 220], [600, 180]], gamma 1, beta 0 and epsilon = 0.001",
        ),
        case(_ROWS, (6, 3)),
        case(_ROWS, (4, 5)),
        case(_MAPS, (3, 4, 5, 2)),
        case(_MAPS, (2, 3, 3, 4)),
        case(_MAPS, (4, 6, 3)),
        case(_LEARNED, (5, 3), learned=True),
        case(_LEARNED, (4, 4), learned=True),
        case(_EPSILON, (5, 3), epsilon=0.5, scale=1.0),
        case(_EPSILON, (6, 2), epsilon=0.01, scale=0.1),
        Case(
            (constant, np.ones(3), np.array([0.5, 2.0, -1.0]), 0.001),
            _EPSILON,
            "a batch in which channel 1 is 7 everywhere, and epsilon = 0.001",
        ),
    ]


_CHANNELS = ("picture", "row", "column", "channel")


def _spread_of(calls):
    rows = calls_of(calls, _ROWS)
    return (
        None
        if _unusable(rows, _normalise)
        else _slip(rows, _SPREADS, lambda spread, *args: _with_spread(spread)(*args))
    )


def _rows(calls):
    rows = calls_of(calls, _ROWS)
    if problem := _unusable(rows, _normalise):
        return problem
    found = _spread_of(calls)
    if found:
        return found[1] and f"{opening(_wrong(rows, _normalise))}{_told(_wrong(rows, _normalise))} {found[1]}"
    return normalise._explain(rows) or _first_off(_wrong(rows, _normalise), _normalise, _CHANNELS)


def _told(call):
    first = call["value"][..., 0]
    return f"the values of your channel 0 run from {short(first.min().item())} to {short(first.max().item())}, which is not right."


_WHICH_AXES = (
    (
        lambda b: (b.mean(axis=0), b.std(axis=0)),
        "You take mean and variance over the batch alone, so each place of a map gets a scale of its own. Rows and columns belong to the mean too.",
    ),
    (
        lambda b: (b.mean(), b.std()),
        "You take one mean and one variance for all channels together. Each channel has its own.",
    ),
    (
        lambda b: (b.mean(axis=-1, keepdims=True), b.std(axis=-1, keepdims=True)),
        "You take mean and variance over the channels. They run over all axes but this one.",
    ),
    (
        lambda b: (
            b.mean(axis=tuple(range(1, b.ndim - 1)), keepdims=True),
            b.std(axis=tuple(range(1, b.ndim - 1)), keepdims=True),
        ),
        "You take mean and variance for each picture on its own. The pictures of a batch go into one mean.",
    ),
    (
        lambda b: (
            b.mean(axis=tuple(range(1, b.ndim)), keepdims=True),
            b.std(axis=tuple(range(1, b.ndim)), keepdims=True),
        ),
        "You take mean and variance over all numbers of a picture. They run over the batch, and channels stay apart.",
    ),
)


def _maps(calls):
    maps = calls_of(calls, _MAPS)
    if problem := _unusable(maps, _normalise):
        return problem
    spread = (_spread_of(calls) or _SPREADS[0])[0]
    if all(_close(call["value"], _with_spread(spread)(*call["case"].args)) for call in maps):
        return None
    wrong = _wrong(maps, _normalise)
    with np.errstate(all="ignore"):
        for statistics, message in _WHICH_AXES:
            seen = [(call["value"], call["case"].args, statistics(call["case"].args[0])) for call in maps]
            if all(
                _close(value, (b - mean) / np.sqrt(deviation**2 + e)) for value, (b, _, _, e), (mean, deviation) in seen
            ):
                return f"{opening(wrong)}{_told(wrong)} {message}"
    return _first_off(wrong, _normalise, _CHANNELS)


_GAMMAS = (
    (lambda z, gamma, beta: z, "Your values do not depend on gamma and beta."),
    (lambda z, gamma, beta: z * gamma, "Beta is not added."),
    (lambda z, gamma, beta: z + beta, "Gamma is not used."),
    (lambda z, gamma, beta: z * beta + gamma, "Gamma and beta have changed places: gamma multiplies, beta is added."),
    (lambda z, gamma, beta: (z + beta) * gamma, "You add beta before you multiply by gamma. First gamma, then beta."),
    (lambda z, gamma, beta: z / gamma + beta, "You divide by gamma. It multiplies."),
    (lambda z, gamma, beta: z * gamma - beta, "You subtract beta. It is added."),
)


def _learned(calls):
    mine = calls_of(calls, _LEARNED)
    if problem := _unusable(mine, _normalise):
        return problem
    compute = _with_spread((_spread_of(calls) or _SPREADS[0])[0])
    if all(_close(call["value"], compute(*call["case"].args)) for call in mine):
        return None
    wrong = _wrong(mine, compute)
    for use, message in _GAMMAS:
        if all(
            _close(call["value"], use(compute(call["case"].args[0], 1, 0, 1e-12), *call["case"].args[1:3]))
            for call in mine
        ):
            return f"{opening(wrong)}{_told(wrong)} {message}"
    return normalise._explain(mine) or _first_off(wrong, compute, _CHANNELS)


def _epsilon(calls):
    mine = calls_of(calls, _EPSILON)
    compute = _with_spread((_spread_of(calls) or _SPREADS[0])[0])
    fine = [call for call in mine if call["value"] is not None and not call["changed"]]
    if len(fine) < len(mine):
        return next(call["problem"] for call in mine if call["value"] is None or call["changed"])
    if all(_close(call["value"], compute(*call["case"].args)) for call in mine):
        return None
    wrong = _wrong(mine, compute)
    with np.errstate(all="ignore"):
        for root, message in _EPSILONS:
            seen = [(call["value"], call["case"].args) for call in mine]
            if all(
                _close(value, (b - b.mean(axis=0)) / root(b.var(axis=0), e) * g + beta)
                for value, (b, g, beta, e) in seen
            ):
                return f"{opening(wrong)}your values fit another use of epsilon. {message}"
    if wrong["value"].shape != wrong["case"].args[0].shape or not np.isfinite(wrong["value"]).all():
        return wrong["problem"]
    return normalise._explain(mine) or _first_off(wrong, compute, _CHANNELS)


normalise = FunctionCheck(
    "normalise",
    reference=_normalise,
    cases=_normalise_cases,
    criteria=[
        Criterion(_ROWS, 1, _rows),
        Criterion(_MAPS, 1, _maps),
        Criterion(_LEARNED, 1, _learned),
        Criterion(_EPSILON, 1, _epsilon),
    ],
    misconceptions=[
        Misconception(
            lambda b, g, beta, e: (
                (b - b.mean(axis=-1, keepdims=True)) / np.sqrt(b.var(axis=-1, keepdims=True) + e) * g + beta
            ),
            "You normalise each row. It is the channels, the columns here, that are normalised, each over the whole batch.",
        ),
        Misconception(
            lambda b, g, beta, e: (b - b.mean()) / np.sqrt(b.var() + e) * g + beta,
            "You take one mean and one variance for the whole batch. Each channel has its own.",
        ),
        Misconception(
            lambda b, g, beta, e: b / np.sqrt(b.var(axis=0) + e) * g + beta,
            "You divide by the spread, and the mean is not subtracted.",
        ),
        Misconception(
            lambda b, g, beta, e: b * g + beta, "Your batch is not normalised: gamma and beta alone were used."
        ),
    ],
    asked="an array of the shape of the batch",
    tolerance=1e-4,
)


# ------------------------------------------------------------------------------------------- 5. batch normalisation as a layer

_OWNS = "takes what every layer takes, and owns four numbers for each channel, of which two can be trained"
_TRAINING = "normalises with mean and variance of the batch while training"
_MOVING = "moves its averages towards those of the batch at each training step"
_INFERENCE = "uses the moving averages at inference, and leaves them as they are"
_FROZEN = "works as at inference when it is frozen"


def _made(answer, settings, batch):
    """The layer that a class makes, built, and its weights by name."""
    layer = answer(**settings)
    keras = sys.modules.get("keras")  # who has not imported it cannot have written a layer
    if keras is None or not issubclass(type(layer), keras.layers.Layer):
        raise Finding(
            "your class makes no Keras layer. Begin it with class MyBatchNormalization(keras.layers.Layer), and call super().__init__."
        )
    called = getattr(layer, "name", None)
    if called != settings.get("name", called):
        raise Finding(
            f"the name of your layer is {called!r}. It gets its name from **kwargs: pass them on, as in super().__init__(**kwargs)."
        )
    _tried("`build`", layer.build, (None, *batch.shape[1:]))
    weights, values = layer.weights, layer.get_weights()
    if not weights:
        raise Finding(
            "your layer has no weights after `build` that Keras knows of. Make them in `build`, with add_weight."
        )
    shapes = [value.shape for value in values]
    if shapes != [batch.shape[-1:]] * 4:
        raise Finding(
            f"your layer has {len(weights)} weights after `build`, of the shapes {', '.join(map(str, shapes))}. "
            "The question asks for four, each of shape (channels,)."
        )
    known = {id(weight) for weight in layer.trainable_weights}
    order = sorted(range(4), key=lambda place: id(weights[place]) not in known)
    ones = [place for place in order if (values[place] == 1).all()]
    zeros = [place for place in order if (values[place] == 0).all()]
    if len(ones) != 2 or len(zeros) != 2:
        told = ", ".join(short(value[0].item()) for value in values)
        raise Finding(
            f"the weights of your layer begin with {told}. Gamma and the moving variance begin with 1, beta and the moving mean with 0."
        )
    return layer, {
        "gamma": weights[ones[0]],
        "beta": weights[zeros[0]],
        "mean": weights[zeros[1]],
        "variance": weights[ones[1]],
    }


def _ready(answer, settings, batch, numbers):
    """The same, with numbers in place of what the weights begin with."""
    layer, weights = _made(answer, settings, batch)
    for name, values in numbers.items():
        weights[name].assign(values)
    return layer, weights


def _averages(weights):
    return np.concatenate([_array(weights["mean"]), _array(weights["variance"])])


def _count(answer, settings, batches, numbers):
    layer, weights = _made(answer, settings, batches[0])
    names = {id(weight): name for name, weight in weights.items()}
    trained = [names.get(id(weight), "") for weight in layer.trainable_weights]
    if len(trained) != 2:
        raise Finding(
            f"{len(trained)} of your layer's 4 weights can be trained. Only gamma and beta learn: the moving averages need trainable=False."
        )
    if sorted(trained) != ["beta", "gamma"]:
        raise Finding(
            "the two weights that can be trained begin with the same number. Gamma, which begins with 1, and beta, which begins with 0, are trained."
        )
    return np.array([len(trained), 4 - len(trained)])


def _train(answer, settings, batches, numbers):
    import tensorflow as tf

    layer, weights = _ready(answer, settings, batches[0], numbers)
    inputs = tf.constant(batches[0])
    sources = [inputs, weights["gamma"], weights["beta"]]
    with tf.GradientTape() as tape:
        tape.watch(sources[0])
        outputs = _outputs(layer, inputs, training=True)
        total = tf.reduce_sum(tf.convert_to_tensor(outputs) ** 2)
    for name, gradient in zip(("inputs", "gamma", "beta"), tape.gradient(total, sources), strict=True):
        if gradient is None:
            raise Finding(
                f"there is no gradient for {'the ' * (name == 'inputs')}{name}. Does every step of `call` use TensorFlow?"
            )
    return _array(outputs)


def _move(answer, settings, batches, numbers):
    layer, weights = _ready(answer, settings, batches[0], numbers)
    for batch in batches:
        _outputs(layer, batch, training=True)
    return _averages(weights)


def _infer(answer, settings, batches, numbers):
    layer, weights = _ready(answer, settings, batches[0], numbers)
    outputs = []
    for how in ({}, {"training": False}):
        outputs.append(_array(_outputs(layer, batches[0], **how)))
        if not np.allclose(_averages(weights), np.concatenate([numbers["mean"], numbers["variance"]]), 1e-5, 1e-5):
            call = "layer(batch, training=False)" if how else "a plain call, layer(batch),"
            raise Finding(
                f"{call} moved the averages. They follow the batches of training, and stay as they are otherwise."
            )
    return np.stack(outputs)


def _freeze(answer, settings, batches, numbers):
    """How far a frozen layer is from inference when training=True comes in, and how far its averages moved."""
    layer, weights = _ready(answer, settings, batches[0], numbers)
    layer.trainable = False
    inference = _array(_outputs(layer, batches[0], training=False))
    before = _averages(weights)
    training = _array(_outputs(layer, batches[0], training=True))
    if training.shape != inference.shape:
        raise Finding(
            f"your layer gives outputs of shape {training.shape} in training and {inference.shape} at inference."
        )
    return np.array([np.abs(training - inference).max(), np.abs(_averages(weights) - before).max()])


_PROBES = {"weights": _count, "training": _train, "moving": _move, "inference": _infer, "frozen": _freeze}


def _probe(answer, what, *args):
    return _PROBES[what](answer, *args)


def _setting(settings):
    return settings.get("momentum", 0.99), settings.get("epsilon", 0.001)


def _axes(batch):
    return tuple(range(batch.ndim - 1))


def _moved(step):
    """Averages after some batches, of which each makes ``step(mean, variance, batch, momentum)``."""

    def compute(what, settings, batches, numbers):
        mean, variance = numbers["mean"].astype(float), numbers["variance"].astype(float)
        for batch in batches:
            mean, variance = step(mean, variance, batch.astype(float), _setting(settings)[0])
        return np.concatenate([mean, variance])

    return compute


def _follow(mean, variance, batch, m):
    return m * mean + (1 - m) * batch.mean(axis=_axes(batch)), m * variance + (1 - m) * batch.var(axis=_axes(batch))


_STEPS = (
    (
        lambda mean, variance, b, m: (
            (1 - m) * mean + m * b.mean(axis=_axes(b)),
            (1 - m) * variance + m * b.var(axis=_axes(b)),
        ),
        "Momentum is the share of the average that stays. In yours it is the share of the batch that comes in.",
    ),
    (
        lambda mean, variance, b, m: (
            m * mean + (1 - m) * b.mean(axis=_axes(b)),
            m * variance + (1 - m) * b.var(axis=_axes(b), ddof=1),
        ),
        "Your moving variance follows the variance that divides by n - 1. Here it follows the biased one, which divides by n.",
    ),
    (
        lambda mean, variance, b, m: (
            m * mean + (1 - m) * b.mean(axis=_axes(b)),
            m * variance + (1 - m) * b.std(axis=_axes(b)),
        ),
        "Your moving variance follows the standard deviation. It follows the variance, its square.",
    ),
    (
        lambda mean, variance, b, m: (mean, variance),
        "Your averages stay where they are. A training step has to move them.",
    ),
    (
        lambda mean, variance, b, m: (m * mean + (1 - m) * b.mean(axis=_axes(b)), variance),
        "Your moving mean follows, and the moving variance stays where it is.",
    ),
    (
        lambda mean, variance, b, m: (mean, m * variance + (1 - m) * b.var(axis=_axes(b))),
        "Your moving variance follows, and the moving mean stays where it is.",
    ),
    (
        lambda mean, variance, b, m: (b.mean(axis=_axes(b)), b.var(axis=_axes(b))),
        "Your averages become those of the last batch. Each step moves them by the share 1 - momentum only.",
    ),
    (
        lambda mean, variance, b, m: _follow(mean, variance, b, 0.99),
        "Your averages move as with a momentum of 0.99, whatever the layer was made with.",
    ),
    (
        lambda mean, variance, b, m: (
            mean + (1 - m) * b.mean(axis=_axes(b)),
            variance + (1 - m) * b.var(axis=_axes(b)),
        ),
        "You add to the averages without taking anything away: the share momentum of the old average stays.",
    ),
    (
        lambda mean, variance, b, m: _follow(*_follow(mean, variance, b, m), b, m),
        "Your averages move twice at each training step.",
    ),
)


def _as_inference(what, settings, batches, numbers, variance=lambda variance, epsilon: np.sqrt(variance + epsilon)):
    values = (batches[0] - numbers["mean"]) / variance(numbers["variance"].astype(float), _setting(settings)[1])
    return values * numbers["gamma"] + numbers["beta"]


def _as_training(what, settings, batches, numbers, spread=_SPREADS[0][0], axes=None):
    batch = batches[0].astype(float)
    axes = _axes(batch) if axes is None else axes
    return (batch - batch.mean(axis=axes)) / spread(batch, axes, _setting(settings)[1]) * numbers["gamma"] + numbers[
        "beta"
    ]


def _layer_right(what, settings, batches, numbers):
    args = what, settings, batches, numbers
    if what == "weights":
        return np.array([2, 2])
    if what == "training":
        return _as_training(*args)
    if what == "moving":
        return _moved(_follow)(*args)
    if what == "inference":
        return np.stack([_as_inference(*args)] * 2)
    return np.zeros(2)


_AVERAGES_IN_TRAINING = "Your layer uses the moving averages although training=True came in. While training it uses mean and variance of the batch."


def _as_inference_after_moving(what, settings, batches, numbers):
    averages = np.split(_moved(_follow)(what, settings, batches, numbers), 2)
    return _as_inference(what, settings, batches, {**numbers, "mean": averages[0], "variance": averages[1]})


_IN_TRAINING = (
    (_as_inference, _AVERAGES_IN_TRAINING),
    (_as_inference_after_moving, _AVERAGES_IN_TRAINING),
    *(
        ((lambda *args, spread=spread: _as_training(*args, spread=spread)), message)
        for spread, message in _SPREADS[1:4]
    ),
    (
        lambda *args: _as_training(*args, spread=lambda b, axes, e: b.std(axis=axes) + e),
        "You add epsilon to the square root. It is added to the variance, and the root is taken afterwards.",
    ),
    (
        lambda *args: _as_training(*args, spread=lambda b, axes, e: np.sqrt(b.var(axis=axes) + 0.001)),
        "Your layer uses an epsilon of 0.001, whatever it was made with.",
    ),
    (
        lambda *args: _as_training(*args, axes=(0,)),
        "You take mean and variance over the batch alone. In a feature map rows and columns belong to the mean too.",
    ),
)
_AT_INFERENCE = (
    (
        _as_training,
        "At inference your layer uses mean and variance of the batch, so a picture's answer depends on the pictures beside it. "
        "The moving averages take their place.",
    ),
    (
        lambda *args: _as_inference(*args, variance=lambda v, e: v + e),
        "At inference you divide by the variance. Divide by its square root, as in training.",
    ),
    (
        lambda *args: _as_inference(*args, variance=lambda v, e: np.sqrt(v)),
        "At inference epsilon is missing under the root.",
    ),
    (
        lambda *args: _as_inference(*args, variance=lambda v, e: np.sqrt(v) + e),
        "You add epsilon to the square root. It is added to the variance, and the root is taken afterwards.",
    ),
    (
        lambda what, settings, batches, numbers: _as_inference(
            what, settings, batches, {**numbers, "gamma": np.float32(1), "beta": np.float32(0)}
        ),
        "At inference your outputs do not depend on gamma and beta.",
    ),
    (lambda what, settings, batches, numbers: batches[0], "At inference your layer returns its input as it came."),
)


def _layer_cases(rng):
    def case(what, criterion, *shapes, **settings):
        channels = shapes[0][-1]
        centre, spread = rng.uniform(2, 6, channels), rng.uniform(1.5, 3, channels)
        batches = [rng.normal(centre, spread, shape).astype(np.float32) for shape in shapes]
        numbers = {
            name: rng.uniform(0.5, 2, channels).astype(np.float32) for name in ("gamma", "beta", "mean", "variance")
        }
        made = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        many = f"{len(shapes)} batches of shape" if len(shapes) > 1 else "a batch of shape"
        return Case(
            (what, settings, batches, numbers), criterion, f"MyBatchNormalization({made}) and {many} {shapes[0]}"
        )

    momentum = round(float(rng.uniform(0.3, 0.7)), 2)
    return [
        case("weights", _OWNS, (4, 3), name="steady"),
        case("training", _TRAINING, (4, 3)),
        case("training", _TRAINING, (2, 3, 4, 2), epsilon=0.5),
        case("moving", _MOVING, (5, 2)),
        case("moving", _MOVING, (3, 2, 2, 2), momentum=momentum),
        case("moving", _MOVING, (4, 2), (4, 2), (4, 2), momentum=0.5),
        case("inference", _INFERENCE, (4, 3)),
        case("inference", _INFERENCE, (2, 3, 2, 2), epsilon=0.5),
        case("frozen", _FROZEN, (4, 3), momentum=0.5),
    ]


def _layer_values(name, table, words):
    """A criterion's test for outputs or averages of the layer."""

    def test(calls):
        mine = calls_of(calls, name)
        for call in mine:
            value = call["value"]
            if value is None or not np.isfinite(value).all():
                return call["problem"]
            if value.shape != _layer_right(*call["case"].args).shape:
                shape = value.shape[1:] if name == _INFERENCE else value.shape
                return f"{opening(call)}your layer gives outputs of shape {shape}. They have the shape of the batch."
        if all(_close(call["value"], _layer_right(*call["case"].args)) for call in mine):
            return None
        wrong = _wrong(mine, _layer_right)
        for compute, message in table:
            if all(_explains(compute, call, name) for call in mine):
                return f"{opening(wrong)}{words(wrong)} {message}"
        return f"{opening(wrong)}{words(wrong)}"

    return test


def _explains(compute, call, name):
    try:
        computed = compute(*call["case"].args)
    except ValueError:  # shapes that do not fit
        return False
    return _close(call["value"], np.stack([computed] * 2) if name == _INFERENCE else computed)


def _told_outputs(call):
    value, right = call["value"], _layer_right(*call["case"].args)
    off = ~np.isclose(value, right, 1e-4, 1e-4)
    place = tuple(np.argwhere(off)[0])
    direction = "large" if value[place] > right[place] else "small"
    return f"{int(off.sum())} of your {off.size} outputs are off. The first of them is {short(value[place].item())}, which is too {direction}."


def _told_averages(call):
    value, right = call["value"], _layer_right(*call["case"].args)
    place = int(np.argwhere(~np.isclose(value, right, 1e-4, 1e-4))[0][0])
    which, channel = ("mean", place) if place < value.size // 2 else ("variance", place - value.size // 2)
    direction = "large" if value[place] > right[place] else "small"
    return (
        f"the moving {which} of channel {channel} is {short(value[place].item())} afterwards, which is too {direction}."
    )


def _frozen(calls):
    for call in calls_of(calls, _FROZEN):
        if call["value"] is None or call["value"].shape != (2,) or not np.isfinite(call["value"]).all():
            return call["problem"]
        outputs, averages = call["value"]
        if outputs > 1e-4:
            return (
                f"{opening(call)}with layer.trainable = False, the outputs for training=True are up to {short(float(outputs))} away from those at "
                "inference. A frozen layer uses the moving averages in both."
            )
        if averages > 1e-5:
            return (
                f"{opening(call)}with layer.trainable = False, a call with training=True moved the averages by up to {short(float(averages))}. "
                "They stay as they are in a frozen layer."
            )
    return None


my_batch_normalization = FunctionCheck(
    "MyBatchNormalization",
    reference=_layer_right,
    cases=_layer_cases,
    probe=_probe,
    takes="class",
    criteria=[
        Criterion(_OWNS, 1),
        Criterion(_TRAINING, 1, _layer_values(_TRAINING, _IN_TRAINING, _told_outputs)),
        Criterion(
            _MOVING, 2, _layer_values(_MOVING, [(_moved(step), message) for step, message in _STEPS], _told_averages)
        ),
        Criterion(_INFERENCE, 1, _layer_values(_INFERENCE, _AT_INFERENCE, _told_outputs)),
        Criterion(_FROZEN, 1, _frozen),
    ],
    asked="a layer",
    tolerance=1e-4,
)
