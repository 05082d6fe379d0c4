"""Templates: one environment, and what every page can count on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from kneewise.web import amounts
from kneewise.web.area import Area, bar, home
from kneewise.web.assets import assets
from kneewise.web.preferences import preferences
from kneewise.web.wording import language_of, raw_catalogue, told

if TYPE_CHECKING:
    from kneewise.web.door import Session

_TEMPLATES = Path(__file__).with_name("templates")


def page(
    request: Request,
    template: str,
    view: object = None,
    *,
    area: str | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    entry: str | None = None,
) -> HTMLResponse:
    """Return a page, or a part of one, laid out.

    Parameters
    ----------
    template : str
        Path below ``templates``.
    view : object
        Everything that the template shows, computed; it is ``view`` there.
    area : str or None
        Area whose entry of the navigation is marked and whose scripts are loaded.
    entry : str or None
        Scripts that are loaded, where they are not named like the area.
    """
    session: Session | None = request.scope.get("kneewise_session")
    if session is not None and not session.known:
        session = None
    areas = _areas(request, session)
    context: dict[str, Any] = {
        "view": view,
        "area": area,
        "address": request.url.path,
        "csrf_token": session.csrf if session else "",
        "signed_in": session is not None,
        "preferences": preferences(),
        "areas": areas,
        "bar": bar(areas),
        "home": home(areas) if areas else "/",
        "entry": assets().entry(entry or area),
        "build": assets().version,
        "record": session.record if session else "",
        "account": session.account if session else None,
        "reads": session.reads if session else "",
        "made_runner": session is not None and _is_demo(request),
    }
    return HTMLResponse(_environment().get_template(template).render(context), status_code=status, headers=headers)


def _areas(request: Request, session: Session | None) -> tuple[Area, ...]:
    """Return the entries of the navigation: in a clinic, those that lead somewhere for who has signed in."""
    areas: tuple[Area, ...] = request.app.state.areas
    if request.app.state.gate is None or session is None:
        return areas
    from kneewise.web.clinic.menu import menu

    return menu(areas, session, request.app.state.place.record)


def _is_demo(request: Request) -> bool:
    from kneewise.services.demo import read_demo

    return read_demo(request.app.state.place) is not None


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: raw_catalogue().gettext(text),
        ngettext=lambda one, many, count: raw_catalogue().ngettext(one, many, count),
        pgettext=lambda context, text: raw_catalogue().pgettext(context, text),
        newstyle=True,
    )
    environment.filters.update(
        told=told, language_of=language_of, number=amounts.number, day=amounts.day, duration=amounts.duration
    )
    return environment
