"""Pages of the runner's gait: how to film, one clip from the phone to its numbers, earlier clips."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from kneewise.domain import Runner
from kneewise.errors import InvalidInputError, KneewiseError
from kneewise.gait.standing import StandingLegs
from kneewise.services.clip_meaning import clip_meaning
from kneewise.services.gait.folder import picture_file
from kneewise.services.gait.history import compare_past, list_clips, withdraw_clip
from kneewise.services.gait.job import GaitJob
from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.gait.ready import lacks
from kneewise.services.local_day import local_today
from kneewise.services.own_data.beside import require_space
from kneewise.services.place import Place, opened
from kneewise.storage.trouble import storage_trouble
from kneewise.web import trouble
from kneewise.web.area import Area
from kneewise.web.gait import api, camera
from kneewise.web.gait.looking import Found, looked_into, too_large
from kneewise.web.gait.told import read_order
from kneewise.web.gait.view import (
    CLIP_LIMIT_BYTES,
    clip_page,
    compared_view,
    gait_page,
    job_list,
    job_page,
    standing_words,
)
from kneewise.web.here import GaitHere, PlaceHere
from kneewise.web.rendering import page
from kneewise.web.uploads import announced, received, received_form
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

router = APIRouter()
router.include_router(camera.router)

_SEE_OTHER = 303
_NAME_LIMIT = 2000
FileName = Annotated[str, Header(alias="X-File-Name", max_length=_NAME_LIMIT)]


@router.get("/gait")
def show(request: Request, place: PlaceHere, jobs: GaitHere) -> Response:
    """The page."""
    return _first(request, place, jobs)


@router.get("/gait/progress")
def progress(request: Request, jobs: GaitHere) -> Response:
    """Clips on their way: a part of the page."""
    return page(request, "gait/jobs.html", job_list(jobs.all()))


@router.get("/gait/guide")
def guide(request: Request) -> Response:
    """How to film, for the screen and for paper."""
    return page(request, "gait/guide.html", area=AREA.id)


@router.post("/gait/upload")
async def upload(request: Request, jobs: GaitHere, name: FileName) -> Response:
    """Take one clip in, as the page sends it."""
    return await _sent(request, jobs, name, jobs.take, _("your clip"), lambda job: {"href": f"/gait/jobs/{job.id}"})


@router.post("/gait/send")
async def send(request: Request, place: PlaceHere, jobs: GaitHere) -> Response:
    """Take one clip in, from a plain form."""
    require_space(jobs.folder, announced(request), "this clip")
    with storage_trouble("keeping the clip", jobs.folder):
        async with received_form(request, jobs.folder) as (_fields, file):
            try:
                if file is None:
                    raise InvalidInputError(_("No file came in; choose a clip."))
                job = await looked_into(jobs.take, file, _("your clip"), whose=jobs.place.runner_id)
            except KneewiseError as error:
                return await run_in_threadpool(_first, request, place, jobs, told(str(error)))
    return RedirectResponse(f"/gait/jobs/{job.id}", _SEE_OTHER)


@router.post("/gait/standing")
async def standing(request: Request, jobs: GaitHere, name: FileName) -> Response:
    """Look at a picture of the runner standing straight; it is deleted at once, what it shows goes with the form."""

    def answer(legs: StandingLegs) -> dict[str, str]:
        return {"standing": json.dumps(legs.to_json()), "words": standing_words(legs)}

    return await _sent(request, jobs, name, jobs.stand, _("your picture"), answer)


async def _sent(
    request: Request,
    jobs: GaitJobs,
    name: str,
    look: Callable[[Path, str], Found],
    otherwise: str,
    answer: Callable[[Found], dict[str, str]],
) -> Response:
    """Look into one file as the page sends it, and answer with what was found in it."""
    require_space(jobs.folder, announced(request), "this file")
    if announced(request) > CLIP_LIMIT_BYTES:
        return trouble.answer(request, trouble.TOO_LARGE, too_large())
    with storage_trouble("keeping the clip", jobs.folder):
        async with received(request, jobs.folder, unquote(name)) as file:
            try:
                found = await looked_into(look, file, otherwise, whose=jobs.place.runner_id)
            except KneewiseError as error:
                return trouble.answer(request, trouble.UNPROCESSABLE, told(str(error)))
    return JSONResponse(answer(found))


@router.get("/gait/jobs/{job_id}")
def job(request: Request, place: PlaceHere, jobs: GaitHere, job_id: str) -> Response:
    """One clip: its picture and what to say of it, then how far it is, then why it came to nothing."""
    found = _job(jobs, job_id)
    if found.clip_id:
        return RedirectResponse(f"/gait/clips/{found.clip_id}", _SEE_OTHER)
    return _described(request, place, jobs, found)


@router.get("/gait/jobs/{job_id}/progress")
def job_progress(request: Request, place: PlaceHere, jobs: GaitHere, job_id: str) -> Response:
    """How far one clip is: a part of its page; one that is over leads to what came of it."""
    found = _job(jobs, job_id)
    to = f"/gait/clips/{found.clip_id}" if found.clip_id else f"/gait/jobs/{job_id}"
    headers = None if found.live else {"HX-Redirect": to}
    view = job_page(found, _runner(place), "", frame=False)
    return page(request, "gait/progress.html", view, headers=headers)


@router.get("/gait/jobs/{job_id}/frame")
def frame(jobs: GaitHere, job_id: str) -> Response:
    """The picture in which the runner is pointed out."""
    path = jobs.frame(job_id)
    if path is None:
        raise HTTPException(trouble.NOT_FOUND)
    return FileResponse(path, media_type="image/png")


@router.post("/gait/jobs/{job_id}/measure")
async def measure(request: Request, place: PlaceHere, jobs: GaitHere, job_id: str) -> Response:
    """Measure a clip as it was described."""
    form = await request.form()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_measured, request, place, jobs, job_id, fields)


@router.post("/gait/jobs/{job_id}/cancel")
def cancel(jobs: GaitHere, job_id: str) -> Response:
    """End a clip's measuring, or leave off before it; nothing of it is kept."""
    found = _job(jobs, job_id)
    if found.live or found.open:
        jobs.cancel(job_id)
    else:
        jobs.dismiss(job_id)
    return RedirectResponse("/gait", _SEE_OTHER)


@router.get("/gait/clips/{clip_id}")
def clip(request: Request, place: PlaceHere, clip_id: str, compare: str | None = None) -> Response:
    """One measured clip, beside an earlier one where there is one from the same side."""
    every = list_clips(place)
    found = next((one for one in every if one.id == clip_id), None)
    if found is None:
        raise HTTPException(trouble.NOT_FOUND)
    others = [one for one in every if one.view == found.view and one.id != clip_id]
    earlier = [one for one in others if (one.local_date, one.recorded_at) < (found.local_date, found.recorded_at)]
    chosen = next((one for one in others if one.id == compare), earlier[0] if compare is None and earlier else None)
    compared = None if chosen is None else compared_view(chosen, compare_past(chosen, found))
    view = clip_page(found, others, compared, clip_meaning(place))
    return page(request, "gait/clip.html", view, area=AREA.id)


@router.get("/gait/clips/{clip_id}/files/{name}")
def clip_file(place: PlaceHere, clip_id: str, name: str) -> Response:
    """A picture of a clip, or the clip where the runner keeps it."""
    path = picture_file(place.data, clip_id, name)
    if path is None:
        raise HTTPException(trouble.NOT_FOUND)
    return FileResponse(path)


@router.post("/gait/clips/{clip_id}/delete")
def delete(place: PlaceHere, clip_id: str) -> Response:
    """Delete a clip with its pictures; it counts nowhere from now on."""
    if not any(one.id == clip_id for one in list_clips(place)):
        raise HTTPException(trouble.NOT_FOUND)
    withdraw_clip(place, clip_id)
    return RedirectResponse("/gait", _SEE_OTHER)


def _first(request: Request, place: Place, jobs: GaitJobs, error: str = "") -> Response:
    view = gait_page(lacks(), jobs.all(), list_clips(place), _runner(place), error=error)
    return page(request, "gait/index.html", view, area=AREA.id, status=trouble.UNPROCESSABLE if error else 200)


def _described(
    request: Request,
    place: Place,
    jobs: GaitJobs,
    found: GaitJob,
    fields: Mapping[str, str] | None = None,
    error: str = "",
) -> Response:
    runner = _runner(place)
    view = job_page(
        found,
        runner,
        local_today(runner).isoformat(),
        frame=jobs.frame(found.id) is not None,
        fields=fields,
        error=error,
    )
    status = trouble.UNPROCESSABLE if error else 200
    return page(request, "gait/job.html", view, area=AREA.id, status=status)


def _measured(request: Request, place: Place, jobs: GaitJobs, job_id: str, fields: Mapping[str, str]) -> Response:
    found, runner = _job(jobs, job_id), _runner(place)
    try:
        told_ = read_order(fields, runner, local_today(runner))
    except InvalidInputError as error:
        return _described(request, place, jobs, found, fields, told(str(error)))
    jobs.begin(job_id, told_.order, on=told_.on, keep_clip=told_.keep_clip)
    return RedirectResponse(f"/gait/jobs/{job_id}", _SEE_OTHER)


def _job(jobs: GaitJobs, job_id: str) -> GaitJob:
    found = next((one for one in jobs.all() if one.id == job_id), None)
    if found is None:
        raise HTTPException(trouble.NOT_FOUND)
    return found


def _runner(place: Place) -> Runner:
    with opened(place) as (_record, runner):
        return runner


AREA = Area(
    "gait",
    message("Gait"),
    "/gait",
    "gait",
    router,
    api.router,
    kept=("/gait/live",),
    uploads=frozenset({"/gait/upload", "/gait/send", "/gait/standing", "/api/gait-jobs"}),
)
