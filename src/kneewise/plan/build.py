"""Build a plan: safety first, then the place on the way back, the days, the sessions, and when the goal may be met."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kneewise.domain.plan import Change, Outlook, Plan, PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.monitoring import pain_rule
from kneewise.plan.brakes import Brakes, brakes_of
from kneewise.plan.course import Course, Place, place_now, spaced_at
from kneewise.plan.goals import outlook
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.phases import current_phase
from kneewise.plan.projection import Projection
from kneewise.plan.refusal import PlanRefused, refusal_of
from kneewise.plan.running import RunCost
from kneewise.plan.schedule import Placing, place_days
from kneewise.plan.session_ids import SessionIds
from kneewise.plan.step_checks import with_checks
from kneewise.plan.strength_inputs import strength_sessions
from kneewise.plan.variants import choose_course, has_sore_tendon, plan_is_too_big
from kneewise.plan.version import rules_version
from kneewise.plan.weekly import week_warnings
from kneewise.units import SECONDS_PER_MINUTE

_RUN_KINDS = frozenset({"run", "walk_run", "walk", "gait_retraining", "cross_training"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What every part of a plan starts from: where the runner stands and what holds back."""

    inputs: PlanInputs
    cost: RunCost
    course: Course
    place: Place
    brakes: Brakes

    @classmethod
    def of(cls, inputs: PlanInputs) -> Situation:
        """Read it from the inputs."""
        cost = RunCost.of(inputs)
        course = choose_course(inputs, cost)
        place = place_now(course, inputs.pain, inputs.done)
        course = spaced_at(course, place)
        return cls(inputs=inputs, cost=cost, course=course, place=place, brakes=brakes_of(inputs, course, place))


def build_plan(inputs: PlanInputs) -> Plan | PlanRefused:
    """Build the first version of a plan, or say why there is none.

    Parameters
    ----------
    inputs : PlanInputs
        Everything known on ``inputs.today``; the same inputs give the same plan.

    Returns
    -------
    Plan or PlanRefused
        With ``inputs.previous`` the next version of it, as `kneewise.plan.adapt.adapt_plan` returns it, but always new.
    """
    refused = refusal_of(inputs)
    if refused is not None:
        return refused
    situation = Situation.of(inputs)
    previous = inputs.previous
    start = inputs.today if previous is None else min(previous.start, inputs.today)
    end = last_day(inputs)
    sessions = sessions_of(situation, end)
    past = () if previous is None else tuple(each for each in previous.sessions if _is_over(each, inputs))
    warnings = week_warnings(inputs.runs, sessions, inputs.today)
    return Plan(
        version=1 if previous is None else previous.version + 1,
        issued_at=inputs.issued_at,
        start=start,
        end=end,
        phase=current_phase(inputs, situation.course, situation.place).phase.id,
        sessions=(*past, *sessions),
        changes=() if previous is not None else (*_first_reasons(situation), *soon(warnings, inputs.today)),
        goal=inputs.goal,
        outlook=_outlook(situation),
        rules_version=rules_version(),
        warnings=warnings,
    )


def _is_over(session: PlannedSession, inputs: PlanInputs) -> bool:
    """Whether a session is history: of an earlier day, or done today."""
    done = any((each.session_id, each.local_date) == (session.id, inputs.today) for each in inputs.done)
    return session.local_date < inputs.today or (session.local_date == inputs.today and done)


def _outlook(situation: Situation) -> Outlook | None:
    inputs = situation.inputs
    if inputs.goal is None:
        return None
    far = inputs.today + timedelta(weeks=value("plan.outlook.longest_weeks"))
    near = _run_days(situation, last_day(inputs))
    # Beyond the plan nothing is known of travel and races: the weekly pattern goes on.
    spacing = sorted({day.weekday() for day in near[-situation.course.per_week :]})
    after = last_day(inputs) + timedelta(days=1)
    beyond = [after + timedelta(days=number) for number in range((far - after).days)]
    days = (*near, *(day for day in beyond if day.weekday() in spacing))
    return outlook(inputs, situation.course, situation.place, situation.brakes, situation.cost, days)


def last_day(inputs: PlanInputs) -> date:
    """Return the last day: it stays while enough of the plan is left, so that the end does not move every day."""
    weeks = inputs.horizon_weeks or round(value("plan.horizon_weeks"))
    if inputs.previous is None:
        return inputs.today + timedelta(weeks=weeks, days=-1)
    block = timedelta(weeks=value("plan.extend_when_weeks"))
    end = inputs.previous.end
    while end - inputs.today < block:
        end += block
    return end


def sessions_of(situation: Situation, end: date) -> tuple[PlannedSession, ...]:
    """Return every session from today on, by day."""
    run_days = _run_days(situation, end)
    ids = SessionIds(situation.inputs.previous, {"run": run_days})
    projection = Projection(situation.inputs, situation.course, situation.place, situation.brakes, situation.cost)
    runs = with_checks(_with_times(projection.lay_out(run_days, ids), situation.inputs), situation.inputs)
    strength = _after_runs(_with_times(_strength(situation, runs, end), situation.inputs), runs)
    return tuple(sorted((*runs, *strength), key=lambda session: (session.local_date, session.kind, session.id)))


# ------------------------------------------------------------------------------------------------------------- days


def _run_days(situation: Situation, end: date) -> tuple[date, ...]:
    inputs, course = situation.inputs, situation.course
    needed = _needed_min(course)
    past = frozenset(run.local_date for run in inputs.runs if run.local_date <= inputs.today)
    done = frozenset(each.local_date for each in inputs.done if each.kind in _RUN_KINDS)
    free = inputs.availability
    weights = {day: minutes / SECONDS_PER_MINUTE / 10 for day, minutes in free.minutes.items()}
    if free.long_run_weekday is not None:
        weights[free.long_run_weekday] = weights.get(free.long_run_weekday, 0.0) + 1
    first = inputs.today + timedelta(days=int(inputs.today in past | done))
    return place_days(
        first,
        end,
        Placing(
            per_week=course.per_week,
            gap_days=course.gap_days,
            allowed=lambda day: free.minutes_on(day) >= needed,
            weight=lambda day: weights.get(day.weekday(), 0.0),
            issued=_issued_days(inputs, _RUN_KINDS),
            before=past | done,
            fixed=frozenset(race.day for race in free.races if first <= race.day <= end),
            weekday_weight=weights,
        ),
    )


def _needed_min(course: Course) -> float:
    """Return the free minutes that a run day needs: on the ladder those of its longest rung."""
    if course.kind == "levels":
        return value("plan.session.shortest_min")
    return max(stage.rung.total_min or 0 for stage in course.stages if stage.rung is not None)


def _issued_days(inputs: PlanInputs, kinds: Iterable[str]) -> frozenset[date]:
    if inputs.previous is None:
        return frozenset()
    wanted = set(kinds)
    return frozenset(
        each.local_date for each in inputs.previous.sessions if each.kind in wanted and each.local_date >= inputs.today
    )


# --------------------------------------------------------------------------------------------------------- strength


def _strength(situation: Situation, runs: Sequence[PlannedSession], end: date) -> tuple[PlannedSession, ...]:
    inputs = situation.inputs
    if inputs.blocks("strength"):
        return ()
    days = _strength_days(situation, runs, end)
    phase = current_phase(inputs, situation.course, situation.place).phase.id
    return strength_sessions(inputs, days, phase=phase)


def _strength_days(situation: Situation, runs: Sequence[PlannedSession], end: date) -> tuple[date, ...]:
    inputs = situation.inputs
    needed = inputs.strength_minutes or _usual_strength_min()
    taken = {run.local_date: (run.duration_s or 0) / SECONDS_PER_MINUTE for run in runs}
    free = inputs.availability
    before_long = _before_long(runs)
    if has_sore_tendon(inputs):
        days = [inputs.today + timedelta(days=number) for number in range((end - inputs.today).days + 1)]
        return tuple(day for day in days if free.minutes_on(day) - taken.get(day, 0.0) >= needed)
    run_weekdays = {run.local_date.weekday() for run in runs}
    weights = {day: 0.0 if day in run_weekdays else 0.5 for day in free.minutes}
    weights |= {day: weights.get(day, 0.0) - 1 for day in {each.weekday() for each in before_long}}
    done = frozenset(entry.local_date for entry in inputs.strength_log)
    return place_days(
        inputs.today,
        end,
        Placing(
            per_week=round(value("plan.strength.per_week")) - int(plan_is_too_big(inputs)),
            gap_days=_strength_gap(),
            allowed=lambda day: day not in done and free.minutes_on(day) - taken.get(day, 0.0) >= needed,
            weight=lambda day: -1.0 if day in before_long else 0.0,
            issued=_issued_days(inputs, ("strength",)),
            before=done,
            weekday_weight=weights,
        ),
    )


def _usual_strength_min() -> float:
    size = knowledge().adherence["plan_size"]
    return next(each.value for each in size.criteria if each.metric == "minutes_per_session")


def _strength_gap() -> int:
    hours = knowledge().ladder_rules["spacing"].criteria[0].value
    return round(hours / 24)


def _before_long(runs: Sequence[PlannedSession]) -> frozenset[date]:
    """Return the days before the longest run of each week."""
    weeks: dict[tuple[int, int], PlannedSession] = {}
    for run in runs:
        week = run.local_date.isocalendar()[:2]
        if week not in weeks or (run.duration_s or 0) > (weeks[week].duration_s or 0):
            weeks[week] = run
    return frozenset(run.local_date - timedelta(days=1) for run in weeks.values())


# ------------------------------------------------------------------------------------------------------------ words


def _with_times(sessions: Iterable[PlannedSession], inputs: PlanInputs) -> tuple[PlannedSession, ...]:
    times = inputs.availability.start_times
    return tuple(
        replace(each, start_time=times.get(each.local_date.weekday())) if each.start_time is None else each
        for each in sessions
    )


def _after_runs(strength: Iterable[PlannedSession], runs: Sequence[PlannedSession]) -> tuple[PlannedSession, ...]:
    """Let strength work begin when the run of that day is over, where both would begin at once."""
    by_day = {run.local_date: run for run in runs if run.start_time is not None}
    return tuple(_after(each, by_day.get(each.local_date)) for each in strength)


def _after(session: PlannedSession, run: PlannedSession | None) -> PlannedSession:
    if run is None or run.start_time is None or session.start_time != run.start_time:
        return session
    minutes = math.ceil((run.duration_s or 0) / SECONDS_PER_MINUTE)
    over = datetime.combine(run.local_date, run.start_time) + timedelta(minutes=minutes)
    return replace(session, start_time=over.time() if over.date() == run.local_date else None)


def soon(warnings: Iterable[Change], today: date) -> tuple[Change, ...]:
    """Return the warnings of this week and the next: later ones are said in their own week."""
    until = (today + timedelta(weeks=2)).isoformat()
    return tuple(each for each in warnings if each.inputs["passed_on"] < until)


def _first_reasons(situation: Situation) -> tuple[Change, ...]:
    """Return why the first version is as it is."""
    course, brakes = situation.course, situation.brakes
    found = [Change(rule=course.rule, text=course.why, inputs={"course": course.kind})]
    if brakes.rest_until is not None:
        found.append(
            Change(rule="flare", text=pain_rule("flare").text, inputs={"rest_until": brakes.rest_until.isoformat()})
        )
    if brakes.text:
        found.append(Change(rule=brakes.rule, text=brakes.text, inputs={}))
    return tuple(found)
