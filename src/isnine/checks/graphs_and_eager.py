"""The checks of exercise 08, "Graphs, eager code, and PyTorch"."""

import logging
import sys

import numpy as np

from .core import Case, Criterion, Finding, FunctionCheck, Misconception, as_numbers, describe, short
from .judging import sigmoid_of

__all__ = ["counted", "make_step", "neuron_graph", "trace_once", "traces"]


class GraphCheck(FunctionCheck):
    """A check that makes many graphs, and keeps back TensorFlow's warning about it, which is for whoever makes them in a loop."""

    def observe(self, answer, cases):
        """Observe with TensorFlow's warnings switched off; its logger writes past all that ``quiet`` catches."""
        logger = logging.getLogger("tensorflow")
        level = logger.level
        logger.setLevel(logging.ERROR)
        try:
            return super().observe(answer, cases)
        finally:
            logger.setLevel(level)
            _back_to_eager()


def _back_to_eager():
    """Switch eager execution on again after an answer that switched it off for the whole program."""
    tf = _tensorflow()
    if tf is not None and not tf.executing_eagerly():
        tf.compat.v1.reset_default_graph()  # TensorFlow refuses the switch as long as there is one
        tf.compat.v1.enable_eager_execution()


def _tensorflow():
    """TensorFlow, when somebody has imported it; a check never does, because that takes longer than it may."""
    return sys.modules.get("tensorflow")


def _tensor(array):
    tf = _tensorflow()
    return array if tf is None else tf.constant(array)


def _needed(thing):
    """Something of TensorFlow; without it nothing that was asked for can have been made."""
    tf = _tensorflow()
    if tf is None:
        raise Finding(f"nobody has imported TensorFlow yet, so nothing can be {thing}.")
    return tf


def _numbers(value, words):
    """What a learner's function gave, as an array of floats."""
    numbers = as_numbers(value)
    if numbers is None:
        hint = " Is a return missing?" if value is None else ""
        raise Finding(f"{words} gave {describe(value)}, and not numbers.{hint}")
    return numbers


def _callable(thing):
    """Something that can be called, or a Finding."""
    if not callable(thing) or issubclass(type(thing), type):
        hint = " Is the return missing?" if thing is None else ""
        raise Finding(f"your function returned {describe(thing)}. The question asks for something to call.{hint}")
    return thing


# 1. How often is it traced?

_SHAPES = "counts one trace for each shape, however often it comes and whatever stands between"
_VALUES = "counts one trace for each value of a Python number"
_MIXED = "counts shapes and numbers together, and 0 when nothing is called"


def _traces(calls):
    return len(set(calls))


def _call_cases(rng):
    shapes = [tuple(int(size) for size in rng.integers(1, 4, 2)) for _ in range(12)]
    numbers = [float(number) for number in rng.integers(1, 6, 12)]
    mixed = [shapes[i] if rng.random() < 0.5 else numbers[i] for i in range(12)]
    lists = [
        (_SHAPES, [(1, 2), (2, 2), (3, 2)]),
        (_SHAPES, [(32, 2), (32, 2), (32, 2), (17, 2)]),
        (_SHAPES, [(4, 2), (5, 2), (4, 2), (5, 2), (4, 2)]),
        (_SHAPES, [(2, 3), (3, 2), (6,), (6, 1), ()]),
        (_SHAPES, shapes),
        (_VALUES, [1.0, 2.0, 3.0, 1.0]),
        (_VALUES, [7.0, 7.0, 7.0, 7.0]),
        (_VALUES, numbers),
        (_MIXED, [(32, 2), (32, 2), (17, 2), 5.0, 6.0]),
        (_MIXED, [(), 3.0, (), 3.0, (3,), 4.0]),
        (_MIXED, [(2, 3), (3, 2), (2, 2), 2.0]),
        (_MIXED, mixed),
        (_MIXED, []),
    ]
    return [Case((calls,), name, f"calls = {calls}") for name, calls in lists]


def _parts(calls):
    shapes = [call for call in calls if isinstance(call, tuple)]
    return shapes, [call for call in calls if not isinstance(call, tuple)]


def _with_numbers_as(count):
    """Traces of the shapes, and for the numbers what ``count`` makes of them."""
    return lambda calls: len(set(_parts(calls)[0])) + count(_parts(calls)[1])


traces = GraphCheck(
    "traces",
    reference=_traces,
    cases=_call_cases,
    criteria=[Criterion(_SHAPES, 1), Criterion(_VALUES, 1), Criterion(_MIXED, 1)],
    misconceptions=[
        Misconception(len, "That counts the calls. A call that fits a graph which was traced before needs no trace."),
        Misconception(
            lambda calls: sum(i == 0 or call != calls[i - 1] for i, call in enumerate(calls)),
            "You count changes from one call to the next. But a graph is kept: when its shape comes back, it is used again.",
        ),
        Misconception(
            _with_numbers_as(lambda numbers: min(len(numbers), 1)),
            "You count one trace for all Python numbers. A Python number becomes part of the graph, so each new value is traced.",
        ),
        Misconception(
            _with_numbers_as(len),
            "You count one trace for each call with a Python number. When the same value comes again, its graph is there.",
        ),
        Misconception(
            _with_numbers_as(lambda numbers: 0),
            "You leave out the Python numbers. They are traced too, once for each value.",
        ),
        Misconception(
            lambda calls: len(set(_parts(calls)[1])) + min(len(_parts(calls)[0]), 1),
            "You count one trace for all tensors. Without a signature, each new shape is traced.",
        ),
        Misconception(
            lambda calls: len({call[1:] if isinstance(call, tuple) else call for call in calls}),
            "You leave the batch size out of the shape. Without a signature, a batch of another size is another shape.",
        ),
        Misconception(
            lambda calls: len({call[:1] if isinstance(call, tuple) else call for call in calls}),
            "You look at the first size of a shape alone. All sizes belong to the shape, and how many there are.",
        ),
        Misconception(
            lambda calls: len({int(np.prod(call)) if isinstance(call, tuple) else str(call) for call in calls}),
            "You compare how many numbers a tensor holds. (2, 3) and (3, 2) hold as many, and are two shapes.",
        ),
        Misconception(
            lambda calls: len(calls) - len(set(calls)),
            "That is the number of calls that found their graph. The others are traced.",
        ),
        Misconception(lambda calls: len(set(calls)) - 1, "You left out one trace. The first call is traced as well."),
        Misconception(lambda calls: 1, "Your function says 1 whatever is called. That would need a signature."),
    ],
)


# 2. One trace for any batch size

_RESULTS = "gives the same results as the Python function"
_GRAPH = "makes a graph: for batches of one size, Python runs the function only once"
_ANY_SIZE = "runs the function only once for batches of different sizes, too"


def _batches(columns, sizes):
    rng = np.random.default_rng([columns, *sizes])
    return [rng.normal(size=(size, columns)).astype(np.float32) for size in sizes]


def _weights(columns):
    return np.random.default_rng(columns).normal(size=(columns, 2)).astype(np.float32)


def _noting(columns):
    """A Python function of a batch, and a list that grows whenever Python runs it."""
    runs, weights = [], _weights(columns)

    def function(batch):
        runs.append(1)
        return 2.0 * (batch @ weights) + 1.0

    return function, runs


def _result(value, batch, words):
    """What a call gave for a batch, as one line of numbers."""
    numbers = _numbers(value, words)
    if numbers.shape != (len(batch), 2):
        told = f"{words} with {len(batch)} row{'s' * (len(batch) > 1)} gave {describe(value)}"
        raise Finding(f"{told}, and the Python function gives another shape. Is it the result of this batch?")
    return numbers.ravel()


def _right_results(columns, sizes):
    return np.concatenate(
        [(2 * (batch.astype(float) @ _weights(columns)) + 1).ravel() for batch in _batches(columns, sizes)]
    )


def _wrap(answer, columns, sizes, what):
    function, runs = _noting(columns)
    wrapped = _callable(answer(function, columns))
    results = [_result(wrapped(_tensor(batch)), batch, "a call of it") for batch in _batches(columns, sizes)]
    if what == "runs":
        return len(runs)
    return np.concatenate(results)


def _wrapped(columns, sizes, what):
    return 1 if what == "runs" else _right_results(columns, sizes)


def _wrap_cases(rng):
    drawn = [int(size) for size in rng.permutation(np.arange(2, 30))[:4]]

    def cases(name, what, *pairs):
        return [
            Case((columns, sizes, what), name, f"{columns} columns and batches of {', '.join(map(str, sizes))} rows")
            for columns, sizes in pairs
        ]

    return [
        *cases(_RESULTS, "results", (2, [1, 3, 7]), (int(rng.integers(3, 9)), drawn)),
        *cases(_GRAPH, "runs", (2, [3, 3, 3])),
        *cases(_ANY_SIZE, "runs", (2, [1, 3, 7]), (int(rng.integers(3, 9)), drawn)),
    ]


def _told_wrap(value, right, case):
    _, sizes, what = case.args
    if what == "results":
        return "the results are not those of the Python function that you were given."
    if value == 0:
        return "Python never ran the function that you were given."
    told = f"Python ran the function {short(value.item())} times."
    if value == len(sizes) and len(set(sizes)) == 1:
        return (
            f"{told} It runs at each call, as eager code does. Has a graph been made, and is it kept from call to call?"
        )
    if value == len(set(sizes)):
        return f"{told} It was traced again for each shape. Say beforehand which size is not fixed."
    if value < len(sizes):
        return f"{told} TensorFlow guessed after the second shape. If it is told beforehand, it need not guess."
    return told


trace_once = GraphCheck(
    "trace_once",
    reference=_wrapped,
    cases=_wrap_cases,
    criteria=[Criterion(_RESULTS, 1), Criterion(_GRAPH, 1), Criterion(_ANY_SIZE, 2)],
    tolerance=1e-4,
    wrong_value=_told_wrap,
    probe=_wrap,
    seconds=20,
)


# 3. A counter that counts

_COUNTS = "counts every call, also those that need no trace"
_STAYS_GRAPH = "is a graph: Python runs the function no more after the first call with a shape"
_APART = "starts at 0, and gives each counted function a counter of its own"


def _pair(answer, function):
    pair = answer(function)
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise Finding(
            f"your function returned {describe(pair)}. The question asks for two things, (graph_function, calls)."
        )
    return pair


def _reading(calls):
    """The number in a counter."""
    tf = _needed("counted")
    if not isinstance(calls, tf.Variable) and not (hasattr(calls, "assign_add") or hasattr(calls, "assign")):
        hint = " A Python number that was handed over never changes." if isinstance(calls, (int, float)) else ""
        raise Finding(f"your second result is {describe(calls)}. The question asks for a tf.Variable.{hint}")
    number = _numbers(calls, "your counter")
    if number.size != 1:
        raise Finding(f"your counter holds {describe(calls)}. The question asks for one number.")
    return number.item()


def _count(answer, what, sizes):
    function, runs = _noting(2)
    if what == "apart":
        pairs = [_pair(answer, function) for _ in range(2)]
        readings = [_reading(calls) for _, calls in pairs]
        for place in (0, 0, 1, 0):
            _callable(pairs[place][0])(_tensor(_batches(2, sizes)[0]))
        return np.array([*readings, *(_reading(calls) for _, calls in pairs)])
    step, calls = _pair(answer, function)
    step = _callable(step)
    results, readings, first = [], [], 0
    for batch in _batches(2, sizes):
        results.append(_result(step(_tensor(batch)), batch, "a call of your first result"))
        first = first or len(runs)
        if what == "calls":
            readings.append(_reading(calls))
    if what == "results":
        return np.concatenate(results)
    if what == "runs":
        return np.array([len(runs) > 0, len(runs) - first])
    return np.array(readings)


def _counted(what, sizes):
    if what == "apart":
        return np.array([0, 0, 3, 1])
    if what == "results":
        return _right_results(2, sizes)
    if what == "runs":
        return np.array([1, 0])
    return np.arange(1, len(sizes) + 1)


def _count_cases(rng):
    size, other = (int(size) for size in rng.permutation(np.arange(1, 6))[:2])
    drawn = [size, size, other, size, other]  # two shapes, so two traces, and five calls
    return [
        Case(("results", [3, 5]), _RESULTS, "two batches"),
        Case(("calls", drawn), _COUNTS, f"batches of {', '.join(map(str, drawn))} rows"),
        Case(("runs", [4] * 3), _STAYS_GRAPH, "three batches of the same size"),
        Case(("apart", [4]), _APART, "two counted functions, the first called three times and the second once"),
    ]


def _told_count(value, right, case):
    what, sizes = case.args
    if what == "results":
        return "the results are not those of the Python function that you were given."
    if what == "runs":
        if not value[0]:
            return "Python never ran the function that you were given."
        return f"Python ran the function {short(value[1].item())} times more after the first call. A graph of one shape needs no Python any more."
    told = ", ".join(short(number) for number in value.tolist())
    if what == "apart":
        if value[:2].any():
            return f"your counters stand at {told[: told.find(',', told.find(',') + 1)]} before the first call."
        if value[2] == value[3]:
            return f"both counters stand at {short(value[2].item())} at the end: they are one and the same."
        return f"your counters stand at {short(value[2].item())} and {short(value[3].item())} at the end."
    start = f"your counter stands at {told} after the calls."
    if len(set(value.tolist())) == 1 or (value <= len(set(sizes))).all():
        return f"{start} It counts traces, or nothing: what Python does inside the function happens only while it is traced."
    if (value == right + 1).all():
        return f"{start} It is one ahead. Does it begin at 0?"
    return start


counted = GraphCheck(
    "counted",
    reference=_counted,
    cases=_count_cases,
    criteria=[Criterion(_RESULTS, 1), Criterion(_COUNTS, 1), Criterion(_STAYS_GRAPH, 1), Criterion(_APART, 1)],
    tolerance=1e-4,
    wrong_value=_told_count,
    probe=_count,
    seconds=20,
)


# 4. A training step with a tape

_LOSS_BEFORE = "returns the loss before the step"
_ONE_STEP = "moves the variable against the slopes, by the learning rate"
_MORE_STEPS = "finds new slopes at each step, also when the variable was set from outside"
_STEP_GRAPH = "is a graph: Python runs the loss no more after the first step"


def _loss_parts(size):
    rng = np.random.default_rng(size)
    return rng.uniform(0.2, 1.5, size).astype(np.float32), rng.normal(size=size).astype(np.float32)


def _train(answer, what, start, rate, steps):
    tf = _tensorflow()
    start = np.array(start, np.float32)
    steepness, goal = _loss_parts(len(start))
    runs = []

    def loss(values):
        runs.append(1)
        return tf.reduce_sum(steepness * (values - goal) ** 4)

    variable = start if tf is None else tf.Variable(start)
    step = _callable(answer(loss, variable, rate))
    _needed("trained")
    losses, places, first = [], [], 0
    for number in range(steps):
        if what == "set" and number == 2:
            variable.assign(-start)
        losses.append(step())
        places.append(variable.numpy().astype(float))
        first = first or len(runs)
    if what == "runs":
        return np.array([len(runs) > 0, len(runs) - first])
    if what == "losses":
        numbers = [_numbers(value, "a step") for value in losses]
        if any(number.size != 1 for number in numbers):
            raise Finding(f"a step returned {describe(losses[0])}. The question asks for the loss, one number.")
        return np.array([number.item() for number in numbers])
    return np.array(places)


def _descend(start, rate, steps, what="", slope_factor=1.0, after=False):
    """Losses and places of plain gradient descent, by hand."""
    steepness, goal = (part.astype(float) for part in _loss_parts(len(start)))
    values, losses, places = np.array(start, float), [], []

    def loss(values):
        return float((steepness * (values - goal) ** 4).sum())

    for number in range(steps):
        if what == "set" and number == 2:
            values = -np.array(start, float)
        before = loss(values)
        values = values - rate * slope_factor * 4 * steepness * (values - goal) ** 3
        losses.append(loss(values) if after else before)
        places.append(values.copy())
    return losses, np.array(places)


def _trained(what, start, rate, steps):
    if what == "runs":
        return np.array([1, 0])
    losses, places = _descend(start, rate, steps, what)
    return np.array(losses) if what == "losses" else places


def _train_cases(rng):
    def start():
        return [round(float(value), 2) for value in rng.uniform(-0.8, 0.8, 3)]

    rate = round(float(rng.uniform(0.01, 0.03)), 3)
    shown = [0.5, -1.0, 0.2]
    cases = [
        ("losses", shown, 0.01, 3, _LOSS_BEFORE),
        ("places", start(), rate, 1, _ONE_STEP),
        ("set", start(), rate, 3, _MORE_STEPS),
        ("runs", shown, 0.01, 3, _STEP_GRAPH),
    ]
    words = {"set": ", with the variable set from outside after two", "runs": "", "losses": "", "places": ""}
    return [
        Case(
            (what, values, step, steps),
            name,
            f"a start at {values}, a rate of {step} and {steps} step{'s' * (steps > 1)}{words[what]}",
        )
        for what, values, step, steps, name in cases
    ]


def _told_train(value, right, case):
    what, start, rate, steps = case.args
    if what == "runs":
        if not value[0]:
            return "Python never ran the loss that you were given."
        return f"Python ran the loss {short(value[1].item())} times more after the first step. Wrap the step once, and return what was wrapped."

    def near(other):
        return bool((np.abs(value - other) <= 2e-5 * (1 + np.abs(other))).all())

    if what == "losses":
        if near(np.array(_descend(start, rate, steps, after=True)[0])):
            return "your step returns the loss after the step. The question asks for the one before."
        if np.ptp(value) == 0:
            return f"every step returns {short(value[0].item())}. Is the loss computed anew inside the step, and does the variable move?"
        return f"your first step returns {short(value[0].item())}, which is not the loss at the start, or later ones do not fit."
    moved = value - np.array([start, *value[:-1].tolist()])
    if np.abs(moved).max() < 1e-6:
        return "the variable does not move. variable = ... makes a new name; only assign, assign_sub or an optimizer changes the variable."
    if near(_descend(start, rate, steps, what, -1)[1]):
        return "the variable moves up the slope. To make the loss smaller, subtract."
    if near(_descend(start, 1, steps, what)[1]):
        return "the variable moves by the whole slopes. Multiply them by the learning rate."
    if near(_descend(start, rate, steps, what, 1 / len(start))[1]):
        return "the variable moves by a part of what it should: the slopes are divided by their number."
    if near(_descend(start, rate, steps, what, rate)[1]):
        return "the learning rate comes in twice."
    if steps > 1 and len({tuple(step) for step in np.round(moved[:2], 6).tolist()}) == 1:
        return (
            "every step is the same as the first. The slopes were found once, outside the step, and not at each step."
        )
    if what == "set":
        return "after the variable was set from outside, the step does not start from its new values. Read the variable inside the step."
    return f"the first number of the variable moves by {short(moved[0][0].item())} in the first step. Compare with the slope, the rate and the sign."


make_step = GraphCheck(
    "make_step",
    reference=_trained,
    cases=_train_cases,
    criteria=[
        Criterion(_LOSS_BEFORE, 1),
        Criterion(_ONE_STEP, 1),
        Criterion(_MORE_STEPS, 1),
        Criterion(_STEP_GRAPH, 1),
    ],
    tolerance=1e-5,
    wrong_value=_told_train,
    probe=_train,
    seconds=20,
)


# 5. A graph in the manner of TensorFlow 1

_FORM = "returns a graph, a placeholder of it, and a result of it without a value"
_FOUR = "gives the activations of the neuron when a session runs it"
_ROWS = "takes batches of any size"
_COLUMNS = "has a placeholder with a shape, so that a wrong number of inputs is refused"


def _graph(answer, weights, bias, what, rows):
    triple = answer(weights, bias)
    tf = _needed("a graph")
    if not tf.executing_eagerly():
        _back_to_eager()
        raise Finding(
            "eager execution is off after your function has run, for the whole program. Make a graph of its own instead."
        )
    if not isinstance(triple, (tuple, list)) or len(triple) != 3:
        raise Finding(
            f"your function returned {describe(triple)}. The question asks for three things, (graph, inputs, activations)."
        )
    graph, inputs, activations = triple
    if not isinstance(graph, tf.Graph):
        raise Finding(f"your first result is {describe(graph)}. The question asks for the graph.")
    for tensor, words in ((inputs, "second"), (activations, "third")):
        if not tf.is_tensor(tensor):
            raise Finding(f"your {words} result is {describe(tensor)}. The question asks for a tensor of the graph.")
        if hasattr(tensor, "numpy"):
            raise Finding(
                f"your {words} result has a value already: it was computed in eager code, and is not part of the graph."
            )
        if tensor.graph is not graph:
            raise Finding(f"your {words} result belongs to another graph than the one that you return.")
    if not inputs.op.type.startswith("Placeholder"):
        raise Finding(
            f"your second result comes from an operation {inputs.op.type}. The question asks for the placeholder."
        )
    if activations is inputs:
        raise Finding("your third result is the placeholder itself.")
    if what == "form":
        return 1.0
    if what == "columns":
        if inputs.shape.rank is None:
            raise Finding("your placeholder has no shape, so anything can be fed to it. Give it one when you make it.")
        return np.array([-1 if size is None else size for size in inputs.shape.as_list()])
    with tf.compat.v1.Session(graph=graph) as session:
        return np.concatenate([_run(session, activations, inputs, batch) for batch in _points(len(weights), rows)])


def _run(session, activations, inputs, batch):
    numbers = _numbers(session.run(activations, {inputs: batch}), "the session")
    if numbers.size != len(batch):
        raise Finding(f"the session gave {describe(numbers)} for {len(batch)} points. The question asks for (n, 1).")
    return numbers.ravel()


def _points(inputs, rows):
    if rows == [4] and inputs == 2:
        return [np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)]
    rng = np.random.default_rng([inputs, *rows])
    return [rng.normal(size=(size, inputs)).astype(np.float32) for size in rows]


def _sums(weights, bias, rows):
    return np.concatenate([(batch.astype(float) @ weights + bias).ravel() for batch in _points(len(weights), rows)])


def _neuron(weights, bias, what, rows):
    if what == "form":
        return 1.0
    if what == "columns":
        return np.array([-1, len(weights)])
    return sigmoid_of(_sums(weights, bias, rows))


def _graph_cases(rng):
    nand = np.array([[-1.0], [-1.0]], np.float32), 1.5
    inputs = int(rng.integers(3, 7))
    drawn = rng.normal(size=(inputs, 1)).astype(np.float32), round(float(rng.uniform(0.5, 2)), 2)
    return [
        Case((*nand, "form", [4]), _FORM, "the neuron of the chapter"),
        Case((*drawn, "form", [4]), _FORM, f"a neuron with {inputs} inputs"),
        Case((*nand, "run", [4]), _FOUR, "the neuron of the chapter and the four corners"),
        Case((*drawn, "run", [4]), _FOUR, f"a neuron with {inputs} inputs and four points"),
        Case((*nand, "run", [1, 7]), _ROWS, "the neuron of the chapter with batches of 1 and 7 points"),
        Case((*drawn, "run", [9, 2]), _ROWS, f"a neuron with {inputs} inputs and batches of 9 and 2 points"),
        Case((*nand, "columns", [4]), _COLUMNS, "the neuron of the chapter"),
        Case((*drawn, "columns", [4]), _COLUMNS, f"a neuron with {inputs} inputs"),
    ]


def _told_graph(value, right, case):
    weights, bias, what, rows = case.args
    if what == "columns":
        shape = [None if size < 0 else int(size) for size in value.tolist()]
        if value[0] >= 0:
            return f"your placeholder has the shape {shape}: the batch size is fixed. Which word stands for a size that is not fixed?"
        return (
            f"your placeholder has the shape {shape}. Its second size is the number of inputs, which the weights tell."
        )
    sums = _sums(weights, bias, rows)
    for other, words in (
        (sums, "your graph gives the weighted sums. The activation function is missing."),
        (sums - bias, "your graph gives the weighted sums without the bias, and without the activation function."),
        (sigmoid_of(sums - bias), "your graph leaves the bias out."),
        (sigmoid_of(sums - 2 * bias), "your graph subtracts the bias. It is added."),
        (1 - sigmoid_of(sums), "your activations are turned round: 1 minus what they should be."),
        (np.maximum(sums, 0), "your graph uses ReLU. The question asks for the sigmoid."),
        (np.tanh(sums), "your graph uses tanh. The question asks for the sigmoid."),
        ((sums > 0).astype(float), "your graph uses the step. The question asks for the sigmoid."),
    ):
        if (np.abs(value - other) <= 1e-4).all():
            return words
    return f"the session gives {short(value[0].item())} for the first point, and that is not the sigmoid of its weighted sum."


neuron_graph = GraphCheck(
    "neuron_graph",
    reference=_neuron,
    cases=_graph_cases,
    criteria=[Criterion(_FORM, 1), Criterion(_FOUR, 1), Criterion(_ROWS, 1), Criterion(_COLUMNS, 1)],
    tolerance=1e-4,
    wrong_value=_told_graph,
    probe=_graph,
    seconds=20,
)
