"""``gradebox grade``: a folder of submissions in, points and feedback out."""

import argparse
import contextlib
import os
import re
import sys
from pathlib import Path

from . import outputs
from .batch import Batch, OutError
from .box import BoxError, Limits
from .course import CourseError
from .feedback import clean

__all__ = ["main"]


def main(arguments=None) -> int:
    """The command. Exit code 0: all graded; 1: some could not be; 2: nothing could be done; 130: interrupted."""
    parser = argparse.ArgumentParser(prog="gradebox", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    grade = commands.add_parser(
        "grade", help="grade what a class handed in", description="Grade what a class handed in."
    )
    grade.add_argument(
        "submitted", type=Path, help="folder, zip file or notebook: nbgrader's layout, or as Canvas or Moodle export it"
    )
    grade.add_argument(
        "--source", type=Path, required=True, help="the folder with the solutions: SOURCE/ASSIGNMENT/NOTEBOOK.ipynb"
    )
    grade.add_argument("--out", type=Path, required=True, help="where reports, tables and feedback go")
    grade.add_argument(
        "--workers", type=int, default=0, metavar="N", help="how many at a time (default: one for each core)"
    )
    grade.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="grade on the Dask cluster with this scheduler"
    )
    grade.add_argument("--regrade", default="", metavar="QUESTION", help="grade this question again, for everybody")
    grade.add_argument(
        "--data", action="append", default=[], metavar="PATH", help="a file or folder that submissions may read"
    )
    grade.add_argument("--seed", type=int, help="for the hidden cases (default: one drawn at the first run, and kept)")
    grade.add_argument(
        "--memory", type=int, default=Limits.memory, metavar="MB", help="for each submission (default: %(default)s)"
    )
    grade.add_argument(
        "--gradebook", default="", metavar="URL", help="nbgrader's database to write to, such as sqlite:///gradebook.db"
    )
    grade.add_argument(
        "--book",
        type=_address,
        default="",
        metavar="ADDRESS",
        help="where the book stands on the web: feedback pages then link to its sections",
    )
    grade.add_argument("--trusted", action="store_true", help="do without the sandbox: only for your own work")
    grade.set_defaults(do=_grade)
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # processes are forked, and a GPU must not have been touched before
    try:
        return options.do(options)
    except (BoxError, CourseError, OutError, outputs.OutputError) as problem:
        print(f"gradebox: {problem}", file=sys.stderr)
        return 2


def _address(text):
    """An address that a page may link to, from wherever a learner opens it."""
    if text and not re.fullmatch(r"https?://[^\s?#]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address that begins with https:// or http://")
    return re.sub(r"/[^/]+\.html$", "", text)  # of a page of the book, its folder


def _grade(options):
    with Batch(
        options.submitted,
        options.source,
        options.out,
        workers=options.workers,
        scheduler=options.scheduler,
        seed=options.seed,
        data=options.data,
        trusted=options.trusted,
        only=options.regrade,
        limits=Limits(memory=options.memory),
    ) as batch:
        _list_unplaced(batch.found.unplaced, batch.out)
        due, interrupted, faults = batch.todo(), False, []
        placed, unplaced = batch.found.submissions, batch.found.unplaced
        print(f"{_count(placed, 'submission')}, {len(due)} to grade; {_count(unplaced, 'file')} not placed")
        try:
            with _progress(len(due)) as told:
                faults = batch.run(told, due)
        except KeyboardInterrupt:
            interrupted = True
        reports = list(batch.reports())
        outputs.write(reports, batch.course, batch.out, options.gradebook, options.book)
        left = len(batch.todo()) if not options.regrade else 0
    for fault in faults:
        print(f"gradebox: {fault}", file=sys.stderr)
    print(f"{_count(reports, 'report')} in {options.out}" + (f"; {left} left: run again to go on" if left else ""))
    return 130 if interrupted else 1 if faults or left else 0


def _count(things, name):
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


@contextlib.contextmanager
def _progress(total):
    """A bar with the time that is left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total, last="")
        yield lambda report: bar.update(
            task, advance=1, last=f"{clean(report.student)[:20]} {report.points:g}/{report.max_points:g}"
        )


def _list_unplaced(unplaced, out):
    outputs.table(
        out / "unplaced.csv", [["file", "reason"], *([item.path, item.reason] for item in unplaced)], for_people=True
    )


if __name__ == "__main__":
    sys.exit(main())
