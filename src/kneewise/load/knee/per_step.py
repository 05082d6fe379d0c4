"""Load of one step from speed, cadence, contact time and slope, for whole histories at once.

The equations are those of the watch tier (angles in degrees, everything else SI)::

    T   = 60/f                                        step time
    t_c = measured, else c T^0.6 v^-0.4               contact time
    Fz  = (pi/2) (T/t_c) cos(theta)                   peak ground force, BW
    dy  = g (T t_c/(2 pi) - t_c^2/8)                  drop of the centre of mass
    sw  = L - sqrt(L^2 - (v t_c/2)^2)                 sweep of the leg
    kn  = k0 + k1 dy' + k2 sw'                        peak knee flexion
    d   = 0.2455 h sin(kn/2) - d0 h - chi 0.285 h tan(theta)   arm of the ground force about the knee
    M   = Fz sin(p pi) g d                            knee extension moment per kg
    F   = M / L_eff(kn) k(kn) / g                     patellofemoral force, BW
    I   = i F t_c                                     impulse, BW s
    s   = F m g / CA(kn)                              stress, MPa

Work is done in pieces that stay in the processor's cache, in place, in the precision of the input.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kneewise.domain import Sex
from kneewise.load.knee.limits import Limits, limits
from kneewise.load.knee.model import KneeModel, knee_model
from kneewise.load.knee.patellofemoral import Area, contact_area_mm2, horner
from kneewise.units import GRAVITY_MPS2

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]

#: Rows per piece: ten float32 rows of this length fill about half of a second-level cache.
_PIECE = 2**14
_MILLIMETRES = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class StepLoad:
    """Peak load of one knee in one step; arrays of one shape, NaN where the model gives no number.

    Attributes
    ----------
    peak_force_bw : ndarray
        Peak patellofemoral joint force in body weights.
    peak_stress_mpa : ndarray
        Peak patellofemoral stress, MPa; NaN without body mass.
    impulse_bw_s : ndarray
        Time integral of the joint force over one stance, BW s.
    knee_flexion_deg : ndarray
        Peak stance knee flexion, deg.
    knee_moment_nm_per_kg : ndarray
        Knee extension moment at peak joint force.
    contact_time_s : ndarray
        Contact time that was used, measured or predicted.
    """

    peak_force_bw: Array
    peak_stress_mpa: Array
    impulse_bw_s: Array
    knee_flexion_deg: Array
    knee_moment_nm_per_kg: Array
    contact_time_s: Array


def per_step(
    speed_mps: ArrayLike,
    cadence_spm: ArrayLike,
    *,
    height_m: float,
    mass_kg: float | None = None,
    sex: Sex | None = None,
    contact_time_s: ArrayLike | None = None,
    grade_deg: ArrayLike | None = None,
    area: Area = "connolly",
    model: KneeModel | None = None,
    checked: bool = True,
) -> StepLoad:
    """Return the load of one step for every element.

    Parameters
    ----------
    speed_mps, cadence_spm : array_like, shape (n,)
        Speed along the ground and steps per minute of both feet. float32 input is computed in float32, all else in
        float64.
    height_m, mass_kg, sex : float, float or None, {"f", "m"} or None
        The runner. Mass is needed for stress only, sex for the contact area ``"besier"`` only.
    contact_time_s : array_like, shape (n,), optional
        Measured contact time; where it is NaN or outside its sanity limits it is predicted from cadence and speed.
    grade_deg : array_like, shape (n,), optional
        Slope, positive uphill; NaN counts as level.
    area : str
        Contact-area convention.
    model : KneeModel, optional
        Constants, the generic ones by default.
    checked : bool
        Whether elements outside the sanity limits become NaN.

    Returns
    -------
    StepLoad

    Notes
    -----
    Steady level or gently sloped running on two feet; walking, sprinting and slopes over 10 deg have no number.
    Outside the recommended range we cannot provide evidence.
    """
    kernel = _Kernel(height_m, mass_kg, sex, area, model or knee_model(), checked)
    speed = _floats(speed_mps)
    cadence = np.asarray(cadence_spm, dtype=speed.dtype)
    contact = None if contact_time_s is None else np.asarray(contact_time_s, dtype=speed.dtype)
    grade = None if grade_deg is None else np.asarray(grade_deg, dtype=speed.dtype)
    result = StepLoad(*(np.empty(speed.shape, dtype=speed.dtype) for _ in fields(StepLoad)))
    work = np.empty((4, min(_PIECE, max(speed.size, 1))), dtype=speed.dtype)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for piece in _pieces(speed.size):
            kernel.run(
                speed[piece], cadence[piece], _cut(contact, piece), _cut(grade, piece), _rows(result, piece), work
            )
    return result


@dataclass(frozen=True, slots=True)
class _Kernel:
    height_m: float
    mass_kg: float | None
    sex: Sex | None
    area: Area
    model: KneeModel
    checked: bool

    def run(
        self, speed: Array, cadence: Array, contact: Array | None, grade: Array | None, out: StepLoad, work: Array
    ) -> None:
        """Fill ``out`` for one piece; ``work`` holds four rows of scratch."""
        step_time, force, lean, scratch = work[:, : speed.size]
        np.divide(60, cadence, out=step_time)
        self._contact(speed, step_time, contact, out.contact_time_s, scratch)
        self._knee(speed, step_time, out.contact_time_s, out.knee_flexion_deg, scratch)
        np.divide(step_time, out.contact_time_s, out=force)
        force *= math.pi / 2 * self.model.ground_force_scale
        if grade is not None:
            _tangent(grade, lean)
            force *= _cosine(lean, scratch)
        bad = self._rejected_inputs(speed, cadence, out, step_time, force, grade, scratch) if self.checked else None
        self._moment(force, lean if grade is not None else None, out, scratch)
        self._joint(out, scratch, force)
        if bad is not None:
            self._reject(bad, out)

    def _contact(self, speed: Array, step_time: Array, measured: Array | None, out: Array, scratch: Array) -> None:
        model = self.model
        np.log(step_time, out=out)
        out *= model.contact_step_time_exponent
        np.log(speed, out=scratch)
        scratch *= model.contact_speed_exponent
        out += scratch
        np.exp(out, out=out)
        out *= model.contact_scale * model.contact_scale_person
        if measured is not None:
            bounds = limits()["contact_time_s"]
            np.copyto(out, measured, where=(measured >= bounds.reject_low) & (measured <= bounds.reject_high))

    def _knee(self, speed: Array, step_time: Array, contact: Array, out: Array, scratch: Array) -> None:
        model, leg = self.model, self.model.leg_length_share * self.height_m
        to_fit = _MILLIMETRES * model.reference_height_m / self.height_m
        np.multiply(speed, contact, out=out)
        out *= 0.5
        out *= out
        np.subtract(leg * leg, out, out=out)
        np.sqrt(out, out=out)
        np.subtract(leg, out, out=out)
        out *= model.knee.per_sweep_deg_per_mm * to_fit
        np.multiply(contact, -1 / 8, out=scratch)
        scratch += step_time * (1 / (2 * math.pi))
        scratch *= contact
        scratch *= model.knee.per_drop_deg_per_mm * to_fit * GRAVITY_MPS2
        out += scratch
        out += model.knee.intercept_deg + model.knee_offset_deg

    def _moment(self, force: Array, lean: Array | None, out: StepLoad, scratch: Array) -> None:
        model, height, moment = self.model, self.height_m, out.knee_moment_nm_per_kg
        np.multiply(out.knee_flexion_deg, math.pi / 360, out=moment)
        np.sin(moment, out=moment)
        moment *= model.thigh_share * height
        moment -= model.force_line_offset_share * height
        if lean is not None:
            np.multiply(lean, model.grade_kept_share * model.knee_height_share * height, out=scratch)
            moment -= scratch
        moment *= force
        moment *= math.sin(model.peak_fraction * math.pi) * GRAVITY_MPS2

    def _joint(self, out: StepLoad, scratch: Array, work: Array) -> None:
        model, knee, force, stress = self.model, out.knee_flexion_deg, out.peak_force_bw, out.peak_stress_mpa
        horner(model.ratio_numerator, knee, force)
        force *= out.knee_moment_nm_per_kg
        force /= horner(model.ratio_denominator, knee, scratch)
        force /= horner(model.lever_arm, knee, scratch)
        force *= model.cocontraction * model.ratio_scale / (model.lever_arm_scale * GRAVITY_MPS2)
        np.multiply(force, out.contact_time_s, out=out.impulse_bw_s)
        out.impulse_bw_s[...] *= model.impulse_share
        if self.mass_kg is None:
            stress.fill(np.nan)
            return
        np.divide(force, contact_area_mm2(knee, self.area, self.sex, work), out=stress)
        np.multiply(stress, self.mass_kg * GRAVITY_MPS2, out=stress)

    def _rejected_inputs(
        self,
        speed: Array,
        cadence: Array,
        out: StepLoad,
        step_time: Array,
        force: Array,
        grade: Array | None,
        scratch: Array,
    ) -> Mask:
        bounds = limits()
        bad = _outside(speed, bounds["speed_mps"])
        bad |= _outside(cadence, bounds["cadence_spm"])
        bad |= _outside(out.contact_time_s, bounds["contact_time_s"])
        bad |= _outside(force, bounds["ground_force_bw"])
        np.divide(out.contact_time_s, step_time, out=scratch)
        scratch *= 0.5
        bad |= _outside(scratch, bounds["duty_factor"])
        if grade is not None:
            bad |= _outside(grade, bounds["grade_deg"])
        return bad

    def _reject(self, bad: Mask, out: StepLoad) -> None:
        bounds = limits()
        bad |= _outside(out.knee_flexion_deg, bounds["knee_flexion_deg"])
        bad |= _outside(out.knee_moment_nm_per_kg, bounds["knee_moment_nm_per_kg"])
        bad |= _outside(out.peak_force_bw, bounds["peak_force_bw"])
        if bad.any():
            for column in fields(out):
                np.copyto(getattr(out, column.name), np.nan, where=bad)


def _outside(x: Array, bounds: Limits) -> Mask:
    """True outside the bounds; NaN is not outside, it stays NaN by itself."""
    bad = x < bounds.reject_low
    bad |= x > bounds.reject_high
    return bad


def _tangent(grade_deg: Array, out: Array) -> None:
    """Tangent of a slope by its series, exact to 3e-7 at 10 deg; NaN becomes level."""
    np.multiply(grade_deg, math.pi / 180, out=out)
    np.nan_to_num(out, copy=False, nan=0)
    square = out * out
    out *= 1 + square * (1 / 3) + square * square * (2 / 15)


def _cosine(tangent: Array, out: Array) -> Array:
    np.multiply(tangent, tangent, out=out)
    out += 1
    np.sqrt(out, out=out)
    return np.divide(1, out, out=out)


def _floats(values: ArrayLike) -> Array:
    array = np.atleast_1d(np.asarray(values))
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


def _pieces(size: int) -> Iterator[slice]:
    return (slice(start, min(start + _PIECE, size)) for start in range(0, size, _PIECE))


def _cut(array: Array | None, piece: slice) -> Array | None:
    return None if array is None else array[piece]


def _rows(result: StepLoad, piece: slice) -> StepLoad:
    return StepLoad(*(getattr(result, column.name)[piece] for column in fields(StepLoad)))
