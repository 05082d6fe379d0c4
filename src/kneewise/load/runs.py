"""What one run costs the knee, as sums that outlive every later choice of reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Issue, KneeStyle
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.limits import limits

Floats = NDArray[np.float64]

#: Bins of the flat-running histogram per m/s of speed.
BINS_PER_MPS = 10


@dataclass(frozen=True, slots=True, eq=False)
class FlatRunning:
    """Flat running with measured cadence by speed: from it the runner's reference is learned.

    Attributes
    ----------
    bin : ndarray of float64, shape (k,)
        Lower edge of each speed bin that holds something, m/s; bins are 0.1 m/s wide.
    seconds, distance_m, steps : ndarray, shape (k,)
        Time, distance and steps of both feet.
    force_sum_bw, impulse_sum_bw_s : ndarray, shape (k,)
        Sums of peak force and impulse over the steps.
    contact_sum_s, measured_steps : ndarray, shape (k,)
        Sum of contact time over the steps, and the steps whose contact time a device measured.
    """

    bin: Floats
    seconds: Floats
    distance_m: Floats
    steps: Floats
    force_sum_bw: Floats
    impulse_sum_bw_s: Floats
    contact_sum_s: Floats
    measured_steps: Floats


def empty_flat_running() -> FlatRunning:
    """Return a histogram that holds nothing."""
    return FlatRunning(*(np.empty(0) for _ in fields(FlatRunning)))


@dataclass(frozen=True, slots=True)
class RunLoad:
    """Sums and means of one run over the part that has a number; NaN where nothing has.

    Attributes
    ----------
    running_s, covered_s : float
        Time run, and the part of it that has a number.
    distance_m : float
        Distance of the covered part, from speed.
    steps : float
        Steps of both feet in the covered part; sums go over them, half of them load each knee.
    force_sum_bw, force_sum2_bw2, force_sum4_bw4 : float
        Sums of peak force, its square and its fourth power.
    impulse_sum_bw_s : float
        Sum of the impulse per step.
    peak_force_bw, peak_stress_mpa, knee_flexion_deg, knee_moment_nm_per_kg : float
        Means over the steps. Stress is NaN without body mass.
    contact_time_s, cadence_spm, speed_mps : float
        Means over the steps: the state at which errors are propagated.
    measured_contact_share, predicted_cadence_share : float
        Share of the steps with a contact time from a device; with a cadence predicted from speed.
    own_cadence_used : bool
        Whether predicted cadence was scaled to the rest of the same run; false where the run has none at all.
    uphill_share, downhill_share, unknown_grade_share : float
        Shares of the steps.
    uphill_tangent, downhill_tangent : float
        Means of tan(slope) weighted by force, uphill and downhill part, each over all steps; both positive.
    flat : FlatRunning
        Histogram from which the reference is learned.
    style : KneeStyle or None
        The runner's own knee, with which the sums were made.
    """

    running_s: float
    covered_s: float
    distance_m: float
    steps: float
    force_sum_bw: float
    force_sum2_bw2: float
    force_sum4_bw4: float
    impulse_sum_bw_s: float
    peak_force_bw: float
    peak_stress_mpa: float
    knee_flexion_deg: float
    knee_moment_nm_per_kg: float
    contact_time_s: float
    cadence_spm: float
    speed_mps: float
    measured_contact_share: float
    predicted_cadence_share: float
    own_cadence_used: bool
    uphill_share: float
    downhill_share: float
    unknown_grade_share: float
    uphill_tangent: float
    downhill_tangent: float
    height_m: float
    mass_kg: float | None
    typed_in: bool
    convention: Convention
    flat: FlatRunning
    issues: tuple[Issue, ...] = ()
    style: KneeStyle | None = None

    @property
    def coverage(self) -> float:
        """Share of the running time that has a number, 0 to 1."""
        return self.covered_s / self.running_s if self.running_s > 0 else 0.0

    def force_sum(self, exponent: int) -> float:
        """Sum over the steps of peak force to the power 1, 2 or 4."""
        return {1: self.force_sum_bw, 2: self.force_sum2_bw2, 4: self.force_sum4_bw4}[exponent]

    def to_dict(self) -> dict[str, Any]:
        """Return a small JSON-able dictionary; ``RunLoad.from_dict`` reads it back exactly. NaN becomes ``None``."""
        document = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        document["convention"] = asdict(self.convention)
        document["flat"] = {field.name: getattr(self.flat, field.name).tolist() for field in fields(FlatRunning)}
        document["issues"] = [issue.to_json() for issue in self.issues]
        document["style"] = None if self.style is None else self.style.to_dict()
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> RunLoad:
        """Read what :meth:`to_dict` wrote."""
        values: dict[str, Any] = {
            name: float("nan") if stored is None and name != "mass_kg" else stored for name, stored in document.items()
        }
        values["convention"] = Convention(**document["convention"])
        values["flat"] = FlatRunning(**{name: np.array(row, dtype=float) for name, row in document["flat"].items()})
        values["issues"] = tuple(Issue(**issue) for issue in document["issues"])
        style = document.get("style")
        values["style"] = None if style is None else KneeStyle(**style)
        return cls(**values)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def flat_histogram(speed_mps: Floats, columns: Mapping[str, Floats]) -> FlatRunning:
    """Sum columns by speed.

    Parameters
    ----------
    speed_mps : ndarray, shape (n,)
        Within the speed limits.
    columns : mapping
        The columns of :class:`FlatRunning` but ``bin``, each of shape (n,).
    """
    if not len(speed_mps):
        return empty_flat_running()
    lowest = limits()["speed_mps"].reject_low
    number = ((speed_mps - lowest) * BINS_PER_MPS).astype(np.intp)
    held = np.flatnonzero(np.bincount(number))
    sums: dict[str, Floats] = {
        name: np.bincount(number, column)[held].astype(np.float64) for name, column in columns.items()
    }
    return FlatRunning(bin=lowest + held / BINS_PER_MPS, **sums)


def sum_flat_running(parts: list[FlatRunning]) -> FlatRunning:
    """Add histograms of several runs."""
    whole = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(FlatRunning)}
    lower_edge = whole.pop("bin")
    # Edges are sums of floats: shift by a tenth of a bin so that rounding cannot move one into its neighbour.
    return flat_histogram(lower_edge + 1 / (10 * BINS_PER_MPS), whole)
