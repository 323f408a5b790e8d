"""What both sides of the sandbox's border know: its places, and the plain data that crosses it.

That is JSON, with NumPy arrays of numbers as base 64. What comes back is built from these types alone.
"""

import base64
import json
import re
from typing import Any

import numpy as np

__all__ = ["DATA", "FILES", "HOME", "LONGEST", "pack", "unpack"]

HOME = "/home/learner"
FILES = "/course"  # where the box has the files of the assignments
DATA = "/data"  # and what submissions may read besides
LONGEST = 3000  # letters of an error, and of a message
ARRAY = "__array__"
NUMBERS = re.compile(r"[<>|=]?[biuf]\d{1,2}")  # kinds of numbers, as NumPy writes them
MOST_PARTS = 1_000_000  # a line with more of them would fill the memory


def pack(value: Any) -> bytes:
    """One line of JSON.

    Raises
    ------
    TypeError, ValueError
        For anything but dicts with text keys, lists, tuples, text, numbers, booleans, None, and arrays of numbers.
    """
    return json.dumps(value, default=_array, ensure_ascii=True).encode() + b"\n"


def unpack(line: bytes) -> Any:
    """What :func:`pack` packed; tuples come back as lists.

    Raises
    ------
    ValueError
        When the line is not such a line, whoever wrote it.
    """
    if sum(map(line.count, (b",", b"[", b"{"))) > MOST_PARTS:
        raise ValueError("not plain data: it has too many parts")
    try:
        return json.loads(line, object_hook=_from_parts)
    except (ArithmeticError, LookupError, ValueError, TypeError, RecursionError) as problem:
        raise ValueError(f"not plain data: {problem}") from problem


def _array(value):
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        numbers = np.ascontiguousarray(value)
        return {ARRAY: [value.dtype.str, list(value.shape), base64.b64encode(numbers.tobytes()).decode()]}
    if isinstance(value, (np.bool_, np.integer, np.floating)):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not plain data")


def _from_parts(parts):
    if parts.keys() != {ARRAY}:
        return parts
    kind, shape, numbers = parts[ARRAY]
    if not NUMBERS.fullmatch(kind):
        raise ValueError("an array of something else than numbers")
    return np.frombuffer(base64.b64decode(numbers, validate=True), np.dtype(kind)).reshape(shape).copy()
