"""Which phase a runner is in: the first one whose exit is not yet shown; what is not known is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.progression import Phase
from kneewise.evidence.rules import Criterion
from kneewise.plan.course import Course, Place
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.rules import longest_before
from kneewise.plan.variants import has_sore_tendon, is_young


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseNow:
    """The present phase and what is still missing for the next.

    Attributes
    ----------
    missing, unknown : tuple of Criterion
        Exit criteria that do not hold, and those of which nothing is known.
    """

    phase: Phase
    missing: tuple[Criterion, ...]
    unknown: tuple[Criterion, ...]


def current_phase(inputs: PlanInputs, course: Course, place: Place) -> PhaseNow:
    """Return the phase of today.

    Parameters
    ----------
    course, place : Course, Place
        Where the runner stands on the way back.
    """
    measured = measured_for_phases(inputs, course, place)
    for phase in _row(inputs):
        results = [(criterion, criterion.holds(measured)) for criterion in phase.exit]
        if not phase.exit or any(held is not True for _, held in results):
            return PhaseNow(
                phase=phase,
                missing=tuple(criterion for criterion, held in results if held is False),
                unknown=tuple(criterion for criterion, held in results if held is None),
            )
    return PhaseNow(phase=knowledge().phases["maintain"], missing=(), unknown=())


def _row(inputs: PlanInputs) -> list[Phase]:
    """Return the phases in their order; a variant stands in for those that it replaces."""
    phases = sorted(knowledge().phases.values(), key=lambda phase: phase.order)
    variant = "adolescent" if is_young(inputs) else "tendinopathy" if has_sore_tendon(inputs) else None
    main = [phase for phase in phases if not phase.variant]
    if variant is None:
        return main
    stand_in = knowledge().phases[variant]
    early = [phase for phase in main if phase.id in ("triage", "calm")]
    return [*early, stand_in]


def measured_for_phases(inputs: PlanInputs, course: Course, place: Place) -> Mapping[str, float | None]:
    """Return what the exit criteria are about, from the record; tests come from the runner."""
    pain = inputs.pain
    longest = longest_before(inputs.runs, inputs.today)
    whole = course.target_m is not None and longest.distance_m is not None and longest.distance_m >= course.target_m
    own: dict[str, float | None] = {
        "open_red_flags": float(len(pain.open_flags)),
        "pain_usual": pain.usual.value,
        "pain_morning_trend": pain.weekly_change,
        "understands_rules": float(inputs.previous is not None),
        "ladder_rung": _rung_number(course, place),
        "full_distances": float(whole),
        "ladder_rung_8_or_30_min_green": float(_steady_greens(course, place)),
    }
    return {**own, **inputs.measured}


def _rung_number(course: Course, place: Place) -> float:
    """Return the number of the rung; whoever runs freely is past the last one."""
    rungs = knowledge().ladder
    rung = course.stages[place.index].rung
    return float(rung.order if rung is not None else len(rungs) - 1)


def _steady_greens(course: Course, place: Place) -> int:
    """Return the greens on the first run in one go, or on later ones; a stage further on had its greens before."""
    stage = course.stages[place.index]
    if course.kind == "levels":
        # Each level asks for as many greens as the criterion; how long the runs are is its own matter.
        return sum(each.greens for each in course.stages[course.first : place.index]) + place.greens
    spacing = knowledge().ladder_rules["spacing"].to_rung
    first_steady = next((number for number, each in enumerate(course.stages) if each.id == spacing), place.index + 1)
    before = course.stages[first_steady : place.index]
    return sum(each.greens for each in before) + (
        place.greens if stage is not None and place.index >= first_steady else 0
    )
