"""Pages of the settings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.profile import set_profile, show_profile
from kneewise.web.area import Area
from kneewise.web.here import PlaceHere
from kneewise.web.preferences import COOKIE_PREFIX, Language, Theme, Units
from kneewise.web.rendering import page
from kneewise.web.settings import api, view
from kneewise.web.trouble import UNPROCESSABLE
from kneewise.web.wording import message, told

router = APIRouter()

_SEE_OTHER = 303
_A_YEAR_S = 31_536_000


@router.get("/settings")
def show(request: Request, place: PlaceHere, saved: str = "") -> Response:
    """All settings."""
    return page(request, "settings/index.html", view.settings_page(show_profile(place), saved=saved), area=AREA.id)


@router.post("/settings/display")
def display(
    language: Annotated[Language, Form()], units: Annotated[Units, Form()], theme: Annotated[Theme, Form()]
) -> Response:
    """Keep how things are shown, in this browser."""
    return keep_display("/settings?saved=display", language, units, theme)


def keep_display(then: str, language: Language, units: Units, theme: Theme) -> Response:
    """Return the answer that keeps the choices in the browser and goes on to a page."""
    response = RedirectResponse(then, _SEE_OTHER)
    for name, value in (("language", language), ("units", units), ("theme", theme)):
        response.set_cookie(COOKIE_PREFIX + name, value, max_age=_A_YEAR_S, httponly=True, samesite="strict")
    return response


@router.post("/settings/profile")
def profile(request: Request, place: PlaceHere, told_values: Annotated[view.ProfileForm, Form()]) -> Response:
    """Keep who runs, in the record."""
    try:
        change = set_profile(place, **view.profile_changes(told_values))
    except InvalidInputError as error:
        shown = view.settings_page(show_profile(place), form=told_values, error=told(str(error)))
        return page(request, "settings/index.html", shown, area=AREA.id, status=UNPROCESSABLE)
    return RedirectResponse(f"/settings?saved={'profile' if not change.recomputed else 'recomputed'}", _SEE_OTHER)


AREA = Area("settings", message("Settings"), "/settings", "settings", router, api.router)
