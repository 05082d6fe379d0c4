"""Strides or steps, by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kneewise.activities import clean


@pytest.mark.parametrize(
    ("counts", "expected", "code"),
    [
        (85.0, 170.0, None),  # strides, as FIT and Garmin's XML write
        (170.0, 170.0, None),  # steps, as other programs write
        (42.5, 170.0, "cadence-halved"),
        (340.0, 170.0, "cadence-doubled"),
        (108.0, 216.0, None),  # a sprinter's strides
        (118.0, 236.0, None),
        (121.0, 121.0, None),
    ],
)
def test_counts_become_steps(make: Any, counts: float, expected: float, code: str | None) -> None:
    (run,) = clean(make.run(strides=counts, speed_mps=3.2), default_timezone=None)
    assert run.cadence_spm == pytest.approx(expected)
    assert {issue.code for issue in run.issues} == ({code} if code else set())


def test_fraction_is_added_before_doubling(make: Any) -> None:
    run = make.changed(fractional_cadence=np.full(1201, 0.5))
    assert clean(run, default_timezone=None)[0].cadence_spm == pytest.approx(171)


def test_zero_is_standing_but_a_lost_sensor_while_moving(make: Any) -> None:
    cadence, speed = np.full(1201, 85.0), np.full(1201, 3.0)
    cadence[300:400], speed[300:400] = 0, 0
    cadence[600:700] = 0
    distance = np.concatenate(([0.0], np.cumsum(speed[1:])))
    (run,) = clean(make.changed(cadence=cadence, enhanced_speed=speed, distance=distance), default_timezone=None)
    assert run.stream is not None
    spm = run.stream.column("cadence_spm")
    assert np.all(spm[300:400] == 0)
    assert np.all(np.isnan(spm[600:700]))
    assert not run.stream.running[350]
    assert run.stream.running[650]
    assert run.moving_s == pytest.approx(1100, abs=2)
    assert "cadence-dropout" in {issue.code for issue in run.issues}


def test_stretch_that_saw_one_foot_is_doubled(make: Any) -> None:
    cadence = np.full(1201, 85.0)
    cadence[400:500] = 42.0
    (run,) = clean(make.changed(cadence=cadence), default_timezone=None)
    assert run.stream is not None
    assert run.stream.column("cadence_spm")[450] == pytest.approx(168)
    assert [issue.code for issue in run.issues] == ["cadence-halved"]


def test_steep_hiking_is_not_called_a_faulty_source(make: Any) -> None:
    run = make.run(1200, speed_mps=0.8, strides=36.0)
    (hike,) = clean(run, default_timezone=None)
    assert hike.steps == pytest.approx(72 * 20)
    assert hike.running_s == 0
    assert hike.issues == ()


def test_without_speed_the_brisk_counts_decide(make: Any) -> None:
    gone = dict.fromkeys(("enhanced_speed", "distance", "position_lat", "position_long"))
    (run,) = clean(make.changed(**gone), default_timezone=None)
    assert run.cadence_spm == pytest.approx(170)
    assert run.distance_m is None
    assert run.speed_mps is None


def test_pod_counts_where_the_watch_has_none(make: Any) -> None:
    run = make.changed(cadence=None)
    run = make.recording(
        run.time_s,
        {name: item.values for name, item in run.channels.items()},
        channels={"Cadence": make.channel(np.full(1201, 86.0), "RPM", "Stryd")},
    )
    (run,) = clean(run, default_timezone=None)
    assert run.cadence_spm == pytest.approx(172)
    assert run.stream is not None
    assert run.stream.sources["cadence_spm"] == "Stryd"


def test_a_bike_ride_has_no_steps(make: Any) -> None:
    ride = make.recording(
        make.start_s + np.arange(1201.0),
        make.columns(np.arange(1201.0), speed_mps=8.0, strides=90.0),
        sessions=(make.session("cycling"),),
    )
    (ride,) = clean(ride, default_timezone=None)
    assert ride.sport == "cycling"
    assert not ride.is_run
    assert ride.steps is None
    assert ride.cadence_spm is None
    assert ride.running_s == 0


@pytest.mark.parametrize(
    ("speed_mps", "counts", "expected"),
    [(2.2, 82.0, 164.0), (1.8, 76.0, 152.0), (1.5, 115.0, 115.0), (1.4, 56.0, 112.0), (2.2, 164.0, 164.0)],
)
def test_slow_running_and_walking_by_the_length_of_a_step(
    make: Any, speed_mps: float, counts: float, expected: float
) -> None:
    (run,) = clean(make.run(speed_mps=speed_mps, strides=counts), default_timezone=None)
    assert run.steps == pytest.approx(20 * expected)
