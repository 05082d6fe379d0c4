"""Which recorded run fulfilled which planned session, and how much of the plan was done.

A session counts as it was told: a run is held against the version in force when it began, so that a plan that changed
afterwards never turns a run that followed it into one that did not. What a newer version took back counts for nothing.

A missed session moves on and is never doubled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from kneewise.domain import Plan, PlannedSession
from kneewise.domain.plan import SessionKind
from kneewise.evidence.parameters import value
from kneewise.plan.amounts import length_s
from kneewise.plan.inputs import DoneSession
from kneewise.plan.recorded_runs import Deviation, RecordedRun, deviations, has_walking, ratio, share_of, unlikeness

#: Kinds of session that a recorded run can fulfil.
RUN_KINDS: Final[frozenset[SessionKind]] = frozenset({"run", "walk_run", "gait_retraining"})
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A planned session and the run that fulfilled it.

    Attributes
    ----------
    session : PlannedSession
        As it was told before the run.
    version : int
        Version of the plan that told it.
    share : float or None
        Length done over length planned; ``None`` where one of them is not known.
    walked : bool or None
        Whether the run held walking; ``None`` where that is not known.
    """

    session: PlannedSession
    version: int
    run: RecordedRun
    share: float | None
    walked: bool | None
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class ShareDone:
    """Sessions done and planned in a window of days; ``share`` is ``None`` where nothing was planned."""

    first: date
    last: date
    done: int
    planned: int

    @property
    def share(self) -> float | None:
        """Return done over planned, 0 to 1."""
        return self.done / self.planned if self.planned else None

    @property
    def text(self) -> str:
        """Return the share in words."""
        days = (self.last - self.first).days + 1
        if not self.planned:
            return f"Nothing was planned in the last {days} days."
        return f"You did {self.done} of {self.planned} planned sessions in the last {days} days."


def match_runs(
    plans: Iterable[Plan],
    runs: Iterable[RecordedRun],
    *,
    timezone: str,
    told: Mapping[str, str | None] = MappingProxyType({}),
) -> tuple[Matched, ...]:
    """Return which run fulfilled which planned session, in order of the runs.

    Parameters
    ----------
    plans : iterable of Plan
        Every version as it was issued.
    timezone : str
        IANA zone of the plan's days.
    told : mapping of str to str or None
        Sessions that the runner told by themselves, with the run that was the same one; no other run fulfils them, and
        that run fulfils no other session.

    Notes
    -----
    A run of the same local day comes first, also where it is much shorter or longer: a session cut short is still that
    session. A run of the day before or after counts where it is about as long as planned. Among several the nearest in
    length and kind wins; each run and each session is used once at most.
    """
    issued = sorted(plans, key=lambda plan: (plan.issued_at, plan.version))
    zone = ZoneInfo(timezone)
    pairs = [
        _Pair(session, version, run)
        for run in runs
        for version, session in _told(issued, run, zone)
        if _may_match(session, run) and _is_as_told(session, run, told)
    ]
    taken_sessions: set[str] = set()
    taken_runs: set[str] = set()
    matched = []
    for pair in sorted(pairs, key=_rank):
        if pair.session.id in taken_sessions or pair.run.id in taken_runs:
            continue
        taken_sessions.add(pair.session.id)
        taken_runs.add(pair.run.id)
        matched.append(_matched(pair))
    return tuple(sorted(matched, key=lambda match: (match.run.start, match.run.id)))


def done_sessions(matches: Iterable[Matched]) -> tuple[DoneSession, ...]:
    """Return the matches as the plan takes them in; an unknown share counts as all of it."""
    return tuple(
        DoneSession(
            session_id=match.session.id,
            local_date=match.run.local_date,
            kind=match.session.kind,
            stage=match.session.stage,
            share=1.0 if match.share is None else match.share,
        )
        for match in matches
    )


def walks_done(
    plans: Iterable[Plan],
    *,
    told: Collection[date],
    walked_s: Mapping[date, float],
    ran: Collection[date],
    timezone: str,
) -> tuple[DoneSession, ...]:
    """Return the planned walks that took place, in order; a walk needs no watch, so an answer about it is enough.

    Parameters
    ----------
    told : collection of date
        Days of which pain during the session was told.
    walked_s : mapping of date to float
        Time of recorded walks and hikes by local day, in seconds.
    ran : collection of date
        Days with a run: what was told is about the run then.
    timezone : str
        IANA zone of the plan's days.
    """
    issued = sorted(plans, key=lambda plan: (plan.issued_at, plan.version))
    zone = ZoneInfo(timezone)
    done = []
    for day in sorted({*told, *walked_s} - {*ran}):
        for session in _sessions_on(_in_force(issued, _evening(day, zone)), day):
            share = 1.0 if day in told else ratio(walked_s[day], length_s(session))
            if session.kind == "walk" and share is not None:
                stage = session.stage
                done.append(DoneSession(session_id=session.id, local_date=day, kind="walk", stage=stage, share=share))
    return tuple(done)


def share_done(
    plans: Iterable[Plan],
    matches: Iterable[Matched],
    *,
    today: date,
    timezone: str,
    done_ids: Iterable[str] = (),
    kinds: frozenset[SessionKind] = RUN_KINDS,
) -> ShareDone:
    """Return how many planned sessions of the days before ``today`` were done.

    Parameters
    ----------
    done_ids : iterable of str
        Ids of sessions known to be done from elsewhere, such as a log of strength work.
    kinds : frozenset of str
        What counts as planned. Name strength only where it is logged: what nobody asked about was not missed.

    Notes
    -----
    A day counts as the last version told that was in force on its evening. A session that was done counts as planned
    even where a later version took it back.
    """
    days = round(value("adherence.window_days"))
    first, last = today - days * _DAY, today - _DAY
    issued = sorted(plans, key=lambda plan: (plan.issued_at, plan.version))
    zone = ZoneInfo(timezone)
    done = {match.session.id for match in matches if first <= match.session.local_date <= last}
    planned = {
        session.id
        for ahead in range(days)
        for session in _sessions_on(_in_force(issued, _evening(first + ahead * _DAY, zone)), first + ahead * _DAY)
        if session.kind in kinds
    }
    done |= planned & set(done_ids)
    return ShareDone(first, last, len(done), len(planned | done))


@dataclass(frozen=True, slots=True)
class _Pair:
    session: PlannedSession
    version: int
    run: RecordedRun


def _evening(day: date, zone: ZoneInfo) -> datetime:
    """Return the end of a local day, in UTC."""
    return datetime.combine(day + _DAY, time(), zone).astimezone(UTC)


def _in_force(issued: Sequence[Plan], instant: datetime) -> Plan | None:
    """Return the latest version issued by then; ``issued`` is in order of issue."""
    told = [plan for plan in issued if plan.issued_at <= instant]
    return told[-1] if told else None


def _sessions_on(plan: Plan | None, day: date) -> tuple[PlannedSession, ...]:
    return () if plan is None else plan.on(day)


def _told(issued: Sequence[Plan], run: RecordedRun, zone: ZoneInfo) -> Iterator[tuple[int, PlannedSession]]:
    """Yield the sessions of the three days around a run, as told before it."""
    now = _in_force(issued, run.start)
    ids = frozenset() if now is None else frozenset(session.id for session in now.sessions)
    for day in (run.local_date - _DAY, run.local_date, run.local_date + _DAY):
        for session in _sessions_on(now, day):
            yield (now.version if now else 0), session
    # A version of this morning may begin today; yesterday's session then stands in the version before.
    before = _in_force(issued, min(run.start, _evening(run.local_date - _DAY, zone)))
    for session in _sessions_on(before, run.local_date - _DAY):
        if before is not None and before is not now and session.id not in ids:
            yield before.version, session


def _may_match(session: PlannedSession, run: RecordedRun) -> bool:
    if session.kind not in RUN_KINDS:
        return False
    share = share_of(session, run)
    if session.local_date == run.local_date:
        return share is None or share >= value("adherence.same_day.share_low")
    low, high = value("adherence.other_day.share_low"), value("adherence.other_day.share_high")
    return share is not None and low <= share <= high


def _is_as_told(session: PlannedSession, run: RecordedRun, told: Mapping[str, str | None]) -> bool:
    """Whether nothing that was told speaks against a pair."""
    return told[session.id] == run.id if session.id in told else run.id not in told.values()


def _rank(pair: _Pair) -> tuple[int, float, datetime, date, str, str]:
    """Return what pairs are sorted by: the day, then likeness, then order in time."""
    session, run = pair.session, pair.run
    away = abs((run.local_date - session.local_date).days)
    return away, unlikeness(session, run), run.start, session.local_date, session.id, run.id


def _matched(pair: _Pair) -> Matched:
    return Matched(
        session=pair.session,
        version=pair.version,
        run=pair.run,
        share=share_of(pair.session, pair.run),
        walked=has_walking(pair.run),
        deviations=tuple(deviations(pair.session, pair.run)),
    )
