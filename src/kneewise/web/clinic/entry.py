"""Signing in and out, and the two links that set a password."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.clinic import passwords
from kneewise.services.clinic.accounts import account_of_link, clinicians_who_invited, take_link
from kneewise.storage.accounts import Account, LinkPurpose
from kneewise.storage.kinds import KINDS
from kneewise.web import trouble
from kneewise.web.clinic.door import BEFORE_COOKIE, BEFORE_LASTS, SESSION_COOKIE, ClinicDoor
from kneewise.web.clinic.here import Address, DoorHere, Fields, InsideHere, RecordHere
from kneewise.web.clinic.pages import clinic_page
from kneewise.web.clinic.words import kind_text, kind_title
from kneewise.web.wording import gettext as _
from kneewise.web.wording import told

router = APIRouter()

_SEE_OTHER = 303
_LONGEST = 1000
_SECONDS_PER_DAY = 86_400
#: A browser forgets what it kept of a record that somebody else may not see.
_FORGET = {"clear-site-data": '"cache", "storage"'}

#: One for each event loop.
_TRYING: RunVar[CapacityLimiter] = RunVar("kneewise_signing_in")

Typed = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form of signing in."""

    csrf: str
    login: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The form that sets a password."""

    csrf: str
    address: str
    invited: bool
    login: str
    name: str
    clinicians: tuple[str, ...]
    kinds: tuple[tuple[str, str, str, bool], ...]
    error: str = ""


def _trying() -> CapacityLimiter:
    """Return what lets few people sign in at the same time; the others wait without taking a thread from pages."""
    try:
        return _TRYING.get()
    except LookupError:
        limiter = CapacityLimiter(passwords.AT_ONCE)
        _TRYING.set(limiter)
        return limiter


@router.get("/sign-in")
def ask(request: Request, door: DoorHere) -> Response:
    """The form."""
    session = request.scope.get("kneewise_session")
    if session is not None and session.known:
        return RedirectResponse("/", _SEE_OTHER)
    return _with_token(request, door, "clinic/sign_in.html", SignInPage(""))


@router.post("/sign-in")
async def sign_in(
    request: Request, door: DoorHere, address: Address, login: Typed = "", password: Typed = "", code: Typed = ""
) -> Response:
    """Look at name, password and code; a new session begins where they are right."""
    await asyncio.sleep(await run_in_threadpool(door.sign_in.delay_s, login))
    try:
        made = await to_thread.run_sync(door.sign_in.sign_in, login, password, code, address, limiter=_trying())
    except InvalidInputError as error:
        view = SignInPage("", login, told(str(error)))
        return _with_token(request, door, "clinic/sign_in.html", view, trouble.UNPROCESSABLE)
    if made.outcome == "in" and made.account is not None:
        await run_in_threadpool(_end_before, request, door)
        return signed_in(request, made.key, made.account)
    words = {
        "wrong": _("Name and password do not belong together. Check both, or ask the clinic for a new link."),
        "code": _("Type the six digits that your app shows now; each code works once."),
        "wait": _("Too many tries. Wait a quarter of an hour; from another place it works at once."),
    }
    status = trouble.TOO_MANY if made.outcome == "wait" else trouble.UNPROCESSABLE
    view = SignInPage("", login, words[made.outcome])
    return _with_token(request, door, "clinic/sign_in.html", view, status)


def _end_before(request: Request, door: ClinicDoor) -> None:
    """End the session that this browser had: signing in always begins a new one."""
    session = request.scope.get("kneewise_session")
    if session is not None and session.known:
        door.sign_in.end(session.id)


def signed_in(request: Request, key: str, account: Account) -> Response:
    """Return the answer that brings a new session to the browser; a runner's phone keeps it when it is closed."""
    lasts = request.app.state.options.runner_days * _SECONDS_PER_DAY if account.role == "runner" else None
    home = {"runner": "/", "clinician": "/clinic", "administrator": "/accounts"}[account.role]
    response = RedirectResponse(home, _SEE_OTHER)
    response.set_cookie(SESSION_COOKIE, key, max_age=lasts, path="/", secure=True, httponly=True, samesite="strict")
    response.delete_cookie(BEFORE_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return response


@router.post("/sign-out")
def sign_out(door: DoorHere, inside: InsideHere) -> Response:
    """End this session."""
    door.sign_in.end(inside.token_hash)
    response = RedirectResponse("/sign-in", _SEE_OTHER, headers=_FORGET)
    response.delete_cookie(SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return response


@router.get("/invitation/{key}")
def invitation(request: Request, door: DoorHere, record: RecordHere, key: str) -> Response:
    """What an invitation asks for."""
    return _link_page(request, door, record, key, "invitation")


@router.get("/reset/{key}")
def reset(request: Request, door: DoorHere, record: RecordHere, key: str) -> Response:
    """The form of another password."""
    return _link_page(request, door, record, key, "reset")


@router.post("/invitation/{key}")
def accept(request: Request, door: DoorHere, record: RecordHere, key: str, fields: Fields) -> Response:
    """Set the password of an invitation, and what is shared."""
    return _taken(request, door, record, key, "invitation", fields)


@router.post("/reset/{key}")
def set_anew(request: Request, door: DoorHere, record: RecordHere, key: str, fields: Fields) -> Response:
    """Set another password."""
    return _taken(request, door, record, key, "reset", fields)


def _link_page(
    request: Request, door: ClinicDoor, record: RecordHere, key: str, purpose: LinkPurpose, error: str = ""
) -> Response:
    account = account_of_link(record, key, purpose)
    if account is None:
        text = _("This link was used already, or is too old. Ask the clinic for a new one.")
        return trouble.answer(request, trouble.NOT_FOUND, text, heading=_("This link no longer works"))
    invited = purpose == "invitation"
    clinicians = clinicians_who_invited(record, account) if invited else []
    view = LinkPage(
        csrf="",
        address=f"/{purpose}/{key}",
        invited=invited,
        login=account.login,
        name=account.name,
        clinicians=tuple(each.name for each in clinicians),
        kinds=tuple((kind, kind_title(kind), kind_text(kind), False) for kind in KINDS) if clinicians else (),
        error=error,
    )
    return _with_token(request, door, "clinic/link.html", view, trouble.UNPROCESSABLE if error else 200)


def _taken(
    request: Request, door: ClinicDoor, record: RecordHere, key: str, purpose: LinkPurpose, fields: Fields
) -> Response:
    password = fields.get("password", "")
    if password != fields.get("again", ""):
        return _link_page(
            request, door, record, key, purpose, _("The two passwords are not the same; type both again.")
        )
    shares = frozenset(kind for kind in KINDS if f"share.{kind}" in fields)
    try:
        account = take_link(record, key, purpose, password, shares=shares, timezone=fields.get("timezone") or None)
    except InvalidInputError as error:
        return _link_page(request, door, record, key, purpose, told(str(error)))
    if account is None:
        return _link_page(request, door, record, key, purpose)
    _end_before(request, door)
    return signed_in(request, door.sign_in.begin(account), account)


def _with_token(
    request: Request, door: ClinicDoor, template: str, view: SignInPage | LinkPage, status: int = 200
) -> Response:
    """Return a page whose form somebody without a session may send."""
    session = request.scope.get("kneewise_session")
    before, token = (None, session.csrf) if session is not None else door.new_before()
    response = clinic_page(request, template, replace(view, csrf=token), status=status)
    if before is not None:
        response.set_cookie(
            BEFORE_COOKIE,
            before,
            max_age=int(BEFORE_LASTS.total_seconds()),
            path="/",
            secure=True,
            httponly=True,
            samesite="strict",
        )
    return response
