"""Work behind a server's back, in a table: claimed by exactly one worker, and taken up again when that worker is lost.

A worker holds a job by a lease that it renews while it lives. A lease that ran out belongs to nobody: the next worker
claims the job, as often as the job allows, and then it is told as interrupted. Every change by a worker names worker
and attempt, so that one that was taken for lost can no longer change anything. A job that asks waits for its runner's
word, which is no worker's to give, and is cancelled when nobody comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, exists, func, insert, or_, select, update

from kneewise.storage.tables import job as table
from kneewise.storage.tables import job_line as lines_table

JobKind = Literal["import", "recompute", "loads", "video"]
JobState = Literal["asking", "waiting", "running", "done", "cancelled", "failed", "interrupted"]

KINDS: Final[tuple[JobKind, ...]] = get_args(JobKind)

_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Job:
    """One job as the table holds it.

    Attributes
    ----------
    family : str
        The same for jobs that were begun together.
    data : mapping
        What is to be done, as JSON values.
    progress : mapping
        How far it is, as JSON values; what grows line by line is in the lines.
    text : str
        Why it failed, or what it asks, in words; empty else.
    attempts, most_attempts : int
        How often it was claimed, and how often it may be.
    worker : str or None
        Who holds it, or held it last.
    lease_until : datetime or None
        When the worker is taken for lost, unless it says that it lives; of a job that asks, when nobody will answer.
    cancel_wanted : bool
        Whether its end was asked for.
    """

    id: str
    runner_id: str
    kind: JobKind
    family: str
    begun_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    state: JobState = "waiting"
    progress: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    attempts: int = 0
    most_attempts: int = 3
    worker: str | None = None
    lease_until: datetime | None = None
    cancel_wanted: bool = False
    ended_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether it goes on by itself."""
        return self.state in ("waiting", "running")

    @property
    def over(self) -> bool:
        """Whether nothing will be done for it any more."""
        return self.ended_at is not None


def new_job(
    runner_id: str,
    kind: JobKind,
    data: Mapping[str, Any],
    *,
    at: datetime,
    family: str = "",
    most_attempts: int = 3,
    ask_until: datetime | None = None,
) -> Job:
    """Return a job that is not stored yet; it waits, or asks its runner until an instant."""
    own = uuid4().hex
    job = Job(own, runner_id, kind, family or own, at, dict(data), most_attempts=most_attempts)
    return job if ask_until is None else replace(job, state="asking", lease_until=ask_until)


def insert_job(connection: Connection, job: Job) -> None:
    """Store a new job."""
    connection.execute(insert(table), {name: getattr(job, name) for name in job.__slots__})


def insert_once(connection: Connection, job: Job) -> None:
    """Store a new job unless its runner has one of its kind that waits, which will do the same."""
    same = table.c.runner_id == job.runner_id, table.c.kind == job.kind, table.c.state == "waiting"
    if not connection.execute(select(exists().where(*same))).scalar():
        insert_job(connection, job)


def order_job(connection: Connection, job_id: str, data: Mapping[str, Any]) -> bool:
    """Have a job that asks done as its runner answered; return false, and change nothing, where it does not ask."""
    told = (
        update(table)
        .where(table.c.id == job_id, table.c.state == "asking")
        .values(state="waiting", data=dict(data), progress={}, text="", attempts=0, worker=None, lease_until=None)
    )
    return connection.execute(told).rowcount > 0


def is_claimable(connection: Connection, kinds: Collection[str], *, now: datetime) -> bool:
    """Whether `claim_job` or `give_up_jobs` might find something: a look that waits for no writer."""
    found = or_(_open(now), _lost(now), _unanswered(now))
    return bool(connection.execute(select(exists().where(table.c.kind.in_(kinds), found))).scalar())


def give_up_jobs(connection: Connection, kinds: Collection[str], *, now: datetime) -> list[Job]:
    """End the jobs that nobody will go on with, and return them.

    They are told as interrupted where they were cut off as often as they may be, and as cancelled where their end was
    wanted or their question was not answered.
    """
    mine = update(table).where(table.c.kind.in_(kinds))
    ended: list[Job] = []
    for which, state in (
        (and_(_lost(now), table.c.cancel_wanted), "cancelled"),
        (and_(_lost(now), _spent()), "interrupted"),
        (_unanswered(now), "cancelled"),
    ):
        over = mine.where(which).values(state=state, ended_at=now, lease_until=None).returning(table)
        ended += [_job(row) for row in connection.execute(over).mappings()]
    return ended


def claim_job(
    connection: Connection,
    kinds: Collection[str],
    *,
    worker: str,
    now: datetime,
    lease: timedelta,
    one_at_a_time: bool = False,
) -> Job | None:
    """Take the job that has waited longest, or whose worker was lost; of two workers one alone gets it.

    What was cut off as often as it may be is not looked for: see `give_up_jobs`, which comes first.

    Parameters
    ----------
    connection : Connection
        Of ``Record.writing(..., beside=True)``; without ``beside`` where one job at a time is wanted.
    one_at_a_time : bool
        Take none while another of these kinds is under way.
    """
    query = select(table.c.id).where(table.c.kind.in_(kinds), _open(now))
    if one_at_a_time:
        other = table.alias()
        busy = exists().where(other.c.kind.in_(kinds), other.c.state == "running", other.c.lease_until >= now)
        query = query.where(~busy)
    # A row that another transaction is claiming at this moment is passed over; SQLite has one writer anyway.
    chosen = query.order_by(table.c.begun_at, table.c.id).limit(1).with_for_update(skip_locked=True)
    taken = (
        update(table)
        .where(table.c.id == chosen.scalar_subquery())
        .values(state="running", worker=worker, attempts=table.c.attempts + 1, lease_until=now + lease, progress={})
        .returning(table)
    )
    row = connection.execute(taken).mappings().first()
    if row is None:
        return None
    connection.execute(delete(lines_table).where(lines_table.c.job_id == row["id"]))
    return _job(row)


def renew_job(
    connection: Connection,
    job: Job,
    *,
    now: datetime,
    lease: timedelta,
    progress: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]] = (),
) -> Job | None:
    """Say that the worker lives and how far it is; return the job, or ``None`` where it is no longer this worker's.

    Parameters
    ----------
    job : Job
        As it was claimed.
    lines : sequence of mapping
        To add to what it told.
    """
    kept = update(table).where(_held(job)).values(lease_until=now + lease, progress=dict(progress)).returning(table)
    row = connection.execute(kept).mappings().first()
    if row is None:
        return None
    _add_lines(connection, job.id, lines)
    return _job(row)


def end_job(
    connection: Connection,
    job: Job,
    state: JobState,
    *,
    now: datetime,
    text: str = "",
    progress: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]] | None = None,
    unless_wanted: bool = False,
) -> bool:
    """Note how a job ended; return false, and change nothing, where it is no longer this worker's.

    Parameters
    ----------
    unless_wanted : bool
        Change nothing either where its end was asked for.
    lines : sequence of mapping or None
        To stand in the place of what it told; ``None`` leaves that as it is.
    """
    ended = (
        update(table)
        .where(_held(job))
        .values(state=state, text=text, progress=dict(progress), ended_at=now, lease_until=None)
    )
    if unless_wanted:
        ended = ended.where(~table.c.cancel_wanted)
    if connection.execute(ended).rowcount == 0:
        return False
    if lines is not None:
        connection.execute(delete(lines_table).where(lines_table.c.job_id == job.id))
        _add_lines(connection, job.id, lines)
    return True


def ask_runner(connection: Connection, job: Job, text: str, *, until: datetime) -> bool:
    """Let a job ask its runner; return false, and change nothing, where it is no longer this worker's."""
    asks = update(table).where(_held(job)).values(state="asking", text=text, worker=None, lease_until=until)
    return connection.execute(asks).rowcount > 0


def hand_back_job(connection: Connection, job: Job, *, counted: bool = False, begun: bool = False) -> bool:
    """Let a job wait again: its worker stops in good order, or cannot do it now.

    Parameters
    ----------
    counted : bool
        Whether the attempt counts, for it was cut off; else the job may be claimed as often as before.
    begun : bool
        Whether something of it is done: the next attempt is not the first then. Else it is as if the job had not been
        claimed.
    """
    waits = update(table).where(_held(job)).values(state="waiting", worker=None, lease_until=None)
    if not counted:
        fewer, more = {"attempts": table.c.attempts - 1}, {"most_attempts": table.c.most_attempts + 1}
        waits = waits.values(more if begun else fewer)
    return connection.execute(waits).rowcount > 0


def free_jobs(
    connection: Connection, kinds: Collection[str], *, now: datetime, workers: Collection[str] | None = None
) -> None:
    """End the leases of jobs of these kinds, of some workers or all: for whoever knows that these are not alive."""
    lost = update(table).where(table.c.kind.in_(kinds), table.c.state == "running")
    if workers is not None:
        lost = lost.where(table.c.worker.in_(workers))
    connection.execute(lost.values(lease_until=now - timedelta(microseconds=1)))


def want_end(connection: Connection, job_id: str, *, now: datetime) -> None:
    """Ask for a job's end: one that waits or asks is over at once, one under way when its worker hears of it."""
    mine = table.c.id == job_id
    connection.execute(
        update(table)
        .where(mine, table.c.state.in_(("asking", "waiting")))
        .values(state="cancelled", ended_at=now, lease_until=None, cancel_wanted=True)
    )
    connection.execute(update(table).where(mine, table.c.state == "running").values(cancel_wanted=True))


def end_all_jobs(connection: Connection, state: JobState, text: str, *, now: datetime) -> None:
    """End every job that is not over, whoever holds it: for a record that was put back or carried elsewhere."""
    going = update(table).where(table.c.ended_at.is_(None))
    connection.execute(going.values(state=state, text=text, ended_at=now, lease_until=None))


def read_job(connection: Connection, job_id: str) -> Job | None:
    """Return a job, or ``None``."""
    row = connection.execute(select(table).where(table.c.id == job_id)).mappings().first()
    return None if row is None else _job(row)


def read_jobs(
    connection: Connection, kinds: Collection[str], *, runner_id: str | None = None, since: datetime | None = None
) -> list[Job]:
    """Return jobs of these kinds, the oldest first: of one runner or of all, those that are not over or ended since."""
    query = select(table).where(table.c.kind.in_(kinds)).order_by(table.c.begun_at, table.c.id)
    if runner_id is not None:
        query = query.where(table.c.runner_id == runner_id)
    if since is not None:
        query = query.where(or_(table.c.ended_at.is_(None), table.c.ended_at >= since))
    return [_job(row) for row in connection.execute(query).mappings()]


def read_job_lines(connection: Connection, job_id: str, *, since: int = 0) -> list[dict[str, Any]]:
    """Return what a job told, from a line on."""
    query = select(lines_table.c.data).where(lines_table.c.job_id == job_id, lines_table.c.number >= since)
    return list(connection.execute(query.order_by(lines_table.c.number)).scalars())


def forget_jobs(
    connection: Connection,
    kinds: Collection[str],
    *,
    runner_id: str | None = None,
    ended_before: datetime | None = None,
) -> None:
    """Delete jobs with what they told: of one runner or of all, those that ended before an instant or all of them."""
    query = delete(table).where(table.c.kind.in_(kinds))
    if runner_id is not None:
        query = query.where(table.c.runner_id == runner_id)
    if ended_before is not None:
        query = query.where(table.c.ended_at < ended_before)
    connection.execute(query)


def forget_job(connection: Connection, job_id: str) -> None:
    """Delete a job that is over, with what it told; another stays."""
    connection.execute(delete(table).where(table.c.id == job_id, table.c.ended_at.is_not(None)))


def _open(now: datetime) -> ColumnElement[bool]:
    """Return the condition under which a job may be claimed."""
    return or_(table.c.state == "waiting", and_(_lost(now), ~_spent(), ~table.c.cancel_wanted))


def _spent() -> ColumnElement[bool]:
    return table.c.attempts >= table.c.most_attempts


def _lost(now: datetime) -> ColumnElement[bool]:
    return and_(table.c.state == "running", table.c.lease_until < now)


def _unanswered(now: datetime) -> ColumnElement[bool]:
    return and_(table.c.state == "asking", table.c.lease_until < now)


def _held(job: Job) -> ColumnElement[bool]:
    """Return the condition under which a job is still that of the worker and the attempt that claimed it."""
    return and_(
        table.c.id == job.id,
        table.c.state == "running",
        table.c.worker == job.worker,
        table.c.attempts == job.attempts,
    )


def _add_lines(connection: Connection, job_id: str, lines: Sequence[Mapping[str, Any]]) -> None:
    if not lines:
        return
    there = select(func.coalesce(func.max(lines_table.c.number), -1)).where(lines_table.c.job_id == job_id)
    first = connection.execute(there).scalar_one() + 1
    for rows in _parts([{"job_id": job_id, "number": first + n, "data": dict(line)} for n, line in enumerate(lines)]):
        connection.execute(insert(lines_table), rows)


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for at in range(0, len(rows), _ROWS):
        yield rows[at : at + _ROWS]


def _job(row: RowMapping) -> Job:
    return Job(**row)
