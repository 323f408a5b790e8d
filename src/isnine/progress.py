"""What a learner has reached, kept on this machine and nowhere else: the best points of each check, in one JSON file.

The pages of the book keep what is done there in the browser's storage (``book/assets/progress.js``), and save and load this
same form. Exercises and chapters have the name of the exercise's notebook, questions that of their check::

    {
      "isnine": 1,                                    the version of this form
      "checks": {"one-neuron": {"step-neuron": 4}},   the best points of each question
      "read": ["one-neuron"],                         chapters that the reader has marked as read
      "quiz": {"one-neuron": {"5d41402a": {"choice": 2, "found": true}}}
    }                                                 for each question of "Check yourself", by its key (see isnine.play.quiz):
                                                      the choice made last, from 0, and whether the right one was ever made

The file is ``progress.json`` in the user's data folder, or what the environment variable ISNINE_PROGRESS names; "off" keeps
nothing. Points are kept only in a notebook that a person has opened in an editor. Programs that run notebooks (nbgrader, nbval,
the build of the book) leave no trace, and nor do the notebooks of ``solutions/``.
"""

import contextlib
import importlib
import json
import os
import pkgutil
import re
import sys
from pathlib import Path, PurePath

from . import files

__all__ = ["erase", "file", "keep", "read", "report", "save"]

VERSION = 1


def file() -> Path | None:
    """Where progress is kept, or None when ISNINE_PROGRESS is "off"."""
    import platformdirs

    named = os.environ.get("ISNINE_PROGRESS")
    if named == "off":
        return None
    return Path(named).expanduser() if named else platformdirs.user_data_path("isnine") / "progress.json"


def read(path: Path) -> dict:
    """What a file holds, in the form above; "checks" is always there.

    Raises
    ------
    ValueError
        When the file holds something else, in words for the learner.
    OSError
        When it is there and cannot be read.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["isnine"] != VERSION:
            raise ValueError
        checks = kept.setdefault("checks", {})
        if not all(isinstance(points, (int, float)) for best in checks.values() for points in best.values()):
            raise ValueError
    except FileNotFoundError:
        return {"isnine": VERSION, "checks": {}}
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as problem:
        raise ValueError(
            f"{path} holds something that this version of the course cannot read as progress."
        ) from problem
    return kept


def keep(check, result) -> None:
    """Keep the points of a check of the course if they are the best so far. Prints nothing and never raises.

    Parameters
    ----------
    check : isnine.checks.core.FunctionCheck
    result : isnine.checks.core.Result
    """
    with contextlib.suppress(Exception):  # whatever goes wrong here, the learner gets the card
        path, notebook, (exercise, question) = file(), _notebook(), _name(check)
        if not (path and notebook and result.points) or PurePath(notebook).parts[-3:-2] == ("solutions",):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            kept = read(path)
            best = kept["checks"].setdefault(exercise, {})
            if result.points > best.get(question, 0):
                best[question] = result.points
                with files.replacing(path) as handle:
                    handle.write(f"{json.dumps(kept, indent=1)}\n".encode())


def save(path: Path, target: Path) -> None:
    """Write a copy of what is kept, for the start page of the book or for another machine."""
    read(path)  # a damaged file is told here, not after it was carried elsewhere
    with files.replacing(target) as handle:
        handle.write(path.read_bytes())


def erase(path: Path) -> None:
    """Forget everything that is kept."""
    with _alone(path):
        path.unlink()


def report(path: Path) -> str:
    """The table of all exercises: checks passed, and points."""
    kept, rows = read(path)["checks"], []
    for number, title, name, checks in _exercises():
        best = kept.get(name, {})
        points = {question: min(best.get(question, 0), most) for question, most in checks.items()}
        passed = sum(points[question] == most for question, most in checks.items())
        rows.append((f"{number} · {title}", passed, len(checks), sum(points.values()), sum(checks.values())))
    rows.append(("together", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    width = max(len(row[0]) for row in rows)
    lines = [f"{'exercise':{width}}  checks passed      points"]
    for title, passed, checks, points, most in rows:
        lines.append(f"{title:{width}}  {f'{passed} of {checks}':>13}  {f'{points:g} of {most:g}':>10}")
    return "\n".join(lines)


def _exercises():
    """(number, title, name, points to be had by question) of each exercise; number and title stand in its module's first words."""
    from . import checks
    from .checks.core import FunctionCheck

    found = []
    for module in pkgutil.iter_modules(checks.__path__):
        room = importlib.import_module(f"{checks.__name__}.{module.name}")
        questions = [value for value in vars(room).values() if isinstance(value, FunctionCheck)]
        if told := re.search(r'[Cc]hecks of exercise (\d+), "(.+?)"', room.__doc__ or ""):
            found.append((*told.groups(), _plain(module.name), {_name(check)[1]: check.points for check in questions}))
    return sorted(found)


def _name(check):
    """Names of the exercise and the question that a check belongs to: ("one-neuron", "step-neuron")."""
    room = sys.modules[check._cases.__module__]
    if room.__package__ != "isnine.checks":
        raise LookupError("not one of the course's checks")
    (question,) = [name for name, value in vars(room).items() if value is check]
    return _plain(room.__name__.rpartition(".")[2]), _plain(question)


def _plain(name):
    return name.replace("_", "-")


def _notebook() -> str | None:
    """The notebook that a person has opened: Jupyter's server names it in the environment, VS Code among the notebook's names."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell and (os.environ.get("JPY_SESSION_NAME") or shell.user_ns.get("__vsc_ipynb_file__"))


@contextlib.contextmanager
def _alone(path):
    """Wait until no other notebook changes the file; the system ends the lock if its process ends."""
    with open(path.with_name(f"{path.name}.lock"), "a") as lock:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
