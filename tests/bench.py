"""Times in seconds: importing the helper, loading the data, the layers against Keras' own, each notebook, grading. ``make bench``.

``python tests/bench.py grading`` prints one part alone; the parts are data, layers, notebooks, grading.
"""

import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import CHAPTERS, EXERCISES, ROOT, SOLUTIONS, name, notebook
from homework import hand_in, trains

from gradebox.batch import Batch
from isnine.data import cache_folder

LOAD = (
    "import time; from isnine import data; start = time.perf_counter(); data.{}(); print(time.perf_counter() - start)"
)

LAYERS = [
    ("Conv2D", {"filters": 32, "kernel_size": 3}),
    ("AveragePooling2D", {"pool_size": 2}),
    ("BatchNormalization", {"training": True}),
    ("BatchNormalization", {}),
]


def measured(code, folder):
    """Seconds that the code prints, in a fresh Python with its own cache folder."""
    environment = {**os.environ, "ISNINE_CACHE": folder}
    return float(
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
    )


def import_isnine(folder):
    """The import alone: Python itself is running already."""
    return measured(
        "import time; start = time.perf_counter(); import isnine; print(time.perf_counter() - start)", folder
    )


def run(path):
    """Run a notebook from top to bottom in a fresh kernel."""
    from isnine import notebooks

    start = time.perf_counter()
    notebooks.run(notebook(path), path.parent)
    return time.perf_counter() - start


def layer_times(name, training=False, **arguments):
    """Milliseconds that a layer of isnine.layers and Keras' own take in a compiled graph: forward, and forward with backward.

    The two take turns, and each one's best time of 200 counts: what else the machine does can only make a time longer.
    """
    import keras
    import tensorflow as tf

    from isnine import layers

    pictures = tf.random.stateless_normal((64, 32, 32, 16), seed=(1, 2))

    def compiled(layer):
        @tf.function
        def forward(x):
            return layer(x, training=training)

        @tf.function
        def backward(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = tf.reduce_sum(layer(x, training=training) ** 2)
            return tape.gradient(loss, [x, *layer.trainable_variables])

        layer.build(pictures.shape)
        return forward, backward

    for both in zip(*(compiled(getattr(room, name)(**arguments)) for room in (layers, keras.layers)), strict=True):
        best = [float("inf")] * 2
        for turn in range(201):
            for which in (0, 1) if turn % 2 else (1, 0):
                start = time.perf_counter()
                tf.nest.map_structure(lambda tensor: tensor.numpy(), both[which](pictures))
                best[which] = min(best[which], time.perf_counter() - start) if turn else best[which]
        yield [1000 * seconds for seconds in best]


def tell(what, first, second=None):
    """One line of the table."""
    ratio = "" if second is None else f"{second:10.3f}{first / second:9.0f}×"
    print(f"{what:44}{first:10.3f}{ratio}", flush=True)


def data_part():
    """The helper's import and its data, the first time and the second."""
    print(f"{'seconds':44}{'first':>10}{'second':>10}{'ratio':>10}")
    with tempfile.TemporaryDirectory() as folder:
        tell("import isnine", import_isnine(folder), import_isnine(folder))
        for load in ("nines", "colour_digits"):
            tell(f"isnine.data.{load}()", measured(LOAD.format(load), folder), measured(LOAD.format(load), folder))


def layers_part():
    """Our layers against Keras' own."""
    print(f"{'milliseconds, in a compiled graph':44}{'isnine':>10}{'Keras':>10}{'ratio':>10}")
    for name_of_layer, arguments in LAYERS:
        for way, (own, keras_own) in zip(
            ("forward", "and backward"), layer_times(name_of_layer, **arguments), strict=True
        ):
            words = "".join(f", {key}={value}" for key, value in arguments.items())
            ratio = f"{own / keras_own:9.2f}×"
            print(f"{name_of_layer + words + ': ' + way:44}{own:10.3f}{keras_own:10.3f}{ratio}", flush=True)


def notebooks_part():
    """Each notebook from top to bottom, in a kernel that imports everything anew."""
    print(f"{'seconds, from top to bottom':44}")
    for path in [ROOT / "book/intro.ipynb", *CHAPTERS, *SOLUTIONS, *EXERCISES]:
        tell(f"{path.relative_to(ROOT).parts[0]}: {name(path)}", run(path))


def grading_part():
    """Stock nbgrader and gradebox on the same submissions: the solutions, an untouched exercise, and one of wrong answers.

    nbgrader gets each submission once, gradebox gets the class ten times over, so that its start counts as it does for a class.
    """
    students = ("solved", "untouched", "wrong-0")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        shutil.copytree(ROOT / "solutions", folder / "solutions")
        stock = {}
        for path in SOLUTIONS:
            for student in students:
                hand_in(path, student, folder / "submitted")
            for command in ("generate_assignment", "autograde"):
                start = time.perf_counter()
                subprocess.run(
                    [Path(sys.executable).parent / "nbgrader", command, name(path)],
                    cwd=folder,
                    env={**os.environ, "PYTHONPATH": str(ROOT / "tests"), "GRADEBOX_WARM": "0"},
                    capture_output=True,
                    check=True,
                )
                stock[name(path)] = (time.perf_counter() - start) / len(students)
        os.environ["PYTHONPATH"] = str(ROOT / "tests")
        print(f"{'seconds for each submission':44}{'nbgrader':>10}{'gradebox':>10}{'ratio':>10}")
        quick = [name(path) for path in SOLUTIONS if not trains(path)]
        for title, chosen in (("homeworks that do not train", quick), ("all homeworks", list(stock))):
            for copy, student, assignment in itertools.product(range(10), students, chosen):
                source = folder / "submitted" / student / assignment
                shutil.copytree(source, folder / title / f"{student}-{copy}" / assignment)
            start = time.perf_counter()
            with Batch(folder / title, folder / "solutions", folder / f"out: {title}", data=[cache_folder()]) as batch:
                batch.run()
                reports = list(batch.reports())
            seconds = (time.perf_counter() - start) / len(reports)
            tell(f"{title}: {len(chosen)}", statistics.mean(stock[part] for part in chosen), seconds)
        above = [report.seconds - report.cell_seconds for report in reports]
        tell("gradebox, above the cells' own time: median", statistics.median(above))
        tell("gradebox, above the cells' own time: mean", statistics.mean(above))


PARTS = {"data": data_part, "layers": layers_part, "notebooks": notebooks_part, "grading": grading_part}


def main():
    """Measure and print."""
    for chosen in sys.argv[1:] or PARTS:
        PARTS[chosen]()
        print()


if __name__ == "__main__":
    main()
