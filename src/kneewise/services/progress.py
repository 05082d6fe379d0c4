"""How far a long job is."""

from __future__ import annotations

from collections import Counter
from typing import Protocol


class Progress(Protocol):
    """Told after every file how far an import or a recomputation is."""

    def __call__(self, done: int, counts: Counter[str], at: str) -> None:
        """Take the number of files done, how many of each status, and the file just done."""


class Steps(Protocol):
    """Told how far a job is whose length is known; an exception raised in it ends the job and undoes what it did."""

    def __call__(self, done: int, total: int, at: str) -> None:
        """Take the parts done, all of them, and the part just done."""


def no_steps(done: int, total: int, at: str) -> None:
    """Tell nobody."""
