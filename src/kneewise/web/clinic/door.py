"""The door of a clinic: sessions on the server, and a token for the forms of those who are about to sign in."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from kneewise.services.clinic import keys
from kneewise.services.clinic.sign_in import Door as SignInDoor
from kneewise.storage import Record
from kneewise.storage.accounts import account_of_runner
from kneewise.web import trouble
from kneewise.web.door import PUBLIC
from kneewise.web.options import WebOptions
from kneewise.web.security import host_allowed
from kneewise.web.session import Session

#: ``__Host-``: a browser takes it only over TLS (or from this machine), for this host and the whole of it.
SESSION_COOKIE: Final = "__Host-kneewise"
BEFORE_COOKIE: Final = "__Host-kneewise-before"
#: The form of signing in is good for as long.
BEFORE_LASTS: Final = timedelta(hours=1)
_WAYS_IN: Final = ("/invitation/", "/reset/")
_SIGN_IN: Final = "/sign-in"
_BYTES: Final = 24
_RECORD_LENGTH: Final = 16
_SEE_OTHER: Final = 303
#: Two years, as the preload lists ask.
STRICT_TRANSPORT: Final = "max-age=63072000; includeSubDomains"


class ClinicDoor:
    """What the gate asks in a clinic.

    Parameters
    ----------
    record : Record
    secret : bytes
        Signs tokens; of the data folder.
    sign_in : kneewise.services.clinic.sign_in.Door
        Knows the sessions.
    options : WebOptions
    """

    def __init__(self, record: Record, secret: bytes, sign_in: SignInDoor, options: WebOptions) -> None:
        self._record = record
        self._secret = secret
        self.sign_in = sign_in
        self._options = options
        self.headers: Mapping[str, str] = {"strict-transport-security": STRICT_TRANSPORT}

    def session(self, connection: HTTPConnection) -> Session | None:
        """Return who sends a request; one who is about to sign in only for the pages of that."""
        found = self.sign_in.read(connection.cookies.get(SESSION_COOKIE))
        if found is None:
            before = connection.cookies.get(BEFORE_COOKIE, "")
            if before and self.is_public(connection.url.path):
                return Session(before, self._token("before", before), "", known=False)
            return None
        inside, account = found
        whose = account.runner_id or inside.open_runner_id or ""
        # Another record, another token: a form of the record that was open before is refused, never misdirected.
        csrf = self._token("csrf", f"{inside.token_hash}\n{whose}")
        # A browser of staff keeps nothing: neither pages for times without a connection nor entries that wait.
        record = self._token("record", account.id)[:_RECORD_LENGTH] if account.role == "runner" else ""
        return Session(inside.token_hash, csrf, record, account, inside, self._name(inside.open_runner_id))

    def has_csrf(self, session: Session, token: str | None) -> bool:
        """Whether a token belongs to the session."""
        given = (token or "").encode("utf-8", "surrogatepass")
        return hmac.compare_digest(given, session.csrf.encode())

    def is_public(self, path: str) -> bool:
        """Whether a path is reached without a session."""
        return (path in PUBLIC and path != "/start") or path == _SIGN_IN or path.startswith(_WAYS_IN)

    def knows_host(self, header: str | None) -> bool:
        """Whether a request's ``Host`` names us: the public name behind a proxy, or the address that we listen on."""
        wanted = self._options.public_host.lower()
        name = (header or "").strip().lower()
        if wanted and name in (wanted, f"{wanted}:443"):
            return True
        return host_allowed(header, self._options.host)

    def turn_away(self, request: Request) -> Response:
        """Lead a person to the page of signing in; tell a program."""
        if trouble.wants_json(request) or request.method != "GET":
            return trouble.answer(request, trouble.UNAUTHORIZED)
        return RedirectResponse(_SIGN_IN, _SEE_OTHER)

    def new_before(self) -> tuple[str, str]:
        """Return a new cookie for the form of signing in, and its token."""
        before = secrets.token_urlsafe(_BYTES)
        return before, self._token("before", before)

    def _token(self, purpose: str, text: str) -> str:
        return keys.keyed(self._secret, purpose, text)

    def _name(self, runner_id: str | None) -> str:
        if runner_id is None:
            return ""
        with self._record.reading() as connection:
            account = account_of_runner(connection, runner_id)
        return "" if account is None else account.name
