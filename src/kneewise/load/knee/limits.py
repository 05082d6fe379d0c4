"""Sanity limits: outside ``reject`` there is no number, outside ``warn`` there is a note."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kneewise.load.knee.model import numbers


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one quantity, in the unit of its name."""

    reject_low: float
    reject_high: float
    warn_low: float
    warn_high: float

    def rejects(self, value: float) -> bool:
        """Whether the model gives no number at this value."""
        return not self.reject_low <= value <= self.reject_high

    def warns(self, value: float) -> bool:
        """Whether the value is possible but unusual."""
        return not self.warn_low <= value <= self.warn_high


@cache
def limits() -> dict[str, Limits]:
    """Return the limits by quantity."""
    return {
        "speed_mps": Limits(**numbers("limits.speed_mps")),
        "cadence_spm": Limits(**numbers("limits.cadence_spm")),
        "contact_time_s": Limits(**numbers("limits.contact_time_s")),
        "duty_factor": Limits(**numbers("limits.duty_factor")),
        "ground_force_bw": Limits(**numbers("limits.ground_force_bw")),
        "knee_flexion_deg": Limits(**numbers("limits.knee_flexion_deg")),
        "knee_moment_nm_per_kg": Limits(**numbers("limits.knee_moment_nm_per_kg")),
        "peak_force_bw": Limits(**numbers("limits.peak_force_bw")),
        "grade_deg": Limits(**numbers("limits.grade_deg")),
    }


#: Quantities in words.
WORDS = {
    "speed_mps": "speed",
    "cadence_spm": "cadence",
    "contact_time_s": "contact time",
    "duty_factor": "duty factor",
    "ground_force_bw": "peak ground force",
    "knee_flexion_deg": "knee flexion",
    "knee_moment_nm_per_kg": "knee moment",
    "peak_force_bw": "peak kneecap force",
    "grade_deg": "slope",
}
