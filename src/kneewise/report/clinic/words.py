"""The report's words: its own catalogue, sentences of lower layers, numbers and days in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_time

from kneewise import language as languages
from kneewise.domain import Estimate
from kneewise.language import Language
from kneewise.language.amounts import NONE

LOCALE = Path(__file__).with_name("locale")
_DOMAIN = "report"


def message(text: str) -> str:
    """Mark a text for the catalogue that is translated later, where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: Language

    def gettext(self, text: str, /, **values: object) -> str:
        """Return a text with its ``%(name)s`` filled."""
        return str(languages.catalogue(LOCALE, _DOMAIN, self.language).gettext(text)) % values

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Return the form for a count; ``%(num)s`` is the count."""
        found = str(languages.catalogue(LOCALE, _DOMAIN, self.language).ngettext(one, many, count))
        return found % {"num": count, **values}

    def told(self, text: str) -> str:
        """Return a sentence of a lower layer, said of the runner; as it is where nobody translated it."""
        return languages.translated(self.language, text, reported=True) if text else text

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number; a dash where it is not known."""
        return languages.number(self.language, value, decimals).replace("-", "\N{MINUS SIGN}")

    def trimmed(self, value: float | None, decimals: int = 1) -> str:
        """Return a number without zeros that say nothing: ``2``, ``2.5``."""
        known = 0.0 if value is None else value
        fewest = next(few for few in range(decimals + 1) if round(known, few) == round(known, decimals))
        return self.number(value, fewest)

    def signed(self, value: float | None, decimals: int = 1) -> str:
        """Return a change with its sign."""
        if value is None:
            return NONE
        number = self.trimmed(abs(value), decimals)
        sign = "+" if value > 0 else "\N{MINUS SIGN}"
        return number if round(value, decimals) == 0 else f"{sign}{number}"

    def interval(self, estimate: Estimate, decimals: int = 1, unit: str = "") -> str:
        """Return ``+5.9 % (+5.1 to +6.7)``."""
        low, high = (self.signed(end, decimals) for end in (estimate.low, estimate.high))
        within = self.gettext("%(low)s to %(high)s", low=low, high=high)
        return f"{self.signed(estimate.value, decimals)}{unit} ({within})"

    def day(self, value: date | None) -> str:
        """Return ``22 Nov 2026``."""
        return NONE if value is None else languages.day(self.language, value)

    def day_short(self, value: date) -> str:
        """Return ``22 Nov``."""
        return languages.day_short(self.language, value)

    def month(self, value: date) -> str:
        """Return ``Nov 2026``."""
        return languages.month_year(self.language, value)

    def instant(self, value: datetime, zone: str) -> str:
        """Return day and time of day in a zone."""
        local = value.astimezone(ZoneInfo(zone))
        time = str(format_time(local, format="short", locale=languages.locale_name(self.language)))
        return f"{self.day(local.date())}, {time}"

    def listed(self, items: Sequence[str], most: int | None = None) -> str:
        """Return items in a row; those beyond ``most`` are counted."""
        shown = list(items if most is None else items[:most])
        rest = len(items) - len(shown)
        if rest:
            shown.append(self.ngettext("%(num)s more", "%(num)s more", rest))
        return "; ".join(shown)
