"""Rows from one database into another, whatever the two are, with sums that tell whether everything arrived."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import JSON, Connection, Integer, LargeBinary, RowMapping, Table, insert, select

from kneewise.errors import StorageError
from kneewise.storage import engines, tables
from kneewise.storage.counting import row_counts

_ROWS: Final = 500
#: Of a table that holds streams, so that memory holds a few megabytes.
_HEAVY_ROWS: Final = 20
_MODULUS: Final = 1 << 256

#: Told how many of how many rows are copied, and of which table; an exception raised in it ends the copying.
RowWatch = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class TableSum:
    """What a table holds.

    Attributes
    ----------
    rows : int
    sha256 : str
        Sum of the SHA-256 of every row, as a number of 256 bits in hex: the same in any order.
    """

    rows: int
    sha256: str


def carry_rows(source: Connection, target: Connection, watch: RowWatch) -> dict[str, TableSum]:
    """Copy every row of every table into an empty database; return the sums of what was read."""
    total, done = sum(row_counts(source).values()), 0
    sums: dict[str, TableSum] = {}
    for table in tables.metadata.sorted_tables:
        adding = _Adding(table)
        with closing(_parts(source, table)) as parts:
            for rows in parts:
                adding.add(rows)
                target.execute(insert(table), [dict(row) for row in rows])
                done += len(rows)
                watch(done, total, table.name)
        sums[table.name] = adding.sum()
        _number_on(target, table)
    return sums


def table_sums(connection: Connection, watch: RowWatch) -> dict[str, TableSum]:
    """Return the sums of what a database holds."""
    total, done = sum(row_counts(connection).values()), 0
    sums: dict[str, TableSum] = {}
    for table in tables.metadata.sorted_tables:
        adding = _Adding(table)
        with closing(_parts(connection, table)) as parts:
            for rows in parts:
                adding.add(rows)
                done += len(rows)
                watch(done, total, table.name)
        sums[table.name] = adding.sum()
    return sums


def must_equal(before: Mapping[str, TableSum], after: Mapping[str, TableSum], where: object) -> None:
    """Compare the sums of two databases.

    Raises
    ------
    StorageError
        When a table differs.
    """
    for name, wanted in before.items():
        found = after[name]
        if found != wanted:
            raise StorageError(
                f"The table {name} did not arrive in {where} as it was ({wanted.rows} rows were sent, {found.rows} are "
                "there); nothing was kept there, and the record is as it was."
            )


class _Adding:
    def __init__(self, table: Table) -> None:
        self._of_json = [isinstance(column.type, JSON) for column in table.columns]
        self._rows, self._sum = 0, 0

    def add(self, rows: list[RowMapping]) -> None:
        for row in rows:
            told = zip(row.values(), self._of_json, strict=True)
            text = "\x1f".join(_plain(value, of_json) for value, of_json in told)
            self._sum += int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")
        self._rows += len(rows)

    def sum(self) -> TableSum:
        return TableSum(self._rows, f"{self._sum % _MODULUS:064x}")


def _plain(value: Any, of_json: bool) -> str:
    """Return a value in the same words from either database."""
    if of_json and value is not None:
        return json.dumps(value, sort_keys=True)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, float):
        return repr(value + 0.0)  # SQLite knows no minus zero
    return repr(value)


def _parts(connection: Connection, table: Table) -> Generator[list[RowMapping], None, None]:
    heavy = any(isinstance(column.type, LargeBinary) for column in table.columns)
    size = _HEAVY_ROWS if heavy else _ROWS
    with connection.execute(select(table).execution_options(yield_per=size)) as rows:
        for part in rows.mappings().partitions():
            yield list(part)


def _number_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that came with a number; SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name != engines.POSTGRESQL or column is None or not isinstance(column.type, Integer):
        return
    connection.exec_driver_sql(
        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - names of our own
        f'(SELECT coalesce(max("{column.name}"), 0) + 1 FROM "{table.name}"), false)'
    )
