"""Telling something twice and storing it once: a key that the sender gives each telling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kneewise.errors import InvalidInputError
from kneewise.storage import Event, EventKind, append_event, keyed_event, new_event, read_event

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KEY = re.compile(r"[A-Za-z0-9._:-]{8,64}")


def check_key(key: str | None) -> None:
    """Refuse a key that cannot name one telling.

    Raises
    ------
    InvalidInputError
        Unless it has 8 to 64 letters, digits, dots, colons, dashes and underscores.
    """
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidInputError(
            f"'{key[:20]}' is no key of an entry; send 8 to 64 letters, digits or dashes, new for every entry."
        )


def told_instant(told_at: datetime | None, now: datetime) -> datetime:
    """Return when something was told: what the sender's clock says, never later than now.

    Raises
    ------
    InvalidInputError
        When it has no offset.
    """
    if told_at is None:
        return now
    if told_at.tzinfo is None:
        raise InvalidInputError(f"{told_at.isoformat()} has no offset; send the time of telling with its zone.")
    return min(told_at, now)


def append_told(
    connection: Connection,
    runner_id: str,
    kind: EventKind,
    *,
    key: str | None,
    recorded_at: datetime,
    local_date: date,
    data: Mapping[str, Any],
) -> tuple[Event, bool]:
    """Append what was told, or find what was told under this key before.

    Returns
    -------
    event : Event
        As it is stored.
    new : bool
        Whether this call stored it.
    """
    if key is None:
        event = new_event(runner_id, kind, recorded_at=recorded_at, local_date=local_date, data=data)
    else:
        event = keyed_event(runner_id, kind, key=key, recorded_at=recorded_at, local_date=local_date, data=data)
    new = append_event(connection, runner_id, event)
    return (event if new else read_event(connection, runner_id, event.id) or event), new
