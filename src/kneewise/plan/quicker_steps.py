"""Gait retraining among the runs: its sessions take the place of runs, and nothing else changes meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kneewise.domain.plan import PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.brakes import Brakes
from kneewise.plan.course import Course, Place
from kneewise.plan.gait_sessions import gait_sessions, practice_steps
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.running import RunCost
from kneewise.plan.walk_run import effort, terrain
from kneewise.units import SECONDS_PER_MINUTE


def retraining_days(
    inputs: PlanInputs, course: Course, place: Place, brakes: Brakes, cost: RunCost, days: Sequence[date]
) -> dict[date, PlannedSession]:
    """Return the sessions of the cadence schedule by day; empty where it is not the time for them.

    Notes
    -----
    A session has no more running, in all and in one go, than the run whose place it takes. Nothing new begins while the
    knee holds the runner back.
    """
    if not _far_enough(course, place):
        return {}
    free = [day for day in days if not brakes.rests(day) and not brakes.holds(day)]
    bout, whole = _longest(course, place, cost)
    found = gait_sessions(inputs, free, longest_bout_min=bout * brakes.share, longest_session_min=whole * brakes.share)
    return {session.local_date: _with_cost(session, cost, slower=brakes.slower_until is not None) for session in found}


def _far_enough(course: Course, place: Place) -> bool:
    """Whether the phase of more load is reached: form comes after the first rungs."""
    if course.kind == "walking":
        return False
    rung = course.stages[place.index].rung
    needed = next(test.value for test in knowledge().phases["build"].exit if test.metric == "ladder_rung")
    return rung is None or rung.order >= needed


def _longest(course: Course, place: Place, cost: RunCost) -> tuple[float, float]:
    """Return the minutes of running in one go and in all of the run whose place a session takes."""
    stage = course.stages[place.index]
    if stage.kind == "rung" and stage.rung is not None:
        bout = max(block.run_min for block in stage.rung.blocks)
        whole = stage.rung.run_min or 0.0
    else:
        bout = whole = cost.minutes(course.base.usual_m * (stage.factor if stage.kind == "level" else 1.0))
    caps = [cap for cap in (course.capped_min, None if course.cap_m is None else cost.minutes(course.cap_m)) if cap]
    return min([bout, *caps]), min([whole, *caps])


def _with_cost(session: PlannedSession, cost: RunCost, *, slower: bool) -> PlannedSession:
    run_s = sum(
        block.times * (step.duration_s or 0) for block in session.blocks for step in block.steps if step.kind == "run"
    )
    target = session.cadence_target_spm
    factor = 1.0 if target is None else target.low / cost.cadence_spm
    return replace(
        session,
        knee_km=cost.knee_km(cost.distance_m(run_s / SECONDS_PER_MINUTE), factor),
        effort=session.effort or effort(slower=slower),
        terrain=terrain(),
    )


def with_practice(session: PlannedSession, inputs: PlanInputs) -> PlannedSession:
    """Return a usual run with the beat now and then, in the weeks of practice; else the run as it is."""
    if session.kind != "run" or session.duration_s is None or len(session.blocks) != 1:
        return session
    blocks = practice_steps(inputs, session.duration_s, session.local_date)
    targets = [step.cadence_spm for block in blocks for step in block.steps if step.cadence_spm is not None]
    if not targets:
        return session
    return replace(
        session, blocks=blocks, cadence_target_spm=targets[0], why=f"{session.why} Keep up the quicker steps."
    )
