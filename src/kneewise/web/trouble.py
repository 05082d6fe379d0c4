"""Errors as the reader sees them: one sentence, as a page or as JSON; never a traceback."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from kneewise.errors import InvalidInputError, KneewiseError, NotAllowedError, StorageError
from kneewise.web.rendering import page
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

log = logging.getLogger("kneewise.web")

BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, NOT_ALLOWED = 400, 401, 403, 404, 405
TOO_LARGE, MISDIRECTED, UNPROCESSABLE, TOO_MANY, FAILED, UNAVAILABLE = 413, 421, 422, 429, 500, 503

_HEADINGS = {
    BAD_REQUEST: message("This request cannot be read"),
    UNAUTHORIZED: message("This browser has no key"),
    FORBIDDEN: message("This form is out of date"),
    NOT_FOUND: message("There is no such page"),
    NOT_ALLOWED: message("This address takes no such request"),
    TOO_LARGE: message("This is too large"),
    MISDIRECTED: message("This name is not mine"),
    UNPROCESSABLE: message("Something in it cannot be right"),
    FAILED: message("Something went wrong here"),
    UNAVAILABLE: message("Your record cannot be used right now"),
}
_TEXTS = {
    BAD_REQUEST: message("Go back and try again."),
    UNAUTHORIZED: message(
        "Kneewise opens with the link that it prints when it starts. A link works once. For a new one, stop "
        "'kneewise serve' with Ctrl-C and start it again."
    ),
    FORBIDDEN: message("Nothing was changed. Load the page again and send the form once more."),
    NOT_FOUND: message("Check the address, or start from the first page."),
    NOT_ALLOWED: message("Go back and use the buttons of the page."),
    TOO_LARGE: message("Nothing was stored. Send less at once, or import the folder with 'kneewise import'."),
    MISDIRECTED: message(
        "For your safety Kneewise answers only to its own address. Open the link that 'kneewise serve' printed."
    ),
    UNPROCESSABLE: message("Nothing was stored. Check what you entered."),
    FAILED: message(
        "Nothing that was stored before is lost. Try again; the window where 'kneewise serve' runs shows what happened."
    ),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error page shows."""

    status: int
    heading: str
    text: str


def install(app: FastAPI) -> None:
    """Let every error end as a sentence."""
    app.add_exception_handler(KneewiseError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def answer(
    request: Request,
    status: int,
    text: str | None = None,
    headers: dict[str, str] | None = None,
    heading: str | None = None,
) -> Response:
    """Return an error as JSON where JSON or a part of a page was asked for, else as a page."""
    sentence = text or _(_TEXTS.get(status, _TEXTS[BAD_REQUEST]))
    if wants_json(request):
        document = {"error": {"status": status, "text": sentence}}
        return JSONResponse(document, status_code=status, headers=headers)
    heading = heading or _(_HEADINGS.get(status, _HEADINGS[BAD_REQUEST]))
    return page(request, "errors/error.html", Trouble(status, heading, sentence), status=status, headers=headers)


def wants_json(request: Request) -> bool:
    """Whether a program, not a person, reads the answer."""
    return (
        request.url.path.startswith("/api/")
        or "hx-request" in request.headers
        or request.headers.get("accept", "").startswith("application/json")
    )


def unexpected(request: Request, error: Exception) -> Response:
    """Write down what happened for the person at the terminal, and return a page without it."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer(request, FAILED)


def known(request: Request, error: Exception) -> Response:
    """Return the sentence of an error that says itself what to do."""
    status = UNPROCESSABLE if isinstance(error, InvalidInputError) else BAD_REQUEST
    if isinstance(error, StorageError):
        log.error("%s", error)
        status = UNAVAILABLE
    from kneewise.web.wording import told

    if isinstance(error, NotAllowedError):
        return answer(request, FORBIDDEN, told(str(error)), heading=_("This is not yours to see"))
    return answer(request, status, told(str(error)))


async def _known(request: Request, error: Exception) -> Response:
    return known(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = sorted({".".join(str(part) for part in one["loc"][1:]) for one in error.errors()} - {""})
    if not fields:
        return answer(request, UNPROCESSABLE)
    return answer(request, UNPROCESSABLE, _("Nothing was stored. Check: %(fields)s.", fields=", ".join(fields)))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers) if error.headers else None
    if headers is not None and "location" in headers:
        return RedirectResponse(headers["location"], error.status_code)
    return answer(request, error.status_code, headers=headers)
