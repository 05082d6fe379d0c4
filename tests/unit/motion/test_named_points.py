"""Keypoints of other models, by name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.unit.motion.conftest import KEYPOINTS, track_of_made_runner

from kneewise.errors import InvalidInputError, UnreadableFileError
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.pose.named_points import keypoint_name, read_named_points

HALPE = {"shoulder": "Shoulder", "hip": "Hip", "knee": "Knee", "ankle": "Ankle", "heel": "Heel", "foot_index": "BigToe"}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("RBigToe", "right_foot_index"),
        ("left_big_toe", "left_foot_index"),
        ("LHip", "left_hip"),
        ("right_ankle", "right_ankle"),
        ("R.Heel", "right_heel"),
        ("Nose", "nose"),
        ("Hip", None),
        ("RSmallToe", None),
        ("CHip", None),
        ("r", None),
    ],
)
def test_names_of_other_models(theirs: str, ours: str | None) -> None:
    assert keypoint_name(theirs) == ours


def write_trc(path: Path, unit: str, per_px: float) -> Path:
    track = track_of_made_runner(fps=60)
    names = [(f"{side}_{part}", side[0].upper() + word) for side in ("left", "right") for part, word in HALPE.items()]
    lines = [
        "PathFileType\t4\t(X/Y/Z)\tmade.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits",
        f"60\t60\t{len(track.time_s)}\t{len(names)}\t{unit}",
        "Frame#\tTime\t" + "\t".join(f"{theirs}\t\t" for _, theirs in names),
        "\t\t" + "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, len(names) + 1)),
    ]
    for row, time_s in enumerate(track.time_s):
        cells = [str(row + 1), f"{time_s:.5f}"]
        for ours, _ in names:
            x, y = track.points_px[row, INDEX[ours], :2]
            cells += (
                ["", "", ""] if row == 30 and ours == "left_heel" else [f"{x * per_px}", f"{(640 - y) * per_px}", "0"]
            )
        lines.append("\t".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("unit", "per_px"), [("m", 0.0037), ("mm", 3.7)])
def test_a_trc_file_is_measured_like_our_own_points(tmp_path: Path, unit: str, per_px: float) -> None:
    track = read_named_points(write_trc(tmp_path / "runner.trc", unit, per_px))
    assert np.isnan(track.points_px[30, INDEX["left_heel"], 0])
    keypoints = clean_keypoints(track)
    assert keypoints.view == "side"
    assert keypoints.facing == 1
    assert keypoints.leg_px == pytest.approx(860, rel=0.08)
    assert keypoints.quality.steps_per_min == pytest.approx(165, rel=0.01)
    assert np.isnan(keypoints.quality.brightness)


def test_our_json() -> None:
    track = read_named_points(KEYPOINTS / "rear.json")
    assert track.points_px.shape == (240, len(NAMES), 3)
    assert (track.info.width_px, track.info.height_px) == (1280, 720)
    assert track.backend.startswith("BlazePose")


def test_files_that_are_no_keypoints_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        read_named_points(tmp_path / "nowhere.json")
    good = json.loads((KEYPOINTS / "rear.json").read_text(encoding="utf-8"))
    no_knee = {**good, "points": {name: rows for name, rows in good["points"].items() if "knee" not in name}}
    back = {**good, "time_s": good["time_s"][::-1]}
    for name, text in (
        ("a.json", "{"),
        ("b.json", "[]"),
        ("c.json", json.dumps(no_knee)),
        ("d.json", json.dumps(back)),
        ("e.trc", "nothing"),
        ("f.trc", "a\tb\nUnits\nfurlong\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(UnreadableFileError):
            read_named_points(tmp_path / name)
