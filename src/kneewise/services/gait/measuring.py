"""One clip of a phone: a file in, gait out. Nothing is stored here, and nothing of the clip is kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kneewise.domain import Floats, Issue, json_number
from kneewise.errors import InvalidInputError, UnusableClipError
from kneewise.evidence.parameters import parameter
from kneewise.gait.filmed_gait import FilmedGait, measure_gait
from kneewise.gait.standing import StandingLegs, standing_legs
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.keypoints import Keypoints, View
from kneewise.motion.pose.named_points import read_named_points
from kneewise.motion.pose.tracking import PoseTrack, RunnerBox, track_pose
from kneewise.motion.video import Clip
from kneewise.services.gait.standing import blazepose, read_standing, standing_in_picture

if TYPE_CHECKING:
    from kneewise.motion.pose.backend import PoseBackend

Direction = Literal["left", "right"]
_SIDES = ("left", "right")
_FACING = {"right": 1, "left": -1}
#: Endings of files that hold keypoints instead of pictures.
_POINTS = (".json", ".trc")


@dataclass(frozen=True, slots=True, eq=False)
class GaitResult:
    """The gait of one clip.

    Attributes
    ----------
    name : str
        File that it came from.
    keypoints : Keypoints
        Trajectories behind the numbers, with the quality of the clip.
    gait : FilmedGait
    speed_mps : float or None
        As told.
    """

    name: str
    keypoints: Keypoints
    gait: FilmedGait
    speed_mps: float | None
    issues: tuple[Issue, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the contract's document of ``kneewise gait``; times are true ones from the first measured picture."""
        points, gait = self.keypoints, self.gait
        return {
            "name": self.name,
            "view": points.view,
            "fps": points.fps,
            "slow_motion": points.slow_motion,
            "frames": len(points.time_s),
            "steps": len(gait.contacts.leg),
            "events": _events(points, gait),
            "metrics": {name: metric.to_json() for name, metric in gait.metrics.items()},
            "strike": dict(gait.strike),
            "standing": bool(gait.standing),
            "standing_off_deg": {name: list(pair) for name, pair in gait.standing.items()},
            "model": points.backend,
            "quality": {name: json_number(getattr(points.quality, name)) for name in points.quality.__slots__},
            "issues": [issue.to_json() for issue in self.issues],
        }


def analyse_video(
    video: str | PathLike[str],
    *,
    view: View | None = None,
    height_m: float | None = None,
    speed_mps: float | None = None,
    direction: Direction | None = None,
    slow_motion: float | None = None,
    standing: int | str | PathLike[str] | StandingLegs | None = None,
    box: RunnerBox | None = None,
    backend: PoseBackend | None = None,
    progress: Callable[[float], None] | None = None,
) -> GaitResult:
    """Measure the gait of a runner whom one phone filmed.

    Parameters
    ----------
    video : path-like
        A clip; or keypoints of it in Kneewise's JSON or as TRC, found by a model of your own.
    view : {"side", "rear"} or None
        What the clip shows; found from it when None, and checked against it.
    height_m : float or None
        The runner's height: gives metres, and speed where the belt's is not told.
    speed_mps : float or None
        Of the treadmill.
    direction : {"left", "right"} or None
        Where the runner of a side view runs in the picture; checked against it.
    slow_motion : float or None
        How many times slower than life the clip plays.
    standing : int, path-like, StandingLegs or None
        The runner standing straight, from the same side: the number of a picture in the clip, a photograph, a clip of
        two seconds, or what was found in one. It takes out a part of what the model is off by at this runner's legs.
    box : RunnerBox or None
        Where the runner is, when several people are in the picture.
    backend : PoseBackend or None
        The pose model; BlazePose by default.
    progress : callable or None
        Called with the share done; an exception from it ends the measuring.

    Returns
    -------
    GaitResult

    Raises
    ------
    UnusableClipError
        When the clip cannot be measured, with how to film it better.
    UnreadableFileError, InvalidInputError, MissingLibraryError, MissingModelError

    Examples
    --------
    >>> found = kneewise.analyse_video("side.mp4", speed_mps=3.0)  # doctest: +SKIP
    >>> found.gait.metrics["cadence_spm"].both.value  # doctest: +SKIP
    """
    path = Path(video)
    _check_given(height_m, speed_mps)
    if path.suffix.lower() in _POINTS:
        track, model = read_named_points(path), backend
    else:
        clip, model = Clip(path), backend or blazepose()
        told = slow_motion or (clip.info.capture_fps or clip.info.fps) / clip.info.fps
        track = track_pose(clip, model, box=box, slow_motion=max(told, 1.0), progress=progress)
    keypoints = clean_keypoints(track, view=view, slow_motion=slow_motion, height_m=height_m)
    _check_direction(path.name, keypoints, direction)
    if standing is not None and keypoints.view != "side":
        raise InvalidInputError("A standing picture helps a side view only; leave it out for a clip from behind.")
    if standing is not None and not isinstance(standing, StandingLegs):
        standing = _standing(standing, path, track, model)
    gait = measure_gait(keypoints, speed_mps=speed_mps, standing=standing)
    return GaitResult(path.name, keypoints, gait, speed_mps, (*keypoints.issues, *gait.issues))


def _check_given(height_m: float | None, speed_mps: float | None) -> None:
    for name, number, bounds in (
        ("height", height_m, parameter("profile.height_m")),
        ("speed", speed_mps, parameter("gait.speed.possible_mps")),
    ):
        if number is not None and not (math.isfinite(number) and bounds.low <= number <= bounds.high):
            raise InvalidInputError(
                f"A {name} of {number:g} {bounds.unit} cannot be right; give a number from {bounds.low:g} to "
                f"{bounds.high:g}."
            )


def _check_direction(name: str, keypoints: Keypoints, direction: Direction | None) -> None:
    if direction is None or keypoints.view != "side" or _FACING[direction] == keypoints.facing:
        return
    other = "right" if direction == "left" else "left"
    raise UnusableClipError(
        f"'{name}' was given as running to the {direction} but shows toes ahead to the {other}; a mirrored clip would "
        f"exchange your legs, so film with the rear camera or give --direction {other}."
    )


def _standing(
    standing: int | str | PathLike[str], path: Path, track: PoseTrack, model: PoseBackend | None
) -> StandingLegs:
    frame = _frame_number(standing)
    if frame is None:
        return read_standing(str(standing), model)
    if path.suffix.lower() in _POINTS:
        return standing_legs(_tracked(track, frame, path.name)[None])
    return standing_in_picture(_frame(path, frame), model, f"picture {frame} of '{path.name}'")


def _frame_number(standing: int | str | PathLike[str]) -> int | None:
    text = str(standing)
    return int(text) if text.isdecimal() else None


def _tracked(track: PoseTrack, frame: int, name: str) -> Floats:
    if frame >= len(track.time_s):
        raise InvalidInputError(f"'{name}' has {len(track.time_s)} pictures, counted from 0; there is no {frame}.")
    return track.points_px[frame, :, :2]


def _frame(path: Path, number: int) -> Any:
    for frame in Clip(path).frames():
        if frame.index == number:
            return frame.picture
    raise InvalidInputError(f"'{path.name}' has no picture {number}; they are counted from 0.")


def _events(points: Keypoints, gait: FilmedGait) -> list[dict[str, Any]]:
    contacts = gait.contacts
    clock = points.time_s - points.time_s[0]
    frames = np.interp(contacts.initial_contact_s, clock, points.frame_index).round().astype(int)
    return [
        {
            "side": _SIDES[leg],
            "initial_contact_s": json_number(start),
            "toe_off_s": json_number(end),
            "frame": frame,
        }
        for leg, start, end, frame in zip(
            contacts.leg.tolist(),
            contacts.initial_contact_s.tolist(),
            contacts.toe_off_s.tolist(),
            frames.tolist(),
            strict=True,
        )
    ]
