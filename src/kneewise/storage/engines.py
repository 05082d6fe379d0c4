"""What differs between the two databases, so that everything above it is the same: engines, transactions, locks.

SQLite knows one writer at a time and gives a reader one state. PostgreSQL is brought to the same: a reader sees one
snapshot (``REPEATABLE READ``), and a writer first takes a lock of the whole database (an advisory lock that ends with
its transaction), so that what it has read cannot change under its hands and no write is lost.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from kneewise.errors import InvalidInputError, StorageError

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
DATABASE_NAME: Final = "kneewise.sqlite"

_PATIENCE_MS: Final = 30_000
#: Any numbers will do, as long as every Kneewise uses the same.
_WRITER_LOCK: Final = 7_305_534
_IMPORT_LOCK: Final = 7_305_535
#: Connections that are kept, and how many more there may be: each of the web server's threads takes one or two.
_POOL: Final = 8
_MORE: Final = 72
_OPTION: Final = "kneewise_writes"
_ALONE: Final = "alone"
_BESIDE: Final = "beside"


def default_url(data: Path) -> URL:
    """Return the database of a data folder for which none is named."""
    return URL.create(SQLITE, database=str(data / DATABASE_NAME))


def parsed_url(database: str) -> URL:
    """Return a database URL, of the driver that we use.

    Raises
    ------
    InvalidInputError
        When it is none.
    """
    try:
        url = make_url(database)
    except ArgumentError as error:
        raise InvalidInputError(
            f"'{database}' is no database URL; write it like postgresql://user@host/name."
        ) from error
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def shown(url: URL) -> str:
    """Return a database URL as it may be shown: without its password and the name of the driver."""
    return url.set(drivername=url.drivername.partition("+")[0]).render_as_string(hide_password=True)


def lies_in(url: URL, data: Path) -> bool:
    """Whether a database is the file that a data folder has of its own."""
    return url == URL.create(SQLITE, database=str(data / DATABASE_NAME))


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite database, or ``None`` for PostgreSQL."""
    return Path(url.database or "").resolve() if url.get_backend_name() == SQLITE else None


def make_engine(url: URL) -> Engine:
    """Return an engine whose connections behave as this package expects.

    Raises
    ------
    InvalidInputError
        When Kneewise does not work with such a database.
    StorageError
        When its driver is not installed.
    """
    if url.get_backend_name() not in {SQLITE, POSTGRESQL}:
        raise InvalidInputError(
            f"Kneewise keeps its record in SQLite or PostgreSQL, not in '{url.drivername}'; write the URL like "
            "postgresql://user@host/name."
        )
    try:
        if url.get_backend_name() == SQLITE:
            engine = create_engine(url, max_overflow=_MORE, pool_size=_POOL)
            event.listen(engine, "connect", _prepare_sqlite)
        else:
            # A server that was started anew meanwhile must not cost anybody a request.
            engine = create_engine(
                url, max_overflow=_MORE, pool_size=_POOL, pool_pre_ping=True, isolation_level="READ COMMITTED"
            )
            event.listen(engine, "connect", _prepare_postgresql)
    except (NoSuchModuleError, ImportError) as error:
        raise StorageError(
            f"No driver for the database '{url.drivername}' is installed; for PostgreSQL install kneewise[postgres]."
        ) from error
    event.listen(engine, "begin", _begin)
    return engine


def reader(connection: Connection) -> Connection:
    """Return a connection that sees one state of the database."""
    if connection.dialect.name == POSTGRESQL:
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def writer(connection: Connection, *, beside: bool = False) -> Connection:
    """Return a connection whose transactions write, after one another or, where that is possible, beside others."""
    return connection.execution_options(**{_OPTION: _BESIDE if beside else _ALONE})


@contextmanager
def only_import(engine: Engine) -> Iterator[bool]:
    """Hold PostgreSQL's lock for imports, or give false where another session holds it."""
    with engine.connect() as connection:
        single = connection.execution_options(isolation_level="AUTOCOMMIT")
        single.detach()  # the lock belongs to the session and must end with it
        held = bool(single.exec_driver_sql(f"SELECT pg_try_advisory_lock({_IMPORT_LOCK})").scalar_one())
        try:
            yield held
        finally:
            # The server ends a closed session only after a while; a broken one has no lock to give back.
            if held:
                with suppress(SQLAlchemyError):
                    single.exec_driver_sql(f"SELECT pg_advisory_unlock({_IMPORT_LOCK})")


def lock_file(handle: int, *, shared: bool = False, wait: bool = False) -> bool:
    """Lock an open file for as long as it is open; return false where another process holds it.

    Parameters
    ----------
    shared : bool
        Whether others may hold it in the same way. Windows knows no such lock: nothing changes there.
    wait : bool
        Wait for who holds it; ten seconds at most on Windows.
    """
    try:
        if os.name == "nt":  # pragma: no cover
            import msvcrt

            if not shared:
                mode = msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK  # type: ignore[attr-defined,unused-ignore]
                msvcrt.locking(handle, mode, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, begins transactions
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _prepare_postgresql(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {_PATIENCE_MS}")
    cursor.close()
    connection.commit()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_OPTION)
    if connection.dialect.name == SQLITE:
        # A writer takes its lock at once: a reader that becomes a writer half way would fail instead of waiting.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes == _ALONE:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
