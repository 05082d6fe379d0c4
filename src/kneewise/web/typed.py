"""What was typed into a form, read in the reader's language; a sentence where it cannot be read."""

from __future__ import annotations

from datetime import date, time
from math import isfinite

from kneewise.errors import InvalidInputError
from kneewise.web.preferences import preferences
from kneewise.web.wording import gettext as _


def typed_number(text: str, name: str) -> float | None:
    """Return a number, with the reader's decimal sign; ``None`` where nothing was typed.

    Raises
    ------
    InvalidInputError
        When it is no number, or not a finite one; ``name`` is what the reader sees beside the field.
    """
    written = text.strip().replace(",", ".") if preferences().language == "de" else text.strip()
    if not written:
        return None
    try:
        found = float(written)
    except ValueError as error:
        raise InvalidInputError(_unreadable(name, text)) from error
    if not isfinite(found):
        raise InvalidInputError(_unreadable(name, text))
    return found


def typed_whole(text: str, name: str) -> int | None:
    """Return a whole number; ``None`` where nothing was typed.

    Raises
    ------
    InvalidInputError
        When it is none; ``name`` is what the reader sees beside the field.
    """
    found = typed_number(text, name)
    if found is None:
        return None
    if found != round(found):
        raise InvalidInputError(_("%(name)s: '%(text)s' is no whole number.", name=name, text=text[:20]))
    return round(found)


def typed_day(text: str) -> date | None:
    """Return a day; ``None`` where nothing was typed.

    Raises
    ------
    InvalidInputError
        When it is no day.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInputError(_("'%(text)s' is no day.", text=text[:20])) from error


def typed_time(text: str) -> time | None:
    """Return a time of day; ``None`` where nothing was typed.

    Raises
    ------
    InvalidInputError
        When it is none.
    """
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInputError(_("'%(text)s' is no time of day; write it like 07:30.", text=text[:20])) from error


def _unreadable(name: str, text: str) -> str:
    return _("%(name)s: '%(text)s' is no number; type digits only.", name=name, text=text[:20])
