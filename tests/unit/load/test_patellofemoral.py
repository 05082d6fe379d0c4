"""The joint's formulas against the tables of the evidence, section 1.1."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.errors import InvalidInputError
from kneewise.load.knee.patellofemoral import AREAS, contact_area_mm2, force_ratio, quadriceps_lever_arm_m


@pytest.mark.parametrize(
    ("angle", "ratio"),
    [
        (10, 0.554),
        (20, 0.650),
        (30, 0.743),
        (40, 0.827),
        (45, 0.864),
        (50, 0.896),
        (60, 0.947),
        (75, 0.983),
        (90, 0.981),
    ],
)
def test_force_ratio_table(angle: float, ratio: float) -> None:
    assert force_ratio(np.array([angle], dtype=float))[0] == pytest.approx(ratio, abs=6e-4)


@pytest.mark.parametrize(
    ("angle", "millimetres"), [(20, 47.0), (30, 44.9), (40, 41.5), (45, 39.6), (50, 37.5), (60, 33.3), (90, 24.2)]
)
def test_lever_arm_table(angle: float, millimetres: float) -> None:
    assert 1000 * quadriceps_lever_arm_m(np.array([angle], dtype=float))[0] == pytest.approx(millimetres, abs=0.06)


@pytest.mark.parametrize(
    ("area", "expected"), [("connolly", 340), ("powers-quartic", 244), ("powers-cubic", 206), ("salsich", 295)]
)
def test_contact_areas_at_45_deg(area: str, expected: float) -> None:
    assert contact_area_mm2(np.array([45.0]), area)[0] == pytest.approx(expected, abs=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(("sex", "expected"), [("m", 467), ("f", 332)])
def test_besier_at_45_deg(sex: str, expected: float) -> None:
    assert contact_area_mm2(np.array([45.0]), "besier", sex)[0] == pytest.approx(expected, abs=1)  # type: ignore[arg-type]


def test_the_cubic_term_of_the_quartic_is_negative() -> None:
    """A public implementation has +0.0033 x^3, which would give about 845 mm^2 at 45 deg."""
    assert contact_area_mm2(np.array([45.0]), "powers-quartic")[0] < 300


def test_ratio_rises_and_stays_inside_its_range() -> None:
    ratio = force_ratio(np.linspace(0, 80, 801))
    assert np.all(np.diff(ratio) > 0)
    assert np.all((ratio > 0.46) & (ratio < 1))


def test_areas_are_not_extrapolated() -> None:
    assert contact_area_mm2(np.array([90.0]))[0] == contact_area_mm2(np.array([50.0]))[0]
    assert (
        contact_area_mm2(np.array([64.0]), "powers-quartic")[0]
        == contact_area_mm2(np.array([50.0]), "powers-quartic")[0]
    )


@pytest.mark.parametrize("area", AREAS)
def test_areas_never_fall_with_flexion(area: str) -> None:
    areas = contact_area_mm2(np.linspace(0, 65, 131), area, "f")  # type: ignore[arg-type]
    # The quartic's plateau dips by a fraction of a square millimetre before 50 deg.
    assert np.all(np.diff(areas) > -0.2)


def test_besier_asks_for_sex() -> None:
    with pytest.raises(InvalidInputError, match="sex"):
        contact_area_mm2(np.array([45.0]), "besier")


def test_an_unknown_area_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="choose one of"):
        contact_area_mm2(np.array([45.0]), "nobody")  # type: ignore[arg-type]


def test_out_is_filled_in_place_and_keeps_precision() -> None:
    angle = np.array([30.0, 45.0], dtype=np.float32)
    out, work = np.empty_like(angle), np.empty_like(angle)
    assert force_ratio(angle, out, work) is out
    assert out.dtype == np.float32
    assert contact_area_mm2(angle, "besier", "m", out).dtype == np.float32
