"""How large the runner is in the picture, and how many metres a pixel is."""

from __future__ import annotations

import numpy as np

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.motion.keypoints import INDEX, View, legs


def leg_length_px(points: Floats, view: View = "rear") -> float:
    """Return the length of thigh and shank together; NaN without a leg.

    Notes
    -----
    A leg that points towards the camera looks shorter, scatter makes it longer: a percentile of each segment over the
    pictures stands for the length in the plane of the picture, a lower one from the side, where legs stay in the plane.
    A runner who comes nearer or goes away is counted at his median size.
    """
    lengths = [
        _segment_px(points, side, *ends, view)
        for side in ("left", "right")
        for ends in (("hip", "knee"), ("knee", "ankle"))
    ]
    sides = [lengths[0] + lengths[1], lengths[2] + lengths[3]]
    known = [side for side in sides if np.isfinite(side)]
    return float(np.mean(known)) if known else float("nan")


def _segment_px(points: Floats, side: str, upper: str, lower: str, view: View) -> float:
    length = np.linalg.norm(points[:, INDEX[f"{side}_{upper}"]] - points[:, INDEX[f"{side}_{lower}"]], axis=-1)
    length = length / relative_size(points)
    known = length[np.isfinite(length)]
    return float(np.percentile(known, value(f"video.scale.length_percentile_{view}"))) if len(known) else float("nan")


def relative_size(points: Floats) -> Floats:
    """Return the size of the runner in each picture over its median, by the trunk, shape (n,).

    A runner who goes away from the camera becomes smaller. 1 where no trunk is seen.
    """
    left, right = legs("shoulder", "hip")
    middle = (points[:, left] + points[:, right]) / 2
    trunk = np.linalg.norm(middle[:, 0] - middle[:, 1], axis=-1)
    known = trunk[np.isfinite(trunk)]
    if not len(known) or not np.median(known) > 0:
        return np.ones(len(points))
    return np.asarray(np.where(trunk > 0, trunk / np.median(known), 1.0))


def thigh_spread(points: Floats, facing: int) -> float:
    """Return how much the near thigh's length varies in the picture (``ClipQuality.thigh_spread``)."""
    side = "right" if facing > 0 else "left"
    length = np.linalg.norm(points[:, INDEX[f"{side}_hip"]] - points[:, INDEX[f"{side}_knee"]], axis=-1)
    known = length[np.isfinite(length)]
    if not len(known):
        return float("nan")
    short, long = np.percentile(known, [10, 90])
    return float(long / short - 1) if short > 0 else float("nan")


def runner_height_px(points: Floats) -> float:
    """Return the median height of the runner in the picture, from the highest to the lowest point seen."""
    y = points[..., 1]
    known = np.isfinite(y).sum(axis=1) > len(INDEX) // 2
    if not known.any():
        return float("nan")
    return float(np.median(np.nanmax(y[known], axis=1) - np.nanmin(y[known], axis=1)))


def metres_per_px(leg_px: float, height_m: float) -> float:
    """Return the scale in the runner's plane from his height, by the usual share of thigh and shank in it."""
    return 2 * value("watch.body.thigh_share") * height_m / leg_px
