"""The calculator's form: where it begins, and what was typed in SI units."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, degrees
from typing import Any

from pydantic import BaseModel

from kneewise.errors import InvalidInputError
from kneewise.load.knee.patellofemoral import AREAS
from kneewise.services.calculating import UsualRunning
from kneewise.units import METRES_PER_KM, METRES_PER_MILE, SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from kneewise.web.amounts import imperial, number, pace
from kneewise.web.body import shown_height, shown_mass, typed_height, typed_mass
from kneewise.web.typed import typed_number
from kneewise.web.wording import gettext as _

_PERCENT = 100
_MS_PER_S = 1000
_STRIKES = ("rearfoot", "midfoot", "forefoot")


class CalculatorForm(BaseModel):
    """The fields as they were typed, in the reader's units; empty where not told."""

    speed: str = ""
    cadence: str = ""
    height: str = ""
    height_inches: str = ""
    mass: str = ""
    sex: str = ""
    slope: str = ""
    contact: str = ""
    bend: str = ""
    lean: str = ""
    strike: str = ""
    convention: str = ""
    flexors: str = ""

    @property
    def more(self) -> bool:
        """Whether something is told beside what everybody knows."""
        return any((self.contact, self.bend, self.lean, self.convention, self.flexors))


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, in SI units; ``more`` has the arguments of `knee_load` that may be left out."""

    speed_mps: float
    cadence_spm: float
    height_m: float
    mass_kg: float | None
    more: dict[str, Any]


def first_form(usual: UsualRunning) -> CalculatorForm:
    """Return the form filled with the runner's own body and easy running."""
    height, inches = shown_height(usual.height_m)
    return CalculatorForm(
        speed=pace(usual.reference.speed_mps).value,
        cadence=number(usual.reference.cadence_spm),
        height=height,
        height_inches=inches,
        mass=shown_mass(usual.mass_kg),
        sex=usual.sex or "",
    )


def typed(form: CalculatorForm) -> Given:
    """Return what was typed.

    Raises
    ------
    InvalidInputError
        When something cannot be read, or speed, cadence or height is missing.
    """
    contact, slope = typed_number(form.contact, _("Time on the ground")), typed_number(form.slope, _("Slope"))
    more = {
        "sex": form.sex if form.sex in ("f", "m") else None,
        "grade_deg": None if slope is None else degrees(atan(slope / _PERCENT)),
        "contact_time_s": None if contact is None else contact / _MS_PER_S,
        "knee_flexion_deg": typed_number(form.bend, _("Knee bend")),
        "trunk_lean_deg": typed_number(form.lean, _("Forward lean")),
        "foot_strike": form.strike if form.strike in _STRIKES else None,
        "area": form.convention if form.convention in AREAS else AREAS[0],
        "cocontraction": bool(form.flexors),
    }
    return Given(
        speed_mps=_positive(_speed(form.speed), _("Pace or speed")),
        cadence_spm=_positive(typed_number(form.cadence, _("Cadence")), _("Cadence")),
        height_m=_positive(typed_height(form.height, form.height_inches), _("Height")),
        mass_kg=typed_mass(form.mass),
        more=more,
    )


def _speed(text: str) -> float | None:
    """Return metres per second of ``5:30`` (a pace) or ``11`` (a speed), in the reader's units."""
    length = METRES_PER_MILE if imperial() else METRES_PER_KM
    minutes, colon, seconds = text.strip().partition(":")
    if not colon:
        speed = typed_number(text, _("Pace or speed"))
        return None if speed is None else speed * length / SECONDS_PER_HOUR
    whole = f"{minutes}{seconds}"
    if not (minutes and seconds and whole.isascii() and whole.isdigit()):
        raise InvalidInputError(_("'%(text)s' is no pace; write it like 5:30.", text=text[:20]))
    taken = int(minutes[:4]) * SECONDS_PER_MINUTE + int(seconds[:2])
    return length / taken if taken else None


def _positive(value: float | None, name: str) -> float:
    if value is None:
        raise InvalidInputError(_("%(name)s is missing; the calculator needs it.", name=name))
    if value <= 0:
        raise InvalidInputError(_("%(name)s: give a number above 0.", name=name))
    return value
