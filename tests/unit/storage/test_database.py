"""Opening a record: folder, permissions, migrations, locks, and trouble in one sentence."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, text

from kneewise.domain import Runner
from kneewise.errors import InvalidInputError, StorageError
from kneewise.storage import Record, open_record, read_runner, read_runner_ids, tables, write_runner
from kneewise.storage.upgrading import configuration


def test_a_migrated_database_equals_the_tables(tmp_path: Path) -> None:
    with open_record(tmp_path / "data") as record, record.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_the_newest_revision_is_the_one_that_opening_looks_for() -> None:
    assert ScriptDirectory.from_config(configuration()).get_current_head() == tables.HEAD


def test_opening_a_current_database_imports_no_alembic(tmp_path: Path) -> None:
    open_record(tmp_path).close()
    code = (
        "import sys, pathlib; from kneewise.storage import open_record; "
        "open_record(pathlib.Path(sys.argv[1])).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0


def test_folder_and_database_are_the_owners(tmp_path: Path) -> None:
    open_record(tmp_path / "data").close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "kneewise.sqlite").stat().st_mode) == 0o600


def test_sqlite_writes_ahead_and_keeps_references(tmp_path: Path) -> None:
    with open_record(tmp_path) as record, record.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    open_record(tmp_path).close()
    with sqlite3.connect(tmp_path / "kneewise.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StorageError, match="newer Kneewise"):
        open_record(tmp_path)


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "kneewise.sqlite").write_bytes(b"not a database, certainly not" * 100)
    with pytest.raises(StorageError, match="damaged"):
        open_record(tmp_path)


@pytest.mark.parametrize("url", ["nonsense", "mysterysql://host/name"])
def test_a_wrong_url_is_a_sentence(tmp_path: Path, url: str) -> None:
    with pytest.raises((InvalidInputError, StorageError)):
        open_record(tmp_path, url)


def test_another_sqlite_by_url(tmp_path: Path) -> None:
    with open_record(tmp_path / "data", f"sqlite:///{tmp_path / 'other.sqlite'}") as record:
        with record.writing("testing") as connection:
            write_runner(connection, Runner(id="me"))
        assert (tmp_path / "other.sqlite").exists()
        assert not (tmp_path / "data" / "kneewise.sqlite").exists()


def test_writing_stores_all_or_nothing(tmp_path: Path) -> None:
    def fail(record: Record) -> None:
        with record.writing("testing") as connection:
            write_runner(connection, Runner(id="me"))
            raise ZeroDivisionError

    with open_record(tmp_path) as record:
        with pytest.raises(ZeroDivisionError):
            fail(record)
        with record.reading() as connection:
            assert read_runner_ids(connection) == []


def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    with open_record(tmp_path) as record, record.writing("testing") as connection:
        row = {"sha256": "a", "size_bytes": 1, "format": "fit", "stored_at": datetime(2026, 1, 1)}  # noqa: DTZ001
        with pytest.raises(Exception, match="naive"):
            connection.execute(insert(tables.original), row)


def test_only_one_import_at_a_time(tmp_path: Path) -> None:
    with open_record(tmp_path) as record, record.only_import():  # noqa: SIM117 - the second must fail inside the first
        with pytest.raises(StorageError, match="Another import"), record.only_import():
            raise AssertionError
    with open_record(tmp_path) as record, record.only_import():
        pass


def test_a_runner_comes_back(tmp_path: Path) -> None:
    runner = Runner("me", 1988, "f", 1.7, 62.0, "Europe/Berlin")
    with open_record(tmp_path) as record:
        for version in (Runner("me"), runner):
            with record.writing("testing") as connection:
                write_runner(connection, version)
        with record.reading() as connection:
            assert read_runner(connection, "me") == runner
            assert read_runner(connection, "you") is None


def test_instants_are_stored_in_utc(tmp_path: Path) -> None:
    with open_record(tmp_path) as record:
        moment = datetime.fromisoformat("2026-03-29T03:30:00+02:00")
        with record.writing("testing") as connection:
            row = {"sha256": "a", "size_bytes": 1, "format": "fit", "stored_at": moment}
            connection.execute(insert(tables.original), row)
        with record.reading() as connection:
            stored = connection.execute(tables.original.select()).mappings().one()["stored_at"]
    assert stored == moment
    assert stored.tzinfo is UTC
