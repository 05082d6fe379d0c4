"""Sums and means of one leg, weighted by time.

Sums are numpy's own, not BLAS products: the same on every machine, and no threads for arrays this small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Issue, Session
from kneewise.evidence.parameters import value

Column = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums and means of an activity; ``None`` where unknown."""

    moving_s: float
    running_s: float
    distance_m: float | None
    steps: float | None
    cadence_spm: float | None
    speed_mps: float | None
    contact_time_s: float | None
    vertical_oscillation_m: float | None
    step_length_m: float | None


def summarise(
    columns: Mapping[str, Column],
    interval_s: Column,
    moving: NDArray[np.bool_],
    running: NDArray[np.bool_],
    session: Session | None,
    *,
    on_foot: bool,
) -> tuple[Totals, tuple[Issue, ...]]:
    """Return the sums of everything walked and run, and the means over running.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (m,)
        Canonical columns.
    interval_s : ndarray of float64, shape (m,)
    moving, running : ndarray of bool, shape (m,)
    on_foot : bool
        Whether the device's cycles are strides; strokes of an arm or a pedal are no steps.
    """
    weight = np.where(running, interval_s, 0.0)
    speed = _mean(columns.get("speed_mps"), weight)
    cadence = _mean(columns.get("cadence_spm"), weight)
    step_length = _mean(columns.get("step_length_m"), weight)
    if step_length is None and speed is not None and cadence:
        step_length = 60.0 * speed / cadence
    moving_s = float(interval_s[moving].sum())
    distance, distance_issues = _distance(columns.get("distance_m"), session)
    steps, step_issues = _steps(columns.get("cadence_spm"), interval_s, moving, session) if on_foot else (None, ())
    totals = Totals(
        moving_s=moving_s,
        running_s=float(weight.sum()),
        distance_m=distance,
        steps=steps,
        cadence_spm=cadence,
        speed_mps=speed,
        contact_time_s=_mean(columns.get("contact_time_s"), weight),
        vertical_oscillation_m=_mean(columns.get("vertical_oscillation_m"), weight),
        step_length_m=step_length,
    )
    return totals, distance_issues + step_issues


def _mean(column: Column | None, weight: Column) -> float | None:
    if column is None:
        return None
    known = np.isfinite(column)
    total = float(weight[known].sum())
    return float((weight[known] * column[known]).sum()) / total if total > 0 else None


def _distance(column: Column | None, session: Session | None) -> tuple[float | None, tuple[Issue, ...]]:
    told = None if session is None else session.distance_m
    if column is None or not bool(np.isfinite(column).any()):
        return told, ()
    recorded = float(np.nanmax(column))
    if not told or abs(recorded - told) <= value("cleaning.distance.summary_ratio") * told + value(
        "cleaning.distance.summary_m"
    ):
        return recorded, ()
    text = f"The records hold {recorded / 1000:.2f} km, the summary {told / 1000:.2f} km; the records were believed."
    return recorded, (Issue("distance-disagrees", "summary", text),)


def _steps(
    spm: Column | None, interval_s: Column, moving: NDArray[np.bool_], session: Session | None
) -> tuple[float | None, tuple[Issue, ...]]:
    told = None if session is None or not session.cycles else 2.0 * session.cycles
    if spm is None:
        return told, ()
    known = np.isfinite(spm)
    counted = float((spm[known] * interval_s[known]).sum()) / 60.0
    active = float(interval_s[moving].sum())
    share = float(interval_s[moving & known].sum()) / active if active > 0 else 0.0
    if share >= value("cleaning.cadence.coverage_low"):
        return counted, ()
    if told is not None:
        return told, ()
    if share == 0.0:
        return None, ()
    text = f"Steps are known for {share:.0%} of the moving time only; their sum is too low."
    return counted, (Issue("steps-partial", "whole activity", text),)
