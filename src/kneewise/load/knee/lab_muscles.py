"""The steps of a lab trial with muscle forces from a scaled model instead of the net moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kneewise.domain import Floats, Issue, Sex
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.lab import LabSteps
from kneewise.load.knee.muscles import HEADS, MuscleModel
from kneewise.load.knee.muscles_forces import CONVENTION, MuscleForces, muscle_forces
from kneewise.load.knee.patellofemoral import contact_area_mm2
from kneewise.units import GRAVITY_MPS2

#: Curves of the lab tier that drive a coordinate, and the moment that opposes it; ``None`` is not measured.
_DRIVEN = {
    "hip_flexion": ("hip_flexion_deg", "hip_moment_nm_per_kg"),
    "hip_adduction": ("hip_adduction_deg", None),
    "knee_flexion": ("knee_flexion_deg", "knee_moment_nm_per_kg"),
    "ankle_dorsiflexion": ("ankle_dorsiflexion_deg", "ankle_moment_nm_per_kg"),
}
_LOST = "the muscles of the model could not give the knee's moment in part of this step"


@dataclass(frozen=True, slots=True)
class MuscleConvention(Convention):
    """Forces of a muscle model; the factor of the net-moment convention is not used."""

    model_name: str = ""
    model_source: str = ""

    @property
    def text(self) -> str:
        """The convention in words."""
        return f"{CONVENTION} with '{self.model_name}', contact area {self.area}"

    def to_json(self) -> dict[str, Any]:
        """Return the convention as a JSON object."""
        named = {"name": self.model_name, "source": self.model_source}
        return {"area": self.area, "cocontraction": CONVENTION, "text": self.text, "muscles": named}


def with_muscles(
    steps: LabSteps, model: MuscleModel, mass_kg: float, convention: Convention, sex: Sex | None
) -> tuple[LabSteps, MuscleConvention, tuple[Issue, ...]]:
    """Return the steps with the joint force of the muscles, the convention that names them, and what is doubtful.

    A step in which any frame has no force has no load. Curves ``quadriceps_force_bw``, ``hamstrings_force_bw`` and
    ``gastrocnemius_force_bw`` are added.

    Raises
    ------
    InvalidInputError
        When the model has a coordinate whose moment the lab tier does not measure.
    """
    angles, moments = _driving(steps, model, mass_kg)
    found = muscle_forces(model, angles, moments)
    shape, weight = steps.curves["knee_flexion_deg"].shape, mass_kg * GRAVITY_MPS2
    curves = dict(steps.curves)
    for group in HEADS:
        curves[f"{group}_force_bw"] = found.groups_n[group].reshape(shape) / weight
    force = found.patellofemoral_n.reshape(shape) / weight
    area = contact_area_mm2(np.maximum(curves["knee_flexion_deg"], 0), convention.area, sex)
    curves |= {"pfj_force_bw": force, "pfj_stress_mpa": force * weight / area}
    lost = np.asarray(found.refused.reshape(shape).any(axis=1))
    reason = tuple(text or (_LOST if gone else "") for text, gone in zip(steps.reason, lost.tolist(), strict=True))
    columns = {**steps.columns, **_columns(curves, steps.columns["contact_time_s"], reason)}
    named = MuscleConvention(convention.area, model_name=model.name, model_source=model.source)
    return replace(steps, columns=columns, curves=curves, reason=reason), named, _issues(found, model, mass_kg)


def _driving(steps: LabSteps, model: MuscleModel, mass_kg: float) -> tuple[dict[str, Floats], dict[str, Floats]]:
    angles, moments = {}, {}
    for coordinate in model.coordinates:
        angle, moment = _DRIVEN.get(coordinate.name, (None, None))
        if angle is None or moment is None:
            raise InvalidInputError(
                f"The muscle model '{model.name}' has the coordinate {coordinate.name}, whose moment the lab tier does "
                "not compute; export the model over hip flexion, knee flexion and ankle dorsiflexion."
            )
        angles[coordinate.name] = steps.curves[angle].ravel()
        # Extension and plantarflexion are positive in the curves, flexion and dorsiflexion in the model.
        moments[coordinate.name] = -mass_kg * steps.curves[moment].ravel()
    return angles, moments


def _columns(curves: dict[str, Floats], contact_time_s: Floats, reason: tuple[str, ...]) -> dict[str, Floats]:
    force = curves["pfj_force_bw"]
    last = force.shape[1] - 1
    columns = {
        "quadriceps_force_peak_bw": curves["quadriceps_force_bw"].max(axis=1),
        "pfj_peak_bw": force.max(axis=1),
        "pfj_peak_mpa": curves["pfj_stress_mpa"].max(axis=1),
        "pfj_impulse_bw_s": np.trapezoid(force, axis=1) / last * contact_time_s,
        "pfj_peak_share": np.argmax(np.nan_to_num(force), axis=1) / last,
    }
    without = np.array([bool(text) for text in reason], dtype=np.bool_)
    return {name: np.where(without, np.nan, column) for name, column in columns.items()}


def _issues(found: MuscleForces, model: MuscleModel, mass_kg: float) -> tuple[Issue, ...]:
    told = list(found.issues)
    if model.mass_kg is not None and abs(model.mass_kg / mass_kg - 1) > value("muscles.mass_share"):
        masses = f"{model.mass_kg:g} kg and the runner has {mass_kg:g} kg"
        text = f"The muscle model was scaled to {masses}; is it the same person?"
        told.append(Issue("muscles-of-another", f"muscles of {model.name}", text))
    return tuple(told)
