"""Pages of the knee: how it is, the intake, its result, the findings, scores and tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.findings import whole_chain
from kneewise.services.intake import last_intake
from kneewise.services.intake_draft import (
    Draft,
    begin_draft,
    draft_of,
    keep_answers,
    read_draft,
    read_draft_as_intake,
    stored_flags,
)
from kneewise.services.knee import knee_now, today_of
from kneewise.services.measuring import list_measures, measure_trends, score_measure
from kneewise.services.self_tests import log_test
from kneewise.web import trouble
from kneewise.web.area import Area
from kneewise.web.here import PlaceHere
from kneewise.web.knee import api, pages
from kneewise.web.knee.answering import Sent, read_page
from kneewise.web.knee.chain_view import chain_page
from kneewise.web.knee.intake_view import intake_step
from kneewise.web.knee.measures_view import measure_page, measures_page, read_scores
from kneewise.web.knee.overview import overview_page
from kneewise.web.knee.result_view import result_page
from kneewise.web.knee.tests_view import home_tests, read_tests_form
from kneewise.web.rendering import page
from kneewise.web.security import CSRF_FIELD
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

router = APIRouter()

_SEE_OTHER = 303
_END = "end"


async def _fields(request: Request) -> list[tuple[str, str]]:
    form = await request.form()
    return [(name, text) for name, text in form.multi_items() if isinstance(text, str) and name != CSRF_FIELD]


Fields = Annotated[list[tuple[str, str]], Depends(_fields)]


def _paths(request: Request) -> Mapping[str, str]:
    return {area.id: area.path for area in request.app.state.areas}


@router.get("/knee")
def show(request: Request, place: PlaceHere) -> Response:
    """How the knee is."""
    return page(request, "knee/index.html", overview_page(knee_now(place), _paths(request)), area=AREA.id)


# ------------------------------------------------------------------------------------------------------------ intake


@router.get("/knee/intake")
def intake(place: PlaceHere) -> Response:
    """Begin, or go on at the first page that is open."""
    draft = read_draft(place) or begin_draft(place)
    first = pages.first_open(draft)
    return _to("/knee/intake/goal" if first is None else f"/knee/intake/{first.id}")


@router.post("/knee/intake")
def begin_again(place: PlaceHere) -> Response:
    """Put the answers so far aside and begin anew."""
    begin_draft(place)
    return _to("/knee/intake/safety")


@router.get("/knee/intake/{page_id}")
def intake_page(request: Request, place: PlaceHere, page_id: str) -> Response:
    """One page of questions with the answers so far."""
    shown = _page(page_id)
    step = intake_step(shown, read_draft(place) or draft_of({}))
    return page(request, "knee/intake.html", step, area=AREA.id)


@router.post("/knee/intake/{page_id}")
def answer_page(request: Request, place: PlaceHere, page_id: str, fields: Fields) -> Response:
    """Keep the answers of a page and go on: to the next, to a red flag, or to the result."""
    shown = _page(page_id)
    sent = _with_rest(shown, read_page(fields))
    if dict(fields).get("go") == _END:
        keep_answers(place, {name: sent.answers[name] for name in sent.answers if name not in sent.errors})
        return _finish(place)
    errors = {**sent.errors, **_missing(sent)}
    if errors:
        step = intake_step(shown, read_draft(place) or draft_of({}), typed=sent.typed, errors=errors)
        return page(request, "knee/intake.html", step, area=AREA.id, status=trouble.UNPROCESSABLE)
    draft = keep_answers(place, sent.answers)
    if set(draft.raised) - set(stored_flags(place)):
        # Told is told: it holds back the plan now, whether or not the questions are answered to the end.
        read_draft_as_intake(place, final=not draft.left)
        return _to("/knee/result")
    new = _new_on(shown, draft, sent)
    if new:
        return _to(f"/knee/intake/{shown.id}#q-{new}")
    following = pages.following(shown, draft)
    return _finish(place) if following is None else _to(f"/knee/intake/{following.id}")


@router.post("/knee/intake/{page_id}/keep")
def keep_page(place: PlaceHere, page_id: str, fields: Fields) -> Response:
    """Keep what is answered so far; what cannot be right yet is left out."""
    _page(page_id)
    sent = read_page(fields)
    try:
        keep_answers(place, {name: answer for name, answer in sent.answers.items() if answer not in (None, [])})
    except InvalidInputError:
        return JSONResponse({"kept": False})
    return JSONResponse({"kept": True})


@router.get("/knee/result")
def result(request: Request, place: PlaceHere) -> Response:
    """What the last intake means."""
    found = last_intake(place)
    if found is None:
        return _to("/knee/intake")
    view = result_page(found, read_draft(place), _paths(request))
    return page(request, "knee/result.html", view, area=AREA.id)


def _page(page_id: str) -> pages.IntakePage:
    found = pages.page_of(page_id)
    if found is None:
        raise HTTPException(trouble.NOT_FOUND)
    return found


def _with_rest(shown: pages.IntakePage, sent: Sent) -> Sent:
    """On the page of the list, what was left open does not fit: its button says so."""
    if shown.id != "list":
        return sent
    answers = {name: "no" if answer is None else answer for name, answer in sent.answers.items()}
    return Sent(sent.shown, answers, sent.typed, sent.errors)


def _missing(sent: Sent) -> dict[str, str]:
    return {
        name: _("Choose an answer; 'not sure' is one.")
        if pages.questions()[name].type == "yes_no_unsure"
        else _("This one decides which safety questions follow; please answer it.")
        for name in sent.shown
        if sent.answers.get(name) is None and name not in sent.errors and pages.must_answer(pages.questions()[name])
    }


def _new_on(shown: pages.IntakePage, draft: Draft, sent: Sent) -> str:
    """Return the first question of the page that the answers have just called for."""
    for name in shown.questions:
        if name not in sent.shown and name not in draft.given and pages.is_asked(pages.questions()[name], draft):
            return name
    return ""


def _finish(place: PlaceHere) -> Response:
    read_draft_as_intake(place, final=True)
    return _to("/knee/result")


def _to(path: str) -> Response:
    return RedirectResponse(path, _SEE_OTHER)


# ------------------------------------------------------------------------------------------------- findings, scores


@router.get("/knee/findings")
def findings(request: Request, place: PlaceHere) -> Response:
    """The chain from training to gait."""
    return page(request, "knee/findings.html", chain_page(whole_chain(place)), area=AREA.id)


@router.get("/knee/measures")
def measures(request: Request, place: PlaceHere) -> Response:
    """Every outcome measure, and what became of those that were scored."""
    view = measures_page(list_measures(), measure_trends(place))
    return page(request, "knee/measures.html", view, area=AREA.id)


@router.get("/knee/measures/{measure}")
def measure(request: Request, place: PlaceHere, measure: str, subscale: str = "", saved: str = "") -> Response:
    """The form of one measure."""
    document = _measure(measure)
    view = measure_page(document, measure_trends(place), today_of(place), subscale=subscale, saved=bool(saved))
    return page(request, "knee/measure.html", view, area=AREA.id)


@router.post("/knee/measures/{measure}")
def score(request: Request, place: PlaceHere, measure: str, fields: Fields) -> Response:
    """Score a form and keep the score."""
    document, given = _measure(measure), dict(fields)
    subscale = given.get("subscale", "")
    try:
        items, total = read_scores(document, given)
        on = date.fromisoformat(given["date"]) if given.get("date") else None
        score_measure(place, measure, items, total=total, subscale=subscale, on=on)
    except (InvalidInputError, ValueError) as error:
        view = measure_page(
            document,
            measure_trends(place),
            today_of(place),
            subscale=subscale,
            typed=given,
            error=told(str(error)) if isinstance(error, InvalidInputError) else _("The day cannot be read."),
        )
        return page(request, "knee/measure.html", view, area=AREA.id, status=trouble.UNPROCESSABLE)
    return _to(f"/knee/measures/{measure}?saved=1&subscale={subscale}")


@router.get("/knee/tests")
def tests(request: Request) -> Response:
    """Short tests at home."""
    return page(request, "knee/tests.html", {"tests": home_tests(), "error": "", "typed": {}}, area=AREA.id)


@router.post("/knee/tests")
def tell_tests(request: Request, place: PlaceHere, fields: Fields) -> Response:
    """Keep what the tests showed."""
    try:
        log_test(place, read_tests_form(fields))
    except InvalidInputError as error:
        view = {"tests": home_tests(), "error": told(str(error)), "typed": dict(fields)}
        return page(request, "knee/tests.html", view, area=AREA.id, status=trouble.UNPROCESSABLE)
    return _to("/knee#tests")


def _measure(name: str) -> Mapping[str, object]:
    found = next((one for one in list_measures() if one["measure"] == name), None)
    if found is None:
        raise HTTPException(trouble.NOT_FOUND)
    return found


AREA = Area("knee", message("Knee"), "/knee", "knee", router, api.router, place="main")
