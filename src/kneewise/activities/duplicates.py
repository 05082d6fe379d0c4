"""Decide which activities are the same run, and which recording of it counts.

Two recordings are the same run when

* they overlap in time, by at least ``overlap_share`` of the shorter one: nobody runs twice at once. This finds the
  watch and the phone, FIT and TCX, clocks seconds apart, and recordings that were cropped or begun late; or
* everything agrees but the hour: start (modulo whole hours, as many as zones can differ), duration and distance within
  narrow tolerances, as when a program took local time for UTC.

Both need sports that can be one and the same. The relation is symmetric; which recording counts does not depend on the
order in which they are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.activities.sport import ON_FOOT, UNKNOWN
from kneewise.domain import Activity
from kneewise.evidence.parameters import value

_HOUR_S = 3600.0

#: How much a column adds to the worth of a second of recording; chosen so that together they outweigh a crop of a
#: quarter, never half a run.
_WORTH: Mapping[str, float] = {
    "cadence_spm": 0.10,
    "contact_time_s": 0.05,
    "grade_deg": 0.05,
    "vertical_oscillation_m": 0.02,
    "step_length_m": 0.01,
    "power_w": 0.01,
    "heart_rate_bpm": 0.01,
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is needed of an activity to recognise it; keep it beside the activity.

    Attributes
    ----------
    key : str
        Unique and lasting name of the activity; breaks ties.
    start_s : float
        POSIX seconds UTC.
    elapsed_s, moving_s : float
    distance_m : float or None
    sport : str
    worth : float
        Seconds moved, each worth more the more was measured; the recording with the highest worth counts.
    """

    key: str
    start_s: float
    elapsed_s: float
    moving_s: float
    distance_m: float | None
    sport: str
    worth: float


def fingerprint(activity: Activity, key: str) -> Fingerprint:
    """Return the fingerprint of an activity."""
    return Fingerprint(
        key=key,
        start_s=activity.start.timestamp(),
        elapsed_s=activity.elapsed_s,
        moving_s=activity.moving_s,
        distance_m=activity.distance_m,
        sport=activity.sport,
        worth=_worth(activity),
    )


def same_run(one: Fingerprint, other: Fingerprint) -> bool:
    """Return whether two activities are recordings of the same run; symmetric."""
    return bool(_same(_Columns([one, other]), np.array([0]), np.array([1]))[0])


def counted_instead(activities: Sequence[Fingerprint]) -> dict[str, str]:
    """Return, for each activity that is a second recording, the key of the one that counts in its place.

    The activity of the highest worth counts; a further one counts unless it is the same run as one that already
    does. So every activity left out stands in the result beside one that counts, and no two that count are the same.

    Parameters
    ----------
    activities : sequence of Fingerprint
        A whole history in any order; keys are unique.
    """
    ordered = sorted(activities, key=lambda item: (-item.worth, item.key))
    if len(ordered) < 2:
        return {}
    columns = _Columns(ordered)
    first, second = _candidates(columns)
    same = _same(columns, first, second)
    rivals: dict[int, list[int]] = {}
    for better, worse in zip(first[same].tolist(), second[same].tolist(), strict=True):
        rivals.setdefault(worse, []).append(better)
    replaced: dict[int, int] = {}
    for number in sorted(rivals):
        counting = [better for better in rivals[number] if better not in replaced]
        if counting:
            replaced[number] = min(counting)
    return {ordered[worse].key: ordered[better].key for worse, better in replaced.items()}


class _Columns:
    """Fingerprints as arrays, in the order given."""

    def __init__(self, items: Sequence[Fingerprint]) -> None:
        self.start = np.array([item.start_s for item in items])
        self.elapsed = np.array([max(item.elapsed_s, 0.0) for item in items])
        self.moving = np.array([item.moving_s for item in items])
        self.distance = np.array([np.nan if item.distance_m is None else item.distance_m for item in items])
        self.sport = np.array([_family(item.sport) for item in items])
        self.any_sport = self.sport == UNKNOWN


def _family(sport: str) -> str:
    return "on foot" if sport in ON_FOOT else sport


def _candidates(columns: _Columns) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs (better, worse) that begin near enough in time to be looked at."""
    by_start = np.argsort(columns.start, kind="stable")
    start, end = columns.start[by_start], (columns.start + columns.elapsed)[by_start]
    reach = np.maximum(start + value("cleaning.duplicates.zone_hours") * _HOUR_S + 60.0, end)
    last = np.searchsorted(start, reach, side="right")
    number = last - np.arange(len(start)) - 1
    left = np.repeat(np.arange(len(start)), number)
    begin = np.concatenate(([0], np.cumsum(number)[:-1]))
    right = left + 1 + np.arange(int(number.sum())) - np.repeat(begin, number)
    one, other = by_start[left], by_start[right]
    return np.minimum(one, other), np.maximum(one, other)


def _same(columns: _Columns, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
    sport = (columns.sport[one] == columns.sport[other]) | columns.any_sport[one] | columns.any_sport[other]
    return np.asarray(sport & (_overlap(columns, one, other) | _hours_apart(columns, one, other)))


def _overlap(columns: _Columns, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
    begin = np.maximum(columns.start[one], columns.start[other])
    end = np.minimum((columns.start + columns.elapsed)[one], (columns.start + columns.elapsed)[other])
    shorter = np.minimum(columns.elapsed[one], columns.elapsed[other])
    share = value("cleaning.duplicates.overlap_share")
    return np.asarray((shorter > 0) & (end - begin >= share * shorter))


def _hours_apart(columns: _Columns, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
    apart = np.abs(columns.start[one] - columns.start[other])
    hours = np.round(apart / _HOUR_S)
    near = np.abs(apart - hours * _HOUR_S) <= value("cleaning.duplicates.start_s")
    near &= hours <= value("cleaning.duplicates.zone_hours")
    seconds, share = value("cleaning.duplicates.duration_s"), value("cleaning.duplicates.share")
    long = np.maximum(columns.elapsed[one], columns.elapsed[other])
    duration = np.abs(columns.elapsed[one] - columns.elapsed[other]) <= np.maximum(seconds, share * long)
    far = np.maximum(columns.distance[one], columns.distance[other])
    distance = np.abs(columns.distance[one] - columns.distance[other]) <= share * far
    unmeasured = np.isnan(columns.distance[one]) & np.isnan(columns.distance[other])
    still = np.abs(columns.moving[one] - columns.moving[other]) <= np.maximum(seconds, share * long)
    return np.asarray(near & duration & (distance | (unmeasured & still)))


def _worth(activity: Activity) -> float:
    stream = activity.stream
    if stream is None:
        return 0.5 * activity.moving_s
    weight = stream.interval_s
    total = float(weight.sum())
    bonus = 0.0
    for name, extra in _WORTH.items():
        column = stream.columns.get(name)
        if column is not None and total > 0:
            bonus += extra * float(weight[np.isfinite(column)].sum()) / total
    return activity.moving_s * (1.0 + bonus)
