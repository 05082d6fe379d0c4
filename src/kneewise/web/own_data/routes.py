"""Pages of the runner's own data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Form, Header, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from kneewise.errors import InvalidInputError, KneewiseError
from kneewise.services.local_day import zone_of
from kneewise.services.own_data.beside import require_space
from kneewise.services.own_data.download import Download, backup_to_take, export_to_take
from kneewise.services.own_data.erase import erase
from kneewise.services.own_data.restore import check_backup, holds_something, restore
from kneewise.services.own_data.stored import what_is_stored
from kneewise.services.place import Place
from kneewise.services.profile import show_profile
from kneewise.storage.trouble import storage_trouble
from kneewise.web import trouble
from kneewise.web.area import Area
from kneewise.web.here import GaitHere, ImportsHere, PlaceHere, ProofHere, TrayHere
from kneewise.web.own_data import api
from kneewise.web.own_data.view import (
    ERASE_WORD,
    data_page,
    erased_page,
    recomputing,
    restore_page,
    restored_text,
)
from kneewise.web.own_data.waiting import WaitingBackup
from kneewise.web.rendering import page
from kneewise.web.uploads import announced, label, received
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

router = APIRouter()

_SEE_OTHER = 303
_NAME_LIMIT = 2000
#: The browser forgets what it kept of the record: pages for times without a connection, entries that waited.
_FORGET = {"clear-site-data": '"cache", "storage"'}

Key = Annotated[str, Form(max_length=64)]


def _waiting(request: Request) -> WaitingBackup:
    state = request.app.state
    if not hasattr(state, "waiting_backup"):
        state.waiting_backup = WaitingBackup(state.imports.folder)
    waiting: WaitingBackup = state.waiting_backup
    return waiting


WaitingHere = Annotated[WaitingBackup, Depends(_waiting)]


def _shown(
    request: Request,
    place: Place,
    *,
    status: int = 200,
    saved: str = "",
    error: str = "",
    erase_error: str = "",
    password_error: str = "",
) -> Response:
    filled = not place.shared and holds_something(place)
    view = data_page(
        what_is_stored(place),
        filled=filled,
        shared=place.shared,
        saved=saved,
        error=error,
        erase_error=erase_error,
        password_error=password_error,
    )
    return page(request, "data/index.html", view, area=AREA.id, status=status)


@router.get("/my-data")
def show(request: Request, place: PlaceHere) -> Response:
    """What is stored where, and what can be done with it."""
    return _shown(request, place)


@router.post("/my-data/export")
def export(place: PlaceHere) -> Response:
    """Everything in open formats, as one archive."""
    return _sent(place, export_to_take)


@router.post("/my-data/backup")
def backup(place: PlaceHere) -> Response:
    """Everything in one file, to be put back later."""
    return _sent(place, backup_to_take)


def _sent(place: Place, make: Callable[[Place], Download]) -> Response:
    made = make(place)
    return FileResponse(
        made.path, media_type="application/zip", filename=made.name, background=BackgroundTask(made.discard)
    )


@router.post("/my-data/restore")
async def take_backup(
    request: Request,
    jobs: ImportsHere,
    waiting: WaitingHere,
    name: Annotated[str, Header(alias="X-File-Name", max_length=_NAME_LIMIT)] = "",
) -> Response:
    """Take a backup in and check it to its last byte; nothing is put back yet."""
    require_space(jobs.folder, announced(request), "this backup")
    shown = label(unquote(name)) or _("your file")
    with storage_trouble("keeping the backup", jobs.folder):
        async with received(request, jobs.folder, "backup.zip") as file:
            try:
                await run_in_threadpool(check_backup, file.path)
            except KneewiseError as error:
                return trouble.answer(request, trouble.UNPROCESSABLE, told(str(error).replace(str(file.path), shown)))
            key = await run_in_threadpool(waiting.keep, file.path)
    return JSONResponse({"key": key})


@router.get("/my-data/restore/{key}")
def ask_restore(request: Request, place: PlaceHere, waiting: WaitingHere, key: str) -> Response:
    """What the backup holds, and whether to put it back."""
    path = waiting.look(key)
    if path is None:
        return RedirectResponse("/my-data", _SEE_OTHER)
    view = restore_page(key, check_backup(path), _zone(place), filled=holds_something(place))
    return page(request, "data/restore.html", view, area=AREA.id)


@router.post("/my-data/restore/confirm")
def put_back(
    request: Request,
    place: PlaceHere,
    jobs: ImportsHere,
    gait: GaitHere,
    tray: TrayHere,
    waiting: WaitingHere,
    key: Key,
    overwrite: Annotated[bool, Form()] = False,
) -> Response:
    """Put the backup back that waits."""
    path = waiting.look(key)
    if path is None:
        return _shown(
            request, place, status=trouble.UNPROCESSABLE, error=_("No backup waits any more; choose the file again.")
        )
    if holds_something(place) and not overwrite:
        view = restore_page(
            key, check_backup(path), _zone(place), filled=True, error=_("Say first that it may be overwritten.")
        )
        return page(request, "data/restore.html", view, area=AREA.id, status=trouble.UNPROCESSABLE)
    tray.clear()
    jobs.forget()
    gait.forget()
    made = restore(place, path, overwrite=overwrite)
    waiting.drop()
    return _shown(request, place, saved=restored_text(made, _zone(place)))


@router.post("/my-data/recompute")
def recompute(jobs: ImportsHere) -> Response:
    """Compute everything anew, behind this server's back."""
    jobs.begin_recompute()
    return RedirectResponse("/my-data#recompute", _SEE_OTHER)


@router.get("/my-data/recompute")
def recompute_progress(request: Request, jobs: ImportsHere) -> Response:
    """How far computing anew is: a part of the page."""
    latest = next((job for job in reversed(jobs.all()) if job.kind == "recompute"), None)
    return page(request, "data/recompute.html", recomputing(latest))


@router.post("/my-data/erase")
def erase_all(
    request: Request,
    place: PlaceHere,
    jobs: ImportsHere,
    gait: GaitHere,
    tray: TrayHere,
    waiting: WaitingHere,
    must_know: ProofHere,
    word: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Erase everything of everybody in this record; in a clinic, with the password, everything of this runner."""
    if word.strip().casefold() not in {ERASE_WORD, _(ERASE_WORD).casefold()}:
        error = _("Nothing was erased. Type %(word)s to say that you mean it.", word=_(ERASE_WORD))
        return _shown(request, place, status=trouble.UNPROCESSABLE, erase_error=error)
    try:
        must_know(password)
    except InvalidInputError as error:
        return _shown(request, place, status=trouble.UNPROCESSABLE, password_error=told(str(error)))
    tray.clear()
    waiting.drop()
    jobs.forget()
    gait.forget()
    erased = erase(place if place.shared else Place(place.data, place.database, record=place.record))
    for desk in (jobs, gait):
        desk.folder.mkdir(mode=0o700, exist_ok=True)
    return page(request, "data/erased.html", erased_page(erased), area=AREA.id, headers=_FORGET)


def _zone(place: Place) -> tzinfo | None:
    return zone_of(show_profile(place))


AREA = Area("data", message("My data"), "/my-data", "data", router, api.router, uploads=frozenset({"/my-data/restore"}))
