"""The live session as JSON: the documents of ``kneewise retraining``."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header

from kneewise.services.live_sessions import log_live_session
from kneewise.services.live_setup import live_setup
from kneewise.web.here import IdempotencyKey, PlaceHere
from kneewise.web.live.told import SessionDone
from kneewise.web.trouble import UNPROCESSABLE

router = APIRouter()

ToldAt = Annotated[datetime.datetime | None, Header(alias="X-Told-At")]


@router.get("/live")
def show(place: PlaceHere, trial: bool = False) -> dict[str, Any]:
    """What today's live session is made from, or why there is none."""
    return live_setup(place, trial=trial).to_json()


@router.post("/live", status_code=201, responses={UNPROCESSABLE: {"description": "Something in it cannot be right"}})
def log(place: PlaceHere, session: SessionDone, key: IdempotencyKey = None, told_at: ToldAt = None) -> dict[str, Any]:
    """Store a live session: once, however often it comes under the same key."""
    return log_live_session(place, session.told(), key=key, told_at=told_at).to_json()
