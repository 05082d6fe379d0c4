"""Imports in the background: watched, cancelled, and without leftovers."""

from __future__ import annotations

import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.histories import run_bytes, write_runs

from kneewise.errors import InvalidInputError
from kneewise.services import import_tasks, workers
from kneewise.services.import_jobs import ImportJob, ImportJobs
from kneewise.services.job_worker import JobHand
from kneewise.services.listing import list_activities
from kneewise.services.own_data.folder import UPLOADS_NAME
from kneewise.services.place import Place
from kneewise.services.progress import Progress
from kneewise.services.run_pages import run_page

WAIT_S = 60

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


@pytest.fixture
def jobs(each_database: object, place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImportJobs]:
    monkeypatch.setattr(workers, "WORKERS", 1)
    monkeypatch.setattr(workers, "_BATCH_FILES", 2)
    made = ImportJobs(place)
    yield made
    made.close()


def over(jobs: ImportJobs, job: ImportJob) -> ImportJob:
    """Wait until a job is over and nothing of it lies about."""
    end = time.monotonic() + WAIT_S
    while (jobs.look(job.id).live or any(jobs.folder.iterdir())) and time.monotonic() < end:
        time.sleep(0.01)
    return jobs.look(job.id)


def upload(jobs: ImportJobs, content: bytes, name: str = "upload-1") -> Path:
    path = jobs.folder / name
    path.write_bytes(content)
    return path


def left(place: Place) -> list[Path]:
    return list((place.data / UPLOADS_NAME).iterdir())


def test_an_upload_is_imported_under_the_runners_name_and_removed(jobs: ImportJobs, place: Place) -> None:
    path = upload(jobs, run_bytes())
    job = over(jobs, jobs.begin([(path, "morning.fit")]))
    document = job.to_json()
    assert (job.state, job.text, document["usable"]) == ("done", "", True)
    assert [file["path"] for file in document["files"]] == ["morning.fit"]
    assert document["totals"]["imported"] == 1
    assert len(list_activities(place).activities) == 1
    assert not path.exists()
    assert left(place) == []


def test_a_zip_shows_the_place_inside_it_and_a_bad_file_its_reason(jobs: ImportJobs, tmp_path: Path) -> None:
    archive = jobs.folder / "upload-2.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("activities/1.fit", run_bytes(0))
        file.writestr("activities/2.fit", b"broken" * 100)
    job = over(jobs, jobs.begin([(archive, "export.zip")]))
    told = {file.path: file for file in job.files}
    assert set(told) == {"export.zip/activities/1.fit", "export.zip/activities/2.fit"}
    bad = told["export.zip/activities/2.fit"]
    assert bad.status == "failed"
    assert str(jobs.folder) not in bad.issues[0].text
    assert job.to_json(since=1)["files"] == [job.files[1].to_json()]


def test_the_first_run_is_there_before_the_last_and_a_cancelled_import_keeps_it(
    jobs: ImportJobs, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, go_on = threading.Event(), threading.Event()
    tell = JobHand.tell

    def slowly(self: JobHand, line: Mapping[str, Any]) -> None:
        tell(self, line)
        seen.set()
        go_on.wait(WAIT_S)

    monkeypatch.setattr(JobHand, "tell", slowly)
    folder = write_runs(tmp_path / "runs", 8, records=60)
    job = jobs.begin_paths([folder])
    assert seen.wait(WAIT_S)
    while not jobs.look(job.id).usable:
        time.sleep(0.01)
    assert jobs.look(job.id).state == "running"
    assert 1 <= len(list_activities(place).activities) < 8
    jobs.cancel(job.id)
    go_on.set()
    assert over(jobs, job).state == "cancelled"
    kept = len(list_activities(place).activities)
    assert 1 <= kept < 8
    assert len(list(folder.iterdir())) == 8
    again = over(jobs, jobs.begin_paths([folder]))
    assert again.state == "done"
    assert len(list_activities(place).activities) == 8


def test_the_first_runs_of_a_large_zip_are_listed_while_the_rest_of_it_is_read(
    jobs: ImportJobs, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, count = write_runs(tmp_path / "runs", 24, records=60), 24
    archive = jobs.folder / "upload-3.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.iterdir()):
            file.write(path, f"activities/{path.name}")
    stored, go_on = threading.Event(), threading.Event()
    tell = JobHand.tell

    def slowly(self: JobHand, line: Mapping[str, Any]) -> None:
        tell(self, line)
        stored.set()
        go_on.wait(WAIT_S)

    monkeypatch.setattr(JobHand, "tell", slowly)
    job = jobs.begin([(archive, "export.zip")])
    assert stored.wait(WAIT_S)
    while not jobs.look(job.id).usable:
        time.sleep(0.01)
    shown = run_page(place)
    assert jobs.look(job.id).live
    assert 1 <= shown.total < count
    assert all(item.knee_km is not None for item in shown.items)
    go_on.set()
    assert over(jobs, job).state == "done"
    assert run_page(place).total == count


def test_a_job_that_waits_can_be_cancelled_and_jobs_come_in_order(jobs: ImportJobs, tmp_path: Path) -> None:
    first = jobs.begin_paths([write_runs(tmp_path / "one", 3, records=60)])
    second = jobs.begin([(upload(jobs, run_bytes(9)), "late.fit")])
    jobs.cancel(second.id)
    assert [job.id for job in jobs.all()] == [first.id, second.id]
    assert (over(jobs, first).state, over(jobs, second).state) == ("done", "cancelled")
    assert jobs.look(second.id).files == ()
    assert jobs.cancel(first.id).state == "done"


def test_a_failure_is_told_and_the_next_job_works(
    jobs: ImportJobs, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("out of luck")

    with monkeypatch.context() as broken:
        broken.setattr(import_tasks, "import_files", breaks)
        job = over(jobs, jobs.begin([(upload(jobs, run_bytes()), "a.fit")]))
    assert job.state == "failed"
    assert "out of luck" in job.text
    assert over(jobs, jobs.begin([(upload(jobs, run_bytes()), "a.fit")])).state == "done"
    assert left(place) == []


def test_leftovers_go_at_the_start_unless_another_server_is_at_work(jobs: ImportJobs, place: Place) -> None:
    upload(jobs, b"half", "upload-lost")
    ImportJobs(place).close()
    assert len(left(place)) == 1
    jobs.close()
    ImportJobs(place).close()
    assert left(place) == []


def test_nothing_to_import_and_an_unknown_job_are_sentences(jobs: ImportJobs) -> None:
    with pytest.raises(InvalidInputError, match="No file came in"):
        jobs.begin([])
    with pytest.raises(InvalidInputError, match="No path"):
        jobs.begin_paths([])
    with pytest.raises(InvalidInputError, match="not known any more"):
        jobs.look("nope")


def test_progress_of_the_plain_import_is_as_before(place: Place, tmp_path: Path) -> None:
    from kneewise.services.importing import import_files

    told: list[str] = []
    progress: Progress = lambda done, counts, at: told.append(at)  # noqa: E731
    import_files([write_runs(tmp_path / "runs", 2, records=60)], place=place, progress=progress, workers=1)
    assert len(told) == 2
