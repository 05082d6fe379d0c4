"""Pages of one session: what to do, step by step; moving it; the log of strength work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.moving import check_session_move, move_session
from kneewise.services.plan_now import plan_now
from kneewise.services.strength_log import log_strength
from kneewise.web import trouble
from kneewise.web.here import IdempotencyKey, PlaceHere
from kneewise.web.plan import session_view
from kneewise.web.plan.here import area_paths, plain_fields
from kneewise.web.plan.strength_form import read_exercise
from kneewise.web.plan.strength_view import log_words
from kneewise.web.rendering import page
from kneewise.web.wording import told

router = APIRouter()

_SEE_OTHER = 303
_AREA = "plan"
ToldAt = Annotated[datetime | None, Header(alias="X-Told-At")]
Fields = Annotated[Mapping[str, str], Depends(plain_fields)]


@router.get("/plan/sessions/{session_id}")
def show(request: Request, place: PlaceHere, session_id: str, day: date | None = None) -> Response:
    """One session with its steps and reasons."""
    now = plan_now(place)
    session = session_view.find_session(now, session_id, day)
    if session is None:
        raise HTTPException(trouble.NOT_FOUND)
    found = session_view.session_page(now, session, area_paths(request))
    template = "plan/strength.html" if session.exercises else "plan/session.html"
    return page(request, template, found, area=_AREA)


@router.get("/plan/strength/{session_id}")
def strength(session_id: str) -> Response:
    """Lead to the session."""
    return RedirectResponse(f"/plan/sessions/{session_id}", _SEE_OTHER)


@router.get("/plan/sessions/{session_id}/move")
def ask_move(request: Request, place: PlaceHere, session_id: str, to: date | None = None) -> Response:
    """Which days may take a session; as data where the page asks for it while something is dragged."""
    try:
        found = check_session_move(place, session_id, to)
    except InvalidInputError as error:
        if trouble.wants_json(request):
            raise
        raise HTTPException(trouble.NOT_FOUND, told(str(error))) from error
    if trouble.wants_json(request):
        return JSONResponse({"days": [_day(one) for one in session_view.move_days(found)]})
    return page(request, "plan/move.html", session_view.move_page(plan_now(place), found), area=_AREA)


@router.post("/plan/sessions/{session_id}/move")
def move(request: Request, place: PlaceHere, session_id: str, to: Annotated[date, Form()]) -> Response:
    """Move a session, where the rules allow it."""
    try:
        move_session(place, session_id, to)
    except InvalidInputError as error:
        if trouble.wants_json(request):
            raise
        found = session_view.move_page(
            plan_now(place), check_session_move(place, session_id, to), error=told(str(error))
        )
        return page(request, "plan/move.html", found, area=_AREA, status=trouble.UNPROCESSABLE)
    where = f"/plan?week={to.isoformat()}&said=moved"
    return JSONResponse({"to": where}) if trouble.wants_json(request) else RedirectResponse(where, _SEE_OTHER)


@router.post("/plan/strength")
def log(
    request: Request, place: PlaceHere, fields: Fields, key: IdempotencyKey = None, told_at: ToldAt = None
) -> Response:
    """Store one exercise as it was done: once, however often it comes under the same key."""
    done = read_exercise(fields)
    stored = log_strength(place, done.exercise, on=done.on, correct=done.correct, key=key, told_at=told_at, **done.told)
    if trouble.wants_json(request):
        words = log_words(stored.entry)
        return JSONResponse({"id": stored.entry.id, "exercise": stored.entry.exercise, "text": words})
    anchor = f"/plan/sessions/{done.session}#{stored.entry.exercise}" if done.session else "/plan"
    return RedirectResponse(anchor, _SEE_OTHER)


def _day(one: session_view.MoveDay) -> dict[str, str]:
    return {"day": one.iso, "long": one.long, "verdict": one.verdict, "words": one.words, "text": one.text}
