"""Pages of "Did it help"."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.helped import changes_and_view, load_answer
from kneewise.services.local_day import local_today
from kneewise.services.place import Place
from kneewise.services.profile import show_profile
from kneewise.services.response import did_it_help
from kneewise.web import trouble
from kneewise.web.area import Area
from kneewise.web.helped import api
from kneewise.web.helped.view import helped_page, load_shown
from kneewise.web.here import PlaceHere
from kneewise.web.rendering import page
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

router = APIRouter()

_SEE_OTHER = 303
_LONGEST = 200


@router.get("/helped")
def show(
    request: Request,
    place: PlaceHere,
    since: str = "",
    what: Annotated[str, Query(max_length=_LONGEST)] = "",
) -> Response:
    """The changes that can be asked about, and the answer about one of them."""
    return _shown(request, place, since, what)


@router.post("/helped")
def note(
    request: Request,
    place: PlaceHere,
    since: Annotated[str, Form(max_length=_LONGEST)] = "",
    what: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """Note a change, so that it can be asked about again."""
    try:
        did_it_help(place, _day(since), what.strip() or None)
    except InvalidInputError:
        return _shown(request, place, since, what)
    return RedirectResponse(f"/helped?{urlencode({'since': since, 'what': what.strip()})}", _SEE_OTHER)


@router.get("/helped/load")
def load(request: Request, place: PlaceHere) -> Response:
    """Whether load moves the runner's pain: a part of the page that comes after it, because it takes its time."""
    return page(request, "helped/load.html", load_shown(load_answer(place)))


def _shown(request: Request, place: Place, since: str, what: str) -> Response:
    error, found = "", None
    try:
        candidates, found = changes_and_view(place, _day(since) if since else None, what.strip() or None)
    except InvalidInputError as trouble_with_day:
        error = told(str(trouble_with_day))
        candidates, _none = changes_and_view(place, None)
    view = helped_page(
        candidates, found, today=local_today(show_profile(place)), typed_day=since, typed_what=what, error=error
    )
    status = trouble.UNPROCESSABLE if error else 200
    return page(request, "helped/index.html", view, area=AREA.id, status=status)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(_("The day cannot be read; choose it in the calendar.")) from error


AREA = Area("helped", message("Did it help"), "/helped", "helped", router, api.router)
