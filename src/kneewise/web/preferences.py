"""What the reader chose: language, units, light or dark. Kept in cookies, no account needed."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, cast

from babel import negotiate_locale
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

Language = Literal["en", "de"]
Units = Literal["metric", "imperial"]
Theme = Literal["auto", "light", "dark"]

LANGUAGES: tuple[Language, ...] = ("en", "de")
UNITS: tuple[Units, ...] = ("metric", "imperial")
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
COOKIE_PREFIX = "kneewise_"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The choices of one request."""

    language: Language = "en"
    units: Units = "metric"
    theme: Theme = "auto"


_present: ContextVar[Preferences] = ContextVar("preferences", default=Preferences())  # noqa: B039 - frozen


def preferences() -> Preferences:
    """Return the choices of the reader whom this request is for."""
    return _present.get()


class ChosenPreferences:
    """Middleware that reads the choices before anything is worded."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the choices for the time of one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        token = _present.set(_read(HTTPConnection(scope)))
        try:
            await self.app(scope, receive, send)
        finally:
            _present.reset(token)


def _read(request: HTTPConnection) -> Preferences:
    cookies = {name: request.cookies.get(COOKIE_PREFIX + name) for name in ("language", "units", "theme")}
    language = cookies["language"] if cookies["language"] in LANGUAGES else _accepted(request)
    return Preferences(
        language=cast("Language", language),
        units=cast("Units", cookies["units"] if cookies["units"] in UNITS else "metric"),
        theme=cast("Theme", cookies["theme"] if cookies["theme"] in THEMES else "auto"),
    )


def _accepted(request: HTTPConnection) -> str:
    named = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return negotiate_locale([name for name in named if name], LANGUAGES, sep="-") or LANGUAGES[0]
