"""The last seven days beside the usual weeks: words, no ratio, and silence where too little is known."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.readability import assert_readable

from kneewise.domain import Estimate
from kneewise.load.exposure import DatedRun
from kneewise.load.usual_week import usual_week

TODAY = date(2026, 3, 15)


def run(days_ago: int, knee_km: float, *, coverage: float = 1.0) -> DatedRun:
    estimate = Estimate(knee_km, knee_km, knee_km, "knee-km", "made")
    day = TODAY - timedelta(days=days_ago)
    return DatedRun(f"{days_ago}-{knee_km}", day, 1000 * knee_km, 3600.0, estimate, coverage)


WEEKS = [run(7 * week, 10.0 + week) for week in range(1, 5)]


@pytest.mark.parametrize(("km", "place"), [(5.0, "below"), (11.0, "within"), (14.0, "within"), (14.1, "above")])
def test_where_the_week_lies(km: float, place: str) -> None:
    week = usual_week([*WEEKS, run(0, km)], TODAY)
    assert week.place == place
    assert (week.middle_knee_km, len(week.usual)) == (12.5, 4)
    assert week.to_json()["last_7_days_knee_km"] == km


def test_weeks_end_today_and_hold_seven_days() -> None:
    week = usual_week([*WEEKS, run(0, 3.0), run(6, 4.0), run(-1, 50.0)], TODAY)
    assert (week.now.knee_km, week.now.runs) == (7.0, 2)


def test_too_few_weeks_are_no_usual_week() -> None:
    week = usual_week([*WEEKS[:2], run(0, 5.0)], TODAY)
    assert week.place == "not-known"
    assert week.to_json()["usual_week_knee_km"] is None
    assert "there are 2" in week.text


def test_weeks_without_runs_or_numbers_are_left_out() -> None:
    gap = usual_week([run(7, 10), run(28, 12), run(49, 14), run(0, 5)], TODAY)
    assert len(gap.usual) == 3
    poor = usual_week([*WEEKS, run(35, 20, coverage=0.1), run(0, 5)], TODAY)
    assert len(poor.usual) == 4


def test_a_week_that_is_hardly_known_is_not_compared() -> None:
    week = usual_week([*WEEKS, run(0, math.nan), run(1, 5.0)], TODAY)
    assert (week.place, week.now.coverage) == ("not-known", 0.5)
    assert "Only 50%" in week.text


def test_no_runs_now_is_a_week_of_rest() -> None:
    week = usual_week(WEEKS, TODAY)
    assert (week.now.knee_km, week.place) == (0.0, "below")


def test_words_are_plain() -> None:
    texts = [usual_week(runs, TODAY).text for runs in ([*WEEKS, run(0, 40.0)], WEEKS[:1], [*WEEKS, run(0, math.nan)])]
    assert_readable([(str(number), text) for number, text in enumerate(texts)])


@given(st.lists(st.floats(0.1, 60.0), min_size=1, max_size=8), st.floats(0.0, 60.0), st.floats(0.0, 30.0))
def test_more_load_never_lies_lower(usual: list[float], km: float, more: float) -> None:
    weeks = [run(7 * number, size) for number, size in enumerate(usual, start=1)]
    order = ["not-known", "below", "within", "above"]
    less = usual_week([*weeks, run(0, km)], TODAY)
    greater = usual_week([*weeks, run(0, km + more)], TODAY)
    assert order.index(greater.place) >= order.index(less.place)
