"""Markers that were not seen for a while."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.motion.markers.rigid import fit_pose


def fill_from_cluster(points_m: Floats, local_m: Floats) -> Floats:
    """Fill gaps from the other markers of a rigid cluster.

    Parameters
    ----------
    points_m : ndarray, shape (frames, markers, 3)
        NaN in gaps.
    local_m : ndarray, shape (markers, 3)
        The same cluster at rest.

    Returns
    -------
    ndarray of the same shape
        A marker's gap follows the rest of its cluster; how far it was off the rigid shape before and after the gap is
        carried across it in a straight line, so that no jump appears. Frames with fewer than three other markers stay
        NaN.
    """
    filled = points_m.copy()
    for marker in np.flatnonzero(np.isnan(points_m).any(axis=(0, 2))):
        gap = np.isnan(points_m[:, marker]).any(axis=1)
        others = np.delete(np.arange(points_m.shape[1]), marker)
        if gap.all() or len(others) < 3:
            continue
        rigid: Floats = fit_pose(local_m[others], points_m[:, others]).point(local_m[marker])
        off = points_m[:, marker] - rigid
        carried = interpolated(off, np.asarray(~np.isnan(off).any(axis=1)))
        filled[gap, marker] = rigid[gap] + carried[gap]
    return filled


def interpolated(signal: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return columns with unknown rows filled in straight lines; all NaN where nothing is known."""
    if known.all():
        return signal
    if not known.any():
        return np.full_like(signal, np.nan)
    rows = np.arange(len(signal))
    return np.stack([np.interp(rows, rows[known], column[known]) for column in signal.T], axis=1)


def missing_share(points_m: Floats, labels: Sequence[str]) -> dict[str, float]:
    """Return the share of frames in which each marker was not seen, for those with gaps."""
    share = np.isnan(points_m).any(axis=2).mean(axis=0)
    return {label: float(part) for label, part in zip(labels, share, strict=True) if part > 0}
