"""The next version of a plan: what changed, by which rule, from which inputs, in words. The old version stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from kneewise.domain.plan import Change, Plan, PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.monitoring.decision import spoken
from kneewise.plan.build import Situation, build_plan, soon
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.refusal import PlanRefused
from kneewise.plan.stage_words import stage_words
from kneewise.plan.variants import plan_is_too_big


def adapt_plan(inputs: PlanInputs) -> Plan | PlanRefused:
    """Return the plan for what is known now.

    Parameters
    ----------
    inputs : PlanInputs
        With the version in force as ``previous``; without one, the first version is built.

    Returns
    -------
    Plan or PlanRefused
        The very same version where nothing changes; else a new one, with past sessions as they were issued and the list
        of changes. Refused where triage or an open red flag stops the plan.
    """
    built = build_plan(inputs)
    previous = inputs.previous
    if isinstance(built, PlanRefused) or previous is None:
        return built
    kept = _keep_small(built, previous)
    if _same(kept, previous):
        return previous
    situation = Situation.of(inputs)
    return replace(kept, changes=tuple(_changes(kept, previous, situation)))


def _future(plan: Plan, today: date) -> dict[str, PlannedSession]:
    return {each.id: each for each in plan.sessions if each.local_date >= today}


def _bare(session: PlannedSession) -> PlannedSession:
    """Return a session without the numbers that move a little with each import, and without the reason in words.

    The reason follows from what is done; where that stays, a new wording alone is no new plan.
    """
    return replace(session, knee_km=None, alternatives=(), why="", sources=())


def _keep_small(built: Plan, previous: Plan) -> Plan:
    """Keep issued sessions word for word where only the expected cost or the wording moved."""
    issued = {each.id: each for each in previous.sessions}
    return replace(
        built,
        sessions=tuple(
            issued[each.id] if each.id in issued and _bare(issued[each.id]) == _bare(each) else each
            for each in built.sessions
        ),
    )


def _same(built: Plan, previous: Plan) -> bool:
    return (
        built.sessions == previous.sessions
        and (built.end, built.goal, built.phase) == (previous.end, previous.goal, previous.phase)
        and built.rules_version == previous.rules_version
    )


# ---------------------------------------------------------------------------------------------------------- changes


def _changes(built: Plan, previous: Plan, situation: Situation) -> Iterator[Change]:
    if _runs_changed(built, previous, situation):
        yield from _because_of_the_knee(built, previous, situation)
    yield from _because_of_the_place(built, previous, situation)
    yield from _because_of_the_frame(built, previous, situation)
    yield from _of_sessions(built, previous, situation)
    said = {each.inputs["monday"] for each in previous.warnings}
    yield from (each for each in soon(built.warnings, situation.inputs.today) if each.inputs["monday"] not in said)


def _runs_changed(built: Plan, previous: Plan, situation: Situation) -> bool:
    today = situation.inputs.today
    before, after = (
        [_bare(each) for each in plan.sessions if each.local_date >= today and each.kind != "strength"]
        for plan in (previous, built)
    )
    return before != after


def _because_of_the_knee(built: Plan, previous: Plan, situation: Situation) -> Iterator[Change]:
    pain = situation.inputs.pain
    counts: Mapping[str, Any] = {"greens": pain.greens, "ambers": pain.ambers, "reds": pain.reds}
    of_pain = pain.decision.limits
    own = [limit for limit in situation.brakes.limits if limit not in of_pain]
    unmoved = _next_stage(previous, situation) == _next_stage(built, situation)
    for limit in (*spoken(of_pain), *own):
        if unmoved and limit.rule == "missing" and limit.since is None:
            continue  # that nothing was told is no reason for a change elsewhere
        since = None if limit.since is None else limit.since.isoformat()
        yield Change(rule=limit.rule, text=limit.text, inputs={**counts, "since": since, "factor": limit.factor})


def _because_of_the_place(built: Plan, previous: Plan, situation: Situation) -> Iterator[Change]:
    before, after = _next_stage(previous, situation), _next_stage(built, situation)
    inputs = {"from": before, "to": after, "greens": situation.place.greens}
    if before != after and after:
        text = f"The next run is now at this step: {stage_words(situation.course, after)}."
        yield Change(rule=situation.course.rule, text=text, inputs=inputs)
    if built.phase != previous.phase:
        phase = knowledge().phases[built.phase]
        text = f"New phase: {phase.name}. {phase.goal}"
        yield Change(rule=phase.id, text=text, inputs={"from": previous.phase, "to": built.phase})


def _because_of_the_frame(built: Plan, previous: Plan, situation: Situation) -> Iterator[Change]:
    if built.goal != previous.goal and built.goal is not None:
        yield Change(rule="goal", text="You set a new goal.", inputs=built.goal.to_json())
    if built.end != previous.end:
        inputs = {"from": previous.end.isoformat(), "to": built.end.isoformat()}
        yield Change(rule="horizon", text="The plan goes on for some more weeks.", inputs=inputs)
    if plan_is_too_big(situation.inputs):
        rule = knowledge().adherence["shrink_plan"]
        yield Change(rule=rule.id, text=_SMALLER, inputs={"done_over_planned": situation.inputs.done_over_planned})
    if built.rules_version != previous.rules_version:
        inputs = {"from": previous.rules_version, "to": built.rules_version}
        yield Change(rule="rules_version", text="The rules of the plan were updated.", inputs=inputs)


_SMALLER = "Less than half of the plan was done in 2 weeks, so there is less in it now. What got in the way?"


def _next_stage(plan: Plan, situation: Situation) -> str:
    today = situation.inputs.today
    return next((each.stage.rstrip("-") for each in plan.sessions if each.local_date >= today and each.stage), "")


def _of_sessions(built: Plan, previous: Plan, situation: Situation) -> Iterator[Change]:
    """Yield one change for each session of the next two weeks, and one for all that follow."""
    today = situation.inputs.today
    near = today + timedelta(days=knowledge().adherence["shrink_plan"].criteria[0].window_days or 0)
    before, after = _future(previous, today), _future(built, today)
    later = 0
    for session_id, session in after.items():
        change = _of_session(session, before.get(session_id), previous)
        if change is not None and session.local_date < near:
            yield change
        later += change is not None and session.local_date >= near
    for session_id in sorted(before.keys() - after.keys()):
        old = before[session_id]
        if old.local_date < near:
            text = f"Left out: {old.title}, {_day(old)}.{_too_close(old, built, situation)}"
            yield Change(rule=_drop_rule(situation), text=text, inputs={"id": old.id})
        later += old.local_date >= near
    if later:
        text = "Later sessions change with it." if later > 1 else "One later session changes with it."
        yield Change(rule=_drop_rule(situation), text=text, inputs={"sessions": later})


def _of_session(session: PlannedSession, old: PlannedSession | None, previous: Plan) -> Change | None:
    if old is None:
        if session.local_date > previous.end:
            return None
        return _change(session, f"New: {session.title}, {_day(session)}.", {"dose": session.dose})
    if old.local_date != session.local_date:
        inputs = {"from": old.local_date.isoformat(), "to": session.local_date.isoformat()}
        return _change(session, f"{session.title} moves from {_day(old)} to {_day(session)}.", inputs)
    if (old.kind, old.dose) != (session.kind, session.dose):
        before = old.dose if old.title == session.title else f"{old.title}, {old.dose}"
        text = f"{_day(session)}, {session.title}: {session.dose}. It was: {before}."
        return _change(session, text, {"from": old.dose, "to": session.dose})
    if _bare(old) != _bare(session):
        return _change(session, f"{_day(session)}, {session.title}: {_detail(session, old)}.", {"dose": session.dose})
    return None


def _detail(session: PlannedSession, old: PlannedSession) -> str:
    """Return what is different in a session of the same day and the same dose in words."""
    if old.start_time != session.start_time and session.start_time is not None:
        return f"now at {session.start_time:%H:%M}"
    before, after = ({dose.exercise: dose for dose in each.exercises} for each in (old, session))
    new = [dose.name for name, dose in after.items() if name not in before]
    gone = [dose.name for name, dose in before.items() if name not in after]
    other = [dose.name for name, dose in after.items() if name in before and dose != before[name]]
    told = (("new:", new), ("without", gone), ("adjusted:", other))
    parts = [f"{what} {', '.join(names)}" for what, names in told if names]
    return "; ".join(parts) or "the steps or the advice change a little"


def _too_close(old: PlannedSession, built: Plan, situation: Situation) -> str:
    """Return why a run has no place: another run, done or planned, lies too near."""
    if old.kind == "strength":
        return ""
    gap = situation.course.gap_days
    runs = {run.local_date for run in situation.inputs.runs}
    planned = {each.local_date for each in built.sessions if each.kind != "strength"}
    near = [day for day in sorted(runs | planned) if abs((day - old.local_date).days) < gap]
    if not near:
        return ""
    did = "ran" if near[0] in runs else "run"
    return f" You {did} on {_words(near[0])}, and there are {gap} days from one run to the next."


def _change(session: PlannedSession, text: str, inputs: Mapping[str, Any]) -> Change:
    return Change(rule=session.rule, text=text, inputs={"id": session.id, **inputs})


def _drop_rule(situation: Situation) -> str:
    return situation.brakes.rule or situation.course.rule


def _day(session: PlannedSession) -> str:
    return _words(session.local_date)


def _words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
