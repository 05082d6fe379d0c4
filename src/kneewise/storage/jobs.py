"""Work behind a server's back, in a table: claimed by exactly one worker, and taken up again when that worker is lost.

A worker holds a job by a lease that it renews while it lives. A lease that ran out belongs to nobody: the next worker
claims the job, as often as the job allows, and then it is told as interrupted. Every change by a worker names worker
and attempt, so that one that was taken for lost can no longer change anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, exists, func, insert, or_, select, update

from kneewise.storage.tables import job as table
from kneewise.storage.tables import job_line as lines_table

JobState = Literal["waiting", "running", "done", "cancelled", "failed", "interrupted"]

#: States of a job that still goes on.
LIVE: Final[tuple[JobState, ...]] = ("waiting", "running")
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
        Why it failed, in words; empty else.
    attempts, most_attempts : int
        How often it was claimed, and how often it may be.
    worker : str or None
        Who holds it, or held it last.
    lease_until : datetime or None
        When the worker is taken for lost, unless it says that it lives.
    cancel_wanted : bool
        Whether its end was asked for.
    """

    id: str
    runner_id: str
    kind: str
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
        """Whether it still goes on."""
        return self.state in LIVE


def new_job(
    runner_id: str, kind: str, data: Mapping[str, Any], *, at: datetime, family: str = "", most_attempts: int = 3
) -> Job:
    """Return a job that waits; it is not stored yet."""
    own = uuid4().hex
    return Job(own, runner_id, kind, family or own, at, dict(data), most_attempts=most_attempts)


def insert_job(connection: Connection, job: Job) -> None:
    """Store a new job."""
    connection.execute(insert(table), {name: getattr(job, name) for name in job.__slots__})


def is_claimable(connection: Connection, kinds: Collection[str], *, now: datetime) -> bool:
    """Whether `claim_job` might find something: a look that waits for no writer."""
    return bool(connection.execute(select(exists().where(table.c.kind.in_(kinds), _open(now)))).scalar())


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

    Jobs that were cut off as often as they may be are told as interrupted on the way.

    Parameters
    ----------
    connection : Connection
        Of ``Record.writing(..., beside=True)``; without ``beside`` where one job at a time is wanted.
    one_at_a_time : bool
        Take none while another of these kinds is under way.
    """
    _give_up(connection, kinds, now)
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
) -> bool:
    """Note how a job ended; return false, and change nothing, where it is no longer this worker's.

    Parameters
    ----------
    lines : sequence of mapping or None
        To stand in the place of what it told; ``None`` leaves that as it is.
    """
    ended = (
        update(table)
        .where(_held(job))
        .values(state=state, text=text, progress=dict(progress), ended_at=now, lease_until=None)
    )
    if connection.execute(ended).rowcount == 0:
        return False
    if lines is not None:
        connection.execute(delete(lines_table).where(lines_table.c.job_id == job.id))
        _add_lines(connection, job.id, lines)
    return True


def hand_back_job(connection: Connection, job: Job) -> bool:
    """Let a job wait again, as if it had not been claimed: its worker stops in good order, or cannot do it now."""
    waits = (
        update(table)
        .where(_held(job))
        .values(state="waiting", worker=None, lease_until=None, attempts=table.c.attempts - 1)
    )
    return connection.execute(waits).rowcount > 0


def free_jobs(connection: Connection, kinds: Collection[str], *, now: datetime) -> None:
    """End the leases of all jobs of these kinds: for whoever knows that no worker of them is alive."""
    lost = update(table).where(table.c.kind.in_(kinds), table.c.state == "running")
    connection.execute(lost.values(lease_until=now - timedelta(microseconds=1)))


def want_end(connection: Connection, job_id: str, *, now: datetime) -> None:
    """Ask for a job's end: one that waits is over at once, one under way when its worker hears of it."""
    mine = table.c.id == job_id
    connection.execute(
        update(table)
        .where(mine, table.c.state == "waiting")
        .values(state="cancelled", ended_at=now, cancel_wanted=True)
    )
    connection.execute(update(table).where(mine, table.c.state == "running").values(cancel_wanted=True))


def end_all_jobs(connection: Connection, state: JobState, text: str, *, now: datetime) -> None:
    """End every job that goes on, whoever holds it: for a record that was put back or carried elsewhere."""
    going = update(table).where(table.c.state.in_(LIVE))
    connection.execute(going.values(state=state, text=text, ended_at=now, lease_until=None))


def read_job(connection: Connection, job_id: str) -> Job | None:
    """Return a job, or ``None``."""
    row = connection.execute(select(table).where(table.c.id == job_id)).mappings().first()
    return None if row is None else _job(row)


def read_jobs(
    connection: Connection, kinds: Collection[str], *, runner_id: str | None = None, since: datetime | None = None
) -> list[Job]:
    """Return jobs of these kinds, the oldest first: of one runner or of all, those that go on or ended since."""
    query = select(table).where(table.c.kind.in_(kinds)).order_by(table.c.begun_at, table.c.id)
    if runner_id is not None:
        query = query.where(table.c.runner_id == runner_id)
    if since is not None:
        query = query.where(or_(table.c.state.in_(LIVE), table.c.ended_at >= since))
    return [_job(row) for row in connection.execute(query).mappings()]


def read_job_lines(connection: Connection, job_id: str, *, since: int = 0) -> list[dict[str, Any]]:
    """Return what a job told, from a line on."""
    query = select(lines_table.c.data).where(lines_table.c.job_id == job_id, lines_table.c.number >= since)
    return list(connection.execute(query.order_by(lines_table.c.number)).scalars())


def forget_jobs(connection: Connection, kinds: Collection[str], *, ended_before: datetime | None = None) -> None:
    """Delete jobs that are over, with what they told; all of these kinds where no instant is given."""
    query = delete(table).where(table.c.kind.in_(kinds))
    if ended_before is not None:
        query = query.where(table.c.ended_at < ended_before)
    connection.execute(query)


def _open(now: datetime) -> ColumnElement[bool]:
    """Return the condition under which nobody holds a job that is not over."""
    return or_(table.c.state == "waiting", _lost(now))


def _lost(now: datetime) -> ColumnElement[bool]:
    return and_(table.c.state == "running", table.c.lease_until < now)


def _held(job: Job) -> ColumnElement[bool]:
    """Return the condition under which a job is still that of the worker and the attempt that claimed it."""
    return and_(
        table.c.id == job.id,
        table.c.state == "running",
        table.c.worker == job.worker,
        table.c.attempts == job.attempts,
    )


def _give_up(connection: Connection, kinds: Collection[str], now: datetime) -> None:
    lost = update(table).where(table.c.kind.in_(kinds), _lost(now))
    ended = lost.where(table.c.cancel_wanted).values(state="cancelled", ended_at=now, lease_until=None)
    connection.execute(ended)
    spent = lost.where(table.c.attempts >= table.c.most_attempts)
    connection.execute(spent.values(state="interrupted", ended_at=now, lease_until=None))


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
