"""Cutting the region out of the picture, and getting back from it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneewise.motion.region import Region, region_between, region_of_box, sample, whole_picture

PICTURE = np.ascontiguousarray(
    np.stack([*np.mgrid[0:120, 0:160].astype(np.uint8), np.full((120, 160), 7), np.zeros((120, 160))], axis=-1).astype(
        np.uint8
    )
)


def test_an_upright_region_at_full_scale_is_the_picture_itself() -> None:
    cut = sample(PICTURE, Region(80, 60, 64), 64)
    assert_allclose(cut[..., 0], PICTURE[28:92, 48:112, 0])
    assert_allclose(cut[..., 1], PICTURE[28:92, 48:112, 1])


def test_every_point_of_the_cut_is_where_the_region_says() -> None:
    region = Region(77.3, 61.8, 50.0, 0.4)
    cut = sample(PICTURE, region, 32)
    shares = np.stack(np.meshgrid(np.arange(32), np.arange(32)), axis=-1) / 32
    there = region.to_picture(shares)
    assert_allclose(cut[..., 1], there[..., 0], atol=1e-3)
    assert_allclose(cut[..., 0], there[..., 1], atol=1e-3)


def test_outside_is_black_or_the_edge_again() -> None:
    region = Region(0, 0, 40)
    assert sample(PICTURE, region, 20, black_outside=True)[0, 0].max() == 0
    assert sample(PICTURE, region, 20)[0, 0, 2] == 7


def test_the_whole_of_a_wide_picture_lies_in_its_square() -> None:
    region = whole_picture(PICTURE)
    assert (region.centre_x_px, region.centre_y_px, region.size_px) == (80, 60, 160)


@pytest.mark.parametrize(
    ("edge", "turn"), [((10.0, -40.0), 0.0), ((60.0, 10.0), np.pi / 2), ((-40.0, 10.0), -np.pi / 2)]
)
def test_the_region_turns_with_the_body(edge: tuple[float, float], turn: float) -> None:
    region = region_between(np.array([10.0, 10.0]), np.array(edge))
    assert region.size_px == pytest.approx(125)
    assert region.turn_rad == pytest.approx(turn)


def test_a_box_gives_an_upright_region_around_it() -> None:
    region = region_of_box(10, 20, 50, 100)
    assert (region.centre_x_px, region.centre_y_px, region.turn_rad) == (30, 60, 0)
    assert region.size_px == pytest.approx(100)
    assert region.touches(PICTURE)
    assert not Region(-1, 5, 10).touches(PICTURE)
