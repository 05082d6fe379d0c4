"""The page of a live session, and what it tells when it is over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Header, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import JSONResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.live_sessions import log_live_session, log_live_trial
from kneewise.services.live_setup import live_setup
from kneewise.web.here import IdempotencyKey, PlaceHere
from kneewise.web.live.told import SessionDone, TrialDone
from kneewise.web.live.view import after_trial_words, live_page, stored_words
from kneewise.web.rendering import page
from kneewise.web.security import SENSING

router = APIRouter()

_AREA = "plan"
Told = TypeVar("Told", bound=BaseModel)
ToldAt = Annotated[datetime | None, Header(alias="X-Told-At")]


@router.get("/live")
def show(request: Request, place: PlaceHere) -> Response:
    """Today's session of quicker steps, or the trial where none was told."""
    return _page(request, place, trial=False)


@router.get("/live/trial")
def ask_trial(request: Request, place: PlaceHere) -> Response:
    """A new trial."""
    return _page(request, place, trial=True)


@router.post("/live")
def log(
    place: PlaceHere,
    told_json: Annotated[str, Form(alias="told", max_length=100_000)],
    key: IdempotencyKey = None,
    told_at: ToldAt = None,
) -> Response:
    """Store a session: once, however often it comes under the same key."""
    logged = log_live_session(place, _read(SessionDone, told_json).told(), key=key, told_at=told_at)
    return JSONResponse({"id": logged.session.id, "text": stored_words(logged)})


@router.post("/live/trial")
def log_trial(
    place: PlaceHere,
    told_json: Annotated[str, Form(alias="told", max_length=100_000)],
    key: IdempotencyKey = None,
    told_at: ToldAt = None,
) -> Response:
    """Store a trial: once, however often it comes under the same key."""
    done = _read(TrialDone, told_json)
    trial = log_live_trial(
        place,
        done.counts_spm,
        [step.told() for step in done.steps],
        pain_usual=done.pain_usual,
        pain_during=done.pain_during,
        calf_or_achilles_pain=done.calf_or_achilles_pain,
        acute_calf=done.acute_calf,
        key=key,
        told_at=told_at,
    )
    verdict = None if trial is None else trial.result.verdict
    return JSONResponse({"verdict": verdict, "text": after_trial_words(live_setup(place))})


def _read(form: type[Told], text: str) -> Told:
    """Return what a device sent."""
    try:
        return form.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "told"
        raise InvalidInputError(f"What the device sent cannot be read at '{where}': load the page anew.") from error


def _page(request: Request, place: PlaceHere, *, trial: bool) -> Response:
    view = live_page(live_setup(place, trial=trial))
    return page(request, "live/index.html", view, area=_AREA, entry="live", headers=SENSING)
