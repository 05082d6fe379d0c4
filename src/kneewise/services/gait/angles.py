"""The angles that stand in pictures of a clip: those of the very picture, as a ruler would read them there."""

from __future__ import annotations

import numpy as np

from kneewise.domain import Floats
from kneewise.gait.filmed_rear import frontal_angles
from kneewise.gait.filmed_steps import side_angles
from kneewise.gait.kinematics import inclination_deg
from kneewise.motion.keypoints import INDEX
from kneewise.report.gait_drawing import Label, Part
from kneewise.services.gait.measuring import GaitResult

_SIDES: tuple[Part, ...] = ("left", "right")


class ShownAngles:
    """Angles of every picture of a clip.

    From the side, how far the knees bend, and how far shins and trunk lean; from behind, how far the pelvis and the
    trunk tilt from their means over the clip. The table's numbers are means over steps, with what a flat picture reads
    otherwise than a laboratory taken off, so that one of them need not be one of these.
    """

    def __init__(self, found: GaitResult) -> None:
        body = found.gait.body
        self._points: Floats = found.keypoints.xy_px
        self._legs: dict[str, Floats] = {}
        trunk = inclination_deg(body.mid_hip, body.mid_shoulder)
        if body.view == "side":
            angles = side_angles(body)
            self._legs = {"knee": angles["knee_flexion_deg"], "shin": angles["shank_inclination_deg"]}
            self._middle = {"trunk": -trunk}
        else:
            drop, *_ = frontal_angles(body)
            self._middle = {"trunk": trunk - np.nanmean(trunk), "pelvis": drop[0]}

    def labels(self, row: int, scale: float) -> list[Label]:
        """Return what stands in one picture, in whole degrees without a sign: the figure shows which way.

        Parameters
        ----------
        scale : float
            Pixels of the picture in one pixel of the keypoints.
        """
        found = [self._of_middle(row, name, scale) for name in self._middle]
        if self._legs:
            # Each knee to its own side, so that crossing legs keep theirs apart; the shin of the lower foot alone.
            x = [self._point(row, f"{side}_knee")[0] for side in _SIDES]
            low = [self._point(row, f"{side}_ankle")[1] for side in _SIDES]
            for leg, side in enumerate(_SIDES):
                knee, ankle = (self._point(row, f"{side}_{part}") for part in ("knee", "ankle"))
                to_left = x[leg] < x[1 - leg]
                found.append(_label(self._legs["knee"][leg, row], knee * scale, side, to_left=to_left))
                if low[leg] > low[1 - leg]:
                    found.append(
                        _label(self._legs["shin"][leg, row], (knee + ankle) / 2 * scale, side, to_left=to_left)
                    )
        return [label for label in found if label is not None]

    def _of_middle(self, row: int, name: str, scale: float) -> Label | None:
        hips = (self._point(row, "left_hip") + self._point(row, "right_hip")) / 2
        shoulders = (self._point(row, "left_shoulder") + self._point(row, "right_shoulder")) / 2
        at = hips if name == "pelvis" else (hips + shoulders) / 2
        return _label(self._middle[name][row], at * scale, "trunk")

    def _point(self, row: int, name: str) -> Floats:
        return np.asarray(self._points[row, INDEX[name]])


def _label(degrees: float, at: Floats, part: Part, *, to_left: bool = False) -> Label | None:
    if not (np.isfinite(degrees) and np.isfinite(at).all()):
        return None
    return Label(f"{abs(round(float(degrees)))}°", float(at[0]), float(at[1]), part, to_left=to_left)
