"""The way a run took, in metres from its start: a drawing that names no place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Stream, json_number
from kneewise.units import EARTH_RADIUS_M

Floats = NDArray[np.float64]

#: Points of a drawing: more are not seen.
MOST_POINTS = 600


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Points of a way.

    Attributes
    ----------
    east_m, north_m : ndarray, shape (k,)
        From the first known position, metres.
    at_m : ndarray, shape (k,)
        Distance covered at each point.
    """

    east_m: Floats
    north_m: Floats
    at_m: Floats

    def to_json(self) -> dict[str, Any]:
        """Return columns."""
        columns = {name: getattr(self, name).tolist() for name in ("east_m", "north_m", "at_m")}
        return {name: [json_number(round(number, 1)) for number in column] for name, column in columns.items()}


def track(stream: Stream, along_m: Floats) -> Track | None:
    """Return the way of a stream, or ``None`` where it holds no positions.

    Parameters
    ----------
    along_m : ndarray, shape (rows,)
        Distance covered at each row.
    """
    latitude = stream.column("latitude_deg").astype(np.float64)
    longitude = stream.column("longitude_deg").astype(np.float64)
    known = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    if len(known) < 2:
        return None
    wanted = np.linspace(along_m[known[0]], along_m[known[-1]], MOST_POINTS)
    chosen = known[np.clip(np.searchsorted(along_m[known], wanted), 0, len(known) - 1)]
    chosen = np.unique(chosen)
    start = latitude[chosen[0]], longitude[chosen[0]]
    # A run across the 180th meridian must not jump round the world.
    turned = (longitude[chosen] - start[1] + 180) % 360 - 180
    east = np.radians(turned) * EARTH_RADIUS_M * np.cos(np.radians(start[0]))
    north = np.radians(latitude[chosen] - start[0]) * EARTH_RADIUS_M
    return Track(east, north, along_m[chosen])
