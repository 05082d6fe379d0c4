"""Long work behind a server's back: begun by an upload or a button, watched from a page, ended by a button.

A process works off its jobs one after the other in one thread; the import itself stores batch by batch, so that runs
are in the listing long before the end and a lost process loses no run that was stored. What is kept here is only the
telling: `JobStore` is all that a table has to take over.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal, Protocol
from uuid import uuid4

from kneewise import clock
from kneewise.errors import InvalidInputError, KneewiseError, StorageError
from kneewise.services.importing import import_files
from kneewise.services.outcomes import STATUSES, FileReport
from kneewise.services.place import Place
from kneewise.services.recomputing import recompute
from kneewise.storage.alone import held_alone

State = Literal["waiting", "running", "done", "cancelled", "failed"]
Kind = Literal["import", "recompute"]

FOLDER = "uploads"
_PATIENCE_S = 60.0
_LOOK_EVERY_S = 0.05
_LIVE: tuple[State, ...] = ("waiting", "running")


@dataclass(slots=True)
class ImportJob:
    """One import, or one computing anew, under way or over.

    Attributes
    ----------
    names : tuple of str
        What the runner calls the files.
    group : str
        The same for jobs that were begun together: a large folder comes in parts.
    done : int
        Files worked off so far.
    state : str
        ``"waiting"`` behind another import, ``"running"``, ``"done"``, ``"cancelled"`` or ``"failed"``.
    files : list of FileReport
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
    files: list[FileReport] = field(default_factory=list)
    text: str = ""
    ended_at: datetime | None = None
    cancel_wanted: bool = False

    @property
    def live(self) -> bool:
        """Whether it still goes on."""
        return self.state in _LIVE

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


class JobStore(Protocol):
    """Where jobs are kept."""

    def put(self, job: ImportJob) -> None:
        """Keep a job, new or changed."""

    def get(self, job_id: str) -> ImportJob | None:
        """Return a job, or ``None``."""

    def all(self) -> Sequence[ImportJob]:
        """Return every job, the oldest first."""

    def clear(self) -> None:
        """Forget every job."""


class MemoryJobs:
    """Jobs of one process: enough for one runner on one machine."""

    def __init__(self) -> None:
        self._jobs: dict[str, ImportJob] = {}

    def put(self, job: ImportJob) -> None:
        """Keep a job, new or changed."""
        self._jobs[job.id] = job

    def get(self, job_id: str) -> ImportJob | None:
        """Return a job, or ``None``."""
        return self._jobs.get(job_id)

    def all(self) -> Sequence[ImportJob]:
        """Return every job, the oldest first."""
        return list(self._jobs.values())

    def clear(self) -> None:
        """Forget every job."""
        self._jobs.clear()


class _CancelledError(Exception):
    """Ends an import between two files."""


@dataclass(frozen=True, slots=True)
class _Work:
    job: ImportJob
    paths: tuple[Path, ...]
    names: Mapping[str, str]
    folder: Path | None
    strip_positions: bool


class ImportJobs:
    """The imports of one server process.

    Parameters
    ----------
    place : Place
        Whose record.
    store : JobStore or None
        Where jobs are kept; in memory where ``None``.

    Notes
    -----
    Uploads lie in ``uploads`` in the data folder, on the disk that must hold the record anyway, and are removed
    whatever becomes of the import. What a lost process left there is removed at the start, unless another process is at
    work.
    """

    def __init__(self, place: Place, store: JobStore | None = None) -> None:
        self.place = place
        self.folder = place.data / FOLDER
        self._store: JobStore = store or MemoryJobs()
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held = held_alone(place.data / "uploads.lock")
        if self._held is not None:
            _empty(self.folder)

    def begin(self, files: Sequence[tuple[Path, str]], *, strip_positions: bool = False, group: str = "") -> ImportJob:
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
                if path.parent != self.folder and path.parent.parent == self.folder:
                    path.parent.rmdir()  # the tray's place for this one file
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageError(
                f"An upload could not be kept ({error.strerror or error}); free the disk and send it again."
            ) from error
        return self._begun([Path(path) for path in names], names, folder, strip_positions, group)

    def begin_paths(self, paths: Sequence[Path], *, strip_positions: bool = False) -> ImportJob:
        """Import files and folders of this machine in the background; they stay where they are.

        Raises
        ------
        InvalidInputError
            Without a path.
        """
        if not paths:
            raise InvalidInputError("No path was named; name the files or folders to import.")
        return self._begun(paths, {}, None, strip_positions)

    def begin_recompute(self) -> ImportJob:
        """Compute everything anew in the background; one that is under way is returned as it is."""
        running = next((job for job in self.all() if job.kind == "recompute" and job.live), None)
        return running or self._put(ImportJob(uuid4().hex, (), clock.now(), "", "recompute"))

    def look(self, job_id: str) -> ImportJob:
        """Return a job.

        Raises
        ------
        InvalidInputError
            When there is none of that id in this process.
        """
        job = self._store.get(job_id)
        if job is None:
            raise InvalidInputError("That import is not known any more; its runs are in the list if they were stored.")
        return job

    def all(self) -> Sequence[ImportJob]:
        """Return every job of this process, the oldest first."""
        return self._store.all()

    def cancel(self, job_id: str) -> ImportJob:
        """End a job after the file in hand; what is stored stays. One that is over stays as it is."""
        job = self.look(job_id)
        with self._lock:
            job.cancel_wanted = job.cancel_wanted or job.live
        return job

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
            self.cancel(job.id)
        until = time.monotonic() + _PATIENCE_S
        while any(job.live for job in self.all()):
            if time.monotonic() > until:
                raise StorageError("An import is still ending; wait a moment and try again.")
            time.sleep(_LOOK_EVERY_S)
        self._store.clear()

    def close(self) -> None:
        """End all jobs and wait for the thread; to be called when the server stops."""
        with self._lock:
            self._closed = True
            for job in self._store.all():
                job.cancel_wanted = job.cancel_wanted or job.live
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()
        if self._held is not None:
            self._held.close()

    def _begun(
        self,
        paths: Sequence[Path],
        names: Mapping[str, str],
        folder: Path | None,
        strip_positions: bool,
        group: str = "",
    ) -> ImportJob:
        shown = tuple(names.get(str(path), str(path)) for path in paths)
        own = uuid4().hex
        return self._put(ImportJob(own, shown, clock.now(), group or own), tuple(paths), names, folder, strip_positions)

    def _put(
        self,
        job: ImportJob,
        paths: tuple[Path, ...] = (),
        names: Mapping[str, str] | None = None,
        folder: Path | None = None,
        strip_positions: bool = False,
    ) -> ImportJob:
        with self._lock:
            self._store.put(job)
            self._queue.put(_Work(job, paths, names or {}, folder, strip_positions))
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="kneewise-import", daemon=True)
                self._thread.start()
        return job

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            try:
                self._one(work)
            finally:
                if work.folder is not None:
                    shutil.rmtree(work.folder, ignore_errors=True)

    def _one(self, work: _Work) -> None:
        job = work.job
        try:
            _stop_if_wanted(job)
            job.state = "running"
            self._store.put(job)
            job.files = self._imported(work) if job.kind == "import" else self._recomputed(job)
            state: State = "done"
        except _CancelledError:
            self._learn(job)
            state = "cancelled"
        except KneewiseError as error:
            job.text, state = str(error), "failed"
        except Exception as error:  # a thread that ends without a word would leave the page waiting for ever
            job.text = f"The import failed inside Kneewise ({type(error).__name__}: {error}); please report this."
            state = "failed"
        job.ended_at = clock.now()
        job.state = state
        self._store.put(job)

    def _imported(self, work: _Work) -> list[FileReport]:
        done = import_files(
            work.paths,
            place=self.place,
            strip_positions=work.strip_positions,
            on_file=lambda report: self._told(work.job, report),
            names=work.names,
        )
        return list(done.files)

    def _recomputed(self, job: ImportJob) -> list[FileReport]:
        def count(done: int, counts: Counter[str], at: str) -> None:  # noqa: ARG001 - as `Progress`
            job.done = done
            _stop_if_wanted(job)

        return list(recompute(self.place, progress=count).files)

    def _told(self, job: ImportJob, report: FileReport) -> None:
        job.files.append(report)
        job.done += 1
        self._store.put(job)
        _stop_if_wanted(job)

    def _learn(self, job: ImportJob) -> None:
        """Find duplicates and learn the reference of what was stored before the end came."""
        if job.usable:
            import_files([], place=self.place)


def _stop_if_wanted(job: ImportJob) -> None:
    if job.cancel_wanted:
        raise _CancelledError


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
