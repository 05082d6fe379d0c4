"""A recorded run held against a planned session: how much of it was done, whether it was walked, how it differed.

Words compare; they never judge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kneewise.domain import Activity, PlannedSession
from kneewise.evidence.parameters import value
from kneewise.plan.amounts import distance_words, length_s, whole_minutes

DeviationKind = Literal[
    "day", "shorter", "longer", "walks", "no_walks", "cadence_held", "cadence_below", "cadence_above"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """What matching needs to know of one imported run.

    Attributes
    ----------
    start : datetime
        Aware.
    moving_s, running_s : float or None
        Time walked or run, and the time run.
    cadence_spm : float or None
        Mean while running, steps per minute of both feet.
    """

    id: str
    start: datetime
    local_date: date
    moving_s: float | None = None
    running_s: float | None = None
    distance_m: float | None = None
    cadence_spm: float | None = None


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference between run and plan, in words for the runner."""

    kind: DeviationKind
    text: str


def recorded_run(activity_id: str, activity: Activity) -> RecordedRun:
    """Return what matching needs of an activity."""
    return RecordedRun(
        id=activity_id,
        start=activity.start,
        local_date=activity.local_date,
        moving_s=activity.moving_s,
        running_s=activity.running_s,
        distance_m=activity.distance_m,
        cadence_spm=activity.cadence_spm,
    )


def unlikeness(session: PlannedSession, run: RecordedRun) -> float:
    """Return how far run and session lie apart: the log of the ratio of lengths, and a cost for another kind."""
    share, walked = share_of(session, run), has_walking(run)
    kind = value("adherence.kind_cost") if walked is not None and walked != _plans_walks(session) else 0.0
    return kind + (abs(math.log(share)) if share else 0.0)


def _plans_walks(session: PlannedSession) -> bool:
    return session.kind == "walk_run" or any(step.kind != "run" for block in session.blocks for step in block.steps)


def share_of(session: PlannedSession, run: RecordedRun) -> float | None:
    """Return length done over length planned, by distance where both know it, else by time.

    Of a walk-run it is the whole time or that of the running, whichever is nearer: a watch may pause in the walks, and
    who types a run may leave them out.
    """
    by_distance = ratio(run.distance_m, session.distance_m)
    if by_distance is not None:
        return by_distance
    whole = ratio(run.moving_s, length_s(session))
    if session.kind != "walk_run":
        return whole
    ran_s = run.moving_s if run.running_s is None else run.running_s
    shares = [share for share in (whole, ratio(ran_s, _running_s(session))) if share]
    return min(shares, key=lambda share: abs(math.log(share)), default=whole)


def _running_s(session: PlannedSession) -> float:
    steps = ((block.times, step) for block in session.blocks for step in block.steps if step.kind == "run")
    return math.fsum(times * (step.duration_s or 0) for times, step in steps)


def ratio(done: float | None, planned: float | None) -> float | None:
    """Return done over planned; ``None`` where one of them is not known, or nothing was planned."""
    return done / planned if done is not None and planned else None


def has_walking(run: RecordedRun) -> bool | None:
    """Return whether walking took a part of the run that counts."""
    share = ratio(run.running_s, run.moving_s)
    return None if share is None else 1 - share >= value("adherence.walk_share")


def deviations(session: PlannedSession, run: RecordedRun) -> Iterator[Deviation]:
    """Yield how a run differed from the session that it fulfilled: its day, its length, its walking, its cadence."""
    shift = (run.local_date - session.local_date).days
    if shift:
        yield Deviation("day", f"A day {'later' if shift > 0 else 'earlier'} than planned.")
    yield from _length_deviation(session, run)
    yield from _walk_deviation(session, run)
    yield from _cadence_deviation(session, run)


def _length_deviation(session: PlannedSession, run: RecordedRun) -> Iterator[Deviation]:
    share = share_of(session, run)
    if share is None or abs(share - 1) <= value("adherence.same_length"):
        return
    if run.distance_m is not None and session.distance_m is not None:
        lengths = f"{distance_words(run.distance_m)}, planned {distance_words(session.distance_m)}"
    else:
        lengths = f"{whole_minutes(run.moving_s or 0)}, planned {whole_minutes(length_s(session) or 0)}"
    if share < 1:
        yield Deviation("shorter", f"Shorter than planned: {lengths}.")
    else:
        yield Deviation("longer", f"Longer than planned: {lengths}.")


def _walk_deviation(session: PlannedSession, run: RecordedRun) -> Iterator[Deviation]:
    walked = has_walking(run)
    if walked is True and not _plans_walks(session):
        yield Deviation("walks", "With some walking.")
    elif walked is False and session.kind == "walk_run":
        yield Deviation("no_walks", "Run through, without the walks.")


def _cadence_deviation(session: PlannedSession, run: RecordedRun) -> Iterator[Deviation]:
    aim, done = session.cadence_target_spm, run.cadence_spm
    if aim is None or done is None:
        return
    slack = value("adherence.cadence_slack_spm")
    rate = f"{done:.0f} steps a minute"
    if done < aim.low - slack:
        yield Deviation("cadence_below", f"Step rate below the aim: {rate}, aim {aim.low:.0f} to {aim.high:.0f}.")
    elif done > aim.high + slack:
        yield Deviation("cadence_above", f"Step rate above the aim: {rate}, aim {aim.low:.0f} to {aim.high:.0f}.")
    else:
        yield Deviation("cadence_held", f"Step rate held: {rate}.")
