"""Findings, plan, outcome measures and data quality as the report shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kneewise.assessment.findings import FindingResult
from kneewise.assessment.outcome_trends import Trend
from kneewise.domain import Plan, Runner
from kneewise.evidence.care import Finding
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.records import Figure
from kneewise.monitoring.decision import Limit as Decided
from kneewise.plan.adherence import RUN_KINDS, share_done
from kneewise.report.clinic.content import Course, Found, Helped, Limit, Measured, PlanReport, Quality, Session
from kneewise.services.helped import Candidate, HelpedView
from kneewise.services.load_history import LoadHistory
from kneewise.services.plan_now import PlanNow
from kneewise.services.response import ResponseAnswer
from kneewise.storage import StoredActivity
from kneewise.units import DAYS_PER_WEEK

_PROFILE = ("birth_year", "sex", "height_m", "mass_kg")
_RESTS = frozenset({"rest"})


def found_of(results: Sequence[FindingResult]) -> tuple[Found, ...]:
    """Return the findings in the order of the chain."""
    return tuple(_found(result) for result in results)


def _found(result: FindingResult) -> Found:
    record = result.record
    own = isinstance(record, Finding)
    return Found(
        area=result.area,
        id=result.id,
        name=record.name,
        clinical_name=record.clinical_name,
        state=result.state,
        measure="" if result.measure is None else result.measure.text,
        close_call=result.close_call,
        certainty=record.certainty,
        certainty_high=record.certainty_high,
        verified=record.verified,
        supports=record.supports if isinstance(record, Finding) else "",
        what_changes_it=record.what_changes_it if isinstance(record, Finding) else record.message,
        contested=record.contested or not own,
        sources=tuple(record.sources),
        on=None if result.measure is None else result.measure.on,
    )


def plan_of(now: PlanNow, response: ResponseAnswer | None, helped: Sequence[Helped]) -> PlanReport:
    """Return the plan, what was done of it, and what comes next."""
    gathered = now.gathered
    plan, goal = gathered.plan, gathered.inputs.goal
    zone, today = gathered.timezone, gathered.today
    done = share_done(gathered.plans, gathered.matches, today=today, timezone=zone, kinds=RUN_KINDS)
    lifted, asked = _strength(now, done.first, done.last)
    refused, outlook = now.refused, None if plan is None else plan.outlook
    return PlanReport(
        version=None if plan is None else plan.version,
        start=None if plan is None else plan.start,
        phase="" if now.phase is None else now.phase.phase.name,
        phase_goal="" if now.phase is None else now.phase.phase.goal,
        goal_kind=None if goal is None else goal.kind,
        goal_distance_m=None if goal is None else goal.distance_m,
        goal_day=None if goal is None else goal.day,
        outlook="" if outlook is None else outlook.text,
        earliest=None if outlook is None else outlook.earliest,
        latest=None if outlook is None else outlook.latest,
        runs_done=done.done,
        runs_planned=done.planned,
        strength_days=lifted,
        strength_planned=asked,
        window_days=(done.last - done.first).days + 1,
        ahead=() if refused is not None or plan is None else tuple(_ahead(now.plan or plan, today)),
        decision=_decision(gathered.folded.pain.decision.lowest),
        changes=() if plan is None else tuple(change.text for change in plan.changes),
        response="" if response is None else response.text,
        one_run_more=None if response is None else response.one_run_more,
        helped=tuple(helped),
        refused="" if refused is None else next((each.text for each in refused.reasons), refused.action),
    )


def _decision(lowest: Decided) -> str:
    """Return what decides now; of a red flag its reason, for what it says to do is said to the runner."""
    flag = knowledge().red_flags.get(lowest.rule)
    return lowest.text if flag is None else flag.why


def without_doses(plan: PlanReport, *, told: bool) -> PlanReport:
    """Return what stands of a plan where runs or check-ins are not shared: the goal, and what the pain rules say.

    Parameters
    ----------
    told : bool
        Whether check-ins are shared: the rules say nothing without them.
    """
    return replace(
        plan,
        version=None,
        start=None,
        phase="",
        phase_goal="",
        outlook="",
        earliest=None,
        latest=None,
        runs_done=0,
        runs_planned=0,
        strength_days=None,
        strength_planned=0,
        ahead=(),
        decision=plan.decision if told else "",
        changes=(),
        response="",
        refused="",
    )


def _strength(now: PlanNow, first: date, last: date) -> tuple[int | None, int]:
    """Return the days with logged strength work and the planned ones; the former unknown where it was never logged."""
    plans = now.gathered.plans
    planned = {
        session.local_date
        for plan in plans[-1:]
        for session in plan.sessions
        if session.kind == "strength" and first <= session.local_date <= last
    }
    if not now.logged:
        return None, len(planned)
    return sum(first <= day <= last for day in now.logged), len(planned)


def _ahead(plan: Plan, today: date) -> Iterator[Session]:
    until = today + timedelta(days=DAYS_PER_WEEK)
    for session in plan.sessions:
        if today <= session.local_date < until and session.kind not in _RESTS:
            yield Session(session.local_date, session.kind, session.dose)


def helped_of(candidate: Candidate, view: HelpedView) -> Helped:
    """Return before and after one change."""
    answer = view.answer
    return Helped(candidate.local_date, candidate.kind, candidate.what, answer.points, answer.verdict, answer.text)


def measured_of(trends: Sequence[Trend]) -> tuple[Measured, ...]:
    """Return every outcome measure that was scored."""
    return tuple(_measured(trend) for trend in trends if any(point.score.value is not None for point in trend.points))


def _measured(trend: Trend) -> Measured:
    record, latest = knowledge().measures[trend.measure], trend.latest
    scores = tuple((point.on, point.score.value) for point in trend.points if point.score.value is not None)
    return Measured(
        id=record.id,
        name=record.name,
        subscale=trend.subscale,
        better=record.better,
        low=record.range_low,
        high=record.range_high,
        scores=scores,
        change=None if latest is None else latest.change,
        improved=None if latest is None else latest.direction == "better",
        meaningful=None if latest is None else latest.meaningful,
        important=_limit(None if latest is None else latest.smallest_that_matters),
        detectable=_limit(None if latest is None else latest.smallest_detectable),
        text=trend.text,
    )


def _limit(figure: Figure | None) -> Limit | None:
    if figure is None:
        return None
    known = [number for number in (figure.low, figure.value, figure.high) if number is not None]
    return Limit(max(known), figure.unit, figure.is_evidence, tuple(figure.sources)) if known else None


def quality_of(
    runner: Runner, history: LoadHistory, stored: Sequence[StoredActivity], course: Course | None, filmed: bool
) -> Quality:
    """Return what the numbers of the course rest on."""
    runs = [item for item in stored if item.activity.is_run and item.counted_id is None]
    if course is not None:
        runs = [item for item in runs if item.activity.local_date >= course.first]
    days = sorted(item.activity.local_date for item in runs)
    told = () if course is None else course.pain
    span = 0 if course is None or not told else (course.last - told[0].local_date).days + 1
    style = runner.style
    return Quality(
        first_run=days[0] if days else None,
        last_run=days[-1] if days else None,
        runs=len(runs),
        runs_numbered=sum(item.load is not None for item in runs),
        runs_with_cadence=sum(item.activity.cadence_spm is not None for item in runs),
        told_days=len(told),
        days=span,
        reference=history.reference.basis,
        reference_own=history.reference.kind == "own",
        tier="watch" if style is None else ("video" if filmed else "lab"),
        not_told=tuple(name for name in _PROFILE if getattr(runner, name) is None),
    )


def helped_limit() -> int:
    """Return how many answers of before and after the report has room for."""
    return round(value("report.helped"))
