"""What was told and decided, in the order it came: an append-only log from which the state is folded.

Nothing here changes or removes an event. A correction is a further event; erasing the runner alone takes the log away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, insert, select

from kneewise.storage import tables

EventKind = Literal[
    "check_in",
    "intake",
    "intake_draft",
    "measure",
    "change",
    "plan",
    "availability",
    "goal",
    "strength_log",
    "gait_trial",
    "live_session",
    "self_test",
    "knee_trial",
    "knee_trial_withdrawn",
    "gait_clip",
    "gait_clip_withdrawn",
    "clinic_note",
    "examination",
    "proposal",
    "proposal_answer",
]

_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log.

    Attributes
    ----------
    id : str
        Made from runner, kind, instant and content: the same event read back from a backup is the same entry. Where the
        client gave a key of its own, from runner, kind and key: sent twice, it is one entry.
    kind : str
        One of ``EventKind``.
    recorded_at : datetime
        When it was told, aware, UTC.
    local_date : date
        The runner's calendar day that it is about.
    data : mapping
        Its content as JSON values.
    """

    id: str
    kind: EventKind
    recorded_at: datetime
    local_date: date
    data: Mapping[str, Any]


def new_event(
    runner_id: str, kind: EventKind, *, recorded_at: datetime, local_date: date, data: Mapping[str, Any]
) -> Event:
    """Return an event with its identifier; it is not stored yet."""
    if recorded_at.tzinfo is None:
        raise ValueError(f"naive datetime {recorded_at!r}: every instant needs an offset")
    instant = recorded_at.astimezone(UTC)
    content = json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False)
    text = "\n".join((runner_id, kind, instant.isoformat(), local_date.isoformat(), content))
    return Event(sha256(text.encode()).hexdigest()[:_ID_LENGTH], kind, instant, local_date, dict(data))


def keyed_event(
    runner_id: str, kind: EventKind, *, key: str, recorded_at: datetime, local_date: date, data: Mapping[str, Any]
) -> Event:
    """Return an event whose identifier comes from the sender's own key: sent again, it is the same entry.

    A phone without a connection keeps what was told and sends it later, perhaps twice.
    """
    event = new_event(runner_id, kind, recorded_at=recorded_at, local_date=local_date, data=data)
    return replace(event, id=keyed_id(runner_id, kind, key))


def keyed_id(runner_id: str, kind: EventKind, key: str) -> str:
    """Return the identifier of the event that a sender's key stands for."""
    return sha256("\n".join((runner_id, kind, "key", key)).encode()).hexdigest()[:_ID_LENGTH]


def append_event(connection: Connection, runner_id: str, event: Event) -> bool:
    """Append an event; return false, and leave the log as it is, where it holds this very event already."""
    table = tables.event
    if connection.execute(select(table.c.id).where(table.c.id == event.id)).scalar() is not None:
        return False
    row = {
        "id": event.id,
        "runner_id": runner_id,
        "kind": event.kind,
        "recorded_at": event.recorded_at,
        "local_date": event.local_date,
        "data": dict(event.data),
    }
    connection.execute(insert(table), row)
    return True


def read_events(connection: Connection, runner_id: str, *kinds: EventKind) -> list[Event]:
    """Return a runner's events in the order of telling, of some kinds or, where none is named, of all."""
    return [_event(row) for row in connection.execute(_of(runner_id, kinds)).mappings()]


def read_event(connection: Connection, runner_id: str, event_id: str) -> Event | None:
    """Return one event of a runner, or ``None``."""
    query = _of(runner_id, ()).where(tables.event.c.id == event_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else _event(row)


def read_event_field(connection: Connection, runner_id: str, kind: EventKind, field: str) -> list[str]:
    """Return one text of the content of every event of a kind, in the order of telling; nothing else is decoded."""
    table = tables.event
    query = select(table.c.data[field].as_string()).where(table.c.runner_id == runner_id, table.c.kind == kind)
    return list(connection.execute(query.order_by(table.c.recorded_at, table.c.id)).scalars())


def read_latest_event(connection: Connection, runner_id: str, kind: EventKind) -> Event | None:
    """Return the event of a kind that was told last, or ``None``."""
    table = tables.event
    query = _of(runner_id, [kind]).order_by(None).order_by(table.c.recorded_at.desc(), table.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else _event(row)


def _of(runner_id: str, kinds: Sequence[EventKind]) -> Select[Any]:
    table = tables.event
    query = select(table).where(table.c.runner_id == runner_id).order_by(table.c.recorded_at, table.c.id)
    return query.where(table.c.kind.in_(kinds)) if kinds else query


def _event(row: RowMapping) -> Event:
    return Event(row["id"], row["kind"], row["recorded_at"], row["local_date"], row["data"])
