"""Runs in knee-kilometres: kilometres of the runner's own easy flat running that load the kneecap joint as much."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Estimate, Interval
from kneewise.evidence.parameters import value
from kneewise.load.knee.convention import require_one_convention
from kneewise.load.reference import Reference
from kneewise.load.runs import RunLoad
from kneewise.load.uncertainty import (
    States,
    contact_kind_sd,
    device_effects,
    evaluate,
    grade_sd,
    person_effects,
    root_sum,
    slope_sd,
    total,
    z_score,
)

Floats = NDArray[np.float64]

#: Exponents of the band. How cumulated load turns into pain is unknown; 1 is the headline.
EXPONENTS: tuple[int, ...] = (1, 2, 4)
UNIT = "knee-km"


@dataclass(frozen=True, slots=True)
class KneeKm:
    """One run in knee-km.

    Attributes
    ----------
    value : Estimate
        Sum of peak force over the steps (b = 1), with both intervals. Its value counts the covered part of the run;
        where part of the running time has no number, the upper bounds allow for that part at the same cost per second.
    band : mapping of str to Estimate
        ``"b1"``, ``"b2"`` and ``"b4"``: force to the power b. ``b1`` is ``value``.
    impulse : Estimate
        The same ratio with the impulse (force times time) instead of the peak force.
    coverage : float
        Share of the running time that has a number.
    """

    value: Estimate
    band: dict[str, Estimate]
    impulse: Estimate
    coverage: float

    def to_json(self) -> dict[str, Any]:
        """Return ``knee_km``, ``knee_km_band`` (values) and ``coverage`` as in the contract."""
        band = {name: estimate.to_json()["value"] for name, estimate in self.band.items()}
        return {"knee_km": self.value.to_json(), "knee_km_band": band, "coverage": self.coverage}


def knee_km(loads: Sequence[RunLoad], reference: Reference) -> list[KneeKm]:
    """Express runs in knee-km, with intervals by error propagation.

    Parameters
    ----------
    loads : sequence of RunLoad
        Runs of one runner and one convention, the reference's.
    reference : Reference

    Returns
    -------
    list of KneeKm
        In the order of ``loads``; value NaN where less than half of the running time has a number.

    Notes
    -----
    Errors of one run are independent of those of the next only in part, so do not add intervals in quadrature.
    """
    if not loads:
        return []
    require_one_convention([reference.convention, *(load.convention for load in loads)])
    columns = _Columns.of(loads, reference)
    errors = _errors(columns, reference)
    amounts = {b: _amount(loads, columns, reference, b) for b in EXPONENTS}
    impulse = np.array([load.impulse_sum_bw_s for load in loads]) * columns.impulse_factor
    amounts[0] = impulse / (reference.impulse_bw_s * reference.steps_per_km)
    return [_one(load, reference, {b: amounts[b][i] for b in amounts}, errors, i) for i, load in enumerate(loads)]


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The runs as arrays; predicted cadence already scaled to the runner's own where that is known."""

    states: States
    force_factor: Floats
    impulse_factor: Floats
    step_factor: Floats
    up: Floats
    down: Floats
    unknown_grade: Floats

    @classmethod
    def of(cls, loads: Sequence[RunLoad], reference: Reference) -> _Columns:
        names = (*SUMMED, "impulse_sum_bw_s")
        columns = {name: np.array([getattr(load, name) for load in loads], dtype=np.float64) for name in names}
        return cls.from_columns(columns, reference)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Floats], reference: Reference) -> _Columns:
        column = columns.__getitem__
        predicted = column("predicted_cadence_share")
        own = column("own_cadence_used") > 0
        known = reference.cadence_ratio is not None
        sd = np.where(own | known, value("noise.predicted.cadence_own"), value("noise.predicted.cadence_population"))
        states = States(
            column("speed_mps"),
            column("cadence_spm"),
            column("contact_time_s"),
            column("measured_contact_share"),
            sd * predicted,
        )
        ratio = np.where(own | (predicted == 0), 1.0, reference.cadence_ratio or 1.0) ** predicted
        scaled, force, impulse = _rescaled(states, ratio, reference.height_m)
        grades = (column("uphill_tangent"), column("downhill_tangent"), column("unknown_grade_share"))
        return cls(scaled, force, impulse, ratio, *grades)


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Knee-km of many runs with the interval for comparing the runner with himself, arrays of shape (runs,).

    NaN where less than half of the running time has a number. ``coverage`` is the share that has one.
    """

    value: Floats
    low: Floats
    high: Floats
    coverage: Floats


#: What of each run's load :func:`knee_km_bounds` needs.
SUMMED: tuple[str, ...] = (
    "running_s",
    "covered_s",
    "force_sum_bw",
    "speed_mps",
    "cadence_spm",
    "contact_time_s",
    "measured_contact_share",
    "predicted_cadence_share",
    "own_cadence_used",
    "uphill_tangent",
    "downhill_tangent",
    "unknown_grade_share",
)


def knee_km_bounds(columns: Mapping[str, Floats], reference: Reference) -> Bounds:
    """Return the ``value`` of :func:`knee_km` for a whole history, without the estimates around it.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (runs,)
        The fields of `RunLoad` that :data:`SUMMED` names; NaN where not known.
    """
    made = _Columns.from_columns(columns, reference)
    per_km = reference.steps_per_km * reference.peak_force_bw
    with np.errstate(invalid="ignore", divide="ignore"):
        coverage = np.nan_to_num(columns["covered_s"] / columns["running_s"])
        amount = columns["force_sum_bw"] * made.step_factor * made.force_factor / per_km
        amount = np.where(coverage >= value("coverage.run_floor"), amount, np.nan)
        device = device_effects(made.states, reference.height_m)
        reach = z_score() * _own_sd(made, reference, device)
        return Bounds(amount, amount * np.exp(-reach), amount * np.exp(reach) / coverage, coverage)


def _own_sd(columns: _Columns, reference: Reference, device: Mapping[str, Any]) -> Floats:
    """One standard deviation of ln(knee-km) for comparing a runner with himself, exponent 1."""
    by_source = {name: effect + device["steps"][name] for name, effect in device["peak_force_bw"].items()}
    return root_sum(total(by_source), _shared_sd(columns, reference))


def _shared_sd(columns: _Columns, reference: Reference) -> Floats:
    """The part that is the same whatever the exponent: the model, the ground, the kind of contact time."""
    states, height = columns.states, reference.height_m
    return root_sum(
        slope_sd(states, reference.states(), height),
        grade_sd(columns.up, columns.down, columns.unknown_grade, states, height),
        contact_kind_sd(states, reference.states(), height),
        reference_noise(reference),
    )


def _rescaled(states: States, cadence_ratio: Floats, height_m: float) -> tuple[States, Floats, Floats]:
    """Move predicted cadence to the runner's own, with the factors on force and on the impulse sum."""
    if np.all(cadence_ratio == 1):
        return states, cadence_ratio, cadence_ratio
    # Contact time follows cadence by the exponent of its own prediction.
    contact = states.contact_time_s * cadence_ratio ** -value("watch.contact.step_time_exponent")
    contact = np.where(states.measured_share > 0, states.contact_time_s, contact)
    moved = States(
        states.speed_mps,
        states.cadence_spm * cadence_ratio,
        contact,
        states.measured_share,
        states.predicted_cadence_sd,
    )
    before, after = evaluate(states, height_m), evaluate(moved, height_m)
    force = np.asarray(after.peak_force_bw / before.peak_force_bw, dtype=np.float64)
    impulse = np.asarray(after.impulse_bw_s / before.impulse_bw_s, dtype=np.float64)
    return moved, force, impulse * cadence_ratio


def _amount(loads: Sequence[RunLoad], columns: _Columns, reference: Reference, exponent: int) -> Floats:
    sums = np.array([load.force_sum(exponent) for load in loads], dtype=np.float64)
    per_km: float = reference.steps_per_km * reference.peak_force_bw**exponent
    amounts: Floats = sums * columns.step_factor * columns.force_factor**exponent / per_km
    return amounts


@dataclass(frozen=True, slots=True, eq=False)
class _Errors:
    """One standard deviation of ln(knee-km) by exponent (0 is the impulse), arrays of shape (runs,)."""

    own: dict[int, Floats]
    others: dict[int, Floats]


def _errors(columns: _Columns, reference: Reference) -> _Errors:
    states, height = columns.states, reference.height_m
    device = device_effects(states, height)
    person = person_effects(states, height, style=reference.style)
    shared = _shared_sd(columns, reference)
    own, others = {}, {}
    for exponent in (*EXPONENTS, 0):
        quantity, power = ("peak_force_bw", exponent) if exponent else ("impulse_bw_s", 1)
        by_source = {name: power * effect + device["steps"][name] for name, effect in device[quantity].items()}
        own[exponent] = root_sum(total(by_source), power * shared)
        others[exponent] = root_sum(own[exponent], power * total(person[quantity]))
    return _Errors(own, others)


def reference_noise(reference: Reference) -> Floats:
    """What the runs behind the reference leave of device noise; a population value is a constant of the runner."""
    if reference.kind == "population":
        return np.zeros(1)
    device = device_effects(reference.states(), reference.height_m)["peak_force_bw"]
    noise: Floats = total(device) / np.sqrt(reference.runs)
    return noise


def _one(load: RunLoad, reference: Reference, amounts: dict[int, float], errors: _Errors, index: int) -> KneeKm:
    basis = _basis(load, reference)
    enough = load.coverage >= value("coverage.run_floor")
    whole = 1 / load.coverage if enough else float("nan")

    def estimate(exponent: int, text: str) -> Estimate:
        amount = amounts[exponent] if enough else float("nan")
        own, others = (
            Interval(
                amount * np.exp(-z_score() * sd[exponent][index]),
                amount * np.exp(z_score() * sd[exponent][index]) * whole,
            )
            for sd in (errors.own, errors.others)
        )
        text = sys.intern(f"{text}; {basis}")  # few texts, but four for each of ten thousands of runs
        level = value("interval.level")
        return Estimate(float(amount), float(own.low), float(own.high), UNIT, text, level, _plain(others))

    names = {1: "sum of peak force", 2: "peak force squared", 4: "peak force to the fourth power"}
    band = {f"b{exponent}": estimate(exponent, names[exponent]) for exponent in EXPONENTS}
    return KneeKm(band["b1"], band, estimate(0, "sum of impulse"), load.coverage)


def _plain(interval: Interval) -> Interval:
    return Interval(float(interval.low), float(interval.high))


def _basis(load: RunLoad, reference: Reference) -> str:
    parts = ["watch" if not load.typed_in else "typed in", f"relative to {reference.basis}"]
    if load.style is not None:
        parts.append(load.style.basis)
    if load.predicted_cadence_share > value("coverage.notable_share"):
        own = load.own_cadence_used or reference.cadence_ratio is not None
        whose = "your own running" if own else "people of your height"
        parts.append(f"cadence not recorded: predicted from speed and the cadence of {whose}")
    if load.measured_contact_share < 1 / 2:
        parts.append("contact time predicted")
    if load.coverage < value("coverage.run_floor"):
        parts.append(f"not enough data: only {load.coverage:.0%} of the running time has a number")
    elif load.coverage < 1 - value("coverage.notable_share"):
        parts.append(f"covers {load.coverage:.0%} of the running time")
    return sys.intern("; ".join(parts))
