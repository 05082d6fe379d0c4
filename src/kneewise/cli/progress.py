"""One line on standard error that says how far a long job is; only on a terminal."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kneewise.cli.frame import on_terminal

if TYPE_CHECKING:
    from kneewise.services.progress import Progress

_INTERVAL_S = 0.1


@contextmanager
def line(title: str) -> Iterator[Progress | None]:
    """Give a progress callback, or ``None`` where nobody watches; the line is wiped at the end."""
    if not on_terminal():
        yield None
        return
    shown = 0.0

    def show(done: int, counts: Counter[str], at: str) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown < _INTERVAL_S:
            return
        shown = now
        trouble = f", {counts['failed']} failed" if counts["failed"] else ""
        text = f"{title}: {done} files{trouble}  {at[-40:]}"
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()


@contextmanager
def percent(title: str) -> Iterator[Callable[[float], None] | None]:
    """Give a callback for the share that is done, or ``None`` where nobody watches; the line is wiped at the end."""
    if not on_terminal():
        yield None
        return
    shown = 0.0

    def show(share: float) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown >= _INTERVAL_S:
            shown = now
            sys.stderr.write(f"\r\x1b[2K{title}: {share:.0%}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
