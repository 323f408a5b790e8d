"""Answers to exercise 01, right and wrong, with what the checks must say to them."""

import decimal
import functools
import math

import numpy as np

from isnine.checks import seeing_digits as CHECKS

__all__ = ["CHECKS", "RIGHT", "WRONG"]


def not_attempted(*_):
    raise NotImplementedError()


# ------------------------------------------------------------------------------------------------------------------ ink


def ink_by_loops(picture):
    total = 0
    rows, columns = picture.shape
    for row in range(rows):
        for column in range(columns):
            total += int(picture[row, column])
    return total / (rows * columns * 255)


def ink_by_rows(picture):
    shares = []
    for row in picture:
        shares.append(sum(row / 255) / len(row))
    return sum(shares) / len(shares)


def ink_with_tensorflow(picture):
    import tensorflow as tf

    return tf.reduce_mean(tf.cast(picture, tf.float32)) / 255


def ink_in_float32(picture):
    return np.float32(picture.astype(np.float32).mean() / np.float32(255))


def ink_that_goes_round(picture):
    total = np.uint8(0)
    for row in picture:
        for pixel in row:
            total = total + pixel
    return total / 255 / picture.size


def ink_that_goes_round_in_each_row(picture):
    return sum(int(sum(row)) for row in picture) / 255 / picture.size


def ink_of_the_last_row(picture):
    for row in picture:
        total = row.sum()
    return total / 255 / picture.size


def ink_by_return_in_the_loop(picture):
    total = 0
    for row in picture:
        total += row.sum()
        return total / 255 / picture.size


def ink_over_64_rows(picture):
    total = 0
    for row in range(64):
        for column in range(64):
            total += int(picture[row, column])
    return total / 255 / 4096


def ink_scaled_in_place(picture):
    share = picture.mean() / 255
    picture[:] = picture / 255
    return share


# ---------------------------------------------------------------------------------------------------- orders of magnitude


def order(number):
    exponent = 0
    while number >= 10:
        number = number / 10
        exponent += 1
    return exponent


def orders(difference, times=lambda brain, network: brain / network):
    """An answer with this first value, and with this second one."""
    return lambda brain, network: (difference(brain, network), times(brain, network))


def right_orders(brain, network):
    return len(str(brain)) - len(str(network))


def by_logs(of):
    return orders(lambda brain, network: of(np.log10(brain), np.log10(network)))


def with_times(times):
    return orders(right_orders, times)


def orders_by_powers(brain, network):
    def magnitude(number):
        power = 0
        while 10 ** (power + 1) <= number:
            power += 1
        return power

    return [magnitude(brain) - magnitude(network), brain / network]


def orders_with_tensorflow(brain, network):
    import tensorflow as tf

    numbers = tf.constant([brain, network], tf.float64)
    exponents = [int(f"{number:e}".split("e")[1]) for number in numbers.numpy()]
    return tf.constant(float(exponents[0] - exponents[1])), numbers[0] / numbers[1]


# ------------------------------------------------------------------------------------------------------- centre of ink


def centre_by_loops(picture):
    total = rows = columns = 0
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            grey = int(picture[row, column])
            total += grey
            rows += grey * row
            columns += grey * column
    return rows / total, columns / total


def centre_by_sums(picture):
    rows, columns = picture.sum(axis=1), picture.sum(axis=0)
    return [rows @ np.arange(len(rows)) / rows.sum(), columns @ np.arange(len(columns)) / columns.sum()]


def centre_by_average(picture):
    rows, columns = np.indices(picture.shape)
    return np.array([np.average(rows, weights=picture), np.average(columns, weights=picture)])


def centre_by_scipy(picture):
    from scipy import ndimage

    return ndimage.center_of_mass(picture / 255)


def centre_by_repeating(picture):
    places = np.repeat(np.argwhere(picture >= 0), picture.ravel(), axis=0)
    return tuple(places.mean(axis=0))


def centre_with_tensorflow(picture):
    import tensorflow as tf

    grey = tf.cast(picture, tf.float64)
    rows = tf.reduce_sum(tf.reduce_sum(grey, axis=1) * tf.range(grey.shape[0], dtype=tf.float64))
    columns = tf.reduce_sum(tf.reduce_sum(grey, axis=0) * tf.range(grey.shape[1], dtype=tf.float64))
    return tf.stack([rows, columns]) / tf.reduce_sum(grey)


def centre_from(change):
    """An answer that computes the centre rightly and then returns ``change(centre, picture)``."""
    return lambda picture: change(centre_by_average(picture), picture)


def centre_that_goes_round(picture):
    total = rows = columns = 0
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            rows += picture[row, column] * row
            columns += picture[row, column] * column
            total += picture[row, column]
    return rows / total, columns / total


def centre_of_squares_only(picture):
    places = np.arange(64)[: len(picture)]
    return picture.sum(axis=1) @ places / picture.sum(), picture.sum(axis=0) @ places / picture.sum()


def centre_of_a_picture_in_place(picture):
    centre = centre_by_average(picture)
    picture[:] = 0
    return centre


def middle_of_box(picture):
    rows, columns = np.nonzero(picture)
    return (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2


# ------------------------------------------------------------------------------------------------------------ is it a nine


def shrunk(picture, by=2):
    side = 64 // by
    return picture.reshape(side, by, side, by).mean(axis=(1, 3)) / 255


def dry(paper):
    """Paper that no water reaches from the edge."""
    wet = paper.copy()
    wet[1:-1, 1:-1] = False
    before = -1
    while wet.sum() > before:
        before = wet.sum()
        for step, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)):
            wet |= np.roll(wet, step, axis) & paper
    return paper & ~wet


def lowest(marks):
    return (marks.any(axis=1) * np.arange(len(marks))).max()


@functools.cache
def verdict(data):
    small = shrunk(np.frombuffer(data, np.uint8).reshape(64, 64))
    hole = dry(small < 0.35)
    stem = lowest(small >= 0.35) - lowest(hole)
    return hole.any() and stem >= 8 and small[16:, :16].mean() < 0.2


def nine_of_the_chapter(picture):
    return verdict(picture.tobytes())  # the tests ask many times for the same pictures


def nine_by_numbers(picture):
    small = shrunk(picture)
    hole = dry(small < 0.5)
    if not hole.any():
        return 0
    if lowest(small >= 0.5) - lowest(hole) < 8:
        return 0
    return 1


def nine_by_labels(picture):
    from scipy import ndimage

    holes = ndimage.binary_fill_holes(picture > 100) & (picture <= 100)
    rows = np.flatnonzero(holes.any(axis=1))
    return bool(len(rows) and rows.max() < 36)


def nine_by_a_stack(picture):
    small = shrunk(picture).tolist()
    seen = {(row, column) for row in range(32) for column in range(32) if small[row][column] >= 0.4}
    ink = set(seen)
    stack = [(0, 0)]
    while stack:
        row, column = stack.pop()
        if (row, column) in seen or not (0 <= row < 32 and 0 <= column < 32):
            continue
        seen.add((row, column))
        stack += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
    dry_rows = [row for row in range(32) for column in range(32) if (row, column) not in seen]
    if not dry_rows or not ink:
        return False
    return max(row for row, _ in ink) - max(dry_rows) > 7


def nine_with_scores(picture):
    small = shrunk(picture)
    hole = dry(small < 0.3)
    score = 0.0
    if hole.any():
        score += 1.0
        score += 0.1 * (lowest(small > 0.3) - lowest(hole) - 7)
    score -= small[18:, :14].mean()
    return np.array([score > 1.0])


def nine_with_tensorflow(picture):
    import tensorflow as tf

    return tf.constant(bool(nine_of_the_chapter(picture)))


def nine_by_any_hole(picture):
    return dry(shrunk(picture) < 0.5).any()


def nine_by_the_lower_left(picture):
    return shrunk(picture)[16:, :16].mean() < 0.1


def nine_by_an_index(picture):
    rows = np.flatnonzero(dry(shrunk(picture) < 0.5).any(axis=1))
    return lowest(shrunk(picture) >= 0.5) - rows[-1] >= 8


def nine_that_divides_by_the_ink(picture):
    return int(picture.max()) / int(picture.sum()) < 1 and nine_of_the_chapter(picture)


def nine_that_is_careless_with_paper(picture):
    return nine_of_the_chapter(picture) or picture.max() == 0


def nine_turned_round(picture):
    return not nine_of_the_chapter(picture)


def nine_without_else(picture):
    if nine_of_the_chapter(picture):
        return True


def nine_for_each_row(picture):
    return shrunk(picture).mean(axis=1) < 0.1


def nine_in_words(picture):
    return "nine" if nine_of_the_chapter(picture) else "other"


def nine_by_an_if_on_an_array(picture):
    if picture > 100:  # noqa: SIM103 - as beginners write it
        return True
    return False


class ByTurns:
    """Says yes to every third picture."""

    def __init__(self):
        self.asked = 0

    def __call__(self, picture):
        self.asked += 1
        return self.asked % 3 == 0


@functools.cache
def known_nines():
    from isnine.data import nines

    part = nines().validation
    return {picture.tobytes() for picture in part.images[part.is_nine]}


def nine_looked_up(picture):
    return picture.tobytes() in known_nines()


def nine_that_clears(picture):
    answer = nine_of_the_chapter(picture)
    picture[:] = 0
    return answer


RIGHT = {
    "ink": {
        "loops": ink_by_loops,
        "row by row": ink_by_rows,
        "the mean": lambda picture: picture.mean() / 255,
        "the mean of shares": lambda picture: np.mean(picture / 255.0),
        "the sum": lambda picture: picture.sum() / picture.size / 255,
        "float32": ink_in_float32,
        "a list of ints": lambda picture: sum(picture.ravel().tolist()) / len(picture.ravel()) / 255,
        "an array of one": lambda picture: np.array([np.average(picture) / 255]),
        "TensorFlow": ink_with_tensorflow,
    },
    "brain_against_network": {
        "log10 of NumPy": by_logs(lambda b, n: np.floor(b) - np.floor(n)),
        "log10 of math": orders(lambda b, n: int(math.log10(b)) - int(math.log10(n))),
        "digits": orders(right_orders),
        "a loop of divisions": orders(lambda b, n: order(b) - order(n)),
        "powers of ten, as a list": orders_by_powers,
        "decimals": orders(lambda b, n: decimal.Decimal(b).adjusted() - decimal.Decimal(n).adjusted()),
        "as an array": lambda b, n: np.array([right_orders(b, n), np.divide(b, n)]),
        "TensorFlow": orders_with_tensorflow,
    },
    "centre_of_ink": {
        "loops": centre_by_loops,
        "sums of rows and columns": centre_by_sums,
        "np.average": centre_by_average,
        "scipy": centre_by_scipy,
        "pixels repeated by their grey": centre_by_repeating,
        "TensorFlow": centre_with_tensorflow,
    },
    "is_nine": {
        "the chapter's rule": nine_of_the_chapter,
        "a hole and a stem, 0 and 1": nine_by_numbers,
        "holes filled by scipy": nine_by_labels,
        "a stack of places": nine_by_a_stack,
        "a score, as an array of one": nine_with_scores,
        "TensorFlow": nine_with_tensorflow,
    },
}

WRONG = {
    "ink": {
        "untouched": (not_attempted, "not attempted", "Write ink above", 0),
        "pixels counted": (lambda p: (p > 0).mean(), "wrong", "share of pixels with some ink", 1),
        "pixels counted, by count_nonzero": (lambda p: np.count_nonzero(p) / p.size, "wrong", "use its grey", 1),
        "a number of pixels": (np.count_nonzero, "wrong", "a number of pixels", 0),
        "full ink alone": (lambda p: np.mean(p == 255), "wrong", "only pixels with full ink", 1),
        "black and white first": (lambda p: np.mean(p > 127), "wrong", "black or white first", 1),
        "rounded pixels": (lambda p: np.round(p / 255).mean(), "wrong", "black or white first", 1),
        "whole-number division": (lambda p: (p // 255).mean(), "wrong", "only pixels with full ink", 1),
        "the mean of the inked pixels": (
            lambda p: p[p > 0].mean() / 255 if p.any() else 0.0,
            "wrong",
            "Pixels without ink count too",
            0,
        ),
        "divided by its own largest": (
            lambda p: p.mean() / max(1, p.max()),
            "wrong",
            "largest grey of this picture",
            1,
        ),
        "paper": (lambda p: 1 - p.mean() / 255, "wrong", "the share of paper", 0),
        "the brightest pixel": (lambda p: p.max() / 255, "wrong", "the brightest pixel alone", 0),
        "the median": (lambda p: np.median(p) / 255, "wrong", "a median", 0),
        "a sum that goes round": (ink_that_goes_round, "wrong", "past 255", 0),
        "a sum that goes round in each row": (
            ink_that_goes_round_in_each_row,
            "wrong",
            "NumPy warns of an overflow",
            0,
        ),
        "always 0": (lambda p: int(p.mean() / 256), "wrong", "as for every picture", 0),
        "always 0.1": (lambda p: 0.1, "wrong", "too", 0),
        "0 to 255": (lambda p: p.mean(), "wrong", "on the scale 0 to 255", 1),
        "the sum": (lambda p: p.sum(), "wrong", "that is a sum", 1),
        "the sum of shares": (lambda p: (p / 255).sum(), "wrong", "a sum of ink", 1),
        "divided by 256": (lambda p: p.mean() / 256, "wrong", "the largest is 255", 1),
        "per cent": (lambda p: 100 * p.mean() / 255, "wrong", "per cent", 1),
        "rounded to one decimal": (lambda p: round(p.mean() / 255, 1), "wrong", "rounding", 0),
        "rounded to two decimals": (lambda p: round(p.mean() / 255, 2), "wrong", "rounding", 0),
        "rounded to three decimals": (lambda p: round(p.mean() / 255, 3), "wrong", "rounding", 0),
        "the mean cut off": (lambda p: p.mean() // 255, "wrong", "cut the fraction off", 0),
        "4096 pixels": (lambda p: p.sum() / 255 / 4096, "wrong", "divided by 4096 pixels", 2),
        "rows for columns": (lambda p: p.sum() / 255 / len(p) ** 2, "wrong", "number of rows for", 2),
        "columns for rows": (lambda p: p.sum() / 255 / p.shape[1] ** 2, "wrong", "number of columns for", 2),
        "loops over 64": (ink_over_64_rows, "wrong", "IndexError", 2),
        "return inside the loop": (ink_by_return_in_the_loop, "wrong", "too small", 0),
        "the last row": (ink_of_the_last_row, "wrong", "too small", 0),
        "one number a row": (lambda p: p.mean(axis=1) / 255, "wrong", "an array of shape (64,)", 0),
        "the inks": (lambda p: p / 255, "wrong", "an array of shape (64, 64)", 0),
        "text": (lambda p: f"{p.mean() / 255:.0%}", "wrong", "not all of it is numbers", 0),
        "printed": (lambda p: print(p.mean() / 255), "wrong", "Is the return missing?", 0),
        "picture changed": (ink_scaled_in_place, "wrong", "changed the array", 0),
        "0/0": (lambda p: p.mean() / 255 * (p.max() / p.max()), "wrong", "NaN", 2),
        "a name that is not there": (lambda p: mean(p) / 255, "error", "name 'mean' is not defined", 0),  # noqa: F821
    },
    "brain_against_network": {
        "untouched": (not_attempted, "not attempted", "Write brain_against_network above", 0),
        "logarithms": (by_logs(lambda b, n: b - n), "wrong", "not yet rounded down", 1),
        "swapped": (lambda b, n: (b / n, right_orders(b, n)), "wrong", "belongs in the second place", 0),
        "swapped, and told on the second value": (
            lambda b, n: (b / n, right_orders(b, n)),
            "wrong",
            "belongs in the first place",
            0,
        ),
        "sign turned": (orders(lambda b, n: right_orders(n, b)), "wrong", "sign is turned round", 1),
        "sign lost": (orders(lambda b, n: abs(right_orders(n, b))), "wrong", "sign is lost", 3),
        "order of the quotient": (by_logs(lambda b, n: np.floor(b - n)), "wrong", "of the quotient", 1),
        "order of the quotient, cut off": (by_logs(lambda b, n: int(b - n)), "wrong", "of the quotient", 1),
        "order of the quotient, rounded": (by_logs(lambda b, n: round(b - n)), "wrong", "of the quotient", 1),
        "digits of the quotient": (orders(lambda b, n: len(str(b // n))), "wrong", "counted the digits", 1),
        "digits of the quotient, less one": (orders(lambda b, n: len(str(int(b / n))) - 1), "wrong", "too small", 1),
        "rounded": (by_logs(lambda b, n: np.round(b) - np.round(n)), "wrong", "rounded to the nearest", 1),
        "rounded up": (by_logs(lambda b, n: np.ceil(b) - np.ceil(n)), "wrong", "you rounded up", 3),
        "natural logarithm": (
            orders(lambda b, n: np.floor(np.log(b)) - np.floor(np.log(n))),
            "wrong",
            "natural logarithm",
            1,
        ),
        "powers of two": (
            orders(lambda b, n: np.floor(np.log2(b)) - np.floor(np.log2(n))),
            "wrong",
            "powers of two",
            1,
        ),
        "the brain alone": (orders(lambda b, n: order(b)), "wrong", "of the brain alone", 1),
        "the network alone": (orders(lambda b, n: order(n)), "wrong", "of the network alone", 1),
        "log with a base": (
            orders(lambda b, n: math.floor(math.log(b, 10)) - math.floor(math.log(n, 10))),
            "wrong",
            "There is a log10",
            3,
        ),
        "one too low at powers": (
            orders(lambda b, n: len(str(b - 1)) - len(str(max(n - 1, 1)))),
            "wrong",
            "at a power of ten itself",
            3,
        ),
        "always 0": (orders(lambda b, n: 0), "wrong", "as for all other numbers", 1),
        "always 5": (orders(lambda b, n: 5), "wrong", "too large", 1),
        "never below 0": (orders(lambda b, n: max(0, right_orders(b, n))), "wrong", "too large", 3),
        "the other quotient": (with_times(lambda b, n: n / b), "wrong", "other way round", 3),
        "a difference": (with_times(lambda b, n: b - n), "wrong", "that is a difference", 3),
        "cut off": (with_times(lambda b, n: b // n), "wrong", "fraction is lost", 3),
        "a rounded quotient": (with_times(lambda b, n: round(b / n)), "wrong", "you rounded it", 3),
        "one decimal": (with_times(lambda b, n: round(b / n, 1)), "wrong", "you rounded it", 3),
        "two decimals": (with_times(lambda b, n: round(b / n, 2)), "wrong", "you rounded it", 3),
        "a power of ten": (with_times(lambda b, n: 10.0 ** right_orders(b, n)), "wrong", "a power of ten", 3),
        "the larger by the smaller": (with_times(lambda b, n: max(b, n) / min(b, n)), "wrong", "below 1", 3),
        "the orders twice": (with_times(right_orders), "wrong", "difference of the orders", 3),
        "one value": (right_orders, "wrong", "the single value 5", 0),
        "three values": (lambda b, n: (order(b), order(n), b / n), "wrong", "a tuple of 3 values", 0),
        "a text": (lambda b, n: f"{right_orders(b, n)} orders", "wrong", "not all of it is numbers", 0),
        "words in a tuple": (lambda b, n: (right_orders(b, n), "many"), "wrong", "not all of it", 0),
        "a dict": (lambda b, n: {"orders": 5, "times": b / n}, "wrong", "a dict", 0),
        "printed": (lambda b, n: print(right_orders(b, n), b / n), "wrong", "Is the return missing?", 0),
        "digits of a number": (orders(lambda b, n: len(b) - len(n)), "error", "TypeError", 0),
    },
    "centre_of_ink": {
        "untouched": (not_attempted, "not attempted", "Write centre_of_ink above", 0),
        "swapped": (centre_from(lambda c, p: c[::-1]), "wrong", "belongs to the other axis", 0),
        "pixels counted": (lambda p: centre_by_average(p > 0), "wrong", "counts the same", 2),
        "argwhere": (lambda p: np.argwhere(p).mean(axis=0), "wrong", "Full ink has to pull more", 2),
        "pixels counted and swapped": (
            lambda p: centre_by_average(p > 0)[::-1],
            "wrong",
            "belongs to the other axis",
            0,
        ),
        "black and white first": (lambda p: centre_by_average(p > 127), "wrong", "ZeroDivisionError", 2),
        "black and white, if there is white": (
            lambda p: centre_by_average((p > 127) | (p.max() < 128)),
            "wrong",
            "too",
            2,
        ),
        "black and white, 0/0 kept": (
            lambda p: centre_by_loops((p > 127).astype(int)),
            "wrong",
            "ZeroDivisionError",
            2,
        ),
        "from 1": (centre_from(lambda c, p: c + 1), "wrong", "you count from 1", 0),
        "a share of the size": (centre_from(lambda c, p: c / p.shape), "wrong", "divided by the size", 0),
        "from the middle": (
            centre_from(lambda c, p: c - (np.array(p.shape) - 1) / 2),
            "wrong",
            "from the middle of the picture",
            0,
        ),
        "from the middle, by half the size": (
            centre_from(lambda c, p: c - np.array(p.shape) / 2),
            "wrong",
            "from the middle of the picture",
            0,
        ),
        "from the bottom right": (centre_from(lambda c, p: np.array(p.shape) - 1 - c), "wrong", "from the bottom", 0),
        "the brightest pixel": (lambda p: np.unravel_index(p.argmax(), p.shape), "wrong", "brightest pixel stands", 0),
        "the middle of the box": (middle_of_box, "wrong", "half-way between", 0),
        "the middle of the picture": (
            lambda p: ((len(p) - 1) / 2, (len(p[0]) - 1) / 2),
            "wrong",
            "wherever the ink",
            0,
        ),
        "lines with ink": (
            lambda p: [np.unique(places).mean() for places in np.nonzero(p)],
            "wrong",
            "One with more ink must pull more",
            0,
        ),
        "medians": (lambda p: [np.median(places) for places in np.nonzero(p)], "wrong", "a median", 0),
        "the lines with the most ink": (
            lambda p: (p.sum(axis=1).argmax(), p.sum(axis=0).argmax()),
            "wrong",
            "the line with the most ink",
            0,
        ),
        "whole numbers": (centre_from(lambda c, p: c.astype(int)), "wrong", "cut off", 0),
        "rounded": (centre_from(lambda c, p: np.round(c)), "wrong", "rounding", 0),
        "rounded to one decimal": (centre_from(lambda c, p: np.round(c, 1)), "wrong", "rounding", 0),
        "not divided": (centre_from(lambda c, p: c * p.sum()), "wrong", "not yet divided", 0),
        "shares not divided": (centre_from(lambda c, p: c * p.sum() / 255), "wrong", "Divide by the sum of the ink", 0),
        "divided by all pixels": (centre_from(lambda c, p: c * p.mean()), "wrong", "number of all pixels", 0),
        "ink divided by all pixels": (centre_from(lambda c, p: c * p.mean() / 255), "wrong", "number of all pixels", 0),
        "divided by the inked pixels": (
            centre_from(lambda c, p: c * p[p > 0].mean()),
            "wrong",
            "number of pixels with ink",
            0,
        ),
        "ink divided by the inked pixels": (
            centre_from(lambda c, p: c * p[p > 0].mean() / 255),
            "wrong",
            "number of pixels with ink",
            2,
        ),
        "always (0, 0)": (lambda p: (0, 0), "wrong", "as for every picture", 0),
        "always (30, 30)": (lambda p: (30, 30), "wrong", "too large", 0),
        "uint8 goes round": (centre_that_goes_round, "wrong", "NumPy warns of an overflow", 0),
        "squares only": (centre_of_squares_only, "wrong", "ValueError", 3),
        "the row alone, twice": (centre_from(lambda c, p: (c[0], c[0])), "wrong", "belongs to the other axis", 1),
        "the row alone": (centre_from(lambda c, p: c[0]), "wrong", "the single value 10", 0),
        "text": (centre_from(lambda c, p: str(c.round())), "wrong", "not all of it is numbers", 0),
        "printed": (centre_from(lambda c, p: print(c)), "wrong", "Is the return missing?", 0),
        "picture cleared": (centre_of_a_picture_in_place, "wrong", "changed the array", 0),
        "a name that is not there": (lambda p: (rows / p.sum(), 0), "error", "name 'rows' is not defined", 0),  # noqa: F821
    },
    "is_nine": {
        "untouched": (not_attempted, "not attempted", "Write is_nine above", 0),
        "always no": (lambda p: False, "wrong", "Your rule says no to each", 0),
        "always yes": (lambda p: True, "wrong", "Your rule says yes to each", 0),
        "always no, but for full ink": (lambda p: p.min() > 200, "wrong", "it finds no nine", 0),
        "an amount of ink": (lambda p: 0.09 < p.mean() / 255 < 0.13, "wrong", "this property asks for 0.65", 1),
        "the lower left alone": (nine_by_the_lower_left, "wrong", "this property asks for 0.65", 0),
        "any hole": (nine_by_any_hole, "wrong", "which digits are they", 2),
        "turned round": (nine_turned_round, "wrong", "is the rule turned round", 0),
        "no hole stops it": (nine_by_an_index, "error", "IndexError", 0),
        "the empty picture stops it": (
            nine_that_divides_by_the_ink,
            "wrong",
            "the empty picture, your code stopped",
            3,
        ),
        "the empty picture is a nine": (nine_that_is_careless_with_paper, "wrong", "Without ink there is no nine", 3),
        "too strict": (
            lambda p: nine_of_the_chapter(p) and shrunk(p)[16:, :16].mean() < 0.06,
            "wrong",
            "which condition do they fail",
            1,
        ),
        "no else": (nine_without_else, "wrong", "an if without an else", 0),
        "one answer a row": (nine_for_each_row, "wrong", "One picture needs one answer", 0),
        "words": (nine_in_words, "wrong", "the text 'other'", 0),
        "a score": (lambda p: shrunk(p)[16:, :16].mean(), "wrong", "The question asks for True or False", 0),
        "9 and 0": (lambda p: 9 if nine_of_the_chapter(p) else 0, "wrong", "the single value 9", 0),
        "an if on an array": (nine_by_an_if_on_an_array, "error", "truth value of an array", 0),
        "by turns": (ByTurns(), "wrong", "did not answer the same", 0),
        "looked up": (nine_looked_up, "wrong", "says no to each", 0),
        "pictures cleared": (nine_that_clears, "wrong", "changed the picture", 0),
        "printed": (lambda p: print(nine_of_the_chapter(p)), "wrong", "without a return", 0),
        "a name that is not there": (lambda p: holes(p).any(), "error", "name 'holes' is not defined", 0),  # noqa: F821
    },
}
