"""One runner in the clinician's eyes: why, what is shared, notes, examination, proposals; the way into the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.availability import Wishes
from kneewise.services.clinic.accounts import new_link
from kneewise.services.clinic.caseload import case_of, open_record_of
from kneewise.services.clinic.notes import (
    propose,
    read_examinations,
    read_notes,
    read_proposals,
    write_examination,
    write_note,
)
from kneewise.services.clinic.sharing import kinds_shared
from kneewise.services.place import Place, opened
from kneewise.storage import Record
from kneewise.storage.accounts import Account
from kneewise.storage.kinds import KINDS, Kind
from kneewise.web import trouble
from kneewise.web.amounts import day
from kneewise.web.clinic.examination_view import ExaminationForm, examination_form, read_results
from kneewise.web.clinic.here import Fields, InsideHere, Me, RecordHere, SummariesHere, Whose
from kneewise.web.clinic.pages import clinic_page
from kneewise.web.clinic.proposal_view import ProposalCard, proposal_card
from kneewise.web.clinic.runners import Row, link_of, row_of
from kneewise.web.clinic.words import kind_title
from kneewise.web.here import PlaceHere
from kneewise.web.menu import pages_of_record
from kneewise.web.plan.view import goal_options
from kneewise.web.plan.wishes_form import read_goal
from kneewise.web.typed import typed_number, typed_whole
from kneewise.web.wording import gettext as _
from kneewise.web.wording import told

router = APIRouter()

_SEE_OTHER = 303
_LONGEST = 10_000
Typed = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True)
class RunnerPage:
    """The runner's first page."""

    row: Row
    kinds: tuple[tuple[str, bool], ...]
    open_now: bool
    reads: tuple[tuple[str, str], ...]
    closed: tuple[str, ...]
    link: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class NotesPage:
    """The notes."""

    account_id: str
    name: str
    notes: tuple[tuple[str, str, str], ...]
    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    """The proposals, and the form of the next."""

    account_id: str
    name: str
    proposals: tuple[ProposalCard, ...]
    goals: tuple[tuple[str, str], ...]
    typed: dict[str, str]
    error: str = ""


def _runner_page(
    request: Request, record: Record, me: Account, whose: Account, *, link: str = "", until: str = ""
) -> Response:
    case = case_of(record, me, whose.id)
    if case is None or whose.runner_id is None:
        raise HTTPException(trouble.NOT_FOUND)
    shared = kinds_shared(record, whose.runner_id, me.id)
    session = request.scope["kneewise_session"]
    view = RunnerPage(
        row_of(case),
        tuple((kind_title(kind), kind in shared) for kind in KINDS),
        session.inside.open_runner_id == whose.runner_id,
        tuple((area.path, area.title) for area in pages_of_record(request.app.state.areas, shared)),
        _closed(shared),
        link,
        until,
    )
    return clinic_page(request, "clinic/runner.html", view, area="clinic")


def _closed(shared: frozenset[Kind]) -> tuple[str, ...]:
    """Return the tabs that would be refused."""
    return () if "notes" in shared else ("/notes", "/examination", "/proposals")


@router.get("/clinic/runners/{account_id}")
def show(request: Request, record: RecordHere, me: Me, whose: Whose) -> Response:
    """The runner's first page."""
    return _runner_page(request, record, me, whose)


@router.post("/clinic/runners/{account_id}/open")
def open_it(request: Request, record: RecordHere, me: Me, inside: InsideHere, whose: Whose) -> Response:
    """Read this runner's record from now on, in this browser; the first page is one that is shared."""
    assert whose.runner_id is not None
    open_record_of(record, inside.token_hash, whose.runner_id)
    there = {
        area.path for area in pages_of_record(request.app.state.areas, kinds_shared(record, whose.runner_id, me.id))
    }
    return RedirectResponse("/load" if "/load" in there else f"/clinic/runners/{whose.id}", _SEE_OTHER)


@router.post("/clinic/runners/{account_id}/link")
def link_again(request: Request, record: RecordHere, me: Me, whose: Whose) -> Response:
    """Make a new link for a runner who has not accepted the invitation."""
    if whose.password_hash is not None:
        raise InvalidInputError(
            _("The invitation is accepted already; an administrator can make a link for a new password.")
        )
    made = new_link(record, whose.id)
    return _runner_page(request, record, me, whose, link=link_of(request, made), until=day(made.expires_at.date()))


@router.get("/clinic/runners/{account_id}/notes")
def notes(request: Request, place: PlaceHere, whose: Whose) -> Response:
    """The notes."""
    return _notes_page(request, place, whose)


def _notes_page(request: Request, place: Place, whose: Account, text: str = "", error: str = "") -> Response:
    with opened(place) as (record, runner):
        found = read_notes(record, runner)
    lines = tuple((day(each.local_date), each.by, each.text) for each in found)
    view = NotesPage(whose.id, whose.name, lines, text, error)
    status = trouble.UNPROCESSABLE if error else 200
    return clinic_page(request, "clinic/notes.html", view, area="clinic", status=status)


@router.post("/clinic/runners/{account_id}/notes")
def note(request: Request, place: PlaceHere, me: Me, whose: Whose, text: Typed = "") -> Response:
    """Append a note."""
    try:
        write_note(place, me, text)
    except InvalidInputError as error:
        return _notes_page(request, place, whose, text, told(str(error)))
    return RedirectResponse(f"/clinic/runners/{whose.id}/notes", _SEE_OTHER)


@router.get("/clinic/runners/{account_id}/examination")
def examination(request: Request, place: PlaceHere, whose: Whose) -> Response:
    """Tests and measures, with what they say and where that stands."""
    return _examination_page(request, place, whose)


def _examination_page(
    request: Request, place: Place, whose: Account, typed: Fields | None = None, error: str = ""
) -> Response:
    with opened(place) as (record, runner):
        found = read_examinations(record, runner)
    view: ExaminationForm = examination_form(whose, place, found, typed or {}, error)
    status = trouble.UNPROCESSABLE if error else 200
    return clinic_page(request, "clinic/examination.html", view, area="clinic", status=status)


@router.post("/clinic/runners/{account_id}/examination")
def examine(
    request: Request, place: PlaceHere, me: Me, whose: Whose, fields: Fields, summaries: SummariesHere
) -> Response:
    """Append results; patterns and findings count them from now on."""
    try:
        tests, measures = read_results(fields)
        write_examination(place, me, tests, measures, fields.get("text", ""))
    except InvalidInputError as error:
        return _examination_page(request, place, whose, fields, told(str(error)))
    summaries.changed()
    return RedirectResponse(f"/clinic/runners/{whose.id}/examination", _SEE_OTHER)


@router.get("/clinic/runners/{account_id}/proposals")
def proposals(request: Request, place: PlaceHere, whose: Whose) -> Response:
    """The proposals."""
    return _proposals_page(request, place, whose)


def _proposals_page(
    request: Request, place: Place, whose: Account, typed: Fields | None = None, error: str = ""
) -> Response:
    with opened(place) as (record, runner):
        found = read_proposals(record, runner)
    cards = tuple(proposal_card(each) for each in found)
    view = ProposalsPage(whose.id, whose.name, cards, (("", _("As it is")), *goal_options()), dict(typed or {}), error)
    status = trouble.UNPROCESSABLE if error else 200
    return clinic_page(request, "clinic/proposals.html", view, area="clinic", status=status)


@router.post("/clinic/runners/{account_id}/proposals")
def send_proposal(request: Request, place: PlaceHere, me: Me, whose: Whose, fields: Fields) -> Response:
    """Append a proposal."""
    try:
        wishes = Wishes(
            runs_per_week=typed_whole(fields.get("runs_per_week", ""), _("Runs a week")),
            strength_minutes=typed_number(fields.get("strength_minutes", ""), _("Minutes of strength work")),
        )
        weeks = typed_whole(fields.get("weeks", ""), _("Weeks"))
        propose(place, me, goal=read_goal(fields), wishes=wishes, weeks=weeks, text=fields.get("text", ""))
    except InvalidInputError as error:
        return _proposals_page(request, place, whose, fields, told(str(error)))
    return RedirectResponse(f"/clinic/runners/{whose.id}/proposals", _SEE_OTHER)
