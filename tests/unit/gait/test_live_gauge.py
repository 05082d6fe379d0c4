"""The fixture on which the browser's gauge is tested: a made runner whose every contact and angle is known.

``frontend/tests/gauge.test.ts`` asks the browser's side. ``python -m tests.unit.gait.test_live_gauge`` writes the
fixture anew where the made runner has changed on purpose.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera
from tests.unit.motion.conftest import track_of_made_runner

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.gait.filmed_body import FilmedBody
from kneewise.gait.filmed_gait import measure_gait
from kneewise.gait.filmed_rear import frontal_angles
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.keypoints import INDEX
from kneewise.services.live_camera import camera_doubts, gauge_numbers

FIXTURE = Path(__file__).resolve().parents[3] / "frontend" / "tests" / "made_stride.json"
PARTS = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
ROWS = 96
#: Two ways to run of one runner: the foot lands further ahead, or nearer.
RUNS = {"far": Running(), "near": Running(reach_m=0.1)}
#: What a clip of the near leg, the right one, says; the browser has to say the same from far fewer pictures.
METRICS = {"ahead_leg": "foot_ahead_of_mass_leg", "shin_deg": "shank_inclination_ic_deg"}


def fixture() -> dict[str, Any]:
    """One stride, from contact of the left foot, as both cameras see it, and what is right."""
    time_s = np.arange(ROWS) / ROWS * RUNS["far"].stride_s
    side, rear = Camera(view="side"), Camera(view="rear")
    return {
        "settings": gauge_numbers(),
        "doubts": camera_doubts(),
        "stride_s": RUNS["far"].stride_s,
        "width": side.width_px,
        "height": side.height_px,
        "rows": {
            **{name: _rows(joints(run, time_s), side) for name, run in RUNS.items()},
            "rear": _rows(joints(RUNS["far"], time_s), rear),
        },
        "clips": {name: _clip(run) for name, run in RUNS.items()},
        "drop_deg": _drop(joints(RUNS["far"], time_s)),
    }


def _rows(body: dict[str, Floats], camera: Camera) -> list[dict[str, list[float]]]:
    places = {f"{side}_{part}": INDEX[f"{side}_{part}"] for side in ("left", "right") for part in PARTS}
    seen = {name: camera.project(body[name])[0].round(1) for name in places}
    return [{str(place): seen[name][row].tolist() for name, place in places.items()} for row in range(ROWS)]


def _clip(run: Running) -> dict[str, float]:
    """What the pipeline for clips measures at 120 pictures a second."""
    track = track_of_made_runner(view="side", run=run, duration_s=8.0, fps=120, noise_px=0.5)
    metrics = measure_gait(clean_keypoints(track)).metrics
    return {name: round(metrics[metric].right.value, 3) for name, metric in METRICS.items()}


def _drop(body: dict[str, Floats]) -> float:
    """Peak drop around the middle of stance, where the pelvis is lowest; both legs are alike."""
    across = {part: _from_behind(body, part) for part in PARTS}
    run = RUNS["far"]
    toe = across.pop("foot_index")
    behind = FilmedBody(fps=ROWS / run.stride_s, view="rear", near=None, toe=toe, **across)
    away = np.abs(np.arange(ROWS) / ROWS - run.contact_s / 2 / run.stride_s)
    near = away <= value("gait.rear.peak_reach_s") / run.stride_s
    return round(float(frontal_angles(behind)[0][0][near].max()), 3)


def _from_behind(body: dict[str, Floats], part: str) -> Floats:
    both = np.stack([body[f"{side}_{part}"][:, [1, 2]] for side in ("left", "right")])
    both[..., 0] *= -1
    return both


def test_the_fixture_is_the_made_runner() -> None:
    kept, now = json.loads(FIXTURE.read_text(encoding="utf-8")), fixture()
    assert kept["settings"] == now["settings"]
    assert kept["doubts"] == now["doubts"]
    assert kept["drop_deg"] == pytest.approx(now["drop_deg"], abs=0.01)
    for name, numbers in now["clips"].items():
        assert kept["clips"][name] == pytest.approx(numbers, abs=0.02)
    for name, rows in now["rows"].items():
        for row, other in zip(rows, kept["rows"][name], strict=True):
            np.testing.assert_allclose(list(row.values()), list(other.values()), atol=0.11)


def test_the_gauge_uses_the_weights_of_the_clips() -> None:
    """A clip and the camera say the same number of the same run."""
    assert gauge_numbers()["mass"]["thigh"]["mass"] == value("lab.de_leva_m.thigh.mass")


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps(fixture(), separators=(",", ":")) + "\n", encoding="utf-8")
