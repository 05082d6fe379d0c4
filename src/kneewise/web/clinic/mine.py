"""The clinic in a runner's eyes: what is shared with whom, proposals, notes, and who read what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.clinic.notes import answer_proposal, read_examinations, read_notes, read_proposals
from kneewise.services.clinic.sharing import share, shared_with, who_read
from kneewise.services.local_day import zone_of
from kneewise.services.place import Place, opened
from kneewise.storage.accounts import Account
from kneewise.storage.kinds import KINDS
from kneewise.web import trouble
from kneewise.web.amounts import clock_time, day
from kneewise.web.clinic.examination_view import examination_line
from kneewise.web.clinic.here import Fields, Me, RecordHere, SummariesHere
from kneewise.web.clinic.pages import clinic_page
from kneewise.web.clinic.proposal_view import ProposalCard, proposal_card
from kneewise.web.clinic.words import ROLES, kind_text, kind_title, kinds_in_words
from kneewise.web.here import PlaceHere
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

router = APIRouter()

_SEE_OTHER = 303
_PER_PAGE = 100
_LONGEST = 5000
_CARE = "/clinic/runners/{account_id}"
_LIST = "/clinic"
_CLINIC_PAGES = {
    "": message("Overview"),
    "/notes": message("Notes"),
    "/examination": message("Examination"),
    "/proposals": message("Proposals"),
    "/open": message("Open the record"),
}
_SAID = {
    "shared": message("Saved. It holds from now on."),
    "accepted": message("Accepted: your plan has its next version."),
    "declined": message("Declined; your plan stays as it is."),
}


@dataclass(frozen=True, slots=True)
class Clinician:
    """One clinician, with a tick for each kind of data."""

    id: str
    name: str
    since: str
    ticks: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class MyClinic:
    """The page."""

    clinicians: tuple[Clinician, ...]
    proposals: tuple[ProposalCard, ...]
    notes: tuple[tuple[str, str, str], ...]
    examinations: tuple[tuple[str, str, tuple[str, ...], str], ...]
    saved: str
    error: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Who read what."""

    rows: tuple[tuple[str, str, str, str, str, str], ...]
    everybody: bool
    older: int | None


@router.get("/my-clinic")
def show(request: Request, place: PlaceHere, said: str = "") -> Response:
    """The page."""
    return _shown(request, place, said=said)


def _shown(request: Request, place: Place, *, said: str = "", error: str = "") -> Response:
    with opened(place) as (record, runner):
        shared = shared_with(record, runner.id)
        proposals, notes, found = (
            read_proposals(record, runner),
            read_notes(record, runner),
            read_examinations(record, runner),
        )
    view = MyClinic(
        tuple(
            Clinician(
                each.clinician.id,
                each.clinician.name,
                "" if each.since is None else day(each.since.date()),
                tuple((kind, kind_title(kind), kind_text(kind), kind in each.kinds) for kind in KINDS),
            )
            for each in shared
        ),
        tuple(proposal_card(each) for each in proposals),
        tuple((day(each.local_date), each.by, each.text) for each in notes),
        tuple(examination_line(each) for each in found),
        _(_SAID[said]) if said in _SAID else "",
        error,
    )
    status = trouble.UNPROCESSABLE if error else 200
    return clinic_page(request, "clinic/mine.html", view, area="my-clinic", status=status)


@router.post("/my-clinic/share")
def change(request: Request, place: PlaceHere, record: RecordHere, fields: Fields) -> Response:
    """Share exactly what is ticked, from the next request on."""
    kinds = [kind for kind in KINDS if f"share.{kind}" in fields]
    assert place.runner_id is not None
    try:
        share(record, place.runner_id, fields.get("clinician", ""), kinds)
    except InvalidInputError as error:
        return _shown(request, place, error=told(str(error)))
    return RedirectResponse("/my-clinic?said=shared", _SEE_OTHER)


@router.post("/my-clinic/proposals/{proposal_id}")
def answer(
    request: Request,
    place: PlaceHere,
    me: Me,
    summaries: SummariesHere,
    proposal_id: str,
    decision: Annotated[Literal["accept", "decline"], Form()],
    text: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """Accept or decline."""
    accepted = decision == "accept"
    try:
        made = answer_proposal(place, me, proposal_id, accepted=accepted, text=text)
    except InvalidInputError as error:
        return _shown(request, place, error=told(str(error)))
    if made is not None and made.refused is not None:
        return _shown(request, place, error=_("There can be no plan now: %(action)s", action=told(made.refused.action)))
    summaries.changed()
    return RedirectResponse(f"/my-clinic?said={'accepted' if accepted else 'declined'}", _SEE_OTHER)


@router.get("/my-clinic/log")
def log(
    request: Request,
    place: PlaceHere,
    record: RecordHere,
    me: Me,
    everybody: bool = False,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """Who read what, the newest first; one's own visits only where asked for."""
    assert place.runner_id is not None
    found = who_read(record, place.runner_id, but="" if everybody else me.id, before=before, limit=_PER_PAGE)
    with opened(place) as (_record, runner):
        zone = zone_of(runner) or UTC
    areas = {area.path: area.title for area in request.app.state.areas}
    rows = tuple(
        (
            f"{day(each.at.astimezone(zone).date())}, {clock_time(each.at, zone)}",
            _who(each.account, each.name, each.role, me),
            _did(action=each.action, allowed=each.allowed),
            kinds_in_words([kind for kind in KINDS if kind in each.kinds]),
            _page_of(each.route, areas),
            each.route,
        )
        for _number, each in found
    )
    older = found[-1][0] if len(found) == _PER_PAGE else None
    return clinic_page(request, "clinic/log.html", LogPage(rows, everybody, older), area="my-clinic")


def _page_of(route: str, areas: Mapping[str, str]) -> str:
    """Return the name of a page, where it has one that the navigation or the clinic's tabs show."""
    if route == _LIST:
        return _("List of runners")
    if route.startswith(_CARE):
        title = _CLINIC_PAGES.get(route.removeprefix(_CARE), "")
    else:
        title = areas.get(route) or areas.get(f"/{route.split('/')[1]}", "")
    return _(title) if title else ""


def _who(account: str, name: str, role: str, me: Account) -> str:
    return _("You") if account == me.id else f"{name} ({_(ROLES[role])})"


def _did(*, action: str, allowed: bool) -> str:
    if not allowed:
        return _("asked, and was refused")
    return _("read") if action == "read" else _("changed")
