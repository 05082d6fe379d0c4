"""The report as JSON: the FHIR bundle that ``kneewise report -o FILE.json`` writes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from kneewise.language import Language
from kneewise.services.report.writing import report_document
from kneewise.web.here import PlaceHere

router = APIRouter()


@router.get("/report")
def show_report(place: PlaceHere, language: Language = "en", notes: Annotated[bool, Query()] = True) -> dict[str, Any]:
    """Return the report as a FHIR R4 bundle; without the runner's own words where ``notes`` is false."""
    return report_document(place, language, notes=notes)
