"""Runners for tests of the plan: inputs with few words, and days that are lived as planned."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kneewise.assessment.triage import Triage
from kneewise.domain import CheckIn, SetLog
from kneewise.domain.plan import Plan, PlannedSession
from kneewise.domain.runner import Runner
from kneewise.load import Reference, population_reference
from kneewise.monitoring import pain_state
from kneewise.plan import Availability, DoneSession, PastRun, PlanInputs, adapt_plan
from kneewise.plan.gait_sessions import practised
from kneewise.retraining import Practised, cadence_schedule

TODAY = date(2026, 11, 23)  # a Monday
REFERENCE: Reference = replace(population_reference(1.75), kind="own", cadence_ratio=1.0, runs=20, seconds=60000.0)
ALL_DAYS = Availability(minutes=dict.fromkeys(range(7), 90.0))
CALM: Mapping[str, float] = {"before": 0, "during": 0, "after_60min": 0, "next_morning": 0}
#: The steady step-downs before the first run were shown.
TESTED = {"single_leg_squat_or_step_down_reps": 12.0, "single_leg_squat_or_step_down_pain": 0.0}
_RUNS = ("run", "walk_run", "gait_retraining")


def course_from(first: date, sessions: int = 8) -> tuple[Practised, ...]:
    """The first sessions of the course of quicker steps, each whole, a day after the other."""
    return tuple(
        Practised(local_date=first + timedelta(days=number), order=session.order, run_s=session.run_s)
        for number, session in enumerate(cadence_schedule(160)[:sessions])
    )


def triage(level: str = "self_manage", *blocks: str) -> Triage:
    return Triage(level, (), (), (), blocks, (), "test")  # type: ignore[arg-type]


def check_in(day: date, answers: Mapping[str, Any]) -> CheckIn:
    recorded = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    return CheckIn(id=f"c-{day}", recorded_at=recorded, local_date=day, **answers)


def lifted(day: date, exercise: str, **done: Any) -> SetLog:
    recorded = datetime(day.year, day.month, day.day, 19, tzinfo=UTC)
    own = {"id": f"{day}-{exercise}", "recorded_at": recorded, "local_date": day, "exercise": exercise}
    return SetLog(**{**own, **done})


def past_runs(*distances_km: float, every: int = 2, last: date = TODAY - timedelta(days=1)) -> tuple[PastRun, ...]:
    """Return runs that end with ``last``, the newest first, of 1 knee-km per km."""
    return tuple(
        PastRun(
            local_date=last - timedelta(days=every * number),
            distance_m=1000 * km,
            moving_s=1000 * km / REFERENCE.speed_mps,
            knee_km=km,
        )
        for number, km in enumerate(distances_km)
    )


def plan_inputs(
    today: date = TODAY,
    *,
    events: Sequence[CheckIn] = (),
    runs: Sequence[PastRun] = (),
    done: Sequence[DoneSession] = (),
    open_flags: Collection[str] = (),
    **more: Any,
) -> PlanInputs:
    """Return inputs of a runner who is free every day and has nothing in the way."""
    sessions = {run.local_date for run in runs} | {each.local_date for each in done}
    values: dict[str, Any] = {
        "today": today,
        "issued_at": datetime(today.year, today.month, today.day, 5, tzinfo=UTC),
        "runner": Runner("me", height_m=1.75),
        "triage": triage(),
        "pain": pain_state(events, today, sessions=sessions, open_flags=open_flags),
        "reference": REFERENCE,
        "availability": ALL_DAYS,
        "runs": tuple(runs),
        "done": tuple(done),
        "measured": TESTED,
    }
    return PlanInputs(**{**values, **more})


@dataclass(repr=False)
class Life:
    """A runner who does what the plan says, day by day, and answers by ``answer``."""

    answer: Callable[[date, PlannedSession], Mapping[str, Any] | None]
    runs: list[PastRun] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    events: list[CheckIn] = field(default_factory=list)
    done: list[DoneSession] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)

    def __repr__(self) -> str:
        """Stay short: hypothesis writes out a failing life, and a whole one in words is a failure of its own."""
        return f"Life({len(self.done)} sessions, {len(self.events)} check-ins, {len(self.plans)} plans)"

    def live(self, days: int, first: date = TODAY) -> None:
        for number in range(days):
            self.day(first + timedelta(days=number))

    def inputs(self, today: date) -> PlanInputs:
        previous = self.plans[-1] if self.plans else None
        return plan_inputs(today, events=self.events, runs=self.runs, done=self.done, previous=previous, **self.more)

    def day(self, today: date) -> None:
        plan = adapt_plan(self.inputs(today))
        assert isinstance(plan, Plan), plan
        if not self.plans or plan is not self.plans[-1]:
            self.plans.append(plan)
        for session in plan.on(today):
            if session.kind not in (*_RUNS, "walk"):
                continue
            if session.kind == "gait_retraining":
                gait = self.more["gait"]
                done = DoneSession(session_id=session.id, local_date=today, kind=session.kind)
                over = (*gait.sessions_done, *practised([done], self.plans))
                self.more = {**self.more, "gait": replace(gait, sessions_done=over)}
            if session.kind in _RUNS:
                self.runs.append(run_of(session))
            self.done.append(
                DoneSession(session_id=session.id, local_date=today, kind=session.kind, stage=session.stage)
            )
            answers = self.answer(today, session)
            if answers is not None:
                self.events.append(check_in(today, answers))


def running_min(session: PlannedSession) -> float:
    """Minutes of running in a session that is planned by time."""
    steps = [(block.times, step) for block in session.blocks for step in block.steps if step.kind == "run"]
    return sum(times * (step.duration_s or 0) for times, step in steps) / 60


def run_of(session: PlannedSession) -> PastRun:
    """Return the run that a watch would record of the running in a session."""
    metres = session.distance_m or running_min(session) * 60 * REFERENCE.speed_mps
    assert session.knee_km is not None
    return PastRun(
        local_date=session.local_date,
        distance_m=metres,
        moving_s=metres / REFERENCE.speed_mps,
        knee_km=session.knee_km.value,
    )


def total_knee_km(plan: Plan, since: date) -> float:
    return sum(each.knee_km.value for each in plan.sessions if each.knee_km and each.local_date >= since)


def longest_m(plan: Plan, since: date) -> float:
    return max(
        (run_of(each).distance_m or 0 for each in plan.sessions if each.knee_km and each.local_date >= since), default=0
    )
