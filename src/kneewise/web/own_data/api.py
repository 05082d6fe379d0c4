"""What is stored where as JSON: the document of ``kneewise where --json``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from kneewise.services.own_data.stored import what_is_stored
from kneewise.web.here import PlaceHere

router = APIRouter()


@router.get("/data")
def show_data(place: PlaceHere) -> dict[str, Any]:
    """Return every kind of data that is stored, how much there is of it, and where it lies."""
    return what_is_stored(place).to_json()
