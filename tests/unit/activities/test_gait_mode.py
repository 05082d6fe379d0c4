"""Running, walking, standing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kneewise.activities import clean


def run_walk(make: Any, *, cadence: bool = True, walk_mps: float = 1.6, walk_strides: float = 58.0) -> Any:
    walking = (np.arange(1801) // 300) % 2 == 1
    speed = np.where(walking, walk_mps, 2.9)
    values = make.columns(np.arange(1801.0))
    values["enhanced_speed"] = speed
    values["distance"] = np.concatenate(([0.0], np.cumsum(speed[1:])))
    values["cadence"] = np.where(walking, walk_strides, 85.0)
    if not cadence:
        del values["cadence"]
    (run,) = clean(make.recording(make.start_s + np.arange(1801.0), values), default_timezone=None)
    return run, ~walking


@pytest.mark.parametrize("cadence", [True, False])
def test_run_walk_is_told_apart(make: Any, cadence: bool) -> None:
    run, truth = run_walk(make, cadence=cadence)
    assert np.mean(run.stream.running == truth) > 0.99
    assert run.moving_s == pytest.approx(1800)
    assert run.speed_mps == pytest.approx(2.9, rel=0.01)


def test_very_brisk_walking_is_walking_for_a_runner_of_high_cadence(make: Any) -> None:
    run, truth = run_walk(make, walk_mps=1.9, walk_strides=71.0)
    assert np.mean(run.stream.running == truth) > 0.99


def test_slow_shuffle_with_flight_is_running(make: Any) -> None:
    (run,) = clean(make.run(speed_mps=1.6, strides=77.0), default_timezone=None)
    assert run.running_s == pytest.approx(run.moving_s)


def test_contact_without_flight_is_walking(make: Any) -> None:
    values = make.columns(np.arange(1201.0), speed_mps=1.9, strides=73.0) | {"stance_time": np.full(1201, 520.0)}
    (run,) = clean(make.recording(make.start_s + np.arange(1201.0), values), default_timezone=None)
    assert run.running_s == 0


def test_moments_of_noise_do_not_change_the_gait(make: Any) -> None:
    cadence = np.full(1201, 85.0)
    cadence[500:503] = 60.0
    speed = np.full(1201, 2.3)
    distance = 2.3 * np.arange(1201.0)
    (run,) = clean(make.changed(cadence=cadence, enhanced_speed=speed, distance=distance), default_timezone=None)
    assert run.stream is not None
    assert bool(run.stream.running.all())
