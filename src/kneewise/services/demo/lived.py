"""The weeks under the plan: it is built and adapted by the real services, and the runner does most of what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from kneewise import clock
from kneewise.domain import Goal, Plan, PlannedSession
from kneewise.plan.adherence import RUN_KINDS
from kneewise.services.availability import Wishes
from kneewise.services.demo.body import MadeRun, Stretch
from kneewise.services.demo.story import answers, story
from kneewise.services.demo.training import days_ago, starting
from kneewise.services.gait.trial import log_gait_trial
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.planning import make_plan, revise_plan
from kneewise.services.self_tests import log_test
from kneewise.services.strength_log import log_strength

_DAY = timedelta(days=1)
_WEEK = 7
_MORNING, _EVENING = 6, 19
_REST = ("rest",)
_STEADY = ("run", "warm_up", "cool_down")


def begin_plan(place: Place, today: date) -> None:
    """Answer the intake, tell the days, and have a plan made, all on the plan's first day."""
    plan, first = story()["plan"], days_ago(today, "plan")
    with clock.standing_at(starting(first, _MORNING)):
        assess_intake(place, {**answers()["intake"], "age_years": story()["runner"]["age_years"]})
        # A run yesterday, one tomorrow, and time for strength today: a morning on which there is something to do.
        shifts = {-1: "long_minutes", 0: "short_minutes", 1: "minutes", 3: "short_minutes", 4: "minutes"}
        minutes = {(today.weekday() + shift) % _WEEK: plan[name] for shift, name in shifts.items()}
        yesterday = (today.weekday() - 1) % _WEEK
        wishes = Wishes(
            minutes=minutes,
            runs_per_week=3,
            long_run_weekday=yesterday,
            equipment=frozenset(plan["equipment"]),
        )
        make_plan(place, wishes=wishes, goal=Goal(kind="distance", distance_m=plan["goal_m"]))


def live_week(place: Place, first: date, today: date, chance: np.random.Generator) -> list[MadeRun]:
    """Adapt the plan on the morning of a day, do what it says for a week, and return the runs of it."""
    with clock.standing_at(starting(first, _MORNING)):
        _tell_tests(place, first, today)
        plan = revise_plan(place).plan
    runs: list[MadeRun] = []
    for session in () if plan is None else _sessions(plan, first, min(first + timedelta(days=_WEEK), today)):
        if chance.random() < story()["plan"]["skip"]:
            continue
        if session.kind == "strength":
            _log(place, session, chance)
        elif session.kind in RUN_KINDS or session.kind == "walk":
            runs.append(_run_of(session, today))
    return runs


def _tell_tests(place: Place, first: date, today: date) -> None:
    """Tell the short tests and the trial of quicker steps in the week in which the story has them."""
    week = range(_WEEK)
    if (days_ago(today, "test") - first).days in week:
        log_test(place, answers()["tests"])
    if (days_ago(today, "trial") - first).days in week:
        trial = answers()["trial"]
        pain_at = {float(above): pain for above, pain in trial["pain_at"].items()}
        log_gait_trial(
            place,
            trial["counts_spm"],
            pain_usual=trial["pain_usual"],
            pain_at=pain_at,
            comfortable=True,
            calf_pain=trial["calf_pain"],
            acute_calf=False,
        )


def _sessions(plan: Plan, first: date, end: date) -> Iterator[PlannedSession]:
    return (each for each in plan.sessions if first <= each.local_date < end)


def _run_of(session: PlannedSession, today: date) -> MadeRun:
    """Return the run that a session asks for, at the runner's own speeds."""
    stretches = [
        stretch
        for block in session.blocks
        for _ in range(block.times)
        for each in block.steps
        for stretch in _stretch(each)
    ]
    practised = (session.local_date - days_ago(today, "trial")).days
    quicker = story()["steps"]["trained_share"] * float(np.clip(practised / 21, 0, 1))
    if session.kind != "gait_retraining" and practised < 21:
        quicker /= 2
    return MadeRun(
        start=starting(session.local_date, 18, 10),
        title=f"{story()['title_prefix']}: {session.title.lower()}",
        stretches=stretches or [Stretch(session.duration_s or 0, story()["pace"]["walk"], walking=True)],
        way="river",
        quicker=quicker,
    )


def _stretch(step: Any) -> Iterator[Stretch]:
    pace = story()["pace"]
    walking = step.kind not in ("run",)
    speed = pace["walk"] if walking else pace["back"]
    seconds = step.duration_s or (step.distance_m or 0) / speed
    if seconds and step.kind not in _REST:
        yield Stretch(seconds, speed, walking)


def _log(place: Place, session: PlannedSession, chance: np.random.Generator) -> None:
    numbers = story()["strength"]
    with clock.standing_at(starting(session.local_date, _EVENING)):
        for dose in session.exercises:
            if dose.reps is None and dose.hold_s is None:
                continue
            log_strength(
                place,
                dose.exercise,
                sets=dose.sets,
                reps=None if dose.hold_s is not None else dose.reps,
                hold_s=dose.hold_s,
                pain=float(chance.integers(0, 2)) * numbers["pain"],
                reps_in_reserve=int(chance.choice(numbers["reserve"])),
                note=story()["note"],
            )
