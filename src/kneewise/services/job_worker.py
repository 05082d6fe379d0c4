"""Who works off the job table: one thread of a process, and a second that says that it lives and how far it is."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from kneewise import clock
from kneewise.errors import ImportRunningError, KneewiseError, StorageError
from kneewise.services.place import Place, record_of
from kneewise.storage.jobs import (
    Job,
    JobKind,
    JobState,
    ask_runner,
    claim_job,
    end_job,
    free_jobs,
    give_up_jobs,
    hand_back_job,
    is_claimable,
    read_job,
    read_jobs,
    renew_job,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = logging.getLogger("kneewise.jobs")

#: A worker that said nothing for so long is taken for lost; many times what a batch or a busy disk takes.
LEASE: Final = timedelta(seconds=90)
#: How long a job that asks waits for its runner: after that its page was closed.
ASKS: Final = timedelta(hours=1)
#: How often a page may see something new, and how often a worker without work looks for some.
_TELL_EVERY_S: Final = 0.3
_LOOK_EVERY_S: Final = 2.0
#: Every so many tellings it says that it lives even where there is nothing new, and hears whether an end is wanted.
_QUIET_TELLINGS: Final = 4

Lines = Sequence[Mapping[str, Any]]


class JobStoppedError(Exception):
    """Ends a job between two steps: its end is wanted, its server stops, or another worker has it."""


class JobAsksError(Exception):
    """Gives a job back to its runner, who has to say more; its text is the question."""


class JobCutOffError(Exception):
    """Ends an attempt whose process was lost: the job is begun again, and has failed with this text after the last."""


class Task(Protocol):
    """What a kind of job does."""

    def run(self, hand: JobHand) -> Lines | None:
        """Do it; return the lines that stand at its end, or ``None`` where what it told stands."""

    def over(self, job: Job) -> None:
        """Clear up behind a job that is over, however it ended; it may be asked twice."""


class JobHand:
    """A job in the hands of its worker.

    Attributes
    ----------
    job : Job
        As it was claimed.
    told : list of mapping
        Every line so far.
    """

    def __init__(self, job: Job, stopping: threading.Event) -> None:
        self.job = job
        self.told: list[Mapping[str, Any]] = []
        self.cancel_wanted = False
        self.lost = False
        self._stopping = stopping
        self._progress: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._sent = 0
        self._changed = False

    @property
    def stopping(self) -> bool:
        """Whether the server stops."""
        return self._stopping.is_set()

    def tell(self, line: Mapping[str, Any]) -> None:
        """Add a line to what the job tells."""
        with self._lock:
            self.told.append(line)
            self._changed = True

    def progress(self, **values: Any) -> None:
        """Say how far it is."""
        with self._lock:
            if not values.items() <= self._progress.items():
                self._progress.update(values)
                self._changed = True

    def end_with(self, connection: Connection, **progress: Any) -> None:
        """End the job as done in the very transaction that stores what came of it: either both, or neither.

        Raises
        ------
        JobStoppedError
            Where its end is wanted, or another worker has it.
        """
        self.progress(**progress)
        done = end_job(
            connection, self.job, "done", now=clock.now(), progress=self.so_far(), lines=self.told, unless_wanted=True
        )
        if not done:
            job = read_job(connection, self.job.id)
            self.cancel_wanted = job is not None and job.cancel_wanted
            raise JobStoppedError

    def stop_if_wanted(self) -> None:
        """Raise where the job has to end here.

        Raises
        ------
        JobStoppedError
        """
        if self.cancel_wanted or self.lost or self.stopping:
            raise JobStoppedError

    def so_far(self) -> dict[str, Any]:
        """Return how far it is."""
        with self._lock:
            return dict(self._progress)

    def unsent(self, *, quiet: bool = False) -> Lines | None:
        """Return the lines that the table has not, or ``None`` where there is nothing new and silence will do."""
        with self._lock:
            if not self._changed and not quiet:
                return None
            self._changed = False
            fresh = self.told[self._sent :]
            self._sent = len(self.told)
            return fresh


@dataclass(frozen=True, slots=True)
class _Ending:
    """How an attempt ended: without a state, the job waits for the next one."""

    state: JobState | None
    text: str = ""
    lines: Lines | None = None
    counted: bool = False


class JobWorker:
    """Who does some kinds of jobs in one process, one job at a time.

    Parameters
    ----------
    place : Place
        Whose table.
    tasks : mapping of str to Task
        By kind of job. Of all these kinds one job at a time is done, whatever the number of processes.
    alone : bool
        Whether it is known that no other process works on these kinds: what runs then belongs to a lost one. Else
        only jobs of processes of this machine that are gone are taken for lost at once.
    """

    def __init__(self, place: Place, tasks: Mapping[JobKind, Task], *, alone: bool) -> None:
        self._place = place
        self._tasks = tasks
        self._name = f"{_here()}-{os.getpid()}-{uuid4().hex}"
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._hand: JobHand | None = None
        try:
            self._free_lost(alone=alone)
        except StorageError as error:
            # Another writer holds the database: the leases end by themselves, and a start must not.
            log.warning("%s", error)
        self._thread = threading.Thread(target=self._work, name="kneewise-jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look for work at once."""
        self._wake.set()

    def want_end(self, job_id: str) -> None:
        """Tell the job in hand, where it is this one, that its end is wanted; the table tells other processes."""
        hand = self._hand
        if hand is not None and hand.job.id == job_id:
            hand.cancel_wanted = True

    def close(self) -> None:
        """Stop after the step in hand, and let the job wait for the next start."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _free_lost(self, *, alone: bool) -> None:
        kinds = list(self._tasks)
        with record_of(self._place) as record:
            with record.reading() as connection:
                jobs = read_jobs(connection, kinds, since=clock.now())
            running = {job.worker for job in jobs if job.state == "running" and job.worker is not None}
            lost = [worker for worker in running if alone or _is_gone(worker)]
            if lost:
                with record.writing("taking up jobs") as connection:
                    free_jobs(connection, kinds, now=clock.now(), workers=lost)

    def _work(self) -> None:
        while not self._stopping.is_set():
            worked = False
            try:
                job = self._claimed()
                worked = job is not None and self._one(job)
            except KneewiseError:
                pass  # the database is away for a moment: look again
            if not worked:
                self._wake.wait(_LOOK_EVERY_S)
                self._wake.clear()

    def _claimed(self) -> Job | None:
        now, kinds = clock.now(), list(self._tasks)
        with record_of(self._place) as record:
            with record.reading() as connection:
                if not is_claimable(connection, kinds, now=now):
                    return None
            with record.writing("taking up a job") as connection:
                given_up = give_up_jobs(connection, kinds, now=now)
                job = claim_job(connection, kinds, worker=self._name, now=now, lease=LEASE, one_at_a_time=True)
        for each in given_up:
            self._tasks[each.kind].over(each)
        return job

    def _one(self, job: Job) -> bool:
        """Do a job; return false where it has to wait, so that nobody claims it again at once."""
        hand = self._hand = JobHand(job, self._stopping)
        hand.cancel_wanted = job.cancel_wanted
        over = threading.Event()
        telling = threading.Thread(target=self._tell, args=(hand, over), name="kneewise-telling", daemon=True)
        telling.start()
        ending = self._attempted(hand)
        over.set()
        telling.join()
        self._hand = None
        with record_of(self._place) as record, record.writing("ending a job", beside=True) as connection:
            _note(connection, hand, ending)
            now = read_job(connection, job.id)
        if now is None or now.over:
            self._tasks[job.kind].over(job)
        return ending.state is not None

    def _attempted(self, hand: JobHand) -> _Ending:
        try:
            hand.stop_if_wanted()
            return _Ending("done", lines=self._tasks[hand.job.kind].run(hand))
        except JobStoppedError:
            return _Ending("cancelled" if hand.cancel_wanted else None)
        except JobAsksError as asked:
            return _Ending("cancelled" if hand.cancel_wanted else "asking", str(asked))
        except JobCutOffError as lost:
            again = hand.job.attempts < hand.job.most_attempts
            return _Ending(None, counted=True) if again else _Ending("failed", str(lost))
        except ImportRunningError:
            return _Ending(None)
        except KneewiseError as error:
            return _Ending("failed", str(error))
        except Exception as error:  # a thread that ends without a word would leave the page waiting for ever
            text = f"It failed inside Kneewise ({type(error).__name__}: {error}); please report this."
            return _Ending("failed", text)

    def _tell(self, hand: JobHand, over: threading.Event) -> None:
        quiet = 0
        while not over.wait(_TELL_EVERY_S):
            quiet += 1
            fresh = hand.unsent(quiet=quiet >= _QUIET_TELLINGS)
            if fresh is None:
                continue
            quiet = 0
            try:
                with record_of(self._place) as record, record.writing("telling of a job", beside=True) as connection:
                    kept = renew_job(
                        connection, hand.job, now=clock.now(), lease=LEASE, progress=hand.so_far(), lines=fresh
                    )
            except KneewiseError:
                continue  # the lines stand in the table at the end at the latest
            hand.lost = kept is None
            hand.cancel_wanted = hand.cancel_wanted or (kept is not None and kept.cancel_wanted)


def _note(connection: Connection, hand: JobHand, ending: _Ending) -> None:
    """Tell the table how an attempt ended; nothing where the job is no longer this worker's, or over already."""
    now = clock.now()
    if ending.state is None:
        hand_back_job(connection, hand.job, counted=ending.counted, begun=bool(hand.told))
    elif ending.state == "asking":
        ask_runner(connection, hand.job, ending.text, until=now + ASKS)
    else:
        lines = hand.told if ending.lines is None else ending.lines
        end_job(connection, hand.job, ending.state, now=now, text=ending.text, progress=hand.so_far(), lines=lines)


def _here() -> str:
    """Return a short name of this machine for the names of its workers."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:12]


def _is_gone(worker: str) -> bool:
    """Whether a worker's process is known to be gone: one of another machine is not, nor any on Windows."""
    host, _, rest = worker.partition("-")
    pid = rest.partition("-")[0]
    if os.name == "nt" or host != _here() or not pid.isdecimal():
        return False  # on Windows the signal that only asks would end the process
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False  # it is another user's, and alive
    return False
