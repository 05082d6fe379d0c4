"""The exercise library as typed records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kneewise.evidence.conditions import ConditionId
from kneewise.evidence.records import Figure, Mark, Plain, Record, SourceId
from kneewise.evidence.rules import Criterion, ExerciseId, PhaseId

ExerciseGroup = Literal["hip", "knee", "calf_foot", "trunk", "mobility", "impact"]
Equipment = Literal[
    "none", "mat", "band", "mini_band", "step", "chair", "bench", "weight", "dumbbell", "machine", "cable", "wall",
    "towel", "strap", "decline_board", "box", "roller", "slope_or_stairs",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """How much: sets of repetitions, holds, steps, time or distance.

    Attributes
    ----------
    hold_s, work_s : float or None
        Length of one hold, and of one bout, in seconds; ``_high`` is the upper end of a range.
    tempo : str
        Seconds down, hold, up.
    min_gap_h, min_gap_h_high : float or None
        Least time between two sessions, in hours; empty: as the exercise rules say.
    """

    sets: int
    per_week: int
    mark: Mark
    sources: tuple[SourceId, ...]
    last_reviewed: date
    sets_high: int | None = None
    reps: int | None = None
    reps_low: int | None = None
    reps_high: int | None = None
    hold_s: float | None = None
    hold_s_high: float | None = None
    work_s: float | None = None
    work_s_high: float | None = None
    distance_m: float | None = None
    steps: int | None = None
    per_side: bool = False
    per_week_high: int | None = None
    per_day: int | None = None
    rest_s: float | None = None
    rest_s_high: float | None = None
    tempo: str = ""
    isometric: bool = False
    min_gap_h: float | None = None
    min_gap_h_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStep:
    """How much load is added at once."""

    low: float
    high: float
    unit: str
    text: Plain
    mark: Mark
    sources: tuple[SourceId, ...]
    last_reviewed: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """A warning that a runner reads, with what it rests on."""

    text: Plain
    mark: Mark
    sources: tuple[SourceId, ...]
    last_reviewed: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise(Record):
    """One exercise.

    Attributes
    ----------
    knee_angle_deg : tuple of float
        First range of knee flexion, low and high; empty where the knee is not the matter.
    knee_angle_later_deg : tuple of tuple of float
        Wider ranges, in order, each when the last one is green.
    step_height_cm, step_height_later_cm : tuple of float
        Height of the step or box to start with and later, low and high.
    progressions, regressions : tuple of str
        Harder and easier exercises; ``*_steps`` are the changes within this exercise, in order.
    everyone : bool
        For any condition; ``conditions`` are those it is meant for first.
    when, not_when : tuple of str
        Circumstances: ``irritable``, ``late``, ``gait_retraining``, ``foot_pronation``, ``runner``.
    pain_cap : float
        Highest pain (0-10) during it; the pain rule of the runner's condition may be lower, and the lower one wins.
    stop_above : float or None
        Pain (0-10) above which the exercise itself must end, where the document states one.
    tendon_stage : int or None
        Stage of tendon loading that it belongs to.
    """

    name: Plain
    clinical_name: str
    group: ExerciseGroup
    target: tuple[str, ...]
    target_plain: Plain
    equipment: tuple[Equipment, ...]
    load: Literal["none", "body", "band", "weight", "machine"]
    load_start: Plain
    dose: Dose
    steps: tuple[Plain, ...]
    cues: tuple[Plain, ...]
    mistakes: tuple[Plain, ...]
    phases: tuple[PhaseId, ...]
    pain_cap: float
    load_steps: tuple[LoadStep, ...] = ()
    progress_steps: tuple[Plain, ...] = ()
    progressions: tuple[ExerciseId, ...] = ()
    regress_steps: tuple[Plain, ...] = ()
    regressions: tuple[ExerciseId, ...] = ()
    cautions: tuple[Plain, ...] = ()
    knee_angle_deg: tuple[float, ...] = ()
    knee_angle_later_deg: tuple[tuple[float, ...], ...] = ()
    angle_caution: Caution | None = None
    step_height_cm: tuple[float, ...] = ()
    step_height_later_cm: tuple[float, ...] = ()
    everyone: bool = False
    conditions: tuple[ConditionId, ...] = ()
    not_for: tuple[ConditionId, ...] = ()
    when: tuple[str, ...] = ()
    not_when: tuple[str, ...] = ()
    adolescent: bool = False
    pregnancy: Literal["suits", "adapt", "avoid"] | None = None
    stop_above: float | None = None
    tendon_stage: int | None = None
    entry: tuple[Criterion, ...] = ()
    goals: tuple[Figure, ...] = ()
    facts: tuple[Figure, ...] = ()
