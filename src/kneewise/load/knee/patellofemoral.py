"""From knee moment and knee flexion to patellofemoral joint force and stress (Brechter and Powers family).

Angles are degrees of knee flexion, 0 is straight; the extension moment is positive. ``out`` arguments let the caller
work in place; every function also allocates when they are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Sex
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.knee.model import knee_model, numbers, polynomial

Array = NDArray[np.floating]
Area = Literal["connolly", "powers-quartic", "powers-cubic", "salsich", "besier"]

#: Contact-area conventions, the default first.
AREAS: tuple[Area, ...] = ("connolly", "powers-quartic", "powers-cubic", "salsich", "besier")


def horner(coefficients: Sequence[float], x: Array, out: Array | None = None) -> Array:
    """Evaluate a polynomial, coefficients in rising order; ``out`` must not be ``x``."""
    out = np.empty_like(x) if out is None else out
    out.fill(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        out *= x
        if coefficient != 0:
            out += coefficient
    return out


def quadriceps_lever_arm_m(knee_flexion_deg: Array, out: Array | None = None) -> Array:
    """Effective quadriceps lever arm, m: 0.047 at 20 deg, 0.040 at 45 deg (van Eijden 1986, fit in Nunes 2018)."""
    return horner(knee_model().lever_arm, knee_flexion_deg, out)


def force_ratio(knee_flexion_deg: Array, out: Array | None = None, work: Array | None = None) -> Array:
    """Joint force over quadriceps force, 0.46 to 1: 0.650 at 20 deg, 0.864 at 45 deg."""
    out = horner(knee_model().ratio_numerator, knee_flexion_deg, out)
    out /= horner(knee_model().ratio_denominator, knee_flexion_deg, work)
    return out


def contact_area_mm2(
    knee_flexion_deg: Array, area: Area = "connolly", sex: Sex | None = None, out: Array | None = None
) -> Array:
    """Patellofemoral contact area, mm^2, by one of the conventions in use.

    Above the largest angle that a convention was made for, the area of that angle is used.

    Parameters
    ----------
    knee_flexion_deg : ndarray
    area : {"connolly", "powers-quartic", "powers-cubic", "salsich", "besier"}
    sex : {"f", "m"} or None
        Needed by ``"besier"``, which has one table for men and one for women.

    Raises
    ------
    InvalidInputError
        For ``"besier"`` without sex, and for an unknown convention.

    Notes
    -----
    ``"besier"`` is the unloaded table; the same study found 24 % more on average when bearing weight.
    """
    limited = np.minimum(knee_flexion_deg, np.asarray(_last_deg(area), dtype=knee_flexion_deg.dtype))
    if area == "besier":
        return _besier(limited, sex, out)
    return horner(_AREA_POLYNOMIALS[area], limited, out)


def _last_deg(area: Area) -> float:
    if area not in AREAS:
        raise InvalidInputError(f"'{area}' is no contact-area convention; choose one of {', '.join(AREAS)}.")
    return numbers("area.last_deg")[area.replace("-", "_")]


_AREA_POLYNOMIALS: dict[str, tuple[float, ...]] = {
    "connolly": polynomial("area.connolly"),
    "powers-quartic": polynomial("area.powers_quartic"),
    "powers-cubic": polynomial("area.powers_cubic"),
    "salsich": polynomial("area.salsich"),
}


def _besier(knee_flexion_deg: Array, sex: Sex | None, out: Array | None) -> Array:
    if sex is None:
        raise InvalidInputError(
            "The contact area 'besier' differs between men and women and the runner's sex is not set; "
            "set it with 'kneewise profile set --sex' or choose another area."
        )
    table = numbers("area.besier_women" if sex == "f" else "area.besier_men")
    angles = [float(name.removeprefix("at_").removesuffix("_deg")) for name in table]
    result = np.interp(knee_flexion_deg, angles, list(table.values())).astype(knee_flexion_deg.dtype)
    if out is None:
        return result
    out[...] = result
    return out


def area_sd_mm2() -> float:
    """One standard deviation of a person's contact area, mm^2."""
    return value("noise.person.contact_area_mm2")
