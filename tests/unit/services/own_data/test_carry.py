"""A record carried from one database into the other, and back: everything or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table
from tests.databases import Databases, require_postgresql
from tests.histories import contents, write_runs
from tests.unit.services.own_data.records import filled, plant

from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.importing import import_files
from kneewise.services.own_data.carry import carry_record
from kneewise.services.place import Place
from kneewise.services.profile import set_profile
from kneewise.storage import carrying, open_record
from kneewise.storage.carrying import TableSum, table_sums


@pytest.fixture
def elsewhere(databases: Databases) -> Iterator[str]:
    """An empty PostgreSQL."""
    require_postgresql()
    mark = databases.mark()
    yield databases.take()
    databases.give_back(mark)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two runners, runs, answers, and a row in every table."""
    made = filled(tmp_path / "data")
    set_profile(replace(made, runner_id="ben"), height_m=1.8)
    with open_record(made.data) as record:
        plant(record)
    return made


def sums(place: Place) -> dict[str, TableSum]:
    with open_record(place.data, place.database) as record, record.reading() as connection:
        return table_sums(connection, lambda *_: None)


def test_there_and_back_everything_is_as_it_was(place: Place, elsewhere: str, tmp_path: Path) -> None:
    before, held = sums(place), contents(place.data)
    assert all(each.rows for each in before.values())
    seen: list[int] = []
    there = carry_record(place, elsewhere, progress=lambda done, total, at: seen.append(total - done))
    assert there.tables == before == sums(replace(place, database=elsewhere)) == sums(place)
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == 0
    assert (there.originals, len(there.issues)) == (3, 1)  # the planted row has no file
    other = tmp_path / "other.sqlite"
    back = carry_record(replace(place, database=elsewhere), f"sqlite:///{other}")
    assert back.tables == before
    other.replace(place.data / "kneewise.sqlite")
    assert contents(place.data) == held


def test_the_other_database_goes_on_where_the_first_stopped(place: Place, elsewhere: str, tmp_path: Path) -> None:
    carry_record(place, elsewhere)
    there = replace(place, database=elsewhere, runner_id="me")
    again = import_files([tmp_path / "runs"], place=there)
    assert {file.status for file in again.files} == {"duplicate"}
    new = import_files([write_runs(tmp_path / "more", 3)], place=there)  # a number of its own for each new row
    assert [file.status for file in new.files] == ["duplicate", "duplicate", "imported"]


def test_a_target_that_holds_something_is_refused(place: Place, elsewhere: str) -> None:
    set_profile(replace(place, database=elsewhere, runner_id=None), height_m=1.8)
    before = sums(replace(place, database=elsewhere))
    with pytest.raises(InvalidInputError, match="holds a record already"):
        carry_record(place, elsewhere)
    assert sums(replace(place, database=elsewhere)) == before


def test_itself_and_what_is_no_database_are_refused(place: Place, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="already; name another"):
        carry_record(place, f"sqlite:///{place.data / 'kneewise.sqlite'}")
    with pytest.raises(InvalidInputError, match="SQLite or PostgreSQL"):
        carry_record(place, "mysql://host/name")
    with pytest.raises(StorageError, match="cannot be reached"):
        carry_record(place, f"postgresql://me:secret@/name?host={tmp_path}")


def test_ended_half_way_the_target_is_empty(place: Place, elsewhere: str, tmp_path: Path) -> None:
    def stop(done: int, total: int, at: str) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    before = sums(place)
    for target in (elsewhere, f"sqlite:///{tmp_path / 'new.sqlite'}"):
        with pytest.raises(KeyboardInterrupt):
            carry_record(place, target, progress=stop)
    assert not list(tmp_path.glob("new.sqlite*"))
    assert sums(place) == before
    assert {each.rows for each in sums(replace(place, database=elsewhere)).values()} == {0}
    carry_record(place, elsewhere)


def test_a_row_that_does_not_arrive_undoes_everything(
    place: Place, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = carrying._number_on

    def loses(connection: Connection, table: Table) -> None:
        plain(connection, table)
        if table.name == "event":
            connection.execute(table.update().values(data={"changed": True}))

    monkeypatch.setattr(carrying, "_number_on", loses)
    with pytest.raises(StorageError, match="event did not arrive"):
        carry_record(place, elsewhere)
    assert {each.rows for each in sums(replace(place, database=elsewhere)).values()} == {0}


def test_nobody_writes_to_the_source_meanwhile(place: Place, elsewhere: str) -> None:
    with open_record(place.data) as record, record.only_import(), pytest.raises(StorageError, match="Another import"):
        carry_record(place, elsewhere)
