"""The web application: areas, gate, errors, and the few routes that belong to no area."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from kneewise.errors import StorageError
from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.import_jobs import ImportJobs
from kneewise.services.place import Place
from kneewise.storage import open_record
from kneewise.web import shell, trouble
from kneewise.web.areas import AREAS
from kneewise.web.assets import BuiltFiles, assets
from kneewise.web.door import Door, LocalDoor
from kneewise.web.guard import Guard
from kneewise.web.here import place_here
from kneewise.web.options import WebOptions
from kneewise.web.preferences import ChosenPreferences
from kneewise.web.security import Sessions, StartToken, read_secret

#: Answers smaller than this fit into one packet anyway.
_WORTH_PACKING_BYTES = 1024
#: Ten years of columns pack in a fifth of the time of level 9, a tenth larger.
_PACKING_LEVEL = 4


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Return what every app answers: FastAPI takes a tenth of a second to work it out, once in a process."""
    together = APIRouter(dependencies=[Depends(place_here)])
    for area in AREAS:
        together.include_router(area.pages, include_in_schema=False)
        if area.api is not None:
            together.include_router(area.api, prefix="/api", tags=[area.id])
    together.include_router(shell.router, include_in_schema=False)
    return tuple(together.routes)


def create_app(place: Place, options: WebOptions | None = None, *, clinic: bool = False) -> FastAPI:
    """Return the application that serves one record, or a clinic's.

    Parameters
    ----------
    place : Place
        The record; it is opened once and kept open until the application ends.
    options : WebOptions or None
        How it is served; from the environment where not given.
    clinic : bool
        Whether people sign in; one runner on their own machine comes in with the start link.

    Raises
    ------
    NotBuiltError
        When the front end is not built.
    StorageError
        When the data folder cannot be used.
    MissingLibraryError
        When a clinic is to be served and the extra ``clinic`` is not installed.
    """
    options = options or WebOptions()
    assets()
    sessions = Sessions(read_secret(place.data), timedelta(days=options.session_days))
    record = open_record(place.data, place.database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.imports = ImportJobs(app.state.place)
        app.state.gait = GaitJobs(app.state.place)
        if served is not None:
            try:
                app.state.imports.renew_loads()
            except StorageError as error:
                trouble.log.warning("loads to compute anew are looked for at the next start: %s", error)
        with served.summaries.working() if served is not None else nullcontext():
            yield
        app.state.gait.close()
        app.state.imports.close()
        record.close()

    app = FastAPI(
        title="Kneewise",
        summary="What every run costs your knee: the same documents that the command line prints with --json.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(place_here)],
    )
    app.state.place = replace(place, record=record)
    app.state.options = options
    app.state.areas = AREAS
    app.state.gate = None
    app.state.sessions = sessions
    app.state.start_token = StartToken()
    app.state.cookie = f"kneewise_session_{options.port}"
    app.router.routes.extend(_routes())
    app.mount("/static", BuiltFiles(), name="static")
    trouble.install(app)
    door: Door = LocalDoor(sessions, app.state.cookie, options)
    served = None
    if clinic:
        from kneewise.web.clinic.serving import open_clinic

        served = open_clinic(app, app.state.place, record)
        door = served.door
    # The last one added is the first that a request meets.
    app.add_middleware(
        Guard,
        door=door,
        options=options,
        uploads=frozenset(path for area in AREAS for path in area.uploads),
    )
    app.add_middleware(ChosenPreferences)
    app.add_middleware(GZipMiddleware, minimum_size=_WORTH_PACKING_BYTES, compresslevel=_PACKING_LEVEL)
    return app
