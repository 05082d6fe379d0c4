"""Imports behind a server's back: begun by an upload or a button, watched from a page, ended by a button.

They stand in the record's job table, so that a server that is lost takes none with it: the next start goes on where the
import stopped, for the import itself stores batch by batch and passes over what is stored. Runs are in the listing
long before the end.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from uuid import uuid4

from kneewise import clock
from kneewise.domain import Issue
from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.import_tasks import ImportTask, RecomputeTask
from kneewise.services.job_worker import JobWorker, Task
from kneewise.services.outcomes import STATUSES, FileReport
from kneewise.services.place import Place, opened, record_of
from kneewise.storage.alone import held_alone
from kneewise.storage.jobs import (
    Job,
    JobState,
    forget_jobs,
    insert_job,
    new_job,
    read_job,
    read_job_lines,
    read_jobs,
    want_end,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

State = JobState
Kind = Literal["import", "recompute"]

FOLDER = "uploads"
KINDS: Final[tuple[Kind, ...]] = ("import", "recompute")
_INTERRUPTED: Final = "It was cut off each time before it was done; what was stored stays, and it can be begun again."
_PATIENCE_S = 60.0
_LOOK_EVERY_S = 0.05
#: A job that is over is shown for so long, and forgotten then.
_SHOWN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One import, or one computing anew, as it stood when it was asked for.

    Attributes
    ----------
    names : tuple of str
        What the runner calls the files.
    group : str
        The same for jobs that were begun together: a large folder comes in parts.
    done : int
        Files worked off so far.
    state : str
        ``"waiting"`` behind another import, ``"running"``, ``"done"``, ``"cancelled"``, ``"failed"``, or
        ``"interrupted"`` when its server was lost time and again.
    files : sequence of FileReport
        In the order in which they were done; the finished import's own reports at the end.
    text : str
        Why it failed, in words; empty else.
    """

    id: str
    names: tuple[str, ...]
    begun_at: datetime
    group: str
    kind: Kind = "import"
    state: State = "waiting"
    done: int = 0
    files: Sequence[FileReport] = ()
    text: str = ""
    ended_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether it still goes on."""
        return self.state in ("waiting", "running")

    @property
    def usable(self) -> bool:
        """Whether at least one run is in the record because of it."""
        return self.first_activity is not None

    @property
    def first_activity(self) -> str | None:
        """The first activity that is in the record because of it."""
        return next(
            (file.activity_ids[0] for file in self.files if file.status == "imported" and file.activity_ids), None
        )

    def to_json(self, *, since: int = 0) -> dict[str, Any]:
        """Return JSON values, with the files from a number on: a page asks for what it has not shown."""
        counts = Counter(file.status for file in self.files)
        return {
            "id": self.id,
            "group": self.group,
            "kind": self.kind,
            "names": list(self.names),
            "state": self.state,
            "live": self.live,
            "usable": self.usable,
            "begun_at": self.begun_at.isoformat(),
            "ended_at": None if self.ended_at is None else self.ended_at.isoformat(),
            "text": self.text,
            "done": self.done,
            "first_activity": self.first_activity,
            "totals": {status: counts[status] for status in STATUSES},
            "since": since,
            "files": [file.to_json() for file in self.files[since:]],
        }


class ImportJobs:
    """The imports of a record, as a server process begins, does and watches them.

    Parameters
    ----------
    place : Place
        Whose record.

    Notes
    -----
    Uploads lie in ``uploads`` in the data folder, on the disk that must hold the record anyway, and are removed when
    their import is over. What belongs to no import is removed at the start, unless another process is at work.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.folder = place.data / FOLDER
        self._reports: dict[str, tuple[tuple[int, State], Sequence[FileReport]]] = {}
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held = held_alone(place.data / "uploads.lock")
        if self._held is not None:
            self._tidy()
        self._import = ImportTask(place, self.folder)
        tasks: dict[str, Task] = {"import": self._import, "recompute": RecomputeTask(place)}
        self._worker = JobWorker(place, tasks, alone=self._held is not None)

    def begin(
        self,
        files: Sequence[tuple[Path, str]],
        *,
        strip_positions: bool = False,
        group: str = "",
        runner_id: str | None = None,
    ) -> ImportJob:
        """Take uploaded files over and import them in the background.

        Parameters
        ----------
        files : sequence of (Path, str)
            Each uploaded file on the disk of the data folder, and what the runner calls it. The file is moved: it
            is gone from its path when this returns.
        group : str
            Name of the files that were chosen together; the job's own where empty.
        runner_id : str or None
            Whose runs they are; the place's runner where not given.

        Raises
        ------
        InvalidInputError
            Without a file.
        StorageError
            When a file cannot be moved.
        """
        if not files:
            raise InvalidInputError("No file came in; choose the files to import.")
        folder = self.folder / uuid4().hex
        names: dict[str, str] = {}
        try:
            for number, (path, name) in enumerate(files):
                target = folder / str(number)
                target.mkdir(mode=0o700, parents=True)
                moved = shutil.move(path, target / path.name)
                names[str(moved)] = name
                if path.parent != self.folder and path.parent.parent == self.folder:
                    path.parent.rmdir()  # the tray's place for this one file
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageError(
                f"An upload could not be kept ({error.strerror or error}); free the disk and send it again."
            ) from error
        data = {"paths": list(names), "names": names, "folder": folder.name, "strip_positions": strip_positions}
        return self._put("import", data, group, runner_id)

    def begin_paths(
        self, paths: Sequence[Path], *, strip_positions: bool = False, runner_id: str | None = None
    ) -> ImportJob:
        """Import files and folders of this machine in the background; they stay where they are.

        Raises
        ------
        InvalidInputError
            Without a path.
        """
        if not paths:
            raise InvalidInputError("No path was named; name the files or folders to import.")
        own = [str(path) for path in paths]
        data = {"paths": own, "names": {}, "folder": "", "strip_positions": strip_positions}
        return self._put("import", data, "", runner_id)

    def begin_recompute(self, *, runner_id: str | None = None) -> ImportJob:
        """Compute everything anew in the background; one that is under way is returned as it is."""
        running = next((job for job in self.all(runner_id) if job.kind == "recompute" and job.live), None)
        return running or self._put("recompute", {"names": {}, "paths": [], "folder": ""}, "", runner_id)

    def look(self, job_id: str) -> ImportJob:
        """Return a job.

        Raises
        ------
        InvalidInputError
            When there is none of that id.
        """
        with record_of(self.place) as record, record.reading() as connection:
            job = read_job(connection, job_id)
            if job is not None and job.kind in KINDS:
                return _shown(job, self._files(connection, job))
        raise InvalidInputError("That import is not known any more; its runs are in the list if they were stored.")

    def all(self, runner_id: str | None = None) -> Sequence[ImportJob]:
        """Return the jobs that go on or ended of late, the oldest first: of one runner, or of all."""
        with record_of(self.place) as record, record.reading() as connection:
            jobs = read_jobs(connection, KINDS, runner_id=runner_id, since=clock.now() - _SHOWN)
            return [_shown(job, self._files(connection, job)) for job in jobs]

    def cancel(self, job_id: str) -> ImportJob:
        """End a job after the file in hand; what is stored stays. One that is over stays as it is.

        Raises
        ------
        InvalidInputError
            When there is none of that id.
        """
        self.look(job_id)
        with record_of(self.place) as record, record.writing("ending an import", beside=True) as connection:
            want_end(connection, job_id, now=clock.now())
            job = read_job(connection, job_id)
        self._worker.want_end(job_id)
        if job is not None and job.state == "cancelled":
            self._import.over(job)  # it waited, and no worker will clear up behind it
        return self.look(job_id)

    def cancel_group(self, group: str) -> Sequence[ImportJob]:
        """End all jobs that were begun together."""
        return [self.cancel(job.id) for job in self.all() if job.group == group]

    def forget(self) -> None:
        """End all jobs, wait for the one in hand, and forget what they told: for erasing and restoring.

        Raises
        ------
        StorageError
            When the one in hand does not end in time.
        """
        for job in self.all():
            if job.live:
                self.cancel(job.id)
        until = time.monotonic() + _PATIENCE_S
        while any(job.live for job in self.all()):
            if time.monotonic() > until:
                raise StorageError("An import is still ending; wait a moment and try again.")
            time.sleep(_LOOK_EVERY_S)
        with record_of(self.place) as record, record.writing("forgetting imports") as connection:
            forget_jobs(connection, KINDS)
        self._reports.clear()

    def close(self) -> None:
        """Stop after the file in hand; to be called when the server stops. What waits goes on at the next start."""
        self._worker.close()
        if self._held is not None:
            self._held.close()

    def _put(self, kind: Kind, data: dict[str, Any], group: str, runner_id: str | None) -> ImportJob:
        with opened(replace(self.place, runner_id=runner_id or self.place.runner_id)) as (record, runner):
            job = new_job(runner.id, kind, data, at=clock.now(), family=group)
            with record.writing("beginning an import", beside=True) as connection:
                insert_job(connection, job)
        self._worker.wake()
        return _shown(job, ())

    def _files(self, connection: Connection, job: Job) -> Sequence[FileReport]:
        """Return what a job told, reading only what is new: a page asks every second."""
        if job.state == "waiting":
            return ()
        key = (job.attempts, job.state)
        kept_key, kept = self._reports.get(job.id, (key, ()))
        if kept_key != key:
            kept = ()
        if job.live or job.id not in self._reports or kept_key != key:
            kept = (*kept, *map(_report, read_job_lines(connection, job.id, since=len(kept))))
            self._reports[job.id] = key, kept
        return kept

    def _tidy(self) -> None:
        """Remove uploads that no import is waiting for, and what was told long ago."""
        with record_of(self.place) as record, record.writing("taking up imports") as connection:
            forget_jobs(connection, KINDS, ended_before=clock.now() - _SHOWN)
            needed = {job.data["folder"] for job in read_jobs(connection, KINDS) if job.live}
        for left in self.folder.iterdir():
            if left.is_dir() and left.name not in needed:
                shutil.rmtree(left, ignore_errors=True)
            elif not left.is_dir():
                left.unlink(missing_ok=True)


def _shown(job: Job, files: Sequence[FileReport]) -> ImportJob:
    return ImportJob(
        id=job.id,
        names=tuple(job.data["names"].get(path, path) for path in job.data["paths"]),
        begun_at=job.begun_at,
        group="" if job.kind == "recompute" else job.family,
        kind=cast("Kind", job.kind),
        state=job.state,
        done=job.progress.get("done", len(files)),
        files=files,
        text=job.text or (_INTERRUPTED if job.state == "interrupted" else ""),
        ended_at=job.ended_at,
    )


def _report(line: Mapping[str, Any]) -> FileReport:
    issues = tuple(Issue(**issue) for issue in line["issues"])
    return FileReport(line["path"], line["status"], tuple(line["activity_ids"]), issues)
