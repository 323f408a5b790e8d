"""Times in seconds: importing the helper, loading the data, the layers against Keras' own, each notebook, grading. ``make bench``.

``python tests/bench.py grading`` prints one part alone; the parts are data, layers, notebooks, grading, pages.
"""

import contextlib
import functools
import gzip
import http.server
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from common import CHAPTERS, EXERCISES, HTML, PAGES, ROOT, SOLUTIONS, name, notebook
from homework import hand_in, trains
from weight import figures_on

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

    nbgrader gets each submission once. gradebox gets the class several times over, so that its start counts as it does for a class.
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
        for title, chosen, copies in (
            ("homeworks that do not train", quick, 10),
            ("all homeworks", list(stock), 3),
        ):
            for copy, student, assignment in itertools.product(range(copies), students, chosen):
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


# A slow phone's connection: 1.6 Mbit/s, and 150 ms until an answer begins.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
# When the first words of the article were painted, in seconds after the page was asked for.
READABLE = """() => new Promise((done) => new PerformanceObserver((seen) => {
  const words = seen.getEntries().find((entry) => entry.element?.closest('article'));
  if (words) done(words.startTime / 1000);
}).observe({type: 'largest-contentful-paint', buffered: true}))"""
# Milliseconds until the page is laid out anew after a control was moved: for the slowest of all controls.
ANSWER = """() => Math.max(0, ...[...document.querySelectorAll('.isnine-play :is(input, button, select)')].map((control) => {
  document.body.offsetHeight;
  const start = performance.now();
  if (control.type === 'range') { control.value = control.max; control.dispatchEvent(new Event('input', {bubbles: true})); }
  else control.click();
  document.body.offsetHeight;
  return performance.now() - start;
}))"""


class Packing(http.server.SimpleHTTPRequestHandler):
    """Sends text packed, as web servers do; Python's own does not."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        file = Path(self.translate_path(self.path))
        content = gzip.compress(file.read_bytes(), 6) if file.is_file() else b""
        self.send_response(200 if content else 404)
        headers = {"Content-Type": self.guess_type(file), "Content-Encoding": "gzip", "Content-Length": len(content)}
        for key, value in headers.items():
            self.send_header(key, str(value))
        self.end_headers()
        self.wfile.write(content)

    def handle(self):
        with contextlib.suppress(ConnectionError):  # the browser closed a page and no longer listens
            super().handle()

    def log_message(self, *_):
        pass


def pages_part():
    """Each page of the built book on a slow phone: bytes, when its words can be read, and how fast its controls answer."""
    from playwright.sync_api import sync_playwright

    from conftest import BROWSERS

    print(f"{'kB packed; seconds; milliseconds':44}{'figures':>10}{'all':>10}{'readable':>10}{'answer':>10}")
    handler = functools.partial(Packing, directory=HTML)
    program = os.environ.get("ISNINE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for page_name in PAGES:
            # Each in a window of its own, which has nothing stored yet.
            page = browser.new_page(viewport={"width": 390, "height": 844})
            network, fetched = page.context.new_cdp_session(page), []
            network.on(
                "Network.loadingFinished", lambda event, fetched=fetched: fetched.append(event["encodedDataLength"])
            )
            network.send("Network.enable")
            network.send("Network.emulateNetworkConditions", SLOW)
            page.goto(f"http://127.0.0.1:{server.server_port}/{page_name}", timeout=60_000)
            page.evaluate("() => window.MathJax?.startup?.promise")
            page.wait_for_timeout(1000)  # for the fonts of formulas
            readable, answer = page.evaluate(READABLE), page.evaluate(ANSWER)
            weights = f"{figures_on(HTML / page_name) / 1000:10.1f}{sum(fetched) / 1000:10.1f}"
            print(f"{page_name:44}{weights}{readable:10.2f}{answer:10.1f}", flush=True)
            page.close()
        browser.close()
        server.shutdown()


PARTS = {
    "data": data_part,
    "layers": layers_part,
    "notebooks": notebooks_part,
    "grading": grading_part,
    "pages": pages_part,
}


def main():
    """Measure and print."""
    for chosen in sys.argv[1:] or PARTS:
        PARTS[chosen]()
        print()


if __name__ == "__main__":
    main()
