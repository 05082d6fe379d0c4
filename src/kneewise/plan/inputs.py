"""Everything that a plan is made from: no clock, no storage, no file; the same inputs give the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType

from kneewise.assessment.triage import Triage
from kneewise.domain.plan import Goal, Plan, SessionKind
from kneewise.domain.runner import Runner
from kneewise.domain.strength_log import SetLog
from kneewise.evidence.exercises import Equipment
from kneewise.evidence.parameters import value
from kneewise.load.reference import Reference
from kneewise.monitoring import PainState
from kneewise.retraining import Practised


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One recorded run.

    Attributes
    ----------
    moving_s : float or None
        Time in motion.
    knee_km : float or None
        ``None`` where the run has no number.
    coverage : float
        Share of the running time that has a number, 0 to 1.
    """

    local_date: date
    distance_m: float | None
    moving_s: float | None
    knee_km: float | None
    coverage: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneSession:
    """A session of an issued plan that took place, as `adherence.done_sessions` finds it.

    Attributes
    ----------
    stage : str
        Stage of the planned session, such as ``R4``.
    share : float
        Done over planned, 1 for all of it.
    """

    session_id: str
    local_date: date
    kind: SessionKind
    stage: str = ""
    share: float = 1.0

    @property
    def whole(self) -> bool:
        """Whether enough of it was done to go a step on; one that was cut short comes again."""
        return self.share >= value("plan.session.full_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitPractice:
    """What is known of gait retraining.

    Attributes
    ----------
    baseline_spm : float or None
        Own cadence from the count before the trial, steps per minute of both feet.
    pain_change : float or None
        Pain in the trial less the usual pain, points of 0 to 10; below 0 is better.
    comfortable : bool or None
        Whether the quicker steps felt good.
    calf_or_achilles_pain : float or None
        0 to 10.
    wanted : bool
        The runner chose to practise.
    begun : date or None
        Day of the trial that the course rests on; it names the course's sessions.
    sessions_done : tuple of Practised
        Sessions of this course, and parts of them, that took place.
    retained_pct : float or None
        Cadence above baseline in the latest check, in percent.
    most_pct : float or None
        Highest share above baseline that the trial showed to be tolerated, in percent.
    """

    baseline_spm: float | None = None
    pain_change: float | None = None
    comfortable: bool | None = None
    calf_or_achilles_pain: float | None = None
    acute_calf_achilles_plantar: bool | None = None
    wanted: bool = False
    begun: date | None = None
    sessions_done: tuple[Practised, ...] = ()
    retained_pct: float | None = None
    most_pct: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """A race in the calendar; a run of that length on that day, where the rules allow it."""

    day: date
    distance_m: float
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """When the runner can train.

    Attributes
    ----------
    minutes : mapping of int to float
        Minutes by weekday, Monday 0; a weekday that is missing is not free.
    start_times : mapping of int to time
        Usual time of day by weekday, where told.
    long_run_weekday : int or None
        Preferred weekday of the longest run.
    away : frozenset of date
        Days of travel or without time.
    opened : mapping of date to float
        Minutes of single days that the runner opened by moving a session there, also where they are not free else.
    """

    minutes: Mapping[int, float]
    start_times: Mapping[int, time] = field(default_factory=lambda: MappingProxyType({}))
    long_run_weekday: int | None = None
    away: frozenset[date] = frozenset()
    races: tuple[Race, ...] = ()
    runs_per_week: int | None = None
    opened: Mapping[date, float] = field(default_factory=lambda: MappingProxyType({}))

    def minutes_on(self, day: date) -> float:
        """Return the minutes that are free on a day."""
        usual = 0.0 if day in self.away else self.minutes.get(day.weekday(), 0.0)
        return max(usual, self.opened.get(day, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """What `build_plan` and `adapt_plan` read.

    Attributes
    ----------
    today : date
        First day that may still be planned.
    issued_at : datetime
        Instant of issue, aware, in UTC.
    condition : str or None
        Id of the pattern that fits best; ``None`` where none does.
    age_years : float or None
    triage : Triage
        Of the latest intake.
    pain : PainState
        Of ``today``.
    runs : tuple of PastRun
        All runs known of the 60 days before the plan began, and since; more does no harm.
    reference : Reference
        What 1 knee-km is, with the runner's easy speed and cadence.
    easy_speed_mps, cadence_spm : float or None
        Own easy speed and the cadence at it; the reference's where ``None``.
    equipment : frozenset of str
        At home or in the gym, ids of the exercise library.
    strength_minutes : float or None
        Time for one strength session; the usual size where ``None``.
    strength_log : tuple of SetLog
        Strength work as it was logged, corrections with it.
    done : tuple of DoneSession
        Sessions of issued plans that took place.
    measured : mapping of metric to float
        Tests and answers by metric id (``single_leg_squat_or_step_down_reps``, ``brisk_walk_pain``, ``hop_reps`` ...);
        a metric that is missing is not known.
    findings : frozenset of str
        Ids of findings that are present.
    onset_min, onset_distance_m : float or None
        When pain usually starts in a run, for outer knee pain.
    tendon_stage : int or None
        Stage of tendon loading, 1 to 4.
    done_over_planned : float or None
        Share of planned sessions done in the last 14 days.
    previous : Plan or None
        The version in force.
    """

    today: date
    issued_at: datetime
    runner: Runner
    triage: Triage
    pain: PainState
    reference: Reference
    availability: Availability
    condition: str | None = None
    age_years: float | None = None
    runs: tuple[PastRun, ...] = ()
    easy_speed_mps: float | None = None
    cadence_spm: float | None = None
    equipment: frozenset[Equipment] = frozenset({"none"})
    strength_minutes: float | None = None
    strength_log: tuple[SetLog, ...] = ()
    gait: GaitPractice = field(default_factory=GaitPractice)
    done: tuple[DoneSession, ...] = ()
    measured: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    findings: frozenset[str] = frozenset()
    onset_min: float | None = None
    onset_distance_m: float | None = None
    tendon_stage: int | None = None
    done_over_planned: float | None = None
    goal: Goal | None = None
    previous: Plan | None = None
    horizon_weeks: int | None = None

    def blocks(self, what: str) -> bool:
        """Whether the triage stops ``what``: running, impact, strength, progression, ..."""
        return what in self.triage.blocks or "everything" in self.triage.blocks
