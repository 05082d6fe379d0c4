"""Clock faults, pauses and smart recording."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kneewise.activities import clean
from kneewise.domain import Activity, Recording, Session, TimerEvent


def only(recording: Recording) -> Activity:
    (activity,) = clean(recording, default_timezone=None)
    return activity


def codes(activity: Activity) -> set[str]:
    return {issue.code for issue in activity.issues}


def test_even_run_is_what_it_was(make: Any) -> None:
    run = only(make.run(1200))
    assert run.sport == "running"
    assert run.moving_s == pytest.approx(1200)
    assert run.running_s == pytest.approx(1200)
    assert run.distance_m == pytest.approx(3600)
    assert run.steps == pytest.approx(1200 * 170 / 60)
    assert run.cadence_spm == pytest.approx(170)
    assert run.speed_mps == pytest.approx(3.0)
    assert run.step_length_m == pytest.approx(60 * 3 / 170)
    assert run.timezone == "Europe/Berlin"
    assert run.issues == ()


def test_clock_jump_of_486_hours_is_not_counted(make: Any) -> None:
    elapsed = np.arange(1201.0)
    times = make.start_s + elapsed - np.where(elapsed < 100, 486 * 3600.0, 0.0)
    run = only(make.recording(times, make.columns(elapsed), sessions=(Session("running", None, float(times[0])),)))
    assert "clock-jump" in codes(run)
    assert run.elapsed_s == pytest.approx(1200, abs=2)
    assert run.moving_s == pytest.approx(1200, abs=2)
    assert run.start.timestamp() == pytest.approx(make.start_s, abs=2)  # the longest part keeps its time


def test_clock_set_back_keeps_the_order_of_the_file(make: Any) -> None:
    elapsed = np.arange(1201.0)
    times = make.start_s + elapsed - np.where(elapsed >= 900, 700.0, 0.0)
    run = only(make.recording(times, make.columns(elapsed)))
    assert "clock-jump" in codes(run)
    assert run.moving_s == pytest.approx(1200, abs=2)
    assert run.stream is not None
    assert np.all(np.diff(run.stream.elapsed_s) > 0)


def test_laps_out_of_order_in_xml_are_sorted(make: Any) -> None:
    elapsed = np.arange(1201.0)
    order = np.concatenate((np.arange(600, 1201), np.arange(600)))
    values = {name: column[order] for name, column in make.columns(elapsed).items()}
    run = only(make.recording(make.start_s + elapsed[order], values, format="tcx"))
    assert codes(run) == {"time-decreasing"}
    assert run.distance_m == pytest.approx(3600)
    assert run.moving_s == pytest.approx(1200)


def test_small_steps_back_are_sorted_and_repeats_merged(make: Any) -> None:
    elapsed = np.arange(1201.0)
    shuffled = elapsed.copy()
    shuffled[[500, 501]] = shuffled[[501, 500]]
    shuffled[700] = shuffled[699]
    values = make.columns(shuffled)
    run = only(make.recording(make.start_s + shuffled, values))
    assert codes(run) == {"time-decreasing", "time-repeated"}
    assert run.stream is not None
    assert len(run.stream) == 1200
    assert run.distance_m == pytest.approx(3600)
    assert run.steps == pytest.approx(3400)


def test_pause_by_timer_events_is_taken_out(make: Any) -> None:
    active = np.arange(1201.0)
    elapsed = active + np.where(active > 600, 300.0, 0.0)
    start = make.start_s
    events = (
        TimerEvent(start, "start"),
        TimerEvent(start + 600, "stop"),
        TimerEvent(start + 900, "start"),
        TimerEvent(start + 1500, "stop"),
    )
    run = only(make.recording(start + elapsed, make.columns(active), events=events))
    assert run.elapsed_s == pytest.approx(1500)
    assert run.moving_s == pytest.approx(1200)
    assert run.issues == ()


def test_records_within_a_pause_stand_for_no_time(make: Any) -> None:
    elapsed = np.arange(1501.0)
    start = make.start_s
    events = (TimerEvent(start + 600, "stop"), TimerEvent(start + 900, "start"))
    run = only(make.recording(start + elapsed, make.columns(elapsed), events=events))
    assert run.moving_s == pytest.approx(1200)


def test_stop_without_start_ends_with_the_next_record(make: Any) -> None:
    active = np.arange(1201.0)
    elapsed = active + np.where(active > 600, 300.0, 0.0)
    start = make.start_s
    run = only(make.recording(start + elapsed, make.columns(active), events=(TimerEvent(start + 600, "stop"),)))
    assert codes(run) == {"start-missing"}
    assert run.moving_s == pytest.approx(1199, abs=2)


def test_long_silence_without_movement_is_not_counted(make: Any) -> None:
    active = np.arange(1201.0)
    elapsed = active + np.where(active > 600, 240.0, 0.0)
    run = only(make.recording(make.start_s + elapsed, make.columns(active)))
    assert codes(run) == {"gap-not-counted"}
    assert run.moving_s == pytest.approx(1200, abs=2)


def test_silence_during_which_the_distance_went_on_counts(make: Any) -> None:
    elapsed = np.concatenate((np.arange(601.0), np.arange(690.0, 1201.0)))
    run = only(make.recording(make.start_s + elapsed, make.columns(elapsed)))
    assert run.issues == ()
    assert run.moving_s == pytest.approx(1200)
    assert run.steps == pytest.approx(3400)


def test_smart_recording_adds_up_like_every_second(make: Any) -> None:
    rng = np.random.default_rng(1)
    elapsed = np.arange(2401.0)
    values = make.columns(elapsed)
    values["cadence"] = 84.0 + 3.0 * np.sin(elapsed / 60)
    values["enhanced_speed"] = 3.0 + 0.4 * np.sin(elapsed / 75)
    values["distance"] = np.concatenate(([0.0], np.cumsum(values["enhanced_speed"][1:])))
    kept = np.union1d(rng.choice(2401, 500, replace=False), [0, 2400])
    full = only(make.recording(make.start_s + elapsed, values))
    smart = only(make.recording(make.start_s + elapsed[kept], {name: v[kept] for name, v in values.items()}))
    for name in ("moving_s", "distance_m", "steps", "cadence_spm", "speed_mps"):
        assert getattr(smart, name) == pytest.approx(getattr(full, name), rel=0.005), name


def test_records_without_time_are_left_out(make: Any) -> None:
    elapsed = np.arange(1201.0)
    times = make.start_s + elapsed
    times[[0, 10, 1200]] = np.nan
    run = only(make.recording(times, make.columns(elapsed)))
    assert run.moving_s == pytest.approx(1198)


def test_a_route_without_times_is_no_activity(make: Any) -> None:
    elapsed = np.arange(100.0)
    route = make.recording(np.full(100, np.nan), make.columns(elapsed), sessions=())
    assert clean(route, default_timezone=None) == []


def test_summary_without_records_is_kept(make: Any) -> None:
    session = Session("running", "treadmill", make.start_s, 1810.0, 1800.0, 5000.0, None, 2550.0)
    (run,) = clean(make.recording(np.empty(0), {}, sessions=(session,)), default_timezone="Europe/Berlin")
    assert run.stream is None
    assert run.treadmill
    assert run.moving_s == 1800
    assert run.steps == 5100
    assert run.cadence_spm == pytest.approx(170)
