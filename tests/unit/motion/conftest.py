"""Made clips and tracks for the tests of video and pose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera

from kneewise.domain import Floats
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.pose.tracking import PoseTrack
from kneewise.motion.pose.weights import DETECTOR, LANDMARKER, weights_folder
from kneewise.motion.video import ClipInfo

KEYPOINTS = Path(__file__).resolve().parents[2] / "data" / "keypoints"
SMALL = Camera(width_px=150, height_px=200)
MakeTrack = Callable[..., PoseTrack]


@pytest.fixture
def weights() -> None:
    if not all(weights_folder().joinpath(file.name).is_file() for file in (LANDMARKER, DETECTOR)):
        pytest.skip("the pose model is not here; 'make models' puts it in")


@pytest.fixture
def made_track() -> MakeTrack:
    return track_of_made_runner


def track_of_made_runner(
    *,
    view: str = "side",
    fps: float = 120,
    duration_s: float = 4.0,
    noise_px: float = 1.0,
    run: Running | None = None,
    times: Floats | None = None,
) -> PoseTrack:
    """What a perfect pose model with some noise would give for a made runner; head and hands are left out."""
    time_s = np.arange(int(duration_s * fps)) / fps if times is None else times
    camera = Camera(view=view)
    points = np.full((len(time_s), len(NAMES), 3), np.nan)
    visibility = np.zeros((len(time_s), len(NAMES)))
    random = np.random.default_rng(1)
    for name, joint in joints(run or Running(), time_s).items():
        points[:, INDEX[name], :2] = camera.project(joint)[0] + random.normal(0, noise_px, (len(time_s), 2))
        visibility[:, INDEX[name]] = 1
    return track_of_points(points, visibility, time_s)


def track_of_points(points: Floats, visibility: Floats, time_s: Floats, capture_fps: float | None = None) -> PoseTrack:
    n = len(time_s)
    return PoseTrack(
        info=ClipInfo("made.mp4", "mov", "h264", 480, 640, 0, time_s, None, capture_fps),
        frame_index=np.arange(n),
        time_s=time_s,
        points_px=points,
        visibility=visibility,
        presence=np.ones(n),
        region_px=np.full((n, 3), np.nan),
        people=np.ones(5, dtype=np.intp),
        watch=None,
        backend="made",
    )
