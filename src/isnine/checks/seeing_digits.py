"""The checks of exercise 01, "Seeing digits"; chapter 01 teaches what they ask."""

import contextlib
import functools
import math
from functools import partial

import numpy as np

from .core import Case, Criterion, Finding, FunctionCheck, as_numbers, describe, short
from .judging import calls_of, equal

__all__ = ["brain_against_network", "centre_of_ink", "ink", "is_nine"]

TOLERANCE = 1e-5  # of numbers that count as equal: enough for sums in float32
_equal = partial(equal, tolerance=TOLERANCE)


def _unusable(call, shape):
    """Whether a call gave no numbers of this shape, or changed its arguments."""
    value = call["value"]
    return value is None or value.shape != shape or call["changed"] or bool(np.isnan(value).any())


def _goes_round(calls):
    """A sentence on uint8 numbers that went past 255, when NumPy warned of it; nothing otherwise."""
    if any("overflow encountered" in text for call in calls for text in call["warnings"]):
        return (
            " NumPy warns of an overflow: a single number of a uint8 picture holds 0 to 255, and so does what is "
            "computed from two of them. Past 255 it goes on at 0. Make an int or a float of it first."
        )
    return ""


def _told(calls, seen, right, mistakes, name, also=()):
    """None when what is ``seen(value)`` in every call is right; otherwise the words for the first mistake that explains all of it.

    ``right`` and the first part of each mistake compute from the arguments of a case; a message may hold {label} and {own}.
    A mistake has to explain the calls ``also`` as well.
    """
    wrong = [call for call in calls if not _equal(seen(call["value"]), right(*call["case"].args))]
    if not wrong:
        return None
    own, label = np.asarray(seen(wrong[0]["value"])), wrong[0]["case"].label
    for mistake, message in mistakes:
        with contextlib.suppress(ArithmeticError, LookupError, TypeError, ValueError):
            if all(_equal(seen(call["value"]), mistake(*call["case"].args)) for call in [*calls, *also]):
                return message.format(label=label, own=short(own.item()))
    direction = "large" if own > right(*wrong[0]["case"].args) else "small"
    return f"For {label}, {name} is {short(own.item())}, which is too {direction}.{_goes_round(calls)}"


# --------------------------------------------------------------------------------------------------------------- 1. ink

_GREY = "counts each pixel with its grey"
_RANGE = "goes from 0 for an empty picture to 1 for full ink"
_SIZES = "holds for a part of a picture too, whatever its size"


def _ink(picture):
    return picture.mean() / 255


def _ink_cases(rng):
    half = np.zeros((64, 64), np.uint8)
    half[:, 48:] = 255
    half[0, 0] = 255
    ramp = (np.arange(4096) * 255 // 4095).astype(np.uint8).reshape(64, 64)
    stroke = np.zeros((64, 64), np.uint8)
    stroke[10:50, 30:36] = [40, 150, 255, 230, 110, 20]
    noise, faint = rng.integers(0, 256, (64, 64), np.uint8), rng.integers(0, 60, (64, 64), np.uint8)
    rows, columns = (int(number) for number in rng.integers(3, 60, 2))
    return [
        Case((stroke,), _GREY, "the picture with one upright stroke of different greys"),
        Case((ramp,), _GREY, "the picture whose grey rises row by row from 0 to 255"),
        Case((noise,), _GREY, "a picture of random greys"),
        Case((faint,), _GREY, "a picture of random faint greys, none above 59"),
        Case((np.zeros((64, 64), np.uint8),), _RANGE, "the empty picture: every value is 0"),
        Case((np.full((64, 64), 255, np.uint8),), _RANGE, "the full picture: every value is 255"),
        Case((half,), _RANGE, "the picture with full ink in its right quarter and at one pixel more"),
        Case((np.array([[0, 51], [255, 0]], np.uint8),), _SIZES, "the 2 by 2 pixels [[0, 51], [255, 0]]"),
        Case((ramp[:32, 32:].copy(),), _SIZES, "the upper right quarter of a picture"),
        Case((rng.integers(0, 256, (rows, columns), np.uint8),), _SIZES, f"{rows} by {columns} pixels of random greys"),
    ]


_PIXELS = (
    "For {label}, your ink is {own}: that is the share of pixels with some ink. "
    "A pixel with faint ink counts less than one with full ink: use its grey."
)
_INK_MISTAKES = (
    (lambda p: (p > 0).mean(), _PIXELS),
    (lambda p: (p > 0).sum(), "For {label}, your ink is {own}: that is a number of pixels. Use the grey of each."),
    (
        lambda p: (p == 255).mean(),
        "For {label}, your ink is {own}: only pixels with full ink count. A grey one counts too, with its grey.",
    ),
    (
        lambda p: (p > 127).mean(),
        "For {label}, your ink is {own}: you made each pixel black or white first. Use its grey as it is.",
    ),
    (
        lambda p: (p >= 127.5).mean(),
        "For {label}, your ink is {own}: you made each pixel black or white first. Use its grey as it is.",
    ),
    (
        lambda p: p.sum() / max(1, (p > 0).sum()) / 255,
        "For {label}, your ink is {own}: that is the mean grey of the pixels with ink. Pixels without ink count too, with 0.",
    ),
    (
        lambda p: p.mean() / p.max(),
        "For {label}, your ink is {own}: you divided by the largest grey of this picture. Faint ink is less ink.",
    ),
    (lambda p: 1 - p.mean() / 255, "For {label}, your ink is {own}: that is the share of paper, not of ink."),
    (lambda p: p.max() / 255, "For {label}, your ink is {own}: that is the brightest pixel alone."),
    (lambda p: np.median(p) / 255, "For {label}, your ink is {own}: that is a median. The ink is a mean."),
    (
        lambda p: p.sum() % 256 / 255 / p.size,
        "For {label}, your ink is {own}: a sum of uint8 numbers went past 255 and on at 0. Make an int or a float of each first.",
    ),
    (
        lambda p: p.sum() % 256 / p.size / 255,
        "For {label}, your ink is {own}: a sum of uint8 numbers went past 255 and on at 0. Make an int or a float of each first.",
    ),
    (lambda p: 0, "For {label}, your ink is {own}, as for every picture. Does // or int cut a fraction off?"),
)
_SCALE_MISTAKES = (
    (lambda p: p.mean(), "For {label}, your ink is {own}: that is the mean grey, on the scale 0 to 255."),
    (
        lambda p: p.sum(),
        "For {label}, your ink is {own}: that is a sum. With the same pen a larger picture must not have more ink: take the mean.",
    ),
    (
        lambda p: p.sum() / 255,
        "For {label}, your ink is {own}: that is a sum of ink. Divide by the number of pixels as well.",
    ),
    (
        lambda p: p.mean() / 256,
        "For {label}, your ink is {own}. There are 256 greys, but the largest is 255, and that has to become 1.",
    ),
    (lambda p: 100 * p.mean() / 255, "For {label}, your ink is {own}: that is in per cent. The ink goes from 0 to 1."),
    (lambda p: np.round(p.mean() / 255, 1), "For {label}, your ink is {own}. Leave the rounding out."),
    (lambda p: np.round(p.mean() / 255, 2), "For {label}, your ink is {own}. Leave the rounding out."),
    (lambda p: np.round(p.mean() / 255, 3), "For {label}, your ink is {own}. Leave the rounding out."),
    (
        lambda p: np.trunc(p.mean() / 255),
        "For {label}, your ink is {own}. Does // or int cut the fraction off?",
    ),
)
_SIZE_MISTAKES = (
    (
        lambda p: p.sum() / 255 / 4096,
        "For {label}, your ink is {own}: you divided by 4096 pixels. A part has fewer: ask it for its size.",
    ),
    (
        lambda p: p.sum() / 255 / len(p) ** 2,
        "For {label}, your ink is {own}: you took the number of rows for the number of columns. Look at its shape.",
    ),
    (
        lambda p: p.sum() / 255 / p.shape[1] ** 2,
        "For {label}, your ink is {own}: you took the number of columns for the number of rows. Look at its shape.",
    ),
)


def _ink_test(name, mistakes):
    def test(calls):
        calls = calls_of(calls, name)
        for call in calls:
            if call["value"] is None or call["value"].size != 1 or call["changed"] or np.isnan(call["value"]).any():
                return call["problem"]
        return _told(calls, lambda value: value.ravel()[0], _ink, mistakes, "your ink")

    return test


def _follows_the_grey(calls):
    """Met as well by a result on another scale: that is the second criterion's affair."""
    told = _ink_test(_GREY, (*_INK_MISTAKES, *_SCALE_MISTAKES))(calls)
    calls = calls_of(calls, _GREY)
    if told and not any(_unusable(call, call["value"].shape if call["value"] is not None else ()) for call in calls):
        factors = [call["value"].ravel()[0] / _ink(*call["case"].args) for call in calls if call["value"].size == 1]
        if len(factors) == len(calls) and factors[0] > 0 and np.ptp(factors) <= 1e-4 * factors[0]:
            return None
    return told


ink = FunctionCheck(
    "ink",
    reference=_ink,
    cases=_ink_cases,
    criteria=[
        Criterion(_GREY, 1, _follows_the_grey),
        Criterion(_RANGE, 1, _ink_test(_RANGE, (*_SCALE_MISTAKES, *_INK_MISTAKES))),
        Criterion(_SIZES, 1, _ink_test(_SIZES, (*_SIZE_MISTAKES, *_SCALE_MISTAKES, *_INK_MISTAKES))),
    ],
    asked="one number from 0 to 1",
    tolerance=TOLERANCE,
)


# ------------------------------------------------------------------------------------------------ 2. orders of magnitude

_ORDERS = "gives the orders of magnitude that lie between brain and network"
_EDGES = "does so at powers of ten, just below them, and when the brain is the smaller one"
_TIMES = "says how many times as large the brain is"


def _order(number):
    """The exponent of the largest power of ten that is not above a whole number: its digits, less one."""
    return len(str(int(number))) - 1


def _brain_against_network(brain, network):
    return np.array([_order(brain) - _order(network), brain / network])


def _size_cases(rng):
    def drawn(order, low, high):
        return int(rng.uniform(low, high) * 10**order)

    pairs = [
        (_ORDERS, 140_000_000, 4_145),
        (_ORDERS, 20_000_000_000, 131_649),
        (_ORDERS, 90_000_000_000, 131_649),
        (_ORDERS, drawn(int(rng.integers(8, 11)), 1.1, 2.9), drawn(int(rng.integers(3, 6)), 3.5, 9.5)),
        (_ORDERS, drawn(int(rng.integers(8, 11)), 3.5, 9.5), drawn(int(rng.integers(3, 6)), 1.1, 1.7)),
        (_ORDERS, 9_000, 4_145),
        (_EDGES, 1_000_000, 1_000),
        (_EDGES, 1_000, 1),
        (_EDGES, 10**9, 999_999),
        (_EDGES, 999_999, 10**5),
        (_EDGES, 302, 4_145),
        (_EDGES, drawn(int(rng.integers(2, 4)), 1.1, 2.9), drawn(int(rng.integers(5, 8)), 3.5, 9.5)),
    ]
    return [
        Case((brain, network), criterion, f"brain = {brain:,} and network = {network:,}")
        for criterion, brain, network in pairs
    ]


def _by_logs(of):
    """A mistake in the orders of magnitude: ``of(log10 of brain, log10 of network)``."""
    return lambda brain, network: of(math.log10(brain), math.log10(network))


_FIRST = "For {label}, your first value is {own}: "
_RATIO = _FIRST + "you took the order of magnitude of the quotient. Take that of each number, then the difference."
_ORDER_MISTAKES = (
    (_by_logs(lambda b, n: b - n), _FIRST + "these are logarithms, not yet rounded down to whole orders of magnitude."),
    (
        lambda brain, network: brain / network,
        _FIRST + "that is how many times as large the brain is. It belongs in the second place.",
    ),
    (
        lambda brain, network: _order(network) - _order(brain),
        _FIRST + "the sign is turned round. It is positive when the brain is larger.",
    ),
    (
        lambda brain, network: abs(_order(network) - _order(brain)),
        _FIRST + "the sign is lost. It is negative when the brain is smaller.",
    ),
    (_by_logs(lambda b, n: math.floor(b - n)), _RATIO),
    (_by_logs(lambda b, n: int(b - n)), _RATIO),
    (_by_logs(lambda b, n: round(b - n)), _RATIO),
    (
        lambda brain, network: len(str(brain // network)),
        "For {label}, your first value is {own}: you counted the digits of the quotient. Take each number on its own.",
    ),
    (
        _by_logs(lambda b, n: round(b) - round(n)),
        _FIRST + "you rounded to the nearest order. 4,145 is 4.145 times 10 to the power of 3, so rounding goes down.",
    ),
    (
        _by_logs(lambda b, n: math.ceil(b) - math.ceil(n)),
        _FIRST + "you rounded up. An order of magnitude is rounded down.",
    ),
    (
        lambda brain, network: math.floor(math.log(brain)) - math.floor(math.log(network)),
        _FIRST + "log without a base is the natural logarithm. Orders of magnitude belong to base 10.",
    ),
    (
        lambda brain, network: math.floor(math.log2(brain)) - math.floor(math.log2(network)),
        _FIRST + "you counted powers of two. Orders of magnitude are powers of ten.",
    ),
    (lambda brain, network: _order(brain), _FIRST + "that is the order of magnitude of the brain alone."),
    (lambda brain, network: _order(network), _FIRST + "that is the order of magnitude of the network alone."),
    (
        lambda brain, network: math.floor(math.log(brain, 10)) - math.floor(math.log(network, 10)),
        _FIRST + "log(1000, 10) gives 2.9999999999999996, because it divides two rounded logarithms. There is a log10.",
    ),
    (
        lambda brain, network: _order(brain - 1) - _order(max(network - 1, 1)),
        _FIRST + "at a power of ten itself your order of magnitude is one too low.",
    ),
    (lambda brain, network: 0, "For {label}, your first value is {own}, as for all other numbers."),
)
_SECOND = "For {label}, your second value is {own}: "
_TIMES_MISTAKES = (
    (
        lambda brain, network: _order(brain) - _order(network),
        _SECOND + "that is the difference of the orders of magnitude. It belongs in the first place.",
    ),
    (
        lambda brain, network: network / brain,
        _SECOND + "you divided the network by the brain. It is the other way round.",
    ),
    (
        lambda brain, network: brain - network,
        _SECOND + "that is a difference, which says how many more there are. How many times as many takes a quotient.",
    ),
    (lambda brain, network: brain // network, _SECOND + "the fraction is lost. Is there a // or an int?"),
    (lambda brain, network: round(brain / network), _SECOND + "you rounded it. Keep the fraction."),
    (lambda brain, network: round(brain / network, 1), _SECOND + "you rounded it. Keep the fraction."),
    (lambda brain, network: round(brain / network, 2), _SECOND + "you rounded it. Keep the fraction."),
    (
        lambda brain, network: 10.0 ** (_order(brain) - _order(network)),
        _SECOND + "that is a power of ten. Divide the numbers themselves.",
    ),
    (
        lambda brain, network: max(brain, network) / min(brain, network),
        _SECOND + "you divided the larger number by the smaller one. When the brain is smaller, the result is below 1.",
    ),
)


def _pair_test(names, place, right, mistakes, name, also=()):
    """A test of one number of a pair, in the cases that these criteria name."""

    def test(calls):
        more = [call for call in calls_of(calls, *also) if not _unusable(call, (2,))]
        calls = calls_of(calls, *names)
        for call in calls:
            if _unusable(call, (2,)):
                return call["problem"]
        return _told(calls, lambda value: value[place], lambda *args: right(*args)[place], mistakes, name, more)

    return test


brain_against_network = FunctionCheck(
    "brain_against_network",
    reference=_brain_against_network,
    cases=_size_cases,
    criteria=[
        Criterion(_ORDERS, 2, _pair_test([_ORDERS], 0, _brain_against_network, _ORDER_MISTAKES, "your first value")),
        Criterion(
            _EDGES, 1, _pair_test([_EDGES], 0, _brain_against_network, _ORDER_MISTAKES, "your first value", [_ORDERS])
        ),
        Criterion(
            _TIMES, 1, _pair_test([_ORDERS, _EDGES], 1, _brain_against_network, _TIMES_MISTAKES, "your second value")
        ),
    ],
    asked="a tuple (orders, times)",
    tolerance=TOLERANCE,
)


# -------------------------------------------------------------------------------------------------- 3. the centre of ink

_DOTS = "dots"
_WEIGHED = "weighs each pixel with its grey"
_PARTS = "does so for parts of a picture with any number of rows and columns"


def _centre_of(weights):
    weights = np.asarray(weights, float)
    rows, columns = np.indices(weights.shape)
    return np.array([(weights * rows).sum(), (weights * columns).sum()]) / weights.sum()


def _dots(places, greys=255, shape=(64, 64)):
    picture = np.zeros(shape, np.uint8)
    picture[tuple(np.transpose(places))] = greys
    return picture


def _centre_cases(rng):
    few = [(int(row), int(column)) for row, column in zip(*rng.integers(2, 62, (2, 5)), strict=True)]
    blot = np.zeros((64, 64), np.uint8)
    top, left = (int(number) for number in rng.integers(3, 20, 2))
    blot[top : top + 30, left : left + 9] = 255
    blot[top + 24 : top + 30, left : left + 40] = 255
    soft = rng.integers(0, 256, (64, 64)) * (blot > 0)
    soft[top + 26, left : left + 3] = 255, 0, 1
    noise = rng.integers(0, 256, (64, 64)) * np.linspace(0.1, 1, 64)[:, None] * np.linspace(1, 0.3, 64)
    rows, columns = (int(number) for number in rng.integers(5, 50, 2))
    slope = rng.integers(1, 256, (rows, columns)) * np.linspace(0.2, 1, columns)
    return [
        Case((_dots([(10, 50)]),), _DOTS, "the picture with a single dot of full ink, in row 10 and column 50"),
        Case((_dots([(0, 0), (4, 10)]),), _DOTS, "the picture with two dots of full ink, at (0, 0) and (4, 10)"),
        Case(
            (_dots([(6, 5), (8, 5), (40, 20), (12, 41)]),),
            _DOTS,
            "the picture with dots of full ink at (6, 5), (8, 5), (40, 20) and (12, 41)",
        ),
        Case((_dots(few),), _DOTS, "a picture with a few dots of full ink"),
        Case((blot,), _DOTS, "a picture with a black and white letter L"),
        Case(
            (_dots([(10, 20), (30, 60)], [255, 51]),),
            _WEIGHED,
            "the picture with two dots: grey 255 at (10, 20) and grey 51 at (30, 60)",
        ),
        Case(
            (_dots([(8, 9), (48, 49)], [3, 1]),),
            _WEIGHED,
            "the picture with two faint dots: grey 3 at (8, 9), 1 at (48, 49)",
        ),
        Case((soft.astype(np.uint8),), _WEIGHED, "a picture of a letter L in many greys"),
        Case((noise.astype(np.uint8),), _WEIGHED, "a picture of random greys, stronger towards the lower left"),
        Case((np.array([[0, 0, 100], [0, 0, 100]], np.uint8),), _PARTS, "the pixels [[0, 0, 100], [0, 0, 100]]"),
        Case((np.array([[10, 20, 30]], np.uint8),), _PARTS, "the single row [[10, 20, 30]]"),
        Case(
            (slope.astype(np.uint8),), _PARTS, f"{rows} by {columns} pixels of random greys, stronger towards the right"
        ),
        Case((noise.astype(np.uint8)[:20, 7:].copy(),), _PARTS, "20 rows and 57 columns out of a picture"),
    ]


def _middle_of_box(p):
    return np.array([(places.min() + places.max()) / 2 for places in np.nonzero(p)])


_CENTRE_MISTAKES = (
    (
        lambda p: _centre_of(p)[::-1],
        "For {label}, this value is {own}: that belongs to the other axis. The row comes first, then the column.",
    ),
    (
        lambda p: _centre_of(p > 0),
        "For {label}, this value is {own}: every pixel with some ink counts the same. Full ink has to pull more than faint ink.",
    ),
    (
        lambda p: _centre_of(p > 0)[::-1],
        "For {label}, this value is {own}: that belongs to the other axis, and every pixel with ink counts the same.",
    ),
    (
        lambda p: _centre_of(p) + 1,
        "For {label}, this value is {own}: you count from 1. The first row and the first column have number 0.",
    ),
    (
        lambda p: _centre_of(p) / p.shape,
        "For {label}, this value is {own}: you divided by the size of the picture. Return a number of a row or a column.",
    ),
    (
        lambda p: _centre_of(p) - (np.array(p.shape) - 1) / 2,
        "For {label}, this value is {own}: you measure from the middle of the picture. Measure from row 0 and column 0.",
    ),
    (
        lambda p: _centre_of(p) - np.array(p.shape) / 2,
        "For {label}, this value is {own}: you measure from the middle of the picture. Measure from row 0 and column 0.",
    ),
    (
        lambda p: np.array(p.shape) - 1 - _centre_of(p),
        "For {label}, this value is {own}: you measure from the bottom or from the right. Row 0 is the top row.",
    ),
    (
        lambda p: np.array(np.unravel_index(p.argmax(), p.shape)),
        "For {label}, this value is {own}: that is where the brightest pixel stands. All pixels have a say.",
    ),
    (
        _middle_of_box,
        "For {label}, this value is {own}: that lies half-way between the first and the last ink, however much there is of it.",
    ),
    (
        lambda p: (np.array(p.shape) - 1) / 2,
        "For {label}, this value is {own}: that is the middle of the picture, wherever the ink is.",
    ),
    (
        lambda p: np.array([np.unique(places).mean() for places in np.nonzero(p)]),
        "For {label}, this value is {own}: each row and each column with ink counts once. One with more ink must pull more.",
    ),
    (
        lambda p: np.array([np.median(places) for places in np.nonzero(p)]),
        "For {label}, this value is {own}: that is a median. The centre is a mean, in which the distances count.",
    ),
    (
        lambda p: np.array([p.sum(axis=1).argmax(), p.sum(axis=0).argmax()]),
        "For {label}, this value is {own}: that is the line with the most ink. All lines have a say.",
    ),
    (
        lambda p: np.trunc(_centre_of(p)),
        "For {label}, this value is {own}: the fraction is cut off. Is there a // or an int?",
    ),
    (lambda p: np.round(_centre_of(p)), "For {label}, this value is {own}. Leave the rounding out."),
    (lambda p: np.round(_centre_of(p), 1), "For {label}, this value is {own}. Leave the rounding out."),
    (
        lambda p: _centre_of(p) * p.sum(),
        "For {label}, this value is {own}: the sum is not yet divided by anything. A mean needs the sum of the weights below the line.",
    ),
    (
        lambda p: _centre_of(p) * p.sum() / 255,
        "For {label}, this value is {own}: that is a sum of ink times place. Divide by the sum of the ink.",
    ),
    (
        lambda p: _centre_of(p) * p.sum() / p.size,
        "For {label}, this value is {own}: you divided by the number of all pixels. A weighted mean divides by the sum of the weights.",
    ),
    (
        lambda p: _centre_of(p) * p.mean() / 255,
        "For {label}, this value is {own}: you divided by the number of all pixels. A weighted mean divides by the sum of the weights.",
    ),
    (
        lambda p: _centre_of(p) * p.sum() / (p > 0).sum(),
        "For {label}, this value is {own}: you divided by the number of pixels with ink. The weights are greys: divide by their sum.",
    ),
    (
        lambda p: _centre_of(p) * p.sum() / 255 / (p > 0).sum(),
        "For {label}, this value is {own}: you divided by the number of pixels with ink. The weights are greys: divide by their sum.",
    ),
    (lambda p: (0, 0), "For {label}, this value is {own}, as for every picture."),
)


def _centre_test(names, place):
    mistakes = [
        (lambda p, of=of: np.asarray(of(p))[place], message.replace("this value", f"your {axis} value"))
        for of, message in _CENTRE_MISTAKES
        for axis in [("first", "second")[place]]
    ]
    return _pair_test(names, place, _centre_of, mistakes, f"your {('first', 'second')[place]} value")


def _both(name):
    def test(calls):
        return _centre_test([name], 0)(calls) or _centre_test([name], 1)(calls)

    return test


centre_of_ink = FunctionCheck(
    "centre_of_ink",
    reference=_centre_of,
    cases=_centre_cases,
    criteria=[
        Criterion("gives the row of the centre in the first place", 1, _centre_test([_DOTS], 0)),
        Criterion("gives the column of the centre in the second place", 1, _centre_test([_DOTS], 1)),
        Criterion(_WEIGHED, 1, _both(_WEIGHED)),
        Criterion(_PARTS, 1, _both(_PARTS)),
    ],
    asked="a tuple (row, column) of two numbers",
    tolerance=TOLERANCE,
)


# ------------------------------------------------------------------------------------------------------- 4. is it a nine?

EMPTY, HANDWRITING = "the empty picture", "200 handwritten digits"
TWICE = 20  # so many pictures are shown twice
# Balanced accuracies asked for. Measured over 20 seeds by tests/bands/seeing_digits.py (lowest, mean, highest):
#   one amount (ink, centre, lower left)   0.472 to 0.625
#   a hole                                 0.688  0.739  0.778
#   a hole in the upper half               0.856  0.882  0.912
#   a hole and a stem                      0.866  0.903  0.938
#   the chapter's rule, limit 0.5          0.841  0.892  0.925
#   the chapter's rule, limit 0.35         0.875  0.922  0.947
#   a coin                                 0.419  0.494  0.572
BANDS = (0.65, 0.8)


@functools.cache
def _validation():
    from ..data import nines

    return nines().validation


def _handwriting(rng):
    """200 pictures of the validation part, 40 of them nines, each moved by up to two pixels; and which are nines.

    Because they are moved, a rule that looks a picture up among those that the course ships finds none.
    """
    part = _validation()
    chosen = np.concatenate(
        [
            rng.choice(np.flatnonzero(part.is_nine), 40, replace=False),
            rng.choice(np.flatnonzero(~part.is_nine), 160, replace=False),
        ]
    )
    chosen = rng.permutation(chosen)
    room = np.pad(part.images[chosen], ((0, 0), (2, 2), (2, 2)))
    moves = [(down, right) for down in range(5) for right in range(5) if (down, right) != (2, 2)]
    places = [moves[i] for i in rng.integers(len(moves), size=len(chosen))]
    moved = [picture[down : down + 64, right : right + 64] for picture, (down, right) in zip(room, places, strict=True)]
    return np.array(moved), part.is_nine[chosen].astype(float)


def _nine_cases(rng):
    return [
        Case((np.zeros((1, 64, 64), np.uint8), np.zeros(1)), EMPTY, EMPTY),
        Case(_handwriting(rng), HANDWRITING, HANDWRITING),
    ]


def _answers(answer, pictures, truth):
    """What a rule says to each picture, as 0 and 1."""
    del truth  # for the judge alone
    answers = [_answer(answer, picture, position) for position, picture in enumerate(pictures)]
    again = [_answer(answer, picture, position) for position, picture in enumerate(pictures[:TWICE])]
    if again != answers[: len(again)]:
        raise Finding(
            "your function was shown some pictures twice and did not answer the same. Only the picture may decide, "
            "not chance and not what was asked before."
        )
    return np.array(answers)


def _answer(answer, picture, position):
    before = picture.tobytes()
    returned = answer(picture)
    if picture.tobytes() != before:
        raise Finding("your function changed the picture that it was given. Work on a copy of it.")
    value = as_numbers(returned)
    if value is not None and value.size == 1 and value.item() in (0, 1):
        return value.item()
    told = f"your function returned {describe(returned)} for the picture at position {position}"
    if returned is None:
        raise Finding(
            f"{told}. Is there a way through it without a return? print only shows a value, and an if without an else "
            "returns nothing when it does not hold."
        )
    if value is not None and value.size > 1:
        raise Finding(f"{told}. One picture needs one answer: bring what you compare down to a single number first.")
    raise Finding(f"{told}. The question asks for True or False.")


def _answered(calls):
    for call in calls:
        if call["value"] is None or call["changed"] or call["value"].shape != call["case"].args[1].shape:
            return call["problem"] or "Your function gave no answers."
    empty, digits = calls
    share = digits["value"].mean()
    if share == 0:
        return (
            "Your rule says no to each of 200 handwritten digits. Always no is often right, because most digits are not "
            "nines, but it finds no nine."
        )
    if share == 1:
        return "Your rule says yes to each of 200 handwritten digits. It finds every nine, and tells nothing apart."
    if empty["value"].any():
        return "For the empty picture, your rule says yes. Without ink there is no nine."
    return None


def _band(lowest):
    def test(calls):
        (call,) = calls_of(calls, HANDWRITING)
        value, truth = call["value"], call["case"].args[1]
        if value is None or call["changed"] or value.shape != truth.shape or not np.isin(value, (0, 1)).all():
            return call["problem"] or "Your function gave no answers."
        found, alarms = int(value[truth == 1].sum()), int(value[truth == 0].sum())
        missed, calm = 40 - found, 160 - alarms
        balanced = (found / 40 + calm / 160) / 2
        if balanced >= lowest:
            return None
        told = f"Your rule finds {found} of 40 nines, and calls {alarms} of 160 other digits nines."
        if not value.any():
            return (
                f"{told} Always no has a balanced accuracy of 0.5, as always yes has. This property asks for {lowest}."
            )
        told = f"{told} That is a balanced accuracy of {balanced:.3f}, and this property asks for {lowest}."
        if balanced < 0.4:
            return f"{told} The opposite answers would do better: is the rule turned round?"
        if missed / 40 > alarms / 160:
            return f"{told} More is lost by nines that are missed: look at some of them, which condition do they fail?"
        return f"{told} More is lost by other digits that are called nines: which digits are they, and what do nines have that they lack?"

    return test


is_nine = FunctionCheck(
    "is_nine",
    reference=lambda pictures, truth: truth,
    cases=_nine_cases,
    criteria=[
        Criterion("answers every picture with True or False, an empty one with False, and not all alike", 1, _answered),
        Criterion("has a balanced accuracy of 0.65 or more on handwriting: it does not guess", 1, _band(BANDS[0])),
        Criterion("has a balanced accuracy of 0.8 or more", 2, _band(BANDS[1])),
    ],
    probe=_answers,
    asked="True or False",
    seconds=20,
)
