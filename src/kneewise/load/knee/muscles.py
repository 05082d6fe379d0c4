"""A leg's muscles: moment arms over the joint angles, maximal forces, and the groups that heads belong to.

Angles are radians inside a model and positive in flexion (hip, knee), adduction, inward rotation and dorsiflexion. A
moment arm is positive where the muscle pulls its joint in that direction; so the quadriceps have negative arms about
``knee_flexion``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Joint angles that a model may be made over.
COORDINATES = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion", "ankle_dorsiflexion")

#: Heads that every model must hold exactly once. A published code summed vastus medialis twice and vastus lateralis
#: never, and so told half of the joint force.
HEADS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "quadriceps": ("rectus_femoris", "vastus_lateralis", "vastus_medialis", "vastus_intermedius"),
        "hamstrings": ("biceps_femoris_long", "biceps_femoris_short", "semimembranosus", "semitendinosus"),
        "gastrocnemius": ("gastrocnemius_medial", "gastrocnemius_lateral"),
    }
)


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One joint angle, the range its arms were fitted on, and what its reserve weighs.

    Attributes
    ----------
    low_deg, high_deg : float
        Outside this range the arms of the nearest end are used, and the frame is marked.
    reserve_nm : float
        Moment that the reserve gives at the cost of one fully active muscle.
    """

    name: str
    low_deg: float
    high_deg: float
    reserve_nm: float


@dataclass(frozen=True, slots=True, eq=False)
class Polynomial:
    """Sum of ``coefficient * product(angle ** power)``; coefficients (t,) in m, powers (t, coordinates)."""

    coefficients: Floats
    powers: NDArray[np.int64]

    def arm_m(self, powers_of: Floats) -> Floats:
        """Evaluate from a table of powers of every angle, shape (power, coordinate, n)."""
        total = np.zeros(powers_of.shape[-1])
        for coefficient, powers in zip(self.coefficients, self.powers, strict=True):
            term = np.full_like(total, coefficient)
            for coordinate in np.flatnonzero(powers):
                term *= powers_of[powers[coordinate], coordinate]
            total += term
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Spline:
    """Cubic through measured arms over one angle: ``pieces`` (4, k) with rising power last to first."""

    over: int
    knots: Floats
    pieces: Floats

    def arm_m(self, powers_of: Floats) -> Floats:
        """Evaluate from a table of powers of every angle, shape (power, coordinate, n)."""
        angle = powers_of[1, self.over]
        piece = np.clip(np.searchsorted(self.knots, angle, side="right") - 1, 0, self.pieces.shape[1] - 1)
        rest = angle - self.knots[piece]
        cubic, square, slope, level = self.pieces[:, piece]
        return np.asarray(((cubic * rest + square) * rest + slope) * rest + level, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Muscle:
    """One head: its name in the model, the head that it is, its strongest pull and its arms by coordinate."""

    name: str
    head: str
    max_force_n: float
    arms: Mapping[str, Polynomial | Spline]


@dataclass(frozen=True, slots=True, eq=False)
class MuscleModel:
    """One leg of one person.

    Attributes
    ----------
    name, source : str
        What it is and where arms and forces come from; told beside every number made with it.
    mass_kg : float or None
        Mass of the person it was scaled to.
    """

    name: str
    source: str
    mass_kg: float | None
    coordinates: tuple[Coordinate, ...]
    muscles: tuple[Muscle, ...]

    @property
    def max_force_n(self) -> Floats:
        """Maximal forces, shape (m,)."""
        return np.array([muscle.max_force_n for muscle in self.muscles])

    @property
    def reserve_nm(self) -> Floats:
        """Moments of the reserves, shape (k,)."""
        return np.array([coordinate.reserve_nm for coordinate in self.coordinates])

    def group(self, name: str) -> Mask:
        """Return which muscles belong to ``"quadriceps"``, ``"hamstrings"`` or ``"gastrocnemius"``, shape (m,)."""
        return np.array([muscle.head in HEADS[name] for muscle in self.muscles])

    def outside_deg(self, angles_deg: Mapping[str, Floats]) -> Floats:
        """Return how far each frame lies outside the fitted range, deg, the worst angle of each, shape (n,)."""
        beyond = [
            np.maximum(
                coordinate.low_deg - angles_deg[coordinate.name], angles_deg[coordinate.name] - coordinate.high_deg
            )
            for coordinate in self.coordinates
        ]
        return np.asarray(np.maximum(np.max(beyond, axis=0), 0), dtype=np.float64)

    def arms_m(self, angles_deg: Mapping[str, Floats]) -> Floats:
        """Return the moment arms at every frame, shape (n, k, m).

        Parameters
        ----------
        angles_deg : mapping of str to ndarray, shape (n,)
            Every angle of the model; beyond the fitted range the arm at its end is used.
        """
        angles = np.stack([np.radians(np.clip(angles_deg[c.name], c.low_deg, c.high_deg)) for c in self.coordinates])
        table = np.stack([angles**power for power in range(self._degree() + 1)])
        arms = np.zeros((angles.shape[1], len(self.coordinates), len(self.muscles)))
        for row, coordinate in enumerate(self.coordinates):
            for column, muscle in enumerate(self.muscles):
                if coordinate.name in muscle.arms:
                    arms[:, row, column] = muscle.arms[coordinate.name].arm_m(table)
        return arms

    def _degree(self) -> int:
        fits = [arm for muscle in self.muscles for arm in muscle.arms.values()]
        return max([1, *(int(arm.powers.max()) for arm in fits if isinstance(arm, Polynomial))])
