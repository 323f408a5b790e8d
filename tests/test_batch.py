"""The grader itself goes wrong: it is killed, runs twice, has no disk, no database, no sandbox, no server. Nothing is lost, nothing left behind.

The course is one of nbgrader's own kind, without TensorFlow, so that each of the many starts takes two seconds.
"""

import contextlib
import csv
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from faults import STORED, cell_of, counting

import gradebox
from gradebox import box, cli, warm
from gradebox.batch import Batch
from gradebox.box import Box, Limits
from gradebox.report import Report

pytestmark = [
    pytest.mark.skipif(not warm.available(), reason="this system can't fork warm processes"),
    pytest.mark.skipif(not shutil.which("bwrap"), reason="there is no bubblewrap here"),
]
STUDENTS = 12
TROUBLE = []


def trouble(does, then):
    """A decorator for a test that the page on faults tells of: what happens to the grader, and what it does then."""

    def decorate(test):
        TROUBLE.append({"does": does, "then": then})
        return test

    return decorate


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """What grading leaves behind, and what it keeps of earlier runs, stays in the test."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return temporary


@pytest.fixture
def course(tmp_path):
    """The folders of a course in which every student handed in a good notebook."""
    (tmp_path / "solutions" / "counting").mkdir(parents=True)
    (tmp_path / "solutions" / "counting" / "counting.ipynb").write_text(json.dumps(counting()))
    for number in range(STUDENTS):
        hand_in(tmp_path, f"s{number:02}")
    return tmp_path


def hand_in(folder, student, source="def double(x): return 2 * x"):
    """A notebook with one answer of the student's own; the seconds that it sleeps give a run some length."""
    content = counting()
    cell_of(content, "double-answer")["source"] = source
    path = folder / "submitted" / student / "counting" / "counting.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def command(folder, *more, out="out"):
    """The command that grades the course."""
    given = ["grade", folder / "submitted", "--source", folder / "solutions", "--out", folder / out, "--workers", "2"]
    return [sys.executable, "-m", "gradebox.cli", *map(str, (*given, *more))]


def graded(folder, *more, **options):
    """Grade with the command, and what came of it."""
    return subprocess.run(command(folder, *more), capture_output=True, text=True, check=False, timeout=300, **options)


def reports(folder, out="out"):
    """The reports that there are, by student."""
    found = [Report.from_json(file.read_text()) for file in (folder / out / "reports").rglob("*.json")]
    return {report.student: report for report in found}


def written(folder):
    """When each report was written."""
    return {file.name: file.stat().st_mtime_ns for file in (folder / "out" / "reports").rglob("*.json")}


def processes(folder):
    """Processes that have to do with a folder, or run as a submission does."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, TypeError):
            words = (status.parent / "cmdline").read_bytes() + (status.parent / "environ").read_bytes()
            tracker = b"resource_tracker" in words  # Python's own, which ends last
            if str(folder).encode() in words and int(status.parent.name) != os.getpid() and not tracker:
                found.append((status.parent.name, words[:120]))
    return found


def nothing_is_left(folder):
    """No process after some seconds, and no folder of a box."""
    until = time.monotonic() + 10
    while processes(folder) and time.monotonic() < until:
        time.sleep(0.05)
    assert not processes(folder)


SLOW = "import time\ntime.sleep(0.3)\ndef double(x): return 2 * x"


@trouble(
    "Its process is killed (SIGKILL) at 20 random moments of a run over 40 submissions, and started again each time.",
    "What was graded stays as it was, every submission is graded exactly once, and no process and no folder is left.",
)
def test_killed_at_twenty_moments(course, own_folders):
    for number in range(40):
        hand_in(course, f"s{number:02}", SLOW)
    moment, seen = random.Random(20), {}
    for _ in range(20):
        running = subprocess.Popen(command(course), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(moment.uniform(0.3, 6))
        running.kill()
        running.wait()
        nothing_is_left(course)
        now = written(course) if (course / "out").exists() else {}
        assert seen.items() <= now.items()  # what was graded stays, and is not graded again
        assert all(report.points == 9 for report in reports(course).values())
        seen = now
    last = graded(course)
    assert last.returncode == 0 and seen.items() <= written(course).items()
    assert len(reports(course)) == 40 and {report.points for report in reports(course).values()} == {9}
    assert not [path for path in own_folders.iterdir() if path.name.startswith("gradebox")]
    assert graded(course).stdout.startswith("40 submissions, 0 to grade")


def test_killed_while_the_sandbox_starts(course, monkeypatch):
    """Bubblewrap is two processes by then, and the second does not yet end with the first."""
    program = course / "bin" / "bwrap"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nsh -c 'sleep 600; : {course}' &\ntouch {course}/started\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    running = subprocess.Popen(command(course), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (course / "started").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert processes(course)
    running.kill()
    running.wait()
    nothing_is_left(course)


@trouble(
    "Two runs write to one folder at the same time, and a third one grades the same class into another folder.",
    "The second one says that another run is writing there, and ends. The other two finish.",
)
def test_two_at_once(course):
    hand_in(course, "slow", "import time\ntime.sleep(5)\ndef double(x): return 2 * x")
    first = subprocess.Popen(command(course), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (course / "out" / ".seed").exists() and time.monotonic() < until:
        time.sleep(0.02)
    second = graded(course)
    other = subprocess.run(command(course, out="other"), capture_output=True, text=True, check=False)
    assert second.returncode == 2 and "Another run is writing to" in second.stderr
    assert first.wait(120) == other.returncode == 0
    assert len(reports(course)) == len(reports(course, "other")) == STUDENTS + 1


@trouble(
    "The disk is full.",
    "No report is written in part. The command names the file that it could not write, and ends with code 2. With room again, all is graded.",
)
def test_full_disk(course):
    """As on a full disk, nothing more than some bytes can be written."""
    for number in range(STUDENTS):
        hand_in(course, f"s{number:02}", f"raise ValueError('{'x' * 2500}')")
    full = graded(course, preexec_fn=lambda: limit_files(1000))
    assert full.returncode == 2 and "Can't write" in full.stderr and "run again" in full.stderr
    assert not list((course / "out" / "reports").rglob("*.*"))
    nothing_is_left(course)
    assert graded(course).returncode == 0 and len(reports(course)) == STUDENTS


def limit_files(size):
    """No file may be larger, from here on."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@trouble(
    "Another program holds a lock on nbgrader's database.",
    "The reports are there all the same, and the command says that the database is locked. The next run enters the points, each once.",
)
def test_locked_gradebook(course):
    url = f"sqlite:///{course}/gradebook.db"
    assert graded(course, "--gradebook", url).returncode == 0
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("begin exclusive")
    hand_in(course, "late")
    locked = graded(course, "--gradebook", url)
    assert locked.returncode == 2 and "locked" in locked.stderr and "try again" in locked.stderr
    assert reports(course)["late"].points == 9
    other.execute("rollback")
    again = graded(course, "--gradebook", url)
    assert again.returncode == 0 and "0 to grade" in again.stdout
    assert other.execute("select count(*) from student").fetchone()[0] == STUDENTS + 1


@trouble(
    "Somebody presses Ctrl-C, while it starts or later.",
    "It says how many are left, and no process and no folder is left. The next run goes on.",
)
@pytest.mark.parametrize("moment", [0.5, 1.5, 3, 5])
def test_interrupted(course, own_folders, moment):
    for number in range(40):
        hand_in(course, f"s{number:02}", SLOW)
    running = subprocess.Popen(
        command(course), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    time.sleep(moment)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does
    said, _ = running.communicate(timeout=30)
    assert running.returncode in (130, -signal.SIGINT) and "Traceback" not in said
    nothing_is_left(course)
    assert not [path for path in own_folders.iterdir() if path.name.startswith("gradebox")]
    if running.returncode == 130:
        assert "left: run again to go on" in said
    assert graded(course).returncode == 0 and len(reports(course)) == 40


def test_on_a_dask_cluster_all_is_as_on_this_machine(course):
    distributed = pytest.importorskip("distributed")
    hand_in(course, "wrong", "def double(x): return 3 * x")
    hand_in(course, "ends", "import os\nos._exit(3)")
    assert graded(course).returncode == 0
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster:
        more = ("--scheduler", cluster.scheduler_address, "--seed", (course / "out" / ".seed").read_text().strip())
        run = subprocess.run(
            command(course, *more, out="far"), capture_output=True, text=True, check=False, timeout=300
        )
        assert run.returncode == 0, run.stderr
    here, there = reports(course), reports(course, "far")
    assert len(here) == STUDENTS + 2 and here.keys() == there.keys()
    for student, report in here.items():
        pairs = zip(report.questions, there[student].questions, strict=True)
        assert all(one == replace(other, seconds=one.seconds) for one, other in pairs)
    nothing_is_left(course)


def graded_in_spite_of(course, disturb):
    """A whole class is graded rightly although ``disturb(batch, how many reports there are)`` is called after each report."""
    for number in range(STUDENTS):
        hand_in(course, f"s{number:02}", SLOW)
    with Batch(course / "submitted", course / "solutions", course / "out", workers=2) as batch:
        told = []

        def tell(report):
            told.append(report.student)
            disturb(batch, len(told))

        assert batch.run(tell) == []
    assert sorted(told) == sorted(reports(course)) and len(told) == STUDENTS
    assert {(report.points, report.trouble) for report in reports(course).values()} == {(9, "")}
    nothing_is_left(course / "submitted")


@trouble(
    "The process from which the sandboxes are forked is killed.",
    "Another one is started, and every submission is graded.",
)
def test_the_boxs_server_dies(course):
    def disturb(batch, told):
        if told == 2:
            batch.box._server.kill()

    graded_in_spite_of(course, disturb)


@trouble(
    "That process gains threads, after which a fork would hang.",
    "It refuses, and another one is started.",
)
def test_the_boxs_server_gains_threads(tmp_path, monkeypatch):
    """It may not fork then, and another one takes its place."""
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "def more():\n"
        "    for _ in range(3): threading.Thread(target=time.sleep, args=[60], daemon=True).start()\n"
        "threading.Timer(1.5, more).start()"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with Box(["threaded"]) as threaded:
        cells, seconds = [{"id": "one", "source": "1 + 1"}], {"one": 5.0}
        servers = set()
        for _ in range(4):
            assert threaded.run(cells, seconds=seconds).cells["one"]["error"] == ""
            servers.add(threaded.address()[1])
            time.sleep(1)
        assert len(servers) > 1


def test_modules_that_lie_in_the_temporary_folder_stay_in_sight_and_read_only(monkeypatch):
    """A clone may stand there, with all of Python's packages."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        (Path(folder) / "imported_late.py").write_text("nine = 9")
        monkeypatch.syspath_prepend(folder)
        cells = [
            {"id": "import", "source": "import imported_late\nassert imported_late.nine == 9"},
            {"id": "own", "source": "import tempfile\ntempfile.TemporaryFile().write(b'9')"},
            {"id": "change", "source": f"open({folder!r} + '/imported_late.py', 'w')"},
        ]
        with Box([]) as box:
            seen = box.run(cells, seconds={cell["id"]: 10.0 for cell in cells}).cells
    assert seen["import"]["error"] == seen["own"]["error"] == ""
    assert "Read-only file system" in seen["change"]["error"]


def workers(batch):
    """The processes that grade."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            parent = int(re.search(r"PPid:\s+(\d+)", status.read_text())[1])
            line = (status.parent / "cmdline").read_bytes()
            if (
                b"forkserver" in line
                and parent != os.getpid()
                and b"forkserver" in Path(f"/proc/{parent}/cmdline").read_bytes()
            ):
                found.append(int(status.parent.name))
    return found


@trouble(
    "Processes that grade are killed, twice in a run.",
    "Others take their place, and every submission is graded.",
)
def test_a_worker_is_killed(course):
    def disturb(batch, told):
        if told in (2, 8):
            os.kill(workers(batch)[0], signal.SIGKILL)

    graded_in_spite_of(course, disturb)


@trouble(
    "A submission kills each process that grades it.",
    "This submission alone is reported as not gradable, with no attempt lost. The next run tries it again.",
)
def test_a_submission_that_ends_workers(course, monkeypatch):
    """It alone can't be graded, and the next run tries it again."""
    (course / "killing.py").write_text(
        "import os\n"
        "class Check:\n"
        "    seconds = 1\n"
        "    def cases(self, seed): return []\n"
        "    def observe(self, answer, cases): return answer(1)\n"
        "    def judge(self, observation, cases):\n"
        "        if observation == 9: os.kill(os.getpid(), 9)\n"
        "        return Result()\n"
        "class Result:\n"
        "    points, criteria, outcome, message = 2, (), 'right', ''\n"
        "check = Check()\n"
    )
    monkeypatch.syspath_prepend(course)
    monkeypatch.setenv("PYTHONPATH", str(course))
    content = counting()
    cell_of(content, "double")["metadata"]["gradebox"] = {"check": "killing:check", "answer": "double"}
    (course / "solutions" / "counting" / "counting.ipynb").write_text(json.dumps(content))
    hand_in(course, "s05", "def double(x): return 9")
    done = graded(course)
    assert done.returncode == 1 and "1 left" in done.stdout
    assert {s: report.trouble for s, report in reports(course).items() if report.trouble} == {
        "s05": "It ended the grader's process."
    }
    assert [report.points for student, report in sorted(reports(course).items()) if student != "s05"] == [9] * 11
    assert all(q.verdict == "not gradable" for q in reports(course)["s05"].questions)
    assert "1 to grade" in graded(course).stdout


def test_resume_and_regrade(course):
    assert graded(course).returncode == 0
    before = written(course)
    hand_in(course, "s03", "def double(x): return 3 * x")
    hand_in(course, "new")
    second = graded(course)
    assert second.returncode == 0 and second.stdout.startswith("13 submissions, 2 to grade")
    assert {name for name, when in written(course).items() if before.get(name) != when} == {"s03.json", "new.json"}
    assert reports(course)["s03"].points == 7
    # Somebody broke two questions of one report: one of them is graded again.
    file = course / "out" / "reports" / "counting" / "s00.json"
    parts = json.loads(file.read_text())
    for question in parts["questions"]:
        question["points"] = 0.5
    file.write_text(json.dumps(parts))
    third = graded(course, "--regrade", "triple")
    assert third.returncode == 0
    assert {q.question: q.points for q in reports(course)["s00"].questions} == {
        "double": 0.5,
        "share": 0.5,
        "triple": 3,
    }
    assert reports(course)["s03"].points == 7
    none = graded(course, "--regrade", "quadruple")
    assert none.returncode == 2 and "There is no question 'quadruple'" in none.stderr


def test_what_could_not_be_placed(course):
    (course / "submitted" / "s00" / "deep").mkdir()
    (course / "submitted" / "=cmd.ipynb").write_text("{}")
    assert graded(course).returncode == 0
    with open(course / "out" / "unplaced.csv", newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    assert header == ["file", "reason"] and [row[0] for row in rows] == ["'=cmd.ipynb"] and rows[0][1].endswith(".")


def test_exit_codes(course):
    assert graded(course).returncode == 0
    broken = counting()
    cell_of(broken, "double")["source"] = "assert False"
    for cell in broken["cells"]:
        cell["metadata"]["nbgrader"]["grade_id"] += "-more"
    (course / "solutions" / "more").mkdir()
    (course / "solutions" / "more" / "more.ipynb").write_text(json.dumps(broken))
    (course / "submitted" / "s00" / "more").mkdir()
    (course / "submitted" / "s00" / "more" / "more.ipynb").write_text(json.dumps(broken))
    some = graded(course)
    assert some.returncode == 1 and "The solution of more itself gets 0 of 2 points for 'double-more'" in some.stderr
    for more, said in [
        (["--source", course / "nowhere"], "There is no folder"),
        (["--out", "/proc/out"], "Can't write to"),
        (["--gradebook", "sqlite:////proc/gradebook.db"], "could not be"),
    ]:
        none = graded(course, *more)
        assert none.returncode == 2 and said in none.stderr and "Traceback" not in none.stderr, none.stderr
    missing = graded(course / "nothing")
    assert missing.returncode == 2 and "Traceback" not in missing.stderr


def test_grade_as_a_function(course):
    report = gradebox.grade(course / "solutions", course / "submitted/s00/counting/counting.ipynb", student="s00")
    assert (report.student, report.assignment, report.points, report.max_points) == ("s00", "counting", 9, 9)
    assert Report.from_json(report.to_json()) == report
    nothing_is_left(course / "submitted")


@trouble(
    "There is no bubblewrap.",
    "The command says how to install it, grades nothing, and ends with code 2. With --trusted it grades without a sandbox.",
)
def test_without_bubblewrap(course, monkeypatch, capsys):
    monkeypatch.setattr(box, "_packaged", lambda *_: None)
    monkeypatch.setattr(box.shutil, "which", lambda *_: None)
    arguments = command(course)[3:]
    assert cli.main(arguments) == 2
    said = capsys.readouterr().err
    assert "apt install bubblewrap" in said and "--trusted" in said and "Traceback" not in said
    assert cli.main([*arguments, "--trusted"]) == 0
    assert {report.points for report in reports(course).values()} == {9}


def test_trusted_says_what_happened(course):
    hand_in(course, "s00", "import os\nos._exit(0)")
    hand_in(course, "s01", "import ctypes\nctypes.string_at(0)")
    hand_in(course, "s02", "while True: pass")
    limits = Limits(seconds=1)
    with Batch(course / "submitted", course / "solutions", course / "out", trusted=True, limits=limits) as batch:
        assert batch.run() == []
    verdicts = {s: [q.verdict for q in reports(course)[s].questions] for s in ("s00", "s01", "s02", "s03")}
    assert verdicts == {
        "s00": ["crashed", "right", "right"],
        "s01": ["crashed", "right", "right"],
        "s02": ["time limit", "right", "right"],
        "s03": ["right", "right", "right"],
    }


ORDINARY = 61_500


@pytest.fixture
def as_ordinary_user(course):
    """A prefix for commands, after which an ordinary user runs them; Python is shown to that user where only root could read it."""
    if os.getuid() != 0:
        return []
    if not shutil.which("unshare") or not shutil.which("setpriv"):
        pytest.skip("to become an ordinary user, unshare and setpriv of util-linux are needed")
    places = {
        Path(part).resolve() for part in (sys.prefix, sys.base_prefix, *filter(None, sys.path)) if Path(part).is_dir()
    }
    closed = {
        parent
        for place in (*places, course.resolve())
        for parent in reversed(place.parents)
        if not parent.stat().st_mode & 0o001
    }
    closed = [folder for folder in closed if not any(other in folder.parents for other in closed)]
    lines = ["set -e", "umask 022"]
    for number, folder in enumerate(closed):
        inner = sorted(place for place in (*places, course.resolve()) if folder in place.parents)
        inner = [place for place in inner if not any(other in place.parents for other in inner)]
        for i, place in enumerate(inner):
            lines += [f"mkdir -p /mnt/{number}-{i}", f"mount --bind '{place}' /mnt/{number}-{i}"]
        lines += [f"mount -t tmpfs -o mode=755 tmpfs '{folder}'"]
        for i, place in enumerate(inner):
            lines += [f"mkdir -p '{place}'", f"mount --move /mnt/{number}-{i} '{place}'"]
    lines = ["set -e", "mount -t tmpfs -o mode=755 tmpfs /mnt", *lines[1:]]
    for path in [course, *course.rglob("*")]:
        os.chown(path, ORDINARY, ORDINARY)
    lines += [f'exec setpriv --reuid {ORDINARY} --regid {ORDINARY} --clear-groups --inh-caps=-all "$@"']
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", "\n".join(lines), "sh"]


@trouble(
    "An ordinary user grades, not root.",
    "The sandbox holds all the same.",
)
def test_as_an_ordinary_user(course, as_ordinary_user):
    """Teachers are no root."""
    hand_in(course, "s00", "import os\nos._exit(0)")
    hand_in(course, "s01", f"open('{course}/solutions/counting/counting.ipynb').read()")
    hand_in(course, "s02", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
    for path in (course / "submitted").rglob("*"):
        os.chmod(path, 0o755 if path.is_dir() else 0o644)
    done = subprocess.run(
        [*as_ordinary_user, *command(course)],
        capture_output=True, text=True, check=False, env={**os.environ, "HOME": str(course)}, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    verdicts = {s: [q.verdict for q in reports(course)[s].questions] for s in ("s00", "s01", "s02", "s03")}
    assert verdicts == {
        "s00": ["crashed", "right", "right"],
        "s01": ["error", "right", "right"],
        "s02": ["time limit", "right", "right"],
        "s03": ["right", "right", "right"],
    }


def test_the_page_tells_of_these_tests():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    if os.environ.get("ISNINE_STORE_FAULTS") == "1":
        stored["grader"] = TROUBLE
        STORED.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert stored["grader"] == TROUBLE
