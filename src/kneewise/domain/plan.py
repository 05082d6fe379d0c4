"""What to do on which day, and why. A plan is issued once and never edited: a change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Literal

from kneewise.domain.estimate import Estimate, Interval

SessionKind = Literal["run", "walk_run", "gait_retraining", "strength", "cross_training", "walk", "rest"]
StepKind = Literal["warm_up", "walk", "run", "rest", "cool_down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep:
    """One step of a run: by time or by distance, with a cadence range (steps per minute) where one is set."""

    kind: StepKind
    duration_s: float | None = None
    distance_m: float | None = None
    cadence_spm: Interval | None = None
    feedback: bool = False
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "kind": self.kind,
            "duration_s": self.duration_s,
            "distance_m": self.distance_m,
            "cadence_spm": None if self.cadence_spm is None else self.cadence_spm.to_json(),
            "feedback": self.feedback,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Steps that are done ``times`` times in a row."""

    times: int
    steps: tuple[RunStep, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"times": self.times, "steps": [step.to_json() for step in self.steps]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseDose:
    """One exercise of a strength session.

    Attributes
    ----------
    exercise : str
        Id in the exercise library.
    reps, hold_s : int or None, float or None
        Repetitions of a set, or the length of one hold.
    knee_angle_deg : Interval or None
        Range of knee flexion to stay within.
    pain_cap : float
        Pain (0 to 10) up to which it may go on.
    """

    exercise: str
    name: str
    sets: int
    pain_cap: float
    reps: int | None = None
    hold_s: float | None = None
    rest_s: float | None = None
    per_side: bool = False
    load: str = ""
    tempo: str = ""
    knee_angle_deg: Interval | None = None
    text: str = ""
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        document = {name: getattr(self, name) for name in self.__slots__}
        document["knee_angle_deg"] = None if self.knee_angle_deg is None else self.knee_angle_deg.to_json()
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """An easier way to do the same run, with what it would cost the knee."""

    text: str
    knee_km: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"text": self.text, "knee_km": self.knee_km.to_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSession:
    """One line of a plan.

    Attributes
    ----------
    id : str
        Stable over versions while the session is the same one, so that a calendar updates instead of doubling.
    dose : str
        How much, in words.
    knee_km : Estimate or None
        What it is expected to cost the knee; ``None`` for what is no running.
    cadence_target_spm : Interval or None
        Range to aim at, steps per minute of both feet.
    why, rule, sources : str, str, tuple of str
        The reason in words, the rule's id, and what it rests on.
    stage : str
        Where on the way back it stands, such as ``R4`` on the walk-run ladder; with a ``-`` behind it where the session
        is less than the full step, so that a green one does not count for it. Empty for what is no step.
    """

    id: str
    local_date: date
    kind: SessionKind
    title: str
    dose: str
    why: str
    rule: str
    sources: tuple[str, ...] = ()
    start_time: time | None = None
    duration_s: float | None = None
    distance_m: float | None = None
    blocks: tuple[Repeat, ...] = ()
    exercises: tuple[ExerciseDose, ...] = ()
    knee_km: Estimate | None = None
    cadence_target_spm: Interval | None = None
    effort: str = ""
    terrain: str = ""
    alternatives: tuple[Alternative, ...] = ()
    stage: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the contract's item of a day."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "dose": self.dose,
            "start_time": None if self.start_time is None else self.start_time.isoformat(timespec="minutes"),
            "duration_s": self.duration_s,
            "distance_m": self.distance_m,
            "steps": [block.to_json() for block in self.blocks],
            "exercises": [exercise.to_json() for exercise in self.exercises],
            "knee_km": None if self.knee_km is None else self.knee_km.to_json(),
            "cadence_target_spm": None if self.cadence_target_spm is None else self.cadence_target_spm.to_json(),
            "effort": self.effort,
            "terrain": self.terrain,
            "alternatives": [alternative.to_json() for alternative in self.alternatives],
            "why": self.why,
            "rule": self.rule,
            "sources": list(self.sources),
            "stage": self.stage,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference to the version before: the rule, what it looked at, and the reason in words."""

    rule: str
    text: str
    inputs: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"rule": self.rule, "inputs": dict(self.inputs), "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the runner wants: a distance, a race on a day, or to run without thinking about the knee."""

    kind: Literal["distance", "race", "run_without_thinking", "daily_life"]
    distance_m: float | None = None
    day: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "kind": self.kind,
            "distance_m": self.distance_m,
            "day": None if self.day is None else self.day.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """When the goal can honestly be met within the rules.

    Attributes
    ----------
    earliest, latest : date or None
        Interval of the earliest honest date; ``None`` where it lies beyond what can be told.
    reachable : bool or None
        Whether a wished date can be met; ``None`` without one.
    """

    earliest: date | None
    latest: date | None
    reachable: bool | None
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "earliest": None if self.earliest is None else self.earliest.isoformat(),
            "latest": None if self.latest is None else self.latest.isoformat(),
            "reachable": self.reachable,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One issued version: every session of every day, and what changed since the version before.

    Attributes
    ----------
    phase : str
        Id of the phase on the first day.
    rules_version : str
        Version of the rules and knowledge that made it.
    warnings : tuple of Change
        What is said of a week and blocks nothing; ``inputs["passed_on"]`` is the day to say it on.
    """

    version: int
    issued_at: datetime
    start: date
    end: date
    phase: str
    sessions: tuple[PlannedSession, ...]
    changes: tuple[Change, ...]
    goal: Goal | None = None
    outlook: Outlook | None = None
    rules_version: str = ""
    warnings: tuple[Change, ...] = ()

    def on(self, day: date) -> tuple[PlannedSession, ...]:
        """Return the sessions of one day."""
        return tuple(session for session in self.sessions if session.local_date == day)

    def warned_on(self, day: date) -> tuple[Change, ...]:
        """Return the warnings to say on one day."""
        return tuple(each for each in self.warnings if each.inputs.get("passed_on") == day.isoformat())

    def to_json(self) -> dict[str, Any]:
        """Return the contract's plan."""
        days = sorted({session.local_date for session in self.sessions})
        return {
            "version": self.version,
            "issued_at": self.issued_at.isoformat(),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "phase": self.phase,
            "goal": None if self.goal is None else self.goal.to_json(),
            "outlook": None if self.outlook is None else self.outlook.to_json(),
            "days": [
                {
                    "local_date": day.isoformat(),
                    "items": [session.to_json() for session in self.on(day)],
                    "warnings": [each.text for each in self.warned_on(day)],
                }
                for day in days
            ],
            "changes": [change.to_json() for change in self.changes],
            "rules_version": self.rules_version,
            "warnings": [warning.to_json() for warning in self.warnings],
        }
