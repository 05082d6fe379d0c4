"""Outliers, gaps, even times, and the low-pass."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.interpolate import PchipInterpolator

from kneewise.motion import filtering

TIME = np.arange(240) / 120
LEG = 200.0


def moving() -> np.ndarray:
    x = 100 * np.sin(2 * np.pi * 1.4 * TIME)
    return np.stack([np.stack([x, 0.5 * x], axis=1), np.stack([-x, x], axis=1)], axis=1)


def test_single_jumps_are_outliers_and_running_is_none() -> None:
    points = moving()
    assert not filtering.outliers(points, LEG).any()
    points[50, 0, 1] += 40
    points[120, 1, 0] -= 80
    assert np.argwhere(filtering.outliers(points, LEG)).tolist() == [[50, 0], [120, 1]]


def test_an_outlier_next_to_missing_points_is_found() -> None:
    points = moving()
    points[40:50] = np.nan
    points[51, 0, 0] += 60
    assert np.argwhere(filtering.outliers(points, LEG)).tolist() == [[51, 0]]


@pytest.mark.parametrize(("missing", "bridged"), [(10, True), (12, False)])
def test_only_gaps_below_a_tenth_of_a_second_are_bridged(missing: int, bridged: bool) -> None:
    points = moving()
    points[100 : 100 + missing, 0] = np.nan
    filled = filtering.resample(points, TIME, TIME)
    assert np.isfinite(filled[100 : 100 + missing, 0]).all() == bridged
    assert np.isfinite(filled[100 : 100 + missing, 1]).all()
    assert np.isfinite(filled[99, 0]).all()
    assert np.isfinite(filled[100 + missing, 0]).all()


def test_a_bridge_lies_on_the_motion() -> None:
    points = moving()
    truth = points.copy()
    points[100:109, 0] = np.nan
    assert np.abs(filtering.resample(points, TIME, TIME) - truth).max() < 4.0


def test_uneven_times_come_out_even() -> None:
    uneven = np.sort(TIME + np.random.default_rng(1).normal(0, 0.15 / 120, len(TIME)).clip(-0.3 / 120, 0.3 / 120))
    x = 100 * np.sin(2 * np.pi * 1.4 * uneven)
    even = filtering.resample(np.stack([x, x], axis=1)[:, None], uneven, TIME)[:, 0, 0]
    assert np.nanmax(np.abs(even - 100 * np.sin(2 * np.pi * 1.4 * TIME))) < 0.2


def test_bridges_are_those_of_scipy() -> None:
    """Fritsch-Butland, as the library has it; loading the library took longer than measuring a clip."""
    random = np.random.default_rng(1)
    for known in (2, 3, 40):
        at_s = np.sort(random.uniform(0, 0.05 * known, known))
        points = random.normal(size=(known, 1, 2)).round(1)
        grid_s = np.linspace(at_s[0], at_s[0] + 0.1, 30) if known == 2 else np.linspace(at_s[0], at_s[-1], 200)
        found = filtering.resample(points, at_s, grid_s)[:, 0]
        inside = np.isfinite(found[:, 0])
        assert inside.any()
        assert_allclose(found[inside], PchipInterpolator(at_s, points[:, 0])(grid_s[inside]), atol=1e-9)


def test_nothing_is_made_up_before_the_first_and_after_the_last_sight() -> None:
    points = moving()
    points[:5] = points[-7:] = np.nan
    filled = filtering.resample(points, TIME, TIME)
    assert np.isnan(filled[:5]).all()
    assert np.isnan(filled[-7:]).all()


def test_the_low_pass_keeps_running_and_drops_jitter_without_lag() -> None:
    points = moving()
    jitter = np.random.default_rng(1).normal(0, 2, points.shape)
    smooth = filtering.smooth(points + jitter, 120.0)
    assert np.abs(filtering.smooth(points, 120.0) - points)[12:-12].max() < 0.2
    assert (smooth - points)[12:-12].std() < 0.55 * 2
    lags = [np.corrcoef(smooth[20:-20, 0, 0], points[20 + lag : 220 + lag, 0, 0])[0, 1] for lag in (-1, 0, 1)]
    assert lags[1] == max(lags)


def test_missing_stays_missing_in_the_low_pass() -> None:
    points = moving()
    points[80:110, 1] = np.nan
    smooth = filtering.smooth(points, 120.0)
    assert np.array_equal(np.isnan(smooth), np.isnan(points))
    assert_allclose(filtering.smooth(points[:, :1], 120.0), smooth[:, :1])
