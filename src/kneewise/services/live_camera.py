"""What the browser needs to measure steps with its own camera; pictures never leave the device."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from kneewise.errors import MissingModelError
from kneewise.evidence.parameters import parameter, value
from kneewise.motion.pose.weights import DETECTOR, LIVE_LANDMARKER, WeightsFile, weights_folder, weights_of

_SEGMENTS: Final = ("thigh", "shank", "foot")
_OF_SEGMENT: Final = ("mass", "centre")
_TIMING: Final = (
    "contact_s", "contact_before_s", "contact_after_s", "farthest_s", "heel_height",
    "heel_down_s", "heel_down_weight", "shank_turns_s", "shank_turns_weight",
)  # fmt: skip
_LEGS: Final = ("farthest", "gain", "own_waves", "before", "after", "least_sure", "most_renamed")
_DOUBTS: Final = ("ahead_leg", "shin_deg", "drop_deg")
#: Digits of the SHA-256 in an address: what they name never changes.
_DIGITS: Final = 16


def model_name(weights: WeightsFile) -> str:
    """Return the name under which a model file is served; it changes with its content."""
    return f"{weights.sha256[:_DIGITS]}.tflite"


_SERVED: Final = {model_name(weights): weights for weights in (LIVE_LANDMARKER, DETECTOR)}


def model_names() -> dict[str, str]:
    """Return the names under which the network of the keypoints and the detector are served."""
    return {"landmarks": model_name(LIVE_LANDMARKER), "detector": model_name(DETECTOR)}


@cache
def model_sizes() -> dict[str, int]:
    """Return the name and the size in bytes of every model file that is served, where it is in this installation."""
    folder = weights_folder()
    return {name: len(folder.joinpath(weights.name).read_bytes()) for name, weights in _SERVED.items()}


def live_model(name: str) -> bytes:
    """Return a model file that the browser asks for.

    Raises
    ------
    MissingModelError
        When there is no such file in this installation.
    """
    if name not in _SERVED:
        raise MissingModelError(f"There is no model '{name}'; load the page anew.")
    return weights_of(_SERVED[name])


def camera_lacks() -> str:
    """Return why the camera cannot measure in this installation; empty where it can."""
    for weights in _SERVED.values():
        if not weights_folder().joinpath(weights.name).is_file():
            return f"The pose model ({weights.name}) is not in this installation, so the camera cannot see steps."
    return ""


def pose_numbers() -> dict[str, float]:
    """Return how the pose model is used, as :mod:`kneewise.motion.pose` uses it."""
    names = ("region_scale", "heatmap_confidence", "detector_score", "detector_overlap", "least_presence", "jump_sizes")
    own = {"people_every_s": value("live.camera.people_every_s")}
    return own | {name: value(f"video.pose.{name}") for name in names}


def gauge_numbers() -> dict[str, Any]:
    """Return every number with which the browser turns keypoints into steps."""
    own = ("window_s", "waves", "pelvis_waves", "least_fps", "contact_late_s")
    return {
        **{name: value(f"live.camera.{name}") for name in own},
        "cadence_window_s": value("live.window_s"),
        "least_filled": value("live.least_filled"),
        "least_found": value("video.judge.least_found"),
        "most_crowded": value("video.judge.most_crowded"),
        "least_visibility": value("video.clean.least_visibility"),
        "least_leg_px": value("video.judge.least_leg_px"),
        "runner_share": value("video.judge.runner_share"),
        "side_breadth": value("video.view.side_breadth"),
        "rear_breadth": value("video.view.rear_breadth"),
        "length_percentile": value("video.scale.length_percentile_side"),
        "stance_percentile": value("gait.event.stance_percentile"),
        "velocity_share": value("gait.event.velocity_share"),
        "ground_percentile": value("gait.event.ground_percentile"),
        "most_doubt": {name: value(f"live.camera.most_doubt.{name}") for name in _DOUBTS},
        "timing": {name: value(f"gait.timing.{name}") for name in _TIMING},
        "legs": {name: value(f"live.camera.legs.{name}") for name in _LEGS},
        "peak_reach_s": value("gait.rear.peak_reach_s"),
        "upper_body_centre": value("gait.mass.upper_body_centre"),
        "mass": {part: {what: value(f"lab.de_leva_m.{part}.{what}") for what in _OF_SEGMENT} for part in _SEGMENTS},
        "wave": {
            **{name: value(f"live.{name}") for name in ("slowest_spm", "quickest_spm")},
            **{name: value(f"live.camera.{name}") for name in ("least_explained", "most_doubled")},
        },
    }  # fmt: skip


def camera_doubts() -> list[dict[str, float]]:
    """Return by how much a number of the camera may be off, at pictures per second from few to many."""
    return [{name: value(f"live.camera.{pace}.{name}") for name in ("fps", *_DOUBTS)} for pace in ("slow", "quick")]


def camera_scales() -> dict[str, list[float]]:
    """Return the ends of the gauge: the foot ahead of the centre of mass in leg lengths, the pelvic drop in degrees."""
    ends = {name: parameter(f"live.camera.{name}") for name in ("ahead", "drop")}
    return {name: [end.low, end.high] for name, end in ends.items()}
