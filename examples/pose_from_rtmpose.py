"""Measure a clip with a pose model of your own: RTMPose with the 26 points of Halpe, from an ONNX file that you have.

Kneewise ships BlazePose and nothing else; ``pip install onnxruntime`` and give your weights:
``python examples/pose_from_rtmpose.py rtmpose-m-halpe26-256x192.onnx CLIP.mp4``. Any model works that answers the three
calls of ``kneewise.motion.pose.backend.PoseBackend``. Not tried here with real weights, which no package holds: look at
the pictures of ``kneewise gait --out`` and compare with BlazePose before you trust a number.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

import kneewise
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.pose.backend import Sighting
from kneewise.motion.region import Picture, Region, region_of_box, sample

#: Halpe's 26 points by Kneewise's names; what Kneewise does not use is empty.
HALPE: Final = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle", "", "", "", "left_foot_index", "right_foot_index", "", "", "left_heel", "right_heel",
)  # fmt: skip
#: Mean and spread of red, green and blue that the model was trained with.
MEAN: Final = np.array([123.675, 116.28, 103.53], dtype=np.float32)
SPREAD: Final = np.array([58.395, 57.12, 57.375], dtype=np.float32)
HEIGHT, WIDTH = 256, 192
#: The model tells places in half pixels.
PER_PX = 2


class Session(Protocol):
    """What of ``onnxruntime.InferenceSession`` is used."""

    def run(self, names: None, feed: Mapping[str, NDArray[np.float32]], /) -> Sequence[Any]:
        """Return the model's answers."""
        ...


class RtmPose:
    """RTMPose as a pose model of Kneewise."""

    name = "RTMPose, Halpe's 26 points"
    at_once = 1

    def __init__(self, session: Session, given: str = "input") -> None:
        self._session, self._given = session, given

    def find(self, picture: Picture, region: Region) -> list[Region]:  # noqa: ARG002
        """Return the part itself: without a detector the runner is looked for in it, and the next look is closer."""
        return [region]

    def look(self, pictures: Sequence[Picture], region: Region) -> list[Sighting]:
        """Return the pose of the runner in each picture."""
        return [self._sighting(picture, region) for picture in pictures]

    def _sighting(self, picture: Picture, region: Region) -> Sighting:
        aside = (HEIGHT - WIDTH) // 2
        cut = (sample(picture, region, HEIGHT)[:, aside : aside + WIDTH] - MEAN) / SPREAD
        across, down = self._session.run(None, {self._given: np.ascontiguousarray(cut.transpose(2, 0, 1)[None])})
        score = np.minimum(across[0].max(axis=1), down[0].max(axis=1)).clip(0, 1)
        place = np.stack([across[0].argmax(axis=1) / PER_PX + aside, down[0].argmax(axis=1) / PER_PX], axis=1)
        found = region.to_picture(place / HEIGHT)
        points, visibility = np.full((len(NAMES), 3), np.nan), np.zeros(len(NAMES))
        used = [row for row, name in enumerate(HALPE) if name]
        ours = [INDEX[HALPE[row]] for row in used]
        points[ours, :2], visibility[ours] = found[used], score[used]
        # Nothing is known of depth, and no number rests on it.
        points[ours, 2] = 0
        (left, top), (right, bottom) = found[used].min(axis=0), found[used].max(axis=0)
        return Sighting(float(score[used].mean()), points, visibility, region_of_box(left, top, right, bottom))


def main(weights: str, clip: str) -> None:
    """Print the numbers of a clip."""
    session = importlib.import_module("onnxruntime").InferenceSession(weights)
    model = RtmPose(session, session.get_inputs()[0].name)
    for name, metric in kneewise.analyse_video(clip, backend=model).gait.metrics.items():
        print(f"{name}: {metric.both.value:.3g} ({metric.both.low:.3g} to {metric.both.high:.3g}), {metric.claim}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
