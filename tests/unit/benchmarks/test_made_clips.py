"""Files that stand for a camera."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av", reason="the extra 'video' is not installed")

import av
from benchmarks.made_clips import write_clip, write_y4m
from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera, Picture, pictures


def shots() -> list[Picture]:
    return list(pictures(joints(Running(), np.arange(6) / 30), Camera(96, 128)))


def test_a_y4m_file_holds_the_pictures(tmp_path: Path) -> None:
    """Chromium takes it as a camera."""
    drawn = shots()
    path = write_y4m(tmp_path / "camera.y4m", drawn, 30)
    assert path.read_bytes().startswith(b"YUV4MPEG2 W96 H128 F30:1 ")
    with av.open(str(path)) as container:
        read = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(read) == len(drawn)
    assert np.abs(read[-1].astype(int) - drawn[-1]).mean() < 4


def test_a_bare_mjpeg_file_does_as_well(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "camera.mjpeg", shots(), np.arange(6) / 30, codec="mjpeg")
    assert path.read_bytes().startswith(b"\xff\xd8")
