"""The figure graph_modes: what Python hands over, what it refuses, and how it behaves in a browser."""

import math

import pytest
from common import numbers_in, parts, status_of

from isnine.play import graph_modes

# Seconds for the first call and for a later one. Small: tracing is paid back; large: nothing to gain; odd: a graph that is slower.
TIMES = {
    "many small operations": {"eager": (0.021, 0.02), "tf.function": (0.5, 0.001), "session": (0.3, 0.002)},
    "one large product": {"eager": (0.03, 0.03), "tf.function": (0.11, 0.029), "session": (0.06, 0.031)},
    "odd": {"eager": (2.0, 0.01), "tf.function": (0.5, 0.001), "session": (1.0, 0.05)},
}
MODES = ("eager", "tf.function", "session")


def example():
    return graph_modes(TIMES)


def total(name, mode, calls):
    first, later = TIMES[name][mode]
    return first + (calls - 1) * later


def break_even(name, mode):
    """The first number of calls at which the graph is faster in total, found by trying."""
    return next(calls for calls in range(1, 10_000) if total(name, mode, calls) < total(name, "eager", calls))


def test_graph_modes_hands_over_the_times():
    data = parts(example())[3]
    assert data["names"] == list(TIMES) and data["modes"] == list(MODES)
    for name, row in zip(TIMES, data["times"], strict=True):
        assert row == [list(TIMES[name][mode]) for mode in MODES]
    assert data["calls"] == sorted(set(data["calls"])) and data["calls"][0] == 1


def test_graph_modes_s_words_hold_no_times():
    slower = {
        name: {mode: (3 * first, 3 * later) for mode, (first, later) in modes.items()} for name, modes in TIMES.items()
    }
    assert graph_modes(slower).alt == example().alt, "outputs are compared, and times change from run to run"
    assert all(name in example().alt for name in TIMES)


def changed(**modes):
    return {"x": {**TIMES["odd"], **modes}}


@pytest.mark.parametrize(
    ("times", "what"),
    [
        ([1, 2], r"a dict of 1 to 4 computations.*yours is \[1, 2\]"),
        ({}, r"a dict of 1 to 4 computations.*yours is \{\}"),
        ({3: TIMES["odd"]}, r"computations by name"),
        ({str(i): TIMES["odd"] for i in range(5)}, r"1 to 4 computations"),
        ({"x": 0.1}, r"the keys.*for 'x'; yours has: 0.1"),
        ({"x": {"eager": (1, 1)}}, r"the keys.*for 'x'; yours has: eager"),
        (changed(torch=(1, 1)), r"yours has: eager, tf.function, session, torch"),
        (changed(eager=0.1), r"two times.*'x', 'eager' yours are \(0.1,\)"),
        (changed(eager=(0.1, 0.2, 0.3)), r"two times.*first call and for a later one"),
        (changed(session=(0.1, 0)), r"above 0.*'session' yours are \(0.1, 0\)"),
        (changed(session=(0.1, math.nan)), r"above 0.*nan"),
        (changed(session=(math.inf, 1)), r"above 0.*inf"),
        (changed(eager=("fast", 1)), r"two times in seconds"),
    ],
)
def test_graph_modes_refuses(times, what):
    with pytest.raises(ValueError, match=what):
        graph_modes(times)


def seconds_in(text):
    """'eager code 1.25 seconds' and '20.0 milliseconds' as numbers of seconds."""
    return numbers_in(text)[0] * (0.001 if "millisecond" in text else 1)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_graph_modes_totals(visit, width):
    page = visit(example(), width=width)
    figure = page.locator(".isnine-play")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for place, name in enumerate(TIMES):
        figure.get_by_label(name, exact=True).check()
        for calls in (1, 10, 10_000):
            figure.evaluate("(root, calls) => root.isnine.set(calls)", calls)
            wanted = [total(name, mode, calls) for mode in MODES]
            assert figure.evaluate("(root) => root.isnine.totals()") == pytest.approx(wanted), (place, calls)
            head, _, rest = status_of(figure).partition(": ")
            assert head == f"{name[0].upper()}{name[1:]}, {calls:,} {'call' if calls == 1 else 'calls'}"
            told = [seconds_in(part) for part in rest.split(". ")[0].split(", ")]
            assert told == pytest.approx(wanted, rel=0.006), rest
            widths = figure.evaluate(
                """(root) => [...root.querySelectorAll("[aria-hidden] > div")].map((bar) => bar.getBoundingClientRect().width)"""
            )
            drawn = [once + others for once, others in zip(widths[::2], widths[1::2], strict=True)]
            assert [bar / max(drawn) for bar in drawn] == pytest.approx([t / max(wanted) for t in wanted], abs=0.01)
            striped = [once / (once + others) for once, others in zip(widths[::2], widths[1::2], strict=True)]
            firsts = [TIMES[name][mode][0] / t for mode, t in zip(MODES, wanted, strict=True)]
            assert striped == pytest.approx(firsts, abs=0.15 if min(drawn) < 10 else 0.02)


@pytest.mark.browser
def test_graph_modes_break_even(visit):
    figure = visit(example()).locator(".isnine-play")
    told = status_of(figure)
    for mode, words in (("tf.function", "tf.function"), ("session", "the session")):
        calls = break_even("many small operations", mode)
        assert f"From {calls} calls on, {words} is faster than eager code." in told
    figure.get_by_label("one large product").check()
    assert status_of(figure).count("take about as long as those of eager code") == 2
    figure.get_by_label("odd").check()
    assert break_even("odd", "tf.function") == 1
    assert "From 1 call on, tf.function is faster" in status_of(figure)
    assert "Later calls of the session are slower" in status_of(figure)


@pytest.mark.browser
def test_graph_modes_by_keyboard(visit):
    figure = visit(example()).locator(".isnine-play")
    control = figure.get_by_label("number of calls")
    calls = parts(example())[3]["calls"]
    control.focus()
    control.press("Home")
    assert control.get_attribute("aria-valuetext") == "1" and ", 1 call: " in status_of(figure)
    control.press("ArrowRight")
    assert control.get_attribute("aria-valuetext") == str(calls[1])
    control.press("End")
    assert f", {calls[-1]:,} calls: " in status_of(figure)
    figure.get_by_label("many small operations").focus()
    figure.page.keyboard.press("ArrowDown")
    assert status_of(figure).startswith("One large product, ")
