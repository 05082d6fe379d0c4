"""From which side a clip shows the runner, and which way he faces."""

from __future__ import annotations

import numpy as np

from kneewise.domain import Floats
from kneewise.errors import UnusableClipError
from kneewise.evidence.parameters import value
from kneewise.motion.keypoints import INDEX, View, legs


def breadth(points: Floats) -> float:
    """Return the median width of shoulders and hips over the trunk's length, signed.

    Positive when the runner's left is on the left of the picture, which is so from behind; near 0 from the side. NaN
    without a trunk.
    """
    left, right = (points[:, places] for places in legs("shoulder", "hip"))
    across = (right - left)[..., 0].mean(axis=1)
    trunk = np.linalg.norm((left + right)[:, 0] - (left + right)[:, 1], axis=-1) / 2
    known = np.isfinite(across) & (trunk > 0)
    return float(np.median(across[known] / trunk[known])) if known.any() else float("nan")


def view_of(points: Floats, name: str, asked: View | None = None) -> View:
    """Return whether a clip shows the runner from the side or from behind.

    Parameters
    ----------
    points : array of float, shape (n, 33, 2)
    name : str
        Of the clip, for messages.
    asked : {"side", "rear"} or None
        What the runner says.

    Raises
    ------
    UnusableClipError
        When the runner is seen from the front or from an angle between, or the answer contradicts the picture.
    """
    wide = breadth(points)
    if wide < -value("video.view.rear_breadth"):
        raise UnusableClipError(
            f"'{name}' shows the runner from the front; film from the side or from straight behind."
        )
    seen: View | None = None
    if abs(wide) <= value("video.view.side_breadth"):
        seen = "side"
    elif wide >= value("video.view.rear_breadth"):
        seen = "rear"
    if seen is None:
        raise UnusableClipError(
            f"'{name}' shows the runner at an angle; put the phone straight to the side, square to the direction of "
            "running, or straight behind."
        )
    if asked is not None and asked != seen:
        raise UnusableClipError(
            f"'{name}' was given as a {asked} view but shows the runner from {_WORDS[seen]}; choose the other view."
        )
    return seen


_WORDS = {"side": "the side", "rear": "behind"}


def trunk_lean_deg(points: Floats) -> float:
    """Return the lean of the trunk from the picture's upright, positive clockwise, -180 to 180; NaN without a trunk."""
    left, right = (points[:, places] for places in legs("shoulder", "hip"))
    shoulder, hip = np.moveaxis((left + right) / 2, 1, 0)
    known = np.isfinite(shoulder - hip).all(axis=-1)
    if not known.any():
        return float("nan")
    across, down = np.median((shoulder - hip)[known], axis=0)
    return float(np.degrees(np.arctan2(across, -down)))


def facing_of(points: Floats) -> int:
    """Return 1 for a runner who faces right, -1 for left: toes lie ahead of heels."""
    toes = points[:, [INDEX["left_foot_index"], INDEX["right_foot_index"]], 0]
    heels = points[:, [INDEX["left_heel"], INDEX["right_heel"]], 0]
    ahead = np.nanmedian(toes - heels)
    return 1 if ahead >= 0 else -1
