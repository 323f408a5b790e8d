"""Files that are there as a whole, or as they were before."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

__all__ = ["replacing"]


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, beside the one named, and move it into its place at the end: nobody ever reads half of it.

    Raises
    ------
    OSError
        When it can't be written; what was there before is unchanged.
    """
    handle = tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False)  # noqa: SIM115
    try:
        with handle:  # Windows moves no open file
            yield handle
        os.replace(handle.name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(handle.name)
        raise
