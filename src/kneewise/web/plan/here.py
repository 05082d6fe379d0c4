"""What the plan's routes ask for: the addresses of other areas, and a form's fields as they came."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from kneewise.web.security import CSRF_FIELD


def area_paths(request: Request) -> Mapping[str, str]:
    """Return the first address of every area by its id."""
    return {area.id: area.path for area in request.app.state.areas}


async def plain_fields(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, the last of each name."""
    form = await request.form()
    return {name: text for name, text in form.multi_items() if isinstance(text, str) and name != CSRF_FIELD}
