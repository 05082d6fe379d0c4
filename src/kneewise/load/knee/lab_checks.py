"""Whether a trial can be believed: what refuses it, what is only noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kneewise.domain import Capture, Floats, Issue, json_number
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.knee.lab import Measured
from kneewise.load.knee.limits import WORDS, limits
from kneewise.motion.markers import SIDES, Standing, low_pass
from kneewise.units import GRAVITY_MPS2

#: Per-step columns that the sanity limits of all tiers hold for.
_LIMITED = {
    "speed_mps": "speed_mps",
    "cadence_spm": "cadence_spm",
    "contact_time_s": "contact_time_s",
    "vgrf_peak_bw": "ground_force_bw",
    "knee_flexion_peak_deg": "knee_flexion_deg",
    "knee_moment_peak_nm_per_kg": "knee_moment_nm_per_kg",
    "pfj_peak_bw": "peak_force_bw",
}
_JOINTS = ("hip", "knee", "ankle")


@dataclass(frozen=True, slots=True)
class Checks:
    """What was checked, in numbers, and what is to be told."""

    numbers: Mapping[str, Any]
    issues: tuple[Issue, ...]


def check(measured: Measured, trial: Capture, standing: Standing, mass_kg: float, height_m: float | None) -> Checks:
    """Refuse a trial whose numbers would mislead, and note what is doubtful.

    Raises
    ------
    InvalidInputError
        Walking, no steps, a standing trial of somebody else, mislabelled markers, a plate that does not fit the feet,
        a mass or a plate scale that cannot be right, results outside what running can be.
    """
    _refuse_no_running(measured, trial, mass_kg)
    signs = misfits(measured)
    _refuse_markers(measured, trial, signs)
    _refuse_plates(measured, trial)
    mean_force = mean_vertical_force_bw(measured, mass_kg)
    issues = [
        *_mass_issues(mean_force, trial),
        *(Issue("markers-doubtful", trial.name, f"{text}; the joint centres are less certain.") for text in signs),
        *_step_issues(measured, trial),
        *_braking_issues(measured, trial),
        *_smoothing_issues(measured, trial, mass_kg),
        *_height_issues(standing, height_m, trial),
        *_limit_issues(measured, trial),
    ]
    return Checks(_numbers(measured, mean_force), tuple(issues))


def mean_vertical_force_bw(measured: Measured, mass_kg: float) -> float:
    """Return the mean vertical force over whole steps, BW: 1 when mass and plates are right.

    NaN unless nearly all steps of the trial are on plates, as on an instrumented treadmill.
    """
    contacts = measured.contacts
    known = np.isfinite(contacts.step_time_s()[:-1])
    if len(known) < value("lab.check.least_steps") or known.mean() < value("lab.check.continuous_share"):
        return float("nan")
    first, last = (int(contacts.initial_contact_s[at] * contacts.force_rate_hz) for at in (0, -1))
    return float(contacts.vertical_n[first:last].mean() / (mass_kg * GRAVITY_MPS2))


def misfits(measured: Measured) -> list[str]:
    """Return, in words, where the running trial does not fit the standing one."""
    body = measured.body
    found = []
    for joint in _JOINTS:
        gap = max(body.joint_gap_m[joint, side] for side in SIDES)
        if gap > value(f"lab.check.{joint}_gap_m"):
            found.append(f"the {joint} centres of the segments above and below lie {_mm(gap)} apart")
    legs = max(gap for (segment, _), gap in body.residual_m.items() if segment != "pelvis")
    for name, gap in (("pelvis", body.residual_m["pelvis", None]), ("leg", legs)):
        if gap > value(f"lab.check.{name}_residual_m"):
            found.append(f"the {name} markers are {_mm(gap)} off their places in the standing trial")
    return found


def _refuse_no_running(measured: Measured, trial: Capture, mass_kg: float) -> None:
    contacts, vertical = measured.contacts, measured.contacts.vertical_n
    loaded = float((vertical >= value("lab.contact.threshold_n")).mean())
    if loaded == 0 or vertical.max() < value("lab.check.least_peak_bw") * mass_kg * GRAVITY_MPS2:
        raise InvalidInputError(
            f"Nobody stands on the force plates of {trial.name} (highest force {vertical.max():.0f} N); check the "
            "plates' scale, or give a trial with steps on them."
        )
    duty = float(np.nanmedian(measured.steps.columns["duty_factor"])) if len(contacts.leg) > 1 else float("nan")
    if loaded > value("lab.check.most_loaded_share") or not len(contacts.leg) or duty > _duty_limit():
        raise InvalidInputError(
            f"{trial.name} looks like walking: there is no time with both feet off the ground; give a trial of running."
        )
    speed = float(np.nanmedian(measured.steps.columns["speed_mps"]))
    if limits()["speed_mps"].rejects(speed):
        raise InvalidInputError(
            f"The speed in {trial.name} is {speed:.1f} m/s, which is no steady running; give a trial of running at "
            f"{limits()['speed_mps'].reject_low:g} to {limits()['speed_mps'].reject_high:g} m/s."
        )


def _duty_limit() -> float:
    return limits()["duty_factor"].reject_high


def _refuse_markers(measured: Measured, trial: Capture, signs: list[str]) -> None:
    for (segment, side), gap in measured.body.residual_m.items():
        if gap > value("lab.check.mislabelled_m"):
            where = f"{side} {segment}" if side else segment
            raise InvalidInputError(
                f"In {trial.name} the markers of the {where} do not keep their distances ({_mm(gap)} off the standing "
                "trial): they are mislabelled, or the standing trial is somebody else's; correct one of the two."
            )
    if len(signs) >= value("lab.check.foreign_signs"):
        raise InvalidInputError(
            f"The standing trial does not fit {trial.name}: {'; '.join(signs[:2])}; it is somebody else's, from "
            "another marker placement, or sides are exchanged, so give the one recorded with this trial."
        )


def _refuse_plates(measured: Measured, trial: Capture) -> None:
    under = measured.pressure.under_foot()
    if under.mean() >= value("lab.check.least_fitting_share"):
        return
    beside = float(np.nanmedian(measured.pressure.beside_m[:, 1]))
    raise InvalidInputError(
        f"The force plates of {trial.name} do not fit the feet: in most steps the force does not act under the "
        f"standing foot (typically {_mm(beside)} beside it); a plate's sign, corners or channel order is wrong."
    )


def _mass_issues(mean_force: float, trial: Capture) -> Iterator[Issue]:
    if np.isnan(mean_force):
        text = "Mass and plate scale could not be checked: not all steps of the trial are on force plates."
        yield Issue("mass-unchecked", trial.name, text)
        return
    off = abs(mean_force - 1)
    if off > value("lab.check.mass_refuse"):
        raise InvalidInputError(
            f"The mean vertical force in {trial.name} is {mean_force:.2f} body weights and must be 1; the mass or the "
            "plates' scale is wrong, so check both."
        )
    if off > value("lab.check.mass_warn"):
        text = (
            f"The mean vertical force is {mean_force:.3f} body weights and must be 1: the mass or the plates' scale is "
            f"off by {100 * off:.0f} %, and every force and moment here with it."
        )
        yield Issue("mass-doubtful", trial.name, text)


def _step_issues(measured: Measured, trial: Capture) -> Iterator[Issue]:
    without = [text for text in measured.steps.reason if text]
    if len(without) == len(measured.steps):
        raise InvalidInputError(f"No step of {trial.name} can be used: {without[0]}; record the trial again.")
    for text in dict.fromkeys(without):
        told = f"{without.count(text)} of {len(measured.steps)} steps have no load: {text}."
        yield Issue("steps-without-load", trial.name, told)


def _braking_issues(measured: Measured, trial: Capture) -> Iterator[Issue]:
    """The ground first brakes, then pushes; the other way round the plate's fore-aft sign is wrong."""
    early, late = (float(np.nanmedian(part)) for part in measured.fore_aft_halves_n)
    if early > 0 > late:
        raise InvalidInputError(
            f"In {trial.name} the ground pushes first and brakes afterwards: the fore-aft sign of a plate is wrong, so "
            "correct it in the file."
        )
    if early > 0 or late < 0:
        text = "The fore-aft force does not brake first and push afterwards; speed changes or the plate is not level."
        yield Issue("fore-aft-doubtful", trial.name, text)


def _smoothing_issues(measured: Measured, trial: Capture, mass_kg: float) -> Iterator[Issue]:
    """Markers that were smoothed before export and forces that were not, or the other way round."""
    above = value("lab.check.noise_above_hz")
    if trial.rate_hz < 2 * above + value("lab.filter.cutoff_hz"):
        return
    points = trial.points_m[:, np.isfinite(trial.points_m).all(axis=(0, 2))]
    if not points.shape[1]:
        return
    noise = float(np.median((points - low_pass(points, trial.rate_hz, above)).std(axis=0)))
    force = measured.ground.force_n[:, 1]
    rough = float((force - low_pass(force, measured.ground.rate_hz, above)).std() / (mass_kg * GRAVITY_MPS2))
    smooth_markers = noise < value("lab.check.least_marker_noise_m")
    smooth_force = rough < value("lab.check.least_force_noise_bw")
    if smooth_markers != smooth_force:
        which, other = ("markers", "forces") if smooth_markers else ("forces", "markers")
        text = (
            f"The {which} were smoothed before export and the {other} were not; unequal filters change the knee moment "
            "in the first part of stance, so export both unfiltered."
        )
        yield Issue("filter-mismatch", trial.name, text)


def _height_issues(standing: Standing, height_m: float | None, trial: Capture) -> Iterator[Issue]:
    if height_m is None:
        return
    leg = float(np.mean([standing.lengths_m["thigh", side] + standing.lengths_m["shank", side] for side in SIDES]))
    share = leg / height_m
    if abs(share / value("lab.check.leg_share") - 1) > value("lab.check.leg_share_off"):
        text = (
            f"Thigh and shank together are {leg:.2f} m, {100 * share:.0f} % of the height of {height_m:g} m; check the "
            "height, the unit of the file and the joint markers."
        )
        yield Issue("height-doubtful", trial.name, text)


def _limit_issues(measured: Measured, trial: Capture) -> Iterator[Issue]:
    for column, name in _LIMITED.items():
        typical = _median(measured.steps.columns[column])
        if limits()[name].rejects(typical):
            raise InvalidInputError(
                f"The typical {WORDS[name]} in {trial.name} is {typical:.3g}, outside {limits()[name].reject_low:g} to "
                f"{limits()[name].reject_high:g}: no running; check labels, mass and plates."
            )
        if limits()[name].warns(typical):
            text = f"The typical {WORDS[name]} of {typical:.3g} is unusual for running."
            yield Issue("unusual", trial.name, text)


def _numbers(measured: Measured, mean_force: float) -> dict[str, Any]:
    body = measured.body
    gaps = {joint: max(body.joint_gap_m[joint, side] for side in SIDES) for joint in _JOINTS}
    clusters = {"_".join(part for part in (side, segment) if part): r for (segment, side), r in body.residual_m.items()}
    return {
        "mean_vertical_force_bw": json_number(mean_force),
        "steps": len(measured.steps),
        "steps_with_load": sum(not text for text in measured.steps.reason),
        "joint_gap_m": {joint: json_number(gap) for joint, gap in gaps.items()},
        "cluster_residual_m": {name: json_number(gap) for name, gap in clusters.items()},
        "pressure_beside_foot_m": json_number(_median(measured.pressure.beside_m[:, 1])),
        "plates_turned": list(measured.ground.turned),
    }


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _mm(length_m: float) -> str:
    return f"{1000 * length_m:.0f} mm"
