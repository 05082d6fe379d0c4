"""Peaks of a curve, as ``scipy.signal.find_peaks`` finds them; loading that library takes longer than a whole clip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats


def peaks(curve: Floats, distance: int, prominence: float) -> NDArray[np.intp]:
    """Return the rows of a curve's peaks, rising.

    Parameters
    ----------
    curve : ndarray, shape (n,)
        Without NaN.
    distance : int
        Samples that peaks lie apart at least; of two that are nearer the lower one goes.
    prominence : float
        How far the curve falls at least on both sides before it rises higher than the peak, in its own unit.
    """
    tops = _apart(curve, _tops(curve), distance)
    return np.array([top for top in tops if _prominence(curve, top) >= prominence], dtype=np.intp)


def _tops(curve: Floats) -> list[int]:
    """Return the middle of every level stretch with lower neighbours on both sides."""
    first = np.concatenate([[0], np.flatnonzero(np.diff(curve)) + 1])
    last = np.append(first[1:], len(curve)) - 1
    level = curve[first]
    inner = np.flatnonzero((level[1:-1] > level[:-2]) & (level[1:-1] > level[2:])) + 1
    return [int(row) for row in (first[inner] + last[inner]) // 2]


def _apart(curve: Floats, tops: list[int], distance: int) -> list[int]:
    kept: list[int] = []
    for top in sorted(tops, key=lambda row: (-curve[row], -row)):
        if all(abs(top - other) >= distance for other in kept):
            kept.append(top)
    return sorted(kept)


def _prominence(curve: Floats, top: int) -> float:
    higher = np.flatnonzero(curve > curve[top])
    place = int(np.searchsorted(higher, top))
    first = int(higher[place - 1]) if place else 0
    last = int(higher[place]) if place < len(higher) else len(curve) - 1
    return float(curve[top] - max(curve[first : top + 1].min(), curve[top : last + 1].min()))
