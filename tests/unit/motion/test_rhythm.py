"""The legs' rhythm before any event."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.motion import rhythm

FPS = 60.0
TIME = np.arange(360) / FPS


def swing(rate: float, time_s: np.ndarray = TIME) -> np.ndarray:
    return np.sin(2 * np.pi * rate / 120 * time_s)


@pytest.mark.parametrize("rate", [48.0, 100.0, 164.0, 176.0, 220.0])
def test_steps_a_minute(rate: float) -> None:
    noisy = swing(rate) + np.random.default_rng(1).normal(0, 0.1, len(TIME))
    noisy[100:115] = np.nan
    assert rhythm.steps_per_min(noisy, FPS) == pytest.approx(rate, rel=0.01)


def test_no_rhythm_is_no_number() -> None:
    assert np.isnan(rhythm.steps_per_min(np.random.default_rng(1).normal(0, 1, 360), FPS))
    assert np.isnan(rhythm.steps_per_min(np.full(360, np.nan), FPS))


def test_slow_motion_factors() -> None:
    assert rhythm.likely_slow_motion(21, 1)[0] == 8
    assert rhythm.likely_slow_motion(43, 1)[0] == 4
    assert rhythm.likely_slow_motion(340, 2)[0] == 1
    assert rhythm.likely_slow_motion(85, 1)[0] == 2
    assert rhythm.likely_slow_motion(3, 1) == []


def test_a_steady_clip_is_one_part() -> None:
    assert rhythm.steady_part(swing(170)) == (0, 360)


def test_a_still_before_the_run_is_cut_off() -> None:
    first, end = rhythm.steady_part(np.concatenate([np.full(90, 0.9), swing(170)]))
    assert 60 < first <= 90 + 40
    assert end == 450


def test_the_longer_rhythm_wins() -> None:
    ramp = np.concatenate([swing(170)[:150], swing(42, TIME + 0.0)[:350]])
    first, end = rhythm.steady_part(ramp)
    assert first > 120
    assert end >= 480


def test_a_clip_without_steps_is_left_whole() -> None:
    assert rhythm.steady_part(np.full(50, np.nan)) == (0, 50)
    assert np.isnan(rhythm.swing_range(np.full(5, np.nan)))
