"""Altitude to gradient along the way.

Smoothing: the altitude is averaged over ``cleaning.gradient.window_m`` of distance, and the gradient is the difference
of two such averages one window apart. That is a triangle over two windows: a hill shorter than a window is flattened,
the steps of a barometer and the noise of a satellite height do not become slopes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kneewise.activities.channels import Quantity, Table, in_si
from kneewise.domain import Floats, Issue
from kneewise.evidence.parameters import value


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """Altitude and gradient on each row, climb and descent of the whole; ``None`` where unknown."""

    altitude_m: Floats | None = None
    altitude_source: str = ""
    grade_deg: Floats | None = None
    grade_source: str = ""
    ascent_m: float | None = None
    descent_m: float | None = None


def clean_terrain(
    table: Table, gap_s: Floats, axis_m: Floats | None, *, indoor: bool
) -> tuple[Terrain, tuple[Issue, ...]]:
    """Return the terrain: outdoors from altitude and distance, on a treadmill only what a field of its own says.

    Parameters
    ----------
    gap_s : ndarray of float64, shape (m - 1,)
        Active time between neighbouring rows; 0 across pauses, where a change of altitude is no slope.
    axis_m : ndarray of float64, shape (m,), or None
        Distance covered so far.
    """
    if indoor:
        return _belt(table), ()
    found = table.first("enhanced_altitude") or table.first("altitude")
    if found is None:
        return Terrain(), ()
    altitude = in_si(found, "length")
    wild = (altitude < value("cleaning.gradient.altitude_low_m")) | (
        altitude > value("cleaning.gradient.altitude_high_m")
    )
    altitude = np.where(wild, np.nan, altitude)
    known = np.isfinite(altitude)
    if not known.any() or not altitude[known].any():
        text = "The altitude is 0 throughout: the device had none, and hills are unknown."
        return Terrain(), (Issue("altitude-missing", "whole activity", text),)
    if axis_m is None:
        return Terrain(altitude_m=altitude, altitude_source=found.source), ()
    return _outdoors(altitude, found.source, gap_s, axis_m)


def _outdoors(altitude: Floats, source: str, gap_s: Floats, axis_m: Floats) -> tuple[Terrain, tuple[Issue, ...]]:
    known = np.flatnonzero(np.isfinite(altitude))
    level, jumps = _without_jumps(altitude[known], known, gap_s)
    issues = (
        (Issue("altitude-jump", f"{jumps} times", "The altitude was set anew while recording; that is not a slope."),)
        if jumps
        else ()
    )
    grade = _grade_deg(axis_m[known], level, axis_m)
    steep = np.abs(grade) > value("cleaning.gradient.grade_high_deg")
    grade[steep] = np.nan
    ascent, descent = _climb(axis_m[known], level)
    terrain = Terrain(
        altitude_m=altitude,
        altitude_source=source,
        grade_deg=grade,
        grade_source="altitude over distance",
        ascent_m=ascent,
        descent_m=descent,
    )
    return terrain, issues


def _belt(table: Table) -> Terrain:
    for found in table.find("inclinerunn", "incline", "treadmill_incline", "current_incline", "grade"):
        degrees = _degrees(found)
        return Terrain(grade_deg=degrees, grade_source=found.source)
    return Terrain()


def _degrees(found: Quantity) -> Floats:
    if found.unit.strip().lower() in ("deg", "degrees", "degree", "°"):
        return found.values
    return np.degrees(np.arctan(found.values / 100.0))


def _without_jumps(altitude: Floats, known: np.ndarray, gap_s: Floats) -> tuple[Floats, int]:
    """Return the altitude along active time: what changed during pauses or at once is taken out."""
    active = np.concatenate(([0.0], np.cumsum(gap_s)))[known]
    step, time = np.diff(altitude), np.diff(active)
    jump = np.abs(step) > value("cleaning.gradient.climb_mps") * time + value("cleaning.gradient.step_m")
    paused = time <= 0
    if not (jump.any() or paused.any()):
        return altitude, 0
    taken_out = np.cumsum(np.where(jump | paused, step, 0.0))
    level = altitude.copy()
    level[1:] -= taken_out
    return level, int(np.count_nonzero(jump & ~paused))


class _Profile:
    """Altitude along the distance with its exact running integral."""

    def __init__(self, metres: Floats, altitude: Floats) -> None:
        forward = np.concatenate(([True], np.diff(metres) > 0))
        self.metres = metres[forward]
        self.altitude = altitude[forward] - altitude[0]
        run = np.diff(self.metres)
        self.slope = np.append(np.diff(self.altitude) / run, 0.0)
        middle = 0.5 * (self.altitude[1:] + self.altitude[:-1])
        self.integral = np.concatenate(([0.0], np.cumsum(middle * run)))

    def integrated(self, at_m: Floats) -> Floats:
        segment = np.searchsorted(self.metres, at_m, side="right") - 1
        np.clip(segment, 0, len(self.metres) - 1, out=segment)
        along = at_m - self.metres[segment]
        return np.asarray(self.integral[segment] + along * (self.altitude[segment] + 0.5 * along * self.slope[segment]))


def _grade_deg(metres: Floats, altitude: Floats, at_m: Floats) -> Floats:
    window = value("cleaning.gradient.window_m")
    profile = _Profile(metres, altitude)
    begin, end = profile.metres[0], profile.metres[-1]
    if end - begin < 2 * window:
        return np.full(len(at_m), np.nan)
    centre = np.clip(at_m, begin + window, end - window)
    rise = profile.integrated(centre + window) - 2 * profile.integrated(centre) + profile.integrated(centre - window)
    grade = np.degrees(np.arctan(rise / window**2))
    grade[_far_from_altitude(profile.metres, at_m, 2 * window)] = np.nan
    return np.asarray(grade)


def _far_from_altitude(metres: Floats, at_m: Floats, limit_m: float) -> np.ndarray:
    """Return where the altitude is unknown for longer than the smoothing can bridge."""
    if len(metres) < 2 or float(np.diff(metres).max()) <= limit_m:
        return np.asarray((at_m < metres[0] - limit_m) | (at_m > metres[-1] + limit_m))
    after = np.searchsorted(metres, at_m, side="left")
    left = metres[np.clip(after - 1, 0, len(metres) - 1)]
    right = metres[np.clip(after, 0, len(metres) - 1)]
    on_known = right == at_m
    return np.asarray(~on_known & (np.maximum(right, at_m) - np.minimum(left, at_m) > limit_m))


def _climb(metres: Floats, altitude: Floats) -> tuple[float | None, float | None]:
    """Return climb and descent of the averaged altitude; turns smaller than a threshold are noise."""
    window = value("cleaning.gradient.climb_window_m")
    profile = _Profile(metres, altitude)
    begin, end = profile.metres[0], profile.metres[-1]
    if end - begin < window:
        return None, None
    at = np.arange(begin, end - 0.5 * window, 0.5 * window)
    left, right = at, np.minimum(at + window, end)
    smooth = (profile.integrated(right) - profile.integrated(left)) / (right - left)
    turns = np.flatnonzero(np.diff(np.sign(np.diff(smooth)))) + 1
    corners = [float(smooth[0]), *smooth[turns].tolist(), float(smooth[-1])]
    return _climb_of_corners(corners, value("cleaning.gradient.climb_step_m"))


def _climb_of_corners(corners: list[float], least_m: float) -> tuple[float, float]:
    ascent = descent = 0.0
    held = corners[0]  # the last altitude that counted
    for corner in corners[1:]:
        step = corner - held
        if step >= least_m:
            ascent += step
        elif step <= -least_m:
            descent -= step
        else:
            continue
        held = corner
    return ascent, descent
