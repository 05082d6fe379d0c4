"""Days of the week: the pattern where it fits, HiGHS where it does not, few moves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from kneewise.plan.schedule import Placing, place_days, solve_week

MONDAY = date(2026, 11, 23)
SUNDAYS = MONDAY + timedelta(weeks=4, days=-1)


def placing(*, free: Collection[int] = range(7), away: Collection[date] = (), **more: Any) -> Placing:
    values: dict[str, Any] = {
        "per_week": 3,
        "gap_days": 2,
        "allowed": lambda day: day.weekday() in free and day not in away,
        "weight": lambda day: 0.0,
    }
    return Placing(**{**values, **more})


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def weekdays(days: Iterable[date]) -> list[int]:
    return [each.weekday() for each in days]


def test_the_pattern_is_evenly_spaced_and_the_same_each_week() -> None:
    assert weekdays(place_days(MONDAY, SUNDAYS, placing())) == [0, 2, 4] * 4
    assert weekdays(place_days(MONDAY, SUNDAYS, placing(per_week=4, gap_days=1))) == [0, 1, 3, 5] * 4


def test_a_pattern_that_can_begin_at_once_is_better() -> None:
    days = place_days(MONDAY, SUNDAYS, placing(before=frozenset({day(-1)})))
    assert weekdays(days)[:3] == [1, 3, 5]
    assert all((after - before).days >= 2 for before, after in pairwise([day(-1), *days]))


def test_fewer_days_where_the_wanted_number_does_not_fit() -> None:
    assert weekdays(place_days(MONDAY, SUNDAYS, placing(free=(0, 1, 2)))) == [0, 2] * 4
    assert place_days(MONDAY, SUNDAYS, placing(free=())) == ()


def test_a_day_away_moves_one_run_and_leaves_the_others() -> None:
    days = place_days(MONDAY, SUNDAYS, placing(away={day(9)}))
    assert [each for each in days if each < day(7) or each >= day(14)] == [
        each for each in place_days(MONDAY, SUNDAYS, placing()) if each < day(7) or each >= day(14)
    ]
    week = [each for each in days if day(7) <= each < day(14)]
    assert len(week) == 3
    assert day(9) not in week
    assert all((after - before).days >= 2 for before, after in pairwise(days))


def test_issued_days_are_kept_over_a_better_pattern() -> None:
    issued = frozenset(day(7 * week + number) for week in range(4) for number in (1, 3, 6))
    assert place_days(MONDAY, SUNDAYS, placing(issued=issued)) == tuple(sorted(issued))


def test_a_race_day_is_always_used() -> None:
    days = place_days(MONDAY, SUNDAYS, placing(free=(0, 2, 4), fixed=frozenset({day(13)})))
    assert day(13) in days
    assert all((after - before).days >= 2 for before, after in pairwise(days))


def test_what_was_done_this_week_counts_and_missed_days_are_not_made_up() -> None:
    wednesday = day(2)
    done = placing(before=frozenset({MONDAY}))
    assert weekdays(each for each in place_days(wednesday, SUNDAYS, done) if each < day(7)) == [2, 4]
    assert len([each for each in place_days(day(4), SUNDAYS, placing()) if each < day(7)]) <= 2


@pytest.mark.parametrize("gap", [1, 2, 3])
def test_the_programme_keeps_to_the_gap_and_takes_as_many_as_fit(gap: int) -> None:
    week = [day(number) for number in range(7)]
    chosen = solve_week(week, week[::2], [day(-1)], None, 4, placing(gap_days=gap))
    assert len(chosen) == {1: 4, 2: 3, 3: 2}[gap]
    assert all((after - before).days >= gap for before, after in pairwise([day(-1), *chosen]))
