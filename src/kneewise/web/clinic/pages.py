"""A page of the clinic: every one of them loads the same script and styles."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import HTMLResponse

from kneewise.web.rendering import page


def clinic_page(
    request: Request, template: str, view: object, *, area: str | None = None, status: int = 200
) -> HTMLResponse:
    """Return a page, laid out."""
    return page(request, template, view, area=area, status=status, entry="clinic")
