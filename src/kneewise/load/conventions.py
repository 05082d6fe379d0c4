"""The contact area by every convention that is in use."""

from __future__ import annotations

import numpy as np

from kneewise.domain import Sex, json_number
from kneewise.load.knee.patellofemoral import AREAS, contact_area_mm2


def area_range(knee_flexion_deg: float, sex: Sex | None) -> dict[str, float | None]:
    """Return the contact area, mm^2, by every convention that can be evaluated for this runner."""
    angle = np.array([knee_flexion_deg])
    usable = (area for area in AREAS if area != "besier" or sex is not None)
    return {area: json_number(contact_area_mm2(angle, area, sex)[0]) for area in usable}
