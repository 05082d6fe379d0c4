"""Peaks are those that scipy finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import find_peaks

from kneewise.gait.peaks import peaks


@pytest.mark.parametrize("seed", range(20))
def test_peaks_are_those_of_scipy(seed: int) -> None:
    random = np.random.default_rng(seed)
    curve = random.normal(size=int(random.integers(3, 300))).cumsum()
    distance, prominence = int(random.integers(1, 30)), float(random.uniform(0, 3))
    theirs = find_peaks(curve, distance=distance, prominence=prominence)[0]
    assert peaks(curve, distance, prominence).tolist() == theirs.tolist()


def test_a_level_top_counts_once_in_its_middle_and_an_end_is_no_peak() -> None:
    assert peaks(np.array([2.0, 2, 0, 3, 3, 3, 1, 1, 4, 4]), 1, 0.0).tolist() == [4]
