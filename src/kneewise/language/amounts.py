"""Numbers and days as a language writes them."""

from __future__ import annotations

import math
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

#: What stands where nothing is known.
NONE = "–"
#: Babel's locale for each language: days before months, so that no date reads two ways.
_LOCALES = {"en": "en_GB", "de": "de_DE"}


def locale_name(language: str) -> str:
    """Return Babel's name of a language's locale."""
    return _LOCALES[language]


def number(language: str, value: float | None, decimals: int = 0) -> str:
    """Return a number with so many decimals."""
    if value is None or not math.isfinite(value):
        return NONE
    pattern = "#,##0" if decimals == 0 else f"#,##0.{'0' * decimals}"
    return format_decimal(round(value, decimals) + 0.0, format=pattern, locale=locale_name(language))


def localised_number(language: str, text: str) -> str:
    """Return a number written in English digits with the language's signs; its decimals stay."""
    return number(language, float(text.replace("−", "-")), len(text.partition(".")[2]))


def day(language: str, value: date) -> str:
    """Return ``22 Nov 2026``."""
    return format_date(value, format="medium", locale=locale_name(language))


def day_short(language: str, value: date) -> str:
    """Return ``22 Nov``."""
    return format_date(value, format="d. MMM" if language == "de" else "d MMM", locale=locale_name(language))


def month_year(language: str, value: date) -> str:
    """Return ``Nov 2026``."""
    return format_date(value, format="LLL yyyy", locale=locale_name(language))
