"""How sure a filmed number is, and what may be said with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np

from kneewise.domain import Estimate, Floats, Interval
from kneewise.evidence.parameters import parameter, value
from kneewise.gait.filmed_contacts import FilmedContacts
from kneewise.gait.filmed_steps import FilmedSteps

#: What a number may be used for, the strongest first.
Claim = Literal["firm", "value with band", "category", "trend only"]
CLAIMS: tuple[Claim, ...] = ("firm", "value with band", "category", "trend only")
_SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a metric is.

    Attributes
    ----------
    unit : str
    claim : str
        The most that it may carry.
    needs : {"rhythm", "posture", "contact"}
        What the frame rate has to resolve: ``"contact"`` is lost first, ``"rhythm"`` never.
    """

    unit: str
    claim: Claim
    needs: Literal["rhythm", "posture", "contact"]


#: Every metric of a clip; the evidence for the claims stands in the documentation of the video tier.
KINDS: Mapping[str, Kind] = {
    "cadence_spm": Kind("steps/min", "firm", "rhythm"),
    "step_time_s": Kind("s", "firm", "rhythm"),
    "speed_mps": Kind("m/s", "value with band", "posture"),
    "step_length_m": Kind("m", "value with band", "posture"),
    "contact_time_s": Kind("s", "value with band", "contact"),
    "flight_time_s": Kind("s", "value with band", "contact"),
    "duty_factor": Kind("1", "value with band", "contact"),
    "vertical_oscillation_leg": Kind("leg lengths", "value with band", "posture"),
    "vertical_oscillation_m": Kind("m", "value with band", "posture"),
    "foot_ahead_of_hip_leg": Kind("leg lengths", "value with band", "contact"),
    "foot_ahead_of_mass_leg": Kind("leg lengths", "value with band", "contact"),
    "foot_ahead_of_mass_m": Kind("m", "value with band", "contact"),
    "shank_inclination_ic_deg": Kind("deg", "value with band", "contact"),
    "foot_inclination_ic_deg": Kind("deg", "category", "contact"),
    "knee_flexion_ic_deg": Kind("deg", "value with band", "contact"),
    "knee_flexion_peak_deg": Kind("deg", "value with band", "posture"),
    "ankle_dorsiflexion_ic_deg": Kind("deg", "value with band", "contact"),
    "ankle_dorsiflexion_peak_deg": Kind("deg", "value with band", "posture"),
    "trunk_lean_deg": Kind("deg", "value with band", "posture"),
    "pelvic_drop_peak_deg": Kind("deg", "category", "posture"),
    "hip_adduction_peak_deg": Kind("deg", "category", "posture"),
    "step_width_leg": Kind("leg lengths", "category", "posture"),
    "step_width_m": Kind("m", "category", "posture"),
    "trunk_side_lean_deg": Kind("deg", "category", "posture"),
    "knee_alignment_deg": Kind("deg", "trend only", "posture"),
}

#: Metrics whose flat picture reads otherwise than the hinges of a laboratory, in the mean of runners.
BIASED = (
    "knee_flexion_ic_deg",
    "foot_inclination_ic_deg",
    "ankle_dorsiflexion_ic_deg",
    "ankle_dorsiflexion_peak_deg",
    "hip_adduction_peak_deg",
)


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a clip for each leg and for both.

    Attributes
    ----------
    left, right, both : Estimate
        ``low`` and ``high`` compare this runner's clips with each other, ``others`` holds for the angle or length that
        a laboratory would find.
    asymmetry : Estimate
        Left less right, with the doubt that the two legs do not share.
    steps : tuple of int
        Steps behind the left and the right number.
    """

    name: str
    left: Estimate
    right: Estimate
    both: Estimate
    asymmetry: Estimate
    steps: tuple[int, int]
    claim: Claim

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        sides = {side: getattr(self, side).to_json() for side in (*_SIDES, "both", "asymmetry")}
        return {**sides, "steps": dict(zip(_SIDES, self.steps, strict=True)), "claim": self.claim}


def claim_of(name: str, fps: float, fewest_steps: int) -> Claim:
    """Return what a metric may be used for at a frame rate and with so many steps of a leg.

    Notes
    -----
    Below 100 pictures a second what happens at contact is one step weaker, below 50 two steps; a leg with fewer steps
    than a study needed for stable means (Dingenen 2018) never carries more than a category.
    """
    kind = KINDS[name]
    place = CLAIMS.index(kind.claim)
    slow, middling = fps < value("video.judge.angles_fps"), fps < value("video.judge.contact_fps")
    if kind.needs == "contact":
        place += int(slow) + int(middling)
    elif kind.needs == "posture":
        place += int(slow)
    if fewest_steps < value("gait.steps.enough") and kind.needs != "rhythm":
        place = max(place, CLAIMS.index("category"))
    return CLAIMS[min(place, len(CLAIMS) - 1)]


def metrics_of(
    steps: FilmedSteps, contacts: FilmedContacts, fps: float, near: int | None, *, standing: bool = False
) -> dict[str, Metric]:
    """Return every metric of a clip.

    Parameters
    ----------
    near : int or None
        The leg that the camera sees better, 0 left and 1 right; ``None`` from behind.
    standing : bool
        Whether a standing picture took out what the points of this runner's knee are off by.
    """
    blur = {name: _blur(name, steps.slopes.get(name), fps) for name in steps.columns}
    return {
        name: _metric(_Doubts.of(name, near, blur[name], standing=standing), column, contacts, fps)
        for name, column in steps.columns.items()
        if np.isfinite(column).any()
    }


@dataclass(frozen=True, slots=True)
class _Doubts:
    """What is known of one metric's errors.

    Attributes
    ----------
    leg, both, apart : tuple of float
        Standard deviations of one near leg, of the mean of both and of left less right: against a laboratory, and
        between clips of one runner.
    far : tuple of float
        How much worse each leg is seen than the near one.
    blur : float
        Variance that a slow camera adds.
    """

    name: str
    leg: tuple[float, float]
    both: tuple[float, float]
    apart: tuple[float, float]
    far: tuple[float, float]
    blur: float
    view: str

    @classmethod
    def of(cls, name: str, near: int | None, blur: float, *, standing: bool) -> _Doubts:
        view = "rear" if near is None else "side"
        known = [parameter(f"gait.error.{view}_{kind}.{name}") for kind in ("leg", "both", "apart")]
        left = value("gait.certainty.standing") if standing and name.startswith("knee_flexion") else 1.0
        leg, both, apart = ((left * one.value, left * (one.value if one.sd is None else one.sd)) for one in known)
        far = value("gait.certainty.far_leg")
        legs = (far if near == 1 else 1.0, far if near == 0 else 1.0)
        return cls(name, leg, both, apart, legs, blur, view)

    def estimate(self, number: float, doubt: tuple[float, float], scatter: float) -> Estimate:
        """Return a number with the doubt of its kind, and scatter."""
        level = value("interval.level")
        z = NormalDist().inv_cdf((1 + level) / 2)
        wide, own = (z * math.sqrt(sd**2 + scatter) for sd in doubt)
        basis = f"one phone, {self.view} view; own: another clip of yours, others: against a laboratory"
        others = Interval(number - wide, number + wide)
        return Estimate(number, number - own, number + own, KINDS[self.name].unit, basis, level, others)


def _metric(doubts: _Doubts, column: Floats, contacts: FilmedContacts, fps: float) -> Metric:
    known = np.isfinite(column)
    rows = [known & (contacts.leg == leg) for leg in (0, 1)]
    count = (int(rows[0].sum()), int(rows[1].sum()))
    means = [float(column[row].mean()) - _bias(doubts.name) if row.any() else math.nan for row in rows]
    scatter = [float(column[row].var(ddof=1)) / n if n > 1 else math.nan for row, n in zip(rows, count, strict=True)]
    whole, own = doubts.leg
    left, right = (
        doubts.estimate(means[leg], (far * whole, far * own), scatter[leg] + doubts.blur)
        for leg, far in enumerate(doubts.far)
    )
    return Metric(
        name=doubts.name,
        left=left,
        right=right,
        both=doubts.estimate(sum(means) / 2, doubts.both, sum(scatter) / 4 + doubts.blur),
        asymmetry=doubts.estimate(means[0] - means[1], doubts.apart, sum(scatter)),
        steps=count,
        claim=claim_of(doubts.name, fps, min(count)),
    )


def _bias(name: str) -> float:
    """Return by how much a camera's convention reads higher than a laboratory's, for the metrics where it does."""
    return value(f"gait.bias.{name}") if name in BIASED else 0.0


def _blur(name: str, slope: Floats | None, fps: float) -> float:
    """Return the variance that pictures rarer than those of the validation add to a number taken at one instant."""
    longer = max(0.0, 1 / fps - 1 / value("gait.certainty.validated_fps")) / 2
    if KINDS[name].needs != "contact":
        return 0.0
    if slope is None or not np.isfinite(slope).any():
        return longer**2 if name in ("contact_time_s", "flight_time_s") else 0.0
    return float(np.nanmedian(np.abs(slope)) * longer) ** 2
