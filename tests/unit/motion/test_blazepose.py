"""The real model on made pictures; skipped where the model files are not built in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from benchmarks.made_runner import Running, joints, knee_flexion_deg
from benchmarks.rendered_runner import Camera, pictures

from kneewise.domain import Floats
from kneewise.errors import MissingModelError, UnusableClipError
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.keypoints import INDEX, Keypoints
from kneewise.motion.pose import weights as weights_module
from kneewise.motion.pose.weights import LANDMARKER, WeightsFile, weights_of
from kneewise.motion.region import whole_picture

pytest.importorskip("av")
pytest.importorskip("ai_edge_litert")

from benchmarks.made_clips import runner_clip, write_clip

from kneewise.motion.pose.blazepose import BlazePose
from kneewise.motion.pose.tracking import track_pose
from kneewise.motion.video import Clip


@pytest.fixture(scope="module")
def model() -> BlazePose:
    try:
        return BlazePose()
    except MissingModelError as missing:
        pytest.skip(str(missing))


def seen(shot: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.dstack([shot, np.full(shot.shape[:2], 255, np.uint8)]))


@pytest.mark.parametrize("view", ["side", "rear"])
def test_a_rendered_runner_is_found_where_he_is(model: BlazePose, view: str) -> None:
    camera = Camera(view=view)
    body = joints(Running(), np.array([0.05]))
    picture = seen(next(pictures(body, camera)))
    [region] = model.find(picture, whole_picture(picture))
    [sighting] = model.look([picture], region)
    assert sighting.presence > 0.9
    for name in ("left_hip", "right_hip", "left_knee", "left_ankle"):
        truth = camera.project(body[name])[0][0]
        assert np.linalg.norm(sighting.points_px[INDEX[name], :2] - truth) < 0.05 * 640
    assert (
        np.hypot(
            sighting.next_region.centre_x_px - region.centre_x_px, sighting.next_region.centre_y_px - region.centre_y_px
        )
        < 0.1 * region.size_px
    )


def flexion(keypoints: Keypoints, side: str) -> Floats:
    thigh = keypoints.of(f"{side}_knee") - keypoints.of(f"{side}_hip")
    shank = keypoints.of(f"{side}_ankle") - keypoints.of(f"{side}_knee")
    turn = np.arctan2(thigh[:, 0], thigh[:, 1]) - np.arctan2(shank[:, 0], shank[:, 1])
    return np.asarray(np.degrees(turn))


def test_a_turned_slow_clip_through_the_whole_way(model: BlazePose, tmp_path: Path) -> None:
    """A lying picture, 60 pictures a second played at 30: rhythm, facing and the knee's course come out."""
    path = runner_clip(
        tmp_path / "runner.mp4", camera=Camera(270, 360), fps=60, duration_s=2.0, slow_motion=2, turned_deg=90
    )
    keypoints = clean_keypoints(track_pose(Clip(path), model, slow_motion=2), slow_motion=2)
    assert (keypoints.width_px, keypoints.height_px) == (270, 360)
    assert (keypoints.view, keypoints.facing) == ("side", 1)
    assert keypoints.quality.steps_per_min == pytest.approx(165, rel=0.02)
    assert keypoints.quality.found_share == 1
    off = flexion(keypoints, "right") - knee_flexion_deg(Running(), keypoints.time_s, "right")
    assert abs(np.nanmean(off)) < 5
    assert np.nanstd(off) < 7


@pytest.mark.parametrize("shot", ["black", "noise", "room"])
def test_a_clip_without_a_person_is_refused(model: BlazePose, tmp_path: Path, shot: str) -> None:
    random = np.random.default_rng(1)
    still = {
        "black": np.zeros((180, 320, 3), np.uint8),
        "noise": random.integers(0, 255, (180, 320, 3), dtype=np.uint8),
        "room": np.broadcast_to(np.linspace(0, 255, 320, dtype=np.uint8)[None, :, None], (180, 320, 3)),
    }[shot]
    path = write_clip(tmp_path / "nobody.mp4", [still] * 36, np.arange(36) / 60)
    with pytest.raises(UnusableClipError, match="No runner was found"):
        track_pose(Clip(path), model)


def test_missing_and_damaged_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_module, "weights_folder", lambda: tmp_path)
    with pytest.raises(MissingModelError, match="make models"):
        weights_of(LANDMARKER)
    (tmp_path / LANDMARKER.name).write_bytes(b"something else")
    with pytest.raises(MissingModelError, match="damaged"):
        weights_of(LANDMARKER)
    right = WeightsFile(LANDMARKER.name, hashlib.sha256(b"something else").hexdigest())
    assert weights_of(right) == b"something else"
