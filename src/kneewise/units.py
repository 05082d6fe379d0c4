"""Unit conversions, the only place that holds their factors."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

#: Standard gravity, m/s^2 (CGPM 1901).
GRAVITY_MPS2 = 9.80665

#: Mean radius of the Earth, m (IUGG).
EARTH_RADIUS_M = 6_371_008.8

#: POSIX seconds of the FIT epoch, 1989-12-31T00:00:00Z.
FIT_EPOCH_S = 631_065_600.0

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3600
HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7
MONTHS_PER_YEAR = 12
METRES_PER_KM = 1000

#: International mile, foot, inch and pound (1959), in metres and kilograms.
METRES_PER_MILE = 1609.344
METRES_PER_FOOT = 0.3048
METRES_PER_INCH = 0.0254
KG_PER_POUND = 0.45359237

_Number = TypeVar("_Number", float, NDArray[np.float64])


def semicircles_to_deg(semicircles: _Number) -> _Number:
    """Return degrees from Garmin's semicircles (2**31 semicircles are 180 degrees)."""
    return semicircles * (180.0 / 2**31)


def milliseconds_to_s(milliseconds: _Number) -> _Number:
    """Return seconds."""
    return milliseconds * 1e-3


def millimetres_to_m(millimetres: _Number) -> _Number:
    """Return metres."""
    return millimetres * 1e-3
