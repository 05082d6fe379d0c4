"""The page of the calculator; its numbers stand in the address, so that a result can be kept and shared."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kneewise.errors import InvalidInputError
from kneewise.services.calculating import steady_load, usual_running
from kneewise.web.area import Area
from kneewise.web.calculator import api
from kneewise.web.calculator.form import CalculatorForm, first_form, typed
from kneewise.web.calculator.view import calculator_page, result_of
from kneewise.web.here import Htmx, PlaceHere
from kneewise.web.rendering import page
from kneewise.web.wording import message, told

router = APIRouter()


@router.get("/calculator")
def show(request: Request, place: PlaceHere, part: Htmx, form: Annotated[CalculatorForm, Query()]) -> Response:
    """The form with the runner's own numbers, and what they cost; htmx asks for the answer alone."""
    usual = usual_running(place)
    asked = bool(form.speed or form.cadence or form.height)
    form = form if asked else first_form(usual)
    result, error = None, ""
    if asked or usual.height_m is not None:
        try:
            given = typed(form)
            load = steady_load(usual, given.speed_mps, given.cadence_spm, given.height_m, given.mass_kg, **given.more)
            result = result_of(given, load.to_json())
        except InvalidInputError as found:
            error = told(str(found))
    template = "calculator/result.html" if part else "calculator/index.html"
    view = calculator_page(usual, form, result, error)
    return page(request, template, view, area=AREA.id, headers={"vary": "hx-request"})


AREA = Area("calculator", message("Calculator"), "/calculator", "calculator", router, api.router)
