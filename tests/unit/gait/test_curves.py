"""Curves of all steps at once."""

from __future__ import annotations

import numpy as np

from kneewise.gait.curves import POINTS, sampled, stance_curves


def test_each_step_takes_its_own_leg_and_time() -> None:
    frames = np.arange(300) / 100
    both = np.stack([frames, 10 + frames])
    start, end, leg = np.array([0.505, 1.2]), np.array([0.755, 1.6]), np.array([0, 1])
    curves = stance_curves(both, 100, start, end, leg)
    assert curves.shape == (2, POINTS)
    assert np.allclose(curves[0], np.linspace(0.505, 0.755, POINTS))
    assert np.allclose(curves[1], 10 + np.linspace(1.2, 1.6, POINTS))


def test_unknown_stays_unknown() -> None:
    signal = np.arange(50.0)
    signal[20] = np.nan
    found = sampled(signal, 1, np.array([5.5, 19.5, 30.0]))
    assert found[0] == 5.5
    assert np.isnan(found[1])
    assert found[2] == 30
