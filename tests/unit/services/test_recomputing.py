"""Everything anew from the originals."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.histories import contents, write_runs

from kneewise.services import workers
from kneewise.services.importing import import_files
from kneewise.services.listing import list_activities
from kneewise.services.place import Place
from kneewise.services.recomputing import recompute, recompute_loads
from kneewise.storage import open_record, replace_loads

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "data")
    import_files([write_runs(tmp_path / "runs", 4)], place=place)
    return place


def test_it_ends_where_the_import_ended(place: Place) -> None:
    before = contents(place.data)
    result = recompute(place)
    assert (result.recomputed, list(result.files)) == (4, [])
    assert contents(place.data) == before


def test_it_repairs_what_was_computed_wrongly(place: Place) -> None:
    before = contents(place.data)
    first = list_activities(place).activities[0]
    with open_record(place.data) as record, record.writing("testing") as connection:
        replace_loads(connection, {first.id: {"nonsense": 1}})
    recompute(place)
    assert contents(place.data) == before


def test_a_missing_original_is_told_and_its_run_stays(place: Place) -> None:
    with open_record(place.data) as record:
        record.originals.path(next(iter(record.originals))).unlink()
    result = recompute(place)
    assert [file.issues[0].code for file in result.files] == ["original-missing"]
    assert result.to_json()["totals"]["failed"] == 1
    assert len(list_activities(place).activities) == 4


def test_a_stop_in_between_is_no_harm(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_BATCH_FILES", 1)
    before = contents(place.data)

    def stop(done: int, counts: Counter[str], at: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recompute(place, progress=stop, workers=1)
    assert contents(place.data) == before


def test_loads_alone_come_from_the_streams(place: Place) -> None:
    before = [item.knee_km for item in list_activities(place).activities]
    assert recompute_loads(place) == 4
    for old, new in zip(before, list_activities(place).activities, strict=True):
        assert old is not None
        assert new.knee_km is not None
        assert new.knee_km.value.value == pytest.approx(old.value.value, rel=1e-3)


def test_runs_without_originals_follow_from_their_streams(tmp_path: Path) -> None:
    place = Place(tmp_path / "stripped")
    import_files([write_runs(tmp_path / "some", 2)], place=place, strip_positions=True)
    result = recompute(place)
    assert (result.recomputed, list(result.files)) == (2, [])
    assert len(list_activities(place).activities) == 2
