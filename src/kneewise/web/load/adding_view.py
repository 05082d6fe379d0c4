"""The form for a run without a watch: what it shows, and what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import atan, degrees

from pydantic import BaseModel

from kneewise.errors import InvalidInputError
from kneewise.services.adding import TypedRun
from kneewise.units import METRES_PER_KM, METRES_PER_MILE, SECONDS_PER_MINUTE
from kneewise.web.amounts import distance, imperial
from kneewise.web.typed import typed_number, typed_time
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_TERRAINS = (
    ("", message("Not told")),
    ("road", message("Road")),
    ("trail", message("Trail")),
    ("track", message("Track")),
    ("treadmill", message("Treadmill")),
)
_PERCENT = 100


class RunForm(BaseModel):
    """The fields as they were typed, in the reader's units; empty where not told."""

    date: str = ""
    start: str = ""
    distance: str = ""
    time: str = ""
    cadence: str = ""
    slope: str = ""
    terrain: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class AddingPage:
    """The page."""

    form: RunForm
    error: str
    unit: str
    terrains: tuple[tuple[str, str], ...]


def adding_page(form: RunForm, error: str = "") -> AddingPage:
    """Return the form, with what was typed where it was not accepted."""
    return AddingPage(form, error, distance(None).unit, tuple((name, _(words)) for name, words in _TERRAINS))


def typed_run(form: RunForm) -> TypedRun:
    """Return what was typed in SI units.

    Raises
    ------
    InvalidInputError
        When something cannot be read, or distance or time is missing.
    """
    length = typed_number(form.distance, _("Distance"))
    moving = _seconds(form.time)
    if length is None or moving is None:
        raise InvalidInputError(_("Tell the distance and the time of the run."))
    slope = typed_number(form.slope, _("Slope"))
    return TypedRun(
        date=_day(form.date),
        distance_m=length * (METRES_PER_MILE if imperial() else METRES_PER_KM),
        moving_s=moving,
        grade_deg=None if slope is None else degrees(atan(slope / _PERCENT)),
        cadence_spm=typed_number(form.cadence, _("Cadence")),
        terrain=form.terrain or None,
        treadmill=form.terrain == "treadmill",
        start=typed_time(form.start),
        title=form.title.strip()[:200] or None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInputError(_("Tell the day of the run.")) from error


def _seconds(text: str) -> float | None:
    if not text.strip():
        return None
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise InvalidInputError(
            _("'%(text)s' is no length of time; write it like 42:30 or 1:05:00, or whole minutes.", text=text[:20])
        )
    numbers = [int(part) for part in parts]
    if len(numbers) == 1:
        return float(numbers[0] * SECONDS_PER_MINUTE)
    seconds = 0
    for number in numbers:
        seconds = seconds * SECONDS_PER_MINUTE + number
    return float(seconds)
