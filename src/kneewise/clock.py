"""The only reader of the wall clock; computation takes ``now`` and ``today`` as arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stands_at: ContextVar[datetime | None] = ContextVar("stands_at", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _stands_at.get() or datetime.now(UTC)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let the clock stand at an instant, in this thread or task alone: a made story is lived day by day.

    Raises
    ------
    ValueError
        For a naive datetime.
    """
    if instant.tzinfo is None:
        raise ValueError(f"naive datetime {instant!r}: every instant needs an offset")
    token = _stands_at.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _stands_at.reset(token)
