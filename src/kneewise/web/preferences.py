"""What the reader chose: language, units, light or dark. Kept in cookies, no account needed."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeVar

from babel import negotiate_locale
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from kneewise.language import LANGUAGES as LANGUAGES
from kneewise.language import Language as Language

Units = Literal["metric", "imperial"]
Theme = Literal["auto", "light", "dark"]

UNITS: tuple[Units, ...] = ("metric", "imperial")
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
COOKIE_PREFIX = "kneewise_"

_Choice = TypeVar("_Choice", bound=str)


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
    return Preferences(
        language=_chosen(request, "language", LANGUAGES) or _accepted(request),
        units=_chosen(request, "units", UNITS) or "metric",
        theme=_chosen(request, "theme", THEMES) or "auto",
    )


def _chosen(request: HTTPConnection, name: str, choices: tuple[_Choice, ...]) -> _Choice | None:
    given = request.cookies.get(COOKIE_PREFIX + name)
    return next((choice for choice in choices if choice == given), None)


def _accepted(request: HTTPConnection) -> Language:
    named = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    found = negotiate_locale([name for name in named if name], LANGUAGES, sep="-")
    return next((language for language in LANGUAGES if language == found), LANGUAGES[0])
