"""The checks of exercise 09, "Your own convolution layer"; chapter 09 teaches what they ask."""

import re
import sys
import tempfile
import warnings
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .core import Case, Criterion, Finding, FunctionCheck, Misconception, describe, plain_words, short
from .judging import calls_of, equal, first_problem, opening

__all__ = ["convolve", "edge_kernel", "my_conv2d", "places_and_zeros"]

_close = partial(equal, tolerance=1e-4)


# ------------------------------------------------------------------------------------------- places, zeros, convolution


def _places(pixels, size, stride, padding):
    return -(-pixels // stride) if padding == "same" else (pixels - size) // stride + 1


def _total(pixels, size, stride):
    """Zeros that "same" puts on both sides together."""
    return max((_places(pixels, size, stride, "same") - 1) * stride + size - pixels, 0)


def _zeros(pixels, size, stride):
    total = _total(pixels, size, stride)
    return total // 2, total - total // 2


def _convolve(images, kernels, bias, stride, padding, zeros=_zeros, mode="constant"):
    """Convolution of pictures whose last three axes are height, width and channels, in NumPy."""
    images, kernels = np.asarray(images, float), np.asarray(kernels, float)
    size = len(kernels)
    if padding == "same":
        sides = [zeros(pixels, size, stride) for pixels in images.shape[-3:-1]]
        images = np.pad(images, [(0, 0)] * (images.ndim - 3) + [*sides, (0, 0)], mode=mode)
    windows = sliding_window_view(images, (size, size), axis=(-3, -2))[..., ::stride, ::stride, :, :, :]
    return np.einsum("...rcihw,hwif->...rcf", windows, kernels) + np.asarray(bias, float)


# ------------------------------------------------------------------------------------------------- 1. places and zeros

_VALID_PLACES = 'counts the places for "valid"'
_SAME_PLACES = 'counts the places for "same"'
_HOW_MANY = 'finds how many zeros are needed in all, and none for "valid"'
_WHICH_SIDE = "puts them on the right sides"


def _places_and_zeros(pixels, size, stride, padding):
    before, after = _zeros(pixels, size, stride) if padding == "same" else (0, 0)
    return np.array([_places(pixels, size, stride, padding), before, after])


def _side_cases(rng):
    shown = [(5, 3, 1, "valid"), (5, 3, 2, "valid"), (5, 3, 1, "same"), (4, 2, 1, "same"), (32, 3, 2, "same")]
    fixed = [(3, 3, 1, "valid"), (9, 4, 2, "valid"), (8, 3, 2, "valid"), (10, 1, 3, "valid"), (7, 2, 5, "valid")]
    fixed += [(33, 3, 2, "same"), (8, 4, 1, "same"), (9, 4, 2, "same"), (32, 5, 2, "same"), (8, 1, 2, "same")]
    fixed += [(9, 2, 3, "same"), (10, 3, 5, "same"), (2, 5, 1, "same"), (7, 6, 3, "same"), (31, 2, 2, "same")]
    drawn = [
        (int(rng.integers(20, 60)), int(rng.integers(1, 9)), stride, padding)
        for stride, padding in product((1, 2, 3, 4), ("valid", "same"))
    ]
    return [
        Case(args, args[3], "pixels = {}, size = {}, stride = {} and padding = {!r}".format(*args))
        for args in [*shown, *fixed, *drawn]
    ]


def _three(call):
    """What is wrong with a result that is not three numbers; None when it is."""
    value = call["value"]
    if value is None or call["changed"] or not np.isfinite(value).all():
        return call["problem"]
    return None if value.shape == (3,) else call["problem"]


_PLACE_MISTAKES = (
    (
        lambda n, k, s, p: (n - k) // s,
        "One place is missing: when the window has moved k times, it has stood at k + 1 places.",
    ),
    (
        lambda n, k, s, p: (n - k) / s + 1,
        "The number of places is a whole number: a step that does not fit any more is left out.",
    ),
    (
        lambda n, k, s, p: n - k + 1,
        "You count the places of a window that moves by 1 each time. Where does the stride come in?",
    ),
    (
        lambda n, k, s, p: -(-(n - k) // s) + 1,
        "You round up. The last step is taken only when the window still fits inside: round down.",
    ),
    (
        lambda n, k, s, p: round((n - k) / s) + 1,
        "You round to the nearest number. The last step is taken only when the window still fits inside.",
    ),
    (
        lambda n, k, s, p: -(-n // s),
        'That is the number of places for "same". For "valid" the window stays inside the picture.',
    ),
    (lambda n, k, s, p: n, "That is the number of pixels, whatever the kernel and the stride are."),
)
_SAME_MISTAKES = (
    (
        lambda n, k, s, p: n // s,
        'You round down. With "same" there is a window for each stride that was begun: round up.',
    ),
    (
        lambda n, k, s, p: n / s,
        'The number of places is a whole number. With "same" there is a window for each stride that was begun.',
    ),
    (
        lambda n, k, s, p: round(n / s),
        'You round to the nearest number. With "same" there is a window for each stride that was begun.',
    ),
    (
        lambda n, k, s, p: n // s + 1,
        "You have one place too many where the stride divides the number of pixels: then none is left over.",
    ),
    (
        lambda n, k, s, p: n,
        'You return the number of pixels. With "same" the output has the size of the input at stride 1 only.',
    ),
    (
        lambda n, k, s, p: (n - k) // s + 1,
        'That is the number of places for "valid". With "same" the window may stand on the border.',
    ),
    (
        lambda n, k, s, p: (n + 2 * (k // 2) - k) // s + 1,
        "You count with size // 2 zeros on each side. An even kernel has no middle: there this gives a place too many.",
    ),
)
_ZERO_MISTAKES = (
    (
        lambda n, k, s, p: 2 * (k // 2),
        "You put size // 2 zeros on each side. That is right for odd kernels at stride 1 only.",
    ),
    (
        lambda n, k, s, p: 2 * ((k - 1) // 2),
        "You put (size - 1) // 2 zeros on each side. That is right for odd kernels at stride 1 only.",
    ),
    (
        lambda n, k, s, p: k - 1,
        "Your zeros do not depend on the stride and the picture: size - 1 in all is right at stride 1 only. Where does the last window end?",
    ),
    (
        lambda n, k, s, p: (_places(n, k, s, "same") - 1) * s + k - n,
        "Your number of zeros gets negative where the stride is larger than the kernel. What does not stick out needs no zeros.",
    ),
    (
        lambda n, k, s, p: abs((_places(n, k, s, "same") - 1) * s + k - n),
        "Where the last window ends before the last pixel, nothing sticks out, and no zeros are needed. Did you drop a minus sign?",
    ),
    (
        lambda n, k, s, p: max(_places(n, k, s, "same") * s + k - n, 0),
        "You count one stride too many: with m places the last window begins at (m - 1) · stride.",
    ),
    (lambda n, k, s, p: 0, 'You put no zeros anywhere. With "same" they stand where a window would leave the picture.'),
)


def _mistake(calls, seen, mistakes):
    """The first mistake that explains what ``seen`` shows in every call, told for the first call that it gets wrong; or None."""
    for wrong, message in mistakes:
        if all(_close(seen(call["value"]), wrong(*call["case"].args)) for call in calls):
            for call in calls:
                if not _close(seen(call["value"]), seen(call["case_right"])):
                    told = ", ".join(short(number.item()) for number in call["value"])
                    return f"{opening(call)}your function returned ({told}). {message}"
    return None


def _side_criterion(padding, seen, mistakes, word):
    """A criterion's test that looks at one part of the three numbers, for the cases with this padding (or for all)."""

    def test(calls):
        calls = [
            {**call, "case_right": _places_and_zeros(*call["case"].args)}
            for call in (calls_of(calls, padding) if padding else calls)
        ]
        for call in calls:
            if problem := _three(call):
                return problem
        wrong = [call for call in calls if not _close(seen(call["value"]), seen(call["case_right"]))]
        if not wrong:
            return None
        if message := _mistake(calls_of(calls, padding or "same"), seen, mistakes):
            return message
        told = ", ".join(short(number.item()) for number in wrong[0]["value"])
        return f"{opening(wrong[0])}your function returned ({told}). {word}"

    return test


_SIDE_MISTAKES = (
    (
        lambda n, k, s, p: _zeros(n, k, s)[::-1],
        "The zeros of both sides have changed places: where the number is odd, TensorFlow puts the one that is left over after the last pixel.",
    ),
    (
        lambda n, k, s, p: (_total(n, k, s), 0),
        "You put all zeros before the first pixel. Half of them belongs there, rounded down.",
    ),
    (
        lambda n, k, s, p: (0, _total(n, k, s)),
        "You put all zeros after the last pixel. Half of them, rounded down, belongs before the first.",
    ),
    (
        lambda n, k, s, p: (_total(n, k, s) / 2,) * 2,
        "There are no half zeros: where the number is odd, one side gets one more. Which one?",
    ),
    (
        lambda n, k, s, p: (-(-_total(n, k, s) // 2),) * 2,
        "You round up on both sides, so an odd number of zeros gets one too many. What is left over goes to one side only.",
    ),
    (
        lambda n, k, s, p: (_total(n, k, s) // 2,) * 2,
        "You round down on both sides, so where the number is odd one zero is lost. Which side gets it?",
    ),
)
_sides_right = _side_criterion(None, lambda value: value[1:], _SIDE_MISTAKES, "Look at the zeros before and after.")
_number_right = _side_criterion(
    None,
    lambda value: value[1:].sum(),
    _ZERO_MISTAKES,
    'Compare the pixel at which the last window ends with the number of pixels. "Valid" needs no zeros.',
)


def _none_lost(calls):
    """The number of zeros in all; where only the halves were rounded, that is a matter of the sides."""
    message = _number_right(calls)
    if message and all(_three(call) is None for call in calls):
        same = calls_of(calls, "same")
        free = all(not call["value"][1:].any() for call in calls_of(calls, "valid"))
        for wrong, _ in _SIDE_MISTAKES[-2:]:
            if free and all(_close(call["value"][1:], wrong(*call["case"].args)) for call in same):
                return None
    return message


places_and_zeros = FunctionCheck(
    "places_and_zeros",
    reference=_places_and_zeros,
    cases=_side_cases,
    criteria=[
        Criterion(
            _VALID_PLACES,
            1,
            _side_criterion(
                "valid", lambda value: value[0], _PLACE_MISTAKES, "Move the window on paper and count its places."
            ),
        ),
        Criterion(
            _SAME_PLACES,
            1,
            _side_criterion(
                "same", lambda value: value[0], _SAME_MISTAKES, "How many strides begin within these pixels?"
            ),
        ),
        Criterion(_HOW_MANY, 1, _none_lost),
        Criterion(_WHICH_SIDE, 1, _sides_right),
    ],
    asked="three numbers (places, before, after)",
)


# ------------------------------------------------------------------------------------------------------ 2. an edge kernel

_PLAIN = "gives 0 on a plain ground"
_TOWARDS = "gives more than 0 where the picture gets brighter in the direction, and less than 0 where it gets darker"
_ACROSS = "does not answer to changes in the other direction"
_SCALE = "gives 1 for an edge from 0 to 1"
_DIRECTIONS = ("right", "left", "down", "up")


def _edge_kernel(towards):
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4  # one of many
    return {"right": kernel, "left": kernel[:, ::-1], "down": kernel.T, "up": kernel.T[::-1]}[towards]


def _edge_cases(rng):
    return [Case((towards,), _TOWARDS, f"towards = {towards!r}") for towards in _DIRECTIONS]


def _to_the_right(kernel, towards):
    """The kernel turned so that its direction is "right"."""
    return {"right": kernel, "left": kernel[:, ::-1], "down": kernel.T, "up": kernel[::-1].T}[towards]


def _table(call):
    """What is wrong with a result that is not a table of 3 by 3 numbers; None when it is."""
    value = call["value"]
    fine = value is not None and value.shape == (3, 3) and np.isfinite(value).all() and not call["changed"]
    return None if fine else call["problem"]


def _edges(test):
    """A criterion's test: ``test(kernel)`` looks at a kernel turned to the right and gives a message, or None."""

    def criterion(calls):
        for call in calls:
            if message := _table(call):
                return message
        for call in calls:
            if message := test(_to_the_right(call["value"], *call["case"].args), call["case"].args[0]):
                return f"{opening(call)}{message}"
        return None

    return criterion


_EMPTY = "all weights of your kernel are 0, so it sees nothing at all."


def _on_plain(kernel, towards):
    total = kernel.sum()
    if not kernel.any():
        return _EMPTY
    if abs(total) <= 1e-6:
        return None
    return f"your weights add up to {short(total.item())}, so a plain ground of grey level 1 gives this value. A plain ground has no edge."


# Three lines across the direction, from the first to the last, each of one grey level, ever brighter.
_STEPS = ((0, 1, 1), (0, 0, 1), (0, 0.5, 1), (0.2, 0.3, 0.9))


def _in_direction(kernel, towards):
    columns, rows = kernel.sum(axis=0), kernel.sum(axis=1)
    brighter = [float(columns @ np.array(step)) for step in _STEPS]
    darker = [float(columns @ np.array(step[::-1])) for step in _STEPS]
    if min(brighter) > 1e-6 and max(darker) < -1e-6:
        return None
    if max(brighter) < -1e-6:
        return (
            f"your kernel gives {short(brighter[0])} where the picture gets brighter in that direction: it is turned round. "
            "Which side of the patch is the brighter one, and which sign have the weights there?"
        )
    if max(map(abs, brighter + darker)) <= 1e-6:
        if min(abs(float(rows @ np.array(step))) for step in _STEPS) > 1e-6:
            return (
                "your kernel sees nothing of such an edge, and answers to changes in the other direction: "
                "rows and columns of the table have changed places."
            )
        return "your kernel gives 0 where the picture gets brighter in that direction: it does not see the edge."
    word, step, value = next(
        iter(
            [("brighter", step, up) for step, up in zip(_STEPS, brighter, strict=True) if up <= 1e-6]
            + [("darker", step[::-1], down) for step, down in zip(_STEPS, darker, strict=True) if down >= -1e-6]
        )
    )
    lines = "columns" if towards in ("right", "left") else "rows"
    step = step[::-1] if towards in ("left", "up") else step
    return f"your kernel gives {short(value)} for a patch with the three {lines} {', '.join(map(str, step))}, which gets {word} in that direction."


def _other_direction(kernel, towards):
    rows = kernel.sum(axis=1)
    if not kernel.any():
        return _EMPTY
    if np.ptp(rows) <= 1e-6:
        return None
    lines = "rows" if towards in ("right", "left") else "columns"
    return (
        f"the weights of the three {lines} of your kernel add up to {', '.join(short(total.item()) for total in rows)}. So it gives another "
        f"value when the {lines} of a patch change places, although there is no edge in the direction that was asked for."
    )


def _of_size_one(kernel, towards):
    columns = kernel.sum(axis=0)
    steps = [float(columns[1] + columns[2]), float(columns[2])]
    if all(abs(value - 1) <= 1e-6 for value in steps):
        return None
    if all(abs(value + 1) <= 1e-6 for value in steps):
        return None  # turned round, which is told elsewhere
    rows = kernel.sum(axis=1)
    other = [abs(float(rows[1] + rows[2])), abs(float(rows[2]))]
    if max(map(abs, steps)) <= 1e-6 and all(abs(value - 1) <= 1e-6 for value in other):
        return None  # rows for columns, which is told elsewhere
    value = next(value for value in steps if abs(value - 1) > 1e-6)
    lines = "columns" if towards in ("right", "left") else "rows"
    if abs(steps[0] - steps[1]) > 1e-6:
        return (
            f"your kernel gives {short(steps[0])} when one of the three {lines} is dark (0) and two are bright (1), and {short(steps[1])} "
            "when two are dark and one is bright. Both are an edge from 0 to 1."
        )
    return f"your kernel gives {short(value)} for an edge from 0 to 1. Multiply all its weights by one number."


edge_kernel = FunctionCheck(
    "edge_kernel",
    reference=_edge_kernel,
    cases=_edge_cases,
    criteria=[
        Criterion(_PLAIN, 1, _edges(_on_plain)),
        Criterion(_TOWARDS, 1, _edges(_in_direction)),
        Criterion(_ACROSS, 1, _edges(_other_direction)),
        Criterion(_SCALE, 1, _edges(_of_size_one)),
    ],
    asked="an array of shape (3, 3)",
)


# ------------------------------------------------------------------------------------------------- 3. convolution in loops

_GREY = "slides one kernel over a grey picture, every row and every column, without turning it"
_COLOUR = "adds up all channels, makes one map for each kernel, and adds the biases"
_STRIDE = "moves by the stride"
_SAME_ODD = 'puts zeros around the picture for "same"'
_SAME_OTHER = "puts them on the right sides for even kernels and for larger strides too"

# What people do to kernels and biases, in place of using them as they are. Such a slip is told, and costs points, in one place only.
_TURNS = (
    (lambda kernels: kernels, None),
    (
        lambda kernels: kernels[::-1, ::-1],
        "Your kernel is flipped: turned by 180 degrees. In deep learning the kernel lies on the patch as it is written.",
    ),
    (
        lambda kernels: kernels[::-1],
        "Your kernel stands upside down: its first row belongs on the first row of the patch.",
    ),
    (
        lambda kernels: kernels[:, ::-1],
        "Your kernel is mirrored: its first column belongs on the first column of the patch.",
    ),
    (
        lambda kernels: kernels.transpose(1, 0, 2, 3),
        "The rows and the columns of your kernel have changed places. Row i of the kernel belongs on row i of the patch.",
    ),
)
_SUMS = (
    (lambda kernels, bias: (kernels, bias), None),
    (lambda kernels, bias: (kernels, 0 * bias), "Your outputs have no bias. Each map gets one number added, its own."),
    (lambda kernels, bias: (kernels, -bias), "You subtract the biases. They are added."),
    (
        lambda kernels, bias: (kernels, bias * kernels[..., 0].size),
        "You add the bias once for every product. It is added once, after the sum.",
    ),
    (
        lambda kernels, bias: (kernels, bias * kernels.shape[2]),
        "You add the bias once for every channel of the picture. It is added once, after the sum.",
    ),
    (
        lambda kernels, bias: (kernels, np.full_like(bias, bias[0])),
        "You add the first bias to all maps. Each map has a bias of its own.",
    ),
    (
        lambda kernels, bias: (kernels * (np.arange(kernels.shape[2]) == 0)[:, None], bias),
        "Your outputs know only the first channel of the picture. All channels go into one sum.",
    ),
    (
        lambda kernels, bias: (kernels * (np.arange(kernels.shape[2]) == kernels.shape[2] - 1)[:, None], bias),
        "Your outputs know only the last channel of the picture. All channels go into one sum: is the result written over?",
    ),
    (
        lambda kernels, bias: (np.repeat(kernels[:, :, :1], kernels.shape[2], 2), bias),
        "You use the weights of the first channel for all channels. A kernel has its own weights for each.",
    ),
    (
        lambda kernels, bias: (np.repeat(kernels[..., :1], kernels.shape[3], 3), bias),
        "All your maps use the first kernel. Map k belongs to kernel k: kernels[:, :, :, k].",
    ),
)
_AROUND = (
    (
        lambda n, k, s: _zeros(n, k, s)[::-1],
        "constant",
        "Where the number of zeros is odd, the one that is left over stands above and on the left in yours. It belongs below and on the right.",
    ),
    (
        lambda n, k, s: (k // 2, k // 2),
        "constant",
        "You put size // 2 zeros on each side, whatever the stride is. With a larger stride every window then stands too far up and left: "
        "where does the last window end?",
    ),
    (
        lambda n, k, s: ((k - 1) // 2, k - 1 - (k - 1) // 2),
        "constant",
        "Your zeros do not depend on the stride. With a larger stride fewer are needed: where does the last window end?",
    ),
    (
        lambda n, k, s: (0, _total(n, k, s)),
        "constant",
        "All your zeros stand below and on the right. Half of them, rounded down, belongs above and on the left.",
    ),
    (
        lambda n, k, s: (_total(n, k, s), 0),
        "constant",
        "All your zeros stand above and on the left. Only half of them, rounded down, belongs there.",
    ),
    (_zeros, "edge", 'Around your picture its outermost pixels are repeated. "Same" puts zeros there.'),
    (_zeros, "reflect", 'Around your picture its pixels are mirrored. "Same" puts zeros there.'),
    (_zeros, "wrap", 'Around your picture stand the pixels of its other side. "Same" puts zeros there.'),
)


def _random_picture(rng, height, width, channels=1, size=3, filters=1):
    def numbers(*shape):
        return rng.uniform(0.2, 1, shape) * rng.choice([-1, 1], shape)

    kernels = numbers(size, size, channels, filters)
    bias = numbers(filters) if channels > 1 or filters > 1 else np.zeros(filters)
    return tuple(np.float32(values) for values in (rng.uniform(0.1, 1, (height, width, channels)), kernels, bias))


def _convolution_cases(rng):
    tiny, dot = np.zeros((5, 5, 1), np.float32), np.zeros((5, 6, 1), np.float32)
    tiny[1:, 2:], dot[2, 2] = 1, 1
    edge = np.float32([[-1, 0, 1]] * 3).reshape(3, 3, 1, 1)
    counting = np.arange(1, 10, dtype=np.float32).reshape(3, 3, 1, 1)
    none = np.zeros(1, np.float32)

    def case(criterion, height, width, channels, size, filters, stride, padding):
        arrays = _random_picture(rng, height, width, channels, size, filters)
        many = f"{filters} kernel{'s' * (filters > 1)} of size {size}"
        label = f"a picture of shape {(height, width, channels)}, {many}, stride {stride} and padding {padding!r}"
        return Case((*arrays, stride, padding), criterion, label)

    return [
        Case((tiny, edge, none, 1, "valid"), _GREY, "the picture of 5 by 5 pixels and the edge kernel of the chapter"),
        Case(
            (dot, counting, none, 1, "valid"),
            _GREY,
            "a picture with one bright pixel and a kernel with the weights 1 to 9",
        ),
        case(_GREY, 6, 8, 1, 3, 1, 1, "valid"),
        case(_GREY, 7, 5, 1, 2, 1, 1, "valid"),
        case(_GREY, 4, 4, 1, 4, 1, 1, "valid"),
        case(_COLOUR, 4, 5, 3, 1, 2, 1, "valid"),
        case(_COLOUR, 6, 5, 3, 3, 4, 1, "valid"),
        case(_COLOUR, 5, 6, 2, 2, 3, 1, "valid"),
        case(_COLOUR, 4, 4, 3, 2, 1, 1, "valid"),
        case(_STRIDE, 7, 9, 1, 3, 1, 2, "valid"),
        case(_STRIDE, 8, 7, 2, 3, 2, 2, "valid"),
        case(_STRIDE, 9, 8, 2, 2, 3, 3, "valid"),
        case(_SAME_ODD, 5, 5, 1, 3, 1, 1, "same"),
        case(_SAME_ODD, 4, 6, 2, 3, 3, 1, "same"),
        case(_SAME_ODD, 6, 5, 3, 5, 2, 1, "same"),
        case(_SAME_OTHER, 4, 5, 1, 2, 1, 1, "same"),
        case(_SAME_OTHER, 6, 5, 2, 4, 2, 1, "same"),
        case(_SAME_OTHER, 8, 8, 1, 3, 1, 2, "same"),
        case(_SAME_OTHER, 6, 7, 3, 3, 2, 2, "same"),
        case(_SAME_OTHER, 7, 8, 2, 4, 2, 3, "same"),
        case(_SAME_OTHER, 7, 8, 2, 1, 3, 2, "same"),
    ]


def _like(calls, compute):
    """Whether ``compute(images, kernels, bias, stride, padding)`` gives what was seen in all these calls."""
    return all(_close(call["value"], compute(*_numbers(call))) for call in calls)


def _numbers(call):
    """The arguments of a convolution, whether a function was called with them or a layer was made for them."""
    args = call["case"].args
    if isinstance(args[0], str):
        _, settings, images, kernels, bias = args
        return images, kernels, bias, settings.get("strides", 1), settings.get("padding", "valid")
    return args


def _with(turn, total, around=(_zeros, "constant")):
    def compute(images, kernels, bias, stride, padding):
        kernels, bias = total(turn(kernels), bias)
        return _convolve(images, kernels, bias, stride, padding, *around)

    return compute


def _no_numbers(calls):
    """The first problem that leaves no numbers of the right shape to compare."""
    for call in calls:
        value = call["value"]
        right = _convolve(*_numbers(call)).shape
        if value is None or call["changed"] or not np.isfinite(value).all():
            return call["problem"]
        if value.shape != right:
            return _wrong_shape(call, right)
    return None


def _wrong_shape(call, right):
    images, kernels, bias, stride, padding = _numbers(call)
    shape = call["value"].shape
    told = f"{opening(call)}your function returned {call['kind']}."
    if shape == (1, *right):
        return f"{told} There is one picture and no batch: three axes, for rows, columns and maps."
    if shape == right[:2]:
        return f"{told} The maps need an axis of their own, the last one, also when there is one kernel."
    if shape == (right[2], *right[:2]):
        return f"{told} The maps come last: (rows, columns, maps)."
    if len(shape) == 4:
        return f"{told} All channels of the picture go into one sum: there are three axes, for rows, columns and maps."
    if padding == "same":
        if shape == _convolve(images, kernels, bias, stride, "valid").shape:
            return f'{told} That is the size for "valid": were any zeros put around the picture?'
        if shape == _convolve(images, kernels, bias, stride, "same", lambda n, k, s: (k // 2, k // 2)).shape:
            return f"{told} With size // 2 zeros on every side, an even kernel finds too many places."
    if stride > 1 and shape == _convolve(images, kernels, bias, 1, padding).shape:
        return f"{told} That is the size for a stride of 1."
    return (
        f"{told} Count the places of the window along each side: that many rows and columns, and a map for each kernel."
    )


def _off(call):
    """Which numbers are off, in words that follow "For ..., "."""
    value, right = call["value"], _convolve(*_numbers(call))
    off = np.abs(value - right) > 1e-4 * (1 + np.abs(right))
    inner = off[..., 1:-1, 1:-1, :]
    place = tuple(int(i) for i in np.argwhere(off)[0])
    row, column, channel = place[-3:]
    told = (
        f"{opening(call)}{int(off.sum())} of your {off.size} values are off. The first stands in row {row}, column {column} of map {channel}: "
        f"yours is {short(value[place].item())}, which is too {'large' if value[place] > right[place] else 'small'}."
    )
    if inner.size and not inner.any() and off.size > off.sum():
        told += " Only values in the outermost rows and columns are off: look at the window there."
    return told


def _slips(calls, table, wrap):
    """The first entry of a table that explains all calls, as (function, message told for the first call that it gets wrong)."""
    for entry, message in table:
        if _like(calls, wrap(entry)):
            wrong = next((call for call in calls if not _close(call["value"], _convolve(*_numbers(call)))), None)
            return entry, message and wrong and f"{opening(wrong)}your values differ from the right ones. {message}"
    return None


def _turn_of(calls):
    grey = calls_of(calls, _GREY)
    if _no_numbers(grey):
        return None
    return _slips(grey, _TURNS, lambda turn: _with(turn, _SUMS[0][0]))


def _sum_of(calls, turn):
    colour = calls_of(calls, _COLOUR)
    if _no_numbers(colour):
        return None
    return _slips(colour, _SUMS, lambda total: _with(turn, total))


def _explained(calls):
    """What a misconception of the whole question says to these calls, and otherwise which values are off."""
    wrong = next(call for call in calls if not _close(call["value"], _convolve(*_numbers(call))))
    return convolve._explain(calls) or _off(wrong)


def _grey(calls):
    if problem := _no_numbers(calls_of(calls, _GREY)):
        return problem
    slip = _turn_of(calls)
    return slip[1] if slip else _explained(calls_of(calls, _GREY))


def _colour(calls):
    if problem := _no_numbers(calls_of(calls, _COLOUR)):
        return problem
    slip = _sum_of(calls, (_turn_of(calls) or _TURNS[0])[0])
    return slip[1] if slip else _explained(calls_of(calls, _COLOUR))


def _placed(name):
    """A criterion's test for the cases of one stride or padding: turned kernels and forgotten biases were told before."""

    def test(calls):
        if problem := _no_numbers(calls_of(calls, name)):
            return problem
        turn = (_turn_of(calls) or _TURNS[0])[0]
        total = (_sum_of(calls, turn) or _SUMS[0])[0]
        if _like(calls_of(calls, name), _with(turn, total)):
            return None
        if name != _STRIDE:
            same = [call for call in calls_of(calls, _SAME_ODD, _SAME_OTHER) if _no_numbers([call]) is None]
            for zeros, mode, message in _AROUND:
                if all(_fits(call, _with(turn, total, (zeros, mode))) for call in same):
                    wrong = next(
                        c for c in calls_of(calls, name) if not _close(c["value"], _with(turn, total)(*_numbers(c)))
                    )
                    return f"{opening(wrong)}your values are those of other zeros around the picture. {message}"
        return _explained(calls_of(calls, name))

    return test


def _fits(call, compute):
    """Whether ``compute`` explains a call, also when it finds too many places and those were never asked for."""
    try:
        computed, shape = compute(*_numbers(call)), call["value"].shape
        return _close(call["value"], computed[..., : shape[-3], : shape[-2], :])
    except ValueError:  # a picture too small to be mirrored
        return False


convolve = FunctionCheck(
    "convolve",
    reference=_convolve,
    cases=_convolution_cases,
    criteria=[
        Criterion(_GREY, 2, _grey),
        Criterion(_COLOUR, 1, _colour),
        Criterion(_STRIDE, 1, _placed(_STRIDE)),
        Criterion(_SAME_ODD, 1, _placed(_SAME_ODD)),
        Criterion(_SAME_OTHER, 1, _placed(_SAME_OTHER)),
    ],
    misconceptions=[
        Misconception(
            lambda *args: _convolve(*args) / args[1][..., 0].size,
            "You take the mean of the products. A weighted sum is a sum.",
        ),
        Misconception(
            lambda *args: np.maximum(_convolve(*args), 0),
            "Your values are cut off below 0. No activation function was asked for.",
        ),
        Misconception(
            lambda *args: np.trunc(_convolve(*args)),
            "Your values have lost their fractions: is the array for the outputs one of whole numbers?",
        ),
        Misconception(
            lambda *args: 0 * _convolve(*args),
            "All your values are 0: is the result of each place written into the outputs?",
        ),
        Misconception(
            lambda image, kernels, bias, stride, padding: _convolve(image, 0 * kernels + 1, bias, stride, padding),
            "Your values are the sums of the patches. Each pixel is multiplied by its weight first.",
        ),
    ],
    asked="an array of shape (rows, columns, maps)",
    tolerance=1e-4,
)


# --------------------------------------------------------------------------------------------------- 4. a layer of one's own

_WEIGHTS = "makes its kernel and bias once, as weights that Keras knows and can train"
_VALUES = 'gives the right values, and gradients that fit them, for odd kernels with "valid"'
_OTHERS = 'gives the right values for even kernels, stride 2 and "same" too'
_SHAPE = "tells the shape of its output without computing it"
_AGAIN = "comes back from its configuration and from a file as it was made"


def _made(answer, settings, kernels):
    """The layer that a class makes for these kernels."""
    layer = answer(kernels.shape[3], kernels.shape[0], **settings)
    keras = sys.modules.get("keras")  # who has not imported it cannot have written a layer
    if keras is None or not issubclass(type(layer), keras.layers.Layer):
        raise Finding(
            "your class makes no Keras layer. Begin it with class MyConv2D(keras.layers.Layer), and call super().__init__."
        )
    called = getattr(layer, "name", None)
    if called != settings.get("name", called):
        raise Finding(
            f"the name of your layer is {called!r}. It gets its name from **kwargs: pass them on, as in super().__init__(**kwargs)."
        )
    return layer


def _plain(problem):
    """The words of an error in a layer without what Keras and TensorFlow write around them."""
    text = re.sub(r"\{\{.*?\}\} | \[Op:\w+\].*", "", plain_words(problem).split("\n\nCall arguments")[0])
    return re.sub(r"^(Exception encountered|Error when deserializing).*?\n\n", "", text, flags=re.S).strip()


def _tried(what, function, *args, **named):
    """Call something of the learner's layer; errors come out in plain words."""
    try:
        return function(*args, **named)
    except NotImplementedError as problem:
        raise Finding(f"{what} of your layer is not written yet.") from problem
    except Exception as problem:
        text = _plain(problem)
        if "cannot add new elements of state" in text:
            raise Finding(
                "your layer makes its weights in `call`, and Keras refuses: call runs for every batch. Make them in `build`, "
                "which runs once and gets the shape of the input."
            ) from problem
        raise Finding(
            f"{what} of your layer stopped with {type(problem).__name__}: {text[:300].rstrip('.!')}."
        ) from problem


def _outputs(layer, images, **named):
    outputs = _tried("the call", layer, images, **named)
    if not hasattr(outputs, "shape"):
        raise Finding(f"the call of your layer returned {describe(outputs)}. It has to return the outputs.")
    return outputs


def _array(outputs):
    return np.asarray(outputs, np.float64)


def _shapes(weights):
    return [tuple(int(size) for size in weight.shape) for weight in weights]


def _with_weights(layer, images, kernels, bias):
    """Let the layer work once, so that it makes its weights, and then give it others."""
    _outputs(layer, images)
    shapes = _shapes(layer.weights)
    if not shapes:
        raise Finding(
            "your layer has no weights that Keras knows of. A tf.Variable or an array is not watched over: make weights in `build`, with add_weight."
        )
    if sorted(shapes, key=len) != [bias.shape, kernels.shape]:
        told = " and ".join(map(str, shapes))
        raise Finding(
            f"your layer has weights of the shape{'s' * (len(shapes) > 1)} {told}. The question asks for a kernel of shape "
            "(size, size, channels, filters) and a bias of shape (filters,)."
        )
    layer.set_weights([kernels if len(shape) == 4 else bias for shape in shapes])
    return layer


def _look(answer, settings, images, kernels, bias):
    """Weights: how many there are after the first call, how many can be trained, and how many after a third call."""
    layer = _made(answer, settings, kernels)
    if not np.array_equal(_array(_outputs(layer, images)), _array(_outputs(layer, images)), equal_nan=True):
        raise Finding(
            "your layer gives another answer each time for the same pictures: are weights made in `call`? Make them in `build`, "
            "which runs once, with add_weight."
        )
    _with_weights(layer, images, kernels, bias)
    found, before = [len(layer.weights), len(layer.trainable_weights)], layer.get_weights()
    _outputs(layer, images)
    if not all(np.array_equal(*pair) for pair in zip(before, layer.get_weights(), strict=True)):
        raise Finding("your layer changes its own weights when it is called. Only training may change them.")
    if found[1] < 2:
        raise Finding(f"of your layer's 2 weights {found[1]} can be trained. Both have to learn.")
    return np.array([*found, len(layer.weights)])


def _values(answer, settings, images, kernels, bias):
    """Outputs, after the weights were made for pictures of another size."""
    others = np.zeros((1, images.shape[1] + 1, images.shape[2] + 2, images.shape[3]), np.float32)
    layer = _with_weights(_made(answer, settings, kernels), others, kernels, bias)
    return _array(_outputs(layer, images))


def _gradients(answer, settings, images, kernels, bias):
    """For pictures, kernel and bias: 0 when the tape's gradient tells how the outputs change, otherwise 1."""
    import tensorflow as tf

    layer = _with_weights(_made(answer, settings, kernels), images, kernels, bias)
    inputs = tf.constant(images)
    weights = sorted(layer.trainable_weights, key=lambda weight: -len(weight.shape))
    if len(weights) != 2:
        raise Finding(f"of your layer's 2 weights {len(weights)} can be trained. Both have to learn.")
    rng = np.random.default_rng(1)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = _outputs(layer, inputs)
        slopes = rng.uniform(0.5, 1.5, tuple(outputs.shape)).astype(np.float32)
        total = tf.reduce_sum(tf.convert_to_tensor(outputs) * slopes)
    fits = []
    gradients = tape.gradient(total, [inputs, *weights])
    for place, (name, gradient) in enumerate(zip(("pictures", "kernel", "bias"), gradients, strict=True)):
        if gradient is None:
            raise Finding(
                f"there is no gradient for the {name}, so training could not change what stands before. Does every step of `call` "
                "use TensorFlow, and do the outputs depend on it?"
            )
        gradient = _array(gradient)
        step = rng.uniform(0.5, 1, gradient.shape).astype(np.float32)
        moved = [images, kernels, bias]
        moved[place] = moved[place] + step
        layer.set_weights([moved[1] if len(shape) == 4 else moved[2] for shape in _shapes(layer.weights)])
        change = (slopes * (_array(_outputs(layer, moved[0])) - _array(outputs))).sum()
        layer.set_weights([kernels if len(shape) == 4 else bias for shape in _shapes(layer.weights)])
        fits.append(float(abs(change - (gradient * step).sum()) > 0.01 * (np.abs(gradient * step).sum() + 0.01)))
    return np.array(fits)


def _output_shape(answer, settings, images, kernels, bias):
    """What compute_output_shape says, with -1 for None."""
    layer = _made(answer, settings, kernels)
    _outputs(layer, images)
    shape = _tried("`compute_output_shape`", layer.compute_output_shape, (None, *images.shape[1:]))
    try:
        sizes = [-1 if size is None else size for size in tuple(shape)]
    except TypeError:
        raise Finding(f"`compute_output_shape` returned {describe(shape)}. It returns a tuple of four.") from None
    if len(sizes) != 4:
        raise Finding(f"`compute_output_shape` returned {tuple(shape)}. The shape of a batch of maps has four numbers.")
    return np.array(sizes)


def _same_answer(layer, again, images, way):
    """What two layers give, which must have the same shape."""
    before, after = _outputs(layer, images), _outputs(again, images)
    if _shapes([before]) != _shapes([after]):
        raise Finding(
            f"the layer that came back {way} gives outputs of the shape {_shapes([after])[0]}, and yours gave {_shapes([before])[0]}. "
            "An argument was lost: does get_config return all four, each with the value that the layer was made with?"
        )
    return before, after


_LOST = "get_config has to return every argument of __init__, your own as well as those of the parent class."


def _from_config(answer, settings, images, kernels, bias):
    layer = _made(answer, settings, kernels)
    _outputs(layer, images)
    config = _tried("`get_config`", layer.get_config)
    try:
        again = answer.from_config(config)
    except Exception as problem:
        text = _plain(problem)
        hint = " Does __init__ take **kwargs and pass them on?" if "unexpected keyword" in text else f" {_LOST}"
        raise Finding(
            f"your layer can't be made again from what get_config returned: {text[:200].rstrip('.')}.{hint}"
        ) from problem
    _outputs(again, images)
    if _shapes(layer.weights) != _shapes(again.weights):
        raise Finding(
            "the layer that came back from its configuration has weights of the shapes "
            f"{_shapes(again.weights)}, and yours had {_shapes(layer.weights)}. "
            "An argument was lost: does get_config return all four, each with the value that the layer was made with?"
        )
    _same_answer(layer, again, images, "from its configuration")
    if not layer.weights:
        return 0.0  # told elsewhere
    rng = np.random.default_rng(2)
    weights = [rng.uniform(0.5, 1, shape) for shape in _shapes(layer.weights)]
    layer.set_weights(weights), again.set_weights(weights)
    return float(np.abs(_array(_outputs(layer, images)) - _array(_outputs(again, images))).max())


def _from_file(answer, settings, images, kernels, bias):
    keras = sys.modules.get("keras")
    layer = _made(answer, settings, kernels)
    _outputs(layer, images)
    known = {answer.__name__: answer, keras.saving.get_registered_name(answer): answer}
    if layer.weights:
        rng = np.random.default_rng(3)
        layer.set_weights([rng.uniform(0.5, 1, shape) for shape in _shapes(layer.weights)])
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = Path(folder) / "model.keras"
        try:
            model = keras.Sequential([keras.Input(images.shape[1:]), layer])
            model.save(file)
        except Exception as problem:
            raise Finding(f"a model with your layer can't be saved: {_plain(problem)[:200].rstrip('.')}.") from problem
        try:
            loaded = keras.saving.load_model(file, custom_objects=known)
        except Exception as problem:
            text = _plain(problem)[:200].rstrip(".")
            raise Finding(f"a model with your layer was saved and can't be loaded: {text}. {_LOST}") from problem
        before, after = _same_answer(model, loaded, images, "from a file")
    return float(np.abs(_array(before) - _array(after)).max()) if layer.weights else 0.0


_PROBES = {
    "weights": _look,
    "values": _values,
    "gradients": _gradients,
    "output shape": _output_shape,
    "configuration": _from_config,
    "file": _from_file,
}


def _probe(answer, what, settings, images, kernels, bias):
    return _PROBES[what](answer, settings, images, kernels, bias)


def _layer_right(what, settings, images, kernels, bias):
    if what == "weights":
        return np.array([2, 2, 2])
    if what == "gradients":
        return np.zeros(3)
    if what in ("configuration", "file"):
        return np.array(0.0)
    stride, padding = settings.get("strides", 1), settings.get("padding", "valid")
    outputs = _convolve(images, kernels, bias, stride, padding)
    return outputs if what == "values" else np.array([-1, *outputs.shape[1:]])


def _layer_cases(rng):
    def case(what, criterion, channels, filters, size, height=7, width=8, **settings):
        _, kernels, bias = _random_picture(rng, 1, 1, channels, size, filters)
        bias = np.float32(rng.uniform(0.2, 1, filters))
        images = np.float32(rng.uniform(0.1, 1, (2, height, width, channels)))
        told = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        label = f"MyConv2D({filters}, {size}{', ' * bool(told)}{told}) and pictures of shape {images.shape}"
        return Case((what, settings, images, kernels, bias), criterion, label)

    filters = int(rng.integers(4, 9))
    return [
        case("weights", _WEIGHTS, 3, 8, 3),
        case("values", _VALUES, 1, 1, 3, 5, 6),
        case("values", _VALUES, 3, 4, 5),
        case("gradients", _VALUES, 2, 3, 3, 5, 6),
        case("values", _OTHERS, 2, 3, 2),
        case("values", _OTHERS, 2, 3, 3, strides=2),
        case("values", _OTHERS, 3, 2, 3, padding="same"),
        case("values", _OTHERS, 2, 3, 4, padding="same"),
        case("values", _OTHERS, 2, 3, 3, 8, 6, strides=2, padding="same"),
        case("values", _OTHERS, 2, 3, 2, 9, 7, strides=3, padding="same"),
        case("output shape", _SHAPE, 3, 8, 3, 32, 32),
        case("output shape", _SHAPE, 2, filters, 3, 8, 11, strides=2),
        case("output shape", _SHAPE, 3, 5, 4, padding="same"),
        case("output shape", _SHAPE, 2, 3, 3, 9, 8, strides=2, padding="same"),
        case("configuration", _AGAIN, 2, filters, 4, strides=2),
        case("configuration", _AGAIN, 2, 3, 2, padding="same"),
        case("file", _AGAIN, 2, filters + 1, 4, 9, 9, strides=3, padding="same", name="edges"),
    ]


def _of_what(calls, what):
    return [call for call in calls if call["case"].args[0] == what]


def _layer_slip(calls):
    """The turned kernel or the forgotten bias that explains all plain values, as (turn, total, message)."""
    values = _of_what(calls_of(calls, _VALUES), "values")
    if any(call["value"] is None or call["value"].shape != _convolve(*_numbers(call)).shape for call in values):
        return None
    for (turn, of_turn), (total, of_total) in product(_TURNS, _SUMS):
        if _like(values, _with(turn, total)):
            return turn, total, " ".join(filter(None, (of_turn, of_total)))
    return None


def _wrong_layer_shape(call):
    value, (images, kernels, bias, stride, padding) = call["value"], _numbers(call)
    told = f"{opening(call)}your layer gives outputs of shape {value.shape}."
    if padding == "same" and value.shape == _convolve(images, kernels, bias, stride, "valid").shape:
        return f'{told} That is the size for "valid": does `call` use the padding that the layer was made with?'
    if stride > 1 and value.shape == _convolve(images, kernels, bias, 1, padding).shape:
        return f"{told} That is the size for a stride of 1: does `call` use the stride that the layer was made with?"
    if (
        padding == "same"
        and value.shape == _convolve(images, kernels, bias, stride, "same", lambda n, k, s: (k // 2, k // 2)).shape
    ):
        return f"{told} With size // 2 zeros on every side, an even kernel finds too many places."
    return f"{told} The question asks for (n, rows, columns, filters), with a row and a column for each place of the window."


def _layer_values(name):
    def test(calls):
        mine = calls_of(calls, name)
        values = _of_what(mine, "values")
        for call in values:
            if call["value"] is None or not np.isfinite(call["value"]).all():
                return call["problem"]
            if call["value"].shape != _convolve(*_numbers(call)).shape:
                return _wrong_layer_shape(call)
        turn, total, message = _layer_slip(calls) or (_TURNS[0][0], _SUMS[0][0], "")
        if not _like(values, _with(turn, total)):
            wrong = next(call for call in values if not _close(call["value"], _with(turn, total)(*_numbers(call))))
            for zeros, mode, words in _AROUND if name == _OTHERS else ():
                if all(_fits(call, _with(turn, total, (zeros, mode))) for call in values):
                    return f"{opening(wrong)}your values are those of other zeros around the picture. {words}"
            return my_conv2d._explain(values) or _off(wrong)
        if message and name == _VALUES:
            return f"{opening(values[0])}your layer's values differ from the right ones. {message}"
        gradients = _of_what(mine, "gradients")
        for call in gradients:
            if call["problem"] and call["value"] is not None:
                which = (
                    ("pictures", "kernel", "bias")[int(np.argmax(call["value"]))]
                    if call["value"].shape == (3,)
                    else "weights"
                )
                return f"{opening(call)}the tape's gradient for the {which} does not fit your outputs. Is part of `call` hidden from the tape?"
        return first_problem(gradients)

    return test


def _told_shape(calls):
    for call in calls_of(calls, _SHAPE):
        if call["problem"] and call["value"] is not None:
            value, right = call["value"], _layer_right(*call["case"].args)
            told = f"({', '.join('None' if size == -1 else short(size.item()) for size in value)})"
            start = f"{opening(call)}`compute_output_shape` gives {told} when the size of the batch is None."
            if value.shape != right.shape:
                return start
            if value[0] != -1:
                return f"{start} The size of the batch stays what it is."
            if value[3] != right[3]:
                return f"{start} The last number is the number of maps, one for each kernel."
            return f"{start} What comes out of `call` has another number of rows or columns."
    return first_problem(calls_of(calls, _SHAPE))


def _told_again(calls):
    for call in calls_of(calls, _AGAIN):
        if call["problem"]:
            if call["value"] is None:
                return call["problem"]
            way = "from its configuration" if call["case"].args[0] == "configuration" else "from a file"
            return (
                f"{opening(call)}the layer that came back {way} gives other values than yours, up to {short(call['value'].item())} apart. "
                "An argument or a weight was lost."
            )
    return None


def _layer_mistake(change):
    """A misconception on the values of a layer; in all else it counts as right."""

    def wrong(what, settings, images, kernels, bias):
        right = _layer_right(what, settings, images, kernels, bias)
        return change(right) if what == "values" else right

    return wrong


my_conv2d = FunctionCheck(
    "MyConv2D",
    reference=_layer_right,
    cases=_layer_cases,
    probe=_probe,
    takes="class",
    criteria=[
        Criterion(_WEIGHTS, 1),
        Criterion(_VALUES, 1, _layer_values(_VALUES)),
        Criterion(_OTHERS, 2, _layer_values(_OTHERS)),
        Criterion(_SHAPE, 1, _told_shape),
        Criterion(_AGAIN, 1, _told_again),
    ],
    misconceptions=[
        Misconception(
            _layer_mistake(lambda right: np.maximum(right, 0)),
            "Your layer's values are cut off below 0. No activation function was asked for.",
        ),
    ],
    asked="a layer",
    tolerance=1e-4,
)
