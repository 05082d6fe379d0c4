"""Where the ground pushes, seen from the foot that stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kneewise.domain import Floats
from kneewise.evidence.parameters import parameter, value
from kneewise.gait.contacts import Contacts, Mask
from kneewise.gait.curves import sampled
from kneewise.motion.markers import Body, GroundForce, low_pass

#: Shares of stance that are looked at; a mirrored plate is right only while the foot passes its middle.
_SHARES = (0.3, 0.5, 0.7)


@dataclass(frozen=True, slots=True, eq=False)
class Pressure:
    """Centre of pressure early, midway and late in every contact; arrays of shape (steps, 3).

    Attributes
    ----------
    along : ndarray
        From the heel (0) to the metatarsal heads (1).
    beside_m : ndarray
        Distance to the line from heel to metatarsal heads, to either side.
    """

    along: Floats
    beside_m: Floats

    def under_foot(self) -> Mask:
        """Return for which steps the pressure lies under the foot."""
        reach = parameter("lab.check.pressure_along")
        inside = (self.along >= reach.low) & (self.along <= reach.high)
        inside &= self.beside_m <= value("lab.check.pressure_beside_m")
        under: Mask = np.asarray(inside.all(axis=1))
        return under


def pressure(ground: GroundForce, body: Body, contacts: Contacts, surface_m: float, cutoff_hz: float) -> Pressure:
    """Return where the force acts while it is large and the point is sure.

    Parameters
    ----------
    ground : GroundForce
        In the running frame.
    surface_m : float
        Height of the plates' surface in that frame.
    """
    both = low_pass(np.column_stack([ground.force_n, ground.moment_nm]), ground.rate_hz, cutoff_hz)
    at = contacts.initial_contact_s[:, None] + contacts.contact_time_s[:, None] * np.array(_SHARES)
    force_x, force_y, force_z, moment_x, _, moment_z = (sampled(column, ground.rate_hz, at) for column in both.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (moment_z + surface_m * force_x) / force_y
        z = (surface_m * force_z - moment_x) / force_y
    heel, toe = (
        np.stack([sampled(points[..., axis], body.rate_hz, at, contacts.leg) for axis in (0, 2)], axis=-1)
        for points in (body.heel_m, body.toe_m)
    )
    foot = toe - heel
    length = np.linalg.norm(foot, axis=-1)
    ahead, across = x - heel[..., 0], z - heel[..., 1]
    return Pressure(
        along=(ahead * foot[..., 0] + across * foot[..., 1]) / length**2,
        beside_m=np.abs(ahead * foot[..., 1] - across * foot[..., 0]) / length,
    )
