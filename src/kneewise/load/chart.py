"""Columns of a chart along a run: what the watch recorded and what the knee got, stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Stream, json_number
from kneewise.evidence.parameters import value
from kneewise.load.along import Stretch, Way, distance_along
from kneewise.units import METRES_PER_KM

Floats = NDArray[np.float64]

_RECORDED = ("speed_mps", "cadence_spm", "contact_time_s", "altitude_m", "heart_rate_bpm", "power_w")
#: Cadence and contact time of a walk are no running values.
_RUNNING_ONLY = frozenset({"cadence_spm", "contact_time_s"})
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Pause:
    """A halt of the recording."""

    at_m: float
    at_s: float
    duration_s: float

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {name: json_number(round(getattr(self, name), 1)) for name in self.__slots__}


def chart_columns(way: Way, parts: Sequence[Stretch]) -> dict[str, list[float | None]]:
    """Return columns of one length, one entry per stretch; what is not known is ``None``, a gap in the line.

    Returns
    -------
    dict
        ``start_m``, ``end_m``, ``elapsed_s`` (at the end), ``knee_km_per_km``, ``knee_km_per_km_low``,
        ``knee_km_per_km_high``, ``knee_km_so_far``, ``coverage``, ``grade_percent`` and the recorded columns.
    """
    edges = np.array([parts[0].start_m, *(part.end_m for part in parts)])
    costs = [part.cost.value for part in parts]
    # Over the covered distance: what has no number costs nothing here, and shows as a gap or in the coverage.
    covered_km = np.array([part.load.distance_m for part in parts]) / METRES_PER_KM
    columns: dict[str, Floats] = {"start_m": edges[:-1], "end_m": edges[1:], "elapsed_s": _elapsed(way, edges[1:])}
    with np.errstate(invalid="ignore", divide="ignore"):
        for name, ends in (("", "value"), ("_low", "low"), ("_high", "high")):
            columns[f"knee_km_per_km{name}"] = np.array([getattr(cost, ends) for cost in costs]) / covered_km
    columns["knee_km_so_far"] = np.cumsum(np.nan_to_num(np.array([cost.value for cost in costs])))
    columns["coverage"] = np.array([part.load.coverage if part.load.running_s else np.nan for part in parts])
    columns |= _recorded(way.activity.stream, edges)
    return {name: [_rounded(number) for number in column.tolist()] for name, column in columns.items()}


def _rounded(number: float) -> float | None:
    return json_number(round(number, _DECIMALS) if np.isfinite(number) else number)


def _elapsed(way: Way, ends: Floats) -> Floats:
    stream = way.activity.stream
    if stream is None or len(stream) < 2:
        return np.full(len(ends), way.whole_s)
    along = distance_along(stream)
    place = np.clip(np.searchsorted(along, ends), 0, len(along) - 1)
    found: Floats = stream.elapsed_s[place]
    return found


def _recorded(stream: Stream | None, edges: Floats) -> dict[str, Floats]:
    """Means over time of what was recorded, NaN where a stretch holds nothing."""
    count = len(edges) - 1
    if stream is None:
        return {}
    group = np.clip(np.searchsorted(edges, distance_along(stream), side="right") - 1, 0, count - 1)
    columns = {name: stream.column(name) for name in _RECORDED if name in stream.columns}
    if "grade_deg" in stream.columns:
        columns["grade_percent"] = 100 * np.tan(np.radians(stream.column("grade_deg")))
    return {name: _mean(stream, group, column, count, name in _RUNNING_ONLY) for name, column in columns.items()}


def _mean(stream: Stream, group: NDArray[np.intp], column: NDArray[np.floating], count: int, running: bool) -> Floats:
    known = np.isfinite(column) & (stream.interval_s > 0)
    if running:
        known &= stream.running
    weight = stream.interval_s[known].astype(np.float64)
    seconds = np.bincount(group[known], weight, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.bincount(group[known], weight * column[known], count) / seconds
    return mean


def pauses(stream: Stream | None) -> list[Pause]:
    """Return the halts of a recording, in order."""
    if stream is None or len(stream) < 2:
        return []
    interval = stream.interval_s.astype(np.float64)
    halted = np.diff(stream.elapsed_s) - (interval[:-1] + interval[1:]) / 2
    places = np.flatnonzero(halted >= value("story.pause_s"))
    along = distance_along(stream)
    return [Pause(float(along[at]), float(stream.elapsed_s[at]), float(halted[at])) for at in places]
