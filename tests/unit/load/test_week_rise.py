"""A week above the usual ones: said softly, from enough weeks, and never of a week that is not known."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from kneewise.load.week_rise import week_rises

MONDAY = date(2026, 3, 2)


def weeks(*knee_km: float) -> list[tuple[date, float]]:
    """Two runs a week, on Tuesday and Saturday."""
    begin = [MONDAY + timedelta(weeks=number) for number in range(len(knee_km))]
    return [
        (first + timedelta(days=day), amount / 2)
        for first, amount in zip(begin, knee_km, strict=True)
        for day in (1, 5)
    ]


def test_a_rise_is_said_on_the_day_that_passes_the_limit() -> None:
    [rise] = week_rises(weeks(10, 10, 10, 14))
    assert (rise.monday, rise.passed_on) == (MONDAY + timedelta(weeks=3), MONDAY + timedelta(weeks=3, days=5))
    assert (rise.knee_km, rise.usual_knee_km) == (14, 10)
    assert "evidence is weak" in rise.text
    assert "stops nothing" in rise.text
    assert {"nielsen-2014-progression", "frandsen-2025"} == set(rise.sources)


@pytest.mark.parametrize("last", [13.0, 12.9, 5.0])
def test_up_to_the_limit_nothing_is_said(last: float) -> None:
    assert week_rises(weeks(10, 10, 10, last)) == ()


def test_it_takes_enough_weeks_with_runs() -> None:
    assert week_rises(weeks(10, 10, 20)) == ()
    assert week_rises([*weeks(10, 10, 10), (MONDAY + timedelta(weeks=6), 20.0)])
    assert week_rises([*weeks(10, 10, 10), (MONDAY + timedelta(weeks=30), 20.0)]) == ()


def test_a_week_with_an_unknown_run_is_neither_compared_nor_usual() -> None:
    assert week_rises([*weeks(10, 10, 10, 20), (MONDAY + timedelta(weeks=3), math.nan)]) == ()
    assert week_rises([*weeks(10, 10, 10, 20), (MONDAY, math.nan)]) == ()


def test_order_does_not_matter() -> None:
    runs = weeks(8, 12, 10, 16, 9)
    assert week_rises(runs) == week_rises(reversed(runs))
