"""What a lost server leaves behind: kill -9 in the middle of an import or a clip, and the next start ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import URL
from tests.histories import write_runs
from tests.made_keypoints import write_points
from tests.unit.services.gait.test_jobs import Here

from kneewise.services import job_worker, workers
from kneewise.services.gait.history import list_clips
from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.gait.measuring import analyse_video
from kneewise.services.gait.work import ClipOrder
from kneewise.services.import_jobs import ImportJob, ImportJobs
from kneewise.services.job_worker import JobHand
from kneewise.services.listing import list_activities
from kneewise.services.own_data.folder import UPLOADS_NAME
from kneewise.services.place import Place
from kneewise.storage import open_record
from kneewise.storage.alone import joined
from kneewise.storage.jobs import read_job, read_job_lines

FILES = 6
WAIT_S = 120

#: A server that stores batches of one file and stands still when it has told of two; its lease ends in no test.
SERVER = """
import sys, time
from datetime import timedelta
from pathlib import Path
from kneewise.services import workers
from kneewise.services import job_worker
from kneewise.services.import_jobs import ImportJobs
from kneewise.services.job_worker import JobHand
from kneewise.services.place import Place

job_worker.LEASE = timedelta(hours=1)
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


#: A server that stands still in the middle of a clip.
MEASURING = """
import sys, time
from pathlib import Path
from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.gait.work import ClipLook, ClipOrder
from kneewise.services.place import Place

class Slow:
    def look(self, clip, frame):
        return ClipLook(8.0, 120.0, 480, 640, None, None)

    def measure(self, clip, look, order, pictures, progress):
        pictures.mkdir()
        (pictures / "slow.mp4").write_bytes(b"half")
        while True:
            progress(0.25)
            time.sleep(0.1)

data, database, folder = sys.argv[1:]
jobs = GaitJobs(Place(Path(data), database), Slow())
clip = jobs.take(Path(folder) / "clip.mp4", "Lauf.mp4")
print(jobs.begin(clip.id, ClipOrder(view="side", speed_mps=3.0, tap=(0.5, 0.5)), keep_clip=True).id, flush=True)
time.sleep(600)
"""


def killed(place: Place, server: str, folder: Path, until: Callable[[Connection, str], bool]) -> str:
    """Begin a job in another process, kill that in the middle of it, and return the job."""
    command = [sys.executable, "-c", server, str(place.data), place.database or "", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        job_id = process.stdout.readline().strip()
        end = time.monotonic() + WAIT_S
        with open_record(place.data, place.database) as record:
            while time.monotonic() < end:
                with record.reading() as connection:
                    if until(connection, job_id):
                        break
                time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    return job_id


def half_measured(connection: Connection, job_id: str) -> bool:
    job = read_job(connection, job_id)
    return job is not None and job.progress.get("share") == 0.25


def over(jobs: ImportJobs, job_id: str) -> ImportJob:
    until = time.monotonic() + WAIT_S
    while jobs.look(job_id).live and time.monotonic() < until:
        time.sleep(0.02)
    return jobs.look(job_id)


def test_an_import_whose_process_was_killed_goes_on_beside_another_at_once_and_ends_exactly_once(
    place: Place, tmp_path: Path
) -> None:
    folder = write_runs(tmp_path / "runs", FILES, records=60)
    place.data.mkdir(parents=True, exist_ok=True)
    with joined(place.data / f"{UPLOADS_NAME}.lock") as (present, _):
        pass  # from here on whoever comes is not alone
    with present:
        job_id = killed(place, SERVER, folder, lambda connection, job: len(read_job_lines(connection, job)) >= 2)
        left = list((place.data / UPLOADS_NAME).iterdir())
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
    assert not list((place.data / UPLOADS_NAME).iterdir())


def test_a_clip_whose_server_was_killed_is_measured_once_more_and_stored_once(place: Place, tmp_path: Path) -> None:
    found = analyse_video(write_points(tmp_path / "side.json", duration_s=6.0))
    (tmp_path / "clip.mp4").write_bytes(b"clip")
    job_id = killed(place, MEASURING, tmp_path, half_measured)
    servers = [GaitJobs(place, Here(found)) for _ in range(2)]
    try:
        until = time.monotonic() + WAIT_S
        while any(servers[0].folder.iterdir()) and time.monotonic() < until:
            time.sleep(0.02)
        job = servers[1].look(job_id)
    finally:
        for server in servers:
            server.close()
    assert (job.state, job.order) == ("done", ClipOrder(view="side", speed_mps=3.0, tap=(0.5, 0.5)))
    [clip] = list_clips(place)
    assert (clip.id, clip.pictures) == (job.clip_id, ["clip.mp4", "left-1-contact.png"])
    with open_record(place.data, place.database) as record, record.reading() as connection:
        stored = read_job(connection, job_id)
    assert stored is not None
    assert (stored.attempts, stored.most_attempts) == (2, 3)


def test_a_server_that_stops_in_good_order_lets_the_rest_wait(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, tell = threading.Event(), JobHand.tell

    def until_it_stops(self: JobHand, line: Mapping[str, Any]) -> None:
        tell(self, line)
        if len(self.told) > 1:
            begun.set()
            self._stopping.wait(WAIT_S)

    monkeypatch.setattr(workers, "WORKERS", 1)
    monkeypatch.setattr(workers, "_BATCH_FILES", 1)
    with monkeypatch.context() as slow:
        slow.setattr(JobHand, "tell", until_it_stops)
        jobs = ImportJobs(place)
        job = jobs.begin_paths([write_runs(tmp_path / "runs", FILES, records=60)])
        assert begun.wait(WAIT_S)
        jobs.close()
    with open_record(place.data, place.database) as record, record.reading() as connection:
        stored = read_job(connection, job.id)
    assert stored is not None
    assert (stored.state, stored.attempts, stored.most_attempts) == ("waiting", 1, 4)
    again = ImportJobs(place)
    try:
        ended = over(again, job.id)
        assert (ended.state, [file.status for file in ended.files]) == ("done", ["imported"] * FILES)
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
