"""Grading for Jupyter courses: fast, because nothing is imported twice. It knows nothing about the course that it grades."""

__all__ = ["grade"]


def __getattr__(name):
    if name != "grade":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .grading import grade  # when it is asked for, since the sandbox imports this package too

    return grade
