"""Where the joints of a lab runner are in the standing trial."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.virtual_camera import TOE_BEYOND_M
from kneewise.domain import Capture, Floats
from kneewise.motion.markers import Standing
from kneewise.motion.markers.marker_map import PROXIMAL, SIDES, Side
from kneewise.motion.markers.rigid import Pose, fit_pose

_BELOW: Final = {"thigh": "knee", "shank": "ankle"}


def standing_points(static: Capture, standing: Standing) -> dict[str, Floats]:
    """Return hips, knees, ankles, heels and toes by keypoint name, shape (3,).

    The frame is that of the camera's world: x forward as the feet point, y up, z to the runner's right.
    """
    tracks = zip(static.labels, static.points_m.swapaxes(0, 1), strict=True)
    seen = {label: np.nanmean(track, axis=0) for label, track in tracks if np.isfinite(track).any()}
    points: dict[str, Floats] = {}
    pelvis = _fit(seen, standing, ("pelvis", None), None)
    for side in SIDES:
        centre = pelvis.point(standing.segments["pelvis", None].points_m[f"hip_{side}"])[0]
        points[f"{side}_hip"] = centre
        for name, joint in _BELOW.items():
            pose = _fit(seen, standing, (name, side), centre)
            centre = pose.point(standing.segments[name, side].points_m[joint])[0]
            points[f"{side}_{joint}"] = centre
        foot, pose = standing.segments["foot", side].points_m, _fit(seen, standing, ("foot", side), centre)
        points[f"{side}_heel"], points[f"{side}_foot_index"] = (pose.point(foot[end])[0] for end in ("heel", "toe"))
    turn = _turn(points, standing.up)
    turned = {name: turn @ point for name, point in points.items()}
    for side in SIDES:
        foot_m = turned[f"{side}_foot_index"] - turned[f"{side}_heel"]
        turned[f"{side}_foot_index"] += TOE_BEYOND_M * foot_m / np.linalg.norm(foot_m)
    return turned


def _fit(seen: dict[str, Floats], standing: Standing, key: tuple[str, Side | None], proximal: Floats | None) -> Pose:
    model = standing.segments[key]
    held = {**seen, **({} if proximal is None else {PROXIMAL: proximal})}
    use = [name for name in model.markers if name in held]
    local = model.local_m[[model.markers.index(name) for name in use]]
    return fit_pose(local, np.stack([held[name] for name in use])[None])


def _turn(points: dict[str, Floats], up: Floats) -> Floats:
    feet = np.sum([points[f"{side}_foot_index"] - points[f"{side}_heel"] for side in SIDES], axis=0)
    forward = feet - (feet @ up) * up
    forward = forward / np.linalg.norm(forward)
    return np.stack([forward, up, np.cross(forward, up)])
