"""Intake, findings, scores and tests as JSON: the documents of ``kneewise intake``, ``findings``, ``measure``."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from kneewise.services.findings import findings
from kneewise.services.intake import assess_intake, intake_questions, last_intake
from kneewise.services.measuring import list_measures, measure_trends, score_measure
from kneewise.services.self_tests import log_test
from kneewise.web.here import PlaceHere
from kneewise.web.trouble import NOT_FOUND, UNPROCESSABLE

router = APIRouter()

_CANNOT_BE_RIGHT = "An answer cannot be right; nothing was stored"
#: Likelihood ratios are no business of a runner's page.
_FOR_CLINICIANS = frozenset({"likelihood_ratio", "clues", "tests_to_add"})
Number = Annotated[float, Field(allow_inf_nan=False)]
Answer = str | Number | list[str] | None


class NewIntake(BaseModel):
    """Answers by question, and a clinician's test results."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Answer]
    clinical_tests: dict[str, str | None] | None = None


class NewScore(BaseModel):
    """Scores of the items in their order, or of own activities by name, or a total from elsewhere."""

    model_config = ConfigDict(extra="forbid")

    items: list[Number | None] | dict[str, Number | None] | None = None
    total: Number | None = None
    subscale: str = Field(default="", max_length=64)
    date: datetime.date | None = None


class NewTests(BaseModel):
    """Answers by metric, such as ``single_leg_squat_reps``."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Number | None]
    date: datetime.date | None = None


@router.get("/intake/questions")
def questions() -> list[dict[str, Any]]:
    """Every question in the order of asking, red flags first."""
    return intake_questions()


@router.get("/intake", responses={NOT_FOUND: {"description": "Nothing was answered yet"}})
def last(place: PlaceHere) -> dict[str, Any]:
    """What was told after the last answers, on their day."""
    found = last_intake(place)
    if found is None:
        raise HTTPException(NOT_FOUND)
    return {
        "id": found.id,
        "recorded_at": found.recorded_at.isoformat(),
        "local_date": found.local_date.isoformat(),
        **found.told,
        "patterns": [{key: one[key] for key in one if key not in _FOR_CLINICIANS} for one in found.told["patterns"]],
    }


@router.post("/intake", responses={UNPROCESSABLE: {"description": _CANNOT_BE_RIGHT}})
def assess(place: PlaceHere, intake: NewIntake) -> dict[str, Any]:
    """Read answers, store them, and tell how urgent they are and which patterns they fit."""
    return assess_intake(place, intake.model_dump(exclude_none=True)).to_json()


@router.get("/findings")
def along_the_chain(place: PlaceHere, clinician: bool = False, everything: bool = False) -> list[dict[str, Any]]:
    """Factors from training to gait, each with its measure, its evidence and what changes it."""
    return findings(place, clinician=clinician, everything=everything).to_json(clinician=clinician)


@router.get("/measures")
def measures() -> list[dict[str, Any]]:
    """Every outcome measure: what it covers, how it is scored, whose it is."""
    return list_measures()


@router.get("/measures/trends")
def trends(place: PlaceHere) -> list[dict[str, Any]]:
    """What became of every measure that was scored."""
    return [trend.to_json() for trend in measure_trends(place)]


@router.post(
    "/measures/{measure}",
    responses={UNPROCESSABLE: {"description": _CANNOT_BE_RIGHT}, NOT_FOUND: {"description": "No such measure"}},
)
def score(place: PlaceHere, measure: str, told: NewScore) -> dict[str, Any]:
    """Score one form and keep the score."""
    if not any(one["measure"] == measure for one in list_measures()):
        raise HTTPException(NOT_FOUND)
    return score_measure(place, measure, told.items, total=told.total, subscale=told.subscale, on=told.date).to_json()


@router.post("/tests", responses={UNPROCESSABLE: {"description": _CANNOT_BE_RIGHT}})
def tests(place: PlaceHere, told: NewTests) -> dict[str, Any]:
    """Keep short tests at home."""
    return log_test(place, told.answers, on=told.date).to_json()
