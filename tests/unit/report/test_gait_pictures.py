"""Stick figures, faces and curves."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from kneewise.motion.keypoints import INDEX
from kneewise.report.gait_curves import curves_svg
from kneewise.report.gait_drawing import Label, annotated


def runner() -> np.ndarray:
    points = np.full((33, 2), np.nan)
    for side, x in (("left", 45.0), ("right", 55.0)):
        for part, y in (("shoulder", 60), ("hip", 100), ("knee", 130), ("ankle", 160), ("heel", 165)):
            points[INDEX[f"{side}_{part}"]] = (x, y)
        points[INDEX[f"{side}_foot_index"]] = (x + 12, 166)
    points[INDEX["nose"]] = (58, 40)
    return points


@pytest.mark.parametrize("nose", [True, False])
def test_a_face_cannot_be_recognised_unless_asked_for(nose: bool) -> None:
    picture = np.random.default_rng(1).integers(0, 255, (200, 100, 4), dtype=np.uint8)
    points = runner()
    if not nose:
        points[INDEX["nose"]] = np.nan
    head = slice(36, 46), slice(46, 58)
    assert len(np.unique(annotated(picture, points)[head].reshape(-1, 3), axis=0)) < 20
    assert (annotated(picture, points, show_face=True)[head] == picture[head][..., :3]).all()
    unknown = annotated(picture, np.full((33, 2), np.nan))
    assert len(np.unique(unknown[:100].reshape(-1, 3), axis=0)) < 40


def test_legs_are_drawn_in_their_colours() -> None:
    drawn = annotated(np.zeros((200, 100, 3), dtype=np.uint8), runner())
    assert tuple(drawn[145, 45]) == (70, 140, 255)
    assert tuple(drawn[145, 55]) == (255, 150, 40)


def test_digits_stand_beside_their_place_in_the_colour_of_the_leg() -> None:
    plain = annotated(np.full((200, 400, 3), 200, dtype=np.uint8), runner())
    labels = [Label("42°", 45.0, 130.0, "left", to_left=True), Label("7°", 55.0, 130.0, "right")]
    changed = annotated(np.full((200, 400, 3), 200, dtype=np.uint8), runner(), labels=labels) != plain
    columns = np.flatnonzero(changed.any(axis=(0, 2)))
    assert columns.min() < 45 - 4 < 55 + 4 < columns.max()
    assert not changed[:, 44:57].any()
    # At the edge they are moved into the picture.
    edge = [Label("180°", 1.0, 1.0, "trunk", to_left=True)]
    assert (annotated(np.zeros((40, 60, 3), dtype=np.uint8), runner(), labels=edge)[:12, :30] == 255).any()


def test_a_small_runner_in_a_large_picture_is_not_hidden_by_the_lines() -> None:
    drawn = annotated(np.zeros((2000, 2000, 3), dtype=np.uint8), runner())
    assert 1 <= (drawn[145, 40:50].max(axis=1) > 100).sum() <= 4


def test_curves_stand_beside_the_lab_runners_and_name_them() -> None:
    share = np.linspace(0, 1, 101)
    curves = {"knee_flexion_deg": np.stack([10 + 30 * np.sin(np.pi * share)] * 4)}
    svg = curves_svg(curves, np.array([0, 1, 0, 1]), 3.0)
    ElementTree.fromstring(svg)
    assert "17 men, 1 woman" in svg
    assert "men" not in curves_svg(curves, np.array([0, 1, 0, 1]), None)


def test_a_picture_and_a_slow_clip_are_real_files(tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason="the extra 'video' is not installed")
    from kneewise.motion.video import read_picture, write_png, write_slow_clip

    picture = np.random.default_rng(2).integers(0, 255, (41, 61, 3), dtype=np.uint8)
    write_png(tmp_path / "one.png", picture)
    assert (read_picture(tmp_path / "one.png")[..., :3] == picture).all()
    write_slow_clip(tmp_path / "slow.mp4", [picture] * 5, 15)
    with av.open(str(tmp_path / "slow.mp4")) as container:
        assert len(list(container.decode(video=0))) == 5
