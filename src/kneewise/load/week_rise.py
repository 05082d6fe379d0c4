"""A week well above the usual ones: a soft word on thin evidence. It blocks nothing and is no risk score.

Notes
-----
One study of beginners saw more knee and shin trouble where distance rose by more than 30 % over two weeks, within what
chance explains (nielsen-2014-progression); a far larger one found no link with weekly sums (frandsen-2025). We carry it
over from distance to knee-km, and from two weeks to the usual week.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.rules import LoadRule
from kneewise.load.spikes import SOURCE

_WEEK = timedelta(weeks=1)
#: A week exactly at the limit must not pass it by a rounding error.
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class WeekRise:
    """One week, Monday to Sunday, that rises above the limit over the usual one.

    Attributes
    ----------
    passed_on : date
        First day on which the sum of the week is above it.
    knee_km, usual_knee_km : float
        The week, and the middle one of the weeks with runs before it.
    """

    monday: date
    passed_on: date
    knee_km: float
    usual_knee_km: float

    @property
    def text(self) -> str:
        """The warning in words, with how weak the evidence is."""
        above = f"{_limit():.0%}".replace("%", " %")
        return (
            f"The week from {self.monday.day} {self.monday:%b} has {self.knee_km:.1f} knee-km, more than {above} above "
            f"your usual {self.usual_knee_km:.1f}. This is a soft hint and stops nothing. The evidence is weak: in one "
            "study of 873 beginners such a rise went with more knee trouble, but that may be chance. A study of 5,205 "
            "runners found no link with weekly sums."
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """What speaks for it, and what against."""
        return (*rise_rule().values["hr_above_30"].sources, SOURCE)

    def inputs(self) -> dict[str, Any]:
        """Return what the rule looked at as JSON values."""
        return {
            "monday": self.monday.isoformat(),
            "passed_on": self.passed_on.isoformat(),
            "knee_km": self.knee_km,
            "usual_knee_km": self.usual_knee_km,
        }


def rise_rule() -> LoadRule:
    """Return the rule of ``load_rules.toml``."""
    return knowledge().load_rules["weekly_volume"]


def week_rises(amounts: Iterable[tuple[date, float]]) -> tuple[WeekRise, ...]:
    """Return the weeks that rise above the limit, the oldest first.

    Parameters
    ----------
    amounts : iterable of (date, float)
        Day and knee-km of each run, in any order; NaN where a run has no number. A week with such a run is neither
        compared nor usual.
    """
    weeks: dict[date, dict[date, float]] = {}
    for day, knee_km in amounts:
        days = weeks.setdefault(day - timedelta(days=day.weekday()), {})
        days[day] = days.get(day, 0.0) + knee_km
    found = (_rise(monday, weeks) for monday in sorted(weeks))
    return tuple(rise for rise in found if rise is not None)


def _rise(monday: date, weeks: Mapping[date, Mapping[date, float]]) -> WeekRise | None:
    back = range(1, int(value("exposure.usual_week.weeks")) + 1)
    before = [math.fsum(weeks[week].values()) for number in back if (week := monday - number * _WEEK) in weeks]
    usual = [total for total in before if math.isfinite(total) and total > 0]
    whole = math.fsum(weeks[monday].values())
    if len(usual) < value("exposure.usual_week.least") or not math.isfinite(whole):
        return None
    middle, so_far = median(usual), 0.0
    for day in sorted(weeks[monday]):
        so_far += weeks[monday][day]
        if round(so_far / middle - 1, _DECIMALS) > _limit():
            return WeekRise(monday, day, whole, middle)
    return None


def _limit() -> float:
    return next(each.value for each in rise_rule().criteria if each.metric == "weekly_progression")
