"""Answers to exercise 05, right and wrong, with what the checks must say to them."""

import math
from collections import Counter

import numpy as np

from isnine.checks import picture_to_input as CHECKS

__all__ = ["CHECKS", "RIGHT", "WRONG"]


def inputs_by_loops(picture):
    inputs = []
    for row in range(64):
        for column in range(64):
            inputs.append(int(picture[row, column]) / 255)
    return inputs


def inputs_into_a_prepared_array(picture):
    inputs = np.zeros(4096, dtype=np.float32)
    for row in range(64):
        inputs[64 * row : 64 * row + 64] = picture[row] / 255
    return inputs


def inputs_with_tensorflow(picture):
    import tensorflow as tf

    return tf.reshape(tf.cast(picture, tf.float32) / 255.0, [-1])


def inputs_with_keras(picture):
    import keras

    return keras.layers.Rescaling(1 / 255)(picture.astype("float32")).numpy().flatten()


def inputs_scaled_in_place(picture):
    scaled = picture / 255
    picture[:] = scaled
    return scaled.reshape(-1)


def inputs_whose_picture_is_cleared(picture):
    inputs = picture.flatten() / 255
    picture[:] = 0
    return inputs


def inputs_divided_in_place(picture):
    picture /= 255
    return picture.flatten()


def inputs_that_are_printed(picture):
    print(picture.reshape(-1) / 255)


def inputs_with_an_unwritten_helper(picture):
    return scale(picture).reshape(-1)  # noqa: F821 - the mistake


def inputs_with_one_pixel_lost(picture):
    inputs = np.zeros(4096)
    for row in range(64):
        for column in range(63):
            inputs[64 * row + column] = picture[row, column] / 255
    return inputs


def inputs_of_twice_the_grey(picture):
    return (picture * np.uint8(2)).reshape(-1) / 510


def not_attempted(*_):
    raise NotImplementedError()


def decide_by_loop(scores):
    answers = []
    for score in scores:
        if score < 0.5:
            answers.append(False)
        else:
            answers.append(True)
    return answers


def decide_with_tensorflow(scores):
    import tensorflow as tf

    return tf.greater_equal(scores, tf.cast(0.5, scores.dtype))


def decide_with_if(scores):
    if scores >= 0.5:  # noqa: SIM103 - as beginners write it
        return True
    return False


def decide_by_return_in_the_loop(scores):
    for score in scores:
        return score >= 0.5


def decide_by_return_after_the_loop(scores):
    for score in scores:
        answer = score >= 0.5
    return answer


def decide_in_words(scores):
    return ["a nine" if score >= 0.5 else "not a nine" for score in scores]


def decide_in_place(scores):
    scores[scores >= 0.5] = 1
    scores[scores < 0.5] = 0
    return scores


def decide_by_prints(scores):
    for score in scores:
        print(score >= 0.5)


def accuracy_by_loop(truth):
    right = 0
    for is_nine in truth:
        if not is_nine:
            right += 1
    return right / len(truth)


def accuracy_by_comparing(truth):
    answers = np.zeros(len(truth), dtype=bool)
    return (answers == truth).mean()


def accuracy_with_tensorflow(truth):
    import tensorflow as tf

    return 1 - tf.reduce_mean(tf.cast(truth, tf.float64))


def accuracy_of_always_yes(truth):
    return np.mean(truth)


def accuracy_by_is_false(truth):
    return sum(1 for is_nine in truth if is_nine is False) / len(truth)


def accuracy_by_false_positives(truth):
    no = np.zeros(len(truth))
    return sum(no == 1) / len(truth)


def pair_by_loops(answers, truth):
    found = called = nines = 0
    for answer, is_nine in zip(answers, truth, strict=True):
        if answer and is_nine:
            found += 1
        if answer:
            called += 1
        if is_nine:
            nines += 1
    precision = 0.0
    if called > 0:
        precision = found / called
    recall = 0.0
    if nines > 0:
        recall = found / nines
    return precision, recall


def pair_by_numpy(answers, truth):
    answers, truth = answers.astype(bool), truth.astype(bool)
    found = (answers & truth).sum()
    return np.array([found / max(answers.sum(), 1), found / max(truth.sum(), 1)])


def pair_with_a_warning(answers, truth):
    found = np.sum(answers * truth)
    return list(np.nan_to_num([found / np.sum(answers), found / np.sum(truth)]))


def pair_with_tensorflow(answers, truth):
    import tensorflow as tf

    answers, truth = tf.cast(answers, tf.float64), tf.cast(truth, tf.float64)
    found = tf.reduce_sum(answers * truth)
    return tf.math.divide_no_nan(found, tf.reduce_sum(answers)), tf.math.divide_no_nan(found, tf.reduce_sum(truth))


def pair_with_a_tiny_number(answers, truth):
    found = np.sum((answers == 1) & (truth == 1))
    return found / (np.sum(answers) + 1e-12), found / (np.sum(truth) + 1e-12)


def pair_of(formula, otherwise=0.0):
    """An answer that counts as it should and returns ``formula(tp, fp, fn, tn)``; ``otherwise`` where that divides by 0."""

    def pair(answers, truth):
        answers, truth = answers.astype(bool), truth.astype(bool)
        counts = (answers & truth, answers & ~truth, ~answers & truth, ~answers & ~truth)
        try:
            return formula(*(int(part.sum()) for part in counts))
        except ZeroDivisionError:
            if otherwise is None:
                raise
            return otherwise

    return pair


def share(part, whole, otherwise=0.0):
    return part / whole if whole else otherwise


def pair_by_masks(answers, truth):
    precision = truth[answers].mean() if answers.any() else 0.0
    recall = answers[truth].mean() if truth.any() else 0.0
    return precision, recall


def pair_by_sums(answers, truth):
    found = np.sum(answers + truth == 2)
    return share(found, np.sum(answers)), share(found, np.sum(truth))


def pair_by_numpy_division(answers, truth):
    found = np.sum(answers * truth)
    return found / np.sum(answers), found / np.sum(truth)


def pair_that_forgets_both_at_once(answers, truth):
    found = np.sum(answers & truth)
    if np.sum(answers) == 0:
        return 0.0, int(found) / int(np.sum(truth))
    if np.sum(truth) == 0:
        return int(found) / int(np.sum(answers)), 0.0
    return found / np.sum(answers), found / np.sum(truth)


def threshold_by_loop(scores, truth, wanted):
    for threshold in sorted(scores, reverse=True):
        found = sum(1 for score, is_nine in zip(scores, truth, strict=True) if is_nine and score >= threshold)
        if found / sum(truth) >= wanted:
            return threshold


def threshold_by_rank(scores, truth, wanted):
    nines = np.sort(scores[truth == 1])[::-1]
    return nines[math.ceil(wanted * len(nines)) - 1]


def threshold_by_quantile(scores, truth, wanted):
    return -np.quantile(-scores[truth == 1], wanted, method="inverted_cdf")


def threshold_by_falling(scores, truth, wanted):
    nines = sorted(score for score, is_nine in zip(scores, truth, strict=True) if is_nine)
    found = 0
    while True:
        threshold = nines.pop()
        found += 1
        if found / sum(truth) >= wanted:
            return float(threshold)


def threshold_with_tensorflow(scores, truth, wanted):
    import tensorflow as tf

    nines = tf.sort(tf.boolean_mask(scores, tf.cast(truth, bool)), direction="DESCENDING")
    return nines[int(tf.math.ceil(wanted * len(nines))) - 1]


def threshold_by(reaches):
    """The highest score for which ``reaches(scores, truth, threshold, wanted)``."""

    def threshold(scores, truth, wanted):
        truth = truth == 1
        for candidate in np.sort(scores)[::-1]:
            if reaches(scores, truth, candidate, wanted):
                return candidate
        return candidate

    return threshold


def threshold_at(position, step=-1):
    """The score of the nine at ``position(n, wanted)`` when the nines are sorted from the highest score down."""

    def threshold(scores, truth, wanted):
        nines = np.sort(scores[truth == 1])[::step]
        return nines[position(len(nines), wanted)]

    return threshold


def threshold_on_a_grid(scores, truth, wanted):
    for threshold in np.linspace(1, 0, 101):
        if np.mean(scores[truth == 1] >= threshold) >= wanted:
            return threshold


def threshold_of_different_outputs(scores, truth, wanted):
    nines = np.unique(scores[truth == 1])[::-1]
    return nines[min(math.ceil(wanted * np.sum(truth)), len(nines)) - 1]


def threshold_from_the_first(scores, truth, wanted):
    for threshold in scores:
        if np.mean(scores[truth == 1] >= threshold) >= wanted:
            return threshold


def threshold_sorted_in_place(scores, truth, wanted):
    right = threshold_by_rank(scores, truth, wanted)
    scores.sort()
    return right


RIGHT = {
    "to_inputs": {
        "two loops and a list": inputs_by_loops,
        "a prepared float32 array": inputs_into_a_prepared_array,
        "reshape and divide": lambda picture: picture.reshape(4096) / 255,
        "flatten, float32": lambda picture: picture.astype(np.float32).flatten() / np.float32(255),
        "joined rows": lambda picture: np.concatenate([row / 255.0 for row in picture]),
        "a list comprehension": lambda picture: [float(pixel) / 255 for row in picture for pixel in row],
        "a tuple": lambda picture: tuple(pixel / 255 for pixel in picture.ravel().tolist()),
        "TensorFlow": inputs_with_tensorflow,
        "Keras on TensorFlow": inputs_with_keras,
    },
    "decide": {
        "a loop": decide_by_loop,
        "one comparison": lambda scores: scores >= 0.5,
        "0 and 1": lambda scores: np.where(scores < 0.5, 0, 1),
        "0.0 and 1.0": lambda scores: (scores >= 0.5).astype(np.float32),
        "a list of 0 and 1": lambda scores: [int(score >= 0.5) for score in scores],
        "rounding half up": lambda scores: np.floor(scores + 0.5),
        "not below": lambda scores: ~(scores < 0.5),
        "TensorFlow": decide_with_tensorflow,
    },
    "accuracy_of_always_no": {
        "a loop": accuracy_by_loop,
        "1 minus the share of nines": lambda truth: 1 - sum(truth) / len(truth),
        "answers compared with truth": accuracy_by_comparing,
        "count of zeros": lambda truth: np.count_nonzero(truth == 0) / len(truth),
        "a Counter": lambda truth: Counter(truth.tolist())[False] / len(truth),
        "logical_not, as an array of one": lambda truth: np.array([np.logical_not(truth).mean()]),
        "float32": lambda truth: np.float32(np.mean(truth == 0)),
        "TensorFlow": accuracy_with_tensorflow,
    },
    "precision_and_recall": {
        "loops": pair_by_loops,
        "NumPy, as an array": pair_by_numpy,
        "0/0 mended after a warning, as a list": pair_with_a_warning,
        "a tiny number below the line": pair_with_a_tiny_number,
        "counts": pair_of(lambda tp, fp, fn, tn: (share(tp, tp + fp), share(tp, tp + fn))),
        "0 for 0/0, not 0.0": pair_of(lambda tp, fp, fn, tn: (share(tp, tp + fp, 0), share(tp, tp + fn, 0))),
        "(0, 0) as soon as nothing is found": pair_of(lambda tp, fp, fn, tn: (tp / (tp + fp), tp / (tp + fn)), (0, 0)),
        "TensorFlow": pair_with_tensorflow,
    },
    "highest_threshold": {
        "a loop over the sorted scores": threshold_by_loop,
        "the rank among the nines": threshold_by_rank,
        "a quantile that is a value": threshold_by_quantile,
        "a falling threshold": threshold_by_falling,
        "the largest of those that reach it": lambda scores, truth, wanted: max(
            t for t in scores if np.mean(scores[truth == 1] >= t) >= wanted
        ),
        "TensorFlow": threshold_with_tensorflow,
    },
}

WRONG = {
    "to_inputs": {
        "untouched": (not_attempted, "not attempted", "Write to_inputs above", 0),
        "0..255 kept": (lambda p: p.reshape(-1), "wrong", "still grey levels", 1),
        "0..255 kept, as floats": (lambda p: p.astype(float).reshape(-1), "wrong", "from 0 to 255", 1),
        "0..255 kept, column by column": (lambda p: p.T.reshape(-1), "wrong", "still grey levels", 0),
        "column by column": (lambda p: p.T.reshape(-1) / 255, "wrong", "follow the columns", 1),
        "column by column, by order": (lambda p: p.flatten(order="F") / 255, "wrong", "follow the columns", 1),
        "backwards": (lambda p: p.reshape(-1)[::-1] / 255, "wrong", "run backwards", 1),
        "bottom row first": (lambda p: p[::-1].reshape(-1) / 255, "wrong", "bottom row", 1),
        "mirrored": (lambda p: p[:, ::-1].reshape(-1) / 255, "wrong", "mirrored", 1),
        "greys sorted": (lambda p: np.sort(p.reshape(-1)) / 255, "wrong", "values are off", 1),
        "divided by 256": (lambda p: p.reshape(-1) / 256, "wrong", "the highest is 255", 1),
        "whole-number division": (lambda p: p.reshape(-1) // 255, "wrong", "cuts fractions off", 1),
        "changed back to uint8": (lambda p: (p / 255).astype(np.uint8).reshape(-1), "wrong", "cuts fractions off", 1),
        "whole-number division by 256": (lambda p: p.reshape(-1) // 256, "error", "out of bounds for uint8", 0),
        "cut to whole numbers": (lambda p: (p.reshape(-1) / 256).astype(int), "wrong", "All your values are 0", 0),
        "rounded to 0 and 1": (lambda p: np.round(p / 255).reshape(-1), "wrong", "greys are lost", 1),
        "black and white": (lambda p: (p > 127).reshape(-1), "wrong", "greys are lost", 1),
        "rounded to two decimals": (lambda p: np.round(p / 255, 2).reshape(-1), "wrong", "two decimals", 1),
        "inverted": (lambda p: 1 - p.reshape(-1) / 255, "wrong", "turned round", 1),
        "inverted, not scaled": (lambda p: 255 - p.reshape(-1), "wrong", "turned round", 1),
        "from -1 to 1": (lambda p: p.reshape(-1) / 127.5 - 1, "wrong", "run from -1 to 1", 1),
        "in per cent": (lambda p: p.reshape(-1) / 255 * 100, "wrong", "per cent", 1),
        "divided by the width": (lambda p: p.reshape(-1) / 64, "wrong", "width of the picture", 1),
        "divided by the number of pixels": (lambda p: p.reshape(-1) / 4096, "wrong", "number of pixels", 1),
        "divided by the sum": (lambda p: p.reshape(-1) / max(1, p.sum()), "wrong", "add up to 1", 1),
        "standardised": (lambda p: (p.reshape(-1) - p.mean()) / (p.std() + 1e-9), "wrong", "picture's mean", 1),
        "divided by its own maximum": (lambda p: p.reshape(-1) / p.max(), "wrong", "own largest value", 2),
        "divided by its own maximum, empty pictures apart": (
            lambda p: p.reshape(-1) / max(1, p.max()),
            "wrong",
            "own largest value",
            2,
        ),
        "stretched": (lambda p: (p.reshape(-1) - p.min()) / np.ptp(p), "wrong", "stretched", 2),
        "uint8 overflow": (inputs_of_twice_the_grey, "wrong", "goes on at the other", 1),
        "uint8 overflow after a subtraction": (
            lambda p: (p - 128).reshape(-1) / 255,
            "wrong",
            "goes on at the other",
            1,
        ),
        "shape (64, 64)": (lambda p: p / 255, "wrong", "array of shape (64, 64): still a picture", 1),
        "a list of rows": (lambda p: (p / 255).tolist(), "wrong", "still a picture", 1),
        "shape (1, 4096)": (lambda p: p.reshape(1, -1) / 255, "wrong", "shape (1, 4096), which has 2 axes", 1),
        "shape (4096, 1)": (lambda p: p.reshape(-1, 1) / 255, "wrong", "shape (4096, 1), which has 2 axes", 1),
        "the shape, not the values": (lambda p: (64 * 64,), "wrong", "a tuple of 1 values", 0),
        "4096": (lambda p: p.size, "wrong", "the single value 4096", 0),
        "the mean of each row": (lambda p: p.mean(axis=1) / 255, "wrong", "array of shape (64,)", 0),
        "text": (lambda p: [f"{x:.2f}" for x in p.reshape(-1) / 255], "wrong", "not all of it is numbers", 0),
        "all zeros": (lambda p: np.zeros(4096), "wrong", "All your values are 0", 0),
        "all ones": (lambda p: np.ones(4096), "wrong", "whatever the pixels hold", 0),
        "from 0 to 1, without the picture": (lambda p: np.linspace(0, 1, 4096), "wrong", "values are off", 0),
        "the last pixel of each row lost": (inputs_with_one_pixel_lost, "wrong", "values are off", 0),
        "picture changed in place": (inputs_scaled_in_place, "wrong", "changed the array", 2),
        "picture cleared afterwards": (inputs_whose_picture_is_cleared, "wrong", "changed the array", 2),
        "divided in place": (inputs_divided_in_place, "error", "Cannot cast ufunc", 0),
        "printed": (inputs_that_are_printed, "wrong", "Is the return missing?", 0),
        "a helper that is not there": (inputs_with_an_unwritten_helper, "error", "name 'scale' is not defined", 0),
        "the values, not a function": (np.zeros(4096), "wrong", "needs your function to_inputs itself", 0),
    },
    "decide": {
        "untouched": (not_attempted, "not attempted", "Write decide above", 0),
        "0.5 called not a nine": (lambda o: o > 0.5, "wrong", "exactly 0.5 not a nine", 1),
        "np.round": (np.round, "wrong", "np.round", 1),
        "round in a loop": (lambda o: [round(float(x)) for x in o], "wrong", "exactly 0.5 not a nine", 1),
        "turned round": (lambda o: o < 0.5, "wrong", "turned round", 0),
        "turned round, and 0.5 too": (lambda o: o <= 0.5, "wrong", "turned round", 0),
        "scores unchanged": (lambda o: o, "wrong", "as the network gave them", 0),
        "distance from 0.5": (lambda o: o - 0.5, "wrong", "how far each score is", 0),
        "-1 and 1": (lambda o: np.where(o >= 0.5, 1, -1), "wrong", "-1 for not a nine", 0),
        "9 and 0": (lambda o: np.where(o >= 0.5, 9, 0), "wrong", "9 for a nine", 0),
        "always yes": (lambda o: np.ones(len(o)), "wrong", "calls every picture a nine", 0),
        "always no": (lambda o: [False] * len(o), "wrong", "calls no picture a nine", 0),
        "the largest score alone": (lambda o: o == o.max(), "wrong", "only the largest score", 0),
        "above the mean": (lambda o: o > o.mean(), "wrong", "mean of the batch", 0),
        "another threshold": (lambda o: o >= 0.6, "wrong", "has the score 0.501", 0),
        "a threshold below 0.5": (lambda o: o >= 0.4, "wrong", "has the score 0.4,", 0),
        "cut off": (lambda o: o.astype(int), "wrong", 'answers "not a nine"', 0),
        "positions": (lambda o: np.where(o >= 0.5)[0], "wrong", "positions of the nines", 0),
        "np.where's tuple": (lambda o: np.where(o >= 0.5), "wrong", "a tuple of 1 values", 0),
        "only the nines": (lambda o: o[o >= 0.5], "wrong", "left the other pictures out", 0),
        "any": (lambda o: (o >= 0.5).any(), "wrong", "any nine in the batch", 0),
        "all": (lambda o: (o >= 0.5).all(), "wrong", "all pictures of the batch", 0),
        "their share": (lambda o: np.mean(o >= 0.5), "wrong", "the share of nines", 0),
        "return after the loop": (decide_by_return_after_the_loop, "wrong", "the decision on the last picture", 0),
        "their number": (lambda o: sum(o >= 0.5), "wrong", "the number of nines", 0),
        "return inside the loop": (decide_by_return_in_the_loop, "wrong", "the decision on the first picture", 0),
        "an if for the whole batch": (decide_with_if, "wrong", "truth value of an array", 0),
        "words": (decide_in_words, "wrong", "not all of it is numbers", 0),
        "words in an array": (lambda o: np.where(o >= 0.5, "nine", "other"), "wrong", "not all of it is numbers", 0),
        "a column": (lambda o: (o >= 0.5)[:, None], "wrong", "array of shape (4, 1)", 0),
        "scores changed": (decide_in_place, "wrong", "changed the array", 0),
        "printed": (decide_by_prints, "wrong", "Is the return missing?", 0),
        "np.rint into a wrong name": (lambda o: np.around_(o), "error", "AttributeError", 0),
    },
    "accuracy_of_always_no": {
        "untouched": (not_attempted, "not attempted", "Write accuracy_of_always_no above", 0),
        "accuracy of always yes": (accuracy_of_always_yes, "wrong", "what always answering yes gets right", 0),
        "per cent": (lambda t: 100 * (1 - np.mean(t)), "wrong", "per cent", 0),
        "per cent of nines": (lambda t: 100 * np.mean(t), "wrong", "share of nines in per cent", 0),
        "a number of pictures": (lambda t: len(t) - sum(t), "wrong", "divide by how many pictures", 0),
        "the number of nines": (sum, "wrong", "number of nines", 0),
        "len": (len, "wrong", "number of pictures. On how many", 0),
        "whole-number division": (lambda t: (len(t) - sum(t)) // len(t), "wrong", "cuts the fraction off", 1),
        "the more common class": (lambda t: max(np.mean(t), 1 - np.mean(t)), "wrong", "more common class", 0),
        "0.9": (lambda t: 0.9, "wrong", "one nine in ten", 0),
        "1": (lambda t: 1.0, "wrong", "too large", 0),
        "0": (lambda t: 0.0, "wrong", "for every batch", 0),
        "is False": (accuracy_by_is_false, "wrong", '"is False"', 0),
        "~ on whole numbers": (lambda t: np.mean(~t), "wrong", "1 into -2", 2),
        "bools only": (lambda t: sum(is_nine is np.False_ for is_nine in t) / len(t), "wrong", '"is" not False', 2),
        "whole numbers only": (lambda t: np.mean([str(is_nine) == "0" for is_nine in t]), "wrong", "too small", 1),
        "minus on bools": (lambda t: np.mean(1 + -t), "wrong", "TypeError", 1),
        "counts of np.unique": (
            lambda t: np.unique(t, return_counts=True)[1][0] / len(t),
            "wrong",
            "one count only",
            2,
        ),
        "rounded": (lambda t: round(1 - np.mean(t), 1), "wrong", "rounded", 1),
        "one answer for each picture": (lambda t: t == 0, "wrong", "for each picture, whether no is right", 0),
        "the answers themselves": (lambda t: np.zeros(len(t)), "wrong", "always says no", 0),
        "the precision of always no": (lambda t: sum(t * 0) / sum(np.zeros(len(t))), "wrong", "NaN", 0),
        "text": (lambda t: f"{1 - np.mean(t):.0%}", "wrong", "not all of it is numbers", 0),
        "wrong answers of no": (accuracy_by_false_positives, "wrong", "for every batch", 0),
        "no return": (lambda t: print(1 - np.mean(t)), "wrong", "Is the return missing?", 0),
        "truth changed": (lambda t: (t.fill(0), 1.0)[1], "wrong", "changed the array", 0),
        "a name that is not there": (lambda t: 1 - mean(t), "error", "name 'mean' is not defined", 0),  # noqa: F821
    },
    "precision_and_recall": {
        "untouched": (not_attempted, "not attempted", "Write precision_and_recall above", 0),
        "0/0 stops": (
            pair_of(lambda tp, fp, fn, tn: (tp / (tp + fp), tp / (tp + fn)), None),
            "wrong",
            "divides by 0 and stops",
            3,
        ),
        "0/0 is NaN": (pair_by_numpy_division, "wrong", "what NumPy makes of 0/0", 3),
        "0/0 is 1": (
            pair_of(lambda tp, fp, fn, tn: (share(tp, tp + fp, 1.0), share(tp, tp + fn, 1.0))),
            "wrong",
            "look for that case before you divide",
            3,
        ),
        "0/0 is None": (
            pair_of(lambda tp, fp, fn, tn: (share(tp, tp + fp, None), share(tp, tp + fn, None))),
            "wrong",
            "0/0",
            3,
        ),
        "0/0 of the recall stops": (
            pair_of(lambda tp, fp, fn, tn: (share(tp, tp + fp), tp / (tp + fn)), None),
            "wrong",
            "There are no nines",
            4,
        ),
        "0/0 of the recall is NaN": (
            pair_of(lambda tp, fp, fn, tn: (share(tp, tp + fp), share(tp, tp + fn, np.nan))),
            "wrong",
            "There are no nines",
            4,
        ),
        "0/0 twice at once stops": (pair_that_forgets_both_at_once, "wrong", "of which none was called a nine", 4),
        "two at least": (
            pair_of(lambda tp, fp, fn, tn: (share(tp, max(2, tp + fp)), share(tp, max(2, tp + fn)))),
            "wrong",
            "not a case of 0/0",
            3,
        ),
        "swapped": (
            pair_of(lambda tp, fp, fn, tn: (share(tp, tp + fn), share(tp, tp + fp))),
            "wrong",
            "(the first value) is 0.5: that is the recall",
            2,
        ),
        "accuracy for precision": (
            pair_of(lambda tp, fp, fn, tn: ((tp + tn) / (tp + fp + fn + tn), share(tp, tp + fn))),
            "wrong",
            "that is the accuracy",
            2,
        ),
        "divided by all pictures": (
            pair_of(lambda tp, fp, fn, tn: (tp / (tp + fp + fn + tn),) * 2),
            "wrong",
            "share of all pictures",
            0,
        ),
        "counts": (pair_of(lambda tp, fp, fn, tn: (tp, tp)), "wrong", "a number of pictures", 0),
        "per cent": (
            pair_of(lambda tp, fp, fn, tn: (100 * share(tp, tp + fp), 100 * share(tp, tp + fn))),
            "wrong",
            "per cent",
            0,
        ),
        "the negatives": (
            pair_of(lambda tp, fp, fn, tn: (tn / (tn + fn), share(tn, tn + fp))),
            "wrong",
            "not nines",
            0,
        ),
        "the wrong ones": (
            pair_of(lambda tp, fp, fn, tn: (share(fp, tp + fp), share(fn, tp + fn))),
            "wrong",
            "false alarms",
            0,
        ),
        "specificity for recall": (
            pair_of(lambda tp, fp, fn, tn: (share(tp, tp + fp), share(tn, tn + fp))),
            "wrong",
            "not nines, or not called nines",
            2,
        ),
        "F1 for both": (pair_of(lambda tp, fp, fn, tn: (2 * tp / (2 * tp + fp + fn),) * 2), "wrong", "F1", 0),
        "how many were called": (
            pair_of(lambda tp, fp, fn, tn: ((tp + fp) / (tp + fp + fn + tn), (tp + fn) / (tp + fp + fn + tn))),
            "wrong",
            "as a share of all pictures",
            0,
        ),
        "whole-number division": (
            pair_of(lambda tp, fp, fn, tn: (tp // max(1, tp + fp), tp // max(1, tp + fn))),
            "wrong",
            "cuts the fraction off",
            0,
        ),
        "always (0.0, 0.0)": (lambda a, t: (0.0, 0.0), "wrong", "0 for every batch", 0),
        "always (0.5, 0.5)": (lambda a, t: (0.5, 0.5), "wrong", "too", 0),
        "bools only, by masks": (pair_by_masks, "wrong", "truth[answers]", 4),
        "whole numbers only": (pair_by_sums, "wrong", "True + True is True", 3),
        "one number": (lambda a, t: share(np.sum(a * t), np.sum(a)), "wrong", "the single value", 0),
        "a dict": (lambda a, t: {"precision": 0.5, "recall": 0.5}, "wrong", "a dict", 0),
        "three values": (lambda a, t: (0.5, 0.5, 0.5), "wrong", "a tuple of 3 values", 0),
        "text": (lambda a, t: ("0.5", "0.5"), "wrong", "not all of it is numbers", 0),
        "answers changed": (lambda a, t: (a.fill(0), pair_by_loops(a, t))[1], "wrong", "changed the array", 0),
        "printed": (lambda a, t: print(pair_by_loops(a, t)), "wrong", "Is the return missing?", 0),
        "a name that is not there": (lambda a, t: (tp / (tp + fp), 0), "error", "name 'tp' is not defined", 0),  # noqa: F821
    },
    "highest_threshold": {
        "untouched": (not_attempted, "not attempted", "Write highest_threshold above", 0),
        "found only above": (
            threshold_by(lambda o, t, at, wanted: np.mean(o[t] > at) >= wanted),
            "wrong",
            "at the threshold is found too",
            0,
        ),
        "more than wanted": (
            threshold_by(lambda o, t, at, wanted: np.mean(o[t] >= at) > wanted),
            "wrong",
            "a higher threshold",
            1,
        ),
        "precision": (
            threshold_by(lambda o, t, at, wanted: np.mean(t[o >= at]) >= wanted),
            "wrong",
            "brings the precision",
            0,
        ),
        "accuracy": (
            threshold_by(lambda o, t, at, wanted: np.mean((o >= at) == t) >= wanted),
            "wrong",
            "brings the accuracy",
            0,
        ),
        "share of all pictures": (
            threshold_by(lambda o, t, at, wanted: np.mean(o >= at) >= wanted),
            "wrong",
            "among all pictures",
            0,
        ),
        "the others": (threshold_by(lambda o, t, at, wanted: np.mean(o[~t] >= at) >= wanted), "wrong", "not nines", 0),
        "rounded down": (
            threshold_at(lambda n, wanted: int(wanted * n) - 1),
            "wrong",
            "round the number of nines down",
            3,
        ),
        "rounded down, one at least": (
            threshold_at(lambda n, wanted: max(0, int(wanted * n) - 1)),
            "wrong",
            "round the number of nines down",
            3,
        ),
        "rounded": (
            threshold_at(lambda n, wanted: max(0, round(wanted * n) - 1)),
            "wrong",
            "nearest number of nines",
            3,
        ),
        "one too far": (threshold_at(lambda n, wanted: math.ceil(wanted * n)), "wrong", "positions begin at 0", 0),
        "one too far, stopped at the end": (
            threshold_at(lambda n, wanted: min(n - 1, math.ceil(wanted * n))),
            "wrong",
            "positions begin at 0",
            0,
        ),
        "from the lowest": (
            threshold_at(lambda n, wanted: math.ceil(wanted * n) - 1, 1),
            "wrong",
            "begin at the nine with the lowest",
            0,
        ),
        "a quantile between": (lambda o, t, wanted: np.quantile(o[t == 1], 1 - wanted), "wrong", "may lie between", 0),
        "the lowest of the nines": (lambda o, t, wanted: o[t == 1].min(), "wrong", "finds every nine", 0),
        "the lowest score": (lambda o, t, wanted: min(o), "wrong", "every picture is called a nine", 0),
        "the highest score": (lambda o, t, wanted: max(o), "wrong", "the highest score", 0),
        "0": (lambda o, t, wanted: 0.0, "wrong", "a higher threshold would find enough", 0),
        "0.5": (lambda o, t, wanted: 0.5, "wrong", "your threshold 0.5 finds", 0),
        "the wanted recall": (lambda o, t, wanted: wanted, "wrong", "the recall that is wanted", 0),
        "a grid": (threshold_on_a_grid, "wrong", "a higher threshold would find enough", 0),
        "unsorted": (threshold_from_the_first, "wrong", "a higher threshold would find enough", 0),
        "different scores": (threshold_of_different_outputs, "wrong", "a higher threshold would find enough", 3),
        "a position": (
            lambda o, t, wanted: np.argmax(o == threshold_by_rank(o, t, wanted)),
            "wrong",
            "a position in the array",
            0,
        ),
        "the share that is found": (
            lambda o, t, wanted: np.mean(o[t == 1] >= threshold_by_rank(o, t, wanted)),
            "wrong",
            "your threshold",
            0,
        ),
        "an array": (lambda o, t, wanted: o[t == 1], "wrong", "array of shape (4,)", 0),
        "scores sorted in place": (threshold_sorted_in_place, "wrong", "changed the array", 0),
        "bools only": (
            lambda o, t, wanted: max(x for x in o if np.mean(o[t] >= x) >= wanted),
            "wrong",
            "the scores at positions 1 and 0",
            3,
        ),
        "printed": (lambda o, t, wanted: print(threshold_by_rank(o, t, wanted)), "wrong", "Is the return missing?", 0),
    },
}
