"""What each step looks like, from contacts and poses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.gait.contacts import Contacts
from kneewise.gait.curves import POINTS, sampled, stance_curves
from kneewise.gait.kinematics import Angles
from kneewise.motion.markers import Body

#: Angles of a leg that have a curve over stance.
CURVES = (
    "knee_flexion_deg",
    "hip_flexion_deg",
    "hip_adduction_deg",
    "ankle_dorsiflexion_deg",
    "pelvic_drop_deg",
    "foot_inclination_deg",
    "shank_inclination_deg",
)


@dataclass(frozen=True, slots=True, eq=False)
class StepGait:
    """One row per foot contact; arrays of shape (steps,), NaN where it cannot be told.

    Attributes
    ----------
    speed_mps : ndarray
        Of the pelvis over the ground under the standing foot.
    cadence_spm : ndarray
        60 over the time to the next contact of the other foot; NaN for the last step.
    foot_ahead_m : ndarray
        Ankle centre ahead of the middle of the pelvis at contact, which stands in for the centre of mass.
    vertical_oscillation_m : ndarray
        Highest to lowest point of the middle of the pelvis within the step.
    curves : dict of str to ndarray, shape (steps, 101)
        Angles of the standing leg over stance.
    """

    speed_mps: Floats
    cadence_spm: Floats
    step_time_s: Floats
    foot_ahead_m: Floats
    vertical_oscillation_m: Floats
    trunk_lean_deg: Floats
    pelvic_tilt_deg: Floats
    curves: dict[str, Floats]


def step_gait(body: Body, angles: Angles, contacts: Contacts) -> StepGait:
    """Return what each step looks like."""
    start, end, leg, rate = contacts.initial_contact_s, contacts.toe_off_s, contacts.leg, body.rate_hz
    step_time = contacts.step_time_s()
    within = start[:, None] + np.nan_to_num(step_time)[:, None] * np.linspace(0, 1, POINTS)
    height = sampled(body.pelvis_m[:, 1], rate, within)
    ahead = body.ankle_m[..., 0] - body.pelvis_m[:, 0]
    return StepGait(
        speed_mps=_speed(body, start, end, leg),
        cadence_spm=60 / step_time,
        step_time_s=step_time,
        foot_ahead_m=sampled(ahead, rate, start, leg),
        vertical_oscillation_m=np.where(np.isnan(step_time), np.nan, np.ptp(height, axis=1)),
        trunk_lean_deg=stance_curves(angles.trunk_lean_deg, rate, start, end).mean(axis=1),
        pelvic_tilt_deg=stance_curves(angles.pelvic_tilt_deg, rate, start, end).mean(axis=1),
        curves={name: stance_curves(getattr(angles, name), rate, start, end, leg) for name in CURVES},
    )


def _speed(body: Body, start: Floats, end: Floats, leg: NDArray[np.int_]) -> Floats:
    """Speed of the pelvis less that of the forefoot while it stands, which is the belt's on a treadmill."""
    first, last = (
        start + (end - start) * value(f"lab.frame.{name}_share") for name in ("forefoot_from", "forefoot_to")
    )
    toe = body.toe_m[..., 0]
    foot = (sampled(toe, body.rate_hz, last, leg) - sampled(toe, body.rate_hz, first, leg)) / (last - first)
    pelvis = body.pelvis_m[:, 0]
    own = (sampled(pelvis, body.rate_hz, end) - sampled(pelvis, body.rate_hz, start)) / (end - start)
    # Within a stance the pelvis slows and speeds up; its mean over the whole trial is steadier than over one contact.
    drift = np.nanmean(np.diff(pelvis)) * body.rate_hz
    moving = np.abs(drift) > value("lab.frame.least_speed_mps")
    speed: Floats = (own if moving else drift) - foot
    return speed
