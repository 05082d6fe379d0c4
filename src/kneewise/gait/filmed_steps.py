"""What each filmed step looks like from the side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.gait.curves import POINTS, curved, sampled, stance_curves
from kneewise.gait.filmed_body import FilmedBody
from kneewise.gait.filmed_contacts import FilmedContacts
from kneewise.gait.kinematics import inclination_deg, sagittal_knee_flexion_deg


@dataclass(frozen=True, slots=True, eq=False)
class FilmedSteps:
    """One row per contact.

    Attributes
    ----------
    columns : dict of str to ndarray, shape (steps,)
        One number per step, unit in the name (``_leg``: leg lengths); NaN where it cannot be told.
    slopes : dict of str to ndarray, shape (steps,)
        What an error in time of one second costs a number.
    curves : dict of str to ndarray, shape (steps, 101)
        Angles over stance; empty from behind.
    """

    columns: dict[str, Floats]
    slopes: dict[str, Floats]
    curves: dict[str, Floats]


def rhythm_columns(contacts: FilmedContacts) -> dict[str, Floats]:
    """Return what needs nothing but the times of contacts."""
    step, contact = contacts.step_time_s, contacts.contact_time_s
    return {
        "cadence_spm": 60 / step,
        "step_time_s": step,
        "contact_time_s": contact,
        "flight_time_s": step - contact,
        "duty_factor": contact / (2 * step),
    }


def time_slopes(columns: dict[str, Floats]) -> dict[str, Floats]:
    """Return what an error in time costs contact time, what follows from it, and the rise of the pelvis, per second.

    Notes
    -----
    Each step meets the pictures anew, so most of what rare pictures cost is in the scatter of the steps; the share that
    is left in their mean is counted here, alike for all of them as the virtual cameras find it.
    """
    left, step = value("gait.certainty.blur_left"), columns["step_time_s"]
    return {
        "contact_time_s": np.full(len(step), left),
        "flight_time_s": np.full(len(step), left),
        "duty_factor": left / (2 * step),
        "vertical_oscillation_leg": left * 2 * columns["vertical_oscillation_leg"] / step,
    }


def side_steps(body: FilmedBody, contacts: FilmedContacts) -> FilmedSteps:
    """Return the steps of a side view.

    Notes
    -----
    The foot's zero is its own angle while it stands flat, so that the place of heel and toe points in the shoe does not
    matter; the ankle's zero is a shank upright over that foot.
    """
    angles = side_angles(body)
    start, end, leg = contacts.initial_contact_s, contacts.toe_off_s, contacts.leg
    foot = stance_curves(angles["foot_inclination_deg"], body.fps, start, end, leg)
    first, last = (int(POINTS * value(f"gait.foot.flat_{name}_share")) for name in ("from", "to"))
    flat = np.median(foot[:, first:last], axis=1)
    mean_flat = np.array([_middle(flat[leg == side]) for side in (0, 1)])
    angles["foot_inclination_deg"] -= mean_flat[:, None]
    angles["ankle_dorsiflexion_deg"] = angles["foot_inclination_deg"] - angles["shank_inclination_deg"]
    curves = {name: stance_curves(signal, body.fps, start, end, leg) for name, signal in angles.items()}
    instants = {f"{name.removesuffix('_deg')}_ic_deg": angles[name] for name in angles}
    ankle, mass = body.ankle[..., 0], body.centre_of_mass()
    instants["foot_ahead_of_hip_leg"] = ankle - body.mid_hip[:, 0]
    instants["foot_ahead_of_mass_leg"] = ankle - mass[:, 0]
    at_contact = {name: sampled(signal, body.fps, start, leg) for name, signal in instants.items()}
    slopes = {
        name: sampled(np.gradient(signal, axis=1) * body.fps, body.fps, start, leg) for name, signal in instants.items()
    }
    trunk = stance_curves(-inclination_deg(body.mid_hip, body.mid_shoulder), body.fps, start, end)
    columns = {
        **rhythm_columns(contacts),
        **at_contact,
        "knee_flexion_peak_deg": curves["knee_flexion_deg"].max(axis=1),
        "ankle_dorsiflexion_peak_deg": curves["ankle_dorsiflexion_deg"].max(axis=1),
        "trunk_lean_deg": trunk.mean(axis=1),
        "vertical_oscillation_leg": vertical_oscillation(body.mid_hip[:, 1], body.fps, contacts),
    }
    return FilmedSteps(columns, {**slopes, **time_slopes(columns)}, curves)


def side_angles(body: FilmedBody) -> dict[str, Floats]:
    """Return the angles of both legs in every frame, shape (2, frames); the foot's from the level."""
    line = body.toe - body.heel
    return {
        "knee_flexion_deg": sagittal_knee_flexion_deg(body.hip, body.knee, body.ankle),
        "shank_inclination_deg": inclination_deg(body.ankle, body.knee),
        "foot_inclination_deg": np.degrees(np.arctan2(line[..., 1], line[..., 0])),
    }


def vertical_oscillation(height: Floats, fps: float, contacts: FilmedContacts) -> Floats:
    """Return highest less lowest point within each step; NaN for a step whose end is not known."""
    step = contacts.step_time_s
    within = contacts.initial_contact_s[:, None] + np.nan_to_num(step)[:, None] * np.linspace(0, 1, POINTS)
    return np.where(np.isnan(step), np.nan, np.ptp(curved(height, fps, within), axis=1))


def _middle(numbers: Floats) -> float:
    known = numbers[np.isfinite(numbers)]
    return float(np.median(known)) if len(known) else float("nan")
