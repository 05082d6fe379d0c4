"""Angles of running, whatever measured the joints: names, signs and formulas live here and nowhere else.

The running frame is x forward, y up, z to the runner's right (docs/coordinates.md). Segments have x forward, y up along
the segment and z to the right in standing. All angles are degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kneewise.domain import Floats
from kneewise.motion.markers import SIDES, SIGN, Body

#: Every gait angle: what zero and positive mean. Video and lab use the same names.
ANGLES: dict[str, tuple[str, str]] = {
    "knee_flexion_deg": ("thigh and shank in line", "knee bent, heel towards the buttock"),
    "hip_flexion_deg": ("thigh in line with the pelvis' upright axis", "thigh forwards"),
    "hip_adduction_deg": ("thigh parallel to the pelvis' upright axis", "thigh towards the other leg"),
    "ankle_dorsiflexion_deg": ("shank upright over the foot as in standing", "toes towards the shin"),
    "foot_inclination_deg": ("foot on the ground as in standing", "toes up, so that the heel lands first"),
    "shank_inclination_deg": ("shank upright", "ankle ahead of the knee"),
    "pelvic_tilt_deg": ("spines of the ilium level, front to back", "front down"),
    "pelvic_drop_deg": ("pelvis level, side to side", "the side of the swinging leg is lower"),
    "trunk_lean_deg": ("upright from pelvis to neck", "forwards"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Angles:
    """Angles in every frame; of legs with shape (2, frames), left before right.

    Attributes
    ----------
    pelvic_drop_deg : ndarray, shape (2, frames)
        As each leg sees it when it is the standing one.
    pelvic_tilt_deg, trunk_lean_deg : ndarray, shape (frames,)
        The trunk is NaN where no marker of it was seen.
    """

    knee_flexion_deg: Floats
    hip_flexion_deg: Floats
    hip_adduction_deg: Floats
    ankle_dorsiflexion_deg: Floats
    foot_inclination_deg: Floats
    shank_inclination_deg: Floats
    pelvic_drop_deg: Floats
    pelvic_tilt_deg: Floats
    trunk_lean_deg: Floats


def body_angles(body: Body) -> Angles:
    """Return the angles of pelvis and legs.

    Notes
    -----
    Joint angles follow Grood and Suntay 1983: flexion about the upper segment's axis to the right, adduction between
    that axis and the lower segment's long axis.
    """
    sign = np.array([SIGN[side] for side in SIDES])[:, None]
    tilt_forward, right_up = _inclination(body.pelvis)
    return Angles(
        knee_flexion_deg=bend_deg(body.thigh, body.shank),
        hip_flexion_deg=-bend_deg(body.pelvis[None], body.thigh),
        hip_adduction_deg=sign * side_lean_deg(body.pelvis[None], body.thigh),
        ankle_dorsiflexion_deg=-bend_deg(body.shank, body.foot),
        foot_inclination_deg=np.degrees(np.arctan2(body.foot[..., 1, 0], body.foot[..., 0, 0])),
        shank_inclination_deg=inclination_deg(body.ankle_m, body.knee_m),
        pelvic_drop_deg=sign * right_up,
        pelvic_tilt_deg=tilt_forward,
        trunk_lean_deg=_trunk_lean(body),
    )


def bend_deg(upper: Floats, lower: Floats) -> Floats:
    """Angle by which the lower segment is turned backwards about the upper one's axis to the right.

    Parameters
    ----------
    upper, lower : ndarray, shape (..., 3, 3)
        Axes as columns.
    """
    floating = np.cross(lower[..., :, 1], upper[..., :, 2])
    ahead = (floating * upper[..., :, 0]).sum(axis=-1)
    along = (floating * upper[..., :, 1]).sum(axis=-1)
    bend: Floats = np.degrees(np.arctan2(-along, ahead))
    return bend


def side_lean_deg(upper: Floats, lower: Floats) -> Floats:
    """Angle by which the lower segment's far end leans to the left of the upper segment."""
    lean: Floats = np.degrees(np.arcsin(np.clip((upper[..., :, 2] * lower[..., :, 1]).sum(axis=-1), -1, 1)))
    return lean


def inclination_deg(low_m: Floats, high_m: Floats) -> Floats:
    """Angle from upright of the line between two points seen from the side; positive when the low one is ahead.

    Parameters
    ----------
    low_m, high_m : ndarray, shape (..., 2 or more)
        x forward, y up; more columns are not looked at.
    """
    line = low_m - high_m
    angle: Floats = np.degrees(np.arctan2(line[..., 0], -line[..., 1]))
    return angle


def sagittal_knee_flexion_deg(hip_m: Floats, knee_m: Floats, ankle_m: Floats) -> Floats:
    """Knee flexion from three points seen from the side, as a camera gives them.

    Parameters
    ----------
    hip_m, knee_m, ankle_m : ndarray, shape (..., 2 or more)
        x forward, y up, in any length.
    """
    flexion: Floats = inclination_deg(knee_m, hip_m) - inclination_deg(ankle_m, knee_m)
    return flexion


def _inclination(pelvis: Floats) -> tuple[Floats, Floats]:
    """Forward tilt, and how much higher the right side is."""
    tilt = np.degrees(np.arcsin(np.clip(-pelvis[:, 1, 0], -1, 1)))
    right_up = np.degrees(np.arcsin(np.clip(pelvis[:, 1, 2], -1, 1)))
    return tilt, right_up


def _trunk_lean(body: Body) -> Floats:
    if body.trunk_m is None:
        return np.full(len(body.pelvis_m), np.nan)
    return -inclination_deg(body.pelvis_m, body.trunk_m)
