"""What made a run dear or cheap: its cost against the runner's easy flat running, shared out among four levers.

The levers are speed (with the cadence that goes with it), cadence at that speed, contact time at that speed and
cadence, and slope. What one lever adds depends on which others were moved before it, so every order is tried and the
mean is given (the Shapley value): contributions add up to the whole difference, and no lever is favoured by its place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import json_number
from kneewise.evidence.parameters import value
from kneewise.load.along import Way
from kneewise.load.knee.model import KneeModel
from kneewise.load.knee.per_step import per_step
from kneewise.load.knee.spring_mass import predicted_contact_time_s
from kneewise.load.knee_km import KneeKm
from kneewise.load.natural_cadence import natural_cadence_spm
from kneewise.load.reference import Reference
from kneewise.load.run_load import height_of
from kneewise.load.runs import RunLoad
from kneewise.load.uncertainty import States, contact_kind_sd, device_effects, grade_sd, z_score
from kneewise.units import METRES_PER_KM, SECONDS_PER_MINUTE

Floats = NDArray[np.float64]
Lever = Literal["speed", "cadence", "contact_time", "slope", "other"]

LEVERS: tuple[Lever, ...] = ("speed", "cadence", "contact_time", "slope")


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one lever added to a run.

    Attributes
    ----------
    knee_km, low, high : float
        Knee-km added (negative: saved), with the interval for comparing the runner with himself.
    percent : float
        The same as a share of what as much easy flat running would have cost.
    moved_first, moved_last : float
        Knee-km that it adds when it is the first or the last lever to be moved: how much the order matters.
    """

    lever: Lever
    knee_km: float
    low: float
    high: float
    percent: float
    moved_first: float
    moved_last: float

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        names = ("knee_km", "low", "high", "percent", "moved_first", "moved_last")
        return {"lever": self.lever, **{name: json_number(getattr(self, name)) for name in names}}


def contributions(way: Way, load: RunLoad, whole: KneeKm, reference: Reference) -> list[Contribution]:
    """Share the difference between a run and as much easy flat running out among the levers.

    Parameters
    ----------
    load, whole : RunLoad, KneeKm
        The run's sums and its knee-km.

    Returns
    -------
    list of Contribution
        The four levers and ``"other"``, which is what is left: the spread of the easy running behind the reference and
        the scaling of predicted cadence. Together they are ``whole`` minus the covered kilometres. Empty where the run
        has no number.
    """
    covered_km = load.distance_m / METRES_PER_KM
    if not (math.isfinite(whole.value.value) and covered_km > 0):
        return []
    game = _Game.of(way, reference)
    worth = {chosen: game.cost(chosen) for size in range(len(LEVERS) + 1) for chosen in combinations(LEVERS, size)}
    # The run's own value scales predicted cadence at its mean state, the rows here scale it one by one.
    scale = whole.value.value / worth[LEVERS]
    found = [_shared(lever, worth, scale) for lever in LEVERS]
    errors = _errors(load, reference)
    reach = z_score()
    listed = []
    for lever, (mean, first, last) in zip(LEVERS, found, strict=True):
        sd = math.hypot(_doubt(lever) * mean, errors[lever] * covered_km)
        ends = mean - reach * sd, mean + reach * sd
        listed.append(Contribution(lever, mean, *ends, _percent(mean, covered_km), first, last))
    rest = whole.value.value - covered_km - sum(mean for mean, _, _ in found)
    return [*listed, Contribution("other", rest, rest, rest, _percent(rest, covered_km), rest, rest)]


def _doubt(lever: Lever) -> float:
    """Doubt about the model's answer to a lever, as a share of it; that of the ground is in its error."""
    if lever == "slope":
        return 0.0
    return value("noise.model.speed_slope" if lever == "speed" else "noise.model.slope")


def _percent(part: float, whole: float) -> float:
    return 100 * part / whole


def _shared(lever: Lever, worth: dict[tuple[Lever, ...], float], scale: float) -> tuple[float, float, float]:
    """Return the Shapley value of a lever, and what it adds as the first and as the last."""
    others = [each for each in LEVERS if each != lever]
    number, mean = len(LEVERS), 0.0
    for size in range(number):
        weight = math.factorial(size) * math.factorial(number - size - 1) / math.factorial(number)
        for before in combinations(others, size):
            after = tuple(each for each in LEVERS if each in before or each == lever)
            mean += weight * (worth[after] - worth[before])
    first = worth[(lever,)] - worth[()]
    last = worth[LEVERS] - worth[tuple(others)]
    return scale * mean, scale * first, scale * last


@dataclass(frozen=True, slots=True, eq=False)
class _Game:
    """Every known running row as its levers, arrays of shape (n,)."""

    speed: Floats
    cadence_ratio: Floats
    contact_ratio: Floats
    grade: Floats
    metres: Floats
    reference: Reference
    height_m: float
    model: KneeModel

    @classmethod
    def of(cls, way: Way, reference: Reference) -> _Game:
        ok, rows, height = way.known, way.rows, height_of(way.runner)
        speed, cadence = rows.speed[ok].astype(np.float64), rows.cadence[ok].astype(np.float64)
        if reference.cadence_ratio is not None and not rows.own_cadence_used:
            cadence = np.where(rows.cadence_predicted[ok], cadence * reference.cadence_ratio, cadence)
        contact = way.step.contact_time_s[ok].astype(np.float64)
        usual_contact = _contact_ratio(reference) * predicted_contact_time_s(speed, cadence)
        return cls(
            speed,
            cadence / usual_cadence_spm(speed, reference, height),
            contact / usual_contact,
            np.nan_to_num(rows.grade[ok].astype(np.float64)),
            rows.seconds[ok] * speed,
            reference,
            height,
            way.model,
        )

    def cost(self, moved: tuple[Lever, ...]) -> float:
        """Knee-km with some levers as they were in the run and the others as in easy flat running."""
        reference, ones = self.reference, np.ones_like(self.speed)
        speed = self.speed if "speed" in moved else ones * reference.speed_mps
        cadence = usual_cadence_spm(speed, reference, self.height_m)
        cadence = cadence * (self.cadence_ratio if "cadence" in moved else ones)
        contact = _contact_ratio(reference) * predicted_contact_time_s(speed, cadence)
        contact = contact * (self.contact_ratio if "contact_time" in moved else ones)
        step = per_step(
            speed,
            cadence,
            height_m=self.height_m,
            contact_time_s=contact,
            grade_deg=self.grade if "slope" in moved else None,
            model=self.model,
            checked=False,
        )
        steps = cadence / SECONDS_PER_MINUTE / speed * self.metres
        return float(step.peak_force_bw @ steps) / (reference.peak_force_bw * reference.steps_per_km)


def usual_cadence_spm(speed_mps: Floats, reference: Reference, height_m: float) -> Floats:
    """Return the runner's usual cadence at a speed: that of easy running, carried to the speed as people's is."""
    easy = natural_cadence_spm(np.array([reference.speed_mps]), height_m)
    usual: Floats = np.asarray(natural_cadence_spm(speed_mps, height_m) / easy * reference.cadence_spm)
    return usual


def _contact_ratio(reference: Reference) -> float:
    """The runner's contact time over the predicted one, in easy running."""
    speed, cadence = np.array([reference.speed_mps]), np.array([reference.cadence_spm])
    return float(reference.contact_time_s / predicted_contact_time_s(speed, cadence)[0])


def _errors(load: RunLoad, reference: Reference) -> dict[Lever, float]:
    """One standard deviation of what each lever adds, as a share of the cost, from errors of the device and slope."""
    predicted = value("noise.predicted.cadence_own") * load.predicted_cadence_share
    states = States(
        np.array([load.speed_mps]),
        np.array([load.cadence_spm]),
        np.array([load.contact_time_s]),
        np.array([load.measured_contact_share]),
        np.array([predicted]),
    )
    device = device_effects(states, reference.height_m)
    force, steps = device["peak_force_bw"], device["steps"]
    # A faster kilometre takes fewer steps: an error of speed moves both.
    speed = float(force["speed"][0]) - value("noise.device.speed")
    up, down = np.array([load.uphill_tangent]), np.array([load.downhill_tangent])
    kind = contact_kind_sd(states, reference.states(), reference.height_m)
    return {
        "speed": abs(speed),
        "cadence": abs(float(force["cadence"][0] + steps["cadence"][0])),
        "contact_time": math.hypot(float(force["contact"][0]), float(kind[0])),
        "slope": float(grade_sd(up, down, np.array([load.unknown_grade_share]), states, reference.height_m)[0]),
    }
