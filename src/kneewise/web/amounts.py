"""Numbers, days and amounts in the reader's language and units; SI inside, converted only here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from babel.dates import format_date, format_time

from kneewise.language import amounts as language_amounts
from kneewise.language.amounts import NONE as NONE
from kneewise.units import (
    KG_PER_POUND,
    METRES_PER_FOOT,
    METRES_PER_KM,
    METRES_PER_MILE,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
)
from kneewise.web.preferences import preferences
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_KNEE_KM_PER_KNEE_MILE = METRES_PER_MILE / METRES_PER_KM
_LEVEL_WORDS = {
    0.8: message("8 times in 10"),
    0.9: message("9 times in 10"),
    0.95: message("19 times in 20"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An amount as it is laid out.

    Attributes
    ----------
    value, unit : str
    between : str
        Interval in words, "8.5 to 10.1"; empty where there is none.
    within : str
        The same in a sentence, "between 8.5 and 10.1".
    sure : str
        How often the interval holds, in words.
    others : str
        The wider interval for comparing with other people; empty where there is none.
    basis : str
        Where the value comes from.
    """

    value: str
    unit: str
    between: str = ""
    within: str = ""
    sure: str = ""
    others: str = ""
    basis: str = ""


def locale_name() -> str:
    """Return Babel's name of the reader's locale."""
    return language_amounts.locale_name(preferences().language)


def imperial() -> bool:
    """Whether the reader chose miles, feet and pounds."""
    return preferences().units == "imperial"


def number(value: float | None, decimals: int = 0) -> str:
    """Return a number with so many decimals."""
    return language_amounts.number(preferences().language, value, decimals)


def localised_number(text: str) -> str:
    """Return a number written in English digits with the reader's signs; its decimals stay."""
    return language_amounts.localised_number(preferences().language, text)


def percent(share: float | None) -> str:
    """Return a share of 1 as whole per cent."""
    return NONE if share is None else f"{number(share * 100)} %"


def distance(metres: float | None, decimals: int = 1) -> Shown:
    """Return kilometres or miles."""
    unit, length = (_("mi"), METRES_PER_MILE) if imperial() else (_("km"), float(METRES_PER_KM))
    return Shown(number(None if metres is None else metres / length, decimals), unit)


def climb(metres: float | None) -> Shown:
    """Return a height difference in metres or feet."""
    unit, length = (_("ft"), METRES_PER_FOOT) if imperial() else (_("m"), 1.0)
    return Shown(number(None if metres is None else metres / length), unit)


def pace(speed_mps: float | None) -> Shown:
    """Return minutes and seconds per kilometre or mile."""
    unit, length = (_("min/mi"), METRES_PER_MILE) if imperial() else (_("min/km"), float(METRES_PER_KM))
    if speed_mps is None or not math.isfinite(speed_mps) or speed_mps <= 0:
        return Shown(NONE, unit)
    minutes, seconds = divmod(round(length / speed_mps), SECONDS_PER_MINUTE)
    return Shown(f"{minutes}:{seconds:02d}", unit)


def mass(kilograms: float | None, decimals: int = 1) -> Shown:
    """Return kilograms or pounds."""
    unit, weight = (_("lb"), KG_PER_POUND) if imperial() else (_("kg"), 1.0)
    return Shown(number(None if kilograms is None else kilograms / weight, decimals), unit)


def duration(seconds: float | None) -> str:
    """Return ``1:02:03`` or ``42:07``."""
    if seconds is None:
        return NONE
    hours, rest = divmod(round(seconds), SECONDS_PER_HOUR)
    minutes, second = divmod(rest, SECONDS_PER_MINUTE)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"


def knee_km(estimate: Mapping[str, Any] | None, decimals: int = 1) -> Shown:
    """Return an ``Estimate`` document in knee-kilometres, or knee-miles, with its intervals."""
    scale, unit = (_KNEE_KM_PER_KNEE_MILE, _("knee-mi")) if imperial() else (1.0, _("knee-km"))
    return estimated(estimate, unit, decimals, scale)


def estimated(estimate: Mapping[str, Any] | None, unit: str, decimals: int = 1, scale: float = 1.0) -> Shown:
    """Return an ``Estimate`` document with its intervals in words.

    Parameters
    ----------
    estimate : mapping or None
        As the contract writes it.
    unit : str
        Unit as it is shown.
    scale : float
        What the document's numbers are divided by to give ``unit``.
    """
    if estimate is None or estimate["value"] is None:
        return Shown(NONE, unit)
    others = estimate.get("others")
    return Shown(
        value=number(estimate["value"] / scale, decimals),
        unit=unit,
        between=_between(estimate, decimals, scale),
        within=_within(estimate, decimals, scale),
        sure=sure_words(estimate["level"]),
        others=_between(others, decimals, scale) if others else "",
        basis=estimate["basis"],
    )


def sure_words(level: float) -> str:
    """Return how often an interval holds: ``9 times in 10``."""
    words = _LEVEL_WORDS.get(level)
    return percent(level) if words is None else _(words)


def _between(bounds: Mapping[str, Any], decimals: int, scale: float) -> str:
    ends = _ends(bounds, decimals, scale)
    return _("%(low)s to %(high)s", low=ends[0], high=ends[1]) if ends else ""


def _within(bounds: Mapping[str, Any], decimals: int, scale: float) -> str:
    ends = _ends(bounds, decimals, scale)
    return _("between %(low)s and %(high)s", low=ends[0], high=ends[1]) if ends else ""


def _ends(bounds: Mapping[str, Any], decimals: int, scale: float) -> tuple[str, str] | None:
    if bounds["low"] is None or bounds["high"] is None:
        return None
    return number(bounds["low"] / scale, decimals), number(bounds["high"] / scale, decimals)


def day(value: date) -> str:
    """Return ``22 Nov 2026``."""
    return language_amounts.day(preferences().language, value)


def day_short(value: date) -> str:
    """Return ``22 Nov``."""
    return language_amounts.day_short(preferences().language, value)


def day_long(value: date) -> str:
    """Return ``Sunday, 22 November``."""
    return format_date(
        value, format="EEEE, d. MMMM" if preferences().language == "de" else "EEEE, d MMMM", locale=locale_name()
    )


def month_long(value: date) -> str:
    """Return ``November 2026``."""
    return format_date(value, format="LLLL yyyy", locale=locale_name())


def weekday(value: date) -> str:
    """Return ``Sun``."""
    return format_date(value, format="EEE", locale=locale_name())


def clock_time(value: datetime, zone: tzinfo | None) -> str:
    """Return ``18:05`` in a zone; ``None`` is that of this machine."""
    return format_time(value.astimezone(zone), format="short", locale=locale_name())
