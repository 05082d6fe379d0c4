"""Two clips beside each other: what changed, and whether the change is more than clips of one runner differ by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
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


def as_seen(metrics: Mapping[str, Metric], off: Mapping[str, tuple[float, float]]) -> dict[str, Metric]:
    """Return the metrics of a clip with what a standing picture took off put back: as the camera saw them.

    What the model is off by at a runner is the same in all clips, what standing pictures show of it is not.

    Parameters
    ----------
    off : dict of str to tuple of float
        Left and right leg by angle, see ``FilmedGait.standing``.
    """
    found = dict(metrics)
    for angle, (left, right) in off.items():
        for name, metric in metrics.items():
            if name.startswith(angle):
                found[name] = replace(
                    metric,
                    left=_moved(metric.left, left),
                    right=_moved(metric.right, right),
                    both=_moved(metric.both, (left + right) / 2),
                    asymmetry=_moved(metric.asymmetry, left - right),
                )
    return found


def _moved(estimate: Estimate, by: float) -> Estimate:
    return replace(estimate, value=estimate.value + by, low=estimate.low + by, high=estimate.high + by, others=None)


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
