"""The load calculator: one steady state of running, from watch numbers, a filmed knee angle, or both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kneewise.domain import Estimate, Issue, Sex, json_number
from kneewise.errors import InvalidInputError
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.limits import WORDS, limits
from kneewise.load.knee.patellofemoral import AREAS, Area
from kneewise.load.knee.per_step import StepLoad
from kneewise.load.knee.personal import personal_model, style_of_known_knee
from kneewise.load.knee.style import FootStrike, Multiplier, style_multiplier
from kneewise.load.knee.video import fuse_knee_flexion
from kneewise.load.reference import Reference, population_reference
from kneewise.load.run_issues import unusual_values
from kneewise.load.steady_state import SteadyState, convention_document, estimates, per_km_estimate

Tier = Literal["watch", "video"]


@dataclass(frozen=True, slots=True)
class KneeLoad:
    """Load of one knee in one steady state.

    Attributes
    ----------
    per_step : dict of str to Estimate
        ``peak_force_bw``, ``peak_stress_mpa``, ``impulse_bw_s``, ``knee_flexion_deg``, ``knee_moment_nm_per_kg``,
        ``contact_time_s``; NaN with an issue outside the sanity limits.
    steps_per_km : float
        Steps of both feet in a kilometre.
    peak_force_sum_bw_per_km, impulse_bw_s_per_km : float
        Sums over a kilometre for one knee, that is over half of the steps.
    knee_km_per_km : Estimate
        Cost of a kilometre against a kilometre of the reference.
    convention : dict
        Tier, contact area with the range over all conventions, co-contraction, reference.
    """

    per_step: dict[str, Estimate]
    steps_per_km: float
    peak_force_sum_bw_per_km: float
    impulse_bw_s_per_km: float
    knee_km_per_km: Estimate
    convention: dict[str, Any]
    issues: tuple[Issue, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the contract's document of ``kneewise knee``."""
        return {
            "per_step": {name: estimate.to_json() for name, estimate in self.per_step.items()},
            "per_km": {
                "steps": json_number(self.steps_per_km),
                "peak_force_sum_bw": json_number(self.peak_force_sum_bw_per_km),
                "impulse_bw_s": json_number(self.impulse_bw_s_per_km),
            },
            "knee_km_per_km": self.knee_km_per_km.to_json(),
            "convention": self.convention,
            "issues": [issue.to_json() for issue in self.issues],
        }


@np.errstate(all="ignore")  # numbers beyond all reason end as no number with its issue, not as a warning on the way
def knee_load(
    speed_mps: float,
    cadence_spm: float,
    height_m: float,
    mass_kg: float | None = None,
    *,
    sex: Sex | None = None,
    grade_deg: float | None = None,
    contact_time_s: float | None = None,
    knee_flexion_deg: float | None = None,
    knee_flexion_sd_deg: float | None = None,
    trunk_lean_deg: float | None = None,
    foot_strike: FootStrike | None = None,
    tier: Tier | None = None,
    area: Area = "connolly",
    cocontraction: bool = False,
    reference: Reference | None = None,
) -> KneeLoad:
    """Return what one step and one kilometre of a steady run cost the kneecap joint.

    Parameters
    ----------
    speed_mps, cadence_spm : float
        Speed along the ground, steps per minute of both feet.
    height_m, mass_kg, sex : float, float or None, {"f", "m"} or None
        Mass is needed for stress, sex for the contact area ``"besier"``.
    grade_deg : float, optional
        Slope, positive uphill; level by default.
    contact_time_s : float, optional
        Predicted from cadence and speed where not given.
    knee_flexion_deg, knee_flexion_sd_deg : float, optional
        Peak stance knee flexion from video and its standard deviation (7 deg by default). It is weighed against the
        watch's prediction, never plugged in raw.
    trunk_lean_deg : float, optional
        Forward lean of the trunk; about -1 % load per degree more than 7.3 deg.
    foot_strike : {"rearfoot", "midfoot", "forefoot"}, optional
        Forefoot lowers the load by about 13 % (5 to 27 %) against rearfoot.
    tier : {"watch", "video"}, optional
        ``"video"`` when a knee angle is given.
    area, cocontraction
        Conventions of absolute numbers; see :class:`~kneewise.load.knee.convention.Convention`.
    reference : Reference, optional
        What 1 knee-km is; recreational runners of this height by default.

    Returns
    -------
    KneeLoad

    Raises
    ------
    InvalidInputError
        For numbers that are not finite and positive, unknown names, and a tier that does not fit the input.

    Notes
    -----
    ``low``/``high`` of each estimate hold for comparing yourself with yourself (device noise, doubt about the modelled
    change from the reference); ``others`` adds what differs between people.
    """
    _check(speed_mps=speed_mps, cadence_spm=cadence_spm, height_m=height_m, mass_kg=mass_kg, area=area, sex=sex)
    _check_optional(contact_time_s, knee_flexion_deg, knee_flexion_sd_deg, trunk_lean_deg, grade_deg)
    tier = _tier(tier, knee_flexion_deg)
    convention = Convention(area, cocontraction)
    model = convention.model()
    state = SteadyState.of(speed_mps, cadence_spm, height_m, contact_time_s, grade_deg)
    filmed = None
    if knee_flexion_deg is not None:
        fused = fuse_knee_flexion(state.watch_knee_flexion_deg(), knee_flexion_deg, knee_flexion_sd_deg)
        filmed = style_of_known_knee(fused.value_deg - state.watch_knee_flexion_deg(), fused.sd_deg)
        model = personal_model(model, filmed)
    style = style_multiplier(trunk_lean_deg, foot_strike)
    step = _styled(state.step(model, mass_kg, sex, area), style)
    reference = reference or population_reference(height_m, convention)
    basis = f"{tier}; {convention.text}"
    errors = state.errors(reference, area, style.sd, filmed)
    steps_per_km = 1000 / speed_mps * cadence_spm / 60
    issues = _issues(state, step, mass_kg, contact_time_s)
    return KneeLoad(
        per_step=estimates(step, errors, basis),
        steps_per_km=steps_per_km,
        peak_force_sum_bw_per_km=steps_per_km / 2 * float(step.peak_force_bw[0]),
        impulse_bw_s_per_km=steps_per_km / 2 * float(step.impulse_bw_s[0]),
        knee_km_per_km=per_km_estimate(step, steps_per_km, reference, errors, tier),
        convention=convention_document(convention, tier, step, state, mass_kg, sex, reference, style),
        issues=issues,
    )


def _check(*, area: str, sex: str | None, mass_kg: float | None, **positive: float) -> None:
    for name, number in {**positive, **({} if mass_kg is None else {"mass_kg": mass_kg})}.items():
        if not (math.isfinite(number) and number > 0):
            raise InvalidInputError(f"{name} is {number}; give a number above 0.")
    if area not in AREAS:
        raise InvalidInputError(f"'{area}' is no contact-area convention; choose one of {', '.join(AREAS)}.")
    if sex not in (None, "f", "m"):
        raise InvalidInputError(f"sex is '{sex}'; give 'f' or 'm', or leave it out.")


def _check_optional(contact: float | None, knee: float | None, sd: float | None, *others: float | None) -> None:
    for name, number in (("contact_time_s", contact), ("knee_flexion_sd_deg", sd), ("knee_flexion_deg", knee)):
        if number is not None and not (math.isfinite(number) and number > 0):
            raise InvalidInputError(f"{name} is {number}; give a number above 0 or leave it out.")
    if any(number is not None and not math.isfinite(number) for number in others):
        raise InvalidInputError("Slope and trunk lean must be finite numbers, or left out.")


def _tier(tier: Tier | None, knee_flexion_deg: float | None) -> Tier:
    fits: Tier = "watch" if knee_flexion_deg is None else "video"
    if tier not in (None, "watch", "video"):
        raise InvalidInputError(f"'{tier}' is no tier; choose watch or video.")
    if tier is not None and tier != fits:
        missing = "a watch cannot measure knee flexion; use tier video" if tier == "watch" else "give the knee angle"
        raise InvalidInputError(f"The tier is {tier}, but that does not fit the numbers given: {missing}.")
    return fits


def _styled(step: StepLoad, style: Multiplier) -> StepLoad:
    return StepLoad(
        step.peak_force_bw * style.factor,
        step.peak_stress_mpa * style.factor,
        step.impulse_bw_s * style.factor,
        step.knee_flexion_deg,
        step.knee_moment_nm_per_kg,
        step.contact_time_s,
    )


def _issues(
    state: SteadyState, step: StepLoad, mass_kg: float | None, contact_time_s: float | None
) -> tuple[Issue, ...]:
    found = []
    if mass_kg is None:
        found.append(Issue("mass-unknown", "input", "Without body mass there is no stress in MPa."))
    bounds = limits()["contact_time_s"]
    if contact_time_s is not None and bounds.rejects(contact_time_s):
        text = f"A contact time of {contact_time_s:g} s is not possible in running; a predicted one was used."
        found.append(Issue("contact-time-refused", "input", text))
    values = state.values()
    if np.isnan(step.peak_force_bw[0]):
        found.append(Issue("outside-limits", "input", f"No number: {refusal(values)}."))
    elif limits()["grade_deg"].warns(values["grade_deg"]):
        text = f"At {values['grade_deg']:g} degrees the evidence on slopes is weak; the interval is wider."
        found.append(Issue("steep", "input", text))
    if not np.isnan(step.peak_force_bw[0]):
        usual = {name: number for name, number in values.items() if name != "grade_deg"}
        found += unusual_values(usual, "input")
    return tuple(found)


def refusal(values: dict[str, float]) -> str:
    """Say which values lie outside what the model covers."""
    told = [
        f"{WORDS[name]} {number:.3g} is outside {limits()[name].reject_low:g} to {limits()[name].reject_high:g}"
        for name, number in values.items()
        if limits()[name].rejects(number)
    ]
    return ", ".join(told) or "the values do not fit together"
