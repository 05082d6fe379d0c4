"""Poses of rigid clusters of markers, for all frames at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """Where a segment is in every frame.

    Attributes
    ----------
    rotation : ndarray, shape (frames, 3, 3)
        Columns are the segment's axes in the outer frame.
    position_m : ndarray, shape (frames, 3)
        The segment's origin.
    residual_m : ndarray, shape (frames,)
        Root mean square distance of the markers from the rigid cluster.
    """

    rotation: Floats
    position_m: Floats
    residual_m: Floats

    def point(self, local_m: Floats) -> Floats:
        """Return a point fixed to the segment in every frame, shape (frames, 3)."""
        placed: Floats = self.rotation @ local_m + self.position_m
        return placed


def fit_pose(local_m: Floats, measured_m: Floats) -> Pose:
    """Return the rigid motion that carries a cluster onto what was measured, by least squares (Kabsch 1976).

    Parameters
    ----------
    local_m : ndarray, shape (markers, 3)
        Cluster in the segment's frame.
    measured_m : ndarray, shape (frames, markers, 3)
        NaN where a marker was not seen.

    Returns
    -------
    Pose
        NaN in frames with fewer than three markers.
    """
    seen: NDArray[np.bool_] = np.asarray(np.isfinite(measured_m).all(axis=2))
    enough = seen.sum(axis=1) >= 3
    if seen.all():
        weight = np.full(seen.shape, 1 / seen.shape[1])
        points = measured_m
    else:
        weight = seen / np.maximum(seen.sum(axis=1, keepdims=True), 1)
        points = np.where(seen[..., None], measured_m, 0.0)
    centre_local = weight @ local_m
    centre = (weight[:, None, :] @ points)[:, 0]
    arms_local = local_m[None] - centre_local[:, None]
    arms = points - centre[:, None]
    covariance = (arms_local * weight[..., None]).swapaxes(1, 2) @ arms
    left, _, right = np.linalg.svd(covariance)
    rotation = (left @ right).swapaxes(1, 2)
    flipped = np.linalg.det(rotation) < 0
    if flipped.any():
        left[flipped, :, 2] *= -1
        rotation[flipped] = (left[flipped] @ right[flipped]).swapaxes(1, 2)
    misses = arms - arms_local @ rotation.swapaxes(1, 2)
    residual = np.sqrt((weight * np.square(misses).sum(axis=2)).sum(axis=1))
    position = centre - (rotation @ centre_local[..., None])[..., 0]
    for result in (rotation, position, residual):
        result[~enough] = np.nan
    return Pose(rotation, position, residual)
