"""Joint moments of running legs, from the ground up (Newton and Euler), for all frames at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kneewise.domain import Floats, Sex
from kneewise.evidence.parameters import value
from kneewise.load.knee.model import numbers
from kneewise.motion.markers import SIDES, Body, Side
from kneewise.units import GRAVITY_MPS2


@dataclass(frozen=True, slots=True, eq=False)
class JointMoments:
    """Internal moments per kilogram of body mass, N m/kg, shape (2, frames), left before right.

    Attributes
    ----------
    knee_extension : ndarray
        About the thigh's axis to the right, at the knee centre: what the quadriceps must produce.
    ankle_plantarflexion : ndarray
        About the shank's axis to the right.
    hip_extension : ndarray
        About the pelvis' axis to the right.
    """

    knee_extension: Floats
    ankle_plantarflexion: Floats
    hip_extension: Floats


def joint_moments(
    body: Body,
    force_n: Floats,
    moment_nm: Floats,
    lengths_m: Mapping[tuple[str, Side], float],
    mass_kg: float,
    sex: Sex | None = None,
) -> JointMoments:
    """Return the moments that muscles and ligaments must produce.

    Parameters
    ----------
    body : Body
        In the running frame, filtered.
    force_n, moment_nm : ndarray, shape (2, frames, 3)
        Ground force on each leg and its moment about the frame's origin, filtered with the cut-off of the markers.
    lengths_m : dict
        Of thigh, shank and foot by ``(segment, side)``.
    mass_kg : float
    sex : {"f", "m"} or None
        Chooses the table of segment masses; men's where it is not told.

    Notes
    -----
    For every joint, the change of angular momentum of what hangs below it, about the joint, equals the moment of the
    ground's wrench, of weight and of the joint itself. The wrench is used as it is; a centre of pressure, wild where
    the force is small, is never formed. Segment masses: de Leva 1996.
    """
    letter = "f" if sex == "f" else "m"
    foot_share = value("lab.foot.metatarsal_share")
    foot_length = np.array([lengths_m["foot", side] for side in SIDES]) / foot_share
    shank_length = np.array([lengths_m["shank", side] for side in SIDES])
    thigh_length = np.array([lengths_m["thigh", side] for side in SIDES])
    toe_tip = body.heel_m + (body.toe_m - body.heel_m) / foot_share
    foot = _Segment.of(f"{letter}.foot", body.heel_m, toe_tip, body.foot, foot_length, mass_kg, body.rate_hz)
    shank = _Segment.of(f"{letter}.shank", body.knee_m, body.ankle_m, body.shank, shank_length, mass_kg, body.rate_hz)
    thigh = _Segment.of(f"{letter}.thigh", body.hip_m, body.knee_m, body.thigh, thigh_length, mass_kg, body.rate_hz)
    ground = (force_n, moment_nm)
    ankle = _moment(body.ankle_m, [foot], ground)
    knee = _moment(body.knee_m, [foot, shank], ground)
    hip = _moment(body.hip_m, [foot, shank, thigh], ground)
    return JointMoments(
        knee_extension=_about(knee, body.thigh) / mass_kg,
        ankle_plantarflexion=-_about(ankle, body.shank) / mass_kg,
        hip_extension=-_about(hip, body.pelvis[None]) / mass_kg,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Segment:
    """Centre of mass, the force that its motion and weight ask for, and the change of its own spin."""

    centre_m: Floats
    force_n: Floats
    spin_rate_nm: Floats

    @classmethod
    def of(
        cls, table: str, upper: Floats, lower: Floats, axes: Floats, length: Floats, mass_kg: float, rate_hz: float
    ) -> _Segment:
        numbers_of = numbers(f"lab.de_leva_{table}")
        mass = numbers_of["mass"] * mass_kg
        centre = upper + numbers_of["centre"] * (lower - upper)
        acceleration = _rate(_rate(centre, rate_hz), rate_hz)
        force = mass * (acceleration + np.array([0.0, GRAVITY_MPS2, 0.0]))
        radii = np.array([numbers_of[name] for name in ("sagittal", "longitudinal", "transverse")])
        inertia = mass * np.square(radii * length[:, None])
        spin = _angular_velocity(axes, rate_hz)
        local = (axes.swapaxes(-1, -2) @ spin[..., None])[..., 0] * inertia[:, None]
        momentum = (axes @ local[..., None])[..., 0]
        return cls(centre, force, _rate(momentum, rate_hz))


def _moment(joint_m: Floats, below: list[_Segment], ground: tuple[Floats, Floats]) -> Floats:
    """Return the moment of the joint on what hangs below it."""
    force, moment = ground
    total = np.cross(joint_m, force) - moment
    for segment in below:
        total += segment.spin_rate_nm + np.cross(segment.centre_m - joint_m, segment.force_n)
    found: Floats = total
    return found


def _about(moment: Floats, axes: Floats) -> Floats:
    """Part of a moment about the axis to the right."""
    part: Floats = (moment * axes[..., :, 2]).sum(axis=-1)
    return part


def _rate(points: Floats, rate_hz: float) -> Floats:
    """Central differences along the frames."""
    rate: Floats = np.gradient(points, axis=1) * rate_hz
    return rate


def _angular_velocity(axes: Floats, rate_hz: float) -> Floats:
    """Angular velocity, rad/s, in the outer frame, from axes of shape (2, frames, 3, 3)."""
    turning = _rate(axes, rate_hz) @ axes.swapaxes(-1, -2)
    velocity: Floats = np.stack([turning[..., 2, 1], turning[..., 0, 2], turning[..., 1, 0]], axis=-1)
    return velocity
