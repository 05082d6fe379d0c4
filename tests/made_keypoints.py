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
