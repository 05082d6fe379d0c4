"""The whole database at once: copied out, put back, emptied without a trace.

SQLite copies itself page by page while it is in use (its online backup); any other database is read, or written, in one
transaction, table by table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, select

from kneewise.errors import StorageError
from kneewise.storage import engines, tables
from kneewise.storage.carrying import carry_rows
from kneewise.storage.counting import of_runner
from kneewise.storage.database import Record, open_record
from kneewise.storage.tables import HEAD
from kneewise.storage.trouble import storage_trouble

#: Pages that are copied before anybody is told how far it is.
_PAGES = 2048

#: Told how many of how many parts are copied; an exception raised in it ends the copy, and nothing is changed.
Watch = Callable[[int, int], None]


def copy_database(record: Record, target: Path, watch: Watch) -> None:
    """Write the database as it is at this moment into a new SQLite file.

    Raises
    ------
    StorageError
        When the disk is full or the file cannot be written.
    """
    if record.engine.dialect.name != engines.SQLITE:
        _copy_rows_out(record, target, watch)
        return
    doing = "copying the database"
    with _plain_errors(doing, target), _raw(record.engine) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=_PAGES, progress=lambda _, rest, total: watch(total - rest, total))
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def replace_database(record: Record, source: Path, watch: Watch) -> None:
    """Put the content of a SQLite file of the current schema in the place of what the record holds, or change nothing.

    Raises
    ------
    StorageError
        When the disk is full, the database is locked, or the file is of another schema.
    """
    _must_be_current(source)
    if record.engine.dialect.name != engines.SQLITE:
        _copy_rows_in(record, source, watch)
        return
    doing = "putting the database back"
    with _plain_errors(doing, record.data), _raw(record.engine) as target, closing(sqlite3.connect(source)) as copy:
        copy.backup(target, pages=_PAGES, progress=lambda _, rest, total: watch(total - rest, total))


@dataclass(frozen=True, slots=True)
class CopiedDatabase:
    """What a copy of a database holds: rows of each table, runners, and the revision of its tables."""

    counts: Mapping[str, int]
    runners: tuple[str, ...]
    revision: str


def describe_copy(path: Path) -> CopiedDatabase:
    """Look into a SQLite file that no program is using.

    Raises
    ------
    StorageError
        When it is no database, no record of Kneewise, or damaged.
    """
    try:
        with closing(sqlite3.connect(path)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            orphan = copy.execute("PRAGMA foreign_key_check").fetchone()
            revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            names = [table.name for table in tables.metadata.sorted_tables if table.name in there]
            counts = {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
            runners = tuple(name for (name,) in copy.execute("SELECT id FROM runner ORDER BY id"))
    except sqlite3.Error as error:
        raise StorageError(f"The database in it is damaged ({error}); use another backup.") from error
    if not sound or orphan is not None or revision is None:
        raise StorageError("The database in it is damaged; use another backup.")
    return CopiedDatabase(counts, runners, revision[0])


def upgrade_copy(path: Path) -> None:
    """Bring a SQLite file that no program is using to the newest revision, in place.

    Raises
    ------
    StorageError
        When a newer Kneewise wrote it.
    """
    with open_record(path.parent, f"sqlite:///{path}"):
        pass
    with _plain_errors("upgrading the copy", path), closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


def empty_database(record: Record, runner_id: str | None = None) -> None:
    """Delete everything, or all of one runner, so that the file holds no trace of it.

    In SQLite deleted pages are overwritten, the file is written anew and its log is cut to nothing. In PostgreSQL every
    table is written anew; the server's own log of changes, its statistics and its backups are its administrator's.

    Raises
    ------
    StorageError
        When another program is using the record; what is deleted stays deleted, and running it again ends the job.
    """
    sqlite = record.engine.dialect.name == engines.SQLITE
    with record.writing("erasing") as connection:
        if sqlite:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        for table in reversed(tables.metadata.sorted_tables):
            query = delete(table)
            if runner_id is not None:
                query = query.where(~_of_others(runner_id) if table is tables.original else of_runner(table, runner_id))
            connection.execute(query)
    if sqlite:
        _scrub(record)
    else:
        _write_anew(record)


def needed_originals(record: Record) -> set[str]:
    """Return the SHA-256 of every original that a runner of the record still needs."""
    with record.reading() as connection:
        found = set(connection.execute(select(tables.file_result.c.sha256)).scalars())
        typed = select(tables.activity.c.sha256).where(tables.activity.c.sha256.is_not(None))
        return found | {each for each in connection.execute(typed).scalars() if each is not None}


def _of_others(runner_id: str) -> ColumnElement[bool]:
    table = tables.file_result
    return tables.original.c.sha256.in_(select(table.c.sha256).where(table.c.runner_id != runner_id))


def used_by_others(path: Path) -> bool:
    """Whether another program keeps a SQLite file open; ours must be closed."""
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            return bool(connection.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",))
    except sqlite3.OperationalError:
        return True


def _scrub(record: Record) -> None:
    """Write the file anew without the deleted, and cut the log."""
    with _plain_errors("erasing", record.data), _raw(record.engine) as connection:
        connection.execute("VACUUM")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StorageError(
            f"Everything is deleted, but another Kneewise is using {record.data}, so traces are left in its log; "
            "end it and erase once more."
        )


def _write_anew(record: Record) -> None:
    """Write every table of PostgreSQL into a new file, without the deleted."""
    with storage_trouble("erasing", record.where), record.engine.connect() as connection:
        single = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in tables.metadata.sorted_tables:
            single.exec_driver_sql(f'VACUUM (FULL) "{table.name}"')


@contextmanager
def _raw(engine: Engine) -> Iterator[sqlite3.Connection]:
    """Give SQLite's own connection, for what has no words in SQL."""
    pooled = engine.raw_connection()
    try:
        inner: Any = pooled.driver_connection
        yield inner
    finally:
        pooled.close()


@contextmanager
def _plain_errors(doing: str, place: Path) -> Iterator[None]:
    """Turn what SQLite's own connection raises into one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error).lower()
        if "locked" in text or "busy" in text:
            raise StorageError(
                f"Another Kneewise is using {place}; end it or wait until it has finished, and run the command again."
            ) from error
        if "full" in text or "disk i/o" in text:
            raise StorageError(
                f"The disk is full: {doing} in {place} stopped; everything stored before is intact. "
                "Free some space and run the same command again."
            ) from error
        raise StorageError(f"The database failed while {doing} in {place} ({error}); nothing was changed.") from error


def _must_be_current(path: Path) -> None:
    with _plain_errors("reading the copy", path), closing(sqlite3.connect(path)) as copy:
        row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    if row != (HEAD,):
        raise StorageError(f"The database in {path.name} is of another version of Kneewise; upgrade it first.")


def _copy_rows_out(record: Record, target: Path, watch: Watch) -> None:
    """Copy table by table; the reading transaction sees one state of them all."""
    with (
        open_record(target.parent, f"sqlite:///{target}") as copy,
        record.reading() as source,
        copy.writing("copying the database") as connection,
    ):
        carry_rows(source, connection, lambda done, total, _: watch(done, total))


def _copy_rows_in(record: Record, source: Path, watch: Watch) -> None:
    with (
        open_record(source.parent, f"sqlite:///{source}") as copy,
        copy.reading() as connection,
        record.writing("putting the database back") as target,
    ):
        for table in reversed(tables.metadata.sorted_tables):
            target.execute(delete(table))
        carry_rows(connection, target, lambda done, total, _: watch(done, total))
