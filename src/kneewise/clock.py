"""The only reader of the wall clock; computation takes ``now`` and ``today`` as arguments."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)
