"""Error propagation: what one standard deviation of each source does to the load of a step.

Every effect is half the difference of the natural logarithm between plus and minus one standard deviation (degrees for
knee flexion), so that effects add in quadrature and intervals are ``value * exp(+-z sd)``.

Three kinds of source are told apart. *Device*: speed, cadence and contact time of this recording. *Slope*: how well the
model knows a change from the runner's reference. *Person*: what differs between people and is the same for one runner
for ever; it cancels when a runner is compared with himself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import KneeStyle
from kneewise.evidence.parameters import parameter, value
from kneewise.load.knee.model import KneeModel, alternative_model, knee_model
from kneewise.load.knee.patellofemoral import Area, Array, area_sd_mm2, contact_area_mm2
from kneewise.load.knee.per_step import StepLoad, per_step
from kneewise.load.knee.personal import generic_style, personal_model
from kneewise.load.knee.spring_mass import predicted_contact_time_s
from kneewise.load.natural_cadence import natural_cadence_spm
from kneewise.units import GRAVITY_MPS2

Floats = NDArray[np.float64]
Effects = dict[str, Floats]

#: Quantities whose effects are logarithms; knee flexion is in degrees.
_LOGARITHMIC = ("peak_force_bw", "peak_stress_mpa", "impulse_bw_s", "knee_moment_nm_per_kg", "contact_time_s")


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Mean running states, arrays of shape (n,).

    ``contact_time_s`` is what the model used; ``measured_share`` (0 to 1) says for how much of it a device stands.
    ``predicted_cadence_sd`` is the relative standard deviation of a cadence that was not recorded, 0 where it was.
    """

    speed_mps: Floats
    cadence_spm: Floats
    contact_time_s: Floats
    measured_share: Floats
    predicted_cadence_sd: Floats


@cache
def z_score() -> float:
    """Standard deviations on each side of a 90 % interval."""
    return NormalDist().inv_cdf((1 + value("interval.level")) / 2)


def root_sum(*effects: Floats) -> Floats:
    """Add independent effects in quadrature."""
    total: Floats = np.sqrt(sum(np.square(effect) for effect in effects))
    return total


def evaluate(
    states: States, height_m: float, model: KneeModel | None = None, contact: Floats | None = None
) -> StepLoad:
    """Evaluate the model at mean states, without sanity limits; mass is 1 kg, so stress is relative."""
    return per_step(
        states.speed_mps,
        states.cadence_spm,
        height_m=height_m,
        mass_kg=1,
        contact_time_s=states.contact_time_s if contact is None else contact,
        model=model,
        checked=False,
    )


def device_effects(states: States, height_m: float) -> dict[str, Effects]:
    """Effects of one recording's own errors, by quantity and source, with the effect on step count as ``"steps"``.

    A predicted contact time follows errors of speed and cadence; a measured one has its own.
    """
    cadence_sd = np.hypot(value("noise.device.cadence"), states.predicted_cadence_sd)
    zero = np.zeros_like(states.speed_mps)
    changes = {
        "speed": (value("noise.device.speed") + zero, zero, zero),
        "cadence": (zero, cadence_sd, zero),
        "contact": (zero, zero, value("noise.device.contact_time_s") * states.measured_share),
    }
    effects = {name: _two_sided(states, height_m, *change) for name, change in changes.items()}
    by_quantity = {
        quantity: {name: effect[quantity] for name, effect in effects.items()} for quantity in effects["speed"]
    }
    by_quantity["steps"] = {"speed": zero, "cadence": cadence_sd, "contact": zero}
    return by_quantity


def _two_sided(states: States, height_m: float, speed: Floats, cadence: Floats, contact: Floats) -> Effects:
    ends = [_shifted(states, height_m, sign * speed, sign * cadence, sign * contact) for sign in (1, -1)]
    return _half_difference(*ends)


def _shifted(states: States, height_m: float, speed: Floats, cadence: Floats, contact: Floats) -> StepLoad:
    moved = States(
        states.speed_mps * np.exp(speed),
        states.cadence_spm * np.exp(cadence),
        states.contact_time_s,
        states.measured_share,
        states.predicted_cadence_sd,
    )
    before = predicted_contact_time_s(states.speed_mps, states.cadence_spm)
    after = predicted_contact_time_s(moved.speed_mps, moved.cadence_spm)
    follows = (after / before) ** (1 - states.measured_share)
    return evaluate(moved, height_m, contact=states.contact_time_s * follows + contact)


def _half_difference(upper: StepLoad, lower: StepLoad) -> Effects:
    with np.errstate(invalid="ignore", divide="ignore"):
        effects: Effects = {name: np.log(getattr(upper, name) / getattr(lower, name)) / 2 for name in _LOGARITHMIC}
    effects["knee_flexion_deg"] = (upper.knee_flexion_deg - lower.knee_flexion_deg) / 2
    return effects


def person_effects(
    states: States, height_m: float, *, style: KneeStyle | None = None, area: Area = "connolly"
) -> dict[str, Effects]:
    """Effects of what differs between people, by quantity and source.

    ``"knee"`` is one standard deviation of knee flexion with the shift of the force line that goes with it,
    ``"offset"`` what the force line differs by besides.

    Parameters
    ----------
    style : KneeStyle, optional
        What is known of the runner's own knee; the generic runner by default.
    area : str
        Convention whose error goes into stress.
    """
    style = style or generic_style()
    model = personal_model(knee_model(), style)
    line, impulse = model.force_line_offset_share, model.impulse_share
    along, besides = (
        style.correlation * style.force_line_sd_share,
        math.sqrt(1 - style.correlation**2) * style.force_line_sd_share,
    )
    offset = style.knee_offset_deg
    impulse_sd = parameter("watch.stance.impulse_share").sd or 0
    noise = {name: value(f"noise.person.{name}") for name in ("ground_force", "lever_arm", "ratio")}
    changes: dict[str, dict[str, tuple[float, float]]] = {
        "knee": {"knee_offset_deg": (offset, style.knee_sd_deg), "force_line_offset_share": (line, along)},
        "offset": {"force_line_offset_share": (line, besides)},
        "ground_force": {"ground_force_scale": (1, noise["ground_force"])},
        "lever_arm": {"lever_arm_scale": (1, noise["lever_arm"])},
        "ratio": {"ratio_scale": (1, noise["ratio"])},
        "impulse_share": {"impulse_share": (impulse, impulse_sd)},
    }
    effects = {name: _two_ends(states, height_m, model, change) for name, change in changes.items()}
    taller = value("noise.device.height")
    effects["height"] = _half_difference(*(evaluate(states, height_m * (1 + sign * taller), model) for sign in (1, -1)))
    spread = value("noise.predicted.contact") * (1 - states.measured_share)
    ends = [evaluate(states, height_m, model, states.contact_time_s * np.exp(sign * spread)) for sign in (1, -1)]
    effects["contact_prediction"] = _half_difference(*ends)
    effects["area"] = _area_effect(effects["knee"], evaluate(states, height_m, model).knee_flexion_deg, area)
    return {quantity: {name: effect[quantity] for name, effect in effects.items()} for quantity in effects["knee"]}


def _two_ends(states: States, height_m: float, model: KneeModel, change: dict[str, tuple[float, float]]) -> Effects:
    """Half the difference between every constant one deviation up and one down."""
    ends = [model.with_(**{name: middle + sign * sd for name, (middle, sd) in change.items()}) for sign in (1, -1)]
    return _half_difference(*(evaluate(states, height_m, end) for end in ends))


def _area_effect(like: Effects, knee_flexion_deg: Array, area: Area) -> Effects:
    zero = {name: np.zeros_like(effect) for name, effect in like.items()}
    usual: Area = "connolly" if area == "besier" else area
    relative: Floats = area_sd_mm2() / np.asarray(contact_area_mm2(knee_flexion_deg, usual), dtype=np.float64)
    return zero | {"peak_stress_mpa": relative}


def slope_sd(states: States, reference: States, height_m: float, quantity: str = "peak_force_bw") -> Floats:
    """Standard deviation of the modelled change from the reference, in the effects' unit.

    The change is taken apart into the levers that have been studied: speed with the cadence that goes with it, then
    cadence at that speed, then contact time. Each part is uncertain by a quarter of itself, so that two levers that
    cancel do not cancel their doubt. Where the two knee fits differ by more than that, their difference is used.
    """
    parts = levers(states, reference, height_m, quantity=quantity)
    ends = [
        _quantity(evaluate(end, height_m, model), quantity)
        for model in (knee_model(), alternative_model())
        for end in (states, _path(states, reference, height_m)[0])
    ]
    fits = np.abs((ends[2] - ends[3]) - (ends[0] - ends[1]))
    return np.fmax(doubt(parts), fits)


def levers(
    states: States,
    reference: States,
    height_m: float,
    model: KneeModel | None = None,
    quantity: str = "peak_force_bw",
) -> tuple[Floats, Floats, Floats]:
    """Return a modelled change in its parts: by speed, by cadence, by contact time."""
    values = [_quantity(evaluate(step, height_m, model), quantity) for step in _path(states, reference, height_m)]
    speed, cadence, contact = (later - earlier for earlier, later in pairwise(values))
    return speed, cadence, contact


def doubt(parts: tuple[Floats, Floats, Floats], speed_share: float | None = None) -> Floats:
    """Return the standard deviation of a change from its parts; runners differ most in how they answer speed."""
    share = value("noise.model.speed_slope") if speed_share is None else speed_share
    speed, cadence, contact = parts
    return root_sum(share * speed, value("noise.model.slope") * cadence, value("noise.model.slope") * contact)


def _path(states: States, reference: States, height_m: float) -> list[States]:
    """From the reference to each state, one lever at a time; predicted contact time follows speed and cadence."""
    shape = np.broadcast_shapes(states.speed_mps.shape, reference.speed_mps.shape)
    full = States(*(np.broadcast_to(getattr(reference, name), shape) for name in States.__slots__))
    base = full.contact_time_s / predicted_contact_time_s(full.speed_mps, full.cadence_spm)

    def at(speed: Floats, cadence: Floats) -> States:
        contact = base * predicted_contact_time_s(speed, cadence)
        return States(speed, cadence, contact, full.measured_share, full.predicted_cadence_sd)

    natural = natural_cadence_spm(states.speed_mps, height_m) / natural_cadence_spm(full.speed_mps, height_m)
    return [full, at(states.speed_mps, full.cadence_spm * natural), at(states.speed_mps, states.cadence_spm), states]


def _quantity(load: StepLoad, name: str) -> Floats:
    found: Floats = np.asarray(getattr(load, name), dtype=np.float64)
    if name == "knee_flexion_deg":
        return found
    # States outside the model may have no positive moment: their errors are NaN, like their values.
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log(found)


def contact_kind_sd(states: States, reference: States, height_m: float) -> Floats:
    """Effect on force of comparing measured with predicted contact time: the person's offset does not cancel."""
    spread = value("noise.predicted.contact") * np.abs(states.measured_share - reference.measured_share)
    ends = [evaluate(states, height_m, contact=states.contact_time_s * np.exp(sign * spread)) for sign in (1, -1)]
    return np.abs(_half_difference(*ends)["peak_force_bw"])


def grade_sd(up: Floats, down: Floats, unknown_share: Floats, states: States, height_m: float) -> Floats:
    """Effect on force of not knowing how much of a slope the knee feels.

    Parameters
    ----------
    up, down : ndarray
        Means of ``tan(slope)`` over uphill and over downhill steps, weighted by force, as shares of the whole run.
        The share that a runner keeps may differ between up and down, so the two do not cancel.
    unknown_share : ndarray
        Share of the run whose slope is not known.
    """
    model = knee_model()
    kept_sd = parameter("watch.grade.kept_share").sd or 0
    load = evaluate(states, height_m)
    ground = states_ground_force(states) * model.ground_force_scale
    arm = load.knee_moment_nm_per_kg / (ground * np.sin(model.peak_fraction * np.pi) * GRAVITY_MPS2)
    usual = np.tan(np.radians(value("watch.grade.unknown_sd_deg"))) * unknown_share
    with np.errstate(divide="ignore"):
        height = model.knee_height_share * height_m / arm
    effect: Floats = height * root_sum(kept_sd * up, kept_sd * down, model.grade_kept_share * usual)
    return effect


def states_ground_force(states: States) -> Floats:
    """Peak ground force on the level, BW."""
    return np.pi / 2 * 60 / states.cadence_spm / states.contact_time_s


def total(effects: Mapping[str, Floats]) -> Floats:
    """Quadrature of one quantity's effects."""
    return root_sum(*effects.values())
