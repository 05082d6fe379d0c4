"""A small stick figure: joints from a few numbers, limbs by reach.

Axes: x to the right, y up, in units of the drawing; the floor is y = 0. Angles are in degrees from the x axis, positive
counter-clockwise. A figure seen from the side looks to the right; ``near`` limbs lie towards the viewer. Seen from the
front, ``near`` is on the left of the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]

TRUNK, THIGH, SHANK, FOOT = 30.0, 24.0, 24.0, 9.0
UPPER_ARM, FOREARM, NECK, HEAD = 16.0, 15.0, 9.0, 6.0
_HALF_PELVIS, _HALF_SHOULDERS = 5.0, 9.0


@dataclass(frozen=True, slots=True)
class Body:
    """One pose as joints and limbs.

    Attributes
    ----------
    joints : mapping of str to point
        By name: ``hip``, ``knee``, ``ankle``, ``toe``, ``shoulder``, ``elbow``, ``hand``, ``head``, with ``_far`` for
        the limbs away from the viewer.
    near, far : tuple of polylines
        Lines to draw, the far ones faint.
    """

    joints: Mapping[str, Point]
    near: tuple[tuple[Point, ...], ...]
    far: tuple[tuple[Point, ...], ...]


def body(pose: Mapping[str, Any]) -> Body:
    """Return the joints of one pose.

    Parameters
    ----------
    pose : mapping
        ``hip`` (x, y), ``trunk`` (angle from hip to shoulder), ``head`` (angle from shoulder to head), ``leg`` and
        ``leg_far`` (ankle x, y, angle of the foot, side of the knee, length of thigh and shank), ``arm`` and
        ``arm_far`` (hand x, y, side of the elbow), ``view`` (``"front"`` for two hips and shoulders), ``tilt`` (of the
        pelvis, in the front view).
    """
    front = pose.get("view") == "front"
    hip = _point(pose["hip"])
    shoulder = _along(hip, pose.get("trunk", 90), TRUNK)
    hips, shoulders = _girdles(hip, shoulder, pose) if front else ((hip, hip), (shoulder, shoulder))
    joints: dict[str, Point] = {"hip": hips[0], "hip_far": hips[1]}
    joints |= {"shoulder": shoulders[0], "shoulder_far": shoulders[1]}
    joints["head"] = _along(shoulder, pose.get("head", pose.get("trunk", 90)), NECK)
    lines: dict[str, tuple[Point, ...]] = {}
    for side, place in (("", 0), ("_far", 1)):
        leg = pose.get(f"leg{side}", pose["leg"] if place else None)
        arm = pose.get(f"arm{side}", pose.get("arm") if place else None)
        lines[f"leg{side}"] = _leg(joints, side, leg, front=front)
        if arm is not None:
            lines[f"arm{side}"] = _arm(joints, side, arm)
    frame: list[tuple[Point, ...]] = [(hip, shoulder)]
    if front:
        frame += [(hips[0], hips[1]), (shoulders[0], shoulders[1])]
    far_names = () if front else ("leg_far", "arm_far")
    near = [*frame, *(line for name, line in lines.items() if name not in far_names)]
    return Body(joints, tuple(near), tuple(lines[name] for name in far_names if name in lines))


def _girdles(hip: Point, shoulder: Point, pose: Mapping[str, Any]) -> tuple[tuple[Point, Point], tuple[Point, Point]]:
    tilt = pose.get("tilt", 0)
    hips = (_along(hip, 180 + tilt, _HALF_PELVIS), _along(hip, tilt, _HALF_PELVIS))
    lean = pose.get("trunk", 90) - 90
    return hips, (_along(shoulder, 180 + lean, _HALF_SHOULDERS), _along(shoulder, lean, _HALF_SHOULDERS))


def _leg(joints: dict[str, Point], side: str, spec: Any, *, front: bool) -> tuple[Point, ...]:
    ankle = _point(spec)
    bend = spec[3] if len(spec) > 3 else 1
    length = spec[4] if len(spec) > 4 else THIGH
    hip = joints[f"hip{side}"]
    knee, ankle = _reach(hip, ankle, length, length, bend)
    joints[f"knee{side}"], joints[f"ankle{side}"] = knee, ankle
    if front:
        joints[f"toe{side}"] = _along(ankle, spec[2] if len(spec) > 2 else (200 if not side else -20), FOOT / 2)
    else:
        joints[f"toe{side}"] = _along(ankle, spec[2] if len(spec) > 2 else 0, FOOT)
    return hip, knee, ankle, joints[f"toe{side}"]


def _arm(joints: dict[str, Point], side: str, spec: Any) -> tuple[Point, ...]:
    shoulder = joints[f"shoulder{side}"]
    bend = spec[2] if len(spec) > 2 else -1
    elbow, hand = _reach(shoulder, _point(spec), UPPER_ARM, FOREARM, bend)
    joints[f"elbow{side}"], joints[f"hand{side}"] = elbow, hand
    return shoulder, elbow, hand


def _reach(start: Point, end: Point, first: float, second: float, bend: float) -> tuple[Point, Point]:
    """Return the joint between and the end: bent to one side, or straight towards an end out of reach."""
    apart = math.dist(start, end)
    direction = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    if apart >= first + second:
        middle = _along(start, direction, first)
        return middle, _along(middle, direction, second)
    # The law of cosines gives the angle between the first link and the straight way.
    cosine = (first**2 + apart**2 - second**2) / (2 * first * max(apart, 1.0))
    turn = math.degrees(math.acos(min(max(cosine, -1.0), 1.0)))
    return _along(start, direction + bend * turn, first), end


def _along(start: Point, angle_deg: float, length: float) -> Point:
    angle = math.radians(angle_deg)
    return start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)


def _point(spec: Any) -> Point:
    return float(spec[0]), float(spec[1])
