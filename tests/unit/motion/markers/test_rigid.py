"""Poses of clusters."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from kneewise.motion.markers.gaps import fill_from_cluster
from kneewise.motion.markers.rigid import fit_pose

LOCAL = np.array([[0.0, 0, 0], [0.1, 0.01, 0], [0.02, 0.12, 0.03], [0.05, -0.04, 0.08]])


def moved(seed: int, frames: int, markers: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    rotation = Rotation.random(frames, random_state=seed).as_matrix()
    place = random.normal(size=(frames, 3))
    return rotation, place, np.einsum("fij,mj->fmi", rotation, LOCAL[:markers]) + place[:, None]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([3, 4]))
def test_any_rigid_motion_is_found_exactly(seed: int, markers: int) -> None:
    rotation, place, points = moved(seed, 7, markers)
    pose = fit_pose(LOCAL[:markers], points)
    assert np.abs(pose.rotation - rotation).max() < 1e-6
    assert np.abs(pose.position_m - place).max() < 1e-9
    assert pose.residual_m.max() < 1e-9
    assert np.allclose(np.linalg.det(pose.rotation), 1)


def test_a_marker_that_was_not_seen_is_left_out_and_two_are_too_few() -> None:
    rotation, _, points = moved(5, 6)
    points[2, 1] = np.nan
    points[4, :2] = np.nan
    pose = fit_pose(LOCAL, points)
    known = [0, 1, 2, 3, 5]
    assert np.abs(pose.rotation - rotation)[known].max() < 1e-6
    assert np.isnan(pose.rotation[4]).all()
    assert np.isnan(pose.residual_m[4])


def test_a_gap_follows_the_others_without_a_jump() -> None:
    _, _, points = moved(9, 40)
    soft = points.copy()
    soft[:, 0] += 0.004  # the marker sits elsewhere than in standing, as skin does
    gapped = soft.copy()
    gapped[10:20, 0] = np.nan
    filled = fill_from_cluster(gapped, LOCAL)
    assert np.abs(filled - soft).max() < 0.02
    assert np.array_equal(filled[:10], soft[:10])
    assert np.isfinite(filled).all()
