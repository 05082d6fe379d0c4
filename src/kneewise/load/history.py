"""A whole history as columns for charts: by day, by week, by month, with the longest run of 30 days as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import json_number
from kneewise.evidence.parameters import value
from kneewise.load.knee_km import Bounds
from kneewise.load.spikes import Flag, Spike, flags_of, longest_in, rising_spikes
from kneewise.units import DAYS_PER_WEEK

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DECIMALS = 4
#: More days than any month has, so that the first of a month moves into the next one.
_LONGEST_MONTH_D = 31


@dataclass(frozen=True, slots=True, eq=False)
class HistoryRuns:
    """The runs that count, oldest first; columns of shape (n,).

    ``day`` is the ordinal of the local date, ``distance_m`` NaN where not known.
    """

    ids: Sequence[str]
    day: Integers
    distance_m: Floats
    running_s: Floats
    cost: Bounds


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """Sums of consecutive periods, columns of shape (k,).

    ``knee_km`` is NaN where runs were made and none has a number, 0 where nobody ran; ``coverage`` is NaN there.
    """

    first_day: Integers
    knee_km: Floats
    low: Floats
    high: Floats
    distance_m: Floats
    runs: Integers
    coverage: Floats

    def to_json(self) -> dict[str, list[Any]]:
        """Return columns of JSON values."""
        return {
            "local_date": [date.fromordinal(day).isoformat() for day in self.first_day.tolist()],
            **{name: numbers(getattr(self, name)) for name in ("knee_km", "low", "high", "distance_m", "coverage")},
            "runs": self.runs.tolist(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class RunSpike:
    """A run that was well longer than the longest of the 30 days before."""

    id: str
    day: int
    spike: Spike
    flag: Flag

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "activity_id": self.id,
            "local_date": date.fromordinal(self.day).isoformat(),
            "distance_ratio": json_number(self.spike.distance_ratio),
            "knee_km_ratio": json_number(self.spike.knee_km_ratio),
            **self.flag.to_json(),
        }


def numbers(column: Floats) -> list[float | None]:
    """Return a column as JSON values, rounded to what is seen."""
    return [None if number != number else number for number in np.round(column, _DECIMALS).tolist()]


def by_day(runs: HistoryRuns, last: int) -> Periods:
    """Sum by calendar day from the first run to ``last``, the ordinal of the last day that is known."""
    days = np.arange(runs.day[0], max(int(runs.day[-1]), last) + 1)
    return _summed(runs, days, runs.day - days[0])


def by_week(runs: HistoryRuns, last: int) -> Periods:
    """Sum by week, Monday to Sunday."""
    monday = _monday(runs.day)
    starts = np.arange(monday[0], max(int(runs.day[-1]), last) + 1, DAYS_PER_WEEK)
    return _summed(runs, starts, (monday - starts[0]) // DAYS_PER_WEEK)


def by_month(runs: HistoryRuns, last: int) -> Periods:
    """Sum by calendar month."""
    final = date.fromordinal(max(int(runs.day[-1]), last))
    at = date.fromordinal(int(runs.day[0])).replace(day=1)
    starts = []
    while at <= final:
        starts.append(at.toordinal())
        at = (at + timedelta(days=_LONGEST_MONTH_D)).replace(day=1)
    firsts = np.array(starts)
    return _summed(runs, firsts, np.searchsorted(firsts, runs.day, side="right") - 1)


def _monday(day: Integers) -> Integers:
    # Ordinal 1 is a Monday.
    mondays: Integers = day - (day - 1) % DAYS_PER_WEEK
    return mondays


def _summed(runs: HistoryRuns, starts: Integers, group: Integers) -> Periods:
    count = len(starts)
    known = np.isfinite(runs.cost.value)
    made = np.bincount(group, minlength=count)
    numbered = np.bincount(group[known], minlength=count)

    def summed(column: Floats) -> Floats:
        return np.asarray(np.bincount(group, np.nan_to_num(column), count), dtype=np.float64)

    running = summed(runs.running_s)
    with np.errstate(invalid="ignore", divide="ignore"):
        coverage = summed(np.where(known, runs.running_s * runs.cost.coverage, 0.0)) / running
    without = (made > 0) & (numbered == 0)
    cost = runs.cost
    value_, low, high = (np.where(without, np.nan, summed(column)) for column in (cost.value, cost.low, cost.high))
    return Periods(starts, value_, low, high, summed(runs.distance_m), made, coverage)


def longest_lines(runs: HistoryRuns, days: Integers) -> tuple[Floats, Floats]:
    """Return the longest run of the 30 days before each day, in knee-km and in metres; NaN where there was none.

    Parameters
    ----------
    days : ndarray of int64, shape (k,)
        Ordinals, rising.
    """
    length = int(value("exposure.spike.window_days"))
    start = np.searchsorted(runs.day, days - length, side="left")
    stop = np.searchsorted(runs.day, days, side="left")
    return longest_in(runs.cost.value, start, stop), longest_in(runs.distance_m, start, stop)


def spikes_of(runs: HistoryRuns, history_from: int | None = None) -> list[RunSpike]:
    """Return the runs that were well longer than the longest of the 30 days before, oldest first."""
    found = []
    for place, spike in rising_spikes(runs.day, runs.distance_m, runs.cost.value, history_from):
        if _RISES.isdisjoint((spike.distance_class, spike.knee_km_class)):
            continue
        day = int(runs.day[place])
        found += [RunSpike(runs.ids[place], day, spike, flag) for flag in flags_of([spike]) if "spike" in flag.code]
    return found


_RISES = frozenset({"small", "moderate", "large"})
