"""Tell running from walking and standing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import value

Mask = NDArray[np.bool_]


def moving_rows(speed_mps: Floats | None, spm: Floats | None, rows: int) -> Mask:
    """Return where the runner walked or ran; without speed and cadence, everywhere.

    Standing is no step and next to no speed; a row where neither is known counts as moving, as the timer says.
    """
    slow = np.zeros(rows, dtype=bool)
    if speed_mps is not None:
        slow = speed_mps < value("cleaning.gait.standing_mps")
    if spm is None:
        return ~slow
    still = spm < value("cleaning.gait.standing_spm")
    known = np.isfinite(spm)
    if speed_mps is None:
        return ~(known & still)
    # Speed lags behind feet, and positions drift: a speed without steps is believed only when it is more than drift.
    drift = ~(speed_mps >= value("cleaning.gait.drift_mps"))
    return ~np.where(known, still & drift, slow)


def running_rows(
    speed_mps: Floats | None, spm: Floats | None, contact_s: Floats | None, moving: Mask, interval_s: Floats
) -> Mask:
    """Return where the runner ran, shape (m,).

    Cadence decides where it is clear (at least a share of the runner's own cadence at running speed, or at most
    ``walking_spm``), speed where cadence is unknown or between; what both leave open stays as it was before. Contact
    times that leave no flight are walking. Bouts shorter than ``bout_s`` join their neighbours.
    """
    state = _evidence(speed_mps, spm, interval_s)
    if contact_s is not None and spm is not None:
        grounded = contact_s * spm >= 120.0 * value("cleaning.gait.walking_duty_factor")
        if speed_mps is not None:  # pods lag behind by seconds when the runner starts
            grounded &= ~(speed_mps >= value("cleaning.gait.running_mps"))
        state[grounded] = -1
    state[~moving] = -1
    decided = np.flatnonzero(state)
    if len(decided) == 0:
        return np.zeros(len(moving), dtype=bool)
    latest = np.searchsorted(decided, np.arange(len(state)), side="right") - 1
    running = state[decided[np.maximum(latest, 0)]] > 0
    running = _without_short_bouts(running, moving, interval_s)
    return np.asarray(running & moving)


def _evidence(speed_mps: Floats | None, spm: Floats | None, interval_s: Floats) -> NDArray[np.int8]:
    """Return 1 for surely running, -1 for surely not, 0 for open."""
    state = np.zeros(len(interval_s), dtype=np.int8)
    if speed_mps is not None:
        state[speed_mps >= value("cleaning.gait.running_mps")] = 1
        state[speed_mps <= value("cleaning.gait.walking_mps")] = -1
    if spm is not None:
        least, most = _own_limits(speed_mps, spm, interval_s)
        state[spm >= least] = 1
        walking = spm <= value("cleaning.gait.walking_spm")
        if speed_mps is not None:
            walking &= ~(speed_mps >= value("cleaning.gait.surely_running_mps"))
            walking |= (spm <= most) & ~(speed_mps >= value("cleaning.gait.running_mps"))
            # Poles and shaken wrists give running cadences on paths too steep to run.
            walking |= speed_mps < value("cleaning.gait.slowest_running_mps")
        state[walking] = -1
    return state


def _own_limits(speed_mps: Floats | None, spm: Floats, interval_s: Floats) -> tuple[float, float]:
    """Return the cadence from which on it is running, and up to which it is walking below running speed.

    Cadence leaps up where walking turns into running, so the runner's own cadence at speed tells where the leap is.
    """
    usual = value("cleaning.gait.running_spm"), value("cleaning.gait.walking_spm")
    if speed_mps is None:
        return usual
    fast = (speed_mps >= value("cleaning.gait.surely_running_mps")) & (spm >= value("cleaning.gait.walking_spm"))
    if float(interval_s[fast].sum()) < value("cleaning.cadence.evidence_s"):
        return usual
    own = float(np.median(spm[fast]))
    least = value("cleaning.gait.running_share") * own
    least = min(max(least, value("cleaning.gait.running_low_spm")), value("cleaning.gait.running_high_spm"))
    most = min(value("cleaning.gait.walking_share") * own, value("cleaning.gait.walking_high_spm"))
    return least, max(most, value("cleaning.gait.walking_spm"))


def _without_short_bouts(running: Mask, moving: Mask, interval_s: Floats) -> Mask:
    """Turn bouts of running or walking that are too short to be one; standing is never turned."""
    kind = np.where(moving, running.astype(np.int8), np.int8(2))
    edges = np.concatenate(([0], np.flatnonzero(np.diff(kind)) + 1, [len(kind)]))
    if len(edges) <= 2:
        return running
    length = np.add.reduceat(interval_s, edges[:-1])
    bouts = kind[edges[:-1]]
    short = (length < value("cleaning.gait.bout_s")) & (bouts != 2)
    inner = np.zeros_like(short)
    inner[1:-1] = short[1:-1] & (bouts[:-2] == bouts[2:]) & (bouts[:-2] != 2) & ~short[:-2] & ~short[2:]
    bouts = np.where(inner, 1 - bouts, bouts)
    return np.repeat(bouts == 1, np.diff(edges))
