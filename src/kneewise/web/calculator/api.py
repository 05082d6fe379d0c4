"""The calculator as JSON: the document of ``kneewise knee --json``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from kneewise.load import knee_load
from kneewise.web.trouble import UNPROCESSABLE

router = APIRouter()

Number = Annotated[float, Field(allow_inf_nan=False)]


class SteadyRun(BaseModel):
    """One steady state of running."""

    model_config = ConfigDict(extra="forbid")

    speed_mps: Number
    cadence_spm: Number
    height_m: Number
    mass_kg: Number | None = None
    grade_deg: Number | None = None
    contact_time_s: Number | None = None
    knee_flexion_deg: Number | None = None
    trunk_lean_deg: Number | None = None
    foot_strike: Literal["rearfoot", "midfoot", "forefoot"] | None = None
    sex: Literal["f", "m"] | None = None
    tier: Literal["watch", "video"] | None = None
    area: Literal["connolly", "powers-quartic", "powers-cubic", "salsich", "besier"] = "connolly"
    cocontraction: bool = False


@router.get("/knee-load", responses={UNPROCESSABLE: {"description": "Numbers that cannot be right"}})
def show_knee_load(given: Annotated[SteadyRun, Query()]) -> dict[str, Any]:
    """Return what one step and one kilometre of a steady run cost the kneecap joint."""
    return knee_load(**given.model_dump()).to_json()
