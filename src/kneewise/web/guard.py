"""The one gate in front of every route: host, session, CSRF, size of bodies, headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kneewise.errors import KneewiseError
from kneewise.web import trouble
from kneewise.web.door import Door
from kneewise.web.options import WebOptions
from kneewise.web.security import CSRF_FIELD, CSRF_HEADER, HEADERS
from kneewise.web.session import Session
from kneewise.web.unseen import UNSEEN

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = "application/x-www-form-urlencoded"
_WITH_FILE = "multipart/form-data"
_HEAD_BYTES = 4096
_TOKEN_PART = re.compile(
    rb'--[^\r\n]{1,80}\r\nContent-Disposition: form-data; name="'
    + CSRF_FIELD.encode()
    + rb'"\r\n\r\n([\w.-]{1,200})\r\n',
    re.IGNORECASE,
)
_PUBLIC_FOLDER = "/static/"


class Guard:
    """Middleware through which every request passes.

    Parameters
    ----------
    app : ASGIApp
    door : Door
        Knows who comes in.
    options : WebOptions
    uploads : frozenset of str
        Paths that take bodies up to the upload limit.
    """

    def __init__(self, app: ASGIApp, *, door: Door, options: WebOptions, uploads: frozenset[str]) -> None:
        self.app = app
        self._door = door
        self._options = options
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, _with_headers(scope, send, self._door.headers))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin", "").partition("://")[2]
        host = headers.get("host")
        known = await self._session(scope) is not None
        if known and origin == host and self._door.knows_host(host):
            await self.app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: _Sender) -> None:
        request = Request(scope, receive)
        if not self._door.knows_host(request.headers.get("host")):
            await trouble.answer(request, trouble.MISDIRECTED)(scope, receive, send)
            return
        try:
            session = await self._session(scope)
        except Exception as error:  # most likely the database is away
            answered = trouble.known if isinstance(error, KneewiseError) else trouble.unexpected
            await answered(request, error)(scope, receive, send)
            return
        scope["kneewise_session"] = session
        if session is None and not self._is_public(request.url.path):
            await self._door.turn_away(request)(scope, receive, send)
            return
        limit = self._limit(request.url.path)
        if _announced(request) > limit:
            await trouble.answer(request, trouble.TOO_LARGE)(scope, receive, send)
            return
        receive = _limited(receive, limit)
        try:
            if request.method not in _SAFE:
                token, receive = await _token(request, receive)
                if session is None or _is_foreign(request) or not self._door.has_csrf(session, token):
                    await trouble.answer(request, trouble.FORBIDDEN)(scope, receive, send)
                    return
            await self.app(scope, receive, send)
        except HTTPException as error:
            await trouble.answer(request, error.status_code)(scope, receive, send)
        except Exception as error:
            if send.started:
                raise
            await trouble.unexpected(request, error)(scope, receive, send)

    async def _session(self, scope: Scope) -> Session | None:
        if self._is_public(scope["path"]) and scope["path"].startswith(_PUBLIC_FOLDER):
            return None
        return await run_in_threadpool(self._door.session, Request({**scope, "type": "http"}))

    def _is_public(self, path: str) -> bool:
        return path.startswith(_PUBLIC_FOLDER) or self._door.is_public(path)

    def _limit(self, path: str) -> int:
        return self._options.upload_limit_bytes if path in self._uploads else self._options.body_limit_bytes


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
    if request.headers.get("content-type", "").startswith(_WITH_FILE):
        return await _first_part(receive)
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


async def _first_part(receive: Receive) -> tuple[str | None, Receive]:
    """Return the token that a form with a file carries as its first part, and a receiver that gives the body once more.

    Only the head of the body is held; the file behind it streams on.
    """
    head: list[Message] = []
    body = b""
    while len(body) < _HEAD_BYTES and (not head or head[-1].get("more_body", False)):
        head.append(await receive())
        body += head[-1].get("body", b"")
        if found := _TOKEN_PART.match(body):
            break
    else:
        found = _TOKEN_PART.match(body)

    async def again() -> Message:
        return head.pop(0) if head else await receive()

    return found[1].decode("ascii") if found else None, again


class _Sender:
    """Sends a response with the headers that every response carries."""

    def __init__(self, send: Send, more: Mapping[str, str], scope: Scope, *, keep: bool) -> None:
        self._send = send
        self._scope = scope
        self._headers = {**HEADERS, **more}
        self._keep = keep
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            if unseen := self._scope.get(UNSEEN):
                # A page says it in words; who reads JSON finds it here.
                headers["x-kneewise-not-shared"] = ", ".join(sorted(unseen))
            if not self._keep:
                headers.setdefault("cache-control", "no-store")
        await self._send(message)


def _with_headers(scope: Scope, send: Send, more: Mapping[str, str]) -> _Sender:
    return _Sender(send, more, scope, keep=scope["path"].startswith(_PUBLIC_FOLDER))
