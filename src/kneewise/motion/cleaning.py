"""From a raw track to clean keypoints in true time, or a refusal that says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats, Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.motion import filtering, judgement, rhythm, scale, sides
from kneewise.motion.keypoints import INDEX, ClipQuality, Keypoints, View, legs
from kneewise.motion.leg_swaps import PARTS, exchange_legs, swapped_legs
from kneewise.motion.pose.tracking import PoseTrack

_ANKLES: Final = [INDEX["left_ankle"], INDEX["right_ankle"]]


@dataclass(frozen=True, slots=True, eq=False)
class _Repaired:
    """Raw points without what was certainly wrong, and how much that was."""

    points: Floats
    ankles: Floats
    visibility: Floats
    leg_px: float
    swapped_share: float
    outlier_share: float


def clean_keypoints(
    track: PoseTrack, *, view: View | None = None, slow_motion: float | None = None, height_m: float | None = None
) -> Keypoints:
    """Turn a raw track into clean trajectories.

    Parameters
    ----------
    track : PoseTrack
    view : {"side", "rear"} or None
        What the runner says; checked against the picture, found from it when None.
    slow_motion : float or None
        How many times slower than life the clip plays, 1 for life. None takes what the file says, else 1. The rhythm of
        the legs must be one of running with it.
    height_m : float or None
        The runner's height, for the scale.

    Returns
    -------
    Keypoints

    Raises
    ------
    UnusableClipError
        When the clip cannot be measured; the message says how to film it better.
    InvalidInputError
        When ``slow_motion`` is not a number from 1/16 to 16.

    Notes
    -----
    In this order: exchanged legs are mended; points that the model does not see are dropped, and outliers; gaps
    shorter than 0.1 s are bridged while the points are put on an even grid of true time; a fourth-order Butterworth
    low-pass without lag.
    """
    judgement.check_track(track.info.name, track.found, track.people, box_given=track.box_given)
    factor = slow_motion_of(track, slow_motion)
    time_s = (track.time_s - track.time_s[0]) / factor
    repaired = _repaired(track, time_s)
    judgement.check_upright(track.info.name, sides.trunk_lean_deg(repaired.points))
    seen_from = sides.view_of(repaired.points, track.info.name, view)
    fps = 1 / float(np.median(np.diff(time_s)))
    grid_s = np.arange(int(time_s[-1] * fps + 0.5) + 1) / fps
    raw = filtering.resample(repaired.points, time_s, grid_s)
    xy = filtering.smooth(raw, fps)
    ankles = filtering.smooth(filtering.resample(repaired.ankles, time_s, grid_s), fps)
    swing = rhythm.leg_swing(ankles, seen_from, repaired.leg_px) / scale.relative_size(xy)
    kept = slice(*rhythm.steady_part(swing))
    # Scatter makes limbs look longer: on raw points they came out up to 5 % too long.
    leg_px = scale.leg_length_px(xy[kept], seen_from)
    noise = _noise_px((raw - xy)[kept])
    quality = _quality(track, repaired, xy[kept], swing[kept], seen_from, fps)
    _check(track, repaired, ankles[kept], quality, seen_from, factor)
    nearest = _nearest(time_s, grid_s[kept])
    return Keypoints(
        time_s=grid_s[kept],
        frame_index=track.frame_index[nearest],
        xy_px=xy[kept],
        visibility=repaired.visibility[nearest],
        noise_px=noise,
        width_px=track.info.width_px,
        height_px=track.info.height_px,
        fps=fps,
        view=seen_from,
        facing=sides.facing_of(xy[kept]) if seen_from == "side" else 0,
        slow_motion=factor,
        leg_px=leg_px,
        metres_per_px=None if height_m is None else scale.metres_per_px(leg_px, height_m),
        backend=track.backend,
        quality=quality,
        issues=(*track.issues, *_kept_part(track, nearest), *_advice(quality, seen_from, noise, leg_px)),
    )


def slow_motion_of(track: PoseTrack, asked: float | None) -> float:
    """Return how many times slower than life a clip plays: the runner's answer, else the file's own note, else 1."""
    most = value("video.rhythm.most_slow_motion")
    if asked is not None:
        if not 1 / most <= asked <= most:
            raise InvalidInputError(
                f"A slow-motion factor of {asked:g} cannot be; give how many times slower than life the clip plays, "
                "for example 8 for 240 pictures a second shown at 30."
            )
        return asked
    told = track.info.capture_fps
    if told is None or not told > track.info.fps * value("video.rhythm.told_margin"):
        return 1.0
    return float(np.clip(told / track.info.fps, 1.0, most))


def _repaired(track: PoseTrack, time_s: Floats) -> _Repaired:
    found = np.where(track.found[:, None, None], track.points_px[..., :2], np.nan)
    leg_px = scale.leg_length_px(found)
    if not leg_px > 0:
        return _Repaired(found, found[:, _ANKLES], track.visibility, leg_px, 0.0, 0.0)
    # Before anything is dropped: a leg that is missing for a moment would make changing the labels cost nothing.
    swapped = swapped_legs(found, time_s, leg_px)
    visibility = exchange_legs(track.visibility, swapped)
    seen = visibility >= value("video.clean.least_visibility")
    mended = exchange_legs(found, swapped)
    xy = np.where(seen[..., None], mended, np.nan)
    out = filtering.outliers(xy, leg_px)
    left, right = legs(*PARTS)
    return _Repaired(
        points=np.where(out[..., None], np.nan, xy),
        # The rhythm is counted even while one leg hides the other.
        ankles=mended[:, _ANKLES],
        visibility=visibility,
        leg_px=leg_px,
        swapped_share=float(swapped.mean()),
        outlier_share=float(out[:, left + right].mean()),
    )


def _check(
    track: PoseTrack, repaired: _Repaired, ankles: Floats, quality: ClipQuality, view: View, factor: float
) -> None:
    """Refuse a clip whose steady part cannot be measured."""
    name = track.info.name
    judgement.check_leg(name, repaired.leg_px)
    judgement.check_light(name, quality.brightness)
    judgement.check_feet(name, _outside_share(ankles, track))
    judgement.check_running(name, quality, view, factor)


def _kept_part(track: PoseTrack, nearest: NDArray[np.intp]) -> tuple[Issue, ...]:
    """Return what is said where only a part of the clip is used."""
    first_s, last_s = track.time_s[nearest[[0, -1]]]
    return judgement.part_issue(float(first_s), float(last_s), float(np.ptp(track.time_s)))


def _advice(quality: ClipQuality, view: View, noise: Floats, leg_px: float) -> tuple[Issue, ...]:
    scatter = judgement.scatter_share(float(np.nanmedian(noise[_trusted_points()])), leg_px)
    return judgement.advice(quality, view, scatter)


def _noise_px(fast: Floats) -> Floats:
    """Return the robust standard deviation of what the filter took out, per axis, shape (33,); NaN if never seen."""
    deviations = np.abs(fast).transpose(1, 0, 2).reshape(len(INDEX), -1)
    return np.array([_scaled_median(row[np.isfinite(row)]) for row in deviations])


def _scaled_median(deviation: Floats) -> float:
    return float(np.median(deviation)) * filtering.SD_PER_MAD if len(deviation) else float("nan")


def _trusted_points() -> list[int]:
    left, right = legs("hip", "knee")
    return left + right


def _nearest(time_s: Floats, grid_s: Floats) -> NDArray[np.intp]:
    """Return the place of the picture nearest to each time of the grid."""
    after = np.searchsorted(time_s, grid_s).clip(1, len(time_s) - 1)
    earlier = grid_s - time_s[after - 1] <= time_s[after] - grid_s
    return np.asarray(after - earlier, dtype=np.intp)


def _quality(track: PoseTrack, repaired: _Repaired, xy: Floats, swing: Floats, view: View, fps: float) -> ClipQuality:
    height_px = scale.runner_height_px(xy)
    watch = track.watch
    return ClipQuality(
        duration_s=len(xy) / fps,
        true_fps=fps,
        found_share=float(track.found.mean()),
        swapped_share=repaired.swapped_share,
        outlier_share=repaired.outlier_share,
        runner_share=height_px / track.info.height_px,
        pan_heights_per_s=float("nan") if watch is None else watch.pan_px_per_s() / height_px,
        tilt_deg=float("nan") if watch is None else watch.tilt_deg,
        thigh_spread=scale.thigh_spread(xy, sides.facing_of(xy)) if view == "side" else float("nan"),
        brightness=float("nan") if watch is None else _middle(watch.brightness),
        sharpness=float("nan") if watch is None else _middle(watch.sharpness),
        steps_per_min=rhythm.steps_per_min(swing, fps),
        swing=rhythm.swing_range(swing),
    )


def _outside_share(points: Floats, track: PoseTrack) -> float:
    """Return the share of points (n, k, 2) that lie outside the picture."""
    known = points[np.isfinite(points).all(axis=-1)]
    size = np.array([track.info.width_px, track.info.height_px])
    return float(((known < 0) | (known > size)).any(axis=-1).mean()) if len(known) else 0.0


def _middle(numbers: Floats) -> float:
    known = numbers[np.isfinite(numbers)]
    return float(np.median(known)) if len(known) else float("nan")
