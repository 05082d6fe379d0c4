"""Fast and slow load relative to the runner's own usual load."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.monitoring.response.exposure import UsualLoad, exposures, load_is_known, usual_load

FAST, SLOW = np.array([2.0]), np.array([21.0])


def test_usual_load_is_the_median_run_and_the_mean_day() -> None:
    usual = usual_load(np.array([0.0, 4.0, np.nan, 8.0, 6.0]))

    assert usual == UsualLoad(run_knee_km=6.0, day_knee_km=4.5)


def test_no_run_has_no_usual_load() -> None:
    assert usual_load(np.array([0.0, np.nan, 0.0])) is None


def test_one_usual_run_more_adds_one_on_the_next_morning_and_decays() -> None:
    load = np.tile([0.0, 6.0], 30)
    usual = UsualLoad(6.0, 3.0)
    more = load.copy()
    more[20] += 6.0

    plain, _ = exposures(load, usual, FAST, SLOW, lag_d=1)
    raised, _ = exposures(more, usual, FAST, SLOW, lag_d=1)
    extra = (raised - plain)[:, 0]

    assert np.allclose(extra[:21], 0.0)
    assert extra[21] == pytest.approx(1.0)
    assert extra[23] == pytest.approx(np.exp(-1.0))


def test_without_lag_the_run_counts_on_its_own_day() -> None:
    load = np.zeros(10)
    load[4] = 5.0

    fast, _ = exposures(load, UsualLoad(5.0, 0.5), FAST, SLOW, lag_d=0)

    assert fast[4, 0] - np.exp(-0.5) * fast[3, 0] == pytest.approx(1.0 - 0.1)


def test_a_level_ten_percent_higher_reaches_a_tenth() -> None:
    _, slow = exposures(np.full(400, 3.3), UsualLoad(6.0, 3.0), FAST, SLOW, lag_d=1)

    assert slow[-1, 0] == pytest.approx(0.1, abs=1e-6)


def test_scale_free() -> None:
    load = np.random.default_rng(1).gamma(1.0, 4.0, 100)
    first = exposures(load, UsualLoad(6.0, 3.0), FAST, SLOW, lag_d=1)
    second = exposures(7.0 * load, UsualLoad(42.0, 21.0), FAST, SLOW, lag_d=1)

    assert np.allclose(first, second)


def test_unknown_days_count_as_usual_but_stop_the_days_after() -> None:
    load = np.full(60, 3.0)
    load[30] = np.nan

    fast, slow = exposures(load, UsualLoad(6.0, 3.0), FAST, SLOW, lag_d=1)
    known = load_is_known(load, lag_d=1)

    assert np.allclose(fast, 0.0)
    assert np.allclose(slow, 0.0)
    assert known[:31].all()
    assert not known[31]
    assert known[40:].all()
