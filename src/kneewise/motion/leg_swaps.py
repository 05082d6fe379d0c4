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
#: Pictures from which the next one is foretold. With two of them one picture in which the model mixes everything up
#: would cut the memory of which leg is which; with four, two such pictures may follow each other.
_MEMORY: Final = 4
_STATES: Final = 2**_MEMORY
#: Every two of them, the earlier one first.
_TWO: Final = [(one, other) for other in range(_MEMORY) for one in range(other)]


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
    Viterbi over the labels of the last four pictures. A picture costs the distance of its points from constant
    velocity, relative to the middle of the hips, summed over both legs' knee, ankle, heel and toe. Each point is
    foretold from every two of the four pictures before, the best counts, and no point costs more than a limit: a
    picture or two in which the points lie anywhere are passed over. Being exchanged costs a little.
    """
    n = len(points)
    if n <= _MEMORY:
        return np.zeros(n, dtype=bool)
    cost = _costs(points, time_s, leg_px)
    # A state holds the labels of the last pictures as bits, the newest last; two states lead to each.
    state = np.arange(_STATES)
    before = np.stack([state >> 1, (state >> 1) + _STATES // 2])
    step = 2 * before + (state & 1)
    total = np.zeros(_STATES)
    origin = np.zeros((n, _STATES), dtype=np.intp)
    for row in range(_MEMORY, n):
        follow = total[before] + cost[step, row - _MEMORY]
        origin[row] = before[follow.argmin(axis=0), state]
        total = follow.min(axis=0)
    return _traced(origin, int(total.argmin()))


def exchange_legs(points: Floats, swapped: NDArray[np.bool_]) -> Floats:
    """Return a copy of points (n, 33, ...) in which the legs are exchanged in some pictures."""
    left, right = legs(*PARTS)
    mended = points.copy()
    rows = np.flatnonzero(swapped)[:, None]
    mended[rows, left], mended[rows, right] = points[rows, right], points[rows, left]
    return mended


def _costs(points: Floats, time_s: Floats, leg_px: float) -> Floats:
    """Cost of every picture after the first ones with every labels of it and those before, (32, n - 4)."""
    left, right = legs(*PARTS)
    hips = legs("hip")
    middle = (points[:, hips[0]] + points[:, hips[1]]) / 2
    as_is = np.stack([points[:, places] - middle for places in (left, right)], axis=1) / leg_px
    states = (as_is, as_is[:, ::-1])
    count = len(points) - _MEMORY
    off = {
        (one, other, early, late): _off(states, (early, late), (one, other), time_s, count)
        for one, other in _TWO
        for early, late in product((0, 1), repeat=2)
    }
    limit = value("video.legs.cost_limit")
    costs = []
    for code in range(2 * _STATES):
        last = code & 1
        # Exchanging the legs in all pictures changes no distance.
        labels = [code >> (_MEMORY - row) & 1 ^ last for row in range(_MEMORY)]
        least = np.fmin.reduce([off[one, other, labels[one], labels[other]] for one, other in _TWO])
        costs.append(np.nan_to_num(np.minimum(least, limit)).sum(axis=(1, 2)) + last * value("video.legs.swap_cost"))
    return np.stack(costs)


def _off(
    states: tuple[Floats, Floats], labels: tuple[int, int], pair: tuple[int, int], time_s: Floats, count: int
) -> Floats:
    """Distance of every picture after the first ones from where two pictures before it point, (n - 4, 2, 4)."""
    (one, other), (first, second) = pair, labels
    early, late = states[first][one : one + count], states[second][other : other + count]
    early_s, late_s = time_s[one : one + count], time_s[other : other + count]
    onward = ((time_s[_MEMORY:] - late_s) / (late_s - early_s))[:, None, None, None]
    off: Floats = np.linalg.norm(states[0][_MEMORY:] - late - (late - early) * onward, axis=-1)
    return off


def _traced(origin: NDArray[np.intp], last: int) -> NDArray[np.bool_]:
    """Walk back from the cheapest end."""
    n = len(origin)
    swapped = np.zeros(n, dtype=bool)
    state = last
    for row in range(n - 1, _MEMORY - 1, -1):
        swapped[row] = state & 1
        state = int(origin[row, state])
    swapped[:_MEMORY] = [state >> (_MEMORY - 1 - row) & 1 for row in range(_MEMORY)]
    return ~swapped if swapped.mean() > 0.5 else swapped
