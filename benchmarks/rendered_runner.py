"""Pictures of a made or measured runner: a simple shaded figure in front of a pinhole camera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats

Picture = NDArray[np.uint8]

SKIN, SHIRT, SHORTS, SHOES, HAIR, SOLE = (
    np.array(colour, dtype=np.float64)
    for colour in ((214, 162, 128), (40, 96, 190), (34, 34, 44), (220, 230, 60), (58, 38, 26), (245, 245, 245))
)
_WHITE = 255
_JOINTS = ("hip", "knee", "ankle", "heel", "foot_index", "shoulder", "elbow", "wrist")


@dataclass(frozen=True)
class Camera:
    """A phone on a tripod.

    ``view`` "side" looks at the runner's right side (he faces right), "rear" from behind; ``roll_deg`` turns the phone
    clockwise; ``runner_share`` is the runner's height over the picture's.
    """

    width_px: int = 480
    height_px: int = 640
    view: str = "side"
    distance_m: float = 4.0
    height_m: float = 0.95
    roll_deg: float = 0.0
    runner_share: float = 0.75

    @property
    def focal_px(self) -> float:
        """Distance of the picture's plane."""
        return self.runner_share * self.height_px * self.distance_m / 1.75

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """Return pixels (..., 2) and distance from the camera in metres (...) of points (..., 3)."""
        if self.view == "side":
            right, depth = points[..., 0], points[..., 1] + self.distance_m
        else:
            right, depth = -points[..., 1], points[..., 0] + self.distance_m
        focal = self.focal_px
        x, y = focal * right / depth, -focal * (points[..., 2] - self.height_m) / depth
        roll = np.radians(self.roll_deg)
        turned = np.stack([x * np.cos(roll) + y * np.sin(roll), y * np.cos(roll) - x * np.sin(roll)], axis=-1)
        return np.asarray(turned + np.array([self.width_px, self.height_px]) / 2), depth

    def px_per_m(self, depth: Floats) -> Floats:
        """Return the scale at a distance from the camera."""
        return np.asarray(self.focal_px / depth)


@dataclass(frozen=True)
class Part:
    """A tapered limb between two points with its radii in metres."""

    start: Floats
    end: Floats
    start_m: float
    end_m: float
    colour: Floats
    nearer_m: float = 0.0


def pictures(body: dict[str, Floats], camera: Camera, light: float = 1.0) -> Iterator[Picture]:
    """Yield one picture (rows, columns, 3) per instant of the joints."""
    rows = len(next(iter(body.values())))
    yield from painted((figure({name: path[row] for name, path in body.items()}) for row in range(rows)), camera, light)


def painted(scenes: Iterable[list[Part]], camera: Camera, light: float = 1.0) -> Iterator[Picture]:
    """Yield one picture (rows, columns, 3) per list of parts, the far ones behind the near ones."""
    room = np.clip(backdrop(camera) * light, 0, _WHITE).astype(np.uint8)
    for parts in scenes:
        canvas = room.copy()
        for part in sorted(parts, key=lambda p: -_depth(p, camera)):
            _paint(canvas, part, camera, light)
        yield canvas


def backdrop(camera: Camera) -> Floats:
    """Return a room: a wall with panels, a floor and the belt."""
    noise = np.random.default_rng(7).normal(0, 5, (camera.height_px, camera.width_px, 1))
    scene = np.full((camera.height_px, camera.width_px, 3), (178.0, 182.0, 176.0)) + noise
    horizon = int(camera.project(np.array([0.0, 2.0, 0.0]))[0][1])
    scene[horizon:] = np.array([120.0, 104.0, 90.0]) + noise[horizon:]
    for x in range(camera.width_px // 7, camera.width_px, camera.width_px // 5):
        scene[:horizon, x : x + 5] -= 70
    belt = camera.project(np.array([[0.0, -0.3, -0.03], [0.0, 0.3, -0.03]]))[0][:, 1]
    scene[int(belt.min()) : int(belt.max()) + 12] = 52 + noise[int(belt.min()) : int(belt.max()) + 12] * 2
    return scene


def figure(j: dict[str, Floats]) -> list[Part]:
    """Return the parts of a body from its joints."""
    hips, shoulders = (j["left_hip"] + j["right_hip"]) / 2, (j["left_shoulder"] + j["right_shoulder"]) / 2
    up = (shoulders - hips) / np.linalg.norm(shoulders - hips)
    ahead = np.array([up[2], 0.0, -up[0]])
    head = shoulders + 0.24 * up + 0.035 * ahead
    waist = hips + 0.13 * up
    parts = [
        Part(shoulders - 0.03 * up, head - 0.05 * up, 0.055, 0.05, SKIN),
        Part(head + 0.045 * up - 0.012 * ahead, head - 0.055 * up + 0.02 * ahead, 0.088, 0.068, SKIN),
        Part(head + 0.07 * up - 0.03 * ahead, head - 0.01 * up - 0.05 * ahead, 0.085, 0.075, HAIR, 0.005),
        Part(head - 0.005 * up + 0.085 * ahead, head - 0.025 * up + 0.105 * ahead, 0.016, 0.014, SKIN),
    ]
    for way in (-1, 1):
        across = np.array([0.0, float(way), 0.0])
        eye = head + 0.015 * up + 0.075 * ahead + 0.035 * across
        ear = head - 0.005 * up - 0.01 * ahead + 0.075 * across
        parts += [
            Part(eye, eye + 0.005 * ahead, 0.012, 0.011, HAIR, 0.03),
            Part(ear, ear - 0.03 * up, 0.016, 0.012, SKIN * 0.85, 0.02),
            Part(shoulders + 0.09 * across, waist + 0.05 * across, 0.105, 0.095, SHIRT),
            Part(waist + 0.05 * across, hips + 0.06 * across - 0.02 * up, 0.095, 0.105, SHORTS),
        ]
    for side in ("left", "right"):
        at = {name: j[f"{side}_{name}"] for name in _JOINTS}
        thigh = at["hip"] + 0.55 * (at["knee"] - at["hip"])
        sleeve = at["shoulder"] + 0.5 * (at["elbow"] - at["shoulder"])
        calf = at["knee"] + 0.3 * (at["ankle"] - at["knee"])
        hand = at["wrist"] + 0.09 * (at["wrist"] - at["elbow"]) / 0.25
        parts += [
            Part(at["hip"], thigh, 0.092, 0.078, SHORTS),
            Part(thigh, at["knee"], 0.07, 0.056, SKIN),
            Part(at["knee"], calf, 0.056, 0.06, SKIN),
            Part(calf, at["ankle"], 0.06, 0.037, SKIN),
            Part(at["shoulder"], sleeve, 0.062, 0.052, SHIRT),
            Part(sleeve, at["elbow"], 0.045, 0.038, SKIN),
            Part(at["elbow"], at["wrist"], 0.038, 0.027, SKIN),
            Part(at["wrist"], hand, 0.032, 0.028, SKIN),
            *_shoe(at["ankle"], at["heel"], at["foot_index"]),
        ]
    return parts


def _shoe(ankle: Floats, heel: Floats, toe: Floats) -> list[Part]:
    """Return a shoe with counter, quarter, instep, toe box and sole; of fewer parts the model takes it for none."""
    ahead = (toe - heel) / np.linalg.norm(toe - heel)
    up = (ankle - heel) - ahead * ((ankle - heel) @ ahead)
    up = up / np.linalg.norm(up)
    ball = heel + 0.68 * (toe - heel)
    return [
        Part(heel + 0.045 * up + 0.025 * ahead, ankle - 0.005 * up, 0.036, 0.038, SHOES),
        Part(heel + 0.04 * up + 0.02 * ahead, ball + 0.035 * up, 0.036, 0.033, SHOES),
        Part(ankle - 0.01 * up + 0.02 * ahead, ball + 0.04 * up, 0.034, 0.028, SHOES),
        Part(ball + 0.032 * up, toe + 0.028 * up - 0.03 * ahead, 0.033, 0.026, SHOES),
        Part(heel + 0.012 * up + 0.01 * ahead, ball + 0.012 * up, 0.016, 0.014, SOLE, 0.01),
        Part(ball + 0.012 * up, toe + 0.014 * up - 0.012 * ahead, 0.014, 0.012, SOLE, 0.01),
    ]


def _depth(part: Part, camera: Camera) -> float:
    return float(camera.project(np.stack([part.start, part.end]))[1].mean()) - part.nearer_m


def _paint(canvas: Picture, part: Part, camera: Camera, light: float) -> None:
    """Draw a limb as a lit, tapered cylinder with round ends."""
    (start, end), depth = camera.project(np.stack([part.start, part.end]))
    radius = np.array([part.start_m, part.end_m]) * camera.px_per_m(depth)
    reach = radius.max() + 2
    left, top = np.maximum(np.floor(np.minimum(start, end) - reach), 0).astype(int)
    right, bottom = np.ceil(np.maximum(start, end) + reach).astype(int)
    area = canvas[top:bottom, left:right]
    if area.size == 0:
        return
    off_x = np.arange(left, left + area.shape[1], dtype=np.float32)[None, :] - np.float32(start[0])
    off_y = np.arange(top, top + area.shape[0], dtype=np.float32)[:, None] - np.float32(start[1])
    line = (end - start).astype(np.float32)
    share = np.clip((off_x * line[0] + off_y * line[1]) / np.float32(max(float(line @ line), 1e-9)), 0, 1)
    wide = np.float32(radius[0]) + share * np.float32(radius[1] - radius[0])
    off_x, off_y = off_x - share * line[0], off_y - share * line[1]
    distance = np.sqrt(off_x**2 + off_y**2)
    row, column = np.nonzero(distance < wide + 0.5)
    off_x, off_y, wide, distance = (grid[row, column] for grid in (off_x, off_y, wide, distance))
    cover = np.clip(wide - distance + 0.5, 0, 1)[:, None]
    bulge = np.sqrt(np.clip(1 - (distance / wide) ** 2, 0, 1))
    lit = 0.5 + 0.42 * bulge - 0.16 * (off_x * 0.5 + off_y) / wide
    behind = area[row, column].astype(np.float32)
    colour = (part.colour * light).astype(np.float32) * lit[:, None]
    area[row, column] = np.clip(behind + cover * (colour - behind), 0, _WHITE).astype(np.uint8)
