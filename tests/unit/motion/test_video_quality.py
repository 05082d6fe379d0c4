"""What the pictures say about light, sharpness and the camera."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.motion.region import Region
from kneewise.motion.video import Frame
from kneewise.motion.video_quality import PictureWatch, PictureWatcher

RUNNER = Region(320, 180, 150)


def wall(shift_px: float = 0.0, lean_deg: float = 0.0, light: float = 1.0) -> np.ndarray:
    """A wall with a pattern and posts, seen by a camera that has moved and leans."""
    y, x = np.mgrid[0:360, 0:640].astype(np.float64)
    across = x - shift_px + y * np.tan(np.radians(lean_deg))
    pattern = 60 * np.sin(across / 9) * np.sin(y / 13) + 40 * np.sin(across / 31 + 1)
    posts = np.where((across % 150) < 8, 90.0, 0.0)
    grey = np.clip((120 + pattern + posts) * light, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.stack([grey] * 4, axis=-1))


def watch(*shots: np.ndarray, gap_s: float = 0.02) -> PictureWatch:
    watcher = PictureWatcher()
    for number, (first, second) in enumerate(zip(shots[::2], shots[1::2], strict=True)):
        watcher.add(Frame(2 * number, number * 0.2, first, 1.0), RUNNER)
        watcher.follow(Frame(2 * number + 1, number * 0.2 + gap_s, second, 1.0))
    return watcher.result()


def test_a_still_camera_does_not_pan() -> None:
    assert watch(wall(), wall(), wall(), wall()).pan_px_per_s() == pytest.approx(0, abs=5)


@pytest.mark.parametrize("shift", [4.0, -11.0])
def test_a_panning_camera_is_measured(shift: float) -> None:
    found = watch(wall(), wall(shift), wall(), wall(shift))
    assert found.pan_px_per_s() == pytest.approx(abs(shift) / 0.02, rel=0.3)
    assert np.sign(found.drift_px_per_s[0, 0]) == np.sign(shift)


def test_a_blank_wall_says_nothing() -> None:
    blank = np.full((360, 640, 4), 90, dtype=np.uint8)
    found = watch(blank, blank)
    assert np.isnan(found.pan_px_per_s())
    assert np.isnan(found.tilt_deg)


def posts(lean_deg: float) -> np.ndarray:
    y, x = np.mgrid[0:360, 0:640].astype(np.float64)
    across = x + (y - 180) * np.tan(np.radians(lean_deg))
    grey = (100 + 100 / (1 + np.exp(-20 * (np.sin(across / 12) - 0.5)))).astype(np.uint8)
    return np.ascontiguousarray(np.stack([grey] * 4, axis=-1))


@pytest.mark.parametrize("lean", [0.0, 4.0, -6.0])
def test_verticals_tell_the_tilt(lean: float) -> None:
    assert watch(posts(lean), posts(lean)).tilt_deg == pytest.approx(lean, abs=0.5)


def test_light_and_sharpness() -> None:
    sharp = watch(wall(), wall())
    dark = watch(wall(light=0.1), wall(light=0.1))
    noise = np.random.default_rng(1).integers(0, 255, (360, 640, 1), dtype=np.uint8).repeat(4, axis=2)
    grainy = watch(np.ascontiguousarray(noise), np.ascontiguousarray(noise))
    assert dark.brightness[0] == pytest.approx(sharp.brightness[0] * 0.1, rel=0.1)
    assert grainy.sharpness[0] > 2 * sharp.sharpness[0]


def test_nothing_watched_is_no_number() -> None:
    found = PictureWatcher().result()
    assert found.brightness.shape == (0,)
    assert np.isnan(found.pan_px_per_s())
