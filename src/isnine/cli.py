"""The command ``isnine``: what people who read, write and serve the course type.

isnine doctor                                   tell whether this machine has what the course needs
isnine store [NOTEBOOK ...] [--run] [--check]   bring notebooks into their stored form
isnine exercises [--check]                      make exercises/ from solutions/
isnine slides [CHAPTER ...] [--out FOLDER]      make slides from the chapters of the built book
isnine live [CHAPTER ...] [--out FOLDER]        make notebooks for typing in front of a class from the chapters
isnine serve FOLDER [--port 8000]               show a built book in the browser
isnine offline                                  put the built book, notebooks and data into one zip
isnine progress [--save FILE] [--erase]         show, copy or forget which checks you have passed
"""

import argparse
import errno
import functools
import http.server
import shutil
import sys
from pathlib import Path

try:
    ROOT = Path.cwd()
except FileNotFoundError:  # it was deleted while a terminal was in it
    sys.exit("The current folder is no longer there. Change into the folder of the course.")


def main(arguments=None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="isnine", description='Tools for the course "Is It a Nine?".')
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    about = "tell whether this machine has what the course needs, and what to do about what is missing"
    command = commands.add_parser("doctor", help=about, description=f"{about}. Exit code 1: something is wrong.")
    command.set_defaults(do=doctor)
    command = commands.add_parser("store", help="bring notebooks into the form in which they are committed")
    command.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook of book/ and solutions/")
    command.add_argument("--run", action="store_true", help="run them first, so that their text outputs are fresh")
    command.add_argument("--check", action="store_true", help="change nothing; fail if one is not in its stored form")
    command.set_defaults(do=store)
    command = commands.add_parser("exercises", help="make exercises/ from solutions/")
    command.add_argument("--check", action="store_true", help="change nothing; fail if exercises/ is out of step")
    command.set_defaults(do=exercises)
    for view, about, make in (
        ("slides", "make slides from the chapters of the built book", slides),
        ("live", "make notebooks for typing in front of a class from the chapters", live),
    ):
        command = commands.add_parser(view, help=about)
        command.add_argument("chapters", nargs="*", metavar="CHAPTER", help="such as 02; default: all")
        command.add_argument(
            "--out", type=Path, default=ROOT / "book" / "_build" / view, help=f"default: book/_build/{view}"
        )
        command.set_defaults(do=make)
    command = commands.add_parser("serve", help="show a built book in the browser")
    command.add_argument("folder", type=Path)
    command.add_argument("--port", type=int, default=8000)
    command.set_defaults(do=serve)
    command = commands.add_parser("offline", help="put the built book, notebooks and data into one zip")
    command.set_defaults(do=offline)
    about = "show which checks you have passed in your notebooks; it is kept on this machine only"
    command = commands.add_parser("progress", help=about, description=f"{about}.")
    choice = command.add_mutually_exclusive_group()
    choice.add_argument("--save", type=Path, metavar="FILE", help="write a copy, which the book's start page can load")
    choice.add_argument("--erase", action="store_true", help="forget it, after asking")
    command.set_defaults(do=progress)
    options = parser.parse_args(arguments)
    return options.do(options) or 0


def doctor(options):
    """Look at this machine and print the table."""
    from .doctor import examine

    return examine()


def store(options):
    """Bring notebooks into their stored form."""
    from . import notebooks

    rooms = notebooks.all_notebooks(ROOT)
    stale = []
    for path in options.notebooks or rooms["book"] + rooms["solutions"]:
        notebook = notebooks.read(path)
        if options.run:
            print(f"running {path} ...", flush=True)
            notebook = notebooks.run(notebook, path.parent)
        new = notebooks.text(notebooks.stored_form(notebook))
        if new != path.read_text(encoding="utf-8"):
            stale.append(path)
            if not options.check:
                path.write_text(new, encoding="utf-8")
    return _report(stale, options.check, "is not in its stored form", "make store")


def exercises(options):
    """Make exercises/ from solutions/: the same folders and notebooks, without the solutions; what is not made so is removed."""
    from . import notebooks

    wanted = {}
    for path in notebooks.all_notebooks(ROOT)["solutions"]:
        target = ROOT / "exercises" / path.relative_to(ROOT / "solutions")
        wanted[target] = notebooks.text(notebooks.exercise_from(notebooks.read(path))).encode()
    present = {p for p in (ROOT / "exercises").rglob("*") if p.is_file() and ".ipynb_checkpoints" not in p.parts}
    stale = [
        path for path in sorted(wanted.keys() | present) if path not in present or wanted.get(path) != path.read_bytes()
    ]
    if not options.check:
        for path in stale:
            if path in wanted:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(wanted[path])
            else:
                path.unlink()
                if not any(path.parent.iterdir()):
                    shutil.rmtree(path.parent)
    return _report(stale, options.check, "is out of step with solutions/", "make exercises")


def _chapters(numbers):
    """The notebooks of the named chapters, or of all."""
    paths = sorted((ROOT / "book" / "chapters").glob("*.ipynb"))
    for number in numbers:
        if not any(path.stem.startswith(number) for path in paths):
            sys.exit(f"There is no chapter {number}. There are: {', '.join(path.stem for path in paths)}")
    return [path for path in paths if not numbers or path.stem.startswith(tuple(numbers))]


def slides(options):
    """Cut the pages of the built book into slides."""
    from . import notebooks, views

    book = ROOT / "book" / "_build" / "html"
    made = []
    for path in _chapters(options.chapters):
        try:
            page = (book / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8")
            made.append((f"{path.stem}.html", views.slides(page, notebooks.read(path))))
        except FileNotFoundError:
            sys.exit(f"There is no built page of {path.stem}. Build the book first: make book")
        except ValueError as problem:
            sys.exit(f"{path.stem}: {problem}. Build the book first: make book")
    _write(options.out, made)
    views.write_assets(book, options.out)


def live(options):
    """Make the live-coding notebooks."""
    from . import notebooks, views

    made = [(path.name, notebooks.text(views.live(notebooks.read(path)))) for path in _chapters(options.chapters)]
    _write(options.out, made)


def _write(folder, made):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made:
        path = folder / name
        path.write_text(text, encoding="utf-8")
        print(f"wrote {_shown(path)}")


def _shown(path):
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def _report(stale, checking, trouble, remedy):
    for path in map(_shown, stale):
        print(f"{path} {trouble}." if checking else f"wrote {path}")
    if stale and checking:
        print(f"To mend this: {remedy}")
        return 1
    if not stale:
        print("Nothing to change.")
    return 0


def progress(options):
    """Show, copy or erase the best points of each check."""
    from . import progress as kept

    path = kept.file()
    if path is None:
        sys.exit("Nothing is kept, because the environment variable ISNINE_PROGRESS is set to off.")
    try:
        if not path.exists():
            print(f"Nothing is kept yet. The points of checks in your notebooks will be kept in {path}")
        elif options.erase:
            answer = input(f"Forget which checks you have passed, and delete {path}? [y/N] ")
            if answer.strip().lower() not in ("y", "yes"):
                raise EOFError
            kept.erase(path)
            print("Erased.")
        elif options.save:
            kept.save(path, options.save)
            print(f'Saved to {options.save}. The start page of the book reads it: "Load from a file".')
        else:
            print(f"{kept.report(path)}\n\nKept in {path}")
    except EOFError:  # no, or nobody there to answer
        sys.exit("Nothing was erased.")
    except ValueError as problem:
        sys.exit(f"{problem}\nIt is left as it is. No points are kept until you mend it, move it away or erase it.")
    except OSError as problem:
        sys.exit(f"{problem.filename} cannot be read or written: {problem.strerror}")


def offline(options):
    """Write book/_build/is-it-a-nine.zip."""
    from . import offline

    target = ROOT / "book/_build/is-it-a-nine.zip"
    try:
        offline.write(ROOT, target)
    except FileNotFoundError as problem:
        sys.exit(str(problem))
    print(f"wrote {_shown(target)} ({target.stat().st_size / 1e6:.0f} MB)")


def serve(options):
    """Serve a folder on this machine only, until Ctrl-C."""
    if not (options.folder / "index.html").exists():
        sys.exit(f"There is no built book in {options.folder}. Build it first: make book")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=options.folder)
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), handler)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            sys.exit(
                f"Port {options.port} is busy: another program uses it. Take another one: make serve PORT={options.port + 1}"
            )
        if problem.errno == errno.EACCES:
            sys.exit(f"This user may not open port {options.port}. Take one above 1023: make serve PORT=8000")
        raise
    except OverflowError:
        sys.exit(f"{options.port} is not a port: take a number from 1024 to 65535, such as make serve PORT=8000")
    with server:
        print(f"The book is at http://localhost:{options.port} (stop with Ctrl-C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nStopped.")
