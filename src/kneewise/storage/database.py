"""Opening the database: SQLite in WAL mode beside the originals, or PostgreSQL by URL; migrations run by themselves."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Hashable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from kneewise.errors import ImportRunningError
from kneewise.storage import engines
from kneewise.storage.kinds import Kind
from kneewise.storage.originals import Originals
from kneewise.storage.tables import HEAD
from kneewise.storage.trouble import storage_trouble
from kneewise.storage.withheld import watch, withhold

_UNDEFINED_TABLE = "42P01"


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
    withheld : frozenset of str
        Kinds of data that cannot be read from it; see :meth:`without`.
    """

    def __init__(self, data: Path, engine: Engine) -> None:
        self.data = data
        self.originals = Originals(data / "originals")
        self.engine = engine
        #: Whether the database is the file that the folder has of its own.
        self.lies_here = engines.lies_in(engine.url, data)
        #: Where the record lies, for a message: the folder, or the database elsewhere without its password.
        self.where: object = data if self.lies_here else engines.shown(engine.url)
        self._watching: tuple[int, Any] | None = None
        self._watch_lock = threading.Lock()
        self.withheld: frozenset[Kind] = frozenset()
        self._whole = self
        self._views: dict[frozenset[Kind], Record] = {self.withheld: self}
        self._shared = threading.local()

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        with self._watch_lock:
            self._stop_watching()
        self.engine.dispose()

    def without(self, kinds: Collection[Kind]) -> Record:
        """Return the same record as somebody sees it who may not read some kinds of data; it is closed with this one.

        What is withheld is not there for any query (`kneewise.storage.withheld`), so nothing that is worked out from
        it can tell of it. The same kinds give the same object, so that what is kept for a record is kept for it too.
        """
        wanted = frozenset(kinds)
        known = self._whole._views.get(wanted)
        if known is None:
            made = copy(self._whole)
            made.withheld = wanted
            made._shared = threading.local()
            known = self._whole._views.setdefault(wanted, made)
        return known

    def state(self) -> Hashable:
        """Return what changes with every stored change, whoever stores it.

        What was read from the record holds for as long as this stays the same. PostgreSQL tells it for the whole
        server: a change in another database of it looks like one in this.
        """
        if self._whole is not self:
            return self._whole.state()
        if self.engine.dialect.name == engines.POSTGRESQL:
            with self.reading() as reading:
                return str(reading.exec_driver_sql("SELECT pg_current_snapshot()").scalar_one())
        with self._watch_lock, storage_trouble("reading the record", self.data):
            # A database that was put back is another file under the same name.
            file = Path(self.engine.url.database or "").stat().st_ino
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
        shared: Connection | None = getattr(self._shared, "connection", None)
        if shared is not None:
            yield shared
            return
        with storage_trouble("reading the record", self.where), self.engine.connect() as connection:
            yield withhold(engines.reader(connection), self.withheld)

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """Let all that this thread reads meanwhile see the same state of the database, on one connection.

        What is read in many places then fits together, and a database elsewhere is asked far fewer times. What is
        written meanwhile is not seen.
        """
        with self.reading() as connection:
            outer = getattr(self._shared, "connection", None)
            self._shared.connection = connection
            try:
                yield
            finally:
                self._shared.connection = outer

    @contextmanager
    def writing(self, doing: str, *, beside: bool = False) -> Iterator[Connection]:
        """Give a connection whose changes are stored together or not at all.

        Writers come one after the other in either database: what one has read it may build upon, and no write is lost.

        Parameters
        ----------
        doing : str
            What is being stored, as a gerund, for the error message.
        beside : bool
            Do not wait for other writers where the database can do without (PostgreSQL): for a change that locks the
            rows it has read by itself.
        """
        with storage_trouble(doing, self.where), self.engine.connect() as connection:
            writer = withhold(engines.writer(connection, beside=beside), self.withheld)
            with writer.begin():
                yield writer

    @contextmanager
    def only_import(self) -> Iterator[None]:
        """Hold the lock of data folder and database, so that two imports never work in either at the same time.

        The operating system, and PostgreSQL, let go of it when the process ends, however it ends.

        Raises
        ------
        ImportRunningError
            When another process holds it.
        """
        with (self.data / "import.lock").open("a+b") as file:
            if not engines.lock_file(file.fileno()):
                raise _another_import(self.data)
            if self.engine.dialect.name == engines.POSTGRESQL:
                with engines.only_import(self.engine) as held:
                    if not held:
                        raise _another_import(self.where)
                    yield
            else:
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
    url = engines.default_url(data) if database is None else engines.parsed_url(database)
    engine = engines.make_engine(url)
    try:
        with storage_trouble("opening the database", data if database is None else engines.shown(url)):
            _ensure_schema(engine)
            if engines.lies_in(url, data) and os.name == "posix":
                (data / engines.DATABASE_NAME).chmod(0o600)
    except BaseException:
        engine.dispose()
        raise
    watch(engine)
    return Record(data, engine)


def _another_import(where: object) -> ImportRunningError:
    return ImportRunningError(
        f"Another import is running in {where}; wait until it has finished and run the command again."
    )


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
        missing = "no such table" in str(error.orig).lower()
        if missing or getattr(error.orig, "sqlstate", None) == _UNDEFINED_TABLE:
            return None
        raise
