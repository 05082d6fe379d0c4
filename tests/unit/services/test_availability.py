"""Days, times and times away in the words of a runner."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from tests.clinical import NOW, SetNow

from kneewise.domain import Goal
from kneewise.errors import InvalidInputError
from kneewise.plan.inputs import Race
from kneewise.services.availability import (
    Wishes,
    read_away,
    read_days,
    read_goal,
    read_told,
    set_availability,
    set_goal,
    weekday_of,
)
from kneewise.services.place import Place, opened


@pytest.mark.parametrize(("word", "number"), [("mon", 0), ("Tues", 1), ("WEDNESDAY", 2), (" sun ", 6)])
def test_weekdays(word: str, number: int) -> None:
    assert weekday_of(word) == number


@pytest.mark.parametrize("word", ["", "m", "mo", "noday", "mondays"])
def test_what_is_no_weekday(word: str) -> None:
    with pytest.raises(InvalidInputError, match="is no day of the week"):
        weekday_of(word)


def test_days_with_minutes_and_times() -> None:
    minutes, times = read_days("mon, wed:45,sat:90@9:30,sun@18")
    assert minutes == {0: 90.0, 2: 45.0, 5: 90.0, 6: 90.0}
    assert times == {5: time(9, 30), 6: time(18)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No day was named"),
        ("mon:long", "has no minutes"),
        ("mon@25:00", "no time of day"),
        ("mon@", None),
        ("fun", "is no day"),
    ],
)
def test_days_that_cannot_be_read(text: str, words: str | None) -> None:
    if words is None:
        assert read_days(text)[1] == {}
        return
    with pytest.raises(InvalidInputError, match=words):
        read_days(text)


def test_times_away() -> None:
    assert read_away("2026-12-24..2026-12-31") == (date(2026, 12, 24), date(2026, 12, 31))
    assert read_away("2026-12-24") == (date(2026, 12, 24), date(2026, 12, 24))
    with pytest.raises(InvalidInputError, match="ends before it begins"):
        read_away("2026-12-24..2026-12-01")
    with pytest.raises(InvalidInputError, match="is no time away"):
        read_away("christmas")


def test_the_latest_word_of_each_holds(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path)
    with opened(place) as (record, runner):
        told = read_told(record, runner)
        assert not told.days_told
        assert len(told.availability.minutes) == 7
        assert read_goal(record, runner) is None
    race = Race(day=date(2026, 6, 1), distance_m=10000.0, name="Town run")
    set_availability(place, Wishes(minutes={0: 30.0, 5: 60.0}, start_times={0: time(7)}, races=(race,)))
    now(NOW + timedelta(minutes=1))
    set_availability(place, Wishes(minutes={5: 90.0}, equipment=frozenset({"band"}), runs_per_week=2))
    set_goal(place, Goal(kind="daily_life"))
    now(NOW + timedelta(minutes=2))
    set_goal(place, Goal(kind="race", distance_m=5000.0, day=date(2026, 6, 1)))
    with opened(place) as (record, runner):
        told = read_told(record, runner)
        goal = read_goal(record, runner)
    assert told.availability.minutes == {5: 90.0}
    assert told.availability.start_times == {}
    assert told.availability.races == (race,)
    assert told.availability.runs_per_week == 2
    assert told.equipment == {"none", "band"}
    assert goal == Goal(kind="race", distance_m=5000.0, day=date(2026, 6, 1))
