"""Newton and Euler against motions that have a closed answer."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.load.knee.dynamics import joint_moments
from kneewise.motion.markers import SIDES, Body
from kneewise.units import GRAVITY_MPS2

RATE, FRAMES, MASS = 1000.0, 400, 70.0
LENGTHS = {
    (segment, side): 0.4 if segment != "foot" else 0.18 for segment in ("thigh", "shank", "foot") for side in SIDES
}


def pitched(angle: np.ndarray) -> np.ndarray:
    axes = np.zeros((len(angle), 3, 3))
    axes[:, 0, 0] = axes[:, 1, 1] = np.cos(angle)
    axes[:, 0, 1], axes[:, 1, 0], axes[:, 2, 2] = -np.sin(angle), np.sin(angle), 1
    return axes


def body(shank_angle: np.ndarray) -> Body:
    """Hip and thigh still and upright, shank and foot turning together about the knee (lower end forwards)."""
    still = np.zeros((FRAMES, 3))
    hip, knee = still + np.array([0, 0.9, 0]), still + np.array([0, 0.5, 0])
    shank = pitched(shank_angle)

    def below(local: tuple[float, float, float]) -> np.ndarray:
        placed: np.ndarray = knee + shank @ np.array(local)
        return placed

    def pair(points: np.ndarray) -> np.ndarray:
        return np.stack([points, points])

    eye = np.tile(np.eye(3), (FRAMES, 1, 1))
    return Body(
        rate_hz=RATE, pelvis_m=hip, hip_m=pair(hip), knee_m=pair(knee), ankle_m=pair(below((0, -0.4, 0))),
        heel_m=pair(below((-0.05, -0.45, 0))), toe_m=pair(below((0.13, -0.45, 0))), pelvis=eye, thigh=pair(eye),
        shank=pair(shank), foot=pair(shank), trunk_m=None, residual_m={}, joint_gap_m={}, to_running=np.eye(3),
    )  # fmt: skip


def nothing() -> np.ndarray:
    return np.zeros((2, FRAMES, 3))


def test_a_hanging_leg_asks_for_nothing_but_the_forefoots_weight() -> None:
    moments = joint_moments(body(np.zeros(FRAMES)), nothing(), nothing(), LENGTHS, MASS)
    toe_tip = -0.05 + 0.18 / 0.72
    arm = -0.05 + 0.4415 * (toe_tip + 0.05)
    weight = 0.0137 * GRAVITY_MPS2
    assert moments.ankle_plantarflexion[0] == pytest.approx(-weight * arm, abs=1e-9)
    assert moments.knee_extension[0] == pytest.approx(weight * arm, abs=1e-9)


def test_a_ground_force_behind_the_knee_asks_the_quadriceps_for_its_moment() -> None:
    force, point = np.array([0.0, 1500.0, 0.0]), np.array([-0.08, 0.0, 0.0])
    pushed = np.tile(force, (2, FRAMES, 1)), np.tile(np.cross(point, force), (2, FRAMES, 1))
    with_, without = (
        joint_moments(body(np.zeros(FRAMES)), *wrench, LENGTHS, MASS) for wrench in (pushed, (nothing(), nothing()))
    )
    asked = with_.knee_extension - without.knee_extension
    assert asked == pytest.approx(1500 * 0.08 / MASS, rel=1e-9)
    assert np.all(with_.hip_extension - without.hip_extension < 0)


def test_a_swinging_shank_obeys_the_pendulum() -> None:
    time = np.arange(FRAMES) / RATE
    angle = 0.3 * np.sin(2 * np.pi * 1.5 * time)
    moments = joint_moments(body(angle), nothing(), nothing(), LENGTHS, MASS)
    shank, foot, length = 0.0433 * MASS, 0.0137 * MASS, 0.4
    tip = 0.18 / 0.72
    centre = np.array([-0.05 + 0.4415 * tip, -0.45])
    inertia = shank * ((0.246 * length) ** 2 + (0.4395 * length) ** 2)
    inertia += foot * ((0.245 * tip) ** 2 + centre @ centre)
    lever = shank * 0.4395 * length * np.sin(angle)
    lever += foot * (centre[0] * np.cos(angle) - centre[1] * np.sin(angle))
    second = -0.3 * (2 * np.pi * 1.5) ** 2 * np.sin(2 * np.pi * 1.5 * time)
    expected = (inertia * second + GRAVITY_MPS2 * lever) / MASS
    assert np.abs(moments.knee_extension[1] - expected)[5:-5].max() < 2e-4


def test_women_have_their_own_table() -> None:
    men, women = (
        joint_moments(body(np.full(FRAMES, 0.5)), nothing(), nothing(), LENGTHS, MASS, sex) for sex in ("m", "f")
    )
    assert not np.allclose(men.knee_extension, women.knee_extension)
