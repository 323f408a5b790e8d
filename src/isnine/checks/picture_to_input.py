"""The checks of exercise 05, "From picture to input"."""

import contextlib

import numpy as np

from .core import Case, Criterion, FunctionCheck, Misconception, short
from .judging import calls_of, equal

__all__ = ["accuracy_of_always_no", "decide", "highest_threshold", "precision_and_recall", "to_inputs"]


def _fill(message, label, value):
    """Put the learner's own result into a message: {label} of the case, {low} and {high} of what was seen."""
    low, high = (
        (short(number.item()) for number in (value.min(), value.max())) if value.size else ("nothing", "nothing")
    )
    return message.format(label=label, low=low, high=high)


def _diagnose(calls, seen, mistakes):
    """The first mistake that explains what is seen in every call with a result; otherwise the first problem.

    ``seen(value)`` is what a criterion looks at; each mistake is a pair (what it computes from the arguments, message), and a message
    may hold the fields that :func:`_fill` knows.
    """
    wrong = [call for call in calls if call["problem"]]
    usable = [call for call in calls if call["value"] is not None]
    told = [call for call in wrong if call["value"] is not None]
    for mistake, message in mistakes if told else ():
        with contextlib.suppress(ArithmeticError, LookupError, TypeError, ValueError):
            if all(equal(seen(call["value"]), mistake(*call["case"].args)) for call in usable):
                return _fill(message, told[0]["case"].label, np.atleast_1d(seen(told[0]["value"])))
    return wrong[0]["problem"]


# 1. From a picture to 4096 inputs


def _to_inputs(picture):
    return picture.reshape(-1) / 255


def _picture_cases(rng):
    wedge = (np.arange(4096) * 255 // 4095).astype(np.uint8).reshape(64, 64)
    patch = np.zeros((64, 64), np.uint8)
    patch[3:40, 50:61] = np.arange(37 * 11).reshape(37, 11) % 255 + 1
    noise = rng.integers(0, 256, (64, 64), np.uint8)
    noise[20, int(rng.integers(30, 64))], noise[50, int(rng.integers(30))] = 0, 255
    faint, dark = rng.integers(0, 121, (64, 64), np.uint8), rng.integers(60, 201, (64, 64), np.uint8)
    return [
        Case((wedge,), "ordinary", "the picture whose grey rises row by row from 0 to 255"),
        Case((patch,), "ordinary", "the picture with one patch of ink near its right edge"),
        Case((noise,), "ordinary", "a picture of random greys from 0 to 255"),
        Case((faint,), "special", "a picture with faint ink: no value above 120"),
        Case((dark,), "special", "a picture without black: no value below 60"),
        Case((np.zeros((64, 64), np.uint8),), "special", "the empty picture: every value is 0"),
        Case((np.full((64, 64), 255, np.uint8),), "special", "the full picture: every value is 255"),
    ]


def _wrong_amount(call):
    """What to say to a result that is not one line of 4096 values; None when it is."""
    value, start = call["value"], f"For {call['case'].label}, your function returned {call['kind']}"
    if value is None:
        return call["problem"]
    if value.shape == (4096,):
        return None
    if value.shape == (64, 64):
        return f"{start}: still a picture. The input layer is one line of neurons, so lay the rows one after another."
    if value.size == 4096:
        return f"{start}, which has {value.ndim} axes. The inputs of one picture stand in a single line: shape (4096,)."
    return f"{start}. Each pixel of the 64 by 64 feeds one input neuron, so the result has shape (4096,)."


def _follows(value, greys):
    """Whether values depend on the greys at the same places alone: equal greys, equal values; and not all values are one."""
    order = np.argsort(greys, kind="stable")
    greys, value = greys[order], value[order]
    same = greys[1:] == greys[:-1]
    return bool((np.abs(np.diff(value)) <= 1e-6 * (1 + np.abs(value[1:])))[same].all() and np.ptp(value) > 1e-9)


_ORDERS = (
    (
        lambda p: p.T.reshape(-1),
        "Your inputs follow the columns of the picture. Rows come first: inputs 0 to 63 are the top row, from left to right.",
    ),
    (
        lambda p: p.reshape(-1)[::-1],
        "Your inputs run backwards, from the last pixel to the first. Begin at the top left.",
    ),
    (
        lambda p: p[::-1].reshape(-1),
        "Your inputs begin with the bottom row of the picture. The top row, row 0, comes first.",
    ),
    (lambda p: p[:, ::-1].reshape(-1), "Your inputs take each row from right to left: the picture is mirrored."),
)


def _row_by_row(calls):
    calls = calls_of(calls, "ordinary")
    for call in calls:
        if message := _wrong_amount(call):
            return message
    if all(_follows(call["value"], _to_inputs(*call["case"].args)) for call in calls):
        return None
    for order, message in _ORDERS:
        if all(_follows(call["value"], order(*call["case"].args)) for call in calls):
            return message
    for call in calls:
        if np.ptp(call["value"]) == 0:
            return f"For {call['case'].label}, all your values are {short(call['value'][0])}, whatever the pixels hold."
    return next(call["problem"] for call in calls if call["problem"])


_UINT8 = "A uint8 array holds whole numbers from 0 to 255 and nothing else"
# What mistakes make of a picture's greys x, in ascending order: the order of the pixels plays no part here.
_SCALES = (
    (
        lambda x: x,
        "Your values run from {low} to {high}: they are still grey levels. An input neuron gets a value from 0 to 1.",
    ),
    (
        lambda x: x / 256,
        "Your largest value is {high}. There are 256 grey levels, but the highest is 255, and that has to become 1.",
    ),
    (
        lambda x: np.trunc(x / 255),
        "Your values are {low} or {high} and nothing between: // or a change to whole numbers cuts fractions off. Use / and keep floats.",
    ),
    (lambda x: 0 * x, f"All your values are 0. {_UINT8}: are fractions cut off by // or by a change to whole numbers?"),
    (
        lambda x: x > 127,
        "Your values are {low} or {high} and nothing between: the greys are lost. Did you round, or compare?",
    ),
    (
        lambda x: 1 - x / 255,
        "Your values are turned round: black (0) became {high} and white (255) became {low}. Keep 0 for black.",
    ),
    (
        lambda x: 255 - x,
        "Your values are turned round, and run from {low} to {high}. Keep 0 for black, and bring 255 to 1.",
    ),
    (lambda x: x / 127.5 - 1, "Your values run from {low} to {high}. The question asks for values that begin at 0."),
    (lambda x: x / 255 * 100, "Your values are in per cent, up to {high}. An input neuron gets a value from 0 to 1."),
    (
        lambda x: x / 64,
        "Your largest value is {high}: you divided by the width of the picture. Look at its largest possible grey level.",
    ),
    (
        lambda x: x / 4096,
        "Your largest value is {high}: you divided by the number of pixels. Look at the largest possible grey level.",
    ),
    (
        lambda x: x / x.sum(),
        "Your values add up to 1. Each pixel is scaled on its own: what the others hold plays no part.",
    ),
    (
        lambda x: (x - x.mean()) / x.std(),
        "Your values run from {low} to {high}: you subtracted the picture's mean. Each pixel is scaled on its own.",
    ),
    (
        lambda x: np.round(x / 255, 1),
        "Your values are rounded to one decimal, which loses most greys. Leave the rounding out.",
    ),
    (lambda x: np.round(x / 255, 2), "Your values are rounded to two decimals. Leave the rounding out."),
)
_STRETCHES = (
    (
        lambda x: x / x.max(),
        "A picture with faint ink reaches {high} all the same: you divided by its own largest value. Divide all pictures by one number.",
    ),
    (
        lambda x: (x - x.min()) / np.ptp(x),
        "A picture with faint ink runs from {low} to {high} all the same: you stretched it. Scale all pictures in the same way.",
    ),
)


def _of_greys(mistakes, seen=np.asarray):
    return [(lambda picture, of=of: seen(of(picture.reshape(-1).astype(float))), message) for of, message in mistakes]


def _scaled(calls):
    calls = calls_of(calls, "ordinary")
    for call in calls:
        if call["value"] is None or call["value"].size != 4096:
            return _wrong_amount(call)
    lines = [(call["value"].ravel(), _to_inputs(*call["case"].args)) for call in calls]
    if all(equal(np.sort(value), np.sort(right)) for value, right in lines):
        return None
    if all(_follows(value, right) for value, right in lines):
        steps = np.concatenate([np.diff(value[np.argsort(right, kind="stable")]) for value, right in lines])
        if (steps > 1e-9).any() and (steps < -1e-9).any():
            return f"A brighter pixel got a smaller value than a darker one. {_UINT8}: past one end it goes on at the other. Use floats."
    return _diagnose(calls, lambda value: np.sort(value.ravel()), _of_greys(_SCALES, np.sort))


def _any_picture(calls):
    if message := _scaled(calls) or _row_by_row(calls):
        return message
    changed = [call["problem"] for call in calls if call["changed"]]
    if changed:
        return changed[0]
    special = calls_of(calls, "special")
    greys = special[:2]  # what an empty picture divided by its own largest value gives is another story
    if not any(call["problem"] for call in special):
        return None
    return _diagnose(greys if any(call["problem"] for call in greys) else special, np.asarray, _of_greys(_STRETCHES))


to_inputs = FunctionCheck(
    "to_inputs",
    reference=_to_inputs,
    cases=_picture_cases,
    criteria=[
        Criterion("lays the picture out row by row, in shape (4096,)", 1, _row_by_row),
        Criterion("brings the greys from 0..255 to 0..1", 1, _scaled),
        Criterion(
            "does both for faint, empty and full pictures too, and leaves the picture as it was", 1, _any_picture
        ),
    ],
    asked="an array of shape (4096,)",
)


# 2. The decision

_CLEAR = "calls scores above 0.5 nines, and scores below 0.5 not nines"
_TIE = "calls a score of exactly 0.5 a nine, and still tells the others apart"


def _decide(scores):
    return (scores >= 0.5).astype(float)


def _decision_cases(rng):
    def apart(n):
        """Outputs from 0 to 1, on both sides of 0.5 and none of them near it."""
        scores = np.where(rng.random(n) < 0.5, rng.uniform(0, 0.45, n), rng.uniform(0.55, 1, n))
        scores[:2] = 0.7, 0.3
        return scores

    ties = apart(40)
    ties[[3, 17, 31]] = 0.5
    shown = ([0.1, 0.9, 0.7, 0.3], [0.4, 0.2, 0.1], [0.6, 0.8, 0.7], [0.0, 1.0, 0.499, 0.501], [0.8], [0.3])
    return [
        *(Case((np.array(scores),), _CLEAR, f"the scores {scores}") for scores in shown),
        Case((apart(200),), _CLEAR, "a batch of 200 pictures"),
        Case((apart(30).astype(np.float32),), _CLEAR, "a batch of 30 pictures with float32 scores"),
        Case((np.array([0.49, 0.5, 0.1, 0.51]),), _TIE, "the scores [0.49, 0.5, 0.1, 0.51]"),
        Case((ties,), _TIE, "a batch of 40 pictures, three of them with the score 0.5"),
        Case((ties.astype(np.float32),), _TIE, "the same 40 pictures with float32 scores"),
    ]


def _told_decision(value, right, case):
    place = int(np.flatnonzero(value != right)[0])
    score = short(case.args[0][place].item())
    answer = {0.0: '"not a nine"', 1.0: '"a nine"'}.get(value[place].item(), short(value[place].item()))
    return f"the picture at position {place} has the score {score}, and your function answers {answer}."


_ROUND = "Your answers are turned round: True or 1 has to mean a nine, and yours means not a nine."
_MEAN = "You compare with the mean of the batch. Each picture is decided on its own: compare its score with 0.5."
_EACH = "The question asks for one answer for each picture of the batch: shape (n,)."

decide = FunctionCheck(
    "decide",
    reference=_decide,
    cases=_decision_cases,
    criteria=[Criterion(_CLEAR, 1), Criterion(_TIE, 1)],
    misconceptions=[
        Misconception(
            lambda s: s > 0.5,
            "You call a score of exactly 0.5 not a nine. Below 0.5 is not a nine, otherwise it is one. Is there a > in your code, or np.round?",
        ),
        Misconception(lambda s: s < 0.5, _ROUND),
        Misconception(lambda s: s <= 0.5, _ROUND),
        Misconception(
            lambda s: s,
            "You returned the scores as the network gave them. The decision is missing: True or False, 1 or 0.",
        ),
        Misconception(
            lambda s: s - 0.5,
            "You returned how far each score is from 0.5. The decision is missing: True or False, 1 or 0.",
        ),
        Misconception(
            lambda s: np.where(s >= 0.5, 1, -1), "You answer -1 for not a nine. The question asks for False or 0."
        ),
        Misconception(lambda s: np.where(s >= 0.5, 9, 0), "You answer 9 for a nine. The question asks for True or 1."),
        Misconception(
            lambda s: np.full(len(s), True), "Your function calls every picture a nine, whatever its score is."
        ),
        Misconception(
            lambda s: np.full(len(s), False), "Your function calls no picture a nine, whatever its score is."
        ),
        Misconception(
            lambda s: s == s.max(),
            "You call only the largest score a nine. Each picture is decided on its own: compare with 0.5.",
        ),
        Misconception(lambda s: s >= s.mean(), _MEAN),
        Misconception(lambda s: s > s.mean(), _MEAN),
        Misconception(
            lambda s: np.flatnonzero(s >= 0.5), f"You returned the positions of the nines in the batch. {_EACH}"
        ),
        Misconception(
            lambda s: s[s >= 0.5], f"You returned the scores of the nines and left the other pictures out. {_EACH}"
        ),
        Misconception(lambda s: s[0] >= 0.5, f"That is the decision on the first picture alone. {_EACH}"),
        Misconception(lambda s: s[-1] >= 0.5, f"That is the decision on the last picture alone. {_EACH}"),
        Misconception(lambda s: (s >= 0.5).any(), f"That says whether there is any nine in the batch. {_EACH}"),
        Misconception(lambda s: (s >= 0.5).all(), f"That says whether all pictures of the batch are nines. {_EACH}"),
        Misconception(lambda s: (s >= 0.5).sum(), f"That is the number of nines in the batch. {_EACH}"),
        Misconception(lambda s: (s >= 0.5).mean(), f"That is the share of nines in the batch. {_EACH}"),
    ],
    asked="an array of shape (n,) with True or 1 for a nine and False or 0 for not a nine",
    wrong_value=_told_decision,
)


# 3. The accuracy of always answering no

_BOOLS = "gives the share of right answers when the truth is given as True and False"
_NUMBERS = "gives the same when it is given as 1 and 0"
_EDGES = "is right too when all pictures are nines, and when none is"


def _accuracy_of_always_no(truth):
    return 1 - np.mean(truth)


def _truth(rng, n, nines):
    return rng.permutation(np.arange(n) < nines)


def _truth_cases(rng):
    shown = np.array([True, False, False, False, True, False, False])
    few, most = _truth(rng, 90, int(rng.integers(5, 40))), _truth(rng, 60, int(rng.integers(35, 55)))
    return [
        Case((shown,), _BOOLS, f"truth = {shown.tolist()}"),
        Case((few,), _BOOLS, "90 pictures (True and False), fewer than half of them nines"),
        Case((most,), _BOOLS, "60 pictures (True and False), more than half of them nines"),
        Case((shown.astype(int),), _NUMBERS, f"truth = {shown.astype(int).tolist()}"),
        Case((few.astype(int),), _NUMBERS, "90 pictures (1 and 0), fewer than half of them nines"),
        Case((most.astype(int),), _NUMBERS, "60 pictures (1 and 0), more than half of them nines"),
        Case((np.array([False] * 6),), _EDGES, "six pictures of which none is a nine"),
        Case((np.array([True] * 5),), _EDGES, "five pictures that are all nines"),
        Case((np.array([False]),), _EDGES, "a single picture, not a nine"),
        Case((np.array([True]),), _EDGES, "a single picture, a nine"),
    ]


accuracy_of_always_no = FunctionCheck(
    "accuracy_of_always_no",
    reference=_accuracy_of_always_no,
    cases=_truth_cases,
    criteria=[Criterion(_BOOLS, 1), Criterion(_NUMBERS, 1), Criterion(_EDGES, 1)],
    misconceptions=[
        Misconception(
            np.mean,
            "That is the share of nines, which is what always answering yes gets right. No is right on the other pictures.",
        ),
        Misconception(
            lambda t: 100 * (1 - np.mean(t)),
            "That is in per cent. The question asks for a share, from 0 to 1.",
        ),
        Misconception(
            lambda t: 100 * np.mean(t),
            "That is the share of nines in per cent. No is right on the other pictures; give their share, from 0 to 1.",
        ),
        Misconception(
            lambda t: len(t) - np.sum(t),
            "That is a number of pictures. Accuracy is a share: divide by how many pictures there are.",
        ),
        Misconception(
            np.sum,
            "That is the number of nines. Count the pictures on which no is right, and divide by how many pictures there are.",
        ),
        Misconception(len, "That is the number of pictures. On how many of them is no right?"),
        Misconception(
            lambda t: int(not np.any(t)),
            "Your result is 0 as soon as one picture is a nine: is there a // or an int that cuts the fraction off?",
        ),
        Misconception(
            lambda t: max(np.mean(t), 1 - np.mean(t)),
            "Your function follows the more common class. Where most pictures are nines that is yes, but always no stays with no.",
        ),
        Misconception(
            lambda t: 0.9,
            "Your function always returns the same number. That fits one nine in ten pictures; the accuracy depends on the truth that is given.",
        ),
        Misconception(
            lambda t: np.mean(~t),
            "With True and False your function is right, but the sign ~ turns 1 into -2 and 0 into -1.",
        ),
        Misconception(
            lambda t: 0,
            'Your result is 0 for every batch. Do you ask whether a value "is False"? A value in an array is NumPy\'s own False: ask "not value".',
        ),
        Misconception(
            lambda t: np.mean([value is np.False_ for value in t]),
            'With True and False your function is right, but 0 only equals False: it "is" not False.',
        ),
        Misconception(
            lambda t: np.unique(t, return_counts=True)[1][0] / len(t),
            "Where all pictures are of one kind there is one count only, and it may be the count of nines.",
        ),
        Misconception(
            lambda t: np.round(1 - np.mean(t), 1),
            "That is rounded. Leave the rounding to whoever prints the number.",
        ),
        Misconception(
            lambda t: np.round(1 - np.mean(t), 2),
            "That is rounded. Leave the rounding to whoever prints the number.",
        ),
        Misconception(
            lambda t: np.equal(t, 0),
            "You returned, for each picture, whether no is right. Accuracy is one number: the share of right answers.",
        ),
        Misconception(
            lambda t: np.full(len(t), False),
            "You returned the answers of a network that always says no. What share of them is right?",
        ),
    ],
    asked="one number, from 0 to 1",
)


# 4. Precision and recall


def _counts(answers, truth):
    """How often: a nine, rightly; a nine, wrongly; not a nine, wrongly; not a nine, rightly."""
    answers, truth = np.asarray(answers, bool), np.asarray(truth, bool)
    parts = (answers & truth, answers & ~truth, ~answers & truth, ~answers & ~truth)
    return tuple(float(part.sum()) for part in parts)


def _precision(tp, fp, fn, tn):
    return tp / (tp + fp) if tp + fp else 0.0


def _recall(tp, fp, fn, tn):
    return tp / (tp + fn) if tp + fn else 0.0


def _precision_and_recall(answers, truth):
    counts = _counts(answers, truth)
    return _precision(*counts), _recall(*counts)


def _pair(rng, tp, fp, fn, tn):
    """Answers and truth with given counts, in random order."""
    order = rng.permutation(tp + fp + fn + tn)
    return tuple(np.repeat(kinds, (tp, fp, fn, tn))[order] for kinds in ([True, True, False, False], [True, False] * 2))


def _pair_cases(rng):
    shown = np.array([True, True, False, True, False, False]), np.array([True, False, True, True, False, True])
    careful = _pair(rng, *(int(rng.integers(low, low + 4)) for low in (10, 2, 20, 30)))
    eager = _pair(rng, *(int(rng.integers(low, low + 4)) for low in (8, 25, 3, 12)))
    one_called, one_nine = _pair(rng, 1, 0, 2, 4), _pair(rng, 1, 2, 0, 4)
    cases = []
    for name, kind, words in (("bools", bool, "True and False"), ("numbers", int, "1 and 0")):
        pairs = [tuple(part.astype(kind) for part in pair) for pair in (shown, careful, eager, one_called, one_nine)]
        cases += [
            Case(pairs[0], name, f"answers = {pairs[0][0].tolist()} and truth = {pairs[0][1].tolist()}"),
            Case(pairs[1], name, f"a network ({words}) that misses more nines than it finds"),
            Case(pairs[2], name, f"a network ({words}) with many false alarms"),
            Case(
                pairs[3], f"one called, {name}", "seven pictures, three of them nines, of which one was called a nine"
            ),
            Case(pairs[4], f"one nine, {name}", "seven pictures, one of them a nine, of which three were called nines"),
        ]
    none, some = np.zeros(5, bool), np.array([True, False, True, False, False])
    n = int(rng.integers(20, 40))
    nobody, seven = np.zeros(n, bool), _truth(rng, n, 7)
    return [
        *cases,
        Case((none, some), "nothing called", "five pictures, two of them nines, of which none was called a nine"),
        Case((nobody, seven), "nothing called", f"{n} pictures, 7 of them nines, of which none was called a nine"),
        Case((some, none), "no nines", "five pictures, none of them a nine, of which two were called nines"),
        Case((seven, nobody), "no nines", f"{n} pictures, none of them a nine, of which 7 were called nines"),
        Case((none, none), "neither", "five pictures, none of them a nine, of which none was called a nine"),
    ]


def _share_mistakes(place):
    """What people return in place of the precision (0) or the recall (1), from the four counts, and what to tell them."""
    role, other = ("precision", "recall") if place == 0 else ("recall", "precision")
    whole = ("the pictures that were called nines", "the pictures that are nines")[place]
    share = (_precision, _recall)[place]
    start = f"For {{label}}, your {role} (the {('first', 'second')[place]} value) is {{low}}: that is"
    negatives = f"{start} a share of pictures that are not nines, or not called nines. Count the nines among {whole}."
    return (
        (
            (_recall, _precision)[place],
            f"{start} the {other}. Precision looks at the pictures that were called nines, recall at the pictures that are nines.",
        ),
        (
            lambda tp, fp, fn, tn: (tp + tn) / (tp + fp + fn + tn),
            f"{start} the accuracy. Pictures that are rightly called not a nine play no part: look at {whole}.",
        ),
        (
            lambda tp, fp, fn, tn: tp / (tp + fp + fn + tn),
            f"{start} the nines that were found, as a share of all pictures. Divide by the number of {whole}.",
        ),
        (lambda tp, fp, fn, tn: tp, f"{start} a number of pictures. Divide by the number of {whole}."),
        (lambda *counts: 100 * share(*counts), f"{start} a value in per cent. A share goes from 0 to 1."),
        (
            lambda *counts: 1 - share(*counts),
            f"{start} the share of {('false alarms', 'missed nines')[place]}. Count the right answers among {whole}.",
        ),
        (lambda tp, fp, fn, tn: tn / (tn + fn), negatives),
        (lambda tp, fp, fn, tn: tn / (tn + fp), negatives),
        (
            lambda tp, fp, fn, tn: (tp + (fp, fn)[place]) / (tp + fp + fn + tn),
            f"{start} {whole}, as a share of all pictures. How many of {whole} have the right answer?",
        ),
        (
            lambda *counts: 2 / (1 / _precision(*counts) + 1 / _recall(*counts)),
            f"{start} the F1 score, a mean of precision and recall. Give each on its own.",
        ),
        (lambda *counts: 0, f"Your {role} is 0 for every batch. Is there a // that cuts the fraction off?"),
    )


def _right_at(calls, place, role):
    """Whether in all these calls the precision (role 0) or the recall (1) stands in a place of the pair."""
    return all(
        call["value"] is not None
        and call["value"].shape == (2,)
        and not call["changed"]
        and equal(call["value"][place], _precision_and_recall(*call["case"].args)[role])
        for call in calls
    )


def _share_test(place):
    mistakes = [(lambda a, t, of=of: of(*_counts(a, t)), message) for of, message in _share_mistakes(place)]

    def test(calls):
        bools, numbers = calls_of(calls, "bools"), calls_of(calls, "numbers")
        if _right_at(bools, place, place):
            return None
        problem = next(
            (
                call["problem"]
                for call in bools
                if call["value"] is None or call["value"].shape != (2,) or call["changed"]
            ),
            None,
        )
        if _right_at(numbers, place, place):
            reason = (
                "With 1 and 0 your function is right, with True and False it is not: in an array, True + True is True."
            )
            return f"{reason} {problem or _diagnose(bools, np.asarray, ())}"
        return problem or _diagnose(bools, lambda value: value[place], mistakes)

    return test


def _numbers_test(calls):
    numbers = calls_of(calls, "numbers")
    if _right_at(numbers, 0, 0) and _right_at(numbers, 1, 1):
        return None
    if message := _share_test(0)(calls) or _share_test(1)(calls):
        return message
    if any(call["changed"] for call in numbers):
        return _diagnose(numbers, np.asarray, ())
    reason = "With True and False your function is right, with 1 and 0 it is not. Is there truth[answers], or ~answers?"
    return f"{reason} The first takes the values at positions 1 and 0, the second turns 1 into -2. {_diagnose(numbers, np.asarray, ())}"


def _nothing_test(role, name, opposite, why):
    def problem(calls, names, place):
        for call in calls_of(calls, *names):
            value, start = call["value"], f"For {call['case'].label}, "
            if "ZeroDivisionError" in call["error"]:
                return f"{start}your code divides by 0 and stops. {why}"
            if value is None or value.shape != (2,) or call["changed"]:
                return f"{call['problem']} {why}"
            if np.isnan(value[place]):
                return f"{start}your result holds NaN, which is what NumPy makes of 0/0. {why}"
            right = _precision_and_recall(*call["case"].args)[role]
            if not equal(value[place], right):
                told = f"{start}your function returned {short(value[place].item())} for the {('precision', 'recall')[role]}."
                return f"{told} {why}" if right == 0 else f"{told} This is not a case of 0/0."
        return None

    def test(calls):
        # An answer that is (0.0, 0.0) for everything has not met 0/0: this asks for the share itself, in either place and for either kind.
        right = [
            (p, kind) for p in (0, 1) for kind in ("bools", "numbers") if _right_at(calls_of(calls, kind), p, role)
        ]
        if not right:
            return _share_test(role)(calls)
        place = right[0][0]
        found = problem(calls, [name, *(f"{opposite}, {kind}" for p, kind in right if p == place)], place)
        # Both at once counts here where the precision alone is in order: one mistake costs one point.
        if not found and role == 1 and not precision_and_recall.criteria[3].test(calls):
            found = problem(calls, ["neither"], place)
        return found

    return test


_NOTHING_CALLED = "Nothing was called a nine, so the precision would be 0/0: look for that case before you divide."
_NO_NINES = "There are no nines, so the recall would be 0/0: look for that case before you divide."

precision_and_recall = FunctionCheck(
    "precision_and_recall",
    reference=_precision_and_recall,
    cases=_pair_cases,
    criteria=[
        Criterion("gives the precision in the first place", 1, _share_test(0)),
        Criterion("gives the recall in the second place", 1, _share_test(1)),
        Criterion("does both for 1 and 0 as well as for True and False", 1, _numbers_test),
        Criterion(
            "gives 0.0 for the precision when nothing was called a nine, and only then",
            1,
            _nothing_test(0, "nothing called", "one called", _NOTHING_CALLED),
        ),
        Criterion(
            "gives 0.0 for the recall when there are no nines, and only then",
            1,
            _nothing_test(1, "no nines", "one nine", _NO_NINES),
        ),
    ],
    asked="a tuple (precision, recall)",
)


# 5. The highest threshold that finds enough nines

_STEPS = "finds the wanted share of the nines, and no higher threshold would"
_BETWEEN = "takes one nine more when the wanted recall lies between two steps"
_SPECIAL = "holds when pictures share a score, when every nine is wanted, and when the truth is 1 and 0"


def _highest_threshold(scores, truth, wanted):
    nines = np.sort(scores[np.asarray(truth, bool)])[::-1]
    found = np.arange(1, len(nines) + 1) / len(nines)
    return nines[np.argmax(found >= wanted)]


def _threshold_cases(rng):
    scores = np.array([0.95, 0.80, 0.30, 0.60, 0.10, 0.70, 0.40, 0.20])
    truth = np.array([True, False, True, True, False, True, False, False])
    tied = np.array([0.3, 0.6, 0.9, 0.6, 0.2, 0.6, 0.3, 0.6])

    def shown(scores, truth, wanted, criterion):
        label = f"scores = {scores.tolist()}, truth = {truth.tolist()} and wanted = {wanted}"
        return Case((scores, truth, wanted), criterion, label)

    def drawn(nines, others, wanted, criterion, kind=bool):
        truth = _truth(rng, nines + others, nines)
        scores = np.where(truth, rng.beta(3, 2, len(truth)), rng.beta(2, 3, len(truth)))
        label = f"{nines + others} pictures, {nines} of them nines, and wanted = {wanted}"
        return Case((scores, truth.astype(kind), wanted), criterion, label)

    between = round((rng.integers(3, 8) + rng.uniform(0.15, 0.45)) / 11, 3)
    return [
        shown(scores, truth, 0.5, _STEPS),
        shown(scores, truth, 0.75, _STEPS),
        drawn(8, 30, 0.375, _STEPS),
        drawn(16, 80, 0.875, _STEPS),
        shown(scores, truth, 0.6, _BETWEEN),
        shown(scores, truth, 0.1, _BETWEEN),
        drawn(11, 60, between, _BETWEEN),
        drawn(11, 60, 0.97, _BETWEEN),
        shown(tied, np.array([True, True, True, False, False, False, False, True]), 0.75, _SPECIAL),
        shown(tied, np.array([False, True, False, True, False, False, True, True]), 0.5, _SPECIAL),
        shown(scores, truth, 1.0, _SPECIAL),
        drawn(9, 50, 1.0, _SPECIAL),
        drawn(1, 12, 0.5, _SPECIAL),
        shown(scores, truth.astype(int), 0.75, _SPECIAL),
        drawn(8, 40, 0.625, _SPECIAL, int),
    ]


def _told_threshold(value, right, case):
    scores, truth, wanted = case.args
    found = np.mean(scores[np.asarray(truth, bool)] >= value)
    start = f"your threshold {short(value.item())} finds the share {short(found)} of the nines"
    if found < wanted:
        return f"{start}, which is less than wanted. It is too high."
    return f"{start}. That is enough, but a higher threshold would find enough too, with no more false alarms."


def _highest_by(share):
    """The highest of the scores which, taken as the threshold ``at``, makes ``share(scores, truth, at)`` what is wanted or more."""
    return lambda s, t, wanted: max((at for at in s if share(s, np.asarray(t, bool), at) >= wanted), default=min(s))


def _by_rank(rank, step=-1):
    """The score at ``rank(nines, wanted)`` among those of the nines, from the highest down (or, with step 1, from the lowest up)."""

    def find(s, t, wanted):
        nines = np.sort(s[np.asarray(t, bool)])[::step]
        return nines[int(rank(len(nines), wanted))]

    return find


highest_threshold = FunctionCheck(
    "highest_threshold",
    reference=_highest_threshold,
    cases=_threshold_cases,
    criteria=[Criterion(_STEPS, 2), Criterion(_BETWEEN, 1), Criterion(_SPECIAL, 1)],
    misconceptions=[
        Misconception(
            _highest_by(lambda s, t, at: np.mean(s[t] > at)),
            "You find nines only above the threshold; a nine at the threshold is found too, so it can be higher.",
        ),
        Misconception(
            _highest_by(lambda s, t, at: np.mean(t[s >= at])),
            "That brings the precision to what is wanted. Recall is the share of the nines that are found.",
        ),
        Misconception(
            _highest_by(lambda s, t, at: np.mean((s >= at) == t)),
            "That brings the accuracy to what is wanted. Recall looks at the nines alone.",
        ),
        Misconception(
            _highest_by(lambda s, t, at: np.mean(s >= at)),
            "You count among all pictures. Recall looks at the nines alone.",
        ),
        Misconception(
            _highest_by(lambda s, t, at: np.mean(s[~t] >= at)),
            "You look at the pictures that are not nines: True or 1 means a nine.",
        ),
        Misconception(
            lambda s, t, wanted: s.min(),
            "You always return the lowest score, so every picture is called a nine. Often a higher threshold will do.",
        ),
        Misconception(
            lambda s, t, wanted: s.max(),
            "You always return the highest score. Does your code look at the recall before it returns?",
        ),
        Misconception(
            lambda s, t, wanted: s[np.asarray(t, bool)].min(),
            "You always return the lowest score of a nine, which finds every nine. Where fewer are wanted, a higher threshold will do.",
        ),
        Misconception(
            _by_rank(lambda n, wanted: np.ceil(wanted * n) - 1, 1),
            "You begin at the nine with the lowest score. A falling threshold finds the one with the highest score first.",
        ),
        Misconception(
            _by_rank(lambda n, wanted: min(np.ceil(wanted * n), n - 1)),
            "You go one nine too far: positions begin at 0, so the third nine stands at position 2.",
        ),
        Misconception(
            _by_rank(lambda n, wanted: np.floor(wanted * n) - 1),
            "You round the number of nines down, and too few are found. Between two numbers the larger one is needed.",
        ),
        Misconception(
            _by_rank(lambda n, wanted: max(np.floor(wanted * n) - 1, 0)),
            "You round the number of nines down, and too few are found. Between two numbers the larger one is needed.",
        ),
        Misconception(
            _by_rank(lambda n, wanted: max(np.round(wanted * n) - 1, 0)),
            "You round to the nearest number of nines, and sometimes too few are found. Between two numbers the larger one is needed.",
        ),
        Misconception(
            lambda s, t, wanted: np.quantile(s[np.asarray(t, bool)], 1 - wanted),
            "A quantile may lie between two scores. The highest threshold that finds enough is itself a score of a nine.",
        ),
        Misconception(
            lambda s, t, wanted: wanted,
            "That is the recall that is wanted. A threshold is a value that scores are compared with.",
        ),
        Misconception(
            lambda s, t, wanted: max(at for at in s if np.mean(s[t] >= at) >= wanted),
            "With True and False your function is right. With 1 and 0, scores[truth] takes the scores at positions 1 and 0.",
        ),
        Misconception(
            lambda s, t, wanted: np.argmax(s == _highest_threshold(s, t, wanted)),
            "That is a position in the array. The question asks for the score that stands there.",
        ),
    ],
    asked="one number, the threshold",
    wrong_value=_told_threshold,
)
