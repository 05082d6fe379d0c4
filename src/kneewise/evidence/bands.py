"""How lab runners run, by speed: mean and spread of curves over stance and of single numbers.

``bands.json`` is made by ``benchmarks/rbds.py`` from public data, with the lab tier's own conventions. Nearly all of
its runners are men: whoever shows a band shows ``Band.sample`` with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Mean and standard deviation over runners: arrays over stance, or single numbers."""

    mean: Floats
    sd: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """All runners at one speed.

    Attributes
    ----------
    runners, women : int
        How many, and how many of them were women.
    curves : dict of str to Spread
        By name, over ``stance_percent`` (0 initial contact, 100 toe-off).
    numbers : dict of str to Spread
        Contact time, cadence, vertical oscillation, peaks and impulse.
    """

    speed_mps: float
    runners: int
    women: int
    stance_percent: Floats
    curves: Mapping[str, Spread]
    numbers: Mapping[str, Spread]

    @property
    def sample(self) -> str:
        """Who stands behind the band, in words."""
        women = "woman" if self.women == 1 else "women"
        return f"{self.runners} runners on a treadmill: {self.runners - self.women} men, {self.women} {women}"


@cache
def bands() -> tuple[Band, ...]:
    """Return the bands in rising order of speed."""
    document = _document()
    percent = np.array(document["stance_percent"])
    return tuple(
        Band(
            float(entry["speed_mps"]),
            int(entry["runners"]),
            int(entry["women"]),
            percent,
            _spreads(entry["curves"]),
            _spreads(entry["numbers"]),
        )
        for entry in document["speeds"]
    )


def band_at(speed_mps: float) -> Band | None:
    """Return the band between the two nearest speeds, ``None`` outside the speeds that were measured."""
    every = bands()
    found = [(low, high) for low, high in pairwise(every) if low.speed_mps <= speed_mps <= high.speed_mps]
    if not found:
        return None
    low, high = found[0]
    share = (speed_mps - low.speed_mps) / (high.speed_mps - low.speed_mps)
    return Band(
        speed_mps,
        min(low.runners, high.runners),
        min(low.women, high.women),
        low.stance_percent,
        _between(low.curves, high.curves, share),
        _between(low.numbers, high.numbers, share),
    )


def bands_source() -> str:
    """Return where the bands come from, for the page that shows them."""
    return str(_document()["source"])


def bands_convention() -> str:
    """Return the choices behind the bands' moments and forces."""
    return str(_document()["convention"])


@cache
def _document() -> dict[str, Any]:
    text = files("kneewise.evidence").joinpath("bands.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _spreads(entries: Mapping[str, Any]) -> dict[str, Spread]:
    return {name: Spread(np.array(entry["mean"]), np.array(entry["sd"])) for name, entry in entries.items()}


def _between(low: Mapping[str, Spread], high: Mapping[str, Spread], share: float) -> dict[str, Spread]:
    return {
        name: Spread(
            (1 - share) * low[name].mean + share * high[name].mean, (1 - share) * low[name].sd + share * high[name].sd
        )
        for name in low
    }
