"""Import: repeatable, isolated per file, honest about what it did not take."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from tests.histories import contents, run_bytes, tcx, write_runs

from kneewise import storage
from kneewise.domain import Activity, Recording
from kneewise.errors import StorageError
from kneewise.services import importing, workers
from kneewise.services.importing import import_files
from kneewise.services.listing import list_activities
from kneewise.services.outcomes import ImportReport
from kneewise.services.place import Place
from kneewise.storage import load_stream, open_record, read_files

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def _codes(report: ImportReport) -> list[tuple[str, list[str]]]:
    return [(file.status, [issue.code for issue in file.issues]) for file in report.files]


def test_a_folder_of_runs(place: Place, tmp_path: Path) -> None:
    report = import_files([write_runs(tmp_path / "runs", 3)], place=place)
    assert report.to_json()["totals"] | {"seconds": 0} == {
        "imported": 3,
        "duplicate": 0,
        "skipped": 0,
        "failed": 0,
        "seconds": 0,
    }
    assert [len(file.activity_ids) for file in report.files] == [1, 1, 1]
    with open_record(place.data) as record:
        assert len(list(record.originals)) == 3
        with record.reading() as connection:
            stream = load_stream(connection, report.files[0].activity_ids[0])
    assert stream is not None
    assert "latitude_deg" in stream.columns


def test_importing_again_changes_nothing(place: Place, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "runs", 3)
    (folder / "bad.fit").write_bytes(b"rubbish")
    first = import_files([folder], place=place)
    before = contents(place.data)
    second = import_files([folder], place=place)
    assert contents(place.data) == before
    assert [file.status for file in second.files] == ["duplicate"] * 3 + ["failed"]
    assert [file.activity_ids for file in second.files] == [file.activity_ids for file in first.files]


def test_equal_content_under_two_names_is_one_run(place: Place, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "runs", 1)
    (folder / "copy.fit").write_bytes((folder / "000.fit").read_bytes())
    (folder / "packed.fit.gz").write_bytes(gzip.compress((folder / "000.fit").read_bytes()))
    report = import_files([folder], place=place)
    assert [file.status for file in report.files] == ["imported", "duplicate", "duplicate"]
    assert len({file.activity_ids for file in report.files}) == 1


def test_the_same_run_from_another_program_counts_once(place: Place, tmp_path: Path) -> None:
    (tmp_path / "watch.fit").write_bytes(run_bytes(records=600))
    (tmp_path / "export.tcx").write_text(tcx())
    report = import_files([tmp_path / "watch.fit", tmp_path / "export.tcx"], place=place)
    assert [file.status for file in report.files] == ["imported", "duplicate"]
    assert report.files[1].activity_ids == report.files[0].activity_ids
    assert report.files[1].issues[-1].code == "same-run"
    assert len(list_activities(place).activities) == 1
    assert len(list_activities(place, duplicates=True).activities) == 2


def test_it_does_not_matter_in_which_order_files_come(tmp_path: Path) -> None:
    (tmp_path / "watch.fit").write_bytes(run_bytes(records=600))
    (tmp_path / "export.tcx").write_text(tcx())
    paths = [tmp_path / "watch.fit", tmp_path / "export.tcx"]
    counted = []
    for number, order in enumerate((paths, paths[::-1])):
        place = Place(tmp_path / f"data{number}")
        for path in order:
            import_files([path], place=place)
        counted.append([item.id for item in list_activities(place).activities])
    assert counted[0] == counted[1]


def test_each_file_has_its_own_trouble(place: Place, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "runs", 1)
    (folder / "empty.fit").write_bytes(b"")
    (folder / "photo.fit").write_bytes(PNG)
    (folder / "ride.fit").write_bytes(run_bytes(5, sport=2))
    (folder / "text.fit").write_text("good morning")
    report = import_files([folder], place=place)
    assert {Path(file.path).name: file.status for file in report.files} == {
        "000.fit": "imported",
        "empty.fit": "failed",
        "photo.fit": "skipped",
        "ride.fit": "imported",
        "text.fit": "failed",
    }
    for file in report.files:
        if file.status in {"failed", "skipped"}:
            (issue,) = file.issues
            assert issue.text.endswith(".")
            assert "Traceback" not in issue.text
    ride = next(item for item in list_activities(place).activities if item.activity.sport == "cycling")
    assert ride.knee_km is None
    assert [issue.code for issue in ride.issues if issue.code == "not-a-run"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(place: Place, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "runs", 2)
    (folder / "000.fit").chmod(0)
    report = import_files([folder], place=place)
    assert [file.status for file in report.files] == ["failed", "imported"]


def test_archives_names_that_leave_them_and_bombs(place: Place, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.fit", run_bytes(1))
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("activities/one.fit.gz", gzip.compress(run_bytes(0)))
        archive.writestr("nested.zip", inner.getvalue())
        archive.writestr("../../escape.fit", run_bytes(2))
    report = import_files([tmp_path / "export.zip"], place=place)
    assert Counter(file.status for file in report.files)["imported"] >= 2
    assert not (tmp_path.parent / "escape.fit").exists()
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.fit", bytes(400_000_000))
    bomb = import_files([tmp_path / "bomb.zip"], place=place)
    assert bomb.nothing_read
    assert bomb.files[0].issues


def test_titles_come_from_the_exports_table(place: Place, shared_data: Path) -> None:
    report = import_files([shared_data / "activities" / "strava-export"], place=place)
    assert ("skipped", ["export-table"]) in _codes(report)
    (run,) = list_activities(place).activities
    assert run.activity.title


@pytest.mark.parametrize("again", ["the whole export", "only the table"])
def test_titles_come_from_a_table_that_comes_later(place: Place, shared_data: Path, tmp_path: Path, again: str) -> None:
    export = shared_data / "activities" / "strava-export"
    import_files([export / "activities"], place=place)
    assert list_activities(place).activities[0].activity.title is None
    import_files([export if again == "the whole export" else export / "activities.csv"], place=place)
    other = Place(tmp_path / "other")
    import_files([export], place=other)
    (run,), (expected,) = list_activities(place).activities, list_activities(other).activities
    assert run.activity.title == expected.activity.title is not None


def test_titles_of_garmins_table_come_later_too(place: Place, tmp_path: Path) -> None:
    import_files([write_runs(tmp_path / "runs", 2)], place=place)
    start = list_activities(place).activities[1].activity.start
    rows = [{"summarizedActivitiesExport": [{"beginTimestamp": start.timestamp() * 1000, "name": "By the river"}]}]
    (tmp_path / "me_0_summarizedActivities.json").write_text(json.dumps(rows))
    import_files([tmp_path / "me_0_summarizedActivities.json"], place=place)
    assert [item.activity.title for item in list_activities(place).activities] == [None, "By the river"]


@pytest.mark.parametrize("year", ["0001", "1965", "2150", "9999"])
def test_a_year_that_no_clock_shows_is_told_and_stores_nothing(place: Place, tmp_path: Path, year: str) -> None:
    (tmp_path / "run.tcx").write_text(tcx().replace("2026-05-03T", f"{year}-12-31T"))
    report = import_files([tmp_path / "run.tcx"], place=place)
    assert report.nothing_read
    assert "correct the times" in report.files[0].issues[-1].text
    assert "run.tcx" in report.files[0].issues[-1].text
    assert list_activities(place).activities == []


def test_positions_and_originals_can_be_left_out(place: Place, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "runs", 1)
    report = import_files([folder], place=place, strip_positions=True)
    with open_record(place.data) as record, record.reading() as connection:
        stream = load_stream(connection, report.files[0].activity_ids[0])
        (file,) = read_files(connection, "me").values()
        assert list(record.originals) == []
    assert stream is not None
    assert not {"latitude_deg", "longitude_deg"} & set(stream.columns)
    assert file.options == {"strip_positions": True}
    assert import_files([folder], place=place).count("duplicate") == 1


def test_a_lost_original_is_put_back(place: Place, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "runs", 1)
    import_files([folder], place=place)
    with open_record(place.data) as record:
        (key,) = record.originals
        record.originals.path(key).unlink()
        import_files([folder], place=place)
        assert list(record.originals) == [key]


def test_a_reader_that_fails_badly_costs_one_file(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kneewise.activities

    clean = kneewise.activities.clean
    count = iter(range(100))

    def broken(recording: Recording, *, default_timezone: str | None) -> list[Activity]:
        if next(count) == 1:
            raise BaseException("panic")  # noqa: TRY002 - as native code does
        return clean(recording, default_timezone=default_timezone)

    monkeypatch.setattr(kneewise.activities, "clean", broken)
    report = import_files([write_runs(tmp_path / "runs", 3)], place=place)
    assert _codes(report)[1] == ("failed", ["internal-error"])
    assert [file.status for file in report.files] == ["imported", "failed", "imported"]


def test_two_processes_and_one_end_in_the_same_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_BATCH_FILES", 3)
    folder = write_runs(tmp_path / "runs", 10)
    (folder / "bad.fit").write_bytes(b"\x0e rubbish .FIT and more")
    reports = [import_files([folder], place=Place(tmp_path / str(count)), workers=count) for count in (1, 2)]
    assert contents(tmp_path / "1") == contents(tmp_path / "2")
    assert [file.to_json() for file in reports[0].files] == [file.to_json() for file in reports[1].files]


def test_an_interrupted_import_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_BATCH_FILES", 2)
    folder, place, whole = write_runs(tmp_path / "runs", 7), Place(tmp_path / "data"), Place(tmp_path / "whole")

    def stop(done: int, counts: Counter[str], at: str) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_files([folder], place=place, progress=stop, workers=1)
    assert 0 < len(list_activities(place).activities) < 7
    report = import_files([folder], place=place, workers=1)
    assert (report.count("imported"), report.count("duplicate")) == (1, 6)
    import_files([folder], place=whole, workers=1)
    assert contents(place.data) == contents(whole.data)


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_BATCH_FILES", 2)
    folder, place = write_runs(tmp_path / "runs", 6), Place(tmp_path / "data")
    store = storage.write_files
    count = iter(range(100))

    def full(*arguments: object) -> None:
        if next(count) == 1:
            raise OSError(28, "No space left on device")
        store(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "write_files", full)
    with pytest.raises(StorageError, match="disk is full"):
        import_files([folder], place=place, workers=1)
    assert len(list_activities(place).activities) == 2
    monkeypatch.setattr(importing, "write_files", store)
    assert import_files([folder], place=place, workers=1).count("imported") == 4


def test_a_second_import_has_to_wait(place: Place, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "runs", 1)
    with open_record(place.data) as record, record.only_import(), pytest.raises(StorageError, match="Another import"):
        import_files([folder], place=place)


def test_nothing_at_all(place: Place, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert import_files([tmp_path / "empty"], place=place).nothing_read
    missing = import_files([tmp_path / "missing"], place=place)
    assert missing.nothing_read
    assert "does not exist" in missing.files[0].issues[0].text


def test_progress_is_told_for_every_file(place: Place, tmp_path: Path) -> None:
    seen: list[tuple[int, str]] = []
    import_files(
        [write_runs(tmp_path / "runs", 3)],
        place=place,
        progress=lambda done, counts, at: seen.append((done, Path(at).name)),
    )
    assert seen == [(1, "000.fit"), (2, "001.fit"), (3, "002.fit")]


def test_a_record_of_several_runners_keeps_them_apart(tmp_path: Path) -> None:
    from kneewise.services.profile import set_profile

    folder = write_runs(tmp_path / "runs", 1)
    places = [Place(tmp_path / "data", None, name) for name in ("anna", "ben")]
    for place in places:
        set_profile(place, height_m=1.7)
        assert import_files([folder], place=place).count("imported") == 1
    ids = {list_activities(place).activities[0].id for place in places}
    assert len(ids) == 2


def test_the_window_of_batches_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from kneewise.domain import Runner
    from kneewise.services.processing import Options, Source

    drawn = 0

    def batches() -> object:
        nonlocal drawn
        for number in range(40):
            drawn += 1
            yield [Source(f"{number}.fit", str(number), b"rubbish")]

    done = workers.process_batches(batches(), Runner("me"), Options(), workers=2)  # type: ignore[arg-type]
    for finished, (_, outcomes) in enumerate(done):
        assert outcomes[0].status == "failed"
        assert drawn - finished <= 2 * workers._AHEAD + 1
    assert drawn == 40
