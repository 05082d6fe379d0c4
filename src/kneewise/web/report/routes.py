"""The page of the report, and its forms to take along."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kneewise.language import Language
from kneewise.services.report.gathering import clinic_report
from kneewise.services.report.writing import Form, report_file
from kneewise.web.area import Area
from kneewise.web.here import PlaceHere
from kneewise.web.preferences import preferences
from kneewise.web.rendering import page
from kneewise.web.report import api
from kneewise.web.report.view import report_page_view, report_preview
from kneewise.web.wording import message

router = APIRouter()

Chosen = Annotated[Language | None, Query()]
#: Whether the runner's own words are in it.
Notes = Annotated[Literal["yes", "no"], Query()]


@router.get("/report")
def show(request: Request, place: PlaceHere, language: Chosen = None, notes: Notes = "yes") -> Response:
    """The forms of the report, and a place for the report itself."""
    view = report_page_view(place, language or preferences().language, notes=notes == "yes")
    return page(request, "report/index.html", view, area=AREA.id)


@router.get("/report/preview")
def preview(request: Request, place: PlaceHere, language: Chosen = None, notes: Notes = "yes") -> Response:
    """The report as it would be handed on: a part of the page that comes after it, because it takes its time."""
    report = clinic_report(place, notes=notes == "yes")
    return page(request, "report/preview.html", report_preview(report, language or preferences().language))


@router.get("/report/{form}")
def take(place: PlaceHere, form: Form, language: Chosen = None, notes: Notes = "yes") -> Response:
    """One form of the report as a file."""
    made = report_file(place, form, language or preferences().language, notes=notes == "yes")
    headers = {"content-disposition": f'attachment; filename="{made.name}"'}
    return Response(made.content, media_type=made.media_type, headers=headers)


AREA = Area("report", message("Report"), "/report", "report", router, api.router)
