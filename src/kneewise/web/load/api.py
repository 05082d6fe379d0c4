"""Load and runs as JSON: what ``kneewise load`` and ``kneewise activities`` with ``show`` and ``add`` print."""

from __future__ import annotations

import datetime
import json
from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from kneewise.errors import InvalidInputError
from kneewise.services.adding import TypedRun, add_activity
from kneewise.services.exposure import load_exposure
from kneewise.services.listing import drawn_activities
from kneewise.services.load_history import load_history
from kneewise.services.place import Place
from kneewise.services.run_story import run_story
from kneewise.web import trouble
from kneewise.web.here import PlaceHere
from kneewise.web.trouble import NOT_FOUND, UNPROCESSABLE
from kneewise.web.wording import told

router = APIRouter()

Known = Annotated[float | None, Field(gt=0, allow_inf_nan=False)]
_NOT_MODIFIED = 304


class NewRun(BaseModel):
    """A run without a watch: two of distance, time and speed are enough."""

    model_config = ConfigDict(extra="forbid")

    date: datetime.date
    distance_m: Known = None
    moving_s: Known = None
    speed_mps: Known = None
    treadmill: bool = False
    grade_deg: float | None = Field(default=None, allow_inf_nan=False)
    cadence_spm: Known = None
    terrain: Literal["road", "trail", "track", "treadmill"] | None = None
    start: datetime.time | None = None
    title: str | None = Field(default=None, max_length=200)


@router.get("/load", responses={UNPROCESSABLE: {"description": "Days in the wrong order, or days with a sum"}})
def load(
    request: Request,
    place: PlaceHere,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    by: Literal["day", "week", "month"] | None = None,
) -> Response:
    """What the knee got by local day; with ``by`` the whole history as columns, by day, week and month."""
    if by is None:
        _check_order(since, until)
        return document(request, load_exposure(place, since=since, until=until).to_json())
    if since is not None or until is not None:
        raise InvalidInputError("'by' shows the whole history; leave since and until away.")
    return document(request, load_history(place).to_json())


@router.get("/activities", responses={UNPROCESSABLE: {"description": "Days in the wrong order"}})
def activities(
    request: Request,
    place: PlaceHere,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    duplicates: bool = False,
) -> Response:
    """The runs, oldest first, each with what it cost the knee."""
    _check_order(since, until)
    with drawn_activities(place, since=since, until=until, duplicates=duplicates) as drawn:
        return document(request, [item.to_json() for item in drawn.activities])


@router.post("/activities", responses={UNPROCESSABLE: {"description": "A run cannot be right"}})
def add(place: PlaceHere, runs: Annotated[list[NewRun], Field(max_length=1000)]) -> list[dict[str, Any]]:
    """Add runs without a watch; the same runs sent again are stored once."""
    typed = [TypedRun(**run.model_dump()) for run in runs]
    return [item.to_json() for item in add_activity(place, typed)]


@router.get("/activities/{activity_id}", responses={NOT_FOUND: {"description": "No such activity"}})
def show(request: Request, place: PlaceHere, activity_id: str, track: bool = False) -> Response:
    """One run told; with ``track`` also its way in metres from the start."""
    return one_run(request, place, activity_id, with_track=track)


def one_run(request: Request, place: Place, activity_id: str, *, with_track: bool) -> Response:
    """Return the story of one run, or a sentence where there is no such run."""
    try:
        return document(request, run_story(place, activity_id, with_track=with_track).to_json())
    except InvalidInputError as error:
        return trouble.answer(request, NOT_FOUND, told(str(error)))


def document(request: Request, content: Any) -> Response:
    """Return JSON that a browser keeps and asks for again only where it changed."""
    body = json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
    headers = {"etag": f'W/"{sha256(body).hexdigest()[:24]}"', "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _check_order(since: datetime.date | None, until: datetime.date | None) -> None:
    if since is not None and until is not None and since > until:
        raise InvalidInputError(f"{since} is after {until}; give the earlier day first.")
