"""Where a server process begins, watches and ends jobs of some kinds; what they do is told in their tasks."""

from __future__ import annotations

import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Generic, Self, TypeVar

from kneewise import clock
from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.job_worker import JobWorker, Task
from kneewise.services.place import Place, opened, record_of
from kneewise.storage.alone import joined
from kneewise.storage.jobs import Job, JobKind, forget_jobs, insert_job, new_job, read_job, read_jobs, want_end

_PATIENCE_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.05
#: A job that is over is shown for so long, and forgotten then.
_SHOWN: Final = timedelta(days=1)
#: What is told of a job to who asks for it.
Told = TypeVar("Told")


class JobDesk(ABC, Generic[Told]):
    """The jobs of some kinds, each told as its own desk tells it.

    Parameters
    ----------
    place : Place
        Whose record; one that names a runner sees the jobs of that runner alone.
    name : str
        Of the folder in the data folder in which each job has a folder of its own for its files.
    tasks : mapping of str to Task
        By kind of job.
    shown : sequence of str
        Kinds that are looked for and told; others come of what these do.

    Notes
    -----
    Files lie on the disk that must hold the record anyway, and are removed when their job is over. What belongs to no
    job is removed at the start, unless another process is at work.
    """

    #: What is said of a job that is not there.
    unknown: ClassVar[str]

    def __init__(self, place: Place, name: str, tasks: Mapping[JobKind, Task], shown: Sequence[JobKind]) -> None:
        self.place = place
        self.folder = place.data / name
        self._tasks = tasks
        self._told_kinds = shown
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with joined(place.data / f"{name}.lock") as (self._present, alone):
            if alone:
                self._tidy()
            self._worker = JobWorker(place, tasks, alone=alone)

    def for_runner(self, place: Place) -> Self:
        """Return the same queue, of which the jobs of one runner alone are seen."""
        mine = copy(self)
        mine.place = place
        return mine

    @abstractmethod
    def _told(self, job: Job) -> Told:
        """Return what is told of a job."""

    def look(self, job_id: str) -> Told:
        """Return a job.

        Raises
        ------
        InvalidInputError
            When there is none of that id.
        """
        return self._told(self._known(job_id))

    def all(self) -> Sequence[Told]:
        """Return the jobs that go on or ended of late, the oldest first."""
        return [self._told(job) for job in self._recent()]

    def cancel(self, job_id: str) -> Told:
        """End a job after the step in hand: what is stored stays, its files go. One that is over stays as it is.

        Raises
        ------
        InvalidInputError
            When there is none of that id.
        """
        self._known(job_id)
        self._end(job_id)
        return self.look(job_id)

    def forget(self) -> None:
        """End all jobs, wait for the one in hand, and forget what they told: for erasing and restoring.

        Raises
        ------
        StorageError
            When the one in hand does not end in time.
        """
        for job in self._jobs():
            if not job.over:
                self._end(job.id)
        until = time.monotonic() + _PATIENCE_S
        while any(not job.over for job in self._jobs()):
            if time.monotonic() > until:
                raise StorageError("An import or a clip is still ending; wait a moment and try again.")
            time.sleep(_LOOK_EVERY_S)
        with record_of(self.place) as record, record.writing("forgetting jobs") as connection:
            forget_jobs(connection, list(self._tasks), runner_id=self.place.runner_id)

    def close(self) -> None:
        """Stop after the step in hand; to be called when the server stops. What waits goes on at the next start."""
        self._worker.close()
        self._present.close()

    def _put(
        self, kind: JobKind, data: Mapping[str, Any], *, family: str = "", ask_until: datetime | None = None
    ) -> Job:
        """Store a new job of the place's runner."""
        with opened(self.place) as (record, runner):
            job = new_job(runner.id, kind, data, at=clock.now(), family=family, ask_until=ask_until)
            with record.writing("beginning a job", beside=True) as connection:
                insert_job(connection, job)
        self._worker.wake()
        return job

    def _job(self, job_id: str) -> Job | None:
        """Return a job of the kinds that are shown, if the place may see it."""
        with record_of(self.place) as record, record.reading() as connection:
            job = read_job(connection, job_id)
        mine = job is not None and self.place.runner_id in (None, job.runner_id)
        return job if mine and job is not None and job.kind in self._told_kinds else None

    def _known(self, job_id: str) -> Job:
        job = self._job(job_id)
        if job is None:
            raise InvalidInputError(self.unknown)
        return job

    def _recent(self) -> Sequence[Job]:
        """Return the jobs that are shown: those that are not over or ended of late, the oldest first."""
        with record_of(self.place) as record, record.reading() as connection:
            since = clock.now() - _SHOWN
            return read_jobs(connection, self._told_kinds, runner_id=self.place.runner_id, since=since)

    def _end(self, job_id: str) -> None:
        """Ask for the end of a job; one that waits is over at once."""
        with record_of(self.place) as record, record.writing("ending a job", beside=True) as connection:
            want_end(connection, job_id, now=clock.now())
            job = read_job(connection, job_id)
        self._worker.want_end(job_id)
        if job is not None and job.over:
            self._tasks[job.kind].over(job)  # it waited, and no worker will clear up behind it

    def _jobs(self) -> Sequence[Job]:
        with record_of(self.place) as record, record.reading() as connection:
            return read_jobs(connection, list(self._tasks), runner_id=self.place.runner_id)

    def _tidy(self) -> None:
        """Remove files that no job is waiting for, and what was told long ago."""
        kinds = list(self._tasks)
        with record_of(self.place) as record, record.writing("taking up jobs") as connection:
            forget_jobs(connection, kinds, ended_before=clock.now() - _SHOWN)
            needed = {job.data.get("folder") for job in read_jobs(connection, kinds) if not job.over}
        for left in self.folder.iterdir():
            if left.is_dir() and left.name not in needed:
                shutil.rmtree(left, ignore_errors=True)
            elif not left.is_dir():
                left.unlink(missing_ok=True)
