"""One line on standard error that says how far a long job is; only on a terminal."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kneewise.cli.frame import on_terminal

if TYPE_CHECKING:
    from kneewise.services.progress import Progress, Steps

_INTERVAL_S = 0.1


@contextmanager
def line(title: str) -> Iterator[Progress | None]:
    """Give a progress callback, or ``None`` where nobody watches; the line is wiped at the end."""

    def words(done: int, counts: Counter[str], at: str) -> str:
        trouble = f", {counts['failed']} failed" if counts["failed"] else ""
        return f"{title}: {done} files{trouble}  {at[-40:]}"

    with _written(words) as show:
        yield show


@contextmanager
def steps(title: str) -> Iterator[Steps | None]:
    """Give a callback for steps of a known number, or ``None`` where nobody watches; the line is wiped at the end."""
    with _written(lambda done, total, at: f"{title}: {done} of {total}  {at[-40:]}") as show:
        yield show


@contextmanager
def percent(title: str) -> Iterator[Callable[[float], None] | None]:
    """Give a callback for the share that is done, or ``None`` where nobody watches; the line is wiped at the end."""
    with _ended_like_interrupted(), _written(lambda share: f"{title}: {share:.0%}") as show:
        yield show


@contextmanager
def _ended_like_interrupted() -> Iterator[None]:
    """Let the end of the process by another program (SIGTERM) clean up as Ctrl-C does, while a long job works."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _written(words: Callable[..., str]) -> Iterator[Callable[..., None] | None]:
    """Give a callback that writes what ``words`` makes of its arguments, not more often than an eye can follow."""
    if not on_terminal():
        yield None
        return
    shown = 0.0

    def show(*so_far: object) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown < _INTERVAL_S:
            return
        shown = now
        sys.stderr.write(f"\r\x1b[2K{words(*so_far)}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
