"""The web application: areas, gate, errors, and the few routes that belong to no area."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from kneewise.services.import_jobs import ImportJobs
from kneewise.services.import_tray import ImportTray
from kneewise.services.place import Place
from kneewise.storage import open_record
from kneewise.web import shell, trouble
from kneewise.web.areas import AREAS
from kneewise.web.assets import BuiltFiles, assets
from kneewise.web.guard import Guard
from kneewise.web.options import WebOptions
from kneewise.web.preferences import ChosenPreferences
from kneewise.web.security import Sessions, StartToken, read_secret

#: Answers smaller than this fit into one packet anyway.
_WORTH_PACKING_BYTES = 1024
#: Ten years of columns pack in a fifth of the time of level 9, a tenth larger.
_PACKING_LEVEL = 4


def create_app(place: Place, options: WebOptions | None = None) -> FastAPI:
    """Return the application that serves one record.

    Parameters
    ----------
    place : Place
        The record; it is opened once and kept open until the application ends.
    options : WebOptions or None
        How it is served; from the environment where not given.

    Raises
    ------
    NotBuiltError
        When the front end is not built.
    StorageError
        When the data folder cannot be used.
    """
    options = options or WebOptions()
    assets()
    sessions = Sessions(read_secret(place.data), timedelta(days=options.session_days))
    record = open_record(place.data, place.database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.imports = ImportJobs(app.state.place)
        app.state.tray = ImportTray(app.state.imports.folder)
        yield
        app.state.imports.close()
        record.close()

    app = FastAPI(
        title="Kneewise",
        summary="What every run costs your knee: the same documents that the command line prints with --json.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.place = replace(place, record=record)
    app.state.options = options
    app.state.areas = AREAS
    app.state.sessions = sessions
    app.state.start_token = StartToken()
    app.state.cookie = f"kneewise_session_{options.port}"
    for area in AREAS:
        app.include_router(area.pages, include_in_schema=False)
        if area.api is not None:
            app.include_router(area.api, prefix="/api", tags=[area.id])
    app.include_router(shell.router, include_in_schema=False)
    app.mount("/static", BuiltFiles(), name="static")
    trouble.install(app)
    # The last one added is the first that a request meets.
    app.add_middleware(
        Guard,
        sessions=sessions,
        options=options,
        cookie=app.state.cookie,
        uploads=frozenset(path for area in AREAS for path in area.uploads),
    )
    app.add_middleware(ChosenPreferences)
    app.add_middleware(GZipMiddleware, minimum_size=_WORTH_PACKING_BYTES, compresslevel=_PACKING_LEVEL)
    return app
