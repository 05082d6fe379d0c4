"""Speed: the device's own, else the slope of the distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kneewise.activities.channels import Table, in_si
from kneewise.domain import Floats, Issue
from kneewise.evidence.parameters import value


@dataclass(frozen=True, slots=True, eq=False)
class Speed:
    """Speed on each row, m/s, NaN where unknown, and where it comes from."""

    mps: Floats
    source: str


def clean_speed(
    table: Table, gap_s: Floats, interval_s: Floats, axis_m: Floats | None, limit_mps: float
) -> tuple[Speed | None, tuple[Issue, ...]]:
    """Return the speed of each row.

    The device's speed is used where it covers at least ``cleaning.speed.coverage_low`` of the rows and its integral
    agrees with the distance; else the derivative of the distance over ``cleaning.speed.window_s`` of active time.

    Parameters
    ----------
    gap_s : ndarray of float64, shape (m - 1,)
        Active time between neighbouring rows.
    interval_s : ndarray of float64, shape (m,)
    axis_m : ndarray of float64, shape (m,), or None
        Distance covered so far, known on every row.
    limit_mps : float
        Values above are faults of the device and become unknown.
    """
    issues: list[Issue] = []
    device = table.first("enhanced_speed") or table.first("speed")
    if device is not None:
        mps = in_si(device, "speed")
        known = np.isfinite(mps)
        impossible = known & ((mps > limit_mps) | (mps < 0))
        if impossible.any():
            mps = np.where(impossible, np.nan, mps)
            text = f"Speeds above {limit_mps * 3.6:.0f} km/h were left out."
            issues.append(Issue("speed-spike", f"{int(impossible.sum())} records", text))
        enough = np.count_nonzero(known) >= value("cleaning.speed.coverage_low") * len(mps)
        ratio = _ratio_to_distance(mps, interval_s, gap_s, axis_m)
        low, high = value("cleaning.speed.ratio_low"), value("cleaning.speed.ratio_high")
        believed = low <= ratio <= high
        if not believed:
            text = f"The device's speed adds up to {ratio:.2f} times its distance; it was taken from the distance."
            issues = [Issue("speed-replaced", "whole activity", text)]
        elif abs(ratio - 1.0) > value("cleaning.speed.ratio_tolerance"):
            text = f"The device's speed adds up to {ratio:.2f} times its distance; one of them is off."
            issues.append(Issue("speed-distance-differ", "whole activity", text))
        if axis_m is None or (enough and believed):
            return Speed(mps, device.source), tuple(issues)
    if axis_m is None:
        return None, tuple(issues)
    return Speed(_derivative(gap_s, axis_m), "derived from distance"), tuple(issues)


def _ratio_to_distance(mps: Floats, interval_s: Floats, gap_s: Floats, axis_m: Floats | None) -> float:
    """Return the integral of speed over the distance covered in the same time; 1 where they cannot be compared."""
    if axis_m is None:
        return 1.0
    known = np.isfinite(mps)
    covered = float(np.diff(axis_m)[gap_s > 0].sum())
    share = float(interval_s[known].sum()) / max(float(interval_s.sum()), 1e-9)
    if covered < value("cleaning.speed.compare_m") or share < value("cleaning.speed.coverage_low"):
        return 1.0
    return float((mps[known] * interval_s[known]).sum()) / (covered * share)


def _derivative(gap_s: Floats, axis_m: Floats) -> Floats:
    """Return the slope of distance over active time; a pause adds neither time nor metres."""
    active = np.concatenate(([0.0], np.cumsum(gap_s)))
    metres = np.diff(axis_m)
    metres[gap_s <= 0] = 0.0
    covered = np.concatenate(([0.0], np.cumsum(metres)))
    half = 0.5 * value("cleaning.speed.window_s")
    left, right = np.maximum(active - half, 0.0), np.minimum(active + half, active[-1])
    moved = np.interp(right, active, covered) - np.interp(left, active, covered)
    span = right - left
    return np.asarray(np.divide(moved, span, out=np.full(len(moved), np.nan), where=span > 0))
