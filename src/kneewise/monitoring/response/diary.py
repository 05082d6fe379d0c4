"""A diary of pain and load on consecutive days, checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kneewise.domain import Floats
from kneewise.errors import InvalidInputError
from kneewise.monitoring.response.exposure import UsualLoad, load_is_known, usual_load
from kneewise.monitoring.response.filter import Reports

#: When the day's pain is felt: before that day's run, or as the worst of the whole day.
Felt = Literal["next_morning", "worst_of_day"]

#: Ends of the pain scale.
NO_PAIN, WORST_PAIN = 0.0, 10.0

_STEPS = (1.0, 0.5, 0.1)


@dataclass(frozen=True, eq=False)  # no slots: what is asked for again and again is kept
class Diary:
    """Consecutive days from the first to the last one given.

    Attributes
    ----------
    day : ndarray of int64, shape (t,)
        Day numbers, each one more than the one before.
    pain : ndarray, shape (t,)
        0 to 10, NaN missing.
    load_knee_km : ndarray, shape (t,)
        0 a day of rest, NaN unknown.
    felt : {"next_morning", "worst_of_day"}
    step : float
        Resolution with which this runner reports pain.
    """

    day: NDArray[np.int64]
    pain: Floats
    load_knee_km: Floats
    felt: Felt
    step: float

    @property
    def lag_d(self) -> int:
        """Days between a run and the first report that can show it."""
        return 1 if self.felt == "next_morning" else 0

    @property
    def usual(self) -> UsualLoad | None:
        """The runner's own yardstick."""
        return usual_load(self.load_knee_km)

    @cached_property
    def reported(self) -> NDArray[np.int64]:
        """Indices of the days whose pain can be used, shape (n,)."""
        return np.flatnonzero(np.isfinite(self.pain) & load_is_known(self.load_knee_km, lag_d=self.lag_d))

    def reports(self) -> Reports:
        """Return the reports as intervals of latent pain."""
        index = self.reported
        pain = np.round(self.pain[index] / self.step) * self.step
        half = 0.5 * self.step
        lower = np.where(pain <= NO_PAIN, -np.inf, pain - half)
        upper = np.where(pain >= WORST_PAIN, np.inf, pain + half)
        return Reports(index.astype(np.float64), lower, upper)


def read_diary(days: ArrayLike, pain: ArrayLike, load_knee_km: ArrayLike, felt: Felt) -> Diary:
    """Check three columns and lay them out on consecutive days; a day not given is not known.

    Parameters
    ----------
    days : array of int or datetime64, shape (t,)
        Strictly increasing.
    pain, load_knee_km : array of float, shape (t,)
        NaN where missing.

    Raises
    ------
    InvalidInputError
        When the columns differ in length, days do not increase, or a value is impossible.
    """
    day = _day_numbers(days)
    values = [np.asarray(column, dtype=np.float64) for column in (pain, load_knee_km)]
    for name, column in zip(("pain", "load"), values, strict=True):
        if column.shape != day.shape:
            raise InvalidInputError(
                f"The {name} column has shape {column.shape}, the days {day.shape}: give one value a day."
            )
    _refuse(values[0], NO_PAIN, WORST_PAIN, day, "pain", "pain runs from 0 to 10")
    _refuse(values[1], 0.0, np.inf, day, "load", "load in knee-km is finite and never negative")
    span = np.arange(day[0], day[-1] + 1) if day.size else day
    full = [np.full(span.shape, np.nan) for _ in values]
    for target, column in zip(full, values, strict=True):
        target[day - day[0] if day.size else day] = column
    return Diary(span, full[0], full[1], felt, _resolution(values[0]))


def _day_numbers(days: ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(days)
    if given.dtype.kind == "M":
        given = given.astype("datetime64[D]")
    day = given.astype(np.int64)
    if day.ndim != 1 or np.any(np.diff(day) <= 0):
        raise InvalidInputError(
            "The days of a diary must increase without repeats: sort them and keep one report a day."
        )
    return day


def _refuse(column: Floats, low: float, high: float, day: NDArray[np.int64], name: str, rule: str) -> None:
    wrong = np.flatnonzero((column < low) | (column > high) | np.isinf(column))
    if wrong.size:
        first = wrong[0]
        raise InvalidInputError(f"The {name} on day {day[first]} is {column[first]:g}, but {rule}: correct that entry.")


def _resolution(pain: Floats) -> float:
    """Return the coarsest of whole, half and tenth points that holds every report."""
    known = pain[np.isfinite(pain)]
    for step in _STEPS:
        if np.allclose(known / step, np.round(known / step), atol=1e-6):
            return step
    return _STEPS[-1]
