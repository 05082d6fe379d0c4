"""Who comes in: what the gate asks about a request, in both ways of serving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from kneewise.web import trouble
from kneewise.web.options import WebOptions
from kneewise.web.security import Sessions, host_allowed
from kneewise.web.session import Session

#: Reached without a session: nothing of the runner is in there.
PUBLIC = frozenset({"/start", "/sw.js", "/shell.json", "/offline", "/app.webmanifest", "/icon.svg", "/favicon.ico"})


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
