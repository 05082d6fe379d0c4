"""Angles that stand in pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.made_keypoints import write_points

from kneewise.gait.filmed_steps import side_angles
from kneewise.services.gait.angles import ShownAngles
from kneewise.services.gait.measuring import analyse_video


def test_from_the_side_both_knees_the_lower_shin_and_the_trunk_are_told(tmp_path: Path) -> None:
    found = analyse_video(write_points(tmp_path / "side.json"), height_m=1.75, speed_mps=3.0)
    knee = side_angles(found.gait.body)["knee_flexion_deg"]
    row = int(np.nanargmax(knee[0]))  # the left leg swings: the shin of the right one is told
    labels = ShownAngles(found).labels(row, 1.0)
    assert [each.part for each in labels] == ["trunk", "left", "right", "right"]
    assert [each.text for each in labels[1:3]] == [f"{round(knee[leg, row])}°" for leg in (0, 1)]
    assert labels[1].to_left is not labels[2].to_left
    twice = ShownAngles(found).labels(row, 2.0)
    assert (twice[1].x, twice[1].y) == (2 * labels[1].x, 2 * labels[1].y)


def test_from_behind_pelvis_and_trunk_are_told(tmp_path: Path) -> None:
    found = analyse_video(write_points(tmp_path / "rear.json", view="rear"))
    labels = ShownAngles(found).labels(len(found.keypoints.time_s) // 2, 1.0)
    assert [each.part for each in labels] == ["trunk", "trunk"]
    assert all(int(each.text.removesuffix("°")) < 15 for each in labels)
