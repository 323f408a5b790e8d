"""What a live-coding notebook needs to run while lines of it are still to be typed.

Such a notebook is made from a chapter (``isnine live``). In about one line of code in five it holds ``...`` where the chapter computes
something, with a number and with the names that the line is made from::

    z = ...  # line 3: from points, weights, bias

Whoever teaches types the line in front of the class. Nothing stops when a line is not typed: the cell takes the chapter's line, and
says so. The chapter's lines stand in the folded first cell of the notebook.
"""

import re

__all__ = ["fill", "lines"]

_kept = {}  # the chapter's lines by number
GAP = re.compile(r"^(\s*).*?\.\.\.  # line (\d+): .*$")


def fill(code: list[str], kept: dict[int, str]) -> tuple[list[str], list[int]]:
    """Put the chapter's lines where nothing was typed.

    Parameters
    ----------
    code : list of str
        Lines of a cell, with their ends.
    kept : dict of int to str
        The chapter's lines by number, without indentation.

    Returns
    -------
    list of str
        The cell's lines, complete.
    list of int
        The numbers of the lines that were put in.
    """
    filled, used = [], []
    for line in code:
        gap = GAP.match(line.rstrip("\n"))
        if gap and int(gap[2]) in kept:
            used.append(int(gap[2]))
            line = gap[1] + kept[used[-1]] + "\n" * line.endswith("\n")
        filled.append(line)
    return filled, used


def lines(text: str) -> None:
    """From now on, each cell of this notebook takes the chapter's line where none was typed.

    Parameters
    ----------
    text : str
        One line each: its number, a space, the code.

    Raises
    ------
    RuntimeError
        Outside of a notebook, where there are no cells.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise RuntimeError("live.lines belongs into a notebook: it completes the cells that run after it.")
    numbered = (line.strip().split(" ", 1) for line in text.strip().splitlines())
    _kept.clear()
    _kept.update((int(number), code.strip()) for number, code in numbered)
    if _complete not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_complete)
        shell.events.register("pre_run_cell", _tell)
    print(f"{len(_kept)} lines are left to type.")


def _complete(code):
    return fill(code, _kept)[0]


def _tell(cell):
    for number in fill(cell.raw_cell.splitlines(), _kept)[1]:
        print(f"Line {number}, from the chapter: {_kept[number]}")
