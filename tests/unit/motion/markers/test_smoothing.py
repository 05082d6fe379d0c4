"""The low-pass is the one that everybody means, without lag."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from kneewise.motion.markers import low_pass


def test_it_is_scipys_filter_run_both_ways() -> None:
    random = np.random.default_rng(3)
    signal = np.cumsum(random.normal(size=(3000, 2)), axis=0)
    corrected = np.arctan(np.tan(np.pi * 15 / 150) / (2**0.5 - 1) ** 0.25) * 150 / np.pi
    expected = sosfiltfilt(butter(2, corrected, fs=150, output="sos"), signal, axis=0, padlen=300)
    assert np.abs(low_pass(signal, 150, 15) - expected)[100:-100].max() < 1e-3 * np.ptp(signal)


@pytest.mark.parametrize(("frequency", "gain"), [(1.0, 1.0), (15.0, 0.7071), (60.0, 0.0)])
def test_the_cutoff_is_where_the_amplitude_is_down_to_071(frequency: float, gain: float) -> None:
    time = np.arange(6000) / 150
    smooth = low_pass(np.sin(2 * np.pi * frequency * time), 150, 15)
    assert smooth[1000:5000].std() / (0.5**0.5) == pytest.approx(gain, abs=0.01)


def test_straight_lines_and_short_signals_stay(  # the ends are carried on, not dragged to zero
) -> None:
    line = np.linspace(3, 9, 500)
    assert np.abs(low_pass(line, 150, 10) - line).max() < 1e-2
    assert low_pass(line[:1], 150, 10) == pytest.approx(line[:1])
    assert low_pass(line, 150, 80) == pytest.approx(line)
