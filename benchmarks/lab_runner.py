"""A lab runner as joints for the renderer: legs and trunk as measured, head and arms made to fit.

Axes as in :mod:`benchmarks.made_runner`: x forward, y to the runner's left, z up from the ground, in metres; the runner
stays at x = 0 on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from benchmarks.virtual_camera import TOE_BEYOND_M, trunk_lean_deg
from kneewise.domain import Floats
from kneewise.motion.markers import Body

_PARTS = {"hip": "hip_m", "knee": "knee_m", "ankle": "ankle_m", "heel": "heel_m", "foot_index": "toe_m"}
#: Lengths of the made parts, metres, and how far an upper arm swings for each metre that the legs part.
TRUNK_M, SHOULDER_M, UPPER_ARM_M, FOREARM_M, SWING_DEG_PER_M = 0.5, 0.18, 0.29, 0.25, 45.0


@dataclass(frozen=True, eq=False)
class LabRunner:
    """Joint trajectories of one lab trial."""

    body: Body

    def joints(self, time_s: Floats) -> dict[str, Floats]:
        """Return joint centres by keypoint name at times of the lab's clock, each (n, 3)."""
        body = self.body
        clock = np.arange(len(body.pelvis_m)) / body.rate_hz
        origin = np.array([*np.median(body.pelvis_m, axis=0)])
        origin[1] = np.percentile(body.toe_m[..., 1], 1) - 0.02
        found = {}
        for leg, side in enumerate(("left", "right")):
            for name, column in _PARTS.items():
                path = getattr(body, column)[leg]
                if name == "foot_index":
                    path = path + TOE_BEYOND_M * body.foot[leg, :, :, 0]
                at = CubicSpline(clock, path - origin)(time_s)
                found[f"{side}_{name}"] = np.stack([at[:, 0], -at[:, 2], at[:, 1]], axis=1)
        self._add_upper_body(found)
        return found

    def _add_upper_body(self, found: dict[str, Floats]) -> None:
        middle = (found["left_hip"] + found["right_hip"]) / 2
        lean = np.radians(trunk_lean_deg(self.body))
        apart = found["left_ankle"][:, 0] - found["right_ankle"][:, 0]
        top = middle + TRUNK_M * np.array([np.sin(lean), 0.0, np.cos(lean)])
        for side, way in (("left", 1), ("right", -1)):
            swing = np.radians(-12 - way * SWING_DEG_PER_M * apart)
            shoulder = top + np.array([0.0, way * SHOULDER_M, 0.0])
            shoulder[:, 0] += -way * 0.03 * apart
            elbow = shoulder + UPPER_ARM_M * _along(swing, way * 0.18)
            found[f"{side}_shoulder"] = shoulder
            found[f"{side}_elbow"] = elbow
            found[f"{side}_wrist"] = elbow + FOREARM_M * _along(swing + np.radians(88), -way * 0.25)


def _along(swing: Floats, across: float) -> Floats:
    """Return the direction of a hanging arm that swings ahead by an angle."""
    return np.stack([np.sin(swing), np.full_like(swing, across), -np.cos(swing)], axis=1)
