"""Curves on a common time base, for all steps at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats

#: Points of a curve from initial contact (0 %) to toe-off (100 %).
POINTS = 101


def stance_curves(
    signal: Floats, rate_hz: float, start_s: Floats, end_s: Floats, leg: NDArray[np.int_] | None = None
) -> Floats:
    """Return a signal of every stance on 101 points.

    Parameters
    ----------
    signal : ndarray, shape (frames,) or (2, frames)
        With two rows, each step takes the row of its leg.
    start_s, end_s : ndarray, shape (steps,)
    leg : ndarray of int, shape (steps,), optional
        0 left, 1 right.

    Returns
    -------
    ndarray, shape (steps, 101)
        Straight lines between frames; NaN where the signal is.
    """
    share = np.linspace(0, 1, POINTS)
    return sampled(signal, rate_hz, start_s[:, None] + (end_s - start_s)[:, None] * share, leg)


def sampled(signal: Floats, rate_hz: float, time_s: Floats, leg: NDArray[np.int_] | None = None) -> Floats:
    """Return a signal at any times, shape of ``time_s``; the first axis of it are the steps."""
    frames = signal.shape[-1]
    place = np.clip(time_s * rate_hz, 0, frames - 1)
    low = np.minimum(place.astype(np.int_), frames - 2)
    share = place - low
    if signal.ndim == 1 or leg is None:
        before, after = signal[low], signal[low + 1]
    else:
        row = leg.reshape(-1, *([1] * (time_s.ndim - 1)))
        before, after = signal[row, low], signal[row, low + 1]
    found: Floats = before + share * (after - before)
    return found


def curved(signal: Floats, rate_hz: float, time_s: Floats) -> Floats:
    """Return a signal, shape (frames,), at any times on a smooth curve through its frames (Catmull and Rom 1974).

    Straight lines between 30 frames a second cut the tops of the pelvis's rise and fall by 3 %; where a neighbour is
    not known there is only the straight line.
    """
    frames = len(signal)
    place = np.clip(time_s * rate_hz, 0, frames - 1)
    low = np.minimum(place.astype(np.int_), frames - 2)
    share = place - low
    before, here, after, beyond = (signal[np.clip(low + step, 0, frames - 1)] for step in (-1, 0, 1, 2))
    rise, bend, turn = after - before, 2 * before - 5 * here + 4 * after - beyond, 3 * (here - after) + beyond - before
    found = here + share / 2 * (rise + share * (bend + share * turn))
    return np.asarray(np.where(np.isfinite(found), found, here + share * (after - here)))
