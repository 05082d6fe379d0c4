"""Eight sessions in two weeks with less and less feedback, then practice on usual runs, then checks.

The schedule stands in ``evidence/gait_retraining.toml``. Where pain does not allow the minutes in one go, they are run
with walks between and add up; where it does not allow them on one day, they are spread over more days.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kneewise.domain import Interval
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.progression import GaitSession
from kneewise.retraining.trial import target_spm
from kneewise.units import SECONDS_PER_MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """``times`` times: run with the beat, run without it, walk; each in seconds, 0 where there is none."""

    times: int
    on_s: float
    off_s: float
    walk_s: float = 0.0

    @property
    def run_s(self) -> float:
        """Running in all, in seconds."""
        return self.times * (self.on_s + self.off_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceSession:
    """One session of the schedule, or one part of it.

    Attributes
    ----------
    id : str
        Id in the schedule, such as ``session_1``.
    part, parts : int
        Which part of it, from 1, and of how many, where its minutes are spread over days.
    run_s, feedback_share : float
        Running with practice in seconds, and the share of it with the beat on, 0 to 1.
    target_spm : Interval
        Steps per minute to aim at.
    beat_spm : float
        What the metronome is set to.
    glance_every_s : float or None
        How often to look at the watch.
    """

    id: str
    order: int
    part: int
    parts: int
    run_s: float
    feedback_share: float
    bouts: Bout
    target_spm: Interval
    beat_spm: float
    text: str
    glance_every_s: float | None = None

    @property
    def duration_s(self) -> float:
        """Time with the walks between, in seconds."""
        return self.run_s + self.bouts.times * self.bouts.walk_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """A session of the schedule, or a part of one, that took place.

    Attributes
    ----------
    order : int
        Which of the schedule, from 1.
    run_s : float
        Running that it was planned with, in seconds.
    """

    local_date: date
    order: int
    run_s: float


def cadence_schedule(
    baseline_spm: float,
    *,
    most_pct: float | None = None,
    longest_bout_min: float | None = None,
    longest_session_min: float | None = None,
    done: Sequence[Practised] = (),
) -> tuple[CadenceSession, ...]:
    """Return what is left of the schedule.

    Parameters
    ----------
    baseline_spm : float
        Own baseline, steps per minute of both feet.
    most_pct : float or None
        Highest share above it that the trial showed to be tolerated, in percent.
    longest_bout_min, longest_session_min : float or None
        Running that the pain rules allow in one go, and in one session, in minutes; no limit where ``None``.
    done : sequence of Practised
        Sessions and parts that took place; of a session that was run in part, the rest is left.

    Returns
    -------
    tuple of CadenceSession
        Empty where less running is allowed than the shortest bout.
    """
    shortest = value("retraining.shortest_bout_min")
    limits = [limit for limit in (longest_bout_min, longest_session_min) if limit is not None]
    if limits and min(limits) < shortest:
        return ()
    sessions: list[CadenceSession] = []
    for left in _left(done):
        sessions += _session(left, baseline_spm, most_pct, longest_bout_min, longest_session_min)
    return tuple(sessions)


def schedule_over(done: Sequence[Practised]) -> bool:
    """Whether nothing of the schedule is left, however many days its sessions were spread over."""
    return next(_left(done), None) is None


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left of one session: seconds of running, and how many parts of it took place."""

    record: GaitSession
    run_s: float
    parts_done: int


def _left(done: Sequence[Practised]) -> Iterator[_Left]:
    for record in schedule_records("session"):
        whole_s = SECONDS_PER_MINUTE * (record.run_min or 0.0)
        parts = [each.run_s for each in done if each.order == record.order]
        left_s = whole_s - math.fsum(parts)
        # The same share that makes a single session whole.
        if left_s > (1 - value("plan.session.full_share")) * whole_s:
            yield _Left(record, left_s, len(parts))


def schedule_records(kind: str) -> tuple[GaitSession, ...]:
    """Return the steps of one kind in their order."""
    records = (record for record in knowledge().gait_retraining.values() if record.kind == kind)
    return tuple(sorted(records, key=lambda record: record.order))


def _session(
    left: _Left,
    baseline_spm: float,
    most_pct: float | None,
    longest_bout_min: float | None,
    longest_session_min: float | None,
) -> list[CadenceSession]:
    record, run_s = left.record, left.run_s
    share = (record.feedback_pct or 0.0) / 100
    target = target_spm(baseline_spm, record.target_pct_low or 0.0, record.target_pct_high or 0.0, most_pct=most_pct)
    parts = 1 if longest_session_min is None else max(math.ceil(run_s / (SECONDS_PER_MINUTE * longest_session_min)), 1)
    bouts = _bouts(run_s / parts, share, longest_bout_min)
    return [
        CadenceSession(
            id=record.id,
            order=record.order,
            part=left.parts_done + part,
            parts=left.parts_done + parts,
            run_s=run_s / parts,
            feedback_share=share,
            bouts=bouts,
            target_spm=target,
            beat_spm=target.low,
            text=_text(record, parts, bouts),
            glance_every_s=None if record.glance_every_min is None else SECONDS_PER_MINUTE * record.glance_every_min,
        )
        for part in range(1, parts + 1)
    ]


def _bouts(run_s: float, share: float, longest_bout_min: float | None) -> Bout:
    """Return the pattern of a session: with walks where one bout is too long, otherwise beat on and off in turns."""
    if longest_bout_min is not None and run_s > SECONDS_PER_MINUTE * longest_bout_min:
        times = math.ceil(run_s / (SECONDS_PER_MINUTE * longest_bout_min))
        bout_s = run_s / times
        return Bout(
            times=times,
            on_s=bout_s * share,
            off_s=bout_s * (1 - share),
            walk_s=SECONDS_PER_MINUTE * value("retraining.walk_min"),
        )
    if share >= 1:
        return Bout(times=1, on_s=run_s, off_s=0.0)
    # The beat stays on long enough to find the rhythm, however small its share.
    cycle_s = SECONDS_PER_MINUTE * max(value("retraining.cycle_min"), value("retraining.shortest_beat_min") / share)
    times = max(math.floor(run_s / cycle_s), 1)
    return Bout(times=times, on_s=run_s * share / times, off_s=run_s * (1 - share) / times)


def _text(record: GaitSession, parts: int, bouts: Bout) -> str:
    text = record.text
    if bouts.walk_s:
        text += f" Walk {_minutes(bouts.walk_s)} after each {_minutes(bouts.on_s + bouts.off_s)} of running."
    if parts > 1:
        text += f" Spread it over {parts} days."
    return text


def _minutes(seconds: float) -> str:
    minutes = seconds / SECONDS_PER_MINUTE
    return "1 minute" if round(minutes, 1) == 1 else f"{minutes:.3g} minutes"


def practice_after(week: int) -> GaitSession | None:
    """Return the practice of usual runs in one week since the first session (from 1); ``None`` outside of it."""
    for record in schedule_records("practice"):
        if (record.from_week or 0) <= week <= (record.to_week or 0):
            return record
    return None


def beat_of_practice(run_s: float) -> Bout:
    """Return when the beat is on in a usual run of the practice weeks; ``run_s`` in seconds."""
    record = schedule_records("practice")[0]
    on_s = SECONDS_PER_MINUTE * (record.feedback_on_min or 0.0)
    every_s = SECONDS_PER_MINUTE * (record.feedback_every_min_high or record.feedback_every_min_low or 0.0)
    if run_s < on_s:
        return Bout(times=1, on_s=0.0, off_s=run_s)
    times = max(math.floor(run_s / every_s), 1)
    return Bout(times=times, on_s=on_s, off_s=run_s / times - on_s)


def calf_raises() -> tuple[float, float]:
    """Return how often a week, and for how many weeks at most, the calf is trained beside quicker steps."""
    values = knowledge().gait_rules["load_shift"].values
    weeks = values["weeks"].high
    return values["per_week"].value or 0.0, weeks or 0.0
