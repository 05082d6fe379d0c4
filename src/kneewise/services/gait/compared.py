"""Two clips of one runner compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kneewise.domain import Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.gait.certainty import Metric
from kneewise.gait.difference import as_seen, differences
from kneewise.services.gait.measuring import GaitResult


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
    one, other = (
        {**clip.to_json(), "facing": clip.keypoints.facing, "speed_mps": clip.speed_mps} for clip in (before, after)
    )
    return {
        "before": before.name,
        "after": after.name,
        "metrics": side_by_side(*(as_seen(clip.gait.metrics, clip.gait.standing) for clip in (before, after))),
        "issues": [issue.to_json() for issue in doubts_of(one, other)],
    }


def side_by_side(before: Mapping[str, Metric], after: Mapping[str, Metric]) -> dict[str, Any]:
    """Return the change of every metric that both clips have, as JSON values."""
    return {name: difference.to_json() for name, difference in differences(before, after).items()}


def doubts_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Issue]:
    """Return what makes a comparison doubtful, from the documents of two clips, with ``facing`` where it is known."""
    found = []
    if before.get("facing") != after.get("facing"):
        text = "The clips show different sides; the far leg is measured worse, so film the same side to compare."
        found.append(Issue("other-side", after["name"], text))
    rates = sorted((before["fps"], after["fps"]))
    if rates[1] > rates[0] * value("gait.compare.rate_ratio"):
        text = f"{rates[0]:.0f} and {rates[1]:.0f} pictures a second differ; contact times change with it alone."
        found.append(Issue("other-frame-rate", after["name"], text))
    speeds = [speed for speed in (speed_of(before), speed_of(after)) if speed is not None]
    if len(speeds) > 1 and abs(speeds[1] - speeds[0]) > value("gait.compare.speed_mps"):
        text = f"The speeds differ ({speeds[0]:.1f} and {speeds[1]:.1f} m/s), and nearly everything changes with speed."
        found.append(Issue("other-speed", after["name"], text))
    if before["standing"] or after["standing"]:
        text = (
            "Knee bend and shin are compared as the camera saw them, without the standing picture: what it takes off "
            "belongs to both clips alike."
        )
        found.append(Issue("compared-as-seen", after["name"], text))
    return found


def speed_of(document: Mapping[str, Any]) -> float | None:
    """Return the speed of a clip, as it was told or else measured; ``None`` where neither is known."""
    told: float | None = document.get("speed_mps")
    measured = document["metrics"].get("speed_mps")
    return told if told is not None or measured is None else measured["both"]["value"]
