"""Four ways back to running, for `benchmarks.policy`; all of them run on Mondays, Wednesdays and Fridays.

The three simple ones are rules of thumb in one vectorised step. `ThisPlan` is the real thing: every answer becomes a
`CheckIn`, the state is folded by `kneewise.monitoring.pain_state`, and `kneewise.plan.build.build_plan`, the part of
`adapt_plan` that decides the sessions, issues the next version on the morning of each planned run, when the answers of
the session before are in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Protocol
from unittest import mock

import numpy as np

from benchmarks.policy_world import KILO, MINUTE, Bools, Cohort, Floats, Session, Told
from kneewise.assessment.triage import Triage
from kneewise.domain import CheckIn
from kneewise.domain.plan import Goal, Plan, PlannedSession
from kneewise.domain.runner import Runner
from kneewise.evidence.knowledge import knowledge
from kneewise.load import Reference
from kneewise.load.reference import population_reference
from kneewise.monitoring import PainState, cap_rule, pain_state
from kneewise.plan import build
from kneewise.plan.inputs import Availability, DoneSession, PastRun, PlanInputs
from kneewise.plan.projection import running_min
from kneewise.plan.refusal import PlanRefused

#: A Monday.
FIRST_DAY = date(2026, 11, 23)
RUN_WEEKDAYS = (0, 2, 4)
PER_WEEK = len(RUN_WEEKDAYS)


class Policy(Protocol):
    """What decides on each day's run for a whole cohort."""

    def propose(self, day: int, morning: Floats) -> Session:
        """Return the session of a day, given this morning's pain, shape (n,)."""
        ...

    def hear(self, day: int, wanted: Session, told: Told) -> None:
        """Take in what the day gave."""
        ...


def is_run_day(day: int) -> bool:
    """Whether a day of the course is one of the three of its week."""
    return day % 7 in RUN_WEEKDAYS


class TenPercent:
    """Three equal runs a week; 10 % more each week up to the usual ones, whatever the knee says.

    Who still runs starts at what is run now; who has not run for weeks starts at a third of the old runs.
    """

    def __init__(self, cohort: Cohort) -> None:
        usual = cohort.own["usual_km"]
        self._usual, self._first = usual, np.where(cohort.laid_off, usual / 3, usual * cohort.own["kept"])

    def propose(self, day: int, morning: Floats) -> Session:
        """Return a third of the week's volume on a run day."""
        km = np.minimum(self._first * 1.1 ** (day // 7), self._usual)
        return Session.runs(km * is_run_day(day) + 0 * morning)

    def hear(self, day: int, wanted: Session, told: Told) -> None:
        """Nothing is learned."""


class RestThenResume:
    """No running until three mornings in a row without pain, then the usual runs; pain of 4 or more: rest again."""

    CALM_DAYS, STOP = 3, 4

    def __init__(self, cohort: Cohort) -> None:
        self._usual = cohort.own["usual_km"]
        self._rests = np.ones(len(cohort), dtype=bool)
        self._calm = np.zeros(len(cohort), dtype=int)

    def propose(self, day: int, morning: Floats) -> Session:
        """Return the usual run for those who do not rest."""
        self._calm = np.where(morning < 1, self._calm + 1, 0)
        self._rests = (self._rests & (self._calm < self.CALM_DAYS)) | (morning >= self.STOP)
        return Session.runs(np.where(is_run_day(day) & ~self._rests, self._usual, 0.0))

    def hear(self, day: int, wanted: Session, told: Told) -> None:  # noqa: ARG002 - the protocol's own
        """Stop after a run that hurt."""
        hurt = told.took_place & (told.during >= self.STOP)
        self._rests |= hurt
        self._calm = np.where(hurt, 0, self._calm)


class FixedLadder:
    """The rungs R1 to R10 of the walk-run ladder, one a week, then 10 % more each week up to the usual run."""

    def __init__(self, cohort: Cohort) -> None:
        self._usual, self._half_hour = cohort.own["usual_km"], cohort.half_hour_km
        self._speed = cohort.own["speed_mps"]
        rungs = sorted(knowledge().ladder.values(), key=lambda rung: rung.order)
        self._rungs = [rung for rung in rungs if rung.run_min and rung.greens_to_advance and rung.order <= 10]

    def propose(self, day: int, morning: Floats) -> Session:
        """Return the rung of the week on a run day."""
        week, runs = day // 7, is_run_day(day)
        count = len(morning)
        if week >= len(self._rungs):
            km = np.minimum(self._half_hour * 1.1 ** (week - len(self._rungs) + 1), self._usual)
            return Session.runs(np.maximum(km, np.minimum(self._half_hour, self._usual)) * runs)
        rung = self._rungs[week]
        km = self._speed * (rung.run_min or 0) * MINUTE / KILO
        walk = (rung.total_min or 0) - (rung.run_min or 0)
        return Session(
            np.minimum(km, self._usual) * runs,
            np.full(count, walk * runs),
            np.full(count, walk == 0),
            np.ones(count),
        )

    def hear(self, day: int, wanted: Session, told: Told) -> None:
        """Nothing is learned."""


# ----------------------------------------------------------------------------------------------------------- this plan


@dataclass(slots=True)
class Book:
    """What one runner has on the own machine."""

    goal: Goal
    speed_mps: float
    runs: list[PastRun]
    events: list[CheckIn] = field(default_factory=list)
    done: list[DoneSession] = field(default_factory=list)
    plan: Plan | None = None
    today: PlannedSession | None = None
    state: PainState | None = None
    screened_at: datetime | None = None
    tests: dict[str, float | None] = field(default_factory=dict)
    told_on: int = -1


class ThisPlan:
    """The plan as it is shipped: a new version before each planned run, with the real pain state.

    Notes
    -----
    Left out, because the world has no use for it: strength sessions, gait retraining, races, and what decides no
    session and takes most of the time: the outlook (when the goal may be met) and the list of changes. The safety
    questions are answered "no" whenever they are asked again. The tests before the first run are taken to hurt as much
    as the morning of that day, and are repeated until they are passed.
    """

    def __init__(self, cohort: Cohort, seed: int) -> None:
        self._cohort = cohort
        self._own = cohort.own
        self._tells_morning: Bools = np.zeros(len(cohort), dtype=bool)
        self.books = [_first_book(cohort, place, seed) for place in range(len(cohort))]

    def propose(self, day: int, morning: Floats) -> Session:
        """Issue the next version for those whose plan has a session today, and return that session."""
        self._hear_morning(day, morning)
        km, walk = np.zeros(len(self.books)), np.zeros(len(self.books))
        continuous, extra = np.zeros(len(self.books), dtype=bool), np.ones(len(self.books))
        for place, book in enumerate(self.books):
            book.today = _session_of(book, day, float(morning[place]))
            if book.today is not None:
                km[place], walk[place] = run_km(book.today, book.speed_mps), walk_min(book.today)
                continuous[place] = km[place] > 0 and walk[place] == 0
                extra[place] = 1.1 if len(book.today.blocks) > 1 and book.today.distance_m else 1.0
        return Session(km, walk, continuous, extra)

    def _hear_morning(self, day: int, morning: Floats) -> None:
        """Take in the pain of the morning after: asked after a session, told now and then after a day of rest."""
        if day == 0:
            return
        luck = self._cohort.luck
        often = np.where(morning >= 4, 0.5, 0.1)
        unasked = (luck["tell"][day - 1] < often) & (luck["forget"][day - 1] >= self._own["forgets"])
        for place, book in enumerate(self.books):
            had_session = book.told_on == day - 1
            if (self._tells_morning[place] if had_session else unasked[place]) and book.plan is not None:
                book.events.append(_event(day - 1, "m", next_morning=float(morning[place])))

    def hear(self, day: int, wanted: Session, told: Told) -> None:
        """Keep the run and the answers of the day."""
        self._tells_morning = told.tells[3]
        for place in np.flatnonzero(told.took_place):
            self._keep(self.books[place], int(place), day, wanted, told)

    def _keep(self, book: Book, place: int, day: int, wanted: Session, told: Told) -> None:
        session = book.today
        assert session is not None
        book.told_on = day
        share = float(told.share[place])
        if session.distance_m:
            share = float(told.watch_km[place]) * KILO / session.distance_m
        which, stage = session.id, session.stage
        book.done.append(
            DoneSession(session_id=which, local_date=session.local_date, kind=session.kind, stage=stage, share=share)
        )
        if wanted.km[place] > 0:
            book.runs.append(_past_run(session.local_date, float(told.watch_km[place]), book.speed_mps))
        answers = {"before": told.before, "during": told.during, "after_60min": told.after_60min}
        given = {
            name: float(pain[place]) for number, (name, pain) in enumerate(answers.items()) if told.tells[number, place]
        }
        if given:
            limp = bool(told.limp[place])
            book.events.append(_event(day, "s", **given, limp=limp, swelling=False))


def day_number(day: date) -> int:
    """Return the number of a calendar day in the course, 0 for the first."""
    return (day - FIRST_DAY).days


def _event(day: int, suffix: str, **answers: float | bool) -> CheckIn:
    local = FIRST_DAY + timedelta(days=day)
    return CheckIn(id=f"{day}{suffix}", recorded_at=_at(local, 20), local_date=local, **answers)  # type: ignore[arg-type]


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def _past_run(day: date, km: float, speed_mps: float) -> PastRun:
    return PastRun(local_date=day, distance_m=km * KILO, moving_s=km * KILO / speed_mps, knee_km=km)


def _first_book(cohort: Cohort, place: int, seed: int) -> Book:
    """Return the book at the start: 60 days of runs, the last of them fewer or smaller."""
    own = {name: float(values[place]) for name, values in cohort.own.items()}
    speed, usual = round(own["speed_mps"], 2), own["usual_km"]
    random = np.random.default_rng([seed, int(cohort.numbers[place]), 1])
    runs = []
    for back in range(60, 0, -1):
        day = FIRST_DAY - timedelta(days=back)
        wobble = float(np.exp(0.05 * random.standard_normal()))
        if day.weekday() not in RUN_WEEKDAYS or (cohort.laid_off[place] and back <= own["break_d"]):
            continue
        kept = own["kept"] if back <= 35 and not cohort.laid_off[place] else 1.0
        runs.append(_past_run(day, usual * kept * wobble, speed))
    return Book(goal=Goal(kind="distance", distance_m=usual * KILO), speed_mps=speed, runs=runs)


@cache
def _frame() -> tuple[Triage, Reference, Availability]:
    """Return what is the same for everyone: nothing urgent, no strength sessions, three free days."""
    calm = Triage(
        level="self_manage", reasons=(), flags=(), rules=(), blocks=("strength",), unanswered=(), version="simulated"
    )
    free = Availability(minutes=dict.fromkeys(RUN_WEEKDAYS, 240.0), runs_per_week=PER_WEEK)
    return calm, population_reference(), free


def _session_of(book: Book, day: int, morning: float) -> PlannedSession | None:
    """Return today's run of the version that is issued this morning, if there is one."""
    today = FIRST_DAY + timedelta(days=day)
    if book.plan is not None and not book.plan.on(today):
        return None
    _take_tests(book, morning)
    inputs = inputs_of(book, today)
    if inputs.pain.asked_again:
        book.screened_at = _at(today, 6)
        inputs = inputs_of(book, today)
    issued = without_outlook(inputs)
    if not isinstance(issued, Plan):
        return None
    book.plan, book.state = issued, inputs.pain
    return next((each for each in issued.on(today) if each.kind in ("run", "walk_run", "walk")), None)


def inputs_of(book: Book, today: date) -> PlanInputs:
    """Return what the next version is made from."""
    triage, reference, free = _frame()
    return PlanInputs(
        today=today, issued_at=_at(today, 6), runner=Runner(id="simulated"), triage=triage, pain=_state(book, today),
        reference=reference, availability=free, condition="pfp", runs=tuple(book.runs), done=tuple(book.done),
        easy_speed_mps=book.speed_mps, measured=dict(book.tests), goal=book.goal, previous=book.plan, horizon_weeks=4,
    )  # fmt: skip


def without_outlook(inputs: PlanInputs) -> Plan | PlanRefused:
    """Return the next version without saying when the goal may be met and what changed; the sessions are the same."""
    with mock.patch.object(build, "_outlook", return_value=None):
        return build.build_plan(inputs)


def _state(book: Book, today: date) -> PainState:
    sessions = {each.local_date for each in book.done}
    cap = cap_rule(("pfp",))
    return pain_state(book.events, today, condition_cap=cap, sessions=sessions, screened_at=book.screened_at)


def _take_tests(book: Book, morning: float) -> None:
    passed = book.tests.get("brisk_walk_pain")
    if passed is not None and passed <= 2:
        return
    book.tests = {
        "brisk_walk_min": 30.0,
        "brisk_walk_pain": morning,
        "single_leg_squat_or_step_down_reps": 10.0,
        "single_leg_squat_or_step_down_pain": morning,
    }


def run_km(session: PlannedSession, speed_mps: float) -> float:
    """Return the kilometres of running in a session."""
    metres = session.distance_m
    return (running_min(session) * MINUTE * speed_mps if metres is None else metres) / KILO


def walk_min(session: PlannedSession) -> float:
    """Return the minutes of walking in a session of walking and running."""
    seconds = sum(
        block.times * (step.duration_s or 0) for block in session.blocks for step in block.steps if step.kind == "walk"
    )
    return seconds / MINUTE


def policies(cohort: Cohort, seed: int) -> Mapping[str, Policy]:
    """Return the four policies, ours first."""
    return {
        "this plan": ThisPlan(cohort, seed),
        "+10 % a week": TenPercent(cohort),
        "rest, then resume": RestThenResume(cohort),
        "fixed ladder": FixedLadder(cohort),
    }
