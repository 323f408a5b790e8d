"""A server that has slow imports behind it, and forks a fresh process for whoever asks: a notebook's kernel, a submission.

Importing TensorFlow costs 8 s of CPU; a fork costs a few milliseconds. Two rules keep a forked process as good as a new one:

- The server only imports. If it ever computed with TensorFlow, whatever a child computes would hang.
- It refuses to fork when it has grown threads since its imports: a child would not have them, but wait for them. (Those that
  OpenBLAS starts when NumPy is imported do no harm: it ends them before a fork, and each process starts its own when it needs them.)

The server starts when it is first asked for, and ends by itself after some minutes without work. It listens on a Unix socket
in a folder that only its user can enter. Where there is no fork (Windows) or no /proc (macOS), :func:`available` says so.

A client sends one line of JSON with the file descriptors that its process shall have as 1, 2, and so on, and gets one line of
JSON for each thing that happens: ``{"pid": 123}`` at the start, ``{"code": 0}`` at the end. When the client goes away, its process is killed.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

__all__ = ["Process", "ask", "available", "start"]

IDLE = 300  # seconds after which a server without work ends
PR_SET_PDEATHSIG = 1  # of prctl(2)
LONGEST = 4_000_000  # bytes of a request
# Settings that libraries read while they are imported: clients with other values get another server.
READ_AT_IMPORT = ("CUDA", "KERAS", "MKL", "MPL", "OMP", "OPENBLAS", "PYTHON", "TF_", "XLA")


def available() -> bool:
    """Whether this system can fork warm processes."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and Path("/proc/self/task").is_dir()


class Process:
    """A forked process, with the part of the interface of ``subprocess.Popen`` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket):
        self._lines = connection.makefile("r", encoding="utf-8")
        self._connection = connection
        self.returncode = None
        started = self._next()
        if "pid" not in started:
            raise RuntimeError(started.get("refused", "the warm server went away"))
        self.pid = started["pid"]

    def _next(self):
        line = self._lines.readline()
        return json.loads(line) if line else {}

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.returncode is None:
            with selectors.DefaultSelector() as ready:
                ready.register(self._connection, selectors.EVENT_READ)
                if ready.select(0):
                    self.wait()
        return self.returncode

    def wait(self) -> int:
        """Wait for its end; gives the exit code, negative for a signal. A server that went away took its processes along."""
        if self.returncode is None:
            self.returncode = self._next().get("code", -signal.SIGKILL)
            self.let_go()
        return self.returncode

    def let_go(self) -> None:
        """Break the connection; the server ends what has lost its client."""
        self._lines.close()
        self._connection.close()

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def start(
    module: str, arguments: list[str], modules: list[str], *, env: dict[str, str] | None = None, cwd: str | None = None
) -> Process:
    """Run ``python -m module arguments`` in a fork of a server that has imported ``modules``.

    Raises
    ------
    RuntimeError
        When no server could be started, or the server refuses. Run it cold then.
    """
    env = dict(os.environ if env is None else env)
    try:
        connection = _connect(modules, env)
        descriptors = [stream.fileno() for stream in (sys.__stdout__, sys.__stderr__)]
        return ask(connection, module, arguments, env=env, cwd=str(cwd or os.getcwd()), descriptors=descriptors)
    except (OSError, ValueError, AttributeError) as problem:
        raise RuntimeError(f"no warm process: {problem}") from problem


def ask(
    connection: socket.socket,
    module: str,
    arguments: list[str],
    *,
    env: dict[str, str],
    cwd: str,
    descriptors: list[int],
) -> Process:
    """Ask a server for a fork that runs ``python -m module arguments``, with the descriptors as its 1, 2, and so on.

    Raises
    ------
    OSError, RuntimeError
        When the server went away, or refuses.
    """
    request = {"module": module, "arguments": arguments, "env": env, "cwd": cwd}
    connection.setblocking(True)
    socket.send_fds(connection, [json.dumps(request).encode() + b"\n"], descriptors)
    return Process(connection)


def _connect(modules, env):
    """A connection to the server for these modules and settings, which is started when there is none."""
    settings = sorted((name, value) for name, value in env.items() if name.startswith(READ_AT_IMPORT))
    key = hashlib.sha256(repr((sys.executable, sys.version, sys.path, modules, settings)).encode()).hexdigest()[:16]
    address = _folder() / f"{key}.sock"
    with open(address.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two that ask at once, one starts it
        for attempt in range(2):
            with contextlib.suppress(ConnectionRefusedError, FileNotFoundError):
                connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                connection.connect(str(address))
                return connection
            if attempt == 0:
                _start_server(address, modules, env)
    raise RuntimeError("the warm server did not start")


def _folder():
    folder = Path(tempfile.gettempdir()) / f"gradebox-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder.lstat()
    if state.st_uid != os.getuid() or state.st_mode & 0o077 or not folder.is_dir() or folder.is_symlink():
        raise RuntimeError(f"{folder} must be a folder that only this user can enter")
    return folder


def _start_server(address, modules, env):
    """Start a server and wait until it listens, which is when its imports are done."""
    address.unlink(missing_ok=True)
    ours, theirs = os.pipe()
    command = [sys.executable, "-m", "gradebox.warm", str(address), str(theirs), *modules]
    with open(os.devnull, "r+") as nowhere:
        subprocess.Popen(
            command, env=env, stdin=nowhere, stdout=nowhere, stderr=nowhere, pass_fds=[theirs], start_new_session=True
        ).wait()  # it forks, so that the server is nobody's child
    os.close(theirs)
    with open(ours) as told:
        told.read()  # ends when the server says that it is ready, or has failed


class _Server:
    def __init__(self, address: Path, idle: float):
        self.idle = idle
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(address))
        self.listener.listen(64)
        self.address = address
        self.ready = selectors.DefaultSelector()
        self.ready.register(self.listener, selectors.EVENT_READ)
        self.threads = _threads()
        self.clients = {}  # connection: pid of its process, or None
        read, write = os.pipe()
        for end in (read, write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.ready.register(read, selectors.EVENT_READ)
        self.pipes = (read, write)

    def serve(self):
        last = time.monotonic()
        while time.monotonic() - last < self.idle and self.address.exists():
            for key, _ in self.ready.select(timeout=5):
                if key.fileobj is self.listener:
                    connection, _ = self.listener.accept()
                    self.clients[connection] = None
                    self.ready.register(connection, selectors.EVENT_READ)
                elif key.fileobj == self.pipes[0]:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self.pipes[0], 4096)
                elif self.clients.get(key.fileobj, 0) is None:
                    self.answer(key.fileobj)
                elif key.fileobj in self.clients:
                    self.let_go(key.fileobj)  # a client with a process has nothing to say, so it has gone
            self.bury()
            if self.clients:
                last = time.monotonic()

    def answer(self, connection):
        """Read a request, fork, and tell the pid."""
        connection.settimeout(10)
        descriptors = []
        try:
            text, descriptors, _, _ = socket.recv_fds(connection, 65536, 8)
            while text and not text.endswith(b"\n") and len(text) < LONGEST:
                text += connection.recv(65536)
            request = json.loads(text)
            if _threads() > self.threads:
                raise RuntimeError("the warm server has grown threads, and must not fork")
            pid = os.fork()
        except (OSError, ValueError, RuntimeError) as problem:
            self.say(connection, refused=str(problem))
            self.let_go(connection)
        else:
            if pid == 0:
                self.become(request, descriptors)
            self.clients[connection] = pid
            self.say(connection, pid=pid)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def become(self, request, descriptors):
        """In the child: forget the server, and be what was asked for. Does not return."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # However the server ends, this process ends with it.
            _end_with_parent()
            for connection in (self.listener, *self.clients):
                connection.close()
            self.ready.close()
            for end in self.pipes:
                os.close(end)
            moved = [
                fcntl.fcntl(descriptor, fcntl.F_DUPFD, 64) for descriptor in descriptors
            ]  # out of the targets' way
            for target, descriptor in enumerate(moved, start=1):
                os.dup2(descriptor, target)
                os.close(descriptor)
            for descriptor in descriptors:
                if descriptor > len(descriptors):
                    os.close(descriptor)
            os.chdir(request["cwd"])
            os.environ.clear()
            os.environ.update(request["env"])
            _as_new()
            sys.argv[1:] = request["arguments"]
            runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def bury(self):
        """Tell the clients of processes that have ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for connection in [c for c, owned in self.clients.items() if owned == pid]:
                self.say(connection, code=os.waitstatus_to_exitcode(status))
                self.clients[connection] = None
                self.let_go(connection)

    def let_go(self, connection):
        """Forget a client, and end its process if it still runs."""
        pid = self.clients.pop(connection)
        self.ready.unregister(connection)
        connection.close()
        if pid:
            for kill in (os.killpg, os.kill):  # a young process may not lead its group yet
                with contextlib.suppress(ProcessLookupError):
                    kill(pid, signal.SIGKILL)

    def say(self, connection, **words):
        with contextlib.suppress(OSError):
            connection.sendall(json.dumps(words).encode() + b"\n")


def _end_with_parent() -> None:
    """Have the system kill this process when the one that started it ends, however that ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _threads():
    return len(os.listdir("/proc/self/task"))


def _as_new():
    """What an import would have done in a new process, and the import in the server could not do."""
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # Python's own random does this by itself after a fork
    if "tensorflow" in sys.modules:
        # Imported inside a notebook, TensorFlow sends tf.print to sys.stdout; imported before it, to the file descriptor.
        with contextlib.suppress(ImportError, AttributeError):
            importlib.import_module("tensorflow.python.pywrap_tfe").TFE_Py_EnableInteractivePythonLogging()


def main():
    """``python -m gradebox.warm [--stay] ADDRESS DESCRIPTOR MODULE ...``: import, listen, close the descriptor to say so, serve.

    With ``--stay`` it remains the child of whoever started it, and serves until it is ended.
    """
    stays = sys.argv[1:2] == ["--stay"]
    address, descriptor, *modules = sys.argv[1 + stays :]
    if stays:
        _end_with_parent()
    elif os.fork():
        os._exit(0)
    for module in modules:
        with contextlib.suppress(ImportError):  # a notebook that needs it will say so in its own words
            importlib.import_module(module)
    server = _Server(Path(address), float("inf") if stays else IDLE)
    os.close(int(descriptor))
    try:
        server.serve()
    finally:
        Path(address).unlink(missing_ok=True)
        for connection in list(server.clients):
            server.let_go(connection)


if __name__ == "__main__":
    main()
