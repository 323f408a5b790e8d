"""Grading for Jupyter courses: fast, because nothing is imported twice. It knows nothing about the course that it grades."""
