"""Runners and what was learned about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from kneewise.domain import Runner
from kneewise.storage import tables
from kneewise.storage.withheld import lacks_plain, reads_plain, seen


def read_runner(connection: Connection, runner_id: str) -> Runner | None:
    """Return a runner, or ``None`` when there is none of that name."""
    row = connection.execute(select(tables.runner).where(tables.runner.c.id == runner_id)).mappings().first()
    return None if row is None else Runner(**row)


def read_runner_ids(connection: Connection) -> list[str]:
    """Return the identifiers of all runners, sorted."""
    # Sorted here: each database has an order of its own for letters.
    return sorted(connection.execute(select(tables.runner.c.id)).scalars())


def write_runner(connection: Connection, runner: Runner) -> None:
    """Store a runner, new or changed."""
    row = {name: told for name, told in asdict(runner).items() if name in tables.runner.c}
    if read_runner(connection, runner.id) is None:
        connection.execute(insert(tables.runner), row)
    else:
        connection.execute(update(tables.runner).where(tables.runner.c.id == runner.id).values(row))


def append_reference(connection: Connection, runner_id: str, data: Mapping[str, Any], at: datetime) -> None:
    """Append a learned reference; earlier ones stay."""
    connection.execute(insert(tables.reference), {"runner_id": runner_id, "learned_at": at, "data": dict(data)})


def read_reference(connection: Connection, runner_id: str) -> dict[str, Any] | None:
    """Return the newest reference, or ``None`` before the first."""
    table = tables.reference
    query = select(table.c.data).where(table.c.runner_id == runner_id).order_by(table.c.id.desc()).limit(1)
    return seen(connection, connection.execute(reads_plain(query)).scalar())


def runners_without_plain(connection: Connection) -> list[str]:
    """Return the runners whose trials set their loads before the numbers without a trial were kept beside these.

    What was learned last tells it: it is written once all loads are.
    """
    table = tables.reference
    last = select(func.max(table.c.id)).group_by(table.c.runner_id)
    rows = connection.execute(select(table.c.runner_id, table.c.data).where(table.c.id.in_(last)))
    return sorted(runner_id for runner_id, data in rows if lacks_plain(data))
