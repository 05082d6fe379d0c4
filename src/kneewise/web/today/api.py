"""Today, check-ins and the state as JSON: the documents of ``kneewise today``, ``checkin`` and ``state``."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from kneewise.services.checking_in import record_check_in
from kneewise.services.planning import plan_notice
from kneewise.services.state import pain_state
from kneewise.services.today import today
from kneewise.web.here import IdempotencyKey, PlaceHere
from kneewise.web.trouble import UNPROCESSABLE

router = APIRouter()

Pain = Annotated[float | None, Field(ge=0, le=10, allow_inf_nan=False)]


class NewCheckIn(BaseModel):
    """Answers about one day; what is left out was not answered."""

    model_config = ConfigDict(extra="forbid")

    date: datetime.date | None = None
    before: Pain = None
    during: Pain = None
    after_60min: Pain = None
    next_morning: Pain = None
    stairs: Pain = None
    swelling: bool | None = None
    limp: bool | None = None
    night_pain: bool | None = None
    zone: str | None = Field(default=None, max_length=64)
    side: Literal["left", "right", "both"] | None = None
    note: str | None = None
    correct: str | None = Field(default=None, max_length=64)


@router.get("/today")
def show_today(place: PlaceHere) -> dict[str, Any]:
    """What to do today and why, the check-in to make, and what stands in the way."""
    return today(place).to_json()


@router.get("/state")
def show_state(place: PlaceHere) -> dict[str, Any]:
    """What the record says now: pain, load beside the usual weeks, open flags, and what they block."""
    return pain_state(place).to_json()


@router.post("/checkins", responses={UNPROCESSABLE: {"description": "An answer cannot be right, or was told before"}})
def check_in(
    place: PlaceHere,
    answers: NewCheckIn,
    key: IdempotencyKey = None,
    told_at: Annotated[datetime.datetime | None, Header(alias="X-Told-At")] = None,
) -> dict[str, Any]:
    """Tell how the knee is; sent again under the same Idempotency-Key, it is stored once."""
    recorded = record_check_in(
        place,
        on=answers.date,
        pain={
            "before": answers.before,
            "during": answers.during,
            "after_60min": answers.after_60min,
            "next_morning": answers.next_morning,
            "stairs": answers.stairs,
        },
        signs={"swelling": answers.swelling, "limp": answers.limp, "night_pain": answers.night_pain},
        zone=answers.zone,
        side=answers.side,
        note=answers.note,
        correct=answers.correct,
        key=key,
        told_at=told_at,
    )
    return {**recorded.to_json(), "plan": plan_notice(place)}
