"""The two ends of a run against each other: how much of its beginning cost as much as its last kilometres?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Interval, json_number
from kneewise.evidence.parameters import value
from kneewise.load.along import Stretch, Way, loads_of_groups
from kneewise.load.runs import RunLoad
from kneewise.load.uncertainty import (
    States,
    contact_kind_sd,
    device_effects,
    grade_sd,
    root_sum,
    slope_sd,
    total,
    z_score,
)
from kneewise.units import METRES_PER_KM

Floats = NDArray[np.float64]
Ground = Literal["uphill", "downhill", "flat", "unknown"]

#: Lengths are told to a tenth of a kilometre, so they are searched by it.
_STEP_M = 100.0


@dataclass(frozen=True, slots=True)
class ComparedEnds:
    """A short end of a run that cost as much as a longer other end.

    Attributes
    ----------
    dear : {"first", "last"}
        Which end is the short one.
    dear_m, cheap_m : float
        Length of the dear end, and of the other end that cost the same.
    ratio : float
        Cost per kilometre of the dear end over that of the cheap one.
    interval : Interval
        Of the ratio; its low bound is above 1.
    ground : str
        How the dear end lies: its mean slope.
    """

    dear: Literal["first", "last"]
    dear_m: float
    cheap_m: float
    ratio: float
    interval: Interval
    ground: Ground

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "dear": self.dear,
            "dear_m": json_number(self.dear_m),
            "cheap_m": json_number(self.cheap_m),
            "ratio": json_number(self.ratio),
            **self.interval.to_json(),
            "ground": self.ground,
        }


def compare_ends(way: Way, parts: Sequence[Stretch]) -> ComparedEnds | None:
    """Return the most telling comparison of two ends, or ``None`` where none holds beyond its interval.

    Parameters
    ----------
    parts : sequence of Stretch
        The run in even stretches.

    Notes
    -----
    Both ends must have been run nearly throughout: a walk costs the knee too, but has no number here.
    """
    edges = np.array([parts[0].start_m, *(part.end_m for part in parts)])
    cost = np.nan_to_num(np.array([part.cost.value.value for part in parts]))
    summed = np.concatenate(([0.0], np.cumsum(cost)))
    found = sorted(_candidates(edges, summed), key=lambda one: one.dear_m - one.cheap_m)
    return next((known for one in found if (known := _checked(way, one)) is not None), None)


def _candidates(edges: Floats, summed: Floats) -> Iterator[ComparedEnds]:
    whole, shortest = float(edges[-1]), value("story.compared_shortest_m")
    for dear_m in np.arange(shortest, whole / 2, _STEP_M):
        last = summed[-1] - np.interp(whole - dear_m, edges, summed)
        first = np.interp(dear_m, edges, summed)
        as_first = float(np.interp(last, summed, edges))
        as_last = whole - float(np.interp(summed[-1] - first, summed, edges))
        for dear, cheap_m in (("last", as_first), ("first", as_last)):
            if dear_m * value("story.compared_longer") <= cheap_m <= whole - dear_m:
                ratio = cheap_m / dear_m
                yield ComparedEnds(dear, float(dear_m), cheap_m, ratio, Interval(ratio, ratio), "unknown")  # type: ignore[arg-type]


def _checked(way: Way, one: ComparedEnds) -> ComparedEnds | None:
    """Return a comparison with its interval where it holds beyond it."""
    from_end = way.whole_m - way.at_m
    dear_at, cheap_at = (from_end, way.at_m) if one.dear == "last" else (way.at_m, from_end)
    group = np.where(dear_at < one.dear_m, 0, np.where(cheap_at < one.cheap_m, 1, 2))
    dear, cheap = loads_of_groups(way, group, 2)
    full = 1 - value("coverage.notable_share")
    if dear.distance_m < full * one.dear_m or cheap.distance_m < full * one.cheap_m:
        return None
    ratio = dear.force_sum_bw / dear.distance_m / (cheap.force_sum_bw / cheap.distance_m)
    reach = z_score() * _sd(dear, cheap, dear.height_m)
    interval = Interval(ratio * math.exp(-reach), ratio * math.exp(reach))
    if not interval.low > 1:
        return None
    return ComparedEnds(one.dear, one.dear_m, one.cheap_m, ratio, interval, ground_of(dear))


def _sd(one: RunLoad, other: RunLoad, height_m: float) -> float:
    """One standard deviation of the log ratio of two parts of one recording.

    The device is the same, but its errors may drift within a run: they count once, as they do between two runs.
    """
    states, against = _states(one), _states(other)
    device = device_effects(states, height_m)
    forces = {name: effect + device["steps"][name] for name, effect in device["peak_force_bw"].items()}
    up, down = (np.array([getattr(one, name) - getattr(other, name)]) for name in _TANGENTS)
    unknown = np.array([max(one.unknown_grade_share, other.unknown_grade_share)])
    return float(
        root_sum(
            total(forces),
            slope_sd(states, against, height_m),
            contact_kind_sd(states, against, height_m),
            grade_sd(up, down, unknown, states, height_m),
        )[0]
    )


_TANGENTS = ("uphill_tangent", "downhill_tangent")


def _states(load: RunLoad) -> States:
    own = value("noise.predicted.cadence_own") * load.predicted_cadence_share
    numbers = (load.speed_mps, load.cadence_spm, load.contact_time_s, load.measured_contact_share, own)
    speed, cadence, contact, measured, predicted = (np.array([number]) for number in numbers)
    return States(speed, cadence, contact, measured, predicted)


def ground_of(load: RunLoad) -> Ground:
    """Return how a part of a run lies, by its mean slope."""
    if load.unknown_grade_share > 1 / 2:
        return "unknown"
    flat = math.tan(math.radians(value("reference.flat_grade_deg")))
    mean = load.uphill_tangent - load.downhill_tangent
    if abs(mean) <= flat:
        return "flat"
    return "uphill" if mean > 0 else "downhill"


def kilometres_in_words(metres: float) -> str:
    """Return ``2.0 km``."""
    return f"{metres / METRES_PER_KM:.1f} km"
