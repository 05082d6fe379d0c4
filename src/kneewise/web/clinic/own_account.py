"""One's own account: display, password, second step, other browsers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from kneewise.errors import InvalidInputError
from kneewise.services.clinic import totp
from kneewise.services.clinic.accounts import change_password
from kneewise.storage.accounts import Account
from kneewise.web import trouble
from kneewise.web.clinic.here import Address, DoorHere, InsideHere, Me, RecordHere
from kneewise.web.clinic.pages import clinic_page
from kneewise.web.clinic.qr import qr_code
from kneewise.web.clinic.words import ROLES
from kneewise.web.preferences import Language, Theme, Units
from kneewise.web.settings.routes import keep_display
from kneewise.web.settings.view import LANGUAGE_CHOICES, theme_choices, unit_choices
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

router = APIRouter()

_SEE_OTHER = 303
_LONGEST = 1000
Typed = Annotated[str, Form(max_length=_LONGEST)]
_SAID = {
    "password": message("The password is changed. Other browsers have to sign in again."),
    "second": message(
        "From now on a code of your app is asked for at every sign-in. Other browsers have to sign in again."
    ),
    "second-end": message("No code is asked for any more."),
    "others": message("Other browsers have to sign in again."),
    "display": message("Saved for this browser."),
}
_WRONG_CODE = message("This code is wrong; type the six digits that your app shows now.")


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What the page shows.

    Attributes
    ----------
    secret : str
        Of a second step that is about to be set up.
    picture : Markup
        The same for the camera of an app.
    """

    login: str
    name: str
    role: str
    second: bool
    secret: str
    address: str
    picture: Markup
    languages: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    themes: tuple[tuple[str, str], ...]
    saved: str = ""
    error: str = ""


def _shown(request: Request, me: Account, *, said: str = "", error: str = "", secret: str = "") -> Response:
    secret = secret or totp.new_secret()
    address = totp.address(secret, me.login)
    view = AccountPage(
        login=me.login,
        name=me.name,
        role=_(ROLES[me.role]),
        second=me.totp_secret is not None,
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        address=address,
        picture=qr_code(address),
        languages=LANGUAGE_CHOICES,
        units=unit_choices(),
        themes=theme_choices(),
        saved=_(_SAID[said]) if said in _SAID else "",
        error=error,
    )
    return clinic_page(
        request, "clinic/account.html", view, area="account", status=trouble.UNPROCESSABLE if error else 200
    )


@router.get("/account")
def show(request: Request, me: Me, said: str = "") -> Response:
    """The page."""
    return _shown(request, me, said=said)


@router.post("/account/display")
def display(
    language: Annotated[Language, Form()], units: Annotated[Units, Form()], theme: Annotated[Theme, Form()]
) -> Response:
    """Keep how things are shown, in this browser."""
    return keep_display("/account?said=display", language, units, theme)


@router.post("/account/password")
def password(
    request: Request,
    record: RecordHere,
    door: DoorHere,
    me: Me,
    inside: InsideHere,
    address: Address,
    old: Typed = "",
    new: Typed = "",
    again: Typed = "",
) -> Response:
    """Set another password."""
    if new != again:
        return _shown(request, me, error=_("The two passwords are not the same; type both again."))
    try:
        door.sign_in.must_know(me, old, address)
        change_password(record, me, new, session=inside.token_hash)
    except InvalidInputError as error:
        return _shown(request, me, error=told(str(error)))
    return RedirectResponse("/account?said=password", _SEE_OTHER)


@router.post("/account/second-step")
def second_step(
    request: Request,
    door: DoorHere,
    me: Me,
    inside: InsideHere,
    address: Address,
    secret: Typed = "",
    code: Typed = "",
    now: Typed = "",
) -> Response:
    """Ask for a code at every sign-in from now on; an open browser alone is not enough to begin it."""
    plain = "".join(secret.split())
    kept = plain if totp.is_secret(plain) else ""
    try:
        door.sign_in.must_know(me, now, address)
    except InvalidInputError as error:
        return _shown(request, me, error=told(str(error)), secret=kept)
    if not door.sign_in.second.begin(me, plain, code, session=inside.token_hash):
        return _shown(request, me, error=_(_WRONG_CODE), secret=kept)
    return RedirectResponse("/account?said=second", _SEE_OTHER)


@router.post("/account/second-step/end")
def no_second_step(request: Request, door: DoorHere, me: Me, code: Typed = "") -> Response:
    """Ask for no code any more."""
    try:
        checked = door.sign_in.second.end(me, code)
    except InvalidInputError as error:
        return _shown(request, me, error=told(str(error)))
    if checked == "wait":
        return _shown(request, me, error=_("Too many wrong codes. Wait a quarter of an hour."))
    if checked == "wrong":
        return _shown(request, me, error=_(_WRONG_CODE))
    return RedirectResponse("/account?said=second-end", _SEE_OTHER)


@router.post("/account/sessions/end")
def others(door: DoorHere, me: Me, inside: InsideHere) -> Response:
    """Sign out everywhere else."""
    door.sign_in.end_others(me.id, inside.token_hash)
    return RedirectResponse("/account?said=others", _SEE_OTHER)
