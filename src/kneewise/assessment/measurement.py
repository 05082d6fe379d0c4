"""One measured value of a runner, and how it is worded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kneewise.domain import Estimate, json_number
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge

Origin = Literal["answers", "watch", "video", "clinician", "diary", "profile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One metric of one runner.

    Attributes
    ----------
    value, low, high : float
        In the metric's unit; a yes-no metric is 1 or 0. The bounds are ``None`` where there is no interval.
    text : str
        The same in words, with where it comes from.
    on : date or None
        Day of the measurement, where it is one day's.
    """

    metric: str
    value: float
    text: str
    origin: Origin
    low: float | None = None
    high: float | None = None
    on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        record = knowledge().metrics[self.metric]
        return {
            "metric": self.metric,
            "kind": record.kind,
            "value": json_number(self.value),
            "low": json_number(self.low),
            "high": json_number(self.high),
            "unit": record.unit,
            "text": self.text,
            "origin": self.origin,
            "local_date": None if self.on is None else self.on.isoformat(),
        }


def known_metric(metric: str) -> str:
    """Return the id of a metric that the knowledge files hold.

    Raises
    ------
    InvalidInputError
        For an unknown metric.
    """
    if metric not in knowledge().metrics:
        raise InvalidInputError(f"There is no metric '{metric}'; see 'kneewise evidence list metrics' for all of them.")
    return metric


def given(metric: str, number: float, origin: Origin, where: str) -> Measurement:
    """Return a number that somebody gave, worded; ``where`` says in words who.

    Raises
    ------
    InvalidInputError
        For an unknown metric, or a number that is not finite.
    """
    record = knowledge().metrics[known_metric(metric)]
    if not math.isfinite(number):
        raise InvalidInputError(f"Metric '{metric}' needs a number, not {number}; leave it out where it is not known.")
    said = ("yes" if number else "no") if record.kind == "yes_no" else _with_unit(number, record.unit)
    return Measurement(metric=metric, value=float(number), text=f"{_capital(said)}, {where}.", origin=origin)


def estimated(metric: str, estimate: Estimate, origin: Origin, where: str) -> Measurement:
    """Return an estimate with its bounds, worded; ``where`` says in words what measured it."""
    unit = knowledge().metrics[metric].unit
    bounds = (json_number(estimate.low), json_number(estimate.high))
    if None in bounds:
        said = _with_unit(estimate.value, unit)
        text = f"{said}, {where}."
    else:
        low, number, high = _as_known(estimate.low, estimate.value, estimate.high)
        said = _with_unit(number, unit)
        text = f"{said} (between {low:.3g} and {high:.3g}), {where}."
    return Measurement(metric=metric, value=estimate.value, low=bounds[0], high=bounds[1], text=text, origin=origin)


def _as_known(low: float, number: float, high: float) -> tuple[float, float, float]:
    """Return a number and its bounds with no more decimals than half the interval's width has a first digit."""
    half, most = (high - low) / 2, 3  # nobody reads more decimals, however narrow the interval is
    decimals = max(0, -math.floor(math.log10(half))) if half > 0 else most
    low, number, high = (round(one, min(decimals, most)) + 0.0 for one in (low, number, high))
    return low, number, high


def _with_unit(number: float, unit: str) -> str:
    match unit:
        case "1":
            return f"{number:.3g}"
        case "deg":
            return f"{number:.3g} degrees"
        case "steps/min":
            return f"{number:.3g} steps a minute"
        case "0-10":
            return f"{number:.3g} out of 10"
        case _:
            return f"{number:.3g} {unit}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
