"""Made runs for the load tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from kneewise.domain import Activity, Runner, Stream

RUNNER = Runner("me", 1990, "f", 1.70, 60.0, "UTC")


def made_run(
    speed: float = 2.8,
    cadence: float | None = 166.0,
    *,
    seconds: int = 1800,
    grade: float | None = 0.0,
    contact: float | None = None,
    walking_s: int = 0,
    interval_s: float = 1.0,
    treadmill: bool = False,
    sport: str = "running",
    oscillation: float | None = None,
) -> Activity:
    """A steady run at the given recording interval, walking at its end."""
    n = int(seconds / interval_s)
    running = np.arange(n) * interval_s < seconds - walking_s
    values = {"speed_mps": speed, "cadence_spm": cadence, "grade_deg": grade, "contact_time_s": contact}
    columns = {name: np.full(n, value, dtype=np.float32) for name, value in values.items() if value is not None}
    stream = Stream(
        np.arange(n, dtype=np.float64) * interval_s, np.full(n, interval_s, dtype=np.float32), running, columns, {}
    )
    return bare_run(speed * seconds, seconds, stream=stream, treadmill=treadmill, sport=sport, oscillation=oscillation)


def bare_run(
    distance: float | None,
    seconds: float,
    *,
    stream: Stream | None = None,
    treadmill: bool = False,
    sport: str = "running",
    cadence: float | None = None,
    speed: float | None = None,
    oscillation: float | None = None,
) -> Activity:
    """An activity, without a stream as if typed in."""
    return Activity(
        start=datetime(2025, 3, 1, 7, tzinfo=UTC),
        timezone="UTC",
        local_date=date(2025, 3, 1),
        sport=sport,
        sub_sport=None,
        device=None,
        elapsed_s=seconds,
        moving_s=seconds,
        running_s=seconds,
        distance_m=distance,
        ascent_m=None,
        descent_m=None,
        steps=None,
        cadence_spm=cadence,
        speed_mps=speed,
        contact_time_s=None,
        vertical_oscillation_m=oscillation,
        step_length_m=None,
        treadmill=treadmill,
        title=None,
        stream=stream,
    )
