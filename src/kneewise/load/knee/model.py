"""The constants of the watch model in one frozen object, so that a person's own can replace the generic ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from kneewise.evidence.parameters import parameters, value


@cache
def numbers(prefix: str) -> Mapping[str, float]:
    """Return the values of every parameter ``prefix.name`` as ``{name: value}``."""
    start = f"{prefix}."
    found = {name.removeprefix(start): entry.value for name, entry in parameters().items() if name.startswith(start)}
    return MappingProxyType(found)


def polynomial(prefix: str) -> tuple[float, ...]:
    """Return the coefficients ``prefix.c0``, ``prefix.c1``, ... in rising order."""
    found = numbers(prefix)
    return tuple(found[f"c{power}"] for power in range(len(found)))


@dataclass(frozen=True, slots=True)
class KneeFit:
    """Peak stance knee flexion from the drop of the centre of mass and the sweep of the leg."""

    intercept_deg: float
    per_drop_deg_per_mm: float
    per_sweep_deg_per_mm: float


@dataclass(frozen=True, slots=True)
class KneeModel:
    """Constants of the sagittal patellofemoral model.

    ``ground_force_scale``, ``lever_arm_scale``, ``ratio_scale``, ``knee_offset_deg`` and ``contact_scale_person`` are
    what a person may differ in from the generic model: 1, 1, 1, 0 and 1 until something better has been measured.
    """

    lever_arm: tuple[float, ...]
    ratio_numerator: tuple[float, ...]
    ratio_denominator: tuple[float, ...]
    contact_scale: float
    contact_step_time_exponent: float
    contact_speed_exponent: float
    knee: KneeFit
    reference_height_m: float
    leg_length_share: float
    thigh_share: float
    knee_height_share: float
    force_line_offset_share: float
    peak_fraction: float
    impulse_share: float
    grade_kept_share: float
    cocontraction: float
    ground_force_scale: float = 1.0
    lever_arm_scale: float = 1.0
    ratio_scale: float = 1.0
    knee_offset_deg: float = 0.0
    contact_scale_person: float = 1.0

    def with_(self, **changes: Any) -> KneeModel:
        """Return a copy with some constants replaced."""
        return replace(self, **changes)


@cache
def knee_model() -> KneeModel:
    """Return the generic model: knee fit A (lab runners and step-rate studies), net-moment convention."""
    return KneeModel(
        lever_arm=polynomial("joint.lever_arm"),
        ratio_numerator=polynomial("joint.ratio_numerator"),
        ratio_denominator=polynomial("joint.ratio_denominator"),
        contact_scale=value("watch.contact.scale"),
        contact_step_time_exponent=value("watch.contact.step_time_exponent"),
        contact_speed_exponent=value("watch.contact.speed_exponent"),
        knee=KneeFit(**numbers("watch.knee")),
        **numbers("watch.body"),
        peak_fraction=value("watch.stance.peak_fraction"),
        impulse_share=value("watch.stance.impulse_share"),
        grade_kept_share=value("watch.grade.kept_share"),
        cocontraction=value("joint.cocontraction.net_moment"),
    )


@cache
def alternative_model() -> KneeModel:
    """Return the model with knee fit B (lab runners alone), used only to see how far two defensible fits differ."""
    return knee_model().with_(knee=KneeFit(**numbers("watch.knee_alternative")))
