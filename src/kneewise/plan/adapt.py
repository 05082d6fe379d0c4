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
from kneewise.plan.rules import days_since_last_run, is_layoff, load_rule
from kneewise.plan.stage_words import stage_words
from kneewise.plan.variants import plan_is_too_big
from kneewise.plan.weekly import SPIKE_RULE, spike_notes


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
    """Return a session without the numbers that move a little with each import, and without its reason.

    The reason follows from what is done; where that stays, a new wording, or another name of its rule, is no new plan.
    """
    exercises = tuple(replace(dose, why="") for dose in session.exercises)
    return replace(session, knee_km=None, alternatives=(), why="", rule="", sources=(), exercises=exercises)


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
    yield from _because_of_the_runs(previous, situation)
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


def _because_of_the_runs(previous: Plan, situation: Situation) -> Iterator[Change]:
    """Yield a note for each run above the rule for single runs that no version has spoken of yet."""
    inputs = situation.inputs
    said = {each.inputs.get("ran_on") for each in previous.changes if each.rule == SPIKE_RULE}
    # What was run as planned is no news, such as the next rung of the ladder.
    most = load_rule(SPIKE_RULE).number("max_ratio")
    said |= {each.local_date.isoformat() for each in inputs.done if each.stage and each.share <= most}
    notes = spike_notes(inputs.runs, previous.issued_at.date(), inputs.today)
    yield from (each for each in notes if each.inputs["ran_on"] not in said)


def _because_of_the_place(built: Plan, previous: Plan, situation: Situation) -> Iterator[Change]:
    before, after = _next_stage(previous, situation), _next_stage(built, situation)
    inputs = {"from": before, "to": after, "greens": situation.place.greens}
    gap = _days_to_the_next_run(built, situation)
    if _leads_down_to_the_ladder(before, after) and gap is not None and is_layoff(gap):
        rule = load_rule("layoff")
        yield Change(rule=rule.id, text=rule.text, inputs={"days_since_last_run": gap})
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


def _leads_down_to_the_ladder(before: str, after: str) -> bool:
    rungs = knowledge().ladder
    return after in rungs and (before not in rungs or rungs[after].order < rungs[before].order)


def _days_to_the_next_run(plan: Plan, situation: Situation) -> int | None:
    """Return the days from the last run to the next planned one; ``None`` without either."""
    today = situation.inputs.today
    following = next((each.local_date for each in plan.sessions if each.local_date >= today and each.stage), None)
    return None if following is None else days_since_last_run(situation.inputs.runs, following)


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
        change = _of_session(session, before.get(session_id), previous, situation)
        if change is not None and session.local_date < near:
            yield change
        later += change is not None and session.local_date >= near
    for session_id in sorted(before.keys() - after.keys()):
        old = before[session_id]
        if old.local_date < near:
            rule, why = _why_left_out(old, built, situation)
            yield Change(rule=rule, text=f"Left out: {old.title}, {_day(old)}.{why}", inputs={"id": old.id})
        later += old.local_date >= near
    if later:
        text = "Later sessions change with it." if later > 1 else "One later session changes with it."
        yield Change(rule=_drop_rule(situation), text=text, inputs={"sessions": later})


def _of_session(
    session: PlannedSession, old: PlannedSession | None, previous: Plan, situation: Situation
) -> Change | None:
    if old is None:
        if session.local_date > previous.end:
            return None
        return _change(session, f"New: {session.title}, {_day(session)}.", {"dose": session.dose})
    if old.local_date != session.local_date:
        inputs = {"from": old.local_date.isoformat(), "to": session.local_date.isoformat()}
        text = f"{session.title} moves from {_day(old)} to {_day(session)}. {_not_free(old.local_date, situation)}"
        return _change(session, text.rstrip(), inputs)
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
    before, after = ({dose.exercise: dose for dose in _bare(each).exercises} for each in (old, session))
    new = [dose.name for name, dose in after.items() if name not in before]
    gone = [dose.name for name, dose in before.items() if name not in after]
    other = [dose.name for name, dose in after.items() if name in before and dose != before[name]]
    told = (("new:", new), ("without", gone), ("adjusted:", other))
    parts = [f"{what} {', '.join(names)}" for what, names in told if names]
    if old.blocks != session.blocks:
        parts.append("other steps")
    if old.effort != session.effort:
        parts.append(f"the advice is now: {session.effort.rstrip('.')}")
    if old.terrain != session.terrain:
        parts.append(f"the ground is now: {session.terrain.rstrip('.')}")
    return "; ".join(parts) or "as it was, but it belongs to another step now"


def _why_left_out(old: PlannedSession, built: Plan, situation: Situation) -> tuple[str, str]:
    """Return rule and words of why a session has no place any more; the words are empty where none are known."""
    inputs, course = situation.inputs, situation.course
    if inputs.availability.minutes_on(old.local_date) <= 0:
        return "time", f" {_not_free(old.local_date, situation)}"
    if old.kind == "strength":
        return _drop_rule(situation), ""
    runs = {run.local_date for run in inputs.runs}
    planned = {each.local_date for each in built.sessions if each.kind != "strength"}
    near = [day for day in sorted(runs | planned) if abs((day - old.local_date).days) < course.gap_days]
    if near:
        did = "ran" if near[0] in runs else "run"
        gap = f"there are {course.gap_days} days from one run to the next."
        return _drop_rule(situation), f" You {did} on {_words(near[0])}, and {gap}"
    week = old.local_date.isocalendar()[:2]
    ran = sum(day.isocalendar()[:2] == week for day in runs)
    if ran >= course.per_week:
        times = "once" if ran == 1 else f"{ran} times"
        return _drop_rule(situation), f" You ran {times} in that week already."
    return _drop_rule(situation), ""


def _not_free(day: date, situation: Situation) -> str:
    """Return why a day may not be used; empty where it may."""
    free = situation.inputs.availability
    if day in free.away:
        return f"You are away on {_words(day)}."
    return "" if free.minutes_on(day) > 0 else f"You have no time on {_words(day)} any more."


def _change(session: PlannedSession, text: str, inputs: Mapping[str, Any]) -> Change:
    return Change(rule=session.rule, text=text, inputs={"id": session.id, **inputs})


def _drop_rule(situation: Situation) -> str:
    return situation.brakes.rule or situation.course.rule


def _day(session: PlannedSession) -> str:
    return _words(session.local_date)


def _words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
