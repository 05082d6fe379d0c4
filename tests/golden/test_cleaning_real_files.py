"""Real runs, cleaned: sums against what the devices themselves summed up."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kneewise.activities import clean
from kneewise.activities.duplicates import fingerprint, same_run
from kneewise.activities.legs import split
from kneewise.domain import Activity, Recording, Session
from kneewise.sources.fit import read_fit
from kneewise.sources.gpx import read_gpx
from kneewise.sources.tcx import read_tcx

READERS = {".fit": read_fit, ".tcx": read_tcx, ".gpx": read_gpx}

#: Sport, running share of the moving time, mean running cadence (steps/min), speed (m/s), contact time (ms).
EXPECTED = {
    "garmin-fenix2-dynamics.fit": ("Europe/Oslo", 0.95, 166, 3.29, 237),
    "garmin-fenix3-dynamics-stryd.fit": ("Europe/London", 1.0, 170, 3.10, 255),
    "garmin-fenix5x-dynamics-developer-data.fit": ("Europe/Stockholm", 0.88, 169, 3.48, 263),
    "garmin-fenix6-trail-5h.fit": ("Europe/Paris", 0.72, 166, 2.39, None),
    "garmin-fenix6x-12h-ultra-stryd.fit": ("America/New_York", 0.46, 176, 2.51, 286),
    "garmin-fenix6x-stryd.fit": ("Europe/London", 0.99, 166, 3.25, 247),
    "garmin-fenix6x-trail-stryd.fit": ("Europe/Zurich", 0.81, 157, 2.28, None),
    "garmin-fr245-run-hilly.fit": ("Pacific/Auckland", 0.92, 169, 2.77, 277),
    "garmin-fr645m-run.fit": ("Europe/Berlin", 0.99, 161, 3.10, None),
    "garmin-fr965-dynamics-power.fit": ("Asia/Shanghai", 0.67, 159, 3.27, 271),
    "stryd-developer-fields.fit": ("Europe/Lisbon", 1.0, 149, 1.96, 348),
}


def read(path: Path) -> list[Recording]:
    return READERS[path.suffix](path.read_bytes(), path.name)


def legs(folder: Path) -> Iterator[tuple[str, Session, Activity]]:
    """Every leg of every real file whose device gave a summary."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("not-an-activity"):
            continue
        for recording in read(path):
            sessions = [leg.session for leg in split(recording)]
            for session, activity in zip(sessions, clean(recording, default_timezone=None), strict=True):
                if session is not None:
                    yield path.name, session, activity


def test_sums_agree_with_the_devices(shared_data: Path) -> None:
    seen = 0
    for name, session, activity in legs(shared_data / "activities" / "runs"):
        seen += 1
        where = f"{name}, {activity.sport}"
        assert activity.moving_s <= activity.elapsed_s + 1e-3, where
        if session.distance_m:
            assert activity.distance_m == pytest.approx(session.distance_m, rel=0.002, abs=2), where
        if session.timer_s and activity.stream is not None and name != "run.tcx":  # its pause left no trace
            total = float(activity.stream.interval_s.sum(dtype=np.float64))
            assert total <= session.timer_s * 1.001 + 3, where
            if activity.sport == "running" and name != "compressed-timestamps.fit":
                assert total == pytest.approx(session.timer_s, rel=0.002, abs=3), where
        if session.cycles and activity.sport == "running":
            assert activity.steps == pytest.approx(2 * session.cycles, rel=0.025), where
    assert seen >= 30


@pytest.mark.parametrize("name", EXPECTED)
def test_means_are_those_of_running(shared_data: Path, name: str) -> None:
    zone, share, cadence, speed, contact_ms = EXPECTED[name]
    (recording,) = read(shared_data / "activities" / "runs" / name)
    (run,) = clean(recording, default_timezone=None)
    assert run.is_run
    assert run.timezone == zone
    assert run.running_s / run.moving_s == pytest.approx(share, abs=0.02)
    assert run.cadence_spm == pytest.approx(cadence, abs=1)
    assert run.speed_mps == pytest.approx(speed, abs=0.03)
    assert (run.contact_time_s is None) == (contact_ms is None)
    if contact_ms is not None:
        assert run.contact_time_s == pytest.approx(contact_ms / 1000, abs=0.003)


def test_climb_of_a_trail_run(shared_data: Path) -> None:
    (recording,) = read(shared_data / "activities" / "runs" / "garmin-fenix6-trail-5h.fit")
    (run,) = clean(recording, default_timezone=None)
    assert run.descent_m == pytest.approx(2543, rel=0.02)  # the watch's own
    assert run.stream is not None
    assert np.nanmax(np.abs(run.stream.column("grade_deg"))) < 35


def test_triathlon_with_its_summary_first(shared_data: Path) -> None:
    (recording,) = read(shared_data / "activities" / "runs" / "garmin-fr255-triathlon-summary-first.fit")
    found = clean(recording, default_timezone=None)
    assert [leg.sport for leg in found] == ["swimming", "transition", "cycling", "transition", "running"]
    assert [leg.steps is None for leg in found] == [True, False, True, False, False]
    assert found[-1].distance_m == pytest.approx(4491.5, abs=3)


def test_watch_without_a_set_clock(shared_data: Path) -> None:
    (recording,) = read(shared_data / "activities" / "runs" / "compressed-timestamps.fit")
    (run,) = clean(recording, default_timezone="Europe/Madrid")
    assert run.timezone == "Europe/Madrid"
    assert run.local_date.isoformat() == "2012-02-13"


def test_the_same_run_in_tcx_and_gpx_is_one(shared_data: Path) -> None:
    folder = shared_data / "activities" / "runs"
    one, other = (clean(read(folder / name)[0], default_timezone=None)[0] for name in ("run.tcx", "run.gpx"))
    assert same_run(fingerprint(one, "tcx"), fingerprint(other, "gpx"))


def test_run_of_a_strava_export(shared_data: Path) -> None:
    path = shared_data / "activities" / "strava-export" / "activities" / "12866632127.fit.gz"
    (recording,) = read_fit(gzip.decompress(path.read_bytes()), path.name)
    (run,) = clean(recording, default_timezone=None)
    assert run.distance_m == pytest.approx(3322.95, abs=1)
    assert run.moving_s == pytest.approx(1411, abs=5)  # Strava's own
    assert run.steps == pytest.approx(3344, rel=0.005)
