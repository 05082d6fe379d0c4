"""Zones, days, sports."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from kneewise.activities import clean
from kneewise.activities.sport import sport_of
from kneewise.activities.timezone import plausible_offset_s
from kneewise.domain import Activity, Session
from kneewise.units import FIT_EPOCH_S


def indoors(make: Any, offset_s: float | None, default: str | None) -> Activity:
    values = {"enhanced_speed": np.full(1201, 3.0)}
    recording = make.recording(make.start_s + np.arange(1201.0), values, utc_offset_s=offset_s)
    (run,) = clean(recording, default_timezone=default)
    return run


@pytest.mark.parametrize(
    ("offset_s", "expected"),
    [
        (3600.0, 3600.0),
        (7203.0, 7200.0),
        (19800.0, 19800.0),
        (-12600.0, -12600.0),
        (3600.0 + 22 * 60, None),
        (7200.0 - 51 * 60, None),
        (45 * 60.0, None),
        (680_848_312.0, None),
        (None, None),
    ],
)
def test_offsets_that_a_place_can_have(offset_s: float | None, expected: float | None) -> None:
    assert plausible_offset_s(offset_s) == expected


def test_position_tells_zone_and_day(make: Any) -> None:
    (run,) = clean(make.run(), default_timezone="America/New_York")  # 22:13 UTC in Munich
    assert run.timezone == "Europe/Berlin"
    assert run.local_date == date(2023, 11, 14)


def test_offset_that_fits_the_profile_is_the_profile(make: Any) -> None:
    run = indoors(make, 3600.0, "Europe/Paris")
    assert run.timezone == "Europe/Paris"
    assert run.issues == ()


def test_offset_elsewhere_gives_a_zone_of_its_own(make: Any) -> None:
    run = indoors(make, 7200.0 * 3, "Europe/Paris")
    assert run.timezone == "Etc/GMT-6"
    assert run.local_date == date(2023, 11, 15)
    assert [issue.code for issue in run.issues] == ["timezone-from-offset"]


def test_wrong_offset_gives_way_to_the_profile(make: Any) -> None:
    run = indoors(make, 3600.0 + 22 * 60, "Europe/Paris")
    assert run.timezone == "Europe/Paris"
    assert [issue.code for issue in run.issues] == ["timezone-implausible"]


def test_nothing_known_is_utc_and_says_so(make: Any) -> None:
    run = indoors(make, None, None)
    assert run.timezone == "UTC"
    assert [issue.code for issue in run.issues] == ["timezone-unknown"]
    assert indoors(make, None, "No/Where").timezone == "UTC"


def test_clock_that_was_never_set_is_dated_by_local_time(make: Any) -> None:
    elapsed = np.arange(1201.0)
    power_on = FIT_EPOCH_S + 17_217_864.0
    local = make.start_s + 3600.0  # Munich, winter
    recording = make.recording(power_on + elapsed, make.columns(elapsed), utc_offset_s=local - power_on)
    (run,) = clean(recording, default_timezone=None)
    assert run.start.timestamp() == pytest.approx(make.start_s)
    assert run.local_date == date(2023, 11, 14)
    assert "clock-not-set" in {issue.code for issue in run.issues}


@pytest.mark.parametrize(
    ("sport", "sub_sport", "expected"),
    [
        ("running", "generic", ("running", None)),
        ("running", "treadmill", ("running", "treadmill")),
        ("Running", None, ("running", None)),
        ("Trail Run", None, ("running", "trail")),
        ("VirtualRun", None, ("running", "virtual_activity")),
        ("Biking", None, ("cycling", None)),
        ("generic", None, ("unknown", None)),
        (None, None, ("unknown", None)),
        ("alpine_skiing", "generic", ("alpine_skiing", None)),
    ],
)
def test_sport_names(sport: str | None, sub_sport: str | None, expected: tuple[str, str | None]) -> None:
    assert sport_of(Session(sport, sub_sport, None)) == expected


def test_run_without_a_sport_is_recognised_and_told(make: Any) -> None:
    run = make.run()
    values = {name: item.values for name, item in run.channels.items()}
    (run,) = clean(make.recording(run.time_s, values, sessions=(), format="gpx"), default_timezone=None)
    assert run.sport == "running"
    assert [issue.code for issue in run.issues] == ["sport-guessed"]


def test_what_a_watch_calls_generic_is_no_run(make: Any) -> None:
    run = make.run()
    values = {name: item.values for name, item in run.channels.items()}
    (kayak,) = clean(make.recording(run.time_s, values, sessions=(make.session("generic"),)), default_timezone=None)
    assert kayak.sport == "unknown"
    assert kayak.cadence_spm is None
