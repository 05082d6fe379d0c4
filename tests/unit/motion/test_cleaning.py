"""From a raw track to clean keypoints, or a refusal with the reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera
from tests.unit.motion.conftest import KEYPOINTS, MakeTrack, track_of_points

from kneewise.errors import InvalidInputError, UnusableClipError
from kneewise.motion.cleaning import clean_keypoints, slow_motion_of
from kneewise.motion.leg_swaps import exchange_legs
from kneewise.motion.pose.named_points import read_named_points


@pytest.mark.parametrize("view", ["side", "rear"])
@pytest.mark.parametrize("fps", [60, 120])
def test_a_noisy_track_comes_out_near_the_truth(made_track: MakeTrack, view: str, fps: float) -> None:
    keypoints = clean_keypoints(made_track(view=view, fps=fps, noise_px=3.0))
    truth = joints(Running(), keypoints.time_s)
    assert keypoints.view == view
    assert keypoints.facing == (1 if view == "side" else 0)
    assert keypoints.near == ("right" if view == "side" else None)
    assert keypoints.quality.steps_per_min == pytest.approx(165, rel=0.01)
    for name in ("left_knee", "right_ankle", "left_heel"):
        off = keypoints.of(name) - Camera(view=view).project(truth[name])[0]
        assert np.sqrt(np.nanmean(off[10:-10] ** 2)) < 2.9
    assert keypoints.noise_px[keypoints.visibility[0] > 0].min() > 1.5


def test_slow_motion_is_taken_out(made_track: MakeTrack) -> None:
    track = made_track(fps=240)
    slow = replace(track, time_s=track.time_s * 8, info=replace(track.info, time_s=track.time_s * 8))
    keypoints = clean_keypoints(slow, slow_motion=8)
    assert keypoints.fps == pytest.approx(240)
    assert keypoints.quality.steps_per_min == pytest.approx(165, rel=0.01)
    with pytest.raises(UnusableClipError, match=r"21 steps a minute.*likely 8"):
        clean_keypoints(slow)


def test_the_cameras_own_note_counts_as_an_answer(made_track: MakeTrack) -> None:
    track = made_track(fps=120)
    noted = track_of_points(track.points_px, track.visibility, track.time_s * 4, capture_fps=120.0)
    assert slow_motion_of(noted, None) == pytest.approx(4, rel=0.01)
    assert slow_motion_of(noted, 2) == 2
    assert slow_motion_of(track, None) == 1
    with pytest.raises(InvalidInputError, match="slow-motion factor"):
        slow_motion_of(track, 0.0)


def test_a_ramp_into_slow_motion_is_cut_off(made_track: MakeTrack) -> None:
    track = made_track(duration_s=6.0)
    ramp = np.where(track.time_s < 2, track.time_s, 2 + (track.time_s - 2) * 4)
    keypoints = clean_keypoints(replace(track, time_s=ramp, info=replace(track.info, time_s=ramp)), slow_motion=4)
    assert keypoints.quality.steps_per_min == pytest.approx(165, rel=0.03)
    assert "part-measured" in {issue.code for issue in keypoints.issues}
    assert keypoints.frame_index[0] > 200


def test_exchanged_legs_are_mended_and_told(made_track: MakeTrack) -> None:
    track = made_track()
    wrong = np.zeros(len(track.time_s), dtype=bool)
    wrong[100:150] = wrong[300:330] = True
    keypoints = clean_keypoints(replace(track, points_px=exchange_legs(track.points_px, wrong)))
    assert keypoints.quality.swapped_share == pytest.approx(wrong.mean(), abs=0.03)
    assert "legs-mended" in {issue.code for issue in keypoints.issues}


def test_scale_from_height(made_track: MakeTrack) -> None:
    keypoints = clean_keypoints(made_track(noise_px=0.2), height_m=0.86 / 0.491)
    assert keypoints.metres_per_px == pytest.approx(1 / Camera().px_per_m(np.array(4.0)), rel=0.03)
    assert clean_keypoints(made_track()).metres_per_px is None


def test_long_gaps_stay_missing(made_track: MakeTrack) -> None:
    track = made_track()
    presence = track.presence.copy()
    presence[200:230] = 0
    keypoints = clean_keypoints(replace(track, presence=presence))
    assert np.isnan(keypoints.of("left_knee")[200:230]).all()
    assert keypoints.quality.found_share == pytest.approx(1 - 30 / 480)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("lost", "could be followed in only"),
        ("crowd", "more than one person"),
        ("seated", "hardly move"),
        ("small", "too small"),
        ("front", "from the front"),
        ("oblique", "at an angle"),
        ("random", "regular steps|no running|hardly|steps in one go"),
        ("short", "steps in one go"),
    ],
)
def test_what_cannot_be_measured_is_refused(made_track: MakeTrack, change: str, reason: str) -> None:
    track = made_track(view="rear" if change in ("front", "oblique") else "side")
    points = track.points_px.copy()
    if change == "lost":
        track = replace(track, presence=np.where(np.arange(len(points)) % 5 < 3, 0.0, 1.0))
    elif change == "crowd":
        track = replace(track, people=np.array([1, 2, 2, 2, 1]))
    elif change == "seated":
        points[:] = points[0]
    elif change == "small":
        points *= 0.2
    elif change == "front":
        points[..., 0] = 480 - points[..., 0]
    elif change == "oblique":
        points[..., 0] = 240 + (points[..., 0] - 240) * 0.6
    elif change == "short":
        keep = 150
        points = points[:keep]
        track = replace(
            track,
            time_s=track.time_s[:keep],
            presence=track.presence[:keep],
            visibility=track.visibility[:keep],
            frame_index=track.frame_index[:keep],
        )
    else:
        points[:] = points[:1]
        points[:, 23:] += np.random.default_rng(1).normal(0, 40, points[:, 23:].shape)
    with pytest.raises(UnusableClipError, match=reason):
        clean_keypoints(replace(track, points_px=points))


def test_the_runners_word_about_the_view_is_checked(made_track: MakeTrack) -> None:
    with pytest.raises(UnusableClipError, match="given as a rear view but shows the runner from the side"):
        clean_keypoints(made_track(), view="rear")


@pytest.mark.parametrize(
    ("name", "factor", "view", "rate"), [("side-slow-motion", 4.0, "side", 193.4), ("rear", 1.0, "rear", 163.3)]
)
def test_real_clips_give_what_they_gave(name: str, factor: float, view: str, rate: float) -> None:
    """Keypoints of two real clips: numbers only, the pictures are not in the repository."""
    keypoints = clean_keypoints(read_named_points(KEYPOINTS / f"{name}.json"), slow_motion=factor)
    assert keypoints.view == view
    assert keypoints.quality.steps_per_min == pytest.approx(rate, rel=0.01)
    assert keypoints.quality.swapped_share == 0
    assert np.isfinite(keypoints.of("mid_hip")[:, 0]).mean() > 0.98
