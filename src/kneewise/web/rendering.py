"""Templates: one environment, and what every page can count on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from kneewise.storage.sharing import shared_kinds
from kneewise.web import amounts
from kneewise.web.area import Area, bar, home
from kneewise.web.assets import assets
from kneewise.web.menu import menu
from kneewise.web.preferences import preferences
from kneewise.web.readable import readable
from kneewise.web.session import Session
from kneewise.web.unseen import UNSEEN, Unseen
from kneewise.web.wording import language_of, raw_catalogue, told

#: Key of a request's scope in a clinic: the runner whose record the page is about; empty where it is nobody's.
SHOWN = "kneewise_shown"
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
        # False for a clinician, who changes nothing in a runner's record.
        "may_write": session is None or session.account is None or session.account.role == "runner",
        "unseen": _unseen(request),
        "made_runner": session is not None and _is_demo(request),
    }
    text = _environment().get_template(template).render(context)
    return HTMLResponse(_as_read_by(session, text, request), status_code=status, headers=headers)


def _unseen(request: Request) -> Unseen:
    """Return what the runner does not share with the reader of this page."""
    return Unseen(request.scope.get(UNSEEN, frozenset()))


def _as_read_by(session: Session | None, text: str, request: Request) -> str:
    """Return a page without what its reader would be refused: a clinician changes nothing in a runner's record."""
    inside = None if session is None else session.inside
    if session is None or session.account is None or inside is None or session.account.role != "clinician":
        return text
    kinds: frozenset[str] = frozenset()
    if inside.open_runner_id is not None:
        with request.app.state.place.record.reading() as connection:
            kinds = shared_kinds(connection, inside.open_runner_id, session.account.id)
    return readable(text, kinds)


def _areas(request: Request, session: Session | None) -> tuple[Area, ...]:
    """Return the entries of the navigation: in a clinic, those that lead somewhere for who has signed in."""
    areas: tuple[Area, ...] = request.app.state.areas
    if request.app.state.gate is None or session is None:
        return areas
    return menu(areas, session, request.app.state.place.record)


def _is_demo(request: Request) -> bool:
    from kneewise.services.demo import read_demo

    place = request.app.state.place
    if request.app.state.gate is not None:
        place = replace(place, runner_id=request.scope.get(SHOWN, ""))
    return read_demo(place) is not None


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
