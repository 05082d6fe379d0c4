"""Positions, distance and speed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kneewise.activities import clean
from kneewise.activities.distance import haversine_m
from kneewise.domain import Activity


def codes(activity: Activity) -> set[str]:
    return {issue.code for issue in activity.issues}


def test_a_degree_of_latitude() -> None:
    assert haversine_m(np.array([0.0, 1.0]), np.zeros(2))[0] == pytest.approx(111_195, abs=1)


def test_distance_from_position_where_the_device_has_none(make: Any) -> None:
    (run,) = clean(make.changed(distance=None, enhanced_speed=None), default_timezone=None)
    assert run.distance_m == pytest.approx(3600, rel=1e-3)
    assert run.speed_mps == pytest.approx(3.0, rel=1e-3)
    assert run.stream is not None
    assert run.stream.sources["distance_m"] == "derived from position"
    assert run.stream.sources["speed_mps"] == "derived from distance"


def test_position_spike_adds_nothing(make: Any) -> None:
    latitude = 48.1 + 3.0 * np.arange(1201) / 111_195.0
    latitude[500] += 0.05
    latitude[700:702] += 0.05
    (run,) = clean(make.changed(distance=None, enhanced_speed=None, position_lat=latitude), default_timezone=None)
    assert run.distance_m == pytest.approx(3600, rel=5e-3)
    assert codes(run) & {"position-spike", "distance-jump"}
    assert run.stream is not None
    assert np.isnan(run.stream.column("latitude_deg")[500])
    assert np.nanmax(run.stream.column("speed_mps")) < 3.5


def test_jump_of_the_counter_is_not_run(make: Any) -> None:
    distance = 3.0 * np.arange(1201.0)
    distance[600:] += 40_000
    (run,) = clean(make.changed(distance=distance), default_timezone=None)
    assert run.distance_m == pytest.approx(3600, abs=5)
    assert codes(run) == {"distance-jump"}


def test_counter_that_begins_anew_goes_on(make: Any) -> None:
    distance = 3.0 * np.arange(1201.0)
    distance[600:] -= distance[600]
    (run,) = clean(make.changed(distance=distance), default_timezone=None)
    assert run.distance_m == pytest.approx(3600, abs=5)
    assert codes(run) == {"distance-reset"}


def test_impossible_speed_is_left_out(make: Any) -> None:
    speed = np.full(1201, 3.0)
    speed[10] = 97.5  # 351 km/h
    (run,) = clean(make.changed(enhanced_speed=speed), default_timezone=None)
    assert codes(run) == {"speed-spike"}
    assert run.speed_mps == pytest.approx(3.0)


def test_speed_that_contradicts_the_distance_is_replaced(make: Any) -> None:
    (run,) = clean(make.changed(enhanced_speed=np.full(1201, 10.8)), default_timezone=None)  # km/h called m/s
    assert codes(run) == {"speed-replaced"}
    assert run.speed_mps == pytest.approx(3.0)


def test_speed_a_little_beside_the_distance_is_told(make: Any) -> None:
    (run,) = clean(make.changed(enhanced_speed=np.full(1201, 2.8)), default_timezone=None)
    assert codes(run) == {"speed-distance-differ"}
    assert run.speed_mps == pytest.approx(2.8)


def test_strokes_are_no_steps(make: Any) -> None:
    session = make.session("swimming", cycles=390.0, timer_s=1200.0)
    run = make.run(speed_mps=0.8)
    values = {name: item.values for name, item in run.channels.items()}
    (swim,) = clean(make.recording(run.time_s, values, sessions=(session,)), default_timezone=None)
    assert swim.steps is None


def test_without_speed_and_cadence_the_gait_is_unknown(make: Any) -> None:
    run = make.recording(make.start_s + np.arange(1201.0), {"heart_rate": np.full(1201, 150.0)}, utc_offset_s=0.0)
    (run,) = clean(run, default_timezone="UTC")
    assert codes(run) == {"gait-unknown"}
    assert run.running_s == 0


def test_treadmill_has_no_grade_but_its_own(make: Any) -> None:
    run = make.run()
    native = {"enhanced_speed": np.full(1201, 3.0), "cadence": np.full(1201, 85.0), "altitude": np.full(1201, 310.0)}
    belt = (make.session("running", "treadmill"),)
    (plain,) = clean(make.recording(run.time_s, native, sessions=belt), default_timezone="UTC")
    assert plain.treadmill
    assert plain.stream is not None
    assert plain.stream.columns.keys() == {"speed_mps", "cadence_spm"}
    assert plain.ascent_m is None
    incline = {"inclineRunn": make.channel(np.full(1201, 4.0), "%", "Runn")}
    (tilted,) = clean(make.recording(run.time_s, native, sessions=belt, channels=incline), default_timezone="UTC")
    assert tilted.stream is not None
    assert tilted.stream.column("grade_deg")[600] == pytest.approx(np.degrees(np.arctan(0.04)))


def test_legs_do_not_inherit_metres(make: Any) -> None:
    elapsed = np.arange(1801.0)
    values = make.columns(elapsed)
    sessions = (
        make.session("cycling", start_s=make.start_s, elapsed_s=600.0),
        make.session("transition", start_s=make.start_s + 600, elapsed_s=60.0),
        make.session("running", start_s=make.start_s + 660, elapsed_s=1140.0),
    )
    for order in (sessions, sessions[::-1]):
        legs = clean(make.recording(make.start_s + elapsed, values, sessions=order), default_timezone=None)
        assert [leg.sport for leg in legs] == ["cycling", "transition", "running"]
        assert sum(leg.distance_m or 0 for leg in legs) == pytest.approx(5400, abs=10)
        assert legs[1].distance_m == pytest.approx(180, abs=6)
        assert legs[2].running_s == pytest.approx(1140, abs=1)
