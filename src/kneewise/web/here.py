"""What a route can ask for: the record that this app serves, and its options."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from kneewise.services.import_jobs import ImportJobs
from kneewise.services.import_tray import ImportTray
from kneewise.services.place import Place
from kneewise.web.options import WebOptions


def _place(request: Request) -> Place:
    place: Place = request.app.state.place
    return place


def _options(request: Request) -> WebOptions:
    options: WebOptions = request.app.state.options
    return options


def _imports(request: Request) -> ImportJobs:
    jobs: ImportJobs = request.app.state.imports
    return jobs


def _tray(request: Request) -> ImportTray:
    tray: ImportTray = request.app.state.tray
    return tray


def _is_htmx(hx_request: Annotated[str | None, Header(include_in_schema=False)] = None) -> bool:
    return hx_request == "true"


#: The record, kept open.
PlaceHere = Annotated[Place, Depends(_place)]
#: Limits and lifetimes.
OptionsHere = Annotated[WebOptions, Depends(_options)]
#: Imports behind this server's back.
ImportsHere = Annotated[ImportJobs, Depends(_imports)]
#: Files that came in and wait for their import to begin.
TrayHere = Annotated[ImportTray, Depends(_tray)]
#: Whether htmx asks for a part of the page.
Htmx = Annotated[bool, Depends(_is_htmx)]
#: The sender's own key of what it tells: sent again after a lost connection, it is stored once.
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9-]{8,64}$")]
