"""Joint centres and segment frames from the standing trial.

Every segment has its axes as the page of coordinates says: x forward, y up along the segment, z to the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kneewise.domain import Capture, Floats
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.motion.markers.marker_map import NEEDED, OPTIONAL, PROXIMAL, SIDES, MarkerMap, Side

#: +1 for the leg on the side that z points to.
SIGN: Mapping[Side, float] = {"left": -1.0, "right": 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class SegmentModel:
    """One segment at rest, in its own frame.

    Attributes
    ----------
    markers : tuple of str
        Cluster; ``"@proximal"`` for the joint centre of the segment above.
    local_m : ndarray, shape (markers, 3)
    points_m : dict of str to ndarray, shape (3,)
        Joint centres and landmarks fixed to the segment.
    """

    markers: tuple[str, ...]
    local_m: Floats
    points_m: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The runner's segments at rest.

    Attributes
    ----------
    segments : dict
        By ``(segment, side)``; the side of the pelvis is ``None``.
    lengths_m : dict
        Thigh, shank, foot by ``(segment, side)``.
    middle : tuple of str
        Markers of the trunk that the file holds.
    up : ndarray, shape (3,)
        The axis of the file that points against gravity.
    """

    segments: Mapping[tuple[str, Side | None], SegmentModel]
    lengths_m: Mapping[tuple[str, Side], float]
    middle: tuple[str, ...]
    up: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """Axes as columns and the origin of a segment in the file's frame."""

    axes: Floats
    origin: Floats

    def local(self, point: Floats) -> Floats:
        found: Floats = (point - self.origin) @ self.axes
        return found


def stand(static: Capture, names: MarkerMap) -> Standing:
    """Return the segments of the runner from a standing trial.

    Parameters
    ----------
    static : Capture
        Standing still, with the medial markers of knee and ankle.
    names : MarkerMap

    Returns
    -------
    Standing

    Raises
    ------
    InvalidInputError
        When a landmark is missing, the runner moves, or sides are mixed up.

    Notes
    -----
    Hip: Bell 1990, from the distance of the anterior superior iliac spines; about 2 cm from the true centre. Knee and
    ankle: midpoint of the epicondyles, of the malleoli. One millimetre of the knee centre fore or aft is 0.8 % of the
    knee moment, so results are for comparing with the same standing trial first of all.
    """
    seen = _still(static)
    marks = _landmarks(seen, names, static.name)
    up = _up(marks)
    pelvis = _pelvis(marks, up, static.name)
    hips = _hip_centres(marks, pelvis)
    segments: dict[tuple[str, Side | None], SegmentModel] = {}
    lengths: dict[tuple[str, Side], float] = {}
    middle = (marks["asis", "left"] + marks["asis", "right"] + marks["psis", "left"] + marks["psis", "right"]) / 4
    fixed = {"centre": middle, **{f"hip_{side}": hips[side] for side in SIDES}}
    segments["pelvis", None] = _model(seen, names.clusters["pelvis", None], pelvis, fixed, None, static.name)
    for side in SIDES:
        knee, ankle = (
            (marks[f"{joint}_lateral", side] + marks[f"{joint}_medial", side]) / 2 for joint in ("knee", "ankle")
        )
        toe = (marks["metatarsal_first", side] + marks["metatarsal_fifth", side]) / 2
        heel = marks["heel", side]
        frames = {
            "thigh": _long_frame(hips[side], knee, _outward(marks, "knee", side), knee),
            "shank": _long_frame(knee, ankle, _outward(marks, "ankle", side), knee),
            "foot": _foot_frame(heel, toe, up),
        }
        points = {
            "thigh": {"hip": hips[side], "knee": knee},
            "shank": {"knee": knee, "ankle": ankle},
            "foot": {"ankle": ankle, "heel": heel, "toe": toe},
        }
        above = {"thigh": hips[side], "shank": knee, "foot": ankle}
        for name, frame in frames.items():
            cluster = names.clusters[name, side]
            segments[name, side] = _model(seen, cluster, frame, points[name], above[name], static.name)
        for name, a, b in (("thigh", hips[side], knee), ("shank", knee, ankle), ("foot", heel, toe)):
            lengths[name, side] = float(np.linalg.norm(a - b))
    _check_sides(marks, pelvis, static.name)
    trunk = tuple(
        found for landmark in OPTIONAL if (found := _held(names.landmarks.get((landmark, None), ()), seen)) is not None
    )
    return Standing(segments, lengths, trunk, up)


def _still(static: Capture) -> dict[str, Floats]:
    """Return the mean place of every marker."""
    found = {
        label: track[np.isfinite(track).all(axis=1)]
        for label, track in zip(static.labels, static.points_m.swapaxes(0, 1), strict=True)
    }
    seen = {label: track for label, track in found.items() if len(track)}
    sway = float(np.median([track.std(axis=0).max() for track in seen.values()])) if seen else 0.0
    if sway > value("lab.static.most_sway_m"):
        raise InvalidInputError(
            f"In the standing trial {static.name} the markers move by {1000 * sway:.0f} mm; give the trial in which "
            "the runner stands still with --static."
        )
    return {label: track.mean(axis=0) for label, track in seen.items()}


def _held(choices: tuple[str, ...], seen: Mapping[str, Floats]) -> str | None:
    return next((name for name in choices if name in seen), None)


def _landmarks(seen: Mapping[str, Floats], names: MarkerMap, where: str) -> dict[tuple[str, Side], Floats]:
    found: dict[tuple[str, Side], Floats] = {}
    missing = []
    for landmark in NEEDED:
        for side in SIDES:
            held = _held(names.landmarks[landmark, side], seen)
            if held is None:
                missing.append(" or ".join(names.landmarks[landmark, side]))
            else:
                found[landmark, side] = seen[held]
    if missing:
        raise InvalidInputError(
            f"The standing trial {where} lacks {', '.join(dict.fromkeys(missing))} (marker set {names.name}); "
            "record it with the anatomical markers, or give a marker map with --markers."
        )
    return found


def _up(marks: Mapping[tuple[str, Side], Floats]) -> Floats:
    """Return the axis of the file that leads best from the heels to the pelvis."""
    rise = sum(marks["asis", side] - marks["heel", side] for side in SIDES)
    axis = int(np.argmax(np.abs(rise)))
    up = np.zeros(3)
    up[axis] = np.sign(np.asarray(rise)[axis])
    return up


def _pelvis(marks: Mapping[tuple[str, Side], Floats], up: Floats, where: str) -> _Frame:
    front = (marks["asis", "left"] + marks["asis", "right"]) / 2
    back = (marks["psis", "left"] + marks["psis", "right"]) / 2
    z = _unit(marks["asis", "right"] - marks["asis", "left"])
    x = _across(front - back, z)
    y = np.cross(z, x)
    if y @ up < 0:
        raise InvalidInputError(
            f"In the standing trial {where} the left and right pelvis markers are exchanged; correct the labels."
        )
    return _Frame(np.column_stack([x, y, z]), front)


def _hip_centres(marks: Mapping[tuple[str, Side], Floats], pelvis: _Frame) -> dict[Side, Floats]:
    width = float(np.linalg.norm(marks["asis", "right"] - marks["asis", "left"]))
    back, down, out = (value(f"lab.hip.{name}_share") for name in ("posterior", "distal", "lateral"))
    return {side: pelvis.origin + pelvis.axes @ (width * np.array([-back, -down, SIGN[side] * out])) for side in SIDES}


def _outward(marks: Mapping[tuple[str, Side], Floats], joint: str, side: Side) -> Floats:
    """Direction to the right across a joint."""
    return SIGN[side] * (marks[f"{joint}_lateral", side] - marks[f"{joint}_medial", side])


def _long_frame(above: Floats, below: Floats, right: Floats, origin: Floats) -> _Frame:
    y = _unit(above - below)
    x = _unit(np.cross(y, right))
    return _Frame(np.column_stack([x, y, np.cross(x, y)]), origin)


def _foot_frame(heel: Floats, toe: Floats, up: Floats) -> _Frame:
    """Level in standing, so that a foot flat on the ground has no inclination."""
    x = _across(toe - heel, up)
    return _Frame(np.column_stack([x, up, np.cross(x, up)]), heel)


def _model(
    seen: Mapping[str, Floats],
    cluster: tuple[str, ...],
    frame: _Frame,
    points: Mapping[str, Floats],
    above: Floats | None,
    where: str,
) -> SegmentModel:
    places = {name: above if name == PROXIMAL else seen.get(name) for name in cluster}
    held = {name: frame.local(place) for name, place in places.items() if place is not None}
    if len(held) < 3:
        raise InvalidInputError(
            f"The standing trial {where} holds only {', '.join(held) or 'none'} of the cluster {', '.join(cluster)}; "
            "three markers are needed, so record it again or name others in a marker map."
        )
    local = np.array(list(held.values()))
    return SegmentModel(tuple(held), local, {name: frame.local(point) for name, point in points.items()})


def _check_sides(marks: Mapping[tuple[str, Side], Floats], pelvis: _Frame, where: str) -> None:
    """Refuse exchanged sides: left must lie left of right, inside inside of outside."""
    right = pelvis.axes[:, 2]
    for joint in ("knee", "ankle"):
        if (marks[f"{joint}_lateral", "right"] - marks[f"{joint}_lateral", "left"]) @ right < 0:
            raise InvalidInputError(
                f"In the standing trial {where} the left and right {joint} markers are exchanged; correct the labels."
            )
        for side in SIDES:
            if _outward(marks, joint, side) @ right < 0:
                raise InvalidInputError(
                    f"In the standing trial {where} the medial and lateral {joint} markers of the {side} leg are "
                    "exchanged; correct the labels."
                )


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / np.linalg.norm(vector)
    return unit


def _across(vector: Floats, axis: Floats) -> Floats:
    """Part of a vector across an axis, as a unit vector."""
    return _unit(vector - (vector @ axis) * axis)
