"""Every fault of ``tests/faults.py`` in one class of learners, graded in one run: what each gets, and that nothing is left behind.

What the run says is kept in ``tests/faults.json``, from which the book makes its page on faults. With ``ISNINE_STORE_FAULTS=1`` it is
written anew; without, the run must say what is stored there.
"""

import contextlib
import csv
import json
import os
import re
import shutil
import sys
import tempfile
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from common import ROOT
from faults import FAMILIES, FAULTS, STORED, Place, counting

from gradebox import outputs, warm, wire
from gradebox.batch import Batch
from gradebox.box import Limits
from gradebox.feedback import clean

LIMITS = Limits(seconds=2, memory=512, disk=64)
LONGEST = 60  # seconds that one submission may take on a busy machine: checks have 10 of their own, and some are run four times
ALL = 240  # seconds for all of them
SECRET = "nobody may read this"
pytestmark = [
    pytest.mark.skipif(not warm.available(), reason="this system can't fork warm processes"),
    pytest.mark.skipif(not shutil.which("bwrap"), reason="there is no bubblewrap here"),
]


def student_of(fault):
    """The name of a fault's learner."""
    return fault.student or re.sub(r"\W+", "_", fault.name).strip("_").lower()


def processes():
    """Processes that grading may leave: children of this one, and those of the users that submissions run as."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, TypeError):
            status, line = (folder / "status").read_text(), (folder / "cmdline").read_text(errors="replace")
            user, parent = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("Uid", "PPid"))
            if (61_000 <= user < 65_000 or parent == os.getpid()) and "resource_tracker" not in line:
                found[int(folder.name)] = line[:200]
    return found


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """All faults graded: the reports, the folder, the seconds, and what was left running."""
    place = tmp_path_factory.mktemp("faults")
    outside, submitted, solutions, temporary = (place / name for name in ("outside", "submitted", "solutions", "tmp"))
    outside.mkdir()
    temporary.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    (outside / "gradebook.db").touch()
    for name in {fault.assignment for fault in FAULTS} - {"counting"}:
        shutil.copytree(ROOT / "solutions" / name, solutions / name)
    (solutions / "counting").mkdir(parents=True)
    (solutions / "counting" / "counting.ipynb").write_text(json.dumps(counting()))
    for fault in FAULTS:
        path = submitted / student_of(fault) / f"{fault.notebook}.ipynb"
        path.parent.mkdir(parents=True)
        fault.made(Place(path, outside))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        before, start = processes(), time.monotonic()
        with Batch(submitted, solutions, place / "out", workers=2, seed=9, limits=LIMITS) as batch:
            assert batch.run() == []
            outputs.write(batch.reports(), batch.course, batch.out)
            reports = {(report.student, report.assignment): report for report in batch.reports()}
        seconds = time.monotonic() - start
        until = time.monotonic() + 5
        while processes().keys() - before.keys() and time.monotonic() < until:
            time.sleep(0.05)
        left = {pid: line for pid, line in processes().items() if pid not in before}
    return {"reports": reports, "place": place, "seconds": seconds, "processes": left}


def seen(run, fault):
    """What became of a fault: the attacked question, the others, and what the learner reads on the question and on the file."""
    report = run["reports"][student_of(fault), fault.assignment]
    questions = {question.question: question for question in report.questions}
    attacked = questions.pop(fault.question)
    told = dict.fromkeys([*report.findings, attacked.message, *(criterion.message for criterion in attacked.criteria)])
    return {
        "name": fault.name,
        "does": fault.does,
        "verdict": attacked.verdict,
        "points": attacked.points,
        "of": attacked.max_points,
        "lost": {name: q.verdict for name, q in questions.items() if (q.verdict, q.points) != ("right", q.max_points)},
        # The limits depend on how busy the machine was when the solution's time was taken.
        "told": [re.sub(r"\(\d+ seconds( for all)?", r"(… seconds\1", clean(text))[:240] for text in told if text][:2],
        "beyond": fault.beyond,
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.family}: {fault.name}")
def test_fault(run, fault):
    report = run["reports"][student_of(fault), fault.assignment]
    assert not report.trouble
    became = seen(run, fault)
    points = became["of"] if fault.points is None else fault.points
    assert (became["verdict"], became["points"], became["lost"]) == (fault.verdict, points, fault.lost), became["told"]
    page = outputs.page(report)
    assert not fault.told or fault.told in html_text(page)
    assert report.seconds < LONGEST and len(report.to_json()) < 40_000


def html_text(page):
    """What a reader sees of a page; and nothing in it may run."""
    parts = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert tag not in ("script", "img", "iframe", "object", "embed", "svg", "link", "form", "base")
            assert not [name for name, _ in attributes if name.startswith("on")]

        def handle_data(self, data):
            parts.append(data)

    Reader().feed(page)
    return "".join(parts)


@pytest.mark.parametrize(
    "line",
    [
        b'{"__array__": ["<f8", [0, 1000000000000000000000000000000], ""]}',
        b'{"__array__": ["O", [1], "AAAAAAAAAAA="]}',
        b'{"__array__": ["f8, (", [1], ""]}',
        b'{"__array__": [3, [1], ""]}',
        b'{"__array__": ["<f8", [2], "AAAA"]}',
        b"[" * 100_000,
        b"[" + b"{}," * 1_000_000 + b"{}]",
        b"9" * 10_000,
        b"\xff",
    ],
    ids=range(9),
)
def test_lines_that_are_no_plain_data(line):
    with pytest.raises(ValueError, match="not plain data"):
        wire.unpack(line)


def test_there_are_enough():
    assert len({fault.name for fault in FAULTS}) == len({student_of(fault) for fault in FAULTS}) == len(FAULTS) >= 150
    assert {fault.family for fault in FAULTS} == set(FAMILIES)


def test_it_takes_minutes(run):
    assert run["seconds"] < ALL


def test_no_process_is_left(run):
    assert not run["processes"]


def test_no_file_is_left(run):
    outside, temporary = run["place"] / "outside", run["place"] / "tmp"
    assert sorted(path.name for path in outside.iterdir()) == ["gradebook.db", "secret.txt"]
    assert (outside / "secret.txt").read_text() == SECRET and not (outside / "gradebook.db").read_bytes()
    # Python's own folder for its processes goes when this process ends.
    assert [path for path in temporary.iterdir() if not path.name.startswith("pymp-")] == []
    assert {path.name for path in run["place"].iterdir()} == {
        "outside",
        "submitted",
        "solutions",
        "out",
        "tmp",
        "cache",
    }


def test_nothing_that_came_out_runs_or_tells_a_secret(run):
    files = [path for path in (run["place"] / "out").rglob("*") if path.is_file()]
    assert len([path for path in files if path.suffix == ".html"]) == len(FAULTS)
    for path in files:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        assert SECRET not in text
        if path.suffix == ".html":
            html_text(text)
        elif path.suffix == ".csv":
            fields = [field for row in csv.reader(text.splitlines()) for field in row]
            assert not [field for field in fields if re.match(r"[=+@]|-(?![\d.])", field)]


def test_the_stored_result_is_what_the_run_says(run):
    found = {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "bounds": {"one": LONGEST, "all": ALL},
        "families": FAMILIES,
        **{family: [seen(run, fault) for fault in FAULTS if fault.family == family] for family in FAMILIES},
    }
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    found["grader"] = stored.get("grader", [])  # tests/test_batch.py sees to these
    if os.environ.get("ISNINE_STORE_FAULTS") == "1":
        stored = found
        STORED.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if stored["python"] != found["python"]:  # other versions of Python have other words for some errors
        for content in (stored, found):
            del content["python"]
            for family in FAMILIES:
                for fault in content[family]:
                    del fault["told"]
    assert found == stored
