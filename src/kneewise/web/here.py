"""What a route can ask for: the record that this app serves, and its options."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Protocol

from fastapi import Depends, Header, Request

from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.import_jobs import ImportJobs
from kneewise.services.import_tray import ImportTray
from kneewise.services.place import Place
from kneewise.web.options import WebOptions


class Gate(Protocol):
    """What decides in a clinic whose record a request works on; a runner's own app has none."""

    def place_of(self, request: Request) -> Place:
        """Return the record that a request works on, or refuse."""

    def must_know(self, request: Request, password: str) -> None:
        """Ask whoever sends a request for the account's password once more."""


def place_here(request: Request) -> Place:
    """Return the record that a request works on.

    Every route of the app depends on this. In a clinic it decides whether the request may go on at all, so that no
    route can forget to ask.
    """
    gate: Gate | None = request.app.state.gate
    if gate is not None:
        return gate.place_of(request)
    place: Place = request.app.state.place
    return place


#: The record, kept open.
PlaceHere = Annotated[Place, Depends(place_here)]


def _proof(request: Request, place: PlaceHere) -> Callable[[str], None]:  # noqa: ARG001 - after the gate alone
    gate: Gate | None = request.app.state.gate
    return (lambda _password: None) if gate is None else partial(gate.must_know, request)


def _options(request: Request) -> WebOptions:
    options: WebOptions = request.app.state.options
    return options


def _imports(request: Request, place: PlaceHere) -> ImportJobs:
    shared: ImportJobs = request.app.state.imports
    return shared.for_runner(place)


#: Imports behind this server's back.
ImportsHere = Annotated[ImportJobs, Depends(_imports)]


def _tray(place: PlaceHere, jobs: ImportsHere) -> ImportTray:
    return ImportTray(jobs.folder, place.runner_id)


def _gait(request: Request, place: PlaceHere) -> GaitJobs:
    shared: GaitJobs = request.app.state.gait
    return shared.for_runner(place)


def _is_htmx(hx_request: Annotated[str | None, Header(include_in_schema=False)] = None) -> bool:
    return hx_request == "true"


#: Limits and lifetimes.
OptionsHere = Annotated[WebOptions, Depends(_options)]
#: Files that came in and wait for their import to begin.
TrayHere = Annotated[ImportTray, Depends(_tray)]
#: Clips that are measured behind this server's back.
GaitHere = Annotated[GaitJobs, Depends(_gait)]
#: Asks for the password of who has signed in, where there are accounts; raises `InvalidInputError` where it is wrong.
ProofHere = Annotated[Callable[[str], None], Depends(_proof)]
#: Whether htmx asks for a part of the page.
Htmx = Annotated[bool, Depends(_is_htmx)]
#: The sender's own key of what it tells: sent again after a lost connection, it is stored once.
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9-]{8,64}$")]
