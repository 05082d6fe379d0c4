"""Seconds from raw keypoints to every metric of a clip: the first time in a process, with all that it loads, and warm.

Run: python -m benchmarks.keypoints_to_metrics. A made runner, 10 s of 120 pictures a second.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera
from kneewise.domain import Floats

FPS, PICTURES, LIMIT_S = 120, 1200, 0.3
#: In a process that has loaded nothing yet; times on the clock, and of the processor.
_CHILD = """
import sys, time
clocks = time.perf_counter, time.process_time
told = [[clock() for clock in clocks]]
from kneewise.gait.filmed_gait import measure_gait
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.pose.named_points import read_named_points
told.append([clock() for clock in clocks])
track = read_named_points(sys.argv[1])
for _ in range(10):
    told.append([clock() for clock in clocks])
    measure_gait(clean_keypoints(track, height_m=1.75))
told.append([clock() for clock in clocks])
for one, other in zip(told, told[1:]):
    print(*(b - a for a, b in zip(one, other)))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = _written(Path(folder) / "points.json")
        child = [sys.executable, "-c", _CHILD, str(path)]
        told = subprocess.run(child, capture_output=True, text=True, check=True).stdout
    table = np.array([line.split() for line in told.splitlines()], dtype=np.float64)
    loading, first, again = table[0], table[2], np.median(table[3:], axis=0)
    print(f"{PICTURES} pictures, limit {LIMIT_S} s; on the clock (and of the processor):")
    for words, took in (("loading the modules", loading), ("the first time", first), ("then", again)):
        print(f"  {words}: {took[0]:.3f} s ({took[1]:.3f} s)")
    cold = loading + first
    print(f"  cold, both together: {cold[0]:.3f} s ({cold[1]:.3f} s)")


def _written(path: Path) -> Path:
    time_s: Floats = np.arange(PICTURES) / FPS
    camera, random = Camera(), np.random.default_rng(1)
    points = {}
    for name, joint in joints(Running(), time_s).items():
        px = camera.project(joint)[0] + random.normal(0, 1, (len(time_s), 2))
        points[name] = [[x, y, 1.0] for x, y in px.tolist()]
    document = {"width_px": camera.width_px, "height_px": camera.height_px, "time_s": time_s.tolist(), "points": points}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
