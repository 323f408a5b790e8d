"""The same computation in eager code, with tf.function and in a session: total time over the number of calls."""

import math
import numbers

from .base import Playable

__all__ = ["graph_modes"]

MODES = ("eager", "tf.function", "session")
CALLS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000, 10000)


def graph_modes(times) -> Playable:
    """Choose a computation and a number of calls, and compare the total times of eager code, tf.function and a session.

    A total is the first call plus all other calls: first + (calls - 1) × later. The first call of a graph is slow, because
    the graph is built in it. Chapter 08 measures the times and teaches why.

    Parameters
    ----------
    times : dict of str to dict
        For each of 1 to 4 computations, by its name: a dict with the keys "eager", "tf.function" and "session". Each value is a pair
        of seconds: for the first call, with everything that it prepares, and for a later one. Such as
        {"one large product": {"eager": (0.03, 0.03), "tf.function": (0.11, 0.03), "session": (0.06, 0.03)}}.

    Raises
    ------
    ValueError
        When ``times`` is not such a dict, or a time is not a finite number of seconds above 0.
    """
    if not isinstance(times, dict) or not 1 <= len(times) <= 4 or not all(isinstance(name, str) for name in times):
        raise ValueError(
            'graph_modes takes a dict of 1 to 4 computations by name, such as {"one large product": {...}}; '
            f"yours is {_short(times)}."
        )
    for name, modes in times.items():
        if not isinstance(modes, dict) or set(modes) != set(MODES):
            given = ", ".join(map(str, modes)) if isinstance(modes, dict) else _short(modes)
            raise ValueError(
                f'graph_modes takes a dict with the keys "eager", "tf.function" and "session" for {name!r}; yours has: {given}.'
            )
        for mode, pair in modes.items():
            try:
                pair = tuple(pair)
            except TypeError:
                pair = (pair,)
            if len(pair) != 2 or not all(isinstance(time, numbers.Real) and 0 < time < math.inf for time in pair):
                raise ValueError(
                    f"graph_modes takes two times in seconds above 0, for the first call and for a later one; "
                    f"for {name!r}, {mode!r} yours are {_short(pair)}."
                )
    names = list(times)
    choice = "One computation" if len(names) == 1 else f"A choice of {len(names)} computations"
    return Playable(
        "graph_modes",
        {
            "names": names,
            "modes": MODES,
            "times": [[[float(f"{time:.4g}") for time in times[name][mode]] for mode in MODES] for name in names],
            "calls": CALLS,
        },
        f"""{choice} ({", ".join(names)}), and a slider for the number of calls from {CALLS[0]} to {CALLS[-1]:,}. Three bars
        show the total time in eager code, with tf.function and in a session. A striped part of each bar is the first call, in
        which a graph is built. A sentence says from how many calls on each graph is faster than eager code.""",
    )


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
