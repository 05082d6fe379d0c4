"""Exposure by local day: what the knee got, and how each run compares with the longest of the last 30 days.

No ratio of two averages is computed: acute-to-chronic ratios have no predictive value and are an artefact of their own
scaling (impellizzeri-2020, impellizzeri-2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Estimate, Interval, json_number
from kneewise.evidence.parameters import value
from kneewise.load.knee_km import UNIT
from kneewise.load.spikes import Flag, Spike, find_spikes, flags_of
from kneewise.load.week_rise import WeekRise, week_rises

Floats = NDArray[np.float64]
_DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class DatedRun:
    """What the exposure needs of one run.

    Attributes
    ----------
    local_date : date
        The runner's calendar day.
    distance_m : float or None
    running_s : float
    knee_km : Estimate
        NaN where the run has no number.
    coverage : float
        Share of the running time that has a number.
    """

    id: str
    local_date: date
    distance_m: float | None
    running_s: float
    knee_km: Estimate
    coverage: float


@dataclass(frozen=True, slots=True)
class Day:
    """One local day with at least one run.

    ``spike_ratio`` is the largest knee-km of a run of this day over the longest run of the 30 days before, in knee-km;
    ``distance_ratio`` is the same in metres, the quantity that was studied. ``window_coverage`` says how much of those
    30 days is known; below the floor the ratios are ``None`` and a flag says so.
    """

    local_date: date
    knee_km: Estimate
    distance_m: float | None
    runs: int
    coverage: float
    longest_30d_knee_km: float | None
    longest_30d_distance_m: float | None
    spike_ratio: float | None
    distance_ratio: float | None
    window_coverage: float
    flags: tuple[Flag, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the contract's day object."""
        return {
            "local_date": self.local_date.isoformat(),
            "knee_km": self.knee_km.to_json(),
            "distance_m": json_number(self.distance_m),
            "runs": self.runs,
            "coverage": self.coverage,
            "longest_30d_knee_km": json_number(self.longest_30d_knee_km),
            "longest_30d_distance_m": json_number(self.longest_30d_distance_m),
            "spike_ratio": json_number(self.spike_ratio),
            "distance_ratio": json_number(self.distance_ratio),
            "window_coverage": self.window_coverage,
            "flags": [flag.to_json() for flag in self.flags],
        }


@dataclass(frozen=True, slots=True)
class Week:
    """Sums of one week, Monday to Sunday; ``observed_days`` is under 7 where the history begins or ends in it."""

    monday: date
    knee_km: Estimate
    distance_m: float | None
    runs: int
    coverage: float
    observed_days: int

    def to_json(self) -> dict[str, Any]:
        """Return the week as a JSON object."""
        return {
            "monday": self.monday.isoformat(),
            "knee_km": self.knee_km.to_json(),
            "distance_m": json_number(self.distance_m),
            "runs": self.runs,
            "coverage": self.coverage,
            "observed_days": self.observed_days,
        }


@dataclass(frozen=True, slots=True)
class Exposure:
    """Days, weeks, one spike comparison per run, and the share of all running time that has a number."""

    days: tuple[Day, ...]
    weeks: tuple[Week, ...]
    spikes: tuple[Spike, ...]
    coverage: float
    evidence: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the contract's ``load`` document."""
        return {
            "days": [day.to_json() for day in self.days],
            "weeks": [week.to_json() for week in self.weeks],
            "coverage": self.coverage,
            "evidence": list(self.evidence),
        }


def daily_exposure(
    runs: Sequence[DatedRun],
    *,
    since: date | None = None,
    until: date | None = None,
    history_from: date | None = None,
) -> Exposure:
    """Return exposure by local day.

    Parameters
    ----------
    runs : sequence of DatedRun
        The whole history, in any order: the 30 days before ``since`` count.
    since, until : date, optional
        First and last day to return, both included.
    history_from : date, optional
        First day on which every run is known; the day of the first run by default.

    Returns
    -------
    Exposure
        Days without a recorded run are not listed: a day without a recording is not known to be a day of rest.

    Notes
    -----
    Intervals of a sum add: the errors of one runner's runs share their causes and do not average out.
    """
    ordered = sorted(runs, key=lambda run: (run.local_date, run.id))
    spikes = find_spikes(
        np.array([run.local_date.toordinal() for run in ordered], dtype=np.int64),
        _column([run.distance_m for run in ordered]),
        _column([run.knee_km.value for run in ordered]),
        None if history_from is None else history_from.toordinal(),
    )
    inside = [
        (run, replace(spike, id=run.id))
        for run, spike in zip(ordered, spikes, strict=True)
        if (since is None or run.local_date >= since) and (until is None or run.local_date <= until)
    ]
    kept = [run for run, _ in inside]
    rises = {rise.passed_on: rise for rise in week_rises((run.local_date, run.knee_km.value) for run in ordered)}
    days = tuple(_day(group, rises.get(group[0][0].local_date)) for group in _grouped(inside))
    return Exposure(
        days=days,
        weeks=_weeks(kept, since or history_from or (ordered[0].local_date if ordered else None), until),
        spikes=tuple(spike for _, spike in inside),
        coverage=_coverage(kept),
        evidence=week_evidence(),
    )


def week_evidence() -> tuple[str, ...]:
    """What is known about rules for the week, to be shown wherever weekly sums are."""
    rule, usual = value("exposure.week.ten_percent_injured"), value("exposure.week.usual_injured")
    trial = f"{rule:g} % against {usual:g} % were injured"
    return (
        f"'A week may grow by 10 %' changed nothing in a trial of 532 beginners: {trial} (buist-2008).",
        "This week against last week had no relation with injury (5,205 runners, frandsen-2025): a trend, no warning.",
        "Acute-to-chronic ratios are not computed: they do not predict injury (impellizzeri-2020, impellizzeri-2021).",
        "A week over 30 % above your usual one gets a soft hint: one study, maybe chance (nielsen-2014-progression).",
        "One run against the longest of the last 30 days did matter there: for distance, any injury, on average.",
        "Kneewise carries that rule over to knee-km as a precaution; it has not been studied for the knee alone.",
    )


def _column(values: list[float | None]) -> Floats:
    return np.array([np.nan if number is None else number for number in values], dtype=np.float64)


def _grouped(inside: list[tuple[DatedRun, Spike]]) -> list[list[tuple[DatedRun, Spike]]]:
    groups: list[list[tuple[DatedRun, Spike]]] = []
    for run, spike in inside:
        if groups and groups[-1][0][0].local_date == run.local_date:
            groups[-1].append((run, spike))
        else:
            groups.append([(run, spike)])
    return groups


def _day(group: list[tuple[DatedRun, Spike]], rise: WeekRise | None) -> Day:
    runs, spikes = [run for run, _ in group], [spike for _, spike in group]
    first = spikes[0]
    return Day(
        local_date=runs[0].local_date,
        knee_km=_sum(runs),
        distance_m=_distance(runs),
        runs=len(runs),
        coverage=_coverage(runs),
        longest_30d_knee_km=first.longest_knee_km,
        longest_30d_distance_m=first.longest_distance_m,
        spike_ratio=_largest([spike.knee_km_ratio for spike in spikes]),
        distance_ratio=_largest([spike.distance_ratio for spike in spikes]),
        window_coverage=first.window_coverage,
        flags=(*flags_of(spikes), *([] if rise is None else [Flag("week-above-usual", rise.text, rise.sources)])),
    )


def _largest(ratios: list[float | None]) -> float | None:
    return max((ratio for ratio in ratios if ratio is not None), default=None)


def _sum(runs: Sequence[DatedRun]) -> Estimate:
    known = [run.knee_km for run in runs if np.isfinite(run.knee_km.value)]
    level = value("interval.level")
    if not known:
        return Estimate(np.nan, np.nan, np.nan, UNIT, "not enough data: no run of this time has a number", level)
    others = [estimate.others or Interval(estimate.low, estimate.high) for estimate in known]
    missing = len(runs) - len(known)
    note = f"; {missing} without a number left out" if missing else ""
    return Estimate(
        value=sum(estimate.value for estimate in known),
        low=sum(estimate.low for estimate in known),
        high=sum(estimate.high for estimate in known),
        unit=UNIT,
        basis=f"sum of {len(known)} run{'s' if len(known) > 1 else ''}{note}; {known[-1].basis}",
        level=level,
        others=Interval(sum(interval.low for interval in others), sum(interval.high for interval in others)),
    )


def _distance(runs: Sequence[DatedRun]) -> float | None:
    known = [run.distance_m for run in runs if run.distance_m is not None]
    return sum(known) if known else None


def _coverage(runs: Sequence[DatedRun]) -> float:
    whole = sum(run.running_s for run in runs)
    covered = sum(run.running_s * run.coverage for run in runs if np.isfinite(run.knee_km.value))
    return covered / whole if whole > 0 else 0.0


def _weeks(runs: Sequence[DatedRun], first: date | None, last: date | None) -> tuple[Week, ...]:
    if not runs or first is None:
        return ()
    last = last or runs[-1].local_date
    by_monday: dict[date, list[DatedRun]] = {}
    for run in runs:
        by_monday.setdefault(run.local_date - timedelta(days=run.local_date.weekday()), []).append(run)
    return tuple(_week(monday, group, first, last) for monday, group in by_monday.items())


def _week(monday: date, runs: list[DatedRun], first: date, last: date) -> Week:
    sunday = monday + timedelta(days=_DAYS_PER_WEEK - 1)
    observed = (min(sunday, last) - max(monday, first)).days + 1
    return Week(monday, _sum(runs), _distance(runs), len(runs), _coverage(runs), max(observed, 1))
