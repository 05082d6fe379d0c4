"""Clips as JSON: the documents of ``kneewise gait``, as they were kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException

from kneewise.evidence.parameters import parameter
from kneewise.services.gait.history import PastClip, compare_past, list_clips, withdraw_clip
from kneewise.services.gait.job import GaitJob
from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.gait.work import ClipOrder
from kneewise.services.own_data.beside import require_space
from kneewise.services.place import Place, opened
from kneewise.storage.trouble import storage_trouble
from kneewise.web import trouble
from kneewise.web.gait.looking import looked_into
from kneewise.web.here import GaitHere, PlaceHere
from kneewise.web.uploads import announced, received
from kneewise.web.wording import gettext as _

router = APIRouter()

ClipId = Annotated[str, Path(max_length=64)]
_UNKNOWN: dict[int | str, dict[str, Any]] = {trouble.NOT_FOUND: {"description": "There is no such clip"}}
_WRONG: dict[int | str, dict[str, Any]] = {trouble.UNPROCESSABLE: {"description": "It cannot be measured"}}
_SPEED = parameter("gait.speed.possible_mps")
Speed = Annotated[float | None, Query(ge=_SPEED.low, le=_SPEED.high, allow_inf_nan=False)]
Share = Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)]
Slow = Annotated[float | None, Query(ge=1, le=40, allow_inf_nan=False)]


@router.get("/gait")
def show_clips(place: PlaceHere) -> list[dict[str, Any]]:
    """Return the measured clips that were kept, the newest first."""
    return [clip.to_json() for clip in list_clips(place)]


@router.get("/gait/{clip_id}", responses=_UNKNOWN)
def show_clip(place: PlaceHere, clip_id: ClipId) -> dict[str, Any]:
    """Return one measured clip."""
    return _clip(place, clip_id).to_json()


@router.get("/gait/{clip_id}/compared/{earlier_id}", responses={**_UNKNOWN, **_WRONG})
def compare_clips(place: PlaceHere, clip_id: ClipId, earlier_id: ClipId) -> dict[str, Any]:
    """Return what changed from an earlier clip to a later one, against the smallest change that can be seen."""
    return compare_past(_clip(place, earlier_id), _clip(place, clip_id))


@router.delete("/gait/{clip_id}", responses=_UNKNOWN)
def delete_clip(place: PlaceHere, clip_id: ClipId) -> dict[str, Any]:
    """Delete a clip with its pictures; it counts nowhere from now on."""
    clip = _clip(place, clip_id)
    withdraw_clip(place, clip.id)
    return {"id": clip.id}


@router.get("/gait-jobs")
def show_jobs(jobs: GaitHere) -> list[dict[str, Any]]:
    """Return the clips that are on their way, and those that ended within a day."""
    return [job.to_json() for job in jobs.all()]


@router.post("/gait-jobs", responses=_WRONG)
async def measure_clip(
    request: Request,
    place: PlaceHere,
    jobs: GaitHere,
    name: Annotated[str, Query(max_length=400)] = "clip.mp4",
    view: Literal["side", "rear"] | None = None,
    speed_mps: Speed = None,
    slow_motion: Slow = None,
    tap_x: Share = None,
    tap_y: Share = None,
    on: date | None = None,
    keep_clip: bool = False,
) -> dict[str, Any]:
    """Measure the clip in the body behind the server's back; the clip is deleted then unless it is to be kept."""
    require_space(jobs.folder, announced(request), "this clip")
    tap = None if tap_x is None or tap_y is None else (tap_x, tap_y)
    with storage_trouble("keeping the clip", jobs.folder):
        async with received(request, jobs.folder, unquote(name)) as file:
            job = await looked_into(jobs.take, file, _("your clip"), whose=jobs.place.runner_id)
    with opened(place) as (_record, runner):
        order = ClipOrder(view, speed_mps, slow_motion, runner.height_m, tap)
    return jobs.begin(job.id, order, on=on, keep_clip=keep_clip).to_json()


@router.get("/gait-jobs/{job_id}", responses=_UNKNOWN)
def show_job(jobs: GaitHere, job_id: ClipId) -> dict[str, Any]:
    """Return how far one clip is."""
    return _job(jobs, job_id).to_json()


@router.delete("/gait-jobs/{job_id}", responses=_UNKNOWN)
def end_job(jobs: GaitHere, job_id: ClipId) -> dict[str, Any]:
    """End the measuring of a clip; nothing of it is kept."""
    return jobs.cancel(_job(jobs, job_id).id).to_json()


def _clip(place: Place, clip_id: str) -> PastClip:
    found = next((clip for clip in list_clips(place) if clip.id == clip_id), None)
    if found is None:
        raise HTTPException(trouble.NOT_FOUND)
    return found


def _job(jobs: GaitJobs, job_id: str) -> GaitJob:
    found = next((job for job in jobs.all() if job.id == job_id), None)
    if found is None:
        raise HTTPException(trouble.NOT_FOUND)
    return found
