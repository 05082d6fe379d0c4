"""Pages of the evidence."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kneewise.errors import InvalidInputError
from kneewise.services.evidence_cards import show_evidence
from kneewise.web.area import Area
from kneewise.web.evidence import api, view
from kneewise.web.here import Htmx
from kneewise.web.rendering import page
from kneewise.web.trouble import NOT_FOUND
from kneewise.web.wording import message

router = APIRouter()


@router.get("/evidence")
def index(
    request: Request, part: Htmx, q: str = "", family: str = "", certainty: str = "", shown: int = view.PAGE
) -> Response:
    """Search and filter; htmx asks for the results alone."""
    found = view.search_page(q, family, certainty, shown)
    template = "evidence/results.html" if part else "evidence/index.html"
    return page(request, template, found, area=AREA.id, headers={"vary": "hx-request"})


@router.get("/evidence/{family}/{record_id}")
def card(request: Request, family: str, record_id: str) -> Response:
    """One record."""
    try:
        [found] = show_evidence(f"{family}/{record_id}")
    except InvalidInputError as error:
        raise HTTPException(NOT_FOUND) from error
    return page(request, "evidence/card.html", view.card_page(found), area=AREA.id)


AREA = Area("evidence", message("Evidence"), "/evidence", "evidence", router, api.router, place="main")
