"""The one gate in front of every route: host, session, CSRF, size of bodies, headers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kneewise.web import trouble
from kneewise.web.options import WebOptions
from kneewise.web.security import CSRF_FIELD, CSRF_HEADER, HEADERS, Sessions, host_allowed

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = "application/x-www-form-urlencoded"
#: Reached without a session: nothing of the runner is in there.
_PUBLIC = frozenset({"/start", "/sw.js", "/shell.json", "/offline", "/app.webmanifest", "/icon.svg", "/favicon.ico"})
_PUBLIC_FOLDER = "/static/"


@dataclass(frozen=True, slots=True)
class Session:
    """Who sends this request."""

    id: str
    csrf: str


class Guard:
    """Middleware through which every request passes.

    Parameters
    ----------
    app : ASGIApp
    sessions : Sessions
    options : WebOptions
    cookie : str
        Name of the session cookie.
    uploads : frozenset of str
        Paths that take bodies up to the upload limit.
    """

    def __init__(
        self, app: ASGIApp, *, sessions: Sessions, options: WebOptions, cookie: str, uploads: frozenset[str]
    ) -> None:
        self.app = app
        self._sessions = sessions
        self._options = options
        self._cookie = cookie
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, _with_headers(scope, send))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin", "").partition("://")[2]
        host = headers.get("host")
        known = self._session(scope) is not None
        if known and origin == host and host_allowed(host, self._options.host):
            await self.app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: _Sender) -> None:
        request = Request(scope, receive)
        if not host_allowed(request.headers.get("host"), self._options.host):
            await trouble.answer(request, trouble.MISDIRECTED)(scope, receive, send)
            return
        session = self._session(scope)
        scope["kneewise_session"] = session
        if session is None and not _is_public(request.url.path):
            await trouble.answer(request, trouble.UNAUTHORIZED)(scope, receive, send)
            return
        limit = self._limit(request.url.path)
        if _announced(request) > limit:
            await trouble.answer(request, trouble.TOO_LARGE)(scope, receive, send)
            return
        receive = _limited(receive, limit)
        try:
            if request.method not in _SAFE:
                token, receive = await _token(request, receive)
                if session is None or _is_foreign(request) or not self._sessions.has_csrf(session.id, token):
                    await trouble.answer(request, trouble.FORBIDDEN)(scope, receive, send)
                    return
            await self.app(scope, receive, send)
        except HTTPException as error:
            await trouble.answer(request, error.status_code)(scope, receive, send)
        except Exception as error:
            if send.started:
                raise
            await trouble.unexpected(request, error)(scope, receive, send)

    def _session(self, scope: Scope) -> Session | None:
        cookie = Request({**scope, "type": "http"}).cookies.get(self._cookie)
        found = self._sessions.read(cookie)
        return None if found is None else Session(found, self._sessions.csrf(found))

    def _limit(self, path: str) -> int:
        return self._options.upload_limit_bytes if path in self._uploads else self._options.body_limit_bytes


def _is_public(path: str) -> bool:
    return path in _PUBLIC or path.startswith(_PUBLIC_FOLDER)


def _is_foreign(request: Request) -> bool:
    """Whether the browser says that another site sends this."""
    origin = request.headers.get("origin")
    return request.headers.get("sec-fetch-site") in ("cross-site", "same-site") or (
        origin is not None and origin.partition("://")[2] != request.headers.get("host")
    )


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _limited(receive: Receive, limit: int) -> Receive:
    """Return a receiver that stops a body without an announced length at the limit."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(trouble.TOO_LARGE)
        return message

    return limited


async def _token(request: Request, receive: Receive) -> tuple[str | None, Receive]:
    """Return the CSRF token of a header or a plain form, and a receiver that gives the body once more."""
    if CSRF_HEADER in request.headers:
        return request.headers[CSRF_HEADER], receive
    if not request.headers.get("content-type", "").startswith(_FORM):
        return None, receive
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    given = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).get(CSRF_FIELD, [None])[0]
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return given, again


class _Sender:
    """Sends a response with the headers that every response carries."""

    def __init__(self, send: Send, *, keep: bool) -> None:
        self._send = send
        self._keep = keep
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if not self._keep:
                headers.setdefault("cache-control", "no-store")
        await self._send(message)


def _with_headers(scope: Scope, send: Send) -> _Sender:
    return _Sender(send, keep=scope["path"].startswith(_PUBLIC_FOLDER))
