"""Poses of pelvis and legs through a running trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Capture, Floats, Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.motion.markers.gaps import fill_from_cluster, interpolated, missing_share
from kneewise.motion.markers.labels import corrected_labels
from kneewise.motion.markers.marker_map import PROXIMAL, SIDES, Side
from kneewise.motion.markers.rigid import Pose, fit_pose
from kneewise.motion.markers.smoothing import low_pass
from kneewise.motion.markers.standing import SegmentModel, Standing

Mask = NDArray[np.bool_]

#: Markers with gaps that a message names.
_TOLD = 4
_CHAIN = {"thigh": "hip", "shank": "knee", "foot": "ankle"}


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Pelvis and legs in the running frame: x forward, y up, z to the right, metres.

    The first axis of the legs' arrays is the side, left before right.

    Attributes
    ----------
    rate_hz : float
    pelvis_m : ndarray, shape (frames, 3)
        Middle of the four iliac spines.
    hip_m, knee_m, ankle_m, heel_m, toe_m : ndarray, shape (2, frames, 3)
        Joint centres and, of the foot, the heel marker and the middle of the metatarsal heads. The hip is carried by
        the pelvis; knee and ankle are halfway between where the segment above and the one below carry them, because
        skin moves on both.
    pelvis : ndarray, shape (frames, 3, 3)
    thigh, shank, foot : ndarray, shape (2, frames, 3, 3)
        Columns are the segment's axes.
    trunk_m : ndarray, shape (frames, 3), or None
        A marker at the top of the trunk.
    residual_m : dict
        Median distance of the markers from their rigid cluster, by ``(segment, side)``.
    joint_gap_m : dict
        Median distance between a joint centre carried by the segment above and by the one below.
    to_running : ndarray, shape (3, 3)
        Rows are the running frame's axes in the file's frame.
    """

    rate_hz: float
    pelvis_m: Floats
    hip_m: Floats
    knee_m: Floats
    ankle_m: Floats
    heel_m: Floats
    toe_m: Floats
    pelvis: Floats
    thigh: Floats
    shank: Floats
    foot: Floats
    trunk_m: Floats | None
    residual_m: Mapping[tuple[str, Side | None], float]
    joint_gap_m: Mapping[tuple[str, Side], float]
    to_running: Floats


def track(trial: Capture, standing: Standing, cutoff_hz: float) -> tuple[Body, tuple[Issue, ...]]:
    """Return the poses of all segments in every frame of a running trial, and what was noted.

    Parameters
    ----------
    trial : Capture
        Running, with the clusters of the standing trial.
    standing : Standing
    cutoff_hz : float
        Low-pass of the marker trajectories before the fits.

    Raises
    ------
    InvalidInputError
        When a cluster has fewer than three markers or nobody moves.
    """
    issues: list[Issue] = []
    labels, swapped = corrected_labels(trial, standing)
    issues += swapped
    seen = {label: trial.points_m[:, column] for column, label in enumerate(labels)}
    smooth: dict[str, Floats] = {}
    for key, model in standing.segments.items():
        smooth |= _cluster(seen, model, key, trial, cutoff_hz)
    issues += _gap_issues(seen, smooth, trial)
    turn = _running_frame(smooth, standing, trial)
    smooth = {label: points @ turn.T for label, points in smooth.items()}
    pelvis = _fit(smooth, standing.segments["pelvis", None], None)
    fixed = standing.segments["pelvis", None].points_m
    poses: dict[tuple[str, Side | None], Pose] = {("pelvis", None): pelvis}
    joints: dict[str, list[Floats]] = {name: [] for name in ("hip", "knee", "ankle", "heel", "toe")}
    joint_gap: dict[tuple[str, Side], float] = {}
    for side in SIDES:
        leg, places, gaps = _leg(smooth, standing, side, pelvis.point(fixed[f"hip_{side}"]))
        poses |= leg
        joint_gap |= gaps
        for name, points in places.items():
            joints[name].append(points)
    stacked = {name: np.stack(pair) for name, pair in joints.items()}
    legs = {name: np.stack([poses[name, side].rotation for side in SIDES]) for name in _CHAIN}
    body = Body(
        rate_hz=trial.rate_hz,
        pelvis_m=pelvis.point(fixed["centre"]),
        **{f"{name}_m": points for name, points in stacked.items()},
        pelvis=pelvis.rotation,
        **legs,
        trunk_m=_trunk(seen, standing, turn, trial, cutoff_hz),
        residual_m={key: float(np.nanmedian(pose.residual_m)) for key, pose in poses.items()},
        joint_gap_m=joint_gap,
        to_running=turn,
    )
    return body, tuple(issues)


def _leg(
    smooth: Mapping[str, Floats], standing: Standing, side: Side, hip_m: Floats
) -> tuple[dict[tuple[str, Side | None], Pose], dict[str, Floats], dict[tuple[str, Side], float]]:
    """Return poses, joint places and the gaps between segments of one leg, from the hip down."""
    poses: dict[tuple[str, Side | None], Pose] = {}
    places: dict[str, Floats] = {}
    gaps: dict[tuple[str, Side], float] = {}
    centre = hip_m
    for segment, joint in _CHAIN.items():
        held = standing.segments[segment, side]
        pose = _fit(smooth, held, centre)
        own = pose.point(held.points_m[joint])
        gaps[joint, side] = float(np.nanmedian(np.linalg.norm(own - centre, axis=1)))
        places[joint] = centre if joint == "hip" else (own + centre) / 2
        poses[segment, side] = pose
        below = {"thigh": "knee", "shank": "ankle"}.get(segment)
        centre = centre if below is None else pose.point(held.points_m[below])
    for name in ("heel", "toe"):
        places[name] = poses["foot", side].point(standing.segments["foot", side].points_m[name])
    return poses, places, gaps


def _cluster(
    seen: Mapping[str, Floats], model: SegmentModel, key: tuple[str, Side | None], trial: Capture, cutoff_hz: float
) -> dict[str, Floats]:
    """Return the filled and filtered markers of one cluster."""
    held = [name for name in model.markers if name in seen and np.isfinite(seen[name]).any()]
    virtual = PROXIMAL in model.markers
    if len(held) + virtual < 3:
        where = f"{key[1]} {key[0]}" if key[1] else key[0]
        raise InvalidInputError(
            f"{trial.name} holds only {', '.join(held) or 'none'} of the markers {', '.join(model.markers)} of the "
            f"{where}; three are needed, so label the others or give a marker map with --markers."
        )
    points = np.stack([seen[name] for name in held], axis=1)
    if np.isnan(points).any():
        local = model.local_m[[model.markers.index(name) for name in held]]
        points = fill_from_cluster(points, local)
        points = np.stack([_short_gaps(points[:, column], trial.rate_hz) for column in range(len(held))], axis=1)
    known: Mask = np.asarray(~np.isnan(points).any(axis=2))
    if not known.all():
        carried = [interpolated(points[:, column], known[:, column]) for column in range(len(held))]
        points = low_pass(np.stack(carried, axis=1), trial.rate_hz, cutoff_hz)
        points[~known] = np.nan
    else:
        points = low_pass(points, trial.rate_hz, cutoff_hz)
    return {name: points[:, column] for column, name in enumerate(held)}


def _short_gaps(points: Floats, rate_hz: float) -> Floats:
    """Fill gaps of a few frames in straight lines; longer ones stay NaN."""
    gap: Mask = np.asarray(np.isnan(points).any(axis=1))
    if not gap.any() or gap.all():
        return points
    edges = np.flatnonzero(np.diff(np.concatenate([[False], gap, [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    long = ends - starts > value("lab.gap.longest_straight_s") * rate_hz
    filled = interpolated(points, ~gap)
    keep = np.zeros(len(points) + 1)
    np.add.at(keep, starts[long], 1)
    np.add.at(keep, ends[long], -1)
    filled[np.cumsum(keep[:-1]) > 0] = np.nan
    return filled


def _gap_issues(seen: Mapping[str, Floats], smooth: Mapping[str, Floats], trial: Capture) -> list[Issue]:
    names = list(smooth)
    share = missing_share(np.stack([seen[name] for name in names], axis=1), names)
    open_share = missing_share(np.stack([smooth[name] for name in names], axis=1), names)
    found = []
    if share:
        worst = sorted(share.items(), key=lambda item: -item[1])[:_TOLD]
        told = ", ".join(f"{name} ({100 * part:.1f} %)" for name, part in worst)
        text = f"Markers were not seen all the time ({told}); where three others of the bone were, they stand in."
        found.append(Issue("marker-gaps", trial.name, text))
    if open_share:
        names_open = ", ".join(sorted(open_share))
        text = f"Gaps of {names_open} are too long to fill; steps in them have no number."
        found.append(Issue("marker-gaps-open", trial.name, text))
    return found


def _fit(smooth: Mapping[str, Floats], model: SegmentModel, proximal: Floats | None) -> Pose:
    use = [name for name in model.markers if name in smooth or (name == PROXIMAL and proximal is not None)]
    tracks = [smooth[name] if name != PROXIMAL else proximal for name in use]
    local = model.local_m[[model.markers.index(name) for name in use]]
    return fit_pose(local, np.stack([track for track in tracks if track is not None], axis=1))


def _running_frame(smooth: Mapping[str, Floats], standing: Standing, trial: Capture) -> Floats:
    """Return the axes (rows) forward, up, right.

    Forward is where the pelvis goes relative to the feet while they stand: right on a treadmill and on the ground.
    """
    up = standing.up
    pelvis = _middle([smooth[name] for name in standing.segments["pelvis", None].markers if name in smooth])
    own = _velocity(pelvis, trial.rate_hz)
    ground = []
    for side in SIDES:
        names = [name for name in standing.segments["foot", side].markers if name in smooth]
        foot = _middle([smooth[name] for name in names])
        height = foot @ up
        low = height <= np.nanquantile(height, value("lab.frame.standing_share"))
        ground.append(np.nanmedian(_velocity(foot, trial.rate_hz)[low], axis=0))
    travel = np.nanmean(own, axis=0) - np.mean(ground, axis=0)
    travel -= (travel @ up) * up
    speed = float(np.linalg.norm(travel))
    if not speed > value("lab.frame.least_speed_mps"):
        raise InvalidInputError(
            f"Nobody runs in {trial.name}: the pelvis moves at {speed:.1f} m/s over the standing feet; give the "
            "running trial first and the standing one with --static."
        )
    forward = travel / speed
    return np.stack([forward, up, np.cross(forward, up)])


def _middle(markers: Sequence[Floats]) -> Floats:
    """Return the mean of the markers that are seen; missing where none is, which is no news worth a warning."""
    stacked = np.stack(markers)
    seen = np.isfinite(stacked)
    with np.errstate(invalid="ignore"):
        middle: Floats = np.where(seen, stacked, 0.0).sum(axis=0) / seen.sum(axis=0)
    return middle


def _velocity(points: Floats, rate_hz: float) -> Floats:
    velocity: Floats = np.gradient(points, axis=0) * rate_hz
    return velocity


def _trunk(
    seen: Mapping[str, Floats], standing: Standing, turn: Floats, trial: Capture, cutoff_hz: float
) -> Floats | None:
    held = next((name for name in standing.middle if name in seen and np.isfinite(seen[name]).any()), None)
    if held is None:
        return None
    points = seen[held]
    known: Mask = np.asarray(~np.isnan(points).any(axis=1))
    smooth = low_pass(interpolated(points, known), trial.rate_hz, cutoff_hz)
    smooth[~known] = np.nan
    return smooth @ turn.T
