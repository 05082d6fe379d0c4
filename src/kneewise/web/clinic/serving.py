"""What `create_app` adds for a clinic: the door, the gate, the pages, and the summaries behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.util import find_spec

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from kneewise.errors import MissingLibraryError
from kneewise.services.clinic.attention import Summaries
from kneewise.services.clinic.sealing import KEY_FILE, Seal, seal_plain
from kneewise.services.clinic.second_step import SecondStep
from kneewise.services.clinic.sign_in import Door, Lifetimes
from kneewise.services.place import Place
from kneewise.storage import Record
from kneewise.web.clinic import accounts, entry, mine, own_account, runner_pages, runners
from kneewise.web.clinic.door import ClinicDoor
from kneewise.web.clinic.gate import Gate
from kneewise.web.here import place_here
from kneewise.web.options import WebOptions
from kneewise.web.security import read_secret

#: Modules that the extra ``clinic`` brings.
_NEEDED = ("argon2", "cryptography", "pwdlib", "segno")


@dataclass(frozen=True, slots=True)
class Clinic:
    """The parts of a clinic that live as long as its server."""

    door: ClinicDoor
    gate: Gate
    summaries: Summaries


def open_clinic(app: FastAPI, place: Place, record: Record) -> Clinic:
    """Add a clinic to the app of a record.

    Raises
    ------
    MissingLibraryError
        When the extra ``clinic`` is not installed.
    UndeclaredRouteError
        When nobody has said who may use a route.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        raise MissingLibraryError("A clinic needs the extra 'clinic'; install kneewise[clinic].")
    options: WebOptions = app.state.options
    secret, seal = read_secret(place.data), Seal(read_secret(place.data, KEY_FILE))
    seal_plain(record, seal)
    door = ClinicDoor(
        record, secret, Door(record, secret, SecondStep(record, secret, seal), _lifetimes(options)), options
    )
    app.router.routes.extend(_routes())
    gate = Gate(place, record)
    gate.learn(app)
    app.state.gate = gate
    app.state.door = door
    app.state.summaries = Summaries(record)
    return Clinic(door, gate, app.state.summaries)


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Return what a clinic answers besides."""
    together = APIRouter(dependencies=[Depends(place_here)])
    for module in (entry, own_account, mine, runners, runner_pages, accounts):
        together.include_router(module.router, include_in_schema=False)
    return tuple(together.routes)


def _lifetimes(options: WebOptions) -> Lifetimes:
    return Lifetimes(
        staff_idle=timedelta(minutes=options.staff_idle_minutes),
        staff=timedelta(hours=options.staff_hours),
        runner_idle=timedelta(days=options.runner_idle_days),
        runner=timedelta(days=options.runner_days),
    )
