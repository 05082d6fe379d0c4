"""Before and after as JSON: the documents of ``kneewise helped --json``."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from kneewise.services.helped import change_candidates, helped_view
from kneewise.web.here import PlaceHere
from kneewise.web.trouble import UNPROCESSABLE

router = APIRouter()


@router.get("/helped/changes")
def show_changes(place: PlaceHere) -> list[dict[str, Any]]:
    """Return the changes of the record that can be asked about, the latest first."""
    return [candidate.to_json() for candidate in change_candidates(place)]


@router.get("/helped", responses={UNPROCESSABLE: {"description": "The day cannot be compared"}})
def show_helped(
    place: PlaceHere, since: datetime.date, what: Annotated[str | None, Query(max_length=200)] = None
) -> dict[str, Any]:
    """Return before and after one change with both sides and every day; nothing is noted."""
    return helped_view(place, since, what).to_json()
