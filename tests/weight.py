"""What a page of the built book weighs: its files, and its figures, packed by gzip."""

import functools
import gzip
import re
from pathlib import Path

FIGURE = r'<div class="isnine-figure">.*?</svg></div>|<style>\.isnine-play .*?</script>|<img[^>]* src="data:[^>]*>'


@functools.cache
def packed(file: Path) -> int:
    """Bytes of a file over the wire. Fonts and pictures but SVG are packed already."""
    content = file.read_bytes()
    return len(gzip.compress(content, 6)) if file.suffix in (".html", ".js", ".css", ".svg") else len(content)


def files_of(page: Path) -> list[Path]:
    """The scripts, style sheets and pictures that a page names, each once."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r'<(?:script|img)[^>]* src="(?!data:)([^"?#]+)', text)
    named += re.findall(r'<link[^>]* href="([^"?#]+)[^>]* rel="(?:stylesheet|icon)"', text)
    named += re.findall(r'<link[^>]* rel="(?:stylesheet|icon)"[^>]* href="([^"?#]+)', text)
    return sorted({(page.parent / name).resolve() for name in named})


def figures_on(page: Path) -> int:
    """Bytes of a page's drawings, pictures and figures to play with."""
    return len(gzip.compress("".join(re.findall(FIGURE, page.read_text(encoding="utf-8"), re.S)).encode(), 6))
