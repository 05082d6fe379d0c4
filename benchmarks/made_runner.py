"""A made runner on a treadmill, with every event and angle known.

Stance is exact by construction: while a foot is on the belt one point of its sole (heel, then toe) moves back with the
belt, the foot rolls about it, and the knee follows from hip and ankle by the law of cosines. Swing is a spline.

Axes: x forward, y to the runner's left, z up, in metres; the belt's surface is z = 0 and the runner stays at x = 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator

from kneewise.domain import Floats

THIGH_M = 0.43
SHANK_M = 0.43
#: Heel and toe from the ankle with a flat foot.
HEEL_M = np.array([-0.055, -0.075])
TOE_M = np.array([0.165, -0.075])


@dataclass(frozen=True)
class Running:
    """A steady run: 3 m/s with 165 steps a minute and a rearfoot strike unless said otherwise."""

    speed_mps: float = 3.0
    stride_s: float = 2 * 60 / 165
    contact_s: float = 0.25
    #: Ankle ahead of the hip at initial contact.
    reach_m: float = 0.2
    trunk_lean_deg: float = 7.0
    strike_deg: float = 12.0


def events(run: Running, duration_s: float) -> dict[str, tuple[Floats, Floats]]:
    """Return initial contacts and toe-offs of both feet in seconds."""
    found = {}
    for side, lag in (("left", 0.0), ("right", 0.5)):
        contact = np.arange(-2, duration_s / run.stride_s + 2) * run.stride_s + lag * run.stride_s
        off = contact + run.contact_s
        found[side] = (contact[(contact >= 0) & (contact < duration_s)], off[(off >= 0) & (off < duration_s)])
    return found


def joints(run: Running, time_s: Floats) -> dict[str, Floats]:
    """Return joint centres by the keypoint names of Kneewise, each (n, 3) in metres."""
    time_s = np.asarray(time_s, dtype=np.float64)
    phase = time_s / run.stride_s
    hip_z = 0.9 - 0.035 * np.cos(4 * np.pi * (phase - run.contact_s / run.stride_s / 2))
    body: dict[str, Floats] = {}
    for side, way, lag in (("left", 1, 0.0), ("right", -1, 0.5)):
        ankle, pitch = _foot(run, (phase - lag) % 1.0)
        sway = 0.012 * np.cos(2 * np.pi * (phase - lag))
        hip = np.stack([np.zeros_like(phase), way * 0.085 + 0 * phase, hip_z - sway], axis=1)
        knee = _knee(hip[:, [0, 2]], ankle)
        lateral = way * 0.045
        body[f"{side}_hip"] = hip
        body[f"{side}_knee"] = np.stack([knee[:, 0], np.full_like(phase, way * 0.07), knee[:, 1]], axis=1)
        for name, offset in (("ankle", np.zeros(2)), ("heel", HEEL_M), ("foot_index", TOE_M)):
            point = ankle + _turned(offset, pitch)
            body[f"{side}_{name}"] = np.stack([point[:, 0], np.full_like(phase, lateral), point[:, 1]], axis=1)
        _add_arm(body, run, side, way, hip_z, phase - lag)
    return body


def knee_flexion_deg(run: Running, time_s: Floats, side: str = "left") -> Floats:
    """Return the true knee flexion in degrees, 0 for a straight leg."""
    body = joints(run, time_s)
    thigh = body[f"{side}_knee"] - body[f"{side}_hip"]
    shank = body[f"{side}_ankle"] - body[f"{side}_knee"]
    cos = (thigh * shank)[:, [0, 2]].sum(axis=1)
    cos /= np.linalg.norm(thigh[:, [0, 2]], axis=1) * np.linalg.norm(shank[:, [0, 2]], axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip(cos, -1, 1))))


def _foot(run: Running, phase: Floats) -> tuple[Floats, Floats]:
    """Return ankle (n, 2: x, z) and pitch in radians (toe up positive) of one foot; phase 0 is initial contact."""
    stance = run.contact_s / run.stride_s
    pitch = _pitch(run, phase)
    ankle = np.empty((len(phase), 2))
    on_belt = phase < stance
    ankle[on_belt] = _standing_ankle(run, phase[on_belt], pitch[on_belt])
    ends = np.array([stance - 1e-4, stance, 1.0, 1.0 + 1e-4]) % 1.0
    edge = _standing_ankle(run, np.array([stance - 1e-4, stance, 0.0, 1e-4]), _pitch(run, ends))
    leave, land = (edge[1] - edge[0]) / 1e-4, (edge[3] - edge[2]) / 1e-4
    knots = stance + (1 - stance) * np.array([0.0, 0.27, 0.52, 0.8, 1.0])
    x = [edge[1, 0], -0.50, -0.12, 0.33, edge[2, 0]]
    z = [edge[1, 1], 0.43, 0.36, 0.17, edge[2, 1]]
    path = CubicSpline(knots, np.stack([x, z], axis=1), bc_type=((1, leave), (1, land)))
    ankle[~on_belt] = path(phase[~on_belt])
    return ankle, pitch


def _pitch(run: Running, phase: Floats) -> Floats:
    stance = run.contact_s / run.stride_s
    swing = 1 - stance
    knots = np.array([0.0, 0.22 * stance, 0.5 * stance, stance, stance + 0.25 * swing, stance + 0.55 * swing, 1.0])
    degrees = np.array([run.strike_deg, 0.0, 0.0, -48.0, -95.0, -45.0, run.strike_deg])
    return np.asarray(np.radians(PchipInterpolator(knots, degrees)(phase)))


def _standing_ankle(run: Running, phase: Floats, pitch: Floats) -> Floats:
    """Return the ankle (n, 2) of a foot that rolls over heel or toe on the moving belt."""
    back = run.speed_mps * run.stride_s * phase
    first = _turned(HEEL_M, np.array([np.radians(run.strike_deg)]))[0]
    heel_x = run.reach_m + first[0] - back
    heel = np.stack([heel_x, np.zeros_like(heel_x)], axis=1) - _turned(HEEL_M, pitch)
    toe = np.stack([heel_x + TOE_M[0] - HEEL_M[0], np.zeros_like(heel_x)], axis=1) - _turned(TOE_M, pitch)
    return np.where((pitch >= 0)[:, None], heel, toe)


def _turned(offset: Floats, pitch: Floats) -> Floats:
    cos, sin = np.cos(pitch), np.sin(pitch)
    return np.stack([offset[0] * cos - offset[1] * sin, offset[0] * sin + offset[1] * cos], axis=1)


def _knee(hip: Floats, ankle: Floats) -> Floats:
    """Return the knee in front of the line from hip to ankle; a leg too short for it is stretched a little."""
    line = ankle - hip
    length = np.linalg.norm(line, axis=1)
    along = (THIGH_M**2 - SHANK_M**2 + length**2) / (2 * length)
    out = np.sqrt(np.maximum(THIGH_M**2 - along**2, 0.02**2))
    unit = line / length[:, None]
    ahead = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    return np.asarray(hip + unit * along[:, None] + ahead * out[:, None])


def _add_arm(body: dict[str, Floats], run: Running, side: str, way: int, hip_z: Floats, phase: Floats) -> None:
    lean = np.radians(run.trunk_lean_deg)
    swing = np.radians(-12 + 34 * np.cos(2 * np.pi * phase + np.pi))
    turn = 0.03 * np.cos(2 * np.pi * phase)
    shoulder = np.stack(
        [0.5 * np.sin(lean) - turn, np.full_like(phase, way * 0.18), hip_z + 0.5 * np.cos(lean)], axis=1
    )
    elbow = shoulder + 0.29 * np.stack([np.sin(swing), np.full_like(phase, way * 0.18), -np.cos(swing)], axis=1)
    fore = swing + np.radians(88)
    wrist = elbow + 0.25 * np.stack([np.sin(fore), np.full_like(phase, -way * 0.25), -np.cos(fore)], axis=1)
    body[f"{side}_shoulder"], body[f"{side}_elbow"], body[f"{side}_wrist"] = shoulder, elbow, wrist
