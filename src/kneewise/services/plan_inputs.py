"""Everything that a plan is made from, gathered from an open record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from kneewise.domain import Activity, Goal, Plan, SetLog
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
from kneewise.plan.inputs import DoneSession, PastRun, PlanInputs
from kneewise.plan.moving import opened_days
from kneewise.plan.recorded_runs import recorded_run
from kneewise.retraining import Practised, Retention
from kneewise.services.availability import Told, Wishes, read_goal, read_told
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
from kneewise.services.live_log import LiveSession, practised_live, ran_live, read_live_sessions, runs_of_live
from kneewise.services.local_day import local_day, machine_zone
from kneewise.services.plan_answers import read_plan_answers
from kneewise.services.plan_runs import PlanRuns, past_runs, read_counted, read_plan_runs, since
from kneewise.services.state import FoldedRecord, fold_record
from kneewise.services.strength_log import read_strength_log

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

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
    past = _past(record, runner, today, plans, runs, folded)
    steps = _course(record, runner, today, plans, folded.intake, past.done)
    answers = read_plan_answers(record, runner, today, runs, folded, past.logs)
    told = read_told(record, runner, wishes)
    plan = plans[-1] if plans else None
    inputs = PlanInputs(
        today=_first_day(today, start, plan),
        issued_at=now,
        runner=runner,
        triage=answers.triage,
        pain=folded.pain,
        reference=runs.reference,
        availability=replace(told.availability, opened=opened_days(plans, today)),
        condition=answers.condition,
        age_years=answers.measured.get("age_years"),
        runs=_runs_of_late(runs, past.live, since(today, plans)),
        equipment=told.equipment,
        strength_minutes=told.strength_minutes,
        strength_log=past.logs,
        gait=practice_of(steps.trial, steps.sessions, steps.held, answers.calf_pain, begun=steps.begun),
        done=past.done,
        measured=answers.measured,
        findings=answers.present,
        onset_distance_m=answers.onset_distance_m,
        tendon_stage=answers.tendon_stage,
        done_over_planned=past.share.share if plans and _old_enough(plans, today) else None,
        goal=goal or read_goal(record, runner) or answers.goal,
        previous=None if start is not None else plan,
        horizon_weeks=horizon_weeks,
    )
    return Gathered(
        inputs, folded, plans, past.matches, past.share, told, steps.trial, steps.held, past.zone, today, len(runs.days)
    )


def timezone_of(runner: Runner, activities: Sequence[Activity]) -> str:
    """Return the zone of the runner's days: of the profile, else of this machine, else of the last run."""
    return runner.timezone or machine_zone() or (activities[-1].timezone if activities else "UTC")


@dataclass(frozen=True, slots=True, eq=False)
class _Past:
    """What was done so far of all that was planned."""

    zone: str
    live: Sequence[LiveSession]
    matches: tuple[Matched, ...]
    logs: tuple[SetLog, ...]
    done: tuple[DoneSession, ...]
    share: ShareDone


def _past(
    record: Record, runner: Runner, today: date, plans: Sequence[Plan], runs: PlanRuns, folded: FoldedRecord
) -> _Past:
    zone = timezone_of(runner, [item.activity for item in runs.stored])
    recorded = [recorded_run(item.id, item.activity) for item in runs.running]
    live = [each for each in read_live_sessions(record, runner) if each.counts]
    matches = match_runs(plans, recorded, timezone=zone, told=runs_of_live(live, recorded))
    logs = tuple(read_strength_log(record, runner))
    told_of = [*_strength_done(plans, logs), *practised_live(live, matches)]
    share = share_done(plans, matches, today=today, timezone=zone, done_ids=[each.session_id for each in told_of])
    done = (*done_sessions(matches), *_walks(plans, runs, folded, zone), *told_of)
    return _Past(zone, live, matches, logs, done, share)


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """Where the course of quicker steps stands."""

    trial: GaitTrial | None
    begun: date | None
    sessions: Sequence[Practised]
    held: Retention | None


def _course(
    record: Record,
    runner: Runner,
    today: date,
    plans: Sequence[Plan],
    intake: Intake | None,
    done: Sequence[DoneSession],
) -> _Course:
    trial = read_trial(record, runner, intake)
    trained = practised(done, plans)
    begun = read_course_start(record, runner, trained)
    sessions = [each for each in trained if begun is not None and each.local_date >= begun]
    return _Course(trial, begun, sessions, _retention(record, runner, today, trial, sessions, begun))


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


def _runs_of_late(runs: PlanRuns, live: Sequence[LiveSession], first: date) -> tuple[PastRun, ...]:
    """Return the runs that a plan looks at, those among them that only a live session tells of."""
    of_late = [each for each in live if each.local_date >= first]
    return (*past_runs(runs.listed, first), *ran_live(of_late, runs.days, runs.reference.speed_mps))


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
