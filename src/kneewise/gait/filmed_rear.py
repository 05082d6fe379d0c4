"""What each filmed step looks like from behind."""

from __future__ import annotations

import numpy as np

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.gait.curves import POINTS, sampled
from kneewise.gait.filmed_body import FilmedBody
from kneewise.gait.filmed_contacts import FilmedContacts, Indices
from kneewise.gait.filmed_steps import FilmedSteps, rhythm_columns, time_slopes, vertical_oscillation

#: Which way a leg lies from the middle, left before right; x is to the runner's right.
_WAY = np.array([-1.0, 1.0])[:, None]


def rear_steps(body: FilmedBody, contacts: FilmedContacts) -> FilmedSteps:
    """Return the steps of a rear view.

    Notes
    -----
    The pelvis' angle is counted from its mean over the strides, which takes out a camera that leans; the hip's angle is
    counted from the pelvis and needs no upright. Peaks are those of a leg's mean curve around the middle of stance.
    """
    drop, adduction, alignment = frontal_angles(body)
    reach = value("gait.rear.peak_reach_s")
    around = contacts.middle_s[:, None] + np.linspace(-reach, reach, POINTS)
    leg, middle = contacts.leg, contacts.middle_s
    side_lean = _trunk_side_lean(body)
    beside = _WAY * (body.ankle[..., 0] - body.mid_hip[:, 0])
    columns = {
        **rhythm_columns(contacts),
        "pelvic_drop_peak_deg": _at_peak(sampled(drop, body.fps, around, leg), leg),
        "hip_adduction_peak_deg": _at_peak(sampled(adduction, body.fps, around, leg), leg),
        "knee_alignment_deg": sampled(alignment, body.fps, middle, leg),
        "trunk_side_lean_deg": sampled(side_lean, body.fps, middle, leg),
        "step_width_leg": _step_width(sampled(beside, body.fps, middle, leg), contacts),
        "vertical_oscillation_leg": vertical_oscillation(body.mid_hip[:, 1], body.fps, contacts),
    }
    return FilmedSteps(columns, time_slopes(columns), {})


def frontal_angles(body: FilmedBody) -> tuple[Floats, Floats, Floats]:
    """Return pelvic drop, hip adduction and knee alignment of both legs in every frame, (2, frames).

    Returns
    -------
    drop : ndarray
        Positive when the side of the other leg is lower, from the mean of the clip.
    adduction : ndarray
        Thigh towards the other leg, from the pelvis.
    alignment : ndarray
        Knee inside the line from hip to ankle, positive.
    """
    across = body.hip[1] - body.hip[0]
    right_up = np.degrees(np.arctan2(across[:, 1], across[:, 0]))
    drop = _WAY * (right_up - np.nanmean(right_up))
    thigh = _inward(body.hip, body.knee)
    adduction = thigh + _WAY * right_up
    alignment = thigh - _inward(body.knee, body.ankle)
    return drop, adduction, alignment


def _inward(upper: Floats, lower: Floats) -> Floats:
    line = lower - upper
    angle: Floats = np.degrees(np.arctan2(-_WAY * line[..., 0], -line[..., 1]))
    return angle


def _trunk_side_lean(body: FilmedBody) -> Floats:
    """Lean towards each leg, from the mean of the clip, (2, frames)."""
    line = body.mid_shoulder - body.mid_hip
    lean = np.degrees(np.arctan2(line[:, 0], line[:, 1]))
    return np.asarray(_WAY * (lean - np.nanmean(lean)))


def _at_peak(curves: Floats, leg: Indices) -> Floats:
    """Return each step where the mean curve of its leg peaks: the highest of one step's points is mostly scatter."""
    found = np.full(len(leg), np.nan)
    for side in (0, 1):
        own = curves[leg == side]
        whole = np.isfinite(own).all(axis=1)
        if whole.any():
            found[leg == side] = own[:, int(own[whole].mean(axis=0).argmax())]
    return found


def _step_width(beside: Floats, contacts: FilmedContacts) -> Floats:
    """Distance across between a foot and the next one; negative where they cross."""
    following = np.append(beside[1:], np.nan)
    return np.where(np.isfinite(contacts.step_time_s), beside + following, np.nan)
