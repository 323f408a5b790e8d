"""Files that are there as a whole, or as they were before."""

import contextlib
import os
import secrets
from pathlib import Path

__all__ = ["put"]


def put(path: Path, data: bytes) -> None:
    """Write a file in one step, and make its folder.

    Raises
    ------
    OSError
        When it can't be written; what was there before is unchanged.
    """
    part = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
