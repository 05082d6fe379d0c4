"""Daily load in knee-km as a fast and a slow sum, both relative to what the runner usually does.

This is no acute:chronic ratio: the two sums enter side by side, each with its own coefficient, and neither is divided
by the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dtbtrs

from kneewise.domain import Floats
from kneewise.evidence.parameters import value


@dataclass(frozen=True, slots=True)
class UsualLoad:
    """The runner's own yardstick: median of the days with a run, and mean of all days, in knee-km."""

    run_knee_km: float
    day_knee_km: float


def usual_load(load_knee_km: Floats) -> UsualLoad | None:
    """Return the yardstick of a record of shape (t,), NaN unknown; ``None`` where there is no run."""
    known = load_knee_km[np.isfinite(load_knee_km)]
    runs = known[known > 0]
    return UsualLoad(float(np.median(runs)), float(np.mean(known))) if runs.size else None


def exposures(
    load_knee_km: Floats, usual: UsualLoad, fast_d: Floats, slow_d: Floats, *, lag_d: int
) -> tuple[Floats, Floats]:
    """Return the fast and the slow load of every day for several time constants.

    Parameters
    ----------
    load_knee_km : ndarray, shape (t,)
        Consecutive days; 0 a day of rest, NaN unknown.
    usual : UsualLoad
        Yardstick; also stands in for unknown days and for the time before the first day.
    fast_d, slow_d : ndarray, shape (g,)
        Time constants.
    lag_d : int
        1 where a day's pain comes before its run (morning), 0 where it comes after (worst of the day).

    Returns
    -------
    fast : ndarray, shape (t, g)
        Usual runs still felt, less their mean: one usual run adds 1 on the first day it can be felt, then decays.
    slow : ndarray, shape (t, g)
        Weighted mean load as a part of usual, less 1: 0.1 is a weekly level 10 % above usual.
    """
    load = _felt(np.where(np.isfinite(load_knee_km), load_knee_km, usual.day_knee_km), lag_d, usual.day_knee_km)
    surplus = load - usual.day_knee_km
    fast = _decaying(surplus / usual.run_knee_km, fast_d)
    slow = _decaying(surplus / usual.day_knee_km, slow_d)
    return fast, slow * (1.0 - np.exp(-1.0 / slow_d))


def _decaying(daily: Floats, decay_d: Floats) -> Floats:
    """Return sums over the days so far, each day's part decaying with each of g time constants, shape (t, g).

    Today's sum less what is kept of yesterday's is today's part: a system with two diagonals, solved from its first row
    on by one LAPACK call for each time constant.
    """
    sums = np.empty((len(decay_d), len(daily)))
    diagonals, part = np.ones((2, len(daily)), order="F"), daily[:, None]
    for row, keep in zip(sums, np.exp(-1.0 / decay_d).tolist(), strict=True):
        diagonals[1] = -keep
        row[:] = dtbtrs(diagonals, part, uplo="L", diag="U")[0][:, 0]
    summed: Floats = sums.T
    return summed


def load_is_known(load_knee_km: Floats, *, lag_d: int) -> NDArray[np.bool_]:
    """Return where enough of the recent load is known for the day's pain to say something about load, shape (t,)."""
    known = _felt(np.isfinite(load_knee_km).astype(np.float64), lag_d, 1.0)
    usable = np.ones(len(known), dtype=np.bool_)
    for scale in ("fast", "slow"):
        keep = float(np.exp(-1.0 / value(f"response.prior.{scale}_d_median")))
        floor, covered = value(f"response.floor.{scale}_coverage"), 1.0
        for day, is_known in enumerate(known):
            covered = keep * covered + (1.0 - keep) * is_known
            usable[day] &= covered >= floor
    return usable


def _felt(daily: Floats, lag_d: int, before: float) -> Floats:
    return np.concatenate([np.full(lag_d, before), daily])[: len(daily)]
