"""A filmed runner as the plane of the picture shows him: x ahead, y up, in lengths of his own leg.

Side view: x points where he runs. Rear view: x points to his right. A slow drift of the whole body, of a camera that
pans or of a runner who goes away, is taken out; the rise and fall within a stride is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.motion.keypoints import Keypoints, View
from kneewise.motion.scale import relative_size

_SIDES = ("left", "right")
#: A drift needs at least this many samples to be told.
_LEAST_SAMPLES = 5


@dataclass(frozen=True, slots=True, eq=False)
class FilmedBody:
    """Trajectories of one filmed runner, equally spaced in true time.

    Attributes
    ----------
    fps : float
    view : {"side", "rear"}
    hip, knee, ankle, heel, toe, shoulder : ndarray, shape (2, n, 2)
        Left before right; x ahead (rear view: to the right), y up, in leg lengths.
    near : int or None
        The leg nearer to the camera in side view, 0 left and 1 right.
    """

    fps: float
    view: View
    hip: Floats
    knee: Floats
    ankle: Floats
    heel: Floats
    toe: Floats
    shoulder: Floats
    near: int | None

    @property
    def mid_hip(self) -> Floats:
        """Middle of the hips (n, 2)."""
        return np.asarray(self.hip.mean(axis=0))

    @property
    def mid_shoulder(self) -> Floats:
        """Middle of the shoulders (n, 2)."""
        return np.asarray(self.shoulder.mean(axis=0))

    def centre_of_mass(self) -> Floats:
        """Return the centre of mass (n, 2), weighted by segments.

        Notes
        -----
        Thigh, shank and foot with the masses and centres of de Leva 1996 (men); head, arms and trunk are one segment
        from the hips to the shoulders, because wrists and elbows are the points that a model sees worst.
        """
        parts = ((self.hip, self.knee, "thigh"), (self.knee, self.ankle, "shank"), (self.heel, self.toe, "foot"))
        middle, rest = np.zeros_like(self.mid_hip), 1.0
        for upper, lower, name in parts:
            mass, centre = (value(f"lab.de_leva_m.{name}.{what}") for what in ("mass", "centre"))
            middle = middle + mass * (upper + centre * (lower - upper)).sum(axis=0)
            rest -= len(_SIDES) * mass
        trunk = self.mid_hip + value("gait.mass.upper_body_centre") * (self.mid_shoulder - self.mid_hip)
        return np.asarray(middle + rest * trunk)


def filmed_body(keypoints: Keypoints) -> FilmedBody:
    """Return a runner's trajectories in his own measure."""
    way = keypoints.facing if keypoints.view == "side" else 1
    stride = _stride_samples(keypoints)
    size = _drift(relative_size(keypoints.xy_px), stride)[:, None]
    origin = np.stack([_drift(column, stride) for column in keypoints.of("mid_hip").T], axis=1)
    unit = np.array([way, -1]) / keypoints.leg_px

    def legs(part: str) -> Floats:
        return np.stack([(keypoints.of(f"{side}_{part}") - origin) * unit / size for side in _SIDES])

    near = None if keypoints.near is None else _SIDES.index(keypoints.near)
    parts = {name: legs(name) for name in ("hip", "knee", "ankle", "heel", "shoulder")}
    return FilmedBody(fps=keypoints.fps, view=keypoints.view, toe=legs("foot_index"), near=near, **parts)


def _stride_samples(keypoints: Keypoints) -> int:
    """Return the odd number of samples closest to one stride."""
    samples = 2 * 60 / keypoints.quality.steps_per_min * keypoints.fps
    return 2 * int(samples / 2) + 1


def _drift(path: Floats, stride: int) -> Floats:
    """Return the path without what happens within a stride: a line through one stride around each instant."""
    known = np.isfinite(path)
    if len(path) < max(stride, _LEAST_SAMPLES) or not known.any():
        return np.full(len(path), np.nanmedian(path) if known.any() else np.nan)
    rows = np.arange(len(path))
    whole = np.interp(rows, rows[known], path[known])
    half, within = stride // 2, np.arange(stride)
    first, last = (np.polyval(np.polyfit(within, part, 1), within) for part in (whole[:stride], whole[-stride:]))
    middle = np.convolve(whole, np.full(stride, 1 / stride), "valid")
    return np.concatenate([first[:half], middle, last[stride - half :]])
