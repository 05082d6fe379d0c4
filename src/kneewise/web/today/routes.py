"""Pages of Today: the day, and the check-in of any day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from kneewise.errors import AlreadyToldError
from kneewise.services.checking_in import record_check_ins
from kneewise.services.planning import revise_plan
from kneewise.services.today import answers_of, today
from kneewise.web import trouble
from kneewise.web.area import Area
from kneewise.web.here import IdempotencyKey, PlaceHere
from kneewise.web.rendering import page
from kneewise.web.security import CSRF_FIELD
from kneewise.web.today import api
from kneewise.web.today.asks import read_form
from kneewise.web.today.day_view import day_page
from kneewise.web.today.view import today_page
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

router = APIRouter()

_SEE_OTHER = 303
ToldAt = Annotated[datetime | None, Header(alias="X-Told-At")]


async def _fields(request: Request) -> list[tuple[str, str]]:
    form = await request.form()
    return [(name, text) for name, text in form.multi_items() if isinstance(text, str) and name != CSRF_FIELD]


def _paths(request: Request) -> Mapping[str, str]:
    return {area.id: area.path for area in request.app.state.areas}


@router.get("/")
def show(request: Request, place: PlaceHere, told: str = "") -> Response:
    """The day."""
    view = today_page(today(place), _paths(request), told.split(","))
    return page(request, "today/index.html", view, area=AREA.id)


@router.post("/check-in")
def check_in(
    request: Request,
    place: PlaceHere,
    fields: Annotated[list[tuple[str, str]], Depends(_fields)],
    key: IdempotencyKey = None,
    told_at: ToldAt = None,
) -> Response:
    """Store what was told: once, however often it comes under the same key."""
    try:
        stored = record_check_ins(place, read_form(fields), key=key, told_at=told_at)
    except AlreadyToldError:
        text = _("This was told before, and the first answer stays until you replace it.")
        return trouble.answer(request, trouble.UNPROCESSABLE, text)
    ids = [each.id for each in stored.check_ins]
    if trouble.wants_json(request):
        return JSONResponse({"ids": ids, "repeated": stored.repeated})
    return RedirectResponse(f"/?told={','.join(ids)}", _SEE_OTHER)


@router.get("/check-in")
def one_day(request: Request, place: PlaceHere, day: date | None = None) -> Response:
    """What was told about one day, to look at and to put right."""
    found = answers_of(place, day)
    if found.day > found.today:
        raise HTTPException(trouble.NOT_FOUND)
    return page(request, "today/day.html", day_page(found), area=AREA.id)


@router.post("/today/plan")
def take_over(place: PlaceHere) -> Response:
    """Take over the version of the plan that follows what was told."""
    revise_plan(place)
    return RedirectResponse("/", _SEE_OTHER)


AREA = Area("today", message("Today"), "/", "today", router, api.router, place="main", offline=True)
