"""Names of weeks and months."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from kneewise.web.amounts import day, locale_name


def week_words(monday: date) -> str:
    """Return the name of a week: its Monday."""
    return day(monday)


def month_words(first: date) -> str:
    """Return ``November 2026``."""
    return format_date(first, format="LLLL y", locale=locale_name())
