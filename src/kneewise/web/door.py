"""Who comes in: what the gate asks about a request, in both ways of serving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from kneewise.storage.accounts import Account, AccountSession
from kneewise.web import trouble
from kneewise.web.options import WebOptions
from kneewise.web.security import Sessions, host_allowed

#: Reached without a session: nothing of the runner is in there.
PUBLIC = frozenset({"/start", "/sw.js", "/shell.json", "/offline", "/app.webmanifest", "/icon.svg", "/favicon.ico"})


@dataclass(frozen=True, slots=True)
class Session:
    """Who sends this request.

    Attributes
    ----------
    csrf : str
        Token that what changes something must carry.
    record : str
        Name of the record behind it, for what a browser keeps.
    account, inside : Account or None, AccountSession or None
        Who has signed in; ``None`` in local mode, and before signing in.
    reads : str
        Name of the runner whose record a clinician has open.
    known : bool
        False for a browser that is about to sign in: it has a token for that one form, and nothing else.
    """

    id: str
    csrf: str
    record: str
    account: Account | None = None
    inside: AccountSession | None = None
    reads: str = ""
    known: bool = True


class Door(Protocol):
    """What the gate asks."""

    @property
    def headers(self) -> Mapping[str, str]:
        """What every response carries beside the headers of both ways of serving."""

    def session(self, connection: HTTPConnection) -> Session | None:
        """Return who sends a request, or ``None``."""

    def has_csrf(self, session: Session, token: str | None) -> bool:
        """Whether a token belongs to the session."""

    def is_public(self, path: str) -> bool:
        """Whether a path is reached without a session."""

    def knows_host(self, header: str | None) -> bool:
        """Whether a request's ``Host`` names us."""

    def turn_away(self, request: Request) -> Response:
        """Return the answer to who has no session."""


class LocalDoor:
    """The app of one runner: a signed cookie that came with the start link.

    Parameters
    ----------
    sessions : Sessions
    cookie : str
        Name of the session cookie.
    options : WebOptions
    """

    def __init__(self, sessions: Sessions, cookie: str, options: WebOptions) -> None:
        self._sessions = sessions
        self._cookie = cookie
        self._options = options
        self.headers: Mapping[str, str] = {}

    def session(self, connection: HTTPConnection) -> Session | None:
        """Return who sends a request, or ``None``."""
        found = self._sessions.read(connection.cookies.get(self._cookie))
        return None if found is None else Session(found, self._sessions.csrf(found), self._sessions.record)

    def has_csrf(self, session: Session, token: str | None) -> bool:
        """Whether a token belongs to the session."""
        return self._sessions.has_csrf(session.id, token)

    def is_public(self, path: str) -> bool:
        """Whether a path is reached without a session."""
        return path in PUBLIC

    def knows_host(self, header: str | None) -> bool:
        """Whether a request's ``Host`` names us."""
        return host_allowed(header, self._options.host)

    def turn_away(self, request: Request) -> Response:
        """Return the answer to who has no session."""
        return trouble.answer(request, trouble.UNAUTHORIZED)
