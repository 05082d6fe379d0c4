"""How far a long job is."""

from __future__ import annotations

from collections import Counter
from typing import Protocol


class Progress(Protocol):
    """Told after every file how far an import or a recomputation is."""

    def __call__(self, done: int, counts: Counter[str], at: str) -> None:
        """Take the number of files done, how many of each status, and the file just done."""
