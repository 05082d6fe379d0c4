"""The way back as data: walk-run ladder, phases, tendon stages, and the gait retraining schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from kneewise.evidence.conditions import ConditionId
from kneewise.evidence.exercises import Dose
from kneewise.evidence.records import Figure, Plain, Record
from kneewise.evidence.rules import Criterion, ExerciseId, LoadRuleId, PhaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkRun:
    """``repeats`` times walk, then run, in minutes."""

    repeats: int
    walk_min: float
    run_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung(Record):
    """One rung of the walk-run ladder.

    Attributes
    ----------
    blocks : tuple of WalkRun
        The session, in order; empty on the last rung, which adds one thing at a time from ``adds``.
    run_min, total_min : float or None
        Sums of the blocks, in minutes.
    greens_to_advance : int or None
        Green sessions before the next rung, within ``greens_over_days`` days or more.
    green_days_to_advance : int or None
        Days without amber or red before the next rung, where that is the rule.
    min_gap_h : float or None
        Least time between sessions, in hours.
    """

    order: int
    name: Plain
    text: Plain
    blocks: tuple[WalkRun, ...] = ()
    run_min: float | None = None
    total_min: float | None = None
    greens_to_advance: int | None = None
    greens_over_days: int | None = None
    green_days_to_advance: int | None = None
    min_gap_h: float | None = None
    per_week_low: int | None = None
    per_week_high: int | None = None
    adds: tuple[str, ...] = ()
    rules: tuple[LoadRuleId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase(Record):
    """One phase with its entry and exit criteria; all criteria of a list must hold.

    Attributes
    ----------
    entry : tuple of Criterion
        What must hold beside the exit of the phases in ``after``.
    targets : tuple of Criterion
        What the phase aims at, beside its exit.
    variant : bool
        Not a step of the main row: replaces or follows other phases.
    typical : Figure or None
        How long it usually takes.
    """

    order: int
    name: Plain
    goal: Plain
    after: tuple[PhaseId, ...] = ()
    entry: tuple[Criterion, ...] = ()
    exit: tuple[Criterion, ...] = ()
    targets: tuple[Criterion, ...] = ()
    values: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
    typical: Figure | None = None
    variant: bool = False
    replaces: tuple[PhaseId, ...] = ()
    conditions: tuple[ConditionId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TendonStage(Record):
    """One stage of progressive tendon loading; ``next_when`` must all hold to move on."""

    order: int
    name: Plain
    clinical_name: str
    text: Plain
    dose: Dose
    exercises: tuple[ExerciseId, ...] = ()
    knee_angle_deg: tuple[float, ...] = ()
    values: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
    next_when: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitSession(Record):
    """One step of the cadence schedule: a session, practice on usual runs, or a check.

    Attributes
    ----------
    run_min : float or None
        Running with practice, in minutes.
    feedback_pct : float or None
        Share of the time with the metronome on, in percent.
    target_pct_low, target_pct_high : float or None
        Cadence above the runner's own baseline, in percent.
    """

    order: int
    kind: Literal["session", "practice", "check"]
    text: Plain
    run_min: float | None = None
    feedback_pct: float | None = None
    target_pct_low: float | None = None
    target_pct_high: float | None = None
    glance_every_min: float | None = None
    feedback_on_min: float | None = None
    feedback_every_min_low: float | None = None
    feedback_every_min_high: float | None = None
    check_min: float | None = None
    check_every_days: int | None = None
    from_week: int | None = None
    to_week: int | None = None
    at_month: int | None = None
    refresh_if_drift_pct: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitProtocol(Record):
    """A published gait retraining protocol, for the clinician and the methods page."""

    name: str
    design: str
    target: str
    feedback: str
    values: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
