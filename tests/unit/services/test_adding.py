"""Runs without a watch."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from tests.histories import contents

from kneewise.errors import InvalidInputError, UnreadableFileError
from kneewise.services.adding import TypedRun, add_activity, read_csv
from kneewise.services.listing import ListedActivity, list_activities
from kneewise.services.place import Place
from kneewise.services.profile import set_profile
from kneewise.services.recomputing import recompute

DAY = date(2026, 3, 14)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def _value(item: ListedActivity) -> float:
    assert item.knee_km is not None
    return item.knee_km.value.value


@pytest.mark.parametrize(
    "run",
    [
        TypedRun(DAY, distance_m=10_000, moving_s=3600),
        TypedRun(DAY, distance_m=10_000, speed_mps=10_000 / 3600),
        TypedRun(DAY, moving_s=3600, speed_mps=10_000 / 3600),
    ],
)
def test_two_of_distance_time_and_speed_are_enough(place: Place, run: TypedRun) -> None:
    (item,) = add_activity(place, [run])
    activity = item.activity
    assert (activity.distance_m, activity.moving_s) == pytest.approx((10_000, 3600))
    assert activity.speed_mps == pytest.approx(10_000 / 3600)
    assert activity.local_date == DAY
    assert item.knee_km is not None
    assert 5 < item.knee_km.value.low < item.knee_km.value.value < item.knee_km.value.high < 20
    assert {"typed-in", "start-assumed"} <= {issue.code for issue in item.issues}


def test_the_slope_of_a_treadmill_counts(place: Place) -> None:
    slopes = [-3.0, 0.0, 3.0]
    runs = [TypedRun(DAY, distance_m=5000, moving_s=1800, treadmill=True, grade_deg=grade) for grade in slopes]
    items = add_activity(place, runs)
    by_title = {item.id: _value(item) for item in items}
    assert len(set(by_title.values())) == 3
    assert all(item.activity.sub_sport == "treadmill" for item in items)
    assert all(item.activity.ascent_m is None for item in items)


def test_typing_it_in_again_changes_nothing_but_two_in_one_table_are_two(place: Place) -> None:
    run = TypedRun(DAY, distance_m=10_000, moving_s=3600)
    add_activity(place, [run])
    before = contents(place.data)
    add_activity(place, [run])
    assert contents(place.data) == before
    add_activity(place, [run, run])
    assert len(list_activities(place).activities) == 2


def test_the_start_follows_the_runners_zone(place: Place) -> None:
    set_profile(place, timezone="Europe/Berlin")
    (item,) = add_activity(place, [TypedRun(DAY, distance_m=5000, moving_s=1800, start=time(7, 30), terrain="trail")])
    assert item.activity.start.isoformat() == "2026-03-14T06:30:00+00:00"
    assert item.activity.sub_sport == "trail"
    assert "start-assumed" not in {issue.code for issue in item.issues}


def test_recomputing_keeps_typed_runs(place: Place) -> None:
    runs = [TypedRun(DAY, distance_m=5000, moving_s=1800, treadmill=True, grade_deg=3.0, cadence_spm=168)]
    add_activity(place, runs)
    before = contents(place.data)
    assert recompute(place).recomputed == 1
    assert contents(place.data) == before


@pytest.mark.parametrize(
    "run",
    [
        TypedRun(DAY, distance_m=10_000),
        TypedRun(DAY, distance_m=-1, moving_s=3600),
        TypedRun(DAY, distance_m=float("nan"), moving_s=3600),
        TypedRun(DAY, distance_m=10_000, moving_s=3600, cadence_spm=0),
        TypedRun(DAY, distance_m=10_000, moving_s=3600, grade_deg=float("inf")),
        TypedRun(DAY, distance_m=10_000, moving_s=3600, terrain="moon"),
    ],
)
def test_what_cannot_be_right_stores_nothing(place: Place, run: TypedRun) -> None:
    good = TypedRun(DAY, distance_m=10_000, moving_s=3600)
    with pytest.raises(InvalidInputError, match="2026-03-14"):
        add_activity(place, [good, run])
    assert list_activities(place).activities == []


def test_a_table(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text(
        "date,distance_km,duration,treadmill,grade_deg\n2026-03-14,10,1:00:00,,\n2026-03-15,5,30:00,yes,2\n"
    )
    runs, issues = read_csv(path)
    assert issues == ()
    assert [item.activity.distance_m for item in add_activity(place, runs)] == [10_000, 5000]


def test_a_table_tells_terrain_and_start(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("date,km,duration,terrain,start\n2026-03-01,5,30:00,trail,07:05\n2026-03-02,5,30:00,treadmill,\n")
    trail, belt = add_activity(place, read_csv(path)[0])
    assert trail.activity.sub_sport == "trail"
    assert (trail.activity.start.hour, trail.activity.start.minute) == (7, 5)
    assert belt.activity.treadmill


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1969, 12, 31), date(2100, 1, 1), date.max])
def test_a_day_that_cannot_be_right_stores_nothing(place: Place, day: date) -> None:
    with pytest.raises(InvalidInputError, match=day.isoformat()):
        add_activity(place, [TypedRun(date=day, distance_m=5000, moving_s=1800)])
    assert list_activities(place).activities == []


def test_nobody_runs_that_fast(place: Place) -> None:
    with pytest.raises(InvalidInputError, match="that fast"):
        add_activity(place, [TypedRun(date=date(2026, 3, 1), distance_m=1e300, moving_s=1800)])


def test_a_table_without_a_run_or_a_header_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("date,distance_km,duration\nyesterday,10,1:00:00\n")
    with pytest.raises(InvalidInputError, match="no run to add"):
        read_csv(path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFileError):
        read_csv(path)
    with pytest.raises(InvalidInputError, match="no file"):
        read_csv(tmp_path / "missing.csv")
