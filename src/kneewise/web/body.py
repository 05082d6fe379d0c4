"""Height and mass as the reader writes them: centimetres and kilograms, or feet, inches and pounds."""

from __future__ import annotations

from kneewise.units import KG_PER_POUND, METRES_PER_FOOT, METRES_PER_INCH
from kneewise.web.amounts import imperial, localised_number
from kneewise.web.typed import typed_number
from kneewise.web.wording import gettext as _

_CENTIMETRES_PER_METRE = 100
_INCHES_PER_FOOT = 12


def shown_height(metres: float | None) -> tuple[str, str]:
    """Return centimetres and nothing, or feet and inches; empty where not known."""
    if metres is None:
        return "", ""
    if not imperial():
        return localised_number(f"{round(metres * _CENTIMETRES_PER_METRE, 1):g}"), ""
    feet, inches = divmod(round(metres / METRES_PER_INCH), _INCHES_PER_FOOT)
    return str(feet), str(inches)


def shown_mass(kilograms: float | None) -> str:
    """Return kilograms or pounds; empty where not known."""
    if kilograms is None:
        return ""
    return localised_number(f"{round(kilograms / (KG_PER_POUND if imperial() else 1), 1):g}")


def typed_height(height: str, inches: str) -> float | None:
    """Return metres; ``None`` where nothing was typed.

    Raises
    ------
    InvalidInputError
        When a number cannot be read.
    """
    value = typed_number(height, _("Height"))
    more = typed_number(inches, _("Inches")) if imperial() else None
    if value is None and more is None:
        return None
    if not imperial():
        return None if value is None else round(value / _CENTIMETRES_PER_METRE, 4)
    return round((value or 0.0) * METRES_PER_FOOT + (more or 0.0) * METRES_PER_INCH, 4)


def typed_mass(mass: str) -> float | None:
    """Return kilograms; ``None`` where nothing was typed.

    Raises
    ------
    InvalidInputError
        When it cannot be read.
    """
    value = typed_number(mass, _("Mass"))
    return value if value is None or not imperial() else round(value * KG_PER_POUND, 3)
