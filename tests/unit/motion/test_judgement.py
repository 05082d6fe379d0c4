"""What is refused because nobody runs upright in it."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.errors import UnusableClipError
from kneewise.motion.judgement import check_feet, check_upright
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.sides import trunk_lean_deg


def points(lean_deg: float) -> np.ndarray:
    found = np.full((5, len(NAMES), 2), np.nan)
    turn = np.radians(lean_deg)
    for side, beside in (("left", -4.0), ("right", 4.0)):
        found[:, INDEX[f"{side}_hip"]] = [100 + beside, 200]
        found[:, INDEX[f"{side}_shoulder"]] = [100 + beside + 80 * np.sin(turn), 200 - 80 * np.cos(turn)]
    return found


@pytest.mark.parametrize("lean", [-175, -90, -20, 0, 7, 46, 90, 170])
def test_the_lean_of_the_trunk_is_positive_clockwise(lean: float) -> None:
    assert trunk_lean_deg(points(lean)) == pytest.approx(lean)


def test_nothing_is_said_without_a_trunk() -> None:
    nobody = np.full((5, len(NAMES), 2), np.nan)
    assert np.isnan(trunk_lean_deg(nobody))
    check_upright("a.mp4", trunk_lean_deg(nobody))


@pytest.mark.parametrize("lean", [-30, 0, 15, 30])
def test_runners_and_phones_may_lean(lean: float) -> None:
    check_upright("a.mp4", lean)


@pytest.mark.parametrize(
    ("lean", "told"),
    [
        (46, "leans by 46 degrees"),
        (-84, "a quarter clockwise"),
        (96, "a quarter anticlockwise"),
        (174, "half a turn"),
        (-176, "half a turn"),
    ],
)
def test_what_is_not_upright_is_refused(lean: float, told: str) -> None:
    with pytest.raises(UnusableClipError, match=told):
        check_upright("a.mp4", lean)


def test_feet_below_the_edge_are_refused() -> None:
    check_feet("a.mp4", 0.1)
    with pytest.raises(UnusableClipError, match="outside the picture for 36% of the time"):
        check_feet("a.mp4", 0.36)
