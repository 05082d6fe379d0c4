"""Checking three columns."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.errors import InvalidInputError
from kneewise.monitoring.response.diary import read_diary


def test_days_left_out_are_not_known() -> None:
    diary = read_diary([10, 11, 14], [1, np.nan, 3], [0, 5, 6], "next_morning")

    assert diary.day.tolist() == [10, 11, 12, 13, 14]
    assert np.isnan(diary.pain[[1, 2, 3]]).all()
    assert np.isnan(diary.load_knee_km[[2, 3]]).all()


def test_dates_are_days() -> None:
    days = np.array(["2026-01-30", "2026-02-01"], dtype="datetime64[D]")

    assert len(read_diary(days, [1, 2], [0, 0], "next_morning").day) == 3


def test_reports_are_intervals_open_at_both_ends() -> None:
    reports = read_diary([0, 1, 2], [0, 4, 10], [1, 1, 1], "worst_of_day").reports()

    assert reports.lower.tolist() == [-np.inf, 3.5, 9.5]
    assert reports.upper.tolist() == [0.5, 4.5, np.inf]


@pytest.mark.parametrize(
    ("pain", "step"), [([1, 2, 9], 1.0), ([1.5, 2, 3], 0.5), ([1.2, 2, 3], 0.1), ([1.234, 0, 1], 0.1)]
)
def test_resolution_is_the_runners_own(pain: list[float], step: float) -> None:
    assert read_diary([0, 1, 2], pain, [1, 1, 1], "next_morning").step == step


@pytest.mark.parametrize(
    ("days", "pain", "load", "message"),
    [
        ([0, 1], [0, 11], [1, 1], "pain on day 1 is 11"),
        ([0, 1], [-1, 1], [1, 1], "pain on day 0 is -1"),
        ([0, 1], [0, 1], [1, -2], "load on day 1 is -2"),
        ([0, 1], [0, 1], [1, np.inf], "load on day 1 is inf"),
        ([0, 0], [0, 1], [1, 1], "increase without repeats"),
        ([2, 1], [0, 1], [1, 1], "increase without repeats"),
        ([0, 1], [0], [1, 1], "one value a day"),
    ],
)
def test_impossible_input_is_refused(days: list[int], pain: list[float], load: list[float], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        read_diary(days, pain, load, "next_morning")


def test_an_empty_diary_is_no_error() -> None:
    assert read_diary([], [], [], "next_morning").reported.size == 0
