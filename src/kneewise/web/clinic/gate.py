"""The one place where a clinic decides whose record a route works on; every route depends on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException

from kneewise.errors import NotAllowedError
from kneewise.services.clinic.authority import Asked, Need, decide
from kneewise.services.place import Place
from kneewise.storage import Record
from kneewise.web import access, trouble
from kneewise.web.clinic.door import ClinicDoor
from kneewise.web.clinic.words import kinds_in_words
from kneewise.web.rendering import SHOWN
from kneewise.web.session import Session
from kneewise.web.unseen import UNSEEN
from kneewise.web.wording import gettext as _

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SEE_OTHER: Final = 303


class Gate:
    """Decides for every request; knows what each route needs.

    Parameters
    ----------
    place : Place
        The clinic's record.
    record : Record
        The same, open.
    """

    def __init__(self, place: Place, record: Record) -> None:
        self._place = place
        self._record = record
        self._needs: dict[tuple[object, str], tuple[str, Need]] = {}

    def learn(self, app: FastAPI) -> None:
        """Look up what every route of an app needs.

        Raises
        ------
        UndeclaredRouteError
            For a route of which nobody has said it.
        """
        self._needs = access.needs(app)

    def place_of(self, request: Request) -> Place:
        """Return the record that a request works on, or refuse; the log of that record has a line then."""
        session: Session | None = request.scope.get("kneewise_session")
        route, need = self._needs[request.scope["endpoint"], request.method]
        asked = Asked(
            account=None if session is None else session.account,
            session=None if session is None else session.inside,
            writes=request.method not in _SAFE,
            route=route,
            account_id=request.path_params.get("account_id"),
        )
        decision = decide(self._record, need, asked)
        request.scope[SHOWN] = decision.runner_id or ""
        if decision.outcome == "granted":
            # Without a runner the place names one that cannot be: nothing opens a record by accident.
            request.scope[UNSEEN] = decision.unseen
            seen = self._record.without(decision.withheld)
            return replace(self._place, runner_id=decision.runner_id or _NOBODY, record=seen, shared=True)
        if decision.outcome == "hidden":
            raise HTTPException(trouble.NOT_FOUND)
        if decision.outcome in ("sign_in", "nothing_open"):
            where = "/sign-in" if decision.outcome == "sign_in" else "/clinic"
            if trouble.wants_json(request):
                raise HTTPException(trouble.UNAUTHORIZED if where == "/sign-in" else trouble.NOT_FOUND)
            raise HTTPException(_SEE_OTHER, headers={"location": where})
        if decision.outcome == "not_shared":
            kinds = kinds_in_words(decision.missing)
            raise NotAllowedError(
                _("This page also shows what the runner does not share with you: %(kinds)s.", kinds=kinds)
            )
        raise NotAllowedError(_("Only the runner can do this."))

    def must_know(self, request: Request, password: str) -> None:
        """Ask whoever sends a request for the account's password once more, before what cannot be undone.

        Raises
        ------
        InvalidInputError
            When it is wrong, or after too many tries; they count as those of signing in do.
        """
        session: Session | None = request.scope.get("kneewise_session")
        if session is None or session.account is None:
            raise HTTPException(trouble.UNAUTHORIZED)
        door: ClinicDoor = request.app.state.door
        door.sign_in.must_know(session.account, password, request.client.host if request.client is not None else "")


#: No runner's identifier begins with a hyphen.
_NOBODY: Final = "-"
