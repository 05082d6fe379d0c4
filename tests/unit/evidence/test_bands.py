"""Bands of lab runners: who they are, what they hold, where they end."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.evidence.bands import band_at, bands, bands_convention, bands_source

CURVES = {
    "knee_flexion_deg",
    "hip_flexion_deg",
    "ankle_dorsiflexion_deg",
    "knee_moment_nm_per_kg",
    "hip_moment_nm_per_kg",
    "ankle_moment_nm_per_kg",
    "vertical_force_bw",
    "pfj_force_bw",
}


def test_who_stands_behind_them_is_told() -> None:
    for band in bands():
        assert band.sample == "18 runners on a treadmill: 17 men, 1 woman"
    assert "CC BY 4.0" in bands_source()
    assert "net moment" in bands_convention()


def test_every_band_is_whole() -> None:
    assert [band.speed_mps for band in bands()] == [2.5, 3.5, 4.5]
    for band in bands():
        assert set(band.curves) == CURVES
        assert {"contact_time_s", "cadence_spm", "vertical_oscillation_m", "pfj_peak_bw"} <= set(band.numbers)
        for spread in band.curves.values():
            assert spread.mean.shape == spread.sd.shape == band.stance_percent.shape
            assert np.isfinite(spread.mean).all()
            assert (spread.sd >= 0).all()


def test_between_two_speeds_the_band_lies_between() -> None:
    middle = band_at(3.0)
    assert middle is not None
    low, high = bands()[:2]
    force = middle.numbers["pfj_peak_bw"].mean
    assert force == pytest.approx((low.numbers["pfj_peak_bw"].mean + high.numbers["pfj_peak_bw"].mean) / 2)
    at = band_at(3.5)
    assert at is not None
    assert np.array_equal(at.curves["knee_flexion_deg"].mean, high.curves["knee_flexion_deg"].mean)


@pytest.mark.parametrize("speed", [2.4, 4.6, float("nan")])
def test_outside_the_speeds_measured_there_is_none(speed: float) -> None:
    assert band_at(speed) is None


def test_faster_is_more_force_in_less_time() -> None:
    force, contact = (
        [float(band.numbers[name].mean) for band in bands()] for name in ("vgrf_peak_bw", "contact_time_s")
    )
    assert force == sorted(force)
    assert contact == sorted(contact, reverse=True)
