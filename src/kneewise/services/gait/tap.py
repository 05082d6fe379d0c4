"""From one tap on the runner to the box that the pose model begins with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kneewise.errors import UnreadableFileError
from kneewise.evidence.parameters import value
from kneewise.motion.pose.backend import PoseBackend
from kneewise.motion.pose.tracking import RunnerBox
from kneewise.motion.region import Picture, Region, whole_picture
from kneewise.motion.video import Clip, Frame


def box_at(clip: Path, time_s: float, tap: tuple[float, float], model: PoseBackend) -> RunnerBox:
    """Return the box of the person who stands where the runner tapped.

    Parameters
    ----------
    time_s : float
        File time of the picture that was tapped.
    tap : tuple of float
        x right and y down in shares of the upright picture.

    Notes
    -----
    The detector is asked for persons in the whole picture and in parts around the tap; whose region holds the tap and
    lies nearest to it is taken. Where it sees nobody there, the box is a usual size around the tap.
    """
    picture = frame_at(Clip(clip), time_s).picture
    height, width = picture.shape[:2]
    x, y = tap[0] * width, tap[1] * height
    near = [(math.hypot(one.centre_x_px - x, one.centre_y_px - y), one) for one in _people(picture, x, y, model)]
    held = [(distance, one) for distance, one in near if distance <= one.size_px / 2]
    if held:
        found = min(held, key=lambda pair: pair[0])[1]
        side = found.size_px / value("video.pose.region_scale")
        x, y = found.centre_x_px, found.centre_y_px
    else:
        side = value("gait.tap.body_share") * height
    half_x, half_y = side / 2 / width, side / 2 / height
    return RunnerBox(time_s, x / width - half_x, y / height - half_y, x / width + half_x, y / height + half_y)


def frame_at(clip: Clip, time_s: float) -> Frame:
    """Return the picture of a file time, or the next one that can be read.

    Raises
    ------
    UnreadableFileError
        When the file ends before.
    """
    place = int(np.searchsorted(clip.info.time_s, time_s))
    found = next(clip.backwards(clip.info.time_s, place + 1, place), None)
    found = found or next((frame for frame in clip.frames() if frame.time_s >= time_s), None)
    if found is None:
        raise UnreadableFileError(f"'{clip.path.name}' ends before its middle; copy it from the phone again.")
    return found


def _people(picture: Picture, x: float, y: float, model: PoseBackend) -> Iterator[Region]:
    yield from model.find(picture, whole_picture(picture))
    short = min(picture.shape[:2])
    for share in (value("video.pose.search_large_part"), value("video.pose.search_small_part")):
        yield from model.find(picture, Region(x, y, share * short))
