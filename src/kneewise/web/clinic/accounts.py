"""The administrator's page: who may sign in. No runner's data is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from kneewise import clock
from kneewise.errors import InvalidInputError
from kneewise.services.clinic.accounts import (
    Invited,
    all_accounts,
    close_account,
    invite,
    new_link,
    reopen_account,
)
from kneewise.storage import Record
from kneewise.storage.accounts import ROLES as ALL_ROLES
from kneewise.storage.accounts import Account, OneTimeLink
from kneewise.web import trouble
from kneewise.web.amounts import day
from kneewise.web.clinic.here import Me, RecordHere
from kneewise.web.clinic.pages import clinic_page
from kneewise.web.clinic.runners import link_of
from kneewise.web.clinic.words import ROLES
from kneewise.web.wording import gettext as _
from kneewise.web.wording import told

router = APIRouter()

_SEE_OTHER = 303
_LONGEST = 300
Typed = Annotated[str, Form(max_length=_LONGEST)]
#: Runners are invited by their clinician.
Staff = Annotated[Literal["clinician", "administrator"], Form()]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account."""

    id: str
    login: str
    name: str
    role: str
    state: str
    closed: bool
    me: bool


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """The page."""

    rows: tuple[AccountRow, ...]
    roles: tuple[tuple[str, str], ...]
    login: str = ""
    name: str = ""
    role: str = "clinician"
    error: str = ""
    link: str = ""
    link_of: str = ""
    until: str = ""


def _shown(
    request: Request, record: Record, me: Account, made: Invited | None = None, error: str = "", **typed: str
) -> Response:
    rows = tuple(_row(account, link, me) for account, link in all_accounts(record))
    roles = tuple((role, _(ROLES[role])) for role in ALL_ROLES if role != "runner")
    link = {}
    if made is not None:
        link = {
            "link": link_of(request, made),
            "link_of": made.account.name,
            "until": day(made.expires_at.date()),
        }
    view = AccountsPage(rows, roles, error=error, **link, **typed)
    return clinic_page(
        request, "clinic/accounts.html", view, area="accounts", status=trouble.UNPROCESSABLE if error else 200
    )


def _row(account: Account, link: OneTimeLink | None, me: Account) -> AccountRow:
    if account.disabled_at is not None:
        state = _("Closed")
    elif account.password_hash is None:
        waits = link is not None and link.expires_at > clock.now()
        state = _("Invited") if waits else _("Invited; the link is too old")
    else:
        state = _("Open, with a second step") if account.totp_secret else _("Open")
    closed = account.disabled_at is not None
    return AccountRow(
        account.id, account.login, account.name, _(ROLES[account.role]), state, closed, account.id == me.id
    )


@router.get("/accounts")
def show(request: Request, record: RecordHere, me: Me) -> Response:
    """The page."""
    return _shown(request, record, me)


@router.post("/accounts")
def add(
    request: Request, record: RecordHere, me: Me, login: Typed = "", name: Typed = "", role: Staff = "clinician"
) -> Response:
    """Invite a clinician or an administrator."""
    try:
        made = invite(record, login=login, name=name, role=role)
    except InvalidInputError as error:
        return _shown(request, record, me, error=told(str(error)), login=login, name=name, role=role)
    return _shown(request, record, me, made)


@router.post("/accounts/{account_id}/link")
def link(request: Request, record: RecordHere, me: Me, account_id: str) -> Response:
    """Make a link for another password, or a new invitation."""
    return _shown(request, record, me, new_link(record, account_id, by=me))


@router.post("/accounts/{account_id}/close")
def close(record: RecordHere, account_id: str) -> Response:
    """Close an account."""
    close_account(record, account_id)
    return RedirectResponse("/accounts", _SEE_OTHER)


@router.post("/accounts/{account_id}/reopen")
def reopen(record: RecordHere, account_id: str) -> Response:
    """Open an account again."""
    reopen_account(record, account_id)
    return RedirectResponse("/accounts", _SEE_OTHER)
