"""A real PostgreSQL beside SQLite: one server for a test process, and databases of the newest schema to take from it.

A record in SQLite gets the tables that the migrations made once, instead of running them each time (`made_at_once`).
The server is that of the machine's package (`initdb` and `postgres`), in a temporary folder, on a Unix socket alone,
and without flushing to the disk. A database that a test gives back is emptied and taken again; one is made by copying a
template that was migrated once.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from kneewise.storage import engines, open_record, tables, upgrading

KINDS = (engines.SQLITE, engines.POSTGRESQL)
_USER = "kneewise"
_TEMPLATE = "kneewise_template"
_PATIENCE_S = 120
#: What the program brings its databases to the newest schema with.
migrate = upgrading.upgrade
_QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
}


@lru_cache(maxsize=1)
def programs() -> Path | None:
    """Folder of the server's programs, or ``None`` where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def require_postgresql() -> None:
    """Skip where there is no server or no driver."""
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed (extra 'postgres')")
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian's package postgresql)")


class Server:
    """One PostgreSQL in a temporary folder."""

    def __init__(self, bin_folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kneewise-pg-", dir="/tmp"))  # a socket's path is short
        self._account = _account(self.folder)
        data = self.folder / "data"
        command = [str(bin_folder / "initdb"), "-D", str(data), "-U", _USER, "-A", "trust", "--no-sync", "-E", "UTF8"]
        # An order of letters that differs from that of bytes, as most servers have it.
        command += ["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._account)
        settings = [part for name, value in _QUICK.items() for part in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [str(bin_folder / "postgres"), "-D", str(data), "-k", str(self.folder), *settings],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._account,
        )
        self._wait()

    def url(self, name: str) -> str:
        return f"postgresql://{_USER}@/{name}?host={self.folder}"

    def execute(self, name: str, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements, each by itself; return the rows of the last."""
        import psycopg

        rows: list[tuple[Any, ...]] = []
        with psycopg.connect(host=str(self.folder), user=_USER, dbname=name, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description is not None else []
        return rows

    def stop(self) -> None:
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(_PATIENCE_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        import psycopg

        end = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self.execute("postgres", "SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return


def _account(folder: Path) -> dict[str, Any]:
    """Return who runs the server: it refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class Databases:
    """Empty databases of the newest schema, made when the first test asks for one."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._free: list[str] = []
        self._taken: list[str] = []

    @property
    def server(self) -> Server:
        if self._server is None:
            require_postgresql()
            folder = programs()
            assert folder is not None
            self._server = Server(folder)
            self._server.execute("postgres", f"CREATE DATABASE {_TEMPLATE}")
            with tempfile.TemporaryDirectory() as data:
                open_record(Path(data), self._server.url(_TEMPLATE)).close()
        return self._server

    def take(self) -> str:
        """Return the URL of an empty database of the newest schema."""
        name = self._free.pop() if self._free else self._new(_TEMPLATE)
        self._taken.append(name)
        return self.server.url(name)

    def bare(self) -> str:
        """Return the URL of a database without tables, which is nobody's afterwards."""
        return self.server.url(self._new("template1"))

    def mark(self) -> int:
        """Return a mark up to which `give_back` gives back."""
        return len(self._taken)

    def give_back(self, mark: int) -> None:
        """Empty what was taken since a mark, to be taken again; what a test has altered is left alone."""
        for name in self._taken[mark:]:
            if self._emptied(name):
                self._free.append(name)
        del self._taken[mark:]

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def _new(self, template: str) -> str:
        name = f"t{uuid4().hex}"
        self.server.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _emptied(self, name: str) -> bool:
        import psycopg

        deletes = [f'DELETE FROM "{table.name}"' for table in reversed(tables.metadata.sorted_tables)]
        version = "SELECT version_num FROM alembic_version"
        try:
            return self.server.execute(name, "SET lock_timeout = 5000", *deletes, version) == [(tables.HEAD,)]
        except psycopg.Error:
            return False


def made_at_once(engine: Engine, revision: str = "head") -> None:
    """Stand for `upgrade`: an empty SQLite database becomes at once what the migrations make of it."""
    if engine.dialect.name != engines.SQLITE or revision != "head" or not _made(engine):
        migrate(engine, revision)


def _made(engine: Engine) -> bool:
    """Make the tables of an empty database; tell whether it was empty."""
    with engine.connect() as connection:
        writer = engines.writer(connection)
        with writer.begin():
            if writer.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
                return False
            for statement in _migrated():
                writer.exec_driver_sql(statement)
            return True


@lru_cache(maxsize=1)
def _migrated() -> tuple[str, ...]:
    """Return the statements that make what the migrations leave of an empty SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.sqlite"
        engine = engines.make_engine(engines.parsed_url(f"sqlite:///{path}"))
        migrate(engine)
        engine.dispose()
        with closing(sqlite3.connect(path)) as made:
            return tuple(each for each in made.iterdump() if each not in ("BEGIN TRANSACTION;", "COMMIT;"))


def databases() -> Iterator[Databases]:
    """Give the databases of this process, and stop the server at the end."""
    made = Databases()
    yield made
    made.stop()
