"""Pages of the plan: the week, the month, making one, its versions, and files to take along."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.plan_downloads import Download, calendar_download, watch_download, week_download
from kneewise.services.plan_now import PlanNow, plan_now
from kneewise.services.plan_versions import plan_version, plan_versions
from kneewise.services.planning import make_plan, revise_plan
from kneewise.services.today import today
from kneewise.web import trouble
from kneewise.web.area import Area
from kneewise.web.here import PlaceHere
from kneewise.web.live import api as live_api
from kneewise.web.live import routes as live_routes
from kneewise.web.plan import api, history_view, sessions, steps, view, wishes_form
from kneewise.web.plan.here import area_paths, plain_fields
from kneewise.web.plan.week_sheet import week_sheet
from kneewise.web.preferences import preferences
from kneewise.web.rendering import page
from kneewise.web.today.stops import Stop, stop_of
from kneewise.web.typed import typed_whole
from kneewise.web.wording import message, told

router = APIRouter()
router.include_router(sessions.router)
router.include_router(steps.router)
router.include_router(live_routes.router)
api.router.include_router(live_api.router)

_SEE_OTHER = 303
_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
Fields = Annotated[Mapping[str, str], Depends(plain_fields)]


@router.get("/plan")
def show(request: Request, place: PlaceHere, week: date | None = None, said: str = "") -> Response:
    """One week of the plan, where the runner stands, and the weeks planned and done."""
    now = plan_now(place)
    found = view.plan_page(now, _stop(place, now, area_paths(request)), area_paths(request), week=week, said=said)
    return page(request, "plan/index.html", found, area=AREA.id)


@router.get("/plan/month")
def month(
    request: Request,
    place: PlaceHere,
    month: Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] = "",
) -> Response:
    """One month at a glance."""
    now = plan_now(place)
    if now.plan is None or now.refused is not None:
        return RedirectResponse("/plan", _SEE_OTHER)
    wanted = now.today
    if month and int(month[:4]) > 0:
        wanted = date(int(month[:4]), int(month[5:]), 1)
    return page(request, "plan/month.html", view.month_page(now, now.plan, wanted), area=AREA.id)


@router.get("/plan/new")
def ask(request: Request, place: PlaceHere) -> Response:
    """What the plan is made from."""
    now = plan_now(place)
    if now.gathered.folded.intake is None:
        return RedirectResponse("/plan", _SEE_OTHER)
    return page(request, "plan/new.html", wishes_form.told_form(now), area=AREA.id)


@router.post("/plan/new")
def build(request: Request, place: PlaceHere, fields: Fields) -> Response:
    """Make a plan from what was told, or say why there is none."""
    try:
        goal = wishes_form.read_goal(fields)
        wishes = wishes_form.read_wishes(fields, goal)
        weeks = typed_whole(fields.get("weeks", ""), "")
        start = plan_now(place).today if fields.get("anew") else None
        answer = make_plan(place, goal=goal, wishes=wishes, start=start, weeks=weeks)
    except InvalidInputError as error:
        shown = wishes_form.form_of(plan_now(place), fields, told(str(error)))
        return page(request, "plan/new.html", shown, area=AREA.id, status=trouble.UNPROCESSABLE)
    if answer.refused is not None:
        return RedirectResponse("/plan", _SEE_OTHER)
    return RedirectResponse(f"/plan?said={'built' if answer.issued else 'same'}", _SEE_OTHER)


@router.post("/plan/adapt")
def adapt(place: PlaceHere) -> Response:
    """Let the plan follow what is known now."""
    answer = revise_plan(place)
    return RedirectResponse(f"/plan?said={'adapted' if answer.issued else 'same'}", _SEE_OTHER)


@router.get("/plan/history")
def history(request: Request, place: PlaceHere) -> Response:
    """Every version that was issued."""
    lines = history_view.version_lines(plan_versions(place))
    return page(request, "plan/history.html", lines, area=AREA.id)


@router.get("/plan/history/{version}")
def one_version(request: Request, place: PlaceHere, version: int) -> Response:
    """One version: what changed, why, and beside the one before."""
    try:
        found = plan_version(place, version)
    except InvalidInputError as error:
        raise HTTPException(trouble.NOT_FOUND) from error
    return page(request, "plan/version.html", history_view.version_page(found), area=AREA.id)


@router.get("/plan/week-sheet")
def sheet(request: Request, place: PlaceHere, week: date | None = None) -> Response:
    """One week to print."""
    now = plan_now(place)
    if now.plan is None or now.refused is not None:
        return RedirectResponse("/plan", _SEE_OTHER)
    return page(request, "plan/sheet.html", week_sheet(now, now.plan, view.shown_day(now, week)), area=AREA.id)


@router.get("/plan/export/watch")
def to_watch(place: PlaceHere, days: Annotated[int, Query(ge=1, le=120)] = 14) -> Response:
    """Workouts for the watch, with the instruction, as one archive."""
    return _sent(watch_download(place, days=days))


@router.get("/plan/export/calendar")
def to_calendar(place: PlaceHere) -> Response:
    """The plan for a calendar."""
    return _sent(calendar_download(place))


@router.get("/plan/export/week")
def to_paper(place: PlaceHere, week: date | None = None) -> Response:
    """One week as a page of its own, for someone else."""
    now = plan_now(place)
    first_day = None if week is None else view.shown_day(now, week)
    return _sent(week_download(place, first_day, language=preferences().language))


def _sent(made: Download) -> Response:
    headers = {"content-disposition": f'attachment; filename="{made.name}"'}
    if made.media_type == "text/html":
        # It brings one style sheet along: that one, and nothing else, may apply.
        styles = " ".join(
            f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'"
            for style in _STYLE.findall(made.content)
        )
        headers["content-security-policy"] = f"default-src 'none'; style-src {styles}; frame-ancestors 'none'"
    return Response(made.content, media_type=made.media_type, headers=headers)


def _stop(place: PlaceHere, now: PlanNow, paths: Mapping[str, str]) -> Stop | None:
    """Return why there is no plan, as Today says it."""
    return None if now.refused is None else stop_of(today(place), paths)


AREA = Area("plan", message("Plan"), "/plan", "plan", router, api.router, place="main", kept=("/live", "/live/trial"))
