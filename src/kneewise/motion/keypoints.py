"""The 33 keypoints of a body, and their trajectories through a clip.

Frame of reference: the upright picture, x to the right and y **down**, in pixels of the picture that was measured (see
``width_px``); z in pixels towards the camera negative, as BlazePose guesses it, and never used for a metric.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats, Issue

View = Literal["side", "rear"]

#: Names in the order of BlazePose; left and right are the runner's own.
NAMES: Final = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
#: Where each name stands in :data:`NAMES`.
INDEX: Final = {name: place for place, name in enumerate(NAMES)}


def legs(*parts: str) -> tuple[list[int], list[int]]:
    """Return the places of parts of the left and of the right leg, for example of ``"knee", "ankle"``."""
    return [INDEX[f"left_{part}"] for part in parts], [INDEX[f"right_{part}"] for part in parts]


@dataclass(frozen=True, slots=True)
class ClipQuality:
    """How well a clip can be measured; every share is 0 to 1.

    Attributes
    ----------
    duration_s : float
        True time of the part that is measured.
    true_fps : float
        Measured pictures per second of true time.
    found_share : float
        Pictures in which the runner was found.
    swapped_share : float
        Pictures in which left and right leg had been exchanged, and were mended.
    outlier_share : float
        Single leg points that jumped out and back, and were taken out.
    runner_share : float
        Height of the runner over the height of the picture.
    pan_heights_per_s : float
        Speed of the background in heights of the runner per second of file time; NaN if the background shows nothing.
    tilt_deg : float
        Lean of the picture's verticals, positive clockwise; NaN where it has too few.
    thigh_spread : float
        Spread (90th over 10th percentile, less 1) of the near thigh's length in the picture: 0 when the runner moves in
        a plane across the line of sight.
    brightness, sharpness : float
        See :class:`kneewise.motion.video_quality.PictureWatch`; NaN without pictures.
    steps_per_min : float
        A first look at the rhythm, in true time; NaN where there is none. The cadence of record comes from events.
    swing : float
        How far the ankles part: across in side view, up in rear view, in leg lengths from one leg ahead to the other.
    """

    duration_s: float
    true_fps: float
    found_share: float
    swapped_share: float
    outlier_share: float
    runner_share: float
    pan_heights_per_s: float
    tilt_deg: float
    thigh_spread: float
    brightness: float
    sharpness: float
    steps_per_min: float
    swing: float


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """Clean trajectories of one runner, equally spaced in true time.

    Attributes
    ----------
    time_s : array of float, shape (n,)
        True time from the first measured picture; slow motion is taken out.
    frame_index : array of int, shape (n,)
        The picture of the clip that lies nearest.
    xy_px : array of float, shape (n, 33, 2)
        x right, y down, in pixels of the upright picture; NaN where a point was not seen for 0.1 s or longer.
    visibility : array of float, shape (n, 33)
        0 to 1, from the nearest picture.
    noise_px : array of float, shape (33,)
        Standard deviation of what the filter took out of each point: its scatter from picture to picture.
    width_px, height_px : int
        Of the upright picture.
    fps : float
        Samples per second of true time.
    view : {"side", "rear"}
    facing : int
        Side view: 1 where the runner faces right, -1 left; 0 in rear view.
    slow_motion : float
        How many times slower than life the file plays.
    leg_px : float
        Length of thigh and shank together; distances in shares of it need no scale.
    metres_per_px : float or None
        From the runner's height; None without it, and where the camera pans no distance along the track may use it.
    """

    time_s: Floats
    frame_index: NDArray[np.intp]
    xy_px: Floats
    visibility: Floats
    noise_px: Floats
    width_px: int
    height_px: int
    fps: float
    view: View
    facing: int
    slow_motion: float
    leg_px: float
    metres_per_px: float | None
    backend: str
    quality: ClipQuality
    issues: tuple[Issue, ...] = ()

    @property
    def near(self) -> Literal["left", "right"] | None:
        """The leg nearer to the camera in side view: a runner who faces right shows his right side."""
        return None if self.facing == 0 else ("right" if self.facing > 0 else "left")

    def of(self, name: str) -> Floats:
        """Return one trajectory (n, 2) by its name; ``"mid_hip"`` and ``"mid_shoulder"`` are the middles of two."""
        if name.startswith("mid_"):
            part = name.removeprefix("mid_")
            return (self.of(f"left_{part}") + self.of(f"right_{part}")) / 2
        return self.xy_px[:, INDEX[name]]
