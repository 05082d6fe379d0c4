"""Pages of lab trials: files come in one by one, are measured together, and are gone afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Form, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from kneewise.errors import KneewiseError
from kneewise.services.knee_trials import keep_lab_trial, knee_style, list_knee_trials, withdraw_knee_trial
from kneewise.services.lab_apart import lab_trial_apart
from kneewise.services.own_data.beside import require_space
from kneewise.services.profile import show_profile
from kneewise.storage.trouble import storage_trouble
from kneewise.web import trouble
from kneewise.web.area import Area
from kneewise.web.here import ImportsHere, PlaceHere, TrayHere
from kneewise.web.lab import api
from kneewise.web.lab.form import LabForm, Role, by_role, first_form, named, typed, typed_date
from kneewise.web.lab.view import lab_page, lab_result
from kneewise.web.rendering import page
from kneewise.web.uploads import announced, label, received
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

router = APIRouter()

_SEE_OTHER = 303
_PATTERN = r"^[a-f0-9]{32}$"
_NAME_LIMIT = 2000


@router.get("/lab")
def show(request: Request, place: PlaceHere, withdrawn: bool = False) -> Response:
    """The form, and the trials that are kept."""
    form = first_form(show_profile(place))
    saved = _("Left out. Your runs were computed anew.") if withdrawn else ""
    view = lab_page(form, list_knee_trials(place), knee_style(place), saved=saved)
    return page(request, "lab/index.html", view, area=AREA.id)


@router.post("/lab/upload")
async def upload(
    request: Request,
    jobs: ImportsHere,
    tray: TrayHere,
    name: Annotated[str, Header(alias="X-File-Name", max_length=_NAME_LIMIT)],
    role: Annotated[Role, Header(alias="X-Lab-Role")],
    group: Annotated[str, Header(alias="X-Import-Group", pattern=_PATTERN)],
) -> Response:
    """Take one file in; it waits until the trial is measured."""
    require_space(jobs.folder, announced(request), "this file")
    shown = label(unquote(name)) or _("a file")
    with storage_trouble("keeping an upload", jobs.folder):
        async with received(request, jobs.folder, shown) as file:
            waiting = await run_in_threadpool(tray.keep, group, file.path, named(role, shown))
    return JSONResponse({"waiting": waiting, "size_bytes": file.size})


@router.post("/lab/measure")
def measure(
    request: Request,
    place: PlaceHere,
    tray: TrayHere,
    group: Annotated[str, Form(pattern=_PATTERN)],
    form: Annotated[LabForm, Form()],
) -> Response:
    """Measure what came in for this group, and keep it where that is wanted: a part of the page."""
    with tray.taken(group) as waiting:
        names: dict[str, str] = {}
        try:
            files = by_role(waiting)
            # Where a whole path is told, its folders are ours, too.
            names = {ours: name for path, name in files.values() for ours in (str(path), path.name)}
            mass, given = typed(form)
            extra = {role: files[role][0] for role in ("markers", "muscles") if role in files}
            found = lab_trial_apart(files["trial"][0], files["static"][0], mass, **given, **extra)
            name = files["trial"][1]
            change = keep_lab_trial(place, found, name, on=typed_date(form)) if form.keep else None
        except KneewiseError as error:
            return trouble.answer(request, trouble.UNPROCESSABLE, told(_renamed(str(error), names)))
        view = lab_result(found, name, change, lambda text: _renamed(text, names))
    return page(request, "lab/result.html", view)


@router.post("/lab/trials/{trial_id}/withdraw")
def withdraw(place: PlaceHere, trial_id: str) -> Response:
    """Leave a kept trial out from now on."""
    withdraw_knee_trial(place, trial_id)
    return RedirectResponse("/lab?withdrawn=true", _SEE_OTHER)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a sentence with the sender's names of the files in place of ours."""
    for ours, theirs in names.items():
        text = text.replace(ours, theirs)
    return text


AREA = Area("lab", message("Lab trials"), "/lab", "lab", router, api.router, uploads=frozenset({"/lab/upload"}))
