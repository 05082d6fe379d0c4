"""Two clips beside each other: what changed, and whether the change is more than clips of one runner differ by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kneewise.domain import Estimate, json_number
from kneewise.gait.certainty import CLAIMS, Claim, Metric

Verdict = Literal["more", "less", "not told apart"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in two clips of one runner.

    Attributes
    ----------
    change : Estimate
        Later less earlier clip, with its interval.
    smallest : float
        Change that two clips of an unchanged runner stay below nine times in ten.
    verdict : {"more", "less", "not told apart"}
    claim : str
        The weaker of the two clips' claims.
    """

    name: str
    before: float
    after: float
    change: Estimate
    smallest: float
    verdict: Verdict
    claim: Claim

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "before": json_number(self.before),
            "after": json_number(self.after),
            "change": self.change.to_json(),
            "smallest_detectable": json_number(self.smallest),
            "verdict": self.verdict,
            "claim": self.claim,
        }


def differences(before: Mapping[str, Metric], after: Mapping[str, Metric]) -> dict[str, Difference]:
    """Return how every metric that both clips have changed, mean of both legs.

    Notes
    -----
    What a model is off by at this runner is the same in both clips and falls out; what differs from clip to clip
    (camera, clothes, light, steps) does not. The smallest detectable change is the half-width of the change's interval.
    """
    return {name: _difference(before[name], after[name]) for name in after if name in before}


def _difference(before: Metric, after: Metric) -> Difference:
    one, other = before.both, after.both
    smallest = math.hypot(one.high - one.value, other.high - other.value)
    number = other.value - one.value
    change = Estimate(
        number,
        number - smallest,
        number + smallest,
        other.unit,
        "two clips of one runner, filmed alike; later less earlier",
        other.level,
    )
    verdict: Verdict = "not told apart"
    if abs(number) > smallest:
        verdict = "more" if number > 0 else "less"
    weaker = CLAIMS[max(CLAIMS.index(before.claim), CLAIMS.index(after.claim))]
    return Difference(before.name, one.value, other.value, change, smallest, verdict, weaker)
