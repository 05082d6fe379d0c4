"""Everything that a plan is made from, gathered from an open record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from kneewise.assessment.finding_metrics import measurements, values
from kneewise.assessment.findings import findings as draw_up
from kneewise.assessment.intake import IntakeResult, assess
from kneewise.assessment.triage import Reason, Triage, rules_version
from kneewise.domain import Activity, Goal, Plan, SetLog
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.plan.adherence import (
    Matched,
    ShareDone,
    done_sessions,
    match_runs,
    share_done,
    walks_done,
)
from kneewise.plan.gait_sessions import practised
from kneewise.plan.inputs import DoneSession, PlanInputs
from kneewise.plan.moving import opened_days
from kneewise.plan.recorded_runs import recorded_run
from kneewise.plan.tendon_progress import tendon_stage
from kneewise.retraining import Practised, Retention
from kneewise.services.availability import Told, Wishes, read_goal, read_told
from kneewise.services.findings import context_of
from kneewise.services.gait.trial import (
    GaitTrial,
    course_over,
    practice_of,
    read_course_start,
    read_retention,
    read_trial,
)
from kneewise.services.intake import Intake
from kneewise.services.issued_plans import read_plans
from kneewise.services.live_log import practised_live, ran_live, read_live_sessions, runs_of_live
from kneewise.services.local_day import local_day, machine_zone
from kneewise.services.plan_runs import PlanRuns, past_runs, read_counted, read_plan_runs, since
from kneewise.services.self_tests import read_tests
from kneewise.services.state import FoldedRecord, fold_record
from kneewise.services.strength_log import read_strength_log

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

_KILO = 1000
_FITS = ("strong", "moderate")
_ON_FOOT = ("walking", "hiking")


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The inputs of a plan, with what else was read on the way.

    Attributes
    ----------
    inputs : PlanInputs
    folded : FoldedRecord
        Pain, flags and the last intake.
    plans : tuple of Plan
        Every version that was issued, the oldest first.
    matches : tuple of Matched
        Recorded runs that fulfilled a planned session.
    done : ShareDone
        How much of the last weeks' plan was done.
    retention : Retention or None
        Whether trained cadence held.
    timezone : str
        IANA zone of the plan's days.
    run_count : int
        Runs of the whole record; ``folded`` holds those that a plan looks at.
    """

    inputs: PlanInputs
    folded: FoldedRecord
    plans: tuple[Plan, ...]
    matches: tuple[Matched, ...]
    done: ShareDone
    told: Told
    trial: GaitTrial | None
    retention: Retention | None
    timezone: str
    today: date
    run_count: int

    @property
    def plan(self) -> Plan | None:
        """The version in force."""
        return self.plans[-1] if self.plans else None


def gather(
    record: Record,
    runner: Runner,
    now: datetime,
    *,
    wishes: Wishes | None = None,
    goal: Goal | None = None,
    start: date | None = None,
    horizon_weeks: int | None = None,
) -> Gathered:
    """Read everything that a plan is made from.

    Parameters
    ----------
    now : datetime
        Instant of issue.
    wishes, goal
        What is told now and is not stored yet; the stored ones hold where ``None``.
    start : date or None
        First day of a plan that begins anew; today, or the start of a plan that has not begun.
    """
    today = local_day(now, runner)
    plans = tuple(read_plans(record, runner))
    runs = read_plan_runs(record, runner, today, plans)
    folded = fold_record(record, runner, today, runs.listed, run_days=runs.days)
    zone = timezone_of(runner, [item.activity for item in runs.stored])
    recorded = [recorded_run(item.id, item.activity) for item in runs.running]
    live = [each for each in read_live_sessions(record, runner) if each.counts]
    matches = match_runs(plans, recorded, timezone=zone, told=runs_of_live(live, recorded))
    first = since(today, plans)
    of_late = [each for each in live if each.local_date >= first]
    logs = read_strength_log(record, runner)
    lifted = _strength_done(plans, logs)
    told_of = [*lifted, *practised_live(live, matches)]
    share = share_done(plans, matches, today=today, timezone=zone, done_ids=[each.session_id for each in told_of])
    told = read_told(record, runner, wishes)
    trial = read_trial(record, runner, folded.intake)
    done = (*done_sessions(matches), *_walks(plans, runs, folded, zone), *told_of)
    trained = practised(done, plans)
    begun = read_course_start(record, runner, trained)
    course = [each for each in trained if begun is not None and each.local_date >= begun]
    held = _retention(record, runner, today, trial, course, begun)
    tests = read_tests(record, runner)
    assessed = _assessed(folded.intake)
    condition = _condition(assessed)
    context = context_of(runner, today, runs.stored, folded.runs, runs.reference, folded.intake)
    measured = _measured(values(measurements(context)), tests, folded, logs, today)
    plan = plans[-1] if plans else None
    inputs = PlanInputs(
        today=_first_day(today, start, plan),
        issued_at=now,
        runner=runner,
        triage=_triage(folded.intake, assessed),
        pain=folded.pain,
        reference=runs.reference,
        availability=replace(told.availability, opened=opened_days(plans, today)),
        condition=condition,
        age_years=measured.get("age_years"),
        runs=(*past_runs(runs.listed, first), *ran_live(of_late, runs.days, runs.reference.speed_mps)),
        equipment=told.equipment,
        strength_minutes=told.strength_minutes,
        strength_log=tuple(logs),
        gait=practice_of(trial, course, held, tests.get("calf_or_achilles_pain"), begun=begun),
        done=done,
        measured=MappingProxyType(measured),
        findings=frozenset(result.record.id for result in draw_up(context) if result.state == "present"),
        onset_distance_m=_onset_m(folded.intake),
        tendon_stage=tendon_stage(condition, measured, logs, folded.pain),
        done_over_planned=share.share if plans and _old_enough(plans, today) else None,
        goal=goal or read_goal(record, runner) or _goal_of_intake(folded.intake),
        previous=None if start is not None else plan,
        horizon_weeks=horizon_weeks,
    )
    return Gathered(inputs, folded, plans, matches, share, told, trial, held, zone, today, len(runs.days))


def timezone_of(runner: Runner, activities: Sequence[Activity]) -> str:
    """Return the zone of the runner's days: of the profile, else of this machine, else of the last run."""
    return runner.timezone or machine_zone() or (activities[-1].timezone if activities else "UTC")


# ------------------------------------------------------------------------------------------------------------- runs


def _walks(plans: Sequence[Plan], runs: PlanRuns, folded: FoldedRecord, zone: str) -> tuple[DoneSession, ...]:
    """Return the planned walks that were told about or recorded."""
    walked_s: dict[date, float] = {}
    for item in runs.stored:
        if item.activity.sport in _ON_FOOT:
            day = item.activity.local_date
            walked_s[day] = walked_s.get(day, 0.0) + (item.activity.moving_s or 0.0)
    told = {day.local_date for day in folded.pain.days if day.answers is not None and "during" in day.answers.pain}
    ran = {run.local_date for run in folded.runs}
    return walks_done(plans, told=told, walked_s=walked_s, ran=ran, timezone=zone)


def _retention(
    record: Record,
    runner: Runner,
    today: date,
    trial: GaitTrial | None,
    course: Sequence[Practised],
    begun: date | None,
) -> Retention | None:
    """Return whether trained cadence held; every run before the course counts, so all are read once it is over."""
    if not course_over(trial, course):
        return None
    return read_retention(read_counted(record, runner, today), trial, course, begun=begun)


def _first_day(today: date, start: date | None, plan: Plan | None) -> date:
    """Return the first day to plan; a plan that was to begin later still does."""
    begin = start if start is not None else plan.start if plan is not None else today
    return max(today, begin)


def _old_enough(plans: Sequence[Plan], today: date) -> bool:
    """Whether the plan has been there for the whole window in which its sessions are counted."""
    first = min(plan.start for plan in plans)
    return (today - first).days >= value("adherence.window_days")


def _strength_done(plans: Sequence[Plan], logs: Sequence[SetLog]) -> list[DoneSession]:
    """Return the planned strength sessions on whose day strength work was logged."""
    planned = {session.local_date: session for plan in plans for session in plan.sessions if session.kind == "strength"}
    days = sorted({log.local_date for log in logs} & planned.keys())
    return [DoneSession(session_id=planned[day].id, local_date=day, kind="strength") for day in days]


# ----------------------------------------------------------------------------------------------------------- answers


def _assessed(intake: Intake | None) -> IntakeResult | None:
    answers = None if intake is None else intake.checked_answers()
    return None if intake is None or answers is None else assess(answers, intake.clinical_tests)


def _triage(intake: Intake | None, assessed: IntakeResult | None) -> Triage:
    """Return the triage by the rules of today; whatever was blocked when it was told stays blocked."""
    if intake is None:
        return _open_triage("no_intake", "The safety questions are not answered yet. Run 'kneewise intake' first.")
    if assessed is None:
        return _open_triage("rules_revised", "The safety questions have changed. Run 'kneewise intake' once more.")
    found = assessed.triage
    return Triage(
        level=found.level,
        reasons=found.reasons,
        flags=found.flags,
        rules=found.rules,
        blocks=tuple(dict.fromkeys((*found.blocks, *intake.told["blocks"]))),
        unanswered=found.unanswered,
        version=found.version,
    )


def _open_triage(rule: str, text: str) -> Triage:
    reason = Reason(rule, "routine", text, ())
    return Triage("routine", (reason,), (), (), ("plan",), ("safety_none",), rules_version())


def _condition(assessed: IntakeResult | None) -> str | None:
    best = next(iter(() if assessed is None else assessed.patterns), None)
    return best.condition.id if best is not None and best.fit in _FITS else None


def _answer(intake: Intake | None, question: str) -> object:
    return None if intake is None else intake.answers.get(question)


def _onset_m(intake: Intake | None) -> float | None:
    kilometres = _answer(intake, "onset_distance_km")
    return kilometres * _KILO if isinstance(kilometres, int | float) else None


def _goal_of_intake(intake: Intake | None) -> Goal | None:
    """Return the goal of the intake; a race without its day is the distance alone."""
    kind, kilometres = _answer(intake, "goal"), _answer(intake, "goal_distance_km")
    metres = kilometres * _KILO if isinstance(kilometres, int | float) and kilometres else None
    if kind in ("distance", "race"):
        return None if metres is None else Goal(kind="distance", distance_m=metres)
    if kind == "run_without_thinking":
        return Goal(kind="run_without_thinking")
    return Goal(kind="daily_life") if kind == "daily_life" else None


def _measured(
    found: Mapping[str, float | None],
    tests: Mapping[str, float],
    folded: FoldedRecord,
    logs: Sequence[SetLog],
    today: date,
) -> dict[str, float | None]:
    """Return every metric that is known; a test that was told later stands before the intake."""
    measured: dict[str, float | None] = {**found, **tests}
    stairs = folded.pain.latest.get("stairs")
    if stairs is not None:
        measured["pain_stairs"] = stairs.value
    hop = _answer(folded.intake, "test_hop_pain")
    if isinstance(hop, int | float):
        measured.setdefault("hop_pain", float(hop))
    _add_one_leg_tests(measured)
    measured |= _shallow_sets(logs, today)
    return measured


def _add_one_leg_tests(measured: dict[str, float | None]) -> None:
    """Add the better of squat and step-down on one leg; repetitions are counted below the limit of pain."""
    tests = knowledge().ladder_rules["prerequisites"].criteria
    enough = next(test for test in tests if test.metric == "single_leg_squat_or_step_down_reps")
    limit = next(test for test in tests if test.metric == "single_leg_squat_or_step_down_pain")
    ways = [
        (reps, measured.get(pain))
        for name, pain in (("single_leg_squat_reps", "single_leg_squat_pain"), ("step_down_reps", "step_down_pain"))
        if (reps := measured.get(name)) is not None
    ]
    if not ways:
        return
    reps, pain = max(ways, key=lambda way: (way[0], -(way[1] or 0)))
    # The question counts repetitions until pain goes above the limit, so all of them say that it did not.
    if pain is None and enough.holds({enough.metric: reps}):
        pain = limit.value
        measured.setdefault("single_leg_squat_pain", pain)
    measured["single_leg_squat_or_step_down_reps"] = reps
    measured["single_leg_squat_or_step_down_pain"] = pain


def _shallow_sets(logs: Sequence[SetLog], today: date) -> dict[str, float | None]:
    """Return the best calm sets of knee work of the last weeks, as the exit of the building phase asks for them."""
    library = knowledge().exercises
    calm = knowledge().exercise_rules["progress_when"].criteria
    limit = next(criterion for criterion in calm if criterion.metric == "pain_during")
    since = today - timedelta(days=value("told.test_days"))
    shown = [
        log
        for log in logs
        if log.exercise in library
        and library[log.exercise].group == "knee"
        and log.reps is not None
        and log.local_date > since
        and limit.holds({"pain_during": log.pain})
    ]
    exit_of = [c for c in knowledge().phases["build"].exit if c.metric.startswith("shallow_")]
    sets_of = [
        {"shallow_sets_green": float(log.sets), "shallow_reps_green": float(log.reps or 0)} for log in reversed(shown)
    ]
    full = [each for each in sets_of if all(criterion.holds(each) for criterion in exit_of)]
    return dict(next(iter(full or sets_of), {}))
