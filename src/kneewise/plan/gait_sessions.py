"""Gait retraining in the plan: sessions of the cadence schedule on the runner's days, with their guards.

Only for runners whom the trial helped or who found it comfortable (`kneewise.retraining.judge_trial`), and only while
calf, Achilles and foot are calm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kneewise.domain.estimate import Interval
from kneewise.domain.plan import Plan, PlannedSession, Repeat, RunStep
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.plan.inputs import DoneSession, PlanInputs
from kneewise.retraining import (
    CadenceSession,
    Practised,
    beat_of_practice,
    cadence_schedule,
    most_above_pct,
    practice_after,
)
from kneewise.retraining.trial import gait_rule

_WEEK = timedelta(weeks=1)


def may_retrain(inputs: PlanInputs) -> bool:
    """Whether the runner trains quicker steps: wanted, responded, and nothing speaks against it.

    Notes
    -----
    What was not asked forbids it: a calf that nobody asked about is no calm calf.
    """
    gait = inputs.gait
    measured = {
        "acute_calf_achilles_plantar": _number(gait.acute_calf_achilles_plantar),
        "bone_stress_injury": float(inputs.condition in ("bone_stress_injury", "fracture")),
        "open_red_flags": float(len(inputs.pain.open_flags)),
        "pain_change_in_trial": gait.pain_change,
        "comfortable_in_trial": _number(gait.comfortable),
        "calf_or_achilles_pain": gait.calf_or_achilles_pain,
    }
    triage_allows = not any(inputs.blocks(what) for what in ("plan", "running", "gait_retraining"))
    return (
        gait.wanted
        and gait.baseline_spm is not None
        and triage_allows
        and gait_rule("contraindicated").holds(measured) is False
        and gait_rule("stop").holds(measured) is False
        and gait_rule("select").holds(measured) is True
    )


def gait_sessions(
    inputs: PlanInputs,
    days: Iterable[date],
    *,
    longest_bout_min: float | None = None,
    longest_session_min: float | None = None,
) -> tuple[PlannedSession, ...]:
    """Return what is left of the cadence schedule on some of the runner's running days, the earliest first.

    Parameters
    ----------
    days : iterable of date
        Days on which the runner may run; a session takes the place of that day's run.
    longest_bout_min, longest_session_min : float or None
        Running that the plan allows in one go, and in one session, in minutes.
    """
    baseline = inputs.gait.baseline_spm
    if baseline is None or not may_retrain(inputs):
        return ()
    left = cadence_schedule(
        baseline,
        most_pct=inputs.gait.most_pct,
        longest_bout_min=longest_bout_min,
        longest_session_min=longest_session_min,
        done=inputs.gait.sessions_done,
    )
    sessions: list[PlannedSession] = []
    placed = [each.local_date for each in inputs.gait.sessions_done]
    for day in sorted(set(days)):
        if len(sessions) == len(left):
            break
        if len([other for other in placed if day - _WEEK < other <= day]) < _per_week():
            session = gait_session(left[len(sessions)], baseline, day)
            sessions.append(replace(session, id=_course_id(session.id, inputs)))
            placed.append(day)
    return tuple(sessions)


def _course_id(name: str, inputs: PlanInputs) -> str:
    """Return an id that no session of another course has: a calendar would take the two for one.

    What was issued for this course under its short name keeps it, so that the calendar moves it and adds nothing.
    """
    begun, previous = inputs.gait.begun, inputs.previous
    if begun is None:
        return name
    issued = () if previous is None else previous.sessions
    if any(each.id == name and each.local_date >= begun for each in issued):
        return name
    return f"{name}-{begun:%Y%m%d}"


def gait_session(session: CadenceSession, baseline_spm: float, day: date) -> PlannedSession:
    """Return one session of the schedule as the plan shows it."""
    cadence = _band(session.target_spm, baseline_spm)
    blocks = _blocks(session, cadence)
    title = f"Quicker steps {session.order}" + (f", part {session.part}" if session.parts > 1 else "")
    return PlannedSession(
        id=f"gait-{session.order}" + (f"-{session.part}" if session.parts > 1 else ""),
        local_date=day,
        kind="gait_retraining",
        title=title,
        dose=f"{round(session.run_s / 60)} minutes of running, beat at {session.beat_spm:g} steps a minute",
        why="Quicker steps suited you in the trial. The beat comes on less and less, so that they stay without it.",
        rule=session.id,
        sources=gait_rule("target").sources,
        duration_s=sum(block.times * (step.duration_s or 0) for block in blocks for step in block.steps),
        blocks=blocks,
        cadence_target_spm=cadence,
        effort="Own easy pace. Keep the speed as it is.",
        terrain="Flat",
    )


def practised(done: Iterable[DoneSession], plans: Iterable[Plan]) -> tuple[Practised, ...]:
    """Return the sessions of quicker steps that were done well enough to count, by day, with their planned running.

    Parameters
    ----------
    plans : iterable of Plan
        Every version that was issued, the oldest first.
    """
    planned = {session.id: session for plan in plans for session in plan.sessions if session.kind == "gait_retraining"}
    counted = (each for each in done if each.session_id in planned and each.whole)
    return tuple(
        sorted(
            (
                Practised(
                    local_date=each.local_date,
                    order=knowledge().gait_retraining[planned[each.session_id].rule].order,
                    run_s=_run_s(planned[each.session_id]),
                )
                for each in counted
            ),
            key=lambda each: each.local_date,
        )
    )


def _run_s(session: PlannedSession) -> float:
    return sum(
        block.times * (step.duration_s or 0.0) for block in session.blocks for step in block.steps if step.kind == "run"
    )


def practice_steps(inputs: PlanInputs, run_s: float, day: date) -> tuple[Repeat, ...]:
    """Return the steps of a usual run in the practice weeks: the beat on for a minute now and then; empty outside.

    Parameters
    ----------
    run_s : float
        Length of the run, in seconds.
    """
    done = [each.local_date for each in inputs.gait.sessions_done]
    baseline = inputs.gait.baseline_spm
    if not done or baseline is None or not may_retrain(inputs) or practice_after(_week(day, done)) is None:
        return ()
    last = cadence_schedule(baseline)[-1]
    cadence = _band(last.target_spm, baseline)
    bout = beat_of_practice(run_s)
    return (Repeat(times=bout.times, steps=_steps(bout.on_s, bout.off_s, 0.0, cadence, last.beat_spm)),)


def _week(day: date, done: Sequence[date]) -> int:
    return (day - min(done)) // _WEEK + 1


def _band(target: Interval, baseline_spm: float) -> Interval:
    """Return the range that a watch shows: some steps on either side, never above the limit over the baseline."""
    width = value("retraining.band_spm")
    ceiling = baseline_spm * (1 + most_above_pct() / 100)
    return Interval(min(target.low, max(target.low - width, baseline_spm)), min(target.high + width, ceiling))


def _blocks(session: CadenceSession, cadence: Interval) -> tuple[Repeat, ...]:
    bout = session.bouts
    return (Repeat(times=bout.times, steps=_steps(bout.on_s, bout.off_s, bout.walk_s, cadence, session.beat_spm)),)


def _steps(on_s: float, off_s: float, walk_s: float, cadence: Interval, beat_spm: float) -> tuple[RunStep, ...]:
    steps = [
        RunStep(kind="run", duration_s=on_s, cadence_spm=cadence, feedback=True, text=f"Beat on at {beat_spm:g}"),
        RunStep(kind="run", duration_s=off_s, cadence_spm=cadence, text="Beat off, keep the rhythm"),
        RunStep(kind="walk", duration_s=walk_s, text="Walk"),
    ]
    whole = (replace(step, duration_s=float(round(step.duration_s or 0))) for step in steps)
    return tuple(step for step in whole if step.duration_s)


def _per_week() -> float:
    return gait_rule("calendar").number("per_week")


def _number(answer: bool | None) -> float | None:
    return None if answer is None else float(answer)
