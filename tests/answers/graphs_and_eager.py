"""Answers to exercise 08, right and wrong, with what the checks must say to them."""

import numpy as np

from isnine.checks import graphs_and_eager as CHECKS

__all__ = ["CHECKS", "RIGHT", "SLOW", "WRONG"]
SLOW = True

# TensorFlow is imported inside the answers, as only these need it.


def not_attempted(*_):
    raise NotImplementedError()


# How often is it traced?


def traces_by_loop(calls):
    known = []
    for call in calls:
        if call not in known:
            known.append(call)
    return len(known)


def traces_by_dictionary(calls):
    graphs, count = {}, 0
    for call in calls:
        key = ("tensor", call) if isinstance(call, tuple) else ("number", call)
        if key not in graphs:
            graphs[key] = True
            count += 1
    return count


def traces_by_trying(calls):
    import tensorflow as tf

    runs = []

    def function(value):
        runs.append(1)
        return 2 * value

    graph = tf.function(function)
    for call in calls:
        graph(tf.zeros(call) if isinstance(call, tuple) else call)
    return len(runs)


def changes(calls):
    count, last = 0, None
    for call in calls:
        if call != last:
            count += 1
        last = call
    return count


def shapes_of(calls):
    return [call for call in calls if isinstance(call, tuple)]


def numbers_of(calls):
    return [call for call in calls if not isinstance(call, tuple)]


def emptied(calls):
    count = len(set(calls))
    calls.clear()
    return count


# One trace for any batch size


def signature(function, columns):
    import tensorflow as tf

    return tf.function(function, input_signature=[tf.TensorSpec([None, columns], tf.float32)])


def signature_with_a_decorator(function, columns):
    import tensorflow as tf

    @tf.function(input_signature=(tf.TensorSpec(shape=(None, None), dtype=tf.float32),))
    def graph(batch):
        return function(batch)

    return graph


def concrete(function, columns):
    import tensorflow as tf

    return tf.function(function).get_concrete_function(tf.TensorSpec([None, columns], tf.float32))


def static_graph(function, columns):
    import tensorflow as tf

    with tf.Graph().as_default() as graph:
        inputs = tf.compat.v1.placeholder(tf.float32, [None, columns])
        result = function(inputs)
    session = tf.compat.v1.Session(graph=graph)
    return lambda batch: session.run(result, {inputs: np.asarray(batch)})


def plain_graph(function, columns):
    import tensorflow as tf

    return tf.function(function)


def softer(function, columns):
    import tensorflow as tf

    return tf.function(function, reduce_retracing=True)


def wrapped_at_each_call(function, columns):
    import tensorflow as tf

    return lambda batch: tf.function(function)(batch)


def frozen_result(function, columns):
    results = []

    def first(batch):
        if not results:
            results.append(function(batch))
        return results[0]

    return first


def fixed_signature(function, columns):
    import tensorflow as tf

    return tf.function(function, input_signature=[tf.TensorSpec([3, columns], tf.float32)])


def two_columns(function, columns):
    import tensorflow as tf

    return tf.function(function, input_signature=[tf.TensorSpec([None, 2], tf.float32)])


def one_axis(function, columns):
    import tensorflow as tf

    return tf.function(function, input_signature=[tf.TensorSpec([None], tf.float32)])


def whole_numbers(function, columns):
    import tensorflow as tf

    return tf.function(function, input_signature=[tf.TensorSpec([None, columns], tf.int32)])


def no_return_inside(function, columns):
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec([None, columns], tf.float32)])
    def graph(batch):
        function(batch)

    return graph


def called_at_once(function, columns):
    import tensorflow as tf

    return tf.function(function)(tf.ones([1, columns]))


def zeros(function, columns):
    import tensorflow as tf

    return tf.function(lambda batch: 0.0 * batch, input_signature=[tf.TensorSpec([None, columns], tf.float32)])


# A counter that counts


def counter_inside(function):
    import tensorflow as tf

    calls = tf.Variable(0)

    @tf.function
    def graph(batch):
        calls.assign_add(1)
        return function(batch)

    return graph, calls


def counter_outside(function):
    import tensorflow as tf

    calls, graph = tf.Variable(0, dtype=tf.int64, trainable=False), tf.function(function)

    def counting(batch):
        calls.assign(calls + 1)
        return graph(batch)

    return [counting, calls]


def counter_in_a_class(function):
    import tensorflow as tf

    class Counting:
        def __init__(self):
            self.calls = tf.Variable(tf.constant(0))
            self.graph = tf.function(function)

        @tf.function(reduce_retracing=True)
        def __call__(self, batch):
            result = self.graph(batch)
            self.calls.assign_add(1)
            return result

    counting = Counting()
    return counting, counting.calls


def counter_of_python(function):
    """Python counts outside of the graph, and the variable is told."""
    import tensorflow as tf

    calls, graph, number = tf.Variable(0), tf.function(function), 0

    def counting(batch):
        nonlocal number
        number += 1
        calls.assign(number)
        return graph(batch)

    return counting, calls


def counts_traces(function):
    import tensorflow as tf

    calls, number = tf.Variable(0), 0

    @tf.function
    def graph(batch):
        nonlocal number
        number += 1
        calls.assign(number)
        return function(batch)

    return graph, calls


def counts_traces_in_python(function):
    import tensorflow as tf

    calls = 0

    @tf.function
    def graph(batch):
        nonlocal calls
        calls += 1
        return function(batch)

    return graph, calls


def counts_in_a_list(function):
    import tensorflow as tf

    calls = []

    @tf.function
    def graph(batch):
        calls.append(1)
        return function(batch)

    return graph, calls


def never_counts(function):
    import tensorflow as tf

    return tf.function(function), tf.Variable(0)


def counts_eagerly(function):
    import tensorflow as tf

    calls = tf.Variable(0)

    def counting(batch):
        calls.assign_add(1)
        return function(batch)

    return counting, calls


def counts_with_a_new_graph(function):
    import tensorflow as tf

    calls = tf.Variable(0)

    def counting(batch):
        calls.assign_add(1)
        return tf.function(function)(batch)

    return counting, calls


def starts_at_one(function):
    import tensorflow as tf

    calls = tf.Variable(1)

    @tf.function
    def graph(batch):
        calls.assign_add(1)
        return function(batch)

    return graph, calls


SHARED = []


def shared_counter(function):
    import tensorflow as tf

    if not SHARED:
        SHARED.append(tf.Variable(0))
    SHARED[0].assign(0)

    @tf.function
    def graph(batch):
        SHARED[0].assign_add(1)
        return function(batch)

    return graph, SHARED[0]


def variable_made_inside(function):
    import tensorflow as tf

    calls = tf.Variable(0)

    @tf.function
    def graph(batch):
        calls = tf.Variable(0)
        calls.assign_add(1)
        return function(batch)

    return graph, calls


def counts_by_two(function):
    import tensorflow as tf

    graph, calls = counter_inside(function)

    @tf.function
    def twice(batch):
        calls.assign_add(1)
        return graph(batch)

    return twice, calls


def result_lost(function):
    import tensorflow as tf

    calls = tf.Variable(0)

    @tf.function
    def graph(batch):
        calls.assign_add(1)
        function(batch)

    return graph, calls


def counts_and_returns_the_batch(function):
    import tensorflow as tf

    calls = tf.Variable(0)

    @tf.function
    def graph(batch):
        calls.assign_add(1)
        function(batch)
        return batch

    return graph, calls


def never_runs(function):
    import tensorflow as tf

    calls = tf.Variable(0)

    @tf.function
    def graph(batch):
        calls.assign_add(1)
        return batch

    return graph, calls


# A training step


def step_with(move=lambda variable, slopes, rate: variable.assign_sub(rate * slopes), graph=True, after=False):
    """An answer that moves the variable by ``move``, as a graph or not, and returns the loss before the step or ``after``."""

    def make_step(loss, variable, rate):
        import tensorflow as tf

        def step():
            with tf.GradientTape() as tape:
                value = loss(variable)
            slopes = tape.gradient(value, variable)
            move(variable, slopes, rate)
            return loss(variable) if after else value

        return tf.function(step) if graph else step

    return make_step


def step_with_an_optimizer(loss, variable, rate):
    import keras
    import tensorflow as tf

    optimizer = keras.optimizers.SGD(rate)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss(variable)
        optimizer.apply(tape.gradient(value, [variable]), [variable])
        return value

    return step


def step_with_gradients(loss, variable, rate):
    import tensorflow as tf

    @tf.function
    def both():
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(variable)
            value = loss(variable)
        return value, tape.gradient(value, variable)

    def step():
        value, slopes = both()
        variable.assign(variable.numpy() - rate * slopes.numpy())
        return float(value)

    return step


def step_of_a_tensor(loss, variable, rate):
    import tensorflow as tf

    @tf.function(input_signature=[])
    def step():
        values = tf.convert_to_tensor(variable)
        with tf.GradientTape() as tape:
            tape.watch(values)
            value = loss(values)
        variable.assign_add(-rate * tape.gradient(value, values))
        return tf.reshape(value, [1])

    return step


def new_name(variable, slopes, rate):
    variable = variable - rate * slopes


def loss_outside_the_tape(loss, variable, rate):
    import tensorflow as tf

    @tf.function
    def step():
        value = loss(variable)
        with tf.GradientTape() as tape:
            pass
        variable.assign_sub(rate * tape.gradient(value, variable))
        return value

    return step


def slopes_found_once(loss, variable, rate):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = loss(variable)
    slopes = tape.gradient(value, variable)

    @tf.function
    def step():
        variable.assign_sub(rate * slopes)
        return value

    return step


def values_frozen_at_the_trace(loss, variable, rate):
    import tensorflow as tf

    start = tf.constant(variable.numpy())

    @tf.function
    def step():
        values = start
        with tf.GradientTape() as tape:
            tape.watch(values)
            value = loss(values)
        variable.assign_sub(rate * tape.gradient(value, values))
        return value

    return step


def own_copy(loss, variable, rate):
    """Trains a copy, and tells the variable: what is set from outside is lost."""
    import tensorflow as tf

    copy = tf.Variable(variable)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss(copy)
        copy.assign_sub(rate * tape.gradient(value, copy))
        variable.assign(copy)
        return value

    return step


def one_step_at_once(loss, variable, rate):
    return step_with()(loss, variable, rate)()


def returns_the_slopes(loss, variable, rate):
    import tensorflow as tf

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss(variable)
        slopes = tape.gradient(value, variable)
        variable.assign_sub(rate * slopes)
        return slopes

    return step


def returns_nothing(loss, variable, rate):
    step = step_with()(loss, variable, rate)

    def silent():
        step()

    return silent


def wrapped_at_each_step(loss, variable, rate):
    import tensorflow as tf

    return lambda: tf.function(step_with(graph=False)(loss, variable, rate))()


def never_runs_the_loss(loss, variable, rate):
    return lambda: 0.0


def step_in_the_making(loss, variable, rate):
    step = step_with()(loss, variable, rate)
    step()
    return step


# A graph in the manner of TensorFlow 1


def graph_with(
    describe=None,
    shape=lambda weights: [None, len(weights)],
    pick=lambda graph, inputs, result: (graph, inputs, result),
):
    """An answer that describes the result by ``describe(tf, inputs, weights, bias)``, and returns what ``pick`` takes."""

    def neuron_graph(weights, bias):
        import tensorflow as tf

        with tf.compat.v1.Graph().as_default() as graph:
            inputs = tf.compat.v1.placeholder(tf.float32, shape(weights))
            result = (describe or sigmoid_of_sum)(tf, inputs, weights, bias)
        return pick(graph, inputs, result)

    return neuron_graph


def sigmoid_of_sum(tf, inputs, weights, bias):
    return tf.sigmoid(inputs @ tf.constant(weights) + bias)


def graph_by_hand(tf, inputs, weights, bias):
    z = tf.reduce_sum(inputs * weights[:, 0], axis=1, keepdims=True) + np.float32(bias)
    return 1 / (1 + tf.exp(-z))


def graph_in_two_blocks(weights, bias):
    import tensorflow as tf

    graph = tf.Graph()
    with graph.as_default():
        inputs = tf.compat.v1.placeholder("float32", shape=(None, weights.shape[0]), name="points")
    with graph.as_default():
        z = tf.matmul(inputs, weights) + tf.constant(bias, shape=[1])
        activations = tf.nn.sigmoid(z, name="activations")
    return [graph, inputs, activations]


def graph_with_a_variable(tf, inputs, weights, bias):
    return tf.sigmoid(inputs @ tf.compat.v1.get_variable("weights", initializer=weights) + bias)


def in_eager_code(weights, bias):
    import tensorflow as tf

    inputs = tf.constant([[0.0] * len(weights)])
    return tf.Graph(), inputs, tf.sigmoid(inputs @ weights + bias)


def without_a_graph(weights, bias):
    import tensorflow as tf

    inputs = tf.compat.v1.placeholder(tf.float32, [None, len(weights)])
    return tf.Graph(), inputs, tf.sigmoid(inputs @ weights + bias)


def another_graph(weights, bias):
    import tensorflow as tf

    _, inputs, result = graph_with()(weights, bias)
    return tf.Graph(), inputs, result


def with_a_session(weights, bias):
    import tensorflow as tf

    graph, inputs, result = graph_with()(weights, bias)
    return tf.compat.v1.Session(graph=graph), inputs, result


def run_already(weights, bias):
    import tensorflow as tf

    graph, inputs, result = graph_with()(weights, bias)
    with tf.compat.v1.Session(graph=graph) as session:
        return graph, inputs, session.run(result, {inputs: np.zeros((4, len(weights)))})


def eager_switched_off(weights, bias):
    import tensorflow as tf

    tf.compat.v1.disable_eager_execution()
    return graph_with()(weights, bias)


RIGHT = {
    "traces": {
        "a set": lambda calls: len(set(calls)),
        "a loop": traces_by_loop,
        "a dictionary": traces_by_dictionary,
        "unique texts": lambda calls: np.unique([str(call) for call in calls]).size,
        "tried out with TensorFlow": traces_by_trying,
    },
    "trace_once": {
        "a signature": signature,
        "a decorator, columns open": signature_with_a_decorator,
        "a concrete function": concrete,
        "a session": static_graph,
    },
    "counted": {
        "counted inside": counter_inside,
        "counted outside, a list": counter_outside,
        "a class": counter_in_a_class,
        "Python counts outside": counter_of_python,
    },
    "make_step": {
        "assign_sub": step_with(),
        "an optimizer": step_with_an_optimizer,
        "only the slopes in the graph": step_with_gradients,
        "a watched tensor": step_of_a_tensor,
    },
    "neuron_graph": {
        "as in the chapter": graph_with(),
        "by hand": graph_with(graph_by_hand),
        "two blocks, a list": graph_in_two_blocks,
        "logits first": graph_with(lambda tf, x, w, b: tf.exp(-tf.math.softplus(-(b + tf.linalg.matmul(x, w))))),
    },
}

WRONG = {
    "traces": {
        "untouched": (not_attempted, "not attempted", "Write traces above", 0),
        "calls": (len, "wrong", "counts the calls", 0),
        "changes": (changes, "wrong", "changes from one call to the next", 0),
        "numbers are one": (
            lambda calls: len(set(shapes_of(calls))) + bool(numbers_of(calls)),
            "wrong",
            "one trace for all Python numbers",
            1,
        ),
        "each number": (
            lambda calls: len(set(shapes_of(calls))) + len(numbers_of(calls)),
            "wrong",
            "for each call with a Python number",
            1,
        ),
        "no numbers": (lambda calls: len(set(shapes_of(calls))), "wrong", "leave out the Python numbers", 1),
        "tensors are one": (
            lambda calls: len(set(numbers_of(calls))) + bool(shapes_of(calls)),
            "wrong",
            "one trace for all tensors",
            1,
        ),
        "no batch size": (
            lambda calls: len({c[1:] if isinstance(c, tuple) else c for c in calls}),
            "wrong",
            "leave the batch size out",
            1,
        ),
        "batch size alone": (
            lambda calls: len({c[:1] if isinstance(c, tuple) else c for c in calls}),
            "wrong",
            "first size of a shape alone",
            1,
        ),
        "how many numbers": (
            lambda calls: len({int(np.prod(c)) if isinstance(c, tuple) else str(c) for c in calls}),
            "wrong",
            "how many numbers a tensor holds",
            1,
        ),
        "calls without a trace": (lambda calls: len(calls) - len(set(calls)), "wrong", "found their graph", 0),
        "retraces": (lambda calls: len(set(calls)) - 1, "wrong", "The first call is traced", 0),
        "always 1": (lambda calls: 1, "wrong", "1 whatever is called", 0),
        "at least 1": (lambda calls: max(1, len(set(calls))), "wrong", "too large", 2),
        "the shapes": (lambda calls: list(dict.fromkeys(map(str, calls))), "wrong", "not all of it is numbers", 0),
        "emptied": (emptied, "wrong", "changed the array", 0),
        "printed": (lambda calls: print(len(set(calls))), "wrong", "Is the return missing?", 0),
    },
    "trace_once": {
        "untouched": (not_attempted, "not attempted", "Write trace_once above", 0),
        "traced for each shape": (plain_graph, "wrong", "traced again for each shape", 2),
        "reduce_retracing": (softer, "wrong", "TensorFlow guessed", 2),
        "not wrapped": (lambda function, columns: function, "wrong", "as eager code does", 1),
        "wrapped at each call": (wrapped_at_each_call, "wrong", "kept from call to call", 1),
        "the first result for ever": (frozen_result, "wrong", "Is it the result of this batch?", 1),
        "a fixed batch size": (fixed_signature, "wrong", "TypeError", 1),
        "always two columns": (two_columns, "wrong", "TypeError", 1),
        "one axis": (one_axis, "error", "TypeError", 0),
        "whole numbers": (whole_numbers, "error", "", 0),
        "no return inside": (no_return_inside, "wrong", "gave None, and not numbers", 0),
        "called at once": (called_at_once, "wrong", "asks for something to call", 0),
        "no return": (lambda function, columns: None, "wrong", "Is the return missing?", 0),
        "something else": (zeros, "wrong", "Python never ran the function", 0),
        "the name misspelt": (lambda function, columns: tf_function(function), "error", "NameError", 0),  # noqa: F821
    },
    "counted": {
        "untouched": (not_attempted, "not attempted", "Write counted above", 0),
        "counts traces": (counts_traces, "wrong", "only while it is traced", 2),
        "a Python number": (counts_traces_in_python, "wrong", "handed over never changes", 2),
        "a list": (counts_in_a_list, "wrong", "your second result is a list", 2),
        "never counts": (never_counts, "wrong", "counts traces, or nothing", 2),
        "no graph": (counts_eagerly, "wrong", "times more after the first call", 3),
        "a new graph at each call": (counts_with_a_new_graph, "wrong", "times more after the first call", 3),
        "starts at 1": (starts_at_one, "wrong", "Does it begin at 0?", 2),
        "one counter for all": (shared_counter, "wrong", "one and the same", 3),
        "a variable made inside": (variable_made_inside, "error", "ValueError", 0),
        "counts by two": (counts_by_two, "wrong", "stands at 2, 4, 6", 2),
        "the result lost": (result_lost, "wrong", "gave None, and not numbers", 1),
        "returns the batch": (counts_and_returns_the_batch, "wrong", "results are not those", 3),
        "never runs the function": (never_runs, "wrong", "Python never ran", 2),
        "turned round": (lambda function: counter_inside(function)[::-1], "wrong", "something to call", 0),
        "the graph alone": (lambda function: counter_inside(function)[0], "wrong", "asks for two things", 0),
        "no return": (lambda function: None, "wrong", "returned None", 0),
    },
    "make_step": {
        "untouched": (not_attempted, "not attempted", "Write make_step above", 0),
        "up the slope": (step_with(lambda v, s, rate: v.assign_add(rate * s)), "wrong", "up the slope", 1),
        "no rate": (step_with(lambda v, s, rate: v.assign_sub(s)), "wrong", "by the whole slopes", 1),
        "the rate twice": (step_with(lambda v, s, rate: v.assign_sub(rate * rate * s)), "wrong", "comes in twice", 1),
        "divided by their number": (
            step_with(lambda v, s, rate: v.assign_sub(rate * s / 3)),
            "wrong",
            "divided by their number",
            1,
        ),
        "the loss after the step": (step_with(after=True), "wrong", "the loss after the step", 3),
        "a new name": (step_with(new_name), "wrong", "variable = ... makes a new name", 1),
        "no graph": (step_with(graph=False), "wrong", "Wrap the step once", 3),
        "wrapped at each step": (wrapped_at_each_step, "wrong", "Wrap the step once", 3),
        "the loss outside the tape": (loss_outside_the_tape, "error", "", 0),
        "slopes found once": (slopes_found_once, "wrong", "found once, outside the step", 2),
        "values frozen": (values_frozen_at_the_trace, "wrong", "found once, outside the step", 2),
        "a copy": (own_copy, "wrong", "Read the variable inside the step", 3),
        "one step at once": (one_step_at_once, "wrong", "asks for something to call", 0),
        "one step in the making": (step_in_the_making, "wrong", "", 1),
        "returns the slopes": (returns_the_slopes, "wrong", "asks for the loss", 3),
        "returns nothing": (returns_nothing, "wrong", "a step gave None", 3),
        "does nothing": (never_runs_the_loss, "wrong", "Python never ran the loss", 0),
        "by a constant": (step_with(lambda v, s, rate: v.assign_sub(0.1 * s)), "wrong", "Compare with the slope", 1),
        "no return": (lambda loss, variable, rate: None, "wrong", "Is the return missing?", 0),
    },
    "neuron_graph": {
        "untouched": (not_attempted, "not attempted", "Write neuron_graph above", 0),
        "no activation function": (
            graph_with(lambda tf, x, w, b: x @ w + b),
            "wrong",
            "gives the weighted sums. The",
            2,
        ),
        "no bias": (graph_with(lambda tf, x, w, b: tf.sigmoid(x @ w)), "wrong", "leaves the bias out", 2),
        "neither": (graph_with(lambda tf, x, w, b: x @ w), "wrong", "without the bias, and without", 2),
        "minus the bias": (graph_with(lambda tf, x, w, b: tf.sigmoid(x @ w - b)), "wrong", "subtracts the bias", 2),
        "turned round": (graph_with(lambda tf, x, w, b: tf.sigmoid(-(x @ w + b))), "wrong", "turned round", 2),
        "ReLU": (graph_with(lambda tf, x, w, b: tf.nn.relu(x @ w + b)), "wrong", "uses ReLU", 2),
        "tanh": (graph_with(lambda tf, x, w, b: tf.tanh(x @ w + b)), "wrong", "uses tanh", 2),
        "the step": (graph_with(lambda tf, x, w, b: tf.cast(x @ w + b > 0, tf.float32)), "wrong", "uses the step", 2),
        "bias doubled": (graph_with(lambda tf, x, w, b: tf.sigmoid(x @ w + 2 * b)), "wrong", "for the first point", 2),
        "a fixed batch": (graph_with(shape=lambda weights: [4, len(weights)]), "wrong", "the batch size is fixed", 2),
        "no shape": (graph_with(shape=lambda weights: None), "wrong", "anything can be fed", 3),
        "open columns": (graph_with(shape=lambda weights: [None, None]), "wrong", "Its second size", 3),
        "always two columns": (graph_with(shape=lambda weights: [None, 2]), "wrong", "Dimensions must be equal", 0),
        "a row of inputs": (graph_with(shape=lambda weights: [len(weights)]), "error", "ValueError", 0),
        "the mean of all": (
            graph_with(lambda tf, x, w, b: tf.reduce_mean(tf.sigmoid(x @ w + b))),
            "wrong",
            "the session gave",
            2,
        ),
        "another order": (graph_with(pick=lambda g, x, a: (x, g, a)), "wrong", "your first result is", 0),
        "result and placeholder swapped": (
            graph_with(pick=lambda g, x, a: (g, a, x)),
            "wrong",
            "asks for the placeholder",
            0,
        ),
        "the placeholder twice": (graph_with(pick=lambda g, x, a: (g, x, x)), "wrong", "the placeholder itself", 0),
        "without the graph": (graph_with(pick=lambda g, x, a: (x, a)), "wrong", "asks for three things", 0),
        "a session": (with_a_session, "wrong", "your first result is", 0),
        "run already": (run_already, "wrong", "asks for a tensor of the graph", 0),
        "in eager code": (in_eager_code, "wrong", "has a value already", 0),
        "no graph to stand in": (without_a_graph, "error", "eager execution", 0),
        "another graph": (another_graph, "wrong", "belongs to another graph", 0),
        "a variable without a value": (graph_with(graph_with_a_variable), "wrong", "", 2),
        "eager execution switched off": (eager_switched_off, "wrong", "eager execution is off", 0),
        "no return": (lambda weights, bias: None, "wrong", "returned None", 0),
    },
}
