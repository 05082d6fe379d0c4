"""The one place where a clinic decides whose record a route works on; every route depends on it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, Final, TypeVar

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException

from kneewise.errors import NotAllowedError
from kneewise.services.clinic.authority import Asked, Need, decide
from kneewise.services.clinic.own_jobs import RunnerImports
from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.import_jobs import ImportJobs
from kneewise.services.import_tray import ImportTray
from kneewise.services.place import Place
from kneewise.storage import Record
from kneewise.web import access, trouble
from kneewise.web.clinic.words import kinds_in_words
from kneewise.web.door import Session
from kneewise.web.rendering import SHOWN
from kneewise.web.unseen import UNSEEN
from kneewise.web.wording import gettext as _

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SEE_OTHER: Final = 303
_Of = TypeVar("_Of")


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
        self._works: dict[tuple[type[Any], str], Any] = {}
        self._lock = threading.Lock()

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

    def imports(self, place: Place, shared: ImportJobs) -> ImportJobs:
        """Return the imports of one runner."""
        return RunnerImports(shared, place.runner_id or _NOBODY)

    def tray(self, place: Place, shared: ImportTray) -> ImportTray:
        """Return the files of one runner that wait."""
        return self._of(ImportTray, place, shared.for_another)

    def gait(self, place: Place, shared: GaitJobs) -> GaitJobs:  # noqa: ARG002 - as the others
        """Return the clips of one runner."""
        # Kept for whoever asks next: never with the eyes of one who may not read everything.
        return self._of(GaitJobs, place, lambda: GaitJobs(replace(place, record=self._record)))

    def close(self) -> None:
        """End all work behind the server's back."""
        for work in self._works.values():
            if not isinstance(work, ImportTray):
                work.close()

    def _of(self, kind: type[_Of], place: Place, make: Any) -> _Of:
        key = (kind, place.runner_id or _NOBODY)
        with self._lock:
            found = self._works.get(key)
        if found is None:
            made = make()
            with self._lock:
                found = self._works.setdefault(key, made)
            if found is not made and not isinstance(made, ImportTray):
                made.close()
        return found  # type: ignore[no-any-return]


#: No runner's identifier begins with a hyphen.
_NOBODY: Final = "-"
