"""The clinician's list: who needs attention and why; inviting, closing the record that is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.clinic.accounts import Invited, invite
from kneewise.services.clinic.caseload import Case, caseload, open_record_of
from kneewise.web import trouble
from kneewise.web.amounts import day
from kneewise.web.clinic.here import InsideHere, Me, RecordHere
from kneewise.web.clinic.pages import clinic_page
from kneewise.web.clinic.reason_words import fact_words, reason_words, sign_of
from kneewise.web.clinic.words import kinds_in_words
from kneewise.web.wording import gettext as _
from kneewise.web.wording import told

router = APIRouter()

_SEE_OTHER = 303
_LONGEST = 300
#: What every reason to look at somebody is drawn from.
_REASONED = frozenset({"runs", "check_ins"})
Typed = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True)
class Row:
    """One runner."""

    account_id: str
    name: str
    sign: str
    reasons: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]
    note: str
    invited: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list."""

    rows: tuple[Row, ...]
    total: int
    urgent: int
    page: int
    pages: int
    wanted: str


@dataclass(frozen=True, slots=True)
class InvitePage:
    """The form of an invitation, or the link that came of it."""

    login: str = ""
    name: str = ""
    error: str = ""
    link: str = ""
    until: str = ""


@router.get("/clinic")
def show(
    request: Request,
    record: RecordHere,
    me: Me,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    name: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The list."""
    found = caseload(record, me, page=number, wanted=name.strip())
    rows = tuple(row_of(case) for case in found.cases)
    view = ListPage(rows, found.total, found.urgent, found.page, found.pages, name.strip())
    return clinic_page(request, "clinic/runners.html", view, area="clinic")


def row_of(case: Case) -> Row:
    """Return one runner of the list, worded."""
    reasons = tuple((sign_of(each), reason_words(each)) for each in case.reasons)
    # That nothing is wrong can be said only of who shows what the reasons are drawn from.
    calm = case.runner.attention is not None and case.runner.kinds >= _REASONED
    return Row(
        case.runner.account_id,
        case.runner.name,
        reasons[0][0] if reasons else "go" if calm else "unknown",
        reasons,
        fact_words(case),
        _note(case),
        case.runner.invited,
    )


def _note(case: Case) -> str:
    if case.runner.invited:
        return _("Invited; has not signed in yet")
    if not case.runner.kinds:
        return _("Shares nothing with you")
    if case.runner.attention is None:
        return _("Not looked at yet; load the page again in a moment")
    if not case.runner.kinds >= _REASONED:
        return _("Shares only: %(kinds)s", kinds=kinds_in_words(case.runner.kinds))
    return "" if case.reasons else _("Nothing needs you now")


@router.get("/clinic/invite")
def ask(request: Request) -> Response:
    """The form of an invitation."""
    return clinic_page(request, "clinic/invite.html", InvitePage(), area="clinic")


@router.post("/clinic/invite")
def send(request: Request, record: RecordHere, me: Me, login: Typed = "", name: Typed = "") -> Response:
    """Make the account and show its link, once."""
    try:
        made = invite(record, login=login, name=name, role="runner", clinician=me.id)
    except InvalidInputError as error:
        view = InvitePage(login, name, told(str(error)))
        return clinic_page(request, "clinic/invite.html", view, area="clinic", status=trouble.UNPROCESSABLE)
    return clinic_page(request, "clinic/invite.html", invited_view(request, made), area="clinic")


def invited_view(request: Request, made: Invited) -> InvitePage:
    """Return the page that shows a link."""
    return InvitePage(made.account.login, made.account.name, "", link_of(request, made), day(made.expires_at.date()))


def link_of(request: Request, made: Invited) -> str:
    """Return the whole address of a link."""
    host = request.app.state.options.public_host
    base = f"https://{host}" if host else str(request.base_url).rstrip("/")
    return f"{base}{made.path}"


@router.post("/clinic/close")
def close(record: RecordHere, inside: InsideHere) -> Response:
    """Close the record that is open."""
    open_record_of(record, inside.token_hash, None)
    return RedirectResponse("/clinic", _SEE_OTHER)
