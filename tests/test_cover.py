"""The cover in the repository is what the code draws from the handwriting today."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "book" / "extensions"))
import cover


def test_cover_is_in_step_with_the_code():
    assert cover.FILE.read_text(encoding="utf-8") == cover.draw(), "book/assets/cover.svg is out of step: make cover"
