"""From joint angles and moments to muscle forces and a kneecap force with co-contraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter, value
from kneewise.load.knee.muscles import HEADS, MuscleModel
from kneewise.load.knee.muscles_solver import Activations, solve
from kneewise.load.knee.patellofemoral import force_ratio
from kneewise.units import GRAVITY_MPS2

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: What a number made with muscles is called beside one from the net moment.
CONVENTION = "static optimisation"


@dataclass(frozen=True, slots=True, eq=False)
class MuscleForces:
    """Forces of one leg; arrays over frames, NaN where the muscles could not give the knee's moment.

    Attributes
    ----------
    force_n : ndarray, shape (n, m)
        Every muscle, in the order of the model.
    groups_n : dict of str to ndarray, shape (n,)
        Sums by group: ``"quadriceps"``, ``"hamstrings"``, ``"gastrocnemius"``.
    activation : ndarray, shape (n, m)
    reserve_nm : dict of str to ndarray, shape (n,)
        By coordinate, the moment that the muscles left over; kept also in refused frames.
    patellofemoral_n : ndarray, shape (n,)
        Quadriceps force times the ratio of the knee angle.
    refused : ndarray of bool, shape (n,)
        Frames without a number: the knee's reserve is too large, an angle lies too far outside the model, the input is
        not finite, or the search did not end.
    issues : tuple of Issue
        The same in words, and what is doubtful.
    """

    force_n: Floats
    groups_n: dict[str, Floats]
    activation: Floats
    reserve_nm: dict[str, Floats]
    patellofemoral_n: Floats
    refused: Mask
    issues: tuple[Issue, ...]

    def patellofemoral_bw(self, mass_kg: float) -> Floats:
        """Kneecap force in body weights."""
        return self.patellofemoral_n / (mass_kg * GRAVITY_MPS2)


def muscle_forces(
    model: MuscleModel, angles_deg: Mapping[str, Floats], moments_nm: Mapping[str, Floats]
) -> MuscleForces:
    """Share the joint moments among the muscles of one leg.

    Parameters
    ----------
    model : MuscleModel
        Scaled to the runner; of either leg.
    angles_deg : mapping of str to ndarray, shape (n,)
        Every coordinate of the model: ``hip_flexion``, ``knee_flexion``, ``ankle_dorsiflexion`` and, where the model
        has them, ``hip_adduction`` and ``hip_rotation``.
    moments_nm : mapping of str to ndarray, shape (n,)
        Internal moments, positive in the direction of the angle: the knee's is the *negative* of the internal extension
        moment.

    Returns
    -------
    MuscleForces

    Raises
    ------
    InvalidInputError
        When an angle or a moment of the model's coordinates is not given, or arrays differ in length.

    Notes
    -----
    Least squared activation, forces at full activation constant: no force-length-velocity, no passive force, no tendon
    stretch. One leg of a published model with its own forces was met within 0.02 % of OpenSim by this formulation.
    """
    angles = _columns(model, angles_deg, "angle")
    moments = _columns(model, moments_nm, "moment")
    outside = model.outside_deg(angles)
    strength = model.arms_m(angles) * model.max_force_n
    wanted = np.stack([moments[coordinate.name] for coordinate in model.coordinates], axis=1)
    bounds = parameter("muscles.activation")
    done = solve(strength, wanted, model.reserve_nm, bounds.low, bounds.high)
    knee = [coordinate.name for coordinate in model.coordinates].index("knee_flexion")
    unmet = _unmet(done.reserve_nm, wanted)
    far = outside > value("muscles.clamped_deg")
    refused = ~done.converged | far | unmet[:, knee]
    force = np.where(refused[:, None], np.nan, done.activation * model.max_force_n)
    groups = {group: force[:, model.group(group)].sum(axis=1) for group in HEADS}
    return MuscleForces(
        force_n=force,
        groups_n=groups,
        activation=np.where(refused[:, None], np.nan, done.activation),
        reserve_nm={c.name: done.reserve_nm[:, row] for row, c in enumerate(model.coordinates)},
        patellofemoral_n=groups["quadriceps"] * force_ratio(angles["knee_flexion"]),
        refused=refused,
        issues=tuple(_issues(model, done, unmet, knee, outside, far)),
    )


def _columns(model: MuscleModel, given: Mapping[str, Floats], what: str) -> dict[str, Floats]:
    names = [coordinate.name for coordinate in model.coordinates]
    missing = [name for name in names if name not in given]
    if missing:
        raise InvalidInputError(
            f"The muscle model '{model.name}' needs the {what} of {missing[0]}, which this trial does not give; "
            "leave that coordinate out of the model or measure it."
        )
    columns = {name: np.asarray(given[name], dtype=np.float64) for name in names}
    if len({column.shape for column in columns.values()}) > 1:
        raise InvalidInputError(f"The {what}s differ in length; give one number per frame for each coordinate.")
    return columns


def _unmet(reserve_nm: Floats, wanted_nm: Floats) -> Mask:
    """Frames and joints whose reserve is a notable share of the joint's peak moment."""
    known = np.isfinite(wanted_nm)
    peak = np.abs(np.where(known, wanted_nm, 0)).max(axis=0, initial=0)
    unmet: Mask = np.abs(reserve_nm) > value("muscles.reserve_share") * peak
    return unmet


def _issues(model: MuscleModel, done: Activations, unmet: Mask, knee: int, outside: Floats, far: Mask) -> list[Issue]:
    frames, where = len(unmet), f"muscles of {model.name}"
    limit = value("muscles.reserve_share")
    found = []
    for row, coordinate in enumerate(model.coordinates):
        count = int(unmet[:, row].sum())
        if not count:
            continue
        joint = coordinate.name.replace("_", " ")
        told = (
            f"In {count} of {frames} frames the muscles cannot give the {joint} moment within {limit:.0%} of its peak"
        )
        what = "no force is given there" if row == knee else "forces of the muscles that cross it are too low there"
        found.append(Issue("muscles-too-weak", where, f"{told}; {what}."))
    if far.any():
        text = f"In {int(far.sum())} of {frames} frames a joint angle lies outside the model; no force is given there."
        found.append(Issue("angle-outside-model", where, text))
    clamped = int(((outside > 0) & ~far).sum())
    if clamped:
        text = f"In {clamped} of {frames} frames a joint angle lies just outside the model; the nearest arm was used."
        found.append(Issue("angle-clamped", where, text))
    lost = int((~done.converged & ~np.isnan(outside)).sum())
    if lost:
        found.append(Issue("muscles-unsolved", where, f"{lost} of {frames} frames have no solution and no force."))
    return found
