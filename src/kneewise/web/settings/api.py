"""The runner's profile as JSON: the documents of ``kneewise profile``."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kneewise.services.profile import set_profile, show_profile
from kneewise.web.here import PlaceHere
from kneewise.web.trouble import UNPROCESSABLE

router = APIRouter()


class Profile(BaseModel):
    """What may change; a value that is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    birth_year: int | None = None
    sex: Literal["f", "m"] | None = None
    height_m: float | None = Field(default=None, allow_inf_nan=False)
    mass_kg: float | None = Field(default=None, allow_inf_nan=False)
    timezone: str | None = Field(default=None, max_length=64)
    name: str | None = Field(default=None, max_length=200)


@router.get("/profile")
def show(place: PlaceHere) -> dict[str, Any]:
    """Who runs."""
    return {"runner": show_profile(place).to_json()}


@router.put("/profile", responses={UNPROCESSABLE: {"description": "A value cannot be right"}})
def change(place: PlaceHere, profile: Profile) -> dict[str, Any]:
    """Tell or change who runs; runs already imported are computed anew."""
    return set_profile(place, **profile.model_dump()).to_json()
