"""Are the answers about load and pain as sure as they claim, on made-up runners?

A quick version with fixed runners; ``benchmarks/response_calibration.py`` has the full one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kneewise.monitoring.response.calibration import Check, Coverage, check_runner, check_stress, coverage

RUNNERS = 100
STRESSED = 40


@pytest.fixture(scope="module")
def checks() -> list[Check]:
    with ThreadPoolExecutor(2) as pool:
        return [check for found in pool.map(check_runner, range(5000, 5000 + RUNNERS)) for check in found]


@pytest.fixture(scope="module")
def covered(checks: list[Check]) -> dict[str, Coverage]:
    return {row.answer: row for row in coverage(checks)}


@pytest.mark.parametrize("answer", ["fast", "slow", "tomorrow", "change"])
def test_nine_in_ten_intervals_hold_the_truth(covered: dict[str, Coverage], answer: str) -> None:
    assert covered[answer].diaries > 0.8 * RUNNERS
    assert 0.85 <= covered[answer].coverage <= 0.95


@pytest.mark.parametrize("answer", ["fast", "slow", "tomorrow"])
def test_ranks_are_uniform(checks: list[Check], answer: str) -> None:
    (row,) = coverage([check for check in checks if check.answer == answer], bins=10)

    assert row.rank_p > 0.01


def test_no_false_alarm_and_no_wrong_direction_on_knees_that_obey_the_model(checks: list[Check]) -> None:
    fast = [check for check in checks if check.answer == "fast"]

    assert sum(check.warned for check in fast) <= 1
    assert sum(check.misleading for check in fast) <= 2


def test_a_runner_who_backs_off_when_sore_is_still_answered_right() -> None:
    found = [check for seed in range(STRESSED) for check in check_stress("backs-off", seed)]
    (row,) = coverage(found)

    assert row.coverage > 0.8


def test_a_later_flare_is_noticed_more_often_than_it_misleads() -> None:
    found = [check for seed in range(STRESSED) for check in check_stress("delayed-flare", seed)]

    assert sum(check.warned for check in found) > 0.4 * len(found)
    assert sum(check.misleading for check in found) < 0.15 * len(found)
