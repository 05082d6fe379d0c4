"""The 33 keypoints of a body, and their trajectories through a clip.

Frame of reference: the upright picture, x to the right and y **down**, in pixels of the picture that was measured (see
``width_px``); z in pixels towards the camera negative, as BlazePose guesses it, and never used for a metric.
"""

from __future__ import annotations

from typing import Final

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
