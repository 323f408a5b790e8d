"""What runs in the box: the cells of one submission, in a process that nothing else depends on.

It is a fork of the box's server (``warm.py``), so what the course imports is there already. It reads one order from descriptor 3,
gives up its rights (``seal.py``), runs the cells, and writes to descriptor 4 what it observes: a line of plain data for each thing
that happens (``wire.py``). What it may not know before is read from descriptor 5. It decides nothing: the points are given outside,
by ``grading.py``, from what was observed.

The hidden cases of a question are asked for when the answer's cell has run. Until then they are not in this process, and what draws
them, or is needed only for judging, such as the right values, is never in it (``blind`` of a check).
"""

import base64
import contextlib
import functools
import importlib
import os
import pickle
import signal
import sys
import types

from . import seal, wire
from .wire import DATA, FILES, HOME, LONGEST

__all__ = ["main"]

ORDER, REPORTS, LATE = 3, 4, 5
# Taken here, before any learner's code could put something else in their place.
_write, _type, _str, _pack, _unpack = os.write, type, str, wire.pack, wire.unpack


@functools.cache
def _shell():
    """IPython's shell, made before the fork: it runs cells as a notebook does, without keeping a history."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    shell = InteractiveShell.instance(config=config)
    shell._tee = lambda channel: contextlib.nullcontext()  # IPython 9 would keep all that is printed
    return shell


if __name__ == "gradebox.inside":  # imported by the box's server alone, which then forks
    _shell()


def main() -> None:
    """Carry out one order. Ends with the exit code of the process that ran the cells: 128 + n for signal n."""
    with open(ORDER, "rb") as file:
        order = wire.unpack(file.read())
    if order["sealed"]:
        child = seal.split(61_000 + os.getpid() % 4000)
        if child:
            for descriptor in (REPORTS, LATE):
                os.close(descriptor)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os._exit(128 - status if status < 0 else status)
        seal.close(HOME, order["hidden"], order["kept"], **order["limits"])
        _furnish(order["files"], order["data"])
    observers = _observers(order["checks"])
    with open(LATE, "rb") as late:
        _run(order["cells"], observers, late)
    _say(finished=True)
    os._exit(0)


def _say(**words):
    text = _pack(words)
    while text:
        text = text[_write(REPORTS, text) :]


def _observers(checks):
    """What can observe for each check of the course, and nothing more; their modules are put out of reach."""
    found = {}
    for check in checks:
        module, _, name = check.partition(":")
        with contextlib.suppress(ImportError, AttributeError):  # then there is no observation
            observer = getattr(importlib.import_module(module), name)
            found[check] = observer.blind() if hasattr(observer, "blind") else observer
    for module in {check.partition(":")[0] for check in checks}:
        sys.modules[module] = stand_in = _Silent(module)
        package, _, last = module.rpartition(".")
        if package in sys.modules:
            setattr(sys.modules[package], last, stand_in)
    return found


class _Silent(types.ModuleType):
    """Stands for a module of checks in the box: whatever it is asked for gives a function that does nothing."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def _furnish(files, data):
    """Put the assignment's files into the home, and links to the data that submissions may read."""
    for name in files:
        with contextlib.suppress(OSError):
            target = os.path.join(HOME, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(os.path.join(FILES, files[name]), "rb") as source, open(target, "wb") as copy:
                copy.write(source.read())
    for name, place in data.items():
        target = os.path.join(HOME, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(os.path.join(DATA, place), target)


def _run(cells, observers, late):
    shell, user = _shell(), _shell().user_ns
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.path.insert(0, "")
    run_cell = shell.run_cell
    for cell in cells:
        _say(start=cell["id"])
        source = cell.get("source")
        if source is None:
            _say(ready=cell["id"])
            source = _unpack(late.readline())
        if "check" not in cell:
            result = run_cell(source, store_history=False)
            problem = result.error_before_exec or result.error_in_exec
            value = result.result if _type(result.result) in (int, float) else None
            _say(end=cell["id"], error=_described(problem), value=value)
            continue
        given = user.get(cell["answer"], _ABSENT)
        if given is _ABSENT:
            _say(end=cell["id"], absent=True)
            continue
        try:
            cases = pickle.loads(base64.b64decode(source))  # the teacher's own
            if cell["check"] not in observers:
                raise ModuleNotFoundError(f"the sandbox finds no {cell['check']}")
            _say(end=cell["id"], observation=observers[cell["check"]].observe(given, cases))
        except Exception as problem:  # a check that keeps its promise never raises
            _say(end=cell["id"], trouble=_described(problem))


_ABSENT = object()
_BAD_CODE = (SyntaxError, IndentationError, TabError)  # whose text names a file that nobody has seen


def _described(problem):
    """An error as one line: its kind, its words, and the line of the cell."""
    if problem is None:
        return ""
    try:
        words = _str(problem.msg if _type(problem) in _BAD_CODE else problem)[:LONGEST]
    except BaseException:
        words = ""
    kind, line, trace = _type(problem).__name__[:60], getattr(problem, "lineno", None), problem.__traceback__
    while trace:
        if "ipython-input" in trace.tb_frame.f_code.co_filename or "ipykernel" in trace.tb_frame.f_code.co_filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{kind}{': ' if words else ''}{words}{f' (line {line} of your cell)' if line else ''}"


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
