"""Altitude to gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kneewise.activities import clean


@pytest.mark.parametrize("slope", [-0.15, -0.05, 0.0, 0.03, 0.2])
def test_even_slope_is_found_everywhere(make: Any, slope: float) -> None:
    (run,) = clean(make.run(slope=slope), default_timezone=None)
    assert run.stream is not None
    np.testing.assert_allclose(run.stream.column("grade_deg"), np.degrees(np.arctan(slope)), atol=1e-3)
    climb = 3600 * abs(slope)
    assert (run.ascent_m if slope > 0 else run.descent_m) == pytest.approx(climb, rel=0.02, abs=1)


def test_steps_of_a_barometer_are_no_slopes(make: Any) -> None:
    altitude = np.round((300 + 0.02 * 3.0 * np.arange(1201)) / 0.2) * 0.2
    (run,) = clean(make.changed(enhanced_altitude=altitude), default_timezone=None)
    assert run.stream is not None
    np.testing.assert_allclose(run.stream.column("grade_deg"), np.degrees(np.arctan(0.02)), atol=0.2)


def test_calibration_is_no_cliff(make: Any) -> None:
    altitude = np.where(np.arange(1201) < 600, 142.0, 56.0)
    (run,) = clean(make.changed(enhanced_altitude=altitude), default_timezone=None)
    assert run.stream is not None
    np.testing.assert_allclose(run.stream.column("grade_deg"), 0, atol=1e-6)
    assert [issue.code for issue in run.issues] == ["altitude-jump"]


def test_without_altitude_the_grade_is_unknown(make: Any) -> None:
    (run,) = clean(make.changed(enhanced_altitude=None), default_timezone=None)
    assert run.stream is not None
    assert "grade_deg" not in run.stream.columns
    (run,) = clean(make.changed(enhanced_altitude=np.zeros(1201)), default_timezone=None)
    assert run.stream is not None
    assert "grade_deg" not in run.stream.columns
    assert [issue.code for issue in run.issues] == ["altitude-missing"]


def test_grade_is_unknown_where_the_altitude_is(make: Any) -> None:
    altitude = 300 + 0.1 * 3.0 * np.arange(1201)
    altitude[400:800] = np.nan
    (run,) = clean(make.changed(enhanced_altitude=altitude), default_timezone=None)
    assert run.stream is not None
    grade = run.stream.column("grade_deg")
    assert np.all(np.isnan(grade[450:750]))
    assert np.all(np.isfinite(grade[:390]))
