"""Knee load of single steps from markers and force plates: the lab tier.

The chain: poses of the segments (``motion.markers``), contacts and angles (``gait``), joint moments from the ground up
(``dynamics``), then the patellofemoral formulas that all tiers share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Capture, Floats, Issue, Sex
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.gait.contacts import Contacts, find_contacts
from kneewise.gait.curves import stance_curves
from kneewise.gait.kinematics import body_angles
from kneewise.gait.pressure import Pressure, pressure
from kneewise.gait.steps import StepGait, step_gait
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.dynamics import JointMoments, joint_moments
from kneewise.load.knee.patellofemoral import contact_area_mm2, force_ratio, quadriceps_lever_arm_m
from kneewise.motion.markers import Body, GroundForce, Standing, ground_force, low_pass, track
from kneewise.units import GRAVITY_MPS2


@dataclass(frozen=True, slots=True, eq=False)
class LabSteps:
    """Every foot contact of a trial.

    Attributes
    ----------
    leg : ndarray of int, shape (steps,)
        0 left, 1 right.
    columns : dict of str to ndarray, shape (steps,)
        One number per step, unit in the name; NaN where it cannot be given.
    curves : dict of str to ndarray, shape (steps, 101)
        Over stance, from initial contact to toe-off.
    reason : tuple of str
        Why a step has no load; empty where it has one.
    """

    leg: NDArray[np.int_]
    columns: dict[str, Floats]
    curves: dict[str, Floats]
    reason: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.leg)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """All that a trial gave: steps, and what stood behind them for the checks.

    Attributes
    ----------
    pressure : Pressure
        Where the force acts under the foot in the middle of each contact.
    fore_aft_halves_n : pair of ndarray, shape (steps,)
        Mean forward force of the first and of the second half of each stance.
    """

    steps: LabSteps
    body: Body
    ground: GroundForce
    contacts: Contacts
    pressure: Pressure
    fore_aft_halves_n: tuple[Floats, Floats]
    issues: tuple[Issue, ...]


def measure(
    trial: Capture,
    standing: Standing,
    mass_kg: float,
    *,
    sex: Sex | None = None,
    convention: Convention | None = None,
    cutoff_hz: float | None = None,
) -> Measured:
    """Return every step of a running trial with its load.

    Parameters
    ----------
    trial : Capture
        Running on force plates.
    standing : Standing
        Joint centres of the same runner, see :func:`kneewise.motion.markers.stand`.
    mass_kg : float
    sex : {"f", "m"} or None
        For segment masses and for the contact area ``"besier"``.
    convention : Convention, optional
        Net moment and the area ``"connolly"`` by default.
    cutoff_hz : float, optional
        Low-pass of markers and force alike; 15 Hz by default.

    Raises
    ------
    InvalidInputError
        When markers of a segment are missing or nobody runs.
    """
    cutoff = value("lab.filter.cutoff_hz") if cutoff_hz is None else cutoff_hz
    body, issues = track(trial, standing, cutoff)
    if not trial.plates:
        raise InvalidInputError(
            f"{trial.name} holds no force plates; the load of the knee needs the force of the ground, so export it "
            "with the analog channels."
        )
    ground = ground_force(trial, standing.up).rotated(body.to_running)
    contacts = find_contacts(ground, body)
    moments = joint_moments(body, *leg_forces(ground, contacts, body, cutoff), standing.lengths_m, mass_kg, sex)
    gait = step_gait(body, body_angles(body), contacts)
    surface = float(np.mean([plate.corners_m.mean(axis=0) for plate in trial.plates], axis=0) @ body.to_running[1])
    under = pressure(ground, body, contacts, surface, cutoff)
    reason = _reasons(contacts, under, moments, body.rate_hz)
    steps = _steps(gait, contacts, moments, body.rate_hz, mass_kg, sex, convention or Convention(), reason)
    return Measured(steps, body, ground, contacts, under, _halves(ground, contacts), issues)


def leg_forces(ground: GroundForce, contacts: Contacts, body: Body, cutoff_hz: float) -> tuple[Floats, Floats]:
    """Return force and moment on each leg at the markers' rate, shape (2, frames, 3)."""
    both = low_pass(np.column_stack([ground.force_n, ground.moment_nm]), ground.rate_hz, cutoff_hz)
    both = both[:: round(ground.rate_hz / body.rate_hz)][: len(body.pelvis_m)]
    shared = contacts.belongs(len(both), body.rate_hz)[..., None] * both
    return shared[..., :3], shared[..., 3:]


def _steps(
    gait: StepGait,
    contacts: Contacts,
    moments: JointMoments,
    rate_hz: float,
    mass_kg: float,
    sex: Sex | None,
    convention: Convention,
    reason: tuple[str, ...],
) -> LabSteps:
    start, end, leg = contacts.initial_contact_s, contacts.toe_off_s, contacts.leg
    curves = dict(gait.curves)
    for joint in ("knee_extension", "hip_extension", "ankle_plantarflexion"):
        name = f"{joint.partition('_')[0]}_moment_nm_per_kg"
        curves[name] = stance_curves(getattr(moments, joint), rate_hz, start, end, leg)
    weight = mass_kg * GRAVITY_MPS2
    curves["vertical_force_bw"] = stance_curves(contacts.vertical_n, contacts.force_rate_hz, start, end) / weight
    curves |= _joint_load(curves["knee_flexion_deg"], curves["knee_moment_nm_per_kg"], weight, sex, convention)
    columns = _columns(gait, contacts, curves)
    without = np.array([bool(text) for text in reason], dtype=np.bool_)
    for name in columns:
        if name.startswith(("pfj_", "quadriceps_", "knee_moment", "hip_moment", "ankle_moment")):
            columns[name] = np.where(without, np.nan, columns[name])
    return LabSteps(leg, columns, curves, reason)


def _joint_load(
    flexion: Floats, moment: Floats, weight_n: float, sex: Sex | None, convention: Convention
) -> dict[str, Floats]:
    """Return quadriceps and patellofemoral force and stress; a flexing moment asks nothing of the quadriceps."""
    angle = np.maximum(flexion, 0)
    quadriceps = np.maximum(moment, 0) / quadriceps_lever_arm_m(angle) / GRAVITY_MPS2
    force = convention.factor * force_ratio(angle) * quadriceps
    stress = force * weight_n / contact_area_mm2(angle, convention.area, sex)
    return {"quadriceps_force_bw": quadriceps * convention.factor, "pfj_force_bw": force, "pfj_stress_mpa": stress}


def _columns(gait: StepGait, contacts: Contacts, curves: dict[str, Floats]) -> dict[str, Floats]:
    force = curves["pfj_force_bw"]
    at_peak = np.argmax(np.nan_to_num(force), axis=1)
    last = force.shape[1] - 1
    return {
        "initial_contact_s": contacts.initial_contact_s,
        "toe_off_s": contacts.toe_off_s,
        "contact_time_s": contacts.contact_time_s,
        "speed_mps": gait.speed_mps,
        "cadence_spm": gait.cadence_spm,
        "duty_factor": contacts.contact_time_s / (2 * gait.step_time_s),
        "vertical_oscillation_m": gait.vertical_oscillation_m,
        "foot_ahead_m": gait.foot_ahead_m,
        "knee_flexion_ic_deg": curves["knee_flexion_deg"][:, 0],
        "knee_flexion_peak_deg": curves["knee_flexion_deg"].max(axis=1),
        "foot_inclination_ic_deg": curves["foot_inclination_deg"][:, 0],
        "shank_inclination_ic_deg": curves["shank_inclination_deg"][:, 0],
        "hip_adduction_peak_deg": curves["hip_adduction_deg"].max(axis=1),
        "pelvic_drop_peak_deg": curves["pelvic_drop_deg"].max(axis=1),
        "pelvic_tilt_deg": gait.pelvic_tilt_deg,
        "trunk_lean_deg": gait.trunk_lean_deg,
        "vgrf_peak_bw": curves["vertical_force_bw"].max(axis=1),
        "knee_moment_peak_nm_per_kg": curves["knee_moment_nm_per_kg"].max(axis=1),
        "hip_moment_peak_nm_per_kg": curves["hip_moment_nm_per_kg"].max(axis=1),
        "ankle_moment_peak_nm_per_kg": curves["ankle_moment_nm_per_kg"].max(axis=1),
        "quadriceps_force_peak_bw": curves["quadriceps_force_bw"].max(axis=1),
        "pfj_peak_bw": force.max(axis=1),
        "pfj_peak_mpa": curves["pfj_stress_mpa"].max(axis=1),
        "pfj_impulse_bw_s": np.trapezoid(force, axis=1) / last * contacts.contact_time_s,
        "pfj_peak_share": at_peak / last,
    }


def _reasons(contacts: Contacts, under: Pressure, moments: JointMoments, rate_hz: float) -> tuple[str, ...]:
    """Return why a step has no load; empty where it has one."""
    start, end, leg = contacts.initial_contact_s, contacts.toe_off_s, contacts.leg
    unseen = np.isnan(stance_curves(moments.knee_extension, rate_hz, start, end, leg)).any(axis=1)
    found = [
        "both feet are low in the middle of the contact, so the force cannot be given to one leg",
        "markers of the leg were not seen",
        "the force does not act under the foot, so it is not this foot's alone or lies beside the plate",
        "",
    ]
    which = np.select([~contacts.clear, unseen, ~under.under_foot()], [0, 1, 2], 3)
    return tuple(found[number] for number in which.tolist())


def _halves(ground: GroundForce, contacts: Contacts) -> tuple[Floats, Floats]:
    curves = stance_curves(ground.force_n[:, 0], ground.rate_hz, contacts.initial_contact_s, contacts.toe_off_s)
    middle = curves.shape[1] // 2
    return curves[:, :middle].mean(axis=1), curves[:, middle:].mean(axis=1)
