"""Left and right leg told apart over time.

A pose model sees one picture at a time and takes one leg for the other now and then, most often when they pass each
other. Legs have momentum: the labels are chosen so that knees and feet move as straight on as possible, over the whole
clip at once.
"""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.motion.keypoints import legs

#: What is exchanged; the hips are so close in side view that their labels carry nothing.
PARTS: Final = ("knee", "ankle", "heel", "foot_index")
#: States of two pictures in a row: exchanged or not in the earlier and in the later one.
_PAIRS: Final = tuple(product((0, 1), repeat=2))


def swapped_legs(points: Floats, time_s: Floats, leg_px: float) -> NDArray[np.bool_]:
    """Return where left and right leg are exchanged.

    Parameters
    ----------
    points : array of float, shape (n, 33, 2)
        NaN where unknown.
    time_s : array of float, shape (n,)
        Rising; need not be even.
    leg_px : float
        Length of the leg, the unit of the cost.

    Returns
    -------
    array of bool, shape (n,)
        At most half of the pictures: which leg is which on the whole is left to the model.

    Notes
    -----
    Second-order Viterbi: the cost of three pictures in a row is the distance of the last one from constant velocity,
    relative to the middle of the hips, summed over both legs' knee, ankle, heel and toe and limited for each point,
    plus a small cost of being exchanged.
    """
    n = len(points)
    if n < 3:
        return np.zeros(n, dtype=bool)
    cost = _costs(points, time_s, leg_px)
    total = np.zeros(len(_PAIRS))
    origin = np.zeros((n, len(_PAIRS)), dtype=np.intp)
    # A pair (b, c) can follow (0, b) and (1, b), which stand at places b and 2 + b.
    for row in range(2, n):
        step = cost[row - 2]
        follow = np.array([[total[2 * a + b] + step[4 * a + 2 * b + c] for a in (0, 1)] for b, c in _PAIRS])
        choice = follow.argmin(axis=1)
        origin[row] = choice
        total = follow[np.arange(len(_PAIRS)), choice]
    return _traced(origin, int(total.argmin()))


def exchange_legs(points: Floats, swapped: NDArray[np.bool_]) -> Floats:
    """Return a copy of points (n, 33, ...) in which the legs are exchanged in some pictures."""
    left, right = legs(*PARTS)
    mended = points.copy()
    rows = np.flatnonzero(swapped)[:, None]
    mended[rows, left], mended[rows, right] = points[rows, right], points[rows, left]
    return mended


def _costs(points: Floats, time_s: Floats, leg_px: float) -> Floats:
    """Cost of every triple of states for every three pictures in a row, shape (n - 2, 8)."""
    left, right = legs(*PARTS)
    hips = legs("hip")
    middle = (points[:, hips[0]] + points[:, hips[1]]) / 2
    one, other = (points[:, places] - middle for places in (left, right))
    as_is = np.stack([one, other], axis=1)
    states = np.stack([as_is, as_is[:, ::-1]])
    gap = np.diff(time_s)
    onward = (gap[1:] / gap[:-1])[:, None, None, None]
    limit = value("video.legs.cost_limit")
    costs = []
    for a, b, c in product((0, 1), repeat=3):
        before, here, after = states[a, :-2], states[b, 1:-1], states[c, 2:]
        off = np.linalg.norm(after - here - (here - before) * onward, axis=-1) / leg_px
        costs.append(np.nan_to_num(np.minimum(off, limit)).sum(axis=(1, 2)) + c * value("video.legs.swap_cost"))
    return np.stack(costs, axis=1)


def _traced(origin: NDArray[np.intp], last: int) -> NDArray[np.bool_]:
    """Walk back from the cheapest end."""
    n = len(origin)
    swapped = np.zeros(n, dtype=bool)
    earlier, later = _PAIRS[last]
    swapped[n - 1], swapped[n - 2] = later, earlier
    for row in range(n - 1, 1, -1):
        before = int(origin[row, 2 * earlier + later])
        swapped[row - 2] = before
        earlier, later = before, earlier
    return ~swapped if swapped.mean() > 0.5 else swapped
