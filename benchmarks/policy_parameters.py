"""Ranges that the made-up runners of `benchmarks.policy_world` are drawn from, and the worlds that differ in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np


@dataclass(frozen=True, slots=True)
class Range:
    """From where each runner draws a value, evenly, or evenly in its logarithm; both ends equal: a constant."""

    low: float
    high: float
    unit: str
    meaning: str
    log: bool = False

    def draw(self, random: np.random.Generator) -> float:
        """Return one value."""
        share = random.random()
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return float(self.low + share * (self.high - self.low))


#: The parameters of a knee and its runner. Written down before any policy had run; defaults of ours, no measurements.
PARAMETERS: Mapping[str, Range] = MappingProxyType(
    {
        "usual_km": Range(4.0, 12.0, "km", "own usual run before the knee was sore", log=True),
        "speed_mps": Range(2.3, 3.1, "m/s", "easy speed"),
        "laid_off": Range(0.0, 1.0, "1", "below 0.45: no run for the last weeks"),
        "break_d": Range(14.0, 60.0, "days", "length of that break"),
        "kept": Range(0.5, 1.0, "1", "else: share of the usual run that is still run, three times a week"),
        "capacity": Range(0.35, 1.0, "usual runs", "what one session may cost at the start, without sensitivity"),
        "ceiling": Range(1.3, 2.2, "usual runs", "highest capacity that training can reach"),
        "floor": Range(0.25, 0.25, "usual runs", "lowest capacity that rest can lead to"),
        "week": Range(2.2, 3.6, "sessions", "capacity of seven days, in sessions at capacity"),
        "gain": Range(0.01, 0.05, "1", "share of the room up to the ceiling that one good session wins"),
        "delay_d": Range(5.0, 14.0, "days", "time constant until a session's gain is there"),
        "loss_d": Range(30.0, 90.0, "days", "time constant of the loss without load"),
        "sensitivity": Range(0.2, 0.9, "1", "irritability at the start, 0 to 1"),
        "heals_d": Range(10.0, 60.0, "days", "half-life of irritability", log=True),
        "takes": Range(0.2, 0.5, "1", "share of the capacity that full irritability takes away"),
        "margin": Range(0.15, 0.40, "ln", "logarithm of load over capacity at which a flare has a chance of one half"),
        "width": Range(0.05, 0.15, "ln", "how soft that limit is", log=True),
        "peak": Range(3.0, 7.0, "0-10", "pain of a flare at its height"),
        "settle_d": Range(4.0, 21.0, "days", "time until a flare's pain is below 1", log=True),
        "aggravation": Range(0.5, 1.5, "0-10", "pain that a session at capacity adds to a flare that is there"),
        "flare_heat": Range(0.15, 0.40, "1", "irritability that a flare adds"),
        "flare_loss": Range(0.03, 0.12, "1", "share of the capacity that a flare costs"),
        "rest_pain": Range(1.0, 3.0, "0-10", "pain that full irritability gives in a run; 0.6 of it in the morning"),
        "warns_at": Range(0.6, 0.9, "1", "load over capacity from which a run hurts more"),
        "warns": Range(2.0, 6.0, "0-10", "pain for each whole capacity above that"),
        "aches": Range(1.0, 4.0, "0-10", "the same, next morning, above 0.9 of capacity"),
        "day_noise": Range(0.2, 0.7, "0-10", "day-to-day change of the answers that is no change of the knee"),
        "answer_noise": Range(0.1, 0.35, "0-10", "the same from answer to answer in a day"),
        "good_days": Range(0.05, 0.15, "ln", "day-to-day spread of the capacity: sleep, stress, shoes"),
        "forgets": Range(0.02, 0.25, "1", "chance that a whole check-in is forgotten"),
        "skips": Range(0.02, 0.10, "1", "chance that one answer is"),
        "misses": Range(0.05, 0.20, "1", "chance that a planned session does not take place"),
        "away_d": Range(4.0, 10.0, "days", "travel or illness without running, once in 60 days"),
        "event": Range(0.3, 0.8, "capacities", "load of a hike or a move of house, once in 40 days"),
        "watch_bias": Range(-0.06, 0.06, "ln", "lasting error of the watch"),
        "watch_noise": Range(0.01, 0.05, "ln", "error of the watch from run to run"),
        "terrain": Range(0.03, 0.12, "ln", "spread of true knee-km of one and the same run"),
        "carries_on": Range(5.0, 7.0, "0-10", "morning pain from which nobody runs, whatever the plan says"),
    }
)
LAID_OFF_SHARE = 0.45
AWAY_EVERY_D, EVENT_EVERY_D = 60.0, 40.0
#: Pain at which every runner breaks off half-way.
BREAKS_OFF = 7.0
ONSET_CHANCE = (0.4, 0.8)
BAD_DAY = 5.0

Report = Literal["felt", "unrelated"]


@dataclass(frozen=True, slots=True)
class World:
    """One way the knees may be: what differs from the parameters above.

    Attributes
    ----------
    report : {"felt", "unrelated"}
        ``unrelated``: answers wander on their own, and neither load nor flare shows in them.
    """

    name: str
    meaning: str
    changes: Mapping[str, Range] = field(default_factory=lambda: MappingProxyType({}))
    report: Report = "felt"

    def parameters(self) -> dict[str, Range]:
        """Return all ranges."""
        return {**PARAMETERS, **self.changes}


def _changed(**ends: tuple[float, float]) -> Mapping[str, Range]:
    return MappingProxyType(
        {
            name: Range(low, high, PARAMETERS[name].unit, PARAMETERS[name].meaning, PARAMETERS[name].log)
            for name, (low, high) in ends.items()
        }
    )


BASE = World("base", "the parameters below")
WORLDS: tuple[World, ...] = (
    BASE,
    World(
        "optimistic",
        "more capacity at the start, quick gains, calm knees, short flares",
        _changed(capacity=(0.6, 1.1), sensitivity=(0.1, 0.6), gain=(0.03, 0.07), settle_d=(3.0, 10.0)),
    ),
    World(
        "harsh",
        "little capacity, slow gains, slow healing, long flares",
        _changed(
            capacity=(0.25, 0.7), ceiling=(1.1, 1.6), gain=(0.005, 0.025), heals_d=(30.0, 120.0), settle_d=(7.0, 35.0)
        ),
    ),
    World(
        "threshold",
        "a hard limit: a flare surely above it and never below, and a run does not hurt before it",
        _changed(width=(0.015, 0.015), margin=(0.0, 0.0), warns=(0.0, 0.0), aches=(0.0, 0.0)),
    ),
    World(
        "noisy",
        "answers that change a good deal from day to day, and are often missing",
        _changed(day_noise=(0.7, 1.4), answer_noise=(0.35, 0.8), forgets=(0.2, 0.5), skips=(0.1, 0.25)),
    ),
    World(
        "exact",
        "every answer is given and exact (added after the first try-out, see below)",
        _changed(day_noise=(0.0, 0.0), answer_noise=(0.0, 0.0), forgets=(0.0, 0.0), skips=(0.0, 0.0)),
    ),
    World("silent", "pain carries no information: answers wander on their own", report="unrelated"),
    World(
        "unhurt",
        "nothing hurts, every answer is given, nothing is missed: how fast each policy can be at all (added later too)",
        _changed(
            capacity=(5.0, 5.0), ceiling=(6.0, 6.0), sensitivity=(0.0, 0.0), day_noise=(0.0, 0.0), event=(0.0, 0.0),
            answer_noise=(0.0, 0.0), forgets=(0.0, 0.0), skips=(0.0, 0.0), misses=(0.0, 0.0), away_d=(0.0, 0.0),
        ),
    ),
)  # fmt: skip
