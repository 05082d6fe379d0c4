"""Pages of the import, and the way in for files."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Form, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from kneewise.errors import KneewiseError
from kneewise.services.demo import read_demo
from kneewise.services.inspecting import refuse_too_large
from kneewise.services.own_data.beside import require_space
from kneewise.storage.trouble import storage_trouble
from kneewise.web import trouble
from kneewise.web.area import Area
from kneewise.web.gait.looking import looked_into
from kneewise.web.here import ImportsHere, OptionsHere, PlaceHere, TrayHere
from kneewise.web.importing import api
from kneewise.web.importing.inspected import inspected
from kneewise.web.importing.view import batches, import_page, results_page
from kneewise.web.rendering import page
from kneewise.web.uploads import announced, received, way
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

router = APIRouter()

_SEE_OTHER = 303
_PATTERN = r"^[a-f0-9]{32}$"
_NAME_LIMIT = 2000

#: Files that are chosen together carry the same one; the page makes it.
GroupForm = Annotated[str, Form(pattern=_PATTERN)]
FileName = Annotated[str, Header(alias="X-File-Name", max_length=_NAME_LIMIT)]


def _areas(request: Request) -> Collection[str]:
    return {area.id for area in request.app.state.areas}


@router.get("/import")
def show(request: Request, place: PlaceHere, options: OptionsHere, jobs: ImportsHere) -> Response:
    """The page."""
    free = shutil.disk_usage(place.data).free
    demo = read_demo(place) is not None
    view = import_page(jobs.all(), _areas(request), limit_bytes=options.upload_limit_bytes, free_bytes=free, demo=demo)
    return page(request, "import/index.html", view, area=AREA.id)


@router.get("/import/progress")
def progress(request: Request, jobs: ImportsHere) -> Response:
    """How far the imports are: a part of the page."""
    return page(request, "import/batches.html", batches(jobs.all(), _areas(request)))


@router.post("/import/upload")
async def upload(
    request: Request,
    jobs: ImportsHere,
    tray: TrayHere,
    name: FileName,
    group: Annotated[str, Header(alias="X-Import-Group", pattern=_PATTERN)],
) -> Response:
    """Take one file in; it waits until its import begins."""
    require_space(jobs.folder, announced(request), "this file")
    shown = way(unquote(name)) or _("a file")
    with storage_trouble("keeping an upload", jobs.folder):
        async with received(request, jobs.folder, shown) as file:
            waiting = await run_in_threadpool(tray.keep, group, file.path, shown)
    return JSONResponse({"waiting": waiting, "size_bytes": file.size})


@router.post("/import/begin")
def begin(
    jobs: ImportsHere, tray: TrayHere, group: GroupForm, strip_positions: Annotated[bool, Form()] = False
) -> Response:
    """Import what came in for this group."""
    with tray.taken(group) as files:
        job = jobs.begin(files, strip_positions=strip_positions, group=group)
    return JSONResponse({"id": job.id, "group": group})


@router.post("/import/cancel")
def cancel(request: Request, jobs: ImportsHere, tray: TrayHere, group: GroupForm) -> Response:
    """End the imports of a group; what waits for them goes, what is stored stays."""
    tray.drop(group)
    jobs.cancel_group(group)
    if trouble.wants_json(request):
        return page(request, "import/batches.html", batches(jobs.all(), _areas(request)))
    return RedirectResponse("/import", _SEE_OTHER)


@router.get("/import/results/{group}")
def results(
    request: Request,
    jobs: ImportsHere,
    group: str,
    status: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=1_000_000)] = 1,
) -> Response:
    """The result of every file, page by page."""
    found = [job for job in jobs.all() if job.group == group and job.kind == "import"]
    view = results_page(found, _areas(request), status=status, page=number) if found else None
    if view is None:
        raise HTTPException(trouble.NOT_FOUND)
    return page(request, "import/results.html", view, area=AREA.id)


@router.post("/import/inspect")
async def inspect(request: Request, place: PlaceHere, jobs: ImportsHere, name: FileName) -> Response:
    """What one file holds, stored nowhere: a part of the page."""
    require_space(jobs.folder, announced(request), "this file")
    shown = way(unquote(name)) or _("a file")
    with storage_trouble("keeping an upload", jobs.folder):
        async with received(request, jobs.folder, shown) as file:
            try:
                refuse_too_large(file.path)
                view = await looked_into(lambda path, _: inspected(path, shown), file, shown, whose=place.runner_id)
            except KneewiseError as error:
                text = str(error).replace(str(file.path), shown).replace(file.path.name, shown)
                return trouble.answer(request, trouble.UNPROCESSABLE, told(text))
    return page(request, "import/inspected.html", view)


AREA = Area(
    "import",
    message("Import"),
    "/import",
    "import",
    router,
    api.router,
    uploads=frozenset({"/import/upload", "/import/inspect"}),
)
