"""How to film, on one sheet of paper."""

from __future__ import annotations

from importlib.resources import files


def filming_guide_html() -> str:
    """Return the filming guide as one HTML page that needs nothing else: for the screen and for a sheet of A4."""
    return files("kneewise.report").joinpath("filming_guide.html").read_text(encoding="utf-8")
