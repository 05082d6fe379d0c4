"""Keypoint files of a made runner, so that tests of gait need no pose model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera

from kneewise.domain import Floats


def write_points(
    path: Path,
    *,
    view: str = "side",
    fps: float = 120,
    duration_s: float = 8.0,
    run: Running | None = None,
    moves: Callable[[Floats], dict[str, Floats]] | None = None,
) -> Path:
    """Write what a pose model would give for a made runner, or for who ``moves``, with two pixels of scatter."""
    time_s = np.arange(int(duration_s * fps)) / fps
    camera, random = Camera(view=view), np.random.default_rng(1)
    points = {}
    body = joints(run or Running(), time_s) if moves is None else moves(time_s)
    for name, joint in body.items():
        px = camera.project(joint)[0] + random.normal(0, 2, (len(time_s), 2))
        points[name] = [[round(x, 2), round(y, 2), 1.0] for x, y in px.tolist()]
    document = {
        "width_px": camera.width_px,
        "height_px": camera.height_px,
        "time_s": time_s.round(6).tolist(),
        "points": points,
        "source": "made runner",
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def write_standing(path: Path, *, bent_m: float = 0.0) -> Path:
    """Write two seconds of the made runner standing as he runs past; ``bent_m`` puts the knees forward."""

    def moves(time_s: Floats) -> dict[str, Floats]:
        at = {
            "shoulder": (0.0, 0.18, 1.40),
            "hip": (0.0, 0.085, 0.90),
            "knee": (bent_m, 0.07, 0.48),
            "ankle": (0.0, 0.05, 0.08),
            "heel": (-0.05, 0.05, 0.03),
            "foot_index": (0.19, 0.05, 0.02),
        }
        places = {f"{side}_{part}": (x, way * y, z) for part, (x, y, z) in at.items() for side, way in _WAYS}
        return {name: np.tile(place, (len(time_s), 1)) for name, place in places.items()}

    return write_points(path, fps=30, duration_s=2.0, moves=moves)


_WAYS = (("left", 1), ("right", -1))
