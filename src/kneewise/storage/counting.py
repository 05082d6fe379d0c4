"""What the tables hold, of one runner or of all: rows, their number and their size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from kneewise.storage import engines, tables
from kneewise.storage.clinic_tables import SECRET, account

_ROWS = 500


def row_counts(connection: Connection, runner_id: str | None = None) -> dict[str, int]:
    """Return how many rows each table holds, of one runner or of all."""
    counts = {}
    for table in tables.metadata.sorted_tables:
        query = select(func.count()).select_from(table)
        chosen = query if runner_id is None else query.where(of_runner(table, runner_id))
        counts[table.name] = connection.execute(chosen).scalar_one()
    return counts


def of_runner(table: Table, runner_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of a table belongs to a runner."""
    if table.name == "runner":
        return table.c.id == runner_id
    if "runner_id" in table.c:
        return table.c.runner_id == runner_id
    if "account_id" in table.c:
        return table.c.account_id.in_(select(account.c.id).where(account.c.runner_id == runner_id))
    if "activity_id" in table.c:
        of = select(tables.activity.c.id).where(tables.activity.c.runner_id == runner_id)
        return table.c.activity_id.in_(of)
    if "job_id" in table.c:
        return table.c.job_id.in_(select(tables.job.c.id).where(tables.job.c.runner_id == runner_id))
    return table.c.sha256.in_(select(tables.file_result.c.sha256).where(tables.file_result.c.runner_id == runner_id))


def each_row(connection: Connection, table_name: str, runner_id: str) -> Iterator[dict[str, Any]]:
    """Yield every row of a table that belongs to a runner, in the order of its key; no secret comes out."""
    table = tables.metadata.tables[table_name]
    secrets = [column.name for column in table.columns if column.info.get(SECRET)]
    query = select(table).where(of_runner(table, runner_id)).order_by(*table.primary_key.columns)
    with connection.execute(query.execution_options(yield_per=_ROWS)) as rows:
        for row in rows.mappings():
            yield {**row, **dict.fromkeys(secrets)}


def count_events(connection: Connection, runner_id: str) -> dict[str, int]:
    """Return how many events of each kind a runner has."""
    table = tables.event
    query = select(table.c.kind, func.count()).where(table.c.runner_id == runner_id).group_by(table.c.kind)
    return {row[0]: row[1] for row in connection.execute(query)}


def stream_bytes(connection: Connection, runner_id: str) -> int:
    """Return the size of a runner's packed streams."""
    table = tables.stream
    query = select(func.sum(func.length(table.c.data))).where(of_runner(table, runner_id))
    return connection.execute(query).scalar() or 0


def database_bytes(connection: Connection) -> int | None:
    """Return the size of a PostgreSQL database; ``None`` for SQLite, whose files tell it."""
    if connection.dialect.name != engines.POSTGRESQL:
        return None
    return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
