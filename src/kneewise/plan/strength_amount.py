"""How much of one exercise at one point of its progress: sets, repetitions or seconds, range, load; and how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, auto

from kneewise.evidence.exercises import Exercise
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.progression import TendonStage
from kneewise.plan.strength_steps import Step, StepType, reps_needed_for_load, steps_of


class Easier(IntEnum):
    """Below the first dose: an easier way, then one set less, then an easier exercise in its place."""

    WAY = auto()
    FEWER_SETS = auto()
    EXERCISE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One exercise's dose in numbers.

    Attributes
    ----------
    reps, top_reps : int or None, int
        Repetitions (or steps) to do, and those that must be full before it gets harder.
    bout_s : float or None
        Length of one hold, stretch or bout in seconds; with ``reps`` it is the hold within each repetition.
    distance_m : float or None
        Way of one set, in metres.
    tempo_s : float
        Seconds of one repetition without its hold.
    rest_s : float
        Rest between sets, in seconds.
    knee_angle_deg : tuple of float
        Lowest and highest flexion; empty where the knee is not the matter.
    load_steps : int
        Steps of load above the first load.
    notes : tuple of str
        The steps in force, in words.
    """

    sets: int
    reps: int | None
    top_reps: int
    bout_s: float | None
    distance_m: float | None
    tempo_s: float
    rest_s: float
    per_side: bool
    knee_angle_deg: tuple[float, ...]
    load_steps: int
    notes: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        """Time for all sets in seconds, with the rest between them.

        Notes
        -----
        One side rests while the other works, so only what the other side's work does not cover is added as rest.
        """
        sides = 2 if self.per_side else 1
        work = self._one_side_s * sides
        pause = max(self.rest_s - (self._one_side_s if self.per_side else 0.0), 0.0)
        return self.sets * work + (self.sets - 1) * pause

    @property
    def _one_side_s(self) -> float:
        if self.distance_m is not None:
            return self.distance_m / value("strength.drill_speed_mps")
        if self.reps is None:
            return self.bout_s or 0.0
        return self.reps * (self.tempo_s + (self.bout_s or 0.0))


def amount(
    exercise: Exercise, steps: Mapping[StepType, int], easier: int = 0, tendon_stage: int | None = None
) -> Amount:
    """Return the dose of one exercise after some steps up, or some steps below its first dose.

    Parameters
    ----------
    steps : mapping of str to int
        Steps taken of each kind; see `kneewise.plan.strength_steps.steps_of`.
    easier : int
        Steps below the first dose.
    tendon_stage : int or None
        Stage of tendon loading, whose own sets and repetitions replace those of its exercises.
    """
    taken = tuple(_taken(exercise, steps))
    dose = _with_stage(_first(exercise), exercise, steps, tendon_stage)
    for step in taken:
        dose = _with_step(dose, step, keep_volume=_stage(exercise, tendon_stage) is not None)
    return _easier(dose, exercise, easier)


def _taken(exercise: Exercise, steps: Mapping[StepType, int]) -> Iterator[Step]:
    for kind, all_steps in steps_of(exercise.id).items():
        yield from all_steps[: steps.get(kind, 0)]


def _first(exercise: Exercise) -> Amount:
    dose = exercise.dose
    reps = dose.reps if dose.reps is not None else dose.steps
    rest_s = dose.rest_s if dose.rest_s is not None else value("strength.change_s")
    return Amount(
        sets=dose.sets,
        reps=reps,
        top_reps=reps_needed_for_load(exercise) or reps or 0,
        bout_s=dose.hold_s if dose.hold_s is not None else dose.work_s,
        distance_m=dose.distance_m,
        tempo_s=_tempo_s(dose.tempo, holds=dose.hold_s is not None),
        rest_s=rest_s,
        per_side=dose.per_side,
        knee_angle_deg=exercise.knee_angle_deg,
        load_steps=0,
        notes=(),
    )


def _tempo_s(tempo: str, *, holds: bool) -> float:
    """Return the seconds of one repetition; the hold in the middle of the tempo is not counted twice."""
    parts = [float(part) for part in tempo.split("-")] if tempo else []
    if not parts:
        return value("strength.untimed_rep_s")
    return parts[0] + parts[-1] if holds else sum(parts)


def _with_step(dose: Amount, step: Step, *, keep_volume: bool) -> Amount:
    reps = dose.reps if step.reps is None or keep_volume else step.reps
    return replace(
        dose,
        sets=dose.sets if step.sets is None or keep_volume else step.sets,
        reps=reps,
        top_reps=max(dose.top_reps, reps or 0) if not keep_volume else dose.top_reps,
        bout_s=next((number for number in (step.hold_s, step.work_s) if number is not None), dose.bout_s),
        knee_angle_deg=step.knee_angle_deg or dose.knee_angle_deg,
        load_steps=dose.load_steps + (step.kind == "load"),
        notes=(*dose.notes, step.text) if step.text not in dose.notes else dose.notes,
    )


def _stage(exercise: Exercise, tendon_stage: int | None) -> TendonStage | None:
    if tendon_stage is None:
        return None
    stage = next((stage for stage in knowledge().tendon_stages.values() if stage.order == tendon_stage), None)
    return stage if stage is not None and exercise.id in stage.exercises else None


def _with_stage(dose: Amount, exercise: Exercise, steps: Mapping[StepType, int], tendon_stage: int | None) -> Amount:
    """Apply the stage's own dose: heavier from week to week means fewer repetitions."""
    stage = _stage(exercise, tendon_stage)
    if stage is None or stage.dose.isometric != exercise.dose.isometric:
        return dose
    own = stage.dose
    if own.hold_s is not None:
        return replace(dose, sets=own.sets, bout_s=own.hold_s, knee_angle_deg=stage.knee_angle_deg)
    if own.reps is None or exercise.group == "impact":
        return dose
    fewer = int(value("strength.tendon_reps_step")) * steps.get("load", 0)
    reps = max(own.reps - fewer, own.reps_low or own.reps)
    return replace(dose, sets=own.sets, reps=reps, top_reps=reps)


def _easier(dose: Amount, exercise: Exercise, easier: int) -> Amount:
    if easier >= Easier.WAY:
        note = exercise.regress_steps[:1]
        dose = replace(dose, knee_angle_deg=_smaller(dose.knee_angle_deg), notes=(*dose.notes, *note))
    if easier >= Easier.FEWER_SETS:
        dose = replace(dose, sets=max(dose.sets - 1, 1))
    return dose


def _smaller(angles: tuple[float, ...]) -> tuple[float, ...]:
    """Return a smaller range, away from the end where the kneecap is loaded most.

    Notes
    -----
    A squat starts near straight and keeps its straight end; a knee extension keeps its bent end.
    """
    if not angles or angles[0] == angles[-1]:
        return angles
    low, high = angles[0], angles[-1]
    width = (high - low) * value("strength.easier_range_share")
    extension_from = knowledge().exercise_rules["patellofemoral_arc"].values["extension_first"].low
    is_extension = extension_from is not None and low >= extension_from
    return (high - width, high) if is_extension else (low, low + width)
