"""Raw keypoints to trajectories: outliers, short gaps, even spacing in time, and a low-pass without lag."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.motion.markers.smoothing import low_pass

#: A median absolute deviation times this is the standard deviation of a normal scatter.
SD_PER_MAD: Final = 1.4826
#: A stretch shorter than this many samples is given as it is.
_LEAST_SAMPLES: Final = 5


def outliers(points: Floats, leg_px: float) -> NDArray[np.bool_]:
    """Return which points (n, k, 2) jump out of their neighbourhood in time, shape (n, k).

    Notes
    -----
    Hampel's identifier on x and y, with a floor: a point is out if it lies more than three scaled median absolute
    deviations, and more than a share of the leg's length, from the median of the pictures around it.
    """
    reach = int(value("video.clean.hampel_reach"))
    if len(points) <= 2 * reach:
        return np.zeros(points.shape[:2], dtype=bool)
    edge = [(reach, reach)] + [(0, 0)] * (points.ndim - 1)
    around = sliding_window_view(np.pad(points, edge, constant_values=np.nan), 2 * reach + 1, axis=0)
    middle = _nan_median(around)
    spread = SD_PER_MAD * _nan_median(np.abs(around - middle[..., None]))
    limit = np.maximum(value("video.clean.hampel_deviations") * spread, value("video.clean.hampel_floor") * leg_px)
    return np.asarray((np.abs(points - middle) > limit).any(axis=-1))


def _nan_median(windows: Floats) -> Floats:
    """Median over the last axis without NaN; NaN where all are. Sorting puts NaN last."""
    ordered = np.sort(windows, axis=-1)
    count = np.isfinite(windows).sum(axis=-1)
    low, high = (count - 1).clip(0) // 2, (count // 2).clip(0, windows.shape[-1] - 1)
    pair = [np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0] for place in (low, high)]
    return np.where(count > 0, (pair[0] + pair[1]) / 2, np.nan)


def resample(points: Floats, time_s: Floats, grid_s: Floats) -> Floats:
    """Return points (n, k, d) at the times of a grid.

    Notes
    -----
    Shape-preserving cubic (PCHIP, Fritsch and Butland 1984) through what was seen, at its real times. A gap longer
    than 0.1 s stays NaN, as does what lies before the first and after the last sight of a point.
    """
    flat = points.reshape(len(points), -1)
    result = np.full((len(grid_s), flat.shape[1]), np.nan)
    for columns in _same_rows(np.isfinite(flat)):
        seen = np.isfinite(flat[:, columns[0]])
        if seen.sum() < 2:
            continue
        known_s = time_s[seen]
        rows = _bridged(known_s, grid_s)
        result[np.ix_(rows, columns)] = _cubic(known_s, flat[seen][:, columns], grid_s[rows])
    return result.reshape(len(grid_s), *points.shape[1:])


def _cubic(known_s: Floats, known: Floats, at_s: Floats) -> Floats:
    """Return columns (n, k) at other times, by cubics that rise and fall only where the known values do."""
    gap = np.diff(known_s)[:, None]
    rise = np.diff(known, axis=0) / gap
    place = np.searchsorted(known_s, at_s, side="right").clip(1, len(known_s) - 1) - 1
    slope = _slopes(gap, rise)
    wide = gap[place]
    share = (at_s - known_s[place])[:, None] / wide
    straight, bend = rise[place], slope[place] + slope[place + 1] - 2 * rise[place]
    turn = straight - slope[place] - bend
    found: Floats = known[place] + share * wide * (slope[place] + share * (turn + share * bend))
    return found


def _slopes(gap: Floats, rise: Floats) -> Floats:
    """Return the slope at every known time, shape (n, k), from the gaps (n - 1, 1) and the slopes between."""
    if len(rise) == 1:
        return np.repeat(rise, 2, axis=0)
    slope = np.zeros((len(rise) + 1, rise.shape[1]))
    same = rise[:-1] * rise[1:] > 0
    before, after = 2 * gap[1:] + gap[:-1], gap[1:] + 2 * gap[:-1]
    # A harmonic mean: the flatter neighbour decides, so that nothing overshoots.
    inverse = np.divide(before, rise[:-1], out=np.ones_like(rise[1:]), where=same) + np.divide(
        after, rise[1:], out=np.ones_like(rise[1:]), where=same
    )
    slope[1:-1] = np.where(same, (before + after) / inverse, 0)
    slope[0], slope[-1] = _end(gap[:2], rise[:2]), _end(gap[:-3:-1], rise[:-3:-1])
    return slope


def _end(gap: Floats, rise: Floats) -> Floats:
    """Return the slope at an end by a parabola through three values, kept from turning back."""
    slope = ((2 * gap[0] + gap[1]) * rise[0] - gap[0] * rise[1]) / (gap[0] + gap[1])
    slope = np.where(slope * rise[0] > 0, slope, 0)
    steep = (rise[0] * rise[1] < 0) & (np.abs(slope) > 3 * np.abs(rise[0]))
    return np.asarray(np.where(steep, 3 * rise[0], slope))


def _bridged(known_s: Floats, grid_s: Floats) -> NDArray[np.bool_]:
    """Return the times that lie between two sights that are close enough."""
    after = np.searchsorted(known_s, grid_s, side="left").clip(1, len(known_s) - 1)
    gap = known_s[after] - known_s[after - 1]
    # The tolerance is one of rounding: times of pictures are decimal fractions of a clock tick.
    close = gap <= value("video.clean.longest_gap_s") + 1e-9
    inside = (grid_s >= known_s[0] - 1e-9) & (grid_s <= known_s[-1] + 1e-9)
    on_sight = np.minimum(np.abs(grid_s - known_s[after]), np.abs(grid_s - known_s[after - 1])) <= 1e-9
    return np.asarray(inside & (close | on_sight))


def smooth(points: Floats, fps: float) -> Floats:
    """Return evenly spaced points (n, k, d) without what is faster than running; NaN stays NaN."""
    flat = points.reshape(len(points), -1)
    result = flat.copy()
    cutoff = value("video.clean.cutoff_hz")
    for columns in _same_rows(np.isfinite(flat)):
        for start, stop in stretches(np.isfinite(flat[:, columns[0]])):
            if stop - start >= _LEAST_SAMPLES:
                result[start:stop, columns] = low_pass(flat[start:stop, columns], fps, cutoff)
    return result.reshape(points.shape)


def stretches(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first row and end of every stretch of true rows."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]])))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def _same_rows(there: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Group the columns that are known in the same rows, so that each group is worked on at once."""
    packed = np.packbits(there, axis=0)
    groups: dict[bytes, list[int]] = {}
    for column in range(there.shape[1]):
        groups.setdefault(packed[:, column].tobytes(), []).append(column)
    return [np.array(columns, dtype=np.intp) for columns in groups.values()]
