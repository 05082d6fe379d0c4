"""Pages of the runs: the list, one run, the way it took, and a run typed in."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.adding import add_activity
from kneewise.services.demo import sample_runs, samples_beside
from kneewise.services.place import Place
from kneewise.services.run_pages import run_page as page_of_runs
from kneewise.services.run_story import RunStory, run_story
from kneewise.units import METRES_PER_KM, METRES_PER_MILE
from kneewise.web.amounts import imperial
from kneewise.web.here import Htmx, PlaceHere
from kneewise.web.load.adding_view import RunForm, adding_page, typed_run
from kneewise.web.load.run_view import RunPage, run_page
from kneewise.web.load.runs_view import runs_page
from kneewise.web.rendering import page
from kneewise.web.trouble import NOT_FOUND, UNPROCESSABLE
from kneewise.web.wording import told

router = APIRouter()

AREA_ID = "load"
_SEE_OTHER = 303
_MOST_PAGES = 100_000
PageNumber = Annotated[int, Query(alias="page", ge=1, le=_MOST_PAGES)]


@router.get("/runs")
def runs(request: Request, place: PlaceHere, since: str = "", until: str = "", number: PageNumber = 1) -> Response:
    """All activities, newest first."""
    first, last = _day(since), _day(until)
    if first is not None and last is not None and first > last:
        first, last = last, first
    found = page_of_runs(place, number, since=first, until=last)
    return page(request, "runs/index.html", runs_page(found, first, last, sample_runs(place)), area=AREA_ID)


@router.get("/runs/add")
def add_form(request: Request) -> Response:
    """A run without a watch."""
    return page(request, "runs/add.html", adding_page(RunForm()), area=AREA_ID)


@router.post("/runs/add")
def add(request: Request, place: PlaceHere, typed: Annotated[RunForm, Form()]) -> Response:
    """Store a run without a watch, and show it."""
    try:
        [item] = add_activity(place, [typed_run(typed)])
    except InvalidInputError as error:
        return page(request, "runs/add.html", adding_page(typed, told(str(error))), area=AREA_ID, status=UNPROCESSABLE)
    return RedirectResponse(f"/runs/{item.id}", _SEE_OTHER)


@router.get("/runs/{run_id}")
def one(request: Request, place: PlaceHere, run_id: str, way: bool = False) -> Response:
    """One run told; with its way only where the runner asks for it."""
    return page(request, "runs/run.html", _run(place, run_id, way=way), area=AREA_ID)


@router.get("/runs/{run_id}/way")
def way(request: Request, place: PlaceHere, run_id: str, part: Htmx) -> Response:
    """The way that a run took, drawn without a map."""
    if not part:
        return RedirectResponse(f"/runs/{run_id}?way=true#way", _SEE_OTHER)
    view = _run(place, run_id, way=True)
    return page(request, "runs/way.html", view, area=AREA_ID, headers={"vary": "hx-request"})


def _run(place: Place, run_id: str, *, way: bool) -> RunPage:
    """Return the page of the runner's own run, and in the demo of a sample run."""
    try:
        return run_page(_story(place, run_id, way=way))
    except InvalidInputError as error:
        samples = samples_beside(place)
        if samples is None:
            raise HTTPException(NOT_FOUND) from error
    try:
        return run_page(_story(samples, run_id, way=way), sample=True)
    except InvalidInputError as error:
        raise HTTPException(NOT_FOUND) from error


def _story(place: Place, run_id: str, *, way: bool) -> RunStory:
    return run_story(place, run_id, with_track=way, split_m=METRES_PER_MILE if imperial() else METRES_PER_KM)


def _day(text: str) -> date | None:
    """Return a day of the form; what is no day asks for nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
