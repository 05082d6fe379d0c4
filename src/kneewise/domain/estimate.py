"""A number together with how sure we are of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper bound of a value, in the value's own unit."""

    low: float
    high: float

    def to_json(self) -> dict[str, float | None]:
        """Return the bounds as JSON values; a bound that is not known is ``None``."""
        return {"low": json_number(self.low), "high": json_number(self.high)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Interval:
        """Return the interval that :meth:`to_json` wrote; a bound that is not known is NaN."""
        return cls(_known(document["low"]), _known(document["high"]))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval, unit and basis.

    Attributes
    ----------
    value : float
        Best estimate; NaN when it cannot be given.
    low, high : float
        Interval for comparing this runner with this runner on another day.
    unit : str
        Unit of ``value``, ``low`` and ``high``, for example ``"BW"`` or ``"knee-km"``.
    basis : str
        Where the value comes from: tier, reference and convention, in words.
    level : float
        Coverage that the intervals claim, 0 to 1.
    others : Interval or None
        Wider interval, for comparing this runner with other people; ``None`` where the quantity is measured
        and has only one kind of error.
    """

    value: float
    low: float
    high: float
    unit: str
    basis: str
    level: float = 0.9
    others: Interval | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the contract's ``Estimate`` object; unknown numbers are ``None``, never 0."""
        document: dict[str, Any] = {
            "value": json_number(self.value),
            "low": json_number(self.low),
            "high": json_number(self.high),
            "unit": self.unit,
            "level": self.level,
            "basis": self.basis,
        }
        if self.others is not None:
            document["others"] = self.others.to_json()
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Estimate:
        """Return the estimate that :meth:`to_json` wrote; a number that is not known is NaN."""
        others = document.get("others")
        return cls(
            value=_known(document["value"]),
            low=_known(document["low"]),
            high=_known(document["high"]),
            unit=document["unit"],
            basis=document["basis"],
            level=document["level"],
            others=None if others is None else Interval.from_json(others),
        )


def json_number(value: float | None) -> float | None:
    """Return a finite number as it is and everything else (NaN, infinity, ``None``) as ``None``."""
    if value is None or not math.isfinite(value):
        return None
    return float(value)


def _known(number: float | None) -> float:
    return math.nan if number is None else float(number)
