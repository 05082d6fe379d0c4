"""One steady state of running with its errors, for the calculator."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from kneewise.domain import Estimate, Interval, KneeStyle, Sex, json_number
from kneewise.evidence.parameters import value
from kneewise.load.conventions import area_range
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.limits import limits
from kneewise.load.knee.model import KneeModel, knee_model
from kneewise.load.knee.patellofemoral import Area
from kneewise.load.knee.per_step import StepLoad, per_step
from kneewise.load.knee.spring_mass import predicted_contact_time_s
from kneewise.load.knee.style import Multiplier
from kneewise.load.knee_km import reference_noise
from kneewise.load.reference import Reference
from kneewise.load.uncertainty import (
    States,
    contact_kind_sd,
    device_effects,
    evaluate,
    grade_sd,
    person_effects,
    root_sum,
    slope_sd,
    states_ground_force,
    total,
    z_score,
)
from kneewise.units import GRAVITY_MPS2

UNITS = {
    "peak_force_bw": "BW",
    "peak_stress_mpa": "MPa",
    "impulse_bw_s": "BW s",
    "knee_flexion_deg": "deg",
    "knee_moment_nm_per_kg": "N m/kg",
    "contact_time_s": "s",
}
#: Quantities that trunk lean, foot strike and slope act on.
_FORCES = ("peak_force_bw", "peak_stress_mpa", "impulse_bw_s")


@dataclass(frozen=True, slots=True)
class Errors:
    """Standard deviations for comparing with oneself and with others, by quantity; ``"per_km"`` is the force sum."""

    own: dict[str, float]
    others: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class SteadyState:
    """Speed, cadence, contact time and slope that do not change."""

    states: States
    height_m: float
    grade_deg: float | None

    @classmethod
    def of(
        cls,
        speed_mps: float,
        cadence_spm: float,
        height_m: float,
        contact_time_s: float | None,
        grade_deg: float | None,
    ) -> SteadyState:
        """Make a state; a contact time outside its sanity limits is predicted instead."""
        speed, cadence = np.array([float(speed_mps)]), np.array([float(cadence_spm)])
        measured = contact_time_s is not None and not limits()["contact_time_s"].rejects(contact_time_s)
        contact = np.array([contact_time_s]) if measured else predicted_contact_time_s(speed, cadence)
        share = np.array([float(measured)])
        return cls(States(speed, cadence, contact.astype(np.float64), share, np.zeros(1)), height_m, grade_deg)

    def step(self, model: KneeModel, mass_kg: float | None, sex: Sex | None, area: Area) -> StepLoad:
        """Return the checked load of one step."""
        return per_step(
            self.states.speed_mps,
            self.states.cadence_spm,
            height_m=self.height_m,
            mass_kg=mass_kg,
            sex=sex,
            contact_time_s=self.states.contact_time_s,
            grade_deg=None if self.grade_deg is None else np.array([self.grade_deg]),
            area=area,
            model=model,
        )

    def watch_knee_flexion_deg(self) -> float:
        """Knee flexion that the watch tier predicts."""
        return float(evaluate(self.states, self.height_m).knee_flexion_deg[0])

    def values(self) -> dict[str, float]:
        """Every quantity that has sanity limits, unchecked and for the watch tier."""
        load = evaluate(self.states, self.height_m)
        return {
            "speed_mps": float(self.states.speed_mps[0]),
            "cadence_spm": float(self.states.cadence_spm[0]),
            "contact_time_s": float(self.states.contact_time_s[0]),
            "duty_factor": float(self.states.contact_time_s[0] * self.states.cadence_spm[0] / 60 / 2),
            "grade_deg": self.grade_deg or 0.0,
            "ground_force_bw": float(states_ground_force(self.states)[0]),
            "knee_flexion_deg": float(load.knee_flexion_deg[0]),
            "knee_moment_nm_per_kg": float(load.knee_moment_nm_per_kg[0]),
            "peak_force_bw": float(load.peak_force_bw[0]),
        }

    def errors(self, reference: Reference, area: Area, style_sd: float, filmed: KneeStyle | None = None) -> Errors:
        """Propagate all errors.

        A filmed knee angle belongs to this state and not to the reference, so its error stays in the comparison with
        oneself.
        """
        device = device_effects(self.states, self.height_m)
        person = person_effects(self.states, self.height_m, style=filmed, area=area)
        own, others = {}, {}
        for name in UNITS:
            parts = [total(device[name]), slope_sd(self.states, reference.states(), self.height_m, name)]
            if name in _FORCES:
                parts += [self._grade_sd(), np.array([style_sd])]
            if filmed is not None:
                parts.append(person[name]["knee"])
            own[name] = float(root_sum(*parts)[0])
            between = {source: effect for source, effect in person[name].items() if source != "knee" or filmed is None}
            others[name] = math.hypot(own[name], float(total(between)[0]))
        own["per_km"] = self._per_km_sd(reference, style_sd, person["peak_force_bw"]["knee"] if filmed else None)
        between_force = {s: e for s, e in person["peak_force_bw"].items() if s != "knee" or filmed is None}
        others["per_km"] = math.hypot(own["per_km"], float(total(between_force)[0]))
        return Errors(own, others)

    def _per_km_sd(self, reference: Reference, style_sd: float, video: Any) -> float:
        device = device_effects(self.states, self.height_m)
        speed = {"speed": value("noise.device.speed"), "cadence": 0.0, "contact": 0.0}
        sums = {name: effect + device["steps"][name] - speed[name] for name, effect in device["peak_force_bw"].items()}
        parts = [
            total(sums),
            slope_sd(self.states, reference.states(), self.height_m),
            contact_kind_sd(self.states, reference.states(), self.height_m),
            self._grade_sd(),
            reference_noise(reference),
            np.array([style_sd]),
            *([] if video is None else [video]),
        ]
        return float(root_sum(*parts)[0])

    def _grade_sd(self) -> Any:
        tangent = math.tan(math.radians(self.grade_deg or 0))
        up, down = np.array([max(tangent, 0.0)]), np.array([max(-tangent, 0.0)])
        return grade_sd(up, down, np.zeros(1), self.states, self.height_m)


def estimates(step: StepLoad, errors: Errors, basis: str) -> dict[str, Estimate]:
    """Return the estimates of one step."""
    found = {}
    for field in fields(step):
        number = float(getattr(step, field.name)[0])
        own, others = (_bounds(field.name, number, sd[field.name]) for sd in (errors.own, errors.others))
        level = value("interval.level")
        found[field.name] = Estimate(number, own.low, own.high, UNITS[field.name], basis, level, others)
    return found


def _bounds(name: str, number: float, sd: float) -> Interval:
    reach = z_score() * sd
    if name == "knee_flexion_deg":
        return Interval(number - reach, number + reach)
    # numpy's exponential: a slope of 90 degrees makes the interval endless, which is no failure
    return Interval(number * float(np.exp(-reach)), number * float(np.exp(reach)))


def per_km_estimate(step: StepLoad, steps_per_km: float, reference: Reference, errors: Errors, tier: str) -> Estimate:
    """Return knee-km per km against a reference."""
    number = float(step.peak_force_bw[0]) * steps_per_km / (reference.peak_force_bw * reference.steps_per_km)
    own, others = (_bounds("per_km", number, sd["per_km"]) for sd in (errors.own, errors.others))
    basis = f"{tier}; sum of peak force; relative to {reference.basis}"
    return Estimate(number, own.low, own.high, "knee-km/km", basis, value("interval.level"), others)


def convention_document(
    convention: Convention,
    tier: str,
    step: StepLoad,
    state: SteadyState,
    mass_kg: float | None,
    sex: Sex | None,
    reference: Reference,
    style: Multiplier,
) -> dict[str, Any]:
    """Name every choice behind the numbers, with the range that the other choices would give."""
    knee, force = float(step.knee_flexion_deg[0]), float(step.peak_force_bw[0])
    areas = area_range(knee, sex)
    newtons = force * (mass_kg or math.nan) * GRAVITY_MPS2
    return {
        "tier": tier,
        **convention.to_json(),
        "contact_area_mm2": areas,
        "peak_stress_mpa_by_area": {name: json_number(newtons / (area or math.nan)) for name, area in areas.items()},
        "contact_time": "measured" if state.states.measured_share[0] else "predicted from cadence and speed",
        "grade_kept_share": knee_model().grade_kept_share,
        "style_factor": style.factor,
        "sums": "one knee: half of the steps",
        "reference": reference.basis,
        "calibration": calibration_text(),
    }


def calibration_text() -> str:
    """Say what the watch model was fitted to and how far off it was on runners it had not seen."""
    force, change = (value(f"watch.calibration.{name}_error") for name in ("force", "change"))
    return (
        f"fitted to 18 lab runners (17 men); off by {force:.1%} (root mean square) in the force of runners left out, "
        f"and by {change:.1%} in their change of force from 2.5 to 4.5 m/s"
    )
