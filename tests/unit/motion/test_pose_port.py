"""What the browser computes is what Python computes: both answer the questions of one fixture.

``frontend/tests/pose_port.test.ts`` asks the browser's side. ``python -m tests.unit.motion.test_pose_port`` writes the
answers anew where Python's side has changed on purpose.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.evidence.parameters import value
from kneewise.motion.pose.detection import anchors, decode
from kneewise.motion.pose.heatmap import refine
from kneewise.motion.region import Region, region_between, sample, whole_picture

FIXTURE = Path(__file__).resolve().parents[3] / "frontend" / "tests" / "pose_port.json"
WIDTH, HEIGHT, SIDE = 48, 36, 8
LANDMARKS = 39
REGIONS = (Region(24, 18, 20), Region(10.5, 30.25, 40, 0.7), Region(40, 5, 12.5, -2.1))
POINTS = ((0.5, 0.5), (0.01, 0.99), (0.33, 0.71), (-0.2, 0.5), (0.999, 0.0))


def noise(count: int, seed: int) -> NDArray[np.float64]:
    """Return numbers from 0 to 1 that JavaScript makes as well: a hash of their place."""
    place = np.arange(count, dtype=np.uint64) + np.uint64(seed)
    mixed = (place * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    mixed = ((mixed ^ (mixed >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    return np.asarray((mixed ^ (mixed >> np.uint64(13))) / 2**32)


def answers() -> dict[str, Any]:
    picture = (noise(WIDTH * HEIGHT * 4, 1) * 256).astype(np.uint8).reshape(HEIGHT, WIDTH, 4)
    heatmap = (noise(64 * 64 * LANDMARKS, 2) * 12 - 9).astype(np.float32).reshape(64, 64, LANDMARKS)
    boxes = ((noise(len(anchors()) * 12, 3) - 0.5) * 60).astype(np.float32).reshape(-1, 12)
    logits = (noise(len(anchors()), 4) * 6 - 5.9).astype(np.float32)
    return {
        "repeated": [_numbers(sample(picture, one, SIDE)) for one in REGIONS],
        "black": _numbers(sample(picture, whole_picture(picture), SIDE, black_outside=True)),
        "points": [_numbers(one.to_picture(np.array(POINTS))) for one in REGIONS],
        "between": [
            [one.centre_x_px, one.centre_y_px, one.size_px, one.turn_rad]
            for one in (region_between(np.array([3.0, 4.0]), np.array(edge)) for edge in ((3.0, -8.0), (-1.0, 5.0)))
        ],
        "refined": _numbers(refine(np.array([POINTS[place % 5] for place in range(LANDMARKS)]), heatmap)),
        "detected": [
            [one.score, *_numbers(one.points[:2])] for one in decode(boxes, logits)
        ],
    }  # fmt: skip


def _numbers(values: NDArray[Any]) -> list[float]:
    return [round(float(one), 6) for one in values.ravel()]


def test_python_gives_the_answers_of_the_fixture() -> None:
    kept = json.loads(FIXTURE.read_text(encoding="utf-8"))["answers"]
    now = answers()
    assert set(kept) == set(now)
    for name, numbers in now.items():
        np.testing.assert_allclose(_flat(numbers), _flat(kept[name]), atol=1e-3, err_msg=name)


def _flat(numbers: list[Any]) -> list[float]:
    return [float(one) for part in numbers for one in (part if isinstance(part, list) else [part])]


if __name__ == "__main__":
    settings = {
        name: value(f"video.pose.{name}")
        for name in ("region_scale", "heatmap_confidence", "detector_score", "detector_overlap")
    }
    FIXTURE.write_text(json.dumps({"settings": settings, "answers": answers()}) + "\n", encoding="utf-8")
