"""Erased is erased: no row, no file, no trace in the bytes that are left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from tests.databases import Databases
from tests.histories import contents
from tests.unit.services.own_data.records import MARK, filled, found, plant

from kneewise import clock
from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.gait.folder import MEASURING_NAME
from kneewise.services.own_data.erase import erase
from kneewise.services.own_data.folder import UPLOADS_NAME
from kneewise.services.place import Place
from kneewise.storage import engines, open_record
from kneewise.storage.jobs import insert_job, new_job

pytestmark = pytest.mark.usefixtures("each_database")


def test_nothing_is_left(tmp_path: Path, database_kind: str) -> None:
    place = filled(tmp_path / "data")
    with open_record(place.data) as record:
        plant(record)
        assert found(place.data)
    erased = erase(place)
    assert erased.runners == ("me", MARK)
    assert (erased.counts["activity"], erased.originals) == (3, 3)
    assert left_of(place.data, database_kind) == []


def left_of(data: Path, kind: str) -> list[Path]:
    """Return what lies in a folder; beside a database elsewhere the lock of imports stays, which holds nothing."""
    if not data.exists():
        return []
    return [path for path in data.iterdir() if kind == engines.SQLITE or path.name != "import.lock"]


def test_no_trace_is_left_in_the_files_of_the_server(
    tmp_path: Path, database_kind: str, databases: Databases, each_database: Callable[[Path], URL]
) -> None:
    if database_kind == engines.SQLITE:
        pytest.skip("the files of SQLite lie in the data folder, where the other tests look")
    place = filled(tmp_path / "data")
    with open_record(place.data) as record:
        plant(record)
    name = each_database(place.data).database
    assert name is not None

    def traces() -> list[str]:
        server = databases.server
        ((number,),) = server.execute(
            name, "CHECKPOINT", "SELECT oid FROM pg_database WHERE datname = current_database()"
        )
        return found(server.folder / "data" / "base" / str(number))

    assert traces()
    erase(replace(place, runner_id=MARK))
    assert traces() == []
    assert contents(place.data)["activity"]


def test_a_record_that_is_kept_open_goes_on_empty_and_without_a_trace(tmp_path: Path) -> None:
    place = filled(tmp_path / "data")
    with open_record(place.data) as record:
        plant(record)
        erase(replace(place, record=record))
        assert found(place.data) == []
        assert contents(place.data)["activity"] == []
        assert not record.originals.folder.exists()
    filled(tmp_path / "data")  # and can be used again


def test_one_runner_among_several(tmp_path: Path) -> None:
    place = filled(tmp_path / "data")
    before = contents(place.data)
    with open_record(place.data) as record:
        plant(record)
    (place.data / "web-secret").unlink()  # of the program, not of one runner
    for folder in (MEASURING_NAME, UPLOADS_NAME):
        clip = place.data / folder / ("c" * 32) / "clip.mp4"
        clip.parent.mkdir(parents=True)
        clip.write_bytes(MARK.encode())
    with open_record(place.data) as record, record.writing("planting") as connection:
        for name in ("c" * 32, "../.."):
            insert_job(connection, new_job(MARK, "video", {"folder": name}, at=clock.now()))
    erased = erase(replace(place, runner_id=MARK))
    assert (erased.runners, erased.counts["activity"], erased.originals) == ((MARK,), 1, 1)
    assert found(place.data) == []
    assert contents(place.data) == before


def test_a_file_that_another_runner_imported_too_stays(tmp_path: Path) -> None:
    one = filled(tmp_path / "data")
    from kneewise.services.importing import import_files
    from kneewise.services.profile import set_profile

    other = replace(one, runner_id="other")
    set_profile(other, height_m=1.8)
    import_files([tmp_path / "runs" / "000.fit"], place=other)
    erase(replace(one, runner_id="me"))
    kept = contents(one.data)
    assert len(kept["originals"]) == len(kept["original"]) == len(kept["activity"]) == 1


def test_what_is_not_ours_is_left_and_named(tmp_path: Path, database_kind: str) -> None:
    place = filled(tmp_path / "data")
    (place.data / "letter.txt").write_text("dear me")
    assert erase(place).left == (place.data / "letter.txt",)
    assert left_of(place.data, database_kind) == [place.data / "letter.txt"]


def test_while_another_program_holds_it_an_empty_record_stays(tmp_path: Path) -> None:
    place = filled(tmp_path / "data")
    with open_record(place.data) as other, other.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()
        erase(place)
        assert contents(place.data)["event"] == []


def test_no_such_runner(tmp_path: Path) -> None:
    place = filled(tmp_path / "data")
    before = contents(place.data)
    with pytest.raises(InvalidInputError, match="no runner 'nobody'"):
        erase(replace(place, runner_id="nobody"))
    assert contents(place.data) == before


def test_not_while_an_import_runs(tmp_path: Path) -> None:
    place = filled(tmp_path / "data")
    with (
        open_record(place.data) as record,
        record.only_import(),
        pytest.raises(StorageError, match="import is running"),
    ):
        erase(place)
    assert contents(place.data)["activity"]


def test_an_empty_place(tmp_path: Path, database_kind: str) -> None:
    assert erase(Place(tmp_path / "data")).runners == ()
    assert left_of(tmp_path / "data", database_kind) == []
