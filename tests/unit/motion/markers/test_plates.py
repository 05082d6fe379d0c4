"""Plates by type, against ezc3d's own calibration and against hand-made loads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kneewise.domain import Capture, PlateRecord
from kneewise.errors import InvalidInputError
from kneewise.motion.markers.plates import components, ground_force, wrench
from kneewise.sources.c3d import read_capture

CORNERS = np.array([[0.6, 0.4, 0], [0, 0.4, 0], [0, 0, 0], [0.6, 0, 0]])
UP = np.array([0.0, 0.0, 1.0])


def test_force_and_moment_are_those_of_ezc3d(shared_data: Path) -> None:
    ezc3d = pytest.importorskip("ezc3d", reason="the extra 'lab' is not installed")
    path = shared_data / "rbds" / "RBDS001runT35.c3d"
    [plate] = read_capture(path).plates
    oracle = ezc3d.c3d(str(path), extract_forceplat_data=True)["data"]["platform"][0]
    force, moment = wrench(plate)
    about_centre = moment - np.cross(plate.corners_m.mean(axis=0), force)
    assert np.abs(force - oracle["force"].T).max() < 0.05
    assert np.abs(about_centre - oracle["moment"].T / 1000).max() < 0.05


def plate(kind: int, channels: list[float], origin: tuple[float, float, float], **more: np.ndarray) -> PlateRecord:
    return PlateRecord(kind, np.array([channels]), more.get("calibration"), CORNERS, np.array(origin))


def test_every_type_tells_the_same_load() -> None:
    """80 N down and 10 N along x at 0.1 m, -0.05 m of the surface's centre; the sensors lie 0.04 m below."""
    force = np.array([10.0, 0.0, 80.0])
    arm = np.array([0.1, -0.05, 0.0])
    about = np.cross(arm, force)
    below = np.array([0.0, 0.0, -0.04])
    raw = about - np.cross(force, below)
    second = plate(2, [*force, *raw], (0, 0, -0.04))
    first = plate(1, [*force, 0.1, -0.05, 0.0], (0, 0, 0))
    fourth = plate(4, [*(force / 500), *(raw / 40)], (0, 0, -0.04), calibration=np.diag([500.0] * 3 + [40.0] * 3))
    a, b = 0.2, 0.3  # half distances of the four sensors
    z = _corner_loads(80.0, raw, a, b)
    third = plate(3, [10.0, 0.0, 0.0, 0.0, *z], (a, b, -0.04))
    for one in (first, second, fourth, third):
        got_force, got_moment = components(one)
        assert got_force[0] == pytest.approx(force), one.kind
        assert got_moment[0][:2] == pytest.approx(about[:2]), one.kind


def _corner_loads(total: float, moment: np.ndarray, a: float, b: float) -> list[float]:
    rows = np.array([[1, 1, 1, 1], [b, b, -b, -b], [-a, a, a, -a], [1, -1, 1, -1]])
    loads: list[float] = np.linalg.solve(rows, [total, moment[0], moment[1], 0]).tolist()
    return loads


def test_offset_and_drift_are_taken_out_and_the_sign_is_found() -> None:
    time = np.arange(6000) / 300
    step = np.maximum(np.sin(2 * np.pi * time / 0.7), 0) * 1500
    drift = 20 + 2.0 * time
    for sign in (1.0, -1.0):
        channels = np.zeros((len(time), 6))
        channels[:, 2] = sign * (step + drift)
        record = PlateRecord(2, channels, None, CORNERS, np.zeros(3))
        found = ground_force(Capture("made", (), np.zeros((3000, 0, 3)), 150, 300, (record,)), UP)
        assert np.abs(found.force_n[:, 2] - step).max() < 15
        assert found.turned == (sign < 0,)


def test_values_that_are_no_numbers_are_refused() -> None:
    channels = np.zeros((6000, 6))
    channels[17, 2] = np.nan
    record = PlateRecord(2, channels, None, CORNERS, np.zeros(3))
    with pytest.raises(InvalidInputError, match=r"plates of made hold values that are no numbers"):
        ground_force(Capture("made", (), np.zeros((3000, 0, 3)), 150, 300, (record,)), UP)
