"""What a watch cannot see: trunk lean and foot strike, as multipliers with wide intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter, value

FootStrike = Literal["rearfoot", "midfoot", "forefoot"]


@dataclass(frozen=True, slots=True)
class Multiplier:
    """Factor on force, stress and impulse with the standard deviation of its logarithm."""

    factor: float = 1.0
    sd: float = 0.0

    def times(self, other: Multiplier) -> Multiplier:
        """Combine two independent multipliers."""
        return Multiplier(self.factor * other.factor, math.hypot(self.sd, other.sd))


def style_multiplier(trunk_lean_deg: float | None, foot_strike: FootStrike | None) -> Multiplier:
    """Return the combined multiplier; 1 for what is not told.

    Parameters
    ----------
    trunk_lean_deg : float, optional
        Forward lean; 7.3 deg is usual and gives 1 (Teng 2014).
    foot_strike : {"rearfoot", "midfoot", "forefoot"}, optional
        Rearfoot and midfoot give 1; forefoot is about 13 % lower (Vannatta 2015: -27 % when imposed).
    """
    return _lean(trunk_lean_deg).times(_strike(foot_strike))


def _lean(trunk_lean_deg: float | None) -> Multiplier:
    if trunk_lean_deg is None:
        return Multiplier()
    possible = parameter("style.trunk_lean.possible_deg")
    if not possible.low <= trunk_lean_deg <= possible.high:
        raise InvalidInputError(
            f"A trunk lean of {trunk_lean_deg:g} degrees is no running posture; give {possible.low:g} to "
            f"{possible.high:g} or leave it out."
        )
    more = trunk_lean_deg - value("style.trunk_lean.usual_deg")
    slope = parameter("style.trunk_lean.per_deg")
    return Multiplier(math.exp(slope.value * more), (slope.sd or 0) * abs(more))


def _strike(foot_strike: FootStrike | None) -> Multiplier:
    if foot_strike is None or foot_strike == "rearfoot":
        return Multiplier()
    if foot_strike not in ("midfoot", "forefoot"):
        raise InvalidInputError(f"'{foot_strike}' is no foot strike; choose rearfoot, midfoot or forefoot.")
    name = "style.foot_strike.midfoot_change" if foot_strike == "midfoot" else "style.foot_strike.forefoot_change"
    change = parameter(name)
    return Multiplier(1 + change.value, (change.sd or 0) / (1 + change.value))
