"""Opening the database: SQLite in WAL mode beside the originals, or PostgreSQL by URL; migrations run by themselves."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from kneewise.errors import InvalidInputError, StorageError
from kneewise.storage.originals import Originals
from kneewise.storage.tables import HEAD
from kneewise.storage.trouble import storage_trouble

_DATABASE_NAME = "kneewise.sqlite"
_BUSY_TIMEOUT_MS = 30_000


class Record:
    """A runner's record: one database and, beside it, the folder of originals.

    Attributes
    ----------
    data : Path
        Data folder, readable by its owner only.
    originals : Originals
        Files as they came.
    engine : Engine
        For this package alone: everything else asks for a connection.
    """

    def __init__(self, data: Path, engine: Engine) -> None:
        self.data = data
        self.originals = Originals(data / "originals")
        self.engine = engine
        self._watching: tuple[int, Any] | None = None
        self._watch_lock = threading.Lock()

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        with self._watch_lock:
            self._stop_watching()
        self.engine.dispose()

    def state(self) -> tuple[int, int] | None:
        """Return what changes with every stored change, whoever stores it; ``None`` where the database cannot tell.

        What was read from the record holds for as long as this stays the same.
        """
        if self.engine.dialect.name != "sqlite" or not self.engine.url.database:
            return None
        with self._watch_lock, storage_trouble("reading the record", self.data):
            # A database that was put back is another file under the same name.
            file = Path(self.engine.url.database).stat().st_ino
            if self._watching is None or self._watching[0] != file:
                self._stop_watching()
                connection = self.engine.raw_connection()
                connection.detach()
                self._watching = file, connection
            cursor = self._watching[1].cursor()
            version = cursor.execute("PRAGMA data_version").fetchone()[0]
            cursor.close()
        return file, version

    def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching[1].close()
            self._watching = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database and changes nothing."""
        with storage_trouble("reading the record", self.data), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, doing: str) -> Iterator[Connection]:
        """Give a connection whose changes are stored together or not at all.

        Parameters
        ----------
        doing : str
            What is being stored, as a gerund, for the error message.
        """
        with storage_trouble(doing, self.data), self.engine.connect() as connection:
            writer = connection.execution_options(kneewise_writes=True)
            with writer.begin():
                yield writer

    @contextmanager
    def only_import(self) -> Iterator[None]:
        """Hold the data folder's lock, so that two imports never work in it at the same time.

        The operating system lets go of it when the process ends, however it ends.

        Raises
        ------
        StorageError
            When another process holds it.
        """
        with (self.data / "import.lock").open("a+b") as file:
            if not _lock(file.fileno()):
                raise StorageError(
                    f"Another import is running in {self.data}; wait until it has finished and run the command again."
                )
            yield


def open_record(data: Path, database: str | None = None) -> Record:
    """Open a record, making folder, database and tables where they are missing.

    Parameters
    ----------
    data : Path
        Data folder; made with mode 0700.
    database : str or None
        SQLAlchemy URL of a PostgreSQL (or other SQLite) database; ``None`` for ``kneewise.sqlite`` in ``data``.

    Raises
    ------
    StorageError
        When folder or database cannot be opened, or a newer Kneewise made them.
    InvalidInputError
        When ``database`` is no database URL.
    """
    with storage_trouble("opening the data folder", data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = URL.create("sqlite", database=str(data / _DATABASE_NAME)) if database is None else _url(database)
    engine = _engine(url)
    try:
        with storage_trouble("opening the database", data if database is None else url.render_as_string()):
            _ensure_schema(engine)
            if database is None and os.name == "posix":
                (data / _DATABASE_NAME).chmod(0o600)
    except BaseException:
        engine.dispose()
        raise
    return Record(data, engine)


def _url(database: str) -> URL:
    try:
        url = make_url(database)
    except ArgumentError as error:
        raise InvalidInputError(
            f"'{database}' is no database URL; write it like postgresql://user@host/name."
        ) from error
    if url.get_backend_name() == "postgresql" and url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL) -> Engine:
    try:
        engine = create_engine(url)
    except (NoSuchModuleError, ImportError) as error:
        raise StorageError(
            f"No driver for the database '{url.drivername}' is installed; for PostgreSQL install kneewise[postgres]."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, begins transactions
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: a reader that becomes a writer half way would fail instead of waiting.
    writes = connection.get_execution_options().get("kneewise_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _ensure_schema(engine: Engine) -> None:
    if _version(engine) != HEAD:
        # Alembic takes a tenth of a second to import; a current database must not pay for it.
        from kneewise.storage.upgrading import upgrade

        upgrade(engine)


def _version(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        message = str(error.orig).lower()
        if "no such table" in message or "does not exist" in message:
            return None
        raise


def _lock(handle: int) -> bool:
    try:
        if os.name == "nt":  # pragma: no cover
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
