"""Clips that are measured behind a server's back: taken in, described, measured, stored, or gone without a trace.

One clip is measured at a time, in a process of its own, whoever's it is. A clip lies in ``measuring`` in the data
folder for as long as it takes, and is deleted then unless the runner keeps it. What a lost process left there is
deleted at the next start and told as interrupted; numbers are stored together or not at all.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final
from uuid import NAMESPACE_OID, uuid4, uuid5

from kneewise import clock
from kneewise.errors import InvalidInputError, KneewiseError, StorageError, UnusableClipError
from kneewise.services.gait.clips import clip_of_key, store_gait
from kneewise.services.gait.folder import sweep_pictures
from kneewise.services.gait.history import read_clip, withdraw_clip
from kneewise.services.gait.job import GaitJob, State
from kneewise.services.gait.work import ClipOrder, InProcess, Measurer, named
from kneewise.services.place import Place, record_of
from kneewise.services.recomputing import recompute_loads
from kneewise.storage import read_runner_ids
from kneewise.storage.alone import held_alone
from kneewise.storage.trouble import storage_trouble

FOLDER: Final = "measuring"
FRAME: Final = "frame.png"
_NOTE: Final = "job.json"
_PICTURES: Final = "pictures"
_PATIENCE_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.05
#: What nobody began to measure, or described anew, for so long is deleted: its page was closed.
_ABANDONED_S: Final = 3600.0
_WATCH_EVERY_S: Final = 60.0
#: While an import works on the record, the loads wait.
_TRY_AGAIN_S: Final = 1.0
#: Jobs that are over and still told.
_TOLD: Final = 5
#: Held while a clip is measured and stored. In a clinic each runner has jobs, and all of them share the processor.
_TURN: Final = threading.Lock()


class _CancelledError(Exception):
    """Ends the measuring of a clip."""


class GaitJobs:
    """The clips of one server process.

    Parameters
    ----------
    place : Place
        Whose record.
    measurer : Measurer or None
        Who measures; a process for each clip where ``None``.
    """

    def __init__(self, place: Place, measurer: Measurer | None = None) -> None:
        self.place = place
        self.folder = place.data / FOLDER
        self._measurer: Measurer = measurer or InProcess()
        self._jobs: dict[str, GaitJob] = {}
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._due = self.folder / f"loads-due.{uuid5(NAMESPACE_OID, self._runner).hex}"
        self._held = held_alone(place.data / f"{FOLDER}.lock")
        if self._held is not None:
            self._clear_up()
        self._tell_interrupted()

    def take(self, path: Path, name: str) -> GaitJob:
        """Take an uploaded clip over and look into it; the file is moved.

        Raises
        ------
        UnreadableFileError, UnusableClipError, MissingLibraryError
            When it cannot be measured; nothing of it is left then.
        StorageError
            When it cannot be moved.
        """
        job = GaitJob(uuid4().hex, name, clock.now())
        folder = self._of(job)
        clip = folder / f"clip{path.suffix.lower()}"
        try:
            with storage_trouble("keeping the clip", self.folder):
                folder.mkdir(mode=0o700, parents=True)
                shutil.move(path, clip)
            job.look = self._measurer.look(clip, folder / FRAME)
            self._note(job)
        except KneewiseError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise type(error)(str(error).replace(clip.name, name)) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with self._lock:
            self._jobs[job.id] = job
        self._later(None)
        return job

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
        job = self.look(job_id)
        with self._lock:
            if not job.open:
                return job
            job.order, job.on, job.keep_clip, job.state = order, on, keep_clip, "waiting"
            job.share, job.text = 0.0, ""
        self._note(job)
        self._later(lambda: self._one(job))
        return job

    def look(self, job_id: str) -> GaitJob:
        """Return a job.

        Raises
        ------
        InvalidInputError
            When there is none of that id in this process.
        """
        job = self._jobs.get(job_id)
        if job is None:
            raise InvalidInputError("This clip is not known any more; choose it again.")
        return job

    def frame(self, job_id: str) -> Path | None:
        """Return the picture in which the runner is pointed out, while the clip waits for it."""
        path = self.folder / job_id / FRAME
        return path if job_id in self._jobs and path.is_file() else None

    def all(self) -> Sequence[GaitJob]:
        """Return every job of this process, the oldest first."""
        return list(self._jobs.values())

    def cancel(self, job_id: str) -> GaitJob:
        """End a job and delete its clip; one that is stored or over stays as it is."""
        job = self.look(job_id)
        with self._lock:
            waits = job.open or job.state == "waiting"
            if waits:
                job.state = "cancelled"
            elif job.state == "running":
                job.cancel_wanted = True
        if waits:
            shutil.rmtree(self._of(job), ignore_errors=True)
        return job

    def dismiss(self, job_id: str) -> None:
        """Tell a job no longer that is over."""
        job = self._jobs.get(job_id)
        if job is not None and not (job.live or job.open):
            del self._jobs[job_id]

    def withdraw(self, clip_id: str) -> None:
        """Delete a clip of the record; where it set the knee, all loads are computed anew behind the server's back.

        Raises
        ------
        InvalidInputError
            When there is no such clip.
        """
        if read_clip(self.place, clip_id) is not None:
            self._mark_due()
        if withdraw_clip(self.place, clip_id):
            self._later(self._compute_loads)
        else:
            self._due.unlink(missing_ok=True)

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
                raise StorageError("A clip is still being stored; wait a moment and try again.")
            time.sleep(_LOOK_EVERY_S)
        self._jobs.clear()

    def close(self) -> None:
        """End all jobs and wait for the thread; to be called when the server stops."""
        with self._lock:
            self._closed = True
            for job in self.all():
                job.cancel_wanted = True
                if job.state in ("chosen", "waiting"):
                    job.state = "interrupted"
                    self._leave_note(job)
                elif job.open:
                    shutil.rmtree(self._of(job), ignore_errors=True)
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()
        if self._held is not None:
            self._held.close()

    def _of(self, job: GaitJob) -> Path:
        return self.folder / job.id

    def _note(self, job: GaitJob) -> None:
        """Write down what a later server tells where this one ends; nothing where the runner ended the job."""
        with suppress(FileNotFoundError):
            told = {
                "runner": self._runner,
                "name": job.name,
                "begun_at": job.begun_at.isoformat(),
                "state": job.state,
            }
            (self._of(job) / _NOTE).write_text(json.dumps(told), encoding="utf-8")

    def _leave_note(self, job: GaitJob) -> None:
        """Delete everything of a job but the note of it."""
        shutil.rmtree(self._of(job), ignore_errors=True)
        self._of(job).mkdir(mode=0o700, parents=True)
        self._note(job)

    def _later(self, work: Callable[[], None] | None) -> None:
        """Have work done in the thread; without any, the thread only watches what waits."""
        with self._lock:
            self._queue.put(work or self._drop_abandoned)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="kneewise-gait", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            try:
                work = self._queue.get(timeout=_WATCH_EVERY_S)
            except Empty:
                work = self._drop_abandoned
            if work is None:
                return
            work()

    def _one(self, job: GaitJob) -> None:
        while not _TURN.acquire(timeout=_LOOK_EVERY_S):
            if job.state != "waiting":
                return
        try:
            self._in_turn(job)
        finally:
            _TURN.release()

    def _in_turn(self, job: GaitJob) -> None:
        with self._lock:
            if job.state != "waiting":
                return
            job.state = "running"
        state: State = "done"
        try:
            self._measured(job)
        except _CancelledError:
            state = "interrupted" if self._closed else "cancelled"
        except UnusableClipError as error:
            job.text, state = str(error), "refused"
        except KneewiseError as error:
            job.text, state = str(error), "failed"
        except Exception as error:  # a thread that ends without a word would leave the page waiting for ever
            job.text = f"Measuring failed inside Kneewise ({type(error).__name__}: {error}); please report this."
            state = "failed"
        if state != "refused":
            shutil.rmtree(self._of(job), ignore_errors=True)
        job.text = job.text.replace(f"clip{Path(job.name).suffix.lower()}", job.name)
        job.state = state
        if state == "interrupted":
            self._leave_note(job)
        self._forget_old()

    def _measured(self, job: GaitJob) -> None:
        folder = self._of(job)
        [clip] = folder.glob("clip*")
        assert job.order is not None
        assert job.look is not None

        def progress(share: float) -> None:
            job.share = share
            if job.cancel_wanted:
                raise _CancelledError

        pictures = folder / _PICTURES
        found = self._measurer.measure(clip, job.look, job.order, pictures, progress)
        with self._lock:
            if job.cancel_wanted:
                raise _CancelledError
            job.state, job.share = "storing", 1.0
        self._note(job)
        if job.keep_clip:
            pictures.mkdir(exist_ok=True)
            clip.replace(pictures / clip.name)
        self._mark_due()
        stored = store_gait(
            self.place,
            named(found, clip, job.name),
            on=job.on,
            pictures=pictures if pictures.is_dir() else None,
            key=job.id,
        )
        job.clip_id = stored.clip_id
        if stored.changed:
            self._compute_loads()
        else:
            self._due.unlink(missing_ok=True)

    @property
    def _runner(self) -> str:
        return self.place.runner_id or ""

    def _mark_due(self) -> None:
        """Remember, whatever becomes of this server, that the loads must follow what is stored next."""
        self._due.write_text(self._runner, encoding="utf-8")

    def _compute_loads(self) -> None:
        """Compute the loads anew; while an import works on the record, wait for it, if need be until the next start."""
        while not self._closed:
            try:
                recompute_loads(self.place)
            except StorageError:
                time.sleep(_TRY_AGAIN_S)
            else:
                self._due.unlink(missing_ok=True)
                return

    def _clear_up(self) -> None:
        """Delete what an earlier server left of clips and pictures; its notes stay for those whom they concern."""
        for left in [path for path in self.folder.iterdir() if path.is_dir()]:
            for inner in left.iterdir():
                if inner.is_dir():
                    shutil.rmtree(inner, ignore_errors=True)
                elif inner.name != _NOTE:
                    inner.unlink()
        with record_of(self.place) as record:
            with record.reading() as connection:
                runners = read_runner_ids(connection)
            sweep_pictures(record, runners)

    def _tell_interrupted(self) -> None:
        """Tell this runner what an earlier server did not end: over where its numbers were stored, else interrupted."""
        if self._due.exists():
            self._later(self._compute_loads)
        for left in [path for path in self.folder.iterdir() if path.is_dir()]:
            names = [path.name for path in left.iterdir()]
            if names not in ([], [_NOTE]) or (not names and self._held is None):
                continue  # another server measures it, or another runner's clip is just being put there
            with suppress(OSError, ValueError, KeyError):
                told = json.loads((left / _NOTE).read_text(encoding="utf-8"))
                if told["runner"] != self._runner:
                    continue
                job = GaitJob(left.name, told["name"], datetime.fromisoformat(told["begun_at"]), state="interrupted")
                job.clip_id = (clip_of_key(self.place, job.id) or "") if told["state"] == "storing" else ""
                job.state = "done" if job.clip_id else "interrupted"
                self._jobs[job.id] = job
            shutil.rmtree(left, ignore_errors=True)

    def _drop_abandoned(self) -> None:
        now = clock.now()
        for job in self.all():
            if job.open and (now - job.begun_at).total_seconds() > _ABANDONED_S:
                self.cancel(job.id)
        self._forget_old()

    def _forget_old(self) -> None:
        over = [job for job in self.all() if not (job.live or job.open)]
        for job in over[:-_TOLD]:
            self.dismiss(job.id)
