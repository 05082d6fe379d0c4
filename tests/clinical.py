"""A runner's story for tests of the clinical half: answers, days, and a clock that stands where the test puts it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kneewise import clock
from kneewise.services.adding import TypedRun, add_activity
from kneewise.services.place import Place, opened
from kneewise.storage import append_event, new_event

#: A Sunday noon in UTC.
NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
TODAY = date(2026, 3, 15)

#: Pain round the kneecap after one long run; every safety question answered, none raised.
CALM: dict[str, Any] = {
    "safety_none": "none_fits",
    "age_years": 28,
    "pregnancy": "no",
    "medicines": ["none"],
    "onset": "gradual",
    "zones": ["ant_diffuse"],
    "side": "left",
    "pointing": "palm",
    "pain_worst": 5,
    "pain_usual": 2,
    "provoking": ["squat", "stairs_down", "sitting"],
    "longest_run_km": 10,
    "trigger_run_km": 13.5,
}

#: Words that speak to a runner, by language.
ADDRESSES = {
    "en": re.compile(r"\b(?:you|yours?|yourself)\b", re.IGNORECASE),
    "de": re.compile(r"\b(?:du|dich|dir|dein(?:e[mnrs]?)?)\b", re.IGNORECASE),
}

SetNow = Callable[[datetime], None]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> SetNow:
    """Put the clock to noon of the story's day; the test may move it."""

    def put(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    put(NOW)
    return put


def run_of(day: date, km: float = 8.0) -> TypedRun:
    """Return a typed-in run at 10 km/h."""
    return TypedRun(date=day, distance_m=km * 1000, moving_s=km * 360)


def diary(place: Place, days: int, *, better_from: int | None = None, seed: int = 1) -> date:
    """Store runs and a morning's pain for so many days up to today; more load is more pain. Return the first day.

    Parameters
    ----------
    better_from : int or None
        Number of the day from which pain is 1.5 points lower.
    """
    chance = random.Random(seed)
    first = TODAY - timedelta(days=days)
    dates = [first + timedelta(days=number) for number in range(days)]
    km = {day: chance.choice((5.0, 8.0, 12.0)) for day in dates if chance.random() < 0.5}
    add_activity(place, [run_of(day, distance) for day, distance in km.items()])
    with opened(place) as (record, runner), record.writing("telling the story") as connection:
        for number, day in enumerate(dates):
            lower = 1.5 if better_from is not None and number >= better_from else 0.0
            pain = 3 + 0.12 * km.get(day, 0.0) - lower + chance.gauss(0, 0.5)
            data = {"next_morning": float(min(10, max(0, round(pain))))}
            told = datetime.combine(day + timedelta(days=1), NOW.timetz())
            event = new_event(runner.id, "check_in", recorded_at=told, local_date=day, data=data)
            append_event(connection, runner.id, event)
    return first
