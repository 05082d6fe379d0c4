"""Where the knee stands today: the last seven days beside the usual weeks, and how long the next run may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from kneewise.domain import Estimate, json_number
from kneewise.evidence.parameters import value
from kneewise.load.exposure import DatedRun
from kneewise.load.history import HistoryRuns
from kneewise.load.knee_km import UNIT
from kneewise.load.usual_week import UsualWeek, usual_week
from kneewise.units import DAYS_PER_WEEK


@dataclass(frozen=True, slots=True)
class LongestRun:
    """The longest run of the 30 days before a day, by one measure.

    Attributes
    ----------
    amount : float
        Metres, or knee-km.
    limit : float
        The longest run that is not yet a spike.
    """

    id: str
    local_date: date
    amount: float
    limit: float

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "activity_id": self.id,
            "local_date": self.local_date.isoformat(),
            "amount": json_number(self.amount),
            "limit": json_number(self.limit),
        }


@dataclass(frozen=True, slots=True)
class LoadToday:
    """Where the knee stands on a day.

    Attributes
    ----------
    week : Estimate
        Knee-km of the seven days up to it; the intervals of its runs add, for their errors share their causes.
    usual : UsualWeek
    longest_by_distance, longest_by_knee_km : LongestRun or None
        Of the 30 days before the day; ``None`` where nobody ran or nothing is known.
    """

    day: date
    week: Estimate
    usual: UsualWeek
    longest_by_distance: LongestRun | None
    longest_by_knee_km: LongestRun | None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        longest = (self.longest_by_distance, self.longest_by_knee_km)
        by_distance, by_knee_km = (None if one is None else one.to_json() for one in longest)
        return {
            "local_date": self.day.isoformat(),
            "last_7_days": self.week.to_json(),
            "load_vs_usual": self.usual.to_json(),
            "longest_30d_distance_m": by_distance,
            "longest_30d_knee_km": by_knee_km,
        }


def load_today(runs: HistoryRuns, today: date, basis: str) -> LoadToday:
    """Return where the knee stands on a day.

    Parameters
    ----------
    runs : HistoryRuns
        The whole history up to ``today``.
    basis : str
        The easy flat running that it is compared with, in words.
    """
    last = today.toordinal()
    weeks = 1 + int(value("exposure.usual_week.weeks"))
    since = int(np.searchsorted(runs.day, last - weeks * DAYS_PER_WEEK, side="right"))
    dated = [_dated(runs, at, basis) for at in range(since, len(runs.ids))]
    inside = slice(int(np.searchsorted(runs.day, last - DAYS_PER_WEEK, side="right")), len(runs.ids))
    amount, low, high = (
        float(np.nansum(column[inside])) for column in (runs.cost.value, runs.cost.low, runs.cost.high)
    )
    week = Estimate(amount, low, high, UNIT, basis, value("interval.level"))
    metres, knee_km = (_longest(runs, column, last) for column in (runs.distance_m, runs.cost.value))
    return LoadToday(today, week, usual_week(dated, today), metres, knee_km)


def _dated(runs: HistoryRuns, at: int, basis: str) -> DatedRun:
    cost = runs.cost
    amount, low, high = (float(column[at]) for column in (cost.value, cost.low, cost.high))
    metres = float(runs.distance_m[at])
    return DatedRun(
        id=runs.ids[at],
        local_date=date.fromordinal(int(runs.day[at])),
        distance_m=None if math.isnan(metres) else metres,
        running_s=float(runs.running_s[at]),
        knee_km=Estimate(amount, low, high, UNIT, basis, value("interval.level")),
        coverage=float(cost.coverage[at]),
    )


def _longest(runs: HistoryRuns, column: np.ndarray[Any, np.dtype[np.float64]], today: int) -> LongestRun | None:
    window = timedelta(days=value("exposure.spike.window_days"))
    start = int(np.searchsorted(runs.day, today - window.days, side="left"))
    stop = int(np.searchsorted(runs.day, today, side="left"))
    known = np.nan_to_num(column[start:stop])
    if not (known > 0).any():
        return None
    at = start + int(known.argmax())
    amount = float(column[at])
    return LongestRun(
        runs.ids[at], date.fromordinal(int(runs.day[at])), amount, amount * value("exposure.spike.small_from")
    )
