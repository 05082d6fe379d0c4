"""Cadence in steps per minute of both feet, whatever the source counted.

FIT, Garmin's TCX and Garmin's GPX hold strides of one foot; other programs write steps under the same names. Which one
a file holds is decided by value: running steps lie between 120 and 240 a minute, exactly one octave, so one power of
two brings any running cadence there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.activities.channels import Quantity, Table
from kneewise.domain import Floats, Issue
from kneewise.evidence.parameters import value


@dataclass(frozen=True, slots=True, eq=False)
class Cadence:
    """Steps per minute on each row, 0 while standing, NaN where unknown, and where they come from."""

    spm: Floats
    source: str


def raw_cadence(table: Table) -> Quantity | None:
    """Return the cadence as the source counted it: the watch's with its fraction, else a pod's.

    The first source that holds anything but zeros, and at least half as many values as the fullest one, is used.
    """
    found = table.find("cadence256", "cadence", merge="max")
    sources = [_with_fraction(item, table) if item.source == "watch" else item for item in found]
    turning = [int(np.count_nonzero(item.values > 0)) for item in sources]
    for item, number in zip(sources, turning, strict=True):
        if number and number >= value("cleaning.dynamics.coverage_ratio") * max(turning):
            return item
    return None


def _with_fraction(item: Quantity, table: Table) -> Quantity:
    fraction = table.first("fractional_cadence", merge="max")
    if fraction is None:
        return item
    part = np.nan_to_num(fraction.values)
    return Quantity(item.values + np.where(item.values > 0, part, 0.0), item.unit, item.source)


def clean_cadence(
    raw: Quantity, speed_mps: Floats | None, interval_s: Floats
) -> tuple[Cadence | None, tuple[Issue, ...]]:
    """Return steps per minute.

    Parameters
    ----------
    raw : Quantity
        Strides, steps, or what a faulty source made of them; (m,).
    speed_mps : ndarray of float64, shape (m,), or None
    interval_s : ndarray of float64, shape (m,)
    """
    issues: list[Issue] = []
    factor = _steps_per_count(raw.values, speed_mps, interval_s)
    if factor is None:
        text = "The cadence fits neither strides nor steps of a walking or running person; it was left out."
        return None, (Issue("cadence-implausible", "whole activity", text),)
    spm = raw.values * factor
    if factor not in (1.0, 2.0):
        kind = "double" if factor < 1 else "half"
        text = f"The source counts {kind} what feet do; its cadence was multiplied by {factor:g}."
        issues.append(Issue(f"cadence-{kind}d" if kind == "double" else "cadence-halved", "whole activity", text))
    spm = _mend_stretches(spm, speed_mps, interval_s, issues)
    return Cadence(spm, raw.source), tuple(issues)


def _steps_per_count(counts: Floats, speed_mps: Floats | None, interval_s: Floats) -> float | None:
    turning = counts > 0
    fast = turning if speed_mps is None else turning & (speed_mps >= value("cleaning.gait.surely_running_mps"))
    if speed_mps is not None and float(interval_s[fast].sum()) >= value("cleaning.cadence.evidence_s"):
        factor = _to_octave(float(np.median(counts[fast])), value("cleaning.cadence.running_low_spm"))
        share = float(interval_s[fast].sum()) / float(interval_s[turning].sum())
        if factor in (1.0, 2.0) or share >= value("cleaning.cadence.fault_share"):
            return factor
    if not turning.any():
        return 1.0
    # No speed, or nobody ran: the upper quarter of the values is the briskest that there was.
    brisk = float(np.percentile(counts[turning], 75))
    if speed_mps is None and brisk >= value("cleaning.cadence.strides_running_low"):
        return _to_octave(brisk, value("cleaning.cadence.running_low_spm"))
    # Walking, steep hiking and jogging span more than an octave: only strides and steps come into question.
    if float(np.median(counts[turning])) < value("cleaning.cadence.walking_low_spm"):
        return 2.0
    return 2.0 if _too_long_for_steps(counts, turning, speed_mps) else 1.0


def _too_long_for_steps(counts: Floats, turning: NDArray[np.bool_], speed_mps: Floats | None) -> bool:
    """Whether the counts, taken for steps, would make them longer than anybody's below running speed."""
    if speed_mps is None:
        return False
    moving = turning & (speed_mps >= value("cleaning.gait.drift_mps"))
    if not moving.any():
        return False
    step_m = 60.0 * speed_mps[moving] / counts[moving]
    return float(np.median(step_m)) > value("cleaning.cadence.slow_step_high_m")


def _to_octave(typical: float, low: float) -> float | None:
    factor = 2.0 ** np.ceil(np.log2(low / typical) - 1e-9)
    return (
        float(factor)
        if value("cleaning.cadence.factor_low") <= factor <= value("cleaning.cadence.factor_high")
        else None
    )


def _mend_stretches(spm: Floats, speed_mps: Floats | None, interval_s: Floats, issues: list[Issue]) -> Floats:
    """Double stretches in which the sensor saw one foot only, halve those it saw twice, drop what is left over."""
    if speed_mps is not None:
        running = speed_mps >= value("cleaning.gait.surely_running_mps")
        steady = running & (spm >= value("cleaning.cadence.running_low_spm"))
        if float(interval_s[steady].sum()) >= value("cleaning.cadence.evidence_s"):
            usual = float(np.median(spm[steady]))
            spm = _rescale(spm, running, usual, 2.0, interval_s, issues)
        lost = (speed_mps >= value("cleaning.gait.drift_mps")) & (spm == 0)
        if lost.any():
            spm = np.where(lost, np.nan, spm)
            text = "The cadence was 0 while moving on: the sensor saw no steps, and the cadence is unknown there."
            issues.append(Issue("cadence-dropout", f"{int(lost.sum())} records", text))
    high = spm > value("cleaning.cadence.high_spm")
    if high.any():
        spm = np.where(high, np.nan, spm)
        text = f"Cadences above {value('cleaning.cadence.high_spm'):.0f} steps per minute were left out."
        issues.append(Issue("cadence-spike", f"{int(high.sum())} records", text))
    return spm


def _rescale(
    spm: Floats, running: NDArray[np.bool_], usual: float, factor: float, interval_s: Floats, issues: list[Issue]
) -> Floats:
    tolerance = value("cleaning.cadence.octave_tolerance")
    for times, code, word in ((factor, "cadence-halved", "half"), (1 / factor, "cadence-doubled", "double")):
        off = running & (np.abs(spm * times / usual - 1.0) <= tolerance)
        if not off.any():
            continue
        off = _long_enough(off, interval_s, value("cleaning.cadence.stretch_s"))
        if off.any():
            spm = np.where(off, spm * times, spm)
            text = f"For {float(interval_s[off].sum()):.0f} s the sensor counted {word} the steps; that was put right."
            issues.append(Issue(code, f"{int(off.sum())} records", text))
    return spm


def _long_enough(mask: NDArray[np.bool_], interval_s: Floats, least_s: float) -> NDArray[np.bool_]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    total = np.concatenate(([0.0], np.cumsum(interval_s)))
    kept = mask.copy()
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if total[end] - total[begin] < least_s:
            kept[begin:end] = False
    return kept
