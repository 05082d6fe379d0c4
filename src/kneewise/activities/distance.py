"""Position and distance: spikes out, one leg's own metres, never another leg's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.activities.channels import Table, in_si
from kneewise.domain import Floats, Issue
from kneewise.evidence.parameters import value

#: Mean radius of the Earth, m (IUGG).
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Where the runner was, degrees; NaN where unknown."""

    latitude_deg: Floats
    longitude_deg: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        """Rows with a position."""
        return np.isfinite(self.latitude_deg)


@dataclass(frozen=True, slots=True, eq=False)
class Distance:
    """Metres covered so far on each row, and who says so.

    ``at_gaps_m`` are the metres of every gap between neighbouring rows, shape (m - 1,).
    """

    metres: Floats
    source: str


def speed_limit(sport: str) -> float:
    """Return the speed above which a value is a fault of the device, m/s."""
    if sport in ("running", "walking", "hiking", "transition"):
        return value("cleaning.speed.on_foot_max_mps")
    return value("cleaning.speed.other_max_mps")


def clean_track(table: Table, time_s: Floats, limit_mps: float) -> tuple[Track | None, tuple[Issue, ...]]:
    """Return the position without the points that nobody can have reached.

    A point is a spike when both ways to it are faster than ``limit_mps`` while its neighbours are reachable from
    each other.
    """
    latitude, longitude = table.first("position_lat"), table.first("position_long")
    if latitude is None or longitude is None:
        return None, ()
    lat, lon = latitude.values.copy(), longitude.values.copy()
    bad = ~(np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90) & (np.abs(lon) <= 180))
    bad |= (lat == 0) & (lon == 0)
    lat[bad] = lon[bad] = np.nan
    known = np.flatnonzero(~bad)
    dropped = 0
    for _ in range(3):  # a spike may be a few points wide
        spikes = _spikes(lat[known], lon[known], time_s[known], limit_mps)
        if not spikes.any():
            break
        dropped += int(spikes.sum())
        lat[known[spikes]] = lon[known[spikes]] = np.nan
        known = known[~spikes]
    if len(known) == 0:
        return None, ()
    issues = (
        (Issue("position-spike", f"{dropped} records", "Positions that nobody can reach on foot were left out."),)
        if dropped
        else ()
    )
    return Track(lat, lon), issues


def _spikes(lat: Floats, lon: Floats, time_s: Floats, limit_mps: float) -> NDArray[np.bool_]:
    spikes = np.zeros(len(lat), dtype=bool)
    if len(lat) < 3:
        return spikes
    speed = haversine_m(lat, lon) / np.diff(time_s)
    fast = speed > limit_mps
    if not fast.any():
        return spikes
    direct = haversine_m(lat, lon, apart=2) / (time_s[2:] - time_s[:-2])
    spikes[1:-1] = fast[:-1] & fast[1:] & (direct <= limit_mps)
    return spikes


def haversine_m(lat_deg: Floats, lon_deg: Floats, apart: int = 1) -> Floats:
    """Return great-circle distances between points ``apart`` places from each other, m; shape (m - apart,)."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    half_lat = np.sin(0.5 * (lat[apart:] - lat[:-apart]))
    half_lon = np.sin(0.5 * (lon[apart:] - lon[:-apart]))
    cosine = np.cos(lat)
    chord = half_lat**2 + cosine[apart:] * cosine[:-apart] * half_lon**2
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def clean_distance(
    table: Table, time_s: Floats, track: Track | None, limit_mps: float, earlier_m: float | None
) -> tuple[Distance | None, tuple[Issue, ...]]:
    """Return the distance of this leg alone: the device's own if it has one, else along the positions.

    Parameters
    ----------
    table, time_s, track
        Channels, repaired times and cleaned position of the leg.
    limit_mps : float
        Steps faster than this are faults and count nothing.
    earlier_m : float or None
        Last device distance of the leg before, ``None`` for the first leg.
    """
    device = table.first("distance", merge="max")
    if device is not None and np.count_nonzero(np.isfinite(device.values)) > 1:
        values = in_si(device, "length")
        known = np.isfinite(values)
        base = _base(float(values[known][0]), earlier_m, limit_mps)
        values, issues = _repaired(values - base, known, time_s, limit_mps)
        return Distance(values, device.source), issues
    if track is None or np.count_nonzero(track.known) < 2:
        return None, ()
    values = np.full(len(time_s), np.nan)
    known = track.known
    steps = haversine_m(track.latitude_deg[known], track.longitude_deg[known])
    values[known] = np.concatenate(([0.0], np.cumsum(steps)))
    values, issues = _repaired(values, known, time_s, limit_mps)
    return Distance(values, "derived from position"), issues


def _base(first_m: float, earlier_m: float | None, limit_mps: float) -> float:
    """Return the metres that do not belong to this leg: the counter went on, began anew, or began elsewhere."""
    start_up = limit_mps * value("cleaning.distance.start_up_s")
    if earlier_m is not None and 0.0 <= first_m - earlier_m <= start_up:
        return earlier_m
    return 0.0 if first_m <= start_up else first_m


def _repaired(
    values: Floats, known: NDArray[np.bool_], time_s: Floats, limit_mps: float
) -> tuple[Floats, tuple[Issue, ...]]:
    at = values[known]
    step = np.diff(at)
    back = step < -value("cleaning.distance.back_m")
    far = step > limit_mps * np.maximum(np.diff(time_s[known]), 1.0) + value("cleaning.distance.catch_up_m")
    issues = []
    if back.any():
        text = "The distance counter went back; the distance was continued from where it stood."
        issues.append(Issue("distance-reset", f"{int(back.sum())} times", text))
    if far.any():
        metres = float(step[far].sum())
        text = f"The distance jumped by {metres:.0f} m faster than anybody can run; the jumps are not counted."
        issues.append(Issue("distance-jump", f"{int(far.sum())} times", text))
    if not bool((step < 0).any()) and not issues:
        return values, ()
    step[far] = 0.0
    repaired = np.full(len(values), np.nan)
    repaired[known] = max(at[0], 0.0) + np.concatenate(([0.0], np.cumsum(np.maximum(step, 0.0))))
    return repaired, tuple(issues)


def filled_m(distance: Distance, time_s: Floats) -> Floats:
    """Return the distance on every row, straight between known rows: an axis to work along, not a result."""
    known = np.isfinite(distance.metres)
    if bool(known.all()):
        return distance.metres
    return np.interp(time_s, time_s[known], distance.metres[known])
