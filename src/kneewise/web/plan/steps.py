"""The page of quicker steps: the trial, the course, and whether they stayed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.gait.trial import log_gait_trial
from kneewise.services.plan_now import plan_now
from kneewise.web.here import PlaceHere
from kneewise.web.plan.here import plain_fields
from kneewise.web.plan.steps_view import read_trial, steps_page
from kneewise.web.rendering import page
from kneewise.web.trouble import UNPROCESSABLE
from kneewise.web.wording import told

router = APIRouter()

_SEE_OTHER = 303
_AREA = "plan"


@router.get("/plan/steps")
def show(request: Request, place: PlaceHere, stored: str = "") -> Response:
    """The trial that was told last, and the course."""
    return page(request, "plan/steps.html", steps_page(plan_now(place), {}, stored=bool(stored)), area=_AREA)


@router.post("/plan/steps")
def tell(request: Request, place: PlaceHere, fields: Annotated[Mapping[str, str], Depends(plain_fields)]) -> Response:
    """Store a trial of quicker steps."""
    try:
        told_now = read_trial(fields)
        log_gait_trial(
            place,
            told_now.counts,
            pain_usual=told_now.pain_usual,
            pain_at=told_now.pain_at,
            comfortable=told_now.comfortable,
            calf_pain=told_now.calf_pain,
            acute_calf=told_now.acute_calf,
            wanted=told_now.wanted,
        )
    except InvalidInputError as error:
        shown = steps_page(plan_now(place), fields, error=told(str(error)))
        return page(request, "plan/steps.html", shown, area=_AREA, status=UNPROCESSABLE)
    return RedirectResponse("/plan/steps?stored=1", _SEE_OTHER)
