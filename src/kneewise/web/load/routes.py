"""Pages of the load: the chart of the whole history with its words and its table."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from kneewise.services.load_history import load_history
from kneewise.web.area import Area
from kneewise.web.here import Htmx, PlaceHere
from kneewise.web.load import api, run_routes
from kneewise.web.load.history_table import By
from kneewise.web.load.load_view import load_page
from kneewise.web.rendering import page
from kneewise.web.wording import message

router = run_routes.router
_MOST_PAGES = 100_000


@router.get("/load")
def show(
    request: Request,
    place: PlaceHere,
    part: Htmx,
    by: By = "week",
    number: Annotated[int, Query(alias="page", ge=1, le=_MOST_PAGES)] = 1,
) -> Response:
    """The whole history; htmx asks for a page of the table alone."""
    view = load_page(load_history(place), by, number)
    template = "load/table.html" if part else "load/index.html"
    return page(request, template, view, area=AREA.id, headers={"vary": "hx-request"})


AREA = Area(run_routes.AREA_ID, message("Load"), "/load", "load", router, api.router, place="main")
