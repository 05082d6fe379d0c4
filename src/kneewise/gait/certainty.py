"""How sure a filmed number is, and what may be said with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Estimate, Floats, Interval
from kneewise.evidence.parameters import Parameter, parameter, value
from kneewise.gait.filmed_contacts import FilmedContacts
from kneewise.gait.filmed_steps import FilmedSteps
from kneewise.gait.standing import Offset

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

#: Metrics that hang on the time of toe-off.
TIMED = ("contact_time_s", "flight_time_s", "duty_factor")

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
        Of how this runner runs at this speed, not only of the steps in the clip: the scatter of the steps is counted.
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
    steps: FilmedSteps, contacts: FilmedContacts, fps: float, near: int | None, offsets: Mapping[str, Offset]
) -> dict[str, Metric]:
    """Return every metric of a clip.

    Parameters
    ----------
    near : int or None
        The leg that the camera sees better, 0 left and 1 right; ``None`` from behind.
    offsets : dict of str to Offset
        What a standing picture took off this runner's angles.
    """
    return {
        name: _metric(
            _Doubts.of(
                name,
                near,
                _blur(steps.slopes.get(name), fps),
                _taken_off(name, offsets),
                _unlike_the_lab(name, steps.columns),
            ),
            column,
            contacts,
            fps,
        )
        for name, column in steps.columns.items()
        if np.isfinite(column).any()
    }


def outside_s(contact_time_s: Floats) -> float:
    """Return the mean contact time where no lab runner's was as short or as long, else NaN."""
    known, mean = parameter("gait.certainty.contact_time_s"), _mean(contact_time_s)
    return math.nan if known.low <= mean <= known.high else mean


def _unlike_the_lab(name: str, columns: Mapping[str, Floats]) -> float:
    """Return the variance of a time that signs of toe-off add where no lab runner taught them."""
    if name not in TIMED or math.isnan(outside_s(columns["contact_time_s"])):
        return 0.0
    strides_s = 2 * _mean(columns["step_time_s"]) if name == "duty_factor" else 1.0
    return float(value("gait.certainty.outside_s") / strides_s) ** 2


def _mean(numbers: Floats) -> float:
    known = numbers[np.isfinite(numbers)]
    return float(known.mean()) if len(known) else math.nan


def _taken_off(name: str, offsets: Mapping[str, Offset]) -> Offset | None:
    return next((offset for angle, offset in offsets.items() if name.startswith(angle)), None)


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
    pictured : dict of str to float
        Variance against a laboratory that the scatter of a standing picture adds, or a pace that no lab runner had.
    """

    name: str
    leg: tuple[float, float]
    both: tuple[float, float]
    apart: tuple[float, float]
    far: tuple[float, float]
    blur: float
    pictured: Mapping[str, float]
    view: str

    @classmethod
    def of(cls, name: str, near: int | None, blur: float, offset: Offset | None, outside: float) -> _Doubts:
        """Return the doubts of a metric.

        Notes
        -----
        Another standing picture another day shows another posture, so a standing picture helps against a laboratory
        only; clips of one runner are compared without it.
        """
        view = "rear" if near is None else "side"
        seen = view if offset is None else "standing"
        leg, both, apart = (
            (value(f"gait.error.{seen}_{kind}.{name}"), _own(parameter(f"gait.error.{view}_{kind}.{name}")))
            for kind in ("leg", "both", "apart")
        )
        far = value("gait.certainty.far_leg")
        legs = (far if near == 1 else 1.0, far if near == 0 else 1.0)
        # Left less right keeps nothing of an error that both legs share.
        pictured = {"leg": outside, "both": outside} if offset is None else offset.variance
        return cls(name, leg, both, apart, legs, blur, pictured, view)

    def estimate(self, number: float, kind: str, scatter: float, far: float = 1.0) -> Estimate:
        """Return a number with the doubt of its kind, and scatter."""
        level = value("interval.level")
        z = NormalDist().inv_cdf((1 + level) / 2)
        whole, clip = getattr(self, kind)
        wide = z * math.sqrt((far * whole) ** 2 + scatter + self.pictured.get(kind, 0.0))
        own = z * math.sqrt((far * clip) ** 2 + scatter)
        basis = f"one phone, {self.view} view; own: another clip of yours, others: against a laboratory"
        others = Interval(number - wide, number + wide)
        return Estimate(number, number - own, number + own, KINDS[self.name].unit, basis, level, others)


def _own(known: Parameter) -> float:
    return known.value if known.sd is None else known.sd


def _metric(doubts: _Doubts, column: Floats, contacts: FilmedContacts, fps: float) -> Metric:
    known = np.isfinite(column)
    rows = [known & (contacts.leg == leg) for leg in (0, 1)]
    count = (int(rows[0].sum()), int(rows[1].sum()))
    means = [float(column[row].mean()) - _bias(doubts.name) if row.any() else math.nan for row in rows]
    scatter = [_variance(column[row]) for row in rows]
    strides = variances_of_strides(column, contacts.leg, contacts.initial_contact_s)
    both, apart = strides or (sum(scatter) / 4, sum(scatter))
    left, right = (
        doubts.estimate(means[leg], "leg", scatter[leg] + doubts.blur, far) for leg, far in enumerate(doubts.far)
    )
    return Metric(
        name=doubts.name,
        left=left,
        right=right,
        both=doubts.estimate(sum(means) / 2, "both", both + doubts.blur),
        asymmetry=doubts.estimate(means[0] - means[1], "apart", apart),
        steps=count,
        claim=claim_of(doubts.name, fps, min(count)),
    )


def variances_of_strides(column: Floats, leg: NDArray[np.int_], start_s: Floats) -> tuple[float, float] | None:
    """Return the variances of the mean of both legs and of left less right; ``None`` where strides are too few.

    Parameters
    ----------
    column : ndarray, shape (steps,)
        One number per step; NaN where it is not known.
    leg : ndarray of int, shape (steps,)
        0 left, 1 right.
    start_s : ndarray, shape (steps,)
        Initial contacts.

    Notes
    -----
    A left step and the right one after it share a contact, a foothold and the moment's pace: their mean and their
    difference scatter otherwise than two steps that know nothing of each other.
    """
    order = np.argsort(start_s)
    legs, numbers = leg[order], column[order]
    left = np.flatnonzero((legs[:-1] == 0) & (legs[1:] == 1))
    strides = np.stack([numbers[left], numbers[left + 1]])
    strides = strides[:, np.isfinite(strides).all(axis=0)]
    if strides.shape[1] < value("gait.steps.least"):
        return None
    return _variance(strides.mean(axis=0)), _variance(strides[0] - strides[1])


def _variance(numbers: Floats) -> float:
    """Return the variance of a mean."""
    return float(numbers.var(ddof=1)) / len(numbers) if len(numbers) > 1 else math.nan


def _bias(name: str) -> float:
    """Return by how much a camera's convention reads higher than a laboratory's, for the metrics where it does."""
    return value(f"gait.bias.{name}") if name in BIASED else 0.0


def _blur(slope: Floats | None, fps: float) -> float:
    """Return the variance that pictures rarer than those of the validation add to a number that hangs on time."""
    longer = max(0.0, 1 / fps - 1 / value("gait.certainty.validated_fps")) / 2
    if slope is None or not np.isfinite(slope).any():
        return 0.0
    return float(np.nanmedian(np.abs(slope)) * longer) ** 2
