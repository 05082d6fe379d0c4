"""A way in metres from its start names no place."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.activities.track import MOST_POINTS, track
from kneewise.domain import Stream


def stream_of(latitude: np.ndarray, longitude: np.ndarray) -> Stream:
    n = len(latitude)
    columns = {"latitude_deg": latitude, "longitude_deg": longitude}
    return Stream(np.arange(n, dtype=float), np.ones(n, np.float32), np.ones(n, bool), columns, {})


@pytest.mark.parametrize("start_deg", [11.0, 179.995])
def test_a_square_kilometre_east_and_north(start_deg: float) -> None:
    n = 2001
    east = np.concatenate((np.linspace(0, 0.01, n // 2), np.full(n - n // 2, 0.01)))
    north = np.concatenate((np.zeros(n // 2), np.linspace(0, 0.01, n - n // 2)))
    longitude = (start_deg + east + 180) % 360 - 180
    found = track(stream_of(48.0 + north, longitude), np.linspace(0, 1850, n))
    assert found is not None
    assert len(found.at_m) <= MOST_POINTS
    assert (found.east_m[0], found.north_m[0]) == (0, 0)
    assert found.east_m[-1] == pytest.approx(744, abs=3)
    assert found.north_m[-1] == pytest.approx(1112, abs=3)
    assert np.all(np.diff(found.at_m) > 0)
    assert found.to_json().keys() == {"east_m", "north_m", "at_m"}


def test_without_positions_there_is_no_way() -> None:
    assert track(stream_of(np.full(5, np.nan), np.full(5, np.nan)), np.arange(5.0)) is None
