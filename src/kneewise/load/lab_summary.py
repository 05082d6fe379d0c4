"""Means over the steps of a trial, with intervals for the same runner and for other runners."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Estimate, Floats, Interval
from kneewise.evidence.parameters import value
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.lab import LabSteps
from kneewise.load.knee.patellofemoral import area_sd_mm2, contact_area_mm2, force_ratio, quadriceps_lever_arm_m
from kneewise.load.uncertainty import z_score

#: Columns that are summarised, with their units.
SUMMARISED = {
    "speed_mps": "m/s",
    "cadence_spm": "1/min",
    "contact_time_s": "s",
    "vertical_oscillation_m": "m",
    "foot_ahead_m": "m",
    "knee_flexion_ic_deg": "deg",
    "knee_flexion_peak_deg": "deg",
    "foot_inclination_ic_deg": "deg",
    "shank_inclination_ic_deg": "deg",
    "hip_adduction_peak_deg": "deg",
    "pelvic_drop_peak_deg": "deg",
    "trunk_lean_deg": "deg",
    "vgrf_peak_bw": "BW",
    "knee_moment_peak_nm_per_kg": "N m/kg",
    "pfj_peak_bw": "BW",
    "pfj_peak_mpa": "MPa",
    "pfj_impulse_bw_s": "BW s",
}
_FORCES = ("pfj_peak_bw", "pfj_peak_mpa", "pfj_impulse_bw_s")


def summary(steps: LabSteps, convention: Convention) -> dict[str, dict[str, Estimate]]:
    """Return the mean of every quantity by ``left``, ``right`` and ``both``.

    Notes
    -----
    ``low``/``high`` is for the same runner with the markers put on anew: the scatter of the steps, and the placement
    (the knee centre by some millimetres, 0.8 % of the knee moment for each; angles by 1.5 deg). That a runner differs
    from day to day is not in it. ``others`` adds what differs between people: lever arm, force ratio, contact area, the
    place of the true knee.
    """
    legs = {"left": steps.leg == 0, "right": steps.leg == 1, "both": np.ones(len(steps), dtype=np.bool_)}
    return {
        side: {name: _estimate(steps, name, rows, convention) for name in SUMMARISED} for side, rows in legs.items()
    }


def step_intervals(steps: LabSteps) -> tuple[Floats, Floats]:
    """Return the bounds of each step's peak joint force, for comparing the runner with the same runner."""
    force = steps.columns["pfj_peak_bw"]
    reach = z_score() * _placement_sd(
        steps.columns["knee_moment_peak_nm_per_kg"], steps.columns["knee_flexion_peak_deg"]
    )
    return force * np.exp(-reach), force * np.exp(reach)


def _estimate(steps: LabSteps, name: str, rows: NDArray[np.bool_], convention: Convention) -> Estimate:
    values = steps.columns[name][rows]
    values = values[np.isfinite(values)]
    basis = f"lab; {convention.text}; knee centre between the epicondyles" if name in _FORCES else "lab"
    level = value("interval.level")
    if not len(values):
        return Estimate(math.nan, math.nan, math.nan, SUMMARISED[name], basis, level)
    mean = float(values.mean())
    scatter = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    own, others = _sds(steps, name, rows, mean, convention)
    low, high = (mean - z_score() * math.hypot(scatter, own), mean + z_score() * math.hypot(scatter, own))
    reach = z_score() * math.hypot(scatter, others)
    wider = Interval(mean - reach, mean + reach) if others > own else None
    return Estimate(mean, low, high, SUMMARISED[name], basis, level, wider)


def _sds(
    steps: LabSteps, name: str, rows: NDArray[np.bool_], mean: float, convention: Convention
) -> tuple[float, float]:
    """Return standard deviations of the mean for the same runner and for others, in the unit of the quantity."""
    if name.endswith("_deg"):
        return value("lab.noise.angle_deg"), value("lab.noise.angle_deg")
    moment = float(np.nanmean(steps.columns["knee_moment_peak_nm_per_kg"][rows]))
    flexion = float(np.nanmean(steps.columns["knee_flexion_peak_deg"][rows]))
    if name == "knee_moment_peak_nm_per_kg":
        per_metre = value("lab.noise.moment_per_metre")
        return value("lab.noise.knee_centre_m") * per_metre, value("lab.noise.knee_centre_others_m") * per_metre
    if name not in _FORCES:
        return 0.0, 0.0
    own = float(_placement_sd(np.array([moment]), np.array([flexion]))[0])
    centre = value("lab.noise.knee_centre_others_m") * value("lab.noise.moment_per_metre") / moment
    person = [own, centre, value("noise.person.lever_arm"), value("noise.person.ratio")]
    if name == "pfj_peak_mpa" and convention.area != "besier":
        person.append(area_sd_mm2() / float(contact_area_mm2(np.array([flexion]), convention.area)[0]))
    return own * mean, math.hypot(*person) * mean


def _placement_sd(moment: Floats, flexion_deg: Floats) -> Floats:
    """Relative standard deviation of joint force from putting the markers on anew."""
    centre = value("lab.noise.knee_centre_m") * value("lab.noise.moment_per_metre") / moment
    step = value("lab.noise.angle_deg")
    angle = np.maximum(flexion_deg, 0)
    here, there = (force_ratio(x) / quadriceps_lever_arm_m(x) for x in (angle, angle + step))
    sd: Floats = np.hypot(centre, np.log(there / here))
    return sd


def to_json(found: dict[str, dict[str, Estimate]]) -> dict[str, Any]:
    """Return the summary as JSON values."""
    return {side: {name: one.to_json() for name, one in group.items()} for side, group in found.items()}
