"""Angles have the signs of the page of coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.gait.kinematics import ANGLES, Angles, bend_deg, inclination_deg, sagittal_knee_flexion_deg, side_lean_deg


def turned(axis: int, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    first, second = [(1, 2), (2, 0), (0, 1)][axis]
    found = np.eye(3)
    found[first, first] = found[second, second] = cosine
    found[first, second], found[second, first] = -sine, sine
    return found


def test_every_angle_has_its_meaning() -> None:
    assert set(ANGLES) == set(Angles.__dataclass_fields__)


@pytest.mark.parametrize("bend", [-10.0, 0.0, 45.0, 120.0])
def test_a_bent_knee_is_positive_whatever_way_the_leg_points(bend: float) -> None:
    thigh = turned(1, 20) @ turned(2, 30) @ turned(0, 5)
    shank = thigh @ turned(2, -bend)  # heel towards the buttock
    assert bend_deg(thigh, shank) == pytest.approx(bend)


def test_lean_to_the_side_and_twist_do_not_change_flexion() -> None:
    thigh = turned(2, 25)
    shank = thigh @ turned(2, -40) @ turned(0, 8) @ turned(1, 12)
    assert bend_deg(thigh, shank) == pytest.approx(40, abs=0.5)
    assert side_lean_deg(np.eye(3), turned(0, 8)) == pytest.approx(8)


def test_points_seen_from_the_side() -> None:
    hip, knee, ankle = np.array([0.0, 0.9]), np.array([0.1, 0.5]), np.array([-0.1, 0.15])
    assert inclination_deg(knee, hip) == pytest.approx(14.04, abs=0.01)
    assert sagittal_knee_flexion_deg(hip, knee, ankle) == pytest.approx(14.04 + 29.74, abs=0.02)
    assert sagittal_knee_flexion_deg(hip, np.array([0.0, 0.5]), np.array([0.0, 0.1])) == pytest.approx(0)
