"""The runner as a mass on a spring: contact time, ground force, drop of the centre of mass (Morin 2005).

Each function has a plain form for any array; ``per_step`` inlines the same formulas in place for whole histories, and a
test holds the two together.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kneewise.evidence.parameters import value
from kneewise.load.knee.model import KneeModel, knee_model
from kneewise.units import GRAVITY_MPS2

Array = NDArray[np.floating]


def step_time_s(cadence_spm: Array) -> Array:
    """Time from one footfall to the next, s."""
    return 60 / cadence_spm


def predicted_contact_time_s(speed_mps: Array, cadence_spm: Array, model: KneeModel | None = None) -> Array:
    """Contact time for runners whose device does not measure it, s; about 7 % between runners (Fukuchi 2017)."""
    model = model or knee_model()
    scale = model.contact_scale * model.contact_scale_person
    step_time = step_time_s(cadence_spm)
    return scale * step_time**model.contact_step_time_exponent * speed_mps**model.contact_speed_exponent


def peak_ground_force_bw(step_time: Array, contact_time_s: Array) -> Array:
    """Peak vertical ground force of a half-sine, BW."""
    return math.pi / 2 * step_time / contact_time_s


def drop_m(step_time: Array, contact_time_s: Array) -> Array:
    """Downward travel of the centre of mass in stance, m."""
    return GRAVITY_MPS2 * contact_time_s * (step_time / (2 * math.pi) - contact_time_s / 8)


def sweep_m(speed_mps: Array, contact_time_s: Array, leg_length_m: float) -> Array:
    """Shortening that the sweep of the leg over the standing foot asks for, m."""
    return leg_length_m - np.sqrt(leg_length_m**2 - (speed_mps * contact_time_s / 2) ** 2)


def vertical_oscillation_m(cadence_spm: Array, contact_time_s: Array) -> Array:
    """Vertical oscillation that cadence and contact time imply, m; bias -3 mm, SD 9 mm against pelvis markers."""
    step_time = step_time_s(cadence_spm)
    flight = value("limits.oscillation.flight_share")
    return GRAVITY_MPS2 * (step_time**2 / 8 - flight * step_time * contact_time_s)
