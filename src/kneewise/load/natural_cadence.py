"""Cadence that people choose at a speed, for runs whose cadence was not recorded."""

from __future__ import annotations

import math

from kneewise.evidence.parameters import value
from kneewise.load.knee.patellofemoral import Array


def natural_cadence_spm(speed_mps: Array, height_m: float) -> Array:
    """Return the mean cadence of people of this height at this speed, steps per minute of both feet.

    Notes
    -----
    A line through the means of 28 treadmill runners (Fukuchi 2017: 162.1, 171.8 and 184.2 at 2.5, 3.5 and 4.5 m/s,
    height 1.75 m), carried to other heights by dimensionless speed and frequency (van Oeveren 2021). It gives 164.4 at
    2.75 m/s, where 860 recreational runners had 164 (Malisoux 2023). Between runners the standard deviation is 6.5 %.
    """
    size = value("watch.body.reference_height_m") / height_m
    return (
        value("population.cadence_at_rest_spm") * math.sqrt(size)
        + value("population.cadence_per_speed") * size * speed_mps
    )
