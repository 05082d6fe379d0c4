"""What is no steady run of one person: somebody walking, sitting or on a bicycle, two runners, a cat.

Bodies are joints by keypoint name, as of :mod:`benchmarks.made_runner`; scenes are the parts of every picture for
:func:`benchmarks.rendered_runner.painted`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.made_runner import HEEL_M, SHANK_M, THIGH_M, TOE_M, Running, joints
from benchmarks.rendered_runner import HAIR, Part, figure
from kneewise.domain import Floats

#: Each foot stands for 62 % of the stride.
WALKING = Running(speed_mps=1.4, stride_s=1.1, contact_s=0.68, reach_m=0.3, trunk_lean_deg=2.0, strike_deg=18.0)


def of_body(body: dict[str, Floats], shift_m: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Iterator[list[Part]]:
    """Yield the figure of a body moved by metres forward, left and up."""
    for row in range(len(body["left_hip"])):
        yield figure({name: path[row] + np.array(shift_m) for name, path in body.items()})


def two_runners(time_s: Floats) -> Iterator[list[Part]]:
    """Yield two runners out of step, the second half a metre ahead and on the far side."""
    other = joints(Running(stride_s=0.75), time_s + 0.2)
    pairs = zip(of_body(joints(Running(), time_s), (-0.55, -0.3, 0.0)), of_body(other, (0.55, 0.3, 0.0)), strict=True)
    yield from ([*first, *second] for first, second in pairs)


def sitting(time_s: Floats) -> dict[str, Floats]:
    """Return somebody on a stool who breathes and taps with a foot."""
    lift = 0.03 * np.maximum(np.sin(2 * np.pi * 1.5 * time_s), 0)
    feet = {side: np.tile(np.array([x, 0.08]), (len(time_s), 1)) for side, x in (("left", 0.43), ("right", 0.45))}
    feet["left"][:, 1] += lift
    return _seated(time_s, feet, (0.0, 0.5))


def cycling(time_s: Floats, turns_per_min: float = 82) -> dict[str, Floats]:
    """Return somebody on a stationary bicycle whose legs part as often as a runner's."""
    angle = 2 * np.pi * turns_per_min / 60 * time_s
    feet = {
        side: np.stack([0.22 + 0.17 * np.cos(angle + lag), 0.28 - 0.17 * np.sin(angle + lag)], axis=1)
        for side, lag in (("left", 0.0), ("right", np.pi))
    }
    return _seated(time_s, feet, (0.0, 0.98))


def cat(time_s: Floats) -> Iterator[list[Part]]:
    """Yield a large dark cat that trots on the spot."""
    fur, light = np.array([92.0, 78.0, 66.0]), np.array([150.0, 132.0, 112.0])
    for swing in 0.13 * np.sin(2 * np.pi * 1.4 * time_s):
        chest, rump, head = (np.array(at) for at in ((0.45, 0.0, 0.75), (-0.4, 0.0, 0.78), (0.72, 0.0, 1.02)))
        parts = [Part(rump, chest, 0.19, 0.17, fur), Part(chest, head, 0.11, 0.12, fur)]
        parts += [Part(head, head + np.array([0.13, 0.0, -0.04]), 0.13, 0.07, light, 0.02)]
        parts += [Part(rump, rump + np.array([-0.45, 0.0, 0.35]), 0.05, 0.03, fur)]
        for way in (-1, 1):
            side = np.array([0.0, 0.1 * way, 0.0])
            parts += [Part(head + 0.6 * side, head + 0.8 * side + np.array([-0.02, 0.0, 0.19]), 0.06, 0.01, fur)]
            parts += [
                Part(
                    head + np.array([0.1, 0.05 * way, 0.04]),
                    head + np.array([0.11, 0.05 * way, 0.04]),
                    0.018,
                    0.018,
                    HAIR,
                    0.1,
                )
            ]
            for root, lag in ((chest, way), (rump, -way)):
                paw = root + side + np.array([swing * lag, 0.0, -root[2] + 0.05])
                bend = (root + side + paw) / 2 + np.array([0.05, 0.0, 0.0])
                parts += [Part(root + side, bend, 0.08, 0.055, fur), Part(bend, paw, 0.05, 0.04, fur)]
        yield parts


def _seated(time_s: Floats, ankle: dict[str, Floats], hip_m: tuple[float, float]) -> dict[str, Floats]:
    """Return a body whose hips rest: knees bend to reach the ankles, hands lie ahead."""
    n, body = len(time_s), {}
    breath = 0.004 * np.sin(2 * np.pi * 0.25 * time_s)
    across = {"shoulder": 0.18, "elbow": 0.22, "wrist": 0.16, "hip": 0.085, "knee": 0.1}
    for side, way in (("left", 1), ("right", -1)):
        hip, foot = np.tile(np.array(hip_m), (n, 1)), ankle[side]
        line = foot - hip
        reach = np.linalg.norm(line, axis=1)
        unit, half = line / reach[:, None], np.minimum(reach, THIGH_M + SHANK_M - 0.01)[:, None] / 2
        knee = hip + unit * half + np.stack([-unit[:, 1], unit[:, 0]], axis=1) * np.sqrt(THIGH_M**2 - half**2)
        flat = {"hip": hip, "knee": knee, "ankle": foot, "heel": foot + HEEL_M, "foot_index": foot + TOE_M}
        flat["shoulder"] = hip + np.stack([np.full(n, 0.08), 0.5 + breath], axis=1)
        flat["elbow"] = flat["shoulder"] + np.array([0.05, -0.28])
        flat["wrist"] = flat["elbow"] + np.array([0.23, -0.06])
        for name, path in flat.items():
            beside = np.full(n, way * across.get(name, 0.09))
            body[f"{side}_{name}"] = np.stack([path[:, 0], beside, path[:, 1]], axis=1)
    return body
