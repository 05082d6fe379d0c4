"""Opening a record: folder, permissions, migrations, locks, and trouble in one sentence."""

from __future__ import annotations

import re
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from tests.clinical import NOW

from kneewise.domain import Runner
from kneewise.errors import InvalidInputError, StorageError
from kneewise.storage import (
    EventKind,
    Record,
    append_event,
    new_event,
    open_record,
    read_events,
    read_runner,
    read_runner_ids,
    tables,
    write_runner,
)

both = pytest.mark.usefixtures("each_database")


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


@both
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


@both
def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    with open_record(tmp_path) as record, record.writing("testing") as connection:
        row = {"sha256": "a", "size_bytes": 1, "format": "fit", "stored_at": datetime(2026, 1, 1)}  # noqa: DTZ001
        with pytest.raises(Exception, match="naive"):
            connection.execute(insert(tables.original), row)


@both
def test_only_one_import_at_a_time(tmp_path: Path) -> None:
    with open_record(tmp_path) as record, record.only_import():  # noqa: SIM117 - the second must fail inside the first
        with pytest.raises(StorageError, match="Another import"), record.only_import():
            raise AssertionError
    with open_record(tmp_path) as record, record.only_import():
        pass


@both
def test_a_runner_comes_back(tmp_path: Path) -> None:
    runner = Runner("me", 1988, "f", 1.7, 62.0, "Europe/Berlin")
    with open_record(tmp_path) as record:
        for version in (Runner("me"), runner):
            with record.writing("testing") as connection:
                write_runner(connection, version)
        with record.reading() as connection:
            assert read_runner(connection, "me") == runner
            assert read_runner(connection, "you") is None


@both
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


@both
def test_a_reader_sees_one_state_and_changes_nothing(tmp_path: Path) -> None:
    with open_record(tmp_path) as record, record.reading() as reading:
        assert read_runner_ids(reading) == []
        with record.writing("testing") as connection:
            write_runner(connection, Runner("me"))
        assert read_runner_ids(reading) == []
        with record.reading() as later:
            assert read_runner_ids(later) == ["me"]


@both
def test_no_write_is_lost(tmp_path: Path) -> None:
    """Ten at once read a number and store the next one: whoever builds on what it read is not overtaken."""
    with open_record(tmp_path) as record:
        with record.writing("testing") as connection:
            write_runner(connection, Runner("me", birth_year=1900))

        def count(_: int) -> None:
            with record.writing("counting") as connection:
                runner = read_runner(connection, "me")
                assert runner is not None
                write_runner(connection, replace(runner, birth_year=(runner.birth_year or 0) + 1))

        with ThreadPoolExecutor(10) as pool:
            list(pool.map(count, range(50)))
        with record.reading() as connection:
            found = read_runner(connection, "me")
    assert found is not None
    assert found.birth_year == 1950


@both
def test_the_same_told_by_many_at_once_stands_once(tmp_path: Path) -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    told = new_event("me", "check_in", recorded_at=noon, local_date=noon.date(), data={"during": 2.0})
    with open_record(tmp_path) as record:
        with record.writing("testing") as connection:
            write_runner(connection, Runner("me"))

        def tell(_: int) -> bool:
            with record.writing("telling") as connection:
                return append_event(connection, "me", told)

        with ThreadPoolExecutor(10) as pool:
            assert sum(pool.map(tell, range(20))) == 1
        with record.reading() as connection:
            assert read_events(connection, "me") == [told]


@both
def test_the_state_changes_with_every_stored_change_and_with_nothing_else(tmp_path: Path) -> None:
    with open_record(tmp_path) as record, open_record(tmp_path) as other:
        before = record.state()
        with record.reading() as connection:
            read_runner_ids(connection)
        assert record.state() == before
        with other.writing("testing") as connection:
            write_runner(connection, Runner("me"))
        after = record.state()
        assert after != before
        assert record.state() == after


@both
def test_letters_have_the_order_of_their_codes(tmp_path: Path) -> None:
    names = ["a-b", "ab", "B", "a", "Z", "ä", "1"]
    with open_record(tmp_path) as record:
        with record.writing("testing") as connection:
            for name in names:
                write_runner(connection, Runner(name))
        with record.reading() as connection:
            assert read_runner_ids(connection) == sorted(names)


def test_every_kind_of_event_has_room() -> None:
    room = str(CreateTable(tables.event).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    found = re.search(r"kind VARCHAR\((\d+)\)", room)
    assert found is not None
    assert max(map(len, get_args(EventKind))) <= int(found[1])


def test_a_server_that_is_away_is_a_sentence_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StorageError, match="cannot be reached") as raised:
        open_record(tmp_path / "data", f"postgresql://me:geheim@/name?host={tmp_path}")
    assert "geheim" not in str(raised.value)
    assert "me:***@" in str(raised.value)


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="SQLite or PostgreSQL"):
        open_record(tmp_path, "mysql://host/name")


@both
def test_what_is_read_in_many_places_can_see_one_state(tmp_path: Path) -> None:
    def seen(record: Record) -> int:
        with record.reading() as connection:
            return len(read_events(connection, "me"))

    def tell(record: Record) -> None:
        with record.writing("telling") as connection:
            append_event(connection, "me", new_event("me", "check_in", recorded_at=NOW, local_date=NOW.date(), data={}))

    with open_record(tmp_path / "data") as record:
        with record.writing("making it") as connection:
            write_runner(connection, Runner(id="me"))
        with record.one_state(), record.one_state():
            assert seen(record) == 0
            with ThreadPoolExecutor(1) as other:
                other.submit(tell, record).result()
                assert other.submit(seen, record).result() == 1
            assert seen(record) == 0
            assert seen(record.without({"runs"})) == 1
        assert seen(record) == 1
