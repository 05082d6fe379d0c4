"""What a lost server leaves behind: kill -9 in the middle of an import, and the next start ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from tests.histories import write_runs

from kneewise.services import job_worker
from kneewise.services.import_jobs import FOLDER, ImportJob, ImportJobs
from kneewise.services.listing import list_activities
from kneewise.services.place import Place
from kneewise.storage import open_record
from kneewise.storage.jobs import read_job, read_job_lines

FILES = 6
WAIT_S = 120

#: A server that stores batches of one file and stands still when it has told of two.
SERVER = """
import sys, time
from pathlib import Path
from kneewise.services import workers
from kneewise.services import job_worker
from kneewise.services.import_jobs import ImportJobs
from kneewise.services.job_worker import JobHand
from kneewise.services.place import Place

workers.WORKERS, workers._BATCH_FILES = 1, 1
tell = JobHand.tell

def slowly(hand, line):
    tell(hand, line)
    while len(hand.told) >= 2:
        time.sleep(0.1)

JobHand.tell = slowly
data, database, folder = sys.argv[1:]
jobs = ImportJobs(Place(Path(data), database))
files = []
for path in sorted(Path(folder).iterdir()):
    files.append((path, path.name))
print(jobs.begin(files).id, flush=True)
time.sleep(600)
"""


@pytest.fixture
def place(each_database: Callable[[Path], URL], tmp_path: Path) -> Place:
    return Place(tmp_path / "data", each_database(tmp_path / "data").render_as_string(hide_password=False))


def killed(place: Place, tmp_path: Path) -> str:
    """Begin an import in another process, kill that in the middle of it, and return the job."""
    folder = write_runs(tmp_path / "runs", FILES, records=60)
    command = [sys.executable, "-c", SERVER, str(place.data), place.database or "", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        job_id = server.stdout.readline().strip()
        until = time.monotonic() + WAIT_S
        with open_record(place.data, place.database) as record:
            while time.monotonic() < until:
                with record.reading() as connection:
                    told = read_job_lines(connection, job_id)
                if len(told) >= 2:
                    break
                time.sleep(0.02)
        os.kill(server.pid, signal.SIGKILL)
    return job_id


def over(jobs: ImportJobs, job_id: str) -> ImportJob:
    until = time.monotonic() + WAIT_S
    while jobs.look(job_id).live and time.monotonic() < until:
        time.sleep(0.02)
    return jobs.look(job_id)


def test_an_import_whose_server_was_killed_ends_exactly_once(place: Place, tmp_path: Path) -> None:
    job_id = killed(place, tmp_path)
    left = list((place.data / FOLDER).iterdir())
    assert len(left) == 1
    jobs = ImportJobs(place)
    try:
        job = over(jobs, job_id)
    finally:
        jobs.close()
    assert (job.state, job.text, job.done) == ("done", "", FILES)
    assert Counter(file.path for file in job.files) == Counter(f"{day:03d}.fit" for day in range(FILES))
    assert {file.status for file in job.files} == {"imported"}
    assert len(list_activities(place).activities) == FILES
    with open_record(place.data, place.database) as record, record.reading() as connection:
        stored = read_job(connection, job_id)
    assert stored is not None
    assert stored.attempts == 2
    assert not list((place.data / FOLDER).iterdir())


def test_a_server_that_stops_in_good_order_lets_the_rest_wait(place: Place, tmp_path: Path) -> None:
    jobs = ImportJobs(place)
    job = jobs.begin_paths([write_runs(tmp_path / "runs", FILES, records=60)])
    jobs.close()
    with open_record(place.data, place.database) as record, record.reading() as connection:
        stored = read_job(connection, job.id)
    assert stored is not None
    assert stored.state in ("waiting", "done")
    assert stored.attempts <= 1
    again = ImportJobs(place)
    try:
        assert over(again, job.id).state == "done"
    finally:
        again.close()
    assert len(list_activities(place).activities) == FILES


def test_an_import_waits_for_another_that_is_under_way(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_worker, "_LOOK_EVERY_S", 0.05)
    jobs = ImportJobs(place)
    try:
        with open_record(place.data, place.database) as record, record.only_import():
            job = jobs.begin_paths([write_runs(tmp_path / "runs", 1, records=60)])
            time.sleep(0.05)
            assert jobs.look(job.id).live
        assert over(jobs, job.id).state == "done"
    finally:
        jobs.close()
