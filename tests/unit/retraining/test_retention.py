"""Cadence before and after at equal speed: right on made runs, honest about chance, silent below the least data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.readability import MAX_GRADE, grade

from kneewise.retraining import RunBins, cadence_change, retention

SLOPE = 11.0


def run(
    rng: np.random.Generator, *, speed: float = 2.8, shift: float = 0.0, seconds: float = 180.0, spread: float = 0.3
) -> RunBins:
    speeds = speed + rng.normal(0, 0.1) + np.linspace(-spread, spread, 7)
    level = 165 + shift + rng.normal(0, 1.2)
    cadence = level + SLOPE * (speeds - 2.8) + rng.normal(0, 0.6, speeds.size)
    return RunBins(speeds, cadence, np.full(speeds.size, seconds))


def runs(seed: int, count: int, **more: float) -> list[RunBins]:
    rng = np.random.default_rng(seed)
    return [run(rng, **more) for _ in range(count)]


def test_faster_runs_afterwards_are_no_change_of_cadence() -> None:
    change = cadence_change(runs(1, 8), runs(2, 8, speed=3.0))
    assert change.low < 0 < change.high
    assert change.unit == "%"


def test_seven_percent_more_is_found_at_equal_speed() -> None:
    change = cadence_change(runs(3, 8), runs(4, 8, shift=0.07 * 165, speed=2.7))
    assert change.value == pytest.approx(7, abs=1.5)
    assert change.low > 4


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = 0
    for seed in range(200):
        change = cadence_change(runs(2 * seed, 4), runs(2 * seed + 1, 6, shift=8.25, speed=2.9))
        held += change.low <= 5 <= change.high
    assert 0.84 <= held / 200 <= 0.97


def test_held_drifted_and_unclear() -> None:
    before = runs(5, 8)
    held = retention(before, runs(6, 8, shift=0.075 * 165), trained_pct=7.5)
    assert (held.held, held.refresh) == ("held", False)
    drifted = retention(before, runs(7, 8, shift=0.01 * 165), trained_pct=7.5)
    assert (drifted.held, drifted.refresh) == ("drifted", True)
    assert drifted.drift_pct.value == pytest.approx(6, abs=1.5)
    wild = [RunBins(each.speed_mps, each.cadence_spm + 15 * (-1) ** i, each.seconds) for i, each in enumerate(before)]
    assert retention(wild, before, trained_pct=1).held == "unclear"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (runs(1, 2), runs(2, 8)), ([], runs(2, 8)), (runs(1, 8, seconds=10), runs(2, 8)),
        (runs(1, 8, speed=2.0), runs(2, 8, speed=4.0)),
    ],
)  # fmt: skip
def test_below_the_least_data_it_answers_that(before: list[RunBins], after: list[RunBins]) -> None:
    answer = retention(before, after, trained_pct=7.5)
    assert answer.held == "not_enough_data"
    assert math.isnan(answer.change_pct.value)
    assert answer.to_json()["change_pct"]["value"] is None
    assert not answer.refresh
    assert "3 runs before" in answer.text


def test_runs_at_one_speed_take_the_slope_of_other_runners() -> None:
    change = cadence_change(runs(1, 6, spread=0.01), runs(2, 6, spread=0.01, shift=8.25))
    if not math.isnan(change.value):
        assert change.low <= 5 <= change.high


def test_the_order_of_runs_does_not_matter_and_unknown_bins_are_left_out() -> None:
    before, after = runs(1, 6), runs(2, 6)
    gap = RunBins(
        np.append(before[0].speed_mps, np.nan),
        np.append(before[0].cadence_spm, 90.0),
        np.append(before[0].seconds, 60.0),
    )
    assert cadence_change([*before[1:], gap], after[::-1]).value == pytest.approx(cadence_change(before, after).value)


def test_runs_that_agree_by_chance_are_not_known_without_error() -> None:
    flat = [RunBins(np.linspace(2.5, 3, 5), np.full(5, 165.0), np.full(5, 120.0)) for _ in range(3)]
    change = cadence_change(flat, flat)
    assert change.high - change.low > 0.3


def test_words_are_easy_to_read() -> None:
    before = runs(5, 8)
    texts = [retention(before, runs(6, 8, shift=shift), trained_pct=7.5).text for shift in (12.4, 1.0, -3.0)]
    texts.append(retention([], before, trained_pct=7.5).text)
    assert {text: grade(text) for text in texts if grade(text) > MAX_GRADE} == {}
    assert "fewer steps" in texts[2]
