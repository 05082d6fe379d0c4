"""What the report says, free of language and layout.

Numbers are SI, days are the runner's calendar days, ids are those of the knowledge files. English sentences come from
the lower layers, which translate them where they are shown; the runner's own words stay as they were told. ``None``
and empty tuples are "not known", never "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kneewise.domain import Estimate
from kneewise.report.clinic.complaint import Complaint, Screening, Test, Told, Who

Split = Literal["retraining", "onset", "none"]


@dataclass(frozen=True, slots=True)
class Week:
    """The load of one week; ``knee_km`` is ``None`` where runs were made and none has a number."""

    first_day: date
    knee_km: float | None
    low: float | None
    high: float | None
    distance_m: float | None
    runs: int


@dataclass(frozen=True, slots=True)
class PainDay:
    """What was told of one day, 0 to 10."""

    local_date: date
    during: float | None
    next_morning: float | None
    worst: float | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day; ``words`` are the runner's own where ``kind`` is ``"change"``."""

    local_date: date
    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Pain beside load.

    Attributes
    ----------
    first, last : date
        The days that it covers.
    weeks : tuple of Week
        Consecutive; empty without a run.
    pain : tuple of PainDay
        Only days on which something was told.
    pain_then, pain_now : float or None
        Mean of the worst pain of each told day, at the start and in the last weeks.
    load_usual, load_now : float or None
        Knee-km a week before the onset, and in the last weeks.
    window_days : int
        How many days "the start" and "the last weeks" are.
    """

    first: date
    last: date
    onset: date | None
    weeks: tuple[Week, ...]
    pain: tuple[PainDay, ...]
    events: tuple[Event, ...]
    pain_then: float | None
    pain_now: float | None
    load_usual: float | None
    load_now: float | None
    window_days: int


@dataclass(frozen=True, slots=True)
class LongRun:
    """A run far longer than the longest of the 30 days before."""

    local_date: date
    distance_ratio: float | None
    hazard_ratio: float | None
    hazard_low: float | None
    hazard_high: float | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BeforeOnset:
    """What changed before it began.

    Attributes
    ----------
    reported : tuple of Told
        What the runner told of training, ground and shoes.
    since, until : date
        The time that was looked at, some days after the onset included.
    weeks : int
        How many of these weeks lie before the onset.
    usual_knee_km, before_knee_km : float or None
        Mean week of the weeks before that time, and in it.
    runs : int
        Recorded runs in that time.
    long_runs : tuple of LongRun
    """

    reported: tuple[Told, ...]
    since: date | None
    until: date | None
    weeks: int
    usual_knee_km: float | None
    before_knee_km: float | None
    runs: int
    long_runs: tuple[LongRun, ...]


@dataclass(frozen=True, slots=True)
class GaitChange:
    """One measure of gait before and after; ``change`` has an interval where one is known.

    Attributes
    ----------
    metric : str
    origin : {"watch", "video"}
    told_apart : bool or None
        Whether the change is more than two measurements of one runner differ by; ``None`` where that is not known.
    """

    metric: str
    unit: str
    origin: str
    before: float | None
    after: float | None
    change: Estimate | None
    told_apart: bool | None


@dataclass(frozen=True, slots=True)
class Gait:
    """Gait before and after.

    Attributes
    ----------
    split : {"retraining", "onset", "none"}
        What parts before from after.
    split_on : date or None
    runs_before, runs_after : int
        Runs at common speeds that the watch compares.
    clip_days : tuple of date
        Days of the videos whose numbers are kept, oldest first.
    trial : str
        What a trial of quicker steps showed; empty without one.
    """

    split: Split
    split_on: date | None
    changes: tuple[GaitChange, ...]
    runs_before: int
    runs_after: int
    clip_days: tuple[date, ...]
    trial: str


@dataclass(frozen=True, slots=True)
class Found:
    """One finding along the chain.

    Attributes
    ----------
    state : str
        As `kneewise.assessment.findings.State`.
    certainty, certainty_high : str, str or None
    verified : bool
        False where the evidence is only remembered.
    supports : str
        Whether studies found a link; empty for a kind of care.
    on : date or None
        Day of the measurement.
    """

    area: str
    id: str
    name: str
    clinical_name: str
    state: str
    measure: str
    close_call: bool
    certainty: str
    certainty_high: str | None
    verified: bool
    supports: str
    what_changes_it: str
    contested: bool
    sources: tuple[str, ...]
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One planned session of the days ahead."""

    local_date: date
    kind: str
    dose: str


@dataclass(frozen=True, slots=True)
class Helped:
    """Before and after one change, at equal load."""

    since: date
    kind: str
    words: str
    points: Estimate
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The plan and what was done of it.

    Attributes
    ----------
    goal_kind, goal_distance_m, goal_day
        What the runner wants.
    outlook : str
        In words; ``earliest`` and ``latest`` are its days, where it names any.
    runs_done, runs_planned : int
        Of the last ``window_days``.
    strength_days : int or None
        Days with logged strength work in the same time; ``None`` where it was never logged.
    strength_planned : int
    decision : str
        What the pain rules say now.
    response : str
        Whether load moves this runner's pain; ``one_run_more`` in pain points, where that can be told.
    changes : tuple of str
        Why the last version differs from the one before.
    refused : str
        Why there may be no plan now; empty where there may.
    """

    version: int | None
    start: date | None
    phase: str
    phase_goal: str
    goal_kind: str | None
    goal_distance_m: float | None
    goal_day: date | None
    outlook: str
    earliest: date | None
    latest: date | None
    runs_done: int
    runs_planned: int
    strength_days: int | None
    strength_planned: int
    window_days: int
    ahead: tuple[Session, ...]
    decision: str
    changes: tuple[str, ...]
    response: str
    one_run_more: Estimate | None
    helped: tuple[Helped, ...]
    refused: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A smallest change that matters, or that is more than chance; ``verified`` false where only remembered."""

    value: float
    unit: str
    verified: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One outcome measure over time.

    Attributes
    ----------
    better : {"lower", "higher"}
    scores : tuple of (date, float)
        Oldest first.
    change : float or None
        Latest less first.
    meaningful : bool or None
        At least the minimal important and the minimal detectable change; ``None`` where no figure says.
    """

    id: str
    name: str
    subscale: str
    better: str
    low: float | None
    high: float | None
    scores: tuple[tuple[date, float], ...]
    change: float | None
    improved: bool | None
    meaningful: bool | None
    important: Limit | None
    detectable: Limit | None
    text: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What the numbers rest on.

    Attributes
    ----------
    first_run, last_run : date or None
    runs, runs_numbered, runs_with_cadence : int
        In the days of the course: recorded, with a load, with a measured cadence.
    told_days, days : int
        Days with a check-in, of the days since the first one.
    reference : str
        What the load is relative to.
    tier : {"watch", "video", "lab"}
        Best measurement behind the load.
    not_told : tuple of str
        Fields of the profile that are not known.
    """

    first_run: date | None
    last_run: date | None
    runs: int
    runs_numbered: int
    runs_with_cadence: int
    told_days: int
    days: int
    reference: str
    reference_own: bool
    tier: str
    not_told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question for the appointment: its kind, and the names and numbers that it speaks of."""

    kind: str
    names: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicReport:
    """Everything that the report says.

    Attributes
    ----------
    made_at : datetime
        Aware.
    software : str
        Version of Kneewise.
    complaint, screening : Complaint or None, Screening or None
        ``None`` before the first intake.
    course : Course or None
        ``None`` where neither a run nor a check-in is known.
    withheld : frozenset of str
        Kinds of data that the runner does not share with the reader, and on which nothing here rests: ``"runs"``,
        ``"check_ins"``, ``"video"``, ``"notes"``.
    made_up : bool
        The demo's runner, who does not exist.
    """

    made_at: datetime
    local_date: date
    timezone: str
    software: str
    who: Who
    complaint: Complaint | None
    screening: Screening | None
    course: Course | None
    before_onset: BeforeOnset
    gait: Gait
    findings: tuple[Found, ...]
    plan: PlanReport
    measures: tuple[Measured, ...]
    quality: Quality
    questions: tuple[Asked, ...]
    withheld: frozenset[str] = frozenset()
    made_up: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of the runner's knee."""
        return self.complaint is None and self.course is None and not self.measures and not self.withheld
