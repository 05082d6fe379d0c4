"""Two clips of one runner compared."""

from __future__ import annotations

from typing import Any

from kneewise.domain import Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.gait.difference import differences
from kneewise.services.gait import GaitResult


def compare_clips(before: GaitResult, after: GaitResult) -> dict[str, Any]:
    """Return the change of every metric from an earlier clip to a later one, as JSON values.

    Raises
    ------
    InvalidInputError
        When one clip shows the side and the other the back.
    """
    if before.keypoints.view != after.keypoints.view:
        raise InvalidInputError(
            f"'{before.name}' shows the {before.keypoints.view} and '{after.name}' the {after.keypoints.view}; compare "
            "clips from the same side."
        )
    found = differences(before.gait.metrics, after.gait.metrics)
    return {
        "before": before.name,
        "after": after.name,
        "metrics": {name: difference.to_json() for name, difference in found.items()},
        "issues": [issue.to_json() for issue in _doubts(before, after)],
    }


def _doubts(before: GaitResult, after: GaitResult) -> list[Issue]:
    found = []
    if before.keypoints.facing != after.keypoints.facing:
        text = "The clips show different sides; the far leg is measured worse, so film the same side to compare."
        found.append(Issue("other-side", after.name, text))
    rates = sorted((before.keypoints.fps, after.keypoints.fps))
    if rates[1] > rates[0] * value("gait.compare.rate_ratio"):
        text = f"{rates[0]:.0f} and {rates[1]:.0f} pictures a second differ; contact times change with it alone."
        found.append(Issue("other-frame-rate", after.name, text))
    speeds = [clip.gait.metrics["speed_mps"].both.value for clip in (before, after) if "speed_mps" in clip.gait.metrics]
    if len(speeds) > 1 and abs(speeds[1] - speeds[0]) > value("gait.compare.speed_mps"):
        text = f"The speeds differ ({speeds[0]:.1f} and {speeds[1]:.1f} m/s), and nearly everything changes with speed."
        found.append(Issue("other-speed", after.name, text))
    if before.gait.standing != after.gait.standing:
        text = "Only one clip has a standing picture, so the knee angles of the two are not counted alike."
        found.append(Issue("standing-once", after.name, text))
    return found
