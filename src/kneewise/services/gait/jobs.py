"""Clips that are measured behind a server's back: taken in, described, measured, stored, or gone without a trace.

They stand in the record's job table, so that a server that is lost takes none with it: the next start measures the clip
that was in hand once more. One clip is measured at a time, in a process of its own, whoever's it is; imports go on
beside it. A clip lies in ``measuring`` in the data folder for as long as it takes, and is deleted then unless the
runner keeps it.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Final
from uuid import uuid4

from kneewise import clock
from kneewise.errors import KneewiseError
from kneewise.gait.standing import StandingLegs
from kneewise.services.gait.folder import MEASURING_NAME, sweep_pictures
from kneewise.services.gait.job import GaitJob, told_of
from kneewise.services.gait.task import VideoTask
from kneewise.services.gait.work import ClipOrder, InProcess, Measurer
from kneewise.services.job_desk import JobDesk
from kneewise.services.job_worker import ASKS
from kneewise.services.local_day import local_today
from kneewise.services.place import Place, opened, record_of
from kneewise.storage import read_runner_ids
from kneewise.storage.jobs import Job, forget_job, order_job
from kneewise.storage.trouble import storage_trouble

FRAME: Final = "frame.png"


class GaitJobs(JobDesk[GaitJob]):
    """The clips of a record, as a server process takes them in, measures and watches them.

    Parameters
    ----------
    place : Place
        Whose record.
    measurer : Measurer or None
        Who measures; a process for each clip where ``None``.
    """

    unknown = "This clip is not known any more; choose it again."

    def __init__(self, place: Place, measurer: Measurer | None = None) -> None:
        self._measurer = measurer or InProcess()
        task = VideoTask(place, place.data / MEASURING_NAME, self._measurer)
        super().__init__(place, MEASURING_NAME, {"video": task}, ["video"])

    def take(self, path: Path, name: str) -> GaitJob:
        """Take an uploaded clip over and look into it; the file is moved.

        Raises
        ------
        UnreadableFileError, UnusableClipError, MissingLibraryError
            When it cannot be measured; nothing of it is left then.
        StorageError
            When it cannot be moved.
        """
        folder = self.folder / uuid4().hex
        clip = folder / f"clip{path.suffix.lower()}"
        try:
            with storage_trouble("keeping the clip", self.folder):
                folder.mkdir(mode=0o700, parents=True)
                shutil.move(path, clip)
            look = asdict(self._measurer.look(clip, folder / FRAME))
            data = {"name": name, "folder": folder.name, "clip": clip.name, "look": look, "order": None}
            return told_of(self._put("video", data, ask_until=clock.now() + ASKS))
        except KneewiseError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise type(error)(str(error).replace(clip.name, name)) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def stand(self, file: Path, name: str) -> StandingLegs:
        """Return the legs of a runner who stands straight before the phone; the file is left where it is.

        Raises
        ------
        UnreadableFileError, UnusableClipError, InvalidInputError, MissingLibraryError, MissingModelError
            When it cannot be used.
        """
        try:
            return self._measurer.stand(file, name)
        except KneewiseError as error:  # readers below know the file by the name that it has here
            raise type(error)(str(error).replace(file.name, name)) from error

    def begin(self, job_id: str, order: ClipOrder, *, on: date | None = None, keep_clip: bool = False) -> GaitJob:
        """Measure a clip that was taken, behind the server's back; one that is under way is returned as it is.

        Parameters
        ----------
        on : date or None
            Day of filming; today where ``None``.
        keep_clip : bool
            Keep the clip itself beside its pictures; it is deleted after measuring else.

        Raises
        ------
        InvalidInputError
            When there is no such clip.
        """
        job = self._known(job_id)
        with opened(replace(self.place, runner_id=job.runner_id)) as (record, runner):
            day = on or local_today(runner)  # it may be measured on a later one
            told = {"order": asdict(order), "on": day.isoformat(), "keep_clip": keep_clip}
            with record.writing("beginning a job", beside=True) as connection:
                order_job(connection, job_id, {**job.data, **told})
        self._worker.wake()
        return self.look(job_id)

    def frame(self, job_id: str) -> Path | None:
        """Return the picture in which the runner is pointed out, while the clip waits for it."""
        job = self._job(job_id)
        path = None if job is None else self.folder / job.data["folder"] / FRAME
        return path if path is not None and path.is_file() else None

    def dismiss(self, job_id: str) -> None:
        """Tell a job no longer that is over.

        Raises
        ------
        InvalidInputError
            When there is none of that id.
        """
        self._known(job_id)
        with record_of(self.place) as record, record.writing("forgetting jobs") as connection:
            forget_job(connection, job_id)

    def _told(self, job: Job) -> GaitJob:
        return told_of(job)

    def _tidy(self) -> None:
        super()._tidy()
        with record_of(self.place) as record:
            with record.reading() as connection:
                runners = read_runner_ids(connection)
            sweep_pictures(record, runners)
