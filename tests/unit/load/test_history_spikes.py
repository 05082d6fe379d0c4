"""The quick way to the spikes of a history finds what the thorough one finds."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.load.spikes import find_spikes, rising_spikes

_RISING = {"small", "moderate", "large"}


@pytest.mark.parametrize("seed", range(5))
def test_rising_spikes_are_those_of_all_spikes(seed: int) -> None:
    chance = np.random.default_rng(seed)
    day = np.sort(chance.integers(730_000, 731_000, 250))
    distance = chance.choice([5000.0, 5500.0, 6000.0, 8000.0, 11_000.0, 17_000.0], 250)
    knee_km = np.where(chance.random(250) < 0.03, np.nan, distance / 1000 * chance.uniform(0.9, 1.3, 250))
    thorough = {
        place: spike
        for place, spike in enumerate(find_spikes(day, distance, knee_km))
        if _RISING & {spike.distance_class, spike.knee_km_class}
    }
    quick = {
        place: spike
        for place, spike in rising_spikes(day, distance, knee_km)
        if _RISING & {spike.distance_class, spike.knee_km_class}
    }
    assert thorough
    assert quick == thorough
