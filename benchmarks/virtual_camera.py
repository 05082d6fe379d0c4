"""A phone beside real runners: joint centres of the lab tier projected into a camera, as a pose model would see them.

What is measured of a pose model is put on top: scatter from picture to picture, scatter that lasts for some pictures,
an offset of each point that belongs to the person and one that belongs to the clip, exchanged legs and points that are
lost. Head, shoulders and arms are not in the lab's marker set; the trunk is made and its lean is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from kneewise.domain import Floats
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.markers import Body
from kneewise.motion.pose.tracking import PoseTrack
from kneewise.motion.video import ClipInfo

#: The shoe ends beyond the metatarsal heads, where a pose model puts the toe.
TOE_BEYOND_M: Final = 0.06
_PARTS: Final = ("hip", "knee", "ankle", "heel", "toe")
_NAME: Final = {"toe": "foot_index"}


@dataclass(frozen=True)
class Phone:
    """A phone on a tripod; ``view`` "side" looks at the leg named by ``shows``."""

    view: str = "side"
    shows: str = "right"
    fps: float = 120.0
    distance_m: float = 4.0
    height_m: float = 0.9
    roll_deg: float = 0.0
    oblique_deg: float = 0.0
    width_px: int = 1080
    rows_px: int = 1920
    runner_share: float = 0.6
    uneven: float = 0.1


@dataclass(frozen=True)
class PointNoise:
    """What a pose model adds, in shares of the leg's length; the far leg has ``far`` times as much."""

    white: float = 0.006
    lasting: float = 0.008
    lasting_s: float = 0.04
    person: float = 0.0
    clip: float = 0.0
    far: float = 1.5
    swapped: float = 0.03
    lost: float = 0.01


def filmed(
    body: Body, phone: Phone, noise: PointNoise, *, seed: int, person: int, start_s: float = 2.0, duration_s: float = 10
) -> tuple[PoseTrack, Floats]:
    """Return raw keypoints of a runner on a belt, and the true times of the pictures on the lab's clock."""
    random = np.random.default_rng(seed)
    times = _times(phone, start_s, min(duration_s, len(body.pelvis_m) / body.rate_hz - start_s - 0.1), random)
    world = _world(body, times)
    px = _projected(world, phone, _heights(body))
    leg_px = _leg_px(px)
    points = np.full((len(times), len(NAMES), 3), np.nan)
    offsets = _offsets(px, noise, person, seed)
    for name, path in px.items():
        far = _far(name, phone, noise)
        scatter = random.normal(0, noise.white, (len(times), 2)) + _lasting(random, len(times), noise, phone.fps)
        points[:, INDEX[name], :2] = path + leg_px * (far * scatter + offsets[name])
    visibility = np.isfinite(points[..., 0]).astype(np.float64)
    _exchange(points, random, noise, phone.fps)
    lost = random.random(visibility.shape) < noise.lost
    visibility[lost] = 0.2
    time_s = times - times[0]
    return _track(points, visibility, time_s, phone), times


def stood(
    standing: dict[str, Floats], body: Body, phone: Phone, noise: PointNoise, *, seed: int, person: int, pictures: int
) -> Floats:
    """Return the points of a runner who stands before the same phone, shape (pictures, 33, 2).

    Parameters
    ----------
    standing : dict of str to ndarray, shape (3,)
        Hips, knees, ankles, heels and toes of the standing trial: x forward, y up, z to the right.
    body : Body
        The same runner running, who sets the distance of the phone.
    seed : int
        What the model is off by in this clip goes by it, as in :func:`filmed`.
    pictures : int
        So far apart that their scatter has nothing in common.
    """
    random = np.random.default_rng([seed, pictures])
    px = _projected(_with_trunk({name: point[None] for name, point in standing.items()}, 0.0), phone, _heights(body))
    offsets, leg_px = _offsets(px, noise, person, seed), _leg_px(px)
    points = np.full((pictures, len(NAMES), 2), np.nan)
    for name, place in px.items():
        scatter = random.normal(0, np.hypot(noise.white, noise.lasting), (pictures, 2))
        points[:, INDEX[name]] = place + leg_px * (_far(name, phone, noise) * scatter + offsets[name])
    return points


def _offsets(px: dict[str, Floats], noise: PointNoise, person: int, clip: int) -> dict[str, Floats]:
    """Return what the model is off by at each point of this person and in this clip."""
    own, there = np.random.default_rng(1000 + person), np.random.default_rng([2000, clip])
    return {name: own.normal(0, noise.person, 2) + there.normal(0, noise.clip, 2) for name in px}


def _far(name: str, phone: Phone, noise: PointNoise) -> float:
    return noise.far if phone.view == "side" and not name.startswith(phone.shows) else 1.0


def _heights(body: Body) -> tuple[float, float]:
    """Return how high the pelvis and the ground are."""
    return float(np.median(body.pelvis_m[:, 1])), float(np.percentile(body.toe_m[..., 1], 2))


def _times(phone: Phone, start_s: float, duration_s: float, random: np.random.Generator) -> Floats:
    n = int(duration_s * phone.fps)
    off = random.normal(0, phone.uneven / phone.fps, n).clip(-0.4 / phone.fps, 0.4 / phone.fps)
    return np.asarray(start_s + np.sort(np.arange(n, dtype=np.float64) / phone.fps + off))


def _world(body: Body, times: Floats) -> dict[str, Floats]:
    """Points by keypoint name, (n, 3): x forward, y up, z to the runner's right."""
    clock = np.arange(len(body.pelvis_m)) / body.rate_hz
    world = {}
    for leg, side in enumerate(("left", "right")):
        for part in _PARTS:
            path = getattr(body, f"{part}_m")[leg]
            if part == "toe":
                path = path + TOE_BEYOND_M * body.foot[leg, :, :, 0]
            world[f"{side}_{_NAME.get(part, part)}"] = CubicSpline(clock, path)(times)
    return _with_trunk(world, trunk_lean_deg(body))


def _with_trunk(world: dict[str, Floats], lean_deg: float) -> dict[str, Floats]:
    middle = (world["left_hip"] + world["right_hip"]) / 2
    lean = np.radians(lean_deg)
    up = np.array([np.sin(lean), np.cos(lean), 0.0])
    for side, way in (("left", -1), ("right", 1)):
        shoulder = middle + 0.5 * up + np.array([0.0, 0.0, way * 0.18])
        world[f"{side}_shoulder"] = shoulder
        world[f"{side}_elbow"] = shoulder + np.array([-0.05, -0.28, way * 0.04])
        world[f"{side}_wrist"] = shoulder + np.array([0.18, -0.24, 0.0])
    return world


def trunk_lean_deg(body: Body) -> float:
    """Return the lean given to the made trunk of a runner: 3 to 11 degrees, different for each."""
    return 7 + 4 * float(np.sin(1000 * body.pelvis_m[0, 0]))


def _projected(world: dict[str, Floats], phone: Phone, heights: tuple[float, float]) -> dict[str, Floats]:
    """Pixels, x right and y down."""
    hip_m, ground = heights
    middle = np.mean([world["left_hip"].mean(axis=0), world["right_hip"].mean(axis=0)], axis=0)
    focal = phone.runner_share * phone.rows_px * phone.distance_m / (1.9 * (hip_m - ground))
    turn, roll = np.radians(phone.oblique_deg), np.radians(phone.roll_deg)
    found = {}
    for name, path in world.items():
        ahead, up, right = (path - middle).T
        up = path[:, 1] - ground - phone.height_m
        ahead, right = ahead * np.cos(turn) - right * np.sin(turn), ahead * np.sin(turn) + right * np.cos(turn)
        if phone.view == "rear":
            across, depth = right, ahead
        else:
            across, depth = (ahead, -right) if phone.shows == "right" else (-ahead, right)
        far = phone.distance_m + depth
        x, y = focal * across / far, -focal * up / far
        turned = np.stack([x * np.cos(roll) + y * np.sin(roll), y * np.cos(roll) - x * np.sin(roll)], axis=1)
        found[name] = turned + np.array([phone.width_px, phone.rows_px]) / 2
    return found


def _leg_px(px: dict[str, Floats]) -> float:
    thigh = np.linalg.norm(px["right_hip"] - px["right_knee"], axis=1)
    shank = np.linalg.norm(px["right_knee"] - px["right_ankle"], axis=1)
    return float(np.percentile(thigh, 90) + np.percentile(shank, 90))


def _lasting(random: np.random.Generator, n: int, noise: PointNoise, fps: float) -> Floats:
    """Scatter with a memory: a pose model errs alike in neighbouring pictures."""
    keep = float(np.exp(-1 / (fps * noise.lasting_s)))
    drive = random.normal(0, noise.lasting * np.sqrt(1 - keep**2), (n, 2))
    drive[0] = random.normal(0, noise.lasting, 2)
    path = drive.copy()
    for row in range(1, n):
        path[row] += keep * path[row - 1]
    return path


def _exchange(points: Floats, random: np.random.Generator, noise: PointNoise, fps: float) -> None:
    """Exchange the legs for some pictures at a time, a twentieth of a second on average."""
    length = max(1, round(0.05 * fps))
    begins = np.flatnonzero(random.random(len(points)) < noise.swapped / length)
    left = [INDEX[f"left_{part}"] for part in ("knee", "ankle", "heel", "foot_index")]
    right = [INDEX[f"right_{part}"] for part in ("knee", "ankle", "heel", "foot_index")]
    for begin in begins.tolist():
        rows = np.arange(begin, min(begin + 1 + int(random.poisson(length)), len(points)))[:, None]
        points[rows, left], points[rows, right] = points[rows, right], points[rows, left]


def _track(points: Floats, visibility: Floats, time_s: Floats, phone: Phone) -> PoseTrack:
    n = len(time_s)
    info = ClipInfo("virtual", "mov", "h264", phone.width_px, phone.rows_px, 0, time_s, None, None)
    return PoseTrack(
        info=info,
        frame_index=np.arange(n),
        time_s=time_s,
        points_px=points,
        visibility=visibility,
        presence=np.ones(n),
        region_px=np.full((n, 3), np.nan),
        people=np.ones(5, dtype=np.intp),
        watch=None,
        backend="virtual camera on lab runners",
    )
