"""Find a quantity among a recording's channels, whatever the device or application called it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kneewise.activities.timeline import Clock
from kneewise.domain import Channel, Floats

WATCH = "watch"

#: Factors to SI by unit as profiles and applications write it (lower case, letters and "/" only).
_LENGTH = {"m": 1.0, "meters": 1.0, "meter": 1.0, "metres": 1.0, "cm": 1e-2, "centimeters": 1e-2, "centimetres": 1e-2}
_LENGTH |= {"mm": 1e-3, "millimeters": 1e-3, "millimetres": 1e-3, "km": 1e3, "kilometers": 1e3}
_TIME = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "msec": 1e-3, "milliseconds": 1e-3}
_SPEED = {"m/s": 1.0, "mps": 1.0, "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "mm/s": 1e-3}
_FACTORS = {"length": _LENGTH, "time": _TIME, "speed": _SPEED}


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """One column on the rows of a clean clock, still in the unit that its source declares."""

    values: Floats
    unit: str
    source: str


class Table:
    """The channels of one leg on the rows of its repaired clock."""

    def __init__(self, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._clock = clock
        self._index: dict[str, list[Channel]] = {}
        for name, channel in channels.items():
            self._index.setdefault(_plain(name), []).append(channel)

    def find(self, *names: str, merge: str = "mean") -> list[Quantity]:
        """Return every channel of these names that holds a value, in the order of ``names``, the watch's first.

        Parameters
        ----------
        names : str
            Names without regard to case, blanks and punctuation.
        merge : {"mean", "max"}
            What becomes of several values at one instant.
        """
        found = []
        for name in names:
            channels = sorted(self._index.get(_plain(name), ()), key=lambda channel: channel.source != WATCH)
            for channel in channels:
                values = self._clock.take(channel.values, merge)
                if np.isfinite(values).any():
                    found.append(Quantity(values, channel.unit, channel.source))
        return found

    def first(self, *names: str, merge: str = "mean") -> Quantity | None:
        """Return the first channel of these names that the watch itself recorded."""
        return next((found for found in self.find(*names, merge=merge) if found.source == WATCH), None)


def unit_factor(unit: str, dimension: str) -> float | None:
    """Return the factor from a declared unit to SI, ``None`` for a unit that is not known."""
    return _FACTORS[dimension].get(unit.strip().lower())


def in_si(quantity: Quantity, dimension: str) -> Floats:
    """Return the values in SI; an undeclared unit is taken for SI."""
    factor = unit_factor(quantity.unit, dimension)
    return quantity.values if factor in (None, 1.0) else quantity.values * factor


def count(mask: NDArray[np.bool_]) -> int:
    """Return how many rows are true, as a plain number for messages."""
    return int(np.count_nonzero(mask))


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
