"""What a runner may tell: a number outside its limits is a slip of the finger and is refused with the limits."""

from __future__ import annotations

import math
from datetime import date

from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter


def check_number(what: str, number: float | None, name: str) -> None:
    """Refuse a number that cannot be right; ``None`` is not told and passes.

    Parameters
    ----------
    what : str
        Begins the message, such as ``"A hold"``.
    name : str
        Of the parameter ``told.NAME`` whose range holds the limits.

    Raises
    ------
    InvalidInputError
    """
    if number is None:
        return
    bounds = parameter(f"told.{name}")
    if not (math.isfinite(number) and bounds.low <= number <= bounds.high):
        unit = "" if bounds.unit in ("1", "0-10") else f" {bounds.unit}"
        raise InvalidInputError(
            f"{what} of {number:g} cannot be right; give a number from {bounds.low:g} to {bounds.high:g}{unit}."
        )


def check_not_future(day: date, today: date) -> None:
    """Refuse a day that has not come.

    Raises
    ------
    InvalidInputError
    """
    if day > today:
        raise InvalidInputError(f"{day.isoformat()} has not come yet; give today or an earlier day.")
