"""One run against the longest run of the 30 days before it: the one training rule with evidence behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import json_number
from kneewise.evidence.parameters import parameter, value

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_Row = tuple[float, float, float, float, float, float, bool]
#: Order of severity; the last two give no ratio.
SpikeClass = Literal["reference", "small", "moderate", "large", "return-to-run", "not-enough-data"]
#: Streams keep single precision: a run exactly twice as long must not pass the limit by a rounding error.
_RATIO_DECIMALS = 6
_RISING: tuple[SpikeClass, ...] = ("reference", "small", "moderate", "large")
SOURCE = "frandsen-2025"


@dataclass(frozen=True, slots=True)
class Spike:
    """How one run compares with the longest of the 30 days before its day; its own day is left out.

    Attributes
    ----------
    longest_distance_m, longest_knee_km : float or None
        Longest run of the window, by distance and by knee-km.
    distance_ratio, knee_km_ratio : float or None
        This run over it; ``None`` where either is not known or the window is not covered well enough.
    distance_class, knee_km_class : str
        Published classes. They were published for distance; for knee-km they are carried over as a precaution.
    hazard_ratio : float or None
        Published hazard rate ratio of the distance class, against runs of at most 110 %.
    window_coverage : float
        Share of the 30 days that lies inside the history, times the share of its runs with a number.
    """

    longest_distance_m: float | None
    longest_knee_km: float | None
    distance_ratio: float | None
    knee_km_ratio: float | None
    distance_class: SpikeClass
    knee_km_class: SpikeClass
    hazard_ratio: float | None
    window_coverage: float
    id: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about a day that the runner should see, with the sources that say so."""

    code: str
    text: str
    sources: tuple[str, ...] = ()
    hazard_ratio: float | None = None
    hazard_low: float | None = None
    hazard_high: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the flag as a JSON object."""
        hazard = (self.hazard_ratio, self.hazard_low, self.hazard_high)
        names = ("hazard_ratio", "hazard_low", "hazard_high")
        numbers = {name: json_number(number) for name, number in zip(names, hazard, strict=True)}
        return {"code": self.code, "text": self.text, "sources": list(self.sources), **numbers}


def spike_class(ratio: float) -> SpikeClass:
    """Return the published class of a ratio: up to 1.10 reference, to 1.30 small, to 2.00 moderate, above large."""
    ratio = round(ratio, _RATIO_DECIMALS)
    if ratio > value("exposure.spike.large_from"):
        return "large"
    if ratio > value("exposure.spike.moderate_from"):
        return "moderate"
    return "small" if ratio > value("exposure.spike.small_from") else "reference"


def find_spikes(day: Integers, distance_m: Floats, knee_km: Floats, history_from: int | None = None) -> list[Spike]:
    """Compare every run with the longest of the 30 days before its day.

    Parameters
    ----------
    day : ndarray of int64, shape (n,)
        Ordinal of each run's local date, not decreasing.
    distance_m, knee_km : ndarray, shape (n,)
        NaN where not known.
    history_from : int, optional
        Ordinal of the first day on which every run is known; the first run's day by default.
    """
    return [_spike(*row) for row in _rows(day, distance_m, knee_km, history_from)]


def rising_spikes(
    day: Integers, distance_m: Floats, knee_km: Floats, history_from: int | None = None
) -> list[tuple[int, Spike]]:
    """Return only the runs that are longer than the longest before, each with its place; see :func:`find_spikes`.

    A long history has few of them, and most runs need no closer look.
    """
    least = value("exposure.spike.small_from")
    rows = _rows(day, distance_m, knee_km, history_from)
    return [
        (place, _spike(*row))
        for place, row in enumerate(rows)
        # As it stands in the row: amount, then the longest before it.
        if row[0] > least * row[2] or row[1] > least * row[3]
    ]


def _rows(day: Integers, distance_m: Floats, knee_km: Floats, history_from: int | None) -> list[_Row]:
    """Return for each run its two amounts, the longest of both before it, their coverage, and whether anybody ran."""
    if not len(day):
        return []
    length = int(value("exposure.spike.window_days"))
    start = np.searchsorted(day, day - length, side="left")
    stop = np.searchsorted(day, day, side="left")
    first = int(day[0]) if history_from is None else history_from
    observed = np.clip((day - first) / length, 0, 1)
    columns = [(longest_in(column, start, stop), _known_share(column, start, stop)) for column in (distance_m, knee_km)]
    return list(
        zip(
            distance_m.tolist(),
            knee_km.tolist(),
            columns[0][0].tolist(),
            columns[1][0].tolist(),
            (observed * columns[0][1]).tolist(),
            (observed * columns[1][1]).tolist(),
            (stop > start).tolist(),
            strict=True,
        )
    )


def longest_in(column: Floats, start: Integers, stop: Integers) -> Floats:
    """Largest known value in ``column[start:stop]``; NaN where there is none."""
    padded = np.append(np.where(np.isnan(column), -np.inf, column), -np.inf)
    pairs = np.column_stack((start, np.maximum(stop, start))).ravel()
    longest = np.maximum.reduceat(padded, pairs)[::2]
    return np.where((stop > start) & np.isfinite(longest), longest, np.nan)


def _known_share(column: Floats, start: Integers, stop: Integers) -> Floats:
    known = np.append(0, np.cumsum(~np.isnan(column)))
    count = stop - start
    share: Floats = np.where(count > 0, (known[stop] - known[start]) / np.maximum(count, 1), 1.0)
    return share


def _spike(
    distance: float,
    knee_km: float,
    longest_distance: float,
    longest_knee_km: float,
    distance_coverage: float,
    knee_coverage: float,
    any_run: bool,
) -> Spike:
    distance_ratio, distance_class = _compare(distance, longest_distance, distance_coverage, any_run)
    knee_ratio, knee_class = _compare(knee_km, longest_knee_km, knee_coverage, any_run)
    hazard = _HAZARDS.get(distance_class)
    return Spike(
        longest_distance_m=json_number(longest_distance),
        longest_knee_km=json_number(longest_knee_km),
        distance_ratio=distance_ratio,
        knee_km_ratio=knee_ratio,
        distance_class=distance_class,
        knee_km_class=knee_class,
        hazard_ratio=None if hazard is None else value(hazard),
        window_coverage=knee_coverage,
    )


_HAZARDS: dict[str, str] = {
    "small": "exposure.spike.small_hazard",
    "moderate": "exposure.spike.moderate_hazard",
    "large": "exposure.spike.large_hazard",
}


def _compare(amount: float, longest: float, coverage: float, any_run: bool) -> tuple[float | None, SpikeClass]:
    if coverage < value("coverage.window_floor"):
        return None, "not-enough-data"
    if not any_run:
        return None, "return-to-run"
    if not (np.isfinite(amount) and longest > 0):
        return None, "not-enough-data"
    ratio = amount / longest
    return ratio, spike_class(ratio)


def flags_of(spikes: Sequence[Spike]) -> tuple[Flag, ...]:
    """Return the flags of one day from its runs, the gravest class only."""
    distance = max((spike.distance_class for spike in spikes), key=_gravity)
    knee = max((spike.knee_km_class for spike in spikes), key=_gravity)
    flags = [_flag(distance, "distance")]
    if knee not in ("return-to-run", "not-enough-data") and _gravity(knee) > max(_gravity(distance), 0):
        flags.append(_flag(knee, "knee-km"))
    return tuple(flag for flag in flags if flag is not None)


def flag_of_ratio(ratio: float) -> Flag | None:
    """Return the flag of one run that is ``ratio`` times as long as the longest of the 30 days before it."""
    return _flag(spike_class(ratio), "distance")


def _gravity(name: SpikeClass) -> int:
    return _RISING.index(name) if name in _RISING else -1


def _flag(name: SpikeClass, measure: str) -> Flag | None:
    if name == "reference":
        return None
    if name == "not-enough-data":
        text = "Not enough data: too little of the 30 days before this day is known to compare the run with."
        return Flag("not-enough-data", text)
    if name == "return-to-run":
        text = "No run in the 30 days before: there is nothing to compare with; build up from a short run."
        return Flag("return-to-run", text)
    hazard = parameter(_HAZARDS[name])
    reach = _reach(name)
    text = (
        f"This run is {reach} longer than the longest of the 30 days before ({measure}). Runs in this range were "
        f"followed by injury about {hazard.value:g} times as often in one large study. This is an average of many "
        "runners and of all injuries, not your personal risk."
    )
    if measure == "knee-km":
        text += " It was published for distance; for knee-km it is carried over as a precaution."
    code = f"spike-{name}" if measure == "distance" else f"knee-spike-{name}"
    return Flag(code, text, (SOURCE,), hazard.value, hazard.low, hazard.high)


def _reach(name: SpikeClass) -> str:
    small, moderate, large = (value(f"exposure.spike.{size}_from") - 1 for size in ("small", "moderate", "large"))
    return {
        "small": f"{small:.0%} to {moderate:.0%}",
        "moderate": f"{moderate:.0%} to {large:.0%}",
        "large": f"more than {large:.0%}",
    }[name]
