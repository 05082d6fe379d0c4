"""Imports behind a server's back: begun by an upload or a button, watched from a page, ended by a button.

They stand in the record's job table, so that a server that is lost takes none with it: the next start goes on where the
import stopped, for the import itself stores batch by batch and passes over what is stored. Runs are in the listing
long before the end.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, cast
from uuid import uuid4

from kneewise import clock
from kneewise.domain import Issue
from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.import_tasks import ImportTask, LoadsTask, RecomputeTask
from kneewise.services.job_desk import JobDesk
from kneewise.services.job_worker import Task
from kneewise.services.outcomes import STATUSES, FileReport
from kneewise.services.own_data.folder import UPLOADS_NAME
from kneewise.services.place import Place, record_of
from kneewise.storage.jobs import Job, JobKind, JobState, insert_once, new_job, read_job_lines
from kneewise.storage.runners import runners_without_plain

State = JobState
Kind = Literal["import", "recompute"]

KINDS: Final[tuple[Kind, ...]] = ("import", "recompute")
_INTERRUPTED: Final = "It was cut off each time before it was done; what was stored stays, and it can be begun again."


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


class ImportJobs(JobDesk[ImportJob]):
    """The imports of a record, as a server process begins, does and watches them.

    Parameters
    ----------
    place : Place
        Whose record.
    """

    unknown = "That import is not known any more; its runs are in the list if they were stored."

    def __init__(self, place: Place) -> None:
        self._reports: dict[str, tuple[tuple[int, State], Sequence[FileReport]]] = {}
        importing = ImportTask(place, place.data / UPLOADS_NAME)
        tasks: dict[JobKind, Task] = {"import": importing, "recompute": RecomputeTask(place), "loads": LoadsTask(place)}
        super().__init__(place, UPLOADS_NAME, tasks, KINDS)

    def begin(
        self,
        files: Sequence[tuple[Path, str]],
        *,
        strip_positions: bool = False,
        group: str = "",
    ) -> ImportJob:
        """Take uploaded files over and import them in the background.

        Parameters
        ----------
        files : sequence of (Path, str)
            Each uploaded file on the disk of the data folder, and what the runner calls it. The file is moved: it
            is gone from its path when this returns.
        group : str
            Name of the files that were chosen together; the job's own where empty.

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
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageError(
                f"An upload could not be kept ({error.strerror or error}); free the disk and send it again."
            ) from error
        data = {"paths": list(names), "names": names, "folder": folder.name, "strip_positions": strip_positions}
        return _shown(self._put("import", data, family=group), ())

    def begin_paths(self, paths: Sequence[Path], *, strip_positions: bool = False) -> ImportJob:
        """Import files and folders of this machine in the background; they stay where they are.

        Raises
        ------
        InvalidInputError
            Without a path, and in a clinic: the files of the server's machine are nobody's there.
        """
        if self.place.shared:
            raise InvalidInputError("Files of the server's machine cannot be imported from here; send them.")
        if not paths:
            raise InvalidInputError("No path was named; name the files or folders to import.")
        own = [str(path) for path in paths]
        data = {"paths": own, "names": {}, "folder": "", "strip_positions": strip_positions}
        return _shown(self._put("import", data), ())

    def begin_recompute(self) -> ImportJob:
        """Compute everything anew in the background; one that is under way is returned as it is."""
        running = next((job for job in self.all() if job.kind == "recompute" and job.live), None)
        return running or _shown(self._put("recompute", {"names": {}, "paths": [], "folder": ""}), ())

    def renew_loads(self) -> None:
        """Compute loads anew whose numbers without a video are not known: their readers may see no others."""
        with record_of(self.place) as record, record.writing("beginning jobs", beside=True) as connection:
            for runner_id in runners_without_plain(connection):
                insert_once(connection, new_job(runner_id, "loads", {}, at=clock.now()))
        self._worker.wake()

    def cancel_group(self, group: str) -> Sequence[ImportJob]:
        """End all jobs that were begun together."""
        return [self.cancel(job.id) for job in self.all() if job.group == group]

    def forget(self) -> None:
        """End all jobs, wait for the one in hand, and forget what they told: for erasing and restoring."""
        super().forget()
        self._reports.clear()

    def _told(self, job: Job) -> ImportJob:
        return _shown(job, self._files(job))

    def _files(self, job: Job) -> Sequence[FileReport]:
        """Return what a job told, reading only what is new: a page asks every second."""
        if job.state == "waiting":
            return ()
        key = (job.attempts, job.state)
        kept_key, kept = self._reports.get(job.id, (key, ()))
        if kept_key != key:
            kept = ()
        if job.live or job.id not in self._reports or kept_key != key:
            with record_of(self.place) as record, record.reading() as connection:
                kept = (*kept, *map(_report, read_job_lines(connection, job.id, since=len(kept))))
            self._reports[job.id] = key, kept
        return kept


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
