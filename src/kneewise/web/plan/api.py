"""The plan as JSON: the documents of ``kneewise plan``, ``log strength`` and ``log gait-trial``."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from kneewise.domain import Goal
from kneewise.plan.inputs import Race
from kneewise.services.availability import Wishes, read_away, read_days, weekday_of
from kneewise.services.gait.trial import log_gait_trial
from kneewise.services.moving import check_session_move, move_session
from kneewise.services.plan_versions import plan_version
from kneewise.services.planning import make_plan, revise_plan, show_plan
from kneewise.services.strength_log import log_strength
from kneewise.web.here import IdempotencyKey, PlaceHere
from kneewise.web.trouble import UNPROCESSABLE

router = APIRouter()

Number = Annotated[float | None, Field(allow_inf_nan=False)]
Whole = Annotated[int | None, Field(ge=0, le=1_000_000)]
Pain = Annotated[float | None, Field(ge=0, le=10, allow_inf_nan=False)]
ToldAt = Annotated[datetime.datetime | None, Header(alias="X-Told-At")]
_WRONG: dict[int | str, dict[str, Any]] = {UNPROCESSABLE: {"description": "Something in it cannot be right"}}


class NewPlan(BaseModel):
    """What a plan is made from; what is left out stays as it was told."""

    model_config = ConfigDict(extra="forbid")

    goal: Literal["distance", "race", "run_without_thinking", "daily_life"] | None = None
    distance_m: Number = None
    race_date: datetime.date | None = None
    days: str | None = Field(default=None, max_length=200, description="Like mon,wed:45,sat:90@9:30")
    runs_per_week: Whole = None
    long_run_day: str | None = Field(default=None, max_length=12)
    equipment: list[str] | None = Field(default=None, max_length=40)
    strength_minutes: Number = None
    away: list[str] | None = Field(default=None, max_length=40, description="Each like 2026-12-24..2026-12-31")
    start: datetime.date | None = None
    weeks: Whole = None


class Move(BaseModel):
    """A session and its new day."""

    model_config = ConfigDict(extra="forbid")

    session: str = Field(max_length=80)
    to: datetime.date


class StrengthDone(BaseModel):
    """One exercise as it was done: repetitions, or the length of a hold."""

    model_config = ConfigDict(extra="forbid")

    exercise: str = Field(max_length=80)
    date: datetime.date | None = None
    sets: Annotated[int, Field(ge=0, le=1_000)] = 1
    reps: Whole = None
    hold_s: Number = None
    load_kg: Number = None
    band: str = Field(default="", max_length=40)
    pain: Pain = None
    reps_in_reserve: Whole = None
    form_lost_at_rep: Whole = None
    note: str | None = Field(default=None, max_length=2000)
    correct: str | None = Field(default=None, max_length=64)


class NewTrial(BaseModel):
    """A trial of quicker steps: pain at so many per cent more steps than usual."""

    model_config = ConfigDict(extra="forbid")

    baseline_spm: list[Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)]] = Field(min_length=1, max_length=4)
    pain_usual: Pain = None
    pain_5: Pain = None
    pain_75: Pain = None
    pain_10: Pain = None
    comfortable: bool | None = None
    calf_pain: Pain = None
    acute_calf: bool | None = None
    wanted: bool = True


@router.get("/plan", responses=_WRONG)
def show(
    place: PlaceHere, version: Annotated[int | None, Field(ge=1, le=1_000_000)] = None, week: bool = False
) -> dict[str, Any]:
    """The plan in force as it was issued, or an earlier version; whether it should be adapted."""
    return show_plan(place, version=version, week=week).to_json()


@router.post("/plan", responses=_WRONG)
def build(place: PlaceHere, told: NewPlan) -> dict[str, Any]:
    """Make a plan and issue it; where safety stops it, `refused` says why and nothing is stored."""
    return make_plan(place, goal=_goal(told), wishes=_wishes(told), start=told.start, weeks=told.weeks).to_json()


@router.post("/plan/adapt", responses=_WRONG)
def adapt(place: PlaceHere) -> dict[str, Any]:
    """Adapt the plan to what is known now; a new version only where something changes."""
    return revise_plan(place).to_json()


@router.get("/plan/versions/{version}", responses=_WRONG)
def version(place: PlaceHere, version: int) -> dict[str, Any]:
    """One version: its changes with rule and inputs, and which sessions differ from the version before."""
    return plan_version(place, version).to_json()


@router.get("/plan/moves", responses=_WRONG)
def check(
    place: PlaceHere, session: Annotated[str, Field(max_length=80)], to: datetime.date | None = None
) -> dict[str, Any]:
    """What every day of a session's week says to it; nothing is stored."""
    return check_session_move(place, session, to).to_json()


@router.post("/plan/moves", responses=_WRONG)
def move(place: PlaceHere, told: Move) -> dict[str, Any]:
    """Move a session to another day, where the rules allow it."""
    return move_session(place, told.session, told.to).to_json()


@router.post("/strength", responses=_WRONG)
def strength(
    place: PlaceHere, done: StrengthDone, key: IdempotencyKey = None, told_at: ToldAt = None
) -> dict[str, Any]:
    """Log one exercise; sent again under the same Idempotency-Key, it is stored once."""
    values = done.model_dump(exclude={"exercise", "date", "correct"})
    return log_strength(
        place, done.exercise, on=done.date, correct=done.correct, key=key, told_at=told_at, **values
    ).to_json()


@router.post("/gait-trial", responses=_WRONG)
def gait_trial(place: PlaceHere, trial: NewTrial) -> dict[str, Any]:
    """Tell a trial of quicker steps, and whether to train them."""
    return log_gait_trial(
        place,
        trial.baseline_spm,
        pain_usual=trial.pain_usual,
        pain_at={5.0: trial.pain_5, 7.5: trial.pain_75, 10.0: trial.pain_10},
        comfortable=trial.comfortable,
        calf_pain=trial.calf_pain,
        acute_calf=trial.acute_calf,
        wanted=trial.wanted,
    ).to_json()


def _goal(told: NewPlan) -> Goal | None:
    kind = told.goal
    if kind is None and told.distance_m is None and told.race_date is None:
        return None
    if kind is None:
        kind = "distance" if told.race_date is None else "race"
    return Goal(kind=kind, distance_m=told.distance_m, day=told.race_date)


def _wishes(told: NewPlan) -> Wishes:
    minutes, times = (None, None) if told.days is None else read_days(told.days)
    race = None
    if told.distance_m is not None and told.race_date is not None:
        race = (Race(day=told.race_date, distance_m=told.distance_m),)
    return Wishes(
        minutes=minutes,
        start_times=times,
        long_run_weekday=None if told.long_run_day is None else weekday_of(told.long_run_day),
        runs_per_week=told.runs_per_week,
        equipment=None if told.equipment is None else frozenset(told.equipment),
        strength_minutes=told.strength_minutes,
        away=None if told.away is None else tuple(read_away(span) for span in told.away),
        races=race,
    )
