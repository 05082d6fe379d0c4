"""Text for people: wrapped paragraphs, lists and headings, as wide as the terminal but never too wide to read."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable

_WIDEST = 96


def width() -> int:
    """Return how many characters a line may have."""
    return min(shutil.get_terminal_size().columns, _WIDEST)


def wrapped(text: str, *, indent: int = 0, hanging: int = 0) -> list[str]:
    """Return a paragraph as lines; ``hanging`` indents all lines but the first further."""
    first = " " * indent
    return textwrap.wrap(
        text,
        width(),
        initial_indent=first,
        subsequent_indent=first + " " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def bullets(items: Iterable[str], *, indent: int = 2, sign: str = "•") -> list[str]:
    """Return a list, one item after another."""
    return [line for item in items for line in wrapped(f"{sign} {item}", indent=indent, hanging=len(sign) + 1)]


def heading(text: str) -> list[str]:
    """Return a heading with an empty line before it and a rule under it."""
    return ["", text, "─" * len(text)]


def labelled(label: str, text: str, *, column: int) -> list[str]:
    """Return ``label   text`` with the text in its own column."""
    return wrapped(f"{label:<{column}}{text}", hanging=column)
